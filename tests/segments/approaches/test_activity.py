"""Activity: reading is no buying, silence is no farewell, unknown is not passive."""

import numpy as np
import pandas as pd
import pytest

from segkit import data, segments, simulate
from segkit.segments.approaches import activity
from segkit.study import StudyError


def a_card(**columns):
    n = len(next(iter(columns.values())))
    return pd.DataFrame({"customer_id": [f"c{x}" for x in range(n)], **columns})


@pytest.fixture
def card():
    return a_card(
        orders_n=[2, 0, 5, 3, 0, 1, 4],
        campaigns_received_n=[3, 3, 3, 3, 3, 0, 1],
        mailings_judged_n=[3, 3, 3, 3, 3, 0, 0],
        mailings_opened_n=[3, 2, 1, 0, 0, 0, 0],
        campaigns_responded_n=[1, 1, 0, 0, 0, 0, 0],
        spend_total=[20.0, 0.0, 50.0, 30.0, 0.0, 9.0, 40.0],
    )


def groups(card, definition=None):
    return segments.assign(card, definition or activity.fit(card))["segment"].tolist()


def test_groups_by_hand(card):
    assert groups(card) == [
        activity.ACTIVE,
        activity.SEMI,  # answered, and bought nothing
        activity.SEMI,  # reads and buys, but not by mail
        activity.PASSIVE,
        activity.PASSIVE,
        activity.NEVER,
        activity.EARLY,
    ]


def test_a_response_without_an_opening_is_still_one(card):
    card.loc[3, "campaigns_responded_n"] = 1
    assert groups(card)[3] == activity.ACTIVE


def test_clicks_stand_in_where_no_response_is_recorded(card):
    clicks = card.drop(columns="campaigns_responded_n").assign(
        mailings_clicked_n=[1, 0, 0, 0, 0, 0, 0]
    )
    assert groups(clicks)[:3] == [activity.ACTIVE, activity.SEMI, activity.SEMI]
    neither = clicks.drop(columns="mailings_clicked_n")
    assert groups(neither)[:3] == [activity.ACTIVE, activity.SEMI, activity.ACTIVE]


def test_order_of_rows_and_reading_back_change_nothing(card):
    definition = activity.fit(card)
    again = segments.Definition.from_dict(definition.to_dict())
    assert groups(card[::-1], again)[::-1] == groups(card)


def test_passive_customers_may_buy_and_the_table_shows_it(card):
    found = activity.attempt(card).habits.set_index("segment")
    assert found["customers_n"].sum() == len(card)
    assert found.loc[activity.PASSIVE, "buyers_share"] == 0.5
    assert found.loc[activity.PASSIVE, "opened_share"] == 0.0
    assert found.loc[activity.SEMI, "opened_share"] == 0.5
    assert np.isnan(found.loc[activity.NEVER, "opened_share"])
    assert found["spend_total"].sum() == card["spend_total"].sum()
    assert "not write off" in found.loc[activity.PASSIVE, "to_do"]


def test_without_openings_nobody_is_called_passive(card):
    blind = card.drop(columns=["mailings_judged_n", "mailings_opened_n"])
    with pytest.raises(StudyError, match="mailings_opened_n"):
        activity.fit(blind)
    found = activity.attempt(blind)
    assert set(found.labels) == {activity.ACTIVE, activity.SILENT, activity.NEVER}
    assert "cannot" in found.told
    assert "all groups" in activity.attempt(card).told


def test_without_mailings_it_is_refused(card):
    assert "mailings" in activity.attempt(card[["customer_id", "orders_n"]]).why
    with pytest.raises(StudyError, match="mailings"):
        activity.partial(card[["customer_id", "orders_n"]])


def test_grocery_says_who_answered_and_no_more(grocery_card):
    counts = activity.attempt(grocery_card).labels.value_counts()
    answered = (grocery_card["campaigns_responded_n"] > 0).sum()
    assert counts[activity.ACTIVE] == answered


@pytest.mark.slow
def test_planted_mail_habits_are_recovered():
    made = simulate.world("store", customers=1_000, seed=5)
    tables = data.from_frames(**made.tables)
    as_of = data.card.analysis_date(tables)
    card = data.card.build(tables, as_of=as_of, window_days=0, everyone=True)
    labels = segments.assign(card, activity.fit(card)).set_index("customer_id")["segment"]
    habit = made.truth["customers"].set_index("customer_id")["mail_habit"].reindex(labels.index)
    often = (card.set_index("customer_id")["mailings_judged_n"] >= 4) & habit.notna()
    passive, known = labels[often] == activity.PASSIVE, habit[often]
    assert passive[known == "passive"].mean() > 0.75
    assert passive[known != "passive"].mean() < 0.05
    active = labels[often] == activity.ACTIVE
    assert not active[known == "passive"].any()
    assert known[active].eq("active").mean() > 0.95
