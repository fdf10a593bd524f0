"""A run that is killed at any moment and started again leaves what an undisturbed one leaves."""

import killed
import pytest


@pytest.mark.slow
def test_a_killed_run_started_again_is_as_if_nobody_had_killed_it(tmp_path):
    found = killed.trials(killed.project(tmp_path / "shop"), times=2, seed=2)
    assert [line for _, lines in found for line in lines] == []


def test_what_differs_or_leaks_is_found(tmp_path):
    run = tmp_path / "runs" / "tiny"
    (run / ".tables.x").mkdir(parents=True)
    (run / "a.csv").write_text(f"x\n{killed.PLANTED[0]}\n")
    (tmp_path / "temporary").mkdir()
    (tmp_path / "temporary" / "old").mkdir()
    told = list(killed.differences(tmp_path, {"a.csv": b"x\n", "b.csv": b""}, killed.PLANTED[2]))
    assert told == [
        ".tables.x is left behind",
        "a.csv differs",
        "b.csv is missing",
        "old is left in the temporary folder",
        f"{killed.PLANTED[2]} in a message",
        f"{killed.PLANTED[0]} in a.csv",
    ]
