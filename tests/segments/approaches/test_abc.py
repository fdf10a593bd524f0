"""ABC: two amounts, both rules, no ties split."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from segkit import segments
from segkit.segments import rules
from segkit.segments.approaches import abc
from segkit.study import Slip, StudyError


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
    table = abc.compare(card).query("rule == 'value'")
    assert table["customers_share"].tolist() == [0.4, 0.2, 0.4]
    assert table["money_share"].round(4).tolist() == [0.85, 0.10, 0.05]
    assert table["money_promised"].tolist() == [0.80, 0.15, 0.05]


def test_unknown_rule_is_refused():
    with pytest.raises(StudyError, match="'weight'"):
        abc.fit(a_card([1, 2]), rule="weight")


@pytest.mark.slow
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


# ------------------------------------------------------------------ known shares, profit, two ways


def test_head_count_shares_are_those_of_a_lognormal_market():
    # of lognormal money with spread s, the top share p holds Phi(s - z(1 - p))
    n, spread = 20_000, 1.3
    places = (np.arange(n) + 0.5) / n
    card = a_card(np.exp(spread * norm.ppf(places)))
    found = abc.compare(card).query("rule == 'count'")["money_share"].tolist()
    top, upper = norm.cdf(spread - norm.ppf(0.8)), norm.cdf(spread)
    assert found == pytest.approx([top, upper - top, 1 - upper], abs=0.002)
    assert top < 0.7  # far from the 80 % of the rule of thumb


def test_profit_is_used_where_it_is_known_and_revenue_else():
    card = a_card([100, 50, 10]).assign(profit_total=[-5.0, 30.0, 6.0])
    assert abc.measure(card) == "profit_total"
    assert abc.fit(card).columns == ["profit_total"]
    assert classes(card) == ["C", "A", "B"]
    assert classes(card, by="spend_total")[0] == "A"
    unknown = card.assign(profit_total=np.nan)
    assert abc.measure(unknown) == "spend_total"


def test_a_customer_at_a_loss_is_c_and_pushes_nobody_up():
    card = a_card([60, 25, 10, 3, 2, 900]).assign(profit_total=[60.0, 25, 10, 3, 2, -40])
    assert classes(card) == ["A", "A", "B", "C", "C", "C"]
    table = abc.compare(card)
    assert table.loc[table["rule"] == "value", "customers_n"].tolist() == [2, 1, 3]
    assert table.groupby("rule")["money_share"].sum().round(6).tolist() == [1.0, 1.0]


def test_one_customer_brings_all_the_money_and_is_a():
    assert classes(a_card([7])) == ["A"]
    assert classes(a_card([7]), rule="count") == ["A"]
    assert classes(a_card([np.nan])) == ["C"]


def two_way(spend, orders, **how):
    card = a_card(spend).assign(orders_n=orders)
    return segments.assign(card, abc.two_way(card, **how))["segment"].tolist()


def test_two_ways_by_hand():
    # middle customer: 30 of money, 3 orders; above is much, above is often
    found = two_way([90, 60, 30, 20, 10], [9, 1, 8, 3, 2])
    assert found == [
        abc.TWO_WAY[0], abc.TWO_WAY[2], abc.TWO_WAY[1], abc.TWO_WAY[3], abc.TWO_WAY[3],
    ]  # fmt: skip


def test_when_all_are_equal_nobody_is_above_the_middle():
    assert set(two_way([5] * 6, [2] * 6)) == {abc.TWO_WAY[3]}
    assert two_way([5], [2]) == [abc.TWO_WAY[3]]


def test_negative_and_unknown_money_is_never_much():
    found = two_way([-9, -8, -7, np.nan], [1, 1, 9, 9])
    assert set(found) <= {abc.TWO_WAY[1], abc.TWO_WAY[3]}


def test_two_way_groups_are_rules_without_a_hidden_overlap():
    card = a_card([90, 60, 30, 20, 10]).assign(orders_n=[9, 1, 8, 3, 2])
    definition = abc.fit(card, rule="two_way")
    assert definition.to_dict() == abc.two_way(card).to_dict()
    assert "over 30" in rules.in_words(definition.rules["groups"][0]["when"])
    assert abc.TWO_WAY[3] == definition.rules["otherwise"]


def test_two_ways_need_the_number_of_orders():
    with pytest.raises(StudyError, match="orders_n"):
        abc.two_way(a_card([1, 2]))


@pytest.mark.slow
@given(
    st.lists(st.tuples(st.integers(-50, 9_000), st.integers(0, 40)), min_size=1, max_size=50),
    st.sampled_from([0.5, 0.8]),
)
def test_two_way_relations(pairs, share):
    spend, orders = [float(a) for a, _ in pairs], [b for _, b in pairs]
    found = two_way(spend, orders, share=share)
    assert two_way([x * 100 for x in spend], orders, share=share) == found
    assert two_way(spend[::-1], orders[::-1], share=share)[::-1] == found
    both = dict(zip(pairs, found, strict=True))
    assert [both[pair] for pair in pairs] == found  # equal customers together


def test_what_is_ranked_is_said():
    card = a_card([10, 0, -5]).assign(profit_total=[4.0, 0.0, -9.0])
    said = abc.ranked(segments.attempt(card, "abc")).introduction(0.5)
    assert "**profit**" in said
    assert "50%" in said
    assert "2 brought" in said


def test_the_unit_of_money_decides_nothing():
    # 1.0 + 0.9 + … + 0.3 is just below 3.8 in the computer's arithmetic
    cents = pd.DataFrame({"spend_total": [100.0, 90, 70, 60, 30, 20, 20, 10]})
    units = cents / 100
    whole, parts = (abc.fit(card, by="spend_total").rules["cuts"] for card in (cents, units))
    assert [cut / 100 for cut in whole] == parts


def test_where_often_and_much_begin_is_said():
    card = pd.DataFrame({"spend_total": [10.0, 20, 30], "orders_n": [1, 2, 3]})
    said = abc.ranked(segments.attempt(card, "abc")).parted
    assert "above 2 orders" in said
    assert "above a spend of 20" in said


def test_without_orders_only_the_two_way_table_is_refused():
    ranked = abc.ranked(segments.attempt(pd.DataFrame({"spend_total": [10.0, 20, 30]}), "abc"))
    assert "not known" in ranked.parted.why
    assert ranked.two_way_sizes == ranked.chosen("two_way") == ranked.parted
    assert "bring the first 80 %" in ranked.sorted


def test_a_rule_that_is_none_is_a_slip_and_no_refusal():
    card = pd.DataFrame({"spend_total": [10.0, 20, 30]})
    with pytest.raises(Slip, match="two_way"):
        abc.ranked(segments.attempt(card, "abc")).chosen("vale")
    with pytest.raises(Slip, match="two_way"):
        segments.attempt(card, {"approach": "abc", "rule": "vale"})
