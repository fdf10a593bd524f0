"""Clusters: let similar customers find each other.

k-means on the criteria that notebook 02 chose: skewed ones on a log scale, all standardised,
so that money does not drown the rest. Several fresh starts are judged (on a sample where
there are many customers) and the best is finished on all rows. The number of clusters is
chosen by evidence: how well two samples of the same customers agree, never by an elbow.

Names come from what sets a centre apart, by rule. Source: MacQueen (1967), Arthur and
Vassilvitskii (2007) for the starts, Dolnicar, Grün and Leisch (2018) for choosing k. Refuses
fewer customers than clusters and criteria that are the same for everybody.
"""

from dataclasses import dataclass

import ibis
import numpy as np
import pandas as pd

from segkit.evidence.repeats import near_best
from segkit.refusal import Refused, passes
from segkit.segments import messages
from segkit.segments.about import About
from segkit.segments.definition import Definition, by_spend
from segkit.segments.models import lloyd, mixtures, steps
from segkit.segments.models import questions as asked_of
from segkit.segments.models.scales import prepare, scaled, scaling
from segkit.segments.naming import WORDS, label, names
from segkit.study import StudyError

ABOUT = About(
    question="Who resembles whom on what matters for the goal?",
    use="different offers for different habits",
    difficulty="high",
    place=170,
    when="several criteria matter and are measured",
    data="two or more criteria, as numbers",
    options=("features", "k", "seed", "business", "items"),
)

JUDGED = 2_500
"""Rows on which starts are compared when there are more customers than that."""
STARTS = 20
"""Fresh starts wherever clusters are looked for: with 3, samples differ by luck of the start."""
FINISHED, SAME = 3, 1.0005
"""Solutions of a sample finished on all rows; within .05 % of its spread, two are the same."""


@passes
def fit(card, *, features, k, seed, **told):
    """Find k clusters on the given columns of a customer card.

    The order of the rows does not matter.

    Parameters
    ----------
    card : DataFrame or Refused
        The customer card.
    features : list of str
        Columns to cluster on.
    k : int
        Number of clusters, from 2.
    seed : int
        For the random starts.
    **told
        `business`, the kind of business, which chooses the words (a store, if not given); `items`,
        how the items of a battery are set side by side, "as answered" or "standardised": segments
        are then named by the answers themselves.

    Returns
    -------
    Definition
        Its rules are {"scaling": [{column, log, fill, mean, sd}], "centres": [[…]]} in the order of
        the segments, centres in standard deviations from the average customer.

    Raises
    ------
    segkit.study.StudyError
        When k is below 2, there are fewer different customers than clusters, or no criterion
        varies.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.segments.approaches import clusters
    >>> card = pd.DataFrame({"customer_id": list("abcd"), "orders_n": [1, 2, 20, 22]})
    >>> card["spend_total"] = card["orders_n"] * 10.0
    >>> found = clusters.fit(card, features=["orders_n"], k=2, seed=1)
    >>> [round(row[0], 1) for row in found.rules["centres"]]
    [1.0, -1.0]
    """
    scales = scaling(card, features=features, items=told.get("items", ""))
    if isinstance(scales, Refused):
        raise StudyError(scales.why)
    return within(card, scales, k=k, seed=seed, **told)


def within(card, scales, *, k, seed, **told):
    """Find k clusters of a card on scales that are settled already; `told` as for `fit`.

    Returns a Definition, its segments the largest total spend first; raises StudyError as `fit`.
    """
    matrix = prepare(card, scales)
    _refuse(matrix, k)
    found = _careful(matrix, k=k, seed=seed)
    found = found[by_spend(nearest(matrix, found), card.get("spend_total"))]
    columns, labels = [scale["column"] for scale in scales], nearest(matrix, found)
    rules = {"scaling": scales, "centres": np.round(found, 6).tolist()}
    if told.get("items"):
        rules |= asked_of.answered(card, columns, labels)
        called = asked_of.called(rules)
        rules["styled"] = asked_of.styled(called)
    else:
        business = told.get("business", "store")
        called = names(card, columns, labels=labels, k=k, business=business)
    return Definition("clusters", called, columns, rules)


