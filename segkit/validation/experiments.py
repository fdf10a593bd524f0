"""Experiments: what each segment does, and how sure that is.

A share or a mean of few customers says little, so nothing is shown without an interval, and
comparing many segments is corrected for their number (Holm). Response of those who were
mailed can be compared between segments; what the mailing *caused* cannot, unless some
customers were left out at random: that is a test, and `trials` plans and analyses it.

Money is compared by its mean, whatever its shape, for means are what adds up; ranks would call a
segment higher that brings less.

Outcomes are a DataFrame with `segment` and `outcome`: 0 or 1 (did or did not), or money.
Segments with fewer customers than the study's smallest cell are named but not judged.

Intervals, exact tests and sizes are those of `segkit.evidence`. Taught in notebook 05.
"""

import numpy as np
import pandas as pd

from segkit import evidence

HIDDEN = "too few to judge"
"""Label of a segment with fewer customers than may be shown."""
SMALL = "too small to act on"
"""Label of a difference that is no chance, and less than anybody would act on."""
_COLUMNS = ["segment", "n", "outcome_mean", "low", "high", "difference", "p"]


def needed(outcome, *, goal, alpha=0.05):
    """Say how many customers an A/B test of the goal's change needs, as a sentence.

    `outcome` is what was seen so far of the `goal`'s KPI. Who is left out of a mailing cannot
    answer it, so where the KPI is an answer the arms get two versions of it.
    """
    change = (goal.target or 0) - (goal.baseline or 0)
    outcome = pd.Series(outcome, dtype=float)
    mean, spread = outcome.mean(), outcome.std(ddof=0)
    shares = is_share(outcome)
    if not (change and spread > 0) or (shares and not 0 < mean + change < 1):
        return "An A/B test of the goal cannot be planned from these data."
    spread = None if shares else spread
    n = evidence.arm_size(mean, mean + change, spread=spread, alpha=alpha)
    told = f"{n:,} in each arm show a change of {goal.changed(change)}, as the goal asks for"
    if goal.answers_contact:
        return (
            "To see which of two versions is answered more, send each to customers drawn at "
            f"random: {told} (power 80 %). Who is not contacted cannot answer; what a contact "
            "changes in purchases takes customers left out (notebook 07)."
        )
    return f"To see what a measure changes, leave customers out at random: {told} (power 80 %)."


def shaky(outcomes, *, rng):
    """Say how often intervals of money such as this hold the true mean, where that can be told.

    `outcomes`: segment and outcome. Empty for shares, whose intervals hold what they claim.
    """
    if is_share(outcomes["outcome"]):
        return ""
    parts = (part.to_numpy() for _, part in outcomes.groupby("segment")["outcome"])
    held = [evidence.coverage(part, rng=rng) for part in parts]
    held = [share for share in held if share == share]
    if not held:
        return "No segment has ten amounts, so no interval is given."
    low, high = min(held), max(held)
    return (
        f"Simulated with money as skewed as this, the intervals hold the true mean in {low:.0%} to "
        f"{high:.0%} of cases, where 95% are claimed."
    )


def spreads(outcomes):
    """Compare segmentations by how far apart their segments' mean outcomes are.

    `outcomes` maps a name to a DataFrame with segment and outcome. Returns a DataFrame with
    segments (the name), lowest, highest and spread, in the unit of the outcome.
    """
    means = {name: table.groupby("segment")["outcome"].mean() for name, table in outcomes.items()}
    found = pd.DataFrame(means).agg(["min", "max"]).T.set_axis(["lowest", "highest"], axis=1)
    found["spread"] = found["highest"] - found["lowest"]
    return found.rename_axis("segments").reset_index()


def by_segment(outcomes, *, names, smallest, rng, alpha=0.05):
    """Describe the outcome of every segment and test it against all other customers.

    Shares get Wilson intervals and Fisher's exact test; money is compared as means, by permutation,
    with intervals that allow for its skewness (missing below ten amounts). `names` are the segments
    in their order; one without an outcome is shown with n = 0.

    Returns a DataFrame with segment, n, outcome_mean, low, high, difference (from the rest), p_holm
    (against the rest, corrected for the number of segments) and label: higher, lower or like the
    rest by its mean, or "too few to judge" where n is below `smallest` and nothing is shown. These
    labels are the only ones: later rooms use them and do not test again.
    """
    return labelled(against_rest(outcomes, names=names, smallest=smallest, rng=rng), alpha=alpha)


