"""RFM: when did they last buy, how often, for how much.

Each of the three gets a score from 1 to 5, 5 the best, by cut points at every fifth of the
customers. Equal values always get equal scores: a cut point is a value, never a place in a
sorted list, so ties are not split, and a score that nobody can reach is reported instead of
filled. Nine segments cover the 125 possible score triples, each exactly once.

"Recency" here is days since the last purchase at the analysis date (`days_since_purchase`),
not the time between first and last purchase that BG/NBD models call so. Monetary is the
total spent in the window. The analysis date is the card's: the cut points belong to it, and
next month's customers are scored with the stored ones (`score`), or everybody would move each time
the scale does. Source: Hughes, Strategic Database Marketing (1994), and the handbook's RFM
section. Taught in notebook approaches/rfm.
"""

from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise, product

import ibis
import numpy as np
import pandas as pd

from segkit.refusal import passes
from segkit.segments import messages
from segkit.segments.about import About
from segkit.segments.definition import Attempt, Definition, by_spend
from segkit.segments.naming import label

ABOUT = About(
    question="Who is active, who is slipping away?",
    use="loyalty programmes, winning back",
    difficulty="medium",
    place=20,
    when="purchases repeat and dates are known",
    data="dated purchases with amounts",
    columns=("days_since_purchase", "orders_n", "spend_total"),
)

COLUMNS = {"R": "days_since_purchase", "F": "orders_n", "M": "spend_total"}
RECENT, COOLING = 4, 3
"""R of at least 4 is recent, 3 is cooling, below is gone quiet."""
HIGH, MIDDLE = 8, 5
"""F + M of at least 8 is a big buyer, 5 to 7 a regular, below a light buyer."""

NEVER = 1e9
"""Days since a purchase that is not known: longer ago than any other."""

NAMES = {
    ("recent", "high"): "Best customers",
    ("recent", "middle"): "Active regulars",
    ("recent", "low"): "Active light buyers",
    ("cooling", "high"): "Big buyers cooling",
    ("cooling", "middle"): "Regulars cooling",
    ("cooling", "low"): "Light buyers cooling",
    ("gone", "high"): "Big buyers gone quiet",
    ("gone", "middle"): "Regulars gone quiet",
    ("gone", "low"): "Light buyers gone quiet",
}
"""Recency group and value group → segment name: nine cells, no overlap, no gap."""


def fit(card):
    """Find the cut points of the three scores on a customer card.

    Parameters
    ----------
    card : DataFrame
        With days_since_purchase, orders_n and spend_total.

    Returns
    -------
    Definition
        Its rules hold {"cuts": {"R": [4 numbers], "F": […], "M": […]}}; segments are ordered by
        their total spend here, those without a customer at the end.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.segments.approaches import rfm
    >>> card = pd.DataFrame({"days_since_purchase": [1, 50], "orders_n": [9, 1]})
    >>> rfm.fit(card.assign(spend_total=[90.0, 5.0])).rules["cuts"]["R"]
    [1.0, 1.0, 50.0, 50.0]
    """
    cuts = {letter: cut_points(card[column]) for letter, column in COLUMNS.items()}
    scores = score(card, cuts=cuts)
    triples = zip(scores["R"], scores["F"], scores["M"], strict=True)
    names = pd.Series([segment(*triple) for triple in triples], index=card.index)
    present = by_spend(names, card["spend_total"])
    order = present + [name for name in NAMES.values() if name not in present]
    return Definition("rfm", order, list(COLUMNS.values()), {"cuts": cuts})


def cut_points(values):
    """Return the four values below or at which 20, 40, 60 and 80 % of the customers lie."""
    levels = np.nanquantile(values, [0.2, 0.4, 0.6, 0.8], method="inverted_cdf")
    return [float(level) for level in levels]


@passes
def score(card, *, cuts):
    """Score every customer: a DataFrame with R, F and M from 1 to 5 (5 best).

    A value's score is one more than the number of cut points it exceeds; for R the scale is turned
    round, because few days since the last purchase are good. What is not known gets 1.

    Parameters
    ----------
    card : DataFrame or Refused
        With days_since_purchase, orders_n and spend_total.
    cuts : dict
        {letter: four cut points}, as in the rules of `fit`.

    Returns
    -------
    DataFrame
        R, F and M from 1 to 5 (5 best).

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.segments.approaches import rfm
    >>> card = pd.DataFrame({"days_since_purchase": [1, 50], "orders_n": [9, 1]})
    >>> cuts = {"R": [10, 20, 30, 40], "F": [1, 2, 3, 4], "M": [5, 9, 20, 50]}
    >>> rfm.score(card.assign(spend_total=[90.0, 5.0]), cuts=cuts)
       R  F  M
    0  5  5  5
    1  1  1  1
    """
    known = {letter: card[column] for letter, column in COLUMNS.items()}
    known["R"] = known["R"].fillna(np.inf)
    scores = {
        letter: 1 + sum((known[letter] > cut).astype(int) for cut in cuts[letter])
        for letter in COLUMNS
    }
    scores["R"] = 6 - scores["R"]
    return pd.DataFrame(scores, index=card.index)


