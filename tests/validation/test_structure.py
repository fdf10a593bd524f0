"""Stability, overlap and the verdict on structure, against published numbers and relations."""

import types

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import KMeans
from sklearn.datasets import load_iris

from segkit.segments.approaches import clusters
from segkit.study import StudyError
from segkit.validation import recurring, structure
from segkit.validation.findings import BackTest

A = [1, 1, 1, 2, 2, 2, 3, 3, 3, 3]
B = [1, 1, 2, 2, 2, 2, 3, 3, 1, 3]
LABELS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=40)


def k_means(starts):
    """A clustering as the room expects it: an object with centres and nearest."""

    def centres(X, *, k, rng):
        seed = int(rng.integers(2**31))
        return KMeans(k, n_init=starts, random_state=seed).fit(X).cluster_centers_

    def nearest(X, centres):
        return ((X[:, None] - centres[None]) ** 2).sum(axis=2).argmin(axis=1)

    return types.SimpleNamespace(centres=centres, nearest=nearest)


QUICK, THOROUGH = k_means(3), k_means(80)


@pytest.fixture
def rng():
    return np.random.default_rng(7)


@pytest.fixture(scope="module")
def iris():
    return load_iris().data


def world(kind, n=400, seed=3):
    """Clouds with and without groups."""
    rng = np.random.default_rng(seed)
    if kind == "cloud":
        return rng.normal(size=(n, 5))
    if kind == "gradient":
        return np.column_stack([rng.uniform(0, 10, n), rng.normal(size=n), rng.normal(size=n)])
    if kind == "long cloud":
        factor = rng.normal(size=(n, 1)) * [0.8, 0.7, 0.3, 0.2, 0.5]
        return factor + rng.normal(size=(n, 5)) * [0.6, 0.7, 0.95, 0.97, 0.85]
    middles = np.array([[0, 0], [8, 0], [0, 8]])
    return middles[np.arange(n) % 3] + rng.normal(size=(n, 2))


def refitter(X, *, clustering, k):
    """Return `refit(rows, rng)`: cluster X[rows] into k groups, label all rows of X."""
    return lambda rows, rng: clustering.nearest(X, clustering.centres(X[rows], k=k, rng=rng))


class TestAgreement:
    def test_adjusted_rand_gives_the_published_value(self):
        assert structure.adjusted_rand(A, B) == pytest.approx(0.4318182, abs=1e-7)

    def test_adjusted_rand_of_the_same_partition_is_one(self):
        assert structure.adjusted_rand(A, A) == 1

    def test_best_jaccard_gives_the_published_values(self):
        assert structure.jaccard(A, B).tolist() == [0.5, 0.75, 0.75]

    def test_two_partitions_of_different_customers_are_refused(self):
        with pytest.raises(StudyError, match="10 rows and the other 9"):
            structure.jaccard(A, B[:-1])

    @pytest.mark.slow
    @given(LABELS)
    def test_names_of_groups_do_not_matter(self, rows):
        a, b = (np.array(column) for column in zip(*rows, strict=True))
        renamed = np.array(["d", "b", "a", "c"])[a]
        again = structure.jaccard(renamed, b)
        first = structure.jaccard(a, b)
        assert sorted(again) == pytest.approx(sorted(first))
        assert structure.adjusted_rand(renamed, b) == structure.adjusted_rand(a, b)

    @pytest.mark.slow
    @given(LABELS, st.randoms(use_true_random=False))
    def test_order_of_rows_does_not_matter(self, rows, random):
        shuffled = random.sample(rows, len(rows))
        first, again = (list(zip(*these, strict=True)) for these in (rows, shuffled))
        assert structure.jaccard(*first).equals(structure.jaccard(*again))
        assert structure.adjusted_rand(*first) == structure.adjusted_rand(*again)

    @pytest.mark.slow
    @given(LABELS)
    def test_overlaps_lie_between_zero_and_one(self, rows):
        a, b = zip(*rows, strict=True)
        assert structure.jaccard(a, b).between(0, 1).all()
        assert -1 <= structure.adjusted_rand(a, b) <= 1


