"""What was settled in notebook 04, in the form in which later rooms look at it.

The segments of today, the recipe that made them, the columns in which they differ, and the two
ways to use them elsewhere: put other customers into the same segments (`on`), or look for them
again with the same recipe (`again`, `refit`). A judge of segments asks for no more than this, so
he need not know which approach made them.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from segkit.refusal import Refused
from segkit.segments import chooser, messages
from segkit.segments import corrected as corrections
from segkit.segments.approaches import clusters
from segkit.segments.definition import membership
from segkit.segments.models import latent, questions
from segkit.study import StudyError


@dataclass(frozen=True, repr=False)
class Kept:
    """The segmentation that goes on: card, membership and what `segments.json` holds."""

    card: object
    membership: object
    saved: dict
    smallest_cell: int = 10
    found: object = None
    """The segmentation as notebook 04 found it, where it was corrected since."""

    def __repr__(self):
        return f"Kept({self.saved['approach']}: {', '.join(self.order)})"

    @property
    def order(self):
        """Return the names of the segments that hold customers, in their order."""
        return self.saved["order"]

    @property
    def features(self):
        """Return the columns in which distances between segments are told."""
        return self.saved["features"]

    @property
    def needs(self):
        """Return the columns without which nobody can be put into a segment."""
        return self.saved["definition"]["columns"]

    @property
    def recipe(self):
        """Return what has to be repeated to find the segments again."""
        return self.saved["recipe"]

    @property
    def clustered(self):
        """Tell whether clusters were searched for; rules and corrections make others."""
        return self.saved["approach"] == "clusters"

    @property
    def searched(self):
        """Tell whether repeating the recipe may name the same segments otherwise."""
        return chooser.searched(self.recipe)

    @property
    def out(self):
        """Return the segments that a correction took out of focus."""
        return self.saved["definition"]["rules"].get("out", [])

    @cached_property
    def labels(self):
        """Return the segment of every customer of the card: a Categorical in the order."""
        return pd.Categorical(self.membership["segment"], categories=self.order, ordered=True)

    @property
    def shares(self):
        """Return the share of the customers (0 to 1) by segment, in the order."""
        return pd.Series(self.labels).value_counts(normalize=True).reindex(self.order)

    @cached_property
    def matrix(self):
        """Return the features on a common scale: (customers, features), Refused without any."""
        if not self.features:
            return Refused(messages.told("no distances"))
        items = self.recipe.get("items", "")
        scales = clusters.scaling(self.card, features=self.features, items=items)
        return clusters.prepare(self.card, scales)

    @cached_property
    def answers(self):
        """Return what latent classes were made of: codes of everybody's answers, −1 = none."""
        asked = self.saved["definition"]["rules"].get("questions", [])
        if not asked:
            return Refused(messages.told("no likelihood"))
        return questions.codes(self.card, asked)

    @property
    def varied(self):
        """Return what is made again with another number of segments: matrix, rows, clustering.

        A Refused where the number follows from the rules.
        """
        if self.clustered:
            return self.matrix, np.arange(len(self.labels)), clusters
        if isinstance(self.answers, Refused):
            return Refused(messages.told("number by rule", approach=self.saved["approach"]))
        told = np.flatnonzero((self.answers >= 0).any(axis=1))
        return self.answers[told], told, latent

    def likelihoods(self, *, most, seed):
        """Return AIC, BIC, SABIC, ICL, entropy and starts that agree for 1 to `most` classes.

        One row per number, see `latent.evidence`; a Refused where no likelihood made the segments.
        """
        if isinstance(self.answers, Refused):
            return self.answers
        return latent.evidence(self.answers, ks=range(1, most + 1), seed=seed)

    @property
    def clustering(self):
        """Return what clusters a matrix: an object with `centres` and `nearest`."""
        return clusters

    def on(self, card):
        """Put the customers of another card into the segments of today: customer_id, segment."""
        return chooser.assign(card, self.saved["definition"])[["customer_id", "segment"]]

    def again(self, card):
        """Look for segments with the same recipe on another card; an Attempt or a Refused."""
        return chooser.attempt(card, self.recipe)

    def refit(self, rows, rng):
        """Repeat the segmentation on some rows of the card, and label all of them."""
        if self.found is not None:
            return self._corrected_again(rows, rng)
        if self.clustered:
            counts = np.bincount(rows, minlength=len(self.matrix))
            drawn, how = counts > 0, {"k": len(self.order), "rng": rng}
            centres = clusters.centres(self.matrix[drawn], counts=counts[drawn], **how)
            return clusters.nearest(self.matrix, centres)
        definition = chooser.fit(self.card.iloc[rows], self.recipe)
        return chooser.assign(self.card, definition)["segment"].to_numpy(dtype=object)

    def _corrected_again(self, rows, rng):
        """Repeat what was corrected, then the corrections on top of it, on the same rows.

        Without corrections where the rows cannot carry them: what they made was then not found
        again, and counts so.
        """
        labels = np.asarray(self.found.refit(rows, rng), dtype=object)
        if self.found.searched:
            known = corrections.partners(labels[rows], np.asarray(self.found.labels)[rows])
            named = {name: known.get(name, f"{name} (found again)") for name in set(labels)}
            labels = np.array([named[name] for name in labels], dtype=object)
        how = {"rows": rows, "definition": self.saved["definition"]}
        try:
            return corrections.again(self.card, labels, **how)
        except StudyError:
            return labels

    def of(self, rows):
        """Return the same segmentation on some rows of the card only."""
        parts = (table.iloc[rows].reset_index(drop=True) for table in (self.card, self.membership))
        found = None if self.found is None else self.found.of(rows)
        return Kept(*parts, self.saved, self.smallest_cell, found)

    def shuffled(self, rng):
        """Return what the same recipe makes of a card without groups.

        Every column that makes or tells the segments is dealt out anew, each for itself, so nothing
        hangs together any more. Raises StudyError where the recipe makes nothing of it.
        """
        named = dict.fromkeys([*self.needs, *self.features])
        new = {c: self.card[c].iloc[rng.permutation(len(self.card))] for c in named}
        card = self.card.assign(**{c: v.set_axis(self.card.index) for c, v in new.items()})
        definition = chooser.fit(card, self.recipe).to_dict()
        none = self._made(card, definition)
        return none if self.found is None else replace(none, found=self._uncorrected(none))

    def _made(self, card, definition, called=()):
        """Return what a definition makes of another card, its segments called otherwise or not."""
        found, called = chooser.assign(card, definition), dict(called)
        found["segment"] = found["segment"].map(lambda name: called.get(name, name))
        names = [called.get(name, name) for name in definition["order"]]
        order = [name for name in names if name in set(found["segment"])]
        saved = {**self.saved, "order": order, "definition": definition}
        return Kept(card, found, saved, self.smallest_cell)

    def _uncorrected(self, none):
        """Return what a corrected segmentation of another card was before its corrections."""
        rules = none.saved["definition"]["rules"]
        return self.found._made(none.card, rules["of"], rules["called"])


