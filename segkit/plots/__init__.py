"""Every figure and table of the workbook: the only room that draws.

One file per stage. Each function takes a table and returns the `axes` of its figure (shown as a PNG
with words for those who cannot see it, and free to be changed) or a `Table`; nothing here computes
what a notebook decides on. What is refused passes through. A figure of your own looks alike, made
with matplotlib, seaborn or pandas: importing this room is enough (see `theme`).
"""

import importlib
import os
import sys

from segkit.plots.style import STYLE, Table, colours, table, theme, words

_ROOMS = ["action", "approaches", "criteria", "data", "goals", "personas", "placing", "segments",
          "trials", "validation"]  # fmt: skip

__all__ = ["Table", "colours", "table", "theme", "words"]

if os.environ.setdefault("MATPLOTLIBRC", str(STYLE)) == str(STYLE) and "matplotlib" in sys.modules:
    theme()


def __getattr__(name):
    if name in _ROOMS:
        return importlib.import_module(f"segkit.plots.{name}")
    raise AttributeError(f"module 'segkit.plots' has no attribute '{name}'")


def __dir__():
    return sorted([*__all__, *_ROOMS])
