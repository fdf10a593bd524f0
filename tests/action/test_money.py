"""The money page and the plan: numbers by hand, parts that add up, nothing invented."""

from itertools import product

import numpy as np
import pandas as pd
import pytest

from segkit import data, decisions
from segkit.action import Assumptions, asked, economics, rules
from segkit.action.money import GIVEN, MEASURED, OUTSIDE, UNKNOWN, Money
from segkit.action.waterfall import Waterfall
from segkit.brief import Goal
from segkit.data.reports import money
from segkit.refusal import Refused
from segkit.study import RATES, Economics, Study, StudyError

DAY = pd.Timestamp("2024-05-01")
GROUPS = pd.Series({"ann": "Loyal", "bob": "Rare"})
RATED = Assumptions(contact_cost=1.0, delivery_cost=5.0, currency="EUR")


def tables(*, cost=True, mailings=True):
    orders = pd.DataFrame(
        {
            "customer_id": ["ann", "ann", "ann", "bob"],
            "order_id": ["1", "2", "2", "3"],
            "ordered_at": DAY,
            "amount": [100.0, 50.0, -20.0, 10.0],
            "cost": [60.0, 30.0, -12.0, 6.0],
        }
    )
    sent = pd.DataFrame(
        {"customer_id": ["ann", "bob", "cid"], "campaign_id": "m1", "sent_at": DAY,
         "ends_at": DAY, "responded": [True, False, False]}
    )  # fmt: skip
    return data.from_frames(
        orders if cost else orders.drop(columns="cost"), **({"mailings": sent} if mailings else {})
    )


def page(assumed=RATED, *, study=None, **which):
    ledger = money.per_customer(tables(**which), as_of="2024-06-01", window_days=365)
    study = study or Study(name="shop", title="Shop", currency="EUR")
    return Money(ledger, GROUPS, ("Loyal", "Rare"), assumed, study)


def test_the_ladder_by_hand():
    rungs = page().ladder.set_index("rung")["amount"]
    assert rungs["sales"] == 160
    assert rungs["– returns"] == -20
    assert rungs["= net sales"] == 140
    assert rungs["– goods"] == -84
    assert rungs["= gross profit"] == 56
    assert rungs["– processing and delivery"] == -15
    assert rungs["– contacts by mail"] == -3
    assert rungs["= contribution"] == 38


def test_every_rung_says_what_it_rests_on():
    status = page().ladder.set_index("rung")["status"]
    assert status["= gross profit"] == MEASURED
    assert status["– contacts by mail"] == GIVEN
    assert status["– handling of returns"] == UNKNOWN
    assert status["= contribution"] == GIVEN
    bare = page(Assumptions()).ladder
    assert set(bare["status"]) == {MEASURED, UNKNOWN}
    assert bare["amount"].iloc[-1] == 56
    assert "contacts by mail" in bare["basis"].iloc[-1]


@pytest.mark.parametrize("assumed", [RATED, Assumptions(), Assumptions(margin=0.3)])
@pytest.mark.parametrize("cost", [True, False])
def test_parts_add_up(assumed, cost):
    found = page(assumed, cost=cost)
    assert found.adds_up
    if not isinstance(found.known, Refused):
        assert found.table.drop(index="all")["share"].sum() == pytest.approx(1)
        assert found.table.drop(index="all")["n"].sum() == 3


def test_who_is_in_no_segment_costs_something_too():
    table = page().table
    assert table.loc[OUTSIDE, "contribution"] == -1
    assert table.loc["all", "losing_n"] == 2  # bob: 4 left, 5 to deliver, 1 to write; cid: 1
    assert table.loc["all", "lost"] == pytest.approx(-3)


def test_without_a_cost_and_without_a_word_no_number_is_invented():
    found = page(
        Assumptions(), cost=False, study=Study(name="лавка", title="Лавка", currency="RUB")
    )
    assert isinstance(found.known, Refused)
    assert "studies/лавка.yaml" in found.known.why
    rungs = found.ladder.set_index("rung")
    assert rungs.loc[["– goods", "= gross profit", "= contribution"], "amount"].isna().all()
    assert not {"gross profit", "contribution"} & set(found.shown.columns)
    saved = found.saved(found.profit(rng=np.random.default_rng(1), repeats=10))
    assert saved["assumed"] == {}
    assert "0.6" not in str(saved)
    assert isinstance(found.turns, Refused)


def test_a_margin_that_is_given_is_marked():
    found = page(Assumptions(margin=0.25), cost=False)
    assert found.margin_status == GIVEN
    assert found.table.loc["all", "gross"] == pytest.approx(35)
    assert any("(assumed)" in name for name in found.shown)


def test_a_measured_margin_is_not_marked_and_beats_a_given_one():
    both = page(Assumptions(margin=0.99))
    assert both.table.loc["all", "gross"] == 56
    assert both.margin_status == MEASURED
    assert both.margin["all"] == pytest.approx(0.4)


