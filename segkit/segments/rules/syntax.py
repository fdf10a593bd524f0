"""What a rule may look like: its shape, its columns, and what is wrong with one that is not.

Every other file of this room takes a rule apart with `split` and `conditions`, so that they
cannot read the same rule differently.
"""

import math
from datetime import date

from segkit.segments import messages
from segkit.study import StudyError, nearest

NUMBERS = ("over", "at_least", "under", "at_most")
"""Operators that compare with one number."""

DAYS = ("before", "after")
"""Operators that compare with one day."""

OPS = (*NUMBERS, "between", "is", "is_not", "one_of", "none_of", "contains", "known", *DAYS)
"""Every operator of a condition."""

JOINS = ("all", "any", "not")
"""What holds further rules; no column can be called so."""


def split(rule):
    """Take one level of a rule apart: (kind, parts).

    kind is "all" or "any" (parts: list of rules), "not" (a list with one rule) or "condition"
    (parts: column, op, value). A mapping with several entries means all of them. Raises
    StudyError for anything that is no rule.
    """
    if not isinstance(rule, dict) or not rule:
        raise messages.error("no mapping", shown=_shown(rule))
    if len(rule) > 1:
        return "all", [{name: part} for name, part in rule.items()]
    ((name, part),) = rule.items()
    if name in JOINS:
        return name, _inner(name, part)
    return _condition(name, part)


def _inner(name, part):
    if name == "not":
        return [part]
    if not isinstance(part, list | tuple) or not part:
        raise messages.error("no list", name=name, shown=_shown(part))
    return list(part)


def _condition(column, part):
    if isinstance(part, list | tuple):
        return "condition", (column, "one_of", list(part))
    if not isinstance(part, dict):
        return "condition", (column, "is", part)
    if not part:
        raise StudyError(f"`{column}` has no condition. Write such as {{{column}: {{over: 1}}}}.")
    if len(part) > 1:
        return "all", [{column: {op: value}} for op, value in part.items()]
    ((op, value),) = part.items()
    return "condition", (column, op, value)


def conditions(rule):
    """Yield every condition of a rule as (column, op, value), from left to right."""
    kind, parts = split(rule)
    if kind == "condition":
        yield parts
    else:
        for part in parts:
            yield from conditions(part)


def columns(rule):
    """List the card columns that a rule looks at, in the order of their first use."""
    return list(dict.fromkeys(column for column, _, _ in conditions(rule)))


def check(rule, *, columns=None):
    """Raise StudyError unless `rule` is well formed and uses known `columns` only.

    `columns` are the names at hand, such as `card.columns`; without them only the form is
    checked. The message names the place, what stands there and the nearest valid name. Returns
    the rule as `plain` data.
    """
    known = None if columns is None else [str(c) for c in columns]
    for column, op, value in conditions(rule):
        if known is not None and column not in known:
            raise StudyError(_unknown(column, known))
        if op not in OPS:
            near = nearest(op, OPS, marks="``")
            raise messages.error("no comparison", column=column, op=op, near=near, ops=OPS)
        if why := _odd(op, value):
            raise StudyError(f"`{column}: {{{op}: {_shown(value)}}}`: {why}.")
    return plain(rule)


def _unknown(column, known):
    near = nearest(column, known, marks="``", cutoff=0.5)
    there = ", ".join(known)
    return f"The rule asks for `{column}`, which is no column here.{near} There are: {there}."


def _odd(op, value):
    """Say what is wrong with the value of a condition; empty when nothing is."""
    if op in NUMBERS:
        return "" if is_number(value) else "it needs a number"
    if op in DAYS:
        return "" if day(value) else 'it needs a day such as "2026-01-31"'
    if op == "known":
        return "" if isinstance(value, bool) else "it needs true or false"
    if op == "contains":
        return "" if isinstance(value, str) and value else "it needs a piece of text"
    if op == "between":
        return _odd_range(value)
    if op in ("one_of", "none_of"):
        ok = isinstance(value, list | tuple) and value and all(map(_is_value, value))
        return "" if ok else "it needs a list of values, such as [North, South]"
    if value is None:
        return "an empty value is never equal to anything; write {known: false}"
    return "" if _is_value(value) else "it needs a number, a text, true or false, or a day"


def _odd_range(value):
    if not isinstance(value, list | tuple) or len(value) != 2:
        return "it needs two ends, such as [1, 5]"
    ends = list(value) if all(map(is_number, value)) else [day(end) for end in value]
    if any(end is None for end in ends):
        return "both ends must be numbers, or both days"
    return "" if ends[0] <= ends[1] else "the first end is above the second"


def _is_value(value):
    return isinstance(value, str | bool | date) or is_number(value)


def is_number(value):
    """Tell whether a value of a rule is a number (true and false are none)."""
    ok = hasattr(value, "__float__") and not isinstance(value, bool | str)
    return ok and math.isfinite(float(value))


def day(value):
    """Read a day: a date, or text such as "2026-01-31"; None for anything else."""
    if isinstance(value, date):
        return date(value.year, value.month, value.day)
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        return None


def plain(rule):
    """Return a rule as plain data, ready for JSON: days as text, lists for tuples."""
    if isinstance(rule, dict):
        return {str(name): plain(part) for name, part in rule.items()}
    if isinstance(rule, list | tuple):
        return [plain(part) for part in rule]
    if isinstance(rule, date):
        return day(rule).isoformat()
    return rule.item() if hasattr(rule, "item") else rule


def _shown(value):
    return "nothing" if value is None else repr(value)
