"""Geographic: region, kind of settlement, climate, as far as the card knows them.

For offers that differ by place: delivery, season, language. The kind of settlement is read from
a number of inhabitants (cut points are parameters) or from words such as "village" or "город";
climate is taken as the study's own words, never derived from a map that is not there. A city or
a region is a group when enough customers live there, the rest is "other".
Source: the handbook's geographic section; the cut points are those of the degree of
urbanisation (Eurostat, 2021). Taught in notebook approaches/geographic.
"""

from segkit.segments import attributes, rules
from segkit.segments.about import About
from segkit.segments.attributes import bands

ABOUT = About(
    question="Does it matter where they live?",
    use="delivery, season and offers by region",
    difficulty="low",
    place=70,
    when="customers come from several regions",
    data="region, city, kind of settlement or climate",
    family="geographic",
    options=("by", "inhabitants", "smallest"),
)

INHABITANTS = (5_000, 50_000, 500_000)
"""Where one kind of settlement ends and the next begins."""
SETTLEMENTS = ("village", "town", "city", "large city")
"""What the kinds between the cut points are called; other numbers of cuts get numbers only."""

KINDS = {
    "settlement": r"settlement|population|inhabitants|насел|urban|einwohner|city_type|type_of",
    "climate": r"climate|климат|klima",
    "region": r"region|регион|област|(^|_)(state|province|county|land)(_|$)",
    "country": r"country|страна",
    "city": r"(^|_)(city|town|город|stadt|ort)(_|$)",
}
"""Kind of attribute → how its column is called; the first two found are used."""

WORDS = {
    r"metropol|megacit|мегапол|миллион|large city|big city|capital|столиц|großstadt": "large city",
    r"suburb|пригород|vorort": "suburb",
    r"villag|rural|hamlet|село|деревн|пос[её]лок|станиц|хутор|аул|dorf|land": "village",
    r"(small )?town|пгт|городок|малый город|kleinstadt": "town",
    r"cit(y|ies)|urban|город|stadt": "city",
}
"""How settlements are named in words; the first pattern that fits counts."""


def fit(card, *, by=(), inhabitants=INHABITANTS, smallest=0.05):
    """Group the customers of a card by one or two attributes of place.

    `by` names columns or kinds: settlement, climate, region, country, city; without it the first
    two that the card has. `inhabitants` are the cut points between kinds of settlement
    ("5000 50000 500000" or numbers). `smallest` is the share of customers (0 to 1) below which
    a group is folded. Returns a Definition of grouped rules; raises StudyError when the card
    knows no place or everybody is alike.
    """
    edges = bands.cuts(inhabitants, name="INHABITANTS")
    signs = [sign(card, one, inhabitants=edges, smallest=smallest) for one in chosen(card, by=by)]
    return attributes.definition(card, signs, approach="geographic", smallest=smallest)


def chosen(card, *, by=()):
    """List what the customers are grouped by: kinds or columns, at most two."""
    found = kinds(card)
    return attributes.choose(card, by=by, found=found, family="geographic")


def kinds(card):
    """Return {kind: column} of the kinds of place that the card has."""
    return attributes.kinds(card, patterns=KINDS, family="geographic")


def labels(card, *, inhabitants=INHABITANTS, smallest=0.05):
    """Read every attribute of place into groups, one column each; see `fit`."""
    edges = bands.cuts(inhabitants, name="INHABITANTS")
    names = attributes.every(card, found=kinds(card), family="geographic")
    return attributes.table(
        card, names, sign=lambda one: sign(card, one, inhabitants=edges, smallest=smallest)
    )


def sign(card, one, *, inhabitants=INHABITANTS, smallest=0.05):
    """Read one kind or column of place into groups; returns a `Sign`."""
    column = kinds(card).get(one, one)
    if one != "settlement":
        return attributes.worded(card, column, smallest=smallest)
    said = {"unit": "inhabitants", "words": WORDS}
    if len(inhabitants) == len(SETTLEMENTS) - 1:
        said["names"] = SETTLEMENTS
    return attributes.sign(card, column, smallest=smallest, edges=list(inhabitants), **said)


def expression(table, definition):
    """Return the Ibis column that names each row's group."""
    return rules.grouped(table, definition)