def test_another_currency_changes_no_order():
    ledger = page().ledger
    in_kopecks = ledger.assign(**{c: 100 * ledger[c] for c in
                                  ("sales", "returns", "known_sales", "cost")})  # fmt: skip
    dear = Assumptions(contact_cost=100.0, delivery_cost=500.0)
    one, two = page(), page(dear)
    two = Money(in_kopecks, GROUPS, ("Loyal", "Rare"), dear, one.study)
    np.testing.assert_allclose(two.table["share"], one.table["share"])
    assert two.turns["who"].tolist() == one.turns["who"].tolist()


def test_the_profit_curve_tops_out_above_all_where_some_cost_more_than_they_bring():
    found = page().profit(rng=np.random.default_rng(1), repeats=50)
    assert found.peak == pytest.approx(41 / 38)
    assert "2 of 3" in found.told


def test_the_assumption_that_turns_the_order():
    at = page().turns.set_index("assumption")["turns_at"]
    # Loyal: 52 - 2 deliveries, Rare: 4 - 1: equal where a delivery costs 48 - 0 contacts apart
    assert at[RATES["delivery_cost"]] == "48.00 EUR"
    assert at[RATES["contact_cost"]] == "–"  # both were written to once


def test_what_the_analyst_says_comes_before_the_study():
    study = Study(name="a", title="A", currency="EUR", economics={"contact_cost": 2.0})
    assert Assumptions.settled(study).contact_cost == 2.0
    assert Assumptions.settled(study, contact_cost=0.5).contact_cost == 0.5
    assert Assumptions.settled(study).margin is None


def test_every_assumption_has_its_unit_in_words():
    assert set(RATES) == set(Economics.model_fields)
    with pytest.raises(ValueError, match="greater than 0"):
        Economics(contact_cost=0)


def test_answers_are_those_of_the_group_of_that_day():
    class Kept:
        def on(self, card):
            return card[["customer_id"]].assign(segment="all of then")

    many = [f"c{n}" for n in range(120)]
    orders = pd.DataFrame({"customer_id": many, "ordered_at": DAY, "amount": 5.0})
    late = pd.DataFrame({"customer_id": ["c0"], "ordered_at": "2024-07-30", "amount": 5.0})
    orders = pd.concat([orders, late.astype({"ordered_at": "datetime64[ns]"})])
    sent = pd.DataFrame({"customer_id": [*many[:100], "new"], "campaign_id": "m1"})
    sent = sent.assign(sent_at=pd.Timestamp("2024-06-01"), ends_at=pd.Timestamp("2024-06-14"),
                       responded=[True] * 20 + [False] * 81)  # fmt: skip
    found = asked.last(data.from_frames(orders, mailings=sent), Kept(), as_of="2024-07-31",
                       window_days=365)  # fmt: skip
    assert found.n == 101
    assert found.table[["n", "outcome_mean"]].values.tolist() == [[100, 0.2]]
    none = data.from_frames(orders)
    assert isinstance(asked.last(none, Kept(), as_of="2024-07-31", window_days=365), Refused)


# ------------------------------------------------------------------ the plan


def a_plan(**more):
    facts = pd.DataFrame(
        {"rank": [1, 2], "move": ["Win back", "Keep"], "n": [40, 60], "outcome": [0.25, 0.9],
         "response": [0.2, 0.3], "asked_n": [50, 50], "order_value": [10.0, 20.0],
         "margin": [0.5, 0.5]}, index=["Lost", "Best"],
    )  # fmt: skip
    goal = {"kpi": "repeat_rate", "label": "repeat rate", "moved_by": ("visits",)}
    goal = Goal(**goal | {"baseline": 0.5, "target": 0.6} | more)
    return Waterfall(facts, goal, Assumptions(contact_cost=0.5, currency="EUR"), 100)


def test_a_part_by_hand():
    row = a_plan().table.iloc[0]
    assert [row.part_low, row.part_mid, row.part_high] == pytest.approx([0, 0.06, 0.08])
    assert row.cost == 20
    assert row.needed == 4
    assert [row.roi_low, row.roi_mid, row.roi_high] == pytest.approx([-1, 0.5, 1.0])


def test_the_waterfall_adds_up_and_says_what_is_missing():
    parts = a_plan().parts
    assert parts["mid"].iloc[:-1].sum() == pytest.approx(parts["mid"].iloc[-1])
    assert parts["name"].iloc[-2] == "missing to the target"
    assert "do not reach" in a_plan().told
    assert "do not reach" not in a_plan(target=0.55).told


def test_what_nobody_measured_moves_nothing():
    plan = a_plan(kpi="order_value", moved_by=("basket",), unit="money")
    assert plan.table["part_mid"].isna().all()
    assert "None of these actions" in plan.told


def test_a_budget_pays_the_first_first():
    plan = a_plan()
    short = Waterfall(plan.facts, plan.goal, Assumptions(contact_cost=0.5, budget=10.0), 100)
    assert short.table["contacts"].tolist() == [20, 0]
    assert short.table["part_mid"].iloc[0] == pytest.approx(0.03)


