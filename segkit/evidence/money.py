"""Money: skewed, mostly zero, and still compared by its mean, because means are what adds up.

Intervals are Student's, corrected for skewness by Hall's transformation: no draws, so no seed. For
money spread like a lognormal with standard deviation 1 (half or more of it zero) they hold the mean
in 92 to 96 of 100 cases where 95 are claimed, from ten amounts on; the percentile bootstrap holds
it in 82 to 92. Wider spreads cost more; `coverage` simulates it for amounts such as those at hand.
Below ten amounts there is no interval. Means of groups are compared by permutation of Welch's
statistics, so that customers who are alike raise the alarm in as many cases as stated, whatever
the shape of their money.

Sources: Hall (1992), On the removal of skewness by transformation; Welch (1947, 1951); Chung and
Romano (2013) for permuting studentised statistics. `benchmarks/money.py` prints the tables.
"""

import numpy as np

from segkit.evidence.differences import alike, welch
from segkit.study import StudyError

FEWEST = 10
"""Amounts other than zero below which nothing is said about the mean."""
MANY = 2_000
"""Amounts other than zero in either group from which Welch's test needs no permutation."""
CELLS = 2_000_000
"""Numbers dealt out at a time: 16 MB."""


def skewed(values, *, alpha=0.05, fewest=FEWEST):
    """Return (low, high) of the mean of skewed money; missing below `fewest` amounts but zero.

    Student's interval, each end moved by Hall's transformation to where the skewness puts it. Money
    that is never negative has no negative mean.

    Parameters
    ----------
    values : sequence of float, or (samples, customers)
        One amount per customer, zeros included.
    alpha : float
        0.05 for a 95 % interval.
    fewest : int
        Amounts other than zero that are asked for.

    Returns
    -------
    tuple of float, or of arrays
        low and high, in the unit of the values. Longer to the right, where large amounts hide.

    Raises
    ------
    StudyError
        For the mean of nobody.

    Examples
    --------
    >>> from segkit import evidence
    >>> low, high = evidence.skewed([0, 0, 0, 5, 6, 8, 9, 11, 12, 14, 18, 25, 60])
    >>> f"{low:.1f} to {high:.1f}"
    '6.0 to 51.2'
    """
    values = np.asarray(values, dtype=float)
    if values.shape[-1] < 1:
        raise StudyError("A share or mean of no customers was asked for; give at least one.")
    enough = (values != 0).sum(axis=-1) >= max(fewest, 2)
    ends = _hall(np.atleast_2d(values), alpha)
    low, high = (np.where(enough, end.reshape(enough.shape), np.nan)[()] for end in ends)
    return low, high


def coverage(values, *, rng, alpha=0.05, repeats=400):
    """Simulate how often `skewed` holds the true mean of money such as this.

    As many customers, as many zeros, and amounts from a lognormal with the same spread (on the log
    scale) are drawn again and again.

    Returns a share, 0 to 1, to be set beside the 1 − alpha that is claimed; missing where there are
    fewer than ten amounts above zero. Draws without an interval are left out, as they would be.

    Examples
    --------
    >>> import numpy as np
    >>> from segkit import evidence
    >>> rng = np.random.default_rng(1)
    >>> money = np.where(rng.random(200) < 0.5, 0, rng.lognormal(3, 1, 200))
    >>> 0.91 < evidence.coverage(money, rng=rng) < 0.98
    True
    """
    values = np.asarray(values, dtype=float)
    n, logs = len(values), np.log(values[values > 0])
    if len(logs) < FEWEST:
        return float("nan")
    share, spread = len(logs) / n, logs.std(ddof=1)
    there = rng.random((repeats, n)) < share
    drawn = np.where(there, np.exp(rng.normal(0, spread, (repeats, n))), 0.0)
    low, high = _hall(drawn, alpha)
    enough, truth = there.sum(axis=1) >= FEWEST, share * np.exp(spread**2 / 2)
    held = (low <= truth) & (truth <= high)
    return float(held[enough].mean()) if enough.any() else float("nan")


