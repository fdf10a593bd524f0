"""Why a customer is where: distances by hand, and changes that the definition confirms."""

import numpy as np
import pandas as pd
import pytest

from segkit import segments
from segkit.refusal import Refused
from segkit.segments import settled, why
from segkit.segments.approaches import clusters
from segkit.segments.models import mixtures

FEATURES = ["orders_n", "spend_total"]


def kept(recipe, card):
    found = segments.attempt(card, recipe)
    saved = {"order": found.definition.order, "definition": found.definition.to_dict()}
    members = card.assign(segment=np.asarray(found.labels))[["customer_id", "segment"]]
    return settled.Kept(card, members, saved | {"approach": found.definition.approach})


@pytest.fixture(scope="module")
def card():
    rng = np.random.default_rng(3)
    middle = np.repeat([[2, 20], [12, 300]], [40, 20], axis=0)
    values = (middle * rng.lognormal(0, 0.1, (60, 2))).round(2)
    ids = [f"c{n:03}" for n in range(60)]
    return pd.DataFrame(values, columns=FEATURES).assign(customer_id=ids)


@pytest.fixture(scope="module")
def found(card):
    return kept(clusters.recipe(FEATURES, k=2, seed=1), card)


def test_distances_and_pulls_are_those_counted_by_hand(card, found):
    rules = found.saved["definition"]["rules"]
    place = clusters.prepare(card.iloc[[5]], rules["scaling"])[0]
    apart = np.square(np.array(rules["centres"]) - place)
    near = why.of(found, "c005").near
    assert sorted(np.sqrt(apart.sum(axis=1))) == pytest.approx(
        [near["distance"], near["next_distance"]]
    )
    assert near["segment"] == found.membership["segment"][5]
    assert near["next"] == next(name for name in found.order if name != near["segment"])
    own, other = sorted(apart, key=np.sum)
    by_hand = dict(zip(FEATURES, (other - own) / np.abs(other - own).sum(), strict=True))
    assert near["pulls"].set_index("column")["pull"].to_dict() == pytest.approx(by_hand)


@pytest.mark.parametrize("recipe", [clusters.recipe(FEATURES, k=2, seed=1), {"approach": "abc"}])
def test_every_change_that_is_told_changes_the_answer(card, recipe):
    found = kept(recipe, card)
    told = why.of(found, "c050")
    assert len(told.changes)
    for change in told.changes.itertuples():
        other = card.iloc[[50]].assign(**{change.column: change.instead})
        again = segments.chooser.assign(other, found.saved["definition"])["segment"].iloc[0]
        assert again == change.segment != told.segment


def test_the_values_are_those_of_the_card(card, found):
    table = why.of(found, "c050").values.set_index("column")
    mine = card[found.membership["segment"] == found.membership["segment"][50]]
    for column in FEATURES:
        assert table.loc[column, "value"] == card[column][50]
        assert table.loc[column, "segment_middle"] == mine[column].median()
        assert table.loc[column, "everybody_middle"] == card[column].median()


def test_the_order_of_rows_plays_no_part(card, found):
    turned = settled.Kept(card[::-1], found.membership[::-1], found.saved)
    first, second = (why.of(each, "c007") for each in (found, turned))
    pd.testing.assert_frame_equal(first.values, second.values)
    pd.testing.assert_frame_equal(first.changes, second.changes)


def test_in_a_mixture_the_nearest_centre_does_not_decide_so_no_distance_is_told(card):
    definition = mixtures.fit(card, features=FEATURES, k=2, shape="diag", seed=1)
    members = segments.chooser.assign(card, definition)
    saved = {"order": definition.order, "definition": definition.to_dict(), "approach": "clusters"}
    found = why.of(settled.Kept(card, members[["customer_id", "segment"]], saved), "c001")
    assert isinstance(found.near, Refused)
    assert found.segment == members["segment"][1]


def test_rules_know_no_distances_and_strangers_nothing(card):
    found = kept({"approach": "abc"}, card)
    assert isinstance(why.of(found, "c001").near, Refused)
    assert why.of(found, "nobody") is None
