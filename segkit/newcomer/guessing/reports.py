"""Reports among the files: sums of what is wanted, and values that stand above a group only.

A pivot table and a report with subtotals hold sums of orders, no orders: they are told by the words
of spreadsheets or by arithmetic, and called by their name. A list that leaves the cells of a group
empty below its first row, as exports of programs do, can be read: the cells are filled.
"""

import re
from dataclasses import replace

from segkit.data.cells import writing
from segkit.data.sources import headings
from segkit.data.sources.files import grid
from segkit.newcomer.guessing import content
from segkit.study import beside

_TOLD = beside(__file__)
_SUMS = re.compile("|".join(part.strip("\n") for part in _TOLD["sums"].split("|")), re.IGNORECASE)
_LABELS = {label.strip().casefold() for label in _TOLD["labels"].split("|")}
_TOTAL = re.compile(rf"(?i){grid.TOTALS}$")

KEYS = ("customer_id", "order_id", "ordered_at")
"""Columns of orders that a group of lines can share."""

FEW, WIDE = 3, 50
"""A report of few columns may hold its dates inside of other words; none has more than so many."""

KNOWN = 0.5
"""From this strength on a heading names one of them."""


def why(peek):
    """Say why a `reading.Peek` is a report of sums and no table of rows, or nothing ("")."""
    rows = [[cell or "" for cell in row] for row in peek.rows]
    if told := _pivot(peek.columns, rows):
        return (
            f"a pivot table ({told}): its cells are sums. Name the sheet or file with the rows it "
            "was made from; a double click on its grand total lists them in a spreadsheet"
        )
    if told := _grouped(peek.columns, content.rows(peek)):
        return (
            f"a report with subtotals ({told}). Export it as a flat list, with a row per order and "
            "the customer on every row"
        )
    return ""


def _pivot(columns, rows):
    """Tell a pivot table by the labels of spreadsheets, or by sums at both of its edges."""
    labels = [heading for heading in columns if heading.casefold() in _LABELS]
    last = next((cell for row in rows[-1:] for cell in row if cell), "")
    summed = [heading for heading in columns if _SUMS.match(heading)] if _TOTAL.match(last) else []
    edge = columns[-1:] if _TOTAL.match(last) and _crossed(rows) else []
    if not labels and not (summed and len(summed) >= len(columns) - 3) and not edge:
        return ""
    return ", ".join(f"“{heading}”" for heading in [*labels, *summed, *edge][:3])


def _crossed(rows):
    """Tell whether every row is summed up in its last cell, all others being numbers."""
    numbers = [[content.number(cell or "0") for cell in row[1:]] for row in rows]
    if len(numbers) < 3 or len(numbers[0]) < 3 or any(None in row for row in numbers):
        return False
    return all(abs(sum(row[:-1]) - row[-1]) < 0.01 * len(row) for row in numbers)


def _grouped(columns, rows):
    """Tell that amounts are sums of the ones below or above them, over the whole column."""
    rows = [[cell or "" for cell in row] for row in rows if any(row)]
    for place, heading in enumerate(columns[:WIDE]):
        cells = [content.number(row[place]) for row in rows]
        if len(cells) < 5 or None in cells:
            continue
        for side, step in (("below", 1), ("above", -1)):
            sums = _sums(cells[::step])
            if sums and _apart(rows[::step], sums):
                label = next(cell for cell in rows[::step][0] if cell)
                return f"“{heading}” of “{label[:3]}…” is the sum of the lines {side} it"
    return ""


def _sums(values):
    """Part numbers into sums, each before its parts, to the very end: places of sums, or none.

    Two of them at least have to add up several numbers that are not 0: marks of yes and no do not.
    """
    at, found, proven = 0, [], 0
    while at < len(values):
        found, rest, at, begun = [*found, at], values[at], at + 1, at + 1
        while at < len(values) and (at == begun or abs(rest) > 0.005):
            rest, at = rest - values[at], at + 1
        if abs(rest) > 0.005 or at == begun:
            return []
        proven += sum(part != 0 for part in values[begun:at]) > 1
    return found if 1 < len(found) < len(values) / 2 and proven > 1 else []


def _apart(rows, sums):
    """Tell whether lines of sums look otherwise: they lack a cell, or no column holds dates."""
    parts = [row for n, row in enumerate(rows) if n not in sums]
    lacking = [n for n in range(len(rows[0])) if all(row[n] for row in parts)
               and not any(rows[at][n] for at in sums)]  # fmt: skip
    dated = any(all(writing.pattern(row[n]) for row in parts) for n in range(len(rows[0])))
    return bool(lacking) or (not dated and len(rows[0]) <= FEW)


def filled(peek):
    """Fill the cells of a group below its first row: the peek, its layout saying `fill_down`.

    The customer, and whatever is empty on the same rows, is filled if the rows without it hold
    something of their own, and if no order number ties them together. Alone it must not come twice,
    as guests without a number would stand between customers.
    """
    found = ((heading, _empty_with(n, peek.rows)) for n, heading in enumerate(peek.columns))
    places = next((p for heading, p in found if p and _means(heading, "customer_id")), [])
    if not places or not _is_group(peek, places):
        return peek
    rows = [[cell or "" for cell in row] for row in peek.rows]
    judged = grid.judged(((0, row, None) for row in rows), len(peek.columns), fill=places)
    kept = [[cell or None for cell in row] for _, row, flaw, _ in judged if not flaw]
    names = [peek.columns[n] for n in places]
    layout = peek.layout.model_copy(update={"fill_down": names})
    return replace(peek, rows=kept, layout=layout)


def _means(heading, column):
    return headings.match(heading, "orders").get(column, 0) >= KNOWN


def _empty_with(key, rows):
    """List the columns that are filled on the same rows as `key`, which is empty on others."""
    own = [bool(row[key]) for row in rows if any(row)]
    if not own or not own[0] or not 0.2 <= 1 - sum(own) / len(own) < 1:
        return []
    columns = range(len(rows[0]))
    return [n for n in columns if [bool(row[n]) for row in rows if any(row)] == own]


def _is_group(peek, places):
    others = [n for n in range(len(peek.columns)) if n not in places]
    named, below = ([row for row in peek.rows if any(row) and bool(row[places[0]]) is has]
                    for has in (True, False))  # fmt: skip
    held = [n for n in others if sum(bool(row[n]) for row in below) >= 0.9 * len(below)]
    if len(held) < 2 or any(_ties(n, named, below) for n in held
                            if _means(peek.columns[n], "order_id")):  # fmt: skip
        return False
    alone = not any(row[n] for row in named for n in others)
    if alone or any(_means(peek.columns[n], column) for n in places[1:] for column in KEYS[1:]):
        return True
    names = [row[places[0]] for row in named]
    dates = [[row[n] or "" for row in peek.rows if row[n]] for n in held]
    dates = next((d for d in dates if all(map(writing.pattern, d))), None)
    return bool(dates) and 1 < len(set(names)) == len(names) and not _in_order(dates)


def _ties(place, named, below):
    """Tell whether a number ties most of the rows without a customer to one with it."""
    known = {row[place] for row in named}
    return sum(row[place] in known for row in below) > len(below) / 2


def _in_order(dates):
    """Tell whether dates go on or back from the first to the last, as in a log of all customers."""
    told = [[int(part) for part in re.findall(r"\d+", date)] for date in dates]
    ways = [[t[2::-1] + t[3:] for t in told], [t[2:3] + t[:2] + t[3:] for t in told]]
    for way in [told] if told[0][0] > 31 else ways:  # the year first, or day and month
        if way in (sorted(way), sorted(way, reverse=True)):
            return True
    return False
