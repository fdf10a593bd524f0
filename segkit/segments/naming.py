"""Names by rule: a segment is called after what sets its centre apart.

The criteria furthest from the average customer give the name, the strongest first: "many
orders, little on offer". Names are descriptions, not judgements, and are never invented: a
segment close to the average everywhere is called so.
"""

import numpy as np

from segkit.data import card

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
    "profit_total": ("high profit", "low profit"),
    "margin_share": ("high margin", "low margin"),
    "mailings_judged_n": ("often mailed", "rarely mailed"),
    "mailings_opened_n": ("open mailings", "rarely open mailings"),
    "mailings_clicked_n": ("click in mailings", "hardly click in mailings"),
    "days_since_contact": ("long without contact", "in contact lately"),
    "requests_unmet_n": ("ask without ordering", "no unmet requests"),
    "sessions_n": ("often on the site", "rarely on the site"),
    "visit_days_n": ("many days on the site", "few days on the site"),
    "pages_n": ("many pages", "few pages"),
    "days_since_visit": ("long since last visit", "visited lately"),
    "days_since_first_visit": ("long known on the site", "new on the site"),
    "goal_asked_n": ("ask by form", "no form sent"),
    "goal_product_viewed_n": ("look at many products", "look at few products"),
    "goal_downloaded_n": ("download files", "no downloads"),
    "goal_service_viewed_n": ("look at services", "hardly look at services"),
    "goal_partner_viewed_n": ("look at partner pages", "no partner pages"),
    "goal_bought_n": ("buy on the site", "hardly buy on the site"),
    "site_spend": ("high spend on the site", "low spend on the site"),
    "carts_n": ("fill many carts", "fill few carts"),
    "carts_abandoned_n": ("abandon carts", "hardly abandon carts"),
    "carts_open_n": ("a cart still open", "no open cart"),
    "browsers_n": ("several devices", "one device"),
    "requests_n": ("many requests", "few requests"),
    "requests_by_form_n": ("ask by our form", "rarely by our form"),
    "invoices_judged_n": ("many invoices", "few invoices"),
    "invoices_in_time_n": ("pay in time", "few invoices in time"),
    "unpaid_total": ("much unpaid", "little unpaid"),
    "documents_judged_n": ("many documents", "few documents"),
    "documents_in_time_n": ("sign in time", "few documents in time"),
    "events_invited_n": ("often invited", "rarely invited"),
    "events_attended_n": ("come to events", "hardly come to events"),
    "referred_buyers_n": ("bring buyers", "bring no buyers"),
    "reviews_n": ("give opinions", "few opinions"),
    "complaints_n": ("complain", "no complaints"),
    "reviewed_orders_n": ("review orders", "hardly review orders"),
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
    return card.ways(label(column))[0 if high else 1]


def label(column):
    """Say a card column in words: "orders_n" → "orders", "share_meat" → "share meat".

    Parameters
    ----------
    column : str
        Of the customer card.

    Returns
    -------
    str
        Without the unit.

    Examples
    --------
    >>> from segkit.segments import naming
    >>> naming.label("orders_n"), naming.label("share_meat")
    ('orders', 'share meat')
    """
    plain = column.removesuffix("_n").removesuffix("_total")
    return plain.replace("_", " ")


def _numbered(found, place):
    same = [at for at, name in enumerate(found) if name == found[place]]
    return found[place] if len(same) == 1 else f"{found[place]} ({same.index(place) + 1})"
