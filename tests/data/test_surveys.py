"""Item batteries: told by scale, heading and weight; answers of every usual form become marks."""

import numpy as np
import pandas as pd
import pytest

from segkit import data
from segkit.data.cells import readings
from segkit.data.people import contacts


def said(n=60, items=6, *, words=("No", "Yes"), seed=1, stem="wants {}"):
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, len(words), (n, items))
    return pd.DataFrame(
        np.array(words)[codes], columns=[stem.format(c) for c in "abcdefghijkl"[:items]]
    )


LIKED = ["I hate it! -5", "-4", "-3", "-2", "-1", "0", "+1", "+2", "+3", "+4", "I love it! +5"]


def test_words_beside_a_mark_are_the_mark():
    frame = readings.read(said(200, words=LIKED))
    assert set(frame["wants a"]) == set(range(-5, 6))
    (battery,) = data.card.batteries(frame)
    assert battery.unit == "-5 to 5"
    assert data.card.dictionary(frame)["family"].eq("psychographic").all()


def test_names_of_groups_with_a_number_stay_names():
    frame = readings.read(said(words=("Group 1", "Group 2", "Group 3")))
    assert not any(pd.api.types.is_numeric_dtype(frame[c]) for c in frame)


@pytest.mark.parametrize("words", [("Да", "Нет"), ("No", "Yes"), ("0", "1")])
def test_yes_and_no_in_many_columns_are_one_battery(words):
    frame = readings.read(said(words=words).assign(age="30"))
    (battery,) = data.card.batteries(frame)
    assert (len(battery.columns), battery.unit) == (6, "yes/no")


def test_russian_agreement_is_marks_and_its_middle_as_well():
    words = ["Полностью не согласен", "Скорее не согласен", "Затрудняюсь ответить",
             "Скорее согласен", "Полностью согласен"]  # fmt: skip
    frame = readings.read(said(words=words, stem="Для меня важно: {}"))
    assert frame["Для меня важно: a"].max() == 5
    assert data.card.batteries(frame)[0].unit == "1 to 5"


@pytest.mark.parametrize("mark", [";", "; ", ", ", ","])
def test_several_choices_in_a_cell_become_a_column_each(mark):
    rng = np.random.default_rng(2)
    ticked = rng.random((80, 5)) < 0.5
    names = np.array(
        ["Rest", "Good price", "Food, drink" if ";" in mark else "Food", "Sea", "Snow"]
    )
    cells = [mark.join(names[row]) for row in ticked]
    frame = readings.read(pd.DataFrame({"Which of these? (tick)": cells}, dtype="string"))
    assert list(frame.sum().sort_index()) == pytest.approx(
        pd.Series(ticked.sum(axis=0), index=names).sort_index().tolist()
    )
    assert frame.isna().all(axis=1).sum() == (~ticked.any(axis=1)).sum()  # nothing ticked: unknown


def test_a_comma_in_one_choice_of_many_is_no_mark_between_choices():
    single = pd.DataFrame({"How?": ["Yes, always", "No, never", "Yes, often"] * 30}, dtype="string")
    assert list(readings.read(single)) == ["How?"]


def test_two_batteries_of_one_scale_are_told_by_how_their_headings_begin():
    both = pd.concat([said(stem="my motive {}"), said(stem="your service {}", items=5)], axis=1)
    found = data.card.batteries(readings.read(both))
    assert [len(battery.columns) for battery in found] == [6, 5]


def test_a_register_with_flags_is_no_survey():
    flags = readings.read(said(items=6))
    numbers = pd.DataFrame({f"amount {n}": np.arange(60.0) * n for n in range(1, 9)})
    assert data.card.batteries(pd.concat([flags, numbers], axis=1)) == []


def test_a_mark_that_nobody_gave_leaves_the_item_in_its_battery():
    frame = said(200, words=list("1234567"), stem="how important {}")
    frame["how important a"] = frame["how important a"].replace("7", "6")
    (battery,) = data.card.batteries(readings.read(frame))
    assert len(battery.columns) == 6


def test_own_mean_and_spread_are_of_the_answers_given():
    card = pd.DataFrame([[1.0, 0, 1, 0, np.nan], [1, 1, 1, 1, 1]], columns=list("abcde"))
    own = data.card.surveys.Battery(tuple("abcde"), "yes/no").answered(card)
    assert own["mean"].tolist() == [0.5, 1.0]
    assert own["spread"].tolist() == [0.5, 0.0]
    assert own["n"].tolist() == [4, 5]


def test_a_word_such_as_company_in_a_question_is_no_personal_datum():
    ibis = pytest.importorskip("ibis")
    asked = pd.DataFrame({"phone": ["yes", "no"] * 6, "email": [f"a{n}@b.org" for n in range(12)]})
    asked["contact"] = ["1", "5", "3", "2"] * 3
    kept, _ = contacts.without(ibis.memtable(asked))
    assert set(kept.columns) == {"contact"} | ({"phone"} & set(kept.columns))
    assert "email" not in kept.columns


def test_names_of_people_are_left_out_however_few():
    ibis = pytest.importorskip("ibis")
    people = pd.DataFrame({"full name": ["Ann Lee", "Bo Ray"] * 6, "age": ["30", "40"] * 6})
    kept, _ = contacts.without(ibis.memtable(people))
    assert "full name" not in kept.columns
