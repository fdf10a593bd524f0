"""From counts to scores of 0 to 100, by thresholds that are stored.

An amount or a share becomes the share of the customers who do less of it, half of the equal
ones counted, times 100. Nothing done of what can be counted is 0. The thresholds (knots) are
kept in the definition, so a new customer is scored like the old ones, in any engine, and equal
values get equal scores. Between two knots the score is on a straight line.

A share of few is first shrunk towards the base rate: (part + strength · base) / (whole +
strength), the mean of a beta-binomial whose strength is found by maximum likelihood from how
much customers differ, or set to 4 and said so where there are too few customers to tell. So 1 of
1 is not 100 %. Where customers differ no more than chance would have them, everybody gets the
base rate. What no table tells is not known; it is never 0. Source: the text on five types of
loyalty; for shrinking, Efron and Morris (1975). Taught in notebook approaches/loyalty.
"""

import ibis
import numpy as np

from segkit.segments.approaches.loyalty.types import MEASURES

LEVELS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)
"""Places in the sorted values at which a knot is kept: every tenth, closer at the top."""
STRENGTH = 4.0
"""Weight of the base rate, in observations, where the data cannot say."""
STRONGEST = 1_000.0
"""Weight of the base rate where customers differ no more than chance."""
ENOUGH = 20
"""Customers with two or more observations from which the strength is estimated."""


