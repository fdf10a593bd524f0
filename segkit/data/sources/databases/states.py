"""Whether a database has changed is told by a hash of each table's bound cells, once per run.

The engine hashes every row over the columns that the study binds, and adds the hashes up: the sum
knows no order of rows, and counts equal rows. Hashes are taken of values, never of their spelling,
so session settings have no say; texts are hashed byte by byte, whatever their collation.
"""

import hashlib
import json
import multiprocessing
from concurrent.futures import ProcessPoolExecutor

from segkit.data.sources import binding, databases

SEEN = "SEGKIT_SEEN"
"""Environment variable by which a run tells its notebooks the state the database had."""


def look(study, *, scratch):
    """Take the state of a study's database: {"engine": text, "tables": {label: state}}.

    A state is the number of rows and the sum of their hashes, in one scan; see above.
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
    for name in binding.named(study):
        if not study.tables[name].file:
            raw = databases.table(connection, study, name)
            bound = binding.bind(raw.columns, study, name)
            label = f"table {study.tables[name].table or name}"
            found[label] = hashed(connection, raw, sorted(set(bound.values())))
    return found


def sign(seen):
    """Return one hash for a state taken by `look` or `state`."""
    return hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()


def hashed(connection, raw, headings):
    """Count the rows of a table and add up their hashes over `headings`: {"n", "hash"} as texts.

    Any other cell in one of these columns gives another hash; the order of rows does not matter.

    Examples
    --------
    >>> import ibis
    >>> from segkit.data.sources.databases import states
    >>> engine = ibis.duckdb.connect()
    >>> lines = engine.create_table("lines", ibis.memtable({"a": [1, 2], "b": ["x", "y"]}))
    >>> before = states.hashed(engine, lines, ["a", "b"])
    >>> before == states.hashed(engine, lines.order_by(lines.a.desc()), ["a", "b"])
    True
    """
    cells = {f"c{number}": heading for number, heading in enumerate(headings)}
    kinds = {name: raw[heading].type() for name, heading in cells.items()}
    inner = connection.compile(raw.select(**{name: raw[h] for name, h in cells.items()}))
    row, whole, text = HASHES[connection.name](kinds)
    query = (
        f"SELECT count(*) AS n, CAST(sum(CAST({row} AS {whole})) AS {text}) AS h FROM ({inner}) t"
    )
    counted = connection.sql(query, schema={"n": "int64", "h": "string"}).execute().iloc[0]
    return {"n": str(counted["n"]), "hash": str(counted["h"])}


def _duckdb(kinds):
    return f"hash(hash({', '.join(kinds)}))", "HUGEINT", "VARCHAR"


def _postgres(kinds):
    """Hash a record once more: PostgreSQL's is linear in its cells, so swaps would cancel out."""
    cells = ", ".join(name if _plain(kind) else f'{name}::text COLLATE "C"'
                      for name, kind in kinds.items())  # fmt: skip
    return f"hashint8extended(hash_record_extended(ROW({cells}), 0), 0)", "BIGINT", "TEXT"


def _plain(kind):
    return kind.is_numeric() or kind.is_boolean() or kind.is_date() or kind.is_timestamp()


def _spark(kinds):
    """Hash beside each cell whether it is empty: Spark passes over NULL."""
    cells = ", ".join(f"{name}, isnull({name})" for name in kinds)
    return f"xxhash64({cells})", "DECIMAL(38, 0)", "STRING"


HASHES = {"duckdb": _duckdb, "postgres": _postgres, "pyspark": _spark}
"""How each engine hashes a row: its SQL, the type its sum is held in, the type of a text."""
