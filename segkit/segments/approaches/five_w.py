"""5W: who, what, when, where and why, of every segment of any segmentation.

The five questions describe segments; they do not make them, so `fit` borrows the segments of
another approach (RFM unless told otherwise); where that cannot be made, all are described as one.
Every answer is counted: n (people behind it), the
share in the segment, the share of all customers, and their ratio, the lift. A share alone
misleads: what most of a segment do, most of everybody may do as well.

Refused: an answer to "why" from anything but what customers said (a survey, the topic of a
request): purchases show what people did, not their reasons. Counts below the smallest cell are
hidden. Orders of one customer are no independent draws, so no test is printed here; notebook 06
tests what it says of people. Source: the handbook's 5W section. Taught in notebook
approaches/five_w.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from segkit.data import card as cards
from segkit.data.measures import times, wares
from segkit.refusal import Refused
from segkit.segments import approaches, messages
from segkit.segments.about import About
from segkit.segments.definition import Attempt, Definition

ABOUT = About(
    question="Who, what, when, where and why, segment by segment?",
    use="a complete picture of each segment, the base of personas",
    difficulty="medium",
    place=90,
    when="segments are there and need a face",
    data="orders, and whatever else is known: attributes, goods, a clock, a survey",
    columns=("days_since_purchase", "orders_n", "spend_total"),
    options=("of",),
)

QUESTIONS = ("who", "what", "when", "where", "why")
EVERYBODY = "Everybody"
"""The one segment of those who cannot be divided."""
UNKNOWN = "not known from the data"
ALIKE = "nothing sets this segment apart"
HIDDEN = "too few people to say"
WHO = ("demographic", "firmographic", "psychographic")
WHERE = ("geographic", "channel")
"""Families of card columns that answer "who" and "where"."""

FEW_KINDS = 30
"""Attributes with more different values than this name people or places, not groups."""

FEW_NUMBERS = 12
"""Numbers of more different values than this are told in three bands of equal size."""

COMMON, APART = 0.05, 1.2
"""An answer is told of a segment when this share of it gives it, and this many times as often."""


PAGE = 3
"""So many segments are set side by side."""
NO_MORE = "*No more segments.*"
NO_ANSWER = "*Nothing to draw:* no answer has enough people behind it."
NO_HOURS = "*No hours:* the orders of this study have dates only, or there are none."


def fit(card, *, of="rfm"):
    """Borrow the segments of another approach, fitted as it does by default.

    `of`: its name. Returns a Definition whose rules hold that approach's own definition.
    """
    return _taken(approaches.room(of).fit(card))


def _taken(inner):
    return Definition("five_w", inner.order, inner.columns, {"of": inner.to_dict()})


@dataclass(frozen=True)
class Borrowed(Attempt):
    """Segments of another approach, or everybody as one; `why` says why they are not divided."""

    why: str = ""

    @property
    def order(self):
        """Return the names of the segments that hold anybody, in their order."""
        return [name for name in self.definition.order if (self.labels == name).any()]

    @property
    def introduction(self):
        """Say in Markdown who is described, and why as one segment, if so."""
        alone = f"{self.why} All are described as one segment instead. " * bool(self.why)
        segments = "1 segment" if len(self.order) == 1 else f"{len(self.order)} segments"
        return f"{alone}{len(self.card):,} customers in {segments}."

    @property
    def record(self):
        """Return the definition as plain data, or the reason why there is none."""
        return {"refused": self.why} if self.why else self.definition.to_dict()

    @property
    def named(self):
        """Return the card with everybody's `segment`."""
        return self.card.assign(segment=self.labels)

    def faces(self, tables, *, window, questions="auto", smallest):
        """Ask the five questions of these segments: Faces, counted in the engine (see `counts`).

        `window`: (start or None, end); `questions`: the survey's columns that ask for reasons, or
        "auto"; `smallest`: fewer people than this are hidden.
        """
        counted = counts(tables, members=self.named, window=window, questions=questions)
        return Faces(counted, self, smallest)

    def hours(self, tables, *, window):
        """Count orders per segment and hour (see `times.by_hour`); Refused without a clock."""
        start, end = window
        found = times.by_hour(tables, members=self.named, start=start, end=end)
        return found if len(found) else Refused(NO_HOURS)


