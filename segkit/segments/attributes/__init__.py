"""Grouping by what customers are: one or two attributes, as rules.

A *sign* is one attribute read into groups: ages in bands, words as they stand, a company's size
in classes. One sign makes segments, two are crossed ("25 to 34 · 2 persons"). What is not known
stays a group of its own and is never guessed; a group below a stated share of the customers is
folded (a band into its smaller neighbour, a word into "other", a pair into "the first, other")
and that is said. The result is a list of rules, first match wins, so it can be printed,
counted and explained. `demographic`, `geographic` and `firmographic` are `Attributes`; which kinds
of attribute there are, and how each is read, stands in `kinds.yaml`.
"""

import re
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from segkit.data import card as cards
from segkit.data import measures
from segkit.refusal import Refused, passes
from segkit.segments import messages, rules
from segkit.segments.attributes import bands
from segkit.segments.definition import Definition, by_spend
from segkit.segments.naming import label
from segkit.study import StudyError, beside

KINDS = beside(__file__, "kinds.yaml")
"""The kinds of attribute by family: how their columns are called, and how they are read."""
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

    card: the customers; cuts: {kind: where its bands end}; smallest: the share of customers (0 to
    1) below which a group is folded. A family says what it is `about`, and whether `numbers` of no
    known kind are put into bands; its kinds stand in kinds.yaml.
    """

    card: object
    cuts: dict
    smallest: float

    about = None
    numbers = False

    @property
    def table(self):
        """Return what is known of the kinds of this family: {kind: how it is found and read}."""
        return KINDS[self.about.family]

    def classes(self, kind, edges):
        """Name the classes between cut points, the lowest first; None where there are no names."""
        named = self.table.get(kind, {}).get("classes", ())
        return next((names for names in named if edges and len(names) == len(edges) + 1), None)

    def sign(self, one):
        """Read one kind or column into groups; returns a `Sign`."""
        return self.read(self.kinds.get(one, one), one)

    def read(self, column, kind):
        """Read a column as one of a kind: into bands, or words as they stand; see `sign`."""
        how = self.table.get(kind, {})
        words, said = how.get("words"), how.get("bands", {})
        if letters := how.get("letters"):
            return _lettered(self.card, column, self.smallest, letters=letters, words=words)
        if not (said or (self.numbers and not words)):
            return worded(self.card, column, smallest=self.smallest, words=words)
        edges = self.cuts.get(kind, said.get("edges"))
        said = {**said, "edges": edges, "names": self.classes(kind, edges), "words": words}
        return sign(self.card, column, smallest=self.smallest, **said)

    @cached_property
    def kinds(self):
        """Return {kind: column} of what the card has, in the order of the table.

        A column serves one kind only, the first whose pattern fits its name. Columns of the family
        come first, then attributes of any other ("population" may be filed elsewhere).
        """
        found, left = {}, list(dict.fromkeys([*self.columns, *columns(self.card)]))
        for kind, how in self.table.items():
            if column := next((c for c in left if re.search(how["column"], c.lower())), None):
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
                found[label(one)] = self.sign(one).labels.to_numpy()
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
        What nobody asked for and cannot be read gives way to the next kind, and is told. Raises
        StudyError when there is no kind and none was asked for, the card lacks one that was, more
        than two were, one cannot be read, or everybody is alike.
        """
        wanted = self._chosen(by)
        signs, unread = self._read(wanted if by else [*wanted, *self.kinds], most=len(wanted))
        if unread and (by or not signs):
            raise StudyError(" ".join(unread))
        found = definition(self.card, signs, approach=self.about.family, smallest=self.smallest)
        found.rules["told"] += [why.rstrip(".") for why in unread]
        return found

    def _read(self, wanted, *, most):
        """Read the first kinds or columns that can be read: signs, and why the others cannot."""
        signs, unread = [], []
        for one in dict.fromkeys(wanted):
            if len(signs) == most:
                break
            try:
                signs.append(self.sign(one))
            except StudyError as error:
                unread.append(str(error))
        return signs, unread

    def _chosen(self, by):
        family, there = self.about.family, ", ".join(self.columns)
        wanted = (
            re.split(r"[\s,;]+", by.strip()) if isinstance(by, str) and by.strip() else list(by)
        )
        known = {*self.kinds, *self.card.columns}
        if unknown := [one for one in wanted if one not in known]:
            raise messages.error("no such attribute", unknown=unknown, family=family, there=there)
        if len(wanted) > 2:
            raise messages.error("many attributes", n=len(wanted), wanted=wanted)
        if not (wanted or self.kinds):
            raise messages.error("no attribute", family=family, there=there)
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
    ['region is N', 'region is S']
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
    """One attribute as groups.

    title: what it is called; columns: what a table must have; rules: {name of a group: its rule},
    no two of which share a customer; labels: the group of every customer of the card, None where it
    is not known; told: sentences on what was folded or could not be placed.
    """

    title: str
    columns: list
    rules: dict
    labels: object
    told: list = field(default_factory=list)


