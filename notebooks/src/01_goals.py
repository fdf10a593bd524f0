# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 1. What decision will this segmentation serve?
#
# Segments are means, not ends. This notebook turns a wish into a goal that can be missed, and
# asks what would make the whole exercise useless, before any customer is put into any group.
#
# | Reads | Writes | You set |
# |---|---|---|
# | the study's tables | `brief.json` | the KPI, the change, by when, your team's limits |
#
# **You will be able to**
#
# - *describe* where the business stands, from its own purchases;
# - *formulate* a SMART goal with a baseline, and tell whether it is within reach;
# - *decide*, with reasons, not to segment at all.
#
# Reading takes about 15 minutes, running a few seconds.

# %% tags=["parameters"]
STUDY = "grocery"  # name of a file in studies/
SEED = 2017  # any whole number; the same seed gives the same intervals
GOAL_KPI = "auto"  # campaign_response, repeat_rate, spend_per_customer, order_value or auto
CAMPAIGN_TYPE = "auto"  # type of the campaigns that are compared; auto takes the one mailed most
TARGET_CHANGE_PCT = 15.0  # wanted change of the KPI in percent of its baseline, 1 to 100
HORIZON_DAYS = 56  # days until the goal is due and length of a past period, 7 to 365
ANALYSIS_DATE = "auto"  # look back from this day, as 2018-01-31; auto is after the last order
WINDOW_DAYS = 365  # look-back of the customer card in days, 0 for all history
MIN_CUSTOMERS = 100  # fewest customers worth segmenting and fewest in a period, 30 to 10000
SMALLEST_SEGMENT_PCT = 5.0  # smallest useful segment in percent of customers, 1 to 50
MAX_SEGMENTS = 8  # most segments your team can treat differently, 2 to 14
MIN_STABILITY = 0.6  # least stability of the segments, 0 to 1
REACHABLE_PCT = 50.0  # percent of customers a criterion must reach, 0 to 100

# %%
import segkit

run = segkit.open_run(STUDY, stage="01_goals")

import numpy as np
import pandas as pd
from IPython.display import Markdown

from segkit import data, goals, plots

tables = data.open(run)
facts, business, money = tables.facts(), run.study.business, run.study.currency

# %% [markdown]
# ## Where do we stand?
#
# The handbook starts with the current situation: which customers, how much, in which direction.

# %%
asked = {"window_days": WINDOW_DAYS, "horizon_days": HORIZON_DAYS}
days = goals.calendar(facts, analysis_date=ANALYSIS_DATE, **asked)
Markdown(goals.introduction(tables, days=days, study=run.study))

# %%
months, no_months = goals.months(tables, as_of=days["as_of"]), Markdown(goals.NO_MONTHS)
no_months if months is None else plots.goals.months(months, currency=money)

# %% [markdown]
# *How to read it:* compare months that are over. A month the data cover only in part is hatched;
# its low bar is the calendar's doing, not the customers'.
#
# In the table below, a rise or fall counts as a trend only if zero lies outside its margin.

# %%
title, base = goals.figures(tables, days=days, months=months, currency=money)
plots.table(base, title=title)

# %% [markdown]
# Who brings the money? "20 % of customers bring 80 %" is a rule of thumb, so it is measured.

# %%
spend = goals.spend(tables, days=days)["spend_total"]
top, no_money = goals.top_share(spend, share=0.2), Markdown(goals.NO_MONEY)
marked = {"share": 0.2, "spend_share": top}
plots.goals.concentration(goals.concentration(spend), **marked) if top else no_money

# %% [markdown]
# *How to read it:* the further the curve bends to the upper left, the fewer customers carry the
# business, and the more it matters to treat them differently. The cross is the rule of thumb.
#
# ## Which goals could be served?
#
# The handbook names the goals a segmentation can have. Each comes with the *decision* that would
# differ between segments: without one, grouping is a pastime.

# %%
yes = {True: "yes", False: "no"}.get
offered = goals.catalogue(tables, business=business)
plots.table(offered, title=f"Goals for business: {business}", formats={"measurable": yes})

# %%
kpi = goals.choose_kpi(tables, days=days, wish=GOAL_KPI, min_customers=MIN_CUSTOMERS)
how = "chosen from what the tables can carry" if GOAL_KPI == "auto" else "as you set it"
Markdown(f"The yardstick, {how}: {goals.yardstick(kpi, business=business)}")

# %% [markdown]
# *How to read it:* a goal that is not measurable here is not a bad goal; something has to be
# collected first, and notebook 03 says how.
#
# ## From a wish to a goal, by hand
#
# "Increase sales" is a wish. A SMART goal fills five blanks: **s**pecific (which KPI),
# **m**easurable (from what to what), **a**ttainable (against what was reached before), **r**elevant
# (which decision follows) and **t**ime-bound (by when). Ticking them takes no tool; the tool also
# says why.

# %%
wish = {"sentence": "Increase sales!"}
by_hand = [blank in wish for blank in ("kpi", "baseline", "target", "kpi", "due")]
refused = pd.DataFrame(goals.smart(wish, business=business))
assert refused["passes"].tolist() == by_hand
plots.table(refused, title=wish["sentence"], formats={"passes": yes})

# %% [markdown]
# A baseline needs a *margin* too. Count the response of ten customers by hand, then let the tool
# add what luck could have made of it.

# %%
ten = pd.Series([1, 0, 0, 1, 0, 0, 0, 1, 0, 0], name="responded")
share, (mean, low, high) = ten.sum() / len(ten), goals.interval(ten, unit="share")
assert mean == share
Markdown(f"{share:.0%} of ten responded; **{low:.0%} to {high:.0%}** could be behind it.")

