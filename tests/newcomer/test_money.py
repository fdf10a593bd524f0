"""What a new study says about money: states, totals of orders, prices of lines, groups."""

import pytest

from segkit import newcomer
from segkit.data.treatment import states
from segkit.newcomer.guessing import order_lines
from segkit.newcomer.guessing.content import Content
from segkit.study import load


def draft(project, tmp_path, text, name="shop"):
    project(orders="a\n1\n")
    (tmp_path / "export.csv").write_text(text, encoding="utf-8")
    made = newcomer.draft(name, [str(tmp_path / "export.csv")])
    newcomer.save(made)
    return made, (tmp_path / "studies" / f"{name}.yaml").read_text(encoding="utf-8")


def deals(*stages):
    rows = [f"{n},c{n % 3},2024-01-{n + 1:02},{n}.50,{s}" for n, s in enumerate(stages)]
    return "\n".join(["Deal ID,Client ID,Close Date,Amount,Stage", *rows]) + "\n"


def test_every_state_is_listed_with_what_becomes_of_it(project, tmp_path):
    made, text = draft(project, tmp_path, deals("Closed Won", "Closed Lost", "Negotiation"))
    assert load("shop").states == {
        "Closed Won": "counts", "Closed Lost": "set aside", "Negotiation": "open"}  # fmt: skip
    assert not any(finding.doubt for finding in made.states)
    assert "Closed Won: counts" in text


@pytest.mark.parametrize(
    ("stages", "meaning"),
    [(("Closed Won", "Thinking it over"), "open"), (("paid", "Thinking it over"), "counts")],
)
def test_a_state_that_nobody_knows_is_doubted(project, tmp_path, stages, meaning):
    made, text = draft(project, tmp_path, deals(*stages))
    assert load("shop").states["Thinking it over"] == meaning
    assert [f.key for f in made.states if f.doubt] == ["Thinking it over"]
    assert "# unsure: what “Thinking it over” means is not known" in text


ORDERS = ("paid", "Completed", "processing", "shipped", "Delivered", "wc-completed", "fulfilled",
          "unfulfilled", "authorized", "Выполнен", "Доставлен", "Оплачен", "Отгружен", "Завершён",
          "versandt", "Livrée", "Shipped - Delivered to Buyer", "confirmed", "Принят",
          "Completata", "entregado", "partially_refunded", "Оплачено", "В доставке")  # fmt: skip
LOST = ("cancelled", "Voided", "Сделка провалена", "Закрыто и не реализовано", "closedlost",
        "Closed Lost", "LOSE", "Неуспешно", "не состоялась", "Verloren", "Perdu", "refunded",
        "Отменён", "Возврат", "Deal lost")  # fmt: skip
WON = ("Сделка успешна", "Успешно реализовано", "closedwon", "Closed Won", "WON", "Won",
       "Успешная сделка", "Сделка завершена успешно", "Закрыта успешно", "Gewonnen")  # fmt: skip
UNDER_WAY = ("Подготовка документов", "В работе", "Переговоры", "Первичный контакт",
             "Принимают решение", "Согласование договора", "appointmentscheduled",
             "Qualified To Buy", "Presentation Scheduled", "Decision Maker Bought-In",
             "Contract Sent", "Proposal/Price Quote", "Negotiation/Review", "Needs Analysis",
             "Prospecting", "In progress")  # fmt: skip


@pytest.mark.parametrize(
    ("words", "meaning"), [(ORDERS, "counts"), (LOST, "set aside"), (UNDER_WAY, "open")]
)
def test_states_are_known_by_their_words(words, meaning):
    assert {word: states.told(word) for word in words} == dict.fromkeys(words, meaning)


def test_deals_that_were_won_are_known_by_their_words():
    assert [word for word in WON if not states.is_won(word)] == []
    assert [word for word in (*ORDERS, *LOST, *UNDER_WAY) if states.is_won(word)] == []


LINES = "Order,Client,Date,Item,Qty,Price,Order Total\n"


