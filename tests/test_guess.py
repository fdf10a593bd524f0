"""What files hold, told from headings and cells: exports of many programs, counted by hand."""

import pytest
from export_worlds import WEATHER, WORLDS

from segkit.data.sources import guess, reading


def peeks(folder, files):
    found = []
    for name, text in files.items():
        path = folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        found += reading.peek(path)
    return found


def guessed(folder, files):
    return guess.tables(peeks(folder, files))


def one(folder, text, name="file.csv"):
    return guessed(folder, {name: text})[0]


@pytest.mark.parametrize("name", WORLDS)
def test_every_column_of_a_real_export_is_recognised(name, tmp_path):
    world = WORLDS[name]
    found = {g.table: g for g in guessed(tmp_path, world.files)}
    assert set(found) == set(world.tables)
    for table, columns in world.tables.items():
        assert {c.column: c.heading for c in found[table].choices} == columns


@pytest.mark.parametrize("name", WORLDS)
def test_what_is_unsure_is_what_cannot_be_told(name, tmp_path):
    world = WORLDS[name]
    doubted = {c.column for g in guessed(tmp_path, world.files) for c in g.choices if not c.sure}
    assert doubted == world.unsure


@pytest.mark.parametrize("name", [n for n, w in WORLDS.items() if w.personal])
def test_what_says_who_somebody_is_is_not_used(name, tmp_path):
    world = WORLDS[name]
    personal = {h for g in guessed(tmp_path, world.files) for h in g.personal}
    assert world.personal <= personal


def test_what_is_no_customers_data_is_said_to_be_nothing(tmp_path):
    found = guessed(tmp_path, WEATHER)[0]
    assert found.table is None
    assert "lacks" in found.why or "known" in found.why
