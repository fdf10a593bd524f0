"""ABC: two amounts, both rules, no ties split."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit import segments
from segkit.segments import abc
from segkit.study import StudyError


def a_card(spend):
    ids = [f"c{n}" for n in range(len(spend))]
    return pd.DataFrame({"customer_id": ids, "spend_total": np.asarray(spend, dtype=float)})


def classes(card, **how):
    return segments.assign(card, abc.fit(card, **how))["segment"].str[0].tolist()


def test_by_value_on_a_hand_made_list():
    # 60, 85, 95, 98, 100: the second customer is the one with whom 80 % is reached
    assert classes(a_card([60, 25, 10, 3, 2])) == ["A", "A", "B", "C", "C"]


def test_by_count_takes_20_30_and_50_percent_of_heads():
    assert "".join(classes(a_card(range(10, 0, -1)), rule="count")) == "AABBBCCCCC"


def test_equal_customers_are_never_parted():
    assert len(set(classes(a_card([5] * 10)))) == 1
    assert len(set(classes(a_card([5] * 10), rule="count"))) == 1


def test_without_spend_everybody_is_c():
    assert classes(a_card([0, 0, -3])) == ["C", "C", "C"]


def test_returns_do_not_push_others_up():
    assert classes(a_card([60, 25, 10, 3, 2, -50])) == ["A", "A", "B", "C", "C", "C"]


def test_shares_put_the_promise_beside_what_was_seen():
    card = a_card([60, 25, 10, 3, 2])
    labels = segments.assign(card, abc.fit(card))["segment"]
    table = abc.shares(labels, card["spend_total"])
    assert table["customers_share"].tolist() == [0.4, 0.2, 0.4]
    assert table["money_share"].round(4).tolist() == [0.85, 0.10, 0.05]
    assert table["money_promised"].tolist() == [0.80, 0.15, 0.05]


def test_unknown_rule_is_refused():
    with pytest.raises(StudyError, match="'weight'"):
        abc.fit(a_card([1, 2]), rule="weight")


@given(
    st.lists(st.integers(1, 10_000), min_size=1, max_size=60), st.sampled_from(["value", "count"])
)
def test_relations(spend, rule):
    card = a_card(spend)
    labels = classes(card, rule=rule)
    by_class = card.groupby(labels)["spend_total"]
    if {"A", "B"} <= set(labels):  # A customer of a better class never spends less
        assert by_class.min()["A"] > by_class.max()["B"]
    pence = a_card([value * 100 for value in spend])
    assert classes(pence, rule=rule) == labels
    assert classes(a_card(spend[::-1]), rule=rule)[::-1] == labels
    if rule == "value":
        part = by_class.sum()["A"] / card["spend_total"].sum()
        assert part >= 0.80 - 1e-9


def test_both_rules_are_compared_in_one_table():
    table = abc.compare(a_card([60, 25, 10, 3, 2]))
    assert table["rule"].tolist() == ["value"] * 3 + ["count"] * 3
    assert table.groupby("rule")["customers_n"].sum().tolist() == [5, 5]
    assert table["money_share"].round(4).tolist() == [0.85, 0.10, 0.05, 0.60, 0.35, 0.05]