def _careful(matrix, *, k, seed):
    """Return the centres that are used: twice the starts, and the order of rows plays no part."""
    ordered = matrix[np.lexsort(matrix.T[::-1])]
    return centres(ordered, k=k, rng=np.random.default_rng(seed), starts=2 * STARTS)


def recipe(features, *, k, seed, business="store", items=""):
    """Write down what has to be repeated to find the clusters again.

    Parameters
    ----------
    features : list of str
        The criteria, columns of the card.
    k, seed : int
        The number of clusters, and of the random starts.
    business : str
        The kind of business, which chooses the words of the names.
    items : str
        Of a battery: how its items are set side by side (see `fit`).

    Returns
    -------
    dict
        A recipe for `segments.attempt` and `segments.fit`.

    Examples
    --------
    >>> from segkit.segments.approaches import clusters
    >>> clusters.recipe(["orders_n"], k=3, seed=1)
    {'approach': 'clusters', 'features': ['orders_n'], 'k': 3, 'seed': 1}
    """
    told = {"approach": "clusters", "features": features, "k": k, "seed": seed}
    told |= {} if business == "store" else {"business": business}
    return told | ({"items": items} if items else {})


@passes
def numbers(matrix, *, most):
    """List the numbers of clusters to try: 2 to `most`, fewer where few customers differ.

    Parameters
    ----------
    matrix : array
        Criteria on a common scale (customers, criteria); see `prepare`.
    most : int
        The largest number.

    Returns
    -------
    range
        From 2; at most one less than there are different customers.

    Examples
    --------
    >>> import numpy as np
    >>> from segkit.segments.approaches import clusters
    >>> clusters.numbers(np.array([[0.0], [1.0], [2.0], [2.0], [3.0]]), most=8)
    range(2, 4)
    """
    return range(2, min(most, len(np.unique(matrix, axis=0)) - 1) + 1)


@passes
def readable(scales):
    """Lay out how each criterion is put on one scale, with its name in words.

    Parameters
    ----------
    scales : list of dict
        What `scaling` returned.

    Returns
    -------
    DataFrame
        column (in words), log (True or False), fill, mean and sd (after the logarithm).

    Examples
    --------
    >>> from segkit.segments.approaches import clusters
    >>> scale = {"column": "orders_n", "log": True, "fill": 2.0, "mean": 1.1, "sd": 0.4}
    >>> clusters.readable([scale])["column"].tolist()
    ['orders']
    """
    return pd.DataFrame(scales).assign(column=[label(scale["column"]) for scale in scales])


SHARES = {
    "orders_by_form_share": ("requests_by_form_n", "requests_n"),
    "invoices_in_time_share": ("invoices_in_time_n", "invoices_judged_n"),
    "documents_in_time_share": ("documents_in_time_n", "documents_judged_n"),
    "events_attended_share": ("events_attended_n", "events_invited_n"),
    "mailings_opened_share": ("mailings_opened_n", "mailings_judged_n"),
    "orders_reviewed_share": ("reviewed_orders_n", "orders_n"),
    "reviews_complaining_share": ("complaints_n", "reviews_n"),
}
"""Habits that are a part of a whole: name, the count of the part, the count of the whole."""
BORROWED = 2
"""So many average cases are added to a customer's own, so that one of one is not 100 %."""


def habits(card):
    """Turn counts into habits: how often, and which share of the occasions.

    Counts all grow with the number of orders, and would say "large" seven times. Shares are drawn
    towards the average of all where there are few cases: (part + 2 · average) / (whole + 2).

    Parameters
    ----------
    card : DataFrame
        The customer card.

    Returns
    -------
    DataFrame or Refused
        customer_id, spend_total (by which clusters are put in order) and, of what the card knows
        and what differs, orders_n, referred_n and the shares of `SHARES` (0 to 1). Refused where
        there is no habit to tell customers apart.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.segments.approaches import clusters
    >>> card = pd.DataFrame({"customer_id": list("abc"), "orders_n": [1, 2, 9], "age": [30, 40, 5]})
    >>> clusters.habits(card)
      customer_id  orders_n
    0           a         1
    1           b         2
    2           c         9
    """
    kept = ("customer_id", "spend_total", "orders_n", "referred_n")
    found = card[[c for c in kept if c in card]].copy()
    for name, (part, whole) in SHARES.items():
        if part in card and whole in card and card[whole].sum() > 0:
            usual = card[part].sum() / card[whole].sum()
            drawn = card[part] + BORROWED * usual
            found[name] = drawn / (card[whole] + BORROWED)
    ready = [c for c in card if c.endswith("_share") and c not in found and c in WORDS]
    found = found.join(card[ready]) if found.shape[1] < 6 else found
    found = found[[c for c in found if c == "customer_id" or found[c].nunique() > 1]]
    if not set(found) - {"customer_id", "spend_total"}:
        return Refused(messages.told("no clusters"))
    return found


