"""World `survey`: six planted segments of stated sizes, yea-sayers, descriptors."""

import pytest

from segkit import simulate
from segkit.simulate import survey


@pytest.fixture(scope="module")
def world():
    return simulate.world("survey", customers=4000, seed=3)


def test_kinds_have_the_stated_sizes_and_chances(world):
    kinds, told = world.truth["customers"]["archetype"], world.truth["answers"]
    shares = told.set_index("archetype")["share"]
    assert shares.sum() == pytest.approx(1.0)
    assert kinds.value_counts(normalize=True)[shares.index].tolist() == pytest.approx(
        shares.tolist(), abs=0.001
    )
    items = told.columns[2:]
    yes = (world.tables["customers"][items] == "yes").groupby(kinds.to_numpy()).mean()
    expected = told.set_index("archetype")[items] * (1 - survey.WORLD.lacking)
    assert (yes.loc[expected.index] - expected).abs().to_numpy().max() < 0.09


def test_nobody_has_an_id_and_descriptors_differ_between_kinds(world):
    table, kinds = world.tables["customers"], world.truth["customers"]["archetype"].to_numpy()
    assert "customer_id" not in table
    ages = table.groupby(kinds)["age"].mean()
    assert ages["rest"] - ages["thrill"] > 20
    assert table["age"].std() > 1.2 * survey.WORLD.ages_apart
