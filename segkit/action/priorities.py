"""Where the money sits, and which persona comes first.

The rule of thumb says that a fifth of the customers brings four fifths of the sales. It is a
claim, so the observed share stands beside the promised one, with a bootstrap interval. The
order of personas is attractiveness x fit: what they are worth to us, and how well what we can
do suits them. Weights are opinions; the ranking is only as good as it survives other ones,
so they are drawn at random many times.

Refused: points without a measurement. A criterion the data do not have is left out, and said.
"""

import numpy as np
import pandas as pd


def curve(values):
    """Return the concentration curve: the largest customers first.

    `values`: one number per customer (spend). Returns customers_share and value_share (0..1,
    cumulative), from (0, 0) to (1, 1).
    """
    ordered = np.sort(np.asarray(values, dtype=float))[::-1]
    total = ordered.sum()
    customers = np.arange(len(ordered) + 1) / max(len(ordered), 1)
    shares = np.concatenate([[0.0], np.cumsum(ordered) / total if total else ordered * np.nan])
    return pd.DataFrame({"customers_share": customers, "value_share": shares})


def top_share(values, *, top=0.2):
    """Return the share of the total that the largest `top` (0..1) of the customers bring.

    1 = everything, `top` = all are equal. A fifth that is no whole number of customers is
    read between two points of the curve.
    """
    line = curve(values)
    return float(np.interp(top, line["customers_share"], line["value_share"]))


def concentration(values, *, rng, repeats=500):
    """Return (share of the top fifth, its interval, the curve), or Nones without any money.

    `values`: one amount per customer, missing ones left out; None where the card has no money.
    """
    if values is None:
        return None, None, None
    known = values.dropna()
    interval = top_share_interval(known, rng=rng, repeats=repeats)
    return top_share(known), interval, curve(known)


def weights(measures, *, worth):
    """Return the weights of attractiveness: by the share of customers where no money is known.

    `worth`: column -> weight; without a single one of its columns known in `measures`, `share`
    takes their place.
    """
    return worth if usable(measures, weights=worth) else {"share": 1.0}


def told(share, *, interval):
    """Say in Markdown what the top fifth brings (0..1, with interval), or that it is unknown."""
    if share is None:
        return "What a fifth of the customers brings is not known: the list has no money on it."
    return (
        f"A fifth of the customers brings {share:.0%} of the spend "
        f"({interval[0]:.1%} to {interval[1]:.1%}), not 80%."
    )


def top_share_interval(values, *, rng, top=0.2, repeats=500, level=0.95):
    """Return the percentile bootstrap interval (low, high) of `top_share`.

    Customers are drawn with replacement `repeats` times; how far the answer would move had
    other customers of the same kind come.
    """
    ordered = np.sort(np.asarray(values, dtype=float))[::-1]
    n = len(ordered)
    drawn = [
        _weighted_top(ordered, rng.multinomial(n, np.full(n, 1 / n)), top) for _ in range(repeats)
    ]
    edge = (1 - level) / 2
    low, high = np.quantile(drawn, [edge, 1 - edge])
    return float(low), float(high)


def score(measures, *, weights):
    """Return the weighted mean of the measures, each as a share of its best value (0..1).

    `measures`: one row per persona; `weights`: column -> weight >= 0, only their ratios
    matter. A column that is absent or empty is left out; a missing value leaves the persona
    to its other measures.
    """
    used = usable(measures, weights=weights)
    parts = pd.DataFrame({name: _of_best(measures[name]) for name in used}, index=measures.index)
    weight = pd.Series(used, dtype=float)
    total = parts.notna().mul(weight).sum(axis=1)
    return parts.mul(weight).sum(axis=1) / total.where(total > 0)


def usable(measures, *, weights):
    """Return the weights of those measures that the data have (column -> weight above 0)."""
    return {
        name: float(weight)
        for name, weight in weights.items()
        if weight > 0 and name in measures and (measures[name] > 0).any()
    }


def rank(measures, *, attractiveness, fit):
    """Rank personas by attractiveness x fit; both are weights as in `score`.

    Adds attractiveness, fit, priority (their product, 0..1) and rank (1 = first; equal
    priorities keep the order of the table). Without any measure of one side, that side is 1
    for everybody and does not decide.
    """
    table = measures.copy()
    table["attractiveness"] = score(measures, weights=attractiveness).fillna(1.0)
    table["fit"] = score(measures, weights=fit).fillna(1.0)
    table["priority"] = table["attractiveness"] * table["fit"]
    table["rank"] = table["priority"].round(12).rank(ascending=False, method="first").astype(int)
    return table


def sensitivity(measures, *, attractiveness, fit, rng, repeats=1000):
    """Rank again under random weights: how much of the order is opinion?

    Each repeat draws new weights for the same measures, all mixtures equally likely. Returns,
    in the order of `measures`: rank (with the given weights), stays (share of the repeats
    with the same rank), first (share at rank 1), best and worst rank seen.
    """
    given = rank(measures, attractiveness=attractiveness, fit=fit)["rank"]
    sides = [
        _drawn_scores(measures, usable(measures, weights=side), rng=rng, repeats=repeats)
        for side in (attractiveness, fit)
    ]
    order = np.argsort(-np.round(sides[0] * sides[1], 12), axis=1, kind="stable")
    drawn = np.argsort(order, axis=1, kind="stable") + 1
    return pd.DataFrame({
        "rank": given, "stays": (drawn == given.to_numpy()).mean(axis=0),
        "first": (drawn == 1).mean(axis=0), "best": drawn.min(axis=0), "worst": drawn.max(axis=0),
    }, index=measures.index)  # fmt: skip


def _weighted_top(ordered, weights, top):
    customers = np.cumsum(weights) / weights.sum()
    values = np.cumsum(weights * ordered)
    return np.interp(top, np.append(0.0, customers), np.append(0.0, values / values[-1]))


def _of_best(values):
    values = values.astype(float).clip(lower=0)
    return values / values.max()


def _drawn_scores(measures, used, *, rng, repeats):
    """Score every persona under `repeats` random weightings: (repeats, personas), 0..1."""
    if not used:
        return np.ones((repeats, len(measures)))
    parts = np.column_stack([_of_best(measures[name]) for name in used])
    known = ~np.isnan(parts)
    weights = rng.dirichlet(np.ones(len(used)), size=repeats)
    total = weights @ known.T
    sums = weights @ np.nan_to_num(parts).T
    return np.divide(sums, total, where=total > 0, out=np.ones_like(total))
