"""What the columns of one table tell about each other.

A column whose decimal mark or day/month order is unclear is read like the others of the same
file, because one program wrote them all. A time of day in a column of its own belongs to the
date; price times quantity makes the amount where a file has no amount.
"""

from segkit.data import schema
from segkit.data.cells import values, writing

NUMBERS = ("float64", "int64", schema.MONEY)


def agreed(raw, bound, types, *, layout):
    """Complete the study's `layout` by what the columns of a table agree on: a Layout."""
    marks, orders = set(), set()
    for canonical, heading in bound.items():
        kind = types.get(canonical, "string")
        if kind not in (*NUMBERS, "timestamp") or not raw[heading].type().is_string():
            continue
        told = writing.decimal_mark if kind in NUMBERS else writing.date_order
        texts = values.examples(raw[heading], **({} if kind in NUMBERS else values.PARTS))
        (marks if kind in NUMBERS else orders).add(told(list(texts.text), counts=list(texts.n)))
    orders = set() if "both" in orders else orders
    return layout.model_copy(
        update={
            "decimal": layout.decimal or _only(marks & {".", ","}),
            "dates": layout.dates or _only(orders & {"day first", "month first"}),
        }
    )


def _only(found):
    return next(iter(found)) if len(found) == 1 else None


def joined(typed, raw, bound, *, layout):
    """Complete typed columns, a dict {canonical: column of `raw`}: times and amounts.

    `ordered_time` moves `ordered_at` to that time of its day; `amount` is made of `unit_price`
    and `quantity`, less than nothing where the quantity is: a return.
    """
    if "ordered_time" in bound:
        seconds = values.clock(raw[bound["ordered_time"]])
        day = typed["ordered_at"].truncate("D")
        at = day + seconds.fill_null(0).cast("int64").as_interval("s")
        typed["ordered_at"] = seconds.isnull().ifelse(typed["ordered_at"], at)
    if "amount" not in bound and {"unit_price", "quantity"} <= set(bound):
        price, count = raw[bound["unit_price"]], raw[bound["quantity"]]
        each = values.money(price, decimal=layout.decimal)
        typed["amount"] = values.product(each, typed["quantity"])
        typed["text_amount"] = values.text(price) + " × " + values.text(count)
    return typed
