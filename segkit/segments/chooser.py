"""Which approach for which question: the handbook's comparison, checked against the data.

A table, not an oracle: what each approach is for, how hard it is, when to use it, and whether
the study at hand has the columns it needs.
"""

import importlib
import re

import numpy as np
import pandas as pd

from segkit.segments import attributes
from segkit.segments.naming import label
from segkit.study import StudyError

APPROACHES = (
    "abc",
    "rfm",
    "lifecycle",
    "activity",
    "behaviour",
    "demographic",
    "geographic",
    "firmographic",
    "five_w",
    "cohorts",
    "crm_selections",
    "web_analytics",
    "loyalty",
    "lifestyle",
    "needs",
    "clv",
    "clusters",
)
"""Every approach, called like its module and its notebook; the easier ones first."""


COMBINED = "combined"
"""Two approaches at once: no choice of its own, made of two others."""


BORROWED = ("five_w",)
"""Approaches that describe the segments of another one and make none."""


def room(approach):
    """Return the module of an approach; raises StudyError when there is none of that name."""
    if approach not in (*APPROACHES, COMBINED):
        raise StudyError(
            f"APPROACH is {approach!r}, but only {', '.join(APPROACHES)} are known. "
            "Set it in the study file, or run with: -p APPROACH=clusters"
        )
    home = "segkit.segments" if approach == COMBINED else "segkit.segments.approaches"
    return importlib.import_module(f"{home}.{approach}")


def rooms():
    """Return {approach: module}, the easier ones first."""
    return {name: room(name) for name in APPROACHES}


def fit(card, recipe):
    """Fit the approach a recipe names; see `segments.fit`. A name alone takes all defaults."""
    recipe = {"approach": recipe} if isinstance(recipe, str) else recipe
    module = room(recipe["approach"])
    if why := missing(card, approach=recipe["approach"]):
        raise StudyError(f"APPROACH is {recipe['approach']!r}, but {why}")
    return module.fit(card, **{n: recipe[n] for n in module.ABOUT.options if n in recipe})


def searched(recipe):
    """Tell whether a recipe searches for its segments, so that their names may change.

    An approach that takes a seed does; one of rules names its segments itself. Found again on
    other customers, searched segments are matched by overlap, not by name.
    """
    if recipe["approach"] == COMBINED:
        return searched(recipe["first"]) or searched(recipe["second"])
    return "seed" in room(recipe["approach"]).ABOUT.options


def quick(approach):
    """Tell whether an approach is fitted in passing: by rules, in well under a second."""
    about = room(approach).ABOUT
    return not (about.heavy or "seed" in about.options)


def attempts(card):
    """Fit every quick approach with its defaults; returns {approach: (definition or None, why)}.

    `why` says in words what is missing or what the approach refuses.
    """
    return {name: attempted(card, name) for name in APPROACHES if quick(name)}


def attempted(card, recipe):
    """Fit a recipe, or the approach of a name; returns (definition, "") or (None, why not)."""
    name = recipe if isinstance(recipe, str) else recipe["approach"]
    if why := missing(card, approach=name):
        return None, why
    try:
        return fit(card, recipe), ""
    except StudyError as error:
        return None, str(error)


def compare(card, *, features, tried):
    """Set the approaches side by side for one customer card.

    `features` are the criteria that clusters would use, `tried` comes from `attempts`. Returns
    a DataFrame: approach, question, use, difficulty, when, possible ("yes", or why not).
    """
    told = ("question", "use", "difficulty", "when")
    rows = [
        {
            "approach": name.replace("_", " "),
            **{what: getattr(module.ABOUT, what) for what in told},
            "possible": _possible(name, card, features, tried.get(name)),
        }
        for name, module in rooms().items()
    ]
    return pd.DataFrame(rows)


def gallery():
    """Link in Markdown to the short notebook of every approach."""
    links = [f"[{name.replace('_', ' ')}](approaches/{name}.ipynb)" for name in APPROACHES]
    return f"Each has a short notebook of its own: {', '.join(links)}."


