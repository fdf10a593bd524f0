"""Names by rule: a segment is called after its own level against that of all customers.

The criteria in which its level is furthest from all give the name, the strongest first: "many
orders, little on offer". A level is a mean per customer or a pooled rate, and deserves a word only
as `segkit.data.card.levels` says: a place in a ranking is never a word. No name holds all the words
of another. Names are descriptions, not judgements, and are never invented: a segment near all
customers everywhere is called so.
"""

import numpy as np

from segkit.data import card as data_card
from segkit.data.card import levels
from segkit.data.meanings import label
from segkit.study import beside

TOLD = beside(__file__)
WORDS, OUTSIDE_SHOPS = TOLD["words"], TOLD["outside_shops"]
"""Column → what a high and a low level are called, and otherwise where nobody carries a basket."""
AVERAGE = "Close to average"


def names(card, columns, *, labels, k, business="store"):
    """Name the clusters 0 … k − 1 of a card by their levels in `columns`; all names differ.

    Two criteria make a name, more only until no name holds all the words of another. `labels`: the
    number of its cluster for every row of the card.
    """
    said = WORDS if business == "store" else WORDS | OUTSIDE_SHOPS
    found = levels.table(card, groups=labels, columns=[c for c in columns if c in card])
    told = [_words(found[found["group"] == place], said) for place in range(k)]
    enough = [n for n in range(2, len(columns) + 1) if _apart(told, n)]
    taken = [dict(list(words.items())[: enough[0] if enough else 2]) for words in told]
    near = [_near(found[found["group"] == place]) for place in range(k)]
    called = [_name(_told_apart(*both, taken)) for both in zip(taken, near, strict=True)]
    return [_numbered(called, place) for place in range(k)]


def _words(part, said):
    """Say in what a cluster is far from all, the strongest first: {column: word}."""
    part = part[part["way"] != ""]
    times = np.abs(np.log(part["lift"].clip(0.05, 20.0))).round(3)
    part = part.assign(times=times).sort_values("times", ascending=False, kind="stable")
    return {row.column: _word(row.column, row.way == "high", said) for row in part.itertuples()}


def _apart(told, n):
    return levels.apart(list(words.values())[:n] or [AVERAGE] for words in told)


def _near(part):
    """List the columns in which a cluster is near all."""
    return [row.column for row in part.itertuples() if not levels.far(row)]


def _told_apart(words, near, taken):
    """Give the words of a cluster; where another's hold them all, in what it is near all as well.

    Only where it has words of its own: near all everywhere is said so.
    """
    if not words:
        return []
    holders = [other for other in taken if words.items() < other.items()]
    more = [column for other in holders for column in other if column in near]
    return [*words.values(), *(f"average {label(column)}" for column in dict.fromkeys(more))]


def _name(words):
    text = ", ".join(words) or AVERAGE
    return text[:1].upper() + text[1:]


def _word(column, high, said):
    if column in said:
        return said[column][0 if high else 1]
    if column.startswith("share_"):
        return f"{'much' if high else 'little'} {column.removeprefix('share_').replace('_', ' ')}"
    return data_card.ways(label(column))[0 if high else 1]


def _numbered(found, place):
    same = [at for at, name in enumerate(found) if name == found[place]]
    return found[place] if len(same) == 1 else f"{found[place]} ({same.index(place) + 1})"
