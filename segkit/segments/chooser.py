"""Which approach for which question: the handbook's comparison, checked against the data.

A table, not an oracle: what each approach is for, how hard it is, when to use it, and whether
the study at hand has the columns it needs.
"""

import os
import re
from dataclasses import dataclass
from functools import partial, wraps
from itertools import count

import numpy as np
import pandas as pd

from segkit.refusal import Refused
from segkit.segments import approaches, combined, corrected, messages
from segkit.segments.approaches import clusters
from segkit.segments.definition import Attempt, Definition
from segkit.segments.models import ways
from segkit.segments.naming import label
from segkit.study import Slip, StudyError

COMBINED, CORRECTED = "combined", "corrected"
MADE = {COMBINED: combined, CORRECTED: corrected}
"""Two approaches at once, and one with corrections: no choice of their own, made of others."""


BORROWED = ("five_w",)
"""Approaches that describe the segments of another one and make none."""


STRICT = "SEGKIT_STRICT"
"""The environment variable that lets an approach's own errors through, as tests want them."""


def told(function):
    """Tell an error of an approach by its name: the others go on without it.

    What the approach itself says (a StudyError, a Slip) passes; any other error becomes a
    StudyError with the name of the approach and the reason, unless SEGKIT_STRICT is set.
    """

    @wraps(function)
    def guarded(card, recipe):
        try:
            return function(card, recipe)
        except StudyError:
            raise
        except Exception as error:
            if os.environ.get(STRICT):
                raise
            raise StudyError(_stumbled(recipe, error)) from error

    return guarded


def _stumbled(recipe, error):
    """Say in words that an approach broke on these customers, and how."""
    name = recipe.approach if isinstance(recipe, Definition) else recipe
    name = name if isinstance(name, str) else name["approach"]
    how = re.sub(r"(?<!^)(?=[A-Z])", " ", type(error).__name__).lower()
    return (
        f"{name.replace('_', ' ')} was tried and broke on these customers ({how}: "
        f"{str(error).partition(chr(10))[0][:120]}). The other approaches are not touched by it"
    )


def room(approach):
    """Return the module of an approach; raises StudyError when there is none of that name."""
    return MADE.get(approach) or approaches.room(approach)


@told
def fit(card, recipe):
    """Fit the approach a recipe names; see `segments.fit`. A name alone takes all defaults."""
    if isinstance(recipe, dict) and recipe["approach"] in MADE:
        how = {name: value for name, value in recipe.items() if name != "approach"}
        return MADE[recipe["approach"]].fit(card, **how)
    return approaches.fit(card, recipe)


def searched(recipe):
    """Tell whether a recipe searches for its segments, so that their names may change.

    An approach that takes a seed does; one of rules names its segments itself. Found again on
    other customers, searched segments are matched by overlap, not by name.
    """
    if recipe["approach"] == COMBINED:
        return searched(recipe["first"]) or searched(recipe["second"])
    if recipe["approach"] == CORRECTED:
        return searched(recipe["of"])
    return "seed" in room(recipe["approach"]).ABOUT.options


def quick(approach):
    """Tell whether an approach is fitted in passing: by rules, in well under a second."""
    about = room(approach).ABOUT
    return not (about.heavy or "seed" in about.options)


def attempts(card):
    """Fit every quick approach with its defaults; returns {approach: Attempt or Refused}."""
    return {name: attempt(card, name) for name in approaches.names() if quick(name)}


def attempt(card, recipe):
    """Fit a recipe, or the approach of a name, where the card can carry it; see `segments`."""
    name = recipe if isinstance(recipe, str) else recipe["approach"]
    if why := _missing(card, name):
        return room(name).ABOUT.refused(name, why)
    try:
        definition = fit(card, recipe)
        labels = assign(card, definition)["segment"]
    except Slip:
        raise
    except StudyError as error:
        return room(name).ABOUT.refused(name, str(error))
    recipe = {"approach": recipe} if isinstance(recipe, str) else recipe
    return Attempt(card, recipe, definition, labels)


