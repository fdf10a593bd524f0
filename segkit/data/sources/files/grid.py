"""Rows of cells as people leave them: where the table begins, what its columns are called.

Shared by text files and sheets. A record is (line, cells): the number of the line as the user
sees it, and texts. Nothing is dropped but empty lines and what stands above the table; a row
that does not fit is kept with a flaw, so that it can be counted and shown.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import islice

import ibis

from segkit.data.cells import writing

ROW, FLAW, FLAW_TEXT = "__row", "__flaw", "__flaw_text"
"""Columns that a staged file has besides its own."""

TOTALS = r"(grand\s+total|sub-?total|totals?|sum|итого|всего|итог|общий\s+итог|gesamt|summe)"
"""First words of a line that adds up the ones above it."""

ENOUGH, SHOWN, CELLS = 0.8, 200, 1 << 20
_TOTALS = re.compile(rf"(?i){TOTALS}\b")
_YEAR = re.compile(r"(19|20)\d\d")
_VALUE = re.compile(rf"[-+(−]?\s?[$€£₽]?\s?\d[\d\s.,'’%{writing.SPACES}]*[)€₽$%]?$")


@dataclass
class Head:
    """The heading of a table: its line (0: there is none), unique names, first line of data."""

    line: int
    names: list
    first: int
    notes: list = field(default_factory=list)


def head(records, *, header=None):
    """Find the heading among the first records; `header` names its line (0: there is none).

    The heading is the first line that is nearly as wide as the table and whose cells are no
    values of the columns below. Lines above it are titles.
    """
    at, named = _place(records, header)
    line, cells = records[at]
    wide = max(len(cells), _width([c for _, c in records[at:]]))
    raw = [*cells, *[""] * (wide - len(cells))] if named else [""] * wide
    names, notes = unique(raw)
    if not named:
        notes = ["no heading: the columns are called “column 1”, “column 2” …"]
    if at:
        notes.insert(0, f"{at} title {'line' if at == 1 else 'lines'} above the heading")
    return Head(line if named else 0, names, line + 1 if named else line, notes)


def _place(records, header):
    if header:
        known = [i for i, (line, _) in enumerate(records) if line >= header]
        return (known[0] if known else len(records) - 1), True
    filled = [sum(bool(c.strip()) for c in cells) for _, cells in records]
    width = most(Counter([n for n in filled if n > 1] or [1]))
    fits = [i for i, n in enumerate(filled) if n >= ENOUGH * width and not _comment(records, i)]
    at = fits[0] if fits else 0
    if header == 0:
        return at, False
    if _named([c for _, c in records[at:]]):
        return at, True
    above = at and filled[at - 1] > 1 and filled[at - 1] * 2 >= filled[at]
    if above and not any(_valued(cell) for cell in records[at - 1][1]):
        return at - 1, True
    return at, False


def _comment(records, at):
    cells = records[at][1]
    wide = len(records[min(at + 1, len(records) - 1)][1])
    return cells[0].lstrip().startswith(("#", "//")) and len(cells) != wide


def _named(rows):
    """Tell whether the first of these rows names the columns of the others."""
    first, below = rows[0], rows[1:]
    valued = [_valued(cell) for cell in first]
    if not below:
        return sum(valued) * 2 < len(first)
    yes = no = 0
    for n, value in enumerate(valued):
        if _YEAR.fullmatch(first[n].strip()):
            continue  # 2023 and 2024 may be headings
        cells = [row[n] for row in below if n < len(row) and row[n].strip()]
        if cells and sum(map(_valued, cells)) > len(cells) / 2:
            yes, no = yes + (not value), no + value
    return yes >= no


def _valued(cell):
    cell = cell.strip()
    return bool(_VALUE.match(cell) or writing.pattern(cell))


def _width(rows):
    """Return how many cells most rows have, not counting empty ones at the end."""
    return most(Counter(map(_used, rows)))


def _used(cells):
    return max((n for n, cell in enumerate(cells, start=1) if cell.strip()), default=0)


def most(counts):
    """Return the most frequent number, and the larger of two."""
    return max(counts, key=lambda n: (counts[n], n))


def unique(headings):
    """Give every column a name of its own: (names, notes in words)."""
    names, notes, seen = [], [], set()
    for n, heading in enumerate(headings, start=1):
        wanted = " ".join(heading.split()) or f"column {n}"
        name, again = wanted, 2
        while name.lower() in seen or name in (ROW, FLAW, FLAW_TEXT):
            name, again = f"{wanted} ({again})", again + 1
        seen.add(name.lower())
        names.append(name)
        if not heading.strip():
            notes.append(f"column {n} has no heading: it is called “{name}”")
        elif name != wanted:
            notes.append(f"“{wanted}” stands there more than once: column {n} is called “{name}”")
    return names, notes[:5] + [f"and {len(notes) - 5} more such headings"] * (len(notes) > 5)


def judged(records, width):
    """Bring rows to `width` cells: (line, cells, flaw, what is shown of a flawed row).

    `records` are (line, cells, flaw). Missing cells at the end are empty ones, unless more than
    half is missing; more filled cells than columns are a flaw, and so is a totals line.
    """
    for line, cells, flaw in records:
        row, own = _fitted(cells, width)
        if not flaw and (own or total(cells)):
            flaw = "totals line" if total(cells) else own
        shown = " | ".join(c for c in cells if c)[:SHOWN] if flaw else None
        yield line, row, flaw, shown


def _fitted(cells, width):
    n = len(cells)
    if n == width:
        return cells, None
    n = max(_used(cells), min(n, width))
    odd = n > width or n * 2 < width
    return [*cells[: min(n, width)], *[""] * (width - n)], "wrong number of fields" if odd else None


def total(cells):
    """Tell whether a row only adds up others: a word such as “Total” first, half of it empty."""
    first = next((cell for cell in cells[:3] if cell.strip()), "")
    if not _TOTALS.match(first.strip()):
        return False
    return sum(not cell.strip() for cell in cells) * 2 >= len(cells) - 1


def filled_down(table, headings):
    """Give rows of an Ibis table without a value the last one above it, in some columns."""
    above = ibis.window(order_by=ROW, rows=(None, 0))
    for heading in headings:
        if heading in table.columns:
            known = table[heading].cast("string").strip().nullif("")
            group = known.notnull().cast("int64").sum().over(above)
            placed = table.mutate(**{heading: known, "group__": group})
            value = placed[heading].max().over(group_by="group__")
            table = placed.mutate(**{heading: value}).drop("group__")
    return table


def write(rows, names, path):
    """Write what `judged` gives to Parquet, all cells as text."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    texts = dict.fromkeys(names, pa.string())
    own = {ROW: pa.int64(), FLAW: pa.string(), FLAW_TEXT: pa.string()}
    schema = pa.schema(list((texts | own).items()))
    size, rows = max(CELLS // (len(names) + 3), 1), iter(rows)
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        while batch := list(islice(rows, size)):
            whole = ((*[c or None for c in cells], line, *said) for line, cells, *said in batch)
            told = zip(zip(*whole, strict=True), schema, strict=True)
            arrays = [pa.array(list(column), kind.type) for column, kind in told]
            writer.write_batch(pa.record_batch(arrays, schema=schema))
