"""The chain runs what changed, keeps what is finished and says what went wrong."""

import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap

import fake_project
import pytest
import waiting
from hypothesis import given
from hypothesis import strategies as st

from segkit.study import DOCUMENTS, StudyError
from segkit.workbook import freshness, kernels, notebook, report, run

FIRST, MIDDLE, LAST = fake_project.STAGES


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A project whose chain has run once; tests work on copies of it."""
    home = fake_project.make(tmp_path_factory.mktemp("finished") / "project")
    with pytest.MonkeyPatch.context() as patch:
        settle_in(home, patch)
        outcome = run.run("tiny")
    assert fake_project.ran(home) == [FIRST, MIDDLE, LAST]
    assert list(outcome.ran) == [FIRST, MIDDLE, LAST]
    return home


@pytest.fixture
def home(finished, tmp_path, monkeypatch):
    copy = shutil.copytree(finished, tmp_path / "project")
    settle_in(copy, monkeypatch)
    return copy


def settle_in(home, patch):
    """Make `home` the project, with three notebooks and a report that counts its makings."""
    patch.setenv("SEGKIT_HOME", str(home))
    for name in ("SEGKIT_RUNS", "SEGKIT_RUN"):
        patch.delenv(name, raising=False)
    patch.chdir(home)
    patch.setattr(run, "STAGES", fake_project.STAGES)
    patch.setattr(report, "build", build)


def build(path, study):
    for name in DOCUMENTS:
        page = path / name
        page.write_text((page.read_text() if page.is_file() else "") + study.title + "\n")
    return path / DOCUMENTS[0]


def due(*given, **how):
    """Say what would run and why, without running it."""
    setting = run.decide("tiny", given=given)
    return run.due(run.describe(setting, run.folder(setting.study)), **how)


def manifest(home):
    return json.loads((home / "runs" / "tiny" / "manifest.json").read_text())


def change(home, stage, old, new):
    path = home / "notebooks" / f"{stage}.ipynb"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


# ------------------------------------------------------------------ what is left behind


def test_a_run_remembers_what_it_was_made_from(home):
    known = manifest(home)
    assert known["study"] == "tiny"
    assert known["parameters"][MIDDLE] == {"STUDY": "tiny", "N_SEGMENTS": 0, "K_MAX": 8}
    assert known["inputs"]["data/orders.csv"]["size"] == 14
    assert known["versions"]["segkit"]
    assert known["engine"].startswith("DuckDB")
    assert list(known["notebooks"]) == [FIRST, MIDDLE, LAST]
    entry = known["notebooks"][LAST]
    assert entry["seconds"] > 0
    assert 20 < entry["peak_mb"] < 2000
    assert set(entry["left"]) == {f"{LAST}.json", f"notebooks/{LAST}.ipynb"}


def test_notebooks_hand_over_through_the_run_folder(home):
    said = json.loads((home / "runs" / "tiny" / f"{LAST}.json").read_text())["said"]
    assert said == f"{FIRST} {MIDDLE} {LAST} "


def test_the_executed_copy_is_numbered_in_order_and_carries_what_papermill_noted(home):
    content = notebook.read(home / "runs" / "tiny" / "notebooks" / f"{MIDDLE}.ipynb")
    counts = [c["execution_count"] for c in content["cells"] if c["cell_type"] == "code"]
    assert counts == [1, 2, 3, 4]
    assert {c["metadata"]["papermill"]["status"] for c in content["cells"]} == {"completed"}
    noted = content["metadata"]["papermill"]
    assert (noted["input_path"], noted["parameters"]) == (f"notebooks/{MIDDLE}.ipynb", {})
    assert noted["duration"] > 0
    assert str(home) not in json.dumps(content["metadata"])


def test_kernels_are_all_alike(home):
    cell = 'import os\nos.environ["PYTHONHASHSEED"] + os.environ["OMP_NUM_THREADS"] + os.getcwd()'
    setting = [("parameters", "STUDY = 'tiny'"), ("code", cell)]
    job = kernels.Job("x", fake_project.notebook(setting))
    place = kernels.Place(home, kernels.environment())
    assert kernels.execute([job], place=place, watcher=kernels.Watcher()) is None
    (output,) = job.content["cells"][1]["outputs"]
    assert output["data"]["text/plain"] == repr(f"01{home.resolve()}")


def test_what_a_notebook_will_load_is_read_from_its_code_and_its_rooms():
    content = fake_project.notebook(
        [("code", "import json\nx = 1"), ("code", "%bad"), ("code", "from segkit import plots")]
    )
    found = kernels.imports(content)
    assert {"json", "segkit.plots.style", "pandas.api.types"} <= set(found)
    assert "segkit" not in found


def test_what_a_notebook_will_load_is_followed_from_room_to_room_and_no_further():
    def found(line):
        return set(kernels.imports(fake_project.notebook([("code", line)])))

    assert {"sklearn.cluster", "sklearn.mixture"} <= found("from segkit import segments")
    assert {"ibis", "ibis.backends.duckdb"} <= found("from segkit.data import tables")
    assert not found("from segkit import evidence") & {"ibis", "sklearn.cluster", "matplotlib"}
    assert "seaborn" in found("from segkit import plots\nplots.criteria.similarity(x)")
    assert "seaborn" not in found("from segkit import plots\nplots.goals.history(x)")


def test_a_notebook_that_forgets_an_import_fails(home):
    # the warm-up loads what the notebook imports later, in a name space of its own
    bad = [("parameters", "STUDY = 'tiny'"), ("code", "json.dumps(1)"), ("code", "import json")]
    fake_project.write(home, LAST, bad)
    with pytest.raises(run.NotebookFailed, match="NameError: name 'json' is not defined"):
        run.run("tiny")


# ------------------------------------------------------------------ only what changed


def test_nothing_changed_runs_nothing_and_keeps_the_report(home):
    outcome = run.run("tiny")
    assert outcome.ran == {}
    assert outcome.reused == [FIRST, MIDDLE, LAST]
    assert not outcome.report_built
    assert (home / "runs" / "tiny" / "report.html").read_text() == "A tiny study\n"


@pytest.mark.slow
def test_an_unchanged_run_loads_nothing_heavy(home):
    code = """
        import sys
        import fake_project
        from segkit.workbook import run
        run.STAGES = fake_project.STAGES
        assert run.run("tiny").ran == {}
        heavy = {"pandas", "numpy", "papermill", "nbconvert", "nbclient", "nbformat", "matplotlib"}
        sys.exit(", ".join(sorted(heavy & set(sys.modules))) or 0)
    """
    done = in_python(code, home, text=True, stderr=subprocess.PIPE)
    assert done.communicate(timeout=waiting.HUNG)[1] == ""
    assert done.returncode == 0


@pytest.mark.slow
def test_a_changed_parameter_runs_its_notebook_and_those_after_it(home):
    outcome = run.run("tiny", given=["N_PERSONAS=3"])
    assert outcome.ran == {LAST: "N_PERSONAS 0 → 3"}
    assert outcome.report_built
    assert fake_project.ran(home) == [LAST]
    copy = notebook.read(home / "runs" / "tiny" / "notebooks" / f"{LAST}.ipynb")
    assert "N_PERSONAS = 0  # how many" in notebook.code(copy)[0]
    assert notebook.code(copy)[1] == "# Parameters\nN_PERSONAS = 3\n"
    assert copy["metadata"]["papermill"]["parameters"] == {"N_PERSONAS": 3}
    assert "N_PERSONAS 3 → 0" in due()[LAST]
    assert due("N_PERSONAS=3") == {}
    assert list(due("N_SEGMENTS=5")) == [MIDDLE, LAST]
    assert due("N_SEGMENTS=0", "N_PERSONAS=3") == {}


@pytest.mark.parametrize(
    ("old", "new"), [("## Write", "## Written"), ('\\"a\\") as', '\\"a+\\") as')]
)
def test_changed_prose_or_code_runs_from_there_on(home, old, new):
    change(home, MIDDLE, old, new)
    assert list(due()) == [MIDDLE, LAST]
    assert due()[MIDDLE] == "the notebook changed"


def test_changed_outputs_of_the_published_notebook_change_nothing(home):
    change(home, MIDDLE, '"outputs": []', '"outputs": [{"output_type": "stream"}]')
    assert due() == {}


def test_a_study_file_counts_where_it_matters(home):
    path = home / "studies" / "tiny.yaml"
    path.write_text(path.read_text() + "# a remark\nparameters:\n  N_SEGMENTS: 4\n")
    assert due() == {MIDDLE: "N_SEGMENTS 0 → 4", LAST: "an earlier notebook runs again"}
    path.write_text(path.read_text() + "currency: EUR\n")
    assert due()[FIRST] == "the study file changed"


def test_changed_data_runs_everything_but_a_new_date_alone_nothing(home):
    path = home / "data" / "orders.csv"
    os.utime(path, (1, 1))
    assert due() == {}
    path.write_text("customer_id\n2\n")
    assert due()[FIRST] == "the study's data changed"


@pytest.mark.parametrize(("part", "words"), [("package", "segkit"), ("versions", "library")])
def test_changed_code_or_libraries_run_everything(home, monkeypatch, part, words):
    monkeypatch.setattr(freshness, part, lambda: {"pandas": "other"})
    assert list(due()) == [FIRST, MIDDLE, LAST]
    assert words in due()[FIRST]


def test_the_workbook_itself_is_no_part_of_a_result(tmp_path, monkeypatch):
    package = tmp_path / "segkit"
    (package / "workbook").mkdir(parents=True)
    for name in ("__init__.py", "goals.py", "workbook/run.py"):
        (package / name).write_text("a = 1\n")
    monkeypatch.setattr(freshness.segkit, "__file__", str(package / "__init__.py"))
    before = freshness.package()
    (package / "workbook" / "run.py").write_text("a = 2\n")
    assert freshness.package() == before
    (package / "goals.py").write_text("a = 2\n")
    assert freshness.package() != before


def test_a_lost_or_changed_artefact_is_made_again(home):
    path = home / "runs" / "tiny" / f"{MIDDLE}.json"
    path.write_text("{}")
    assert due()[MIDDLE] == f"{MIDDLE}.json was changed"
    path.unlink()
    assert due()[MIDDLE] == f"{MIDDLE}.json is missing"
    assert FIRST not in due()


def test_an_executed_copy_the_user_edited_is_put_aside(home):
    copy = home / "runs" / "tiny" / "notebooks" / f"{LAST}.ipynb"
    mine = copy.read_text().replace("## Write", "## My notes")
    copy.write_text(mine)
    assert run.run("tiny").ran == {LAST: "its executed copy was edited"}
    assert copy.with_name(f"{LAST}.edited-1.ipynb").read_text() == mine
    assert "## My notes" not in copy.read_text()


def test_one_may_ask_for_more(home):
    assert due(since=MIDDLE)[MIDDLE] == "it was asked for"
    assert list(due(since=MIDDLE)) == [MIDDLE, LAST]
    assert list(due(fresh=True)) == [FIRST, MIDDLE, LAST]


@pytest.mark.parametrize("text", ["4", "04", "segments", "04_segments", "04_segments.ipynb"])
def test_a_notebook_may_be_named_in_short(text):
    assert run.stage_called(text) == "04_segments"


def test_an_unknown_notebook_lists_the_known():
    with pytest.raises(StudyError, match="01_goals"):
        run.stage_called("9")


@given(st.sets(st.sampled_from("abcdef")), st.integers(0, 5))
def test_whatever_changes_a_notebook_runs_when_it_or_an_earlier_one_changed(changed, prose):
    before = {stage: fake_project.notebook([("code", stage)]) for stage in "abcdef"}
    after = dict(before)
    for stage in changed:
        after[stage] = fake_project.notebook([("code", f"{stage}{prose}")])
    settled = {stage: {} for stage in "abcdef"}
    old, new = (freshness.parts(contents, settled, {}) for contents in (before, after))
    first = min(changed, default="z")
    assert [stage for stage in "abcdef" if old[stage] != new[stage]] == [
        stage for stage in "abcdef" if stage >= first
    ]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_missing_document_is_written_again_without_running_anything(home, name):
    (home / "runs" / "tiny" / name).unlink()
    outcome = run.run("tiny")
    assert outcome.ran == {}
    assert outcome.report_built


@pytest.mark.slow
def test_runs_lie_side_by_side(home, monkeypatch):
    monkeypatch.setenv("SEGKIT_RUN", "other")
    assert len(run.run("tiny", given=["N_SEGMENTS=5"]).ran) == 3
    monkeypatch.delenv("SEGKIT_RUN")
    assert due() == {}
    assert (home / "runs" / "other" / "report.html").is_file()


# ------------------------------------------------------------------ what goes wrong


def broken(home, code, stage=MIDDLE):
    """Let a notebook stop in its second part."""
    cells = fake_project.cells(stage, FIRST)
    fake_project.write(home, stage, [*cells[:3], ("markdown", "## Where it stops"), ("code", code)])


@pytest.mark.slow
def test_a_notebook_that_stops_says_where_and_why_and_keeps_the_rest(home):
    broken(
        home,
        'from segkit.study import DOCUMENTS, StudyError\nraise StudyError("Too few customers.")',
    )
    before = (home / "runs" / "tiny" / "report.html").read_bytes()
    with pytest.raises(run.NotebookFailed) as error:
        run.run("tiny")
    told = str(error.value)
    assert f"{MIDDLE} stopped at code cell 3, under “Where it stops”:\nToo few customers." in told
    assert f"runs/tiny/notebooks/{MIDDLE}.ipynb" in told
    assert (home / "runs" / "tiny" / "report.html").read_bytes() == before
    copy = notebook.read(home / "runs" / "tiny" / "notebooks" / f"{MIDDLE}.ipynb")
    assert copy["cells"][-1]["outputs"][0]["output_type"] == "error"
    assert list(manifest(home)["notebooks"]) == [FIRST]
    fake_project.write(home, MIDDLE, fake_project.cells(MIDDLE, FIRST))
    assert list(run.run("tiny").ran) == [MIDDLE, LAST]


def test_another_error_is_named_with_its_kind(home):
    broken(home, "1 / 0")
    with pytest.raises(run.NotebookFailed, match="ZeroDivisionError: division by zero"):
        run.run("tiny")


@pytest.mark.slow
def test_a_python_process_that_dies_is_reported(home):
    broken(home, "import os\nos._exit(9)")
    with pytest.raises(run.NotebookFailed, match="the Python process of this notebook died"):
        run.run("tiny")


def test_a_missing_notebook_says_how_to_make_it(home):
    (home / "notebooks" / f"{LAST}.ipynb").unlink()
    with pytest.raises(StudyError, match="make notebooks"):
        run.run("tiny")


def test_a_missing_file_of_the_study_is_named(home):
    (home / "data" / "orders.csv").unlink()
    with pytest.raises(StudyError, match=r"data/orders\.csv cannot be read: No such file"):
        run.run("tiny")


def test_a_folder_that_cannot_be_written_is_said_in_words(home, monkeypatch):
    monkeypatch.setenv("SEGKIT_RUNS", str(home / "data" / "orders.csv" / "runs"))
    with pytest.raises(StudyError, match="cannot be made"):
        run.run("tiny")


def test_a_broken_manifest_counts_as_none(home):
    (home / "runs" / "tiny" / "manifest.json").write_text("{")
    assert list(due()) == [FIRST, MIDDLE, LAST]


@pytest.mark.slow
def test_two_runs_do_not_share_a_folder(home):
    code = """
        import sys
        from pathlib import Path
        from segkit.workbook import run
        with run.lock(Path("runs/tiny")):
            sys.stdout.write("held"), sys.stdout.flush(), sys.stdin.read()
    """
    other = in_python(code, home, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert other.stdout.read(4) == b"held"
        with pytest.raises(StudyError, match=rf"another run \(process {other.pid}\).*--as"):
            run.run("tiny")
    finally:
        other.kill()
        other.communicate()
    assert run.run("tiny").ran == {}  # the lock of a dead process holds nobody up


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_run_ended_half_way_goes_on_from_there(tmp_path, monkeypatch, how):
    home = fake_project.make(tmp_path / "project")
    settle_in(home, monkeypatch)
    wait = """
        import time
        (run.path / "begun").touch()
        while not (run.path / "go").exists():
            time.sleep(0.05)
    """
    cells = fake_project.cells(LAST, MIDDLE)
    fake_project.write(home, LAST, [*cells[:4], ("code", textwrap.dedent(wait)), *cells[4:]])
    ended = in_python(
        """
        import signal
        import fake_project
        from segkit.workbook import run
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background ignores it
        run.STAGES = fake_project.STAGES
        run.run("tiny")
        """,
        home,
        stderr=subprocess.DEVNULL,
    )
    waiting.until((home / "runs" / "tiny" / "begun").exists, alive=lambda: ended.poll() is None)
    assert list(manifest(home)["notebooks"]) == [FIRST, MIDDLE]
    ended.send_signal(how)
    assert ended.wait(waiting.HUNG) != 0
    assert fake_project.ran(home) == [FIRST, MIDDLE]
    (home / "runs" / "tiny" / "go").touch()
    outcome = run.run("tiny")
    assert outcome.ran == {LAST: "it has not run yet"}
    assert outcome.reused == [FIRST, MIDDLE]
    assert fake_project.ran(home)[-1:] == [LAST]


def in_python(code, home, **how):
    """Run code in a process of its own, in the project `home`."""
    paths = os.pathsep.join(
        [os.path.dirname(fake_project.__file__), os.environ.get("PYTHONPATH", "")]
    )
    settings = {**os.environ, "SEGKIT_HOME": str(home), "PYTHONPATH": paths}
    command = [sys.executable, "-c", textwrap.dedent(code)]
    return subprocess.Popen(command, cwd=home, env=settings, **how)


def test_what_is_kept_runs_again_the_notebook_that_applies_it_and_those_after(home):
    version = {"version": 1, "date": "2024-06-01", "order": ["A"], "key": "k"}
    version |= {"recipe": {"approach": "abc"}, "definition": {"approach": "abc"}}
    path = home / "studies" / "tiny.kept.json"
    path.write_text(json.dumps([version]))
    reasons = due()
    assert list(reasons) == [MIDDLE, LAST]
    assert reasons[MIDDLE] == "the kept segmentation changed"
    path.unlink()
    assert due() == {}
