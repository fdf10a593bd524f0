"""What the seller kept of an order, where its lines alone do not say it.

A discount of the whole order shows in the order's total only, a refund often in a column of its
own. The lines of an order are brought to its total in proportion, and what went back is taken off,
so that sums of lines are sums of orders. What was given back wholly was no sale. A discount that
stands beside the amount is in it already or not: what products cost without one tells it.
"""

from dataclasses import replace

import ibis

from segkit.data import messages, origin, schema
from segkit.data.cells import values

GONE = "refunded in full"
"""The rule under which lines are set aside of which nothing was kept."""

COLUMNS = ("order_total", "refunded_amount")
"""Columns of orders that are only read to correct the amounts."""

NOT_YET, FEWEST = 0.25, 3
"""Amounts are before their discounts where products cost less with one by no more than this share
of it, on so many lines at least; where they are after them it is about the whole."""

SAME = 0.95
"""A refund is the order's, not the line's, where so many orders of several lines tell but one."""


def settle(source):
    """Correct the amounts of orders by totals, discounts and refunds: an `origin.Source`, as given.

    Repeated lines (`source.copies`) are left as they are. Totals and refunds leave the table.
    """
    there = [c for c in CORRECTIONS if c in source.table.columns]
    if not there:
        return source
    table = whole = _with_copies(source)
    notes = _unread(source)
    for name, correct in CORRECTIONS.items():
        if name in there and not (name == "discount" and "order_total" in there):
            before, table = table, correct(table)
            notes += _told(name, before, table) if table is not before else []
    there = [c for c in there if c in COLUMNS]
    if table is whole and not there:  # nothing to correct: what was seen of the rows holds
        return replace(source, notes=[*source.notes, *notes])
    gone = [*there, *(f"text_{c}" for c in there if f"text_{c}" in table.columns), "copy_"]
    return replace(source, table=table.drop(*gone), notes=[*source.notes, *notes], seen={})


def aggregates(source):
    """Count the cells of totals, discounts and refunds that cannot be read: {name: aggregate}."""
    table = source.table
    there = [c for c in CORRECTIONS if source.name == "orders" and f"text_{c}" in table.columns]
    return {f"unread_{c}": (table[f"text_{c}"].notnull() & table[c].isnull()).sum() for c in there}


def _unread(source):
    """Note how many such cells there are: they change nothing, as if they were empty."""
    found = origin.told(source.table, aggregates(source), seen=source.seen)
    named = ((name.removeprefix("unread_"), int(n or 0)) for name, n in found.items())
    return [messages.note("correction unread", name=name, n=n) for name, n in named if n]


def _with_copies(source):
    """Mark repeated lines as `copy_`: they add nothing to their order."""
    if source.copies is None:
        return source.table.mutate(copy_=ibis.literal(False))
    copied = source.copies.select(copy_row="row")
    both = source.table.left_join(copied, source.table.row == copied.copy_row)
    return both.mutate(copy_=both.copy_row.notnull()).drop("copy_row")


def _totalled(table):
    """Bring the lines of each order to its total, where all its lines tell the same one."""
    if "order_id" not in table.columns:
        return table
    order = _order(table)
    low, high = (getattr(table.order_total, end)().over(order) for end in ("min", "max"))
    return _spread(table, (low == high).ifelse(low, ibis.null(schema.MONEY)))


def _discounted(table):
    """Take discounts off amounts that are before them: of the line, or of the order."""
    off, order = table.discount.abs().fill_null(0), _order(table)
    if not (whole := _of_order(table, "discount")):
        if not _before(table, off):
            return table
        left = ibis.greatest(table.amount - off, 0).cast(schema.MONEY)
        where = (off > 0) & (table.amount > 0) & ~table.copy_
        return table.mutate(amount=where.ifelse(left, table.amount))
    off, whole = off.max().over(order), _whole(table, order)
    share = table.amount.cast("float64") / whole.cast("float64").nullif(0)
    if not _before(table, off.cast("float64") * share):
        return table
    left = ibis.greatest(whole - off, 0).cast(schema.MONEY)
    return _spread(table, ((off > 0) & (whole > 0)).ifelse(left, ibis.null(schema.MONEY)))


