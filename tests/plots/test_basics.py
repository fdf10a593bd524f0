"""Figures of the gallery's first notebooks: drawn for many shapes of data, said in words."""

import numpy as np
import pandas as pd
import pytest

from segkit import segments
from segkit.plots.approaches import abc as abc_drawn
from segkit.plots.approaches import activity as activity_drawn
from segkit.plots.approaches import attributes as attributes_drawn
from segkit.plots.approaches import behaviour as behaviour_drawn
from segkit.plots.approaches import five_w as five_w_drawn
from segkit.plots.approaches import lifecycle as lifecycle_drawn
from segkit.plots.approaches import rfm as rfm_drawn
from segkit.segments.approaches import abc, activity, behaviour, lifecycle, rfm


def a_card(n=30):
    rng = np.random.default_rng(1)
    return pd.DataFrame(
        {
            "customer_id": [f"c{x}" for x in range(n)],
            "days_since_purchase": rng.integers(1, 400, n),
            "days_since_first_purchase": rng.integers(400, 900, n),
            "orders_n": rng.integers(1, 9, n),
            "spend_total": rng.integers(1, 900, n).astype(float),
        }
    )


def is_drawn(chart):
    assert len(chart.alt) > 40
    assert chart.png()[:4] == b"\x89PNG"
    return chart.alt


@pytest.mark.parametrize("spend", [[60.0, 25, 10, 3, 2], [5.0], [0.0, -3.0]])
def test_promises_are_drawn_beside_what_is(spend):
    card = a_card(len(spend)).assign(spend_total=spend)
    alt = is_drawn(abc_drawn.promise(abc.compare(card)))
    assert alt.count("by ") == 2


def test_a_field_without_customers_is_said_to_be_empty():
    card = a_card(4).assign(orders_n=[9, 9, 1, 1], spend_total=[9.0, 9, 1, 1])
    two = abc.two_way(card)
    sizes = segments.sizes(
        segments.assign(card, two)["segment"], spend=card["spend_total"], order=two.order
    )
    alt = is_drawn(abc_drawn.quadrants(sizes))
    assert "no customers" in alt
    bare = sizes.assign(money_share=np.nan)
    assert "of money" not in is_drawn(abc_drawn.quadrants(bare))


def test_scores_say_their_counts():
    card = a_card(10).assign(orders_n=[1] * 7 + [2, 3, 9])
    cuts = rfm.fit(card).rules["cuts"]
    alt = is_drawn(rfm_drawn.scores(rfm.Scale(None, cuts, rfm.score(card, cuts=cuts)).spread))
    assert "F 7, 0, 0," in alt


def test_stages_are_counted_in_words_and_leads_are_not_drawn():
    card = a_card(5).astype({"days_since_purchase": float, "days_since_first_purchase": float})
    card.loc[0, ["days_since_purchase", "days_since_first_purchase"]] = np.nan
    card.loc[0, "orders_n"] = 0
    definition = lifecycle.fit(card)
    labels = segments.assign(card, definition)["segment"]
    alt = is_drawn(lifecycle_drawn.timeline(card, labels, definition=definition))
    assert "Lead: never bought: 1" in alt
    alone = card.head(1)
    is_drawn(lifecycle_drawn.timeline(alone, labels.head(1), definition=definition))


def test_beginnings_say_the_share_of_the_first_month():
    months = pd.DataFrame(
        {
            "month": pd.date_range("2024-01-01", periods=3, freq="MS").date,
            "new_customers_n": [80, 10, 10],
            "complete": [True, True, False],
        }
    )
    assert "80 of 100" in is_drawn(lifecycle_drawn.beginnings(months))
    assert "0 of 0" in is_drawn(lifecycle_drawn.beginnings(months.assign(new_customers_n=0)))


@pytest.mark.parametrize("opened", [[0.5, np.nan], [np.nan, np.nan]])
def test_habits_are_drawn_with_and_without_openings(opened):
    frame = pd.DataFrame(
        {
            "segment": [activity.ACTIVE, activity.NEVER],
            "customers_n": [5, 20],
            "buyers_share": [1.0, 0.3],
            "opened_share": opened,
        }
    )
    assert "20 customers, 30% bought" in is_drawn(activity_drawn.habits(frame))


def test_where_a_habit_begins_is_drawn_for_one_and_for_many():
    card = a_card().assign(spend_per_order=5.0)
    habits = behaviour.habits(card)
    assert "many orders above" in is_drawn(behaviour_drawn.cuts(card, habits))
    is_drawn(behaviour_drawn.cuts(card, habits.head(1)))


def said(share, *, suppressed=False):
    frame = pd.DataFrame(
        {"segment": ["x", "x", "y", "y"], "answer": ["a", "b"] * 2, "share": share}
    )
    frame["share_all"] = 0.5
    frame["lift"] = frame["share"] / frame["share_all"]
    frame["suppressed"] = suppressed
    return frame.assign(topic="t")


def test_lifts_name_the_furthest_cell_and_never_a_hidden_one():
    alt = is_drawn(five_w_drawn.lifts(said([0.9, 0.1, 0.4, 0.6]), topic="t", order=["x", "y"]))
    assert "x, a, 90%" in alt
    hidden = said([np.nan] * 4, suppressed=True)
    alt = is_drawn(five_w_drawn.lifts(hidden, topic="t", order=["x", "y"]))
    assert "too few people" in alt


def test_hours_say_their_peak():
    counted = pd.DataFrame(
        {"hour": [9, 17, 17], "segment": ["x", "x", "y"], "customers_n": 20, "amount": [5, 9, 9]}
    )
    assert "17:00" in is_drawn(five_w_drawn.hours(counted, order=["x", "y"], smallest=10))


def test_classes_by_preset_are_named_where_there_is_room():
    shares = pd.DataFrame({"preset": ["EU", "RU"], "micro": [0.05, 0.6], "large": [0.95, 0.4]})
    alt = is_drawn(attributes_drawn.presets(shares))
    assert "EU: micro 5%, large 95%; RU: micro 60%, large 40%" in alt
