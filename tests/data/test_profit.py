"""Profit and opened mailings: counted by hand, absent where nobody wrote them down."""

import datetime

import pandas as pd
import pytest

from segkit import data
from segkit.data import meanings, measures
from segkit.data.measures import mailed, profit

END = datetime.datetime(2024, 3, 1)


def orders(**more):
    frame = pd.DataFrame(
        {
            "customer_id": ["a", "a", "a", "b", "c"],
            "order_id": ["1", "1", "2", "3", "4"],
            "ordered_at": pd.to_datetime(
                ["2024-01-05", "2024-01-05", "2024-02-05", "2024-02-06", "2024-03-01"]
            ),
            "amount": [100.0, 50.0, -50.0, 20.0, 9.0],
        }
    )
    return frame.assign(**more)


def measured(subject, tables, *, start=None, end=END):
    found = subject.expression(tables, start=start, end=end).execute()
    return found.set_index("customer_id").sort_index()


def test_profit_is_spend_less_cost_and_a_return_takes_its_cost_back():
    tables = data.from_frames(orders(cost=[60.0, 30.0, -30.0, 25.0, 1.0]))
    found = measured(profit, tables)
    assert found["profit_total"].to_dict() == {"a": 40.0, "b": -5.0}
    assert found["margin_share"].round(4).to_dict() == {"a": 0.4, "b": -0.25}


def test_lines_without_a_cost_are_left_out_on_both_sides():
    tables = data.from_frames(orders(cost=[60.0, None, None, None, None]))
    assert measured(profit, tables)["profit_total"].to_dict() == {"a": 40.0}
    # 100 of the 170 of purchases before the date have a cost
    assert profit.coverage(tables, start=None, end=END) == pytest.approx(100 / 170)


def test_profit_never_knows_the_day_of_the_date_itself():
    tables = data.from_frames(orders(cost=1.0))
    assert "c" not in measured(profit, tables).index
    later = measured(profit, tables, end=END + datetime.timedelta(days=1))
    assert later.loc["c", "profit_total"] == 8.0
    assert measured(profit, tables, start=datetime.datetime(2024, 2, 1)).index.tolist() == [
        "a",
        "b",
    ]


def test_without_cost_or_openings_the_card_stays_as_it_was():
    mailings = pd.DataFrame(
        {"customer_id": ["a"], "campaign_id": ["m"], "sent_at": pd.to_datetime(["2024-01-01"])}
    )
    tables = data.from_frames(orders(), mailings=mailings)
    card = data.card.build(tables, as_of="2024-03-01", window_days=0)
    assert not set(card) & {*meanings.of("profit"), *meanings.of("mailed")}
    assert profit.coverage(tables, start=None, end=END) == 0.0


def test_money_without_spend_has_no_margin():
    frame = orders(cost=[1.0, 1.0, 1.0, 1.0, 1.0]).assign(amount=[0.0, 0.0, 0.0, -5.0, 1.0])
    found = measured(profit, data.from_frames(frame))
    assert found["margin_share"].isna().all()
    assert found["profit_total"].to_dict() == {"a": -3.0, "b": -6.0}


def mailings(**more):
    frame = pd.DataFrame(
        {
            "customer_id": ["a", "a", "a", "b", "b", "c"],
            "campaign_id": ["m1", "m2", "m3", "m1", "m3", "m4"],
            "sent_at": pd.to_datetime(
                ["2024-01-01", "2024-02-01", "2024-02-27", "2024-01-01", "2024-02-27", "2024-03-05"]
            ),
            "opened": [True, False, True, False, None, True],
        }
    )
    return frame.assign(**more)


def test_a_mailing_counts_once_it_had_its_time():
    found = measured(mailed, data.from_frames(orders(), mailings=mailings()))
    # m3 was sent two days before the date, m4 after it
    assert found["mailings_judged_n"].to_dict() == {"a": 2, "b": 1}
    assert found["mailings_opened_n"].to_dict() == {"a": 1, "b": 0}


def test_the_last_day_of_a_campaign_decides_where_it_is_known():
    ends = pd.to_datetime(["2024-01-10", "2024-03-10", "2024-02-28", None, None, None])
    found = measured(mailed, data.from_frames(orders(), mailings=mailings(ends_at=ends)))
    assert found["mailings_judged_n"].to_dict() == {"a": 2, "b": 1}
    assert found["mailings_opened_n"].to_dict() == {"a": 2, "b": 0}


def test_who_followed_a_link_has_opened():
    clicked = [False, True, False, None, None, False]
    found = measured(mailed, data.from_frames(orders(), mailings=mailings(clicked=clicked)))
    assert found.loc["a"].to_dict() == {
        "mailings_judged_n": 2,
        "mailings_opened_n": 2,
        "mailings_clicked_n": 1,
    }


def test_whoever_was_not_written_to_opened_nothing():
    tables = data.from_frames(orders(), mailings=mailings()[:3])
    card = data.card.build(tables, as_of="2024-03-01", window_days=0).set_index("customer_id")
    assert card.loc["b", "mailings_judged_n"] == 0
    assert card.loc["a", "mailings_judged_n"] == 2


def test_every_subject_has_words_and_zeros_of_its_own_columns():
    assert {"profit", "mailed"} <= set(measures.SUBJECTS)
    for subject in measures.SUBJECTS:
        assert set(meanings.zero(subject)) <= set(meanings.of(subject))
