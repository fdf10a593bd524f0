"""World `email_test`: people without ids, and a discount that moves the lapsed alone."""

import numpy as np
import pytest

from segkit import simulate
from segkit.data import schema
from segkit.simulate import draws, email_test, writing


@pytest.fixture(scope="module")
def world():
    return simulate.world("email_test", customers=20_000, seed=5)


def test_the_same_seed_gives_the_same_bytes(world):
    again = simulate.world("email_test", customers=20_000, seed=5)
    assert writing.csv(again.tables["tests"]) == writing.csv(world.tables["tests"])


def test_nobody_has_an_id_and_equal_rows_are_different_people(world):
    table = world.tables["tests"]
    assert not {"customer_id", "taste"} & set(table)
    assert {*schema.required("tests"), "before", "responded", "amount"} <= set(table)
    assert table.duplicated().any()
    assert len(table) == 20_000


def test_arms_are_of_one_size_and_effects_as_planted(world):
    table = world.tables["tests"]
    assert table["arm"].value_counts().max() - table["arm"].value_counts().min() <= 1
    rates = table.groupby(["arm", "customer"])["responded"].agg(["mean", "size"])
    for row in world.truth["effects"].itertuples():
        got, n = rates.loc[(row.arm, row.customer)]
        wanted = row.responds_share + row.effect
        assert abs(got - wanted) < 4 * np.sqrt(wanted * (1 - wanted) / n), row


def test_who_responds_spends_and_what_was_spent_before_tells_of_it(world):
    table = world.tables["tests"]
    assert ((table["amount"] > 0) == table["responded"]).all()
    both = table[(table["amount"] > 0) & (table["before"] > 0)]
    assert np.corrcoef(np.log(both["amount"]), np.log(both["before"]))[0, 1] == pytest.approx(
        email_test.WORLD.own, abs=0.05
    )


def test_only_those_who_were_written_to_have_a_state_of_the_mail(world):
    table = world.tables["tests"]
    assert (table["status"].isna() == (table["arm"] == "control")).all()


def test_answers_may_be_drawn_for_arms_of_another_draw():
    plan = draws.Plan("email_test", 400, 1, np.datetime64("2023-01-01"), 3)
    people = email_test.people(plan)
    found = email_test.answers(np.random.default_rng(1), people, ["discount"] * 400)
    assert list(found) == ["status", "responded", "amount"]
    assert len(found) == 400
