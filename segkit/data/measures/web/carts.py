"""Abandoned carts: a sequence with a time limit, not a page without another page.

A cart opens when a person puts something into it (or goes straight to the checkout) and takes in
every further such hit until a purchase, or until `hours` pass without one. Then it is

- *bought*: the same person bought within `hours` of the last touch (to the second, the limit
  included);
- *abandoned*: `hours` have passed, and they did not;
- *open*: `hours` have not yet passed at the end of the data. An open cart is not abandoned:
  counting it as such would make the last day look worse than all others.

A purchase before the cart says nothing about it. Who buys later than the limit has abandoned the
cart and come back: `bought_later`. A person is a customer on any of their browsers, or a browser
that nobody has named. Taking things out of the cart is not followed, because most logs do not tell
when it is empty.

Where the log tells of no purchase at all, orders of known customers close their carts; an order
without a time of day counts until midnight. Where neither is known, no cart can be called
abandoned, and `purchases` refuses. Taught in notebook approaches/web_analytics.
"""

from datetime import UTC

import ibis

from segkit.data import schema
from segkit.data.measures.web.hits import moments
from segkit.study import StudyError

OPENING = ("cart", "checkout")
"""Kinds of hits that open a cart or keep it open."""
OUTCOMES = ("bought", "abandoned", "open")
DAY = 24 * 3600


def purchases(hits, *, tables=None):
    """List what closes carts: an Ibis table with person and at (seconds since 1970).

    Purchases on the site; where the log has none, the orders in `tables`.
    Raises StudyError where neither is known.
    """
    bought = hits.filter(hits.kind == "purchase")
    if bought.limit(1).count().execute():
        return bought.select("person", at=moments(bought.seen_at))
    if tables is None or not tables.has("orders"):
        raise StudyError(
            "The table `visits` knows no purchase and the study has no orders, so no cart can be "
            "called abandoned. Log an event such as `purchase`, or map its name to that kind."
        )
    orders = tables.baskets.filter(tables.baskets.purchase)
    late = 0 if tables.facts()["has_clock"] else DAY - 1
    return orders.select(
        person=ibis.literal("customer ") + orders.customer_id, at=moments(orders.ordered_at) + late
    )


def episodes(hits, *, end, hours=24, bought=None):
    """Follow every cart: an Ibis table, one row per cart.

    `hits` as made by `hits.read`; `end` (datetime) is where knowledge ends; `hours` is the limit;
    `bought` are `purchases` (default: those on the site).
    Columns: person, customer_id, cart_no (1 = the person's first), opened_at, touched_at (last
    touch), items_n (things put in), cart_amount (their money, where the hits name it), outcome
    (one of `OUTCOMES`), bought_later (abandoned, and bought after the limit).
    """
    bought = purchases(hits) if bought is None else bought
    limit, close = int(3600 * hours), int(end.replace(tzinfo=UTC).timestamp())
    touched = _touches(hits)
    rows = ibis.union(touched, _closing(bought.filter(bought.at < close), touched))
    rows = _next_purchase(_numbered(rows, limit))
    carts = rows.filter(rows.closing == 0).group_by("person", "cart_no").agg(
        customer_id=rows.customer_id.max(),
        opened_at=rows.seen_at.min(),
        touched_at=rows.seen_at.max(),
        last=rows.at.max(),
        items_n=rows.items_n.sum(),
        cart_amount=rows.amount.sum(),
        bought_at=rows.bought_at.min(),
    )  # fmt: skip
    return _judged(carts, limit=limit, close=close)


def counts(carts):
    """Count carts by outcome: a DataFrame with outcome, carts_n, share and cart_amount.

    The share is of the closed carts (bought or abandoned); open ones have none.
    """
    import pandas as pd

    found = carts.group_by("outcome").agg(
        carts_n=carts.count(), cart_amount=carts.cart_amount.sum().cast("float64")
    )
    frame = found.execute().set_index("outcome").reindex(list(OUTCOMES))
    frame["carts_n"] = frame["carts_n"].fillna(0).astype("int64")
    closed = frame["carts_n"].where(frame.index != "open")
    frame.insert(1, "share", closed / closed.sum() if closed.sum() else float("nan"))
    return pd.DataFrame(frame).reset_index()


def per_person(carts):
    """Sum up the carts of each person: an Ibis table, one row per person with a cart.

    Columns: person, carts_n, carts_bought_n, carts_abandoned_n, carts_open_n (these three add up
    to carts_n), carts_abandoned_amount, last_cart (bought, abandoned, open or "bought later").
    """
    gone = carts.outcome == "abandoned"
    state = (gone & carts.bought_later).ifelse("bought later", carts.outcome)
    last = ibis.row_number().over(group_by="person", order_by=carts.cart_no.desc()) == 0
    carts = carts.mutate(state=state, last=last)
    money = carts.cart_amount.sum(where=carts.outcome == "abandoned").cast("float64")
    number = {f"carts_{o}_n": (carts.outcome == o).sum().cast("int64") for o in OUTCOMES}
    return carts.group_by("person").agg(
        carts_n=carts.count(),
        **number,
        carts_abandoned_amount=money,
        last_cart=carts.state.max(where=carts["last"]),
    )


def _touches(hits):
    rows = hits.filter(hits.kind.isin(OPENING))
    put_in = rows.kind == "cart"
    nothing = ibis.null(schema.MONEY)
    amount = put_in.ifelse(rows.amount, nothing) if "amount" in rows.columns else nothing
    return rows.select(
        "person",
        "customer_id",
        "seen_at",
        at=moments(rows.seen_at),
        closing=ibis.literal(0, "int64"),
        items_n=put_in.ifelse(1, 0).cast("int64"),
        amount=amount.cast(schema.MONEY),
    )


def _closing(bought, like):
    """Bring purchases into the columns of the touches, to be sorted among them."""
    row = {"person": bought.person, "at": bought.at, "closing": ibis.literal(1, "int64")}
    kinds = like.schema()
    return bought.select(
        **{c: row[c] if c in row else ibis.null(kinds[c]).cast(kinds[c]) for c in like.columns}
    )


def _numbered(rows, limit):
    """Number each person's carts; at one moment the cart comes before the purchase."""
    order = ["at", "closing"]
    before = rows.at.lag().over(group_by="person", order_by=order)
    after_sale = rows.closing.lag().over(group_by="person", order_by=order) == 1
    begins = (before.isnull() | after_sale | (rows.at - before > limit)) & (rows.closing == 0)
    rows = rows.mutate(begins=begins.fill_null(False).cast("int64"))
    until = ibis.range_window(group_by="person", order_by=order, preceding=None, following=0)
    return rows.mutate(cart_no=rows.begins.sum().over(until))


def _next_purchase(rows):
    """Find the first purchase at or after each row."""
    when = (rows.closing == 1).ifelse(rows.at, ibis.null("int64"))
    later = ibis.range_window(group_by="person", order_by=["at", "closing"],
                              preceding=0, following=None)  # fmt: skip
    return rows.mutate(bought_at=when.min().over(later))


def _judged(carts, *, limit, close):
    within = (carts.bought_at - carts["last"] <= limit).fill_null(False)
    outcome = ibis.cases(
        (within, "bought"), (carts["last"] + limit >= close, "open"), else_="abandoned"
    )
    carts = carts.mutate(outcome=outcome, bought_later=~within & carts.bought_at.notnull())
    return carts.drop("last", "bought_at")
