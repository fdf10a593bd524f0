"""The objects of notebook 05: from the segments of today to a verdict, or to a refusal."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from segkit import validation
from segkit.brief import Brief, Goal, Limits, Period
from segkit.refusal import Refused
from segkit.segments import chooser, settled
from segkit.segments.approaches import clusters
from segkit.segments.settled import Kept
from segkit.validation import corrections

MAY = Period("May", "2024-05-01", "2024-06-01")
NONE = Refused("No period is over yet.")


def a_card(n=120, seed=1):
    rng = np.random.default_rng(seed)
    kind = np.arange(n) % 3
    spend = np.array([900.0, 90.0, 9.0])[kind] * rng.lognormal(0, 0.05, n)
    ids = [f"c{place:03d}" for place in range(n)]
    return pd.DataFrame({"customer_id": ids, "orders_n": kind + 1, "spend_total": spend})


def kept_of(card, recipe):
    found = chooser.attempt(card, recipe)
    order = [name for name in found.order if name in set(found.labels)]
    saved = {"order": order, "features": ["spend_total", "orders_n"], "recipe": recipe}
    saved |= {"definition": found.definition.to_dict(), "approach": recipe["approach"]}
    return Kept(card, found.members, saved)


@pytest.fixture(scope="module")
def kept():
    return kept_of(a_card(), {"approach": "abc"})


@pytest.fixture(scope="module")
def signs(kept):
    return validation.signs(kept, most=4, repeats=3, seed=1)


def a_brief(test=MAY):
    data = {"as_of": "2024-07-01"}
    goal = Goal(kpi="repeat_rate", label="repeat rate", baseline=0.3, target=0.5)
    return Brief("segment", "", goal, data, learn=NONE, test=test, limits=Limits())


def judged(kept, signs, brief, then):
    recurrence = validation.recurrence(kept, pairs=10, seed=1)
    backtest = validation.backtest(kept, then, period=brief.test)
    buyers = {"customer_id": kept.card["customer_id"], "outcome": kept.card["orders_n"] > 1}
    answers = {True: brief.test, False: pd.DataFrame(buyers).astype({"outcome": float})}
    response = validation.response(
        answers[isinstance(brief.test, Refused)],
        backtest=backtest,
        goal=brief.goal,
        alpha=0.05,
        seed=1,
    )
    findings = [signs, recurrence, backtest, response]
    return validation.weigh(kept, findings=findings, brief=brief)


def test_all_findings_end_in_one_verdict_that_shows_itself(kept, signs):
    verdict = judged(kept, signs, a_brief(), kept.again(kept.card))
    assert verdict.checks["check"].nunique() == 11
    assert verdict.record["verdict"]["structure"] == signs.kind
    assert verdict.sentence in verdict.told
    assert verdict.response["n"].sum() == len(kept.card)
    assert verdict.response["share_of_customers"].sum() == pytest.approx(1)
    assert len(verdict.weak) + verdict.checks["verdict"].eq("pass").sum() == len(verdict.checks)


def test_rules_are_judged_by_their_own_repetition_and_not_by_clusters_of_their_columns(signs):
    assert "by abc, as in use" in signs.sentence
    assert isinstance(signs.evidence, Refused)
    page = signs.beside(validation.recurrence(signs.kept, pairs=10, seed=1))
    assert page["decided"].ne("").sum() == 1
    assert page.set_index("reading").loc["not for this method", "why"].str.contains("number").any()
    rounds = signs.asked.rounds
    assert rounds["stability_none"].mean() > 0.7  # a rule cuts shuffled customers as well again
    assert signs.kind not in ("natural", "none")


def test_an_undecided_number_of_clusters_is_told_with_the_kind_of_structure(kept):
    recipe = clusters.recipe(["orders_n"], k=3, seed=1)
    found = kept_of(a_card(), recipe)
    found.saved["k_open"] = "undecided between 3 and 4"
    asked = validation.signs(found, most=3, repeats=2, seed=1)
    assert asked.sentence.endswith("; undecided between 3 and 4")
    assert asked.told.startswith(asked.sentence + ". Asked")


def test_everybody_is_near_some_segment(signs):
    np.testing.assert_allclose(signs.similarity.sum(axis=1), 1)


def test_the_same_recipe_on_the_same_card_finds_the_same_segments(kept):
    found = validation.backtest(kept, kept.again(kept.card), period=MAY)
    assert (found.both["then"] == found.both["now"]).all()
    assert "**100%** of 120 customers" in found.told


def test_before_and_after_are_judged_by_the_card_of_before_the_period(kept):
    """Whoever rose afterwards stays where the earlier card puts him, corrected or not."""
    first, second, _ = kept.order
    corrected = settled.corrected(kept, [{"kind": "merge", "segments": [first, second]}])
    spend = kept.card["spend_total"].to_numpy()[::-1].copy()
    then_card = kept.card.assign(spend_total=spend)
    backtest = validation.backtest(corrected, corrected.again(then_card), period=MAY)
    bought = (then_card["spend_total"] > 500).astype(float)
    answers = pd.DataFrame({"customer_id": kept.card["customer_id"], "outcome": bought})
    how = {"backtest": backtest, "goal": a_brief().goal, "alpha": 0.05, "seed": 1}
    tested = validation.response(answers, **how)
    table = corrections.before_after(corrected, tested=tested, repeats=2)
    sums = table.assign(sum=table["measured_n"] * table["outcome"].fillna(0)).groupby("state")
    assert sums["measured_n"].sum().tolist() == [120, 120]
    assert sums["sum"].sum().tolist() == pytest.approx([bought.sum()] * 2)
    by_hand = kept.on(then_card).assign(outcome=bought).groupby("segment")["outcome"].mean()
    before = table[table["state"] == "before"].set_index("segment")["outcome"]
    assert before.to_dict() == pytest.approx(by_hand.to_dict())
    today = bought.groupby(np.asarray(kept.labels)).mean()
    assert not np.allclose(before[today.index], today)  # members of today are others


def test_a_segment_of_few_measured_shows_its_number_and_no_outcome(kept):
    few = Kept(kept.card, kept.membership, kept.saved, smallest_cell=1_000)
    corrected = settled.corrected(few, [{"kind": "drop", "segments": [kept.order[0]]}])
    answers = pd.DataFrame({"customer_id": kept.card["customer_id"], "outcome": 1.0})
    tested = SimpleNamespace(answers=answers, backtest=SimpleNamespace(card=kept.card))
    table = corrections.before_after(corrected, tested=tested, repeats=2)
    assert table["measured_n"].sum() == 240
    assert table["outcome"].isna().all()


def test_without_a_later_period_the_reason_is_handed_on_and_the_rest_is_judged(kept, signs):
    verdict = judged(kept, signs, a_brief(test=NONE), kept.again(kept.card))
    assert verdict.answered == NONE
    assert verdict.response["n"].tolist() == [0] * len(kept.order)
    unknown = verdict.checks[verdict.checks["check"].isin(["found again", "responds differently"])]
    assert set(unknown["verdict"]) == {"warn"}
    assert "could not be judged" in verdict.sentence


def test_a_recipe_that_cannot_be_repeated_earlier_says_on_which_day(kept):
    then = kept.again(kept.card.drop(columns="spend_total"))
    found = validation.backtest(kept, then, period=MAY)
    assert isinstance(found, Refused)
    assert "as of 2024-05-01" in found.why
    assert "nothing is known" in found.why


def test_what_shows_itself_never_shows_a_customer(kept, signs):
    verdict = judged(kept, signs, a_brief(), kept.again(kept.card))
    shown = [kept, verdict, verdict.backtest, verdict.answered]
    assert not any("c001" in repr(each) for each in shown)


def test_rules_are_repeated_a_fifth_as_often_as_clusters(kept):
    assert validation.recurrence(kept, pairs=20, seed=1).table["repeat"].nunique() in range(4, 17)
    same = SimpleNamespace(
        labels=kept.labels, clustered=True, refit=lambda rows, rng: np.asarray(kept.labels)
    )
    assert validation.recurrence(same, pairs=20, seed=1).table["repeat"].nunique() == 20


def test_rules_are_found_again_on_other_rows_by_their_own_recipe(kept):
    rows = np.arange(0, 120, 2)
    again = kept.refit(rows, np.random.default_rng(1))
    assert (again == np.asarray(kept.labels, dtype=object)).mean() > 0.9


def test_a_refused_response_is_refused_in_all_its_parts():
    response = validation.response(NONE, backtest=NONE, goal=Goal(), alpha=0.05, seed=1)
    assert response.table == NONE
    assert response.leak("anybody") == NONE