def calibrate(card, measure):
    """Find the thresholds of one measure on a customer card.

    Parameters
    ----------
    card : DataFrame
        The customer card.
    measure : dict
        An entry of `types.MEASURES`.

    Returns
    -------
    dict or None
        The measure with `best` (the mean of the best fifth, natural unit), `mean`, `known_n`
        (customers) and `knots` ([value, score] pairs, ascending); of a share also `base`,
        `strength` and `strength_from` ("estimated" or "stated"). None when nobody's is known.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.segments.approaches.loyalty import scoring
    >>> card = pd.DataFrame({"orders_n": [1, 2, 3, 4, 5]})
    >>> scoring.calibrate(card, {"measure": "orders", "amount": "orders_n"})["best"]
    5.0
    """
    shrunk = _shrinking(card, measure) if "part" in measure else {}
    found = dict(measure) | shrunk
    values = natural(card, found)
    values = np.sort(values[~np.isnan(values)])
    if not len(values):
        return None
    best = values[np.searchsorted(values, values[-max(1, len(values) // 5)]) :]
    told = {"best": float(best.mean()), "mean": float(values.mean()), "known_n": len(values)}
    return found | told | {"knots": _knots(values, counted="amount" in measure)}


def shrunk(card, name):
    """Return one measure for each customer, shrunk where it is a share.

    Parameters
    ----------
    card : DataFrame
        The customer card.
    name : str
        The name of an entry of `types.MEASURES`.

    Returns
    -------
    array of float
        As `natural` says it.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.segments.approaches.loyalty import scoring
    >>> scoring.shrunk(pd.DataFrame({"orders_n": [3, 1]}), "orders").tolist()
    [3.0, 1.0]
    """
    measures = (each for found in MEASURES.values() for each in found)
    return natural(card, calibrate(card, next(m for m in measures if m["measure"] == name)))


def natural(card, measure):
    """Return what a calibrated measure is for each customer, unscored.

    Parameters
    ----------
    card : DataFrame
        The customer card.
    measure : dict
        What `calibrate` returned.

    Returns
    -------
    array of float
        An amount as it is; a share shrunk towards its base rate (0 to 1); NaN = not known.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.segments.approaches.loyalty import scoring
    >>> card = pd.DataFrame({"in_time_n": [1, 9], "judged_n": [1, 10]})
    >>> share = {"part": "in_time_n", "whole": "judged_n", "base": 0.5, "strength": 4.0}
    >>> scoring.natural(card, share).round(2).tolist()
    [0.6, 0.79]
    """
    if "part" in measure:
        part, whole = (card[measure[c]].to_numpy(dtype=float) for c in ("part", "whole"))
        strength = measure["strength"]
        shrunk = (part + strength * measure["base"]) / (whole + strength)
        return np.where(whole > 0, shrunk, np.nan)
    values = card[measure["amount"]].to_numpy(dtype=float)
    if less := measure.get("less"):
        values = np.round(values - card[less].fillna(0).to_numpy(dtype=float), 2)
    return values


def _shrinking(card, measure):
    """Find the base rate and how much it weighs."""
    part, whole = (card[measure[c]].to_numpy(dtype=float) for c in ("part", "whole"))
    part, whole = part[whole > 0], whole[whole > 0]
    base = float((part.sum() + 1) / (whole.sum() + 2))  # even 5 of 5 leave room for a miss
    if (whole >= 2).sum() < ENOUGH:
        return {"base": base, "strength": STRENGTH, "strength_from": "stated"}
    return {"base": base, "strength": strength(part, whole), "strength_from": "estimated"}


def strength(part, whole):
    """Estimate how many observations the base rate weighs, by maximum likelihood.

    `part` of `whole` per customer (whole numbers as floats). Between 0.5 (customers differ
    much, each speaks for himself) and 1,000 (they differ no more than chance).
    """
    from scipy.optimize import minimize_scalar
    from scipy.special import betaln

    codes, n = np.unique(part + whole * (whole.max() + 1), return_counts=True)  # a pair, a number
    pairs = np.column_stack([codes % (whole.max() + 1), codes // (whole.max() + 1)])
    base = (part.sum() + 1) / (whole.sum() + 2)

    def loss(log_strength):
        a, b = np.exp(log_strength) * base, np.exp(log_strength) * (1 - base)
        return -float((n * (betaln(pairs[:, 0] + a, pairs[:, 1] - pairs[:, 0] + b)
                            - betaln(a, b))).sum())  # fmt: skip

    limits = (np.log(0.5), np.log(STRONGEST))
    found = minimize_scalar(loss, bounds=limits, method="bounded")
    return float(round(np.exp(found.x), 3))


def _knots(values, *, counted):
    """Choose thresholds of sorted values and their scores, each value once."""
    places = np.unique(np.round(np.array(LEVELS) * (len(values) - 1)).astype(int))
    chosen = np.unique(values[places])
    if counted:  # the first step above nothing is always a threshold
        chosen = np.union1d(chosen, values[values > 0][:1])
        chosen = chosen[chosen > 0]
    below = np.searchsorted(values, chosen, side="left")
    upto = np.searchsorted(values, chosen, side="right")
    scores = 100 * (below + upto) / 2 / len(values)
    return [[float(v), float(s)] for v, s in zip(chosen, np.round(scores, 3), strict=True)]


def value(table, measure):
    """Make what `natural` makes, in the engine: an Ibis column, null = not known."""
    if "part" in measure:
        part, whole = (table[measure[c]].cast("float64") for c in ("part", "whole"))
        whole, strength = (whole > 0).ifelse(whole, None), measure["strength"]
        return (part + strength * measure["base"]) / (whole + strength)
    found = table[measure["amount"]].cast("float64")
    if less := measure.get("less"):
        found = (found - table[less].cast("float64").fill_null(0.0)).round(2)
    return found


def score(value, measure):
    """Return the Ibis column of a measure's score, 0 to 100, from its natural value."""
    steps = [(value <= 0, 0.0)] if "amount" in measure else []
    for at, (level, points) in enumerate(measure["knots"]):
        slope, offset = _line(measure["knots"], at)
        steps.append((value <= level, value * slope + offset if slope else points))
    top = measure["knots"][-1][1] if measure["knots"] else 0.0
    return ibis.cases((value.isnull(), None), *steps, else_=top)


def _line(knots, at):
    """Give slope and offset of the line that leads up to a knot; 0 and 0 for the first."""
    if at == 0:
        return 0.0, 0.0
    (before, under), (level, points) = knots[at - 1], knots[at]
    slope = (points - under) / (level - before)
    return slope, under - before * slope


def total(known):
    """Return the Ibis column of a type's score: the mean of its known measures, one decimal.

    `known` has pairs (natural value, calibrated measure). A measure weighs 1 unless it has a
    `weight`. Null where none is known.
    """
    if not known:
        return ibis.null("float64")
    made = [(value, score(value, m), float(m.get("weight", 1))) for value, m in known]
    weight = sum(value.notnull().ifelse(heavy, 0.0) for value, _, heavy in made)
    summed = sum(points.fill_null(0.0) * heavy for _, points, heavy in made)
    return (summed / weight.nullif(0.0)).round(1)
