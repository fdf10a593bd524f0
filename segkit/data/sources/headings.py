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
from collections import Counter
from difflib import SequenceMatcher
from functools import cache
from types import SimpleNamespace

from segkit.data import schema
from segkit.study import beside

WEIGHTS = W = SimpleNamespace(**beside(__file__, "weights.yaml"))
"""Every number of the guess by name, as weights.yaml explains them."""

_SAME = {
    **dict.fromkeys(
        ("no", "nr", "num", "number", "nummer", "код", "code", "номер", "id", "ид"), "id"
    ),
    **dict.fromkeys(("identifier", "идентификатор", "key", "ref", "reference", "нумер"), "id"),
    **dict.fromkeys(("ids", "numéro", "número", "numero", "numer", "nr", "código", "kod"), "id"),
    **dict.fromkeys(("desc", "descr", "descrip", "descripción", "opis"), "description"),
    "amt": "amount",
    "trans": "transaction",
    "txn": "transaction",
    "acct": "account",
    "mail": "email",
    "электронная": "e",
}
_FILLER = (
    "the of a an for in per and your my ваш ваша ваше ваши на в по с для и у от к за der die das "
    "de del la du le les associated primary linked inc incl ex excl ttc ht mwst mw ohne inkl"
)
_UNITS = "usd eur gbp rub rur руб рубль рублей р uah kzt byn chf pln сом тенге грн шт pcs eu ru тыс"
_ENDING = re.compile(
    r"(ами|ями|ого|его|ому|ему|ыми|ими|ов|ев|ей|ах|ях|ам|ям|ой|ый|ий|ая|яя|ое|ее|ые|ие|ую|юю|"
    r"[аеиоуыэюяйь])$"
)


@cache
def known():
    """Read the headings: {table: {canonical: lists}}, and attributes, personal, other.

    Anyone may add one to the file. What is composed ("invoice" × "date") joins the second lists.
    """
    found = beside(__file__)
    composed = [(c, g["nouns"], p) for g in found.pop("composed") for c, p in g["parts"].items()]
    for column, nouns, parts in composed:
        pairs = [f"{noun} {part}" for noun in nouns.split("|") for part in parts.split("|")]
        second = found["orders"][column][1:2]
        found["orders"][column][1:2] = [" | ".join([*second, *pairs])]
    return found


@cache
def words(heading):
    """Break a heading into plain words, in their order: "InvoiceNo" gives ("invoice", "id")."""
    text = unicodedata.normalize("NFKC", str(heading)).replace("ё", "е")
    text = re.sub("№|[Nn]°", " номер ", text)
    text = re.sub(r"\([^)]*\)|\[[^]]*\]", " ", text) if re.match(r"\s*\w", text) else text
    text = re.sub(r"\b([A-Z]{2,})s\b", r"\1", text)  # IDs, SKUs
    text = re.sub(r"(?<=[a-zа-я])(?=[A-ZА-Я])|(?<=[A-Z])(?=[A-Z][a-z])", " ", text).lower()
    text = re.sub(r"\be[-_ ]?mail", "email", text).replace("#", " number ")
    text = re.sub(r"\b(number|num|no)\.? of\b", "count", text)
    text = re.sub(r"\bno\.?(?=\W|_|$)", "number", text)
    parts = [part for part in re.split(r"[\W_]+", text) if part]
    parts = [half for part in parts for half in _halves(part)]
    kept = [p for p in parts if p not in _skipped()] or parts
    return tuple(_SAME.get(part) or _stem(part) for part in kept)


def bare(columns):
    """Take a prefix off that several headings share: {heading: the rest}.

    Exports name the object before the field: “Deal - Title”, “Order Lines/Product”, “ym:s:date”.
    """
    parted = {heading: re.split(_PREFIX, heading) for heading in columns}
    spaces = Counter(parts[0] for parts in parted.values() if len(parts) > 1 and parts[-1].strip())
    return {h: p[-1] for h, p in parted.items() if len(p) > 1 and spaces[p[0]] > 1}


_PREFIX = r"\s+-\s+|/(?=[A-ZА-Я])|(?<=\w):(?=\w)"


def match(heading, table):
    """Tell what a heading may mean in a canonical table: {canonical: strength from 0 to 1}."""
    found = {name: _strength(heading, lists) for name, lists in lists(table).items()}
    for name in schema.names(table):
        if words(name) == words(heading) and name not in schema.ASKED:
            found[name] = W.plain
    return {name: strength for name, strength in found.items() if strength}


@cache
def lists(table):
    """Return {canonical: lists of headings} of a table; further tables share theirs by name."""
    if table in known():
        return known()[table]
    found = {"customer_id": known()["mailings"]["customer_id"][:3], **known()["further"]}
    found |= {c: known()["orders"][c] for c in ("amount", "product_id")}
    return {name: found[name] for name in schema.names(table)}


def attribute(heading):
    """Return the canonical name of a customer attribute (such as "city"), or None."""
    own, listed = frozenset(words(heading)), known()["attributes"].items()
    whose = own - _all_words("whose")
    return next((name for name, each in listed if {own, whose} & _sets(each)), None)


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
    ranked = [(rank, listed) for rank, listed in zip(W.ranks, lists, strict=False) if listed]
    return round(max((rank * _closeness(heading, x) for rank, x in ranked), default=0.0), 3)


@cache
def _closeness(heading, listed):
    own = frozenset(words(heading))
    if not own:
        return 0.0
    if own in _sets(listed):
        return W.plain
    if any(_alike(words(heading), each) for each in _joined(listed)):
        return W.alike
    others = _all_words("other") - {"id"}
    inside = [
        len(each) / len(own)
        for each in _sets(listed)
        if each < own and each != {"id"} and not (own - each) & others
    ]
    return (
        W.holds * (1 - W.holds_all + W.holds_all * max(inside))
        if inside and len(own) <= W.long_enough
        else 0.0
    )


def _alike(own, known):
    """Tell whether words are the same but for a letter or two, or for the blanks."""
    a, b = "".join(own), "".join(known)
    if a == b:
        return True
    if min(len(a), len(b)) < W.long_enough or abs(len(a) - len(b)) > 1:
        return False
    alike = SequenceMatcher(None, a, b)
    return alike.quick_ratio() >= W.same_letters and alike.ratio() >= W.same_letters


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


_SECOND = (
    "id|no|nr|number|nummer|date|datum|time|zeit|name|code|price|preis|qty|amount|betrag|total|"
    "summe|status|desc|type|value"
)
_WHOLE = [
    "candidate",
    "update",
    "nickname",
    "username",
    "surname",
    "barcode",
    "subtotal",
    "lifetime",
    "datetime",
    "timestamp",
    "realtime",
    "overtime",
    "prototype",
    "gesamtpreis",
    "gesamtbetrag",
    "gesamtsumme",
    "einzelpreis",
    "stückpreis",
    "devalue",
    "piano",
    "casino",
    "uhrzeit",
    "vorname",
    "nachname",
]
"""What such a word can end with, and words that end so by chance."""


def _halves(part):
    """Part a word such as "customerid" or "orderdate", which is written without a gap."""
    found = re.fullmatch(rf"([a-zß-ü]{{4,}}?)({_SECOND})", part)
    if not found or part in _WHOLE:
        return [part]
    return ["number" if half == "no" else half for half in found.groups()]


def _stem(word):
    """Cut a plural s and Russian case endings, so that "заказа" and "заказ" are one word."""
    if re.search("[а-я]", word):
        return _ENDING.sub("", word) if len(_ENDING.sub("", word)) >= 3 else word
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
