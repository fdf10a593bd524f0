"""What a column is called on a persona card, and which question it answers.

The card's columns speak the analyst's language; a persona speaks the marketer's. One table,
`phrases.yaml`, holds both, so a name can always be traced back to a column. Columns that are not
in the table get a plain reading of their own name: nothing is left out for lack of a word.
"""

from typing import NamedTuple

from segkit.data import card, meanings
from segkit.data.card import levels
from segkit.study import beside

FIELDS = ("demographic", "geographic", "psychographic", "behavioural", "goals and needs")
"""The fields of a persona, in the handbook's order."""

QUESTIONS = ("who", "what", "when", "where", "why")
"""The five questions of a profile."""


MILLION = 1_000_000
"""From here on numbers are written in millions, so that they stay within their column."""


class Phrase(NamedTuple):
    """How a column is spoken of: label, what many and few of it are called, theme, question."""

    label: str
    high: str | None
    low: str | None
    theme: str
    question: str


TABLES = beside(__file__, "phrases.yaml")
PHRASES = {column: Phrase(*told) for column, told in TABLES["columns"].items()}
"""Column → phrase."""


def of(column):
    """Return the `Phrase` of a column, made from its name where the table has none.

    Department shares ("share_meat") and plain columns are read word by word.
    """
    if column in PHRASES:
        return PHRASES[column]
    plain = meanings.label(column)
    if column.startswith("share_"):
        thing = plain.removeprefix("share ")
        return Phrase(f"{thing} as share of spend", f"{thing}-buying", None, column, "what")
    return Phrase(plain, *card.ways(plain), column, "")


def word(row):
    """Return the word a level deserves in a name, or None where no word is true of it.

    `row`: column, way ("high" or "low") and high (upper end of the interval).
    """
    if row.way == "low" and row.high < 0 and row.column in TABLES["below_zero"]:
        return TABLES["below_zero"][row.column]
    return of(row.column).high if row.way == "high" else of(row.column).low


def asked(column, *, unit, per):
    """Say what the level of a column is: "orders per customer", "events attended, of invitations".

    `per`: what it is a rate of (see `segkit.data.card.levels`); empty for a mean per customer.
    """
    label = of(column).label
    if per and column.endswith(("_n", "_total")):
        label = f"{label}, of {levels.OF[per]}"
    elif not per:
        mean = unit == "number" or unit.startswith(("share", "1 to", "days")) or " per " in label
        label = f"{label}, on average" if mean else f"{label} per customer"
    return label[:1].upper() + label[1:]


def level(value, *, row):
    """Write a level as it is printed; "" where it is missing.

    `row`: kind, column, per and unit of a statement.
    """
    if value != value:
        return ""
    share = row.kind != "level" or levels.share(row.column, row.per) or row.unit.startswith("share")
    if share:
        return amount(readable(value, unit="share"), unit="share")
    return amount(readable(value, unit=row.unit), unit=row.unit)


def base(row):
    """Say what stands behind a level: "of 312 orders", "of 120 customers"."""
    if not row.per:
        return f"of {int(row.known_n):,} {'' if row.known_n == 1 else 'customers'}".strip()
    whole = f"{row.whole:,.0f}"
    return f"of {whole} {levels.OF[row.per]}, {int(row.known_n):,} customers"


def noun(business):
    """Say what the customers of a type of business are called."""
    return TABLES["nouns"][business]


def outside_shops(text, *, noun):
    """Say a name without baskets and coupons where customers are no shoppers."""
    if noun == TABLES["nouns"]["store"]:
        return text
    for shop, plain in TABLES["outside_shops"].items():
        text = text.replace(shop, plain).replace(shop.capitalize(), plain.capitalize())
    return text


def field(family):
    """Return the persona field a column family belongs to; most are behaviour."""
    return TABLES["fields"].get(family, "behavioural")


def question(column, *, family):
    """Return which of the five questions a column answers.

    "why" is kept for what customers were asked (psychographic, needs): a purchase shows what
    was done, not the reason.
    """
    return of(column).question or TABLES["questions"][field(family)]


def readable(value, *, unit):
    """Round a bound to what is printed, so that a statement means exactly what it says.

    Shares to whole percent (tenths below 10 %), other numbers to three significant digits.
    """
    value = float(value)
    if unit.startswith("share"):
        return round(value, 2 if abs(value) >= 0.1 else 3)
    return float(f"{value:.3g}") if abs(value) >= 0.01 else 0.0


def amount(value, *, unit):
    """Write a number with its unit: shares in percent, money with its currency."""
    if unit.startswith("share"):
        return f"{value:.0%}" if value >= 0.1 or value == 0 else f"{value:.1%}"
    if abs(value) >= MILLION:
        return amount(value / MILLION, unit="") + " m" + (f" {unit}" if unit.isupper() else "")
    text = f"{value:,.2f}".rstrip("0").rstrip(".")
    return f"{text} {unit}" if unit and unit.isupper() else text
