"""What the cells of a column look like: dates, money, numbers that name things, e-mails.

The second half of the evidence in `guess`, beside the heading. Works on a sample of texts as
they stand in the file (at most a thousand), in plain Python, and only counts: nothing is
turned into a value that anyone keeps.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property

from segkit.data.cells import phrases, spelling, writing
from segkit.data.sources.files import grid

NOBODY = ("0", "-1", "guest", "none", "null", "nan", "n/a", "na", "-", "unknown", "гость", "нет")
"""Customer numbers that stand for nobody, where they are frequent."""

_TIME = re.compile(r"\d{1,2}:\d\d(?::\d\d)?(?:\.\d+)?\s*(?:[ap]\.?m\.?)?", re.IGNORECASE)
_TOTAL = re.compile(rf"\s*(?i:{grid.TOTALS})\b")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]{2,}")
_PHONE = re.compile(r"'?\+?[\d\s()./-]{10,22}")
_EPOCH = re.compile(r"1\d{9}(?:[.,]\d+)?|1\d{12}|1\d{15}")
_YES_NO = ("0", "1", "true", "false", "yes", "no", "y", "n", "t", "f", "да", "нет")


@dataclass(frozen=True)
class Content:
    """The cells of one column in a sample: `cells` as written, empty text where there is none."""

    heading: str
    cells: tuple
    decimal: str | None = field(default=None, compare=False)

    @cached_property
    def filled(self):
        """Return the cells that hold something."""
        return [cell for cell in self.cells if cell]

    @cached_property
    def filled_share(self):
        """Return the share of cells that hold something, from 0 to 1."""
        return len(self.filled) / len(self.cells) if self.cells else 0.0

    @cached_property
    def counts(self):
        """Count every value."""
        return Counter(self.filled)

    @cached_property
    def numbers(self):
        """Read every cell as a number, None where it is none."""
        return [number(cell, decimal=self.decimal) for cell in self.cells]

    @cached_property
    def length(self):
        """Return the mean length of a value, in characters."""
        return sum(map(len, self.filled)) / len(self.filled) if self.filled else 0.0

    @cached_property
    def unique(self):
        """Tell whether hardly a value occurs twice."""
        return len(self.filled) > 1 and len(self.counts) >= 0.98 * len(self.filled)

    @cached_property
    def whole(self):
        """Return the share of numbers that are whole."""
        known = [n for n in self.numbers if n is not None]
        return sum(n == int(n) for n in known) / len(known) if known else 0.0

    def share(self, kind):
        """Return the share of values that are of a kind: date, time, number, email, phone …"""
        if not self.filled:
            return 0.0
        return sum(n for cell, n in self.counts.items() if _IS[kind](cell)) / len(self.filled)

    def examples(self, n=3):
        """List up to `n` different values, as they come."""
        return tuple(list(self.counts)[:n])


def of(peek):
    """Describe every column of a `reading.Peek`: {heading: Content}."""
    found = rows(peek) if len(peek.columns) <= 200 else rows(peek)[:100]
    columns = {}
    for place, heading in enumerate(peek.columns):
        cells = tuple(spelling.seen(row[place] or "") if place < len(row) else "" for row in found)
        columns[heading] = Content(heading, cells, peek.layout.decimal)
    return columns


def same(one, other):
    """Tell whether two columns tell the same rows apart: a value has one in the other."""
    pairs = set(zip(one.cells, other.cells, strict=True))
    return len(pairs) == len(set(one.cells)) == len(set(other.cells))


def rows(peek):
    """List the sampled rows without lines of totals, which belong to no customer."""
    kept = [row for row in peek.rows if not _TOTAL.match(next((c for c in row if c), ""))]
    return [row for row in kept if not grid.total([cell or "" for cell in row])]


def number(text, *, decimal=None):
    """Read one number the way `values.money` does, or None.

    The last of comma and point is the decimal mark unless `decimal` says otherwise.
    """
    return writing.number(text, mark=decimal) if text and is_number(text) else None


def is_date(text):
    """Tell whether a text is a date, with or without a time, and no mere number."""
    return writing.pattern(text) not in (None, *writing.COUNTS)


def is_number(text):
    """Tell whether a text is a number or an amount of money, and no date."""
    return any(writing.number(text, mark=mark) is not None for mark in ".,")


def is_shortened(text):
    """Tell whether a spreadsheet has kept but a few digits of a number."""
    return bool(re.search(spelling.SHORTENED, text))


def is_phone(text):
    """Tell whether a text is a phone number: ten digits or more, written as one."""
    digits = re.sub(r"\D", "", text)
    return bool(
        _PHONE.fullmatch(text)
        and 10 <= len(digits) <= 14
        and (re.search(r"[+()\s-]", text) or digits[:2] in ("79", "89"))
        and not is_date(text)
    )


_IS = {
    "date": is_date,
    "time": lambda text: bool(_TIME.fullmatch(text)),
    "number": is_number,
    "email": lambda text: bool(_EMAIL.fullmatch(text)),
    "phone": is_phone,
    "shortened": is_shortened,
    "digits": lambda text: bool(re.search(r"\d", text)),
    "long fraction": lambda text: bool(re.fullmatch(r"\d+[.,]\d{3,}", text)),
    "yes or no": lambda text: text.lower() in _YES_NO,
    "serial": lambda text: bool(re.fullmatch(r"[2-6]\d{4}(\.\d+)?", text)),
    "epoch": lambda text: bool(_EPOCH.fullmatch(text)),
    "came or not": lambda text: text.lower() in (*phrases.CAME, *phrases.STAYED_AWAY),
    "tax number": lambda text: bool(re.fullmatch(r"[A-Za-z]{0,3}[\d -]{8,17}", text)),
    "words": lambda text: bool(re.search(r"[^\W\d_]{2}", text)),
}
