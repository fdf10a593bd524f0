"""Which rows can be used: plain rules, row by row; the rest is set aside with its reason.

`split` parts a table into kept and rejected. Nothing is repaired, imputed or dropped in
silence: rows and money of both parts add up to what was read, which `ingest` asserts.
"""

from datetime import datetime, timedelta

import ibis

from segkit.data import schema


def split(source, *, now=None):
    """Part the rows of a `origin.Source` into (kept, rejected), two Ibis tables.

    `kept` has the canonical columns and `row`; `rejected` has `schema.REJECTED`. Every row is
    in exactly one of them; a row that breaks several rules is listed under the first.
    `now` bounds the future (default: the clock, one day ahead for other time zones).
    """
    table = _with_copies(source)
    broken = broken_rules(table, name=source.name, now=now or datetime.now() + timedelta(days=1))
    judged = table.mutate(
        rule=_first(broken, "rule"),
        column=_first(broken, "column"),
        value=_first(broken, "value"),
    )
    kept = judged.filter(judged.rule.isnull())
    canonical = [c for c in source.table.columns if not c.startswith("text_")]
    return kept.select(canonical), _rejected(judged, source.name)


def broken_rules(table, *, name, now):
    """List the rules for the canonical table `name`: dicts with rule, column, broken, value.

    `broken` is a boolean column of `table`, true where the row cannot be used; `value` is
    what stood there. The first broken rule of a row is the one that is reported.
    """
    found = []
    for column in schema.TABLES[name]:
        if column.name in table.columns and (column.required or column.name == "order_id"):
            found += _required(table, column)
    if "ordered_at" in table.columns:
        late = (table.ordered_at > now).fill_null(False)
        found.append(_rule("future date", "ordered_at", late, table.text_ordered_at))
    if name == "customers" and "text_last_order_at" in table.columns:
        late = (table.last_order_at > now).fill_null(False)
        found.append(_rule("future date", "last_order_at", late, table.text_last_order_at))
    if schema.KEYS[name]:
        place = ibis.row_number().over(group_by=list(schema.KEYS[name]), order_by="row")
        key = schema.KEYS[name][0]
        found.append(_rule("repeated key", key, place > 0, table[key]))
    return [*found, _rule("exact repetition", "all", table.copied, ibis.null("string"))]


def _required(table, column):
    if f"text_{column.name}" not in table.columns:
        missing = table[column.name].isnull()
        return [_rule(f"missing {column.name}", column.name, missing, ibis.null("string"))]
    written = table[f"text_{column.name}"]
    unreadable = written.notnull() & table[column.name].isnull()
    return [
        _rule(f"missing {column.name}", column.name, written.isnull(), ibis.null("string")),
        _rule(f"unreadable {column.name}", column.name, unreadable, written),
    ]


def _rule(rule, column, broken, value):
    return {"rule": rule, "column": column, "broken": broken, "value": value}


def _first(broken, what):
    return ibis.cases(*[(rule["broken"], rule[what]) for rule in broken], else_=None).cast("string")


def _with_copies(source):
    if source.copies is None:
        return source.table.mutate(copied=ibis.literal(False))
    copied = source.copies.select(copy_row="row")
    both = source.table.left_join(copied, source.table.row == copied.copy_row)
    return both.mutate(copied=both.copy_row.notnull()).drop("copy_row")


def _rejected(judged, name):
    amount = judged.amount if "amount" in judged.columns else ibis.null(schema.MONEY)
    broken = judged.filter(judged.rule.notnull())
    return broken.select(
        "row", "column", "value", "rule", table=ibis.literal(name), amount=amount
    ).select(*schema.REJECTED)
