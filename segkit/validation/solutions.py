"""Solutions: what becomes of each segment where there are fewer or more of them (SLSA).

A segment that keeps its members together whatever the number asked for is one that the customers
have; one that gathers its members from many segments of the solution before is an artefact of the
number. All solutions are found on the same customers by the method in use and named by overlap,
outwards from the segments in use, so that a name goes on as far as its members do.

A solution that splits one segment of the solution before and leaves the others alone gives 1 to
all, in a shapeless cloud as well: so the same is asked of structureless data, and the answer speaks
for nothing by itself. Sources: Dolnicar and Leisch (2017) on segment level stability; Dolnicar,
Grün and Leisch, Market Segmentation Analysis (2018). Refuses what has no number to vary: rules.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from segkit.validation import structure

WHOLE, MOSTLY = 0.75, 0.5
"""SLSA from which a segment comes from one segment before, and from which mostly (conventions)."""
TOGETHER = 0.8
"""Share of a segment that one segment of another solution holds, if it stays whole there."""
CLOUDS = 10
"""Structureless data of which the same is asked."""


def cloud(X):
    """Return a maker of data without groups, as many and as wide as X: called with a generator."""
    return lambda rng: structure.reference(X, shape="components", rng=rng)


@dataclass(frozen=True)
class Varied:
    """A segmentation whose number can be varied: `solve` makes solutions of it.

    X: what is clustered; clustering: with `centres` and `nearest`; cloud(rng): data without groups,
    as many and as wide, or None.
    """

    X: object
    clustering: object
    cloud: object = None

    def labels(self, k, *, rng, X=None):
        """Return the segment of each row in a solution of k segments."""
        X = self.X if X is None else X
        return self.clustering.nearest(X, self.clustering.centres(X, k=k, rng=rng))


@dataclass(frozen=True)
class Solutions:
    """Solutions side by side, named by overlap; `solve` makes it.

    labels: a column per number of segments; order: the names in use; structureless: the least SLSA
    of a segment in structureless data at the number in use, on average (missing where not asked).
    """

    labels: pd.DataFrame
    order: tuple
    structureless: float

    @property
    def in_use(self):
        """Return the number of segments in use."""
        return len(self.order)

    @cached_property
    def table(self):
        """Return k, segment, n, slsa (missing for the smallest number): a row per segment."""
        parts = []
        for k in self.labels:
            n = self.labels[k].value_counts()
            part = pd.DataFrame({"k": k, "segment": n.index, "n": n.to_numpy()})
            before = self.labels.get(k - 1)
            known = {} if before is None else structure.across(before, self.labels[k])
            parts.append(part.assign(slsa=part["segment"].map(known).astype(float)))
        return pd.concat(parts, ignore_index=True)

    @cached_property
    def flows(self):
        """Return k, before, now, n: the members that each segment has from each one before."""
        parts = []
        for before, k in zip(self.labels.columns[:-1], self.labels.columns[1:], strict=True):
            pair = self.labels[[before, k]].set_axis(["before", "now"], axis=1)
            parts.append(pair.value_counts().rename("n").reset_index().assign(k=k))
        columns = ["k", "before", "now", "n"]
        return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame([], columns)

    @cached_property
    def segments(self):
        """Return the segments in use: segment, slsa, together, at.

        `together` is the least share of its members that another solution keeps in one segment, and
        `at` the number of segments there. Missing where nothing else was tried.
        """
        own = self.table[self.table["k"] == self.in_use].set_index("segment")["slsa"]
        now = self.labels[self.in_use]
        others = {k: _together(now, self.labels[k]) for k in self.labels if k != self.in_use}
        kept = pd.DataFrame(others, index=list(self.order), dtype=float)
        found = pd.DataFrame({"slsa": own.reindex(self.order), "together": kept.min(axis=1)})
        found["at"] = kept.idxmin(axis=1) if kept.shape[1] else np.nan
        return found.rename_axis("segment").reset_index()

    @property
    def whole(self):
        """List the segments that come from one segment and stay whole at every number."""
        kept = self.segments
        sure = (kept["slsa"].fillna(1) >= WHOLE) & (kept["together"] >= TOGETHER)
        return kept.loc[sure, "segment"].tolist()


def solve(varied, labels, *, order, most, rng):
    """Find the solutions of 2 to `most` segments, those in use among them, and name them.

    `labels`: the segments in use of the rows of `varied`; `order`: their names. Returns Solutions.
    """
    labels, k = np.asarray(labels), len(order)
    ks = sorted({*structure.tried(varied.X, most=max(most, k + 1)), k} - {1})
    found = {k: labels} | {other: varied.labels(other, rng=rng) for other in ks if other != k}
    named = {k: pd.Series(labels, dtype=object)}
    for other in [n for n in ks if n > k] + [n for n in ks[::-1] if n < k]:
        like = named[other - 1 if other > k else other + 1]
        named[other] = _named(found[other], like=like, k=other)
    none = _structureless(varied, k, rng) if k - 1 in ks else np.nan
    return Solutions(pd.DataFrame({n: named[n] for n in ks}), tuple(order), none)


def _named(labels, *, like, k):
    """Name the segments of a solution by those of its neighbour; what is new by its number."""
    names = structure.partners(labels, like=like)
    fresh = [name for name, word in names.items() if str(word).startswith("new: ")]
    many = len(fresh) > 1
    names |= {name: f"new at {k}" + f" ({at + 1})" * many for at, name in enumerate(fresh)}
    return pd.Series(labels).map(names).astype(object)


def _together(now, other):
    """Return the largest share of each segment that one segment of another solution holds."""
    counts = structure.overlaps(now, other)
    return (counts.max(axis=1) / counts.sum(axis=1)).rename(None)


def _structureless(varied, k, rng):
    """Return the least SLSA of clusters of structureless data, on average."""
    if varied.cloud is None:
        return np.nan
    least = []
    for _ in range(CLOUDS):
        cloud = varied.cloud(rng)
        before, now = (varied.labels(n, rng=rng, X=cloud) for n in (k - 1, k))
        least.append(structure.across(before, now).min())
    return float(np.mean(least))
