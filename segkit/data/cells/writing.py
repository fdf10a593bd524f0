"""How people write dates, numbers and money: judged on many values, never on one alone.

“1,234” and “03/04/2024” can each be read in two ways; other values of the same column usually
tell which. Every function takes plain texts (a sample, or one example of every shape that a
whole column holds, see `values`) and answers in one word; `unclear` means that the values
allow both, and somebody has to say it. Patterns are read alike by Python and RE2, so that a guess
and a run read the same.
"""

import re
from functools import cache

from segkit.data.cells import calendar, phrases

SPACES = "\u00a0\u202f\u2009\u2007"
"""Blanks that are no plain space: they hold groups of digits together."""

BLANKS = rf"\s'’{SPACES}"
"""What may stand between groups of digits, and around a number."""

LETTER = "A-Za-zА-Яа-яЁё"
"""Letters beside which a sign is no sign of a currency."""

SIGNS = "$¢-¥֏؋৲৳૱௹฿៛₠-⃀﷼﹩＄"
"""Signs of currencies, as a class of a pattern."""

_MORE = [*phrases.CURRENCIES.values(), *phrases.SHARED, *phrases.PIECES]
WORDS = rf"(?i:{'|'.join([*phrases.CODES, *_MORE])}|[A-Z]{{1,2}}\$|[{SIGNS}])"
"""Everything that may stand beside an amount and is no part of the number."""

BEFORE = rf"^([-−–+(]*)(?:\s*{WORDS})+[{BLANKS}]*([-−–+]?[\d.,])"
BEHIND = rf"([\d.,])(?:[{BLANKS}/]*{WORDS})+\s*([-−–)]*)$"
"""Words before and behind a number, with what stays of them."""

MINUS = r"^\(.*\)$|^[-−–]|[-−–]$"
AROUND = rf"^[-−–+(]+[{BLANKS}]*|[{BLANKS}]*[-−–)]+$"
"""How a number is said to be less than nothing, and what stands around its digits."""

MINORITY = 0.05
"""Values that contradict the rest are mistakes of their own below this share."""

HALF = 0.5
"""A column of dates is one in which at least this share of the values are dates."""

_TIME = r"(?:[T\s,]+\d{1,2}[:.]\d{2}.*|\s*)$"
_WORD = re.compile(r"[^\s\d.,:;/()\[\]+−–_~'’-]+")
_YEAR = r"(?:19|20)\d\d"
PATTERNS = {
    "iso": re.compile(r"\d{4}([-/.])\d{1,2}\1\d{1,2}(?:[T\s].*)?$", re.IGNORECASE),
    "compact": re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$"),
    "numbers": re.compile(
        r"(\d{1,2})(?!-\d+-\d\d?\b)([./-])(\d{1,2})\2(?:\d{4}|\d{2})" + _TIME, re.IGNORECASE
    ),
    "day name": re.compile(r"\d{1,2}[\s./-]*~[\s,./-]*(?:\d{4}|\d{2})" + _TIME, re.IGNORECASE),
    "name day": re.compile(r"~[\s./-]*\d{1,2}[\s,.-]+(?:\d{4}|\d{2})" + _TIME, re.IGNORECASE),
    "year name": re.compile(r"\d{4}[\s.,-]*~[\s.-]*\d{1,2}" + _TIME, re.IGNORECASE),
    "month": re.compile(
        rf"{_YEAR}[-/](?:0[1-9]|1[0-2])$|(?:0?[1-9]|1[0-2])[-/.]{_YEAR}$"
        rf"|~[\s,./-]*{_YEAR}$|{_YEAR}[\s,./-]*~$"
    ),
    "serial": re.compile(r"[2-6]\d{4}(?:[.,]\d+)?$"),
    "seconds": re.compile(r"1\d{9}(?:[.,]\d+)?$"),
    "milliseconds": re.compile(r"1\d{12}$"),
    "microseconds": re.compile(r"1\d{15}$"),
}
"""Ways of writing a date, ~ for the name of a month (see `plain`); one without a day is its first.
Serial days are counted by spreadsheets (45291 = 31 December 2023); seconds, milliseconds and
microseconds since 1970 by machines. 24-01-05 is none of them: nobody knows which number is the
year."""

