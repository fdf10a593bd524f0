"""BG/NBD and Gamma-Gamma: published numbers, recovery of what was planted, and relations."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from buyers import SPEND, TRUTH, simulated

from segkit import data
from segkit.segments.approaches import clv
from segkit.segments.models.purchases import bgnbd, bootstrap, gammagamma, history, holdout
from segkit.study import StudyError

CDNOW = {"r": 0.2426, "alpha": 4.4135, "a": 0.7929, "b": 2.4258}
"""Fader, Hardie and Lee (2005): 2,357 customers of CDNOW, time in weeks."""
MONEY = {"p": 6.2488, "q": 3.7446, "gamma": 15.4477}
"""Fader and Hardie (2013): 946 repeat buyers of the same."""


@pytest.fixture(scope="module")
def crowd():
    return simulated(6_000, seed=3)


def columns(summary):
    return [summary[name].to_numpy(dtype=float) for name in history.COLUMNS]


# ------------------------------------------------------------------ published numbers


def test_expected_purchases_of_a_new_customer_are_those_published():
    assert bgnbd.expected(CDNOW, days=39) == pytest.approx(1.195016, abs=1e-4)


@pytest.mark.parametrize(
    ("x", "t_x", "age", "weeks", "to_come", "p_alive"),
    [(2, 30.43, 38.86, 39, 1.22591, 0.726609), (26, 30.857, 31, 52, 25.758, 0.968856)],
)
def test_purchases_to_come_and_p_alive_are_those_published(x, t_x, age, weeks, to_come, p_alive):
    assert bgnbd.ahead(CDNOW, x, t_x, age, days=weeks) == pytest.approx(to_come, rel=3e-5)
    assert bgnbd.alive(CDNOW, x, t_x, age) == pytest.approx(p_alive, abs=1e-5)


def test_expected_spend_is_that_published():
    assert gammagamma.mean(MONEY) == pytest.approx(35.171, abs=1e-3)
    found = gammagamma.expected(MONEY, [2, 1], [22.35, 11.77])
    assert found == pytest.approx([24.6586, 18.9115], abs=2e-4)


@pytest.fixture(scope="module")
def cdnow():
    """Give the folder with the CDNOW data of the package lifetimes, where the peers are."""
    found = list(Path(sys.prefix).glob("peers/lib/python3*/site-packages/lifetimes/datasets"))
    if not found:
        pytest.skip("the peers are not installed (benchmarks/lifetime.py installs them)")
    return found[0]


def test_the_fit_to_cdnow_is_that_published(cdnow):
    table = pd.read_csv(cdnow / "cdnow_customers_summary.csv")
    x, t_x, age = (table[name].to_numpy(float) for name in ("frequency", "recency", "T"))
    found = bgnbd.fit(x, t_x, age)
    assert len(x) == 2357
    assert found == pytest.approx(CDNOW, abs=1e-4)
    assert bgnbd.log_likelihood(found, x, t_x, age) == pytest.approx(-9582.43, abs=0.01)


def test_the_fit_to_the_money_of_cdnow_is_that_published(cdnow):
    lines = pd.read_csv(cdnow / "CDNOW_sample.txt", sep=r"\s+", header=None)
    lines = lines[lines[2] <= 19970930].groupby([0, 2], as_index=False)[4].sum()
    again = lines[lines[2] > lines.groupby(0)[2].transform("min")].groupby(0)[4]
    found = gammagamma.fit(again.size().to_numpy(float), again.mean().to_numpy())
    assert len(again) == 946
    assert found == pytest.approx(MONEY, rel=1e-3)
    assert gammagamma.mean(found) == pytest.approx(35.171, abs=2e-3)


# ------------------------------------------------------------------ the likelihood and its search


@pytest.mark.parametrize("logs", [(0, 0, 0, 0), (0.3, 1.2, -0.5, 0.8), (-1, 2, 1, -1)])
def test_the_gradient_is_that_of_differences(crowd, logs):
    x, t_x, age, _ = columns(crowd)
    parts = bgnbd._parts(x, t_x, age, np.ones(len(x)))
    check_gradient(lambda at: bgnbd._loss(at, parts), np.array(logs, dtype=float))


@pytest.mark.parametrize("logs", [(0, 0, 0), (0.3, 1.2, -0.5), (2, 1, 3)])
def test_the_gradient_of_money_is_that_of_differences(crowd, logs):
    x, _, _, money = columns(crowd[crowd["repeat_days_n"] > 0])
    parts = gammagamma._parts(x, money, np.ones(len(x)))
    check_gradient(lambda at: gammagamma._loss(at, parts), np.array(logs, dtype=float))


def check_gradient(loss, at):
    steps = np.eye(len(at)) * 1e-6
    found = [(loss(at + step)[0] - loss(at - step)[0]) / 2e-6 for step in steps]
    assert loss(at)[1] == pytest.approx(found, abs=1e-6)


def test_the_likelihood_is_the_formula_customer_by_customer(crowd):
    from scipy.special import gammaln

    x, t_x, age, _ = columns(crowd.head(300))
    r, alpha, a, b = TRUTH.values()
    never = (alpha + age) ** -(r + x)
    stopped = np.where(x > 0, a / (b + np.maximum(x, 1) - 1) * (alpha + t_x) ** -(r + x), 0)
    each = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + np.log(never + stopped)
    each += gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x)
    assert bgnbd.log_likelihood(TRUTH, x, t_x, age) == pytest.approx(each.sum(), rel=1e-12)


def test_what_was_planted_is_found_again():
    x, t_x, age, money = columns(simulated(60_000, seed=5))
    assert bgnbd.fit(x, t_x, age) == pytest.approx(TRUTH, rel=0.08)
    assert gammagamma.fit(x, money) == pytest.approx(SPEND, rel=0.05)


def test_no_parameters_nearby_fit_better(crowd):
    x, t_x, age, _ = columns(crowd)
    best = bgnbd.fit(x, t_x, age)
    least = bgnbd.log_likelihood(best, x, t_x, age)
    for name in best:
        for factor in (0.99, 1.01):
            other = {**best, name: best[name] * factor}
            assert bgnbd.log_likelihood(other, x, t_x, age) < least


def test_counts_stand_for_customers_and_doubling_everybody_changes_nothing(crowd):
    x, t_x, age, money = columns(crowd)
    once, spent = bgnbd.fit(x, t_x, age), gammagamma.fit(x, money)
    twice = bgnbd.fit(*(np.tile(values, 2) for values in (x, t_x, age)))
    assert twice == pytest.approx(once, rel=1e-4)
    assert bgnbd.fit(x, t_x, age, counts=np.full(len(x), 2.0)) == pytest.approx(once, rel=1e-4)
    assert gammagamma.fit(np.tile(x, 2), np.tile(money, 2)) == pytest.approx(spent, rel=1e-4)


def test_distinct_histories_count_every_customer_once(crowd):
    x, t_x, age, _ = columns(pd.concat([crowd, crowd.head(100)]))
    ux, ut, uage, counts, place = bgnbd.unique(x, t_x, age)
    assert counts.sum() == len(x)
    assert counts.max() == 2
    assert len(ux) == len(crowd)
    for whole, few in ((x, ux), (t_x, ut), (age, uage)):
        assert (few[place] == whole).all()


def test_the_unit_of_time_scales_alpha_only(crowd):
    x, t_x, age, _ = columns(crowd)
    days, weeks = bgnbd.fit(x, t_x, age), bgnbd.fit(x, t_x / 7, age / 7)
    assert weeks == pytest.approx({**days, "alpha": days["alpha"] / 7}, rel=1e-4)


def test_the_unit_of_money_scales_gamma_only(crowd):
    x, _, _, money = columns(crowd)
    pounds, pence = gammagamma.fit(x, money), gammagamma.fit(x, 100 * money)
    assert pence == pytest.approx({**pounds, "gamma": 100 * pounds["gamma"]}, rel=1e-5)


def test_nobody_who_came_back_and_nobody_who_paid_are_refused():
    nothing = np.zeros(50)
    with pytest.raises(StudyError, match="second day"):
        bgnbd.fit(nothing, nothing, np.full(50, 300.0))
    with pytest.raises(StudyError, match="0 customers paid again"):
        gammagamma.fit(nothing, nothing)
    with pytest.raises(StudyError, match="all paid the same"):
        gammagamma.fit(np.full(50, 2.0), np.full(50, 10.0))


# ------------------------------------------------------------------ forecasts


@pytest.mark.parametrize("a", [0.05, 0.79, 0.99995, 1.0, 1.00005, 1.5, 8.0])
@pytest.mark.parametrize("days", [1, 39, 365])
def test_closed_form_and_sum_agree_also_where_the_formula_is_0_by_0(a, days):
    parameters = {**TRUTH, "a": a}
    x = np.array([0, 1, 2, 10, 60, 200])
    t_x, age = np.where(x > 0, 330.0, 0), np.full(6, 365.0)
    closed = bgnbd.ahead(parameters, x, t_x, age, days=days)
    summed = bgnbd.summed(parameters, x, t_x, age, days=days)
    assert closed[:-1] == pytest.approx(summed[:-1], rel=1e-6)
    assert closed[-1] == pytest.approx(summed[-1], rel=5e-3)


def test_thousands_of_purchases_do_not_overflow():
    found = bgnbd.ahead(TRUTH, np.array([5_000.0]), 3_650.0, 3_650.0, days=365)
    assert 400 < found[0] < 500
    assert bgnbd.alive(TRUTH, 5_000, 100, 3_650) == 0
    assert bgnbd.ahead(TRUTH, 5_000, 100, 3_650, days=365) == pytest.approx(0, abs=1e-12)


def test_the_mean_forecast_is_what_the_simulated_customers_do(crowd):
    x, t_x, age, _ = columns(crowd)
    whole, cut = simulated(30_000, seed=9, days=2), bgnbd.expected(TRUTH, days=1.5)
    near = whole[whole["days_observed"].between(1.4, 1.6)]["repeat_days_n"].mean()
    assert cut == pytest.approx(near, rel=0.25)
    assert bgnbd.expected(TRUTH, days=730) > bgnbd.expected(TRUTH, days=365) > 0
    assert (bgnbd.ahead(TRUTH, x, t_x, age, days=365) >= 0).all()


def test_p_alive_falls_with_silence_faster_for_who_came_often():
    quiet = np.arange(0, 300)
    seldom, often = (bgnbd.alive(TRUTH, n, 300 - quiet, 300) for n in (2, 20))
    assert (np.diff(seldom) < 0).all()
    assert seldom[200] > often[200]
    assert bgnbd.alive(TRUTH, 0, 0, 300) == 1


def test_own_spend_weighs_more_with_every_repeat_and_below_zero_counts_as_zero():
    found = gammagamma.expected(SPEND, [0, 1, 5, 500], [50.0, 50.0, 50.0, 50.0])
    assert found[0] == pytest.approx(gammagamma.mean(SPEND))
    assert (np.diff(found) > 0).all()
    assert found[-1] == pytest.approx(50, rel=0.01)
    assert gammagamma.expected(SPEND, 3, -20.0) == gammagamma.expected(SPEND, 3, 0.0) > 0


def test_how_often_and_how_much_are_measured_together():
    x = np.array([1.0, 2, 3, 4, 0])
    assert gammagamma.together(x, x * 10) == pytest.approx(1)
    assert gammagamma.together(x, np.array([40.0, 30, 20, 10, 5])) == pytest.approx(-1)
    assert np.isnan(gammagamma.together(x, np.full(5, 9.0)))


def test_customers_who_spend_alike_are_called_so():
    alike, x = {"p": 1.5, "q": 400.0, "gamma": 16_000.0}, np.arange(1.0, 9)
    assert gammagamma.spread(alike) == pytest.approx(398**-0.5)
    assert gammagamma.spread({**alike, "q": 1.9}) == np.inf
    told = gammagamma.in_words(alike, x, np.array([5.0, 1, 4, 2, 6, 3, 7, 2]))
    assert "spend so much alike" in told
    assert "lies 5%" in told
    other = gammagamma.in_words(SPEND, x, x)
    assert "alike" not in other
    assert "correlation of 1.00 (assumed: 0): more than the model allows" in other


# ------------------------------------------------------------------ history


def test_too_little_history_is_refused_with_what_is_needed(crowd):
    assert history.refusal(crowd) == ""
    few = crowd.head(150)
    assert "customers who bought: 150, needed 200" in history.refusal(few)
    short = crowd.assign(days_observed=100.0, days_first_to_last=crowd["repeat_days_n"].clip(0, 1))
    assert "days since the first purchase of all: 100, needed 180" in history.refusal(short)
    once = crowd.assign(repeat_days_n=0, days_first_to_last=0.0)
    with pytest.raises(StudyError, match=r"on a later day again: 0, needed 100.*use rfm or abc"):
        history.require(once)
    assert history.refusal(crowd.head(1)).count("needed") >= 2
    assert history.refusal(crowd.head(0)).count("needed") == 3


def test_impossible_histories_and_missing_columns_are_refused(crowd):
    with pytest.raises(StudyError, match="1 customers have repeat purchases that cannot be"):
        history.sort(
            crowd.assign(days_first_to_last=crowd["days_first_to_last"].where(crowd.index > 0, 1e6))
        )
    with pytest.raises(StudyError, match=r"needs days_observed\. Make them with"):
        history.sort(crowd.drop(columns="days_observed"))


def test_a_beginning_that_is_cut_off_is_measured(crowd):
    even = history.beginning(crowd)
    assert not even["censored"]
    assert even["first_tenth_share"] == pytest.approx(0.1, abs=0.02)
    assert "real" in history.beginning_in_words(even)
    panel = crowd.assign(days_observed=np.where(crowd.index % 5, 729.5, crowd["days_observed"]))
    found = history.beginning(panel)
    assert found["censored"]
    assert found["first_tenth_share"] > 0.8
    assert f"only {found['newcomers_n']:,} customers" in history.beginning_in_words(found)


def test_the_grocery_panel_is_cut_off_at_its_beginning(grocery_tables):

    summary = data.outcomes.repeats(grocery_tables, as_of="2018-01-01")
    assert history.beginning(summary)["first_tenth_share"] > 0.8
    assert "CLV is nearly empty here" in clv.Outlook(summary, {}, clv.fit(summary), None).adds


# ------------------------------------------------------------------ intervals and hold-out


@pytest.mark.slow
def test_intervals_hold_the_estimate_and_mostly_the_truth(crowd):

    definition = clv.fit(crowd)
    draws = {"definition": definition, "repeats": 40, "seed": 1}
    found = bootstrap.intervals(crowd, **draws)
    assert found["what"].tolist()[:7] == [*bgnbd.NAMES, *gammagamma.NAMES]
    assert (found["low"] < found["estimate"]).all()
    assert (found["high"] > found["estimate"]).all()
    truth = np.array([*TRUTH.values(), *SPEND.values()])
    held = found["low"].head(7).to_numpy() <= truth
    held &= truth <= found["high"].head(7).to_numpy()
    assert held.sum() >= 5
    value = clv.outlook(crowd).expected["value_ahead"].sum()
    assert found["estimate"].iloc[-1] == pytest.approx(value)
    pd.testing.assert_frame_equal(
        bootstrap.intervals(crowd.sample(frac=1, random_state=1), **draws), found
    )
    assert not bootstrap.intervals(crowd, **{**draws, "seed": 2})["low"].equals(found["low"])


def before_and_after(n=4_000, *, seed=11, end=700.0, days=200.0):
    """Draw purchase dates themselves, and sum them up at two days."""
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(n):
        now, pace = rng.uniform(0, end), rng.gamma(TRUTH["r"], 1 / TRUTH["alpha"])
        stops, begun = rng.beta(TRUTH["a"], TRUTH["b"]), True
        while begun:
            rows.append((f"c{number:05d}", now, 10.0 + number % 7))
            now += rng.exponential(1 / pace)
            begun = now < end and (rng.random() >= stops or rows[-1][0] != f"c{number:05d}")
    bought = pd.DataFrame(rows, columns=["customer_id", "at", "spend"])
    return [summed(bought[bought["at"] < day], day) for day in (end - days, end)]


def summed(bought, day):
    by = bought.groupby("customer_id")["at"]
    first, last = by.min(), by.max()
    spend = bought.groupby("customer_id")["spend"].mean()
    columns = [by.size() - 1, last - first, day - first, spend.where(by.size() > 1, 0.0)]
    return pd.DataFrame(dict(zip(history.COLUMNS, columns, strict=True))).reset_index()


def test_the_model_beats_the_naive_rate_where_customers_stop():
    before, after = before_and_after()
    compared = holdout.compare(before, after, days=200)
    judged = holdout.judge(compared, seed=1)
    assert judged["verdict"].tolist() == ["better", "better"]
    assert judged["forecast"].iloc[0] == pytest.approx(judged["actual"].iloc[0], rel=0.08)
    assert compared["actual_n"].sum() + before["repeat_days_n"].sum() == (
        after.set_index("customer_id").loc[before["customer_id"], "repeat_days_n"].sum()
    )
    assert "better** than the same rate" in holdout.in_words(judged, days=200)
    groups = holdout.by_repeats(compared)
    assert groups["customers_n"].sum() == len(before)
    assert groups["naive_n"].iloc[0] == 0 < groups["forecast_n"].iloc[0]


def test_a_forecast_that_is_the_naive_one_is_no_better_and_a_bad_one_is_worse():
    rng = np.random.default_rng(1)
    actual = rng.poisson(2, 500).astype(float)
    rate = {"naive_n": np.full(500, 2.0), "naive_spend": np.full(500, 20.0)}
    given = pd.DataFrame({"customer_id": np.arange(500).astype(str), "actual_n": actual, **rate})
    given["actual_spend"] = actual * 10
    given["forecast_n"], given["forecast_spend"] = 2.0 + rng.normal(0, 0.01, 500), 90.0
    judged = holdout.judge(given, seed=1)
    assert judged["verdict"].tolist() == ["no difference to be told", "worse"]
    assert "no difference to be told" in holdout.in_words(judged, days=10)


def test_the_hold_out_is_refused_where_the_time_before_is_too_short(crowd):
    days = pd.to_datetime(["2024-01-01", "2024-03-01"])
    orders = pd.DataFrame({"customer_id": ["a", "a"], "order_id": ["1", "2"], "ordered_at": days})
    outlook = clv.outlook(crowd)
    found = holdout.test(data.from_frames(orders.assign(amount=5.0)), outlook, share=0.3, seed=1)
    assert "Before the last 18 days: No CLV here" in found.why


def test_the_split_keeps_back_the_last_share_of_the_time():
    from datetime import date, datetime

    assert holdout.split(datetime(2024, 1, 1, 9), date(2024, 4, 10), share=0.3) == date(2024, 3, 11)
    assert holdout.split(date(2024, 1, 1), date(2024, 1, 2), share=0.1) == date(2024, 1, 1)


def test_the_naive_rate_is_not_carried_away_by_a_first_week():
    assert history.rate(3, 3) == pytest.approx(0.1)
    assert history.rate(3, 300) == pytest.approx(0.01)
    assert history.rate(0, 0) == 0
