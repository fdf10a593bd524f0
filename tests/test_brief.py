"""The brief comes back as it was written, and says what the data have none of."""

from segkit.brief import Brief, Goal, Limits, Period
from segkit.refusal import Refused


def a_brief(**changed):
    goal = Goal(kpi="repeat_rate", label="repeat rate", unit="share", baseline=0.2, target=0.25)
    parts = {"verdict": "segment", "reason": "All is well.", "goal": goal, "limits": Limits()}
    parts |= {"data": {"as_of": "2024-01-01"}, "learn": Refused("Too short."), "test": a_period()}
    return Brief(**parts | changed)


def a_period():
    return Period(label="May", start="2024-05-01", end="2024-06-01")


def test_it_comes_back_as_it_was_written():
    saved = a_brief().to_dict()
    again = Brief.from_dict(saved)
    assert again.to_dict() == saved
    assert (again.goal, again.limits, again.test) == (a_brief().goal, Limits(), a_period())


def test_a_period_that_is_missing_is_a_refusal_and_null_in_the_file():
    assert a_brief().to_dict()["learn"] is None
    assert isinstance(Brief.from_dict(a_brief().to_dict()).learn, Refused)
