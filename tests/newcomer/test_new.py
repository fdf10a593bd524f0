"""A new study from files: what is written, what is said, and numbers counted by hand at the end."""

import io
import re
from pathlib import Path

import duckdb
import pytest
import yaml
from export_worlds import WEATHER, WORLDS
from rich.console import Console
from typer.testing import CliRunner
from workbooks import workbook

import segkit
from segkit import data
from segkit import newcomer as new
from segkit.data.sources import databases
from segkit.newcomer import drafts, telling
from segkit.study import StudyError
from segkit.workbook import cli


@pytest.fixture
def shop(tmp_path, project, monkeypatch):
    """Give a maker: `shop(files)` writes exports into data/ and returns their paths as texts."""
    monkeypatch.chdir(tmp_path)

    def make(files):
        for name, text in files.items():
            content = text if isinstance(text, bytes) else text.encode()
            (tmp_path / "data" / name).write_bytes(content)
        return [f"data/{name}" for name in files]

    return make


def made(files, name="mine", **options):
    draft = new.draft(name, files, options=options)
    return draft, new.save(draft)


def said(draft, path):
    console = Console(file=io.StringIO(), width=100)
    telling.tell(draft, path, console)
    return console.file.getvalue()


ORDERS = """\
order_id,customer_id,order_date,amount
1,a7,2024-01-05,20.00
2,b9,2024-01-19,35.50
3,a7,2024-02-20,10.00
"""


@pytest.mark.slow
@pytest.mark.parametrize("name", [n for n, w in WORLDS.items() if w.facts])
def test_from_files_to_a_card_with_the_numbers_counted_by_hand(name, shop):
    world = WORLDS[name]
    made(shop(world.files))
    tables = data.open(segkit.open_run("mine", stage="03_data"))
    facts = tables.facts()
    assert {k: facts[k] for k in world.facts} == pytest.approx(world.facts)
    card = data.card.build(tables, as_of="2027-01-01", window_days=0)
    assert len(card) == world.facts["customers_n"]
    assert float(card["spend_total"].sum()) == pytest.approx(world.facts["spend_total"])
    assert int(card["orders_n"].sum()) == world.facts["orders_n"]


@pytest.mark.slow
@pytest.mark.parametrize("name", WORLDS)
def test_the_study_file_loads_and_maps_what_was_found(name, shop):
    world = WORLDS[name]
    _, path = made(shop(world.files))
    study = segkit.study.load("mine")
    assert {t: table.columns for t, table in study.tables.items()} == world.tables
    assert study.currency == world.currency
    assert path.read_text(encoding="utf-8").count("# unsure:") >= len(world.unsure)


def test_every_mapping_is_written_with_values_from_the_file(shop):
    _, path = made(shop({"orders.csv": ORDERS}))
    text = path.read_text(encoding="utf-8")
    assert re.search("amount: amount +# 20.00 · 35.50 · 10.00", text)
    assert 'separator: ","' in text
    assert "encoding: utf_8" in text
    assert "file: data/orders.csv" in text


def test_nothing_is_left_but_the_study_file(shop, tmp_path):
    files = shop({"orders.csv": ORDERS})
    before = {p for p in tmp_path.rglob("*") if p.is_file()}
    made(files)
    assert {p for p in tmp_path.rglob("*") if p.is_file()} - before == {
        tmp_path / "studies" / "mine.yaml"
    }


def test_dates_that_can_be_read_two_ways_are_doubted_with_an_example(shop):
    text = ORDERS.replace("2024-01-05", "01/05/2024").replace("2024-01-19", "01/09/2024")
    draft, path = made(shop({"orders.csv": text.replace("2024-02-20", "02/10/2024")}))
    assert "unsure: no date tells; if it is month first, every date changes" in path.read_text()
    assert "01/05/2024" in said(draft, path)
    assert segkit.study.load("mine").tables["orders"].layout.dates == "day first"


