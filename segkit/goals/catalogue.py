"""The goals a segmentation can serve, and the KPIs that measure them, as data.

Source: stage 1 of the handbook (sales, loyalty, marketing cost, service) and the texts on what
segments are used for (assortment and price, promotion, new product, churn). Each goal names the
decision that will differ between segments; without such a decision there is nothing to segment
for. A goal whose tables are absent cannot be measured by this study, and is shown as such.
"""

from dataclasses import dataclass

import pandas as pd

from segkit.goals import listed


@dataclass(frozen=True)
class Kpi:
    """One measurable number: what it is called, its unit, its tables and its definition."""

    label: str
    unit: str
    needs: tuple
    serves: str
    definition: str


KPIS = {
    "campaign_response": Kpi(
        label="campaign response",
        unit="share",
        needs=("mailings",),
        serves="promotion",
        definition="share of the mailed customers who use an offer of the campaign while it runs",
    ),
    "repeat_rate": Kpi(
        label="repeat rate",
        unit="share",
        needs=("orders",),
        serves="churn",
        definition="share of known customers (a purchase within the look-back window) "
        "who buy again in the period",
    ),
    "spend_per_customer": Kpi(
        label="spend per customer",
        unit="money",
        needs=("orders",),
        serves="sales",
        definition="money received in the period per known customer, nothing counted as 0",
    ),
    "order_value": Kpi(
        label="order value",
        unit="money",
        needs=("orders",),
        serves="sales",
        definition="average order of a known customer who buys in the period; "
        "each customer counts once",
    ),
}
"""What the workbook can measure. A higher value is better for each of them."""

CATALOGUE = (
    {
        "goal": "sales",
        "decision": "who gets which offer, and who gets none",
        "kpis": ("spend_per_customer", "order_value"),
        "needs": ("orders",),
        "store": "fuller baskets; sales in the slack season",
        "services": "income from premium services; a wider client base",
        "b2b": "larger contracts with the accounts that pay",
        "mixed": "people and companies each get their own offer",
    },
    {
        "goal": "loyalty",
        "decision": "who is invited to the programme, and with which benefit",
        "kpis": ("repeat_rate",),
        "needs": ("orders",),
        "store": "a second purchase soon after the first",
        "services": "clients come back and bring others",
        "b2b": "long partnerships with profitable firms",
        "mixed": "regulars among people and among companies",
    },
    {
        "goal": "marketing cost",
        "decision": "whom we stop writing to",
        "kpis": ("campaign_response",),
        "needs": ("mailings",),
        "store": "fewer leaflets for the same response",
        "services": "advertising only where it brings bookings",
        "b2b": "managers' hours where orders follow",
        "mixed": "a budget split between people and companies",
    },
    {
        "goal": "service",
        "decision": "who is served faster, longer or in person",
        "kpis": (),
        "needs": ("reviews",),
        "store": "less waiting, fewer returns",
        "services": "satisfaction by kind of service",
        "b2b": "a service level per class of account",
        "mixed": "advice for people, a manager for companies",
    },
    {
        "goal": "assortment and price",
        "decision": "what is on the shelf, and at what price",
        "kpis": (),
        "needs": ("products",),
        "store": "ranges by kind of basket",
        "services": "packages: basic, full, express",
        "b2b": "price lists by volume",
        "mixed": "home and office ranges",
    },
    {
        "goal": "promotion",
        "decision": "which campaign goes to whom",
        "kpis": ("campaign_response",),
        "needs": ("mailings",),
        "store": "coupons for those who use them",
        "services": "offers for the quiet hours",
        "b2b": "rebates that move volume",
        "mixed": "one campaign, two messages",
    },
    {
        "goal": "new product",
        "decision": "who hears of it first",
        "kpis": (),
        "needs": ("products",),
        "store": "households open to a new brand",
        "services": "clients who may need one more service",
        "b2b": "firms whose industry fits",
        "mixed": "services for those who bought goods",
    },
    {
        "goal": "churn",
        "decision": "who is called before they are gone",
        "kpis": ("repeat_rate",),
        "needs": ("orders",),
        "store": "remind those who have gone quiet",
        "services": "renewals before they lapse",
        "b2b": "accounts whose orders shrink",
        "mixed": "lapsing people and shrinking companies",
    },
)
"""One dict per goal: the decision, the KPIs that measure it, an example per kind of business."""


def catalogue(tables, *, business):
    """Return the goals for one kind of business and whether this study can measure them.

    `tables` answers `has(name)`; `business` is store, services, b2b or mixed. Columns: goal,
    example, decision, kpi (labels), measurable, why.
    """
    rows = []
    for entry in CATALOGUE:
        labels = ", ".join(KPIS[k].label for k in entry["kpis"])
        missing = [n for n in entry["needs"] if not tables.has(n)]
        why = "its tables are here" if labels else "no KPI of this edition measures it"
        why = f"needs the table {', '.join(missing)}" if missing else why
        rows.append(
            {
                "goal": entry["goal"],
                "example": entry[business],
                "decision": entry["decision"],
                "kpi": labels or "–",
                "measurable": not missing and bool(labels),
                "why": why,
            }
        )
    return pd.DataFrame(rows)


def serving(kpi, *, business):
    """Return the goals a KPI serves, with the example of this kind of business."""
    rows = [e for e in CATALOGUE if kpi in e["kpis"]]
    return {e["goal"]: e[business] for e in rows}


def yardstick(kpi, *, business):
    """Say in Markdown what a KPI is, which goals it serves and which decision follows from it."""
    if kpi is None:
        return listed.YARDSTICK
    served = " and ".join(serving(kpi, business=business))
    return (
        f"**{KPIS[kpi].label}**, the {KPIS[kpi].definition}. It serves {served}; what will differ "
        f"between segments is *{decision(kpi)}*."
    )


def decision(kpi):
    """Return the decision that will differ between segments when this KPI is the yardstick."""
    goal = KPIS[kpi].serves
    return next(e["decision"] for e in CATALOGUE if e["goal"] == goal)
