"""Intervals of shares and means: published numbers, and what must hold for any count."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from segkit import evidence
from segkit.study import StudyError


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def test_wilson_of_120_in_1000_is_the_published_interval():
    assert evidence.wilson(120, 1000) == pytest.approx((0.10130, 0.14161), abs=5e-6)


@given(st.integers(1, 500), st.data())
def test_wilson_holds_the_share_and_stays_a_share(n, drawn):
    hits = drawn.draw(st.integers(0, n))
    low, high = evidence.wilson(hits, n)
    assert 0 <= low <= hits / n + 1e-12
    assert hits / n - 1e-12 <= high <= 1
    assert (low, high) == pytest.approx(proportion_confint(hits, n, method="wilson"), abs=1e-12)


def test_wilson_of_columns_is_wilson_row_by_row():
    low, high = evidence.wilson(np.array([0, 12]), np.array([3, 40]))
    rows = [evidence.wilson(0, 3), evidence.wilson(12, 40)]
    np.testing.assert_allclose(np.column_stack([low, high]), rows)


def test_more_customers_make_a_narrower_interval():
    widths = [np.diff(evidence.wilson(n // 5, n))[0] for n in (50, 500, 5000)]
    assert widths == sorted(widths, reverse=True)


def test_nobody_has_no_share_and_no_mean():
    with pytest.raises(StudyError, match="no customers"):
        evidence.wilson(0, 0)
    with pytest.raises(StudyError, match="no customers"):
        evidence.skewed([])


def test_the_normal_interval_by_hand():
    values = np.array([10.0, 20.0, 30.0, 40.0])
    half = 1.959964 * values.std(ddof=1) / 2
    assert evidence.normal(values) == pytest.approx((25 - half, 25 + half), abs=1e-5)
    assert np.isnan(evidence.normal([3.0])).all()
