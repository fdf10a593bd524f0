"""Tables of a database are read where they lie: the same typing and columns, as expressions.

A database has no line numbers: `row` only numbers the rows in an order of their own. Numbers, dates
and texts must have such types; a text that stands for money is refused with the view to make,
because engines do not agree on how to read it. A list of customers alone needs a column of ids, as
its rows have no order.
"""

from datetime import datetime

import ibis

from segkit.data import messages, origin, schema
from segkit.data.cells import phrases, spelling, values
from segkit.data.sources import binding, completing, databases


def fetch(connection, study, meta=None):
    """Read every table as it lies there, under canonical names and types: {name: Source}.

    `meta` is what is remembered of the tables since they were judged: `numbered` names those in
    which rows repeat each other (see `repeating`), `whole` says that no order line lacks what
    another one of its order tells; it is put in where it is not known yet.
    """
    found, meta = {}, {"numbered": []} if meta is None else meta
    for name in binding.named(study):
        raw = databases.table(connection, study, name)
        bound = binding.bind(raw.columns, study, name)
        where = f"table {study.tables[name].table or name}"
        if name == "customers" and "customer_id" not in bound:
            raise messages.error("no ids in the database", where=where, study=study)
        if "ordered_time" in bound:
            day, time = bound["ordered_at"], bound["ordered_time"]
            raise messages.error("date and time apart", where=where, day=day, time=time)
        plain = [c for c in raw.columns if _simple(raw[c])]
        numbered, copied = name in meta["numbered"], None
        raw = raw.mutate(row=_number(plain))
        parted = name not in schema.EQUAL and (name != "orders" or "order_id" in bound)
        if numbered and parted:
            copied = origin.repeated(raw, plain)
        bare = _typed(raw, bound, study, name, where)
        typed = bare if name == "orders" and meta.get("whole") else completing.completed(bare, name)
        label = study.tables[name].file or where
        notes = completing.unnumbered(bound, name, label)
        notes += binding.left_out(raw.columns, bound, name, origin=label)
        if name == "orders" and "facts" not in meta:
            meta["whole"] = typed is bare
            notes += completing.gained(bare, typed, headings=bound)
        found[name] = origin.Source(name, label, typed, 0, copied, notes, parts=((label, 0),))
        if copied is not None and name == "orders":
            free = [c for c in plain if c not in bound.values()]
            found[name].lined = origin.lined(
                raw.select(*plain).distinct(), free, order=bound["order_id"]
            )
    return found


def _simple(column):
    kind = column.type()
    return kind.is_string() or kind.is_numeric() or kind.is_temporal() or kind.is_boolean()


def _number(columns):
    """Number the rows in an order that only equal rows share, so that any two scans agree."""
    return ibis.row_number().over(order_by=columns) + 1


def repeating(connection, study):
    """Name the tables in which rows repeat each other: only there an order must be chosen."""
    counts = []
    for name in binding.named(study):
        raw = databases.table(connection, study, name)
        bound = binding.bind(raw.columns, study, name)
        key = [bound[column] for column in schema.key(name) if column in bound]
        groups = raw.group_by(key or [c for c in raw.columns if _simple(raw[c])]).agg(
            n=ibis._.count()
        )
        counts.append(groups.aggregate(most=groups.n.max()).mutate(what=ibis.literal(name)))
    found = origin.stacked(counts).execute().fillna(0)
    return sorted(found.what[found.most > 1])


def _typed(raw, bound, study, name, place):
    types = schema.types(name, listed="orders" not in study.tables)
    kinds = {canonical: types.get(canonical, "string") for canonical in bound}
    _require_types(raw, bound, kinds, place)
    result = {"row": raw.row}
    for canonical, heading in bound.items():
        column = raw[heading]
        if canonical.endswith("_id") and column.type().is_string():
            column = spelling.plain(column)
        result[canonical] = (
            _outcome(column)
            if canonical in schema.OUTCOMES
            else read(column, kinds[canonical], zone=study.timezone)
        )
        if kinds[canonical] in ("timestamp", schema.MONEY):
            result[f"text_{canonical}"] = raw[heading].cast("string")
    if "amount" not in bound and {"unit_price", "quantity"} <= set(bound):
        price, count = raw[bound["unit_price"]], raw[bound["quantity"]]
        result["amount"] = values.product(_number_of(price), _number_of(count))
        result["text_amount"] = price.cast("string") + " × " + count.cast("string")
    return raw.select(**result)


