"""Numbers that a definition uses more than once, kept in a step of their own.

Naming the nearest of eight centres compares each distance twice. Ibis writes the distance out
wherever it is used, and an engine works it out again inside every CASE. An approach whose numbers
are heavy has a `widen` (see `Definition.apply`) that makes them columns first, with `apart`.
"""

import ibis

NAME = "number_{}_of_segkit_"
"""What such a column is called; it does not come back."""


def apart(table):
    """Keep the columns made so far in a step of their own, so that an engine makes them once.

    Ibis puts one query into the next and repeats what is used twice; it does not where a random
    number is drawn. That number is never read, so engines leave it out.
    """
    return table.mutate(step_of_segkit_=ibis.random())


def keep(table, numbers):
    """Add Ibis columns to a table in a step of their own; `kept` finds them again."""
    return apart(table.mutate(**{NAME.format(at): each for at, each in enumerate(numbers)}))


def kept(table, numbers):
    """Return the columns that `keep` made, or the numbers themselves on a table without them."""
    if NAME.format(0) not in table.columns:
        return list(numbers)
    return [table[NAME.format(at)] for at in range(len(numbers))]
