"""What is true here and not everywhere: statements about groups, each with its test.

Two kinds. A *share*: a yes/no condition ("income: 50-74K") that some customers of a group meet,
set beside all customers; Fisher's exact test (1922) asks whether the group differs from everybody
else. A *level*: what the group does as a whole ("orders per customer: 24", "evening share of
orders: 14 % of 312"), pooled over orders or money as `segkit.data.card.levels` says and tested
against everybody else (Welch). Holm's correction (1979) keeps the chance of even one false alarm
among *all* statements of *all* groups under alpha. A statement is distinctive when it is far from
all and the adjusted p-value is small.

Refused: ranks (a bottom third is no quality), statements from missing values (unknown is not
"no"), counts below the smallest cell that may be shown, and the rule "more than half have it, so
it is typical" on its own.
"""

import numpy as np
import pandas as pd

from segkit import evidence
from segkit.data.card import levels
from segkit.data.card.columns import describing
from segkit.evidence import compared
from segkit.personas import phrases

COMMON = 0.8
"""A condition that more than this share of all customers meet tells no group apart."""


def conditions(card, *, dictionary, smallest=10):
    """List what can be asked of every group.

    `card`: one row per customer, indexed by customer_id or not; `dictionary`: column, family,
    unit. A number has one level; yes/no one condition; a category one per value that at least
    `smallest` customers have. Returns column, family, field, question, kind (level | at least |
    is), bound or value, unit, text, known_n (customers with a value), share_all (0..1 of the known;
    missing for a level).
    """
    rows = []
    asked = set(describing(card))
    for entry in dictionary.to_dict("records"):
        if entry["column"] in asked:
            values = card[entry["column"]]
            found = _numeric(values, entry) if _is_number(values) else _categories(values)
            rows += [_row(card, entry, one) for one in found]
    table = pd.DataFrame(rows, columns=_COLUMNS)
    n = table["share_all"] * table["known_n"]
    kept = (n >= smallest - 0.5) & (table["known_n"] - n >= smallest - 0.5)
    kept &= table["share_all"] <= COMMON
    table = table[kept | ((table["kind"] == "level") & (table["known_n"] >= smallest))]
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

    Sets n, share_here, level, lift, p and p_adjusted to missing, distinctive to False, and adds
    `suppressed` (True where hidden). Says nothing about the rest of the group.
    """
    table = statements.copy()
    table["suppressed"] = (table["n"] < smallest) | (table["known_n"] < smallest)
    hidden = ["n", "share_here", "level", "low", "high", "lift", "p", "p_adjusted"]
    hidden = [name for name in hidden if name in table]
    table[hidden] = table[hidden].astype(float).mask(table["suppressed"])
    table["distinctive"] = table["distinctive"] & ~table["suppressed"]
    words = [name for name in ("here", "base", "way") if name in table]
    table[words] = table[words].mask(table["suppressed"], "")
    return table


def about(card, *, groups, conditions, min_lift=1.25, alpha=0.05):
    """Make every statement about every group, tested together.

    Returns one row per group and condition, not yet suppressed (see `suppress`): what `conditions`
    tells, n (who meet it; of a level, whose it is), known_n, share_here, share_all, level and
    level_all (of a condition the shares), low and high (95 %), lift, p, p_adjusted, distinctive,
    way (see `levels.way`) and the printed here, everybody and base.
    """
    asked = conditions[conditions["kind"] != "level"]
    counts = count(met(card, conditions=asked), groups=groups)
    shares = _shares(compared(counts, min_lift=min_lift, alpha=alpha))
    rated = _levels(card, groups, conditions[conditions["kind"] == "level"])
    found = [table for table in (shares, rated) if len(table)]
    both = pd.concat(found or [shares], ignore_index=True)
    both["p_adjusted"] = evidence.holm(both["p"])
    spoken = conditions.drop(columns=["known_n", "share_all"])
    both = both.merge(spoken, left_on="condition", right_index=True, validate="many_to_one")
    both = both.sort_values(["group", "condition"], kind="stable", ignore_index=True)
    proof = evidence.distinctive(both["lift"], both["p_adjusted"], min_lift=min_lift, alpha=alpha)
    near = [row.kind == "level" and not levels.far(row) for row in both.itertuples()]
    return _printed(both.assign(distinctive=proof & ~np.array(near, dtype=bool)))


def _shares(table):
    """Give counted shares the columns of levels: the share is the level."""
    low, high = _ends(table)
    return table.assign(level=table["share_here"], level_all=table["share_all"], low=low, high=high,
                        per="", whole=table["known_n"], way="", beyond=np.nan)  # fmt: skip


def _ends(table):
    some = table["known_n"].clip(lower=1)
    ends = evidence.wilson(table["n"].clip(upper=some), some) if len(table) else ([], [])
    return (np.where(table["known_n"] > 0, end, np.nan) for end in ends)


def _levels(card, groups, asked):
    """Take the level of every group in the columns asked for."""
    number = {column: at for at, column in asked["column"].items()}
    found = levels.table(card, groups=np.asarray(groups), columns=list(number))
    found = found.assign(condition=found["column"].map(number), n=found["known_n"])
    found = found.assign(all_n=found["all_known_n"], share_here=np.nan, share_all=np.nan)
    return found.drop(columns="column")


def _printed(table):
    """Add the printed level here and of everybody, and what stands behind it."""
    rows = list(table.itertuples())
    here = [phrases.level(row.level, row=row) for row in rows]
    everybody = [phrases.level(row.level_all, row=row) for row in rows]
    base = [phrases.base(row) for row in rows]
    return table.assign(here=here, everybody=everybody, base=base)


_COLUMNS = ["column", "family", "field", "question", "kind", "bound", "value", "unit", "text",
            "known_n", "share_all"]  # fmt: skip


def _is_number(values):
    return pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)


def _numeric(values, entry):
    if values.dropna().nunique() < 2:
        return []
    if entry.get("unit") == "yes/no":
        return [{"kind": "at least", "bound": 1.0}]
    return [{"kind": "level"}]


def _categories(values):
    counts = values.dropna().map(_plain).value_counts()
    levels = sorted(counts.index, key=lambda level: (counts[level], level))
    return [{"kind": "is", "value": level} for level in levels]


def _plain(value):
    words = {True: "yes", False: "no"}
    return words[bool(value)] if isinstance(value, bool | np.bool_) else str(value)


def _row(card, entry, condition):
    values, column, family = card[entry["column"]], entry["column"], entry["family"]
    row = {"column": column, "family": family, "field": phrases.field(family)}
    row |= {"question": phrases.question(column, family=family), "bound": np.nan, "value": None}
    row |= {"unit": entry.get("unit", ""), **condition}
    if row["kind"] == "level":
        told = phrases.asked(column, unit=row["unit"], per=levels.per(column, card))
        return row | {"known_n": int(values.notna().sum()), "share_all": np.nan, "text": told}
    marks = _holds(values, condition)
    row |= {"known_n": int(marks.notna().sum()), "share_all": float(marks.mean())}
    return {**row, "text": _text(row)}


def _holds(values, condition):
    """Return 1.0 where the condition holds, 0.0 where not, NaN where the value is missing."""
    if condition["kind"] == "is":
        answer = values.map(_plain, na_action="ignore") == condition["value"]
    else:
        answer = values.astype(float) >= condition["bound"]
    return answer.astype(float).where(values.notna())


def _text(row):
    label = phrases.of(row["column"]).label
    label = label[:1].upper() + label[1:]
    return f"{label}: {row['value'] if row['kind'] == 'is' else 'yes'}"


def _complements(table):
    """Mark a column's later condition that only says the opposite of its first one."""
    first = table.groupby("column")["share_all"].transform("first")
    later = table.groupby("column").cumcount() > 0
    two = table.groupby("column")["share_all"].transform("size") == 2
    return later & two & np.isclose(first + table["share_all"], 1.0)
