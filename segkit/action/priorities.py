"""Where the money sits, and which persona comes first.

The rule of thumb says that a fifth of the customers brings four fifths of the sales. It is a
claim, so the observed share stands beside the promised one, with a bootstrap interval. The
order of personas is attractiveness x fit: what they are worth to us, and how well what we can
do suits them. Weights are opinions; the ranking is only as good as it survives other ones,
so they are drawn at random many times.

Refused: points without a measurement. A criterion the data do not have is left out, and said.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from segkit.refusal import Refused


@dataclass(frozen=True)
class Weights:
    """Opinions on what makes a persona come first: column -> weight of 0 or more.

    Parameters
    ----------
    worth : dict
        What a persona is worth to us; its share of customers where no money is known.
    fit : dict
        How well what we can do suits it. Only ratios of weights matter.

    Examples
    --------
    >>> from segkit import action
    >>> action.Weights(worth={"trend": 2.0}, fit={"outcome": 1.0}).times(3).worth
    {'trend': 6.0}
    """

    worth: dict
    fit: dict

    def times(self, factor):
        """Multiply all weights: no rank may change by it."""
        sides = ({name: factor * weight for name, weight in side.items()} for side in self.sides)
        return Weights(*sides)

    @property
    def sides(self):
        """Return both: worth, fit."""
        return self.worth, self.fit

    def known(self, measures):
        """Return the weights to use: by the share of customers where no money is known."""
        worth = self.worth if usable(measures, weights=self.worth) else {"share": 1.0}
        return Weights(worth, self.fit)


@dataclass(frozen=True)
class Concentration:
    """What the largest fifth of the customers brings: share and interval."""

    share: float | Refused
    interval: tuple | Refused

    @property
    def told(self):
        """Say in Markdown what the top fifth brings, or that it is unknown."""
        if isinstance(self.share, Refused):
            return "What a fifth of the customers brings is not known: the list has no money on it."
        low, high = self.interval
        spend = f"{self.share:.0%} of the spend ({low:.1%} to {high:.1%})"
        return f"A fifth of the customers brings {spend}, not 80%."


def score(measures, *, weights):
    """Return the weighted mean of the measures, each as a share of its best value (0..1).

    `measures`: one row per persona; `weights`: column -> weight >= 0, only their ratios
    matter. A column that is absent or empty is left out; a missing value leaves the persona
    to its other measures. Without any measure everybody scores 1.
    """
    used = usable(measures, weights=weights)
    return pd.Series(_scores(measures, list(used), [list(used.values())])[0], index=measures.index)


def usable(measures, *, weights):
    """Return the weights of those measures that the data have (column -> weight above 0)."""
    return {
        name: float(weight)
        for name, weight in weights.items()
        if weight > 0 and name in measures and (measures[name] > 0).any()
    }


def rank(measures, *, weights):
    """Rank personas by attractiveness x fit.

    Adds attractiveness, fit, priority (their product, 0..1) and rank (1 = first; equal
    priorities keep the order of the table). Without any measure of one side, that side is 1
    for everybody and does not decide. Who only share a way of answering (`style`) come last: what
    they want is not known.
    """
    table = measures.copy()
    table["attractiveness"] = score(measures, weights=weights.worth)
    table["fit"] = score(measures, weights=weights.fit)
    table["priority"] = table["attractiveness"] * table["fit"] * _meant(table)
    table["rank"] = table["priority"].round(12).rank(ascending=False, method="first").astype(int)
    return table


def sensitivity(measures, *, weights, rng, repeats=1000):
    """Rank again under random weights: how much of the order is opinion?

    Each repeat draws new weights for the same measures, all mixtures equally likely. Returns,
    in the order of `measures`: rank (with the given weights), stays (share of the repeats
    with the same rank), first (share at rank 1), best and worst rank seen.
    """
    given = rank(measures, weights=weights)["rank"]
    sides = []
    for side in weights.sides:
        used = list(usable(measures, weights=side))
        drawn = rng.dirichlet(np.ones(len(used)), size=repeats) if used else np.ones((repeats, 0))
        sides.append(_scores(measures, used, drawn))
    products = sides[0] * sides[1] * _meant(measures).to_numpy()
    order = np.argsort(-np.round(products, 12), axis=1, kind="stable")
    drawn = np.argsort(order, axis=1, kind="stable") + 1
    return pd.DataFrame({
        "rank": given, "stays": (drawn == given.to_numpy()).mean(axis=0),
        "first": (drawn == 1).mean(axis=0), "best": drawn.min(axis=0), "worst": drawn.max(axis=0),
    }, index=measures.index)  # fmt: skip


def _meant(measures):
    """Return 0 for personas that only share a way of answering, 1 for all others."""
    style = measures["style"] if "style" in measures else pd.Series("", index=measures.index)
    return (style != "yes").astype(float)


def _scores(measures, used, weights):
    """Score every persona under each row of weights for `used`: (weightings, personas), 0..1.

    Without any measure used or known everybody scores 1.
    """
    values = measures[used].astype(float).clip(lower=0)
    parts = (values / values.max()).to_numpy().T
    total = np.asarray(weights) @ ~np.isnan(parts)
    sums = np.asarray(weights) @ np.nan_to_num(parts)
    return np.divide(sums, total, where=total > 0, out=np.ones_like(total))
