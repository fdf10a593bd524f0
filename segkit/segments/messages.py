"""What segments are refused with, and what is told of them, in words (messages.yaml)."""

from segkit.study import StudyError, wording

error = wording(__file__, "errors", StudyError)
"""Make the StudyError of that name, with the facts put in."""

told = wording(__file__, "told")
"""Say the sentence of that name, with the facts put in."""
