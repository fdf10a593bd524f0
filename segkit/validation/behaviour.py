"""Behaviour: what segments made before a period did in it, beyond the one figure of the goal.

Answers, purchases, money, what it left, and how customers took prices and reductions: each with
its n, its interval and a label. Every customer counts once, so a share of money on offer is the
mean of the buyers' shares. The goal's own figure keeps the label it has (one test per segment);
the others are looked at besides and corrected together, over all measures and segments (Holm). A
difference counts when it is as large a part of the mean as the goal wants its figure to change by.
What the tables do not hold is said, measure by measure, and never set to 0.

Nobody was left out at random: this says how segments act, not what another price would change.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from segkit import evidence
from segkit.brief import UNITS
from segkit.study import beside
from segkit.validation import experiments

MEASURES = beside(__file__)
"""By column of `data.reports.periods`: label, unit, the KPI it is, and what it lacks."""
_TESTED = ["measure", "segment", "n", "outcome_mean", "low", "high", "difference", "worth", "holds"]


@dataclass(frozen=True)
class Behaviour:
    """What every segment did in a period; `Response.behaviour` makes it.

    customers: one row each, of those known before, with `segment`; response: the goal's figure, as
    judged; costs: of serving, {"orders_n": money an order, "contacts_n": money a contact}, None
    where nobody knows.
    """

    customers: pd.DataFrame
    response: object
    costs: dict

    @cached_property
    def measured(self):
        """Return what can be compared: {measure: a number per customer, missing where undefined}.

        The goal's own figure is not among them.
        """
        seen = self.customers
        found = {"bought": seen["orders_n"].gt(0).astype(float)}
        found["bought_again"] = seen["orders_n"].gt(1).astype(float).where(seen["orders_n"] > 0)
        if "profit_total" in seen:
            served = [seen[n] * cost for n, cost in self.costs.items() if n in seen and cost]
            found["profit_total"] = seen["profit_total"] - sum(served)
        known = {name: found.get(name, seen.get(name)) for name in MEASURES}
        known = {name: values for name, values in known.items() if values is not None}
        own = self.response.goal.kpi
        return {name: values for name, values in known.items()
                if values.notna().any() and MEASURES[name].get("kpi") != own}  # fmt: skip

    @cached_property
    def table(self):
        """Return one row per measure and segment, as numbers.

        measure, segment, n, outcome_mean, low, high, difference (from the rest), worth (the
        smallest difference worth acting on), holds (0 to 1: how often the interval holds the mean
        of money such as this, simulated; missing for shares), p_holm, label.
        """
        tests = pd.concat([self._tested(name) for name in self.measured], ignore_index=True)
        return experiments.labelled(tests, alpha=self.response.alpha, worth=tests["worth"])

    @property
    def shown(self):
        """Return the table for readers: every number in its unit, the interval beside it."""
        rows = [self._written(row) for row in self.table.itertuples()]
        return pd.DataFrame(rows, columns=["measure", "segment", "n", "mean", "95 % interval",
                                           "interval holds in", "beside the rest"])  # fmt: skip

    def about(self, name):
        """Return what a measure is called, and how its numbers are written on an axis."""
        entry = MEASURES[name]
        return entry["label"], UNITS[entry["unit"]].rough.format

    @property
    def lacking(self):
        """Return {label: why it is not known} of the measures that the tables cannot carry."""
        gone = {name: entry for name, entry in MEASURES.items() if name not in self.measured}
        own = self.response.goal.kpi
        return {entry["label"]: entry["lacks"] for entry in gone.values()
                if entry.get("kpi") != own}  # fmt: skip

    @property
    def told(self):
        """Say in Markdown what differs, from which size on that counts, and what is not known."""
        found = self.table[self.table["label"].str.startswith(("higher", "lower"))]
        each = found.groupby("measure", sort=False)["segment"].nunique()
        parts = [f"{MEASURES[name]['label']} ({n})" for name, n in each.items()]
        lines = [f"**Apart from the rest** (segments): {'; '.join(parts) or 'nothing'}."]
        lines += [f"*Not known:* {label}: {why}." for label, why in self.lacking.items()]
        return "\n- ".join([*lines, self._worth, *self._served])

    @property
    def part(self):
        """Return the smallest difference worth acting on, as a part of the mean of all."""
        goal = self.response.goal
        return self.response.worth / abs(goal.baseline) if goal.baseline else 0.0

    @property
    def _worth(self):
        if not self.part:
            return "No goal says which difference is worth acting on, so every clear one is told."
        return (
            f"*Worth acting on:* a difference of {self.part:.0%} of the mean of all or more, as "
            "the goal wants its figure to change by; what is clear but smaller is "
            f'"{experiments.SMALL}". Corrected together: {self.table["p_holm"].count()} tests.'
        )

    @property
    def _served(self):
        if "profit_total" not in self.measured:
            return []
        words = {"orders_n": "delivering an order", "contacts_n": "a mailing"}
        gone = [word for name, word in words.items() if self.costs.get(name) is None]
        told = ["goods", *(word for word in words.values() if word not in gone)]
        lack = (
            f" What {' or '.join(gone)} costs is not known, so it is not taken off." if gone else ""
        )
        return [f"*Profit:* money less the cost of {', of '.join(told)}.{lack}"]

    def _tested(self, name):
        rng, kept = np.random.default_rng(self.response.seed), self.response.kept
        seen = self.customers[["segment"]].assign(outcome=self.measured[name]).dropna()
        how = {"names": kept.order, "smallest": kept.smallest_cell, "rng": rng}
        worth = self.part * abs(seen["outcome"].mean())
        rows = experiments.against_rest(seen, **how).assign(measure=name, worth=worth)
        held = {s: self._holds(name, part["outcome"]) for s, part in seen.groupby("segment")}
        rows["holds"] = rows["segment"].map(held).where(rows["low"].notna())
        return rows[[*_TESTED, "p"]]

    def _holds(self, name, values):
        """Simulate how often the interval holds; shares are not asked, nor money below 0."""
        if MEASURES[name]["unit"] == "share" or (values < 0).any():
            return np.nan
        return evidence.coverage(values, rng=np.random.default_rng(self.response.seed))

    def _written(self, row):
        entry, goal = MEASURES[row.measure], self.response.goal
        say = UNITS[entry["unit"]].shown
        ends = f"{say(row.low)} to {say(row.high)}" if row.low == row.low else "–"
        mean = say(row.outcome_mean, currency=goal.currency) if row.n else "–"
        holds = f"{row.holds * 100:.0f} of 100" if row.holds == row.holds else "–"
        hidden = row.label == experiments.HIDDEN
        numbers = ("–", "–", "–") if hidden else (mean, ends, holds)
        return (entry["label"], row.segment, row.n, *numbers, row.label)
