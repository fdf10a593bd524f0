"""Customers' tables: checked once, then one row per customer.

`orders` is enriched by `customers`, `products` and `mailings`; a list of `customers` alone does
as well. `schema` says what a table must hold, `sources` fetches it from outside, `cells`
reads single cells, `people` settles who is who (and fetches contacts for an export, nowhere
else), `treatment` sets unusable rows aside and counts returns, charges, currencies. `tables` takes
them through these steps, into typed files of the run folder or as questions on a database. Then
`card` turns order lines (or a list) into customers, with what further tables tell (`measures`),
`outcomes` counts what happened in a period, `quality` judges the whole. Order lines stay in the
engine; customers reach pandas (`answers`).
"""

import importlib
import pkgutil

_OPENING = ("Tables", "from_frames", "open")
_ROOMS = tuple(room.name for room in pkgutil.iter_modules(__path__))


def __getattr__(name):
    if name in _ROOMS:
        return importlib.import_module(f"segkit.data.{name}")
    if name in _OPENING:
        return getattr(importlib.import_module("segkit.data.tables"), name)
    raise AttributeError(f"module 'segkit.data' has no attribute '{name}'")


def __dir__():
    return sorted([*globals(), *_ROOMS, *_OPENING])
