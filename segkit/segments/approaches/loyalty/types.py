"""The five types of loyalty as data: what shows each, when and how it pays, what raises it.

Plain tables of words and numbers, to be read and changed in types.yaml. Whoever buys much pays now
and directly; whoever keeps the rules saves cost now, which pays indirectly; whoever stays in touch
tells what he wants and buys later; who recommends us and who tells us what he thinks pays later,
through others or through what we mend. Source: the text on five types of loyalty (its table lost
the words "referral" and "contact", and its "estimated" is evaluative). Taught in notebook
approaches/loyalty.
"""

import pandas as pd

from segkit.study import StudyError, beside

TOLD = beside(__file__)
"""All that is told in types.yaml, where it can be changed."""
TYPES = tuple(TOLD["types"])
"""The five types, in the order of the source."""
MEANING, TABLES, MEASURES = (
    {kind: each[what] for kind, each in TOLD["types"].items()}
    for what in ("meaning", "tables", "measures")
)
"""Of every type: what such a customer does, which tables tell of it, and what is measured."""
PAYS = {kind: tuple(pays) for kind, pays in TOLD["pays"].items()}
"""When a type raises the profit, and by which way."""
STAGES, ACTIVITIES, GROUPS = (TOLD[what] for what in ("stages", "activities", "groups"))
"""The weights of the types by stage, what can be done, and the kinds of customer as rules."""

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
