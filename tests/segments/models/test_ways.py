"""Batteries in segments: as answered or standardised by evidence, names and answer style."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from segkit import data, segments, simulate
from segkit.data.cells import readings
from segkit.segments.approaches import clusters, needs
from segkit.segments.models import questions, scales, ways
from segkit.simulate import survey


@pytest.fixture(scope="module")
def planted():
    world = simulate.world("survey", customers=600, seed=16)
    card = readings.read(world.tables["customers"].astype("string"))
    truth = world.truth["customers"]
    (battery,) = data.card.batteries(card)
    return SimpleNamespace(
        card=card.assign(customer_id=truth["customer_id"]),
        kinds=truth["archetype"],
        items=list(battery.columns),
        said=world.tables["customers"],
        answers=world.truth["answers"],
    )


def test_the_battery_is_the_twenty_motives_and_nothing_else(planted):
    assert planted.items == list(planted.answers.columns[2:])


def test_planted_motives_are_found_nearly_as_well_as_by_an_oracle(planted):
    recipe = clusters.recipe(planted.items, k=7, seed=1, items=scales.RAW)
    found = segments.attempt(planted.card, recipe)
    chances = planted.answers[planted.items]
    best = survey.oracle(planted.said[planted.items], chances, planted.answers["share"])
    oracle = adjusted_rand_score(planted.kinds, best)
    assert oracle > 0.85
    assert adjusted_rand_score(planted.kinds, found.labels) > oracle - 0.06


def test_yea_sayers_are_a_way_of_answering_and_nobody_else_is(planted):
    recipe = clusters.recipe(planted.items, k=7, seed=1, items=scales.RAW)
    found = segments.attempt(planted.card, recipe)
    (styled,) = found.rules["styled"]
    assert styled in questions.STYLES.values()
    inside = planted.kinds[found.labels == styled]
    assert (inside == survey.YEA).mean() > 0.9
    assert f"{len(inside)} of 600" in found.styled


def test_names_say_what_was_answered_and_hold_in_the_raw_answers(planted):
    recipe = clusters.recipe(planted.items, k=7, seed=1, items=scales.RAW)
    found = segments.attempt(planted.card, recipe)
    for name in set(found.order) - set(found.rules["styled"]):
        for item in name.lower().split(", "):
            column = planted.card[item.replace(" ", "_")]
            own, all_ = column[found.labels == name].mean(), column.mean()
            assert own - all_ >= questions.CLEAR


def test_latent_classes_of_a_list_take_the_whole_battery(planted):
    made = needs.fit(planted.card, k=7)
    assert made.columns == planted.items
    assert len(made.rules["styled"]) == 1


def test_as_answered_keeps_distances_and_standardised_evens_them():
    card = pd.DataFrame({"often": [0.0, 1.0] * 50, "rare": [1.0] * 5 + [0.0] * 95})
    spread = {
        way: scales.prepare(card, scales.scaling(card, features=list(card), items=way)).std(axis=0)
        for way in ways.WAYS
    }
    raw = spread[scales.RAW]
    assert raw[0] / raw[1] == pytest.approx(card["often"].std() / card["rare"].std())
    assert spread[scales.STANDARD] == pytest.approx([1.0, 1.0])


def test_an_answer_that_is_lacking_pulls_nowhere():
    card = pd.DataFrame({c: [0.0, 1.0, 1.0, np.nan] for c in "ab"})
    matrix = scales.prepare(card, scales.scaling(card, features=["a", "b"], items=scales.RAW))
    assert matrix[3] == pytest.approx([0.0, 0.0])


def agreeing(raw, standard):
    """Return a measure of agreement with one true value for each of the two ways."""
    rng = np.random.default_rng(1)

    def again(X, ks):
        level = standard if np.ptp(X.std(axis=0)) < 0.05 else raw
        rows = [(k, level + rng.normal(0, 0.01)) for k in ks for _ in range(10)]
        return pd.DataFrame(rows, columns=["k", "adjusted_rand"])

    return again


@pytest.mark.parametrize(
    ("raw", "standard", "way"),
    [(0.8, 0.9, scales.STANDARD), (0.9, 0.5, scales.RAW), (0.8, 0.81, scales.RAW)],
)
def test_standardising_has_to_earn_its_place(planted, raw, standard, way):
    asked = {"again": agreeing(raw, standard), "clustering": lambda X: range(2, 5)}
    found = ways.scale(planted.card, features=planted.items, **asked)
    assert found.items == way
    assert f"clustered {way}" in found.title


def test_what_cannot_be_settled_is_said_and_stays_as_answered(planted):
    rng = np.random.default_rng(1)

    def wild(X, ks):
        rows = [(k, rng.uniform(0, 1)) for k in ks for _ in range(10)]
        return pd.DataFrame(rows, columns=["k", "adjusted_rand"])

    found = ways.scale(planted.card, features=planted.items, again=wild,
                       clustering=lambda X: range(2, 5))  # fmt: skip
    assert found.items == scales.RAW
    assert "not settled" in found.title


def test_part_of_a_battery_or_other_criteria_are_no_battery(planted):
    card = pd.DataFrame({"age": np.arange(40.0), "visits": np.arange(40.0)[::-1]})
    found = ways.scale(card, features=["age", "visits"], again=None, clustering=None)
    assert (found.items, found.matrix.shape) == ("", (40, 2))


def test_a_way_of_answering_takes_many_items_and_no_one_motive():
    asked = [questions.question(pd.Series([0.0, 1.0]), f"q{n}") for n in range(10)]
    rng = np.random.default_rng(1)
    yea = (rng.random((60, 10)) < 0.7).astype(int)
    one = (rng.random((60, 10)) < np.r_[np.full(3, 0.9), np.full(7, 0.2)]).astype(int)
    other = (rng.random((60, 10)) < np.r_[np.full(7, 0.2), np.full(3, 0.9)]).astype(int)
    codes, labels = np.vstack([yea, one, other]), np.repeat([0, 1, 2], 60)
    assert questions.ways(asked, codes, labels, k=3) == ["more", None, None]
    assert questions.ways(asked[:5], codes[:, :5], labels, k=3) == [None] * 3


def test_negation_at_the_head_of_an_item_is_no_number():
    rng = np.random.default_rng(1)
    card = pd.DataFrame(
        {f"no_worry_about_{c}": rng.permutation(list("1234567") * 4) for c in "abcdef"}
    )
    assert len(data.card.batteries(readings.read(card.astype("string")))[0].columns) == 6