def against(own, rest, *, rng, repeats=2_000):
    """Test whether two groups have the same mean: {"difference": own − rest, "p": 0 to 1}.

    Welch's t beside its values when customers are dealt out at random; from 2,000 amounts on in
    either group, Welch's test itself. Missing where nobody differs or a group has fewer than two.

    Examples
    --------
    >>> import numpy as np
    >>> from segkit import evidence
    >>> rng = np.random.default_rng(1)
    >>> found = evidence.against([9.0, 11.0, 10.0, 12.0], [1.0, 2.0, 0.0, 3.0], rng=rng)
    >>> found["difference"], found["p"] < 0.05
    (9.0, True)
    """
    own, rest = np.asarray(own, dtype=float), np.asarray(rest, dtype=float)
    everybody, codes = np.r_[own, rest], np.repeat([0, 1], [len(own), len(rest)])
    found = apart(everybody, codes, rng=rng, repeats=repeats)
    difference = own.mean() - rest.mean() if len(own) and len(rest) else np.nan
    return {"difference": float(difference), "p": found["p"]}


def apart(values, codes, *, rng, repeats=2_000):
    """Test whether the means of groups differ at all: {"test": its name, "p": 0 to 1}.

    Welch's analysis of variance (groups may differ in spread), by permutation; from 2,000 amounts
    other than zero in every group, by its F distribution.

    Examples
    --------
    >>> import numpy as np
    >>> from segkit import evidence
    >>> money, rng = [1.0, 2.0, 3.0, 7.0, 8.0, 9.0], np.random.default_rng(1)
    >>> evidence.apart(money, [0, 0, 0, 1, 1, 1], rng=rng)["test"]
    'means, by permutation'
    """
    values, sizes, amounts = _grouped(values, codes)
    if len(sizes) < 2 or sizes.min() < 2 or np.ptp(values) == 0:
        return {"test": "means", "p": float("nan")}
    seen = _parts(values[None], sizes)
    if amounts.min() >= MANY:
        means, weights = (part[0] for part in _means(*seen, sizes))
        p = float(alike(means, 1 / np.sqrt(weights), df=sizes - 1))
        return {"test": "means, by Welch's test", "p": p}
    drawn = _dealt(values, sizes, lambda *sums: _welch(*sums, sizes), rng=rng, repeats=repeats)
    return {"test": "means, by permutation", "p": float(_rarer(drawn, _welch(*seen, sizes)))}


def each(values, codes, *, rng, repeats=2_000):
    """Test every group's mean against that of all others: an array of p, by sorted code.

    As `against`, with the same deals for all groups. Missing where a group or the others are fewer
    than two, or nobody differs.

    Examples
    --------
    >>> import numpy as np
    >>> from segkit import evidence
    >>> money, rng = [9.0, 11.0, 10.0, 12.0, 1.0, 2.0, 0.0, 3.0], np.random.default_rng(1)
    >>> (evidence.each(money, list("aaaabbbb"), rng=rng) < 0.05).tolist()
    [True, True]
    """
    values, sizes, amounts = _grouped(values, codes)
    lone = (sizes < 2) | (len(values) - sizes < 2)
    if lone.all() or np.ptp(values) == 0:
        return np.full(len(sizes), np.nan)
    seen, many = _parts(values[None], sizes), np.minimum(amounts, amounts.sum() - amounts) >= MANY
    p = _by_formula(*(part[0] for part in seen), sizes)
    if (~many & ~lone).any():
        drawn = _dealt(values, sizes, lambda *sums: _apart(*sums, sizes), rng=rng, repeats=repeats)
        p = np.where(many, p, _rarer(drawn, _apart(*seen, sizes)))
    return np.where(lone, np.nan, p)


