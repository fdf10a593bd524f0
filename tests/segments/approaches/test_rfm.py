"""RFM: equal values, equal scores; every triple in exactly one segment."""

import datetime
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit import segments
from segkit.segments.approaches import rfm


def a_card(days, orders, spend):
    ids = [f"c{n}" for n in range(len(days))]
    return pd.DataFrame(
        {
            "customer_id": ids,
            "days_since_purchase": days,
            "orders_n": orders,
            "spend_total": np.asarray(spend, dtype=float),
        }
    )


LOOKS = datetime.date(2024, 5, 1), datetime.date(2024, 5, 31)


@pytest.fixture
def ten():
    return a_card(range(10), range(1, 11), [10.0 * n for n in range(1, 11)])


def test_ten_different_customers_get_two_of_each_score(ten):
    cuts = rfm.fit(ten).rules["cuts"]
    scores = rfm.score(ten, cuts=cuts)
    assert scores["F"].tolist() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert scores["M"].tolist() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert scores["R"].tolist() == [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]


def test_cut_points_are_values_that_occur(ten):
    cuts = rfm.fit(ten).rules["cuts"]
    assert cuts == {"R": [1.0, 3.0, 5.0, 7.0], "F": [2, 4, 6, 8], "M": [20, 40, 60, 80]}


def test_all_125_triples_are_in_exactly_one_of_nine_segments():
    triples = list(product(range(1, 6), repeat=3))
    found = {triple: rfm.segment(*triple) for triple in triples}
    assert len(found) == 125
    assert set(found.values()) == set(rfm.NAMES.values())
    assert found[5, 5, 5] == "Best customers"
    assert found[1, 5, 5] == "Big buyers gone quiet"
    assert found[1, 1, 1] == "Light buyers gone quiet"
    assert found[3, 3, 3] == "Regulars cooling"
    assert found[4, 1, 1] == "Active light buyers"


def test_engine_and_plain_python_agree_on_all_125_triples():
    triples = list(product(range(1, 6), repeat=3))
    card = a_card(*zip(*[(6 - r, f, m) for r, f, m in triples], strict=True))
    definition = rfm.fit(card)
    expected = [rfm.segment(*triple) for triple in triples]
    assert segments.assign(card, definition)["segment"].tolist() == expected


def test_ties_are_not_split_by_id_or_row_order():
    card = a_card([5] * 10, [1] * 7 + [2, 3, 9], [20.0] * 10)
    scores = rfm.score(card, cuts=rfm.fit(card).rules["cuts"])
    assert scores.groupby(card["orders_n"]).nunique().max().max() == 1
    assert len(set(scores["M"])) == 1


def test_scores_nobody_can_reach_are_reported():
    card = a_card(range(10), [1] * 7 + [2, 3, 9], range(10))
    assert rfm.Scale(None, rfm.fit(card).rules["cuts"], None).unreachable == ["F2", "F3"]
    same_day = a_card([3] * 10, range(10), range(10))
    assert rfm.Scale(None, rfm.fit(same_day).rules["cuts"], None).unreachable == ["R2", "R3", "R4"]


@given(st.integers(0, 10_000))
def test_unreachable_scores_are_never_given_and_all_others_are(seed):
    rng = np.random.default_rng(seed)
    card = a_card(rng.integers(0, 6, 40), rng.integers(1, 5, 40), rng.integers(1, 9, 40))
    cuts = rfm.fit(card).rules["cuts"]
    given_scores = rfm.score(card, cuts=cuts)
    for letter in "RFM":
        got = {f"{letter}{value}" for value in given_scores[letter]}
        assert not got & set(rfm.Scale(None, cuts, None).unreachable)


@given(st.integers(0, 10_000))
def test_row_order_and_currency_unit_change_no_segment(seed):
    rng = np.random.default_rng(seed)
    card = a_card(rng.integers(0, 99, 30), rng.integers(1, 9, 30), rng.integers(1, 500, 30))
    before = rfm.fit(card)
    scores = rfm.score(card, cuts=before.rules["cuts"])
    pence = card.assign(spend_total=card["spend_total"] * 100).iloc[::-1]
    again = rfm.score(pence, cuts=rfm.fit(pence).rules["cuts"])
    pd.testing.assert_frame_equal(scores, again.sort_index())


def test_new_customers_are_scored_with_the_stored_cut_points(ten):
    definition = rfm.fit(ten)
    newcomer = a_card([0], [100], [1.0])
    assert segments.assign(newcomer, definition)["segment"].tolist() == ["Active regulars"]


def test_segments_are_ordered_by_spend_with_empty_ones_last(ten):
    definition = rfm.fit(ten)
    labels = segments.assign(ten, definition)["segment"]
    totals = ten.groupby(labels)["spend_total"].sum()
    filled = [name for name in definition.order if name in totals.index]
    assert totals[filled].is_monotonic_decreasing
    assert sorted(definition.order) == sorted(rfm.NAMES.values())
    assert definition.order[: len(filled)] == filled


