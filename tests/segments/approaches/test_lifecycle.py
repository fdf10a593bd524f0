"""Lifecycle: one stage each, windows that are stated, beginnings that are not believed."""

import datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit import data, segments, simulate
from segkit.segments import rules
from segkit.segments.approaches import lifecycle
from segkit.study import StudyError

LEAD, NEW, REGULAR, LAPSING, LOST = lifecycle.NAMES


def a_card(last, first, orders):
    return pd.DataFrame(
        {
            "customer_id": [f"c{n}" for n in range(len(last))],
            "days_since_purchase": pd.array(last, dtype="Float64").to_numpy(float, na_value=np.nan),
            "days_since_first_purchase": pd.array(first, dtype="Float64").to_numpy(
                float, na_value=np.nan
            ),
            "orders_n": orders,
        }
    )


def stages(card, **windows):
    return segments.assign(card, lifecycle.fit(card, **windows))["segment"].tolist()


def test_both_ends_of_every_window_by_hand():
    card = a_card(
        [60, 60, 61, 180, 181, 10, 10, None],
        [60, 61, 61, 300, 300, 10, 61, None],
        [2, 2, 2, 2, 2, 1, 2, 0],
    )
    assert stages(card) == [NEW, REGULAR, LAPSING, LAPSING, LOST, NEW, REGULAR, LEAD]


def test_one_order_is_new_for_as_long_as_it_is_active():
    card = a_card([40, 40], [40, 40], [1, 2])
    assert stages(card, new_days=30, active_days=60) == [NEW, REGULAR]


def test_who_comes_back_after_years_is_not_new_though_the_window_holds_one_order():
    orders = pd.DataFrame(
        {
            "customer_id": ["old", "old", "old", "fresh", "end"],
            "ordered_at": ["2020-03-01", "2020-05-01", "2023-11-20", "2023-11-20", "2023-12-01"],
            "amount": 10.0,
        }
    )
    card = data.card.build(data.from_frames(orders), as_of="2023-12-02", window_days=365)
    found = dict(zip(card["customer_id"], stages(card), strict=True))
    assert (found["old"], found["fresh"]) == (REGULAR, NEW)


def test_who_bought_before_the_window_only_is_lost_and_no_lead():
    assert stages(a_card([None, None], [400, None], [0, 0])) == [LOST, LEAD]


@pytest.mark.slow
@given(
    st.lists(st.tuples(st.integers(1, 500), st.integers(0, 500), st.integers(1, 9)), min_size=1),
    st.integers(1, 200),
    st.integers(1, 200),
)
def test_relations(rows, active, more):
    last = [a for a, _, _ in rows]
    card = a_card(last, [a + b for a, b, _ in rows], [n for _, _, n in rows])
    windows = {"new_days": 60, "active_days": active, "lost_days": active + more}
    found = stages(card, **windows)
    assert set(found) <= {NEW, REGULAR, LAPSING, LOST}
    assert stages(card[::-1], **windows)[::-1] == found
    longer = stages(card, **windows | {"lost_days": active + more + 50})
    assert longer.count(LOST) <= found.count(LOST)
    assert [a > active for a in last] == [name in (LAPSING, LOST) for name in found]


def test_stages_are_rules_that_can_be_said_and_counted():
    card = a_card([5, 100], [300, 300], [4, 4])
    definition = lifecycle.fit(card, active_days=90, lost_days=200)
    assert definition.rules["windows"] == {"new_days": 60, "active_days": 90, "lost_days": 200}
    said = [rules.in_words(group["when"]) for group in definition.rules["groups"]]
    assert any("at most 90" in text for text in said)
    reread = segments.Definition.from_dict(definition.to_dict())
    assert segments.assign(card, reread)["segment"].tolist() == [REGULAR, LAPSING]


@pytest.mark.parametrize(
    "windows", [{"new_days": 0}, {"active_days": 180, "lost_days": 180}, {"active_days": -1}]
)
def test_windows_that_contradict_each_other_are_refused(windows):
    with pytest.raises(StudyError, match="lost_days"):
        lifecycle.fit(a_card([1], [1], [1]), **windows)


def test_a_card_without_dates_is_refused_with_what_it_lacks():
    with pytest.raises(StudyError, match="days_since_purchase"):
        lifecycle.fit(pd.DataFrame({"customer_id": ["a"], "orders_n": [1]}))


def test_leads_come_from_any_table_that_names_people():
    orders = pd.DataFrame(
        {"customer_id": ["a"], "ordered_at": [pd.Timestamp(2024, 1, 1)], "amount": [5.0]}
    )
    asked = pd.DataFrame({"customer_id": ["b"], "requested_at": [pd.Timestamp(2024, 1, 1)]})
    tables = data.from_frames(orders, requests=asked)
    card = data.card.build(tables, as_of="2024-01-31", window_days=0, everyone=True)
    assert stages(card) == [NEW, LEAD]


def test_pace_is_the_mean_wait_of_repeat_buyers():
    pace = lifecycle.pace(a_card([10, 0, 5], [40, 100, 5], [4, 2, 1]))
    assert pace.customers_n == 2  # waits: 30 / 3 = 10 and 100 / 1 = 100
    assert pace.median_days == pytest.approx(55)
    assert pace.most_days == pytest.approx(91)
    nobody = lifecycle.pace(a_card([5], [5], [1]))
    assert nobody.customers_n == 0
    assert "cannot say" in nobody.judged(60)


@pytest.mark.parametrize(("days", "word"), [(30, "soon"), (91, "fits"), (400, "late")])
def test_windows_are_judged_by_the_pace(days, word):
    pace = lifecycle.pace(a_card([10, 0], [40, 100], [4, 2]))
    assert word in pace.judged(days)


def months(counts):
    return pd.DataFrame({"new_customers_n": counts})


def test_first_orders_that_pile_up_at_the_beginning_are_not_believed():
    piled = lifecycle.beginning(months([800, 50, 60, 40, 50]))
    assert piled.censored
    assert piled.first_share == 0.8
    assert "Left-censored" in piled.told
    even = lifecycle.beginning(months([50, 50, 60, 40]))
    assert not even.censored
    assert "far enough" in even.told
    assert lifecycle.beginning(months([9, 9])).censored is None
    assert lifecycle.beginning(pd.DataFrame()).censored is None


def test_grocery_is_left_censored(grocery_tables):
    assert lifecycle.beginning(data.outcomes.monthly(grocery_tables)).censored


def test_planted_leavers_are_found_lost_and_buyers_of_today_are_not():
    made = simulate.world("store", customers=600, seed=3)
    tables = data.from_frames(**made.tables)
    as_of = data.card.analysis_date(tables)
    card = data.card.build(tables, as_of=as_of, window_days=0)
    labels = segments.assign(card, lifecycle.fit(card, active_days=90, lost_days=270))
    truth = made.truth["customers"].set_index("customer_id")["left_at"]
    left = pd.to_datetime(labels["customer_id"].map(truth)).lt(
        pd.Timestamp(as_of) - datetime.timedelta(days=270)
    )
    lost = labels["segment"] == LOST
    assert not (left & ~lost).any()  # who left that long ago cannot have ordered since
    assert left[lost].mean() > 0.7 > 2 * left.mean()