def _missing(card, approach):
    """Say what an approach would need and the card lacks, or how looking for it broke."""
    if approach in MADE:
        return ""  # what it is made of says so itself, when it is fitted
    try:
        return told(lambda card, name: approaches.missing(card, approach=name))(card, approach)
    except StudyError as error:
        return str(error)


@told
def assign(table, definition):
    """Give every row of `table` its segment; see `segments.assign`."""
    if isinstance(definition, dict):
        definition = Definition.from_dict(definition)
    definition.require(table.columns)
    return definition.by(room(definition.approach), table)


@dataclass(frozen=True)
class Options:
    """All approaches before one customer card: which can be used, and what the quick ones found.

    card: the customers; features: the criteria that may divide them; attempts: {approach:
    Attempt or Refused} of all that are fitted in passing, `options["rfm"]` one of them.
    """

    card: object
    features: list
    attempts: dict

    def __getitem__(self, approach):
        return self.attempts[approach]

    def scaled(self, stability, *, most, pairs, seed):
        """Put the criteria on one scale; the items of a battery in the way that repeats better.

        `stability` is `validation.structure.stability`; `most` the largest number of clusters
        tried, `pairs` the pairs of samples at first. Returns `models.ways.Scaled`.
        """

        def again(X, ks):
            rng = np.random.default_rng(next(seeds))
            return stability(X, clustering=clusters, ks=ks, repeats=pairs, rng=rng)

        seeds = count(seed)
        numbers = partial(clusters.numbers, most=most)
        return ways.scale(self.card, features=self.features, again=again, clustering=numbers)

    def sorted_by(self, abc_shares):
        """Say what ABC and RFM found: who brings the money, how many segments are filled.

        `abc_shares` is `abc.compare`'s table, or a Refused.
        """
        told, rfm = [], self["rfm"]
        if not isinstance(abc_shares, Refused):
            top = abc_shares.iloc[0]
            told.append(messages.told("who brings the money", top=top))
        if not isinstance(rfm, Refused):
            told.append(f"RFM fills {rfm.labels.nunique()} of 9 segments")
        return (
            "; ".join(told) or "nothing, for neither money nor dates are known of these customers"
        )

    @property
    def table(self):
        """Set the approaches side by side: what each is for, and whether it is possible here."""
        told = ("question", "use", "difficulty", "when")
        rows = [
            {
                "approach": name.replace("_", " "),
                **{what: getattr(room(name).ABOUT, what) for what in told},
                "possible": _possible(name, self),
            }
            for name in approaches.names()
        ]
        return pd.DataFrame(rows)

    def introduction(self, goal):
        """Say in Markdown what the goal is, who is told apart by what, and where to read more."""
        words = ", ".join(label(column) for column in self.features)
        told = f"**{len(self.card):,} customers**, told apart by: {words}"
        told += style(self.card, features=self.features)
        return f"> {goal.sentence}\n\n{told}\n\n{gallery()}"

    def compared(self, clusters):
        """Put clusters beside all that the quick approaches found; returns Compared."""
        found = {"clusters": clusters, **dict(reversed(self.attempts.items()))}
        return Compared({n: a for n, a in found.items() if not isinstance(a, Refused)})

    def final(self, approach, *, within, clusters, smallest):
        """Fit what goes on: one approach, or a second one inside it.

        `clusters` is the Attempt whose number the evidence chose; `smallest` the share of
        customers below which a pair of the two is folded. Returns an Attempt. Where clusters are
        refused for want of any number, the first approach goes on that the card can carry. Raises
        StudyError where it cannot carry what was asked for.
        """
        made = {"clusters": clusters}
        if approach == "clusters" and isinstance(clusters, Refused) and not self.features:
            made["clusters"] = clusters = self._first()
        recipes = {n: made[n].recipe if n in made else {"approach": n} for n in (approach, within)}
        recipe = recipes[approach]
        if within:
            pair = {"first": recipe, "second": recipes[within], "smallest": smallest}
            recipe = {"approach": COMBINED, **pair}
        elif approach in made:
            return made[approach]
        definition = fit(self.card, recipe)
        return Attempt(self.card, recipe, definition, assign(self.card, definition)["segment"])

    def _first(self):
        """Return the first quick approach that found segments of its own."""
        found = (a for n, a in self.attempts.items() if n not in BORROWED)
        first = next((a for a in found if not isinstance(a, Refused)), None)
        if first is None:
            there = ", ".join(label(c) for c in self.card.columns if c != "customer_id")
            raise messages.error("nothing to sort by", there=there)
        return first


