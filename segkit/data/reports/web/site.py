"""A site at a glance: hits, sessions, people and carts, read once by the same limits.

What reports and segments need stands side by side, so that they cannot disagree on when knowledge
ends or when a session does. Taught in notebook approaches/web_analytics.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from segkit.data.measures import web
from segkit.data.measures.web import carts, goals, hits
from segkit.data.reports.web import counts
from segkit.refusal import Refused, passes


@dataclass(frozen=True)
class Site:
    """All that is known of a site before `end`.

    end: where knowledge ends (datetime); events: names of events and what they were taken for;
    hits, sessions: Ibis tables (`hits.read`, `counts.sessions`); people: a DataFrame, one row per
    person (`web.people`); carts: an Ibis table (`carts.episodes`), or a Refused.
    """

    end: datetime
    events: Any
    hits: Any
    sessions: Any
    people: Any
    carts: Any

    @property
    def funnel(self):
        """Count the sessions that got to each step; see `counts.funnel`."""
        return counts.funnel(self.hits)

    @property
    def carts_by_outcome(self):
        """Count the carts by what became of them; see `carts.counts`."""
        return passes(carts.counts)(self.carts)

    @property
    def told(self):
        """Say in words what became of the log, of its browsers and of its carts."""
        sharing, closed = hits.sharing(self.hits).iloc[0], "none judged"
        if not isinstance(self.carts, Refused):
            outcomes = self.carts_by_outcome.itertuples()
            closed = ", ".join(f"{row.carts_n:,} {row.outcome}" for row in outcomes) or closed
        return (
            f"{sharing.hits_n:,.0f} hits of {sharing.visitors_n:,.0f} browsers into "
            f"{self.people['sessions_n'].sum():,} sessions of {len(self.people):,} people, "
            f"{sharing.customers_n:,.0f} of them known customers; {sharing.shared_n:,.0f} browsers "
            f"are shared, and their nameless hits belong to nobody. {counts.stopped(self.funnel)} "
            f"Carts: {closed}."
        )

    def goals(self, path=None):
        """Count how often goals were reached: Goals; `path` of a YAML file, "" for the default."""
        asked = goals.read(path)
        return Goals(asked, goals.summary(self.hits, asked))

    def by(self, who):
        """Put everybody's sessions under their segment: BySegment; `who` has person and segment."""
        return BySegment(self.hits, counts.grouped(self.sessions, who))


@dataclass(frozen=True)
class Goals:
    """Goals that were asked for, and a table of how often each was reached."""

    asked: list
    table: Any

    def pick(self, name):
        """Choose one by name, or, for an empty name, the first that somebody reached."""
        return goals.pick(self.asked, name, counted=self.table)


@dataclass(frozen=True)
class BySegment:
    """Sessions with the segment of who came: hits and sessions are Ibis tables."""

    hits: Any
    sessions: Any

    @property
    def behaviour(self):
        """Describe the sessions of each segment; see `counts.behaviour`."""
        return counts.behaviour(self.sessions, by="segment")

    @property
    def channel(self):
        """Name the column by which sessions are told apart here: source, device or region."""
        return (counts.channels(self.sessions) or ["segment"])[0]

    def mix(self, order):
        """Count sessions by segment (down, in this order) and channel (across)."""
        table = counts.across(self.sessions, rows="segment", columns=self.channel)
        return table.loc[[name for name in order if name in table.index]]

    def converted(self, goal):
        """Count who reached a goal, by channel; see `counts.converted`."""
        return counts.converted(self.hits, self.sessions, goal=goal, by=self.channel)

    @property
    def parts(self):
        """Say which counts add up to the whole, over segments and over channels."""
        import pandas as pd

        found = {by: counts.traffic(self.sessions, by=by) for by in ("segment", self.channel)}
        told = [counts.parts(each, self.sessions).assign(over=by) for by, each in found.items()]
        return pd.concat(told)[["over", "counted", "sum", "whole", "adds_up"]]


def look(tables, *, end=None, gap_minutes=30, cart_hours=24):
    """Read a site; `end` is a date, by default the day after the last visit or order.

    Parameters
    ----------
    tables : segkit.data.tables.Tables
        The study's tables.
    end : date, optional
        By default the day after the last visit or order.
    gap_minutes : int
        A longer silence begins a new session.
    cart_hours : int
        After so many hours without a purchase a cart is abandoned.

    Returns
    -------
    Site or Refused
        Its people are sorted by person; Refused without a table `visits`.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import data
    >>> from segkit.data.reports.web import site
    >>> orders = pd.DataFrame({"customer_id": ["c1"], "amount": 5.0})
    >>> orders["ordered_at"] = pd.Timestamp("2024-05-31")
    >>> bool(site.look(data.from_frames(orders)))
    True
    """
    from segkit.data import answers

    if not tables.has("visits"):
        return Refused(
            "**This study has no table `visits`.** *Your own log*, below, says what it has to hold."
        )
    end = end or web.analysis_date(tables)
    end = datetime(end.year, end.month, end.day)
    read = hits.read(tables, end=end, gap_minutes=gap_minutes)
    people = answers.fetch(web.people(tables, read, end=end, hours=cart_hours), by="person")
    followed = Refused("*No cart can be judged: the log has no carts, or knows of no purchase.*")
    if "carts_n" in people:
        bought = carts.purchases(read, tables=tables)
        followed = carts.episodes(read, end=end, hours=cart_hours, bought=bought)
    return Site(end, hits.recognised(tables), read, counts.sessions(read), people, followed)
