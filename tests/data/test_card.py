"""The customer card: expected values by hand, relations, and no look into the future."""

import io
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from segkit import data
from segkit.data.card.columns import BASES
from segkit.study import StudyError

HEADINGS = (
    "customer_id,order_id,ordered_at,amount,quantity,product_id,store_id,discount,coupon_discount\n"
)
ROWS = """\
ann,1,2024-01-06 09:00,10.00,2,milk,s1,0.00,0.00
ann,1,2024-01-06 09:00,30.00,1,soap,s1,10.00,0.00
ann,2,2024-02-20 20:15,60.00,3,milk,s2,0.00,5.00
bob,3,2024-02-01 13:00,5.50,,fuel,s1,0.00,0.00
bob,3,2024-02-01 13:00,0.00,0,milk,s1,0.00,0.00
bob,4,2024-02-29 23:59,-1.50,1,soap,s1,0.00,0.00
cid,5,2023-12-31 10:00,7.00,1,soap,s1,0.00,0.00
ann,6,2024-03-01 00:00,99.00,1,soap,s1,0.00,0.00
"""
ORDERS = HEADINGS + ROWS
PRODUCTS = """product_id,department,brand
milk,Dairy,private
soap,Home & Care,national
fuel,Fuel,
"""
MAILINGS = """customer_id,campaign_id,campaign_type,sent_at,ends_at,responded,responded_at
ann,c1,A,2024-01-15,2024-01-31,yes,2024-01-20
ann,c2,A,2024-02-20,2024-03-10,yes,2024-03-02
bob,c2,A,2024-02-20,2024-03-10,no,
ann,c3,A,2024-03-01,2024-03-10,no,
"""
CUSTOMERS = "customer_id,age,city\nann,30-39,Ulm\nbob,,Ulm\n"


@pytest.fixture
def tables(project):
    return data.open(
        project(orders=ORDERS, products=PRODUCTS, mailings=MAILINGS, customers=CUSTOMERS)
    )


@pytest.fixture
def card(tables):
    return data.card.build(tables, as_of="2024-03-01", window_days=60).set_index("customer_id")


@pytest.mark.slow
def test_card_has_the_values_counted_by_hand(card):
    expected = {
        "days_since_purchase": 10,
        "days_since_first_purchase": 55,
        "orders_n": 2,
        "lines_n": 3,
        "items_n": 6.0,
        "distinct_products_n": 2,
        "stores_n": 2,
        "lines_per_order": 1.5,
        "spend_total": 100.0,
        "spend_per_order": 50.0,
        "weekend_share": 0.5,
        "morning_share": 0.5,
        "evening_share": 0.5,
        "private_label_share": 0.7,
        "retail_discount_share": 10 / 110,
        "coupon_orders_share": 0.5,
        "campaigns_received_n": 2,
        "campaigns_responded_n": 1,
        "spend_recent_share": 0.6,
        "share_dairy": 0.7,
        "share_home_care": 0.3,
        "share_fuel": 0.0,
        "share_other": 0.0,
    }
    assert card.loc["ann", list(expected)].to_dict() == pytest.approx(expected)
    assert card.loc["ann", "age"] == "30-39"
    assert pd.isna(card.loc["bob", "age"])


@pytest.mark.slow
def test_returns_reduce_spend_but_no_share(card):
    bob = card.loc["bob"]
    assert bob.spend_total == pytest.approx(4.0)
    assert bob.share_fuel == pytest.approx(1.0)
    assert pd.isna(bob.private_label_share)


@pytest.mark.slow
def test_lines_of_quantity_zero_are_no_goods(card):
    assert card.loc["bob", "lines_n"] == 2
    assert card.loc["bob", "items_n"] == 1.0
    assert card.loc["bob", "distinct_products_n"] == 2


@pytest.mark.slow
def test_only_customers_of_the_window_are_on_the_card(card, tables):
    assert list(card.index) == ["ann", "bob"]
    everybody = data.card.build(tables, as_of="2024-03-01", window_days=0)
    assert list(everybody.customer_id) == ["ann", "bob", "cid"]


@pytest.mark.slow
def test_the_analysis_date_itself_is_excluded(tables):
    card = data.card.build(tables, as_of="2024-03-02", window_days=1).set_index("customer_id")
    assert card.spend_total.to_dict() == {"ann": 99.0}
    assert card.loc["ann", "days_since_purchase"] == 1


@pytest.mark.slow
def test_adding_the_future_changes_nothing(project, card):
    later = ORDERS + "bob,7,2024-03-01 00:00:00,500,1,milk,s9,1,1\nnew,8,2024-06-01,5,1,tv,s1,0,0\n"
    mailings = MAILINGS + "bob,c9,A,2024-03-01,2024-03-05,yes,2024-03-02\n"
    run = project(orders=later, products=PRODUCTS, mailings=mailings, customers=CUSTOMERS)
    again = data.card.build(data.open(run), as_of="2024-03-01", window_days=60)
    pd.testing.assert_frame_equal(again.set_index("customer_id"), card)


