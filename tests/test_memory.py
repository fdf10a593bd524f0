"""Snapshots are appended, never rewritten, and the same state is remembered once."""

import pandas as pd
import pytest

from segkit import memory
from segkit.study import StudyError

MEMBERS = pd.DataFrame(
    {"customer_id": ["b", "a"], "segment": ["x", "y"], "spend_total": [1.0, 2.5]}
)


def facts(day, key="k1", **more):
    return {"as_of": day, "key": key, **more}


@pytest.fixture
def run(tmp_path):
    return tmp_path / "runs" / "shop"


def files(run):
    return {path.name: path.read_bytes() for path in memory.home(run).iterdir()}


def test_a_snapshot_comes_back_as_it_was(run):
    memory.append(run, facts("2024-06-01"), MEMBERS)
    (found,) = memory.snapshots(run)
    assert found.as_of == "2024-06-01"
    assert found.members.to_dict("list") == {
        "customer_id": ["a", "b"], "segment": ["y", "x"], "spend_total": [2.5, 1.0]
    }  # fmt: skip


def test_the_same_state_is_remembered_once_whatever_the_order_of_rows(run):
    memory.append(run, facts("2024-06-01"), MEMBERS)
    once = files(run)
    memory.append(run, facts("2024-06-01"), MEMBERS.iloc[::-1])
    assert files(run) == once


def test_other_data_rules_or_days_are_added_and_change_no_file_of_before(run):
    memory.append(run, facts("2024-06-01"), MEMBERS)
    once = files(run)
    memory.append(run, facts("2024-06-01", key="k2"), MEMBERS)
    memory.append(run, facts("2024-06-01"), MEMBERS.assign(segment="x"))
    memory.append(run, facts("2024-05-01"), MEMBERS)
    later = files(run)
    assert {name: later[name] for name in once if name != memory.LOG} == {
        name: content for name, content in once.items() if name != memory.LOG
    }
    assert later[memory.LOG].startswith(once[memory.LOG])
    assert len(later) == 2 * 4 + 1


def test_the_last_state_of_a_day_counts_and_days_stand_in_order(run):
    memory.append(run, facts("2024-06-01", key="k2"), MEMBERS)
    memory.append(run, facts("2024-05-01"), MEMBERS)
    memory.append(run, facts("2024-06-01", key="k1"), MEMBERS)
    memory.append(run, facts("2024-06-01", key="k2"), MEMBERS)
    assert [(s.as_of, s.facts["key"]) for s in memory.snapshots(run)] == [
        ("2024-05-01", "k1"), ("2024-06-01", "k2")
    ]  # fmt: skip
    assert memory.before(run, "2024-06-01").as_of == "2024-05-01"
    assert memory.before(run, "2024-05-01") is None


def test_what_has_no_day_is_kept_but_stands_in_no_history(run):
    memory.append(run, facts(None), MEMBERS)
    assert memory.snapshots(run) == []
    assert memory.before(run, None) is None


def test_a_broken_log_is_said_and_left(run):
    memory.append(run, facts("2024-06-01"), MEMBERS)
    (memory.home(run) / memory.LOG).write_text("{")
    with pytest.raises(StudyError, match=r"log.jsonl cannot be read"):
        memory.snapshots(run)
