"""A segmentation corrected by hand: the segments found, and steps that change them, in order.

The handbook names what may follow a check: *refine* by a further criterion, *split* what is too
wide, *merge* what is too small or too much alike, *narrow* to those who are meant, *drop* out of
the focus. Each step is plain data with the names it changes, so it can be read, repeated on other
customers, run by any engine, and undone by leaving it out. Whoever leaves a narrowed segment goes
to a named other one; whoever is dropped keeps the segment and loses the focus: every customer is in
exactly one segment, always.

Found again on other customers, searched segments may be called otherwise; they are then first
matched with those of today by the customers they share, because a step names today's segments.
Segments made by rules carry their names with them and are never matched: "best customers" are those
who meet the rule, whoever they were before.

Refused, in words: an unknown segment or column, a merge of one or of all, a part without customers,
parts by a column that differs for nearly everybody, such as an id. Source: the handbook's chapter
on checking segments. Taught in notebook 05.
"""

from dataclasses import dataclass
from itertools import pairwise

import ibis
import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from segkit.segments import approaches, combined, messages, rules
from segkit.segments.about import About
from segkit.segments.approaches import clusters
from segkit.segments.definition import Definition, by_spend
from segkit.segments.naming import label
from segkit.study import nearest

ABOUT = About(
    question="What do the checks ask us to change?",
    use="segments after corrections, each of them written down",
    difficulty="low",
    when="checks have failed",
    data="what the corrected approach needs",
    options=("of", "steps", "today", "seed"),
)

KINDS = ("merge", "split", "refine", "narrow", "drop")
"""What a step may do."""

SEED = 2017
"""For the clusters of a split."""

MOST = 6
"""A segment is cut into at most so many parts."""

MANY = 20
"""More different values than this, and than half the customers, tell single customers apart."""

FOUND, PART = "found_segment_", "part_segment_"
"""Columns in which the engine keeps the segment so far, and the part of it by clusters."""


def fit(card, *, of, steps, today=None, seed=SEED):
    """Fit the recipe `of` and take its steps; each is {"kind", "segments", …}.

    Parameters
    ----------
    card : DataFrame
        The customer card.
    of : dict
        The recipe that is corrected.
    steps : list of dict
        kind and segments, and for merge `name` (optional); split `into` (2 to 6); refine `by` (a
        column) and `into`; narrow `when` (a rule, see `segments.rules`) and `to` (a segment).
    today : dict, optional
        The definition whose names the steps use, where `of` searches for its segments: those found
        on other customers are matched with it. None: the names are those of the fit itself.
    seed : int
        For the clusters of a split.

    Returns
    -------
    Definition
        rules: of (definition), called ({name found: name of today}), steps (settled), out (names
        out of focus). Segments by total spend.

    Raises
    ------
    segkit.study.StudyError
        For a step that names what is not there.
    """
    base = _base(card, of)
    found = _labels(card, base)
    called = _called(card, base, found, today)
    labels = pd.Series(found).map(lambda name: called.get(name, name)).to_numpy(dtype=object)
    order = list(dict.fromkeys(called.get(name, name) for name in base.order))
    settled, out = [], []
    for step in steps:
        step, labels, order = _taken(step, At(card, labels, order, base, seed))
        settled.append(step)
        out = _out(out, step)
    rest = by_spend(pd.Series(labels), card.get("spend_total"))
    order = rest + [name for name in order if name not in rest]
    told = {"of": base.to_dict(), "called": called, "steps": settled, "out": out}
    return Definition("corrected", order, _columns(base, settled), told)


def again(card, labels, *, rows, definition):
    """Take the steps of a definition anew on segments that were found again already.

    Each step is settled on some rows, as `fit` would on them, and taken by all: what made the
    segments is not fitted a second time.

    Parameters
    ----------
    card : DataFrame
        The customer card.
    labels : sequence
        The segment of each of its rows, by the names that the steps use.
    rows : array of int
        The rows on which the steps are settled, a bootstrap sample for one.
    definition : dict
        As `fit` made it, in plain data.

    Returns
    -------
    array
        The segment of every row after all steps; raises StudyError as `fit` does.
    """
    base, labels = Definition.from_dict(definition["rules"]["of"]), np.asarray(labels, object)
    called = definition["rules"]["called"]
    order = list(dict.fromkeys([*(called.get(name, name) for name in base.order), *labels]))
    sample, part = card.iloc[rows].reset_index(drop=True), labels[rows]
    for step in definition["rules"]["steps"]:
        step, part, order = _taken(step, At(sample, part, order, base, SEED))
        labels = _followed(card, labels, step)
    return labels