def borrowed(found, *, card):
    """Take over the segments that another approach found, or everybody where it found none.

    Parameters
    ----------
    found : Attempt or Refused
        The segments that another approach found, or why it found none.
    card : DataFrame
        The customers.

    Returns
    -------
    Borrowed
        card, recipe, definition, labels, and why everybody is one segment (or "").

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.refusal import Refused
    >>> from segkit.segments.approaches import five_w
    >>> card = pd.DataFrame({"customer_id": ["c1", "c2"]})
    >>> five_w.borrowed(Refused("No money is known."), card=card).labels.tolist()
    ['Everybody', 'Everybody']
    """
    if isinstance(found, Refused):
        alone = Definition("five_w", [EVERYBODY], [], {})
        return Borrowed(card, {}, alone, pd.Series(EVERYBODY, index=card.index), found.why)
    return Borrowed(card, found.recipe, _taken(found.definition), found.labels)


@dataclass(frozen=True)
class Faces:
    """What is said of every segment, part by part.

    Parameters
    ----------
    counted : DataFrame
        From `counts`.
    of : Borrowed
        The segments, as `borrowed` gives them.
    smallest : int
        Fewer people than this are hidden.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.refusal import Refused
    >>> from segkit.segments.approaches import five_w
    >>> card = pd.DataFrame({"customer_id": ["c1"]})
    >>> counted = pd.DataFrame({"question": "why", "topic": "reason", "answer": ["price", "range"]})
    >>> counted = counted.assign(of="answers", segment=five_w.EVERYBODY, customers_n=20, amount=20)
    >>> faces = five_w.Faces(counted, five_w.borrowed(Refused("none"), card=card), 10)
    >>> faces.answered, faces.open
    (['why'], 'nothing, customers said why')
    """

    counted: object
    of: Borrowed
    smallest: int

    @cached_property
    def said(self):
        """Return shares and lifts; see `statements`."""
        return statements(self.counted, smallest=self.smallest)

    @cached_property
    def pictures(self):
        """Answer the five questions for every segment; see `picture`."""
        return picture(self.said, order=self.of.order)

    @property
    def overview(self):
        """Count what was asked: question, topic, of, answers, hidden (cells)."""
        topics = self.said.groupby(["question", "topic", "of"], sort=False)
        counts = {"answers": ("answer", "nunique"), "hidden": ("suppressed", "sum")}
        return topics.agg(**counts).reset_index()

    def page(self, number):
        """Set three segments side by side, a question per row; `number` counts from 1."""
        tall = self.pictures.set_index("segment").T.rename_axis("question")
        shown = tall.iloc[:, PAGE * (number - 1) : PAGE * number]
        return shown.reset_index() if len(shown.columns) else Refused(NO_MORE)

    @property
    def shown(self):
        """Return the answers that enough people give."""
        return self.said[~self.said["suppressed"]]

    @property
    def hidden_n(self):
        """Count the answers that too few people give to be shown."""
        return len(self.said) - len(self.shown)

    @property
    def told_apart(self):
        """Say in words how many answers a segment gives more often than all."""
        apart = (self.shown["lift"] >= APART).sum()
        return messages.told("told apart", apart=apart, self=self, APART=APART)

    @property
    def topic(self):
        """Name the topic with the largest lift, weekdays left out."""
        best = self.said.groupby("topic")["lift"].max().drop("weekday", errors="ignore")
        return best.idxmax() if best.notna().any() else Refused(NO_ANSWER)

    @property
    def answered(self):
        """Name the questions that are answered for any segment."""
        any_of = (self.pictures.drop(columns="segment") != UNKNOWN).any()
        return any_of.index[any_of].tolist()

    @property
    def open(self):
        """Say in words whether the reasons are left open."""
        told = "why" in self.answered
        return "nothing, customers said why" if told else "why: nobody was asked"


