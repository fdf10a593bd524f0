"""Databases are read where they lie: the same typing, rules and columns, as expressions.

A study with `connection:` copies nothing. Its orders, customers, products and mailings are Ibis
expressions on the database itself; the run folder gets what was judged (register, facts, notes)
and the rows set aside. Nothing is written into the database but temporary tables of the session:
the kept rows and one row per order, so that lines are not judged again for every question; where
the user may not make them, the question is asked anew. Whether the database has changed is told
by a few sums per table, taken once per run. A database has no line numbers: `row` only numbers
the rows in an order of their own, and is empty among the rows set aside.

A list of customers alone needs a column of ids, as its rows have no order.

Numbers, dates and texts must have such types; a text that stands for money is refused with the
view to make, because engines do not agree on how to read it.
"""

import contextlib
import hashlib
import json
import multiprocessing
import os
import shutil
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import ibis

from segkit.data import ingest, origin, schema, sources
from segkit.data.cells import values
from segkit.data.people import contacts, identities
from segkit.data.sources import binding, completing, databases
from segkit.data.tables import facts as kept_facts
from segkit.data.treatment import charges, currencies, returns, rules, states
from segkit.study import StudyError, atomic
from segkit.study import fingerprint as digest

SEEN = "SEGKIT_SEEN"
"""Environment variable by which a run tells its notebooks the state the database had."""

LARGEST = 10**16
"""Amounts from here on are no money; DECIMAL(18,2) could not hold them."""


def look(study, *, scratch):
    """Take the state of a study's database: {"engine": text, "tables": {label: state}}.

    A state is the number of rows and, per column, what one scan gives: sums, last days, lengths.
    Tables that are files are left out; they have fingerprints. `scratch` is a folder. Spark is
    asked in a process of its own, so that its memory is free again.
    """
    if not databases.is_spark(study):
        return _look(study, scratch)
    if all(wanted.file for wanted in study.tables.values()):
        return {"engine": databases.spark_engine(), "tables": {}}
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as processes:
        return processes.submit(_look, study, scratch).result()


def _look(study, scratch):
    connection = databases.connect(study, scratch=scratch)
    try:
        tables = state(connection, study)
        return {"engine": databases.engine(connection), "tables": tables}
    finally:
        connection.disconnect()


def state(connection, study):
    """Sum up every table of the database that is no file; see `look`."""
    found = {}
    for name in sources.named(study):
        if not study.tables[name].file:
            raw = databases.table(connection, study, name)
            bound = binding.bind(raw.columns, study, name)
            asked = _sums(raw, sorted(set(bound.values())))
            if name == "orders":
                asked["customers"] = raw[bound["customer_id"]].nunique()
            row = raw.aggregate(n=raw.count(), **asked).execute()
            label = f"table {study.tables[name].table or name}"
            found[label] = {key: str(value) for key, value in row.iloc[0].items()}
    return found


def sign(seen):
    """Return one hash for a state taken by `look` or `state`."""
    return hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()


def open(run):
    """Open the tables of a study in its database: (tables by name, meta).

    Judges the rows first if that was not done for this state of the database. Raises
    StudyError when the database, a table or a column cannot be used.
    """
    connection = databases.connect(run.study, scratch=run.path)
    folder = run.path / "tables"
    mark = fingerprint(run.study, os.environ.get(SEEN) or sign(state(connection, run.study)))
    meta = _remembered(folder, mark)
    if meta is None:
        meta = _judge(connection, run, mark=mark)
    tables = _expressions(connection, run.study, meta)
    local = ingest._connect(run.path, threads=None)
    for name in ("rejected", "doubles"):
        tables[name] = local.read_parquet(str(folder / f"{name}.parquet"))
    return tables, meta


def fingerprint(study, seen):
    """Return a hash of all that decides the tables: state of the database, mapping and code."""
    named = study.model_dump(exclude=ingest.ASIDE, mode="json") | {"key": contacts.salt(study.name)}
    total = hashlib.sha256(json.dumps([named, seen], sort_keys=True).encode())
    for path in [*databases.files(study), Path(__file__), *ingest.code()]:
        total.update(digest(path).encode() if path.is_file() else b"missing")
    return total.hexdigest()


