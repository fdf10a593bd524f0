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
# # What will each customer still bring?
#
# Past spend says who was good; what a customer may cost depends on what is still to come, and on
# whether they are still a customer at all. Two small models forecast both, and have to prove
# themselves on days that were kept back from them.
#
# | Reads | Writes | You set |
# |---|---|---|
# | the orders of the study | `approaches/clv.json`, `approaches/clv.parquet` | the horizon, how much time is kept back |
#
# **You will be able to**
#
# - *sum up* a customer's purchases in the numbers a forecast needs, and say when they are too few;
# - *test* a forecast against the simplest one, on days it has not seen;
# - *sort* customers into tiers by what they are expected to bring, and say how sure that is.
#
# Reading takes about 12 minutes, running less than one.

# %% tags=["parameters"]
STUDY = "online_shop"  # name of a file in studies/
DAYS_AHEAD = 365  # horizon of the forecast in days, 30 to three times the days observed
HOLDOUT_SHARE = 0.3  # last part of the time that is kept back for the test, 0.1 to 0.5
BOOTSTRAPS = 100  # draws of customers behind the intervals, 50 to 1000
SEED = 2017  # any whole number; the same seed gives the same intervals

# %%
import segkit
import numpy as np
import pandas as pd
from segkit import data, plots
from segkit.plots.approaches import clv as drawn
from segkit.segments.approaches import clv
from segkit.segments.models.purchases import gammagamma, history, holdout

run = segkit.open_run(STUDY, stage="approaches/clv")
tables = data.open(run)
purchases = history.read(tables)

# %% [markdown]
# ## Four numbers per customer, by hand
#
# The days after the first on which a customer bought (*repeat days*), the days from the first
# purchase to the last, the days from the first until the data end, and the mean spend of a repeat
# day. Ten orders of three customers show them. "Recency" is a word to avoid here: in RFM it means
# days *since* the last purchase, in these models the days from the first *to* the last.

# %%
ten = pd.DataFrame({"customer_id": list("aaaaabbbbc")})
ten["ordered_at"] = pd.to_datetime("2024-01-01") + pd.to_timedelta(
    [0, 10, 10, 30, 70, 5, 20, 35, 50, 60], unit="D"
)
ten["amount"] = [20.0, 30.0, 10.0, 25.0, 40.0, 60.0, 50.0, 55.0, 45.0, 15.0]
days = ten.groupby(["customer_id", "ordered_at"], as_index=False)["amount"].sum()
first = days.groupby("customer_id")["ordered_at"].transform("min")
later = days[days["ordered_at"] > first].groupby("customer_id")
by_hand = pd.DataFrame(
    {"repeat_days_n": later.size(), "spend_per_repeat_day": later["amount"].mean()}
)
by_tool = history.read(data.from_frames(ten), until="2024-04-10").set_index("customer_id")
assert (by_tool.loc[["a", "b"], by_hand.columns] == by_hand).all().all()
assert by_tool.loc["c", "repeat_days_n"] == 0
plots.table(by_tool.reset_index(), title="Ten orders, summed up on 10 April")

# %% [markdown]
# ## Is there enough history?
#
# A forecast of repeat purchases needs people who came back, and needs to see customers begin.
# Where the data start in the middle of their lives, nearly everybody seems "new" in the first weeks.

# %%
plots.table(history.check(purchases), title="The least that is forecast from")

# %%
outlook = clv.outlook(purchases, days_ahead=DAYS_AHEAD)
plots.words(outlook.beginning)

# %% [markdown]
# ## Who is still a customer?
#
# **BG/NBD** says: while somebody is a customer, purchases come at a steady pace of their own; after
# each purchase they may stop for good. Nobody announces it, so it has to be read from silence. A
# month without a purchase means nothing for one who came twice a year, and a lot for one who came
# every week. Somebody who never came back cannot be told from somebody who is slow: the model
# gives them 100 %, which is no praise.

# %%
drawn.silence(outlook.curves)

# %% [markdown]
# *How to read it:* follow one line to the right: the longer the silence, the less likely that the
# customer is still one. Lines of frequent buyers fall first. All lines are for customers first
# seen when the data begin.
#
# ## How much does a purchase bring?
#
# **Gamma-Gamma** weighs a customer's own mean spend against everybody's. The own mean counts more
# with every repeat; what a few repeats leave open is filled with
# everybody's mean. By hand, with the parameters published for the music shop CDNOW: the second and
# third row are two of its customers.

