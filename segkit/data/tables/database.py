"""A store that is a database, left where it is: the same steps, as expressions.

A study with `connection:` copies nothing. The run folder gets what was judged (register, facts,
notes), the rows set aside and the cards that were made. Nothing is written into the database but
temporary tables of the session: the kept rows and one row per order, so that lines are not judged
again for every question; where the user may not make them, the question is asked anew.
"""

import json
import os
import shutil
from dataclasses import replace

from segkit.data.sources import databases
from segkit.data.sources.databases import columns, states
from segkit.data.tables import engine, signs, steps
from segkit.data.treatment import rules
from segkit.study import atomic, fingerprint


class Database:
    """The database of one study, and the folder for what is known of it; see `steps`."""

    def __init__(self, run):
        self.connection = databases.connect(run.study, scratch=run.path)
        self.local = engine.connect(run.path)
        self.engine = databases.engine(self.connection)
        self.study, self.run, self.meta = run.study, run.path, {}
        self.folder = run.path / "tables"

    def fetch(self):
        """Read every table as it lies there."""
        return columns.fetch(self.connection, self.study, self.meta)

    def named(self, source, *, step):
        """Give the rows so far a name where that is the session's own; else leave a question."""
        if self.connection.name != "pyspark":
            return source
        view = f"segkit_{step}_{source.name}"
        self.connection.create_view(view, source.table, overwrite=True)
        return replace(source, table=self.connection.table(view))

    def hold(self, name, table):
        """Keep a table for the session, where its user may; else leave it a question."""
        try:
            return table.cache()
        except Exception:
            return table

    def bring(self, table, path):
        """Write a table into the run folder; returns its path, or a pattern for all its parts."""
        if self.connection.name != "postgres":
            self.connection.to_parquet(table, path)
            return f"{path}/*.parquet" if path.is_dir() else str(path)
        import pyarrow.parquet as pq

        with (
            self.connection.to_pyarrow_batches(table) as batches,
            pq.ParquetWriter(path, batches.schema) as file,
        ):
            for batch in batches:
                file.write_batch(batch)
        return str(path)


def open(run):
    """Open the tables of a study in its database: (tables by name, meta).

    Judges the rows first if that was not done for this state of the database. Raises
    StudyError when the database, a table or a column cannot be used.
    """
    store = Database(run)
    seen = os.environ.get(states.SEEN) or states.sign(states.state(store.connection, run.study))
    mark = sign(run.study, seen)
    store.meta = signs.remembered(store.folder)
    if store.meta.get("fingerprint") == mark:
        tables = steps.again(store, run.study)
    else:
        tables, store.meta = _judged(store, mark)
    for name in ("rejected", "doubles"):
        tables[name] = store.local.read_parquet(str(store.folder / f"{name}.parquet"))
    return tables, store.meta


def sign(study, seen):
    """Return a hash of all that decides the tables; `seen` is the state of the database."""
    files = [fingerprint(p) if p.is_file() else "missing" for p in databases.files(study)]
    return signs.sign(study, [seen, *files])


def _judged(store, mark):
    """Judge the rows, and remember what was found."""
    shutil.rmtree(store.folder, ignore_errors=True)
    store.folder.mkdir()
    store.meta = {"fingerprint": mark, "now": rules.tomorrow().isoformat(timespec="seconds")}
    store.meta["numbered"] = columns.repeating(store.connection, store.study)
    tables, meta = steps.judge(store, store.study)
    atomic(store.folder / "meta.json", json.dumps(meta, indent=2, ensure_ascii=False).encode())
    return tables, meta
