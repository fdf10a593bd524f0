"""How many customers a test takes: textbook numbers and relations."""

import numpy as np
import pytest

from segkit import evidence
from segkit.study import StudyError


def test_ten_to_twelve_per_cent_needs_3841_in_each_arm_whichever_way():
    assert evidence.arm_size(0.10, 0.12) == 3841
    assert evidence.arm_size(0.12, 0.10) == 3841


def test_a_larger_effect_or_more_false_alarms_take_fewer_customers():
    assert evidence.arm_size(0.10, 0.15) < evidence.arm_size(0.10, 0.12)
    lax, sharp = evidence.arm_size(0.10, 0.12, alpha=0.1), evidence.arm_size(0.1, 0.12, power=0.9)
    assert lax < 3841 < sharp


def test_money_needs_the_textbook_number_and_the_square_of_a_smaller_step():
    assert evidence.arm_size(100, 110, spread=50) == 393  # 2 (1.96 + 0.8416)^2 (50 / 10)^2
    small, large = (evidence.arm_size(100, 100 + step, spread=30) for step in (2, 4))
    assert small / large == pytest.approx(4, rel=0.01)


def test_an_impossible_change_or_none_is_refused_in_words():
    with pytest.raises(StudyError, match="must lie between 0 and 1"):
        evidence.arm_size(0.95, 1.05)
    with pytest.raises(StudyError, match="different shares"):
        evidence.arm_size(0.1, 0.1)
    with pytest.raises(StudyError, match="who differ"):
        evidence.arm_size(100, 110, spread=0.0)


@pytest.mark.parametrize("spread", [None, 0.3])
def test_power_at_the_needed_size_is_eight_in_ten(spread):
    n = evidence.arm_size(0.10, 0.12, spread=spread)
    assert evidence.power(0.10, 0.12, n=n, spread=spread) == pytest.approx(0.8, abs=0.001)


def test_what_arms_can_show_is_the_inverse_of_their_size():
    assert evidence.detectable_share(0.10, n=3841) == pytest.approx(0.02, abs=1e-5)
    n = evidence.arm_size(100, 105, spread=40)
    assert evidence.detectable(40, n=n, rest=n) == pytest.approx(5, rel=1e-3)


def test_a_share_of_nothing_or_too_few_customers_show_no_rise():
    assert np.isnan(evidence.detectable_share(0.0, n=100))
    assert np.isnan(evidence.detectable_share(0.5, n=2))


def test_detectable_means_by_hand():
    found = evidence.detectable(10.0, n=100, rest=100)
    assert found == pytest.approx(2.801585 * 10 * np.sqrt(0.02), rel=1e-5)


def test_a_survey_of_a_large_population_needs_385_answers():
    assert evidence.answers_needed(10**9) == 385
    assert evidence.answers_needed(100) == 80
