"""Mixtures: clusters of any width and slant, and clusters of numbers and words together.

k-means draws every cluster as a ball of the same size. A Gaussian mixture gives each its own
width ("diag") or its own width and slant ("full"); which of the two, and how many, is decided by
BIC. Where criteria are words as well as numbers, latent classes take both: within a class the
numbers are normal, the words have chances, all independent, and what is missing adds nothing.

The definitions belong to the approach "clusters" and are assigned like its own. Sources: Fraley
and Raftery (2002) for mixtures and BIC, Hunt and Jorgensen (2011) for mixed data. Refuses fewer
customers than there are numbers to estimate. Taught in notebook approaches/clusters.
"""

from typing import NamedTuple

import ibis
import numpy as np
import pandas as pd

from segkit.evidence import information
from segkit.refusal import Refused, passes
from segkit.segments import messages
from segkit.segments.definition import Definition, by_spend
from segkit.segments.models import latent, steps
from segkit.segments.models import questions as asked_of
from segkit.segments.models.scales import prepare, scaled, scaling
from segkit.segments.naming import names
from segkit.study import StudyError

SHAPES = ("diag", "full")
"""Clusters with their own widths; with their own widths and slants."""
ENOUGH = 20_000
"""Of more customers so many, drawn at random, are fitted; all are assigned."""
NARROW = 0.005
"""Smallest variance of a criterion in a cluster, so that none shrinks around a few equal rows."""
STARTS = 2


@passes
def evidence(matrix, *, ks, seed):
    """Fit Gaussian mixtures of both shapes to a matrix on a common scale.

    A mixture with more numbers to estimate than a third of the rows is not tried, and one that
    comes to no end is not judged.

    Parameters
    ----------
    matrix : array (customers, criteria) or Refused
        On a common scale, from `scales.prepare`.
    ks : sequence of int
        Numbers of clusters to try.
    seed : int
        For the starts.

    Returns
    -------
    DataFrame or Refused
        shape, k, parameters_n, log_likelihood, bic and icl (less is better), smallest_share (0 to
        1); refused where there are too few customers for any.

    Examples
    --------
    >>> import numpy as np
    >>> from segkit.segments.models import mixtures
    >>> ages = np.array([0.0, 0.2, 0.4, 0.1, 0.3, 5.0, 5.2, 5.4, 5.1, 5.3] * 2)
    >>> tried = mixtures.evidence(ages[:, None], ks=[1, 2], seed=1)
    >>> tried.loc[tried["bic"].idxmin(), "k"].item()
    2
    """
    rows = _sorted_sample(matrix, seed)
    tried = [(shape, k) for shape in SHAPES for k in ks if 3 * _size(rows, shape, k) <= len(rows)]
    if not tried:
        return Refused(messages.told("few for a mixture"))
    solved = [(_solve(rows, shape, k, seed), shape, k) for shape, k in tried]
    found = [_judged(one, rows, shape, k) for one, shape, k in solved if one.converged_]
    if not found:
        return Refused(messages.told("no mixture ends"))
    columns = ["shape", "k", "parameters_n", "log_likelihood", "bic", "icl", "smallest_share"]
    return pd.DataFrame(found, columns=columns)


class Chosen(NamedTuple):
    """The mixture that fits best: its shape, its number of clusters, and why."""

    shape: str
    k: int
    told: str


@passes
def choose(evidence):
    """Take shape and number with the smallest BIC.

    Parameters
    ----------
    evidence : DataFrame or Refused
        From `evidence`.

    Returns
    -------
    Chosen
        shape, k and why; k = 1 means: one bell-shaped cloud, perhaps slanted, explains the
        customers best.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.segments.models import mixtures
    >>> tried = pd.DataFrame({"shape": ["diag", "full"], "k": [2, 1], "bic": [70.0, 90.0]})
    >>> chosen = mixtures.choose(tried)
    >>> chosen.shape, chosen.k
    ('diag', 2)
    """
    best = evidence.loc[evidence["bic"].idxmin()]
    told = {"diag": "each with its own widths", "full": "each with its own widths and slant"}
    k, shape = int(best["k"]), str(best["shape"])
    many = "one cloud" if k == 1 else f"{k} clusters, {told[shape]}"
    return Chosen(shape, k, f"{many}: the smallest BIC of {len(evidence)} mixtures tried")


