"""What headings mean: real ones of many programs, and what must not be taken for a column."""

from pathlib import Path

import pytest
import yaml

from segkit.data import schema
from segkit.data.sources import headings


def best(heading, table="orders"):
    found = headings.match(heading, table)
    return max(found, key=found.get) if found else None


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("InvoiceNo", "order_id"),
        ("CustomerID", "customer_id"),
        ("customerid", "customer_id"),
        ("CUSTOMER_ID", "customer_id"),
        ("Client ID", "customer_id"),
        ("Created at", "ordered_at"),
        ("Lineitem price", "unit_price"),
        ("Lineitem quantity", "quantity"),
        ("Номер заказа", "order_id"),
        ("Заказ №", "order_id"),
        ("№ чека", "order_id"),
        ("Дата заказа", "ordered_at"),
        ("Контрагент", "customer_id"),
        ("Сумма, руб.", "amount"),
        ("Сумма (руб.)", "amount"),
        ("Кол-во", "quantity"),
        ("Transaction ID", "order_id"),
        ("Item revenue", "amount"),
        ("Бюджет", "amount"),
        ("Order Total (EUR)", "amount"),
        ("Quantity Ordered", "quantity"),
        ("Bestelldatum", "ordered_at"),
        ("Kunden-Nr.", "customer_id"),
        ("Скидка, руб", "discount"),
        ("quantty", "quantity"),
    ],
)
def test_real_headings_are_known(heading, column):
    assert best(heading) == column


@pytest.mark.parametrize(
    "heading",
    ["Shipping total", "Налог", "Менеджер", "Card Last4", "Вес, кг", "Comment", "???", ""],
)
def test_other_headings_are_not_taken_for_a_column(heading):
    assert headings.match(heading, "orders") == {}


@pytest.mark.parametrize("table", schema.TABLES)
def test_every_canonical_column_is_known_by_its_own_name(table):
    for name in [name for name in schema.names(table) if name not in schema.ASKED]:
        assert headings.match(name, table)[name] == 1


@pytest.mark.parametrize("table", schema.TABLES)
def test_every_canonical_column_has_headings_in_english_and_russian(table):
    for name in [name for name in schema.names(table) if name not in schema.ASKED]:
        listed = " ".join(headings.lists(table)[name])
        assert any(letter.isascii() and letter.isalpha() for letter in listed), name
        assert any("а" <= letter <= "я" for letter in listed.lower()), name


def test_the_file_names_no_column_that_does_not_exist():
    file = Path(headings.__file__).with_suffix(".yaml")
    listed = yaml.safe_load(file.read_text(encoding="utf-8"))
    own = [table for table in schema.TABLES if table in listed]
    assert {"orders", "customers", "products", "mailings"} == set(own)
    for table in own:
        assert set(listed[table]) == set(schema.names(table)) - set(schema.ASKED)
    further = {name for table in schema.TABLES if table not in own for name in schema.names(table)}
    assert set(listed["further"]) == further - {"customer_id", "amount", "product_id"}


def test_case_order_plural_and_punctuation_make_no_difference():
    for heading in ("Order date", "date_order", "ORDER DATES", "Order-Date", "order.date"):
        assert headings.match(heading, "orders")["ordered_at"] == 1


def test_the_same_words_beat_a_misspelling_and_that_beats_words_among_others():
    same, near, inside = ("quantity", "quantty", "quantity per box")
    worth = [headings.match(h, "orders")["quantity"] for h in (same, near, inside)]
    assert worth == sorted(worth, reverse=True)
    assert len(set(worth)) == 3


def test_a_number_beats_an_e_mail_and_that_beats_a_name():
    worth = [headings.match(h, "orders")["customer_id"] for h in ("Customer ID", "Email", "ФИО")]
    assert worth == sorted(worth, reverse=True)
    assert len(set(worth)) == 3


@pytest.mark.parametrize(
    ("heading", "name"),
    [("Город", "city"), ("Billing City", "city"), ("Пол", "gender"), ("utm_source", "channel"),
     ("Отрасль", "industry"), ("Favourite colour", None)],
)  # fmt: skip
def test_attributes_get_the_names_that_the_card_knows(heading, name):
    assert headings.attribute(heading) == name


@pytest.mark.parametrize("heading", ["Дата рождения", "Billing Address 1", "IP address", "Паспорт"])
def test_headings_that_say_who_somebody_is_are_personal(heading):
    assert headings.personal(heading)


def test_a_missing_column_is_suggested_from_its_heading(project):
    run = project(orders="client,дата заказа,total\n1,2024-01-01,5\n")
    from segkit import data
    from segkit.study import StudyError

    with pytest.raises(StudyError, match="customer_id: client"):
        data.open(run)
