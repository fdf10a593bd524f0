"""What happened in a period, counted by hand."""

import pandas as pd
import pytest

from segkit import data
from segkit.data import outcomes
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


def test_campaigns_count_who_was_mailed_and_who_responded(tables):
    found = outcomes.campaigns(tables).set_index("campaign_id")
    assert found.mailed_n.to_dict() == {"x": 2, "y": 1}
    assert found.response_rate.to_dict() == {"x": 0.5, "y": 1.0}
    assert found.complete.to_dict() == {"x": True, "y": False}


def test_a_response_is_told_for_everybody_mailed(tables):
    found = outcomes.response(tables, campaign_id="x")
    assert dict(zip(found.customer_id, found.responded, strict=True)) == {"a": True, "b": False}
    with pytest.raises(StudyError, match=r"no campaign z\. Known campaigns: x, y"):
        outcomes.response(tables, campaign_id="z")


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
    assert outcomes.hours(tables) is None
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
