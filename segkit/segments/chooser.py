"""Which approach for which question: the handbook's comparison, checked against the data.

A table, not an oracle: what each approach is for, how hard it is, when to use it, and whether
the study at hand has the columns it needs.
"""

import importlib

import numpy as np
import pandas as pd

from segkit.segments.naming import label
from segkit.study import StudyError

APPROACHES = (
    "abc",
    "rfm",
    "lifecycle",
    "activity",
    "behaviour",
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


def room(approach):
    """Return the module of an approach; raises StudyError when there is none of that name."""
    if approach not in APPROACHES:
        raise StudyError(
            f"APPROACH is {approach!r}, but only {', '.join(APPROACHES)} are known. "
            "Set it in the study file, or run with: -p APPROACH=clusters"
        )
    return importlib.import_module(f"segkit.segments.{approach}")


def rooms():
    """Return {approach: module}, the easier ones first."""
    return {name: room(name) for name in APPROACHES}


def compare(card, *, features):
    """Set the approaches side by side for one customer card.

    `features` are the criteria that clusters would use. Returns a DataFrame: approach,
    question, use, difficulty, when, possible (a word or what is missing).
    """
    told = ("question", "use", "difficulty", "when")
    rows = [
        {
            "approach": name,
            **{what: getattr(module.ABOUT, what) for what in told},
            "possible": _possible(name, module.ABOUT, card, features),
        }
        for name, module in rooms().items()
    ]
    return pd.DataFrame(rows)


def missing(card, *, approach):
    """Say what an approach would need and the card lacks; empty when it can be used."""
    about = room(approach).ABOUT
    lacks = _lacking(about, card)
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


def _possible(name, about, card, features):
    lacks = _lacking(about, card)
    if lacks:
        return f"no: {', '.join(label(column) for column in lacks)} not known"
    if why := missing(card, approach=name):
        return f"no: {why.split('; ')[0].split('. ')[0]}"
    if name == "clusters" and len(features) < 2:
        return "hardly: fewer than two criteria"
    return "yes"
