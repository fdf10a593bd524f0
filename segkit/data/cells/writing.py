"""How people write dates, numbers and money: judged on many values, never on one alone.

“1,234” and “03/04/2024” can each be read in two ways; other values of the same column usually
tell which. Every function takes plain texts (a sample, or one example of every shape that a
whole column holds, see `values`) and answers in one word; `unclear` means that the values
allow both, and somebody has to say it.
"""

import re

from segkit.data.cells import phrases

WORDS = (
    r"\p{Sc}|[a-zA-Z]{1,2}\$|руб[а-я]*\.?|р\.?\s*$|долл[а-я]*\.?|евро|грн\.?|тенге"
    r"|тг\.?|шт[а-я]*\.?|\bpcs\.?|zł|Kč|\bRs\.?|\bFr\.|\bTL\b|\bkr\.?|元|\b(USD|EUR|GBP|RU[BR]|UAH|KZT|BYN|JPY|CNY|RMB"
    r"|INR|CHF|PLN|CZK|TRY|ILS|KRW|SEK|NOK|DKK|BRL|AUD|CAD)\b"
)
"""Everything that may stand beside an amount and is no part of the number (RE2)."""

SPACES = "\u00a0\u202f\u2009\u2007"
"""Blanks that are no plain space: they hold groups of digits together."""

MONTHS = phrases.MONTHS
"""The first three letters of a month's name, and its number."""

MINORITY = 0.05
"""Values that contradict the rest are mistakes of their own below this share."""

HALF = 0.5
"""A column of dates is one in which at least this share of the values are dates."""

_NAME = r"(?:" + "|".join(MONTHS) + r")[a-zа-я]*\.?"
_TIME = r"(?:[T\s,]+\d{1,2}[:.]\d{2}.*|\s*)$"
PATTERNS = {
    "iso": re.compile(r"\d{4}([-/.])\d{1,2}\1\d{1,2}(?:[T\s].*)?$", re.IGNORECASE),
    "compact": re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$"),
    "numbers": re.compile(r"(\d{1,2})(?!-\d+-\d\d?\b)([./-])(\d{1,2})\2(?:\d{4}|\d{2})" + _TIME),
    "day name": re.compile(rf"\d{{1,2}}(?:st|nd|rd|th)?[\s./-]+{_NAME}[\s,./-]+\d{{2,4}}", re.I),
    "name day": re.compile(rf"{_NAME}[\s-]+\d{{1,2}}(?:st|nd|rd|th)?[\s,-]+\d{{4}}", re.I),
    "serial": re.compile(r"[2-6]\d{4}(?:[.,]\d+)?$"),
    "seconds": re.compile(r"1\d{9}(?:[.,]\d+)?$"),
    "milliseconds": re.compile(r"1\d{12}$"),
    "microseconds": re.compile(r"1\d{15}$"),
}
"""Ways of writing a date. Serial days are counted by spreadsheets (45291 = 31 December 2023);
seconds, milliseconds and microseconds since 1970 by machines. 24-01-05 is none of them: nobody
knows which number is the year."""


def pattern(text):
    """Name the way in which one date is written (a key of `PATTERNS`), or None."""
    text = text.strip()
    return next((name for name, known in PATTERNS.items() if known.match(text)), None)


def date_order(texts, *, counts=None):
    """Tell how the dates of a column are written.

    Returns "year first", "day first", "month first", "serial" (a number counts days or
    seconds), "unclear" (such as 03/04/2024 and nothing that tells) or "none" (no dates).
    `counts` says how often each text stands there (default: once).
    """
    counted = zip(texts, counts or [1] * len(texts), strict=True)
    found = [(t.strip(), pattern(t), n) for t, n in counted if t and t.strip()]
    total = sum(n for _, _, n in found)
    dated = [(text, way, n) for text, way, n in found if way]
    share = sum(n for _, _, n in dated) / total if total else 0
    if share < HALF:
        return "none"
    if {"serial", "seconds", "milliseconds", "microseconds"}.issuperset(way for _, way, _ in dated):
        return "serial" if share >= 1 - MINORITY else "none"
    return _order(dated)


def _order(dates):
    numbers = [(PATTERNS["numbers"].match(t), n) for t, way, n in dates if way == "numbers"]
    if numbers:
        return _day_or_month([(int(m[1]), int(m[3]), m[2], n) for m, n in numbers])
    ways = {way for _, way, _ in dates}
    if "day name" in ways:
        return "day first"
    return "month first" if "name day" in ways else "year first"


def _day_or_month(numbers):
    """Judge (first, second, separator, how often) of dates such as 31.01.2024."""
    day = sum(n for first, second, _, n in numbers if first > 12 >= second)
    month = sum(n for first, second, _, n in numbers if second > 12 >= first)
    if day or month:
        return _winner({"day first": day, "month first": month})
    dotted = all(mark == "." for _, _, mark, _ in numbers)
    return "day first" if dotted else "unclear"


def _winner(votes):
    """Return the answer that nearly all votes are for, or "unclear"."""
    best = max(votes, key=votes.get)
    against = sum(votes.values()) - votes[best]
    return best if against <= MINORITY * sum(votes.values()) else "unclear"


def decimal_mark(texts, *, counts=None):
    """Tell which mark divides the whole from its parts: ".", ",", "unclear" or "none".

    "unclear": every mark could as well group thousands (1,234), or the values disagree.
    "none": no value has a mark. Mixed values are judged by nearly all of them; `counts` says
    how often each text stands there (default: once).
    """
    votes, doubtful = {".": 0, ",": 0}, False
    for text, n in zip(texts, counts or [1] * len(texts), strict=True):
        mark = _mark(_bare(text or ""))
        doubtful |= mark == "unclear"
        if mark in votes:
            votes[mark] += n
    if any(votes.values()):
        return _winner(votes)
    return "unclear" if doubtful else "none"


def _bare(text):
    """Keep the digits and marks of a text that holds one number, with groups as `'`."""
    found = re.fullmatch(rf"([^\d.,]*)([.,]?\d[\d.,'’\s{SPACES}]*)(\D*)", text.strip())
    return re.sub(rf"['’\s{SPACES}]+(?=\d)", "'", found[2].strip()) if found else ""


def _mark(number):
    """Tell the decimal mark of one number, "unclear" or None where it has no mark."""
    point, comma = number.count("."), number.count(",")
    if point and comma:
        last, first = (".", ",") if number.rfind(".") > number.rfind(",") else (",", ".")
        return last if number.count(last) == 1 and _grouped(number.split(last)[0], first) else None
    if not point and not comma:
        return None
    mark = "." if point else ","
    if point + comma > 1:  # groups of thousands: the decimal mark is the other one
        return {".": ",", ",": "."}[mark] if _grouped(number, mark) else None
    whole, parts = number.split(mark)
    if "'" in number or len(parts) != 3 or len(whole) > 3 or whole.startswith("0"):
        return mark
    return "unclear"


def _grouped(number, mark):
    return re.fullmatch(rf"\d{{1,3}}(\{mark}\d{{2,3}})*\{mark}\d{{3}}", number) is not None


def currencies(texts):
    """List the ISO codes of the currencies that signs or words in the texts tell."""
    signs = phrases.CURRENCIES.items()
    return [code for code, sign in signs if any(re.search(sign, t, re.I) for t in texts)]
