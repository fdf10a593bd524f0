"""Money per customer: what came in, what went back, and what there was to serve.

One pass over lines, orders and the tables of contact, for every customer whom any of them names:
the people who cost something are not only those who bought. Counts and sums only; what one of them
costs is no matter of the data (see `segkit.study.Economics`). Refuses a list without orders.

Sales are the lines with an amount above 0, returns those below; what orders were reduced by stands
beside them, as it never came in. Cost is that of the lines whose cost is known, `known_sales` their
amount, so that profit never mixes lines with and without a cost (see `measures.profit`).
"""

from datetime import timedelta

from segkit.data import answers
from segkit.data.cells import dates
from segkit.data.measures import within
from segkit.refusal import Refused

NO_ORDERS = (
    "*Not known from a list:* who brings what is left after goods and service takes a table "
    "`orders`, best with a column `cost`."
)
"""Why a list has no money page."""

SERVED = {
    "contacts_n": ("mailings", "sent_at", None),
    "requests_n": ("requests", "requested_at", None),
    "appointments_n": ("appointments", "starts_at", "kept"),
    "events_n": ("events", "held_at", "attended"),
}
"""Count: its table, its moment, and the column that must be true if there was anything to serve."""


def per_customer(tables, *, as_of, window_days):
    """Add up money and service per customer in the window of a card.

    Parameters
    ----------
    tables : segkit.data.tables.Tables
        The study's tables.
    as_of : str or date
        What happened before this day counts.
    window_days : int
        Length of the window in days; 0 takes all history.

    Returns
    -------
    DataFrame or Refused
        customer_id, sales, returns (0 or less), discounts, coupons, known_sales, cost (money),
        orders_n, returns_n, contacts_n, requests_n, appointments_n, events_n; a column whose
        table or column the study lacks is absent.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import data
    >>> from segkit.data.reports import money
    >>> orders = pd.DataFrame({"customer_id": ["c1", "c1"], "amount": [30.0, -10.0]})
    >>> orders = orders.assign(cost=[20.0, None], ordered_at=pd.Timestamp("2024-05-01"))
    >>> found = money.per_customer(data.from_frames(orders), as_of="2024-06-01", window_days=0)
    >>> found[["sales", "returns", "known_sales", "cost", "orders_n"]].values.tolist()
    [[30.0, -10.0, 30.0, 20.0, 1.0]]
    """
    if not tables.has("orders"):
        return Refused(NO_ORDERS)
    end = dates.midnight(as_of)
    window = {"start": end - timedelta(days=window_days) if window_days else None, "end": end}
    parts = [_lines(tables.orders, window), _baskets(tables, window)]
    parts += [_served(tables, name, window) for name in SERVED if tables.has(SERVED[name][0])]
    table = parts[0].set_index("customer_id")
    for part in parts[1:]:
        table = table.join(part.set_index("customer_id"), how="outer")
    return table.fillna(0.0).astype(float).sort_index().rename_axis("customer_id").reset_index()


def _lines(orders, window):
    lines = within(orders, "ordered_at", **window)
    sums = {
        "sales": lines.amount.sum(where=lines.amount > 0),
        "returns": lines.amount.sum(where=lines.amount < 0),
        "returns_n": (lines.amount < 0).sum(),
    }
    for name, column in (("discounts", "discount"), ("coupons", "coupon_discount")):
        if column in lines.columns:
            sums[name] = lines[column].sum()
    if "cost" in lines.columns:
        sums["known_sales"] = lines.amount.sum(where=lines.cost.notnull())
        sums["cost"] = lines.cost.sum()
    numbers = {name: each.fill_null(0).cast("float64") for name, each in sums.items()}
    return answers.fetch(lines.group_by("customer_id").agg(**numbers), by="customer_id")


def _baskets(tables, window):
    rows = within(tables.baskets, "ordered_at", **window)
    return answers.fetch(
        rows.group_by("customer_id").agg(orders_n=rows.purchase.sum()), by="customer_id"
    )


def _served(tables, name, window):
    table, moment, true = SERVED[name]
    rows = within(getattr(tables, table), moment, **window)
    if true and true in rows.columns:
        rows = rows.filter(rows[true].fill_null(False))
    return answers.fetch(rows.group_by("customer_id").agg(**{name: rows.count()}), by="customer_id")
