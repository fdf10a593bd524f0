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
# # Does it matter where they live?
#
# People in cold regions buy winter clothes; so much is certain. Whether place tells anything else
# about *these* customers is tested here, before the map decides who gets which offer.
#
# | Reads | Writes | You set |
# |---|---|---|
# | the study's tables | `approaches/geographic.json`, `approaches/geographic.parquet` | the attributes, where a town becomes a city, the smallest group |
#
# **You will be able to**
#
# - *read* regions, kinds of settlement and climates into groups large enough to serve;
# - *test* whether place changes what customers spend or how often they come;
# - *compare* the places with intervals, and say what such a difference cannot tell.
#
# Reading takes about 10 minutes, running a few seconds.

# %% tags=["parameters"]
STUDY = "online_shop"  # name of a file in studies/
BY = ""  # one or two of settlement, climate, region, country, city, or columns; empty chooses
INHABITANTS = "5000 50000 500000"  # where a kind of settlement ends, in inhabitants
SMALLEST = 0.05  # smallest group as a share of all customers, 0 to 0.5
WINDOW_DAYS = 365  # days of orders before the analysis date, 30 to 3650; 0 takes all
ALPHA = 0.05  # chance of a false alarm that is accepted, 0.001 to 0.2
SEED = 2017  # any whole number; the same seed gives the same intervals

# %%
import segkit
import pandas as pd
from segkit import data, plots, segments
from segkit.plots.approaches import attributes as drawn
from segkit.segments import attributes
from segkit.segments.approaches import geographic
from segkit.validation import effects

run = segkit.open_run(STUDY, stage="approaches/geographic")
tables = data.open(run)
day = data.card.analysis_date(tables)
card = data.card.build(tables, as_of=day, window_days=WINDOW_DAYS)

# %% [markdown]
# ## By hand, on ten customers
#
# Count the customers of each region. A region with fewer than a fifth of all is too small to be
# served on its own and goes into "other". Who gave no region is in no group.

# %%
ten = pd.DataFrame({"customer_id": list("abcdefghij"), "orders_n": 1})
ten["region"] = ["North"] * 4 + ["South"] * 3 + ["East", "West", None]
counts = ten["region"].map(ten["region"].value_counts())
small = counts < 0.2 * len(ten)
ten["by_hand"] = ten["region"].mask(small, "Other region").fillna("Not known")
tool = geographic.fit(ten, by="region", smallest=0.2)
ten["by_tool"] = segments.assign(ten, tool)["segment"]
assert (ten["by_hand"] == ten["by_tool"]).all()
plots.table(ten[["customer_id", "region", "by_hand", "by_tool"]])

# %% [markdown]
# ## What is known of these customers
#
# The kind of settlement comes from a number of inhabitants or from words ("village", "город"); the
# climate only from the study's own words. No map is consulted, so nothing is filled in.

# %%
places = geographic.read(card, inhabitants=INHABITANTS, smallest=SMALLEST)
plots.table(places.known, title="What is known", formats={"known": "{:.0%}"})

# %% [markdown]
# ## The groups
#
# Every group is a rule, the first that holds counts. Two attributes are
# crossed; a pair too small to serve stays with its first attribute as "other".

# %%
recipe = {"approach": "geographic", "by": BY, "inhabitants": INHABITANTS, "smallest": SMALLEST}
found = segments.attempt(card, recipe)
plots.table(attributes.described(found), title="Who is where")

# %%
plots.segments.shares(found.sizes)

# %% [markdown]
# *How to read it:* a solid bar longer than the pale one is a place that brings more than its heads: worth
# a look before a branch or a delivery route is planned. Was
# anything folded?

# %%
plots.words(attributes.folded(found))

# %%
crossed = places.crossed
title = f"{crossed.index.name} across {crossed.columns.name}"
plots.segments.crossing(crossed, title=title.capitalize())

# %% [markdown]
# ## Does it change anything?
#
# Delivery, season and language differ by place, so a place seems to matter by itself. Whether
# customers *behave* differently is a question to the data. Every attribute is tested in every
# outcome; the p values are corrected for the number of tests (Holm). The dot is the share of the
# differences between customers that the groups account for.

# %%
changes = effects.changes(places.labels, card=card, study=run.study, alpha=ALPHA)
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
# A place is more than its weather: shops are near or far, competitors are there or not, and another
# manager runs the branch. A difference between regions says that something differs, not what. And a
# place that changes nothing in these outcomes may still need another delivery: that is a cost, not a
# difference in customers.

# %% [markdown]
# ## What we learned

# %%
plots.words(
    f"- **Read:** attributes known: {places.known['attribute'].size}.\n"
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
run.write("approaches/geographic.json", found.definition)
run.write("approaches/geographic.parquet", found.members)

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
# 1. *A parameter.* Set `SMALLEST` to 0.15. Which groups disappear, and would you miss them?
# 2. *A decision.* One delivery by express costs more in villages. Which column of the first table
#    would you use to decide where to offer it, and is an effect needed for that?
# 3. *The data.* Set `BY` to `"region"` and combine it with RFM in notebook 04 (`APPROACH` is `"rfm"`,
#    `WITHIN` is `"geographic"`). In which region are the customers gone quiet?
#
# ## Sources and next
#
# The handbook's chapter on geographic segmentation; Eurostat, *Applying the degree of
# urbanisation* (2021), for the cut points of settlements; W. Kruskal and W. Wallis, *Use of ranks in one-criterion
# variance analysis*, 1952; S. Holm, *A simple sequentially rejective multiple test procedure*, 1979.
#
# Next: [firmographic](firmographic.ipynb), or [all approaches compared](../04_segments.ipynb)
