"""Ingest once: whatever the source, typed and checked tables as Parquet in the run folder.

The folder `tables` of a run holds orders (kept order lines in a fixed order), baskets (one row
per order, so that counting orders is no distinct count), customers, products, mailings where
the source has them, the rejected rows, and meta.json. It is made in a temporary folder and
renamed, and reused until the source files, the study's mapping or this code change.
"""

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import duckdb
import ibis

from segkit.data import origin, schema, sources
from segkit.data.people import contacts, identities
from segkit.data.tables import facts
from segkit.data.treatment import charges, currencies, returns, rules, states
from segkit.study import StudyError, fingerprinted
from segkit.study import fingerprint as digest

MEMORY = "2GB"
"""What the engine may hold in memory before it spills into the run folder; SEGKIT_MEMORY says
otherwise, such as 800MB. The process itself needs some 300 MB more."""

LAYOUT = {"compression": "zstd", "write_bloom_filter": False, "dictionary_size_limit": 30_000}
"""How lines are written: small, and without what no question here needs. Rows stand as in the
source; their order means nothing, and no sum depends on it."""

ROOMS = ("ingest.py", "tables/facts.py", "origin.py", "schema.py", "cells/*.py", "people/*.py",
         "sources/*.py", "sources/files/*.py", "treatment/*.py")  # fmt: skip
"""The code that decides which rows the tables hold."""

ASIDE = {"title", "parameters", "quality", "smallest_cell"}
"""Entries of a study that do not decide it."""


def ensure(run, *, threads=None):
    """Make the tables of a run unless they are there and current.

    Returns (Ibis connection to DuckDB, folder of the tables). Raises StudyError when the
    source cannot be used; the rejected rows are kept in any case.
    """
    folder = run.path / "tables"
    inputs = _inputs(run.study, remembered=_remembered(folder, "inputs") or {})
    sign = {"fingerprint": _sign(run.study, inputs), "inputs": inputs}
    connection = _connect(run.path, threads=threads)
    if _remembered(folder, "fingerprint") != sign["fingerprint"]:
        _ingest(connection, run, sign=sign)
    return connection, folder


def fingerprint(study):
    """Return a hash of all that decides the tables: source files, mapping and this code."""
    return _sign(study, _inputs(study, remembered={}))


def _sign(study, inputs):
    named = study.model_dump(exclude=ASIDE, mode="json") | {"key": contacts.salt(study.name)}
    total = hashlib.sha256(json.dumps(named, sort_keys=True).encode())
    for told in [*(entry["sha"] for entry in inputs.values()), *map(digest, code())]:
        total.update(told.encode())
    return total.hexdigest()


def code():
    """List the files of code that decide which rows the tables hold."""
    home = Path(__file__).parent
    return [path for room in ROOMS for path in sorted(home.glob(room))]


def _inputs(study, *, remembered):
    """Fingerprint the source files; one of the same size and time of change is not read again."""
    found = {}
    for place, path in enumerate(sources.files(study)):
        label = f"{place} {path.name}"
        found[label] = {"sha": "missing"}
        if path.is_file():
            found[label] = fingerprinted(path, remembered.get(label, {}))
    return found


def _remembered(folder, entry):
    with contextlib.suppress(OSError, ValueError):
        return json.loads((folder / "meta.json").read_text(encoding="utf-8")).get(entry)
    return None


def _connect(folder, *, threads):
    memory = os.environ.get("SEGKIT_MEMORY") or MEMORY
    limits = {"memory_limit": memory, "temp_directory": str(folder / ".spill")}
    try:
        connection = ibis.duckdb.connect(**limits, **({"threads": threads} if threads else {}))
    except duckdb.ParserException:
        raise StudyError(f"SEGKIT_MEMORY is {memory!r}; write it like 800MB or 4GB.") from None
    connection.raw_sql("SET TimeZone = 'UTC'")
    with contextlib.suppress(duckdb.InvalidInputException):  # a notebook without ipywidgets
        connection.raw_sql("SET enable_progress_bar = false")
    return connection


def _ingest(connection, run, *, sign):
    """Make the folder `tables` anew: in a temporary folder, then by rename."""
    new = None
    try:
        new = Path(tempfile.mkdtemp(dir=run.path, prefix=".tables."))
        _fill(connection, run, sign=sign, new=new)
        _swap(new, run.path / "tables")
    except (OSError, duckdb.IOException) as error:
        reason = str(error).splitlines()[0]
        raise StudyError(f"Cannot write to {run.path}: {reason}. Free or allow it.") from None
    finally:
        if new:
            shutil.rmtree(new, ignore_errors=True)


