"""Gamma-Gamma: how much money a purchase brings, told apart from how often.

Each customer's purchases scatter round a mean of their own (gamma, p), and the means differ
between customers (gamma, q and gamma). Who bought often shows their own mean; who bought once
more is drawn towards everybody's. It assumes that how much has nothing to do with how often:
`together` measures that. Source: Fader and Hardie, The Gamma-Gamma model of monetary value
(2013). Taught in notebook approaches/clv.
"""

import numpy as np

from segkit.segments import messages
from segkit.segments.models.purchases import search
from segkit.study import StudyError

NAMES = ("p", "q", "gamma")
"""Parameters: scatter within a customer, between customers, and the scale (money)."""

ALIKE = 0.1
"""Spread of customers' means below which they are said to spend alike."""
TIED = 0.3
"""Rank correlation of how often and how much from which the model is said not to hold."""

FAR = (7.0, 7.0, 14.0)
"""p and q do not leave e^-7 … e^7 (there purchases, or customers, differ by 3 % and no more), nor
gamma e^-14 … e^14 times the mean money: further out nothing changes that can be told."""


def fit(x, money, *, counts=None, start=None):
    """Find the parameters of the greatest likelihood: {"p", "q", "gamma"} (gamma in money).

    `x` are repeat days and `money` the mean of each of them, per customer; customers without a
    repeat, or whose repeats brought no money, are left out. Another currency scales gamma only.
    Raises StudyError without such customers, or when spending is so uneven that it has no mean.
    """
    counts = np.ones(len(x)) if counts is None else counts
    used = (x > 0) & (money > 0) & (counts > 0)
    if used.sum() < 2 or np.ptp(money[used]) == 0:
        raise messages.error("few paid again", n=used.sum())
    x, money, n = x[used], money[used], counts[used]
    scale = float(np.average(money, weights=n))
    first = np.log([1.0, 4.0, 3.0]) if start is None else _logs(start) - [0, 0, np.log(scale)]
    loss, taken = _scaled(x, money / scale, n), search.sampled(len(x))
    few = taken and _scaled(x[taken], money[taken] / scale, n[taken])
    found = search.settle(loss, start=first, far=FAR, few=few)
    p, q, gamma = (float(value) for value in np.exp(found))
    if not np.isfinite(loss(found)[0]) or q <= 1:
        raise StudyError("Spend per purchase is so uneven that it has no mean to forecast.")
    return {"p": p, "q": q, "gamma": gamma * scale}


def mean(parameters):
    """Return the mean spend per purchase over all customers (money)."""
    return parameters["p"] * parameters["gamma"] / (parameters["q"] - 1)


def expected(parameters, x, money):
    """Return each customer's expected spend per purchase (money).

    A mean of the customer's own spend and everybody's, the own one weighing more with every repeat;
    without a repeat everybody's. Spend below 0 (more given back than bought) counts as 0.

    Parameters
    ----------
    parameters : dict
        p, q and gamma.
    x : sequence of int
        Repeat days of each customer.
    money : sequence of float
        Mean spend per repeat day (money).

    Returns
    -------
    array of float
        Money per purchase.

    Examples
    --------
    >>> from segkit.segments.models.purchases import gammagamma
    >>> parameters = {"p": 6.0, "q": 4.0, "gamma": 15.0}
    >>> gammagamma.expected(parameters, [0, 10], [0.0, 90.0]).round(1).tolist()
    [30.0, 87.1]
    """
    x, money = np.asarray(x, dtype=float), np.asarray(money, dtype=float)
    p, q, gamma = (parameters[name] for name in NAMES)
    return p * (gamma + x * np.clip(money, 0, None)) / (p * x + q - 1)


def spread(parameters):
    """Return how far customers' own means lie apart: standard deviation over mean, 0 and up.

    0.5: half of the mean. Near 0 everybody spends alike and only chance parts their purchases;
    infinite where q is 2 or less.
    """
    q = parameters["q"]
    return float((q - 2) ** -0.5) if q > 2 else float("inf")


def in_words(parameters, x, money):
    """Say what the model found and whether what it takes for granted holds."""
    found, tied = spread(parameters), together(x, money)
    everybody = f"around everybody's {mean(parameters):,.2f}"
    told = messages.told("spend differs", found=found, everybody=everybody)
    if found == float("inf"):
        told = messages.told("spend unbounded", everybody=everybody)
    alike = messages.told("spend alike") if found < ALIKE else ""
    loose = "as good as assumed" if abs(tied) < TIED else "more than the model allows"
    return messages.told("how often and how much", told=told, alike=alike, tied=tied, loose=loose)


def together(x, money):
    """Return the rank correlation of how often and how much among repeat buyers, -1 to 1.

    0: as the model assumes. NaN where it cannot be computed.
    """
    from scipy.stats import rankdata

    used = (x > 0) & (money > 0)
    if used.sum() < 3 or np.ptp(x[used]) == 0 or np.ptp(money[used]) == 0:
        return float("nan")
    return float(np.corrcoef(rankdata(x[used]), rankdata(money[used]))[0, 1])


def _logs(parameters):
    return np.log([parameters[name] for name in NAMES])


def _scaled(x, money, n):
    """Return the loss as a function of the logarithms."""
    parts = _parts(x, money, n)
    return lambda logs: _loss(logs, parts)


def _parts(x, money, n):
    """Sum up once what no step of the search changes."""
    levels, at = np.unique(x, return_inverse=True)
    return {
        "n": n,
        "x": x,
        "total": x * money,
        "levels": (levels, np.bincount(at, n)),
        "logs": float((n * x) @ np.log(x * money)),
        "log": float(n @ np.log(money)),
    }


def _loss(logs, parts):
    """Return minus the mean log-likelihood, and its gradient by the logarithms."""
    from scipy.special import gammaln, psi

    p, q, gamma = np.exp(logs)
    x, n = parts["levels"]
    heads = n.sum()
    value = n @ (gammaln(p * x + q) - gammaln(p * x)) + heads * (q * np.log(gamma) - gammaln(q))
    value += p * parts["logs"] - parts["log"]
    both = psi(p * x + q)
    slope = np.array([n @ (x * (both - psi(p * x))) + parts["logs"],
                      n @ both + heads * (np.log(gamma) - psi(q)), heads * q / gamma])  # fmt: skip
    reach = gamma + parts["total"]
    log, weight = np.log(reach), parts["n"] * (p * parts["x"] + q)
    value -= weight @ log
    slope -= [(parts["n"] * parts["x"]) @ log, parts["n"] @ log, (weight / reach).sum()]
    return -value / heads, -slope * np.array([p, q, gamma]) / heads
