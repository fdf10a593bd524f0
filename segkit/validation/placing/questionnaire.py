"""The tool: from segments in use to a few questions, a key of points, and how far to trust them.

Whose every criterion is unknown cannot be placed, and takes no part. Everything is said of people
who took no part in the finding (`folds`). Where the questions are those that the segments were
made of, or nearly repeat them, that they place people is no discovery, and is said to be so.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split

from segkit.refusal import Refused, passes
from segkit.validation.placing import fields as asking
from segkit.validation.placing import folds, messages, rules, scoring

LEAST = 2 * folds.FOLDS
"""Customers of a segment: fewer cannot be dealt out to folds."""
MOST_ROWS = 5_000
"""Of more customers a sample is taken, in which segments keep their shares."""
ASKED = {"": {"yes", "nearly", "no"}, "criteria": {"yes"}, "others": {"no"}}
"""What may be asked: columns that made the segments, nearly repeat such a one, or neither."""
REPEATS_FROM = 0.8
"""Rank correlation with a criterion from which a field nearly repeats it."""


@dataclass(frozen=True, repr=False)
class Tool:
    """Which questions place a new customer, and how well: see `tool`.

    names : segments, the largest first; fields : what may be asked; data : answers and segments;
    out_of : customers who could be placed; silent : those of whom no criterion is known; made :
    columns that made the segments, or nearly repeat one that did; asked : how many questions, 0
    for as many as are enough.
    """

    names: list
    fields: list
    data: tuple
    out_of: int
    silent: int
    made: dict
    asked: int
    seed: int

    def __repr__(self):
        return f"Tool({', '.join(field.question for field in self.questions)})"

    @cached_property
    def judged(self):
        """Return what came of the folds; see `folds.Judged`."""
        return folds.judge(*self.data, levels=self._levels(self.fields), seed=self.seed)

    @property
    def curve(self):
        """Return accuracy and kappa by number of questions; see `folds.Judged.curve`."""
        return self.judged.curve

    @property
    def _taken(self):
        return self.asked and self.n

    @property
    def n(self):
        """Return the number of questions: the one asked for, or the smallest that is enough."""
        return min(self.asked or self.judged.enough, len(self.curve))

    @cached_property
    def used(self):
        """Return the row of the questions in use: accuracy, low, high, error, kappa.

        Where the evidence chose their number, it is judged without those who chose it.
        """
        return pd.Series(self.judged.row(self._taken) | {"questions_n": self.n})

    @property
    def baseline(self):
        """Return the accuracy (0 to 1) of calling everybody a member of the largest segment."""
        return float(np.bincount(self.data[1]).max() / len(self.data[1]))

    @property
    def above(self):
        """Tell whether the questions place people better than that."""
        return bool(self.used["low"] > self.baseline)

    @cached_property
    def _order(self):
        return folds.chosen(*self.data, levels=self._levels(self.fields), seed=self.seed)

    @property
    def questions(self):
        """List the fields in use, in the order in which they were chosen."""
        return [self.fields[j] for j in self._order[: self.n]]

    @cached_property
    def table(self):
        """Return the questions: question, chosen_share (of folds, 0 to 1), by_construction."""
        share = self.judged.chosen(self.n)
        rows = [{"question": self.fields[j].question, "column": self.fields[j].column,
                 "chosen_share": float(share.get(j, 0.0)),
                 "by_construction": self.made.get(self.fields[j].column, "no")}
                for j in self._order[: self.n]]  # fmt: skip
        return pd.DataFrame(rows)

    @cached_property
    def crossed(self):
        """Return where people of each segment (down) are placed (across): counts, both named."""
        counts = self.judged.crossed(self._taken)
        return pd.DataFrame(counts, index=self.names, columns=self.names)

    @cached_property
    def recalls(self):
        """Return segment, n, recall, low, high (0 to 1); see `folds.recalls`."""
        found = folds.recalls(self.judged, self._taken)
        found.insert(0, "segment", self.names)
        return found

    @cached_property
    def rules(self):
        """Return every segment as a short tree in words; see `rules.table`."""
        X, y = self.data
        return rules.table(X, y, fields=self.fields, names=self.names, seed=self.seed)

    @cached_property
    def model(self):
        """Return the key as a scikit-learn model, learned from everybody: see `scoring.Points`."""
        X, y = self.data
        columns = self._order[: self.n]
        key = scoring.Points(self._levels(self.questions), len(self.names)).fit(X[:, columns], y)
        both = zip(X[:, columns].T, key.cuts_, strict=True)
        key.cuts_ = [edges if edges is None else _readable(x, edges) for x, edges in both]
        return key

    @cached_property
    def key(self):
        """Return the points: question, answer, one column per segment; "Begin with" comes first.

        Refused where the questions place nobody better than the largest segment does.
        """
        if not self.above:
            return messages.refused("no better", largest=self.names[0], share=self.baseline)
        rows = [["", messages.told("begin"), *self.model.start_]]
        for place, field in enumerate(self.questions):
            answers = _answers(field, self.model.cuts_[place])
            points = self.model.points_[place]
            rows += [[field.question, a, *p] for a, p in zip(answers, points, strict=True)]
        return pd.DataFrame(rows, columns=["question", "answer", *self.names])

    @cached_property
    def example(self):
        """Return one way through the key: answers in words, sums by segment, the segment.

        To every question the answer that is most frequent in the second largest segment: nobody's
        own answers.
        """
        X, y = self.data
        codes = self.model.coded(X[:, self._order[: self.n]])[y == 1]
        most = [int(np.bincount(c[c >= 0], minlength=1).argmax()) for c in codes.T]
        tables = zip(self.model.points_, most, strict=True)
        points = np.array([self.model.start_, *(table[at] for table, at in tables)])
        told = zip(self.questions, self.model.cuts_, most, strict=True)
        said = [_answers(field, edges)[at] for field, edges, at in told]
        answers = "; ".join(f"{n}. {words}" for n, words in enumerate(said, start=1))
        sums = [(name, " + ".join(map(str, p)), int(p.sum()))
                for name, p in zip(self.names, points.T, strict=True)]  # fmt: skip
        segment = self.names[int(points.sum(axis=0).argmax())]
        return {"answers": answers, "sums": sums, "segment": segment}

    def placed(self, card):
        """Place the customers of a card with these columns: a Series of segments, in its order."""
        X = asking.matrix(card, self.questions)
        return pd.Series([self.names[at] for at in self.model.predict(X)], index=card.index)

    @property
    def told(self):
        """Say in Markdown how well it places people, against what, and what that proves."""
        facts = dict(self.used[["accuracy", "low", "high", "kappa"]]) | {"n": self.n}
        facts |= {"of": len(self.fields), "people": len(self.data[1]), "largest": self.names[0]}
        facts |= {"baseline": self.baseline}
        how = "places" if self.above else "places nobody"
        well = messages.told(how, **facts), self.enough, messages.told("held")
        return "\n\n".join([*well, self.sampled + self.proof])

    @property
    def enough(self):
        """Say how many questions the evidence asks for."""
        best, enough = self.judged.best, self.judged.enough
        top, share = (float(self.curve["accuracy"][n - 1]) for n in (best, enough))
        return messages.told("enough", best=best, top=top, enough=enough, share=share)

    @property
    def proof(self):
        """Say whether the questions are those that the segments were made of."""
        own = (self.table["by_construction"] != "no").mean()
        which = "by construction" if own == 1 else "partly" if own > 0 else "from outside"
        return messages.told(which, limit=REPEATS_FROM)

    @property
    def proof_plain(self):
        """Return the same without marks of Markdown."""
        return self.proof.replace("*", "")

    @property
    def sampled(self):
        """Say that a sample was taken, or that some cannot be placed, where that is so."""
        n = len(self.data[1])
        told = messages.told("sampled", n=n, of=self.out_of) if n < self.out_of else ""
        return told + (messages.told("silent", n=self.silent) if self.silent else "")

    @property
    def record(self):
        """Return the tool as plain data, ready for JSON."""
        found = {"questions": self.table.round(6).to_dict("records"), "told": self.told}
        found |= {"curve": self.curve.round(6).to_dict("records"), "baseline": self.baseline}
        found |= {"recall": self.recalls.round(6).to_dict("records")}
        key = self.key if isinstance(self.key, Refused) else self.key.to_dict("records")
        return found | {"rules": self.rules.round(6).to_dict("records"), "key": key}

    def _levels(self, fields):
        return tuple(len(field.answers) for field in fields)


@passes
def tool(kept, *, ask="", without=(), questions=0, seed=2017):
    """Find the few questions that place a new customer in one of the segments in use.

    Parameters
    ----------
    kept : segkit.segments.settled.Kept or Refused
        Or any object with `card` (one row per customer), `labels` (a segment each) and `needs`
        (the columns that made the segments).
    ask : str
        "criteria" asks what made the segments, "others" what neither did nor nearly repeats it, ""
        anything; or columns of the card or their beginnings, with commas.
    without : list of str
        Columns that nobody knows of a new customer, such as what came of a campaign.
    questions : int
        How many; 0 takes the smallest number within one standard error of the best.
    seed : int
        0 and more; the same seed gives the same folds.

    Returns
    -------
    Tool or Refused
        `told`, `curve`, `table`, `recalls`, `crossed`, `rules`, `key` and `record`; `placed(card)`
        places other customers. Refused with one segment, with one too small to be dealt out to
        folds, or where nothing can be asked.

    Raises
    ------
    Slip
        For a column that the card has not.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> import pandas as pd
    >>> from segkit.validation import placing
    >>> card = pd.DataFrame({"customer_id": range(60), "owns_a_car": [1, 0, 0] * 20})
    >>> labels = card["owns_a_car"].map({1: "drivers", 0: "walkers"})
    >>> found = placing.tool(SimpleNamespace(card=card, labels=labels, needs=["owns_a_car"]))
    >>> found.key
         question      answer  walkers  drivers
    0              Begin with        3        0
    1  Owns a car          no       13        0
    2  Owns a car         yes        0       16
    """
    part, made = _placeable(kept), _made(kept)
    known = [c for c in part if c not in ("customer_id", "label_", *without)]
    known = [c for c in known if not part[c].astype(str).equals(part["label_"].astype(str))]
    columns = _columns(known, made, ask)
    if part["label_"].nunique() < 2:
        return messages.refused("one segment", names=sorted(set(map(str, part["label_"]))))
    smallest = getattr(kept, "smallest_cell", 10)
    fields = asking.found(part, columns=columns, smallest=smallest)
    if not fields:
        return messages.refused("no fields", columns=columns[:12])
    settings = {"made": made, "asked": questions, "seed": seed}
    settings["silent"] = len(kept.card) - len(part)
    return _found(part, fields, settings, max(LEAST, smallest))


def _found(part, fields, settings, least):
    """Put answers and segments into an order of their own, a sample of many; then the Tool."""
    X = asking.matrix(part, fields)
    names, y = _places(part["label_"].astype(str).to_numpy(), X)
    rows = folds.arranged(X, y)
    if len(rows) > MOST_ROWS and np.bincount(y).min() >= 2:
        rows = np.sort(train_test_split(np.arange(len(rows)), train_size=MOST_ROWS,
                       stratify=y[rows], random_state=settings["seed"])[0])  # fmt: skip
        rows = folds.arranged(X, y)[rows]
    counts = np.bincount(y[rows], minlength=len(names))
    if counts.min() < least:
        few = {names[at]: int(n) for at, n in enumerate(counts) if n < least}
        told = [f"{name} ({n})" for name, n in few.items()]
        return messages.refused("too small", few=told, least=least, folds=folds.FOLDS)
    return Tool(names, fields, (X[rows], y[rows]), len(y), **settings)


def _columns(known, made, ask):
    """List the columns that may be asked."""
    if ask in ASKED:
        marks = ASKED[ask]
        return [c for c in known if made.get(c, "no") in marks]
    wanted = [name.strip() for name in ask.split(",") if name.strip()]
    found = {
        n: [c for c in known if c == n] or [c for c in known if c.startswith(n)] for n in wanted
    }
    lacking = [name for name, columns in found.items() if not columns]
    if lacking:
        raise messages.slip("no such column", lacking=lacking, known=known)
    return list(dict.fromkeys(c for columns in found.values() for c in columns))


def _placeable(kept):
    """Return the card with its labels, without those of whom no criterion is known."""
    labels = pd.Series(np.asarray(kept.labels, dtype=object), index=kept.card.index)
    part = kept.card.assign(label_=labels)[labels.notna()]
    there = [c for c in kept.needs if c in part]
    return part[part[there].notna().any(axis=1)] if there else part


def _places(labels, X):
    """Order segments by size, equal ones by what their people answer: (names, places)."""
    sizes = {name: (labels == name) for name in sorted(set(labels))}
    with np.errstate(all="ignore"):
        answers = {n: tuple(np.nansum(X[rows], axis=0).tolist()) for n, rows in sizes.items()}
    names = sorted(sizes, key=lambda name: (-sizes[name].sum(), answers[name]))
    places = {name: place for place, name in enumerate(names)}
    return names, np.array([places[label] for label in labels])


def _made(kept):
    """Tell which columns made the segments ("yes") and which nearly repeat one that did."""
    numbers = kept.card.select_dtypes(["number", "bool"]).astype(float).rank()
    own = [c for c in kept.needs if c in kept.card]
    like = {c: numbers.corrwith(numbers[c]).abs() for c in own if c in numbers}
    near = pd.DataFrame(like, index=numbers.columns).max(axis=1)
    marks = dict.fromkeys(near.index[near >= REPEATS_FROM], "nearly")
    return marks | dict.fromkeys(own, "yes")


def _readable(x, edges):
    """Replace each edge by the simplest number that parts the same people."""
    known = np.unique(x[~np.isnan(x)])
    at = np.searchsorted(known, edges)
    return np.array([scoring.simplest(known[i - 1], known[i]) for i in at])


def _answers(field, edges):
    """List the answers of a field in words; those of a number are its bands."""
    if edges is None:
        return [words for _, words in field.answers]
    if not len(edges):
        return [messages.told("any")]
    low = [field.least, *(edges + 1 if field.whole else edges)]
    ends = [*zip(low[:-1], edges, strict=True), (low[-1], None)]
    return [_band(field, first, last, place == 0) for place, (first, last) in enumerate(ends)]


def _band(field, first, last, lowest):
    """Say one band of a number: "0", "up to 21", "22 to 45", "above 270 up to 697.1"."""
    low = asking.amount(first, field)
    if last is None:
        return f"{low} or more" if field.whole else f"above {low}"
    high = asking.amount(last, field)
    if first == last:
        return high
    if lowest:
        return f"up to {high}"
    return f"{low} to {high}" if field.whole else f"above {low} up to {high}"
