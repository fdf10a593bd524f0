"""What a column is called on a persona card, and which question it answers.

The card's columns speak the analyst's language; a persona speaks the marketer's. One table
holds both, so a name can always be traced back to a column. Columns that are not in the
table get a plain reading of their own name: nothing is left out for lack of a word.
"""

from typing import NamedTuple

from segkit.data import card

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
    "profit_total": Words("profit", "profitable", "unprofitable", "money", "what"),
    "margin_share": Words("margin", "high-margin", "low-margin", "margin", "what"),
    "mailings_judged_n": Words("mailings received", None, None, "mailed", "what"),
    "mailings_opened_n": Words("mailings opened", "mail-opening", None, "opens", "what"),
    "mailings_clicked_n": Words("mailings clicked", "mail-clicking", None, "opens", "what"),
    "days_since_contact": Words("days since the last contact", "long-silent", None, "last", "when"),
    "requests_unmet_n": Words("requests without an order", "undecided", None, "unmet", "what"),
    "sessions_n": Words("sessions on the site", "site-visiting", None, "site", "what"),
    "visit_days_n": Words("days on the site", "site-visiting", None, "site", "what"),
    "pages_n": Words("pages opened", "page-reading", None, "site", "what"),
    "days_since_visit": Words("days since the last visit", None, None, "visit", "when"),
    "days_since_first_visit": Words(
        "days since the first visit on record", None, None, "visit", "when"
    ),
    "goal_asked_n": Words("forms sent", "form-sending", None, "asked", "what"),
    "goal_product_viewed_n": Words("products looked at", "product-viewing", None, "views", "what"),
    "goal_downloaded_n": Words("files downloaded", "downloading", None, "downloads", "what"),
    "goal_service_viewed_n": Words("pages on services", "service-viewing", None, "views", "what"),
    "goal_partner_viewed_n": Words("pages for partners", "partner-page", None, "partners", "what"),
    "goal_bought_n": Words("purchases on the site", "site-buying", None, "bought", "what"),
    "site_spend": Words("spend on the site", "site-buying", None, "bought", "what"),
    "carts_n": Words("carts filled", "cart-filling", None, "carts", "what"),
    "carts_abandoned_n": Words("carts abandoned", "cart-abandoning", None, "abandoned", "what"),
    "carts_open_n": Words("carts still open", None, None, "carts", "what"),
    "last_cart": Words("the last cart", None, None, "carts", "what"),
    "browsers_n": Words("browsers or devices", "several-device", None, "devices", "what"),
    "site_source": Words("where the first visit came from", None, None, "site_source", "where"),
    "site_device": Words("device of the last visit", None, None, "site_device", "where"),
    "site_region": Words("region of the last visit", None, None, "site_region", "where"),
    "requests_n": Words("requests", "often-asking", None, "requests", "what"),
    "requests_by_form_n": Words("requests by our form", "form-using", None, "form", "what"),
    "invoices_judged_n": Words("invoices", None, None, "invoices", "what"),
    "invoices_in_time_n": Words(
        "invoices paid within 3 working days", "prompt-paying", None, "invoices", "what"
    ),
    "unpaid_total": Words("unpaid money", "owing", None, "unpaid", "what"),
    "documents_judged_n": Words("documents to sign", None, None, "documents", "what"),
    "documents_in_time_n": Words(
        "documents signed within 3 working days", "prompt-signing", None, "documents", "what"
    ),
    "events_invited_n": Words("invitations to events", None, None, "events", "what"),
    "events_attended_n": Words("events attended", "event-attending", None, "events", "what"),
    "referred_n": Words("new customers recommended", "recommending", None, "referred", "what"),
    "referred_buyers_n": Words(
        "recommended customers who bought", "recommending", None, "referred", "what"
    ),
    "reviews_n": Words("opinions given", "opinion-giving", None, "reviews", "what"),
    "complaints_n": Words("complaints", "complaining", None, "complaints", "what"),
    "reviewed_orders_n": Words("orders with an opinion", "opinion-giving", None, "reviews", "what"),
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
    return Words(plain, *card.ways(plain), column, "")


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
