"""What the purchases must hold before a forecast of them means anything.

Every function takes the summary of `data.outcomes.repeats`: one row per customer with
repeat_days_n (x), days_first_to_last (t_x), days_observed (T) and spend_per_repeat_day. A forecast
needs customers who came back, and a beginning: where nearly everybody "first" bought in the first
weeks of the data, they were customers before, and the time since their first purchase is not
known. Both are computed, and said. Taught in notebook approaches/clv.
"""

import numpy as np
import pandas as pd

from segkit.data import card, outcomes
from segkit.refusal import Refused, passes
from segkit.segments import messages

COLUMNS = ("repeat_days_n", "days_first_to_last", "days_observed", "spend_per_repeat_day")
"""What one customer's purchases are summed up to: x, t_x and T of BG/NBD, and mean money."""

LEAST = {"customers_n": 200, "repeat_buyers_n": 100, "days_observed": 180}
"""The least history that is fitted: four parameters, of which two are about who stopped."""

SHORTEST = 30
"""Days by which the naive rate divides at the least."""

BEGINNING = 0.1
"""The first tenth of the time observed counts as the beginning of the data."""
CROWDED = 0.3
"""Share of all customers first seen in the beginning from which it is called cut off: with even
arrival it would be 0.1."""


def read(tables, *, until=None):
    """Sum up every customer's purchases, before a day or all of them.

    Parameters
    ----------
    tables : Tables
        A study's tables; see `segkit.data.open`.
    until : date, optional
        The first day that does not count; by default the day after the last order.

    Returns
    -------
    DataFrame or Refused
        One row per customer, see `data.outcomes.repeats`; refused without orders.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import data
    >>> from segkit.segments.models.purchases import history
    >>> days = pd.to_datetime(["2024-01-01", "2024-01-11"])
    >>> orders = pd.DataFrame({"customer_id": ["a", "a"], "order_id": ["1", "2"]})
    >>> tables = data.from_frames(orders.assign(ordered_at=days, amount=[5.0, 7.0]))
    >>> history.read(tables)["days_first_to_last"].tolist()
    [10]
    """
    if not tables.has("orders"):
        return Refused("*Nothing is forecast:* a list without orders holds no dated purchases.")
    return outcomes.repeats(tables, as_of=until or card.analysis_date(tables))


def sort(summary):
    """Return the customers who bought, as four arrays in an order that depends on values only.

    Raises StudyError for missing columns and for numbers that no purchases can give
    (`days_first_to_last` above `days_observed`, negative counts, a repeat without time).
    """
    if lacks := [column for column in COLUMNS if column not in summary]:
        raise messages.error("no purchases", lacks=lacks)
    known = summary.loc[summary["repeat_days_n"].notna(), list(COLUMNS)]
    x, t_x, age, money = (known[column].to_numpy(dtype=float) for column in COLUMNS)
    wrong = (x < 0) | (t_x < 0) | (t_x > age) | ((x == 0) != (t_x == 0)) | ~np.isfinite(t_x + age)
    if wrong.any():
        raise messages.error("impossible repeats", n=wrong.sum())
    order = np.lexsort((money, age, t_x, x))
    return x[order], t_x[order], age[order], np.nan_to_num(money[order])


def rate(repeat_days_n, days_observed):
    """Return purchase days per day so far: the naive forecast, "as often as before".

    Somebody observed for less than `SHORTEST` days is divided by that many, lest three
    purchases in a first week make a thousand a year.
    """
    return repeat_days_n / np.maximum(days_observed, SHORTEST)


@passes
def check(summary):
    """Compare the history with the least that is fitted: what, found, needed, enough.

    Parameters
    ----------
    summary : DataFrame or Refused
        The history of purchases, a row per customer.

    Returns
    -------
    DataFrame
        what, found, needed, enough (true or false).

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.segments.models.purchases import history
    >>> row, columns = ["c1", 2, 50.0, 90.0, 20.0], ["customer_id", *history.COLUMNS]
    >>> summary = pd.DataFrame([row], columns=columns)
    >>> history.check(summary)[["found", "enough"]]
       found  enough
    0      1   False
    1      1   False
    2     90   False
    """
    x, _, age, money = sort(summary)
    found = {
        "customers_n": len(x),
        "repeat_buyers_n": int(((x > 0) & (money > 0)).sum()),
        "days_observed": int(age.max()) if len(age) else 0,
    }
    rows = [(label, found[name], LEAST[name], found[name] >= LEAST[name])
            for name, label in _LABELS.items()]  # fmt: skip
    return pd.DataFrame(rows, columns=["what", "found", "needed", "enough"])


_LABELS = {
    "customers_n": "customers who bought",
    "repeat_buyers_n": "of these, paid on a later day again",
    "days_observed": "days since the first purchase of all",
}


def refusal(summary):
    """Say in words why the purchases cannot be forecast; empty when they can."""
    short = check(summary).query("not enough")
    told = [f"{row.what}: {row.found:,}, needed {row.needed:,}" for row in short.itertuples()]
    if not told:
        return ""
    return f"the history is too short for a forecast of purchases ({'; '.join(told)})"


def require(summary):
    """Raise StudyError, saying what is missing, when the history is too short."""
    if why := refusal(summary):
        raise messages.error("no CLV", why=why)


def beginning(summary):
    """Measure whether the data begin in the middle of customers' lives (left-censoring).

    Returns a dict: first_tenth_share (customers first seen in the first tenth of the time; 0.1
    with even arrival), newcomers_n (all others), repeat_share (customers with a repeat) and
    censored (bool).
    """
    x, _, age, _ = sort(summary)
    if not len(x):
        return {"first_tenth_share": 0.0, "newcomers_n": 0, "repeat_share": 0.0, "censored": False}
    early = age >= (1 - BEGINNING) * age.max()
    return {
        "first_tenth_share": float(early.mean()),
        "newcomers_n": int((~early).sum()),
        "repeat_share": float((x > 0).mean()),
        "censored": bool(early.mean() >= CROWDED),
    }


def beginning_in_words(found):
    """Say what `beginning` found: where the data start, and what follows for a forecast."""
    share = f"{found['first_tenth_share']:.0%} of the customers were first seen in the first tenth"
    if not found["censored"]:
        return f"{share} of the time (10% would be even arrival): most first purchases are real."
    return messages.told("cut off", share=share, found=found)
