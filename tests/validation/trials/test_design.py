"""Before the test: the plan, how many it takes, who gets what."""

import numpy as np
import pandas as pd
import pytest

from segkit import data, evidence
from segkit.refusal import Refused
from segkit.study import Slip, StudyError
from segkit.validation import trials
from segkit.validation.trials import drawing


def listed(n=8000, **columns):
    """Make tables of a test with nothing known but what is given."""
    arm = np.resize(["control", "offer"], n)
    return data.from_frames(tests=pd.DataFrame({"arm": arm, **columns}))


class TestPlan:
    def test_arms_have_names_of_several_words_and_shares_of_any_sum(self):
        plan = trials.Plan(control="no mail", arms="no mail 2, offer A 1, offer B 1.5")
        assert plan.share == {"no mail": 2.0, "offer A": 1.0, "offer B": 1.5}
        assert plan.treatments == ["offer A", "offer B"]

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ({"arms": "control, offer"}, "no arm with its share"),
            ({"arms": "control 1, offer -1"}, "no arm with its share"),
            ({"arms": "control 1"}, "two arms"),
            ({"arms": "none 1, offer 1"}, "'control' is no arm of the plan"),
            ({"outcome": "respond"}, "Did you mean 'responded'"),
            ({"change": 0}, "change above 0"),
        ],
    )
    def test_a_plan_that_cannot_be_meant_is_told(self, given, said):
        with pytest.raises(StudyError, match=said):
            trials.Plan(**given)

    def test_a_design_needs_a_plan(self):
        with pytest.raises(Slip, match="Plan"):
            trials.people(listed(), {"change": 0.02})


class TestSizes:
    def test_two_arms_need_what_the_textbook_says(self):
        found = trials.people(listed(), trials.Plan(base=0.10, change=0.02))
        assert found.table["needed_n"].tolist() == [3841]
        assert found.table["power"][0] == pytest.approx(evidence.power(0.1, 0.12, n=4000))
        assert "**3,841 people in each arm**" in found.told
        assert "**enough**" in found.told

    def test_several_treatments_are_corrected_for(self):
        plan = trials.Plan(base=0.10, change=0.02, arms="control 1, a 1, b 1")
        assert trials.people(listed(), plan).table["needed_n"][0] == evidence.arm_size(
            0.10, 0.12, alpha=0.025
        )

    def test_a_group_of_a_quarter_shows_differences_about_twice_as_large(self):
        town = np.resize(["N", "E", "S", "W"], 8000)
        table = trials.people(listed(town=town), trials.Plan(base=0.3, change=0.02)).table
        assert (table["visible"][1:] / table["visible"][0]).tolist() == pytest.approx([2] * 4, 0.02)

    def test_that_one_half_alone_reacts_takes_more_than_the_effect_itself(self):
        sex = np.resize(["f", "m", "m", "f"], 8000)
        row = trials.people(listed(sex=sex), trials.Plan(base=0.1, change=0.02)).table.iloc[1]
        assert row["only_here_power"] < row["power"]
        errors = np.sqrt([(0.1 * 0.9 + 0.12 * 0.88) / 2000, 2 * 0.1 * 0.9 / 2000])
        wanted = evidence.interaction_power([0.02, 0.0], errors)
        assert row["only_here_power"] == pytest.approx(wanted)

    def test_money_is_planned_by_the_spread_before(self):
        before = np.random.default_rng(1).lognormal(3, 1, 8000).round(2)
        plan = trials.Plan(outcome="amount", change=2.0)
        found = trials.people(listed(before=before), plan, by="none")
        size = evidence.arm_size(0, 2.0, spread=before.std(ddof=1))
        assert abs(found.table["needed_n"][0] - size) <= 1

    def test_two_earlier_periods_that_agree_shrink_the_test(self):
        rng = np.random.default_rng(3)
        days = pd.to_datetime(["2024-01-20", "2024-02-20"])
        own = rng.lognormal(3, 1, 300)
        orders = pd.concat(
            pd.DataFrame({"customer_id": [f"c{i}" for i in range(300)], "ordered_at": day,
                          "amount": (own * rng.lognormal(0, 0.1, 300)).round(2)})
            for day in days
        )  # fmt: skip
        plan = trials.Plan(outcome="amount", change=2.0)
        found = trials.people(data.from_frames(orders), plan, days=28)
        assert 0.9 < found.explained < 1
        spread = found.frame["before"].std() * np.sqrt(1 - found.explained)
        size = evidence.arm_size(found.base, found.base + 2, spread=spread)
        assert found.table["needed_n"][0] == size
        assert "takes out" in found.told

    def test_the_curve_passes_through_the_planned_point(self):
        found = trials.people(listed(), trials.Plan(base=0.10, change=0.02))
        line = found.curve[found.curve["planned"]]
        assert line["power"].is_monotonic_increasing
        assert np.interp(3841, line["arm_n"], line["power"]) == pytest.approx(0.8, abs=0.01)

    def test_it_takes_whole_weeks(self):
        found = trials.people(listed(), trials.Plan(base=0.10, change=0.02))
        assert "7,682 people in all" in found.weeks(per_day=0, answer_days=7)
        assert "**2 weeks**" in found.weeks(per_day=0, answer_days=7)
        assert "**12 weeks**" in found.weeks(per_day=100, answer_days=6)

    def test_what_cannot_be_planned_is_refused_in_words(self):
        nothing = trials.people(listed(), trials.Plan())
        assert isinstance(nothing.table, Refused)
        assert "nothing is known" in nothing.told
        assert isinstance(nothing.weeks(per_day=0, answer_days=7), Refused)
        high = trials.people(listed(), trials.Plan(base=0.99, change=0.02))
        assert "more than everybody" in high.told

    def test_a_column_that_is_not_there_is_named(self):
        found = trials.people(listed(), trials.Plan(base=0.1), by="town")
        assert "town (no such column)" in found.told


