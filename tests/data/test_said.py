"""What a run says of cells it could not use as they are meant: counted, with an example."""

from segkit import data


def table(head, *rows):
    return "\n".join([head, *rows]) + "\n"


def said(tables, trap):
    notes = tables.notes()
    return notes[notes.trap == trap].measured.str.cat(sep="; ")


def test_refunds_and_discounts_that_cannot_be_read_are_counted(project):
    rows = [f"A,{n},2024-01-{n:02},10.00,{'see note' if n == 7 else '0.00'}" for n in range(1, 25)]
    head = "customer_id,order_id,ordered_at,amount,refunded_amount"
    tables = data.open(project(orders=table(head, *rows)))
    assert said(tables, "unreadable values") == "1 cells of refunded_amount cannot be read"


def test_products_of_shortened_ids_are_kept_and_said(project):
    rows = [f"A,2024-01-{n:02},10.00,{'2.8E+12' if n < 4 else n}" for n in range(1, 10)]
    tables = data.open(project(orders=table("customer_id,ordered_at,amount,product_id", *rows)))
    assert tables.register().kept_n.tolist() == [9]
    assert said(tables, "ids shortened by a spreadsheet").startswith("3 product ids of orders")


def test_a_few_dates_of_the_other_order_are_set_aside_and_said(project):
    days = [f"{month:02}/{n:02}/2024" for month in (1, 2) for n in range(1, 29)]
    rows = [f"A,{day},10.00" for day in [*days, "23/01/2024"]]
    tables = data.open(project(orders=table("customer_id,ordered_at,amount", *rows)))
    assert tables.register().kept_n.tolist() == [56]
    assert "such as “23/01/2024”" in said(tables, "dates in two orders")
