"""A new KPI touches one file: an entry in `KPIS`, and every stage asks it what it has to know."""

import numpy as np
import pandas as pd
import pytest

from segkit import criteria, data, goals
from segkit.action import economics, rules
from segkit.brief import Brief, Limits, Period
from segkit.goals import KPIS, Kpi
from segkit.validation import experiments
from segkit.workbook.report import formats

ORDERS = """customer_id,order_id,ordered_at,amount
ann,1,2024-01-01 10:00,10.00
ann,2,2024-01-15 10:00,20.00
bob,3,2024-01-10 10:00,5.00
ann,4,2024-02-02 10:00,30.00
ann,5,2024-02-16 10:00,10.00
bob,6,2024-02-20 10:00,45.00
cid,7,2024-02-20 10:00,8.00
ann,8,2024-03-16 10:00,10.00
ann,9,2024-03-18 10:00,10.00
ann,10,2024-03-20 10:00,10.00
bob,11,2024-03-21 10:00,10.00
"""
ORDERS_EACH = Kpi(
    label="orders per customer",
    unit="number",
    definition="orders in the period per known customer, nobody counted as 0",
    audience="customers known before the period",
    serves=("sales",),
    measure=lambda bought: bought["orders_n"],
    own_past=("orders_n",),
    moved_by=("visits",),
)
TRAITS = {"spend_index": 2.0, "spend_share": 1.0, "traits": {}, "verdict": "open"}


@pytest.fixture
def tables(project, monkeypatch):
    monkeypatch.setitem(KPIS, "orders_per_customer", ORDERS_EACH)
    return data.open(project(orders=ORDERS))


@pytest.fixture
def goal(tables):
    situation = goals.situation(tables, horizon_days=20)
    kpi = goals.choose_kpi(situation, wish="orders_per_customer", min_customers=1)
    past = goals.history(situation, kpi=kpi, min_customers=1)
    return goals.goal(past, change_pct=20.0, rng=np.random.default_rng(1))


def test_it_is_measured_and_offered_and_written_in_its_own_unit(tables, goal):
    march = {"label": "March", "start": "2024-03-01", "end": "2024-04-01"}
    period = Period(**march)
    known = ["ann", "bob", "cid"]
    found = goals.outcome(tables, kpi="orders_per_customer", period=period, customers=known)
    assert found.set_index("customer_id")["outcome"].to_dict() == {"ann": 3, "bob": 1, "cid": 0}
    assert goal.kpi == "orders_per_customer"
    assert goal.label in goal.sentence
    assert goal.shown(2.0) == formats.quantity(2.0, goal.unit, "EUR") == "2.00"
    assert goal.changed(0.5) == "+0.50"


def test_criteria_and_action_ask_the_goal_and_know_no_kpi_by_name(goal):
    card = pd.DataFrame({"customer_id": ["a", "b"], "orders_n": [1, 2], "items_n": [3, 4]})
    words = data.card.dictionary(card)
    brief = Brief("segment", "", goal, {}, None, None, Limits())
    table = criteria.candidates(card, dictionary=words, brief=brief).table
    assert table.loc[table["own_past"], "column"].tolist() == ["orders_n"]
    answers = pd.DataFrame({"segment": list("xy") * 20, "outcome": [3.0, 1.0] * 20})
    told = {"names": ["x", "y"], "smallest": 5, "rng": np.random.default_rng(1)}
    response = experiments.by_segment(answers, **told)
    seen = economics.measured(response, groups={"x": "X", "y": "Y"}, goal=goal)
    assert seen["outcome"].tolist() == [3.0, 1.0]
    assert seen["response"].isna().all()
    facts = pd.DataFrame([TRAITS], index=["X"])
    assert rules.plans(facts, goal=goal).loc["X", "serves"] == "directly"
