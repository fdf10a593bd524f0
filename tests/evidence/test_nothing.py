"""Money that is all zero, or nearly: every function refuses or answers, and warns of nothing."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segkit import evidence
from segkit.refusal import Refused

AMOUNTS = st.lists(st.sampled_from([0.0, 0.0, 0.0, -0.0, 5.0, -5.0, np.nan]), max_size=25)
CONCENTRATION = {
    "lorenz": evidence.lorenz,
    "top_share": evidence.top_share,
    "gini": evidence.gini,
    "interval": lambda v: evidence.top_share_interval(v, rng=np.random.default_rng(1), repeats=20),
}


@pytest.fixture(autouse=True)
def no_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def quiet(function, *args, **settings):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return function(*args, **settings)


@pytest.mark.parametrize("name", CONCENTRATION)
@pytest.mark.parametrize("values", [[], [0.0], [0.0] * 7, [np.nan] * 3, [-3.0, 1.0]], ids=str)
def test_shares_of_nothing_are_refused(name, values):
    assert isinstance(CONCENTRATION[name](values), Refused)


@pytest.mark.parametrize("name", CONCENTRATION)
@settings(max_examples=40, deadline=None)
@given(values=AMOUNTS)
def test_concentration_refuses_or_answers_with_numbers(name, values):
    found, known = quiet(CONCENTRATION[name], values), [v for v in values if v == v]
    if sum(known) <= 0:
        assert isinstance(found, Refused)
    elif not (name == "interval" and isinstance(found, Refused)):  # every draw came to nothing
        assert not isinstance(found, Refused)
        assert np.isfinite(np.asarray(found, dtype=float)).all()


@pytest.mark.parametrize("name", CONCENTRATION)
def test_missing_amounts_are_left_out(name):
    one, two = (CONCENTRATION[name](v) for v in ([9.0, np.nan, 1.0], [9.0, 1.0]))
    np.testing.assert_array_equal(np.asarray(one), np.asarray(two))


@settings(max_examples=40, deadline=None)
@given(values=st.lists(st.sampled_from([0.0, 0.0, 0.0, 7.0]), min_size=1, max_size=40))
def test_intervals_of_money_hold_its_mean_or_are_missing(values):
    values = np.array(values)
    low, high = quiet(evidence.skewed, values)
    assert (np.isnan(low) and np.isnan(high)) or low <= values.mean() + 1e-9 <= high + 2e-9
    held = quiet(evidence.coverage, values, rng=np.random.default_rng(1))
    assert np.isnan(held) or 0 <= held <= 1


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from([0.0, 0.0, 3.0]), min_size=4, max_size=30), st.integers(1, 4))
def test_tests_of_means_give_a_p_or_none(values, groups):
    values, names = np.array(values), np.arange(len(values)) % groups
    each = quiet(evidence.each, values, names, rng=np.random.default_rng(1))
    assert all(np.isnan(p) or 0 <= p <= 1 for p in each)
    if groups > 1:
        p = quiet(evidence.apart, values, names, rng=np.random.default_rng(1))["p"]
        assert np.isnan(p) or 0 <= p <= 1


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from([0.0, 0.0, 3.0]), min_size=1, max_size=20))
def test_pooled_levels_of_no_money_are_missing_and_never_zero(wholes):
    table = quiet(evidence.pooled, [0.0] * len(wholes), wholes, groups=["all"] * len(wholes))
    level = table["level"].iloc[0]
    assert np.isnan(level) if not sum(wholes) else level == 0.0


def test_nothing_is_no_lift():
    found = pd.Series(evidence.lift([0.0, 1.0], [0.0, 0.0]), dtype=float)
    assert found.isna().sum() + np.isinf(found).sum() == 2
