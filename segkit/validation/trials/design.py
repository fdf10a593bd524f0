"""Before the test: who may take part, how many it takes, how long, and what each segment can show.

A test of all people says little about each segment: a quarter of them shows differences twice as
large, and whether an effect differs between two halves takes four times as many people as the
effect itself. So the plan is made per segment. What people spent before explains part of what they
spend later; taking it out shrinks the test (CUPED), as far as two earlier periods agree.
"""

from dataclasses import dataclass, field
from functools import cached_property
from math import ceil, nan, sqrt

import numpy as np
import pandas as pd

from segkit import evidence
from segkit.data import outcomes, schema
from segkit.refusal import Refused
from segkit.study import Slip
from segkit.validation.trials import drawing, messages, reading
from segkit.validation.trials.plan import Plan

ALL = "all"
FILLED = 10
"""So many people of each arm stand in a stratum on the average, or it is not parted further."""


@dataclass(frozen=True)
class People:
    """Those who may take part in a test; `people` makes it.

    frame: id, before and earlier (money, missing where not known), one row each; labels: groups
    known before the draw, one column each; plan: what is settled; left: columns without groups.
    """

    frame: object
    labels: object
    plan: Plan
    left: dict = field(default_factory=dict)

    @cached_property
    def base(self):
        """Return what is expected without the measure, by the plan or the time before."""
        before = self.frame["before"]
        if self.plan.base:
            return self.plan.base
        found = (before > 0).mean() if self.plan.is_share else before.mean()
        return float(found) if before.notna().any() and found > 0 else nan

    @cached_property
    def explained(self):
        """Return which share of the differences in money the time before takes out: ρ², 0 to 1."""
        both = self.frame[["before", "earlier"]].dropna()
        if len(both) < 3 or self.plan.is_share or (both.nunique() < 2).any():
            return 0.0
        return float(both.corr().iloc[0, 1] ** 2)

    @cached_property
    def table(self):
        """Plan the test for all and for each group: a DataFrame, or a Refused.

        Returns segment, group, people_n, arm_n (people in the smallest arm), needed_n (in each arm,
        to see the planned change), visible (smallest difference that is seen), power (0 to 1, to
        see the planned change) and only_here_power (to see that only this group changes).
        """
        if why := self._refusal:
            return why
        rows = [self._row(ALL, ALL, self.frame.index)]
        itself = [] if self.plan.is_share else ["before"]  # its bands have no spread of their own
        for name, column in self.labels.drop(columns=itself, errors="ignore").items():
            own = [self._row(name, g, part.index) for g, part in column.groupby(column)]
            rows += _alone(own, self)
        return pd.DataFrame(rows)

    @property
    def _refusal(self):
        """Say why the test cannot be planned: a Refused, or None."""
        if np.isnan(self.base):
            return messages.refused("no base")
        if self.plan.is_share:
            said, high = self.plan.said, self.base + self.plan.change >= 1
            facts = {"base": said(self.base, signed=False), "change": said(self.plan.change)}
            return messages.refused("too high", **facts) if high else None
        return messages.refused("no spread") if self.frame["before"].nunique() < 2 else None

    def _row(self, segment, group, index):
        """Plan the test of some people; every treatment is compared, so alpha is parted."""
        arm, even = _sizes(len(index), self.plan)
        told = {"segment": segment, "group": group, "people_n": len(index), "arm_n": arm}
        change, spread = self.plan.change, self._spread(index)
        own = segment != ALL and not self.plan.is_share
        base = float(self.frame.loc[index, "before"].mean()) if own else self.base
        told |= {"needed_n": 0, "visible": nan, "power": nan, "only_here_power": nan}
        how = {"alpha": self._alpha, "power": self.plan.power}
        target = base + change
        if spread != 0:
            told["needed_n"] = evidence.arm_size(base, target, spread=spread, **how)
        if even < 2 or spread == 0:
            return told
        told["power"] = evidence.power(base, target, n=even, spread=spread, alpha=self._alpha)
        shares = spread is None
        told["visible"] = (
            evidence.detectable_share(base, n=even, **how)
            if shares
            else evidence.detectable(spread, n=even, rest=even, **how)
        )
        return told

    @property
    def _alpha(self):
        return self.plan.alpha / len(self.plan.treatments)

    def _spread(self, index):
        """Return the spread between people that a test meets; None for shares."""
        if self.plan.is_share:
            return None
        spread = self.frame.loc[index, "before"].std()
        return float(spread) * sqrt(1 - self.explained) if spread > 0 else 0.0

    def noise(self, change):
        """Return the standard deviation of a difference of one person in each arm, at a change."""
        if not self.plan.is_share:
            return sqrt(2) * self._spread(self.frame.index)
        return sqrt(sum(p * (1 - p) for p in (self.base, self.base + change)))

    @cached_property
    def curve(self):
        """Return the power of tests of any size: arm_n, change, power (0 to 1), planned."""
        if isinstance(self.table, Refused):
            return self.table
        needed, spread = int(self.table["needed_n"].iloc[0]), self._spread(self.frame.index)
        sizes = np.unique(np.geomspace(max(needed / 30, 10), needed * 4, 40).astype(int))
        rows = []
        for times in (0.5, 1, 2):
            target = self.base + times * self.plan.change
            if not self.plan.is_share or target < 1:
                how = {"spread": spread, "alpha": self._alpha}
                seen = [evidence.power(self.base, target, n=int(n), **how) for n in sizes]
                rows.append(pd.DataFrame({"arm_n": sizes, "change": times * self.plan.change,
                                          "power": seen, "planned": times == 1}))  # fmt: skip
        return pd.concat(rows, ignore_index=True)

    def weeks(self, *, per_day, answer_days):
        """Say how long the test takes: whole weeks, so that every weekday counts alike.

        `per_day`: people who can be reached in a day, 0 for all at once; `answer_days`: days in
        which an answer counts.
        """
        if isinstance(self.table, Refused):
            return self.table
        shares = self.plan.share.values()
        total = ceil(int(self.table["needed_n"].iloc[0]) * sum(shares) / min(shares))
        days = (ceil(total / per_day) if per_day else 1) + answer_days
        pace = f"{per_day:,} a day" if per_day else "at once"
        facts = {"total": total, "pace": pace, "days": answer_days, "weeks": ceil(days / 7)}
        return messages.told("weeks", **facts)

    @property
    def told(self):
        """Say in Markdown whether the test can show what it is made for."""
        table, plan = self.table, self.plan
        if isinstance(table, Refused):
            return f"{table}"
        row, enough = table.iloc[0], table["arm_n"] >= table["needed_n"]
        facts = {"change": plan.said(plan.change), "base": plan.said(self.base, signed=False)}
        facts |= {"needed": row["needed_n"], "people": row["people_n"], "there": row["arm_n"]}
        facts |= {"alpha": plan.alpha, "power": plan.power, "treatments": len(plan.treatments)}
        text = messages.told("needed", enough="enough" if enough[0] else "too few", **facts)
        if self.explained:
            text += messages.told("explained", share=self.explained)
        if few := int((~enough[1:]).sum()):
            text += messages.told("small groups", few=few, all=len(table) - 1)
        if self.left:
            each = [f"{name} ({why})" for name, why in self.left.items()]
            text += messages.told("left", each=each)
        return text

    def drawn(self, *, seed):
        """Draw the arms within strata: id, stratum, arm; see `drawing.draw`.

        Strata are made of the columns in their order, as long as `FILLED` people of each arm stand
        in the usual one.
        """
        stratum, most = None, len(self.frame) / (FILLED * len(self.plan.share))
        for column in (self.labels[name].astype(str) for name in self.labels):
            finer = column if stratum is None else stratum + " / " + column
            stratum = finer if finer.nunique() <= max(most, 1) else stratum
        listed = self.frame[["id"]].assign(stratum=ALL if stratum is None else stratum)
        return drawing.draw(listed, shares=self.plan.share, seed=seed)


