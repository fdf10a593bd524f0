"""What is said of criteria, in many words (messages.yaml)."""

from segkit.study import wording

told = wording(__file__, "told")
"""Say the sentence of that name, with the facts put in."""
