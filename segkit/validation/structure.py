"""Structure: would we find the same segments again, and are there any to be found?

A clustering always answers, even when there is nothing to find. So it is asked again and
again, on bootstrap samples of the same customers, and the answers are compared: what comes
back is a property of the customers, what changes is chance. The clustering itself is passed
in as an object with two functions, `centres(X, k=…, rng=…)` and `nearest(X, centres)`, or,
for any approach, as `refit(rows, rng)`: fit on those rows, return labels for *all* rows.

Fresh starts every time: starting from the full solution would make every number of segments
look repeatable. Above 5,000 rows samples of customers stand for all, and the tables say how many
rows were used (`rows_n`).

Sources: Hubert and Arabie (1985) for the adjusted Rand index; Dolnicar, Grün and Leisch,
Market Segmentation Analysis (2018), for global stability; Leisch (2010) for shadows; Tibshirani,
Walther and Hastie (2001) for the gap; Tibshirani and Walther (2005) for prediction strength.
Refuses to call data structured on one index alone. Taught in notebook 05.
"""

from inspect import signature

import numpy as np
import pandas as pd

from segkit.evidence.repeats import NEAR, near_best
from segkit.refusal import Refused, passes
from segkit.study import StudyError, beside

TOLD = beside(__file__, "told.yaml")
"""What the room says: kinds of structure, checks, corrections."""
CAP = 5_000
"""Rows on which resampling works; of more, a random sample is taken."""
EVIDENCE_CAP = 2_500
"""Rows on which all indices are compared with those of structureless clouds."""
SHAPE_CAP = 1_000
"""Rows on which silhouettes are compared with those of clouds: a standard error of about .005."""


def adjusted_rand(a, b):
    """Return how far two partitions of the same rows agree, corrected for chance.

    Parameters
    ----------
    a, b : sequence
        The group of each row; names of the groups do not matter.

    Returns
    -------
    float
        1 = identical partitions, 0 = no better than chance; it may fall below 0.

    Examples
    --------
    >>> from segkit import validation
    >>> validation.adjusted_rand(["a", "a", "b", "b"], [2, 2, 1, 1])
    1.0
    """
    from sklearn.metrics import adjusted_rand_score

    return float(adjusted_rand_score(a, b))


@passes
def likeness(labels, *, to):
    """Compare segmentations with one of the same customers: method and adjusted_rand.

    Parameters
    ----------
    labels : dict or Refused
        {method: one label per customer}; a Refused among the labels is left out.
    to : sequence
        One label per customer.

    Returns
    -------
    DataFrame
        method, adjusted_rand (1 = the same segments, 0 = chance).

    Examples
    --------
    >>> from segkit.validation import structure
    >>> structure.likeness({"mixture": ["a", "a", "b", "b"]}, to=[1, 1, 2, 2])
        method  adjusted_rand
    0  mixture            1.0
    """
    found = {name: adjusted_rand(to, who) for name, who in labels.items() if len(who)}
    return pd.DataFrame({"method": found.keys(), "adjusted_rand": found.values()})


def agreements(labels):
    """Compare every segmentation of the same customers with every other.

    Parameters
    ----------
    labels : DataFrame
        One column of segments per approach, one row per customer.

    Returns
    -------
    DataFrame or Refused
        a, b and adjusted_rand (1 = the same segments, 0 = chance), one row per pair in the order
        of the columns; refused below two columns.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.validation import structure
    >>> labels = pd.DataFrame({"by money": list("AABB"), "by habit": list("xxyy")})
    >>> structure.agreements(labels)["adjusted_rand"].tolist()
    [1.0]
    """
    if labels.shape[1] < 2:
        return Refused(
            f"Only {labels.columns[0]} can be made of these data, so there is nothing to compare."
        )
    codes = {name: pd.factorize(labels[name])[0] for name in labels}
    pairs = [(a, b) for at, b in enumerate(codes) for a in list(codes)[:at]]
    found = [(a, b, adjusted_rand(codes[a], codes[b])) for a, b in pairs]
    return pd.DataFrame(found, columns=["a", "b", "adjusted_rand"])


