"""What happened in a period, counted by hand."""

import pandas as pd
import pytest

from segkit import data
from segkit.data import outcomes
from segkit.refusal import Refused
from segkit.study import StudyError

ORDERS = """customer_id,order_id,ordered_at,amount
a,1,2024-01-01 10:00,10
a,2,2024-02-29 23:59,20
b,3,2024-02-01 00:00,5
a,4,2024-03-01 00:00,40
"""
MAILINGS = """customer_id,campaign_id,campaign_type,sent_at,ends_at,responded
a,x,A,2024-01-05,2024-01-31,yes
b,x,A,2024-01-05,2024-01-31,no
b,y,B,2024-02-15,2024-03-15,yes
"""


@pytest.fixture
def tables(project):
    return data.open(project(orders=ORDERS, mailings=MAILINGS))


@pytest.mark.slow
def test_months_are_counted_and_the_last_one_is_incomplete(tables):
    months = outcomes.monthly(tables)
    assert months.month.dt.strftime("%Y-%m").tolist() == ["2024-01", "2024-02", "2024-03"]
    assert months.customers_n.tolist() == [1, 2, 1]
    assert months.spend_total.tolist() == [10.0, 25.0, 40.0]
    assert months.new_customers_n.tolist() == [1, 1, 0]
    assert months.complete.tolist() == [True, True, False]


def test_a_month_without_orders_is_counted_as_zero():
    orders = pd.DataFrame(
        {"customer_id": ["a", "a"], "ordered_at": pd.to_datetime(["2024-01-05", "2024-03-05"])}
    ).assign(amount=2.5)
    months = outcomes.monthly(data.from_frames(orders))
    assert months.orders_n.tolist() == [1, 0, 1]
    assert months.spend_total.tolist() == [2.5, 0.0, 2.5]


def test_purchases_include_the_first_day_and_exclude_the_last(tables):
    found = outcomes.purchases(tables, start="2024-02-01", end="2024-03-01")
    assert found.to_dict("list") == {
        "customer_id": ["a", "b"],
        "orders_n": [1, 1],
        "spend_total": [20.0, 5.0],
    }
    assert outcomes.purchases(tables, start="2025-01-01", end="2026-01-01").empty


@pytest.mark.slow
def test_campaigns_count_who_was_mailed_and_who_responded(tables):
    found = outcomes.campaigns(tables).set_index("campaign_id")
    assert found.mailed_n.to_dict() == {"x": 2, "y": 1}
    assert found.response_rate.to_dict() == {"x": 0.5, "y": 1.0}
    assert found.complete.to_dict() == {"x": True, "y": False}


@pytest.mark.slow
def test_a_response_is_told_for_everybody_mailed(tables):
    found = outcomes.response(tables, campaign_id="x")
    assert dict(zip(found.customer_id, found.responded, strict=True)) == {"a": True, "b": False}
    with pytest.raises(StudyError, match=r"no campaign z\. Known campaigns: x, y"):
        outcomes.response(tables, campaign_id="z")


@pytest.mark.slow
@pytest.mark.parametrize("told", ["responded_at,2024-01-09,", "responses_n,2,0"])
def test_a_response_may_be_told_by_its_day_or_its_number(project, told):
    heading, yes, no = told.split(",")
    start = "customer_id,campaign_id,sent_at,"
    mailings = f"{start}{heading}\na,x,2024-01-05,{yes}\nb,x,2024-01-05,{no}\n"
    tables = data.open(project(orders=ORDERS, mailings=mailings))
    assert outcomes.response(tables, campaign_id="x").responded.tolist() == [True, False]


def test_hours_are_counted_on_the_local_clock(tables):
    found = outcomes.hours(tables).set_index("hour").orders_n
    assert found[[0, 10, 23]].tolist() == [2, 1, 1]
    assert found.sum() == 4


def test_without_mailings_or_a_clock_the_answer_is_said_in_words(project):
    tables = data.open(project(orders="customer_id,ordered_at,amount\na,2024-01-01,10\n"))
    assert isinstance(outcomes.hours(tables), Refused)
    with pytest.raises(StudyError, match="no mailings with responses"):
        outcomes.campaigns(tables)


def test_grocery_campaigns_are_the_known_ones(grocery_tables):
    found = outcomes.campaigns(grocery_tables).set_index("campaign_id")
    assert found.loc["18", ["mailed_n", "responded_n"]].tolist() == [1133, 214]
    assert found.loc["13", ["mailed_n", "responded_n"]].tolist() == [1077, 196]
    assert not found.complete[["24", "25", "26", "15", "20"]].any()
    assert outcomes.response(grocery_tables, campaign_id=18).responded.sum() == 214


def test_grocery_months_are_complete_in_local_time(grocery_tables):
    months = outcomes.monthly(grocery_tables)
    assert len(months) == 12
    assert months.complete.all()
    assert months.spend_total.sum() == pytest.approx(grocery_tables.facts()["spend_total"])
    assert months.month.max() == pd.Timestamp("2017-12-01")


REPEATED = """customer_id,order_id,ordered_at,amount
once,1,2024-01-10 09:00,10
two,2,2024-01-01 08:00,10
two,3,2024-01-01 20:00,5
two,4,2024-01-05 12:00,8
two,5,2024-01-11 12:00,4
back,6,2024-01-02 10:00,20
back,7,2024-01-03 10:00,-20
late,8,2024-01-31 00:00,7
"""


def test_repeat_purchases_are_days_after_the_first_counted_by_hand(project):
    found = outcomes.repeats(data.open(project(orders=REPEATED)), as_of="2024-01-31")
    assert found.set_index("customer_id").to_dict("index") == {
        "back": dict(zip(found.columns[1:], (0, 0, 28, 0.0), strict=True)),
        "once": dict(zip(found.columns[1:], (0, 0, 20, 0.0), strict=True)),
        "two": dict(zip(found.columns[1:], (2, 10, 29, 6.0), strict=True)),
    }
    assert list(found.columns[1:]) == [
        "repeat_days_n",
        "days_first_to_last",
        "days_observed",
        "spend_per_repeat_day",
    ]


@pytest.mark.slow
def test_repeat_purchases_agree_with_a_loop_over_the_days(grocery_tables):
    found = outcomes.repeats(grocery_tables, as_of="2017-07-01").set_index("customer_id")
    orders = grocery_tables.baskets.filter(grocery_tables.baskets.purchase)
    orders = orders.mutate(amount=orders.amount.cast("float64")).execute()
    orders = orders[orders.ordered_at < "2017-07-01"]
    for customer in found.index[::500]:
        mine = orders[orders.customer_id == customer]
        days = mine.groupby(mine.ordered_at.dt.normalize()).amount.sum()
        row, end = found.loc[customer], pd.Timestamp("2017-06-30")
        assert row.repeat_days_n == len(days) - 1
        assert row.days_first_to_last == (days.index[-1] - days.index[0]).days
        assert row.days_observed == (end - days.index[0]).days
        later = days.iloc[1:].mean() if len(days) > 1 else 0.0
        assert row.spend_per_repeat_day == pytest.approx(later)
    assert (found.days_first_to_last <= found.days_observed).all()