def read(run):
    """Read what notebook 04 wrote, and take the study's corrections; see `segments.kept`."""
    entries = due(run)
    if run.stage in AFTER and run.read("corrections.json").get("applied", []) != entries:
        raise StudyError(messages.told("corrected since", study=run.study.name))
    return tried(run, entries)


def due(run):
    """Return the corrections to be taken; a kept segmentation already holds those of its day."""
    return [] if run.read("segments.json").get("kept") else run.study.corrections


def tried(run, entries):
    """Read what notebook 04 wrote, and take these corrections; see `corrected`."""
    files = (run.read(name) for name in ("card.parquet", "segments.parquet", "segments.json"))
    return corrected(Kept(*files, smallest_cell=run.study.smallest_cell), entries)


AFTER = ("06_personas", "07_action")
"""Notebooks that go on from what notebook 05 corrected."""


def corrected(found, entries):
    """Take corrections, in order: the segmentation after them, or as it is without any.

    `entries`: [{"kind", "segments", …}, …], see `segments.corrected`. Raises StudyError that names
    the entry which cannot be taken.
    """
    if not entries:
        return found
    try:
        return taken(found, entries)
    except StudyError:
        _blame(found, entries)
        raise


def _blame(found, entries):
    """Name the first entry that cannot be taken after those before it."""
    for number in range(1, len(entries) + 1):
        try:
            chooser.fit(found.card, _recipe(found, entries[:number]))
        except StudyError as error:
            which = {"number": number, "of": len(entries), "why": error}
            raise messages.error("correction", **which) from None


def taken(found, entries):
    """Take corrections that are not written down yet; what cannot be taken is said as it is."""
    recipe = _recipe(found, entries)
    definition = chooser.fit(found.card, recipe)
    card = chooser.assign(found.card, definition)
    here = [name for name in definition.order if (card["segment"] == name).any()]
    members = membership(found.card, labels=card["segment"], order=here)
    beside = found.membership.drop(columns=["segment", "segment_no"], errors="ignore")
    members = members.merge(beside, on="customer_id", how="left")
    changed = {"approach": chooser.CORRECTED, "recipe": recipe, "order": here, "k": len(here)}
    saved = {**found.saved, **changed, "definition": definition.to_dict()}
    return Kept(found.card, members, saved, found.smallest_cell, found)


def _recipe(found, entries):
    """Put a segmentation and its corrections into one recipe.

    Only segments that are searched for have to be matched with those of today.
    """
    today = found.saved["definition"] if found.searched else None
    told = {"of": found.recipe, "steps": list(entries), "today": today}
    return {"approach": chooser.CORRECTED, **told}
