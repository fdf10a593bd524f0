"""A site at a glance: hits, sessions, people and carts, read once by the same limits.

What reports and segments need stands side by side, so that they cannot disagree on when knowledge
ends or when a session does. Taught in notebook approaches/web_analytics.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from segkit.data.measures import web
from segkit.data.measures.web import carts, hits, reports


@dataclass(frozen=True)
class Site:
    """All that is known of a site before `end`.

    end: where knowledge ends (datetime); hits, sessions: Ibis tables (`hits.read`,
    `reports.sessions`); people: a DataFrame, one row per person (`web.people`); carts: an Ibis
    table (`carts.episodes`), None where no cart can be judged.
    """

    end: datetime
    hits: Any
    sessions: Any
    people: Any
    carts: Any


def look(tables, *, end=None, gap_minutes=30, cart_hours=24):
    """Read a site; `end` is a date, by default the day after the last visit or order.

    Rows of people are sorted by person. Raises StudyError without a table `visits`.
    """
    from segkit.data import answers

    end = end or web.analysis_date(tables)
    end = datetime(end.year, end.month, end.day)
    read = hits.read(tables, end=end, gap_minutes=gap_minutes)
    people = answers.fetch(web.people(tables, read, end=end, hours=cart_hours), by="person")
    followed = None
    if "carts_n" in people:
        bought = carts.purchases(read, tables=tables)
        followed = carts.episodes(read, end=end, hours=cart_hours, bought=bought)
    return Site(end, read, reports.sessions(read), people, followed)