class TestDraw:
    people = pd.DataFrame({"id": [f"c{i:04d}" for i in range(1000)]}).assign(
        stratum=lambda t: np.where(t["id"].str.endswith(("1", "2", "3")), "some", "others")
    )
    shares = {"control": 2.0, "a": 1.0, "b": 1.0}  # noqa: RUF012

    def test_every_stratum_has_the_planned_shares(self):
        drawn = drawing.draw(self.people, shares=self.shares, seed=4)
        counts = pd.crosstab(drawn["stratum"], drawn["arm"])
        assert counts.sum().to_dict() == {"control": 500, "a": 250, "b": 250}
        assert abs(counts.loc["some"] - pd.Series({"a": 75, "b": 75, "control": 150})).max() <= 1

    def test_the_order_of_the_list_does_not_matter_and_the_seed_does(self):
        drawn = drawing.draw(self.people, shares=self.shares, seed=4)
        mixed = drawing.draw(self.people.sample(frac=1, random_state=1), shares=self.shares, seed=4)
        other = drawing.draw(self.people, shares=self.shares, seed=5)
        pd.testing.assert_frame_equal(drawn, mixed.sort_index())
        assert (drawn["arm"] != other["arm"]).mean() > 0.5

    def test_everybody_may_get_every_arm(self):
        few = self.people.head(7)
        seen = np.array([drawing.draw(few, shares=self.shares, seed=s)["arm"] for s in range(150)])
        assert (seen == "control").mean(axis=0) == pytest.approx([0.5] * 7, abs=0.15)
        assert (seen == "a").mean(axis=0) == pytest.approx([0.25] * 7, abs=0.15)

    def test_strata_are_made_finer_only_while_people_fill_them(self):
        rng = np.random.default_rng(1)
        many = {name: rng.choice(list("abcde"), 300) for name in ("town", "job", "car")}
        drawn = trials.people(listed(300, **many), trials.Plan(base=0.1)).drawn(seed=1)
        assert drawn["stratum"].nunique() == 5
        few = trials.people(listed(10, town=list("ababababab")), trials.Plan(base=0.1))
        assert set(few.drawn(seed=1)["stratum"]) == {"all"}

    def test_a_draw_of_rows_without_ids_names_the_rows(self):
        drawn = trials.people(listed(10), trials.Plan(base=0.1)).drawn(seed=1)
        assert drawn["id"].tolist() == list(range(1, 11))
