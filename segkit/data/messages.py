"""What tables are refused with, and what was decided about them, in words (messages.yaml)."""

from segkit.data import masks
from segkit.study import StudyError, wording

_refusal = wording(__file__, "errors", StudyError)
note = wording(__file__, "notes")
"""Make the note of a source of that name: trap, measured, decision."""


def error(which, /, **facts):
    """Make the StudyError of that name, with the facts put in; lists with commas.

    E-mails and phone numbers among the facts are masked: they come from a file.
    """
    return _refusal(which, **{name: _masked(fact) for name, fact in facts.items()})


def _masked(fact):
    if isinstance(fact, list | tuple | dict):
        return [_masked(each) for each in fact]
    return masks.shown(fact) if isinstance(fact, str) else fact
