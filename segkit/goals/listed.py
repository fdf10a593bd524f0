"""Lists: what can be said of goals where customers come as one row each, without orders.

Idea: a list tells how things stand on one day. It shows who the customers are and, with a column
of money, who carries the business. It has no earlier and no later, so no KPI has a past: no target
can be set, nothing can be learned on one period and judged on the next. That is said in words
here, with the table that would be needed; the limits of the team and the knock-outs that need no
history hold as for anybody. Refuses: a target made up to have one.
"""

import pandas as pd

from segkit.refusal import Refused
from segkit.study import beside

WORDS = beside(__file__, "listed.yaml")
"""The sentences by name, and the figures of a list: column, name, format."""


def told(name, **facts):
    """Say one of the sentences, with the facts it asks for."""
    return WORDS[name].format(needed=WORDS["needed"], **facts)


def introduction(situation):
    """Say in Markdown whose list this is, how long, what it tells of money and dates."""
    facts, days, money = situation.facts, situation.days, f"{{:,.0f}} {situation.currency}"
    forms = {"customers_n": "{:,} customers", "orders_n": "{:,} orders", "spend_total": money}
    known = [f.format(facts[n]).strip() for n, f in forms.items() if facts[n] is not None]
    day = told("dated" if days.as_of else "undated", days=days)
    return told("introduction", title=situation.study.title, told=", ".join(known), day=day)


def figures(card, *, currency=""):
    """Return the base figures of a list: measure, value (in words), known for (in words)."""
    forms = WORDS["figures"]
    rows = [["customers", f"{len(card):,}", "all"]]
    for column in [column for column in forms if column in card]:
        name, form = forms[column]
        value = form.format(card[column].median(), currency=currency).strip()
        rows.append([f"{name}, median", value, f"{card[column].notna().mean():.0%}"])
    others = [c for c in card.columns if c not in ("customer_id", *forms)]
    known = f"{card[others].notna().mean().mean():.0%} on average" if others else "–"
    rows.append(["further things known of them", f"{len(others)}", known])
    return pd.DataFrame(rows, columns=["measure", "value", "known for"])


def doubts():
    """Return the two knock-outs that a list cannot answer, as rows of `knockouts`."""
    asked = {"a yardstick exists": ("0 periods", "1"), "two periods to learn and judge": ("0", "2")}
    return [[check, *counts, "warn", told(check)] for check, counts in asked.items()]


def lessons(situation):
    """Say in Markdown what the list tells of the situation."""
    money = f"the top 20% of them bring {situation.top_share:.0%} of spend"
    if isinstance(situation.spend, Refused):
        money = "money is not on it"
    return told("lessons", customers_n=situation.customers_n, money=money)
