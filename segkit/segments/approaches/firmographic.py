"""Firmographic: company size and industry, the demographics of companies.

Size is the number of employees or the turnover, cut into classes. Where one class ends is a
convention: the EU, the United Kingdom's neighbours and the handbook's own two examples differ, so
the cut points are a preset or numbers of your own, and the same company may be "small" here and
"medium" there. Size and industry are crossed; pairs with few companies are folded, and said.
Source: the handbook's firmographic section; Commission Recommendation 2003/361/EC; Russian
Federal Law 209-FZ. Taught in notebook approaches/firmographic.
"""

import pandas as pd

from segkit.segments import attributes, rules
from segkit.segments.about import About
from segkit.segments.attributes import bands
from segkit.study import StudyError

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

FOUR, THREE = ("micro", "small", "medium", "large"), ("small", "medium", "large")
PRESETS = {
    "EU": {"employees": (10, 50, 250), "turnover": (2e6, 10e6, 50e6)},
    "RU": {"employees": (16, 101, 251), "turnover": (120e6, 800e6, 2e9)},
    "furniture": {"employees": (50, 250), "turnover": (10e6, 50e6)},
    "software": {"employees": (50, 500), "turnover": (10e6, 100e6)},
}
"""Where one class of size ends and the next begins, in employees and in money a year.

EU: Recommendation 2003/361/EC, euros. RU: Law 209-FZ, roubles. The last two are the handbook's
examples, a supplier of office furniture and one of software; their turnover is our own."""

KINDS = {
    "employees": r"employees|staff|headcount|сотрудник|персонал|mitarbeiter|company_size|firm_size",
    "turnover": r"turnover|revenue|выручк|оборот|umsatz",
    "industry": r"industry|sector|отрасл|branche",
}
"""Kind of attribute → how its column is called."""

WORDS = {
    r"micro|микро|kleinst|self.?employed|ип\b": "micro",
    r"small|малы|малое|klein": "small",
    r"medium|mid|средн|mittel": "medium",
    r"large|big|enterprise|corporat|крупн|корпорац|groß": "large",
}
"""How sizes are named in words."""


def fit(card, *, by=(), sizes="EU", turnovers="", smallest=0.05):
    """Group the companies of a card by size, industry, or both.

    `by` names columns or kinds: employees, turnover, industry; without it the size (employees
    before turnover) and the industry, as far as the card has them. `sizes` is a preset (EU, RU,
    furniture, software) or cut points in employees ("10 50 250"); `turnovers` cut points in
    money a year, else those of the preset. `smallest` is the share of customers (0 to 1) below
    which a group is folded. Returns a Definition of grouped rules; raises StudyError for an
    unknown preset, or when the card knows neither or everybody is alike.
    """
    cuts = read_cuts(sizes, turnovers=turnovers)
    signs = [sign(card, one, cuts=cuts, smallest=smallest) for one in chosen(card, by=by)]
    return attributes.definition(card, signs, approach="firmographic", smallest=smallest)


def read_cuts(sizes="EU", *, turnovers=""):
    """Return {"employees": […], "turnover": […]}: cut points of a preset, or as given."""
    if sizes in PRESETS:
        known = PRESETS[sizes]
    elif isinstance(sizes, str) and not any(letter.isdigit() for letter in sizes):
        raise StudyError(
            f"SIZES is {sizes!r}, but only the presets {', '.join(PRESETS)} are known. Or give "
            'the cut points in employees, such as "10 50 250".'
        )
    else:
        known = {"employees": sizes, "turnover": PRESETS["EU"]["turnover"]}
    return {
        "employees": bands.cuts(known["employees"], name="SIZES"),
        "turnover": bands.cuts(turnovers or known["turnover"], name="TURNOVERS"),
    }


def presets():
    """Lay the presets out for reading: preset, and what each class is in employees."""
    rows = []
    for name, known in PRESETS.items():
        edges = list(known["employees"])
        ends = [bands.title(edges, first=n, last=n) for n in range(len(edges) + 1)]
        rows.append({"preset": name, **dict(zip(_names(edges), ends, strict=True))})
    return pd.DataFrame(rows)[["preset", *FOUR]]


def _names(edges):
    return {3: FOUR, 2: THREE}.get(len(edges))


def chosen(card, *, by=()):
    """List what the companies are grouped by: kinds or columns, at most two."""
    found = kinds(card)
    if "employees" in found and not by:
        found.pop("turnover", None)  # the same thing twice
    return attributes.choose(card, by=by, found=found, family="firmographic")


def kinds(card):
    """Return {kind: column} of what the card knows of companies."""
    return attributes.kinds(card, patterns=KINDS, family="firmographic")


def labels(card, *, sizes="EU", turnovers="", smallest=0.05):
    """Read every attribute of companies into groups, one column each; see `fit`.

    A column in which hardly two companies share a word, such as their names, is left out.
    """
    cuts = read_cuts(sizes, turnovers=turnovers)
    names = attributes.every(card, found=kinds(card), family="firmographic")
    names = [n for n in names if n in KINDS or card[n].nunique() < 0.5 * card[n].notna().sum()]
    return attributes.table(
        card, names, sign=lambda one: sign(card, one, cuts=cuts, smallest=smallest)
    )


def by_preset(card, *, column):
    """Class the same companies by every preset: preset, and the share of each class (0 to 1)."""
    rows = []
    for name, preset in PRESETS.items():
        edges = list(preset["employees"])
        spans = [bands.read(value) for value in card[column].dropna()]
        at = [bands.place(span, edges=edges) for span in spans if span]
        classes = dict(enumerate(_names(edges)))
        found = pd.Series([classes[place] for place in at if place is not None])
        rows.append({"preset": name, **found.value_counts(normalize=True)})
    return pd.DataFrame(rows, columns=["preset", *FOUR]).fillna(0.0)


def sign(card, one, *, cuts, smallest=0.05):
    """Read one kind or column into groups; `cuts` comes from `read_cuts`. Returns a `Sign`."""
    column = kinds(card).get(one, one)
    if one not in ("employees", "turnover"):
        return attributes.worded(card, column, smallest=smallest)
    said = {"words": WORDS, "unit": one if one == "employees" else "a year"}
    if names := _names(cuts[one]):
        said["names"] = names
    return attributes.sign(card, column, smallest=smallest, edges=cuts[one], **said)


def expression(table, definition):
    """Return the Ibis column that names each row's group."""
    return rules.grouped(table, definition)
