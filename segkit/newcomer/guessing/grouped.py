"""Values that stand on the first row of a group only, as in a report: they hold for its other rows.

Told by the cells: the first row has a value, others are empty where everything else is filled, and
hardly a value comes twice. Where a full column says already which rows belong together, nothing
need be filled; nor where rows stand in one order from first to last, as in a plain list with gaps.
"""

from dataclasses import replace

SPARSE, DENSE = 0.1, 0.95
"""The share of empty cells in a column whose values stand for several rows."""


def found(columns):
    """Find the columns to be filled down, by their cells: a list of headings."""
    full = [cells.cells for cells in columns.values() if all(cells.cells)]
    lead = next((h for h, cells in columns.items() if _leads(cells, full)), None)
    if lead is None:
        return []
    gaps = [not cell for cell in columns[lead].cells]
    return [h for h, cells in columns.items() if [not cell for cell in cells.cells] == gaps]


def filled(columns, headings):
    """Fill the cells of some columns down: a copy of `columns`."""
    return columns | {h: replace(columns[h], cells=_down(columns[h].cells)) for h in headings}


def _leads(cells, full):
    """Tell whether a column names groups of rows on the first row of each."""
    rows, known = cells.cells, cells.filled
    gaps = [n for n, cell in enumerate(rows) if not cell]
    if len(known) < 2 or not rows[0] or not SPARSE <= len(gaps) / len(rows) <= DENSE:
        return False
    if len(full) < 2 or len(cells.counts) < 0.9 * len(known):
        return False
    grouped = any(all(other[n] == other[n - 1] for n in gaps) for other in full)
    return not grouped and not any(map(_in_order, full))


def _in_order(cells):
    """Tell whether cells that nearly all differ stand in one order from first to last."""
    keys = [_key(cell) for cell in cells]
    return len(set(cells)) >= 0.8 * len(cells) and keys in (sorted(keys), sorted(keys)[::-1])


def _key(cell):
    return (len(cell), cell) if cell.isdigit() else (0, cell)


def _down(cells):
    last, found = "", []
    for cell in cells:
        last = cell or last
        found.append(last)
    return tuple(found)
