"""Items: columns of a survey that ask one thing after another, called by what each asks.

Forms write the whole question into every heading: “Which of these matter to you? [Safety]”. What
all items begin (and end) with says nothing of any of them, so a column is called by the rest; the
study file shows the whole. Only where one group of headings begins so: with two, the beginnings
tell them apart, and are kept.
"""

import re
from collections import Counter

FEWEST = 5
"""So many headings that begin alike are items of one question."""
BEGINNING = 2
"""So many words in common are a beginning."""


def called(headings):
    """Name the items of a survey by what each asks: {heading: short text}; often empty.

    `headings` lists all headings of a file. Returns none where nothing, or more than one group,
    begins alike, or where the rests do not tell the items apart.
    """
    parted = {h: re.findall(r"[^\W_]+", h) for h in headings}
    begun = Counter(_low(words[:BEGINNING]) for words in parted.values())
    groups = [begin for begin, n in begun.items() if n >= FEWEST and len(begin) == BEGINNING]
    if len(groups) != 1:
        return {}
    own = {h: words for h, words in parted.items() if _low(words[:BEGINNING]) == groups[0]}
    front, back = _shared(own.values()), _shared([words[::-1] for words in own.values()])
    rest = {h: " ".join(words[front : len(words) - back]) for h, words in own.items()}
    return rest if all(rest.values()) and len(set(rest.values())) == len(rest) else {}


def _low(words):
    return tuple(word.lower() for word in words)


def _shared(lists):
    """Count the words that all lists begin with."""
    columns = zip(*map(_low, lists), strict=False)
    return next((n for n, words in enumerate(columns) if len(set(words)) > 1), 0)
