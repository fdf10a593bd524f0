"""What happened in which order: A, then B within so many days, and no C within them.

Selections of a CRM ask for sequences: a request and no order within a month; a mailing, then a
visit, then no purchase. The engine sorts each customer's moments once and looks ahead with a
window, so that ten million moments need no join of each with each. What happens at the very
same moment counts as afterwards. An A whose days are not over before the analysis date is
*open*: whether B will follow cannot be known, so it is counted apart, never as "not followed".
Source: the CRM article's selections. Taught in notebook approaches/crm_selections.
"""

from datetime import timedelta

import ibis

from segkit.data import schema
from segkit.study import StudyError

FIRST, THEN, NEVER = 0, 1, 2
"""Rank of the three kinds of moments where two share one time."""


def moments(tables, name, *, end, **equal):
    """Pick the moments of one table: an Ibis table with `customer_id` and `at`.

    `name` is a canonical table (orders are counted once per order); `equal` are columns and the
    value, or list of values, that they must have, such as channel="form". Rows from `end` on are
    unknown. Raises StudyError where the table or a column is lacking.
    """
    table = tables.baskets if name == "orders" else getattr(tables, name, None)
    if table is None:
        raise StudyError(f"The sequence asks for the table `{name}`, which this study lacks.")
    if lacking := [c for c in equal if c not in table.columns]:
        raise StudyError(f"The table `{name}` has no column {', '.join(lacking)} to choose by.")
    for column, value in equal.items():
        table = table.filter(table[column].isin(value if isinstance(value, list) else [value]))
    at = schema.moment(name)
    table = table.filter(table[at] < end).filter(table.customer_id.notnull())
    return table.select("customer_id", at=table[at])


def followed(first, *, then=None, never=None, within_days, end):
    """Find the customers with a sequence: first, followed by `then`, not followed by `never`.

    `first`, `then`, `never` are tables of `moments`; both count within `within_days` days after
    the first. Returns an Ibis table, one row per customer who has a `first`: starts_n (firsts),
    matches_n (of these, with the sequence), open_n (not over before `end` and so not judged unless
    `then` has come and nothing is forbidden, or `never` has come), last_match_at.
    """
    rows = _ahead(_marked(first, then, never))
    span = ibis.interval(days=int(within_days))
    rows = rows.filter(rows.kind == FIRST).mutate(until=lambda t: t["at"] + span)
    came = ibis.literal(True) if then is None else (rows.next_then <= rows.until).fill_null(False)
    spoilt = (rows.next_never <= rows.until).fill_null(False)
    over = rows.at < end - timedelta(days=int(within_days))
    judged = over | spoilt | (came if never is None and then is not None else ibis.literal(False))
    rows = rows.mutate(matched=judged & came & ~spoilt, undecided=~judged)
    return rows.group_by("customer_id").agg(
        starts_n=rows.count(),
        matches_n=rows.matched.sum(),
        open_n=rows.undecided.sum(),
        last_match_at=rows.at.max(where=rows.matched),
    )


def unanswered(tables, *, end, within_days):
    """Say in Markdown how many approaches were not followed by an order within so many days.

    Takes the first of requests, visits and mailings that the study has. Says so when it has none.
    """
    start = next((name for name in ("requests", "visits", "mailings") if tables.has(name)), None)
    if start is None or tables.baskets is None:
        return "*No sequence:* it needs orders and one of requests, visits, mailings."
    first, orders = (moments(tables, name, end=end) for name in (start, "orders"))
    found = followed(first, never=orders, within_days=within_days, end=end)
    sums = found.aggregate(
        who=found.count(), n=found.starts_n.sum(), silent=found.matches_n.sum(),
        open=found.open_n.sum(),
    )  # fmt: skip
    row = sums.execute().iloc[0].fillna(0).astype(int)
    return (
        f"Of {row['n']:,} {start} of {row['who']:,} customers, **{row['silent']:,}** were not "
        f"followed by an order within {within_days} days; {row['open']:,} are still open."
    )


def _marked(first, then, never):
    parts = [(first, FIRST), (then, THEN), (never, NEVER)]
    marked = [t.mutate(kind=ibis.literal(kind, "int8")) for t, kind in parts if t is not None]
    return ibis.union(*marked) if len(marked) > 1 else marked[0]


def _ahead(rows):
    """Add, to every moment, when the next `then` and the next `never` of its customer come."""
    ahead = ibis.window(
        group_by="customer_id", order_by=["at", "kind"], preceding=0, following=None
    )
    moment = {kind: (rows.kind == kind).ifelse(rows.at, None) for kind in (THEN, NEVER)}
    return rows.mutate(
        next_then=moment[THEN].min().over(ahead), next_never=moment[NEVER].min().over(ahead)
    )
