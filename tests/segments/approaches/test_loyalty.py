"""Loyalty: archetypes are ranked as planted, scores are fair, budgets and effects add up."""

import ibis
import numpy as np
import pandas as pd
import pytest
from scipy import stats

from segkit import data, segments, simulate
from segkit.plots.approaches import loyalty as drawn
from segkit.segments.approaches import loyalty
from segkit.segments.approaches.loyalty import budget, effect, scoring, types
from segkit.segments.definition import Definition
from segkit.simulate.b2b.clients import WORLD
from segkit.study import StudyError

SCORES = [types.column(kind) for kind in types.TYPES]


@pytest.fixture(scope="module")
def world():
    return simulate.world("b2b", customers=1_000, seed=1)


@pytest.fixture(scope="module")
def card(world):
    tables = data.from_frames(**world.tables)
    return data.card.build(tables, as_of=data.card.analysis_date(tables), window_days=0)


@pytest.fixture(scope="module")
def definition(card):
    return loyalty.fit(card)


@pytest.fixture(scope="module")
def scored(card, definition):
    return loyalty.scores(card, definition)


def looked(card, definition):
    labels = segments.assign(card, definition)["segment"]
    return loyalty.Portrait(segments.Attempt(card, {"approach": "loyalty"}, definition, labels))


def made(n=60, seed=1):
    """Make a small card with all five types."""
    rng = np.random.default_rng(seed)
    whole = rng.integers(0, 8, n)
    frame = pd.DataFrame({"customer_id": [f"c{i:03}" for i in range(n)]})
    frame["spend_total"] = np.round(rng.gamma(2, 100, n), 2)
    for name in ("orders_n", "referred_n", "reviews_n", "requests_n"):
        frame[name] = rng.poisson(2, n)
    frame["requests_by_form_n"] = rng.binomial(frame["requests_n"], 0.5)
    frame["reviewed_orders_n"] = rng.binomial(frame["orders_n"], 0.3)
    frame["invoices_judged_n"] = whole
    frame["invoices_in_time_n"] = rng.binomial(whole, rng.beta(3, 2, n))
    frame["complaints_n"] = rng.binomial(frame["reviews_n"], 0.4)
    return frame


# ------------------------------------------------------------------ against planted truth


AGREE = {"financial": 0.85, "referral": 0.85, "procedural": 0.95, "contact": 0.95,
         "evaluative": 0.95}  # fmt: skip
"""Least rank correlation of eight archetypes; those who left bought less than their trait says."""


@pytest.mark.slow
@pytest.mark.parametrize("kind", types.TYPES)
def test_scores_rank_the_archetypes_as_planted(world, scored, kind):
    both = scored.merge(world.truth["customers"], on="customer_id")
    means = both.groupby("archetype")[types.column(kind)].mean()
    planted = {name: told[1][WORLD.traits.index(kind)] for name, told in WORLD.archetypes.items()}
    assert len(means) == len(planted) == 8
    assert stats.spearmanr(means, means.index.map(planted))[0] >= AGREE[kind]
    one_by_one = stats.spearmanr(both[types.column(kind)], both[kind], nan_policy="omit")[0]
    assert one_by_one >= 0.55


def test_the_kinds_are_what_the_archetypes_were_made_to_be(world, card, definition):
    labels = segments.assign(card, definition)[["customer_id", "segment"]]
    both = labels.merge(world.truth["customers"], on="customer_id")
    crossed = pd.crosstab(both["archetype"], both["segment"])
    expected = {
        "key account": "Buys much, keeps our rules",
        "advocate": "Recommends us",
        "disciplined regular": "Buys much, keeps our rules",
        "caring critic": "Speaks up",
        "big late payer": "Buys much, breaks our rules",
        "seasonal promo": "In touch, buys little",
        "silent one-off": "No type stands out",
    }
    assert crossed.idxmax(axis=1).drop("dormant former").to_dict() == expected


def test_critics_complain_most_and_are_loyal_all_the_same(world, card, scored):
    kinds = card["customer_id"].map(world.truth["customers"].set_index("customer_id")["archetype"])
    found = card.groupby(kinds)[["complaints_n", "reviews_n"]].sum()
    assert (found["complaints_n"] / found["reviews_n"]).idxmax() == "caring critic"
    means = scored.groupby(kinds)["evaluative_loyalty"].mean()
    assert means.nlargest(3).index.isin(["caring critic"]).any()


