"""Figures of notebook 05 draw what they are given and say it in words."""

import numpy as np
import pandas as pd
import pytest

from segkit.plots import validation as plots

ORDER = ["Few orders, small baskets, hardly any coupons", "Best customers"]
NAN = float("nan")


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def answered(means, n=(120, 80)):
    return pd.DataFrame(
        {
            "segment": ORDER,
            "n": n,
            "outcome_mean": means,
            "low": [mean * 0.8 for mean in means],
            "high": [mean * 1.2 for mean in means],
        }
    )


def is_drawn(chart, *words):
    assert chart.png().startswith(b"\x89PNG")
    assert chart.png() == chart.png()
    for word in words:
        assert word in chart.alt
    assert "nan" not in chart.alt


def test_stability_names_the_mean_of_each_number(rng):
    table = pd.DataFrame({"k": np.repeat([2, 3], 10), "adjusted_rand": [0.5] * 10 + [0.9] * 10})
    is_drawn(plots.stability(table), "2 segments 0.50", "3 segments 0.90")


def test_customers_are_drawn_beside_the_cloud():
    columns = ["stability", "stability_cloud", "silhouette", "silhouette_cloud"]
    evidence = pd.DataFrame([[0.9, 0.5, 0.4, 0.2], [0.6, 0.6, 0.3, 0.3]], columns=columns)
    gaps = pd.DataFrame({"reference": ["box"] * 3 + ["components"] * 3, "k": [1, 2, 3] * 2})
    gaps = gaps.assign(gap=[0.1, 0.5, 0.6, 0.1, 0.4, 0.3], se=0.01)
    chart = plots.against_cloud(evidence.assign(k=[2, 3]), gaps=gaps, chosen=2)
    is_drawn(chart, "2 segments: 0.90", "0.50")


def test_overlap_of_segments_is_drawn_with_the_limit():
    table = pd.DataFrame({"segment": np.repeat(ORDER, 5), "jaccard": [0.4] * 5 + [0.9] * 5})
    is_drawn(plots.stability(table, order=ORDER, limit=0.6), "limit 0.60", "0.40", "0.90")


def test_a_response_of_shares_is_written_in_percent():
    chart = plots.response(answered([0.1, 0.4]), overall=0.2, label="response")
    is_drawn(chart, "all customers 20%", "Best customers 40%")


def test_a_response_in_money_is_not():
    chart = plots.response(answered([10.0, 1400.0]), overall=250.0, label="spend", money=True)
    is_drawn(chart, "all customers 250", "Best customers 1,400")


@pytest.mark.parametrize("n", [(5, 3), (0, 0)])
def test_suppressed_segments_are_drawn_without_numbers(n):
    chart = plots.response(answered([NAN, NAN], n=n), overall=NAN, label="response")
    is_drawn(chart, "No segment has enough customers")


def test_verdicts_are_counted_in_words():
    matrix = pd.DataFrame({ORDER[0]: ["pass", "fail"], "all": [None, "warn"]}, index=["a", "b"])
    is_drawn(plots.verdicts(matrix), "1 pass, 1 warn, 1 fail")


def test_verdicts_of_many_segments_fit(rng):
    names = [f"Light buyers gone quiet {number}" for number in range(9)]
    matrix = pd.DataFrame("pass", index=["stable", "reachable"], columns=names)
    is_drawn(plots.verdicts(matrix), "18 pass")


def test_the_gorge_says_how_many_lie_between(rng):
    first = rng.uniform(size=200)
    is_drawn(plots.gorge(np.column_stack([first, 1 - first]), order=ORDER), "between segments")
