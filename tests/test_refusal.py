"""A refusal is a value: it passes through, says its reason once, and breaks no assertion."""

import json

import numpy as np
import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell

from segkit import plots
from segkit.refusal import Refused, in_lines, passes

NO_MONEY = Refused("This list has no money.")


def test_everything_made_from_a_refusal_is_that_refusal():
    derived = [NO_MONEY.curve, NO_MONEY["share"], NO_MONEY.sum(axis=0), NO_MONEY + 1, 1 - NO_MONEY]
    derived += [NO_MONEY / 2, abs(NO_MONEY - 1) < 1e-9, NO_MONEY >= 3, np.float64(2) * NO_MONEY]
    assert all(each is NO_MONEY for each in derived)


def test_an_assertion_about_it_is_not_broken_and_a_loop_over_it_does_nothing():
    assert abs(NO_MONEY.sum() - 1) < 1e-9
    assert list(NO_MONEY) == []


def test_private_names_are_not_answered():
    with pytest.raises(AttributeError):
        NO_MONEY._repr_html_  # noqa: B018 - asking for it is the test


def test_figures_and_tables_hand_it_on():
    assert plots.table(NO_MONEY) is NO_MONEY
    assert plots.segments.shares(NO_MONEY) is NO_MONEY


def test_a_marked_function_works_on_what_is_there():
    half = passes(lambda a, *, by: a / by)
    assert half(4, by=2) == 2
    assert half(4, by=NO_MONEY) is NO_MONEY


def test_its_reason_reads_well_in_a_sentence():
    told = f"- **Sorted:** the top brings {NO_MONEY.top:.0%}.\n- **Drawn:** {NO_MONEY:.2f}\nAll."
    said = ["- **Sorted:** This list has no money.", "- **Drawn:** as above.", "All."]
    assert in_lines(told).split("\n") == said
    assert plots.words(told).data == in_lines(told)
    assert in_lines(f"- **Sorted:** {NO_MONEY:.2f}\n{NO_MONEY}{NO_MONEY:.1f}") == said[0]


def test_a_notebook_says_a_reason_once_and_again_when_that_cell_is_run_again(capsys):
    shell = InteractiveShell.instance()
    shell.run_cell("from segkit.refusal import Refused; no = Refused('Nothing was sold here.')")
    said = []
    for cell in ("no", "no.curve", "no", "no.other"):
        shell.run_cell(cell, store_history=True)
        said.append("Markdown" in capsys.readouterr().out)
    InteractiveShell.clear_instance()
    assert said == [True, False, True, False]


def test_a_refused_artefact_leaves_its_reason_and_no_stale_file(project):
    run = project(orders="customer_id,order_id,ordered_at,amount\n")
    run.write("note.csv", pd.DataFrame({"a": [1]}))
    run.write("note.csv", NO_MONEY)
    run.write("note.json", {"who": NO_MONEY})
    assert not run.has("note.csv")
    assert json.loads((run.path / "note.json").read_text()) == {"who": {"refused": NO_MONEY.why}}
