"""Criteria (02): by what customers should be told apart for a given goal.

`kinds` holds the families of criteria, `bits` counts what each candidate tells about the goal,
`similarity` finds twins, `levels` shows it in the KPI's own unit, `choice` computes the short
list with a reason per candidate, and `weighing` makes them objects to look at.
"""

from segkit.criteria.bits import mutual_information
from segkit.criteria.choice import BASICS, Rules
from segkit.criteria.kinds import families
from segkit.criteria.weighing import candidates, evidence, luck, short_list
