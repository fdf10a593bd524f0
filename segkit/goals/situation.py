"""The current situation: what the business looks like before anyone wishes for anything.

Idea: three readings are enough to start from. The base figures month by month, with months that
are not over marked, since a month of three days looks like a collapse. Their trend, with an
interval, so that a wobble is not called growth. And the concentration of spend, since "20 % bring
80 %" is a claim to test, not a fact. Source: stage 1 of the handbook (analyse where you stand).
"""

import numpy as np
import pandas as pd

from segkit.goals import listed
from segkit.goals.kpis import look_back
from segkit.study import StudyError


def introduction(tables, *, days, study):
    """Say in Markdown whose customers these are, how many, since when, and what is odd about dates.

    `days` comes from `calendar`, `study` is the run's study.
    """
    if not tables.has("orders"):
        return listed.introduction(tables, days=days, study=study)
    facts, odd = tables.facts(), tables.notes().set_index("trap")["decision"]
    note = odd.get("invented year")
    return (
        f"**{study.title}**: {facts['customers_n']:,} customers, {facts['orders_n']:,} orders, "
        f"{facts['spend_total']:,.0f} {study.currency} between {days['first_order']} and "
        f"{days['last_order']}. Everything below looks back from **{days['as_of']}**."
        + (f" The calendar of these data is invented: {note}." if note else "")
    )


def months(tables, *, as_of):
    """Return the months that began before a day (ISO), see `until`; None of a list."""
    if not tables.has("orders"):
        return None
    from segkit.data import outcomes

    return until(outcomes.monthly(tables), as_of=as_of)


def until(months, *, as_of):
    """Keep the months that began before a day (ISO); complete only if they were over by then.

    `months` comes from `segkit.data.outcomes.monthly`.
    """
    begins = pd.to_datetime(months["month"])
    over = begins + pd.offsets.MonthBegin(1) <= pd.Timestamp(as_of)
    table = months.assign(complete=months["complete"].astype(bool) & over)
    return table[begins < pd.Timestamp(as_of)].reset_index(drop=True)


def trend(months, *, column):
    """Return the change of a base figure per month, relative to its mean.

    `months` comes from `segkit.data.outcomes.monthly`; only complete months count. Returns
    change, low, high (95 %, least squares) and sentence; None for the numbers with fewer than
    four complete months. If 0 lies between low and high, the figure moves no more than its own
    ups and downs.
    """
    from scipy.special import stdtrit

    values = months[months["complete"].astype(bool)][column].astype(float).to_numpy()
    if len(values) < 4:
        few = f"{len(values)} complete months are too few for a trend"
        return {"change": None, "low": None, "high": None, "sentence": few}
    x = np.arange(len(values)) - (len(values) - 1) / 2
    slope = x @ values / (x @ x)
    left = values - values.mean() - slope * x
    half = stdtrit(len(x) - 2, 0.975) * np.sqrt(left @ left / (len(x) - 2) / (x @ x))
    change, low, high = np.array([slope, slope - half, slope + half]) / values.mean()
    steady = low <= 0 <= high
    words = "no clear trend" if steady else "rises" if change > 0 else "falls"
    sentence = f"{words}: {change:+.1%} a month (95%: {low:+.1%} to {high:+.1%})"
    return {"change": change, "low": low, "high": high, "sentence": sentence}


def figures(tables, *, days, months, currency=""):
    """Return (title, table) of the base figures: per month, or of the list as it stands."""
    if months is not None:
        return "Base figures per month", base_figures(months, currency=currency)
    return "Base figures of the list", listed.figures(_list(tables, days), currency=currency)


def _list(tables, days):
    from segkit.data import card

    return card.build(tables, as_of=days["as_of"], window_days=0)


def base_figures(months, *, currency=""):
    """Return the base figures: measure, latest complete month (in words) and trend (in words)."""
    measures = {
        "customers_n": ("customers who bought", "{:,.0f}"),
        "orders_n": ("orders", "{:,.0f}"),
        "spend_per_customer": ("spend per customer", f"{{:,.2f}} {currency}"),
        "spend_per_order": ("spend per order", f"{{:,.2f}} {currency}"),
    }
    whole = months[months["complete"].astype(bool)]
    rows = []
    for column, (name, form) in measures.items():
        latest = form.format(whole[column].iloc[-1]).strip() if len(whole) else "none"
        rows.append([name, latest, trend(months, column=column)["sentence"]])
    return pd.DataFrame(rows, columns=["measure", "latest complete month", "trend"])


def spend(tables, *, days):
    """Return customer_id, orders_n, spend_total within the look-back before the analysis date.

    Of a list, what it says of each customer's spend; no row where it says nothing.
    """
    if not tables.has("orders"):
        table = _list(tables, days).reindex(columns=["customer_id", "orders_n", "spend_total"])
        return table.dropna(subset=["spend_total"])
    from segkit.data import outcomes

    start = look_back(days, before=days["as_of"])
    table = outcomes.purchases(tables, start=start, end=days["as_of"])
    return table.assign(spend_total=table["spend_total"].astype(float))


def concentration(spend_total):
    """Return how spend is shared: customers_share and spend_share, both 0 to 1, largest first.

    At most 201 points. Customers whose returns outweigh their purchases pull the end down.
    Raises StudyError when nothing was spent in all.
    """
    values = np.sort(np.asarray(spend_total, dtype=float))[::-1]
    if len(values) == 0 or values.sum() <= 0:
        raise StudyError("The orders add up to nothing. Check the column `amount` in the study.")
    share = np.concatenate([[0], np.cumsum(values) / values.sum()])
    customers = np.arange(len(share)) / len(values)
    grid = np.linspace(0, 1, 201) if len(values) > 200 else customers
    return pd.DataFrame({"customers_share": grid, "spend_share": np.interp(grid, customers, share)})


def top_share(spend_total, *, share=0.2):
    """Return the share of spend that the largest `share` of customers bring (0 to 1).

    None where nobody's spend is known.
    """
    if not len(spend_total):
        return None
    values = np.sort(np.asarray(spend_total, dtype=float))[::-1]
    return float(values[: max(1, round(share * len(values)))].sum() / values.sum())


def lessons(tables, *, days, months, top):
    """Say in Markdown where the business stands: who brings the money, in which direction."""
    if months is None:
        return listed.situation(_list(tables, days), top=top)
    direction = trend(months, column="spend_per_customer")["sentence"]
    return f"the top 20% of customers bring {top:.0%} of spend; spend per customer: {direction}."
