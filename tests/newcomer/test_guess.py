"""What files hold, told from headings and cells: exports of many programs, counted by hand."""

import pytest
from export_worlds import WEATHER, WORLDS

from segkit.data.sources.files import reading
from segkit.newcomer.guessing import content, guess


def peeks(folder, files):
    found = []
    for name, text in files.items():
        path = folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        found += reading.peek(path)
    return found


def guessed(folder, files):
    return guess.tables(peeks(folder, files))


def one(folder, text, name="file.csv"):
    return guessed(folder, {name: text})[0]


@pytest.mark.parametrize("name", WORLDS)
def test_every_column_of_a_real_export_is_recognised(name, tmp_path):
    world = WORLDS[name]
    found = {g.table: g for g in guessed(tmp_path, world.files)}
    assert set(found) == set(world.tables)
    for table, columns in world.tables.items():
        assert {c.column: c.heading for c in found[table].choices} == columns


@pytest.mark.parametrize("name", WORLDS)
def test_what_is_unsure_is_what_cannot_be_told(name, tmp_path):
    world = WORLDS[name]
    doubted = {c.column for g in guessed(tmp_path, world.files) for c in g.choices if c.doubts}
    assert doubted == world.unsure


@pytest.mark.parametrize("name", [n for n, w in WORLDS.items() if w.personal])
def test_what_says_who_somebody_is_is_not_used(name, tmp_path):
    world = WORLDS[name]
    personal = {h for g in guessed(tmp_path, world.files) for h in g.personal}
    assert world.personal <= personal


def test_what_is_no_customers_data_is_said_to_be_nothing(tmp_path):
    found = guessed(tmp_path, WEATHER)[0]
    assert found.table is None
    assert "lacks" in found.why or "known" in found.why


def test_the_line_amount_is_told_from_price_and_order_total_by_arithmetic(tmp_path):
    text = "order,client,date,qty,price,sum,total\n" + "".join(
        f"{n},c{n % 3},2024-01-{10 + n},{q},2.50,{q * 2.5},{100 + n}.00\n"
        for n in range(6)
        for q in (1, 2, 3)
    )
    found = one(tmp_path, text)
    assert found.choice("amount").heading == "sum"
    assert found.choice("unit_price").heading == "price"


def test_a_customer_number_that_joins_another_file_is_preferred(tmp_path):
    orders = "order_id,customer_id,card,date,amount\n" + "".join(
        f"{n},{n},LC{n % 4:03},2024-01-{10 + n},5.50\n" for n in range(12)
    )
    people = "card,city\n" + "".join(f"LC{n:03},Riga{n % 2}\n" for n in range(4))
    found = {g.table: g for g in guessed(tmp_path, {"orders.csv": orders, "people.csv": people})}
    assert found["orders"].choice("customer_id").heading == "card"
    assert found["customers"].choice("customer_id").heading == "card"


def test_customers_numbered_with_zero_for_guests_are_told_by_e_mail(tmp_path):
    text = "order_id,customer_id,email,date,total\n" + "".join(
        f"{n},{n % 3 * 7},p{n % 4}@example.org,2024-01-{10 + n},5.50\n" for n in range(12)
    )
    assert one(tmp_path, text).choice("customer_id").heading == "email"


def test_names_of_people_are_doubted_as_customer_numbers_and_companies_are_not(tmp_path):
    head = "order_id,customer,date,total\n"
    people = head + "1,Ann Lee,2024-01-05,5.50\n2,Bob Ray,2024-01-06,6.50\n"
    firms = head + "1,Lee Ltd,2024-01-05,5.50\n2,Ray GmbH,2024-01-06,6.50\n"
    assert one(tmp_path, people).choice("customer_id").doubts
    assert not one(tmp_path, firms).choice("customer_id").doubts


def test_the_date_of_the_order_is_preferred_to_payment_and_delivery(tmp_path):
    text = (
        "id;Дата оплаты;Дата доставки;Дата заказа;Клиент ID;Сумма\n"
        "1;02.01.2024;09.01.2024;01.01.2024;k1;5,50\n2;16.01.2024;19.01.2024;15.01.2024;k2;7,25\n"
    )
    found = one(tmp_path, text).choice("ordered_at")
    assert found.heading == "Дата заказа"
    assert set(found.others) <= {"Дата оплаты", "Дата доставки"}


