"""Concentration: do a few bring most of it? The Lorenz curve, largest first.

"A fifth brings four fifths" is a claim to test. The share of the top is read **on the curve**,
between two customers where the fifth is no whole number of them. Counting heads instead (1.4 of
7 customers is 1) makes seven equal customers look unequal, 14 % where a fifth of them brings 20 %,
and gives another answer when every customer is counted twice. Missing amounts are left out.
Refused: shares of nothing.
"""

from functools import wraps

import numpy as np

from segkit.refusal import Refused, passes

NOTHING = "The amounts add up to nothing. Check the column `amount` in the study."


def _of_amounts(function):
    """Give a function the amounts, the largest first; refuse where they add up to nothing."""

    @passes
    @wraps(function)
    def asked(values, **settings):
        given = np.asarray(values, dtype=float)
        ordered = np.sort(given[~np.isnan(given)])[::-1]
        return function(ordered, **settings) if ordered.sum() > 0 else Refused(NOTHING)

    return asked


@_of_amounts
def lorenz(values):
    """Return the concentration curve: how much the largest customers bring.

    Parameters
    ----------
    values : sequence of float
        One number per customer, such as spend.

    Returns
    -------
    pandas.DataFrame
        customers_share and value_share (0 to 1, cumulative), from (0, 0) to (1, 1), one row more
        than customers. The diagonal = all are equal; customers whose returns outweigh their
        purchases pull the end down. Refused where the values add up to nothing.

    Examples
    --------
    >>> from segkit import evidence
    >>> evidence.lorenz([10.0, 30.0, 60.0])["value_share"].round(2).tolist()
    [0.0, 0.6, 0.9, 1.0]
    """
    import pandas as pd

    customers, shares = _curve(values)
    return pd.DataFrame({"customers_share": customers, "value_share": shares})


@_of_amounts
def top_share(values, *, top=0.2, most=1.0):
    """Return the share of the total that the largest `top` (0 to 1) of the customers bring.

    Parameters
    ----------
    values : sequence of float
        One amount per customer; missing ones are left out.
    top : float
        Which part of the customers, 0 to 1, the largest first.
    most : float
        The most that is told; infinity where amounts may be losses, which the best make up for.

    Returns
    -------
    float or Refused
        1 = they bring everything, `top` = all are equal.

    Examples
    --------
    >>> from segkit import evidence
    >>> evidence.top_share([60.0, 40.0], top=0.25), round(evidence.top_share([5.0] * 7), 9)
    (0.3, 0.2)
    """
    return min(float(np.interp(top, *_curve(values))), most)


@_of_amounts
def gini(values):
    """Return Gini's coefficient of values of at least 0: 0 = all are equal, near 1 = one has all.

    Examples
    --------
    >>> from segkit import evidence
    >>> evidence.gini([5.0, 5.0]), evidence.gini([0.0, 0.0, 0.0, 1.0])
    (0.0, 0.75)
    """
    customers, shares = _curve(values)
    return float(2 * np.trapezoid(shares, customers) - 1)


@_of_amounts
def top_share_interval(values, *, rng, top=0.2, repeats=500, most=1.0):
    """Return the percentile bootstrap interval (low, high; 95 %) of `top_share`.

    Customers are drawn with replacement `repeats` times; how far the answer would move had other
    customers of the same kind come. Draws whose amounts add up to nothing are left out.
    """
    n = len(values)
    drawn = [rng.multinomial(n, np.full(n, 1 / n)) for _ in range(repeats)]
    tops = [np.interp(top, *_curve(values, w)) for w in drawn if w @ values > 0]
    if not tops:
        return Refused(NOTHING)
    low, high = np.minimum(np.quantile(tops, [0.025, 0.975]), most)
    return float(low), float(high)


def _curve(ordered, weights=None):
    """Return both cumulative shares; `weights` says how often each customer counts."""
    weights = np.ones(len(ordered)) if weights is None else weights
    customers, money = np.cumsum(weights), np.cumsum(weights * ordered)
    return [np.append(0.0, each / each[-1]) for each in (customers, money)]
