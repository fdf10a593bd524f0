"""Written dates and times of day: from text columns to moments, whichever way they are written.

Each way of writing found in the column (see `writing.PATTERNS`) adds one step that turns it
into year-month-day, which the engine casts; a column of ISO dates needs no step at all. Texts
are read by DuckDB only.
"""

from datetime import date, datetime

import ibis

from segkit.data import messages
from segkit.data.cells import writing

NUMBERS = r"^(\d{1,2})[./-](\d{1,2})[./-]"
SHORT = r"^(\d{1,2})[./](\d{1,2})[./]"
NAMED = r"^(\d{1,2})(?:st|nd|rd|th)?[\s./-]+(\p{L}+)\.?[\s,./-]+(\d{4}|\d{2})"
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
    if order == "unclear" and dates is None:
        shown = next(t for t in shapes.text if writing.pattern(t) == "numbers")
        raise messages.error("two orders of dates", shown=shown)
    order = dates if order == "unclear" else order
    steps = {"day name": _named, "name day": _name_first, "compact": _compact}
    for way, step in steps.items():
        if way in ways:
            column = step(column)
    if "numbers" in ways:
        column = _numbered(column, month_first=order == "month first")
    if shapes.text.str.match(r"\d{4}\.\d").any():
        column = column.re_replace(r"^(\d{4})\.(\d{1,2})\.(\d{1,2})", r"\1-\2-\3")
    stamp = _timed(column, shapes.text).try_cast("timestamp")
    if not shapes.text.str.match(r"\d{1,3}-").any():
        return stamp
    return column.re_search(r"^\d{4}").ifelse(stamp, None)  # 24-01-05 is not of the year 24


def _numbered(column, *, month_first):
    order = r"-\1-\2" if month_first else r"-\2-\1"
    whole = column.re_replace(NUMBERS + r"(\d{4})", r"\3" + order)
    year = r"(\d\d)($|[^\d])"
    recent = whole.re_search(SHORT + rf"(?:[0-5]\d|6[0-{CENTURY % 10}])(?:$|\D)")
    this = whole.re_replace(SHORT + year, r"20\3" + order + r"\4")
    return recent.ifelse(this, whole.re_replace(SHORT + year, r"19\3" + order + r"\4"))


def _named(column):
    """Turn 5 Jan 2024 and 5 января 2024 into 2024-1-5."""
    pattern = f"(?i){NAMED}"
    name = column.re_extract(pattern, 2).lower().left(3)
    month = ibis.cases(*[(name == n, str(m)) for n, m in writing.MONTHS.items()], else_="")
    year, day = column.re_extract(pattern, 3), column.re_extract(pattern, 1)
    year = (year.length() == 2).ifelse(ibis.literal("20").concat(year), year)
    rest = column.re_replace(pattern + r"(?:\s*(?:года|г\.?))?", "")
    dash = ibis.literal("-")
    return (month == "").ifelse(column, year.concat(dash, month, dash, day, rest))


def _name_first(column):
    pattern = r"(?i)^(\p{L}+)\.?[\s-]+(\d{1,2})(?:st|nd|rd|th)?[\s,-]+(\d{4})"
    return _named(column.re_replace(pattern, r"\2 \1 \3"))


def _compact(column):
    return column.re_replace(r"^(\d{4})(\d\d)(\d\d)$", r"\1-\2-\3")


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
