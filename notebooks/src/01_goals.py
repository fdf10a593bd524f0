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

from segkit import data, evidence, goals, plots
from segkit.brief import Brief, Limits

tables = data.open(run)
business = run.study.business

# %% [markdown]
# ## Where do we stand?
#
# The handbook starts with the current situation: which customers, how much, in which direction.

# %%
situation = goals.situation(
    tables,
    study=run.study,
    analysis_date=ANALYSIS_DATE,
    window_days=WINDOW_DAYS,
    horizon_days=HORIZON_DAYS,
)
plots.words(situation.introduction)

# %%
plots.goals.months(situation.months, currency=situation.currency)

# %% [markdown]
# *How to read it:* compare months that are over. A month the data cover only in part is hatched;
# its low bar is the calendar's doing, not the customers'.
#
# In the table below, a rise or fall counts as a trend only if zero lies outside its margin.

# %%
plots.table(situation.figures, title=situation.title)

# %% [markdown]
# Who brings the money? "20 % of customers bring 80 %" is a rule of thumb, so it is measured.

# %%
plots.goals.concentration(situation.spend, top=0.2, rule=0.8)

# %% [markdown]
# *How to read it:* the further the curve bends to the upper left, the fewer customers carry the
# business, and the more it matters to treat them differently. The cross is the rule of thumb.
#
# ## Which goals could be served?
#
# The handbook names the goals a segmentation can have. Each comes with the *decision* that would
# differ between segments: without one, grouping is a pastime.

# %%
offered = goals.catalogue(tables, business=business)
plots.table(offered, title=f"Goals for business: {business}")

# %%
kpi = goals.choose_kpi(situation, wish=GOAL_KPI, min_customers=MIN_CUSTOMERS)
plots.words(f"The yardstick, {goals.yardstick(kpi, wish=GOAL_KPI)}")

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
letters = goals.smart(wish)
assert letters["passes"].tolist() == by_hand
plots.table(letters, title=wish["sentence"])

# %% [markdown]
# A baseline needs a *margin* too. Count the response of ten customers by hand, then let the tool
# add what luck could have made of it.

# %%
ten = pd.Series([1, 0, 0, 1, 0, 0, 0, 1, 0, 0], name="responded")
mean, low, high = evidence.estimate(ten, share=True)
assert mean == ten.sum() / len(ten)
plots.words(f"{mean:.0%} of ten responded; **{low:.0%} to {high:.0%}** could be behind it.")

# %% [markdown]
# *How to read it:* any target between the two would be reached by luck alone, so ten customers are
# no baseline.
#
# ## What has the KPI reached so far?
#
# Every period that is over counts once. It can be used later only if it has *enough* customers,
# and purchases of theirs are known from before it.

# %%
past = goals.history(situation, kpi=kpi, campaign_type=CAMPAIGN_TYPE, min_customers=MIN_CUSTOMERS)
plots.table(past.readable, title=past.title)

# %%
goal = goals.goal(past, change_pct=TARGET_CHANGE_PCT, rng=np.random.default_rng(SEED))
plots.goals.history(past, goal=goal)

# %% [markdown]
# *How to read it:* a point is what was measured, the line through it what luck allows (95 %). The
# band is the margin of the baseline, the dashed line your target. A target inside the band could
# be "reached" without doing anything. One earlier period is for learning, the latest for judging.
# Nobody looks at the latest again until notebook 05: criteria chosen on the very period that
# judges them would flatter themselves.
#
# ## The goal, letter by letter

# %%
letters = pd.DataFrame(goal.smart)
plots.table(letters, title=goal.sentence)

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
limits = Limits(
    smallest_segment_share=SMALLEST_SEGMENT_PCT / 100,
    max_segments=MAX_SEGMENTS,
    min_stability=MIN_STABILITY,
    reachable_share=REACHABLE_PCT / 100,
)
checks = goals.knockouts(goal, past=past, limits=limits, customers_n=situation.customers_n)
plots.table(checks, title="Knock-outs")

# %%
decided = goals.verdict(checks, goal=goal)
plots.words(decided.sentence)

# %% [markdown]
# ## What we learned

# %%
plots.words(
    f"- *Describe:* {situation.lessons}\n"
    f"- *Formulate:* {goal.sentence} {letters['passes'].sum()} of 5 letters pass.\n"
    f"- *Decide:* **{decided.verdict}**. {decided.reason}"
)

# %% [markdown]
# ## Checks
#
# What must hold whatever the data say.

# %%
assert goal.due is None or goal.as_of < goal.due
assert past.table["value"].between(past.table["low"] - 1e-9, past.table["high"] + 1e-9).all()
assert (past.table["end"] <= situation.days.as_of).all()
assert past.learn.end <= past.test.start

# %% [markdown]
# ## Write
#
# The brief: all that the next notebooks need to know, in one file.

# %%
brief = Brief(
    verdict=decided.verdict,
    reason=decided.reason,
    goal=goal,
    data=situation.known,
    learn=past.learn,
    test=past.test,
    limits=limits,
)
run.write("brief.json", brief.to_dict())

# %% [markdown]
# ## The same step in five lines

# %%
then = goals.history(situation, kpi=kpi, campaign_type=CAMPAIGN_TYPE, min_customers=MIN_CUSTOMERS)
again = goals.goal(then, change_pct=TARGET_CHANGE_PCT, rng=np.random.default_rng(SEED))
ruled = goals.knockouts(again, past=then, limits=limits, customers_n=situation.customers_n)
assert goals.verdict(ruled, goal=again) == decided
assert again.smart == goal.smart

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
