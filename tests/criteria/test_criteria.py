"""Criteria: bits and similarities by hand, luck kept out, and a short list with reasons."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segkit import criteria, data, goals, plots
from segkit.brief import Brief, Goal, Limits, Period
from segkit.criteria import bits, kinds, levels, similarity
from segkit.refusal import Refused
from segkit.study import StudyError

RULES = criteria.Rules(permutations=200)
FEW = criteria.Rules(permutations=99)
MAY = Period("May", "2024-05-01", "2024-06-01")
WHY = Refused("There is no earlier period.")
FAMILY = {
    "days_since_purchase": "behavioural",
    "orders_n": "behavioural",
    "lines_n": "behavioural",
    "spend_total": "value",
    "coupon_orders_share": "promotion",
    "campaigns_received_n": "promotion",
    "campaigns_responded_n": "promotion",
    "income": "demographic",
    "rare": "psychographic",
    "constant": "behavioural",
}
LABELS = st.lists(st.integers(0, 3), min_size=2, max_size=60)


def rng(seed=2017):
    return np.random.default_rng(seed)


@pytest.fixture(scope="module")
def card():
    """Give 800 customers: spend and coupons matter, lines is a twin of spend, the rest is idle."""
    r, n = np.random.default_rng(1), 800
    spend, coupons = r.lognormal(5, 1, n), r.beta(1, 4, n)
    chance = 0.05 + 0.4 * (spend > np.median(spend)) + 0.4 * (coupons > 0.25)
    card = pd.DataFrame(
        {
            "customer_id": [f"c{i:04}" for i in range(n)],
            "days_since_purchase": r.integers(0, 90, n),
            "orders_n": r.poisson(5, n),
            "lines_n": (spend * r.uniform(0.9, 1.1, n)).round(),
            "spend_total": spend,
            "coupon_orders_share": coupons,
            "campaigns_received_n": (coupons > 0.2).astype(int) + r.integers(0, 2, n),
            "income": np.where(spend > 200, "high", "low").astype(object),
            "rare": np.where(r.random(n) < 0.3, spend, np.nan),
            "constant": 1.0,
        }
    )
    card.loc[r.random(n) < 0.7, "income"] = None
    return card, pd.DataFrame(
        {"customer_id": card["customer_id"], "outcome": (r.random(n) < chance).astype(int)}
    )


def dictionary(card):
    columns = list(card.columns.drop("customer_id"))
    return pd.DataFrame(
        {
            "column": columns,
            "family": [FAMILY.get(c, "behavioural") for c in columns],
            "meaning": columns,
            "coverage": card[columns].notna().mean().to_numpy(),
        }
    )


def brief(kpi="campaign_response", **changed):
    goal = Goal(kpi=kpi, label="response", own_past=goals.KPIS[kpi].own_past)
    parts = {"goal": goal, "data": {}, "learn": MAY, "test": MAY, "limits": Limits()}
    return Brief(**{"verdict": "segment", "reason": "", **parts, **changed})


def shortened(card, outcome, *, rules=RULES, kpi="campaign_response", seed=2017):
    possible = criteria.candidates(card, dictionary=dictionary(card), brief=brief(kpi))
    return criteria.short_list(criteria.evidence(possible, outcome=outcome, rules=rules, seed=seed))


def chosen(card, outcome, **more):
    return shortened(card, outcome, **more).table


# Bits


def test_independent_labels_tell_nothing():
    assert criteria.mutual_information([0, 0, 1, 1], [0, 1, 0, 1]) == 0


def test_a_balanced_yes_or_no_told_completely_is_one_bit():
    assert criteria.mutual_information(list("yynn"), [1, 1, 0, 0]) == pytest.approx(1)


def test_two_by_two_by_hand():
    x, y = list("yyyyynnnnn"), [1, 1, 1, 1, 0, 0, 0, 0, 0, 1]
    by_hand = 0.8 * np.log2(0.4 / 0.25) + 0.2 * np.log2(0.1 / 0.25)
    assert criteria.mutual_information(x, y) == pytest.approx(by_hand)
    assert by_hand == pytest.approx(0.2780719)


def test_a_missing_value_takes_no_part():
    full = criteria.mutual_information(["a", "a", "b", "b"], [1, 1, 0, 0])
    gaps = criteria.mutual_information(["a", "a", "b", "b", None], [1, 1, 0, 0, 1])
    assert full == gaps


@pytest.mark.slow
@given(LABELS, st.permutations(range(4)))
def test_bits_do_not_depend_on_names(labels, names):
    other = [value % 2 for value in labels]
    renamed = [names[value] for value in labels]
    one, two = (criteria.mutual_information(x, other) for x in (labels, renamed))
    assert one == pytest.approx(two, abs=1e-12)
    assert -1e-12 <= one <= 1 + 1e-12


@pytest.mark.slow
@given(LABELS, LABELS)
def test_bits_are_mutual(a, b):
    n = min(len(a), len(b))
    one = criteria.mutual_information(a[:n], b[:n])
    assert one == pytest.approx(criteria.mutual_information(b[:n], a[:n]), abs=1e-12)


# Bins


@given(st.lists(st.integers(-1000, 1000), min_size=1, max_size=200), st.integers(2, 5))
def test_bins_depend_on_order_only(values, bins):
    codes = bits.binned([float(v) for v in values], bins=bins)
    stretched = bits.binned([3.0 * v**3 + 7.0 for v in values], bins=bins)
    assert (codes == stretched).all()
    assert codes.min() >= 0
    assert codes.max() < bins


@given(st.lists(st.integers(0, 3), min_size=1, max_size=60))
def test_equal_values_share_a_bin(values):
    pairs = set(zip(values, bits.binned(values), strict=True))
    assert len(pairs) == len(set(values))


@pytest.mark.parametrize("ones", [0.05, 0.5, 0.6, 0.95])
def test_a_yes_or_no_keeps_both_answers(ones):
    values = [1] * int(100 * ones) + [0] * int(100 * (1 - ones))
    assert set(bits.binned(values)) == {0, 1}


def test_a_missing_value_has_no_bin():
    assert bits.binned([1.0, np.nan, 2.0], bins=2).tolist() == [0, -1, 1]
    assert bits.binned(["a", None, "b"]).tolist() == [0, -1, 1]


def test_rare_categories_are_put_together():
    codes = bits.binned([f"town {i}" for i in range(50)])
    assert codes.max() == 20


# Similarity


def alike(x, y):
    card = pd.DataFrame({"x": x, "y": y})
    return similarity.association(card, rng=None).loc["x", "y"]


def test_cramers_v_by_hand():
    # counts 4 1 / 1 4: chi-square 3.6, so V = sqrt(3.6 / 10)
    x, y = list("aaaaabbbbb"), list("uuuuvuvvvv")
    assert alike(x, y) == pytest.approx(0.6)


def test_cramers_v_of_twins_and_strangers():
    assert alike(list("aabb"), list("xxyy")) == pytest.approx(1)
    assert alike(list("aabb"), list("xyxy")) == 0
    assert alike(list("aaaa"), list("xyxy")) == 0


def test_correlation_ratio_by_hand():
    # ranks 1 2 | 3 4: between 4, total 5
    assert alike([1, 2, 30, 40], list("aabb")) == pytest.approx(np.sqrt(0.8))
    assert alike([1, 1, 1], list("aab")) == 0


def test_association_agrees_with_its_parts(card):
    table, _ = card
    similar = similarity.association(table, rng=rng())
    spearman = table["orders_n"].corr(table["spend_total"], method="spearman")
    assert similar.loc["orders_n", "spend_total"] == pytest.approx(abs(spearman))
    assert np.allclose(similar, similar.T)
    assert similar.to_numpy().min() >= 0
    assert similar.to_numpy().max() <= 1


def test_association_ignores_units_and_row_order(card):
    table, _ = card
    other = table.sample(frac=1, random_state=3).assign(spend_total=lambda t: t.spend_total * 100)
    one, two = (similarity.association(t, rng=rng()) for t in (table, other))
    np.testing.assert_allclose(one, two, atol=1e-9)


def test_a_gap_counts_only_where_both_are_known():
    gaps = pd.DataFrame({"a": [1.0, 2, 3, 4, np.nan], "b": [1.0, 2, 3, np.nan, 9]})
    assert similarity.association(gaps, rng=rng()).loc["a", "b"] == pytest.approx(1)


# Luck


def test_dice_pass_one_by_one_but_not_against_the_luckiest(card):
    table, outcome = card
    throws = rng(5).integers(1, 7, size=(len(table), 60))
    dice = table[["customer_id"]].join(pd.DataFrame(throws).add_prefix("die_"))
    found = bits.relevance(dice, outcome=outcome, rules=RULES, rng=rng())
    assert (found["relevance_p"] <= 0.05).any()
    assert not found["relevant"].any()


def test_what_matters_passes(card):
    table, outcome = card
    found = bits.relevance(table, outcome=outcome, rules=RULES, rng=rng())
    found = found.set_index("column")
    assert found.loc[["spend_total", "lines_n", "coupon_orders_share"], "relevant"].all()
    assert not found.loc[["days_since_purchase", "orders_n", "constant"], "relevant"].any()
    assert found.loc["rare", "known_n"] == table["rare"].notna().sum()


def test_the_adjusted_p_is_never_below_one_by_one(card):
    table, outcome = card
    found = bits.relevance(table, outcome=outcome, rules=FEW, rng=rng())
    assert (found["relevance_p_adjusted"] >= 1 / 100).all()
    passed = found["relevance"] > found["luck_limit"]
    assert (passed == found["relevant"]).all()


def test_relevance_ignores_units(card):
    table, outcome = card
    log = table.assign(spend_total=np.log(table["spend_total"]))
    one, two = (bits.relevance(t, outcome=outcome, rules=FEW, rng=rng()) for t in (table, log))
    pd.testing.assert_frame_equal(one, two)


def test_relevance_is_the_same_for_the_same_seed(card):
    table, outcome = card
    one, two = (bits.relevance(table, outcome=outcome, rules=FEW, rng=rng()) for _ in range(2))
    pd.testing.assert_frame_equal(one, two)


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 10_000))
def test_observed_bits_ignore_row_order(seed):
    r = np.random.default_rng(seed)
    table = pd.DataFrame({"customer_id": [str(i) for i in range(80)], "a": r.normal(size=80)})
    outcome = table[["customer_id"]].assign(outcome=r.integers(0, 2, 80))
    mixed = table.sample(frac=1, random_state=seed)
    one, two = (bits.relevance(t, outcome=outcome, rules=FEW, rng=rng()) for t in (table, mixed))
    assert one["relevance"].iloc[0] == pytest.approx(two["relevance"].iloc[0])


def test_money_outcomes_are_judged_too(card):
    table, _ = card
    spent = table[["customer_id"]].assign(outcome=table["spend_total"] * 2)
    found = bits.relevance(table, outcome=spent, rules=FEW, rng=rng())
    assert found.set_index("column").loc["spend_total", "relevance"] == pytest.approx(np.log2(5))


def test_a_twin_adds_nothing_and_a_stranger_does(card):
    table, outcome = card
    columns = ["spend_total", "lines_n", "coupon_orders_share"]
    found = bits.beyond(table, outcome=outcome, columns=columns, permutations=199, rng=rng())
    assert found.loc["coupon_orders_share", "spend_total"] <= 0.05
    assert found.loc["spend_total", "coupon_orders_share"] <= 0.05
    assert found.loc["lines_n", "spend_total"] > 0.05


def test_no_outcome_is_said_in_words(card):
    table, _ = card
    nobody = pd.DataFrame({"customer_id": ["nobody"], "outcome": [1]})
    with pytest.raises(StudyError, match="01_goals"):
        bits.relevance(table, outcome=nobody, rules=FEW, rng=rng())


# Groups


def test_groups_show_the_kpi_in_its_own_unit():
    table = pd.DataFrame({"customer_id": list("abcdef"), "orders_n": [1, 1, 1, 9, 9, 9]})
    outcome = pd.DataFrame({"customer_id": list("abcdef"), "outcome": [0, 0, 1, 1, 1, 1]})
    found = levels.groups(table, column="orders_n", outcome=outcome, goal=Goal())
    assert found["group"].tolist() == ["1", "9"]
    assert found["outcome_mean"].tolist() == pytest.approx([1 / 3, 1])
    assert found["n"].sum() == 6
    assert (found["low"] <= found["outcome_mean"]).all()
    assert (found["outcome_mean"] <= found["high"] + 1e-12).all()


def test_group_interval_is_wilsons():
    ids = [str(i) for i in range(1000)]
    table = pd.DataFrame({"customer_id": ids, "kind": ["one"] * 1000})
    outcome = pd.DataFrame({"customer_id": ids, "outcome": [1] * 120 + [0] * 880})
    found = levels.groups(table, column="kind", outcome=outcome, goal=Goal()).iloc[0]
    assert (found["low"], found["high"]) == pytest.approx((0.10130, 0.14161), abs=5e-6)


# The short list


def test_the_short_list_holds_what_matters_once(card):
    short = shortened(*card)
    assert short.names == ["coupon_orders_share", "spend_total"]
    assert short.table["reason"].str.len().min() > 0


def test_each_reason_names_its_rule(card):
    table = chosen(*card).set_index("column")
    assert table.loc["lines_n", "redundant_with"] == "spend_total"
    assert table.loc["lines_n", "role"] == "describe"
    assert table.loc["constant", "reason"] == "the same for everyone"
    assert "our own doing" in table.loc["campaigns_received_n", "reason"]
    assert table.loc["orders_n", "role"] == "drop"
    assert table.loc["income", "role"] == "describe"
    assert "known for" in table.loc["income", "reason"]
    assert not table.loc["rare", "reachable"]


def test_every_candidate_is_listed_once_and_only_numbers_divide(card):
    table = chosen(*card)
    assert sorted(table["column"]) == sorted(card[0].columns.drop("customer_id"))
    assert (table.loc[table["role"] == "segment", "kind"] == "number").all()


def test_the_list_is_no_longer_than_asked(card):
    short = shortened(*card, rules=replace(RULES, max_criteria=2, max_redundancy=1.0))
    assert len(short.names) <= 2


def test_the_kpis_own_past_is_named(card):
    table = chosen(*card, kpi="spend_per_customer").set_index("column")
    assert "own past" in table.loc["spend_total", "reason"]
    assert "own past" not in table.loc["coupon_orders_share", "reason"]


def test_one_criterion_is_joined_by_the_next(card):
    table, outcome = card
    lone = table[["customer_id", "spend_total", "days_since_purchase"]]
    found = shortened(lone.assign(stores_n=rng(8).poisson(3, len(lone))), outcome)
    assert found.names[0] == "spend_total"
    assert len(found.names) >= 2


def test_without_evidence_the_basics_are_taken_and_it_is_said(card):
    table, outcome = card
    luck = outcome.assign(outcome=rng(3).integers(0, 2, len(outcome)))
    found = shortened(table, luck)
    assert found.names == list(criteria.BASICS)
    assert found.is_weak
    assert found.table["reason"].head(3).str.startswith("the basics, for want of evidence").all()


def test_without_a_learning_period_coverage_and_twins_decide(card):
    short = shortened(card[0], WHY)
    found = short.table
    assert short.names[:3] == ["days_since_purchase", "orders_n", "spend_total"]
    assert "lines_n" not in short.names
    assert found["relevance"].isna().all()
    assert found.set_index("column").loc["spend_total", "reason"].endswith("could not be judged")


def test_a_card_without_differences_is_refused(card):
    table, outcome = card
    same = table[["customer_id", "constant"]]
    with pytest.raises(StudyError, match="customer_id"):
        chosen(same, outcome)


# Words


def test_what_cannot_be_judged_is_said(card):
    assert criteria.luck(card[0], dice=5, outcome=WHY, rules=FEW, seed=1) == WHY
    short = shortened(card[0], WHY)
    assert short.evidence.told == short.evidence.added == WHY
    assert short.judged == short.steps == WHY
    assert plots.criteria.relevance(short.judged, goal=Goal()) == WHY


def test_one_candidate_has_nothing_to_be_compared_with(card):
    table, outcome = card
    possible = criteria.candidates(
        table[["customer_id", "spend_total"]], dictionary=dictionary(table), brief=brief()
    )
    found = criteria.evidence(possible, outcome=outcome, rules=FEW, seed=1)
    assert isinstance(found.telling, Refused)
    assert isinstance(found.added, Refused)


def test_weak_evidence_is_called_weak(card):
    table, outcome = card
    luck = outcome.assign(outcome=rng(3).integers(0, 2, len(outcome)))
    assert "weak" in shortened(table, luck).told
    assert "weak" not in shortened(table, outcome).told


# The figures


@pytest.mark.slow
def test_each_figure_is_drawn_and_told(card):
    table, outcome = card
    short = shortened(table, outcome)
    similar = short.evidence.similar
    charts = [
        plots.criteria.relevance(short.judged, goal=Goal(label="response")),
        plots.criteria.similarity(similar, columns=list(similar.columns[:4]), limit=0.8),
        plots.criteria.groups(short.steps, goal=Goal(label="response")),
    ]
    assert all(chart.png()[:4] == b"\x89PNG" for chart in charts)
    assert "1 pairs are alike by 0.8" in charts[1].alt
    assert "spend: from" in charts[2].alt


# The families


def test_families_serve_goals_that_exist():
    known = {entry["goal"] for entry in goals.CATALOGUE}
    for family in kinds.FAMILIES:
        assert set(family["serves"]) <= known
        assert {"store", "services", "b2b", "mixed"} <= family.keys()


def test_every_goal_is_served_by_some_family():
    for entry in goals.CATALOGUE:
        table = criteria.families(business="b2b", goal=entry["goal"])
        assert (table["serves_goal"] == "yes").any()


def test_every_family_of_the_card_is_known():
    assert {kinds.reach(f) for f in data.card.FAMILIES} <= {"record", "told", "survey"}


@pytest.mark.slow
def test_grocery_short_list_is_few_and_important(grocery_tables):
    card = data.card.build(grocery_tables, as_of="2017-08-08", window_days=365)
    period = Period("campaign 13", "2017-08-08", "2017-09-25", "13")
    outcome = goals.outcome(
        grocery_tables, kpi="campaign_response", period=period, customers=card["customer_id"]
    )
    assert (len(outcome), outcome["outcome"].sum()) == (1077, 196)
    words = data.card.dictionary(card)
    possible = criteria.candidates(card, dictionary=words, brief=brief())
    short = criteria.short_list(
        criteria.evidence(possible, outcome=outcome, rules=RULES, seed=2017)
    )
    table = short.table
    assert short.names == ["campaigns_responded_n", "coupon_orders_share", "spend_total"]
    assert (table.loc[table["family"] == "demographic", "role"] == "describe").all()


def test_a_share_of_one_or_two_orders_does_not_count_as_known():
    card = pd.DataFrame({"customer_id": list("abcd"), "orders_n": [1, 2, 3, 9]})
    card["weekend_share"] = [1.0, 0.5, 0.0, 0.3]
    words = pd.DataFrame({"column": ["orders_n", "weekend_share"], "coverage": 1.0})
    words = words.assign(family="behavioural", meaning="")
    found = criteria.candidates(card, dictionary=words, brief=brief()).table.set_index("column")
    assert found.coverage.to_dict() == {"orders_n": 1.0, "weekend_share": 0.5}