class TestMatching:
    def test_the_best_total_wins_over_the_first_best_pair(self):
        a = ["p"] * 10 + ["q"] * 9
        b = ["x"] * 6 + ["y"] * 4 + ["x"] * 9
        names = structure.partners(a, like=b)
        assert names == {"p": "y", "q": "x"}

    @given(LABELS)
    def test_new_names_change_no_group(self, rows):
        a, b = (np.array(column).astype(str) for column in zip(*rows, strict=True))
        names = structure.partners(a, like=b)
        assert structure.adjusted_rand(a, [names[name] for name in a]) == 1

    def test_a_group_without_partner_keeps_its_name_marked_as_new(self):
        assert structure.partners([1, 2, 2], like=["x", "x", "x"])[1] == "new: 1"

    def test_an_earlier_date_gets_the_names_of_today(self):
        now = pd.DataFrame({"customer_id": list("abcde"), "segment": ["x", "x", "y", "y", "y"]})
        then = pd.DataFrame({"customer_id": list("fabcd"), "segment": ["1", "1", "1", "2", "2"]})
        renamed, both = structure.carry_names(then, now=now, by_overlap=True)
        assert renamed["segment"].tolist() == ["x", "x", "x", "y", "y"]
        assert both["customer_id"].tolist() == list("abcd")
        assert (both["then"] == both["now"]).all()
        told = BackTest(kept=None, then=renamed, both=both, moved=both).told
        assert "**100%** of 4 customers" in told

    def test_rules_keep_their_names_whatever_the_overlap(self):
        now = pd.DataFrame({"customer_id": list("ab"), "segment": ["lost", "best"]})
        then = pd.DataFrame({"customer_id": list("ab"), "segment": ["best", "lost"]})
        renamed, both = structure.carry_names(then, now=now, by_overlap=False)
        assert renamed["segment"].tolist() == ["best", "lost"]
        assert (both["then"] != both["now"]).all()


