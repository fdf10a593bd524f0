"""Completing order lines: what a line does not say itself, but another line of its order does.

Some exports write customer, date and state on the first line of an order only. That is told by
the file, so it is filled in and counted in a note. An order number that belongs to several
customers fills nothing.
"""

import ibis

from segkit.data import messages
from segkit.data.cells import phrases, values

SHARED = ("customer_id", "ordered_at", "status", "currency")
"""What all lines of one order have in common."""

ONE, NEARLY = ("status", "currency"), 0.95
"""What is carried on only where all lines that tell it tell the same, in this share of the orders
at least."""


def lines(rows):
    """Complete typed order lines with what stands on another line of the same order.

    Takes and returns a table with canonical columns and `text_*` beside them. A line gets the
    customer and date of its order where it has none and the order has but one customer; its status
    and currency only where the order tells one, as nearly all orders do: a word on some lines, such
    as “cancelled”, is about these lines.
    """
    if not {"order_id", "customer_id"} <= set(rows.columns) or not _blank_n(rows):
        return rows
    order = ibis.window(group_by="order_id")
    one = rows.customer_id.min().over(order) == rows.customer_id.max().over(order)
    lone = (one & rows.order_id.notnull()).fill_null(False)
    shared = [c for c in SHARED if c not in ONE or (c in rows.columns and _everywhere(rows, c))]
    names = [c for c in (*shared, *(f"text_{s}" for s in shared)) if c in rows.columns]
    filled = {name: _filled(rows, name, lone, order) for name in names}
    return rows.mutate(**filled)


def _filled(rows, name, lone, order):
    """Take the order's value where a cell is empty; what is unreadable was not empty."""
    column, empty = rows[name], lone
    if f"text_{name}" in rows.columns:
        empty = lone & rows[f"text_{name}"].isnull()
    if name in ONE:
        empty = empty & (column.min().over(order) == column.max().over(order))
    return column.coalesce(empty.ifelse(column.min().over(order), ibis.null(column.type())))


def _everywhere(rows, column):
    """Tell whether nearly every order has a value in a column, on one of its lines at least."""
    known = rows.filter(rows.order_id.notnull())
    each = known.group_by("order_id").agg(told=(known[column].count() > 0).cast("int64"))
    row = each.aggregate(n=each.count(), told=each.told.sum()).execute().iloc[0]
    return bool(row.n) and row.told >= NEARLY * row.n


def _blank_n(rows):
    """Count the lines of orders that lack something which another line may have."""
    known = [c for c in SHARED if c in rows.columns]
    blank = ibis.or_(*[rows[c].isnull() for c in known]) & rows.order_id.notnull()
    return int(blank.sum().execute() or 0)


def notes(raw, bound, name):
    """Note what `lines` completes, measured on the rows as they came: dicts as in `Source`."""
    if name != "orders":
        return []
    found = []
    if "amount" not in bound:
        found.append(messages.note("no amount", **bound))
    if not {"order_id", "customer_id"} <= set(bound):
        return found
    picked = {c: values.text(raw[bound[c]]) for c in ("order_id", *filter(bound.get, SHARED))}
    rows = raw.select(**picked).filter(ibis._.order_id.notnull())
    blank = {c: rows[c].isnull().any() for c in rows.columns if c != "order_id"}
    some = rows.aggregate(**blank).execute().iloc[0]
    for column in [c for c in blank if some[c]]:
        if n := _filled_n(rows, column):
            found.append(messages.note("first line only", heading=bound[column], n=n))
    return found


def gained(before, after, *, headings):
    """Note what `lines` completed, given the order lines before and after: dicts as in `Source`.

    `headings` maps canonical names to those of the source.
    """
    if after is before:
        return []
    known = [c for c in SHARED if c in before.columns]
    both = [{c: t[c].count() for c in known} for t in (before, after)]
    old, new = (
        t.aggregate(**c).execute().iloc[0] for t, c in zip((before, after), both, strict=True)
    )
    gains = {column: int(new[column] - old[column]) for column in known}
    return [
        messages.note("first line only", heading=headings[column], n=n)
        for column, n in gains.items()
        if n
    ]


def _filled_n(rows, column):
    """Count lines without a value whose order has one, and but one customer."""
    by = rows.group_by("order_id").agg(
        blank=rows[column].isnull().sum(),
        told=rows[column].count(),
        kinds=rows[column].nunique(),
        customers=rows.customer_id.nunique(),
    )
    one = by.kinds == 1 if column in ONE else by.told > 0
    if column in ONE and not _everywhere(rows, column):
        return 0
    fit = by.filter(by.blank > 0, one, by.customers == 1)
    return int(fit.blank.sum().execute() or 0)


def unnumbered(bound, name, origin):
    """Note that orders have no number, where that is so."""
    if name != "orders" or "order_id" in bound:
        return []
    return [messages.note("no order number", origin=origin)]


def completed(rows, name):
    """Add what other columns of a typed table tell: responses of mailings, lines of orders."""
    return {"mailings": _with_responses, "orders": lines}.get(name, lambda t: t)(rows)


def _with_responses(mailings):
    """Tell who opened and clicked, who responded, and what never arrived.

    Who followed a link has opened, and responded, unless the source knows responses of its own; to
    open is no answer. `undelivered` marks what came back.
    """
    told = _states(mailings)
    clicked = _either(mailings, "clicked", told.get("clicked"))
    opened = _either(mailings, "opened", told.get("opened"), clicked)
    found = {"opened": opened, "clicked": clicked, "responded": _responded(mailings, clicked)}
    found["undelivered"] = told.get("bounced")
    return mailings.mutate(**{name: column for name, column in found.items() if column is not None})


def _states(mailings):
    """Read what the status of mailings tells: {"bounced", "opened", "clicked": boolean column}."""
    if "status" not in mailings.columns:
        return {}
    said = mailings.status.lower()
    words = said.name("said").as_table().distinct().limit(STATES).execute().said.dropna()
    found = {}
    for name, pattern in phrases.MAILED.items():
        denied = words.str.contains(phrases.DENIED) & (name != "bounced")
        if len(meant := words[words.str.contains(pattern) & ~denied]):
            found[name] = said.isin(list(meant)).fill_null(False)
    return found


STATES = 1000
"""So many different states of mailings are looked at."""


def _either(mailings, column, *more):
    """Join a column of yes and no, where it is there, with what else says the same; or None."""
    known = [mailings[column]] if column in mailings.columns else []
    known += [one for one in more if one is not None]
    return ibis.or_(*known) if known else None


def _responded(mailings, clicked):
    """Tell who responded: as the source says, by day or number of responses, else by a click."""
    if "responded" in mailings.columns:
        return mailings.responded
    if "responded_at" in mailings.columns:
        return mailings.responded_at.notnull()
    if "responses_n" in mailings.columns:
        return (mailings.responses_n > 0).fill_null(False)
    return clicked