def read(column, kind, *, zone=None):
    """Read a typed column as the canonical type `kind` in the words every engine knows."""
    if kind == "timestamp":
        return moment(column, zone=zone)
    if kind == "string":
        return _text(column)
    if kind == "boolean":
        return _truth(column)
    number = _number_of(column)
    return values.exact(number) if kind == schema.MONEY else number.cast(kind)


def _number_of(column):
    """Leave out what is no number of a sensible size: NaN, infinity, 1e300."""
    return values.sensible(column if column.type().is_numeric() else column.cast("int64"))


def _text(column):
    kind = column.type()
    if kind.is_string():
        return _trimmed(column).nullif("")
    if kind.is_floating() or (kind.is_decimal() and kind.scale != 0):
        exact = _number_of(column).cast("decimal(38, 9)").cast("string")
        return exact.re_replace(r"0+$", "").re_replace(r"\.$", "")
    return column.cast("string")


@ibis.udf.scalar.builtin
def btrim(text: str, blanks: str) -> str:
    """Cut blanks off both ends: the name of it in PostgreSQL and Spark."""


def _trimmed(column):
    """Cut off blanks. Ibis' `strip` would also cut the letters f and v in Spark."""
    if column.get_backend().name == "duckdb":
        return column.strip()
    return btrim(column, " \t\r\n")


def moment(column, *, zone):
    """Read a day or a moment; one that knows its zone is moved to the study's clock."""
    aware = column.type().is_timestamp() and column.type().timezone
    stamp = column.cast("timestamp")
    sensible = stamp.between(datetime(1, 1, 1), datetime(9999, 12, 31))
    stamp = sensible.ifelse(stamp, ibis.null("timestamp"))
    return values.local(stamp, zone=zone) if aware and zone else stamp


def _truth(column):
    if column.type().is_boolean():
        return column.fill_null(False)
    if column.type().is_numeric():
        return (column != 0).fill_null(False)
    return _text(column).lower().isin(phrases.YES).fill_null(False)


def _outcome(column):
    """Read as `values.outcome` does: what is not known, or still to come, stays empty."""
    if column.type().is_boolean():
        return column
    if column.type().is_numeric():
        return column != 0
    return phrases.came(_text(column).lower())


def _require_types(raw, bound, kinds, place):
    """Refuse texts that stand for numbers or days, and show the view that turns them."""
    wrong = {}
    for canonical, heading in bound.items():
        kind, is_ = kinds[canonical], raw[heading].type()
        if kind == "timestamp" and not (is_.is_timestamp() or is_.is_date()):
            wrong[heading] = "a date"
        elif kind in (schema.MONEY, "float64", "int64") and not (
            is_.is_numeric() or is_.is_boolean()
        ):
            wrong[heading] = "money" if kind == schema.MONEY else "a number"
    if wrong:
        raise _make_view(raw, wrong, place)


VIEWS = {
    "postgres": ("CAST(replace(replace({c}, ' ', ''), ',', '.') AS numeric(28, 10))",
                 "to_timestamp({c}, 'DD.MM.YYYY')::timestamp", '"'),
    "pyspark": ("try_cast(replace(replace({c}, ' ', ''), ',', '.') AS decimal(28, 10))",
                "try_to_timestamp({c}, 'dd.MM.yyyy')", "`"),
    "duckdb": ("try_cast(replace(replace({c}, ' ', ''), ',', '.') AS decimal(28, 10))",
               "try_strptime({c}, '%d.%m.%Y')", '"'),
}  # fmt: skip
"""How each engine reads a number and a day from a text, and how it quotes a name."""


def _make_view(raw, wrong, place):
    number, day, mark = VIEWS[raw.get_backend().name]
    parts = []
    for heading, what in wrong.items():
        quoted = f"{mark}{heading}{mark}"
        how = (day if what == "a date" else number).format(c=quoted)
        parts.append(f"  {how} AS {mark}{heading}_read{mark}")
    body = ",\n".join(parts)
    told = ", ".join(f"“{heading}” must be {what}" for heading, what in wrong.items())
    facts = {"where": place, "old": place.removeprefix("table ")}
    return messages.error("wrong types", told=told, body=body, **facts)
