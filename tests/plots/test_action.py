"""Figures of notebook 07: they draw whatever was measured, with words for each."""

import numpy as np
import pandas as pd
import pytest

from segkit.plots import action


def table(n):
    names = [f"Coupon-using campaign-answering shoppers {place}" for place in range(n)]
    share = np.full(n, 1 / n)
    return pd.DataFrame(
        {"attractiveness": np.linspace(1, 0.2, n), "fit": np.linspace(0.3, 1, n), "share": share,
         "priority": 0.3, "rank": range(1, n + 1), "best": 1, "worst": n, "stays": 0.5,
         "response": 0.2, "low": 0.1, "high": 0.3, "break_even": 0.15, "verdict": "open"},
        index=names,
    )  # fmt: skip


@pytest.mark.parametrize("n", [1, 2, 7])
def test_every_figure_draws_for_any_number_of_personas(n):
    for draw in (action.priority_map, action.break_even):
        chart = draw(table(n))
        assert chart.png().startswith(b"\x89PNG")
        assert table(n).index[0] in chart.alt


def test_break_even_shows_what_was_not_measured_and_leaves_out_what_never_pays():
    mixed = table(3)
    mixed.loc[mixed.index[1], ["response", "low", "high", "verdict"]] = [
        *[np.nan] * 3,
        "not measured",
    ]
    mixed.loc[mixed.index[2], ["break_even", "verdict"]] = [np.inf, "does not pay back"]
    chart = action.break_even(mixed)
    assert len(chart.figure.axes[0].get_yticklabels()) == 2
    assert "not measured" in chart.alt
    assert chart.png().startswith(b"\x89PNG")


def test_a_persona_keeps_its_colour_when_ranked():
    one = table(3)
    two = one.assign(rank=[3, 1, 2])
    tints = [
        {tuple(map(tuple, each.get_facecolor())) for each in
         action.priority_map(frame).figure.axes[0].collections}
        for frame in (one, two)
    ]  # fmt: skip
    assert tints[0] == tints[1]
