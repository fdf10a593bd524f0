"""The seventeen approaches, one file (or folder) each, called like its notebook.

Each says what it is for (`ABOUT`), finds its segments on a customer card (`fit`, which returns a
`Definition`) and applies them in any engine (`expression`). A file put here is an approach: `names`
finds it, the chooser, the gallery and the README follow. What several of them need stands beside
this room, in `attributes`, `crm`, `models` and `rules`.
"""

import importlib
import pkgutil
from functools import cache

from segkit.segments.naming import label
from segkit.study import StudyError, known


@cache
def names():
    """List every approach, called like its module and its notebook; the easier ones first.

    In the order of `ABOUT.place`, then of their names.

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> from segkit.segments import approaches
    >>> approaches.names()[:3]
    ('abc', 'rfm', 'lifecycle')
    """
    found = [entry.name for entry in pkgutil.iter_modules(__path__)]
    return tuple(sorted(found, key=lambda name: (_module(name).ABOUT.place, name)))


def room(approach):
    """Return the module of an approach.

    Raises
    ------
    segkit.study.StudyError
        There is none of that name; the nearest one is told.
    """
    return known(approach, {name: _module(name) for name in names()}, what="approach")


def fit(card, recipe):
    """Fit the approach a recipe names; a name alone takes all defaults.

    Returns a Definition. Raises StudyError where the card lacks what the approach needs.
    """
    recipe = {"approach": recipe} if isinstance(recipe, str) else recipe
    module = room(recipe["approach"])
    if why := missing(card, approach=recipe["approach"]):
        raise StudyError(f"APPROACH is {recipe['approach']!r}, but {why}")
    return module.fit(card, **{n: recipe[n] for n in module.ABOUT.options if n in recipe})


def missing(card, *, approach):
    """Say what an approach would need and the card lacks; empty when it can be used."""
    about = room(approach).ABOUT
    if about.family and not room(approach).read(card).names:
        return about.unknown
    lacks = lacking(card, approach=approach)
    if lacks and about.own:
        return (
            f"{elsewhere(approach)}: it needs {about.data}. Run [it](approaches/{approach}.ipynb)."
        )
    if not lacks:
        refusal = getattr(room(approach), "refusal", None)  # what no list of columns can say
        return refusal(card) if refusal else ""
    names = ", ".join(label(column) for column in lacks)
    needed = f"It would need {about.data}."
    if set(lacks) <= set(_WRITTEN):
        listed = ", ".join(_WRITTEN[c] for c in lacks)
        needed = f"It would need {listed} on the list, or a table `orders`."
    return f"nothing is known here of the customers' {names}. {needed}"


def refusal(card, *, approach):
    """Say in Markdown why an approach is left out of the notebook."""
    return room(approach).ABOUT.refused(approach, missing(card, approach=approach)).why


_WRITTEN = {
    "spend_total": "`spend_total`",
    "orders_n": "`orders_n`",
    "days_since_purchase": "`last_order_at`",
}


def lacking(card, *, approach):
    """List the columns of an approach that a card lacks, or that are known of nobody."""
    columns = room(approach).ABOUT.columns
    return [c for c in columns if c not in card.columns or not card[c].notna().any()]


def elsewhere(approach):
    """Say that an approach is made of more than the card, and where."""
    return (
        f"what it is made of is no part of the customer card, but of notebook approaches/{approach}"
    )


def _module(name):
    return importlib.import_module(f"{__name__}.{name}")
