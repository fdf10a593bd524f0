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

from segkit import evidence
from segkit.refusal import Refused
from segkit.validation import experiments, indices, recurring, solutions, structure
from segkit.validation.findings import Spoken
from segkit.validation.pages import Seen, shown
from segkit.validation.structure import TOLD

ROWS = 2_500
"""Rows on which a model is fitted again; of more, a random sample is taken."""
LEAST, MOST, PAIRS = 10, 30, (20, 60)
"""Rounds of questions, and least and most pairs of samples for each segment."""
LARGEST, CLOUDS = 8, 10
"""Largest number of segments tried, where it can be varied; clouds beside each."""
FEWEST = 10
"""Different rows below which nothing is judged."""


@dataclass(frozen=True, repr=False)
class Judged(Spoken):
    """The page: `sentence`, `criteria`, `segments`, `solutions`, `outcomes`; `judge` makes it."""

    matrix: np.ndarray
    labels: np.ndarray
    seen: Seen
    outcomes: pd.DataFrame | None
    notes: tuple

    @property
    def asked(self):
        """Return what was asked for the structure, or a Refused."""
        return self.seen.asked

    @property
    def solutions(self):
        """Return the solutions of fewer and more segments, side by side; or a Refused."""
        return self.seen.solutions

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
        """Return all that speaks for or against the segments, side by side; see `pages`."""
        return self.seen.page(k=len(np.unique(self.labels)))

    @cached_property
    def segments(self):
        """Return a row per segment: n, share, spread, difference, neighbour, valley, overlap."""
        near = structure.valley(self.matrix, self.labels).set_index("segment")
        n = pd.Series(self.labels).value_counts().reindex(near.index)
        found = pd.DataFrame({"n": n, "share": n / n.sum()})
        found["spread"] = indices.widths(self.matrix, self.labels)
        found["difference"] = indices.differences(self.matrix, self.labels)
        found = found.join(near[["neighbour", "valley"]])
        found["shadow"] = (
            pd.Series(structure.shadow(self.matrix, self.labels)).groupby(self.labels).mean()
        )
        if not isinstance(self.seen.again, Refused):
            found["overlap"] = self.seen.again.groupby("segment")["jaccard"].mean()
        return found.rename_axis("segment").reset_index()

    @property
    def told(self):
        """Print the page."""
        parts = [
            f"## {self.sentence}",
            *self.notes,
            _shown(shown(self.criteria)),
            _shown(self.segments),
        ]
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
    later, told = _later(outcome, len(table))
    if isinstance(later, Refused):
        return later
    known = labels.notna().to_numpy()
    table, labels = table[known].reset_index(drop=True), _names(labels[known])
    matrix, notes = _filled(table)
    if why := _too_little(matrix, labels):
        return Refused(why)
    notes += _left_out(known) + told
    if noise := sum(str(each) == "-1" for each in labels):
        notes += (TOLD["noise"].format(noise),)
    outcomes = _outcomes(labels, later, known, rng)
    return Judged(matrix, labels, _seen(matrix, labels, model, rng), outcomes, notes)


UNMADE = (
    "Not repeated: no model was given, so it cannot be said whether the segments come back or "
    "structureless data give the same."
)


UNVARIED = "the model has no number of segments to set, so it was not tried with another"
UNLIKELY = "the model has no likelihood, so no AIC or BIC compares numbers of segments"


def _seen(matrix, labels, model, rng):
    """Ask everything that stands on the page; what the model cannot be asked is a Refused."""
    if model is None:
        return Seen(*[Refused(UNMADE)] * 5)
    some = structure.sampled(np.arange(len(matrix)), rng=rng, cap=ROWS)
    X, labels = matrix[some], labels[some]
    subject = indices.searched(X, labels, partial(_again, model))
    try:
        asked = indices.ask(subject, least=LEAST, most=MOST, rng=rng)
        how = {"limits": (recurring.STABLE, recurring.PATTERN), "rounds": PAIRS, "rng": rng}
        again = recurring.settled(labels, refit=subject.refit, **how)
    except (ValueError, TypeError, ArithmeticError) as error:
        return Seen(*[Refused(f"Not repeated: the model could not be fitted again ({error}).")] * 5)
    return Seen(asked, again, *_other_numbers(X, labels, model, rng))


NUMBERS = ("n_clusters", "n_components")
"""How models call the number of segments."""