def people(tables, plan, *, by="", days=56):
    """Return those who may take part in a test, with what is known of them before it.

    Of a test that was drawn already: its people, without what came afterwards. Of a study with
    orders: all its customers, with what they spent in the last `days` days and in as many before.

    Parameters
    ----------
    tables : segkit.data.tables.Tables
        The study's tables.
    plan : Plan
        What is settled before the test.
    by : str
        Columns that tell people apart, with commas; empty takes all that tell groups.
    days : int
        Length of the test.

    Returns
    -------
    People
        `told` (Markdown), `table` (a row per group), `curve` (power against size),
        `weeks(per_day=…, answer_days=…)` and `drawn(seed=…)`, who gets what.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import data
    >>> from segkit.validation import trials
    >>> listed = pd.DataFrame({"arm": ["control", "offer"] * 500})
    >>> listed["town"] = ["N", "N", "S", "S"] * 250
    >>> plan = trials.Plan(arms="control 1, offer 1", base=0.1, change=0.06)
    >>> found = trials.people(data.from_frames(tests=listed), plan)
    >>> found.table[["group", "arm_n", "needed_n"]].values.tolist()
    [['all', 500, 492], ['N', 250, 492], ['S', 250, 492]]
    """
    if not isinstance(plan, Plan):
        raise Slip("A test is designed by a `trials.Plan`.")
    frame = _listed(tables) if tables.has("tests") else _customers(tables, days)
    labels, left = reading.grouped(frame.drop(columns=["id", "earlier"]), asked=by)
    return People(frame[["id", "before", "earlier"]], labels, plan, left)


