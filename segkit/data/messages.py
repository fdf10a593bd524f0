"""What tables are refused with, and what was decided about them, in words (messages.yaml)."""

from functools import cache
from pathlib import Path

import yaml

from segkit.study import StudyError


@cache
def _texts():
    return yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))


def error(which, /, **facts):
    """Make the StudyError that is called `which`, with the facts put in; lists with commas."""
    told = {k: ", ".join(v) if isinstance(v, list | tuple | dict) else v for k, v in facts.items()}
    return StudyError(_texts()["errors"][which].format(**told))


def note(which, /, **facts):
    """Make the note of a source that is called `which`: trap, measured, decision."""
    return {part: text.format(**facts) for part, text in _texts()["notes"][which].items()}