def widen(table, definition):
    """Add what the approach borrowed makes first, if it does (see `Definition.apply`)."""
    inner = Definition.from_dict(definition.rules["of"])
    make = getattr(approaches.room(inner.approach), "widen", None)
    return make(table, inner) if make else table


def expression(table, definition):
    """Return the Ibis column that names each row's segment: that of the approach borrowed."""
    inner = Definition.from_dict(definition.rules["of"])
    return approaches.room(inner.approach).expression(table, inner)


def counts(tables, *, members, window, questions="auto"):
    """Count every answer of every segment, in the engine where lines are concerned.

    Lines are counted in the engine.

    Parameters
    ----------
    tables : segkit.data.tables.Tables
        The study's tables.
    members : DataFrame
        The card with a column `segment`.
    window : tuple
        (start or None, end), as `card.window` gives it.
    questions : str
        The survey's columns that ask for reasons, a comma between, or "auto" to find them.

    Returns
    -------
    DataFrame
        question, topic, of (customers, orders, spend or answers: what shares are shares of),
        answer, segment, customers_n (people behind the answer), amount.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import data
    >>> from segkit.segments.approaches import five_w
    >>> orders = pd.DataFrame({"customer_id": ["c1", "c1"], "amount": 5.0, "store_id": "s1"})
    >>> orders["ordered_at"] = pd.to_datetime(["2024-05-01 10:00", "2024-05-03 12:00"])
    >>> members = pd.DataFrame({"customer_id": ["c1"], "segment": "All"})
    >>> window = (pd.Timestamp("2024-05-01"), pd.Timestamp("2024-06-01"))
    >>> found = five_w.counts(data.from_frames(orders=orders), members=members, window=window)
    >>> found[found["topic"] == "weekday"][["answer", "amount"]]
          answer  amount
    1  Wednesday     1.0
    2     Friday     1.0
    """
    start, end = window
    dictionary = cards.dictionary(members.drop(columns="segment"))
    asked = [] if questions == "auto" else [name.strip() for name in questions.split(",")]
    bounds = {"members": members, "start": start, "end": end}
    parts = [
        ("who", "customers", _attributes(members, dictionary, WHO)),
        ("what", "spend", wares.bought(tables, **bounds)),
        ("when", "orders", times.counted(tables, **bounds)),
        ("where", "orders", wares.ordered(tables, **bounds)),
        ("where", "customers", _attributes(members, dictionary, WHERE)),
        ("why", "answers", wares.said(tables, **bounds, questions=asked)),
    ]
    found = times.joined(part.assign(question=q, of=of) for q, of, part in parts if len(part))
    if found.empty:
        found = found.assign(question=[], of=[])
    return found[["question", "topic", "of", "answer", "segment", "customers_n", "amount"]]


def _attributes(members, dictionary, families):
    """Count the customers of each segment per value of each attribute of some families."""
    rows = dictionary[dictionary["family"].isin(families)]
    known = {column: _banded(members[column]) for column in rows["column"]}
    asked = {c: answers for c, answers in known.items() if 1 < answers.nunique() <= FEW_KINDS}
    return times.joined(_attribute(members, c, answers) for c, answers in asked.items())


def _banded(values):
    """Turn an attribute into answers: a number of many different values into three bands."""
    if not is_numeric_dtype(values) or values.nunique() <= FEW_NUMBERS:
        return values.map(_plain, na_action="ignore")
    low, high = values.quantile([1 / 3, 2 / 3], interpolation="lower")
    least, most = (f"{edge:,.10g}" for edge in (low, high))  # no 1e+06 in front of a reader
    words = {0: f"up to {least}", 1: f"over {least} to {most}", 2: f"over {most}"}
    place = (values > low).astype(int) + (values > high).astype(int)
    return place.map(words).where(values.notna())


