"""Reach: may a customer be written to, and is there an address to write to?

Reachable is contact and consent. That somebody was mailed says that it was done, not that it may be
done again, and of those who were not mailed it says nothing. So the check rests on columns of the
customers that tell of consent (agreed, opted in, subscribed; or refused, opted out) and of contact
(an e-mail or a phone is known), and where there are none the answer is *not known*.

Columns are told by their headings; a customer is reachable where every column that is there says
so: refused nowhere, agreed in at least one kind of message that asks, one contact known. An empty
cell is no consent. Refuses columns that hold anything but yes and no.
"""

import re

import numpy as np
import pandas as pd

from segkit.data.cells.phrases import YES
from segkit.study import beside

TOLD = beside(__file__)
WORDS = {kind: "|".join(words) for kind, words in TOLD["headings"].items()}
"""What headings say: agreed, refused, contact; regular expressions of words."""
CELLS = TOLD["cells"]
"""Words of cells: statuses (agreed, refused), and those for no (denied)."""


def columns(card):
    """Return what the columns of a card tell of reach: {"agreed": […], "refused", "contact"}.

    A heading that tells of a refusal is one, even where it also holds a word for consent.
    """
    found = {"refused": [], "agreed": [], "contact": []}
    for name in card:
        kind = kind_of(name)
        if kind and answered(card[name], kind) is not None:
            found[kind].append(name)
    return found


def kind_of(heading):
    """Tell of what the heading of a column speaks: "agreed", "refused", "contact" or None."""
    return next((kind for kind in WORDS if re.search(WORDS[kind], plain(heading))), None)


def plain(heading):
    """Write a heading in small letters, its words apart: what two spellings have in common."""
    return re.sub(r"[\W_]+", " ", str(heading)).lower().strip()


def answered(values, kind):
    """Return yes (1), no (0) and empty (missing) of a column, or None where it holds more."""
    told, strange = _read(values, kind)
    return None if strange.any() or told.isna().all() else told


def agreed(values):
    """Tell of every cell whether it says that somebody agreed; empty or unclear does not."""
    return _read(values, "agreed")[0] == 1


def refused(values):
    """Tell of every cell whether it says that somebody refused; a date or a word does as well."""
    told, strange = _read(values, "refused")
    return strange | (told == 1)


def _read(values, kind):
    """Return yes (1), no (0) or missing, and which cells say something else."""
    true, false = CELLS["agreed"], CELLS["refused"]
    true, false = (false, true) if kind == "refused" else (true, false)
    words = values.astype("string").str.strip().str.lower()
    known = dict.fromkeys((*CELLS["denied"], *false), 0.0) | dict.fromkeys(
        (*YES, "1.0", *true), 1.0
    )
    told = words.map(known).astype(float)
    return told, (told.isna() & words.notna() & (words != "")).astype(bool)


def reachable(card):
    """Say of every customer whether it may and can be reached: (1 or 0 each, columns used).

    (None, []) where no column tells.
    """
    found = columns(card)
    used = [name for names in found.values() for name in names]
    if not used:
        return None, []
    told = {kind: pd.DataFrame({n: answered(card[n], kind) for n in names}, index=card.index)
            for kind, names in found.items()}  # fmt: skip
    fit = np.ones(len(card), dtype=bool)
    for kind in ("agreed", "contact"):
        fit &= (told[kind] == 1).any(axis=1).to_numpy() | told[kind].empty
    return fit & ~(told["refused"] == 1).any(axis=1).to_numpy(), used
