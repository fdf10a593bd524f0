"""From the baseline to the target: what each action can carry, what it costs, what is missing.

How often a persona answers is measured; how many of the answers are extra is not. So each part has
three scenarios: none of those who answer would have stayed away; they would have stayed away as
often as their persona does; or all of them would have. The middle one stands in the waterfall, the
others are its range. A share of those mailed moves by whom one leaves out, which is counted.

Refused: a part for an effect that nobody measured. It is said to be unknown, and what is missing to
the target stays missing.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from segkit import decisions
from segkit.brief import Goal
from segkit.study import beside

WORDS = beside(__file__)
ENDS = ("low", "mid", "high")
NEW = (decisions.GROW, decisions.WIN_BACK, decisions.TEST)
"""Decisions that add something to what is done already; the rest is in the baseline."""


@dataclass(frozen=True)
class Waterfall:
    """The parts of a plan; `facts`: a row per persona, ranked, with move, n, outcome, response,
    asked_n, order_value and margin (as far as known); `customers_n`: those the KPI is about;
    personas of fewer than `smallest_cell` carry nothing that is shown."""

    facts: pd.DataFrame
    goal: Goal
    assumed: object
    customers_n: int
    smallest_cell: int = 10

    @cached_property
    def table(self):
        """Return a row per action, the first first.

        persona, move, decision, n, contacts (that the budget pays, in their order), cost, needed
        (extra orders from which it pays), extra_low, extra_mid, extra_high (customers who would
        not have come), part_low, part_mid, part_high (of the KPI), roi_low, roi_mid, roi_high,
        and why, where a part is unknown.
        """
        facts = self.facts.sort_values("rank", kind="stable")
        facts = facts.assign(decision=[decisions.decided(move) for move in facts["move"]])
        unseen = facts["n"] < self.smallest_cell
        facts["response"] = facts["response"].mask(unseen)
        table = facts[["move", "decision", "n"]].assign(contacts=self._contacts(facts))
        cost = self.assumed.contact_cost
        table["cost"] = np.nan if cost is None else table["contacts"] * cost
        margin = facts.get("margin", pd.Series(self.assumed.margin, facts.index, dtype=float))
        worth = facts["order_value"] * margin
        table["needed"] = table["cost"] / worth
        for end, extra in zip(ENDS, self._extra(facts, table["contacts"]), strict=True):
            table[f"extra_{end}"] = extra
            table[f"part_{end}"] = self._part(facts, extra, table)
            table[f"roi_{end}"] = (extra * worth / table["cost"].where(table["cost"] > 0)) - 1
        table["why"] = [self._why(row) for row in table.assign(earns=_earned(facts)).itertuples()]
        return table.rename_axis("persona").reset_index()

    @property
    def parts(self):
        """Return the way as a table: name, low, mid, high; from the baseline over a row per action.

        Then what is missing to the target (or over it), and the target: the sum of all before it.
        """
        goal, known = self.goal, self.table.dropna(subset=["part_mid"])
        rows = [("baseline", *[goal.baseline] * 3)]
        rows += [(f"{row.persona}: {row.decision}", row.part_low, row.part_mid, row.part_high)
                 for row in known[known["part_high"] != 0].itertuples()]  # fmt: skip
        sums = {end: goal.baseline + known[f"part_{end}"].sum() for end in ENDS}
        left = [goal.target - sums[end] for end in ENDS]
        short = goal.direction * left[1] > 0
        rows += [(WORDS["missing" if short else "over"], *left), ("target", *[goal.target] * 3)]
        return pd.DataFrame(rows, columns=["name", *ENDS])

    @property
    def planned(self):
        """Tell whether there is a target to add up to."""
        return self.goal.baseline is not None and self.goal.target is not None

    @property
    def told(self):
        """Say in Markdown whether the actions reach the goal."""
        if not self.planned:
            return WORDS["no goal"]
        goal, known = self.goal, self.table.dropna(subset=["part_mid"])
        words = {"target": goal.shown(goal.target), "kpi": goal.label}
        words["need"] = self._need
        if not (known["part_high"] != 0).any():
            return WORDS["none"].format(**words)
        ends = {end: goal.baseline + known[f"part_{end}"].sum() for end in ENDS}
        words |= {end: goal.shown(value) for end, value in ends.items()}
        words["gap"] = goal.changed(goal.target - ends["mid"])
        reached = [end for end in ENDS if not goal.improves(goal.target, beyond=ends[end])]
        return WORDS["reach"][reached[0] if reached else "never"].format(**words)

    @property
    def shown(self):
        """Return the actions for readers: who, what, part, range, cost, break-even, return."""
        if not self.planned:
            return self.table[["persona", "move", "n"]]
        rows = [self._row(row) for row in self.table.itertuples()]
        return pd.DataFrame(rows, columns=WORDS["columns"])

    @property
    def saved(self):
        """Return the plan as plain data, for `money.json`."""
        found = {"told": self.told, "columns": list(self.shown.columns)}
        return found | {"rows": self.shown.astype(str).to_numpy().tolist()}

    @property
    def _need(self):
        """Say how many customers the target is away, where the KPI counts customers."""
        goal = self.goal
        if not goal.is_share or goal.answers_contact:
            return ""
        n = np.ceil(abs(goal.target - goal.baseline) * self.customers_n)
        return WORDS["need"].format(n=int(n), of=self.customers_n)

    def _row(self, row):
        if row.n < self.smallest_cell:
            few = WORDS["why"]["few"].format(n=self.smallest_cell)
            return row.persona, row.move, few, *["–"] * (len(WORDS["columns"]) - 3)
        changed, unknown = self.goal.changed, row.part_mid != row.part_mid
        moves = not unknown and row.part_high != 0
        part = changed(row.part_mid) if moves else row.why or WORDS["why"]["as now"]
        span = self.goal.between(row.part_low, row.part_high) if moves else "–"
        budget = f"{row.contacts:,} of {row.n:,}"
        cost = "–" if row.contacts else "none"
        if row.contacts and row.cost == row.cost:
            cost = f"{row.cost:,.0f} {self.assumed.currency}, assumed"
        pays = "–" if not row.needed > 0 else f"{row.needed:,.1f} extra orders"
        roi = [getattr(row, f"roi_{end}") for end in ENDS]
        back = " / ".join(f"{each:+.0%}" if np.isfinite(each) else "–" for each in roi)
        what = (
            row.move
            if unknown or not row.extra_mid > 0
            else (f"{row.move}: {row.extra_mid:,.0f} of {row.n:,}")
        )
        return row.persona, what, part, span, budget, cost, pays, back

    def _contacts(self, facts):
        """Write to those whose decision is to, while the budget lasts: where it pays most, first.

        Then, by their ranks, to those of whom it is not known; to none where it does not pay back.
        """
        earns = _earned(facts).sort_values(ascending=False, kind="stable")
        written = facts["decision"].isin(NEW) & (facts["n"] >= self.smallest_cell)
        asked = facts["n"].where(written & ~(earns <= 0), 0).reindex(earns.index)
        if self.assumed.budget is not None and self.assumed.contact_cost is not None:
            most = int(self.assumed.budget // self.assumed.contact_cost)
            before = asked.cumsum() - asked
            asked = asked.clip(upper=(most - before).clip(lower=0))
        return asked.reindex(facts.index).astype(int)

    def _extra(self, facts, contacts):
        """Return customers who come because they were written to: three scenarios."""
        stay = 1 - facts["outcome"] if self.goal.is_share else pd.Series(1.0, facts.index)
        answered = facts["response"]
        most = pd.concat([facts["response"], stay], axis=1).min(axis=1, skipna=False)
        none = contacts * answered * 0.0
        return none, contacts * answered * stay, contacts * most

    def _part(self, facts, extra, table):
        """Return how far the KPI moves."""
        goal = self.goal
        if goal.answers_contact:
            return self._left_out(facts, table)
        if "visits" not in goal.moved_by:
            return pd.Series(np.nan, facts.index)
        return extra / self.customers_n * (1 if goal.is_share else facts["order_value"])

    def _left_out(self, facts, table):
        """Return how a rate of those mailed moves as some are left out, one after another."""
        n, answered = facts["asked_n"].fillna(0), (facts["asked_n"] * facts["response"]).fillna(0)
        parts, out = pd.Series(np.nan, facts.index), pd.Series(False, index=facts.index)
        for name in facts.index[table["decision"].isin([decisions.SILENT, decisions.OUT_OF_FOCUS])]:
            before = answered[~out].sum() / n[~out].sum()
            out[name] = True
            parts[name] = answered[~out].sum() / n[~out].sum() - before if n[~out].sum() else np.nan
        return parts

    def _why(self, row):
        if row.decision in NEW and not row.contacts and row.n >= self.smallest_cell:
            return WORDS["why"]["loses" if row.earns <= 0 else "spent"]
        if row.part_mid == row.part_mid:
            return ""
        if row.decision not in NEW:
            return WORDS["why"]["as now"]
        if self.goal.answers_contact:
            return WORDS["why"]["offer"]
        return WORDS["why"]["answers" if "visits" in self.goal.moved_by else "lever"].format(
            kpi=self.goal.label
        )


def _earned(facts):
    """Return what a contact earns per persona (money), missing where that is not known."""
    return facts.get("profit_per_contact", pd.Series(np.nan, facts.index)).astype(float)
