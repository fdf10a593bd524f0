"""Weighing: candidates, the evidence on them, and the short list, as objects to look at.

Idea: a reader who skips the tables still gets each finding once, in words, computed from the
same numbers. Parts that cost time are computed when they are looked at. Refuses: relevance where
there is no learning period, and to call a short list strong that was filled for want of evidence.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from segkit.brief import Brief
from segkit.criteria import bits, choice, levels, messages
from segkit.criteria.choice import Rules, label
from segkit.criteria.similarity import association
from segkit.data.card import batteries
from segkit.refusal import Refused, passes

FEW = "Fewer than two criteria can be compared, so there is nothing to show here."
MOST = 16
"""Candidates at most whose likeness is shown."""


@dataclass(frozen=True)
class Candidates:
    """What is on the card; `candidates` makes it.

    `table` has column, family, meaning, kind ("number" or "category"), coverage (0 to 1),
    values_n, customers_n, reach, reachable, own_past.
    """

    table: pd.DataFrame
    card: pd.DataFrame
    brief: Brief

    def told(self, *, min_coverage):
        """Say in Markdown how many there are, and which are known for too few customers."""
        partly = self.table.loc[self.table["coverage"] < min_coverage, "column"].tolist()
        rare = f" ({', '.join(map(label, partly))})" if partly else ""
        as_of = self.brief.day(self.brief.learn)
        day = f"As of **{as_of}** the card" if as_of else "The card"
        return (
            f"{day} holds **{len(self.table)} candidates**; {len(partly)} of them "
            f"are known for too few customers to divide them{rare}."
        )


def candidates(card, *, dictionary, brief):
    """List what is on the card as criteria that could divide customers.

    Parameters
    ----------
    card : pandas.DataFrame
        One row per customer: customer_id and any columns.
    dictionary : pandas.DataFrame
        column, family, meaning, coverage (0 to 1); a column it does not know gets family
        "unknown" and its own coverage.
    brief : segkit.brief.Brief
        Its goal names the KPI's own past, its limits the share that must be reachable.

    Returns
    -------
    Candidates
        `.table` one row per column. A share counts as known from three orders on; reachable =
        known for enough customers, by a family that is in our records or was told (of a list,
        any family).

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import criteria
    >>> from segkit.brief import Brief, Goal, Limits, Period
    >>> may = Period("May", "2024-05-01", "2024-06-01")
    >>> brief = Brief("segment", "", Goal(kpi="repeat_rate"), {}, may, may, Limits())
    >>> card = pd.DataFrame({"customer_id": ["a", "b"], "orders_n": [1, 2]})
    >>> words = pd.DataFrame({"column": ["orders_n"], "family": "behavioural", "meaning": ""})
    >>> words["coverage"] = 1.0
    >>> criteria.candidates(card, dictionary=words, brief=brief).table["reachable"].tolist()
    [True]
    """
    return Candidates(choice.described(card, dictionary=dictionary, brief=brief), card, brief)


@dataclass(frozen=True)
class Evidence:
    """What each candidate tells about the goal and about the others; `evidence` makes it.

    Look at its parts one by one; each is computed when it is looked at first. `judged` (one row
    per candidate), `told` (in words), `similar` (square table, 0 to 1), `leaders` (one for each
    group of twins), `telling` (what a figure of likeness shows), `beyond` and `added` (what each
    leader adds to the others: adjusted p).
    """

    candidates: Candidates
    outcome: pd.DataFrame | Refused
    rules: Rules
    seed: int = 2017

    @property
    def brief(self):
        """Return the brief that names the goal."""
        return self.candidates.brief

    @property
    def rng(self):
        """Return a fresh generator: each part is the same whichever is looked at first."""
        return np.random.default_rng(self.seed)

    @cached_property
    def judged(self):
        """Return the candidates with relevance (bits), the reach of luck, and the KPI's span."""
        table, card = self.candidates.table, self.candidates.card
        if isinstance(self.outcome, Refused):
            blank = table.assign(known_n=0, **dict.fromkeys(choice.JUDGED, np.nan), relevant=False)
            listed = self.brief.goal.kpi is None
            return choice.prominence(blank, similar=self.similar) if listed else blank
        found = bits.relevance(card, outcome=self.outcome, rules=self.rules, rng=self.rng)
        spans = levels.spans(card, outcome=self.outcome, goal=self.brief.goal)
        return table.merge(found.merge(spans, on="column"), on="column", how="left")

    @cached_property
    def batteries(self):
        """List the item batteries of a list without orders, the largest first; often none."""
        if not self.candidates.table["listed"].all():
            return []
        came = choice.aftermath(list(self.candidates.table["column"]))
        return batteries(self.candidates.card.drop(columns=came))

    @cached_property
    def similar(self):
        """Return how alike any two columns of the card are, 0 to 1."""
        return association(self.candidates.card, rng=self.rng)

    @cached_property
    def leaders(self):
        """Return the candidates that could divide customers, the most telling first."""
        return choice.leaders(self.judged, similar=self.similar, rules=self.rules)

    @property
    def telling(self):
        """Return the columns that tell something, or lead where nothing does; Refused below two."""
        relevant = self.judged[self.judged["relevant"]].nlargest(MOST, "relevance")
        columns = relevant["column"].tolist() or self.leaders[:MOST]
        return columns if len(columns) > 1 else Refused(FEW)

    @cached_property
    def beyond(self):
        """Return what each leader tells beyond each other one: adjusted p, or Refused."""
        if len(self.leaders) < 2:
            return Refused(FEW)
        settings = {"permutations": self.rules.permutations, "rng": self.rng}
        asked = {"outcome": self.outcome, "columns": self.leaders, **settings}
        return bits.beyond(self.candidates.card, **asked)

    @property
    def added(self):
        """Return `beyond` for readers: what each leader adds to the first five."""
        return _readable(self.beyond, first=5)

    @property
    def told(self):
        """Say in Markdown how many candidates tell more about the KPI than luck, and where."""
        if isinstance(self.outcome, Refused):
            return self.outcome
        return (
            f"{int(self.judged['relevant'].sum())} of {len(self.judged)} candidates tell more "
            f"about {self.brief.goal.label} than luck can, judged on "
            f"**{self.brief.learn.label}** with {len(self.outcome):,} customers."
        )


