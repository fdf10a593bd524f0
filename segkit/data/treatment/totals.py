"""Rows that add up the others, with every cell filled: no customer of that name bought anything.

A row that is half empty is told when a file is read. One that is full is told by its customer: a
word that is nobody's name (“Grand total”, “Итого”), or one that may be a firm's (“Total”) where it
stands once; or by its money: the first or last row, whose name stands once and whose amount is the
sum of all others.
"""

from dataclasses import replace
from decimal import Decimal

import ibis

from segkit.data import origin
from segkit.data.cells import phrases

RULE = "totals line"
"""The rule under which such rows are set aside, as those found in reading are."""

MONEY = {"orders": "amount", "customers": "spend_total"}
"""The column of a table that a totals line adds up."""

STARTS = ("ce", "en", "ge", "gr", "og", "ov", "ra", "so", "su", "to", "zw", "вс", "ит", "об")
"""How the words of `phrases.TOTALS` and `TOTAL` begin."""

FEWEST = 6
"""With fewer rows, one may be the sum of the others by chance."""

PENNY = Decimal("0.01")
"""So far a sum may be from what adds up, as it was rounded when it was written."""


def settle(source):
    """Mark the rows of an `origin.Source` that add up others, as a flaw of theirs; returns it."""
    table, asked = source.table, aggregates(source)
    if not asked:
        return source
    found = origin.told(table, asked, seen=source.seen)
    once = _once(table, [*(_called(table) if found["totals_called"] else ()), *_summed(found)])
    if not once and not found["totals_told"]:
        return source
    told = (_told(table) | table.customer_id.isin(once)) if once else _told(table)
    flaw = table.flaw if "flaw" in table.columns else ibis.null("string")
    marked = flaw.coalesce(told.fill_null(False).ifelse(ibis.literal(RULE), ibis.null("string")))
    return replace(source, table=table.mutate(flaw=marked))


def aggregates(source):
    """List what `settle` asks of all rows: {name: Ibis aggregate}, empty where nothing adds up."""
    table, money = source.table, MONEY.get(source.name)
    if money is None or "customer_id" not in table.columns:
        return {}
    called = _says(table.customer_id, phrases.TOTAL)
    asked = {"totals_told": _told(table).any(), "totals_called": called.any()}
    known = money in table.columns and table[money].type().is_numeric()
    if not known or not source.rows:  # a database has no last row
        return asked
    own, ids, row = table[money], table.customer_id.fill_null(""), table.row
    rows = own.notnull() & (table.flaw.isnull() if "flaw" in table.columns else True)
    asked |= {"totals_n": rows.sum(), "totals_sum": own.sum(where=rows)}
    asked |= {"first_id": ids.argmin(row, where=rows), "first_own": own.argmin(row, where=rows)}
    return asked | {"last_id": ids.argmax(row, where=rows), "last_own": own.argmax(row, where=rows)}


def _told(table):
    """Tell which rows say of themselves that they add up others."""
    names = [c for c in ("order_id", "customer_id", "name") if c in table.columns]
    told = ibis.or_(*(_says(table[c], phrases.TOTALS) for c in names))
    if "order_id" in names:  # no firm's name stands there
        told |= _says(table.order_id, phrases.TOTAL)
    return told


def _says(column, pattern):
    """Tell which cells are such words; the pattern is only asked where one may begin."""
    likely = column.substr(0, 2).lower().isin(STARTS)
    return likely.ifelse(column.lower().re_search(pattern), False).fill_null(False)


def _called(table):
    """List the customers who are called by a word such as “Total”, which may be a firm's name."""
    some = table.filter(_says(table.customer_id, phrases.TOTAL))
    return list(some.customer_id.as_table().distinct().limit(10).execute().customer_id)


def _summed(found):
    """List the customers of the first and last row, where its money is that of all others."""
    if found.get("totals_n", 0) < FEWEST or not found["totals_sum"]:
        return []
    total, ends = found["totals_sum"], ("first", "last")
    odd = [e for e in ends if abs(2 * found[f"{e}_own"] - total) <= PENNY]
    return list(dict.fromkeys(found[f"{end}_id"] for end in odd))


def _once(table, ids):
    """Keep the ids that stand in one row only."""
    if not ids:
        return []
    some = table.filter(table.customer_id.isin(ids))
    each = some.group_by("customer_id").agg(n=some.count())
    return list(each.filter(each.n == 1).execute().customer_id)
