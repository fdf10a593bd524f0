"""Orders without a number: whoever names customer, day and amount has said enough.

A blank order number, or a word for none, is no fault of the sale: the customer's day is the order
there, as it is where a source numbers no orders at all. Equal lines without a number are kept,
because they may be two true purchases.
"""

from dataclasses import replace

import ibis

from segkit.data import messages
from segkit.data.cells import phrases


def settle(source):
    """Blank words for no number; takes and returns the orders' `origin.Source`.

    Lines without a number are counted in a note, and repeat no other line. A source without
    order numbers comes back as it is.
    """
    if "order_id" not in source.table.columns:
        return source
    number = source.table.order_id
    blank = number.isnull() | number.lower().isin(_none(source.table))
    n = int(blank.sum().execute() or 0)
    if not n:
        return source
    table = source.table.mutate(order_id=blank.ifelse(ibis.null("string"), number))
    copies = source.copies
    if copies is not None:
        copies = copies.anti_join(table.filter(table.order_id.isnull()), "row")
    note = messages.note("order number missing", origin=source.origin, n=n)
    return replace(source, table=table, copies=copies, notes=[*source.notes, note])


def _none(orders):
    """List the words for no number: a nought is one where several customers share it."""
    words = [word for word in phrases.NOBODY if not word.lstrip("-").isdigit()]
    digits = [word for word in phrases.NOBODY if word not in words]
    owners = orders.filter(orders.order_id.isin(digits)).customer_id.nunique()
    return [*words, *(digits if int(owners.execute() or 0) > 1 else ())]


def completed(orders):
    """Make a customer's day the order wherever a line has no number."""
    day = orders.customer_id + "/" + orders.ordered_at.date().cast("string")
    if "order_id" not in orders.columns:
        return orders.mutate(order_id=day)
    return orders.mutate(order_id=orders.order_id.coalesce(day))
