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
# # Does it matter how large the company is and what it does?
#
# What age and gender are to people, size and industry are to companies: easy to know, easily
# believed. Whether they tell more than "large companies buy more" is tested here.
#
# | Reads | Writes | You set |
# |---|---|---|
# | the study's tables | `approaches/firmographic.json`, `approaches/firmographic.parquet` | the attributes, where a class of size ends, the smallest group |
#
# **You will be able to**
#
# - *read* employees, turnover and industry into classes, and say whose convention they follow;
# - *test* whether size or industry changes anything that matters;
# - *compare* the groups with intervals, and tell size from loyalty.
#
# Reading takes about 10 minutes, running a few seconds.

# %% tags=["parameters"]
STUDY = "b2b"  # name of a file in studies/
BY = ""  # one or two of employees, turnover, industry, or columns; empty chooses
SIZES = "EU"  # a preset (EU, RU, furniture, software) or cut points in employees: 10 50 250
TURNOVERS = ""  # cut points in money a year; empty takes those of the preset
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
from segkit.segments.approaches import firmographic
from segkit.validation import effects

run = segkit.open_run(STUDY, stage="approaches/firmographic")
tables = data.open(run)
day = data.card.analysis_date(tables)
card = data.card.build(tables, as_of=day, window_days=WINDOW_DAYS)
sizes = {"sizes": SIZES, "turnovers": TURNOVERS}

# %% [markdown]
# ## By hand, on ten companies
#
# The EU calls a company micro below 10 employees, small below 50, medium below 250. Count how many
# of the three limits each company reaches.

# %%
ten = pd.DataFrame({"customer_id": list("abcdefghij"), "orders_n": 1})
ten["employees"] = [3, 9, 10, 49, 50, 120, 249, 250, 4000, np.nan]
reached = sum((ten["employees"] >= limit).astype(int) for limit in (10, 50, 250))
names = pd.Series(["Micro", "Small", "Medium", "Large"])
ten["by_hand"] = reached.map(names).where(ten["employees"].notna(), "Not known")
tool = firmographic.fit(ten, by="employees", sizes="EU", smallest=0)
ten["by_tool"] = segments.assign(ten, tool)["segment"].str.split(" (", regex=False).str[0]
assert (ten["by_hand"] == ten["by_tool"]).all()
plots.table(ten.drop(columns="orders_n"), formats={"employees": "{:,.0f}"})

# %% [markdown]
# ## What is known of these companies
#
# Sizes may be numbers or ranges ("50–249", "до 100", "500+"); both are read. Names of companies
# divide nobody and are left out.

# %%
companies = firmographic.read(card, smallest=SMALLEST, **sizes)
plots.table(companies.known, title="What is known", formats={"known": "{:.0%}"})

# %% [markdown]
# ## The groups
#
# Every group is a rule, the first that holds counts. Size and industry are
# crossed; pairs with few companies stay with their size as "other".

# %%
recipe = {"approach": "firmographic", "by": BY, "smallest": SMALLEST, **sizes}
found = segments.attempt(card, recipe)
plots.table(attributes.described(found), title="Who is where")

# %%
plots.segments.shares(found.sizes)

# %% [markdown]
# *How to read it:* a solid bar much longer than the pale one is a group of few companies that bring much:
# losing one of them is felt. Was anything folded, because it is below `SMALLEST`?

# %%
plots.words(attributes.folded(found))

# %% [markdown]
# ## The same companies, other classes
#
# Where "small" ends is a convention. The same companies under the presets of two laws and of the
# handbook's own two examples:

# %%
drawn.presets(companies.by_preset)

# %% [markdown]
# ## Does it change anything?
#
# Large companies buy more: that is arithmetic, not insight. The question is what else differs, and
# whether the industry adds anything. Every attribute is tested in every outcome; the p values are
# corrected for the number of tests (Holm). The dot is the share of the differences between
# companies that the groups account for.

# %%
changes = effects.changes(companies.labels, card=card, study=run.study, alpha=ALPHA)
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
# Size multiplies money, so it seems to matter more than anything. A small company that sends all its
# orders here may be more loyal than a large one that sends a tenth. For loyalty compare what does
# not grow with size: how often requests become orders, how fast invoices are paid. And a class is
# a convention: say which one was used, or two reports will not agree.

# %% [markdown]
# ## What we learned

# %%
plots.words(
    f"- **Read:** attributes known: {companies.known['attribute'].size}.\n"
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
run.write("approaches/firmographic.json", found.definition)
run.write("approaches/firmographic.parquet", found.members)

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
# 1. *A parameter.* Set `SIZES` to `"software"`. Which companies change their class, and would you
#    serve them differently for it?
# 2. *A decision.* Set `BY` to `"industry"`. Is a price list per industry worth its cost here?
# 3. *The data.* Divide `spend_total` of the card by the employees before the outcomes are taken. What is
#    left of the effect of size?
#
# ## Sources and next
#
# The handbook's chapter on segmenting companies; European Commission, *Recommendation 2003/361/EC*,
# for the classes of size; Russian Federation, *Federal Law 209-FZ*; W. Kruskal and W. Wallis, *Use
# of ranks in one-criterion variance analysis*, 1952; S. Holm, *A simple sequentially rejective
# multiple test procedure*, 1979.
#
# Next: [all approaches compared](../04_segments.ipynb)
