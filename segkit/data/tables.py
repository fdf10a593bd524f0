"""The canonical tables of a study, open for questions.

`open` is what notebooks call; `from_frames` makes the same object of a few rows in memory, to
see what a function does, or to test it. Order lines are Ibis tables: ask the engine, and let
only customers, months or counts come back to pandas.
"""

import json
from datetime import datetime

import ibis
import pandas as pd

from segkit.data import handled, ingest, schema

NAMES = ("orders", "baskets", "rejected", "customers", "products", "mailings", "doubles")
"""What a `Tables` holds; the last four may be None."""


class Tables:
    """The canonical tables of one study, as Ibis tables in an embedded DuckDB.

    `orders`, `baskets` (one row per order) and `rejected` are always there; `customers`,
    `products` and `mailings` are None where the study has no such table, `doubles` (customers
    who may be one person: customer_id, same_as, reason) where nothing was read.
    """

    def __init__(self, tables, meta):
        self.meta = meta
        for name in NAMES:
            setattr(self, name, tables.get(name))
        self._counts = None

    def has(self, name):
        """Tell whether the study has the table `name`, or the column `name` of the orders."""
        return getattr(self, name, None) is not None or name in self.orders.columns

    def facts(self):
        """Return the plain facts of the kept orders as a dict.

        first_order, last_order (datetime, local), customers_n, orders_n, lines_n, spend_total
        (money), has_clock (False when the source has dates only), engine.
        """
        facts = dict(self.meta["facts"])
        for name in ("first_order", "last_order"):
            facts[name] = datetime.fromisoformat(facts[name])
        return facts

    def counted(self):
        """Count what is peculiar about the orders, once; see `handled.Counts`."""
        if self._counts is None:
            self._counts = handled.count(self)
        return self._counts

    def register(self):
        """Return the source register: one row per table, with rows and money read and kept."""
        return pd.DataFrame(self.meta["register"])

    def notes(self):
        """Return what is peculiar about the source: trap, measured, decision."""
        return pd.DataFrame(self.meta["notes"], columns=["trap", "measured", "decision"])

    def __repr__(self):
        there = [name for name in schema.TABLES if self.has(name)]
        return f"Tables({', '.join(there)}; {self.meta['facts']['lines_n']:,} order lines)"


def open(run, *, threads=None):
    """Open the tables of a run, ingesting them first if there are none or they are old.

    `threads` limits the engine (default: all cores); the rows are the same for any number.
    Raises StudyError when the source cannot be used; rejected rows are kept in any case.
    """
    connection, folder = ingest.ensure(run, threads=threads)
    paths = {name: folder / f"{name}.parquet" for name in NAMES}
    there = {n: connection.read_parquet(str(p)) for n, p in paths.items() if p.is_file()}
    return Tables(there, json.loads((folder / "meta.json").read_text(encoding="utf-8")))


def from_frames(orders, *, customers=None, products=None, mailings=None):
    """Make tables of DataFrames with canonical columns, in memory and unchecked.

    For examples and tests: nothing is read, rejected or written. An order without `order_id`
    is one customer's day.
    """
    frames = {"customers": customers, "products": products, "mailings": mailings}
    held = {name: _held(frame, name) for name, frame in frames.items() if frame is not None}
    if "order_id" not in orders:
        day = pd.to_datetime(orders["ordered_at"]).dt.strftime("%Y-%m-%d")
        orders = orders.assign(order_id=orders["customer_id"].astype(str) + "/" + day)
    held["orders"] = _held(orders, "orders")
    held["baskets"] = ingest.baskets(held["orders"])
    nothing = pd.DataFrame({name: [] for name in schema.REJECTED})
    held["rejected"] = ibis.memtable(nothing, schema=ibis.schema(schema.REJECTED))
    facts = ingest.facts(held["baskets"], lines_n=len(orders))
    return Tables(held, {"facts": facts, "register": [], "notes": [], "stored_hours": None})


def _held(frame, name):
    """Put one DataFrame into memory, with the canonical types and a `row`."""
    table = ibis.memtable(frame.assign(row=range(1, len(frame) + 1)))
    types = {column.name: column.type for column in schema.TABLES[name]}
    kept = {c: types.get(c, "string") for c in table.columns if c != "row"}
    return table.mutate(**{c: table[c].cast(kind) for c, kind in kept.items()})
