"""Grouping by what customers are: one or two attributes, as rules.

A *sign* is one attribute read into groups: ages in bands, words as they stand, a company's size
in classes. One sign makes segments, two are crossed ("25 to 34 · 2 persons"). What is not known
stays a group of its own and is never guessed; a group below a stated share of the customers is
folded (a band into its smaller neighbour, a word into "other", a pair into "the first, other")
and that is said. The result is a list of rules, first match wins, so it can be printed,
counted and explained. `demographic`, `geographic` and `firmographic` are `Attributes`, each with
kinds of its own and its own way to read them.
"""

import re
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from segkit.data import card as cards
from segkit.data import measures
from segkit.refusal import Refused, passes
from segkit.segments import rules
from segkit.segments.attributes import bands
from segkit.segments.definition import Definition, by_spend
from segkit.segments.naming import label
from segkit.study import StudyError

UNKNOWN = "Not known"
"""The group of customers of whom the attribute is not known."""
MOST_KINDS = 12
"""So many words become groups at most; rarer ones are "other"."""
READABLE = 0.8
"""A column of texts is one of bands when this share of the known values can be read so."""
ALONE = "*Fewer than two attributes are known, so none can be crossed.*"


@dataclass(frozen=True)
class Attributes:
    """What a card knows of its customers in one family of attributes, part by part.

    card: the customers; cuts: where bands end; smallest: the share of customers (0 to 1) below
    which a group is folded. A family says what it is `about`, by which `patterns` the columns of
    its kinds are found, and how one of them is read (`sign`).
    """

    card: object
    cuts: object
    smallest: float

    about = None
    patterns = None

    def sign(self, one):
        """Read one kind or column into groups; returns a `Sign`."""
        return self.banded(self.kinds.get(one, one))

    def banded(self, column, *, edges=None, **said):
        """Read a column into bands where it holds numbers or ranges, else words; see `sign`."""
        return sign(self.card, column, smallest=self.smallest, edges=edges, **said)

    def worded(self, column, words=None):
        """Take the words of a column as groups; see `worded`."""
        return worded(self.card, column, smallest=self.smallest, words=words)

    @cached_property
    def kinds(self):
        """Return {kind: column} of what the card has, in the order of the patterns.

        A column serves one kind only, the first whose pattern fits its name. Columns of the family
        come first, then attributes of any other ("population" may be filed elsewhere).
        """
        found, left = {}, list(dict.fromkeys([*self.columns, *columns(self.card)]))
        for kind, pattern in self.patterns.items():
            if column := next((c for c in left if re.search(pattern, c.lower())), None):
                found[kind] = column
                left.remove(column)
        return found

    @property
    def columns(self):
        """List the columns of the family."""
        return columns(self.card, family=self.about.family)

    @property
    def first(self):
        """List the kinds that group customers where nobody asks for others."""
        return list(self.kinds)[:2]

    @property
    def names(self):
        """List all attributes worth a look: the kinds, then other columns of the family."""
        told = {*self.kinds, *self.kinds.values()}
        return [*self.kinds, *(c for c in self.columns if c not in told)]

    @cached_property
    def labels(self):
        """Name the group of every customer: one column per attribute, None where not known.

        An attribute that cannot be read is left out; Refused where none is left.
        """
        found, about = {}, self.about
        for one in self.names:
            try:
                found[label(one)] = self.sign(one).labels(len(self.card))
            except StudyError:
                continue
        if not found:
            return about.refused(about.family, about.unknown)
        return pd.DataFrame(found, index=self.card.index)

    @property
    def known(self):
        """Say of every attribute for which share of the customers it is known, in how many groups.

        Returns attribute, known (0 to 1), groups_n.
        """
        return _known(self.labels)

    @property
    def crossed(self):
        """Count the customers by the first two attributes; Refused where fewer are known."""
        return _counted(self.labels)

    def fit(self, by=()):
        """Group the customers by the kinds or columns asked for, else by the `first`.

        `by` is "age gender" or a list. Returns a Definition of grouped rules, see `definition`.
        Raises StudyError when there is no kind and none was asked for, the card lacks one that
        was, more than two were, or everybody is alike.
        """
        signs = [self.sign(one) for one in self._chosen(by)]
        return definition(self.card, signs, approach=self.about.family, smallest=self.smallest)

    def _chosen(self, by):
        family, there = self.about.family, ", ".join(self.columns)
        wanted = (
            re.split(r"[\s,;]+", by.strip()) if isinstance(by, str) and by.strip() else list(by)
        )
        known = {*self.kinds, *self.card.columns}
        if unknown := [one for one in wanted if one not in known]:
            raise StudyError(
                f"{', '.join(unknown)} is no column of the customer card. Of the {family} family "
                f"it has: {there or 'none'}."
            )
        if len(wanted) > 2:
            raise StudyError(
                f"{len(wanted)} attributes were asked for ({', '.join(wanted)}), but at most two "
                "are crossed: with more, hardly anybody is left in a group. Choose the two that "
                "matter."
            )
        if not (wanted or self.kinds):
            raise StudyError(
                f"Nothing {family} is known of these customers by a usual name. Name the columns "
                f"to use ({there or 'the card has none'}), or give a table with them."
            )
        return wanted or self.first