def _before(table, off):
    """Tell whether products cost as much with a discount as without: it is not taken off yet.

    `off` is the discount of each line. What a product costs is compared over all products sold both
    ways; where there are hardly any, nothing tells it, and the amounts stay as they are.
    """
    if "product_id" not in table.columns:
        return False
    count = table.quantity.abs().nullif(0) if "quantity" in table.columns else ibis.literal(1.0)
    kept = table.mutate(n_=count.cast("float64"), off_=off.cast("float64"))
    kept = kept.filter(kept.amount > 0, kept.n_.notnull(), ~kept.copy_)
    each = kept.mutate(each_=kept.amount.cast("float64") / kept.n_, less_=kept.off_ / kept.n_)
    given = each.off_ > 0
    sold = each.group_by("product_id").agg(
        n=given.sum(),
        gap=each.each_.mean(where=~given) - each.each_.mean(where=given),
        less=each.less_.mean(where=given),
    )
    both = sold.filter(sold.gap.notnull())
    sums = {"gap": (both.gap * both.n).sum(), "less": (both.less * both.n).sum()}
    row = both.aggregate(n=both.n.sum(), **sums).execute().fillna(0).iloc[0]
    return bool(row.n >= FEWEST and abs(row.gap) <= NOT_YET * row.less)


def _refunded(table):
    """Take off what went back: of the line, or of the order where the refund is the order's."""
    back = table.refunded_amount.abs().fill_null(0)
    if _of_order(table, "refunded_amount"):
        order = _order(table)
        back = back.max().over(order)
        left = ibis.greatest(_whole(table, order) - back, 0).cast(schema.MONEY)
        table = _spread(table, (back > 0).ifelse(left, ibis.null(schema.MONEY)))
    else:
        left = ibis.greatest(table.amount - back, 0).cast(schema.MONEY)
        table = table.mutate(amount=((back > 0) & ~table.copy_).ifelse(left, table.amount))
    nothing = ibis.null("string")
    gone = (back > 0) & (table.amount == 0) & ~table.copy_
    return table.mutate(unsold=gone.ifelse(ibis.literal(GONE), nothing))


def _of_order(table, name):
    """Tell whether a column belongs to the order: the same on its lines, or on its first only."""
    if "order_id" not in table.columns:
        return False
    told = table.filter(table.order_id.notnull() & ~table.copy_)
    each = told.group_by("customer_id", "order_id").agg(
        n=told.count(), kinds=told[name].nunique(), most=told[name].abs().max()
    )
    several = each.filter((each.n > 1) & (each.most > 0))
    row = several.aggregate(n=several.count(), same=(several.kinds == 1).sum()).execute().iloc[0]
    return bool(row.n) and row.same >= SAME * row.n


def _order(table, **more):
    return ibis.window(group_by=["customer_id", "order_id"], **more)


def _whole(table, order):
    return table.copy_.ifelse(ibis.null(schema.MONEY), table.amount).sum().over(order)


def _spread(table, whole):
    """Bring the lines of an order to the sum `whole` in proportion; where it is empty, to none.

    Each line gets the difference of two shares of the running sum, so that they add up to `whole`
    to the last decimal.
    """
    own = table.copy_.ifelse(ibis.null(schema.MONEY), table.amount)
    placed = table.mutate(own_=own, whole_=whole, sum_=_whole(table, _order(table)))
    running = _order(placed, order_by="row", rows=(None, 0))
    placed = placed.mutate(run_=placed.own_.fill_null(0).sum().over(running))
    share = _share(placed, placed.run_) - _share(placed, placed.run_ - placed.own_)
    odd = (placed.whole_ != placed.sum_) & (placed.sum_ != 0) & placed.order_id.notnull()
    odd &= placed.own_.notnull()
    amount = odd.fill_null(False).ifelse(share.cast(schema.MONEY), placed.amount)
    return placed.mutate(amount=amount).drop("own_", "whole_", "sum_", "run_")


def _share(placed, part):
    ratio = part.cast("float64") / placed.sum_.cast("float64").nullif(0)
    share = values.exact((ratio * placed.whole_.cast("float64")).round(4))
    return (part == placed.sum_).ifelse(placed.whole_.cast(schema.MONEY), share)


def _told(name, before, after):
    """Note what the correction changed: the sum before, and the sum after."""
    sums = [table.aggregate(s=table.amount.sum()).s.execute()[0] for table in (before, after)]
    if sums[0] is None or sums[0] == sums[1]:
        return []
    old, new = (values.spelt(s) for s in sums)
    return [messages.note(name, old=old, new=new)]


CORRECTIONS = {"order_total": _totalled, "discount": _discounted, "refunded_amount": _refunded}
"""By which columns amounts are corrected, and how, one after the other."""
