"""Examples hold: every `>>>` of segkit is executed, and the README speaks of segments there are."""

import doctest
import importlib
import re
from pathlib import Path

import house
import pytest


def examples(path):
    """List the docstrings of a file that show something."""
    if ">>> " not in house.source(path):
        return []
    name = ".".join(["segkit", *path.relative_to(house.PACKAGE).with_suffix("").parts])
    module = importlib.import_module(name.removesuffix(".__init__"))
    return [test for test in doctest.DocTestFinder().find(module) if test.examples]


@pytest.mark.parametrize("room", house.ROOMS)
def test_the_examples_of_a_room_hold(room):
    told = []
    runner = doctest.DocTestRunner()
    for test in (test for path in house.of(room) for test in examples(path)):
        runner.run(test, out=told.append)
    if told:
        pytest.fail("".join(told), pytrace=False)


def test_the_readme_corrects_segments_that_the_published_notebooks_name():
    home = Path(__file__).parents[2]
    named = re.findall(r'--(?:merge|split|refine|drop|narrow) "([^"]+)"',
                       (home / "README.md").read_text(encoding="utf-8"))  # fmt: skip
    shown = (home / "notebooks" / "05_validation.ipynb").read_text(encoding="utf-8")
    assert named
    assert [name for name in named if name not in shown] == []