def columns(card, *, family=None):
    """List the attributes of a family on a card, as `data.card.dictionary` sorts them.

    Only columns that no measure computes and that are known for somebody; without `family` of
    any.
    """
    computed = {*cards.WORDS, *measures.words()}
    names = [c for c in card.columns if c != "customer_id" and c not in computed]
    names = [c for c in names if not c.startswith("share_") and card[c].notna().any()]
    return [c for c in names if family is None or cards.explain(c)[0] == family]


@passes
def _known(labels):
    told = {"known": labels.notna().mean(), "groups_n": labels.nunique()}
    return pd.DataFrame(told).rename_axis("attribute").reset_index()


@passes
def _counted(labels):
    two = [labels[name] for name in labels.columns[:2]]
    return pd.crosstab(*two) if len(two) == 2 else Refused(ALONE)


@passes
def described(found):
    """Lay the groups of an approach out for reading.

    Parameters
    ----------
    found : Attempt
        Customers grouped by rules; `found.rules["groups"]` holds them.

    Returns
    -------
    DataFrame
        group, and who is in it: its rule in words.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import segments
    >>> from segkit.segments import attributes
    >>> card = pd.DataFrame({"customer_id": list("abcd"), "region": ["N", "N", "S", "S"]})
    >>> found = segments.attempt(card, "geographic")
    >>> attributes.described(found)["who is in it"].tolist()
    ['region = N', 'region = S']
    """
    rows = [(group["name"], rules.in_words(group["when"])) for group in found.rules["groups"]]
    return pd.DataFrame(rows, columns=["group", "who is in it"])


@passes
def folded(found):
    """Say in Markdown what was folded, dropped or could not be placed.

    Parameters
    ----------
    found : Attempt
        Customers grouped by attributes.

    Returns
    -------
    str
        One line each; one sentence where there is nothing to say.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import segments
    >>> from segkit.segments import attributes
    >>> card = pd.DataFrame({"customer_id": list("abcd"), "region": ["N", "N", "S", "S"]})
    >>> attributes.folded(segments.attempt(card, "geographic"))
    'Nothing was folded, and everything that is known could be placed.'
    """
    lines = "\n".join(f"- {line}." for line in found.rules["told"])
    return lines or "Nothing was folded, and everything that is known could be placed."


@dataclass
class Sign:
    """One attribute as groups, each a name, a rule and who of the card is in it.

    title: what it is called; columns: what a table must have; groups: [(name, rule, mask)], no
    two of which share a customer; told: sentences on what was folded or could not be placed.
    """

    title: str
    columns: list
    groups: list
    told: list = field(default_factory=list)

    def labels(self, rows):
        """Return the group of each of `rows` customers; None where it is not known."""
        found = np.full(rows, None, dtype=object)
        for name, _, mask in self.groups:
            found[mask] = name
        return found


def sign(card, column, *, smallest, edges=None, **said):
    """Read any column into groups: bands where it holds numbers or ranges, else words.

    `smallest` is the share of customers (0 to 1) below which a group is folded; `edges` are the
    cut points (without: every fifth of the numbers, or the data's own bands). `said` may hold
    unit, lowest, highest and names for `banded`, or words for `worded`.
    """
    words = said.pop("words", None)
    if _spans(card[column]) is None:
        return worded(card, column, smallest=smallest, words=words)
    return banded(card, column, smallest=smallest, edges=edges, said=said)


