"""One table from one file or several, one sheet or several: parts of one export, below each other.

A study may list files, or name them by a pattern such as data/orders_*.csv, and list sheets. All
need the same headings; rows are counted on from part to part, so that each has its own number.
"""

import re
from pathlib import Path

import ibis

from segkit.data import answers, messages
from segkit.data.sources.files import grid, reading, sheets
from segkit.study import StudyError, root


def stage(connection, study, name, *, folder):
    """Stage the parts of one table: (`reading.Staged`, notes how they were read).

    Several files or sheets must have the same headings; their rows are counted on.
    """
    parts, notes, columns, start, starts = [], [], None, 0, []
    places = _places(study.tables[name])
    for place, (file, sheet) in enumerate(places):
        inside = folder / str(place)
        inside.mkdir()
        held = reading.stage(connection, _of_one(study, name, file, sheet), name, folder=inside)
        if columns and held.columns != columns:
            raise _other_headings(places, place, held, columns)
        columns, raw = held.columns, numbered(connection, held)
        notes += _read_notes(held, _label(file, sheet), start)
        starts.append((_label(file, sheet), start))
        parts.append(raw.mutate(**{grid.ROW: raw[grid.ROW] + start}))
        start += 0 if len(places) == 1 else int(raw[grid.ROW].max().execute() or 0)
    if len(parts) == 1:
        return held, notes
    path = folder / "together.parquet"
    connection.to_parquet(_stacked(parts), answers.Place(path))
    return reading.Staged(path, columns, None, parts=starts), [_counted(places, parts), *notes]


def _places(table):
    """List (file, sheet) of every part; of several files, the listed sheets that each one has."""
    named = files(table)
    if not isinstance(table.sheet, list):
        return [(file, table.sheet) for file in named]
    if len(named) == 1:
        return [(named[0], sheet) for sheet in table.sheet]
    held = [(f, s) for f in named for s in sheets.among(root() / f, table.sheet, label=f)]
    missing = [sheet for sheet in table.sheet if sheet not in {s for _, s in held}]
    if missing or not held:
        raise StudyError(f"{table.label}: no file has a sheet “{(missing or ['?'])[0]}”.")
    return held


def _counted(places, parts):
    """Say how many rows each part has."""
    counts = [int(part.count().execute()) for part in parts]
    told = zip(places, counts, strict=True)
    said = ", ".join(f"{_label(*place)}: {n:,} rows" for place, n in told)
    return messages.note("parts", said=f"{len(parts)} parts: {said}")


def _label(file, sheet):
    name = Path(file).name if Path(file).is_absolute() else file
    return f"{name}, sheet {sheet}" if sheet else name


def files(table):
    """List the files of a `study.Table`, patterns such as data/orders_*.csv resolved."""
    found = []
    for file in table.named:
        matches = sorted(root().glob(file)) if re.search(r"[*?]", file) else []
        found += [path.relative_to(root()).as_posix() for path in matches] or [file]
    return found


def _of_one(study, name, file, sheet):
    table = study.tables[name].model_copy(update={"file": file, "sheet": sheet})
    return study.model_copy(update={"tables": {**study.tables, name: table}})


def _stacked(parts):
    """Put the rows of several files below each other; a file without flaws has empty ones."""
    columns = list(dict.fromkeys(column for part in parts for column in part.columns))
    same = [part.mutate(**{c: ibis.null("string") for c in columns if c not in part.columns})
            for part in parts]  # fmt: skip
    return ibis.union(*[part.select(columns) for part in same])


def _other_headings(places, at, held, columns):
    other = [c for c in held.columns if c not in columns] or [c for c in columns
                                                              if c not in held.columns]  # fmt: skip
    what = f"“{other[0]}” stands in one of them only" if other else "they stand in another order"
    file, first = _label(*places[at]), _label(*places[0])
    return messages.error("other headings", file=file, first=first, what=what)


def numbered(connection, held):
    """Open what was staged, with `grid.ROW`: the line as the user sees it, heading included."""
    raw = connection.read_parquet(str(held.path), file_row_number=True)
    line = raw[grid.ROW] if held.first is None else raw.file_row_number + held.first
    return raw.mutate(**{grid.ROW: line}).drop("file_row_number")


def _read_notes(held, label, start):
    said = [*held.notes, *([f"its rows are counted from {start + 1:,} on"] if start else [])]
    if not said:
        return []
    return [messages.note("how written", label=label, said="; ".join(said))]
