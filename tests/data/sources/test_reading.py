"""Reading files: one shop in several dialects, sheets, what a look at a file tells."""

import io
import zipfile

import pytest

from segkit import data, study
from segkit.data.sources.files import dialect, reading
from segkit.study import StudyError

LINES = [
    # customer, order, day, amount in cents, city
    ("Anna", "10", (2024, 1, 5), 123450, "Псков"),
    ("Boris", "11", (2024, 1, 16), 50, "Омск"),
    ("Anna", "12", (2024, 2, 29), 99900, "Псков"),
    ("Vera", "13", (2024, 3, 3), 8483500, "Тула"),
    ("Vera", "14", (2024, 3, 31), -50000, "Тула"),
    ("Galina", "15", (2024, 4, 1), 700, ""),
]
RUSSIAN = {"customer_id": "Клиент", "order_id": "Чек", "ordered_at": "Дата", "amount": "Сумма"}
RUSSIAN |= {"city": "Город"}
ENGLISH = {c: c for c in RUSSIAN}


def plain():
    """The shop as UTF-8 with commas, ISO dates and decimal points."""
    rows = [f"{c},{o},{y}-{m:02}-{d:02},{a / 100:.2f},{t}" for c, o, (y, m, d), a, t in LINES]
    return "\n".join(["customer_id,order_id,ordered_at,amount,city", *rows]).encode() + b"\n"


def windows():
    """The shop as a Russian program on Windows exports it."""

    def rubles(cents):
        groups = f"{abs(cents) // 100:,}".replace(",", "\u00a0")
        return f"{'-' if cents < 0 else ''}{groups},{abs(cents) % 100:02} руб."

    rows = [f"{c};{o};{d:02}.{m:02}.{y};{rubles(a)};{t}" for c, o, (y, m, d), a, t in LINES]
    title = ["Отчёт по продажам", "Период: 2024 год;;", "", "Клиент;Чек;Дата;Сумма;Город"]
    return "\r\n".join([*title, *rows, "Итого;;;86 565,50;", ""]).encode("cp1251")


def macintosh():
    """The shop in UTF-16 with tabs, carriage returns, m/d/yy and dollars."""

    def dollars(cents):
        text = f"${abs(cents) / 100:,.2f} "
        return f"({text.strip()})" if cents < 0 else text

    rows = [f"{c}\t{o}\t{m}/{d}/{y % 100}\t{dollars(a)}\t{t}" for c, o, (y, m, d), a, t in LINES]
    heading = "customer_id\torder_id\tordered_at\tamount\tcity"
    return "\r".join([heading, *rows, ""]).encode("utf-16")


def sheet(rows):
    """Write the XML of one sheet; numbers become numbers, all else text."""

    def cell(value):
        if isinstance(value, int | float):
            return f"<c><v>{value}</v></c>"
        return f'<c t="inlineStr"><is><t>{value}</t></is></c>'

    body = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}"><sheetData>{body}</sheetData></worksheet>'


