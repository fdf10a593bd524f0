"""What a database holds: its tables and a few rows of each, as `reading.peek` gives of files."""

import re
import tempfile

from segkit.data.sources import databases, headings
from segkit.data.sources.files import reading
from segkit.data.sources.headings import WEIGHTS as W
from segkit.newcomer.guessing import guess
from segkit.study import Layout, Study, StudyError

ROWS = 1000
"""So many rows of a table are looked at."""

MOST = 50
"""So many tables are looked at, those with telling names first."""


def peeks(address, *, name):
    """Look into every table of a database: a list of `reading.Peek` of the kind "table".

    `address` has no password in it (see `databases.expand`). Raises StudyError, without any
    secret, when the database does not answer or shows no table.
    """
    study = Study(name=name, title=name, source="connection", connection=address)
    with tempfile.TemporaryDirectory() as scratch:
        connection = databases.connect(study, scratch=scratch)
        told = re.compile("|".join(guess.FILES.values()))
        names = sorted(_names(connection), key=lambda name: (not told.search(name.lower()), name))
        if not names:
            raise StudyError("The database answers, but shows this user no table.")
        return [_peek(connection, table) for table in names[:MOST]]


def _names(connection):
    """List the tables and views that the user may see; Ibis' own list fails on DuckDB 2."""
    if connection.name != "duckdb":
        return connection.list_tables()
    found = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'main'"
    return [name for (name,) in connection.con.execute(found).fetchall()]


def _peek(connection, name):
    table = connection.table(name)
    frame = table.head(ROWS).execute()
    rows = [[_text(cell) for cell in row] for row in frame.itertuples(index=False)]
    return reading.Peek(
        path=name, sheet=None, kind="table", columns=list(frame.columns), rows=rows,
        layout=Layout(), notes=[], rows_n=None, further=_states(table),
    )  # fmt: skip


def _states(table):
    """List the different values of columns that may hold states: {heading: texts}."""
    named = [h for h in table.columns if headings.match(h, "orders").get("status", 0) >= W.named]
    found = {h: table.select(value=table[h]).distinct().limit(MOST_VALUES).execute() for h in named}
    return {h: sorted(filter(None, map(_text, told.value))) for h, told in found.items()}


MOST_VALUES = 200
"""So many values of one column are fetched."""


def _text(cell):
    """Write a value the way a file would hold it, None where there is none."""
    if cell is None or cell != cell:
        return None
    return cell.isoformat(sep=" ") if hasattr(cell, "hour") else str(cell)
