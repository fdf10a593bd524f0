"""5W: every statement counted, nothing small shown, no reason invented."""

import numpy as np
import pandas as pd
import pytest

from segkit import data, segments
from segkit.refusal import Refused
from segkit.segments.approaches import five_w, rfm

DATES = {"window": data.card.window(as_of="2025-01-01", window_days=0)}


@pytest.fixture
def world():
    rng = np.random.default_rng(11)
    n, people = 900, [f"c{x}" for x in range(120)]
    who = rng.choice(people, n)
    orders = pd.DataFrame(
        {
            "customer_id": who,
            "order_id": [f"o{x}" for x in range(n)],
            "ordered_at": pd.Timestamp(2024, 1, 1)
            + pd.to_timedelta(rng.integers(0, 365 * 24, n), unit="h"),
            "amount": rng.integers(1, 50, n).astype(float),
            "product_id": [f"p{x}" for x in rng.integers(0, 4, n)],
        }
    )
    products = pd.DataFrame(
        {"product_id": ["p0", "p1", "p2", "p3"], "department": ["food", "food", "home", "toys"]}
    )
    customers = pd.DataFrame(
        {
            "customer_id": people,
            "gender": ["f", "m"] * 60,
            "region": ["north"] * 20 + ["south"] * 100,
            "age": [20 + x // 2 for x in range(120)],
        }
    )
    tables = data.from_frames(orders, products=products, customers=customers)
    card = data.card.build(tables, as_of="2025-01-01", window_days=0)
    return tables, card


def said_of(world, *, smallest=1, split=None):
    tables, card = world
    names = split if split is not None else np.where(card["region"] == "north", "x", "y")
    members = card.assign(segment=names)
    counted = five_w.counts(tables, members=members, **DATES)
    return five_w.statements(counted, smallest=smallest)


def test_shares_add_up_and_the_lift_is_their_ratio(world):
    said = said_of(world)
    whole = said.groupby(["topic", "of", "segment"])["share"].sum()
    assert whole.round(9).eq(1.0).all()
    assert np.allclose(said["lift"], said["share"] / said["share_all"])
    assert set(said["question"]) == {"who", "what", "when", "where"}


def test_a_planted_difference_is_found_by_hand(world):
    _, card = world
    said = said_of(world).set_index(["topic", "answer", "segment"])
    north = card["region"] == "north"
    row = said.loc[("region", "north", "x")]
    assert row["share"] == 1.0
    assert row["lift"] == pytest.approx(len(card) / north.sum())
    assert row["n"] == north.sum()
    assert five_w.picture(said_of(world), order=["x"]).loc[0, "where"].startswith("region: north")


def test_one_segment_of_everybody_has_a_lift_of_one_everywhere(world):
    _, card = world
    said = said_of(world, split=["all"] * len(card))
    assert np.allclose(said["lift"], 1.0)
    answers = five_w.picture(said, order=["all"]).loc[0]
    assert answers["who"] == answers["what"] == answers["when"] == five_w.ALIKE
    assert answers["why"] == five_w.UNKNOWN


def test_small_cells_are_hidden_and_cannot_be_worked_out(world):
    open_said, said = said_of(world), said_of(world, smallest=15)
    keys = ["topic", "answer", "segment", "of"]
    both = said.merge(open_said, on=keys, suffixes=("", "_open"))
    assert both.loc[both["n_open"] < 15, "suppressed"].all()
    assert both.loc[both["suppressed"], ["n", "share", "lift"]].isna().all().all()
    hidden = both.groupby(["topic", "of", "segment"])["suppressed"].agg(["sum", "size"])
    assert not ((hidden["sum"] == 1) & (hidden["size"] > 1)).any()
    assert both["suppressed"].any()
    assert not both["suppressed"].all()


def test_a_segment_too_small_for_any_answer_says_so(world):
    _, card = world
    names = np.where(np.arange(len(card)) < 4, "few", "many")
    said = said_of(world, smallest=10, split=names)
    assert five_w.picture(said, order=["few"]).loc[0, "who"] == five_w.HIDDEN


def test_order_of_rows_changes_nothing(world):
    tables, card = world
    turned = said_of((tables, card.iloc[::-1].reset_index(drop=True)))
    keys = ["topic", "of", "answer", "segment"]
    pd.testing.assert_frame_equal(
        said_of(world).sort_values(keys, ignore_index=True),
        turned.sort_values(keys, ignore_index=True),
    )


def test_many_different_numbers_are_told_in_three_bands(world):
    ages = said_of(world).query("topic == 'age'")
    assert ages["answer"].nunique() == 3
    assert any(answer.startswith("up to") for answer in ages["answer"])


def test_reasons_are_told_only_when_somebody_was_asked(world):
    tables, card = world
    assert "why" not in set(said_of(world)["question"])
    tables.survey = data.from_frames(
        survey=pd.DataFrame(
            {
                "customer_id": card["customer_id"],
                "why_us": np.where(card["region"] == "north", "near", "price"),
            }
        ),
        customers=card[["customer_id"]],
    ).survey
    answers = five_w.picture(said_of((tables, card)), order=["x", "y"])
    assert answers.loc[0, "why"].startswith("why us: near, 100% of answers")
    assert answers.loc[1, "why"].startswith("why us: price, 100% of answers")


def test_few_people_do_not_outshout_many():
    rows = pd.DataFrame(
        {
            "question": "who", "topic": "t", "of": "customers", "answer": ["rare", "usual"],
            "segment": "x", "n": [10.0, 400.0], "share": [0.05, 0.6], "share_all": [0.03, 0.4],
            "lift": [1.667, 1.5], "suppressed": False,
        }
    )  # fmt: skip
    assert "usual" in five_w.picture(rows, order=["x"]).loc[0, "who"]


def test_segments_are_borrowed_and_applied_in_any_engine(world):
    _, card = world
    definition = five_w.fit(card)
    borrowed = segments.assign(card, rfm.fit(card))["segment"].tolist()
    assert segments.assign(card, definition.to_dict())["segment"].tolist() == borrowed
    assert five_w.fit(card, of="abc").rules["of"]["approach"] == "abc"


def test_a_list_without_orders_answers_who_and_leaves_the_rest_open():
    people = pd.DataFrame(
        {"customer_id": [f"c{x}" for x in range(40)], "gender": ["f", "m", "f", "f"] * 10}
    ).assign(region=["north"] * 10 + ["south"] * 30)
    tables = data.from_frames(customers=people)
    card = data.card.build(tables, as_of=None, window_days=0).assign(segment="all")
    window = data.card.window(as_of=data.card.analysis_date(tables), window_days=0)
    counted = five_w.counts(tables, members=card, window=window)
    said = five_w.statements(counted)
    assert set(said["question"]) == {"who", "where"}
    answers = five_w.picture(said, order=["all"]).loc[0]
    assert answers["when"] == answers["what"] == answers["why"] == five_w.UNKNOWN


def test_nothing_known_at_all_gives_an_empty_picture():
    tables = data.from_frames(customers=pd.DataFrame({"customer_id": ["a", "b"]}))
    card = pd.DataFrame({"customer_id": ["a", "b"], "segment": "all"})
    counted = five_w.counts(
        tables, members=card, window=(None, pd.Timestamp(2025, 1, 1).to_pydatetime())
    )
    said = five_w.statements(counted)
    assert said.empty
    assert set(five_w.picture(said, order=["all"]).loc[0][1:]) == {five_w.UNKNOWN}


def test_bands_of_large_numbers_are_written_out():
    bands = five_w._banded(pd.Series(range(1_443_000, 1_443_090)))
    assert bands.iloc[0] == "up to 1,443,029"


def test_who_cannot_be_divided_is_described_as_everybody_and_that_is_said(world):
    tables, card = world
    no = Refused("*No rfm.*")
    alone = five_w.borrowed(no, card=card)
    assert alone.introduction.startswith("*No rfm.* All are described as one segment instead. 120")
    assert alone.order == ["Everybody"]
    assert set(alone.members["segment"]) == {"Everybody"}
    assert alone.record == {"refused": "*No rfm.*"}
    counted = five_w.counts(tables, members=card.assign(segment=alone.labels), **DATES)
    faces = five_w.Faces(counted, alone, 10)
    assert faces.page(1).columns.tolist() == ["question", "Everybody"]
    assert isinstance(faces.page(2), Refused)
    assert faces.answered == ["who", "what", "when", "where"]


def test_faces_are_those_of_the_segments_borrowed(world):
    tables, card = world
    found = segments.attempt(card, "rfm")
    borrowed = five_w.borrowed(found, card=card)
    assert borrowed.definition == five_w.fit(card)
    assert borrowed.labels.tolist() == found.labels.tolist()
    members = card.assign(segment=borrowed.labels)
    faces = five_w.Faces(five_w.counts(tables, members=members, **DATES), borrowed, 5)
    assert faces.pictures["segment"].tolist() == borrowed.order
    assert faces.topic in set(faces.said["topic"])
    assert faces.overview["hidden"].sum() == faces.said["suppressed"].sum()