def _spans(values):
    """Return one (low, high) per customer, None where unknown; None for a column of words."""
    if is_bool_dtype(values) or not values.notna().any():
        return None
    if is_numeric_dtype(values):
        return [None if v != v else (float(v), float(v)) for v in values.astype(float)]
    read = {text: bands.read(text) for text in values.dropna().unique()}
    counts = values.value_counts()
    if sum(counts[text] for text, span in read.items() if span) < READABLE * counts.sum():
        return None
    return [read.get(value) for value in values]


def banded(card, column, *, smallest, edges=None, said=None):
    """Put numbers or ranges into ordered bands; returns a `Sign`.

    `said`: unit (a word behind the numbers), lowest and highest (values outside are not
    known), names (one per class, instead of the numbers). See `sign`.
    """
    said, values = said or {}, card[column]
    lowest, highest = said.get("lowest", 0), said.get("highest", float("inf"))
    spans = [s if s and lowest <= s[0] <= highest else None for s in _spans(values) or []]
    known = [s for s in spans if s]
    if not known:
        raise StudyError(f"Nothing in {column} can be read as a number of at least {lowest:g}.")
    wanted = list(edges) if edges is not None else _own_edges(known, values)
    stay = bands.kept(known, edges=wanted)
    at = np.array([-1 if (p := bands.place(s, edges=stay)) is None else p for s in spans])
    told = _told_of_bands(column, wanted, stay, spans, values)
    classes = _folded_classes(
        at, len(stay) + 1, smallest * len(card), numeric=is_numeric_dtype(values)
    )
    spec = {**said, "edges": stay, "names": _names(said, wanted, stay)}
    groups = [_band(values, at, ends, spec) for ends in classes]
    merged = [g[0] for g, (first, last) in zip(groups, classes, strict=True) if first < last]
    if merged:
        told.append(f"{label(column)}: bands too small to stand alone went into {_list(merged)}")
    return Sign(label(column), [column], groups, told)


def _own_edges(known, values):
    """Without cut points: the lower ends of the data's own bands, or every fifth of numbers."""
    lows = np.array([low for low, _ in known])
    if not is_numeric_dtype(values) and len(np.unique(lows)) <= MOST_KINDS:
        return sorted(set(lows.tolist()) - {lows.min()})
    steps = np.quantile(lows, [0.2, 0.4, 0.6, 0.8], method="inverted_cdf")
    return sorted(set(steps.tolist()) - {lows.min()})


def _names(said, wanted, stay):
    """Give every class between the cut points that stayed the names it covers."""
    if not said.get("names"):
        return None
    ends = [0, *(wanted.index(edge) + 1 for edge in stay), len(wanted) + 1]
    covered = [said["names"][a:b] for a, b in pairwise(ends)]
    return [(part[0], part[-1]) for part in covered]


def _told_of_bands(column, wanted, stay, spans, values):
    told, gone = [], [edge for edge in wanted if edge not in stay]
    if gone:
        points = ", ".join(f"{edge:,g}" for edge in gone)
        told.append(f"{label(column)}: the data's own bands lie across {points}, so no cut there")
    lost = sum(s is None for s in spans) - int(values.isna().sum())
    lost += sum(1 for s in spans if s and bands.place(s, edges=stay) is None)
    if lost:
        told.append(f"{label(column)}: {lost:,} values could not be placed and are not known")
    return told


def _folded_classes(at, count, least, *, numeric):
    """Merge small classes with their smaller neighbour; returns [(first, last)] in order."""
    sizes = np.bincount(at[at >= 0], minlength=count)
    classes = [(n, n) for n in range(count) if numeric or sizes[n]]
    heads = [int(sizes[n]) for n, _ in classes]
    while len(classes) > 1 and min(heads) < least:
        small = int(np.argmin(heads))
        beside = [n for n in (small - 1, small + 1) if 0 <= n < len(classes)]
        into = min(beside, key=lambda n: heads[n])
        first, last = sorted((small, into))
        classes[first : last + 1] = [(classes[first][0], classes[last][1])]
        heads[first : last + 1] = [heads[first] + heads[last]]
    return classes


