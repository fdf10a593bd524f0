"""Which rows can be used: plain rules, row by row; the rest is set aside with its reason.

`split` parts a table into kept and rejected. Nothing is repaired, imputed or dropped in
silence: rows and money of both parts add up to what was read, which `tables.steps` asserts. The
first broken rule is the one reported, in this order: what the reading could not part into
fields, an order whose own state says that it is no sale, no customer named, missing, unreadable,
a date before 1971 or in the future, a test order, another currency, a card merged into another, a
repeated key, an exact repetition. An open deal may lack all but its state.
"""

from datetime import datetime, timedelta

import ibis

from segkit.data import masks, schema
from segkit.data.cells import phrases, spelling
from segkit.data.people import contacts

FIRST = datetime(1971, 1, 1)
"""Earlier dates are empty cells in disguise: the year 1900 of a spreadsheet, 1970 of a clock."""

NOBODY = "no customer named"
"""The rule for empty ids and those that name nobody."""

SHORTENED = "id shortened by a spreadsheet"
"""The rule for ids such as 2,8E+12: many customers, or orders, may have become one."""

TEST = "test order"
"""The rule for orders made to try the shop."""

UNDELIVERED = "not delivered"
"""The rule for mailings that came back."""

REPEATED, BESIDE = "exact repetition", "stands in another file as well"
"""The rules for rows that repeat another one of their file, or of another file of the table."""

INNER = ("flaw", "flaw_text", "foreign", "unsold", "counted", "undelivered")
"""Columns beside the canonical ones that only rules read."""


def split(source, *, study=None, now=None):
    """Part the rows of a `origin.Source` into (kept, rejected), two Ibis tables.

    `kept` has the canonical columns and `row`; `rejected` has `schema.REJECTED` and `own_amount`,
    the money in the kept currency. Every row is in exactly one of them; a row that breaks
    several rules is listed under the first. `study` names test customers; `now` bounds
    the future (default: the clock, one day ahead for other time zones).
    """
    table = _with_copies(source)
    tests = _ids_of_tests(source, study)
    broken = broken_rules(table, name=source.name, now=now or tomorrow(), tests=tests)
    judged = table.mutate(
        rule=_first(broken, "rule"), column=_first(broken, "column"), value=_first(broken, "value")
    )
    judged = judged.mutate(value=masks.column(judged.value))
    told = table.mutate(broken=ibis.or_(*(rule["broken"].fill_null(False) for rule in broken)))
    kept = told.filter(~told.broken)
    names = [c for c in source.table.columns if not c.startswith("text_") and c not in INNER]
    return kept.select(names), _rejected(judged, source.name)


def tomorrow():
    """Return the moment after which a date is in the future anywhere on earth."""
    return datetime.now() + timedelta(days=1)


def _ids_of_tests(source, study):
    """Tell where tests are looked for: {column: ids the study names}; ids only if any begin so."""
    named = list(study.test_customers) if study else []
    found = {"customer_id": named} if named or source.seen.get("tests", True) else {}
    return found | ({"order_id": []} if source.seen.get("test_orders", True) else {})


def broken_rules(table, *, name, now, tests=None):
    """List the rules for the canonical table `name`: dicts with rule, column, broken, value.

    `broken` is a boolean column of `table`, true where the row cannot be used; `value` is
    what stood there. The first broken rule of a row is the one that is reported.
    """
    found = [*_flaws(table), *(_states(table) if name == "orders" else ())]
    for column in schema.TABLES[name]:
        if column.name in table.columns and column.required:
            found += _required(table, column, name)
    found += _mark(table, "undelivered", UNDELIVERED, "status")
    if name == "orders":
        found += [*_dated(table, now), *_tests(table, tests)]
        found += _mark(table, "foreign", "other currency", "currency")
    if name == "customers" and "text_last_order_at" in table.columns:  # a list
        late = (table.last_order_at > now).fill_null(False)
        found.append(_rule("future date", "last_order_at", late, table.text_last_order_at))
    found += _mark(table, "text_merged", "merged into another card", "customer_id")
    found += _keys(table, name)
    if "copied" in table.columns:
        found += _mark(table, "copied", table.copied, "all")
    return found


def _flaws(table):
    """What the reading already found: the rule's name is in the row itself.

    Of the line only its shape is kept: it may hold names that stand in no column we read.
    """
    if "flaw" not in table.columns:
        return []
    said = table.flaw_text if "flaw_text" in table.columns else ibis.null("string")
    said = said.re_replace(r"\p{L}", "x").re_replace(r"\d", "9")
    return [_rule(table.flaw, "all", table.flaw.notnull(), said)]


