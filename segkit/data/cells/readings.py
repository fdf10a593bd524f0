"""What a column of answers holds, told by its values: numbers, marks on a scale, yes or no, names.

A scale (1 to 5 in several columns) is a number, a yes or no asked several times is 1 or 0, any
other column with few different numbers is a set of groups, and digits that are names (postcode,
phone) stay text.
"""

import re

import ibis

from segkit.data.cells import phrases, values, writing
from segkit.study import StudyError

CODES = re.compile(
    r"(^|[\W_])(id|no|nr|code|zip|plz|post\w*|phone|tel\w*|inn|код|индекс|инн)($|[\W_])"
)
"""Attributes whose digits are names, not amounts."""
GROUPS = re.compile(
    r"(^|[\W_])(region|district|zone|sector|cluster|group|segment|type|class|category|status|branch|"
    r"store|shop|department|gender|sex|регион\w*|район\w*|групп\w*|тип|класс|категори\w*|статус|пол|"
    r"филиал\w*|магазин\w*|отдел\w*|gruppe|typ|klasse|bezirk|filiale|groupe|région|grupo|tipo)($|[\W_])"
)
"""Attributes whose whole numbers are names of groups (region 7), unless the heading counts."""
ENOUGH = 0.95
"""A column of numbers is one in which so much of what is told can be read as one."""
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
    low = name.lower()
    return bool(CODES.search(low) or (GROUPS.search(low) and not COUNTED.search(low)))


def measures(table, names):
    """Read the texts of a table that are amounts: {name: column of floats}, Ibis.

    An amount is known by its values, more than a dozen different ones; what cannot be read among
    them (5 % at most) is not known. Codes, numbers that begin with 0, and columns whose decimal
    mark nobody can tell stay text.
    """
    names = [name for name in names if not coded(name)]
    if not names:
        return {}
    asked = {}
    for name in names:
        said = answered(table[name])
        asked[f"{name} n"], asked[f"{name} kinds"] = said.count(), table[name].nunique()
        asked[f"{name} odd"] = (~said.re_search(r"\d") | said.re_search(r"^0\d")).sum()
    row = table.aggregate(**asked).execute().iloc[0].fillna(0)
    many = [n for n in names if row[f"{n} kinds"] > FEW_KINDS]
    likely = [n for n in many if row[f"{n} odd"] <= (1 - ENOUGH) * row[f"{n} n"]]
    return {n: column for n in likely if (column := _measure(table[n], row[f"{n} n"])) is not None}


def _measure(text, n):
    try:
        column = values.number(answered(text))
    except StudyError:
        return None
    zero = text.re_search(r"^0\d").any()
    row = text.as_table().aggregate(read=column.count(), zero=zero).execute().iloc[0]
    return column if row.read >= ENOUGH * n and not row.zero else None


def answered(text):
    """Leave out of a column of texts what says that nothing is known (`UNANSWERED`)."""
    return text.lower().isin(UNANSWERED).ifelse(ibis.null("string"), text)


def read(frame):
    """Read the attributes of a list: numbers as numbers, everything else as text.

    `frame` holds texts. A column of numbers is a number when it has more than a dozen different
    ones, is called like a count, or belongs to a set of at least three scales (in numbers, or in
    words such as “strongly agree”) or yes-or-no questions; codes (postcode, number) stay text.
    """
    frame = frame.assign(**_marked(frame))
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
    for name, column in columns.items():
        known = column.dropna()
        if len(known) and (known % 1 == 0).all() and known.nunique() >= 3:
            low, high = int(known.min()), int(known.max())
            if high in TOPS and (low == 1 or (low == 0 and high == 10) or (low == 2 and high > 4)):
                found[name] = high
    tops = list(found.values())
    return {name: high for name, high in found.items() if tops.count(high) >= SEVERAL}


def _marked(frame):
    """Read answers in words of one scale as marks, where several columns hold them: {name: marks}.

    Three of the marks must occur in a column, or its words may mean something else.
    """
    texts = {c: frame[c].str.strip().str.lower() for c in frame}
    for words in phrases.SCALES:
        found = {}
        for name, said in texts.items():
            known = set(said.dropna()) - set(UNANSWERED)
            if known <= set(words) and len({words[word] for word in known}) > 2:
                found[name] = said.map(words).astype("Int64").astype("string")
        if len(found) >= SEVERAL:
            return found
    return {}


def _answered(values):
    """Read yes and no as 1 and 0; None where anything else is written."""
    words = values.str.strip().str.lower()
    said = set(words.dropna()) - set(UNANSWERED)
    for pair in YES_NO:
        if said and said <= set(pair) and len(said) == 2:
            return words.map(pair).astype("float64")
    return None


def _number(texts):
    """Read numbers as `values.number` does; None where it is no column of them."""
    words = texts.str.strip().str.lower()
    words = words.mask(words.isin(UNANSWERED))
    counts = words.value_counts()
    mark = writing.decimal_mark(list(counts.index), counts=list(counts))
    if counts.empty or mark == "unclear" or counts.index.str.contains(r"^-?0\d").any():
        return None
    mark = "." if mark == "none" else mark
    read = {text: writing.number(text, mark=mark) for text in counts.index}
    number = words.map(read).astype("float64")
    return number if number.notna().sum() >= ENOUGH * counts.sum() else None