def _band(values, at, ends, said):
    """Make the group of the classes from `ends[0]` to `ends[1]`: name, rule, mask."""
    (first, last), edges = ends, said["edges"]
    lowest, unit = said.get("lowest", 0), said.get("unit", "")
    name = bands.title(edges, first=first, last=last, unit=unit, lowest=lowest)
    if not (unit or said["names"]):
        name = f"{label(values.name)} {name}"
    if said["names"]:
        one, other = said["names"][first][0], said["names"][last][1]
        name = f"{one if one == other else f'{one} to {other}'} ({name})"
    mask = (at >= first) & (at <= last)
    if not is_numeric_dtype(values):
        texts = sorted(map(str, values[mask].unique()))
        return name, {values.name: {"one_of": texts}}, mask
    low = edges[first - 1] if first else float(lowest)
    rule = [{values.name: {"at_least": low}}]
    highest = said.get("highest", float("inf"))
    if last < len(edges):
        rule.append({values.name: {"under": edges[last]}})
    elif highest < float("inf"):
        rule.append({values.name: {"at_most": float(highest)}})
    return name, {"all": rule}, mask


def worded(card, column, *, smallest, words=None):
    """Take words as groups; returns a `Sign`.

    `words` maps a pattern to the name of a group ("^f" → "women"); what matches none is not
    known. Without it every word is a group, the twelve most frequent ones at most and none
    below `smallest`: the rest is "other".
    """
    texts = card[column].astype(object).where(card[column].notna(), None)
    texts = texts.map(lambda v: None if v is None or _untold(v) else v)
    counts = texts.value_counts()
    names, told = _spelt(counts.index, words), []
    if words:
        lost = sum(int(counts[t]) for t, name in names.items() if name is None)
        told += [f"{label(column)}: {lost:,} values are in no list of words and not known"] * (
            lost > 0
        )
    sizes = pd.Series(names).dropna().to_frame("name").assign(n=counts).groupby("name")["n"].sum()
    keep = [n for n in sizes.index if sizes[n] >= smallest * len(card)]
    keep = sorted(keep, key=lambda n: (-sizes[n], n))[:MOST_KINDS] or [sizes.idxmax()]
    rest = sorted(set(sizes.index) - set(keep))
    groups = [_words_of(texts, column, name, [t for t, n in names.items() if n == name])
              for name in keep]  # fmt: skip
    if len(rest) == 1 and sizes[rest[0]] >= smallest * len(card):
        groups += [_words_of(texts, column, rest[0], [t for t, n in names.items() if n in rest])]
    elif rest:
        other = f"other {label(column)}"
        groups.append(_words_of(texts, column, other, [t for t, n in names.items() if n in rest]))
        told.append(
            f'{label(column)}: {len(rest)} small group{"s" * (len(rest) > 1)} went into "{other}"'
        )
    return Sign(label(column), [column], groups, told)


UNTOLD = re.compile(
    r"[-–—?.]*|n/?a|none given|(is )?(unknown|not (known|given|stated|specified))|"
    r"неизвестно|не указан\w*|нет (данных|ответа)|unbekannt|k\. ?a\.?"
)
"""What people write into a field they cannot fill; read as not known."""


def _untold(value):
    return isinstance(value, str) and bool(UNTOLD.fullmatch(value.strip().lower()))


def _spelt(texts, words):
    """Name the group of every text; spellings that differ in capitals only are one word.

    `texts` are in the order of their frequency: the most frequent spelling names them all.
    """
    if words:
        return {text: _named(text, words) for text in texts}
    first = {}
    return {text: first.setdefault(str(text).strip().casefold(), str(text)) for text in texts}


def _named(text, words):
    return next(
        (name for pattern, name in words.items() if re.search(pattern, str(text).lower())), None
    )


def _words_of(texts, column, name, found):
    return name, {column: {"one_of": sorted(found, key=str)}}, texts.isin(found).to_numpy()


