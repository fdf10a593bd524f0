"""Verdicts: is it a right segment, by the limits set before anyone saw it?

The handbook's rules, made measurable: customers of a segment are alike, differ from the
others, are enough in number or money, can be measured and reached; there are no more segments
than the team can serve; they come back on other samples and in time; and they behave
differently where the goal needs it. Limits of the brief decide; where the brief is silent, the
constants below do, and they are conventions, not laws.

Every check is a table with the same columns: check, segment ("all" or a name), measured,
limit, unit, verdict (pass, warn, fail), reason in plain words. What the data cannot tell is a
warning, never a pass. Segments come as a pandas Categorical whose categories are in order.
Taught in notebook 05.
"""

import numpy as np
import pandas as pd

from segkit.data.meanings import label
from segkit.data.people import reach
from segkit.refusal import Refused
from segkit.validation import descriptors, indices, structure

COLUMNS = ["check", "segment", "measured", "limit", "unit", "verdict", "reason"]
EXPLAINED = 0.3
"""Share of the differences between customers that the segments should account for."""
NARROWER = 0.9
"""Spread inside a segment, relative to that of all customers, from which it is hardly alike."""
APART, TOUCHING = 0.8, 0.5
"""Difference to the nearest segment, in spreads: large, and the least that counts."""
COVERED, KNOWN = 0.9, 0.6
"""Share of customers with known criteria: good, and the least that counts."""
UNJUDGED = "cannot be judged: there is no test period"
REAL = {"natural": "pass", "reproducible": "pass", "none": "fail"}
REAL |= dict.fromkeys(("constructive", "undecided"), "warn")
"""What each kind of structure is for the check "real groups"."""
NOTHING = {"explained": -np.inf, "widest": -np.inf, "furthest": -np.inf}
"""What structureless data reach where that was not asked."""
KNOCK_OUT = ("large enough", "reachable", "stable", "found again")
"""Checks that a single segment must not fail."""


def alike(X, labels, *, null=None):
    """Check that customers of a segment are closer to each other than customers at large.

    X is the matrix of criteria (customers, criteria). For all: share of variance explained
    (0 to 1), beside that of structureless data cut by the same method (`null`, from
    `indices.Asked.null`). Per segment: its spread over that of all; wide is a segment that is wider
    than the widest of structureless data, and it fails only where nothing sets it apart either.
    """
    X, codes = np.asarray(X, dtype=float), np.asarray(labels.codes)
    null = null or NOTHING
    share = indices.explained(X, codes)
    word = _at_least(share, EXPLAINED, EXPLAINED / 2)
    word = "warn" if word == "pass" and share <= null["explained"] else word
    told = f"the segments account for {share:.0%} of the differences between customers"
    told += _beside(null["explained"], "{:.0%}")
    apart = pd.Series(indices.differences(X, codes), index=labels.categories)
    widths = pd.Series(indices.widths(X, codes), index=labels.categories)
    limit = max(null["widest"], NARROWER)
    found = zip(labels.categories, widths, apart, strict=True)
    rows = [
        (name, width, limit, "ratio", *_spread(width, limit, far)) for name, width, far in found
    ]
    return _table("alike inside", [("all", share, EXPLAINED, "share", word, told), *rows])


def different(X, labels, *, features, null=None):
    """Check that each segment differs from its nearest neighbour.

    Measured along the line through both centres, in spreads inside the two (0.5 = visible, 0.8 =
    large). Clusters always differ in what they were made of, so it passes only above what clusters
    of structureless data (`null`) reach. `features` names the columns of X.
    """
    X, near = np.asarray(X, dtype=float), structure.valley(X, np.asarray(labels))
    near, null, rows = near.set_index("segment"), null or NOTHING, []
    limit = max(APART, null["furthest"])
    sizes = dict(zip(labels.categories, indices.differences(X, labels.codes), strict=True))
    for name in labels.categories:
        other, depth = near.loc[name, ["neighbour", "valley"]]
        gaps = indices.apart(X, np.asarray(labels == name), np.asarray(labels == other))
        best, size = label(features[int(gaps.argmax())]), sizes[name]
        gap = "with a gap between them" if depth < structure.DEEP else "with no gap between them"
        told = f'nearest is "{other}", {gap}; they differ most in {best}'
        told += _beside(null["furthest"], "{:.1f}")
        word = _at_least(size, limit, TOUCHING)
        rows.append((name, size, limit, "spreads", word, told))
    return _table("different outside", rows)


