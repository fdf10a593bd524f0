"""Any segmentation on its own: any model, any labels, gaps, and tables of next to nothing."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import HDBSCAN, AgglomerativeClustering, KMeans
from sklearn.mixture import GaussianMixture

from segkit import validation
from segkit.refusal import Refused

TINY = {
    "one with money": pd.DataFrame({"spend": [900.0] + [0.0] * 39, "visits": range(40)}),
    "all equal": pd.DataFrame({"spend": [5.0] * 30, "visits": [1] * 30}),
    "two different rows": pd.DataFrame({"spend": [1.0, 9.0] * 15}),
    "columns of zeros": pd.DataFrame(np.zeros((30, 15))).assign(x=range(30)),
    "one row": pd.DataFrame({"spend": [1.0]}),
    "nothing known": pd.DataFrame({"spend": [np.nan] * 20, "visits": range(20)}),
}


@pytest.fixture(scope="module")
def three():
    rng = np.random.default_rng(3)
    middles = np.array([[0, 0], [9, 0], [0, 9]])
    return middles[np.arange(90) % 3] + rng.normal(size=(90, 2))


def halves(X):
    """Rule: above or below the mean of the first column."""
    return np.where(X[:, 0] > X[:, 0].mean(), "high", "low")


@pytest.mark.slow
@pytest.mark.parametrize(
    "model",
    [
        KMeans(3, n_init=5), GaussianMixture(3), AgglomerativeClustering(3),
        HDBSCAN(min_cluster_size=8, copy=True),
    ],
    ids=lambda model: type(model).__name__,
)  # fmt: skip
def test_any_model_finds_groups_that_stand_apart(three, model):
    found = validation.judge(three, model.fit_predict(three), model=model)
    assert found.kind == "natural"
    assert found.segments["overlap"].min() > 0.75


@pytest.mark.slow
def test_a_rule_is_a_function_and_no_natural_group_in_a_cloud():
    X = np.random.default_rng(1).normal(size=(200, 3))
    found = validation.judge(X, halves(X), model=halves)
    assert found.kind == "constructive"
    assert "by the model, as in use" in found.sentence


def test_without_a_model_nothing_is_repeated_and_that_is_said(three):
    found = validation.judge(three, np.arange(90) % 3)
    assert found.kind == "unknown"
    assert "no model was given" in found.told
    assert found.segments["n"].tolist() == [30, 30, 30]


def test_gaps_words_and_missing_labels_are_filled_left_out_and_counted(three):
    frame = pd.DataFrame(three, columns=["a", "b"]).assign(kind=["x", "y", None] * 30)
    frame.loc[3:5, "a"] = np.nan
    labels = [None, *(np.arange(89) % 3)]
    found = validation.judge(frame, labels)
    assert found.matrix.shape == (89, 4)
    assert np.isfinite(found.matrix).all()
    assert "1 rows without a label" in found.told
    assert "gaps" in found.told


def test_labels_of_mixed_types_are_names(three):
    labels = np.array([1.0, "two", 3], dtype=object)[np.arange(90) % 3]
    assert set(validation.judge(three, labels).segments["segment"]) == {"1", "two", "3"}


@pytest.mark.slow
def test_the_same_seed_prints_the_same_page(three):
    model = KMeans(3, n_init=1)
    pages = [repr(validation.judge(three, np.arange(90) % 3, model=model, rng=5)) for _ in "ab"]
    assert pages[0] == pages[1]


def test_an_outcome_is_compared_by_segment(three):
    later = (np.arange(90) % 3 == 0).astype(float)
    found = validation.judge(three, np.arange(90) % 3, outcome=later)
    assert found.outcomes["label"].tolist()[0] == "higher than the rest"


@pytest.mark.slow
@pytest.mark.parametrize("name", TINY)
def test_next_to_nothing_is_judged_or_refused_in_words_and_never_a_crash(name):
    frame = TINY[name]
    labels = np.arange(len(frame)) % 2
    later = np.where(np.arange(len(frame)) == 0, 70.0, 0.0)
    found = validation.judge(frame, labels, model=KMeans(2, n_init=1), outcome=later)
    assert isinstance(found, Refused) or found.told.startswith("## ")


@pytest.mark.slow
@settings(max_examples=12, deadline=None)
@given(
    st.lists(st.sampled_from([0.0, 1.0, 1e9, -3.5]), min_size=24, max_size=36), st.integers(1, 4)
)
def test_any_few_values_are_judged_or_refused(values, k):
    frame = pd.DataFrame({"a": values, "b": np.arange(len(values))})
    found = validation.judge(frame, np.arange(len(values)) % k, outcome=values)
    assert isinstance(found, Refused) or len(found.segments) == k


@pytest.mark.parametrize("outcome", ["money", [1.0] * 89])
def test_an_outcome_must_be_one_for_each_row(three, outcome):
    told = validation.judge(three, np.arange(90) % 3, outcome=outcome)
    assert isinstance(told, Refused)
    assert "the table has 90 rows" in told.why


def test_outcomes_that_are_no_numbers_are_counted_and_no_gap_is_shown_as_a_number(three):
    labels, later = np.arange(90) % 3, np.where(np.arange(90) % 3 == 0, np.nan, np.inf)
    words = validation.judge(three, labels, outcome=["yes", "no", None] * 30)
    assert (words.outcomes, "90 of 90 rows have no outcome" in words.told) == (None, True)
    later[later == np.inf] = np.arange(60)
    some = validation.judge(three, labels, outcome=later)
    assert "30 of 90 rows have no outcome" in some.told
    assert some.outcomes["n"].tolist() == [0, 30, 30]
    assert "nan" not in some.told


def test_rows_in_no_group_are_told_and_may_be_left_out(three):
    labels = np.where(np.arange(90) % 3 == 2, -1, np.arange(90) % 3)
    assert "30 rows are labelled -1" in validation.judge(three, labels).told
    without = validation.judge(three, [None if each == -1 else each for each in labels])
    assert "-1" not in without.told
    assert len(without.matrix) == 60


def test_a_model_that_labels_other_rows_than_it_was_given_is_not_repeated(three):
    found = validation.judge(three, np.arange(90) % 3, model=lambda X: np.zeros(7))
    assert found.kind == "unknown"
    assert "got labels of shape (7,)" in found.told


def test_unequal_lengths_are_refused_in_words(three):
    assert "90 rows, but one" not in str(validation.judge(three, [1] * 90))
    assert "89" in str(validation.judge(three, [1, 2] * 44 + [1]))