COUNTS = ("serial", "seconds", "milliseconds", "microseconds")
"""Ways of writing a date that look like a number."""

GLYPHS = r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일号號]?"
"""A date in Chinese, Japanese or Korean."""


def pattern(text):
    """Name the way in which one date is written (a key of `PATTERNS`), or None."""
    text = plain(text) if len(text) <= LONGEST and _DIGIT.search(text) else ""
    return next((name for name, known in PATTERNS.items() if known.match(text)), None)


_DIGIT, LONGEST = re.compile(r"\d"), 80
"""What every date has, and the most letters of one."""


def words(texts):
    """List the words in dates, in small letters."""
    return list(dict.fromkeys(w for text in texts for w in _WORD.findall(text.lower())))


def plain(text):
    """Put ~ in the place of a month's name and leave out words without meaning in a date.

    "Monday, 5 января 2024 г., 10:15" gives "5 ~ 2024 10:15".
    """
    text = re.sub(GLYPHS, r"\1-\2-\3 ", text.strip()).strip()
    named, empty = sorted_out(words([text]))
    if not (named or empty):
        return text
    text = re.sub(weekday_first(named), r"\1", text.lower())
    text = _WORD.sub(lambda m: "~" if m[0] in named else "" if m[0] in empty else m[0], text)
    return re.sub(GAPS, " ", text).strip(" ,.()")


GAPS = r"\s*[.,()'’]*\s+[.,()'’\s]*"
"""What stands between the parts of a date in words."""


def sorted_out(found):
    """Part words of dates into months and those without meaning: ({word: number}, words)."""
    named = calendar.months(found)
    empty = [
        w for w in found if w not in named and (w in calendar.weekdays() or w in phrases.IN_DATES)
    ]
    days = [w for w in empty if w in calendar.weekdays()]
    return named, empty if named or days else []


def weekday_first(named):
    """Make a pattern of a weekday before a date whose name is a month's as well: "mar. 5 mars"."""
    both = [re.escape(w) for w in named if w in calendar.weekdays()] or ["~"]
    return rf"^(?:{'|'.join(both)})[.,\s]+(\D*\d+[\s./-]*[^\d\s./,-]{{3,}}.*|\d+[./-]\d+[./-]\d.*)$"


def date_order(texts, *, counts=None):
    """Tell how the dates of a column are written.

    Returns "year first", "day first", "month first", "serial" (a number counts days or
    seconds), "unclear" (such as 03/04/2024 and nothing that tells), "both" (01/13/2024 beside
    13/01/2024, neither of them rare) or "none" (no dates). `counts` says how often each text
    stands there (default: once).
    """
    counted = zip(texts, counts or [1] * len(texts), strict=True)
    found = [(t.strip(), pattern(t), n) for t, n in counted if t and t.strip()]
    total = sum(n for _, _, n in found)
    dated = [(text, way, n) for text, way, n in found if way]
    share = sum(n for _, _, n in dated) / total if total else 0
    if share < HALF:
        return "none"
    if set(COUNTS).issuperset(way for _, way, _ in dated):
        return "serial" if share >= 1 - MINORITY else "none"
    return _order(dated)


def _order(dates):
    numbers = [(PATTERNS["numbers"].match(plain(t)), n) for t, way, n in dates if way == "numbers"]
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
        return _winner({"day first": day, "month first": month}, "both")
    dotted = all(mark == "." for _, _, mark, _ in numbers)
    return "day first" if dotted else "unclear"


def told_by(texts, order):
    """Return the texts that can be of one order only ("day first" or "month first")."""
    return [text for text in texts if text and pattern(text) == "numbers"
            and date_order(["01/02/2024", text]) == order]  # fmt: skip


def _winner(votes, split):
    """Return the answer that nearly all votes are for, or `split`."""
    best = max(votes, key=votes.get)
    against = sum(votes.values()) - votes[best]
    return best if against <= MINORITY * sum(votes.values()) else split


