"""What a column of answers holds, told by its values: numbers, marks on a scale, yes or no, names.

A scale (1 to 5 in several columns) is a number, a yes or no asked several times is 1 or 0, any
other column with few different numbers is a set of groups, and digits that are names (postcode,
phone) stay text.
"""

import re
from collections import Counter

import ibis

from segkit.data.cells import phrases, values, writing
from segkit.study import StudyError

CODES = re.compile(
    r"(^|[\W_])(id|no|nr|code|zip|plz|post\w*|phone|tel\w*|inn|код|индекс|инн)($|[\W_])"
)
"""Attributes whose digits are names, not amounts."""
QUESTION = 5
"""A heading of more words is a question."""
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
POLES = (2, 3, 4, 5)
"""Ends of the usual scales from dislike to like, such as −5 to +5."""


def coded(name):
    """Tell from its name that a column holds codes: digits that are names, not amounts.

    A heading of many words is a question: "How important is no queue to you?" asks for no number.
    """
    low = name.lower()
    words = re.findall(r"[^\W_]+", low)
    if len(words) > QUESTION or (len(words) > 2 and words[0] == "no" and words[1] != "of"):
        return False  # "no worry about money"
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
    words such as “strongly agree” or with words, “I love it! +5”) or yes-or-no questions; codes
    (postcode, number) stay text. Several choices in one cell become a column of 1 and 0 each.
    """
    frame = _parted(frame)
    frame = frame.assign(**_marked(frame), **_worded(frame))
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

    `columns` maps names to numbers (a dict or a DataFrame). Returns {name: scale in words}: "1 to
    5", "-5 to 5". A column whose heading begins as theirs is on their scale, too, where nobody gave
    its ends.
    """
    found = {name: scale for name, column in columns.items() if (scale := _scale(column))}
    told = list(found.values())
    found = {name: scale for name, scale in found.items() if told.count(scale) >= SEVERAL}
    like = {beginning(name): scale for name, scale in found.items()}
    rest = {n: column for n, column in columns.items() if n not in found and beginning(n) in like}
    inside = {
        n: like[beginning(n)] for n, each in rest.items() if _within(each, like[beginning(n)])
    }
    return found | inside


def beginning(heading):
    """Return the first two words of a heading, by which items of one question are known."""
    return tuple(re.findall(r"[^\W_]+", heading.lower())[:2])


def _within(values, scale):
    """Tell whether marks fit a scale whose ends nobody gave in this question."""
    known, (low, high) = values.dropna(), map(int, scale.split(" to "))
    whole = len(known) > 0 and (known % 1 == 0).all() and known.nunique() > 2
    return bool(whole and known.min() >= low and known.max() <= high)


def _scale(column):
    """Tell the scale of whole marks, or nothing where there is none."""
    known = column.dropna()
    if not len(known) or not (known % 1 == 0).all() or known.nunique() < 3:
        return ""
    low, high = int(known.min()), int(known.max())
    if low < 0:
        end = max(-low, high)
        return f"-{end} to {end}" if end in POLES else ""
    fits = low == 1 or (low == 0 and high == 10) or (low == 2 and high > 4)
    return f"1 to {high}" if high in TOPS and fits else ""


def marks(said):
    """Tell whether all different answers are yes and no, marks up to ten, or words of one scale.

    `said` are texts, in any letters; words for no answer are passed over.
    """
    said = {str(word).strip().lower() for word in said} - set(UNANSWERED) - {""}
    scales_known = (*map(set, YES_NO), *map(set, phrases.SCALES))
    return bool(said) and (
        any(said <= words for words in scales_known)
        or all(re.fullmatch(r"[-+−–]?(10|\d)", word) for word in said)
    )


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


def _worded(frame):
    """Read marks that some cells explain in words ("I love it! +5") as marks: {name: marks}.

    Every cell holds one whole number, and what stands beside it differs from mark to mark: "Group
    2" is the name of a group. Three columns of them make a set.
    """
    found = {name: marks for name in frame if (marks := _beside(frame[name])) is not None}
    return found if len(found) >= SEVERAL else {}


