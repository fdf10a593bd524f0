"""The examples in docstrings hold: every `>>>` of segkit is executed, room by room."""

import doctest
import importlib

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