class TestStability:
    def test_every_pair_of_samples_labels_all_rows(self, rng):
        X, sizes = world("blobs", n=90), []
        counting = types.SimpleNamespace(
            centres=QUICK.centres,
            nearest=lambda X, centres: sizes.append(len(X)) or QUICK.nearest(X, centres),
        )
        structure.stability(X, clustering=counting, ks=[3], repeats=4, rng=rng)
        assert sizes == [90] * 8

    def test_separate_groups_come_back_and_a_cloud_does_not(self, rng):
        shared = {"clustering": QUICK, "ks": [3], "repeats": 5, "rng": rng}
        blobs = structure.stability(world("blobs"), **shared)
        cloud = structure.stability(world("cloud"), **shared)
        assert blobs["adjusted_rand"].mean() > 0.98
        assert cloud["adjusted_rand"].mean() < 0.6

    @pytest.mark.parametrize("n", [2, 3])
    def test_a_sample_of_fewer_rows_than_segments_is_no_crash(self, rng, n):
        X = np.arange(n, dtype=float)[:, None]
        table = structure.stability(X, clustering=clusters, ks=[1, 2, 3], repeats=5, rng=rng)
        assert table["adjusted_rand"].between(-1, 1).all()

    def test_the_table_has_one_row_per_number_and_repeat(self, rng):
        table = structure.stability(
            world("blobs", n=60), clustering=QUICK, ks=[2, 3], repeats=3, rng=rng
        )
        assert table[["k", "repeat"]].to_numpy().tolist() == [
            [2, 0], [2, 1], [2, 2], [3, 0], [3, 1], [3, 2],
        ]  # fmt: skip
        assert table["adjusted_rand"].between(-1, 1).all()

    def test_the_unit_of_all_columns_does_not_matter(self):
        X = world("long cloud", n=200)
        shared = {"clustering": QUICK, "ks": [2, 3], "repeats": 3}
        pounds = structure.stability(X, rng=np.random.default_rng(1), **shared)
        pence = structure.stability(X * 128, rng=np.random.default_rng(1), **shared)
        assert pounds["adjusted_rand"].tolist() == pytest.approx(pence["adjusted_rand"].tolist())

    def test_the_same_seed_gives_the_same_table(self):
        X = world("cloud", n=120)
        tables = [
            structure.stability(
                X, clustering=QUICK, ks=[2, 4], repeats=3, rng=np.random.default_rng(5)
            )
            for _ in range(2)
        ]
        assert tables[0].equals(tables[1])

    def test_many_customers_are_sampled_and_the_table_says_so(self, rng):
        X = rng.normal(size=(structure.CAP + 500, 2))
        table = structure.stability(X, clustering=k_means(1), ks=[2], repeats=1, rng=rng)
        assert table["rows_n"].tolist() == [structure.CAP]

    def test_within_is_near_one_for_groups_that_stand_apart(self, rng):
        X = world("blobs")
        labels = np.array(["a", "b", "c"])[np.arange(len(X)) % 3]
        refit = refitter(X, clustering=QUICK, k=3)
        table = recurring.overlaps(labels, refit=refit, repeats=5, rng=rng)
        assert set(table["segment"]) == {"a", "b", "c"}
        assert table["jaccard"].min() > 0.97
        assert table["jaccard"].max() <= 1

    def test_across_solutions_gives_the_published_values(self):
        found = structure.across(A, B)
        assert found.tolist() == pytest.approx([1 - 0.5793802, 1 - 0.5118595, 1.0], abs=1e-6)
        assert structure.across([1] * 10, B).isna().all()

    @pytest.mark.slow
    def test_clusterwise_jaccard_gives_the_published_values_on_iris(self, iris, rng):
        labels = THOROUGH.nearest(iris, THOROUGH.centres(iris, k=3, rng=rng))
        refit = refitter(iris, clustering=k_means(5), k=3)
        found = recurring.overlaps(labels, refit=refit, repeats=30, rng=rng)
        means = found.groupby("segment")["drawn"].mean()
        by_size = means.loc[np.argsort(np.bincount(labels))].tolist()  # 38, 50, 62 flowers
        assert by_size == pytest.approx([0.929, 1.0, 0.949], abs=0.03)

    def test_few_customers_are_not_cut_into_many_segments(self):
        X = np.arange(45.0)[:, None]
        assert list(structure.tried(X, most=8)) == [1, 2, 3, 4]
        assert list(structure.tried(X[:5], most=8)) == [1, 2]
        assert list(structure.tried(np.arange(900.0)[:, None], most=8))[-1] == 8

    def test_within_names_the_segment_that_is_not_there(self, rng):
        X = world("blobs")
        labels = np.where(X[:, 0] > 4, "right", np.where(X[:, 1] > 4, "top", "left"))
        labels = np.where((labels == "left") & (X[:, 0] > 0), "half", labels)
        refit = refitter(X, clustering=QUICK, k=3)
        means = recurring.overlaps(labels, refit=refit, repeats=4, rng=rng)
        means = means.groupby("segment")["jaccard"].mean()
        assert means["right"] > 0.97
        assert means["half"] < 0.6

    def test_comparing_row_by_row_with_the_original_is_chance(self, iris, rng):
        labels = THOROUGH.nearest(iris, THOROUGH.centres(iris, k=3, rng=rng))
        mistakes = []
        for _ in range(20):
            rows = rng.integers(len(iris), size=len(iris))
            sample = iris[rows]
            own = QUICK.nearest(sample, QUICK.centres(sample, k=3, rng=rng))
            mistakes.append(structure.adjusted_rand(labels, own))
        assert abs(np.mean(mistakes)) < 0.05

    def test_a_summary_holds_the_mean_between_low_and_high(self):
        table = pd.DataFrame({"k": [2, 2, 2, 3, 3, 3], "x": [0.1, 0.2, 0.6, 0.9, 0.8, 1.0]})
        found = structure.summary(table, by="k", value="x")
        assert found["mean"].tolist() == pytest.approx([0.3, 0.9])
        assert (found["low"] <= found["mean"]).all()
        assert (found["mean"] <= found["high"]).all()


