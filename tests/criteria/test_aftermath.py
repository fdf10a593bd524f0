"""What came of a treatment makes no segments: told by its heading, with the reason."""

import numpy as np
import pandas as pd
import pytest

from segkit import criteria, data
from segkit.brief import Brief, Goal, Limits
from segkit.criteria import choice
from segkit.refusal import Refused

NONE = Refused("A list has no period to judge by.")


@pytest.mark.parametrize("name", [
    "responded", "response", "response_rate", "conversion", "converted", "churn", "arm", "y",
    "treatment", "control_group", "variant", "acceptedcmp3", "post_spend", "отклик", "email_opened",
])  # fmt: skip
def test_outcomes_and_arms_are_told_by_their_heading(name):
    assert choice.aftermath(["age", name, "lines_n"]) == [name]


@pytest.mark.parametrize("name", [
    "age", "post_code", "postal_area", "response_time", "army_rank", "target_price", "visits",
    "campaigns_responded_n", "charm", "spend_total", "conversion_optimiser", "treat_budget",
])  # fmt: skip
def test_other_words_and_what_is_dated_are_no_outcomes(name):
    assert choice.aftermath(["age", name]) == []


def test_in_a_list_with_treated_people_purchases_may_have_come_of_it():
    assert choice.aftermath(["arm", "age", "visit", "spend_total"]) == [
        "arm",
        "visit",
        "spend_total",
    ]


def test_an_outcome_pictures_segments_and_never_makes_them():
    rng = np.random.default_rng(1)
    likes = rng.normal(size=400)
    card = pd.DataFrame({"customer_id": range(400), "likes": likes, "converted": likes > 0})
    card["converted"] = card["converted"].astype(float)
    card["wants"] = rng.normal(size=400)
    brief = Brief("segment", "", Goal(kpi=None), {}, None, None, Limits())
    known = criteria.candidates(card, dictionary=data.card.dictionary(card), brief=brief)
    found = criteria.short_list(
        criteria.evidence(known, outcome=NONE, rules=criteria.Rules(), seed=1)
    )
    row = found.table.set_index("column").loc["converted"]
    assert set(found.names) == {"likes", "wants"}
    assert (row["role"], row["reason"][:41]) == (
        "describe",
        "segments are judged by what came of it; k",
    )
