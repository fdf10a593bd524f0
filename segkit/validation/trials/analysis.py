"""After the test: was it random, what did it do to all, and does that differ between segments?

In this order, and each only where the one before holds. A difference comes with its interval and
with the smallest one that could have been seen, so that "nothing shown" is not read as "nothing
there". Before anybody says that a measure works in one segment, the test of *the effect is the same
everywhere* has to fail, corrected (Holm) for all arms and columns looked at. Segment effects stand
beside themselves drawn towards the common one: the largest of many is partly luck.

Money is compared as means of all people, those who spent nothing included: as it is, with large
sums cut at a limit settled beforehand, and with the time before taken out. Where these disagree it
is said.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from segkit import evidence
from segkit.refusal import Refused, passes
from segkit.validation.trials import messages, moments, reading, worth
from segkit.validation.trials.chance import Chance
from segkit.validation.trials.plan import Plan

EARLY = 0.95
"""With less of the planned people a test was stopped early."""

ENOUGH = 100
"""From so many buyers on the time before the test says where large sums begin."""

HIDDEN = "too few to judge"
SAME = "as all: no difference between groups is shown"
WAYS = ("as it is", "large sums cut", "time before taken out")


@dataclass(frozen=True)
class Trial:
    """A test that is over, as its plan asks; `analyse` makes it."""

    rows: reading.Rows
    plan: Plan
    smallest: int

    @cached_property
    def random(self):
        """Return whether the arms are as they were drawn: a `chance.Chance`."""
        return Chance(self.rows, self.plan)

    @cached_property
    def arms(self):
        """List the arms that have people: the control first, then the treatments as planned."""
        there = set(self.rows.frame["arm"].unique())
        named = [arm for arm in self.plan.share if arm in there and arm != self.plan.control]
        return [self.plan.control, *named]

    @cached_property
    def refusal(self):
        """Say why no effect can be told: a Refused, or None."""
        chance, plan = self.random, self.plan
        if chance.fails:
            return messages.refused("not random", p=chance.p)
        if self._early and not plan.any_time:
            return messages.refused("stopped", n=self._least, planned=plan.arm_n)
        if np.isnan(self._effects(self._values[self._main])["difference"]).all():
            did = "did it, and who did not" if plan.is_share else "spent anything"
            return messages.refused("too small", did=did, n=len(self.rows.frame))
        return None

    @cached_property
    def whole(self):
        """Return the effect on all people: a DataFrame, or a Refused.

        Returns arm, people_n, control_n, control_mean, difference, low, high, p_holm (over arms),
        visible (smallest difference that such a test sees) and label.
        """
        if self.refusal:
            return self.refusal
        return self._table(self._effects(self._values[self._main]))

    @cached_property
    def ways(self):
        """Return the effect of each arm in every way of counting: way, and what `whole` has."""
        if self.refusal:
            return self.refusal
        tables = [self._table(self._effects(v)).assign(way=way) for way, v in self._values.items()]
        return pd.concat(tables, ignore_index=True)

    @cached_property
    def interactions(self):
        """Test for every arm and column whether the effect is the same in all groups.

        Returns arm, column, groups_n, p, p_holm (over arms and columns) and differs.
        """
        if self.refusal:
            return self.refusal
        if self.plan.any_time and (self._early or not self.plan.arm_n):
            return messages.refused("groups early")
        if not self._columns:
            return messages.refused("no groups")
        rows = [
            (arm, name, int(np.isfinite(found["difference"][:, at]).sum()),
             evidence.alike(*(found[part][:, at] for part in ("difference", "error", "df"))))
            for name, (_, found) in self._by_group.items()
            for at, arm in enumerate(self.arms[1:])
        ]  # fmt: skip
        table = pd.DataFrame(rows, columns=["arm", "column", "groups_n", "p"])
        table["p_holm"] = evidence.holm(table["p"])
        return table.assign(differs=table["p_holm"] < self.plan.alpha)

    @cached_property
    def segments(self):
        """Return the effect in every group: a DataFrame, or a Refused.

        Returns column, group, arm, people_n, control_n, control_mean, difference, low, high,
        shrunken (drawn towards the common effect), visible, differs and label.
        """
        told = self.interactions
        if isinstance(told, Refused):
            return told
        differs = told.set_index(["column", "arm"])["differs"]
        parts = [
            self._groups(name, names, {k: v[:, at] for k, v in found.items()}, arm)
            .assign(differs=bool(differs[name, arm]))
            for name, (names, found) in self._by_group.items()
            for at, arm in enumerate(self.arms[1:])
        ]  # fmt: skip
        table = pd.concat(parts, ignore_index=True)
        return table.assign(label=_labelled(table, alpha=self.plan.alpha)).drop(columns="p")

    @property
    def clearest(self):
        """Return of `segments` the column in which the effect differs most clearly."""
        told = self.interactions
        if isinstance(told, Refused) or told["p_holm"].isna().all():
            return told if isinstance(told, Refused) else messages.refused("no groups")
        column = told.loc[told["p_holm"].idxmin(), "column"]
        return self.segments[self.segments["column"] == column].drop(columns="shrunken_error")

    @passes
    def worth(self, *, gain, cost):
        """Say where it pays: see `worth.table`. `gain` per response (or per unit of money)."""
        if self.refusal:
            return self.refusal
        return worth.table(self, gain=gain, cost=cost)

    @property
    def told(self):
        """Say in Markdown what the measure did to all."""
        if self.refusal:
            return f"{self.refusal}"
        lines = [self._line(row) for row in self.whole.itertuples()]
        if self.plan.any_time:
            lines.append(messages.told("any time"))
        elif not self.plan.arm_n:
            lines.append(messages.told("no end"))
        return "\n".join(f"- {line}" for line in [*lines, *self._disagreeing])

    @property
    def found(self):
        """Say in Markdown whether it works differently somewhere."""
        told = self.interactions
        if isinstance(told, Refused):
            return f"{told}"
        seen = told[told["differs"]]
        if seen.empty:
            return messages.told("same", n=len(told), p=told["p_holm"].min())
        each = [f"{r.arm} by {r.column} (adjusted p {r.p_holm:.2g})" for r in seen.itertuples()]
        return messages.told("differs", each=each, n=len(told))

    @property
    def record(self):
        """Return what is kept of the analysis, as JSON can hold it."""
        kept = {"outcome": self.plan.outcome, "sizes_p": self.random.p}
        for name in ("whole", "interactions", "segments"):
            table = getattr(self, name)
            kept[name] = table if isinstance(table, Refused) else table.to_dict("records")
        return kept

    @property
    def _least(self):
        """Count the people of the smallest arm whose outcome is known."""
        arms = self.random.arms
        return int(arms.loc[arms["planned_share"] > 0, "known_n"].min())

    @property
    def _early(self):
        return self._least < EARLY * self.plan.arm_n

    @property
    def _main(self):
        """Name the way of counting that decides: with the time before taken out, where known."""
        return WAYS[2] if WAYS[2] in self._values else WAYS[0]

    @cached_property
    def _codes(self):
        """Number the arm of each person, the control being 0; -1 for arms of no plan."""
        return self.rows.codes(self.arms)

    @cached_property
    def _there(self):
        """Mark the people in an arm of the plan whose outcome is known."""
        return (self._codes >= 0) & self.rows.frame[self.plan.outcome].notna().to_numpy()

    @cached_property
    def _values(self):
        """Return the outcome of those people in all ways of counting: {way: values}."""
        frame = self.rows.frame[self._there]
        values = frame[self.plan.outcome].to_numpy(float)
        if self.plan.is_share:
            return {WAYS[0]: values}
        found = {WAYS[0]: values, WAYS[1]: np.minimum(values, self.limit)}
        before = frame["before"] if "before" in frame else pd.Series(dtype=float)
        if before.notna().any():
            found[WAYS[2]] = evidence.cuped(values, before.fillna(before.mean()))[0]
        return found

    @cached_property
    def limit(self):
        """Return where large sums are cut: a quantile of buyers before the test, or of all arms."""
        frame = self.rows.frame
        own = "before" in frame and (frame["before"] > 0).sum() >= ENOUGH
        known = frame["before" if own else self.plan.outcome]
        return float(known[known > 0].quantile(self.plan.cap)) if (known > 0).any() else np.inf

    def _effects(self, values, group=None, groups=1):
        """Compare every arm with the control, in all groups; see `moments.compared`."""
        arm = self._codes[self._there]
        group = np.zeros(len(values), int) if group is None else group
        shape = groups, len(self.arms)
        told = moments.of(values, group, arm, shape=shape)
        raw = self._values[WAYS[0]]
        told["having"] = moments.of(raw, group, arm, shape=shape)["having"]
        alpha = self.plan.alpha
        how = {"share": self.plan.is_share, "smallest": self.smallest, "alpha": alpha}
        found = moments.compared(told, **how)
        if self.plan.any_time:
            seen = found["difference"], found["error"]
            valid = evidence.always_valid(*seen, scale=self.plan.change, alpha=alpha)
            found |= dict(zip(("low", "high", "p"), valid, strict=True))
        return found

    @cached_property
    def _columns(self):
        """List the columns that part people into groups: known before, and alike in all arms."""
        return [name for name in self.rows.labels if name not in self.random.unlike]

    @cached_property
    def _by_group(self):
        """Compare the arms in every group of every column: {column: (groups, effects)}."""
        values, made = self._values[self._main], {}
        for name in self._columns:
            codes, names = pd.factorize(self.rows.labels[name].to_numpy()[self._there], sort=True)
            made[name] = _ordered(names), self._effects(values, _places(codes, names), len(names))
        return made

    def _table(self, found):
        table = pd.DataFrame({name: value[0] for name, value in found.items()})
        table.insert(0, "arm", self.arms[1:])
        table["p_holm"] = evidence.holm(table["p"])
        words = [_word(row.difference, row.p_holm, self.plan.alpha) for row in table.itertuples()]
        return _shaped(table, self.plan).assign(label=words)

    def _groups(self, column, names, found, arm):
        drawn = evidence.shrunken(found["difference"], found["error"])
        table = pd.DataFrame({"column": column, "group": names, "arm": arm, **found})
        table = table.assign(shrunken=drawn[0], shrunken_error=drawn[1])
        kept = _shaped(table, self.plan)
        return kept.assign(p=evidence.holm(table["p"]))

    def _line(self, row):
        said = self.plan.said
        if np.isnan(row.difference):
            return messages.told("hidden", arm=row.arm, label=HIDDEN)
        facts = {"effect": row.difference, "low": row.low, "high": row.high, "visible": row.visible}
        facts = {name: said(value) for name, value in facts.items()}
        facts |= {"base": said(row.control_mean, signed=False), "label": row.label}
        return messages.told("effect", arm=row.arm, **facts)

    @property
    def _disagreeing(self):
        """Say where ways of counting money come to different words."""
        if len(self._values) < 2:
            return []
        words = {arm: dict(zip(part["way"], part["label"], strict=True))
                 for arm, part in self.ways.groupby("arm", sort=False)}  # fmt: skip
        return [
            messages.told(
                "disagree", arm=arm, each=[f"{way}: {word}" for way, word in told.items()]
            )
            for arm, told in words.items()
            if len(set(told.values())) > 1
        ]


def analyse(tables, plan, *, smallest=10, moderators=""):
    """Take the answers of a test back, as its plan asks.

    Parameters
    ----------
    tables : segkit.data.tables.Tables
        The study's tables; `tests` has one row per person.
    plan : Plan
        What was settled before the test.
    smallest : int
        Groups of fewer people in an arm are named, not judged.
    moderators : str
        Columns known before by which the effect may differ, with commas; empty takes all.

    Returns
    -------
    Trial or Refused
        `random` (was it drawn), `told` and `whole` (all people), `ways` (money counted in several
        ways), `found` and `interactions` (does it differ), `segments`, `worth(gain=…, cost=…)` and
        `record`. Refused without a control, or without a test.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from segkit import data
    >>> from segkit.validation import trials
    >>> people = pd.DataFrame({"arm": np.repeat(["control", "offer"], 1000)})
    >>> people["responded"] = np.r_[np.arange(1000) < 120, np.arange(1000) < 150]
    >>> plan = trials.Plan(arms="control 1, offer 1", base=0.12, arm_n=1000)
    >>> trial = trials.analyse(data.from_frames(tests=people), plan)
    >>> trial.whole[["arm", "difference", "high", "label"]].round(3).values.tolist()
    [['offer', 0.03, 0.06, 'more than without']]
    """
    rows = reading.rows(tables, plan, moderators=moderators)
    return rows if isinstance(rows, Refused) else Trial(rows, plan, smallest)


def _shaped(table, plan):
    """Keep what a reader needs, with the smallest difference that could have been seen."""
    reach = evidence.reach(plan.alpha, plan.power)
    seen = table.assign(visible=reach * table["error"])
    seen = seen.rename(columns={"n": "people_n"})
    seen[["people_n", "control_n"]] = seen[["people_n", "control_n"]].astype(int)
    first = ["column", "group", "arm", "people_n", "control_n", "control_mean", "difference", "low",
             "high", "shrunken", "shrunken_error", "p_holm", "visible"]  # fmt: skip
    return seen[[name for name in first if name in seen]]


def _word(difference, p, alpha):
    if np.isnan(difference):
        return HIDDEN
    if not p < alpha:
        return "no effect shown"
    return "more than without" if difference > 0 else "less than without"


def _labelled(table, *, alpha):
    """Say of each group what may be said: its own effect only where groups differ at all."""
    words = [_word(row.difference, row.p, alpha) for row in table.itertuples()]
    same = ~table["differs"] & table["difference"].notna()
    return np.where(same, SAME, words)


def _ordered(names):
    """Order groups: bands from low to high, words by the alphabet, the unknown last."""
    return sorted(names, key=_rank)


def _rank(name):
    known = [*reading.BANDS]
    place = known.index(name) if name in known else 0
    return name == reading.UNKNOWN, place, str(name)


def _places(codes, names):
    order = {name: place for place, name in enumerate(_ordered(names))}
    return np.array([order[name] for name in names])[codes]
