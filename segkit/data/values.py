"""Reading single values: from whatever a file holds to text, money, moments and numbers.

Every function takes an Ibis column and gives an Ibis column. What cannot be read becomes
empty; nothing raises for one bad row, because `rules` set that row aside with its text.
Dates that can be read in two ways are refused as a column: guessing a month is worse.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import ibis

from segkit.data import schema
from segkit.study import StudyError

FIRST, LAST = datetime(1970, 1, 1), datetime(2100, 1, 1)
"""Clock changes are looked up between these moments only; other dates are mistakes anyway."""


def text(column):
    """Turn a column into trimmed text, empty where nothing is written.

    Whole numbers that a spreadsheet stored as 12.0 become "12".
    """
    if column.type().is_floating():
        whole = column.isnan().ifelse(ibis.null("float64"), column)
        fits = (whole == whole.floor()) & (whole.abs() < 1e15)
        return fits.ifelse(whole.try_cast("int64").cast("string"), whole.cast("string"))
    if not column.type().is_string():
        return column.cast("string")
    return column.strip().nullif("")


def money(column):
    """Read amounts of money as DECIMAL(18,2), empty where unreadable.

    Understands 1234.5, 1,234.50, 1 234,50 and a currency sign before or after.
    """
    if column.type().is_floating():
        column = (column.isnan() | column.isinf()).ifelse(ibis.null("float64"), column)
    if not column.type().is_string():
        return column.try_cast(schema.MONEY)
    bare = column.re_replace(r"[\s\x{00A0}\x{202F}'’$€£₽]|руб\.?$", "")
    thousands = bare.re_search(r"^[-+]?\d{1,3}(,\d{3})+(\.\d*)?$")
    dotted = bare.re_search(r"^[-+]?\d{1,3}(\.\d{3})+,\d*$")
    plain = ibis.cases(
        (thousands, bare.replace(",", "")),
        (dotted, bare.replace(".", "").replace(",", ".")),
        else_=bare.replace(",", "."),
    )
    return plain.try_cast(schema.MONEY)


def moment(column, *, zone=None):
    """Read dates with or without a time of day as local timestamps, empty where unreadable.

    2017-01-31, 31.01.2017 and 31/01/2017 or 01/31/2017 are understood (the last two are told
    apart by the column as a whole). A moment stored in UTC is moved to `zone`; a text with
    its own offset keeps its clock.
    """
    if not column.type().is_string():
        moved = zone and column.type().is_timestamp() and column.type().timezone
        stamp = column.cast("timestamp")
        return local(stamp, zone=zone) if moved else stamp
    bare = column.strip()
    dotted = bare.re_replace(r"^(\d{1,2})\.(\d{1,2})\.(\d{4})", r"\3-\2-\1")
    stamp = _slashes(dotted).try_cast("timestamp")
    if not zone:
        return stamp
    utc = bare.re_search(r":\d\d(\.\d+)?Z$")
    return utc.ifelse(local(stamp, zone=zone), stamp)


def _slashes(column):
    """Turn 31/01/2017 or 01/31/2017 into 2017-01-31, whichever the column as a whole allows."""
    pattern = r"^(\d{1,2})[/-](\d{1,2})[/-](\d{4})"
    first = column.re_extract(pattern, 1).try_cast("int64")
    second = column.re_extract(pattern, 2).try_cast("int64")
    counts = (
        column.as_table()
        .aggregate(slashed=column.re_search(pattern).sum(), first=first.max(), second=second.max())
        .execute()
    )
    if not counts.slashed.fillna(0)[0]:
        return column
    if counts["first"][0] <= 12 and counts.second[0] <= 12:
        raise StudyError(
            "Dates such as 03/04/2017 can be read in two ways, and no row tells which. "
            "Write them as 2017-04-03 (year-month-day)."
        )
    order = r"\3-\1-\2" if counts.second[0] > 12 else r"\3-\2-\1"
    return column.re_replace(pattern, order)


def local(stamp, *, zone):
    """Move UTC timestamps to the clock of `zone` (such as "America/New_York").

    Summer time is resolved here, one branch per change, so that every engine agrees.
    """
    bounds = stamp.as_table().aggregate(low=stamp.min(), high=stamp.max()).execute()
    low, high = bounds.low[0], bounds.high[0]
    if low is None or low != low:
        return stamp
    changes = _changes(low.to_pydatetime(), high.to_pydatetime(), zone=zone)
    first, *later = changes
    minutes = ibis.literal(first[1])
    if later:
        branches = [(stamp >= at, ibis.literal(shift)) for at, shift in reversed(later)]
        minutes = ibis.cases(*branches, else_=first[1])
    return stamp + minutes.as_interval("m")


def _changes(low, high, *, zone):
    """List (UTC moment, minutes to add) for every clock change between two moments."""
    try:
        clock = ZoneInfo(zone)
    except Exception:
        raise StudyError(
            f"`timezone: {zone}` is unknown; write it like America/New_York."
        ) from None

    def shift(at):
        return int(at.replace(tzinfo=UTC).astimezone(clock).utcoffset().total_seconds() // 60)

    hour = max(low, FIRST).replace(minute=0, second=0, microsecond=0)
    high = min(high, LAST)
    changes = [(hour, shift(hour))]
    for day in range((high - hour).days + 1):
        if shift(hour + timedelta(days=day + 1)) != changes[-1][1]:
            quarters = (hour + timedelta(days=day, minutes=15 * q) for q in range(97))
            at = next(m for m in quarters if shift(m) != changes[-1][1])
            changes.append((at, shift(at)))
    return changes


def number(column):
    """Read plain numbers (also with a decimal comma) as float, empty where unreadable."""
    if column.type().is_string():
        column = column.strip().replace(",", ".")
    value = column.try_cast("float64")
    return (value.isnan() | value.isinf()).ifelse(ibis.null("float64"), value)


def truth(column):
    """Read yes or no: 1, true, yes, y, t and да are true, everything else is false."""
    if column.type().is_boolean():
        return column.fill_null(False)
    return text(column).lower().isin(["1", "true", "t", "yes", "y", "да"]).fill_null(False)


def read(column, kind, *, zone=None):
    """Read a column as the canonical type `kind` (see `schema`)."""
    if kind == "timestamp":
        return moment(column, zone=zone)
    if kind == "int64":
        return number(column).try_cast("int64")
    reader = {"string": text, "float64": number, "boolean": truth, schema.MONEY: money}
    return reader[kind](column)


def goods(lines):
    """Tell which order lines hold goods: not those with quantity 0, charges, or undone orders."""
    found = products(lines)
    if "quantity" not in lines.columns:
        return found
    return found & (lines.quantity.fill_null(1) != 0)


def products(lines):
    """Tell which order lines are about goods at all: no postage, no order undone on its day."""
    if "not_goods" not in lines.columns:
        return lines.customer_id.notnull()
    return lines.not_goods.isnull()
