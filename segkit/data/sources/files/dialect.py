"""How a text file is laid out: separator, title lines and heading, judged on its first lines.

Whatever the study says (`layout:`) is taken as it is; the rest is found by looking, and said
in notes.
"""

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import islice

from segkit.data.sources.files import encodings, grid, heads, kinds
from segkit.study import Layout, StudyError

SEPARATORS = (";", "\t", "|", "^", ",")
LINES = 1000
"""Records that are judged."""

SPAN = 50
"""A cell in quotes may go on for so many lines; beyond that its end was forgotten."""


@dataclass
class Dialect:
    """How a file is to be read: encoding, separator and `heads.Head`; `notes` say it in words."""

    encoding: str
    separator: str
    head: heads.Head
    scan: encodings.Scan
    records: list
    notes: list = field(default_factory=list)

    def layout(self):
        """Return what was found as the study would write it."""
        line = self.head.line
        return Layout(encoding=self.encoding, separator=self.separator, header=line)


def find(path, *, label, layout=None):
    """Find out how a text file is written: a `Dialect`.

    Raises StudyError when it is no text, has no rows at all, or the study's layout is wrong.
    """
    layout = layout or Layout()
    try:
        seen = encodings.scan(path)
    except kinds.BROKEN:
        raise kinds.broken(label) from None
    encoding, notes = encodings.told(seen, layout.encoding, label)
    text = encodings.decoded(seen, encoding, label)
    separator, forced = _separator(text, layout.separator, label)
    records = _sample(text, separator)
    if not records:
        raise StudyError(f"{label} is empty: it needs a heading line and rows below it.")
    if forced:
        records = records[1:] or records
        notes.append("a line “sep=” names the separator")
    head = heads.head(records[:LINES], header=layout.header, label=label)
    notes += head.notes
    if seen.nul and not encoding.startswith("utf_16"):
        notes.append(f"{seen.nul:,} NUL bytes left out")
    return Dialect(encoding, separator, head, seen, records, notes)


def _separator(text, wanted, label):
    """Find the separator: the one that cuts most lines into the same number of cells."""
    said = re.match(r"\s*sep=(.|\t)\s*[\r\n]", text)
    if wanted:
        wanted = {"tab": "\t", "\\t": "\t"}.get(wanted, wanted)
        if len(wanted) != 1:
            raise StudyError(f"{label}: `separator: {wanted}` must be one sign, or tab.")
        return wanted, bool(said)
    if said:
        return said[1], True
    return max(SEPARATORS, key=lambda sign: _agreement(text, sign)), False


def _agreement(text, sign):
    lines = [len(cells) for _, cells in _sample(text, sign)][:200]
    counts = Counter(n for n in lines if n > 1)
    if not counts:
        return 0.0, 0
    width = grid.most(counts)
    return round(counts[width] / len(lines), 2), width


def _sample(text, separator):
    """Read the first records of a text that may be cut off at its end."""
    if len(text) >= encodings.SAMPLE // 4:
        text = text[: max(text.rfind("\n"), text.rfind("\r")) + 1 or len(text)]
    found = islice(records(io.StringIO(text, newline=""), separator), LINES)
    return [(line, cells) for line, cells, _ in found]


def records(lines, separator):
    """Read records: (line it begins on, cells, flaw or None); blank lines are left out.

    `lines` is an open text that keeps its line ends. A quotation mark that is never closed
    costs its own line only.
    """
    source, usual = _Lines(lines), 0
    for text in source:
        line, plain = source.line, text.rstrip("\r\n")
        if '"' not in plain:
            if plain.strip():
                cells = plain.split(separator)
                usual = len(cells)
                yield line, cells, None
            continue
        cells = _quoted(plain + "\n", source, separator, usual=usual)
        if cells is None:
            yield line, plain.replace('"', "").split(separator), "quotation mark not closed"
        elif any(cell.strip() for cell in cells) or len(cells) > 1:
            usual = len(cells)
            yield line, cells, None


class _Lines:
    """Lines with their number, of which some can be put back."""

    def __init__(self, lines):
        self.lines, self.line, self.back = iter(lines), 0, []

    def __iter__(self):
        return self

    def __next__(self):
        text = self.back.pop() if self.back else next(self.lines)
        self.line += 1
        return text

    def put_back(self, texts):
        """Give lines back, to be read again."""
        self.back += reversed(texts)
        self.line -= len(texts)


def _quoted(text, source, separator, *, usual):
    """Read a record with quotes, over several lines if need be; None if they never close.

    They count as never closed, too, when this line has as many cells as the one before
    (`usual`) and so has one of the lines that would be swallowed.
    """
    more = []
    whole = usual > 2 and text.count(separator) == usual - 1
    if found := _backslashed(text, separator, usual):
        return found
    while _open(text, separator):
        following = next(source, None) if len(more) < SPAN else None
        if following is not None:
            more.append(following)
        if following is None or (whole and following.count(separator) == usual - 1):
            source.put_back(more)
            return None
        text += following
    return next(csv.reader([text], delimiter=separator))


def _backslashed(text, separator, usual):
    """Read a record whose inner quotes have a backslash before them, where that fits better."""
    if '\\"' not in text:
        return None
    plain, other = (next(csv.reader([text], delimiter=separator, **how)) for how in ({}, BACKSLASH))
    return other if len(other) == usual and (len(plain) != usual or '"' in plain[-1]) else None


BACKSLASH = {"doublequote": False, "escapechar": "\\"}
"""How programs that know C write a quotation mark within a quoted cell."""


def _open(text, separator):
    """Tell whether a quoted cell goes on after this text."""
    try:
        list(csv.reader([text], delimiter=separator, strict=True))
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False
