"""Reading single values: from whatever a file holds to text, money, moments and numbers.

Every function takes an Ibis column and gives an Ibis column. What cannot be read becomes
empty; nothing raises for one bad row, because `rules` set that row aside with its text.
How a column of texts is written is decided by the column as a whole (see `writing`): one
example of every shape is fetched, where 31.01.2024 and 05.02.2024 share the shape 99.99.9999.
A column that can be read in two ways is refused unless the study says which, because guessing
a month or a thousand is worse than asking. Columns that have a type already are read with
what every engine knows; texts are read by DuckDB only.
"""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import ibis

from segkit.data import messages, schema
from segkit.data.cells import dates as written
from segkit.data.cells import phrases, spelling, writing
from segkit.data.cells.writing import date_order, decimal_mark

__all__ = ["currency", "date_order", "decimal_mark", "goods", "local", "moment", "money", "number"]
__all__ += ["clock", "exact", "identity", "product", "read", "sensible", "spelt", "text", "truth"]

FIRST, LAST = datetime(1970, 1, 1), datetime(2100, 1, 1)
"""Clock changes are looked up between these moments only; other dates are mistakes anyway."""

ENOUGH = 1000
"""Shapes of a column that are looked at, the most frequent first."""


def text(column):
    """Turn a column into trimmed text, empty where nothing is written.

    Whole numbers that a spreadsheet stored as 12.0 become "12".
    """
    if column.type().is_floating():
        whole = column.isnan().ifelse(ibis.null("float64"), column)
        fits = (whole == whole.floor()) & (whole.abs() < 1e15)
        small = fits.ifelse(whole, ibis.null("float64"))
        return fits.ifelse(small.cast("int64").cast("string"), whole.cast("string"))
    if not column.type().is_string():
        return column.cast("string")
    return spelling.clean(column)


def identity(column):
    """Turn a column of ids into text, without the .0 of a column of whole numbers."""
    pointed = column.type().is_string() and spelling.pointed(column)
    return text(column).re_replace(r"[.,]0$", "") if pointed else text(column)


def money(column, *, decimal=None):
    """Read amounts of money as `schema.MONEY`, empty where unreadable or beyond `schema.BIGGEST`.

    Understands 1234.5, 1,234.50, 1 234,50, 1'234.50, currency signs and words before or after,
    and (500), 500- or −500 as less than nothing. `decimal` ("." or ",") decides where the
    column does not; without it such a column raises StudyError with both readings.
    """
    if column.type().is_string():
        return sensible(_written(column, decimal).try_cast(schema.MONEY))
    if column.type().is_floating():
        column = _finite(column)
    return exact(sensible(column.cast("int64") if column.type().is_boolean() else column))


def sensible(column):
    """Leave out numbers that are no amount of money: too large ones, and what is no number."""
    return (column.abs() < schema.BIGGEST).ifelse(column, ibis.null(column.type()))


def exact(column):
    """Make money of numbers; a binary fraction is taken for the decimal number it is written as."""
    column = column.cast("string") if column.type().is_floating() else column
    return column.cast(schema.MONEY)


def product(price, count):
    """Multiply prices and quantities to money, to the last decimal; empty where none can be meant.

    Eight decimals of a price and four of a quantity are what all engines multiply exactly.
    """
    size = (price.cast("float64") * count.cast("float64")).abs()
    fits = (price.abs() < 10**14) & (count.abs() < 10**11) & (size < schema.BIGGEST)
    price = fits.ifelse(price, ibis.null(price.type())).cast("decimal(22, 8)")
    count = fits.ifelse(count, ibis.null(count.type())).cast("decimal(15, 4)")
    return (price * count).cast(schema.MONEY)


def spelt(amount):
    """Write a sum of money as text: all its decimals, two at least."""
    whole, _, parts = f"{Decimal(amount):f}".partition(".")
    return f"{whole}.{parts.rstrip('0'):0<2}"


def number(column, *, decimal=None):
    """Read plain numbers as float, empty where unreadable; see `money` for what is understood."""
    if column.type().is_string():
        return _finite(_written(column, decimal).try_cast("float64"))
    return _finite(column.cast("float64"))


def _finite(column):
    return (column.isnan() | column.isinf()).ifelse(ibis.null(column.type()), column)


def _written(column, decimal):
    """Turn written numbers into what the engine can cast: 1234.5; the rest becomes empty."""
    column, shapes = _digits(text(column))
    if len(shapes) < ENOUGH and all(shapes.form.str.fullmatch(r"[-+]?9+(\.9*)?")):
        return column
    mark = decimal_mark(list(shapes.text), counts=list(shapes.n))
    if mark == "unclear" and decimal is None:
        raise _two_marks(shapes)
    return _unwritten(column, mark=decimal if mark == "unclear" else mark)


def _two_marks(shapes):
    by = {decimal_mark([text]): text for text in reversed(list(shapes.text))}
    both = "." in by and "," in by
    shown = f"{by['.']}” and “{by[',']}" if both else by["unclear"]
    why = (
        "use different decimal marks" if both else "can be read in two ways, and no row tells which"
    )
    return messages.error("two decimal marks", shown=shown, why=why)


def _unwritten(column, *, mark):
    bare = column.re_replace(writing.BEFORE, r"\1\2").re_replace(writing.BEHIND, r"\1\2")
    bare = bare.re_replace(rf"^[{writing.BLANKS}]+|[{writing.BLANKS}]+$", "")
    minus, digits = bare.re_search(writing.MINUS), bare.re_replace(writing.AROUND, "")
    group = "," if mark == "." else "."
    plain = digits.re_replace(rf"[{writing.BLANKS}\{group}]", "").replace(mark, ".")
    signed = minus.ifelse(ibis.literal("-").concat(plain), plain)
    return digits.re_search(writing.valid(mark)).ifelse(signed, None)


