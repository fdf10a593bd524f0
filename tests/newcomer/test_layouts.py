"""The wrong table: lists, parts, pivots, reports and numbers that are not the order's."""

import pytest
from workbooks import workbook

from segkit import data, open_run, study
from segkit import newcomer as new
from segkit.data.sources.files import reading
from segkit.newcomer.guessing import guess, reports
from segkit.study import StudyError

LISTS = {
    "ru": ("Клиент", "Заказов", "Сумма", "Последний заказ"),
    "ru 2": ("Покупатель", "Количество покупок", "Сумма покупок", "Дата последней покупки"),
    "en": ("Customer", "Orders", "Amount", "Last order"),
    "de": ("Kunde", "Bestellungen", "Umsatz", "Letzte Bestellung"),
    "fr": ("Client", "Commandes", "Montant", "Dernière commande"),
    "es": ("Cliente", "Pedidos", "Importe", "Último pedido"),
}


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


def opened(files):
    """Make a study of files and open its tables."""
    new.save(new.draft("mine", files, options={}))
    return data.open(open_run("mine", stage="03_data"))


def guessed(folder, text, name="file.csv"):
    (folder / name).write_text(text, "utf-8")
    return guess.tables(reading.peek(folder / name))[0]


def columns(found):
    return {choice.column: choice.heading for choice in found.choices}


def table(head, rows, sign=","):
    return "\n".join([sign.join(map(str, row)) for row in (head, *rows)]) + "\n"


# ------------------------------------------------------------------ one row per customer


@pytest.mark.parametrize("tongue", LISTS)
def test_a_list_with_a_row_per_customer_is_no_list_of_orders(tongue, tmp_path):
    rows = [(f"Firm {n}", n % 5 + 1, 1000 + 37 * n, f"2024-0{n % 8 + 1}-{n + 1:02}")
            for n in range(20)]  # fmt: skip
    found = guessed(tmp_path, table(LISTS[tongue], rows))
    names = ("customer_id", "orders_n", "spend_total", "last_order_at")
    assert (found.table, columns(found)) == (
        "customers",
        dict(zip(names, LISTS[tongue], strict=True)),
    )


def test_rows_of_customers_who_never_come_twice_are_doubted_as_orders(tmp_path):
    rows = [(f"Firm {n}", n % 5 + 1, 1000.5 + n, f"2024-0{n % 8 + 1}-{n + 1:02}")
            for n in range(20)]  # fmt: skip
    found = guessed(tmp_path, table(("Asiakas", "Tilaukset", "Summa", "Viimeinen"), rows))
    assert "order_id" not in columns(found)
    assert any("no customer stands on two rows" in d for d in found.choice("customer_id").doubts)


# ------------------------------------------------------------------ parts, pivots, reports


def months(*counts):
    """Make a sheet for every month, with customers C0, C1 …; ids go on from sheet to sheet."""
    head = ["Client", "Order", "Date", "Total"]
    return {
        f"2024-{m:02}": [head, *[[f"C{n % 6}", 100 * m + n, f"2024-{m:02}-{n + 1:02}", 10 * m + n]
                                 for n in range(count)]]
        for m, count in enumerate(counts, start=1)
    }  # fmt: skip


@pytest.mark.slow
def test_a_sheet_for_every_month_is_one_table_with_counted_parts(shop):
    tables = opened(shop({"year.xlsx": workbook(months(8, 8, 4))}))
    assert study.load("mine").tables["orders"].sheet == ["2024-01", "2024-02", "2024-03"]
    assert list(study.load("mine").tables) == ["orders"]
    total = sum(10 * m + n for m, count in ((1, 8), (2, 8), (3, 4)) for n in range(count))
    facts = tables.facts()
    assert (facts["lines_n"], facts["customers_n"], facts["spend_total"]) == (20, 6, total)
    assert len(set(tables.orders.row.execute())) == 20
    told = tables.notes().set_index("trap").measured["a table in parts"]
    assert told.startswith("3 parts: ")
    assert "sheet 2024-03: 4 rows" in told


