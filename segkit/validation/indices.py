"""Indices: what speaks for groups among the customers, asked of the segments in use.

Whoever made the segments, by search, by rules or from answers, is asked again in the same way: on
bootstrap samples of the same customers, on halves of them, and on data of the same size without
groups. What structureless data also reach is no sign of groups. A `Subject` is all that is asked
of a segmentation, so this module knows no method.

Rounds are added until every answer that the verdict needs lies three standard errors from its
limit, so that another seed leads to the same verdict; where they do not settle, the answer is
*undecided*. "natural": stable, a valley beside every segment, and another index agrees;
"reproducible": no gaps, but stable and more so than structureless data; "constructive": made, not
found; "none": not even that comes back.

Sources: Dolnicar, Grün and Leisch, Market Segmentation Analysis (2018); Tibshirani, Walther and
Hastie (2001) for the gap; Tibshirani and Walther (2005) for prediction strength; Rousseeuw (1987)
for silhouettes; Leisch (2010) for shadows; Woodruff (1952) for the error of a quantile; Kleene
(1952) for answers of three values. Taught in notebook 05.
"""

from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
import pandas as pd

from segkit.validation import structure
from segkit.validation.structure import CLEARLY, DEEP, FAIR, NATURAL, TOLD, WEAK

SURE = 3
"""Standard errors from a limit at which an answer is settled."""
STEP = 10
"""Rounds added at a time."""
EXACT = 20_000
"""Rows up to which a silhouette is exact; of more, so many are sampled."""
FEW = 0.2
"""Share of customers between segments up to which groups may be said to have gaps between them."""
STRONG = 0.8
"""Prediction strength above which a half predicts the other."""

KINDS = {
    "natural": (("near one",), ("valleys",), ("apart", "tighter", "predicted")),
    "reproducible": (("fair",), ("beyond",)),
    "constructive": (("weak",), ("fair", "apart", "tighter", "beyond")),
}
"""What each kind of structure asks for: one criterion at least of every group, by name."""
LESS = ("valleys", "clear")
"""Criteria of which less is better."""
VALUES = {"yes": 1.0, "undecided": 0.5, "no": 0.0}
COLUMNS = ("stability", "strength", "stability_none", "silhouette_none", "explained_none",
           "valley_none", "widest_none", "furthest_none", "shadow_none")  # fmt: skip
PARTS = {
    "samples": ("near one", "fair", "weak", "beyond"),
    "halves": ("predicted",),
    "structureless": ("beyond", "apart", "tighter", "valleys"),
}
"""What a round asks, and the criteria that rest on it."""


@dataclass(frozen=True)
class Subject:
    """A segmentation as this module asks for it.

    X: (customers, criteria) on a common scale; labels: one per customer; refit(rows, rng): the same
    method on some rows, labels for all; null(rng): the Subject that the same method makes of data
    without groups, as many and as wide.
    """

    X: object
    labels: object
    refit: object
    null: object = None


@dataclass(frozen=True)
class Asked:
    """The answers: rounds (one row each), and what was measured of the segments themselves."""

    rounds: pd.DataFrame
    own: dict

    @cached_property
    def page(self):
        """Return all criteria: criterion, measured, error, structureless, limit, says."""
        return paged(self.rounds, self.own)

    @property
    def null(self):
        """Return what structureless data reach at most: explained, widest, furthest (95 %)."""
        names = ("explained", "widest", "furthest")
        known = self.rounds.reindex(columns=[f"{name}_none" for name in names])
        ends = known.quantile(0.95).fillna(-np.inf)
        return dict(zip(names, map(float, ends), strict=True))

    @cached_property
    def judged(self):
        """Return structure, kind, stability and the criterion that decided; see `judge`.

        Natural segments have "gaps between them" in words where at most a fifth of the customers
        lie between segments (`structure.between`); else the words say how many do.
        """
        told, between = judge(self.page), self.own.get("between", 0.0)
        if told["structure"] == "natural" and between > FEW:
            told["kind"] = TOLD["structure"]["natural, many between"].format(between=between)
        return told


def ask(subject, *, least, most, rng):
    """Ask until the verdict is settled: at least `least`, at most `most` rounds.

    Returns Asked. Each round: a pair of samples, a pair of halves, and new data without groups;
    later rounds leave out what is settled already.
    """
    own, rounds, needed = _own(subject, rng), pd.DataFrame(), set(PARTS)
    while needed and len(rounds) < most:
        step = max(least - len(rounds), min(STEP, most - len(rounds)))
        more = pd.DataFrame([_round(subject, rng, needed) for _ in range(step)])
        rounds = pd.concat([rounds, more], ignore_index=True)
        page = paged(rounds, own)
        still = page.index[page["says"] == "undecided"]
        needed = {part for part, names in PARTS.items() if still.isin(names).any()}
        needed = needed if judge(page)["structure"] == "undecided" else set()
    return Asked(rounds, own)


