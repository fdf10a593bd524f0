"""Money for loyalty: where it matters most and where most is still to be gained.

A type gets money by its weight times its potential. The potential is how far these customers
are below the best fifth of all: 0 = as good as the best, 1 = nothing yet. Types that nobody has
measured get no money: measure them first. How much an activity really raises is not known before
it was tried; see `effect`. Taught in notebook approaches/loyalty.
"""

import numpy as np
import pandas as pd

from segkit.refusal import passes
from segkit.segments.approaches.loyalty import scoring
from segkit.segments.approaches.loyalty.types import ACTIVITIES, TYPES
from segkit.study import StudyError


def potential(card, definition):
    """Measure how far below the best fifth the customers of a card are, type by type.

    Returns {type: 0 to 1, or NaN where it is not known}: the mean over the type's measures of 1 −
    mean / mean of the best fifth at the fit, in natural units. `card` may be one segment's.
    """
    found = {}
    for kind in TYPES:
        gaps = [_gap(card, measure) for measure in definition.rules["types"][kind]]
        gaps = [gap for gap in gaps if not np.isnan(gap)]
        found[kind] = float(np.mean(gaps)) if gaps else float("nan")
    return found


def _gap(card, measure):
    values = scoring.natural(card, measure)
    values = values[~np.isnan(values)]
    if not len(values):
        return float("nan")
    if measure["best"] <= 0:  # nobody has begun
        return 1.0
    return float(np.clip(1 - values.mean() / measure["best"], 0, 1))


@passes
def split(money, *, weights, potential):
    """Split a sum of money over the five types.

    Parameters
    ----------
    money : float
        What there is to spend, 0 or more.
    weights : dict
        {type: 0 to 1}, how much each matters; see `types.weights`.
    potential : dict
        {type: 0 to 1, NaN = not known}, how much is still to be gained; see `potential`.

    Returns
    -------
    DataFrame
        type, weight, potential, share, money (parts add up to the whole, to the cent) and
        activities (what to try). Types that are not known get nothing.

    Raises
    ------
    StudyError
        For a sum below 0.

    Examples
    --------
    >>> from segkit.segments.approaches.loyalty import budget, types
    >>> room = dict.fromkeys(types.TYPES, 0.0) | {"referral": 0.5, "contact": 0.5}
    >>> plan = budget.split(100, weights=types.weights("all alike"), potential=room)
    >>> plan["money"].tolist()
    [0.0, 50.0, 0.0, 50.0, 0.0]
    """
    if money < 0:
        raise StudyError(f"The budget is {money}: it must be 0 or more.")
    pull = np.array([weights[k] * np.nan_to_num(potential[k]) for k in TYPES])
    share = pull / pull.sum() if pull.sum() else pull
    return pd.DataFrame(
        {
            "type": TYPES,
            "weight": [weights[k] for k in TYPES],
            "potential": [potential[k] for k in TYPES],
            "share": share,
            "money": _cents(money, share),
            "activities": [_named(k, potential[k]) for k in TYPES],
        }
    )


def _named(kind, potential):
    if np.isnan(potential):
        return "not known: measure it first"
    return ", ".join(each["activity"] for each in ACTIVITIES if each["type"] == kind)


def _cents(money, share):
    """Round parts so that they add up: the largest remainders get the cents that are left."""
    exact = np.round(share * round(money * 100), 6)
    cents = np.floor(exact).astype(int)
    left = round(float(exact.sum())) - int(cents.sum())
    order = np.argsort(-(exact - cents), kind="stable")
    cents[order[:left]] += 1
    return cents / 100
