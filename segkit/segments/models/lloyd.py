"""k-means from several starts at once, for the thousands of small fits that resampling asks for.

One fit of a thousand rows is mostly the steps around it. Here all starts share them: they are
drawn side by side (greedy k-means++), go through Lloyd's rounds as a few matrix products, and the
worse stop early: they hardly ever end best. Single precision is enough to
see which start ends well; the best is then finished in double precision.

Sources: Lloyd (1982); Arthur and Vassilvitskii (2007). Refuses nothing: `clusters` does. Tested
against scikit-learn's KMeans; taught nowhere, as it only makes notebooks 04 and 05 shorter.
"""

import numpy as np

PRUNED = {3: 8, 8: 4}
"""After so many rounds, so many of the starts go on."""
CLOSE, ROUNDS = 1e-4, 300
"""Centres that move less, against the mean variance, are settled; rounds at most."""


def solutions(matrix, *, k, rng, starts, counts=None):
    """Cluster rows from several starts; returns their ends, best first.

    Parameters
    ----------
    matrix : array (rows, criteria)
        On a common scale.
    k : int
        Number of clusters, at most as many as rows.
    rng : numpy.random.Generator
        For the starts.
    starts : int
        How many.
    counts : array of int, optional
        How often each row counts; once, if not given.

    Returns
    -------
    tuple of arrays
        Centres (starts, k, criteria), and the sum of squared distances of each; starts that stopped
        early stand where they stopped, behind the others. The first is settled.

    Examples
    --------
    >>> import numpy as np
    >>> from segkit.segments.models import lloyd
    >>> matrix = np.array([[0.0], [0.2], [5.0], [5.2]])
    >>> ends, spread = lloyd.solutions(matrix, k=2, rng=np.random.default_rng(1), starts=3)
    >>> sorted(ends[0].round(1).ravel().tolist()), round(spread[0].item(), 2)
    ([0.1, 5.1], 0.04)
    """
    X, middle = np.asarray(matrix, dtype=float), np.mean(matrix, axis=0)
    weights = np.ones(len(X)) if counts is None else np.asarray(counts, dtype=float)
    X = X - middle
    near = _Rows(X, weights, np.float32)
    ends, spread = near.settle(near.begin(k, starts, rng), pruned=PRUNED)
    order = spread.argsort(kind="stable")
    ends, spread = ends[order].astype(float), spread[order].astype(float)
    ends[:1], spread[:1] = _Rows(X, weights, float).settle(ends[:1])
    return ends + middle, spread


class _Rows:
    """Weighted rows around their middle, made ready for the products of every round."""

    def __init__(self, X, weights, precision):
        ones, half = np.ones(len(X)), (X**2).sum(axis=1) / 2
        self.points = np.column_stack([X, ones]).astype(precision)
        self.weighted = (self.points * weights[:, None]).astype(precision)
        self.weights, self.half = weights.astype(precision), half.astype(precision)
        self.close = CLOSE * X.var(axis=0).mean()

    def begin(self, k, starts, rng):
        """Draw starts by greedy k-means++: each next centre is the best of a few far rows."""
        total, tries = self.weights.cumsum(dtype=float), 2 + int(np.log(k))
        at = _drawn(total[None], rng.random((1, starts)))[0]
        chosen, nearest = [at], self._apart(at)
        for _ in range(1, k):
            total = np.cumsum(nearest * self.weights, axis=1, dtype=float)
            tried = _drawn(total, rng.random((starts, tries)))
            apart = self._apart(tried.ravel()).reshape(starts, tries, -1)
            apart = np.minimum(apart, nearest[:, None], out=apart)
            best = (apart @ self.weights).argmin(axis=1)
            at, nearest = tried[_each(best)], apart[_each(best)]
            chosen.append(at)
        return self.points[np.stack(chosen, axis=1), :-1]

    def _apart(self, rows):
        """Half the squared distance of all rows to some of them: an array (some, all)."""
        far = self._from(self.points[rows, :-1])
        return np.maximum(far + self.half, 0, out=far)

    def _from(self, centres):
        """Half the squared distance to centres, less half the own square: (centres, all)."""
        squares = (centres**2).sum(axis=1, keepdims=True) / 2
        return np.hstack([-centres, squares]) @ self.points.T

    def settle(self, centres, *, pruned=None):
        """Move the centres of every start until they rest; returns them and their spreads."""
        ends, spread = centres.copy(), np.full(len(centres), np.inf)
        live = np.arange(len(centres))
        for done in range(1, ROUNDS + 1):
            moved, spread[live] = self._round(ends[live])
            restless = ((moved - ends[live]) ** 2).sum(axis=(1, 2)) > self.close
            ends[live] = moved
            kept = min((pruned or {}).get(done, len(ends)), len(ends))
            live = live[restless & (spread[live] <= np.partition(spread, kept - 1)[kept - 1])]
            if not len(live):
                break
        return ends, spread

    def _round(self, centres):
        """Give every row to its nearest centre and take their means; and the spread before."""
        starts, k, wide = centres.shape
        far = self._from(centres.swapaxes(0, 1).reshape(k * starts, wide)).reshape(k, starts, -1)
        own, low = np.zeros(far.shape[1:], dtype=np.int16), far[0]
        for place in range(1, k):
            own = np.maximum(own, (far[place] < low) * np.int16(place))
            low = np.minimum(low, far[place])
        mine = own == np.arange(k, dtype=np.int16)[:, None, None]
        sums = mine.reshape(k * starts, -1).astype(far.dtype) @ self.weighted
        sums = sums.reshape(k, starts, -1).swapaxes(0, 1)
        size = sums[:, :, -1:]
        means = np.divide(sums[:, :, :-1], size, out=centres.copy(), where=size > 0)
        return means, 2 * ((low + self.half) @ self.weights)


def _drawn(total, chances):
    """Draw places in proportion to weights whose running sums are the rows of `total`."""
    shares = total / np.maximum(total[:, -1:], np.finfo(float).tiny)
    begin = np.arange(len(total))[:, None]
    places = np.searchsorted((shares + begin).ravel(), (chances + begin).ravel(), side="right")
    return np.minimum(places.reshape(chances.shape) - begin * total.shape[1], total.shape[1] - 1)


def _each(best):
    return np.arange(len(best)), best