def _grouped(values, codes):
    """Return values by group and size (so that the order of rows is none), sizes, and amounts."""
    values, codes = np.asarray(values, dtype=float), np.asarray(codes)
    codes = np.unique(codes, return_inverse=True)[1]
    order = np.lexsort((values, codes))
    values, sizes = values[order], np.bincount(codes)
    amounts = np.bincount(codes[order], values != values.min()) if len(values) else sizes
    spread = values.std() if len(values) else 0.0
    return (values - values.mean()) / spread if spread > 0 else values * 0, sizes, amounts


def _dealt(values, sizes, statistic, *, rng, repeats):
    """Return the statistic of as many deals of the values to the groups, a batch at a time."""
    batch, found = max(1, min(repeats, CELLS // len(values))), []
    for start in range(0, repeats, batch):
        rows = np.tile(values, (min(batch, repeats - start), 1))
        found.append(statistic(*_parts(rng.permuted(rows, axis=1, out=rows), sizes)))
    return np.concatenate(found)


def _parts(rows, sizes):
    """Return sums and sums of squares of the groups, (rows, groups)."""
    starts = np.r_[0, np.cumsum(sizes)[:-1]]
    return np.add.reduceat(rows, starts, axis=1), np.add.reduceat(rows**2, starts, axis=1)


def _rarer(drawn, seen):
    """Return the share of deals, that seen among them, in which groups are as far apart."""
    return ((drawn >= seen[0] * (1 - 1e-9)).sum(axis=0) + 1) / (len(drawn) + 1)


def _hall(values, alpha):
    """Ends of the interval, per row."""
    from scipy.special import stdtrit

    n, mean = max(values.shape[1], 2), values.mean(axis=1)
    spread = values.std(axis=1)
    centred = (values - mean[:, None]) / np.where(spread > 0, spread, 1.0)[:, None]
    skew = (centred**3).mean(axis=1)
    reach = np.array([[1.0], [-1.0]]) * stdtrit(n - 1, 1 - alpha / 2) / np.sqrt(n)
    low, high = mean - _turned(reach, skew, n) * spread * np.sqrt(n / (n - 1))
    floor = np.where(values.min(axis=1) >= 0, 0.0, -np.inf)
    return np.maximum(low, floor), high


def _turned(reach, skew, n):
    """Hall's cubic, turned round: where the skewness puts a quantile of Student's t (over √n)."""
    a = np.where(abs(skew) > 1e-6, skew / 3, 1e-6)
    return (np.cbrt(1 + 3 * a * (reach - skew / (6 * n))) - 1) / a


def _means(sums, squares, sizes):
    """Return the means of groups and the weights (1 over the squared error) that Welch gives."""
    means = sums / sizes
    spare = (squares / sizes - means**2) * sizes / np.maximum(sizes - 1, 1)
    return means, sizes / np.maximum(spare, 1e-12)


def _welch(sums, squares, sizes):
    """Welch's F of the means of groups, up to a factor that permutations do not change."""
    means, weights = _means(sums, squares, sizes)
    total = weights.sum(axis=1, keepdims=True)
    middle = (weights * means).sum(axis=1, keepdims=True) / total
    k, lost = len(sizes), ((1 - weights / total) ** 2 / (sizes - 1)).sum(axis=1)
    f = (weights * (means - middle) ** 2).sum(axis=1) / (k - 1)
    return f / (1 + 2 * (k - 2) / (k**2 - 1) * lost)


def _apart(sums, squares, sizes):
    """Welch's t of every group against all others, squared."""
    own, weight = _means(sums, squares, sizes)
    rest = [part.sum(axis=1, keepdims=True) - part for part in (sums, squares)]
    others, weights = _means(*rest, np.maximum(sizes.sum() - sizes, 1))
    return (own - others) ** 2 / (1 / weight + 1 / weights)


def _by_formula(sums, squares, sizes):
    """Return the p of Welch's test of every group against all others."""
    rest = np.maximum(sizes.sum() - sizes, 1)
    own, weight = _means(sums, squares, sizes)
    others, weights = _means(sums.sum() - sums, squares.sum() - squares, rest)
    variances = sizes / weight, rest / weights
    return welch((own, others), variances, (np.maximum(sizes, 2), np.maximum(rest, 2)))["p"]