@pytest.mark.slow
def test_workbooks_with_a_sheet_for_every_month_are_one_table(shop):
    old = {f"2023 {name}": [*rows[:1], *rows[2:]] for name, rows in months(6, 4).items()}
    facts = opened(shop({"a.xlsx": workbook(old), "b.xlsx": workbook(months(6))})).facts()
    assert facts["lines_n"] == 6 + 3
    assert set(study.load("mine").tables["orders"].sheet) == {"2023 2024-02", "2024-01"}


def test_a_file_for_every_month_is_one_table_though_one_looks_like_a_list(shop):
    sheets = months(8, 8, 4).items()
    files = shop({f"{name}.csv": table(rows[0], rows[1:]) for name, rows in sheets})
    draft = new.draft("mine", files, options={})
    assert {name: len(part.files) for name, part in draft.parts.items()} == {"orders": 3}


def test_a_sheet_whose_rows_stand_in_another_one_is_not_counted_twice(shop):
    sheets = months(8, 5)
    sheets["All"] = [sheets["2024-01"][0], *[row for rows in sheets.values() for row in rows[1:]]]
    draft = new.draft("mine", shop({"year.xlsx": workbook(sheets)}), options={})
    assert draft.study().tables["orders"].sheet == "All"
    assert all("stand in year.xlsx, sheet All too" in why for _, why in draft.rest)


@pytest.mark.slow
@pytest.mark.parametrize("sheet", ["2024-01", "2024-04"])
def test_a_sheet_that_is_not_there_is_named(shop, tmp_path, sheet):
    files = shop({"a.xlsx": workbook(months(3, 3)), "b.xlsx": workbook(months(3))})
    listed = f"    file: [{', '.join(files)}]\n    sheet: [2024-01, {sheet}]\n"
    text = f"title: T\ntables:\n  orders:\n{listed}    columns:\n      customer_id: Client\n"
    text += "      ordered_at: Date\n      amount: Total\n"
    (tmp_path / "studies" / "mine.yaml").write_text(text)
    if sheet == "2024-04":
        with pytest.raises(StudyError, match=r"no file has a sheet “2024-04”"):
            data.open(open_run("mine", stage="03_data"))
    else:
        kept = data.open(open_run("mine", stage="03_data")).facts()["lines_n"]
        assert kept == 3  # the same rows stand in both files


PIVOTS = {
    "Excel": [["Row Labels", "Sum of Total"], ["C0", 30], ["C1", 21], ["Grand Total", 51]],
    "Russian": [["Названия строк", "Сумма по полю Сумма"], ["C0", 30], ["Общий итог", 30]],
    "German": [["Zeilenbeschriftungen", "Summe von Betrag"], ["C0", 30], ["Gesamtergebnis", 30]],
    "tabular": [["Client", "SUM of Total"], ["C0", 30], ["C1", 21], ["Grand Total", 51]],
    "crossed": [
        ["Client", "Jan", "Feb", "Grand Total"],
        ["C0", 10, 20, 30],
        ["C1", 1, 20, 21],
        ["Grand Total", 11, 40, 51],
    ],
}


@pytest.mark.parametrize("kind", PIVOTS)
def test_a_pivot_beside_the_data_is_left_out_by_its_name(kind, shop):
    sheets = {"Data": months(18)["2024-01"], "Sums": PIVOTS[kind]}
    draft = new.draft("mine", shop({"year.xlsx": workbook(sheets)}), options={})
    assert {name: part.sheets for name, part in draft.parts.items()} == {"orders": ["Data"]}
    ((label, why),) = draft.rest
    assert label == "year.xlsx, sheet Sums"
    assert "a pivot table (“" in why


def test_a_workbook_with_a_pivot_only_is_refused_by_name(shop, tmp_path):
    with pytest.raises(StudyError, match=r"sheet Sums: a pivot table"):
        new.draft("mine", shop({"year.xlsx": workbook({"Sums": PIVOTS["Excel"]})}), options={})
    assert not (tmp_path / "studies" / "mine.yaml").exists()


def test_sums_of_customers_beside_the_orders_are_left_out(shop):
    sums = [["Client", "Total"], *[[f"C{n}", 50 + n] for n in range(6)]]
    sheets = {"Data": months(18)["2024-01"], "Sums": sums}
    draft = new.draft("mine", shop({"year.xlsx": workbook(sheets)}), options={})
    assert list(draft.parts) == ["orders"]
    assert [label for label, _ in draft.rest] == ["year.xlsx, sheet Sums"]


