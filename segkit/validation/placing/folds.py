"""Folds: the questions are chosen without those on whom the choice is judged.

Nested cross-validation, stratified and repeated. In each outer fold the questions are taken one
after the other (forward selection), each time the one after which segments are told best
(log-loss) in inner folds of the learning part; cuts and points are learned there, too. Then the
people left out are placed with one question, two, three … Intervals know that learning parts
overlap (Nadeau and Bengio 2003); the number of questions is the smallest within one standard
error of the best (Breiman and others 1984), and people of a fold are judged with the number that
the other folds ask for: in drawn worlds that takes away an optimism of one point. Rows are sorted
by what is known of people before they are dealt out, so neither their order nor the names of
segments play a part.
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
        return pd.DataFrame([self.row(n) for n in range(1, self.placed.shape[1] + 1)])

    @property
    def best(self):
        """Return the number of questions with the highest accuracy; the smaller of equals."""
        return int(self.curve["questions_n"][self.curve["accuracy"].idxmax()])

    @property
    def enough(self):
        """Return the smallest number of questions within one standard error of the best."""
        return fewest(self.curve["accuracy"].to_numpy(), self.curve["error"].to_numpy())

    def by(self, n):
        """Return where people were placed by `n` questions: (repeats, customers).

        With 0 by as many as are enough, in each fold as the other folds of its repeat say: whoever
        takes the number by all of them is judged too well.
        """
        if n:
            return self.placed[:, n - 1]
        found = np.empty(self.fold.shape, dtype=int)
        for repeat, fold in enumerate(self.fold):
            for left_out in range(FOLDS):
                at = fewest(*self._without(repeat, left_out)) - 1
                mine = fold == left_out
                found[repeat, mine] = self.placed[repeat, at, mine]
        return found

    def row(self, n):
        """Return the row of the curve for `n` questions; 0 takes as many as are enough (`by`)."""
        placed = self.by(n)
        right = placed == self.y
        per_fold = [right[r, fold == f].mean() for r, fold in enumerate(self.fold)
                    for f in range(FOLDS)]  # fmt: skip
        kappas = [cohen_kappa_score(self.y, each) for each in placed]
        low, high, error = interval(np.array(per_fold), held_out=1 / FOLDS)
        row = {"questions_n": n, "accuracy": right.mean(), "low": low, "high": high}
        return row | {"error": error, "kappa": float(np.nan_to_num(np.mean(kappas)))}

    def crossed(self, n):
        """Count where the people of each segment (down) are placed (across), a mean of repeats."""
        kinds = range(self.y.max() + 1)
        tables = [confusion_matrix(self.y, each, labels=kinds) for each in self.by(n)]
        return np.mean(tables, axis=0)

    def _without(self, repeat, left_out):
        """Return accuracy and standard error by number of questions in the other folds."""
        right = self.placed[repeat] == self.y
        others = [right[:, self.fold[repeat] == f].mean(axis=1)
                  for f in range(FOLDS) if f != left_out]  # fmt: skip
        errors = [interval(each, held_out=1 / FOLDS)[2] for each in np.transpose(others)]
        return np.mean(others, axis=0), np.array(errors)

    def chosen(self, n):
        """Count in what share of the folds each field was among the first `n`: a Series."""
        taken = pd.Series([j for order in self.orders for j in order[:n]])
        return taken.value_counts() / len(self.orders)


def fewest(accuracy, errors):
    """Return the smallest number of questions within one standard error of the best."""
    top = int(accuracy.argmax())
    return int((accuracy >= accuracy[top] - errors[top]).argmax()) + 1


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


def recalls(judged, n):
    """Say of each segment how many of its people `n` questions place in it: n, recall, low, high.

    Each bound, 95 %, is the outer one of Wilson's, which knows how few the people are, and of that
    of the folds (`interval`), which knows that another sample gives another key. Of made surveys
    (benchmarks/placing.py) this holds in 94 % and more, where Wilson's alone held in 78 %.
    """
    right, rows = judged.by(n) == judged.y, []
    for kind in range(judged.y.max() + 1):
        own = judged.y == kind
        per_fold = [each[own & (fold == f)].mean() for each, fold
                    in zip(right, judged.fold, strict=True) for f in range(FOLDS)]  # fmt: skip
        people, share = int(own.sum()), right[:, own].mean()
        low, high, _ = interval(np.array(per_fold), held_out=1 / FOLDS)
        least, most = evidence.wilson(share * people, people)
        rows.append((people, share, min(low, least), max(high, most)))
    return pd.DataFrame(rows, columns=["n", "recall", "low", "high"])


def _split(X, y, *, seed):
    return StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(X, y)


def _loss(totals, y):
    """Return the mean log-loss of totals in decibans."""
    logs = totals / DECIBAN
    logs = logs - logs.max(axis=1, keepdims=True)
    return float((np.log(np.exp(logs).sum(axis=1)) - logs[np.arange(len(y)), y]).mean())