def segment(r, f, m):
    """Name the segment of one score triple, for example (5, 5, 5) → "Best customers"."""
    recency = "recent" if r >= RECENT else "cooling" if r >= COOLING else "gone"
    value = "high" if f + m >= HIGH else "middle" if f + m >= MIDDLE else "low"
    return NAMES[recency, value]


def cells():
    """List all 125 score triples with their segment: R, F, M (1 to 5), segment.

    Every triple occurs once, so no customer falls between two segments and none into both.

    Returns
    -------
    DataFrame
        R, F, M (1 to 5) and segment, 125 rows.

    Examples
    --------
    >>> from segkit.segments.approaches import rfm
    >>> rfm.cells().tail(1)
         R  F  M         segment
    124  5  5  5  Best customers
    """
    triples = product(range(1, 6), repeat=3)
    rows = [(*triple, segment(*triple)) for triple in triples]
    return pd.DataFrame(rows, columns=["R", "F", "M", "segment"])


@dataclass(frozen=True)
class Scale:
    """The scale of some customers, and what they score on it.

    found: the Attempt; cuts: {"R": [4 numbers], …}; scores: R, F and M of every customer.
    """

    found: Attempt
    cuts: dict
    scores: object

    @property
    def table(self):
        """Lay out the cut points: score, column (in words), the four cuts, nobody_gets."""
        table = pd.DataFrame(self.cuts, index=["20 %", "40 %", "60 %", "80 %"]).T
        table = table.rename_axis("score")
        table.insert(0, "column", [label(COLUMNS[letter]) for letter in table.index])
        never = self.unreachable
        table["nobody_gets"] = [", ".join(x for x in never if x[0] == at) for at in table.index]
        return table.reset_index()

    @property
    def spread(self):
        """Count the customers per score: letter, score (1 to 5), customers_n, reachable.

        A score that cannot be reached has `reachable` False; one that can, and has no customer,
        shows that these are not the customers the cuts were made on.
        """
        never, scores = self.unreachable, self.scores
        rows = [
            (letter, value, int((scores[letter] == value).sum()), f"{letter}{value}" not in never)
            for letter in COLUMNS
            for value in range(1, 6)
        ]
        return pd.DataFrame(rows, columns=["letter", "score", "customers_n", "reachable"])

    @property
    def unreachable(self):
        """List the scores that no customer can get because cut points coincide: ["F2", "F3"].

        Happens when many customers share one value, such as a single order.
        """
        return sorted(
            f"{letter}{5 - place if letter == 'R' else place + 1}"
            for letter, levels in self.cuts.items()
            for place, (low, high) in enumerate(pairwise(levels), start=1)
            if low == high
        )

    @property
    def members(self):
        """Say who is where, with the scores."""
        return self.found.members.join(self.scores)

    def dated(self, first_order, *, as_of, window_days):
        """Say which days the scale was made of, and when a later look sees more of them.

        `first_order` is the first moment of the data (None of a list), `as_of` the analysis date
        (exclusive). A window that begins before the data holds fewer orders than a later one as
        long.
        """
        date = f"Analysis date **{as_of}**;"
        if first_order is None:
            return f"{date} orders and spend as the list says, there is one look only."
        begins = first_order.date()
        said = f"{date} all orders since {begins} are counted."
        if window_days:
            said = f"{date} orders of the {window_days} days before it are counted."
        if window_days and as_of - timedelta(days=window_days) >= begins:
            return said
        return messages.told("a later look", said=said, begins=begins)

    @property
    def meant(self):
        """Say how many days "active" and "gone quiet" are here.

        The scale is made of fifths of the customers, so among daily shoppers "quiet" is a matter
        of days.
        """
        active, quiet = self.cuts["R"][5 - RECENT], self.cuts["R"][5 - COOLING]
        return messages.told("active and quiet", active=active, quiet=quiet)

    @property
    def answered(self):
        """Say who is active and who, of those who bought much, is slipping away."""
        labels, spend = self.found.labels, self.found.card["spend_total"]
        active = labels.isin([name for (when, _), name in NAMES.items() if when == "recent"])
        slipping = labels.isin([NAMES["cooling", "high"], NAMES["gone", "high"]])
        told = [
            f"{who}: {flags.mean():.0%} of the customers with "
            f"{spend[flags].sum() / (spend.sum() or 1):.0%} of the money"
            for who, flags in (("Active", active), ("big buyers cooling or gone quiet", slipping))
        ]
        return "; ".join(told)

    @property
    def reached(self):
        """Say which scores nobody can get."""
        never = ", ".join(self.unreachable)
        return f"nobody can get {never}" if never else "every score can be reached"

    def kept(self, as_of):
        """Return the definition with its analysis date, as plain data."""
        return {"as_of": str(as_of), **self.found.definition.to_dict()}


