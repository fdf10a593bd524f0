"""Workbooks (Excel, OpenDocument): the tables among their sheets, as records of texts."""

import contextlib
import re
import zipfile
from datetime import date, datetime, time, timedelta

from segkit.data import messages, schema
from segkit.data.sources.files import grid, heads
from segkit.study import StudyError

SAMPLE = 1000

ONCE = {c.name for c in schema.TABLES["orders"] if c.type in (schema.MONEY, "float64")}
ONCE -= {"unit_price"}
"""Columns of orders of which a merged cell counts once: it stands for the rows together."""


class Repeated(str):
    """The text of a merged cell, on a row below the one where it stands."""

    __slots__ = ()


MOST = 1 << 27
"""Cells for which the reader may make room: some gigabytes."""

SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
PLACE = re.compile(rb' r="(([A-Z]{1,3})(\d+))"')


def read(path, *, label, sheet=None):
    """Read the tables of a workbook: {sheet: list of (row, cells)}, empty sheets left out.

    Raises StudyError when the workbook is broken or protected, or has no such sheet.
    """
    import python_calamine as calamine

    if cell := _far(path):
        raise messages.error("far cell", label=label, cell=cell)
    try:
        with calamine.CalamineWorkbook.from_path(str(path)) as book:
            if sheet is not None and sheet not in book.sheet_names:
                names = ", ".join(f"“{name}”" for name in book.sheet_names)
                raise StudyError(f"{label} has no sheet “{sheet}”. Its sheets are: {names}.")
            wanted = [sheet] if sheet is not None else book.sheet_names
            found = {name: _records(book.get_sheet_by_name(name)) for name in wanted}
    except calamine.PasswordError:
        raise StudyError(f"{label} is protected by a password. Save it without one.") from None
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise messages.error("broken workbook", label=label, error=error) from None
    return {name: records for name, records in found.items() if records}


def among(path, wanted, *, label):
    """List those of some sheets that a workbook has, in its own order."""
    import python_calamine as calamine

    try:
        with calamine.CalamineWorkbook.from_path(str(path)) as book:
            return [name for name in book.sheet_names if name in wanted]
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise messages.error("broken workbook", label=label, error=error) from None


def _far(path):
    """Name a cell that lies so far out that the sheet up to it could not be held, else None.

    The reader makes room for all cells between the first and the last; a stray one takes terabytes.
    """
    with contextlib.suppress(zipfile.BadZipFile, OSError), zipfile.ZipFile(path) as archive:
        for name in filter(SHEET.fullmatch, archive.namelist()):
            cells = [*_last_cells(archive.read(name)), (1, 1, b"A1")]
            if max(cells)[0] * max(row for _, row, _ in cells) > MOST:
                return max(cells, key=lambda cell: cell[0] * cell[1])[2].decode()
    return None


def _last_cells(sheet):
    """List the last cell of each row in a sheet's XML: (column, row, name), counted from 1."""
    for row in sheet.split(b"row>"):
        if told := PLACE.match(row, max(row.rfind(b' r="'), 0)):
            letters = enumerate(reversed(told[2]))
            column = sum((letter - 64) * 26**place for place, letter in letters)
            yield column, int(told[3]), told[1]


def _records(sheet):
    rows = enumerate(sheet.to_python(skip_empty_area=False), start=1)
    records = ((row, [written(cell) for cell in cells]) for row, cells in rows)
    kept = [(row, cells) for row, cells in records if any(cell.strip() for cell in cells)]
    return _unmerged(kept, sheet.merged_cell_ranges or ())


def _unmerged(records, merged):
    """Write the value of cells that were merged downwards on every row they span."""
    rows = dict(records)
    for (top, place), (bottom, _) in merged:
        cell = rows.get(top + 1, {place: ""})[place] if bottom > top else ""
        for row in range(top + 2, min(bottom, max(rows)) + 2) if cell.strip() else ():
            if row in rows:
                rows[row][place] = Repeated(cell)
    return records


def written(cell):
    """Write a cell as text: dates as year-month-day, whole numbers without a point."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        clock = cell.time() != time()
        return cell.isoformat(sep=" ") if clock else cell.date().isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def choose(tables, *, label):
    """Return the name of the only table of a workbook; several are a matter for the study."""
    if not tables:
        raise StudyError(f"{label} is empty: no sheet holds a table.")
    wide = [n for n, records in tables.items() if max(len(_filled(c)) for _, c in records) > 1]
    if len(tables) == 1 or len(wide) == 1:
        return (wide or list(tables))[0]
    names = [f"“{name}”" for name in tables]
    raise messages.error("several sheets", label=label, names=names, first=next(iter(tables)))


def _filled(cells):
    return [cell for cell in cells if cell.strip()]


def stage(path, *, label, folder, wanted):
    """Bring one sheet into `folder` as Parquet: (path, `heads.Head`)."""
    tables = read(path, label=label, sheet=wanted.sheet)
    name = wanted.sheet if wanted.sheet in tables else choose(tables, label=label)
    records = tables[name]
    head = heads.head(records[:SAMPLE], header=wanted.layout.header)
    once = [n for n, name in enumerate(head.names)
            if name in {wanted.columns.get(column, column) for column in ONCE}]  # fmt: skip
    rows = ((row, _once(cells, once), None) for row, cells in records if row >= head.first)
    staged, fill = folder / "table.parquet", grid.filled(head.names, wanted.layout, label)
    grid.write(grid.judged(rows, len(head.names), fill=fill), head.names, staged)
    return staged, head


def _once(cells, places):
    """Leave amounts of merged cells on their first row only."""
    return ["" if n in places and isinstance(c, Repeated) else c for n, c in enumerate(cells)]