def test_dollars_put_the_month_first_where_no_date_tells(shop):
    text = ORDERS.replace("2024-01-05", "01/05/2024").replace("2024-01-19", "01/09/2024")
    text = text.replace("2024-02-20", "02/10/2024").replace("20.00", "$20.00")
    made(shop({"orders.csv": text}))
    assert segkit.study.load("mine").tables["orders"].layout.dates == "month first"


@pytest.mark.slow
def test_a_date_far_below_tells_the_order_of_day_and_month(shop):
    rows = [f"{n},c{n % 50},0{1 + n % 9}/0{1 + n % 7}/2024,5.00" for n in range(60_000)]
    rows += [f"{n},c{n % 50},0{1 + n % 9}/2{n % 9}/2024,5.00" for n in range(60_000, 90_000)]
    text = "order_id,customer_id,order_date,amount\n" + "\n".join(rows) + "\n"
    draft, _ = made(shop({"orders.csv": text}))
    finding = next(f for f in draft.parts["orders"].findings if f.key == "dates")
    assert (finding.value, finding.doubt) == ("month first", "")


@pytest.mark.slow
def test_personal_values_are_neither_written_nor_shown(shop):
    draft, path = made(shop(WORLDS["1C sales register"].files))
    for text in (path.read_text(encoding="utf-8"), said(draft, path)):
        for value in ("romashka.example", "123-45-67", "7701234567", "Ромашка"):
            assert value not in text
        assert "E-mail" in text


def test_the_screen_says_what_is_missing_and_what_to_do_next(shop):
    draft, path = made(shop({"orders.csv": ORDERS}))
    text = said(draft, path)
    assert "no mailings: 01 cannot use campaign response" in text
    assert "next    segkit run mine" in text
    assert "Dates of orders: year first  (order_date: 2024-01-05)" in text


def test_a_column_that_lies_about_itself_is_not_taken(shop):
    text = "order_id,customer_id,date,created,amount\n"
    text += "1,a7,soon,2024-01-05,20.00\n2,b9,later,2024-01-19,35.50\n3,a7,soon,2024-02-20,10.00\n"
    made(shop({"orders.csv": text}))
    assert segkit.study.load("mine").tables["orders"].columns["ordered_at"] == "created"


def test_a_column_that_can_hardly_be_read_is_doubted(shop):
    rows = "".join(
        f"{n},c{n % 5},2024-01-{10 + n},{'5.00' if n % 7 else 'free'}\n" for n in range(19)
    )
    draft, _ = made(shop({"orders.csv": ORDERS.splitlines()[0] + "\n" + rows}))
    doubts = draft.parts["orders"].guess.choice("amount").doubts
    assert any("only 84% of the values looked at can be read" in d for d in doubts)


def test_an_order_total_on_every_line_is_doubted(shop):
    text = "order_id,customer_id,order_date,product,total\n" + "".join(
        f"{n},c{n % 3},2024-01-{10 + n},{p},{30 + n}.00\n" for n in range(8) for p in "ab"
    )
    draft, _ = made(shop({"orders.csv": text}))
    doubts = draft.parts["orders"].guess.choice("amount").doubts
    assert any("would count several times" in doubt for doubt in doubts)


@pytest.mark.slow
def test_parts_of_one_export_are_one_table(shop):
    head, *rows = ORDERS.splitlines()
    files = {"orders_1.csv": f"{head}\n{rows[0]}\n", "orders_2.csv": "\n".join([head, *rows[1:]])}
    made(shop(files))
    study = segkit.study.load("mine")
    assert study.tables["orders"].file == ["data/orders_1.csv", "data/orders_2.csv"]
    tables = data.open(segkit.open_run("mine", stage="03_data"))
    assert tables.facts()["orders_n"] == 3
    assert sorted(tables.orders.row.execute()) == [2, 4, 5]


@pytest.mark.slow
def test_a_pattern_in_the_study_names_several_files(shop, tmp_path):
    head, *rows = ORDERS.splitlines()
    files = {"orders_1.csv": f"{head}\n{rows[0]}\n", "orders_2.csv": "\n".join([head, *rows[1:]])}
    shop(files)
    text = "title: T\ntables:\n  orders:\n    file: data/orders_*.csv\n    columns:\n"
    (tmp_path / "studies" / "mine.yaml").write_text(text + "      ordered_at: order_date\n")
    tables = data.open(segkit.open_run("mine", stage="03_data"))
    assert tables.facts()["orders_n"] == 3


