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
    """One column: its `type` (Ibis), unit, meaning, and whether a table is useless without it."""

    name: str
    type: str
    unit: str
    meaning: str
    required: bool = False


ORDERS = (
    Column("customer_id", "string", "", "who bought", True),
    Column("order_id", "string", "", "the lines of one purchase share it"),
    Column("ordered_at", "timestamp", "local time", "when it was bought", True),
    Column("amount", MONEY, "money", "what the seller received for the line; returns are negative",
           True),
    Column("quantity", "float64", "items", "how many; empty where a count means nothing"),
    Column("product_id", "string", "", "what was bought"),
    Column("product_name", "string", "", "what it is called"),
    Column("unit_price", MONEY, "money", "price of one; makes the amount where none is given"),
    Column("status", "string", "", "what became of the order: paid, cancelled, test …"),
    Column("currency", "string", "", "of the amount, such as EUR"),
    Column("ordered_time", "string", "", "time of day, where it stands apart from the date"),
    Column("store_id", "string", "", "where it was bought"),
    Column("discount", MONEY, "money", "the shop's own price reduction, 0 or more"),
    Column("coupon_discount", MONEY, "money", "price reduction by coupons, 0 or more"),
    Column("cost", MONEY, "money", "what the line cost the seller; amount less cost is profit"),
    Column("channel", "string", "", "by which way it was ordered: shop, web, phone …"),
)  # fmt: skip
"""One row per order line."""

PRODUCTS = (
    Column("product_id", "string", "", "joins the order lines", True),
    Column("department", "string", "", "the coarsest group, about a dozen"),
    Column("category", "string", "", "a finer group"),
    Column("brand", "string", "", "`private` (the shop's own) or `national`"),
)
"""One row per product."""

CUSTOMERS = (
    Column("customer_id", "string", "", "joins the order lines", True),
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
    Column("customer_id", "string", "", "who was written to", True),
    Column("campaign_id", "string", "", "on behalf of which campaign", True),
    Column("campaign_type", "string", "", "campaigns that may be compared share it"),
    Column("sent_at", "timestamp", "local time", "first day of the campaign", True),
    Column("ends_at", "timestamp", "local time", "last day on which a response counts"),
    Column("responded", "boolean", "", "at least one response by this customer"),
    Column("responded_at", "timestamp", "local time", "day of the first response"),
    Column("responses_n", "int64", "responses", "how many"),
    Column("opened", "boolean", "", "the mailing was opened"),
    Column("clicked", "boolean", "", "a link in it was followed"),
)  # fmt: skip
"""One row per customer and campaign."""

VISITS = (
    Column("visitor_id", "string", "", "the browser or account that came", True),
    Column("seen_at", "timestamp", "local time", "when", True),
    Column("event", "string", "", "page, product, search, cart, purchase, form, click, download …",
           True),
    Column("customer_id", "string", "", "who it is, once known"),
    Column("session_id", "string", "", "the visit, where the source numbers visits"),
    Column("page", "string", "", "address of the page, without the site"),
    Column("product_id", "string", "", "what was looked at or put into the cart"),
    Column("order_id", "string", "", "the order, of a purchase"),
    Column("amount", MONEY, "money", "worth of the purchase or of the goal"),
    Column("source", "string", "", "where the visitor came from: search, ad, mail, direct …"),
    Column("device", "string", "", "desktop, phone, tablet"),
    Column("region", "string", "", "where the visitor was"),
)  # fmt: skip
"""One row per event on the site (a hit)."""

SURVEY = (
    Column("customer_id", "string", "", "who answered", True),
    Column("answered_at", "timestamp", "local time", "when"),
)
"""One row per respondent; every further column is a question, its answers kept as text."""

REQUESTS = (
    Column("customer_id", "string", "", "who asked", True),
    Column("requested_at", "timestamp", "local time", "when", True),
    Column("request_id", "string", "", "names the request"),
    Column("channel", "string", "", "form, phone, mail, chat, in person …"),
    Column("order_id", "string", "", "the order that came of it; empty when none did"),
    Column("manager", "string", "", "who took it"),
    Column("topic", "string", "", "what was asked"),
)
"""One row per request of a customer, whether or not an order came of it."""

INVOICES = (
    Column("customer_id", "string", "", "who is to pay", True),
    Column("sent_at", "timestamp", "local time", "when it was sent", True),
    Column("invoice_id", "string", "", "names the invoice"),
    Column("order_id", "string", "", "what it is for"),
    Column("due_at", "timestamp", "local time", "when it is to be paid at the latest"),
    Column("paid_at", "timestamp", "local time", "when it was paid in full; empty while open"),
    Column("amount", MONEY, "money", "what is to be paid"),
)
"""One row per invoice."""