@passes
def centres(matrix, *, k, rng, starts=STARTS, counts=None):
    """Cluster the rows of a matrix; returns the (k, criteria) centres.

    With more than 2,500 rows the starts are judged on a sample, and the best three that differ are
    finished on all rows: a small sample alone cannot tell solutions that are nearly as good.

    Parameters
    ----------
    matrix : array (customers, criteria)
        From `prepare`.
    k : int
        Number of clusters.
    rng : numpy.random.Generator
        Source of the random starts.
    starts : int
        How many fresh starts.
    counts : array of int, optional
        How often each row counts, as in a bootstrap sample; once, if not given.

    Returns
    -------
    array (k, criteria)
        In the units of the matrix; fewer than k where there are fewer rows, as in a bootstrap
        sample of a few customers.

    Examples
    --------
    >>> import numpy as np
    >>> from segkit.segments.approaches import clusters
    >>> matrix = np.array([[0.0], [0.2], [5.0], [5.2]])
    >>> found = clusters.centres(matrix, k=2, rng=np.random.default_rng(1))
    >>> sorted(found.round(1).ravel().tolist())
    [0.1, 5.1]
    """
    k = min(k, len(matrix))
    if len(matrix) <= JUDGED:
        return lloyd.solutions(matrix, k=k, rng=rng, starts=starts, counts=counts)[0][0]
    weights = None if counts is None else counts / counts.sum()
    sample = matrix[rng.choice(len(matrix), JUDGED, replace=counts is not None, p=weights)]
    tried = lloyd.solutions(sample, k=k, rng=rng, starts=starts)
    ended = [_finished(matrix, begin, counts) for begin in _different(*tried)]
    return min(ended, key=lambda model: model.inertia_).cluster_centers_


def _finished(matrix, begin, counts):
    """Go on from the centres that a sample of the rows came to."""
    from sklearn.cluster import KMeans

    return KMeans(len(begin), init=begin, n_init=1).fit(matrix, sample_weight=counts)


def _different(ends, spread):
    """Return the best `FINISHED` ends that differ in their spread."""
    kept = [0]
    for place in range(1, len(ends)):
        if spread[place] > spread[kept[-1]] * SAME:
            kept.append(place)
    return ends[kept[:FINISHED]]


@passes
def nearest(matrix, centres):
    """Return for every row the number of its nearest centre, 0 to k − 1.

    Parameters
    ----------
    matrix : array (customers, criteria) or Refused
        From `prepare`.
    centres : array (k, criteria)
        In the same units.

    Returns
    -------
    array of int
        One number per row, 0 to k − 1.

    Examples
    --------
    >>> import numpy as np
    >>> from segkit.segments.approaches import clusters
    >>> clusters.nearest(np.array([[0.1], [4.0]]), np.array([[0.0], [5.0]])).tolist()
    [0, 1]
    """
    distances = (centres**2).sum(axis=1) - 2 * matrix @ centres.T
    return distances.argmin(axis=1)


@passes
def unscaled(numbers, *, k, rng):
    """Cluster columns as they are, to show how the largest drowns the others.

    Parameters
    ----------
    numbers : DataFrame
        Columns of numbers, none missing.
    k : int
        The number of clusters.
    rng : numpy.random.Generator
        For the starts.

    Returns
    -------
    array of int
        The number of everybody's cluster, 0 to k − 1.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from segkit.segments.approaches import clusters
    >>> card = pd.DataFrame({"spend": [10.0, 20.0, 900.0, 950.0], "share": [0.0, 1.0, 0.0, 1.0]})
    >>> len(set(clusters.unscaled(card, k=2, rng=np.random.default_rng(1))[:2]))
    1
    """
    raw = numbers.to_numpy()
    return nearest(raw, centres(raw, k=k, rng=rng))


