"""What further tables tell of each customer: one file per subject, one row per customer.

A measure is an Ibis table with one row per customer, made of what happened in a window. `card`
joins all that the study's tables can give, so that every approach finds its columns on the card.
Each file has `WORDS` ({column: (family, unit, meaning)}), `ZERO` (columns that are 0, not
unknown, for a customer whom the table does not name) and `expression`.
"""

import importlib

SUBJECTS = ("profit", "mailed", "contacts", "web", "loyalty", "answers")
"""Files of this room whose measures join the card, in the order of their columns."""


def parts(tables, *, start, end):
    """Yield the measures that the tables can give: Ibis tables keyed by `customer_id`.

    `start` (or None) and `end` (exclusive) bound the window, as datetimes.
    """
    for subject in _subjects():
        found = subject.expression(tables, start=start, end=end)
        if found is not None:
            yield found


def words():
    """Return {column: (family, unit, meaning)} of all measures."""
    return {name: told for subject in _subjects() for name, told in subject.WORDS.items()}


def zero():
    """List the measures that are 0, not unknown, for a customer whom a table does not name."""
    return tuple(name for subject in _subjects() for name in subject.ZERO)


def within(table, column, *, start, end):
    """Keep the rows of a window: from `start` (or the beginning) until before `end`."""
    table = table.filter(table[column] < end)
    return table if start is None else table.filter(table[column] >= start)


def _subjects():
    return [importlib.import_module(f"segkit.data.measures.{name}") for name in SUBJECTS]
