"""Working days between two days: Monday to Friday, holidays not known.

Counted by arithmetic on day numbers, without a calendar table, so that every engine gives the
same: weeks since a Monday long ago, five working days each, and what is left of the last week.
"""

from datetime import date

import ibis

MONDAY = date(1900, 1, 1)
"""A Monday before every date of a study."""


def between(start, end):
    """Count the working days after the day of `start`, up to and including the day of `end`.

    Both are Ibis dates or timestamps; the clock does not matter. The same day gives 0, Friday to
    Monday 1, Friday to Wednesday 3; an `end` before `start` gives 0 or less; empty stays empty.
    Taught in notebook approaches/loyalty.
    """
    return _until(end) - _until(start)


def _until(day):
    """Count the working days from the first Monday up to and including a day."""
    days = _date(day).delta(ibis.literal(MONDAY), unit="day") + 1
    left = days % 7
    return ((days - left) / 7).cast("int64") * 5 + ibis.least(left, 5)


def _date(day):
    return day.date() if day.type().is_timestamp() else day
