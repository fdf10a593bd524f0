"""`segkit simulate` writes a world and a study, never over anything, and says what it did."""

import json

import pytest
import yaml
from typer.testing import CliRunner

import segkit
from segkit import data
from segkit.workbook import cli


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    for folder in ("studies", "notebooks"):
        (tmp_path / folder).mkdir()
    settings = {"SEGKIT_HOME": tmp_path, "SEGKIT_RUNS": tmp_path / "runs", "COLUMNS": 200}
    for name, value in settings.items():
        monkeypatch.setenv(name, str(value))
    monkeypatch.delenv("SEGKIT_RUN", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def ask(*words):
    done = CliRunner().invoke(cli.app, ["simulate", *map(str, words)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


def files(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.slow
def test_a_world_and_its_study_are_ready_to_run(home):
    code, said = ask("mixed", "--customers", 50, "--out", "data/small", "--study", "small")
    assert code == 0, said
    told = yaml.safe_load((home / "studies/small.yaml").read_text())
    assert told["business"] == "mixed"
    assert told["tables"]["orders"]["file"] == "data/small/orders.csv"
    tables = data.open(segkit.open_run("small", stage="03_data"))
    assert tables.facts()["customers_n"] == 50
    assert "segkit run small" in said


def test_without_a_name_the_study_lies_beside_the_files(home):
    code, said = ask("b2b", "--customers", 30, "--out", "there")
    assert code == 0, said
    assert "truth" not in yaml.safe_load((home / "there/study.yaml").read_text())["tables"]
    assert not list((home / "studies").iterdir())
    assert "cp there/study.yaml studies/NAME.yaml" in said


def test_a_folder_elsewhere_is_named_in_full(home, tmp_path_factory):
    place = tmp_path_factory.mktemp("elsewhere")
    code, _ = ask("null", "--customers", 30, "--out", place)
    assert code == 0
    file = yaml.safe_load((place / "study.yaml").read_text())["tables"]["customers"]["file"]
    assert file == str(place / "customers.csv")


def test_every_row_and_every_soiled_line_is_counted_aloud(home):
    code, said = ask("store", "--customers", 100, "--out", "dirty", "--dirt")
    told = json.loads((home / "dirty/manifest.json").read_text())
    assert code == 0
    for table, rows in told["rows"].items():
        assert f"{table}.csv: {rows:,} rows" in said
    for kind, count in told["planted_dirt"].items():
        assert f"{count:,} × {kind.replace('_', ' ')}" in said


def test_one_kind_of_dirt_can_be_asked_for(home):
    ask("store", "--customers", 100, "--out", "dirty", "--rate", "wrong_amount=0.1")
    told = json.loads((home / "dirty/manifest.json").read_text())
    assert list(told["planted_dirt"]) == ["wrong_amount"]
    assert told["planted_dirt"]["wrong_amount"] == pytest.approx(told["rows"]["orders"] / 10, abs=1)


def test_the_same_seed_gives_the_same_folder(home):
    for name in ("one", "two", "other"):
        ask("services", "--customers", 40, "--out", name, "--seed", 9 if name == "other" else 4)
    one, two, other = (files(home / name) for name in ("one", "two", "other"))
    del one["study.yaml"], two["study.yaml"]
    assert one == two
    assert one["orders.csv"] != other["orders.csv"]


def test_nothing_is_written_over(home):
    ask("mixed", "--customers", 50, "--out", "there", "--study", "small")
    before = files(home)
    code, said = ask("b2b", "--out", "there")
    assert (code, "there is there and not empty" in said) == (2, True)
    code, said = ask("b2b", "--out", "other", "--study", "small")
    assert (code, "There is a study 'small' already" in said) == (2, True)
    assert files(home) == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("b2c",), "Did you mean 'b2b'"),
        (("b2b", "--customers", -4), "from 20 to"),
        (("b2b", "--months", 2), "from 3 to 120"),
        (("b2b", "--rate", "mud=0.1"), "'mud' is no dirt"),
        (("b2b", "--rate", "test_order"), "write KIND=SHARE"),
        (("b2b", "--rate", "test_order=much"), "write KIND=SHARE"),
        (("null", "--dirt"), "takes no dirt"),
        (("b2b", "--study", "a/b"), "is no name"),
    ],
)
def test_what_cannot_be_done_is_said_and_leaves_nothing(home, words, said):
    code, answer = ask(*words, "--out", "new")
    assert code == 2
    assert said in answer
    assert not (home / "new").exists()
    assert not list((home / "studies").iterdir())
