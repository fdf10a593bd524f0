"""How groups stand in their order: told from their figures, never taken for granted.

Most segmentations put the group with the most money first (see `card.worth`), some follow rules of
their own: stages of a life, habits, what is not known at the end. Whoever prints an order says
which.
"""

from itertools import pairwise

CENT = 0.005
"""Totals of money that differ by less are equal."""
LAST = 2
"""So many groups may stand behind the others, whatever their size: other, not known."""


def told(names, heads, money=None):
    """Say in a sentence how groups are ordered.

    Parameters
    ----------
    names : list of str
        The groups, in the order that is told.
    heads : list of int
        Customers of each.
    money : list of float, optional
        Their total spend; missing, or None for a group, where no money is known.

    Returns
    -------
    str
        One sentence that the figures bear out.

    Examples
    --------
    >>> from segkit.data import ordering
    >>> ordering.told(["A", "B", "C"], [1, 2, 4], [80.0, 15.0, 5.0])
    'Largest total spend first.'
    >>> ordering.told(["A", "B", "Not known"], [3, 2, 9])
    'Most customers first; at the end: Not known.'
    >>> ordering.told(["New", "Loyal", "Lost"], [1, 2, 4], [5.0, 80.0, 15.0])
    "In the order of the segmentation's own rules, not of size."
    """
    known = money is not None and all(value is not None and value == value for value in money)
    what, sizes = ("Largest total spend", money) if known else ("Most customers", heads)
    rises = (n for n, (one, following) in enumerate(pairwise(sizes), 1) if following > one + CENT)
    rest = len(sizes) - next(rises, len(sizes))  # the first sizes, which never rise, are in order
    if rest == 0:
        return f"{what} first."
    if rest <= min(LAST, len(sizes) - 2):
        return f"{what} first; at the end: {', '.join(names[-rest:])}."
    return "In the order of the segmentation's own rules, not of size."
