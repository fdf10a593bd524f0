"""What shares on the card are shares of: exact, described, and neither criterion nor trait."""

import numpy as np
import pandas as pd
import pytest

from segkit import criteria, data
from segkit.brief import Brief, Goal, Limits, Period
from segkit.criteria import choice
from segkit.data.card import columns, levels
from segkit.personas import profiles, statements
from segkit.validation import descriptors
from segkit.validation.placing import fields

LINES = [
    ("a", "1", "2024-01-05", 60.0, "ham"),
    ("a", "1", "2024-01-05", 40.0, "soap"),
    ("a", "2", "2024-03-05", -60.0, "ham"),  # the ham comes back
    ("b", "3", "2024-01-06", 20.0, "ham"),
    ("b", "4", "2024-03-06", 80.0, "odd"),
    ("c", "5", "2024-02-06", 100.0, "soap"),
]
PRODUCTS = pd.DataFrame(
    {"product_id": ["ham", "soap", "odd"], "department": ["meat", "home", "meat"],
     "brand": ["private", "national", None]}
)  # fmt: skip


@pytest.fixture(scope="module")
def card():
    names = ["customer_id", "order_id", "ordered_at", "amount", "product_id"]
    orders = pd.DataFrame(LINES, columns=names)
    orders["ordered_at"] = pd.to_datetime(orders["ordered_at"])
    made = data.from_frames(orders=orders, products=PRODUCTS)
    return data.card.build(made, as_of="2024-03-07", window_days=0)


def test_bases_are_what_was_bought_before_returns(card):
    assert card["goods_total"].tolist() == [100.0, 100.0, 100.0]
    assert card["branded_total"].tolist() == [100.0, 20.0, 100.0]
    assert card["bought_total"].tolist() == [100.0, 100.0, 100.0]
    assert card["spend_total"].tolist() == [40.0, 100.0, 100.0]


def test_a_share_times_its_base_is_the_money_in_the_rows(card):
    meat = (card["share_meat"] * card["goods_total"]).sum()
    own = (card["private_label_share"] * card["branded_total"]).sum()
    recent = (card["spend_recent_share"] * card["bought_total"]).sum()
    assert (meat, own, recent) == pytest.approx((160.0, 80.0, 180.0))


def test_pooled_shares_are_those_of_the_rows_and_returns_do_not_move_them(card):
    many = pd.concat([card] * 10, ignore_index=True)
    found = levels.table(many, groups=["all"] * len(many)).set_index("column")["level"]
    assert found["share_meat"] == pytest.approx(160 / 300)
    assert found["private_label_share"] == pytest.approx(80 / 220)
    by_spend = (card["share_meat"] * card["spend_total"]).sum() / card["spend_total"].sum()
    assert found["share_meat"] != pytest.approx(by_spend)  # several points off: what it was


def test_bases_are_described(card):
    told = data.card.dictionary(card).set_index("column")
    for base in columns.BASES:
        assert told.loc[base, "unit"] == "money"
        assert "before returns" in told.loc[base, "meaning"]


def test_bases_are_neither_criteria_nor_traits_nor_proof_nor_questions():
    rng, n = np.random.default_rng(1), 60
    made = {name: rng.lognormal(3, 1, n) for name in (*columns.BASES, "orders_n", "spend_total")}
    card = pd.DataFrame({"customer_id": [f"c{i}" for i in range(n)], **made})
    told, bases = data.card.dictionary(card), set(columns.BASES)
    may = Period("May", "2024-05-01", "2024-06-01")
    brief = Brief("segment", "", Goal(kpi="repeat_rate"), {}, may, may, Limits())
    asked = choice.described(card, dictionary=told, brief=brief)["column"]
    assert not bases & set(asked)
    assert set(asked) == {"orders_n", "spend_total"}
    assert not bases & set(levels.numbers(card))
    assert not bases & set(statements.conditions(card, dictionary=told)["column"])
    assert not bases & set(descriptors.asked(card))
    assert not bases & {each.column for each in fields.found(card, columns=list(told["column"]))}
    seen = profiles.coverage(card, dictionary=told)
    assert seen["columns_n"].sum() == 2
    counted = criteria.families(business="store", dictionary=told).set_index("family")["on_card"]
    assert counted["value"] == 1


def test_without_a_base_a_share_is_a_mean_per_customer():
    card = pd.DataFrame({"share_meat": [0.0, 1.0], "private_label_share": [0.5, 0.5]})
    assert levels.per("share_meat", card) == levels.per("private_label_share", card) == ""
