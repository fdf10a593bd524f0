"""The KPIs the workbook can measure: each is one object, said in `kpis.yaml`.

An entry says what the KPI is called, its unit, for whom it is defined and how it is measured,
which goals of the catalogue it serves, and what later rooms ask of it: the columns of the card
that are its own past (lawful as criteria before the period begins, but to be named), the levers
that move it, and whether more of it is better. Everything else follows: history, goal, outcome,
catalogue, criteria, actions. To add one, say it in `kpis.yaml` and measure it in `MEASURES`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml


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


MEASURES = {
    "repeat_rate": lambda bought: (bought["orders_n"] > 0).astype(int),
    "spend_per_customer": lambda bought: bought["spend_total"],
    "order_value": lambda bought: bought["spend_total"] / bought["orders_n"].replace(0, np.nan),
}
"""How each is measured; one without a measure is the answer to a campaign."""


def _entry(name, said):
    lists = {key: tuple(value) for key, value in said.items() if isinstance(value, list)}
    return Kpi(**{**said, **lists}, measure=MEASURES.get(name))


_SAID = yaml.safe_load(Path(__file__).with_name("kpis.yaml").read_text(encoding="utf-8"))
KPIS = {name: _entry(name, said) for name, said in _SAID.items()}
"""What the workbook can measure, by the name a study's parameter GOAL_KPI uses."""
