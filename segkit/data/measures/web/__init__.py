"""What the website tells of each customer, and of visitors who are no customers yet.

`people` makes one row per person out of hits (`hits`), carts (`carts`) and goals (`goals`): a
customer, seen on any number of browsers, or a browser that nobody has named. `expression` keeps
the customers, for the card. A window counts what happened in it; the first visit is looked for in
all that came before, or everybody would be new. What the source does not tell (no page, no device)
is absent, never filled. `reports` counts traffic. Taught in notebook
approaches/web_analytics.
"""

from segkit.data import meanings
from segkit.data.measures import days, within
from segkit.data.measures.web import carts, goals, hits
from segkit.study import StudyError

WORDS = meanings.of("web")
"""Columns of a person: family, unit and meaning."""

ZERO = meanings.zero("web")
"""Columns that are 0 for a customer who was never seen on the site."""


def expression(tables, *, start, end):
    """Return what the site tells of each customer: an Ibis table keyed by customer_id, or None.

    As `people`, with the defaults, for known customers.
    """
    if not tables.has("visits"):
        return None
    found = people(tables, hits.read(tables, end=end), start=start, end=end)
    found = found.filter(found.customer_id.notnull())
    return found.select("customer_id", *(c for c in WORDS if c in found.columns))


def people(tables, read, *, start=None, end, hours=24):
    """Sum up every person seen on the site in a window: an Ibis table, one row per person.

    `read` are the hits of `hits.read(tables, end=end)`. Columns: person ("customer …" or
    "visitor …"), customer_id (empty: not a customer yet), those of `WORDS` that the source can
    give, and, where the study has orders, orders_n and spend_total of the window as on the card, 0
    for who is no customer. Carts need cart hits and purchases (see `carts`); they are abandoned
    after `hours`.
    """
    seen = read if start is None else read.filter(read.seen_at >= start)
    found = seen.group_by("person").agg(**_counts(seen, end))
    before = read.group_by("person").agg(days_since_first_visit=days(read.seen_at.min(), end))
    parts = [before, goals.per_person(seen, goals.read())]
    for column, table in {"source": read, "device": seen, "region": seen}.items():
        if column in read.columns:
            told = hits.first(table, by="person", column=column, last=column != "source")
            parts.append(told.rename({f"site_{column}": column}))
    if (opened := _carts(tables, read, start=start, end=end, hours=hours)) is not None:
        parts.append(opened)
    for part in parts:
        found = found.left_join(part, "person").drop("person_right")
    if tables.has("orders"):
        found = _ordered(found, tables.baskets, start=start, end=end)
    filled = {c: found[c].fill_null(0) for c in ZERO if c in found.columns}
    found = found.mutate(**filled)
    known = (*WORDS, "orders_n", "spend_total")
    return found.select("person", "customer_id", *(c for c in known if c in found.columns))


def analysis_date(tables):
    """Return the day after the last visit or order, whichever is later, as a date."""
    from datetime import timedelta

    visits = hits.needed(tables)
    last = [visits.seen_at.max().execute()]
    last += [tables.facts()["last_order"]] if tables.has("orders") else []
    return max(moment.date() for moment in last) + timedelta(days=1)


def _counts(seen, end):
    bought = seen.kind == "purchase"
    money = {}
    if "amount" in seen.columns:
        money["site_spend"] = seen.amount.sum(where=bought).cast("float64")
    return {
        "customer_id": seen.customer_id.max(),
        "sessions_n": seen.session.nunique(),
        "visit_days_n": seen.seen_at.date().nunique(),
        "pages_n": (seen.kind == "page").sum().cast("int64"),
        "days_since_visit": days(seen.seen_at.max(), end),
        "browsers_n": seen.visitor_id.nunique(),
        **money,
    }


def _ordered(found, baskets, *, start, end):
    """Add orders and spend of the window, whatever channel they came by."""
    orders = within(baskets, "ordered_at", start=start, end=end)
    spent = orders.group_by("customer_id").agg(
        orders_n=orders.purchase.sum().cast("int64"),
        spend_total=orders.amount.sum().cast("float64"),
    )
    both = found.left_join(spent, "customer_id").drop("customer_id_right")
    return both.mutate(**{c: both[c].fill_null(0) for c in ("orders_n", "spend_total")})


def _carts(tables, read, *, start, end, hours):
    """Sum up the carts opened in the window; None where the log has none, or no purchases."""
    if not read.kind.isin(carts.OPENING).any().execute():
        return None
    try:
        bought = carts.purchases(read, tables=tables)
    except StudyError:
        return None
    found = carts.episodes(read, end=end, hours=hours, bought=bought)
    found = found if start is None else found.filter(found.opened_at >= start)
    return carts.per_person(found).drop("carts_bought_n", "carts_abandoned_amount")
