"""Findings: what was seen of a segmentation, one object per question, before it is judged.

Is there anything to find (`signs`)? Does each segment come back (`recurrence`)? Would the same
recipe have found them before the answer was known (`backtest`), and do they behave differently
(`response`)? Each takes `kept`, the segmentation as `segments.kept` returns it, and asks no more of
it than its labels, its features on a common scale and how to repeat it: this room knows no
approach. What cannot be looked at is a Refused, and so is all that follows from it.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from segkit.brief import UNITS
from segkit.data.reports import periods
from segkit.markdown import inert
from segkit.refusal import Refused, passes
from segkit.study import StudyError
from segkit.validation import behaviour, experiments, indices, recurring, structure
from segkit.validation.pages import Seen, shown
from segkit.validation.solutions import Solutions, Varied, cloud, solve

LONGER = 2
"""So many times as many pairs are drawn at most where the answer for a segment is not settled."""
SLOWER = 5
"""Rules are repeated on a card, not on a matrix: a fifth of the pairs that clusters get."""


class Spoken:
    """What shows itself, at the end of a cell, as the sentences `told`."""

    def __repr__(self):
        return self.told

    def _repr_markdown_(self):
        return inert(self.told)


@dataclass(frozen=True, repr=False)
class Signs(Spoken):
    """Whether there are groups where the segments in use are; `signs` makes it."""

    kept: object
    asked: indices.Asked
    evidence: pd.DataFrame | Refused
    gaps: pd.DataFrame | Refused
    solutions: Solutions | Refused
    classes: pd.DataFrame | Refused

    @property
    def in_use(self):
        """Return the number of segments in use."""
        return len(self.kept.order)

    def beside(self, recurrence):
        """Put everything that speaks for or against the segments on one page; see `pages`."""
        again = recurrence.table
        seen = Seen(self.asked, again, self.solutions, self.gaps, self.classes)
        return shown(seen.page(k=self._searched, limits=recurrence.limits))

    @property
    def _searched(self):
        """Return the number of segments searched for: those without any answer are none of them."""
        known = not isinstance(self.solutions, Refused)
        return self.solutions.in_use if known else self.in_use

    @property
    def shadows(self):
        """Return the mean shadow of each segment by name; see `structure.shadow`."""
        shadows = structure.shadow(self.kept.matrix, self.kept.labels.codes)
        return pd.Series(shadows).groupby(np.asarray(self.kept.labels)).mean()

    @property
    def similarity(self):
        """Return how near everybody is to each segment: (customers, segments), 0 to 1."""
        centres = structure.means(self.kept.matrix, self.kept.labels.codes)
        return structure.similarity(self.kept.matrix, centres)

    @cached_property
    def judged(self):
        """Judge the segments in use, made by the method in use: structure, criterion, sentence."""
        found = self.asked.judged
        told = {**found, "k": self.in_use, "approach": self.kept.saved["approach"]}
        sentence = structure.TOLD["decided"].format(**told)
        if self.kept.clustered and (still := self.kept.saved.get("k_open")):
            sentence += f"; {still}"
        return {**found, "sentence": sentence}

    @property
    def kind(self):
        """Name the structure: natural, reproducible, constructive, none or undecided."""
        return self.judged["structure"]

    @property
    def sentence(self):
        """Say what kind of structure the segments in use have, what decided, and what is open."""
        return self.judged["sentence"]

    @property
    def told(self):
        """Say the sentence, and how often was asked."""
        return f"{self.sentence}. Asked {len(self.asked.rounds)} times."


def signs(kept, *, most, repeats, seed):
    """Look for groups among the customers, where the segments in use are and at other numbers.

    Parameters
    ----------
    kept : segkit.segments.settled.Kept
        The segmentation, as `segments.kept` returned it.
    most : int
        The largest number of clusters tried.
    repeats : int
        Least rounds of samples, halves and structureless data; up to 24 times as many, until the
        verdict is settled. Four times at most for segments made by rules or answers.
    seed : int
        The same seed gives the same numbers; another should give the same verdict.

    Returns
    -------
    Signs or Refused
        `page` (every criterion beside structureless data), `similarity`, `kind`, `sentence`; for
        clusters also `evidence` (one row per number of clusters, beside clouds) and `gaps`. Refused
        where no number tells customers apart.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> import numpy as np
    >>> from segkit import validation
    >>> from segkit.segments.approaches import clusters
    >>> X = np.repeat([[0.0, 0.0], [9.0, 9.0]], 30, axis=0)
    >>> X = X + np.random.default_rng(1).normal(size=X.shape)
    >>> kept = SimpleNamespace(matrix=X, clustering=clusters, order=["a", "b"], clustered=True)
    >>> kept.labels, kept.saved = np.repeat(["a", "b"], 30), {"approach": "clusters"}
    >>> kept.varied, kept.likelihoods = (X, np.arange(60), clusters), lambda most, seed: None
    >>> validation.signs(kept, most=3, repeats=3, seed=1).kind
    'natural'
    """
    if isinstance(kept.matrix, Refused):
        return kept.matrix
    rng = np.random.default_rng(seed)
    if not kept.clustered:
        asked = indices.ask(_by_recipe(kept), least=repeats, most=4 * repeats, rng=rng)
        told = structure.TOLD["made by rule"].format(approach=kept.saved["approach"])
        found = Refused(told), Refused(told)
    else:
        asked = indices.ask(_by_clustering(kept), least=repeats, most=24 * repeats, rng=rng)
        how = {"clustering": kept.clustering, "most": most, "repeats": repeats, "rng": rng}
        found = structure.beside_clouds(kept.matrix, **how)
    classes = kept.likelihoods(most=most, seed=seed)
    return Signs(kept, asked, *found, _solutions(kept, most, rng), classes)


def _solutions(kept, most, rng):
    """Follow the segments in use through solutions with fewer and more of them."""
    if isinstance(kept.varied, Refused):
        return kept.varied
    X, rows, clustering = kept.varied
    some = structure.sampled(np.arange(len(X)), rng=rng)
    X, labels = X[some], np.asarray(kept.labels)[rows[some]]
    order = [name for name in kept.order if name in set(labels)]
    chance = cloud(X) if clustering is kept.clustering else None
    return solve(Varied(X, clustering, chance), labels, order=order, most=most, rng=rng)


def _by_clustering(kept):
    """Return clusters as a Subject: the same number, looked for again."""
    some = structure.standing(len(kept.matrix))
    labels, k = np.asarray(kept.labels)[some], len(kept.order)
    return indices.clustered(kept.matrix[some], labels, clustering=kept.clustering, k=k)


def _by_recipe(kept):
    """Return segments of rules or answers as a Subject: the same recipe, followed again."""
    part = kept.of(structure.standing(len(kept.labels)))

    def null(rng):
        try:
            none = part.shuffled(rng)
        except StudyError:
            return None
        return indices.Subject(none.matrix, np.asarray(none.labels), none.refit)

    return indices.Subject(part.matrix, np.asarray(part.labels), part.refit, null)


@dataclass(frozen=True)
class Recurrence:
    """How well each segment came back from other samples; `recurrence` makes it.

    limits: the overlaps from which a segment is stable, and from which it is a pattern.
    """

    table: pd.DataFrame
    limits: tuple = (recurring.STABLE, recurring.PATTERN)

    @cached_property
    def answers(self):
        """Return what each segment's overlap says; see `recurring.answers`."""
        return recurring.answers(self.table, limits=self.limits)

    @property
    def overlaps(self):
        """Return the mean overlap (Jaccard, 0 to 1) by segment."""
        return self.table.groupby("segment")["jaccard"].mean()

    @property
    def weakest(self):
        """Say which segment comes back least."""
        overlap = self.overlaps
        least = f'the least stable segment, "{overlap.idxmin()}"'
        return f"{least}, comes back with an overlap of {overlap.min():.2f}"


