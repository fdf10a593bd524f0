"""k-means from several starts at once, against scikit-learn and against what must hold."""

import numpy as np
import pytest
from sklearn.cluster import KMeans

from segkit.segments.models import lloyd


def cloud(seed=1, rows=300, columns=4):
    return np.random.default_rng(seed).normal(size=(rows, columns))


def groups(seed=1):
    rng = np.random.default_rng(seed)
    middles = np.array([[0, 0], [6, 0], [0, 6], [6, 6]])
    return np.vstack([rng.normal(middle, 1, size=(50, 2)) for middle in middles])


def solved(X, k, seed=1, starts=20, **more):
    ends, spread = lloyd.solutions(X, k=k, rng=np.random.default_rng(seed), starts=starts, **more)
    return ends[0], spread[0]


def inertia(X, centres):
    return ((X[:, None] - centres[None]) ** 2).sum(axis=2).min(axis=1).sum()


def in_order(centres):
    return centres[np.lexsort(centres.T)]


def test_clear_groups_are_those_of_scikit_learn():
    X = groups()
    theirs = KMeans(4, n_init=10, random_state=1).fit(X)
    centres, spread = solved(X, 4)
    assert in_order(centres) == pytest.approx(in_order(theirs.cluster_centers_), abs=0.05)
    assert spread == pytest.approx(theirs.inertia_, rel=1e-3)


@pytest.mark.parametrize("k", [3, 8])
def test_a_cloud_is_cut_as_tightly_as_by_ten_starts_of_scikit_learn(k):
    X = cloud()
    ours = np.mean([inertia(X, solved(X, k, seed)[0]) for seed in range(15)])
    theirs = np.mean([KMeans(k, n_init=10, random_state=s).fit(X).inertia_ for s in range(15)])
    assert ours <= theirs * 1.003


def test_the_best_end_is_settled_and_its_spread_is_that_of_the_rows():
    X = cloud()
    centres, spread = solved(X, 5)
    own = ((X[:, None] - centres[None]) ** 2).sum(axis=2).argmin(axis=1)
    means = np.array([X[own == place].mean(axis=0) for place in range(5)])
    assert means == pytest.approx(centres, abs=0.02)
    assert spread == pytest.approx(inertia(X, centres), rel=1e-3)


def test_ends_come_best_first_and_more_starts_are_never_worse():
    X = cloud()
    _, spread = lloyd.solutions(X, k=6, rng=np.random.default_rng(1), starts=20)
    assert (np.diff(spread[1:]) >= 0).all()
    few, many = (np.mean([solved(X, 6, seed, n)[1] for seed in range(10)]) for n in (1, 20))
    assert many < few


def test_a_row_that_counts_twice_is_as_two_rows():
    X = groups()
    counts = np.random.default_rng(2).integers(1, 4, size=len(X))
    counted = in_order(solved(X, 4, counts=counts)[0])
    assert counted == pytest.approx(in_order(solved(X.repeat(counts, axis=0), 4)[0]), abs=0.05)


def test_another_unit_and_another_zero_change_nothing():
    X = groups()
    moved = in_order((solved(X * 100 + 1e6, 4)[0] - 1e6) / 100)
    assert moved == pytest.approx(in_order(solved(X, 4)[0]), abs=1e-3)


def test_as_many_clusters_as_rows_and_equal_rows_are_no_crash():
    assert solved(np.array([[0.0], [4.0], [9.0]]), 3)[1] == pytest.approx(0, abs=1e-6)
    assert solved(np.ones((5, 2)), 2)[0] == pytest.approx(np.ones((2, 2)))
