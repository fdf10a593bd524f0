"""What is said of the order of segments holds, for every approach, by the raw rows of the card."""

import pytest

from segkit import data, segments, simulate
from segkit.data.reports import cohorts
from segkit.refusal import Refused
from segkit.segments import approaches

FEATURES = ["days_since_purchase", "orders_n", "spend_total"]
RECIPES = {"clusters": {"approach": "clusters", "features": FEATURES, "k": 4, "seed": 1}}
WORLDS = ("store", "services", "b2b", "mixed")


@pytest.fixture(scope="module")
def cards():
    """Give a card of every simulated world, with all that any approach asks for."""
    return {name: known(simulate.world(name, customers=300, seed=3)) for name in WORLDS}


def known(world):
    tables = data.from_frames(**world.tables)
    as_of = data.card.analysis_date(tables)
    card = data.card.build(tables, as_of=as_of, window_days=0, everyone=True)
    further = (data.outcomes.repeats(tables, as_of=as_of), cohorts.members(tables).execute())
    for more in further:
        card = card.merge(more, on="customer_id", how="left")
    return card


def holds(said, found, card, labels):
    """Check a sentence of `ordering.told` against sums over the rows of a card."""
    money = [float(card.loc[labels == name, "spend_total"].sum()) for name in found]
    front, _, end = said.removesuffix(".").partition("; at the end: ")
    if front == "Largest total spend first":
        return money == sorted(money, reverse=True) if not end else found[-1] in end
    return money != sorted(money, reverse=True)


@pytest.mark.slow
@pytest.mark.parametrize("name", approaches.names())
def test_the_sentence_on_the_order_holds(name, cards):
    told = 0
    for card in cards.values():
        made = segments.attempt(card, RECIPES.get(name, name))
        if not isinstance(made, Refused):
            found = made.sizes["segment"].tolist()
            assert holds(made.ordered, found, card, made.labels.to_numpy()), made.ordered
            told += 1
    assert told, "no world carries this approach"


def test_without_money_the_number_of_customers_is_told(cards):
    bare = cards["b2b"].drop(columns="spend_total")
    made = segments.attempt(bare, "firmographic")
    heads = [int((made.labels == name).sum()) for name in made.sizes["segment"]]
    assert ("Most customers first" in made.ordered) == (heads[:-1] == sorted(heads[:-1])[::-1])