def _digits(column, **marks):
    """Write the digits of other scripts as 0 to 9, where there are any: (column, its examples)."""
    shapes = examples(column, **marks)
    if not shapes.text.str.contains(f"[{spelling.DIGITS}]").any():
        return column, shapes
    plain = column.translate(spelling.DIGITS, "0123456789" * 2)
    return plain, examples(plain, **marks)


def examples(column, **marks):
    """Fetch one example of every shape of a text column: DataFrame with form, text, n.

    In a form every digit is a 9 and a leading zero stays; `marks` part it further. The most
    frequent come first, at most `ENOUGH`.
    """
    table = column.strip().nullif("").name("text").as_table()
    form = table.text.translate("0123456789", "9" * 10)
    zero = table.text.re_search(r"^\D*0[.,]")
    keys = {name: mark(table.text) for name, mark in marks.items()}
    groups = table.mutate(form=form, zero=zero, **keys).filter(table.text.notnull())
    counted = groups.group_by("form", "zero", *keys).agg(text=groups.text.max(), n=groups.count())
    return counted.order_by(ibis.desc("n"), "text").limit(ENOUGH).execute()


def currency(column):
    """Tell the currency of written amounts by a sign or word in each: an ISO code, or empty.

    "$" is USD and "¥" JPY, as most exports mean them; a number alone tells nothing. Where no
    amount tells any, the answer is None.
    """
    if not column.type().is_string():
        return None
    codes = writing.currencies(examples(column).text)
    patterns = [(told(c), c) for told in (writing.coded, writing.signed) for c in codes]
    branches = [(column.re_search(pattern), c) for pattern, c in patterns if pattern]
    return ibis.cases(*branches, else_=None).cast("string") if codes else None


def moment(column, *, zone=None, dates=None):
    """Read dates with or without a time of day as local timestamps, empty where unreadable.

    2017-01-31, 31.01.2017, 1/31/17 5:00 PM, 31 Jan 2017, 20170131, the serial days of a
    spreadsheet and seconds since 1970 are understood. `dates` ("day first", "month first")
    decides where the column does not; without it such a column raises StudyError. A moment
    stored in UTC is moved to `zone`; a text with its own offset keeps its clock.
    """
    kind = column.type()
    if kind.is_string():
        return _moment_of_text(column, zone=zone, dates=dates)
    if kind.is_numeric():
        return _moment_of_text(text(column), zone=zone, dates=dates)
    stamp = column.cast("timestamp")
    return local(stamp, zone=zone) if zone and kind.is_timestamp() and kind.timezone else stamp


def _moment_of_text(column, *, zone, dates):
    bare, shapes = _digits(text(column), **PARTS)
    stamp = written.read(bare, shapes, dates=dates)
    if not zone or not shapes.text.str.contains(r":\d\d(?:[.,]\d+)?\s?Z$", regex=True).any():
        return stamp
    utc = bare.re_search(r":\d\d([.,]\d+)?\s?Z$")
    return utc.ifelse(local(stamp, zone=zone), stamp)


def _above_12(pattern):
    """Make a mark for `examples`: which part of a date can be no month."""
    return lambda column: column.re_extract(pattern, 1).try_cast("int64") > 12


PARTS = {"first": _above_12(r"^\D*(\d+)"), "second": _above_12(r"^\D*\d+\D(\d+)")}
"""What parts the shapes of dates further, for `examples`."""


def clock(column):
    """Read a time of day as seconds since midnight, empty where unreadable.

    18:30, 18.30, 6:30 PM, 183000 and a spreadsheet's share of a day (0.77) are understood.
    """
    if column.type().is_time() or column.type().is_timestamp():
        return column.hour() * 3600 + column.minute() * 60 + column.second()
    return written.clock(text(column))


def local(stamp, *, zone):
    """Move UTC timestamps to the clock of `zone` (such as "America/New_York").

    Summer time is resolved here, one branch per change, so that every engine agrees.
    """
    told = stamp.name("at").as_table()
    bounds = told.aggregate(low=told.at.min(), high=told.at.max()).execute()
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
        raise messages.error("unknown zone", zone=zone) from None

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


def truth(column):
    """Read yes or no: words of `phrases.YES`, a number above 0 and a date are true, else false."""
    if column.type().is_boolean():
        return column.fill_null(False)
    if column.type().is_temporal():
        return column.notnull()
    said = text(column).lower()
    return (said.isin(phrases.YES) | said.re_search(phrases.SOME)).fill_null(False)


def outcome(column):
    """Read whether somebody came: true, false, or empty where it is not known or still to come.

    An appointment of next week, or one that was called off in time, is no no-show: what is in
    neither `phrases.CAME` nor `STAYED_AWAY` stays empty.
    """
    if column.type().is_boolean():
        return column
    return phrases.came(text(column).lower())


def read(column, kind, *, zone=None, layout=None):
    """Read a column as the canonical type `kind` (see `schema`).

    `layout` is the study's (see `study.Layout`): its `dates` and `decimal` decide where the
    column does not tell.
    """
    decimal, dates = (layout.decimal, layout.dates) if layout else (None, None)
    if kind == "timestamp":
        return moment(column, zone=zone, dates=dates)
    if kind == schema.MONEY:
        return money(column, decimal=decimal)
    if kind in ("int64", "float64"):
        value = number(column, decimal=decimal)
        return (
            (value.abs() < 1e15).ifelse(value, None).round().cast("int64")
            if kind == "int64"
            else value
        )
    return truth(column) if kind == "boolean" else text(column)


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
