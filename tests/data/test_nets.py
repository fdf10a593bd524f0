"""What was kept of an order: totals of orders, refunds, rows that add up others, decimals."""

import pytest
from aside import rejected

from segkit import data
from segkit.data.cells import values

HEAD = "customer_id,order_id,ordered_at,quantity,unit_price"
TOTAL = {"orders": {"order_total": "order_total"}}


def sums(tables):
    line = tables.register().set_index("table").loc["orders"]
    orders = tables.orders.group_by("order_id").agg(s=tables.orders.amount.sum()).execute()
    each = {row.order_id: float(row.s) for row in orders.itertuples()}
    return line.read_amount, line.kept_amount, each


def table(head, *rows):
    return "\n".join([head, *rows]) + "\n"


def test_a_discount_of_the_order_is_spread_over_its_lines(project):
    rows = ("A,1,2024-01-05,1,30.00,56.00", "A,1,2024-01-05,1,40.00,56.00",
            "B,2,2024-01-15,3,10.00,10.00", "B,2,2024-01-15,1,0.01,",
            "C,3,2024-01-16,1,5.00,")  # fmt: skip
    tables = data.open(project(orders=table(f"{HEAD},order_total", *rows), columns=TOTAL))
    assert sums(tables) == ("71.00", "71.00", {"1": 56.0, "2": 10.0, "3": 5.0})
    lines = tables.orders.filter(tables.orders.order_id == "1").order_by("row").execute()
    assert [float(a) for a in lines.amount] == [24.0, 32.0]
    assert "71.00" in tables.notes().measured.str.cat()


def test_totals_that_differ_within_an_order_change_nothing(project):
    rows = ("A,1,2024-01-05,1,30.00,30.00", "A,1,2024-01-05,1,40.00,20.00")
    tables = data.open(project(orders=table(f"{HEAD},order_total", *rows), columns=TOTAL))
    assert sums(tables)[2] == {"1": 70.0}


def test_a_total_that_the_study_does_not_name_changes_nothing(project):
    rows = ("A,1,2024-01-05,1,30.00,75.00", "A,1,2024-01-05,1,40.00,75.00")
    tables = data.open(project(orders=table(f"{HEAD},order_total", *rows)))
    assert sums(tables)[2] == {"1": 70.0}


def test_thirds_of_a_total_add_up_to_it(project):
    rows = [f"A,1,2024-01-05,1,{price},10.00,p{price}" for price in ("3.33", "3.34", "5.55")]
    tables = data.open(
        project(orders=table(f"{HEAD},order_total,product_id", *rows), columns=TOTAL)
    )
    assert sums(tables) == ("10.00", "10.00", {"1": 10.0})


REFUNDS = "customer_id,order_id,ordered_at,amount,refunded_amount"


@pytest.mark.parametrize("sign", ["", "-"])
def test_refunds_lower_the_amount_and_what_went_back_wholly_is_no_sale(project, sign):
    rows = ("A,1,2024-01-05,100.00,0.00", f"B,2,2024-01-15,80.00,{sign}80.00",
            f"A,3,2024-02-25,60.00,{sign}10.00", "C,4,2024-03-05,40.00,")  # fmt: skip
    tables = data.open(project(orders=table(REFUNDS, *rows)))
    assert sums(tables) == ("190.00", "190.00", {"1": 100.0, "3": 50.0, "4": 40.0})
    assert list(rejected(tables).rule) == ["refunded in full"]
    assert tables.facts()["orders_n"] == 3


@pytest.mark.parametrize("other", ["", "16.00"])
def test_a_refund_of_the_order_is_taken_once_from_all_its_lines(project, other):
    rows = ("A,1,2024-01-05,50.00,16.00", f"A,1,2024-01-05,30.00,{other}",
            "B,2,2024-01-15,20.00,25.00", f"B,2,2024-01-15,5.00,{other and '25.00'}")  # fmt: skip
    tables = data.open(project(orders=table(REFUNDS, *rows)))
    assert sums(tables)[2] == {"1": 64.0}
    lines = tables.orders.order_by("row").execute()
    assert [float(a) for a in lines.amount] == [40.0, 24.0]
    assert list(rejected(tables).rows) == [2]


