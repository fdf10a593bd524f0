"""Which equal rows are one row given twice, and which are two true lines.

Two lines of 14.99 in one receipt are equal where nothing tells them apart, and both were paid. A
row repeats another one only where something shows it: lines are numbered; the product is named and
quantities tell that two of it would be one line; the order stands there twice as a whole; the row
stands apart from the lines of its order; another file of the table holds it as well. What is left
is kept and told. `repeated_lines: keep` or `set aside` in the study decides for all of them.
"""

from dataclasses import replace

import ibis

from segkit.data import messages
from segkit.data.origin import once

TOGETHER = 0.9
"""Lines of an order follow each other in a file in which this share of the orders does so."""

OVERLAP = 0.5
"""Two files overlap on a day on which so many of their rows are equal."""


def settle(source, *, study):
    """Leave in `source.copies` the rows that repeat others; takes and returns an `origin.Source`.

    Only orders are judged: of other tables every exact repetition counts once.
    """
    if source.copies is None or source.name != "orders":
        return source
    if study.repeated_lines:
        kept = source.copies if study.repeated_lines == "set aside" else None
        return replace(source, copies=kept)
    again = once(_judged(source))
    left = once(again.filter(again.shown).select("row", "first", "beside"))
    found = replace(source, copies=left if left.count().execute() else None)
    return replace(found, notes=[*source.notes, *_notes(source, again)])


def doubled(source):
    """Count the orders that the source holds more than once as a whole."""
    if source.copies is None or "order_id" not in source.table.columns:
        return 0
    each = _orders(_with(source))
    return int(each.filter(each.even).count().execute())


def _judged(source):
    """Tell of every repeated row whether it is one: columns row, beside, first, shown, order_id."""
    rows = _with(source)
    again = rows.filter(rows.again)
    if "order_id" not in rows.columns:
        days = _overlapping(rows)
        again = again.mutate(order_id=ibis.null("string"))
        near = again.semi_join(days, ["part", "day"]).select(near_row="row")
        both = again.left_join(near, again.row == near.near_row)
        shown = both.beside & both.near_row.notnull()
    else:
        each = once(_orders(rows))
        twice = each.filter(each.even & (each.lines > 1)).select(twice_id="order_id")
        both = again.left_join(twice, again.order_id == twice.twice_id)
        shown = both.beside | both.twice_id.notnull() | _apart(both, source)
        shown |= (both.order_id != both.above) & ibis.literal(_together(each))
    return both.mutate(shown=shown.fill_null(False)).select(
        "row", "beside", "first", "shown", "order_id"
    )


def _with(source):
    """Put beside the rows what is known of their repetitions; `again` marks those that repeat."""
    known = source.copies.rename(copy_row="row")
    table = source.table.mutate(day=source.table.ordered_at.date())
    wanted = ("row", "day", "order_id", "product_id", "product_name", "quantity")
    table = table.select(*[c for c in wanted if c in table.columns], part=source.part(table.row))
    if "order_id" in table.columns:
        table = table.mutate(above=table.order_id.lag().over(order_by="row"))
    both = table.left_join(known, table.row == known.copy_row)
    return both.mutate(again=both.copy_row.notnull(), beside=both.beside.fill_null(False))


def _apart(rows, source):
    """Tell where lines are told apart: by a number of theirs, or by product and quantity."""
    products = [rows[c] for c in ("product_id", "product_name") if c in rows.columns]
    if source.lined or not products or "quantity" not in rows.columns:
        return ibis.literal(bool(source.lined))
    counted = source.table.aggregate(n=(source.table.quantity.abs() != 1).any()).n.execute()[0]
    return ibis.coalesce(*products).notnull() & ibis.literal(bool(counted))


def _orders(rows):
    """Measure every order: lines (different ones), even (all as often), span and head (places)."""
    line = rows.again.ifelse(rows["first"], rows.row)
    rows = rows.mutate(line=line).filter(rows.order_id.notnull())
    each = rows.group_by("order_id", "line").agg(
        n=rows.count(), low=rows.row.min(), high=rows.row.max()
    )
    told = each.group_by("order_id").agg(
        lines=each.count(),
        rows=each.n.sum(),
        even=(each.n.min() == each.n.max()) & (each.n.min() > 1),
        span=each.high.max() - each.low.min() + 1,
        head=each.low.max() - each.low.min() + 1,
    )
    return told


def _together(each):
    """Tell whether lines of an order follow each other; then an equal one elsewhere repeats it."""
    several = each.filter(each.lines > 1)
    near = ((several.span == several.rows) | (several.head == several.lines)).sum()
    row = several.aggregate(n=several.count(), near=near).execute().iloc[0]
    return bool(not row.n or row.near >= TOGETHER * row.n)


def _overlapping(rows):
    """Find the days on which a file holds mostly rows that an earlier file holds as well."""
    each = rows.group_by("part", "day").agg(n=rows.count(), same=rows.beside.sum())
    before = each.n.sum().over(group_by="day", order_by="part", rows=(None, -1))
    each = each.mutate(fewer=ibis.least(each.n, before.fill_null(0)))
    return each.filter((each.same > 0) & (each.same >= OVERLAP * each.fewer))


def _notes(source, again):
    parts = source.parts or ((source.origin, 0),)
    each = again.mutate(part=source.part(again.row), other=source.part(again["first"]))
    counts = each.group_by("beside", "shown", "part", "other").agg(n=each.count())
    for row in counts.order_by("beside", "shown", "part", "other").execute().itertuples():
        files = {"one": parts[row.part][0], "other": parts[row.other][0]}
        which = f"{'files' if row.beside else 'lines'} {'repeated' if row.shown else 'alike'}"
        if row.beside or "order_id" in source.table.columns:
            yield messages.note(which, n=int(row.n), **files)
