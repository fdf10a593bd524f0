"""Customers who come as a list: one row each, no orders behind them (a CRM export, a survey).

The card of such a study is the list itself, under the card's own names: money and orders where
the list has them, days since the last order where it has a date, answers as numbers where they
are numbers (`cells.readings`). Nothing is computed that needs dated purchases.
"""

from segkit.data import messages
from segkit.data.cells import dates, readings


def build(tables, *, as_of, known):
    """Build the card of a list: one row per customer, sorted by `customer_id`.

    `as_of` is an exclusive date (ISO text, date) or None where the list has no dates; `known` are
    the card's own column names in their order. Columns that say nothing at all are left out.
    Raises StudyError when fewer than two columns differ between customers.
    """
    frame = tables.customers.drop("row").order_by("customer_id").execute()
    given = [c for c in frame.columns if c not in ("customer_id", *_CANONICAL)]
    card = frame[["customer_id"]].assign(**_computed(frame, as_of=as_of))
    card = card[["customer_id", *[c for c in known if c in card]]]
    card = card.join(readings.read(frame[given].rename(columns=_free(given, known))))
    empty = [c for c in card.columns if c != "customer_id" and card[c].isna().all()]
    card = card.drop(columns=empty)
    _require_two(card, tables)
    return card


_CANONICAL = ("first_order_at", "last_order_at", "orders_n", "spend_total")


def _free(given, known):
    """Give an attribute that is called like a computed column another name."""
    return {name: f"{name}_given" for name in given if name in known}


def _computed(frame, *, as_of):
    """Put the list's own money, orders and dates under the card's names."""
    found = {c: frame[c].astype("float64") for c in ("orders_n", "spend_total") if c in frame}
    found = {c: values for c, values in found.items() if values.sum() > 0}
    if len(found) == 2:
        orders = found["orders_n"].where(found["orders_n"] > 0)
        found["spend_per_order"] = found["spend_total"] / orders
    end = None if as_of is None else dates.midnight(as_of)
    since = {"last_order_at": "days_since_purchase", "first_order_at": "days_since_first_purchase"}
    for column, name in since.items():
        if end and column in frame:
            days = (end - frame[column].dt.normalize()).dt.days
            found[name] = days.where(days > 0).astype("float64")  # later than looked at: unknown
    return found


def _require_two(card, tables):
    """Refuse a list with less than two things to tell customers apart by."""
    varied = [c for c in card.columns if c != "customer_id" and card[c].nunique() > 1]
    labels = [c for c in varied if card[c].dtype == object or str(card[c].dtype) == "str"]
    useful = [c for c in varied if c not in labels or card[c].nunique() <= len(card) / 2]
    if len(useful) >= 2:
        return
    origin = str(tables.register().origin.iloc[0]) if len(tables.register()) else "the list"
    told = f"only {useful[0]}" if useful else "nothing"
    raise messages.error("two columns needed", origin=origin, told=told, n=len(card))