@pytest.mark.parametrize("name", ["Total", "Order total"])
def test_orders_with_a_totals_line_are_no_pivot(name, tmp_path):
    rows = [(f"C{n % 5}", 100 + n, f"2024-01-{n + 1:02}", 10 + n) for n in range(12)]
    text = table(("Client", "Order", "Date", name), [*rows, ("Total", "", "", 186)])
    assert guessed(tmp_path, text).table == "orders"


def groups(head):
    """Make a report of four customers with three orders each; `head` makes the line above each."""
    rows = []
    for c in range(4):
        orders = [("", 100 * c + k, f"2024-0{c + 1}-0{k + 1}", 10 * k + c + 7) for k in range(3)]
        rows += [head(c, sum(row[3] for row in orders)), *orders]
    return table(("Client", "Order", "Date", "Sum"), rows)


def test_a_report_with_sums_above_its_orders_is_refused_by_name(tmp_path):
    found = guessed(tmp_path, groups(lambda c, total: (f"Firm {c}", "", "", total)))
    assert found.table is None
    assert "a report with subtotals (“Sum” of “Fir…” is the sum of the lines below" in found.why


def test_a_report_of_documents_below_their_customers_is_refused_by_name(tmp_path):
    rows = []
    for c in range(4):
        sales = [(f"Реализация 000{c}{k} от 0{k + 1}.02.2024", 10 * k + c + 5) for k in range(3)]
        rows += [(f"ООО Клён {c}", sum(total for _, total in sales)), *sales]
    rows.append(("Итого", sum(total for _, total in rows) // 2))
    assert "subtotals (“Сумма”" in guessed(tmp_path, table(("Контрагент", "Сумма"), rows)).why


def test_numbers_that_happen_to_add_up_make_no_report(tmp_path):
    rows = [(k + 1, f"SO{o}", f"C{o % 4}", f"2024-01-{o + 1:02}", 5.5 + k)
            for o in range(12) for k in range(o % 3 + 1)]  # fmt: skip
    text = table(("Line No", "Order", "Customer", "Date", "Amount"), rows)
    (tmp_path / "x.csv").write_text(text)
    assert reports.why(reading.peek(tmp_path / "x.csv")[0]) == ""


@pytest.mark.slow
def test_lines_of_subtotals_below_their_orders_are_set_aside(shop):
    rows = []
    for c in range(4):
        orders = [(f"Firm {c}", 100 * c + k, f"2024-0{c + 1}-0{k + 1}", 10 + k) for k in range(3)]
        rows += [*orders, (f"Firm {c} Total", "", "", 33)]
    text = table(("Client", "Order", "Date", "Sum"), [*rows, ("Grand Total", "", "", 132)])
    tables = opened(shop({"report.csv": text}))
    facts = tables.facts()
    assert (facts["lines_n"], facts["customers_n"], facts["spend_total"]) == (12, 4, 132)
    assert set(tables.rejected.rule.execute()) == {"totals line"}


# ------------------------------------------------------------------ values of a group


@pytest.mark.slow
@pytest.mark.parametrize("alone", [True, False], ids=["own lines", "first rows"])
def test_customers_above_their_orders_are_filled_down(alone, shop):
    if alone:
        text = groups(lambda c, _: (f"Firm {c}", "", "", ""))
    else:
        rows = [(f"Firm {c}" if not k else "", 100 * c + k, f"2024-0{k + 1}-0{c + 1}", 10 + k)
                for c in range(4) for k in range(3)]  # fmt: skip
        text = table(("Client", "Order", "Date", "Sum"), rows)
    tables = opened(shop({"report.csv": text}))
    assert study.load("mine").tables["orders"].layout.fill_down == ["Client"]
    assert (tables.facts()["lines_n"], tables.facts()["customers_n"]) == (12, 4)
    bought = tables.orders.group_by("customer_id").agg(n=tables.orders.count()).execute()
    assert bought.n.tolist() == [3] * 4


@pytest.mark.slow
def test_an_order_that_stands_on_its_first_line_only_is_filled_down(shop):
    rows = [(*((f"SO{o}", f"C{o % 4}", f"2024-01-{o + 1:02}") if not k else ("", "", "")),
             f"P{k}", 5.5 + k) for o in range(12) for k in range(o % 3 + 1)]  # fmt: skip
    text = table(("Order", "Customer", "Date", "Product", "Subtotal"), rows)
    facts = opened(shop({"odoo.csv": text})).facts()
    assert (facts["lines_n"], facts["orders_n"], facts["customers_n"]) == (24, 12, 4)
    assert facts["spend_total"] == pytest.approx(148)


def test_guests_between_customers_are_not_taken_for_the_customer_above(tmp_path):
    rows = [(f"F{n}" if n % 3 else "", f"2024-01-{n:02}", "tea", 10 + n) for n in range(1, 29)]
    found = guessed(tmp_path, table(("Client", "Date", "Item", "Sum"), rows))
    assert not found.peek.layout.fill_down
    assert any("fill_down: [Client]" in doubt for doubt in found.choice("customer_id").doubts)


def test_a_column_to_fill_that_is_not_there_is_named(shop, tmp_path):
    shop({"orders.csv": groups(lambda c, _: (f"Firm {c}", "", "", ""))})
    text = "title: T\ntables:\n  orders:\n    file: data/orders.csv\n    layout:\n"
    (tmp_path / "studies" / "mine.yaml").write_text(f"{text}      fill_down: [Klient]\n")
    with pytest.raises(StudyError, match="no column “Klient” to fill down"):
        data.open(open_run("mine", stage="03_data"))


@pytest.mark.slow
@pytest.mark.parametrize("amounts", [False, True], ids=["customers", "amounts too"])
def test_merged_cells_stand_for_every_row_and_a_merged_amount_counts_once(amounts, shop):
    rows = [["Client", "Date", "Item", "Sum"]]
    rows += [[f"Firm {n // 3}" if n % 3 == 0 else "", f"2024-0{n + 1}-05", "tea",
              "" if amounts and n % 3 else 10] for n in range(6)]  # fmt: skip
    merged = ["A2:A4", "A5:A7", *(["D2:D4", "D5:D7"] if amounts else [])]
    tables = opened(shop({"x.xlsx": workbook({"S": rows}, merged=merged)}))
    assert tables.facts()["customers_n"] == 2
    line = tables.register().set_index("table").loc["orders"]
    assert (line.read_n, float(line.kept_amount)) == (6, 20.0 if amounts else 60.0)
    assert float(line.read_amount) == float(line.kept_amount)


# ------------------------------------------------------------------ numbers and states


def test_the_number_that_ties_lines_together_is_the_orders_and_not_the_transactions(tmp_path):
    rows = [(3000 + n, 8000 + n // 2, f"buyer{n // 2 % 5}", f"2024-01-{n // 2 + 1:02}", 10 + n % 2)
            for n in range(16)]  # fmt: skip
    text = table(("Transaction ID", "Order ID", "Buyer", "Sale Date", "Item Total"), rows)
    choice = guessed(tmp_path, text).choice("order_id")
    assert (choice.heading, choice.doubts) == ("Order ID", ())


@pytest.mark.parametrize("name", ["Line No", "Number", "№ п/п", "Заказов", "Check"])
def test_a_number_that_customers_share_is_no_order_number(name, tmp_path):
    rows = [(k + 1, f"C{o % 4}", f"2024-01-{o + 1:02}", 5.5 + k) for o in range(12)
            for k in range(3)]  # fmt: skip
    found = guessed(tmp_path, table((name, "Customer", "Date", "Amount"), rows))
    assert found.table == "orders"
    assert "order_id" not in columns(found)


def test_a_number_of_every_line_is_doubted_where_a_customer_has_several_at_one_time(tmp_path):
    rows = [(3000 + n, f"buyer{n // 4}", f"2024-01-{n // 4 + 1:02} 10:15", f"P{n % 4}", 10 + n)
            for n in range(16)]  # fmt: skip
    text = table(("Transaction ID", "Buyer", "Date", "Item", "Total"), rows)
    assert "differs on every line" in guessed(tmp_path, text).choice("order_id").doubts[0]


@pytest.mark.parametrize(
    ("head", "value"),
    [("Opportunity", "OP-{}"), ("Opportunity", "{}"), ("Deal", "D{}"), ("Сделка", "{}"),
     ("Название сделки", "Сделка {}"), ("Record ID", "{}")],
)  # fmt: skip
def test_a_deal_is_an_order_whatever_crm_calls_it(head, value, tmp_path):
    rows = [(value.format(500 + n), f"A{n % 4}", f"2024-02-{n + 1:02}", 100 + 3 * n)
            for n in range(15)]  # fmt: skip
    found = guessed(tmp_path, table((head, "Account", "Close Date", "Amount"), rows))
    assert (columns(found)["order_id"], columns(found)["amount"]) == (head, "Amount")


def test_an_opportunity_that_holds_the_only_money_is_the_amount(tmp_path):
    rows = [(n, f"A{n % 4}", f"2024-02-{n + 1:02}", 1500 * (n % 3 + 1)) for n in range(15)]
    found = guessed(tmp_path, table(("ID", "COMPANY_ID", "CLOSEDATE", "OPPORTUNITY"), rows))
    assert columns(found)["amount"] == "OPPORTUNITY"
    assert columns(found)["order_id"] == "ID"


@pytest.mark.parametrize(
    ("head", "values", "is_state"),
    [
        ("Ship State", ("OR", "NY"), False),
        ("State", ("California", "New York"), False),
        ("Estado", ("Madrid", "Sevilla"), False),
        ("State", ("complete", "canceled"), True),
        ("Order State", ("new", "processing"), True),
        ("Status", ("zz", "yy"), True),
    ],
)
def test_values_tell_whether_a_state_is_one_of_orders(head, values, is_state, tmp_path):
    rows = [(500 + n, f"c{n % 4}", f"2024-02-{n + 1:02}", 100 + n, values[n % 2])
            for n in range(15)]  # fmt: skip
    found = guessed(tmp_path, table(("Order ID", "Customer", "Date", "Total", head), rows))
    assert ("status" in columns(found)) is is_state


@pytest.mark.parametrize("head", ["Associated Company IDs", "Company ID", "COMPANY_IDS"])
def test_ids_of_companies_tell_customers_apart(head, tmp_path):
    rows = [(f"D{n}", f"2024-02-{n + 1:02}", 100 + n, 500 + n % 5) for n in range(15)]
    found = guessed(tmp_path, table(("Deal Name", "Close Date", "Amount", head), rows))
    assert columns(found)["customer_id"] == head


# ------------------------------------------------------------------ a draft after a refusal

NO_DATES = table(
    ("E-mail", "Order", "Date", "Sum"),
    [(f"ann{n % 4}@example.org", 100 + n, f"week {n % 9} of the year", 10 + n) for n in range(12)],
)


def test_a_refusal_leaves_a_draft_with_what_was_nearest_and_why_it_failed(shop, tmp_path):
    with pytest.raises(StudyError, match=r"lacks dates(.|\n)*mine.yaml is begun"):
        new.draft("mine", shop({"orders.csv": NO_DATES}), options={})
    text = (tmp_path / "studies" / "mine.yaml").read_text("utf-8")
    said = " ".join(text.replace("#", " ").split())
    assert "nearest is “Date”, but its values, such as “week 0 of the year”, are not read" in said
    assert "ordered_at: '?'" in text
    assert "customer_id: E-mail" in text
    assert "ann0@" not in text


def test_a_draft_says_what_is_still_to_fill_and_may_be_written_over(shop, tmp_path):
    files = shop({"orders.csv": NO_DATES})
    with pytest.raises(StudyError):
        new.draft("mine", files, options={})
    with pytest.raises(StudyError, match=r"not finished: “.” stands there for orders: ordered_at"):
        study.load("mine")
    shop({"orders.csv": NO_DATES.replace("week ", "2024-01-1").replace(" of the year", "")})
    assert new.draft("mine", files, options={}).study().tables["orders"].file == files[0]


def test_an_example_of_a_draft_is_masked(shop, tmp_path):
    rows = [(f"2024-01-{n + 1:02}", 10 + n, "" if n else "Ann Lee") for n in range(12)]
    with pytest.raises(StudyError):
        new.draft("mine", shop({"x.csv": table(("Date", "Sum", "Contact name"), rows)}), options={})
    text = (tmp_path / "studies" / "mine.yaml").read_text("utf-8")
    assert "“Contact name”" in text
    assert "Ann" not in text