def sign(card, column, *, smallest, edges=None, **said):
    """Read any column into groups: bands where it holds numbers or ranges, else words.

    `smallest` is the share of customers (0 to 1) below which a group is folded; `edges` are the
    cut points (without: every fifth of the numbers, or the data's own bands). `said` may hold unit
    (a word behind the numbers), lowest and highest (values outside are not known) and names (one
    per class, instead of the numbers), or words for `worded`. Returns a `Sign`.
    """
    words, values = said.pop("words", None), card[column]
    if (spans := _spans(values)) is None:
        return worded(card, column, smallest=smallest, words=words)
    lowest, highest = said.get("lowest", 0), said.get("highest", float("inf"))
    spans = [s if s and lowest <= s[0] <= highest else None for s in spans]
    if not any(spans):
        raise StudyError(f"Nothing in {column} can be read as a number of at least {lowest:g}.")
    known = [s for s in spans if s]
    wanted = list(edges) if edges is not None else _own_edges(known, values)
    stay = bands.kept(known, edges=wanted)
    at = np.array([-1 if (p := bands.place(s, edges=stay)) is None else p for s in spans])
    classes = _folded_classes(at, len(stay) + 1, smallest * len(card), values)
    spec = {**said, "edges": stay, "names": _names(said, wanted, stay)}
    rules, labels, merged = {}, pd.Series(None, index=card.index, dtype=object), []
    for first, last in classes:
        here = (at >= first) & (at <= last)
        name, when = _band(values[here], (first, last), spec)
        rules[name] = when
        labels[here] = name
        merged += [f'"{name}"'] * (first < last)
    told = []
    if gone := ", ".join(f"{edge:,g}" for edge in wanted if edge not in stay):
        told.append(f"the data's own bands lie across {gone}, so no cut there")
    if lost := int((at < 0).sum() - values.isna().sum()):
        told.append(f"{lost:,} values could not be placed and are not known")
    if merged:
        told.append(f"bands too small to stand alone went into {', '.join(merged)}")
    told = [f"{label(column)}: {line}" for line in told]
    return Sign(label(column), [column], rules, labels, told)


def _spans(values):
    """Return one (low, high) per customer, None where unknown; None for a column of words."""
    if is_bool_dtype(values) or not values.notna().any():
        return None
    if is_numeric_dtype(values):
        return [None if v != v else (float(v), float(v)) for v in values.astype(float)]
    spans = values.map({text: bands.read(text) for text in values.dropna().unique()})
    if spans.notna().sum() < READABLE * values.notna().sum():
        return None
    return [span if isinstance(span, tuple) else None for span in spans]


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


def _folded_classes(at, count, least, values):
    """Merge small classes with their smaller neighbour; returns [(first, last)] in order."""
    sizes = np.bincount(at[at >= 0], minlength=count)
    classes = [(n, n) for n in range(count) if is_numeric_dtype(values) or sizes[n]]
    heads = [int(sizes[n]) for n, _ in classes]
    while len(classes) > 1 and min(heads) < least:
        small = int(np.argmin(heads))
        beside = [n for n in (small - 1, small + 1) if 0 <= n < len(classes)]
        into = min(beside, key=lambda n: heads[n])
        first, last = sorted((small, into))
        classes[first : last + 1] = [(classes[first][0], classes[last][1])]
        heads[first : last + 1] = [heads[first] + heads[last]]
    return classes


