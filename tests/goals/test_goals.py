"""Goals: KPIs by hand, periods that never overlap, letters that refuse, and a way out."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit import data, goals, plots
from segkit.study import StudyError

MAILINGS = """customer_id,campaign_id,campaign_type,sent_at,ends_at,responded
ann,c1,A,2024-02-01,2024-02-10,yes
bob,c1,A,2024-02-01,2024-02-10,no
cid,c1,A,2024-02-01,2024-02-10,no
ann,c2,A,2024-03-01,2024-03-10,yes
bob,c2,A,2024-03-01,2024-03-10,yes
cid,c2,A,2024-03-01,2024-03-10,no
ann,c3,B,2024-03-05,2024-03-12,no
ann,c4,A,2024-03-25,2024-04-20,yes
bob,c4,A,2024-03-25,2024-04-20,no
"""
ORDERS = """customer_id,order_id,ordered_at,amount
ann,1,2024-01-01 10:00,10.00
ann,2,2024-02-15 10:00,20.00
ann,3,2024-03-15 10:00,30.00
ann,4,2024-03-16 10:00,10.00
bob,5,2024-01-10 10:00,5.00
bob,6,2024-03-20 10:00,45.00
cid,7,2024-01-20 10:00,8.00
dan,8,2024-03-30 10:00,7.00
"""
PAST = pd.DataFrame(
    {
        "label": ["p1", "p2", "p3", "p4"],
        "start": ["2024-01-01", "2024-03-01", "2024-05-01", "2024-07-01"],
        "end": ["2024-02-01", "2024-04-01", "2024-06-01", "2024-08-01"],
        "campaign_id": ["1", "2", "3", "4"],
        "n": [1000, 1000, 1000, 1000],
        "value": [0.10, 0.12, 0.11, 0.12],
        "low": [0.08, 0.10, 0.09, 0.1013],
        "high": [0.12, 0.14, 0.13, 0.1416],
        "spread": [0.3, 0.32, 0.31, 0.325],
        "audience": ["customers mailed by a campaign of Type A"] * 4,
        "enough": [True, True, True, True],
    }
)
DAYS = {"as_of": "2024-09-01", "horizon_days": 56, "window_days": 365}
LIMITS = {"max_segments": 8, "smallest_segment_share": 0.05}


@pytest.fixture
def tables(project):
    return data.open(project(orders=ORDERS, mailings=MAILINGS))


@pytest.fixture
def days(tables):
    return goals.calendar(tables.facts(), horizon_days=30)


def rng():
    return np.random.default_rng(2017)


def a_goal(change_pct=25.0, past=PAST, kpi="campaign_response"):
    return goals.goal(past, kpi=kpi, days=DAYS, change_pct=change_pct)


# The interval and the sizes


def test_wilson_interval_of_120_in_1000():
    assert goals.wilson(120, 1000) == pytest.approx((0.10130, 0.14161), abs=5e-6)


@given(st.integers(1, 500), st.data())
def test_wilson_interval_holds_the_share_and_stays_a_share(n, drawn):
    hits = drawn.draw(st.integers(0, n))
    low, high = goals.wilson(hits, n)
    assert 0 <= low <= hits / n + 1e-12
    assert hits / n - 1e-12 <= high <= 1


def test_ten_to_twelve_percent_needs_3841_customers():
    goal = {"baseline": 0.10, "target": 0.12, "unit": "share", "spread": 0.3}
    assert goals.customers_needed(goal) == 3841


def test_power_at_the_needed_size_is_eight_in_ten():
    goal = {"baseline": 0.10, "target": 0.12, "unit": "share", "spread": 0.3, "n": 3841}
    assert goals.power(goal) == pytest.approx(0.8, abs=0.001)


def test_money_goals_need_the_textbook_number_of_customers():
    goal = {"baseline": 100.0, "target": 110.0, "unit": "money", "spread": 50.0}
    assert goals.customers_needed(goal) == 393  # 2 (1.96 + 0.8416)^2 (50 / 10)^2


def test_no_change_needs_no_number():
    assert goals.customers_needed({"baseline": 0.1, "target": 0.1, "unit": "share"}) is None


# The calendar


def test_analysis_date_is_the_day_after_the_last_order(days):
    assert days["as_of"] == "2024-03-31"
    assert days["last_order"] == "2024-03-30"


def test_short_data_shorten_the_blocks_not_the_due_day(tables):
    days = goals.calendar(tables.facts(), horizon_days=56)
    assert days["block_days"] == 30
    assert days["horizon_days"] == 56


@pytest.mark.parametrize(
    ("date", "words"), [("31.02.2024", "no date"), ("2030-01-01", "latest usable date")]
)
def test_an_impossible_analysis_date_is_refused(tables, date, words):
    with pytest.raises(StudyError, match=words):
        goals.calendar(tables.facts(), analysis_date=date)


def test_window_zero_looks_back_to_the_first_order():
    days = {"first_order": "2024-01-01", "window_days": 0}
    assert goals.look_back(days, before="2024-03-01") == "2024-01-01"


# History, periods, outcome


def test_campaign_history_counts_responses_of_the_type_mailed_most(tables, days):
    past = goals.history(tables, kpi="campaign_response", days=days, min_customers=3)
    assert past["campaign_id"].tolist() == ["c1", "c2"]
    assert past["value"].tolist() == pytest.approx([1 / 3, 2 / 3])
    assert past["end"].tolist() == ["2024-02-11", "2024-03-11"]


def test_a_campaign_still_running_is_left_out(tables, days):
    past = goals.history(tables, kpi="campaign_response", days=days)
    assert "c4" not in past["campaign_id"].tolist()


def test_an_unknown_campaign_type_is_refused_with_the_known_ones(tables, days):
    with pytest.raises(StudyError, match="A, B"):
        goals.history(tables, kpi="campaign_response", days=days, campaign_type="Z")


def test_repeat_rate_counts_known_customers_who_come_back(tables, days):
    past = goals.history(tables, kpi="repeat_rate", days=days)
    assert past["n"].tolist() == [3, 3]  # ann, bob, cid; dan is not known yet
    assert past["value"].tolist() == pytest.approx([1 / 3, 2 / 3])


def test_blocks_are_equal_and_follow_each_other(tables, days):
    past = goals.history(tables, kpi="repeat_rate", days=days)
    lengths = pd.to_datetime(past["end"]) - pd.to_datetime(past["start"])
    assert set(lengths.dt.days) == {30}
    assert past["end"].iloc[0] == past["start"].iloc[1]
    assert past["end"].iloc[-1] == days["as_of"]


@pytest.mark.parametrize(
    ("kpi", "expected"),
    [
        ("repeat_rate", {"ann": 1, "bob": 1, "cid": 0}),
        ("spend_per_customer", {"ann": 40.0, "bob": 45.0, "cid": 0.0}),
        ("order_value", {"ann": 20.0, "bob": 45.0}),
    ],
)
def test_outcome_of_a_period_by_hand(tables, kpi, expected):
    period = {"start": "2024-03-01", "end": "2024-03-31", "campaign_id": None}
    found = goals.outcome(tables, kpi=kpi, period=period, customers=["cid", "bob", "ann"])
    assert found.set_index("customer_id")["outcome"].to_dict() == expected


def test_outcome_of_a_campaign_is_defined_for_the_mailed_only(tables):
    period = {"start": "2024-02-01", "end": "2024-02-11", "campaign_id": "c1"}
    found = goals.outcome(
        tables, kpi="campaign_response", period=period, customers=["ann", "bob", "dan"]
    )
    assert found.to_dict("list") == {"customer_id": ["ann", "bob"], "outcome": [1, 0]}


def test_learn_is_over_before_test_begins():
    late = PAST.assign(end=["2024-02-01", "2024-04-01", "2024-07-15", "2024-08-01"])
    found = goals.periods(late)
    assert found["test"]["label"] == "p4"
    assert found["learn"]["label"] == "p2"  # p3 still runs when p4 begins


def test_periods_need_enough_customers():
    found = goals.periods(PAST.assign(enough=[False, False, False, True]))
    assert found["learn"] is None
    assert goals.periods(PAST.assign(enough=False)) == {"learn": None, "test": None}


def test_a_period_without_history_before_it_is_not_used(tables, days):
    past = goals.history(tables, kpi="campaign_response", days=days, min_customers=3)
    assert past["enough"].tolist() == [True, True]
    days = days | {"first_order": "2024-01-15"}
    past = goals.history(tables, kpi="campaign_response", days=days, min_customers=3)
    assert past["enough"].tolist() == [False, True]


def test_auto_takes_campaigns_only_when_two_are_large_enough(tables, days):
    assert goals.choose_kpi(tables, days=days, min_customers=3) == "campaign_response"
    assert goals.choose_kpi(tables, days=days, min_customers=4) == "repeat_rate"


def test_a_kpi_without_its_table_is_refused(project):
    tables = data.open(project(orders=ORDERS))
    days = goals.calendar(tables.facts())
    assert goals.choose_kpi(tables, days=days) == "repeat_rate"
    with pytest.raises(StudyError, match="mailings"):
        goals.choose_kpi(tables, days=days, wish="campaign_response")
    with pytest.raises(StudyError, match="repeat_rate"):
        goals.choose_kpi(tables, days=days, wish="turnover")


# The goal and its letters


def test_goal_is_baseline_plus_change():
    goal = a_goal(change_pct=25)
    assert goal["target"] == pytest.approx(0.15)
    assert goal["due"] == "2024-10-27"
    assert goal["sentence"] == (
        "Raise the campaign response of customers mailed by a campaign of Type A "
        "from 12.0% to 15.0% by 2024-10-27."
    )


def test_increase_sales_ticks_no_letter():
    letters = goals.smart({"sentence": "Increase sales!"}, business="store")
    assert [letter["letter"] for letter in letters] == list("SMART")
    assert not any(letter["passes"] for letter in letters)


def test_a_full_goal_ticks_all_letters():
    goal = a_goal(change_pct=25)
    attained = goals.attainability(PAST, goal=goal, rng=rng())
    assert goals.is_smart(goals.smart(goal, business="store", attained=attained))


@pytest.mark.parametrize(
    ("change", "letter"),
    [
        ({"kpi": "turnover"}, "S"),
        ({"target": 0.13}, "M"),  # within the baseline's margin
        ({"kpi": "mood"}, "R"),
        ({"due": "2024-08-01"}, "T"),  # before the analysis date
        ({"due": None}, "T"),
    ],
)
def test_one_gap_fails_its_letter_only(change, letter):
    attained = goals.attainability(PAST, goal=a_goal(), rng=rng())
    letters = goals.smart(a_goal() | change, business="b2b", attained=attained)
    open_letters = {p["letter"] for p in letters if not p["passes"]}
    assert letter in open_letters
    assert open_letters <= {letter, "S", "R"}  # without a KPI nothing is served either


@pytest.mark.parametrize(
    ("change_pct", "level"), [(-5, "reached"), (0, "reached"), (15, "stretch"), (200, "beyond")]
)
def test_attainability_is_judged_by_the_past(change_pct, level):
    found = goals.attainability(PAST, goal=a_goal(change_pct), rng=rng())
    assert found["level"] == level
    assert found["passes"] == (level != "beyond")
    assert found["lowest"] == 0.10
    assert found["highest"] == 0.12


def test_three_periods_make_no_trend():
    found = goals.attainability(PAST.tail(3), goal=a_goal(), rng=rng())
    assert found["trend_high"] is None


def test_a_rising_past_carries_a_higher_target():
    rising = PAST.assign(value=[0.06, 0.08, 0.10, 0.12])
    flat = PAST.assign(value=[0.12, 0.12, 0.12, 0.12])
    highs = [
        goals.attainability(p, goal=a_goal(past=p), rng=rng())["trend_high"] for p in (rising, flat)
    ]
    assert highs[0] > highs[1]


def test_attainability_is_the_same_for_the_same_seed():
    one, two = (goals.attainability(PAST, goal=a_goal(), rng=rng()) for _ in range(2))
    assert one == two


def test_without_history_there_is_no_goal():
    empty = PAST.iloc[:0]
    goal = a_goal(past=empty)
    assert goal["baseline"] is None
    assert goals.attainability(empty, goal=goal, rng=rng())["level"] == "unknown"
    assert not goals.is_smart(goals.smart(goal, business="store"))
    checks = goals.knockouts(
        goal, history=empty, limits=LIMITS, customers_n=1000, min_customers=100
    )
    assert goals.verdict(checks, letters=[])["verdict"] == "do not segment"


# The way out


def verdict_of(goal, *, past=PAST, customers_n=2000, limits=LIMITS):
    checks = goals.knockouts(
        goal, history=past, limits=limits, customers_n=customers_n, min_customers=100
    )
    return goals.verdict(checks, letters=goals.smart(goal, business="store")), checks


def test_a_sound_goal_is_segmented():
    found, checks = verdict_of(a_goal(25))
    assert found["verdict"] == "segment"
    assert "stop" not in checks["verdict"].tolist()


@pytest.mark.parametrize(
    ("case", "check"),
    [
        ({"customers_n": 40}, "enough customers"),
        ({"limits": LIMITS | {"max_segments": 1}}, "a decision follows"),
        ({"limits": LIMITS | {"smallest_segment_share": 0.6}}, "a decision follows"),
        ({"goal": a_goal(0)}, "a decision follows"),
        ({"goal": a_goal(5)}, "the target beats noise"),
        ({"goal": a_goal(900)}, "the target is possible"),
        ({"goal": a_goal() | {"spread": 0.01}}, "customers differ"),
    ],
)
def test_each_knock_out_stops_with_its_reason(case, check):
    found, checks = verdict_of(case.pop("goal", a_goal(25)), **case)
    row = checks.set_index("check").loc[check]
    assert row["verdict"] == "stop"
    assert found["verdict"] == "do not segment"
    assert row["reason"][1:] in found["reason"]


def test_a_target_an_unchanged_next_period_could_reach_by_luck_is_a_warning():
    goal = a_goal(25)
    width = goal["baseline_high"] - goal["baseline"]
    verdicts = []
    for widths in (0.9, 1.2, 1.5):  # inside the interval; inside sqrt(2) of it; beyond
        target = goal["baseline"] + widths * width
        _, checks = verdict_of(goal | {"target": target})
        verdicts.append(checks.set_index("check").loc["the target beats noise", "verdict"])
    assert verdicts == ["stop", "warn", "pass"]


def test_too_few_customers_for_a_proof_is_a_warning_only():
    found, checks = verdict_of(a_goal(25))
    row = checks.set_index("check").loc["success could be proven"]
    assert row["verdict"] == "warn"
    assert found["verdict"] == "segment"
    assert row["reason"][1:] in found["reason"]


# The situation


def test_top_fifth_of_ten_customers():
    spend = [50, 20, 10, 5, 5, 4, 3, 1, 1, 1]
    assert goals.top_share(spend) == 0.7
    curve = goals.concentration(spend)
    assert np.interp(0.2, curve["customers_share"], curve["spend_share"]) == pytest.approx(0.7)


@given(st.lists(st.integers(1, 10_000), min_size=2, max_size=400), st.randoms())
def test_concentration_rises_bends_and_ignores_order(spend, random):
    curve = goals.concentration(spend)["spend_share"].to_numpy()
    shuffled = random.sample(spend, len(spend))
    assert curve[0] == 0
    assert curve[-1] == pytest.approx(1)
    assert (np.diff(curve) >= -1e-9).all()
    np.testing.assert_allclose(goals.concentration(shuffled)["spend_share"], curve)
    assert goals.top_share(spend, share=1.0) == pytest.approx(1)


def test_concentration_refuses_a_shop_that_sold_nothing():
    with pytest.raises(StudyError, match="amount"):
        goals.concentration([0.0, 0.0])


def months(values, complete=True):
    begins = pd.date_range("2024-01-01", periods=len(values), freq="MS")
    return pd.DataFrame({"month": begins, "spend": values, "complete": complete})


def test_trend_of_a_straight_rise():
    found = goals.trend(months([90.0, 100.0, 110.0, 120.0]), column="spend")
    assert found["change"] == pytest.approx(10 / 105)
    assert found["sentence"].startswith("rises")


def test_ups_and_downs_are_no_trend():
    found = goals.trend(months([100.0, 120.0, 95.0, 118.0, 97.0, 119.0]), column="spend")
    assert found["low"] < 0 < found["high"]
    assert found["sentence"].startswith("no clear trend")


def test_an_unfinished_month_changes_no_trend():
    whole = months([90.0, 101.0, 110.0, 121.0])
    begun = months([90.0, 101.0, 110.0, 121.0, 3.0], complete=[True] * 4 + [False])
    assert goals.trend(whole, column="spend") == goals.trend(begun, column="spend")


def test_months_after_the_analysis_date_are_not_looked_at():
    table = goals.until(months([1.0, 2.0, 3.0, 4.0]), as_of="2024-03-15")
    assert table["complete"].tolist() == [True, True, False]


# The catalogue


def test_every_goal_has_a_decision_and_a_word_for_each_business():
    for entry in goals.CATALOGUE:
        assert {"store", "services", "b2b", "mixed", "decision"} <= entry.keys()
        assert set(entry["kpis"]) <= set(goals.KPIS)


def test_every_kpi_serves_a_goal():
    served = {kpi: goals.serving(kpi, business="mixed") for kpi in goals.KPIS}
    assert all(served.values())
    assert all(goals.KPIS[kpi].serves in served[kpi] for kpi in served)


def test_the_catalogue_says_what_cannot_be_measured(tables):
    table = goals.catalogue(tables, business="services").set_index("goal")
    assert table.loc["promotion", "measurable"]
    assert not table.loc["service", "measurable"]
    assert "reviews" in table.loc["service", "why"]


# The figures


@pytest.mark.parametrize("kpi", ["campaign_response", "spend_per_customer"])
def test_the_history_chart_says_baseline_and_target(kpi):
    past = PAST if kpi == "campaign_response" else PAST.assign(value=[9.0, 11, 10, 12], spread=9)
    goal = goals.goal(past, kpi=kpi, days=DAYS, change_pct=25, currency="EUR")
    chart = plots.goals.history(past, goal=goal, periods=goals.periods(past))
    assert "target 15.0" in chart.alt
    assert chart.png()[:4] == b"\x89PNG"


def test_months_that_are_not_over_do_not_count_in_the_words():
    table = months([100.0, 120.0, 3.0], complete=[True, True, False]).rename(
        columns={"spend": "spend_total"}
    )
    chart = plots.goals.months(table, currency="EUR")
    assert "from 100 to 120 EUR" in chart.alt
    assert chart.png()[:4] == b"\x89PNG"


def test_the_concentration_chart_says_its_point():
    curve = goals.concentration([50, 20, 10, 5, 5, 4, 3, 1, 1, 1])
    chart = plots.goals.concentration(curve, share=0.2, spend_share=0.7)
    assert "top 20% of customers bring 70% of spend" in chart.alt


def test_grocery_baseline_is_the_latest_finished_campaign(grocery_tables):
    days = goals.calendar(grocery_tables.facts())
    past = goals.history(grocery_tables, kpi="campaign_response", days=days)
    found = goals.baseline(past)
    assert (found["baseline"], found["n"]) == (pytest.approx(214 / 1133), 1133)
    used = goals.periods(past)
    assert [used[r]["campaign_id"] for r in ("learn", "test")] == ["13", "18"]
