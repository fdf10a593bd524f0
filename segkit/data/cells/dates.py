"""Written dates and times of day: from text columns to moments, whichever way they are written.

Each way of writing found in the column (see `writing.PATTERNS`) adds one step that turns it
into year-month-day, which the engine casts; a column of ISO dates needs no step at all. Texts
are read by DuckDB only.
"""

import re
from datetime import date, datetime

import ibis

from segkit.data import messages
from segkit.data.cells import writing

NUMBERS = r"^(\d{1,2})[./-](\d{1,2})[./-]"
SHORT = r"^(\d{1,2})[./](\d{1,2})[./]"
EDGE = r"[^\p{L}\p{M}]"
"""What stands beside a word (RE2)."""
NAMED = {
    "day name": (r"^(\d{1,2})[\s./-]*~[\s,./-]*", r"-~-\1"),
    "name day": (r"^~[\s./-]*(\d{1,2})[\s,.-]+", r"-~-\1"),
}
"""Day and name of a month before the year, and what follows the year instead."""
SERIAL_ZERO, UNIX_ZERO = datetime(1899, 12, 30), datetime(1970, 1, 1)
CENTURY = 68
"""Two-digit years up to here are of this century, as most programs take them."""


def read(column, shapes, *, dates=None):
    """Read a column of trimmed texts as timestamps.

    `shapes` is `values.examples` of it, `dates` the order that decides where it does not tell.
    Raises StudyError when day and month cannot be told apart.
    """
    ways = {writing.pattern(text) for text in shapes.text}
    order = writing.date_order(list(shapes.text), counts=list(shapes.n))
    if order == "serial":
        return _counted(column, ways)
    if order in ("unclear", "both"):
        order = dates or _refuse(order, shapes)
    column = _named(column, writing.words(shapes.text), ways)
    if "compact" in ways:
        column = column.re_replace(r"^(\d{4})(\d\d)(\d\d)$", r"\1-\2-\3")
    if "month" in ways:
        column = column.re_replace(r"^(\d{1,2})[-/.](\d{4})$", r"\2-\1")
        column = column.re_replace(r"^(\d{4})[-/](\d{1,2})$", r"\1-\2-01")
    if "numbers" in ways:
        column = _numbered(column, month_first=order == "month first")
    if shapes.text.str.match(r"\d{4}\.\d").any():
        column = column.re_replace(r"^(\d{4})\.(\d{1,2})\.(\d{1,2})", r"\1-\2-\3")
    stamp = _timed(column, shapes.text).try_cast("timestamp")
    if not shapes.text.str.match(r"\d{1,3}-").any():
        return stamp
    return column.re_search(r"^\d{4}").ifelse(stamp, None)  # 24-01-05 is not of the year 24


def _refuse(order, shapes):
    """Raise the StudyError of dates of which nobody knows the order: it shows what tells so."""
    texts = list(shapes.text)
    if order == "unclear":
        shown = next(t for t in texts if writing.pattern(t) == "numbers")
        raise messages.error("two orders of dates", shown=shown)
    told = [writing.told_by(texts, way) for way in ("day first", "month first")]
    day_n, month_n = (int(shapes.n[shapes.text.isin(found)].sum()) for found in told)
    shown = {"day": told[0][0], "month": told[1][0]}
    raise messages.error("both orders of dates", **shown, day_n=day_n, month_n=month_n)


def _numbered(column, *, month_first):
    order = r"-\1-\2" if month_first else r"-\2-\1"
    whole = column.re_replace(NUMBERS + r"(\d{4})", r"\3" + order)
    year = r"(\d\d)($|[^\d])"
    recent = whole.re_search(SHORT + rf"(?:[0-5]\d|6[0-{CENTURY % 10}])(?:$|\D)")
    this = whole.re_replace(SHORT + year, r"20\3" + order + r"\4")
    return recent.ifelse(this, whole.re_replace(SHORT + year, r"19\3" + order + r"\4"))


def _named(column, words, ways):
    """Turn dates in words into numbers, year first: 5 January 2024 gives 2024-1-5.

    `words` are those of the column. Raises StudyError for a name that two languages give to
    different months.
    """
    named, empty = writing.sorted_out(words)
    if unclear := next((word for word, number in named.items() if number is None), None):
        raise messages.error("month in two languages", shown=unclear)
    column = column.re_replace(writing.GLYPHS, r"\1-\2-\3 ").strip()
    if not (named or empty):
        return column
    plain = column.lower().re_replace(writing.weekday_first(named), r"\1")
    month = ibis.literal("")
    if named:
        pattern = f"(^|{EDGE})({_either(named)})({EDGE}|$)"
        found = plain.re_extract(pattern, 2)
        month = ibis.cases(*[(found == n, str(m)) for n, m in named.items()], else_="")
        plain = plain.re_replace(pattern, r"\1~\3")
    for _ in range(2 if empty else 0):  # neighbours share what stands between them
        plain = plain.re_replace(f"(^|{EDGE})(?:{_either(empty)})({EDGE}|$)", r"\1\2")
    plain = plain.re_replace(writing.GAPS, " ").re_replace(r"^[ ,.()]+|[ ,.()]+$", "")
    changed = (month != "") | (plain != column.lower())
    return changed.ifelse(_year_first(plain).replace("~", month), column)


