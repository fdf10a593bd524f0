"""Why one customer is in a segment: how near the next one is, what pulls, what would change it.

For clusters, distances on the common scale of their own definition. For any definition, one value
at a time is replaced by the middle of another segment, and the definition asked again: what changes
the answer alone is told. Refused where a definition knows no distances. Taught nowhere; the facts
are those of `segkit customer`.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from segkit.refusal import Refused
from segkit.segments import chooser, messages
from segkit.segments.approaches import clusters


@dataclass(frozen=True)
class Why:
    """One customer's place: `segment`, `values`, `near` and `changes`.

    values: column, value, segment_middle, everybody_middle (median, or the commonest answer), of
    the columns that the definition asks for; near: {segment, distance, next, next_distance, pulls}
    or Refused, where pulls has column and pull (share of the difference between both squared
    distances; negative pulls to the next segment); changes: column, value, instead, segment.
    """

    segment: str
    values: pd.DataFrame
    near: object
    changes: pd.DataFrame


def of(kept, customer_id):
    """Look at one customer of a kept segmentation; returns Why, or None for who is not on the card.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import segments
    >>> from segkit.segments import settled, why
    >>> card = pd.DataFrame({"customer_id": list("abcd"), "spend_total": [5.0, 7.0, 90.0, 99.0]})
    >>> found = segments.attempt(card, {"approach": "abc"})
    >>> order, definition = found.definition.order, found.definition.to_dict()
    >>> saved = {"approach": "abc", "order": order, "definition": definition}
    >>> members = card.assign(segment=found.labels)[["customer_id", "segment"]]
    >>> why.of(settled.Kept(card, members, saved), "a").changes["segment"].tolist()
    ['A: most of the money', 'B: the middle']
    """
    at = np.flatnonzero((kept.card["customer_id"].astype(str) == str(customer_id)).to_numpy())
    if not len(at):
        return None
    row = kept.card.iloc[at[:1]]
    segment = str(np.asarray(kept.labels)[at[0]])
    columns = [name for name in kept.needs if name in kept.card]
    middles = _middles(kept, columns)
    values = pd.DataFrame(
        {"column": columns, "value": [row[name].iloc[0] for name in columns],
         "segment_middle": [middles[segment][name] for name in columns],
         "everybody_middle": [_middle(kept.card[name]) for name in columns]},
    )  # fmt: skip
    return Why(segment, values, _near(kept, row, segment), _changes(kept, row, segment, middles))


def _middles(kept, columns):
    """Return {segment: {column: its middle there}}."""
    groups = kept.card.groupby(np.asarray(kept.labels))
    return {name: {c: _middle(rows[c]) for c in columns} for name, rows in groups}


def _middle(values):
    """Return the median of numbers, else the commonest value; None where nothing is known."""
    known = values.dropna()
    if known.empty:
        return None
    number = pd.api.types.is_numeric_dtype(known) and not pd.api.types.is_bool_dtype(known)
    return known.median() if number else known.mode().iloc[0]


def _near(kept, row, segment):
    """Return the distances to the own centre and the next, and which columns pull where.

    Refused where not the nearest centre decides: by rules, by answers, in a mixture.
    """
    order, rules = kept.saved["definition"]["order"], kept.saved["definition"]["rules"]
    if "centres" not in rules or "model" in rules or len(order) < 2 or segment not in order:
        return Refused(messages.told("no distances"))
    place = clusters.prepare(row, rules["scaling"])
    if isinstance(place, Refused):
        return place
    apart = (np.asarray(rules["centres"]) - np.asarray(place)[0]) ** 2
    far, own = np.sqrt(apart.sum(axis=1)), order.index(segment)
    other = min((far[at], at) for at in range(len(order)) if at != own)[1]
    pull = apart[other] - apart[own]
    pulls = pd.DataFrame({"column": [s["column"] for s in rules["scaling"]],
                          "pull": pull / max(np.abs(pull).sum(), 1e-12)})  # fmt: skip
    pulls = pulls.sort_values("pull", ascending=False, key=np.abs, ignore_index=True)
    return {"segment": segment, "distance": float(far[own]), "next": order[other],
            "next_distance": float(far[other]), "pulls": pulls}  # fmt: skip


def _changes(kept, row, segment, middles):
    """List which single value, were it the middle of another segment, would change the answer."""
    tried = []
    for column in middles[segment]:
        for name in kept.order:
            instead = middles.get(name, {}).get(column)
            if name != segment and instead is not None:
                tried.append((column, row[column].iloc[0], instead))
    names = ["column", "value", "instead"]
    table = pd.DataFrame(tried, columns=names).drop_duplicates(["column", "instead"])
    if table.empty:
        return table.assign(segment=[])
    asked = pd.concat([row] * len(table), ignore_index=True).astype(object)
    for at, (column, _, instead) in enumerate(table.itertuples(index=False)):
        asked.loc[at, column] = instead
    numbers = kept.card.select_dtypes("number").columns
    asked = asked.astype(dict.fromkeys(numbers, float))
    found = chooser.assign(asked, kept.saved["definition"])["segment"]
    table = table.assign(segment=found.to_numpy())
    table = table[table["segment"].astype(str) != segment]
    return table.drop_duplicates(["column", "segment"], ignore_index=True)