DOCUMENTS = (
    Column("customer_id", "string", "", "who is to sign", True),
    Column("sent_at", "timestamp", "local time", "when it was sent", True),
    Column("document_id", "string", "", "names the document"),
    Column("order_id", "string", "", "what it belongs to"),
    Column("signed_at", "timestamp", "local time", "when it came back signed; empty while open"),
    Column("kind", "string", "", "contract, delivery note, act of acceptance …"),
)
"""One row per document to be signed."""

REFERRALS = (
    Column("referred_id", "string", "", "the customer who came by it", True),
    Column("referred_at", "timestamp", "local time", "when", True),
    Column("customer_id", "string", "", "who recommended us, where it is known"),
    Column("told", "string", "", "what the new customer said, in free words"),
)
"""One row per new customer who was asked how they heard of us."""

REVIEWS = (
    Column("customer_id", "string", "", "who gave it", True),
    Column("reviewed_at", "timestamp", "local time", "when", True),
    Column("review_id", "string", "", "names the review"),
    Column("order_id", "string", "", "the order it is about; empty when about the work in general"),
    Column("rating", "float64", "stars", "1 the worst, 5 the best"),
    Column("kind", "string", "", "praise, complaint, idea …"),
    Column("text", "string", "", "what was said"),
)
"""One row per review; a complaint is one, too."""

EVENTS = (
    Column("customer_id", "string", "", "who was invited", True),
    Column("held_at", "timestamp", "local time", "when it took place", True),
    Column("event_id", "string", "", "names the event"),
    Column("kind", "string", "", "presentation, training, fair …"),
    Column("attended", "boolean", "", "the customer came"),
)
"""One row per customer and marketing event."""

APPOINTMENTS = (
    Column("customer_id", "string", "", "who booked", True),
    Column("starts_at", "timestamp", "local time", "when it was to begin", True),
    Column("appointment_id", "string", "", "names the appointment"),
    Column("booked_at", "timestamp", "local time", "when it was booked"),
    Column("kind", "string", "", "consultation, repair, training …"),
    Column("kept", "boolean", "", "the customer came; false is a no-show"),
    Column("order_id", "string", "", "the order that came of it"),
)
"""One row per booked appointment."""

SUBSCRIPTIONS = (
    Column("customer_id", "string", "", "who subscribed", True),
    Column("started_at", "timestamp", "local time", "first day", True),
    Column("subscription_id", "string", "", "names the subscription"),
    Column("plan", "string", "", "what was subscribed to"),
    Column("ended_at", "timestamp", "local time", "last day; empty while it runs"),
    Column("price", MONEY, "money", "a month"),
)
"""One row per subscription."""

ADVERTISING = (
    Column("spent_at", "timestamp", "local time", "day or month of the spending", True),
    Column("amount", MONEY, "money", "what was spent", True),
    Column("channel", "string", "", "mail, search, social, print …"),
    Column("segment", "string", "", "the group of customers it was meant for"),
)
"""One row per day or month, channel and group."""

TABLES = {
    "orders": ORDERS,
    "customers": CUSTOMERS,
    "products": PRODUCTS,
    "mailings": MAILINGS,
    "visits": VISITS,
    "survey": SURVEY,
    "requests": REQUESTS,
    "invoices": INVOICES,
    "documents": DOCUMENTS,
    "referrals": REFERRALS,
    "reviews": REVIEWS,
    "events": EVENTS,
    "appointments": APPOINTMENTS,
    "subscriptions": SUBSCRIPTIONS,
    "advertising": ADVERTISING,
}
"""Every canonical table by name; only `orders` is required."""

IDS = ("customer_id", "referred_id", "visitor_id")
"""Columns that may name a person: whoever is given a pseudonym gets the same in all of them."""

OUTCOMES = ("kept", "attended")
"""Columns of yes and no that are empty while it is still to come; empty elsewhere means no."""

FREE = {"reviews": ("text",), "referrals": ("told",), "requests": ("topic",), "visits": ("page",)}
"""Free words, in which addresses and phone numbers are masked."""

OPEN = ("customers", "survey")
"""Tables of which every further column is taken as well, as text."""

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


def describe(table):
    """Describe the columns of `table`: one row per column, with type, unit and meaning."""
    import pandas as pd

    columns = ["name", "type", "unit", "meaning", "required"]
    return pd.DataFrame([{c: getattr(k, c) for c in columns} for k in TABLES[table]])
