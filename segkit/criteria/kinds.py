"""The families of criteria, as data (`kinds.yaml`): what they are, whom they serve.

Source: stage 2 of the handbook (seven families), its chapter on web analytics (technology and
source) and the text on needs. `serves` uses the goal names of `segkit.goals.CATALOGUE`. `reach`
says where the knowledge lives: "record" = in our own books for every buyer; "told" = only for
those who told us; "survey" = only for those we asked, so others need a few typing questions.
"""

import pandas as pd

from segkit.data.card.columns import describing
from segkit.study import beside

FAMILIES = beside(__file__, "kinds.yaml")
"""One dict per family; the four kinds of business each have an example of their own."""


def families(*, business, goal=None, dictionary=None):
    """List the families of criteria for one kind of business and one goal.

    Parameters
    ----------
    business : str
        store, services, b2b or mixed.
    goal : str, optional
        A name of the goal catalogue, such as `brief.goal.serves`; without one every family serves.
    dictionary : pandas.DataFrame, optional
        That of a card, whose columns of each family are counted.

    Returns
    -------
    pandas.DataFrame
        family, signs, example, serves_goal ("yes" or "no"), reach, on_card (columns).

    Examples
    --------
    >>> from segkit import criteria
    >>> table = criteria.families(business="store", goal="churn")
    >>> table.loc[table["serves_goal"] == "yes", "family"].tolist()
    ['behavioural', 'promotion', 'value', 'lifecycle']
    """
    table = pd.DataFrame(FAMILIES)
    table["serves_goal"] = ["yes" if goal in (None, *s) else "no" for s in table["serves"]]
    table["example"] = table[business]
    there = {}
    if dictionary is not None:
        by_column = dictionary.set_index("column")["family"]
        there = by_column[describing(by_column.index)].value_counts().to_dict()
    table["on_card"] = [there.get(family, 0) for family in table["family"]]
    return table[["family", "signs", "example", "serves_goal", "reach", "on_card"]]


def reach(family):
    """Return where the knowledge of a family lives: record, told, survey, or "unknown"."""
    return next((f["reach"] for f in FAMILIES if f["family"] == family), "unknown")
