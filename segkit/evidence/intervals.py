"""Intervals: a share or a mean of few customers says little, and how little is a number.

Shares get Wilson's interval, which stays between 0 and 1 for any count. Means get the normal
interval where customers are many; skewed money has its own (`money`). Refused: an interval of
nobody.
"""

from statistics import NormalDist

import numpy as np

from segkit.study import StudyError


def z(alpha=0.05):
    """Return how many standard errors a two-sided interval reaches to each side: 1.96 at 5 %."""
    return NormalDist().inv_cdf(1 - alpha / 2)


def wilson(successes, n, *, alpha=0.05):
    """Return the interval of a share by Wilson's method.

    Parameters
    ----------
    successes : int or array
        Customers who did it.
    n : int or array
        Customers in all, at least 1.
    alpha : float
        Chance that the interval misses the true share, 0 to 1.

    Returns
    -------
    tuple of float or of arrays
        low and high, 0 to 1. A wide interval: the share could be nearly anything.

    Raises
    ------
    StudyError
        For a share of nobody.

    Examples
    --------
    >>> from segkit import evidence
    >>> low, high = evidence.wilson(120, 1000)
    >>> f"{low:.5f} to {high:.5f}"
    '0.10130 to 0.14161'
    """
    successes, n = np.asarray(successes, dtype=float), np.asarray(n, dtype=float)
    if (n < 1).any():
        raise StudyError("A share or mean of no customers was asked for; give at least one.")
    share, wide = successes / n, z(alpha)
    scale = 1 + wide**2 / n
    middle = (share + wide**2 / (2 * n)) / scale
    half = wide / scale * np.sqrt(share * (1 - share) / n + wide**2 / (4 * n * n))
    return np.maximum(middle - half, 0.0)[()], np.minimum(middle + half, 1.0)[()]


def estimate(values, *, share, alpha=0.05):
    """Return (mean, low, high) of values of many customers: Wilson for a share, else normal.

    Parameters
    ----------
    values : sequence of float
        One per customer; 0 or 1 for a share.
    share : bool
        Wilson's interval for a share, else the normal one.
    alpha : float
        0.05 for a 95 % interval.

    Returns
    -------
    tuple of float
        (mean, low, high), in the unit of the values.

    Examples
    --------
    >>> from segkit import evidence
    >>> [round(x, 2) for x in evidence.estimate([1, 0, 0, 1, 0], share=True)]
    [0.4, 0.12, 0.77]
    """
    values = np.asarray(values, dtype=float)
    ends = wilson(values.sum(), len(values), alpha=alpha) if share else normal(values, alpha=alpha)
    return (float(values.mean()), *map(float, ends))


def normal(values, *, alpha=0.05):
    """Return (low, high) of a mean of many values; missing for a single one."""
    values = np.asarray(values, dtype=float)
    error = values.std(ddof=1) / np.sqrt(len(values)) if len(values) > 1 else np.nan
    half = z(alpha) * error
    return float(values.mean() - half), float(values.mean() + half)
