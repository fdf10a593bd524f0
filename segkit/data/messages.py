"""What tables are refused with, and what was decided about them, in words (messages.yaml)."""

from functools import cache

from segkit.data import masks
from segkit.study import StudyError, beside


@cache
def _texts():
    return beside(__file__)


def error(which, /, **facts):
    """Make the StudyError that is called `which`, with the facts put in; lists with commas.

    E-mails and phone numbers among the facts are masked: they come from a file.
    """
    told = {k: ", ".join(v) if isinstance(v, list | tuple | dict) else v for k, v in facts.items()}
    told = {k: masks.shown(v) if isinstance(v, str) else v for k, v in told.items()}
    return StudyError(_texts()["errors"][which].format(**told))


def note(which, /, **facts):
    """Make the note of a source that is called `which`: trap, measured, decision."""
    return {part: text.format(**facts) for part, text in _texts()["notes"][which].items()}
