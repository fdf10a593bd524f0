"""The five types of loyalty as data: what shows each, when and how it pays, what raises it.

Plain tables of words and numbers, to be read and changed. Whoever buys much pays now and
directly; whoever keeps the rules saves cost now, which pays indirectly; whoever stays in touch
tells what he wants and buys later; who recommends us and who tells us what he thinks pays later,
through others or through what we mend. Source: the text on five types of loyalty (its table lost
the words "referral" and "contact", and its "estimated" is evaluative). Taught in notebook
approaches/loyalty.
"""

import pandas as pd

from segkit.study import StudyError

TYPES = ("financial", "referral", "procedural", "contact", "evaluative")
"""The five types, in the order of the source."""

MEANING = {
    "financial": "buys much and often",
    "referral": "recommends us to others",
    "procedural": "keeps our rules and saves us work",
    "contact": "asks, comes, and answers our letters",
    "evaluative": "tells us what is good and what is not",
}
"""What a customer with this type of loyalty does."""

PAYS = {
    "financial": ("now", "directly"),
    "procedural": ("now", "indirectly"),
    "contact": ("later", "directly"),
    "referral": ("later", "indirectly"),
    "evaluative": ("later", "indirectly"),
}
"""When a type raises the profit, and by which way."""

MEASURES = {
    "financial": (
        {"measure": "money paid", "amount": "spend_total", "less": "unpaid_total"},
        {"measure": "orders", "amount": "orders_n"},
    ),
    "referral": ({"measure": "new customers sent", "amount": "referred_n"},),
    "procedural": (
        {"measure": "requests by our form", "part": "requests_by_form_n", "whole": "requests_n"},
        {"measure": "invoices paid in time", "part": "invoices_in_time_n",
         "whole": "invoices_judged_n"},
        {"measure": "documents signed in time", "part": "documents_in_time_n",
         "whole": "documents_judged_n"},
    ),
    "contact": (
        {"measure": "requests", "amount": "requests_n"},
        {"measure": "events attended", "part": "events_attended_n", "whole": "events_invited_n"},
        {"measure": "campaigns answered", "part": "campaigns_responded_n",
         "whole": "campaigns_received_n"},
        {"measure": "mailings opened", "part": "mailings_opened_n", "whole": "mailings_judged_n"},
    ),
    "evaluative": (
        {"measure": "reviews and complaints", "amount": "reviews_n"},
        {"measure": "orders reviewed", "part": "reviewed_orders_n", "whole": "orders_n"},
    ),
}  # fmt: skip
"""What is measured of each type, in columns of the customer card.

An `amount` (less another, where that is known) counts from 0 upwards; a `part` of a `whole` is a
share, and says nothing of a customer whose whole is 0.
"""

TABLES = {
    "financial": "orders",
    "referral": "referrals",
    "procedural": "requests with their channel, invoices or documents",
    "contact": "requests, events or mailings with responses",
    "evaluative": "reviews",
}
"""Which tables of a study tell of a type."""

STAGES = {
    "start-up": {
        "financial": 5, "referral": 3, "procedural": 1, "contact": 2, "evaluative": 1,
    },
    "growth": {
        "financial": 3, "referral": 4, "procedural": 2, "contact": 3, "evaluative": 2,
    },
    "optimising processes": {
        "financial": 2, "referral": 1, "procedural": 4, "contact": 2, "evaluative": 5,
    },
    "all alike": dict.fromkeys(TYPES, 1),
}  # fmt: skip
"""How much each type matters at a stage of the company. A proposal, made to be changed.

The source settles two things only: at the start, regular paying orders matter most; when
processes are being optimised, feedback gains worth. The rest is a reading of the map `PAYS`.
"""

ACTIVITIES = (
    {"type": "financial", "activity": "Anniversary bonus",
     "what": "Orders above a set amount, paid within the month of the company's birthday, earn a "
             "percentage back that pays for an order two months later.",
     "raises": "the usual size of an order, and the next order",
     "effect": "money paid and orders, against customers who were not told"},
    {"type": "financial", "activity": "Sales promotion",
     "what": "A limited offer for customers who buy often but little, or much but rarely.",
     "raises": "orders, or the size of an order: say which before it begins",
     "effect": "money paid less the discount, against customers without the offer"},
    {"type": "referral", "activity": "Gift for a friend",
     "what": "A gift comes with a card: to whom may we send the same? Whoever names somebody "
             "gets another gift on a birthday given on the card.",
     "raises": "new customers sent by old ones",
     "effect": "new customers sent, and how many of them bought, against customers without a card"},
    {"type": "procedural", "activity": "Thanks for complete papers",
     "what": "Whoever collects a finished order and brings the full set of closing documents gets "
             "a small gift on the spot.",
     "raises": "documents signed in time, and orders collected",
     "effect": "documents signed in time, against customers served without the gift"},
    {"type": "contact", "activity": "Monthly master class",
     "what": "A short class a month on how to use what we sell, for customers, with our people at "
             "hand to listen.",
     "raises": "events attended, requests, answers to mailings",
     "effect": "requests and answers in the months after, against customers who were not invited"},
    {"type": "evaluative", "activity": "A call after delivery",
     "what": "A short call once the order is finished: how were the goods, how was the service? "
             "Thanks for every answer, above all for a complaint.",
     "raises": "opinions on orders, complaints included",
     "effect": "orders with an opinion, against orders without a call"},
)  # fmt: skip
"""Activities of the source, retold: what is done, which type it raises, where to look for it."""

