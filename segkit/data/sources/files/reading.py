"""Reading files: one file of one's own to a Parquet of texts, nothing judged.

What a file is, is told by its content (`kinds`). Text files are looked at (`encodings`,
`dialect`) and brought over by `delimited`, workbooks by `sheets`; both find titles and heading
with `heads`, odd rows with `grid`. Nothing in a file is ever executed: a formula is a text like
others.
"""

from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

import duckdb

from segkit.data import messages
from segkit.data.sources.files import delimited, dialect, grid, heads, kinds, sheets
from segkit.study import Layout, StudyError, root

SHOWN = 1000
"""Rows that `peek` returns at most."""


@dataclass
class Staged:
    """A file in the staging folder: `columns` are its own, `notes` how it was read, in words.

    `first` is the line of the first row; None where the column `grid.ROW` holds the lines. `parts`
    are the files put together, each with the row before its first.
    """

    path: Path
    columns: list
    first: int | None = 1
    notes: list = field(default_factory=list)
    parts: list = field(default_factory=list)


@dataclass
class Peek:
    """The beginning of one table of a file: what its columns are called and what they hold.

    `kind` is "csv", "sheet" or "parquet"; `rows` are lists of texts as written (None where
    empty), at most 1,000; `layout` is what was found, as the study would say it; `rows_n`
    counts all rows, None where that would mean reading the whole file; `further` lists
    different values of whole columns, where they were asked for: {heading: texts}.
    """

    path: Path
    sheet: str | None
    kind: str
    columns: list
    rows: list
    layout: Layout
    notes: list
    rows_n: int | None = None
    further: dict = field(default_factory=dict, repr=False)


def stage(connection, study, name, *, folder):
    """Bring one file into `folder` as Parquet, untyped: a `Staged`.

    Raises StudyError, naming the file, when it is not there or is no table.
    """
    wanted = study.tables[name]
    if not wanted.file:
        raise StudyError(f"studies/{study.name}.yaml: the table `{name}` needs a line `file: …`.")
    path, label = root() / wanted.file, wanted.file
    kind = _kind(path, label)
    if kind == "parquet":
        return _parquet(connection, path, label=label)
    if kind == "sheet":
        staged, head = sheets.stage(path, label=label, folder=folder, wanted=wanted)
        return Staged(staged, head.names, None, head.notes)
    staged, first, found = delimited.stage(
        connection, path, label=label, folder=folder, layout=wanted.layout
    )
    if len(found.head.names) == 1 and name == "orders":
        raise messages.error("one column", label=label)
    return Staged(staged, found.head.names, first, found.notes)


def peek(path, *, sheet=None, layout=None):
    """Look at the beginning of every table of a file: a list of `Peek`.

    `sheet` names one sheet of a workbook, `layout` (see `study.Layout`) says what is known
    already. Raises StudyError when the file is not there or is no table.
    """
    path, label = Path(path), Path(path).name
    kind = _kind(path, label)
    if kind == "parquet":
        return [_peek_parquet(path, label)]
    if kind == "sheet":
        tables = sheets.read(path, label=label, sheet=sheet)
        return [_peek_sheet(path, name, rows, layout) for name, rows in tables.items()]
    found = dialect.find(path, label=label, layout=layout)
    rows = grid.judged(((n, c, None) for n, c in found.records), len(found.head.names))
    shown = [_shown(cells) for line, cells, _, _ in rows if line >= found.head.first]
    whole = len(found.records) < dialect.LINES
    names, notes = found.head.names, found.notes
    rows_n = len(shown) if whole else None
    return [Peek(path, None, "csv", names, shown[:SHOWN], found.layout(), notes, rows_n)]


def _peek_sheet(path, name, records, layout):
    head = heads.head(records[:SHOWN], header=layout.header if layout else None)
    below = [cells for line, cells in records if line >= head.first]
    places = {n for cells in below for n, c in enumerate(cells) if isinstance(c, sheets.Repeated)}
    merged = ", ".join(f"“{head.names[n]}”" for n in sorted(places))
    notes = [*head.notes, *([f"merged cells of {merged} are taken for every row they span; an "
                             "amount in them counts once"] if merged else [])]  # fmt: skip
    found, rows = Layout(header=head.line), [_shown(cells) for cells in below[:SHOWN]]
    return Peek(path, name, "sheet", head.names, rows, found, notes, len(below))


def _peek_parquet(path, label):
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
        some = next(file.iter_batches(batch_size=SHOWN), None)
    except (OSError, ValueError) as error:
        raise messages.error("broken Parquet", label=label, told=first_line(error)) from None
    columns = [column.to_pylist() for column in some.columns] if some else []
    rows = [_shown(row) for row in zip(*columns, strict=True)]
    names, rows_n = duckdb.read_parquet(str(path)).columns, file.metadata.num_rows
    return Peek(path, None, "parquet", names, rows, Layout(), _renamed(path, names), rows_n)


def _shown(cells):
    return [None if cell is None or cell == "" else str(cell) for cell in cells]


def _kind(path, label):
    if path.is_dir():
        raise StudyError(f"{label} is a folder. Name one file in it.")
    path = _found(path, label)
    if path.stat().st_size == 0:
        raise StudyError(f"{label} is empty: it needs a heading line and rows below it.")
    return kinds.kind(path, label=label)


def _found(path, label):
    if path.is_file():
        return path
    folder = path.parent
    if not folder.is_dir():
        raise StudyError(f"{label} is not there: the folder {folder.name}/ does not exist.")
    there = sorted(p.name for p in folder.iterdir() if p.is_file() and not p.name.startswith("."))
    near = get_close_matches(path.name, there, n=3, cutoff=0.5) or there[:5]
    hint = f"Nearest files in that folder: {', '.join(near)}." if near else "That folder is empty."
    raise StudyError(f"{label} is not there. {hint} Mend the `file:` line of the study.")


def _parquet(connection, path, *, label):
    try:
        raw = connection.read_parquet(str(path))
        raw.count().execute()
    except Exception as error:
        raise messages.error("broken Parquet", label=label, told=first_line(error)) from None
    columns = list(raw.columns)
    return Staged(path, columns, notes=_renamed(path, columns))


def _renamed(path, columns):
    """Say which columns of a Parquet file are called otherwise, as another is called like them."""
    import pyarrow.parquet as pq

    pairs = zip(pq.read_schema(path).names, columns, strict=True)
    return [f"“{own}” stands there more than once: column {n} is called “{name}”"
            for n, (own, name) in enumerate(pairs, start=1) if own != name]  # fmt: skip


def first_line(error):
    """Return the first line of an error, short enough for a message."""
    return str(error).strip().splitlines()[0][:200].rstrip(". ")
