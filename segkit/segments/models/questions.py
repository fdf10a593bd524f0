"""Questions: what of a card are answers, which answers there are, and how a class is called.

A question is one of four kinds: yes or no, marks on a scale, a number in three bands, words. An
answer that was not given is no answer: it is kept apart and never filled in. Some people say
yes to everything, or mark the middle everywhere: such a class shows a way of answering, not a
way of living, and is named as that. All other names repeat the answers that a class gives
clearly more often than all respondents; nothing else is said of anybody.

Sources: Baumgartner and Steenkamp, Response Styles in Marketing Research (2001); Dolnicar,
Gruen and Leisch, Market Segmentation Analysis (2018). Refuses fewer than three questions.
Taught in notebooks approaches/lifestyle and approaches/needs.
"""

import re
from itertools import chain

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from segkit.data.card import batteries
from segkit.segments import messages
from segkit.segments.naming import label

PREFIX = "answer_"
"""Beginning of the card columns that hold answers."""
FEWEST = 3
"""With fewer questions two classes cannot be told from chance."""
MARKS_MAX = 7
"""A number with more different answers is cut into three bands."""
WORDS_MAX = 24
"""A question with more different words is free text."""
CLEAR, LIFT = 0.15, 1.2
"""How much more often than by all, in shares and as a ratio, an answer is given to make a name."""


def chosen(card, *, asked=None, topic=""):
    """List the card columns that hold the questions.

    `asked` names columns or their beginnings, with or without "answer_", as a list or as one text
    with commas. Without it those called after the `topic` are taken ("answer_lifestyle_…"); where
    none are, "needs" takes those told by their words (wants, price, important …), or else all.
    Of a list without a table of answers the items of its batteries are the questions. Raises
    StudyError for a name that fits no column.
    """
    known = [c for c in card.columns if c.startswith(PREFIX)]
    if not known:
        return _items(card, asked)
    if not asked:
        return _of_topic(known, topic)
    return _named(card, asked, known)


def _named(card, asked, known):
    """Return the columns that the names asked for fit."""
    names = asked.split(",") if isinstance(asked, str) else asked
    names = [name.strip() for name in names if name.strip()]
    found = {name: _fitting(name, card, known) for name in names}
    if unknown := [name for name, columns in found.items() if not columns]:
        raise messages.error("no such question", unknown=unknown, known=known)
    return list(dict.fromkeys(column for columns in found.values() for column in columns))


def _items(card, asked):
    """Choose among the items of a survey that is the list itself: the largest battery, or names."""
    found = [list(battery.columns) for battery in batteries(card)]
    return _named(card, asked, list(chain(*found))) if asked else next(iter(found), [])


NEEDS = re.compile(
    r"need|want|seek|sought|wish|look(s|ing)?_for|important|matters|expect|reason|why|price|sale|"
    r"discount|quality|service|brand|delivery|advice|choice|fast|quick|time_is"
)
"""Words of questions about what is sought, where questions are not called after their topic."""


def _of_topic(known, topic):
    called = [c for c in known if topic and c.startswith(PREFIX + topic.rstrip("s"))]
    if len(called) >= FEWEST:
        return called
    sought = [c for c in known if NEEDS.search(c)]
    return sought if topic == "needs" and len(sought) >= FEWEST else known


def _fitting(name, card, known):
    exact = [c for c in (name, PREFIX + name) if c in card.columns]
    return exact[:1] or [c for c in known if c.startswith((name, PREFIX + name))]


def read(card, columns):
    """Find out what kind each question is and which answers occur.

    Returns one dict per question that was answered in more than one way: column, kind
    (yes_no, marks, bands, words), levels (the answers, in order) and, for bands, cuts (upper
    ends of the low and the middle band). Free text is left out. Raises StudyError when fewer than
    three questions are left.
    """
    found = [question(card[column], column) for column in columns]
    found = [each for each in found if each and len(each["levels"]) > 1]
    if len(found) < FEWEST:
        raise messages.error("few questions", n=len(found), of=len(columns), fewest=FEWEST)
    return found


def question(answers, column):
    """Find out what kind one question is (see `read`); None for free text or no answer."""
    known = answers.dropna()
    if not is_numeric_dtype(answers):
        levels = sorted(known.astype(str).unique())
        found = {"column": column, "kind": "words", "levels": levels}
        return found if len(levels) <= WORDS_MAX else None
    levels = [float(value) for value in np.unique(known.astype(float))]
    if set(levels) <= {0.0, 1.0}:
        return {"column": column, "kind": "yes_no", "levels": levels}
    if len(levels) <= MARKS_MAX:
        return {"column": column, "kind": "marks", "levels": levels}
    cuts = np.quantile(known.astype(float), [1 / 3, 2 / 3], method="inverted_cdf")
    cuts = [float(cut) for cut in np.unique(cuts) if cut < levels[-1]]
    bands = ["low", "middle", "high"] if len(cuts) == 2 else ["low", "high"]
    return {"column": column, "kind": "bands", "levels": bands, "cuts": cuts} if cuts else None


