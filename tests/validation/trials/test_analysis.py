"""After the test: what is refused, in which order things are asked, and what is said."""

import json

import numpy as np
import pandas as pd
import pytest

from segkit import data, evidence
from segkit.refusal import Refused
from segkit.study import _encode
from segkit.validation import trials
from segkit.validation.trials import analysis, moments


def people(n, arms=("control", "offer"), seed=1, **columns):
    """Draw people of a test, arms in turn; columns are functions of (rng, arm)."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"arm": np.resize(np.array(arms, dtype=object), n)})
    for name, made in columns.items():
        frame[name] = made(rng, frame)
    return frame


def answer(base, **effects):
    """Make a column of answers: a base chance, and what each arm adds."""
    return lambda rng, t: rng.random(len(t)) < base + t["arm"].map(effects).fillna(0).astype(float)


def money(share, **times):
    """Make a column of money that is mostly zero; each arm makes baskets so many times as large."""
    return lambda rng, t: np.where(
        rng.random(len(t)) < share,
        rng.lognormal(3, 0.8, len(t)) * t["arm"].map(times).fillna(1).astype(float),
        0.0,
    ).round(2)


def either(*words):
    return lambda rng, t: rng.choice(words, len(t))


def analysed(frame, moderators="", smallest=10, **plan):
    plan = trials.Plan(**{"base": 0.1, **plan})
    tables = data.from_frames(tests=frame)
    return trials.analyse(tables, plan, smallest=smallest, moderators=moderators)


class TestRefusals:
    def test_without_a_table_of_a_test(self):
        orders = pd.DataFrame({"customer_id": ["a"], "amount": 1.0})
        orders["ordered_at"] = pd.Timestamp("2024-01-01")
        found = trials.analyse(data.from_frames(orders), trials.Plan())
        assert isinstance(found, Refused)
        assert "no table `tests`" in found.told.why

    def test_without_a_control(self):
        frame = people(400, arms=("a", "b"), responded=answer(0.1))
        assert "nobody is in the arm “control”" in analysed(frame).why
        assert (
            "one arm (offer)" in analysed(people(400, arms=("offer",), responded=answer(0.1))).why
        )

    def test_without_the_outcome(self):
        frame = people(400, visited=answer(0.1))
        assert "it has visited" in analysed(frame).why

    def test_with_people_who_stand_in_it_twice(self):
        frame = people(400, responded=answer(0.1)).assign(
            customer_id=[f"c{i // 2}" for i in range(400)]
        )
        assert "200 rows name people who stand in the test already" in analysed(frame).why

    def test_with_several_tests_in_one_table(self):
        frame = people(400, responded=answer(0.1), test_id=either("May", "June"))
        assert "Several tests" in analysed(frame).why

    def test_stopped_early_unless_it_may_be_looked_at_any_time(self):
        frame = people(4000, responded=answer(0.1, offer=0.05))
        early = analysed(frame, arm_n=5000)
        assert "2,000 of the 5,000 people planned" in early.told
        assert isinstance(early.whole, Refused)
        assert isinstance(early.segments, Refused)
        assert isinstance(early.worth(gain=1, cost=1), Refused)
        plain, any_time = analysed(frame, arm_n=2000), analysed(frame, arm_n=5000, any_time=True)
        width = [t.whole["high"][0] - t.whole["low"][0] for t in (plain, any_time)]
        assert width[1] > 1.2 * width[0]
        assert "whenever one looks" in any_time.told
        assert "only the effect on all people" in any_time.found
        ends = any_time.worth(gain=2.0, cost=0.1)[["low", "high"]].to_numpy()[0]
        assert ends == pytest.approx(2 * any_time.whole[["low", "high"]].to_numpy()[0] - 0.1)

    def test_too_few_who_did_it(self):
        assert "enough people who did it" in analysed(people(60, responded=answer(0.05))).told
        spent = analysed(people(200, amount=money(0.02)), outcome="amount")
        assert "spent anything" in spent.told

    def test_arms_that_lost_people(self):
        frame = people(9000, responded=answer(0.1), town=either("N", "S"))
        lost = frame.drop(frame[frame["arm"] == "offer"].index[:450])
        trial = analysed(lost)
        assert trial.random.fails
        assert "mail came back" in trial.random.told
        assert "not as they were drawn" in trial.told
        for part in (trial.whole, trial.ways, trial.interactions, trial.segments, trial.clearest):
            assert isinstance(part, Refused)

    def test_outcomes_known_in_one_arm_more_often(self):
        frame = people(9000, amount=money(1.0))
        frame.loc[frame[frame["arm"] == "offer"].index[:450], "amount"] = np.nan
        assert analysed(frame, outcome="amount").random.fails


class TestRandomness:
    def test_unequal_arms_as_planned_are_no_failure(self):
        frame = people(4000, arms=("control", "control", "control", "offer"), responded=answer(0.1))
        assert analysed(frame).random.fails
        assert not analysed(frame, arms="control 3, offer 1").random.fails

    def test_what_became_of_the_mail_is_compared_between_arms(self):
        frame = people(6000, arms=("control", "a", "b"), responded=answer(0.1))
        came_back = (frame["arm"] == "b") & (np.arange(6000) % 12 == 2)
        frame["status"] = np.where(
            frame["arm"] == "control", None, np.where(came_back, "bounced", "sent")
        )
        frame = frame.drop(frame[frame["arm"] == "a"].index[:300])
        told = analysed(frame, arms="control 1, a 1, b 1").random
        assert set(told.causes["status"]) == {"bounced", "sent"}
        assert "What became of the mail differs: bounced, sent." in told.told

    def test_a_column_that_came_afterwards_parts_nobody(self):
        frame = people(4000, responded=answer(0.1, offer=0.1), town=either("N", "S"))
        frame["points"] = np.where(frame["responded"], "some", "none")
        frame["mail_seen"] = np.where(frame["arm"] == "offer", "yes", "no")
        trial = analysed(frame)
        assert set(trial.random.unlike) == {"points", "mail_seen"}
        assert set(trial.interactions["column"]) == {"town"}
        assert "points, mail_seen differ between arms" in trial.random.told

    def test_outcomes_are_never_looked_at_as_columns(self):
        frame = people(4000, responded=answer(0.1), visited=answer(0.4), amount=money(0.1),
                       opened=answer(0.5), clicked=answer(0.2), status=either("sent", "bounced"),
                       before=money(0.5), town=either("N", "S"))  # fmt: skip
        assert set(analysed(frame).rows.labels) == {"before", "town"}


class TestWhole:
    def test_counts_of_the_textbook(self):
        frame = pd.DataFrame({"arm": np.repeat(["control", "offer"], 1000)})
        frame["responded"] = np.r_[np.arange(1000) < 120, np.arange(1000) < 150]
        row = analysed(frame, arm_n=1000).whole.iloc[0]
        assert row["p_holm"] == pytest.approx(0.049640, abs=1e-6)
        ends = evidence.newcombe((120, 150), (1000, 1000))
        assert (row["low"], row["high"]) == pytest.approx(ends)

    def test_equal_rows_are_different_people(self):
        frame = people(4000, responded=answer(0.1))
        assert len(frame.drop_duplicates()) == 4
        assert analysed(frame).whole["people_n"].tolist() == [2000]

    def test_the_order_of_rows_does_not_matter(self):
        frame = people(4000, arms=("control", "a", "b"), amount=money(0.2), town=either("N", "S"))
        plan = {"outcome": "amount", "arms": "control 1, a 1, b 1"}
        one, two = analysed(frame, **plan), analysed(frame.sample(frac=1, random_state=3), **plan)
        pd.testing.assert_frame_equal(one.whole, two.whole)
        pd.testing.assert_frame_equal(one.segments, two.segments)

    def test_pounds_to_pence_change_no_finding(self):
        frame = people(4000, amount=money(0.3, offer=1.4), before=money(0.5), town=either("N", "S"))
        pence = frame.assign(amount=frame["amount"] * 100, before=frame["before"] * 100)
        one, two = (analysed(f, outcome="amount") for f in (frame, pence))
        assert two.whole["p_holm"][0] == pytest.approx(one.whole["p_holm"][0])
        assert two.whole["difference"][0] == pytest.approx(100 * one.whole["difference"][0])
        assert two.interactions["p"].tolist() == pytest.approx(one.interactions["p"].tolist())

    def test_several_arms_are_corrected_together(self):
        frame = people(6000, arms=("control", "a", "b"), responded=answer(0.1, a=0.03, b=0.02))
        whole = analysed(frame, arms="control 1, a 1, b 1").whole
        counts = frame.groupby("arm")["responded"].sum()
        p = [
            evidence.two_shares((counts["control"], counts[arm]), (2000, 2000))["p"] for arm in "ab"
        ]
        assert whole["p_holm"].tolist() == pytest.approx(evidence.holm(p).tolist())

    def test_a_share_of_nobody_known_to_have_bought_is_no_zero(self):
        frame = people(4000, amount=money(0.5), responded=answer(0.3))
        frame.loc[~frame["responded"], "amount"] = np.nan
        trial = analysed(frame, outcome="amount")
        assert trial.whole["people_n"][0] == 2000
        assert trial.random.arms["known_n"].tolist() == [2000, 2000]

    def test_the_smallest_effect_to_be_seen_is_28_standard_errors(self):
        row = analysed(people(4000, responded=answer(0.1))).whole.iloc[0]
        assert row["visible"] == pytest.approx(
            (row["high"] - row["low"]) / 2 / 1.96 * 2.8, rel=0.02
        )


class TestMoney:
    def test_history_takes_noise_out(self):
        def twice(rng, t):
            return (t["before"] * rng.lognormal(0, 0.3, len(t))).round(2)

        frame = people(4000, before=money(1.0), amount=twice)
        ways = analysed(frame, outcome="amount").ways.set_index("way")
        width = ways["high"] - ways["low"]
        rho = frame["before"].corr(frame["amount"])
        plain, less = width["as it is"], width["time before taken out"]
        assert less / plain == pytest.approx(np.sqrt(1 - rho**2), rel=0.02)

    def test_large_sums_are_cut_where_the_time_before_says(self):
        frame = people(4000, before=money(0.6), amount=money(0.2))
        limit = analysed(frame, outcome="amount", cap=0.9).limit
        assert limit == pytest.approx(frame.loc[frame["before"] > 0, "before"].quantile(0.9))

    def test_ways_that_disagree_are_named(self):
        frame = people(4000, amount=money(0.3, offer=1.15))
        rows = frame[(frame["arm"] == "control") & (frame["amount"] > 0)].index[:2]
        frame.loc[rows, "amount"] = 4000.0
        trial = analysed(frame, outcome="amount")
        labels = trial.ways.set_index("way")["label"]
        assert labels["as it is"] == "no effect shown"
        assert labels["large sums cut"] == "more than without"
        assert "offer, the ways of counting disagree" in trial.told


class TestSegments:
    frame = people(
        9000, arms=("control", "a", "b"), seed=2, town=either("N", "S", "W"), sex=either("f", "m"),
        responded=lambda rng, t: rng.random(len(t))
        < 0.1 + 0.1 * ((t["arm"] == "b") & (t["town"] == "S")) + 0.03 * (t["arm"] == "a"),
    )  # fmt: skip
    arms = "control 1, a 1, b 1"

    def test_a_planted_interaction_is_found_and_no_other(self):
        trial = analysed(self.frame, arms=self.arms)
        seen = trial.interactions[trial.interactions["differs"]]
        assert seen[["arm", "column"]].to_numpy().tolist() == [["b", "town"]]
        table = trial.segments.set_index(["arm", "column", "group"]).sort_index()
        assert table.loc[("b", "town", "S"), "label"] == "more than without"
        assert table.loc[("b", "town", "N"), "label"] == "no effect shown"
        assert set(table.loc["a", "label"]) == {analysis.SAME}
        assert "b by town" in trial.found

    def test_all_arms_and_columns_count_in_the_correction(self):
        trial = analysed(self.frame, arms=self.arms)
        assert len(trial.interactions) == 4
        wanted = evidence.holm(trial.interactions["p"]).tolist()
        assert trial.interactions["p_holm"].tolist() == wanted
        alone = analysed(self.frame, arms=self.arms, moderators="town")
        assert len(alone.interactions) == 2

    def test_relabelled_groups_have_the_same_effects(self):
        other = self.frame.assign(town=self.frame["town"].map({"N": "z", "S": "y", "W": "x"}))
        one, two = (analysed(f, arms=self.arms, moderators="town") for f in (self.frame, other))
        assert two.interactions["p"].tolist() == pytest.approx(one.interactions["p"].tolist())
        assert sorted(two.segments["difference"]) == pytest.approx(
            sorted(one.segments["difference"])
        )

    def test_groups_too_small_are_named_and_not_judged(self):
        frame = self.frame.assign(town=np.where(np.arange(9000) < 24, "X", self.frame["town"]))
        table = analysed(frame, arms=self.arms).segments
        small = table[table["group"] == "X"]
        assert set(small["label"]) == {analysis.HIDDEN}
        assert small[["difference", "low", "high"]].isna().all(axis=None)
        assert len(small) == 2

    def test_numbers_known_before_are_three_bands_in_their_order(self):
        frame = self.frame.assign(age=np.random.default_rng(1).integers(18, 80, 9000))
        table = analysed(frame, arms=self.arms, moderators="age").segments
        assert list(dict.fromkeys(table["group"])) == ["low", "middle", "high"]
        assert table["people_n"].max() < 1.2 * table["people_n"].min()

    def test_where_it_pays_is_told_by_group_only_where_groups_differ(self):
        worth = analysed(self.frame, arms=self.arms).worth(gain=10.0, cost=0.5)
        assert set(worth.loc[worth["arm"] == "a", "group"]) == {"all"}
        assert set(worth.loc[worth["arm"] == "b", "group"]) == {"N", "S", "W"}
        best = worth.iloc[0]
        assert (best["group"], best["verdict"]) == ("S", "pays")
        assert best["profit"] == pytest.approx(10 * best["uplift"] / 1000 - 0.5)
        assert best["total"] == pytest.approx(best["profit"] * (self.frame["town"] == "S").sum())

    def test_money_is_analysed_as_shares_are(self):
        """What `interaction` once returned of money was nonsense."""
        frame = people(9000, seed=6, town=either("N", "S"), amount=money(0.3))
        frame["amount"] *= 1 + 0.6 * ((frame["arm"] == "offer") & (frame["town"] == "S"))
        trial = analysed(frame, outcome="amount")
        assert trial.interactions["differs"].tolist() == [True]
        table = trial.segments.set_index("group")
        truth = 0.3 * np.exp(3 + 0.32) * 0.6
        assert table.loc["S", "low"] < truth < table.loc["S", "high"]
        assert table.loc["N", "low"] < 0 < table.loc["N", "high"]


def test_what_is_kept_can_be_written_as_json():
    kept = analysed(TestSegments.frame, arms=TestSegments.arms).record
    told = json.loads(_encode(".json", kept))
    assert {row["arm"] for row in told["whole"]} == {"a", "b"}
    early = analysed(TestSegments.frame, arms=TestSegments.arms, arm_n=6000).record
    assert "planned for the smallest arm" in json.loads(_encode(".json", early))["whole"]["refused"]


@pytest.mark.parametrize("outcome", ["responded", "amount"])
@pytest.mark.parametrize("n", [1, 2, 7, 40])
@pytest.mark.parametrize("value", [None, 0, 1])
def test_tiny_and_degenerate_tests_are_refused_and_never_crash(outcome, n, value):
    frame = people(n, arms=("control", "offer", "other"), town=either("N", ""), before=money(0.3))
    frame[outcome] = pd.Series([value] * n, dtype="float64")
    plan = trials.Plan(outcome=outcome, base=0.1, change=0.05)
    listed = trials.people(data.from_frames(tests=frame), plan)
    assert isinstance(listed.told, str)
    assert len(listed.drawn(seed=1)) == n
    assert len(listed.curve) >= 0
    trial = trials.analyse(data.from_frames(tests=frame), plan)
    assert isinstance(trial.whole, Refused)
    assert isinstance(trial.worth(gain=1, cost=0), Refused)
    assert "No effect" in f"{trial.told}"


def test_sums_per_arm_are_those_of_a_plain_loop():
    rng = np.random.default_rng(1)
    values, group, arm = rng.lognormal(0, 1, 500), rng.integers(0, 3, 500), rng.integers(0, 2, 500)
    told = moments.of(values, group, arm, shape=(3, 2))
    for g in range(3):
        for a in range(2):
            own = values[(group == g) & (arm == a)]
            assert told["n"][g, a] == len(own)
            assert told["mean"][g, a] == pytest.approx(own.mean())
            assert told["variance"][g, a] == pytest.approx(own.var(ddof=1))
