"""Profit: what is left of each customer's money once the goods are paid for.

Of every order line whose cost is known, the amount less the cost; a return takes its cost back
with a minus, like its amount. Lines without a cost are left out on both sides, so a share of
profit never mixes lines with and without one; `coverage` says how much of the money is known. A
study whose orders have no `cost` gets none of these columns. Cost to serve is not in it.
Taught in notebook approaches/abc.
"""

from segkit.data.measures import within


def expression(tables, *, start, end):
    """Sum profit per customer over the order lines of a window.

    Returns an Ibis table keyed by `customer_id`: profit_total (money, below 0 for a loss, empty
    where no line has a cost) and margin_share (profit of 1 of spend, at most 1 where costs are
    not negative; empty without spend). None where the orders have no `cost`.
    """
    if not _told(tables):
        return None
    lines = within(tables.orders, "ordered_at", start=start, end=end)
    lines = lines.filter(lines.cost.notnull())
    sums = lines.group_by("customer_id").agg(spend=lines.amount.sum(), cost=lines.cost.sum())
    profit = (sums.spend - sums.cost).cast("float64")
    return sums.select(
        "customer_id",
        profit_total=profit,
        margin_share=(sums.spend > 0).ifelse(profit / sums.spend.cast("float64").nullif(0), None),
    )


def coverage(tables, *, start, end):
    """Return the share of the money of purchases whose cost is known: 0 (none) to 1 (all).

    Below about 0.95 a ranking by profit is a ranking of those whose costs were written down.

    Parameters
    ----------
    tables : segkit.data.tables.Tables
        The study's tables.
    start, end : datetime
        The window; the end is exclusive, a start of None takes all history.

    Returns
    -------
    float
        0 (none, or no `cost` in the orders) to 1 (all).

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import data
    >>> from segkit.data.measures import profit
    >>> orders = pd.DataFrame({"customer_id": ["c1", "c2"], "amount": [30.0, 10.0]})
    >>> orders = orders.assign(cost=[20.0, None], ordered_at=pd.Timestamp("2024-05-01"))
    >>> start, end = data.card.window(as_of="2024-06-01", window_days=0)
    >>> profit.coverage(data.from_frames(orders), start=start, end=end)
    0.75
    """
    if not _told(tables):
        return 0.0
    lines = within(tables.orders, "ordered_at", start=start, end=end)
    bought = lines.amount > 0
    both = lines.aggregate(
        known=lines.amount.sum(where=bought & lines.cost.notnull()).cast("float64"),
        whole=lines.amount.sum(where=bought).cast("float64"),
    )
    row = both.execute().fillna(0).iloc[0]
    return float(row["known"] / row["whole"]) if row["whole"] else 0.0


def _told(tables):
    return tables.orders is not None and "cost" in tables.orders.columns
