"""The table of a test as the analysis needs it: arms, outcomes, and what was known before.

Rows are people; equal rows are different people who did the same. What came after the draw is an
outcome and nothing else. Numbers known before are cut into three bands of equal size, so that
"who" is a group of people whatever the file holds; a column with too many words is left out.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from segkit.data import outcomes, schema
from segkit.refusal import Refused
from segkit.validation.trials import messages

MOST_GROUPS = 12
"""A column with more different words tells no groups."""

MOST_COLUMNS = 12
"""So many columns are looked at unless some are named."""

BANDS = ("low", "middle", "high")
UNKNOWN = "not known"


@dataclass(frozen=True)
class Rows:
    """People of a test.

    frame: one row each, columns arm, status, before and the outcomes, as far as known; labels: what
    was known before, one column of group names each; left: columns that tell no groups, and why.
    """

    frame: object
    labels: object
    left: dict

    def codes(self, arms):
        """Number the arms in the order given; -1 for any other."""
        return pd.Index(list(arms)).get_indexer(self.frame["arm"])


def rows(tables, plan, *, moderators=""):
    """Read the table `tests`: `Rows`, or a Refused that says why no effect can be told."""
    frame = outcomes.tested(tables)
    if isinstance(frame, Refused):
        return frame
    return checked(frame, plan) or Rows(_typed(frame), *grouped(frame, asked=moderators))


def checked(frame, plan):
    """Return why a table of a test cannot be analysed as planned: a Refused, or None."""
    arms = list(dict.fromkeys(frame["arm"].dropna()))
    tests, ids = (frame.get(c, pd.Series(dtype=str)).dropna() for c in ("test_id", "customer_id"))
    if tests.nunique() > 1:
        return messages.refused("several", tests=sorted(tests.unique()))
    if len(arms) < 2:
        lacking = "empty" if frame.empty else "one arm" if arms else "no arm"
        return messages.refused(lacking, n=len(frame), arms=arms)
    if plan.control not in arms:
        return messages.refused("no control", control=plan.control, arms=arms)
    if plan.outcome not in frame:
        there = [name for name in schema.AFTERWARDS if name in frame]
        return messages.refused("no outcome", outcome=plan.outcome, there=there)
    twice = int(ids.duplicated().sum())
    return messages.refused("twice", n=twice) if twice else None


def _typed(frame):
    """Turn outcomes into numbers; who did not respond spent nothing, where money is empty."""
    names = [c for c in ("before", *schema.AFTERWARDS) if c in frame and c != "status"]
    numbers = {c: pd.to_numeric(frame[c], errors="coerce").astype(float) for c in names}
    if {"amount", "responded"} <= set(numbers):
        nothing = numbers["amount"].isna() & (numbers["responded"] == 0)
        numbers["amount"] = numbers["amount"].mask(nothing, 0.0)
    return frame.filter(["arm", "status"]).assign(**numbers)


def grouped(frame, *, asked=""):
    """Make groups of what was known before the draw: (labels, {column left out: why}).

    `asked` names columns, with commas; empty takes all. `before` is one of them.
    """
    fixed = {"row", *schema.names("tests")} - {"before"}
    free = [c for c in frame if c not in fixed]
    wanted = [name.strip() for name in asked.split(",") if name.strip()]
    labels, left = {}, {name: "no such column" for name in wanted if name not in free}
    for name in [c for c in free if not wanted or c in wanted]:
        found = _groups(frame[name])
        if isinstance(found, str):
            left[name] = found
        elif len(labels) < MOST_COLUMNS:
            labels[name] = found
        else:
            left[name] = f"more than {MOST_COLUMNS} columns"
    return pd.DataFrame(labels, index=frame.index), left


def _groups(column):
    """Name the group of each person, or say why a column tells none."""
    if column.dtype.kind == "f" and column.nunique() > 4:
        return _bands(column)
    texts = column.astype("string").str.strip().replace("", pd.NA)
    n = texts.nunique()
    numbers = pd.to_numeric(texts, errors="coerce").astype(float) if n > 4 else texts
    if n > 4 and numbers.notna().sum() == texts.notna().sum():
        return _bands(numbers)
    if not 2 <= n <= MOST_GROUPS:
        return "the same for all" if n < 2 else "too many different words"
    return texts.fillna(UNKNOWN).astype(object)


def _bands(numbers):
    """Cut numbers into three bands of equal size, as far as equal values let them."""
    cuts = np.unique(numbers.quantile([1 / 3, 2 / 3]))
    cuts = cuts[cuts < numbers.max()]
    place = np.searchsorted(cuts, numbers)
    words = np.array(BANDS if len(cuts) == 2 else (BANDS[0], BANDS[2], BANDS[2]))
    return pd.Series(
        np.where(numbers.isna(), UNKNOWN, words[np.minimum(place, 2)]), numbers.index, dtype=object
    )
