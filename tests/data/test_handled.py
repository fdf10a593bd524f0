"""What is peculiar about orders is handled and counted: every rule against a count by hand."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from segkit import data
from segkit.brief import Brief, Goal, Limits
from segkit.data.cells import phrases
from segkit.data.quality import demands, tracing
from segkit.data.treatment import handled, returns
from segkit.study import StudyError

HEAD = "customer_id,order_id,ordered_at,product_id,product_name,quantity,amount\n"

GIVEN_BACK = (
    HEAD
    + """1,10,2024-01-05,a,Mug,1,9.00
1,10,2024-01-05,b,Cup,2,6.00
1,C10,2024-01-05,a,Mug,-1,-9.00
1,C10,2024-01-05,b,Cup,-2,-6.00
1,11,2024-02-01,a,Mug,1,9.00
1,12,2024-03-01,a,Mug,-1,-9.00
2,20,2024-01-01,a,Mug,-1,-9.00
2,21,2024-02-01,b,Cup,6,18.00
2,22,2024-02-03,b,Cup,-1,-3.00
3,30,2024-01-05,a,Mug,1,9.00
3,30,2024-01-05,b,Cup,1,3.00
3,C30,2024-01-05,a,Mug,-1,-9.00
"""
)


def shown(tables):
    frame = handled.table(tables)
    return {row.what: (row.found, row.money) for row in frame.itertuples()}


def rules_of(tables):
    frame = tables.rejected.order_by("table", "row").execute()
    return list(zip(frame["row"], frame.column, frame.rule, strict=True))


# ------------------------------------------------------------------ returns


@pytest.mark.slow
def test_returns_find_their_purchase_or_are_said_not_to(project):
    tables = data.open(project(orders=GIVEN_BACK))
    found = shown(tables)
    assert found["orders undone on the day they were made"] == ("1 order, 4 lines", 15.0)
    assert found["returns that find their purchase"] == ("4 lines", -33.0)
    assert found["returns of a part of a dearer purchase of the product"] == ("1 line", -3.0)
    alone = "returns without a purchase: bought before the data begin, or a correction"
    assert found[alone] == ("1 line", -9.0)


@pytest.mark.slow
def test_an_order_undone_on_its_day_is_no_purchase_and_a_later_return_leaves_it_one(project):
    tables = data.open(project(orders=GIVEN_BACK))
    baskets = tables.baskets.execute().set_index("order_id")
    bought = baskets.index[baskets.purchase].tolist()
    assert sorted(bought) == ["11", "21", "30"]
    assert baskets.lines_n["10"] == 0
    assert baskets.lines_n["C10"] == 0
    assert baskets.lines_n["30"] == 2
    card = data.card.build(tables, as_of="2024-04-01", window_days=0).set_index("customer_id")
    assert card.orders_n.to_dict() == {"1": 1, "2": 1, "3": 1}
    assert card.spend_total.to_dict() == {"1": 0.0, "2": 6.0, "3": 3.0}
    assert card.spend_recent_share["1"] <= 1


@pytest.mark.slow
def test_a_day_before_the_return_the_order_stands(project):
    tables = data.open(project(orders=GIVEN_BACK))
    card = data.card.build(tables, as_of="2024-03-01", window_days=0).set_index("customer_id")
    assert (card.orders_n["1"], card.spend_total["1"]) == (1, 9.0)


@pytest.mark.slow
def test_a_return_before_any_purchase_finds_none(project):
    orders = "customer_id,order_id,ordered_at,amount\n1,1,2024-01-01,-5\n1,2,2024-01-02,5\n"
    tables = data.open(project(orders=orders))
    assert returns.summary(tables.orders).lines.to_dict() == {"none": 1}
    assert "orders undone on the day they were made" not in shown(tables)


def by_hand(moves):
    """Match returns to purchases one by one; moves: (day, amount) in order of time."""
    free, found = 0, 0
    for _, amount in sorted(moves, key=lambda move: (move[0], move[1] < 0)):
        if amount > 0:
            free += 1
        elif free:
            free, found = free - 1, found + 1
    return found


@pytest.mark.slow
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(moves=st.lists(st.tuples(st.integers(1, 9), st.sampled_from([5, -5])), min_size=1,
                      max_size=12))  # fmt: skip
def test_pairs_are_those_found_one_by_one(moves):
    import pandas as pd

    rows = [("a", f"{n}", f"2024-01-0{day}", float(x)) for n, (day, x) in enumerate(moves)]
    frame = pd.DataFrame(rows, columns=["customer_id", "order_id", "ordered_at", "amount"])
    frame["ordered_at"] = pd.to_datetime(frame.ordered_at)
    orders = data.from_frames(frame).orders
    found = returns.summary(orders).lines.to_dict()
    refunds = sum(x < 0 for _, x in moves)
    assert sum(found.values()) == refunds
    assert found.get("whole", 0) == by_hand(moves)
    pairs = returns.pairs(orders).execute() if refunds else frame.assign(paired=False)
    assert pairs[pairs.paired].amount.sum() == 0


@pytest.mark.slow
def test_the_order_of_rows_in_the_file_does_not_matter(project, tmp_path):
    run = project(orders=GIVEN_BACK)
    first = shown(data.open(run))
    head, *rows = GIVEN_BACK.strip().splitlines()
    (tmp_path / "data" / "orders.csv").write_text("\n".join([head, *reversed(rows)]) + "\n")
    assert shown(data.open(run)) == first


# ------------------------------------------------------------------ rules


@pytest.mark.slow
def test_guests_are_kept_apart_and_counted_for_complete_not_for_prepared(project):
    names = ["", "0", "Guest", "N/A", "розничный покупатель", "7"]
    rows = [f"{name},{n},2024-01-05,10" for n, name in enumerate(names)]
    rows += [f"c{n},{n + 100},2024-01-05,10" for n in range(5)]
    tables = data.open(project(orders="customer_id,order_id,ordered_at,amount\n" + "\n".join(rows)))
    assert {rule for *_, rule in rules_of(tables)} == {"no customer named"}
    assert tables.facts()["customers_n"] == 6
    guests = demands.guests(tables)
    assert (guests["lines_n"], guests["money"]) == (5, 50.0)
    assert guests["lines_share"] == guests["money_share"] == pytest.approx(5 / 11)
    card = data.card.build(tables, as_of="2024-01-06", window_days=0)
    days = {"as_of": "2024-01-06", "window_days": 0}
    brief = Brief("segment", "", Goal(), data=days, learn=None, test=None, limits=Limits())
    checks = demands.check(tables, card, brief=brief, criteria=None).set_index("check")
    assert checks.verdict["prepared"] == "pass"
    assert checks.verdict["complete"] == "warn"
    strict = {"max_guest_pct": 40.0}
    checks = demands.check(tables, card, brief=brief, criteria=None, limits=strict)
    assert checks.set_index("check").verdict["complete"] == "stop"


ODD = [
    ("customer_id", "test_user", "test order"),
    ("order_id", "TEST-7", "test order"),
    ("product_name", "Тестовый товар", "test order"),
    ("product_name", "Test strips", None),
    ("product_name", "Тест на беременность", None),
    ("product_name", "Тесто слоёное", None),
    ("customer_id", "testarossa", None),
    ("status", "Отменён покупателем", "cancelled order"),
    ("status", "wc-refunded", "cancelled order"),
    ("status", "partially_refunded", None),
    ("status", "Unpaid", "cancelled order"),
    ("status", "paid", None),
    ("status", "Тест", "test order"),
    ("status", "доставлен", None),
    ("ordered_at", "1970-01-01", "impossible date"),
    ("ordered_at", "1900-01-00", "unreadable ordered_at"),
    ("ordered_at", "1899-12-30", "impossible date"),
]
"""What stands in a column, and the rule under which its row is set aside."""


@pytest.mark.slow
def test_tests_cancelled_orders_and_impossible_dates_are_set_aside(project):
    good = {"customer_id": "5", "ordered_at": "2024-01-05", "amount": "5"}
    good |= {"product_name": "Mug", "status": "paid"}
    rows = [good | {"order_id": str(n)} | {column: v} for n, (column, v, _) in enumerate(ODD)]
    lines = [",".join(rows[0]), *(",".join(row[c] for c in rows[0]) for row in rows)]
    found = rules_of(data.open(project(orders="\n".join(lines) + "\n")))
    assert found == [(n, column, rule) for n, (column, _, rule) in enumerate(ODD, 2) if rule]


@pytest.mark.slow
def test_the_study_names_test_customers_and_keeps_repeated_lines(project):
    orders = "customer_id,order_id,ordered_at,amount\n" + "7,1,2024-01-01,5\n7,1,2024-01-01,6\n" * 2
    orders += "8,2,2024-01-01,5\n"
    tables = data.open(project(orders=orders, study="test_customers: ['8']"))
    again = [(row, "all", "exact repetition") for row in (4, 5)]
    assert rules_of(tables) == [*again, (6, "customer_id", "test order")]
    assert tables.meta["orders_twice"] == 1


@pytest.mark.slow
def test_repeated_lines_can_be_kept(project):
    orders = "customer_id,order_id,ordered_at,amount\n" + "7,1,2024-01-01,5\n" * 2
    tables = data.open(project(orders=orders, study="repeated_lines: keep"))
    assert tables.facts()["spend_total"] == 10.0


@pytest.mark.slow
def test_free_lines_corrections_and_the_same_line_twice_are_kept_and_counted(project):
    orders = (
        HEAD.replace(",amount", ",amount,note")
        + """1,1,2024-01-01,a,Mug,1,5,x