def recurrence(kept, *, pairs, seed, limit=recurring.PATTERN):
    """Look for each segment again in pairs of samples of the customers, until that is settled.

    Parameters
    ----------
    kept : segkit.segments.settled.Kept
        The segmentation.
    pairs : int
        Least pairs of samples, up to twice as many until each segment's mean lies three
        standard errors from both limits; segments made by rules or answers get a fifth of them.
    seed : int
        The same seed gives the same samples.
    limit : float
        Least overlap that the brief asks for, 0 to 1.

    Returns
    -------
    Recurrence
        `table` (segment, repeat, jaccard and drawn from 0 to 1), `overlaps` (the mean jaccard by
        segment), `answers` (pass, doubt, fail or undecided) and `weakest`. At least .75 is stable,
        below `limit` is not to be trusted.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> import numpy as np
    >>> from segkit import validation
    >>> spend = np.arange(40.0)
    >>> kept = SimpleNamespace(labels=np.where(spend > 20, "high", "low"), clustered=False)
    >>> kept.refit = lambda rows, rng: np.where(spend > 20, "high", "low")
    >>> validation.recurrence(kept, pairs=10, seed=1).overlaps.to_dict()
    {'high': 1.0, 'low': 1.0}
    """
    least = {True: pairs, False: max(pairs // SLOWER, 2)}[kept.clustered]
    how = {"limits": (max(recurring.STABLE, limit), limit), "rounds": (least, LONGER * least)}
    rng = np.random.default_rng(seed)
    table = recurring.settled(kept.labels, refit=kept.refit, rng=rng, **how)
    return Recurrence(table, how["limits"])


@dataclass(frozen=True, repr=False)
class BackTest(Spoken):
    """The same recipe at an earlier date, under the names of today; `backtest` makes it."""

    kept: object
    then: pd.DataFrame
    both: pd.DataFrame
    moved: pd.DataFrame
    period: object = None
    card: object = None
    """What was known of the customers then."""

    @property
    def customers(self):
        """Return the ids of the customers who were known then."""
        return self.then["customer_id"]

    @property
    def told(self):
        """Say in Markdown how far the two recipes agree, and how many customers moved since."""
        agreed = structure.adjusted_rand(self.both["then"], self.both["now"])
        same, stayed = ((each["then"] == each["now"]).mean() for each in (self.both, self.moved))
        return (
            f"Made then or made now, the recipe puts **{same:.0%}** of {len(self.both):,} "
            f"customers in the same segment (adjusted Rand {agreed:.2f}). Since then "
            f"{1 - stayed:.0%} of them moved to another, as customers do."
        )


def backtest(kept, then, *, period):
    """Compare the segments of an earlier date with those of today, on the customers of then.

    Parameters
    ----------
    kept : segkit.segments.settled.Kept
        The segmentation of today.
    then : segkit.segments.Attempt or Refused
        What `kept.again(card)` found on the card of the first day of the period.
    period : segkit.brief.Period or Refused
        The period to judge by, `brief.test`.

    Returns
    -------
    BackTest or Refused
        `then` (customer_id, segment by the names of today), `both` (customer_id, then, now),
        `customers` and `told`, its sentence.

    Examples
    --------
    >>> from segkit import validation
    >>> from segkit.refusal import Refused
    >>> validation.backtest("kept", "then", period=Refused("No period is over yet."))
    Refused('No period is over yet.')
    """
    if isinstance(period, Refused):
        return period
    if isinstance(then, Refused):
        why = f"*No back-test: as of {period.start}, before the answer was known.* {then.why}"
        return Refused(why)
    by_today = kept.on(then.card)
    found = then.members[["customer_id", "segment"]]
    renamed, both = structure.carry_names(found, now=by_today, by_overlap=kept.searched)
    _, moved = structure.carry_names(by_today, now=kept.membership, by_overlap=False)
    return BackTest(kept, renamed, both, moved, period, then.card)


@dataclass(frozen=True, repr=False)
class Response(Spoken):
    """What each segment of then did later, and how sure that is; `response` makes it."""

    answers: pd.DataFrame
    judged: pd.DataFrame
    table: pd.DataFrame
    differ: dict
    goal: object
    alpha: float
    shaky: str = ""
    backtest: object = None
    seed: int = 0

    @property
    def told(self):
        """Say in Markdown whether the segments differ, and how many a test would need."""
        return f"**Together:** {self.differ['reason']}. {self.needed} {self.shaky}".rstrip()

    @property
    def mean(self):
        """Return the mean outcome of all customers together."""
        return self.judged["outcome"].mean()

    @property
    def worth(self):
        """Return the smallest difference worth acting on: the change that the goal asks for."""
        return worth_acting(self.goal)

    @property
    def needed(self):
        """Say how many customers an A/B test of the goal's change needs."""
        return experiments.needed(self.judged["outcome"], goal=self.goal, alpha=self.alpha)

    @property
    def lesson(self):
        """Say how far apart the segments lie, and whether that is more than chance."""
        means = self.judged.groupby("segment")["outcome"].mean()
        low, high = self.goal.shown(means.min()), self.goal.shown(means.max())
        return f"{self.goal.label} runs from {low} to {high}; {self.differ['reason']}"

    @property
    def kept(self):
        """Return the segmentation of today."""
        return self.backtest.kept

    def behaviour(self, tables, *, economics):
        """Compare what else the segments of then did in the period: a `behaviour.Behaviour`.

        `economics`: what the study gives of the cost of serving, see `segkit.study.Economics`.
        """
        tested = self.backtest
        did = periods.behaviour(tables, period=tested.period, customers=tested.customers)
        costs = {"orders_n": economics.delivery_cost, "contacts_n": economics.contact_cost}
        return behaviour.Behaviour(did.merge(tested.then, on="customer_id"), self, costs)

    @property
    def formats(self):
        """Return how `leak` is written: as shares or as means."""
        return dict.fromkeys(("lowest", "highest", "spread"), UNITS[self.goal.unit].exact)

    def leak(self, membership):
        """Compare the spread of segments made before the answers with that of later ones.

        `membership`: customer_id, segment of a card that has seen the answers. Returns segments,
        lowest, highest, spread, in the unit of the outcome.
        """
        seen = self.answers.merge(membership, on="customer_id")
        made = {"made before (honest)": self.judged, "made after (leaks)": seen}
        return experiments.spreads(made)


@passes
def response(answers, *, backtest, goal, alpha, seed):
    """Judge the segments of then by what their customers did later.

    Parameters
    ----------
    answers : DataFrame or Refused
        customer_id, outcome, as `goals.outcome` returned it.
    backtest : BackTest or Refused
        The segments of before the period.
    goal : segkit.brief.Goal
        Whose KPI was measured.
    alpha : float
        Chance of a false alarm, for all segments together, 0 to 1.
    seed : int
        The same seed gives the same intervals.

    Returns
    -------
    Response or Refused
        `table` (one row per segment: n, outcome_mean, low, high, p_holm, label), `mean` of all,
        `needed`, `lesson` and `leak(membership)`.

    Examples
    --------
    >>> from segkit import validation
    >>> from segkit.refusal import Refused
    >>> none = Refused("No period is over yet.")
    >>> validation.response(none, backtest=none, goal=None, alpha=0.05, seed=1).table
    Refused('No period is over yet.')
    """
    kept, rng = backtest.kept, np.random.default_rng(seed)
    judged = answers.merge(backtest.then, on="customer_id")
    asked = {"smallest": kept.smallest_cell, "rng": rng}
    tests = experiments.against_rest(judged, names=kept.order, **asked)
    table = experiments.labelled(tests, alpha=alpha, worth=worth_acting(goal))
    differ = experiments.heterogeneity(judged, **asked)
    shaky = experiments.shaky(judged, rng=rng)
    return Response(answers, judged, table, differ, goal, alpha, shaky, backtest, seed)


def worth_acting(goal):
    """Return the smallest difference worth acting on: the change the goal asks for, 0 without."""
    return abs((goal.target or 0) - (goal.baseline or 0))
