"""One table from one file or several: parts of one export, below each other.

A study may list files, or name them by a pattern such as data/orders_*.csv. They need the same
headings; rows are counted on from file to file, so that every row has a number of its own.
"""

import re
from pathlib import Path

import ibis

from segkit.data import answers, messages
from segkit.data.sources.files import grid, reading
from segkit.study import root


def stage(connection, study, name, *, folder):
    """Stage the files of one table: (`reading.Staged`, notes how they were read).

    Several files must have the same headings; their rows are counted on from file to file.
    """
    parts, notes, columns, start = [], [], None, 0
    for place, file in enumerate(files(study.tables[name])):
        inside = folder / str(place)
        inside.mkdir()
        held = reading.stage(connection, _of_one_file(study, name, file), name, folder=inside)
        if columns and held.columns != columns:
            raise _other_headings(study.tables[name], file, held, columns)
        columns, raw = held.columns, numbered(connection, held)
        notes += _read_notes(held, file, start)
        parts.append(raw.mutate(**{grid.ROW: raw[grid.ROW] + start}))
        alone = study.tables[name].named == [file]
        start += 0 if alone else int(raw[grid.ROW].max().execute() or 0)
    if len(parts) == 1:
        return held, notes
    path = folder / "together.parquet"
    connection.to_parquet(_stacked(parts), answers.Place(path))
    return reading.Staged(path, columns, None), notes


def files(table):
    """List the files of a `study.Table`, patterns such as data/orders_*.csv resolved."""
    found = []
    for file in table.named:
        matches = sorted(root().glob(file)) if re.search(r"[*?]", file) else []
        found += [path.relative_to(root()).as_posix() for path in matches] or [file]
    return found


def _of_one_file(study, name, file):
    table = study.tables[name].model_copy(update={"file": file})
    return study.model_copy(update={"tables": {**study.tables, name: table}})


def _stacked(parts):
    """Put the rows of several files below each other; a file without flaws has empty ones."""
    columns = list(dict.fromkeys(column for part in parts for column in part.columns))
    same = [part.mutate(**{c: ibis.null("string") for c in columns if c not in part.columns})
            for part in parts]  # fmt: skip
    return ibis.union(*[part.select(columns) for part in same])


def _other_headings(table, file, held, columns):
    other = [c for c in held.columns if c not in columns] or [c for c in columns
                                                              if c not in held.columns]  # fmt: skip
    what = f"“{other[0]}” stands in one of them only" if other else "they stand in another order"
    return messages.error("other headings", file=file, first=table.named[0], what=what)


def numbered(connection, held):
    """Open what was staged, with `grid.ROW`: the line as the user sees it, heading included."""
    raw = connection.read_parquet(str(held.path), file_row_number=True)
    line = raw[grid.ROW] if held.first is None else raw.file_row_number + held.first
    return raw.mutate(**{grid.ROW: line}).drop("file_row_number")


def _read_notes(held, file, start):
    said = [*held.notes, *([f"its rows are counted from {start + 1:,} on"] if start else [])]
    if not said:
        return []
    label = Path(file).name if Path(file).is_absolute() else file
    return [messages.note("how written", label=label, said="; ".join(said))]