def test_the_referrals_found_are_those_that_were_made(world, card):
    given = world.truth["referrals"].groupby("customer_id").size()
    found = card.set_index("customer_id")["referred_n"]
    assert found[found > 0].to_dict() == given[given.index.isin(found.index)].to_dict()


# ------------------------------------------------------------------ fair scores


@pytest.mark.slow
def test_a_complaint_counts_like_praise():
    card = made()
    angry = card.assign(complaints_n=card["reviews_n"])
    definition = loyalty.fit(card)
    pd.testing.assert_frame_equal(
        loyalty.scores(card, definition)[SCORES], loyalty.scores(angry, loyalty.fit(angry))[SCORES]
    )
    assert looked(angry, loyalty.fit(angry)).kinds["complaint_share"].dropna().eq(1).all()


def test_one_of_one_is_not_everything():
    card = pd.DataFrame({"requests_n": [1, 10, 10, 1, 0], "requests_by_form_n": [1, 9, 2, 0, 0]})
    measure = scoring.calibrate(card, types.MEASURES["procedural"][0])
    shrunk = scoring.natural(card, measure)
    assert (measure["strength"], measure["strength_from"]) == (4.0, "stated")
    assert measure["base"] == pytest.approx(13 / 24)
    assert shrunk[0] == pytest.approx((1 + 4 * 13 / 24) / 5)
    assert shrunk[1] > shrunk[0] > shrunk[3] > shrunk[2]
    assert np.isnan(shrunk[4])


def test_a_score_is_the_share_of_those_below_and_half_of_the_equal():
    card = pd.DataFrame({"referred_n": [0, 0, 0, 0, 1, 1, 2, 3, 3, 5]})
    measure = scoring.calibrate(card, types.MEASURES["referral"][0])
    assert measure["knots"] == [[1.0, 50.0], [2.0, 65.0], [3.0, 80.0], [5.0, 95.0]]
    assert measure["best"] == 4.0 or measure["best"] == pytest.approx(11 / 3)
    got = _scores(card, {"referral": [measure]})["referral_loyalty"].tolist()
    assert got == [0, 0, 0, 0, 50, 50, 65, 80, 80, 95]
    later = pd.DataFrame({"referred_n": [4, 9, -1]})
    assert _scores(later, {"referral": [measure]})["referral_loyalty"].tolist() == [87.5, 95, 0]


def _scores(card, kinds):
    rules = {"types": {kind: kinds.get(kind, []) for kind in types.TYPES}}
    columns = [m[k] for found in kinds.values() for m in found for k in ("amount",) if k in m]
    return loyalty.scores(card, Definition("loyalty", [], columns, rules))


def test_the_strength_planted_is_found():
    rng = np.random.default_rng(5)
    whole = rng.integers(1, 20, 4_000).astype(float)
    for strength in (2.0, 10.0):
        part = rng.binomial(whole.astype(int), rng.beta(0.6 * strength, 0.4 * strength, 4_000))
        assert scoring.strength(part.astype(float), whole) == pytest.approx(strength, rel=0.15)
    same = rng.binomial(whole.astype(int), 0.6).astype(float)
    assert scoring.strength(same, whole) > 100


def test_the_order_of_customers_does_not_matter():
    card = made()
    assert loyalty.fit(card) == loyalty.fit(card.sample(frac=1, random_state=3))


@pytest.mark.slow
@pytest.mark.parametrize("factor", [100, 0.01])
def test_the_unit_of_money_does_not_matter(factor):
    card = made().assign(unpaid_total=0.0)
    card.loc[::7, "unpaid_total"] = 50.0
    money = ["spend_total", "unpaid_total"]
    other = card.assign(**{c: card[c] * factor for c in money})
    ours, theirs = (loyalty.scores(c, loyalty.fit(c))[SCORES] for c in (card, other))
    assert (ours - theirs).abs().max().max() <= 0.6  # cents rounded away


@pytest.mark.slow
def test_money_owed_is_not_money_paid():
    card = made()
    owing = card.assign(unpaid_total=0.0)
    owing.loc[0, "unpaid_total"] = card.loc[0, "spend_total"]
    found = loyalty.scores(owing, loyalty.fit(card.assign(unpaid_total=0.0)))
    assert (
        found.loc[0, "financial_loyalty"]
        < loyalty.scores(card, loyalty.fit(card)).loc[0, "financial_loyalty"]
    )


