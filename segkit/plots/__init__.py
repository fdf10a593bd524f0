"""Every figure and table of the workbook: the only room that draws.

One file per stage. Each function takes a table and returns the `axes` of its figure (shown as a PNG
with words for those who cannot see it, and free to be changed) or a `Table`; nothing here computes
what a notebook decides on. What is refused passes through.
"""

import importlib

from segkit.plots.style import Table, colours, table, words

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

__all__ = ["Table", "colours", "table", "words"]


def __getattr__(name):
    if name in _STAGES:
        return importlib.import_module(f"segkit.plots.{name}")
    raise AttributeError(f"module 'segkit.plots' has no attribute '{name}'")


def __dir__():
    return sorted([*__all__, *_STAGES])
