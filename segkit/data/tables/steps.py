"""The one way from a source to tables: who is who, which money, what counts, sums that agree.

A store says where the tables come from and where they are held (`files`, `database`): `fetch`
reads, `hold` keeps a table for the questions to come, `bring` writes one into the run folder. The
steps are the same for both, and each row is in exactly one of kept and set aside.
"""

import os
import shutil
from collections import ChainMap
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import ibis

from segkit.data import answers, messages, origin, schema
from segkit.data.cells import values
from segkit.data.people import identities
from segkit.data.tables import derived, facts, joins
from segkit.data.treatment import (
    charges,
    currencies,
    nets,
    numbers,
    repeats,
    returns,
    rules,
    states,
    totals,
)
from segkit.study import StudyError


def judge(store, study):
    """Take the tables of a study through all steps: (kept tables by name, what is known of them).

    Writes the rows set aside and the doubles into the store's folder. Raises StudyError where no
    row can be used.
    """
    found, doubles, currency = _settled(store, study)
    tables, aside = _parted(store, found, study)
    aside = _aside(store, found, tables, aside)
    register = _register(found, tables, aside)
    _require_rows(register, aside, store)
    doubles.astype("string").to_parquet(store.folder / "doubles.parquet", index=False)
    kept_n = {line["table"]: line["kept_n"] for line in register}
    read_n = {line["table"]: line["read_n"] for line in register}
    orders = found.get("orders")
    if "customers" in tables:
        found["customers"].notes.extend(facts.unread(tables["customers"]))
    meta = store.meta | {
        "register": register,
        "notes": [n for source in found.values() for n in source.notes] + joins.notes(found),
        "stored_hours": orders and orders.hours,
        "currency": currency,
        "smallest_cell": study.smallest_cell,
        "merged": bool(study.merge_customers and len(doubles)),
        "orders_twice": repeats.doubled(orders) if orders else 0,
    }
    if any(line["rejected_n"] for line in register):
        meta["notes"] += facts.swapped(aside)
    if orders is None:
        lead = "customers" if "customers" in tables else "tests"
        meta["notes"] += facts.notes(found[lead], rows=read_n[lead])
        meta["facts"] = facts.of_list(tables[lead]) | {"engine": store.engine}
        return tables, meta
    tables["baskets"] = store.hold("baskets", facts.baskets(tables["orders"]))
    meta |= _peculiar(tables)
    meta["notes"] += derived.notes(tables)
    tables = _finished(store, tables, meta)
    told = facts.of_orders(tables["baskets"], lines_n=kept_n["orders"])
    return tables, meta | {"facts": told | {"engine": store.engine}}


def again(store, study):
    """Give the kept tables of a source that was judged before, as `store.meta` remembers it."""
    tables, _ = _parted(store, _settled(store, study)[0], study)
    return _finished(store, tables, store.meta) if "orders" in tables else tables


def _settled(store, study):
    """Read the source; settle who is who, which money counts and what became of each order."""
    read = (store.named(source, step="read") for source in store.fetch().values())
    found = {source.name: totals.settle(_looked(source)) for source in read}
    found, doubles = identities.settle(found, study=study)
    currency = currencies.named(study.currency)
    if "orders" in found:
        orders = nets.settle(repeats.settle(found["orders"], study=study))
        orders, currency = currencies.settle(orders, study=study)
        found["orders"] = states.settle(numbers.settle(orders), study=study)
    found = {name: store.named(source, step="settled") for name, source in found.items()}
    return found, doubles, currency


def _looked(source):
    """Look through the rows of a source once, for all that the steps ask of all of them."""
    asking = (totals, numbers, nets, joins)
    more = ChainMap(*(room.aggregates(source) for room in asking))
    return replace(source, seen=origin.look(source.table, **more))


def _parted(store, found, study):
    """Part all rows by the rules: kept tables, held by the store, and what is set aside."""
    tables, aside, now = {}, {}, datetime.fromisoformat(store.meta["now"])
    for name, source in found.items():
        kept, aside[name] = rules.split(source, study=study, now=now)
        if name == "orders":
            kept = charges.marked(numbers.completed(kept), among=source.table, goods=study.goods)
        tables[name] = store.hold(name, _arranged(kept, name))
    return tables, aside


def _arranged(kept, name):
    first = [c for c in schema.names(name) if c in kept.columns]
    rest = sorted(c for c in kept.columns if c not in (*first, "row"))
    return kept.select(*first, *rest, "row")


def _aside(store, found, tables, aside):
    """Bring the rows set aside, and only these, into the run folder; returns an Ibis table.

    A table of which every row was kept is not judged again. A database has no line numbers.
    """
    parts = []
    for name, table in aside.items():
        rows = found[name].rows
        whole = rows and tables[name].count().execute() == rows
        table = table if rows else table.mutate(row=ibis.null("int64"))
        parts += [] if whole else [table]
    fetched = _brought(store, parts) if parts else _empty(store, table)
    told = fetched.select(*schema.REJECTED).order_by(*schema.REJECTED)
    store.local.to_parquet(told, answers.Place(store.folder / "rejected.parquet"))
    return fetched


