"""Needs: classes by what is sought; the chooser says what a card cannot carry."""

import numpy as np
import pandas as pd
from sklearn.metrics import adjusted_rand_score

from segkit import segments
from segkit.segments import approaches
from segkit.segments.approaches import needs
from segkit.segments.models import latent

SOUGHT = ("low_price", "fast_delivery", "advice", "quality", "wide_choice", "easy_returns")


def respondents(n=700, seed=3):
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 3, n)
    chances = np.array([[0.9, 0.7, 0.1, 0.1, 0.3, 0.7], [0.1, 0.2, 0.9, 0.9, 0.3, 0.2],
                        [0.1, 0.9, 0.1, 0.6, 0.9, 0.1]])  # fmt: skip
    answers = (rng.random((n, 6)) < chances[truth]) * 1.0
    card = pd.DataFrame(answers, columns=[f"answer_wants_{need}" for need in SOUGHT])
    return truth, card.assign(
        customer_id=[f"{n:04}" for n in range(n)], answer_cooks=rng.integers(0, 2, n) * 1.0
    )


def test_what_is_sought_makes_the_classes():
    truth, card = respondents()
    made = needs.fit(card)
    assert made.approach == "needs"
    assert "answer_cooks" not in made.columns
    labels = segments.assign(card, made)["segment"]
    assert labels.nunique() == 3
    assert adjusted_rand_score(truth, labels) > 0.6


def test_a_recipe_makes_the_same_segments_again():
    _, card = respondents()
    recipe = {"approach": "needs", "questions": ["wants"], "k": 3, "seed": 1}
    first, again = segments.fit(card, recipe), segments.fit(card.iloc[::-1], recipe)
    assert first.to_dict() == again.to_dict()


def test_another_seed_finds_the_same_classes():
    _, card = respondents()
    a, b = (segments.assign(card, needs.fit(card, k=3, seed=s))["segment"] for s in (1, 2))
    assert adjusted_rand_score(a, b) > 0.99


def test_every_name_repeats_a_question():
    _, card = respondents()
    for name in needs.fit(card).order[:-1]:
        for part in name.lower().removeprefix("not: ").split(", "):
            assert part in {f"wants {need}".replace("_", " ") for need in SOUGHT}


def test_the_chooser_says_what_is_missing_and_when_nothing_is():
    _, card = respondents()
    assert approaches.missing(card, approach="needs") == ""
    assert "`survey`" in approaches.missing(card[["customer_id"]], approach="needs")
    assert "*No needs for these customers:*" in segments.attempt(card.head(50), "needs").why
    found = segments.attempt(card, {"approach": "needs", "k": 2})
    assert set(found.labels) <= set(found.order)


def test_a_class_without_anybody_stays_in_the_order():
    """Twelve classes of three hundred people: some may be nobody's most likely one."""
    _, card = respondents(300)
    made = needs.fit(card, k=12)
    assert len(made.order) == len(set(made.order)) == 13
    assert set(segments.assign(card, made)["segment"]) <= set(made.order)
    assert made.order[-1] == latent.UNANSWERED
