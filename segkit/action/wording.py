"""The same advice in other trades, and what is said where customers are only a list.

The handbook's rules speak of a shop: baskets, coupons, the till. Clients of a firm have orders and
account managers, so the words change and the facts asked for do not. Of a list without orders
nothing is known of habits over time: what would need them is refused here in words, and the
first steps are the ones that make the next list better.

Refused: a rhythm, a response or a profit that no table holds.
"""

import pandas as pd

from segkit.evidence import answers_needed

SHOP_WORDS = (
    ("till, receipt and shelf first: only", "invoice and personal contact first: only"),
    ("till, receipt and shelf stay", "invoice and personal contact stay"),
    ("shelf prices are theirs as everybody's", "list prices are theirs as everybody's"),
    ("your coupons, chosen from your own basket", "your offers, chosen from what you order"),
    ("no coupon on top", "no voucher on top"),
    ("a coupon on top", "a voucher on top"),
    ("a coupon for the next visit", "an offer for the next order"),
    ("brand coupons", "brand offers"),
    ("coupon users", "voucher users"),
    ("coupons", "vouchers"),
    ("the label you trust with your basket", "the label you trust"),
    ("one more visit", "one more order"),
    ("after each visit", "after each order"),
    ("a fuller basket", "larger orders"),
    ("fuller basket", "larger orders"),
    ("from a basket a little", "from an order a little"),
    ("complete the basket", "complete the order"),
    ("their basket", "their order"),
    ("this week's prices", "the current prices"),
    ("the shop's own", "our own"),
    ("they come at weekends", "they order at weekends"),
    ("they come in the evening", "they order in the evening"),
    ("they come often", "they order often"),
)
"""What a shop says and what others say, the longer phrase first."""

UNDATED = (
    (", valid within {days_between_orders:.0f} days", ", valid for a short time"),
    ("once, and once more after {days_between_orders:.0f} days; then stop",
     "once, and once more some weeks later; then stop"),
)  # fmt: skip
"""What is said of a rhythm where no dated orders tell it."""

NO_MONEY = (
    "*Not known here:* the list has no column of money, so who carries the business cannot be "
    "said. Personas are ordered by how many customers they hold. It would need `spend_total`."
)
NO_VALUE = (
    "*Not known here:* what an order is worth takes money and a number of orders "
    "(`spend_total` and `orders_n` on the list, or a table `orders`). So no response from which a "
    "contact pays can be given."
)
NO_RESPONSE = (
    "*Not measured:* a list holds no campaign and no answers, so nobody knows which persona "
    "responds to a contact, and none is promised a profit. It would need a table `mailings` "
    "(customer, campaign, day, answered or not)."
)
NO_BUDGET = (
    "*No budget is split:* without a measured response any split would be a guess. Spend the first "
    "one on a test with every persona drawn at random."
)
NO_TEST = (
    "*No hold-out can be planned:* how far spend moves by itself has to be known from orders of "
    "two earlier periods. It would need a table `orders`. Until then leave a random half out."
)


def rules(given, *, business, listed):
    """Return the rules in the words of a business; `listed` drops rhythms that no orders tell.

    `given` are `strategy.RULES`; what they ask for and the order they come in stay the same.
    """
    pairs = (*(() if business == "store" else SHOP_WORDS), *(UNDATED if listed else ()))
    return tuple(
        rule._replace(
            name=_said(rule.name, pairs),
            because=_said(rule.because, pairs),
            sets={slot: _said(text, pairs) for slot, text in rule.sets.items()},
        )
        for rule in given
    )


def _said(text, pairs):
    for shop, other in pairs:
        text = text.replace(shop, other).replace(_capital(shop), _capital(other))
    return text


def _capital(text):
    return text[:1].upper() + text[1:]


def needed(share, *, value, contact_cost, margin, currency):
    """Say in Markdown which response a contact needs (`share`, 0..1), or why none can be named."""
    if value != value:
        return NO_VALUE
    cost = f"{contact_cost:.2f} {currency}".strip()
    assumed = (
        f"*Assumed:* a contact costs {cost}, an order leaves {margin:.0%}. "
        f"*Measured:* an order is worth {value:,.2f}. "
    )
    if share == 0:
        return f"{assumed}So a contact costs nothing, and **any** extra order pays for it."
    if share > 1:
        return f"{assumed}So **no response pays**: an order leaves less than a contact costs."
    return f"{assumed}So **{share:.1%}** must answer with one order."


def pays_from(share):
    """Say in a sentence from which response (0..1, or missing) a contact pays on average."""
    if share != share:
        return "what a contact must bring is not known here."
    if share == 0:
        return "a contact costs nothing, so any extra order pays."
    return f"{share:.1%} must answer on average." if share <= 1 else "no response pays."


def steps(actions, *, kpi="answers to the next contact"):
    """Say what to do first with a list: step, what, kpi, measured_by, decide.

    `actions` is the table of `strategy.actions`, first things first.
    """
    first, n = actions.iloc[0], int(actions["n"].sum())
    answers = answers_needed(n)
    rows = [
        {
            "what": f"Write to {first['persona']} ({first['n']:,} customers) in their own words: "
            f"{first['message']}. A random half gets the usual text.",
            "kpi": kpi,
            "measured_by": "Compare the share that answers in both halves; keep who got what.",
            "decide": "Keep the own text only if its half answers more, interval included.",
        },
        {
            "what": "Record every contact and every order from now on: customer, day, amount, "
            "campaign, answered or not.",
            "kpi": "share of customers with a dated history (today none)",
            "measured_by": "A table `orders` in the study file; the notebooks then find a KPI.",
            "decide": "Run the workbook again after two periods.",
        },
        {
            "what": f"Ask what the list does not tell: a few questions, {answers:,} answers, every "
            "persona drawn at random.",
            "kpi": "share of customers with a known need",
            "measured_by": f"{answers:,} answers give a share to within 5 points.",
            "decide": "Keep a question only if its answer changes an offer.",
        },
    ]
    return pd.DataFrame(rows).assign(step=range(1, len(rows) + 1))[
        ["step", "what", "kpi", "measured_by", "decide"]
    ]
