"""What is said of a test, and why nothing can be said, in words (messages.yaml)."""

from segkit.refusal import Refused
from segkit.study import wording

refused = wording(__file__, "refused", Refused)
"""Make the Refused of that name, with the facts put in."""

told = wording(__file__, "told")
"""Say the sentence of that name, with the facts put in."""