def _fill(connection, run, *, sign, new):
    staging = new / "staging"
    staging.mkdir()
    study = run.study
    found = sources.fetch(connection, study, folder=staging)
    found = {n: replace(s, seen=origin.look(s.table)) for n, s in found.items()}
    found, doubles = identities.settle(found, study=study)
    listed = "orders" not in found
    currency, twice = currencies.named(study.currency), 0
    if not listed:
        found["orders"], currency = currencies.settle(found["orders"], study=study)
        found["orders"] = states.settle(found["orders"])
        twice = _orders_twice(found["orders"])
    register = [_write(connection, source, study=study, folder=new) for source in found.values()]
    _keep_rejected(connection, register, folder=new)
    _require_rows(register, run, folder=new)
    doubles.astype("string").to_parquet(new / "doubles.parquet", index=False)
    notes = [note for source in found.values() for note in source.notes]
    meta = {
        **sign,
        "facts": (_list_facts if listed else _write_baskets)(connection, folder=new),
        "register": register,
        "notes": [*notes, *facts.notes(found["customers"])] if listed else notes,
        "stored_hours": None if listed else found["orders"].hours,
        "currency": currency,
        "smallest_cell": study.smallest_cell,
        "merged": bool(study.merge_customers and len(doubles)),
        "orders_twice": twice,
    }
    (new / "meta.json").write_text(json.dumps(meta, indent=2, ensure_ascii=False), "utf-8")
    shutil.rmtree(staging)


def _swap(new, folder):
    """Put the folder `new` in the place of `folder`, also when another process does the same."""
    os.chmod(new, 0o755)
    old = new.with_name(new.name + ".old")
    for _ in range(3):
        with contextlib.suppress(FileNotFoundError):
            os.replace(folder, old)
        shutil.rmtree(old, ignore_errors=True)
        with contextlib.suppress(OSError):
            return os.replace(new, folder)
    return os.replace(new, folder)


def _orders_twice(source):
    """Count the orders that the source holds twice as a whole, each line again."""
    if source.copies is None or "order_id" not in source.table.columns:
        return 0
    copied = source.copies.select("row").mutate(again=1)
    both = source.table.select("row", "order_id").left_join(copied, "row")
    each = both.group_by("order_id").agg(n=both.count(), again=both.again.sum())
    return int(each.filter(each.again * 2 >= each.n).count().execute())


def _write(connection, source, *, study, folder):
    """Write one table and its rejected rows; returns its line of the register."""
    kept, rejected = rules.split(source, study=study)
    if source.name == "orders":
        kept = charges.marked(_with_orders(kept), among=source.table, goods=study.goods)
    path, aside = folder / f"{source.name}.parquet", folder / "staging" / f"{source.name}.parquet"
    connection.to_parquet(_arranged(kept, source.name), str(path), **LAYOUT)
    if connection.read_parquet(str(path)).count().execute() == source.rows:
        rejected = rejected.limit(0)
    connection.to_parquet(rejected.order_by("row"), str(aside))
    return _registered(connection, source, path=path, aside=aside)


def _with_orders(kept):
    """Make a customer's day an order where there are no order numbers."""
    if "order_id" in kept.columns:
        return kept
    return kept.mutate(order_id=kept.customer_id + "/" + kept.ordered_at.date().cast("string"))


def _one_moment(connection, path):
    """Give all lines of an order the moment of its first line, so that no date parts an order."""
    lines = connection.read_parquet(str(path))
    moment = lines.ordered_at.min().over(group_by=["customer_id", "order_id"])
    _rewrite(connection, lines.mutate(ordered_at=moment), path)


def _undone(connection, path):
    """Mark the lines of orders that were undone on their own day: they are no goods.

    Returns whether there are any.
    """
    lines = returns.marked(connection.read_parquet(str(path)))
    if lines is None:
        return False
    _rewrite(connection, lines, path)
    return True


def _rewrite(connection, lines, path):
    mended = path.with_suffix(".mended")
    connection.to_parquet(_arranged(lines, "orders"), str(mended), **LAYOUT)
    os.replace(mended, path)