def _followed(card, labels, step):
    """Take a step that is settled: the labels after it."""
    kind = step["kind"]
    if kind == "merge":
        return _joined(labels, step)
    if kind == "split":
        return _in_parts(card, labels, step)
    if kind == "narrow":
        return _sent(labels, rules.selected(card, step["when"]).to_numpy(), step)
    if kind == "refine":
        return _ruled(card, labels, [step["segments"][0]], step["segments"][0], step)[0]
    return labels


def _out(out, step):
    """Follow the names out of focus through a settled step.

    Parts of one that is out are out; what is merged is out where all of it was.
    """
    names, kind = step["segments"], step["kind"]
    if kind == "drop":
        return [*out, *(name for name in names if name not in out)]
    if kind == "narrow" or not set(names) & set(out):
        return out
    rest = [name for name in out if name not in names]
    if kind == "merge":
        return rest + [step["name"]] * (set(names) <= set(out))
    made = [part["name"] for part in step["parts"]] if kind == "refine" else step["names"].values()
    return [*rest, *made, *([step["rest"]] if kind == "refine" else [])]


def _base(card, recipe):
    if recipe["approach"] == "combined":
        return combined.fit(card, **{n: v for n, v in recipe.items() if n != "approach"})
    return approaches.fit(card, recipe)


def _labels(table, definition):
    return _named(table, definition)["segment"].to_numpy(dtype=object)


def _named(table, definition):
    room = combined if definition.approach == "combined" else approaches.room(definition.approach)
    return definition.by(room, table)


def _called(card, base, found, today):
    """Map the names found to those of today, by the customers both share.

    One that shares nobody keeps its name, told apart where another has taken that: no two become
    one.
    """
    if today is None or today["order"] == base.order:
        return {}
    now = _labels(card, Definition.from_dict(today))
    return told_apart(partners(found, now), base.order, mark="found again")


def told_apart(called, order, *, mark):
    """Return {name: new name} of what changes; who keeps a name that another takes is marked."""
    taken = set(called.values())
    alone = [name for name in order if name not in called and name in taken]
    both = called | {name: f"{name} ({mark})" for name in alone}
    return {name: new for name, new in both.items() if name != new}


def partners(found, now):
    """Map each segment found to the one of now with which it shares customers, one to one.

    `found` and `now` have one label per customer; the pairs share as many as possible in all. One
    that shares nobody has no partner.
    """
    shared = pd.crosstab(np.asarray(found), np.asarray(now, dtype=object))
    pairs = zip(*linear_sum_assignment(shared.to_numpy(), maximize=True), strict=True)
    pairs = [pair for pair in pairs if shared.to_numpy()[pair] > 0]
    return {shared.index[r]: shared.columns[c] for r, c in pairs}


def _columns(base, steps):
    asked = list(base.columns)
    for step in steps:
        inner = step.get("inner", {}).get("columns", [])
        asked += [*inner, *([step["by"]] if "by" in step else [])]
        asked += rules.columns(step["when"]) if "when" in step else []
    return list(dict.fromkeys(asked))


@dataclass(frozen=True)
class At:
    """Where corrections stand: card, labels and names so far, the definition found, a seed."""

    card: object
    labels: object
    order: list
    base: Definition
    seed: int


def _taken(step, at):
    """Settle one step on a card; returns the step in plain data, the labels and the names."""
    kind = step.get("kind")
    if kind not in KINDS:
        raise messages.error("no correction", kind=kind, near=nearest(kind, KINDS), known=KINDS)
    names = _there(step, at.order)
    settle = {"merge": _merge, "split": _split, "refine": _refine, "narrow": _narrow}.get(kind)
    step = {"kind": kind, "segments": names, **{k: v for k, v in step.items() if k in ASKED[kind]}}
    if settle is None:
        return step, at.labels, at.order
    return settle(step, at)


ASKED = {
    "merge": ("name",),
    "split": ("into",),
    "refine": ("by", "into"),
    "narrow": ("when", "to"),
    "drop": (),
}
"""What a step of each kind says beside its segments."""


def _there(step, order):
    names = list(step.get("segments") or ())
    if not names:
        raise messages.error("no segment named", kind=step["kind"])
    for name in [*names, *([step["to"]] if step.get("to") else [])]:
        if name not in order:
            near = nearest(name, order, marks="“”", cutoff=0.4)
            raise messages.error("segment gone", name=name, near=near, known=order)
    one = step["kind"] != "merge"
    if (one and step["kind"] != "drop" and len(names) > 1) or (not one and len(set(names)) < 2):
        raise messages.error("merge of one" if not one else "one at a time", step=step)
    return list(dict.fromkeys(names))


