"""Checks of a right segment, the sum of them, and what to mend."""

import numpy as np
import pandas as pd
import pytest

from segkit.brief import Brief, Goal, Limits
from segkit.refusal import Refused
from segkit.validation import corrections, descriptors, experiments, indices, recurring, verdicts
from segkit.validation.findings import BackTest, Recurrence, Response

LIMITS = Limits(smallest_segment_share=0.10, max_segments=4)
UNTOLD = Refused("No period is over yet.")
ORDER = ["right", "left", "top"]


@pytest.fixture
def rng():
    return np.random.default_rng(7)


@pytest.fixture
def labels():
    return pd.Categorical(np.array(ORDER)[np.arange(300) % 3], categories=ORDER, ordered=True)


@pytest.fixture
def X(labels, rng):
    middles = np.array([[8, 0], [0, 0], [0, 8]])
    return middles[labels.codes] + rng.normal(size=(300, 2))


def word(table, segment):
    return table.set_index("segment").loc[segment, "verdict"]


def again(means):
    return pd.DataFrame(
        [(name, repeat, mean) for name, mean in means.items() for repeat in range(5)],
        columns=["segment", "repeat", "jaccard"],
    )


def response(outcome, rng):
    table = experiments.by_segment(outcome, names=ORDER, smallest=10, rng=rng)
    differ = experiments.heterogeneity(outcome, smallest=10, rng=rng)
    return Response(outcome, outcome, table, differ, Goal(kpi="repeat_rate"), 0.05)


def found_of(found):
    return found.answers, found.judged, found.table, found.differ