def overlaps(a, b):
    """Count the rows that every group of `a` shares with every group of `b`.

    Returns a table of integers: groups of `a` down, groups of `b` across, both sorted.
    """
    if len(a) != len(b):
        raise StudyError(TOLD["unequal"].format(len(a), len(b)))
    names_a, codes_a = np.unique(np.asarray(a), return_inverse=True)
    names_b, codes_b = np.unique(np.asarray(b), return_inverse=True)
    cells = codes_a * len(names_b) + codes_b
    counts = np.bincount(cells, minlength=len(names_a) * len(names_b))
    return pd.DataFrame(counts.reshape(len(names_a), -1), index=names_a, columns=names_b)


def jaccard(a, b):
    """Return for every group of `a` its best Jaccard index with any group of `b`.

    Jaccard = rows in both / rows in either.

    Parameters
    ----------
    a, b : sequence
        The group of each row.

    Returns
    -------
    Series
        For each group of `a`, from 0 (no common row) to 1 (the same rows).

    Examples
    --------
    >>> from segkit.validation import structure
    >>> structure.jaccard(["x", "x", "y", "y"], [1, 1, 1, 2]).round(2).to_dict()
    {'x': 0.67, 'y': 0.5}
    """
    counts = overlaps(a, b)
    both = counts.to_numpy()
    either = both.sum(axis=1, keepdims=True) + both.sum(axis=0, keepdims=True) - both
    return pd.Series((both / either).max(axis=1), index=counts.index)


def partners(labels, *, like):
    """Map the groups of `labels` to those of `like`, so that as many rows as possible are shared.

    A linear assignment. Returns a dict; a group without a partner is mapped to its own name with
    "new: " before it.
    """
    from scipy.optimize import linear_sum_assignment

    counts = overlaps(labels, like)
    rows, columns = linear_sum_assignment(counts, maximize=True)
    names = dict(zip(counts.index[rows], counts.columns[columns], strict=True))
    return {name: names.get(name, f"new: {name}") for name in pd.unique(np.asarray(labels))}


def carry_names(then, *, now, by_overlap):
    """Give the segments of an earlier recipe the names of today's.

    `then` and `now` have customer_id and segment. By overlap, each takes the name of the one it
    shares most customers with; otherwise names stay, as for rules that name by definition.
    Returns (`then` renamed, both): both has customer_id, then and now for common customers.
    """
    both = then.merge(now[["customer_id", "segment"]], on="customer_id", suffixes=("_then", ""))
    both = both.set_axis(["customer_id", "then", "now"], axis=1)
    known = partners(both["then"], like=both["now"]) if by_overlap else {}
    names = {name: known.get(name, name) for name in then["segment"].unique()}
    renamed = then.assign(segment=then["segment"].map(names))
    return renamed, both.assign(then=both["then"].map(names))


def sampled(X, *, rng, cap=None):
    """Return X, or `cap` (5,000) random rows of it when it has more (order kept)."""
    cap = cap or CAP
    if len(X) <= cap:
        return X
    return X[np.sort(rng.choice(len(X), cap, replace=False))]


def standing(n):
    """Return the places of the rows that stand for all `n`, whatever the seed: 5,000 at most.

    What is measured once of the segments in use is then the same for every seed.
    """
    return sampled(np.arange(n), rng=np.random.default_rng(0))


