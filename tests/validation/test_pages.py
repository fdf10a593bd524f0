"""The one page: solutions side by side, segments that come back, and readings that are true."""

import numpy as np
import pandas as pd
import pytest

from segkit.refusal import Refused
from segkit.segments.approaches import clusters
from segkit.validation import pages, recurring, solutions, structure

A = [1, 1, 1, 2, 2, 2, 3, 3, 3, 3]
B = [1, 1, 2, 2, 2, 2, 3, 3, 1, 3]
NOTHING = Refused("not asked")


def blobs(n=120, seed=1, k=3):
    rng = np.random.default_rng(seed)
    middles = np.array([[0, 0], [9, 0], [0, 9], [9, 9]])[:k]
    return middles[np.arange(n) % k] + rng.normal(size=(n, 2))


def followed(X, k, most=5, seed=1):
    labels = clusters.nearest(X, clusters.centres(X, k=k, rng=np.random.default_rng(seed)))
    names = np.array(list("abcdefgh"))[labels]
    how = {"order": sorted(set(names)), "most": most, "rng": np.random.default_rng(seed)}
    return solutions.solve(solutions.Varied(X, clusters), names, **how)


class TestSolutions:
    def test_slsa_of_the_segments_has_the_published_values(self):
        labels = pd.DataFrame({2: A, 3: B}, dtype=object)
        found = solutions.Solutions(labels, (1, 2, 3), np.nan)
        expected = [1 - 0.5793802, 1 - 0.5118595, 1.0]
        assert found.segments["slsa"].tolist() == pytest.approx(expected, abs=1e-6)

    def test_every_member_flows_once_and_blocks_add_up(self):
        found = followed(blobs(), 3)
        assert found.flows.groupby("k")["n"].sum().tolist() == [120] * 3
        assert found.table.groupby("k")["n"].sum().tolist() == [120] * 4
        into = found.flows.groupby(["k", "now"])["n"].sum()
        own = found.table.set_index(["k", "segment"])["n"]
        assert into.equals(own.reindex(into.index).rename_axis(into.index.names))

    def test_the_segments_in_use_stand_as_they_are(self):
        found = followed(blobs(), 3)
        assert set(found.labels[3]) == {"a", "b", "c"}
        assert found.labels[4].nunique() == 4
        assert "new at 4" in set(found.labels[4])
        assert set(found.labels[2]) <= {"a", "b", "c"}

    def test_a_group_that_stands_apart_stays_whole_where_others_are_split(self):
        rng = np.random.default_rng(2)
        X = np.vstack([rng.normal(0, 3, (150, 2)), rng.normal(40, 0.1, (30, 2))])
        found = followed(X, 3, most=5)
        apart = found.labels.loc[160, 3]
        assert apart in found.whole
        assert len(found.whole) < 3

    def test_the_order_of_rows_and_the_unit_change_nothing(self):
        X = blobs()
        turned = np.random.default_rng(3).permutation(len(X))
        first = followed(X, 3).segments["slsa"].sort_values().to_numpy()
        for other in (X[turned], X * 1000):
            again = followed(other, 3).segments["slsa"].sort_values().to_numpy()
            assert again == pytest.approx(first)


class TestShadow:
    X = np.array([[0, 0], [1, 0], [3, 0], [4, 0]], dtype=float)

    def test_four_points_by_hand(self):
        found = structure.shadow(self.X, ["a", "a", "b", "b"])
        assert found == pytest.approx([0.25, 1 / 3, 1 / 3, 0.25])

    def test_names_and_units_change_nothing_and_one_segment_has_none(self):
        found = structure.shadow(self.X * 100, [9, 9, 2, 2])
        assert found == pytest.approx([0.25, 1 / 3, 1 / 3, 0.25])
        assert np.isnan(structure.shadow(self.X, ["a"] * 4)).all()

    def test_nearer_to_another_segment_is_above_one(self):
        assert structure.shadow(self.X, ["a", "b", "b", "b"])[1] > 1


