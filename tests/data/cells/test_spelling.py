"""How ids are spelt: what nobody sees goes, what may mean something stays and is told."""

import ibis
import pandas as pd
import pytest

from segkit import data
from segkit.data.cells import spelling, values
from segkit.data.tables import joins


def column(cells):
    return ibis.memtable(pd.DataFrame({"id": cells}), schema={"id": "string"}).id


@pytest.mark.parametrize(
    "cell", ["A1\u200b", "\ufeffA1", "\u00a0A1 ", "A\u20601", "A1\u200d", "\x07A1", "A\u00ad1"]
)
def test_what_nobody_sees_is_taken_away(cell):
    assert values.text(column([cell])).execute()[0] == "A1"
    assert spelling.seen(cell).replace("\u200d", "") == "A1"


def test_letters_and_their_accents_are_one_sign_and_joined_letters_stay():
    assert values.text(column(["cafe\u0301"])).execute()[0] == "caf\u00e9"
    assert values.text(column(["می\u200cخواهم"])).execute()[0] == "می\u200cخواهم"


@pytest.mark.parametrize(
    ("cells", "ids"),
    [
        (["101", "101.0", "102,0"], ["101", "101", "102"]),
        (["101", "101.0", "A"], ["101", "101.0", "A"]),
        (["1.10", "1.0"], ["1.10", "1.0"]),
        (["000001", "1"], ["000001", "1"]),
    ],
)
def test_point_zero_is_cut_from_columns_of_whole_numbers_only(cells, ids):
    assert values.identity(column(cells)).execute().tolist() == ids


def test_ids_that_a_spreadsheet_shortened_are_known():
    cells = ["2,8E+12", "2.81E+12", "4E+12", "12E5", "E+12", "2800000000001"]
    assert spelling.shortened(column(cells)).execute().tolist() == [True] * 3 + [False] * 3


def test_a_join_is_measured_and_shown_with_the_nearest_spelling():
    join = joins.compare(column(["1", "2", "Blue  mug", "x"]), column(["01", "Blue mug", "2", "y"]))
    assert (join.n, join.joined_n, join.alike_n) == (4, 1, 2)
    assert join.fails
    assert "“Blue␣␣mug” in orders, “Blue␣mug” in goods" in join.words("goods", "orders")


def test_a_join_of_most_or_of_few_among_many_is_no_failure():
    known = [str(n) for n in range(100)]
    assert not joins.compare(column(known), column([*known[:50], "new"])).fails
    assert not joins.compare(column(known[:10]), column(known)).fails
    assert joins.compare(column(known), column(["a", "b", "c"])).fails


def test_an_example_of_a_failed_join_names_no_address():
    said = joins.compare(column(["a@b.org"]), column(["c@d.org"])).words("customers", "orders")
    assert "@" not in said


ORDERS = "customer_id,order_id,ordered_at,amount\n" + "".join(
    f"{n},{n},2024-01-{n + 10},5.00\n" for n in range(1, 9)
)
PADDED = "customer_id,city\n" + "".join(f"{n:06},Riga\n" for n in range(1, 9))


def test_a_failed_join_is_told_and_the_study_may_ask_for_it(project):
    told = data.open(project(orders=ORDERS, customers=PADDED)).notes().set_index("trap").measured
    assert "0 of 8 ids of customers stand in orders, 8 more" in told["ids that do not join"]
    tables = data.open(project(orders=ORDERS, customers=PADDED, study="join_alike: true"))
    assert "ids that do not join" not in set(tables.notes().trap)
    joined = tables.orders.semi_join(tables.customers, "customer_id")
    assert joined.count().execute() == 8


def test_two_spellings_in_one_file_are_told_and_kept_apart(project):
    text = ORDERS.replace("\n1,", "\n000002,")
    tables = data.open(project(orders=text))
    told = tables.notes().set_index("trap").measured["ids that differ in spelling only"]
    assert "such as “000002” and “2”" in told
    assert tables.facts()["customers_n"] == 8


@pytest.mark.parametrize(("ids", "kept"), [("0 1 2", 3), ("0 7 9", 2), ("guest 1 2", 2)])
def test_zero_is_a_customer_of_a_list_that_counts_from_it(project, ids, kept):
    rows = "".join(f"{one},{n * 10},{n}\n" for n, one in enumerate(ids.split(), start=1))
    tables = data.open(project(customers=f"customer_id,spend_total,visits\n{rows}"))
    assert tables.customers.count().execute() == kept