def _either(words):
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _year_first(plain):
    """Bring the parts of a date, ~ for its month, into the order of ISO dates."""
    for before, after in NAMED.values():
        plain = plain.re_replace(before + r"(\d{4})", r"\2" + after)
        plain = plain.re_replace(
            before + rf"([0-5]\d|6[0-{CENTURY % 10}])($|\D)", r"20\2" + after + r"\3"
        )
        plain = plain.re_replace(before + r"(\d\d)($|\D)", r"19\2" + after + r"\3")
    plain = plain.re_replace(r"^(\d{4})[\s.,-]*~[\s.-]*(\d{1,2})", r"\1-~-\2")
    return plain.re_replace(r"^~[\s,./-]*(\d{4})$|^(\d{4})[\s,./-]*~$", r"\1\2-~-1")


def _timed(column, texts):
    """Bring the time of day behind a date into 24 hours with colons.

    An offset behind it, as in 8:15:22 PM GMT+2 of a form's export, is left out: the clock is local.
    """
    if texts.str.contains(r"\s(?:GMT|UTC)[+−-]\d", regex=True).any():
        column = column.re_replace(r"\s*(?:GMT|UTC)[+−-]\d{1,2}(?::?\d\d)?$", "")
    if texts.str.contains(r"\d\s\d{1,2}\.\d\d(?:\.\d\d)?\s*$", regex=True).any():
        column = column.re_replace(r"(\s\d{1,2})\.(\d\d)(?:\.(\d\d))?\s*$", r"\1:\2")
    if texts.str.contains(",").any():
        column = column.re_replace(r"^([-\d]+),\s*", r"\1 ").re_replace(r"(:\d\d),(\d)", r"\1.\2")
    if not texts.str.contains(r"(?i)\d\s*[ap]\.?m\.?(?:\s|$)", regex=True).any():
        return column
    day = column.re_extract(r"^(\S+)", 1)
    rest = column.re_extract(r"^\S+\s+(.*)$", 1).fill_null("")
    return day.concat(" ", _to_24(rest)).strip()


def _to_24(column):
    """Turn 6:30 PM and 6 pm into 18:30:00; other times stay."""
    pattern = r"(?i)^(\d{1,2})(?::(\d\d))?(?::(\d\d))?(?:\.\d+)?\s*([ap])\.?m\.?$"
    hour = column.re_extract(pattern, 1).try_cast("int64") % 12
    late = column.re_extract(pattern, 4).lower() == "p"
    parts = [column.re_extract(pattern, n).nullif("").fill_null("00") for n in (2, 3)]
    hours = late.ifelse(hour + 12, hour).cast("string")
    return column.re_search(pattern).ifelse(hours.concat(":", parts[0], ":", parts[1]), column)


def _counted(column, ways):
    value = column.replace(",", ".").try_cast("float64")
    scales = {"serial": 86400.0, "seconds": 1.0, "milliseconds": 1e-3, "microseconds": 1e-6}
    branches = []
    for way in sorted(ways & set(scales)):
        seconds = (value * scales[way]).round().cast("int64").as_interval("s")
        zero = SERIAL_ZERO if way == "serial" else UNIX_ZERO
        pattern = writing.PATTERNS[way].pattern
        branches.append((column.re_search(f"^(?:{pattern})"), ibis.literal(zero) + seconds))
    return ibis.cases(*branches, else_=None).cast("timestamp")


def clock(column):
    """Read written times of day as seconds since midnight, empty where unreadable."""
    share = column.replace(",", ".").try_cast("float64")
    spread = column.re_replace(r"^(\d\d)(\d\d)(\d\d)$", r"\1:\2:\3")
    spread = _to_24(spread.re_replace(r"^(\d{1,2})\.(\d\d)$", r"\1:\2"))
    pattern = r"^(?:.*[\sT])?(\d{1,2}):(\d\d)(?::(\d\d))?(?:\.\d+)?$"
    hour, minute, second = (spread.re_extract(pattern, n).try_cast("int64") for n in (1, 2, 3))
    seconds = hour * 3600 + minute * 60 + second.fill_null(0)
    valid = (hour < 24) & (minute < 60) & (second.fill_null(0) < 60)
    part = column.re_search(r"^0?[.,]\d+$|^0$")
    written = valid.ifelse(seconds, None)
    return part.ifelse((share * 86400).round().cast("int64"), written)


def midnight(day):
    """Return the moment at which a day begins, given as ISO text, date or datetime."""
    day = day if isinstance(day, date) else datetime.fromisoformat(str(day))
    return datetime(day.year, day.month, day.day)
