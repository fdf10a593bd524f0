"""Fields: what a new customer may be asked, and which answers there are.

A field is a column of the card. Few different numbers (marks, yes and no) and few different words
are answers as they stand; other numbers are cut into bands later, where the segments are known
(`scoring`). What was not answered stays unknown: it is never filled in, and it scores nothing.
Left out are ids, dates, free text, columns that do not vary and those known of too few.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from segkit import data
from segkit.data.card.columns import describing

LEVELS_MAX = 7
"""A number with more different values is cut into bands."""
WORDS_MAX = 24
"""A column with more different words is free text, or names somebody."""
KNOWN = 0.5
"""Share of the customers of whom a field must be known."""
ANSWERS_MAX = 11
"""Whole numbers from 0 or 1 up to this are marks on a scale; they are never cut into bands."""


@dataclass(frozen=True)
class Field:
    """One question: its column, how it is asked, its unit, and its answers in order.

    `answers` are (value, words) pairs; empty for a number that is cut into bands. `whole`: all its
    numbers are; `least`: the smallest of them.
    """

    column: str
    question: str
    unit: str
    answers: tuple = ()
    whole: bool = False
    least: float = 0.0

    @property
    def banded(self):
        """Tell whether it is a number that is cut into bands."""
        return not self.answers


def found(card, *, columns, smallest=10):
    """List what may be asked: a Field for each of the columns that can carry a question.

    Parameters
    ----------
    card : DataFrame
        One row per customer.
    columns : list of str
        Those that may be asked.
    smallest : int
        An answer in words that fewer have given is not shown; it counts as unknown.

    Returns
    -------
    list of Field
        In the order of the columns.
    """
    listed = [c for c in describing(columns) if c in card and card[c].notna().mean() >= KNOWN]
    units = data.card.dictionary(card[listed]) if listed else None
    units = units.set_index("column")["unit"].to_dict() if listed else {}
    fields = [_field(card[c], unit=units[c], smallest=smallest) for c in listed]
    return [field for field in fields if field]


def matrix(card, fields):
    """Turn what is known of customers into numbers: (customers, fields), unknown as NaN.

    A field with answers gives the place of the answer, 0 for the first; any other its number.
    """
    columns = [_numbers(card[field.column], field) for field in fields]
    return np.column_stack(columns) if columns else np.empty((len(card), 0))


def _field(values, *, unit, smallest):
    """Describe a column as a question, or return None where it is none."""
    known = values.dropna()
    if not known.map(pd.api.types.is_hashable).all():
        return None
    question = asked(values.name)
    unit = "" if unit in ("group", "number", question.lower()) else unit
    if known.replace([np.inf, -np.inf], np.nan).nunique() < 2 or values.name == "customer_id":
        return None
    if is_bool_dtype(known) or (is_numeric_dtype(known) and set(known) == {0, 1}):
        return Field(values.name, question, "", ((0.0, "no"), (1.0, "yes")))
    if is_numeric_dtype(known):
        known = known[np.isfinite(known.astype(float))]
        return _number(known.astype(float), Field(values.name, question, unit))
    return _in_words(known, Field(values.name, question, unit), smallest)


def _number(known, field):
    whole = bool((known == known.round()).all())
    levels = sorted(known.unique())
    scale = whole and levels[0] in (0, 1) and levels[-1] <= ANSWERS_MAX
    if (scale and not field.column.endswith("_n")) or len(levels) <= LEVELS_MAX:
        answers = tuple((float(v), amount(v, field)) for v in levels)
        return Field(field.column, field.question, field.unit, answers, whole)
    return Field(field.column, field.question, field.unit, (), whole, float(levels[0]))


def _in_words(known, field, smallest):
    if pd.api.types.is_datetime64_any_dtype(known):
        return None
    counts = known.astype(str).value_counts()
    words = sorted(counts[counts >= smallest].index)
    if counts.size > WORDS_MAX or len(words) < 2:
        return None
    return Field(field.column, field.question, "", tuple((word, word) for word in words))


def _numbers(values, field):
    if field.banded:
        numbers = values.astype(float).to_numpy()
        return np.where(np.isfinite(numbers), numbers, np.nan)
    texts = isinstance(field.answers[0][0], str)
    known = values.astype("object").where(values.notna(), None)
    given = [None if v is None else (str(v) if texts else float(v)) for v in known]
    places = {value: float(place) for place, (value, _) in enumerate(field.answers)}
    return np.array([places.get(v, np.nan) for v in given], dtype=float)


def asked(column):
    """Say a column as it is asked: "answer_price_matters" is "Price matters"."""
    plain = column.removeprefix("answer_").removesuffix("_n").removesuffix("_total")
    text = plain.replace("_", " ").strip()
    return text[:1].upper() + text[1:]


def amount(value, field):
    """Write a number of a field: shares as percent, others as short as they are."""
    if field.unit.startswith("share"):
        return f"{100 * value:.10g} %"
    return f"{value:,.10g}"
