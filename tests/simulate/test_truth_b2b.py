"""The committed b2b sample: its kinds of customers are found with care, and not without."""

import pandas as pd
import pytest

from segkit import data, segments
from segkit.segments.approaches import clusters
from segkit.study import root
from segkit.validation import structure

TABLES = (
    "customers", "orders", "products", "requests", "invoices", "documents", "mailings", "events",
    "referrals", "reviews",
)  # fmt: skip
KS = (6, 8, 10)


@pytest.fixture(scope="module")
def sample():
    """Give the card of the committed sample, with its real measures, and the planted truth."""
    folder = root() / "data" / "b2b"
    frames = {n: pd.read_csv(folder / f"{n}.csv", dtype={"customer_id": "str"}) for n in TABLES}
    tables = data.from_frames(**frames)
    as_of = data.card.analysis_date(tables)
    card = data.card.build(tables, as_of=as_of, window_days=0)
    truth = pd.read_csv(folder / "truth" / "customers.csv", index_col="customer_id")
    return card, truth["archetype"].reindex(card["customer_id"])


@pytest.mark.parametrize("k", KS)
def test_careful_clusters_find_the_planted_kinds(sample, k):
    card, truth = sample
    people = clusters.habits(card)
    features = [c for c in people if c not in ("customer_id", "spend_total")]
    definition = clusters.fit(people, features=features, k=k, seed=2017)
    found = segments.assign(people, definition)["segment"]
    assert truth.notna().all()
    assert structure.adjusted_rand(truth, found) >= 0.45


@pytest.mark.parametrize("k", KS)
def test_unscaled_clusters_do_not(sample, k):
    import numpy as np

    card, truth = sample
    raw = card.select_dtypes("number").fillna(0).to_numpy()
    rng = np.random.default_rng(2017)
    found = clusters.nearest(raw, clusters.centres(raw, k=k, rng=rng, starts=10))
    assert structure.adjusted_rand(truth, found) < 0.2