@passes
def fit(card, *, features, shape, k, seed=2017):
    """Fit a mixture of `k` clusters of one shape ("diag" or "full") to columns of a card.

    Parameters
    ----------
    card : DataFrame or Refused
        The customer card.
    features : list of str
        Columns to cluster on.
    shape : str
        "diag" (each cluster has its own widths) or "full" (and its own slant).
    k : int
        Number of clusters.
    seed : int
        For the starts.

    Returns
    -------
    Definition
        Of the approach "clusters", in the order of the segments: rules {"model": "mixture",
        "shape", "scaling", "shares", "centres" (standard deviations from the average customer),
        "turns" (per cluster, the matrix that makes its cloud round: one list per direction)}.

    Raises
    ------
    segkit.study.StudyError
        For an unknown shape or too few customers.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.segments.models import mixtures
    >>> card = pd.DataFrame({"age": [20.0, 21, 22, 23, 24, 25, 70, 71, 72, 73, 74, 75, 76, 77, 78]})
    >>> found = mixtures.fit(card, features=["age"], shape="diag", k=2)
    >>> sorted(round(share, 2) for share in found.rules["shares"])
    [0.4, 0.6]
    """
    if shape not in SHAPES:
        raise StudyError(f"The shape of a mixture is {shape!r}; known are {', '.join(SHAPES)}.")
    scales = scaling(card, features=features)
    matrix = prepare(card, scales)
    if 3 * _size(matrix, shape, k) > len(matrix):
        raise StudyError(messages.told("few for a mixture"))
    found = _solve(_sorted_sample(matrix, seed), shape, k, seed)
    order = by_spend(found.predict(matrix), card.get("spend_total"))
    order = [*order, *(set(range(k)) - set(order))]
    columns = [scale["column"] for scale in scales]
    turns = found.precisions_cholesky_
    turns = [np.diag(turn) if shape == "diag" else turn for turn in turns[order]]
    rules = {
        "model": "mixture",
        "shape": shape,
        "scaling": scales,
        "shares": np.round(found.weights_[order], 8).tolist(),
        "centres": np.round(found.means_[order], 6).tolist(),
        "turns": [np.round(turn.T, 8).tolist() for turn in turns],
    }
    labels = np.argsort(order)[found.predict(matrix)]
    return Definition("clusters", _names(card, columns, labels, k), columns, rules)


def _names(card, columns, labels, k):
    return names(card, columns, labels=labels, k=k) if k > 1 else ["All customers"]


def _sorted_sample(matrix, seed):
    """Order the rows, so that their order does not matter, and take a sample of very many."""
    matrix = matrix[np.lexsort(matrix.T[::-1])] if len(matrix) else matrix
    if len(matrix) <= ENOUGH:
        return matrix
    return matrix[np.random.default_rng(seed).choice(len(matrix), ENOUGH, replace=False)]


def _solve(rows, shape, k, seed):
    from sklearn.mixture import GaussianMixture

    options = {"reg_covar": NARROW, "n_init": STARTS if k > 1 else 1, "max_iter": 1_000}
    return GaussianMixture(k, covariance_type=shape, random_state=seed, **options).fit(rows)


