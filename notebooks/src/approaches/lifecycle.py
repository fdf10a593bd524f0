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
# # Lifecycle: where does each customer stand?
#
# A newcomer, a regular and somebody who is about to leave need different words. Three lengths of
# time say which is which, and they are yours to set.
#
# | Reads | Writes | You set |
# |---|---|---|
# | the study's orders, and every table that names people who have not bought yet | `approaches/lifecycle.json`, `approaches/lifecycle.parquet` | how long somebody is new, after how long lapsing, after how long lost |
#
# **You will be able to**
#
# - *place* every customer in one of five stages, by a rule you can read aloud;
# - *judge* the windows by how long customers really wait between two orders;
# - *see* when "new" cannot be told, because the data begin later than the business.
#
# Reading takes about 10 minutes, running a few seconds.

# %% tags=["parameters"]
STUDY = "grocery"  # name of a file in studies/
NEW_DAYS = 60  # days since the first order up to which a customer is new, 1 to 365
ACTIVE_DAYS = 60  # days since the last order up to which nobody is lapsing, 1 to 365
LOST_DAYS = 180  # days since the last order after which a customer is lost, more than ACTIVE_DAYS

# %%
import segkit
import pandas as pd
from segkit import data, plots, segments
from segkit.plots.approaches import lifecycle as drawn
from segkit.segments.approaches import lifecycle

run = segkit.open_run(STUDY, stage="approaches/lifecycle")
tables = data.open(run)
as_of = data.card.analysis_date(tables)
card = data.card.build(tables, as_of=as_of, window_days=0, everyone=True)

# %% [markdown]
# All history is looked at (no window), and everybody is on the card whom any table names: people
# who asked, visited the site or were written to, and never bought.
#
# ## By hand, on ten customers
#
# Read from the top, the first line that fits decides:
#
# | stage | rule |
# |---|---|
# | lead | known, no order ever |
# | new | last order within the active days, and the first one within the new days or no second yet |
# | regular | any other last order within the active days |
# | lapsing | last order longer ago, but not longer than the lost days |
# | lost | longer ago than that |

# %%
ten = pd.DataFrame({"customer_id": list("abcdefghij"), "orders_n": [0, 1, 1, 2, 9, 4, 3, 1, 5, 7]})
ten["days_since_purchase"] = [None, 5, 50, 10, 3, 60, 61, 180, 181, 400]
ten["days_since_first_purchase"] = [None, 5, 50, 40, 300, 200, 90, 180, 300, 900]
fixed = {"new_days": 60, "active_days": 60, "lost_days": 180}
last = ten["days_since_purchase"]
first = ten["days_since_first_purchase"]
ten["by_hand"] = "Lost"
ten.loc[last <= 180, "by_hand"] = "Lapsing"
ten.loc[last <= 60, "by_hand"] = "Regular"
ten.loc[(last <= 60) & ((first <= 60) | (ten["orders_n"] == 1)), "by_hand"] = "New"
ten.loc[first.isna(), "by_hand"] = "Lead: never bought"
ten["by_tool"] = segments.attempt(ten, {"approach": "lifecycle", **fixed}).labels
assert (ten["by_hand"] == ten["by_tool"]).all()
whole = dict.fromkeys(["days_since_purchase", "days_since_first_purchase"], "{:.0f}")
plots.table(ten, title="Ten customers", formats=whole)

# %% [markdown]
# ## Are the windows right for this business?
#
# A grocer's customer who stays away for two months has left; a jeweller's has not. The pace says
# how long customers wait between two orders. "Lapsing" should begin where most would have come
# again: the longest usual wait is that of nine customers in ten.

# %%
windows = {"new_days": NEW_DAYS, "active_days": ACTIVE_DAYS, "lost_days": LOST_DAYS}
found = segments.attempt(card, {"approach": "lifecycle", **windows})
stages = lifecycle.stages(found)
verdict = stages.pace.judged(ACTIVE_DAYS)
plots.words(verdict)

# %% [markdown]
# ## The stages
#
# The rules are data. They can be read, counted, and explained for a single customer.

# %%
plots.table(stages.table, title="Five stages, the first that fits")

# %%
drawn.timeline(found.card, found.labels, definition=found.definition)

# %% [markdown]
# *How to read it:* the two dotted lines are your windows. A pile just behind the first line is
# people who may simply be slow: move the line and see who stays.

# %%
percent = {"customers_share": "{:.0%}", "money_share": "{:.0%}"}
plots.table(found.sizes, title="Stages by customers and by money", formats=percent)

# %% [markdown]
# The money is that of all history: a lost customer may have brought much, once.
#
# ## Can "new" be told at all?
#
# A first order is the first one *known*. Where the data begin in the middle of a running business,
# nearly everybody's first known order falls into the first weeks, and old customers look new.

# %%
months = data.outcomes.monthly(tables)
drawn.beginnings(months)

# %%
beginning = lifecycle.beginning(months)
plots.words(beginning.told)

# %% [markdown]
# *How to read it:* a first bar far above the others is the beginning of the data, not of the
# customers. Then "new" means: came after that, and the stages "regular", "lapsing" and "lost" are
# still sound, because they look at the last order only.

# %% [markdown]
# ## What we learned

# %%
plots.words(
    f"- **Placed:** {stages.counted}.\n- **Judged:** {verdict}\n- **Seen:** {beginning.knowable}."
)

# %% [markdown]
# ## Checks
#
# Everybody is in exactly one stage, and longer windows never make more customers lost.

# %%
assert found.labels.isin(found.order).all()
patient = {**windows, "lost_days": LOST_DAYS + 30}
longer = segments.attempt(card, {"approach": "lifecycle", **patient})
lost = found.order[-1]
assert longer.labels.eq(lost).sum() <= found.labels.eq(lost).sum()

# %% [markdown]
# ## Write

# %%
run.write("approaches/lifecycle.json", found.definition)
run.write("approaches/lifecycle.parquet", found.members)

# %% [markdown]
# ## The same step in five lines

# %%
tables = data.open(segkit.open_run(STUDY, stage="approaches/lifecycle"))
card = data.card.build(tables, as_of=as_of, window_days=0, everyone=True)
again = segments.attempt(card, {"approach": "lifecycle", **windows})
assert again.labels.tolist() == found.labels.tolist()

# %% [markdown]
# ## Exercises
#
# 1. *A parameter.* Set `ACTIVE_DAYS` to the longest usual wait. Who stops being "lapsing", and
#    would you have written to them?
# 2. *A decision.* Count a customer with a single order as "one order" instead of "new": add a
#    group to the rules. What would you send to them?
# 3. *The data.* Drop the first three months of the orders. How many become "new" who were
#    "regular" before?
#
# ## Sources and next
#
# The handbook's lifecycle criteria (new, regular, gone).
#
# Next: [Activity: who reads what we send, and buys?](activity.ipynb)