1,1,2024-01-01,a,Mug,1,5,y
1,2,2024-01-02,b,Gift,1,0,
1,3,2024-01-03,c,Cup,2,-3,
1,4,2024-01-03,d,Pot,-2,4,
"""
    )
    found = shown(data.open(project(orders=orders)))
    assert found["lines without a price"] == ("1 line", 0.0)
    assert found["corrections: a negative amount for a positive quantity"] == ("1 line", -3.0)
    assert found["corrections: a positive amount for a negative quantity"] == ("1 line", 4.0)
    twice = next(what for what in found if what.startswith("the same line twice"))
    assert found[twice] == ("1 line", 5.0)


CHARGES = """POSTAGE|DOTCOM POSTAGE|Next Day Carriage|Standard shipping|Shipping (DHL)|Delivery fee
Bank Charges|AMAZON FEE|Discount|Discount: SUMMER10|Gift card 50|Dotcomgiftshop Gift Voucher £40.00
Manual|Adjust bad debt|CRUK Commission|Доставка|Доставка курьером|Услуга доставки|Скидка 10%
Комиссия банка|Подарочный сертификат 1000 руб.|Подарочная карта|POST|SAMPLES|Handling charge"""
GOODS = """DELIVERY VAN TOY|Postage stamp album|VINTAGE POST OFFICE CABINET|Manual coffee grinder
Discount bundle mugs|Gift card box|Mug|Сумка для доставки|Карта мира|Сертификатная рамка|Tip pencil
Post-it notes|Courier bag|Упаковка бумаги А4|Carriage clock|Сборник сказок
Sample book of dots|Сбор грудной|Купон ткани"""


def test_charges_are_told_from_goods_by_their_names():
    import ibis

    def told(names):
        table = ibis.memtable({"product_name": names})
        return data.treatment.charges.told(table)[1]

    charges, goods = ([n for line in text.splitlines() for n in line.split("|")]
                      for text in (CHARGES, GOODS))  # fmt: skip
    assert sorted(set(charges) - set(told(charges))) == []
    assert told(goods) == []


@pytest.mark.slow
def test_a_study_may_say_that_a_charge_is_goods_after_all(project):
    orders = HEAD + "1,1,2024-01-01,a,Delivery,1,5\n2,2,2024-01-02,b,Postage,1,4\n"
    tables = data.open(project(orders=orders, study="goods: [delivery]"))
    card = data.card.build(tables, as_of="2024-02-01", window_days=0).set_index("customer_id")
    assert card.lines_n.to_dict() == {"1": 1, "2": 0}


@pytest.mark.slow
def test_the_money_of_charges_counts_and_their_number_does_not(project):
    orders = (
        HEAD
        + """1,1,2024-01-01,a,Mug,1,5
