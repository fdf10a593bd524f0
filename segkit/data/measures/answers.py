"""Answers: what a survey's respondents said, one column per question.

The table `survey` has one row per respondent and keeps every answer as text. What a question
is, is decided here from its answers: numbers stay numbers (marks such as 1 to 5, years), yes
and no become 1 and 0, several choices in one cell ("price; taste") become one yes-or-no column
for each choice, a few different words stay words. Free text is left out: no group can be made
of it, and it may name people.

Nothing is ever filled in: who was not asked or did not answer has no answer. Of a dated survey
only answers given before the date of the card are known; how long ago they were given does not
matter, for an answer holds until the next survey. Taught in notebooks approaches/lifestyle and
approaches/needs.
"""

import re

import ibis

from segkit.data.cells import readings

PREFIX = "answer_"
"""Beginning of every column with an answer."""
KINDS_MAX = 24
"""A question with more different words, or more different choices, is free text."""
CHOICES = ";"
"""What stands between several choices in one answer."""
NUMBER = r"^(0|-?[1-9]\d*)([.,]\d+)?$|^-?0[.,]\d+$"


def expression(tables, *, start, end):
    """Return what every respondent answered before `end`, or None without a survey.

    One row per `customer_id`; columns `answer_<question>`, or `answer_<question>_<choice>` where
    several choices could be ticked: float (number, mark, 1 = yes, 0 = no) or text. Empty = not
    answered. `start` is not used.
    """
    if tables.survey is None:
        return None
    survey = tables.survey.filter(tables.survey.customer_id.notnull())
    found, taken = {}, {"customer_id", "answered_at", "row"}
    for question in (c for c in survey.columns if c not in taken):
        for name, column in _columns(survey, question).items():
            found[_free(name, found)] = column
    if "answered_at" in survey.columns:  # kinds are of all answers, so that all cards are alike
        found = {name: column.name(name) for name, column in found.items()}
        told = survey.select("customer_id", "answered_at", **found)
        return told.filter(told.answered_at < end).drop("answered_at") if found else None
    return survey.select("customer_id", **found) if found else None


def explain(column):
    """Return (family, unit, meaning) of a column with an answer."""
    return "psychographic", "group", f"answered: {column.removeprefix(PREFIX).replace('_', ' ')}"


def _columns(survey, question):
    """Return {name: Ibis column} of one question; empty for free text or no answer at all."""
    said = survey[question].cast("string").strip()
    answered = said.nullif("")
    known = answered.lower().isin(readings.UNANSWERED).ifelse(ibis.null("string"), answered)
    different = survey.select(answer=known).distinct()
    different = different.filter(different.answer.notnull()).limit(_LOOKED)
    some = sorted(different.execute()["answer"])
    name = PREFIX + _slug(question)
    if not some:
        return {}
    if all(re.match(NUMBER, word) for word in some):
        return {name: known.replace(",", ".").cast("float64")}
    if (pair := _pair(some)) is not None:
        cases = [(known.lower() == word, value) for word, value in pair.items()]
        return {name: ibis.cases(*cases, else_=None).cast("float64")}
    if any(CHOICES in word for word in some):
        return _choices(known, some, name)
    return {name: known} if len(some) <= KINDS_MAX else {}


_LOOKED = 100_000
"""So many different answers to one question are looked at."""


def _pair(words):
    """Return what yes and no are called here, {word: 1.0 or 0.0}; None when it is neither."""
    said = {word.lower() for word in words}
    return next((pair for pair in readings.YES_NO if said <= set(pair)), None)


def _choices(known, cells, name):
    """Split several choices in one cell into a yes-or-no column each; too many are free text."""
    ticked = sorted({part.strip() for cell in cells for part in cell.split(CHOICES)} - {""})
    if len(ticked) > KINDS_MAX:
        return {}
    framed = ibis.literal(CHOICES) + known.re_replace(r"\s*;\s*", CHOICES) + CHOICES
    return {
        f"{name}_{_slug(choice)}": framed.contains(f"{CHOICES}{choice}{CHOICES}")
        .ifelse(1.0, 0.0)
        .cast("float64")
        for choice in ticked
    }


def _free(name, taken):
    """Number a second column of the same name."""
    names = [name, *(f"{name}_{n}" for n in range(2, len(taken) + 3))]
    return next(free for free in names if free not in taken)


def _slug(text):
    """Turn a question into part of a column name: "Do you cook?" becomes "do_you_cook"."""
    return re.sub(r"\W+", "_", text.lower()).strip("_") or "unnamed"
