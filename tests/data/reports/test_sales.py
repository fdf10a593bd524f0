"""Sales by group and product: parts add up, leaders and stakes equal counts by hand."""

import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from segkit import data
from segkit.data.reports import promotion, sales
from segkit.study import StudyError

LINES = pd.DataFrame(
    [
        ("a", "1", "2026-01-10", "p", 50.0),
        ("a", "1", "2026-01-10", "q", 30.0),
        ("a", "2", "2026-04-10", "r", 20.0),
        ("b", "3", "2026-04-11", "p", 10.0),
        ("b", "4", "2026-04-12", "q", 90.0),
        ("b", "5", "2026-04-13", "q", -10.0),
        ("c", "6", "2026-04-14", "x", 7.0),
        ("d", "7", "2026-04-15", "p", 5.0),
    ],
    columns=["customer_id", "order_id", "ordered_at", "product_id", "amount"],
).assign(ordered_at=lambda t: pd.to_datetime(t["ordered_at"]))
GOODS = pd.DataFrame(
    {"product_id": list("pqr"), "department": ["pens", "mugs", "mugs"], "category": list("PQR")}
)
MEMBERS = pd.DataFrame({"customer_id": list("abc"), "segment": ["one", "two", "one"]})
WINDOW = (None, datetime.datetime(2026, 5, 1))


@pytest.fixture
def tables():
    return data.from_frames(LINES, products=GOODS)


@pytest.fixture
def rows(tables):
    return sales.lines(tables, MEMBERS, window=WINDOW, period="quarter")


def test_cells_equal_the_sums_by_hand_and_add_up(rows):
    found = sales.totals(rows, by=["segment", "department"])
    cells = found.set_index(["segment", "department"])["spend"].to_dict()
    assert cells == {
        ("no group", "pens"): 5.0,
        ("one", "mugs"): 50.0,
        ("one", "not named"): 7.0,
        ("one", "pens"): 50.0,
        ("two", "mugs"): 80.0,
        ("two", "pens"): 10.0,
    }
    assert found["spend"].sum() == LINES["amount"].sum()
    assert found["share_of_all"].sum() == pytest.approx(1)
    assert found.groupby("segment")["share_within"].sum().tolist() == pytest.approx([1, 1, 1])


def test_every_level_of_the_drill_adds_up_to_the_one_above(rows):
    path = ["segment", "department", "category"]
    top = sales.drill(rows, path=path)
    assert top["segment"].tolist() == ["one", "two", "no group"]
    below = sales.drill(rows, path=path, steps=["one"])
    assert below["spend"].sum() == top["spend"][0]
    assert below["share_of_all"].sum() == pytest.approx(top["share_of_all"][0])
    lowest = sales.drill(rows, path=path, steps=["one", "mugs"])
    assert dict(zip(lowest["category"], lowest["spend"], strict=True)) == {"Q": 30.0, "R": 20.0}
    assert lowest["share_within"].tolist() == pytest.approx([0.6, 0.4])


def test_leaders_stop_with_the_product_that_reaches_eighty_percent(rows):
    found = sales.leaders(rows, by="product_id")
    one = found[found["segment"] == "one"]
    # 50, 30, 20, 7 of 107: 47 %, 75 %, 93 %
    assert one["product_id"].tolist() == ["p", "q", "r"]
    assert one["place"].tolist() == [1, 2, 3]
    assert one["running_share"].iloc[-1] == pytest.approx(100 / 107)
    assert found[found["segment"] == "two"]["product_id"].tolist() == ["q"]  # 80 of 90
    exact = sales.leaders(rows, by="product_id", share=50 / 107)
    assert exact[exact["segment"] == "one"]["product_id"].tolist() == ["p"]


def test_equal_products_are_sorted_by_name_and_returns_lead_nothing():
    lines = pd.DataFrame({"customer_id": ["a"] * 4, "order_id": list("1234")})
    lines["ordered_at"] = pd.Timestamp("2026-01-01")
    lines["product_id"], lines["amount"] = list("zyxw"), [10.0, 10.0, 10.0, -5.0]
    goods = pd.DataFrame({"product_id": list("wxyz"), "department": list("wxyz")})
    rows = sales.lines(data.from_frames(lines, products=goods), MEMBERS, window=WINDOW)
    assert sales.leaders(rows, by="department")["department"].tolist() == ["x", "y", "z"]


