"""Headings: what shops, tills, CRMs and mailing tools call the canonical columns.

Every canonical column has lists of headings (headings.yaml): those that mean it, those that mean it
where nothing better is there, and last resorts (an e-mail address where customers have no number).
Headings are compared as sets of plain words: case, order, punctuation, plural, Russian endings and
units ("Сумма, руб.", "Amount (EUR)") make no difference, and number, No., №, code and ID are one
word. An exact match beats a misspelled one, and that beats a heading that only contains the words.
Names are half of the evidence; `guess` looks at the content as well.
"""

import re
import unicodedata
from difflib import SequenceMatcher
from functools import cache

from segkit.data import schema
from segkit.study import beside

RANKS = (1.0, 0.85, 0.6, 0.55, 0.5)
"""Worth of a heading in the first, second, third … list of a column."""

PLAIN, ALIKE, HOLDS = 1.0, 0.85, 0.6
"""How a heading can match: the same words, misspelled, or among others."""

_SAME = {
    **dict.fromkeys(
        ("no", "nr", "num", "number", "nummer", "код", "code", "номер", "id", "ид"), "id"
    ),
    **dict.fromkeys(("identifier", "идентификатор", "key", "ref", "reference", "нумер"), "id"),
    "mail": "email",
    "электронная": "e",
}
_FILLER = "the of a an for in per and на в по с для и у от к за der die das de la du"
_UNITS = "usd eur gbp rub rur руб рубль рублей р uah kzt byn chf pln сом тенге грн шт pcs eu ru тыс"
_ENDING = re.compile(
    r"(ами|ями|ого|его|ому|ему|ыми|ими|ов|ев|ей|ах|ях|ам|ям|ой|ый|ий|ая|яя|ое|ее|ые|ие|ую|юю|"
    r"[аеиоуыэюяйь])$"
)


@cache
def known():
    """Read the headings: {table: {canonical: lists}}, and attributes, personal, other.

    Anyone may add one to the file.
    """
    return beside(__file__)


@cache
def words(heading):
    """Break a heading into plain words, in their order: "InvoiceNo" gives ("invoice", "id")."""
    text = unicodedata.normalize("NFKC", str(heading)).replace("ё", "е")
    text = re.sub("№|[Nn]°", " номер ", text)
    text = re.sub(r"\([^)]*\)|\[[^]]*\]", " ", text) if re.match(r"\s*\w", text) else text
    text = re.sub(r"(?<=[a-zа-я])(?=[A-ZА-Я])|(?<=[A-Z])(?=[A-Z][a-z])", " ", text).lower()
    text = re.sub(r"\be[-_ ]?mail", "email", text).replace("#", " number ")
    text = re.sub(r"\b(number|num|no)\.? of\b", "count", text)
    text = re.sub(r"\bno\.?(?=\W|_|$)", "number", text)
    parts = [part for part in re.split(r"[\W_]+", text) if part]
    parts = [half for part in parts for half in _halves(part)]
    kept = [p for p in parts if p not in _skipped()] or parts
    return tuple(_SAME.get(part) or _stem(part) for part in kept)


def match(heading, table):
    """Tell what a heading may mean in a canonical table: {canonical: strength from 0 to 1}."""
    found = {name: _strength(heading, lists) for name, lists in lists(table).items()}
    for name in schema.names(table):
        if words(name) == words(heading) and name not in schema.ASKED:
            found[name] = PLAIN
    return {name: strength for name, strength in found.items() if strength}


@cache
def lists(table):
    """Return {canonical: lists of headings} of a table; further tables share theirs by name."""
    if table in known():
        return known()[table]
    found = {"customer_id": known()["mailings"]["customer_id"][:2], **known()["further"]}
    found |= {c: known()["orders"][c] for c in ("amount", "product_id")}
    return {name: found[name] for name in schema.names(table)}


def attribute(heading):
    """Return the canonical name of a customer attribute (such as "city"), or None."""
    own, listed = frozenset(words(heading)), known()["attributes"].items()
    return next((name for name, each in listed if own in _sets(each)), None)


def personal(heading):
    """Tell whether a heading names something personal that is no canonical column."""
    own = frozenset(words(heading))
    return any(own == each or (each < own and len(own) <= len(each) + 2)
               for each in _sets(known()["personal"]))  # fmt: skip


def about_others(heading):
    """Tell whether a heading has a word that makes it something else: "shipping total"."""
    return bool(frozenset(words(heading)) & _all_words("other") - {"id"})


def about_staff(heading):
    """Tell whether a heading names somebody who works for the shop, or for another firm."""
    return bool(frozenset(words(heading)) & _all_words("staff"))


def _strength(heading, lists):
    """Find the best match of a heading in the lists of synonyms."""
    ranked = [(rank, listed) for rank, listed in zip(RANKS, lists, strict=False) if listed]
    return round(max((rank * _closeness(heading, x) for rank, x in ranked), default=0.0), 3)


@cache
def _closeness(heading, listed):
    own = frozenset(words(heading))
    if not own:
        return 0.0
    if own in _sets(listed):
        return PLAIN
    if any(_alike(words(heading), each) for each in _joined(listed)):
        return ALIKE
    if about_others(heading):
        return 0.0
    inside = [len(each) / len(own) for each in _sets(listed) if each < own and each != {"id"}]
    return HOLDS * (0.6 + 0.4 * max(inside)) if inside and len(own) <= 6 else 0.0


def _alike(own, known):
    """Tell whether words are the same but for a letter or two, or for the blanks."""
    a, b = "".join(own), "".join(known)
    if a == b:
        return True
    if min(len(a), len(b)) < 6 or abs(len(a) - len(b)) > 1:
        return False
    return SequenceMatcher(None, a, b).ratio() >= 0.88


@cache
def _sets(listed):
    return frozenset(frozenset(words(each)) for each in listed.split("|"))


@cache
def _joined(listed):
    return tuple(dict.fromkeys(words(each) for each in listed.split("|")))


@cache
def _all_words(kind):
    return frozenset().union(*_sets(known()[kind]))


@cache
def _skipped():
    return frozenset(f"{_FILLER} {_UNITS}".split())


def _halves(part):
    """Part a word such as "customerid" or "orderdate", which is written without a gap."""
    found = re.fullmatch(r"([a-zß-ü]{4,}?)(id|no|nr|number|nummer|date|name|code|price|qty)", part)
    if not found or part in ("candidate", "update", "nickname", "username", "surname", "barcode"):
        return [part]
    return ["number" if half == "no" else half for half in found.groups()]


def _stem(word):
    """Cut a plural s and Russian case endings, so that "заказа" and "заказ" are one word."""
    if re.search("[а-я]", word):
        return _ENDING.sub("", word) if len(_ENDING.sub("", word)) >= 3 else word
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
