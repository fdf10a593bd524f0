"""Break-even, returns, budget and hold-out groups: numbers by hand."""

import numpy as np
import pandas as pd
import pytest

from segkit import evidence
from segkit.action import Assumptions, economics, holdout
from segkit.brief import Goal
from segkit.study import StudyError

HALF_A_COIN = Assumptions(contact_cost=0.5, margin=0.25)


def a_table():
    return pd.DataFrame(
        {
            "n": [100, 200, 50, 80],
            "order_value": [40.0, 40.0, 40.0, 40.0],
            "response": [0.20, 0.05, 0.01, np.nan],
            "low": [0.15, 0.03, 0.00, np.nan],
            "high": [0.25, 0.08, 0.03, np.nan],
        },
        index=["good", "unsure", "poor", "unknown"],
    )


def test_break_even_by_hand():
    assert HALF_A_COIN.break_even(40.0) == pytest.approx(0.05)
    assert HALF_A_COIN.break_even(0.0) == np.inf


def test_at_break_even_nothing_is_left():
    found = economics.returns(a_table().assign(response=0.05), assumed=HALF_A_COIN)
    assert found["profit_per_contact"].tolist() == pytest.approx([0, 0, 0, 0])
    assert found["extra_needed"].tolist() == pytest.approx([1, 1, 1, 1])


def test_the_four_verdicts_are_judged_on_the_interval():
    found = economics.returns(a_table(), assumed=HALF_A_COIN)
    assert found["verdict"].tolist() == [
        economics.PAYS, economics.OPEN, economics.LOSES, economics.UNKNOWN,
    ]  # fmt: skip
    assert found.loc["good", "roi"] == pytest.approx(0.2 * 40 * 0.25 / 0.5 - 1)
    assert found.loc["good", "extra_needed"] == pytest.approx(0.25)


@pytest.mark.parametrize(("cost", "margin"), [(0, 0.2), (-1, 0.2), (0.5, 0), (0.5, 1.2)])
def test_impossible_assumptions_are_refused_in_words(cost, margin):
    with pytest.raises(StudyError, match=r"CONTACT_COST|MARGIN_PCT"):
        Assumptions(contact_cost=cost, margin=margin)


def test_pounds_to_pence_change_no_verdict():
    pence = a_table().assign(order_value=4000.0)
    one = economics.returns(a_table(), assumed=HALF_A_COIN)
    two = economics.returns(pence, assumed=Assumptions(contact_cost=50.0, margin=0.25))
    assert one["verdict"].tolist() == two["verdict"].tolist()
    np.testing.assert_allclose(one["roi"], two["roi"])


def test_segments_pool_into_personas_by_their_counts():
    response = pd.DataFrame(
        {
            "segment": ["a", "b", "c"],
            "n": [100, 900, 50],
            "outcome_mean": [0.30, 0.10, 0.2],
            "low": [0.2, 0.08, 0.1],
            "high": [0.4, 0.12, 0.3],
        }
    )
    found = economics.pool(response, groups={"a": "X", "b": "X", "c": "Y"})
    assert found.loc["X", "n"] == 1000
    assert found.loc["X", "response"] == pytest.approx(0.12)
    assert found.loc["X", ["low", "high"]].tolist() == pytest.approx([0.10130, 0.14161], abs=1e-5)
    assert found.loc["Y", ["low", "high"]].tolist() == [0.1, 0.3]


def test_money_pools_by_standard_errors():
    response = pd.DataFrame(
        {"segment": ["a", "b"], "n": [100, 100], "outcome_mean": [10.0, 20.0],
         "low": [8.0, 17.0], "high": [12.0, 23.0]}
    )  # fmt: skip
    found = economics.pool(response, groups={"a": "X", "b": "X"}, share=False).loc["X"]
    assert found["response"] == pytest.approx(15)
    assert found["high"] - found["low"] == pytest.approx(np.sqrt(4 + 9))


def test_no_measured_segment_gives_an_empty_table():
    empty = pd.DataFrame(columns=["segment", "n", "outcome_mean", "low", "high"])
    assert economics.pool(empty, groups={"a": "X"}).empty


def test_a_repeat_purchase_is_no_answer_to_a_contact():
    response = pd.DataFrame(
        {"segment": ["a"], "n": [100], "outcome_mean": [0.3], "low": [0.2], "high": [0.4],
         "label": ["like the rest"]}
    )  # fmt: skip
    goal = Goal(kpi="campaign_response", answers_contact=True)
    found = economics.measured(response, groups={"a": "X", "b": "Y"}, goal=goal)
    assert found.loc["X", ["outcome", "response", "low", "high"]].tolist() == [0.3, 0.3, 0.2, 0.4]
    assert found.loc["Y"].isna().all()
    goal = Goal(kpi="repeat_rate")
    found = economics.measured(response, groups={"a": "X", "b": "Y"}, goal=goal)
    assert found.loc["X", "outcome"] == 0.3
    assert found.loc["X", ["response", "low", "high"]].isna().all()


