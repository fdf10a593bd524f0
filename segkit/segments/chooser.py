"""Which approach for which question: the handbook's comparison, checked against the data.

A table, not an oracle: what each approach is for, how hard it is, when to use it, and whether
the study at hand has the columns it needs.
"""

import numpy as np
import pandas as pd

from segkit.segments.naming import label

APPROACHES = (
    {
        "approach": "abc",
        "question": "Who brings the money?",
        "use": "decide whom to serve how much",
        "difficulty": "low",
        "when": "always, as a first look",
        "needs": ("spend_total",),
    },
    {
        "approach": "rfm",
        "question": "Who is active, who is slipping away?",
        "use": "loyalty programmes, winning back",
        "difficulty": "medium",
        "when": "purchases repeat and dates are known",
        "needs": ("days_since_purchase", "orders_n", "spend_total"),
    },
    {
        "approach": "clusters",
        "question": "Who resembles whom on what matters for the goal?",
        "use": "different offers for different habits",
        "difficulty": "high",
        "when": "several criteria matter and are measured",
        "needs": (),
    },
)
"""What each approach answers, in the order of difficulty, and the card columns it needs."""


def compare(card, *, features):
    """Set the approaches side by side for one customer card.

    `features` are the criteria that clusters would use. Returns a DataFrame: approach,
    question, use, difficulty, when, possible (a word or what is missing).
    """
    rows = [{**row, "possible": _possible(row, card, features)} for row in APPROACHES]
    return pd.DataFrame(rows).drop(columns="needs")


def missing(card, *, approach):
    """Say what an approach would need and the card lacks; empty when it can be used."""
    row = next((row for row in APPROACHES if row["approach"] == approach), {"needs": ()})
    lacks = _lacking(row, card)
    if not lacks:
        return ""
    names = ", ".join(label(column) for column in lacks)
    verb = "is" if len(lacks) == 1 else "are"
    return (
        f"the customers' {names} {verb} not known here. It would need "
        f"{', '.join(_WRITTEN[c] for c in lacks)} on the list, or a table `orders`."
    )


def refusal(card, *, approach):
    """Say in Markdown why an approach is left out of the notebook."""
    return f"*No {approach.upper()} for these customers:* {missing(card, approach=approach)}"


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


def _lacking(row, card):
    return [c for c in row["needs"] if c not in card.columns or not card[c].notna().any()]


def _possible(row, card, features):
    lacks = _lacking(row, card)
    if lacks:
        return f"no: {', '.join(label(column) for column in lacks)} not known"
    if row["approach"] == "clusters" and len(features) < 2:
        return "hardly: fewer than two criteria"
    return "yes"
