"""BG/NBD: how many purchases are to come, and who is still a customer.

While a customer is one, purchases come at a steady rate of their own (rates differ: gamma, r and
alpha); after every purchase they may stop for good (chances differ: beta, a and b). Three numbers
per customer are enough: x, the days with a purchase after the first; t_x, the days from the first
to the last; T, the days from the first to the end of the data. The likelihood is summed over
distinct (x, t_x, T) with their counts, which is exact and far faster than over customers, and its
gradient is written out. Somebody who never came back cannot have stopped yet: in this model one
stops only after a repeat purchase, so P(alive) is 1 at x = 0. Source: Fader, Hardie and Lee,
"Counting your customers" the easy way, Marketing Science 24 (2005). Taught in approaches/clv.
"""

import numpy as np

from segkit.segments.models.purchases import search
from segkit.study import StudyError

NAMES = ("r", "alpha", "a", "b")
"""Parameters: shape and rate (1/days) of the purchase rates, the two of the drop-out chances."""

FAR = 9.0
"""No parameter leaves e^-9 … e^9 (alpha: times the mean of T): there it says nothing any more."""

NEAR = 3e-4
"""So near to a = 1 the closed form is not computed at a itself."""

NODES = 32
"""Points at which the mean over all drop-out chances is taken: exact to a millionth up to 60 repeat
days, to a hundredth for who came daily for a year (and is in the first tier anyway)."""


def unique(x, t_x, age):
    """Count equal histories: (x, t_x, T, counts, place of each customer among them)."""
    key = _key(x, t_x, age)
    if key is None:
        rows, place, counts = np.unique(
            np.column_stack([x, t_x, age]), axis=0, return_inverse=True, return_counts=True
        )
        return *rows.T, counts.astype(float), place.ravel()
    _, first, place, counts = np.unique(
        key, return_index=True, return_inverse=True, return_counts=True
    )
    return x[first], t_x[first], age[first], counts.astype(float), place


def _key(*columns):
    """Write whole numbers side by side into one, which sorts like the rows; else None."""
    key = np.zeros(len(columns[0]), dtype=np.int64)
    room = 1.0
    for values in columns:
        whole = values.astype(np.int64)
        size = int(values.max(initial=0)) + 1
        room *= size
        if room > 2**62 or values.min(initial=0) < 0 or (whole != values).any():
            return None
        key = key * size + whole
    return key


def fit(x, t_x, age, *, counts=None, start=None):
    """Find the parameters of the greatest likelihood: {"r", "alpha", "a", "b"} (alpha in days).

    `x`, `t_x`, `age` (T) are arrays of distinct histories when `counts` is given, else of
    customers. `start` are parameters to begin at. Doubling every customer changes nothing; the
    unit of time only scales alpha. Raises StudyError when there is no history, no repeat at all,
    or the search does not settle.
    """
    if counts is None:
        x, t_x, age, counts, _ = unique(x, t_x, age)
    if not (x * counts).sum() > 0:
        raise StudyError("Nobody bought on a second day, so repeat purchases cannot be forecast.")
    scale = float(np.average(age, weights=counts))
    first = np.zeros(4) if start is None else _logs(start) - [0, np.log(scale), 0, 0]
    loss = _scaled(x, t_x, age, counts, scale)
    taken = search.sampled(len(x))
    few = taken and _scaled(*(each[taken] for each in (x, t_x, age, counts)), scale)
    found = search.settle(loss, start=first, far=FAR, few=few)
    value, slope = loss(found)
    if not np.isfinite(value) or np.abs(slope[np.abs(found) < FAR]).max(initial=0) > 1e-3:
        raise StudyError("The forecast of purchases does not settle on these histories.")
    r, alpha, a, b = (float(value) for value in np.exp(found))
    return {"r": r, "alpha": alpha * scale, "a": a, "b": b}


def _scaled(x, t_x, age, counts, scale):
    """Return the loss as a function of the logarithms, time in units of `scale`."""
    parts = _parts(x, t_x, age, counts, scale)
    return lambda logs: _loss(logs, parts)