@passes
def tried(X, *, most):
    """Return the numbers of segments worth trying: range(1, most + 1), fewer for few customers.

    At least ten different customers for each segment; always at least 1 and 2.

    Parameters
    ----------
    X : array (customers, criteria) or Refused
        On a common scale.
    most : int
        The largest number.

    Returns
    -------
    range
        From 1.

    Examples
    --------
    >>> from segkit.validation import structure
    >>> structure.tried([[n] for n in range(40)], most=8)
    range(1, 5)
    """
    different = len(np.unique(np.asarray(X, dtype=float), axis=0))
    return range(1, max(2, min(most, different // 10)) + 1)


@passes
def stability(X, *, clustering, ks, repeats, rng):
    """Measure for every number of segments how well two samples of the customers agree.

    For each repeat two bootstrap samples are drawn, each is clustered from fresh starts, *all* rows
    are labelled with both solutions, and the labels are compared. The samples are the same for
    every k. Above 5,000 rows every repeat takes another 5,000, so that the mean does not hang on
    who was taken once. Source: Dolnicar, Grün and Leisch (2018).

    Parameters
    ----------
    X : array (customers, criteria) or Refused
        On a common scale.
    clustering : module or object
        With `centres` and `nearest`, such as `segments.approaches.clusters`.
    ks : sequence of int
        Numbers of segments to try.
    repeats : int
        Pairs of samples.
    rng : numpy.random.Generator
        For the draws.

    Returns
    -------
    DataFrame
        k, repeat, adjusted_rand (1 = the same segments again, 0 = chance), rows_n.

    Examples
    --------
    >>> import numpy as np
    >>> from segkit.segments.approaches import clusters
    >>> from segkit.validation import structure
    >>> X, rng = np.r_[0:1:0.1, 9:10:0.1][:, None], np.random.default_rng(1)
    >>> found = structure.stability(X, clustering=clusters, ks=[2], repeats=2, rng=rng)
    >>> found["adjusted_rand"].round(2).tolist()
    [1.0, 1.0]
    """
    whole, found = np.asarray(X, dtype=float), []
    for repeat in range(repeats):
        X = sampled(whole, rng=rng)
        draws = rng.integers(len(X), size=(2, len(X)))
        for k in ks:
            one, two = (labelled_again(X, rows, clustering, k, rng) for rows in draws)
            found.append((k, repeat, adjusted_rand(one, two), len(X)))
    table = pd.DataFrame(found, columns=["k", "repeat", "adjusted_rand", "rows_n"])
    return table.sort_values(["k", "repeat"], ignore_index=True)


MOST = 240
"""Pairs of samples at which a comparison that is still open stays open."""


@passes
def settle(table, *, X, clustering, among, rng):
    """Add pairs of samples until it is clear which numbers of segments are the most repeatable.

    More pairs are drawn for the most stable number and for all whose distance from it lies within
    two standard errors of .02 (`evidence.near_best`); at most 240 for each. What is open then stays
    open: `clusters.choose` says so, and by what rule a number is taken all the same.

    Parameters
    ----------
    table : DataFrame
        From `stability`.
    X : array (customers, criteria)
        On a common scale, as it was given to `stability`.
    clustering : module or object
        With `centres` and `nearest`.
    among : sequence of int
        The numbers that may be chosen; see `clusters.candidates`.
    rng : numpy.random.Generator
        For the draws.

    Returns
    -------
    DataFrame
        As `table`, with more repeats where they were needed.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.validation import structure
    >>> clear = pd.DataFrame({"k": [2, 2, 3, 3], "adjusted_rand": [0.9, 0.9, 0.5, 0.5]})
    >>> structure.settle(clear, X=None, clustering=None, among=[2, 3], rng=None).equals(clear)
    True
    """
    step = int(table["k"].value_counts().max())
    while ks := unsettled(table, among=among):
        more = stability(X, clustering=clustering, ks=ks, repeats=step, rng=rng)
        more["repeat"] += int(table["repeat"].max()) + 1
        table = pd.concat([table, more], ignore_index=True)
    return table.sort_values(["k", "repeat"], ignore_index=True) if "repeat" in table else table


def unsettled(table, *, among):
    """Return the numbers of segments that another pair of samples could still put in or out."""
    known = table[table["k"].isin(list(among))]
    if known["k"].nunique() < 2:
        return []
    found = near_best(known, by="k", value="adjusted_rand")
    again = found.index[found["open"] & (found["repeats_n"] < MOST)]
    return sorted({int(found["mean"].idxmax()), *again.tolist()}) if len(again) else []


def across(before, now):
    """Return for every segment of `now` how far it comes from one segment of `before` (SLSA).

    1 + Σ p ln p / ln k over the shares p of its members in the k segments before: 1 = all from one
    segment, 0 = from all alike. Missing where there was only one segment before. Source: Dolnicar
    and Leisch (2017), segment level stability across solutions.
    """
    counts = overlaps(now, before)
    shares = counts.div(counts.sum(axis=1), axis=0).to_numpy()
    logs = np.log(np.where(shares > 0, shares, 1.0))
    if counts.shape[1] < 2:
        return pd.Series(np.nan, index=counts.index)
    return pd.Series(1 + (shares * logs).sum(axis=1) / np.log(counts.shape[1]), index=counts.index)


def labelled_again(X, rows, clustering, k, rng):
    """Cluster some rows, a bootstrap sample for one, and label all; equal rows are counted."""
    if "counts" not in signature(clustering.centres).parameters:
        return _labels(X, X[rows], clustering, k, rng)
    counts = np.bincount(rows, minlength=len(X))
    drawn = counts > 0
    centres = clustering.centres(X[drawn], k=k, rng=rng, counts=counts[drawn])
    return clustering.nearest(X, centres)


def summary(table, *, by, value):
    """Summarise repeats: mean, and the range that holds 95 % of them.

    Returns a DataFrame with the column `by`, mean, low, high, repeats_n, in order of
    appearance. The range is one of single repeats, not of their mean.
    """
    groups = table.groupby(by, sort=False)[value]
    ends = groups.quantile([0.025, 0.975]).unstack().set_axis(["low", "high"], axis=1)  # noqa: PD010
    found = groups.agg(mean="mean", repeats_n="size").join(ends).reset_index()
    return found[[by, "mean", "low", "high", "repeats_n"]]


def similarity(X, centres):
    """Return how near each customer is to every centre, relative to the other centres.

    exp(−distance) divided by its sum over all centres: a matrix (customers, segments), rows
    adding up to 1. Near 1 = clearly there, even values = on the border. Drawn per segment it
    is the gorge plot: a deep gorge between low and high values means a clear segment.
    Source: Dolnicar, Grün and Leisch (2018).
    """
    X, centres = np.asarray(X, dtype=float), np.asarray(centres, dtype=float)
    distance = np.linalg.norm(X[:, None] - centres[None], axis=2)
    near = np.exp(distance.min(axis=1, keepdims=True) - distance)
    return near / near.sum(axis=1, keepdims=True)


def between(similarity):
    """Return the share (0 to 1) of the customers who lie between segments in a gorge plot.

    `similarity`: as the function of that name returns it. Between are those who are neither clearly
    in nor clearly out of some segment: from .3 to .7 of it. Soft by nature: groups of
    standardised criteria must lie far apart, for their spread, before few are.
    """
    similarity = np.asarray(similarity, dtype=float)
    return float(((similarity > 0.3) & (similarity < 0.7)).any(axis=1).mean())


def shadow(X, labels):
    """Return how far each customer lies in the shadow of another segment.

    2 d(own) / (d(own) + d(next)), the distances to the centre of the own segment and to the nearest
    of the others: 0 = at the own centre, 1 = halfway, above 1 = nearer to the other; missing where
    there is one segment only. Source: Leisch (2010).
    """
    X, codes = np.asarray(X, dtype=float), np.unique(labels, return_inverse=True)[1]
    if codes.max(initial=0) < 1:
        return np.full(len(X), np.nan)
    apart = np.linalg.norm(X[:, None] - means(X, codes)[None], axis=2)
    places = np.arange(len(X)), codes
    own = apart[places]
    apart[places] = np.inf
    both = own + apart.min(axis=1)
    return np.divide(2 * own, both, out=np.ones_like(both), where=both > 0)


def means(X, labels):
    """Return the mean of every group: a matrix (groups in sorted order, criteria)."""
    X, codes = np.asarray(X, dtype=float), np.unique(labels, return_inverse=True)[1]
    return np.array([X[codes == code].mean(axis=0) for code in range(codes.max() + 1)])


def gap(X, *, clustering, ks, repeats, rng):
    """Compare the spread inside the clusters with that in clouds without groups.

    Two references, because they can disagree: "box" is uniform over the range of every
    column, "components" over the range of every principal component. A larger gap means
    tighter groups than such a cloud has. At most 2,500 rows are used.

    Returns a DataFrame with reference, k, log_within (ln(W/2), W the sum of squared distances
    to the centres), expected (its mean in the reference), gap and se.
    Source: Tibshirani, Walther and Hastie (2001).
    """
    X = sampled(np.asarray(X, dtype=float), rng=rng, cap=EVIDENCE_CAP)
    seen = np.array([_log_within(X, clustering, k, rng) for k in ks])
    tables = []
    for shape in ("box", "components"):
        clouds = [reference(X, shape=shape, rng=rng) for _ in range(repeats)]
        null = np.array([[_log_within(cloud, clustering, k, rng) for k in ks] for cloud in clouds])
        tables.append(_gaps(shape, ks, seen, null))
    return pd.concat(tables, ignore_index=True)


def gap_choice(table):
    """Apply both rules to a gap table: which number of groups would they choose?

    "first within one se": the smallest k whose gap is at least the next one's minus its
    standard error (Tibshirani); "largest": the largest gap of those tried. Returns a
    DataFrame with reference, rule, k. k = 1 means: one cloud.
    """
    found = []
    for name, part in table.groupby("reference", sort=False):
        ks, gaps, se = (part[column].to_numpy() for column in ("k", "gap", "se"))
        enough = np.flatnonzero(gaps[:-1] >= gaps[1:] - se[1:])
        first = ks[enough[0]] if len(enough) else ks[-1]
        found += [(name, "first within one se", first), (name, "largest", ks[gaps.argmax()])]
    return pd.DataFrame(found, columns=["reference", "rule", "k"])


def reference(X, *, shape, rng):
    """Draw a cloud without groups, as large and as wide as X.

    `shape` is "box" (uniform over each column) or "components" (uniform over each principal
    component). A column of few values, such as yes and no or marks from 1 to 5, keeps its values
    and how often each comes: a gap between two answers is none between two kinds of people.
    """
    if shape == "box":
        return _stepped(rng.uniform(X.min(axis=0), X.max(axis=0), size=X.shape), X)
    middle = X.mean(axis=0)
    turn = np.linalg.svd(X - middle, full_matrices=False)[2]
    turned = (X - middle) @ turn.T
    cloud = rng.uniform(turned.min(axis=0), turned.max(axis=0), size=turned.shape)
    return _stepped(cloud @ turn + middle, X)


STEPS = 10
"""A column of so many different values at most has steps."""


def _stepped(cloud, X):
    """Give the columns of a cloud the values of X, by rank, where these are few."""
    for place, column in enumerate(X.T):
        if len(np.unique(column)) <= STEPS:
            cloud[cloud[:, place].argsort(), place] = np.sort(column)
    return cloud


def prediction_strength(X, *, clustering, ks, repeats, rng):
    """Ask whether one half of the customers predicts who belongs together in the other.

    Both halves are clustered; a cluster's strength is the share of its pairs that the other
    half's centres keep together; the weakest cluster counts, both ways.

    Returns a DataFrame with k, repeat, strength (0 to 1). The largest k with a mean above
    .8 is supported. Source: Tibshirani and Walther (2005).
    """
    X = sampled(np.asarray(X, dtype=float), rng=rng)
    found = []
    for repeat in range(repeats):
        rows = rng.permutation(len(X))
        halves = X[rows[: len(X) // 2]], X[rows[len(X) // 2 :]]
        for k in ks:
            points = [clustering.centres(half, k=k, rng=rng) for half in halves]
            labels = [[clustering.nearest(half, p) for p in points] for half in halves]
            ways = (kept_pairs(*labels[0]), kept_pairs(*labels[1][::-1]))
            found.append((k, repeat, sum(ways) / 2))
    return pd.DataFrame(found, columns=["k", "repeat", "strength"])


def valley(X, labels):
    """Look for fewer customers between two neighbouring segments than inside them.

    All customers of a segment and its nearest neighbour are projected on the line through
    both centres. The valley is the number halfway between the centres over the number around
    the emptier centre: near 1 or more = no gap, the border cuts through a crowd; well below 1 =
    a gap. Two bell-shaped groups three standard deviations apart give about .7.

    Returns a DataFrame with segment, neighbour, distance (between the centres), valley.
    """
    X, (names, codes) = np.asarray(X, dtype=float), np.unique(labels, return_inverse=True)
    centres = means(X, codes)
    near, apart = nearest(centres)
    depths = [_depth(X[(codes == a) | (codes == b)], centres[[a, b]]) for a, b in enumerate(near)]
    columns = {"segment": names, "neighbour": names[near], "distance": apart}
    return pd.DataFrame({**columns, "valley": depths})


def nearest(centres):
    """Return the place of the centre next to each, and how far it is: two arrays."""
    apart = np.linalg.norm(centres[:, None] - centres[None], axis=2)
    np.fill_diagonal(apart, np.inf)
    return apart.argmin(axis=1), apart.min(axis=1)


def evidence(X, *, clustering, most, repeats, rng):
    """Gather the indices for every number of segments, beside those of structureless clouds.

    Numbers from 2 to `most` are tried, fewer where there are few customers. Customers and clouds
    are compared on at most 2,500 rows (`rows_n`).

    Parameters
    ----------
    X : array (customers, criteria)
        On a common scale.
    clustering : module or object
        With `centres` and `nearest`, such as `segments.approaches.clusters`.
    most : int
        The largest number tried.
    repeats : int
        How often samples and clouds are drawn.
    rng : numpy.random.Generator
        For the draws.

    Returns
    -------
    tuple of DataFrame
        (evidence, gaps). Evidence: k, stability and its standard error stability_se,
        prediction_strength, silhouette, valley (the shallowest), gap_gain (gap at k minus gap at 1,
        the smaller of both references), gap_se, and stability_cloud, stability_se_cloud,
        silhouette_cloud, valley_cloud: what clouds without groups, of the same size, width and
        correlations, give. Read an index against its cloud. Gaps: the table of `gap`.

    Examples
    --------
    >>> import numpy as np
    >>> from segkit.segments.approaches import clusters
    >>> from segkit.validation import structure
    >>> rng = np.random.default_rng(1)
    >>> X = np.vstack([rng.normal(0, 1, (20, 2)), rng.normal(9, 1, (20, 2))])
    >>> how = {"clustering": clusters, "most": 3, "repeats": 3, "rng": rng}
    >>> table, _ = structure.evidence(X, **how)
    >>> table.loc[table["stability"].idxmax(), "k"].item()
    2
    """
    X = sampled(np.asarray(X, dtype=float), rng=rng, cap=EVIDENCE_CAP)
    table, gaps = beside_clouds(X, clustering=clustering, most=most, repeats=repeats, rng=rng)
    shared = {"clustering": clustering, "ks": table["k"].tolist(), "rng": rng}
    strength = prediction_strength(X, repeats=repeats, **shared).groupby("k")["strength"].mean()
    table = table.join(strength.rename("prediction_strength"), on="k")
    return table.join(_gain(gaps), on="k"), gaps


def beside_clouds(X, *, clustering, most, repeats, rng):
    """Gather what is drawn for every number of segments beside that of structureless clouds.

    As `evidence`, without what decides only: prediction strength and the gain of the gap. Asked of
    the segments in use (`indices`), they are not asked again of all other numbers.

    Returns
    -------
    tuple of DataFrame
        (k, stability, stability_se, silhouette, valley, the same of clouds, rows_n; table of
        `gap`).
    """
    X = sampled(np.asarray(X, dtype=float), rng=rng, cap=EVIDENCE_CAP)
    ks = tried(X, most=most)
    gaps = gap(X, clustering=clustering, ks=ks, repeats=repeats, rng=rng)
    shared = {"clustering": clustering, "ks": ks[1:], "rng": rng}
    table = _summed(stability(X, repeats=repeats, **shared)).join(_shape(X, **shared))
    table = table.join(_clouds(X, repeats, shared).add_suffix("_cloud"))
    return table.assign(rows_n=len(X)).rename_axis("k").reset_index(), gaps


NATURAL, FAIR, WEAK, CLEARLY = 0.9, 0.75, 0.6, 0.05
"""Stability near 1, fairly high, the least to work with; and how far above a cloud is clear."""
DEEP = 0.8
"""A valley below this is a gap between two segments, unless a cloud of the same values has one."""


def votes(evidence):
    """Say for every number of segments which indices speak for real groups.

    Returns a DataFrame with k and True or False for stable (near 1), predicted (strength above
    .8), valleys (a gap beside every segment, deeper than a cloud's), gapped (gap above that of
    one group by two standard errors), apart (silhouette clearly above a cloud's), beyond_cloud
    (stability above a cloud's by three standard errors).
    """
    e, noise = evidence, np.hypot(evidence["stability_se"], evidence["stability_se_cloud"])
    beyond = e["stability"] - e["stability_cloud"]
    columns = {
        "k": e["k"],
        "stable": e["stability"] >= NATURAL,
        "predicted": e["prediction_strength"] > 0.8,
        "valleys": e["valley"] < np.minimum(DEEP, e["valley_cloud"] - CLEARLY),
        "gapped": e["gap_gain"] > 2 * e["gap_se"],
        "apart": e["silhouette"] > e["silhouette_cloud"] + CLEARLY,
        "beyond_cloud": beyond > np.maximum(3 * noise, CLEARLY),
    }
    return pd.DataFrame(columns)


def verdict(evidence):
    """Say what kind of structure the customers have, from several indices together.

    "natural": some k is stable, has a gap beside every segment, and another index agrees;
    "reproducible": no gaps, but fairly stable and clearly more so than a cloud without groups;
    "constructive": no more than any cloud that can be cut again in about the same place: segments
    are made, not found; "none": not even that.

    Parameters
    ----------
    evidence : DataFrame
        From `evidence`.

    Returns
    -------
    dict
        structure, best_k, stability (at best_k), sentence.

    Raises
    ------
    segkit.study.StudyError
        Where no number of segments was tried.

    Examples
    --------
    >>> import numpy as np
    >>> from segkit.segments.approaches import clusters
    >>> from segkit.validation import structure
    >>> rng = np.random.default_rng(1)
    >>> X = np.vstack([rng.normal(0, 1, (20, 2)), rng.normal(9, 1, (20, 2))])
    >>> how = {"clustering": clusters, "most": 3, "repeats": 3, "rng": rng}
    >>> found = structure.verdict(structure.evidence(X, **how)[0])
    >>> found["structure"], found["best_k"]
    ('natural', 2)
    """
    cast = votes(evidence)
    tight = cast["gapped"] | cast["apart"]
    kinds = {
        "natural": cast["stable"] & cast["valleys"] & (tight | cast["predicted"]),
        "reproducible": (evidence["stability"] >= FAIR) & cast["beyond_cloud"],
        "constructive": evidence["stability"] >= np.where(tight | cast["beyond_cloud"], WEAK, FAIR),
        "none": evidence["k"] > 0,
    }
    for structure, holds in kinds.items():
        if holds.any():
            best = _best(evidence[holds])
            told = {"best_k": int(best["k"]), "stability": float(best["stability"])}
            return {"structure": structure, **told, "sentence": _say(structure, best)}
    raise StudyError("There is no evidence to judge: give at least one number of segments.")


def _best(evidence):
    """Take the largest k among those about as stable as the most stable one."""
    near = evidence["stability"] >= evidence["stability"].max() - NEAR
    return evidence[near].sort_values("k").iloc[-1]


def _say(structure, best):
    k, measured, cloud = int(best["k"]), best["stability"], best["stability_cloud"]
    told = f"{TOLD['structure'][structure]} (with {k} segments: stability {measured:.2f}"
    return f"{told}, where a cloud without groups gives {cloud:.2f})."


def _labels(X, sample, clustering, k, rng):
    return clustering.nearest(X, clustering.centres(sample, k=k, rng=rng))


def _log_within(X, clustering, k, rng):
    labels = np.unique(_labels(X, X, clustering, k, rng), return_inverse=True)[1]
    return np.log(((X - means(X, labels)[labels]) ** 2).sum() / 2)


def _gaps(shape, ks, seen, null):
    expected = null.mean(axis=0)
    columns = {"reference": shape, "k": list(ks), "log_within": seen, "expected": expected}
    error = null.std(axis=0) * np.sqrt(1 + 1 / len(null))
    return pd.DataFrame({**columns, "gap": expected - seen, "se": error})


def kept_pairs(own, others):
    """Return the share of pairs of each own cluster that the others keep together: the smallest."""
    counts = overlaps(own, others).to_numpy()
    sizes = counts.sum(axis=1)
    pairs, kept = sizes * (sizes - 1), (counts * (counts - 1)).sum(axis=1)
    return float(np.where(pairs > 0, kept / np.maximum(pairs, 1), 0).min())


def _clouds(X, repeats, shared):
    """Stability, silhouette and deepest valley of even clouds, a new cloud for each repeat."""
    clouds = [reference(X, shape="components", rng=shared["rng"]) for _ in range(repeats)]
    table = _summed(pd.concat([stability(cloud, repeats=1, **shared) for cloud in clouds]))
    shapes = pd.concat([_shape(cloud, **shared) for cloud in clouds[:3]])
    return table.join(shapes.groupby(level=0).agg({"silhouette": "mean", "valley": "min"}))


def _summed(table):
    agreed = table.groupby("k")["adjusted_rand"]
    return pd.DataFrame({"stability": agreed.mean(), "stability_se": agreed.sem().fillna(0)})


def _shape(X, *, clustering, ks, rng):
    """Silhouette and shallowest valley of one solution for every k."""
    from sklearn.metrics import silhouette_score

    found, some = {}, rng.permutation(len(X))[:SHAPE_CAP]
    for k in ks:
        labels = _labels(X, X, clustering, k, rng)
        mean = silhouette_score(X[some], labels[some])
        found[k] = (mean, valley(X, labels)["valley"].max())
    return pd.DataFrame(found, index=["silhouette", "valley"]).T


def _depth(pair, centres):
    line = centres[1] - centres[0]
    place = (pair - centres[0]) @ line / max(line @ line, 1e-12)
    first, middle, second = ((abs(place - at) < 0.2).sum() for at in (0, 0.5, 1))
    return middle / max(min(first, second), 1)


def _gain(gaps):
    """Gap over that of one group, in the less favourable reference."""
    gain, error = (gaps.pivot_table(name, "k", "reference") for name in ("gap", "se"))
    gain, error = gain - gain.loc[1], (error**2 + error.loc[1] ** 2) ** 0.5
    return pd.DataFrame({"gap_gain": gain.min(axis=1), "gap_se": error.max(axis=1)})
