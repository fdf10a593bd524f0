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


@dataclass(frozen=True)
class Places(attributes.Attributes):
    """What is known of places; `cuts` are those of the settlement, in inhabitants."""

    about = ABOUT


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
    >>> card = pd.DataFrame({"customer_id": list("ab"), "population": [800, 60_000]})
    >>> geographic.read(card, smallest=0).labels["settlement"].tolist()
    ['village (under 5,000 inhabitants)', 'city (50,000 to 499,999 inhabitants)']
    """
    return Places(card, {"settlement": bands.cuts(inhabitants, name="INHABITANTS")}, smallest)


def fit(card, *, by=(), inhabitants=INHABITANTS, smallest=0.05):
    """Group the customers of a card by one or two attributes of place.

    Parameters
    ----------
    card : DataFrame
        The customer card.
    by : sequence of str
        Columns or kinds: settlement, climate, region, country, city; without it the first two that
        the card has.
    inhabitants, smallest
        As in `read`.

    Returns
    -------
    Definition
        See `attributes.Attributes.fit`.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.segments.approaches import geographic
    >>> card = pd.DataFrame({"customer_id": list("abc"), "region": ["north", "south", None]})
    >>> geographic.fit(card, smallest=0).order
    ['North', 'South', 'Not known']
    """
    return read(card, inhabitants=inhabitants, smallest=smallest).fit(by)


expression = rules.grouped
