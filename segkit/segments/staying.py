"""Segments that stay: the kept definition on new data, or last month's names on new segments.

A segmentation that is not the same next month is not one. Where a study keeps one (`studies/
NAME.kept.json`, written by `segkit keep`), its definition is applied to today's customers, and
what was fitted today only stands beside it: who would move. Where none is kept, segments that were
searched for take the name and the place (so the colour) of the segment of the last earlier snapshot
with which each shares at least half of the customers, seen from both sides; other names are new,
and said so. Segments of rules are named by their rule and need no carrying.
"""

from dataclasses import dataclass, field

import pandas as pd

from segkit import memory
from segkit.markdown import quoted
from segkit.refusal import Refused
from segkit.segments import chooser, corrected, messages
from segkit.segments.definition import Attempt, Definition

HALF = 0.5
"""So much of both segments must be the same customers for a name to be carried over."""


@dataclass(frozen=True)
class Settled(Attempt):
    """What goes on: an Attempt with its names in the order in which they stay.

    `fitted` is what today's fit found (an Attempt or a Refused), `version` the kept version that is
    applied ({} where none is), `said` what became of the names, in Markdown.
    """

    places: list = field(default_factory=list)
    fitted: object = None
    version: dict = field(default_factory=dict)
    said: str = ""

    @property
    def order(self):
        """Return the names in the order that stays, also of those that nobody is in."""
        return self.places

    @property
    def moves(self):
        """Set kept segments beside those fitted today: who would be in which; else a Refused.

        One row per kept segment: customers_n, the fitted segment that most of them would be in,
        and the share of them that would be elsewhere.
        """
        if not self.version:
            return Refused(messages.told("nothing beside"))
        if isinstance(self.fitted, Refused):
            return self.fitted
        counts = pd.crosstab(self.labels.to_numpy(), self.fitted.labels.to_numpy())
        counts = counts.loc[[name for name in self.order if name in counts.index]]
        heads = counts.sum(axis=1)
        apart = 1 - counts.max(axis=1) / heads
        found = {"customers_n": heads, "fitted_today": counts.idxmax(axis=1)}
        found["would_move_share"] = apart
        return pd.DataFrame(found).rename_axis("kept_segment").reset_index()

    @property
    def told(self):
        """Say in Markdown what is applied, and how many would be elsewhere if fitted anew."""
        moves = self.moves
        if not self.version or isinstance(moves, Refused):
            return self.said
        n = round((moves["customers_n"] * moves["would_move_share"]).sum())
        share = n / len(self.labels)
        return self.said + messages.told("would move", n=n, of=len(self.labels), share=share)


def settle(fitted, run, *, refit=False):
    """Settle what goes on: the kept definition, or today's fit under last month's names."""
    if run.study.kept and not refit:
        return _kept(fitted, run)
    if isinstance(fitted, Refused):
        return fitted
    said, then = _how_to_keep(run, refit), _then(fitted, run)
    if then is None or not _comparable(fitted, then):
        return Settled(**vars(fitted), places=fitted.order, fitted=fitted, said=said)
    return _carried(fitted, then, said)


@dataclass(frozen=True)
class Then:
    """Where names come from: a day, its names in their order, its recipe, who was where."""

    day: str
    order: list
    recipe: dict
    members: pd.Series


def _then(fitted, run):
    """Take names from the kept version, on the customers of now, else from the last snapshot."""
    version = run.study.kept
    if version and set(version["definition"]["columns"]) <= set(fitted.card):
        found = chooser.assign(fitted.card, version["definition"])
        members = found.set_index("customer_id")["segment"]
        return Then(version["date"], version["order"], version["recipe"], members)
    last = memory.before(run.path, run.read("brief.json")["data"]["as_of"])
    if last is None:
        return None
    members = last.members.set_index("customer_id")["segment"]
    return Then(last.as_of, last.facts["order"], last.facts.get("recipe") or {}, members)


def _how_to_keep(run, refit):
    version, name = run.study.kept, run.study.name
    if version:
        return messages.told("proposed", version=version, name=name, run=run.path.name)
    return messages.told("not kept", name=name)


