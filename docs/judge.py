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
# # Are these groups real? Any data, any model
#
# `validation.judge` needs a table, a label for every row, and what made the labels. Here: wines, of
# which thirteen substances were measured, no customers at all.

# %%
import numpy as np
import pandas as pd
from sklearn.cluster import HDBSCAN, AgglomerativeClustering, KMeans
from sklearn.datasets import load_wine
from sklearn.mixture import GaussianMixture

from segkit import validation

wine = load_wine(as_frame=True)
table = (wine.data - wine.data.mean()) / wine.data.std()
table.iloc[3:9, 0] = np.nan  # real tables have gaps

# %%
model = KMeans(3, n_init=3, random_state=1)
labels = model.fit_predict(table.fillna(0))
page = validation.judge(table, labels, model=model, outcome=wine.data["proline"], rng=0)
page

# %% [markdown]
# *How to read it:* the heading says what kind of structure there is and which criterion decided.
# The first table is the page of notebook 05: every criterion beside data without groups of the same
# size; *undecided* is an answer, and what a model cannot be asked is said. In the second a row is a
# segment: `spread` against all rows, `difference` to its nearest neighbour in spreads, `valley`
# (below .8 there is a gap), `shadow` (1 = halfway to another), `overlap` with itself on other
# samples. The third compares an outcome, by its mean.

# %%
models = {
    "mixture": GaussianMixture(3, covariance_type="diag", random_state=1),
    "tree": AgglomerativeClustering(3),
    "density": HDBSCAN(min_cluster_size=15, copy=True),
    "k-means, 6": KMeans(6, n_init=3, random_state=1),
}
whole = table.fillna(0)
pages = {
    name: validation.judge(whole, each.fit_predict(whole), model=each)
    for name, each in models.items()
}

# %%
pd.DataFrame({name: {"kind": each.kind, "why": each.sentence} for name, each in pages.items()}).T


# %% [markdown]
# *How to read it:* models are compared by what comes back, not by what they promise. A rule is a
# model, too, if it is written as a function; and where there is nothing, that should be said.


# %%
def strong(X):
    """Tell strong wines from light ones."""
    return np.where(X[:, 0] > 0, "strong", "light")


cloud = pd.DataFrame(np.random.default_rng(1).normal(size=(150, 4)))
rule = validation.judge(whole, strong(whole.to_numpy()), model=strong)
nothing = validation.judge(cloud, KMeans(3, n_init=10).fit_predict(cloud), model=model)

# %% [markdown]
# *Exercises:* judge the six clusters with `rng=1`. Leave `model` out: what can still be said? Give
# the wines' true sorts, `wine.target`, as `outcome` 0 or 1 for one of them.

# %%
assert rule.kind != "natural"
assert nothing.kind == "none"
{"rule": rule.sentence, "cloud": nothing.sentence}
