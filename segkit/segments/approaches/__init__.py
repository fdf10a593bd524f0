"""The seventeen approaches, one file (or folder) each, called like its notebook.

Each says what it is for (`ABOUT`), finds its segments on a customer card (`fit`, which returns a
`Definition`) and applies them in any engine (`expression`). A file put here is an approach: `names`
finds it, the chooser, the gallery and the README follow. What several of them need stands beside
this room, in `attributes`, `crm`, `models` and `rules`.
"""

import importlib
import pkgutil
from functools import cache

from segkit.study import known


@cache
def names():
    """List every approach, called like its module and its notebook; the easier ones first.

    In the order of `ABOUT.place`, then of their names.

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> from segkit.segments import approaches
    >>> approaches.names()[:3]
    ('abc', 'rfm', 'lifecycle')
    """
    found = [entry.name for entry in pkgutil.iter_modules(__path__)]
    return tuple(sorted(found, key=lambda name: (_module(name).ABOUT.place, name)))


def room(approach):
    """Return the module of an approach.

    Raises
    ------
    segkit.study.StudyError
        There is none of that name; the nearest one is told.
    """
    return known(approach, {name: _module(name) for name in names()}, what="approach")


def _module(name):
    return importlib.import_module(f"{__name__}.{name}")
