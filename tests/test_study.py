"""A study file says whose customers; a run folder holds what came out."""

import json
import os
import stat
import time
from datetime import date
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import segkit
from segkit import study
from segkit.study import StudyError


@pytest.fixture
def home(tmp_path, monkeypatch):
    for name in ("studies", "notebooks"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("SEGKIT_HOME", str(tmp_path))
    for name in ("SEGKIT_RUNS", "SEGKIT_RUN"):
        monkeypatch.delenv(name, raising=False)
    write(tmp_path, "tiny", "title: Tiny\n")
    return tmp_path


def write(home, name, text):
    (home / "studies" / f"{name}.yaml").write_text(text, encoding="utf-8")


def test_studies_are_listed_by_name(home):
    write(home, "another", "title: B\n")
    assert study.studies() == ["another", "tiny"]


def test_the_project_is_found_from_a_folder_below(home, monkeypatch):
    monkeypatch.delenv("SEGKIT_HOME")
    monkeypatch.chdir(home / "notebooks")
    assert study.root() == home.resolve()


def test_a_missing_study_names_the_nearest(home):
    with pytest.raises(StudyError, match="Did you mean 'tiny'"):
        study.load("tinny")


def test_a_missing_study_among_none_says_how_to_begin(home):
    (home / "studies" / "tiny.yaml").unlink()
    with pytest.raises(StudyError, match="Known studies: none"):
        study.load("mine")


def test_broken_yaml_names_file_line_and_column(home):
    write(home, "tiny", "title: Tiny\ntables: [a\n")
    with pytest.raises(StudyError, match=r"studies/tiny\.yaml cannot be read: line 3, column 1"):
        study.load("tiny")


@pytest.mark.parametrize("text", ["", "# nothing\n", "just words", "- a\n- b\n"])
def test_a_study_that_says_nothing_is_refused(home, text):
    write(home, "tiny", text)
    with pytest.raises(StudyError, match="is empty"):
        study.load("tiny")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("business: store\n", "title: is missing"),
        ("title: T\nbuisness: store\n", "buisness: unknown entry, did you mean `business`"),
        ("title: T\nbusiness: shop\n", "business"),
        ("title: T\nsmallest_cell: 0\n", "smallest_cell"),
        ("title: T\ntables:\n  orders:\n    files: a.csv\n", "did you mean `file`"),
        ("title: T\nname: other\n", "`name:` is taken from the file name"),
        ("title: T\nparameters:\n  N: [1, 2]\n", "parameters.N"),
    ],
)
def test_a_wrong_entry_is_named(home, text, words):
    write(home, "tiny", text)
    with pytest.raises(StudyError) as error:
        study.load("tiny")
    assert words in str(error.value)
    assert "studies/tiny.yaml" in str(error.value)


def test_parameters_keep_their_types(home):
    write(home, "tiny", "title: T\nparameters: {A: 1, B: 1.5, C: true, D: auto}\n")
    assert study.load("tiny").parameters == {"A": 1, "B": 1.5, "C": True, "D": "auto"}
    assert isinstance(study.load("tiny").parameters["C"], bool)


