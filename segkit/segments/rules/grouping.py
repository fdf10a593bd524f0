"""Several rules at once: groups counted, made into segments, and where they overlap.

A group is {"name": …, "when": rule}. As signs, groups stand side by side and a customer may have
several or none; as segments the first match wins, and what it hides is counted (`overlaps`).
"""

import ibis
import pandas as pd

from segkit.refusal import passes
from segkit.segments.rules import logic, syntax
from segkit.segments.rules.telling import in_words
from segkit.study import StudyError


def counts(table, groups):
    """Count the customers of each group, whether or not groups overlap.

    `table` is a card (DataFrame) or an Ibis table; the engine counts. Returns a DataFrame: group,
    customers_n, customers_share (0 to 1 of all rows), undecided_n (a value that decides it is not
    known; these are out).
    """
    if not groups:
        return pd.DataFrame(columns=["group", "customers_n", "customers_share", "undecided_n"])
    groups, lazy = _checked(groups, table), _lazy(table, groups)
    sums = {"all": lazy.count()}
    for place, group in enumerate(groups):
        sums[f"in {place}"] = logic.expression(lazy, group["when"]).sum()
        sums[f"open {place}"] = logic.undecided(lazy, group["when"]).sum()
    found = lazy.aggregate(**sums).execute().iloc[0].fillna(0).astype(int)
    rows = [(g["name"], found[f"in {i}"], found[f"open {i}"]) for i, g in enumerate(groups)]
    frame = pd.DataFrame(rows, columns=["group", "customers_n", "undecided_n"])
    frame.insert(2, "customers_share", frame["customers_n"] / max(found["all"], 1))
    return frame


def selected(card, rule):
    """Return which rows of a card (DataFrame) a rule selects: a Series of booleans, in order.

    Parameters
    ----------
    card : DataFrame
        The customer card.
    rule : dict
        See `segments.rules`.

    Returns
    -------
    Series of bool
        In the order of the card; false where the rule cannot be decided.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.segments import rules
    >>> rules.selected(pd.DataFrame({"orders_n": [1, 7]}), {"orders_n": {"over": 5}}).tolist()
    [False, True]
    """
    rule = syntax.check(rule, columns=card.columns)
    numbered = card[syntax.columns(rule)].reset_index(drop=True)
    lazy = ibis.memtable(numbered.assign(row_=range(len(numbered))))
    met = lazy.select("row_", met=logic.expression(lazy, rule)).order_by("row_").execute()
    return pd.Series(met["met"].to_numpy(dtype=bool), index=card.index, name="selected")


def grouped(table, definition):
    """Return the Ibis column that names each row's group; the first group that matches wins.

    `definition.rules` is {"groups": [{"name", "when"}, …], "otherwise": name or None}. This is
    the `expression` of every approach made of rules.
    """
    groups = _checked(definition.rules["groups"], table)
    cases = [(logic.expression(table, group["when"]), group["name"]) for group in groups]
    otherwise = definition.rules.get("otherwise")
    rest = ibis.null("string") if otherwise is None else ibis.literal(otherwise)
    return ibis.cases(*cases, else_=rest) if cases else rest


@passes
def listed(found, *, to_do=None):
    """Lay out the groups of an Attempt in their order: segment, rule (in words), what_to_do.

    Parameters
    ----------
    found : Attempt or Refused
        The groups.
    to_do : dict, optional
        {name: what to do with them}; without it the last column is left out.

    Returns
    -------
    DataFrame
        In the order of the groups: segment, rule (in words), what_to_do.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from segkit.segments import rules
    >>> groups = [{"name": "Often", "when": {"orders_n": {"over": 5}}}]
    >>> rules.listed(SimpleNamespace(rules={"groups": groups, "otherwise": "Others"}))
      segment            rule
    0   Often   orders over 5
    1  Others  everybody else
    """
    told = {group["name"]: in_words(group["when"]) for group in found.rules["groups"]}
    told |= {found.rules["otherwise"]: "everybody else"}
    table = pd.DataFrame({"segment": told.keys(), "rule": told.values()})
    return table if to_do is None else table.assign(what_to_do=table["segment"].map(to_do))


def overlaps(table, definition):
    """Count the rows that more than one group would take, so that "first wins" hides nothing.

    Parameters
    ----------
    table : DataFrame or Ibis table
        What is to be divided.
    definition : Definition
        With grouped rules.

    Returns
    -------
    DataFrame
        One row per pair that has any: group (an earlier rule), also (a later rule that holds as
        well), customers_n. Empty when no row meets two rules.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.segments import Definition, rules
    >>> card = pd.DataFrame({"orders_n": [1, 7], "spend_total": [9.0, 80.0]})
    >>> groups = [{"name": "Often", "when": {"orders_n": {"over": 5}}}]
    >>> groups += [{"name": "Much", "when": {"spend_total": {"over": 50}}}]
    >>> told = {"groups": groups, "otherwise": "Others"}
    >>> rules.overlaps(card, Definition("crm_selections", [], list(card), told))
       group  also  customers_n
    0  Often  Much            1
    """
    groups = _checked(definition.rules["groups"], table)
    lazy = _lazy(table, groups) if groups else None
    met = [logic.expression(lazy, group["when"]) for group in groups]
    pairs = [(i, j) for i in range(len(groups)) for j in range(i + 1, len(groups))]
    rows = []
    if pairs:
        sums = {f"{i} {j}": (met[i] & met[j]).sum() for i, j in pairs}
        found = lazy.aggregate(**sums).execute().iloc[0].fillna(0).astype(int)
        rows = [(groups[i]["name"], groups[j]["name"], n)
                for (i, j), n in zip(pairs, found, strict=True) if n]  # fmt: skip
    return pd.DataFrame(rows, columns=["group", "also", "customers_n"])


def _checked(groups, table):
    names = [group["name"] for group in groups]
    if twice := [name for name in dict.fromkeys(names) if names.count(name) > 1]:
        raise StudyError(f"Two groups are called {twice[0]!r}. Give every group its own name.")
    for group in groups:
        syntax.check(group["when"], columns=table.columns)
    return groups


def _lazy(table, groups):
    """Hand the columns that the rules need to the engine."""
    if isinstance(table, ibis.Table):
        return table
    used = dict.fromkeys(c for group in groups for c in syntax.columns(group["when"]))
    return ibis.memtable(table[list(used)].reset_index(drop=True))