def definition(card, signs, *, approach, smallest):
    """Make one or two signs a segmentation; returns a Definition of grouped rules.

    rules: {"groups": [{name, when}], "otherwise": "Not known", "signs": […], "told": […]}.
    Segments are ordered by their total spend here, "Not known" last. Raises StudyError when
    everybody is in the same group.
    """
    groups, told = _single(signs[0]) if len(signs) == 1 else _crossed(card, signs, smallest)
    names = np.full(len(card), UNKNOWN, dtype=object)
    for name, _, mask in reversed(groups):
        names[mask] = name
    if len(set(names)) < 2:
        titles = " and ".join(s.title for s in signs)
        raise StudyError(
            f"All customers are alike in {titles} ({names[0] if len(names) else 'nobody'}), so it "
            "tells nobody apart. Name another attribute, or lower the smallest size."
        )
    order = [n for n in by_spend(pd.Series(names), card.get("spend_total")) if n != UNKNOWN]
    order += [g[0] for g in groups if g[0] not in order]
    rules = {"groups": [{"name": n, "when": when} for n, when, _ in groups], "otherwise": UNKNOWN}
    rules |= {"signs": [s.title for s in signs], "told": told}
    needed = list(dict.fromkeys(c for s in signs for c in s.columns))
    return Definition(approach, [*order, UNKNOWN], needed, rules)


def _single(sign):
    return [(_title(n), when, mask) for n, when, mask in sign.groups], list(sign.told)


def _crossed(card, signs, smallest):
    """Cross two signs: kept pairs, what is folded, and those of whom only one is known."""
    first, second = map(_shortened, signs)
    least, told, groups = smallest * len(card), [*first.told, *second.told], []
    nobody = np.zeros(len(card), dtype=bool)
    known = [np.logical_or.reduce([m for *_, m in s.groups] or [nobody]) for s in signs]
    for name, when, mask in first.groups:
        row = _row(name, when, mask, {"second": second, "known": known[1], "least": least})
        alone = {n for n, *_ in row}
        small = [n for n, _, m in second.groups if (mask & m).any()
                 and _title(f"{name} · {n}") not in alone]  # fmt: skip
        folded = f"{name}: too few to stand alone, so kept together: {', '.join(small)}"
        told += [folded] * bool(small)
        groups += row
    for name, when, mask in second.groups:
        alone = mask & ~known[0]
        if alone.sum() >= max(least, 1):
            groups.append((_title(f"{first.title} not known · {name}"), when, alone))
    return groups, told


def _shortened(sign):
    """Leave out the numbers behind the names of classes: the rules tell them."""
    groups = [(re.sub(r" \([^()]*\)$", "", name), when, mask) for name, when, mask in sign.groups]
    same = len({name for name, *_ in groups}) == len(groups)
    return Sign(sign.title, sign.columns, groups if same else sign.groups, sign.told)


def _row(name, when, mask, spec):
    """Make the groups of one value of the first sign; the rest falls to a group of its own."""
    second, least = spec["second"], max(spec["least"], 1)
    cells = [(n, w, mask & m) for n, w, m in second.groups]
    cells.append((f"{second.title} not known", None, mask & ~spec["known"]))
    kept = _kept([int(m.sum()) for *_, m in cells], least)
    if not kept:
        return [(_title(name), when, mask)]
    found = [(_title(f"{name} · {cells[n][0]}"), {"all": [when, cells[n][1]]}, cells[n][2])
             for n in kept if cells[n][1]]  # fmt: skip
    small = [c for n, c in enumerate(cells) if n not in kept and c[2].any()]
    blank = cells[-1]
    unknown = bool(blank[2].any()) and len(cells) - 1 not in kept
    other = _title(f"{name}, other{' or unknown' * unknown} {second.title}")
    if len(cells) - 1 not in kept:
        rest = mask & ~np.logical_or.reduce([m for *_, m in found])
        return [*found, (other, when, rest)]
    if small:
        parts = np.logical_or.reduce([m for *_, m in small])
        found.append((other, {"all": [when, {"any": [w for _, w, _ in small]}]}, parts))
    return [*found, (_title(f"{name} · {blank[0]}"), when, blank[2])]


def _kept(heads, least):
    """List the places of the cells that stand alone, so that the rest is large enough, too."""
    ranked = sorted(range(len(heads)), key=lambda n: (-heads[n], n))
    count = sum(head >= least for head in heads)
    while count and 0 < sum(heads[n] for n in ranked[count:]) < least:
        count -= 1
    return sorted(ranked[:count])


def _title(text):
    return text[:1].upper() + text[1:]


def _list(names):
    return ", ".join(f'"{name}"' for name in names)
