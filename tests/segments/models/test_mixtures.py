"""Mixtures: slanted and narrow clusters, words beside numbers; engine and numpy agree."""

import json

import ibis
import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.datasets import load_iris
from sklearn.metrics import adjusted_rand_score

from segkit import segments
from segkit.plots.approaches import clusters as drawn
from segkit.segments import Definition
from segkit.segments.approaches import clusters
from segkit.segments.models import mixtures
from segkit.study import StudyError
from segkit.validation import structure

ARCHETYPES = {
    "key account": (0.08, (0.90, 0.35, 0.85, 0.55, 0.45)),
    "advocate": (0.12, (0.45, 0.85, 0.65, 0.60, 0.75)),
    "disciplined regular": (0.18, (0.55, 0.15, 0.90, 0.25, 0.20)),
    "caring critic": (0.10, (0.50, 0.20, 0.40, 0.80, 0.85)),
    "big late payer": (0.07, (0.88, 0.15, 0.20, 0.40, 0.25)),
    "seasonal promo": (0.16, (0.30, 0.15, 0.60, 0.70, 0.20)),
    "silent one-off": (0.19, (0.12, 0.08, 0.55, 0.10, 0.08)),
    "dormant former": (0.10, (0.60, 0.20, 0.60, 0.15, 0.15)),
}
CLIENTS = ["spend_total", "referrals_n", "in_time_share", "contacts_n", "reviews_n"]


def clients(n=1_500, seed=1, kappa=14):
    """Clients of eight archetypes whose traits scatter (kappa 14), seen through what they do."""
    rng = np.random.default_rng(seed)
    shares, means = (np.array(part) for part in zip(*ARCHETYPES.values(), strict=True))
    truth = rng.choice(8, n, p=shares / shares.sum())
    traits = rng.beta(means[truth] * kappa, (1 - means[truth]) * kappa)
    size = rng.lognormal(0, 1.1, n)
    return truth, pd.DataFrame({
        "customer_id": [f"c{number:05}" for number in range(n)],
        "spend_total": np.exp(6 + 4 * traits[:, 0]) * size,
        "referrals_n": rng.poisson(8 * traits[:, 1]),
        "in_time_share": rng.binomial(12, traits[:, 2]) / 12,
        "contacts_n": rng.poisson(25 * traits[:, 3]),
        "reviews_n": rng.poisson(8 * traits[:, 4]),
        "size": size,
    })  # fmt: skip


def slanted(n=900, seed=2):
    """Three long thin clouds side by side, which balls cannot follow."""
    rng = np.random.default_rng(seed)
    truth = np.arange(n) % 3
    along, across = rng.normal(0, 2, n), rng.normal(0, 0.35, n)
    card = pd.DataFrame({"customer_id": [f"{at:04}" for at in range(n)]})
    card["one"], card["two"] = along + across, along - across + 3.5 * truth
    return truth, card.assign(spend_total=np.array([1.0, 10.0, 100.0])[truth])


def labelled(card, definition):
    return segments.assign(card, definition)["segment"]


class TestScaling:
    def test_scaled_clusters_find_the_archetypes_and_unscaled_ones_find_the_money(self):
        truth, card = clients()
        card["spend_total"] /= card["size"]
        card["turnover"] = card["size"] * 1e6
        names = [*CLIENTS, "turnover"]
        raw = KMeans(8, n_init=10, random_state=1).fit_predict(card[names])
        careful = labelled(card, clusters.fit(card, features=CLIENTS, k=7, seed=1))
        assert adjusted_rand_score(truth, raw) < 0.2
        assert adjusted_rand_score(truth, careful) >= 0.45
        spread = card[names].var() / card[names].var().sum()
        assert spread.idxmax() == "turnover"
        assert spread.max() > 0.99

    def test_the_size_of_the_firm_hides_money_but_not_the_rest(self):
        truth, card = clients()
        raw = KMeans(8, n_init=10, random_state=1).fit_predict(card[CLIENTS])
        logged = labelled(card, clusters.fit(card, features=CLIENTS, k=7, seed=1))
        assert adjusted_rand_score(truth, raw) < 0.2
        assert adjusted_rand_score(truth, logged) > 0.4

    def test_the_numbers_of_k_means_are_as_they_were(self):
        """A definition of clusters keeps its form, so that stored ones can be assigned."""
        _, card = clients(300)
        made = clusters.fit(card, features=CLIENTS, k=3, seed=1)
        assert set(made.rules) == {"scaling", "centres"}


