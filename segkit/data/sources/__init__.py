"""Fetching tables from outside: the only room that knows files, packages and headings.

A source turns what it finds into canonical columns (see `schema`) without judging them: an
unreadable date becomes empty and its text is kept beside it, so that `rules` can set the row
aside and say why. Nothing is dropped here and nothing is guessed silently; every decision is
a note with the number it was based on. Inside: `files` (reads any of them), `databases` (a
connection), `grocery` (the default study), `headings` and `binding`
(which column is which), `companions` and `completing` (what the columns and lines of a table tell
about each other), `guessing` (what files hold, for `segkit new`).
"""

from pathlib import Path

from segkit.data import messages, schema
from segkit.data.cells import values
from segkit.data.origin import Source, copies, lined
from segkit.data.sources import binding, companions, completing, databases
from segkit.data.sources.files import grid, several
from segkit.study import StudyError


def fetch(connection, study, *, folder):
    """Fetch every table the study names: {canonical name: Source}.

    `connection` is an Ibis connection to DuckDB, `folder` an empty one for staging.
    Raises StudyError when a table, file or column is not there or cannot be read.
    """
    if study.source == "completejourney":
        from segkit.data.sources import grocery

        return grocery.fetch(connection, study)
    if study.source == "files":
        return tables(connection, study, folder=folder)
    known = "completejourney, files, connection"
    raise StudyError(
        f"studies/{study.name}.yaml: unknown `source: {study.source}` (known: {known})."
    )


def paths(study):
    """List the paths of all files that the study reads, in a fixed order."""
    if study.source == "completejourney":
        from segkit.data.sources import grocery

        return grocery.files()
    return databases.files(study)


def tables(connection, study, *, folder):
    """Fetch the tables under `tables:` of the study file; see `fetch`."""
    return {name: _table(connection, study, name, folder=folder) for name in binding.named(study)}


def _table(connection, study, name, *, folder):
    wanted, folder = study.tables[name], Path(folder) / f"raw_{name}"
    folder.mkdir()
    held, notes = several.stage(connection, study, name, folder=folder)
    origin = wanted.label
    columns = held.columns
    bound = binding.bind(columns, study, name)
    narrow = _narrow(connection, held, bound, name)
    rows = typed(narrow, bound, study, name)
    notes = [
        *notes,
        *completing.unnumbered(bound, name, origin),
        *completing.notes(narrow, bound, name),
    ]
    keep = True
    if "customer_id" not in bound and name == "customers":
        rows, keep = rows.mutate(customer_id=rows.row.cast("string")), False
        notes.append(messages.note("no customer number", origin=origin))
    whole = several.numbered(connection, held)
    whole, parts = whole.mutate(row=whole[grid.ROW]), tuple(held.parts) or ((origin, 0),)
    notes += binding.left_out(columns, bound, name, origin=origin)
    keep = keep and name not in schema.EQUAL
    repeated = copies(whole, columns, parts=parts) if keep else None
    written = tuple(c for c, heading in bound.items() if narrow[heading].type().is_string())
    n = int(narrow.count().execute())
    line = "" if repeated is None else _lined(whole, columns, bound, name)
    more = {"parts": parts, "lined": line, "written": written}
    return Source(name, origin, rows, n, repeated, notes, **more)


def _lined(whole, columns, bound, name):
    """Find a column that numbers the lines of orders, among those that mean nothing else."""
    if name != "orders" or "order_id" not in bound:
        return ""
    free = [c for c in columns if c not in bound.values()][:MOST_FREE]
    return lined(whole.select(*columns).distinct(), free, order=bound["order_id"])


MOST_FREE = 100
"""So many columns are looked at for a number of lines."""


def _narrow(connection, held, bound, name):
    """Open the mapped columns only: an expression that carries 10,000 others is slow."""
    import pyarrow.parquet as pq

    there = {*held.columns, *pq.read_schema(held.path).names}
    kept = dict.fromkeys([*bound.values(), grid.FLAW, grid.FLAW_TEXT])
    wanted = [_quoted(column) for column in kept if column in there]
    row = _quoted(grid.ROW) if held.first is None else f"file_row_number + {held.first}"
    path = str(held.path).replace("'", "''")
    connection.raw_sql(
        f"CREATE OR REPLACE TEMP VIEW raw_{name} AS SELECT {', '.join(wanted)}, "
        f"{row} AS {_quoted(grid.ROW)} FROM read_parquet('{path}', file_row_number = true)"
    )
    return connection.table(f"raw_{name}")


def _quoted(column):
    return '"' + column.replace('"', '""') + '"'


def typed(raw, bound, study, name):
    """Translate raw columns into canonical ones of their types, with `text_*` beside them."""
    types = schema.types(name, listed="orders" not in study.tables)
    layout = study.tables[name].layout
    try:
        result = _columns(raw, bound, types, zone=study.timezone, layout=layout)
    except StudyError:
        layout = companions.agreed(raw, bound, types, layout=layout)
        try:
            result = _columns(raw, bound, types, zone=study.timezone, layout=layout)
        except StudyError as error:
            where = study.tables[name].label or f"table {name}"
            raise StudyError(f"{where}, {error}") from None
    flaws = {"flaw": grid.FLAW, "flaw_text": grid.FLAW_TEXT}
    result |= {new: raw[old] for new, old in flaws.items() if old in raw.columns}
    return completing.completed(raw.select(row=raw[grid.ROW], **result), name)


def _columns(raw, bound, types, *, zone, layout):
    result = {}
    for canonical, heading in bound.items():
        kind = types.get(canonical, "string")
        if raw[heading].type().is_nested():
            if canonical in types:
                raise messages.error("holds lists", heading=heading)
            raw = raw.mutate(**{heading: raw[heading].cast("string")})
        try:
            result[canonical] = (
                values.outcome(raw[heading])
                if canonical in schema.OUTCOMES
                else values.identity(raw[heading])
                if canonical.endswith("_id") and kind == "string"
                else values.read(raw[heading], kind, zone=zone, layout=layout)
            )
        except StudyError as error:
            raise StudyError(f"column “{heading}”: {error}") from None
        if kind in ("timestamp", schema.MONEY) and not _exact(raw[heading].type()):
            result[f"text_{canonical}"] = values.text(raw[heading].cast("string"))
    return companions.joined(result, raw, bound, layout=layout)


def _exact(kind):
    """Tell whether a source's type says all: an empty value was empty, none can be unreadable."""
    return (
        kind.is_timestamp()
        or kind.is_date()
        or (kind.is_decimal() and kind.precision - kind.scale <= 16)
    )
