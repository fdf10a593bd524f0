"""Scoring: points for every answer and segment, added up on paper; the highest total wins.

What an answer says for a segment is how often those in the segment give it. Points are the
logarithms of these shares in decibans, rounded (3 points double the odds, 10 multiply them by
ten), so that a sum of points is what naive Bayes computes, and judged is the very key that is
printed. An answer that is not known scores nothing. Numbers are cut where a small tree over this
one column tells the segments apart best. Sources: Good, *Probability and the Weighing of
Evidence* (1950); scikit-learn's `CategoricalNB` and `DecisionTreeClassifier`.
"""

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.naive_bayes import CategoricalNB
from sklearn.tree import DecisionTreeClassifier

BANDS = 5
"""A number is cut into so many bands at most."""
BAND_SHARE = 0.02
"""A band holds at least this share of the customers."""
DECIBAN = 10 / np.log(10)


class Points(ClassifierMixin, BaseEstimator):
    """A key of points, with scikit-learn's `fit` and `predict`.

    Parameters
    ----------
    levels : sequence of int
        Number of answers of each field; 0 for a number that is cut into bands here.
    kinds : int
        Number of segments; `y` holds their places, 0 for the largest.
    """

    def __init__(self, levels=(), kinds=2):
        self.levels = levels
        self.kinds = kinds

    def fit(self, X, y):
        """Learn cuts and points from `X` (customers, fields; NaN unknown) and the places `y`."""
        self.classes_ = np.arange(self.kinds)
        self.cuts_ = [None if n else cuts(X[:, j], y) for j, n in enumerate(self.levels)]
        self.points_ = points(self.coded(X), y, levels=self.sizes_, kinds=self.kinds)
        shares = (np.bincount(y, minlength=self.kinds) + 1) / (len(y) + self.kinds)
        self.start_ = lowest_zero(DECIBAN * np.log(shares))
        return self

    def given(self, X):
        """Give the points of every field, customer and segment: (fields, customers, kinds)."""
        codes, found = self.coded(X), np.zeros((X.shape[1], len(X), self.kinds))
        for j, table in enumerate(self.points_):
            known = codes[:, j] >= 0
            found[j, known] = table[codes[known, j]]
        return found

    def predict(self, X):
        """Name the segment with the highest total; a tie goes to the larger segment."""
        return (self.start_ + self.given(X).sum(axis=0)).argmax(axis=1)

    @property
    def sizes_(self):
        """Return how many answers or bands each field has."""
        return [n or len(edges) + 1 for n, edges in zip(self.levels, self.cuts_, strict=True)]

    def coded(self, X):
        """Give the place of every answer or band, -1 where it is not known: whole numbers."""
        codes = np.full(X.shape, -1)
        for j, edges in enumerate(self.cuts_):
            known = ~np.isnan(X[:, j])
            values = X[known, j]
            codes[known, j] = values if edges is None else np.searchsorted(edges, values)
        return codes


def cuts(values, y):
    """Cut a number where the segments part best: up to four edges, a value on one lies below it.

    The tree sees ranks, so that units play no part; an edge lies midway between two values.
    """
    known = ~np.isnan(values)
    least = max(2, int(BAND_SHARE * known.sum()))
    levels, ranks = np.unique(values[known], return_inverse=True)
    tree = DecisionTreeClassifier(max_leaf_nodes=BANDS, min_samples_leaf=least, random_state=0)
    shape = tree.fit(ranks[:, None], y[known]).tree_
    below = np.sort(shape.threshold[shape.feature >= 0]).astype(int)
    return (levels[below] + levels[below + 1]) / 2


def points(codes, y, *, levels, kinds):
    """Give the points of every field: a list of whole numbers from 0 up, (levels, kinds) each.

    codes : (customers, fields), the place of the answer, -1 unknown; levels : answers of each
    field. Each row is free of what all segments share: its lowest is 0. One more of each answer
    than was given is counted, so that none is impossible.
    """
    last = np.asarray(levels)
    model = CategoricalNB(min_categories=last + 1)
    model.partial_fit(np.where(codes < 0, last, codes), y, classes=np.arange(kinds))
    given = [n[:, :-1] + 1 for n in model.category_count_]
    return [lowest_zero(DECIBAN * np.log(n / n.sum(axis=1, keepdims=True)).T) for n in given]


def lowest_zero(table):
    """Round a table of decibans so that the lowest of each row is 0."""
    return np.rint(table - table.min(axis=-1, keepdims=True)).astype(int)


def simplest(below, above):
    """Return the number with the fewest digits that is at least `below` and less than `above`."""
    place = int(np.floor(np.log10(max(abs(below), abs(above), 1e-300))))
    for digits in range(-place, 16 - place):
        tried = round(float(np.ceil(round(below * 10.0**digits, 6))) / 10.0**digits, max(digits, 0))
        if below <= tried < above:
            return tried
    return below