def _remembered(folder, mark):
    with contextlib.suppress(OSError, ValueError, KeyError):
        meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
        return meta if meta["fingerprint"] == mark else None
    return None


def _sums(raw, columns):
    """Ask of each column what changes when its values do, in one scan of the table."""
    asked = {}
    for column in columns:
        value, kind = raw[column], raw[column].type()
        asked[f"{column} n"] = value.count()
        if kind.is_numeric():
            exact = (value.abs() < LARGEST).ifelse(value, ibis.null(kind))
            asked[f"{column} sum"] = exact.cast("decimal(38, 4)").sum()
        elif kind.is_timestamp() or kind.is_date():
            moment = _moment(value, zone=None)
            asked[f"{column} last"] = moment.max().cast("string")
            asked[f"{column} sum"] = moment.epoch_seconds().sum()
        elif kind.is_string():
            asked[f"{column} length"] = value.length().sum()
    return asked


def _judge(connection, run, *, mark):
    """Part the rows once: write the rows set aside and what is known of the rest."""
    folder, study = run.path / "tables", run.study
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    meta = {"fingerprint": mark, "now": rules.tomorrow().isoformat(timespec="seconds")}
    meta |= {"numbered": _numbered(connection, study), "goods": study.goods}
    found, doubles, currency = _sources(connection, study, meta)
    both = {name: _split(source, meta, study) for name, source in found.items()}
    aside = _keep_rejected(connection, run, [rejected for _, rejected in both.values()])
    meta["register"] = _register(found, {name: kept for name, (kept, _) in both.items()}, aside)
    ingest._require_rows(meta["register"], run, folder=folder)
    doubles.astype("string").to_parquet(folder / "doubles.parquet", index=False)
    meta |= _steps(both["orders"][0]) if "orders" in found else {}
    meta["facts"] = _facts(_tables(both, meta, found), meta, connection)
    meta |= {"notes": _all_notes(found, meta["register"]), "stored_hours": None}
    meta |= {"currency": currency, "smallest_cell": study.smallest_cell, "orders_twice": 0}
    meta |= {"merged": bool(study.merge_customers and len(doubles))}
    atomic(folder / "meta.json", json.dumps(meta, indent=2, ensure_ascii=False).encode())
    return meta


def _sources(connection, study, meta):
    """Read the tables and settle who is who and which money counts, as `ingest` does."""
    found, doubles = identities.settle(_typed_tables(connection, study, meta), study=study)
    currency = currencies.named(study.currency)
    if "orders" in found:
        found["orders"], currency = currencies.settle(found["orders"], study=study)
        found["orders"] = states.settle(found["orders"])
    return found, doubles, currency


def _facts(tables, meta, connection):
    if "baskets" in tables:
        lines_n = next(line["kept_n"] for line in meta["register"] if line["table"] == "orders")
        facts = kept_facts.of_orders(tables["baskets"], lines_n=lines_n)
    else:
        facts = kept_facts.of_list(tables["customers"])
    return facts | {"engine": databases.engine(connection)}


def _all_notes(found, register):
    notes = [note for source in found.values() for note in source.notes]
    if "orders" in found:
        return notes
    rows = next(line["read_n"] for line in register if line["table"] == "customers")
    return [*notes, *kept_facts.notes(replace(found["customers"], rows=rows))]


def _steps(orders):
    """Tell which of the dearer steps these orders need: lines of several moments, returns."""
    orders = ingest._with_orders(orders)
    bounds = orders.group_by("customer_id", "order_id").agg(
        first=orders.ordered_at.min(),
        last=orders.ordered_at.max(),
        back=(orders.amount < 0).any(),
    )
    row = bounds.aggregate(
        parted=(bounds["first"] != bounds["last"]).any(), back=bounds.back.any()
    ).execute()
    return {"parted": bool(row.parted[0]), "returns": bool(row.back[0])}


def _expressions(connection, study, meta):
    """Make the kept tables and the orders (one row each) as expressions on the database."""
    found, _, _ = _sources(connection, study, meta)
    both = {name: _split(source, meta, study) for name, source in found.items()}
    return _tables(both, meta, found)