@passes
def smallest(matrix, *, ks, seed):
    """Return the share of customers in the smallest cluster for each number of `ks`: {k: share}.

    Of the very clusters that `fit` would give with that seed.

    Parameters
    ----------
    matrix : array (customers, criteria) or Refused
        From `prepare`.
    ks : sequence of int
        Numbers of clusters to try.
    seed : int
        For the random starts.

    Returns
    -------
    dict
        {k: share of the customers, 0 to 1}.

    Examples
    --------
    >>> import numpy as np
    >>> from segkit.segments.approaches import clusters
    >>> clusters.smallest(np.array([[0.0], [0.1], [0.2], [9.0]]), ks=[2], seed=1)
    {2: 0.25}
    """
    found = {k: nearest(matrix, _careful(matrix, k=k, seed=seed)) for k in ks}
    return {
        k: float(np.bincount(labels, minlength=k).min() / len(matrix))
        for k, labels in found.items()
    }


def summarise(evidence, *, smallest):
    """Put stability and size side by side for every number of clusters tried.

    `evidence` is the stability table (k, repeat, adjusted_rand), `smallest` maps k to the share
    of its smallest cluster. Returns k, stability_mean, stability_low and stability_high (the
    middle 95 % of the repeats) and smallest_share.
    """
    groups = evidence.groupby("k")["adjusted_rand"]
    table = groups.mean().rename("stability_mean").to_frame()
    table["stability_low"], table["stability_high"] = groups.quantile(0.025), groups.quantile(0.975)
    table["smallest_share"] = [smallest[k] for k in table.index]
    return table.reset_index()


@dataclass(frozen=True)
class Choice:
    """How many clusters, and why: k, reason, and the table of the evidence (see `summarise`).

    open: what is undecided about it in words, empty where nothing is.
    """

    k: int
    reason: str
    table: object
    open: str = ""


@passes
def candidates(smallest, *, limits):
    """List the numbers of clusters that may be chosen, whatever their stability.

    Those the team can serve whose smallest cluster is large enough; two only where nothing else is
    left.

    Parameters
    ----------
    smallest : dict
        The share of customers in the smallest cluster for every k, 0 to 1; see `smallest`.
    limits : Limits
        Those of the brief: `max_segments` and `smallest_segment_share`.

    Returns
    -------
    list of int
        In ascending order; all that can be served where no smallest cluster is large enough.

    Examples
    --------
    >>> from segkit.brief import Limits
    >>> from segkit.segments.approaches import clusters
    >>> clusters.candidates({2: 0.4, 3: 0.2, 4: 0.1, 5: 0.001}, limits=Limits())
    [3, 4]
    """
    allowed = [k for k in smallest if k <= limits.max_segments]
    large = [k for k in allowed if smallest[k] >= limits.smallest_segment_share]
    return [k for k in large if k > 2] or large or allowed


@passes
def choose(evidence, *, smallest, limits, asked=0):
    """Choose the number of clusters by stability and size.

    Parameters
    ----------
    evidence : DataFrame
        The stability table: k, repeat, adjusted_rand (see `validation.structure.stability`).
    smallest : dict
        The share of customers in the smallest cluster for every k, 0 to 1.
    limits : Limits
        Those of the brief: `max_segments` and `smallest_segment_share`.
    asked : int
        A number set by the user, 0 for none. It is taken, and the reason says what the evidence
        would have chosen.

    Returns
    -------
    Choice
        Among the numbers whose smallest cluster is large enough, the most stable wins; a larger
        one at most .02 below it is preferred, because it tells more. Where other samples could
        have led to another number, `reason` says between which it is undecided, and that what is
        nearer by what was measured is taken. Two clusters are only taken when nothing else is left:
        cutting a cloud in half is nearly always repeatable and rarely useful.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.brief import Limits
    >>> from segkit.segments.approaches import clusters
    >>> rows = [(2, 0.9), (2, 0.9), (3, 0.8), (3, 0.8), (4, 0.5), (4, 0.5)]
    >>> evidence = pd.DataFrame(rows, columns=["k", "adjusted_rand"])
    >>> sizes = {2: 0.4, 3: 0.2, 4: 0.1}
    >>> clusters.choose(evidence, smallest=sizes, limits=Limits()).k
    3
    """
    sizes = {k: smallest[k] for k in evidence["k"].unique()}
    left = candidates(sizes, limits=limits)
    found = near_best(evidence[evidence["k"].isin(left)], by="k", value="adjusted_rand")
    k = int(found.index[found["near"]].max())
    large = [k for k in left if smallest[k] >= limits.smallest_segment_share]
    table = summarise(evidence, smallest=smallest)
    if asked:
        told = f"{asked} segments: set by N_SEGMENTS. The evidence would have chosen {k}"
        return Choice(asked, told, table)
    undecided = _undecided(k, found)
    why = _why(k, found, large, two=k > 2 and 2 in sizes)
    return Choice(k, why + f"; {undecided}" * bool(undecided), table, undecided)


