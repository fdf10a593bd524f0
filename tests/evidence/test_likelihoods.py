"""AIC, BIC, SABIC, ICL and entropy: by their formulas."""

import numpy as np
import pytest

from segkit import evidence


def test_the_numbers_are_those_of_the_formulas():
    sure = np.eye(2)[np.arange(50) % 2]
    found = evidence.information(-100.0, parameters_n=3, chances=sure)
    assert found["aic"] == 206
    assert found["bic"] == pytest.approx(200 + 3 * np.log(50))
    assert found["sabic"] == pytest.approx(200 + 3 * np.log(52 / 24))
    assert found["icl"] == pytest.approx(found["bic"])
    assert found["entropy_r2"] == pytest.approx(1)


def test_who_belongs_to_both_costs_icl_and_clears_nothing():
    found = evidence.information(-100.0, parameters_n=3, chances=np.full((50, 2), 0.5))
    assert found["icl"] - found["bic"] == pytest.approx(2 * 50 * np.log(2))
    assert found["entropy_r2"] == pytest.approx(0)


def test_a_row_that_stands_for_three_counts_three_times():
    chances = np.array([[0.9, 0.1], [0.2, 0.8]])
    whole = evidence.information(-9.0, parameters_n=2, chances=chances[[0, 0, 0, 1]])
    counted = evidence.information(-9.0, parameters_n=2, chances=chances, counts=[3, 1])
    assert counted == pytest.approx(whole)


def test_one_class_has_no_entropy():
    assert np.isnan(
        evidence.information(-9.0, parameters_n=2, chances=np.ones((4, 1)))["entropy_r2"]
    )
