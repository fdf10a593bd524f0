"""What tables are refused with, and what was decided about them, in words (messages.yaml)."""

from segkit.study import StudyError, wording

error = wording(__file__, "errors", StudyError)
"""Make the StudyError of that name, with the facts put in; lists with commas."""

note = wording(__file__, "notes")
"""Make the note of a source of that name: trap, measured, decision."""
