"""What moved between two months: who stayed, who joined and left, and why.

Two memberships, one table of customers. A customer who is in another segment than before moved for
one of three reasons, told apart by putting today's customers into the segments of *then's* rules:
their own habits changed (the customer moved), the rules changed (the threshold moved), or both.
Under one kept definition only the first is possible. Heads and money of every segment are taken
apart so that the parts add up. How many stay is held against chance, which is what two unrelated
segmentations of the same sizes would share (Cohen's kappa, 1960): large segments keep many by size
alone. The verdict follows fixed rules in `movement.yaml`; every reason is said. Cells of fewer than
the study's smallest cell are not shown, nor what they could be computed from (`hiding`).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from segkit import evidence
from segkit.data.meanings import label
from segkit.refusal import Refused
from segkit.study import beside
from segkit.validation import hiding

TOLD = beside(__file__)
NEW, GONE = "(not there before)", "(not there now)"
"""Where customers come from who are new, and where those go who are gone."""

FLOWS = ("stayed", "customer moved", "threshold moved", "both moved", "new", "gone")
"""Why a customer is where they are; see `Movement.flows`."""

PARTS = ("before", "new", "moved_in", "moved_out", "gone", "now")
"""Of what a segment's change is made; see `Movement.changes`."""

KEEP, WATCH, AGAIN = "keep", "watch", "re-segment"


@dataclass(frozen=True)
class Movement:
    """Two months beside each other; `between` makes it.

    `people` has a row per customer of either month: customer_id, was, now (segments), spend_was,
    spend_now, flow (one of `FLOWS`). `order` holds all names, those of now first.
    """

    people: pd.DataFrame
    order: list
    smallest: int = 10

    @property
    def matrix(self):
        """Count customers: segments of before down, of now across; NEW and GONE where only one."""
        was = self.people["was"].fillna(NEW)
        found = pd.crosstab(was, self.people["now"].fillna(GONE))
        rows = [name for name in [*self.order, NEW] if name in found.index]
        return found.loc[rows, [name for name in [*self.order, GONE] if name in found]]

    @property
    def stayed(self):
        """Say how many of those there in both months stayed: n, share, its interval, chance, kappa.

        Refused where nobody is there in both.
        """
        both = self.people.dropna(subset=["was", "now"])
        if both.empty:
            return Refused(TOLD["nobody twice"])
        n, same = len(both), int((both["was"] == both["now"]).sum())
        shares = [both[c].value_counts(normalize=True) for c in ("was", "now")]
        chance = float(shares[0].mul(shares[1], fill_value=0).sum())
        low, high = map(float, evidence.wilson(same, n))
        kappa = (same / n - chance) / (1 - chance) if chance < 1 else 1.0
        found = {"n": n, "stayed_n": same, "share": same / n, "low": low, "high": high}
        return {**found, "chance": chance, "kappa": float(kappa)}

    @property
    def shown_stayed(self):
        """Return `stayed`, Refused where it, or what it gives away, rests on too few customers."""
        stayed = self.stayed
        if isinstance(stayed, Refused):
            return stayed
        if stayed["n"] < self.smallest:
            return Refused(TOLD["few twice"].format(smallest=self.smallest))
        if {("stayed", "all", "n"), ("flows", "stayed", "customers_n")} & self.hidden:
            return Refused(TOLD["few moved"].format(smallest=self.smallest))
        return stayed

    @property
    def flows(self):
        """Count customers and money by flow: flow, customers_n, spend_before, spend_now."""
        groups = self.people.groupby("flow")
        found = groups[["spend_was", "spend_now"]].sum(min_count=1)
        found.insert(0, "customers_n", groups.size())
        nobody = [flow for flow in FLOWS if flow not in found.index]
        found = found.reindex(FLOWS)
        found.loc[nobody] = 0.0
        found = found.astype({"customers_n": int})
        names = {"spend_was": "spend_before", "spend_now": "spend_now"}
        return found.rename(columns=names).rename_axis("flow").reset_index()

    @property
    def changes(self):
        """Take every segment's change apart: heads and money, the parts of which add up.

        before + new + moved_in − moved_out − gone = now, in customers (`…_n`) and in money
        (`…_spend`), where `stayers_spend` is by how much those who stayed spend more or less.
        """
        rows = [self._change(name) for name in self.order]
        return pd.DataFrame(rows)

    def _change(self, name):
        people, was, now = self.people, self.people["was"] == name, self.people["now"] == name
        parts = {"before": was, "new": now & people["was"].isna(),
                 "moved_in": now & ~was & people["was"].notna(),
                 "moved_out": was & ~now & people["now"].notna(),
                 "gone": was & people["now"].isna(), "now": now}  # fmt: skip
        row = {"segment": name} | {f"{part}_n": int(mask.sum()) for part, mask in parts.items()}
        if people[["spend_was", "spend_now"]].isna().all().all():
            return row
        then = {"before", "moved_out", "gone"}
        for part, mask in parts.items():
            column = people["spend_was" if part in then else "spend_now"]
            row[f"{part}_spend"] = round(float(column[mask].sum()), 2)
        both = people[was & now]
        row["stayers_spend"] = round(float((both["spend_now"] - both["spend_was"]).sum()), 2)
        return row

    @cached_property
    def hidden(self):
        """Say which numbers are not shown, see `hiding.hidden`."""
        return hiding.hidden(self.people, smallest=self.smallest)

    @property
    def shown(self):
        """Return `matrix` with small cells left empty, and those that would give them away."""
        found = self.matrix.astype("Int64")
        for table, was, now in self.hidden:
            if table == "matrix":
                found.loc[was or NEW, now or GONE] = pd.NA
        return found

    @property
    def shown_flows(self):
        """Return `flows` with what is hidden left empty."""
        return self._without(self.flows, "flows")

    @property
    def shown_changes(self):
        """Return `changes` with what is hidden left empty."""
        return self._without(self.changes, "changes")

    def _without(self, found, name):
        """Empty the cells of a table that are hidden; its first column names the rows."""
        for table, row, column in self.hidden:
            if table == name and column in found:
                found[column] = found[column].mask(found.iloc[:, 0] == row)
        return found

    def verdict(self, *, drift, least_share=0.0):
        """Say keep, watch or re-segment, with the reasons: {"verdict", "reasons"}.

        `drift` is `drift.table`'s or a Refused; `least_share` the share of customers below which a
        segment is too small to serve.
        """
        found = [*_of_drift(drift), *self._of_sizes(least_share), *self._of_stay()]
        levels = [level for level, _ in found]
        worst = AGAIN if AGAIN in levels else WATCH if WATCH in levels else KEEP
        reasons = [why for _, why in found] or [TOLD["nothing speaks against"]]
        return {"verdict": worst, "reasons": reasons}

    def _of_sizes(self, least_share):
        changes, found = self.changes, []
        total = changes["now_n"].sum()
        for row in changes.itertuples():
            facts = {"name": row.segment, "smallest": self.smallest, "before": row.before_n}
            if row.before_n >= self.smallest > row.now_n:
                found.append((AGAIN, TOLD["emptied"].format(**facts)))
            elif row.before_n >= self.smallest and row.now_n < least_share * total:
                share = {"share": row.now_n / total, "least": least_share}
                found.append((WATCH, TOLD["too small"].format(**facts, **share)))
        return found

    def _of_stay(self):
        stayed, shown = self.stayed, self.shown_stayed
        if isinstance(stayed, Refused) or stayed["n"] < self.smallest:
            return [(AGAIN if isinstance(stayed, Refused) else WATCH, shown.why)]
        if stayed["low"] <= stayed["chance"]:
            told = "as chance, unsaid" if isinstance(shown, Refused) else "as chance"
            return [(AGAIN, TOLD[told].format(**stayed))]
        lost = self.people["now"].isna().sum() / max(self.people["was"].notna().sum(), 1)
        return [(WATCH, TOLD["half gone"].format(share=lost))] if lost >= TOLD["half"] else []


