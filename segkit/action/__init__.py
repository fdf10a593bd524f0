"""What do we do differently, and is it working? The room of notebook 07.

`priorities` (where the money sits, which persona first), `economics` (when a contact pays),
`holdout` (how many customers a test needs), `strategy` (rules from evidence to moves),
`wording` (the words of a trade, and of a list), `exports` (lists for the CRM and for people who
open them in a spreadsheet).

Two things are kept apart throughout. How often a persona *answers* is measured. What an
answer *adds* is not, until some customers are left out at random and compared.
"""

from segkit.action import economics, exports, holdout, priorities, strategy, wording

__all__ = ["economics", "exports", "holdout", "priorities", "strategy", "wording"]
"""The files of the room."""