class TestGap:
    @pytest.mark.slow
    def test_log_within_gives_the_published_values_on_iris(self, iris, rng):
        table = structure.gap(iris, clustering=THOROUGH, ks=range(1, 7), repeats=1, rng=rng)
        found = table.loc[table["reference"] == "box", "log_within"].tolist()
        published = [5.83096, 4.33302, 3.67442, 3.35390, 3.14515, 2.97144]
        assert found == pytest.approx(published, abs=2e-5)

    @pytest.mark.slow
    def test_both_references_give_the_published_gaps_on_iris(self, iris, rng):
        table = structure.gap(iris, clustering=k_means(6), ks=range(1, 9), repeats=25, rng=rng)
        gaps = table.set_index("reference")["gap"]
        box = [0.084, 0.988, 1.439, 1.579, 1.647, 1.714, 1.755, 1.809]
        components = [0.080, 0.597, 0.883, 1.008, 1.050, 1.070, 1.064, 1.087]
        assert gaps["box"].tolist() == pytest.approx(box, abs=0.05)
        assert gaps["components"].tolist() == pytest.approx(components, abs=0.05)

    def test_both_rules_are_shown_for_both_references(self):
        table = pd.DataFrame(
            {
                "reference": ["box"] * 4 + ["components"] * 4,
                "k": [1, 2, 3, 4] * 2,
                "gap": [0.1, 0.9, 0.95, 1.2, 0.1, 0.6, 0.5, 0.4],
                "se": [0.01, 0.01, 0.10, 0.01] * 2,
            }
        )
        found = structure.gap_choice(table)
        assert found["k"].tolist() == [2, 4, 2, 2]
        assert found["rule"].tolist() == ["first within one se", "largest"] * 2

    @pytest.mark.parametrize("shape", ["box", "components"])
    def test_a_reference_cloud_is_as_large_and_as_wide_as_the_data(self, shape, iris, rng):
        cloud = structure.reference(iris, shape=shape, rng=rng)
        assert cloud.shape == iris.shape
        assert np.ptp(cloud, axis=0) == pytest.approx(np.ptp(iris, axis=0), rel=0.5)

    @pytest.mark.parametrize("shape", ["box", "components"])
    def test_answers_of_few_values_keep_them_and_lose_what_ties_them(self, shape, rng):
        marks = rng.integers(1, 6, 300).astype(float)
        X = np.column_stack([marks, marks > 3, rng.normal(size=300)])
        cloud = structure.reference(X, shape=shape, rng=rng)
        assert (np.sort(cloud[:, :2], axis=0) == np.sort(X[:, :2], axis=0)).all()
        assert len(np.unique(cloud[:, 2])) == 300


class TestOtherIndices:
    @pytest.mark.slow
    def test_prediction_strength_gives_the_published_values_on_iris(self, iris, rng):
        table = structure.prediction_strength(
            iris, clustering=k_means(5), ks=range(2, 7), repeats=40, rng=rng
        )
        found = table.groupby("k")["strength"].mean()
        published = {2: 0.97, 3: 0.79, 4: 0.58, 5: 0.58, 6: 0.50}
        assert found.to_dict() == pytest.approx(published, abs=0.05)
        assert found[2] > 0.9

    def test_similarity_gives_the_published_values(self):
        X = [[0, 0], [1, 0], [3, 0], [4, 0]]
        found = structure.similarity(X, [[0.5, 0], [3.5, 0]])
        expected = [[0.952574, 0.047426], [0.880797 + 0.071777, 0.047426]]
        assert found[0] == pytest.approx(expected[0], abs=1e-6)
        assert found[1] == pytest.approx([0.880797, 0.119203], abs=1e-6)
        assert found.sum(axis=1) == pytest.approx([1, 1, 1, 1])

    def test_a_gap_between_groups_is_a_valley_and_a_crowd_is_none(self):
        X = world("blobs")
        apart = structure.valley(X, np.arange(len(X)) % 3)
        cloud = world("cloud", n=1_000)
        cut = structure.valley(cloud, cloud[:, 0] > 0)
        assert apart["valley"].max() < 0.2
        assert cut["valley"].min() > 0.9
        assert cut["neighbour"].tolist() == [True, False]


