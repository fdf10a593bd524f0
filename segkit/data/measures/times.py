"""When customers order: season, weekday, part of the day, per segment, counted by the engine.

Functions for the notebooks that ask (approaches/five_w), no columns of the card. Orders are
counted per customer first and per segment then, so no order line leaves the engine and no
customer is named. Seasons are those of the northern half of the world: winter is December to
February. Hours are told only where the source has a clock.
"""

import ibis

from segkit.data import answers
from segkit.data.measures import within

SEASONS = ("winter", "spring", "summer", "autumn")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
PARTS = ("night, 0 to 5", "morning, 5 to 12", "afternoon, 12 to 18", "evening, 18 to 24")
"""Parts of the day; the hour a part ends with belongs to the next."""

COLUMNS = ("topic", "answer", "segment", "customers_n", "amount")


def counted(tables, *, members, start, end):
    """Count orders per segment by season, weekday and part of the day.

    `members`: DataFrame with customer_id and segment; `start` (or None) and `end` (exclusive)
    bound the window. Returns topic, answer, segment, customers_n (people with such an order) and
    amount (orders), topics in the order season, weekday, part of day; empty where the study has no
    orders.
    """
    if tables.baskets is None:
        return nothing()
    orders = within(tables.baskets, "ordered_at", start=start, end=end)
    orders = orders.filter(orders.purchase)
    at, hour = orders.ordered_at, orders.ordered_at.hour()
    asked = {"season": (at.month() % 12 // 3, SEASONS)}
    asked["weekday"] = (at.day_of_week.index(), WEEKDAYS)
    if tables.facts()["has_clock"]:
        part = ibis.cases((hour < 5, 0), (hour < 12, 1), (hour < 18, 2), else_=3)
        asked["part of day"] = (part, PARTS)
    found = [
        per_segment(orders.mutate(answer=place), topic=topic, members=members).assign(
            answer=lambda f, words=words: f["answer"].map(dict(enumerate(words)))
        )
        for topic, (place, words) in asked.items()
    ]
    return joined(found)


def by_hour(tables, *, members, start, end):
    """Count orders per segment and hour: hour (0 to 23), segment, customers_n, amount (orders).

    Empty where the source has no clock or no orders.
    """
    if tables.baskets is None or not tables.facts()["has_clock"]:
        return nothing().rename(columns={"answer": "hour"}).drop(columns="topic")
    orders = within(tables.baskets, "ordered_at", start=start, end=end)
    orders = orders.filter(orders.purchase).mutate(answer=orders.ordered_at.hour())
    found = per_segment(orders, topic="hour", members=members)
    return found.rename(columns={"answer": "hour"}).drop(columns="topic")


def per_segment(rows, *, topic, members, amount=None):
    """Count rows per answer and segment, one customer at a time first.

    `rows` is an Ibis table with customer_id and answer (rows without an answer are left out);
    `amount` one of its columns to be summed instead of counted. Returns `COLUMNS`, sorted.
    """
    rows = rows.filter(rows.answer.notnull())
    worth = rows.count() if amount is None else rows[amount].sum().cast("float64")
    each = rows.group_by("customer_id", "answer").agg(amount=worth)
    people = ibis.memtable(members[["customer_id", "segment"]].astype("object"))
    both = each.inner_join(people, "customer_id")
    sums = both.group_by("segment", "answer").agg(
        customers_n=both.count(), amount=both.amount.sum().cast("float64")
    )
    frame = answers.fetch(sums, by=["segment", "answer"]).assign(topic=topic)
    return frame[list(COLUMNS)]


def joined(found):
    """Put counted topics under one another; empty with the right columns where there are none."""
    import pandas as pd

    found = [each for each in found if len(each)]
    return pd.concat(found, ignore_index=True) if found else nothing()


def nothing():
    """Return an empty table of counts."""
    import pandas as pd

    return pd.DataFrame({name: [] for name in COLUMNS})
