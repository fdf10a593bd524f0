"""CLV: tiers by what is to come, the same from every row order, unit and engine."""

import ibis
import numpy as np
import pandas as pd
import pytest
from buyers import simulated

from segkit import segments
from segkit.segments.approaches import clv
from segkit.segments.models.purchases import history
from segkit.study import StudyError


@pytest.fixture(scope="module")
def crowd():
    return simulated(2_000, seed=7)


@pytest.fixture(scope="module")
def definition(crowd):
    return clv.fit(crowd)


def tiers(table, definition):
    return segments.assign(table, definition)["segment"].tolist()


def test_a_fifth_and_three_tenths_of_the_customers_are_in_the_upper_tiers(crowd, definition):
    counts = pd.Series(tiers(crowd, definition)).value_counts()
    assert counts[clv.NAMES[0]] == 400
    assert counts[clv.NAMES[1]] == 600
    assert counts.sum() == 2_000


def test_tiers_are_ordered_by_what_is_expected(crowd, definition):
    value = outlook(crowd, definition).expected["value_ahead"]
    by_tier = value.groupby(tiers(crowd, definition))
    assert by_tier.min()[clv.NAMES[0]] > by_tier.max()[clv.NAMES[1]]
    assert by_tier.min()[clv.NAMES[1]] > by_tier.max()[clv.NAMES[2]]


@pytest.mark.slow
def test_the_sum_in_the_engine_sorts_as_the_closed_formula_does(crowd, definition):
    labels = pd.Series(tiers(crowd, definition))
    assert clv.Outlook(crowd, {}, definition, labels).by_formula_share == 1


def test_the_value_is_count_times_spend_and_chances_are_chances(crowd, definition):
    found = outlook(crowd, definition).expected
    product = found["purchase_days_ahead"] * found["spend_per_day_expected"]
    assert np.allclose(found["value_ahead"], product)
    assert found["p_alive"].between(0, 1).all()
    assert (found["p_alive"][crowd["repeat_days_n"] == 0] == 1).all()
    assert (found["purchase_days_ahead"] >= 0).all()


def test_the_order_of_rows_changes_neither_definition_nor_tiers(crowd, definition):
    mixed = crowd.sample(frac=1, random_state=5)
    assert clv.fit(mixed) == definition
    back = segments.assign(mixed, definition).sort_index()["segment"]
    assert back.tolist() == tiers(crowd, definition)


def test_doubling_every_customer_changes_no_parameter_and_no_tier(crowd, definition):
    twice = pd.concat([crowd, crowd], ignore_index=True)
    found = clv.fit(twice)
    assert found.rules["bgnbd"] == pytest.approx(definition.rules["bgnbd"], rel=1e-3)
    assert tiers(twice, found) == tiers(crowd, definition) * 2


def test_pence_scale_the_cut_points_and_move_neither_tier_nor_p_alive(crowd, definition):
    pence = crowd.assign(spend_per_repeat_day=crowd["spend_per_repeat_day"] * 100)
    found = clv.fit(pence)
    assert found.rules["bgnbd"] == definition.rules["bgnbd"]
    cuts = [100 * cut for cut in definition.rules["cuts"]]
    assert found.rules["cuts"] == pytest.approx(cuts, rel=1e-5)
    assert tiers(pence, found) == tiers(crowd, definition)
    for column in ("p_alive", "purchase_days_ahead"):
        assert (
            outlook(pence, found)
            .expected[column]
            .equals(outlook(crowd, definition).expected[column])
        )


def test_a_definition_survives_json_and_an_ibis_table_gets_the_same_tiers(crowd, definition):
    again = segments.Definition.from_dict(definition.to_dict())
    table = ibis.memtable(crowd)
    found = segments.assign(table, again).order_by("customer_id").execute()
    assert found["segment"].tolist() == tiers(crowd, definition)