@dataclass(frozen=True)
class Compared:
    """Several segmentations of the same customers, those that could be made: {name: Attempt}."""

    attempts: dict

    @property
    def labels(self):
        """Return one column of segments per approach, in the order of the card."""
        return pd.DataFrame({name: each.labels for name, each in self.attempts.items()})

    @property
    def definitions(self):
        """Return {name: definition as plain data}."""
        return {name: each.definition.to_dict() for name, each in self.attempts.items()}

    def agreed(self, agreement):
        """Say in words which two approaches agree most, and which are the most apart.

        `agreement` has a, b and adjusted_rand (1 = the same segments, 0 = chance), a row per pair.
        An approach that borrows its segments agrees with its lender by making: not counted.
        """
        if isinstance(agreement, Refused):
            return "there is no other approach to compare with"
        own = ~agreement[["a", "b"]].isin(BORROWED).any(axis=1)
        agreement = agreement[own] if own.any() else agreement
        ranked = agreement.sort_values("adjusted_rand", kind="stable")
        near, far = (
            f"{pair['a']} and {pair['b']}".replace("_", " ") + f" ({pair['adjusted_rand']:.2f})"
            for pair in (ranked.iloc[-1], ranked.iloc[0])
        )
        told = f"closest are {near}"
        if len(agreement) == 1:
            return told
        return f"{told}, furthest apart {far}"


def options(card, *, criteria):
    """Look which approaches a customer card can carry, and try the quick ones; see `segments`."""
    chosen = criteria.loc[criteria["role"] == "segment", "column"]
    features = [column for column in chosen if column in card.columns]
    return Options(card, features, attempts(card))


def gallery():
    """Link in Markdown to the short notebook of every approach."""
    links = [f"[{name.replace('_', ' ')}](approaches/{name}.ipynb)" for name in approaches.names()]
    return f"Each has a short notebook of its own: {', '.join(links)}."


def style(card, *, features):
    """Say in Markdown whether one way of answering dominates a set of marks; else empty.

    Where every mark goes up and down with every other (mean correlation of `STYLE` or more, none
    clearly below zero), people differ first of all in how high they mark anything, and segments
    will be the high and the low markers.
    """
    marks = card[list(features)].corr(method="spearman").to_numpy()
    pairs = marks[np.triu_indices(len(marks), 1)]
    if len(features) < 3 or not len(pairs) or not (pairs.mean() >= STYLE and pairs.min() > 0):
        return ""
    return messages.told("one answer style", rank=pairs.mean())


STYLE = 0.5
"""Mean correlation between criteria from which one style of answering dominates."""


def _possible(name, options):
    """Say "yes", or in few words why an approach cannot be used on this card."""
    about, card, tried = room(name).ABOUT, options.card, options.attempts.get(name)
    lacks = approaches.lacking(card, approach=name)
    if lacks and about.own:
        return f"not here: {approaches.elsewhere(name)}"
    if lacks:
        return f"no: {', '.join(label(column) for column in lacks)} not known"
    if isinstance(tried, Refused):
        return f"no: {_first_sentence(tried.why.partition(':* ')[2])}"
    if why := _missing(card, name):
        return f"no: {_first_sentence(why)}"
    if "features" in about.options and len(options.features) < 2:
        return "hardly: fewer than two criteria"
    return (
        "yes" if tried is not None or name == "clusters" else "not tried here, for it takes longer"
    )


def _first_sentence(text):
    return re.split(r"[.;:] |\.$", text, maxsplit=1)[0]
