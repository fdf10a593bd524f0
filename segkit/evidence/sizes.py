"""Sizes: how many customers does it take to see a change, and which change can so many show?

Two arms of equal size, one treated and one not, or two periods. Shares have the spread that their
size gives them (pooled under "nothing changed", Fleiss, Levin and Paik 2003); means have the
`spread` that is given. Always two-sided. Refused: a plan for no change, or to an impossible share.
"""

from math import ceil, nan, sqrt
from statistics import NormalDist

from segkit.evidence.intervals import z
from segkit.study import StudyError


def arm_size(base, target, *, spread=None, alpha=0.05, power=0.8):
    """Return the customers needed in each of two arms to tell `target` from `base`.

    Parameters
    ----------
    base, target : float
        The two shares (0 to 1) or means.
    spread : float
        Standard deviation between customers where they are means; None for shares.
    alpha : float
        Chance of a false alarm.
    power : float
        Chance of seeing a change that is there.

    Returns
    -------
    int
        Customers in one arm; a test takes twice as many.

    Raises
    ------
    StudyError
        For shares outside 0 to 1, or two equal values.

    Examples
    --------
    >>> from segkit import evidence
    >>> evidence.arm_size(0.10, 0.12), evidence.arm_size(100, 110, spread=50)
    (3841, 393)
    """
    if base == target or spread == 0:
        raise StudyError(
            f"A test from {base} to {target} cannot be planned: two different shares (or means of "
            "customers who differ) are needed."
        )
    return ceil(_arm(base, target, alpha, power, spread))


def power(base, target, *, n, spread=None, alpha=0.05):
    """Return the chance (0 to 1) that arms of `n` customers show the step from base to target.

    Examples
    --------
    >>> from segkit import evidence
    >>> round(evidence.power(0.10, 0.12, n=3841), 3)
    0.8
    """
    same, apart = _noise(base, target, spread)
    return NormalDist().cdf((abs(target - base) * sqrt(n) - z(alpha) * same) / apart)


def detectable(spread, *, n, rest, alpha=0.05, power=0.8):
    """Return the smallest difference of means that groups of `n` and `rest` customers can show.

    In the unit of `spread`, the standard deviation between customers.
    """
    return reach(alpha, power) * spread * sqrt(1 / n + 1 / rest)


def detectable_share(base, *, n, alpha=0.05, power=0.8):
    """Return the smallest rise of a share that arms of `n` customers can show.

    The inverse of `arm_size`, in the same unit (0.02 = two percentage points); missing when no
    rise is large enough.

    Examples
    --------
    >>> from segkit import evidence
    >>> round(evidence.detectable_share(0.10, n=3841), 4)
    0.02
    """
    low, high = 0.0, 1 - base - 1e-9
    if not 0 < base < 1 or _arm(base, base + high, alpha, power) > n:
        return nan
    for _ in range(60):
        middle = (low + high) / 2
        enough = _arm(base, base + middle, alpha, power) <= n
        low, high = (low, middle) if enough else (middle, high)
    return high


def interaction_power(effects, errors, *, alpha=0.05):
    """Return the chance (0 to 1) to see that effects differ between groups.

    `effects` as they would be, `errors` their standard errors: the power of `alike`, from the
    non-central chi-square distribution.

    Examples
    --------
    >>> from segkit import evidence
    >>> round(evidence.interaction_power([0.0, 0.04], [0.01, 0.01]), 3)
    0.807
    """
    import numpy as np
    from scipy.special import chdtri, chndtr

    effects, weights = np.asarray(effects, float), 1 / np.asarray(errors, float) ** 2
    middle = (weights * effects).sum() / weights.sum()
    apart = (weights * (effects - middle) ** 2).sum()
    df = len(effects) - 1
    return float(1 - chndtr(chdtri(df, alpha), df, apart)) if df else nan


def answers_needed(population, *, error=0.05, alpha=0.05):
    """Return how many answers give a share to within ± `error` (finite population, 50 % case).

    Examples
    --------
    >>> from segkit import evidence
    >>> evidence.answers_needed(10**9), evidence.answers_needed(100)
    (385, 80)
    """
    endless = (z(alpha) / error) ** 2 / 4
    return ceil(endless / (1 + (endless - 1) / population))


def reach(alpha=0.05, power=0.8):
    """Return how many standard errors apart two means must lie to be told apart: 2.8."""
    return z(alpha) + _upper(power)


def _upper(power):
    return NormalDist().inv_cdf(power)


def _arm(base, target, alpha, power, spread=None):
    same, apart = _noise(base, target, spread)
    return ((z(alpha) * same + _upper(power) * apart) / (target - base)) ** 2


def _noise(base, target, spread):
    """Return the standard deviations of a difference: if nothing changed, and at the target."""
    if spread is not None:
        return (sqrt(2) * spread,) * 2
    if not (0 <= base <= 1 and 0 <= target <= 1):
        raise StudyError(f"A share must lie between 0 and 1, and {base} and {target} do not.")
    middle = (base + target) / 2
    return sqrt(2 * middle * (1 - middle)), sqrt(base * (1 - base) + target * (1 - target))
