"""Comparing: is it more common here than elsewhere, and could that be chance?

lift = share here / share of all. Fisher's exact test asks whether a group differs from everybody
else; Holm's correction keeps the chance of even one false alarm among *all* tests under alpha. A
trait is distinctive when its lift is far enough from 1, **on either side**, and the adjusted
p-value is small: what hardly anybody here does, and everybody else does, tells a group apart as
well as what only this group does. Where a group is everybody or nobody there is nothing to
compare with, so there was no test: p is missing, not 1, and does not count among the tests made.
"""

import math

import numpy as np

HALF = 0.5
"""The rule of thumb calls typical what more than this share of a group have."""
FAR = 1.25
"""The lift from which a share is far from that of all; below its reciprocal it is far, too."""


def lift(share, share_all):
    """Return share here / share of all: 1 = as common as anywhere; missing where nobody has it.

    Examples
    --------
    >>> from segkit import evidence
    >>> f"{evidence.lift(0.60, 0.55):.2f}"
    '1.09'
    """
    return _ratio(share, share_all)[()]


def fisher(n, known_n, all_n, all_known_n):
    """Test exactly whether a group is like all others (Fisher 1922, two-sided).

    Parameters
    ----------
    n, known_n : int or array
        Customers of the group who have the trait, of those whose answer is known.
    all_n, all_known_n : int or array
        The same among all customers, the group included.

    Returns
    -------
    float or array
        The p-value, 0 to 1: how often chance alone would part the customers at least as
        unlikely as this. Missing where the group is everybody or nobody.

    Examples
    --------
    >>> from segkit import evidence
    >>> round(evidence.fisher(60, 100, 550, 1000), 2), evidence.fisher(5, 9, 5, 9)
    (0.34, nan)
    """
    table = np.broadcast_arrays(n, known_n, all_n, all_known_n)
    longest = int(table[3].max(initial=0))
    logs = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, longest + 1)))])
    rows = zip(*(column.astype(int).ravel() for column in table), strict=True)
    found = np.array([_fisher(*row, logs=logs) for row in rows], dtype=float)
    return found if table[0].ndim else found.item()


def even(successes, n, *, rng, repeats=2_000):
    """Test whether several groups have the same share at all: {"test": its name, "p": 0 to 1}.

    Chi-square; where a count expected in any cell is below 5, those who did it are dealt out to the
    groups at random instead. Missing where everybody did the same, or there is one group.

    Examples
    --------
    >>> import numpy as np
    >>> from segkit import evidence
    >>> rng = np.random.default_rng(1)
    >>> evidence.even([30, 10, 20], [100, 100, 100], rng=rng)["test"]
    'chi-square'
    """
    from scipy.special import chdtrc

    successes, n = np.asarray(successes, dtype=int), np.asarray(n, dtype=int)
    share = successes.sum() / max(n.sum(), 1)
    if len(n) < 2 or not 0 < share < 1:
        return {"test": "chi-square", "p": float("nan")}

    def far(counts):
        return ((counts - n * share) ** 2 / (n * share * (1 - share))).sum(axis=-1)

    seen = far(successes)
    if n.min() * min(share, 1 - share) >= 5:
        return {"test": "chi-square", "p": float(chdtrc(len(n) - 1, seen))}
    drawn = far(rng.multivariate_hypergeometric(n, successes.sum(), size=repeats))
    p = ((drawn >= seen * (1 - 1e-9)).sum() + 1) / (repeats + 1)
    return {"test": "chi-square by permutation", "p": float(p)}


def holm(p):
    """Adjust p-values for their number (Holm 1979); missing ones stay missing, uncounted.

    Parameters
    ----------
    p : sequence of float
        One per test made.

    Returns
    -------
    numpy.ndarray
        As long as `p`, in the same order, never smaller than `p`, at most 1. Below alpha: still
        a finding after all the looking.

    Examples
    --------
    >>> from segkit import evidence
    >>> evidence.holm([0.01, float("nan"), 0.04, 0.03])
    array([0.03,  nan, 0.06, 0.06])
    """
    p = np.asarray(p, dtype=float)
    adjusted = np.full(p.shape, np.nan)
    tested = np.flatnonzero(~np.isnan(p))
    order = tested[np.argsort(p[tested], kind="stable")]
    steps = p[order] * np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted


