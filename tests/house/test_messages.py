"""What rooms say in many words: every name asked for is worded, with the facts it is given."""

import ast
import string

import house
import pytest

from segkit.study import beside

PARTS = {"error": "errors", "note": "notes", "told": "told"}
each_worded = pytest.mark.parametrize(
    "room", [room for room in house.ROOMS if (house.PACKAGE / room / "messages.yaml").is_file()]
)


def said(room):
    """List (place, part, name or None where it is computed, facts) of every call in a room."""
    found = []
    for path in house.of(room):
        for node in ast.walk(house.tree(path)):
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            owner, _, what = called.rpartition(".")
            if owner == "messages" and what in PARTS:
                name = getattr(node.args[0], "value", None)
                facts = {fact.arg for fact in node.keywords}
                found.append((f"{house.label(path)}:{node.lineno}", PARTS[what], name, facts))
    return found


def places(text):
    """Collect the facts a message wants."""
    whole = " ".join(text.values()) if isinstance(text, dict) else text
    names = [name for _, name, _, _ in string.Formatter().parse(whole) if name]
    return {name.partition(".")[0].partition("[")[0] for name in names}


@each_worded
def test_every_message_that_is_said_is_worded_and_gets_its_facts(room):
    texts = beside(house.PACKAGE / room / "messages.py", "messages.yaml")
    calls = [call for call in said(room) if isinstance(call[2], str)]
    assert calls
    unworded = [f"{at}: {name}" for at, part, name, _ in calls if name not in texts[part]]
    assert unworded == []
    other = [(at, places(texts[part][name]) ^ facts) for at, part, name, facts in calls]
    assert [f"{at}: {sorted(facts)}" for at, facts in other if facts and None not in facts] == []


@each_worded
def test_every_message_that_is_worded_is_said(room):
    texts = beside(house.PACKAGE / room / "messages.py", "messages.yaml")
    used = {(part, name) for _, part, name, _ in said(room)}
    worded = {(part, name) for part, names in texts.items() for name in names}
    if any(not isinstance(name, str) for _, name in used):
        pytest.skip("some names of this room are put together when they are said")
    assert worded - used == set()
