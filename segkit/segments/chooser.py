"""Which approach for which question: the handbook's comparison, checked against the data.

A table, not an oracle: what each approach is for, how hard it is, when to use it, and whether
the study at hand has the columns it needs.
"""

import pandas as pd

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


def _possible(row, card, features):
    missing = [column for column in row["needs"] if column not in card.columns]
    if missing:
        return f"no: {', '.join(missing)} not known"
    if row["approach"] == "clusters" and len(features) < 2:
        return "hardly: fewer than two criteria"
    return "yes"
