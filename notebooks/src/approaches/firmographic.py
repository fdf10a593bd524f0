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
from IPython.display import Markdown
from segkit import data, plots, segments
from segkit.plots.approaches import attributes as drawn
from segkit.segments import attributes, chooser
from segkit.segments.approaches import firmographic
from segkit.validation import effects, experiments

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
labels = firmographic.labels(card, smallest=SMALLEST, **sizes)
nothing = Markdown("*Nothing firmographic is known of these customers.*")
known = attributes.known(labels)
plots.table(known, title="What is known", formats={"known": "{:.0%}"}) if len(known) else nothing

# %% [markdown]
# ## The groups
#
# Every group is a rule, the first that holds counts. Size and industry are
# crossed; pairs with few companies stay with their size as "other".

# %%
recipe = {"approach": "firmographic", "by": BY, "smallest": SMALLEST, **sizes}
definition, why_not = chooser.attempted(card, recipe)
refused = Markdown(f"*No firmographic groups for these customers:* {why_not}")
plots.table(attributes.described(definition), title="Who is where") if definition else refused

# %%
found = segments.assign(card, definition)["segment"] if definition else None
sized = {"spend": card.get("spend_total"), "order": definition.order} if definition else {}
plots.segments.shares(segments.sizes(found, **sized)) if definition else refused

# %% [markdown]
# *How to read it:* a solid bar much longer than the pale one is a group of few companies that bring much:
# losing one of them is felt. Was anything folded, because it is below `SMALLEST`?

# %%
folded = attributes.told(definition) if definition else ""
clean = Markdown(folded or "Nothing was folded, and everything that is known could be placed.")
clean if definition else refused

# %% [markdown]
# ## The same companies, other classes
#
# Where "small" ends is a convention. The same companies under the presets of two laws and of the
# handbook's own two examples:

# %%
size = firmographic.kinds(card).get("employees")
conventions = firmographic.by_preset(card, column=size) if size else None
drawn.presets(conventions) if size else nothing

# %% [markdown]
# ## Does it change anything?
#
# Large companies buy more: that is arithmetic, not insight. The question is what else differs, and
# whether the industry adds anything. Every attribute is tested in every outcome; the p values are
# corrected for the number of tests (Holm). The dot is the share of the differences between
# companies that the groups account for.

# %%
outcomes, least = effects.outcomes(card), run.study.smallest_cell
changes = effects.of_attributes(labels, outcomes=outcomes, smallest=least, alpha=ALPHA)
limit = {"limit": effects.NEGLIGIBLE}
drawn.effects(changes, **limit) if len(changes) else nothing

# %%
verdicts = effects.judge(changes, alpha=ALPHA)
shown = verdicts[["attribute", "verdict", "reason"]]
plots.table(shown, title="Keep it, or drop it?") if len(verdicts) else nothing

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
best = effects.strongest(found, outcomes=outcomes, smallest=least)
seen = pd.DataFrame({"segment": found, "outcome": outcomes[best]}).dropna() if best else None

# %%
here = [name for name in definition.order if name in set(found)] if definition else []
asked = {"names": here, "smallest": least, "alpha": ALPHA}
rng = np.random.default_rng(SEED)
means = experiments.by_segment(seen, rng=rng, **asked) if best else None
unit = f" in {run.study.currency}" if best == "spend" and run.study.currency else ""
look = {"label": f"{best}{unit}", "money": not experiments.is_share(outcomes[best])} if best else {}
plots.validation.response(means, overall=seen["outcome"].mean(), **look) if best else refused

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
groups_n = len(here)
shown_n = (
    f"groups compared in {best}: {groups_n}, each with an interval; what is not known is apart"
)
compared = shown_n if best else "there are no groups to compare"
Markdown(
    f"- **Read:** attributes known: {len(known)}; groups defined: {groups_n}.\n"
    f"- **Tested:** {effects.in_words(verdicts)}\n"
    f"- **Compared:** {compared}."
)

# %% [markdown]
# ## Checks
#
# Everybody is in exactly one group, and the order of the rows does not matter.

# %%
turned = card.iloc[::-1]
assert chooser.attempted(turned, recipe)[0] == definition
assert definition is None or set(found) <= set(definition.order)
assert verdicts["effect"].dropna().between(0, 1).all()

# %% [markdown]
# ## Write

# %%
saved = definition.to_dict() if definition else {"refused": why_not}
run.write("approaches/firmographic.json", saved)
who = card[["customer_id"]].assign(segment=found)
run.write("approaches/firmographic.parquet", who)

# %% [markdown]
# ## The same step in five lines

# %%
card_2 = data.card.build(data.open(run), as_of=day, window_days=WINDOW_DAYS)
again, _ = chooser.attempted(card_2, recipe)
five = segments.assign(card_2, again)["segment"] if again else None
assert again == definition
assert five is None or five.tolist() == found.tolist()

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
