"""Portraits: the segments rolled up into personas, and one card for each, as objects to look at.

Their parts are computed when they are looked at first. They take `kept`, the segmentation as
`segments.kept` returns it, and ask no more of it than its card, labels, order and features: this
room knows no approach.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from segkit.data.card import dictionary
from segkit.personas import always, merging, phrases, profiles, statements


def standing(brief, *, verdict):
    """Say in Markdown whether the segments are fit to be described, and for which goal.

    Parameters
    ----------
    brief : segkit.brief.Brief
        Its goal.
    verdict : dict
        usable, failed and sentence, as notebook 05 wrote them into `corrections.json`.

    Returns
    -------
    str
        Two paragraphs.

    Examples
    --------
    >>> from segkit import personas
    >>> from segkit.brief import Brief, Goal, Limits
    >>> brief = Brief("segment", "", Goal(sentence="Raise it."), {}, None, None, Limits())
    >>> verdict = {"usable": True, "failed": [], "sentence": "Found again."}
    >>> personas.standing(brief, verdict=verdict)
    '> **They may be used.** Found again.\\n\\nThe goal: Raise it.'
    """
    care = " with care" if verdict["failed"] else ""
    fit = f"They may be used{care}" if verdict["usable"] else "NOT CONFIRMED: hypotheses only"
    return f"> **{fit}.** {verdict['sentence']}\n\nThe goal: {brief.goal.sentence}"


@dataclass(frozen=True)
class RolledUp:
    """Segments merged into personas; `roll_up` makes it.

    `steps` are all merges, the nearest profiles first; `personas` the number of its persona
    (0, 1, …) by segment; `why` says why there are so many.
    """

    kept: object
    steps: pd.DataFrame
    personas: pd.Series
    why: str

    @property
    def merges(self):
        """Return the merges for readers, segments by their number."""
        return merging.legible(self.steps, names=self.kept.order)

    @property
    def groups(self):
        """Return the persona of every customer, in the order of the card."""
        segment = self.kept.membership["segment"].set_axis(self.kept.card.index)
        return segment.map(self.personas).astype(int)

    @property
    def told(self):
        """Say in Markdown how many personas there are and why, and number the segments."""
        numbered = (f"{place} {name}" for place, name in enumerate(self.kept.order, start=1))
        return f"**{self.why}**\n\nThe segments by number: {'; '.join(numbered)}."


def roll_up(kept, *, wanted=0):
    """Merge segments with near profiles until a team can remember them.

    Parameters
    ----------
    kept : segkit.segments.settled.Kept
        The segmentation, as `segments.kept` returned it.
    wanted : int
        Number of personas; 0 keeps three to seven by rule.

    Returns
    -------
    RolledUp
        `personas` (segment -> number of its persona), `merges` (in which order segments would
        merge, and what each merge hides), `why` and `told` in words.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> import pandas as pd
    >>> from segkit import personas
    >>> card = pd.DataFrame({"customer_id": list("abcd"), "orders_n": [1, 2, 8, 9]})
    >>> kept = SimpleNamespace(card=card, labels=list("xxyy"), order=["x", "y"], smallest_cell=1)
    >>> kept.features, kept.membership = ["orders_n"], pd.DataFrame({"segment": list("xxyy")})
    >>> personas.roll_up(kept, wanted=1).personas.to_dict()
    {'x': 0, 'y': 0}
    """
    order, heads = kept.order, kept.membership["segment"].value_counts()
    ranks = merging.profiles(kept.card, groups=kept.labels, columns=kept.features).loc[order]
    steps = merging.merges(ranks, sizes=heads)
    n, why = merging.choose(steps, wanted=wanted)
    merged = merging.groups(steps, names=order, personas_n=n)
    few = {"sizes": heads, "smallest": kept.smallest_cell}
    return RolledUp(kept, steps, merging.absorb(merged, profiles=ranks, **few), why)


@dataclass(frozen=True)
class Cards:
    """One page per persona, and the evidence behind it; `cards` makes it.

    `coverage` says by field of how many customers anything is known, and what they spend;
    `tested` holds every statement about every persona, `statements` those that may be shown
    (`built_in` ones made the segments); `sizes` name, segments, n, share and spend_share.
    """

    rolled: RolledUp
    study: object
    coverage: pd.DataFrame
    tested: pd.DataFrame
    statements: pd.DataFrame
    sizes: pd.DataFrame

    @property
    def gaps(self):
        """Put into words what is not known, or not of all: a list of field and text."""
        return profiles.unknown(self.coverage)

    @property
    def names(self):
        """Return the name by persona, most spend first."""
        return dict(zip(self.sizes["group"], self.sizes["name"], strict=True))

    @property
    def listed(self):
        """Return name, segments and customers for readers."""
        listed = self.sizes.assign(segments=self.sizes["segments"].str.join("; "))
        return listed[["name", "segments", "n"]]

    @property
    def telling(self):
        """Return the statements that tell the personas apart best, one per theme."""
        best = self.statements["condition"].isin(profiles.telling(self.statements))
        return profiles.marked(self.statements[best])

    @property
    def answers(self):
        """Answer who, what, when, where and why for every persona."""
        answers = profiles.five_w(self.statements)
        answers.insert(0, "persona", answers.pop("group").map(self.names))
        return answers

    @cached_property
    def pages(self):
        """Return every persona as plain data, for `personas.json` and `plots.personas.cards`."""
        pages = profiles.pages(self.sizes, statements=self.statements, gaps=self.gaps)
        told = self._always
        pages = [page | told[group]
                 for group, page in zip(self.sizes["group"], pages, strict=True)]  # fmt: skip
        styled = set(_rules(self.rolled.kept).get("styled", ()))
        ways = [bool(styled) and set(page["segments"]) <= styled for page in pages]
        return [{**page, **({"way_of_answering": True} if way else {})}
                for page, way in zip(pages, ways, strict=True)]  # fmt: skip

    @property
    def _always(self):
        """Tell by persona what is told of each, distinctive or not; see `always.profile`."""
        kept, unit = self.rolled.kept, {"money": self.study.currency or "money"}
        return always.profile(
            kept.card,
            groups=self.rolled.groups,
            dictionary=dictionary(kept.card).replace({"unit": unit}),
            statements=self.statements,
            smallest=self.study.smallest_cell,
        )

    @property
    def written(self):
        """Say how many personas and statements the pages hold."""
        printed = sum(len(page["statements"]) for page in self.pages)
        return f"{len(self.pages)} personas with {printed} statements"

    @property
    def leading(self):
        """Say in Markdown who were rolled up, and which persona leads: by spend or by heads."""
        top = self.sizes.iloc[0]
        n = len(self.rolled.kept.order)
        told = f"segments {n}, personas {len(self.sizes)}. *{top['name']}*"
        if np.isnan(top["spend_share"]):
            return f"{told} are the most: {top['share']:.0%} of customers."
        share = f"{top['spend_share']:.0%} of spend with {top['share']:.0%} of customers"
        return f"{told} bring most: {share}."

    @property
    def proved(self):
        """Say how many statements are distinctive, and what the rule of half would have said."""
        made, smallest = self.statements, self.study.smallest_cell
        half = made[made["share_here"] > profiles.HALF]
        return (
            f"{made['distinctive'].sum()} of {len(made)} statements are distinctive. The rule of "
            f"half would have printed {len(half)}, and {(~half['distinctive']).sum()} of those "
            f"are as common elsewhere. {made['suppressed'].sum()} rest on fewer than {smallest} "
            "customers and are hidden."
        )

    @property
    def unknown(self):
        """List in Markdown what is not known, or not about all."""
        return "".join(f"\n  - {gap['field'].capitalize()}: {gap['text']}" for gap in self.gaps)


def cards(rolled, *, study, min_lift=1.25, alpha=0.05):
    """Describe every persona by what sets it apart, each statement with its evidence.

    Parameters
    ----------
    rolled : RolledUp
        What `roll_up` returned.
    study : segkit.study.Study
        Its smallest cell, currency and type of business.
    min_lift : float
        Times as common (or as rare) as among all customers from which a trait counts, above 1.
    alpha : float
        Chance of even one false alarm among all statements, 0 to 1.

    Returns
    -------
    Cards
        `coverage` (what is known of whom), `statements` (n, share_here, share_all, lift,
        p_adjusted, distinctive), `sizes`, `listed`, `telling`, `answers` to the five questions
        and `pages`; `leading`, `proved` and `unknown` in words.

    Examples
    --------
    See notebook 06; `cards(…).names` gives the name of every persona.
    """
    kept, smallest = rolled.kept, study.smallest_cell
    meanings = dictionary(kept.card).replace({"unit": {"money": study.currency or "money"}})
    conditions = statements.conditions(kept.card, dictionary=meanings, smallest=smallest)
    limits = {"min_lift": min_lift, "alpha": alpha}
    tested = statements.about(kept.card, groups=rolled.groups, conditions=conditions, **limits)
    shown = statements.suppress(tested, smallest=smallest)
    shown = shown.assign(built_in=shown["column"].isin(kept.needs))
    known = profiles.coverage(kept.card, dictionary=meanings)
    return Cards(rolled, study, known, tested, shown, _named(rolled, shown, study))


def _named(rolled, shown, study):
    """Count the personas, name them, and list the segments in each."""
    sizes = profiles.sizes(rolled.kept.card, groups=rolled.groups)
    names = profiles.names(shown, noun=phrases.noun(study.business), order=sizes["group"])
    inside = sizes["group"].map(merging.members(rolled.personas))
    own = dict(zip(sizes["group"], inside, strict=True))
    names = {**dict(names), **_answered(own, rolled.kept), **_kept(own, rolled.kept)}
    return sizes.assign(name=sizes["group"].map(names), segments=inside)


def _answered(inside, kept):
    """Keep the names of segments that were named by answers, where a persona is one of them."""
    if "answers" not in _rules(kept):
        return {}
    return {group: own[0] for group, own in inside.items() if len(own) == 1}


def _kept(inside, kept):
    """Keep the names of personas that a kept segmentation settled, where they hold the same."""
    settled = getattr(kept, "saved", {}).get("kept", {}).get("personas", {})
    whole = {name: {s for s, called in settled.items() if called == name and s in kept.order}
             for name in settled.values()}  # fmt: skip
    found = {group: settled.get(own[0], "") for group, own in inside.items()}
    return {group: name for group, name in found.items() if whole.get(name) == set(inside[group])}


def _rules(kept):
    return getattr(kept, "saved", {}).get("definition", {}).get("rules", {})
