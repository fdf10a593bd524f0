"""Geographic: region, kind of settlement, climate, as far as the card knows them.

For offers that differ by place: delivery, season, language. The kind of settlement is read from
a number of inhabitants (cut points are parameters) or from words such as "village" or "город";
climate is taken as the study's own words, never derived from a map that is not there. A city or
a region is a group when enough customers live there, the rest is "other".
Source: the handbook's geographic section; the cut points are those of the degree of
urbanisation (Eurostat, 2021). Taught in notebook approaches/geographic.
"""

from dataclasses import dataclass

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


@dataclass(frozen=True)
class Places(attributes.Attributes):
    """What is known of the places; `cuts` are those of settlements, in inhabitants."""

    about = ABOUT
    patterns = KINDS

    def sign(self, one):
        """Read one kind or column of place into groups; returns a `Sign`."""
        column = self.kinds.get(one, one)
        if one != "settlement":
            return self.worded(column)
        said = {"unit": "inhabitants", "words": WORDS, "edges": self.cuts}
        if len(self.cuts) == len(SETTLEMENTS) - 1:
            said["names"] = SETTLEMENTS
        return self.banded(column, **said)


def read(card, *, inhabitants=INHABITANTS, smallest=0.05):
    """Read what a card knows of places into groups, attribute by attribute.

    Parameters
    ----------
    card : DataFrame
        The customer card, one row per customer.
    inhabitants : str or list
        Where one kind of settlement ends and the next begins: "5000 50000 500000" or numbers.
    smallest : float
        Share of customers (0 to 1) below which a group is folded.

    Returns
    -------
    Places
        `known` (attribute, share of customers it is known for, groups), `labels` (one column of
        group names per attribute) and `crossed` (customers by the first two attributes); Refused
        where nothing is known.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.segments.approaches import geographic
    >>> card = pd.DataFrame({"customer_id": list("abc"), "population": [800, 60_000, None]})
    >>> geographic.read(card, smallest=0).labels["settlement"].tolist()
    ['village (under 5,000 inhabitants)', 'city (50,000 to 499,999 inhabitants)', None]
    """
    return Places(card, bands.cuts(inhabitants, name="INHABITANTS"), smallest)


def fit(card, *, by=(), inhabitants=INHABITANTS, smallest=0.05):
    """Group the customers of a card by one or two attributes of place.

    `by` names columns or kinds: settlement, climate, region, country, city; without it the first
    two that the card has. `inhabitants` and `smallest` as in `read`. Returns a Definition, see
    `attributes.Attributes.fit`.
    """
    return read(card, inhabitants=inhabitants, smallest=smallest).fit(by)


expression = rules.grouped
