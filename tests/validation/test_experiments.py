"""Intervals, A/B arithmetic and comparisons between segments."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit.study import StudyError
from segkit.validation import experiments


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def answers(counts):
    """Outcomes of 0 and 1 from {segment: (successes, n)}."""
    rows = [
        (name, int(at < successes)) for name, (successes, n) in counts.items() for at in range(n)
    ]
    return pd.DataFrame(rows, columns=["segment", "outcome"])


class TestNumbers:
    def test_two_proportions_give_the_published_values(self):
        found = experiments.two_proportions((120, 150), (1000, 1000))
        assert found["z"] == pytest.approx(1.963050, abs=1e-6)
        assert found["p"] == pytest.approx(0.049640, abs=1e-6)
        assert found["difference"] == pytest.approx(0.03)

    def test_the_wilson_interval_gives_the_published_values(self):
        low, high = experiments.proportion_interval(120, 1000)
        assert (low, high) == pytest.approx((0.10130, 0.14161), abs=1e-5)

    def test_ten_to_twelve_per_cent_needs_3841_in_each_arm(self):
        assert experiments.sample_size(0.10, change=0.02) == 3841

    def test_what_arms_can_show_is_the_inverse_of_their_size(self):
        assert experiments.detectable(0.10, n=3841) == pytest.approx(0.02, abs=1e-5)

    def test_holm_multiplies_the_smallest_by_the_number_of_tests(self):
        found = experiments.holm([0.01, 0.04, 0.03])
        assert found.tolist() == pytest.approx([0.03, 0.06, 0.06])

    def test_holm_leaves_missing_ones_out_of_the_count(self):
        found = experiments.holm([0.01, np.nan, 0.03])
        assert found[[0, 2]].tolist() == pytest.approx([0.02, 0.03])
        assert np.isnan(found[1])


class TestIntervals:
    @given(st.integers(1, 500), st.floats(0, 1))
    def test_a_share_lies_in_its_interval_and_both_stay_shares(self, n, part):
        successes = round(n * part)
        low, high = experiments.proportion_interval(successes, n)
        assert 0 <= low <= successes / n + 1e-12
        assert successes / n - 1e-12 <= high <= 1

    def test_more_customers_make_a_narrower_interval(self):
        widths = [np.diff(experiments.proportion_interval(n // 5, n))[0] for n in (50, 500, 5000)]
        assert widths == sorted(widths, reverse=True)

    def test_a_mean_of_skewed_money_lies_in_its_interval(self, rng):
        spend = rng.lognormal(3, 1, size=300)
        low, high = experiments.mean_interval(spend, rng=rng)
        assert low < spend.mean() < high

    def test_few_values_get_the_t_interval(self, rng):
        low, high = experiments.mean_interval([10.0, 12.0, 14.0], rng=rng)
        assert (low, high) == pytest.approx((7.0317, 16.9683), abs=1e-3)

    def test_nobody_has_no_share(self):
        with pytest.raises(StudyError, match="no customers"):
            experiments.proportion_interval(0, 0)


class TestPlanning:
    def test_an_impossible_change_is_refused_in_words(self):
        with pytest.raises(StudyError, match="must lie between 0 and 1"):
            experiments.sample_size(0.95, change=0.10)

    def test_an_arm_for_money_shrinks_with_the_square_of_the_change(self, rng):
        spend = rng.normal(100, 30, size=2_000)
        small, large = (experiments.arm_size(spend, change=c) for c in (2, 4))
        assert small / large == pytest.approx(4, rel=0.01)

    def test_nothing_to_plan_with_is_missing_not_an_error(self):
        assert np.isnan(experiments.arm_size([], change=0.1))
        assert np.isnan(experiments.arm_size([0, 1, 1], change=0))
        assert np.isnan(experiments.detectable(0.0, n=100))

    def test_small_segments_get_no_plan(self):
        table = answers({"large": (40, 400), "small": (3, 12)})
        found = experiments.visible_rises(table, names=["large", "small", "none"], smallest=10)
        assert found["arm_n"].tolist() == [200, 6, 0]
        assert found["visible_rise"].isna().tolist() == [False, True, True]


class TestBySegment:
    def test_shares_intervals_and_labels(self, rng):
        table = answers({"a": (80, 200), "b": (10, 200), "c": (45, 200)})
        found = experiments.by_segment(table, names=["a", "b", "c"], smallest=10, rng=rng)
        assert found["outcome_mean"].tolist() == pytest.approx([0.4, 0.05, 0.225])
        assert found["label"].tolist() == [
            "higher than the rest", "lower than the rest", "like the rest",
        ]  # fmt: skip
        assert (found["low"] < found["outcome_mean"]).all()
        assert (found["outcome_mean"] < found["high"]).all()

    def test_small_cells_are_suppressed_and_missing_segments_shown(self, rng):
        table = answers({"a": (8, 40), "tiny": (3, 9)})
        found = experiments.by_segment(table, names=["a", "tiny", "gone"], smallest=10, rng=rng)
        hidden = found.set_index("segment").loc[["tiny", "gone"]]
        assert hidden["n"].tolist() == [9, 0]
        assert hidden[["outcome_mean", "low", "high", "p_holm"]].isna().all(axis=None)
        assert set(hidden["label"]) == {experiments.HIDDEN}

    def test_money_is_compared_by_rank_so_one_large_basket_does_not_decide(self, rng):
        money = pd.DataFrame(
            {"segment": ["a"] * 50 + ["b"] * 50, "outcome": [10.5] * 49 + [9e6] + [10.0, 11.0] * 25}
        )
        found = experiments.by_segment(money, names=["a", "b"], smallest=10, rng=rng)
        assert set(found["label"]) == {"like the rest"}

    def test_no_outcome_at_all_is_a_table_without_numbers(self, rng):
        empty = pd.DataFrame({"segment": [], "outcome": []})
        found = experiments.by_segment(empty, names=["a"], smallest=10, rng=rng)
        assert found["n"].tolist() == [0]
        assert experiments.spreads({"none": empty})["spread"].isna().all()

    def test_one_segment_has_no_rest_to_compare_with(self, rng):
        table = answers({"all": (20, 100)})
        found = experiments.by_segment(table, names=["all"], smallest=10, rng=rng)
        assert found["label"].tolist() == ["like the rest"]

    def test_order_of_rows_does_not_matter(self, rng):
        table = answers({"a": (80, 200), "b": (10, 200)})
        mixed = table.sample(frac=1, random_state=1)
        found = [
            experiments.by_segment(t, names=["a", "b"], smallest=10, rng=rng)
            for t in (table, mixed)
        ]
        pd.testing.assert_frame_equal(*found)

    def test_spread_is_the_distance_of_the_ends(self):
        table = answers({"a": (2, 10), "b": (5, 10), "c": (3, 10)})
        found = experiments.spreads({"one": table, "two": table[table["segment"] != "b"]})
        assert found["spread"].tolist() == pytest.approx([0.3, 0.1])

    def test_the_plan_is_told_in_words(self):
        goal = {"unit": "share", "baseline": 0.10, "target": 0.12}
        told = experiments.in_words(np.repeat([1, 0], [100, 900]), goal=goal)
        assert "3,841 in each arm" in told
        assert "+2.0 percentage points" in told
        assert "cannot be planned" in experiments.in_words([], goal=goal)


class TestHeterogeneity:
    def test_different_segments_are_told_apart(self, rng):
        found = experiments.heterogeneity(
            answers({"a": (80, 200), "b": (10, 200)}), smallest=10, rng=rng
        )
        assert found["test"] == "chi-square"
        assert found["p"] < 1e-6
        assert "more than chance" in found["reason"]

    def test_equal_segments_are_not(self, rng):
        found = experiments.heterogeneity(
            answers({"a": (40, 200), "b": (42, 200)}), smallest=10, rng=rng
        )
        assert found["p"] > 0.5

    def test_small_expected_counts_are_tested_by_permutation(self, rng):
        found = experiments.heterogeneity(
            answers({"a": (1, 30), "b": (2, 30)}), smallest=10, rng=rng
        )
        assert found["test"] == "chi-square by permutation"
        assert found["p"] > 0.5

    def test_money_is_compared_by_ranks(self, rng):
        money = pd.DataFrame(
            {
                "segment": np.repeat(["a", "b"], 100),
                "outcome": np.r_[rng.lognormal(2, 1, 100), rng.lognormal(3, 1, 100)],
            }
        )
        found = experiments.heterogeneity(money, smallest=10, rng=rng)
        assert found["test"] == "Kruskal-Wallis"
        assert found["p"] < 0.001

    def test_too_little_to_compare_is_refused_in_words(self, rng):
        few = experiments.heterogeneity(answers({"a": (5, 50), "b": (1, 5)}), smallest=10, rng=rng)
        same = experiments.heterogeneity(
            answers({"a": (0, 50), "b": (0, 50)}), smallest=10, rng=rng
        )
        assert np.isnan(few["p"])
        assert "fewer than two segments" in few["reason"]
        assert "did the same" in same["reason"]


class TestInteraction:
    def trial(self, effects, rng, n=2_000):
        rows = []
        for name, effect in effects.items():
            treated = rng.random(n) < 0.5
            outcome = rng.random(n) < 0.10 + effect * treated
            rows.append(pd.DataFrame({"segment": name, "treated": treated, "outcome": outcome * 1}))
        return pd.concat(rows)

    def test_a_planted_difference_in_effect_is_found(self, rng):
        effects, p = experiments.interaction(self.trial({"a": 0.12, "b": 0.0}, rng), smallest=10)
        found = effects.set_index("segment")
        assert p < 0.001
        assert found.loc["a", "low"] < 0.12 < found.loc["a", "high"]
        assert found.loc["b", "low"] < 0.0 < found.loc["b", "high"]

    def test_equal_effects_raise_few_alarms(self, rng):
        alarms = [
            experiments.interaction(self.trial(dict.fromkeys("abc", 0.05), rng, 600), smallest=10)[
                1
            ]
            < 0.05
            for _ in range(60)
        ]
        assert sum(alarms) <= 8

    def test_without_a_control_group_it_is_refused(self, rng):
        trial = self.trial({"a": 0.1, "b": 0.1}, rng)
        with pytest.raises(StudyError, match="with and without"):
            experiments.interaction(trial[trial["treated"]], smallest=10)
