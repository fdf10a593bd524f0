"""Figures of notebook 04: each tells in words what it shows, for any number of segments."""

import numpy as np
import pandas as pd
import pytest

from segkit.plots import segments as drawn
from segkit.segments.approaches import rfm


@pytest.mark.slow
@pytest.mark.parametrize("n", [1, 3, 14])
def test_shares_and_profiles_for_few_and_many_segments(n):
    names = [f"segment {place}" for place in range(n)]
    shares = pd.DataFrame({"segment": names, "customers_share": 1 / n, "money_share": 1 / n})
    assert drawn.shares(shares).alt.count("of customers") == n
    centres = pd.DataFrame(np.eye(n, 4), index=names, columns=["a", "b", "c", "d"])
    assert drawn.profile(centres).png()[:4] == b"\x89PNG"


def test_the_map_counts_every_customer_once():
    scores = pd.DataFrame({"R": [5, 5, 1], "F": [5, 5, 1], "M": [5, 4, 1]})
    names = pd.Series([rfm.segment(*row) for row in scores.to_numpy()])
    chart = drawn.rfm_map(scores, names, order=list(rfm.NAMES.values()))
    assert "3 customers in 2 segments" in chart.alt


def test_a_cross_table_with_an_empty_row_is_drawn():
    counts = pd.DataFrame([[3, 1], [0, 0]], index=["a", "b"], columns=["x", "y"])
    assert drawn.crossing(counts, title="a by x").alt.startswith("a by x")
