"""Rows that were set aside, counted as tests look at them."""


def rejected(tables):
    """Count the rows set aside: table, rule, rows, money and an example of the value."""
    aside = tables.rejected
    found = aside.group_by("table", "rule").agg(
        rows=aside.count(), amount=aside.amount.sum().cast("float64"), example=aside.value.min()
    )
    return found.order_by("table", "rule").execute()