def test_columns_that_the_tables_cannot_give_are_absent(project):
    orders = "customer_id,ordered_at,amount\n1,2024-01-01,5\n1,2024-01-02,5\n2,2024-01-02,5\n"
    card = data.card.build(data.open(project(orders=orders)), as_of="2024-02-01", window_days=0)
    assert list(card.columns) == [
        "customer_id",
        "days_since_purchase",
        "orders_n",
        "lines_n",
        "lines_per_order",
        "weekend_share",
        "spend_total",
        "spend_per_order",
        "spend_recent_share",
        "days_since_first_purchase",
        "bought_total",
    ]


@pytest.mark.slow
def test_tables_in_memory_give_the_same_card_as_files(tables, card):
    frames = {
        name: pd.read_csv(io.StringIO(text), dtype={"order_id": str, "age": str})
        for name, text in {"products": PRODUCTS, "customers": CUSTOMERS}.items()
    }
    mailings = pd.read_csv(io.StringIO(MAILINGS)).replace({"responded": {"yes": True, "no": False}})
    orders = pd.read_csv(io.StringIO(ORDERS), dtype={"order_id": str})
    made = data.from_frames(orders, mailings=mailings, **frames)
    again = data.card.build(made, as_of="2024-03-01", window_days=60)
    pd.testing.assert_frame_equal(again.set_index("customer_id"), card)


def test_awkward_names_of_departments_and_attributes_keep_the_card_whole():
    orders = pd.DataFrame({"customer_id": ["a", "a", "a"], "product_id": ["p", "q", "r"]})
    orders = orders.assign(ordered_at=pd.Timestamp("2024-01-05"), amount=[1.0, 2.0, 5.0])
    products = pd.DataFrame({"product_id": list("pqr"), "department": ["Deli!", "deli", None]})
    customers = pd.DataFrame({"customer_id": ["a"], "stores_n": ["many"], "Country": ["NZ"]})
    made = data.from_frames(orders, products=products.assign(brand="x"), customers=customers)
    row = data.card.build(made, as_of="2024-02-01", window_days=0).iloc[0]
    assert row.share_deli == pytest.approx(3 / 8)
    assert row.share_other == pytest.approx(5 / 8)
    assert (row.orders_n, row.stores_n_given, row.Country) == (1, "many", "NZ")
    assert "private_label_share" not in row


@pytest.mark.slow
def test_nobody_in_the_window_is_said_in_words(tables):
    with pytest.raises(StudyError, match="Nobody ordered between 2025-02-19 and 2025-03-01"):
        data.card.build(tables, as_of="2025-03-01", window_days=10)


@pytest.mark.slow
def test_dictionary_explains_every_column_by_family(card):
    words = data.card.dictionary(card.reset_index())
    assert set(words.column) == set(card.columns)
    assert words.set_index("column").family[["age", "city"]].tolist() == [
        "demographic",
        "geographic",
    ]
    assert words.set_index("column").coverage["age"] == 0.5
    order = [data.card.FAMILIES.index(family) for family in words.family]
    assert order == sorted(order)


lines = st.lists(
    st.tuples(
        st.sampled_from("abc"),
        st.integers(1, 4),
        st.dates(min_value=date(2024, 1, 1), max_value=date(2024, 1, 20)),
        st.integers(-500, 5000),
        st.sampled_from(["p1", "p2", "p3"]),
    ),
    min_size=1,
    max_size=12,
    unique=True,
).filter(lambda rows: any(cents >= 0 for *_, cents, _ in rows))


def orders_of(rows, factor=1):
    """Make orders of random rows; an order belongs to one customer and one day."""
    frame = pd.DataFrame(rows, columns=["customer_id", "n", "ordered_at", "cents", "product_id"])
    frame["order_id"] = frame.customer_id + frame.n.astype(str) + frame.ordered_at.astype(str)
    frame["ordered_at"] = pd.to_datetime(frame.ordered_at)
    frame["amount"] = frame.cents * factor / 100
    return frame.drop(columns=["n", "cents"]).drop_duplicates()


def assert_shares(card):
    shares = card.filter(like="share")
    assert ((shares >= 0) & (shares <= 1) | shares.isna()).to_numpy().all()


hypothesis_settings = settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
PRODUCT_FRAME = pd.DataFrame({"product_id": ["p1", "p2"], "department": ["x", "y"]})


def card_of(orders):
    tables = data.from_frames(orders, products=PRODUCT_FRAME)
    return data.card.build(tables, as_of="2024-02-01", window_days=0)


