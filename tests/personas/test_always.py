"""What is told of every persona: the numbers are those of the raw rows, and nothing is invented."""

import house
import numpy as np
import pandas as pd
import pytest

from segkit import data
from segkit.data.card import dictionary
from segkit.personas import always, phrases, statements

NONE = pd.DataFrame(columns=["group", "column", "kind", "value", "distinctive", "built_in"])


def told(card, groups, *, said=NONE, smallest=10):
    how = {"dictionary": dictionary(card), "statements": said, "smallest": smallest}
    return always.profile(card, groups=pd.Series(groups, index=card.index), **how)


def written(value, unit):
    return phrases.amount(phrases.readable(value, unit=unit), unit=unit)


def lines(found, topic):
    return [line["text"] for line in found["profile"] if line["topic"] == topic]


@pytest.fixture(scope="module")
def firms():
    """Give raw rows of the suppliers' world, their card, and two groups by number."""
    folder = house.HOME / "data" / "b2b"
    raw = {
        name: pd.read_csv(folder / f"{name}.csv") for name in ("orders", "customers", "products")
    }
    raw["orders"]["ordered_at"] = pd.to_datetime(raw["orders"]["ordered_at"])
    raw = {
        name: frame.astype({c: object for c in frame if "_id" in c}) for name, frame in raw.items()
    }
    raw["customers"] = raw["customers"].drop(columns=["company", "email"])
    card = data.card.build(data.from_frames(**raw), as_of="2026-01-01", window_days=0)
    return raw, card, np.where(card["customer_id"].str[-1].astype(int) < 5, "low", "high")


def test_goods_and_their_money_are_those_of_the_raw_lines(firms):
    raw, card, groups = firms
    found = told(card, groups)
    inside = set(card["customer_id"][groups == "low"])
    rows = raw["orders"].merge(raw["products"][["product_id", "department"]], on="product_id")
    assert (rows["amount"] > 0).all(), "no returns here, so money bought is money kept"
    mine = rows[rows["customer_id"].isin(inside)]
    money = mine.groupby("department")["amount"].sum().sort_values(ascending=False)
    everywhere = rows.groupby("department")["amount"].sum() / rows["amount"].sum()
    expected = []
    for name in money.index[:3]:
        share = phrases.amount(
            phrases.readable(money[name] / money.sum(), unit="share"), unit="share"
        )
        all_ = phrases.amount(phrases.readable(everywhere[name], unit="share"), unit="share")
        sums = phrases.amount(phrases.readable(money[name], unit="money"), unit="money")
        expected.append(f"{name} {share}, {sums} (all {all_})")
    assert lines(found["low"], "what they buy") == expected


def test_who_where_and_when_are_those_of_the_raw_rows(firms):
    raw, card, groups = firms
    found = told(card, groups)["low"]
    people = raw["customers"].set_index("customer_id").loc[list(card["customer_id"])]
    mine = people[groups == "low"]
    shown = {}
    for column in ("region", "source"):
        share = mine[column].value_counts(normalize=True)
        everybody = people[column].value_counts(normalize=True)
        top = share.index[0]
        shown[column] = f"{column}: {top}, {share.iloc[0]:.0%} (all {everybody[top]:.0%})"
    assert shown["region"] in lines(found, "where")
    assert lines(found, "how they came") == [shown["source"]]
    both = [each["employees"].median() for each in (mine, people)]
    assert "employees: median {:g} (all {:g})".format(*both) in lines(found, "who")
    orders = raw["orders"].drop_duplicates("order_id")
    inside = orders["customer_id"].isin(mine.index)
    morning = orders["ordered_at"].dt.hour.between(5, 11)
    here, all_ = morning[inside].mean(), morning.mean()
    assert f"morning share of orders: {here:.0%} (all {all_:.0%})" in lines(found, "when")
    value = raw["orders"].loc[raw["orders"]["customer_id"].isin(mine.index), "amount"].sum()
    basket = phrases.readable(value / inside.sum(), unit="money")
    assert f"spend per order: {phrases.amount(basket, unit='money')} " in lines(found, "basket")[0]


def test_the_order_of_rows_does_not_matter_and_a_group_of_all_is_like_all(firms):
    _, card, groups = firms
    at = np.random.default_rng(5).permutation(len(card))
    assert told(card.iloc[at], groups[at]) == told(card, groups)
    one = told(card, ["all"] * len(card))["all"]["profile"]
    pairs = [(line["text"].split(" (all ")[0], line["text"].split(" (all ")[1][:-1])
             for line in one]  # fmt: skip
    assert all(everybody in here for here, everybody in pairs)


def test_what_is_not_known_is_asked_with_the_very_question():
    card = pd.DataFrame({"customer_id": [str(n) for n in range(30)], "orders_n": 1})
    found = told(card, ["x"] * 30)["x"]
    asked = {item["topic"]: item["text"] for item in found["ask"]}
    assert found["profile"] == []
    assert set(asked) == set(always.SAID["ask"])
    assert asked["how they came"] == "not known: ask “how did you first hear of us?”"


def test_values_of_too_few_and_names_of_single_customers_are_not_told():
    card = pd.DataFrame({"customer_id": [str(n) for n in range(60)], "orders_n": 1})
    card["city"] = [f"town {n}" for n in range(60)]
    card["region"] = ["north"] * 9 + [None] * 51
    found = told(card, ["a"] * 9 + ["b"] * 51)
    assert lines(found["b"], "where") == []
    assert found["a"]["profile"] == []
    assert "where" in [item["topic"] for item in found["b"]["ask"]]


def test_a_mark_belongs_to_the_value_that_is_told():
    card = pd.DataFrame({"customer_id": [str(n) for n in range(400)], "orders_n": 1})
    groups = ["a"] * 200 + ["b"] * 200
    card["region"] = ["north"] * 180 + ["south"] * 20 + ["north"] * 40 + ["south"] * 160
    meanings = dictionary(card)
    asked = statements.conditions(card, dictionary=meanings)
    said = statements.about(card, groups=groups, conditions=asked)
    found = told(card, groups, said=said.assign(built_in=False))
    assert [line["mark"] for line in found["a"]["profile"]] == ["distinctive"]
    made = told(card, groups, said=said.assign(built_in=True))
    assert [line["mark"] for line in made["a"]["profile"]] == ["by construction"]
    assert [line["mark"] for line in told(card, groups)["a"]["profile"]] == [""]
    card["region"] = card["region"].where(card.index % 4 > 0, "west")
    said = statements.about(card, groups=groups, conditions=statements.conditions(
        card, dictionary=meanings)).assign(built_in=False)  # fmt: skip
    west = said[said["value"] == "west"]
    assert [line["mark"] for line in told(card, groups, said=west)["a"]["profile"]] == [""]
    assert told(card, groups, said=said)["a"]["profile"][0]["mark"] == "distinctive"