@dataclass(frozen=True)
class Numbered:
    """A model as a clustering: `centres` fits it with another number, `nearest` labels by it."""

    model: object
    name: str

    def centres(self, X, *, k, rng):
        """Fit the model with k segments; what is returned is to be handed to `nearest`."""
        fresh = deepcopy(self.model).set_params(**{self.name: k})
        return X, fresh, rng

    def nearest(self, X, centres):
        """Label the rows of X by a model fitted on others, or on the same."""
        known, fresh, rng = centres
        whole = X if known is X else np.vstack([known, X])
        return _again(fresh, whole, np.arange(len(known)), rng=rng)[-len(X) :]


def _other_numbers(X, labels, model, rng):
    """Return solutions, gaps and likelihoods of fewer and more segments, or why there are none."""
    known = getattr(model, "get_params", dict)()
    name = next((each for each in known if each.split("__")[-1] in NUMBERS), None)
    if name is None:
        return Refused(UNVARIED), Refused(UNVARIED), Refused(UNLIKELY)
    clustering, order = Numbered(model, name), list(np.unique(labels))
    varied = solutions.Varied(X, clustering, solutions.cloud(X))
    found = solutions.solve(varied, labels, order=order, most=LARGEST, rng=rng)
    ks = range(1, max(found.labels) + 1)
    gaps = structure.gap(X, clustering=clustering, ks=ks, repeats=CLOUDS, rng=rng)
    return found, gaps, _likelihoods(X, clustering, ks, rng)


def _likelihoods(X, clustering, ks, rng):
    """Return aic, bic, sabic, icl and entropy_r2 for every number, of models that have them."""
    if not all(hasattr(clustering.model, each) for each in ("aic", "predict_proba", "score")):
        return Refused(UNLIKELY)
    rows = []
    for k in ks:
        _, fresh, _ = clustering.centres(X, k=k, rng=rng)
        fresh = fresh.fit(X)
        reached = fresh.score(X) * len(X)
        size = (fresh.aic(X) + 2 * reached) / 2
        told = {"parameters_n": size, "chances": fresh.predict_proba(X)}
        rows.append({"k": k, **evidence.information(reached, **told)})
    return pd.DataFrame(rows)


def _again(model, X, rows, *, rng):
    """Fit a copy of the model on some rows and label all."""
    if callable(model) and not hasattr(model, "fit") and not hasattr(model, "fit_predict"):
        return _spread(X, np.unique(rows), model(X[np.unique(rows)]))
    fresh = deepcopy(model)
    if "random_state" in getattr(fresh, "get_params", dict)():
        fresh.set_params(random_state=int(rng.integers(2**31)))
    if hasattr(fresh, "predict") and hasattr(fresh, "fit"):
        return np.asarray(fresh.fit(X[rows]).predict(X))
    drawn = np.unique(rows)
    return _spread(X, drawn, fresh.fit_predict(X[drawn]))


def _spread(X, drawn, found):
    """Give every row the label of its nearest neighbour among those drawn."""
    from scipy.spatial import KDTree

    found = np.asarray(found)
    if found.shape != drawn.shape:
        raise ValueError(f"{len(drawn):,} rows got labels of shape {found.shape}")
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


def _later(outcome, n):
    """Return (outcomes as numbers, what is to be told of them); (None, ()) where there are none."""
    if outcome is None:
        return None, ()
    given = pd.Series([outcome] if isinstance(outcome, str) else list(outcome), dtype=object)
    if len(given) != n:
        return Refused(TOLD["outcomes unequal"].format(n, len(given))), ()
    found = pd.to_numeric(given, errors="coerce").astype(float)
    found = found.replace([np.inf, -np.inf], np.nan)
    if gone := int(found.isna().sum()):
        return (None if gone == n else found), (TOLD["outcomes unknown"].format(gone, n),)
    return found, ()


def _outcomes(labels, outcome, known, rng):
    if outcome is None:
        return None
    seen = pd.DataFrame({"segment": labels, "outcome": outcome[known].to_numpy()}).dropna()
    names = sorted(set(labels), key=str)
    return experiments.by_segment(seen, names=names, smallest=FEWEST, rng=rng)


def _shown(table):
    rounded = table.round(3)
    head = "| " + " | ".join(map(str, rounded.columns)) + " |"
    cells = rounded.astype(object).where(rounded.notna(), "–").to_numpy()
    rows = ["| " + " | ".join(map(str, row)) + " |" for row in cells]
    return "\n".join([head, "|" + "---|" * rounded.shape[1], *rows])
