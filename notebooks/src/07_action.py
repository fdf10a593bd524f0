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
# # 7. What do we do differently, and is it working?
#
# A segmentation has earned its cost when at least one customer is treated differently, and
# somebody can tell whether that helped.
#
# | Reads | Writes | You set |
# |---|---|---|
# | `brief.json`, `card.parquet`, `corrected.parquet`, `response.csv`, `corrections.json`, `personas.json`, `base.json` | `actions.csv`, `membership.csv`, `money.json` | what the study leaves open, weights |
#
# **You will be able to**
#
# - *prioritise* personas, and see how much of the order is opinion;
# - *calculate* what is left of the money, and the response from which a contact pays;
# - *plan* the first steps with a test that can tell success from habit.
#
# Reading takes about 20 minutes, running a few seconds.

# %% tags=["parameters"]
STUDY = "grocery"  # name of a file in studies/
CONTACT_COST = 0.0  # cost of one contact, in the study's currency; 0 takes what the study gives
MARGIN_PCT = 0.0  # left of an order, percent, where orders hold no cost; 0 takes the study's
BUDGET = 0.0  # for the next campaign, in the study's currency; 0 takes what the study gives
WEIGHT_SPEND_SHARE = 5.0  # attractiveness: share of all spend; only ratios of weights matter
WEIGHT_SPEND_EACH = 3.0  # attractiveness: spend per customer, 0 or more
WEIGHT_TREND = 2.0  # attractiveness: share of spend in the later half of the window, 0 or more
WEIGHT_OUTCOME = 6.0  # fit: the goal's KPI as measured in notebook 05, 0 or more
WEIGHT_REACH = 4.0  # fit: share that was mailed at all, 0 or more
TEST_DAYS = 56  # length of a test, days, 7 to 180
TEST_CHANGE_PCT = 10.0  # change in spend a test should be able to see, percent, above 0
DRAWS = 1000  # random draws for intervals and weights, 100 to 10000
SEED = 2017  # any whole number; the same seed gives the same intervals

# %%
import segkit
import numpy as np
import pandas as pd
from segkit import action, data, evidence, plots, segments

run = segkit.open_run(STUDY, stage="07_action")
tables = data.open(run)
people = action.people(run)
plots.words(people.standing)

# %% [markdown]
# *How to read it:* an action serves a goal, stands on segments that were judged, and speaks to a
# persona made of evidence. If the judgement was "not confirmed", all below is a hypothesis. Whoever
# is in no segment stands in `base.parquet` with a stage of their own: leads are the sales list, the
# lapsing and the lost are the win-back list.
#
# ## Does a fifth bring four fifths?
#
# By hand on ten customers: sort by spend, and see what the two largest bring.

# %%
ten = pd.Series([400.0, 250.0, 120.0, 80.0, 50.0, 40.0, 30.0, 15.0, 10.0, 5.0])
by_hand = ten.nlargest(2).sum() / ten.sum()
assert abs(by_hand - evidence.top_share(ten, top=0.2)) < 1e-12
rng = np.random.default_rng(SEED)
fifth = people.concentration(rng=rng, repeats=DRAWS)
plots.words(f"Two of ten customers, 20%, bring {by_hand:.0%}.\n\nAnd here: {fifth.told}")

# %% [markdown]
# *How to read it:* the promise is a claim to test. It says where the money comes in, nothing about
# what is left of it.
#
# ## What is left of the money
#
# From sales down to what a business keeps. Each rung says whether it is *measured*, *given* by the
# study (assumed, not measured) or *unknown*, and what it would need. An unknown rung takes nothing
# off. Per persona, whoever is in no segment has a row too: mail to them costs as much.

# %%
assumptions = {"contact_cost": CONTACT_COST, "margin_pct": MARGIN_PCT, "budget": BUDGET}
assumed = action.Assumptions.settled(run.study, **assumptions)
money = people.money(tables, assumed=assumed)
plots.action.ladder(money.ladder, currency=run.study.currency)

