"""What a column is called on a persona card, and which question it answers.

The card's columns speak the analyst's language; a persona speaks the marketer's. One table
holds both, so a name can always be traced back to a column. Columns that are not in the
table get a plain reading of their own name: nothing is left out for lack of a word.
"""

from typing import NamedTuple

from segkit.data import lists

FIELDS = ("demographic", "geographic", "psychographic", "behavioural", "goals and needs")
"""The fields of a persona, in the handbook's order."""

QUESTIONS = ("who", "what", "when", "where", "why")
"""The five questions of a profile."""

FIELD_OF_FAMILY = {
    "demographic": "demographic",
    "firmographic": "demographic",
    "geographic": "geographic",
    "psychographic": "psychographic",
    "lifestyle": "psychographic",
    "needs": "goals and needs",
    "survey": "goals and needs",
}
"""Family of a card column → field of a persona; every other family is behaviour."""

QUESTION_OF_FIELD = {
    "demographic": "who",
    "geographic": "where",
    "psychographic": "why",
    "goals and needs": "why",
    "behavioural": "what",
}
"""Field → question, for columns without a question of their own."""


class Words(NamedTuple):
    """How a column is spoken of: label, what many and few of it are called, theme, question.

    `high` and `low` go before a noun ("frequent shoppers"); None where a direction names
    nobody: an early first order may only mean that the records begin there. Columns of one
    theme say nearly the same, so a name takes one of them.
    """

    label: str
    high: str | None
    low: str | None
    theme: str
    question: str


PHRASES = {
    "days_since_purchase": Words("days since the last order", "long-absent", None, "last", "when"),
    "days_since_first_purchase": Words(
        "days since the first order on record", None, None, "first", "when"
    ),
    "orders_n": Words("orders", "frequent", "occasional", "orders", "when"),
    "lines_n": Words("lines bought", None, None, "money", "what"),
    "items_n": Words("items bought", None, None, "money", "what"),
    "distinct_products_n": Words("different products", None, None, "range", "what"),
    "stores_n": Words("stores visited", None, None, "stores", "where"),
    "spend_total": Words("total spend", "high-spending", "low-spending", "money", "what"),
    "spend_per_order": Words("spend per order", "big-basket", "small-basket", "basket", "what"),
    "lines_per_order": Words("lines per order", "big-basket", "small-basket", "basket", "what"),
    "weekend_share": Words("weekend share of orders", "weekend", "weekday", "weekend", "when"),
    "evening_share": Words("evening share of orders", "evening", None, "hour", "when"),
    "morning_share": Words("morning share of orders", "morning", None, "hour", "when"),
    "private_label_share": Words(
        "own-label share of spend", "own-label", "national-brand", "brand", "what"
    ),
    "retail_discount_share": Words(
        "shop discount, share of shelf price", "bargain-hunting", "full-price", "offer", "what"
    ),
    "coupon_orders_share": Words(
        "orders with a coupon", "coupon-using", "coupon-free", "coupon", "what"
    ),
    "campaigns_received_n": Words("campaigns received", None, None, "mailed", "what"),
    "campaigns_responded_n": Words(
        "campaigns answered", "campaign-answering", None, "answer", "what"
    ),
    "spend_recent_share": Words(
        "spend in the later half", "late-spending", "early-spending", "trend", "when"
    ),
    "household_comp": Words("household", None, None, "household_comp", "who"),
    "home_ownership": Words("home", None, None, "home_ownership", "who"),
    "kids_count": Words("children", None, None, "kids_count", "who"),
}
"""Column → words; the one place to change how personas are named."""

NOUNS = {"store": "shoppers", "services": "customers", "b2b": "clients", "mixed": "customers"}
"""Business type → what its customers are called."""


def words(column):
    """Return the `Words` of a column, made from its name where the table has none.

    Department shares ("share_meat") and plain columns are read word by word.
    """
    if column in PHRASES:
        return PHRASES[column]
    plain = column.removesuffix("_n").removesuffix("_total").replace("_", " ")
    if column.startswith("share_"):
        thing = plain.removeprefix("share ")
        return Words(f"{thing} as share of spend", f"{thing}-buying", None, column, "what")
    return Words(plain, *lists.ways(plain), column, "")


OUTSIDE_SHOPS = {
    "big-basket": "large-order",
    "small-basket": "small-order",
    "bargain-hunting": "discount-using",
    "coupon-using": "voucher-using",
    "coupon-free": "voucher-free",
}
"""Words of a name that only fit where there are shelves and baskets, and what is said instead."""


def outside_shops(text, *, noun):
    """Say a name without baskets and coupons where customers are no shoppers."""
    if noun == NOUNS["store"]:
        return text
    for shop, plain in OUTSIDE_SHOPS.items():
        text = text.replace(shop, plain).replace(shop.capitalize(), plain.capitalize())
    return text


def field(family):
    """Return the persona field a column family belongs to (see `FIELD_OF_FAMILY`)."""
    return FIELD_OF_FAMILY.get(family, "behavioural")


def question(column, *, family):
    """Return which of the five questions a column answers.

    "why" is kept for what customers were asked (psychographic, needs): a purchase shows what
    was done, not the reason.
    """
    return words(column).question or QUESTION_OF_FIELD[field(family)]


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
    text = f"{value:,.2f}".rstrip("0").rstrip(".")
    return f"{text} {unit}" if unit and unit.isupper() else text
