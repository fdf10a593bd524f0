"""What do we do differently, and is it working? The room of notebook 07.

`planning` holds what a reader looks at, one object per question. Below it: `facts` (what is known
of each persona), `priorities` (where the money sits, who comes first), `economics` (when a contact
pays), `money` (what is left, rung by rung), `asked` (who answers a mailing), `waterfall` (from the
baseline to the target), `rules` (from evidence to moves) and `trades` (their words elsewhere),
`holdout` (how many customers a test needs), `steps` (what to do first), `exports` (lists for the
CRM and for people who open them in a spreadsheet).

Two things are kept apart throughout. How often a persona *answers* is measured. What an
answer *adds* is not, until some customers are left out at random and compared.
"""

from segkit.action.economics import Assumptions
from segkit.action.planning import contact, people, plan, ranking
from segkit.action.priorities import Weights