def test_a_run_lies_where_the_environment_says(home, monkeypatch, tmp_path):
    assert study.run_folder("tiny") == home.resolve() / "runs" / "tiny"
    monkeypatch.setenv("SEGKIT_RUNS", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("SEGKIT_RUN", "second")
    assert study.run_folder("tiny") == (tmp_path / "elsewhere" / "second").resolve()


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_table_comes_back_as_it_was_written(home, suffix):
    run = segkit.open_run("tiny", stage="03_data")
    frame = pd.DataFrame({"customer_id": ["a", "b"], "spend_total": [1.25, 0.1 + 0.2]})
    run.write(f"card{suffix}", frame)
    pd.testing.assert_frame_equal(run.read(f"card{suffix}"), frame)


def test_plain_values_come_back_from_json(home):
    run = segkit.open_run("tiny", stage="01_goals")
    run.write("brief.json", {"n": np.int64(3), "share": np.float64(0.5), "due": date(2018, 1, 1)})
    assert run.read("brief.json") == {"n": 3, "share": 0.5, "due": "2018-01-01"}


def test_the_same_artefact_is_the_same_bytes(home):
    run = segkit.open_run("tiny", stage="03_data")
    frame = pd.DataFrame({"a": [1, 2]})
    run.write("card.parquet", frame)
    first = (run.path / "card.parquet").read_bytes()
    run.write("card.parquet", frame)
    assert (run.path / "card.parquet").read_bytes() == first


def test_what_is_missing_names_the_notebook_that_makes_it(home):
    run = segkit.open_run("tiny", stage="04_segments")
    with pytest.raises(StudyError, match=r"brief\.json is not in runs/tiny yet.*01_goals"):
        run.read("brief.json")
    assert not run.has("brief.json")


def test_what_is_stale_names_the_notebook_to_run_again(home):
    segkit.open_run("tiny", stage="01_goals").write("brief.json", {"goal": 1})
    second = segkit.open_run("tiny", stage="02_criteria")
    second.read("brief.json")
    second.write("criteria.csv", pd.DataFrame({"column": ["a"]}))
    assert second.read("criteria.csv").column.tolist() == ["a"]
    segkit.open_run("tiny", stage="01_goals").write("brief.json", {"goal": 2})
    with pytest.raises(StudyError, match=r"older brief\.json.*02_criteria"):
        segkit.open_run("tiny", stage="04_segments").read("criteria.csv")


def test_a_failed_write_leaves_the_last_good_state(home, monkeypatch):
    run = segkit.open_run("tiny", stage="01_goals")
    run.write("brief.json", {"goal": 1})
    with pytest.raises(TypeError):
        run.write("brief.json", {"goal": object()})

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(StudyError, match="No space left"):
        run.write("brief.json", {"goal": 2})
    assert json.loads((run.path / "brief.json").read_text()) == {"goal": 1}
    assert [path.name for path in run.path.iterdir() if path.name.startswith(".")] == []


def test_a_run_folder_that_cannot_be_made_is_said_in_words(home):
    (home / "runs").write_text("a file where the folder should be")
    with pytest.raises(StudyError, match="Cannot write to"):
        segkit.open_run("tiny", stage="01_goals")


def test_an_unknown_stage_and_format_are_refused(home):
    with pytest.raises(StudyError, match="is no stage"):
        segkit.open_run("tiny", stage="08_more")
    run = segkit.open_run("tiny", stage="01_goals")
    with pytest.raises(StudyError, match="no artefact format"):
        run.write("brief.txt", "x")


def test_a_message_of_a_room_gets_its_facts_lists_with_commas_and_a_word_for_none(tmp_path):
    words = """said:
      few: "{n:,} of {who.name}: {known:none}; {row[share]:.0%}"
      two: {a: "one {x}", true: "other {x}"}"""
    (tmp_path / "messages.yaml").write_text(words)
    say = study.wording(tmp_path / "messages.py", "said")
    facts = {"n": 1200, "who": SimpleNamespace(name="all"), "row": {"share": 0.5}}
    assert say("few", known=["a", 2], **facts) == "1,200 of all: a, 2; 50%"
    assert say("few", known=[], **facts) == say("few", known="", **facts)
    assert say("few", known={}, **facts) == "1,200 of all: none; 50%"
    assert say("two", x=3) == {"a": "one 3", True: "other 3"}


def test_a_refusal_of_a_room_is_an_error_that_can_be_mended(tmp_path):
    (tmp_path / "messages.yaml").write_text("errors:\n  few: only {n}\n")
    error = study.wording(tmp_path / "messages.py", "errors", study.StudyError)("few", n=2)
    assert isinstance(error, study.StudyError)
    assert str(error) == "only 2"


# ------------------------------------------------------------------ names, aliases, edits

OUTSIDE = ("../2", "/etc/passwd", "a/b", "a\\b", "C:tiny", "..", ".hidden", "~", "a\nb", "", "-x")


@pytest.mark.parametrize("name", OUTSIDE)
def test_a_name_that_leads_elsewhere_names_no_study_and_no_run(home, monkeypatch, name):
    with pytest.raises(StudyError, match="is no name of a study"):
        study.load(name)
    if name:
        monkeypatch.setenv("SEGKIT_RUN", name)
        with pytest.raises(StudyError, match="is no name of a run"):
            segkit.open_run("tiny", stage="01_goals")
        with pytest.raises(StudyError, match="is no name of a run"):
            segkit.open_run(f"tiny as {name}", stage="01_goals")
    assert sorted(path.name for path in home.iterdir()) == ["notebooks", "studies"]


def test_names_in_any_alphabet_are_fine(home):
    write(home, "Мой магазин (2)", "title: M\n")
    assert study.load("Мой магазин (2)").title == "M"


def test_an_artefact_never_lies_outside_of_the_run(home):
    run = segkit.open_run("tiny", stage="01_goals")
    with pytest.raises(StudyError, match="outside of the run folder"):
        run.write("../2.json", {})


def test_a_study_may_name_its_run_whatever_the_environment_says(home, monkeypatch):
    monkeypatch.setenv("SEGKIT_RUN", "third")
    run = segkit.open_run("tiny as second", stage="01_goals")
    assert (run.path.name, run.study.name) == ("second", "tiny")
    assert study.address("tiny") == "tiny as third"
    monkeypatch.setenv("SEGKIT_RUN", "tiny")
    assert study.address("tiny") == "tiny"


def test_a_copy_to_work_in_keeps_to_the_runs_it_lies_in(home, tmp_path, monkeypatch):
    copy = tmp_path / "elsewhere" / "tiny" / "workbook" / "approaches"
    copy.mkdir(parents=True)
    (copy.parent / study.PREPARED).write_text("{}")
    monkeypatch.chdir(copy)
    assert segkit.open_run("tiny", stage="01_goals").path == (copy.parents[1]).resolve()


BOMB = "title: T\na: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{n}: &{n} [{', '.join([f'*{m}'] * 9)}]\n"
    for m, n in zip("abcdefghi", "bcdefghij", strict=True)
)


