"""The current situation: what the business looks like before anyone wishes for anything.

Idea: three readings are enough to start from. The base figures month by month, with months that
are not over marked, since a month of three days looks like a collapse. Their trend, with an
interval, so that a wobble is not called growth. And the concentration of spend, since "20 % bring
80 %" is a claim to test, not a fact. Source: stage 1 of the handbook (analyse where you stand).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from segkit import evidence
from segkit.goals import listed, messages
from segkit.goals.days import Calendar, calendar
from segkit.refusal import Refused
from segkit.study import Study

TOP = 0.2
"""The largest customers whose share of spend is told."""


def situation(tables, *, study=None, analysis_date="auto", window_days=365, horizon_days=56):
    """Say where a business stands on one day, before anyone wishes for anything.

    Parameters
    ----------
    tables : segkit.data.tables.Tables
        What `data.open(run)` returned.
    study : segkit.study.Study
        Whose tables these are; gives the title and the currency.
    analysis_date : str
        Look back from this day (ISO); "auto" is the day after the last order.
    window_days : int
        Look-back of the customer card in days, 0 for all history.
    horizon_days : int
        Days until a goal is due, and length of a past period.

    Returns
    -------
    Situation
        Look at its parts one by one: introduction, months, title and figures, spend, top_share,
        lessons; `.days` is the calendar that everything later counts from.

    Raises
    ------
    StudyError
        For an analysis date that is none or lies outside the data.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import data, goals
    >>> orders = pd.DataFrame({"customer_id": list("abcde"), "amount": [60.0, 10, 10, 10, 10]})
    >>> orders["ordered_at"] = pd.date_range("2024-01-01", periods=5)
    >>> situation = goals.situation(data.from_frames(orders))
    >>> situation.days.as_of, round(situation.top_share, 2)
    ('2024-01-06', 0.6)
    """
    lengths = {"window_days": window_days, "horizon_days": horizon_days}
    days = calendar(tables.facts(), analysis_date=analysis_date, **lengths)
    return Situation(tables, study or Study(name="none", title="These data"), days)


@dataclass(frozen=True)
class Situation:
    """Where a business stands; `situation` makes it."""

    tables: object
    study: Study
    days: Calendar

    @property
    def currency(self):
        """Return the currency of the study, or an empty text."""
        return self.study.currency

    @property
    def listed(self):
        """Tell whether the study is a list of customers without orders."""
        return not self.tables.has("orders")

    @cached_property
    def facts(self):
        """Return the plain facts of the tables: customers_n, orders_n, spend_total and more."""
        return self.tables.facts()

    @property
    def customers_n(self):
        """Return how many customers there are."""
        return self.facts["customers_n"]

    @property
    def known(self):
        """Return what was known on the day, for the brief (a dict)."""
        days = {name: getattr(self.days, name) for name in _DAYS}
        return {**days, **{name: self.facts[name] for name in _COUNTS}, "currency": self.currency}

    @cached_property
    def introduction(self):
        """Say in Markdown whose customers these are, how many, since when, what is odd."""
        if self.listed:
            return listed.introduction(self)
        odd = self.tables.notes().set_index("trap")["decision"].get("invented year")
        return messages.told("whose customers", self=self) + (
            f" The calendar of these data is invented: {odd}." if odd else ""
        )

    @cached_property
    def months(self):
        """Return the months that began before the day, see `until`; Refused of a list."""
        if self.listed:
            return Refused(listed.told("no_months"))
        from segkit.data import outcomes

        return until(outcomes.monthly(self.tables), as_of=self.days.as_of)

    @property
    def title(self):
        """Say what `figures` shows."""
        return f"Base figures {'of the list' if self.listed else 'per month'}"

    @property
    def figures(self):
        """Return the base figures: per month, or of the list as it stands."""
        if self.listed:
            return listed.figures(self.card, currency=self.currency)
        return base_figures(self.months, currency=self.currency)

    @cached_property
    def card(self):
        """Return the card of a list, one row per customer."""
        from segkit.data import card

        return card.build(self.tables, as_of=self.days.as_of, window_days=0)

    @cached_property
    def spend(self):
        """Return each customer's spend within the look-back; Refused where none is known."""
        if self.listed:
            known = self.card.reindex(columns=["spend_total"])["spend_total"].dropna()
            return Refused(listed.told("no_money")) if known.empty else known
        from segkit.data import outcomes

        start = self.days.look_back(before=self.days.as_of)
        bought = outcomes.purchases(self.tables, start=start, end=self.days.as_of)
        return bought["spend_total"].astype(float)

    @property
    def top_share(self):
        """Return the share of spend (0 to 1) that the largest fifth of customers bring."""
        return evidence.top_share(self.spend, top=TOP)

    @property
    def lessons(self):
        """Say in Markdown who brings the money, and in which direction it goes."""
        if self.listed:
            return listed.lessons(self)
        direction = trend(self.months, column="spend_per_customer")["sentence"]
        return messages.told("concentrated", top=TOP, self=self, direction=direction)


_DAYS = ("as_of", "window_days", "first_order", "last_order")
_COUNTS = ("customers_n", "orders_n", "spend_total")


def until(months, *, as_of):
    """Keep the months that began before a day (ISO); complete only if they were over by then.

    `months` comes from `segkit.data.outcomes.monthly`.
    """
    begins = pd.to_datetime(months["month"])
    over = begins + pd.offsets.MonthBegin(1) <= pd.Timestamp(as_of)
    table = months.assign(complete=months["complete"].astype(bool) & over)
    return table[begins < pd.Timestamp(as_of)].reset_index(drop=True)


def trend(months, *, column):
    """Return the change of a base figure per month, relative to its mean.

    `months` comes from `segkit.data.outcomes.monthly`; only complete months count. Returns
    change, low, high (95 %, least squares) and sentence; None for the numbers with fewer than
    four complete months. If 0 lies between low and high, the figure moves no more than its own
    ups and downs.
    """
    from scipy.special import stdtrit

    values = months[months["complete"].astype(bool)][column].astype(float).to_numpy()
    if len(values) < 4:
        few = f"{len(values)} complete months are too few for a trend"
        return {"change": None, "low": None, "high": None, "sentence": few}
    x = np.arange(len(values)) - (len(values) - 1) / 2
    slope = x @ values / (x @ x)
    left = values - values.mean() - slope * x
    half = stdtrit(len(x) - 2, 0.975) * np.sqrt(left @ left / (len(x) - 2) / (x @ x))
    change, low, high = np.array([slope, slope - half, slope + half]) / values.mean()
    words = {True: "rises", False: "falls"}[bool(change > 0)]
    words = "no clear trend" if low <= 0 <= high else words
    sentence = f"{words}: {change:+.1%} a month (95%: {low:+.1%} to {high:+.1%})"
    return {"change": change, "low": low, "high": high, "sentence": sentence}


def base_figures(months, *, currency=""):
    """Return the base figures: measure, latest complete month (in words) and trend (in words)."""
    measures = {
        "customers_n": ("customers who bought", "{:,.0f}"),
        "orders_n": ("orders", "{:,.0f}"),
        "spend_per_customer": ("spend per customer", f"{{:,.2f}} {currency}"),
        "spend_per_order": ("spend per order", f"{{:,.2f}} {currency}"),
    }
    whole = months[months["complete"].astype(bool)]
    rows = []
    for column, (name, form) in measures.items():
        latest = form.format(whole[column].iloc[-1]).strip() if len(whole) else "none"
        rows.append([name, latest, trend(months, column=column)["sentence"]])
    return pd.DataFrame(rows, columns=["measure", "latest complete month", "trend"])