def _listed(tables):
    frame = outcomes.tested(tables)
    before = frame.get("before", nan)
    ids = frame["customer_id"] if "customer_id" in frame else frame["row"]
    late = [c for c in (*schema.AFTERWARDS, "arm", "row", "customer_id") if c in frame]
    return frame.drop(columns=late).assign(id=ids, before=before, earlier=nan)


def _customers(tables, days):
    """List the customers of a study with what they spent before, and their attributes."""
    from segkit.data import card

    end = card.analysis_date(tables)
    known = card.build(tables, as_of=end, window_days=0)
    frame = pd.DataFrame({"id": known["customer_id"], "before": nan, "earlier": nan})
    own = tables.customers.columns if tables.has("customers") else ()
    own = [c for c in own if c in known and c not in schema.names("customers")]
    frame = frame.assign(**{c: known[c] for c in own})
    if not tables.has("orders"):
        return frame
    length = pd.Timedelta(days=days)
    for name, until in (("before", pd.Timestamp(end)), ("earlier", pd.Timestamp(end) - length)):
        bought = outcomes.purchases(tables, start=until - length, end=until)
        spend = bought.set_index("customer_id")["spend_total"].astype(float)
        frame[name] = spend.reindex(frame["id"]).fillna(0.0).to_numpy()
    return frame


def _sizes(n, plan):
    """Return the people in the smallest arm, and the size of two even arms that show as much."""
    whole = sum(plan.share.values())
    first = plan.share[plan.control] / whole
    rest = min(plan.share[arm] for arm in plan.treatments) / whole
    return int(n * min(first, rest)), int(n * 2 / (1 / first + 1 / rest))


def _alone(rows, found):
    """Add the power to see that one group alone changes, of all groups of a column."""
    plan, sizes = found.plan, [_sizes(row["people_n"], found.plan)[1] for row in rows]
    if len(rows) < 2 or min(sizes) < 2:
        return rows
    same, apart = (found.noise(change) for change in (0, plan.change))
    alpha = plan.alpha / (len(plan.treatments) * len(found.labels.columns))
    for row in rows:
        here = np.array([other is row for other in rows])
        errors = np.where(here, apart, same) / np.sqrt(sizes)
        effects = plan.change * here
        row["only_here_power"] = evidence.interaction_power(effects, errors, alpha=alpha)
    return rows
