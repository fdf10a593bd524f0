"""The KPIs the workbook can measure: each is one object, and one entry here is all it takes.

An entry says what the KPI is called, its unit, for whom it is defined and how it is measured,
which goals of the catalogue it serves, and what later rooms ask of it: the columns of the card
that are its own past (lawful as criteria before the period begins, but to be named), the levers
that move it, and whether more of it is better. Everything else follows: history, goal, outcome,
catalogue, criteria, actions. To add one, add an entry to `KPIS`.
"""

from collections.abc import Callable
from dataclasses import dataclass

KNOWN = "customers known before the period"


@dataclass(frozen=True)
class Kpi:
    """One measurable number.

    `unit` is a name of `segkit.brief.UNITS`. `measure` takes what each known customer bought in
    a period (orders_n, spend_total; 0 for nothing) and returns one number each, missing where the
    KPI is not defined; without it the KPI is the answer to a campaign. `serves` names goals of
    the catalogue, the one whose decision follows first. `moved_by` names the levers of the action
    rules: answers, visits, basket, price, brands.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.goals import KPIS
    >>> bought = pd.DataFrame({"orders_n": [2, 0], "spend_total": [30.0, 0.0]})
    >>> KPIS["order_value"].measure(bought).tolist()
    [15.0, nan]
    """

    label: str
    unit: str
    definition: str
    audience: str
    serves: tuple
    measure: Callable | None = None
    own_past: tuple = ()
    moved_by: tuple = ()
    direction: int = 1

    @property
    def answers_contact(self):
        """Tell whether the KPI is the answer to a campaign."""
        return self.measure is None

    @property
    def needs(self):
        """Name the tables it is measured on."""
        return ("mailings", "orders") if self.answers_contact else ("orders",)


KPIS = {
    "campaign_response": Kpi(
        label="campaign response",
        unit="share",
        definition="share of the mailed customers who use an offer of the campaign while it runs",
        audience="customers mailed by a campaign",
        serves=("promotion", "marketing cost"),
        own_past=("campaigns_responded_n",),
        moved_by=("answers",),
    ),
    "repeat_rate": Kpi(
        label="repeat rate",
        unit="share",
        definition="share of known customers (a purchase within the look-back window) "
        "who buy again in the period",
        audience=KNOWN,
        serves=("churn", "loyalty"),
        measure=lambda bought: (bought["orders_n"] > 0).astype(int),
        own_past=("orders_n", "days_since_purchase"),
        moved_by=("visits",),
    ),
    "spend_per_customer": Kpi(
        label="spend per customer",
        unit="money",
        definition="money received in the period per known customer, nothing counted as 0",
        audience=KNOWN,
        serves=("sales",),
        measure=lambda bought: bought["spend_total"],
        own_past=("spend_total",),
        moved_by=("visits", "basket", "brands"),
    ),
    "order_value": Kpi(
        label="order value",
        unit="money",
        definition="average order of a known customer who buys in the period; "
        "each customer counts once",
        audience="known customers who buy in the period",
        serves=("sales",),
        measure=lambda bought: bought["spend_total"] / bought["orders_n"].replace(0, float("nan")),
        own_past=("spend_per_order",),
        moved_by=("basket", "price"),
    ),
}
"""What the workbook can measure, by the name a study's parameter GOAL_KPI uses."""
