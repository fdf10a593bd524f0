"""Imports point down only: workbook, plots, the rooms, data, study. Read from the code itself."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import segkit

PACKAGE = Path(segkit.__file__).parent
NOTEBOOKS = sorted((PACKAGE.parent / "notebooks" / "src").glob("*.py"))
ROOMS = {"goals", "criteria", "segments", "validation", "personas", "action"}
GROUND = {"study", "refusal", "brief"}
BELOW = {
    "refusal": set(),
    "study": {"refusal"},
    "brief": {"study", "refusal"},
    "evidence": GROUND,
    "data": {"evidence", *GROUND},
    **{room: {"data", "evidence", *GROUND} for room in ROOMS},
    "simulate": {"data", "evidence", *GROUND},
    "plots": {*ROOMS, "data", "evidence", *GROUND},
    "newcomer": {"data", "evidence", *GROUND},
    "workbook": {*ROOMS, "newcomer", "simulate", "plots", "data", "evidence", *GROUND},
}
"""For every room, the rooms it may import besides itself."""

ENGINE = {"data", "segments", "newcomer"}


def imported(path):
    """List every module a file imports, also inside functions and by name in a string."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
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


def room(path):
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def files():
    return [pytest.param(p, id=str(p.relative_to(PACKAGE))) for p in sorted(PACKAGE.rglob("*.py"))]


@pytest.mark.parametrize("path", files())
def test_a_room_imports_only_what_lies_below_it(path):
    own = room(path)
    if own == "__init__":
        pytest.skip("the package itself loads rooms by name")
    used = {name.split(".")[1] for name in imported(path) if name.startswith("segkit.")}
    used &= set(BELOW)
    assert used <= {own, *BELOW[own]}, f"{own} imports {used - BELOW[own] - {own}}"


@pytest.mark.parametrize("path", files())
def test_drawing_and_the_engine_stay_in_their_rooms(path):
    roots = {name.split(".")[0] for name in imported(path)}
    assert not roots & {"seaborn", "plotly"}
    if room(path) != "plots":
        assert "matplotlib" not in roots
    if room(path) != "data":
        assert "duckdb" not in roots
    if room(path) not in ENGINE:
        assert "ibis" not in roots


@pytest.mark.parametrize("path", files())
def test_no_figure_is_drawn_through_global_state(path):
    assert not any(name.startswith("matplotlib.pyplot") for name in imported(path))


@pytest.mark.parametrize("path", [pytest.param(p, id=p.stem) for p in NOTEBOOKS])
def test_a_notebook_leaves_drawing_engine_and_workbook_to_segkit(path):
    names = imported(path)
    assert not {name.split(".")[0] for name in names} & {"matplotlib", "seaborn", "ibis", "duckdb"}
    assert not any(name.startswith("segkit.workbook") for name in names)


def test_every_room_has_its_place():
    rooms = {
        path.name.removesuffix(".py") for path in PACKAGE.iterdir() if path.name[0] not in "_."
    }
    assert rooms <= set(BELOW)


@pytest.mark.parametrize(
    ("module", "never"),
    [
        ("segkit", "pandas numpy ibis matplotlib sklearn scipy pydantic"),
        ("segkit.study", "pandas numpy ibis matplotlib sklearn scipy"),
        ("segkit.plots", "pandas matplotlib sklearn ibis"),
        ("segkit.workbook.cli", "pandas numpy ibis matplotlib nbformat zmq papermill jupytext"),
        ("segkit.workbook.run", "pandas numpy ibis matplotlib nbformat zmq papermill jupytext"),
    ],
)
def test_importing_is_cheap(module, never):
    code = (
        f"import sys, {module}; sys.exit(', '.join(set({never.split()}) & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{module} loads {done.stderr}"


def test_one_thread_for_linear_algebra_is_set_before_numpy_loads():
    code = "import os, segkit; print(os.environ['OMP_NUM_THREADS'])"
    clean = {"PATH": ""}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=clean)
    assert done.stdout == "1\n"
