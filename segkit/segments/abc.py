"""ABC: who brings the money.

Two rules share one idea. By value, A are the customers who together bring the first 80 % of
the money and B those who bring the next 15 %. By head count, A are the top 20 % of the
customers and B the next 30 %. Either way the definition is two amounts of spend, so equal
customers are never parted. The promise "20 % of customers bring 80 % of the money" is a
claim to test: `shares` puts what was observed beside it. By profit where a margin is known,
else by revenue: name the column. Source: the handbook's ABC section. Taught in notebook 04.
"""

import numpy as np

from segkit.segments.about import About
from segkit.segments.definition import Definition
from segkit.study import StudyError

ABOUT = About(
    question="Who brings the money?",
    use="decide whom to serve how much",
    difficulty="low",
    when="always, as a first look",
    data="the money each customer spent",
    columns=("spend_total",),
    options=("rule", "by"),
)

NAMES = ("A: most of the money", "B: the middle", "C: the long tail")
VALUE_SHARES = (0.80, 0.95)
HEAD_SHARES = (0.20, 0.50)
PROMISED = {"customers": (0.20, 0.30, 0.50), "money": (0.80, 0.15, 0.05)}
"""What the rule of thumb claims for A, B and C."""


def fit(card, *, rule="value", by="spend_total"):
    """Find the two amounts that part A from B and B from C.

    `rule` is "value" (cumulative 80 and 95 % of the money) or "count" (20 and 50 % of the
    heads). Returns a Definition with rules {"rule", "by", "cuts": [amount A, amount B]}:
    a customer is A from the first amount upwards. Customers with no, unknown or negative spend
    are C.
    """
    if rule not in ("value", "count"):
        raise StudyError(f"The ABC rule is {rule!r}, but only 'value' and 'count' are known.")
    spend = np.sort(card[by].dropna().to_numpy(dtype=float))[::-1]
    places = _places_by_value(spend) if rule == "value" else _places_by_count(spend)
    cuts = [float(spend[place]) for place in places] if len(spend) else [0.0, 0.0]
    return Definition("abc", list(NAMES), [by], {"rule": rule, "by": by, "cuts": cuts})


def _places_by_value(spend):
    running = np.cumsum(np.clip(spend, 0, None))
    total = running[-1] if len(running) else 0.0
    # the customer with whom the share is first reached still belongs to the better class
    return [int(np.argmax(running >= round(share * total, 6))) for share in VALUE_SHARES]


def _places_by_count(spend):
    return [max(int(np.ceil(share * len(spend))) - 1, 0) for share in HEAD_SHARES]


def shares(labels, spend):
    """Compare what A, B and C are with what the rule of thumb promises.

    Returns a DataFrame with one row per class: customers_n, customers_share, money_share and
    the promised shares, all shares from 0 to 1. A class without customers is shown as 0.
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


def compare(card):
    """Apply both rules to a customer card and put what was seen beside what is promised.

    Returns the columns of `shares` for each rule, with `rule` ("value" or "count") in front.
    """
    import pandas as pd

    found = []
    for rule in ("value", "count"):
        definition = fit(card, rule=rule)
        labels = definition.apply(card, expression)["segment"]
        found.append(shares(labels, card["spend_total"]).assign(rule=rule))
    table = pd.concat(found, ignore_index=True)
    return table[["rule", *table.columns.drop("rule")]]


def expression(table, definition):
    """Return the Ibis column that names each row's class."""
    import ibis

    spend = table[definition.rules["by"]]
    first, second = definition.rules["cuts"]
    return ibis.cases(
        ((spend > 0) & (spend >= first), NAMES[0]),
        ((spend > 0) & (spend >= second), NAMES[1]),
        else_=NAMES[2],
    )
