"""What came in and where it went, who arrives and who is described: seen before any demand."""

from decimal import Decimal
from pathlib import Path

import pandas as pd

from segkit.data import outcomes
from segkit.data.quality import lists
from segkit.data.treatment import handled
from segkit.refusal import Refused, passes


def aside(tables):
    """Fetch all rows set aside, in `schema.REJECTED`'s columns: amount is money or missing."""
    frame = tables.rejected.mutate(amount=tables.rejected.amount.cast("float64"))
    return frame.order_by("table", "row").execute()


def reconciliation(tables):
    """Add up what was read: one row per table and what is counted (rows, money by currency).

    Returns table, origin, "counted in", read, kept, rejected and difference: what is missing
    from kept + rejected. It is 0 rows and 0.00, or the run would not have come this far.
    """
    own, found = tables.meta.get("currency"), []
    for line in tables.register().to_dict("records"):
        several = line.get("currencies")
        each = several if isinstance(several, list) and several else [{"currency": own} | line]
        counted = [(line, "n", "rows"), *((c, "amount", c["currency"] or "money") for c in each)]
        for sums, what, unit in counted:
            if pd.notna(sums[f"read_{what}"]):
                parts = [Decimal(sums[f"{p}_{what}"]) for p in ("read", "kept", "rejected")]
                found.append(
                    (line["table"], line["origin"], unit, *parts, parts[0] - sum(parts[1:]))
                )
    columns = ["table", "origin", "counted in", "read", "kept", "rejected", "difference"]
    return pd.DataFrame(found, columns=columns).astype(dict.fromkeys(columns[3:], "float64"))


def reconciled(tables, card, *, as_of, window_days):
    """Tell whether card and orders agree: every customer once, all orders, all money.

    Of a list: every row of it once, and all its money.
    """
    if not tables.has("orders"):
        return lists.reconciled(tables, card)
    bought = outcomes.before(tables, as_of=as_of, window_days=window_days)
    bought = bought[bought.orders_n > 0]  # who only gave back is not on the card
    return bool(
        card.orders_n.ge(1).all()
        and card.days_since_purchase.ge(1).all()
        and abs(card.spend_total.sum() - bought.spend_total.sum()) < 0.005
        and card.orders_n.sum() == bought.orders_n.sum()
    )


def period(tables):
    """Say in words which months the data hold, and whether the last one is whole."""
    facts = tables.facts()
    first, last = facts["first_order"], facts["last_order"]
    ends = (last + pd.offsets.MonthEnd(0)).day
    said = f"The orders run from {first:%Y-%m-%d} to {last:%Y-%m-%d}. "
    if last.day == ends:
        return said + "The last month is whole."
    return said + (
        f"**The last month ends on its day {last.day} of {ends}**: it is not complete, and no "
        "trend is read from it."
    )


@passes
def arrivals(months):
    """Judge whether customers arrive within the data or were there before them.

    `months` comes from `outcomes.monthly`. Returns first_share (customers first seen in the
    first month), even_share (if they came evenly), known (bool: fewer than three times as
    many, in half a year or more) and sentence.
    """
    months = _begun(months)
    first = float(months.new_customers_n.iloc[0] / months.new_customers_n.sum())
    even, known = 1 / len(months), len(months) >= 6 and first < 3 / len(months)
    begun = "**That is where the data begin, not where the customers began.** Lifecycle, churn and "
    begun += "lifetime value cannot be judged here, so they are left out instead of guessed."
    short = "**That is too short a time** to tell new customers from old ones."
    verdict = "New customers can be told from old ones." if known else begun
    verdict = short if len(months) < 6 else verdict
    sentence = (
        f"{first:.0%} of the customers have their first known order in the first of {len(months)} "
        f"months; if they had arrived evenly, it would be {even:.0%}. {verdict}"
    )
    return {"first_share": first, "even_share": even, "known": known, "sentence": sentence}


def _begun(months):
    """Leave out first months in which next to nobody came: single orders far from the rest."""
    so_far, total = months.new_customers_n.cumsum(), months.new_customers_n.sum()
    few = int((so_far <= max(1, EARLY * total)).sum())
    return months.iloc[few:] if 2 <= few < len(months) else months


EARLY = 0.001
"""Who came before so small a share of all customers did not begin the data."""


UNASKED = "The study has no table of customers, so nothing is known about who they are."
"""Why nobody can be compared by attributes."""

HABITS = "Segments are described by habits."

