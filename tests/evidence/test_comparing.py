"""Lift, exact test, corrections, and what counts as distinctive: one answer for all rooms."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import fisher_exact
from statsmodels.stats.multitest import multipletests

from segkit import evidence


def counts(*rows):
    names = ["group", "condition", "n", "known_n", "all_n", "all_known_n"]
    return pd.DataFrame([("A", 0, *row) for row in rows], columns=names)


def test_sixty_of_a_hundred_says_nothing_when_everybody_has_it():
    row = evidence.compared(counts((60, 100, 550, 1000))).iloc[0]
    assert row["share_here"] == 0.60
    assert row["lift"] == pytest.approx(1.0909, abs=1e-4)
    assert row["p"] == pytest.approx(0.34, abs=0.005)
    assert not row["distinctive"]


def test_the_same_sixty_is_distinctive_when_it_is_rare_elsewhere():
    row = evidence.compared(counts((60, 100, 200, 1000))).iloc[0]
    assert row["lift"] == pytest.approx(3.0)
    assert row["distinctive"]


def test_a_trait_conspicuously_absent_is_distinctive_too():
    row = evidence.compared(counts((10, 100, 550, 1000))).iloc[0]
    assert row["lift"] < 0.2
    assert row["distinctive"]


def test_a_large_lift_of_few_customers_is_not_enough():
    row = evidence.compared(counts((2, 4, 200, 1000))).iloc[0]
    assert row["lift"] == pytest.approx(2.5)
    assert not row["distinctive"]


@pytest.mark.parametrize("group", [(60, 100, 60, 100), (0, 0, 60, 100)])
def test_a_group_that_is_everybody_or_nobody_has_nothing_to_compare_with(group):
    tested = (60, 100, 200, 1000)
    table = evidence.compared(counts(group, tested))
    assert np.isnan(table["p"][0])
    assert not table["distinctive"][0]
    assert table["p_adjusted"][1] == table["p"][1]  # a test that was not made does not count


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_fisher_is_the_exact_test(data):
    everybody = data.draw(st.integers(2, 400))
    here = data.draw(st.integers(1, everybody - 1))
    having = data.draw(st.integers(0, everybody))
    n = data.draw(st.integers(max(0, here + having - everybody), min(here, having)))
    square = [[n, here - n], [having - n, everybody - here - having + n]]
    found = evidence.fisher(n, here, having, everybody)
    assert found == pytest.approx(fisher_exact(square).pvalue, rel=1e-6, abs=1e-12)


def test_fisher_of_columns_is_fisher_row_by_row():
    table = np.array([(60, 100, 550, 1000), (3, 5, 4, 20), (0, 7, 3, 30)])
    assert evidence.fisher(*table.T).tolist() == [evidence.fisher(*row) for row in table]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_holm_is_monotone_and_bounded(p):
    adjusted = evidence.holm(p)
    assert (adjusted >= np.asarray(p) - 1e-12).all()
    assert (adjusted <= 1).all()
    order = np.argsort(p, kind="stable")
    assert (np.diff(adjusted[order]) >= -1e-12).all()


def test_holm_is_the_published_correction():
    p = np.random.default_rng(4).random(200) ** 3
    np.testing.assert_allclose(evidence.holm(p), multipletests(p, method="holm")[1], atol=1e-12)


def test_holm_by_hand_and_untested_rows_do_not_count():
    adjusted = evidence.holm([0.01, np.nan, 0.04, 0.03])
    np.testing.assert_allclose(adjusted, [0.03, np.nan, 0.06, 0.06])
    assert evidence.holm([]).tolist() == []


def test_two_shares_give_the_published_values():
    found = evidence.two_shares((120, 150), (1000, 1000))
    assert found["z"] == pytest.approx(1.963050, abs=1e-6)
    assert found["p"] == pytest.approx(0.049640, abs=1e-6)
    assert found["difference"] == pytest.approx(0.03)


def test_two_shares_of_nobody_cannot_be_told_apart():
    assert np.isnan(evidence.two_shares((0, 0), (10, 20))["p"])