def test_a_budget_goes_where_a_contact_earns_most_and_nowhere_where_it_loses():
    facts = pd.DataFrame(
        {"rank": [1, 2, 3, 4], "move": "Win back", "n": 10, "outcome": 0.2, "response": 0.1,
         "asked_n": 50, "order_value": 10.0, "profit_per_contact": [-0.1, np.nan, 0.2, 0.4]},
        index=list("abcd"),
    )  # fmt: skip
    assumed = Assumptions(contact_cost=0.5, budget=12.5, margin=0.5)
    plan = Waterfall(facts, a_plan().goal, assumed, 100)
    assert plan.table["contacts"].tolist() == [0, 5, 10, 10]
    assert "costs more than it brings" in plan.shown.iloc[0, 2]
    assert plan.parts["mid"].iloc[:-1].sum() == pytest.approx(plan.parts["mid"].iloc[-1])
    short = Waterfall(facts, a_plan().goal, Assumptions(contact_cost=0.5, budget=5.0), 100)
    assert short.table["contacts"].tolist() == [0, 0, 0, 10]
    assert "earns more" in short.shown.iloc[1, 2]


def test_a_persona_too_small_to_be_shown_carries_nothing_that_is_told():
    plan = a_plan()
    few = Waterfall(plan.facts, plan.goal, plan.assumed, 100, smallest_cell=41)
    assert few.shown.iloc[0, 2] == "fewer than 41 customers, not shown"
    assert set(few.shown.iloc[0, 3:]) == {"–"}
    assert few.table["contacts"].tolist() == [0, 0]
    assert "Lost: win back" not in set(few.parts["name"])
    assert few.parts["mid"].iloc[:-1].sum() == pytest.approx(few.parts["mid"].iloc[-1])


def test_every_move_is_one_of_the_seven_decisions():
    moves = [rule.sets["move"] for rule in rules.RULES if "move" in rule.sets]
    assert all(decisions.decided(move) for move in moves), moves


def test_what_notebook_05_leaves_out_of_focus_is_not_won_back():
    row = {"traits": {"days_since_purchase": "high", "spend_recent_share": "low"}, "n": 5}
    row |= {"spend_index": 0.3, "orders_index": 0.3, "basket_index": 1.0, "department": None,
            "days_between_orders": 30.0, "order_value": 10.0, "told": None, "verdict": "open",
            "reached_share": 1.0, "stands": "lower", "mailings_n": 2.0}  # fmt: skip
    for proposed in (decisions.OUT_OF_FOCUS, None):
        facts = pd.DataFrame([row | {"proposed": proposed}], index=["Away"])
        move = rules.plans(facts, goal=Goal())["move"].iloc[0]
        both = [decisions.decided(move), *([proposed] if proposed else [])]
        assert decisions.agree(*both), both


def test_no_group_gets_two_decisions_that_exclude_each_other():
    """Whatever is measured, the plan does not write to whom notebook 05 leaves out of focus."""
    away = {"days_since_purchase": "high", "spend_recent_share": "low"}
    base = {"n": 50, "basket_index": 1.0, "department": None, "days_between_orders": 30.0,
            "order_value": 10.0, "told": None, "reached_share": 1.0, "mailings_n": 2.0}  # fmt: skip
    known = product(({}, away), (0.3, 1.0, 2.0), ("open", economics.LOSES, economics.PAYS),
                    ("lower", "like", "higher"), (None, decisions.OUT_OF_FOCUS))  # fmt: skip
    rows = [base | {"traits": traits, "spend_index": spend, "orders_index": spend,
                    "verdict": pays, "stands": stands, "proposed": proposed}
            for traits, spend, pays, stands, proposed in known]  # fmt: skip
    facts = pd.DataFrame(rows, index=[f"g{place}" for place in range(len(rows))])
    moves = rules.plans(facts, goal=Goal())["move"].map(decisions.decided)
    both = {(proposed, move) for proposed, move in zip(facts["proposed"], moves, strict=True)
            if proposed is not None and not decisions.agree(proposed, move)}  # fmt: skip
    assert both == set()


def test_decisions_that_exclude_each_other():
    assert not decisions.agree("drop" and decisions.decided("drop"), decisions.decided("Win back"))
    assert decisions.agree(decisions.KEEP, decisions.TEST)


def test_a_sum_without_a_currency_is_refused(tmp_path, monkeypatch):
    from segkit import study

    monkeypatch.setenv("SEGKIT_HOME", str(tmp_path))
    (tmp_path / "studies").mkdir()
    (tmp_path / "notebooks").mkdir()
    text = "title: A\ntables: {orders: {file: a.csv}}\neconomics: {contact_cost: 2}\n"
    (tmp_path / "studies" / "a.yaml").write_text(text)
    with pytest.raises(StudyError, match="no currency"):
        study.load("a")
