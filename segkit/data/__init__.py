"""Customers' tables: checked once, then one row per customer.

`orders` is enriched by `customers`, `products` and `mailings`; a list of `customers` alone does
as well (`lists`). The rooms inside:
`schema` says what a table must hold, `sources` fetches it from outside (`grocery` the default
one, `values` reads single cells, `writing` and `dates` tell how they are written),
`identities` (with `contacts`) settle who is who and `currencies` what amounts are in,
`rules` set unusable rows aside, `charges` and `returns` mark what is no purchase of goods,
`ingest` keeps the rest in the run folder and `tables` opens them (`inplace` leaves them in their
database, `answers` fetches the same rows in the same order from every engine);
`handled` counts all that, `card` turns order lines into customers, `outcomes`
counts what happened in a period, `quality` judges the whole, `people` fetches contacts for an
export and nothing else. Order lines stay in the engine;
customers reach pandas.
"""

import importlib

_HOME = {
    "Tables": "tables",
    "from_frames": "tables",
    "open": "tables",
    "fingerprint": "ingest",
}
_ROOMS = (
    "answers",
    "card",
    "charges",
    "contacts",
    "currencies",
    "handled",
    "identities",
    "ingest",
    "inplace",
    "lists",
    "outcomes",
    "people",
    "quality",
    "returns",
    "rules",
    "schema",
    "sources",
    "tables",
    "values",
    "words",
)


def __getattr__(name):
    if name in _ROOMS:
        return importlib.import_module(f"segkit.data.{name}")
    if name in _HOME:
        return getattr(importlib.import_module(f"segkit.data.{_HOME[name]}"), name)
    raise AttributeError(f"module 'segkit.data' has no attribute '{name}'")


def __dir__():
    return sorted([*globals(), *_ROOMS, *_HOME])