def at_edge(parameters, *, mean_age):
    """List the parameters that ran to the edge of what can be told; usually none.

    `mean_age` is the mean of T in days. Where nobody stops, or all stop alike, the data do not
    say how chances differ.
    """
    logs = _logs(parameters) - [0, np.log(mean_age), 0, 0]
    return [name for name, log in zip(NAMES, logs, strict=True) if abs(log) > FAR - 0.01]


def log_likelihood(parameters, x, t_x, age, *, counts=1.0):
    """Return the log-likelihood of all histories (a sum; the greater, the better)."""
    x, t_x, age = (np.asarray(values, dtype=float) for values in (x, t_x, age))
    counts = np.broadcast_to(np.asarray(counts, dtype=float), x.shape)
    parts = _parts(x, t_x, age, counts)
    return -_loss(_logs(parameters), parts)[0] * float(counts.sum())


def expected(parameters, *, days):
    """Return E[X(t)]: repeat purchase days of a new customer within `days` of the first."""
    newcomer = {"x": 0.0, "age": 0.0}
    return _if_alive(parameters, days=days, **newcomer)


def alive(parameters, x, t_x, age):
    """Return P(alive) of each customer, 0 to 1: the chance that they have not stopped for good.

    1 for customers without a repeat: the model cannot know better.
    """
    x, t_x, age = (np.asarray(values, dtype=float) for values in (x, t_x, age))
    r, alpha, a, b = (parameters[name] for name in NAMES)
    odds = np.log(a) - np.log(b + np.maximum(x, 1) - 1)
    odds = odds + (r + x) * (np.log(alpha + age) - np.log(alpha + t_x))
    from scipy.special import expit

    return np.where(x > 0, expit(-odds), 1.0)


def ahead(parameters, x, t_x, age, *, days):
    """Return E[Y(t) | x, t_x, T]: purchase days of each customer in the next `days`.

    The closed form with Gauss's hypergeometric function, turned by Euler's rule so that only its
    third argument grows with x: no power of a thousand purchases overflows.
    """
    x, age = np.asarray(x, dtype=float), np.asarray(age, dtype=float)
    return alive(parameters, x, t_x, age) * _if_alive(parameters, x=x, age=age, days=days)


def _if_alive(parameters, *, x, age, days):
    a = parameters["a"]
    if abs(a - 1) > NEAR:
        return _closed(parameters, x, age, days)
    # 0/0 at a = 1: a straight line between both sides, for the function is smooth there
    low, high = (_closed({**parameters, "a": 1 + s}, x, age, days) for s in (-NEAR, NEAR))
    return low + (high - low) * (a - 1 + NEAR) / (2 * NEAR)


def _closed(parameters, x, age, days):
    from scipy.special import hyp2f1

    r, alpha, a, b = (parameters[name] for name in NAMES)
    z = days / (alpha + age + days)
    inner = hyp2f1(a + b - 1 - r, a - 1, a + b + x - 1, z) * (1 - z) ** (a - 1)
    return (a + b + x - 1) / (a - 1) * (1 - inner)


def nodes(parameters):
    """Return (chances, weights): drop-out chances whose weighted mean stands for all of them.

    Gauss-Jacobi points of the beta distribution (a, b), so that an engine that knows no
    hypergeometric function can sum instead; see `clv.expression`.
    """
    from scipy.special import roots_jacobi

    points, weights = roots_jacobi(NODES, parameters["b"] - 1, parameters["a"] - 1)
    return (1 + points) / 2, weights / weights.sum()


def summed(parameters, x, t_x, age, *, days):
    """Return the same as `ahead`, as the sum over `nodes` that the engine takes."""
    x, age = (np.asarray(values, dtype=float) for values in (x, age))
    top, bottom = np.zeros_like(x), np.zeros_like(x)
    for chance, weight in zip(*nodes(parameters), strict=True):
        stays = weight * np.exp(x * np.log1p(-chance))
        faded = np.exp(
            -(parameters["r"] + x) * np.log1p(chance * days / (parameters["alpha"] + age))
        )
        top, bottom = top + stays * (1 - faded) / chance, bottom + stays
    return alive(parameters, x, t_x, age) * top / bottom


