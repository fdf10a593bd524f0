"""Figures of notebook 05 draw what they are given and say it in words."""

from types import SimpleNamespace

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


def did(means, *, label="like the rest"):
    rows = [
        {"measure": measure, "segment": name, "n": 50, "outcome_mean": mean, "low": mean * 0.8,
         "high": mean * 1.2, "label": label}
        for measure in ("bought", "spend_total") for name, mean in zip(ORDER, means, strict=True)
    ]  # fmt: skip
    measured = {name: pd.Series(means, dtype=float) for name in ("bought", "spend_total")}
    told = {"bought": ("buys in the period", "{:.0%}".format), "spend_total": ("money", str)}
    return SimpleNamespace(table=pd.DataFrame(rows), measured=measured, about=told.get)


def test_behaviour_has_a_panel_per_measure_and_all_numbers_in_words():
    chart = plots.behaviour(did([0.2, 0.6]))
    is_drawn(chart, "Buys in the period (all 40%)", f"{ORDER[0]} 20%", f"{ORDER[1]} 60%", "Money")
    shown = [axes for axes in chart.figure.axes if axes.get_visible()]
    assert [axes.get_title(loc="left") for axes in shown] == ["buys in the period", "money"]


def test_a_dot_is_full_where_a_segment_is_apart_and_hollow_where_not():
    full, hollow = (plots.behaviour(did([0.2, 0.6], label=label)).figure.axes[0].collections[0]
                    for label in ("lower than the rest", "too small to act on"))  # fmt: skip
    assert full.get_facecolor().tolist() == full.get_edgecolor().tolist()
    assert hollow.get_facecolor().tolist() != hollow.get_edgecolor().tolist()


def test_a_segment_too_small_to_show_has_no_dot_and_none_is_a_sentence():
    some, none = plots.behaviour(did([0.2, NAN])), plots.behaviour(did([NAN, NAN]))
    assert len(some.figure.axes[0].collections) == 1
    assert f"{ORDER[1]}" not in some.alt
    assert "too few to show" in none.alt
