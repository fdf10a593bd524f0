"""Segments that stay: a kept definition is applied, and names are carried over by members."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from segkit import memory, segments
from segkit.refusal import Refused
from segkit.segments import staying
from segkit.segments.approaches import clusters
from segkit.study import StudyError

FEATURES = ["orders_n", "spend_total"]


def card(seed=1, shift=0.0):
    """Make three groups of forty customers, apart in orders and spend."""
    rng = np.random.default_rng(seed)
    middle = np.repeat([[2, 20], [10, 30], [4, 200]], 40, axis=0)
    values = np.abs(middle * rng.lognormal(shift, 0.1, (120, 2)))
    table = pd.DataFrame(values, columns=FEATURES)
    return table.assign(customer_id=[f"c{n:03}" for n in range(120)])


def run(folder, table, *, kept=None, as_of="2024-07-01"):
    """Make what `settle` asks of a run."""
    study = SimpleNamespace(name="shop", kept=kept or {})
    found = {"card.parquet": table, "brief.json": {"data": {"as_of": as_of}}}
    return SimpleNamespace(study=study, path=folder / "shop", read=found.get)


def fitted(table, k=3):
    return segments.attempt(table, clusters.recipe(FEATURES, k=k, seed=1))


def version(attempt, **changes):
    told = {"version": 1, "date": "2024-06-02", "as_of": "2024-06-01", "key": "k", "personas": {}}
    told |= {"order": attempt.order, "recipe": attempt.recipe}
    return {**told, "definition": attempt.definition.to_dict(), **changes}


def remembered(folder, attempt, names, *, day="2024-06-01"):
    """Leave a snapshot in which the segments of an attempt have other names."""
    called = dict(zip(attempt.order, names, strict=True))
    members = attempt.card[["customer_id"]].assign(segment=attempt.labels.map(called))
    order = sorted(names)
    facts = {"as_of": day, "key": "k", "order": order, "recipe": attempt.recipe}
    memory.append(folder / "shop", facts, members)


def test_a_kept_definition_puts_the_same_customers_where_it_put_them(tmp_path):
    june, july = card(), card(seed=2)
    kept = version(fitted(june))
    again = segments.settle(fitted(june), run(tmp_path, june, kept=kept))
    assert again.labels.tolist() == fitted(june).labels.tolist()
    assert again.moves["would_move_share"].tolist() == [0, 0, 0]
    later = segments.settle(fitted(july), run(tmp_path, july, kept=kept))
    by_hand = segments.assign(july, kept["definition"])["segment"]
    assert later.labels.tolist() == by_hand.tolist()
    assert later.moves["customers_n"].sum() == len(july)
    assert "Version 1 is applied" in later.told


def test_kept_names_keep_their_places_whoever_spends_most_now(tmp_path):
    june = card()
    kept = version(fitted(june), order=fitted(june).order[::-1])
    final = segments.settle(fitted(june), run(tmp_path, june, kept=kept))
    assert final.sizes["segment"].tolist() == fitted(june).order[::-1]
    record = segments.KEPT
    assert {"version", "personas"} <= set(record)


def test_a_refit_leaves_the_kept_version_aside_and_says_how_to_take_it(tmp_path):
    june = card()
    final = segments.settle(
        fitted(june), run(tmp_path, june, kept=version(fitted(june))), refit=True
    )
    assert final.version == {}
    assert "segkit keep shop --as shop" in final.told
    assert isinstance(final.moves, Refused)


def test_a_proposal_takes_the_kept_names_where_its_segments_hold_the_same_customers(tmp_path):
    june = card()
    kept = version(fitted(june))
    renamed = staying.renamed(fitted(june).definition, dict(zip(kept["order"], "CAB", strict=True)))
    kept |= {"definition": renamed.to_dict(), "order": list("ABC")}
    final = segments.settle(fitted(june), run(tmp_path, june, kept=kept), refit=True)
    assert final.sizes["segment"].tolist() == list("ABC")
    assert final.labels.tolist() == segments.assign(june, renamed)["segment"].tolist()


def test_a_column_that_is_gone_or_renamed_is_named_with_the_nearest_one(tmp_path):
    june = card()
    kept = version(fitted(june))
    other = june.rename(columns={"orders_n": "order_n"})
    with pytest.raises(
        StudyError, match=r"orders_n.*`order_n`.*Nothing was changed or lost.*--refit"
    ):
        segments.settle(Refused("cannot be fitted"), run(tmp_path, other, kept=kept))


def test_names_and_places_are_carried_over_by_their_members(tmp_path):
    june, july = card(), card(seed=2)
    remembered(tmp_path, fitted(june), ["C", "A", "B"])
    final = segments.settle(fitted(july), run(tmp_path, july))
    assert final.sizes["segment"].tolist() == ["A", "B", "C"]
    then = segments.assign(june, fitted(june).definition)["segment"]
    names = dict(zip(fitted(june).order, ["C", "A", "B"], strict=True))
    assert (final.labels == then.map(names)).mean() > 0.95
    assert final.definition.approach == "clusters"
    assert segments.assign(july, final.definition)["segment"].tolist() == final.labels.tolist()
    assert "by today's levels alone" in final.told
    assert "segkit keep shop" in final.told


def test_nothing_is_carried_from_the_same_day_or_another_approach(tmp_path):
    june = card()
    remembered(tmp_path, fitted(june), ["C", "A", "B"], day="2024-07-01")
    assert segments.settle(fitted(june), run(tmp_path, june)).order == fitted(june).order
    by_money = segments.attempt(june, "abc")
    remembered(tmp_path, fitted(june), ["C", "A", "B"])
    assert segments.settle(by_money, run(tmp_path, june)).order == by_money.order


def test_half_of_both_must_be_the_same_customers():
    """x shares 5 of its 10 with A (5 of 10 there); y shares 4 of its 10 with B."""
    found = ["x"] * 10 + ["y"] * 10
    before = ["A"] * 5 + ["B"] * 5 + ["B"] * 4 + ["A"] * 5 + ["C"]
    assert staying.shared(found, before) == {"x": "A"}
    assert staying.shared(["x", "y"], [None, None]) == {}


def test_what_is_not_carried_never_takes_a_name_that_was(tmp_path):
    june = fitted(card())
    first, second, third = june.order
    turned = staying.renamed(june.definition, {first: second})
    assert turned.order == [second, f"{second} (new)", third]
    labels = segments.assign(june.card, turned)["segment"]
    assert labels.value_counts().tolist() == june.labels.value_counts().tolist()


def test_two_approaches_at_once_are_renamed_after_they_are_joined():
    table = card().assign(region=np.tile(["north", "south"], 60))
    pair = {"first": clusters.recipe(FEATURES, k=2, seed=1), "second": {"approach": "geographic"}}
    found = segments.attempt(table, {"approach": "combined", **pair})
    turned = staying.renamed(found.definition, {found.order[0]: "Mine"})
    labels = segments.assign(table, turned)["segment"]
    assert (labels == "Mine").sum() == (found.labels == found.order[0]).sum()


def test_a_refusal_stays_one_where_nothing_is_kept(tmp_path):
    assert segments.settle(Refused("no"), run(tmp_path, card())) == Refused("no")
