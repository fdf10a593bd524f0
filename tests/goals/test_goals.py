"""Goals: KPIs by hand, periods that never overlap, letters that refuse, and a way out."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from segkit import data, goals, plots
from segkit.brief import Brief, Goal, Limits, Period
from segkit.goals import aims, days, doubts, letters, past, standing
from segkit.refusal import Refused
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
DAYS = days.Calendar("2024-09-01", "2024-01-01", "2024-08-31", window_days=365, horizon_days=56)


LIMITS = Limits(max_segments=8, smallest_segment_share=0.05)


@pytest.fixture
def tables(project):
    return data.open(project(orders=ORDERS, mailings=MAILINGS))


@pytest.fixture
def situation(tables):
    return goals.situation(tables, horizon_days=30)


def rng():
    return np.random.default_rng(2017)


def a_past(table=PAST, kpi="campaign_response", **more):
    return goals.Past(kpi=kpi, days=DAYS, table=table, **more)


def a_goal(change_pct=25.0, table=PAST, **more):
    return goals.goal(a_past(table, **more), change_pct=change_pct, rng=rng())


# The interval and the sizes


def test_ten_to_twelve_percent_needs_3841_customers():
    goal = Goal(baseline=0.10, target=0.12, unit="share", spread=0.3)
    assert doubts.customers_needed(goal) == 3841


def test_power_at_the_needed_size_is_eight_in_ten():
    goal = Goal(baseline=0.10, target=0.12, unit="share", spread=0.3, n=3841)
    assert doubts.power(goal) == pytest.approx(0.8, abs=0.001)


def test_money_goals_need_the_textbook_number_of_customers():
    goal = Goal(baseline=100.0, target=110.0, unit="money", spread=50.0)
    assert doubts.customers_needed(goal) == 393  # 2 (1.96 + 0.8416)^2 (50 / 10)^2


def test_no_change_needs_no_number():
    assert doubts.customers_needed(Goal(baseline=0.1, target=0.1, unit="share")) is None


# The calendar


def test_analysis_date_is_the_day_after_the_last_order(situation):
    assert situation.days.as_of == "2024-03-31"
    assert situation.days.last_order == "2024-03-30"


def test_short_data_shorten_the_blocks_not_the_due_day(tables):
    found = days.calendar(tables.facts(), horizon_days=56)
    assert found.block_days == 30
    assert found.horizon_days == 56


@pytest.mark.slow
@pytest.mark.parametrize(
    ("date", "words"), [("31.02.2024", "no date"), ("2030-01-01", "latest usable date")]
)
def test_an_impossible_analysis_date_is_refused(tables, date, words):
    with pytest.raises(StudyError, match=words):
        days.calendar(tables.facts(), analysis_date=date)


def test_window_zero_looks_back_to_the_first_order():
    assert replace(DAYS, window_days=0).look_back(before="2025-03-01") == "2024-01-01"
    assert DAYS.look_back(before="2025-03-01") == "2024-03-01"


# History, periods, outcome


@pytest.mark.slow
def test_campaign_history_counts_responses_of_the_type_mailed_most(situation):
    table = goals.history(situation, kpi="campaign_response", min_customers=3).table
    assert table["campaign_id"].tolist() == ["c1", "c2"]
    assert table["value"].tolist() == pytest.approx([1 / 3, 2 / 3])
    assert table["end"].tolist() == ["2024-02-11", "2024-03-11"]


@pytest.mark.slow
def test_a_campaign_still_running_is_left_out(situation):
    table = goals.history(situation, kpi="campaign_response").table
    assert "c4" not in table["campaign_id"].tolist()


@pytest.mark.slow
def test_an_unknown_campaign_type_is_refused_with_the_known_ones(situation):
    with pytest.raises(StudyError, match="A, B"):
        goals.history(situation, kpi="campaign_response", campaign_type="Z")


def test_repeat_rate_counts_known_customers_who_come_back(situation):
    table = goals.history(situation, kpi="repeat_rate").table
    assert table["n"].tolist() == [3, 3]  # ann, bob, cid; dan is not known yet
    assert table["value"].tolist() == pytest.approx([1 / 3, 2 / 3])


def test_blocks_are_equal_and_follow_each_other(situation):
    table = goals.history(situation, kpi="repeat_rate").table
    lengths = pd.to_datetime(table["end"]) - pd.to_datetime(table["start"])
    assert set(lengths.dt.days) == {30}
    assert table["end"].iloc[0] == table["start"].iloc[1]
    assert table["end"].iloc[-1] == situation.days.as_of


@pytest.mark.slow
def test_a_past_in_which_nothing_is_over_is_refused_in_words(tables):
    found = goals.history(goals.situation(tables, horizon_days=400), kpi="campaign_response")
    nothing = replace(found, table=Refused(past.NOTHING_OVER))
    assert isinstance(nothing.readable, Refused)
    assert isinstance(plots.goals.history(nothing, goal=a_goal()), Refused)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kpi", "expected"),
    [
        ("repeat_rate", {"ann": 1, "bob": 1, "cid": 0}),
        ("spend_per_customer", {"ann": 40.0, "bob": 45.0, "cid": 0.0}),
        ("order_value", {"ann": 20.0, "bob": 45.0}),
    ],
)
def test_outcome_of_a_period_by_hand(tables, kpi, expected):
    period = Period("March", "2024-03-01", "2024-03-31")
    found = goals.outcome(tables, kpi=kpi, period=period, customers=["cid", "bob", "ann"])
    assert found.set_index("customer_id")["outcome"].to_dict() == expected


@pytest.mark.slow
def test_outcome_of_a_campaign_is_defined_for_the_mailed_only(tables):
    period = Period("campaign c1", "2024-02-01", "2024-02-11", "c1")
    found = goals.outcome(
        tables, kpi="campaign_response", period=period, customers=["ann", "bob", "dan"]
    )
    assert found.to_dict("list") == {"customer_id": ["ann", "bob"], "outcome": [1, 0]}


def test_learn_is_over_before_test_begins():
    late = a_past(PAST.assign(end=["2024-02-01", "2024-04-01", "2024-07-15", "2024-08-01"]))
    assert late.test.label == "p4"
    assert late.learn.label == "p2"  # p3 still runs when p4 begins


def test_periods_need_enough_customers():
    one = a_past(PAST.assign(enough=[False, False, False, True]))
    assert one.test.label == "p4"
    assert isinstance(one.learn, Refused)
    none = a_past(PAST.assign(enough=False))
    assert isinstance(none.learn, Refused)
    assert isinstance(none.test, Refused)


def test_a_period_without_history_before_it_is_not_used(situation):
    table = goals.history(situation, kpi="campaign_response", min_customers=3).table
    assert table["enough"].tolist() == [True, True]
    later = replace(situation, days=replace(situation.days, first_order="2024-01-15"))
    table = goals.history(later, kpi="campaign_response", min_customers=3).table
    assert table["enough"].tolist() == [False, True]


@pytest.mark.slow
def test_auto_takes_campaigns_only_when_two_are_large_enough(situation):
    assert goals.choose_kpi(situation, min_customers=3) == "campaign_response"
    assert goals.choose_kpi(situation, min_customers=4) == "repeat_rate"


def test_a_kpi_without_its_table_is_refused(project):
    situation = goals.situation(data.open(project(orders=ORDERS)))
    assert goals.choose_kpi(situation) == "repeat_rate"
    with pytest.raises(StudyError, match="mailings"):
        goals.choose_kpi(situation, wish="campaign_response")
    with pytest.raises(StudyError, match="repeat_rate"):
        goals.choose_kpi(situation, wish="turnover")


# A KPI is one object


@pytest.fixture
def one_more(monkeypatch):
    """Add a KPI as one entry, as a reader would."""
    entry = goals.Kpi(
        label="orders per customer",
        unit="number",
        definition="orders of a known customer in the period",
        audience="customers known before the period",
        serves=("loyalty",),
        measure=lambda bought: bought["orders_n"],
        own_past=("orders_n",),
        moved_by=("visits",),
    )
    monkeypatch.setitem(goals.KPIS, "orders_per_customer", entry)


@pytest.mark.slow
def test_a_new_kpi_is_one_entry_and_measured_in_its_own_unit(tables, situation, one_more):
    kpi = goals.choose_kpi(situation, wish="orders_per_customer")
    found = goals.history(situation, kpi=kpi, min_customers=1)
    assert found.table["value"].tolist() == pytest.approx([1 / 3, 1.0])  # not their spend
    assert found.readable["orders per customer"].tolist() == ["0.33", "1.00"]
    goal = goals.goal(found, change_pct=100, rng=rng())
    assert goal.sentence.startswith("Raise the orders per customer of customers known before")
    assert "from 1.00 to 2.00 by" in goal.sentence
    assert (goal.unit, goal.own_past, goal.moved_by) == ("number", ("orders_n",), ("visits",))
    assert [letter["passes"] for letter in goal.smart if letter["letter"] in "SR"] == [True, True]
    march = Period("March", "2024-03-01", "2024-03-31")
    bought = goals.outcome(tables, kpi=kpi, period=march, customers=["ann", "bob", "cid"])
    assert bought["outcome"].tolist() == [2, 1, 0]
    table = goals.catalogue(tables, business="store").set_index("goal")
    assert table.loc["loyalty", "kpi"] == "repeat rate, orders per customer"
    assert "It serves loyalty" in goals.yardstick(kpi)


def test_a_new_kpi_comes_through_the_brief(situation, one_more):
    found = goals.history(situation, kpi="orders_per_customer", min_customers=1)
    goal = goals.goal(found, change_pct=100, rng=rng())
    brief = Brief("segment", "", goal, situation.known, found.learn, found.test, Limits())
    again = Brief.from_dict(brief.to_dict())
    assert again.goal.shown(again.goal.target) == "2.00"
    chart = plots.goals.history(found, goal=again.goal)
    assert "baseline 1.00, target 2.00" in chart.alt


def test_a_kpi_of_which_less_is_better_is_lowered(situation, one_more, monkeypatch):
    entry = replace(goals.KPIS["orders_per_customer"], direction=-1)
    monkeypatch.setitem(goals.KPIS, "orders_per_customer", entry)
    found = goals.history(situation, kpi="orders_per_customer", min_customers=1)
    goal = goals.goal(found, change_pct=50, rng=rng())
    assert goal.sentence.startswith("Lower the orders per customer")
    assert goal.target == pytest.approx(0.5)
    checks = goals.knockouts(goal, past=found, limits=Limits(), customers_n=500)
    assert checks.set_index("check").loc["a decision follows", "verdict"] == "pass"


@pytest.mark.parametrize(
    "asks",
    [
        lambda s, t: goals.choose_kpi(s, wish="repeat_rates"),
        lambda s, t: goals.history(s, kpi="repeat_rates"),
        lambda s, t: goals.yardstick("repeat_rates"),
        lambda s, t: goals.outcome(t, kpi="repeat_rates", period=Period("", "", ""), customers=[]),
        lambda s, t: a_past(kpi="repeat_rates").goal,
    ],
)
def test_an_unknown_kpi_is_an_error_with_the_nearest_name(situation, tables, asks):
    with pytest.raises(StudyError, match="Did you mean 'repeat_rate'"):
        asks(situation, tables)


def test_an_unknown_unit_is_an_error_with_the_nearest_name():
    with pytest.raises(StudyError, match="Did you mean 'share'"):
        Goal(unit="shares")


# The goal and its letters


def test_goal_is_baseline_plus_change():
    goal = a_goal(change_pct=25)
    assert goal.target == pytest.approx(0.15)
    assert goal.due == "2024-10-27"
    assert goal.sentence == (
        "Raise the campaign response of customers mailed by a campaign of Type A "
        "from 12.0% to 15.0% by 2024-10-27."
    )


def test_increase_sales_ticks_no_letter():
    table = goals.smart({"sentence": "Increase sales!"})
    assert table["letter"].tolist() == list("SMART")
    assert not table["passes"].any()


def test_a_full_goal_ticks_all_letters():
    assert all(letter["passes"] for letter in a_goal(change_pct=25).smart)


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
    attained = letters.attainability(a_past(), goal=a_goal(), rng=rng())
    table = goals.smart(replace(a_goal(), **change), attained=attained)
    open_letters = set(table.loc[~table["passes"], "letter"])
    assert letter in open_letters
    assert open_letters <= {letter, "S", "R"}  # without a KPI nothing is served either


@pytest.mark.parametrize(
    ("change_pct", "level"), [(-5, "reached"), (0, "reached"), (15, "stretch"), (200, "beyond")]
)
def test_attainability_is_judged_by_the_past(change_pct, level):
    found = letters.attainability(a_past(), goal=a_goal(change_pct), rng=rng())
    assert found["level"] == level
    assert found["passes"] == (level != "beyond")
    assert found["lowest"] == 0.10
    assert found["highest"] == 0.12


def test_three_periods_make_no_trend():
    found = letters.attainability(a_past(PAST.tail(3)), goal=a_goal(), rng=rng())
    assert found["trend_high"] is None


def test_a_rising_past_carries_a_higher_target():
    rising = PAST.assign(value=[0.06, 0.08, 0.10, 0.12])
    flat = PAST.assign(value=[0.12, 0.12, 0.12, 0.12])
    highs = [
        letters.attainability(a_past(table), goal=a_goal(table=table), rng=rng())["trend_high"]
        for table in (rising, flat)
    ]
    assert highs[0] > highs[1]


def test_attainability_is_the_same_for_the_same_seed():
    one, two = (letters.attainability(a_past(), goal=a_goal(), rng=rng()) for _ in range(2))
    assert one == two


def test_without_history_there_is_no_goal():
    empty = a_past(Refused(past.NOTHING_OVER))
    goal = a_goal(table=empty.table)
    assert goal.baseline is None
    assert letters.attainability(empty, goal=goal, rng=rng())["level"] == "unknown"
    assert not all(letter["passes"] for letter in goal.smart)
    checks = goals.knockouts(goal, past=empty, limits=Limits(), customers_n=1000)
    assert goals.verdict(checks, goal=goal).verdict == "do not segment"


# The way out


def verdict_of(goal, *, customers_n=2000, limits=LIMITS):
    checks = goals.knockouts(goal, past=a_past(), limits=limits, customers_n=customers_n)
    return goals.verdict(checks, goal=goal), checks


def test_a_sound_goal_is_segmented():
    found, checks = verdict_of(a_goal(25))
    assert found.verdict == "segment"
    assert "stop" not in checks["verdict"].tolist()


@pytest.mark.parametrize(
    ("case", "check"),
    [
        ({"customers_n": 40}, "enough customers"),
        ({"limits": Limits(max_segments=1)}, "a decision follows"),
        ({"limits": Limits(smallest_segment_share=0.6)}, "a decision follows"),
        ({"goal": a_goal(0)}, "a decision follows"),
        ({"goal": a_goal(5)}, "the target beats noise"),
        ({"goal": a_goal(900)}, "the target is possible"),
        ({"goal": replace(a_goal(), spread=0.01)}, "customers differ"),
    ],
)
def test_each_knock_out_stops_with_its_reason(case, check):
    found, checks = verdict_of(case.pop("goal", a_goal(25)), **case)
    row = checks.set_index("check").loc[check]
    assert row["verdict"] == "stop"
    assert found.verdict == "do not segment"
    assert row["reason"][1:] in found.reason


def test_a_target_an_unchanged_next_period_could_reach_by_luck_is_a_warning():
    goal = a_goal(25)
    width = goal.baseline_high - goal.baseline
    verdicts = []
    for widths in (0.9, 1.2, 1.5):  # inside the interval; inside sqrt(2) of it; beyond
        _, checks = verdict_of(replace(goal, target=goal.baseline + widths * width))
        verdicts.append(checks.set_index("check").loc["the target beats noise", "verdict"])
    assert verdicts == ["stop", "warn", "pass"]


def test_too_few_customers_for_a_proof_is_a_warning_only():
    found, checks = verdict_of(a_goal(25))
    row = checks.set_index("check").loc["success could be proven"]
    assert row["verdict"] == "warn"
    assert found.verdict == "segment"
    assert row["reason"][1:] in found.reason


# The situation


def months(values, complete=True):
    begins = pd.date_range("2024-01-01", periods=len(values), freq="MS")
    return pd.DataFrame({"month": begins, "spend": values, "complete": complete})


def test_trend_of_a_straight_rise():
    found = standing.trend(months([90.0, 100.0, 110.0, 120.0]), column="spend")
    assert found["change"] == pytest.approx(10 / 105)
    assert found["sentence"].startswith("rises")


def test_ups_and_downs_are_no_trend():
    found = standing.trend(months([100.0, 120.0, 95.0, 118.0, 97.0, 119.0]), column="spend")
    assert found["low"] < 0 < found["high"]
    assert found["sentence"].startswith("no clear trend")


def test_an_unfinished_month_changes_no_trend():
    whole = months([90.0, 101.0, 110.0, 121.0])
    begun = months([90.0, 101.0, 110.0, 121.0, 3.0], complete=[True] * 4 + [False])
    assert standing.trend(whole, column="spend") == standing.trend(begun, column="spend")


def test_months_after_the_analysis_date_are_not_looked_at():
    table = standing.until(months([1.0, 2.0, 3.0, 4.0]), as_of="2024-03-15")
    assert table["complete"].tolist() == [True, True, False]


# The catalogue


def test_every_goal_has_a_decision_and_a_word_for_each_business():
    for entry in goals.CATALOGUE:
        assert {"store", "services", "b2b", "mixed", "decision"} <= entry.keys()


def test_every_kpi_serves_a_goal():
    known = {entry["goal"] for entry in goals.CATALOGUE}
    for kpi, entry in goals.KPIS.items():
        assert entry.serves
        assert set(entry.serves) <= known
        assert entry.serves[0] in aims.served(kpi)


def test_the_catalogue_says_what_cannot_be_measured(tables):
    table = goals.catalogue(tables, business="services").set_index("goal")
    assert table.loc["promotion", "measurable"]
    assert not table.loc["service", "measurable"]
    assert "reviews" in table.loc["service", "why"]


# The figures


@pytest.mark.parametrize("kpi", ["campaign_response", "spend_per_customer"])
def test_the_history_chart_says_baseline_and_target(kpi):
    money = PAST.assign(value=[9.0, 11, 10, 12], spread=9)
    found = a_past({"campaign_response": PAST}.get(kpi, money), kpi=kpi, currency="EUR")
    chart = plots.goals.history(found, goal=goals.goal(found, change_pct=25, rng=rng()))
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
    spend = [50, 20, 10, 5, 5, 4, 3, 1, 1, 1]
    chart = plots.goals.concentration(spend, top=0.2)
    assert "top 20% of customers bring 70% of the money" in chart.alt
    chart = plots.goals.concentration(spend, interval=(0.6, 0.8), cuts=[20, 5])
    assert "bring 70% of the money (95% interval 60% to 80%)" in chart.alt
    assert {"A", "B", "C"} <= {text.get_text() for text in chart.texts}
    assert isinstance(plots.goals.concentration([0.0, 0.0]), Refused)


def test_grocery_baseline_is_the_latest_finished_campaign(grocery_tables):
    found = goals.history(goals.situation(grocery_tables), kpi="campaign_response")
    assert (found.baseline["value"], found.baseline["n"]) == (pytest.approx(214 / 1133), 1133)
    assert [found.learn.campaign_id, found.test.campaign_id] == ["13", "18"]


# ------------------------------------------------------------------ the season


def of_two_years(rate_of_quarter):
    """Customers known from the year before, of whom a share buys in each quarter."""
    rows = []
    quarters = pd.date_range("2022-01-01", "2024-12-31", freq="QS")
    for place, start in enumerate(quarters):
        share = 1.0 if place == 0 else rate_of_quarter(start)
        rows += [(f"c{n}", start + pd.Timedelta(days=5), 9.0) for n in range(int(200 * share))]
    frame = pd.DataFrame(rows, columns=["customer_id", "ordered_at", "amount"])
    last = pd.DataFrame({"customer_id": ["c0"], "ordered_at": "2024-12-31", "amount": 9.0})
    return pd.concat([frame, last.astype({"ordered_at": "datetime64[ns]"})])


def a_season(orders, *, change_pct=15):
    at = goals.situation(data.from_frames(orders), horizon_days=90, window_days=0)
    before = goals.history(at, kpi="repeat_rate")
    goal = goals.goal(before, change_pct=change_pct, rng=np.random.default_rng(1))
    return before, goal


def test_a_quarter_is_held_against_the_same_quarter_of_last_year():
    before, goal = a_season(of_two_years(lambda start: 0.6 if start.month == 10 else 0.4))
    assert before.latest["value"] == pytest.approx(0.6, abs=0.01)
    assert goal.baseline == pytest.approx(0.4, abs=0.01)
    assert goal.starts_from == "2024-01-01 to 2024-03-30, the same days a year before"
    assert "(same days last year)" in goal.sentence
    assert "same days a year before" in goal.attainable
    assert before.turns["before_value"].notna().all()


def test_a_short_past_starts_from_its_latest_period(situation):
    before = goals.history(situation, kpi="repeat_rate", min_customers=1)
    assert before.season is None
    assert before.starts_from.endswith("the latest period")


def test_no_share_is_raised_above_everybody():
    _, goal = a_season(of_two_years(lambda start: 1.0))
    passes = {each["word"]: each["passes"] for each in goal.smart}
    assert goal.target > 1
    assert not passes["measurable"]
    assert not passes["attainable"]