def _arranged(kept, name):
    first = [c for c in schema.names(name) if c in kept.columns]
    rest = sorted(c for c in kept.columns if c not in (*first, "row"))
    return kept.select(*first, *rest, "row")


def _registered(connection, source, *, path, aside):
    line = {"table": source.name, "origin": source.origin}
    kept, rejected = (connection.read_parquet(str(file)) for file in (path, aside))
    parts = {"read": source.table, "kept": kept, "rejected": rejected}
    for part, table in parts.items():
        known = part == "read" and "foreign" not in table.columns
        n, amount = _seen(source) if known else _totals(table)
        line[f"{part}_n"], line[f"{part}_amount"] = n, amount
    assert line["read_n"] == source.rows, f"{line['read_n']} rows of {source.rows} in the file"
    _require_sum(line)
    if source.name == "orders":
        line["currencies"] = currencies.register(parts)
        for each in line["currencies"]:
            _require_sum(line | each)
    return line


def _seen(source):
    """Take rows and money as read from what was counted at the first look."""
    amount, n = source.seen.get("amount", ""), int(source.seen["n"])
    return n, None if amount == "" else "0.00" if amount is None else str(amount)


def _totals(table):
    """Count rows and add up money, as text so that no digit is lost (None without money)."""
    if "amount" not in table.columns:
        return int(table.count().execute()), None
    both = table.aggregate(n=table.count(), amount=currencies.own(table).sum()).execute().iloc[0]
    return int(both.n), str(both.amount) if both.amount is not None else "0.00"


def _require_sum(line):
    from decimal import Decimal

    rows = line["kept_n"] + line["rejected_n"]
    assert rows == line["read_n"], f"{line['table']}: {rows} rows of {line['read_n']}"
    if line["table"] == "orders":
        both = Decimal(line["kept_amount"]) + Decimal(line["rejected_amount"])
        assert both == Decimal(line["read_amount"]), f"{both} of {line['read_amount']}"


def _keep_rejected(connection, register, *, folder):
    parts = [folder / "staging" / f"{line['table']}.parquet" for line in register]
    tables = [connection.read_parquet(str(part)).select(*schema.REJECTED) for part in parts]
    both = ibis.union(*tables) if len(tables) > 1 else tables[0]
    connection.to_parquet(both.order_by("table", "row"), str(folder / "rejected.parquet"))


def _require_rows(register, run, *, folder):
    lead = {line["table"]: line for line in register}
    line = lead.get("orders") or lead["customers"]
    if not line["read_n"]:
        raise StudyError(
            f"{line['origin']} has a heading but no rows: there is nothing to segment."
        )
    if not line["kept_n"]:
        os.replace(folder / "rejected.parquet", run.path / "rejected.parquet")
        raise StudyError(_nothing_left(line, run.path / "rejected.parquet", run))


def _nothing_left(line, path, run):
    rejected = ibis.duckdb.connect().read_parquet(str(path))
    rejected = rejected.filter(rejected.table == line["table"])
    counts = rejected.group_by("rule").agg(
        n=rejected.count(), row=rejected.row.min(), value=rejected.value.min()
    )
    each = [
        f"{found.n:,} × {found.rule}" + (f" (such as “{found.value}”)" if found.value else "")
        for found in counts.order_by(ibis.desc("n"), "rule").execute().itertuples()
    ]
    return (
        f"None of the {line['read_n']:,} rows of {line['origin']} can be used: {'; '.join(each)}. "
        f"They are kept, with the reasons, in runs/{run.path.name}/rejected.parquet. "
        "Check which column is which under `columns:` in the study."
    )


def _write_baskets(connection, *, folder):
    """Write one row per order, and return the facts of the orders."""
    lines, path = folder / "orders.parquet", folder / "baskets.parquet"
    connection.to_parquet(facts.baskets(connection.read_parquet(str(lines))), str(path), **LAYOUT)
    found = connection.read_parquet(str(path))
    parted = bool(found.aggregate(any=found.parted.any()).execute()["any"][0])
    if parted:
        _one_moment(connection, lines)
    if _undone(connection, lines) or parted:
        connection.to_parquet(
            facts.baskets(connection.read_parquet(str(lines))), str(path), **LAYOUT
        )
    orders = connection.read_parquet(str(lines))
    return facts.of_orders(
        connection.read_parquet(str(path)), lines_n=int(orders.count().execute())
    )


def _list_facts(connection, *, folder):
    return facts.of_list(connection.read_parquet(str(folder / "customers.parquet")))