def codes(card, questions):
    """Return the answers as numbers: an integer matrix (customers, questions).

    0 is the first of a question's levels; −1 = not answered, or answered as nobody did before.
    """
    return np.column_stack([_code(card[each["column"]], each) for each in questions])


def _code(answers, question):
    if question["kind"] == "bands":
        values = answers.astype(float).to_numpy(dtype=float, na_value=np.nan)
        place = np.searchsorted(question["cuts"], values, side="left")
        return np.where(np.isnan(values), -1, place)
    places = {level: place for place, level in enumerate(question["levels"])}
    if question["kind"] == "words":
        return answers.map(places).fillna(-1).to_numpy(dtype=int)
    return answers.astype(float).map(places).fillna(-1).to_numpy(dtype=int)


def shares(questions, answers):
    """Lay out how often every class gives every answer, for reading and drawing.

    `answers` holds one list per class and question: the shares of its levels. Returns a list of
    dicts (question, answer, by_class: list of shares 0 to 1, one per class): "yes", the high
    marks, the high band, or each word.
    """
    rows = []
    for place, question in enumerate(questions):
        for told, levels in _upper(question):
            by_class = [float(sum(p[place][level] for level in levels)) for p in answers]
            rows.append({"question": said(question), "answer": told, "by_class": by_class})
    return rows


def said(question):
    """Say a question in words: "answer_cooks_often" is "cooks often"."""
    return label(question["column"].removeprefix(PREFIX))


def _upper(question):
    """List what is told of a question: the answers that say "yes" to it, and their levels."""
    levels = question["levels"]
    if question["kind"] == "words":
        return [(level, [place]) for place, level in enumerate(levels)]
    if question["kind"] == "yes_no":
        return [("yes", [levels.index(1.0)])]
    if question["kind"] == "bands":
        return [("high", [len(levels) - 1])]
    high, _, _ = _ends(levels)
    told = f"{levels[high[0]]:g} or more" if len(high) > 1 else f"{levels[high[0]]:g}"
    return [(told, high)]


def _ends(levels):
    """Return the places of the high, the low and the middle marks of a scale."""
    width = 2 if levels[-1] - levels[0] >= 4 else 1
    middle = (levels[0] + levels[-1]) / 2
    return (
        [at for at, mark in enumerate(levels) if mark > levels[-1] - width],
        [at for at, mark in enumerate(levels) if mark < levels[0] + width],
        [at for at, mark in enumerate(levels) if mark == middle],
    )


STYLES = {
    "yes": "Says yes to everything",
    "no": "Says no to everything",
    "high": "Marks everything high",
    "low": "Marks everything low",
    "middle": "Marks the middle everywhere",
    "more": "Says yes to more of everything",
    "fewer": "Says no to more of everything",
    "higher": "Marks nearly everything higher",
    "lower": "Marks nearly everything lower",
}
"""Ways of answering, and what a class is called that answers so."""
STYLED, EACH, USUAL = 4, 0.6, 0.8
"""A style shows in at least so many questions: each at least so often, and that often on average;
among fewer questions, agreement may well be meant."""


def style(questions, answers):
    """Recognise a way of answering in one class; returns a key of `STYLES` or None.

    `answers` holds one list per question: the shares of its levels in the class. Yes or no, and
    high or low marks, count together; at least four such questions, in other words without
    any one question that the class answers otherwise.
    """
    kinds = {"yes": [], "no": [], "middle": []}
    scale = [q["kind"] == "marks" for q in questions if q["kind"] in ("yes_no", "marks")]
    for question, given in zip(questions, answers, strict=True):
        if question["kind"] == "yes_no":
            kinds["yes"].append(given[question["levels"].index(1.0)])
            kinds["no"].append(given[question["levels"].index(0.0)])
        elif question["kind"] == "marks":
            for way, at in zip(("yes", "no", "middle"), _ends(question["levels"]), strict=True):
                kinds[way].append(sum(given[place] for place in at))
    for way, given in kinds.items():
        if len(given) >= STYLED and min(given) >= EACH and np.mean(given) >= USUAL:
            return {"yes": "high", "no": "low"}.get(way, way) if all(scale) else way
    return None


NEARLY, LEVEL, MANY = 0.9, 0.8, 8
"""A class answers above (or below) all in so many of its items; its members' own means lie so many
spreads of all people's own means away; and so many items at least tell it from an opinion."""
FLAT = 0.6
"""So much of what sets such a class apart is the level, and not which items it is."""


