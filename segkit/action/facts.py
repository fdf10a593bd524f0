"""What is known of each persona: the facts that the rules ask for, measured on the card.

An index of 1 is the average customer (or order). What a list does not tell is missing, not zero.
"""

import pandas as pd

from segkit.data.card import levels

WORTHWHILE = 0.05
"""Share of a persona's spend from which a department is large enough to sell across."""

_NO_GOODS = ("share_other", "share_unknown", "share_miscellaneous", "share_fuel")

_MEANS = {
    "trend": ("spend_recent_share", "mean"),
    "mailings_n": ("campaigns_received_n", "mean"),
    "reached_share": ("campaigns_received_n", lambda values: float((values > 0).mean())),
}


def by_persona(card, *, personas, pages, window_days):
    """Measure per persona what the rules ask for; one row per persona.

    `card`: one row per customer; `personas`: a name per row of it; `pages`: the personas of
    personas.json (name, segments, traits). Columns: n, share, spend_share, spend_per_customer,
    order_value (money), spend_index, orders_index, basket_index (1 = average customer or
    order), days_between_orders, trend (share of spend in the later half), reached_share,
    mailings_n (missing where no mailings are known), department, traits, segments, style
    ("yes" where they only share a way of answering), told (of a list: what sets them apart, in
    words). Largest spend first; what a list does not tell is
    missing, and without money the largest persona comes first.
    """
    card = card.assign(persona=list(personas))
    groups = card.groupby("persona", sort=False)
    table = pd.DataFrame({"n": groups.size()})
    sums = {"spend": ("spend_total", "sum"), "orders": ("orders_n", "sum")}
    for name, (column, how) in {**sums, **_MEANS}.items():
        table[name] = groups[column].agg(how) if column in card else float("nan")
    listed = "lines_n" not in card  # no order lines behind it: a list
    table = _indices(table, window_days or _days(card))
    known = [{page["name"]: page for page in pages}.get(name, {}) for name in table.index]
    table["traits"] = [page.get("traits", {}) for page in known]
    table["segments"] = [page.get("segments", []) for page in known]
    table["department"] = [
        _department(row.traits, groups.get_group(row.Index)) for row in table.itertuples()
    ]
    table["style"] = ["yes" if page.get("way_of_answering") else None for page in known]
    table["told"] = [_told(page) if listed else None for page in known]
    by = ["spend" if table["spend"].notna().any() else "n"]
    return table.sort_values(by, ascending=False, kind="stable").drop(columns="orders")


def _indices(table, days):
    spend, orders = table["spend"].sum(), table["orders"].sum()
    table["share"] = table["n"] / table["n"].sum()
    table["spend_share"] = table["spend"] / spend
    table["spend_per_customer"] = table["spend"] / table["n"]
    table["order_value"] = table["spend"] / table["orders"]
    table["spend_index"] = table["spend_share"] / table["share"]
    table["orders_index"] = table["orders"] / orders / table["share"]
    table["basket_index"] = table["order_value"] / (spend / orders if orders else float("nan"))
    table["days_between_orders"] = days * table["n"] / table["orders"]
    return table


def _days(card):
    """Length of a window that takes all history: since the first order on record."""
    first = card.get("days_since_first_purchase")
    return float("nan") if first is None else float(first.max())


def _told(page):
    """Join the two strongest things a persona said more often than others, or None."""
    lines = [f"{line['text']}: {line['here']}" for line in page.get("statements", [])
             if line["distinctive"] and (line["lift"] or 0) > 1]  # fmt: skip
    return "; ".join(text[:1].lower() + text[1:] for text in lines[:2]) or None


def _department(traits, part):
    """Name the department that sets a persona apart, if it is worth a cross-sale at all."""
    found = [name for name, way in traits.items()
             if name.startswith("share_") and way == "high" and name in part
             and name not in _NO_GOODS and _of_money(part, name) >= WORTHWHILE]  # fmt: skip
    return found[0].removeprefix("share_").replace("_", " ") if found else None


def _of_money(part, name):
    """Share of a persona's money that goes to a department: of all money, not a mean of shares."""
    goods, money = levels.parts(part, name)
    return goods.sum() / (money.sum() if money is not None else len(part))
