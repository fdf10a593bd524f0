"""Equal rows: given twice, or two true lines? Each decision against a count by hand."""

import pytest
from aside import rejected

from segkit import data

HEAD = "receipt,customer_id,ordered_at,amount"
COLUMNS = {"orders": {"order_id": "receipt"}}


def kept(project, *rows, head=HEAD, study=""):
    text = "\n".join([head, *rows]) + "\n"
    tables = data.open(project(orders=text, columns=COLUMNS, study=study))
    return tables, list(rejected(tables).rows)


def test_two_equal_lines_of_a_receipt_remain_two_and_are_told(project):
    tables, aside = kept(project, "1,A,2024-01-05,14.99", "1,A,2024-01-05,14.99",
                         "1,A,2024-01-05,3.00", "2,B,2024-01-06,5.00")  # fmt: skip
    assert aside == []
    note = tables.notes().set_index("trap").loc["equal lines of one order"]
    assert note.measured.startswith("1 lines of data/orders.csv")
    assert "`repeated_lines: set aside`" in note.decision


@pytest.mark.parametrize(("said", "aside"), [("keep", []), ("set aside", [1])])
def test_the_study_decides_for_all_equal_lines(project, said, aside):
    study = f"repeated_lines: {said}"
    rows = ("1,A,2024-01-05,14.99", "1,A,2024-01-05,14.99")
    assert kept(project, *rows, study=study)[1] == aside


def test_an_order_given_twice_as_a_whole_counts_once(project):
    once = ("1,A,2024-01-05,1.00", "1,A,2024-01-05,2.00")
    tables, aside = kept(project, *once, *once, "2,B,2024-01-06,5.00")
    assert aside == [2]
    assert tables.meta["orders_twice"] == 1


def test_an_order_of_which_one_line_comes_twice_is_not_twice_as_a_whole(project):
    tables, aside = kept(project, "1,A,2024-01-05,1.00", "1,A,2024-01-05,1.00",
                         "1,A,2024-01-05,2.00")  # fmt: skip
    assert (aside, tables.meta["orders_twice"]) == ([], 0)


def test_a_single_line_again_at_another_place_of_the_file_is_the_same_order(project):
    rows = [f"{n},C{n},2024-01-{n + 10},5.00" for n in range(5)]
    assert kept(project, *rows, *rows[:2])[1] == [2]


@pytest.mark.parametrize(("name", "first", "aside"), [("line", "1", [1]), ("note", "x", [])])
def test_a_number_of_lines_tells_what_is_repeated(project, name, first, aside):
    rows = [f"{n},C{n},2024-01-{n + 10},5.00,{first}" for n in range(5)]
    rows += [f"{n},C{n},2024-01-{n + 10},7.00,{'2' if name == 'line' else 'x'}" for n in range(5)]
    assert kept(project, *rows, rows[-1], head=f"{HEAD},{name}")[1] == aside


@pytest.mark.parametrize(("quantity", "aside"), [("2", [1]), ("1", [])])
def test_products_tell_repetitions_where_two_of_one_would_be_one_line(project, quantity, aside):
    head = f"{HEAD},product_id,quantity"
    rows = ("1,A,2024-01-05,14.99,a,1", "1,A,2024-01-05,14.99,a,1", "1,A,2024-01-05,3.00,b,1",
            f"2,B,2024-01-06,5.00,c,{quantity}")  # fmt: skip
    assert kept(project, *rows, head=head)[1] == aside


PLAIN = "customer_id,ordered_at,amount\n"


def files(project, tmp_path, *texts, head=PLAIN):
    run = project(orders=head)
    for place, rows in enumerate(texts):
        (tmp_path / "data" / f"part{place}.csv").write_text(head + "\n".join(rows) + "\n")
    study = tmp_path / "studies" / "test.yaml"
    study.write_text(study.read_text().replace("data/orders.csv", "data/part*.csv"))
    from segkit.study import load

    run.study = load("test")
    return data.open(run)


DAYS = [f"C{n % 3},2024-01-{n + 10},{n}.50" for n in range(8)]


def test_a_file_given_twice_counts_once_and_both_are_named(project, tmp_path):
    tables = files(project, tmp_path, DAYS, DAYS)
    assert tables.facts()["spend_total"] == 32.0
    note = tables.notes().set_index("trap").loc["the same rows in two files"]
    assert note.measured == "8 rows of data/part1.csv stand in data/part0.csv as well"
    assert list(rejected(tables).rule) == ["stands in another file as well"]


def test_files_that_overlap_by_a_day_count_it_once(project, tmp_path):
    tables = files(project, tmp_path, DAYS, [*DAYS[-1:], "C1,2024-02-01,9.00"])
    assert tables.facts()["spend_total"] == 41.0


def test_equal_rows_of_one_file_stay_where_another_holds_them_as_often(project, tmp_path):
    twice = ["C1,2024-01-10,5.00", "C1,2024-01-10,5.00"]
    assert files(project, tmp_path, twice, twice).facts()["spend_total"] == 10.0


def test_two_shops_with_one_equal_sale_on_a_day_keep_both(project, tmp_path):
    one = [f"C{n},2024-01-10,{n}.00" for n in range(1, 9)]
    other = ["C1,2024-01-10,1.00", *[f"D{n},2024-01-10,{n}.00" for n in range(1, 9)]]
    tables = files(project, tmp_path, one, other)
    assert tables.facts()["spend_total"] == 36.0 + 1.0 + 36.0
    assert "far less than all of those days" in tables.notes().measured.str.cat()


def test_orders_of_two_files_are_known_by_their_number(project, tmp_path):
    head = "order_id," + PLAIN
    one = [f"{n},{row}" for n, row in enumerate(DAYS)]
    assert files(project, tmp_path, one, [*one[2:], "99,C1,2024-02-01,9.00"], head=head).facts()[
        "orders_n"
    ] == 9  # fmt: skip
