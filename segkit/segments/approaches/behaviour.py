"""Behaviour: groups by what customers do, habit by habit.

Four kinds of habit are on most cards: how often they order, how they take promotions, how large
their baskets are, and when they come. A customer has a habit when above the value that two thirds
of the customers do not exceed. One to three habits make the groups: those with all of them, with
some, with none. Each is a rule, so it can be read, counted and applied to new customers.

What is not known is not a habit. Where nearly all share one value nobody stands out, and the group
stays empty instead of being filled by chance. Refused: more than three habits at once (eight
groups are enough to serve); use clusters for more. Source: the handbook's behavioural criteria.
Taught in notebook approaches/behaviour.
"""

from itertools import combinations

import numpy as np
import pandas as pd

from segkit.refusal import passes
from segkit.segments import messages, rules
from segkit.segments.about import About
from segkit.segments.definition import Definition
from segkit.segments.naming import OUTSIDE_SHOPS, WORDS, label
from segkit.study import Slip

ABOUT = About(
    question="Who does what: often, on offer, in large baskets, at which time?",
    use="offers and moments that fit a habit",
    difficulty="medium",
    place=50,
    when="orders repeat, online or in a shop",
    data="orders; promotions, baskets and a clock add habits",
    columns=("orders_n",),
    options=("by", "business"),
)

HABITS = {
    "frequency": ("orders_n",),
    "promotion": ("coupon_orders_share", "retail_discount_share", "campaigns_responded_n"),
    "basket": ("spend_per_order", "lines_per_order"),
    "time": ("weekend_share", "evening_share", "morning_share"),
}
"""Kinds of habit and the card columns that show them."""

MOST = 3
NONE = "none of these habits"
UPPER = 2 / 3
"""Share of the customers who are at or below the value from which a habit is one."""


@passes
def habits(card, *, business="store"):
    """List the habits this card can show: kind, column, called, above (the cut), customers_n.

    Columns that are not on the card, or not known of anybody, are left out.

    Parameters
    ----------
    card : DataFrame or Refused
        The customer card.
    business : str
        Kind of business, which chooses the words.

    Returns
    -------
    DataFrame
        kind, column, read_from (the column in words), called, above (the cut), customers_n (how
        many are above it; 0 means that nobody stands out).

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.segments.approaches import behaviour
    >>> card = pd.DataFrame({"customer_id": list("abcd"), "orders_n": [1, 1, 1, 9]})
    >>> behaviour.habits(card)[["column", "above", "customers_n"]]
         column  above  customers_n
    0  orders_n    1.0            1
    """
    rows = []
    for kind, columns in HABITS.items():
        for column in (c for c in columns if c in card and card[c].notna().any()):
            above = cut(card[column])
            met = int((card[column] > above).sum())
            rows.append(
                (kind, column, label(column), called(column, business=business), above, met)
            )
    names = ["kind", "column", "read_from", "called", "above", "customers_n"]
    return pd.DataFrame(rows, columns=names)


def cut(values):
    """Return the value that two thirds of the known ones do not exceed."""
    known = values.dropna().to_numpy(dtype=float)
    return float(np.quantile(known, UPPER, method="inverted_cdf")) if len(known) else 0.0


def called(column, *, business="store"):
    """Name a habit: "orders_n" → "many orders"."""
    said = WORDS if business == "store" else WORDS | OUTSIDE_SHOPS
    return said[column][0] if column in said else f"much {label(column)}"


def fit(card, *, by="auto", business="store"):
    """Define the groups by one to three habits.

    Groups with more habits come first; the last one has none.

    Parameters
    ----------
    card : DataFrame
        The customer card.
    by : str or list
        One to three of its columns, a list or a text with commas between, or "auto" for how often
        and the first promotion (else basket) column known.
    business : str
        Kind of business, which chooses the words.

    Returns
    -------
    Definition
        With grouped rules and {"cuts": {column: value}}.

    Raises
    ------
    segkit.refusal.Slip
        For columns the card lacks, or more than three.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.segments.approaches import behaviour
    >>> card = pd.DataFrame({"customer_id": list("abcd"), "orders_n": [1, 1, 1, 9]})
    >>> behaviour.fit(card, by="orders_n").order
    ['Many orders', 'None of these habits']
    """
    by = [name.strip() for name in by.split(",")] if isinstance(by, str) else list(by)
    by = _usual(card) if by == ["auto"] else by
    if not 1 <= len(by) <= MOST or any(c not in card for c in by):
        known = ", ".join(habits(card)["column"])
        raise Slip(messages.told("habits", most=MOST, by=by, known=known))
    cuts = {column: cut(card[column]) for column in by}
    sets = [each for size in range(len(by), 0, -1) for each in combinations(by, size)]
    groups = [{"name": _name(each, business), "when": _when(each, cuts)} for each in sets]
    order = [*(group["name"] for group in groups), NONE.capitalize()]
    return Definition(
        "behaviour", order, by, {"groups": groups, "otherwise": order[-1], "cuts": cuts}
    )


def _usual(card):
    known = habits(card)
    more = known[known["kind"].isin(["promotion", "basket"]) & (known["customers_n"] > 0)]
    return ["orders_n", *more["column"].head(1)]


def _name(columns, business):
    return ", ".join(called(column, business=business) for column in columns).capitalize()


def _when(columns, cuts):
    """Say that a customer is above the cut of each of these columns; the first match wins."""
    return {"all": [{column: {"over": cuts[column]}} for column in columns]}


@passes
def example(found, *, place):
    """Say of one customer, by place in the card, which group is theirs, and why (Markdown).

    The rule told is that of the first group; the first one that fits decides.

    Parameters
    ----------
    found : Attempt or Refused
        The groups.
    place : int
        Which row of the card, from 0.

    Returns
    -------
    str
        Markdown.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import segments
    >>> from segkit.segments.approaches import behaviour
    >>> card = pd.DataFrame({"customer_id": list("abcd"), "orders_n": [1, 1, 1, 9]})
    >>> found = segments.attempt(card, {"approach": "behaviour", "by": "orders_n"})
    >>> behaviour.example(found, place=3)[-34:]
    'orders”: in, because orders 9 > 1.'
    """
    first, customer = found.rules["groups"][0], found.card.iloc[place].to_dict()
    return (
        f"In the middle of the list is a customer of “{found.labels.iloc[place]}”. For "
        f"“{first['name']}”: {rules.explain(customer, first['when'])}."
    )


expression = rules.grouped
"""Return the Ibis column that names each row's group."""