def _merge(step, at):
    labels, order = at.labels, at.order
    names = sorted(step["segments"], key=order.index)
    made = step.get("name") or " + ".join(names)
    if made in order and made not in names:
        raise messages.error("name taken", name=made)
    if set(labels) <= set(names):
        raise messages.error("merge of all")
    step = {"kind": "merge", "segments": names, "name": made}
    kept = [made if name == names[0] else name for name in order if name not in names[1:]]
    return step, _joined(labels, step), kept


def _joined(labels, step):
    return np.where(np.isin(labels, step["segments"]), step["name"], labels).astype(object)


def _split(step, at):
    """Cut a segment into parts by clusters in the columns that made it, or in what it can."""
    card, labels, order, base, seed = at.card, at.labels, at.order, at.base, at.seed
    (name,), into = step["segments"], _into(step)
    inside = card[labels == name]
    numbers = inside[base.columns].select_dtypes(["number", "bool"])
    features = [c for c in numbers if numbers[c].notna().any() and numbers[c].nunique() > 1]
    if not features or len(inside) < 2 * into:
        raise messages.error("no split", name=name, n=len(inside), into=into)
    inner = _clustered(inside.reset_index(drop=True), card, features=features, k=into, seed=seed)
    if inner is None:
        raise messages.error("no split", name=name, n=len(inside), into=into)
    named = {part: f"{name}: {part[:1].lower()}{part[1:]}" for part in inner.order}
    step |= {"into": into, "inner": inner.to_dict(), "names": named}
    return step, _in_parts(card, labels, step), _parted(order, name, list(named.values()))


def _in_parts(card, labels, step):
    """Put the customers of a split segment into its parts: each to the nearest centre."""
    inner = step["inner"]
    points = np.array(inner["rules"]["centres"])
    part = clusters.nearest(clusters.prepare(card, inner["rules"]["scaling"]), points)
    named = np.array([step["names"][name] for name in inner["order"]], dtype=object)
    return np.where(labels == step["segments"][0], named[part], labels).astype(object)


def _clustered(inside, card, *, features, k, seed):
    """Find k clusters within a segment, on the scale of the whole card; None where they are fewer.

    A criterion that is the same for nearly all inside would, on a scale of its own, make a part of
    the few for whom it is not.
    """
    scales = clusters.scaling(card, features=features)
    if k not in clusters.numbers(clusters.prepare(inside, scales), most=k):
        return None
    return clusters.within(inside, scales, k=k, seed=seed)


def _refine(step, at):
    """Cut a segment by a further column: a number at its quantiles, words by their values."""
    card, labels, order = at.card, at.labels, at.order
    (name,), into, by = step["segments"], _into(step), step.get("by")
    if not by:
        raise messages.error("by what", name=name)
    if by not in card:
        near = nearest(by, card.columns, marks="``")
        raise messages.error("no column", column=by, near=near)
    inside = card.loc[labels == name, by]
    parts = _cut(inside)(inside, by, into)
    if len(parts) < 2:
        raise messages.error("no parts", name=name, column=label(by))
    whole = [{"name": f"{name}: {told}", "when": when} for told, when in parts]
    step |= {"by": by, "into": into, "parts": whole, "rest": f"{name}: {label(by)} not known"}
    return step, *_ruled(card, labels, order, name, step)


def _cut(values):
    """Choose how a column divides: true and false, bands of numbers, or its values."""
    if pd.api.types.is_bool_dtype(values.dropna().infer_objects()):
        return _yes_no
    if pd.api.types.is_numeric_dtype(values):
        return _quantiles
    if values.nunique() > max(MANY, values.count() / 2):
        raise messages.error("too many values", column=label(values.name), n=values.nunique())
    return _values


def _yes_no(values, by, into):
    """Divide by true and false, where both occur: [(words, rule)]."""
    known = values.dropna().unique()
    words = {True: label(by), False: f"not {label(by)}"}
    return [(told, {by: {"is": said}}) for said, told in words.items() if said in known]


