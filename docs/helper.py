"""Write docs/helper.md: every verb of segkit that a notebook calls, from its docstring.

    python docs/helper.py            write it
    python docs/helper.py --check    say whether it is up to date

A test keeps the page true, so nobody has to remember this command before `make test` says so.
"""

import importlib
import inspect
import sys
from pathlib import Path

HOME = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(HOME / "benchmarks"))

import reading  # noqa: E402 - it lies beside, not in a package

PAGE = HOME / "docs" / "helper.md"
OPENING = """# The helper module, verb by verb

Notebooks name the verbs below and no others; the rest of `segkit` works behind them. In JupyterLab
`?` behind a verb shows what goes in, what comes out and an example that runs, `??` its code. A
notebook finds its tools in the room of its own number. What data cannot carry comes back as a
`Refused`, which says why and passes through whatever is asked of it next.
"""

ROOMS = {
    "segkit": "Everywhere",
    "goals": "01 Goals",
    "criteria": "02 Criteria",
    "data": "03 Data",
    "segments": "04 Segments, and the gallery of approaches",
    "validation": "05 Validation",
    "personas": "06 Personas",
    "action": "07 Action",
    "plots": "Figures and tables",
    "evidence": "Evidence, the ground floor",
    "simulate": "Worlds with a known truth",
}
"""Rooms in the order of the chain, with their headings; any other stands under Everywhere."""


def main():
    text = page()
    if "--check" in sys.argv:
        told = PAGE.read_text(encoding="utf-8") if PAGE.is_file() else ""
        sys.exit(0 if told == text else "docs/helper.md is old: python docs/helper.py")
    PAGE.write_text(text, encoding="utf-8")


def page():
    """Return the whole page as Markdown."""
    listed = {heading: [] for heading in ROOMS.values()}
    for name in sorted(reading.names(sorted(reading.BOOKS.rglob("*.py")))):
        room = name.split(".")[1]
        listed[ROOMS.get(room, ROOMS["segkit"])].append(line(name))
    parts = [f"## {heading}\n\n{table(rows)}" for heading, rows in listed.items() if rows]
    return "\n".join([OPENING, *parts])


def line(name):
    """Say one verb: how it is called, what it does, which notebooks call it."""
    home, _, last = name.rpartition(".")
    value = getattr(importlib.import_module(home), last)
    told = (inspect.getdoc(value) or "").partition("\n")[0]
    if not callable(value):
        told = "A value that a notebook names."
    return f"| `{name.removeprefix('segkit.')}` | {told} | {', '.join(callers(name))} |"


def callers(name):
    """List the notebooks that name a verb."""
    books = sorted(reading.BOOKS.rglob("*.py"))
    found = [book for book in books if name in known(book)]
    return [book.stem[:2] if book.parent == reading.BOOKS else book.stem for book in found][:6]


def known(book):
    """Remember which names a notebook holds."""
    if book not in _NAMES:
        _NAMES[book] = reading.names([book])
    return _NAMES[book]


def table(rows):
    """Put rows under the heading of the table."""
    return "\n".join(["| verb | what it does | called by |", "|---|---|---|", *rows, ""])


_NAMES = {}

if __name__ == "__main__":
    main()