class TestBesideClouds:
    def test_it_is_the_evidence_without_what_only_decides(self):
        X = world("blobs", n=90)
        how = {"clustering": QUICK, "most": 3, "repeats": 2}
        few, gaps = structure.beside_clouds(X, rng=np.random.default_rng(1), **how)
        whole, gaps_too = structure.evidence(X, rng=np.random.default_rng(1), **how)
        decides = {"prediction_strength", "gap_gain", "gap_se"}
        assert set(whole) - set(few) == decides
        pd.testing.assert_frame_equal(whole[few.columns], few)
        pd.testing.assert_frame_equal(gaps, gaps_too)


class TestVerdict:
    def judge(self, X, seed=11):
        rng = np.random.default_rng(seed)
        found, _ = structure.evidence(X, clustering=QUICK, most=5, repeats=6, rng=rng)
        return structure.verdict(found)

    @pytest.mark.slow
    def test_separate_groups_are_natural(self):
        judged = self.judge(world("blobs"))
        assert judged["structure"] == "natural"
        assert judged["best_k"] == 3

    @pytest.mark.slow
    def test_a_round_cloud_has_no_structure(self):
        judged = self.judge(world("cloud"))
        assert judged["structure"] == "none"
        assert "No structure" in judged["sentence"]

    @pytest.mark.slow
    @pytest.mark.parametrize("seed", [1, 2, 3])
    def test_a_long_cloud_is_called_a_cloud_although_it_is_cut_alike(self, seed):
        judged = self.judge(world("long cloud", seed=seed), seed)
        assert judged["structure"] == "constructive"
        assert "made, not found" in judged["sentence"]

    @pytest.mark.slow
    @pytest.mark.parametrize("seed", [1, 2, 3])
    def test_a_gradient_is_never_natural(self, seed):
        assert self.judge(world("gradient", seed=seed), seed)["structure"] in (
            "constructive",
            "reproducible",
        )

    def test_one_index_alone_never_makes_natural(self):
        blank = {"stability_cloud": 0.9, "stability_se": 0.01, "stability_se_cloud": 0.01}
        blank |= {"valley_cloud": 1.0}
        blank |= {"silhouette": 0.2, "silhouette_cloud": 0.2, "gap_gain": -1.0, "gap_se": 0.1}
        blank |= {"prediction_strength": 0.5, "valley": 1.5, "stability": 0.5, "k": 3}
        signs = {
            "stability": 1.0, "prediction_strength": 1.0, "valley": 0.1,
            "gap_gain": 3.0, "silhouette": 0.9,
        }  # fmt: skip
        for name, value in signs.items():
            judged = structure.verdict(pd.DataFrame([blank | {name: value}]))
            assert judged["structure"] != "natural", name

    @settings(max_examples=10, deadline=None)
    @given(st.floats(0.01, 100))
    def test_the_unit_of_all_columns_does_not_change_the_valleys(self, factor):
        X = world("blobs", n=90)
        labels = np.arange(90) % 3
        first, again = (structure.valley(x, labels)["valley"] for x in (X, X * factor))
        assert first.tolist() == pytest.approx(again.tolist(), abs=0.06)
