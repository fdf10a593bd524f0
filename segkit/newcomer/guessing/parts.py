"""Parts of one export: sheets or files with the same headings, such as one for every month.

They are judged together: in a month with few orders every customer may stand on one row, which
alone would make it a list of customers.
"""

from dataclasses import replace

ROWS = 1000
"""Rows that are looked at, of all parts together."""


def together(peeks):
    """Collect the places of peeks that are parts of one table: a list of lists of places."""
    found = {}
    for place, peek in enumerate(peeks):
        alone = place if peek.kind == "table" else None
        found.setdefault((tuple(peek.columns), peek.kind, alone), []).append(place)
    return list(found.values())


def stacked(peeks):
    """Make one peek of several, with rows of each."""
    if len(peeks) == 1:
        return peeks[0]
    each = max(ROWS // len(peeks), 50)
    return replace(peeks[0], rows=[row for peek in peeks for row in peek.rows[:each]])


def within(one, others):
    """Find a part that holds all rows of `one` too, such as a sheet “All”, or None."""
    own = {tuple(row) for row in one.rows}
    return next((p for p in others if own and own <= {tuple(row) for row in p.rows}), None)
