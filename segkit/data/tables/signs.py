"""What decides which rows the tables hold: source, mapping and code, in one hash."""

import contextlib
import hashlib
import json
from pathlib import Path

from segkit.data.people import contacts
from segkit.study import fingerprint as digest

ROOMS = ("origin.py", "masks.py", "schema.*", "messages.*", "cells/*.py", "cells/*.yaml",
         "cells/*.csv", "people/*.py", "sources/**/*.py", "sources/**/*.yaml", "tables/*.py",
         "treatment/*.py")  # fmt: skip
"""The code that decides which rows the tables hold."""

ASIDE = {"title", "parameters", "quality", "smallest_cell"}
"""Entries of a study that do not decide it."""


def sign(study, seen):
    """Return a hash of all that decides the tables; `seen` is the state of the source, as JSON."""
    named = study.model_dump(exclude=ASIDE, mode="json") | {"key": contacts.salt(study.name)}
    total = hashlib.sha256(json.dumps([named, seen], sort_keys=True).encode())
    for path in code():
        total.update(digest(path).encode())
    return total.hexdigest()


def code(rooms=ROOMS):
    """List the files of code in `rooms`: by default all that decide which rows tables hold."""
    home = Path(__file__).parents[1]
    return [path for room in rooms for path in sorted(home.glob(room))]


def remembered(folder):
    """Return what the folder of the tables says of itself; empty where it says nothing."""
    with contextlib.suppress(OSError, ValueError):
        return json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    return {}
