"""How sure is a forecast of purchases? Customers are drawn again, and both models fitted again.

Each draw takes as many customers as there are, with repetition, and begins its search at the
parameters of all. The interval says how far the parameters, and what follows from them for the
same customers, move with who happened to be in the data. It does not hold what the future adds by
chance, nor that the models may be wrong: for that there is the hold-out. Taught in approaches/clv.
"""

import numpy as np
import pandas as pd

from segkit.refusal import passes
from segkit.segments.models.purchases import bgnbd, gammagamma, history
from segkit.study import StudyError


@passes
def intervals(summary, *, definition, repeats, seed, level=0.95):
    """Return what, estimate, low and high for every parameter and for the totals of the horizon.

    The order of rows plays no part. Draws that cannot be fitted are left out; when that is more
    than every tenth, the forecast hangs on a few customers, and low and high are unknown (NaN).

    Parameters
    ----------
    summary : DataFrame or Refused
        The history of purchases.
    definition : Definition
        That of `clv.fit` on the same summary.
    repeats : int
        Number of draws, 50 or more.
    seed : int
        For the draws.
    level : float
        Share of the draws inside, 0 to 1.

    Returns
    -------
    DataFrame
        what, estimate, low and high, for every parameter and for the totals of the horizon:
        purchase days, money per purchase of all customers (mean), value (money).

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> import pandas as pd
    >>> from segkit.segments.models.purchases import bootstrap, history
    >>> row = [["c1", 2, 50.0, 90.0, 20.0], ["c2", 0, 0.0, 60.0, 0.0]]
    >>> summary = pd.DataFrame(row, columns=["customer_id", *history.COLUMNS])
    >>> rules = {"bgnbd": {"r": 0.9, "alpha": 60.0, "a": 0.8, "b": 2.5}, "days_ahead": 90}
    >>> rules["gammagamma"] = {"p": 6.0, "q": 4.0, "gamma": 15.0}
    >>> definition = SimpleNamespace(rules=rules)
    >>> found = bootstrap.intervals(summary, definition=definition, repeats=0, seed=1)
    >>> found[["what", "estimate"]].round(2).tail(3)
                                     what  estimate
    7  purchase days ahead, all customers      1.54
    8         mean spend per purchase day     30.00
    9          value ahead, all customers     38.62
    """
    x, t_x, age, money = history.sort(summary)
    rules, rng = definition.rules, np.random.default_rng(seed)
    held = (*bgnbd.unique(x, t_x, age), x, money)
    best = _totals(rules["bgnbd"], rules["gammagamma"], held, rules["days_ahead"])
    draws = [d for d in (_draw(held, rules, rng) for _ in range(repeats)) if d is not None]
    if len(draws) < max(0.9 * repeats, 1):
        draws = [[np.nan] * len(best)]
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2], axis=0)
    columns = {"what": list(best), "estimate": list(best.values()), "low": low, "high": high}
    return pd.DataFrame(columns)


def _draw(held, rules, rng):
    x, t_x, age, _, place, each, money = held
    chosen = np.bincount(rng.integers(len(place), size=len(place)), minlength=len(place))
    counts = np.bincount(place, chosen, minlength=len(x))
    used = counts > 0
    try:
        purchases = bgnbd.fit(x[used], t_x[used], age[used], counts=counts[used],
                              start=rules["bgnbd"])  # fmt: skip
        spend = gammagamma.fit(each, money, counts=chosen.astype(float), start=rules["gammagamma"])
    except StudyError:
        return None
    return list(_totals(purchases, spend, held, rules["days_ahead"]).values())


def _totals(purchases, spend, held, days):
    """Sum up over all customers, once per distinct history."""
    x, t_x, age, counts, place, each, money = held
    count = bgnbd.ahead(purchases, x, t_x, age, days=days)
    value = count[place] @ gammagamma.expected(spend, each, money)
    told = {
        "purchase days ahead, all customers": float(count @ counts),
        "mean spend per purchase day": gammagamma.mean(spend),
        "value ahead, all customers": float(value),
    }
    return {**purchases, **spend, **told}
