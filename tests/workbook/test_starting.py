"""An approach that was only started already works: module, notebook and test."""

import importlib
import importlib.util
import subprocess
import sys
from pathlib import Path

import jupytext
import pytest
from typer.testing import CliRunner

from segkit import segments
from segkit.segments import approaches
from segkit.study import StudyError
from segkit.workbook import cli, gallery, starting

NAME = "early_birds"
HOME = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Give an empty project and make segkit work there."""
    for folder in ("studies", "notebooks"):
        (tmp_path / folder).mkdir()
    monkeypatch.setenv("SEGKIT_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def started(project, tmp_path, monkeypatch):
    """Start an approach in an empty project and let segkit find it there: {part: path}."""
    paths = starting.start(NAME)
    monkeypatch.delenv("SEGKIT_HOME")
    monkeypatch.setenv("SEGKIT_RUNS", str(tmp_path / "runs"))
    monkeypatch.setattr(approaches, "__path__", [*approaches.__path__, str(paths[0].parent)])
    approaches.names.cache_clear()
    yield dict(zip(starting.PLACES, paths, strict=True))
    sys.modules.pop(f"{approaches.__name__}.{NAME}", None)
    approaches.names.cache_clear()


def test_the_chooser_finds_it_by_its_file_and_puts_it_last(started):
    assert approaches.names()[-1] == NAME
    assert approaches.room(NAME).ABOUT.question.endswith("?")


def test_its_own_test_passes(started):
    spec = importlib.util.spec_from_file_location("test_of_it", started["test"])
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    tests = [value for name, value in vars(module).items() if name.startswith("test_")]
    assert len(tests) >= 5
    for test in tests:
        test()


@pytest.mark.slow
def test_its_notebook_runs_and_leaves_its_definition(started, tmp_path):
    book = jupytext.reads(started["notebook"].read_text(encoding="utf-8"), fmt="py:percent")
    code = "\n".join(cell.source for cell in book.cells if cell.cell_type == "code")
    exec(compile(code, "notebook", "exec"), {})
    left = tmp_path / "runs" / "online_shop" / "approaches"
    assert {path.name for path in left.iterdir()} >= {f"{NAME}.json", f"{NAME}.parquet"}


def test_its_examples_hold_and_its_lines_are_in_order(started):
    import doctest

    assert doctest.testmod(approaches.room(NAME)).failed == 0
    for part, path in started.items():
        here = HOME / starting.PLACES[part].format(NAME)
        for asked in (["check"], ["format", "--check"]):
            command = [sys.executable, "-m", "ruff", *asked, "--stdin-filename", here, "-"]
            text = path.read_bytes()
            done = subprocess.run(command, input=text, capture_output=True, cwd=HOME, check=False)
            assert done.returncode == 0, done.stdout.decode()


def test_it_is_fitted_like_any_other(started, grocery_card):
    found = segments.attempt(grocery_card, NAME)
    assert found.sizes["customers_n"].sum() == len(grocery_card)


@pytest.mark.parametrize("name", ["Early", "early birds", "1st", "a" * 30, "early-birds"])
def test_a_name_that_is_no_file_name_is_refused(name):
    with pytest.raises(StudyError, match="cannot be the name"):
        starting.start(name)


def test_what_is_there_is_never_written_over():
    done = CliRunner().invoke(cli.app, ["approach", "--start", "rfm"])
    assert isinstance(done.exception, StudyError | SystemExit)
    with pytest.raises(StudyError, match="already"):
        starting.start("rfm")


def test_the_readme_follows_what_is_published(project):
    readme = project / "README.md"
    table = (
        "| approach | question | data it needs | notebook |\n|---|---|---|---|\n| old | ? | . | . |"
    )
    readme.write_text(f"Before\n\n{table}\n\nAfter | this\n", encoding="utf-8")
    assert gallery.tell() == ["README.md"]
    assert readme.read_text(encoding="utf-8") == f"Before\n\n{gallery.markdown()}\n\nAfter | this\n"
    assert gallery.tell() == []
