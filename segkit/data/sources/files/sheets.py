"""Workbooks (Excel, OpenDocument): the tables among their sheets, as records of texts."""

from datetime import date, datetime, time, timedelta

from segkit.data import messages
from segkit.data.sources.files import grid
from segkit.study import StudyError

SAMPLE = 1000


def read(path, *, label, sheet=None):
    """Read the tables of a workbook: {sheet: list of (row, cells)}, empty sheets left out.

    Raises StudyError when the workbook is broken or protected, or has no such sheet.
    """
    import python_calamine as calamine

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


class Records(list):
    """The records of a sheet; `notes` say in words how they were read."""

    notes = ()


def _records(sheet):
    rows = sheet.to_python(skip_empty_area=False)
    merged = _unmerged(rows, sheet.merged_cell_ranges or ())
    records = ((n, [written(cell) for cell in cells]) for n, cells in enumerate(rows, start=1))
    found = Records((n, cells) for n, cells in records if any(cell.strip() for cell in cells))
    if merged:
        found.notes = (f"{merged:,} cells merged over rows: the value stands for each of them",)
    return found


def _unmerged(rows, ranges):
    """Write what stands in cells merged over rows into each of them; returns how many there are."""
    tall = [(top, left, bottom) for (top, left), (bottom, _) in ranges if bottom > top]
    for top, left, bottom in tall:
        for row in rows[top + 1 : bottom + 1]:
            if left < len(row):
                row[left] = rows[top][left]
    return len(tall)


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
    """Bring one sheet into `folder` as Parquet: (path, `grid.Head`)."""
    tables = read(path, label=label, sheet=wanted.sheet)
    name = wanted.sheet if wanted.sheet in tables else choose(tables, label=label)
    records = tables[name]
    head = grid.head(records[:SAMPLE], header=wanted.layout.header)
    head.notes += records.notes
    rows = ((row, cells, None) for row, cells in records if row >= head.first)
    staged = folder / "table.parquet"
    grid.write(grid.judged(rows, len(head.names)), head.names, staged)
    return staged, head