def _size(rows, shape, k):
    """Count the numbers to be estimated."""
    wide = rows.shape[1]
    return k * wide + (k - 1) + k * (wide if shape == "diag" else wide * (wide + 1) // 2)


def _judged(found, rows, shape, k):
    size, reached = _size(rows, shape, k), found.score(rows) * len(rows)
    told = information(reached, parameters_n=size, chances=found.predict_proba(rows))
    return shape, k, size, reached, told["bic"], told["icl"], float(found.weights_.min())


class Numbers:
    """Numbers in a form `latent.solve` can use: normal within a class, missing ones left out.

    `values` is a float matrix (rows, criteria) on a common scale, NaN = not known.
    """

    def __init__(self, values):
        self.known = ~np.isnan(values)
        self.values = np.where(self.known, values, 0.0)
        self.free_n = 2 * values.shape[1]

    def learn(self, weights):
        """Return means and variances: an array (2, criteria, classes)."""
        n = self.known.T @ weights + 1e-9
        means = self.values.T @ weights / n
        return np.stack([means, np.maximum((self.values**2).T @ weights / n - means**2, NARROW)])

    def density(self, learned):
        """Return the log-likelihood of each row in each class: (rows, classes)."""
        means, widths = learned
        known = self.known @ (-0.5 * (np.log(2 * np.pi * widths) + means**2 / widths))
        return known + self.values @ (means / widths) - 0.5 * (self.values**2 @ (1 / widths))

    def likeness(self, rows):
        """Tell how near every row is to some `rows`, 0 and below: (rows, classes)."""
        return -np.column_stack([((self.values - self.values[row]) ** 2).sum(axis=1)
                                 for row in rows])  # fmt: skip


def mixed(card, *, numbers, words, k=0, seed=2017):
    """Find latent classes of customers described by `numbers` and `words` (columns of a card).

    `k` = 0 takes the smallest BIC of 1 to 8 classes. Returns a Definition of the approach
    "clusters": rules {"model": "mixed", "scaling", "questions", "shares", "centres", "widths"
    (variances), "answers", "overall", "fit"}; a missing value adds nothing. Raises StudyError
    where no number or no word varies, or fewer than 100 customers are given.
    """
    scales = scaling(card, features=numbers)
    asked = _worded(card, words)
    latent.refuse(len(card), k)
    few = (
        card
        if len(card) <= ENOUGH
        else card.sort_values("customer_id").sample(ENOUGH, random_state=seed)
    )
    parts = _parts(few, scales, asked)
    found, told = [], []
    for each in [k] if k else range(1, latent.MOST + 1):
        found.append(_classes(parts, each, seed))
        n, free_n = np.ones(len(few)), sum(part.free_n for part in parts)
        told.append(latent.indices(found[-1], counts=n, free_n=free_n))
        if len(told) > 2 and min(one["bic"] for one in told[-2:]) > min(o["bic"] for o in told):
            break
    best = int(np.argmin([each["bic"] for each in told]))
    return _mixed_definition(card, scales, asked, (found[best], told[best], parts))


@passes
def with_words(card, *, numbers, words, k, seed=2017):
    """Label every customer by `mixed`: {"with words": labels}; {} where no word is of use.

    Parameters
    ----------
    card : DataFrame or Refused
        The customer card.
    numbers, words : list of str
        Columns of numbers, and of words.
    k : int
        Number of clusters.
    seed : int
        For the starts.

    Returns
    -------
    dict
        {"with words": the segment of each customer}; {} where no word is of use.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.segments.models import mixtures
    >>> card = pd.DataFrame({"customer_id": ["c1", "c2"], "age": [20.0, 70.0]})
    >>> mixtures.with_words(card, numbers=["age"], words=[], k=2)
    {}
    """
    try:
        found = mixed(card, numbers=numbers, words=words, k=k, seed=seed)
    except StudyError:
        return {}
    return {"with words": found.apply(card, expression)["segment"]}


def _worded(card, words):
    """Read the criteria that are words, each with its different values."""
    found = [asked_of.question(card[column], column) for column in words]
    found = [each for each in found if each and len(each["levels"]) > 1]
    if not found:
        raise messages.error("no words", words=words)
    return found


def _parts(card, scales, asked):
    known = card[[scale["column"] for scale in scales]].notna().to_numpy()
    values = np.where(known, prepare(card, scales), np.nan)
    order = np.lexsort([*values.T[::-1], *asked_of.codes(card, asked).T[::-1]])
    levels_n = [len(question["levels"]) for question in asked]
    codes = asked_of.codes(card, asked)
    return [latent.Answers(codes[order], levels_n), Numbers(values[order])]


def _classes(parts, k, seed):
    rng, counts = np.random.default_rng([seed, k]), np.ones(len(parts[0].hot))
    return latent.solve(parts, counts=counts, k=k, rng=rng)


def _mixed_definition(card, scales, asked, solved):
    """Write the classes down, largest spend first."""
    found, told, parts = solved
    plain = range(len(found["shares"]))
    rules = {"model": "mixed", "scaling": scales, "questions": asked, "fit": latent.plain(told)}
    columns = [*(scale["column"] for scale in scales), *(each["column"] for each in asked)]
    draft = Definition("clusters", list(plain), columns, rules | _laid(found, parts, list(plain)))
    order = _spent(card, draft)
    rules |= _laid(found, parts, order)
    labels = np.argsort(order)[_placed(card, draft)]
    called = _mixed_names(rules, (asked, parts), card, labels=labels)
    return Definition("clusters", called, columns, rules)


def _laid(found, parts, order):
    """Lay the classes out as plain lists, in an order."""
    chances, (means, widths) = found["learned"]
    return {
        "shares": np.round(found["shares"][order], 8).tolist(),
        "centres": np.round(means.T[order], 6).tolist(),
        "widths": np.round(widths.T[order], 6).tolist(),
        "answers": latent.split(chances[:, order], parts[0]),
    }


def _spent(card, draft):
    """List the places of the classes by the money of their customers, largest first."""
    order = [int(label) for label in by_spend(_placed(card, draft), card.get("spend_total"))]
    return [*order, *(set(draft.order) - set(order))]


def _placed(card, draft):
    """Return the number of its class for every customer."""
    named = Definition(
        "clusters", [str(place) for place in draft.order], draft.columns, draft.rules
    )
    return named.apply(card, expression)["segment"].astype(int).to_numpy()


def _mixed_names(rules, answers, card, *, labels):
    """Name a class after its words, if they tell it apart, and its numbers."""
    asked, parts = answers
    if len(rules["shares"]) == 1:
        return ["All customers"]
    overall = latent.split(parts[0].learn(np.ones((len(parts[0].hot), 1))), parts[0])[0]
    columns = [scale["column"] for scale in rules["scaling"]]
    wide = [asked_of.tell(asked, given, overall) for given in rules["answers"]]
    spread = names(card, columns, labels=labels, k=len(wide))
    found = [", ".join([*words[:1], number[0].lower() + number[1:]])
             for words, number in zip(wide, spread, strict=True)]  # fmt: skip
    return [name[0].upper() + name[1:] for name in found]


def expression(table, definition):
    """Return the Ibis column that names each row's most likely cluster."""
    found = steps.kept(table, scores(table, definition))
    best = ibis.greatest(*found) if len(found) > 1 else found[0]
    pairs = zip(found, definition.order, strict=True)
    return ibis.cases(*((each == best, name) for each, name in pairs), else_=definition.order[0])


def scores(table, definition):
    """Return how likely each cluster is for each row: one Ibis column of log scores each."""
    rules = definition.rules
    score = {"mixture": _mixture_score, "mixed": _mixed_score}[rules["model"]]
    return [score(table, rules, place) for place in range(len(rules["shares"]))]


def _mixture_score(table, rules, place):
    """The logarithm of share times density, but for a constant: a sum of squared directions."""
    centre, turn = rules["centres"][place], rules["turns"][place]
    apart = [scaled(table[scale["column"]], scale) - at
             for scale, at in zip(rules["scaling"], centre, strict=True)]  # fmt: skip
    total = float(np.log(rules["shares"][place] + 1e-12) + np.log(np.diag(turn)).sum())
    for direction in turn:
        step = sum(part * weight for part, weight in zip(apart, direction, strict=True) if weight)
        total = total - 0.5 * step * step
    return total


def _mixed_score(table, rules, place):
    total = latent.score(table, rules, place)
    centres, widths = rules["centres"][place], rules["widths"][place]
    for scale, centre, width in zip(rules["scaling"], centres, widths, strict=True):
        column = table[scale["column"]].cast("float64")
        step = scaled(column, scale) - centre
        log = -0.5 * float(np.log(2 * np.pi * width))
        total = total + column.isnull().ifelse(0.0, log - step * step / (2 * width))
    return total