class TestChecks:
    def test_separate_groups_are_alike_inside(self, X, labels):
        table = verdicts.alike(X, labels)
        assert set(table["verdict"]) == {"pass"}
        assert table["measured"].iloc[0] > 0.9

    def test_random_groups_are_as_mixed_as_everybody(self, X, labels, rng):
        mixed = pd.Categorical(rng.permutation(np.asarray(labels)), categories=ORDER, ordered=True)
        table = verdicts.alike(X, mixed)
        assert word(table, "all") == "fail"
        assert table["measured"].iloc[0] < 0.1

    def test_neighbours_are_told_apart_by_their_clearest_criterion(self, X, labels):
        table = verdicts.different(X, labels, features=["spend_total", "orders_n"])
        right = table.set_index("segment").loc["right"]
        assert right["verdict"] == "pass"
        assert '"left", with a gap between them' in right["reason"]
        assert "they differ most in spend" in right["reason"]

    def test_a_cloud_cut_at_random_is_not_different(self, labels, rng):
        table = verdicts.different(rng.normal(size=(300, 2)), labels, features=["a", "b"])
        assert set(table["verdict"]) == {"fail"}

    def test_large_by_number_or_by_money(self):
        names = ["many", "rich", "neither"]
        sizes = np.repeat([0, 1, 2], [90, 5, 5])
        labels = pd.Categorical(np.array(names)[sizes], categories=names, ordered=True)
        spend = np.array([1, 20, 1])[sizes]
        table = verdicts.large(labels, spend=spend, limits=LIMITS)
        assert table["verdict"].tolist() == ["pass", "pass", "fail"]

    def test_criteria_that_are_not_known_are_reported(self, labels):
        card = pd.DataFrame({"age": np.where(np.asarray(labels) == "top", np.nan, 40.0)})
        table = verdicts.measurable(card, labels, features=["age"])
        assert table["verdict"].tolist() == ["pass", "pass", "fail"]

    def test_reach_is_not_known_without_mailings_and_never_a_pass(self, labels):
        table = verdicts.reachable(pd.DataFrame(index=range(300)), labels, limits=LIMITS)
        assert set(table["verdict"]) == {"warn"}
        assert table["measured"].isna().all()
        assert "not known" in table["reason"].iloc[0]

    def test_reach_is_not_that_somebody_was_mailed(self, labels):
        mailed = {"right": 1, "left": 0, "top": 1}
        card = pd.DataFrame({"campaigns_received_n": [mailed[name] for name in labels]})
        table = verdicts.reachable(card, labels, limits=LIMITS)
        assert set(table["verdict"]) == {"warn"}
        assert table["measured"].isna().all()
        assert "100% of 100 got a mailing" in table["reason"].iloc[0]

    def test_reach_is_contact_and_consent_with_n(self, labels):
        agreed = {"right": "yes", "left": "no", "top": "yes"}
        card = pd.DataFrame({"Accepts Marketing": [agreed[name] for name in labels]})
        known = np.asarray(labels) != "top"
        table = verdicts.reachable(card.assign(email_known=known), labels, limits=LIMITS)
        by = table.set_index("segment")
        assert by["verdict"].to_dict() == {"right": "pass", "left": "fail", "top": "fail"}
        assert "100 of 100" in by.loc["right", "reason"]
        assert "Accepts Marketing, email_known" in by.loc["right", "reason"]

    def test_sizes_and_numbers_that_are_unusual_are_notes_and_no_failures(self, labels):
        assert verdicts.notes(labels) == []
        small = pd.Categorical(["a"] * 95 + ["b"] * 5)
        assert verdicts.notes(small) == [
            "smaller than 7% to 10% of customers: “b” (5.0%)",
            "2 segments, where 3 to 7 are usual as personas",
        ]

    def test_more_segments_than_the_team_serves_fail(self, labels):
        assert word(verdicts.few(labels, limits=LIMITS), "all") == "pass"
        assert word(verdicts.few(labels, limits=Limits(max_segments=2)), "all") == "fail"

    def test_stability_knows_stable_pattern_and_neither(self):
        found = again({"top": 0.5, "left": 0.7, "right": 0.9})
        table = verdicts.stable(Recurrence(found), names=ORDER)
        assert table["segment"].tolist() == ORDER
        assert table["verdict"].tolist() == ["pass", "warn", "fail"]

    def test_found_again_counts_customers_at_both_dates(self, labels):
        then = np.asarray(labels, dtype=object).copy()
        then[then == "top"] = "left"
        both = pd.DataFrame({"then": then, "now": np.asarray(labels, dtype=object)})
        found = BackTest(kept=None, then=None, both=both, moved=both)
        table = verdicts.found_again(found, limits=LIMITS, names=ORDER)
        assert table["measured"].tolist() == pytest.approx([1, 0.5, 0])
        assert table["verdict"].tolist() == ["pass", "warn", "fail"]

    def test_without_a_test_period_nothing_is_passed(self):
        table = verdicts.found_again(UNTOLD, limits=LIMITS, names=ORDER)
        assert set(table["verdict"]) == {"warn"}
        response = verdicts.responds(UNTOLD, alpha=0.05, names=ORDER)
        assert set(response["verdict"]) == {"warn"}

    def test_responses_are_judged_one_by_one_and_together(self, rng):
        outcome = pd.DataFrame(
            {
                "segment": np.repeat(ORDER, [100, 100, 5]),
                "outcome": [1] * 60 + [0] * 40 + [1] * 10 + [0] * 90 + [1] * 5,
            }
        )
        table = verdicts.responds(response(outcome, rng), alpha=0.05, names=ORDER)
        assert table["verdict"].tolist() == ["pass", "pass", "pass", "warn"]
        assert "too few" in table["reason"].iloc[-1]

    def test_a_difference_smaller_than_the_goal_asks_for_is_not_worth_a_treatment(self, rng):
        outcome = pd.DataFrame({"segment": np.repeat(ORDER, 4_000)})
        outcome["outcome"] = np.r_[np.repeat([1, 0], [480, 3_520]), np.tile([1] + [0] * 9, 800)]
        found = response(outcome, rng)
        asks = Response(*found_of(found), Goal(kpi="repeat_rate", baseline=0.1, target=0.2), 0.05)
        assert word(verdicts.responds(found, alpha=0.05, names=ORDER), "right") == "pass"
        table = verdicts.responds(asks, alpha=0.05, names=ORDER)
        assert word(table, "right") == "warn"
        assert "by less than the change" in table["reason"].iloc[1]

    def test_segments_that_answer_alike_fail_as_a_whole(self, rng):
        outcome = pd.DataFrame({"segment": np.repeat(ORDER, 100), "outcome": [0, 1] * 150})
        table = verdicts.responds(response(outcome, rng), alpha=0.05, names=ORDER)
        assert word(table, "all") == "fail"
        assert word(table, "left") == "warn"

    @pytest.mark.parametrize(
        ("kind", "expected"),
        [
            ("natural", "pass"), ("reproducible", "pass"), ("constructive", "warn"),
            ("undecided", "warn"), ("none", "fail"),
        ],
    )  # fmt: skip
    def test_structure_becomes_a_check(self, kind, expected):
        judged = {"structure": kind, "criterion": "fairly stable", "sentence": "Words."}
        table = verdicts.structured({**judged, "measured": 0.8, "limit": 0.75})
        assert word(table, "all") == expected
        assert table[["measured", "limit", "unit"]].iloc[0].tolist() == [0.8, 0.75, "fairly stable"]


def a_brief(verdict="segment", reason=""):
    goal = Goal(kpi="repeat_rate")
    return Brief(verdict, reason, goal, data={}, learn=UNTOLD, test=UNTOLD, limits=LIMITS)


