"""What moved between two months: numbers by hand, and relations that must hold."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2

from segkit.refusal import Refused
from segkit.validation import drift, movement

ORDERS = (["x", "y"], ["x", "y"])


def month(segments, spend=None, ids=None):
    """Make a membership: one customer per sign of `segments`."""
    ids = ids or [f"c{n}" for n in range(len(segments))]
    table = pd.DataFrame({"customer_id": ids, "segment": list(segments)})
    return table if spend is None else table.assign(spend_total=spend)


@pytest.fixture
def moved():
    """Six customers of then, six of now, four of them the same."""
    then = month("xxxyyy", [10.0, 20, 30, 40, 50, 60], list("abcdef"))
    now = month("xxyyxy", [11.0, 25, 30, 45, 5, 6], list("abcdgh"))
    return movement.between(then, now, orders=ORDERS)


def test_the_matrix_counts_who_went_where(moved):
    assert moved.matrix.to_numpy().tolist() == [[2, 1, 0], [0, 1, 2], [1, 1, 0]]
    assert moved.matrix.to_numpy().sum() == len(moved.people) == 8


def test_staying_is_held_against_chance(moved):
    """3 of 4 stayed; by chance 3/4 × 2/4 + 1/4 × 2/4 = 1/2, so kappa is (3/4 − 1/2) / (1/2)."""
    stayed = moved.stayed
    assert (stayed["n"], stayed["stayed_n"]) == (4, 3)
    assert (stayed["chance"], stayed["kappa"]) == (0.5, 0.5)
    assert stayed["low"] < 0.75 < stayed["high"]


def test_the_parts_of_every_change_add_up_in_heads_and_in_money(moved):
    found = moved.changes.set_index("segment")
    assert found.loc["x", ["before_n", "new_n", "moved_in_n", "moved_out_n", "gone_n",
                           "now_n"]].tolist() == [3, 1, 0, 1, 0, 3]  # fmt: skip
    for unit, stayers in (("n", 0), ("spend", found["stayers_spend"])):
        parts = {p: found[f"{p}_{unit}"]
                 for p in ("before", "new", "moved_in", "moved_out", "gone", "now")}  # fmt: skip
        total = parts["before"] + parts["new"] + parts["moved_in"] + stayers
        assert (total - parts["moved_out"] - parts["gone"]).tolist() == parts["now"].tolist()
    assert found["before_spend"].sum() == 210
    assert found["now_spend"].sum() == 122
    assert found.loc["x", "stayers_spend"] == 1 + 5


def test_flows_cover_everybody_once(moved):
    flows = moved.flows.set_index("flow")
    assert flows["customers_n"].to_dict() == {
        "stayed": 3, "customer moved": 1, "threshold moved": 0, "both moved": 0, "new": 2, "gone": 2
    }  # fmt: skip
    assert flows["spend_now"].sum() == 122
    assert flows.loc["gone", "spend_before"] == 110


def test_a_customer_moves_or_the_threshold_does():
    """By then's rules the first two stay; by today's the second and the last end elsewhere."""
    then, now = month("xxxx"), month("xyyz")
    by_then = month("xxyy")
    orders = (["x", "y"], ["x", "y", "z"])
    found = movement.between(then, now, rules_of_then=by_then, orders=orders)
    told = ["stayed", "threshold moved", "customer moved", "both moved"]
    assert found.people["flow"].tolist() == told
    same = movement.between(then, now, orders=orders)
    assert set(same.people["flow"]) == {"stayed", "customer moved"}


def test_the_same_month_twice_is_everybody_staying():
    then = month("xxyyy", [1.0, 2, 3, 4, 5])
    found = movement.between(then, then, orders=ORDERS, smallest=1)
    assert found.stayed["share"] == found.stayed["kappa"] == 1
    assert found.flows.set_index("flow").loc["stayed", "customers_n"] == 5
    assert found.changes["stayers_spend"].tolist() == [0, 0]


def test_neither_the_order_of_rows_nor_names_change_what_is_found(moved):
    then = month("xxxyyy", [10.0, 20, 30, 40, 50, 60], list("abcdef"))
    now = month("xxyyxy", [11.0, 25, 30, 45, 5, 6], list("abcdgh"))
    turned = movement.between(then.iloc[::-1], now.sample(frac=1, random_state=1), orders=ORDERS)
    assert turned.people.equals(moved.people)
    called = {"x": "Ann", "y": "Bob"}
    both = (t.assign(segment=t["segment"].map(called)) for t in (then, now))
    other = movement.between(*both, orders=(["Ann", "Bob"], ["Ann", "Bob"]))
    assert other.stayed == moved.stayed
    assert other.flows.equals(moved.flows)
    assert other.matrix.to_numpy().tolist() == moved.matrix.to_numpy().tolist()


def test_backwards_joined_and_left_change_places(moved):
    then = month("xxxyyy", [10.0, 20, 30, 40, 50, 60], list("abcdef"))
    now = month("xxyyxy", [11.0, 25, 30, 45, 5, 6], list("abcdgh"))
    back = movement.between(now, then, orders=ORDERS)
    ahead = moved.flows.set_index("flow")["customers_n"]
    behind = back.flows.set_index("flow")["customers_n"]
    assert (ahead["new"], ahead["gone"]) == (behind["gone"], behind["new"])
    assert back.stayed["kappa"] == moved.stayed["kappa"]


def test_small_cells_are_not_shown():
    found = movement.between(month("x" * 20 + "y" * 12), month("x" * 17 + "y" * 15), orders=ORDERS)
    assert found.matrix.loc["x", "y"] == 3
    assert found.shown.loc["x", "y"] is pd.NA
    assert found.shown.loc["y", "x"] == 0
    assert found.shown_changes["moved_out_n"].isna().tolist() == [True, False]
    assert found.shown_flows.set_index("flow")["customers_n"].isna()["customer moved"]


def test_what_one_customer_spends_more_is_not_shown():
    ids = [f"c{n}" for n in range(1, 15)]
    then = month("x" + "y" * 13, [5.0] * 14, ids)
    found = movement.between(then, month("x" + "y" * 13, [9.0] * 14, ids), orders=ORDERS)
    assert found.changes["stayers_spend"].tolist() == [4.0, 52.0]
    assert pd.isna(found.shown_changes["stayers_spend"][0])
    assert found.shown_flows.set_index("flow").loc["stayed", ["spend_before"]].isna().all()


def test_a_handful_of_customers_says_nothing_of_staying():
    found = movement.between(month("xxyy"), month("xyxy"), orders=ORDERS)
    assert found.stayed["n"] == 4
    assert "Fewer than 10" in found.shown_stayed.why
    verdict = found.verdict(drift=Refused("no bins"))
    assert verdict["verdict"] == "watch"
    assert "4" not in "".join(verdict["reasons"])


def test_without_a_common_customer_nothing_can_have_stayed():
    found = movement.between(
        month("xy", ids=["a", "b"]), month("xy", ids=["c", "d"]), orders=ORDERS
    )
    assert isinstance(found.stayed, Refused)
    verdict = found.verdict(drift=Refused("no bins"))
    assert verdict["verdict"] == "re-segment"


def test_the_verdict_follows_its_rules():
    many = month("x" * 60 + "y" * 40)
    quiet = pd.DataFrame({"column": ["a"], "psi": [0.01], "chance_limit": [0.1], "size": ["small"],
                          "drifted": [False]})  # fmt: skip

    def judged(now, drift=quiet, **how):
        found = movement.between(many, now, orders=ORDERS)
        return found.verdict(drift=drift, **how)["verdict"]

    assert judged(many) == "keep"
    assert judged(many, quiet.assign(psi=0.15, size="some", drifted=True)) == "watch"
    assert judged(many, quiet.assign(psi=0.3, size="large", drifted=True)) == "re-segment"
    assert judged(many, least_share=0.5) == "watch"
    assert judged(month("x" * 95 + "y" * 5)) == "re-segment"
    assert judged(many.iloc[:50]) in ("watch", "re-segment")
    scattered = np.random.default_rng(1).permutation(list("x" * 60 + "y" * 40))
    assert judged(month(scattered)) == "re-segment"


# ------------------------------------------------------------------ drift


def test_psi_by_hand():
    """(.6 − .5) ln(.6/.5) + (.4 − .5) ln(.4/.5)."""
    by_hand = 0.1 * np.log(1.2) - 0.1 * np.log(0.8)
    assert drift.psi([50, 50], [60, 40]) == pytest.approx(by_hand)
    assert drift.psi([50, 50], [60, 40]) == pytest.approx(drift.psi([60, 40], [50, 50]))
    assert drift.psi([5, 0, 5], [5, 0, 5]) == 0
    assert np.isfinite(drift.psi([50, 50, 0], [50, 40, 10]))


def test_the_limit_of_chance_is_that_of_chi_square():
    limit, p = drift.by_chance([250] * 4, [100] * 4)
    assert limit == pytest.approx(chi2.ppf(0.95, 3) * (1 / 1000 + 1 / 400))
    assert p == 1


def test_chance_passes_the_limit_about_once_in_twenty():
    rng = np.random.default_rng(3)
    draws = rng.multinomial(800, [0.1] * 10, size=(600, 2))
    false = np.mean([drift.psi(a, b) > drift.by_chance(a, b)[0] for a, b in draws])
    assert 0.025 < false < 0.085


def test_the_same_customers_have_no_drift_and_moved_ones_have():
    rng = np.random.default_rng(1)
    card = pd.DataFrame({"spend": rng.lognormal(3, 1, 2000), "orders_n": rng.poisson(2, 2000),
                         "city": rng.choice(list("abc"), 2000)})  # fmt: skip
    told = drift.bins(card, columns=list(card))
    same = drift.table(told, card.iloc[::-1])
    assert same["psi"].tolist() == [0, 0, 0]
    assert not same["drifted"].any()
    assert sum(told["spend"]["counts"]) == 2000
    assert max(told["spend"]["counts"]) <= 201
    moved = drift.table(told, card.assign(spend=card["spend"] * 3)).set_index("column")
    assert moved.loc["spend", ["size", "drifted"]].tolist() == ["large", True]
    assert not moved.loc["city", "drifted"]


def test_values_that_are_missing_or_new_count_as_bins_of_their_own():
    then = pd.DataFrame({"city": ["a"] * 40 + ["b"] * 40})
    now = pd.DataFrame({"city": ["a"] * 40 + ["z"] * 20 + [None] * 20})
    told = drift.bins(then, columns=["city"])
    assert drift.counted(now["city"], told["city"]) == [40, 0, 20, 20]
    assert drift.table(told, now)["drifted"].tolist() == [True]


def test_a_column_that_is_constant_or_gone_says_nothing():
    then = pd.DataFrame({"n": [1.0] * 30, "gone": range(30)})
    told = drift.bins(then, columns=["n", "gone", "never"])
    found = drift.table(told, then[["n"]])
    assert found["column"].tolist() == ["n"]
    assert found["psi"].tolist() == [0]
    assert not found["drifted"].any()
