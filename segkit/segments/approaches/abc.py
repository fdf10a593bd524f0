"""ABC: who brings the money.

Two rules share one idea. By value, A are the customers who together bring the first 80 % of
the money and B those who bring the next 15 %. By head count, A are the top 20 % of the
customers and B the next 30 %. Either way the definition is two amounts, so equal customers are
never parted. The promise "20 % of customers bring 80 % of the money" is a claim to test:
`shares` puts what was observed beside it. By profit where the cost is known, else by revenue
(`measure`).

The simplified two-way ABC asks two questions, how often and how much, each against the middle
customer: A often and much, C neither, B one of both. Its groups are rules, readable and countable.

Refused: a class for money that is not there. Nothing, less than nothing and unknown are C.
Source: the handbook's ABC section; the two-way table of S. Nezhintseva. Taught in notebook
approaches/abc.
"""

import numpy as np

from segkit.refusal import passes
from segkit.segments.about import About
from segkit.segments.definition import Definition
from segkit.study import StudyError

ABOUT = About(
    question="Who brings the money?",
    use="decide whom to serve how much",
    difficulty="low",
    place=10,
    when="always, as a first look",
    data="the money each customer spent",
    columns=("spend_total",),
    options=("rule", "by"),
)

NAMES = ("A: most of the money", "B: the middle", "C: the long tail")
TWO_WAY = (
    "A: much and often",
    "B: often but little",
    "B: much but rarely",
    "C: little and rarely",
)
RULES = ("value", "count", "two_way")
VALUE_SHARES = (0.80, 0.95)
HEAD_SHARES = (0.20, 0.50)
PROMISED = {"customers": (0.20, 0.30, 0.50), "money": (0.80, 0.15, 0.05)}
"""What the rule of thumb claims for A, B and C."""


def measure(card):
    """Name the column that says what a customer is worth: profit where known, else revenue."""
    known = "profit_total" in card and card["profit_total"].notna().any()
    return "profit_total" if known else "spend_total"


def fit(card, *, rule="value", by=None):
    """Find the amounts that part A from B and B from C.

    `rule` is "value" (cumulative 80 and 95 % of the money), "count" (20 and 50 % of the heads) or
    "two_way" (see `two_way`); `by` the column of money, `measure`'s choice unless given. Returns a
    Definition with rules {"rule", "by", "cuts": [amount A, amount B]}: a customer is A from the
    first amount upwards. Customers with no, unknown or negative money are C. Raises StudyError
    for another rule.
    """
    by = by or measure(card)
    if rule not in RULES:
        raise StudyError(f"The ABC rule is {rule!r}, but only 'value', 'count' and 'two_way' are.")
    if rule == "two_way":
        return two_way(card, by=by)
    spend = np.sort(card[by].dropna().to_numpy(dtype=float))[::-1]
    places = _places_by_value if rule == "value" else _places_by_count
    cuts = [float(spend[place]) for place in places(spend)] if len(spend) else [0.0, 0.0]
    return Definition("abc", list(NAMES), [by], {"rule": rule, "by": by, "cuts": cuts})


def _places_by_value(spend):
    # rounded, or the last digit of a sum such as 0.1 + 0.2 decides who is in a class
    running = np.round(np.cumsum(np.clip(spend, 0, None)), 6)
    total = running[-1]
    # the customer with whom the share is first reached still belongs to the better class
    return [int(np.argmax(running >= round(share * total, 6))) for share in VALUE_SHARES]


def _places_by_count(spend):
    return [max(int(np.ceil(share * len(spend))) - 1, 0) for share in HEAD_SHARES]


