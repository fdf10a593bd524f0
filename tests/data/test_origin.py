"""Exact repetitions: every later one is found, no different row ever is."""

import ibis
import pandas as pd
import pytest

from segkit.data import origin


@pytest.fixture
def raw():
    frame = pd.DataFrame({"row": range(2000), "a": [f"id {n}" for n in range(2000)], "b": 1.5})
    for copy, first in ((7, 3), (1999, 3), (500, 499)):
        frame.loc[copy, ["a", "b"]] = frame.loc[first, ["a", "b"]].to_numpy()
    frame.loc[[10, 11], "a"] = None
    return frame


def copied(frame):
    found = origin.copies(ibis.memtable(frame), ["a", "b"])
    return None if found is None else sorted(found.execute()["row"])


def test_each_later_repetition_is_found_and_empty_cells_count_as_equal(raw):
    assert copied(raw) == [7, 11, 500, 1999]


def test_rows_that_differ_anywhere_are_no_copies(raw):
    assert copied(raw.assign(b=range(2000))) is None


def test_two_different_rows_with_one_hash_are_not_taken_for_copies(raw, monkeypatch):
    monkeypatch.setattr(origin, "whole", lambda row: ibis.literal(1))
    assert copied(raw) == [7, 11, 500, 1999]
    assert copied(raw.assign(b=range(2000))) is None
