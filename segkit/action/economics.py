"""When does a contact pay? Break-even, return and where a budget goes.

A contact costs something for sure and brings a margin now and then. It breaks even where
response x margin x order value = cost. The margin is measured where orders hold their cost; what a
contact costs is given by the study or by the analyst, and marked assumed. Where nobody gives it,
nothing is said but what it would need. The response is measured, with its interval; so every
verdict has a third answer, "open", and a fourth, "not measured".

Refused: calling the result an effect. Some of those who answer would have bought anyway, and
without customers left out at random nobody knows how many. `extra_needed` says how many of
the answers must be additional for the contact to pay; the reader can judge that.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from segkit import evidence
from segkit.refusal import Refused, passes
from segkit.study import RATES, StudyError, beside

PAYS, LOSES, OPEN, UNKNOWN = "pays if extra", "does not pay back", "open", "not measured"
"""The four verdicts on a contact."""

LACKING = beside(__file__, "lacking.yaml")
"""What cannot be said of a list, and what it would need."""


NO_ORDER = "*What an order is worth is not known:* none of these customers has ordered."


@dataclass(frozen=True)
class Assumptions:
    """What no table holds, and somebody has to answer for; None is not known.

    Parameters
    ----------
    contact_cost : float, optional
        Cost of one contact, in the study's currency, above 0.
    margin : float, optional
        Part of an order that is left, after the coupon, above 0 to 1; asked where orders have no
        cost.
    delivery_cost, return_cost, request_cost, visit_cost : float, optional
        Of one order delivered, return handled, request answered, visit.
    budget : float, optional
        Money for the next campaign.
    currency : str
        Of all these sums.

    Raises
    ------
    StudyError
        For a cost or a margin that cannot be.

    Examples
    --------
    >>> from segkit import action
    >>> float(action.Assumptions(contact_cost=0.5, margin=0.25).break_even(40.0))
    0.05
    """

    contact_cost: float | None = None
    margin: float | None = None
    delivery_cost: float | None = None
    return_cost: float | None = None
    request_cost: float | None = None
    visit_cost: float | None = None
    budget: float | None = None
    currency: str = ""

    def __post_init__(self):
        if self.contact_cost is not None and not self.contact_cost > 0:
            cost = f"CONTACT_COST is {self.contact_cost}"
            raise StudyError(f"{cost}: a contact must cost more than 0.")
        if self.margin is not None and not 0 < self.margin <= 1:
            margin = f"MARGIN_PCT is {self.margin * 100:g}"
            raise StudyError(f"{margin}: it must be above 0, at most 100.")

    @classmethod
    def settled(cls, study, *, contact_cost=0.0, margin_pct=0.0, budget=0.0):
        """Take what the analyst says (0: nothing), else what the study gives, else nothing.

        Parameters
        ----------
        study : segkit.study.Study
            With its `economics:` and its currency.
        contact_cost, margin_pct, budget : float
            Parameters of the notebook, in the study's currency, and percent.

        Returns
        -------
        Assumptions
            Nothing in it was made up: what neither gives is None.
        """
        said = {"contact_cost": contact_cost, "margin_pct": margin_pct, "budget": budget}
        given = study.economics.given | {name: value for name, value in said.items() if value}
        margin = given.pop("margin_pct", None)
        return cls(margin=margin and margin / 100, currency=study.currency, **given)

    @property
    def given(self):
        """Return what is assumed, in words: {entry of `economics:`: value}."""
        names = {entry: entry.replace("margin_pct", "margin") for entry in RATES}
        return {entry: self.valued(name) for entry, name in names.items()
                if getattr(self, name) is not None}  # fmt: skip

    def valued(self, rate, value=None):
        """Write an assumption, or another value of it: "0.60 EUR", "25.0%"."""
        value = getattr(self, rate) if value is None else value
        return f"{value:.1%}" if rate == "margin" else f"{value:,.2f} {self.currency}".strip()

    def told(self, rate):
        """Write an assumption as one: "0.60 EUR, assumed"; what is not known is "unknown"."""
        known = getattr(self, rate) is not None
        return f"{self.valued(rate)}, assumed" if known else "unknown"

    @passes
    def break_even(self, order_value, *, margin=None):
        """Return the response at which a contact pays for itself (0..1; above 1: never).

        contact cost / (margin x order value), all in the study's currency; `margin` (0..1) is a
        measured one. Infinite where an order leaves nothing, missing where something is unknown.
        """
        margin = self.margin if margin is None else margin
        gain = np.asarray(order_value, dtype=float) * _number(margin)
        cost = _number(self.contact_cost)
        never = np.where(np.isnan(gain * cost), np.nan, np.inf)
        return np.divide(cost, gain, out=never, where=gain > 0)[()]


def _number(value):
    return np.asarray(np.nan if value is None else value, dtype=float)


def order_value(card):
    """Return what an order is worth on average (money), Refused where orders or money are unknown.

    Only customers of whom both are known count.
    """
    if not {"spend_total", "orders_n"} <= set(card.columns):
        return Refused(LACKING["value"])
    both = card[["spend_total", "orders_n"]].dropna()
    if not both["orders_n"].sum() > 0:
        return Refused(NO_ORDER)
    return float(both["spend_total"].sum() / both["orders_n"].sum())


@passes
def needed(share, *, value, margin, assumed):
    """Say in Markdown which response a contact needs (`share`, 0..1), and on what that stands.

    `margin`: (0..1, "measured" or else).
    """
    left, status = margin
    measured, given = (
        f"an order is worth {value:,.2f}",
        f"a contact costs {assumed.valued('contact_cost')}",
    )
    if status == "measured":
        measured += f" and leaves {left:.0%}"
    else:
        given += f", an order leaves {left:.0%}"
    stands = f"*Assumed:* {given}. *Measured:* {measured}. "
    if share > 1:
        return f"{stands}So **no response pays**: an order leaves less than a contact costs."
    return f"{stands}So **{share:.1%}** must answer with one order."


def lesson(facts, *, needed):
    """Say from which response (0..1, or Refused) a contact pays, and for which personas."""
    if isinstance(needed, Refused):
        return f"{needed}"
    told = f"{needed:.1%} must answer on average." if needed <= 1 else "no response pays."
    pays, loses = ("; ".join(facts.index[facts["verdict"] == word]) for word in (PAYS, LOSES))
    return (
        f"{told} At the assumed cost a contact pays, if answers are extra, for: "
        f"{pays or 'no persona yet'}. It does not for: {loses or 'no persona'}."
    )


def pool(response, *, groups, share=True):
    """Combine the measured outcome of segments into that of their personas.

    `response`: segment, n, outcome_mean, low, high; `groups`: segment -> persona; `share`
    tells shares (Wilson interval of the pooled counts) from money (pooled standard errors).
    A persona of one segment keeps that segment's interval. Returns n, response, low, high
    per persona (index); personas without a measured segment are missing.
    """
    table = response.assign(group=response["segment"].map(groups)).dropna(subset=["group"])
    table = table[(table["n"] > 0) & table["outcome_mean"].notna()]
    parts = {name: _pooled(part, share) for name, part in table.groupby("group", sort=False)}
    return pd.DataFrame.from_dict(parts, orient="index", columns=["n", "response", "low", "high"])


def measured(response, *, groups, goal, asked=None):
    """Set beside every persona what was measured: of the goal's KPI, and of answers to mailings.

    `response`, `groups` as in `pool`; `goal`: of the brief; `asked`: answers to mailings, in the
    form of `response`, or Refused. Returns, per persona, outcome (the KPI), stands ("higher",
    "lower" or "like" the rest, by the labels of notebook 05, corrected once there; only where all
    its segments are), and asked_n, response, low, high: how many were asked, and who answered.
    Where the KPI is itself an answer, these are its figures; without any answers they are missing.
    """
    found = pool(response, groups=groups, share=goal.is_share)
    found = found.reindex(list(dict.fromkeys(groups.values()))).astype(float)
    found = found.rename(columns={"n": "asked_n"})
    found.insert(0, "outcome", found["response"])
    found["stands"] = _stands(response, groups).reindex(found.index)
    found.loc[found["outcome"].isna(), "stands"] = None
    if not goal.answers_contact:
        answered = ["asked_n", "response", "low", "high"]
        found[answered] = np.nan
        if isinstance(asked, pd.DataFrame):
            own = pool(asked, groups=groups).rename(columns={"n": "asked_n"})
            found[answered] = own.reindex(found.index)[answered].astype(float)
    return found


def returns(table, *, assumed):
    """Judge a contact per persona: break-even, profit, return on investment, verdict.

    `table`: order_value (money), response, low, high (0..1; missing where not measured), and
    margin (0..1) where it is measured per persona.
    Adds break_even (0..1), profit_per_contact with _low and _high (money), roi with _low and
    _high (1 = doubles the money, 0 = break-even, -1 = all lost), extra_needed (share of the
    answers that must be additional) and verdict, judged on the interval.
    """
    table, cost = table.copy(), _number(assumed.contact_cost)
    margin = table.get("margin", _number(assumed.margin))
    table["break_even"] = assumed.break_even(table["order_value"], margin=margin)
    for end, name in (("", "response"), ("_low", "low"), ("_high", "high")):
        profit = table[name] * (table["order_value"] * margin) - cost
        table = table.assign(**{f"profit_per_contact{end}": profit, f"roi{end}": profit / cost})
    table["extra_needed"] = table["break_even"] / table["response"].where(table["response"] > 0)
    table["verdict"] = [_verdict(row) for row in table.itertuples()]
    return table


def budget(table, *, contacts, money, contact_cost):
    """Say what a plan makes of its budget, beside the same money spread evenly.

    `table`: n (customers), profit_per_contact; `contacts`: those the plan pays, by persona.
    Returns contacts, cost, profit (of the plan) and even_contacts, even_profit (the same money
    spread over all customers alike); profits are missing where not measured.
    """
    even = _spread(int(min(money // contact_cost, table["n"].sum())), table["n"])
    return pd.DataFrame({
        "contacts": contacts, "cost": contacts * contact_cost,
        "profit": contacts * table["profit_per_contact"] + 0.0,
        "even_contacts": even, "even_profit": even * table["profit_per_contact"],
    })  # fmt: skip


def _pooled(part, share):
    n = part["n"].sum()
    mean = float((part["n"] * part["outcome_mean"]).sum() / n)
    if len(part) == 1:
        return int(n), mean, float(part["low"].iloc[0]), float(part["high"].iloc[0])
    if share:
        return int(n), mean, *evidence.wilson(mean * n, n)
    errors = (part["high"] - part["low"]) / 2
    half = float(np.sqrt(np.square(part["n"] * errors).sum(skipna=False)) / n)
    return int(n), mean, mean - half, mean + half


def _stands(response, groups):
    """Return "higher", "lower" or "like" by persona, from the labels of its measured segments."""
    first = response["label"].astype(str).str.split().str[0]
    words = first.where(first.isin(["higher", "lower", "like"])).groupby(
        response["segment"].map(groups)
    )
    alike = words.agg(lambda each: each.dropna().iloc[0] if each.nunique() == 1 else "like")
    return alike.where(words.count() > 0, None).astype(object)


def _verdict(row):
    if not np.isfinite(row.response) or not np.isfinite(row.break_even):
        return LOSES if row.break_even == np.inf else UNKNOWN
    if row.low > row.break_even:
        return PAYS
    return LOSES if row.high < row.break_even else OPEN


def _spread(contacts, sizes):
    """Share out whole contacts in proportion to size; the largest remainders get the rest."""
    exact = sizes / sizes.sum() * contacts
    whole = np.floor(exact).astype(int)
    rest = (exact - whole).sort_values(ascending=False, kind="stable").index
    whole[rest[: int(contacts - whole.sum())]] += 1
    return whole
