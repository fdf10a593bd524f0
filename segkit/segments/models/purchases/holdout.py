"""Does the forecast beat the naive one? The last part of the data is kept back and asked.

The models are fitted to what was known at a past day and forecast the days after it; so does
everybody's own rate so far ("as often as before"). Both are compared with what happened, per
customer, because a total can be right by luck while every customer is wrong. Taught in notebook
approaches/clv.
"""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pandas as pd

from segkit.refusal import Refused, passes
from segkit.segments.models.purchases import bgnbd, gammagamma, history
from segkit.study import StudyError

GROUPS = ((0, 0), (1, 1), (2, 2), (3, 3), (4, 5), (6, 9), (10, 19), (20, 10**9))
"""Repeat days before the split, as they are grouped for reading."""

DRAWS = 500
"""Draws of customers behind the interval of the verdict."""


def split(first, end, *, share=0.3):
    """Return the day (date) from which the last `share` of the time is kept back.

    `first` is the first order, `end` the day after the last one (dates or datetimes).
    """
    first, end = (getattr(day, "date", lambda day=day: day)() for day in (first, end))
    return end - timedelta(days=max(round(share * (end - first).days), 1))


def compare(before, after, *, days):
    """Forecast the days kept back, and set what happened beside it, per customer.

    `before` and `after` are summaries of `data.outcomes.repeats` at the split and `days` later.
    Returns repeat_days_n (before), actual_n, forecast_n, naive_n (purchase days) and actual_spend,
    forecast_spend, naive_spend (money) for the customers known before; those who came later were
    nobody's to forecast. Raises StudyError when the history before is too short.
    """
    history.require(before)
    both = before.merge(after, on="customer_id", suffixes=("", "_after"))
    x, t_x, age, money = (both[c].to_numpy(dtype=float) for c in history.COLUMNS)
    sorted_x, sorted_t, sorted_age, sorted_money = history.sort(before)
    count = bgnbd.ahead(bgnbd.fit(sorted_x, sorted_t, sorted_age), x, t_x, age, days=days)
    spend = gammagamma.expected(gammagamma.fit(sorted_x, sorted_money), x, money)
    rate = days * history.rate(x, age)
    later = both["repeat_days_n_after"] * both["spend_per_repeat_day_after"] - x * money
    return both[["customer_id", "repeat_days_n"]].assign(
        actual_n=both["repeat_days_n_after"] - both["repeat_days_n"],
        forecast_n=count,
        naive_n=rate,
        actual_spend=later,
        forecast_spend=count * spend,
        naive_spend=rate * money,
    )


@dataclass(frozen=True)
class Test:
    """The forecast of the last part of the time, and what happened.

    days: how many were kept back; compared: a row per customer (see `compare`); judged: count and
    money against the naive forecast (see `judge`).
    """

    days: int
    compared: object
    judged: object

    @property
    def groups(self):
        """Average by repeat days before the split; see `by_repeats`."""
        return by_repeats(self.compared)

    @property
    def verdict(self):
        """Say the verdict in words, an item of a Markdown list."""
        told = in_words(self.judged, days=self.days)
        return f"- **Tested:** against the same rate as before.\n{told}"


@passes
def test(tables, outlook, *, share, seed):
    """Forecast the last part of the time from what came before it, and compare with what happened.

    Parameters
    ----------
    tables : Tables
        A study's tables.
    outlook : clv.Outlook
        The forecast that is to be judged.
    share : float
        The last part of the time that is kept back, 0 to 1.
    seed : int
        Of the draws of customers behind the intervals.

    Returns
    -------
    Test or Refused
        `days`, `compared`, `judged`, `groups` and `verdict`; refused where the history before the
        split is too short.

    Examples
    --------
    See notebook approaches/clv; `test(…).judged["verdict"]` says better, worse, or neither.
    """
    facts = tables.facts()
    day = split(facts["first_order"], facts["last_order"] + timedelta(days=1), share=share)
    days = (facts["last_order"].date() + timedelta(days=1) - day).days
    try:
        compared = compare(history.read(tables, until=day), outlook.card, days=days)
    except StudyError as error:
        return Refused(f"*The forecast is not tested.* Before the last {days:,} days: {error}")
    return Test(days, compared, judge(compared, seed=seed))


def by_repeats(compared):
    """Average by repeat days before the split: repeat_days, customers_n, actual_n, forecast_n,
    naive_n (purchase days per customer in the time kept back)."""
    rows = []
    for low, high in GROUPS:
        inside = compared[compared["repeat_days_n"].between(low, high)]
        name = f"{low}" if low == high else f"{low}+" if high == 10**9 else f"{low} to {high}"
        means = inside[["actual_n", "forecast_n", "naive_n"]].mean()
        if len(inside):
            rows.append({"repeat_days": name, "customers_n": len(inside), **means})
    return pd.DataFrame(rows)


def judge(compared, *, seed):
    """Judge the forecast against the naive one: a table with a row each for count and money.

    Returns what, actual, forecast, naive (totals), forecast_error and naive_error (root mean
    squared error per customer), gain (share of the naive squared error that is saved; 0.2 is a
    fifth), low and high (95 % interval of it over draws of customers), and verdict: "better",
    "worse" or "no difference to be told".
    """
    rng = np.random.default_rng(seed)
    draws = rng.multinomial(len(compared), np.full(len(compared), 1 / len(compared)), size=DRAWS)
    rows = [_judged(compared.sort_values("customer_id"), what, draws) for what in ("n", "spend")]
    return pd.DataFrame(rows)


def _judged(compared, what, draws):
    actual, ours, plain = (
        compared[f"{who}_{what}"].to_numpy() for who in ("actual", "forecast", "naive")
    )
    errors = np.column_stack([(ours - actual) ** 2, (plain - actual) ** 2])
    sums, total = draws @ errors, errors.sum(axis=0)
    gains = 1 - sums[:, 0] / np.where(sums[:, 1] > 0, sums[:, 1], np.nan)
    low, high = np.nanquantile(gains, [0.025, 0.975]) if np.isfinite(gains).any() else (0, 0)
    told = "better" if low > 0 else "worse" if high < 0 else "no difference to be told"
    return {
        "what": {"n": "purchase days", "spend": "money"}[what],
        "actual": actual.sum(),
        "forecast": ours.sum(),
        "naive": plain.sum(),
        "forecast_error": np.sqrt(total[0] / len(actual)),
        "naive_error": np.sqrt(total[1] / len(actual)),
        "gain": 1 - total[0] / total[1] if total[1] else 0.0,
        "low": low,
        "high": high,
        "verdict": told,
    }


def in_words(judged, *, days):
    """Say the verdict in words: an indented item of a Markdown list per line of `judge`."""
    told = []
    for row in judged.itertuples():
        off = [value / row.actual - 1 if row.actual else float("nan")
               for value in (row.forecast, row.naive)]  # fmt: skip
        told.append(
            f"**{row.what}, {days:,} days kept back: {row.verdict}** than the same rate as before"
            if row.verdict != "no difference to be told"
            else f"**{row.what}, {days:,} days kept back: no difference to be told** from the "
            "same rate as before"
        )
        told[-1] += (
            f" (squared error per customer {-row.gain:+.0%}, 95% interval {-row.high:+.0%} to "
            f"{-row.low:+.0%}); total {off[0]:+.0%} off, the naive one {off[1]:+.0%}."
        )
    return "\n".join(f"  - {line}" for line in told)