def _band(values, ends, said):
    """Make the group of the classes from `ends[0]` to `ends[1]`, of these values: name, rule."""
    (first, last), edges = ends, said["edges"]
    lowest, unit = said.get("lowest", 0), said.get("unit", "")
    name = bands.title(edges, first=first, last=last, unit=unit, lowest=lowest)
    if not (unit or said["names"]):
        name = f"{label(values.name)} {name}"
    if said["names"]:
        one, other = said["names"][first][0], said["names"][last][1]
        name = f"{one if one == other else f'{one} to {other}'} ({name})"
    if not is_numeric_dtype(values):
        return name, {values.name: {"one_of": sorted(map(str, values.unique()))}}
    low = edges[first - 1] if first else float(lowest)
    rule = [{values.name: {"at_least": low}}]
    highest = said.get("highest", float("inf"))
    if last < len(edges):
        rule.append({values.name: {"under": edges[last]}})
    elif highest < float("inf"):
        rule.append({values.name: {"at_most": float(highest)}})
    return name, {"all": rule}


def worded(card, column, *, smallest, words=None):
    """Take words as groups; returns a `Sign`.

    `words` maps a pattern to the name of a group ("^f" → "women"); what matches none is not
    known. Without it every word is a group, the twelve most frequent ones at most and none
    below `smallest`: the rest is "other".
    """
    texts = card[column].astype(object).where(~card[column].map(_untold))
    counts = texts.value_counts()
    names, told = pd.Series(_spelt(counts.index, words), index=counts.index, dtype=object), []
    if not names.notna().any():
        raise StudyError(_unknown(column, counts))
    if words and (lost := int(counts[names.isna()].sum())):
        told.append(f"{label(column)}: {lost:,} values are in no list of words and not known")
    sizes = counts.groupby(names).sum().sort_index().sort_values(ascending=False, kind="stable")
    least, other = smallest * len(card), f"other {label(column)}"
    keep = sizes.index[sizes >= least][:MOST_KINDS].union(sizes.index[:1], sort=False)
    rest = sizes.index.difference(keep)
    if len(rest) > 1 or (sizes[rest] < least).any():
        names = names.where(names.isna() | names.isin(keep), other)
        told.append(
            f'{label(column)}: {len(rest)} small group{"s" * (len(rest) > 1)} went into "{other}"'
        )
        rest = [other]
    rules = {name: {column: {"one_of": sorted(names.index[names == name], key=str)}}
             for name in [*keep, *rest]}  # fmt: skip
    labels = texts.map(names).astype(object)
    return Sign(label(column), [column], rules, labels.where(labels.notna(), None), told)


def _lettered(card, column, smallest, *, letters, words):
    """Take words as groups where single letters stand for some of them: a `Sign`.

    `letters` are what they mostly mean, and pairs that mean something else where they stand
    together ({h: men, m: women}): that is told, as a third language may mean the opposite.
    """
    usual, *pairs = letters
    texts = {str(value).strip().lower().rstrip(".") for value in card[column].dropna().unique()}
    known = len({usual[text] for text in texts if text in usual}) == 2
    pair = {} if known else next((pair for pair in pairs if set(pair) <= texts), {})
    means = {rf"^{re.escape(letter)}\.?$": group for letter, group in (usual | pair).items()}
    found = worded(card, column, smallest=smallest, words={**means, **words})
    if pair:
        said = " and ".join(f"“{letter}” means {group}" for letter, group in pair.items())
        found.told.append(f"{label(column)}: taken as if {said}")
    return found


def _unknown(column, counts):
    """Say that no value of a column is known, the most frequent of them as examples."""
    seen = ", ".join(f"“{value}”" for value in counts.index[:3])
    return (
        f"{label(column)} is not known: no list of words has its values ({seen or 'none'}). If "
        "they are codes, put words in their place in the source."
    )


UNTOLD = re.compile("|".join(beside(__file__, "untold.yaml")))
"""What people write into a field they cannot fill; read as not known."""


def _untold(value):
    """Tell whether a value is not known, or a text that says so."""
    return (
        value != value
        or value is None
        or (isinstance(value, str) and bool(UNTOLD.fullmatch(value.strip().lower())))
    )


