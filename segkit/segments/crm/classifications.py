"""Several classifications of the same customers, and whether each is well made.

Sellers sort by wholesale and retail, logistics by distance, accountants by how one pays: a
customer has a place in each. Two kinds are kept apart. *Groups* are a hierarchy: every customer
in exactly one (exhaustive, exclusive), and every lower group within one upper group. *Signs*
stand side by side, a customer may have several or none; a sign that follows from another tells
nothing new (redundant). Source: the CRM article's modules "groups" and "signs". Taught in
notebook approaches/crm_selections.
"""

from itertools import combinations, permutations

import numpy as np
import pandas as pd

from segkit.refusal import Refused
from segkit.segments import rules

SAME = 0.95
"""Share of common members from which two signs are one."""

QUARTER = 91
"""Days of the last quarter."""
NOT_BOTH = "*Not divided twice:* money, or the day of the last order, is not known here."

FEWEST = 5
"""Signs of fewer customers lie within others by chance."""


def money_by_pace(card):
    """Divide any customers twice, and count them: money down, pace across.

    Money: the largest fifth of the customers ("large"), the rest of the upper half ("middle"),
    "small". Pace: an order in the last quarter, earlier, none in the window.

    Parameters
    ----------
    card : DataFrame
        The customer card.

    Returns
    -------
    DataFrame or Refused
        Numbers of customers; refused where money or the days since an order are not known.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.segments.crm import classifications
    >>> card = pd.DataFrame({"spend_total": [90.0, 5.0, 4.0]})
    >>> card["days_since_purchase"] = [5.0, 200.0, 9.0]
    >>> classifications.money_by_pace(card)
        money  earlier  this quarter
    0   large        0             1
    1  middle        1             0
    2   small        0             1
    """
    if not {"spend_total", "days_since_purchase"} <= {*card.columns}:
        return Refused(NOT_BOTH)
    spend, days = card["spend_total"], card["days_since_purchase"]
    large, usual = spend.quantile([0.8, 0.5])
    money = np.select([spend >= large, spend >= usual], ["large", "middle"], "small")
    pace = np.select([days <= QUARTER, days.notna()], ["this quarter", "earlier"], "none")
    return pd.crosstab(money, pace, rownames=["money"], colnames=[None]).reset_index()


def attributes(card, *, most=20):
    """List the text attributes of a card that sort customers: at least 2 values, at most `most`."""
    texts = card.select_dtypes(exclude="number").columns.drop("customer_id", errors="ignore")
    return [column for column in texts if 2 <= card[column].nunique() <= most]


def verdict(card, *, groups):
    """Say in Markdown whether groups are a division or signs, and which tell nothing new.

    Parameters
    ----------
    card : DataFrame
        The customer card.
    groups : list of dict
        Selections: {"name", "when"} each.

    Returns
    -------
    str
        Markdown.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.segments.crm import classifications
    >>> card = pd.DataFrame({"customer_id": ["c1", "c2"], "orders_n": [1, 7]})
    >>> groups = [{"name": "Often", "when": {"orders_n": {"over": 5}}}]
    >>> classifications.verdict(card, groups=groups)[:67]
    'Customers in no selection: **1**; in more than one: **0**. So these'
    """
    n, same = marks(card, groups=groups).sum(axis=1), redundant(card, groups=groups)
    told = determined(card, columns=attributes(card))
    none, several = int((n == 0).sum()), int((n > 1).sum())
    kind = "signs, no division" if none or several else "a division"
    pairs = [f"{r.sign} and {r.other} ({r.relation})" for r in same.itertuples()]
    follow = [f"{r.attribute} from {r.told_by}" for r in told.itertuples()]
    return (
        f"Customers in no selection: **{none:,}**; in more than one: "
        f"**{several:,}**. So these are {kind}. "
        f"Redundant signs: {'; '.join(pairs) or 'none'}. Attributes that "
        f"follow from another one: {'; '.join(follow) or 'none'}."
    )


def marks(card, *, groups):
    """Mark who has which sign: one column of booleans per group, index and order of the card."""
    met = {g["name"]: rules.selected(card, g["when"]) for g in groups}
    return pd.DataFrame(met, index=card.index)


def redundant(card, *, groups):
    """Find signs that tell nothing new because another sign has (nearly) the same customers.

    Returns sign, other, common_n, alike (Jaccard, 0 to 1) and relation: "the same" (alike at least
    `SAME`) or "within" (every customer of `sign` has `other`, too). Signs of fewer than
    `FEWEST` customers are left out.
    """
    met = marks(card, groups=groups)
    filled = [name for name in met if met[name].sum() >= FEWEST]
    rows = []
    for one, other in combinations(filled, 2):
        common, either = (met[one] & met[other]).sum(), (met[one] | met[other]).sum()
        if common / either >= SAME:
            rows.append((one, other, int(common), common / either, "the same"))
            continue
        for sign, wide in ((one, other), (other, one)):
            if common == met[sign].sum():
                rows.append((sign, wide, int(common), common / either, "within"))
    return pd.DataFrame(rows, columns=["sign", "other", "common_n", "alike", "relation"])


def determined(table, *, columns):
    """Find attributes that another one already tells: city tells region, not the reverse.

    Returns attribute, told_by, values_n (of `told_by`), share (customers for whom the commonest
    value per group of `told_by` is right, at least `SAME`), gain (share above always saying the
    commonest value). An attribute nearly all customers share (gain 0.05 or less), and a `told_by`
    that is nearly a name (more values than a fifth of the customers), prove nothing and are left
    out.
    """
    rows = []
    for told_by, attribute in permutations(columns, 2):
        pairs = table[[told_by, attribute]].dropna()
        values = pairs[told_by].nunique()
        if pairs.empty or values * 5 > len(pairs):
            continue
        right = pairs.value_counts().groupby(level=0).max().sum() / len(pairs)
        gain = right - pairs[attribute].value_counts().max() / len(pairs)
        if right >= SAME and gain > 1 - SAME:
            rows.append((attribute, told_by, values, right, gain))
    return pd.DataFrame(rows, columns=["attribute", "told_by", "values_n", "share", "gain"])
