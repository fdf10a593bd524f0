"""Returns and the purchases they undo: opposite lines, found in pairs.

A return has a negative amount. It undoes the earliest free purchase by the same customer of
the same product for the same amount, at or before its moment: the k-th return that finds one
takes the k-th purchase. A return on the day of a purchase belongs to that day's purchase first.
Money is netted in any case; the pairs say how well the data explain their own returns. An order
of which every paid line was undone on its own day is a cancellation: it was no purchase. A later
return leaves the order an order, because on the days between it was one (no leakage).
Only customers with returns are looked at, and only by window functions.
"""

import ibis

from segkit.data.origin import once
from segkit.data.treatment import charges

WORD = "order undone on its day"
"""What `not_goods` says of the lines of such an order, and of those that undo it."""

WHOLE, PART, NONE = "whole", "part", "none"
"""What a return found: its purchase, a dearer purchase of that product, or nothing."""


def pairs(orders):
    """Match returns and purchases of the customers who have returns.

    `orders` are kept order lines (Ibis). Returns an Ibis table of these customers' lines with
    money: customer_id, order_id, row, day, amount, charge (postage and the like, bool), same_day
    (paired on that day, bool), paired (at all, bool) and larger (an earlier, dearer purchase of
    the product is known, bool).
    """
    today = _paired(_lines(orders), [*KEY, "day"]).rename(same_day="paired")
    later = _paired(today.filter(~today.same_day), list(KEY))
    both = today.filter(today.same_day).mutate(paired=True).union(later)
    known = both.amount.max().over(
        group_by=["customer_id", "product"], order_by=MOMENT, rows=(None, 0)
    )
    return both.mutate(larger=(known > both.size).fill_null(False) & both["product"].notnull())


KEY = ("customer_id", "product", "size")
MOMENT = ("ordered_at", "sign", "row")


def _lines(orders):
    """Take the lines of customers with returns."""
    back = orders.filter(orders.amount < 0).select("customer_id").distinct()
    return _signed(orders).semi_join(back, "customer_id")


def _signed(orders):
    """Take the lines with money; a purchase stands before a return of its moment."""
    lines = orders.filter(orders.amount != 0)
    charge = lines.not_goods == charges.WORD if "not_goods" in lines.columns else False
    product = lines.product_id if "product_id" in lines.columns else ibis.null("string")
    return lines.select(
        "customer_id",
        "order_id",
        "ordered_at",
        "amount",
        "row",
        product=product,
        day=lines.ordered_at.date(),
        size=lines.amount.abs(),
        sign=(lines.amount < 0).cast("int64"),
        charge=ibis.coalesce(charge, False),
    )


def _paired(lines, key):
    """Add `paired`: within `key`, the j-th return that finds a purchase takes the j-th one.

    The balance is purchases less returns so far. A return that takes it below zero, and lower
    than ever before, finds nothing; all others find one, and the first of the purchases go.
    """
    step = 1 - 2 * lines.sign
    lines = lines.mutate(balance=step.sum().over(group_by=key, order_by=MOMENT, rows=(None, 0)))
    lowest = lines.balance.min().over(group_by=key, order_by=MOMENT, rows=(None, -1))
    lines = lines.mutate(lost=(lines.balance < 0) & (lines.balance < lowest.fill_null(0)))
    found = (lines.sign == 1) & ~lines.lost
    lines = lines.mutate(
        found=found,
        place=ibis.row_number().over(group_by=[*key, "sign"], order_by=MOMENT),
        total=found.cast("int64").sum().over(group_by=key),
    )
    bought = (lines.sign == 0) & (lines.place < lines.total)
    return lines.mutate(paired=lines.found | bought).drop(
        "balance", "lost", "found", "place", "total"
    )


def marked(lines):
    """Say in `not_goods` which order lines were undone on their own day; None where none was."""
    gone = undone(lines)
    if gone is None:
        return None
    both = lines.left_join(gone, lines.row == gone.gone_row)
    word = lines.not_goods if "not_goods" in lines.columns else ibis.null("string")
    said = both.gone_row.notnull().ifelse(ibis.literal(WORD), word)
    return both.mutate(not_goods=said).drop("gone_row")


def undone(orders):
    """List the lines of orders undone on their own day, and of what undid them: `gone_row`.

    Every paid line of such an order has an opposite line of the same day, maybe under another
    order number. Its lines without money, such as a gift, go with it. None where there are none.
    """
    near = _near(orders)
    if near is None:
        return None
    lines = _paired(near, [*KEY, "day"])
    paid = lines.filter(lines.sign == 0)
    each = paid.group_by("customer_id", "order_id", "day").agg(whole=paid.paired.all())
    gone = once(each.filter(each.whole).select("customer_id", "order_id", "day"))
    if not gone.count().execute():
        return None
    whole = orders.filter(orders.amount >= 0).mutate(day=orders.ordered_at.date())
    whole = whole.semi_join(gone, ["customer_id", "order_id", "day"])
    rows = whole.select("row").union(_opposites(lines, gone))
    return once(rows.select(gone_row="row").distinct())


def _near(orders):
    """Find what returns of the same day can touch: their opposite lines, with those lines' orders.

    Returns None where a day's returns and purchases never meet: nearly always, and at little cost.
    """
    lines = _signed(orders)
    lines = lines.mutate(product=lines["product"].fill_null(""))
    key = ["customer_id", "product", "size", "day"]
    back = once(lines.filter(lines.sign == 1))
    bought = lines.filter(lines.sign == 0)
    met = once(bought.semi_join(back, key).select("customer_id", "order_id").distinct())
    if not met.count().execute():
        return None
    return once(bought.semi_join(met, ["customer_id", "order_id"]).union(back))


def _opposites(lines, gone):
    """Take the k-th return for the k-th purchase of a key, where that purchase's order is gone."""
    pairs = lines.filter(lines.paired)
    place = ibis.row_number().over(group_by=[*KEY, "day", "sign"], order_by=MOMENT)
    pairs = pairs.mutate(place=place)
    bought, back = pairs.filter(pairs.sign == 0), pairs.filter(pairs.sign == 1)
    bought = bought.semi_join(gone, ["customer_id", "order_id", "day"])
    key = [*KEY, "day", "place"]
    return back.semi_join(bought, key).select("row")


def summary(orders):
    """Count returns by what they found: found (whole, part, none), lines, money (negative).

    A discount or a refunded fee is no return.
    """
    both = pairs(orders)
    back = both.filter((both.sign == 1) & ~both.charge)
    found = ibis.cases((back.paired, WHOLE), (back.larger, PART), else_=NONE)
    back = back.mutate(found=found)
    each = back.group_by("found").agg(lines=back.count(), money=back.amount.sum())
    return each.execute().set_index("found")
