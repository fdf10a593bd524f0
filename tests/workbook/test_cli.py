"""The command line says in words what it did and what to do next."""

import errno
import os
import re
import shutil
import subprocess
import sys

import fake_project
import programs
import pytest
from typer.testing import CliRunner

import segkit
from segkit.study import DOCUMENTS
from segkit.workbook import cli, lab, notebook, report, run

FIRST, MIDDLE, LAST = fake_project.STAGES


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A project whose chain has run once, and what the run said."""
    home = fake_project.make(tmp_path_factory.mktemp("finished") / "project")
    with pytest.MonkeyPatch.context() as patch:
        settle_in(home, patch)
        code, said = ask("run", "tiny")
    assert code == 0, said
    return home, said


@pytest.fixture
def done(finished, tmp_path, monkeypatch):
    """A copy of the project whose chain has run."""
    return settle_in(shutil.copytree(finished[0], tmp_path / "project"), monkeypatch)


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A project in which nothing has run."""
    return settle_in(fake_project.make(tmp_path / "project"), monkeypatch)


def settle_in(home, patch):
    settings = {"SEGKIT_HOME": str(home), "SEGKIT_RUNS": "", "SEGKIT_RUN": "", "COLUMNS": "200"}
    for name, value in settings.items():
        patch.setenv(name, value)
    patch.chdir(home)
    patch.setattr(run, "STAGES", fake_project.STAGES)
    patch.setattr(report, "build", write_both)
    return home


def write_both(path, study):
    """Stand in for the making of both documents."""
    for name in DOCUMENTS:
        (path / name).write_text("x")


def ask(*words):
    """Call the command line; returns (exit code, all it said)."""
    done = CliRunner().invoke(cli.app, words)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


def test_bare_it_shows_its_commands():
    _, said = ask()
    for command in ("run", "studies", "open"):
        assert re.search(rf"\b{command}\b", said)


def test_it_says_its_version():
    assert ask("--version") == (0, f"segkit {segkit.__version__}\n")


def test_studies_are_listed_with_their_last_run(done):
    write = (done / "studies" / "tiny.yaml").read_text()
    (done / "studies" / "new.yaml").write_text(write)
    code, said = ask("studies")
    assert code == 0
    assert re.search(r"new +A tiny study +store +never", said)
    assert re.search(r"tiny .* \d{4}-\d\d-\d\d \d\d:\d\d UTC", ask("studies")[1])


def test_one_broken_study_does_not_hide_the_others(home):
    (home / "studies" / "bad.yaml").write_text("titel: x\n")
    code, said = ask("studies")
    assert code == 2
    assert "A tiny study" in said
    assert "studies/bad.yaml needs mending" in said


def test_a_pdf_that_cannot_be_made_is_refused_before_anything_runs(home, monkeypatch):
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    code, said = ask("run", "tiny", "--pdf")
    assert code == 2
    assert "weasyprint is not installed" in said
    assert not (home / "runs").exists()


def test_a_run_ends_with_what_ran_the_time_and_the_report(finished):
    _, said = finished
    assert f"ran     {FIRST}, {MIDDLE}, {LAST}: it has not run yet" in said
    assert re.search(r"took +\d+\.\d s", said)
    assert "report  runs/tiny/report.html\n" in said


def test_a_second_run_says_what_it_reused(done):
    _, said = ask("run", "tiny", "-p", "N_PERSONAS=3")
    assert f"ran     {LAST}: N_PERSONAS 0 → 3" in said
    assert f"reused  {FIRST}, {MIDDLE}\n" in said
    _, said = ask("run", "tiny", "-p", "N_PERSONAS=3")
    assert "report  runs/tiny/report.html (unchanged)" in said


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["run", "tinny"], "Did you mean 'tiny'"),
        (["run", "tiny", "-p", "N_SEGMENT=5"], "Did you mean N_SEGMENTS, in 04_segments"),
        (["run", "tiny", "-p", "N_SEGMENTS=many"], "a whole number"),
        (["run", "tiny", "--from", "12"], "There is no notebook '12'"),
        (["run", "tiny", "--as", "a/b"], "no name of a run"),
        (["run", "../2"], "no name of a study"),
        (["open", "tiny", "--as", ".."], "no name of a run"),
        (["open", "tiny", "-p", "N_SEGMENT=5"], "Did you mean N_SEGMENTS"),
    ],
)
def test_a_wrong_question_gets_one_message_and_exit_code_2(home, words, told):
    code, said = ask(*words)
    assert code == 2
    assert told in said
    assert "Traceback" not in said
    assert not (home / "runs" / "tiny").exists()


def test_a_notebook_that_stops_is_exit_code_1(home):
    fake_project.write(home, FIRST, [("parameters", 'STUDY = "tiny"'), ("code", "1 / 0")])
    code, said = ask("run", "tiny")
    assert code == 1
    assert f"{FIRST} stopped at code cell 2:\nZeroDivisionError: division by zero" in said
    assert "Traceback" not in said