# %%
plots.table(money.shown, title=money.title, formats=money.formats)

# %% [markdown]
# *How to read it:* all rows before the last add up to it. The curve below adds customers up from
# the best to the worst; where it falls, they cost more than they bring. The order of the personas
# hangs on what is assumed: the table says from which value on it would be another one. A value far
# from any you believe in is no worry.

# %%
profit = money.profit(rng=rng, repeats=DRAWS)
plots.action.profit_curve(profit)

# %%
plots.table(money.turns, title="What would change the order of the personas")

# %% [markdown]
# ## When does a contact pay?
#
# A contact breaks even where response × margin × order value equals its cost. The margin is that of
# the ladder. Responses are those of customers who were asked, in the groups they were in *then*.

# %%
contact = action.contact(people, money=money, tables=tables, kept=segments.kept(run))
left_by_an_order = contact.order_value * contact.margin
assert abs(contact.cost / contact.needed - left_by_an_order) < 1e-9
plots.words(f"{contact.told}\n\n{contact.answered}")

# %%
plots.action.break_even(contact.measured)

# %% [markdown]
# *How to read it:* a line fully right of the black bar pays if every answer is extra, fully left
# not even then; a line across the bar is *open*. Without a bar nobody has said what a contact costs.
# Below, `asked_n` were written to at that time; it is not how many there are today.
#
# Some who answer would have bought anyway, and nobody was left out of the mailings to tell how
# many. So the honest column is `extra_needed`: this part of the answers must be orders that would
# not have come anyway. Above 100% the contact does not pay at the measured response. `roi` counts
# every answer as extra, so it is an upper bound: 100% doubles the money, -100% loses all.
#
# ## Who comes first?
#
# Attractiveness is what a persona is worth; fit is how well what we can do suits it. Each measure
# is taken as a share of the best persona's, weighted, and the two sides are multiplied.

# %%
plots.table(contact.shown, title="One contact", formats=contact.formats)

# %%
weights = action.Weights(
    worth={
        "spend_share": WEIGHT_SPEND_SHARE,
        "spend_per_customer": WEIGHT_SPEND_EACH,
        "trend": WEIGHT_TREND,
    },
    fit={"outcome": WEIGHT_OUTCOME, "reached_share": WEIGHT_REACH},
)
ranking = action.ranking(contact, weights=weights)
firm = ranking.firmness(rng=rng, repeats=DRAWS)
plots.action.priority_map(ranking.facts)

# %% [markdown]
# *How to read it:* up is worth more and right suits better; dotted lines join equal priorities; a
# larger bubble holds more customers. Weights are an opinion, so they are drawn at random many
# times; "What we learned" says in how many weightings the first stays first.
#
# ## What to do differently, and does it lead to the goal?
#
# The handbook's advice as rules in plain sight: each asks for facts and proposes one of seven
# decisions. Look at `plan.holding` for all rules that hold. Then each action gets its part of the
# way from the baseline to the target, from the response that was measured.

# %%
plan = action.plan(ranking)
plots.table(plan.shown, title="One plan per persona")

# %%
plots.action.waterfall(plan.waterfall, goal=people.brief.goal)

# %% [markdown]
# *How to read it:* a plan is as good as the facts behind it. What is done already is in the
# baseline and carries nothing more. How many of the answers are extra is *not* measured, so there
# are three scenarios: none, as many as stay away otherwise, all; the middle one is the bar. "Do not
# contact" can raise a *rate* without selling anything more, so watch the money beside it.
#
# ## Where the budget goes
#
# The budget pays the contacts that earn most first, then those nobody measured, by rank; where a
# contact loses money, nobody is written to. What is done already costs nothing new. The second table
# holds the same contacts, beside the same money spread evenly over all customers;
# both count every answer as extra. Without a measured response there is no profit to name.

