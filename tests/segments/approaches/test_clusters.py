"""Clusters: planted groups are found; order, units and engine change nothing."""

from itertools import permutations

import ibis
import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from segkit import segments
from segkit.brief import Limits
from segkit.segments import Definition, naming
from segkit.segments.approaches import clusters
from segkit.study import StudyError

FEATURES = ["orders_n", "spend_total", "private_label_share"]


def planted(n=600, seed=1):
    """Three kinds of customers with known membership."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 3, n)
    return truth, pd.DataFrame(
        {
            "customer_id": [f"c{number:05}" for number in range(n)],
            "orders_n": rng.poisson(np.array([5, 40, 40])[truth]) + 1,
            "spend_total": np.exp(rng.normal(np.array([4, 8, 8])[truth], 0.3)),
            "private_label_share": rng.beta(
                np.array([5, 4, 30])[truth], np.array([5, 30, 4])[truth]
            ),
        }
    )


def fitted(card, **change):
    recipe = {"approach": "clusters", "features": FEATURES, "k": 3, "seed": 1, **change}
    return segments.fit(card, recipe)


def test_planted_groups_are_found():
    truth, card = planted()
    labels = segments.assign(card, fitted(card))["segment"]
    assert adjusted_rand_score(truth, labels) > 0.97


def test_unscaled_clusters_miss_what_scaled_ones_find():
    truth, card = planted()
    raw = KMeans(3, n_init=10, random_state=1).fit_predict(card[FEATURES])
    scaled = segments.assign(card, fitted(card))["segment"]
    assert adjusted_rand_score(truth, raw) < 0.7 < adjusted_rand_score(truth, scaled)


def test_row_order_changes_nothing():
    _, card = planted()
    assert fitted(card.sample(frac=1, random_state=5)).to_dict() == fitted(card).to_dict()


def test_units_change_no_segment():
    _, card = planted()
    pence = card.assign(
        orders_n=card["orders_n"] * 1.0, private_label_share=card["private_label_share"] * 100
    )
    before = segments.assign(card, fitted(card))["segment"]
    after = segments.assign(pence, fitted(pence))["segment"]
    assert adjusted_rand_score(before, after) == 1.0


def test_engine_agrees_with_numpy():
    _, card = planted()
    definition = fitted(card)
    matrix = clusters.prepare(card, definition)
    places = clusters.nearest(matrix, np.array(definition.rules["centres"]))
    expected = [definition.order[place] for place in places]
    assert segments.assign(card, definition)["segment"].tolist() == expected


def test_an_ibis_table_comes_back_lazy_with_the_same_segments():
    _, card = planted(60)
    definition = fitted(card)
    lazy = segments.assign(ibis.memtable(card), definition)
    assert isinstance(lazy, ibis.Table)
    frame = lazy.order_by("customer_id").execute()
    assert frame["segment"].tolist() == segments.assign(card, definition)["segment"].tolist()


def test_a_definition_survives_json(tmp_path):
    import json

    _, card = planted(60)
    definition = fitted(card)
    loaded = Definition.from_dict(json.loads(json.dumps(definition.to_dict())))
    assert loaded == definition
    assert segments.assign(card, loaded)["segment"].equals(
        segments.assign(card, definition)["segment"]
    )


def test_missing_values_get_the_median():
    _, card = planted(100)
    holes = card.astype({"orders_n": float})
    holes.loc[:9, "orders_n"] = np.nan
    labels = segments.assign(holes, fitted(holes))["segment"]
    assert labels.notna().all()


def test_segments_are_ordered_by_spend():
    _, card = planted()
    definition = fitted(card)
    totals = card.groupby(segments.assign(card, definition)["segment"])["spend_total"].sum()
    assert totals[definition.order].is_monotonic_decreasing


def test_large_tables_are_clustered_as_well_as_with_ten_full_starts():
    truth, card = planted(12_000)
    matrix = clusters.prepare(card, clusters.scaling(card, features=FEATURES))
    ours = clusters.centres(matrix, k=3, rng=np.random.default_rng(1))
    best = KMeans(3, n_init=10, random_state=1).fit(matrix)
    inertia = ((matrix - ours[clusters.nearest(matrix, ours)]) ** 2).sum()
    assert inertia <= best.inertia_ * 1.001
    assert adjusted_rand_score(truth, clusters.nearest(matrix, ours)) > 0.97


@pytest.mark.parametrize("k", [1, 61])
def test_impossible_numbers_are_refused(k):
    _, card = planted(60)
    with pytest.raises(StudyError, match="N_SEGMENTS"):
        fitted(card, k=k)


def test_criteria_that_do_not_vary_are_left_out_or_refused():
    _, card = planted(60)
    flat = card.assign(orders_n=3)
    assert fitted(flat).columns == ["spend_total", "private_label_share"]
    with pytest.raises(StudyError, match="None of the criteria"):
        fitted(flat, features=["orders_n"])


def test_unknown_approach_and_missing_column_are_named():
    _, card = planted(60)
    with pytest.raises(StudyError, match=r"abc, rfm, .*clusters"):
        segments.fit(card, {"approach": "cluster"})
    with pytest.raises(StudyError, match="orders_n"):
        segments.assign(card.drop(columns="orders_n"), fitted(card))


def evidence(**means):
    rows = [
        (int(k[1:]), at, mean + (0.01 if at else -0.01))
        for k, mean in means.items()
        for at in (0, 1)
    ]
    return pd.DataFrame(rows, columns=["k", "repeat", "adjusted_rand"])


LIMITS = Limits(max_segments=6, smallest_segment_share=0.05)


def test_choice_takes_the_most_stable_that_is_large_enough():
    table = evidence(k2=0.99, k3=0.80, k4=0.90, k5=0.60, k7=0.95)
    smallest = {2: 0.4, 3: 0.2, 4: 0.1, 5: 0.08, 7: 0.06}
    assert clusters.choose(table, smallest=smallest, limits=LIMITS).k == 4
    assert clusters.choose(table, smallest={**smallest, 4: 0.01}, limits=LIMITS).k == 3


def test_choice_prefers_the_larger_within_a_standard_error():
    table = evidence(k3=0.900, k4=0.895)
    assert clusters.choose(table, smallest={3: 0.2, 4: 0.2}, limits=LIMITS).k == 4


def test_a_number_that_other_samples_could_change_is_told_as_undecided():
    close = clusters.choose(evidence(k3=0.900, k4=0.885), smallest={3: 0.2, 4: 0.2}, limits=LIMITS)
    assert (close.k, close.reason.endswith(close.open)) == (4, True)
    assert "undecided between 3 and 4" in close.open
    clear = clusters.choose(evidence(k3=0.9, k4=0.7), smallest={3: 0.2, 4: 0.2}, limits=LIMITS)
    assert (clear.k, clear.open) == (3, "")


def test_undecided_goes_down_to_the_first_number_that_is_surely_near_and_no_further():
    table = evidence(k3=0.9, k4=0.91, k5=0.895, k6=0.88)
    choice = clusters.choose(table, smallest=dict.fromkeys(range(3, 7), 0.1), limits=LIMITS)
    assert (choice.k, "between 4, 5 and 6:" in choice.open) == (5, True)


def test_what_is_set_by_the_user_is_not_undecided():
    told = {"smallest": {3: 0.2, 4: 0.2}, "limits": LIMITS, "asked": 4}
    assert clusters.choose(evidence(k3=0.900, k4=0.885), **told).open == ""


def test_choice_says_when_nothing_is_large_enough():
    choice = clusters.choose(evidence(k3=0.9), smallest={3: 0.01}, limits=LIMITS)
    assert (choice.k, "no number" in choice.reason) == (3, True)


def grouped(*rows, n=20):
    """A card of groups of `n` equal customers, and their labels: a number per column and group."""
    card = pd.DataFrame(np.repeat(np.array(rows, dtype=float), n, axis=0), columns=FEATURES)
    return card, {"labels": np.repeat(range(len(rows)), n), "k": len(rows)}


def test_names_differ_and_describe():
    card, clusters_ = grouped([20, 100, 0.6], [5, 100, 0.9], [12, 100, 0.75])
    found = naming.names(card, FEATURES, **clusters_)
    assert found == ["Many orders", "Few orders", "Close to average"]


def test_no_name_holds_all_the_words_of_another():
    card, clusters_ = grouped([20, 900, 0.1], [20, 900, 0.9], [2, 90, 0.1], [2, 90, 0.9])
    found = naming.names(card, FEATURES, **clusters_)
    said = [set(name.lower().split(", ")) for name in found]
    assert not any(one <= other for one, other in permutations(said, 2))


def test_what_another_name_would_hold_is_told_by_what_is_as_in_all():
    card, clusters_ = grouped([20, 900, 0.5], [20, 380, 0.5], [2, 380, 0.5], [2, 10, 0.5], n=30)
    found = naming.names(card, FEATURES, **clusters_)
    assert found[:2] == ["High spend, many orders", "Many orders, average spend"]
    assert found[2] == "Few orders, average spend"


def test_clusters_that_no_word_tells_apart_are_numbered():
    card, clusters_ = grouped([20, 900, 0.3], [20, 900, 0.9], [2, 90, 0.3], [2, 90, 0.3])
    found = naming.names(card, FEATURES, **clusters_)
    assert len(set(found)) == 4
    assert found[2:] == ["Few orders, low spend (1)", "Few orders, low spend (2)"]
    same, clusters_ = grouped([2, 90, 0.3], [2, 90, 0.3])
    assert naming.names(same, FEATURES, **clusters_) == [
        "Close to average (1)",
        "Close to average (2)",
    ]


def test_the_number_the_user_asks_for_is_taken_and_said():
    choice = clusters.choose(evidence(k3=0.9), smallest={3: 0.2}, limits=LIMITS, asked=5)
    assert choice.k == 5
    assert choice.reason == "5 segments: set by N_SEGMENTS. The evidence would have chosen 3"


def test_evidence_is_summarised_per_number_of_clusters():
    table = clusters.summarise(evidence(k2=0.5, k3=0.9), smallest={2: 0.4, 3: 0.1})
    assert table["k"].tolist() == [2, 3]
    assert table["stability_mean"].round(6).tolist() == [0.5, 0.9]
    assert (table["stability_low"] < table["stability_mean"]).all()
    assert table["smallest_share"].tolist() == [0.4, 0.1]


def test_the_smallest_cluster_of_two_far_groups_is_the_smaller_group():
    matrix = np.array([[0.0, 0.0]] * 30 + [[9.0, 9.0]] * 10) + np.arange(40)[:, None] / 1000
    assert clusters.smallest(matrix, ks=[2], seed=1) == {2: 0.25}


def test_a_profile_has_the_segments_in_order_and_the_criteria_in_words():
    _, card = planted(100)
    definition = fitted(card)
    table = clusters.profile(definition)
    assert table.index.tolist() == definition.order
    assert table.columns.tolist() == ["orders", "spend", "private label share"]


def test_sizes_add_up_and_empty_segments_are_left_out():
    labels, spend = pd.Series(["x", "y", "x", "x"]), pd.Series([1.0, 5.0, 2.0, 2.0])
    table = segments.sizes(labels, spend=spend, order=["y", "nobody", "x"])
    assert table["segment"].tolist() == ["y", "x"]
    assert table["customers_n"].tolist() == [1, 3]
    assert table["customers_share"].tolist() == [0.25, 0.75]
    assert table["money_share"].tolist() == [0.5, 0.5]


def test_membership_numbers_the_segments_in_their_order():
    card = pd.DataFrame({"customer_id": ["a", "b"]})
    table = segments.membership(card, labels=pd.Series(["low", "top"]), order=["top", "low"])
    assert table["segment_no"].tolist() == [2, 1]


class TestStarts:
    """The optimiser is good enough for resampling when more starts change nothing."""

    def a_crowd(self, n=6_000):
        rng = np.random.default_rng(3)
        middles = rng.normal(size=(6, 4)) * 2
        return middles[rng.integers(6, size=n)] + rng.normal(size=(n, 4))

    def spread(self, X, starts, seed):
        found = clusters.centres(X, k=6, rng=np.random.default_rng(seed), starts=starts)
        return ((X - found[clusters.nearest(X, found)]) ** 2).sum()

    @pytest.mark.slow
    def test_a_judged_sample_ends_as_well_as_all_rows_from_all_starts(self):
        X = self.a_crowd()
        full = KMeans(6, n_init=10, random_state=1).fit(X).inertia_
        assert self.spread(X, clusters.STARTS, 1) <= full * 1.001

    @pytest.mark.slow
    def test_more_starts_change_nothing(self):
        X = self.a_crowd()
        usual, many = (self.spread(X, starts, 2) for starts in (clusters.STARTS, 40))
        assert usual == pytest.approx(many, rel=1e-3)

    def test_rows_counted_twice_are_rows_given_twice(self):
        X = np.array([[0.0], [0.2], [5.0], [5.2], [9.0]])
        twice = clusters.centres(np.repeat(X, 2, axis=0), k=2, rng=np.random.default_rng(1))
        how = {"k": 2, "rng": np.random.default_rng(1), "counts": np.full(5, 2)}
        assert sorted(clusters.centres(X, **how).ravel()) == pytest.approx(sorted(twice.ravel()))
