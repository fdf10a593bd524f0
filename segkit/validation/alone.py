"""Alone: any segmentation of anything, judged without a study, a brief or a card.

A table, a label for every row, and what made the labels are enough: a scikit-learn-style model
(`fit` and `predict`, or `fit_predict` alone), or a function from a matrix to labels. The model is
fitted again on samples and on data without groups, as many and as wide, in the units of the table
it is given; rows it has not seen are labelled by its `predict`, or by their nearest neighbour where
it has none. Without a model nothing can be repeated, and the page says so.

Gaps are filled with the median or the most frequent word and counted; words become columns of 0
and 1; rows without a label are left out. Shown in docs/judge.ipynb.
"""

from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
import pandas as pd

from segkit.refusal import Refused, passes
from segkit.validation import experiments, indices, structure
from segkit.validation.findings import Spoken
from segkit.validation.structure import TOLD

ROWS = 2_500
"""Rows on which a model is fitted again; of more, a random sample is taken."""
LEAST, MOST, PAIRS = 10, 30, 20
"""Rounds of questions, and pairs of samples for each segment."""
FEWEST = 10
"""Different rows below which nothing is judged."""


@dataclass(frozen=True, repr=False)
class Judged(Spoken):
    """The page: `sentence`, `criteria`, `segments`, `outcomes`; `judge` makes it."""

    matrix: np.ndarray
    labels: np.ndarray
    asked: object
    again: pd.DataFrame | Refused
    outcomes: pd.DataFrame | None
    notes: tuple

    @property
    def kind(self):
        """Name the structure: natural, reproducible, constructive, none, undecided; or unknown."""
        return "unknown" if isinstance(self.asked, Refused) else self.asked.judged["structure"]

    @property
    def sentence(self):
        """Say what kind of structure the segments have, and which criterion decided."""
        if isinstance(self.asked, Refused):
            return str(self.asked)
        found, k = self.asked.judged, len(np.unique(self.labels))
        return TOLD["decided"].format(**found, k=k, approach="the model") + "."

    @property
    def criteria(self):
        """Return every criterion beside structureless data, its limit and its answer."""
        return self.asked.page.drop(columns="margin").reset_index(drop=True)

    @cached_property
    def segments(self):
        """Return a row per segment: n, share, spread, difference, neighbour, valley, overlap."""
        near = structure.valley(self.matrix, self.labels).set_index("segment")
        n = pd.Series(self.labels).value_counts().reindex(near.index)
        found = pd.DataFrame({"n": n, "share": n / n.sum()})
        found["spread"] = indices.widths(self.matrix, self.labels)
        found["difference"] = indices.differences(self.matrix, self.labels)
        found = found.join(near[["neighbour", "valley"]])
        if not isinstance(self.again, Refused):
            found["overlap"] = self.again.groupby("segment")["jaccard"].mean()
        return found.rename_axis("segment").reset_index()

    @property
    def told(self):
        """Print the page."""
        parts = [f"## {self.sentence}", *self.notes]
        if not isinstance(self.asked, Refused):
            parts.append(_shown(self.criteria))
        parts.append(_shown(self.segments))
        if self.outcomes is not None:
            parts.append(_shown(self.outcomes))
        return "\n\n".join(parts)


def judge(frame, labels, *, model=None, outcome=None, rng=0):
    """Judge any segmentation: is there structure, do the segments come back, do they matter?

    Parameters
    ----------
    frame : DataFrame or array
        What the segments were made from, a row each; gaps are filled, words become 0 and 1.
    labels : sequence
        The segment of each row, of any type; rows without one are left out.
    model : object or function, optional
        What made them: `fit` and `predict`, or `fit_predict`, or a function from array to labels.
    outcome : sequence, optional
        What each row did later: 0 or 1, or an amount.
    rng : int or numpy.random.Generator
        The same seed gives the same page.

    Returns
    -------
    Judged or Refused
        Shows itself as a page: the sentence with the criterion that decided; `criteria`,
        `segments`, `outcomes`. Refused below two segments or ten different rows.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.cluster import KMeans
    >>> from segkit import validation
    >>> X = np.repeat([[0.0, 0.0], [9.0, 9.0]], 30, axis=0)
    >>> X = X + np.random.default_rng(1).normal(size=X.shape)
    >>> model = KMeans(2, n_init=10)
    >>> validation.judge(X, model.fit_predict(X), model=model).kind
    'natural'
    """
    rng = np.random.default_rng(rng)
    table = pd.DataFrame(frame).reset_index(drop=True)
    labels = pd.Series(list(labels), dtype=object)
    if len(labels) != len(table):
        return Refused(TOLD["unequal"].format(len(table), len(labels)))
    known = labels.notna().to_numpy()
    table, labels = table[known].reset_index(drop=True), _names(labels[known])
    matrix, notes = _filled(table)
    if why := _too_little(matrix, labels):
        return Refused(why)
    notes += _left_out(known)
    subject = _subject(matrix, labels, model, rng)
    outcomes = _outcomes(labels, outcome, known, rng)
    asked, again = _asked(subject, rng) if model is not None else (Refused(UNMADE),) * 2
    return Judged(matrix, labels, asked, again, outcomes, notes)


