"""What more than half of a group have, and whether that is peculiar to it.

The rule of thumb says: found in more than half of the group, so it marks the segment. It ignores
how common the thing is everywhere. Of 100 customers 60 have it, of all 1,000 it is 550: share
60 %, lift 1.09, p 0.34, nothing peculiar. So each share is shown with the share of all, the lift,
and Fisher's exact test corrected for all tests of the table. `segkit.evidence.compared` judges
here as it does for personas (notebook 06): a sign may be distinctively rare, too.
Taught in notebook approaches/crm_selections.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from segkit import evidence
from segkit.refusal import Refused
from segkit.segments import rules
from segkit.segments.crm import classifications
from segkit.segments.naming import label
from segkit.study import StudyError

MOST = 20
"""Attributes with more values than this are names rather than signs, and are not tested."""


@dataclass(frozen=True)
class Marks:
    """What marks a group: its name, and the `table` of `traits`."""

    group: str
    table: object

    @property
    def strongest(self):
        """Choose the signs that most of the group have, their columns in words."""
        shown = self.table[SHOWN].head(8)
        return shown.assign(column=[label(column) for column in shown["column"]])


def of_first(card, *, groups, smallest=10):
    """Take the first group of at least `smallest` customers and test its `traits`.

    All attributes that sort customers are looked at (`classifications.attributes`).

    Parameters
    ----------
    card : DataFrame
        The customer card.
    groups : list of dict
        Selections: {"name", "when"} each.
    smallest : int
        Fewest customers of the group.

    Returns
    -------
    Marks or Refused
        Refused when no group is large enough or there are no attributes.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.segments.crm import typical
    >>> card = pd.DataFrame({"customer_id": ["c1", "c2"], "orders_n": [1, 7]})
    >>> groups = [{"name": "Often", "when": {"orders_n": {"over": 5}}}]
    >>> type(typical.of_first(card, groups=groups)).__name__
    'Refused'
    """
    columns = classifications.attributes(card, most=MOST)
    for group in groups:
        chosen = rules.selected(card, group["when"])
        if chosen.sum() >= smallest and columns:
            how = {"columns": columns, "smallest": smallest}
            return Marks(group["name"], traits(card, chosen=chosen, **how))
    return Refused(NOTHING)


NOTHING = "*No signs:* no selection is large enough, or no attribute sorts these customers."
SHOWN = ["column", "value", "n", "share", "share_all", "lift", "p_adjusted", "over_half",
         "distinctive"]  # fmt: skip
"""Columns for reading."""


def traits(card, *, chosen, columns, smallest=10, alpha=0.05):
    """Compare one group with all customers, value by value of its attributes.

    `chosen`: booleans, one per row of `card`; `columns`: attributes (text or true/false). Customers
    whose value is unknown are left out of that attribute. Values that fewer than `smallest`
    of the group have are not shown. Returns column, value, n (have it), known_n, share, share_all
    (0 to 1), lift, p, p_adjusted (Holm over all rows), over_half, distinctive (see
    `segkit.evidence.comparing`), the largest share first.
    """
    chosen = pd.Series(np.asarray(chosen, dtype=bool), index=card.index)
    if not chosen.any():
        raise StudyError("The group is empty: nothing can be said of it.")
    rows = [row for column in columns for row in _counted(card[column], chosen, column)]
    names = ["column", "value", "n", "known_n", "all_n", "all_known_n"]
    table = pd.DataFrame(rows, columns=names)
    table = judged(table[table["n"] >= smallest].reset_index(drop=True), alpha=alpha)
    order = ["share", "column", "value"]
    return table.sort_values(order, ascending=[False, True, True], ignore_index=True)


def _counted(values, chosen, column):
    known = values.dropna().astype("str")
    if not 2 <= known.nunique() <= MOST:
        return []
    here = known[chosen.loc[known.index]]
    all_n, n = known.value_counts(), here.value_counts()
    return [(column, value, int(n.get(value, 0)), len(here), int(all_n[value]), len(known))
            for value in sorted(all_n.index)]  # fmt: skip


def judged(counts, *, alpha=0.05):
    """Add to counts (n of known_n in the group, all_n of all_known_n among all) what they prove.

    All include the group. Adds share, share_all, lift (1 = as common as anywhere), p (two-sided
    Fisher, group against all others), p_adjusted, over_half, distinctive.
    """
    table = evidence.compared(counts, alpha=alpha).rename(columns={"share_here": "share"})
    return table.assign(over_half=table["share"] > evidence.HALF)
