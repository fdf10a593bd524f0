"""Surveys as forms export them: taken for people, items called by what each asks."""

import numpy as np
import pandas as pd

from segkit.data.sources.files import reading
from segkit.newcomer.guessing import guess, items


def test_items_are_called_by_what_each_asks():
    asked = [
        f"Which of these matter to you? [{thing}]" for thing in ("Sea", "Sun", "Sand", "Ski", "A")
    ]
    found = items.called([*asked, "Age"])
    assert list(found.values()) == ["Sea", "Sun", "Sand", "Ski", "A"]


def test_what_all_end_with_is_left_out_as_well():
    found = items.called(
        [
            f"How important is {thing} to you?"
            for thing in ("sea", "sun", "sand", "ski", "a good price")
        ]
    )
    assert found["How important is a good price to you?"] == "a good price"


def test_two_questions_keep_their_beginnings():
    both = [f"{stem} {n}" for stem in ("My motive is", "Your service was") for n in range(5)]
    assert items.called(both) == {}


def test_a_form_of_yes_and_no_without_ids_is_a_list_of_people(tmp_path):
    rng = np.random.default_rng(1)
    motives = ("sea", "sun", "sand", "ski", "price", "do something for my company")
    said = np.where(rng.random((60, 6)) < 0.5, "Yes", "No")
    frame = pd.DataFrame(said, columns=[f"Does this matter? [{motive}]" for motive in motives])
    frame.insert(0, "Timestamp", "2025/03/01 8:00:00 AM GMT+3")
    frame["How old are you?"] = rng.integers(18, 80, 60)
    path = tmp_path / "Form responses.csv"
    frame.to_csv(path, index=False)
    (found,) = guess.tables(reading.peek(path))
    assert found.table == "customers"
    assert found.personal == []
    assert found.choice("do_something_for_my_company")
