"""A store of typed Parquet in the run folder, made once from files of any kind.

The folder `tables` of a run holds orders (kept order lines in a fixed order), baskets (one row
per order), customers, products and whatever else the source has, the rejected rows, and meta.json.
It is made in a temporary folder and renamed, and reused until the source files, the study's
mapping or this code change.
"""

import contextlib
import json
import os
import shutil
from dataclasses import replace

import duckdb

from segkit import scratch
from segkit.data import answers, schema, sources
from segkit.data.tables import engine, signs, steps
from segkit.data.treatment import rules
from segkit.study import StudyError, fingerprinted

NAMES = (*schema.TABLES, "baskets", "rejected", "doubles")
"""What the folder may hold, each as NAME.parquet."""

LAYOUT = {"compression": "zstd", "write_bloom_filter": False, "dictionary_size_limit": 30_000}
"""How lines are written: small, and without what no question here needs. Rows stand as in the
source; their order means nothing, and no sum depends on it."""


class Files:
    """Where the tables of one study are written while they are made; see `steps`."""

    engine = "DuckDB"

    def __init__(self, connection, run, folder):
        self.connection = self.local = connection
        self.study, self.run, self.folder = run.study, run.path, folder
        self.meta = {"now": rules.tomorrow().isoformat()}

    def fetch(self):
        """Read every table of the study."""
        staging = self.folder.with_name("staging")
        staging.mkdir()
        return sources.fetch(self.connection, self.study, folder=staging)

    def named(self, source, *, step):
        """Give the rows so far a name, so that no later question repeats how they were made."""
        view = f"{step}_{source.name}"
        self.connection.create_view(view, source.table, overwrite=True)
        return replace(source, table=self.connection.table(view))

    def hold(self, name, table):
        """Write a table and open what was written."""
        path = self.folder / f"{name}.parquet"
        new = path.with_suffix(".new")
        self.connection.to_parquet(table, answers.Place(new), **LAYOUT)
        os.replace(new, path)
        return self.connection.read_parquet(str(path))

    def bring(self, table, path):
        """Write a table to a path of the run folder."""
        self.connection.to_parquet(table, answers.Place(path))
        return str(path)


def open(run, *, threads=None):
    """Open the tables of a run, made anew unless they are there and current: (tables, meta).

    Raises StudyError when the source cannot be used; the rejected rows are kept in any case.
    """
    folder = run.path / "tables"
    known = signs.remembered(folder)
    inputs = _inputs(run.study, remembered=known.get("inputs") or {})
    sign = signs.sign(run.study, [entry["sha"] for entry in inputs.values()])
    if known.get("fingerprint") != sign:
        known = _made(run, {"fingerprint": sign, "inputs": inputs}, threads)
    connection = engine.connect(run.path, threads=threads)
    paths = {name: folder / f"{name}.parquet" for name in NAMES}
    return {n: connection.read_parquet(str(p)) for n, p in paths.items() if p.is_file()}, known


def _inputs(study, *, remembered):
    """Fingerprint the source files; one of the same size and time of change is not read again."""
    found = {}
    for place, path in enumerate(sources.paths(study)):
        label = f"{place} {path.name}"
        found[label] = {"sha": "missing"}
        if path.is_file():
            found[label] = fingerprinted(path, remembered.get(label, {}))
    return found


def _made(run, sign, threads):
    """Make the folder `tables` anew: in a temporary folder, then by rename.

    What is read with contacts in it, and what spills of it, stays in that folder.
    """
    try:
        with scratch.held(run.path, ".tables.") as work:
            new = work / "tables"
            new.mkdir()
            connection = engine.connect(work, threads=threads)
            _, meta = steps.judge(Files(connection, run, new), run.study)
            connection.disconnect()
            meta |= sign
            (new / "meta.json").write_text(json.dumps(meta, indent=2, ensure_ascii=False), "utf-8")
            scratch.private(new)
            _swap(new, run.path / "tables")
            return meta
    except (OSError, duckdb.IOException) as error:
        reason = str(error).splitlines()[0]
        raise StudyError(f"Cannot write to {run.path}: {reason}. Free or allow it.") from None


def _swap(new, folder):
    """Put the folder `new` in the place of `folder`, also when another process does the same."""
    old = new.with_name("old")
    for _ in range(3):
        with contextlib.suppress(FileNotFoundError):
            os.replace(folder, old)
        shutil.rmtree(old, ignore_errors=True)
        with contextlib.suppress(OSError):
            return os.replace(new, folder)
    return os.replace(new, folder)
