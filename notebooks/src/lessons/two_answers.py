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
# # Break it: what if there are two best answers?
#
# Made customers, so that the truth is known: they differ in how often they come and in how much they
# take, and one has nothing to do with the other. Someone wants two segments.
#
# **Predict first, and write it down:** k-means starts from random customers. If five colleagues run
# it, each with another seed, how many of them will tell the same story?

# %%
import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

rng = np.random.default_rng(7)
often = rng.choice([-1, 1], size=2000)
much = rng.choice([-1, 1], size=2000)
X = np.column_stack([often, much]) + rng.normal(scale=0.35, size=(2000, 2))
pd.crosstab(pd.Series(often, name="often"), pd.Series(much, name="much"))

# %% [markdown]
# ## The mistake
#
# One start, one answer, and a fine table: the mean of each habit in the two segments.


# %%
def starts(k, n):
    return [KMeans(n_clusters=k, n_init=1, random_state=seed).fit(X) for seed in range(n)]


first = starts(2, 1)[0]
pd.DataFrame(X, columns=["often", "much"]).groupby(first.labels_).mean().round(2)

# %% [markdown]
# ## The tell-tale sign
#
# Start twenty times. `misfit` is what k-means makes small; `same as the best` is 1 where the same
# customers stand together and 0 where they agree no more than chance. Look for rows that fit as well
# and tell something else. More starts do not help here: they find the smaller misfit, by a hair, and
# next month's customers may well turn the hair round.


# %%
def told(fits):
    best = min(fits, key=lambda fit: fit.inertia_)
    same = [adjusted_rand_score(best.labels_, fit.labels_) for fit in fits]
    misfits = [fit.inertia_ for fit in fits]
    return pd.DataFrame({"misfit": misfits, "same as the best": same}).round(2)


twenty = told(starts(2, 20))
twenty.value_counts().rename("starts").reset_index().sort_values("misfit")

# %% [markdown]
# ## Right
#
# Ask for a number of segments on which the starts agree, and only then take the best of many starts.
# *As well* is a misfit at most a twentieth above the best; a start above that got *stuck*. So there
# are two illnesses, and the table tells them apart: *stuck* is cured by more starts, *two answers* by
# another k.

# %%
by_k = {k: told(starts(k, 20)) for k in range(2, 7)}
near = {k: t[t["misfit"] <= t["misfit"].min() * 1.05] for k, t in by_k.items()}
right = pd.DataFrame({"starts that fit as well": {k: len(t) for k, t in near.items()}})
right["stuck"] = 20 - right["starts that fit as well"]
right["least agreement among those"] = [t["same as the best"].min() for t in near.values()]
right.rename_axis("k")

# %%
assert right.loc[2, "least agreement among those"] < 0.05
assert right.loc[4, "least agreement among those"] > 0.95

# %% [markdown]
# ## To carry away
#
# A seed makes a result repeatable, not true. Ask for the second-best answer: if it fits as well and
# names other people, there is no such segment.
#
# Next: [05 Would we find them again, and do they matter?](../05_validation.ipynb)
