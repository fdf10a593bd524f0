"""Rules from evidence to moves, and the lists that leave the house."""

import io
from types import SimpleNamespace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit import decisions, spreadsheets
from segkit.action import Assumptions, economics, exports, facts, holdout, planning, rules, steps
from segkit.brief import Brief, Goal, Limits
from segkit.study import StudyError


def a_card():
    return pd.DataFrame(
        {
            "customer_id": [f"c{place}" for place in range(8)],
            "orders_n": [40, 40, 30, 10, 4, 4, 2, 2],
            "spend_total": [400.0, 400.0, 900.0, 300.0, 40.0, 40.0, 20.0, 20.0],
            "campaigns_received_n": [2, 1, 3, 2, 0, 0, 0, 1],
            "share_fresh_fish": [0.0, 0.0, 0.3, 0.2, 0.0, 0.0, 0.0, 0.0],
        }
    )


PERSONAS = ["often"] * 2 + ["rich"] * 2 + ["few"] * 4
TRAITS = {
    "often": {"orders_n": "high"},
    "rich": {"coupon_orders_share": "high", "share_fresh_fish": "high", "weekend_share": "high"},
    "few": {"days_since_purchase": "high", "spend_recent_share": "low"},
}

SEGMENTS = {"often": ["b", "c"], "rich": ["a"], "few": ["d"]}
PAGES = [{"name": name, "traits": TRAITS[name], "segments": SEGMENTS[name]} for name in TRAITS]


ANSWERS = Goal(
    kpi="campaign_response", moved_by=("answers",), sentence="Raise it.", label="response"
)
REPEAT = Goal(kpi="repeat_rate", moved_by=("visits",))


@pytest.fixture
def known():
    found = facts.by_persona(a_card(), personas=PERSONAS, pages=PAGES, window_days=365)
    found = found.assign(response=[0.3, 0.1, 0.01], low=[0.2, 0.05, 0.0], high=[0.4, 0.2, 0.02])
    return economics.returns(found, assumed=Assumptions(contact_cost=0.5, margin=0.25))


def test_facts_by_hand(known):
    assert known.index.tolist() == ["rich", "often", "few"]
    assert known["n"].tolist() == [2, 2, 4]
    assert known["spend_share"].sum() == pytest.approx(1)
    assert known.loc["rich", "spend_index"] == pytest.approx(1200 / 2120 / 0.25)
    assert known.loc["rich", "order_value"] == pytest.approx(30.0)
    assert known.loc["often", "orders_index"] == pytest.approx(80 / 132 / 0.25)
    assert known.loc["often", "days_between_orders"] == pytest.approx(365 * 2 / 80)
    assert known["reached_share"].tolist() == [1.0, 1.0, 0.25]
    assert known.loc["rich", "department"] == "fresh fish"


def test_a_department_too_small_to_sell_across_is_not_named():
    card = a_card().assign(share_fresh_fish=0.01)
    found = facts.by_persona(card, personas=PERSONAS, pages=PAGES, window_days=365)
    assert found["department"].isna().all()


def test_the_first_rule_that_speaks_fills_a_slot(known):
    plans = rules.plans(known, goal=ANSWERS, currency="EUR")
    assert plans.loc["rich", "move"] == "Keep"
    assert plans.loc["rich", "offer"].startswith("coupons for what they buy")
    assert plans.loc["rich", "timing"] == "to arrive before the weekend"
    assert plans.loc["rich", "serves"] == "directly"
    assert "coupon users" in plans.loc["rich", "rules"]


def test_doing_less_is_a_possible_answer(known):
    plans = rules.plans(known, goal=ANSWERS)
    assert known.loc["few", "verdict"] == economics.LOSES
    assert plans.loc["few", "move"] == "Do not contact"
    assert plans.loc["few", "message"] == "none by mail"


def test_every_slot_but_timing_is_filled_for_everybody(known):
    plans = rules.plans(known, goal=REPEAT)
    needed = [slot for slot in rules.SLOTS if slot != "timing"]
    assert (plans[needed] != "").all(axis=None)


