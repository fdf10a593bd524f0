"""What happened in which order: A, and then B within so many days, or not.

Selections of a CRM ask for sequences: a request and no order within a month, a mailing and no
visit. The engine sorts each customer's moments once and looks ahead with a window, so that ten
million moments need no join of each with each. What happens at the very same moment counts as
afterwards. An A whose days are not over before the analysis date is *open*: whether B will follow
cannot be known, so it is counted apart, never as "not followed". Source: the CRM article's
selections. Taught in notebook approaches/crm_selections.
"""

from datetime import timedelta

import ibis

from segkit.data import schema

STARTS = ("requests", "visits", "mailings")
"""Tables of what an order may follow; the first that a study has is taken."""


def unanswered(tables, *, end, within_days):
    """Say in Markdown how many approaches were not followed by an order within so many days.

    Takes the first of requests, visits and mailings that the study has.

    Parameters
    ----------
    tables : segkit.data.tables.Tables
        The study's tables.
    end : datetime
        Nothing from there on is known.
    within_days : int
        An order so many days later is an answer.

    Returns
    -------
    str
        Markdown; says so when the study has none of them.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import data
    >>> from segkit.data.reports import sequences
    >>> orders = pd.DataFrame({"customer_id": ["c1"], "amount": 5.0})
    >>> orders["ordered_at"] = pd.Timestamp("2024-05-31")
    >>> end = pd.Timestamp("2024-06-01")
    >>> sequences.unanswered(data.from_frames(orders), end=end, within_days=30)
    '*No sequence:* it needs orders and one of requests, visits, mailings.'
    """
    start = next((name for name in STARTS if tables.has(name)), None)
    if start is None or tables.baskets is None:
        return "*No sequence:* it needs orders and one of requests, visits, mailings."
    first, orders = _moments(tables, start, end), _moments(tables, "orders", end)
    found = followed(first, orders, within_days=within_days, end=end)
    sums = {"who": found.count(), **{name: found[name].sum() for name in found.columns[1:]}}
    row = found.aggregate(**sums).execute().iloc[0].fillna(0).astype(int)
    return (
        f"Of {row['starts_n']:,} {start} of {row['who']:,} customers, **{row['silent_n']:,}** were "
        f"not followed by an order within {within_days} days; {row['open_n']:,} are still open."
    )


def followed(first, then, *, within_days, end):
    """Find out, customer by customer, which moments were followed by another kind.

    `first`, `then`: tables with customer_id and at. Returns an Ibis table, one row per customer who
    has a `first`: starts_n (firsts), silent_n (of these, not followed within `within_days`), open_n
    (not followed yet, and not over before `end`).
    """
    kinds = [table.mutate(later=ibis.literal(n, "int8")) for n, table in enumerate((first, then))]
    rows = ibis.union(*kinds)
    order = {"group_by": "customer_id", "order_by": ["at", "later"]}
    ahead = ibis.window(**order, preceding=0, following=None)
    rows = rows.mutate(next=(rows.later == 1).ifelse(rows.at, None).min().over(ahead))
    rows = rows.filter(rows.later == 0)
    came = (rows.next <= rows.at + ibis.interval(days=int(within_days))).fill_null(False)
    over = rows.at < end - timedelta(days=int(within_days))
    rows = rows.mutate(silent=over & ~came, open=~over & ~came)
    return rows.group_by("customer_id").agg(
        starts_n=rows.count(), silent_n=rows.silent.sum(), open_n=rows.open.sum()
    )


def _moments(tables, name, end):
    """Pick the moments of one table before `end`; orders are counted once per order."""
    table = tables.baskets if name == "orders" else getattr(tables, name)
    at = table[schema.moment(name)]
    return table.filter(at < end, table.customer_id.notnull()).select("customer_id", at=at)