def test_cut_points_are_laid_out_with_the_scores_nobody_gets():
    card = a_card(range(10), [1] * 7 + [2, 3, 9], range(10))
    table = rfm.Scale(None, rfm.fit(card).rules["cuts"], None).table.set_index("score")
    assert table["nobody_gets"].to_dict() == {"R": "", "F": "F2, F3", "M": ""}
    assert table.loc["F", "80 %"] == 2


def test_the_table_of_cells_covers_all_125_triples_once():
    cells = rfm.cells()
    assert len(cells) == len(cells.drop_duplicates(["R", "F", "M"])) == 125
    assert cells[["R", "F", "M"]].min().tolist() == [1, 1, 1]
    assert cells[["R", "F", "M"]].max().tolist() == [5, 5, 5]
    assert cells["segment"].value_counts().sum() == 125


def test_the_spread_of_scores_adds_up_and_names_what_nobody_can_get():
    card = a_card(range(10), [1] * 7 + [2, 3, 9], range(10))
    cuts = rfm.fit(card).rules["cuts"]
    spread = rfm.Scale(None, cuts, rfm.score(card, cuts=cuts)).spread
    assert spread.groupby("letter")["customers_n"].sum().tolist() == [10, 10, 10]
    never = spread[~spread["reachable"]]
    assert (never["letter"] + never["score"].astype(str)).tolist() == ["F2", "F3"]
    assert never["customers_n"].sum() == 0


def test_next_months_customers_keep_the_stored_scale(ten):
    definition = rfm.fit(ten)
    better = ten.assign(spend_total=ten["spend_total"] + 1000)
    scores = rfm.score(better, cuts=definition.rules["cuts"])
    assert set(scores["M"]) == {5}  # a new scale would give fifths again
    again = rfm.score(better, cuts=rfm.fit(better).rules["cuts"])
    assert set(again["M"]) == {1, 2, 3, 4, 5}


def test_one_customer_and_all_equal_customers_have_one_score():
    for card in (a_card([3], [1], [9.0]), a_card([3] * 4, [1] * 4, [9.0] * 4)):
        scores = rfm.score(card, cuts=rfm.fit(card).rules["cuts"])
        assert len(scores.drop_duplicates()) == 1


def test_negative_money_is_the_lowest_score(ten):
    card = ten.assign(spend_total=[-50.0, *ten["spend_total"][1:]])
    assert rfm.score(card, cuts=rfm.fit(card).rules["cuts"])["M"].iloc[0] == 1


def test_a_window_that_begins_before_the_data_is_said():
    first = datetime.datetime(2024, 1, 1, 9)
    scale = rfm.scale(segments.attempt(a_card([3], [1], [9.0]), "rfm"))
    fair = scale.dated(first, as_of=datetime.date(2024, 12, 1), window_days=300)
    short = scale.dated(first, as_of=datetime.date(2024, 12, 1), window_days=365)
    assert "counts more days" not in fair
    assert "2024-12-01" in fair
    assert "counts more days" in short
    assert "counts more days" in scale.dated(first, as_of=datetime.date(2024, 12, 1), window_days=0)


def test_how_many_days_active_and_quiet_are_is_said():
    cuts = {"R": [2.0, 5.0, 10.0, 25.0], "F": [1.0] * 4, "M": [1.0] * 4}
    said = rfm.Scale(None, cuts, None).meant
    assert "within 5 days" in said
    assert "more than 10" in said
    edges = pd.DataFrame({"days_since_purchase": [5, 6, 10, 11], "orders_n": 1, "spend_total": 1.0})
    recency = rfm.score(edges, cuts=cuts)["R"].tolist()
    assert [r >= rfm.RECENT for r in recency] == [True, False, False, False]
    assert [r < rfm.COOLING for r in recency] == [False, False, False, True]


def test_who_is_active_and_who_slips_away_is_answered_in_customers_and_money():
    labels = pd.Series(["Best customers", "Big buyers gone quiet", "Light buyers gone quiet"] * 2)
    card = pd.DataFrame({"spend_total": [60.0, 30.0, 10.0] * 2})
    said = rfm.Scale(segments.Attempt(card, {}, None, labels), {}, None).answered
    assert "Active: 33% of the customers with 60% of the money" in said
    assert "gone quiet: 33% of the customers with 30% of the money" in said


def test_customers_are_followed_on_the_stored_scale(ten):
    ten = ten.assign(customer_id=list("abcdefghij")[: len(ten)])
    found = segments.attempt(ten, "rfm")
    stranger = ten.iloc[:1].assign(customer_id="new")
    moved = rfm.followed(found, pd.concat([ten.assign(spend_total=0.0), stranger]), looks=LOOKS)
    assert moved.new == 1
    assert moved.crossed.to_numpy().sum() == len(ten) + 1
    assert moved.crossed.loc[rfm.ABSENT].sum() == 1
    assert moved.stayed < 1
    assert rfm.followed(found, ten[::-1], looks=LOOKS).stayed == 1