def test_without_mailings_the_channel_is_not_known():
    card = a_card().drop(columns="campaigns_received_n")
    found = facts.by_persona(card, personas=PERSONAS, pages=[], window_days=365)
    plans = rules.plans(found.assign(verdict=economics.UNKNOWN), goal=REPEAT)
    assert plans["channel"].str.startswith("not known from the data").all()
    assert plans["frequency"].str.contains("not recorded").any()


def test_a_plan_never_reads_a_name(known):
    renamed = known.rename(index={"rich": "x", "often": "y", "few": "z"})
    one = rules.plans(known, goal=REPEAT)
    two = rules.plans(renamed, goal=REPEAT)
    assert one.to_numpy().tolist() == two.to_numpy().tolist()


def test_every_rule_that_holds_is_listed_with_its_evidence(known):
    found = rules.matches(known)
    assert set(found.loc[found["persona"] == "few", "rule"]) == {
        "stop mailing", "win back", "low cost", "off the mailing list",
    }  # fmt: skip
    assert (found["evidence"] != "").all()
    assert (found["because"] != "").all()


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.name)
def test_rules_are_data_with_a_reason_and_known_slots(rule):
    assert rule.because
    assert set(rule.sets) <= set(rules.SLOTS)
    for fact, test, _ in rule.when:
        assert fact.startswith("trait ") or fact in rules.FACTS
        assert test in (">=", "<", "is", "is not", "known")


def actions(known, usable=True, failed=()):
    table = known.join(rules.plans(known, goal=ANSWERS))
    table = table.assign(rank=[1, 2, 3], priority=[0.9, 0.5, 0.1])
    verdict = {"usable": usable, "failed": list(failed)}
    return steps.actions(table, goal=ANSWERS, verdict=verdict)


def test_actions_carry_goal_kpi_and_evidence(known):
    found = actions(known)
    wanted = "rank persona segments n spend_share priority offer channel message frequency goal"
    wanted += " response_expected break_even_response kpi evidence"
    assert set(wanted.split()) <= set(found.columns)
    assert found["rank"].tolist() == [1, 2, 3]
    assert found["segments"].tolist() == ["a", "b; c", "d"]
    assert (found["goal"] == "Raise it.").all()


def standing(verdict, reason, **judged):
    brief = Brief(verdict, reason, ANSWERS, {}, None, None, Limits())
    return planning.People(None, brief, judged, [], *[None] * 3).standing


def test_the_standing_names_goal_verdict_and_doubt():
    good = standing("segment", "", usable=True, sentence="Found again.")
    assert "Raise it." in good
    assert "may be used" in good
    bad = standing("do not segment", "Too few.", usable=False, sentence="Chance.")
    for words in ("NOT CONFIRMED", "hypotheses", "do not segment", "Too few."):
        assert words in bad


def test_unusable_segments_make_hypotheses(known):
    found = actions(known, usable=False)
    assert found["status"].str.startswith("hypothesis").all()
    todo = steps.first(found, goal=ANSWERS, tests=plans_of_tests(found))
    assert todo.loc[0, "what"].startswith("Test first whether this group holds")


def test_a_failed_check_makes_that_persona_a_hypothesis_only(known):
    found = actions(known, failed=["c"])
    assert found["status"].str.startswith("hypothesis").tolist() == [False, True, False]


def test_who_answers_less_gets_another_offer(known):
    found = known.assign(stands=["higher", "lower", "lower"], spend_index=1.0, orders_index=0.9)
    plans = rules.plans(found.assign(verdict=economics.OPEN, traits=[{}] * 3), goal=REPEAT)
    assert plans["move"].tolist() == ["Keep: as it is", *["Test first: another offer"] * 2]


def plans_of_tests(found):
    spend = [100.0, 80.0, 120.0, 90.0, 110.0, 95.0]
    past = pd.DataFrame({"spend": spend, "before": spend[::-1], "days": 56})
    return holdout.plans(past, groups=[*found["persona"]] * 2, change=0.1)


def test_three_steps_grow_save_and_learn(known):
    found = actions(known)
    todo = steps.first(found, goal=ANSWERS, tests=plans_of_tests(found))
    assert todo["step"].tolist() == [1, 2, 3]
    assert "rich" in todo.loc[0, "what"]
    assert todo.loc[1, "what"].startswith("Stop the routine mailing to few")
    assert "questionnaire" in todo.loc[2, "what"]
    assert (todo[["kpi", "measured_by", "decide"]] != "").all(axis=None)


