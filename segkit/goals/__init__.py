"""Goals (01): what decision a segmentation serves, and what would make it useless.

`catalogue` holds goals and KPIs as data, `kpis` measures them through time, `smart` turns a wish
into a goal, `knockouts` may answer "do not segment", `situation` says where the business stands,
`listed` what is left to say of a list without orders.
"""

from segkit.goals.catalogue import (
    CATALOGUE,
    KPIS,
    Kpi,
    catalogue,
    decision,
    serving,
    yardstick,
)
from segkit.goals.knockouts import customers_needed, knockouts, power, verdict
from segkit.goals.kpis import (
    baseline,
    calendar,
    choose_kpi,
    history,
    interval,
    look_back,
    outcome,
    periods,
    readable,
    wilson,
)
from segkit.goals.listed import NO_MONEY, NO_MONTHS, NO_PAST
from segkit.goals.situation import (
    base_figures,
    concentration,
    figures,
    introduction,
    lessons,
    months,
    spend,
    top_share,
    trend,
    until,
)
from segkit.goals.smart import attainability, goal, is_smart, shown, smart

__all__ = [
    "CATALOGUE",
    "KPIS",
    "NO_MONEY",
    "NO_MONTHS",
    "NO_PAST",
    "Kpi",
    "attainability",
    "base_figures",
    "baseline",
    "calendar",
    "catalogue",
    "choose_kpi",
    "concentration",
    "customers_needed",
    "decision",
    "figures",
    "goal",
    "history",
    "interval",
    "introduction",
    "is_smart",
    "knockouts",
    "lessons",
    "look_back",
    "months",
    "outcome",
    "periods",
    "power",
    "readable",
    "serving",
    "shown",
    "smart",
    "spend",
    "top_share",
    "trend",
    "until",
    "verdict",
    "wilson",
    "yardstick",
]
