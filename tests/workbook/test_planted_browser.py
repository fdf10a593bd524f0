"""Scripts in every field of a shop's files: none runs in a browser that shows the notebooks."""

import csv
import shutil
from pathlib import Path

import browser
import planted
import programs
import pytest

from segkit import spreadsheets
from segkit.study import DOCUMENTS, STAGES

HOME = Path(__file__).parents[2]

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Give the run folder of the planted shop, after all seven notebooks."""
    home = tmp_path_factory.mktemp("planted")
    shutil.copytree(HOME / "notebooks", home / "notebooks")
    for name in ("studies", "data"):
        (home / name).mkdir()
    name = planted.make(home)
    where = {"cwd": home, "SEGKIT_HOME": home, "SEGKIT_RUNS": home / "runs"}
    done = programs.segkit("run", name, *programs.FEW, **where)
    assert done.returncode == 0, done.stdout + done.stderr
    return home / "runs" / name


SEEN = """async () => {
    const content = window.jupyterapp.shell.currentWidget.content;
    for (let cell = 0; cell < content.widgets.length; cell++) {
        await content.scrollToItem(cell).catch(() => 0);
        await new Promise(done => setTimeout(done, 50));
    }
    await new Promise(done => setTimeout(done, 2000));
    const code = content.widgets.filter(cell => cell.model.type === 'code');
    return {
        ran: window.ran ?? null,
        trusted: code.every(cell => cell.model.trusted),
        links: document.querySelectorAll("a[href^='javascript']").length,
        formulas: document.querySelectorAll('.jp-OutputArea mjx-container').length,
    }
}"""
READY = """() => window.jupyterapp?.shell?.currentWidget?.context?.isReady
    && window.jupyterapp.shell.currentWidget.content.widgets.length > 5"""


def test_no_planted_script_runs_in_jupyterlab(run, monkeypatch, tmp_path):
    """Executed notebooks that are trusted run what a Run All would."""
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path))
    home = run.parents[1]
    with (
        browser.lab(run.parent, study=run.name, home=home) as address,
        browser.started() as chromium,
    ):
        books = [run / "workbook" / f"{stage}.ipynb" for stage in STAGES]
        programs.module("jupyter", "trust", *books, JUPYTER_DATA_DIR=tmp_path)
        page = browser.page(chromium)
        for stage in STAGES:
            page.goto(f"{address}/lab/workspaces/{stage}/tree/{stage}.ipynb", wait_until="commit")
            page.wait_for_function(READY)
            seen = page.evaluate(SEEN)
            assert seen == {"ran": None, "trusted": True, "links": 0, "formulas": 0}, stage


def test_nor_in_the_documents(run):
    with browser.started() as chromium:
        page = browser.page(chromium)
        for name in DOCUMENTS:
            page.goto((run / name).as_uri(), wait_until="load")
            assert page.evaluate("window.ran ?? null") is None
            assert page.locator("a[href^='javascript']").count() == 0


def test_what_is_planted_would_run_if_it_were_not_made_words(tmp_path):
    page_ = tmp_path / "bare.html"
    page_.write_text("".join(planted.plant("bare", n) for n in range(2)), "utf-8")
    with browser.started() as chromium:
        page = browser.page(chromium)
        page.goto(page_.as_uri(), wait_until="load")
        page.wait_for_function("window.ran === 'bare'")


def test_no_csv_of_the_run_begins_a_cell_like_a_formula(run):
    files = [path for path in run.rglob("*.csv") if not path.name.startswith(".")]
    assert len(files) >= 6
    for path in files:
        with path.open(encoding="utf-8", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        begun = [cell for cell in cells if spreadsheets.FORMULA.match(cell)]
        assert [cell for cell in begun if not spreadsheets.HARMLESS.fullmatch(cell)] == []
    assert "'=1+1|" in (run / "membership.csv").read_text("utf-8")
