"""Latent classes: known likelihoods, derived numbers, planted classes, nothing filled in."""

import itertools

import ibis
import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from segkit import segments
from segkit.refusal import Refused
from segkit.segments import Definition
from segkit.segments.approaches import lifestyle
from segkit.segments.models import latent, questions
from segkit.segments.models.respondents import NO_MONEY, survey
from segkit.study import StudyError

TABLE = [419, 35, 2, 71, 25, 5, 270, 25, 4, 42, 16, 5, 23, 4, 1, 6, 2, 0, 43, 9, 2, 9, 3, 2]
TABLE += [26, 3, 0, 1, 2, 0, 85, 23, 6, 13, 12, 8]

P = np.array([[0.9] * 4 + [0.1] * 4, [0.1] * 4 + [0.9] * 4, [0.8] * 8])


def respondents(n=2_000, *, gaps=0.1, seed=1, p=P):
    """Yes-or-no answers of planted classes: (truth, card)."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, len(p), n)
    answers = (rng.random((n, p.shape[1])) < p[truth]).astype(float)
    answers[rng.random(answers.shape) < gaps] = np.nan
    names = [f"answer_q{number}" for number in range(p.shape[1])]
    card = pd.DataFrame(answers, columns=names)
    card.insert(0, "customer_id", [f"c{number:05}" for number in range(n)])
    return truth, card.assign(spend_total=np.exp(rng.normal(size=n)))


def coded(card):
    asked = questions.read(card, [c for c in card if c.startswith("answer_")])
    return questions.codes(card, asked)


class TestModel:
    def test_likelihoods_with_gaps_are_those_of_stepmix(self):
        """stepmix 3.0.0, binary_nan, 10 starts, abs_tol 1e-9, on the same 2,000 respondents."""
        _, card = respondents()
        found = latent.evidence(coded(card), ks=[1, 2, 3], seed=1)
        assert found["log_likelihood"].tolist() == pytest.approx(
            [-9664.873243, -7896.190481, -7373.841895], abs=0.02
        )
        assert found["bic"].tolist() == pytest.approx(
            [19390.553705, 15921.596304, 14945.307254], abs=0.04
        )
        assert found["entropy_r2"].tolist()[1:] == pytest.approx([0.80468, 0.83490], abs=2e-3)

    def test_free_numbers_of_a_binary_model_are_k_minus_one_plus_k_times_p(self):
        _, card = respondents(300)
        found = latent.evidence(coded(card), ks=[1, 2, 3, 4], seed=1, starts=2)
        assert found["parameters_n"].tolist() == [(k - 1) + k * 8 for k in (1, 2, 3, 4)]

    def test_one_class_has_the_likelihood_of_independent_answers(self):
        _, card = respondents(400)
        known = [card[c].dropna() for c in card if c.startswith("answer_")]
        by_hand = sum((v * np.log(v.mean()) + (1 - v) * np.log(1 - v.mean())).sum() for v in known)
        row = latent.evidence(coded(card), ks=[1], seed=1).iloc[0]
        n = len(card)
        assert row["log_likelihood"] == pytest.approx(by_hand, abs=1e-6)
        assert row["bic"] == pytest.approx(-2 * by_hand + 8 * np.log(n), abs=1e-5)
        assert row["aic"] == pytest.approx(-2 * by_hand + 16, abs=1e-5)
        assert row["sabic"] == pytest.approx(-2 * by_hand + 8 * np.log((n + 2) / 24), abs=1e-5)
        assert row["icl"] == pytest.approx(row["bic"])
        assert np.isnan(row["entropy_r2"])

    def test_as_many_classes_as_patterns_reach_the_saturated_likelihood(self):
        rows = np.repeat([[0, 0, 0], [1, 1, 1]], [30, 70], axis=0)
        row = latent.evidence(rows, ks=[2], seed=1).iloc[0]
        assert row["log_likelihood"] == pytest.approx(30 * np.log(0.3) + 70 * np.log(0.7), abs=1e-3)
        assert row["entropy_r2"] == pytest.approx(1, abs=1e-4)
        assert row["smallest_share"] == pytest.approx(0.3, abs=1e-4)

    def test_the_likelihood_never_falls_with_more_classes(self):
        _, card = respondents(500)
        found = latent.evidence(coded(card), ks=range(1, 5), seed=1)
        assert (np.diff(found["log_likelihood"]) > -latent.SAME).all()

    def test_order_and_coding_of_the_rows_change_nothing(self):
        _, card = respondents(400)
        first = latent.evidence(coded(card), ks=[3], seed=4)
        again = latent.evidence(coded(card.sample(frac=1, random_state=2)), ks=[3], seed=4)
        pd.testing.assert_frame_equal(first, again)
        turned = card.copy()
        turned.loc[:, "answer_q0"] = 1 - turned["answer_q0"]
        other = latent.evidence(coded(turned), ks=[3], seed=4)
        assert other["log_likelihood"][0] == pytest.approx(first["log_likelihood"][0], abs=0.01)

    def test_who_answered_nothing_counts_for_nothing(self):
        _, card = respondents(300)
        codes = coded(card)
        silent = np.vstack([codes, np.full((50, codes.shape[1]), -1)])
        shared = {"ks": [2], "seed": 1, "starts": 2}
        pd.testing.assert_frame_equal(
            latent.evidence(codes, **shared), latent.evidence(silent, **shared)
        )

    def test_starts_that_agree_are_counted(self):
        _, card = respondents(600, gaps=0)
        found = latent.evidence(coded(card), ks=[1, 3, 7], seed=1).set_index("k")
        assert found["starts_n"].tolist() == [1, 10, 10]
        assert found["starts_agree"][3] >= 8
        assert 1 <= found["starts_agree"][7] < 8

    def test_a_slow_table_reaches_its_published_likelihoods(self):
        """McCutcheon (1987, table 3.1); likelihoods of 2 to 4 classes as poLCA's manual has them.

        Purpose (good, depends, waste) by accuracy, understanding, cooperation (3) of 1,202.
        """
        cells = np.repeat(list(itertools.product(range(3), range(2), range(2), range(3))), TABLE, 0)
        found = latent.evidence(cells, ks=[2, 3, 4], seed=1)
        assert found["log_likelihood"].tolist() == pytest.approx(
            [-2783.268, -2754.545, -2746.621], abs=2e-3
        )
        assert found["starts_ended"].tolist() == [10, 10, 10]
        assert (found["starts_agree"] >= 2).all()

    def test_starts_that_were_given_up_agree_with_nobody(self, monkeypatch):
        _, card = respondents(300, gaps=0)
        monkeypatch.setattr(latent, "ROUNDS", 3)
        found = latent.evidence(coded(card), ks=[2, 3], seed=1)
        assert found["starts_ended"].tolist() == found["starts_agree"].tolist() == [0, 0]
        assert "though no two starts came to the same" in latent.choose(found).reason


class TestChoice:
    @pytest.mark.slow
    def test_bic_finds_the_planted_number(self):
        _, card = respondents()
        k, reason = latent.choose(latent.evidence(coded(card), ks=range(1, 6), seed=1))
        assert k == 3
        assert "BIC prefers 3" in reason

    @pytest.mark.slow
    def test_chance_answers_have_no_classes(self):
        _, card = respondents(p=np.full((1, 8), 0.4))
        k, reason = latent.choose(latent.evidence(coded(card), ks=range(1, 5), seed=1))
        assert k == 1
        assert "no classes" in reason

    def test_among_numbers_of_about_the_same_bic_samples_decide(self):
        rows = {"k": [1, 2, 3, 4], "bic": [90.0, 14.0, 10.0, 30.0], "icl": [90.0, 20.0, 30.0, 50.0]}
        found = pd.DataFrame(rows).assign(starts_n=10, starts_agree=[10, 10, 10, 1])
        stable = pd.DataFrame({"k": [2, 3, 4], "adjusted_rand": [0.8, 0.5, 0.9]})
        assert latent.choose(found, stability=stable)[0] == 2
        assert latent.choose(found)[0] == 3
        k, reason = latent.choose(found.assign(bic=[90, 40, 10, 30]), stability=stable)
        assert (k, "sketch" in reason) == (3, True)

    def test_a_number_asked_for_is_taken_and_the_evidence_told(self):
        _, card = respondents(400)
        k, reason = latent.choose(latent.evidence(coded(card), ks=[1, 2, 3], seed=1), asked=5)
        assert k == 5
        assert "the evidence would choose 3" in reason

    @pytest.mark.slow
    def test_it_can_be_handed_to_the_stability_of_notebook_05(self):
        from segkit.validation import structure

        _, card = respondents(600)
        rng = np.random.default_rng(1)
        found = structure.stability(coded(card), clustering=latent, ks=[3, 6], repeats=3, rng=rng)
        means = found.groupby("k")["adjusted_rand"].mean()
        assert means[3] > 0.85
        assert means[3] > means[6]


class TestDefinition:
    @pytest.mark.slow
    def test_planted_classes_are_found(self):
        truth, card = respondents()
        labels = segments.assign(card, lifestyle.fit(card))["segment"]
        assert adjusted_rand_score(truth, labels) > 0.75

    def test_the_same_rows_in_other_order_give_the_same_definition(self):
        _, card = respondents(500)
        turned = card.sample(frac=1, random_state=3)
        assert lifestyle.fit(card, k=3).to_dict() == lifestyle.fit(turned, k=3).to_dict()

    def test_engine_and_numpy_agree_and_json_keeps_it(self):
        import json

        _, card = respondents(800)
        card.loc[:30, [c for c in card if c.startswith("answer_")]] = np.nan
        made = lifestyle.fit(card, k=3)
        kept = Definition.from_dict(json.loads(json.dumps(made.to_dict())))
        codes = questions.codes(card, made.rules["questions"])
        chances = np.array([np.concatenate(c) for c in made.rules["answers"]]).T
        model = (np.array(made.rules["shares"]), chances, np.full(8, 2))
        expected = np.array(made.order, dtype=object)[latent.nearest(codes, model)]
        expected[(codes < 0).all(axis=1)] = latent.UNANSWERED
        lazy = segments.assign(ibis.memtable(card), kept).order_by("customer_id").execute()
        assert lazy["segment"].tolist() == expected.tolist()
        assert segments.assign(card, kept)["segment"].tolist() == expected.tolist()

    def test_an_unanswered_question_adds_nothing(self):
        _, card = respondents(800)
        made = lifestyle.fit(card, k=3)
        one = card.iloc[[0]].copy()
        one.loc[:, [c for c in card if c.startswith("answer_q")]] = np.nan
        assert segments.assign(one, made)["segment"].item() == latent.UNANSWERED
        one["answer_q0"] = 1.0
        by_share = [
            share * given[0][1]
            for share, given in zip(made.rules["shares"], made.rules["answers"], strict=True)
        ]
        best = made.order[int(np.argmax(by_share))]
        assert segments.assign(one, made)["segment"].item() == best

    def test_an_answer_never_seen_before_counts_as_none(self):
        _, card = respondents(800)
        made = lifestyle.fit(card, k=3)
        odd = card.iloc[:40].assign(answer_q0=7.0)
        blank = card.iloc[:40].assign(answer_q0=np.nan)
        a, b = (segments.assign(frame, made)["segment"].tolist() for frame in (odd, blank))
        assert a == b

    def test_shares_and_chances_add_up(self):
        _, card = respondents(500)
        rules = lifestyle.fit(card, k=3).rules
        assert sum(rules["shares"]) == pytest.approx(1, abs=1e-5)
        for given in [*rules["answers"], rules["overall"]]:
            assert [sum(levels) for levels in given] == pytest.approx([1] * 8, abs=1e-5)

    def test_classes_stand_in_the_order_of_their_spend_and_the_silent_last(self):
        truth, card = respondents(900)
        card["spend_total"] = np.array([5.0, 50.0, 500.0])[truth]
        card.loc[:9, [c for c in card if c.startswith("answer_")]] = np.nan
        made = lifestyle.fit(card, k=3)
        labels = segments.assign(card, made)["segment"]
        totals = card.groupby(labels)["spend_total"].sum()[made.order[:-1]]
        assert totals.is_monotonic_decreasing
        assert made.order[-1] == latent.UNANSWERED

    @pytest.mark.slow
    def test_chance_answers_make_one_class_that_says_so(self):
        _, card = respondents(800, p=np.full((1, 6), 0.5))
        made = lifestyle.fit(card)
        assert made.order == ["All who answered", latent.UNANSWERED]
        assert set(segments.assign(card, made)["segment"]) == {"All who answered"}

    def test_certainty_is_high_where_many_questions_speak(self):
        _, card = respondents(800, gaps=0)
        made = lifestyle.fit(card, k=3)
        sure = latent.certainty(card, made)
        few = card.copy()
        few.loc[:, [f"answer_q{n}" for n in range(1, 8)]] = np.nan
        assert sure.mean() > 0.9
        assert latent.certainty(few, made).mean() < sure.mean() - 0.2
        assert sure.between(1 / 3 - 1e-6, 1).all()

    def test_words_marks_and_bands_are_assigned_in_the_engine_as_in_numpy(self):
        rng = np.random.default_rng(2)
        group = rng.integers(0, 2, 600)
        card = pd.DataFrame({
            "customer_id": [f"{n:04}" for n in range(600)],
            "answer_sport": np.where(rng.random(600) < 0.1 + 0.8 * group, "often", "never"),
            "answer_mark": np.clip(rng.poisson(1.5 + 2 * group), 1, 5).astype(float),
            "answer_hours": rng.gamma(2 + 6 * group, 2.0).round(1),
        })  # fmt: skip
        card.loc[::7, "answer_mark"] = np.nan
        made = lifestyle.fit(card, k=2)
        kinds = [question["kind"] for question in made.rules["questions"]]
        assert kinds == ["words", "marks", "bands"]
        codes = questions.codes(card, made.rules["questions"])
        chances = np.concatenate([np.array(c) for c in made.rules["answers"][0]])
        both = np.array([np.concatenate(c) for c in made.rules["answers"]]).T
        levels = np.array([len(q["levels"]) for q in made.rules["questions"]])
        assert len(chances) == levels.sum()
        places = latent.nearest(codes, (np.array(made.rules["shares"]), both, levels))
        expected = [made.order[place] for place in places]
        assert segments.assign(card, made)["segment"].tolist() == expected
        assert adjusted_rand_score(group, places) > 0.6


class TestRefusals:
    def test_few_respondents_are_refused(self):
        _, card = respondents(90)
        with pytest.raises(StudyError, match="90 customers answered; at least 100"):
            lifestyle.fit(card)

    def test_few_questions_are_refused(self):
        _, card = respondents(200)
        card = card[["customer_id", "answer_q0", "answer_q1"]].assign(answer_q2=1.0)
        with pytest.raises(StudyError, match="2 of 3 questions were answered in more than one way"):
            lifestyle.fit(card)

    def test_more_classes_than_tens_of_respondents_are_refused(self):
        _, card = respondents(100)
        with pytest.raises(StudyError, match="must be 1 to 10"):
            lifestyle.fit(card, k=11)

    def test_a_card_without_answers_is_told_apart_before_fitting(self):
        assert "would need a table `survey`" in lifestyle.refusal(pd.DataFrame({"a": [1]}))
        _, card = respondents(90)
        assert "90 customers answered" in lifestyle.refusal(card)
        _, card = respondents(150)
        assert lifestyle.refusal(card) == ""


def test_spend_of_the_classes_has_ranges_that_hold_the_mean():
    truth, card = respondents(600)
    card["spend_total"] = np.array([5.0, 50.0, 500.0])[truth] + card["spend_total"]
    found = survey(card, topic="lifestyle").classes(k=3, seed=2017).spend()
    assert found["customers_n"].sum() == len(card)
    assert ((found["spend_low"] <= found["spend_mean"])
            & (found["spend_mean"] <= found["spend_high"])).all()  # fmt: skip
    total = (found["customers_n"] * found["spend_mean"]).sum()
    assert total == pytest.approx(card["spend_total"].sum())


def test_without_money_classes_are_found_and_their_spend_is_refused():
    _, card = respondents(200)
    found = survey(card.drop(columns="spend_total", errors="ignore"), topic="lifestyle")
    assert found.classes(k=2, seed=1).spend() == Refused(NO_MONEY)


def test_answers_that_carry_no_classes_refuse_all_that_would_follow():
    _, card = respondents(90)
    answers = survey(card, topic="lifestyle")
    tried = latent.evidence(answers.codes, ks=[1, 2], seed=1)
    assert answers == tried == latent.choose(tried).k == answers.classes(k=2, seed=1)
    assert "90 customers answered" in answers.why
