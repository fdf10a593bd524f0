"""Behaviour: habits above two thirds of the customers, never from what is not known."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit import segments
from segkit.segments.approaches import behaviour
from segkit.study import StudyError


def a_card(orders, coupons):
    return pd.DataFrame(
        {
            "customer_id": [f"c{n}" for n in range(len(orders))],
            "orders_n": orders,
            "coupon_orders_share": coupons,
        }
    )


BOTH = ["orders_n", "coupon_orders_share"]


def groups(card, by=BOTH):
    return segments.assign(card, behaviour.fit(card, by=by))["segment"].tolist()


def test_groups_by_hand():
    card = a_card([9, 1, 8, 1, 1, 1], [0.9, 0.8, 0.0, 0.0, 0.0, 0.0])
    names = behaviour.fit(card, by=BOTH).order
    assert names == [
        "Many orders, coupon users",
        "Many orders",
        "Coupon users",
        "None of these habits",
    ]
    assert groups(card) == [names[0], names[2], names[1], names[3], names[3], names[3]]


def test_when_all_are_equal_nobody_stands_out():
    card = a_card([3] * 5, [0.5] * 5)
    assert set(groups(card)) == {"None of these habits"}
    assert behaviour.habits(card)["customers_n"].tolist() == [0, 0]


def test_what_is_not_known_is_no_habit():
    card = a_card([1, 2, 3], [np.nan, 0.1, 0.2])
    assert groups(card, by=["coupon_orders_share"])[0] == "None of these habits"


def test_a_column_of_the_card_without_any_value_is_no_habit():
    card = a_card([1, 2, 3], [np.nan] * 3)
    assert behaviour.habits(card)["column"].tolist() == ["orders_n"]
    assert behaviour.fit(card).columns == ["orders_n"]


@pytest.mark.slow
@given(st.lists(st.tuples(st.integers(1, 60), st.integers(0, 10)), min_size=1, max_size=60))
def test_relations(rows):
    card = a_card([a for a, _ in rows], [b / 10 for _, b in rows])
    found = groups(card)
    assert groups(card[::-1])[::-1] == found
    larger = card.assign(orders_n=card["orders_n"] * 7)
    assert groups(larger) == found
    habits = behaviour.habits(card).set_index("column")["customers_n"]
    many = sum("any orders" in name for name in found)
    assert many == habits["orders_n"] <= len(card) / 3


def test_one_to_three_known_columns_are_taken():
    card = a_card([1, 2, 3], [0.1, 0.2, 0.3])
    for wrong in (["orders_n", "no_such"], ["orders_n"] * 4):
        with pytest.raises(StudyError, match="coupon_orders_share"):
            behaviour.fit(card, by=wrong)


def test_three_habits_make_eight_groups_that_part_the_grocery_customers(grocery_card):
    by = ["orders_n", "retail_discount_share", "evening_share"]
    definition = behaviour.fit(grocery_card, by=by)
    assert len(set(definition.order)) == 8
    labels = segments.assign(grocery_card, definition)["segment"]
    assert set(labels) <= set(definition.order)
    above = grocery_card["evening_share"] > definition.rules["cuts"]["evening_share"]
    assert (labels.str.lower().str.contains("evening shoppers") == above).all()


def test_outside_shops_nobody_carries_a_basket():
    assert behaviour.called("spend_per_order") == "large baskets"
    assert behaviour.called("spend_per_order", business="b2b") == "large orders"
