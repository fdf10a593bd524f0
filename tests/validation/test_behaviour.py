"""What segments did in a later period: measures by hand, labels corrected once, honest gaps."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from segkit import data, validation
from segkit.brief import Goal, Period
from segkit.data.reports import periods
from segkit.study import Economics
from segkit.validation import experiments
from segkit.validation.findings import BackTest


@pytest.fixture
def rng():
    return np.random.default_rng(7)


MAY = Period(label="May", start="2024-05-01", end="2024-06-01")


def two_lines(**columns):
    orders = pd.DataFrame({"customer_id": ["ann", "ann"], "order_id": ["1", "2"]})
    orders["ordered_at"] = pd.to_datetime(["2024-05-02", "2024-05-09"])
    return data.from_frames(orders.assign(amount=[8.0, 10.0], **columns))


class TestPeriod:
    def test_by_hand(self):
        tables = two_lines(discount=[2.0, 0.0], coupon_discount=[0.0, 1.0], cost=[5.0, 4.0])
        ann, bob = periods.behaviour(tables, period=MAY, customers=["ann", "bob"]).to_dict(
            "records"
        )
        assert (ann["orders_n"], ann["spend_total"], ann["profit_total"]) == (2, 18.0, 9.0)
        assert ann["offer_share"] == pytest.approx(8 / 18)
        assert ann["discount_share"] == pytest.approx(2 / 20)
        assert ann["coupon_orders_share"] == 0.5
        assert (bob["orders_n"], bob["spend_total"], bob["profit_total"]) == (0, 0.0, 0.0)
        assert np.isnan([bob["offer_share"], bob["coupon_orders_share"]]).all()

    def test_what_the_tables_do_not_hold_is_no_column(self):
        found = periods.behaviour(two_lines(), period=MAY, customers=["ann"])
        assert list(found) == ["customer_id", "orders_n", "spend_total"]

    def test_the_last_day_is_not_part_of_it(self):
        short = Period(label="week", start="2024-05-02", end="2024-05-09")
        assert (
            periods.behaviour(two_lines(), period=short, customers=["ann"])["orders_n"].item() == 1
        )


def world(rng, n=120, *, more=1.0):
    """Customers of two segments; those of b spend `more` times as much, at a cost of half."""
    names = [f"c{at:03}" for at in range(n)]
    orders = pd.DataFrame({"customer_id": names * 2})
    orders["ordered_at"] = pd.Timestamp("2024-05-02") + pd.to_timedelta(np.repeat([0, 5], n), "D")
    segment = np.where(np.arange(n) % 2, "b", "a")
    amount = rng.lognormal(3, 0.5, 2 * n) * np.where(np.tile(segment, 2) == "b", more, 1.0)
    orders["amount"] = amount.round(2)
    orders["cost"] = (orders["amount"] / 2).round(2)
    members = pd.DataFrame({"customer_id": names, "segment": segment})
    return data.from_frames(orders.sample(frac=1, random_state=1)), members


def seen(tables, members, *, target=0.55, **costs):
    kept = SimpleNamespace(order=["a", "b"], smallest_cell=10)
    tested = BackTest(kept, members, members, members, MAY)
    answers = members[["customer_id"]].assign(outcome=np.arange(len(members)) % 4 < 2)
    goal = Goal(kpi="repeat_rate", baseline=0.5, target=target)
    answers = answers.assign(outcome=answers["outcome"].astype(int))
    judged = validation.response(answers, backtest=tested, goal=goal, alpha=0.05, seed=1)
    return judged.behaviour(tables, economics=Economics(**costs))


def labels(found, measure):
    table = found.table
    return table.loc[table["measure"] == measure, "label"].tolist()


class TestBehaviour:
    def test_more_money_is_found_and_what_serving_costs_is_taken_off(self, rng):
        tables, members = world(rng, more=3.0)
        free, served = seen(tables, members), seen(tables, members, delivery_cost=2.0)
        assert labels(free, "spend_total") == ["lower than the rest", "higher than the rest"]
        profit = [f.table.set_index("measure").loc["profit_total", "outcome_mean"]
                  for f in (free, served)]  # fmt: skip
        assert (profit[0] - profit[1]).tolist() == pytest.approx([4.0, 4.0])  # two orders each
        assert "delivering an order or a mailing costs is not known" in free.told
        assert "delivering" not in seen(tables, members, delivery_cost=0.0).told.split("What")[-1]

    def test_the_goals_figure_is_not_tested_twice(self, rng):
        found = seen(*world(rng))
        assert "bought" not in found.measured
        assert len(found.table) == 2 * len(found.measured)

    def test_a_clear_difference_below_what_the_goal_asks_for_is_too_small(self, rng):
        tables, members = world(rng, more=3.0)
        found = seen(tables, members, target=1.0)  # the goal doubles its figure
        assert set(labels(found, "spend_total")) <= {"higher than the rest", "lower than the rest",
                                                     experiments.SMALL}  # fmt: skip
        assert found.part == 1.0
        table = found.table.set_index("measure").loc["spend_total"]
        small = table["difference"].abs() < table["worth"]
        assert (table.loc[small, "label"] == experiments.SMALL).all()

    def test_what_is_not_known_is_said(self, rng):
        found = seen(*world(rng))
        assert "answers a mailing" in found.lacking
        assert "*Not known:* discount, of the full price" in found.told

    def test_the_order_of_rows_does_not_matter(self, rng):
        tables, members = world(rng, more=1.3)
        again = members.sample(frac=1, random_state=2)
        pd.testing.assert_frame_equal(seen(tables, members).table, seen(tables, again).table)