def _required(table, column, name):
    nothing, found = ibis.null("string"), []
    if column.name in ("customer_id", "order_id"):
        ids = table[column.name]
        found = [_rule(SHORTENED, column.name, spelling.shortened(ids), ids)]
    if column.name == "customer_id":
        return [_rule(NOBODY, "customer_id", _nobody(table, name), table.customer_id), *found]
    if f"text_{column.name}" not in table.columns:
        missing = table[column.name].isnull()
        return [_rule(f"missing {column.name}", column.name, missing, nothing), *found]
    written = table[f"text_{column.name}"]
    unreadable = written.notnull() & table[column.name].isnull()
    return [
        _rule(f"missing {column.name}", column.name, written.isnull(), nothing),
        _rule(f"unreadable {column.name}", column.name, unreadable, contacts.wordless(written)),
    ]


def _nobody(table, name):
    """Tell which rows name no customer; 0 is one where a list of ids counts from 0."""
    told = phrases.nobody(table)
    if schema.key(name) != ("customer_id",):
        return told
    ids, all_rows = table.customer_id, ibis.window()
    counted = (ids == "1").any().over(all_rows) & ((ids == "0").sum().over(all_rows) == 1)
    return told & ~((ids == "0") & counted).fill_null(False)


def _dated(table, now):
    early = (table.ordered_at < FIRST).fill_null(False)
    late = (table.ordered_at > now).fill_null(False)
    said = table.text_ordered_at if "text_ordered_at" in table.columns else None
    said = table.ordered_at.cast("string") if said is None else said
    return [
        _rule("impossible date", "ordered_at", early, said),
        _rule("future date", "ordered_at", late, said),
    ]


def _tests(table, tests):
    """Orders made to try the shop: by the study, by their ids, by the product's name."""
    found = {}
    if tests is None:
        tests = {"customer_id": [], "order_id": []}
    for name, named in tests.items():
        if name in table.columns:
            found[name] = _test(table[name])
            found[name] |= table[name].isin(named) if named else False
    if "product_name" in table.columns:
        found["product_name"] = _like(table.product_name, phrases.TEST_PRODUCT)
    if "status" in table.columns:
        found["status"] = _like(table.status, phrases.TEST_STATE)
    return [_rule(TEST, c, broken, table[c]) for c, broken in found.items()]


def _states(table):
    said = table.status if "status" in table.columns else ibis.null("string")
    found = []
    if "unsold" in table.columns:
        found.append(_rule(table.unsold, "status", table.unsold.notnull(), said))
    if "status" in table.columns:
        no_sale = _like(said, phrases.CANCELLED) & ~_like(said, phrases.PARTLY)
        if "counted" in table.columns:
            no_sale &= ~table.counted
        found.append(_rule("cancelled order", "status", no_sale, said))
    return found


def _mark(table, mark, rule, column):
    """Read a rule off a column that an earlier step wrote beside the rows, where it is there."""
    if mark not in table.columns:
        return []
    broken = table[mark] if table[mark].type().is_boolean() else table[mark].notnull()
    said = table[column] if column in ("currency", "status") else ibis.null("string")
    return [_rule(rule, column, broken, said)]


def _keys(table, name):
    key = schema.key(name)
    if not key:
        return []
    first = [table.text_merged.notnull(), table.row] if "text_merged" in table.columns else "row"
    place = ibis.row_number().over(group_by=list(key), order_by=first)
    return [_rule("repeated key", key[0], place > 0, table[key[0]])]


def _test(ids):
    """Tell ids of a trial; the pattern, which is slow, is only asked where the word stands."""
    lower = ids.lower()
    some = lower.contains("test") | lower.contains("тест")
    return some.ifelse(lower.re_search(phrases.TEST_ID), False).fill_null(False)


def _like(column, pattern):
    return column.lower().re_search(pattern).fill_null(False)


def _rule(rule, column, broken, value):
    return {"rule": rule, "column": column, "broken": broken, "value": value}


def _first(broken, what):
    return ibis.cases(*[(rule["broken"], rule[what]) for rule in broken], else_=None).cast("string")


def _with_copies(source):
    if source.copies is None:
        return source.table
    rule = source.copies.beside.ifelse(ibis.literal(BESIDE), ibis.literal(REPEATED))
    copied = source.copies.select(copy_row="row", copied=rule)
    both = source.table.left_join(copied, source.table.row == copied.copy_row)
    return both.drop("copy_row")


def _rejected(judged, name):
    given = "given_amount" if "given_amount" in judged.columns else "amount"
    amount = judged[given] if given in judged.columns else ibis.null(schema.MONEY)
    currency = judged.currency if "currency" in judged.columns else ibis.null("string")
    broken = judged.filter(judged.rule.notnull())
    own = judged.amount if "amount" in judged.columns else ibis.null(schema.MONEY)
    if "foreign" in judged.columns:
        own = judged.foreign.ifelse(ibis.null(schema.MONEY), own)
    names = {"table": ibis.literal(name), "amount": amount, "currency": currency, "own_amount": own}
    return broken.select("row", "column", "value", "rule", **names).select(
        *schema.REJECTED, "own_amount"
    )
