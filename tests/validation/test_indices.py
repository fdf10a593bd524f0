"""The verdict on the segments in use: which criterion decides, and the same for every seed."""

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_iris
from sklearn.metrics import silhouette_score

from segkit.segments.approaches import clusters
from segkit.validation import indices, structure

CALM = {"stability": 0.95, "strength": 0.9, "stability_none": 0.5, "silhouette_none": 0.3}
OWN = {"silhouette": 0.6, "valley": 0.2, "explained": 0.8}


def world(kind, n=300, seed=3):
    rng = np.random.default_rng(seed)
    if kind == "cloud":
        return rng.normal(size=(n, 4))
    if kind == "long cloud":
        factor = rng.normal(size=(n, 1)) * [0.8, 0.7, 0.3, 0.2, 0.5]
        return factor + rng.normal(size=(n, 5)) * [0.6, 0.7, 0.95, 0.97, 0.85]
    middles = np.array([[0, 0], [8, 0], [0, 8]])
    return middles[np.arange(n) % 3] + rng.normal(size=(n, 2))


def asked(X, k, seed, most=150):
    rng = np.random.default_rng(seed)
    labels = clusters.nearest(X, clusters.centres(X, k=k, rng=rng))
    subject = indices.clustered(X, labels, clustering=clusters, k=k)
    return indices.ask(subject, least=10, most=most, rng=rng)


def judged(own=OWN, **change):
    """Judge 30 rounds that scatter a little around the given means."""
    noise = pd.Series(np.linspace(-0.01, 0.01, 30))
    means = {**CALM, "explained_none": 0.6, **change}
    rounds = pd.DataFrame({name: mean + noise for name, mean in means.items()})
    return indices.judge(indices.paged(rounds, own))


def planted(apart, n=300):
    """Three round groups, their centres so many spreads apart, standardised."""
    rng = np.random.default_rng(3)
    middles = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, 0.75**0.5]]) * apart
    X = middles[np.arange(n) % 3] + rng.normal(size=(n, 2))
    return (X - X.mean(axis=0)) / X.std(axis=0)


class TestWords:
    """Gaps are said where the gorge plot shows them, and nowhere else."""

    def test_separated_groups_have_gaps_between_them(self):
        found = asked(planted(20), 3, 1, most=10)
        assert found.own["between"] < indices.FEW
        assert found.judged["structure"] == "natural"
        assert "gaps between them" in found.judged["kind"]

    def test_touching_groups_are_natural_without_gaps_and_the_number_is_said(self):
        found = asked(planted(5), 3, 1, most=10)
        assert found.judged["structure"] == "natural"
        assert found.own["between"] > indices.FEW
        assert f"{found.own['between']:.0%} of the customers lie between" in found.judged["kind"]
        assert "gaps" not in found.judged["kind"]

    def test_one_cloud_has_none(self):
        found = asked(planted(0), 3, 1, most=10)
        assert found.own["between"] > 0.5
        assert found.judged["structure"] != "natural"
        assert "gaps between them" not in found.judged["kind"]

    def test_the_further_apart_the_fewer_lie_between(self):
        shares = []
        for apart in (3, 6, 12, 24):
            X = planted(apart)
            centres = structure.means(X, np.arange(300) % 3)
            shares.append(structure.between(structure.similarity(X, centres)))
        assert shares == sorted(shares, reverse=True)
        assert shares[0] > 0.5 > indices.FEW > shares[-1]

    def test_between_by_hand(self):
        seen = [[0.9, 0.1], [0.5, 0.5], [0.31, 0.69], [0.7, 0.3]]
        assert structure.between(seen) == 0.5


class TestVerdict:
    def test_groups_with_gaps_are_natural(self):
        assert judged()["structure"] == "natural"

    def test_without_gaps_the_best_is_reproducible(self):
        assert judged(own={**OWN, "valley": 1.0})["structure"] == "reproducible"

    def test_a_gap_that_structureless_data_show_as_well_is_none(self):
        assert judged(valley_none=0.9)["structure"] == "natural"
        assert judged(valley_none=0.2)["structure"] == "reproducible"

    def test_what_clouds_reach_as_well_is_constructive_and_that_decided(self):
        found = judged(own={**OWN, "valley": 1.0}, stability_none=0.93)
        assert found["structure"] == "constructive"
        assert found["criterion"] == "stabler than structureless data"
        assert found["measured"] < found["limit"]

    def test_what_does_not_come_back_is_none(self):
        found = judged(stability=0.4)
        assert found["structure"] == "none"
        assert found["limit"] == 0.6

    def test_no_single_index_makes_natural(self):
        for name, value in {"silhouette": 0.1, "explained": 0.5}.items():
            own = {**OWN, name: value}
            assert judged(own=own, strength=0.5)["structure"] in ("natural", "reproducible")
        low = {"silhouette": 0.1, "valley": 0.2, "explained": 0.5}
        assert judged(own=low, strength=0.5)["structure"] == "reproducible"

    def test_a_gap_about_as_deep_as_structureless_data_show_is_undecided_until_it_is_settled(self):
        few, many = ({"valley_none": pd.Series(np.linspace(0.25, 1.25, n))} for n in (10, 1000))
        says = [indices.paged(pd.DataFrame(each), OWN).loc["valleys"] for each in (few, many)]
        assert says[0]["error"] > says[1]["error"] > 0
        assert [each["says"] for each in says] == ["undecided", "yes"]

    def test_too_close_to_a_limit_is_undecided_and_says_which(self):
        found = judged(own={**OWN, "valley": 1.0}, stability=0.7505)
        assert found["structure"] == "undecided"
        assert found["criterion"] == "fairly stable"
        assert "reproducible or constructive" in found["kind"]

    def test_what_could_not_be_measured_speaks_for_nothing(self):
        own = dict.fromkeys(OWN, float("nan"))
        assert judged(own=own, stability_none=float("nan"))["structure"] == "constructive"


class TestAsking:
    @pytest.mark.slow
    @pytest.mark.parametrize(
        ("kind", "k", "expected"),
        [("blobs", 3, "natural"), ("cloud", 3, "none"), ("long cloud", 2, "constructive")],
    )
    def test_another_seed_leads_to_the_same_verdict(self, kind, k, expected):
        X = world(kind, n=500)
        assert {asked(X, k, seed).judged["structure"] for seed in range(3)} == {expected}

    @pytest.mark.slow
    def test_segments_in_use_are_judged_and_not_a_better_number(self):
        X = world("blobs", n=150)
        assert asked(X, 3, 1).judged["structure"] == "natural"
        assert asked(X, 5, 1, most=20).judged["structure"] != "natural"

    def test_what_is_clear_is_not_asked_again(self):
        assert len(asked(world("blobs", n=90), 3, 1).rounds) == 10

    def test_one_segment_for_all_is_no_crash_and_no_structure(self):
        X = world("cloud", n=60)
        subject = indices.clustered(X, np.zeros(60, dtype=int), clustering=clusters, k=1)
        found = indices.ask(subject, least=3, most=6, rng=np.random.default_rng(1))
        assert found.judged["structure"] in ("constructive", "none")


def test_iris_has_its_known_silhouette_and_share_explained():
    X, labels = load_iris().data, load_iris().target
    rng = np.random.default_rng(1)
    own = indices.silhouette(indices.Subject(X, labels, None), rng)
    assert own == pytest.approx(silhouette_score(X, labels))
    assert indices.explained(X, labels) == pytest.approx(1 - 89.3 / 681.37, abs=1e-3)
