"""What is true here and not everywhere: statements about groups, each with its test.

A statement is a yes/no condition on one column of the customer card ("orders: above 82",
"income: 50-74K"). For each group we count how many have it and set that beside all customers:
lift = share here / share of all. Fisher's exact test (1922) asks whether the group differs
from everybody else; Holm's correction (1979) keeps the chance of even one false alarm among
*all* statements of *all* groups under alpha. A statement is distinctive when the lift is far
enough from 1 and the adjusted p-value is small.

Refused: statements from missing values (unknown is not "no"), counts below the smallest cell
that may be shown, and the rule "more than half have it, so it is typical" on its own.
"""

import numpy as np
import pandas as pd

from segkit.evidence import compared
from segkit.personas import phrases

COMMON = 0.8
"""A condition that more than this share of all customers meet tells no group apart."""


def conditions(card, *, dictionary, smallest=10):
    """List the yes/no conditions that can be asked of every customer.

    `card`: one row per customer, indexed by customer_id or not; `dictionary`: column, family,
    unit. A number gives "above" (the top third of all customers) and "below" (the bottom
    third); a category gives one condition per value that at least `smallest` customers have.
    Returns column, family, field, question, kind (above | at least | below | at most | is),
    bound or value, text, known_n (customers with a value), share_all (0..1 of the known).
    """
    rows = []
    for entry in dictionary.to_dict("records"):
        if entry["column"] in card and entry["column"] != "customer_id":
            values = card[entry["column"]]
            found = _numeric(values, entry) if _is_number(values) else _categories(values)
            rows += [_row(values, entry, one) for one in found]
    table = pd.DataFrame(rows, columns=_COLUMNS)
    n = table["share_all"] * table["known_n"]
    kept = (n >= smallest - 0.5) & (table["known_n"] - n >= smallest - 0.5)
    table = table[kept & (table["share_all"] <= COMMON)]
    return table[~_complements(table)].reset_index(drop=True)


def met(card, *, conditions):
    """Say who meets which condition: 1 yes, 0 no, NaN unknown.

    Returns one row per row of `card` (same index), one column per row of `conditions`
    (named by its place in that table).
    """
    marks = {at: _holds(card[row["column"]], row) for at, row in conditions.iterrows()}
    return pd.DataFrame(marks, index=card.index, dtype=float)


def count(marks, *, groups):
    """Count, per group and condition, who has it and of whom it is known.

    `marks`: the table of `met`; `groups`: one name per row of it. Returns group, condition,
    n, known_n, all_n, all_known_n (customers), groups sorted: the order of rows is no matter.
    """
    groups = np.asarray(groups, dtype=object)
    kinds = {"n": marks.fillna(0.0), "known_n": marks.notna()}
    here = {kind: table.groupby(groups).sum().T.melt(ignore_index=False, var_name="group")
            for kind, table in kinds.items()}  # fmt: skip
    found = here["n"].rename(columns={"value": "n"}).assign(known_n=here["known_n"]["value"])
    found = found.rename_axis("condition").reset_index()
    for kind, table in kinds.items():
        found[f"all_{kind}"] = found["condition"].map(table.sum())
    whole = ["n", "known_n", "all_n", "all_known_n"]
    return found[["group", "condition", *whole]].astype(dict.fromkeys(whole, int))


def suppress(statements, *, smallest):
    """Hide counts below `smallest`: fewer people than that must not be described.

    Sets n, share_here, lift, p and p_adjusted to missing, distinctive to False, and adds
    `suppressed` (True where hidden). Says nothing about the rest of the group.
    """
    table = statements.copy()
    table["suppressed"] = (table["n"] < smallest) | (table["known_n"] < smallest)
    hidden = ["n", "share_here", "lift", "p", "p_adjusted"]
    table[hidden] = table[hidden].astype(float).mask(table["suppressed"])
    table["distinctive"] = table["distinctive"] & ~table["suppressed"]
    return table


def about(card, *, groups, conditions, min_lift=1.25, alpha=0.05):
    """Make every statement about every group, tested together.

    The steps in one: `met`, `count`, `segkit.evidence.compared`, and the words of the conditions.
    Returns one row per group and condition, not yet suppressed (see `suppress`).
    """
    counts = count(met(card, conditions=conditions), groups=groups)
    tested = compared(counts, min_lift=min_lift, alpha=alpha)
    spoken = conditions.drop(columns=["known_n", "share_all"])
    return tested.merge(spoken, left_on="condition", right_index=True, validate="many_to_one")


_COLUMNS = ["column", "family", "field", "question", "kind", "bound", "value", "text",
            "known_n", "share_all"]  # fmt: skip


_TESTS = {"above": "gt", "at least": "ge", "below": "lt", "at most": "le"}


def _is_number(values):
    return pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)


def _numeric(values, entry):
    known = values.dropna().astype(float)
    if known.nunique() < 2:
        return []
    unit = entry.get("unit", "")
    upper, lower = (phrases.readable(known.quantile(at), unit=unit) for at in (2 / 3, 1 / 3))
    if unit.startswith("1 to "):  # whole marks: "above 3", not "above 3.33"
        upper, lower = float(np.floor(upper)), float(np.ceil(lower))
    high = ("above", upper) if (known > upper).any() else ("at least", upper)
    low = ("below", lower) if (known < lower).any() else ("at most", lower)
    return [{"kind": kind, "bound": bound} for kind, bound in (high, low)]


def _categories(values):
    counts = values.dropna().map(_plain).value_counts()
    levels = sorted(counts.index, key=lambda level: (counts[level], level))
    return [{"kind": "is", "value": level} for level in levels]


def _plain(value):
    words = {True: "yes", False: "no"}
    return words[bool(value)] if isinstance(value, bool | np.bool_) else str(value)


def _row(values, entry, condition):
    marks = _holds(values, condition)
    family, column = entry["family"], entry["column"]
    row = {"column": column, "family": family, "field": phrases.field(family)}
    row |= {"question": phrases.question(column, family=family), "bound": np.nan, "value": None}
    row |= {**condition, "known_n": int(marks.notna().sum()), "share_all": float(marks.mean())}
    return {**row, "text": _text(row, entry.get("unit", ""))}


def _holds(values, condition):
    """Return 1.0 where the condition holds, 0.0 where not, NaN where the value is missing."""
    kind, bound = condition["kind"], condition.get("bound")
    if kind == "is":
        answer = values.map(_plain, na_action="ignore") == condition["value"]
    else:
        answer = getattr(values.astype(float), _TESTS[kind])(bound)
    return answer.astype(float).where(values.notna())


def _text(row, unit):
    label = phrases.of(row["column"]).label
    label = label[:1].upper() + label[1:]
    if unit == "yes/no" and row["kind"] != "is":
        return f"{label}: {'yes' if row['kind'] in ('above', 'at least') else 'no'}"
    if row["kind"] == "is":
        return f"{label}: {row['value']}"
    if row["bound"] == 0 and row["kind"] in ("above", "at most"):
        some = "at least 1" if row["column"].endswith("_n") else "some"
        return f"{label}: {some if row['kind'] == 'above' else 'none'}"
    return f"{label}: {row['kind']} {phrases.amount(row['bound'], unit=unit)}"


def _complements(table):
    """Mark a column's later condition that only says the opposite of its first one."""
    first = table.groupby("column")["share_all"].transform("first")
    later = table.groupby("column").cumcount() > 0
    two = table.groupby("column")["share_all"].transform("size") == 2
    return later & two & np.isclose(first + table["share_all"], 1.0)
