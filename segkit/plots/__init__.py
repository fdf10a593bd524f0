"""Every figure and table of the workbook: the only room that draws.

One file per stage. Each function takes a table and returns a `Chart` (a PNG with words for
those who cannot see it) or a `Table`; nothing here computes what a notebook decides on.
"""

import importlib

from segkit.plots.style import Chart, Table, colours, table

_STAGES = (
    "action",
    "approaches",
    "criteria",
    "data",
    "goals",
    "personas",
    "segments",
    "validation",
)

__all__ = ["Chart", "Table", "colours", "table"]


def __getattr__(name):
    if name in _STAGES:
        return importlib.import_module(f"segkit.plots.{name}")
    raise AttributeError(f"module 'segkit.plots' has no attribute '{name}'")


def __dir__():
    return sorted([*__all__, *_STAGES])