1,1,2024-01-01,POST,POSTAGE,1,4
1,2,2024-01-02,D,Discount,-1,-2
2,3,2024-01-02,POST,POSTAGE,3,1
2,3,2024-01-02,a,Mug,2,10
"""
    )
    products = "product_id,department\na,Home\nPOST,Post\n"
    tables = data.open(project(orders=orders, products=products))
    card = data.card.build(tables, as_of="2024-02-01", window_days=0).set_index("customer_id")
    assert card.spend_total.to_dict() == {"1": 7.0, "2": 11.0}
    assert card.lines_n.to_dict() == {"1": 1, "2": 1}
    assert card.items_n.to_dict() == {"1": 1.0, "2": 2.0}
    assert card.distinct_products_n.to_dict() == {"1": 1, "2": 1}
    assert card.share_home.to_dict() == {"1": 1.0, "2": 1.0}
    assert shown(tables)["no product: “POSTAGE”"] == ("2 lines", 5.0)


# ------------------------------------------------------------------ currencies


MIXED = """customer_id,order_id,ordered_at,amount,currency
1,1,2024-01-01,10.00,EUR
1,2,2024-01-02,100.01,usd
2,3,2024-01-03,7.00,₽
2,4,2024-01-03,20.00,EUR
3,5,2024-01-03,1.00,
3,6,31.02.2024,3.00,USD
"""


@pytest.mark.slow
def test_other_currencies_are_converted_by_the_rates_or_set_aside(project):
    study = "currency: EUR\nrates: {USD: 0.9}"
    tables = data.open(project(orders=MIXED, study=study))
    assert rules_of(tables) == [
        (4, "currency", "other currency"),
        (7, "ordered_at", "unreadable ordered_at"),
    ]
    assert tables.facts()["spend_total"] == 121.009  # rounded once, where it is shown
    sums = tracing.reconciliation(tables).set_index("counted in")
    assert (sums.difference == 0).all()
    assert sums.read.to_dict() == {"rows": 6, "EUR": 31.0, "RUB": 7.0, "USD": 103.01}
    assert sums.kept.to_dict() == {"rows": 4, "EUR": 31.0, "RUB": 0.0, "USD": 100.01}
    assert "EUR is kept" in tables.notes().set_index("trap").decision["several currencies"]


def test_the_most_frequent_currency_is_kept_where_the_study_names_none(project):
    tables = data.open(project(orders=MIXED))
    assert tables.meta["currency"] == "EUR"
    assert {rule for *_, rule in rules_of(tables)} == {"other currency", "unreadable ordered_at"}


def test_signs_beside_amounts_tell_the_currency(project):
    orders = "customer_id,order_id,ordered_at,amount\n1,1,2024-01-01,$5\n1,2,2024-01-01,€7\n"
    tables = data.open(project(orders=orders + "2,3,2024-01-02,€8\n"))
    assert tables.facts()["spend_total"] == 15.0
    assert rules_of(tables) == [(2, "currency", "other currency")]


def test_a_study_in_another_currency_than_its_amounts_is_refused_in_words(project):
    orders = "customer_id,order_id,ordered_at,amount\n1,1,2024-01-01,$5\n"
    with pytest.raises(StudyError, match=r"amounts are in USD.*`currency: EUR`"):
        data.open(project(orders=orders, study="currency: EUR"))


@pytest.mark.slow
@settings(
    max_examples=5,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rows=st.lists(st.tuples(st.integers(-10**9, 10**9), st.sampled_from(["EUR", "USD", "JPY"])),
                     min_size=1, max_size=12))  # fmt: skip
def test_every_currency_adds_up_to_the_last_unit(project, tmp_path, rows):
    lines = [f"1,{n},2024-01-05,{Decimal(x) / 100},{c}" for n, (x, c) in enumerate(rows)]
    text = "customer_id,order_id,ordered_at,amount,currency\n1,x,2024-01-05,0,EUR\n"
    run = project(orders=text, study="currency: EUR\nrates: {USD: 0.913}") if not (
        tmp_path / "data" / "orders.csv").exists() else None  # fmt: skip
    (tmp_path / "data" / "orders.csv").write_text(text + "\n".join(lines) + "\n")
    import segkit

    tables = data.open(run or segkit.open_run("test", stage="03_data"))
    sums = tracing.reconciliation(tables).set_index("counted in").read
    for code in {c for _, c in rows} if len({c for _, c in rows} | {"EUR"}) > 1 else ():
        total = sum(Decimal(x) / 100 for x, c in rows if c == code)
        assert sums[code] == pytest.approx(float(total), abs=1e-9)


# ------------------------------------------------------------------ who and when


def test_a_collective_account_and_far_off_orders_are_said(project):
    rows = [f"c{n},{n},2024-03-{n % 28 + 1:02},5" for n in range(60)]
    rows += [f"till,t{n},2024-03-{n % 28 + 1:02},5" for n in range(100)]
    rows += ["c1,old,2019-01-01,5"]
    tables = data.open(project(orders="customer_id,order_id,ordered_at,amount\n" + "\n".join(rows)))
    found = shown(tables)
    assert found["one customer, probably a collective account"][0] == "100 orders (62% of all)"
    assert found["far-off orders: 2019-01-01"][0] == "1 order"
    asked = set(demands.contradictions(tables).question)
    assert "orders of one customer, probably a collective account" in asked
    months = data.outcomes.monthly(tables)
    assert tracing.arrivals(months)["first_share"] == 1.0
    assert "ends on its day 28 of 31" in tracing.period(tables)


def test_words_that_name_nobody_are_lower_case():
    assert all(word == word.lower() for word in phrases.NOBODY)
