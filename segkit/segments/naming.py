"""Names by rule: a segment is called after what sets its centre apart.

The criteria furthest from the average customer give the name, the strongest first: "many
orders, little on offer". Names are descriptions, not judgements, and are never invented: a
segment close to the average everywhere is called so.
"""

import numpy as np

from segkit.data import card
from segkit.data.meanings import label
from segkit.study import beside

CLEAR = 0.4
"""Standard deviations from the average from which a criterion is worth a word."""

TOLD = beside(__file__)
WORDS, OUTSIDE_SHOPS = TOLD["words"], TOLD["outside_shops"]
"""Column → what a high and a low value are called, and otherwise where nobody carries a basket."""


def names(centres, columns, *, business="store"):
    """Name the rows of a matrix of centres (standard deviations); all names differ.

    Two criteria make a name, more only where needed to tell two segments apart.
    """
    centres = np.asarray(centres, dtype=float)
    said = WORDS if business == "store" else WORDS | OUTSIDE_SHOPS
    for words in range(2, len(columns) + 1):
        found = [_name(centre, columns, words, said) for centre in centres]
        if len(set(found)) == len(found):
            return found
    found = [_name(centre, columns, 2, said) for centre in centres]
    return [_numbered(found, place) for place in range(len(found))]


def _name(centre, columns, words, said):
    strongest = sorted(
        range(len(columns)), key=lambda place: (-abs(round(centre[place], 3)), place)
    )
    clear = [place for place in strongest[:words] if abs(centre[place]) >= CLEAR]
    text = ", ".join(_word(columns[place], centre[place] > 0, said) for place in clear)
    return (text or "close to average").capitalize()


def _word(column, high, said):
    if column in said:
        return said[column][0 if high else 1]
    if column.startswith("share_"):
        return f"{'much' if high else 'little'} {column.removeprefix('share_').replace('_', ' ')}"
    return card.ways(label(column))[0 if high else 1]


def _numbered(found, place):
    same = [at for at, name in enumerate(found) if name == found[place]]
    return found[place] if len(same) == 1 else f"{found[place]} ({same.index(place) + 1})"