LOPSIDED = 0.1
"""So much more often known among the biggest spenders than among the smallest: money decides."""


def traps(tables):
    """Return what is known to be peculiar about the source: trap, measured, decision."""
    known = tables.notes()
    if known.empty:
        return Refused("No trap is known for this source. Ask the people who fill the tables.")
    return known


def title(tables, card, *, as_of, **_):
    """Say how large a card is, and whom it leaves out."""
    left_out, columns_n = tables.facts()["customers_n"] - len(card), card.shape[1] - 1
    told = f"The card: {columns_n} columns for {len(card):,} customers"
    told += f", up to {as_of}" if as_of else ""
    why = "without an order in the window are left out"
    return told + (f" ({handled.few(left_out, tables, why)})" if left_out else "")


@passes
def arrived(months, tables):
    """Say which months the data hold, and whether customers arrive within them."""
    return f"{period(tables)} {arrivals(months)['sentence']}"


def attributed(tables, card):
    """Compare customers with known attributes to the others, by tenths of spend.

    Returns tenth (1 = smallest spenders), customers_n, spend_total, known_share (0 to 1): the
    share that has at least one attribute. Refused where the study has no customer attributes, or
    nothing but them (a list).
    """
    if not tables.has("orders"):
        return Refused(lists.DESCRIBED)
    if not tables.has("customers"):
        return Refused(UNASKED)
    attributes = [c for c in card.columns if c in tables.customers.columns and c != "customer_id"]
    known = card[attributes].notna().any(axis=1)
    rank = card.spend_total.rank(method="first")
    tenth = ((rank - 1) * 10 // len(card) + 1).astype(int)
    frame = pd.DataFrame({"tenth": tenth, "known": known, "spend": card.spend_total})
    found = frame.groupby("tenth").agg(
        customers_n=("known", "size"), spend_total=("spend", "sum"), known_share=("known", "mean")
    )
    return found.reset_index()


def leaning(tables, tenths):
    """Say in a sentence what attributes may be used for; `tenths` comes from `attributed`."""
    if not tables.has("orders"):
        return lists.LEANING
    if isinstance(tenths, Refused):
        return HABITS
    low, high = tenths.known_share.iloc[[0, -1]]
    if high - low > LOPSIDED:
        told = "Attributes **may describe segments but must not form them**"
        return f"{told}: the better known spend more."
    return "Who is known does not depend on money." if high else HABITS


COLLECTION = Path(__file__).with_name("collection.csv")
"""Families of criteria, what they would tell, and the plainest way to collect them."""

FIRMS = ("b2b", "mixed")
"""Kinds of business for which company attributes mean something."""


def gaps(dictionary, *, business="store"):
    """Plan what to collect: family, "would tell", how, known (share of customers, 0 to 1).

    `dictionary` is the card's. Families known for nine in ten customers are left out, and so
    is the firmographic one where no companies buy; thin ones stay in the plan. Refused where
    nothing is left to ask.
    """
    known = dictionary.groupby("family").coverage.max()
    plan = pd.read_csv(COLLECTION)
    plan["known"] = plan["family"].map(known).fillna(0.0)
    asked = plan["family"].ne("firmographic") | (business in FIRMS)
    plan = plan[plan["known"].lt(0.9) & asked].reset_index(drop=True)
    if plan.empty:
        return Refused("Every family of criteria is known for nine customers in ten.")
    return plan


def summary(tables, card, checks):
    """Sum up stage 03 in three lines of Markdown: traced, built, judged."""
    facts, known = tables.facts(), card.drop(columns="customer_id").notna().all()
    if not tables.has("orders"):
        return lists.summary(tables, card, checks)
    orders = tables.register().set_index("table").loc["orders"]
    worst = checks.sort_values("score", kind="stable").iloc[0]
    return (
        f"- *Traced*: of {orders.read_n:,} order lines {orders.rejected_n:,} were set aside; "
        f"{float(orders.kept_amount):,.2f} of {float(orders.read_amount):,.2f} in money were kept, "
        f"from {facts['first_order']:%Y-%m-%d} to {facts['last_order']:%Y-%m-%d}.\n"
        f"- *Built*: a card of {len(known)} columns for {len(card):,} customers; {known.sum()} "
        "columns are known for all of them.\n"
        f"- *Judged*: {checks.verdict.eq('pass').sum()} of {len(checks)} demands pass; the weakest "
        f"is “{worst.check}” ({worst.verdict}: {worst.measured})."
    )
