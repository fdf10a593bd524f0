"""papermill runs a notebook in a kernel of the house, from its command line and from Python."""

import os
import subprocess
import sys
from pathlib import Path

import fake_project
import papermill
import pytest
from papermill.exceptions import PapermillExecutionError

from segkit.study import StudyError
from segkit.workbook import notebook

STAGE = fake_project.STAGES[0]
CELLS = [
    ("parameters", "STUDY = 'tiny'  # a study\nN = 2  # how many"),
    ("code", "import os\nos.environ['PYTHONHASHSEED'] + os.environ['OMP_NUM_THREADS'] + str(N)"),
]


@pytest.fixture
def home(tmp_path, monkeypatch):
    home = fake_project.make(tmp_path / "project", stages=())
    fake_project.write(home, STAGE, CELLS)
    monkeypatch.chdir(home)
    return home


def execute(home, **how):
    path, out = home / "notebooks" / f"{STAGE}.ipynb", home / "out.ipynb"
    papermill.execute_notebook(path, out, engine_name="segkit", progress_bar=False, **how)
    return notebook.read(out)


def shown(content):
    """Say what the last cell shows."""
    return "".join(content["cells"][-1]["outputs"][0]["data"]["text/plain"])


def test_from_python_it_runs_in_a_kernel_like_every_other_of_the_house(home):
    content = execute(home, parameters={"N": 5})
    assert shown(content) == "'015'"
    assert content["metadata"]["papermill"]["parameters"] == {"N": 5}
    assert notebook.tagged(content, "injected-parameters")["source"] == "# Parameters\nN = 5\n"


@pytest.mark.parametrize("folder", [".", "notebooks"])
def test_from_the_command_line_it_runs_in_any_folder_of_the_project(home, folder):
    book = os.path.relpath(home / "notebooks" / f"{STAGE}.ipynb", home / folder)
    words = ["papermill", "--engine", "segkit", book, "out.ipynb", "-p", "N", "7"]
    done = subprocess.run(
        [Path(sys.executable).with_name(words[0]), *words[1:]],
        cwd=home / folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert shown(notebook.read(home / folder / "out.ipynb")) == "'017'"


@pytest.mark.parametrize(
    ("given", "words"),
    [({"M": 1}, "no notebook has a parameter 'M'"), ({"N": "x"}, "N is a whole number")],
)
def test_a_parameter_it_cannot_use_is_refused(home, given, words):
    with pytest.raises(StudyError, match=words):
        execute(home, parameters=given)


def test_a_cell_that_stops_is_an_error_of_papermill(home):
    fake_project.write(home, STAGE, [*CELLS, ("code", "1 / 0")])
    with pytest.raises(PapermillExecutionError, match="ZeroDivisionError"):
        execute(home)
    marks = [c for c in notebook.read(home / "out.ipynb")["cells"] if "markdown" in c["cell_type"]]
    assert "An Exception was encountered" in marks[0]["source"]
