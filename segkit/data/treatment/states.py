"""What became of an order: a history of states is one order, and a deal not won is no sale.

Marketplaces write one row for every state of an order (created, paid, shipped): summed up, it
would be sold several times. That is told by the rows themselves: the same order, product and
amount again and again, each time in another state. The latest state counts, on the day of the
first. Lists of deals hold those that were lost or are still open: where some states say "won",
only these are sales.
"""

from dataclasses import replace

import ibis

from segkit.data.cells import phrases

EARLIER = "earlier state of the order"
NOT_WON = "deal not won"
"""Rules under which such rows are set aside."""

REPEATED, DIFFERENT = 0.2, 0.9
"""A history: that share of orders stands there several times, that share of their rows differs."""


def settle(source):
    """Mark rows that are no sales of their own; takes and returns the orders' `origin.Source`.

    Adds the column `unsold`, the name of the rule, where there are any, and a note that says how
    it was told. Orders without a `status` come back as they are.
    """
    table, notes = source.table, []
    if "status" not in table.columns:
        return source
    if bool(_won(table).any().execute()):
        table = _marked(table, ~_won(table).fill_null(False), NOT_WON)
        notes.append(_note("deals", "some states say that a deal was won", "only these are sales"))
    key = [c for c in ("order_id", "customer_id", "product_id", "amount") if c in table.columns]
    if "order_id" in key and _is_history(source.table, key):
        table = _latest(table, key)
        measured = "orders stand there several times, each time in another state"
        decision = "the latest state counts, on the day of the first"
        notes.append(_note("a history of states", measured, decision))
    return replace(source, table=table, notes=[*source.notes, *notes]) if notes else source


def _won(table):
    return table.status.lower().re_search(phrases.WON)


def _is_history(table, key):
    told = table.filter(table.order_id.notnull(), table.status.notnull())
    each = told.group_by(key).agg(n=told.count(), states=told.status.nunique())
    several = each.n > 1
    row = each.aggregate(
        groups=each.count(),
        again=several.sum(),
        rows=each.n.sum(where=several),
        differing=each.n.sum(where=several & (each.states == each.n)),
    ).execute().fillna(0).iloc[0]  # fmt: skip
    again = row.again > REPEATED * max(row.groups, 1)
    return again and row.differing >= DIFFERENT * max(row.rows, 1)


def _latest(table, key):
    order = [ibis.desc("ordered_at"), ibis.desc("row")]
    place = ibis.row_number().over(group_by=key, order_by=order)
    first = table.ordered_at.min().over(group_by=key)
    placed = table.mutate(place_=place, first_=first)
    known = placed.order_id.notnull() & placed.status.notnull()
    marked = _marked(placed, known & (placed.place_ > 0), EARLIER)
    moment = known.ifelse(marked.first_, marked.ordered_at)
    return marked.mutate(ordered_at=moment).drop("place_", "first_")


def _marked(table, where, rule):
    """Write `rule` beside the rows that no other one has."""
    nothing = ibis.null("string")
    known = table.unsold if "unsold" in table.columns else nothing
    return table.mutate(unsold=known.coalesce(where.ifelse(ibis.literal(rule), nothing)))


def _note(trap, measured, decision):
    return {"trap": trap, "measured": measured, "decision": decision}
