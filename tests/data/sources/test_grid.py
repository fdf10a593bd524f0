"""Headings as people leave them: one cell short, in two rows, and groups with empty cells below."""

import pytest

from segkit.data.sources.files import grid, reading
from segkit.study import StudyError

SHORT = "id;day;sum\n" + "".join(f"{n};K{n % 3};2024-01-{n:02};{n}\n" for n in range(1, 12))
BOTTOM = ["A;1;05.01.2024;9,50", "B;2;16.01.2024;3,00", "C;3;17.01.2024;1,00"]


def peeked(folder, text):
    (folder / "x.csv").write_text(text, "utf-8")
    return reading.peek(folder / "x.csv")[0]


@pytest.mark.parametrize("start", [0, 1])
def test_row_numbers_without_a_heading_are_a_column_of_their_own(start, tmp_path):
    rows = [f"{n + start};K{n % 3};2024-01-{n + 1:02};{n}" for n in range(11)]
    found = peeked(tmp_path, "\n".join(["id;day;sum", *rows]))
    assert found.columns == ["column 1", "id", "day", "sum"]
    assert found.rows[0][1:] == ["K0", "2024-01-01", "0"]
    assert "every row has one cell more than the heading" in found.notes[0]


@pytest.mark.parametrize(
    "rows",
    [
        ["A,2024-01-05,10,50", "B,2024-01-06,11,25", "A,2024-01-07,9,00"],
        ["7,2024-01-05,10,x", "9,2024-01-06,11,y", "3,2024-01-07,9,z"],
        ["1,2,A,2024-01-05,10", "2,2,B,2024-01-06,11", "3,4,A,2024-01-07,9"],
    ],
    ids=["decimal comma", "no counting", "two cells"],
)
def test_a_heading_shorter_than_every_row_is_refused(rows, tmp_path):
    with pytest.raises(StudyError, match=r"x.csv: every row has \d cells, the heading only 3"):
        peeked(tmp_path, "\n".join(["id,day,sum", *rows]))


@pytest.mark.parametrize(
    "rows",
    [
        ["A,2024-01-05,10,", "B,2024-01-06,11,", "A,2024-01-07,9,"],
        ["A,2024-01-05,10,", "B,2024-01-06,11,late", "A,2024-01-07,9,", "A,2024-01-08,9,"],
        ["A,2024-01-05,10", "B,2024-01-06,11,odd", "A,2024-01-07,9"],
    ],
    ids=["separator at the end", "a remark", "one odd row"],
)
def test_rows_that_are_not_all_wider_keep_their_headings(rows, tmp_path):
    assert peeked(tmp_path, "\n".join(["id,day,sum", *rows])).columns[:3] == ["id", "day", "sum"]


@pytest.mark.parametrize(
    ("upper", "lower", "names"),
    [
        ("Клиент;Заказ;;Сумма", ";Номер;Дата;", ["Клиент", "Заказ Номер", "Заказ Дата", "Сумма"]),
        ("Client;Order;;Sum", "Client;No;Date;Sum", ["Client", "Order No", "Order Date", "Sum"]),
        ("Client;No;Date;Sum", ";;;EUR", ["Client", "No", "Date", "Sum EUR"]),
        ("Client;No;Date;Sum", "client;id;day;total", ["Client", "No", "Date", "Sum"]),
    ],
    ids=["groups", "merged downwards", "units", "two names"],
)
@pytest.mark.parametrize("above", ["", "Report of the shop;;;\n"])
def test_a_heading_in_two_rows_is_one_heading(above, upper, lower, names, tmp_path):
    found = peeked(tmp_path, above + "\n".join([upper, lower, *BOTTOM]))
    assert found.columns == names
    assert [row[0] for row in found.rows] == ["A", "B", "C"]
    assert "the heading stands in two rows" in found.notes
    (again,) = reading.peek(tmp_path / "x.csv", layout=found.layout)
    assert (again.columns, again.rows) == (found.columns, found.rows)


@pytest.mark.parametrize(
    "first",
    ["A;;;", "A;n/a;05.01.2024;9,50", "Ann;Bo;new;x"],
    ids=["a group", "one odd cell", "words only"],
)
def test_a_first_row_with_holes_or_words_is_no_heading(first, tmp_path):
    text = "\n".join(["Client;Item;Kind;Note", first, *["A;tea;new;x", "B;cup;old;y"] * 3])
    if "05" in first:
        text = "\n".join(["Client;No;Date;Sum", first, *BOTTOM])
    assert peeked(tmp_path, text).rows[0][0] == first.split(";")[0]


def test_empty_cells_are_filled_from_above_and_lines_of_groups_are_marked():
    rows = ["Ash||", "|1|5", "|2|6", "Elm|3|7", "|4|8", "Total||26"]
    records = [(n, row.split("|"), None) for n, row in enumerate(rows, start=2)]
    found = list(grid.judged(records, 3, fill=[0]))
    assert [(row[0], flaw) for _, row, flaw, _ in found] == [
        ("Ash", "heading of a group"), ("Ash", None), ("Ash", None), ("Elm", None), ("Elm", None),
        ("Total", "totals line"),
    ]  # fmt: skip


@pytest.mark.parametrize("cell", ["Ash Ltd Total", "Total", "Ash итог", "Subtotal"])
def test_a_line_of_subtotals_is_told_by_its_first_or_last_word(cell):
    assert grid.total([cell, "", "", "60"])
    assert not grid.total([cell, "1", "2024-01-05", "60"])
