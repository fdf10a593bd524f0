"""Cards that were made before are read again: most of a small card is its question, not its rows.

Every notebook starts from a card, and many ask for the same days. A card is kept in the folder of
the tables it was made of, which is thrown away with them, under a name that says which tables,
which days and which code made it. In memory (`from_frames`) nothing is kept.
"""

import contextlib
import hashlib
import io
import json
from functools import cache, wraps

import pandas as pd

from segkit.data.tables import signs
from segkit.study import StudyError, atomic, fingerprint

MOST = 200_000
"""Customers of a card that is kept; with more, the engine's work is worth the space."""


def once(build):
    """Wrap a function of tables and days that returns a card, so that it is asked once.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import data
    >>> from segkit.data.card import kept
    >>> people = data.from_frames(customers=pd.DataFrame({"customer_id": ["c1"]}))
    >>> kept.once(lambda tables, *, as_of: f"a card of {as_of}")(people, as_of="2024-06-01")
    'a card of 2024-06-01'
    """

    @wraps(build)
    def card(tables, **asked):
        if tables.folder is None:
            return build(tables, **asked)
        path = _path(tables, build.__name__, asked)
        known = _read(path)
        if known is None:
            known = build(tables, **asked)
            _write(path, known)
        return known

    return card


def _path(tables, name, asked):
    days = {key: str(value) for key, value in asked.items()}
    made_by = [tables.meta["fingerprint"], name, days, _code()]
    mark = hashlib.sha256(json.dumps(made_by, sort_keys=True).encode()).hexdigest()
    return tables.folder / f"card_{mark[:32]}.parquet"


def _read(path):
    with contextlib.suppress(OSError, ValueError):
        return pd.read_parquet(path)
    return None


def _write(path, frame):
    """Keep a card that comes back as it was; a folder that takes none is no reason to stop."""
    if len(frame) > MOST:
        return
    file = io.BytesIO()
    frame.to_parquet(file)
    if pd.read_parquet(io.BytesIO(file.getvalue())).equals(frame):
        with contextlib.suppress(StudyError):
            atomic(path, file.getvalue())


@cache
def _code():
    """Sign the code that makes cards of tables."""
    files = signs.code(("**/*.py", "**/*.yaml", "**/*.csv"))
    return hashlib.sha256("".join(map(fingerprint, files)).encode()).hexdigest()
