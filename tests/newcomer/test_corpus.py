"""Invented exports in the layouts of known tools: guessed right, and nothing wrong in silence.

`python benchmarks/corpus.py` prints the same, a line for every export.
"""

from pathlib import Path

import exports
import pytest

import segkit
from segkit.data.sources.headings import WEIGHTS

KNOWN = exports.load()
QUICK = [next(n for n, e in KNOWN.items() if e["family"] == f)
         for f in dict.fromkeys(e["family"] for e in KNOWN.values())]  # fmt: skip


def scored(names, folder):
    found = {}
    for name in names:
        (folder / name).mkdir()
        found[name] = exports.score(name, KNOWN[name], folder / name)
    return found


def silent(found):
    """List columns that are wrong though nothing says so."""
    return [(n, h) for n, one in found.items() for h, *_, v in one["columns"] if v == "wrong"]


@pytest.mark.usefixtures("project")
def test_one_export_of_every_family_is_guessed_right(tmp_path):
    found = scored(QUICK, tmp_path)
    many = exports.totals(found.values())
    assert many["right"] >= 0.95 * many.total()
    assert silent(found) == []


@pytest.mark.slow
@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("held", [False, True])
def test_of_all_exports_nearly_every_column_is_right_and_none_is_wrong_in_silence(held, tmp_path):
    found = scored([n for n, e in KNOWN.items() if bool(e.get("held")) == held], tmp_path)
    many = exports.totals(found.values())
    assert many["right"] >= 0.95 * many.total()
    assert {heading for _, heading in silent(found)} <= LINES


LINES = set()
"""Called an item's price, and in truth the line's: to be told by how it grows with the quantity."""


@pytest.mark.slow
@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("name", ["square_items", "hubspot_deals", "onec_sales_report"])
def test_sales_and_money_of_an_export_are_those_that_were_drawn(name, tmp_path):
    result = scored([name], tmp_path)[name]
    assert exports.money(name, KNOWN[name], result).endswith(": right")


def test_the_corpus_is_large_and_a_fifth_of_it_is_held_out():
    assert len(KNOWN) >= 60
    assert sum(bool(e.get("held")) for e in KNOWN.values()) >= 15


def test_every_weight_is_asked_for_somewhere():
    root = Path(segkit.__file__).parent
    code = "".join(p.read_text("utf-8") for room in ("newcomer", "data/sources")
                   for p in (root / room).rglob("*.py"))  # fmt: skip
    assert [name for name in vars(WEIGHTS) if f"W.{name}" not in code] == []
