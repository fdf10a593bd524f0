"""What a column of answers holds, told by its values: numbers, marks on a scale, yes or no, names.

A scale (1 to 5 in several columns) is a number, a yes or no asked several times is 1 or 0, any
other column with few different numbers is a set of groups, and digits that are names (postcode,
phone) stay text.
"""

import re

CODES = re.compile(r"(^|_)(id|no|nr|code|zip|plz|post\w*|phone|tel\w*|inn)($|_)")
"""Attributes whose digits are names, not amounts."""
FEW_KINDS = 12
"""An attribute with so few different numbers is a scale of groups, not an amount."""
COUNTED = re.compile(
    r"(^|[\W_])(n|count|number|times|visits|years?|age|rating|satisfaction|nps|kids|children|"
    r"employees|score)($|[\W_])"
)
"""Headings whose few different numbers are counts or marks, not names of groups."""
UNANSWERED = ("n/a", "na", "-", "–", "?", "don't know", "dont know", "no answer", "нет ответа")
"""What people write where they do not answer; read as not known in columns of numbers."""
YES_NO = tuple(
    dict(zip(pair, (1.0, 0.0), strict=True))
    for pair in (("yes", "no"), ("y", "n"), ("true", "false"), ("1", "0"), ("да", "нет"),
                 ("ja", "nein"), ("oui", "non"), ("si", "no"), ("sí", "no"))
)  # fmt: skip
"""Pairs of words for yes and no."""
SEVERAL = 3
"""So many columns of one kind make a set of questions, whose answers are numbers."""
TOPS = (4, 5, 6, 7, 9, 10)
"""Highest marks of the usual scales."""


def coded(name):
    """Tell from its name that a column holds codes: digits that are names, not amounts."""
    return bool(CODES.search(name.lower()))


def read(frame):
    """Read the attributes of a list: numbers as numbers, everything else as text.

    `frame` holds texts. A column of numbers is a number when it has more than a dozen different
    ones, is called like a count, or belongs to a set of at least three scales or yes-or-no
    questions; codes (postcode, number) stay text.
    """
    answers = {c: answered for c in frame if (answered := _answered(frame[c])) is not None}
    if len(answers) < SEVERAL:
        answers = {}
    numbers = {
        c: number
        for c in frame
        if c not in answers and not coded(c)
        if (number := _number(frame[c])) is not None
    }
    marks = scales(numbers)
    kept = {
        c: number
        for c, number in numbers.items()
        if c in marks or number.nunique() > FEW_KINDS or COUNTED.search(c.lower())
    }
    return frame.assign(**answers, **kept)


def scales(columns):
    """Name the columns that are marks on a scale such as 1 to 5, asked at least three times.

    `columns` maps names to numbers (a dict or a DataFrame). Returns {name: highest mark}.
    """
    found = {}
    for name, values in columns.items():
        known = values.dropna()
        if len(known) and (known % 1 == 0).all() and known.nunique() >= 3:
            low, high = int(known.min()), int(known.max())
            if high in TOPS and (low == 1 or (low == 0 and high == 10) or (low == 2 and high > 4)):
                found[name] = high
    tops = list(found.values())
    return {name: high for name, high in found.items() if tops.count(high) >= SEVERAL}


def _answered(values):
    """Read yes and no as 1 and 0; None where anything else is written."""
    words = values.str.strip().str.lower()
    said = set(words.dropna()) - set(UNANSWERED)
    for pair in YES_NO:
        if said and said <= set(pair) and len(said) == 2:
            return words.map(pair).astype("float64")
    return None


def _number(values):
    """Read plain numbers; None where anything else is written."""
    words = values.str.strip().str.lower()
    words = words.mask(words.isin(UNANSWERED))
    known = words.dropna()
    if known.empty or not known.str.fullmatch(r"(0|-?[1-9]\d*)([.,]\d+)?|-?0[.,]\d+").all():
        return None
    return words.str.replace(",", ".", regex=False).astype("float64")