def two_way(card, *, by=None, share=0.5):
    """Find how often is often and how much is much, and part the customers by both.

    A customer buys often (`orders_n`) or much (`by`) when above the value that `share` of the
    customers (0 to 1) do not exceed; 0.5 is the middle customer. Who is like everybody else is
    not above, so when all are equal all are C. Returns a Definition with grouped rules. Raises
    StudyError where `orders_n` is not on the card.
    """
    by = by or measure(card)
    if "orders_n" not in card:
        raise StudyError(
            "The two-way ABC needs `orders_n`, which this card lacks: use rule='value'."
        )
    much, often = (_exceeded(card[column], share) for column in (by, "orders_n"))
    large, frequent = {by: {"over": max(much, 0.0)}}, {"orders_n": {"over": often}}
    whens = [{"all": [large, frequent]}, frequent, large]
    groups = [{"name": n, "when": w} for n, w in zip(TWO_WAY, whens, strict=False)]
    rules = {"rule": "two_way", "by": by, "groups": groups, "otherwise": TWO_WAY[-1]}
    return Definition("abc", list(TWO_WAY), [by, "orders_n"], rules)


def _exceeded(values, share):
    known = values.dropna().to_numpy(dtype=float)
    return float(np.quantile(known, share, method="inverted_cdf")) if len(known) else 0.0


def shares(labels, spend):
    """Compare what A, B and C are with what the rule of thumb promises.

    Returns a DataFrame with one row per class: customers_n, customers_share, money_share and
    the promised shares, all shares from 0 to 1. A class without customers is shown as 0. Losses
    and returns are deducted from their class, so a class may hold less than nothing and the
    others together more than all.
    """
    import pandas as pd

    groups = spend.groupby(labels)
    counts = groups.size().reindex(NAMES, fill_value=0)
    money = groups.sum().reindex(NAMES, fill_value=0.0)
    return pd.DataFrame(
        {
            "class": NAMES,
            "customers_n": counts.to_numpy(),
            "customers_share": (counts / max(counts.sum(), 1)).to_numpy(),
            "customers_promised": PROMISED["customers"],
            "money_share": (money / (money.sum() or 1)).to_numpy(),
            "money_promised": PROMISED["money"],
        }
    )


@passes
def compare(card, *, by=None):
    """Apply both rules to a customer card and put what was seen beside what is promised.

    `by` is the column of money, `measure`'s choice unless given. Returns the columns of `shares`
    for each rule, with `rule` ("value" or "count") in front.
    """
    import pandas as pd

    found, by = [], by or measure(card)
    for rule in ("value", "count"):
        definition = fit(card, rule=rule, by=by)
        labels = definition.apply(card, expression)["segment"]
        found.append(shares(labels, card[by]).assign(rule=rule))
    table = pd.concat(found, ignore_index=True)
    return table[["rule", *table.columns.drop("rule")]]


def told(card, *, by, covered):
    """Say in words which money is ranked, how much of it is known, and who brings none.

    `covered` is `profit.coverage`'s share of the money whose cost is known (0 to 1).
    """
    named = by.removesuffix("_total").replace("_", " ")
    cost = f"the cost is known for {covered:.0%} of the money" if covered else "costs are not known"
    none = int((~(card[by] > 0)).sum())
    lower = (
        f"{none:,} brought nothing, less than nothing, or an unknown amount: C."
        if none
        else "Each of them brought something."
    )
    return f"Ranked by **{named}**; {cost}. Customers: {len(card):,}. {lower} "


def halves(definition):
    """Say in words where often and much begin in a two-way definition; empty for the other rules.

    Taught in notebook approaches/abc.
    """
    if definition.rules["rule"] != "two_way":
        return ""
    both = definition.rules["groups"][0]["when"]["all"]
    much, often = (next(iter(part.items())) for part in both)
    named = much[0].removesuffix("_total").replace("_", " ")
    return (
        f"Often begins above {often[1]['over']:,.0f} orders, much above a {named} of "
        f"{much[1]['over']:,.0f}."
    )


def expression(table, definition):
    """Return the Ibis column that names each row's class."""
    import ibis

    if definition.rules["rule"] == "two_way":
        from segkit.segments import rules

        return rules.grouped(table, definition)
    money = table[definition.rules["by"]]
    first, second = definition.rules["cuts"]
    return ibis.cases(
        ((money > 0) & (money >= first), NAMES[0]),
        ((money > 0) & (money >= second), NAMES[1]),
        else_=NAMES[2],
    )
