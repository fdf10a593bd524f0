"""The fields of the handbook, always filled when they are known, distinctive or not.

What sets a persona apart stands in its statements; a team that writes to it also asks how old they
are, where they live, how they came, what and when they buy, on offer or not. "Like everybody" is an
answer to that. So each persona's most common value, median or pooled level stands beside that of
all, with a mark where it is distinctive or made the segments. What nothing tells becomes the very
question to ask. Refused: values of fewer than the smallest cell, and traits nobody measured.
"""

import pandas as pd

from segkit.data.card import levels
from segkit.personas import phrases
from segkit.study import beside

SAID = beside(__file__)
"""Topics, their columns, and what to ask (always.yaml)."""
MOST_VALUES = 30
"""A column of more values names single customers and describes nobody."""
GOODS = 3
"""So many groups of goods are told, the most money first."""
WHY = ("psychographic", "goals and needs")


def profile(card, *, groups, dictionary, statements, smallest=10):
    """Tell of every group what is always told: {group: {"profile": […], "ask": […]}}.

    Parameters
    ----------
    card : DataFrame
        One row per customer.
    groups : Series
        The group of each row.
    dictionary : DataFrame
        column, family and unit.
    statements : DataFrame
        Of `statements.about`, with built_in; they give the marks.
    smallest : int
        Fewer customers than that are not described.

    Returns
    -------
    dict
        Each line of "profile" has topic, column, text (told with the value of all) and mark
        ("distinctive", "by construction" or ""); each of "ask" topic and text.
    """
    families = dictionary.set_index("column")["family"]
    units = dictionary.set_index("column")["unit"]
    marks = _marks(statements)
    found = {}
    for group in pd.unique(pd.Series(list(groups))):
        here = card[(groups == group).to_numpy()]
        lines = [*_described(here, card, families, units, smallest), *_goods(here, card, units)]
        lines += _levels(here, card, units)
        lines = [_marked(line, marks, group) for line in lines]
        lines = lines if len(here) >= smallest else []
        found[group] = {"profile": lines, "ask": _asked(lines, dictionary)}
    return found


def _marks(statements):
    """Tell of each group, column and value what is distinctive, or made the segments."""
    telling = statements[statements["distinctive"]]
    return {
        (row.group, row.column, None if row.kind == "level" else str(row.value)): (
            "by construction" if row.built_in else "distinctive"
        )
        for row in telling.itertuples()
    }


def _marked(line, marks, group):
    """Mark a line; a median has no statement of its own, so it has no mark."""
    found = [marks.get((group, line["column"], value), "") for value in line.pop("values", [None])]
    return {**line, "mark": max(found)}


def _described(here, card, families, units, smallest):
    """Tell the median of numbers and the most common value of words, topic by topic."""
    for topic, asked in SAID["described"].items():
        columns = [c for c in families.index if families[c] in asked["families"] and c in card]
        told = [(c, *_one(here[c], card[c], units[c], smallest)) for c in columns]
        kept = [{"topic": topic, "column": c, "text": text, "values": values}
                for c, text, values in told if text]  # fmt: skip
        yield from kept[: asked["most"]]


MEDIAN = "median"
"""Stands for the value of a line that tells a median: no statement is about it."""


def _one(here, everybody, unit, smallest):
    """Say a median or a most common value beside that of all: (words, values to look up)."""
    label, known, whole = phrases.of(here.name).label, here.dropna(), everybody.dropna()
    if len(known) >= smallest and pd.api.types.is_numeric_dtype(known) and whole.nunique() > 2:
        told, all_ = (_amount(each.median(), unit) for each in (known, whole))
        told = f"{label}: median {told}"
        return SAID["everybody"].format(told=told, everybody=all_), [MEDIAN]
    known, whole = known.astype(str), whole.astype(str)
    counts = known.value_counts().sort_index().sort_values(kind="stable", ascending=False)
    if not len(counts) or counts.iloc[0] < smallest or whole.nunique() > MOST_VALUES:
        return "", []
    top = counts.index[0]
    tested = [*whole.unique()] if whole.nunique() == 2 else [top]  # of two, one speaks for both
    told, all_ = (_amount((each == top).mean(), "share") for each in (known, whole))
    return SAID["everybody"].format(told=f"{label}: {top}, {told}", everybody=all_), tested


def _goods(here, card, units):
    """Tell the groups of goods that bring most of the money, with that money."""
    columns = [c for c in card if c.startswith("share_") and c != "share_other"]
    if not columns or "spend_total" not in card:
        return []
    worth = {c: _sums(here, c) for c in columns}
    best = sorted(columns, key=lambda c: (-worth[c][0], c))[:GOODS]
    return [{"topic": "what they buy", "column": c, "text": _good(c, worth[c], card, units)}
            for c in best if worth[c][0] > 0]  # fmt: skip


def _good(column, sums, card, units):
    part, whole = sums
    money = _amount(part, units.get("spend_total", ""))
    name = phrases.of(column).label.removesuffix(" as share of spend")
    told = SAID["money"].format(name=name, here=_amount(part / whole, "share"), money=money)
    all_part, all_whole = _sums(card, column)
    return SAID["everybody"].format(told=told, everybody=_amount(all_part / all_whole, "share"))


def _levels(here, card, units):
    """Tell pooled levels: rates of all orders or money together."""
    for topic, columns in SAID["levels"].items():
        for column in (c for c in columns if c in card):
            both = [_sums(each, column) for each in (here, card)]
            if all(whole for _, whole in both):
                share = levels.share(column, levels.per(column, card))
                unit = "share" if share else units[column]
                told, all_ = (_amount(part / whole, unit) for part, whole in both)
                if not any(part for part, _ in both):
                    continue  # nobody does it, as offices keep no weekends
                label = _rate(column, card)
                text = SAID["everybody"].format(told=f"{label}: {told}", everybody=all_)
                yield {"topic": topic, "column": column, "text": text}


def _rate(column, card):
    """Say what a pooled level is a rate of."""
    per = levels.per(column, card)
    told = phrases.asked(column, unit="", per=per)
    return told[:1].lower() + told[1:]


def _sums(card, column):
    """Return (part, whole), summed over those of whom both are known."""
    part, whole = levels.parts(card, column)
    known = part.notna() & whole.notna()
    return float(part[known].sum()), float(whole[known].sum())


def _asked(lines, dictionary):
    """List the very questions that would fill the topics of which nothing is known."""
    told = {line["topic"] for line in lines}
    if set(dictionary["family"].map(phrases.field)) & set(WHY):
        told.add("why")
    return [{"topic": topic, "text": SAID["none"].format(question=question)}
            for topic, question in SAID["ask"].items() if topic not in told]  # fmt: skip


def _amount(value, unit):
    return phrases.amount(phrases.readable(value, unit=unit), unit=unit)
