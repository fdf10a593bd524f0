"""The published chain on the real purchases: executed, compared, run with other choices.

nbval executes every notebook cell by cell and compares what it shows, as text, with what is
published; pictures count by the words beside them. Numbers of runs with other parameters are
compared with what must hold for any parameters, within tolerances.
"""

import json

import fake_project
import pandas as pd
import programs
import pytest

from segkit.study import ARTEFACTS, STAGES

BOOKS = [programs.HOME / "notebooks" / f"{stage}.ipynb" for stage in STAGES]

pytestmark = pytest.mark.slow


def test_every_notebook_shows_what_is_published(tmp_path):
    done = programs.nbval(*BOOKS, SEGKIT_RUNS=tmp_path)
    assert done.returncode == 0, done.stdout[-6000:]


@pytest.mark.parametrize(
    ("held", "agrees"),
    [
        ({"text/plain": "words", "text/html": "<b>1</b>", "image/png": "AAAA"}, True),
        ({"text/plain": "other words", "text/html": "<b>1</b>", "image/png": "iVBO"}, False),
        ({"text/plain": "words", "text/html": "<b>2</b>", "image/png": "iVBO"}, False),
    ],
)
def test_words_and_tables_are_compared_and_pictures_are_not(tmp_path, held, agrees):
    shown = {"text/plain": "words", "text/html": "<b>1</b>", "image/png": "iVBO"}
    source = f"from IPython.display import display\ndisplay({shown}, raw=True)"
    content = fake_project.notebook([("code", source)])
    output = {"output_type": "display_data", "data": held, "metadata": {}}
    content["cells"][0].update(execution_count=1, outputs=[output])
    path = tmp_path / "book.ipynb"
    path.write_text(json.dumps(content))
    assert (programs.nbval(path, SEGKIT_RUNS=tmp_path).returncode == 0) is agrees


# ------------------------------------------------------------------ other choices


CHOSEN = ("-p", "N_SEGMENTS=5", "-p", "SEED=11", *programs.FEW)


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """The folder of a run of the whole chain with five segments and three personas at most."""
    folder = tmp_path_factory.mktemp("runs")
    done = programs.segkit("run", "grocery", *CHOSEN, SEGKIT_RUNS=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture
def path(runs):
    return runs / "grocery"


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def test_the_chain_leaves_every_artefact_and_a_report(path):
    for name in (*ARTEFACTS, "report.html", "manifest.json"):
        assert (path / name).stat().st_size > 0, name


def test_other_parameters_reach_the_results(path):
    definition = read(path / "segments.json")
    assert definition["k"] == len(definition["order"]) == 5
    assert definition["recipe"]["seed"] == 11
    chosen = read(path / "manifest.json")["chosen"]
    assert chosen == {"N_SEGMENTS": 5, "SEED": 11, "BOOTSTRAPS": 20, "REFERENCES": 5}


def test_every_customer_is_in_one_segment_and_parts_add_up(path):
    card, segments = (pd.read_parquet(path / f"{x}.parquet") for x in ("card", "segments"))
    assert segments.customer_id.is_unique
    assert set(segments.customer_id) == set(card.customer_id)
    assert set(segments.segment) == set(read(path / "segments.json")["order"])
    spend = segments.merge(card, on="customer_id").groupby("segment_no").spend_total.sum()
    assert float(spend.sum()) == pytest.approx(float(card.spend_total.sum()), rel=1e-9)
    assert spend.is_monotonic_decreasing


def test_response_by_segment_adds_up_to_the_whole(path):
    response = pd.read_csv(path / "response.csv")
    assert response.share_of_customers.sum() == pytest.approx(1, abs=0.01)
    assert (response.low <= response.outcome_mean + 1e-9).all()
    assert (response.outcome_mean <= response.high + 1e-9).all()
    assert response.outcome_mean.between(0, 1).all()
    overall = (response.outcome_mean * response.n).sum() / response.n.sum()
    assert overall == pytest.approx(214 / 1133, abs=0.01)


def test_personas_and_actions_cover_all_customers(path):
    personas = read(path / "personas.json")["personas"]
    assert 3 <= len(personas) <= 7
    assert sum(p["share"] for p in personas) == pytest.approx(1, abs=0.01)
    assert sum(p["spend_share"] for p in personas) == pytest.approx(1, abs=0.01)
    actions, members = pd.read_csv(path / "actions.csv"), pd.read_csv(path / "membership.csv")
    assert sorted(actions["rank"]) == list(range(1, len(actions) + 1))
    assert actions.priority.between(0, 1).all()
    assert set(members.persona) == {persona["name"] for persona in personas}


def test_the_baseline_and_the_quality_are_those_of_the_data(path):
    brief = read(path / "brief.json")
    assert brief["data"]["customers_n"] == 2469
    assert float(brief["data"]["spend_total"]) == pytest.approx(4.596e6, rel=0.01)
    assert brief["test"]["start"] == "2017-10-30"
    quality = pd.read_csv(path / "quality.csv")
    assert quality.score.between(0, 1).all()


def test_a_second_run_with_nothing_changed_executes_nothing(runs):
    done = programs.segkit("run", "grocery", *CHOSEN, SEGKIT_RUNS=runs)
    assert f"reused  {', '.join(STAGES)}" in done.stdout


def test_a_parameter_of_06_runs_06_and_07_only(runs):
    done = programs.segkit("run", "grocery", *CHOSEN, "-p", "N_PERSONAS=3", SEGKIT_RUNS=runs)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ran     06_personas: N_PERSONAS 0 → 3" in done.stdout
    assert "reused  01_goals, 02_criteria, 03_data, 04_segments, 05_validation\n" in done.stdout


def test_a_mistyped_parameter_is_refused_with_the_right_one(tmp_path):
    done = programs.segkit("run", "grocery", "-p", "N_SEGMENT=5", SEGKIT_RUNS=tmp_path)
    assert done.returncode == 2
    assert "Did you mean N_SEGMENTS, in 04_segments" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("engine", "folder"),
    [((), "."), (("--engine", "segkit"), "."), (("--engine", "segkit"), "src")],
)
def test_papermill_runs_a_notebook_from_any_folder_of_the_project(engine, folder, runs, tmp_path):
    words = (*engine, BOOKS[5], tmp_path / "out.ipynb", "-p", "N_PERSONAS", "4")
    home = programs.HOME / "notebooks" / folder
    done = programs.module("papermill", *words, cwd=home, SEGKIT_RUNS=runs)
    assert done.returncode == 0, done.stderr[-3000:]
    assert len(read(runs / "grocery" / "personas.json")["personas"]) == 4
