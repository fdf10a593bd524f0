"""One vocabulary of what is decided about a group of customers, for every page that decides.

Seven decisions, each a thing that is done or left. A notebook may say more beside them ("grow: one
more visit"), never another one. Refuses two that exclude each other for the same group: nobody is
won back and left out of focus.
"""

from itertools import combinations

KEEP, GROW, WIN_BACK = "keep", "grow", "win back"
LOW_COST, OUT_OF_FOCUS = "serve at low cost", "leave out of focus"
SILENT, TEST = "do not contact", "test first"
DECISIONS = {
    KEEP: "go on as now, and thank",
    GROW: "bring them once more, or to more at a time",
    WIN_BACK: "write to them while they can come back",
    LOW_COST: "the standard offer, without effort of its own",
    OUT_OF_FOCUS: "nothing of its own, until there is a reason",
    SILENT: "no mailing, as it costs more than it brings",
    TEST: "two offers side by side before anything else",
}
"""Decision → what is done."""

ACTIVE = (KEEP, GROW, WIN_BACK)
EXCLUDE = {frozenset(pair) for pair in combinations(ACTIVE, 2)}
EXCLUDE |= {
    frozenset((other, each)) for other in (OUT_OF_FOCUS, LOW_COST) for each in (GROW, WIN_BACK)
}
EXCLUDE |= {frozenset((OUT_OF_FOCUS, KEEP)), frozenset((OUT_OF_FOCUS, TEST))}
EXCLUDE |= {frozenset((SILENT, each)) for each in (GROW, WIN_BACK, TEST)}
"""Pairs that no group gets together."""

MEANT = {"drop": OUT_OF_FOCUS}
"""Other words for a decision, as records hold them."""


def decided(text):
    """Return the decision a text begins with ("Grow: one more visit" → "grow"), or None.

    Examples
    --------
    >>> from segkit import decisions
    >>> decisions.decided("Grow: one more visit"), decisions.decided("think about it")
    ('grow', None)
    """
    word = str(text).split(":")[0].strip().lower()
    word = MEANT.get(word, word)
    return word if word in DECISIONS else None


def agree(*found):
    """Tell whether decisions can stand together.

    Examples
    --------
    >>> from segkit import decisions
    >>> decisions.agree("keep", "test first"), decisions.agree("win back", "leave out of focus")
    (True, False)
    """
    return not any(frozenset(pair) in EXCLUDE for pair in combinations(set(found), 2))
