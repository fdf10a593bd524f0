"""What became of an order: a history of states is one order, and a deal not won is no sale.

Marketplaces write one row for every state of an order (created, paid, shipped): summed up, it
would be sold several times. That is told by the rows themselves: the same order, product and
amount again and again, each time in another state. The latest state counts, on the day of the
first. Lists of deals hold those that were lost or are still open: where some states say "won",
only these are sales. What a state means is known from its words (phrases.yaml) or said by the study
(`states:`), which goes first; one that nobody knows counts, and is named in a note.
"""

import re
from dataclasses import replace

import ibis

from segkit.data import messages
from segkit.data.cells import phrases

EARLIER = "earlier state of the order"
NOT_WON = "deal not won"
CANCELLED, STILL_OPEN = "cancelled order", "order still open"
"""Rules under which such rows are set aside."""

COUNTS, ASIDE, OPEN = "counts", "set aside", "open"
"""What a state can mean, as a study says it; what is open is set aside until it is a sale."""

REPEATED, DIFFERENT = 0.2, 0.9
"""A history: that share of orders stands there several times, that share of their rows differs."""

MOST = 100
"""So many states are looked at one by one; nobody has more."""


def told(state):
    """Tell from its words what a state means: counts, set aside, open, or "" (not known)."""
    said = state.lower()
    meanings = ((phrases.PARTLY, COUNTS), (phrases.CANCELLED, ASIDE), (phrases.TEST_STATE, ASIDE),
                (phrases.WON, COUNTS), (phrases.OPEN, OPEN), (phrases.SOLD, COUNTS))  # fmt: skip
    for words, meaning in meanings:
        if found := re.search(words, said):
            denied = words == phrases.SOLD and re.search(phrases.NEGATED, said[: found.start()])
            return "" if denied else meaning
    return ""


def is_won(state):
    """Tell from its words whether a state says that a deal was won."""
    said = state.lower()
    return bool(re.search(phrases.WON, said)) and not re.search(phrases.CANCELLED, said)


def settle(source, *, study):
    """Mark rows that are no sales of their own; takes and returns the orders' `origin.Source`.

    Adds the columns `unsold`, the name of the rule, and `counted`, where the study says that a
    state counts, and notes that say how it was told. Orders without a `status` come back as they
    are.
    """
    table, notes = source.table, []
    if "status" not in table.columns:
        return source
    table, given = _as_said(table, study.states)
    if bool(_won(table).any().execute()):
        table = _marked(table, ~given & ~_won(table).fill_null(False), NOT_WON)
        notes.append(_note("deals", "some states say that a deal was won", "only these are sales"))
    elif unknown := _unknown(source.table, study.states):
        notes.append(messages.note("unknown states", states=unknown))
    key = [c for c in ("order_id", "customer_id", "product_id", "amount") if c in table.columns]
    if "order_id" in key and _is_history(source.table, key):
        table = _latest(table, key)
        measured = "orders stand there several times, each time in another state"
        decision = "the latest state counts, on the day of the first"
        notes.append(_note("a history of states", measured, decision))
    return replace(source, table=table, notes=[*source.notes, *notes])


def _as_said(table, said):
    """Mark rows as the study says of their states: (table, which rows it speaks of)."""
    if not said:
        return table, ibis.literal(False)
    own = table.status.strip().lower()
    listed = {m: [s.strip().lower() for s, meaning in said.items() if meaning == m]
              for m in (COUNTS, ASIDE, OPEN)}  # fmt: skip
    meant = {m: own.isin(states).fill_null(False) for m, states in listed.items() if states}
    table = table.mutate(counted=meant.get(COUNTS, ibis.literal(False)))
    for meaning, rule in ((ASIDE, CANCELLED), (OPEN, STILL_OPEN)):
        if meaning in meant:
            table = _marked(table, meant[meaning], rule)
    return table, ibis.or_(*meant.values())


def _unknown(table, said):
    """Name the states whose meaning is neither known nor said, with their lines."""
    each = table.group_by("status").agg(n=table.count()).order_by(ibis.desc("n"), "status")
    rows = each.filter(each.status.notnull()).limit(MOST).execute()
    known = {state.strip().lower() for state in said}
    new = [r for r in rows.itertuples() if r.status.strip().lower() not in known]
    new = [f"“{r.status}” ({r.n:,} lines)" for r in new if told(r.status) in ("", OPEN)]
    return ", ".join(new[:10])


def _won(table):
    said = table.status.lower()
    return said.re_search(phrases.WON) & ~said.re_search(phrases.CANCELLED)


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