def evidence(candidates, *, outcome, rules, seed):
    """Weigh what every candidate tells about the goal, and what candidates share.

    Parameters
    ----------
    candidates : Candidates
        What `candidates` returned.
    outcome : pandas.DataFrame or Refused
        customer_id, outcome: what `goals.outcome` returned for the learning period.
    rules : Rules
        What a criterion must show.
    seed : int
        For shuffles and samples.

    Returns
    -------
    Evidence
        Its parts can be looked at one by one: judged, told, similar, leaders, telling, added.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import criteria
    >>> from segkit.brief import Brief, Goal, Limits, Period
    >>> may = Period("May", "2024-05-01", "2024-06-01")
    >>> brief = Brief("segment", "", Goal(kpi="repeat_rate"), {}, may, may, Limits())
    >>> card = pd.DataFrame({"customer_id": range(200), "orders_n": [1, 9] * 100})
    >>> outcome = card[["customer_id"]].assign(outcome=[0, 1] * 100)
    >>> words = pd.DataFrame({"column": ["orders_n"], "family": "behavioural", "meaning": ""})
    >>> possible = criteria.candidates(card, dictionary=words.assign(coverage=1.0), brief=brief)
    >>> found = criteria.evidence(possible, outcome=outcome, rules=criteria.Rules(), seed=1)
    >>> found.judged["relevance"].tolist()
    [1.0]
    """
    return Evidence(candidates, outcome, rules, seed)


@passes
def luck(card, *, dice, outcome, rules, seed):
    """Say how many dice seem to matter, judged one by one and all together.

    Parameters
    ----------
    card : pandas.DataFrame
        One row per customer, with customer_id.
    dice : int
        Dice thrown for each customer: candidates that are pure luck.
    outcome : pandas.DataFrame or Refused
        customer_id, outcome.
    rules : Rules
        Shuffles and accepted risk.
    seed : int
        For the dice and the shuffles.

    Returns
    -------
    str or Refused
        Two sentences.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import criteria
    >>> card = pd.DataFrame({"customer_id": range(90)})
    >>> outcome = card.assign(outcome=[0, 1, 1] * 30)
    >>> criteria.luck(card, dice=20, outcome=outcome, rules=criteria.Rules(), seed=1)[-54:]
    'Judged against the luckiest die of each shuffle, 0 do.'
    """
    thrown = bits.dice(card, count=dice, rng=np.random.default_rng([seed, 1]))
    found = bits.relevance(thrown, outcome=outcome, rules=rules, rng=np.random.default_rng(seed))
    alone = int((found["relevance_p"] <= rules.alpha).sum())
    return (
        f"Judged one by one, {alone} of {len(found)} dice seem to matter. Judged against the "
        f"luckiest die of each shuffle, {int(found['relevant'].sum())} do."
    )


