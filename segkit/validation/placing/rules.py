"""Rules: each segment in words, as a tree of at most three questions, with its error.

One tree per segment: in it or not. The error is that of people who took no part in the tree
(stratified folds), beside the error of saying the same of all. A tree that is no better than that
is no rule. Source: Breiman, Friedman, Olshen and Stone, *Classification and
Regression Trees* (1984); scikit-learn's `DecisionTreeClassifier`.
"""

import numpy as np
import pandas as pd
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.tree import DecisionTreeClassifier

from segkit.validation.placing import messages
from segkit.validation.placing.fields import amount
from segkit.validation.placing.folds import FOLDS
from segkit.validation.placing.scoring import simplest

DEPTH = 3
LEAF = 10
"""Customers at an end of a tree, at least."""
LEAF_SHARE = 0.01


def table(X, y, *, fields, names, seed):
    """Say every segment in words: segment, rule, found, right, error, error_without.

    X, y : as in `folds.judge`; names : of the segments, in the order of `y`'s places.

    Returns
    -------
    DataFrame
        found: share of the segment that its rule finds; right: share of those found that are in
        it (NaN without a rule); error: share of all who are told wrongly, and error_without,
        if all were told the same. All of people that the tree had not seen, 0 to 1. A rule that
        errs no less than that is not told.
    """
    columns, values = _columns(X, fields)
    rows = [_row(values, y == place, columns, seed=seed) for place in range(len(names))]
    return pd.DataFrame(rows).assign(segment=names)[["segment", *rows[0]]]


def _row(values, inside, columns, *, seed):
    least = max(LEAF, int(LEAF_SHARE * len(inside)))
    tree = DecisionTreeClassifier(max_depth=DEPTH, min_samples_leaf=least, random_state=0)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    said = cross_val_predict(tree, values, inside, cv=folds).astype(bool)
    paths = _paths(tree.fit(values, inside).tree_, 0, ())
    rule = "; or ".join(_in_words(path, columns) for path in paths)
    row = {"found": said[inside].mean(), "right": inside[said].mean() if said.any() else np.nan}
    row |= {
        "error": (said != inside).mean(),
        "error_without": min(inside.mean(), 1 - inside.mean()),
    }
    if not rule or row["error"] >= row["error_without"]:
        return {"rule": messages.told("no rule")} | row | {"found": np.nan, "right": np.nan}
    return {"rule": rule} | row


def _columns(X, fields):
    """Spread words over columns and put ranks for numbers: ([(field, levels or word)], matrix)."""
    columns, values = [], []
    for x, field in zip(X.T, fields, strict=True):
        known = ~np.isnan(x)
        if not field.banded and isinstance(field.answers[0][0], str):
            for place, (word, _) in enumerate(field.answers):
                columns.append((field, word, not known.all()))
                values.append(np.where(known, (x == place) * 1.0, np.nan))
        else:
            levels, ranks = np.unique(x[known], return_inverse=True)
            columns.append((field, levels, not known.all()))
            values.append(np.full(len(x), np.nan))
            values[-1][known] = ranks
    return columns, np.column_stack(values)


def _paths(shape, node, path):
    """List the ways that end in the segment; two ends that both do are one, None is all of them."""
    if shape.feature[node] < 0:
        return [path] if shape.value[node, 0].argmax() == shape.value.shape[2] - 1 else []
    step = (int(shape.feature[node]), float(shape.threshold[node]))
    missing = bool(shape.missing_go_to_left[node])
    sides = [
        (shape.children_left[node], "<=", missing),
        (shape.children_right[node], ">", not missing),
    ]
    found = [_paths(shape, child, (*path, (*step, sign, takes))) for child, sign, takes in sides]
    whole = all(len(ways) == 1 and len(ways[0]) == len(path) + 1 for ways in found)
    return [path] if whole else [*found[0], *found[1]]


def _in_words(path, columns):
    """Say one way through a tree, each column once, by the narrowest of its steps."""
    sides = {}
    for column, at, sign, takes in path:
        sides.setdefault(column, {})[sign] = (at, takes)
    told = [_limits(columns[column], found) for column, found in sides.items()]
    return " and ".join(told) or messages.told("everybody")


def _limits(column, sides):
    """Say what is left of a column between its limits: {"<=": (rank, takes unknown), ">": …}."""
    field, levels, some_unknown = column
    known = {sign: int(at) for sign, (at, _) in sides.items() if not np.isinf(at)}
    if not known:
        return f"{field.question}: {messages.told('known' if '<=' in sides else 'unknown')}"
    some_unknown = some_unknown and all(takes for _, takes in sides.values())
    unknown = messages.told("or unknown") if some_unknown else ""
    if isinstance(levels, str):
        return f"{field.question}: {'not ' if '<=' in known else ''}{levels}{unknown}"
    first, last = known.get(">", -1) + 1, known.get("<=", len(levels) - 1)
    return f"{field.question}: {_between(field, levels, first, last)}{unknown}"


def _between(field, levels, first, last):
    """Say the values from the rank `first` to `last`: answers by name, numbers by simple edges."""
    if not field.banded:
        low, high = (field.answers[int(levels[at])][1] for at in (first, last))
        return low if low == high else f"{low} to {high}"
    if field.whole and first == last:
        return amount(levels[first], field)
    ends = [(first - 1, "above"), (last, "up to")]
    return " ".join(f"{word} {amount(simplest(levels[at], levels[at + 1]), field)}"
                    for at, word in ends if 0 <= at < len(levels) - 1)  # fmt: skip