def _quantiles(values, by, into):
    """Cut numbers into bands of equal size: [(words, rule)]; equal values stay together."""
    known = values.dropna().astype(float)
    at = [float(known.quantile(n / into, interpolation="lower")) for n in range(1, into)]
    cuts = sorted({round(cut, 6) for cut in at if cut < known.max()}) if len(known) else []
    if not cuts:
        return []
    edges = [None, *cuts, None]
    bands = []
    for low, high in pairwise(edges):
        ends = ({"over": low} if low is not None else {}) | (
            {"at_most": high} if high is not None else {}
        )
        when = [{by: {sign: number}} for sign, number in ends.items()]
        rule = when[0] if len(when) == 1 else {"all": when}
        bands.append((rules.in_words(rule), rule))
    return bands


def _values(values, by, into):
    """Name the commonest values, each a part, and all others together: [(words, rule)]."""
    counts = values.dropna().astype(str).value_counts()
    ranked = sorted(counts.index, key=lambda value: (-counts[value], value))
    first = ranked[: into - 1 if len(ranked) > into else into]
    parts = [(f"{label(by)} {value}", {by: {"is": value}}) for value in first]
    if len(ranked) > len(first):
        others = {"not": {"any": [rule for _, rule in parts]}}
        parts.append((f"another {label(by)}", others))
    return parts


def _narrow(step, at):
    """Keep those who meet a condition; the others go to the segment that is named."""
    card, labels, order = at.card, at.labels, at.order
    (name,), to = step["segments"], step.get("to")
    if not to or to == name:
        raise messages.error("nowhere to go", name=name)
    step["when"] = rules.check(step.get("when"), columns=card.columns)
    stays = (labels == name) & rules.selected(card, step["when"]).to_numpy()
    if not stays.any():
        raise messages.error("nobody left", name=name, rule=rules.in_words(step["when"]))
    return step, _sent(labels, stays, step), order


def _sent(labels, stays, step):
    """Send those of a narrowed segment who do not stay to the segment that is named."""
    return np.where((labels == step["segments"][0]) & ~stays, step["to"], labels).astype(object)


def _into(step):
    into = step.get("into", 2)
    if isinstance(into, bool) or not isinstance(into, int) or not 2 <= into <= MOST:
        raise messages.error("into how many", into=into, most=MOST)
    return into


def _ruled(card, labels, order, name, step):
    """Put the customers of a segment into its parts by their rules, the rest into what is left."""
    inside = labels == name
    made = np.full(len(card), step["rest"], dtype=object)
    for part in reversed(step["parts"]):
        made[rules.selected(card, part["when"]).to_numpy()] = part["name"]
    labels = np.where(inside, made, labels).astype(object)
    names = [part["name"] for part in step["parts"]] + [step["rest"]]
    return labels, _parted(order, name, names)


def _parted(order, name, parts):
    at = order.index(name)
    return [*order[:at], *parts, *order[at + 1 :]]


def widen(table, definition):
    """Add the segment after all steps as a column, each step computed once."""
    told = definition.rules
    wide = _named(table, Definition.from_dict(told["of"])).rename({FOUND: "segment"}).view()
    wide = wide.mutate(**{FOUND: _renamed(wide[FOUND], told["called"])}).view()
    for step in told["steps"]:
        if "inner" in step:
            inner = Definition.from_dict(step["inner"])
            wide = _named(wide, inner).rename({PART: "segment"}).view()
        wide = _taken_in(wide, step)
    return wide


def _taken_in(wide, step):
    """Take one step in a subquery of its own: long lists of corrections stay cheap."""
    made = wide.mutate(**{FOUND: _stepped(wide, wide[FOUND], step)})
    return (made.drop(PART) if PART in made.columns else made).view()


def expression(table, definition):
    """Return the Ibis column that names each row's segment, on a table from `widen`."""
    return table[FOUND]


def _renamed(column, called):
    pairs = [(column == name, ibis.literal(as_)) for name, as_ in called.items()]
    return ibis.cases(*pairs, else_=column) if pairs else column


def _stepped(table, segment, step):
    """Take one settled step in the engine."""
    if step["kind"] == "merge":
        return ibis.cases((segment.isin(step["segments"]), step["name"]), else_=segment)
    mine = segment == step["segments"][0]
    if step["kind"] == "split":
        pairs = [(mine & (table[PART] == n), as_) for n, as_ in step["names"].items()]
        return ibis.cases(*pairs, else_=segment)
    if step["kind"] == "refine":
        met = [(mine & rules.expression(table, p["when"]), p["name"]) for p in step["parts"]]
        return ibis.cases(*met, (mine, step["rest"]), else_=segment)
    if step["kind"] == "narrow":
        stays = rules.expression(table, step["when"])
        return ibis.cases((mine & ~stays, step["to"]), else_=segment)
    return segment
