"""A rule in plain words, and the reason why one customer is in or out.

Words come from the card's own dictionary: column names said in words, shares in per cent, a
unit where the name does not already say it.
"""

from segkit.data import card
from segkit.segments.naming import label
from segkit.segments.rules import logic, syntax

SIGNS = {"over": ">", "at_least": "≥", "under": "<", "at_most": "≤"}
OPPOSITE = {"over": "≤", "at_least": "<", "under": "≥", "at_most": ">"}
"""How a comparison is written when it holds, and when it does not."""

SAID = {"over": "over", "at_least": "at least", "under": "under", "at_most": "at most"}

AGO = {"days_since_purchase": "last order", "days_since_first_purchase": "first order"}
"""Columns of which one customer's value reads better as "… days ago"."""


def in_words(rule):
    """Say a rule in plain words: "days since purchase over 180 and spend at least 1,000".

    Parameters
    ----------
    rule : dict
        See `segments.rules`.

    Returns
    -------
    str
        Part of a sentence.

    Examples
    --------
    >>> from segkit.segments import rules
    >>> rules.in_words({"all": [{"orders_n": {"over": 5}}, {"spend_total": {"at_least": 1000}}]})
    'orders over 5 and spend at least 1,000'
    """
    return _said(rule, inside="")


def _said(rule, *, inside):
    kind, parts = syntax.split(rule)
    if kind == "condition":
        return _condition(*parts)
    if kind == "not":
        return f"not ({_said(parts[0], inside='')})"
    if len(parts) == 1:
        return _said(parts[0], inside=inside)
    word = " and " if kind == "all" else " or "
    told = [_said(part, inside=kind) for part in parts]
    text = word.join(_again(*pair) for pair in zip([None, *parts], parts, told, strict=False))
    return f"({text})" if inside not in ("", kind) else text


def _again(before, part, told):
    """Leave out a column that was just named: "age at least 18 and under 30"."""
    column = next(iter(part))
    repeated = before is not None and list(before) == [column] and column not in syntax.JOINS
    same = repeated and told.startswith(label(column) + " ") and not _is_goal(column)
    return told.removeprefix(label(column) + " ") if same else told


def _condition(column, op, value):
    name, said = label(column), _number(column, value)
    if _is_goal(column) and (found := _reached(column, op, value)):
        return found
    if op == "known":
        return f"{name} is {'' if value else 'not '}known"
    if op == "between":
        return f"{name} from {said[0]} to {said[1]}{_unit(column)}"
    if op in SAID:
        return f"{name} {SAID[op]} {said}{_unit(column)}"
    if op in syntax.DAYS:
        return f"{name} {op} {said}"
    return f"{name} {_equal(op, said)}"


def _equal(op, said):
    if op == "one_of":
        return f"is {_either(said)}"
    if op == "none_of":
        return f"is not {_either(said, word='nor')}"
    return {"is": "is", "is_not": "is not", "contains": "contains"}[op] + f" {said}"


def _either(said, *, word="or"):
    """Join alternatives: "1", "1 or 2", "1, 2 or 3+"."""
    return f" {word} ".join([*filter(None, [", ".join(said[:-1])]), *said[-1:]])


def _is_goal(column):
    return column.startswith("goal_") and column.endswith("_n")


def _reached(column, op, value):
    """Say that a goal of the site was reached, or was not; "" where it takes a number."""
    name = f"goal “{label(column).removeprefix('goal ')}”"
    if (op, value) == ("at_least", 1) or (op, value) == ("over", 0):
        return f"{name} reached"
    never = (op, value) in (("under", 1), ("at_most", 0), ("is", 0))
    return f"{name} not reached" if never else ""


def explain(row, rule):
    """Say why one customer is in or out of a group.

    Parameters
    ----------
    row : dict or Series
        Column → value of one customer.
    rule : dict
        See `segments.rules`.

    Returns
    -------
    str
        Begins with "in, because …" or "out, because …" and names every condition that decides it;
        "out: age is not known" where the rule cannot be decided.

    Examples
    --------
    >>> from segkit.segments import rules
    >>> rules.explain({"orders_n": 7}, {"orders_n": {"over": 5}})
    'in, because orders 7 > 5'
    """
    met = logic.truth(row, rule)
    if met is None:
        return f"out: {_listed(f'{label(c)} is not known' for c in _missing(row, rule))}"
    return f"{'in' if met else 'out'}, because {_listed(_reasons(row, rule, met))}"


def _listed(reasons):
    return " and ".join(dict.fromkeys(reasons))


def _missing(row, rule):
    """Name the columns that leave a rule undecided for this customer."""
    kind, parts = syntax.split(rule)
    if kind == "condition":
        return [parts[0]]
    return [c for part in parts if logic.truth(row, part) is None for c in _missing(row, part)]


def _reasons(row, rule, met):
    """List what makes a rule true (or false) for this customer."""
    kind, parts = syntax.split(rule)
    if kind == "condition":
        return [_reason(row, *parts, met)]
    wanted = not met if kind == "not" else met
    return [r for part in parts if logic.truth(row, part) is wanted
            for r in _reasons(row, part, wanted)]  # fmt: skip


def _reason(row, column, op, value, met):
    here, _ = logic.held(row[column])
    name, shown = label(column), _number(column, here, beside=value)
    if op == "known":
        return f"{name} is {'not known' if here is None else 'known'}"
    if column in AGO:
        name, shown = AGO[column], f"{shown} days ago"
    if op in SIGNS:
        sign = (SIGNS if met else OPPOSITE)[op]
        return f"{name} {shown} {sign} {_number(column, value, beside=here)}"
    return f"{name} {_situated(op, shown, _number(column, value), met)}"


def _situated(op, shown, wanted, met):
    if op == "between":
        return f"{shown} {'within' if met else 'outside'} {wanted[0]} to {wanted[1]}"
    if op == "contains":
        return f"{shown} {'contains' if met else 'does not contain'} {wanted}"
    if op in syntax.DAYS:
        return f"{shown} is {'' if met else 'not '}{op} {wanted}"
    listed = _either(wanted) if isinstance(wanted, list) else wanted
    equal = met is (op in ("is", "one_of"))
    return f"is {shown}" if equal else f"is {shown}, not {listed}"


def _unit(column):
    """Name the unit where the column's name does not say it."""
    unit = card.explain(column)[1]
    counted = column.endswith("_n")
    plain = unit in ("", "group", "money", "number", "yes/no") or " " in unit
    return "" if counted or plain or unit in label(column) else f" {unit}"


def _number(column, value, *, beside=None):
    """Write a value for reading; never so short that two different numbers look the same."""
    if isinstance(value, list | tuple):
        return [_number(column, one) for one in value]
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not syntax.is_number(value):
        return str(value)
    unit = card.explain(column)[1]
    for digits in (2, 4, 9):
        found = _rounded(value, digits, unit)
        if beside is None or not syntax.is_number(beside) or value == beside:
            return found
        if found != _rounded(beside, digits, unit):
            return found
    return repr(value)


def _rounded(value, digits, unit):
    """Round for reading: shares in per cent, odd money with its two decimals."""
    share = unit.startswith("share")
    scaled = float(value) * 100 if share else float(value)
    whole = f"{scaled:,.{digits}f}".rstrip("0").rstrip(".")
    if unit == "money" and "." in whole:
        whole += "0" * (2 - len(whole.split(".")[1]))
    return f"{'0' if whole == '-0' else whole}{' %' if share else ''}"
