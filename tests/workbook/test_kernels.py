"""What an error in a notebook is told as."""

import pytest

from segkit.workbook import kernels


@pytest.mark.parametrize("kind", ["StudyError", "Slip"])
def test_an_error_meant_for_the_user_is_told_as_the_words_it_is(kind):
    assert kernels._reason(kind, "RULE is 'vale'.") == "RULE is 'vale'."


def test_any_other_error_is_told_with_its_kind():
    assert kernels._reason("KeyError", "'x'") == "KeyError: 'x'"
    assert kernels._reason("MemoryError", "") == "MemoryError"