def clustered(X, labels, *, clustering, k):
    """Return clusters as a Subject, see `searched`."""
    return searched(X, labels, partial(structure.labelled_again, clustering=clustering, k=k))


def searched(X, labels, again):
    """Return segments found by a search as a Subject, beside clouds as large and as wide as X.

    `again(X, rows, rng=…)` searches some rows of any data and labels all.
    """

    def null(rng):
        cloud = structure.reference(X, shape="components", rng=rng)
        refit = _on(again, cloud)
        return Subject(cloud, refit(np.arange(len(cloud)), rng), refit)

    return Subject(X, labels, _on(again, X), null)


def _on(again, X):
    return lambda rows, rng: again(X, rows, rng=rng)


def paged(rounds, own):
    """Lay out every criterion beside structureless data, with its limit and its answer.

    `rounds`: from `ask`; `own`: silhouette, valley, explained, shadow of the segments in use.
    Returns a DataFrame indexed by name with criterion (in words), measured, error (one standard
    error), structureless (the mean there, of valleys the deepest; missing where not asked), limit,
    says (yes, no or undecided).
    """
    rounds = rounds.reindex(columns=COLUMNS).astype(float)
    mean, spread = rounds.mean(), rounds.std(ddof=1).fillna(0)
    n = rounds.count().clip(lower=1)
    error, width = spread / np.sqrt(n), spread["explained_none"]
    stability = mean["stability"], error["stability"], mean["stability_none"]
    noise = float(np.hypot(error["stability"], error["stability_none"]))
    shape = own["silhouette"], error["silhouette_none"], mean["silhouette_none"]
    tight = own["explained"], width * np.sqrt(3 / n["explained_none"]), mean["explained_none"]
    deep, deep_limit, deep_error = _valley_limit(rounds["valley_none"].dropna())
    shade = own.get("shadow", np.nan), error["shadow_none"], mean["shadow_none"]
    rows = {
        "near one": (*stability, NATURAL),
        "fair": (*stability, FAIR),
        "weak": (*stability, WEAK),
        "beyond": (stability[0], noise, stability[2], stability[2] + CLEARLY),
        "predicted": (mean["strength"], error["strength"], np.nan, STRONG),
        "valleys": (own["valley"], deep_error, deep, deep_limit),
        "apart": (*shape, shape[2] + CLEARLY),
        "tighter": (*tight, tight[2] + 2 * width),
        "clear": (*shade, shade[2] - CLEARLY),
    }
    table = pd.DataFrame(rows, index=["measured", "error", "structureless", "limit"]).T
    table.insert(0, "criterion", [TOLD["criteria"][name] for name in table.index])
    table["margin"] = (table["measured"] - table["limit"]) * (1 - 2 * table.index.isin(LESS))
    return table.assign(says=[_says(row) for row in table.itertuples()])


def _valley_limit(none):
    """Return (deepest, limit, error): the valley of structureless data that only 5 % undercut.

    The error of a quantile from its order statistics (Woodruff 1952), as far as the limit follows
    it: above `DEEP` it does not.
    """
    if none.empty:
        return 1.0, DEEP, 0.0
    reach = np.sqrt(0.05 * 0.95 / len(none))
    deep, low, high = none.quantile([0.05, max(0.05 - reach, 0), 0.05 + reach])
    limit, least, most = (min(DEEP, each - CLEARLY) for each in (deep, low, high))
    return deep, limit, (most - least) / 2


def judge(page):
    """Say what kind of structure the segments in use have, and which criterion decided.

    For segments that come back, the weakest of what speaks for them; else what stood in the way of
    something better. Returns a dict: structure (natural, reproducible, constructive, none or
    undecided), kind (in words), criterion, measured, limit, stability.
    """
    found, barred = "none", None
    for kind, groups in KINDS.items():
        says, decides = _least([_best(page, group) for group in groups])
        if says > 0:
            found = kind if says == 1 else "undecided"
            decides = barred if found == "constructive" else decides
            break
        barred = decides
    row = page.loc[barred if found == "none" else decides]
    kind = TOLD["structure"][found].format(between=" or ".join(_possible(page)))
    told = {"structure": found, "kind": kind, "criterion": row["criterion"]}
    told |= {name: float(row[name]) for name in ("measured", "limit")}
    return {**told, "stability": float(page.loc["fair", "measured"])}


def _possible(page):
    """List the kinds of structure that are not ruled out, down to the first that is sure."""
    found = []
    for kind, groups in KINDS.items():
        says, _ = _least([_best(page, group) for group in groups])
        found += [kind] * (says > 0)
        if says == 1:
            return found
    return [*found, "none"]


def _best(page, group):
    """Return (answer, margin, name) of the criterion of a group that speaks loudest."""
    rows = page.loc[list(group)]
    found = zip(rows["says"].map(VALUES), rows["margin"].fillna(-np.inf), rows.index, strict=True)
    return max(found)


def _least(found):
    """Return (answer, name) of what speaks least of all that is asked for."""
    says, _, name = min(found)
    return says, name


