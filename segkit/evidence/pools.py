"""Levels: what a group does as a whole, with the interval that its customers allow.

A share of three orders is not a habit, so shares are never averaged over people: the parts of all
are added up and divided by the wholes of all (evening orders / orders). The interval takes each
customer as one draw, because orders of one person are alike (the ratio of two sums, linearised:
Cochran, *Sampling Techniques*, 1977, chapter 6); a mean per customer is the same with wholes of 1.
The test is Welch's, between the group and everybody else. Refused: the interval of one customer.
"""

import numpy as np

from segkit.evidence.differences import welch


def pooled(parts, wholes=None, *, groups, alpha=0.05):
    """Return the level of every group beside that of all: sum of parts / sum of wholes.

    Parameters
    ----------
    parts : sequence of float
        One per customer, missing where unknown: evening orders, money on meat, children.
    wholes : sequence of float, optional
        What they are a part of: orders, money. None gives means per customer.
    groups : sequence
        One name per customer.
    alpha : float
        0.05 for 95 % intervals.

    Returns
    -------
    DataFrame
        Index group, in the order of their names; known_n (customers), whole (sum of wholes),
        level, low, high, all_known_n, level_all, p (Welch's test against everybody else; missing
        where nobody else is known, or nobody differs).

    Examples
    --------
    >>> from segkit import evidence
    >>> found = evidence.pooled([1, 0, 9], [1, 1, 10], groups=["few", "few", "many"])
    >>> found["level"].tolist(), round(float(found["level_all"].iloc[0]), 3)
    ([0.5, 0.9], 0.833)
    """
    import pandas as pd

    a = np.asarray(parts, dtype=float)
    b = np.ones(len(a)) if wholes is None else np.asarray(wholes, dtype=float)
    known = np.isfinite(a) & np.isfinite(b) & (b != 0)
    codes, names = pd.factorize(np.asarray(groups, dtype=object), sort=True)
    a, b, codes = a[known], b[known], codes[known]
    sums = np.array([np.bincount(codes, weights=w, minlength=len(names))
                     for w in (np.ones(len(a)), a, b, a * a, a * b, b * b)])  # fmt: skip
    here, rest = _ratio(sums), _ratio(sums.sum(axis=1, keepdims=True) - sums)
    found = welch((rest[0], here[0]), (rest[1], here[1]), (rest[2], here[2]), alpha=alpha)
    half = _reach(here, alpha)
    table = {"known_n": sums[0].astype(int), "whole": sums[2], "level": here[0]}
    table |= {"low": here[0] - half, "high": here[0] + half, "all_known_n": len(a)}
    total = b.sum()
    table |= {"level_all": a.sum() / total if total else np.nan, "p": found["p"]}
    return pd.DataFrame(table, index=pd.Index(names, name="group"))


def _ratio(sums):
    """Return (level, variance between customers, customers) of sums of 1, a, b, aa, ab, bb."""
    n, a, b, aa, ab, bb = sums
    with np.errstate(divide="ignore", invalid="ignore"):
        level = np.where(b != 0, a / b, np.nan)
        left = np.maximum(aa - 2 * level * ab + level**2 * bb, 0.0)
        variance = np.where(n > 1, left / (n - 1) / (b / n) ** 2, np.nan)
    return level, variance, n


def _reach(here, alpha):
    from scipy.special import stdtrit

    with np.errstate(divide="ignore", invalid="ignore"):
        return stdtrit(np.maximum(here[2] - 1, 1), 1 - alpha / 2) * np.sqrt(here[1] / here[2])
