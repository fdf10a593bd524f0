"""Headings: where a table begins and what its columns are called.

Shared by text files and sheets; a record is (line, cells). Titles may stand above a heading, and
it may go on in a second row; nothing else is dropped.
"""

import re
from collections import Counter
from dataclasses import dataclass, field

from segkit.data import messages
from segkit.data.cells import writing
from segkit.data.sources.files import grid

ENOUGH, SHORT, SHOWN = 0.8, 0.9, 200
_YEAR = re.compile(r"(19|20)\d\d")
_VALUE = re.compile(rf"[-+(−]?\s?[$€£₽]?\s?\d[\d\s.,'’%{writing.SPACES}]*[)€₽$%]?$")


@dataclass
class Head:
    """The heading of a table: its line (0: there is none), unique names, first line of data."""

    line: int
    names: list
    first: int
    notes: list = field(default_factory=list)


def head(records, *, header=None, label="the table"):
    """Find the heading among the first records; `header` names its line (0: there is none).

    The heading is the first line that is nearly as wide as the table and whose cells are no
    values of the columns below. Lines above it are titles; it may go on in the next row. Raises
    StudyError, with the `label` of the file, where every row has more cells than the heading.
    """
    at, named = _place(records, header)
    at -= named and header is None and _has_groups_above(records, at)
    line, cells = records[at]
    below = records[at + 1 :] if named else records[at:]
    notes = [f"{at} title {'line' if at == 1 else 'lines'} above the heading"] if at else []
    first = line
    if named:
        first, cells, below, said = _in_two_rows(line, cells, below)
        cells, short = _shifted(cells, [row for _, row in below], label)
        notes += said + short
    wide = max(len(cells), _width([cells, *[row for _, row in below]]))
    names, unnamed = unique([*cells, *[""] * (wide - len(cells))] if named else [""] * wide)
    if not named:
        unnamed = ["no heading: the columns are called “column 1”, “column 2” …"]
    return Head(line if named else 0, names, first + named, notes + unnamed)


def _in_two_rows(line, cells, below):
    """Join a heading that goes on in the next row: (its last line, names, rows below, notes)."""
    rows = _even([cells, *[row for _, row in below[:SHOWN]]])
    if not below or below[0][0] != line + 1 or not _goes_on(rows):
        return line, cells, below, []
    upper, lower, group, names = rows[0], rows[1], "", []
    if all(upper) and all(lower):  # two names for every column: one is enough
        lower = upper
    for over, under in zip(upper, lower, strict=True):
        group = over or group
        own = under and under.lower() != group.lower()
        names.append(f"{group} {under}" if own else group if over else "")
    return line + 1, names, below[1:], ["the heading stands in two rows"]


def _even(rows):
    """Bring rows to one width, without blanks around the cells."""
    wide = max(map(len, rows))
    return [[*(cell.strip() for cell in row), *[""] * (wide - len(row))] for row in rows]


def _has_groups_above(records, at):
    """Tell whether the heading begins one row higher: there stand names that this row lacks."""
    if not at or records[at - 1][0] + 1 != records[at][0]:
        return False
    rows = _even([row for _, row in records[at - 1 : at + SHOWN]])
    told = zip(*rows[:2], map(any, zip(*rows[2:], strict=True)), strict=True)
    lacks = any(held and (not under or under == over) for over, under, held in told)
    return lacks and _goes_on(rows)


def _goes_on(rows):
    """Tell whether the second of these rows goes on with the first, a heading of the others.

    It has words above values, and says what the first left open (groups of columns), only adds to
    columns of values (units), or names them all again.
    """
    if len(rows) < 4 or any(map(_valued, rows[0] + rows[1])) or sum(map(bool, rows[0])) < 2:
        return False
    below = [[cell for cell in column if cell] for column in zip(*rows[2:], strict=True)]
    valued = [len(c) > 0 and sum(map(_valued, c)) > ENOUGH * len(c) for c in below]
    told = list(zip(*rows[:2], below, valued, strict=True))
    said = [under for _, under, _, value in told if value]
    left_open = any(held and not under for _, under, held, _ in told)
    groups = any(under and not over for over, under, _, _ in told)
    others = any(under and not value for _, under, _, value in told)
    return any(said) and ((left_open and (groups or not others)) or (all(said) and len(said) > 1))


def _shifted(names, rows, label):
    """Bring a heading that is shorter than the rows to their width, or refuse it.

    Numbers of rows that count on stand in a first column without a heading, as statistics programs
    write them; of anything else nobody knows which heading was left out.
    """
    width = grid.most(Counter(map(len, rows)) or [0])
    full = [row for row in rows if len(row) == width]
    last = sum(bool(row[-1].strip()) for row in full)
    if width <= len(names) or len(full) < max(2, SHORT * len(rows)) or last * 2 < len(full):
        return names, []
    begun = [row[0].strip() for row in full]
    counted = any(begun == [str(n + start) for n in range(len(begun))] for start in (0, 1))
    if counted and width == len(names) + 1:
        return ["", *names], [
            "every row has one cell more than the heading: row numbers come first"
        ]
    facts = {"n": len(names), "names": [f"“{n}”" for n in names], "width": width}
    raise messages.error("short heading", label=label, **facts)


def _place(records, header):
    if header:
        known = [i for i, (line, _) in enumerate(records) if line >= header]
        return (known[0] if known else len(records) - 1), True
    filled = [sum(bool(c.strip()) for c in cells) for _, cells in records]
    width = grid.most(Counter([n for n in filled if n > 1] or [1]))
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
    return grid.most(Counter(map(grid.used, rows)))


def unique(headings):
    """Give every column a name of its own: (names, notes in words)."""
    names, notes, seen = [], [], set()
    for n, heading in enumerate(headings, start=1):
        wanted = " ".join(heading.split()) or f"column {n}"
        name, again = wanted, 2
        while name.lower() in seen or name in (grid.ROW, grid.FLAW, grid.FLAW_TEXT):
            name, again = f"{wanted} ({again})", again + 1
        seen.add(name.lower())
        names.append(name)
        if not heading.strip():
            notes.append(f"column {n} has no heading: it is called “{name}”")
        elif name != wanted:
            notes.append(f"“{wanted}” stands there more than once: column {n} is called “{name}”")
    return names, notes[:5] + [f"and {len(notes) - 5} more such headings"] * (len(notes) > 5)
