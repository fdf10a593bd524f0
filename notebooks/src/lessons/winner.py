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
# # Break it: what if we send it to the segment where it worked best?
#
# A made experiment, so that the truth is known: twelve segments, 500 customers of each get the offer
# and 500 do not. Without it one in ten buys; with it two in a hundred more do, **in every segment**.
#
# **Predict first, and write it down:** the segment with the largest uplift will be reported. How
# large will that uplift be, and how large when the offer is sent to the same segment again?

# %%
import numpy as np
import pandas as pd
from scipy.stats import chi2

rng = np.random.default_rng(11)
SEGMENTS, PEOPLE, BASE, TRUTH = 12, 500, 0.10, 0.02


def experiment(people=PEOPLE):
    found = pd.DataFrame({"offer": rng.binomial(people, BASE + TRUTH, size=SEGMENTS) / people})
    found["none"] = rng.binomial(people, BASE, size=SEGMENTS) / people
    return found.assign(uplift=found["offer"] - found["none"])


found = experiment()
found.sort_values("uplift", ascending=False).head(3).round(3)

# %% [markdown]
# ## The mistake
#
# Take the best one, and put its uplift into the plan. Here it is, in points of a hundred, beside
# what is true of this segment as of every other.

# %%
winner = found["uplift"].idxmax()
points = pd.Series({"reported": found["uplift"].max(), "true": TRUTH}) * 100
points.round(1).to_frame("points")

# %% [markdown]
# ## The tell-tale sign
#
# Send it again, to the same segment. And so that it is no bad luck of one: two hundred such
# experiments, each with its winner, measured twice. A winner was picked for being good *and* lucky;
# the second time only the first is left.

# %%
pairs = [(experiment()["uplift"], experiment()["uplift"]) for _ in range(200)]
twice = pd.DataFrame([(a.max(), b[a.idxmax()]) for a, b in pairs], columns=["when picked", "again"])
twice.describe().loc[["mean", "25%", "50%", "75%"]].mul(100).round(1)

# %% [markdown]
# ## Right
#
# First ask whether segments differ at all: one test of all twelve at once, before any is named. Only
# then pick, and on one half of the people; what is promised is measured on the other half.


# %%
def differ(found):
    spread = found[["offer", "none"]].mul(1 - found[["offer", "none"]]).sum(axis=1) / PEOPLE
    mean = np.average(found["uplift"], weights=1 / spread)
    return chi2.sf(((found["uplift"] - mean) ** 2 / spread).sum(), df=SEGMENTS - 1)


halves = [(experiment(PEOPLE // 2), experiment(PEOPLE // 2)) for _ in range(200)]
honest = np.mean([b["uplift"][a["uplift"].idxmax()] for a, b in halves])
alarms = np.mean([differ(experiment()) < 0.05 for _ in range(200)])
shown = {"one segment in particular seems to work (p)": differ(found), "such alarms": alarms}
pd.Series(shown | {"picked on one half, measured on the other": honest}).round(3).to_frame("")

# %%
assert twice["when picked"].mean() > TRUTH + 0.02
assert abs(twice["again"].mean() - TRUTH) < 0.005
assert abs(honest - TRUTH) < 0.005
assert abs(alarms - 0.05) < 0.04

# %% [markdown]
# ## To carry away
#
# The more segments are looked at, the better the best one looks, with nothing behind it. "It worked
# best for …" is a question for the next experiment, not a number for the plan.
#
# Next: [05 Would we find them again, and do they matter?](../05_validation.ipynb), and of the
# approaches the one named experiments.
