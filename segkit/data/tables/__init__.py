"""The canonical tables of a study, open for questions: made by `steps`, held by a store.

`open` is what notebooks call; `from_frames` makes the same object of a few rows in memory, to
see what a function does, or to test it. Order lines are Ibis tables: ask the engine, and let
only customers, months or counts come back to pandas.
"""

from datetime import datetime

import ibis
import pandas as pd

from segkit.data import schema
from segkit.data.sources import databases
from segkit.data.tables import database, facts, files
from segkit.data.treatment import handled


class Tables:
    """The canonical tables of one study, as Ibis tables in an embedded DuckDB.

    `rejected` is always there; every canonical table (see `schema.TABLES`) and `baskets` (one row
    per order) are None where the study has no such table, `doubles` (customers who may be one
    person: customer_id, same_as, reason) where nothing was read. A study without orders is a list
    of `customers`, or a test alone. `folder` is theirs in the run; None in memory.
    """

    def __init__(self, tables, meta, folder=None):
        self.meta, self.folder = meta, folder
        for name in files.NAMES:
            setattr(self, name, tables.get(name))
        self._counts = None

    def has(self, name):
        """Tell whether the study has the table `name`, or the column `name` of the orders."""
        columns = () if self.orders is None else self.orders.columns
        return getattr(self, name, None) is not None or name in columns

    def facts(self):
        """Return the plain facts of the kept orders as a dict.

        first_order, last_order (datetime, local), customers_n, orders_n, lines_n, spend_total
        (money), has_clock (False when the source has dates only), engine. Of a list without
        orders, what it does not tell is None.
        """
        facts = dict(self.meta["facts"])
        for name in ("first_order", "last_order"):
            facts[name] = facts[name] and datetime.fromisoformat(facts[name])
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
        lines, customers = (self.meta["facts"][name] for name in ("lines_n", "customers_n"))
        size = f"{customers:,} customers" if lines is None else f"{lines:,} order lines"
        return f"Tables({', '.join(there)}; {size})"


def open(run, *, threads=None):
    """Open the tables of a run, ingesting them first if there are none or they are old.

    The tables of a study with a `connection:` stay in its database.

    Parameters
    ----------
    run : segkit.study.Run
        From `segkit.open_run`.
    threads : int, optional
        Limits the engine (default: all cores); the rows are the same for any number.

    Returns
    -------
    segkit.data.tables.Tables
        Typed tables; rejected rows are kept in any case.

    Raises
    ------
    segkit.study.StudyError
        When the source cannot be used.

    Examples
    --------
    >>> tables = data.open(segkit.open_run("grocery", stage="03_data"))  # doctest: +SKIP
    """
    if databases.applies(run.study):
        return Tables(*database.open(run), run.path / "tables")
    return Tables(*files.open(run, threads=threads), run.path / "tables")


def from_frames(orders=None, **frames):
    """Make tables of DataFrames with canonical columns, in memory and unchecked.

    For examples and tests: nothing is read, rejected or written. An order without `order_id` is one
    customer's day.

    Parameters
    ----------
    orders : DataFrame, optional
        customer_id, ordered_at, amount and more; without it the study is a list of customers.
    **frames
        Canonical tables by name (`customers`, `visits`, …; see `schema.TABLES`).

    Returns
    -------
    segkit.data.tables.Tables
        In memory and unchecked.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import data
    >>> orders = pd.DataFrame({"customer_id": ["c1", "c1"], "amount": 5.0})
    >>> orders["ordered_at"] = pd.to_datetime(["2024-01-01", "2024-05-31"])
    >>> data.from_frames(orders).facts()["orders_n"]
    2
    """
    held = {name: _held(frame, name, listed=orders is None)
            for name, frame in frames.items() if frame is not None}  # fmt: skip
    if orders is not None:
        held |= _orders(orders)
    nothing = pd.DataFrame({name: [] for name in schema.REJECTED})
    held["rejected"] = ibis.memtable(nothing, schema=ibis.schema(schema.REJECTED))
    told = (
        facts.of_list(held.get("customers", held.get("tests")))
        if orders is None
        else facts.of_orders(held["baskets"], lines_n=len(orders))
    )
    return Tables(held, {"facts": told, "register": [], "notes": [], "stored_hours": None})


def _orders(frame):
    if "order_id" not in frame:
        day = pd.to_datetime(frame["ordered_at"]).dt.strftime("%Y-%m-%d")
        frame = frame.assign(order_id=frame["customer_id"].astype(str) + "/" + day)
    orders = _held(frame, "orders")
    return {"orders": orders, "baskets": facts.baskets(orders)}


def _held(frame, name, *, listed=False):
    """Put one DataFrame into memory, with the canonical types and a `row`."""
    table = ibis.memtable(frame.assign(row=range(1, len(frame) + 1)))
    types = schema.types(name, listed=listed)
    kept = {c: types.get(c, "string") for c in table.columns if c != "row"}
    return table.mutate(**{c: table[c].cast(kind) for c, kind in kept.items()})
