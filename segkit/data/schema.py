"""The canonical tables: which columns, of which type and unit, and what they mean.

Every source is translated into these names once, so no other room ever sees a shop's own
headings. Quantities carry their unit in the name or here; identifiers are text, because
nobody adds them up; money is DECIMAL, because sums of binary fractions depend on the order in
which threads add them, and with more decimals than any currency has, because a price of 0.004 is
no nothing: what a source writes is kept, and rounded once, where it is shown.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

MONEY = "decimal(28, 10)"
"""Type of every amount of money: exact, so the order of adding never shows."""

BIGGEST = 10**16
"""From here on a number is no amount of money; a hundred just below it still fit `MONEY`."""


@dataclass(frozen=True)
class Column:
    """One column: its `type` (Ibis), unit, meaning, and whether a table is useless without it."""

    name: str
    type: str
    unit: str
    meaning: str
    required: bool = False


def _read():
    """Read schema.csv: {table: its columns}, in the order of the file."""
    found = {}
    with open(Path(__file__).with_suffix(".csv"), encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            kind = {"money": MONEY}.get(row["type"], row["type"])
            told = (row["name"], kind, row["unit"], row["meaning"], row["required"] == "yes")
            found.setdefault(row["table"], []).append(Column(*told))
    return {name: tuple(columns) for name, columns in found.items()}


TABLES = _read()
"""Every canonical table by name, as schema.csv lists its columns; only `orders` is required.

One row per order line, customer, product, mailing to a customer, event on the site, respondent,
request, invoice, document to be signed, new customer who was asked how they heard of us, review,
invitation to an event, booked appointment, subscription, person in a test, and per day or month,
channel and group of advertising. Every further column of `customers` is an attribute, of `survey` a
question, of `tests` something known before the draw, kept as text.
"""

PERSONAL = ("name", "email", "phone", "tax_id")
"""Columns of `customers` that name a person: read to compare, never kept in the run folder."""

IDS = ("customer_id", "referred_id", "visitor_id")
"""Columns that may name a person: whoever is given a pseudonym gets the same in all of them."""

OUTCOMES = ("kept", "attended")
"""Columns of yes and no that are empty while it is still to come; empty elsewhere means no."""

ASKED = ("order_total",)
"""Columns that are taken only where the study names them, whatever a file calls its own: what a
total of an order holds besides its lines (shipping, taxes, discounts) is not told by its name."""

LEADS = ("orders", "customers", "tests")
"""A study holds one of these tables at least."""

OPEN = ("customers", "survey", "tests")
"""Tables of which every further column is taken as well, as text."""

EQUAL = ("tests",)
"""Tables of which equal rows are different people, never repetitions."""

AFTERWARDS = ("status", "opened", "clicked", "visited", "responded", "amount")
"""Columns of `tests` that came after the draw: outcomes, never what people are told apart by."""

KEYS = {
    "customers": ("customer_id",),
    "products": ("product_id",),
    "mailings": ("customer_id", "campaign_id"),
    "survey": ("customer_id",),
}
"""What may occur only once in a table; a second row with the same key is set aside."""


def key(table):
    """List the columns whose values may occur only once in `table`; empty where none must."""
    return KEYS.get(table, ())


REJECTED = {
    "table": "string",
    "row": "int64",
    "column": "string",
    "value": "string",
    "rule": "string",
    "amount": MONEY,
    "currency": "string",
}
"""The table of rows set aside: where it stood, what it said, which rule it broke, its money.

Rows count as in the file, heading included; `value` shows no e-mail and no phone number;
`currency` is empty where the table has but one.
"""


def moment(table):
    """Name the column that dates the rows of `table`; None where they have no date."""
    dated = (c.name for c in TABLES[table] if c.type == "timestamp" and c.required)
    return next(dated, None)


def names(table):
    """List the canonical column names of `table`, in their order."""
    return [column.name for column in TABLES[table]]


def required(table):
    """List the columns without which `table` cannot be used."""
    return [column.name for column in TABLES[table] if column.required]


def types(table, *, listed=False):
    """Return {column: Ibis type} of `table`.

    Beside orders, whatever a customers table says of money and dates is an attribute, kept as
    text; only in a study of a list (`listed`, no orders) is it read as a number or a date.
    """
    known = {column.name: column.type for column in TABLES[table]}
    return {"customer_id": "string"} if table == "customers" and not listed else known