def two_shares(successes, n):
    """Compare two shares by the pooled z test: successes = (a, b) out of n = (n_a, n_b).

    Numbers or arrays. Returns a dict with difference (b − a), z and p (two-sided); both missing
    where nobody or everybody did it.

    Examples
    --------
    >>> from segkit import evidence
    >>> found = evidence.two_shares((120, 150), (1000, 1000))
    >>> f"{found['difference']:.3f}, z {found['z']:.6f}, p {found['p']:.6f}"
    '0.030, z 1.963050, p 0.049640'
    """
    from scipy.special import erfc

    a, b, n_a, n_b = (np.asarray(part, dtype=float) for part in (*successes, *n))
    pooled, difference = (a + b) / (n_a + n_b), b / n_b - a / n_a
    error = np.sqrt(pooled * (1 - pooled) * (1 / n_a + 1 / n_b))
    z = np.divide(difference, error, out=np.full(error.shape, np.nan), where=error > 0)
    found = {"difference": difference, "z": z, "p": erfc(np.abs(z) / math.sqrt(2))}
    return {name: value[()] for name, value in found.items()}


def distinctive(lifts, p_adjusted, *, min_lift=FAR, alpha=0.05):
    """Tell what sets a group apart: a lift far from 1, above or below, and a small p-value.

    Examples
    --------
    >>> from segkit import evidence
    >>> evidence.distinctive([0.17, 1.09, 2.0], [1e-10, 1e-10, 0.2]).tolist()
    [True, False, False]
    """
    lifts = np.asarray(lifts, dtype=float)
    far = (lifts >= min_lift) | (lifts <= 1 / min_lift)
    return far & (np.asarray(p_adjusted, dtype=float) < alpha)


def compared(counts, *, min_lift=FAR, alpha=0.05):
    """Add to counts what they prove: shares, lift, p-values and a verdict.

    Parameters
    ----------
    counts : DataFrame
        n of known_n here, all_n of all_known_n among all customers, this group included.
    min_lift : float
        How far from 1 a lift must be to count, upwards or (inverted) downwards.
    alpha : float
        Level of the adjusted p-values, 0 to 1.

    Returns
    -------
    DataFrame
        With share_here and share_all (0 to 1), lift (1 = as common as among all), p (Fisher's exact
        test), p_adjusted (Holm, over all rows) and distinctive (true or false).

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import evidence
    >>> counts = pd.DataFrame({"n": [40], "known_n": [50], "all_n": [60], "all_known_n": [200]})
    >>> evidence.compared(counts)[["share_here", "share_all", "lift", "distinctive"]].round(2)
       share_here  share_all  lift  distinctive
    0         0.8        0.3  2.67         True
    """
    table = counts.copy()
    table["share_here"] = _ratio(table["n"], table["known_n"])
    table["share_all"] = _ratio(table["all_n"], table["all_known_n"])
    table["lift"] = lift(table["share_here"], table["share_all"])
    table["p"] = fisher(*(table[name] for name in ("n", "known_n", "all_n", "all_known_n")))
    table["p_adjusted"] = holm(table["p"])
    proof = table["lift"], table["p_adjusted"]
    return table.assign(distinctive=distinctive(*proof, min_lift=min_lift, alpha=alpha))


def _ratio(part, whole):
    part, whole = np.asarray(part, dtype=float), np.asarray(whole, dtype=float)
    return np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0)


def _fisher(n, here, having, everybody, *, logs):
    if here in (0, everybody):
        return math.nan
    low, high = max(0, here + having - everybody), min(here, having)
    k = np.arange(low, high + 1)
    chance = _ways(having, k, logs) + _ways(everybody - having, here - k, logs)
    chance -= _ways(everybody, here, logs)
    return min(float(np.exp(chance[chance <= chance[n - low] + 1e-7]).sum()), 1.0)


def _ways(total, chosen, logs):
    """Logarithm of the number of ways to choose; `logs` holds the logarithms of factorials."""
    return logs[total] - logs[chosen] - logs[total - chosen]
