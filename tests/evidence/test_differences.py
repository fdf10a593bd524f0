"""Arm against arm: published numbers, and error rates over many drawn tests at once."""

import numpy as np
import pytest
from scipy import stats

from segkit import evidence


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        ((48, 56), (80, 70), 0.0524, 0.3339),
        ((3, 9), (10, 10), 0.1705, 0.8090),
        ((2, 6), (7, 7), 0.0582, 0.8062),
        ((0, 5), (29, 56), -0.0381, 0.1926),
        ((0, 10), (10, 10), 0.6075, 1.0000),
    ],
)
def test_newcombe_s_interval_is_that_of_his_table(successes, n, low, high):
    """Newcombe (1998), table II, method 10."""
    assert evidence.newcombe(successes, n) == pytest.approx((low, high), abs=5e-5)


def test_the_interval_turns_round_with_the_arms():
    low, high = evidence.newcombe((120, 150), (1000, 900))
    assert evidence.newcombe((150, 120), (900, 1000)) == pytest.approx((-high, -low))


def test_two_shares_in_arrays_are_the_pooled_z_test_of_each():
    found = evidence.two_shares(((120, 10), (150, 10)), ((1000, 50), (1000, 50)))
    assert found["z"] == pytest.approx([1.963050, 0.0], abs=1e-6)
    assert found["p"] == pytest.approx([0.049640, 1.0], abs=1e-6)
    assert np.isnan(evidence.two_shares((0, 0), (10, 10))["z"])


FIRST = (27.5, 21.0, 19.0, 23.6, 17.0, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6, 19.0, 21.7, 21.4)
SECOND = (27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0, 24.8, 20.2, 21.9, 22.1, 22.9, 20.5, 24.4)


def moments(*samples):
    samples = [np.asarray(s, dtype=float) for s in samples]
    means, variances = [s.mean() for s in samples], [s.var(ddof=1) for s in samples]
    return means, variances, [len(s) for s in samples]


def test_welch_is_the_test_of_the_textbook_and_of_scipy():
    found = evidence.welch(*moments(FIRST, SECOND))
    known = stats.ttest_ind(SECOND, FIRST, equal_var=False)
    assert found["difference"] / found["error"] == pytest.approx(2.46, abs=0.005)
    assert (found["df"], found["p"]) == pytest.approx((known.df, known.pvalue))
    assert round(float(found["p"]), 3) == 0.021
    ends = known.confidence_interval()
    assert (found["low"], found["high"]) == pytest.approx((ends.low, ends.high))


def test_two_means_are_welch_s_for_arms_of_one_size_and_never_surer():
    told = moments(FIRST, SECOND)
    assert evidence.two_means(*told)["p"] == pytest.approx(evidence.welch(*told)["p"])
    uneven = ((2.0, 3.0), (90.0, 40.0), (9000, 500))
    assert evidence.two_means(*uneven)["error"] > evidence.welch(*uneven)["error"]
    spread = ((2.0, 3.0), (40.0, 90.0), (9000, 500))
    assert evidence.two_means(*spread)["p"] == evidence.welch(*spread)["p"]


def test_sizes_of_arms_are_judged_by_chi_square():
    """The ratio of Kohavi, Tang and Xu (2020, chapter 3): 821,588 to 815,482, planned 50 to 50."""
    assert evidence.ratio([821588, 815482], [1, 1]) == pytest.approx(1.8e-6, rel=0.02)
    assert np.isnan(evidence.ratio([0, 0], [1, 1]))
    known = stats.chisquare([480, 260, 260], [500, 250, 250]).pvalue
    assert evidence.ratio([480, 260, 260], [2, 1, 1]) == pytest.approx(known)


def test_the_always_valid_bound_is_that_of_its_formula():
    """Johari and others (2015): Λ = √(V/(V+τ²)) exp(τ²θ²/(2V(V+τ²))), p = 1/Λ."""
    effect, v, tau = 0.03, 0.01**2, 0.02**2
    ratio = np.sqrt(v / (v + tau)) * np.exp(tau * effect**2 / (2 * v * (v + tau)))
    low, high, p = evidence.always_valid(effect, 0.01, scale=0.02)
    assert p == pytest.approx(1 / ratio)
    at_end = evidence.always_valid((high - low) / 2, 0.01, scale=0.02)
    assert (at_end[0], at_end[2]) == pytest.approx((0.0, 0.05))
    assert high - low > 2 * evidence.z() * 0.01


