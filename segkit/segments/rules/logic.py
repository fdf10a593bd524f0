"""What a rule means: true, false or unknown, the same in every engine and for one row.

Two readings of one text: `expression` for tables (Ibis), `truth` for a single customer in plain
Python, from which `telling.explain` draws its reasons. A test holds them together. Numbers that
are "not a number" count as unknown; a day is a whole day, whatever the hour; text that looks
like 2026-01-31 can be compared with days.
"""

import re

import ibis
import numpy as np
import pandas as pd

from segkit.segments import messages
from segkit.segments.rules import syntax
from segkit.segments.rules.syntax import DAYS, NUMBERS
from segkit.study import StudyError

ISO = r"^\d{4}-\d\d-\d\d"
"""How text begins that can be compared with a day."""

HELD = {"number": "numbers", "text": "text", "day": "days", "truth": "true or false"}


def expression(table, rule):
    """Return the Ibis column that is true for the rows of `table` a rule selects, else false.

    Never null: what cannot be told is out. Raises StudyError for an unknown column, or where a
    column holds text and the rule compares numbers.
    """
    rule = syntax.check(rule, columns=table.columns)
    return _engine(table, rule).fill_null(False)


def undecided(table, rule):
    """Return the Ibis column that is true where a rule can be called neither true nor false."""
    rule = syntax.check(rule, columns=table.columns)
    met = _engine(table, rule)
    return met.fill_null(True) != met.fill_null(False)  # Ibis writes (~x).isnull() as ~(x.isnull())


def _engine(table, rule):
    kind, parts = syntax.split(rule)
    if kind == "condition":
        return _tested(table, *parts)
    met = [_engine(table, part) for part in parts]
    if kind == "not":
        return ~met[0]
    return _joined(met, "and" if kind == "all" else "or")


def _joined(met, how):
    if len(met) == 1:
        return met[0]
    # by halves: a chain of hundreds is nested deeper than an engine can take
    one, other = (_joined(part, how) for part in (met[: len(met) // 2], met[len(met) // 2 :]))
    return one & other if how == "and" else one | other


def _tested(table, name, op, value):
    column, kind = _typed(table[name])
    if kind == "nothing" and op != "known":
        return column.cast("boolean")
    if op == "known":
        return column.notnull() if value else column.isnull()
    wanted = operand(name, op, value, kind=kind)
    if kind == "text" and (op in DAYS or op == "between"):
        column = column.re_search(ISO).ifelse(column.substr(0, 10), None)
    return _compared(column, op, wanted)


def _typed(column):
    """Return a column ready to compare, and what it holds: number, text, day, truth, nothing."""
    kind = column.type()
    if kind.is_null():
        return column, "nothing"
    if kind.is_boolean():
        return column, "truth"
    if kind.is_date() or kind.is_timestamp():
        return (column.date() if kind.is_timestamp() else column), "day"
    if kind.is_floating():
        return column.isnan().ifelse(None, column), "number"
    if kind.is_decimal():
        return column.cast("float64"), "number"
    return column, "number" if kind.is_numeric() else "text"


def _compared(column, op, wanted):
    """Compare an Ibis column or a plain value of the same kind with what is wanted."""
    lazy = isinstance(column, ibis.Expr)
    tests = {
        "over": lambda: column > wanted,
        "at_least": lambda: column >= wanted,
        "under": lambda: column < wanted,
        "at_most": lambda: column <= wanted,
        "between": lambda: (column >= wanted[0]) & (column <= wanted[1]),
        "is": lambda: column == wanted,
        "is_not": lambda: column != wanted,
        "contains": lambda: _contains(column, wanted),
        "before": lambda: column < wanted,
        "after": lambda: column > wanted,
        "one_of": lambda: column.isin(wanted) if lazy else column in wanted,
        "none_of": lambda: column.notin(wanted) if lazy else column not in wanted,
    }
    return tests[op]()


def _contains(text, piece):
    low = text.lower()
    return piece.lower() in low if isinstance(text, str) else low.contains(piece.lower())


def truth(row, rule):
    """Tell whether one customer meets a rule: True, False, or None where it is not known.

    `row` is a mapping (or a Series) of column → value. The same logic as `expression`.
    """
    kind, parts = syntax.split(rule)
    if kind == "condition":
        return _met(row, *parts)
    met = [truth(row, part) for part in parts]
    if kind == "not":
        return None if met[0] is None else not met[0]
    decides = kind == "any"
    if decides in met:
        return decides
    return None if None in met else not decides


def _met(row, name, op, value):
    here, kind = held(row[name])
    if op == "known":
        return (here is not None) is value
    if here is None:
        return None
    wanted = operand(name, op, value, kind=kind)
    if kind == "text" and (op in DAYS or op == "between"):
        here = here[:10] if re.search(ISO, here) else None
    return None if here is None else bool(_compared(here, op, wanted))


def held(value):
    """Return one value of a card as (plain value or None, what it is)."""
    if value is None or pd.isna(value):
        return None, "text"
    if isinstance(value, bool | np.bool_):
        return bool(value), "truth"
    if found := not isinstance(value, str) and syntax.day(value):
        return found, "day"
    return (value, "text") if isinstance(value, str) else (float(value), "number")


def operand(name, op, value, *, kind):
    """Turn the value of a rule into what the column holds; StudyError where it cannot be."""
    if isinstance(value, list | tuple):
        return [operand(name, op, one, kind=kind) for one in value]
    fits = {
        "number": op not in (*DAYS, "contains")
        and (syntax.is_number(value) or value in (True, False)),
        "text": op not in NUMBERS and not isinstance(value, bool),
        "day": op not in (*NUMBERS, "contains") and syntax.day(value),
        "truth": op in ("is", "is_not", "one_of", "none_of") and isinstance(value, bool),
    }
    if not fits[kind] or (kind == "text" and op == "between" and not syntax.day(value)):
        raise StudyError(_misfit(name, op, value, HELD[kind]))
    if kind == "day":
        return syntax.day(value)
    if kind == "number":
        return float(value) if isinstance(value, bool) or float(value) != value else value
    return value if kind == "truth" else _text(value)


def _text(value):
    """Write a number or a day of a rule the way a column of text holds it."""
    if isinstance(value, str):
        return value
    found = syntax.day(value)
    return found.isoformat() if found else repr(value).removesuffix(".0")


def _misfit(name, op, value, held):
    hint = messages.told("how to compare")[held]
    return f"`{name}: {{{op}: {value!r}}}`, but `{name}` holds {held} here. {hint}."