def _logs(parameters):
    return np.log([parameters[name] for name in NAMES])


def _parts(x, t_x, age, counts, scale=1.0):
    """Sort out what every step of the search needs again: distinct x, t_x and T, and repeats."""
    again = x > 0
    (levels, at), (ages, at_age) = _levels(x), _levels(age)
    lasts, at_last = _levels(t_x[again])
    return {
        "n": float(counts.sum()),
        "levels": (levels, np.bincount(at, counts)),
        "ages": (ages / scale, np.bincount(at_age, counts), np.bincount(at_age, counts * x)),
        "lasts": lasts / scale,
        "again": (x[again], at[again], at_age[again], at_last, counts[again]),
    }


def _levels(values):
    """Return the distinct values and the place of each; whole numbers need no sorting."""
    whole = values.astype(np.int64)
    if len(whole) and whole.min() >= 0 and whole.max() < len(whole) and (whole == values).all():
        return np.arange(whole.max() + 1.0), whole
    return np.unique(values, return_inverse=True)


def _loss(logs, parts):
    """Return minus the mean log-likelihood, and its gradient by the logarithms."""
    r, alpha, a, b = np.exp(logs)
    sums = [_by_level(r, a, b, parts["levels"]), _by_age(r, alpha, parts["ages"])]
    sums.append(_by_repeat(r, alpha, a, b, parts))
    value = sum(part[0] for part in sums) + parts["n"] * r * np.log(alpha)
    slope = sum(part[1] for part in sums)
    slope += parts["n"] * np.array([np.log(alpha), r / alpha, 0, 0])
    return -value / parts["n"], -slope * np.array([r, alpha, a, b]) / parts["n"]


def _by_level(r, a, b, levels):
    """Terms that know only x: log-gamma functions, once per distinct x."""
    from scipy.special import gammaln, psi

    x, n = levels
    value = gammaln(r + x) - gammaln(r) + gammaln(b + x) - gammaln(b)
    value += gammaln(a + b) - gammaln(a + b + x)
    by_r, by_b, by_both = psi(r + x) - psi(r), psi(b + x) - psi(b), psi(a + b) - psi(a + b + x)
    return n @ value, np.array([n @ by_r, 0, n @ by_both, n @ (by_b + by_both)])


def _by_age(r, alpha, ages):
    """Terms that know x and T: -(r + x) ln(alpha + T), once per distinct T."""
    age, n, purchases = ages
    log, weight = np.log(alpha + age), r * n + purchases
    return -weight @ log, np.array([-n @ log, -(weight / (alpha + age)).sum(), 0, 0])


def _by_repeat(r, alpha, a, b, parts):
    """Terms of those who came back: ln(1 + a/(b+x-1) ((alpha+T)/(alpha+t_x))^(r+x))."""
    x, level, at_age, at_last, n = parts["again"]
    ages, lasts, levels = parts["ages"][0], parts["lasts"], parts["levels"][0]
    gap = np.log(alpha + ages)[at_age] - np.log(alpha + lasts)[at_last]
    with np.errstate(invalid="ignore", divide="ignore"):  # x = 0 is never asked for
        base, by_b = np.log(a / (b + levels - 1)), 1 / (b + levels - 1)
    odds = base[level] + (r + x) * gap
    small = np.exp(-np.abs(odds))
    value = np.maximum(odds, 0) + np.log1p(small)  # ln(1 + e^odds), however large
    share = n * np.where(odds > 0, 1, small) / (1 + small)  # count times chance of having stopped
    by_alpha = (1 / (alpha + ages))[at_age] - (1 / (alpha + lasts))[at_last]
    slope = [share @ gap, share @ ((r + x) * by_alpha), share.sum() / a, -(share @ by_b[level])]
    return n @ value, np.array(slope)