def _tables(both, meta, found):
    """Complete the kept tables: charges, one moment per order, undone orders, baskets."""
    tables = {name: kept for name, (kept, _) in both.items()}
    if "orders" in tables:
        tables["orders"] = _completed_orders(tables["orders"], meta, found["orders"].table)
    tables = {name: _held(ingest._arranged(table, name)) for name, table in tables.items()}
    baskets = {"baskets": _held(kept_facts.baskets(tables["orders"]))} if "orders" in tables else {}
    return tables | baskets


def _completed_orders(orders, meta, among):
    orders = charges.marked(ingest._with_orders(orders), among=among, goods=meta["goods"])
    if meta["parted"]:
        moment = orders.ordered_at.min().over(group_by=["customer_id", "order_id"])
        orders = orders.mutate(ordered_at=moment)
    if not meta["returns"]:
        return orders
    lines = _held(orders)
    marked = returns.marked(lines)
    return lines if marked is None else marked


def _held(table):
    """Keep a table for the session, where its user may; else leave it a question."""
    try:
        return table.cache()
    except Exception:
        return table


def _split(source, meta, study):
    """Part a table by the rules, with the clock of the day it was judged; no line numbers."""
    kept, rejected = rules.split(source, study=study, now=datetime.fromisoformat(meta["now"]))
    return kept, rejected.mutate(row=ibis.null("int64"))


def fetch(connection, study):
    """Read every table as it lies there, under canonical names and types: {name: Source}."""
    return _typed_tables(connection, study, {"numbered": []})


def _typed_tables(connection, study, meta):
    """Read every table under canonical names and types: {name: Source}."""
    found = {}
    for name in sources.named(study):
        raw = databases.table(connection, study, name)
        bound = binding.bind(raw.columns, study, name)
        where = f"table {study.tables[name].table or name}"
        _require_ids(bound, study, name, where)
        _require_one_moment(bound, where)
        plain = [c for c in raw.columns if _simple(raw[c])]
        numbered, copied = name in meta["numbered"], None
        raw = raw.mutate(row=_number(plain))
        if numbered and (name != "orders" or "order_id" in bound):
            place = ibis.row_number().over(group_by=plain, order_by="row")
            copied = raw.mutate(place=place).filter(ibis._.place > 0).select("row")
        bare = _typed(raw, bound, study, name, where)
        typed = bare if name == "orders" and meta.get("whole") else sources.completed(bare, name)
        label = study.tables[name].file or where
        notes = sources._notes(bound, name, label)
        if name == "orders" and "facts" not in meta:
            meta["whole"] = typed is bare
            notes += completing.gained(bare, typed, headings=bound)
        found[name] = origin.Source(name, label, typed, 0, copied, notes)
    return found


def _require_ids(bound, study, name, where):
    if name == "customers" and "customer_id" not in bound:
        raise StudyError(
            f"{where} has no column of customer ids, and the rows of a database have no order that "
            "could number them. Write into studies/"
            f"{study.name}.yaml:\ntables:\n  customers:\n    columns:\n      "
            "customer_id: YOUR COLUMN"
        )


def _require_one_moment(bound, where):
    if "ordered_time" in bound:
        raise StudyError(
            f"{where}: date and time of day stand in two columns. Make a view that adds them, and "
            "name it here; in PostgreSQL:\n  CREATE VIEW orders_timed AS SELECT *, "
            f"{bound['ordered_at']} + {bound['ordered_time']} AS bought_at FROM …"
        )


def _simple(column):
    kind = column.type()
    return kind.is_string() or kind.is_numeric() or kind.is_temporal() or kind.is_boolean()


def _number(columns):
    """Number the rows in an order that only equal rows share, so that any two scans agree."""
    return ibis.row_number().over(order_by=columns) + 1


def _numbered(connection, study):
    """Name the tables in which rows repeat each other: only there an order must be chosen."""
    counts = []
    for name in sources.named(study):
        raw = databases.table(connection, study, name)
        bound = binding.bind(raw.columns, study, name)
        key = [bound[column] for column in schema.key(name) if column in bound]
        groups = raw.group_by(key or [c for c in raw.columns if _simple(raw[c])]).agg(
            n=ibis._.count()
        )
        counts.append(groups.aggregate(most=groups.n.max()).mutate(what=ibis.literal(name)))
    found = _stacked(counts).execute().fillna(0)
    return sorted(found.what[found.most > 1])