def _brought(store, parts):
    """Hold tables of one kind, one under the other, in the engine of the run folder."""
    path = store.folder / ".aside"
    brought = store.bring(origin.stacked(parts), path)
    held = store.local.read_parquet(brought).cache()
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    return held


def _empty(store, table):
    """Hold a table of the same columns without any row."""
    return store.local.create_table("aside", schema=table.schema(), temp=True, overwrite=True)


def _register(found, tables, aside):
    """Count rows and money read, kept and set aside: one line per table, whose sums agree."""
    counted = {(name, "read"): told for name, source in found.items() if (told := _seen(source))}
    unread = [(n, "read", s.table) for n, s in found.items() if (n, "read") not in counted]
    kept = [(name, "kept", table) for name, table in tables.items()]
    apart = {name: aside.filter(aside.table == name) for name in found}
    rejected = [(name, "rejected", table) for name, table in apart.items()]
    for asked in ([*unread, *kept], rejected):  # of the store, and of the run folder
        for row in origin.stacked([_count(*one) for one in asked]).execute().itertuples():
            counted[row.table, row.part] = int(row.n), row.amount
    lines = []
    for name, source in found.items():
        line = {"table": name, "origin": source.origin}
        for part in ("read", "kept", "rejected"):
            n, amount = counted[name, part]
            amount = values.spelt(amount if isinstance(amount, str) else 0)
            line[f"{part}_n"] = n
            line[f"{part}_amount"] = amount if "amount" in source.table.columns else None
        n = line["read_n"]
        assert n == (source.rows or n), f"{n} rows of {source.rows} in {source.origin}"
        _require_sum(line, rows=source.rows)
        if name == "orders":
            parts = {"read": source.table, "kept": tables[name], "rejected": apart[name]}
            line["currencies"] = currencies.register(parts)
            for each in line["currencies"]:
                _require_sum(line | each, rows=source.rows)
        lines.append(line)
    return lines


def _seen(source):
    """Take rows and money as read from what was counted at the first look, if it was looked at."""
    if not source.seen or "foreign" in source.table.columns:
        return None
    amount = source.seen.get("amount")
    return int(source.seen["n"]), None if amount is None else str(amount)


def _count(name, part, table):
    amount = ibis.null("string")
    if "amount" in table.columns:
        amount = currencies.own(table).sum().cast("string")
    told = {"table": ibis.literal(name), "part": ibis.literal(part)}
    return table.aggregate(n=table.count(), amount=amount).mutate(**told)


def _require_sum(line, *, rows):
    """Assert that no row and no money vanished; `rows` is 0 where nobody counted them before."""
    both = line["kept_n"] + line["rejected_n"]
    if not rows and both != line["read_n"]:
        raise StudyError(f"{line['origin']} changed while it was read. Run the same again.")
    assert both == line["read_n"], f"{line['table']}: {both} rows of {line['read_n']}"
    if line["table"] == "orders":
        money = Decimal(line["kept_amount"]) + Decimal(line["rejected_amount"])
        assert money == Decimal(line["read_amount"]), f"{money} of {line['read_amount']}"


def _require_rows(register, aside, store):
    lead = {line["table"]: line for line in register}
    line = lead.get("orders") or lead.get("customers") or lead["tests"]
    if not line["read_n"]:
        raise messages.error("no rows", origin=line["origin"])
    if not line["kept_n"]:
        os.replace(store.folder / "rejected.parquet", store.run / "rejected.parquet")
        raise _nothing_left(line, aside, store.run.name)


def _nothing_left(line, aside, run):
    rejected = aside.filter(aside.table == line["table"])
    counts = rejected.group_by("rule").agg(
        n=rejected.count(), row=rejected.row.min(), value=rejected.value.min()
    )
    each = [
        f"{found.n:,} × {found.rule}"
        + (f" (such as “{found.value}”)" if isinstance(found.value, str) else "")
        for found in counts.order_by(ibis.desc("n"), "rule").execute().itertuples()
    ]
    facts = {"n": line["read_n"], "origin": line["origin"], "each": "; ".join(each)}
    return messages.error("nothing left", run=run, **facts)


def _peculiar(tables):
    """Tell which of the dearer steps these orders need: lines of several moments, returns."""
    asked = {
        "parted": tables["baskets"].parted.any(),
        "returns": (tables["orders"].amount < 0).any(),
    }
    return {name: bool(any_.execute()) for name, any_ in asked.items()}


def _finished(store, tables, meta):
    """Give all lines of an order one moment, mark orders that were undone, sum lines to orders.

    So no date parts an order; what was undone on its own day is no goods.
    """
    orders = tables["orders"]
    if meta["parted"]:
        moment = orders.ordered_at.min().over(group_by=["customer_id", "order_id"])
        orders = store.hold("orders", orders.mutate(ordered_at=moment))
    marked = returns.marked(orders) if meta["returns"] else None
    if marked is not None:
        orders = store.hold("orders", _arranged(marked, "orders"))
    if orders is not tables["orders"] or "baskets" not in tables:
        tables["baskets"] = store.hold("baskets", facts.baskets(orders))
    return derived.widened(store, tables | {"orders": orders})
