"""Whether a database has changed is told by a few sums per table, taken once per run."""

import hashlib
import json
import multiprocessing
from concurrent.futures import ProcessPoolExecutor

from segkit.data.cells import values
from segkit.data.sources import binding, databases
from segkit.data.sources.databases import columns

SEEN = "SEGKIT_SEEN"
"""Environment variable by which a run tells its notebooks the state the database had."""


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
    for name in binding.named(study):
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


def _sums(raw, headings):
    """Ask of each column what changes when its values do, in one scan of the table."""
    asked = {}
    for column in headings:
        value, kind = raw[column], raw[column].type()
        asked[f"{column} n"] = value.count()
        if kind.is_numeric():
            asked[f"{column} sum"] = values.sensible(value).cast("decimal(38, 10)").sum()
        elif kind.is_timestamp() or kind.is_date():
            moment = columns.moment(value, zone=None)
            asked[f"{column} last"] = moment.max().cast("string")
            asked[f"{column} sum"] = moment.epoch_seconds().sum()
        elif kind.is_string():
            asked[f"{column} length"] = value.length().sum()
    return asked
