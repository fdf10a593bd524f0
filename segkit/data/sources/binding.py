"""Which column is which: canonical names against a source's own headings."""

from difflib import get_close_matches

from segkit.data import messages, schema
from segkit.data.sources import headings

SURE = 0.8
"""From this strength on a heading is a column of ids, so that rows need no number (`headings`)."""

LATE = 0.7
"""From this strength on a heading of a test tells what came after the draw."""

MANY = 1000
"""Attributes of customers that are taken unless the study names them, at most."""


def named(study):
    """List the tables of a study file; raises StudyError when one is missing or unknown."""
    if not set(schema.LEADS) & set(study.tables):
        raise messages.error("no table", study=study)
    unknown = [name for name in study.tables if name not in schema.TABLES]
    if unknown:
        near_ = near(unknown[0], schema.TABLES)
        facts = {"table": unknown[0], "near": near_, "known": schema.TABLES}
        raise messages.error("unknown table", study=study, **facts)
    return list(study.tables)


def bind(columns, study, name):
    """Match canonical names to the file's headings: {canonical: heading}."""
    mapping = study.tables[name].columns
    _check_mapping(mapping, columns, study, name)
    lower = {column.lower().strip(): column for column in columns}
    free = [c for c in schema.names(name) if c not in (*mapping, *schema.ASKED)]
    own = {c: lower[c] for c in free if c in lower}
    bound = {**own, **mapping}
    alone = name == "tests" or "orders" not in study.tables
    plain = set(schema.names(name)) if alone else {"customer_id"}
    if name in schema.OPEN and not set(mapping) - plain:
        if len(columns) > MANY:
            facts = {"where": study.tables[name].label or name, "n": len(columns)}
            raise messages.error("many columns", table=name, last=columns[-1], study=study, **facts)
        late = afterwards(columns, name)
        bound |= {c: c for c in columns if c not in (*bound.values(), *late)}
    for column in schema.TABLES[name]:
        made = column.name == "amount" and {"unit_price", "quantity"} <= set(bound)
        made = made or is_numbered(columns, study, name)
        if column.required and column.name not in bound and not made:
            raise _no_column(column, columns, study, name)
    return bound


def afterwards(columns, name):
    """List the headings that tell what came after the draw of a test, whether bound or not.

    What was measured afterwards is an outcome; it must never tell people apart.
    """
    if name != "tests":
        return []
    found = {c: headings.match(c, name) for c in columns}
    return [c for c, told in found.items() if _most(told, schema.AFTERWARDS) >= LATE]


def left_out(columns, bound, name, *, origin):
    """Note the columns of a test that came after the draw and are no outcome of the study's."""
    late = [c for c in afterwards(columns, name) if c not in bound.values()]
    return [messages.note("came afterwards", origin=origin, late=late)] if late else []


def _most(told, names):
    return max((strength for name, strength in told.items() if name in names), default=0)


def is_numbered(columns, study, name):
    """Tell whether row numbers have to stand for customers: a list without any column of ids."""
    table = study.tables[name]
    if name != "customers" or "orders" in study.tables or "customer_id" in table.columns:
        return False
    return not has_ids(columns)


def has_ids(columns):
    """Tell whether a heading says that its column tells customers apart."""
    return any(headings.match(c, "customers").get("customer_id", 0) >= SURE for c in columns)


def _check_mapping(mapping, columns, study, name):
    known, facts = schema.names(name), {"study": study, "columns": columns}
    for canonical, heading in mapping.items():
        facts |= {"canonical": canonical, "heading": heading}
        if name not in schema.OPEN and canonical not in known:
            near_ = near(canonical, known)
            raise messages.error("unknown column", table=name, near=near_, known=known, **facts)
        if heading not in columns:
            where, near_ = _where(study, name), near(heading, columns)
            raise messages.error("no such heading", where=where, near=near_, **facts)


def _where(study, name):
    return study.tables[name].label or f"table {study.tables[name].table or name}"


def _no_column(column, columns, study, name):
    guess = _guess(column, columns, name)
    facts = {"column": column, "columns": columns, "where": _where(study, name), "table": name}
    likely = ", if that is the one" if guess else ""
    return messages.error(
        "no column", study=study, likely=likely, guess=guess or "YOUR COLUMN", **facts
    )


def _guess(column, columns, name):
    """Find the heading that most probably stands for a canonical column, or None."""
    found = {c: headings.match(c, name).get(column.name, 0) for c in columns}
    best = max(found, key=found.get, default=None)
    return best if best and found[best] >= 0.3 else None


def near(word, known):
    """Return the end of a sentence that suggests the nearest known word, if there is one."""
    found = get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f". Did you mean “{found[0]}”?" if found else "."
