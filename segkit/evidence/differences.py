"""Differences: how much more in one arm than in the other, how sure, and is it the same everywhere?

Shares get Newcombe's interval, which stays inside -1 to 1 and holds for few; means get Welch's,
which lets the arms differ in spread. Whoever looks before the planned end takes the always-valid
interval: wider, and true at all looks together. All of it takes arrays, one entry per test, so
that a thousand simulated tests cost as much as one. What cannot be compared is missing.

Sources: Newcombe (1998), method 10; Welch (1947, 1951); Johari, Pekelis and Walsh (2015) for the
mixture sequential test; DerSimonian and Laird (1986); Deng, Xu, Kohavi and Walker (2013) for CUPED.
"""

import numpy as np

from segkit.evidence.intervals import wilson


def newcombe(successes, n, *, alpha=0.05):
    """Return (low, high) of a difference of shares by Newcombe's hybrid score method.

    `successes` = (a, b) out of `n` = (n_a, n_b); the difference is that of b less a. Numbers or
    arrays.

    Parameters
    ----------
    successes, n : pair of int or of arrays
        Those who did it, and all, in either arm.
    alpha : float
        0.05 for a 95 % interval.

    Returns
    -------
    tuple of float or of arrays
        low and high, -1 to 1.

    Examples
    --------
    >>> from segkit import evidence
    >>> [round(float(end), 4) for end in evidence.newcombe((48, 56), (80, 70))]
    [0.0524, 0.3339]
    """
    a, b = (np.asarray(part, dtype=float) for part in successes)
    share_a, share_b = a / n[0], b / n[1]
    (low_a, high_a), (low_b, high_b) = wilson(a, n[0], alpha=alpha), wilson(b, n[1], alpha=alpha)
    difference = share_b - share_a
    down = np.sqrt((share_b - low_b) ** 2 + (high_a - share_a) ** 2)
    up = np.sqrt((high_b - share_b) ** 2 + (share_a - low_a) ** 2)
    return (difference - down)[()], (difference + up)[()]