def test_a_total_below_the_lines_is_taken_and_doubted_with_both_sums(project, tmp_path):
    rows = ("1,C1,2024-01-05,Mug,1,30.00,56.00", "1,C1,2024-01-05,Tray,1,40.00,56.00",
            "2,C2,2024-01-15,Mug,2,30.00,60.00", "3,C3,2024-01-16,Mug,1,30.00,30.00")  # fmt: skip
    made, _ = draft(project, tmp_path, LINES + "\n".join(rows) + "\n")
    (choice,) = [c for c in made.parts["orders"].guess.choices if c.column == "order_total"]
    assert choice.heading == "Order Total"
    assert "160.00" in choice.doubts[0]
    assert "146.00" in choice.doubts[0]


@pytest.mark.parametrize("extra", [0, 5])
def test_totals_that_agree_or_hold_shipping_are_left_alone(project, tmp_path, extra):
    rows = (f"1,C1,2024-01-05,Mug,1,30.00,{70 + extra}.00",
            f"1,C1,2024-01-05,Tray,1,40.00,{70 + extra}.00",
            f"2,C2,2024-01-15,Mug,2,30.00,{60 + extra}.00")  # fmt: skip
    made, _ = draft(project, tmp_path, LINES + "\n".join(rows) + "\n")
    assert "order_total" not in {c.column for c in made.parts["orders"].guess.choices}


def test_a_discount_of_the_order_without_its_total_is_doubted(project, tmp_path):
    rows = ("1,C1,2024-01-05,Mug,1,30.00,14.00", "1,C1,2024-01-05,Tray,1,40.00,14.00",
            "2,C2,2024-01-15,Mug,2,30.00,0.00")  # fmt: skip
    head = LINES.replace("Order Total", "Order Discount")
    made, _ = draft(project, tmp_path, head + "\n".join(rows) + "\n")
    found = {c.column: c.doubts for c in made.parts["orders"].guess.choices}
    assert "discount" not in found
    assert "“Order Discount” is of the whole order, 14.00" in found["unit_price"][0]


def numbers(*values):
    return Content("x", tuple(map(str, values)))


@pytest.mark.parametrize(
    ("quantities", "prices", "share"),
    [
        ((1, 3, 1, 2), (10, 30, 80, 160), 1.0),
        ((1, 3, 1, 2), (10, 10, 80, 80), 0.0),
        ((1, 3, 1, 2), (10, 30, 80, 80), 0.5),
        ((2, 2, 1, 1), (20, 30, 80, 80), 0.0),
        ((3, 7, 1, 2), (3.33, 7.78, 80, 160), 1.0),
    ],
)
def test_a_price_that_grows_with_the_quantity_is_the_line_s(quantities, prices, share):
    product = Content("p", ("a", "a", "b", "b"))
    assert order_lines.growing(product, numbers(*quantities), numbers(*prices)) == share


@pytest.mark.parametrize("words", ["amount,cost", "Paid,Item cost", "Line total,price"])
def test_a_cost_that_grows_with_the_quantity_is_not_what_was_paid(words, project, tmp_path):
    rows = ("1,C1,2024-01-05,Mug,1,9.50,6.00", "1,C1,2024-01-05,Tray,2,38.00,24.00",
            "2,C2,2024-01-15,Mug,2,20.00,12.00", "3,C3,2024-01-18,Tray,1,20.00,12.00")  # fmt: skip
    head = f"order_id,customer_id,ordered_at,product,quantity,{words}\n"
    made, _ = draft(project, tmp_path, head + "\n".join(rows) + "\n")
    found = {c.column: c.heading for c in made.parts["orders"].guess.choices}
    assert found["amount"] == words.split(",")[0]


def test_values_of_a_group_are_taken_for_its_rows_and_doubted(project, tmp_path):
    rows = ("Ash Ltd,2024-01-05,Tea,10", ",2024-02-06,Cup,20", ",2024-03-07,Pot,30",
            "Elm SA,2024-01-09,Tea,15", ",2024-04-09,Cup,5", "Fir AB,2024-02-02,Tea,7")  # fmt: skip
    _, text = draft(project, tmp_path, "Client,Date,Item,Sum\n" + "\n".join(rows) + "\n")
    assert load("shop").tables["orders"].layout.fill_down == ["Client"]
    assert "# unsure: empty below the first row of a group" in text
    import segkit
    from segkit import data

    tables = data.open(segkit.open_run("shop", stage="03_data"))
    orders = tables.orders.group_by("customer_id").agg(s=tables.orders.amount.sum()).execute()
    assert sorted(map(float, orders.s)) == [7.0, 20.0, 60.0]
