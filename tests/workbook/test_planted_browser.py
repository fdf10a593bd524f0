"""Scripts in every field of a shop's files: none runs in a browser that shows the notebooks."""

import csv
import shutil
from pathlib import Path

import browser
import nbconvert
import planted
import programs
import pytest

from segkit import spreadsheets

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
    done = programs.segkit("run", name, cwd=home, SEGKIT_HOME=home, SEGKIT_RUNS=home / "runs")
    assert done.returncode == 0, done.stdout + done.stderr
    return home / "runs" / name


def test_no_planted_script_runs_in_a_notebook_or_in_the_report(run, tmp_path):
    pages = [run / "report.html"]
    for book in sorted((run / "notebooks").glob("*.ipynb")):
        html, _ = nbconvert.HTMLExporter().from_filename(str(book))
        pages.append(tmp_path / f"{book.stem}.html")
        pages[-1].write_text(html, "utf-8")
    assert len(pages) == 8
    with browser.started() as chromium:
        page = browser.page(chromium)
        for path in pages:
            page.goto(path.as_uri(), wait_until="load")
            assert page.evaluate("window.ran ?? null") is None, path.name
            assert page.locator("a[href^='javascript']").count() == 0, path.name


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
