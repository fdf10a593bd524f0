"""Drift: is a column of the customers spread as it was when the segments were last looked at?

The population stability index compares shares in bins, those of then being tenths of then:
sum of (now − then) × ln(now ÷ then). Trade calls it small below 0.1 and large from 0.25, whatever
the number of customers. But chance alone makes an index of about (1/n + 1/m) × χ² with one degree
of freedom less than bins (Yurdakul and Naranjo, Statistical properties of the population stability
index, Journal of Risk Model Validation 14, 2020), so 200 customers reach 0.1 often and a million
never. Both are said: whether it is more than chance, corrected for the number of columns (Holm),
and how large it is. Where most customers are the same people in both months, chance makes less than
that, so the limit errs on the side of silence. A bin that is empty on one side counts as half a
customer on both.
"""

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype
from scipy.stats import chi2

from segkit.evidence import holm

MOST = 10
"""So many bins at most."""

SOME, LARGE = 0.1, 0.25
"""What trade calls some drift, and much; a habit, no test."""

UNKNOWN, OTHER = "not known", "others"


def bins(card, *, columns):
    """Describe how columns are spread, as plain data: {column: bins}.

    Numbers get `edges` (upper ends of tenths, fewer where many share one value), words the
    commonest `values`; both `counts`, the last of them for who is not known.
    """
    return {column: _described(card[column]) for column in columns if column in card}


def _described(values):
    if is_numeric_dtype(values):
        known = values.dropna().astype(float)
        tenths = np.arange(1, MOST) / MOST
        at = np.quantile(known, tenths, method="inverted_cdf") if len(known) else []
        told = {"edges": [float(edge) for edge in np.unique(at) if edge < known.max()]}
    else:
        told = {"values": values.dropna().astype(str).value_counts().index[: MOST - 1].tolist()}
    return {**told, "counts": counted(values, told)}


def counted(values, told):
    """Count values in bins that are given: one number per bin, then others, then who is not known.

    >>> import pandas as pd
    >>> from segkit.validation import drift
    >>> drift.counted(pd.Series([1, 2, 3, None]), {"edges": [1.0, 2.0]})
    [1, 1, 1, 1]
    """
    if "edges" in told:
        known = pd.to_numeric(values, errors="coerce").astype(float).dropna()
        places = np.searchsorted(told["edges"], known, side="left")
        found = np.bincount(places, minlength=len(told["edges"]) + 1)
    else:
        known = values.dropna().astype(str)
        each = known.value_counts().reindex(told["values"], fill_value=0)
        found = [*each, len(known) - each.sum()]
    return [*map(int, found), int(len(values) - len(known))]


def psi(then, now):
    """Return the population stability index of two rows of counts in the same bins; 0 = as then.

    >>> from segkit.validation import drift
    >>> round(drift.psi([50, 50], [60, 40]), 4), drift.psi([3, 7], [30, 70])
    (0.0405, 0.0)
    """
    then, now = _filled(then, now)
    a, b = then / then.sum(), now / now.sum()
    return float(((b - a) * np.log(b / a)).sum())


def by_chance(then, now):
    """Say how large an index chance makes: (limit at 5 %, p of the one seen).

    >>> from segkit.validation import drift
    >>> limit, p = drift.by_chance([50, 50], [60, 40])
    >>> round(limit, 4), round(p, 3)
    (0.0768, 0.154)
    """
    scale, free = 1 / sum(then) + 1 / sum(now), len(_filled(then, now)[0]) - 1
    if free < 1:
        return float("nan"), float("nan")
    return float(chi2.ppf(0.95, free) * scale), float(chi2.sf(psi(then, now) / scale, free))


def table(before, card):
    """Set every column's spread of now beside that of then, the most drifted first.

    `before`: what `bins` returned then; `card`: the customers of now. Returns column, bins_n, psi,
    chance_limit (95 of 100 without drift lie below), p_holm, size ("small", "some", "large": the
    habit of trade) and drifted (beyond chance, and not small). A column that is gone is left out.
    """
    rows = []
    for column, told in before.items():
        if column in card and sum(told["counts"]) and len(card):
            now = counted(card[column], told)
            limit, p = by_chance(told["counts"], now)
            seen = psi(told["counts"], now)
            n = len(_filled(told["counts"], now)[0])
            rows.append({"column": column, "bins_n": n, "psi": seen, "chance_limit": limit, "p": p})
    found = pd.DataFrame(rows, columns=["column", "bins_n", "psi", "chance_limit", "p"])
    found["p_holm"] = holm(found.pop("p").astype(float).to_numpy())
    sizes = [found["psi"] >= LARGE, found["psi"] >= SOME]
    found["size"] = np.select(sizes, ["large", "some"], "small")
    found["drifted"] = (found["p_holm"] < 0.05) & (found["psi"] >= SOME)
    return found.sort_values("psi", ascending=False, kind="stable", ignore_index=True)


def _filled(then, now):
    """Leave out bins that are empty on both sides; half a customer more where one side is."""
    both = np.array([then, now], dtype=float)
    both = both[:, both.sum(axis=0) > 0]
    both[:, (both == 0).any(axis=0)] += 0.5
    return both
