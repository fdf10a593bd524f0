"""Figures of experiments: they carry words, keep their order, and hand refusals on."""

import numpy as np
import pandas as pd
import pytest

from segkit import data, plots
from segkit.refusal import Refused
from segkit.validation import trials

PLAN = trials.Plan(base=0.1, change=0.05, arms="control 1, a 1, b 1")


@pytest.fixture(scope="module")
def tables():
    rng = np.random.default_rng(1)
    people = pd.DataFrame({"arm": np.resize(["control", "a", "b"], 3000)})
    people["town"] = rng.choice(["N", "S"], 3000)
    people["responded"] = rng.random(3000) < 0.1 + 0.1 * (people["arm"] == "b")
    return data.from_frames(tests=people)


def test_power_is_drawn_for_the_planned_change_its_half_and_its_double(tables):
    people = trials.people(tables, PLAN)
    axes = plots.trials.power(people.curve, people=people)
    assert {"+2.5 points", "+5.0 points", "+10.0 points"} <= {t.get_text() for t in axes.texts}
    assert axes.png() == plots.trials.power(people.curve, people=people).png()


def test_every_arm_has_a_row_and_every_group(tables):
    trial = trials.analyse(tables, PLAN)
    whole, groups = (
        plots.trials.effects(trial.whole, plan=PLAN),
        plots.trials.groups(trial.clearest, plan=PLAN),
    )
    assert [t.get_text() for t in whole.get_yticklabels()] == ["a", "b"]
    rows = ["a, N", "a, S", "b, N", "b, S"]
    assert [t.get_text() for t in groups.get_yticklabels()] == rows
    assert groups.alt.startswith("Effect by town: a: N ")
    assert "b +" in whole.alt


def test_money_has_no_points(tables):
    plan = trials.Plan(outcome="amount", change=1.0)
    table = pd.DataFrame({"arm": ["offer"], "difference": 2.0, "low": 1.0, "high": 3.0})
    assert (
        "money per person"
        in plots.trials.effects(table.assign(visible=1.0), plan=plan).get_xlabel()
    )


def test_a_refusal_is_handed_on():
    no = Refused("No test.")
    assert plots.trials.power(no, people=no) is no
    assert plots.trials.effects(no, plan=PLAN) is no
    assert plots.trials.groups(no, plan=PLAN) is no