def test_a_list_with_sums_per_customer_is_no_list_of_orders(tmp_path):
    text = (
        "Member No,Last purchase date,Number of purchases,Total spend (GBP),Tier,Mobile\n"
        "M001,2024-02-11,14,532.10,Gold,07700 900001\nM002,2023-12-01,3,61.00,Basic,07700 900002\n"
    )
    found = one(tmp_path, text)
    assert found.table == "customers"
    assert {c.column for c in found.choices} == {
        "customer_id", "last_order_at", "orders_n", "spend_total", "loyalty_level", "phone"
    }  # fmt: skip


VISITORS = "user_id,timestamp,group,landing_page,converted\n" + "".join(
    f"{600 + n},2017-01-{n % 20 + 1:02d} 10:00:11,{arm},{arm}_page,{int(n % 7 == 0)}\n"
    for n in range(40) for arm in [("control", "treatment")[n % 2]]
)  # fmt: skip
LETTERS = "recency,history,newbie,segment,visit,spend\n" + "".join(
    f"{n % 12},{n + 0.5},{n % 2},{arm},{int(n % 5 == 0)},{(n % 9 == 0) * 7.25}\n"
    for n in range(60) for arm in [("Mens E-Mail", "No E-Mail", "Womens E-Mail")[n % 3]]
)  # fmt: skip
VARIANTS = "variant,converted,device\n" + "A,1,phone\nB,0,desk\nB,1,phone\nA,0,desk\n" * 9


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        (VISITORS, {"arm": "group", "customer_id": "user_id", "assigned_at": "timestamp",
                    "responded": "converted", "landing_page": "landing_page"}),
        (LETTERS, {"arm": "segment", "before": "history", "visited": "visit", "amount": "spend",
                   "recency": "recency", "newbie": "newbie"}),
        (VARIANTS, {"arm": "variant", "responded": "converted", "channel": "device"}),
    ],
)  # fmt: skip
def test_people_drawn_for_arms_with_what_came_of_it_are_a_test(text, columns, tmp_path):
    found = one(tmp_path, text)
    assert found.table == "tests"
    assert {c.column: c.heading for c in found.choices} == columns


@pytest.mark.parametrize("heading", ["group", "segment", "version"])
def test_groups_of_customers_without_anybody_who_got_nothing_are_no_test(heading, tmp_path):
    rows = "".join(f"C{n},{['gold', 'silver'][n % 2]},{int(n % 3 == 0)}\n" for n in range(30))
    assert one(tmp_path, f"customer_id,{heading},responded\n{rows}").table == "customers"


def test_sums_of_customers_are_left_out_where_the_orders_tell_them(tmp_path):
    orders = "order_id,customer_id,date,total\n1,M001,2024-01-05,5.50\n2,M002,2024-01-06,6.50\n"
    people = "customer_id,city,orders_n,total spent\nM001,York,3,15.50\nM002,Hull,4,20.00\n"
    found = {g.table: g for g in guessed(tmp_path, {"orders.csv": orders, "people.csv": people})}
    assert {c.column for c in found["customers"].choices} == {"customer_id", "city"}
    assert found["customers"].unused == dict.fromkeys(
        ["orders_n", "total spent"], "the orders tell it"
    )


def test_order_of_rows_and_columns_changes_no_choice(tmp_path):
    text = WORLDS["gift shop"].files["online_retail.csv"]
    rows = [line.split(",") for line in text.strip().splitlines()]
    turned = [list(reversed(row)) for row in [rows[0], *reversed(rows[1:])]]
    mine = {c.column: c.heading for c in one(tmp_path, text).choices}
    other = {
        c.column: c.heading
        for c in one(tmp_path, "\n".join(",".join(row) for row in turned), "b.csv").choices
    }
    assert mine == other


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 234,50 ₽", 1234.5),
        ("$84,835.00 ", 84835.0),
        ("(500)", -500.0),
        ("-3.5", -3.5),
        ("x", None),
    ],
)
def test_numbers_are_read_as_people_write_them(text, value):
    assert content.number(text.strip()) == value


