"""Concentration and priorities: shares by hand, ranks that weights cannot scale away."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit.action import Weights, priorities

ATTRACTIVE = {"spend_share": 5.0, "spend_per_customer": 3.0}
FIT = {"outcome": 6.0, "reached_share": 4.0}
BOTH = Weights(worth=ATTRACTIVE, fit=FIT)


def measures(seed=0, personas=5):
    rng = np.random.default_rng(seed)
    names = [f"persona {place}" for place in range(personas)]
    columns = [*ATTRACTIVE, *FIT]
    return pd.DataFrame(rng.random((personas, 4)) + 0.05, index=names, columns=columns)


def test_a_score_by_hand():
    table = pd.DataFrame({"a": [10.0, 5.0], "b": [1.0, 2.0]}, index=["x", "y"])
    found = priorities.score(table, weights={"a": 3, "b": 1})
    assert found.tolist() == [pytest.approx(0.875), pytest.approx(0.625)]


def test_priority_is_attractiveness_times_fit():
    table = priorities.rank(measures(), weights=BOTH)
    assert (table["priority"] == table["attractiveness"] * table["fit"]).all()
    assert table[["attractiveness", "fit", "priority"]].max().max() <= 1 + 1e-12
    assert sorted(table["rank"]) == [1, 2, 3, 4, 5]


@pytest.mark.slow
@given(st.floats(0.01, 100), st.integers(0, 50))
def test_weights_scaled_by_a_constant_change_no_rank(factor, seed):
    table = measures(seed)
    given_ = priorities.rank(table, weights=BOTH)
    other = priorities.rank(table, weights=BOTH.times(factor))
    np.testing.assert_allclose(given_["priority"], other["priority"])


def test_order_of_rows_changes_no_priority():
    table = measures()
    found = priorities.rank(table, weights=BOTH)["priority"]
    back = priorities.rank(table.iloc[::-1], weights=BOTH)["priority"]
    pd.testing.assert_series_equal(found, back.reindex(found.index))


def test_what_is_not_measured_is_left_out_and_missing_values_cost_nothing():
    table = measures().assign(outcome=np.nan)
    assert set(priorities.usable(table, weights=FIT)) == {"reached_share"}
    assert priorities.usable(table.drop(columns="reached_share"), weights=FIT) == {}
    holes = measures()
    holes.iloc[0, holes.columns.get_loc("outcome")] = np.nan
    found = priorities.rank(holes, weights=BOTH)
    assert found["priority"].notna().all()


def test_without_any_measure_of_fit_attractiveness_decides():
    table = measures()[list(ATTRACTIVE)]
    found = priorities.rank(table, weights=BOTH)
    assert (found["fit"] == 1).all()
    assert (found["priority"] == found["attractiveness"]).all()


def test_a_persona_best_in_everything_is_first_under_any_weights():
    table = measures()
    table.iloc[2] = 9.0
    found = priorities.sensitivity(table, weights=BOTH, rng=np.random.default_rng(1), repeats=200)
    assert found.iloc[2][["rank", "stays", "first", "best", "worst"]].tolist() == [1, 1, 1, 1, 1]


def test_sensitivity_shares_are_shares_and_repeat():
    draw = {"weights": BOTH, "repeats": 400}
    one = priorities.sensitivity(measures(4), rng=np.random.default_rng(7), **draw)
    two = priorities.sensitivity(measures(4), rng=np.random.default_rng(7), **draw)
    pd.testing.assert_frame_equal(one, two)
    assert one["first"].sum() == pytest.approx(1)
    assert one["stays"].between(0, 1).all()
    assert (one["best"] <= one["rank"]).all()
    assert (one["rank"] <= one["worst"]).all()


def test_who_only_shares_a_way_of_answering_comes_last_under_any_weights():
    named = {"share": [0.5, 0.3, 0.2], "style": ["yes", None, None]}
    measures = pd.DataFrame(named, index=list("abc"))
    weights = priorities.Weights(worth={"share": 1.0}, fit={})
    assert priorities.rank(measures, weights=weights)["rank"].tolist() == [3, 1, 2]
    found = priorities.sensitivity(measures, weights=weights, rng=np.random.default_rng(1))
    assert found["best"].tolist() == [3, 1, 2]
