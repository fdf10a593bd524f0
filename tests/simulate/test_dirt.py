"""Dirt is planted in exact counts, and the reading of files finds exactly these."""

import pytest

from segkit import data, simulate
from segkit.simulate import dirt, writing

WORLDS = ("store", "services", "b2b", "mixed")


def read(project, world):
    """Write the world's tables as files of a study and open them."""
    return data.open(project(**{name: writing.csv(t) for name, t in world.tables.items()}))


@pytest.mark.slow
@pytest.mark.parametrize("name", WORLDS)
def test_reading_finds_exactly_what_was_planted(name, project):
    clean = simulate.world(name, customers=300, seed=8)
    world = simulate.world(name, customers=300, seed=8, dirt=True)
    tables = read(project, world)
    rejected = tables.rejected.execute()
    found = rejected[rejected.table == "orders"].rule.value_counts().to_dict()
    assert found == {rule: world.planted[kind] for kind, rule in dirt.WORLD.rules.items()}
    line = tables.register().set_index("table").loc["orders"]
    soiled = sum(world.planted[kind] for kind in dirt.WORLD.rules)
    assert line.read_n - line.kept_n == soiled
    assert line.read_n == len(clean.tables["orders"]) + world.planted["repeated_lines"]


@pytest.mark.slow
def test_the_money_kept_is_the_clean_money_less_the_soiled_lines(project):
    clean = simulate.world("store", customers=300, seed=8).tables["orders"]
    world = simulate.world("store", customers=300, seed=8, dirt=True)
    told = world.truth["dirt"].query("kind != 'repeated_lines'")
    wanted = clean.drop(index=told.row - 2).amount.sum()
    assert float(read(project, world).facts()["spend_total"]) == pytest.approx(wanted, abs=0.005)


@pytest.mark.slow
def test_doubled_customers_are_found_by_their_mail(project):
    world = simulate.world("store", customers=300, seed=8, dirt={"doubled_customers": 0.05})
    doubles = read(project, world).doubles.execute().query("customer_id != same_as")
    pairs = set(map(frozenset, zip(doubles.customer_id, doubles.same_as, strict=True)))
    again = world.tables["customers"].customer_id
    again = again[again.str.endswith("x")]
    assert len(again) == world.planted["doubled_customers"] == 15
    assert pairs == {frozenset((c, c.removesuffix("x"))) for c in again}


def test_only_what_was_asked_for_is_planted():
    rates = {"repeated_lines": 0.05, "future_date": 0.0}
    world = simulate.world("mixed", customers=100, seed=4, dirt=rates)
    clean = simulate.world("mixed", customers=100, seed=4).tables["orders"]
    n = round(0.05 * len(clean))  # repeated lines are chosen one by one
    assert world.planted == {"repeated_lines": n}
    assert world.tables["orders"].duplicated().sum() == n


def test_dirt_leaves_the_other_tables_and_the_truth_alone():
    clean = simulate.world("b2b", customers=100, seed=4)
    world = simulate.world("b2b", customers=100, seed=4, dirt=True)
    for name in set(clean.tables) - {"orders", "customers"}:
        assert writing.csv(clean.tables[name]) == writing.csv(world.tables[name]), name
    assert writing.csv(clean.truth["customers"]) == writing.csv(world.truth["customers"])


def test_the_same_seed_soils_the_same_places():
    one, two = (simulate.world("store", customers=60, seed=4, dirt=True) for _ in range(2))
    assert writing.csv(one.tables["orders"]) == writing.csv(two.tables["orders"])
    assert one.truth["dirt"].equals(two.truth["dirt"])


def test_no_line_is_soiled_twice():
    told = simulate.world("store", customers=200, seed=4, dirt=True).truth["dirt"]
    assert told.row.is_unique