class TestRecurring:
    def table(self, mean, spread, n):
        values = mean + spread * np.tile([-1, 1], n // 2)
        found = pd.DataFrame({"segment": "A", "repeat": range(n), "jaccard": values})
        return found.assign(drawn=values, rows_n=9)

    def word(self, *how):
        return recurring.answers(self.table(*how))["reading"].item()

    def test_far_from_a_limit_is_settled_and_near_is_undecided(self):
        assert self.word(0.9, 0.1, 20) == "pass"
        assert self.word(0.68, 0.02, 20) == "doubt"
        assert self.word(0.3, 0.1, 20) == "fail"
        assert self.word(0.76, 0.1, 20) == "undecided"
        assert self.word(0.76, 0.1, 2000) == "pass"

    def test_pairs_are_added_only_where_the_answer_is_open(self):
        labels, how = np.repeat([0, 1], 50), {"limits": (0.75, 0.6), "rounds": (4, 12)}
        rng = np.random.default_rng(1)
        clear = recurring.settled(labels, refit=lambda rows, rng: labels, rng=rng, **how)
        assert clear["repeat"].nunique() == 4
        flips = iter(range(10**6))

        def changing(rows, rng):
            other = labels.copy()
            other[: 32 * (next(flips) % 4 > 1)] = 1
            return other

        open_one = recurring.settled(labels, refit=changing, rng=rng, **how)
        assert open_one["repeat"].nunique() == 12


class TestPage:
    def seen(self, asked=NOTHING, again=NOTHING, classes=NOTHING):
        gaps = pd.DataFrame(
            {"reference": "box", "k": [1, 2, 3], "gap": [0.1, 0.9, 0.8], "se": 0.01}
        )
        return pages.Seen(asked, again, NOTHING, gaps, classes)

    def test_what_cannot_be_asked_says_so_and_why(self):
        page = self.seen().page(k=2)
        other = page[~page["asked"].str.contains("gap over a cloud")]
        assert set(other["reading"]) == {"not for this method"}
        assert set(other["why"]) == {"not asked"}
        assert not page["decided"].any()

    def test_a_number_in_use_is_read_beside_the_number_an_index_would_choose(self):
        for k, word in {2: "pass", 3: "doubt"}.items():
            page = self.seen().page(k=k)
            assert set(page.loc[page["asked"].str.contains("largest"), "reading"]) == {word}

    def test_classes_are_read_by_all_their_numbers(self):
        table = pd.DataFrame({"k": [1, 2, 3], "entropy_r2": [np.nan, 0.9, 0.5]})
        table = table.assign(starts_agree=[1, 1, 10], starts_n=10)
        for name in ("aic", "sabic", "icl"):
            table[name] = [9.0, 5.0, 6.0]
        page = self.seen(classes=table.assign(bic=[4.0, 5.0, 6.0])).page(k=2)
        word = page.set_index("asked")["reading"]
        assert word["number of segments by BIC"] == "fail"
        assert word["number of segments by ICL"] == "pass"
        assert word["entropy R²"] == "pass"
        assert word["starts that agree"] == "fail"

    def test_a_criterion_between_structureless_data_and_its_limit_is_a_doubt(self):
        rows = {"criterion": "x", "measured": [0.35, 0.3, 0.2], "error": 0.0, "structureless": 0.3}
        table = pd.DataFrame({**rows, "limit": 0.4, "says": "no"})
        words = [pages._criterion("apart", row)[4] for _, row in table.iterrows()]
        assert words == ["doubt", "fail", "fail"]

    def test_readers_see_whole_numbers_of_segments_and_one_mark(self):
        page = pages.shown(self.seen().page(k=2))
        assert page.loc[page["asked"].str.contains("largest"), "measured"].tolist() == ["2"]
        assert set(page["decided"]) == {""}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "expected", "decided"), [("blobs", "natural", "pass"), ("cloud", "none", "fail")]
)
def test_planted_worlds_have_a_page_that_says_so(kind, expected, decided):
    from sklearn.cluster import KMeans

    from segkit import validation

    X = blobs() if kind == "blobs" else np.random.default_rng(1).normal(size=(200, 4))
    model = KMeans(3, n_init=10)
    found = validation.judge(X, model.fit_predict(X), model=model)
    page = found.criteria.set_index("asked")
    assert found.kind == expected
    assert page["decided"].sum() == 1
    assert page.loc[page["decided"], "reading"].item() == decided
    assert (page["reading"].filter(like="SLSW").item() == "pass") == (expected == "natural")


@pytest.mark.slow
def test_a_mixture_has_its_numbers_on_the_page_and_a_rule_has_no_other_number():
    from sklearn.mixture import GaussianMixture

    from segkit import validation

    X, model = blobs(), GaussianMixture(3, random_state=1)
    page = validation.judge(X, model.fit_predict(X), model=model).criteria.set_index("asked")
    assert page.loc["number of segments by BIC", "measured"] == 3
    assert page.loc["entropy R²", "reading"] == "pass"
    rule = validation.judge(X, X[:, 0] > 4, model=lambda X: X[:, 0] > 4)
    assert isinstance(rule.solutions, Refused)
    assert "not for this method" in set(rule.criteria["reading"])