# %% [markdown]
# *How to read it:* any target between the two would be reached by luck alone, so ten customers are
# no baseline.
#
# ## What has the KPI reached so far?
#
# Every period that is over counts once. It can be used later only if it has *enough* customers,
# and purchases of theirs are known from before it.

# %%
rules = {"campaign_type": CAMPAIGN_TYPE, "min_customers": MIN_CUSTOMERS}
past = goals.history(tables, kpi=kpi, days=days, **rules)
no_past = Markdown(goals.NO_PAST)
label = goals.KPIS[kpi].label.capitalize() if kpi else ""
plots.table(goals.readable(past, kpi=kpi), title=label) if kpi else no_past

# %%
goal = goals.goal(past, kpi=kpi, days=days, change_pct=TARGET_CHANGE_PCT, currency=money)
used = goals.periods(past)
nothing = Markdown("No period of this KPI is over, so there is nothing to draw.")
nothing if past.empty else plots.goals.history(past, goal=goal, periods=used)

# %% [markdown]
# *How to read it:* a point is what was measured, the line through it what luck allows (95 %). The
# band is the margin of the baseline, the dashed line your target. A target inside the band could
# be "reached" without doing anything. One earlier period is for learning, the latest for judging.
# Nobody looks at the latest again until notebook 05: criteria chosen on the very period that
# judges them would flatter themselves.
#
# ## The goal, letter by letter

# %%
attained = goals.attainability(past, goal=goal, rng=np.random.default_rng(SEED))
letters = goals.smart(goal, business=business, attained=attained)
plots.table(pd.DataFrame(letters), title=goal["sentence"], formats={"passes": yes})

# %% [markdown]
# *How to read it:* for **a**ttainable, every past period is redrawn many times within its own luck.
# "Reached" means the KPI has been there; a "stretch" is new, but its best period or its trend
# allows it; "outside" means nothing in the past comes near. A straight line through a few periods
# is a hope, not a forecast.
#
# ## What would make it useless?
#
# The cheapest segmentation is the one not made. One *stop* below is enough for that answer; a
# *warn* is to be known and lived with. The limits of the team are set now, because afterwards
# every limit looks just right: notebook 05 judges by them.

# %%
limits = {
    "smallest_segment_share": SMALLEST_SEGMENT_PCT / 100,
    "max_segments": MAX_SEGMENTS,
    "min_stability": MIN_STABILITY,
    "reachable_share": REACHABLE_PCT / 100,
}
sizes = {"customers_n": facts["customers_n"], "min_customers": MIN_CUSTOMERS}
checks = goals.knockouts(goal, history=past, limits=limits, **sizes)
plots.table(checks, title="Knock-outs")

# %%
decided = goals.verdict(checks, letters=letters)
loud = "\n\n**The next notebooks still run, for learning. Do not act on their segments.**"
after = "" if decided["verdict"] == "segment" else loud
Markdown(f"### Verdict: {decided['verdict']}\n\n{decided['reason']}{after}")

# %% [markdown]
# ## What we learned

# %%
ticks = sum(letter["passes"] for letter in letters)
Markdown(
    f"- *Describe:* {goals.lessons(tables, days=days, months=months, top=top)}\n"
    f"- *Formulate:* {goal['sentence']} {ticks} of 5 letters pass.\n"
    f"- *Decide:* **{decided['verdict']}**. {decided['reason']}"
)

# %% [markdown]
# ## Checks
#
# What must hold whatever the data say.

# %%
learn, test = used["learn"], used["test"]
assert goal["due"] is None or goal["as_of"] < goal["due"]
assert past["value"].between(past["low"] - 1e-9, past["high"] + 1e-9).all()
assert all(end <= days["as_of"] for end in past["end"])
assert learn is None or learn["end"] <= test["start"]

# %% [markdown]
# ## Write
#
# The brief: all that the next notebooks need to know, in one file.

# %%
brief = {
    **decided,
    "goal": goal | {"smart": letters, "attainable": attained["sentence"]},
    "data": {key: days[key] for key in ("as_of", "window_days", "first_order", "last_order")}
    | {key: facts[key] for key in ("customers_n", "orders_n", "spend_total")}
    | {"currency": money},
    **used,
    "limits": limits,
}
run.write("brief.json", brief)

# %% [markdown]
# ## The same step in five lines

# %%
then = goals.history(tables, kpi=kpi, days=days, **rules)
again = goals.goal(then, kpi=kpi, days=days, change_pct=TARGET_CHANGE_PCT, currency=money)
reach = goals.attainability(then, goal=again, rng=np.random.default_rng(SEED))
ticked = goals.smart(again, business=business, attained=reach)
assert ticked == brief["goal"]["smart"]

# %% [markdown]
# ## Exercises
#
# 1. *A parameter:* halve `TARGET_CHANGE_PCT`. Which check stops you, and is it right to?
# 2. *A decision:* set `GOAL_KPI = "repeat_rate"`. Is there room for the same change? What would you
#    agree on instead?
# 3. *The data:* set `ANALYSIS_DATE` two months earlier. Do baseline, learning and judging period
#    move as they should?
#
# ## Sources and next
#
# The handbook's stage 1 (goals of a segmentation, SMART); Doran (1981) for the letters; Wilson
# (1927) for the margin of a share; Fleiss, Levin & Paik (2003) for the number of customers a proof
# needs. Next: [2. By what should customers be told apart?](02_criteria.ipynb)
