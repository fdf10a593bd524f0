"""Lists: what can be said of goals where customers come as one row each, without orders.

Idea: a list tells how things stand on one day. It shows who the customers are and, with a column
of money, who carries the business. It has no earlier and no later, so no KPI has a past: no target
can be set, nothing can be learned on one period and judged on the next. That is said in words
here, with the table that would be needed; the limits of the team and the knock-outs that need no
history hold as for anybody. Refuses: a target made up to have one.
"""

import pandas as pd

from segkit.refusal import Refused

NEEDED = (
    "a table of orders (customer, date, amount), or of mailings (customer, campaign, answered or "
    "not)"
)
"""What a list would have to be joined by."""

NO_MONTHS = (
    "*No months to draw:* the study is a list with one row per customer, as things stood on one "
    f"day. To see a direction it would need {NEEDED}."
)
NO_MONEY = (
    "*No curve to draw:* the list has no column of money. With one (`spend_total`) it would show "
    "how few customers carry the business."
)
NO_PAST = (
    "*No past periods:* a KPI needs purchases or answers with a date, so this list has none to "
    f"show. It would need {NEEDED}."
)
YARDSTICK = (
    "**none.** A list without dated purchases cannot say how a number changes. What can differ "
    "between segments is *what is said and offered to whom*; whether that pays has to be measured "
    "afterwards."
)
SENTENCE = (
    "No goal that can be measured: find out which kinds of customers this list holds, so that each "
    "kind can get what suits it."
)


def introduction(situation):
    """Say in Markdown whose list this is, how long, what it tells of money and dates."""
    facts, days = situation.facts, situation.days
    told = [f"{facts['customers_n']:,} customers"]
    if facts["orders_n"] is not None:
        told.append(f"{facts['orders_n']:,} orders")
    if facts["spend_total"] is not None:
        told.append(f"{facts['spend_total']:,.0f} {situation.currency}".strip())
    day = (
        f"The latest order on it is of {days.last_order}, so everything below looks back from "
        f"**{days.as_of}**."
        if days.as_of
        else "**It holds no dates**, so nothing is said about when, and there is no analysis date."
    )
    return (
        f"**{situation.study.title}**: a list with one row per customer; {', '.join(told)}. {day} "
        "There is no table of orders: the notebooks do what a list can carry and say what the rest "
        "would need."
    )


def figures(card, *, currency=""):
    """Return the base figures of a list: measure, value (in words), known for (in words)."""
    forms = {
        "orders_n": ("orders per customer", "{:,.1f}"),
        "spend_total": ("spend per customer", f"{{:,.2f}} {currency}"),
        "spend_per_order": ("spend per order", f"{{:,.2f}} {currency}"),
        "days_since_purchase": ("days since the last order", "{:,.0f}"),
        "days_since_first_purchase": ("days since the first order", "{:,.0f}"),
    }
    rows = [["customers", f"{len(card):,}", "all"]]
    for column, (name, form) in forms.items():
        if column in card:
            known = f"{card[column].notna().mean():.0%}"
            rows.append([f"{name}, median", form.format(card[column].median()).strip(), known])
    others = [c for c in card.columns if c not in ("customer_id", *forms)]
    known = f"{card[others].notna().mean().mean():.0%} on average" if others else "–"
    rows.append(["further things known of them", f"{len(others)}", known])
    return pd.DataFrame(rows, columns=["measure", "value", "known for"])


def doubts():
    """Return the two knock-outs that a list cannot answer, as rows of `knockouts`."""
    past = f"no KPI has a past here, so no target can be set. It would take {NEEDED}."
    later = (
        "no campaign and no later period can test the segments: they can be found, checked for "
        "stability and described, not proven to matter."
    )
    return [
        ["a yardstick exists", "0 periods", "1", "warn", past],
        ["two periods to learn and judge", "0", "2", "warn", later],
    ]


def lessons(situation):
    """Say in Markdown what the list tells of the situation."""
    money = f"the top 20% of them bring {situation.top_share:.0%} of spend"
    if isinstance(situation.spend, Refused):
        money = "money is not on it"
    return (
        f"the list holds {situation.customers_n:,} customers; {money}; no direction can be read "
        "off it."
    )
