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
# # Does it matter how old they are and with whom they live?
#
# The easiest way to group people is by what they are. Whether it says anything about what they
# do is tested here, before anybody is treated differently for an age.
#
# | Reads | Writes | You set |
# |---|---|---|
# | the study's tables | `approaches/demographic.json`, `approaches/demographic.parquet` | the attributes, where age bands end, the smallest group |
#
# **You will be able to**
#
# - *read* ages and households, however they were written down, into groups;
# - *test* which attribute changes anything that matters, and drop the others;
# - *compare* the groups with intervals, those who told nothing apart.
#
# Reading takes about 10 minutes, running a few seconds.

# %% tags=["parameters"]
STUDY = "grocery"  # name of a file in studies/
BY = ""  # one or two of age, gender, household, stage, or columns; empty chooses
AGES = "18 25 35 45 55 65"  # where one age band ends and the next begins, in years
SMALLEST = 0.05  # smallest group as a share of all customers, 0 to 0.5
WINDOW_DAYS = 365  # days of orders before the analysis date, 30 to 3650; 0 takes all
ALPHA = 0.05  # chance of a false alarm that is accepted, 0.001 to 0.2
SEED = 2017  # any whole number; the same seed gives the same intervals

# %%
import segkit
import numpy as np
import pandas as pd
from segkit import data, plots, segments
from segkit.plots.approaches import attributes as drawn
from segkit.segments import attributes
from segkit.segments.attributes import bands
from segkit.segments.approaches import demographic
from segkit.validation import effects

run = segkit.open_run(STUDY, stage="approaches/demographic")
tables = data.open(run)
day = data.card.analysis_date(tables)
card = data.card.build(tables, as_of=day, window_days=WINDOW_DAYS)

# %% [markdown]
# ## By hand, on ten answers
#
# Forms ask for an age in ten ways. Read the first number of each answer and see between which cut
# points it lies; an empty or unreadable answer is no age. The tool reads the highest number as
# well, so it also notices an answer that lies across a cut point.

# %%
answers = ["19-24", "25–34", "37", "65+", "70 and older", "18 лет", "35-44", "55 to 64", "", "?"]
ten = pd.DataFrame({"answer": answers})
edges = [18, 25, 35, 45, 55, 65]
lowest = ten["answer"].str.extract(r"(\d+)")[0].astype(float)
ten["by_hand"] = np.searchsorted(edges, lowest, side="right")
ten["by_hand"] = ten["by_hand"].where(lowest.notna())
ten["by_tool"] = [bands.place(bands.read(answer), edges=edges) for answer in answers]
assert ten["by_hand"].equals(ten["by_tool"])
whole = {"by_hand": "{:.0f}", "by_tool": "{:.0f}"}
plots.table(ten, title="Class of age (0 = the youngest)", formats=whole)

# %% [markdown]
# ## What is known of these customers
#
# An attribute that few have told can describe them, but it cannot divide everybody.

# %%
people = demographic.read(card, ages=AGES, smallest=SMALLEST)
plots.table(people.known, title="What is known", formats={"known": "{:.0%}"})

# %% [markdown]
# ## The groups
#
# Every group is a rule, the first that holds counts. "Not known" is a group
# of its own: nobody is guessed into another.

# %%
recipe = {"approach": "demographic", "by": BY, "ages": AGES, "smallest": SMALLEST}
found = segments.attempt(card, recipe)
plots.table(attributes.described(found), title="Who is where")

# %%
plots.segments.shares(found.sizes)

# %% [markdown]
# *How to read it:* a solid bar longer than the pale one is a group that brings more than its heads.
# "Not known" is often the largest group of all. Was anything folded, because it is below `SMALLEST`?

# %%
plots.words(attributes.folded(found))

# %% [markdown]
# ## Does it change anything?
#
# A company once knew of each customer the telephone, the hour of opening a mail and the articles read,
# and most of it changed nothing. Age and gender are believed in more easily. So every attribute is
# tested in every outcome, and the p values are corrected for the number of tests (Holm). The dot is
# the share of the differences between customers that the groups account for.

# %%
changes = effects.changes(people.labels, card=card, study=run.study, alpha=ALPHA)
drawn.effects(changes.table, limit=changes.limit)

# %%
verdicts = changes.verdicts[["attribute", "verdict", "reason"]]
plots.table(verdicts, title="Keep it, or drop it?")

# %% [markdown]
# *How to read it:* an effect of 5 % means that knowing the group explains a twentieth of how
# customers rank; the rest is everything else about them. "Changes nothing" is a finding: drop the
# attribute. "Not shown" is none: the bar reaches beyond the dashed line, so more customers could
# still show something.
#
# ## The groups in what matters most
#
# The same groups with the mean of the outcome they tell most about, and its interval.

# %%
best = changes.strongest(found, seed=SEED)
plots.validation.response(best.means, overall=best.overall, label=best.label, money=best.money)

# %% [markdown]
# ## Where it misleads
#
# Those who tell something about themselves need not be like those who do not. Whatever was found
# above holds for "something known" only.

# %%
plots.table(changes.silent, title="Who told something, and who did not")

# %% [markdown]
# ## What we learned

# %%
plots.words(
    f"- **Read:** attributes known: {people.known['attribute'].size}.\n"
    f"- **Tested:** {changes.told}\n"
    f"- **Compared:** {best.means['n'].size} groups, in {best.label}."
)

# %% [markdown]
# ## Checks
#
# Everybody is in exactly one group, and the order of the rows does not matter.

# %%
turned = segments.attempt(card.iloc[::-1], recipe)
assert turned.definition == found.definition
assert set(found.labels) <= set(found.order)
assert changes.table["effect"].dropna().between(0, 1).all()

# %% [markdown]
# ## Write

# %%
run.write("approaches/demographic.json", found.definition)
run.write("approaches/demographic.parquet", found.members)

# %% [markdown]
# ## The same step in five lines

# %%
card_2 = data.card.build(data.open(run), as_of=day, window_days=WINDOW_DAYS)
again = segments.attempt(card_2, recipe)
assert again.definition == found.definition
assert again.labels.tolist() == found.labels.tolist()

# %% [markdown]
# ## Exercises
#
# 1. *A parameter.* Set `AGES` to `"35 55"`. Does the effect of age grow or shrink, and why?
# 2. *A decision.* Set `BY` to the attribute with the largest effect. Would you write these groups
#    different letters, and is the effect large enough to pay for them?
# 3. *The data.* Shuffle one column of `people.labels` before it is tested. How large is the effect of an
#    attribute that means nothing?
#
# ## Sources and next
#
# The handbook's chapter on demographic segmentation; W. Wells and G. Gubar, *Life cycle concept in
# marketing research*, 1966; W. Kruskal and W. Wallis, *Use of ranks in one-criterion variance
# analysis*, 1952; J. Steiger, *Beyond the F test*, 2004; S. Holm, *A simple sequentially rejective
# multiple test procedure*, 1979.
#
# Next: [geographic](geographic.ipynb), or [all approaches compared](../04_segments.ipynb)
