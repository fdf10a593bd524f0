"""The chooser: an approach that breaks is told by name, and the others go on without it."""

import pandas as pd
import pytest

from segkit import segments
from segkit.refusal import Refused
from segkit.segments import chooser
from segkit.segments.approaches import abc
from segkit.study import Slip, StudyError

CARD = pd.DataFrame({
    "customer_id": list("abcdef"), "spend_total": [90.0, 50, 20, 5, 3, 2],
    "orders_n": [6.0, 5, 4, 3, 2, 1], "days_since_purchase": [1.0, 9, 20, 40, 80, 99],
})  # fmt: skip
CRITERIA = pd.DataFrame({"column": ["spend_total"], "role": ["segment"]})


def broken(*args, **kwargs):
    raise RecursionError("maximum recursion depth exceeded\nand more")


@pytest.fixture
def lenient(monkeypatch):
    monkeypatch.delenv(chooser.STRICT)


@pytest.mark.parametrize("half", ["fit", "expression"])
def test_an_approach_that_breaks_is_refused_by_name_and_the_others_are_tried(
    monkeypatch, lenient, half
):
    monkeypatch.setattr(abc, half, broken)
    found = segments.options(CARD, criteria=CRITERIA)
    assert isinstance(found["abc"], Refused)
    assert "abc was tried and broke on these customers (recursion error: " in found["abc"].why
    assert "and more" not in found["abc"].why
    assert not isinstance(found["rfm"], Refused)
    said = found.table.set_index("approach")["possible"]
    assert said["abc"].startswith("no: abc was tried and broke")
    assert said["rfm"] == "yes"


def test_what_an_approach_needs_may_break_as_well(monkeypatch, lenient):
    monkeypatch.setattr(abc, "refusal", broken, raising=False)
    assert "broke on these customers" in segments.attempt(CARD, "abc").why


def test_a_broken_approach_that_was_asked_for_is_an_error_in_words(monkeypatch, lenient):
    monkeypatch.setattr(abc, "fit", broken)
    with pytest.raises(StudyError, match="abc was tried and broke"):
        segments.fit(CARD, {"approach": "abc"})


def test_an_own_error_surfaces_where_tests_run(monkeypatch):
    monkeypatch.setattr(abc, "fit", broken)
    with pytest.raises(RecursionError):
        segments.attempt(CARD, "abc")


def test_a_slip_of_the_user_is_no_broken_approach(monkeypatch, lenient):
    def slipped(*args, **kwargs):
        raise Slip("no such option")

    monkeypatch.setattr(abc, "fit", slipped)
    with pytest.raises(Slip):
        segments.attempt(CARD, "abc")