@pytest.mark.slow
@hypothesis_settings
@given(rows=lines, seed=st.integers(0, 9))
def test_the_order_of_rows_does_not_matter(rows, seed):
    orders = orders_of(rows)
    shuffled = orders.sample(frac=1, random_state=seed)
    pd.testing.assert_frame_equal(card_of(orders), card_of(shuffled))


@pytest.mark.slow
@hypothesis_settings
@given(rows=lines)
def test_another_currency_scales_money_and_changes_no_share(rows):
    one, hundred = card_of(orders_of(rows)), card_of(orders_of(rows, factor=100))
    money = ["spend_total", "spend_per_order", *(c for c in BASES if c in one)]
    np.testing.assert_allclose(one[money] * 100, hundred[money])
    rest = [c for c in one.columns if c not in money]
    pd.testing.assert_frame_equal(one[rest], hundred[rest])


@pytest.mark.slow
@hypothesis_settings
@given(rows=lines)
def test_parts_add_up_and_shares_stay_shares(rows):
    orders = orders_of(rows)
    card = card_of(orders)
    buys = orders[orders.amount >= 0]
    assert set(card.customer_id) == set(buys.customer_id)
    theirs = orders[orders.customer_id.isin(card.customer_id)]
    assert card.spend_total.sum() == pytest.approx(theirs.amount.sum())
    assert card.lines_n.sum() == len(theirs)
    assert card.orders_n.sum() == buys.order_id.nunique()
    assert_shares(card)
    departments = card.filter(regex="^share_").sum(axis=1)
    bought = orders[orders.amount > 0].customer_id
    assert departments[card.customer_id.isin(bought)].to_numpy() == pytest.approx(1)


def test_a_return_on_a_receipt_of_its_own_counts_against_the_spend_and_is_no_order():
    rows = [("a", "1", "2024-01-03", 50.0), ("a", "2", "2024-01-20", -20.0)]
    rows += [("b", "3", "2024-01-05", -9.0)]
    orders = pd.DataFrame(rows, columns=["customer_id", "order_id", "ordered_at", "amount"])
    tables = data.from_frames(orders.assign(ordered_at=pd.to_datetime(orders.ordered_at)))
    card = data.card.build(tables, as_of="2024-02-01", window_days=0)
    assert card.customer_id.tolist() == ["a"]
    assert card.loc[0, ["orders_n", "days_since_purchase", "spend_total"]].tolist() == [1, 29, 30]
    assert tables.facts()["orders_n"] == 1
    months = data.outcomes.monthly(tables)
    assert months.orders_n.tolist() == months.new_customers_n.tolist() == [1]


def test_an_attribute_of_many_numbers_is_an_amount_and_a_code_is_not():
    ids = [f"c{n:02}" for n in range(20)]
    orders = pd.DataFrame({"customer_id": ids, "order_id": ids, "amount": 5.0})
    orders["ordered_at"] = pd.Timestamp("2024-01-03")
    people = pd.DataFrame({"customer_id": ids, "age": [str(30 + n) for n in range(20)]})
    people["zip"] = [f"10{n:03}" for n in range(20)]
    people["stars"] = [str(n % 5) for n in range(20)]
    people["mixed"] = ["unknown", *people["age"][1:]]
    tables = data.from_frames(orders, customers=people)
    card = data.card.build(tables, as_of="2024-02-01", window_days=0)
    assert card["age"].tolist() == [30.0 + n for n in range(20)]
    numbers = [pd.api.types.is_numeric_dtype(card[c]) for c in ("zip", "stars", "mixed")]
    assert numbers == [False, False, True]  # one odd cell of twenty makes no labels
    assert card["mixed"].isna().sum() == 1


def test_grocery_card_adds_up_to_the_kept_orders(grocery_tables, grocery_card):
    facts = grocery_tables.facts()
    assert len(grocery_card) == facts["customers_n"] == 2469
    assert grocery_card.spend_total.sum() == pytest.approx(facts["spend_total"], abs=0.01)
    assert grocery_card.orders_n.sum() == facts["orders_n"]
    assert grocery_card.customer_id.is_monotonic_increasing
    assert_shares(grocery_card)


@pytest.mark.slow
def test_grocery_card_agrees_with_pandas(grocery_tables, grocery_card):
    lines = grocery_tables.orders.select("customer_id", "product_id", "order_id", "quantity")
    lines = lines.execute()
    goods = lines[lines.quantity.fillna(1) != 0].groupby("customer_id")
    assert (goods.product_id.nunique().to_numpy() == grocery_card.distinct_products_n).all()
    items = lines.groupby("customer_id").quantity.sum().to_numpy()
    assert items == pytest.approx(grocery_card["items_n"].to_numpy())
