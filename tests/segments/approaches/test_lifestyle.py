"""Lifestyle: names repeat answers, ways of answering are called so, silence stays silence."""

from functools import partial

import numpy as np
import pandas as pd
import pytest

from segkit import data, segments
from segkit.segments.approaches import lifestyle
from segkit.segments.models import latent, questions
from segkit.study import StudyError

of_lifestyle = partial(questions.chosen, topic="lifestyle")
of_needs = partial(questions.chosen, topic="needs")

TOPICS = ("cooks_at_home", "buys_organic", "travels_far", "loves_gadgets", "goes_running")


def survey(rows, *, n=400, seed=5, scale=False):
    """Respondents of classes whose chances of a yes are `rows`; a mark of 5 instead of a yes."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, len(rows), n)
    yes = rng.random((n, len(TOPICS))) < np.array(rows)[truth]
    answers = np.where(yes, 5.0 - (rng.random(yes.shape) < 0.3), 1.0) if scale else yes * 1.0
    card = pd.DataFrame(answers, columns=[f"answer_{topic}" for topic in TOPICS])
    return truth, card.assign(customer_id=[f"{at:04}" for at in range(n)])


AWAY_WORDS = {"travels far", "loves gadgets"}
HOME, AWAY, YES = [0.9, 0.9, 0.1, 0.1, 0.2], [0.1, 0.1, 0.9, 0.9, 0.2], [0.95] * 5


class TestNames:
    def test_a_class_is_called_after_what_it_does_more_than_others(self):
        truth, card = survey([HOME, AWAY])
        made = lifestyle.fit(card)
        names = made.order[:-1]
        words = [set(name.lower().split(", ")) for name in names]
        home = {"cooks at home", "buys organic"}
        assert sorted(words, key=len) in ([home, AWAY_WORDS], [AWAY_WORDS, home])
        labels = segments.assign(card, made)["segment"]
        assert (labels[truth == 0] == names[words.index(home)]).mean() > 0.9

    def test_who_says_yes_to_everything_is_called_so(self):
        truth, card = survey([HOME, AWAY, YES], n=900)
        made = lifestyle.fit(card)
        assert "Says yes to everything" in made.order
        labels = segments.assign(card, made)["segment"]
        assert (labels[truth == 2] == "Says yes to everything").mean() > 0.8
        assert (labels[truth < 2] == "Says yes to everything").mean() < 0.1

    def test_who_says_no_to_everything_is_called_so(self):
        _, card = survey([HOME, AWAY, [0.04] * 5], n=900)
        assert "Says no to everything" in lifestyle.fit(card).order

    def test_high_and_low_marks_everywhere_are_called_so(self):
        _, card = survey([HOME, YES, [0.04] * 5], n=900, scale=True)
        assert {"Marks everything high", "Marks everything low"} <= set(lifestyle.fit(card).order)

    def test_who_marks_the_middle_everywhere_is_called_so(self):
        _, card = survey([HOME, AWAY], n=600, scale=True)
        rng = np.random.default_rng(1)
        columns = [c for c in card if c.startswith("answer_")]
        some = rng.random(600) < 0.3
        middle = np.where(rng.random((600, 5)) < 0.9, 3.0, 4.0)
        card.loc[some, columns] = middle[some]
        made = lifestyle.fit(card)
        labels = segments.assign(card, made)["segment"]
        assert (labels[some] == "Marks the middle everywhere").mean() > 0.9

    def test_agreement_with_three_questions_is_no_style(self):
        asked = [{"column": c, "kind": "yes_no", "levels": [0.0, 1.0]} for c in "abcd"]
        yes = [[0.02, 0.98]]
        assert questions.style(asked, yes * 4) == "yes"
        assert questions.style(asked[:3], yes * 3) is None

    def test_one_question_answered_otherwise_makes_it_no_style(self):
        asked = [{"column": c, "kind": "yes_no", "levels": [0.0, 1.0]} for c in "abcde"]
        given = [[0.02, 0.98]] * 4 + [[0.9, 0.1]]
        assert questions.style(asked, given) is None

    def test_a_name_needs_lift_not_only_a_large_share(self):
        asked = [{"column": "answer_" + c, "kind": "yes_no", "levels": [0.0, 1.0]} for c in "abc"]
        given = [[[0.05, 0.95], [0.5, 0.5], [0.5, 0.5]], [[0.1, 0.9], [0.5, 0.5], [0.5, 0.5]]]
        overall = [[0.08, 0.92], [0.5, 0.5], [0.5, 0.5]]
        found = questions.names(asked, given, overall=overall)
        assert found == ["Answers like all (1)", "Answers like all (2)"]

    def test_all_names_differ(self):
        _, card = survey([HOME, AWAY, YES], n=900)
        order = lifestyle.fit(card, k=5).order
        assert len(set(order)) == len(order) == 6


class TestQuestions:
    card = pd.DataFrame(
        columns=["answer_wants_low_price", "answer_wants_choice", "answer_important_speed",
                 "answer_cooks", "answer_runs", "answer_reads", "spend_total"]
    )  # fmt: skip

    def test_needs_are_told_by_their_words_and_lifestyle_takes_all(self):
        assert of_lifestyle(self.card) == list(self.card)[:-1]
        assert of_needs(self.card) == [
            "answer_wants_low_price", "answer_wants_choice", "answer_important_speed",
        ]  # fmt: skip

    def test_questions_called_after_their_topic_win(self):
        called = pd.DataFrame(columns=["answer_lifestyle_a", "answer_lifestyle_b",
                                       "answer_lifestyle_c", "answer_x", "answer_y"])  # fmt: skip
        assert of_lifestyle(called) == list(called)[:3]

    def test_few_questions_of_a_topic_mean_all(self):
        few = self.card[["answer_cooks", "answer_runs", "answer_wants_choice"]]
        assert of_lifestyle(few) == of_needs(few) == list(few)

    def test_questions_may_be_named_by_column_question_or_beginning(self):
        asked = of_lifestyle(self.card, asked=["cooks", "answer_runs", "wants"])
        assert asked == of_lifestyle(self.card, asked="cooks, answer_runs, wants,")
        assert asked == ["answer_cooks", "answer_runs", "answer_wants_low_price",
                         "answer_wants_choice"]  # fmt: skip

    def test_an_unknown_question_is_refused_with_those_there_are(self):
        with pytest.raises(StudyError, match=r"no question 'dances'.*answer_cooks"):
            of_lifestyle(self.card, asked=["dances"])

    def test_free_text_is_no_question(self):
        card = pd.DataFrame({"answer_t": [f"word {n}" for n in range(40)],
                             **{f"answer_{c}": [0.0, 1.0] * 20 for c in "abc"}})  # fmt: skip
        found = questions.read(card, list(card))
        assert [each["column"] for each in found] == ["answer_a", "answer_b", "answer_c"]


class TestOnTheCard:
    orders = pd.DataFrame({
        "customer_id": list("abcd"), "amount": [1.0, 2.0, 3.0, 4.0],
        "ordered_at": pd.to_datetime(["2024-01-01"] * 4),
    })  # fmt: skip
    answers = pd.DataFrame({
        "customer_id": list("abc"),
        "answered_at": pd.to_datetime(["2024-01-01", "2024-01-01", "2025-01-01"]),
        "Do you cook?": ["Yes", "no", " yes "], "mark": ["1", "n/a", "5"],
        "why": ["price; taste", "taste", "price ;fun"], "kind": ["x", "y", ""],
    })  # fmt: skip

    def card(self, as_of="2025-02-01", survey=None):
        tables = data.from_frames(self.orders, survey=self.answers if survey is None else survey)
        return data.card.build(tables, as_of=as_of, window_days=0).set_index("customer_id")

    def test_every_question_becomes_a_column_of_its_kind(self):
        card = self.card().loc[["a", "b", "c"]]
        assert card["answer_do_you_cook"].tolist() == [1, 0, 1]
        assert card["answer_mark"].tolist()[::2] == [1, 5]
        assert card["answer_kind"].tolist()[:2] == ["x", "y"]
        assert card["answer_why_price"].tolist() == [1, 0, 1]
        assert card["answer_why_taste"].tolist() == [1, 1, 0]
        assert card["answer_why_fun"].tolist() == [0, 0, 1]

    def test_silence_stays_silence(self):
        card = self.card()
        assert card.filter(like="answer_").loc["d"].isna().all()
        assert np.isnan(card.loc["b", "answer_mark"])
        assert pd.isna(card.loc["c", "answer_kind"])

    def test_an_answer_given_later_is_not_yet_known(self):
        before, after = self.card("2024-06-01"), self.card()
        assert before.filter(like="answer_").loc["c"].isna().all()
        assert list(before) == list(after)

    def test_free_text_stays_out_of_the_card(self):
        told = pd.DataFrame({"customer_id": [f"{n}" for n in range(40)],
                             "text": [f"my name is {n}" for n in range(40)]})  # fmt: skip
        assert not list(self.card(survey=told).filter(like="answer_"))

    def test_the_dictionary_explains_answers(self):
        explained = data.card.dictionary(self.card().reset_index()).set_index("column")
        assert explained.loc["answer_do_you_cook", "unit"] == "yes/no"
        assert explained.loc["answer_do_you_cook", "family"] == "psychographic"
        assert explained.loc["answer_do_you_cook", "meaning"] == "answered: do you cook"

    def test_a_survey_without_questions_adds_nothing(self):
        assert list(self.card(survey=self.answers[["customer_id"]])) == list(
            data.card.build(data.from_frames(self.orders), as_of="2025-02-01", window_days=0)
            .set_index("customer_id")
        )  # fmt: skip


def test_those_who_did_not_answer_are_a_group_of_their_own():
    _, card = survey([HOME, AWAY])
    silent = card.head(50).assign(customer_id=[f"s{n}" for n in range(50)])
    silent.loc[:, [c for c in card if c.startswith("answer_")]] = np.nan
    both = pd.concat([card, silent], ignore_index=True)
    made = lifestyle.fit(both)
    assert made.rules == lifestyle.fit(card).rules
    labels = segments.assign(both, made)["segment"]
    assert (labels[400:] == latent.UNANSWERED).all()
    assert latent.UNANSWERED not in set(labels[:400])