def _attribute(members, column, answers):
    known = members[["segment"]].assign(answer=answers).dropna()
    sizes = known.groupby(["segment", "answer"]).size()
    table = sizes.rename("customers_n").reset_index()
    return table.assign(
        topic=column.removesuffix("_n").replace("_", " "), amount=table["customers_n"].astype(float)
    )


def _plain(value):
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def statements(counted, *, smallest=10):
    """Turn counts into statements: shares, lift, and what is too small to be shown.

    Where hiding leaves one hidden answer in a topic, the next smallest is hidden as well, or it
    could be worked out from the rest.

    Parameters
    ----------
    counted : DataFrame
        From `counts`.
    smallest : int
        Where fewer people are behind an answer, n, share and lift are hidden.

    Returns
    -------
    DataFrame
        With share (0 to 1: of the segment's answers to that topic), share_all (the same of all
        segments together), lift (1 = as everywhere), n and suppressed.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.segments.approaches import five_w
    >>> counted = pd.DataFrame({"question": "why", "topic": "reason", "answer": ["price", "range"]})
    >>> counted = counted.assign(of="answers", segment="All", customers_n=[30, 10], amount=[30, 10])
    >>> five_w.statements(counted)[["answer", "share", "lift", "suppressed"]]
      answer  share  lift  suppressed
    0  price   0.75   1.0       False
    1  range   0.25   1.0       False
    """
    table = counted.rename(columns={"customers_n": "n"}).copy()
    topic = ["question", "topic", "of"]
    here = table.groupby([*topic, "segment"])["amount"].transform("sum")
    answer = table.groupby([*topic, "answer"])["amount"].transform("sum")
    whole = table.groupby(topic)["amount"].transform("sum")
    table["share"] = table["amount"] / here.where(here > 0)
    table["share_all"] = answer / whole.where(whole > 0)
    table["lift"] = table["share"] / table["share_all"]
    table["suppressed"] = _suppressed(table, [*topic, "segment"], smallest)
    hidden = ["n", "share", "lift"]
    table[hidden] = table[hidden].astype(float).mask(table["suppressed"])
    return table.drop(columns="amount")


def _suppressed(table, groups, smallest):
    small = table["n"] < smallest
    alone = small.groupby([table[c] for c in groups]).transform("sum") == 1
    rest = table["n"].where(~small)
    rank = rest.groupby([table[c] for c in groups]).rank(method="first")
    return small | (alone & (rank == 1))


def picture(said, *, order):
    """Answer the five questions for every segment, in words with their numbers.

    `said`: the table of `statements`. Of each question the answer that sets the segment apart
    most: lift of at least `APART`, at least `COMMON` of the segment, and of these the largest
    log(lift) × √n, so that a few people do not outshout many. Returns one row per segment
    in `order`, one column per question; `UNKNOWN` where the data hold no such answer, `ALIKE`
    where the segment answers like all, `HIDDEN` where every answer has too few people.
    """
    rows = [
        {"segment": name, **{q: _answer(said[_of(said, name, q)], said, q) for q in QUESTIONS}}
        for name in order
    ]
    return pd.DataFrame(rows, columns=["segment", *QUESTIONS])


def _of(said, name, question):
    return (said["segment"] == name) & (said["question"] == question)


def _answer(here, said, question):
    if not (said["question"] == question).any():
        return UNKNOWN
    shown = here[~here["suppressed"]]
    if shown.empty:
        return HIDDEN if len(here) else UNKNOWN
    apart = shown[(shown["lift"] >= APART) & (shown["share"] >= COMMON)]
    if apart.empty:
        return ALIKE
    strength = np.log(apart["lift"]) * np.sqrt(apart["n"])
    ranked = apart.assign(strength=strength.round(9)).sort_values(
        ["strength", "topic", "answer"], ascending=[False, True, True]
    )
    return sentence(ranked.iloc[0])


def sentence(row):
    """Say one statement: "brand: private, 34% of spend (all: 25%, lift 1.36, n 120)"."""
    return messages.told("one answer", row=row)
