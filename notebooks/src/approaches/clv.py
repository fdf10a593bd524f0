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
from IPython.display import Markdown
from segkit import data, plots, segments
from segkit.plots.approaches import clv as drawn
from segkit.segments.approaches import clv
from segkit.segments.models.purchases import bootstrap, gammagamma, history, holdout

run = segkit.open_run(STUDY, stage="approaches/clv")
tables = data.open(run)
nobody = pd.DataFrame(columns=["customer_id", *history.COLUMNS])
as_of = data.card.analysis_date(tables) if tables.has("orders") else None
summary = data.outcomes.repeats(tables, as_of=as_of) if as_of else nobody

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
by_tool = data.outcomes.repeats(data.from_frames(ten), as_of="2024-04-10").set_index("customer_id")
assert (by_tool.loc[["a", "b"], by_hand.columns] == by_hand).all().all()
assert by_tool.loc["c", "repeat_days_n"] == 0
plots.table(by_tool.reset_index(), title="Ten orders, summed up on 10 April")

# %% [markdown]
# ## Is there enough history?
#
# A forecast of repeat purchases needs people who came back, and needs to see customers begin.
# Where the data start in the middle of their lives, nearly everybody seems "new" in the first weeks.

# %%
plots.table(history.check(summary), title="The least that is forecast from")

# %%
definition, why = clv.attempt(summary, days_ahead=DAYS_AHEAD)
start = history.beginning(summary)
no_clv = Markdown("*Nothing is forecast for these customers; the reason stands above.*")
Markdown(history.beginning_in_words(start) if definition else f"*Nothing is forecast.* {why}")

# %% [markdown]
# ## Who is still a customer?
#
# **BG/NBD** says: while somebody is a customer, purchases come at a steady pace of their own; after
# each purchase they may stop for good. Nobody announces it, so it has to be read from silence. A
# month without a purchase means nothing for one who came twice a year, and a lot for one who came
# every week. Somebody who never came back cannot be told from somebody who is slow: the model
# gives them 100 %, which is no praise.

# %%
longest = int(summary["days_observed"].max()) if definition else 0
curves = clv.silence(definition, days_observed=longest) if definition else None
drawn.silence(curves) if definition else no_clv

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
Markdown(clv.assumptions(summary, definition)) if definition else no_clv

# %% [markdown]
# Every number hangs on who happened to be in the data: draw the customers again, fit again, and see
# how far it moves. The interval does not hold what the future adds by chance. A single parameter
# with a huge interval is not settled by these data; what is used are the totals below.

# %%
drawn_again = {"definition": definition, "repeats": BOOTSTRAPS, "seed": SEED}
sure = bootstrap.intervals(summary, **drawn_again) if definition else None
title = f"Parameters, and what follows for the next {DAYS_AHEAD} days, with 95% intervals"
plots.table(sure, title=title) if definition else no_clv

# %% [markdown]
# ## Does it beat "as often as before"?
#
# The last part of the time is kept back. The models see only what came before and forecast it; so
# does everybody's own rate so far. Counted per customer, because a total can be right by luck.

# %%
opened = tables.facts()["first_order"]
split = holdout.split(opened, as_of, share=HOLDOUT_SHARE) if definition else as_of
kept_back = (as_of - split).days if definition else 0
before = data.outcomes.repeats(tables, as_of=split) if definition else nobody
compared, untested = holdout.attempt(before, summary, days=kept_back)
judged = holdout.judge(compared, seed=SEED) if compared is not None else None
no_test = Markdown(f"*The forecast is not tested.* {untested}") if definition else no_clv
formats = dict.fromkeys(["actual", "forecast", "naive"], "{:,.0f}")
formats |= dict.fromkeys(["gain", "low", "high"], "{:+.0%}")
shown = {"title": f"The last {kept_back} days, forecast and what happened", "formats": formats}
no_test if judged is None else plots.table(judged, **shown)

# %%
groups = holdout.by_repeats(compared) if judged is not None else None
told = holdout.in_words(judged, days=kept_back) if judged is not None else untested
verdict = f"- **Tested:** against the same rate as before.\n{told}"
no_test if judged is None else drawn.holdout(groups, days=kept_back)

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
labels = segments.assign(summary, definition)["segment"] if definition else None
expected = clv.forecast(summary, definition) if definition else None
order = definition.order if definition else []
sizes = segments.sizes(labels, spend=expected["value_ahead"], order=order) if definition else None
title = f"Tiers by customers and by expected money, next {DAYS_AHEAD} days"
plots.segments.shares(sizes, title=title) if definition else no_clv

# %%
Markdown(clv.adds(summary, definition)) if definition else no_clv

# %% [markdown]
# *Where it misleads:* the models know no season, no campaign and no contract. Customers of a
# subscription stop on a known day; do not guess it. A panel chosen for frequent shopping, such as
# the study `grocery`, has hardly anyone who stops: run this notebook on it and see how little is
# left to say. A tier is no cause either: nobody buys more because we expect it.
#
# ## What we learned

# %%
total = sure.iloc[-1] if definition else {}
learned = (
    f"- **Summed up:** {len(summary):,} customers, {start['repeat_share']:.0%} with a repeat.\n"
    f"{verdict}\n- **Sorted:** into three tiers. All customers together are expected to bring "
)
sums = "{estimate:,.0f}{unit} (95% interval {low:,.0f} to {high:,.0f}) within {days:,} days."
named = {"unit": f" {run.study.currency}".rstrip(), "days": DAYS_AHEAD}
Markdown(learned + sums.format(**total, **named)) if definition else no_clv

# %% [markdown]
# ## Checks
#
# Chances are chances, the tiers cover everybody, and the engine sorts as the closed formula does.
#
# ## Write

# %%
assert not definition or expected["p_alive"].between(0, 1).all()
assert not definition or sizes["customers_n"].sum() == len(summary)
by_formula = clv.by_formula(summary, definition) if definition else labels
assert not definition or (labels == by_formula).mean() > 0.999

# %%
record = definition.to_dict() if definition else {"approach": "clv", "refused": why}
run.write("approaches/clv.json", record)
who = segments.membership(summary, labels=labels, order=order) if definition else summary
run.write("approaches/clv.parquet", who.join(expected) if definition else who)

# %% [markdown]
# ## The same step in five lines

# %%
tables = data.open(segkit.open_run(STUDY, stage="approaches/clv"))
summary = data.outcomes.repeats(tables, as_of=as_of) if definition else nobody
again, _ = clv.attempt(summary, days_ahead=DAYS_AHEAD)
five = segments.assign(summary, again)["segment"].tolist() if again else None
assert five == (labels.tolist() if definition else None)

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