HIGH, MIDDLE, LOW = 60, 50, 40
"""Scores that count as strong, at least usual, and weak."""

GROUPS = (
    {"name": "Buys much, keeps our rules",
     "when": {"all": [{"financial_loyalty": {"at_least": HIGH}},
                      {"procedural_loyalty": {"at_least": MIDDLE}}]}},
    {"name": "Recommends us",
     "when": {"all": [{"referral_loyalty": {"at_least": HIGH}},
                      {"evaluative_loyalty": {"at_least": MIDDLE}}]}},
    {"name": "Speaks up",
     "when": {"all": [{"evaluative_loyalty": {"at_least": HIGH}},
                      {"contact_loyalty": {"at_least": MIDDLE}}]}},
    {"name": "Buys much, breaks our rules",
     "when": {"all": [{"financial_loyalty": {"at_least": HIGH}},
                      {"procedural_loyalty": {"under": LOW}}]}},
    {"name": "In touch, buys little",
     "when": {"all": [{"contact_loyalty": {"at_least": HIGH}},
                      {"financial_loyalty": {"under": HIGH}}]}},
    {"name": "Buys much, little else", "when": {"financial_loyalty": {"at_least": HIGH}}},
    {"name": "Keeps our rules, keeps quiet",
     "when": {"all": [{"procedural_loyalty": {"at_least": HIGH}},
                      {"contact_loyalty": {"under": HIGH}}]}},
)  # fmt: skip
"""Kinds of customer by their strongest types, as rules; the first that fits is taken.

Who pays now comes first, then who sends and tells others. Change names, scores and order.
"""

OTHERWISE = "No type stands out"
"""Everybody else."""


def column(kind):
    """Name the column of a type's score: "referral" → "referral_loyalty"."""
    return f"{kind}_loyalty"


def weights(stage, *, changes=None):
    """Return what each type of loyalty weighs at a stage of the company.

    Parameters
    ----------
    stage : str
        A name of `STAGES`: start-up, growth, optimising processes, all alike.
    changes : dict, optional
        {type: weight, 0 or more} instead of the proposal.

    Returns
    -------
    dict
        {type: weight}, adding up to 1.

    Raises
    ------
    StudyError
        For an unknown stage or type, and when no weight is above 0.

    Examples
    --------
    >>> from segkit.segments.approaches.loyalty import types
    >>> types.weights("all alike")["referral"]
    0.2
    """
    if stage not in STAGES:
        raise StudyError(f"The stage is {stage!r}; known are: {', '.join(STAGES)}.")
    found = STAGES[stage] | (changes or {})
    if odd := [kind for kind in found if kind not in TYPES]:
        raise StudyError(f"{odd[0]!r} is no type of loyalty; known are: {', '.join(TYPES)}.")
    total = sum(found.values())
    if total <= 0 or min(found.values()) < 0:
        raise StudyError(f"The weights are {found}: none may be below 0, and one must be above.")
    return {kind: found[kind] / total for kind in TYPES}


def chart():
    """Lay out the five types of loyalty.

    Returns
    -------
    DataFrame
        type, the customer (what this customer does), measures, pays (now, later) and how.

    Examples
    --------
    >>> from segkit.segments.approaches.loyalty import types
    >>> types.chart()["type"].tolist()
    ['financial', 'referral', 'procedural', 'contact', 'evaluative']
    """
    rows = [
        (kind, MEANING[kind], ", ".join(m["measure"] for m in MEASURES[kind]), *PAYS[kind])
        for kind in TYPES
    ]
    return pd.DataFrame(rows, columns=["type", "the customer", "measures", "pays", "how"])


def activities(kind=None):
    """List what can be done.

    Parameters
    ----------
    kind : str, optional
        A type of loyalty; without it all.

    Returns
    -------
    DataFrame
        type, activity, what, raises, effect (where to look for it).

    Examples
    --------
    >>> from segkit.segments.approaches.loyalty import types
    >>> types.activities("referral")["activity"].tolist()
    ['Gift for a friend']
    """
    return pd.DataFrame([each for each in ACTIVITIES if kind in (None, each["type"])])
