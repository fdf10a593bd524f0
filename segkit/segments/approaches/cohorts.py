"""Cohorts: customers who began together, by date of the first purchase or by where they came from.

A cohort never changes: nobody moves from March to April, so what differs between cohorts later is
not who was sorted in. Compare them at the same age, never at the same date: an older cohort has
had more time. The first cohort of any data holds all who were customers before. Retention and
revenue by age are computed by `data.reports.cohorts`; here cohorts are a definition, for new
customers as well. Source: the handbook's cohort section. Taught in notebook approaches/cohorts.
"""

from datetime import date

import ibis
import numpy as np
import pandas as pd

from segkit.data import answers
from segkit.data.reports import cohorts as counted
from segkit.refusal import Refused, passes
from segkit.segments import messages
from segkit.segments.about import About
from segkit.segments.definition import Attempt, Definition, by_spend
from segkit.study import StudyError

ABOUT = About(
    question="Do those who began together stay together?",
    use="judge channels of acquisition, see whether newcomers get better or worse",
    difficulty="medium",
    place=100,
    when="customers begin at different times or come by different ways",
    data="the date of everybody's first purchase, or where they came from",
    columns=("first_month",),
    options=("by", "months", "most"),
    own=True,
)

NOBODY = "No purchase yet"
UNKNOWN = "not known"
"""Source of those of whom none is known, as `data.reports.cohorts` calls it."""
OTHER = "Other sources"


def fit(card, *, by="first_month", months=1, most=8):
    """Name the cohorts of a table of customers.

    `by` is the column: "first_month" (date of the first purchase, see
    `data.reports.cohorts.members`) makes one cohort per period of `months` (1, 3 or 12) calendar
    months, in order of time; any other column one per value, the `most` most frequent of them, the
    rest together. Returns a Definition with rules {"by", "months", "starts": [dates as text]} or
    {"by", "values": [names]}. Raises StudyError when the column is missing or empty.
    """
    if by not in card or not card[by].notna().any():
        raise messages.error("no cohorts", by=by)
    return _by_date(card, by, months) if by == "first_month" else _by_value(card, by, most)


@passes
def differ(ages, *, at):
    """Test whether sources differ in who buys again at one age, chosen beforehand.

    Parameters
    ----------
    ages : DataFrame or Refused
        From `data.reports.cohorts.ages`, by source: age, customers_n, active_n, active_share.
    at : int
        The age, chosen beforehand.

    Returns
    -------
    dict or None
        at, sources_n, lowest and highest (active_share, 0 to 1), p_value of the chi-square test of
        all sources together; None where there are not two sources with ten customers each.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.segments.approaches import cohorts
    >>> ages = pd.DataFrame({"source": ["search", "fair"], "age": 1, "customers_n": 50})
    >>> found = cohorts.differ(ages.assign(active_n=[10, 30], active_share=[0.2, 0.6]), at=1)
    >>> found["sources_n"], found["highest"], found["p_value"] < 0.05
    (2, 0.6, True)
    """
    from scipy.stats import chi2_contingency

    rows = ages[(ages["age"] == at) & (ages["customers_n"] >= 10)]
    counts = [rows["active_n"].to_numpy(), (rows["customers_n"] - rows["active_n"]).to_numpy()]
    if len(rows) < 2 or not all(part.sum() for part in counts):
        return None
    shares, p_value = rows["active_share"], chi2_contingency(counts).pvalue
    return {"at": at, "sources_n": len(rows), "lowest": float(shares.min()),
            "highest": float(shares.max()), "p_value": float(p_value)}  # fmt: skip


def by_date(tables, *, months=1):
    """Sort all customers of a study by the period of their first purchase.

    Parameters
    ----------
    tables : Tables
        A study's tables.
    months : int
        Length of a period in calendar months: 1, 3 or 12.

    Returns
    -------
    Attempt or Refused
        `sizes`, `labels` and `members` of those who bought; refused where nobody did.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import data
    >>> from segkit.segments.approaches import cohorts
    >>> days = pd.to_datetime(["2024-01-05", "2024-02-05", "2024-02-07"])
    >>> orders = pd.DataFrame({"customer_id": ["a", "a", "b"], "ordered_at": days, "amount": 5.0})
    >>> cohorts.by_date(data.from_frames(orders)).labels.tolist()
    ['2024-01', '2024-02']
    """
    table = counted.read(tables, months=months)
    if isinstance(table, Refused):
        return table
    who = answers.fetch(counted.members(tables), by="customer_id")
    definition = fit(who, months=months)
    labels = definition.apply(who, expression)["segment"]
    return Attempt(who, {"approach": "cohorts", "months": months}, definition, labels)


