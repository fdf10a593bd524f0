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

KNOWN = 0.5
"""From this strength on a heading names one of them."""


def why(peek):
    """Say why a `reading.Peek` is a report of sums and no table of rows, or nothing ("")."""
    rows = [[cell or "" for cell in row] for row in peek.rows]
    if told := _pivot(peek.columns, rows):
        return (
            f"a pivot table ({told}): its cells are sums. Name the sheet or file with the rows it was "
            "made from; a double click on its grand total lists them in a spreadsheet"
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
    rows = [row for row in rows if any(row)]
    for place, heading in enumerate(columns):
        cells = [content.number(row[place] or "") if place < len(row) else None for row in rows]
        if len(cells) < 5 or None in cells:
            continue
        for side, values in (("below", cells), ("above", cells[::-1])):
            if _adds_up(values):
                at = 0 if side == "below" else -1
                label = next((c for c in rows[at] if c and not content.is_number(c)), "the first")
                return f"“{heading}” of {_first(label)} is the sum of the lines {side} it"
    return ""


def _first(label):
    """Show the first letters of a label: it may be a person's name."""
    return f"“{label[:3]}…”"


def _adds_up(values):
    """Tell whether numbers part into a sum and its parts, again and again, to the end."""
    at = groups = 0
    while at < len(values):
        total, at, n = values[at], at + 1, 0
        rest = total
        while (at < len(values) and n < 1) or (at < len(values) and abs(rest) > 0.005):
            rest, at, n = rest - values[at], at + 1, n + 1
        if abs(rest) > 0.005 or not n or not total:
            return False
        groups += 1
    return groups > 1 and len(values) > 2 * groups


def filled(peek):
    """Fill the cells of a group below its first row: the peek, its layout saying `fill_down`.

    The customer, and whatever is empty on the same rows, is filled if the rows without it hold
    something of their own, and if no order number ties them together. Alone it must not come twice,
    as guests without a number would stand between customers.
    """
    key = [n for n, heading in enumerate(peek.columns) if _means(heading, "customer_id")]
    places = _empty_with(key[0], peek.rows) if key else []
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
    below = [row for row in peek.rows if any(row) and not row[places[0]]]
    held = [n for n in others if sum(bool(row[n]) for row in below) >= 0.9 * len(below)]
    if len(held) < 2 or any(_means(peek.columns[n], "order_id") for n in held):
        return False
    if any(_means(peek.columns[n], column) for n in places[1:] for column in KEYS[1:]):
        return True
    named = [row[places[0]] for row in peek.rows if row[places[0]]]
    dated = any(sum(bool(writing.pattern(row[n])) for row in below) > len(below) / 2 for n in held)
    return dated and 1 < len(set(named)) == len(named)
