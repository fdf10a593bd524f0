"""Two ways to set the items of a battery side by side, and which of them the answers favour.

As answered, an item counts by how far people differ in it; standardised, an item that hardly
anybody affirms counts as much as one that parts people in half. Neither is right by itself: on a
survey of twenty motives the one finds the published segments and the other does not. So both are
asked how well pairs of samples agree on their best number of segments. Standardising has to earn
its place: items on one scale stay as they were answered unless the other way agrees better by more
than `NEAR`. Pairs are added until that is settled, or said to be open.

Sources: Dolnicar, Grün and Leisch, Market Segmentation Analysis (2018), on what is clustered;
Steinley (2004) on standardising. Criteria that are no battery are standardised, without a question.
"""

from dataclasses import dataclass

import numpy as np

from segkit.data.card import batteries
from segkit.evidence.repeats import NEAR
from segkit.segments import messages
from segkit.segments.models import scales

ROWS = 1_000
"""Customers on whom the two ways are compared; a sample of more."""
SURE, MOST = 3.0, 120
"""Standard errors that settle a comparison; pairs of samples at most."""


TITLE = "How each criterion is put on one scale"


@dataclass(frozen=True)
class Scaled:
    """Criteria on one scale: `scales`, `items` (how a battery is scaled, or empty), `title`."""

    card: object
    scales: object
    items: str
    title: str

    @property
    def matrix(self):
        """Return the criteria as a matrix (customers, criteria); Refused without any."""
        return scales.prepare(self.card, self.scales)


def scale(card, *, features, again, clustering):
    """Put criteria on one scale; of a battery, in the way in which samples agree better.

    `again(X, ks)` measures how pairs of samples agree: a DataFrame of k and adjusted_rand, with the
    same draws for both ways. `clustering` holds `numbers`, the numbers to try. Returns Scaled.
    """
    if not whole(card, features):
        return Scaled(card, scales.scaling(card, features=features), "", TITLE)
    ways = {way: scales.scaling(card, features=features, items=way) for way in WAYS}
    some = card.sample(ROWS, random_state=1).sort_index() if len(card) > ROWS else card
    matrices = {way: scales.prepare(some, each) for way, each in ways.items()}
    found = _settled(matrices, again, [k for k in clustering(matrices[scales.RAW]) if k > 2])
    return Scaled(card, ways[found["way"]], found["way"], messages.told("scale of items", **found))


WAYS = (scales.RAW, scales.STANDARD)


def whole(card, features):
    """Tell whether criteria are the items of one battery, all of them."""
    return any(set(features) <= set(battery.columns) for battery in batteries(card)) and len(
        list(features)
    )


def _settled(matrices, again, ks):
    """Compare the ways at their own best numbers until the difference is clear, or is not."""
    first = {way: again(X, ks).groupby("k")["adjusted_rand"] for way, X in matrices.items()}
    best = {way: int(each.mean().idxmax()) for way, each in first.items()}
    seen = {way: list(first[way].get_group(best[way])) for way in matrices}
    while not (settled := _clear(seen)) and len(seen[scales.RAW]) < MOST:
        for way, X in matrices.items():
            seen[way] += list(again(X, [best[way]])["adjusted_rand"])
    raw, standard = (float(np.mean(seen[way])) for way in WAYS)
    way = scales.STANDARD if settled and standard - raw > NEAR else scales.RAW
    words = "settled" if settled else "not settled, so they stay as they were answered"
    at = {"raw_k": best[scales.RAW], "standard_k": best[scales.STANDARD]}
    told = {"pairs": len(seen[scales.RAW]), "words": words, **at}
    return {"way": way, "raw": raw, "standard": standard, **told}


def _clear(seen):
    """Tell whether the gain of standardising lies `SURE` errors off what it has to exceed."""
    raw, standard = (np.array(seen[way]) for way in WAYS)
    error = np.hypot(raw.std(ddof=1), standard.std(ddof=1)) / np.sqrt(len(raw))
    return abs(standard.mean() - raw.mean() - NEAR) >= SURE * error
