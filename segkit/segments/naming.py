"""Names by rule: a segment is called after what sets its centre apart.

The criteria furthest from the average customer give the name, the strongest first: "many
orders, little on offer". Names are descriptions, not judgements, and are never invented: a
segment close to the average everywhere is called so.
"""

import numpy as np

from segkit.data import lists

CLEAR = 0.4
"""Standard deviations from the average from which a criterion is worth a word."""

WORDS = {
    "days_since_purchase": ("long since last order", "ordered lately"),
    "days_since_first_purchase": ("long-standing", "recent joiners"),
    "orders_n": ("many orders", "few orders"),
    "lines_n": ("many lines", "few lines"),
    "items_n": ("many items", "few items"),
    "distinct_products_n": ("wide range", "narrow range"),
    "stores_n": ("many stores", "one or few stores"),
    "spend_total": ("high spend", "low spend"),
    "spend_per_order": ("large baskets", "small baskets"),
    "lines_per_order": ("long receipts", "short receipts"),
    "weekend_share": ("weekend shoppers", "weekday shoppers"),
    "evening_share": ("evening shoppers", "rarely evenings"),
    "morning_share": ("morning shoppers", "rarely mornings"),
    "private_label_share": ("much own label", "little own label"),
    "retail_discount_share": ("much on offer", "little on offer"),
    "coupon_orders_share": ("coupon users", "hardly any coupons"),
    "campaigns_received_n": ("often mailed", "rarely mailed"),
    "campaigns_responded_n": ("answer campaigns", "no campaign answered yet"),
    "referred_n": ("bring clients", "bring no clients"),
    "orders_by_form_share": ("use the form", "seldom use the form"),
    "invoices_in_time_share": ("pay in time", "pay late"),
    "documents_in_time_share": ("sign in time", "sign late"),
    "events_attended_share": ("come to events", "seldom at events"),
    "mailings_opened_share": ("open mailings", "seldom open mailings"),
    "orders_reviewed_share": ("review orders", "seldom review orders"),
    "reviews_complaining_share": ("complain", "seldom complain"),
    "spend_recent_share": ("more spend lately", "less spend lately"),
}
"""Column → what a high and a low value are called."""


OUTSIDE_SHOPS = {
    "spend_per_order": ("large orders", "small orders"),
    "lines_per_order": ("many lines an order", "few lines an order"),
    "weekend_share": ("weekend orders", "weekday orders"),
    "evening_share": ("evening orders", "rarely evenings"),
    "morning_share": ("morning orders", "rarely mornings"),
}
"""What is called otherwise where nobody carries a basket."""


def names(centres, columns, *, business="store"):
    """Name the rows of a matrix of centres (standard deviations); all names differ.

    Two criteria make a name, more only where needed to tell two segments apart.
    """
    centres = np.asarray(centres, dtype=float)
    said = WORDS if business == "store" else WORDS | OUTSIDE_SHOPS
    for words in range(2, len(columns) + 1):
        found = [_name(centre, columns, words, said) for centre in centres]
        if len(set(found)) == len(found):
            return found
    found = [_name(centre, columns, 2, said) for centre in centres]
    return [_numbered(found, place) for place in range(len(found))]


def _name(centre, columns, words, said):
    strongest = sorted(
        range(len(columns)), key=lambda place: (-abs(round(centre[place], 3)), place)
    )
    clear = [place for place in strongest[:words] if abs(centre[place]) >= CLEAR]
    text = ", ".join(_word(columns[place], centre[place] > 0, said) for place in clear)
    return (text or "close to average").capitalize()


def _word(column, high, said):
    if column in said:
        return said[column][0 if high else 1]
    if column.startswith("share_"):
        return f"{'much' if high else 'little'} {column.removeprefix('share_').replace('_', ' ')}"
    return lists.ways(label(column))[0 if high else 1]


def label(column):
    """Say a card column in words: "orders_n" → "orders", "share_meat" → "share meat"."""
    plain = column.removesuffix("_n").removesuffix("_total")
    return plain.replace("_", " ")


def _numbered(found, place):
    same = [at for at, name in enumerate(found) if name == found[place]]
    return found[place] if len(same) == 1 else f"{found[place]} ({same.index(place) + 1})"