def test_the_portfolio_shifts_from_pens_to_mugs(rows):
    found = sales.shift(rows, segment="one", by="department").set_index(["period", "department"])
    change = found["change"].to_dict()
    assert change[("2026-04-01", "pens")] == "gone"
    assert change[("2026-01-01", "pens")] == ""  # nothing is known before the first
    assert found["leads"].to_dict()[("2026-04-01", "mugs")]
    assert found["spend"].sum() == 107
    turned = sales.Report(rows, "department", "mugs", 1).turnover
    assert turned.set_index("department").loc["pens"].tolist() == [0, 1]


def test_best_buyers_and_what_is_at_stake(rows):
    best = sales.best_buyers(rows, by="department", value="mugs", top=5)
    assert best["customer_id"].tolist() == ["b", "a"]
    assert best["share_of_group"].tolist() == pytest.approx([80 / 130, 50 / 130])
    assert best["share_of_own"].tolist() == pytest.approx([80 / 90, 50 / 100])
    stake = sales.at_stake(rows, by="department", value="mugs").set_index("segment")
    assert stake.loc["two", ["buyers_n", "spend", "dependent_n", "dependent_spend"]].tolist() == [
        1, 80, 1, 90,
    ]  # fmt: skip
    assert stake.loc["one", "dependent_n"] == 1  # exactly half counts
    assert stake["spend"].sum() == 130
    hidden = sales.at_stake(rows, by="department", value="mugs", smallest=5)
    assert hidden.loc[hidden["dependent_n"] > 0, "dependent_spend"].isna().all()


def test_the_order_of_members_and_lines_changes_nothing(rows):
    tables = data.from_frames(LINES.iloc[::-1], products=GOODS)
    again = sales.lines(tables, MEMBERS.iloc[::-1], window=WINDOW, period="quarter")
    for by in (["segment"], ["segment", "department", "period"]):
        pd.testing.assert_frame_equal(sales.totals(rows, by=by), sales.totals(again, by=by))


def test_what_cannot_be_reported_is_refused_in_words(tables, rows):
    with pytest.raises(StudyError, match="twice"):
        sales.lines(tables, pd.concat([MEMBERS, MEMBERS]), window=WINDOW)
    with pytest.raises(StudyError, match="Nothing was sold of 'tea'"):
        sales.at_stake(rows, by="department", value="tea")
    with pytest.raises(StudyError, match="cannot be sorted by colour"):
        sales.totals(rows, by=["colour"])
    with pytest.raises(StudyError, match="period is 'week'"):
        sales.lines(tables, MEMBERS, window=WINDOW, period="week")
    bare = data.from_frames(LINES.drop(columns="product_id"))
    assert "name no products" in sales.report(bare, MEMBERS, window=WINDOW).why
    people = data.from_frames(customers=pd.DataFrame({"customer_id": ["a"]}))
    assert "list of customers" in sales.report(people, MEMBERS, window=None).why


def test_a_report_is_looked_at_part_by_part(tables, rows):
    report = sales.report(tables, MEMBERS, window=WINDOW)
    assert report.record == {"level": "department", "largest": "one", "value": "mugs"}
    assert report.bought.equals(sales.totals(rows, by=["segment", "department"]))
    assert report.opened["department"].tolist()[:2] == ["mugs", "pens"]
    assert report.lives_on.startswith("one lives on mugs, pens")
    assert report.buyers.startswith("The 2 best buyers take **100% of “mugs”**")
    dropped = sales.report(tables, MEMBERS, window=WINDOW, value="pens").stake
    assert dropped.equals(sales.at_stake(rows, by="department", value="pens"))


def test_a_window_without_positive_sales_has_no_shares():
    lines = LINES.assign(amount=-1.0)
    rows = sales.lines(data.from_frames(lines, products=GOODS), MEMBERS, window=WINDOW)
    assert sales.totals(rows, by=["segment"])["share_of_all"].isna().all()
    assert sales.leaders(rows, by="department").empty


# ------------------------------------------------------------------ advertising