def _spelt(texts, words):
    """Name the group of every text; spellings that differ in capitals only are one word.

    `texts` are in the order of their frequency: the most frequent spelling names them all.
    """
    if words:
        lower = [str(t).strip().lower() for t in texts]
        found = [[name for p, name in words.items() if re.search(p, text)] for text in lower]
        return [next(iter(names), None) for names in found]
    first = {}
    return [first.setdefault(str(text).strip().casefold(), str(text)) for text in texts]


def definition(card, signs, *, approach, smallest):
    """Make one or two signs a segmentation; returns a Definition of grouped rules.

    rules: {"groups": [{name, when}], "otherwise": "Not known", "signs": […], "told": […]}.
    Segments are ordered by their total spend here, "Not known" last. Raises StudyError when
    everybody is in the same group.
    """
    if len(signs) == 2:
        found, labels, told = _crossed(signs, max(smallest * len(card), 1))
    else:
        found, labels, told = signs[0].rules, signs[0].labels, signs[0].told
    names = labels.map(_title, na_action="ignore").fillna(UNKNOWN)
    if names.nunique() < 2:
        titles = " and ".join(s.title for s in signs)
        raise messages.error("all alike", titles=titles, only=next(iter(names), "nobody"))
    groups = [{"name": _title(name), "when": when} for name, when in found.items()]
    order = [n for n in by_spend(names, card.get("spend_total")) if n != UNKNOWN]
    order += [g["name"] for g in groups if g["name"] not in order]
    rules = {"groups": groups, "otherwise": UNKNOWN}
    rules |= {"signs": [s.title for s in signs], "told": list(told)}
    needed = list(dict.fromkeys(c for s in signs for c in s.columns))
    return Definition(approach, [*order, UNKNOWN], needed, rules)


def _title(text):
    return text[:1].upper() + text[1:]


def _crossed(signs, least):
    """Cross two signs: kept pairs, what is folded, and those of whom only one is known.

    Returns {name: rule}, the names of the customers, and what is told.
    """
    first, second = map(_shortened, signs)
    blank, labels = f"{second.title} not known", first.labels.copy()
    rules, told, two = {}, [*first.told, *second.told], second.labels.fillna(blank)
    for name, when in first.rules.items():
        here = first.labels == name
        heads = two[here].value_counts().reindex([*second.rules, blank], fill_value=0)
        kept = _kept(heads, least)
        small = [n for n in second.rules if heads[n] and n not in kept]
        if small:
            together = ", ".join(small)
            told.append(f"{name}: too few to stand alone, so kept together: {together}")
        if not kept:
            rules[name] = when
            continue
        pairs = {f"{name} · {n}": {"all": [when, second.rules[n]]} for n in kept if n != blank}
        unknown = " or unknown" * bool(heads[blank] and blank not in kept)
        other = f"{name}, other{unknown} {second.title}"
        if blank not in kept:
            pairs[other] = when
        elif small:
            pairs[other] = {"all": [when, {"any": [second.rules[n] for n in small]}]}
        rules |= pairs | ({f"{name} · {blank}": when} if blank in kept else {})
        labels[here] = np.where(two[here].isin(kept), f"{name} · " + two[here], other)
    for name, when in second.rules.items():
        alone = first.labels.isna() & (two == name)
        if alone.sum() >= least:
            rules[f"{first.title} not known · {name}"] = when
            labels[alone] = f"{first.title} not known · {name}"
    return rules, labels, told


def _shortened(sign):
    """Leave out the numbers behind the names of classes: the rules tell them."""
    short = {name: re.sub(r" \([^()]*\)$", "", name) for name in sign.rules}
    if len(set(short.values())) < len(short):
        return sign
    rules = {short[name]: when for name, when in sign.rules.items()}
    return Sign(sign.title, sign.columns, rules, sign.labels.map(short), sign.told)


def _kept(heads, least):
    """List the cells that stand alone, so that the rest is large enough, too."""
    ranked = heads.sort_values(ascending=False, kind="stable")
    count = int((ranked >= least).sum())
    while count and 0 < ranked.iloc[count:].sum() < least:
        count -= 1
    return [name for name in heads.index if name in ranked.index[:count]]
