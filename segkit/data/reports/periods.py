"""What customers did in a period: how they answered, bought, what they left, what they paid less.

One row per customer, for comparing groups made before the period. Money and orders of whoever
bought nothing are 0; a share of purchases is missing for them, because there is nothing to share
out. A column is there only where the tables can carry it. Shares are of goods bought, before
returns; the shop's own reductions and coupons are told apart, as on the card. Taught in
notebook 05.
"""

from segkit.data import answers, outcomes
from segkit.data.cells import dates, values
from segkit.data.measures import profit, within


def behaviour(tables, *, period, customers):
    """Tell what each customer did in a period.

    Parameters
    ----------
    tables : segkit.data.tables.Tables
        The study's tables.
    period : segkit.brief.Period
        Its first day counts, its end does not.
    customers : Series
        Ids of those who were known before it.

    Returns
    -------
    DataFrame
        customer_id, orders_n, spend_total; where the tables know it also contacts_n, answered (0 or
        1, of those written to), ordered_share (of requests), profit_total (before the cost to
        serve), coupon_orders_share, offer_share and discount_share (0 to 1, of purchases).

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import data
    >>> from segkit.data.reports import periods
    >>> from segkit.brief import Period
    >>> orders = pd.DataFrame({"customer_id": ["ann"], "amount": [8.0], "discount": [2.0]})
    >>> orders["ordered_at"] = pd.to_datetime(["2024-05-05"])
    >>> may = Period(label="May", start="2024-05-01", end="2024-06-01")
    >>> known = pd.Series(["ann", "bob"])
    >>> found = periods.behaviour(data.from_frames(orders), period=may, customers=known)
    >>> found[["customer_id", "orders_n", "discount_share"]]
      customer_id  orders_n  discount_share
    0         ann         1             0.2
    1         bob         0             NaN
    """
    import pandas as pd

    found = pd.DataFrame({"customer_id": pd.Series(customers).astype(str)}).drop_duplicates()
    bought = outcomes.purchases(tables, start=period.start, end=period.end)
    found = found.merge(bought, on="customer_id", how="left")
    found["orders_n"] = found["orders_n"].fillna(0).astype(int)
    found["spend_total"] = found["spend_total"].fillna(0.0)
    window = {"start": dates.midnight(period.start), "end": dates.midnight(period.end)}
    for part in _parts(tables, window):
        found = found.merge(answers.fetch(part, by="customer_id"), on="customer_id", how="left")
    for column in ("contacts_n", "profit_total"):
        if column in found:
            idle = found["orders_n"].eq(0) & found["spend_total"].eq(0) | (column == "contacts_n")
            found[column] = found[column].astype(float).mask(idle & found[column].isna(), 0.0)
    return found.sort_values("customer_id", ignore_index=True)


def _parts(tables, window):
    """Yield one Ibis table, keyed by customer_id, per source of knowledge."""
    if tables.has("mailings"):
        yield _answers(within(tables.mailings, "sent_at", **window), window["end"])
    if tables.has("requests") and "order_id" in tables.requests.columns:
        asked = within(tables.requests, "requested_at", **window)
        yield asked.group_by("customer_id").agg(
            ordered_share=asked.order_id.notnull().ifelse(1.0, 0.0).mean()
        )
    gained = profit.expression(tables, **window)
    if gained is not None:
        yield gained.select("customer_id", "profit_total")
    if "coupon_discount" in tables.baskets.columns:
        orders = within(tables.baskets, "ordered_at", **window)
        orders = orders.filter(orders.purchase)
        used = (orders.coupon_discount > 0).fill_null(False).ifelse(1.0, 0.0)
        yield orders.group_by("customer_id").agg(coupon_orders_share=used.mean())
    if "discount" in tables.orders.columns:
        yield _offers(within(tables.orders, "ordered_at", **window))


def _answers(sent, end):
    """Count the mailings sent; answered: 1 for who answered one before the end."""
    found = {"contacts_n": sent.count()}
    if "responded" in sent.columns:
        known = next((c for c in ("responded_at", "ends_at") if c in sent.columns), None)
        in_time = (sent[known] < end).fill_null(known != "responded_at") if known else True
        found["answered"] = (sent.responded & in_time).any().fill_null(False).ifelse(1.0, 0.0)
    return sent.group_by("customer_id").agg(**found)


def _offers(lines):
    """Share of the money paid for goods on offer, and how much less was paid than the full price.

    A discount without a purchase (a return's) does not count.
    """
    lines = lines.filter((lines.amount > 0) & values.products(lines))
    saved, paid = lines.discount.fill_null(0).cast("float64"), lines.amount.cast("float64")
    return lines.group_by("customer_id").agg(
        offer_share=paid.sum(where=saved > 0).fill_null(0.0) / paid.sum().nullif(0.0),
        discount_share=saved.sum() / (paid.sum() + saved.sum()).nullif(0.0),
    )
