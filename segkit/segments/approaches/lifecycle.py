"""Lifecycle: lead, new, regular, lapsing, lost.

Where a customer stands between the first contact and the last order, by three lengths of time
that are parameters and are always stated: how long a customer counts as new, after how many days
without an order as lapsing, after how many as lost. A lead is known (asked, visited, was written
to) but never bought. Every customer of a card is in exactly one stage; the stages are rules.

"Active" here means: the last order is at most `active_days` ago. The windows follow the business,
not the other way round: `pace` says how long customers usually wait between two orders, so a
window can be judged. Refused: the stage "new" where the data begin later than the business
(`beginning`): then everybody's first known order lies near the beginning, whoever they are.
Source: the handbook's lifecycle criteria. Taught in notebook approaches/lifecycle.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from segkit.refusal import Refused, passes
from segkit.segments import messages, rules
from segkit.segments.about import About
from segkit.segments.definition import Definition
from segkit.study import Slip, beside

ABOUT = About(
    question="Where does each customer stand between first contact and last order?",
    use="welcome, keep, win back at the right moment",
    difficulty="low",
    place=30,
    when="dates of first and last orders are known",
    data="dated orders; leads need requests, visits or mailings as well",
    columns=("days_since_purchase", "days_since_first_purchase", "orders_n"),
    options=("new_days", "active_days", "lost_days"),
)

TO_DO = beside(__file__)
"""What to do at each stage (lifecycle.yaml)."""

LEAD, NEW, REGULAR, LAPSING, LOST = NAMES = tuple(TO_DO)


def fit(card, *, new_days=60, active_days=60, lost_days=180):
    """Define the five stages by their windows, in days before the analysis date.

    New: active, and first order at most `new_days` ago, or that order their only one; who ordered
    before the card's window is not new, however few orders lie in it. Regular: any other with an
    order at most `active_days` ago. Lost: none for more than `lost_days`. Lapsing: between. Lead:
    no order ever.

    Parameters
    ----------
    card : DataFrame
        Looked at for its columns only.
    new_days, active_days, lost_days : int
        The windows, in days before the analysis date; active_days below lost_days.

    Returns
    -------
    Definition
        With grouped rules, which also hold the windows.

    Raises
    ------
    segkit.refusal.Slip
        For windows in the wrong order.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.segments.approaches import lifecycle
    >>> card = pd.DataFrame({"days_since_purchase": [5.0, 300.0], "orders_n": [4, 1]})
    >>> card["days_since_first_purchase"] = [400.0, 300.0]
    >>> lifecycle.fit(card, active_days=30).rules["windows"]
    {'new_days': 60, 'active_days': 30, 'lost_days': 180}
    """
    if not 0 < active_days < lost_days or new_days <= 0:
        raise Slip(messages.told("stages", new=new_days, active=active_days, lost=lost_days))
    Definition("lifecycle", [], list(ABOUT.columns), {}).require(card.columns)
    active = {"days_since_purchase": {"at_most": active_days}}
    first = {"days_since_first_purchase": {"at_most": new_days}}
    # one order in the window is the only one if the first of all is not older than the last may be
    since = {"days_since_first_purchase": {"at_most": active_days}}
    only = {"all": [{"orders_n": {"at_most": 1}}, since]}
    # a customer without an order in the window, but with one before it, is lost and no lead
    never = {"days_since_first_purchase": {"known": False}}
    groups = [
        {"name": LEAD, "when": {"all": [never, {"orders_n": {"at_most": 0}}]}},
        {"name": NEW, "when": {"all": [active, {"any": [first, only]}]}},
        {"name": REGULAR, "when": active},
        {"name": LAPSING, "when": {"days_since_purchase": {"at_most": lost_days}}},
    ]
    windows = {"new_days": new_days, "active_days": active_days, "lost_days": lost_days}
    settled = {"groups": groups, "otherwise": LOST, "windows": windows}
    return Definition("lifecycle", list(NAMES), list(ABOUT.columns), settled)


@dataclass(frozen=True)
class Pace:
    """How long customers wait between two orders, of those who bought twice: customers_n; half of
    them wait at most median_days, nine in ten at most most_days (NaN where nobody did)."""

    customers_n: int
    median_days: float
    most_days: float

    def judged(self, active_days):
        """Say in words whether "lapsing" begins where most customers would have come again."""
        if not self.customers_n:
            return "Nobody here bought twice, so the data cannot say which windows would fit."
        how = "which fits."
        if active_days < self.most_days:
            how = "which is soon:** some whom the rule calls lapsing are only slow."
        elif active_days > 3 * max(self.most_days, 1):
            how = "which is late:** a reminder could come sooner."
        bold = "**" if "**" in how else ""
        return messages.told("waits", self=self, bold=bold, active_days=active_days, how=how)


@passes
def pace(card):
    """Measure how long customers wait between two orders, to judge the windows by.

    Each customer with two orders or more waits (first order to last order) / (orders − 1) days on
    average.

    Parameters
    ----------
    card : DataFrame or Refused
        The customer card of all history (`window_days=0`).

    Returns
    -------
    Pace
        customers_n, median_days, most_days, and in words `judged(active_days)`.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.segments.approaches import lifecycle
    >>> card = pd.DataFrame({"orders_n": [3, 1], "days_since_purchase": [10.0, 50.0]})
    >>> lifecycle.pace(card.assign(days_since_first_purchase=[70.0, 50.0]))
    Pace(customers_n=1, median_days=30.0, most_days=30.0)
    """
    again = card[card["orders_n"] >= 2]
    days = again["days_since_first_purchase"] - again["days_since_purchase"]
    gaps = (days / (again["orders_n"] - 1)).dropna()
    return Pace(len(gaps), float(gaps.quantile(0.5)), float(gaps.quantile(0.9)))


LOST_AFTER = 3
"""Who stays away for so many of the longest usual waits is lost."""
ENOUGH, SHORTEST = 30, 7
"""So many customers must have bought twice for windows to be taken from them; and the fewest days
of a window."""


@passes
def windows(card):
    """Take the windows from the data: the longest usual wait, and three of them.

    A customer is new, and active, for as long as nine in ten of those who bought twice wait at
    most (`pace`), and lost after three times as long.

    Parameters
    ----------
    card : DataFrame or Refused
        The customer card of all history (`window_days=0`).

    Returns
    -------
    dict or Refused
        new_days, active_days, lost_days, as `fit` takes them. Refused where fewer than 30 customers
        bought twice, or the card knows no dates.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.segments.approaches import lifecycle
    >>> card = pd.DataFrame({"orders_n": [3] * 30, "days_since_purchase": [10.0] * 30})
    >>> lifecycle.windows(card.assign(days_since_first_purchase=70.0))
    {'new_days': 30, 'active_days': 30, 'lost_days': 90}
    """
    if lacking := [column for column in ABOUT.columns if column not in card]:
        return Refused(messages.told("no dates of orders", lacking=", ".join(lacking)))
    found = pace(card)
    if found.customers_n < ENOUGH:
        return Refused(messages.told("few bought twice", n=found.customers_n, enough=ENOUGH))
    days = max(SHORTEST, int(np.ceil(found.most_days)))
    return {"new_days": days, "active_days": days, "lost_days": LOST_AFTER * days}


@dataclass(frozen=True)
class Beginning:
    """Whether first orders pile up where the data begin: censored (None: cannot be told),
    first_share (0 to 1, of all first orders, in the first month) and usual_share (the median of
    the later months)."""

    censored: bool | None
    first_share: float = np.nan
    usual_share: float = np.nan

    @property
    def told(self):
        """Say in words what was found."""
        if self.censored is None:
            return "Fewer than three months of orders: whether first orders pile up cannot be told."
        seen = messages.told("first month", self=self)
        if not self.censored:
            return f"{seen}: the data reach back far enough to know who is new."
        return messages.told("left-censored", seen=seen)

    @property
    def knowable(self):
        """Say in few words of whom it can be told who is new."""
        return messages.told("who is new")[self.censored]


@passes
def beginning(months, *, times=3.0):
    """Tell whether first orders pile up where the data begin.

    Parameters
    ----------
    months : DataFrame or Refused
        From `outcomes.monthly`, with new_customers_n per month.
    times : float
        Censored: the first month has more than so many times as many as a usual one.

    Returns
    -------
    Beginning
        censored (None: fewer than three months tell nothing), first_share, usual_share, and in
        words `told` and `knowable`.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.segments.approaches import lifecycle
    >>> lifecycle.beginning(pd.DataFrame({"new_customers_n": [80, 10, 10]}))
    Beginning(censored=True, first_share=0.8, usual_share=0.1)
    """
    counts = months["new_customers_n"].to_numpy(dtype=float) if len(months) else np.zeros(0)
    if len(counts) < 3 or not counts.sum():
        return Beginning(None)
    shares = counts / counts.sum()
    usual = float(np.median(shares[1:]))
    return Beginning(bool(shares[0] > times * usual), float(shares[0]), usual)


@dataclass(frozen=True)
class Stages:
    """The stages of an Attempt, part by part."""

    found: object

    @property
    def table(self):
        """Lay the stages out in their order: segment, rule (in words), what_to_do."""
        return rules.listed(self.found, to_do=TO_DO)

    @cached_property
    def pace(self):
        """Measure how long these customers wait between two orders; see `pace`."""
        return pace(self.found.card)

    @property
    def counted(self):
        """Say in words how many customers are at each stage, also where nobody is."""
        counts = self.found.labels.value_counts().reindex(self.found.order, fill_value=0)
        told = ", ".join(f"{name.split(':')[0].lower()} {n:,}" for name, n in counts.items())
        return f"{len(self.found.labels):,} customers: {told}"


@passes
def stages(found):
    """Look at the stages that customers have reached.

    Parameters
    ----------
    found : Attempt or Refused
        What `segments.attempt(card, "lifecycle")` returned.

    Returns
    -------
    Stages
        `table` (each stage, its rule, what to do), `pace` (see `Pace`), `counted` (in words).

    Examples
    --------
    >>> import pandas as pd
    >>> from types import SimpleNamespace
    >>> from segkit.segments.approaches import lifecycle
    >>> labels, order = pd.Series(["New: a", "Lost: b"]), ["New: a", "Lost: b", "Lead: c"]
    >>> lifecycle.stages(SimpleNamespace(labels=labels, order=order)).counted
    '2 customers: new 1, lost 1, lead 0'
    """
    return Stages(found)


expression = rules.grouped
"""Return the Ibis column that names each row's stage."""