def test_negative_and_no_money_score_nothing():
    card = made().assign(orders_n=0)
    card.loc[:2, "spend_total"] = [-5.0, 0.0, 1.0]
    found = loyalty.scores(card, loyalty.fit(card))["financial_loyalty"]
    assert found[:2].tolist() == [0, 0]
    assert found[2] > 0


def test_types_without_tables_are_not_known_and_never_zero():
    card = made()[["customer_id", "spend_total", "orders_n"]]
    definition = loyalty.fit(card)
    found = loyalty.scores(card, definition)
    assert found["financial_loyalty"].notna().all()
    assert found[SCORES[1:]].isna().all().all()
    assert set(definition.rules["unknown"]) == set(types.TYPES) - {"financial"}
    assert "**referral**: not known; it would need referrals" in looked(card, definition).unknown
    told = looked(card, definition).thresholds.set_index("type")["measure"]
    assert told["evaluative"] == "not known, it would need reviews"
    labels = segments.assign(card, definition)["segment"]
    assert set(labels) == {"Buys much, little else", types.OTHERWISE}
    with pytest.raises(StudyError, match="None of the five types"):
        loyalty.fit(card[["customer_id"]])


def test_a_customer_without_invoices_is_not_known_to_keep_rules():
    card = made().drop(columns=["requests_n", "requests_by_form_n"])
    found = loyalty.scores(card, loyalty.fit(card))["procedural_loyalty"]
    assert (found.isna() == (card["invoices_judged_n"] == 0)).all()
    assert found.isna().any()


def test_one_customer_and_all_alike():
    one = made(1)
    found = loyalty.scores(one, loyalty.fit(one))[SCORES].iloc[0].dropna()
    assert set(found) <= {0.0, 25.0, 50.0}
    same = pd.concat([made(1).assign(orders_n=3, invoices_judged_n=4, invoices_in_time_n=4)] * 30)
    found = loyalty.scores(same, loyalty.fit(same))[SCORES]
    assert found.drop_duplicates().shape[0] == 1
    assert found["financial_loyalty"].iloc[0] == 50


@pytest.mark.slow
def test_new_customers_are_scored_with_the_stored_thresholds(card, definition, scored):
    copy = Definition.from_dict(definition.to_dict())
    few = card.iloc[[3, 1, 200]]
    assert loyalty.scores(few, copy)[SCORES].equals(scored[SCORES].iloc[[3, 1, 200]])
    lazy = ibis.memtable(card)
    there = loyalty.scores(lazy, copy)
    assert [c for c in there.columns if c not in SCORES] == list(card.columns)
    pd.testing.assert_frame_equal(there.execute()[SCORES], scored[SCORES])
    assigned = segments.assign(lazy, copy)
    assert list(assigned.columns) == [*card.columns, "segment"]
    labels = segments.assign(card, definition)["segment"]
    assert assigned.execute().set_index("customer_id")["segment"].to_dict() == dict(
        zip(card["customer_id"], labels, strict=True)
    )
    assert segments.assign(segments.assign(lazy, copy), copy).execute()["segment"].notna().all()


@pytest.mark.slow
def test_an_engine_makes_each_score_once(card, definition):
    lazy = ibis.table(ibis.memtable(card).schema(), name="card")
    assert len(str(ibis.to_sql(segments.assign(lazy, definition), dialect="postgres"))) < 60_000


def test_a_missing_column_is_named(card, definition):
    with pytest.raises(StudyError, match="referred_n"):
        loyalty.scores(card.drop(columns="referred_n"), definition)


# ------------------------------------------------------------------ kinds


def test_every_customer_is_of_one_kind_and_the_rules_can_be_changed():
    card = made()
    groups = [{"name": "Good payers", "when": {"procedural_loyalty": {"at_least": 70}}}]
    definition = loyalty.fit(card, groups=groups)
    labels = segments.assign(card, definition)["segment"]
    kinds = looked(card, definition).kinds
    assert kinds["kind"].tolist() == ["Good payers", types.OTHERWISE]
    assert kinds["customers_n"].sum() == len(card)
    assert kinds["reviews_n"].sum() == card["reviews_n"].sum()
    scored = loyalty.scores(card, definition)
    assert (labels == "Good payers").sum() == (scored["procedural_loyalty"] >= 70).sum() > 0
    assert "procedural loyalty at least 70" in kinds["rule"][0]
    with pytest.raises(StudyError, match="loyalty"):
        loyalty.fit(card, groups=[{"name": "x", "when": {"procedural_loyalti": {"over": 1}}}])