# --- exports


def segments():
    return pd.DataFrame({"customer_id": ["b", "a", "c"], "segment": ["two", "one", "two"]})


def test_membership_lists_every_customer_once_with_segment_and_persona():
    found = exports.membership(segments(), personas={"one": "P", "two": "Q"})
    assert found.columns.tolist() == ["customer_id", "segment", "persona"]
    assert found.to_numpy().tolist() == [["a", "one", "P"], ["b", "two", "Q"], ["c", "two", "Q"]]


def test_a_segment_without_persona_is_refused_in_words():
    with pytest.raises(StudyError, match="06_personas"):
        exports.membership(segments(), personas={"one": "P"})


def test_a_customer_listed_twice_is_refused():
    twice = pd.concat([segments(), segments()])
    with pytest.raises(StudyError, match="twice"):
        exports.membership(twice, personas={"one": "P", "two": "Q"})


@pytest.mark.parametrize("cell", ["=1+1", "-2+3", "@SUM(A1)", "\tx"])
def test_formula_cells_are_neutralised_in_ids_names_and_headings(cell):
    table = segments().replace({"a": cell, "one": cell})
    found = exports.membership(table, personas={cell: cell, "two": "Q"})
    assert f"'{cell}" in set(found["customer_id"])
    assert f"'{cell}" in set(found["persona"])
    assert exports.safe(pd.DataFrame({cell: [1]})).columns.tolist() == [f"'{cell}"]


@given(st.lists(st.text(max_size=6), min_size=1, max_size=6))
def test_no_cell_begins_like_a_formula_and_twice_is_once(texts):
    once = exports.safe(pd.DataFrame({"x": texts, "n": range(len(texts))}))
    begun = [cell for cell in once["x"] if spreadsheets.FORMULA.match(cell)]
    assert all(spreadsheets.HARMLESS.fullmatch(cell) for cell in begun)
    assert once["n"].tolist() == list(range(len(texts)))
    pd.testing.assert_frame_equal(once, exports.safe(once))


def test_numbers_stay_numbers_and_text_survives_utf8():
    frame = pd.DataFrame({"x": [-1.5, 2.0], "who": ["Åsa, «Иван»", None]})
    found = exports.safe(frame)
    assert found["x"].tolist() == [-1.5, 2.0]
    text = found.to_csv(index=False).encode().decode("utf-8")
    assert pd.read_csv(io.StringIO(text)).loc[0, "who"] == "Åsa, «Иван»"


def test_a_group_that_spent_nothing_gets_words_instead_of_an_infinite_change():
    plan = {"held": 5, "n": 10, "visible": float("inf"), "half": float("inf"), "enough": False}
    everybody = {"all_held": 50, "all_n": 100, "all_visible": 0.2}
    said = steps._figures({**plan, "change": 0.1}, everybody)["held_out"]
    assert "inf" not in said
    assert "these customers spent nothing in that time" in said
    assert "20.0%" in said


def test_what_a_team_dropped_is_left_out_whatever_is_proposed_for_it(monkeypatch):
    """Of the same segment 05 proposes to split it; and its parts, once split, stay out too."""
    pages = [
        {"name": "Away", "segments": ["A: low", "A: high"]},
        {"name": "Here", "segments": ["B"]},
    ]
    found = {
        "corrections.json": {
            "verdict": {},
            "proposals": [{"kind": "split", "segments": ["A: low"], "reason": "too wide"}],
            "applied": [{"kind": "drop", "segments": ["A"]}, {"kind": "split", "segments": ["A"]}],
            "out": ["A: low", "A: high"],
        },
        "personas.json": {"personas": pages},
        "base.json": {"told": "The tables know 9 customers."},
    }
    run = SimpleNamespace(read=found.get, study=None)
    monkeypatch.setattr(planning.Brief, "read", lambda run: None)
    assert planning.people(run).proposed["Away"] == decisions.OUT_OF_FOCUS
    assert planning.people(run).proposed["Here"] is None
