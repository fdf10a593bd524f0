"""The canonical tables: which columns, of which type and unit, and what they mean.

Every source is translated into these names once, so no other room ever sees a shop's own
headings. Quantities carry their unit in the name or here; identifiers are text, because
nobody adds them up; money is DECIMAL(18,2), because sums of binary fractions depend on the
order in which threads add them.
"""

from dataclasses import dataclass

MONEY = "decimal(18, 2)"
"""Type of every amount of money: exact, so the order of adding never shows."""


@dataclass(frozen=True)
class Column:
    """One column: its `type` (Ibis), unit, meaning, and whether a table is useless without it.

    `known_as` are headings that shops often give it; they only help to guess in an error.
    """

    name: str
    type: str
    unit: str
    meaning: str
    required: bool = False
    known_as: tuple = ()


ORDERS = (
    Column("customer_id", "string", "", "who bought", True,
           ("customer", "client", "client_id", "household", "household_id", "user", "user_id",
            "buyer", "клиент", "покупатель")),
    Column("order_id", "string", "", "the lines of one purchase share it", False,
           ("order", "invoice", "invoice_no", "basket", "basket_id", "receipt", "check", "заказ")),
    Column("ordered_at", "timestamp", "local time", "when it was bought", True,
           ("date", "order_date", "timestamp", "time", "invoice_date", "purchased", "day", "дата")),
    Column("amount", MONEY, "money", "what the seller received for the line; returns are negative",
           True, ("sum", "total", "revenue", "sales", "sales_value", "price", "paid", "сумма")),
    Column("quantity", "float64", "items", "how many; empty where a count means nothing", False,
           ("qty", "count", "items", "количество")),
    Column("product_id", "string", "", "what was bought", False, ("product", "sku", "товар")),
    Column("product_name", "string", "", "what it is called", False),
    Column("unit_price", MONEY, "money", "price of one; makes the amount where none is given"),
    Column("status", "string", "", "what became of the order: paid, cancelled, test …"),
    Column("currency", "string", "", "of the amount, such as EUR"),
    Column("ordered_time", "string", "", "time of day, where it stands apart from the date"),
    Column("store_id", "string", "", "where it was bought", False, ("store", "shop", "branch")),
    Column("discount", MONEY, "money", "the shop's own price reduction, 0 or more", False,
           ("rebate", "retail_disc", "скидка")),
    Column("coupon_discount", MONEY, "money", "price reduction by coupons, 0 or more", False,
           ("coupon", "coupon_disc", "voucher")),
)  # fmt: skip
"""One row per order line."""

PRODUCTS = (
    Column("product_id", "string", "", "joins the order lines", True, ("product", "sku", "item")),
    Column("department", "string", "", "the coarsest group, about a dozen", False, ("group",)),
    Column("category", "string", "", "a finer group", False, ("product_category", "type")),
    Column("brand", "string", "", "`private` (the shop's own) or `national`", False, ("label",)),
)
"""One row per product."""

CUSTOMERS = (
    Column("customer_id", "string", "", "joins the order lines", True,
           ("customer", "client", "client_id", "household", "household_id", "user", "user_id")),
    Column("first_order_at", "timestamp", "local time", "first order, where no orders are given"),
    Column("last_order_at", "timestamp", "local time", "last order, where no orders are given"),
    Column("orders_n", "int64", "orders", "how many, where no orders are given"),
    Column("spend_total", MONEY, "money", "their sum, where no orders are given"),
    Column("name", "string", "", "personal: never kept"),
    Column("email", "string", "", "personal: compared for doubles, never kept"),
    Column("phone", "string", "", "personal: compared for doubles, never kept"),
    Column("tax_id", "string", "", "personal: compared for doubles, never kept"),
)  # fmt: skip
"""One row per customer; every further column is an attribute, kept as text."""

PERSONAL = ("name", "email", "phone", "tax_id")
"""Columns of `customers` that name a person: read to compare, never kept in the run folder."""

MAILINGS = (
    Column("customer_id", "string", "", "who was written to", True,
           ("customer", "client", "client_id", "household", "household_id", "user")),
    Column("campaign_id", "string", "", "on behalf of which campaign", True, ("campaign",)),
    Column("campaign_type", "string", "", "campaigns that may be compared share it"),
    Column("sent_at", "timestamp", "local time", "first day of the campaign", True,
           ("sent", "date", "start", "start_date")),
    Column("ends_at", "timestamp", "local time", "last day on which a response counts", False,
           ("end", "end_date")),
    Column("responded", "boolean", "", "at least one response by this customer", False,
           ("response", "answered", "clicked", "redeemed")),
    Column("responded_at", "timestamp", "local time", "day of the first response", False,
           ("response_date", "redemption_date")),
    Column("responses_n", "int64", "responses", "how many", False, ("responses", "redemptions")),
)  # fmt: skip
"""One row per customer and campaign."""

TABLES = {"orders": ORDERS, "customers": CUSTOMERS, "products": PRODUCTS, "mailings": MAILINGS}
"""Every canonical table by name; only `orders` is required."""

KEYS = {
    "orders": (),
    "customers": ("customer_id",),
    "products": ("product_id",),
    "mailings": ("customer_id", "campaign_id"),
}
"""What may occur only once in a table; a second row with the same key is set aside."""

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


def describe(table):
    """Describe the columns of `table`: one row per column, with type, unit and meaning."""
    import pandas as pd

    columns = ["name", "type", "unit", "meaning", "required"]
    return pd.DataFrame([{c: getattr(k, c) for c in columns} for k in TABLES[table]])
