"""The workbook in JupyterLab, in a real browser: run from top to bottom, as a reader would.

`PYTHONPATH=tests/support python tests/workbook/test_lab_browser.py` does all seven notebooks of the
grocery study; the test does the first, because the others are executed by nbval already.
"""

import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import browser
import pytest

from segkit.study import STAGES

HOME = Path(__file__).parents[2]
STATE = """() => {
    const content = window.jupyterapp.shell.currentWidget.content;
    const code = content.widgets.filter(cell => cell.model.type === 'code');
    const outputs = code.flatMap(cell => cell.model.outputs.toJSON());
    return {
        code: code.filter(cell => cell.model.sharedModel.getSource().trim()).length,
        counts: code.map(cell => cell.model.executionCount),
        errors: outputs.filter(o => o.output_type === 'error').map(o => o.ename + ': ' + o.evalue),
        pictures: outputs.filter(o => o.data && o.data['image/png']).length,
    }
}"""

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def run_all(page, address, stage):
    """Open one notebook, run all its cells, and return what the page then holds."""
    page.goto(f"{address}/lab/workspaces/{stage}/tree/{stage}.ipynb", wait_until="commit")
    ready = "() => window.jupyterapp?.shell?.currentWidget?.context?.sessionContext?.session"
    page.wait_for_function(ready)
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
    return page.evaluate(STATE)


def check(state, stage):
    assert state["errors"] == [], f"{stage}: {state['errors']}"
    counts = [count for count in state["counts"] if count]
    assert counts == list(range(1, state["code"] + 1)), f"{stage}: {counts}"
    assert state["pictures"] > 0, stage


@contextmanager
def opened():
    with browser.started() as started:
        yield browser.page(started, viewport={"width": 1400, "height": 1000})


def test_the_first_notebook_runs_from_top_to_bottom_in_jupyterlab(tmp_path):
    with opened() as page, browser.lab(tmp_path) as address:
        check(run_all(page, address, STAGES[0]), STAGES[0])


def main():
    """Run all seven notebooks in JupyterLab and say what each page held."""
    with tempfile.TemporaryDirectory() as runs, browser.lab(runs) as address, opened() as page:
        for stage in STAGES:
            state = run_all(page, address, stage)
            if len(sys.argv) > 1:
                page.screenshot(path=f"{sys.argv[1]}/{stage}.png")
            check(state, stage)
            print(f"{stage}: {state['code']} code cells, {state['pictures']} pictures, no error")


if __name__ == "__main__":
    main()
