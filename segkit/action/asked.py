"""Who answers a mailing, whatever the goal: the last one that is over, and who was in which group.

A response is a rate of those asked, at that time. So the customers of the day it was sent are put
into today's segments by what was known on that day, and only then are the answers looked at: the
answer itself, and what was bought on it, made nobody a member. Its n is never that of today.

Refused: an answer where nobody was asked, and adding up mailings of different kinds.
"""

from dataclasses import dataclass

import pandas as pd

from segkit import evidence
from segkit.action.economics import LACKING
from segkit.refusal import Refused
from segkit.study import StudyError

FEWEST = 100
"""Customers that a mailing must have reached to be told."""


@dataclass(frozen=True)
class Asked:
    """Answers to one mailing by segment; `last` makes it.

    `table`: segment, n, outcome_mean, low, high (0 to 1, Wilson); `day`: when it was sent.
    """

    campaign: str
    kind: str
    day: str
    n: int
    table: pd.DataFrame

    @property
    def told(self):
        """Say in Markdown whose answers these are."""
        kind = f" ({self.kind})" if self.kind else ""
        grouped = int(self.table["n"].sum())
        return (
            f"*Answers* are those to {self.campaign}{kind}, sent {self.day} to {self.n:,} "
            f"customers; {grouped:,} of them were in one of these groups *on that day*."
        )


def last(tables, kept, *, as_of, window_days):
    """Measure who answered the latest mailing of at least `FEWEST` customers that is over.

    Parameters
    ----------
    tables : segkit.data.tables.Tables
        The study's tables.
    kept : segkit.segments.settled.Kept
        `on(card)` puts the customers of another day into the segments.
    as_of : str
        Analysis date; what ended before it is over.
    window_days : int
        Look-back of the card.

    Returns
    -------
    Asked or Refused
        Refused where no mailings hold answers.
    """
    from segkit.data import card, outcomes

    if not tables.has("mailings") or "responded" not in tables.mailings.columns:
        return Refused(LACKING["no answers"])
    every = outcomes.campaigns(tables)
    over = pd.to_datetime(every["ends_at"].fillna(every["sent_at"])) < pd.Timestamp(as_of)
    fit = every[every["complete"] & over & (every["mailed_n"] >= FEWEST)]
    for row in fit.sort_values(["sent_at", "campaign_id"], ascending=False).itertuples():
        day = pd.Timestamp(row.sent_at).date().isoformat()
        try:
            then = kept.on(card.build(tables, as_of=day, window_days=window_days))
        except StudyError:
            continue
        answered = outcomes.response(tables, campaign_id=row.campaign_id)
        table = _by_segment(answered.merge(then, on="customer_id"))
        return Asked(str(row.campaign_id), row.campaign_type or "", day, len(answered), table)
    return Refused(LACKING["no answers"])


def _by_segment(answered):
    groups = answered.groupby("segment", observed=True)["responded"]
    rows = [(str(name), len(part), float(part.mean()), *evidence.wilson(int(part.sum()), len(part)))
            for name, part in groups]  # fmt: skip
    return pd.DataFrame(rows, columns=["segment", "n", "outcome_mean", "low", "high"])
