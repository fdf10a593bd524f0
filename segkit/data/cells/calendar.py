"""Names of months and weekdays in a hundred languages (calendar.csv).

A word is a month if it is its name, full or shortened, or begins one with three letters or more;
accents and case make no difference. Few words mean two months ("listopad" is November in Czech and
October in Croatian): the other words of the column tell the language. Source: Unicode CLDR, by way
of Babel (Unicode License v3).
"""

import csv
import unicodedata
from collections import Counter
from functools import cache
from pathlib import Path

SHORTEST = 3
"""So many letters of a name are enough to know a month."""


def months(words):
    """Tell which words name months: {word: number}, None where it may be either of two months."""
    found = {word: told for word in words if (told := month(word))}
    votes = Counter(language for told in found.values() for language in set().union(*told.values()))
    most = max(votes.values(), default=0)
    best = {language for language, n in votes.items() if n == most}
    return {word: _one(told, best) for word, told in found.items()}


def _one(told, best):
    """Choose the month that a word means in the languages `best`, else in any; None for two."""
    near = {number for number, languages in told.items() if languages & best} or set(told)
    return near.pop() if len(near) == 1 else None


@cache
def month(word):
    """Tell which months a word may name: {number: languages}; empty for any other word."""
    whole, begun = _names()
    found = whole.get(_plain(word)) or {}
    return found if found or word.lower() in weekdays() else begun.get(_plain(word)) or {}


@cache
def weekdays():
    """Return the names of the days of the week in all languages."""
    return frozenset(word for row in _rows() for word in row["days"].split("|"))


@cache
def _names():
    """Return the months by name, and by the beginning of one: two {word: {number: languages}}."""
    whole, begun = {}, {}
    for row in _rows():
        names = {_plain(name): n for n in range(1, 13) for name in row[str(n)].split("|")}
        for name, number in names.items():
            whole.setdefault(name, {}).setdefault(number, set()).add(row["language"])
        for start, number in _beginnings(names):
            begun.setdefault(start, {}).setdefault(number, set()).add(row["language"])
    return whole, begun


def _beginnings(names):
    """List what begins the name of one month only, in one language: (beginning, number)."""
    starts = {}
    for name, number in names.items():
        for end in range(SHORTEST, len(name)):
            starts.setdefault(name[:end], set()).add(number)
    return [(start, *numbers) for start, numbers in starts.items() if len(numbers) == 1]


def _rows():
    with open(Path(__file__).with_suffix(".csv"), encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _plain(word):
    """Leave out case and accents."""
    letters = unicodedata.normalize("NFKD", word.lower())
    return "".join(c for c in letters if not unicodedata.combining(c))
