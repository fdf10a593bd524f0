"""The goals a segmentation can serve, as data (`aims.yaml`), and what can be measured of them.

Source: stage 1 of the handbook (sales, loyalty, marketing cost, service) and the texts on what
segments are used for (assortment and price, promotion, new product, churn). Each goal names the
decision that will differ between segments; without such a decision there is nothing to segment
for. A goal whose tables are absent cannot be measured by this study, and is shown as such.
"""

import pandas as pd

from segkit.goals import messages
from segkit.goals.kpis import KPIS
from segkit.refusal import passes
from segkit.study import beside, known

CATALOGUE = beside(__file__, "aims.yaml")
"""One dict per goal: the decision, the tables it needs, an example per kind of business."""


def catalogue(tables, *, business):
    """List the goals for one kind of business and whether this study can measure them.

    Parameters
    ----------
    tables : segkit.data.tables.Tables
        The study's tables; asked only which of them are there.
    business : str
        store, services, b2b or mixed.

    Returns
    -------
    pandas.DataFrame
        One row per goal: goal, example, decision, kpi (labels, "–" for none), measurable (bool)
        and why.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import data, goals
    >>> orders = pd.DataFrame({"customer_id": "ann", "ordered_at": ["2024-01-05"], "amount": 9.0})
    >>> table = goals.catalogue(data.from_frames(orders), business="store").set_index("goal")
    >>> table.loc[["loyalty", "promotion"], "measurable"].tolist()
    [True, False]
    """
    rows = []
    for aim in CATALOGUE:
        labels = ", ".join(k.label for k in KPIS.values() if aim["goal"] in k.serves)
        missing = [name for name in aim["needs"] if not tables.has(name)]
        why = "its tables are here" if labels else "no KPI of this edition measures it"
        rows.append(
            {
                "goal": aim["goal"],
                "example": aim[business],
                "decision": aim["decision"],
                "kpi": labels or "–",
                "measurable": not missing and bool(labels),
                "why": f"needs the table {', '.join(missing)}" if missing else why,
            }
        )
    return pd.DataFrame(rows)


@passes
def yardstick(kpi, *, wish="auto"):
    """Say what a KPI is, which goals it serves and which decision follows from it.

    Parameters
    ----------
    kpi : str or Refused
        What `choose_kpi` returned.
    wish : str
        What was asked of it: "auto" or the name of a KPI.

    Returns
    -------
    str or Refused
        Two sentences in Markdown.

    Examples
    --------
    >>> from segkit import goals
    >>> goals.yardstick("order_value", wish="order_value")[:35]
    'as you set it: **order value**, the'
    """
    how = {"auto": "chosen from what the tables can carry"}.get(wish, "as you set it")
    entry = known(kpi, KPIS, what="KPI")
    return messages.told("chosen", how=how, entry=entry, goals=served(kpi), changes=decision(kpi))


def served(kpi):
    """Name the goals a KPI serves, in the order of the catalogue, as "loyalty and churn"."""
    goals = known(kpi, KPIS, what="KPI").serves
    return " and ".join(aim["goal"] for aim in CATALOGUE if aim["goal"] in goals)


def decision(kpi):
    """Return the decision that will differ between segments when this KPI is the yardstick."""
    first = known(kpi, KPIS, what="KPI").serves[0]
    return next(aim["decision"] for aim in CATALOGUE if aim["goal"] == first)
