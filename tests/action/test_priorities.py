"""Concentration and priorities: shares by hand, ranks that weights cannot scale away."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segkit.action import priorities

ATTRACTIVE = {"spend_share": 5.0, "spend_per_customer": 3.0}
FIT = {"outcome": 6.0, "reached_share": 4.0}


def measures(seed=0, personas=5):
    rng = np.random.default_rng(seed)
    names = [f"persona {place}" for place in range(personas)]
    columns = [*ATTRACTIVE, *FIT]
    return pd.DataFrame(rng.random((personas, 4)) + 0.05, index=names, columns=columns)


def test_the_top_fifth_of_ten_customers_by_hand():
    spend = [5, 400, 10, 250, 15, 120, 30, 80, 40, 50]
    assert priorities.top_share(spend, top=0.2) == pytest.approx(0.65)
    assert priorities.top_share(spend, top=0.1) == pytest.approx(0.40)


def test_a_fifth_of_a_customer_is_read_between_two_points():
    assert priorities.top_share([60.0, 40.0], top=0.25) == pytest.approx(0.30)


def test_equal_customers_hold_equal_shares():
    assert priorities.top_share(np.ones(50), top=0.2) == pytest.approx(0.2)


def test_the_curve_runs_from_nothing_to_everything_and_bends_once():
    curve = priorities.curve([3.0, 1.0, 2.0])
    assert curve.iloc[0].tolist() == [0.0, 0.0]
    assert curve.iloc[-1].tolist() == pytest.approx([1.0, 1.0])
    assert (np.diff(curve["value_share"], n=2) <= 1e-12).all()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0.01, 1e6), min_size=3, max_size=40), st.floats(0.01, 100))
def test_currency_and_order_do_not_matter(spend, rate):
    found = priorities.top_share(spend)
    assert priorities.top_share([value * rate for value in spend[::-1]]) == pytest.approx(found)
    assert 0.2 - 1e-9 <= found <= 1 + 1e-9


def test_the_interval_holds_the_observed_share_and_repeats_with_its_seed():
    spend = np.random.default_rng(1).lognormal(size=800)
    low, high = priorities.top_share_interval(spend, rng=np.random.default_rng(3), repeats=300)
    again = priorities.top_share_interval(spend, rng=np.random.default_rng(3), repeats=300)
    assert low < priorities.top_share(spend) < high
    assert (low, high) == again
    wide = priorities.top_share_interval(spend[:80], rng=np.random.default_rng(3), repeats=300)
    assert wide[1] - wide[0] > high - low


def test_a_score_by_hand():
    table = pd.DataFrame({"a": [10.0, 5.0], "b": [1.0, 2.0]}, index=["x", "y"])
    found = priorities.score(table, weights={"a": 3, "b": 1})
    assert found.tolist() == [pytest.approx(0.875), pytest.approx(0.625)]


def test_priority_is_attractiveness_times_fit():
    table = priorities.rank(measures(), attractiveness=ATTRACTIVE, fit=FIT)
    assert (table["priority"] == table["attractiveness"] * table["fit"]).all()
    assert table[["attractiveness", "fit", "priority"]].max().max() <= 1 + 1e-12
    assert sorted(table["rank"]) == [1, 2, 3, 4, 5]


@given(st.floats(0.01, 100), st.integers(0, 50))
def test_weights_scaled_by_a_constant_change_no_rank(factor, seed):
    table = measures(seed)
    scaled = {name: weight * factor for name, weight in ATTRACTIVE.items()}
    given_ = priorities.rank(table, attractiveness=ATTRACTIVE, fit=FIT)
    other = priorities.rank(table, attractiveness=scaled, fit=FIT)
    np.testing.assert_allclose(given_["priority"], other["priority"])


def test_order_of_rows_changes_no_priority():
    table = measures()
    found = priorities.rank(table, attractiveness=ATTRACTIVE, fit=FIT)["priority"]
    back = priorities.rank(table.iloc[::-1], attractiveness=ATTRACTIVE, fit=FIT)["priority"]
    pd.testing.assert_series_equal(found, back.reindex(found.index))


def test_what_is_not_measured_is_left_out_and_missing_values_cost_nothing():
    table = measures().assign(outcome=np.nan)
    assert set(priorities.usable(table, weights=FIT)) == {"reached_share"}
    assert priorities.usable(table.drop(columns="reached_share"), weights=FIT) == {}
    holes = measures()
    holes.iloc[0, holes.columns.get_loc("outcome")] = np.nan
    found = priorities.rank(holes, attractiveness=ATTRACTIVE, fit=FIT)
    assert found["priority"].notna().all()


def test_without_any_measure_of_fit_attractiveness_decides():
    table = measures()[list(ATTRACTIVE)]
    found = priorities.rank(table, attractiveness=ATTRACTIVE, fit=FIT)
    assert (found["fit"] == 1).all()
    assert (found["priority"] == found["attractiveness"]).all()


def test_a_persona_best_in_everything_is_first_under_any_weights():
    table = measures()
    table.iloc[2] = 9.0
    found = priorities.sensitivity(
        table, attractiveness=ATTRACTIVE, fit=FIT, rng=np.random.default_rng(1), repeats=200
    )
    assert found.iloc[2][["rank", "stays", "first", "best", "worst"]].tolist() == [1, 1, 1, 1, 1]


def test_sensitivity_shares_are_shares_and_repeat():
    draw = {"attractiveness": ATTRACTIVE, "fit": FIT, "repeats": 400}
    one = priorities.sensitivity(measures(4), rng=np.random.default_rng(7), **draw)
    two = priorities.sensitivity(measures(4), rng=np.random.default_rng(7), **draw)
    pd.testing.assert_frame_equal(one, two)
    assert one["first"].sum() == pytest.approx(1)
    assert one["stays"].between(0, 1).all()
    assert (one["best"] <= one["rank"]).all()
    assert (one["rank"] <= one["worst"]).all()