def test_parts_with_other_headings_are_refused_by_name(shop, tmp_path):
    shop({"orders_1.csv": ORDERS, "orders_2.csv": ORDERS.replace("amount", "sum")})
    text = "title: T\ntables:\n  orders:\n    file: data/orders_*.csv\n    columns:\n"
    (tmp_path / "studies" / "mine.yaml").write_text(text + "      ordered_at: order_date\n")
    with pytest.raises(StudyError, match=r"orders_2\.csv has other headings"):
        data.open(segkit.open_run("mine", stage="03_data"))


def test_two_different_files_of_orders_are_refused(shop):
    files = shop({"orders.csv": ORDERS, "sales.csv": ORDERS.replace("amount", "revenue")})
    with pytest.raises(StudyError, match="both hold orders, but their headings differ"):
        made(files)


def test_a_folder_is_read_and_what_is_no_table_is_left_out(shop, tmp_path):
    shop({"orders.csv": ORDERS, "notes.pdf": b"%PDF-1.4 nothing", **WEATHER})
    draft, path = made(["data"])
    assert list(draft.parts) == ["orders"]
    assert {label for label, *_ in draft.rest} == {"notes.pdf", "weather.csv"}
    assert "notes.pdf" in path.read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_workbook_with_several_sheets_gives_several_tables(shop):
    made(shop({"shop.xlsx": workbook(SHEETS)}))
    study = segkit.study.load("mine")
    assert {n: t.sheet for n, t in study.tables.items()} == {
        "orders": "Orders",
        "customers": "Clients",
        "products": "Products",
    }
    assert study.tables["orders"].columns == {
        "customer_id": "Client",
        "order_id": "Order No",
        "ordered_at": "Order date",
        "amount": "Line total",
        "quantity": "Pieces",
        "product_id": "Article",
    }
    tables = data.open(segkit.open_run("mine", stage="03_data"))
    card = data.card.build(tables, as_of="2024-04-01", window_days=0).set_index("customer_id")
    assert card.loc["K1", "spend_total"] == pytest.approx(65.5)
    assert card.loc["K1", "city"] == "Riga"


def test_an_existing_study_is_not_written_over(shop):
    files = shop({"orders.csv": ORDERS})
    _, path = made(files)
    path.write_text(path.read_text() + "# mine\n")
    with pytest.raises(StudyError, match="--force"):
        made(files)
    assert path.read_text().endswith("# mine\n")
    made(files, force=True)
    assert not path.read_text().endswith("# mine\n")


@pytest.mark.parametrize("name", ["../x", "", "a b", "1st", "a/b", ".hidden", "x" * 80])
def test_bad_names_are_refused_with_an_example(name, shop):
    with pytest.raises(StudyError, match="no name for a study"):
        made(shop({"orders.csv": ORDERS}), name=name)


def test_no_files_and_missing_files_are_refused(shop):
    shop({"orders.csv": ORDERS})
    with pytest.raises(StudyError, match=r"Name the files"):
        made([])
    with pytest.raises(
        StudyError,
        match=r"no file or folder data/order.csv, seen from /.*\. Did you mean orders.csv",
    ):
        made(["data/order.csv"])


def test_files_without_customers_are_refused_with_what_they_lack(shop, tmp_path):
    with pytest.raises(StudyError, match=r"weather\.csv: ") as refused:
        made(shop(WEATHER))
    assert "None of this holds customers' orders" in str(refused.value)
    assert not (tmp_path / "studies" / "mine.yaml").exists()


def test_two_halves_of_orders_are_named_with_the_column_that_joins_them(shop):
    heads = "order_id,customer_id,order_date\n1,a7,2024-01-05\n2,b9,2024-01-19\n"
    lines = "order_id,product_id,price\n1,p1,5.00\n1,p2,7.50\n2,p1,5.00\n"
    with pytest.raises(StudyError, match="are orders together: join them by “order_id”"):
        made(shop({"orders.csv": heads, "order_items.csv": lines}))


