"""Levels: what a group of customers does as a whole, and which word that level deserves.

A word is said from the group's own level against all, never from a rank: a mean per customer, or
a rate pooled over what it is a rate of (evening orders of the group / its orders, money on meat /
its money; a mean of shares of three orders each is nobody's habit). `levels.yaml` lists what every
column is a rate of, and from which level a word is true whatever the others do: "evening" is most
orders, "late" more than half of the invoices. Spend in the later half is asked only of customers
who had ordered before it: newcomers have no earlier half. Shares of money are weighed by what they
are shares of, bought before returns (`columns.BASES`), so a level is that of the rows.

Refused: a word where fewer than `FEWEST` customers stand behind the level, where the group is
near everybody, or where most of its customers stand on the other side of everybody's median.
"""

from itertools import permutations

import numpy as np
import pandas as pd

from segkit import evidence
from segkit.data.card.columns import describing
from segkit.study import beside

TOLD = beside(__file__)
PER, OF, LIMITS = TOLD["per"], TOLD["of"], TOLD["limits"]
"""Column → what it is a rate of; what one of that is called; from which level a word is true."""
FEWEST = 10
"""Customers from which a level may be told."""
FAR, APART = evidence.FAR, 0.03
"""How far from all a level must be: as a ratio, and for shares in points as well."""


def table(card, *, groups, columns=None):
    """Return the level of every group in every numeric column, beside that of all.

    Parameters
    ----------
    card : DataFrame
        One row per customer.
    groups : sequence
        One name per customer.
    columns : list of str, optional
        Of the card; None takes every number and yes/no.

    Returns
    -------
    DataFrame
        group, column, per ("" for a mean per customer), known_n (customers), whole (orders, money
        …), level, low, high (95 %), level_all, all_known_n, p, lift (level / level of all),
        beyond (share of the group's customers beyond everybody's median, on the side of the level;
        missing for pooled rates) and way ("high", "low" or "").

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.data.card import levels
    >>> card = pd.DataFrame({"orders_n": [1] * 12 + [3] * 12})
    >>> card["evening_share"] = [1.0] * 12 + [0] * 12
    >>> found = levels.table(card, groups=["new"] * 12 + ["old"] * 12)
    >>> found.query("column == 'evening_share'")[["group", "level", "level_all", "way"]]
      group  level  level_all   way
    2   new    1.0       0.25  high
    3   old    0.0       0.25   low
    """
    columns = numbers(card) if columns is None else columns
    found = [_level(card, column, np.asarray(groups, dtype=object)) for column in columns]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=_COLUMNS)


_COLUMNS = ["group", "column", "per", "known_n", "whole", "level", "low", "high", "all_known_n",
            "level_all", "p", "lift", "beyond", "way"]  # fmt: skip


def numbers(card):
    """List the columns of a card that have a level: numbers and yes/no, not what only weighs."""
    return [c for c in describing(card) if pd.api.types.is_numeric_dtype(card[c])]


def per(column, card):
    """Say what a column is a rate of: a name of `OF`, or "" for a mean per customer."""
    name = PER.get("share_" if column.startswith("share_") else column, "")
    needs = {"list price": "goods_total", "costed": "profit_total"}
    return name if needs.get(name, name) in card else ""


def parts(card, column):
    """Return (part, whole) per customer; whole is None for a mean per customer."""
    name, values = per(column, card), card[column].astype(float)
    if not name:
        return values, None
    whole = _whole(card, name)
    if column == "spend_recent_share" and "days_since_first_purchase" in card:
        known = card["days_since_first_purchase"].astype(float)
        whole = whole.where(known >= known.max() / 2)
    counted = column.endswith(("_n", "_total"))
    return (values if counted else values * whole), whole


def _whole(card, name):
    if name == "list price":
        left = 1 - card["retail_discount_share"].astype(float)
        return card["goods_total"].astype(float) / left.where(left > 0)
    if name == "costed":
        margin = card["margin_share"].astype(float)
        spent = card["spend_total"].astype(float).clip(lower=0)
        return (card["profit_total"].astype(float) / margin.where(margin != 0)).where(
            margin != 0, spent.where(margin.notna())
        )
    return card[name].astype(float)


def _level(card, column, groups):
    part, whole = parts(card, column)
    found = evidence.pooled(part, whole, groups=groups).reset_index()
    found["lift"] = evidence.lift(found["level"], found["level_all"])
    found = found.assign(column=column, per=per(column, card))
    found["beyond"] = _beyond(part, groups, found) if whole is None else np.nan
    return found.assign(way=[way(row) for row in found.itertuples()])[_COLUMNS]


def _beyond(values, groups, found):
    """Share of each group's known customers beyond everybody's median, on the level's side."""
    middle = values.median()
    over = (values > middle).where(values.notna()).astype(float).groupby(groups).mean()
    under = (values < middle).where(values.notna()).astype(float).groupby(groups).mean()
    more = (found["level"] >= found["level_all"]).to_numpy()
    return np.where(more, over.reindex(found["group"]), under.reindex(found["group"]))


def way(row):
    """Tell whether a level may be called "high" or "low", or "" where no word is true.

    `row`: column, known_n, level, level_all, lift, beyond and per, as in `table`.
    """
    if row.known_n < FEWEST or not far(row) or row.beyond < evidence.HALF:
        return ""
    little, much = LIMITS.get(
        "share_" if row.column.startswith("share_") else row.column, (None,) * 2
    )
    if row.level > row.level_all:
        return "high" if much is None or row.level >= much else ""
    return "low" if little is None or row.level <= little else ""


def far(row):
    """Tell whether a level is far from that of all: a ratio, and for shares points as well."""
    if not np.isfinite(row.level) or not np.isfinite(row.level_all):
        return False
    if share(row.column, row.per):
        points = abs(row.level - row.level_all)
        return points >= APART and (_apart(row) or points >= 5 * APART)
    return _apart(row)


def _apart(row):
    if row.level_all <= 0:
        return row.level > 0 > row.level_all or (row.level_all == 0 and row.level > 0)
    return row.level >= FAR * row.level_all or row.level <= row.level_all / FAR


def apart(words):
    """Tell whether no set of words that names a group holds all the words of another."""
    return not any(one <= other for one, other in permutations(map(frozenset, words), 2))


def share(column, pooled):
    """Tell whether a level is a share of something, 0 to 1."""
    return bool(pooled) and column not in ("spend_per_order", "lines_per_order")