def missing(card, *, approach):
    """Say what an approach would need and the card lacks; empty when it can be used."""
    about = room(approach).ABOUT
    if about.family and not _knows(room(approach), card):
        return f"nothing {about.family} is known here. It would need {about.data}."
    lacks = _lacking(about, card)
    if lacks and about.own:
        return (
            f"{_elsewhere(approach)}: it needs {about.data}. Run [it](approaches/{approach}.ipynb)."
        )
    if not lacks:
        refusal = getattr(room(approach), "refusal", None)  # what no list of columns can say
        return refusal(card) if refusal else ""
    names = ", ".join(label(column) for column in lacks)
    verb = "is" if len(lacks) == 1 else "are"
    needed = f"It would need {about.data}."
    if set(lacks) <= set(_WRITTEN):
        listed = ", ".join(_WRITTEN[c] for c in lacks)
        needed = f"It would need {listed} on the list, or a table `orders`."
    return f"the customers' {names} {verb} not known here. {needed}"


def refusal(card, *, approach):
    """Say in Markdown why an approach is left out of the notebook."""
    named = approach.upper() if len(approach) == 3 else approach.replace("_", " ")
    return f"*No {named} for these customers:* {missing(card, approach=approach)}"


def in_words(abc_shares, *, rfm_labels):
    """Say what ABC and RFM found: who brings the money, how many segments are filled."""
    told = []
    if len(abc_shares):
        top = abc_shares.iloc[0]
        told.append(
            f"{top['customers_share']:.0%} of customers bring {top['money_share']:.0%} of the "
            "money (promised: 20% bring 80%)"
        )
    if rfm_labels is not None:
        told.append(f"RFM fills {rfm_labels.nunique()} of 9 segments")
    return "; ".join(told) or "nothing, for neither money nor dates are known of these customers"


def agreed(agreement):
    """Say in words which two approaches agree most, and which are the most apart.

    `agreement` has a, b and adjusted_rand (1 = the same segments, 0 = chance), one row per pair.
    An approach that borrows its segments agrees with its lender by making, and is not counted.
    """
    if agreement.empty:
        return "there is no other approach to compare with"
    own = ~agreement[["a", "b"]].isin(BORROWED).any(axis=1)
    agreement = agreement[own] if own.any() else agreement
    ranked = agreement.sort_values("adjusted_rand", kind="stable")
    near, far = (
        f"{pair['a']} and {pair['b']}".replace("_", " ") + f" ({pair['adjusted_rand']:.2f})"
        for pair in (ranked.iloc[-1], ranked.iloc[0])
    )
    told = f"closest are {near}"
    if len(agreement) == 1:
        return told
    return f"{told}, furthest apart {far}"


def style(card, *, features):
    """Say in Markdown whether one way of answering dominates a set of marks; else empty.

    Where every mark goes up and down with every other (mean correlation of `STYLE` or more, none
    clearly below zero), people differ first of all in how high they mark anything, and segments
    will be the high and the low markers.
    """
    marks = card[list(features)].corr(method="spearman").to_numpy()
    pairs = marks[np.triu_indices(len(marks), 1)]
    if len(features) < 3 or not len(pairs) or not (pairs.mean() >= STYLE and pairs.min() > 0):
        return ""
    return (
        f"\n\n**One answer style dominates:** all criteria rise and fall together (mean rank "
        f"correlation {pairs.mean():.2f}), so segments will mostly part high from low markers. "
        "Marks relative to each person's own mean would tell more."
    )


STYLE = 0.5
"""Mean correlation between criteria from which one style of answering dominates."""

_WRITTEN = {
    "spend_total": "`spend_total`",
    "orders_n": "`orders_n`",
    "days_since_purchase": "`last_order_at`",
}


def _lacking(about, card):
    return [c for c in about.columns if c not in card.columns or not card[c].notna().any()]


def _elsewhere(approach):
    """Say that an approach is made of more than the card, and where."""
    return (
        f"what it is made of is no part of the customer card, but of notebook approaches/{approach}"
    )


def _possible(name, card, features, tried):
    """Say "yes", or in few words why an approach cannot be used on this card."""
    about = room(name).ABOUT
    lacks = _lacking(about, card)
    if lacks and about.own:
        return f"not here: {_elsewhere(name)}"
    if lacks:
        return f"no: {', '.join(label(column) for column in lacks)} not known"
    if tried and tried[1]:
        return f"no: {_first_sentence(tried[1])}"
    if why := missing(card, approach=name):
        return f"no: {_first_sentence(why)}"
    if "features" in about.options and len(features) < 2:
        return "hardly: fewer than two criteria"
    return "yes" if tried or name == "clusters" else "not tried here, for it takes longer"


def _knows(module, card):
    """Tell whether a card has any attribute of an approach's family, by name or by kind."""
    return bool(module.kinds(card) or attributes.columns(card, family=module.ABOUT.family))


def _first_sentence(text):
    return re.split(r"[.;:] |\.$", text, maxsplit=1)[0]