def elsewhere(proof):
    """Check that the segments differ in something that did not make them.

    `proof` is the table of `descriptors.proof`. By construction counts for nothing.
    """
    free = proof[~proof["by_construction"]].dropna(subset=["effect"])
    clear = free[free["matters"]]
    if free.empty:
        blank = (np.nan, descriptors.NEGLIGIBLE, "share", "warn")
        told = "not known: everything the card tells was used to make them, or follows from it"
        return _table("differ elsewhere", [("all", *blank, told)])
    best = free.loc[free["effect"].idxmax()]
    told = f"{len(clear)} of {len(free)} descriptors that did not make them differ; most: "
    told += f"{best['descriptor'].replace('_', ' ')}, {best['effect']:.1%} of its differences"
    word = "pass" if len(clear) else "warn"
    row = ("all", best["effect"], descriptors.NEGLIGIBLE, "share", word, told)
    return _table("differ elsewhere", [row])


def large(labels, *, spend, limits):
    """Check that each segment is large enough, by number of customers or by money.

    Measured as the larger of both shares (0 to 1) against the brief's smallest_segment_share.
    Without money (`spend` None) the number of customers decides.
    """
    limit, money = limits.smallest_segment_share, np.zeros(len(labels))
    if spend is not None:
        money = np.nan_to_num(np.asarray(spend, dtype=float))
        money = money / max(money.sum(), 1e-9)

    def size(own):
        heads, paid = own.mean(), money[own].sum()
        word = "pass" if max(heads, paid) >= limit else "fail"
        told = f"{heads:.1%} of customers" + f", {paid:.1%} of the money" * (spend is not None)
        return max(heads, paid), limit, "share", word, told

    return _table("large enough", _each(labels, size))


ITEMS = 10
"""More criteria than that are the items of a battery."""


def measurable(card, labels, *, features, by_rule=False):
    """Check that the criteria are known: share of customers with a value in every one.

    Of a battery of more than ten items nine in ten are enough: who left one out is placed by the
    others. Where segments are made by rules or answers (`by_rule`), one of those of whom nothing is
    known (not asked, not seen) is a warning and no failure: it holds who is left.
    """
    given = card[list(features)].notna().to_numpy()
    least, asked = (0.9, "nine in ten of the") if len(features) > ITEMS else (1.0, "all")
    known, silent = given.mean(axis=1) >= least, ~given.any(axis=1)

    def covered(own):
        share = known[own].mean()
        word = _at_least(share, COVERED, KNOWN)
        told = f"{asked} {len(features)} criteria are known for {share:.0%} of its customers"
        if by_rule and silent[own].mean() >= COVERED:
            word, told = "warn", "nothing is known of these customers: they are who is left"
        return share, COVERED, "share", word, told

    return _table("measurable", _each(labels, covered))


def reachable(card, labels, *, limits):
    """Check that customers can and may be reached: contact and consent, where columns tell.

    See `reach`. Where none tells the answer is "not known", a warning; how many were mailed is said
    beside it and decides nothing.
    """
    limit, (fit, used) = limits.reachable_share, reach.reachable(card)
    mailed = card.get("campaigns_received_n")

    def reached(own):
        if fit is None:
            told = "not known: no column tells of contact and consent"
            if mailed is not None:
                was = (mailed.to_numpy()[own] > 0).mean()
                told += f"; {was:.0%} of {own.sum():,} got a mailing in the window"
            return np.nan, limit, "share", "warn", told
        share, n = fit[own].mean(), own.sum()
        told = f"{fit[own].sum():,} of {n:,} can and may be reached ({', '.join(map(str, used))})"
        return share, limit, "share", _at_least(share, limit, limit / 2), told

    return _table("reachable", _each(labels, reached))


LEAST, USUAL = (0.07, 0.1), (3, 7)
"""Shares of customers from which a segment is usually worth a treatment; usual numbers of them."""


