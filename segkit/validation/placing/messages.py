"""What is said of placing new customers, and why it cannot be done, in words (messages.yaml)."""

from segkit.refusal import Refused
from segkit.study import Slip, wording

refused = wording(__file__, "refused", Refused)
"""Make the Refused of that name, with the facts put in."""

slip = wording(__file__, "slips", Slip)
"""Make the Slip of that name, with the facts put in."""

told = wording(__file__, "told")
"""Say the sentence of that name, with the facts put in."""
