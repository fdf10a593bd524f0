"""The columns of a card in words: family, unit, meaning, and what a high value is called."""

import re

import pandas as pd
from pandas.api.types import is_numeric_dtype

from segkit.data import meanings, measures
from segkit.data.card import surveys
from segkit.data.cells import readings
from segkit.data.measures import answers

FAMILIES = (
    "behavioural",
    "promotion",
    "value",
    "lifecycle",
    "demographic",
    "geographic",
    "channel",
    "firmographic",
    "psychographic",
)
"""The families of criteria, in the order in which they are shown."""


WORDS = meanings.of("card")
"""Family, unit and meaning of every computed column."""

BASES = ("bought_total", "goods_total", "branded_total")
"""What shares are shares of, before returns: it weighs them, and is neither criterion nor trait."""


def describing(names):
    """List the columns that describe a customer: not the id, nor what only weighs."""
    return [name for name in names if name not in ("customer_id", *BASES)]


ATTRIBUTES = {
    "geographic": r"country|region|city|town|street|post|zip|address|settlement|climate|state",
    "channel": r"channel|source|device|medium|referr",
    "firmographic": r"industry|sector|company|employees|turnover|firm|legal",
    "psychographic": r"lifestyle|interest|attitude|value|opinion|hobby",
}
"""How the family of a customer attribute is told from its name; any other is demographic."""


def dictionary(card):
    """Explain the columns of a card: column, family, unit, meaning, coverage (0 to 1).

    Parameters
    ----------
    card : DataFrame
        From `build`.

    Returns
    -------
    DataFrame
        column, family, unit, meaning, coverage (share of the customers it is known of, 0 to 1).

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import data
    >>> card = pd.DataFrame({"customer_id": ["c1", "c2"], "spend_total": [9.0, None]})
    >>> data.card.dictionary(card)[["column", "unit", "coverage"]]
            column   unit  coverage
    0  spend_total  money       0.5
    """
    columns = [column for column in card.columns if column != "customer_id"]
    rows = [(column, *explain(column), float(card[column].notna().mean())) for column in columns]
    rows = [
        (column, family, "number", *rest) if unit == "group" and is_numeric_dtype(card[column])
        else (column, family, unit, *rest)
        for column, family, unit, *rest in rows
    ]  # fmt: skip
    marks = readings.scales(_attributes_of(card))
    rows = [_asked(row, card, marks) for row in rows]
    items = {c for battery in surveys.find(card) for c in battery.columns}
    rows = [(c, "psychographic" if c in items else family, *rest) for c, family, *rest in rows]
    if "lines_n" not in card:  # no order lines: a list
        rows = [(c, family, unit, LISTED.get(c, meaning), known)
                for c, family, unit, meaning, known in rows]  # fmt: skip
    names = ["column", "family", "unit", "meaning", "coverage"]
    order = {family: place for place, family in enumerate(FAMILIES)}
    frame = pd.DataFrame(rows, columns=names)
    return frame.sort_values("family", key=lambda f: f.map(order), kind="stable", ignore_index=True)


LISTED = {
    "orders_n": "orders, as the list says",
    "spend_total": "spend, as the list says",
    "days_since_first_purchase": "from the first order on the list to the date",
}
"""Meaning of a computed column where no orders are behind it."""


def _attributes_of(card):
    return card[[c for c in card if c not in WORDS and not c.startswith("share_")]].select_dtypes(
        "number"
    )


def _asked(row, card, marks):
    """Name the unit of answers: marks on a scale, or yes and no."""
    column, family, unit, *rest = row
    if column in marks:
        own = "psychographic" if family == "demographic" else family
        return (column, own, marks[column], *rest)
    yes = unit == "number" and set(card[column].dropna().unique()) == {0, 1}
    return (column, family, "yes/no" if yes else unit, *rest)


def explain(column):
    """Return (family, unit, meaning) of one card column."""
    if column in WORDS:
        return WORDS[column]
    if column in (known := measures.words()):
        return known[column]
    if column.startswith(answers.PREFIX):
        return answers.explain(column)
    if column.startswith("share_"):
        name = column.removeprefix("share_").replace("_", " ")
        return "behavioural", "share of spend", f"department: {name}"
    found = (f for f, pattern in ATTRIBUTES.items() if re.search(pattern, column.lower()))
    return next(found, "demographic"), "group", column.replace("_", " ")


def ways(label):
    """Say what a high and a low value of an attribute are called, from its heading in words.

    "has children" gives ("more often: has children", "less often: has children"), "employees"
    ("many employees", "few employees"). Both only compare: neither says that most have children.
    """
    if VERB.match(label.lower()):
        return f"more often: {label}", f"less often: {label}"
    if HEADS.search(label.lower()):
        return f"many {label}", f"few {label}"
    return f"high {label}", f"low {label}"


HEADS = re.compile(r"(employees|kids|children|visits|orders|contacts|users|items|staff)$")
"""Last words of headings that are counted in heads."""
VERB = re.compile(
    r"(has|have|owns?|is|are|uses?|wants?|needs?|likes?|buys?|shops?|plans?|reads?|works?|lives?|"
    r"travels?|drives?|pays?|compares?|prefers?)\b"
)
"""First words of headings that say something of a person by themselves."""