def notes(labels):
    """Say softly what is unusual about sizes and number: a list of sentences, no failures."""
    share = pd.Series(labels).value_counts(normalize=True).reindex(labels.categories)
    small = [f"“{name}” ({x:.1%})" for name, x in share.items() if x < LEAST[0]]
    told = f"smaller than {LEAST[0]:.0%} to {LEAST[1]:.0%} of customers: {', '.join(small)}"
    n, (fewest, most) = len(share), USUAL
    many = f"{n} segments, where {fewest} to {most} are usual as personas"
    return [told] * bool(small) + [many] * (not fewest <= n <= most)


def few(labels, *, limits):
    """Check that there are no more segments than the team can serve."""
    n, limit = len(labels.categories), limits.max_segments
    told = f"{n} segments, where the team can serve {limit}"
    word = "pass" if n <= limit else "fail"
    return _table("few enough", [("all", n, limit, "segments", word, told)])


def structured(judged):
    """Turn the verdict of `indices.judge` into a check on all customers, with what decided."""
    told = judged["sentence"].rstrip(".")
    row = (judged["measured"], judged["limit"], judged["criterion"])
    return _table("real groups", [("all", *row, REAL[judged["structure"]], told)])


def stable(recurrence, *, names):
    """Check that each segment comes back on other samples of the same customers.

    `recurrence` is a `findings.Recurrence`; `names` the segments in their order.
    """
    found, rows = recurrence.answers.set_index("segment"), []
    limit = recurrence.limits[1]
    for name, row in found.loc[list(names)].iterrows():
        word = row["reading"] if row["reading"] in ("pass", "fail") else "warn"
        ends = f"{row['low']:.2f} to {row['high']:.2f} in {row['repeats_n']:.0f} pairs of samples"
        trust = structure.TOLD["trust"][row["reading"]].format(limit=row["limit"])
        told = f"overlap {row['mean']:.2f} on average, {ends}: {trust}"
        rows.append((name, row["mean"], limit, "Jaccard", word, told))
    return _table("stable", rows)


def found_again(backtest, *, limits, names):
    """Check that the recipe, repeated at an earlier date, finds the same segments.

    `backtest` is a `findings.BackTest`: labels of the same customers on the same data, by the
    recipe as fitted at the earlier date and as fitted today; a Refused means there is no earlier
    date to try. `names` are the segments in their order.
    """
    limit = limits.min_stability
    if isinstance(backtest, Refused):
        blank = (np.nan, limit, "Jaccard", "warn", UNJUDGED)
        return _table("found again", [(name, *blank) for name in names])
    rows = []
    for name in names:
        then, now = (backtest.both[at] == name for at in ("then", "now"))
        both, either = int((then & now).sum()), int((then | now).sum())
        overlap = both / max(either, 1)
        told = f"of {either:,} customers that either date's recipe puts here, {both:,} by both"
        word = _at_least(overlap, limit, limit * 0.75)
        rows.append((name, overlap, limit, "Jaccard", word, told))
    return _table("found again", rows)


def responds(response, *, alpha, names):
    """Check that segments behave differently where the goal needs it.

    `response` is a `findings.Response`, or a Refused where it cannot be judged. A segment like the
    rest is a warning, and so is one that differs by less than the change the goal asks for: it may
    be right and still need no treatment of its own.
    """
    if isinstance(response, Refused):
        blank = (np.nan, alpha, "p (Holm)", "warn", UNJUDGED)
        return _table("responds differently", [(name, *blank) for name in ("all", *names)])
    p = response.differ["p"]
    word = "warn" if np.isnan(p) else "pass" if p < alpha else "fail"
    known = response.table.set_index("segment")
    limits = {"alpha": alpha, "worth": response.worth}
    rows = [(name, *_reply(known, name, limits)) for name in names]
    everybody = ("all", p, alpha, "p", word, response.differ["reason"])
    return _table("responds differently", [everybody, *rows])