def test_a_database_is_looked_at_and_its_tables_are_named(shop, tmp_path):
    if not hasattr(databases, "connect"):
        pytest.skip("this version cannot open a database in place")
    held = duckdb.connect(str(tmp_path / "data" / "shop.duckdb"))
    held.execute("CREATE TABLE sales AS SELECT 1 + i % 3 AS customer_id, i AS order_id, "
                 "DATE '2024-01-01' + i::INT AS order_date, (10 + i)::DECIMAL(9, 2) AS amount "
                 "FROM range(20) t(i)")  # fmt: skip
    held.close()
    made(["duckdb://data/shop.duckdb"])
    study = segkit.study.load("mine")
    assert (study.source, study.connection) == ("connection", "duckdb://data/shop.duckdb")
    assert study.tables["orders"].table == "sales"
    assert study.tables["orders"].columns["ordered_at"] == "order_date"


def test_a_file_that_is_no_table_gets_the_message_of_the_reader(shop):
    with pytest.raises(StudyError, match="PDF"):
        made(shop({"orders.csv": b"%PDF-1.4 nothing"}))


def test_hostile_headings_stay_text_in_the_study_file(shop):
    odd = 'Customer: "x" #1, [y] {z}'
    quoted = '"' + odd.replace('"', '""') + '"'
    text = ORDERS.replace("customer_id", quoted)
    _, path = made(shop({"orders.csv": text}))
    assert odd in yaml.safe_load(path.read_text())["tables"]["orders"]["columns"].values()


def test_a_password_in_an_address_is_taken_out():
    address = "postgres://ann:s3cr:t@db.example/shop"
    assert drafts.hidden(address) == ("postgres://ann:${SEGKIT_DB_PASSWORD}@db.example/shop", True)
    assert drafts.hidden("postgres://ann@db/shop") == ("postgres://ann@db/shop", False)
    assert drafts.hidden("postgres://a:${PG}@db/shop") == ("postgres://a:${PG}@db/shop", False)


def test_the_command_writes_the_study_and_says_what_comes_next(shop):
    files = shop({"orders.csv": ORDERS})
    done = CliRunner().invoke(
        cli.app, ["new", "mine", *files, "--currency", "EUR", "--title", "My"]
    )
    assert done.exit_code == 0, done.output
    assert "segkit run mine" in done.output
    study = segkit.study.load("mine")
    assert (study.title, study.currency) == ("My", "EUR")


def test_the_command_refuses_in_words(shop):
    done = CliRunner().invoke(cli.app, ["new", "mine", "data/nothing.csv"])
    assert done.exit_code == 2
    assert "Traceback" not in done.output


README = {
    "orders.csv": """\
Order No;Client;Date;Item;Qty;Total
5001;C-17;03.02.2024 09:12;Teapot;1;€ 42,00
5001;C-17;03.02.2024 09:12;Cup;4;€ 26,00
5002;C-20;17.02.2024 18:40;Cup;2;€ 13,00
""",
    "clients.xlsx": [["Client", "E-mail", "City", "Born"], ["C-17", "m@example.org", "Riga", 1980],
                     ["C-20", "k@example.org", "Tartu", 1991],
                     ["C-31", "l@example.org", "Riga", 1975]],
}  # fmt: skip
"""The exports of the README's example."""