def _typed(raw, bound, study, name, place):
    types = schema.types(name, listed="orders" not in study.tables)
    kinds = {canonical: types.get(canonical, "string") for canonical in bound}
    _require_types(raw, bound, kinds, place)
    result = {"row": raw.row}
    for canonical, heading in bound.items():
        result[canonical] = (
            _outcome(raw[heading])
            if canonical in schema.OUTCOMES
            else read(raw[heading], kinds[canonical], zone=study.timezone)
        )
        if kinds[canonical] in ("timestamp", schema.MONEY):
            result[f"text_{canonical}"] = raw[heading].cast("string")
    if "amount" not in bound and {"unit_price", "quantity"} <= set(bound):
        price, count = raw[bound["unit_price"]], raw[bound["quantity"]]
        result["amount"] = _product(price, count)
        result["text_amount"] = price.cast("string") + " × " + count.cast("string")
    return raw.select(**result)


def read(column, kind, *, zone=None):
    """Read a typed column as the canonical type `kind` in the words every engine knows."""
    if kind == "timestamp":
        return _moment(column, zone=zone)
    if kind == "string":
        return _text(column)
    if kind == "boolean":
        return _truth(column)
    return _number_of(column).cast(kind)


def _number_of(column):
    """Leave out what is no number of a sensible size: NaN, infinity, 1e300."""
    if not column.type().is_numeric():
        column = column.cast("int64")
    return (column.abs() < LARGEST).ifelse(column, ibis.null(column.type()))


def _product(price, count):
    """Multiply price and quantity exactly, to the cent."""
    price, count = (_number_of(c).cast("decimal(18, 4)") for c in (price, count))
    exact = price * count
    return (exact.abs() < LARGEST).ifelse(exact.round(2), None).cast(schema.MONEY)


def _text(column):
    kind = column.type()
    if kind.is_string():
        return _trimmed(column).nullif("")
    if kind.is_floating() or (kind.is_decimal() and kind.scale != 0):
        exact = _number_of(column).cast("decimal(38, 9)").cast("string")
        return exact.re_replace(r"0+$", "").re_replace(r"\.$", "")
    return column.cast("string")


@ibis.udf.scalar.builtin
def btrim(text: str, blanks: str) -> str:
    """Cut blanks off both ends: the name of it in PostgreSQL and Spark."""


def _trimmed(column):
    """Cut off blanks. Ibis' `strip` would also cut the letters f and v in Spark."""
    if column.get_backend().name == "duckdb":
        return column.strip()
    return btrim(column, " \t\r\n")


def _moment(column, *, zone):
    """Read a day or a moment; one that knows its zone is moved to the study's clock."""
    aware = column.type().is_timestamp() and column.type().timezone
    stamp = column.cast("timestamp")
    sensible = stamp.between(datetime(1, 1, 1), datetime(9999, 12, 31))
    stamp = sensible.ifelse(stamp, ibis.null("timestamp"))
    return values.local(stamp, zone=zone) if aware and zone else stamp


def _truth(column):
    if column.type().is_boolean():
        return column.fill_null(False)
    if column.type().is_numeric():
        return (column != 0).fill_null(False)
    return _text(column).lower().isin(values.YES).fill_null(False)


def _outcome(column):
    """Read as `values.outcome` does: what is not known, or still to come, stays empty."""
    if column.type().is_boolean():
        return column
    if column.type().is_numeric():
        return column != 0
    said = _text(column).lower()
    came, away = said.isin(values.CAME), said.isin(values.STAYED_AWAY)
    return ibis.cases((came, True), (away, False), else_=None)


def _require_types(raw, bound, kinds, place):
    """Refuse texts that stand for numbers or days, and show the view that turns them."""
    wrong = {}
    for canonical, heading in bound.items():
        kind, is_ = kinds[canonical], raw[heading].type()
        if kind == "timestamp" and not (is_.is_timestamp() or is_.is_date()):
            wrong[heading] = "a date"
        elif kind in (schema.MONEY, "float64", "int64") and not (
            is_.is_numeric() or is_.is_boolean()
        ):
            wrong[heading] = "money" if kind == schema.MONEY else "a number"
    if wrong:
        raise StudyError(_make_view(raw, wrong, place))