def overall(table, *, weights, brief):
    """Sum up all checks: is the segmentation usable for the goal of the brief?

    `weights` is the share of customers by segment. Usable when no check on all customers fails
    and segments without a failed knock-out check hold at least half of the customers, and the
    `brief` did not advise against segmenting. Returns
    a dict with usable, sentence, sound_share and failed (names of the segments that fail one).
    """
    everyone = table[table["segment"] == "all"]
    answered = everyone.loc[everyone["check"] == "responds differently", "measured"]
    broken = everyone.loc[everyone["verdict"] == "fail", "check"].tolist()
    out = table[(table["verdict"] == "fail") & table["check"].isin(KNOCK_OUT)]
    failed = [name for name in weights.index if name in set(out["segment"])]
    sound = float(1 - weights[failed].sum())
    usable = not broken and sound >= 0.5
    sentence = _sum_up(usable, broken, len(failed), {"n": len(weights), "sound": sound})
    listed = brief.goal.kpi is None
    if listed:
        sentence = sentence.replace("for this goal", "to describe and address these customers")
    same = table[(table["check"] == "responds differently") & (table["verdict"] == "warn")]
    same_n = int(((same["segment"] != "all") & same["measured"].notna()).sum())
    if same_n:
        sentence += f" {same_n} of {len(weights)} answer like the rest: no treatment of their own."
    if brief.verdict != "segment":
        usable = False
        sentence = f"Not usable: notebook 01 advises not to segment. {brief.reason}"
    if listed:
        sentence += f" {structure.TOLD['untested']}"
    elif len(answered) and answered.isna().all():
        sentence += " Whether they behave differently later could not be judged."
    return {"usable": usable, "sentence": sentence, "sound_share": sound, "failed": failed}


def combine(tables, *, listed=False):
    """Put the tables of several checks under each other, in the order given.

    Of a list (`listed`) a check that could be made for nobody is said once, not per segment.
    """
    tables = [_once(table) if listed else table for table in tables]
    return pd.concat(tables, ignore_index=True)[COLUMNS]


def _once(table):
    if table["measured"].notna().any():
        return table
    reason = structure.TOLD["not on a list"].get(table["check"].iloc[0], table["reason"].iloc[0])
    return table.head(1).assign(segment="all", reason=reason)


def matrix(table):
    """Turn the table of checks round: a row per check, knock-outs first, a column per segment."""
    wide = table.pivot_table("verdict", "check", "segment", aggfunc="first", sort=False)
    out = [name for name in KNOCK_OUT if name in wide.index]
    wide = wide.loc[[*out, *wide.index.drop(out)]]
    return wide[[*wide.columns.drop("all"), "all"]] if "all" in wide else wide


def _sum_up(usable, broken, failed_n, held):
    if broken:
        listed = ", ".join(f'"{name}"' for name in broken)
        return f"Not usable for this goal: the whole fails on {listed}."
    sound = f"{held['n'] - failed_n} of {held['n']} segments, {held['sound']:.0%} of customers"
    if not failed_n:
        return f"Usable for this goal: every knock-out check is passed ({sound})."
    if usable:
        return f"Usable with care: {sound}, pass every knock-out check; the others need mending."
    return f"Not usable yet: only {sound}, pass every knock-out check."


def _reply(known, name, limits):
    nothing = (np.nan, limits["alpha"], "p (Holm)", "warn")
    if name not in known.index or known.loc[name, "n"] == 0:
        return *nothing, "none of its customers has a known outcome"
    row = known.loc[name]
    if np.isnan(row["outcome_mean"]):
        return *nothing, "too few customers with a known outcome to judge"
    told = f"{row['label']} ({row['n']:,.0f} customers)"
    clear = row["p_holm"] < limits["alpha"]
    small = clear and abs(row["difference"]) < limits["worth"]
    told += ", by less than the change that the goal asks for" * bool(small)
    word = "pass" if clear and not small else "warn"
    return row["p_holm"], limits["alpha"], "p (Holm)", word, told


def _spread(width, limit, apart):
    if width <= limit:
        return "pass", f"its spread is {width:.0%} of that of all customers"
    told = f"its spread is {width:.0%} of that of all customers, wider than structureless data give"
    return ("fail" if width >= 1 and apart < APART else "warn"), told


def _beside(measured, shape):
    known = np.isfinite(measured)
    return f" (structureless data: up to {shape.format(measured)})" if known else ""


def _at_least(measured, good, least):
    return "pass" if measured >= good else "warn" if measured >= least else "fail"


def _each(labels, judge):
    """Judge every segment by the mask of its customers; rows begin with its name."""
    return [(name, *judge(np.asarray(labels == name))) for name in labels.categories]


def _table(check, rows):
    return pd.DataFrame([(check, *row) for row in rows], columns=COLUMNS)
