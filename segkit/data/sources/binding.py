"""Which column is which: canonical names against a source's own headings."""

from difflib import get_close_matches

from segkit.data import schema
from segkit.data.sources import headings
from segkit.study import StudyError

SURE = 0.8
"""From this strength on a heading is a column of ids, so that rows need no number (`headings`)."""

MANY = 1000
"""Attributes of customers that are taken unless the study names them, at most."""


def named(study):
    """List the tables of a study file; raises StudyError when one is missing or unknown."""
    if not {"orders", "customers"} & set(study.tables):
        raise StudyError(
            f"studies/{study.name}.yaml names no `orders` table. Add:\n"
            "tables:\n  orders:\n    file: data/orders.csv\n"
            "or, for a list with one row per customer (a CRM export, a survey):\n"
            "tables:\n  customers:\n    file: data/customers.csv"
        )
    unknown = [name for name in study.tables if name not in schema.TABLES]
    if unknown:
        closest = near(unknown[0], schema.TABLES)
        raise StudyError(
            f"studies/{study.name}.yaml: there is no table `{unknown[0]}`{closest} "
            f"Known tables: {', '.join(schema.TABLES)}."
        )
    return list(study.tables)


def bind(columns, study, name):
    """Match canonical names to the file's headings: {canonical: heading}."""
    mapping = study.tables[name].columns
    _check_mapping(mapping, columns, study, name)
    lower = {column.lower().strip(): column for column in columns}
    own = {c: lower[c] for c in schema.names(name) if c not in mapping and c in lower}
    bound = {**own, **mapping}
    plain = {"customer_id"} if "orders" in study.tables else set(schema.names(name))
    if name in schema.OPEN and not set(mapping) - plain:
        _require_few(columns, study, name)
        bound |= {c: c for c in columns if c not in bound.values()}
    for column in schema.TABLES[name]:
        made = _made(column.name, bound) or is_numbered(columns, study, name)
        if column.required and column.name not in bound and not made:
            raise StudyError(_no_column(column, columns, study, name))
    return bound


def is_numbered(columns, study, name):
    """Tell whether row numbers have to stand for customers: a list without any column of ids."""
    table = study.tables[name]
    if name != "customers" or "orders" in study.tables or "customer_id" in table.columns:
        return False
    return not any(headings.match(c, name).get("customer_id", 0) >= SURE for c in columns)


def _require_few(columns, study, name):
    if len(columns) > MANY:
        raise StudyError(
            f"{study.tables[name].label or name} has {len(columns):,} columns, more than anyone "
            f"can compare. Name those that matter under `columns:` of `{name}` in "
            f"studies/{study.name}.yaml, such as `city: {columns[-1]}`."
        )


def _made(canonical, bound):
    """Tell whether a column is made of others: an amount of unit price and quantity."""
    return canonical == "amount" and {"unit_price", "quantity"} <= set(bound)


def _check_mapping(mapping, columns, study, name):
    where = study.tables[name].label or f"table {study.tables[name].table or name}"
    for canonical, heading in mapping.items():
        if name not in schema.OPEN and canonical not in schema.names(name):
            raise StudyError(
                f"studies/{study.name}.yaml: `{canonical}` is no column of `{name}`"
                f"{near(canonical, schema.names(name))} Known: {', '.join(schema.names(name))}."
            )
        if heading not in columns:
            raise StudyError(
                f"{where} has no column “{heading}” for `{canonical}`{near(heading, columns)} "
                f"Its columns are: {', '.join(columns)}. Mend it under `columns:` in "
                f"studies/{study.name}.yaml."
            )


def _no_column(column, columns, study, name):
    where = study.tables[name].label or f"table {study.tables[name].table or name}"
    guess = _guess(column, columns, name)
    line = f"tables:\n  {name}:\n    columns:\n      {column.name}: {guess or 'YOUR COLUMN'}"
    return (
        f"{where} has no column for `{column.name}` ({column.meaning}). "
        f"Its columns are: {', '.join(columns)}. Write into studies/{study.name}.yaml"
        f"{', if that is the one' if guess else ''}:\n{line}"
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
