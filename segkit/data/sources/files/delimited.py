"""Text files with a separator, to Parquet: a fast way and a patient one.

The fast way is the engine's own reader, many lines at a time and out of core; it is taken when
the file is UTF-8 with plain line ends, and kept when it found exactly one row per line, so that
a row's place tells its line. Anything odd goes the patient way: decoded and cut up in Python,
a batch at a time, which knows every line number and marks rows that do not fit.
"""

import io
import os

import duckdb
import ibis

from segkit.data import answers, messages
from segkit.data.sources.files import dialect, encodings, grid

COLUMNS = 2000
"""Columns up to which the engine's reader is tried."""

_TWO = ("gr", "su", "to", "ge", "ит", "вс", "об")
STARTS = [way for two in _TWO for way in (two, two.title(), two.upper(), f" {two[0].upper()}")]
ENDS = [way for two in ("al", "ls", "um", "го", "ог", "mt", "me") for way in (two, two.upper())]
"""How the words of `grid.TOTALS` begin, and how they end."""


def stage(connection, path, *, label, folder, layout):
    """Bring a text file into `folder` as Parquet: (path, the line of its first row, Dialect).

    The line is None where the file itself holds the lines (`grid.ROW`).
    """
    found = dialect.find(path, label=label, layout=layout)
    staged = folder / "table.parquet"
    fill = grid.filled(found.head.names, layout, label)
    if not fill and _plain(found) and _fast(connection, path, found, staged):
        return staged, found.head.first, found
    _patient(path, found, staged, label=label, fill=fill)
    return staged, None, found


def _plain(found):
    seen = found.scan
    ends = seen.cr == seen.crlf and seen.crlf in (0, seen.lf)
    utf8 = seen.utf8 and found.encoding in ("utf_8", "utf_8_sig", "ascii")
    return ends and utf8 and not seen.nul and len(found.head.names) <= COLUMNS


def _fast(connection, path, found, staged):
    """Let the engine read the file; returns whether it found one row per line.

    It writes beside `staged` first: what it breaks off it may clean up later, under that name.
    """
    import pyarrow.parquet as pq

    names, first = found.head.names, found.head.first
    layout = {"delim": found.separator, "quote": '"', "escape": '"', "header": False}
    try:
        raw = connection.read_csv(
            str(path),
            columns=dict.fromkeys(names, "VARCHAR"),
            auto_detect=False,
            skip=first - 1,
            **layout,
        )
        tried = staged.with_suffix(".tried")
        connection.to_parquet(_with_totals(raw, names), answers.Place(tried), compression="zstd")
    except (duckdb.Error, ibis.IbisError):
        return False
    rows = pq.read_metadata(tried).num_rows
    os.replace(tried, staged)
    return rows == _lines(found.scan) - (first - 1)


def _lines(seen):
    """Count the lines of a file, without empty ones at its end."""
    blank = max(seen.tail[len(seen.tail.rstrip(b"\r\n")) :].count(b"\n") - 1, 0)
    return seen.lf + (not seen.tail.endswith(b"\n")) - blank


def _with_totals(raw, names):
    """Mark lines that add up others, by the same rule as `grid.total`."""
    if len(names) < 2:
        return raw
    first = ibis.coalesce(*[raw[name] for name in names[:3]])
    empty = sum((raw[n].strip().nullif("").isnull().cast("int64") for n in names), start=0)
    said = rf"(?i)^{grid.TOTALS}(?:[^\p{{L}}\d_]|$)|.\s{grid.TOTALS}$"
    word = first.strip().re_search(said)
    told = (word & (empty * 2 >= len(names) - 1)).ifelse("totals line", None)
    likely = first.left(2).isin(STARTS) | first.rstrip().right(2).isin(ENDS)  # cheap: few rows
    flaw = likely.ifelse(told, None)
    shown = ibis.literal(" | ").join([raw[name] for name in names[:8]]).left(grid.SHOWN)
    return raw.mutate(**{grid.FLAW: flaw, grid.FLAW_TEXT: flaw.notnull().ifelse(shown, None)})


def _patient(path, found, staged, *, label, fill):
    with encodings.opened(path) as file:
        codec = "surrogatepass" if found.encoding.startswith("utf_16") else "surrogateescape"
        text = io.TextIOWrapper(file, encoding=found.encoding, errors=codec, newline="")
        rows = grid.judged(rows_of(text, found), len(found.head.names), fill=fill)
        try:
            grid.write(rows, found.head.names, staged)
        except (UnicodeError, EOFError, OSError) as error:
            raise messages.error("not to its end", label=label, error=error) from None


def rows_of(text, found):
    """Read the rows below the heading: (line, cells, flaw)."""
    lines = (line.replace("\0", "") for line in text) if found.scan.nul else text
    for line, cells, flaw in dialect.records(lines, found.separator):
        if line < found.head.first or cells == ["\x1a"]:
            continue
        if any(not cell.isascii() and not _whole(cell) for cell in cells):
            flaw = flaw or "text that cannot be decoded"
            cells = [cell if _whole(cell) else _mended(cell) for cell in cells]
        yield line, cells, flaw


def _whole(cell):
    return cell.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in cell)


def _mended(cell):
    return "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in cell)
