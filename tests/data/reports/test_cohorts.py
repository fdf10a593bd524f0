"""Cohorts: counted by hand, whole at every edge, the same from every row order."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from segkit import data
from segkit.data.reports import cohorts
from segkit.refusal import Refused
from segkit.study import StudyError


def lines(*rows, **columns):
    frame = pd.DataFrame(rows, columns=["customer_id", "ordered_at", "amount"])
    return frame.assign(**columns)


TEN = lines(
    ("a", "2024-01-01", 20.0), ("a", "2024-02-10", 10.0), ("a", "2024-02-20", 5.0),
    ("b", "2024-01-15", 30.0), ("b", "2024-03-02", 12.0), ("b", "2024-03-03", -8.0),
    ("c", "2024-02-05", 25.0), ("c", "2024-03-30", 10.0),
    ("d", "2024-03-09", 40.0), ("e", "2024-02-01", -4.0),
    channel=["web", "shop", "shop", "shop", "web", "web", "web", "web", "phone", "web"],
)  # fmt: skip
PEOPLE = pd.DataFrame({"customer_id": list("abcde"), "came_by": ["ad", "ad", "mail", None, "ad"]})


@pytest.fixture
def ten():
    return data.from_frames(TEN, customers=PEOPLE)


def test_ten_orders_are_counted_as_by_hand(ten):
    found = cohorts.triangle(ten)
    cells = found[["cohort", "age", "customers_n", "active_n", "spend_total"]]
    assert cells.to_numpy().tolist() == [
        [date(2024, 1, 1), 0, 2, 2, 50.0],
        [date(2024, 1, 1), 1, 2, 1, 15.0],
        [date(2024, 1, 1), 2, 2, 1, 4.0],  # the return counts against the money, it is no visit
        [date(2024, 2, 1), 0, 1, 1, 25.0],
        [date(2024, 2, 1), 1, 1, 1, 10.0],
        [date(2024, 3, 1), 0, 1, 1, 40.0],
    ]
    assert cohorts.matrix(found).loc[date(2024, 1, 1)].tolist() == [1.0, 0.5, 0.5]
    assert found["spend_per_customer"].tolist() == [25, 7.5, 2, 25, 10, 40]


def test_who_only_gave_back_is_in_no_cohort(ten):
    people = cohorts.members(ten).execute()
    assert sorted(people["customer_id"]) == ["a", "b", "c", "d"]


def test_incomplete_periods_and_the_first_cohort_are_marked(ten):
    found = cohorts.triangle(ten)
    whole = found.groupby("period")["complete"].first()
    assert whole.to_dict() == {
        date(2024, 1, 1): True,
        date(2024, 2, 1): True,
        date(2024, 3, 1): False,
    }
    assert found.groupby("cohort")["cut_off"].first().tolist() == [True, False, False]
    to_the_end = pd.concat([TEN, lines(("a", "2024-03-31", 1.0), channel=["web"])])
    assert cohorts.triangle(data.from_frames(to_the_end))["complete"].all()


def test_leading_cohorts_that_are_too_large_are_marked_until_they_are_usual():
    assert cohorts.beginning(np.array([500, 90, 70, 30, 95, 30, 28])) == [True] * 3 + [False] * 4
    assert cohorts.beginning(np.array([10, 10, 10])) == [True, False, False]
    assert cohorts.beginning(np.array([])) == []


def test_sources_come_from_the_customers_or_from_the_first_order(ten):
    by_person = cohorts.members(ten, source="came_by").execute().set_index("customer_id")["source"]
    assert by_person.to_dict() == {"a": "ad", "b": "ad", "c": "mail", "d": "not known"}
    by_order = cohorts.members(ten, source="channel").execute().set_index("customer_id")["source"]
    assert by_order.to_dict() == {"a": "web", "b": "shop", "c": "web", "d": "phone"}
    with pytest.raises(StudyError, match="Did you mean 'came_by'"):
        cohorts.members(ten, source="cameby")
    found = cohorts.read(ten, months=1, source="nothing like it")
    assert "There are: came_by, channel" in found.why


def test_sources_add_up_to_the_whole(ten):
    whole, parts = cohorts.triangle(ten), cohorts.triangle(ten, source="came_by")
    sums = parts.groupby(["cohort", "age"])[["customers_n", "active_n", "spend_total"]].sum()
    same = whole.set_index(["cohort", "age"])[sums.columns]
    assert (sums == same).all().all()


def test_quarters_and_years(ten):
    late = pd.concat([TEN, lines(("a", "2024-07-05", 7.0), channel=["web"])])
    found = cohorts.triangle(data.from_frames(late), months=3)
    assert found["period"].tolist() == [date(2024, 1, 1), date(2024, 4, 1), date(2024, 7, 1)]
    assert found["active_n"].tolist() == [4, 0, 1]
    assert len(cohorts.triangle(ten, months=12)) == 1
    with pytest.raises(StudyError, match="1, 3 or 12 months, not 2"):
        cohorts.triangle(ten, months=2)


def test_money_given_back_before_the_first_purchase_counts_in_the_first_period():
    found = cohorts.triangle(
        data.from_frames(lines(("a", "2024-01-05", -5.0), ("a", "2024-02-05", 20.0)))
    )
    assert found[["cohort", "age", "spend_total"]].to_numpy().tolist() == [
        [date(2024, 2, 1), 0, 15.0]
    ]


def test_ages_use_whole_periods_and_known_beginnings_only():
    rows = [(f"n{n}", day, 10.0) for n, day in enumerate(["2024-01-01"] * 4 + ["2024-02-03"] * 2)]
    rows += [("n4", "2024-03-03", 6.0), ("n4", "2024-04-09", 6.0), ("n9", "2024-03-01", 4.0)]
    found = cohorts.ages(cohorts.triangle(data.from_frames(lines(*rows))))
    assert found[["age", "customers_n", "active_n", "spend_total"]].to_numpy().tolist() == [
        [0, 3, 3, 24.0],  # February and March; January holds earlier ones, April is not whole
        [1, 2, 1, 6.0],
    ]
    assert found["spend_so_far"].tolist() == [8.0, 11.0]
    assert cohorts.ages(cohorts.triangle(data.from_frames(TEN.head(1)))).empty


def test_a_triangle_is_summed_up_in_numbers_and_words(ten):
    found = cohorts.Cohorts(cohorts.triangle(ten)).summary
    assert found["again_share"] != found["again_share"]  # March, the next period, is not whole
    del found["again_share"]
    assert found == {
        "customers_n": 4,
        "cut_off_n": 2,
        "cut_off_share": 0.5,
        "cells_n": 6,
        "incomplete_n": 3,
    }
    later = cohorts.triangle(data.from_frames(pd.concat([TEN, lines(("z", "2024-04-30", 1.0))])))
    assert cohorts.Cohorts(later).summary["again_share"] == 0.5  # c again in March, d not in April
    assert "50% of those seen from their beginning bought again" in cohorts.Cohorts(later).told
    assert "no cohort is whole" in cohorts.Cohorts(cohorts.triangle(ten)).told
    assert "3 of 6 cells are not complete" in cohorts.Cohorts(cohorts.triangle(ten)).told
    told = cohorts.Cohorts(later.assign(cut_off=True)).begun
    assert "**100%**" in told
    assert "tells little" in told
    assert "tells little" not in cohorts.Cohorts(later.assign(cut_off=False)).begun


def many(n=3_000, *, seed=2):
    rng = np.random.default_rng(seed)
    start = pd.Timestamp("2022-11-17")
    frame = pd.DataFrame(
        {
            "customer_id": rng.integers(0, n // 6, n).astype(str),
            "ordered_at": start + pd.to_timedelta(rng.integers(0, 800, n), unit="D"),
            "amount": rng.integers(-300, 3_000, n) / 100,
        }
    )
    return frame.assign(source=frame["customer_id"].str[-1])


def test_two_years_of_orders_are_counted_as_pandas_counts_them():
    orders = many()
    found = cohorts.triangle(data.from_frames(orders))
    day = orders.groupby(["customer_id", "ordered_at"])["amount"].agg(["sum", "max"]).reset_index()
    day["month"] = day["ordered_at"].dt.to_period("M")
    bought = day[day["max"] >= 0]
    first = bought.groupby("customer_id")["month"].min()
    day["cohort"] = day["customer_id"].map(first)
    active = bought.assign(cohort=bought["customer_id"].map(first))
    counts = active.groupby(["cohort", "month"])["customer_id"].nunique()
    spend = day[day["month"] >= day["cohort"]].groupby(["cohort", "month"])["sum"].sum()
    cells = found.assign(cohort=pd.PeriodIndex(found["cohort"], freq="M"))
    cells = cells.assign(month=pd.PeriodIndex(found["period"], freq="M")).set_index(
        ["cohort", "month"]
    )
    assert (cells["active_n"] == counts.reindex(cells.index, fill_value=0)).all()
    later = cells[cells["age"] > 0]["spend_total"]
    assert np.allclose(later, spend.reindex(later.index, fill_value=0))
    total = day[day["cohort"].notna()]["sum"].sum()
    assert cells["spend_total"].sum() == pytest.approx(total)
    assert cells.groupby("cohort")["customers_n"].first().sum() == len(first)


def test_the_order_of_rows_changes_nothing():
    orders = many()
    mixed = orders.sample(frac=1, random_state=3)
    first, second = (
        cohorts.triangle(data.from_frames(frame), source="source") for frame in (orders, mixed)
    )
    pd.testing.assert_frame_equal(first, second)


def test_nobody_who_bought_is_refused():
    with pytest.raises(StudyError, match="Nobody bought"):
        cohorts.triangle(data.from_frames(lines(("a", "2024-01-05", -5.0))))
    people = data.from_frames(customers=PEOPLE)
    found = cohorts.read(people, months=1, source="came_by")
    assert found == cohorts.members(people) == Refused(cohorts.NO_ORDERS)


def test_the_grocery_panel_holds_nearly_everybody_in_cohorts_that_are_cut_off(grocery_tables):
    found = cohorts.triangle(grocery_tables)
    sizes = found[found["age"] == 0]
    assert sizes["customers_n"].sum() == 2469
    share = sizes.loc[sizes["cut_off"], "customers_n"].sum() / 2469
    assert share > 0.75
    assert found["spend_total"].sum() == pytest.approx(grocery_tables.facts()["spend_total"])


def test_small_cohorts_are_not_shown_and_that_is_said():
    table = pd.DataFrame({"cohort": ["a", "a", "b", "c"], "customers_n": [10, 10, 9, 3]})
    whole = cohorts.Cohorts(table)
    assert whole.large(10)["cohort"].tolist() == ["a", "a"]
    assert whole.hidden(10) == "2 cohorts are too small to be shown."
    assert whole.hidden(9) == "1 cohort is too small to be shown."
    assert whole.hidden(3) == ""
    assert "too small" in whole.large(11).why