# %%
plots.table(plan.waterfall.shown, title="What each action carries")

# %%
whole = dict.fromkeys(["contacts", "even_contacts"], "{:,.0f}")
plots.table(plan.budget, title=plan.budget_title, formats=whole)

# %% [markdown]
# ## Is it working, and what first?
#
# The next campaign can tell what the past ones cannot, if some customers are left out at random.
# Whoever is not mailed cannot answer, so the effect is read from *spend*. Leave `held` out, and
# `visible` is the smallest change that shows (80% power); `half` is what holding back half would
# show; `explained` is how much earlier spend sharpens the test. `best_case` is the rise in spend if
# *every* answer were an extra order: where it is smaller than `visible`, one campaign can rule out
# a large effect but not prove that a contact pays, and `enough` says no. Decide *before* the
# campaign what result would make you stop: a test that can only end in "go on" is an expense.

# %%
days = {"days": TEST_DAYS, "change": TEST_CHANGE_PCT / 100}
tests = ranking.hold_out(tables, **days)
changes = ["explained", "visible", "half", "change", "best_case"]
plots.table(tests.shown, title=tests.title, formats=dict.fromkeys(changes, "{:.1%}"))

# %%
plots.table(plan.steps(tests), title="The first steps, each with its yardstick")

# %% [markdown]
# ## What we learned

# %%
plots.words(
    f"- **Prioritised:** {ranking.lesson(firm)} \n"
    f"- **Calculated:** {money.lesson(profit)}\n- **Contact:** {contact.lesson}\n"
    f"- **Planned:** {plan.waterfall.told} {plan.lesson(tests)} {tests.told}"
)

# %% [markdown]
# ## Checks

# %%
assert people.facts["n"].sum() == len(people.card)
assert (abs(people.facts[["spend_share"]].dropna(axis=1).sum() - 1) < 1e-9).all()
assert money.adds_up
doubled = action.ranking(contact, weights=weights.times(2))
assert doubled.facts["rank"].equals(ranking.facts["rank"])
plots.words("Parts add up to the whole, rung by rung, and doubled weights change no rank.")

# %% [markdown]
# ## Write
#
# Two lists leave the house, and the money page. Cells that a spreadsheet would run as a formula are made text.

# %%
run.write("actions.csv", plan.listed)
run.write("membership.csv", people.membership)
run.write("money.json", money.saved(profit) | {"plan": plan.waterfall.saved})
customers_n = f"{len(people.membership):,}"
plots.words(
    f"`actions.csv`: {len(plan.actions)} actions. `membership.csv`: {customers_n} customers."
)

# %% [markdown]
# ## The same step in five lines

# %%
same = action.contact(people, money=money, tables=tables, kept=segments.kept(run))
again = action.plan(action.ranking(same, weights=weights))
assert again.table.equals(plan.table)
assert again.actions.equals(plan.actions)

# %% [markdown]
# ## Exercises
#
# 1. *A parameter.* Set `CONTACT_COST` to ten times what the study gives. Which verdict changes first,
#    and does the order of the personas?
# 2. *A decision.* Set the weights you believe in. If rank 1 changes, is it worth a meeting?
# 3. *The data.* Hold out a random fifth in the campaign of notebook 05 on paper: which of its
#    figures would then be an effect?
#
# ## Sources and next
#
# The handbook's strategies per segment and per business; the text on what follows a segmentation
# (evaluate, focus, prioritise, improve); the loyalty typology (spend the budget on what is to be
# developed). J. L. Fleiss, B. Levin and M. C. Paik, *Statistical Methods for Rates and
# Proportions*, 2003; A. Deng and others, *Improving the sensitivity of online controlled
# experiments*, 2013; B. Efron and R. Tibshirani, *An Introduction to the Bootstrap*, 1993; OWASP,
# *CSV injection*.
#
# Next: do the first step, come back with the result, and run the workbook again.
