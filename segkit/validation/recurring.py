"""Recurring: does each segment come back on other samples, and is the answer settled?

Two bootstrap samples at a time are segmented anew and all customers labelled with both. SLSW is the
overlap (Jaccard) of a segment with its like among all customers; Hennig's clusterwise Jaccard is
the same among those only who were drawn. Pairs are added until each segment's mean lies three
standard errors from every limit, so that another seed says the same; where it does not, the answer
is *undecided*.

Sources: Dolnicar and Leisch (2017) for SLSW; Hennig (2007) for clusterwise Jaccard and its limits.
"""

import numpy as np
import pandas as pd

from segkit.validation import structure

SURE = 3
"""Standard errors from a limit at which an answer is settled."""
STABLE, PATTERN = 0.75, 0.6
"""Overlap from which a segment is stable, and from which it is a pattern (Hennig)."""


def overlaps(labels, *, refit, repeats, rng):
    """Measure how well each segment is found again in pairs of samples.

    `refit(rows, rng)` repeats the segmentation on a bootstrap sample and labels all rows. Above
    5,000 rows every pair takes another 5,000.

    Returns a DataFrame with segment, repeat, jaccard (SLSW: on all rows, the mean of the two),
    drawn (clusterwise Jaccard: on the different rows drawn; missing where it drew nobody of the
    segment) and rows_n.
    """
    labels = pd.Categorical(np.asarray(labels))
    pairs = [_pair(labels, refit, rng).assign(repeat=n) for n in range(repeats)]
    return pd.concat(pairs, ignore_index=True)[COLUMNS]


COLUMNS = ["segment", "repeat", "jaccard", "drawn", "rows_n"]


def _pair(labels, refit, rng):
    some, found = structure.sampled(np.arange(len(labels)), rng=rng), []
    for rows in some[rng.integers(len(some), size=(2, len(some)))]:
        again, drawn = pd.factorize(np.asarray(refit(rows, rng)))[0], np.unique(rows)
        whole = structure.jaccard(labels.codes[some], again[some])
        part = structure.jaccard(labels.codes[drawn], again[drawn])
        found.append(pd.DataFrame({"jaccard": whole, "drawn": part.reindex(whole.index)}))
    mean = pd.concat(found).groupby(level=0, sort=False).mean()
    mean.index = labels.categories[mean.index]
    return mean.rename_axis("segment").reset_index().assign(rows_n=len(some))


def settled(labels, *, refit, limits, rounds, rng):
    """Add pairs of samples until every segment's answer is settled.

    `limits`: (stable, pattern), as for `answers`; `rounds`: (least, most) pairs. Returns the table
    of `overlaps`.
    """
    least, most = rounds
    table = overlaps(labels, refit=refit, repeats=least, rng=rng)
    while (n := int(table["repeat"].max()) + 1) < most and _open(table, limits):
        more = overlaps(labels, refit=refit, repeats=min(least, most - n), rng=rng)
        table = pd.concat([table, more.assign(repeat=more["repeat"] + n)], ignore_index=True)
    return table


def _open(table, limits):
    return (answers(table, limits=limits)["reading"] == "undecided").any()


def answers(table, *, limits=(STABLE, PATTERN), value="jaccard"):
    """Say of each segment whether it comes back.

    `table` is that of `overlaps`, `limits` the overlaps from which a segment is stable, and from
    which it is a pattern. Returns a DataFrame with segment, mean, error (one standard error), low
    and high (of 95 % of the pairs), repeats_n, limit (the one that decides) and reading: pass (at
    least stable), doubt (a pattern), fail, or undecided where the nearest limit lies within three
    errors.
    """
    found = structure.summary(table, by="segment", value=value)
    error = table.groupby("segment", sort=False)[value].sem().fillna(0.0)
    found["error"] = found["segment"].map(error).astype(float)
    told = [_reading(row.mean, row.error, limits) for row in _rows(found)]
    return found.assign(limit=[limit for limit, _ in told], reading=[word for _, word in told])


def _rows(found):
    return found[["mean", "error"]].itertuples(index=False)


def _reading(mean, error, limits):
    stable, pattern = limits
    near = min(limits, key=lambda limit: abs(mean - limit))
    if not np.isfinite(mean):
        return near, "undecided"
    if error and abs(mean - near) < SURE * error:
        return near, "undecided"
    if mean >= stable:
        return stable, "pass"
    return (stable, "doubt") if mean >= pattern else (pattern, "fail")
