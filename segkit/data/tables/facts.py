"""The plain facts of what was kept: of orders, or of a list of customers.

Order lines are summed to orders once (`baskets`), so that counting orders is no distinct count.
"""

import ibis

from segkit.data import messages, schema
from segkit.data.cells import readings, values
from segkit.data.treatment import charges


def baskets(orders):
    """Sum order lines to orders: one row per customer and order, with `lines_n` of goods.

    `purchase` is False for a receipt that only gives money back: it counts against the spend, but
    it is no order and no visit. Neither is an order that was undone on its own day, nor one of
    nothing but charges that cost nothing. `parted` is True where lines of an order have different
    moments: never after ingest.
    """
    sums = {c: orders[c].sum().cast(schema.MONEY) for c in ("discount", "coupon_discount")
            if c in orders.columns}  # fmt: skip
    if "quantity" in orders.columns:  # sums of binary fractions would differ from run to run
        sums["quantity"] = orders.quantity.cast("decimal(18, 3)").sum().cast("float64")
    return orders.group_by("customer_id", "order_id").agg(
        ordered_at=orders.ordered_at.min(),
        parted=orders.ordered_at.min() != orders.ordered_at.max(),
        amount=orders.amount.sum().cast(schema.MONEY),
        purchase=_purchase(orders),
        lines_n=values.goods(orders).sum(),
        **sums,
    )


def _purchase(orders):
    if "not_goods" not in orders.columns:
        return (orders.amount >= 0).any()
    goods, charge = orders.not_goods.isnull(), orders.not_goods == charges.WORD
    paid = charge.all() & (orders.amount.sum() > 0)
    return ((orders.amount >= 0) & goods).any() | paid.fill_null(False)


def of_orders(baskets, *, lines_n):
    """Collect the plain facts of the orders as JSON can hold them; see `Tables.facts`."""
    found = baskets.aggregate(
        first_order=baskets.ordered_at.min(),
        last_order=baskets.ordered_at.max(),
        customers_n=baskets.customer_id.nunique(),
        orders_n=baskets.purchase.sum(),
        spend_total=baskets.amount.sum(),
        clocked_n=(baskets.ordered_at != baskets.ordered_at.truncate("D")).sum(),
    )
    row = found.execute().iloc[0]
    return {
        "first_order": row.first_order.isoformat(),
        "last_order": row.last_order.isoformat(),
        "customers_n": int(row.customers_n),
        "orders_n": int(row.orders_n),
        "lines_n": lines_n,
        "spend_total": float(row.spend_total),
        "has_clock": bool(row.clocked_n),
    }


def of_list(customers):
    """Collect the plain facts of a list as JSON can hold them; what it does not tell is None.

    `customers` is the kept list, an Ibis table, or the people of a test. See `Tables.facts`.
    """
    wanted = {"customers_n": customers.count()}
    for name, column, how in _TOLD:
        if column in customers.columns:
            wanted[name] = getattr(customers[column], how)()
    row = customers.aggregate(**wanted).execute().iloc[0]
    found = {name: _told(row.get(name)) for name, _, _ in _TOLD}
    whole = {"orders_n": int} | dict.fromkeys(("spend_total",), float)
    found |= {n: kind(found[n]) for n, kind in whole.items() if found[n] is not None}
    constant = {"lines_n": None, "has_clock": False}
    return {"customers_n": int(row["customers_n"]), **found, **constant}


_TOLD = (
    ("first_order", "first_order_at", "min"),
    ("last_order", "last_order_at", "max"),
    ("orders_n", "orders_n", "sum"),
    ("spend_total", "spend_total", "sum"),
)


def _told(value):
    if value is None or value != value:  # nothing, not a number, not a time
        return None
    return value.isoformat() if hasattr(value, "isoformat") else value


def unread(customers):
    """Note how many values of the attributes that are amounts cannot be read: a list of notes."""
    own = schema.names("customers")
    texts = [c for c in customers.columns if c not in own and customers[c].type().is_string()]
    found = readings.measures(customers, texts)
    if not found:
        return []
    odd = {c: (readings.answered(customers[c]).notnull() & column.isnull()).sum()
           for c, column in found.items()}  # fmt: skip
    row = customers.aggregate(customers.count().name("rows"), **odd).execute().iloc[0]
    return [messages.note("unreadable", odd=int(row[c]), rows=int(row["rows"]), name=c)
            for c in found if row[c]]  # fmt: skip


def swapped(aside):
    """Note dates that were set aside and can be read with day and month the other way round.

    `aside` holds the rows set aside (see `schema.REJECTED`), an Ibis table.
    """
    odd = aside.filter(aside.rule.startswith("unreadable "), aside.value.notnull())
    parts = [odd.value.re_extract(OTHERWISE, n).try_cast("int64") for n in (1, 2)]
    odd = odd.filter(ibis.or_(parts[0] > 12, parts[1] > 12), ibis.and_(*(p <= 31 for p in parts)))
    odd = odd.filter(ibis.or_(parts[0] <= 12, parts[1] <= 12))
    each = odd.group_by("table").agg(n=odd.count(), shown=odd.value.min()).order_by("table")
    return [messages.note("swapped dates", n=row.n, name=row.table, shown=row.shown)
            for row in each.execute().itertuples()]  # fmt: skip


OTHERWISE = r"^(\d{1,2})[./-](\d{1,2})[./-]\d"
"""A date that begins with day and month."""


def notes(source, *, rows):
    """List what was decided about a list: trap, measured, decision.

    `source` is its `origin.Source`, `rows` how many it holds. Says that there are no orders, and
    counts the values that could not be read and are taken as not known.
    """
    what = "test alone" if source.name == "tests" else "list"
    table, found = source.table, [messages.note(what, origin=source.origin, rows=rows)]
    typed = [c for c in table.columns if f"text_{c}" in table.columns]
    for name in typed:
        odd = int((table[f"text_{name}"].notnull() & table[name].isnull()).sum().execute() or 0)
        if odd:
            found.append(messages.note("unreadable", odd=odd, rows=rows, name=name))
    return found