def test_refunds_of_single_lines_stay_with_them(project):
    rows = ("A,1,2024-01-05,50.00,50.00", "A,1,2024-01-05,30.00,0.00",
            "B,2,2024-01-15,20.00,5.00", "B,2,2024-01-15,8.00,0.00")  # fmt: skip
    tables = data.open(project(orders=table(REFUNDS, *rows)))
    assert sums(tables)[2] == {"1": 30.0, "2": 23.0}
    assert list(rejected(tables).rows) == [1]


# ------------------------------------------------------------------ what an order's lines share

SHARED = "order_id,customer_id,ordered_at,status,currency,product_id,amount"


def test_what_stands_on_the_first_line_holds_for_the_order(project):
    rows = ("1,A,2024-01-05,paid,EUR,jug,20", "1,,,,,pan,35", "2,B,2024-01-09,refunded,EUR,jug,20",
            "2,,,,,pan,35", "3,C,2024-02-02,voided,EUR,jug,20", "3,,,,,cup,5")  # fmt: skip
    tables = data.open(project(orders=table(SHARED, *rows)))
    assert sums(tables) == ("135.00", "55.00", {"1": 55.0})
    noted = tables.notes().measured.str.cat()
    assert all(f"“{name}” is empty on 3 lines" in noted for name in ("status", "currency"))


def test_states_that_differ_within_an_order_are_not_carried_on(project):
    rows = ("1,A,2024-01-05,paid,EUR,jug,20", "1,A,2024-01-05,refunded,EUR,pan,35",
            "1,A,2024-01-05,,EUR,cup,5")  # fmt: skip
    tables = data.open(project(orders=table(SHARED, *rows)))
    assert sums(tables)[2] == {"1": 25.0}


def test_a_word_on_some_lines_is_about_these_lines(project):
    rows = [f"{n},A,2024-01-0{n},,EUR,jug,20" for n in range(1, 6)]
    rows += ["5,A,2024-01-05,cancelled,EUR,pan,35"]
    tables = data.open(project(orders=table(SHARED, *rows)))
    assert sums(tables)[1] == "100.00"


# ------------------------------------------------------------------ rows that add up others

PLAIN = "order_id,customer_id,ordered_at,amount"
SIX = [f"{n},C{n % 4},2024-01-{n + 10},{n * 10}" for n in range(1, 7)]


@pytest.mark.parametrize(
    "row",
    [
        "7,Итого,2024-01-20,210",
        "7,Grand Total:,2024-01-20,209.99",
        "7,Всего за период,2024-01-20,1",
        "7,TOTAL,2024-01-20,210",
        "7,All of them,2024-01-20,210",
        "Total,C1,2024-01-20,5",
    ],
)
def test_a_full_row_that_adds_up_the_others_is_set_aside(project, row):
    tables = data.open(project(orders=table(PLAIN, *SIX, row)))
    assert list(rejected(tables).rule) == ["totals line"]
    assert sums(tables)[1] == "210.00"


@pytest.mark.parametrize(
    "rows", [("7,Total,2024-01-20,9", "8,Total,2024-01-21,9"), ("7,C1,2024-01-20,210",),
             ("7,Total Wine,2024-01-20,9",), ("7,Summers,2024-01-20,9",)]
)  # fmt: skip
def test_customers_who_only_look_like_totals_are_kept(project, rows):
    tables = data.open(project(orders=table(PLAIN, *SIX, *rows)))
    assert rejected(tables).empty


def test_a_list_of_customers_loses_its_totals_line_only(project):
    rows = [f"Firm {n};{n};{n * 100}.00" for n in range(1, 8)]
    text = "customer_id;orders_n;spend_total\n" + "\n".join([*rows, "Total;28;2800.00"]) + "\n"
    tables = data.open(project(customers=text))
    assert list(rejected(tables).rule) == ["totals line"]
    assert tables.facts()["spend_total"] == 2800.0


