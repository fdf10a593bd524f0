"""Who brings the money: shares by hand, and the same answer for every room."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segkit import evidence
from segkit.refusal import Refused

SEVEN = [32.0, 16.0, 14.0, 12.0, 10.0, 9.0, 7.0]


def test_a_fifth_of_seven_is_read_on_the_curve_not_by_heads():
    """1.4 of seven customers: the first and 0.4 of the second, not the first alone."""
    assert evidence.top_share(SEVEN, top=0.2) == pytest.approx(0.32 + 0.4 * 0.16)
    assert evidence.top_share([5.0] * 7, top=0.2) == pytest.approx(0.2)


@given(st.lists(st.integers(1, 10_000), min_size=2, max_size=60), st.integers(2, 4))
def test_counting_every_customer_twice_changes_no_concentration(spend, times):
    assert evidence.top_share(spend * times) == pytest.approx(evidence.top_share(spend))
    assert evidence.gini(spend * times) == pytest.approx(evidence.gini(spend))


def test_customers_like_those_of_cdnow_are_no_80_15_5():
    """Published: the top 20 % hold 67.8 %, the next 30 % 21.8 %, the rest 10.4 %."""
    spend = np.repeat([67.8 / 20, 21.8 / 30, 10.4 / 50], [200, 300, 500])
    assert evidence.top_share(spend) == pytest.approx(0.678)
    assert evidence.top_share(spend, top=0.5) - evidence.top_share(spend) == pytest.approx(0.218)


@given(st.lists(st.integers(1, 10_000), min_size=2, max_size=400), st.randoms())
def test_the_curve_rises_bends_once_and_ignores_order(spend, random):
    curve = evidence.lorenz(spend)["value_share"].to_numpy()
    assert curve[0] == 0
    assert curve[-1] == pytest.approx(1)
    assert (np.diff(curve) >= -1e-9).all()
    np.testing.assert_allclose(
        evidence.lorenz(random.sample(spend, len(spend)))["value_share"], curve
    )
    assert evidence.top_share(spend, top=1.0) == pytest.approx(1)


def test_amounts_that_add_up_to_nothing_are_refused_in_words():
    for asked in (evidence.lorenz, evidence.top_share, evidence.gini):
        refused = asked([0.0, 0.0])
        assert isinstance(refused, Refused)
        assert "amount" in refused.why


def test_gini_of_equals_is_nothing_and_of_one_who_has_all_nearly_one():
    assert evidence.gini([4.0] * 9) == pytest.approx(0)
    assert evidence.gini([0.0] * 99 + [1.0]) == pytest.approx(0.99)


def test_the_top_fifth_of_ten_customers_by_hand():
    spend = [5, 400, 10, 250, 15, 120, 30, 80, 40, 50]
    assert evidence.top_share(spend, top=0.2) == pytest.approx(0.65)
    assert evidence.top_share(spend, top=0.1) == pytest.approx(0.40)


def test_a_fifth_of_a_customer_is_read_between_two_points():
    assert evidence.top_share([60.0, 40.0], top=0.25) == pytest.approx(0.30)


def test_equal_customers_hold_equal_shares():
    assert evidence.top_share(np.ones(50), top=0.2) == pytest.approx(0.2)


def test_the_curve_runs_from_nothing_to_everything_and_bends_once():
    curve = evidence.lorenz([3.0, 1.0, 2.0])
    assert curve.iloc[0].tolist() == [0.0, 0.0]
    assert curve.iloc[-1].tolist() == pytest.approx([1.0, 1.0])
    assert (np.diff(curve["value_share"], n=2) <= 1e-12).all()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0.01, 1e6), min_size=3, max_size=40), st.floats(0.01, 100))
def test_currency_and_order_do_not_matter(spend, rate):
    found = evidence.top_share(spend)
    assert evidence.top_share([value * rate for value in spend[::-1]]) == pytest.approx(found)
    assert 0.2 - 1e-9 <= found <= 1 + 1e-9


def test_the_interval_holds_the_observed_share_and_repeats_with_its_seed():
    spend = np.random.default_rng(1).lognormal(size=800)
    low, high = evidence.top_share_interval(spend, rng=np.random.default_rng(3), repeats=300)
    again = evidence.top_share_interval(spend, rng=np.random.default_rng(3), repeats=300)
    assert low < evidence.top_share(spend) < high
    assert (low, high) == again
    wide = evidence.top_share_interval(spend[:80], rng=np.random.default_rng(3), repeats=300)
    assert wide[1] - wide[0] > high - low
