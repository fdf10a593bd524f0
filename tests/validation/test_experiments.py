"""Intervals, A/B arithmetic and comparisons between segments."""

import numpy as np
import pandas as pd
import pytest

from segkit.brief import Goal
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

    def test_one_large_basket_does_not_decide(self, rng):
        money = pd.DataFrame(
            {"segment": ["a"] * 50 + ["b"] * 50, "outcome": [10.5] * 49 + [9e6] + [10.0, 11.0] * 25}
        )
        found = experiments.by_segment(money, names=["a", "b"], smallest=10, rng=rng)
        assert set(found["label"]) == {"like the rest"}

    def test_money_is_higher_where_its_mean_is_whatever_the_ranks_say(self, rng):
        few_large = np.r_[np.zeros(150), rng.uniform(900, 1100, 50)]
        many_small = rng.uniform(5, 15, 200)
        money = pd.DataFrame({"segment": np.repeat(["large", "small"], 200)})
        money["outcome"] = np.r_[few_large, many_small]  # most ranks of "small" are higher
        found = experiments.by_segment(money, names=["large", "small"], smallest=10, rng=rng)
        assert found["label"].tolist() == ["higher than the rest", "lower than the rest"]
        assert found["outcome_mean"].is_monotonic_decreasing

    def test_below_ten_amounts_money_has_a_mean_and_no_interval(self, rng):
        money = pd.DataFrame({"segment": np.repeat(["a", "b"], 40)})
        money["outcome"] = np.r_[np.zeros(35), np.full(5, 9.0), rng.lognormal(2, 1, 40)]
        found = experiments.by_segment(money, names=["a", "b"], smallest=10, rng=rng)
        assert found["low"].isna().tolist() == [True, False]
        assert found["outcome_mean"].notna().all()

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
        goal = Goal(baseline=0.10, target=0.12)
        told = experiments.needed(np.repeat([1, 0], [100, 900]), goal=goal)
        assert "3,841 in each arm" in told
        assert "+2.0 percentage points" in told
        assert "cannot be planned" in experiments.needed([], goal=goal)

    def test_who_is_left_out_of_a_mailing_cannot_answer_it(self):
        goal = Goal(baseline=0.10, target=0.12, answers_contact=True)
        told = experiments.needed(np.repeat([1, 0], [100, 900]), goal=goal)
        assert told.startswith("To see which of two versions is answered more")
        assert "Who is not contacted cannot answer" in told

    def test_intervals_of_money_say_how_often_they_hold(self, rng):
        money = pd.DataFrame({"segment": "a", "outcome": rng.lognormal(2, 1, 60)})
        assert "where 95% are claimed" in experiments.shaky(money, rng=rng)
        assert experiments.shaky(answers({"a": (1, 3)}), rng=rng) == ""
        few = pd.DataFrame({"segment": "a", "outcome": [0.0, 5.0, 7.0]})
        assert "no interval" in experiments.shaky(few, rng=rng)


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

    def test_money_is_compared_by_means(self, rng):
        money = pd.DataFrame(
            {
                "segment": np.repeat(["a", "b"], 100),
                "outcome": np.r_[rng.lognormal(2, 1, 100), rng.lognormal(3, 1, 100)],
            }
        )
        found = experiments.heterogeneity(money, smallest=10, rng=rng)
        assert found["test"] == "means, by permutation"
        assert found["p"] < 0.001

    def test_too_little_to_compare_is_refused_in_words(self, rng):
        few = experiments.heterogeneity(answers({"a": (5, 50), "b": (1, 5)}), smallest=10, rng=rng)
        same = experiments.heterogeneity(
            answers({"a": (0, 50), "b": (0, 50)}), smallest=10, rng=rng
        )
        assert np.isnan(few["p"])
        assert "fewer than two segments" in few["reason"]
        assert "did the same" in same["reason"]