@pytest.mark.parametrize("text", [BOMB, "title: &t [*t]\n"])
def test_aliases_that_unfold_without_end_are_refused(home, text):
    write(home, "tiny", text)
    with pytest.raises(StudyError, match="unfold without end"):
        study.load("tiny")


def test_a_few_aliases_are_fine(home):
    write(home, "tiny", "title: &t T\ncurrency: *t\n")
    assert study.load("tiny").currency == "T"


def test_an_edit_of_the_same_size_and_time_is_noticed(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text("1,2\n")
    seen, when = study.fingerprinted(path, {}), path.stat()
    assert study.fingerprinted(path, seen) == seen
    time.sleep(0.02)
    path.write_text("1,3\n")
    os.utime(path, ns=(when.st_atime_ns, when.st_mtime_ns))
    again = study.fingerprinted(path, seen)
    assert (again["size"], again["changed"]) == (seen["size"], seen["changed"])
    assert again["sha"] != seen["sha"]


def test_a_run_is_its_owners_alone(home):
    run = segkit.open_run("tiny", stage="01_goals")
    run.write("brief.json", {})
    modes = [stat.S_IMODE(p.stat().st_mode) for p in (run.path, run.path / "brief.json")]
    assert modes == [0o700, 0o600]


@pytest.mark.parametrize(
    "address",
    ["duckdb://shop.duckdb?token=abc", "spark://local[2]?password=a@b", "postgres://a:b@h/x",
     "duckdb://secret@h/x", "postgres://h/x?sslpassword=1;user=a"],
)  # fmt: skip
def test_a_secret_in_the_study_file_is_refused_wherever_it_stands(home, address):
    write(home, "tiny", f"title: T\nconnection: {address}\n")
    with pytest.raises(StudyError, match="holds a password"):
        study.load("tiny")