@pytest.mark.parametrize("heading", ["Kundenname", "Nom du client", "Customer name"])
def test_the_name_of_a_person_is_never_a_product(heading, tmp_path):
    rows = [f"B-{n};{n % 9 + 1}.03.2024;{n % 40};Hans Weiss {n % 40};4{n % 10},50"
            for n in range(200)]  # fmt: skip
    text = f"Bestellnummer;Bestelldatum;Kundennummer;{heading};Betrag\n" + "\n".join(rows)
    found = one(tmp_path, text)
    assert {c.column: c.heading for c in found.choices} == {
        "customer_id": "Kundennummer",
        "order_id": "Bestellnummer",
        "ordered_at": "Bestelldatum",
        "amount": "Betrag",
    }
    assert heading in found.personal


# ------------------------------------------------------------------ further tables

BOUGHT = "Order No,Customer ID,Order date,Total\n" + "".join(
    f"O{n},C{n % 7:03},2024-0{1 + n % 9}-1{n % 9},{10 + n}.50\n" for n in range(40)
)
OPEN_BILLS = "Invoice number,Customer ID,Invoice date,Due date,Paid on,Amount\n" + "".join(
    f"I{n},C{n % 7:03},2024-0{1 + n % 9}-01,2024-0{1 + n % 9}-15,,{10 + n}\n" for n in range(20)
)
HITS = "Client ID,User ID,Event name,Event time,Page path\n" + "".join(
    f"v{n % 9},C{n % 7:03},page_view,2024-01-1{n % 9} 10:00:00,/p{n % 3}\n" for n in range(40)
)
ASKED = "Номер заявки,ID клиента,Дата заявки,Канал\n" + "".join(
    f"R{n},C{n % 7:03},2024-01-1{n % 9},форма\n" for n in range(20)
)
ANSWERS = "Timestamp,Customer ID,I compare prices,Your e-mail\n" + "".join(
    f"2024-05-1{n},C{n:03},{'yes' if n % 2 else 'no'},a{n}@b.de\n" for n in range(7)
)


def columns(found):
    return {c.column: c.heading for c in found.choices}


def test_a_file_beside_the_orders_is_what_its_name_and_columns_say(tmp_path):
    files = {
        "orders.csv": BOUGHT,
        "invoices.csv": OPEN_BILLS,
        "web_hits.csv": HITS,
        "заявки.csv": ASKED,
        "survey 2024.csv": ANSWERS,
    }
    found = {g.table: g for g in guessed(tmp_path, files)}
    assert set(found) == {"orders", "invoices", "visits", "requests", "survey"}
    assert columns(found["invoices"]) == {
        "customer_id": "Customer ID",
        "sent_at": "Invoice date",
        "invoice_id": "Invoice number",
        "due_at": "Due date",
        "amount": "Amount",
    }
    assert columns(found["visits"])["visitor_id"] == "Client ID"
    assert columns(found["visits"])["customer_id"] == "User ID"
    assert columns(found["requests"])["requested_at"] == "Дата заявки"
    assert columns(found["survey"])["i_compare_prices"] == "I compare prices"
    assert found["survey"].personal == ["Your e-mail"]


@pytest.mark.parametrize("name", ["invoices.csv", "bills.csv", "gym_visits.csv", "bookings.csv"])
def test_the_only_file_with_purchases_stays_the_orders(name, tmp_path):
    assert one(tmp_path, BOUGHT, name=name).table == "orders"


def test_a_name_alone_makes_no_table(tmp_path):
    files = {"orders.csv": BOUGHT, "visits.csv": "Where,When\nhere,2024-01-01\nthere,2024-01-02\n"}
    assert [g.table for g in guessed(tmp_path, files)] == ["orders", None]


def test_cost_is_doubted_because_it_may_be_that_of_one_piece(tmp_path):
    text = "Customer ID,Order date,Total,Cost price\n" + "".join(
        f"C{n % 7:03},2024-01-1{n % 9},{10 + n}.50,{5 + n}.10\n" for n in range(20)
    )
    choice = one(tmp_path, text).choice("cost")
    assert choice.heading == "Cost price"
    assert "of the whole line" in choice.doubts[0]


ORDERS = "customer_id,order_id,ordered_at,amount\n" + "".join(
    f"c{day},o{day},2024-01-{day:02d},10\n" for day in range(1, 20)
)