def _beside(texts):
    """Read one column of numbers with words beside some of them; None where it is none."""
    said = texts.str.strip()
    said = said.mask(said.str.lower().isin(UNANSWERED)).dropna()
    kinds = said.drop_duplicates()
    if not 3 <= len(kinds) <= WORDED or not kinds.str.contains(r"[^\W\d_]", regex=True).any():
        return None
    read = {kind: re.findall(r"(?<![\w.,])[-+−–]?\d{1,2}(?![\w.,])", kind) for kind in kinds}
    if any(len(numbers) != 1 for numbers in read.values()):
        return None
    words = [re.sub(r"[-+−–]?\d+|\W", "", kind) for kind in kinds]
    marks = {kind: re.sub("[−–]", "-", number).lstrip("+") for kind, (number,) in read.items()}
    told = [word for word in words if word]
    if len(set(told)) < len(told) or len(set(marks.values())) < len(marks):
        return None
    return texts.str.strip().map(marks).astype("string")


WORDED = 13
"""So many different marks have a scale at most, with words for some of them."""


def _parted(frame):
    """Put a column of 1 and 0 in the place of several choices in one cell, for each choice."""
    several = {name: made for name in frame if (made := choices(frame[name]))}
    found = {}
    for name in frame:
        made = several.get(name, {name: frame[name]})
        alone = len(several) == 1 and not set(made) & set(frame)
        plain = name not in several or alone
        found |= made if plain else {f"{name}: {choice}": each for choice, each in made.items()}
    return frame.assign(**found)[list(found)] if several else frame


def choices(texts):
    """Part cells that list what somebody ticked: {choice: "1" or "0"}; empty where they do not.

    Choices stand between semicolons, line breaks or commas. They are told by coming back: fewer
    different choices than different cells, none twice in a cell, each given by several people. What
    always follows one another ("Food, drink") is one choice. An empty cell is no answer.
    """
    said = texts.str.strip().dropna()
    said = said[said != ""]
    for mark in (";", "\n", ","):
        listed = said.str.contains(mark).any()
        parts = said.str.split(rf"\s*{mark}\s*", regex=True) if listed else ()
        if ticked := _ticked(parts, said):
            given = parts.map(lambda each: frozenset(filter(None, each))).reindex(texts.index)
            return {told: _holds(given, first) for told, first in ticked.items()}
    return {}


def _holds(given, choice):
    """Write 1 where a choice was ticked, 0 where others were, nothing where none was."""
    told = given.map(lambda own: str(int(choice in own)), na_action="ignore")
    return told.astype("string")


def _ticked(parts, said):
    """Return {choice in full: its first part} where cells are lists of choices; else nothing."""
    cells = [tuple(filter(None, each)) for each in parts]
    counts = Counter(part for cell in cells for part in cell)
    several = sum(len(cell) > 1 for cell in cells)
    if several < SEVERAL or len(counts) > 2 * TICKED:
        return {}
    if any(len(set(cell)) < len(cell) for cell in cells):
        return {}
    after = {part: set() for part in counts}
    for cell in cells:
        for part, then in zip(cell, (*cell[1:], ""), strict=True):
            after[part].add(then)
    glued = {part: then for part, (then, *more) in ((p, sorted(t)) for p, t in after.items())
             if then and not more and counts[part] == counts[then]}  # fmt: skip
    whole = {_chain(part, glued): part for part in counts if part not in glued.values()}
    few = SEVERAL <= len(whole) <= TICKED and len(whole) < said.nunique()
    often = sum(counts[part] >= SEVERAL for part in whole.values()) >= ENOUGH * len(whole)
    return whole if few and often else {}


def _chain(part, glued):
    return part if part not in glued else f"{part}, {_chain(glued[part], glued)}"


TICKED = 40
"""A question with more different choices is free text."""


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
