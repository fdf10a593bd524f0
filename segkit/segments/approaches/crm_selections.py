"""CRM selections: groups anyone can write down, without programming.

A selection is a rule on columns of the customer card (`rules`). Presets and own files are read by
`selections`, who joined and left is said there, too; `classifications` checks several divisions
at once, `typical` tests what marks a group; sales by group are counted in
`segkit.data.reports.sales`. As a segmentation, the selections are taken in their order and the
first that matches wins; how many customers a later one would have taken as well is counted, never
hidden (`rules.overlaps`). Source: the CRM article and the text on segmentation in IT systems.
Taught in notebook approaches/crm_selections.
"""

from segkit.segments import rules
from segkit.segments.about import About
from segkit.segments.crm import selections
from segkit.segments.definition import Definition, by_spend
from segkit.study import StudyError

ABOUT = About(
    question="Whom would our own rules pick?",
    use="call lists, mailings, daily work in the CRM",
    difficulty="low",
    place=110,
    when="people know their customers and can say what they look for",
    data="any columns of the customer card",
    columns=("spend_total", "days_since_purchase"),
    options=("groups", "otherwise"),
)

OTHERWISE = "No selection"
"""Name of those whom no rule takes."""


def fit(card, *, groups=None, otherwise=OTHERWISE):
    """Make a definition of selections: the first rule that matches names the customer's group.

    The first rule that matches names the customer's group.

    Parameters
    ----------
    card : DataFrame
        The customer card.
    groups : list of dict, optional
        {"name", "when"} each (see `rules`); without it, the presets that the card can carry.
    otherwise : str
        Name of those whom no rule fits.

    Returns
    -------
    Definition
        Its rules are {"groups", "otherwise"}; its order is by total spend, largest first.

    Raises
    ------
    segkit.study.StudyError
        When no group is left, or a column is not there.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.segments.approaches import crm_selections
    >>> card = pd.DataFrame({"customer_id": ["c1", "c2"], "orders_n": [1, 7]})
    >>> card["spend_total"] = [9.0, 80.0]
    >>> groups = [{"name": "Often", "when": {"orders_n": {"over": 5}}}]
    >>> crm_selections.fit(card, groups=groups).order
    ['Often', 'No selection']
    """
    if groups is None:
        saved = selections.load(card)
        groups = saved.groups
        if not groups:
            why = "; ".join(f"{name} ({lacks})" for name, lacks in saved.lacking.to_numpy())
            raise StudyError(f"None of the saved selections fits this card: {why}.")
    for group in groups:
        rules.check(group["when"], columns=card.columns)
    plain = [{"name": g["name"], "when": rules.plain(g["when"])} for g in groups]
    used = list(dict.fromkeys(c for g in plain for c in rules.columns(g["when"])))
    told = {"groups": plain, "otherwise": otherwise}
    found = Definition("crm_selections", [], used, told)
    labels = found.apply(card, rules.grouped)["segment"]
    spend = card["spend_total"].fillna(0) if "spend_total" in card else None
    present = by_spend(labels, spend)
    names = [*(g["name"] for g in plain), otherwise]
    order = present + [name for name in names if name not in present]
    return Definition("crm_selections", order, used, told)


def divided(card, *, by):
    """Divide customers by a column of the card: customer_id, segment, and what divided them.

    Where the column is lacking or the same for all, the first preset that matches divides them.

    Parameters
    ----------
    card : DataFrame
        The customer card.
    by : str
        A column of it.

    Returns
    -------
    tuple
        (customer_id and segment, name of what divided them).

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.segments.approaches import crm_selections
    >>> card = pd.DataFrame({"customer_id": ["c1", "c2"], "region": ["north", "south"]})
    >>> crm_selections.divided(card, by="region")
    (  customer_id segment
    0          c1   north
    1          c2   south, 'region')
    """
    if by in card and card[by].nunique() > 1:
        return card[["customer_id"]].assign(segment=card[by]), by
    picked = fit(card, groups=selections.load(card).groups).apply(card, rules.grouped)["segment"]
    return card[["customer_id"]].assign(segment=picked), "selections"


expression = rules.grouped