@passes
def scale(found):
    """Score the customers of an Attempt on their own scale.

    Parameters
    ----------
    found : Attempt
        RFM, as `segments.attempt` made it.

    Returns
    -------
    Scale
        `table`, `scores`, `spread`, `members`, and in words `dated(…)`, `meant`, `answered` and
        `reached`.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import segments
    >>> from segkit.segments.approaches import rfm
    >>> card = pd.DataFrame({"days_since_purchase": [3, 9], "orders_n": [2, 1]})
    >>> scale = rfm.scale(segments.attempt(card.assign(spend_total=[50.0, 20.0]), "rfm"))
    >>> scale.scores.to_numpy().tolist()
    [[5, 3, 3], [3, 1, 1]]
    """
    cuts = found.rules["cuts"]
    return Scale(found, cuts, score(found.card, cuts=cuts))


ABSENT = "No order in the first look"
"""The row of customers who came, or came back, between two looks."""


@dataclass(frozen=True)
class Followed:
    """Two looks at the same customers: now holds customer_id, segment and before; looks is the
    analysis dates of both."""

    now: object
    order: list
    looks: tuple

    @property
    def days(self):
        """Count the days between the two looks."""
        return (self.looks[1] - self.looks[0]).days

    @property
    def crossed(self):
        """Count the customers by where they were (down) and where they are now (across)."""
        table = pd.crosstab(self.now["before"], self.now["segment"])
        rows = [name for name in [*self.order, ABSENT] if name in table.index]
        return table.loc[rows, [name for name in self.order if name in table.columns]]

    @property
    def stayed(self):
        """Return the share (0 to 1) of those seen before who are in the same segment."""
        then = self.now[self.now["before"] != ABSENT]
        return (then["before"] == then["segment"]).mean()

    @property
    def new(self):
        """Count those who had no order in the first look."""
        return int((self.now["before"] == ABSENT).sum())


@passes
def followed(found, later, *, looks):
    """Score later customers on the stored scale, and say where each was before.

    Parameters
    ----------
    found : Attempt
        RFM at the first look.
    later : DataFrame
        The customer card of the second look, with a window as long.
    looks : tuple of date
        The analysis dates of the first and of the second look.

    Returns
    -------
    Followed
        `crossed` (a table of customers), `stayed` (0 to 1), `new` (customers) and `days`.

    Examples
    --------
    >>> from datetime import date
    >>> import pandas as pd
    >>> from segkit import segments
    >>> from segkit.segments.approaches import rfm
    >>> card = pd.DataFrame({"customer_id": ["a", "b"], "days_since_purchase": [3, 9]})
    >>> card = card.assign(orders_n=[2, 1], spend_total=[50.0, 20.0])
    >>> looks = date(2024, 5, 1), date(2024, 5, 31)
    >>> rfm.followed(segments.attempt(card, "rfm"), card, looks=looks).days
    30
    """
    now = found.definition.apply(later, expression)[["customer_id", "segment"]]
    before = found.members[["customer_id", "segment"]].rename(columns={"segment": "before"})
    now = now.merge(before, on="customer_id", how="left")
    return Followed(now.fillna({"before": ABSENT}), found.order, looks)


@passes
def describe(cuts):
    """Lay out the cut points for reading: score, column (in words), the four cuts, nobody_gets.

    Parameters
    ----------
    cuts : dict or Refused
        {letter: four cut points}, as in the rules of `fit`.

    Returns
    -------
    DataFrame
        score, column (in words), the four cuts, nobody_gets (scores that no customer can reach).

    Examples
    --------
    >>> from segkit.segments.approaches import rfm
    >>> cuts = {"R": [10, 20, 30, 40], "F": [1, 1, 2, 3], "M": [5, 9, 20, 50]}
    >>> rfm.describe(cuts)["nobody_gets"].tolist()
    ['', 'F2', '']
    """
    return Scale(None, cuts, None).table


def expression(table, definition):
    """Return the Ibis column that names each row's segment."""
    cuts = definition.rules["cuts"]
    known = {letter: table[column] for letter, column in COLUMNS.items()}
    known["R"] = known["R"].cast("float64").fill_null(NEVER)
    above = {
        letter: sum((known[letter] > cut).ifelse(1, 0) for cut in cuts[letter])
        for letter in COLUMNS
    }
    recency, value = 5 - above["R"], 2 + above["F"] + above["M"]
    group = ibis.cases((recency >= RECENT, 2), (recency >= COOLING, 1), else_=0)
    size = ibis.cases((value >= HIGH, 2), (value >= MIDDLE, 1), else_=0)
    names = list(NAMES.values())
    cell = (2 - group) * 3 + (2 - size)
    return ibis.cases(*((cell == place, names[place]) for place in range(9)))