class TestWorlds:
    def judge(self, X, seed=3):
        rng = np.random.default_rng(seed)
        found, _ = structure.evidence(X, clustering=clusters, most=5, repeats=6, rng=rng)
        return structure.verdict(found)

    @pytest.mark.slow
    def test_one_cloud_is_one_cloud(self):
        rng = np.random.default_rng(4)
        card = pd.DataFrame(rng.normal(size=(800, 4)), columns=list("abcd"))
        X = clusters.prepare(card, clusters.scaling(card, features=list("abcd")))
        assert self.judge(X)["structure"] in ("none", "constructive")
        shape, k, reason = mixtures.choose(mixtures.evidence(X, ks=range(1, 5), seed=1))
        assert k == 1
        assert shape in mixtures.SHAPES
        assert reason.startswith("one cloud")

    @pytest.mark.slow
    def test_a_gradient_is_never_called_natural(self):
        rng = np.random.default_rng(5)
        along = rng.uniform(0, 10, 800)
        X = np.column_stack([along + rng.normal(size=800), along + rng.normal(size=800),
                             rng.normal(size=800)])  # fmt: skip
        X = (X - X.mean(axis=0)) / X.std(axis=0)
        assert self.judge(X)["structure"] in ("constructive", "reproducible")

    def test_a_rare_segment_is_found_by_a_mixture(self):
        rng = np.random.default_rng(6)
        card = pd.DataFrame(rng.normal(size=(2_000, 4)), columns=list("abcd"))
        rare = np.arange(2_000) < 60
        card.loc[rare] += [4, 4, -4, 0]
        X = clusters.prepare(card, clusters.scaling(card, features=list("abcd")))
        shape, k, _ = mixtures.choose(mixtures.evidence(X, ks=range(1, 4), seed=1))
        labels = labelled(card, mixtures.fit(card, features=list("abcd"), shape=shape, k=k))
        found = structure.jaccard(np.where(rare, "rare", "other"), labels)
        assert found["rare"] > 0.9


class TestMixture:
    def test_slanted_clouds_are_followed_where_balls_cut_across(self):
        truth, card = slanted()
        X = clusters.prepare(card, clusters.scaling(card, features=["one", "two"]))
        shape, k, _ = mixtures.choose(mixtures.evidence(X, ks=range(1, 5), seed=1))
        assert (shape, k) == ("full", 3)
        followed = labelled(card, mixtures.fit(card, features=["one", "two"], shape=shape, k=k))
        balls = labelled(card, clusters.fit(card, features=["one", "two"], k=3, seed=1))
        assert adjusted_rand_score(truth, followed) > 0.9
        assert adjusted_rand_score(truth, balls) < 0.85

    def test_free_numbers_are_those_published_for_iris(self):
        """mclust, iris: VVV has 14, 29 and 44 parameters with 1, 2 and 3 clusters."""
        X = load_iris().data
        X = (X - X.mean(axis=0)) / X.std(axis=0)
        found = mixtures.evidence(X, ks=[1, 2, 3], seed=1)
        full = found[found["shape"] == "full"]
        assert full["parameters_n"].tolist() == [14, 29, 44]
        diag = found[found["shape"] == "diag"]
        assert diag["parameters_n"].tolist() == [8, 17, 26]

    def test_iris_gives_the_published_likelihoods(self, monkeypatch):
        """mclust on iris, VVV: log-likelihood −379.9146 for 1 cluster, −214.3547 for 2."""
        monkeypatch.setattr(mixtures, "NARROW", 1e-6)
        X, n = load_iris().data, 150
        scaled = (X - X.mean(axis=0)) / X.std(axis=0)
        found = mixtures.evidence(scaled, ks=[1, 2], seed=1)
        full = found[found["shape"] == "full"]["log_likelihood"] - n * np.log(X.std(axis=0)).sum()
        assert full.tolist() == pytest.approx([-379.9146, -214.3547], abs=0.05)
        bic = -2 * full.iloc[1] + 29 * np.log(n)
        assert bic == pytest.approx(574.0178, abs=0.1)

    def test_bic_is_the_formula(self):
        _, card = slanted(300)
        X = clusters.prepare(card, clusters.scaling(card, features=["one", "two"]))
        found = mixtures.evidence(X, ks=[1, 2], seed=1)
        by_hand = -2 * found["log_likelihood"] + found["parameters_n"] * np.log(300)
        assert found["bic"].tolist() == pytest.approx(by_hand.tolist())
        assert (found["icl"] >= found["bic"] - 1e-9).all()

    @pytest.mark.parametrize("shape", mixtures.SHAPES)
    def test_engine_and_scikit_learn_agree(self, shape):
        _, card = slanted()
        made = mixtures.fit(card, features=["one", "two"], shape=shape, k=3, seed=1)
        X = clusters.prepare(card, made)
        model = mixtures._solve(mixtures._sorted_sample(X, 1), shape, 3, 1)
        expected = model.predict(X)
        means = np.array(made.rules["centres"])
        places = [int(((means - mean) ** 2).sum(axis=1).argmin()) for mean in model.means_]
        expected = [made.order[places[label]] for label in expected]
        kept = Definition.from_dict(json.loads(json.dumps(made.to_dict())))
        lazy = segments.assign(ibis.memtable(card), kept).order_by("customer_id").execute()
        assert lazy["segment"].tolist() == expected
        assert labelled(card, kept).tolist() == expected

    def test_order_of_rows_changes_nothing(self):
        _, card = slanted(300)
        turned = card.sample(frac=1, random_state=1)
        shared = {"features": ["one", "two"], "shape": "full", "k": 2}
        assert mixtures.fit(card, **shared).to_dict() == mixtures.fit(turned, **shared).to_dict()

    def test_clusters_stand_in_the_order_of_their_spend(self):
        _, card = slanted()
        made = mixtures.fit(card, features=["one", "two"], shape="full", k=3)
        totals = card.groupby(labelled(card, made))["spend_total"].sum()
        assert totals[made.order].is_monotonic_decreasing

    def test_one_cluster_holds_everybody(self):
        _, card = slanted(100)
        made = mixtures.fit(card, features=["one", "two"], shape="full", k=1)
        assert set(labelled(card, made)) == {"All customers"}

    def test_too_few_customers_and_unknown_shapes_are_refused(self):
        _, card = slanted(30)
        with pytest.raises(StudyError, match="too few customers for a mixture"):
            mixtures.fit(card, features=["one", "two"], shape="full", k=4)
        with pytest.raises(StudyError, match="known are diag, full"):
            mixtures.fit(card, features=["one", "two"], shape="round", k=2)