def ways(questions, given, labels, *, k):
    """Recognise classes above or below all on nearly every item, by the people's own means.

    `given` holds the codes (people, questions), −1 = no answer; `labels` the class of each, 0 to
    k − 1. Such a class differs in how much people agree to anything, not in what they agree to: the
    level takes up most of its difference, and the spread over the items little. Returns a list of
    keys of `STYLES` or None, one per class.
    """
    kept = [at for at, each in enumerate(questions) if each["kind"] != "words"]
    if len(kept) < MANY:
        return [None] * k
    tops = np.array([len(questions[at]["levels"]) - 1 for at in kept])
    marks = pd.DataFrame(np.where(given[:, kept] < 0, np.nan, given[:, kept] / tops))
    own, all_ = marks.mean(axis=1), marks.mean()
    yes_no = all(questions[at]["kind"] == "yes_no" for at in kept)
    found = [_way(marks[labels == place], own, all_) for place in range(k)]
    words = {1: "more" if yes_no else "higher", -1: "fewer" if yes_no else "lower", 0: None}
    return [words[way] for way in found]


def _way(marks, own, all_):
    """Tell whether a class lies above (1) or below (−1) all in nearly everything, or not (0)."""
    apart, level = marks.mean() - all_, own[marks.index].mean() - own.mean()
    side = int(np.sign(level)) if len(marks) else 0
    nearly = (side * apart > 0).mean() >= NEARLY
    far = abs(level) >= LEVEL * own.std(ddof=0)
    flat = apart.mean() ** 2 >= FLAT * (apart**2).mean()
    return side * bool(nearly and far and flat)


def names(questions, answers, *, overall, found=()):
    """Name every class after its way of answering, or the answers it gives more often than all.

    `answers` holds the shares of one list per class and question, `overall` those of all
    respondents (a list per question), `found` what `ways` returned. All names differ; a class like
    all others is called so.
    """
    found = list(found) or [None] * len(answers)
    styles = [style(questions, given) or way for given, way in zip(answers, found, strict=True)]
    ranked = [[] if way else tell(questions, given, overall)
              for way, given in zip(styles, answers, strict=True)]  # fmt: skip
    found = []
    for words in range(2, len(questions) + 2):
        found = [STYLES[way] if way else _joined(told[:words])
                 for way, told in zip(styles, ranked, strict=True)]  # fmt: skip
        if len(set(found)) == len(found):
            return found
    found = [STYLES[way] if way else _joined(told[:2])
             for way, told in zip(styles, ranked, strict=True)]  # fmt: skip
    return [_numbered(found, place) for place in range(len(found))]


def answered(card, columns, labels):
    """Count how classes found elsewhere answered: the rules by which `called` names them.

    `labels` holds the class of every row of the card, 0 to k − 1, none empty. Returns {"questions",
    "answers", "overall"} as latent classes have them, and "ways" (see `ways`).
    """
    k, asked = int(max(labels)) + 1, [question(card[column], column) for column in columns]
    given = codes(card, asked)
    told = [[_given(given[labels == place, at], each) for at, each in enumerate(asked)]
            for place in range(k)]  # fmt: skip
    overall = [_given(given[:, at], each) for at, each in enumerate(asked)]
    found = ways(asked, given, labels, k=k)
    return {"questions": asked, "answers": told, "overall": overall, "ways": found}


def _given(codes, question):
    """Return the shares of the levels of one question among those who answered it."""
    counts = np.bincount(codes[codes >= 0], minlength=len(question["levels"]))
    return np.round(counts / max(counts.sum(), 1), 6).tolist()


def called(rules):
    """Name the classes of such rules; see `names`."""
    parts = {"overall": rules["overall"], "found": rules["ways"]}
    return names(rules["questions"], rules["answers"], **parts)


def styled(called):
    """List the names that only tell a way of answering."""
    return [name for name in called if name.split(" (")[0] in STYLES.values()]


def _joined(told):
    text = ", ".join(told) or "answers like all"
    return text[0].upper() + text[1:]


def _numbered(found, place):
    same = [at for at, name in enumerate(found) if name == found[place]]
    return found[place] if len(same) == 1 else f"{found[place]} ({same.index(place) + 1})"


def tell(questions, given, overall):
    """List what a class says clearly more often than all, the most telling first.

    What it says no to counts only where it says yes to nothing in particular.
    """
    kept = {True: [], False: []}
    for question, own, all_ in zip(questions, given, overall, strict=True):
        for told, levels, positive in _statements(question):
            p, q = (sum(shares[place] for place in levels) for shares in (own, all_))
            if p - q >= CLEAR and p >= LIFT * q:
                kept[positive].append((-round(p * np.log(p / max(q, 1e-9)), 6), told))
    return [told for _, told in sorted(kept[True]) or sorted(kept[False])]


def _statements(question):
    """List what can be said of one question: (words, places of the levels, positive)."""
    about, levels = said(question), question["levels"]
    if question["kind"] == "words":
        return [(f"{about}: {level}", [place], True) for place, level in enumerate(levels)]
    if question["kind"] == "yes_no":
        yes = levels.index(1.0)
        return [(about, [yes], True), (f"not: {about}", [1 - yes], False)]
    if question["kind"] == "bands":
        last = len(levels) - 1
        return [(f"high: {about}", [last], True), (f"low: {about}", [0], False)]
    high, low, _ = _ends(levels)
    return [(f"high: {about}", high, True), (f"low: {about}", low, False)]