def test_a_rule_on_a_type_not_known_says_so():
    card = made().drop(columns="referred_n")
    definition = loyalty.fit(card)
    told = looked(card, definition).kinds.set_index("kind")
    assert "not known here: referral loyalty" in told.loc["Recommends us", "rule"]
    assert told.loc["Recommends us", "customers_n"] == 0


def test_a_profile_has_a_row_for_each_group_and_type(card, definition, scored):
    labels = segments.assign(card, definition)["segment"]
    found = loyalty.profile(scored, by=labels, order=definition.order)
    assert list(dict.fromkeys(found["segment"])) == [n for n in definition.order
                                                     if (labels == n).any()]  # fmt: skip
    sizes = found.drop_duplicates("segment")["customers_n"]
    assert sizes.sum() == len(card)
    assert (found["low"] <= found["high"]).all()
    alone = loyalty.profile(scored)
    assert alone["score"].tolist() == pytest.approx([scored[c].mean() for c in SCORES])


# ------------------------------------------------------------------ the data of the method


def test_the_map_is_that_of_the_source():
    assert types.PAYS == {
        "financial": ("now", "directly"),
        "procedural": ("now", "indirectly"),
        "contact": ("later", "directly"),
        "referral": ("later", "indirectly"),
        "evaluative": ("later", "indirectly"),
    }
    assert set(types.activities()["type"]) == set(types.TYPES)
    assert types.activities("referral")["activity"].tolist() == ["Gift for a friend"]
    assert types.chart()["type"].tolist() == list(types.TYPES)


def test_weights_follow_the_stage_and_can_be_changed():
    for stage in types.STAGES:
        assert sum(types.weights(stage).values()) == pytest.approx(1)
    heaviest = {stage: max(w := types.weights(stage), key=w.get) for stage in types.STAGES}
    assert heaviest["start-up"] == "financial"
    assert heaviest["optimising processes"] == "evaluative"
    only = types.weights("all alike", changes=dict.fromkeys(types.TYPES[1:], 0))
    assert only == {kind: float(kind == "financial") for kind in types.TYPES}
    for changes, told in (({"money": 1}, "no type"), ({"referral": -1}, "below 0")):
        with pytest.raises(StudyError, match=told):
            types.weights("growth", changes=changes)
    with pytest.raises(StudyError, match="known are: start-up"):
        types.weights("grown up")


# ------------------------------------------------------------------ budget


def test_a_budget_adds_up_and_follows_weight_times_potential():
    room = {"financial": 0.5, "referral": 1.0, "procedural": 0.0, "contact": float("nan"),
            "evaluative": 0.5}  # fmt: skip
    plan = budget.split(100.01, weights=types.weights("all alike"), potential=room)
    assert plan["money"].sum() == pytest.approx(100.01)
    assert plan["share"].tolist() == pytest.approx([0.25, 0.5, 0, 0, 0.25])
    assert plan["activities"][3] == "not known: measure it first"
    empty = budget.split(50, weights=types.weights("growth"), potential=dict.fromkeys(room, 0.0))
    assert empty["money"].sum() == 0
    with pytest.raises(StudyError, match="0 or more"):
        budget.split(-1, weights=types.weights("growth"), potential=room)


def test_potential_is_small_for_the_best_and_large_for_the_others(card, definition, scored):
    rank = scored[SCORES].mean(axis=1)
    best, rest = (budget.potential(card[who], definition)
                  for who in (rank >= rank.quantile(0.9), rank < rank.median()))  # fmt: skip
    everybody = budget.potential(card, definition)
    for kind in types.TYPES:
        assert 0 <= best[kind] < everybody[kind] < rest[kind] <= 1


def test_potential_of_nothing_yet_is_one_and_of_nothing_known_is_unknown():
    card = made().assign(referred_n=0).drop(columns=["reviews_n", "reviewed_orders_n"])
    room = budget.potential(card, loyalty.fit(card))
    assert room["referral"] == 1
    assert np.isnan(room["evaluative"])


# ------------------------------------------------------------------ effect


