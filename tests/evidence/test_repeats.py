"""Repeats: who is as high as the highest, and what other samples could still change."""

import numpy as np
import pandas as pd

from segkit import evidence


def compared(n=50, spread=0.05, **means):
    """Compare numbers whose repeats scatter evenly, half a `spread` to either side."""
    noise = np.linspace(-spread / 2, spread / 2, n)
    rows = [(int(k[1:]), mean + at) for k, mean in means.items() for at in noise]
    return evidence.near_best(pd.DataFrame(rows, columns=["k", "v"]), by="k", value="v")


def test_mean_error_and_repeats_are_those_of_each_number():
    found = compared(k3=0.9, k4=0.8)
    spread = np.std(np.linspace(-0.025, 0.025, 50), ddof=1)
    assert found["mean"].round(9).tolist() == [0.9, 0.8]
    assert np.allclose(found["error"], spread / np.sqrt(50))
    assert found["repeats_n"].tolist() == [50, 50]


def test_near_is_within_two_hundredths_of_the_best():
    assert compared(k3=0.9, k4=0.885, k5=0.875)["near"].tolist() == [True, True, False]


def test_open_is_what_lies_close_to_that_border_and_more_repeats_close_it():
    assert compared(k3=0.9, k4=0.877, k5=0.5)["open"].tolist() == [False, True, False]
    assert not compared(k3=0.9, k4=0.877, n=5000)["open"].any()


def test_a_single_repeat_leaves_everything_open_but_the_best():
    assert compared(k3=0.9, k4=0.2, n=1)["open"].tolist() == [False, True]
