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
from IPython.display import Markdown
from segkit import data, plots, segments
from segkit.plots.approaches import attributes as drawn
from segkit.segments import attributes, chooser
from segkit.segments.attributes import bands
from segkit.segments.approaches import demographic
from segkit.validation import effects, experiments

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
read = [bands.read(answer) for answer in answers]
ten["by_tool"] = [np.nan if span is None else bands.place(span, edges=edges) for span in read]
assert ten["by_hand"].equals(ten["by_tool"])
whole = {"by_hand": "{:.0f}", "by_tool": "{:.0f}"}
plots.table(ten, title="Class of age (0 = the youngest)", formats=whole)

# %% [markdown]
# ## What is known of these customers
#
# An attribute that few have told can describe them, but it cannot divide everybody.

# %%
labels = demographic.labels(card, ages=AGES, smallest=SMALLEST)
nothing = Markdown("*Nothing demographic is known of these customers.*")
known = attributes.known(labels)
plots.table(known, title="What is known", formats={"known": "{:.0%}"}) if len(known) else nothing

# %% [markdown]
# ## The groups
#
# Every group is a rule, the first that holds counts. "Not known" is a group
# of its own: nobody is guessed into another.

# %%
recipe = {"approach": "demographic", "by": BY, "ages": AGES, "smallest": SMALLEST}
definition, why_not = chooser.attempted(card, recipe)
refused = Markdown(f"*No demographic groups for these customers:* {why_not}")
plots.table(attributes.described(definition), title="Who is where") if definition else refused

# %%
found = segments.assign(card, definition)["segment"] if definition else None
sized = {"spend": card.get("spend_total"), "order": definition.order} if definition else {}
plots.segments.shares(segments.sizes(found, **sized)) if definition else refused

# %% [markdown]
# *How to read it:* a solid bar longer than the pale one is a group that brings more than its heads.
# "Not known" is often the largest group of all. Was anything folded, because it is below `SMALLEST`?

# %%
folded = attributes.told(definition) if definition else ""
clean = Markdown(folded or "Nothing was folded, and everything that is known could be placed.")
clean if definition else refused

# %% [markdown]
# ## Does it change anything?
#
# A company once knew of each customer the telephone, the hour of opening a mail and the articles read,
# and most of it changed nothing. Age and gender are believed in more easily. So every attribute is
# tested in every outcome, and the p values are corrected for the number of tests (Holm). The dot is
# the share of the differences between customers that the groups account for.

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
# Those who tell something about themselves need not be like those who do not. Whatever was found
# above holds for "something known" only.

# %%
both = effects.told_or_not(labels, outcomes) if len(known) else None
plots.table(both, title="Who told something, and who did not") if len(known) else nothing

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
run.write("approaches/demographic.json", saved)
who = card[["customer_id"]].assign(segment=found)
run.write("approaches/demographic.parquet", who)

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
# 1. *A parameter.* Set `AGES` to `"35 55"`. Does the effect of age grow or shrink, and why?
# 2. *A decision.* Set `BY` to the attribute with the largest effect. Would you write these groups
#    different letters, and is the effect large enough to pay for them?
# 3. *The data.* Shuffle one column of `labels` before it is tested. How large is the effect of an
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