class TestMixed:
    def card(self, n=800, seed=8):
        rng = np.random.default_rng(seed)
        truth = rng.integers(0, 3, n)
        card = pd.DataFrame({"customer_id": [f"{at:04}" for at in range(n)]})
        card["visits_n"] = rng.normal(np.array([0, 0, 3.0])[truth], 1)
        card["spend_total"] = rng.normal(np.array([50.0, 150.0, 150.0])[truth], 20)
        words = np.array([["web", "shop"], ["shop", "web"], ["web", "shop"]])[truth]
        card["way"] = np.where(rng.random(n) < 0.85, words[:, 0], words[:, 1])
        return truth, card

    def test_words_and_numbers_together_find_what_was_planted(self):
        truth, card = self.card()
        made = mixtures.mixed(card, numbers=["visits_n", "spend_total"], words=["way"], k=3)
        assert adjusted_rand_score(truth, labelled(card, made)) > 0.75
        assert len(set(made.order)) == 3

    @pytest.mark.slow
    def test_bic_finds_the_planted_number(self):
        _, card = self.card()
        made = mixtures.mixed(card, numbers=["visits_n", "spend_total"], words=["way"])
        assert made.rules["fit"]["k"] == 3
        assert made.rules["fit"]["parameters_n"] == 2 + 3 * (2 * 2 + 1)

    def test_engine_and_model_agree_also_with_gaps(self):
        _, card = self.card()
        card.loc[::5, "visits_n"] = np.nan
        card.loc[::7, "way"] = None
        made = mixtures.mixed(card, numbers=["visits_n", "spend_total"], words=["way"], k=3)
        rules = made.rules
        known = card[["visits_n", "spend_total"]].notna().to_numpy()
        z = np.where(known, clusters.prepare(card, rules["scaling"]), np.nan)
        at = card["way"].map({level: i for i, level in enumerate(rules["questions"][0]["levels"])})
        scores = []
        for place in range(3):
            mean, width = np.array(rules["centres"][place]), np.array(rules["widths"][place])
            log = -0.5 * np.log(2 * np.pi * width) - (z - mean) ** 2 / (2 * width)
            chance = np.log(rules["answers"][place][0])
            words = np.where(at.isna(), 0, chance[at.fillna(0).astype(int)])
            scores.append(np.nansum(log, axis=1) + words + np.log(rules["shares"][place]))
        expected = [made.order[i] for i in np.argmax(scores, axis=0)]
        assert labelled(card, made).tolist() == expected
        lazy = segments.assign(ibis.memtable(card), made.to_dict()).order_by("customer_id")
        assert lazy.execute()["segment"].tolist() == expected

    def test_order_of_rows_changes_nothing(self):
        _, card = self.card(300)
        shared = {"numbers": ["visits_n", "spend_total"], "words": ["way"], "k": 2}
        made, again = (mixtures.mixed(frame, **shared) for frame in (card, card.iloc[::-1]))
        assert made.order == again.order
        assert labelled(card, made).tolist() == labelled(card, again).tolist()

    def test_numbers_alone_are_refused_with_a_way_out(self):
        _, card = self.card(200)
        with pytest.raises(StudyError, match="use k-means or a Gaussian mixture"):
            mixtures.mixed(card, numbers=["visits_n"], words=["customer_id"])


def test_too_few_customers_are_refused_and_no_figure_is_drawn():
    few = mixtures.evidence(np.eye(3), ks=range(1, 4), seed=1)
    assert "too few customers" in few.why
    assert mixtures.choose(few) is few
    assert drawn.shapes(few) is few