@dataclass(frozen=True)
class ShortList:
    """The criteria that divide customers, and why the others do not; `short_list` makes it.

    `table` has every candidate with its role (segment, describe, drop) and reason, those that
    divide customers first.
    """

    table: pd.DataFrame
    evidence: Evidence

    @property
    def names(self):
        """Return the columns that divide customers, the most telling first."""
        return self.table.loc[self.table["role"] == "segment", "column"].tolist()

    @property
    def nothing(self):
        """Refuse with the reason why no column divides the customers of a list."""
        return Refused(choice.nothing(self.evidence.judged, self.evidence.rules))

    @property
    def is_weak(self):
        """Tell whether the short list had to be filled with the basics."""
        return bool(self.table["reason"].str.startswith("the basics").any())

    @property
    def told(self):
        """Say in Markdown which criteria divide the customers, and whether evidence is weak."""
        if not self.names:
            return self.nothing
        if self.evidence.batteries:
            return self._battery
        weak = " **The evidence is weak**: too few criteria passed, so the basics were taken."
        names = ", ".join(map(label, self.names))
        return f"{len(self.names)} divide customers: {names}.{weak if self.is_weak else ''}"

    @property
    def most(self):
        """Return how many criteria may divide customers: a battery is used whole."""
        return max(self.evidence.rules.max_criteria, len(choice.BASICS), self._items)

    @property
    def _items(self):
        return max((len(battery.columns) for battery in self.evidence.batteries), default=0)

    @property
    def _battery(self):
        """Say which battery divides the customers, and how it was answered."""
        first, *others = self.evidence.batteries
        own = first.answered(self.evidence.candidates.card)
        return messages.told(
            "one battery",
            told=first.told,
            n=int((own["n"] > 0).sum()),
            partly_n=int(own["n"].between(1, len(first.columns) - 1).sum()),
            same_n=int(((own["spread"] == 0) & (own["n"] > 1)).sum()),
            others="".join(f" Another battery ({other.told}) describes." for other in others),
        )

    @property
    def judged(self):
        """Return the table, or Refused where no period could judge relevance."""
        outcome = self.evidence.outcome
        return outcome if isinstance(outcome, Refused) else self.table

    @property
    def steps(self):
        """Return {column: the KPI along its groups}, or Refused without a learning period."""
        card, outcome = self.evidence.candidates.card, self.evidence.outcome
        asked = {"outcome": outcome, "goal": self.evidence.brief.goal}
        steps = {name: levels.groups(card, column=name, **asked) for name in self.names}
        return outcome if isinstance(outcome, Refused) else steps

    @property
    def readable(self):
        """Return the list for readers: criterion, family, known, bits, adjusted p, reason."""
        table = self.table[self.table["role"] == "segment"]
        if table.empty:
            return self.nothing
        three = {"relevance": "bits", "relevance_p_adjusted": "adjusted p"}
        shown = table.assign(
            criterion=table["column"].map(label),
            known_for=table["coverage"].map("{:.0%}".format),
            **{n: table[n].map("{:.3f}".format, na_action="ignore") for n in three},
        ).rename(columns={**three, "known_for": "known for"})
        columns = ["criterion", "family", "known for", "bits", "adjusted p", "reason"]
        unjudged = ["bits", "adjusted p"] if table["relevance"].isna().all() else []
        return shown[columns].drop(columns=unjudged)

    @property
    def rest(self):
        """Return the candidates that do not divide customers, for readers."""
        rest = self.table.loc[self.table["role"] != "segment"]
        shown = rest.assign(criterion=rest["column"].map(label))
        return shown[["criterion", "family", "role", "reason"]]

    @property
    def title(self):
        """Count the candidates that do not divide customers, as the head of `rest`."""
        n = self.table["role"].value_counts().reindex(["describe", "drop"], fill_value=0)
        return f"Not in the short list: {n['describe']} may describe, {n['drop']} are dropped"


def short_list(evidence):
    """Shorten the candidates to the few that divide customers for this goal.

    Parameters
    ----------
    evidence : Evidence
        What `evidence` returned.

    Returns
    -------
    ShortList
        `.names` in order, `.table` with a role and a reason for every candidate, `.readable` and
        `.rest` for readers, `.told` in words. With fewer than two that pass, the next most
        telling ones and then the basics (when last, how often, how much) are added, and said so.

    Raises
    ------
    StudyError
        When the card of orders holds no number that differs between customers. A list may have
        none: nothing divides it then, and its parts that would say how are refused.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import criteria
    >>> from segkit.brief import Brief, Goal, Limits, Period
    >>> may = Period("May", "2024-05-01", "2024-06-01")
    >>> brief = Brief("segment", "", Goal(kpi="repeat_rate"), {}, may, may, Limits())
    >>> card = pd.DataFrame({"customer_id": range(200), "orders_n": [1, 9] * 100})
    >>> outcome = card[["customer_id"]].assign(outcome=[0, 1] * 100)
    >>> words = pd.DataFrame({"column": ["orders_n"], "family": "behavioural", "meaning": ""})
    >>> possible = criteria.candidates(card, dictionary=words.assign(coverage=1.0), brief=brief)
    >>> found = criteria.evidence(possible, outcome=outcome, rules=criteria.Rules(), seed=1)
    >>> criteria.short_list(found).told
    '1 divide customers: orders.'
    """
    parts = {name: getattr(evidence, name) for name in ("similar", "beyond", "rules", "batteries")}
    table = choice.choose(evidence.judged, **parts)
    return ShortList(table, evidence)


@passes
def _readable(beyond, *, first):
    front = list(beyond.columns[:first])
    shown = beyond[front].map("{:.3f}".format)
    for column in front:
        shown.loc[column, column] = "–"
    shown = shown.rename(index=label, columns=lambda column: f"given {label(column)}")
    return shown.rename_axis("criterion").reset_index()
