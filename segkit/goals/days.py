"""The days everything is counted from: first and last order, analysis date, horizon, blocks.

Idea: whatever looks back does so from one day, and that day may lie in the past: nothing after it
is looked at. Refuses: an analysis date that is none, or that lies outside the data.
"""

from dataclasses import dataclass
from datetime import date

import pandas as pd

from segkit.goals import messages


@dataclass(frozen=True)
class Calendar:
    """The days of a study (ISO) and its lengths in days; None what a list does not tell.

    as_of is the day everything looks back from, last_order the last one before it; window_days
    the look-back of the customer card (0 = all history), horizon_days the time until the goal is
    due, block_days the length of a past period.
    """

    as_of: str | None
    first_order: str | None
    last_order: str | None
    window_days: int
    horizon_days: int
    block_days: int | None = None

    @property
    def due(self):
        """Return the day (ISO) on which a goal set on the analysis date is due."""
        return iso(day(self.as_of) + pd.Timedelta(days=self.horizon_days))

    def look_back(self, *, before):
        """Return the first day (ISO) of the window before a day."""
        start = day(before) - pd.Timedelta(days=self.window_days)
        return iso(max(day(self.first_order), start) if self.window_days else self.first_order)


def calendar(facts, *, analysis_date="auto", window_days=365, horizon_days=56):
    """Settle the days everything is counted from; returns a `Calendar`.

    `facts` holds first_order and last_order. as_of is the day after the last order, or
    `analysis_date`; block_days the horizon, or a third of the data where they are shorter.
    Raises StudyError for a date that is none or that lies outside the data.
    """
    lengths = {"window_days": int(window_days), "horizon_days": int(horizon_days)}
    if facts["first_order"] is None or facts.get("lines_n", 0) is None:
        return _of_list(facts, analysis_date, lengths)
    first, last = day(facts["first_order"]), day(facts["last_order"])
    latest = last + pd.Timedelta(days=1)
    as_of = latest if analysis_date == "auto" else _asked(analysis_date, first, latest)
    return Calendar(
        as_of=iso(as_of),
        first_order=iso(first),
        last_order=iso(min(last, as_of - pd.Timedelta(days=1))),
        block_days=max(1, min(int(horizon_days), (as_of - first).days // 3)),
        **lengths,
    )


def _of_list(facts, analysis_date, lengths):
    first, last = (facts[name] and iso(facts[name]) for name in ("first_order", "last_order"))
    as_of = iso(day(last) + pd.Timedelta(days=1)) if last else None
    if analysis_date != "auto":
        as_of = iso(_asked(analysis_date, pd.Timestamp.min, pd.Timestamp.max))
    return Calendar(as_of=as_of, first_order=first, last_order=last, **lengths)


def _asked(text, first, latest):
    try:
        asked = pd.Timestamp(date.fromisoformat(str(text)))
    except ValueError:
        raise messages.error("no date", text=text) from None
    if not first < asked <= latest:
        raise messages.error("date outside", text=text, first=first.date(), last=latest.date())
    return asked


def day(value):
    """Return the day of a date, timestamp or ISO text, without a time zone."""
    stamp = pd.Timestamp(value)
    return (stamp.tz_localize(None) if stamp.tzinfo else stamp).normalize()


def iso(value):
    """Write a day as 2018-01-31."""
    return day(value).date().isoformat()
