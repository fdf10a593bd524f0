"""The gallery: each approach runs alone, on its own example or on any study."""

import json
import re
from pathlib import Path

import fake_project
import pytest

from segkit.segments import approaches
from segkit.study import StudyError
from segkit.workbook import gallery, lab, notebook, run
from segkit.workbook.run import NotebookFailed

CELLS = [
    ("markdown", "# Who is it?\n\nSee [04](../04_segments.ipynb).\n\n## A section"),
    ("parameters", 'STUDY = "tiny"  # a file in studies/\nWINDOW = 30  # days, 1 to 900'),
    ("code", 'import segkit\nrun = segkit.open_run(STUDY, stage="approaches/rfm")'),
    ("code", 'run.write("approaches/rfm.json", {"window": WINDOW, "study": STUDY})'),
    ("code", "from IPython.display import Markdown\nMarkdown(f'**{WINDOW} days**')"),
]


@pytest.fixture
def home(tmp_path, monkeypatch):
    home = fake_project.make(tmp_path / "project")
    (home / "notebooks" / "approaches").mkdir()
    fake_project.write(home, "approaches/rfm", CELLS)
    other = (home / "studies" / "tiny.yaml").read_text()
    other += "parameters:\n  WINDOW: 60\n  N_SEGMENTS: 4\n"
    (home / "studies" / "other.yaml").write_text(other)
    monkeypatch.setenv("SEGKIT_HOME", str(home))
    for name in ("SEGKIT_RUNS", "SEGKIT_RUN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(home)
    return home


def left(home, study):
    return json.loads((home / "runs" / study / "approaches" / "rfm.json").read_text())


def test_it_runs_on_its_own_example_and_leaves_a_page_that_stands_alone(home):
    (page,) = gallery.show(["rfm"])
    assert left(home, "tiny") == {"window": 30, "study": "tiny"}
    html = page.read_text(encoding="utf-8")
    assert "<strong>30 days</strong>" in html
    assert "A tiny study" in html
    assert "04_segments.ipynb" not in html
    assert "http://" not in html
    assert "https://" not in html
    assert (page.parent / "rfm.ipynb").is_file()


def test_another_study_brings_its_own_parameters_and_the_user_has_the_last_word(home):
    gallery.show(["approaches/rfm"], study="other")
    assert left(home, "other") == {"window": 60, "study": "other"}
    gallery.show(["rfm.ipynb"], study="other", given=["WINDOW=90"])
    assert left(home, "other")["window"] == 90


def test_mistakes_are_told_with_the_nearest_word(home):
    with pytest.raises(StudyError, match="Did you mean 'rfm'"):
        gallery.show(["rfn"])
    with pytest.raises(StudyError, match="Did you mean WINDOW"):
        gallery.show(["rfm"], given=["WINDOWS=1"])
    with pytest.raises(StudyError, match="Did you mean 'other'"):
        gallery.show(["rfm"], study="othr")


def test_a_notebook_that_stops_says_where_and_leaves_the_last_good_page(home):
    (page,) = gallery.show(["rfm"])
    good = page.read_text(encoding="utf-8")
    fake_project.write(home, "approaches/rfm", [*CELLS, ("code", "1 / 0")])
    with pytest.raises(NotebookFailed, match="code cell 5, under “A section”:\nZeroDivisionError"):
        gallery.show(["rfm"])
    assert page.read_text(encoding="utf-8") == good


def test_the_copy_to_work_in_holds_the_gallery_with_the_study_s_parameters(home, monkeypatch):
    monkeypatch.setattr("segkit.workbook.run.STAGES", fake_project.STAGES)
    prepared = lab.prepare("other")
    text = notebook.read(prepared.path / "approaches" / "rfm.ipynb")
    assert "WINDOW = 60" in notebook.code(text)[1]
    assert 'STUDY = "other"' in notebook.code(text)[1]
    gallery.show(["rfm"], study="other")
    prepared = lab.prepare("other")
    cells = notebook.read(prepared.path / "approaches" / "rfm.ipynb")["cells"]
    assert not any(cell.get("outputs") for cell in cells)


def test_a_study_may_set_parameters_of_the_gallery_and_a_wrong_one_is_refused(home, monkeypatch):
    monkeypatch.setattr("segkit.workbook.run.STAGES", fake_project.STAGES)
    assert "WINDOW" not in run.decide("other").chosen
    path = home / "studies" / "other.yaml"
    path.write_text(path.read_text().replace("WINDOW: 60", "WINDOW: soon"))
    with pytest.raises(StudyError, match="WINDOW is a whole number"):
        run.decide("other")
    path.write_text(path.read_text().replace("WINDOW: soon", "WINDO: 60"))
    with pytest.raises(StudyError, match="no notebook has a parameter 'WINDO'"):
        run.decide("other")


def test_it_is_listed_with_question_and_needs(home):
    (row,) = gallery.listing()
    assert row["approach"] == "rfm"
    assert row["question"].endswith("?")
    assert row["study"] == "tiny"
    assert row["data"]


def test_the_readme_shows_the_gallery_as_it_is():
    home = Path(__file__).parents[2]
    assert gallery.markdown() in (home / "README.md").read_text(encoding="utf-8")


def test_every_approach_has_a_notebook_and_a_test():
    home = Path(__file__).parents[2]
    assert set(approaches.names()) <= set(gallery.names())
    assert {row["question"][-1] for row in gallery.listing()} == {"?"}
    tests = [path.read_text(encoding="utf-8") for path in (home / "tests").rglob("test_*.py")]
    for name in approaches.names():
        assert any(re.search(rf"import .*\b{name}\b|segments\.{name}\b", t) for t in tests), name