def welch(means, variances, n, *, alpha=0.05):
    """Compare two means by Welch's test: a dict of difference (b − a), error, df, p, low, high.

    Each argument is a pair (a, b) of numbers or arrays; variances are those between people, with
    n − 1 below. Missing where nobody differs.

    Examples
    --------
    >>> from segkit import evidence
    >>> found = evidence.welch((20.82, 22.99), (7.76, 3.65), (15, 15))
    >>> round(float(found["df"]), 1), round(float(found["p"]), 3)
    (24.8, 0.02)
    """
    from scipy.special import stdtr, stdtrit

    parts = [np.asarray(v, dtype=float) / np.asarray(k, dtype=float)
             for v, k in zip(variances, n, strict=True)]  # fmt: skip
    difference = np.asarray(means[1], dtype=float) - np.asarray(means[0], dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        whole = parts[0] + parts[1]
        each = [part**2 / (np.asarray(k) - 1) for part, k in zip(parts, n, strict=True)]
        df = whole**2 / (each[0] + each[1])
        error = np.where(whole > 0, np.sqrt(whole), np.nan)
        p = 2 * stdtr(df, -np.abs(difference / error))
    half = stdtrit(df, 1 - alpha / 2) * error
    found = {"difference": difference, "error": error, "df": df, "p": p}
    found |= {"low": difference - half, "high": difference + half}
    return {name: value[()] for name, value in found.items()}


def two_means(means, variances, n, *, alpha=0.05):
    """Compare two means of skewed money: Welch's test, with the pooled error where that is larger.

    As `welch`, and the same where both arms are alike in size. Where a small arm stands beside a
    large one, skewed money that is mostly zero gives Welch's test false alarms (12 % instead of 5 %
    with 20 buyers in the smaller arm); the pooled error holds the rate there, and Welch's wherever
    the smaller arm spreads more.

    Examples
    --------
    >>> from segkit import evidence
    >>> wide = evidence.two_means((2.0, 3.0), (90.0, 40.0), (9000, 500))
    >>> plain = evidence.welch((2.0, 3.0), (90.0, 40.0), (9000, 500))
    >>> round(float(plain["error"]), 2), round(float(wide["error"]), 2)
    (0.3, 0.43)
    """
    from scipy.special import stdtr, stdtrit

    found = welch(means, variances, n, alpha=alpha)
    (a, b), (var_a, var_b) = (np.asarray(k, dtype=float) for k in n), variances
    pooled = ((a - 1) * np.asarray(var_a) + (b - 1) * np.asarray(var_b)) / (a + b - 2)
    error = np.sqrt(pooled * (1 / a + 1 / b))
    wider = error > found["error"] * (1 + 1e-9)  # arms of one size have one error, but for rounding
    df, error = np.where(wider, a + b - 2, found["df"]), np.where(wider, error, found["error"])
    half, difference = stdtrit(df, 1 - alpha / 2) * error, found["difference"]
    p = np.where(wider, 2 * stdtr(df, -np.abs(difference) / error), found["p"])
    told = {"difference": difference, "error": error, "df": df, "p": p}
    told |= {"low": difference - half, "high": difference + half}
    return {name: np.asarray(value)[()] for name, value in told.items()}


def always_valid(difference, error, *, scale, alpha=0.05):
    """Return (low, high, p) that hold at all looks together, whenever one stops.

    The mixture sequential test with a normal mixture: at a true difference of 0 the chance that any
    of endlessly many looks shows a p below alpha is alpha at most.

    Parameters
    ----------
    difference, error : float or array
        What is seen so far, and its standard error.
    scale : float
        Size of the differences one hopes to see, in the same unit; the interval is narrowest for
        these.
    alpha : float
        Chance of a false alarm at any look.

    Returns
    -------
    tuple of float or of arrays
        low, high, and p (0 to 1).

    Examples
    --------
    >>> from segkit import evidence
    >>> low, high, p = evidence.always_valid(0.03, 0.01, scale=0.02)
    >>> f"{low:.4f} to {high:.4f}, p {p:.4f}"
    '-0.0008 to 0.0608, p 0.0611'
    """
    noise, hoped = np.asarray(error, dtype=float) ** 2, scale**2
    grown = noise * (noise + hoped) / hoped
    half = np.sqrt(grown * (2 * np.log(1 / alpha) + np.log((noise + hoped) / noise)))
    odds = np.sqrt(noise / (noise + hoped)) * np.exp(np.minimum(difference**2 / (2 * grown), 700))
    p = np.minimum(1 / odds, 1.0)
    return (difference - half)[()], (difference + half)[()], p[()]


def alike(effects, errors, df=np.inf):
    """Test whether effects are the same everywhere: a p-value (Cochran's Q, with Welch's degrees).

    Parameters
    ----------
    effects, errors : array, last axis the groups
        An effect per group, and its standard error; groups with a missing one take no part.
    df : float or array
        Degrees of freedom of each error; endless for shares, where this is Cochran's chi-square.

    Returns
    -------
    float or array
        0 to 1; missing below two groups. Small: the effect differs between groups.

    Examples
    --------
    >>> from segkit import evidence
    >>> round(float(evidence.alike([0.00, 0.04], [0.01, 0.01])), 4)
    0.0047
    """
    from scipy.special import fdtrc

    effects, errors = np.asarray(effects, dtype=float), np.asarray(errors, dtype=float)
    weights, k = _weights(effects, errors)
    total = weights.sum(-1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        middle = (weights * np.nan_to_num(effects)).sum(-1, keepdims=True) / total
        q = (weights * (np.nan_to_num(effects) - middle) ** 2).sum(-1) / (k - 1)
        lost = ((1 - weights / total) ** 2 / df * (weights > 0)).sum(-1)
        f = q / (1 + 2 * (k - 2) / (k**2 - 1) * lost)
        below = np.where(lost > 0, (k**2 - 1) / (3 * lost), 1e12)
        p = fdtrc(np.maximum(k - 1, 1), below, f)
    return np.where(k > 1, p, np.nan)[()]


def shrunken(effects, errors):
    """Draw effects of groups towards their common mean, the noisier the more: (effects, errors).

    Empirical Bayes with the variance between groups by DerSimonian and Laird. Where groups differ
    no more than noise explains, all get the common mean; missing ones stay missing.

    Examples
    --------
    >>> from segkit import evidence
    >>> effects, errors = evidence.shrunken([0.00, 0.10], [0.02, 0.02])
    >>> effects.round(3).tolist()
    [0.004, 0.096]
    """
    effects, errors = np.asarray(effects, dtype=float), np.asarray(errors, dtype=float)
    weights, k = _weights(effects, errors)
    if k < 2:
        return effects.copy(), errors.copy()
    known, total = np.nan_to_num(effects), weights.sum()
    middle = (weights * known).sum() / total
    q, spare = (weights * (known - middle) ** 2).sum(), total - (weights**2).sum() / total
    between = max((q - (k - 1)) / spare, 0.0)
    kept = between / (between + errors**2)
    again = np.where(weights > 0, 1 / (between + errors**2), 0.0)
    middle = (again * known).sum() / again.sum()
    noise = np.sqrt(kept * errors**2 + (1 - kept) ** 2 / again.sum())
    return kept * effects + (1 - kept) * middle, noise


def ratio(counts, shares):
    """Test whether arms have the sizes they were drawn with: the p of a chi-square test.

    `counts` per arm (last axis), `shares` as planned, of any sum; missing where nobody is.

    Examples
    --------
    >>> from segkit import evidence
    >>> f"{evidence.ratio([821588, 815482], [1, 1]):.1e}"
    '1.8e-06'
    """
    from scipy.special import chdtrc

    counts, shares = np.asarray(counts, dtype=float), np.asarray(shares, dtype=float)
    expected = counts.sum(-1, keepdims=True) * shares / shares.sum()
    apart = np.full(counts.shape, np.nan)
    np.divide((counts - expected) ** 2, expected, out=apart, where=expected > 0)
    return chdtrc(counts.shape[-1] - 1, apart.sum(-1))[()]


def cuped(values, before):
    """Take out of values what the time before explains: (values, share of the variance explained).

    values − θ (before − its mean), with θ the slope: the mean stays, the variance falls to 1 − ρ²
    of itself. Whoever was not there before counts with 0, as what is not known is not.

    Examples
    --------
    >>> from segkit import evidence
    >>> left, explained = evidence.cuped([1.0, 2.0, 3.0], [10.0, 20.0, 30.0])
    >>> left.tolist(), float(explained)
    ([2.0, 2.0, 2.0], 1.0)
    """
    values, before = np.asarray(values, dtype=float), np.asarray(before, dtype=float)
    centred = before - before.mean()
    spread = (centred**2).sum()
    if spread == 0:
        return values.copy(), 0.0
    slope = (centred * (values - values.mean())).sum() / spread
    whole = ((values - values.mean()) ** 2).sum()
    explained = slope**2 * spread / whole if whole else 0.0
    return values - slope * centred, float(min(explained, 1.0))


def _weights(effects, errors):
    there = np.isfinite(effects) & np.isfinite(errors) & (errors > 0)
    return np.where(there, 1 / np.where(there, errors, 1.0) ** 2, 0.0), there.sum(-1)
