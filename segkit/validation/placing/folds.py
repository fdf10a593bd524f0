"""Folds: the questions are chosen without those on whom the choice is judged.

Nested cross-validation, stratified and repeated. In each outer fold the questions are taken one
after the other (forward selection), each time the one after which segments are told best
(log-loss) in inner folds of the learning part; cuts and points are learned there, too. Then the
people left out are placed with one question, two, three … Intervals know that learning parts
overlap (Nadeau and Bengio 2003); the number of questions is the smallest within one standard
error of the best (Breiman and others 1984). Rows are sorted by what is known of people before
they are dealt out, so neither their order nor the names of segments play a part.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from sklearn.metrics import cohen_kappa_score, confusion_matrix
from sklearn.model_selection import StratifiedKFold

from segkit import evidence
from segkit.validation.placing.scoring import DECIBAN, Points

FOLDS = 5
REPEATS = 2
MOST = 12
"""Longest questionnaire that is tried."""


@dataclass(frozen=True)
class Judged:
    """Who was placed where, by number of questions, by those who had not seen them.

    placed : (repeats, questions, customers), places of segments; y: the true ones; fold: (repeats,
    customers); orders: the fields chosen in each outer fold, in their order.
    """

    placed: np.ndarray
    y: np.ndarray
    fold: np.ndarray
    orders: list

    @cached_property
    def curve(self):
        """Return questions_n, accuracy, low, high (95 %), error, kappa; 0 to 1, kappa from -1."""
        rows = [self._row(n) for n in range(self.placed.shape[1])]
        return pd.DataFrame(rows)

    @property
    def best(self):
        """Return the number of questions with the highest accuracy; the smaller of equals."""
        return int(self.curve["questions_n"][self.curve["accuracy"].idxmax()])

    @property
    def enough(self):
        """Return the smallest number of questions within one standard error of the best."""
        top = self.curve.loc[self.curve["accuracy"].idxmax()]
        within = self.curve["accuracy"] >= top["accuracy"] - top["error"]
        return int(self.curve["questions_n"][within].min())

    def crossed(self, n):
        """Count where the people of each segment (down) are placed (across), a mean of repeats."""
        kinds = range(self.y.max() + 1)
        tables = [confusion_matrix(self.y, each[n - 1], labels=kinds) for each in self.placed]
        return np.mean(tables, axis=0)

    def chosen(self, n):
        """Count in what share of the folds each field was among the first `n`: a Series."""
        taken = pd.Series([j for order in self.orders for j in order[:n]])
        return taken.value_counts() / len(self.orders)

    def _row(self, at):
        right = self.placed[:, at] == self.y
        per_fold = [right[r, self.fold[r] == f].mean() for r in range(len(right))
                    for f in range(self.fold[r].max() + 1)]  # fmt: skip
        kappas = [cohen_kappa_score(self.y, each[at]) for each in self.placed]
        low, high, error = interval(np.array(per_fold), held_out=1 / FOLDS)
        row = {"questions_n": at + 1, "accuracy": right.mean(), "low": low, "high": high}
        return row | {"error": error, "kappa": float(np.nan_to_num(np.mean(kappas)))}


def interval(values, *, held_out, alpha=0.05):
    """Return low, high and standard error of a mean over folds whose learning parts overlap.

    `values`: one per fold, 0 to 1; `held_out`: the share of people in a fold. The variance is that
    of the folds times (1 / folds + test / train), after Nadeau and Bengio.
    """
    from scipy.stats import t

    spread = 1 / len(values) + held_out / (1 - held_out)
    error = float(np.sqrt(spread * values.var(ddof=1)))
    reach = float(t.ppf(1 - alpha / 2, len(values) - 1)) * error
    return max(0.0, values.mean() - reach), min(1.0, values.mean() + reach), error


def judge(X, y, *, levels, seed):
    """Choose questions in every outer fold and place those left out; returns Judged.

    X : (customers, fields), NaN unknown, in an order of its own (`arranged`); y : places of
    segments, 0 for the largest; levels : answers of each field, 0 for a number.
    """
    most, dealt, orders = min(MOST, X.shape[1]), [], []
    placed = np.zeros((REPEATS, most, len(y)), dtype=int)
    for repeat in range(REPEATS):
        fold = np.zeros(len(y), dtype=int)
        for number, (learn, test) in enumerate(_split(X, y, seed=seed + repeat)):
            order = chosen(X[learn], y[learn], levels=levels, seed=seed)
            key = Points(levels, y.max() + 1).fit(X[learn], y[learn])
            totals = key.start_ + key.given(X[test])[order].cumsum(axis=0)
            placed[repeat][:, test] = totals.argmax(axis=2)
            fold[test] = number
            orders.append(order)
        dealt.append(fold)
    return Judged(placed, y, np.array(dealt), orders)


def chosen(X, y, *, levels, seed):
    """Take questions one after the other, each the one after which segments are told best.

    Returns the places of at most `MOST` fields in the order of the choice. Told best is the lowest
    log-loss in inner folds; of equal ones, the first field. Numbers are cut once, by all of `X`.
    """
    kinds = y.max() + 1
    given, totals = np.zeros((X.shape[1], len(y), kinds)), np.zeros((len(y), kinds))
    whole = Points(levels, kinds).fit(X, y)
    codes = np.where(whole.coded(X) < 0, np.nan, whole.coded(X))
    for learn, test in _split(X, y, seed=seed):
        key = Points(whole.sizes_, kinds).fit(codes[learn], y[learn])
        given[:, test], totals[test] = key.given(codes[test]), key.start_
    order, left = [], list(range(X.shape[1]))
    while left and len(order) < MOST:
        losses = [_loss(totals + given[j], y) for j in left]
        order.append(left.pop(int(np.argmin(np.round(losses, 12)))))
        totals = totals + given[order[-1]]
    return order


def arranged(X, y):
    """Return the order of rows that depends on nothing but what is known of people."""
    keys = np.nan_to_num(X, nan=np.inf)
    return np.lexsort((y, *keys.T[::-1]))


def recalls(crossed):
    """Say of each segment how many of its people are placed in it: n, recall, low, high.

    `crossed`: from `Judged.crossed`. The interval is Wilson's, 95 %.
    """
    n, right = crossed.sum(axis=1), crossed.diagonal()
    low, high = evidence.wilson(right, n)
    return pd.DataFrame({"n": n.astype(int), "recall": right / n, "low": low, "high": high})


def _split(X, y, *, seed):
    return StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(X, y)


def _loss(totals, y):
    """Return the mean log-loss of totals in decibans."""
    logs = totals / DECIBAN
    logs = logs - logs.max(axis=1, keepdims=True)
    return float((np.log(np.exp(logs).sum(axis=1)) - logs[np.arange(len(y)), y]).mean())
