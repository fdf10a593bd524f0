"""Two approaches on the same customers: RFM within region, clusters by company size.

The definition holds both definitions and the pairs that are large enough to stand alone. A
customer of a smaller pair belongs to "A, elsewhere"; where no pair of A is large enough, A stays
whole. So every customer is in exactly one segment, and the segments of A add up to A. The
engine names both and joins the names; nothing is fitted again. Refuses the same approach twice:
a segmentation within itself says nothing new. Taught in notebook 04.
"""

import ibis
import numpy as np
import pandas as pd

from segkit.segments import approaches, messages
from segkit.segments.about import About
from segkit.segments.definition import Definition, by_spend

ABOUT = About(
    question="Who is alike in two ways at once?",
    use="one approach inside the groups of another",
    difficulty="medium",
    when="each of two approaches answers half of the question",
    data="what both approaches need",
    options=("first", "second", "smallest"),
)

BETWEEN, REST = " · ", ", elsewhere"
"""What stands between the two names, and behind the first where the pair is too small."""


def fit(card, *, first, second, smallest=0.03):
    """Fit two recipes and join them; see `join`. A recipe may be the name of an approach."""
    one, other = (approaches.fit(card, recipe) for recipe in (first, second))
    return join(card, one, other, smallest=smallest)


def join(card, one, other, *, smallest=0.03):
    """Join two fitted definitions on a customer card.

    `smallest` is the share of customers (0 to 1) below which a pair is folded. Returns a
    Definition with rules {"first", "second" (definitions), "kept": [[a, b]], "told": […]},
    segments ordered by total spend. Raises StudyError when both are the same approach.
    """
    if one.approach == other.approach:
        raise messages.error("combined with itself", other=other)
    a, b = (labels(card, each) for each in (one, other))
    heads = pd.Series(1, index=range(len(card))).groupby([a, b]).sum()
    kept = large(heads, least=max(smallest * len(card), 1))
    told = _told(heads, kept, one.order)
    rules = {"first": one.to_dict(), "second": other.to_dict(), "kept": kept, "told": told}
    columns = list(dict.fromkeys([*one.columns, *other.columns]))
    named = names(a, b, kept=kept)
    order = by_spend(pd.Series(named), card.get("spend_total"))
    order += [n for n in _possible(one.order, kept) if n not in order]
    return Definition("combined", order, columns, rules)


def large(heads, *, least):
    """List the pairs [a, b] that stand alone, of `heads`, the customers of every pair.

    A pair needs `least` customers. So does the rest of its A, if there is any: where it has
    fewer, the smallest pair of A is folded with it. No segment is then smaller than `least`,
    unless A itself is.
    """
    kept = []
    for _, row in heads.groupby(level=0, sort=True):
        row = row.sort_values(ascending=False, kind="stable")
        count = int((row >= least).sum())
        while count and 0 < row.iloc[count:].sum() < least:
            count -= 1
        kept += sorted(list(pair) for pair in row.index[:count])
    return kept


def labels(card, definition):
    """Return the segment of every customer of a card, as an array."""
    return _named(card, definition)["segment"].to_numpy(dtype=object)


def _named(table, definition):
    return definition.by(approaches.room(definition.approach), table)


def names(a, b, *, kept):
    """Join two rows of names: "A · B" where the pair is kept, else "A, elsewhere" or "A"."""
    pairs, whole = {tuple(pair) for pair in kept}, {pair[0] for pair in kept}
    return np.array(
        [
            f"{x}{BETWEEN}{y}" if (x, y) in pairs else f"{x}{REST}" if x in whole else x
            for x, y in zip(a, b, strict=True)
        ],
        dtype=object,
    )


def _possible(order, kept):
    """List every name that can be given: the pairs, and each A on its own or elsewhere."""
    whole = {a for a, _ in kept}
    return [f"{a}{BETWEEN}{b}" for a, b in kept] + [f"{a}{REST}" if a in whole else a
                                                    for a in order]  # fmt: skip


def _told(heads, kept, order):
    told, pairs = [], {tuple(pair) for pair in kept}
    for a in order:
        small = [b for x, b in heads.index if x == a and (x, b) not in pairs]
        if small and any(x == a for x, _ in pairs):
            told.append(f'"{a}{REST}" holds {", ".join(small)}')
        elif small:
            told.append(f'"{a}" cannot be divided into parts that are large enough')
    return told


def told(definition):
    """Say in Markdown which pairs were folded; empty when none was."""
    return "\n".join(f"- {line}." for line in definition.rules["told"])


STAGED = ("first_segment_", "second_segment_")
"""Columns in which the engine keeps both names while it joins them."""


def widen(table, definition):
    """Add both names to an Ibis table as columns of a subquery, so that each is computed once."""
    wide = table
    for name, column in zip(("first", "second"), STAGED, strict=True):
        part = Definition.from_dict(definition.rules[name])
        wide = _named(wide, part).rename({column: "segment"}).view()
    return wide


def expression(table, definition):
    """Return the Ibis column that names each row's pair, on a table from `widen`."""
    a, b = (table[column] for column in STAGED)
    kept = definition.rules["kept"]
    pair, whole = a + BETWEEN + b, sorted({first for first, _ in kept})
    if not kept:
        return a
    pairs = [f"{first}{BETWEEN}{second}" for first, second in kept]
    return ibis.cases((pair.isin(pairs), pair), (a.isin(whole), a + REST), else_=a)
