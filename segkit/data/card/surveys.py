"""Item batteries: questions asked together, on one scale, that mean something only together.

Twenty motives with yes or no, eleven opinions from −5 to +5: such items are one instrument. Five of
twenty items are another survey, so a battery is used whole or not at all. It is told by values (the
same scale in many columns), by headings that begin alike where a file holds several, and by its
weight: where most columns are something else, as in a customer register with a few flags, these are
attributes and no battery. What has a usual name of an attribute (has children, gender) is no item.

Source: Dolnicar, Grün and Leisch, Market Segmentation Analysis (2018), chapters 5 and 6.
"""

import re
from collections import Counter
from dataclasses import dataclass

from pandas.api.types import is_numeric_dtype

from segkit.data import meanings, measures
from segkit.data.cells import readings
from segkit.data.measures import answers
from segkit.data.sources import headings

FEWEST = 5
"""Fewer items are single questions."""
WEIGHT = 0.5
"""Share of the columns that can be answers from which a table is a survey."""


@dataclass(frozen=True)
class Battery:
    """Items on one scale: `columns` of the card, in their order, `unit` ("yes/no", "1 to 5")."""

    columns: tuple
    unit: str

    @property
    def told(self):
        """Say how many items there are, and on which scale."""
        scale = self.unit.replace("yes/no", "yes or no").replace("-", "−")
        return f"{len(self.columns)} items, each answered with {scale}"

    def answered(self, card):
        """Return each customer's own mean and spread over the items answered: mean, spread, n."""
        given = card[list(self.columns)].astype("float64")
        found = {"mean": given.mean(axis=1), "spread": given.std(axis=1, ddof=0)}
        return given[[]].assign(**found, n=given.notna().sum(axis=1))


def find(card):
    """List the batteries of a customer card, the largest first; none where it is no survey.

    Parameters
    ----------
    card : DataFrame
        From `build`.

    Returns
    -------
    list of Battery
        With `columns`, `unit` and `answered(card)`, each customer's own mean and spread.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import data
    >>> card = pd.DataFrame({f"wants_{c}": [float(c == who) for who in "abcdef"] for c in "abcdef"})
    >>> [battery.told for battery in data.card.batteries(card)]
    ['6 items, each answered with yes or no']
    """
    asked = [c for c in card if c.startswith(answers.PREFIX)]
    told = asked or [c for c in card if not _computed(c)]
    items = {c: unit for c, unit in units(card[told]).items() if not _usual(c, unit)}
    once = {card[c].to_numpy().tobytes(): c for c in reversed(items)}  # exported twice: one item
    items = {c: unit for c, unit in items.items() if c in once.values()}
    if len(items) < WEIGHT * len(told):
        return []
    scales = dict.fromkeys(items.values())
    by_unit = {unit: [c for c in items if items[c] == unit] for unit in scales}
    found = [
        Battery(tuple(columns), unit)
        for unit, columns in by_unit.items()
        for columns in _together(columns)
        if len(columns) >= FEWEST
    ]
    return sorted(found, key=lambda battery: -len(battery.columns))


def units(frame):
    """Name the scale of every column that is answered on one: {column: "yes/no" or "1 to 5"}."""
    numbers = frame[[c for c in frame if is_numeric_dtype(frame[c])]]
    flags = {c: "yes/no" for c in numbers if set(numbers[c].dropna().unique()) == {0, 1}}
    return flags | readings.scales(numbers.drop(columns=list(flags)))


def _usual(column, unit):
    """Tell whether a yes or no is a usual attribute of people, told by a short heading."""
    short = len(re.findall(r"[^\W_]+", column)) <= ATTRIBUTE_WORDS
    return bool(unit == "yes/no" and short and headings.attribute(column))


ATTRIBUTE_WORDS = 3
"""A longer heading is a question, whatever it mentions."""


def _computed(column):
    known = meanings.of("card") | measures.words()
    return column == "customer_id" or column in known or column.startswith("share_")


def _together(columns):
    """Part columns by how their headings begin, where that makes several questions of them."""
    begun = {c: readings.beginning(c) for c in columns}
    counts = Counter(begun.values())
    groups = [begin for begin, n in counts.items() if n >= FEWEST]
    if not groups:
        return [columns]
    return [[c for c in columns if begun[c] == begin] for begin in groups]
