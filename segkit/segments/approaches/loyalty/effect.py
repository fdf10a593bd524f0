"""What did an activity do? Before and after, against those who had no part in it.

Customers change anyway: a season passes, and who did much last time does less the next (chosen
for a high value, they fall back). So a change counts only against the change of customers who
were not exposed. Even then the two groups should have been alike; where people chose themselves
(who came to an event), the difference is a hint, not a proof. Without a group to compare with,
before and after alone prove nothing, and no effect is given.

Intervals are Welch's for a difference of means, widened for the number of measures looked at
(Bonferroni), so that they hold together. Where the groups were unlike before, the verdict says
so. Taught in notebook approaches/loyalty.
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

import numpy as np
import pandas as pd

from segkit.data import card
from segkit.data.measures import activities
from segkit.refusal import Refused
from segkit.segments import messages
from segkit.segments.approaches.loyalty import fit, scores
from segkit.segments.approaches.loyalty.types import TYPES, column

FEWEST = 10
"""Customers a group must have for its change to be judged."""
UNLIKE = 0.25
"""Standard deviations between the groups before the activity from which they are called unlike."""
SIDES = ("exposed", "others")
"""Who had part in the activity, and who had not."""


def panel(before, after, *, exposed, columns, level=0.95):
    """Compare the change of customers with and without an activity.

    `before` and `after` have one row per customer: customer_id and `columns` (scores or counts)
    of equally long windows on either side of the activity. `exposed` holds the ids of those who
    had part in it. Only customers known on both sides count. Returns one row per column:
    measure, exposed_before, exposed_after, others_before, others_after, change_exposed,
    change_others, effect (the difference of the changes), low, high, exposed_n, others_n,
    gap_before (exposed less others before, in standard deviations) and verdict. Effect and
    interval are empty where a group has fewer than 10 customers.
    """
    both = before[["customer_id", *columns]].merge(
        after[["customer_id", *columns]], on="customer_id", suffixes=("_before", "_after")
    )
    part = both["customer_id"].isin(set(exposed)).to_numpy()
    if not part.any():
        raise messages.error("nobody took part")
    rows = [_row(both, name, part=part, alpha=(1 - level) / len(columns)) for name in columns]
    return pd.DataFrame(rows)


def _row(both, name, *, part, alpha):
    before, after = (both[f"{name}_{side}"].to_numpy(dtype=float) for side in ("before", "after"))
    known = ~np.isnan(before) & ~np.isnan(after)
    row, change = {"measure": name}, {}
    for side, who in zip(SIDES, (part & known, ~part & known), strict=True):
        change[side] = np.sort(after[who] - before[who])
        row[f"{side}_before"], row[f"{side}_after"] = _mean(before[who]), _mean(after[who])
        row[f"change_{side}"], row[f"{side}_n"] = _mean(change[side]), int(who.sum())
    effect, low, high = difference(*change.values(), alpha=alpha)
    row |= {"effect": effect, "low": low, "high": high}
    row["gap_before"] = _gap(before[part & known], before[~part & known])
    return row | {"verdict": _verdict(row)}


def _gap(exposed, others):
    """Return how far apart two groups are, in standard deviations pooled over both."""
    if not len(exposed) or not len(others):
        return float("nan")
    spread = float(np.sqrt((exposed.var() + others.var()) / 2))
    return (_mean(exposed) - _mean(others)) / spread if spread > 1e-9 else 0.0


def difference(exposed, others, *, alpha=0.05):
    """Return (difference of the means, low, high) by Welch's method.

    NaN where a group has fewer than 10 values. Where nobody's value differs, the interval is
    the difference itself.
    """
    from scipy.stats import t

    a, b = (np.asarray(each, dtype=float) for each in (exposed, others))
    if min(len(a), len(b)) < FEWEST:
        return float("nan"), float("nan"), float("nan")
    found = float(a.mean() - b.mean())
    va, vb = a.var(ddof=1) / len(a), b.var(ddof=1) / len(b)
    if va + vb <= 1e-18:
        return found, found, found
    freedom = (va + vb) ** 2 / (va**2 / (len(a) - 1) + vb**2 / (len(b) - 1))
    half = float(t.ppf(1 - alpha / 2, freedom) * np.sqrt(va + vb))
    return found, found - half, found + half


def _mean(values):
    return float(np.sort(values).mean()) if len(values) else float("nan")


def _verdict(row):
    if row["others_n"] == 0:
        return "no group to compare with: before and after alone prove nothing"
    if np.isnan(row["effect"]):
        return f"too few to judge (fewer than {FEWEST} in a group)"
    if row["low"] <= 0 <= row["high"]:
        return "no difference that chance could not make"
    told = "rose more" if row["low"] > 0 else "rose less, or fell more,"
    told += " than without the activity"
    unlike = abs(row["gap_before"]) >= UNLIKE
    return told + ("; but the groups were unlike before, so this is no proof" if unlike else "")


def in_words(table):
    """Say in Markdown what a panel shows, one line per measure."""
    lines = []
    for row in table.to_dict("records"):
        told = f"- **{row['measure'].replace('_', ' ')}**: {row['verdict']}"
        if not np.isnan(row["effect"]):
            told += f" ({row['effect']:+.1f}, from {row['low']:+.1f} to {row['high']:+.1f})"
        lines.append(told)
    return "\n".join(lines)


@dataclass(frozen=True)
class Trial:
    """One activity, and the scores of customers before and after it.

    activity: a row of `activities.listed`; before and after: cards with scores on the same
    thresholds; exposed: the ids of those who had part in it; columns: the scores that are known.
    """

    activity: dict
    before: object
    after: object
    exposed: list
    columns: list

    @cached_property
    def compared(self):
        """Compare the changes with and without the activity; see `panel`."""
        return panel(self.before, self.after, exposed=self.exposed, columns=self.columns)

    @property
    def called(self):
        """Name the activity: the event “Open day”."""
        kind = {"events": "the event", "mailings": "the campaign"}[self.activity["table"]]
        return f"{kind} “{self.activity['activity']}”"

    @property
    def title(self):
        """Return the title of a figure of the comparison."""
        return f"Change with and without {self.called}, {self.activity['day']:%d %B %Y}"

    @property
    def told(self):
        """Say in Markdown what the comparison shows, and what nobody to compare with would."""
        asked = self.before[self.before["customer_id"].isin(self.exposed)]
        alone = panel(asked, self.after, exposed=self.exposed, columns=self.columns[:1])
        told = f"{self.called}, type by type:\n\n{in_words(self.compared)}"
        return f"{told}\n\nOf those asked alone:\n\n{in_words(alone)}\n"


def trial(tables, *, activity, days, part="asked"):
    """Score customers on the same thresholds before and after an activity.

    The day itself is left out, and so is who had not bought before it.

    Parameters
    ----------
    tables : Tables
        A study's tables.
    activity : str
        Its name; "" takes the one that `activities.choose` takes.
    days : int
        Length of the window on either side.
    part : str
        Who counts as having part in it: "asked" or "took part".

    Returns
    -------
    Trial or Refused
        `compared` (a row per type, see `panel`), `called`, `title` and `told` (Markdown); refused
        where no activity has enough data on either side.

    Examples
    --------
    See notebook approaches/loyalty; `trial(…).compared["verdict"]` says whether chance could have
    made the difference.
    """
    activity = activities.choose(tables, days=days, wanted=activity)
    if isinstance(activity, Refused):
        return activity
    day, window = activity["day"], {"window_days": days, "everyone": True}
    before = card.build(tables, as_of=day, **window)
    before = before[before["days_since_first_purchase"].notna()]
    after = card.build(tables, as_of=day + timedelta(days=days + 1), **window)
    scale = fit(before)
    sides = [scores(side, scale) for side in (before, after)]
    known = [column(kind) for kind in TYPES if kind not in scale.rules["unknown"]]
    exposed = activities.people(tables, activity, part=part)
    return Trial(activity, *sides, exposed, known)
