"""Figures of CLV and cohorts: every number drawn is one of the table's, with words beside it."""

import pandas as pd
import pytest

from segkit import data
from segkit.data.reports import cohorts
from segkit.plots.approaches import clv as clv_drawn
from segkit.plots.approaches import cohorts as drawn


@pytest.fixture
def triangle():
    rows = [("a", "2024-01-01"), ("a", "2024-02-01"), ("b", "2024-01-09"), ("c", "2024-02-02"),
            ("c", "2024-03-10")]  # fmt: skip
    orders = pd.DataFrame(rows, columns=["customer_id", "ordered_at"]).assign(amount=8.0)
    return cohorts.triangle(data.from_frames(orders))


def texts(axes):
    return [text.get_text() for text in axes.texts]


def test_a_triangle_of_shares_leaves_out_age_0_and_stars_the_first_cohort(triangle):
    chart = drawn.triangle(triangle)
    (axes,) = chart.figure.axes
    assert texts(axes) == ["50", "0", "100"]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["2024-01* (2)", "2024-02 (1)"]
    assert len(axes.patches) == 2  # March is not whole
    assert "hatched" in axes.get_xlabel()
    assert "2 cohorts" in chart.alt
    assert "3 customers" in chart.alt


def test_one_period_alone_is_drawn_as_it_is(triangle):
    (axes,) = drawn.triangle(triangle[triangle["age"] == 0].head(1)).figure.axes
    assert texts(axes) == ["100"]


def test_a_triangle_of_money_holds_age_0_and_every_cell(triangle):
    (axes,) = drawn.triangle(triangle, values="spend_per_customer").figure.axes
    assert texts(axes) == ["8", "4", "0", "8", "8"]


def test_without_anything_cut_off_or_incomplete_nothing_warns(triangle):
    clean = triangle.assign(complete=True, cut_off=False)
    (axes,) = drawn.triangle(clean).figure.axes
    assert "hatched" not in axes.get_xlabel()
    assert "*" not in axes.get_ylabel()
    assert not axes.patches


def test_ages_draw_a_line_per_source_and_leave_out_handfuls():
    rows = [("ad", 0, 90, 90, 10.0), ("ad", 1, 80, 40, 14.0), ("ad", 2, 9, 9, 99.0),
            ("mail", 0, 50, 50, 5.0), ("mail", 1, 40, 10, 6.0)]  # fmt: skip
    names = ["source", "age", "customers_n", "active_n", "spend_so_far"]
    table = pd.DataFrame(rows, columns=names)
    table["active_share"] = table["active_n"] / table["customers_n"]
    chart = drawn.ages(table, by="source", at=1)
    shares, money = chart.figure.axes
    assert [line.get_ydata().tolist() for line in shares.lines[:2]] == [[0.5], [0.25]]
    assert [line.get_ydata().tolist() for line in money.lines] == [[10.0, 14.0], [5.0, 6.0]]
    assert "ad 14; mail 6" in chart.alt
    few = drawn.ages(table.assign(customers_n=3), by="source")
    assert len(few.figure.axes[1].lines[0].get_ydata()) == 3


def test_silence_draws_a_line_per_number_of_repeats():
    curves = pd.DataFrame(
        {"repeat_days_n": [1, 1, 8, 8], "days_silent": [0, 9, 0, 9], "p_alive": [1, 0.8, 1, 0.1]}
    )
    chart = clv_drawn.silence(curves)
    (axes,) = chart.figure.axes
    assert [line.get_ydata().tolist() for line in axes.lines] == [[1, 0.8], [1, 0.1]]
    assert {"1", "8"} <= set(texts(axes))
    assert "8 repeats end at 10%" in chart.alt


def test_the_hold_out_sets_both_forecasts_beside_what_happened():
    groups = pd.DataFrame(
        {"repeat_days": ["0", "1"], "customers_n": [1200, 30], "actual_n": [0.5, 2.0],
         "forecast_n": [0.6, 1.8], "naive_n": [0.0, 3.0]}
    )  # fmt: skip
    chart = clv_drawn.holdout(groups, days=90)
    (axes,) = chart.figure.axes
    assert [bar.get_height() for bar in axes.patches] == [0.5, 2.0]
    assert [line.get_ydata().tolist() for line in axes.lines] == [[0.0, 3.0], [0.6, 1.8]]
    assert "(1,200)" in axes.get_xticklabels()[0].get_text()
    assert "1 repeats: 2.0, model 1.8, naive 3.0" in chart.alt