def against_rest(outcomes, *, names, smallest, rng):
    """Test every segment against all other customers, not yet corrected: see `by_segment`.

    Returns segment, n, outcome_mean, low, high, difference and p, to be `labelled` once all tests
    that belong together are there.
    """
    share, found = is_share(outcomes["outcome"]), []
    test = _shares_apart if share else _means_apart
    p = test(outcomes, rng)
    for name in names:
        own = outcomes["segment"] == name
        part, rest = (outcomes.loc[side, "outcome"] for side in (own, ~own))
        shown = len(part) >= smallest
        row = (*_row(part, rest, share), p[name]) if shown else [float("nan")] * 5
        found.append((name, len(part), *row))
    return pd.DataFrame(found, columns=_COLUMNS)


def labelled(tests, *, alpha=0.05, worth=0.0):
    """Correct the tests of `against_rest` together (Holm) and say in words what each came to.

    `worth` is the smallest difference from the rest worth acting on, in the unit of the outcome (a
    number, or one per row): what is surely there but smaller is "too small to act on". Returns the
    rows with p_holm for p, and label.
    """
    table = tests.assign(p_holm=evidence.holm(tests["p"])).drop(columns="p")
    clear = np.where(table["difference"] > 0, "higher than the rest", "lower than the rest")
    clear = np.where(table["difference"].abs() < worth, SMALL, clear)
    table["label"] = np.where(table["p_holm"] < alpha, clear, "like the rest")
    table.loc[table["outcome_mean"].isna(), "label"] = HIDDEN
    return table


def heterogeneity(outcomes, *, smallest, rng):
    """Test whether the segments differ at all in their outcome.

    Chi-square for shares (by permutation where an expected count is below 5), Welch's analysis of
    variance by permutation for the means of money. Returns a dict with test, p and reason; p is
    NaN, with the reason in words, when fewer than two segments have `smallest` customers or
    everybody did the same.
    """
    sizes = outcomes.groupby("segment")["outcome"].transform("size")
    shown = outcomes[sizes >= smallest]
    if shown["segment"].nunique() < 2:
        return _refused(f"fewer than two segments have {smallest} customers with an outcome")
    if shown["outcome"].nunique() < 2:
        return _refused("all customers with an outcome did the same")
    test, p = _chi_square(shown, rng) if is_share(shown["outcome"]) else _means(shown, rng)
    told = "differ more than chance explains" if p < 0.05 else "differ no more than chance explains"
    return {"test": test, "p": p, "reason": f"the segments {told} ({test}, p {p_text(p)})"}


def is_share(outcome):
    """Tell whether an outcome is 0 or 1 for everybody (a share), not money."""
    return bool(pd.Series(outcome).dropna().isin([0, 1]).all())


def p_text(p):
    """Write a p value as readers expect it: "0.03", "< 0.001"."""
    return "< 0.001" if p < 0.001 else f"{p:.3f}" if p < 0.1 else f"{p:.2f}"


def _row(own, rest, share):
    low, high = evidence.wilson(int(own.sum()), len(own)) if share else evidence.skewed(own)
    more = own.mean() - rest.mean() if len(rest) else float("nan")
    return float(own.mean()), float(low), float(high), more


def _shares_apart(outcomes, rng):
    """Return the p of Fisher's exact test of every segment against all others, by segment."""
    both = outcomes.groupby("segment")["outcome"].agg(["sum", "size"]).astype(int)
    (having, n), found = both.sum(), {}
    for name, (own, size) in zip(both.index, both.to_numpy().tolist(), strict=True):
        found[name] = evidence.fisher(own, size, having, n) if size < n else float("nan")
    return found


def _means_apart(outcomes, rng):
    names, values = np.unique(outcomes["segment"]), outcomes["outcome"].to_numpy()
    return dict(zip(names, evidence.each(values, outcomes["segment"], rng=rng), strict=True))


def _chi_square(shown, rng):
    both = shown.groupby("segment")["outcome"].agg(["sum", "size"])
    found = evidence.even(both["sum"], both["size"], rng=rng)
    return found["test"], found["p"]


def _means(shown, rng):
    ordered = shown.sort_values(["segment", "outcome"])
    codes = pd.factorize(ordered["segment"])[0]
    found = evidence.apart(ordered["outcome"].to_numpy(), codes, rng=rng)
    return found["test"], found["p"]


def _refused(reason):
    return {"test": "none", "p": float("nan"), "reason": f"cannot be judged: {reason}"}