def decimal_mark(texts, *, counts=None):
    """Tell which mark divides the whole from its parts: ".", ",", "unclear" or "none".

    "unclear": every mark could as well group thousands (1,234), or the values disagree.
    "none": no value has a mark. Mixed values are judged by nearly all of them; `counts` says
    how often each text stands there (default: once).
    """
    votes = decimal_votes(texts, counts=counts)
    if votes["."] or votes[","]:
        return _winner({mark: votes[mark] for mark in ".,"}, "unclear")
    return "unclear" if votes["unclear"] else "none"


def decimal_votes(texts, *, counts=None):
    """Count the values that tell each decimal mark, and those that tell none: {mark: n}."""
    votes = {".": 0, ",": 0, "unclear": 0, None: 0}
    for text, n in zip(texts, counts or [1] * len(texts), strict=True):
        votes[_mark(_bare(text or ""))] += n
    return votes


def bare(text):
    """Take signs of currencies and words from a number, and the blanks around it."""
    text = re.sub(BEHIND, r"\1\2", re.sub(BEFORE, r"\1\2", text))
    return re.sub(rf"^[{BLANKS}]+|[{BLANKS}]+$", "", text)


def valid(mark):
    """Make the pattern of a number without sign that has this decimal mark."""
    group = "," if mark == "." else "."
    whole = rf"\d+|\d{{1,3}}([{BLANKS}]\d{{3}})+|\d{{1,3}}(\{group}\d{{2,3}})*\{group}\d{{3}}"
    return rf"^(({whole})(\{mark}\d*)?|\{mark}\d+)([eE][-+]?\d+)?$"


def number(text, *, mark=None):
    """Read one number as `values.money` does: a float, or None.

    `mark` is the decimal mark; without it the last of comma and point is.
    """
    found = bare(text)
    mark = mark or max(",.", key=found.rfind)
    digits = re.sub(AROUND, "", found)
    if not _valid(mark).match(digits):
        return None
    plainly = re.sub(rf"[{BLANKS}{',.'.replace(mark, '')}]", "", digits).replace(mark, ".")
    return -float(plainly) if re.search(MINUS, found) else float(plainly)


@cache
def _valid(mark):
    return re.compile(valid(mark), re.ASCII)


def _bare(text):
    """Keep the digits and marks of a text that holds one number, with groups as `'`."""
    found = re.fullmatch(rf"([^\d.,]*)([.,]?\d[\d.,'’\s{SPACES}]*)(\D*)", bare(text))
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
    """List the ISO codes of the currencies that codes, signs or words in the texts tell."""
    found = [_currency(text) for text in texts]
    return [code for code in phrases.CODES if code in found]


@cache
def _currency(text):
    """Tell the currency of one text by its code, else by a sign; None where neither is there."""
    if re.fullmatch(rf"[\d.,{BLANKS}()+−-]*", text):
        return None
    for told in (coded, signed):
        if code := next((c for c in phrases.CODES if (p := told(c)) and re.search(p, text)), None):
            return code
    return None


@cache
def coded(code):
    """Make the pattern by which the code of a currency is known (RE2 and Python)."""
    spelt = code if code in phrases.CAPITALS else f"(?i:{code})"
    return f"(?:^|[^{LETTER}]){spelt}(?:[^{LETTER}]|$)"


@cache
def signed(code):
    """Make the pattern by which the sign of a currency is known, or None where it has none."""
    sign = phrases.CURRENCIES.get(code)
    return sign and f"(?:^|[^{LETTER}])(?i:{sign})(?:[^{LETTER}]|$)"


def shared(texts):
    """Say of a sign that several currencies share which these are: ("kr", "SEK, …"), or None."""
    for sign, codes in phrases.SHARED.items():
        if shown := next(
            (m for t in texts if (m := re.search(f"(?i)(?<![{LETTER}]){sign}", t))), None
        ):
            return shown[0], codes
    return None
