"""A rule from the text of an SQL predicate, by parsing; the text itself is never run.

`days_since_purchase > 180 AND region IN ('North', 'South')` is read by sqlglot; only comparisons
of one known column with constants, joined by AND, OR and NOT, are let through. No functions, no
sub-queries, no arithmetic, no second statement.
"""

import sqlglot
from sqlglot import exp

from segkit.segments.rules import syntax
from segkit.study import StudyError

COMPARED = {
    exp.GT: "over",
    exp.GTE: "at_least",
    exp.LT: "under",
    exp.LTE: "at_most",
    exp.EQ: "is",
    exp.NEQ: "is_not",
}
TURNED = {"over": "under", "at_least": "at_most", "under": "over", "at_most": "at_least"}
ON_DAYS = {"over": "after", "under": "before"}
"""Comparison with a number → with a day."""

ALLOWED = "column > 5, =, <>, BETWEEN, IN (…), IS NULL, IS TRUE, ILIKE '%text%', AND, OR, NOT"


def from_sql(text, *, columns):
    """Read an SQL predicate as a rule.

    The rule means what the predicate means, unknown values included, but that a day is a whole day.

    Parameters
    ----------
    text : str
        Comparisons of a column with constants, joined by AND, OR, NOT.
    columns : sequence of str
        Names that may be used.

    Returns
    -------
    dict
        A rule (see `segments.rules`).

    Raises
    ------
    segkit.study.StudyError
        For anything else.

    Examples
    --------
    >>> from segkit.segments import rules
    >>> rules.from_sql("orders_n > 5 AND spend_total >= 100", columns=["orders_n", "spend_total"])
    {'all': [{'orders_n': {'over': 5}}, {'spend_total': {'at_least': 100}}]}
    """
    try:
        found = [part for part in sqlglot.parse(text, dialect="duckdb") if part is not None]
    except sqlglot.errors.SqlglotError as error:
        where = (getattr(error, "errors", None) or [{}])[0]
        place = f" near character {where['col']}" if where.get("col") else ""
        raise StudyError(f"This is no condition{place}: {text!r}. Allowed: {ALLOWED}.") from None
    if len(found) != 1:
        raise StudyError(f"One condition is needed, {len(found)} statements were given: {text!r}.")
    return syntax.check(_rule(found[0], [str(c) for c in columns]), columns=columns)


def _rule(node, columns):
    if isinstance(node, exp.Paren):
        return _rule(node.this, columns)
    if isinstance(node, exp.And | exp.Or):
        name = "all" if isinstance(node, exp.And) else "any"
        return {name: [_rule(part, columns) for part in node.flatten()]}
    if isinstance(node, exp.Not):
        return _negated(_rule(node.this, columns))
    if isinstance(node, exp.Column):
        return {_name(node, columns): {"is": True}}
    return _condition(node, columns)


def _negated(rule):
    """Turn a rule round; "not unknown" is said as "known"."""
    kind, parts = syntax.split(rule)
    if kind == "condition" and parts[1] == "known":
        return {parts[0]: {"known": not parts[2]}}
    return {"not": rule}


def _condition(node, columns):
    if type(node) in COMPARED:
        return _comparison(node, columns)
    if isinstance(node, exp.Between):
        ends = [_constant(node.args[end]) for end in ("low", "high")]
        return {_name(node.this, columns): {"between": ends}}
    if isinstance(node, exp.In) and not node.args.get("query") and node.expressions:
        return {_name(node.this, columns): {"one_of": [_constant(x) for x in node.expressions]}}
    if isinstance(node, exp.Is):
        return _stated(node, columns)
    if isinstance(node, exp.ILike):
        return {_name(node.this, columns): {"contains": _piece(node.expression)}}
    raise _refused(node)


def _comparison(node, columns):
    op, left, right = COMPARED[type(node)], node.this, node.expression
    if not isinstance(left, exp.Column):
        op, left, right = TURNED.get(op, op), right, left
    name, value = _name(left, columns), _constant(right)
    if not isinstance(value, str) or op in ("is", "is_not"):
        return {name: {op: value}}
    if op in ON_DAYS:
        return {name: {ON_DAYS[op]: value}}
    return {"not": {name: {"before" if op == "at_least" else "after": value}}}


def _stated(node, columns):
    """Read IS NULL and IS TRUE, which are never unknown."""
    name, said = _name(node.this, columns), node.expression
    if isinstance(said, exp.Null):
        return {name: {"known": False}}
    if isinstance(said, exp.Boolean):
        return {"all": [{name: {"known": True}}, {name: {"is": bool(said.this)}}]}
    raise _refused(node)


def _name(node, columns):
    if not isinstance(node, exp.Column) or node.table:
        raise _refused(node)
    if node.name in columns or node.this.args.get("quoted"):
        return node.name
    alike = [column for column in columns if column.lower() == node.name.lower()]
    return alike[0] if len(alike) == 1 else node.name


def _constant(node):
    if isinstance(node, exp.Neg) and isinstance(node.this, exp.Literal) and node.this.is_number:
        return -_constant(node.this)
    if isinstance(node, exp.Cast) and node.to.this == exp.DataType.Type.DATE:
        return _constant(node.this)
    if isinstance(node, exp.Boolean):
        return bool(node.this)
    if not isinstance(node, exp.Literal):
        raise _refused(node)
    if node.is_string:
        return node.this
    return int(node.this) if node.this.isdigit() else float(node.this)


def _piece(node):
    """Take the text out of '%text%'."""
    text = _constant(node)
    piece = text[1:-1] if isinstance(text, str) else ""
    if text != f"%{piece}%" or not piece or set(piece) & set("%_\\"):
        raise StudyError(f"ILIKE can only look for a piece of text: ILIKE '%text%', not {text!r}.")
    return piece


def _refused(node):
    shown = node.sql(dialect="duckdb")
    return StudyError(f"`{shown}` is not allowed in a selection. Allowed: {ALLOWED}.")
