"""Several classifications of the same customers, and whether each is well made.

Sellers sort by wholesale and retail, logistics by distance, accountants by how one pays: a
customer has a place in each. Two kinds are kept apart. *Groups* are a hierarchy: every customer
in exactly one (exhaustive, exclusive), and every lower group within one upper group. *Signs*
stand side by side, a customer may have several or none; a sign that follows from another tells
nothing new (redundant). Source: the CRM article's modules "groups" and "signs". Taught in
notebook approaches/crm_selections.
"""

from itertools import combinations, permutations

import pandas as pd

from segkit.segments import rules
from segkit.segments.definition import Definition

SAME = 0.95
"""Share of common members from which two signs are one."""

FEWEST = 5
"""Signs of fewer customers lie within others by chance."""


def labels(card, *, schemes):
    """Sort customers by several schemes at once: customer_id and one column per scheme.

    `schemes` is {name: groups}, or {name: {"groups": …, "otherwise": …}}; the first group that
    matches wins. Empty where no group matches.
    """
    found = {"customer_id": card["customer_id"]}
    for name, scheme in schemes.items():
        told = scheme if isinstance(scheme, dict) else {"groups": scheme}
        columns = [c for group in told["groups"] for c in rules.columns(group["when"])]
        definition = Definition(name, [], list(dict.fromkeys(columns)), told)
        found[name] = definition.apply(card, rules.grouped)["segment"]
    return pd.DataFrame(found)


def by_money_and_pace(card):
    """Make two divisions of any card: {"money": scheme, "pace": scheme}, ready for `labels`.

    Money: the largest fifth of the customers ("large"), the rest of the upper half ("middle"),
    "small". Pace: an order in the last quarter, earlier, none in the window. The amounts are those
    of this card; a division whose column the card lacks is left out.
    """
    found = {}
    if "spend_total" in card:
        large, usual = (float(card["spend_total"].quantile(at)) for at in (0.8, 0.5))
        money = [{"name": "large", "when": {"spend_total": {"at_least": large}}},
                 {"name": "middle", "when": {"spend_total": {"at_least": usual}}}]  # fmt: skip
        found["money"] = {"groups": money, "otherwise": "small"}
    if "days_since_purchase" in card:
        pace = [{"name": "this quarter", "when": {"days_since_purchase": {"at_most": 91}}},
                {"name": "earlier", "when": {"days_since_purchase": {"known": True}}}]  # fmt: skip
        found["pace"] = {"groups": pace, "otherwise": "none"}
    return found


def crossed(table, *, rows, columns):
    """Count customers by two divisions at once: one row per value of `rows`, customers per cell.

    Empty where one of the two is lacking.
    """
    if rows not in table or columns not in table:
        return pd.DataFrame(columns=[rows])
    found = pd.crosstab(table[rows], table[columns]).reset_index()
    return found.rename_axis(columns=None)


def attributes(card, *, most=20):
    """List the text attributes of a card that sort customers: at least 2 values, at most `most`."""
    texts = card.select_dtypes(exclude="number").columns.drop("customer_id", errors="ignore")
    return [column for column in texts if 2 <= card[column].nunique() <= most]


def verdict(card, *, groups):
    """Say in Markdown whether groups are a division or signs, and which tell nothing new."""
    test, same = tested(card, groups=groups), redundant(card, groups=groups)
    told = determined(card, columns=attributes(card))
    kind = "a division" if test["exhaustive"] and test["exclusive"] else "signs, no division"
    pairs = [f"{r.sign} and {r.other} ({r.relation})" for r in same.itertuples()]
    follow = [f"{r.attribute} from {r.told_by}" for r in told.itertuples()]
    return (
        f"Customers in no selection: **{test['none_n']:,}**; in more than one: "
        f"**{test['several_n']:,}**. So these are {kind}. "
        f"Redundant signs: {'; '.join(pairs) or 'none'}. Attributes that "
        f"follow from another one: {'; '.join(follow) or 'none'}."
    )


def marks(card, *, groups):
    """Mark who has which sign: one column of booleans per group, index and order of the card."""
    return pd.DataFrame({g["name"]: rules.selected(card, g["when"]) for g in groups})


def tested(card, *, groups):
    """Test whether groups form a division: every customer in one, none in two.

    Returns a dict: none_n (in no group), several_n (in more than one), exhaustive and exclusive
    (true or false), empty (names of groups nobody is in).
    """
    met = marks(card, groups=groups)
    n = met.sum(axis=1) if len(groups) else pd.Series(0, index=card.index)
    return {
        "none_n": int((n == 0).sum()),
        "several_n": int((n > 1).sum()),
        "exhaustive": bool((n > 0).all()),
        "exclusive": bool((n <= 1).all()),
        "empty": [name for name in met if not met[name].any()],
    }


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


def nested(table, *, upper, lower):
    """Test a hierarchy: does every value of `lower` lie within one value of `upper`?

    Returns one row per value of `lower` found under several: lower, uppers_n, customers_n (outside
    the most frequent upper). Empty for a sound hierarchy. Customers without either value are not
    judged.
    """
    pairs = table[[upper, lower]].dropna().value_counts().reset_index(name="n")
    each = pairs.groupby(lower, sort=True)["n"].agg(["size", "sum", "max"]).reset_index()
    each = each[each["size"] > 1]
    return pd.DataFrame(
        {
            "lower": each[lower].to_numpy(),
            "uppers_n": each["size"].to_numpy(),
            "customers_n": (each["sum"] - each["max"]).to_numpy(),
        }
    )


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
