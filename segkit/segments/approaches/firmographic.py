"""Firmographic: company size and industry, the demographics of companies.

Size is the number of employees or the turnover, cut into classes. Where one class ends is a
convention: the EU, the United Kingdom's neighbours and the handbook's own two examples differ, so
the cut points are a preset or numbers of your own, and the same company may be "small" here and
"medium" there. Size and industry are crossed; pairs with few companies are folded, and said.
Source: the handbook's firmographic section; Commission Recommendation 2003/361/EC; Russian
Federal Law 209-FZ. Taught in notebook approaches/firmographic.
"""

from dataclasses import dataclass

import pandas as pd

from segkit.refusal import Refused
from segkit.segments import attributes, messages, rules
from segkit.segments.about import About
from segkit.segments.attributes import bands

ABOUT = About(
    question="Does it matter how large the company is and what it does?",
    use="offers and service by company size and industry",
    difficulty="low",
    place=80,
    when="customers are companies",
    data="employees, turnover or industry of the companies",
    family="firmographic",
    options=("by", "sizes", "turnovers", "smallest"),
)

NO_SIZE = "*Not classed by presets:* how many people these companies employ is not known."
PRESETS = {
    "EU": {"employees": (10, 50, 250), "turnover": (2e6, 10e6, 50e6)},
    "RU": {"employees": (16, 101, 251), "turnover": (120e6, 800e6, 2e9)},
    "furniture": {"employees": (50, 250), "turnover": (10e6, 50e6)},
    "software": {"employees": (50, 500), "turnover": (10e6, 100e6)},
}
"""Where one class of size ends and the next begins, in employees and in money a year.

EU: Recommendation 2003/361/EC, euros. RU: Law 209-FZ, roubles. The last two are the handbook's
examples, a supplier of office furniture and one of software; their turnover is our own."""


@dataclass(frozen=True)
class Companies(attributes.Attributes):
    """What is known of companies; `cuts` are {"employees": […], "turnover": […]}."""

    about = ABOUT

    @property
    def first(self):
        """List the kinds used: employees and turnover would say the same thing twice."""
        kinds = [kind for kind in self.kinds if kind != "turnover" or "employees" not in self.kinds]
        return kinds[:2]

    @property
    def names(self):
        """Leave out columns in which hardly two companies share a word, such as their names."""
        unlike = lambda n: self.card[n].nunique() >= 0.5 * self.card[n].notna().sum()  # noqa: E731
        return [n for n in super().names if n in self.table or not unlike(n)]

    @property
    def by_preset(self):
        """Class the same companies by every preset: preset, and the share of each class (0 to 1).

        Refused where the number of employees is not known.
        """
        if "employees" not in self.kinds:
            return self.labels if isinstance(self.labels, Refused) else Refused(NO_SIZE)
        spans, rows = [bands.read(v) for v in self.card[self.kinds["employees"]].dropna()], []
        for name, preset in PRESETS.items():
            edges = preset["employees"]
            places = pd.Series([bands.place(span, edges=edges) for span in spans])
            found = places.map(dict(enumerate(self.classes("employees", edges))))
            rows.append({"preset": name, **found.value_counts(normalize=True)})
        classes = max(self.table["employees"]["classes"], key=len)
        return pd.DataFrame(rows, columns=["preset", *classes]).fillna(0.0)


def read(card, *, sizes="EU", turnovers="", smallest=0.05):
    """Read what a card knows of companies into groups, attribute by attribute.

    Parameters
    ----------
    card : DataFrame
        The customer card, one row per customer.
    sizes : str or list
        A preset (EU, RU, furniture, software) or cut points in employees, "10 50 250".
    turnovers : str or list
        Cut points in money a year; without them those of the preset.
    smallest : float
        Share of customers (0 to 1) below which a group is folded.

    Returns
    -------
    Companies
        `known` (attribute, share of companies it is known for, groups), `labels` (one column of
        group names per attribute) and `by_preset` (shares of the same companies under every
        preset); Refused where nothing is known.

    Raises
    ------
    StudyError
        For an unknown preset.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.segments.approaches import firmographic
    >>> card = pd.DataFrame({"customer_id": list("abc"), "employees": [9, 15, 300]})
    >>> firmographic.read(card, sizes="RU", smallest=0).labels["employees"].tolist()
    ['micro (under 16 employees)', 'micro (under 16 employees)', 'large (251 employees and over)']
    """
    return Companies(card, _cuts(sizes, turnovers), smallest)


def fit(card, *, by=(), sizes="EU", turnovers="", smallest=0.05):
    """Group the companies of a card by size, industry, or both.

    Parameters
    ----------
    card : DataFrame
        The customer card.
    by : sequence of str
        Columns or kinds: employees, turnover, industry; without it the size (employees before
        turnover) and the industry, as far as the card has them.
    sizes, turnovers, smallest
        As in `read`.

    Returns
    -------
    Definition
        See `attributes.Attributes.fit`.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.segments.approaches import firmographic
    >>> card = pd.DataFrame({"customer_id": list("abc"), "employees": [9, 15, 300]})
    >>> firmographic.fit(card, smallest=0).order[:2]
    ['Large (250 employees and over)', 'Micro (under 10 employees)']
    """
    return read(card, sizes=sizes, turnovers=turnovers, smallest=smallest).fit(by)


def _cuts(sizes, turnovers):
    """Return {"employees": […], "turnover": […]}: cut points of a preset, or as given."""
    if sizes in PRESETS:
        known = PRESETS[sizes]
    elif isinstance(sizes, str) and not any(letter.isdigit() for letter in sizes):
        raise messages.error("sizes", sizes=sizes, presets=PRESETS)
    else:
        known = {"employees": sizes, "turnover": PRESETS["EU"]["turnover"]}
    return {
        "employees": bands.cuts(known["employees"], name="SIZES"),
        "turnover": bands.cuts(turnovers or known["turnover"], name="TURNOVERS"),
    }


expression = rules.grouped