# %%
money = {"p": 6.2488, "q": 3.7446, "gamma": 15.4477}
five = pd.DataFrame({"repeat_days_n": [0, 1, 2, 10, 50]})
five["own_mean"] = [0, 11.77, 22.35, 22.35, 22.35]
own = money["p"] * five["repeat_days_n"]
five["weight_of_own"] = own / (own + money["q"] - 1)
everybody = money["p"] * money["gamma"] / (money["q"] - 1)
of_all = (1 - five["weight_of_own"]) * everybody
five["expected"] = five["weight_of_own"] * five["own_mean"] + of_all
by_tool = gammagamma.expected(money, five["repeat_days_n"], five["own_mean"])
assert np.allclose(five["expected"], by_tool)
plots.table(five, title="Own mean and everybody's: what to expect of the next purchase")

# %% [markdown]
# For the customers of this study: how far their means lie apart, and whether how much has nothing
# to do with how often, which the model takes for granted.

# %%
plots.words(outlook.assumptions)

# %% [markdown]
# Every number hangs on who happened to be in the data: draw the customers again, fit again, and see
# how far it moves. The interval does not hold what the future adds by chance. A single parameter
# with a huge interval is not settled by these data; what is used are the totals below.

# %%
sure = outlook.intervals(repeats=BOOTSTRAPS, seed=SEED)
title = f"Parameters, and what follows for the next {DAYS_AHEAD} days, with 95% intervals"
plots.table(sure, title=title)

# %% [markdown]
# ## Does it beat "as often as before"?
#
# The last part of the time is kept back. The models see only what came before and forecast it; so
# does everybody's own rate so far. Counted per customer, because a total can be right by luck.

# %%
test = holdout.test(tables, outlook, share=HOLDOUT_SHARE, seed=SEED)
whole = dict.fromkeys(["actual", "forecast", "naive"], "{:,.0f}")
signed = dict.fromkeys(["gain", "low", "high"], "{:+.0%}")
title = f"The last {test.days} days, forecast and what happened"
plots.table(test.judged, title=title, formats=whole | signed)

# %%
drawn.holdout(test.groups, days=test.days)

# %% [markdown]
# *How to read it:* a bar is what happened, the points are the forecasts. "As often as before"
# gives nothing to those who had not come back, and believes that the lively stay lively. `gain` is
# the part of its squared error that the model saves; only an interval above zero is a reason to
# prefer the model.
#
# ## Tiers
#
# Purchases to come times money per purchase is the expected value within the horizon: revenue, not
# profit, and no "lifetime". The upper fifth of the customers is the first tier, the next three
# tenths the second. The cut points are amounts, so new customers are sorted the same way.

# %%
title = f"Tiers by customers and by expected money, next {DAYS_AHEAD} days"
plots.segments.shares(outlook.sizes, title=title)

# %%
plots.words(outlook.adds)

# %% [markdown]
# *Where it misleads:* the models know no season, no campaign and no contract. Customers of a
# subscription stop on a known day; do not guess it. A panel chosen for frequent shopping, such as
# the study `grocery`, has hardly anyone who stops: run this notebook on it and see how little is
# left to say. A tier is no cause either: nobody buys more because we expect it.
#
# ## What we learned

# %%
total = sure.iloc[-1]
sums = f"{total['estimate']:,.0f} {run.study.currency} (95% interval {total['low']:,.0f} to"
sums += f" {total['high']:,.0f}) within {DAYS_AHEAD:,} days."
plots.words(
    f"- **Summed up:** {len(purchases):,} customers, {outlook.repeat_share:.0%} with a repeat.\n"
    f"{test.verdict}\n"
    f"- **Sorted:** into three tiers. All customers together are expected to bring {sums}"
)

# %% [markdown]
# ## Checks
#
# Chances are chances, the tiers cover everybody, and the engine sorts as the closed formula does.
#
# ## Write

# %%
assert outlook.expected["p_alive"].between(0, 1).all()
assert set(outlook.labels) <= set(outlook.order)
assert outlook.by_formula_share > 0.999

# %%
run.write("approaches/clv.json", outlook.definition)
run.write("approaches/clv.parquet", outlook.members)

# %% [markdown]
# ## The same step in five lines

# %%
run = segkit.open_run(STUDY, stage="approaches/clv")
purchases = history.read(data.open(run))
again = clv.outlook(purchases, days_ahead=DAYS_AHEAD)
assert list(again.labels) == list(outlook.labels)

# %% [markdown]
# ## Exercises
#
# 1. *A parameter.* Set `HOLDOUT_SHARE` to 0.5. The models see less and must look further: does
#    the verdict hold?
# 2. *A decision.* Give the first tier something that costs money. What may it cost per customer if
#    it is to pay for itself within the horizon, with your margin?
# 3. *The data.* Run it on `grocery`. Which sentence above tells you not to use it there?
#
# ## Sources and next
#
# P. S. Fader, B. G. S. Hardie and K. L. Lee, *"Counting your customers" the easy way*, Marketing
# Science 24, 2005; P. S. Fader and B. G. S. Hardie, *The Gamma-Gamma model of monetary value*, 2013;
# the handbook's section on CLV.
#
# Next: [04 Which customers belong together?](../04_segments.ipynb)
