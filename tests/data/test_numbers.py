"""Lines without an order number: the customer's day is the order, and what state says goes first."""

import pytest

from segkit import data

HEAD = "customer_id,order_id,ordered_at,amount\n"


def opened(project, *rows, head=HEAD):
    return data.open(project(orders=head + "\n".join(rows) + "\n"))


def traps(tables):
    return dict(zip(tables.notes().trap, tables.notes().measured, strict=True))


@pytest.mark.parametrize("none", ["", "-", "n/a", "NULL", "None"])
def test_a_line_without_an_order_number_is_its_customers_day(project, none):
    days = [f"A,{none},2024-01-05 0{hour}:00,5.00" for hour in (7, 7, 9)]
    tables = opened(project, *days, f"A,{none},2024-01-06,3.00", "A,1,2024-01-05,2.00",
                    f"B,{none},2024-01-05,9.00")  # fmt: skip
    facts = tables.facts()
    assert (facts["orders_n"], facts["lines_n"], facts["spend_total"]) == (4, 6, 29.0)
    assert traps(tables)["lines without an order number"].endswith("5 lines name no order")


def test_all_order_numbers_may_be_missing(project):
    tables = opened(project, *[f"C{n % 3},,2024-01-{n + 11},10.00" for n in range(6)])
    assert tables.facts()["orders_n"] == 6


def test_equal_lines_without_a_number_are_kept(project):
    tables = opened(project, "A,1,2024-01-05,5.00", *["B,,2024-01-05,5.00"] * 2)
    assert tables.rejected.execute()["row"].tolist() == []
    assert tables.facts()["spend_total"] == 15.0


def test_a_nought_is_a_number_unless_customers_share_it(project):
    one = opened(project, "A,0,2024-01-05,5.00", "A,0,2024-01-07,5.00", "B,1,2024-01-05,5.00")
    assert one.facts()["orders_n"] == 2
    assert "lines without an order number" not in traps(one)


def test_a_nought_that_customers_share_is_none(project):
    many = opened(project, "A,0,2024-01-05,5.00", "A,0,2024-01-07,5.00", "B,0,2024-01-05,5.00")
    assert many.facts()["orders_n"] == 3


def test_an_open_deal_is_set_aside_as_open_whatever_else_it_lacks(project):
    head = HEAD.replace("\n", ",status\n")
    tables = opened(project, "A,1,2024-01-05,5.00,Closed won", ",2,2024-01-06,7.00,Negotiation",
                    "B,3,,,Proposal", ",4,2024-01-06,7.00,Closed won", head=head)  # fmt: skip
    found = tables.rejected.order_by("row").execute()
    assert found["column"].tolist() == ["status", "status", "customer_id"]
    assert tables.facts()["spend_total"] == 5.0