def _why(k, found, large, *, two):
    pool = (
        "of the numbers whose smallest segment is large enough"
        if large
        else "no number keeps every segment above the smallest useful size; of all tried"
    )
    rest = "; two were not considered" if two else ""
    return (
        f"{k} segments: {pool}, it is the largest that is as repeatable as the best "
        f"(mean adjusted Rand {found.loc[k, 'mean']:.2f} between samples){rest}"
    )


def _undecided(k, found):
    """Say which numbers other samples could lead to; empty where there is only one.

    A larger one that is open could be near enough; where the one taken is open itself, it could
    fall out, and the next smaller that is near would be taken, down to one that is surely near.
    """
    others = [n for n in found.index[found["open"]] if n > k]
    for n in sorted(found.index[found["near"]], reverse=True):
        others += [n] * (n != k)
        if not found.loc[n, "open"]:
            break
    if not others:
        return ""
    *some, last = sorted({k, *others})
    pairs = int(found.loc[[*some, last], "repeats_n"].max())
    names = f"{', '.join(map(str, some))} and {last}"
    return messages.told("number open", names=names, pairs=pairs, k=k)


@passes
def profile(definition):
    """Lay out the centres for reading: one row per segment, one column per criterion in words.

    Parameters
    ----------
    definition : Definition or Refused
        From `fit`.

    Returns
    -------
    DataFrame
        A row per segment, a column per criterion (in words), in standard deviations from the
        average customer; above 0 = more than average.

    Examples
    --------
    >>> from segkit.segments import Definition
    >>> from segkit.segments.approaches import clusters
    >>> rules = {"centres": [[1.0], [-1.0]]}
    >>> found = Definition("clusters", ["Often", "Rarely"], ["orders_n"], rules)
    >>> clusters.profile(found)
            orders
    Often      1.0
    Rarely    -1.0
    """
    columns = [label(column) for column in definition.columns]
    return pd.DataFrame(definition.rules["centres"], index=definition.order, columns=columns)


def _refuse(matrix, k):
    different = len(np.unique(matrix, axis=0))
    if k < 2 or different < k:
        raise messages.error("number of segments", k=k, different=different)


def widen(table, definition):
    """Add the distance to every centre (or the score of every class) to an Ibis table."""
    made = mixtures.scores if "model" in definition.rules else _distances
    return steps.keep(table, made(table, definition))


def expression(table, definition):
    """Return the Ibis column that names each row's nearest centre.

    A mixture (see `mixtures`) is a definition of clusters, too: there the most likely one counts.
    """
    if "model" in definition.rules:
        return mixtures.expression(table, definition)
    distances = steps.kept(table, _distances(table, definition))
    closest = ibis.least(*distances)
    pairs = zip(distances, definition.order, strict=True)
    return ibis.cases(*((distance == closest, name) for distance, name in pairs))


def _distances(table, definition):
    """Squared distance to each centre, as Ibis columns."""
    scales, points = definition.rules["scaling"], definition.rules["centres"]
    places = [scaled(table[scale["column"]], scale) for scale in scales]
    return [
        sum((value - at) * (value - at) for value, at in zip(places, point, strict=True))
        for point in points
    ]
