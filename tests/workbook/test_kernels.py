"""What an error in a notebook is told as, and kernels that are copies of one process."""

import subprocess
import sys

import nbformat
import pytest
import waiting

from segkit.study import StudyError
from segkit.workbook import kernels, stem


@pytest.mark.parametrize("kind", ["StudyError", "Slip"])
def test_an_error_meant_for_the_user_is_told_as_the_words_it_is(kind):
    assert kernels._reason(kind, "RULE is 'vale'.") == "RULE is 'vale'."


def test_any_other_error_is_told_with_its_kind():
    assert kernels._reason("KeyError", "'x'") == "KeyError: 'x'"
    assert kernels._reason("MemoryError", "") == "MemoryError"


def book(*cells):
    """Make a notebook of these code cells."""
    made = [nbformat.v4.new_code_cell(cell) for cell in cells]
    return nbformat.v4.new_notebook(cells=made, metadata={"kernelspec": SPEC})


SPEC = {"name": "python3", "display_name": "Python 3", "language": "python"}


def shown(monkeypatch, tmp_path, *cells, way="copied", **environment):
    """Execute notebooks of one cell each; returns (what each printed, the failed job)."""
    monkeypatch.setenv("SEGKIT_KERNELS", way)
    jobs = [kernels.Job(f"book{n}", book(cell)) for n, cell in enumerate(cells)]
    place = kernels.Place(tmp_path, kernels.environment(**environment))
    failed = kernels.execute(jobs, place=place, watcher=kernels.Watcher())
    told = [job.content["cells"][0].get("outputs", []) for job in jobs]
    return ["".join(o.get("text", "") for o in each).strip() for each in told], failed


WAYS = [
    pytest.param("copied", marks=pytest.mark.skipif(not stem.usable(), reason="no copies here")),
    "alone",
]


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_a_kernel_is_as_if_it_had_been_started_alone(monkeypatch, tmp_path, way):
    lines = [
        "import os, sys, subprocess",
        "print(os.getcwd(), os.environ['SAID'] + sys.stdin.read())",
    ]
    lines += ["print('pd' in globals(), os.getpgid(0) == os.getpid())"]
    lines += ["print(subprocess.run(['false']).returncode, os.environ['PYTHONHASHSEED'])"]
    (told, other), failed = shown(
        monkeypatch, tmp_path, "\n".join(lines), "print(os)", way=way, SAID="so"
    )
    assert told.splitlines() == [f"{tmp_path} so", "False True", "1 0"]
    assert failed.stage == "book1"  # what another notebook imported has no name in this one
    assert failed.failure.reason == "NameError: name 'os' is not defined"
    assert other == ""


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_kernels_do_not_share_what_they_do(monkeypatch, tmp_path, way):
    mine = (
        "import segkit, random; print(getattr(segkit, 'mark', 0), random.random()); segkit.mark = 1"
    )
    (one, two), failed = shown(monkeypatch, tmp_path, mine, mine, way=way)
    assert failed is None
    assert one.split()[0] == two.split()[0] == "0"
    assert one.split()[1] != two.split()[1]


@pytest.mark.slow
@pytest.mark.skipif(not stem.usable(), reason="kernels are no copies here")
def test_kernels_end_with_the_process_that_started_their_stem(tmp_path):
    said = f"open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid()))"
    code = f"""
import nbformat
from segkit.workbook import kernels
cells = [nbformat.v4.new_code_cell({"import os, time; " + said + "; time.sleep(600)"!r})]
job = kernels.Job("book", nbformat.v4.new_notebook(cells=cells, metadata={{"kernelspec": {SPEC}}}))
place = kernels.Place({str(tmp_path)!r}, kernels.environment())
kernels.execute([job], place=place, watcher=kernels.Watcher())
"""
    parent = subprocess.Popen([sys.executable, "-c", code])
    told = tmp_path / "pid"
    waiting.until(lambda: told.exists() and told.read_text(), alive=lambda: parent.poll() is None)
    parent.kill()
    parent.wait()
    waiting.until(lambda: stem.Copy(int(told.read_text())).poll() is not None)


@pytest.mark.slow
@pytest.mark.skipif(not stem.usable(), reason="kernels are no copies here")
def test_where_the_stem_has_died_kernels_are_started_alone(monkeypatch, tmp_path):
    monkeypatch.setattr(stem, "CODE", "raise SystemExit('no memory')")
    assert shown(monkeypatch, tmp_path, "print(1)", "print(2)") == (["1", "2"], None)


@pytest.mark.slow
def test_a_kernel_that_does_not_start_is_told_in_words(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(StudyError, match="No Python process could be started"):
        shown(monkeypatch, tmp_path, "print(1)", way="alone")
