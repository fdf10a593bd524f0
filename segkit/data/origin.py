"""A table as it came from outside, before anyone judged its rows.

What every source hands on to `tables`: the rows under canonical names, where they came from, which
of them repeat others, and the decisions taken on the way.
"""

from dataclasses import dataclass, field

import ibis
import ibis.expr.datatypes as dt

from segkit.data import schema


@dataclass
class Source:
    """One table as it came: `table` holds `row`, canonical columns and `text_*` beside them.

    `origin` names the file, `rows` counts what it holds, `copies` lists the `row` of every
    exact repetition of an earlier row (None where there is none; see `copies`), `notes` are
    decisions taken: dicts with what was found (`trap`), `measured` and `decision`; `hours` counts
    orders by the hour as stored, where the clock was moved; `seen` is what `look` found; `written`
    names the columns that stand as text in the source, so that a sign or a word may stand beside a
    number; `parts` are its files with the row before their first, `lined` is the heading that
    numbers the lines of an order.
    """

    name: str
    origin: str
    table: object
    rows: int
    copies: object = None
    notes: list = field(default_factory=list)
    hours: list | None = None
    written: tuple = ()
    seen: dict = field(default_factory=dict)
    parts: tuple = ()
    lined: str = ""

    def part(self, row):
        """Tell of rows in which of the files they stand, counted from 0: an Ibis column."""
        return part(row, self.parts)


def part(row, parts):
    """Tell of rows in which of several files they stand; see `Source.parts`."""
    later = [(row > start, place) for place, (_, start) in enumerate(parts)][:0:-1]
    return ibis.cases(*later, else_=0) if later else ibis.literal(0)


def look(table, **more):
    """Look through the rows once: what is there at all decides what need be done.

    Returns n (rows), amount (their sum, or None) and, each true where it may occur, "addresses"
    (ids that may be an e-mail or a phone), and "tests" (ids that begin so). `more` are aggregates
    of the table that later steps would else ask for one by one.
    """
    asked = {"n": table.count()}
    if "amount" in table.columns:
        asked["amount"] = table.amount.sum()
    ids = [table[c] for c in ("customer_id", "order_id") if c in table.columns]
    others = [c for c in schema.IDS if c in table.columns]
    if others == ["customer_id"]:
        dialled = ids[0].substr(0, 1).isin(["+", "7", "8", "("]) & (ids[0].length() > 9)
        asked["addresses"] = (ids[0].contains("@") | dialled).any()
    for name, column in zip(("tests", "test_orders"), ids, strict=False):
        asked[name] = column.substr(0, 4).lower().isin(["test", "тест"]).any()
    return told(table, asked | more)


def told(table, asked, *, seen=()):
    """Answer aggregates of a table in one question: {name: value}; `seen` answers, if it has all.

    `seen` is what `look` found.
    """
    if asked and set(asked) <= set(seen):
        return {name: seen[name] for name in asked}
    row = table.aggregate(**asked).execute().iloc[0]
    return {name: row[name] for name in asked}


def once(table):
    """Compute a small table once for several questions, in the engine; in place where none is ours.

    Nothing is written into a database that belongs to somebody else.
    """
    return table.cache() if table.get_backend().name == "duckdb" else table


def stacked(tables):
    """Put tables of the same columns one under the other."""
    return ibis.union(*tables) if len(tables) > 1 else tables[0]


def copies(raw, columns, *, parts=()):
    """Find rows that repeat an earlier one in every column: an Ibis table, or None.

    Its columns are `row`, `first` (the row that is repeated) and `beside`: true where an earlier
    one of the files `parts` holds the row as often, so that both hold the same.
    Rows are told apart by a 64-bit hash of all columns; only where a hash comes twice are the rows
    themselves compared, so that two different rows with one hash are never taken for copies.
    """
    hashed = raw.mutate(hash_=whole(ibis.struct({c: raw[c] for c in columns})))
    again = hashed.group_by("hash_").agg(n=hashed.count()).filter(ibis._.n > 1).select("hash_")
    again = again.cache()
    if not again.count().execute():
        return None
    alike = hashed.semi_join(again, "hash_")
    found = repeated(alike, columns, parts=parts).cache()
    return found if found.count().execute() else None


def repeated(alike, columns, *, parts=()):
    """Mark the rows that repeat an earlier one, among rows that may; see `copies`."""
    number = ibis.row_number
    alike = alike.mutate(part_=part(alike.row, parts), first=alike.row.min().over(group_by=columns))
    alike = alike.mutate(nth_=number().over(group_by=[*columns, "part_"], order_by="row"))
    beside = number().over(group_by=[*columns, "nth_"], order_by="part_") > 0
    return (
        alike.mutate(beside=beside)
        .filter(ibis._.row > ibis._["first"])
        .select("row", "first", "beside")
    )


def lined(raw, columns, *, order):
    """Find the column that numbers the lines of each order: its heading, or "".

    `columns` are those without a meaning of their own, `order` the one of order numbers. Equal rows
    count once; of orders with several lines all must have a value for each line.
    """
    if not columns:
        return ""
    each = raw.group_by(order).agg(n=raw.count(), **{c: raw[c].nunique() for c in columns})
    several = each.filter(each[order].notnull() & (each.n > 1))
    asked = {c: (several[c] == several.n).sum() for c in columns}
    row = several.aggregate(n_=several.count(), **asked).execute().iloc[0]
    found = [c for c in columns if row.n_ > 1 and row[c] >= LINED * row.n_]
    return found[0] if found else ""


LINED = 0.95
"""A column numbers lines where it does so in this share of the orders of several lines."""


@ibis.udf.scalar.builtin(name="hash")
def whole(row) -> dt.uint64:
    """Hash a row, given as a struct of its columns (DuckDB)."""
