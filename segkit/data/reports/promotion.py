"""Advertising money beside the sales of each segment, month by month, with a lag.

Only whole months that both tables cover are compared. A correlation is an association: seasons,
prices and sales that set the budget make one as well, and months that follow each other are not
independent, so the interval is too narrow rather than too wide. An effect needs an experiment
(notebook 05). Refused below `MONTHS` months. Source: the CRM article compares one budget with the
sales of the main segments. Taught in notebook approaches/crm_selections.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from segkit.data import answers
from segkit.data.measures import within
from segkit.data.reports import sales
from segkit.refusal import Refused
from segkit.study import StudyError

MONTHS = 12
"""Pairs of months below which no correlation is told."""

NORMAL = 1.959964
"""The 97.5 % point of the normal distribution."""


def budgets(tables, *, window):
    """Add up what was spent on advertising: month, segment ("all" where none is named), amount."""
    if not tables.has("advertising"):
        raise StudyError("The study has no table `advertising`, so its budget is not known.")
    start, end = window
    rows = within(tables.advertising, "spent_at", start=start, end=end)
    aimed = "segment" in rows.columns
    rows = rows.mutate(
        month=rows.spent_at.truncate("M").date(),
        segment=rows.segment.fill_null("all") if aimed else "all",
    )
    summed = rows.group_by(["month", "segment"]).agg(amount=rows.amount.sum().cast("float64"))
    return answers.fetch(summed, by=["month", "segment"])


def compare(tables, members, *, end, longest=3):
    """Compare the budget of advertising with each group's sales.

    Parameters
    ----------
    tables : segkit.data.tables.Tables
        The study's tables.
    members : DataFrame
        customer_id, segment.
    end : datetime
        Nothing from there on is known.
    longest : int
        The longest lag, in months.

    Returns
    -------
    Lags or Refused
        `table`, `highest` (a row per segment) and `told` (words); refused where there is no budget
        or too few whole months.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import data
    >>> from segkit.data.reports import promotion
    >>> orders = pd.DataFrame({"customer_id": ["c1"], "amount": 5.0})
    >>> orders["ordered_at"] = pd.Timestamp("2024-05-31")
    >>> members = pd.DataFrame({"customer_id": ["c1"], "segment": "All"})
    >>> end = pd.Timestamp("2024-06-01")
    >>> type(promotion.compare(data.from_frames(orders), members, end=end)).__name__
    'Refused'
    """
    try:
        budget = budgets(tables, window=(None, end))
        lines = sales.lines(tables, members, window=(None, end))
        sold = sales.totals(lines, by=["period", "segment"]).rename(columns={"period": "month"})
        facts, months = tables.facts(), pd.to_datetime(budget["month"])
        first = max(facts["first_order"], months.min())
        last = min(facts["last_order"], months.max() + pd.offsets.MonthEnd(0))
        whole = whole_months(first, last, end=end)
        return Lags(lags(aligned(sold, budget, whole=whole), longest=longest))
    except StudyError as error:
        return Refused(f"*No comparison with advertising:* {error}")


def aligned(sold, budget, *, whole):
    """Put sales and budget of every whole month side by side, one row per segment and month.

    `sold`: month, segment, spend; `budget`: month, segment, amount; `whole` = (first, last) whole
    month. A segment that no advertising was meant for is set beside all of it ("all" or the sum).
    Months without a row count as 0. Returns segment, month, spend, budget, aimed (True where the
    advertising was meant for that segment).
    """
    months = pd.date_range(*whole, freq="MS")
    total = budget.groupby("month")["amount"].sum()
    parts = []
    for segment, own in sold.groupby("segment"):
        meant = budget[budget["segment"] == segment]
        money = meant.groupby("month")["amount"].sum() if len(meant) else total
        spend = own.groupby("month")["spend"].sum()
        parts.append(
            pd.DataFrame({"segment": segment, "month": months, "spend": _on(spend, months),
                          "budget": _on(money, months), "aimed": len(meant) > 0})
        )  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def _on(series, months):
    series.index = pd.DatetimeIndex(pd.to_datetime(series.index)).as_unit("us")
    return series.reindex(months.as_unit("us"), fill_value=0.0).to_numpy()


def whole_months(first, last, *, end):
    """Return the first and last whole month between two days, both within the data.

    The month of `first` counts only when `first` is its first day; the month of `last` only when it
    is over before `end` and `last` is its last day or later.
    """
    first, last = pd.Timestamp(first).normalize(), pd.Timestamp(last).normalize()
    last = min(last, pd.Timestamp(end).normalize() - pd.Timedelta(days=1))
    begin = first if first.day == 1 else first + pd.offsets.MonthBegin(1)
    close = (last + pd.Timedelta(days=1)).to_period("M").to_timestamp() - pd.offsets.MonthBegin(1)
    return begin, close


def lags(pairs, *, longest=3):
    """Correlate a month's sales with the budget of the same and of earlier months.

    `pairs` is the table of `aligned`. Returns segment, lag_months (0 to `longest`), months_n
    (pairs compared, fewer for longer lags), correlation (−1 to 1, Pearson; empty where a column
    never changes), low and high (95 %, Fisher's z), aimed. Raises StudyError below `MONTHS` months.
    """
    months = pairs.groupby("segment").size().min() if len(pairs) else 0
    if months - longest < MONTHS:
        raise StudyError(
            f"Budget and sales share {months} whole months; with a lag of up to {longest} at "
            f"least {MONTHS + longest} are needed. Add months, or look at shorter lags."
        )
    rows = []
    for segment, own in pairs.groupby("segment"):
        own = own.sort_values("month")
        for lag in range(longest + 1):
            spend, budget = own["spend"].to_numpy()[lag:], own["budget"].to_numpy()
            found = _correlation(spend, budget[: len(spend)])
            rows.append((segment, lag, len(spend), *found, bool(own["aimed"].iloc[0])))
    names = ["segment", "lag_months", "months_n", "correlation", "low", "high", "aimed"]
    return pd.DataFrame(rows, columns=names)


@dataclass(frozen=True)
class Lags:
    """Correlations of budget and sales per segment and lag; table: see `lags`."""

    table: pd.DataFrame

    @property
    def highest(self):
        """Choose the lag with the highest correlation per segment: one row each."""
        best = self.table.dropna(subset="correlation").groupby("segment")["correlation"].idxmax()
        return self.table.loc[best].reset_index(drop=True)

    @property
    def told(self):
        """Say how many intervals leave out zero, and how many would by chance alone."""
        clear = int(((self.table["low"] > 0) | (self.table["high"] < 0)).sum())
        return (
            f"of {len(self.table)} intervals of budget and sales {clear} "
            f"{'leaves' if clear == 1 else 'leave'} out zero; by chance alone "
            f"{0.05 * len(self.table):.1f} would"
        )


def _correlation(x, y):
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return np.nan, np.nan, np.nan
    r = float(np.clip(np.corrcoef(x, y)[0, 1], -1, 1))
    if abs(r) > 1 - 1e-12:
        return r, r, r
    z, width = np.arctanh(r), NORMAL / np.sqrt(len(x) - 3)
    return r, float(np.tanh(z - width)), float(np.tanh(z + width))
