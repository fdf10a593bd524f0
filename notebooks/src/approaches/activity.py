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
# # Activity: who reads what we send, and buys?
#
# Mailings cost attention. Some people answer, some only read, some do not even open; each needs
# something else, and the last are not to be written off.
#
# | Reads | Writes | You set |
# |---|---|---|
# | the study's mailings (with `opened`) and orders | `approaches/activity.json`, `approaches/activity.parquet` | the days looked back |
#
# **You will be able to**
#
# - *tell* active, semi-active and passive readers apart, and those never written to;
# - *see* that somebody who does not read may buy all the same;
# - *say* what cannot be told where nobody recorded openings.
#
# Reading takes about 10 minutes, running a few seconds.

# %% tags=["parameters"]
STUDY = "online_shop"  # name of a file in studies/
WINDOW_DAYS = 365  # days looked back from the last order, 0 takes all history

# %%
import segkit
import pandas as pd
from segkit import data, plots
from segkit.plots.approaches import activity as drawn
from segkit.segments.approaches import activity
from segkit.segments import rules

run = segkit.open_run(STUDY, stage="approaches/activity")
tables = data.open(run)
as_of = data.card.analysis_date(tables)
card = data.card.build(tables, as_of=as_of, window_days=WINDOW_DAYS, everyone=True)

# %% [markdown]
# ## By hand, on ten customers
#
# *Active*: answered at least one mailing and bought in the window. *Semi-active*: read, but no
# purchase answers. *Passive*: mailings had their time and none was opened. Apart from these stand
# those whose mailing is only days old, and those nobody ever wrote to.

# %%
ten = pd.DataFrame({"customer_id": list("abcdefghij"), "orders_n": [3, 1, 0, 2, 0, 5, 0, 1, 0, 2]})
ten["campaigns_received_n"] = [4, 2, 3, 4, 1, 4, 3, 0, 0, 1]
ten["mailings_judged_n"] = [4, 2, 3, 4, 1, 4, 3, 0, 0, 0]
ten["mailings_opened_n"] = [4, 1, 2, 1, 1, 0, 0, 0, 0, 0]
ten["campaigns_responded_n"] = [2, 1, 0, 0, 1, 0, 0, 0, 0, 0]
ten["spend_total"] = ten["orders_n"] * 20.0
example = activity.attempt(ten)
ten["by_hand"] = [example.order[int(place)] for place in "0011122443"]
ten["by_tool"] = example.labels
assert (ten["by_hand"] == ten["by_tool"]).all()
plots.table(ten.drop(columns="spend_total"), title="Ten customers")

# %% [markdown]
# Customer *e* clicked and answered but bought nothing in the window: a reader, no active customer.
# Customer *f* opened nothing and bought most of all.
#
# ## What these data can tell

# %%
found = activity.attempt(card)
plots.words(found.told)

# %%
plots.table(rules.listed(found), title="The groups, the first that fits")

# %% [markdown]
# ## Who is where, and what they do

# %%
habits = found.habits
drawn.habits(habits)

# %% [markdown]
# *How to read it:* the round mark says how many of a group bought in the window, by whatever way.
# Active customers all bought: that is how they were chosen. A passive group whose round mark lies
# far to the right buys without opening your mail: silence in the mailbox is no
# farewell. Nothing here says that mailings *caused* a purchase; that takes a control group
# (notebook 05).

# %%
percent = {"buyers_share": "{:.0%}", "opened_share": "{:.0%}"}
plots.table(habits.drop(columns="to_do"), title="Reading and buying", formats=percent)

# %% [markdown]
# ## What to do with each
#
# Passive readers bring little through mail and cost little to keep. They stay on the list: write
# less often, try another subject line, hour or channel, and let them come back by themselves.

# %%
plots.table(habits[["segment", "customers_n", "to_do"]], title="What to do")

# %% [markdown]
# ## What we learned

# %%
groups = ", ".join(f"{name} {n:,}" for name, n in habits[["segment", "customers_n"]].to_numpy())
plots.words(
    f"- **Told apart:** {found.sizes['customers_n'].sum():,} customers: {groups}.\n"
    f"- **Seen:** {found.quiet}.\n"
    f"- **Said:** {found.told}"
)

# %% [markdown]
# ## Checks
#
# Everybody is in one group, and whoever was never written to is not called passive.

# %%
assert found.labels.isin(found.order).all()
unwritten = found.labels[found.card["campaigns_received_n"].eq(0)]
assert set(unwritten) <= {found.order[-1]}

# %% [markdown]
# ## Write

# %%
run.write("approaches/activity.json", found.definition)
run.write("approaches/activity.parquet", found.members)

# %% [markdown]
# ## The same step in five lines

# %%
tables = data.open(segkit.open_run(STUDY, stage="approaches/activity"))
card = data.card.build(tables, as_of=as_of, window_days=WINDOW_DAYS, everyone=True)
again = activity.attempt(card)
assert again.labels.tolist() == found.labels.tolist()

# %% [markdown]
# ## Exercises
#
# 1. *A parameter.* Set `WINDOW_DAYS` to 90. Who turns from active to semi-active, and is that a
#    change of habit or of the window?
# 2. *A decision.* Count a click as an answer, too. Which group shrinks, and would you treat those
#    people as active?
# 3. *The data.* Cross the groups with the lifecycle stages. Are the passive ones lost, or only
#    silent?
#
# ## Sources and next
#
# The text on activity (active, semi-active and passive consumers).
#
# Next: [RFM: who is active, who is slipping away?](rfm.ipynb)
