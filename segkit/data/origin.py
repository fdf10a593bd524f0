"""A table as it came from outside, before anyone judged its rows.

What every source hands to `ingest`: the rows under canonical names, where they came from, which
of them repeat others, and the decisions taken on the way.
"""

from dataclasses import dataclass, field

import ibis


@dataclass
class Source:
    """One table as it came: `table` holds `row`, canonical columns and `text_*` beside them.

    `origin` names the file, `rows` counts what it holds, `copies` lists the `row` of every
    exact repetition of an earlier row (None where there is none, or where it cannot be told
    from a true one), `notes` are decisions taken: dicts with what was found (`trap`),
    `measured` and `decision`; `hours` counts orders by the hour as stored, where the clock
    was moved; `written` names the columns that stand as text in the source, so that a sign or a
    word may stand beside a number.
    """

    name: str
    origin: str
    table: object
    rows: int
    copies: object = None
    notes: list = field(default_factory=list)
    hours: list | None = None
    written: tuple = ()


def copies(raw, columns):
    """Find rows that repeat an earlier one in every column: a table with `row`, or None."""
    if raw.count().execute() == raw.select(columns).distinct().count().execute():
        return None
    place = ibis.row_number().over(group_by=columns, order_by="row")
    return raw.mutate(place=place).filter(ibis._.place > 0).select("row")
