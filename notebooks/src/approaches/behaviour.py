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
# # Behaviour: which habits do customers have?
#
# How often somebody orders, whether on offer, in which size and at which time: habits say what to
# offer and when. Money and age do not.
#
# | Reads | Writes | You set |
# |---|---|---|
# | the study's orders, mailings and clock, as far as there are any | `approaches/behaviour.json`, `approaches/behaviour.parquet` | the days looked back, which habits make the groups |
#
# **You will be able to**
#
# - *list* the habits your data can show, and where each begins;
# - *group* customers by one to three of them, by a rule you can read;
# - *explain* for one customer why they are in their group.
#
# Reading takes about 10 minutes, running a few seconds.

# %% tags=["parameters"]
STUDY = "grocery"  # name of a file in studies/
WINDOW_DAYS = 365  # days looked back from the last order, 0 takes all history
HABITS = "auto"  # one to three columns of the card, comma between, or auto

# %%
import segkit
import pandas as pd
from segkit import data, plots, segments
from segkit.plots.approaches import behaviour as drawn
from segkit.segments.approaches import behaviour
from segkit.segments import rules

run = segkit.open_run(STUDY, stage="approaches/behaviour")
tables = data.open(run)
as_of = data.card.analysis_date(tables)
card = data.card.build(tables, as_of=as_of, window_days=WINDOW_DAYS)

# %% [markdown]
# ## By hand, on nine customers and one unknown
#
# A habit begins above the value that two thirds of the customers do not exceed. Customer *j* never
# told: what is not known is no habit.

# %%
ten = pd.DataFrame({"customer_id": list("abcdefghij"), "orders_n": [9, 8, 7, 6, 5, 4, 3, 2, 1, 1]})
ten["coupon_orders_share"] = [0.0, 0.9, 0.1, 0.2, 0.8, 0.0, 0.7, 0.0, 0.1, None]
often = ten["orders_n"] > sorted(ten["orders_n"])[6]
promoted = ten["coupon_orders_share"] > sorted(ten["coupon_orders_share"].dropna())[5]
ten["by_hand"] = "None of these habits"
ten.loc[promoted, "by_hand"] = "Coupon users"
ten.loc[often, "by_hand"] = "Many orders"
ten.loc[often & promoted, "by_hand"] = "Many orders, coupon users"
pair = ["orders_n", "coupon_orders_share"]
ten["by_tool"] = segments.attempt(ten, {"approach": "behaviour", "by": pair}).labels
assert (ten["by_hand"] == ten["by_tool"]).all()
plots.table(ten, title="Ten customers")

# %% [markdown]
# ## Which habits can be seen here?

# %%
recipe = {"approach": "behaviour", "by": HABITS, "business": run.study.business}
found = segments.attempt(card, recipe)
habits = behaviour.habits(found.card, business=run.study.business)
plots.words(f"{len(habits)} habits of {habits['kind'].nunique()} kinds.")

# %% [markdown]
# "Above" is where the habit begins, in the unit of its column; a share of 0.2 is 20 %.

# %%
listed = habits[["kind", "read_from", "called", "above", "customers_n"]]
plots.table(listed, title="Habits, where they begin, and how many have them")

# %%
drawn.cuts(found.card, habits)

# %% [markdown]
# *How to read it:* a line far out on a long tail parts few heavy users from all others; a line in
# the middle of a hump parts people who are nearly alike. Where a habit has no customers at all,
# two thirds share the highest value: it tells nobody apart here.
#
# ## Groups
#
# Two habits make four groups: both, one, the other, none. A third would make eight.

# %%
plots.segments.shares(found.sizes)

# %%
plots.table(rules.listed(found), title="The rules, the first that fits")

# %% [markdown]
# *How to read it:* a group with more money than heads buys more than others, but habits are made
# of behaviour, so a group's habit cannot be its explanation. Groups made by a promotion share must
# not be used to prove that promotions work on that group: it was chosen for it.
#
# ## Why is this customer in this group?
#
# One customer, the rule of the first group, and the values it was judged by. The first group whose
# rule fits decides.

# %%
middle = len(card) // 2
plots.words(behaviour.example(found, place=middle))

# %% [markdown]
# ## What we learned

# %%
by = " and ".join(found.criteria)
largest = found.sizes.nlargest(1, "customers_n").iloc[0]
plots.words(
    f"- **Listed:** {habits['called'].str.cat(sep=', ')}.\n"
    f"- **Grouped:** by {by} into {len(found.sizes)} groups; the largest is "
    f"“{largest['segment']}” with {largest['customers_share']:.0%} of the customers.\n"
    f"- **Explained:** the customer in the middle of the list is in “{found.labels.iloc[middle]}”."
)

# %% [markdown]
# ## Checks
#
# Everybody is in exactly one group; the rules as numbers and the rules as text say the same.

# %%
assert found.labels.isin(found.order).all()
cuts = pd.Series(found.rules["cuts"])
above = (found.card[cuts.index] > cuts).all(axis=1)
assert above.eq(found.labels.eq(found.order[0])).all()

# %% [markdown]
# ## Write

# %%
run.write("approaches/behaviour.json", found.definition)
run.write("approaches/behaviour.parquet", found.members)

# %% [markdown]
# ## The same step in five lines

# %%
tables = data.open(segkit.open_run(STUDY, stage="approaches/behaviour"))
card = data.card.build(tables, as_of=as_of, window_days=WINDOW_DAYS)
again = segments.attempt(card, recipe)
assert again.labels.tolist() == found.labels.tolist()

# %% [markdown]
# ## Exercises
#
# 1. *A parameter.* Set `HABITS` to `"orders_n, evening_share"`. Who comes often, and in the evening?
# 2. *A decision.* Which of these groups would get another message, and which the same? Groups that
#    get the same message are one group.
# 3. *The data.* Build the card of the half year before. How many customers keep their habits?
#
# ## Sources and next
#
# The handbook's behavioural criteria: frequency, promotions, baskets, time.
#
# Next: [RFM: who is active, who is slipping away?](rfm.ipynb)
