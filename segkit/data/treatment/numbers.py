"""Orders without a number: whoever names customer, day and amount has said enough.

A blank order number, or a word for none, is no fault of the sale: the customer's day is the order
there, as it is where a source numbers no orders at all. Equal lines without a number are kept,
because they may be two true purchases.
"""

from dataclasses import replace

import ibis

from segkit.data import messages, origin
from segkit.data.cells import phrases

NOUGHTS = [word for word in phrases.NOBODY if word.lstrip("-").isdigit()]
WORDS = [word for word in phrases.NOBODY if word not in NOUGHTS]
"""What stands for no number: a nought where several customers share it, a word anywhere."""


def settle(source):
    """Blank words for no number; takes and returns the orders' `origin.Source`.

    Lines without a number are counted in a note, and repeat no other line. A source without
    order numbers comes back as it is.
    """
    if "order_id" not in source.table.columns:
        return source
    found = origin.told(source.table, aggregates(source), seen=source.seen)
    shared = found["nought_owners"] > 1  # a nought is no number where several customers share it
    n = int(found["numbers_blank"] or 0) + (int(found["numbers_nought"] or 0) if shared else 0)
    if not n:
        return source
    number = source.table.order_id
    blank = number.isnull() | number.lower().isin([*WORDS, *(NOUGHTS if shared else ())])
    table = source.table.mutate(order_id=blank.ifelse(ibis.null("string"), number))
    copies = source.copies
    if copies is not None:
        copies = copies.anti_join(table.filter(table.order_id.isnull()), "row")
    note = messages.note("order number missing", origin=source.origin, n=n)
    return replace(source, table=table, copies=copies, notes=[*source.notes, note])


def aggregates(source):
    """List what `settle` asks of all rows: {name: Ibis aggregate}, empty without order numbers."""
    table = source.table
    if source.name != "orders" or "order_id" not in table.columns:
        return {}
    number = table.order_id
    blank = number.isnull() | number.lower().isin(WORDS).fill_null(False)
    nought = number.isin(NOUGHTS).fill_null(False)
    owners = table.customer_id.nunique(where=nought)
    return {"numbers_blank": blank.sum(), "numbers_nought": nought.sum(), "nought_owners": owners}


def completed(orders):
    """Make a customer's day the order wherever a line has no number."""
    day = orders.customer_id + "/" + orders.ordered_at.date().cast("string")
    if "order_id" not in orders.columns:
        return orders.mutate(order_id=day)
    return orders.mutate(order_id=orders.order_id.coalesce(day))
