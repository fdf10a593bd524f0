"""Levels: what a criterion's bits mean in the KPI's own unit.

Idea: nobody at a table of marketers thinks in bits. The same quantile groups that relevance is
computed on are shown with the KPI in each, and an interval (`segkit.evidence.estimate`). Refuses:
to read the lowest and highest group as an effect; with several groups of noise the extremes differ
too, which is why relevance has a null.
"""

import numpy as np
import pandas as pd

from segkit import evidence
from segkit.criteria.bits import binned, bins_for
from segkit.refusal import passes


@passes
def groups(card, *, column, outcome, goal):
    """Return the KPI in the groups of one criterion: group, n, outcome_mean, low, high.

    `outcome` has customer_id, outcome; `goal` says whether it is a share. Numbers are grouped by
    quantiles as in `relevance`, and named by their smallest and largest value, the lowest first;
    categories alphabetically. low and high bound the mean at 95 %.
    """
    rows = card[["customer_id", column]].merge(outcome, on="customer_id")
    codes = binned(rows[column], bins=bins_for(len(rows)))
    out = []
    for code in range(codes.max(initial=-1) + 1):
        here = rows[codes == code]
        if len(here):
            name = _name(here[column], share="share" in column)
            told = evidence.estimate(here["outcome"], share=goal.is_share)
            out.append([name, len(here), *told])
    return pd.DataFrame(out, columns=["group", "n", "outcome_mean", "low", "high"])


def spans(card, *, outcome, goal):
    """Return for each column the KPI in its lowest and highest group, and both in words.

    Columns: column, outcome_lowest, outcome_highest, span; the last is empty for columns that
    form one group only.
    """
    out = []
    for column in card.columns.drop("customer_id"):
        means = groups(card, column=column, outcome=outcome, goal=goal)["outcome_mean"]
        low, high = (means.min(), means.max()) if len(means) > 1 else (np.nan, np.nan)
        words = f"from {goal.shown(low, roughly=True)} to {goal.shown(high, roughly=True)}"
        out.append([column, low, high, words if len(means) > 1 else ""])
    return pd.DataFrame(out, columns=["column", "outcome_lowest", "outcome_highest", "span"])


def _name(values, *, share):
    """Name a group by its smallest and largest value, as people write them."""
    if not pd.api.types.is_numeric_dtype(values):
        kinds = values.astype(str).unique()
        return kinds[0] if len(kinds) == 1 else "others"
    low, high = values.min(), values.max()
    form = "{:.0%}" if share else "{:,.0f}" if high >= 20 else "{:,.3g}"
    ends = form.format(low), form.format(high)
    return ends[0] if ends[0] == ends[1] else " to ".join(ends)
