"""Everybody is somewhere: the stages of the whole base, around the segments of the active.

Segments hold those who ordered in the window. The win-back list and the sales list are the others,
so everybody whom any table names gets a stage: lead, new, regular, lapsing, lost. There is one
definition of stages, that of `approaches.lifecycle`, with windows taken from these customers' own
waits; here its stages are counted, weighed by all the money a customer ever brought, and put beside
the segments. Every customer is in one stage, and parts add up to all whom the tables know.

Refused, one by one: leads where only orders name customers; *new* where the orders do not reach
back far enough to see that somebody had not bought before; all stages where no waits are known.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from segkit.data import card as cards
from segkit.data.cells import dates
from segkit.data.people import reach
from segkit.refusal import Refused, passes
from segkit.segments.approaches import lifecycle
from segkit.segments.chooser import assign
from segkit.study import beside

UNDATED = "Not known: no date"
"""Who ordered, says a list, on a day it does not name."""
TO_DO = lifecycle.TO_DO
SAID = beside(__file__)
"""What is said, and what stages are called in a sentence (base.yaml)."""


def told(which, **facts):
    """Say the sentence of that name, with the facts put in."""
    return SAID["told"][which].format(**facts)


@dataclass(frozen=True)
class Everybody:
    """All customers the tables know, by stage; `everybody` makes it.

    `card` is the short card of all; `stages` the stage of each, or Refused; `windows` the days that
    were used; `inside` whether each is in a segment; `lacking` [(stage, why it cannot be told)].
    """

    card: pd.DataFrame
    stages: pd.Series | Refused
    windows: dict | Refused
    inside: pd.Series
    lacking: list
    as_of: str | None = None
    smallest_cell: int = 10

    @cached_property
    def reachable(self):
        """Return (whether each can and may be written to or None, the columns that tell)."""
        return reach.reachable(self.card)

    @property
    def order(self):
        """List the stages that can be told, in their order; a last one where dates are missing."""
        untold = {stage for stage, _ in self.lacking}
        names = [name for name in lifecycle.NAMES if name not in untold]
        return names + [UNDATED] * bool(self.stages.eq(UNDATED).any())

    @cached_property
    def table(self):
        """Return one row per stage, or Refused: the rows add up to everybody.

        Columns: stage, customers_n, customers_share (0 to 1), in_segments_n, spend_total (all a
        customer ever brought, returns taken off), spend_share, last_order_days (median), orders_n,
        reachable_n (absent where nothing tells) and to_do.
        """
        return _counted(self, self.stages)

    @property
    def shown(self):
        """Return the table for readers: figures of fewer than the smallest cell are left out."""
        return _shown(self.table, self.smallest_cell)

    @property
    def formats(self):
        """Return how the columns of `shown` are written."""
        whole = ("customers_n", "in_segments_n", "spend_total", "last_order_days", "reachable_n")
        return dict.fromkeys(whole, "{:,.0f}") | dict.fromkeys(
            ("customers_share", "spend_share"), "{:.0%}"
        )

    @property
    def told(self):
        """Say in Markdown of how many the segments speak, and where the others stand."""
        inside = int(self.inside.sum())
        facts = {"known": len(self.card), "inside": inside, "outside": len(self.card) - inside}
        day = told("day", as_of=self.as_of) if self.as_of else ""
        return told("all", **facts, day=day, who=self._outside)

    @property
    def _outside(self):
        """Say how many of those in no segment are at each stage."""
        if isinstance(self.stages, Refused) or self.inside.all():
            return ""
        counts = self.stages[~self.inside].value_counts().reindex(self.order, fill_value=0)
        few, names = self.smallest_cell, SAID["many"]
        said = [told("few" if n < few else "one", n=max(n, few), name=names[stage][n != 1])
                for stage, n in counts.items() if n]  # fmt: skip
        return told("who", by_stage=", ".join(said))

    @property
    def notes(self):
        """List what stands behind the stages, and what cannot be told of them, in sentences."""
        refused = isinstance(self.windows, Refused)
        said = [self.windows.why if refused else told("windows", **self.windows)]
        return [*said, self._reach, *(why for _, why in self.lacking)]

    @property
    def _reach(self):
        fit, used = self.reachable
        if fit is None:
            return told("no reach")
        return told("reach", n=int(fit.sum()), known=len(fit), columns=", ".join(used))

    @property
    def explained(self):
        """Say in Markdown what `told` and `notes` say, each reason of a refusal once."""
        refused = getattr(self.windows, "why", None)
        notes = "".join(f"\n- {note}" for note in self.notes if note != refused)
        return f"{self.told}\n{notes}"

    @property
    def adds_up(self):
        """Tell whether the stages hold everybody, each once, and nobody is in a segment alone."""
        once = self.card["customer_id"].is_unique
        table = self.table
        if isinstance(table, Refused):
            return once
        sums = {"customers_n": len(self.card), "in_segments_n": self.inside.sum()}
        return bool(once and all(table[column].sum() == whole for column, whole in sums.items()))

    @property
    def counted(self):
        """Say how many customers the list of everybody holds, or why there is none."""
        return told("listed" if isinstance(self.stages, pd.Series) else "no list",
                    n=len(self.card))  # fmt: skip

    @property
    def members(self):
        """List everybody: customer_id, stage, in_segment, orders_n, spend_total and the like."""
        columns = ["customer_id", *(c for c in _FACTS if c in self.card)]
        found = self.card[columns].assign(in_segment=self.inside)
        fit, _ = self.reachable
        found = found if fit is None else found.assign(reachable=fit)
        return _staged(found, self.stages)

    @property
    def saved(self):
        """Return what `base.json` holds: plain data, numbers rounded."""
        rows = self.table
        rows = [] if isinstance(rows, Refused) else rows.round(6).astype(object)
        rows = rows.where(rows.notna(), None).to_dict("records") if len(rows) else []
        windows = {} if isinstance(self.windows, Refused) else self.windows
        return {"known_n": len(self.card), "in_segments_n": int(self.inside.sum()),
                "windows": windows, "stages": rows, "told": self.told.replace("**", ""),
                "notes": self.notes}  # fmt: skip


_FACTS = ("orders_n", "spend_total", "days_since_purchase", "days_since_first_purchase")


def everybody(kept, tables, *, brief):
    """Give everybody a stage; see `segments.everybody`."""
    as_of = brief.data["as_of"]
    card = cards.everyone(tables, as_of=as_of)
    history = _history(tables, as_of) if tables.has("orders") else None
    named = bool(cards.named_besides(tables)) or not tables.has("orders")
    inside = card["customer_id"].isin(kept.membership["customer_id"])
    stages, windows, lacking = placed(card, history=history, leads=named)
    return Everybody(card, stages, windows, inside, lacking, as_of, kept.smallest_cell)


def _history(tables, as_of):
    """Count the days that the orders reach back."""
    return (dates.midnight(as_of) - dates.midnight(tables.facts()["first_order"])).days


def placed(card, *, history=None, leads=True):
    """Give every customer of a card a stage: (stages or Refused, windows, what is lacking).

    Parameters
    ----------
    card : DataFrame
        Everybody, of all history.
    history : int, optional
        How many days the orders reach back; None where it is not known.
    leads : bool
        Whether anything but orders names customers.

    Returns
    -------
    tuple
        A Series of stages by row or Refused; the windows or Refused; [(stage, why)].

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.segments import base
    >>> card = pd.DataFrame({"orders_n": [3] * 30 + [0]})
    >>> card["days_since_purchase"] = [10.0] * 30 + [None]
    >>> card["days_since_first_purchase"] = [70.0] * 30 + [None]
    >>> base.placed(card)[0].value_counts().to_dict()
    {'Regular': 30, 'Lead: never bought': 1}
    """
    windows = lifecycle.windows(card)
    lacking = [] if leads else [(lifecycle.LEAD, told("no leads"))]
    if isinstance(windows, Refused):
        return windows, windows, lacking
    stages = assign(card, lifecycle.fit(card, **windows))["segment"].astype(object)
    undated = card["days_since_purchase"].isna() & card["orders_n"].ne(0)
    lacking += _too_short(windows, history)
    if lifecycle.NEW in dict(lacking):
        stages = stages.replace(lifecycle.NEW, lifecycle.REGULAR)
    return stages.mask(undated, UNDATED).rename("stage"), windows, lacking


def _too_short(windows, history):
    """List the stages for which the orders do not reach back far enough, and why."""
    new, active, lost = (windows[f"{name}_days"] for name in ("new", "active", "lost"))
    needed = [(lifecycle.NEW, "no new", new + active), (lifecycle.LAPSING, "no lapsing", active),
              (lifecycle.LOST, "no lost", lost)]  # fmt: skip
    return [(stage, told(why, history=history, needed=days)) for stage, why, days in needed
            if history is not None and history <= days]  # fmt: skip


@passes
def _counted(everybody, stages):
    card = everybody.card.assign(stage=stages, in_segments_n=everybody.inside, customers_n=1)
    asked = {"customers_n": "sum", "in_segments_n": "sum", "spend_total": "sum",
             "days_since_purchase": "median"}  # fmt: skip
    fit, _ = everybody.reachable
    if fit is not None:
        card, asked = card.assign(reachable_n=fit), asked | {"reachable_n": "sum"}
    asked = {column: how for column, how in asked.items() if column in card}
    table = card.groupby("stage").agg(asked).reindex(everybody.order)
    counts = [column for column in table if column.endswith("_n")]
    table[counts] = table[counts].fillna(0).astype(int)
    table.insert(1, "customers_share", table["customers_n"] / len(card))
    if "spend_total" in table:
        table["spend_total"] = table["spend_total"].fillna(0.0)
        share = table["spend_total"] / table["spend_total"].sum()
        table.insert(table.columns.get_loc("spend_total") + 1, "spend_share", share)
    table["to_do"] = [TO_DO.get(name) for name in table.index]
    table = table.rename(columns={"days_since_purchase": "last_order_days"})
    return table.rename_axis("stage").reset_index()


@passes
def _shown(table, smallest):
    """Leave out the figures of stages, and counts within them, that are too small to be shown."""
    shown = table.copy()
    parts = [c for c in ("in_segments_n", "reachable_n") if c in shown]
    shown[parts] = shown[parts].astype(float).where(lambda n: (n == 0) | (n >= smallest))
    small = shown["customers_n"].between(1, smallest - 1)
    figures = [column for column in shown if column not in ("stage", "to_do")]
    shown[figures] = shown[figures].astype(float).mask(small)
    return shown


@passes
def _staged(found, stages):
    found.insert(1, "stage", np.asarray(stages, dtype=object))
    return found
