"""When, what and why: counted per segment by the engine, by hand in pandas."""

import datetime

import numpy as np
import pandas as pd
import pytest

from segkit import data
from segkit.data.measures import times, wares

END = datetime.datetime(2025, 1, 1)
BOUNDS = {"start": None, "end": END}


@pytest.fixture
def frame():
    rng = np.random.default_rng(7)
    n = 400
    moments = pd.Timestamp(2024, 1, 1) + pd.to_timedelta(rng.integers(0, 366 * 24, n), unit="h")
    return pd.DataFrame(
        {
            "customer_id": [f"c{x}" for x in rng.integers(0, 30, n)],
            "order_id": [f"o{x}" for x in range(n)],
            "ordered_at": moments,
            "amount": rng.integers(1, 90, n).astype(float),
            "product_id": [f"p{x}" for x in rng.integers(0, 6, n)],
            "channel": rng.choice(["web", "shop"], n),
        }
    )


@pytest.fixture
def members(frame):
    ids = sorted(frame["customer_id"].unique())
    return pd.DataFrame({"customer_id": ids, "segment": ["x", "y", "y"] * (len(ids) // 3)})


PRODUCTS = pd.DataFrame(
    {
        "product_id": [f"p{x}" for x in range(6)],
        "department": ["food", "food", "home", "home", "garden", None],
    }
)


def test_weekdays_and_hours_are_those_of_pandas(frame, members):
    tables = data.from_frames(frame)
    both = frame.merge(members, on="customer_id")
    counted = times.counted(tables, members=members, **BOUNDS)
    by_day = counted[counted["topic"] == "weekday"].set_index(["segment", "answer"])["amount"]
    expected = both.groupby(["segment", both["ordered_at"].dt.day_name()]).size()
    assert by_day.astype(int).to_dict() == expected.to_dict()
    hours = times.by_hour(tables, members=members, **BOUNDS).set_index(["segment", "hour"])
    expected = both.groupby(["segment", both["ordered_at"].dt.hour])["customer_id"].nunique()
    assert hours["customers_n"].astype(int).to_dict() == expected.to_dict()


def test_winter_begins_in_december():
    days = [f"2024-{month:02}-15" for month in range(1, 13)]
    frame = pd.DataFrame(
        {"customer_id": "a", "ordered_at": pd.to_datetime(days), "amount": 1.0, "order_id": days}
    )
    members = pd.DataFrame({"customer_id": ["a"], "segment": ["all"]})
    found = times.counted(data.from_frames(frame), members=members, **BOUNDS)
    seasons = found[found["topic"] == "season"]
    assert seasons["amount"].tolist() == [3.0] * 4
    assert sorted(seasons["answer"]) == sorted(times.SEASONS)
    winter = data.from_frames(frame[frame["ordered_at"].dt.month.isin([12, 1, 2])])
    again = times.counted(winter, members=members, **BOUNDS)
    assert again.loc[again["topic"] == "season", "answer"].tolist() == ["winter"]


def test_without_a_clock_nothing_is_said_of_the_day(frame, members):
    tables = data.from_frames(frame.assign(ordered_at=frame["ordered_at"].dt.normalize()))
    assert "part of day" not in set(times.counted(tables, members=members, **BOUNDS)["topic"])
    assert times.by_hour(tables, members=members, **BOUNDS).empty


def test_all_orders_of_members_are_counted_once_in_each_topic(frame, members):
    counted = times.counted(data.from_frames(frame), members=members, **BOUNDS)
    assert counted.groupby("topic")["amount"].sum().tolist() == [len(frame)] * 3


def test_goods_are_summed_by_money_and_returns_left_out(frame, members):
    back = frame.head(1).assign(order_id="back", amount=-50.0)
    tables = data.from_frames(pd.concat([frame, back]), products=PRODUCTS)
    found = wares.bought(tables, members=members, **BOUNDS)
    both = frame.merge(members, on="customer_id").merge(PRODUCTS, on="product_id")
    expected = both.groupby(["segment", "department"])["amount"].sum()
    assert found.set_index(["segment", "answer"])["amount"].to_dict() == expected.to_dict()


def test_an_order_of_two_lines_is_one_order_of_its_channel(members):
    frame = pd.DataFrame(
        {
            "customer_id": ["c0", "c0", "c1"],
            "order_id": ["1", "1", "2"],
            "ordered_at": pd.to_datetime(["2024-05-01"] * 3),
            "amount": 5.0,
            "channel": ["web", "web", "shop"],
        }
    )
    found = wares.ordered(data.from_frames(frame), members=members, **BOUNDS)
    assert found.set_index("answer")["amount"].to_dict() == {"shop": 1.0, "web": 1.0}


def test_reasons_come_from_questions_that_ask_for_them(frame, members):
    survey = pd.DataFrame(
        {
            "customer_id": ["c0", "c1", "c2"],
            "answered_at": pd.to_datetime(["2024-05-01", "2024-06-01", "2025-06-01"]),
            "why_us": ["price", "range", "price"],
            "age_group": ["young", "old", "old"],
        }
    )
    found = wares.said(data.from_frames(frame, survey=survey), members=members, **BOUNDS)
    assert set(found["topic"]) == {"why us"}
    assert found["amount"].sum() == 2  # the third answer came after the date
    asked = wares.said(
        data.from_frames(frame, survey=survey), members=members, questions=["age_group"], **BOUNDS
    )
    assert set(asked["topic"]) == {"age group"}


def test_the_topic_of_a_request_says_why_somebody_came(frame, members):
    requests = pd.DataFrame(
        {
            "customer_id": ["c0", "c0", "c1"],
            "requested_at": pd.to_datetime(["2024-05-01"] * 3),
            "topic": ["price", "repair", "repair"],
        }
    )
    found = wares.said(data.from_frames(frame, requests=requests), members=members, **BOUNDS)
    assert found.groupby("answer")["amount"].sum().to_dict() == {"price": 1.0, "repair": 2.0}


def test_missing_tables_give_nothing_and_no_error(members):
    lists = data.from_frames(customers=pd.DataFrame({"customer_id": ["c0"]}))
    for asked in (times.counted, times.by_hour, wares.bought, wares.ordered, wares.said):
        assert asked(lists, members=members, **BOUNDS).empty
