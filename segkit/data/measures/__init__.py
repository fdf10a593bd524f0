"""What further tables tell of each customer: one file per subject, one row per customer.

A measure is an Ibis table with one row per customer, made of what happened in a window. `card`
joins all that the study's tables can give, so that every approach finds its columns on the card.
Each file has an `expression`; meanings.csv says of its columns what they mean, and which are 0, not
unknown, for a customer whom the table does not name.
"""

import importlib

import ibis

from segkit.data import meanings

SUBJECTS = ("profit", "mailed", "contacts", "web", "loyalty", "answers")
"""Files of this room whose measures join the card, in the order of their columns."""


def parts(tables, *, start, end):
    """Yield the measures that the tables can give: Ibis tables keyed by `customer_id`.

    `start` (or None) and `end` (exclusive) bound the window, as datetimes.
    """
    for name in SUBJECTS:
        subject = importlib.import_module(f"segkit.data.measures.{name}")
        found = subject.expression(tables, start=start, end=end)
        if found is not None:
            yield found


def words():
    """Return {column: (family, unit, meaning)} of all measures."""
    return {column: told for name in SUBJECTS for column, told in meanings.of(name).items()}


def zero():
    """List the measures that are 0, not unknown, for a customer whom a table does not name."""
    return tuple(column for name in SUBJECTS for column in meanings.zero(name))


def within(table, column, *, start, end):
    """Keep the rows of a window: from `start` (or the beginning) until before `end`."""
    table = table.filter(table[column] < end)
    return table if start is None else table.filter(table[column] >= start)


def days(moment, end):
    """Count the days from a moment to the date `end`, an Ibis expression."""
    return ibis.literal(end.date()).delta(moment.date(), unit="day")