def beside_orders(folder, name, text):
    found = guessed(folder, {"orders.csv": ORDERS, name: text})
    return next(g for g in found if g.peek.path.name == name)


def test_hits_of_google_analytics_count_microseconds_and_are_visits(tmp_path):
    text = (
        "event_timestamp,event_name,user_pseudo_id,user_id,ga_session_id,page_location,"
        "transaction_id,value,session_source_medium,device_category,geo_country\n"
    ) + "".join(
        f"17281419{n:02}000000,{event},9197467{n % 7}9.118743{n},{'c1' if n % 3 else ''},"
        f"1700000{n},https://x.example/{n},,,google / cpc,mobile,Latvia\n"
        for n, event in enumerate(["session_start", "page_view", "add_to_cart"] * 7)
    )
    found = beside_orders(tmp_path, "ga4_events.csv", text)
    assert found.table == "visits"
    assert columns(found) == {
        "visitor_id": "user_pseudo_id",
        "seen_at": "event_timestamp",
        "event": "event_name",
        "customer_id": "user_id",
        "session_id": "ga_session_id",
        "page": "page_location",
        "source": "session_source_medium",
        "device": "device_category",
        "region": "geo_country",
    }
    assert not found.choice("customer_id").doubts


@pytest.mark.parametrize(
    ("came", "away"), [("Showed up", "No-show"), ("явился", "не явился"), ("yes", "no")]
)
def test_whether_somebody_came_is_told_by_the_words_of_calendars(came, away, tmp_path):
    text = "Client ID,Booked on,Starts at,Attendance,Invoice ID\n" + "".join(
        f"c{n},2024-01-{n:02},2024-02-{n:02},{('', came, away)[n % 3]},{f'o{n}' * (n % 3 == 1)}\n"
        for n in range(1, 20)
    )
    found = beside_orders(tmp_path, "appointments.csv", text)
    assert columns(found) == {
        "customer_id": "Client ID",
        "starts_at": "Starts at",
        "booked_at": "Booked on",
        "kept": "Attendance",
        "order_id": "Invoice ID",
    }
    assert not any(choice.doubts for choice in found.choices)


def test_the_number_of_employees_says_something_of_the_customer(tmp_path):
    text = "customer_id,Количество сотрудников,Менеджер\n" + "".join(
        f"c{n},{5 * (n % 4 + 1)},Петров{n % 3}\n" for n in range(1, 20)
    )
    found = beside_orders(tmp_path, "clients.csv", text)
    assert columns(found) == {"customer_id": "customer_id", "employees": "Количество сотрудников"}


@pytest.mark.parametrize("firms", [True, False])
def test_firms_keep_their_names_where_referrals_tell_them_and_people_do_not(firms, tmp_path):
    called = "ООО «Ромашка-{}»" if firms else "Anna Person{}"
    people = "Код клиента,Наименование\n" + "".join(
        f"c{n},{called.format(n)}\n" for n in range(1, 20)
    )
    told = "Новый клиент,Дата,Откуда узнали\n" + "".join(
        f"c{n},2024-01-{n:02},от Ромашка-{n + 1}\n" for n in range(1, 19)
    )
    files = {"orders.csv": ORDERS, "клиенты.csv": people, "рекомендации.csv": told}
    found = {g.table: columns(g) for g in guessed(tmp_path, files)}
    kept = "company" if firms else "name"
    assert found["customers"] == {"customer_id": "Код клиента", kept: "Наименование"}
    del files["рекомендации.csv"]
    (tmp_path / "рекомендации.csv").unlink()
    found = {g.table: columns(g) for g in guessed(tmp_path, files)}
    assert "company" not in found["customers"]


def test_examples_of_free_words_show_no_number_and_no_address(tmp_path):
    text = "Customer ID,Order date,Total,Product\n" + "".join(
        f"C{n % 7:03},2024-01-1{n % 9},{10 + n}.50,call +371 2999999{n % 9} or a{n}@b.de please\n"
        for n in range(20)
    )
    found = one(tmp_path, text)
    shown = [guess.masked(choice, found.contents[choice.heading]) for choice in found.choices]
    assert "Product" in {choice.heading for choice in found.choices}
    assert not any("@" in value or "2999" in value for values in shown for value in values)