@passes
def verdict(ages, *, at):
    """Say whether sources differ in who buys again at one age; see `differ`.

    Parameters
    ----------
    ages : DataFrame or Refused
        From `data.reports.cohorts.Cohorts.by_age("source")`.
    at : int
        The age, chosen beforehand.

    Returns
    -------
    str
        Part of a sentence; sources may be called different below a p-value of 0.05.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.segments.approaches import cohorts
    >>> ages = pd.DataFrame({"source": ["ad", "mail"], "age": 1, "active_share": [0.2, 0.6]})
    >>> cohorts.verdict(ages.assign(customers_n=50, active_n=[10, 30]), at=1)
    '2 sources differ in who buys again (20% to 60% at age 1; p < 0.001)'
    """
    found = differ(ages, at=at)
    if not found:
        return "there are not two sources with ten customers of that age, so nothing is compared"
    range_ = f"{found['lowest']:.0%} to {found['highest']:.0%} at age {found['at']}"
    if found["p_value"] < 0.05:
        least = max(found["p_value"], 0.001)
        sign = "<" if found["p_value"] < least else "="
        p_value = f"p {sign} {least:.3f}"
        return f"{found['sources_n']} sources differ in who buys again ({range_}; {p_value})"
    return messages.told("sources alike", found=found, range=range_)


def name(start, *, months=1):
    """Name the cohort that begins at a date: "2017-03", "2017 Q1" (3 months) or "2017" (12)."""
    if months == 12:
        return f"{start.year}"
    return f"{start:%Y-%m}" if months == 1 else f"{start.year} Q{(start.month + 2) // 3}"


def _by_date(card, by, months):
    if months not in (1, 3, 12):
        raise StudyError(f"A cohort has 1, 3 or 12 months, not {months}.")
    known = pd.to_datetime(card[by].dropna())
    ends = [(day.year * 12 + day.month - 1) // months for day in (known.min(), known.max())]
    firsts = [number * months for number in range(ends[0], ends[1] + 2)]
    starts = [date(first // 12, first % 12 + 1, 1) for first in firsts]
    names = [name(start, months=months) for start in starts[:-1]]
    order = [f"before {names[0]}", *names, f"after {names[-1]}", NOBODY]
    rules = {"by": by, "months": months, "starts": [start.isoformat() for start in starts]}
    return Definition("cohorts", order, [by], rules)


def _by_value(card, by, most):
    values = card[by].astype(object).map(_spelt, na_action="ignore")
    counts = values[values.notna() & (values != UNKNOWN)].value_counts()
    values_kept = sorted(counts.index, key=lambda value: (-counts[value], value))[:most]
    order = by_spend(values.where(values.isin(values_kept)), card.get("spend_total"))
    return Definition("cohorts", [*order, OTHER, UNKNOWN], [by], {"by": by, "values": order})


def _spelt(value):
    """Write a value as an engine does when it turns a column into text."""
    return str(value).lower() if isinstance(value, bool | np.bool_) else str(value)


def expression(table, definition):
    """Return the Ibis column that names each row's cohort."""
    rules = definition.rules
    column = table[rules["by"]]
    if "values" in rules:
        text = column.cast("string")
        known = [(text == value, value) for value in rules["values"]]
        return ibis.cases((text.isnull() | (text == UNKNOWN), UNKNOWN), *known, else_=OTHER)
    day = column.cast("date")
    before, *names = definition.order[:-1]
    later = zip(reversed(rules["starts"]), reversed(names), strict=True)
    found = [(day >= ibis.date(start), cohort) for start, cohort in later]
    return ibis.cases((day.isnull(), NOBODY), *found, else_=before)
