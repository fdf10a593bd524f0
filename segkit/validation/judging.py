"""Judging: all rules of the handbook held against one segmentation, and what follows from it."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from segkit.brief import Brief
from segkit.refusal import Refused
from segkit.validation import corrections, descriptors, experiments, structure, verdicts
from segkit.validation.findings import BackTest, Recurrence, Response, Signs, Spoken

SHOWN = 12
"""Descriptors that are shown of all."""


@dataclass(frozen=True, repr=False)
class Verdict(Spoken):
    """What the rules say of a segmentation; `weigh` makes it."""

    kept: object
    signs: Signs | Refused
    recurrence: Recurrence
    backtest: BackTest | Refused
    answered: Response | Refused
    brief: Brief
    alpha: float

    @cached_property
    def checks(self):
        """Return all checks: check, segment, measured, limit, unit, verdict, reason."""
        kept, limits = self.kept, self.brief.limits
        card, labels = kept.card, kept.labels
        tables = [
            *self._apart,
            verdicts.elsewhere(self.proof),
            verdicts.large(labels, spend=card.get("spend_total"), limits=limits),
            verdicts.measurable(card, labels, features=kept.needs, by_rule=not kept.clustered),
            verdicts.reachable(card, labels, limits=limits),
            verdicts.few(labels, limits=limits),
            verdicts.stable(self.recurrence, names=kept.order),
            verdicts.found_again(self.backtest, limits=limits, names=kept.order),
            verdicts.responds(self.answered, alpha=self.alpha, names=kept.order),
        ]
        return verdicts.combine(tables, listed=self.brief.goal.kpi is None)

    @cached_property
    def proof(self):
        """Compare the segments in every column of the card; see `descriptors.proof`."""
        kept = self.kept
        how = {"made_by": [*kept.needs, *kept.features], "smallest": kept.smallest_cell}
        return descriptors.proof(kept.card, kept.labels, **how, alpha=self.alpha)

    @property
    def shown(self):
        """Return the proof for readers: what is not by construction, the strongest twelve."""
        free = self.proof[~self.proof["by_construction"]].head(SHOWN)
        return free[["descriptor", "redundancy", "effect", "p_holm", "matters"]]

    @property
    def _apart(self):
        """Return the checks that take distances between customers; none where only labels do."""
        kept, labels = self.kept, self.kept.labels
        if isinstance(kept.matrix, Refused):
            return []
        null = self.signs.asked.null
        return [
            verdicts.structured(self.signs.judged),
            verdicts.alike(kept.matrix, labels, null=null),
            verdicts.different(kept.matrix, labels, features=kept.features, null=null),
        ]

    @property
    def _near(self):
        """Return the nearest neighbour of each segment: {segment: segment}, as far as known."""
        kept = self.kept
        if isinstance(kept.matrix, Refused):
            return {}
        near = structure.valley(kept.matrix, kept.labels).set_index("segment")["neighbour"]
        return near.reindex(kept.order).to_dict()

    @property
    def matrix(self):
        """Return the words pass, warn and fail: one row per check, one column per segment."""
        return verdicts.matrix(self.checks)

    @property
    def weak(self):
        """Return what did not pass: verdict, check, segment, reason."""
        weak = self.checks["verdict"] != "pass"
        return self.checks.loc[weak, ["verdict", "check", "segment", "reason"]]

    @property
    def counts(self):
        """Say how many checks passed, warned and failed."""
        counts = self.checks["verdict"].value_counts()
        return ", ".join(f"{n} {word}" for word, n in counts.items())

    @cached_property
    def overall(self):
        """Return usable, sentence, sound_share and failed; see `verdicts.overall`."""
        return verdicts.overall(self.checks, weights=self.kept.shares, brief=self.brief)

    @property
    def sentence(self):
        """Say whether the segmentation is usable for the goal."""
        return self.overall["sentence"]

    @cached_property
    def response(self):
        """Return the table of the response with share_of_customers; n is 0 where none is known."""
        kept, table = self.kept, self.answered.table
        if isinstance(table, Refused):
            unknown = dict.fromkeys(("outcome_mean", "low", "high", "p_holm"), np.nan)
            table = pd.DataFrame({"segment": kept.order, "n": 0, **unknown})
            table["label"] = experiments.HIDDEN
        table = table.copy()
        table.insert(5, "share_of_customers", kept.shares[table["segment"]].to_numpy())
        return table

    @cached_property
    def proposals(self):
        """Return what to mend: a list of kind (merge, split, refine, drop), segments, reason."""
        return corrections.propose(self.checks, neighbours=self._near)

    @property
    def record(self):
        """Return what `corrections.json` holds."""
        kind = "unknown" if isinstance(self.signs, Refused) else self.signs.kind
        verdict = {"structure": kind, **self.overall}
        told = {"proposals": self.proposals, "verdict": verdict, "order": self.kept.order}
        applied = corrections.entries(self.kept)
        return told | ({"applied": applied, "out": self.kept.out} if applied else {})

    @cached_property
    def before_after(self):
        """Set the segments before and after the corrections side by side; see `corrections`."""
        tested = None if isinstance(self.answered, Refused) else self.answered
        return corrections.before_after(self.kept, tested=tested)

    @property
    def told(self):
        """Say in Markdown whether it is usable, what to mend, and what is unusual about it."""
        told = f"### {self.sentence}\n\n{corrections.in_words(self.proposals)}"
        notes = verdicts.notes(self.kept.labels)
        told += f"\n\n*Noted, and no failure:* {'; '.join(notes)}." * bool(notes)
        taken = corrections.told(self.kept)
        return told + f"\n\n**Corrected so far**\n\n{taken}" * bool(taken)


def weigh(kept, *, findings, brief, alpha=0.05):
    """Hold a segmentation against the limits that were set before anyone saw it.

    Parameters
    ----------
    kept : segkit.segments.settled.Kept
        The segmentation, as `segments.kept` returned it.
    findings : list
        Its signs of structure, recurrence, back-test and response; the last two may be refused.
    brief : segkit.brief.Brief
        The goal and the limits.
    alpha : float
        Chance of a false alarm, for all segments together.

    Returns
    -------
    Verdict
        Shows itself in words. `checks` (one row per check and segment), `matrix`, `weak`,
        `sentence`, `proposals`, `response` and `record`. What the data cannot tell is a warning,
        never a pass.

    Examples
    --------
    See notebook 05; `weigh(…).overall["usable"]` is the answer in one word.
    """
    return Verdict(kept, *findings, brief, alpha)