def sides(effect_planted, *, n=200, seed=2):
    rng = np.random.default_rng(seed)
    ids = [f"c{i:03}" for i in range(n)]
    before = pd.DataFrame({"customer_id": ids, "contact_loyalty": rng.normal(50, 10, n)})
    exposed = ids[: n // 2]
    after = before.copy()
    after["contact_loyalty"] += rng.normal(-5, 4, n)  # everybody falls
    after.loc[: n // 2 - 1, "contact_loyalty"] += effect_planted
    return before, after, exposed


def panel(before, after, exposed):
    return effect.panel(before, after, exposed=exposed, columns=["contact_loyalty"]).iloc[0]


def test_a_planted_effect_is_found_and_the_common_fall_is_not_taken_for_one():
    row = panel(*sides(8.0))
    assert row["low"] < 8 < row["high"]
    assert row["verdict"] == "rose more than without the activity"
    row = panel(*sides(0.0))
    assert row["change_exposed"] < -3
    assert row["low"] < 0 < row["high"]


def test_the_interval_is_that_of_welch():
    rng = np.random.default_rng(1)
    a, b = rng.normal(1, 1, 30), rng.normal(0, 3, 50)
    known = stats.ttest_ind(a, b, equal_var=False).confidence_interval(0.95)
    found = effect.difference(a, b)
    assert found == pytest.approx((a.mean() - b.mean(), known.low, known.high))


@pytest.mark.slow
def test_intervals_of_no_effect_hold_zero_as_often_as_they_say():
    rows = [panel(*sides(0.0, n=60, seed=seed)) for seed in range(400)]
    held = np.mean([row["low"] <= 0 <= row["high"] for row in rows])
    assert 0.92 <= held <= 0.98


def test_more_measures_make_wider_intervals():
    before, after, exposed = sides(3.0)
    more = [frame.assign(other=frame["contact_loyalty"]) for frame in (before, after)]
    wide = effect.panel(*more, exposed=exposed, columns=["contact_loyalty", "other"]).iloc[0]
    row = panel(before, after, exposed)
    assert wide["high"] - wide["low"] > row["high"] - row["low"]


def test_without_others_before_and_after_prove_nothing():
    before, after, exposed = sides(8.0)
    row = panel(before, after, before["customer_id"])
    assert np.isnan(row["effect"])
    assert "before and after alone prove nothing" in row["verdict"]
    few = panel(before, after, exposed[:9])
    assert "too few" in few["verdict"]
    with pytest.raises(StudyError, match="Nobody"):
        panel(before, after, [])


def test_who_is_not_known_on_both_sides_is_left_out():
    before, after, exposed = sides(8.0)
    after = after.iloc[10:]
    before.loc[20, "contact_loyalty"] = np.nan
    assert panel(before, after, exposed)["exposed_n"] == 89


def test_groups_that_were_unlike_before_prove_nothing_either():
    before, after, exposed = sides(8.0)
    top = before["customer_id"].isin(exposed)
    moved = [f.assign(contact_loyalty=f["contact_loyalty"] + 5 * top) for f in (before, after)]
    row = panel(*moved, exposed)
    assert row["gap_before"] > 0.25
    assert "unlike before" in row["verdict"]
    assert row["effect"] == pytest.approx(panel(before, after, exposed)["effect"])


def test_nobody_changes():
    before, _, exposed = sides(0.0)
    row = panel(before, before, exposed)
    assert (row["effect"], row["low"], row["high"]) == (0, 0, 0)
    assert "chance" in row["verdict"]


# ------------------------------------------------------------------ figures


@pytest.mark.slow
def test_figures_are_drawn_with_words_for_what_is_not_known():
    card = made().drop(columns="referred_n")
    definition = loyalty.fit(card)
    scored = loyalty.scores(card, definition)
    labels = segments.assign(card, definition)["segment"]
    everybody = loyalty.profile(scored)
    chart = drawn.profiles(loyalty.profile(scored, by=labels), base=everybody)
    assert "referral not known" in chart.alt
    assert chart.png().startswith(b"\x89PNG")
    means = everybody.set_index("type")["score"].to_dict()
    chart = drawn.payoff(means, weights=types.weights("growth"))
    assert "referral pays later and indirectly, weight 29%, score not known" in chart.alt
    assert len(chart.png()) > 1_000


@pytest.mark.parametrize("others", [True, False])
def test_the_effect_panel_is_drawn_with_and_without_a_comparison(others):
    before, after, exposed = sides(8.0)
    people = exposed if others else before["customer_id"]
    table = effect.panel(before, after, exposed=people, columns=["contact_loyalty"])
    chart = drawn.effects(table, title="A class")
    assert ("prove nothing" in chart.alt) != others
    assert "contact loyalty" in chart.alt
    assert len(chart.png()) > 1_000
