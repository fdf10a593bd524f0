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
# # Break it: what if rows that are alike are thrown away?
#
# A made survey, so that the truth is known: 600 people, four questions, answers from 1 to 3. Ten of
# them pressed the button twice. Somebody cleans the file with `drop_duplicates()`.
#
# **Predict first, and write it down:** how many rows are left, and what becomes of the share of
# people who gave the commonest answer to the first question?

# %%
import numpy as np
import pandas as pd

rng = np.random.default_rng(5)
asked = ["price", "choice", "advice", "speed"]
people = pd.DataFrame(rng.choice([1, 2, 3], p=[0.15, 0.25, 0.60], size=(600, 4)), columns=asked)
people.insert(0, "respondent_id", np.arange(1, 601))
file = pd.concat([people, people.sample(10, random_state=5)], ignore_index=True)
file.tail(3)

# %% [markdown]
# ## The mistake
#
# The id "is no answer", so it is left out, and what is alike is dropped.

# %%
cleaned = file[asked].drop_duplicates()
shares = pd.DataFrame({"as it came": file["price"].value_counts(normalize=True)})
shares["cleaned"] = cleaned["price"].value_counts(normalize=True)
shares.sort_index().round(2)

# %% [markdown]
# ## The tell-tale sign
#
# Count how many different rows there can be at all. With more people than that, some *must* be
# alike; and common answers are alike more often than rare ones, so those people go first. What is
# left is a list of the answers that occur, each once, no picture of who gave them.

# %%
possible = 3 ** len(asked)
counts = {"rows": len(file), "rows there can be": possible, "left": len(cleaned)}
counts["thrown away"] = len(file) - len(cleaned)
counts["of them pressed twice"] = file["respondent_id"].duplicated().sum()
pd.Series(counts).to_frame("n")

# %% [markdown]
# ## Right
#
# Alike in all that was asked is no proof of being the same: the id is. Where there is none, look for
# something nobody shares by chance (a time to the second, an order number); and where there is
# nothing of the kind, keep the rows and say how many might be double.

# %%
right = file.drop_duplicates("respondent_id")
shares["right"] = right["price"].value_counts(normalize=True)
shares["true"] = people["price"].value_counts(normalize=True)
shares.sort_index().round(2)

# %%
assert len(cleaned) <= possible < len(people)
assert len(right) == len(people)
assert (shares["right"] == shares["true"]).all()
assert shares.loc[3, "cleaned"] < shares.loc[3, "true"] - 0.1

# %% [markdown]
# ## To carry away
#
# The same holds of order lines: two of the same article at the same price in one basket may be two
# articles. Before anything is dropped, ask what the row is one *of*.
#
# Next: [03 Do the data support those criteria?](../03_data.ipynb)
