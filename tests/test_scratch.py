"""Temporary folders end with their process, and what is written is its owner's alone."""

import os
import signal
import stat
import subprocess
import sys

import pytest

from segkit import scratch, study

HOLDS = """
import pathlib, sys, time
from segkit import scratch
path, _ = scratch.folder(pathlib.Path(sys.argv[1]), ".tables.")
(path / "staging").mkdir()
(path / "staging" / "raw.csv").write_text("anna@corp.com")
print(path, flush=True)
time.sleep(600)
"""


@pytest.fixture
def holder(tmp_path):
    """Give a process that holds a temporary folder, and the folder."""
    process = subprocess.Popen([sys.executable, "-c", HOLDS, str(tmp_path)], stdout=subprocess.PIPE)
    yield process, process.stdout.readline().decode().strip()
    process.kill()
    process.wait()
    process.stdout.close()


def mode(path):
    return stat.S_IMODE(os.stat(path).st_mode)


def test_what_a_killed_process_left_is_swept_and_what_another_holds_is_not(tmp_path, holder):
    process, folder = holder
    scratch.sweep(tmp_path)
    assert os.path.isdir(folder)
    process.send_signal(signal.SIGKILL)
    process.wait()
    scratch.sweep(tmp_path)
    assert not os.path.exists(folder)


def test_making_a_folder_sweeps_and_ending_it_leaves_nothing(tmp_path):
    (tmp_path / ".export.old").mkdir()
    with scratch.held(tmp_path, ".export.") as folder:
        assert sorted(p.name for p in tmp_path.iterdir()) == sorted([folder.name, ".turn"])
        assert mode(folder) == 0o700
    assert [p.name for p in tmp_path.iterdir()] == [".turn"]


def test_a_file_half_written_is_swept_and_others_stay(tmp_path):
    for name in (".card.parquet.abc_1234", ".lock", "card.parquet"):
        (tmp_path / name).write_text("x")
    scratch.sweep(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == [".lock", "card.parquet"]


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path):
    study.atomic(tmp_path / "a.json", b"old")
    with pytest.raises(TypeError):
        study.atomic(tmp_path / "a.json", "text")
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"a.json": b"old"}


def test_only_the_owner_reads_what_is_written_unless_it_is_shared(tmp_path):
    study.atomic(tmp_path / "a.json", b"x")
    study.atomic(tmp_path / "b.yaml", b"x", shared=True)
    assert (mode(tmp_path / "a.json"), mode(tmp_path / "b.yaml")) == (0o600, 0o644)


def test_a_tree_is_made_its_owners(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a").write_text("x")
    scratch.private(tmp_path / "in")
    assert (mode(tmp_path / "in"), mode(tmp_path / "in" / "a")) == (0o700, 0o600)