def test_a_run_the_user_ends_is_one_sentence(home, monkeypatch):
    def ended(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "run", ended)
    code, said = ask("run", "tiny")
    assert code == 130
    assert len(said.splitlines()) == 1
    assert "Finished notebooks are kept" in said


def test_a_run_may_have_a_name_of_its_own(done):
    (done / "runs" / "tiny").rename(done / "runs" / "second")
    code, said = ask("run", "tiny", "--as", "second")
    assert code == 0
    assert "report  runs/second/report.html (unchanged)" in said
    assert not (done / "runs" / "tiny").exists()


def test_listing_studies_loads_nothing_heavy(home):
    code = (
        "import sys; from segkit.workbook import cli\n"
        "try: cli.app(['studies'])\n"
        "except SystemExit: pass\n"
        "sys.exit(str([m for m in ('pandas', 'numpy', 'ibis', 'zmq') if m in sys.modules] or ''))"
    )
    settings = {**os.environ, "SEGKIT_HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=settings, capture_output=True, text=True
    )
    assert done.stderr.strip() == ""
    assert "A tiny study" in done.stdout


# ------------------------------------------------------------------ a copy to work in


def workbook(home):
    return home / "runs" / "tiny" / "workbook"


def edit(path, old, new):
    path.write_text(path.read_text().replace(old, new))


def test_the_copy_has_the_parameters_filled_in(home):
    code, said = ask("open", "tiny", "--prepare", "-p", "N_SEGMENTS=5")
    assert code == 0
    assert "runs/tiny/workbook" in said
    first, second, *_ = notebook.code(notebook.read(workbook(home) / f"{MIDDLE}.ipynb"))
    assert 'STUDY = "tiny"' in first
    assert second == "# Parameters\nN_SEGMENTS = 5\n"


def test_the_copy_shows_the_outputs_of_the_same_notebook_only(done):
    assert ask("open", "tiny", "--prepare", "-p", "N_PERSONAS=3")[0] == 0

    def counts(stage):
        cells = notebook.read(workbook(done) / f"{stage}.ipynb")["cells"]
        return [c["execution_count"] for c in cells if c["cell_type"] == "code"]

    assert counts(MIDDLE) == [1, 2, 3, 4]
    assert set(counts(LAST)) == {None}


def test_edits_stay_when_there_is_nothing_newer(home):
    lab.prepare("tiny")
    edit(workbook(home) / f"{MIDDLE}.ipynb", "## Write", "## My notes")
    prepared = lab.prepare("tiny")
    assert prepared.kept == [f"{MIDDLE}.ipynb"]
    assert "## My notes" in (workbook(home) / f"{MIDDLE}.ipynb").read_text()
    assert lab.prepare("tiny").kept == [f"{MIDDLE}.ipynb"]


def test_edits_are_put_aside_when_there_is_something_newer(home):
    lab.prepare("tiny")
    path = workbook(home) / f"{MIDDLE}.ipynb"
    edit(path, "## Write", "## My notes")
    code, said = ask("open", "tiny", "--prepare", "-p", "N_SEGMENTS=5")
    assert code == 0
    assert f"kept as {MIDDLE}.edited-1.ipynb" in said
    assert "## My notes" in path.with_name(f"{MIDDLE}.edited-1.ipynb").read_text()
    assert "N_SEGMENTS = 5" in path.read_text()
    assert "## My notes" not in path.read_text()


def test_copies_that_were_not_edited_are_renewed_in_silence(home):
    lab.prepare("tiny")
    prepared = lab.prepare("tiny", given=["N_SEGMENTS=5"])
    assert (prepared.kept, prepared.aside) == ([], [])
    assert "N_SEGMENTS = 5" in (workbook(home) / f"{MIDDLE}.ipynb").read_text()


def test_jupyterlab_is_started_on_the_copy_which_itself_names_its_run(home, monkeypatch):
    seen = {}

    def started(command, env, check):
        seen.update(command=command, env=env)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(lab.subprocess, "run", started)
    code, _ = ask("open", "tiny", "--as", "second", "--no-browser")
    assert code == 0
    assert str(home / "runs" / "second" / "workbook" / "01_goals.ipynb") in seen["command"]
    assert seen["command"][-1] == "--no-browser"
    assert seen["env"]["SEGKIT_RUN"] == ""
    copy = (home / "runs" / "second" / "workbook" / "01_goals.ipynb").read_text("utf-8")
    assert "tiny as second" in copy
    assert seen["env"]["SEGKIT_HOME"] == str(home)


def test_a_terminal_that_knows_few_letters_shows_the_rest_as_question_marks(home):
    asked = {"SEGKIT_HOME": home, "PYTHONIOENCODING": "ascii"}
    done = programs.segkit("run", "Лавка", **asked)
    assert done.returncode == 2
    assert "There is no study '?????'" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_full_disk_is_one_sentence(home, monkeypatch):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device", "x")

    monkeypatch.setattr(run, "run", full)
    code, said = ask("run", "tiny")
    assert (code, len(said.splitlines())) == (2, 1)
    assert "No space left on device" in said