def _kept(fitted, run):
    """Apply the kept definition; a column that is gone is said, and nothing is lost."""
    version, card = run.study.kept, run.read("card.parquet")
    definition = Definition.from_dict(version["definition"])
    missing = [c for c in definition.columns if c not in card]
    if missing:
        raise messages.error("kept column gone", version=version, name=run.study.name,
                             missing=missing, near=_near(missing, card))  # fmt: skip
    labels = chooser.assign(card, definition)["segment"]
    if labels.isna().any():
        told = {"n": int(labels.isna().sum()), "of": len(labels)}
        raise messages.error("kept cannot place", version=version, name=run.study.name, **told)
    empty = [name for name in version["order"] if name not in set(labels)]
    said = messages.told("kept applied", version=version, of=version.get("as_of") or "–")
    said += messages.told("nobody in", names=quoted(empty)) if empty else ""
    parts = {"card": card, "recipe": version["recipe"], "definition": definition, "labels": labels}
    places = [*version["order"], *(n for n in definition.order if n not in version["order"])]
    return Settled(**parts, places=places, fitted=fitted, version=version, said=said)


def _near(missing, card):
    from segkit.study import nearest

    return "".join(nearest(column, card.columns, marks="``") for column in missing)


def _comparable(fitted, then):
    """Tell whether names may have changed by the search alone, since then."""
    same = then.recipe.get("approach") == fitted.recipe["approach"]
    return same and chooser.searched(fitted.recipe)


def _carried(fitted, then, said):
    """Give segments the names and places of those of then that they share members with."""
    members = then.members.set_axis(then.members.index.astype(str))
    both = fitted.card["customer_id"].astype(str).map(members)
    called = shared(fitted.labels.to_numpy(), both.to_numpy())
    definition = renamed(fitted.definition, called)
    labels = fitted.labels.map(lambda name: called.get(name, name))
    changed = {new: old for new, old in called.items() if new != old}
    before = then.order
    fresh = [name for name in definition.order if name not in called.values()]
    gone = [name for name in before if name not in called.values()]
    told = {"day": then.day, "kept_n": len(called), "of": len(before)}
    told["gone"] = quoted(gone)
    said = messages.told("carried", **told) + _changes(changed, fresh) + "\n\n" + said
    recipe = fitted.recipe
    parts = {"card": fitted.card, "recipe": recipe, "definition": definition, "labels": labels}
    return Settled(**parts, places=placed(before, definition.order), fitted=fitted, said=said)


def _changes(changed, fresh):
    """Say which names today's levels would have given, and which names are new."""
    lines = [messages.told("otherwise", old=old, new=new) for new, old in changed.items()]
    return "".join(lines) + (messages.told("new names", names=quoted(fresh)) if fresh else "")


def shared(found, before):
    """Map each name found to the one before with which it shares half of both, or more.

    `found` and `before` hold one name per customer; who was not there before (missing) does not
    count. Returns {name found: name before}.

    >>> from segkit.segments import staying
    >>> staying.shared(["x", "x", "y", "y"], ["A", "A", "A", "B"])
    {'x': 'A', 'y': 'B'}
    """
    counts = pd.crosstab(pd.Series(found, name="found"), pd.Series(before, name="before"))
    rows, columns, called = counts.sum(axis=1), counts.sum(), {}
    pairs = [(counts.loc[new, old], new, old) for new in counts.index for old in counts]
    for n, new, old in sorted(pairs, key=lambda pair: -pair[0]):
        enough = n and n >= HALF * rows[new] and n >= HALF * columns[old]
        if enough and new not in called and old not in called.values():
            called[new] = old
    return called


def placed(before, order):
    """Put names where they stood before; new ones fill the places of those gone, then follow.

    >>> from segkit.segments import staying
    >>> staying.placed(["A", "B", "C"], ["D", "C", "A", "E"])
    ['A', 'D', 'C', 'E']
    """
    fresh = [name for name in order if name not in before]
    held = [name if name in order else (fresh.pop(0) if fresh else None) for name in before]
    return [name for name in held if name is not None] + fresh


def renamed(definition, called):
    """Return a definition whose segments are called otherwise: {name: new name}.

    A name that another segment already has is told apart. What is made of two approaches is
    renamed after both are joined, so it comes back wrapped.
    """
    changed = corrected.told_apart(called, definition.order, mark="new")
    if not changed:
        return definition
    order = [changed.get(name, name) for name in definition.order]
    if definition.approach in chooser.MADE:
        rules = {"of": definition.to_dict(), "called": changed, "steps": [], "out": []}
        return Definition(chooser.CORRECTED, order, definition.columns, rules)
    rules = _replaced(definition.rules, changed)
    return Definition(definition.approach, order, definition.columns, rules)


def _replaced(value, changed):
    """Put new names for old ones wherever they stand in plain data."""
    if isinstance(value, dict):
        return {_replaced(k, changed): _replaced(v, changed) for k, v in value.items()}
    if isinstance(value, list):
        return [_replaced(each, changed) for each in value]
    return changed.get(value, value) if isinstance(value, str) else value