VIEWS = {
    "postgres": ("CAST(replace(replace({c}, ' ', ''), ',', '.') AS numeric(18, 2))",
                 "to_timestamp({c}, 'DD.MM.YYYY')::timestamp", '"'),
    "pyspark": ("try_cast(replace(replace({c}, ' ', ''), ',', '.') AS decimal(18, 2))",
                "try_to_timestamp({c}, 'dd.MM.yyyy')", "`"),
    "duckdb": ("try_cast(replace(replace({c}, ' ', ''), ',', '.') AS decimal(18, 2))",
               "try_strptime({c}, '%d.%m.%Y')", '"'),
}  # fmt: skip
"""How each engine reads a number and a day from a text, and how it quotes a name."""


def _make_view(raw, wrong, place):
    number, day, mark = VIEWS[raw.get_backend().name]
    old = place.removeprefix("table ")
    parts = []
    for heading, what in wrong.items():
        quoted = f"{mark}{heading}{mark}"
        how = (day if what == "a date" else number).format(c=quoted)
        parts.append(f"  {how} AS {mark}{heading}_read{mark}")
    body = ",\n".join(parts)
    told = ", ".join(f"“{heading}” must be {what}" for heading, what in wrong.items())
    return (
        f"{place}: {told}, but it has another type in the database. Make a view there and check "
        f"its format:\nCREATE VIEW {old}_typed AS SELECT *,\n{body}\nFROM {old};\n"
        f"Then name `table: {old}_typed` and the new columns in the study."
    )


def _keep_rejected(connection, run, parts):
    """Bring the rows set aside, and only these, into the run folder; returns an Ibis table."""
    folder, local = run.path / "tables", ingest._connect(run.path, threads=None)
    fetched = local.read_parquet(_fetch(connection, _stacked(parts), folder / ".aside"))
    path = str(folder / "rejected.parquet")
    local.to_parquet(fetched.select(*schema.REJECTED).order_by(*schema.REJECTED), path)
    held, left = fetched.cache(), folder / ".aside"
    shutil.rmtree(left) if left.is_dir() else left.unlink()
    return held


def _fetch(connection, table, path):
    """Write a table as Parquet batch by batch; returns its path, or a pattern for all its parts."""
    if connection.name != "postgres":
        connection.to_parquet(table, path)
        return f"{path}/*.parquet" if path.is_dir() else str(path)
    import pyarrow.parquet as pq

    with (
        connection.to_pyarrow_batches(table) as batches,
        pq.ParquetWriter(path, batches.schema) as file,
    ):
        for batch in batches:
            file.write_batch(batch)
    return str(path)


def _stacked(tables):
    return ibis.union(*tables) if len(tables) > 1 else tables[0]


def _register(found, kept, aside):
    """Count rows and money read, kept and set aside: one line per table."""
    import pandas as pd

    counts = [_count(source.table, f"{name} read") for name, source in found.items()]
    counts += [_count(table, f"{name} kept") for name, table in kept.items()]
    counted = _stacked(counts).execute().set_index("what")
    there = _stacked([_count(aside.filter(aside.table == n), f"{n} rejected") for n in found])
    counted = pd.concat([counted, there.execute().set_index("what")])
    lines = [_line(source, counted) for source in found.values()]
    for line in lines:
        if line["table"] == "orders":
            parts = {"read": found["orders"].table, "kept": kept["orders"]}
            parts["rejected"] = aside.filter(aside.table == "orders")
            line["currencies"] = currencies.register(parts)
    return lines


def _count(table, what):
    amount = ibis.null("string")
    if "amount" in table.columns:
        amount = currencies.own(table).sum().cast("string")
    return table.aggregate(n=table.count(), amount=amount).mutate(what=ibis.literal(what))


def _line(source, counted):
    line = {"table": source.name, "origin": source.origin}
    for part in ("read", "kept", "rejected"):
        n, amount = counted.loc[f"{source.name} {part}", ["n", "amount"]]
        line[f"{part}_n"] = int(n)
        line[f"{part}_amount"] = _money(amount) if "amount" in source.table.columns else None
    if line["kept_n"] + line["rejected_n"] != line["read_n"]:
        raise StudyError(f"{source.origin} changed while it was read. Run the same again.")
    ingest._require_sum(line)
    return line


def _money(amount):
    return amount if isinstance(amount, str) else "0.00"