def paired(months=24, lag=1, seed=3, noise=0.05):
    rng = np.random.default_rng(seed)
    budget = rng.uniform(1, 2, months + lag)
    spend = 100 * budget[:months] + rng.normal(0, 100 * noise, months)
    return pd.DataFrame(
        {"segment": "s", "month": pd.date_range("2024-01-01", periods=months, freq="MS"),
         "spend": spend, "budget": budget[lag:], "aimed": True}
    )  # fmt: skip


def test_a_planted_lag_of_one_month_is_found():
    found = promotion.lags(paired(), longest=3).set_index("lag_months")
    assert found["correlation"].idxmax() == 1
    assert found.loc[1, "low"] > 0.9
    assert found["months_n"].tolist() == [24, 23, 22, 21]
    assert promotion.Lags(found.reset_index()).highest["lag_months"].tolist() == [1]


def test_correlations_are_numpys_and_units_do_not_matter():
    pairs = paired(noise=1)
    one = promotion.lags(pairs, longest=0)["correlation"][0]
    assert one == pytest.approx(np.corrcoef(pairs["spend"], pairs["budget"])[0, 1])
    cents = pairs.assign(spend=pairs["spend"] * 100, budget=pairs["budget"] + 7)
    assert promotion.lags(cents, longest=0)["correlation"][0] == pytest.approx(one)


def test_a_budget_that_never_changes_tells_nothing():
    flat = promotion.lags(paired().assign(budget=5.0), longest=1)
    assert flat[["correlation", "low", "high"]].isna().all(axis=None)
    assert promotion.Lags(flat).told.startswith("of 2 intervals of budget and sales 0 leave")


def test_too_few_months_are_refused_with_their_number():
    with pytest.raises(StudyError, match="14 whole months"):
        promotion.lags(paired(months=14), longest=3)


def test_only_whole_months_are_compared():
    end = datetime.datetime(2026, 3, 20)
    begin, close = promotion.whole_months("2026-01-02", "2026-03-19", end=end)
    assert (begin, close) == (pd.Timestamp("2026-02-01"), pd.Timestamp("2026-02-01"))
    begin, close = promotion.whole_months("2026-01-01", "2026-03-31", end="2026-04-01")
    assert (begin, close) == (pd.Timestamp("2026-01-01"), pd.Timestamp("2026-03-01"))


def test_a_group_no_advertising_was_meant_for_is_set_beside_all_of_it():
    month = [pd.Timestamp("2026-01-01"), pd.Timestamp("2026-02-01")]
    sold = pd.DataFrame({"month": month * 2, "segment": ["n"] * 2 + ["s"] * 2, "spend": [1.0] * 4})
    budget = pd.DataFrame({"month": month[:1] * 2, "segment": ["n", "x"], "amount": [5.0, 3.0]})
    found = promotion.aligned(sold, budget, whole=month).set_index("segment")
    assert found.loc["n", "budget"].tolist() == [5.0, 0.0]
    assert found.loc["s", "budget"].tolist() == [8.0, 0.0]
    assert found["aimed"].tolist() == [True, True, False, False]


def test_the_effect_planted_in_the_shop_is_found_at_its_lag():
    home = Path(__file__).parents[3] / "data" / "store"
    read = {name: pd.read_csv(home / f"{name}.csv") for name in ("orders", "advertising")}
    people = pd.read_csv(home / "customers.csv", dtype="str")
    read["orders"]["ordered_at"] = pd.to_datetime(read["orders"]["ordered_at"])
    read["advertising"]["spent_at"] = pd.to_datetime(read["advertising"]["spent_at"])
    tables = data.from_frames(read["orders"], advertising=read["advertising"])
    members = people[["customer_id"]].assign(segment=people["region"])
    end = read["orders"]["ordered_at"].max().normalize() + pd.Timedelta(days=1)
    found = promotion.compare(tables, members, end=end.to_pydatetime())
    mean = found.table.groupby("lag_months")["correlation"].mean()
    assert mean.idxmax() == 1
    assert found.table["aimed"].all()


def test_without_the_table_it_is_said():
    found = promotion.compare(data.from_frames(LINES), MEMBERS, end=WINDOW[1])
    assert "`advertising`" in found.why
    assert found.told == found.highest == found
