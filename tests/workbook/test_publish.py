"""Publishing gives the same bytes twice and refuses what must not show."""

import os

import fake_project
import pytest

from segkit.study import StudyError
from segkit.workbook import notebook, publish, run

STAGES = ("01_goals", "04_segments")
TEXT = """# ---
# jupyter:
#   kernelspec: {{display_name: Python 3, language: python, name: python3}}
# ---

# %% [markdown]
# # Does {stage} run?
#
# - with a list
#   of *words* and `code`

# %% tags=["parameters"]
STUDY = "grocery"  # a file in studies/
N_{number} = 3  # how many

# %%
import segkit

run = segkit.open_run(STUDY, stage="{stage}")

# %% [markdown]
# Again and again.

# %%
N_{number} + 1

# %% [markdown]
# Again and again.

# %%
{last}
"""


@pytest.fixture
def home(tmp_path, monkeypatch):
    home = fake_project.make(tmp_path / "project", stages=())
    (home / "studies" / "tiny.yaml").rename(home / "studies" / "grocery.yaml")
    (home / "notebooks" / "src").mkdir()
    for stage in STAGES:
        write(home, stage)
    for name in ("SEGKIT_HOME", "SEGKIT_RUNS", "SEGKIT_RUN"):
        monkeypatch.setenv(name, str(home) if name == "SEGKIT_HOME" else "")
    monkeypatch.setattr(run, "STAGES", STAGES)
    monkeypatch.setattr(publish, "STAGES", STAGES)
    return home


def write(home, stage, last="{'a': 1}"):
    text = TEXT.format(stage=stage, number=stage[:2], last=last)
    (home / "notebooks" / "src" / f"{stage}.py").write_text(text)


def book(home, stage):
    return home / "notebooks" / f"{stage}.ipynb"


def test_texts_become_executed_notebooks_that_agree_with_them(home):
    assert publish.publish(STAGES) == ["01_goals.ipynb", "04_segments.ipynb"]
    content = notebook.read(book(home, "04_segments"))
    cells = [cell for cell in content["cells"] if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in cells] == [1, 2, 3, 4]
    assert cells[2]["outputs"][0]["data"] == {"text/plain": ["4"]}
    assert len({cell["id"] for cell in content["cells"]}) == 7
    assert publish.disagreements(STAGES) == []
    assert set(content["metadata"]) == {"kernelspec", "language_info"}


def test_publishing_again_gives_the_same_bytes(home):
    publish.publish(STAGES)
    before = [book(home, stage).read_bytes() for stage in STAGES]
    assert publish.publish(STAGES, fresh=True) == []
    assert [book(home, stage).read_bytes() for stage in STAGES] == before


def test_only_what_was_asked_for_is_published(home):
    publish.publish(STAGES)
    write(home, "01_goals", last="{'b': 2}")
    write(home, "04_segments", last="{'b': 2}")
    assert publish.publish(("01_goals",)) == ["01_goals.ipynb"]
    (found,) = publish.disagreements(STAGES)
    assert "04_segments: text and notebook differ at cell 7: [\"{'b': 2}\"]" in found


def test_a_cell_keeps_its_name_when_others_come_and_go(home):
    before = [cell["id"] for cell in publish.from_text("01_goals")["cells"]]
    path = home / "notebooks" / "src" / "01_goals.py"
    path.write_text(path.read_text().replace("# %%\nimport", "# %%\n1 + 1\n\n# %%\nimport"))
    after = [cell["id"] for cell in publish.from_text("01_goals")["cells"]]
    assert [name for name in after if name in before] == before


@pytest.mark.parametrize(
    ("last", "words"),
    [
        ("import sys\nsys.stderr.write('careful')", "warns: careful"),
        ("object()", "an address in memory"),
        ("str(run.path)", "shows a path"),
    ],
)
def test_what_must_not_show_is_refused(home, last, words):
    write(home, "01_goals", last=last)
    with pytest.raises(StudyError, match=words):
        publish.publish(("01_goals",))
    assert not book(home, "01_goals").is_file()


def test_the_command_line_says_what_changed_and_what_differs(home, capsys):
    assert publish.main(["01"]) == 0
    assert "changed 01_goals.ipynb" in capsys.readouterr().out
    assert publish.main(["--check"]) == 1
    assert "04_segments.ipynb is missing" in capsys.readouterr().out
    assert publish.main(["--check", "01"]) == 0
    write(home, "04_segments", last="1 / 0")
    assert publish.main([]) == 1
    assert "ZeroDivisionError" in capsys.readouterr().err
    assert publish.main(["08"]) == 1
    assert os.environ["SEGKIT_RUNS"].endswith(".published")
