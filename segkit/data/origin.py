"""A table as it came from outside, before anyone judged its rows.

What every source hands to `ingest`: the rows under canonical names, where they came from, which
of them repeat others, and the decisions taken on the way.
"""

from dataclasses import dataclass, field

import ibis
import ibis.expr.datatypes as dt


@dataclass
class Source:
    """One table as it came: `table` holds `row`, canonical columns and `text_*` beside them.

    `origin` names the file, `rows` counts what it holds, `copies` lists the `row` of every
    exact repetition of an earlier row (None where there is none, or where it cannot be told
    from a true one), `notes` are decisions taken: dicts with what was found (`trap`),
    `measured` and `decision`; `hours` counts orders by the hour as stored, where the clock
    was moved; `written` names the columns that stand as text in the source, so that a sign or a
    word may stand beside a number; `ids` holds the different customers (customer_id), where
    somebody has asked for them: far fewer than lines, so what is asked of an id is asked of them.
    """

    name: str
    origin: str
    table: object
    rows: int
    copies: object = None
    notes: list = field(default_factory=list)
    hours: list | None = None
    written: tuple = ()
    ids: object = None


def copies(raw, columns):
    """Find rows that repeat an earlier one in every column: a table with `row`, or None.

    Rows are told apart by a 64-bit hash of all columns; only where a hash comes twice are the rows
    themselves compared, so that two different rows with one hash are never taken for copies.
    """
    hashed = raw.mutate(hash_=whole(ibis.struct({c: raw[c] for c in columns})))
    again = hashed.group_by("hash_").agg(n=hashed.count()).filter(ibis._.n > 1).select("hash_")
    again = again.cache()
    if not again.count().execute():
        return None
    alike = hashed.semi_join(again, "hash_")
    place = ibis.row_number().over(group_by=columns, order_by="row")
    found = alike.mutate(place=place).filter(ibis._.place > 0).select("row").cache()
    return found if found.count().execute() else None


@ibis.udf.scalar.builtin(name="hash")
def whole(row) -> dt.uint64:
    """Hash a row, given as a struct of its columns (DuckDB)."""
