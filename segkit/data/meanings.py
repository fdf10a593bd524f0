"""What the columns of a card mean: family, unit and words of each, as meanings.csv lists them."""

import csv
from functools import cache
from pathlib import Path


@cache
def _rows():
    with open(Path(__file__).with_suffix(".csv"), encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def of(subject):
    """Return {column: (family, unit, meaning)} of a subject: `card`, or a file of `measures`."""
    mine = [row for row in _rows() if row["subject"] == subject]
    return {row["column"]: (row["family"], row["unit"], row["meaning"]) for row in mine}


def zero(subject):
    """List the columns that are 0, not unknown, for a customer whom no row names."""
    return tuple(r["column"] for r in _rows() if r["subject"] == subject and r["zero"])


def label(column):
    """Say a card column in words: "orders_n" → "orders", "share_meat" → "share meat".

    Parameters
    ----------
    column : str
        Of the customer card.

    Returns
    -------
    str
        Without the unit.

    Examples
    --------
    >>> from segkit.data import meanings
    >>> meanings.label("orders_n"), meanings.label("share_meat")
    ('orders', 'share meat')
    """
    plain = column.removesuffix("_n").removesuffix("_total")
    return plain.replace("_", " ")