def test_the_readme_shows_what_is_written(shop):
    files = shop(README | {"clients.xlsx": workbook({"Sheet1": README["clients.xlsx"]})})
    _, path = made(files, name="my_shop")
    written = path.read_text(encoding="utf-8")
    readme = (Path(segkit.__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    assert written in readme, written


SHEETS = {
    "Info": [["Exported by", "the shop"]],
    "Orders": [
        ["Order No", "Client", "Order date", "Article", "Pieces", "Line total"],
        [1, "K1", "2024-01-03", "A", 1, 10.0],
        [1, "K1", "2024-01-03", "B", 2, 30.0],
        [2, "K2", "2024-01-09", "A", 1, 10.0],
        [3, "K1", "2024-02-11", "C", 5, 25.5],
    ],
    "Clients": [["Client", "City", "Age"], ["K1", "Riga", 34], ["K2", "Riga", 51],
                ["K3", "Tartu", 29]],
    "Products": [["Article", "Category", "Brand"], ["A", "tea", "Own"], ["B", "tea", "X"],
                 ["C", "cups", "X"]],
}  # fmt: skip


HEAD = "customer_id,order_id,date,amount\n"


def lines(**changed):
    """Give ten order lines; `changed` are columns with a value made of the row's number."""
    rows = []
    for n in range(1, 11):
        row = {"who": f"{n}", "order": f"O{n}", "day": f"2024-01-{n + 10}", "sum": f"{n}.50"}
        row |= {name: make(n) for name, make in changed.items()}
        rows.append(",".join(row.values()))
    return HEAD + "\n".join(rows) + "\n"


def test_ids_that_join_but_for_their_spelling_are_doubted_with_both(shop):
    people = "customer_id,city\n" + "".join(f"{n:06},Riga{n % 2}\n" for n in range(1, 11))
    _, path = made(shop({"orders.csv": lines(), "clients.csv": people}))
    text = " ".join(path.read_text("utf-8").replace("#", " ").split())
    assert "0 of 10 ids of customers stand in orders, 10 more but for their spelling" in text
    assert "“1” in orders, “000001” in customers" in text


def test_ids_with_point_zero_join_and_are_not_doubted(shop):
    people = "customer_id,city\n" + "".join(f"{n}.0,Riga{n % 2}\n" for n in range(1, 11))
    _, path = made(shop({"orders.csv": lines(), "clients.csv": people}))
    assert "ids of customers" not in path.read_text("utf-8")


def test_a_blank_within_a_product_of_one_file_is_shown(shop):
    orders = lines().replace("amount\n", "amount,sku\n").replace(".50\n", ".50,Blue  mug 1\n", 4)
    orders = orders.replace(".50\n", ".50,Cup 2\n")
    goods = "sku,category\nBlue mug 1,Ware\nCup 2,Ware\n"
    _, path = made(shop({"orders.csv": orders, "goods.csv": goods}))
    assert "Blue␣␣mug␣1" in path.read_text("utf-8")


def test_both_orders_of_dates_are_left_open_and_shown(shop):
    day = lambda n: f"01/{n + 12}/2024" if n < 6 else f"{n + 12}/01/2024"  # noqa: E731
    _, path = made(shop({"orders.csv": lines(day=day)}))
    assert "both orders occur in date: “01/13/2024” (5 like it) only month first" in (
        " ".join(path.read_text("utf-8").replace("#", " ").split())
    )
    assert segkit.study.load("mine").tables["orders"].layout.dates is None


def test_a_spreadsheet_that_shortened_ids_is_named(shop):
    _, path = made(shop({"orders.csv": lines(who=lambda n: "2.8E+12" if n % 2 else "2.81E+12")}))
    assert "“2.8E+12” was shortened by a spreadsheet" in path.read_text("utf-8")


@pytest.mark.parametrize(
    ("amount", "currency"),
    [("R$ {}5.50", "BRL"), ("{}5.50 zł", "PLN"), ("{}5.50 kr", ""), ("KWD {}5.50", "KWD")],
)
def test_any_currency_is_told_by_its_sign_or_code(shop, amount, currency):
    draft, path = made(shop({"orders.csv": lines(sum=lambda n: amount.format(n))}))
    assert draft.currency.value == currency
    assert ("SEK, NOK, DKK or ISK" in path.read_text("utf-8")) == (not currency)


def test_a_few_amounts_with_another_mark_do_not_turn_the_others(shop):
    made(shop({"orders.csv": lines(sum=lambda n: "1.234.567" if n == 3 else f"{n}5.00")}))
    assert segkit.study.load("mine").tables["orders"].layout.decimal == "."
