"""Money: intervals that hold the mean, tests of means with the false alarms that are stated."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ttest_1samp

from segkit import evidence

AMOUNTS = st.lists(st.floats(0, 1e6), min_size=1, max_size=40)


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def zero_inflated(rng, n, *, spread=1.0, buyers=0.5):
    return np.where(rng.random(n) < buyers, rng.lognormal(3, spread, n), 0.0)


class TestInterval:
    def test_without_skewness_it_is_students(self):
        values = np.arange(1.0, 22.0)
        ends = ttest_1samp(values, 0).confidence_interval(0.95)
        assert evidence.skewed(values) == pytest.approx((ends.low, ends.high), rel=1e-4)

    def test_it_is_longer_on_the_side_of_the_long_tail(self, rng):
        spend = rng.lognormal(3, 1, 80)
        low, high = evidence.skewed(spend)
        assert low < spend.mean() < high
        assert high - spend.mean() > spend.mean() - low

    def test_it_moves_with_the_unit_and_needs_no_seed(self, rng):
        spend = rng.lognormal(size=60)
        pounds, pence = (evidence.skewed(spend * unit) for unit in (1, 100))
        assert pence == pytest.approx([100 * end for end in pounds])

    def test_below_ten_amounts_there_is_none(self):
        assert np.isnan(evidence.skewed([0.0] * 500 + [9.0] * 9)).all()
        assert np.isfinite(evidence.skewed([0.0] * 500 + [9.0] * 10)).all()

    @given(AMOUNTS)
    @settings(max_examples=60, deadline=None)
    def test_any_amounts_give_an_interval_around_the_mean_or_none(self, values):
        low, high = evidence.skewed(values)
        assert np.isnan(low) or 0 <= low <= np.mean(values) * (1 + 1e-9) + 1e-9
        assert np.isnan(high) or high >= np.mean(values) * (1 - 1e-9) - 1e-9

    @pytest.mark.slow
    @pytest.mark.parametrize(("n", "buyers"), [(30, 0.5), (100, 0.2), (100, 0.5), (400, 0.5)])
    def test_it_holds_the_mean_about_as_often_as_it_says(self, rng, n, buyers):
        held, cases = 0, 0
        truth = buyers * np.exp(3.5)
        while cases < 400:
            low, high = evidence.skewed(zero_inflated(rng, n, buyers=buyers))
            cases += low == low
            held += low <= truth <= high
        assert 0.91 <= held / cases <= 0.98

    def test_the_coverage_is_simulated_from_the_amounts_at_hand(self, rng):
        tame, wild = (zero_inflated(rng, 200, spread=spread) for spread in (0.5, 2.5))
        assert evidence.coverage(tame, rng=rng) > 0.92 > evidence.coverage(wild, rng=rng)
        assert np.isnan(evidence.coverage([0.0, 1.0], rng=rng))


class TestMeans:
    def test_a_difference_is_one_of_means(self, rng):
        found = evidence.against([10.0, 20.0, 30.0], [1.0, 2.0, 3.0], rng=rng)
        assert found["difference"] == 18

    def test_all_deals_of_six_customers_are_about_counted(self, rng):
        p = evidence.apart([1.0, 2.0, 3.0, 7.0, 8.0, 9.0], [0, 0, 0, 1, 1, 1], rng=rng)["p"]
        assert p == pytest.approx(2 / 20, abs=0.025)  # 2 of the 20 deals are as far apart

    def test_large_groups_get_welchs_test(self, rng):
        values, codes = rng.lognormal(size=4_400), np.repeat([0, 1], 2_200)
        found = evidence.apart(values, codes, rng=rng)
        low = values[:2_200], values[2_200:]
        t = (low[0].mean() - low[1].mean()) / np.sqrt(sum(v.var(ddof=1) / 2_200 for v in low))
        assert found["test"] == "means, by Welch's test"
        assert found["p"] == pytest.approx(2 * (1 - _normal(abs(t))), abs=1e-3)

    @pytest.mark.parametrize(
        ("own", "rest"), [([], [1.0, 2.0]), ([1.0], [2.0, 3.0]), ([5.0] * 4, [5.0] * 9)]
    )
    def test_what_cannot_be_compared_is_missing(self, own, rest, rng):
        assert np.isnan(evidence.against(own, rest, rng=rng)["p"])

    @pytest.mark.slow
    @pytest.mark.parametrize("draw", ["lognormal", "zero-inflated", "unequal spread"])
    def test_false_alarms_are_as_many_as_stated(self, rng, draw):
        alarms = 0
        for _ in range(200):
            values = zero_inflated(rng, 160) if draw == "zero-inflated" else rng.lognormal(size=160)
            if draw == "unequal spread":
                values = np.r_[rng.normal(10, 1, 80), rng.normal(10, 5, 80)]
            found = evidence.against(values[:80], values[80:], rng=rng, repeats=99)
            alarms += found["p"] < 0.05
        assert 0.01 <= alarms / 200 <= 0.1


def _normal(z):
    from statistics import NormalDist

    return NormalDist().cdf(z)