def test_looking_every_day_keeps_the_rate_only_with_always_valid_bounds():
    rng, looks = np.random.default_rng(5), np.arange(1, 101)
    seen = rng.normal(0, 1, (2000, 100)).cumsum(axis=1) / looks
    error = np.broadcast_to(1 / np.sqrt(looks), seen.shape)
    plain = (np.abs(seen / error) > evidence.z()).any(axis=1).mean()
    valid = (evidence.always_valid(seen, error, scale=0.3)[2] < 0.05).any(axis=1).mean()
    assert plain > 0.3
    assert valid < 0.05


def test_one_effect_everywhere_is_judged_by_cochran_s_q():
    effects, errors = np.array([0.01, 0.03, 0.06]), np.array([0.01, 0.02, 0.015])
    weights = errors**-2
    q = (weights * (effects - np.average(effects, weights=weights)) ** 2).sum()
    assert evidence.alike(effects, errors) == pytest.approx(stats.chi2.sf(q, 2))
    assert np.isnan(evidence.alike([0.01, np.nan], [0.01, np.nan]))


@pytest.mark.slow  # loads statsmodels
def test_with_degrees_of_freedom_it_is_welch_s_analysis_of_variance():
    """Welch (1951), as in the reference implementation of statsmodels."""
    from statsmodels.stats.oneway import anova_oneway

    groups = [FIRST, SECOND, np.array(FIRST) + 0.8]
    means, variances, n = (np.array(part) for part in moments(*groups))
    found = evidence.alike(means, np.sqrt(variances / n), n - 1)
    assert found == pytest.approx(anova_oneway(groups, use_var="unequal").pvalue)


def test_groups_that_differ_by_noise_alone_all_get_the_common_effect():
    effects, _ = evidence.shrunken([0.02, 0.03, 0.04], [0.05, 0.05, 0.05])
    assert effects == pytest.approx([0.03] * 3)


def test_a_noisy_group_is_drawn_in_further():
    raw = np.array([0.0, 0.10, 0.10])
    effects, errors = evidence.shrunken(raw, [0.01, 0.01, 0.05])
    assert abs(effects[2] - raw[2]) > abs(effects[1] - raw[1])
    assert errors[2] > errors[1]


def test_shrunken_effects_come_nearer_to_the_truth():
    rng = np.random.default_rng(1)
    truth = rng.normal(0.02, 0.02, (300, 8))
    seen = truth + rng.normal(0, 0.02, truth.shape)
    drawn = np.array([evidence.shrunken(row, np.full(8, 0.02))[0] for row in seen])
    assert ((drawn - truth) ** 2).mean() < 0.75 * ((seen - truth) ** 2).mean()


def test_history_takes_out_rho_squared_and_keeps_the_mean():
    rng = np.random.default_rng(2)
    before = rng.lognormal(3, 1, 5000)
    values = 0.5 * before + rng.lognormal(3, 1, 5000)
    left, explained = evidence.cuped(values, before)
    rho = np.corrcoef(values, before)[0, 1]
    assert left.mean() == pytest.approx(values.mean())
    assert explained == pytest.approx(rho**2)
    assert left.var() / values.var() == pytest.approx(1 - rho**2)


def test_history_that_tells_nothing_changes_nothing():
    left, explained = evidence.cuped([1.0, 2.0, 4.0], [7.0, 7.0, 7.0])
    assert (left.tolist(), explained) == ([1.0, 2.0, 4.0], 0.0)


def test_the_power_of_an_interaction_is_that_of_the_non_central_chi_square():
    effects, errors = [0.0, 0.04, 0.0], [0.01, 0.015, 0.02]
    weights = np.array(errors) ** -2
    middle = np.average(effects, weights=weights)
    apart = (weights * (np.array(effects) - middle) ** 2).sum()
    known = stats.ncx2.sf(stats.chi2.isf(0.05, 2), 2, apart)
    assert evidence.interaction_power(effects, errors) == pytest.approx(known)
    assert evidence.interaction_power([0.02] * 3, errors) == pytest.approx(0.05)
