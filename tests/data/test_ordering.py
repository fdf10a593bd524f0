"""How groups are ordered is told from their figures."""

import pytest

from segkit.data import ordering

OWN = "In the order of the segmentation's own rules, not of size."


@pytest.mark.parametrize(
    ("money", "said"),
    [
        ([40.0, 30.0, 20.0, 10.0], "Largest total spend first."),
        ([40.0, 40.001, 20.0, 20.0], "Largest total spend first."),
        ([40.0, 30.0, 20.0, 25.0], "Largest total spend first; at the end: d."),
        ([40.0, 30.0, 90.0, 25.0], "Largest total spend first; at the end: c, d."),
        ([40.0, 50.0, 20.0, 10.0], OWN),
        (None, "Most customers first."),
        ([40.0, None, 20.0, 10.0], "Most customers first."),
        ([float("nan")] * 4, "Most customers first."),
    ],
)
def test_the_sentence_is_what_the_figures_bear_out(money, said):
    assert ordering.told(list("abcd"), [9, 8, 7, 6], money) == said


def test_two_groups_that_rise_have_nothing_in_front_of_an_end():
    assert ordering.told(["a", "b"], [1, 2]) == OWN
