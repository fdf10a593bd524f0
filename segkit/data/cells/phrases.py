"""The words by which an export says what a line is: nobody, a test, cancelled, no product.

English and Russian, lower case (phrases.yaml). Whole ids and whole phrases are compared wherever a
part of a word could mean something else: “test strips” and “тесто” are goods, “partially refunded”
is an order. What was recognised is always listed with its money, so that a wrong guess is seen.
"""

import ibis

from segkit.study import beside

_TOLD = beside(__file__)

NOBODY = tuple(_TOLD["nobody"])
"""Ids that name no customer; compared whole, without regard to case."""
YES = (
    "1",
    "true",
    "t",
    "yes",
    "y",
    "да",
    "так",
    "ja",
    "oui",
    "sí",
    "si",
    "sim",
    "tak",
    "ano",
    "evet",
)
"""Words for yes."""
SOME = r"^0*[1-9]\d*([.,]0+)?$|^\d{1,4}[-./]\d{1,2}[-./]\d"
"""How often it was, or when: either says that it was."""
CAME, STAYED_AWAY = (*YES, *_TOLD["came"]), tuple(_TOLD["stayed_away"])
"""Words by which calendars say that somebody came, and that somebody did not."""
CURRENCIES, SHARED, PIECES = _TOLD["currencies"], _TOLD["shared"], _TOLD["pieces"]
"""Signs and words of currencies by their code; signs that several share; words for pieces."""
CODES, CAPITALS = tuple(_TOLD["codes"]), tuple(_TOLD["capitals"])
"""Codes of currencies (ISO 4217), and those that are words as well."""
SCALES = [
    {word.strip(): mark for mark, words in enumerate(scale, start=1) for word in words.split("|")}
    for scale in _TOLD["scales"].values()
]
"""Words of scales of answers with their marks, 1 the lowest: one dict for each scale."""
THOUSANDTHS = tuple(_TOLD["thousandths"])
"""Codes of currencies that are written with three decimals."""
IN_DATES = tuple(_TOLD["in_dates"])
"""Words that stand in dates and mean nothing in them."""
BEFORE, AFTER, FORMS = _TOLD["before"], _TOLD["after"], "|".join(_TOLD["forms"])
"""What people put around the name of who recommended us; legal forms, written at will."""
CANCELLED, PARTLY, WON, OPEN, SOLD, NEGATED = (
    "|".join(_TOLD[name]) for name in ("cancelled", "partly", "won", "open", "sold", "negated")
)
"""States of no sale, unless it is a partial one; of deals that became a sale, of those that may
still; of orders that count; and what before such a word denies it."""
TOTALS, TOTAL = (rf"^({'|'.join(_TOLD[name])})\s*[:.]?$" for name in ("totals", "total"))
"""Names of rows that add up others: nobody's, and those that may be a firm's (whole cells)."""
TEST_STATE, TEST_ID, TEST_PRODUCT = (
    "|".join(_TOLD[f"test_{name}"]) for name in ("state", "id", "product")
)
"""States, ids and names of products that are a trial."""
CHARGES = "|".join(_TOLD["charges"]).replace("<on>", _TOLD["on"]).replace("<ru>", _TOLD["ru"])
"""Names of lines that are no goods: postage, fees, discounts, vouchers, corrections."""
NAMES, CONTACTS = ("|".join(_TOLD[name]) for name in ("names", "contacts"))
"""Headings under which people's names stand, and contacts, numbers of documents, addresses."""

BIRTH = "|".join(_TOLD["birth"])
"""Headings under which days of birth stand."""


MAILED = {name: f"(?:{'|'.join(_TOLD[name])})" for name in ("bounced", "opened", "clicked")}
DENIED = f"(?:{'|'.join(_TOLD['denied'])})"
"""States of a mailing, and words that deny one."""


def nobody(table):
    """Tell which rows name no customer: an empty id, or a word that stands for none."""
    return table.customer_id.isnull() | table.customer_id.lower().isin(NOBODY)


def came(said):
    """Tell from words in small letters whether somebody came; empty where it is not known."""
    return ibis.cases((said.isin(CAME), True), (said.isin(STAYED_AWAY), False), else_=None)
