"""What customers buy, by which way, and what they asked for, per segment, counted by the engine.

Functions for the notebooks that ask (approaches/five_w), no columns of the card; see `times`,
which they share the form of the answer with. A group of goods counts by money, a way of ordering
by orders, a topic of a request and an answer of a survey by what was said. Columns with very many
different values (a street, a free remark) are no groups and are left out.
"""

import re

from segkit.data import schema
from segkit.data.cells import values
from segkit.data.measures import times, within

REASONS = re.compile(r"why|reason|motiv|почему|причин|мотив", re.IGNORECASE)
"""Names of survey questions that ask for reasons."""

MOST = 30
"""Columns with more different values than this are no groups of goods, places or answers."""


def bought(tables, *, members, start, end):
    """Sum the money of goods per segment by department, category and brand (`MOST` kinds at most).

    Returns topic, answer, segment, customers_n (people who bought it) and amount (money, returns
    left out); empty where the study has no groups of goods.
    """
    if tables.products is None or tables.orders is None or not tables.has("product_id"):
        return times.nothing()
    lines = within(tables.orders, "ordered_at", start=start, end=end)
    lines = lines.filter((lines.amount > 0) & values.goods(lines))
    topics = [c for c in ("department", "category", "brand") if c in tables.products.columns]
    named = tables.products.select("product_id", *topics)
    lines = lines.select("customer_id", "product_id", "amount").left_join(named, "product_id")
    return times.joined(
        times.per_segment(
            lines.mutate(answer=lines[t]), topic=t, members=members, amount="amount"
        )
        for t in _grouped(tables.products, topics)
    )  # fmt: skip


def ordered(tables, *, members, start, end):
    """Count orders per segment by the way they came (channel) and the store.

    Returns topic, answer, segment, customers_n and amount (orders); empty where neither is known.
    """
    if tables.orders is None:
        return times.nothing()
    lines = within(tables.orders, "ordered_at", start=start, end=end)
    lines = lines.filter(lines.amount > 0)
    topics = {"channel": "channel", "store_id": "store"}
    known = _grouped(lines, [c for c in topics if c in lines.columns])
    return times.joined(
        times.per_segment(
            lines.mutate(answer=lines[c]).select("customer_id", "order_id", "answer").distinct(),
            topic=topics[c],
            members=members,
        )
        for c in known
    )


def said(tables, *, members, start, end, questions=()):
    """Count what customers said of their reasons: answers of the survey, topics of requests.

    `questions` are the columns of the survey that ask for reasons; without them those that are
    called so (`REASONS`), else all. Answers without a day count at any time, dated ones before
    `end`. Returns topic (the question in words, or "topic of a request"), answer, segment,
    customers_n and amount (answers); empty where nobody was asked.
    """
    found = []
    if tables.survey is not None:
        rows = tables.survey
        if "answered_at" in rows.columns:
            rows = rows.filter((rows.answered_at < end).fill_null(True))
        asked = _grouped(rows, _asked(rows.columns, questions))
        found += [_answers(rows, c, c.replace("_", " "), members) for c in asked]
    if tables.requests is not None and "topic" in tables.requests.columns:
        rows = within(tables.requests, "requested_at", start=start, end=end)
        if _grouped(rows, ["topic"]):
            found.append(_answers(rows, "topic", "topic of a request", members))
    return times.joined(found)


def _asked(columns, questions):
    own = (*schema.names("survey"), "row")
    every = [c for c in columns if c not in own]
    return [c for c in questions if c in every] or [c for c in every if REASONS.search(c)] or every


def _answers(rows, column, topic, members):
    return times.per_segment(rows.mutate(answer=rows[column]), topic=topic, members=members)


def _grouped(table, columns):
    """Keep the columns that name groups: more than one value, `MOST` at most."""
    if not columns:
        return []
    counts = table.aggregate(**{c: table[c].nunique() for c in columns}).execute().iloc[0]
    return [c for c in columns if 1 < counts[c] <= MOST]
