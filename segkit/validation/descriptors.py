"""Descriptors: do the segments differ in anything that did not make them?

Clusters of anything differ in what they were made of, and in what follows from it: lines bought,
given spend. So the proof lies in the rest. Every column of the card is asked how far the criteria
determine it (R² of its ranks on theirs, with squares); from `DETERMINED` on the difference is by
construction and proves nothing. The others are compared with their effect sizes, corrected for
their number (Holm).

Sources: Dolnicar, Grün and Leisch, Market Segmentation Analysis (2018), on descriptors; Kruskal and
Wallis (1952); Holm (1979). Taught in notebook 05.
"""

import numpy as np
import pandas as pd

from segkit import evidence
from segkit.data.card.columns import describing
from segkit.validation import effects

DETERMINED = 0.5
"""Share of a descriptor that the criteria tell, from which differences in it prove nothing."""
NEGLIGIBLE = effects.NEGLIGIBLE
LEVELS = 30
"""Words with more different values than this tell customers apart one by one."""


def proof(card, labels, *, made_by, smallest=10, alpha=0.05):
    """Compare the segments in every descriptor of the card.

    `labels`: one segment per customer; `made_by`: the columns that made the segments. Returns a
    DataFrame with descriptor, redundancy (0 to 1: how far the criteria determine it),
    by_construction (True where that is .5 or more, and for the criteria), effect (0 to 1: share of
    the differences that the segments account for), low, high, p_holm (corrected among those not by
    construction) and matters; strongest first.
    """
    made_by = [name for name in made_by if name in card]
    ranks = _ranks(card[made_by])
    rows = [_row(name, card, labels, ranks, smallest) for name in asked(card)]
    table = pd.DataFrame(rows, columns=[*COLUMNS, "p"])
    known = table["descriptor"].isin(made_by)
    table["by_construction"] = known | (table["redundancy"] >= DETERMINED)
    table["p_holm"] = evidence.holm(table.pop("p").where(~table["by_construction"]))
    clear = (table["p_holm"] < alpha) & (table["effect"] >= NEGLIGIBLE)
    table = table.assign(matters=clear & ~table["by_construction"])
    return table.sort_values("effect", ascending=False, ignore_index=True, kind="stable")


COLUMNS = ["descriptor", "redundancy", "effect", "low", "high"]


def asked(card):
    """List the columns that can be compared: numbers that vary, and words of a few kinds."""
    named = [name for name in describing(card) if not name.endswith("_id")]
    found = [name for name in named if card[name].nunique() > 1]
    words = {name for name in found if not pd.api.types.is_numeric_dtype(card[name])}
    dates = {name for name in words if pd.api.types.is_datetime64_any_dtype(card[name])}
    wild = {name for name in words if card[name].nunique() > LEVELS}
    return [name for name in found if name not in (dates | wild)]


def redundancy(values, ranks):
    """Return how far the criteria determine a column: the largest R² of its parts, 0 to 1.

    Ranks of a number; of words, each kind against the others. `ranks`: from the criteria.
    """
    values = pd.Series(values).reset_index(drop=True)
    if pd.api.types.is_numeric_dtype(values):
        parts = _ranks(values.to_frame())
    else:
        parts = pd.get_dummies(values).to_numpy(dtype=float)
    if not ranks.shape[1]:
        return 0.0
    design = np.column_stack([np.ones(len(ranks)), ranks, ranks**2])
    fitted = design @ np.linalg.lstsq(design, parts, rcond=None)[0]
    whole = ((parts - parts.mean(axis=0)) ** 2).sum(axis=0)
    left = ((parts - fitted) ** 2).sum(axis=0)
    return float((1 - left / np.where(whole > 0, whole, np.inf))[whole > 0].max(initial=0.0))


def _ranks(frame):
    """Ranks between -1 and 1; what is not known lies in the middle, words count by their kinds."""
    coded = frame.apply(lambda c: c if pd.api.types.is_numeric_dtype(c) else pd.factorize(c)[0])
    ranks = coded.astype(float).rank(pct=True).fillna(0.5).to_numpy(dtype=float)
    return 2 * ranks.reshape(len(frame), -1) - 1


def _row(name, card, labels, ranks, smallest):
    values = card[name]
    if pd.api.types.is_numeric_dtype(values):
        found = effects.explained(labels, values.astype(float).to_numpy(), smallest=smallest)
        shown = (found["effect"], found["low"], found["high"])
    else:
        found = _of_words(labels, values, smallest)
        shown = (found["effect"], np.nan, np.nan)
    return (name, redundancy(values, ranks), *shown, found["p"])


def _of_words(labels, values, smallest):
    """Chi-square of kinds by segments, as a share of what full dependence would give."""
    from scipy.stats import chi2_contingency

    cells = pd.crosstab(np.asarray(labels), np.asarray(values, dtype=object))
    cells = cells.loc[cells.sum(axis=1) >= smallest]
    cells = cells.loc[:, cells.sum() > 0]
    if min(cells.shape) < 2:
        return {"effect": np.nan, "p": np.nan}
    chi, p, df, _ = chi2_contingency(cells, correction=False)
    n = cells.to_numpy().sum()
    effect = max((chi - df) / (n * (min(cells.shape) - 1)), 0.0)
    return {"effect": float(min(effect, 1.0)), "p": float(p)}
