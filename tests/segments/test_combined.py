"""Two approaches at once, and the chooser that compares them all."""

import numpy as np
import pandas as pd
import pytest

from segkit import segments
from segkit.segments import approaches, chooser, combined
from segkit.study import StudyError
from segkit.validation import structure

RECIPE = {"approach": "combined", "first": "abc", "second": {"approach": "geographic"}}


@pytest.fixture
def shop():
    """Give 300 customers with money, orders, days and a region (some not known)."""
    rng = np.random.default_rng(11)
    rows = 300
    return pd.DataFrame(
        {
            "customer_id": [f"c{n:03}" for n in range(rows)],
            "days_since_purchase": rng.integers(1, 300, rows),
            "orders_n": rng.integers(1, 30, rows),
            "spend_total": np.round(rng.lognormal(4, 1, rows), 2),
            "region": rng.choice(["north", "south", None], rows, p=[0.6, 0.3, 0.1]),
        }
    )


def parts(card, **how):
    definition = segments.fit(card, RECIPE | how)
    first = segments.assign(card, definition.rules["first"])["segment"]
    second = segments.assign(card, definition.rules["second"])["segment"]
    return definition, first, second, segments.assign(card, definition)["segment"]


def test_every_customer_is_in_one_pair_and_the_pairs_of_a_add_up_to_a(shop):
    definition, first, _, both = parts(shop)
    assert set(both) <= set(definition.order)
    assert both.str.split(r" · |, elsewhere", regex=True).str[0].tolist() == first.tolist()


def test_a_kept_pair_is_named_after_both_anything_else_after_the_first(shop):
    definition, first, second, both = parts(shop)
    kept = {tuple(pair) for pair in definition.rules["kept"]}
    assert kept
    for a, b, name in zip(first, second, both, strict=True):
        assert name == f"{a} · {b}" if (a, b) in kept else name in (a, f"{a}, elsewhere")


def test_no_part_is_smaller_than_asked_for_unless_the_whole_is(shop):
    for smallest in (0.02, 0.05, 0.1, 0.3):
        _, first, _, both = parts(shop, smallest=smallest)
        sizes, wholes = both.value_counts(), first.value_counts()
        for name, size in sizes.items():
            assert size >= smallest * len(shop) or size == wholes.get(name)


def test_what_is_folded_is_said(shop):
    definition, *_ = parts(shop, smallest=0.3)
    assert any("cannot be divided" in line for line in definition.rules["told"])
    assert combined.told(definition).startswith("- ")


def test_the_order_of_rows_changes_nothing(shop):
    turned = shop.iloc[::-1]
    assert segments.fit(turned, RECIPE) == segments.fit(shop, RECIPE)


def test_it_is_plain_data_and_comes_back_from_json(shop):
    import json

    definition = segments.fit(shop, RECIPE)
    again = json.loads(json.dumps(definition.to_dict()))
    one = segments.assign(shop, definition)["segment"].tolist()
    assert segments.assign(shop, again)["segment"].tolist() == one


def test_new_customers_of_a_pair_never_seen_are_elsewhere(shop):
    definition = segments.fit(shop, RECIPE | {"smallest": 0.02})
    new = shop.head(1).assign(spend_total=1e9, region="atlantis")
    name = segments.assign(new, definition)["segment"].iloc[0]
    assert name in definition.order
    assert name.startswith("A: most of the money")


def test_an_approach_within_itself_is_refused(shop):
    with pytest.raises(StudyError, match="the approach itself"):
        segments.fit(shop, {"approach": "combined", "first": "abc", "second": "abc"})


def test_clusters_can_be_combined_with_a_rule(shop):
    first = {"approach": "clusters", "k": 3, "seed": 1, "features": ["orders_n", "spend_total"]}
    recipe = {"approach": "combined", "first": first, "second": "geographic"}
    definition = segments.fit(shop, recipe)
    assert set(segments.assign(shop, definition)["segment"]) <= set(definition.order)
    assert chooser.searched(recipe)
    assert not chooser.searched(RECIPE | {"first": {"approach": "abc"}})


# ------------------------------------------------------------------ chooser

CRITERIA = pd.DataFrame({"column": ["orders_n", "spend_total"], "role": "segment"})


def test_every_approach_has_its_row_and_says_why_it_cannot(shop):
    table = segments.options(shop, criteria=CRITERIA).table
    assert table["approach"].tolist() == [n.replace("_", " ") for n in approaches.names()]
    possible = table.set_index("approach")["possible"]
    assert possible["abc"] == possible["geographic"] == "yes"
    assert possible["firmographic"].startswith("no: nothing firmographic")
    for own in ("clv", "cohorts"):  # the data may carry them; the card alone does not
        assert possible[own].startswith("not here:")
        assert f"approaches/{own}" in possible[own]
        assert f"(approaches/{own}.ipynb)" in approaches.missing(shop, approach=own)
    assert table.drop(columns="possible").map(lambda text: len(text) > 2).all(axis=None)


def test_an_approach_that_refuses_stops_nobody(shop):
    alike = shop.assign(region="north")
    found = segments.options(alike, criteria=CRITERIA)
    assert "alike" in found["geographic"].why
    assert found["abc"].labels.notna().all()
    table = found.table.set_index("approach")
    assert table.loc["geographic", "possible"].startswith("no: All customers are alike")


def test_the_gallery_links_every_approach():
    for name in approaches.names():
        assert f"(approaches/{name}.ipynb)" in chooser.gallery()


def test_distances_are_measured_in_numbers_that_vary(shop):
    place = segments.attempt(shop, "geographic")
    assert segments.measured(place, features=["orders_n"]) == ["orders_n"]
    money = segments.attempt(shop, "abc")
    assert segments.measured(money, features=["orders_n"]) == ["spend_total"]


def test_agreement_is_that_of_every_pair(shop):
    found = {name: segments.attempt(shop, name) for name in ("abc", "rfm", "geographic")}
    labels = chooser.Compared(found).labels
    table = structure.agreements(labels)
    assert list(zip(table["a"], table["b"], strict=True)) == [
        ("abc", "rfm"), ("abc", "geographic"), ("rfm", "geographic")]  # fmt: skip
    expected = structure.adjusted_rand(labels["abc"], labels["rfm"])
    assert table["adjusted_rand"].iloc[0] == pytest.approx(expected)
    assert "closest are abc and rfm" in chooser.Compared({}).agreed(table)
    assert "nothing to compare" in structure.agreements(labels[["abc"]]).why
    assert "no other approach" in chooser.Compared({}).agreed(structure.agreements(labels[["abc"]]))


def test_borrowed_segments_are_no_agreement():
    pairs = [("rfm", "five_w", 1.0), ("rfm", "abc", 0.3), ("abc", "crm_selections", 0.1)]
    said = chooser.Compared({}).agreed(pd.DataFrame(pairs, columns=["a", "b", "adjusted_rand"]))
    assert "closest are rfm and abc (0.30)" in said
    assert "abc and crm selections" in said