# ------------------------------------------------------------------ decimals


def test_small_prices_and_three_decimals_are_kept_to_the_last_one(project):
    rows = ("A,1,2024-01-05,400,0.004", "B,2,2024-01-06,1000,0.0125", "C,3,2024-01-07,3,0.004",
            "D,4,2024-01-07,1,12.345")  # fmt: skip
    tables = data.open(project(orders=table(HEAD, *rows)))
    assert sums(tables)[:2] == ("26.457", "26.457")
    assert sums(tables)[2] == {"1": 1.6, "2": 12.5, "3": 0.012, "4": 12.345}
    card = data.card.build(tables, as_of="2024-02-01", window_days=0)
    assert card.spend_total.tolist() == [1.6, 12.5, 0.012, 12.345]


def test_binary_fractions_are_the_decimal_numbers_they_are_written_as(project):
    import pandas as pd

    frame = pd.DataFrame({"customer_id": ["A", "B"], "amount": [12345678.9, 0.1 + 0.2]})
    frame["ordered_at"] = pd.to_datetime(["2024-01-05", "2024-01-06"])
    tables = data.open(project(orders=frame))
    line = tables.register().iloc[0]
    assert line.kept_amount in ("12345679.20", "12345679.2000000000")


def test_products_beyond_any_money_are_set_aside_not_crashed_on(project):
    rows = ("A,1,2024-01-05,2,5.00", "B,2,2024-01-06,9999999999,99999999.00")
    tables = data.open(project(orders=table(HEAD, *rows)))
    assert list(rejected(tables).rule) == ["unreadable amount"]


@pytest.mark.parametrize(
    ("amount", "text"),
    [("0E-10", "0.00"), ("5", "5.00"), ("1.6000", "1.60"), ("-0.0125", "-0.0125")],
)  # fmt: skip
def test_sums_are_written_with_all_their_decimals_and_two_at_least(amount, text):
    assert values.spelt(amount) == text


OFF = "customer_id,order_id,ordered_at,product_id,quantity,amount,discount"
"""The same four goods with a discount and without: 10.00 a mug, 20.00 a lamp."""


def bought(order, product, count, amount, off):
    return f"C{order},{order},2024-01-{order:02d},{product},{count},{amount},{off}"


@pytest.mark.parametrize(
    ("paid", "kept"), [((20.00, 10.00, 20.00), "76.00"), ((18.00, 9.00, 19.00), "76.00")]
)
def test_discounts_are_taken_off_where_products_cost_as_much_with_them(project, paid, kept):
    rows = (bought(1, "mug", 2, paid[0], "2.00"), bought(2, "mug", 1, paid[1], "1.00"),
            bought(3, "lamp", 1, paid[2], "-1.00"), bought(4, "mug", 1, "10.00", "0.00"),
            bought(5, "lamp", 1, "20.00", ""))  # fmt: skip
    tables = data.open(project(orders=table(OFF, *rows)))
    assert sums(tables)[1] == kept
    said = tables.notes().trap.str.contains("not taken off yet").any()
    assert said == (paid[0] == 20.00)


def test_a_discount_of_the_order_on_its_first_line_is_spread(project):
    rows = [bought(n, "mug", 1, "10.00", "3.00" if n < 4 else "") for n in (1, 2, 3, 4)]
    rows += [bought(n, "lamp", 1, "20.00", "") for n in (1, 2, 3, 4)]
    tables = data.open(project(orders=table(OFF, *sorted(rows))))
    lines = tables.orders.filter(tables.orders.order_id == "1").order_by("row").execute()
    assert sorted(float(a) for a in lines.amount) == [9.0, 18.0]
    assert sums(tables)[1] == "111.00"


def test_without_a_product_sold_both_ways_amounts_stay(project):
    rows = [bought(n, f"p{n}", 1, "10.00", "3.00" if n < 4 else "") for n in (1, 2, 3, 4)]
    assert sums(data.open(project(orders=table(OFF, *rows))))[1] == "40.00"
