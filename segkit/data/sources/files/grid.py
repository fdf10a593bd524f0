"""Rows of cells as people leave them: which of them do not fit, which only add up others.

Shared by text files and sheets; `heads` finds the heading above them. A record is (line, cells):
the number of the line as the user sees it, and texts. Nothing is dropped but empty lines and what
stands above the table; a row that does not fit is kept with a flaw, counted and shown.
"""

import re
from itertools import islice

from segkit.data import messages

ROW, FLAW, FLAW_TEXT = "__row", "__flaw", "__flaw_text"
"""Columns that a staged file has besides its own."""

TOTALS = r"(grand\s+total|sub-?total|totals?|sum|итого|всего|итог|общий\s+итог|gesamt|summe)"
"""First words of a line that adds up the ones above it."""

SHOWN, CELLS = 200, 1 << 20
_TOTALS = re.compile(rf"(?i){TOTALS}\b|.+\s{TOTALS}$")


def filled(names, layout, label):
    """Find the places of the columns that the study fills down (`layout.fill_down`)."""
    unknown = [heading for heading in layout.fill_down if heading not in names]
    if unknown:
        raise messages.error("no column to fill", label=label, heading=unknown[0], names=names)
    return [names.index(heading) for heading in layout.fill_down]


def judged(records, width, *, fill=()):
    """Bring rows to `width` cells: (line, cells, flaw, what is shown of a flawed row).

    `records` are (line, cells, flaw). Missing cells at the end are empty ones, unless more than
    half is missing; more filled cells than columns are a flaw, and so is a totals line. In the
    places `fill` an empty cell takes the value above it; a row with nothing else heads a group.
    """
    above = {}
    for line, cells, flaw in records:
        row, own = _fitted(cells, width)
        if not flaw and (own or total(cells)):
            flaw = "totals line" if total(cells) else own
        if fill and not flaw:
            alone = not any(cell.strip() for n, cell in enumerate(row) if n not in fill)
            flaw = "heading of a group" if alone else None
            above |= {n: row[n] for n in fill if row[n].strip()}
            row = [above.get(n, cell) if n in fill else cell for n, cell in enumerate(row)]
        shown = " | ".join(c for c in cells if c)[:SHOWN] if flaw else None
        yield line, row, flaw, shown


def _fitted(cells, width):
    n = len(cells)
    if n == width:
        return cells, None
    n = max(used(cells), min(n, width))
    odd = n > width or n * 2 < width
    return [*cells[: min(n, width)], *[""] * (width - n)], "wrong number of fields" if odd else None


def total(cells):
    """Tell whether a row only adds up others: a word such as “Total” first, half of it empty."""
    first = next((cell for cell in cells[:3] if cell.strip()), "")
    if not _TOTALS.match(first.strip()):
        return False
    return sum(not cell.strip() for cell in cells) * 2 >= len(cells) - 1


def used(cells):
    """Return how many cells a row has, not counting empty ones at its end."""
    return max((n for n, cell in enumerate(cells, start=1) if cell.strip()), default=0)


def most(counts):
    """Return the most frequent number, and the larger of two."""
    return max(counts, key=lambda n: (counts[n], n))


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