BRIEF = a_brief()


NEXT_TO_NOTHING = {
    "one with money": np.column_stack([[900.0] + [0.0] * 39, np.arange(40.0)]),
    "all equal": np.ones((40, 2)),
    "two different rows": np.tile([[1.0, 2.0], [3.0, 4.0]], (20, 1)),
    "columns of zeros": np.column_stack([np.zeros((40, 15)), np.arange(40.0)]),
    "yes and no": np.repeat([[1.0, 0.0], [0.0, 1.0]], 20, axis=0),
}


@pytest.mark.parametrize("name", NEXT_TO_NOTHING)
@pytest.mark.parametrize("k", [1, 2, 4])
def test_cards_of_next_to_nothing_are_judged_without_a_crash_or_an_endless_number(name, k):
    X = NEXT_TO_NOTHING[name]
    names = list("abcd")[:k]
    labels = pd.Categorical(np.array(names)[np.arange(40) % k], categories=names, ordered=True)
    features = [f"x{at}" for at in range(X.shape[1])]
    tables = [
        verdicts.alike(X, labels), verdicts.different(X, labels, features=features),
        verdicts.large(labels, spend=X[:, 0], limits=LIMITS),
    ]  # fmt: skip
    found = verdicts.combine(tables)
    assert found["measured"].notna().all()
    assert found["measured"].abs().max() < 100
    assert set(found["verdict"]) <= {"pass", "warn", "fail"}


def test_what_follows_from_the_criteria_is_no_proof(rng):
    spend = rng.lognormal(3, 1, 400)
    card = pd.DataFrame({"spend_total": spend, "lines_n": np.round(spend * 2), "age": 40.0})
    card["age"] += rng.normal(size=400) * 5
    labels = np.where(spend > np.median(spend), "high", "low")
    found = descriptors.proof(card, labels, made_by=["spend_total"]).set_index("descriptor")
    assert found["by_construction"].to_dict() == {
        "spend_total": True, "lines_n": True, "age": False,
    }  # fmt: skip
    assert not found["matters"].any()
    checked = verdicts.elsewhere(found.reset_index())
    assert checked["verdict"].tolist() == ["warn"]
    card["age"] += 20 * (labels == "high") * (rng.random(400) < 0.5)
    again = descriptors.proof(card, labels, made_by=["spend_total"]).set_index("descriptor")
    assert again.loc["age", "matters"]
    assert verdicts.elsewhere(again.reset_index())["verdict"].tolist() == ["pass"]


def test_clusters_of_a_cloud_differ_no_more_than_clusters_of_clouds():
    from segkit.segments.approaches import clusters

    rng = np.random.default_rng(1)
    X = rng.uniform(size=(300, 3))
    codes = clusters.nearest(X, clusters.centres(X, k=3, rng=rng))
    labels = pd.Categorical(np.array(ORDER)[codes], categories=ORDER, ordered=True)
    subject = indices.clustered(X, codes, clustering=clusters, k=3)
    null = indices.ask(subject, least=8, most=8, rng=rng).null
    found = verdicts.different(X, labels, features=["a", "b", "c"], null=null)
    assert found["verdict"].eq("warn").sum() >= 2
    assert set(verdicts.different(X, labels, features=["a", "b", "c"])["verdict"]) == {"pass"}


class TestOverall:
    weights = pd.Series({"right": 0.5, "left": 0.3, "top": 0.2})

    def table(self, *failed):
        rows = [("stable", name, "pass") for name in ORDER] + [("real groups", "all", "pass")]
        table = pd.DataFrame(rows, columns=["check", "segment", "verdict"])
        bad = table["segment"].isin(failed)
        return table.assign(verdict=np.where(bad, "fail", "pass"), measured=0.0, limit=0.0)

    def test_nothing_failed_is_usable(self):
        found = verdicts.overall(self.table(), weights=self.weights, brief=BRIEF)
        assert found["usable"]
        assert found["sound_share"] == pytest.approx(1)

    def test_a_weak_minority_is_usable_with_care(self):
        found = verdicts.overall(self.table("top"), weights=self.weights, brief=BRIEF)
        assert found["usable"]
        assert found["failed"] == ["top"]
        assert "with care" in found["sentence"]

    def test_a_weak_majority_is_not_usable(self):
        found = verdicts.overall(self.table("right", "top"), weights=self.weights, brief=BRIEF)
        assert not found["usable"]
        assert "30%" in found["sentence"]

    def test_a_failure_of_the_whole_is_not_usable(self):
        found = verdicts.overall(self.table("all"), weights=self.weights, brief=BRIEF)
        assert not found["usable"]
        assert "real groups" in found["sentence"]

    def test_what_could_not_be_judged_is_said_with_the_verdict(self):
        unknown = verdicts.responds(UNTOLD, alpha=0.05, names=ORDER)
        table = verdicts.combine([unknown])
        found = verdicts.overall(table, weights=self.weights, brief=BRIEF)
        assert found["usable"]
        assert "could not be judged" in found["sentence"]

    def test_the_matrix_has_a_row_per_check_and_the_whole_last(self, X, labels):
        table = verdicts.combine([verdicts.alike(X, labels), verdicts.few(labels, limits=LIMITS)])
        found = verdicts.matrix(table)
        assert found.index.tolist() == ["alike inside", "few enough"]
        assert found.columns.tolist() == [*ORDER, "all"]
        assert found.loc["few enough"].isna().tolist() == [True, True, True, False]