def test_a_persona_stands_as_notebook_05_labelled_its_segments():
    labels = ["lower than the rest", "like the rest", "higher than the rest", "too few to judge"]
    response = pd.DataFrame(
        {"segment": list("abcd"), "n": 100, "outcome_mean": [0.1, 0.2, 0.3, np.nan],
         "low": [0.05, 0.15, 0.25, np.nan], "high": [0.15, 0.25, 0.35, np.nan], "label": labels}
    )  # fmt: skip
    goal = Goal(kpi="repeat_rate")
    groups = {"a": "A", "b": "B", "c": "C", "d": "D"}
    found = economics.measured(response, groups=groups, goal=goal)
    assert found["stands"].tolist()[:3] == ["lower", "like", "higher"]
    assert pd.isna(found.loc["D", "stands"])
    pooled = economics.measured(response, groups={**groups, "b": "C", "d": "A"}, goal=goal)
    assert pooled["stands"].to_dict() == {"A": "lower", "C": "like"}


def test_the_budget_is_that_of_the_plan_beside_the_same_money_spread_evenly():
    table = economics.returns(a_table(), assumed=HALF_A_COIN)
    paid = pd.Series([100, 100, 0, 0], index=table.index)
    focus = economics.budget(table, contacts=paid, money=100, contact_cost=0.5)
    assert focus["contacts"].tolist() == [100, 100, 0, 0]
    assert focus["cost"].sum() == 100
    assert focus.loc["good", "profit"] == pytest.approx(150.0)
    assert focus["even_contacts"].sum() == 200


def test_a_budget_spread_evenly_contacts_nobody_twice():
    table = economics.returns(a_table(), assumed=Assumptions(contact_cost=0.7, margin=0.5))
    focus = economics.budget(table, contacts=table["n"], money=10_000, contact_cost=0.7)
    assert (focus["even_contacts"] == table["n"]).all()


def test_the_plan_shows_the_change_with_the_fewest_customers_held():
    rng = np.random.default_rng(5)
    spend = rng.normal(100, 30, 4000)
    found = holdout.plan(spend, before=rng.normal(100, 30, 4000), change=0.05)
    assert found["enough"]
    assert found["visible"] <= 0.05
    sd = spend.std(ddof=1) * np.sqrt(1 - found["explained"])
    one_less = evidence.detectable(sd, n=4001 - found["held"], rest=found["held"] - 1)
    assert one_less / spend.mean() > 0.05


def test_spend_before_the_test_makes_it_smaller():
    rng = np.random.default_rng(6)
    spend = rng.normal(100, 40, 1000)
    alone = holdout.plan(spend, before=rng.normal(100, 40, 1000), change=0.1)
    helped = holdout.plan(spend, before=spend + rng.normal(0, 10, 1000), change=0.1)
    assert helped["explained"] > 0.9
    assert helped["held"] < alone["held"]


def test_a_plan_that_cannot_see_the_change_says_so():
    found = holdout.plan(np.r_[np.zeros(30), 500.0], before=np.zeros(31), change=0.05)
    assert not found["enough"]
    assert found["held"] == 15
    assert found["visible"] > 1


@pytest.mark.parametrize("spend", [[0.0] * 10, [5.0], [0.0, 0.0]])
def test_degenerate_spend_gives_no_false_promise(spend):
    found = holdout.plan(spend, before=spend, change=0.1)
    assert not found["enough"]


class Purchases:
    """Stands in for the tables: the counting itself is tested with the data room."""

    def __call__(self, tables, *, start, end):
        spend = {"2017-12-02": [7.0], "2017-11-02": [5.0]}[f"{start:%Y-%m-%d}"]
        assert (end - start).days == 30
        return pd.DataFrame({"customer_id": ["b"], "spend_total": spend})


def test_history_sets_two_periods_side_by_side_and_nothing_bought_is_zero(monkeypatch):
    monkeypatch.setattr("segkit.data.outcomes.purchases", Purchases())
    found = holdout.history(None, customers=["a", "b"], end="2018-01-01", days=30)
    assert found["spend"].tolist() == [0.0, 7.0]
    assert found["before"].tolist() == [0.0, 5.0]


def test_every_group_and_everybody_get_a_plan():
    past = pd.DataFrame({"spend": [1.0, 2, 3, 4], "before": [2.0, 1, 4, 3], "days": 28})
    found = holdout.plans(past, groups=["x", "y", "x", "y"], change=0.2)
    assert found.index.tolist() == ["x", "y", "all customers"]
    assert found["n"].tolist() == [2, 2, 4]
    assert (found["days"] == 28).all()


@pytest.mark.parametrize(
    ("goal", "told"),
    [
        ({"unit": "share", "baseline": 0.10, "target": 0.12}, "more than one campaign"),
        ({"unit": "share", "baseline": 0.10, "target": 0.30}, "possible"),
        ({"unit": "money", "baseline": 50.0, "target": 60.0}, "no share"),
        ({"unit": "share", "baseline": None, "target": None}, "no share"),
    ],
)
def test_the_size_of_a_test_in_words(goal, told):
    text = holdout.told(Goal(kpi="any", **goal), customers_n=2000)
    assert "3,841" in text
    assert told in text


def test_a_test_that_cannot_see_its_own_best_case_is_not_enough():
    tests = pd.DataFrame(
        {"mean": [100.0, 100.0, 100.0], "visible": [0.10, 0.10, 0.10], "enough": [True] * 3},
        index=["small gain", "large gain", "all customers"],
    )
    facts = pd.DataFrame(
        {"response": [0.1, 0.5], "order_value": [20.0, 40.0]}, index=["small gain", "large gain"]
    )
    found = holdout.weighed(tests, facts=facts)
    assert found["best_case"].round(6).tolist()[:2] == [0.02, 0.20]
    assert found["enough"].tolist() == [False, True, True]
