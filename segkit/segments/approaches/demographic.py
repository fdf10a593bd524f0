"""Demographic: age, gender, household, family stage, as far as the card knows them.

The oldest way to group customers, and the one most often believed without a look: whether an
age or a gender changes what people buy is a question to the data, not a fact. Ages are cut into
bands by parameters. The family stage is made of children and age where both are known. Who told
nothing is "Not known", a group of its own: in most shops the larger one, and not like the rest.
Source: the handbook's demographic section; W. Wells and G. Gubar, Life cycle concept in
marketing research (1966), for the family stage. Taught in notebook approaches/demographic.
"""

import re
from dataclasses import dataclass, replace
from functools import cached_property

from segkit.segments import attributes, rules
from segkit.segments.about import About
from segkit.segments.attributes import bands

ABOUT = About(
    question="Does it matter how old they are and with whom they live?",
    use="tone, pictures and assortment for people at different times of life",
    difficulty="low",
    place=60,
    when="age, gender or household are known for most customers",
    data="age, gender, household or other attributes of people",
    family="demographic",
    options=("by", "ages", "smallest"),
)

AGES = (18, 25, 35, 45, 55, 65)
"""Where one age band ends and the next begins, in years."""
LATER = 45
"""Age from which a household without children is at a later stage, in years."""

CHILDLESS = r"\bno (kids|child)|without (kids|child)|без дет|ohne kind|^(none|no|нет|0)$"
"""How a text says that there are no children."""


@dataclass(frozen=True)
class People(attributes.Attributes):
    """What is known of people; `cuts` are those of the age, in years."""

    about = ABOUT
    numbers = True

    @cached_property
    def kinds(self):
        """Return {kind: column}; children may be told by words, too ("2 adults no kids")."""
        found = super().kinds
        told = next((c for c in self.columns if _tells_children(self.card[c])), None)
        found = {"stage": told, **found} if told else found
        return {kind: found[kind] for kind in self.table if kind in found}

    @property
    def first(self):
        """List the kinds used: a stage is made of children and age, so nothing is said twice."""
        alone = "stage" in self.kinds and "gender" not in self.kinds
        return ["stage"] if alone else super().first

    def sign(self, one):
        """Read one kind or column into groups; returns a `Sign`."""
        column = self.kinds.get(one, one)
        if one == "stage":
            return self.stage(column)
        of_age = re.search(self.table["age"]["column"], column.lower())
        return self.read(column, "age" if of_age else one)

    def stage(self, column):
        """Make the family stage of children and age: with children, and without by age.

        `column` tells of children: a number, "3+", or words such as "2 adults no kids". Without
        an age on the card there are two groups. The cut is the first of the ages from 45 years
        upwards. Returns a `Sign`.
        """
        children, (none, some) = _children(self.card[column])
        columns, told = [column], []
        rules = {"with children": some, "no children": none}
        labels = children.map({True: "with children", False: "no children"})
        if age := self.kinds.get("age"):
            later = next((edge for edge in self.cuts["age"] if edge >= LATER), LATER)
            ages = replace(self, cuts={"age": [later]}, smallest=0).read(age, "age")
            columns, told = [column, age], ages.told
            rules = {"with children": some}
            rules |= {f"no children, {n}": {"all": [none, w]} for n, w in ages.rules.items()}
            labels = labels.where(labels != "no children", "no children, " + ages.labels)
        heads = labels.value_counts()
        told += [f'family stage: "{n}" has fewer customers than asked for' for n in rules
                 if 0 < heads.get(n, 0) < self.smallest * len(self.card)]  # fmt: skip
        rules = {name: rule for name, rule in rules.items() if name in heads}
        return attributes.Sign("family stage", columns, rules, labels, told)


def read(card, *, ages=AGES, smallest=0.05):
    """Read what a card knows of people into groups, attribute by attribute.

    Parameters
    ----------
    card : DataFrame
        The customer card, one row per customer.
    ages : str or list
        Where one age band ends and the next begins, in years: "18 25 35" or numbers.
    smallest : float
        Share of customers (0 to 1) below which a group is folded.

    Returns
    -------
    People
        `known` (attribute, share of customers it is known for, groups) and `labels` (one column
        of group names per attribute); both are Refused where nothing is known.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.segments.approaches import demographic
    >>> card = pd.DataFrame({"customer_id": list("abc"), "age": ["19-24", "70+", None]})
    >>> demographic.read(card, ages="25 65", smallest=0).labels["age"].tolist()[:2]
    ['under 25 years', '65 years and over']
    """
    return People(card, {"age": bands.cuts(ages, name="AGES")}, smallest)


def fit(card, *, by=(), ages=AGES, smallest=0.05):
    """Group the customers of a card by one or two attributes.

    `by` names columns, "age household_size", or kinds: age, gender, household, stage …; without
    it age and gender, else the family stage, else the first two of the kinds that the card has.
    `ages` and `smallest` as in `read`. Returns a Definition, see `attributes.Attributes.fit`.
    """
    return read(card, ages=ages, smallest=smallest).fit(by)


def _children(values):
    """Tell of every household whether it has children, and the rules of those without and with."""
    if values.dtype.kind in "if":
        rules = ({values.name: {"at_most": 0}}, {values.name: {"over": 0}})
        return (values > 0).where(values.notna()).astype(object), rules
    told = values.map({text: _has_children(text) for text in values.dropna().unique()})
    texts = [sorted(values[told == answer].unique()) for answer in (False, True)]
    return told, tuple({values.name: {"one_of": found}} for found in texts)


def _has_children(text):
    """Tell from a text whether there are children; None where it says nothing of them."""
    plain = str(text).strip().lower()
    if re.search(CHILDLESS, plain):
        return False
    if span := bands.read(plain):
        return span[1] > 0
    return True if re.search(r"\b(kid|child|дет|kind|yes|да)|^y$", plain) else None


def _tells_children(values):
    """Tell whether a column of words speaks of children in at least half of what it says."""
    if values.dtype.kind in "ifb":
        return False
    texts = values.dropna().astype(str)
    return bool(texts.str.contains(r"(?i)\b(?:kids?|child)|дет[еяи]").mean() >= 0.5)


expression = rules.grouped