def workbook(path, **sheets):
    """Write a small Excel workbook by hand."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    named = [(n, name) for n, name in enumerate(sheets, start=1)]
    listed = "".join(f'<sheet name="{s}" sheetId="{n}" r:id="r{n}"/>' for n, s in named)
    links = "".join(
        f'<Relationship Id="r{n}" Type="{office}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n, _ in named
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>{listed}</sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}">{links}</Relationships>',
        )
        first = f'<Relationship Id="r0" Type="{office}/officeDocument" Target="xl/workbook.xml"/>'
        archive.writestr("_rels/.rels", f'<Relationships xmlns="{package}">{first}</Relationships>')
        for n, name in named:
            archive.writestr(f"xl/worksheets/sheet{n}.xml", sheet(sheets[name]))


def excel_rows():
    """The shop as a sheet: dates are serial days, amounts are numbers, a title above."""
    from datetime import date

    days = [(date(y, m, d) - date(1899, 12, 30)).days for _, _, (y, m, d), _, _ in LINES]
    rows = [[c, int(o), n, a / 100, t] for (c, o, _, a, t), n in zip(LINES, days, strict=True)]
    return [["Report"], [], ["customer_id", "order_id", "ordered_at", "amount", "city"], *rows]


def card(project, tmp_path, *, raw=None, name="orders.csv", columns=ENGLISH, more=""):
    """Make the card of a shop that lies in one file."""
    run = project(orders="", columns={"orders": columns})
    if raw is not None:
        (tmp_path / "data" / name).write_bytes(raw)
    file = tmp_path / "studies" / "test.yaml"
    text = file.read_text("utf-8").replace("data/orders.csv", f"data/{name}\n{more}")
    file.write_text(text, "utf-8")
    run.study = study.load("test")
    tables = data.open(run)
    return data.card.build(tables, as_of="2024-05-01", window_days=0), tables


@pytest.mark.slow
@pytest.mark.parametrize(
    ("dialect", "columns"), [(windows, RUSSIAN), (macintosh, ENGLISH)], ids=["cp1251", "utf16"]
)
def test_the_same_shop_in_other_dialects_gives_the_same_card(
    project, tmp_path, dialect, columns, monkeypatch
):
    want, _ = card(project, tmp_path, raw=plain())
    other = tmp_path / "other"
    for folder in ("studies", "notebooks", "data"):
        (other / folder).mkdir(parents=True)
    got, tables = card(_moved(project, other, monkeypatch), other, raw=dialect(), columns=columns)
    assert len(want) == 4
    assert got.to_csv() == want.to_csv()
    assert set(tables.rejected.rule.execute()) <= {"totals line"}


@pytest.mark.slow
def test_the_same_shop_as_a_workbook_gives_the_same_card(project, tmp_path, monkeypatch):
    want, _ = card(project, tmp_path, raw=plain())
    other = tmp_path / "other"
    for folder in ("studies", "notebooks", "data"):
        (other / folder).mkdir(parents=True)
    workbook(other / "data" / "shop.xlsx", Sales=excel_rows())
    got, _ = card(_moved(project, other, monkeypatch), other, name="shop.xlsx")
    assert got.to_csv() == want.to_csv()


def _moved(project, folder, monkeypatch):
    """Make studies in another folder, so that two of them can be compared."""
    monkeypatch.setenv("SEGKIT_HOME", str(folder))
    monkeypatch.setenv("SEGKIT_RUNS", str(folder / "runs"))

    def make(*, columns, **_):
        lines = ["title: A test", "tables:", "  orders:", "    file: data/orders.csv"]
        lines += ["    columns:", *[f"      {k}: {v}" for k, v in columns["orders"].items()]]
        (folder / "studies" / "test.yaml").write_text("\n".join(lines) + "\n", "utf-8")
        import segkit

        return segkit.open_run("test", stage="03_data")

    return make


@pytest.mark.slow
def test_a_workbook_with_several_tables_needs_the_name_of_one(project, tmp_path):
    project(orders="")
    rows = excel_rows()
    workbook(tmp_path / "data" / "shop.xlsx", Sales=rows, Old=rows[2:5], Empty=[])
    with pytest.raises(StudyError, match="several sheets: “Sales”, “Old”"):
        card(_again(project), tmp_path, name="shop.xlsx")
    got, _ = card(_again(project), tmp_path, name="shop.xlsx", more="    sheet: Old\n")
    assert len(got) == 2
    with pytest.raises(StudyError, match="no sheet “New”"):
        card(_again(project), tmp_path, name="shop.xlsx", more="    sheet: New\n")


def _again(project):
    return lambda **tables: project(**tables)


def test_a_look_at_a_workbook_shows_every_table(tmp_path):
    workbook(tmp_path / "shop.xlsx", Sales=excel_rows(), Notes=[["a"], ["b"]], Empty=[])
    sales, notes = reading.peek(tmp_path / "shop.xlsx")
    assert (sales.sheet, sales.kind, sales.rows_n) == ("Sales", "sheet", 6)
    assert sales.columns == ["customer_id", "order_id", "ordered_at", "amount", "city"]
    assert sales.rows[0] == ["Anna", "10", "45296", "1234.5", "Псков"]
    assert sales.notes == ["1 title line above the heading"]
    assert notes.sheet == "Notes"


def test_a_look_at_a_text_file_tells_how_it_is_written(tmp_path):
    (tmp_path / "shop.csv").write_bytes(windows())
    (found,) = reading.peek(tmp_path / "shop.csv")
    assert found.columns == ["Клиент", "Чек", "Дата", "Сумма", "Город"]
    assert found.layout.encoding == "cp1251"
    assert (found.layout.separator, found.layout.header) == (";", 4)
    assert found.rows[0][3] == "1\u00a0234,50 руб."
    assert found.rows[5][4] is None
    assert "2 title lines above the heading" in found.notes


def test_what_a_look_found_can_be_said_in_the_study(tmp_path):
    (tmp_path / "shop.csv").write_bytes(windows())
    (found,) = reading.peek(tmp_path / "shop.csv")
    (again,) = reading.peek(tmp_path / "shop.csv", layout=found.layout)
    assert (again.columns, again.rows) == (found.columns, found.rows)


@pytest.mark.parametrize(
    ("text", "columns", "rows"),
    [
        ("a;b\n1;2,5\n3;4,5\n", ["a", "b"], 2),
        ("a|b|c\nx|y|z\n", ["a", "b", "c"], 1),
        ("A17,B5,2024-01-05,9.5\nA18,B6,2024-01-06,3\n", ["column 1", "column 2"], 2),
        ("Title\n\na,b,a,\n1,2,3,4\n", ["a", "b", "a (2)", "column 4"], 1),
        ("Shop,North\n\nid,day,sum\n1,2024-01-05,3\n2,2024-01-06,4\n", ["id", "day", "sum"], 2),
        ("# id,day\n1,2024-01-05\n", ["# id", "day"], 1),
        ("client,2023,2024\nA,5,6\nB,7,8\n", ["client", "2023", "2024"], 2),
        ('"name, first",sum\n"A, B",2\n', ["name, first", "sum"], 1),
    ],
)
def test_separator_and_heading_are_found(tmp_path, text, columns, rows):
    (tmp_path / "x.csv").write_text(text, "utf-8")
    (found,) = reading.peek(tmp_path / "x.csv")
    assert found.columns[: len(columns)] == columns
    assert len(found.rows) == rows


OPEN = """id,day,sum,note
1,2024-01-05,3,"never closed
2,2024-01-06,4,x
3,2024-01-06,4,"yes, and
on two lines"
4,2024-01-07,5,5" pipe
"""


def test_a_quotation_mark_that_is_never_closed_costs_one_line(tmp_path):
    found = list(dialect.records(io.StringIO(OPEN, newline=""), ","))
    assert [(line, flaw) for line, _, flaw in found if flaw] == [(2, "quotation mark not closed")]
    assert found[3] == (4, ["3", "2024-01-06", "4", "yes, and\non two lines"], None)
    assert found[4] == (6, ["4", "2024-01-07", "5", '5" pipe'], None)


def test_a_folder_and_a_missing_file_are_refused(tmp_path):
    with pytest.raises(StudyError, match="is a folder"):
        reading.peek(tmp_path)
    with pytest.raises(StudyError, match="is not there"):
        reading.peek(tmp_path / "none.csv")


def test_a_lone_euro_sign_is_no_cyrillic_letter():
    from segkit.data.sources.files import encodings

    assert encodings.narrow("Meier;41,34 €\n".encode("cp1252")) == "cp1252"


def test_a_french_number_sign_is_a_number():
    from segkit.data.sources import headings

    assert headings.words("N° commande") == headings.words("№ commande")