class TestCorrections:
    neighbours = {"right": "left", "left": "right", "top": "left"}  # noqa: RUF012

    def table(self, **failed):
        checks = ["large enough", "different outside", "alike inside", "stable", "reachable"]
        rows = [
            (check, name, "fail" if check in failed.get(name, ()) else "pass", "why")
            for name in ORDER
            for check in checks
        ]
        return pd.DataFrame(rows, columns=["check", "segment", "verdict", "reason"])

    def test_nothing_failed_needs_no_correction(self):
        assert corrections.propose(self.table(), neighbours=self.neighbours) == []

    @pytest.mark.parametrize(
        ("check", "kind"),
        [
            ("large enough", "merge"),
            ("alike inside", "split"),
            ("stable", "refine"),
            ("reachable", "drop"),
        ],
    )
    def test_each_failure_has_its_correction(self, check, kind):
        found = corrections.propose(self.table(top=[check]), neighbours=self.neighbours)
        assert [proposal["kind"] for proposal in found] == [kind]
        assert found[0]["segments"][0] == "top"

    def test_two_alike_segments_are_merged_once(self):
        table = self.table(right=["different outside"], left=["different outside"])
        found = corrections.propose(table, neighbours=self.neighbours)
        assert [proposal["segments"] for proposal in found] == [["right", "left"]]

    def test_who_answers_less_is_not_dropped_for_that(self):
        assert corrections.propose(self.table(), neighbours=self.neighbours) == []


@pytest.mark.slow
def test_a_whole_round_on_separate_groups_is_usable(X, labels, rng):
    from segkit.segments.approaches import clusters

    def refit(rows, rng):
        return clusters.nearest(X, clusters.centres(X[rows], k=3, rng=rng))

    found = recurring.overlaps(np.asarray(labels), refit=refit, repeats=3, rng=rng)
    table = verdicts.combine(
        [
            verdicts.alike(X, labels),
            verdicts.different(X, labels, features=["a", "b"]),
            verdicts.stable(Recurrence(found), names=ORDER),
            verdicts.few(labels, limits=LIMITS),
        ]
    )
    weights = pd.Series(labels).value_counts(normalize=True)
    assert verdicts.overall(table, weights=weights, brief=BRIEF)["usable"]


def test_advice_against_segmenting_outweighs_every_check():
    table = pd.DataFrame([["few enough", "all", 3, 8, "", "pass", ""]], columns=verdicts.COLUMNS)
    advice = a_brief("do not segment", "Too few customers.")
    found = verdicts.overall(table, weights=pd.Series({"a": 1.0}), brief=advice)
    assert not found["usable"]
    assert found["sentence"].endswith("Too few customers.")


def test_segments_that_answer_like_the_rest_are_counted_in_the_verdict():
    rows = [["responds differently", name, 1, 1, "", "warn", ""] for name in ("a", "b")]
    weights = pd.Series({"a": 0.5, "b": 0.3, "c": 0.2})
    table = pd.DataFrame(rows, columns=verdicts.COLUMNS)
    told = verdicts.overall(table, weights=weights, brief=BRIEF)["sentence"]
    assert "2 of 3 answer like the rest" in told


def test_a_segment_of_those_of_whom_nothing_is_known_is_no_failure_of_measuring():
    card = pd.DataFrame({"a": [1.0, 2.0, None, None, None], "b": [1.0, None, None, None, 3.0]})
    labels = pd.Categorical(["seen", "seen", "not seen", "not seen", "half"])
    strict = verdicts.measurable(card, labels, features=["a", "b"]).set_index("segment")
    assert strict.loc["not seen", "verdict"] == "fail"
    found = verdicts.measurable(card, labels, features=["a", "b"], by_rule=True)
    found = found.set_index("segment")
    assert found.loc["not seen", "verdict"] == "warn"
    assert found.loc["half", "verdict"] == "fail"
    assert "who is left" in found.loc["not seen", "reason"]