def test_edges_of_history_are_sorted_without_an_error(definition):
    odd = pd.DataFrame(
        {
            "repeat_days_n": [0, 0, 1, 3_000, 3_000, None, 5],
            "days_first_to_last": [0, 0, 1, 3_000, 10, None, 200],
            "days_observed": [0, 9_000, 1, 3_000, 9_000, None, 200],
            "spend_per_repeat_day": [0, 0, 50, 50, 50, None, -20],
        },
        dtype="float64",
    )
    found = tiers(odd, definition)
    assert found[3] == clv.NAMES[0]
    assert found[4] == clv.NAMES[2]
    assert found[5] == clv.NOBODY
    assert set(found) <= set(definition.order)
    assert outlook(odd, definition).expected["value_ahead"].isna().tolist() == [
        i == 5 for i in range(7)
    ]


def test_equal_values_are_never_parted():
    values = np.array([9.0, 5, 5, 5, 5, 5, 5, 1, 1, 1])
    found = clv.tier(values, cuts=clv.cut_points(values))
    assert found.tolist() == [0, 0, 0, 0, 0, 0, 0, 2, 2, 2]
    assert clv.tier(np.full(4, 3.0), cuts=clv.cut_points(np.full(4, 3.0))).tolist() == [0] * 4


def test_too_few_customers_one_customer_and_nobody_twice_are_refused(crowd):
    for few in (crowd.head(1), crowd.head(0), crowd[crowd["repeat_days_n"] == 0]):
        with pytest.raises(StudyError, match="history is too short"):
            clv.fit(few)
        assert "needed" in clv.outlook(few).why
    bare = crowd[["customer_id"]].assign(days_since_purchase=3)
    with pytest.raises(StudyError, match="approaches/clv"):
        segments.fit(bare, {"approach": "clv"})


def test_a_horizon_beyond_what_the_data_can_tell_is_refused(crowd):
    with pytest.raises(StudyError, match="The horizon is 5000 days, but 7"):
        clv.fit(crowd, days_ahead=5_000)
    with pytest.raises(StudyError, match="The horizon is 0 days"):
        clv.fit(crowd, days_ahead=0)


def test_one_price_for_all_is_refused_in_words(crowd):
    same = crowd.assign(spend_per_repeat_day=np.where(crowd["repeat_days_n"] > 0, 9.0, 0.0))
    assert "all paid the same" in clv.outlook(same).why


def test_a_longer_horizon_brings_more_and_a_recipe_holds_it(crowd):
    short, long = (
        segments.fit(crowd, {"approach": "clv", "days_ahead": days}) for days in (30, 365)
    )
    values = [outlook(crowd, d).expected["value_ahead"] for d in (short, long)]
    assert (values[0] < values[1]).all()


def outlook(card, definition):
    return clv.Outlook(card, {}, definition, None)


def test_silence_counts_more_for_who_came_often(definition):
    curves = outlook(pd.DataFrame({"days_observed": [400]}), definition).curves
    assert curves["repeat_days_n"].unique().tolist() == [1, 2, 4, 8, 16]
    few = outlook(pd.DataFrame({"days_observed": [5]}), definition).curves
    assert few["repeat_days_n"].unique().tolist() == [1, 2, 4]
    late = (
        curves[curves["days_silent"].between(150, 160)].groupby("repeat_days_n")["p_alive"].mean()
    )
    assert late[16] < late[2]


def test_what_the_models_add_is_told(crowd, definition):
    same = outlook(crowd, definition).same_tier_share
    assert 0.3 < same < 0.9
    assert f"**{same:.0%}**" in outlook(crowd, definition).adds
    assert "sort differently" in outlook(crowd, definition).adds


def test_what_the_data_do_not_settle_is_told(crowd, definition):
    told = outlook(crowd, definition).assumptions
    assert "(assumed: 0)" in told
    assert "do not settle" not in told
    lost = clv.Definition.from_dict(definition.to_dict())
    lost.rules["bgnbd"] = {**definition.rules["bgnbd"], "b": float(np.exp(9.0))}
    assert "do not settle b: who stops" in outlook(crowd, lost).assumptions


def test_nothing_is_called_by_the_word_that_means_two_things(crowd, definition):
    names = [*history.COLUMNS, *outlook(crowd, definition).expected, *definition.rules["bgnbd"]]
    assert not [name for name in names if "recency" in name]
