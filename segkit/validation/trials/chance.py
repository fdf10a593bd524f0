"""Was it random? Before any effect: do the arms have the sizes and the people they were drawn with?

A test whose arms are not as large as drawn lost people in one arm and not in the other, and those
who were lost were not like the rest. In mailings the causes are few: addresses that do not exist
are found only where something is sent, lists are freed of doubles after the draw, who opts out does
so on receiving mail. Then no difference is an effect, and none is shown.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from segkit import evidence
from segkit.validation.trials import messages
from segkit.validation.trials.plan import Plan
from segkit.validation.trials.reading import Rows

NEVER = 0.001
"""Below this p the arms were not drawn as said: one test in a thousand is doubted for nothing."""


@dataclass(frozen=True)
class Chance:
    """Whether arms are as they were drawn: rows and plan."""

    rows: Rows
    plan: Plan

    @cached_property
    def arms(self):
        """Count people per arm: arm, people_n, share, planned_share, known_n (outcome known)."""
        frame, plan = self.rows.frame, self.plan
        names = list(dict.fromkeys([*plan.share, *frame["arm"].dropna()]))
        n = frame["arm"].value_counts().reindex(names, fill_value=0).to_numpy()
        known = frame.loc[frame[plan.outcome].notna(), "arm"].value_counts()
        planned = np.array([plan.share.get(name, 0.0) for name in names])
        told = {"arm": names, "people_n": n, "share": n / max(n.sum(), 1)}
        told |= {"planned_share": planned / planned.sum()}
        return pd.DataFrame(told | {"known_n": known.reindex(names, fill_value=0).to_numpy()})

    @cached_property
    def p(self):
        """Return how often chance alone parts the arms so far from their plan, 0 to 1.

        The smaller of two looks: at all people, and at those whose outcome is known.
        """
        own = self.arms[self.arms["planned_share"] > 0]
        looks = [evidence.ratio(own[n], own["planned_share"]) for n in ("people_n", "known_n")]
        return float(np.nanmin([*looks, 1.0]))

    @cached_property
    def causes(self):
        """Compare what became of the mailing in the arms: status, one column of shares per arm, p.

        Empty where the table has no status; whoever was sent nothing has none.
        """
        if "status" not in self.rows.frame:
            return pd.DataFrame(columns=["status", "p"])
        frame = self.rows.frame.dropna(subset=["status"])
        table = pd.crosstab(frame["status"], frame["arm"])
        p = [_alike(np.array([row, table.sum() - row])) for row in table.to_numpy()]
        shares = (table / table.sum()).reset_index().rename_axis(columns=None)
        return shares.assign(p=evidence.holm(p))

    @cached_property
    def balance(self):
        """Compare what was known before between arms: column, largest_share, p (Holm), alike.

        The largest share is how far the share of one group differs between two arms. A column that
        is not alike was measured afterwards, or the draw failed; it tells nobody apart.
        """
        arm = self.rows.frame["arm"]
        rows = [(name, *_apart(column, arm)) for name, column in self.rows.labels.items()]
        found = pd.DataFrame(rows, columns=["column", "largest_share", "p"])
        found["p"] = evidence.holm(found["p"])
        return found.assign(alike=~(found["p"] < NEVER))

    @cached_property
    def fails(self):
        """Tell whether the arms cannot be as they were drawn."""
        return bool(self.p < NEVER)

    @property
    def unlike(self):
        """List the columns in which arms differ more than a draw lets them."""
        return list(self.balance.loc[~self.balance["alike"], "column"])

    @property
    def told(self):
        """Say in Markdown whether it was random."""
        n = ", ".join(f"{row.arm} {row.people_n:,}" for row in self.arms.itertuples())
        if self.fails:
            return messages.told("not random", n=n, p=self.p, cause=self._cause)
        drawn = messages.told("as drawn", n=n, p=self.p)
        if self.unlike:
            return messages.told("unlike", drawn=drawn, names=self.unlike)
        return messages.told("alike", drawn=drawn)

    @property
    def _cause(self):
        seen = list(self.causes.loc[self.causes["p"] < NEVER, "status"])
        became = messages.told("became", names=seen) if seen else ""
        return became + messages.told("causes")


def _apart(column, arm):
    table = pd.crosstab(column, arm)
    shares = (table / table.sum()).to_numpy()
    return float((shares.max(1) - shares.min(1)).max()), _alike(table.to_numpy())


def _alike(table):
    """Test a table of counts (groups, arms) by chi-square; missing where nothing can differ.

    Groups too rare for the test count together.
    """
    from scipy.stats import chi2_contingency

    table = table[table.sum(1) > 0]
    small = (np.outer(table.sum(1), table.sum(0)) < 5 * table.sum()).any(1)
    rare = table[small].sum(0, keepdims=True)
    table = np.vstack([table[~small], rare]) if rare.sum() else table
    if min(table.shape) < 2:
        return float("nan")
    return float(chi2_contingency(table, correction=False).pvalue)
