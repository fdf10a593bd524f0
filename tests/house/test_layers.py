"""The rules of the house: imports point down only, and drawing and the engine have their rooms."""

import subprocess
import sys

import house
import pytest
import reading

STAGES = {"goals", "criteria", "segments", "validation", "personas", "action"}
GROUND = {"decisions", "study", "refusal", "brief", "memory", "markdown", "scratch", "spreadsheets"}
TABLES = {"data", "evidence", *GROUND}
BELOW = {
    "markdown": set(),
    "scratch": set(),
    "spreadsheets": set(),
    "refusal": {"markdown"},
    "decisions": set(),
    "study": {"markdown", "refusal", "scratch", "spreadsheets"},
    "brief": {"study", "refusal"},
    "memory": {"scratch", "study"},
    "evidence": GROUND,
    "data": {"evidence", *GROUND},
    **dict.fromkeys(STAGES, TABLES),
    "simulate": TABLES,
    "plots": {*STAGES, *TABLES},
    "newcomer": {*STAGES, "plots", *TABLES},
    "workbook": {*STAGES, "newcomer", "simulate", "plots", *TABLES},
}
"""For every room, the rooms it may import besides itself."""

INSIDE = {
    "data": ("masks", "schema answers messages ordering meanings", "origin", "cells", "sources",
             "people", "treatment", "tables", "measures", "card", "outcomes", "reports", "quality"),
}  # fmt: skip
"""For a large room, what stands in it from bottom to top: imports point down there, too."""

OWNERS = {
    "matplotlib": {"plots"},
    "seaborn": {"plots"},
    "duckdb": {"data"},
    "ibis": {"data", "segments", "newcomer"},
    "papermill": {"workbook"},
}
"""Libraries that only some rooms may use."""

each_room = pytest.mark.parametrize("room", house.ROOMS)


def rooms_used(path):
    names = {name for name in house.imported(path) if name.startswith("segkit.")}
    return {name.split(".")[1] for name in names} & set(BELOW)


@each_room
def test_it_has_its_place_and_imports_only_what_lies_below(room):
    allowed = {room, *BELOW[room]}
    upward = {house.label(p): rooms_used(p) - allowed for p in house.of(room)}
    assert {name: used for name, used in upward.items() if used} == {}


@pytest.mark.parametrize("room", INSIDE)
def test_imports_point_down_inside_a_room(room):
    level = {name: n for n, names in enumerate(INSIDE[room]) for name in names.split()}
    upward = {}
    for path in house.of(room):
        own, *_ = path.relative_to(house.PACKAGE / room).with_suffix("").parts
        used = {name.split(".")[2] for name in house.imported(path) if _is_inside(name, room)}
        if own != "__init__":
            upward[house.label(path)] = {n for n in used - {own} if level[n] >= level[own]}
    assert {name: used for name, used in upward.items() if used} == {}


def _is_inside(name, room):
    return name.startswith(f"segkit.{room}.")


@each_room
def test_drawing_and_the_engine_stay_in_their_rooms(room):
    mine = {name for name, owners in OWNERS.items() if room in owners}
    roots = {house.label(p): {n.split(".")[0] for n in house.imported(p)} for p in house.of(room)}
    foreign = {name: used & set(OWNERS) - mine for name, used in roots.items()}
    assert {name: used for name, used in foreign.items() if used} == {}


def test_no_figure_is_drawn_through_global_state():
    pyplot = "matplotlib.pyplot"
    files = [p for p in house.FILES if any(n.startswith(pyplot) for n in house.imported(p))]
    assert [house.label(path) for path in files] == []


def test_no_circle_stands_among_modules():
    assert reading.circles() == set()


def test_notebooks_leave_drawing_engine_and_workbook_to_segkit():
    never = {"matplotlib", "seaborn", "ibis", "duckdb"}
    for stage in house.BOOKS:
        code = "\n".join(house.code_cells(stage))
        roots = {name.split(".")[0] for name in reading.modules(code)}
        assert not roots & never, stage
        assert "segkit.workbook" not in code, stage


@pytest.mark.parametrize(
    ("module", "never"),
    [
        ("segkit", "pandas numpy ibis matplotlib sklearn scipy pydantic"),
        ("segkit.study", "pandas numpy ibis matplotlib sklearn scipy"),
        ("segkit.brief", "pandas numpy ibis matplotlib sklearn scipy"),
        ("segkit.plots", "pandas matplotlib seaborn sklearn ibis"),
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
