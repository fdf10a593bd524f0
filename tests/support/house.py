"""The house as text: rooms, files, functions and notebook cells, read without running them.

Used by the style and layer tests, which have one case per rule and list all offenders.
"""

import ast
import json
from functools import cache
from pathlib import Path

import segkit
from segkit.study import STAGES
from segkit.workbook import gallery, publish

PACKAGE = Path(segkit.__file__).parent
HOME = PACKAGE.parent
FILES = sorted(PACKAGE.rglob("*.py"))
GALLERY = gallery.stages()
BOOKS = (*STAGES, *GALLERY)


def label(path):
    """Write a file the short way: goals/smart.py."""
    return path.relative_to(PACKAGE).as_posix()


def room(path):
    """Name the room a file lies in."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


ROOMS = sorted({room(path) for path in FILES} - {"__init__"})


def of(name):
    """List the files of a room."""
    return [path for path in FILES if room(path) == name]


@cache
def source(path):
    """Read a file as text."""
    return path.read_text(encoding="utf-8")


@cache
def tree(path):
    """Read a file as a syntax tree."""
    return ast.parse(source(path))


def functions(path):
    """List all functions of a file, also those inside classes and functions."""
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    return [node for node in ast.walk(tree(path)) if isinstance(node, kinds)]


@cache
def imported(path):
    """List every module a file imports, also inside functions and by name in a string."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            home = _home(path, node)
            found |= {f"{home}.{alias.name}" for alias in node.names} | {home}
        elif isinstance(node, ast.Call) and "import_module" in ast.unparse(node.func):
            found |= {x.value for x in node.args if isinstance(x, ast.Constant)}
    return found


def _home(path, node):
    if not node.level:
        return node.module
    parts = ["segkit", *path.relative_to(PACKAGE).parts][: -node.level]
    return ".".join([*parts, node.module] if node.module else parts)


@cache
def text(stage):
    """Return the text source of a notebook as a notebook."""
    return publish.from_text(stage)


@cache
def book(stage):
    """Return the published notebook."""
    return json.loads((HOME / "notebooks" / f"{stage}.ipynb").read_text(encoding="utf-8"))


def code_cells(stage):
    """List the code cells of a notebook's source."""
    return [cell["source"] for cell in text(stage)["cells"] if cell["cell_type"] == "code"]


def prose(stage):
    """List the words of a notebook's source, a text per cell."""
    return [cell["source"] for cell in text(stage)["cells"] if cell["cell_type"] == "markdown"]


def outputs(stage):
    """List what the code cells of a published notebook show."""
    return [output for cell in book(stage)["cells"] for output in cell.get("outputs", ())]


def lines(cell):
    """Count the lines of a cell that do something."""
    return len([x for x in cell.splitlines() if x.strip() and not x.strip().startswith("#")])