def between(before, now, *, rules_of_then=None, orders, smallest=10):
    """Set two memberships beside each other; returns a Movement.

    Parameters
    ----------
    before, now : DataFrame
        customer_id, segment and, where money is known, spend_total; one row per customer.
    rules_of_then : DataFrame, optional
        customer_id, segment: today's customers by the rules of then. None: the rules are the same.
    orders : tuple of list
        The names of then and of now, each in its order.
    smallest : int
        Cells of fewer customers are not shown.

    Returns
    -------
    Movement
        `matrix`, `stayed`, `flows`, `changes`, `verdict(…)`.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.validation import movement
    >>> then = pd.DataFrame({"customer_id": list("abc"), "segment": list("xxy")})
    >>> now = pd.DataFrame({"customer_id": list("bcd"), "segment": list("xxy")})
    >>> moved = movement.between(then, now, orders=(["x", "y"], ["x", "y"]))
    >>> moved.people[["customer_id", "flow"]].to_numpy().tolist()
    [['a', 'gone'], ['b', 'stayed'], ['c', 'customer moved'], ['d', 'new']]
    """
    was = _one_row_each(before).set_axis(["was", "spend_was"], axis=1)
    here = _one_row_each(now).set_axis(["now", "spend_now"], axis=1)
    people = was.join(here, how="outer").sort_index()
    then = people["now"] if rules_of_then is None else _one_row_each(rules_of_then)["segment"]
    people["flow"] = _flow(people, then.reindex(people.index))
    order = list(dict.fromkeys([*orders[1], *orders[0]]))
    return Movement(people.rename_axis("customer_id").reset_index(), order, smallest)


def _one_row_each(table):
    """Index a membership by customer; money that is not known is missing."""
    rows = table.assign(customer_id=table["customer_id"].astype(str)).set_index("customer_id")
    spend = rows["spend_total"] if "spend_total" in rows else pd.Series(np.nan, index=rows.index)
    return pd.DataFrame({"segment": rows["segment"], "spend_total": spend.astype(float)})


def _flow(people, then):
    """Say for everybody why they are where they are; see FLOWS."""
    was, now = people["was"], people["now"]
    met = [was.isna(), now.isna(), was == now, then == now, then == was]
    names = ["new", "gone", "stayed", "customer moved", "threshold moved"]
    return np.select(met, names, default="both moved")


def _of_drift(table):
    """Say which columns are spread otherwise than then, beyond chance."""
    if isinstance(table, Refused):
        return []
    found = table[table["drifted"]]
    words = {"large": AGAIN, "some": WATCH}
    return [
        (words[row.size], TOLD["drifted"].format(column=label(row.column), psi=row.psi,
                                                 limit=row.chance_limit, size=row.size))
        for row in found.itertuples(index=False)
    ]  # fmt: skip