UNMADE = (
    "Not repeated: no model was given, so it cannot be said whether the segments come back or "
    "structureless data give the same."
)


@passes
def _asked(subject, rng):
    """Ask for the structure, and look for each segment again in pairs of samples."""
    try:
        asked = indices.ask(subject, least=LEAST, most=MOST, rng=rng)
        labels, refit = np.asarray(subject.labels), subject.refit
        return asked, structure.within(labels, refit=refit, repeats=PAIRS, rng=rng)
    except (ValueError, TypeError, ArithmeticError) as error:
        why = f"Not repeated: the model could not be fitted again ({error})."
        return Refused(why), Refused(why)


def _subject(matrix, labels, model, rng):
    """Return the segmentation as a Subject whose `refit` fits the model again."""
    some = structure.sampled(np.arange(len(matrix)), rng=rng, cap=ROWS)
    return indices.searched(matrix[some], labels[some], partial(_again, model))


def _again(model, X, rows, *, rng):
    """Fit a copy of the model on some rows and label all."""
    if callable(model) and not hasattr(model, "fit") and not hasattr(model, "fit_predict"):
        return _spread(X, np.unique(rows), np.asarray(model(X[np.unique(rows)])))
    fresh = deepcopy(model)
    if "random_state" in getattr(fresh, "get_params", dict)():
        fresh.set_params(random_state=int(rng.integers(2**31)))
    if hasattr(fresh, "predict") and hasattr(fresh, "fit"):
        return np.asarray(fresh.fit(X[rows]).predict(X))
    drawn = np.unique(rows)
    return _spread(X, drawn, np.asarray(fresh.fit_predict(X[drawn])))


def _spread(X, drawn, found):
    """Give every row the label of its nearest neighbour among those drawn."""
    from scipy.spatial import KDTree

    return found[KDTree(X[drawn]).query(X)[1]]


def _names(labels):
    """Return labels of one type: as they are where all are numbers or all are words, else words."""
    kinds = {type(each) for each in labels}
    return labels.to_numpy() if len(kinds) == 1 and kinds <= {str, int} else _words(labels)


def _words(labels):
    whole = labels.map(
        lambda x: int(x) if isinstance(x, float | np.floating) and x == int(x) else x
    )
    return whole.astype(str).to_numpy(dtype=object)


def _filled(table):
    """Return (matrix, notes): numbers only, gaps filled and counted."""
    gaps = int(table.isna().to_numpy().sum())
    parts = [_column(table.iloc[:, at]) for at in range(table.shape[1])]
    matrix = np.column_stack(parts) if parts else np.empty((len(table), 0))
    share = gaps / max(table.size, 1)
    told = f"{gaps:,} gaps ({share:.1%} of all values) were filled: median, most frequent word."
    return matrix, (told,) * bool(gaps)


def _column(values):
    if pd.api.types.is_numeric_dtype(values):
        values = values.astype(float).replace([np.inf, -np.inf], np.nan)
        middle = values.median()
        return values.fillna(middle if middle == middle else 0.0).to_numpy(dtype=float)
    known = values.dropna().astype(str)
    usual = known.mode().iloc[0] if len(known) else ""
    hot = pd.get_dummies(values.astype(object).where(values.notna(), usual).astype(str))
    return hot.to_numpy(dtype=float)


def _left_out(known):
    gone = int((~known).sum())
    return (f"{gone:,} rows without a label were left out.",) * bool(gone)


def _too_little(matrix, labels):
    if len(matrix) < 1 or len(np.unique(labels)) < 2:
        return "Not judged: fewer than two segments hold rows."
    different = len(np.unique(matrix, axis=0))
    if different < FEWEST:
        rows = "all rows are the same" if different == 1 else f"only {different} rows differ"
        return f"Not judged: {rows}, and at least {FEWEST} different ones are needed."
    return ""


def _outcomes(labels, outcome, known, rng):
    if outcome is None:
        return None
    seen = pd.DataFrame({"segment": labels, "outcome": pd.Series(list(outcome))[known].to_numpy()})
    seen = seen.assign(outcome=pd.to_numeric(seen["outcome"], errors="coerce")).dropna()
    names = sorted(set(labels), key=str)
    return experiments.by_segment(seen, names=names, smallest=FEWEST, rng=rng)


def _shown(table):
    rounded = table.round(3)
    head = "| " + " | ".join(map(str, rounded.columns)) + " |"
    rows = ["| " + " | ".join(map(str, row)) + " |" for row in rounded.to_numpy(dtype=object)]
    return "\n".join([head, "|" + "---|" * rounded.shape[1], *rows])