def _says(row):
    if not np.isfinite(row.margin):
        return "no"
    if row.error and abs(row.margin) < SURE * row.error:
        return "undecided"
    return "yes" if row.margin >= 0 else "no"


def _round(subject, rng, needed):
    """Ask once what is needed: a pair of samples, a pair of halves, data without groups."""
    found = dict.fromkeys(COLUMNS, np.nan)
    if "samples" in needed:
        found["stability"] = _pair(subject, rng)
    if "halves" in needed:
        found["strength"] = _halves(subject, rng)
    none = subject.null(rng) if "structureless" in needed else None
    if none is not None:
        found["stability_none"] = _pair(none, rng)
        found["silhouette_none"] = silhouette(none, rng, cap=structure.SHAPE_CAP)
        found["explained_none"] = explained(none.X, none.labels)
        found["valley_none"] = shallowest(none.X, none.labels)
        found["widest_none"] = widths(none.X, none.labels).max()
        found["shadow_none"] = structure.shadow(none.X, none.labels).mean()
        found["furthest_none"] = differences(none.X, none.labels).max()
    return found


def _pair(subject, rng):
    """Agreement (adjusted Rand) of the segments from two bootstrap samples, on all rows."""
    draws = rng.integers(len(subject.X), size=(2, len(subject.X)))
    return structure.adjusted_rand(*(subject.refit(rows, rng) for rows in draws))


def _halves(subject, rng):
    """Prediction strength: the weakest segment of each half, kept together by the other half."""
    rows = np.array_split(rng.permutation(len(subject.X)), 2)
    one, two = (np.asarray(subject.refit(half, rng)) for half in rows)
    first, second = rows
    kept = structure.kept_pairs(one[first], two[first])
    return (kept + structure.kept_pairs(two[second], one[second])) / 2


def _own(subject, rng):
    X, labels = subject.X, subject.labels
    whole = {"silhouette": silhouette(subject, rng), "valley": shallowest(X, labels)}
    shadow = float(structure.shadow(X, labels).mean())
    between = structure.between(structure.similarity(X, structure.means(X, labels)))
    return {**whole, "explained": explained(X, labels), "shadow": shadow, "between": between}


def shallowest(X, labels):
    """Return the shallowest valley beside any segment, see `structure.valley`; missing for one."""
    X, codes = _coded(X, labels)
    return float(structure.valley(X, codes)["valley"].max()) if codes.max() else np.nan


def silhouette(subject, rng, cap=EXACT):
    """Return the mean silhouette (-1 to 1), of a sample above `cap` rows; missing for one group."""
    from sklearn.metrics import silhouette_score

    some = structure.sampled(np.arange(len(subject.X)), rng=rng, cap=cap)
    labels = np.asarray(subject.labels)[some]
    if not 1 < len(np.unique(labels)) < len(labels):
        return np.nan
    return float(silhouette_score(np.asarray(subject.X)[some], labels))


def explained(X, labels):
    """Return the share (0 to 1) of the squared distances that the segments account for."""
    X, codes = _coded(X, labels)
    total = ((X - X.mean(axis=0)) ** 2).sum()
    inside = ((X - structure.means(X, codes)[codes]) ** 2).sum()
    return float(1 - inside / total) if total > 0 else 0.0


def widths(X, labels):
    """Return the spread inside every segment over that of all: one number each, in sorted order."""
    X, codes = _coded(X, labels)
    inside = ((X - structure.means(X, codes)[codes]) ** 2).sum(axis=1)
    total = ((X - X.mean(axis=0)) ** 2).sum(axis=1).mean()
    each = np.bincount(codes, inside) / np.bincount(codes)
    return np.sqrt(each / total) if total > 0 else np.zeros(len(each))


def differences(X, labels):
    """Return how far every segment lies from its nearest neighbour, in spreads inside both.

    Along the line through both centres, so that turning the criteria changes nothing.
    """
    X, codes = _coded(X, labels)
    centres = structure.means(X, codes)
    if len(centres) < 2:
        return np.zeros(1)
    pairs = enumerate(structure.nearest(centres)[0])
    lines = ((centres[b] - centres[a], a, b) for a, b in pairs)
    return np.array([apart((X @ line)[:, None], codes == a, codes == b)[0] for line, a, b in lines])


def _coded(X, labels):
    return np.asarray(X, dtype=float), np.unique(np.asarray(labels), return_inverse=True)[1]


def apart(X, one, other):
    """Return the difference of the means of two groups per criterion, in spreads inside both.

    The spread inside counts as half that of all at least: where all of a group say yes there is
    none, and a difference would be endless.
    """
    a, b, whole = X[one], X[other], X.var(axis=0)
    inside = (len(a) * a.var(axis=0) + len(b) * b.var(axis=0)) / (len(a) + len(b))
    inside = np.maximum(inside, whole / 4)
    gap = abs(a.mean(axis=0) - b.mean(axis=0))
    return np.divide(gap, np.sqrt(inside), out=np.zeros_like(gap), where=inside > 0)
