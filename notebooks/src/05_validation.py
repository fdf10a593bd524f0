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
# # 5. Would we find them again, and do they matter?
#
# A method always returns segments, even where there are none. Before anybody acts on them they
# have to pass limits that were set before anyone saw them.
#
# | Reads | Writes | You set |
# |---|---|---|
# | `brief.json`, `card.parquet`, `segments.parquet`, `segments.json` | `verdicts.csv`, `response.csv`, `corrected.parquet`, `corrections.json` | how often the segmentation is repeated, how strict the tests are |
#
# **You will be able to**
#
# - *repeat* a segmentation on other samples, and tell a finding from chance;
# - *back-test* segments on a later campaign or period without letting the answer leak in;
# - *judge* each segment by the limits of the brief, in words anyone can check.
#
# Reading takes about 20 minutes, running less than one.

# %% tags=["parameters"]
STUDY = "grocery"  # name of a file in studies/
BOOTSTRAPS = 100  # least pairs of samples per segment, 20 to 500; a fifth of it for rules
REFERENCES = 10  # least clouds and samples per number of segments, 5 to 50; more until settled
ALPHA = 0.05  # chance of a false alarm that is accepted, 0.001 to 0.2
SEED = 2017  # any whole number; the same seed gives the same numbers

# %%
import segkit
import pandas as pd
from IPython.display import display
from segkit import data, goals, plots, segments, validation
from segkit.brief import Brief

run = segkit.open_run(STUDY, stage="05_validation")
brief = Brief.read(run)
kept = segments.kept(run)
plots.words(f"> {brief.goal.sentence}\n\n{brief.limits.in_words}")

# %% [markdown]
# *How to read it:* the goal and its limits were settled in notebook 01. A limit chosen after seeing
# the result is an excuse.
#
# ## Agreement by hand, on ten customers
#
# Two people group the same ten customers. How far do they agree? Names do not count, only who is
# put *together* with whom. Count the pairs that both put together, and take off what luck alone
# would give.

# %%
a = pd.Series([1, 1, 1, 2, 2, 2, 3, 3, 3, 3])
b = pd.Series([1, 1, 2, 2, 2, 2, 3, 3, 1, 3])
cells = pd.crosstab(a, b).to_numpy()
both = (cells * (cells - 1) / 2).sum()
in_a = (a.value_counts() * (a.value_counts() - 1) / 2).sum()
in_b = (b.value_counts() * (b.value_counts() - 1) / 2).sum()
by_luck = in_a * in_b / (10 * 9 / 2)
by_hand = (both - by_luck) / ((in_a + in_b) / 2 - by_luck)
assert abs(validation.adjusted_rand(a, b) - by_hand) < 1e-12
plots.words(
    f"A puts {in_a:.0f} pairs together, B {in_b:.0f}, both {both:.0f}; luck would give "
    f"{by_luck:.1f}. By hand and by tool: **{by_hand:.2f}**. 1 is full agreement, 0 is luck."
)

# %% [markdown]
# ## Is there anything to find?
#
# Draw two samples of the customers, segment each, label *all* customers with both, compare. The
# same is done with clouds as wide as our data but without any group in them: what they also reach
# is no sign of segments.

# %%
signs = validation.signs(kept, most=brief.limits.max_segments, repeats=REFERENCES, seed=SEED)
plots.validation.against_cloud(signs.evidence, gaps=signs.gaps, chosen=signs.in_use)

# %%
plots.validation.flow(signs.solutions)

# %% [markdown]
# *How to read it:* above, a solid line clearly above the dashed one says what a shapeless cloud does
# not. The grey band is the number of segments in use; the gap is drawn for two kinds of cloud, with
# the number each would choose.
#
# Below, the same customers in fewer and in more segments: a column is a solution, a block a segment, as high as it has members; names and
# colours go on with the members, outwards from the segments in use. The number in a block (SLSA)
# is 1 where all its members come from one segment of the column before, 0 where they come from all
# alike. A segment whose band runs through every column is one the customers have. One that gathers
# its members from many is an artefact of the number.
#
# ## Does each segment come back?
#
# A segmentation is as good as its segments. Each is looked for in pairs of samples: the overlap
# (Jaccard) is the number of customers in both over the number in either.

# %%
limit = brief.limits.min_stability
recurrence = validation.recurrence(kept, pairs=BOOTSTRAPS, seed=SEED, limit=limit)
plots.validation.stability(recurrence.table, order=kept.order, limit=limit)

# %% [markdown]
# *How to read it:* a box far to the right comes back whoever is sampled. Below the limit, the
# borders are an accident of the sample. Up to twice as many pairs are drawn until the mean of each
# lies three errors from its limits. But coming back is not standing apart: how similar is everybody
# to each segment?

# %%
plots.validation.gorge(signs.similarity, order=kept.order, shadows=signs.shadows)

# %%
plots.table(signs.beside(recurrence), title=signs.sentence)

# %% [markdown]
# *How to read it:* hills at both ends with a gorge between mean clearly in or clearly out; only
# where at most a fifth of the customers lie between does the sentence below speak of gaps. A shadow
# near 1 says that its customers stand about halfway to another segment.
#
# The table puts everything side by side, for the segments *in use* and what made them, beside data
# without groups. No index decides alone: the row that did is marked, and the sentence above names
# it. *Doubt* is better than nothing but not by enough; *undecided* lies too close to its limit for
# what was drawn; what a method does not have is said. Segments that are made, not found, can
# still be useful, as sizes of clothes are; but their borders are a choice.
#
# ## Back-test: the same recipe, before the answer was known
#
# Would segments made *before* a campaign or period have told who acts in it? The card is built as
# of that day, the recipe is fitted on it, and only then are the answers looked at.

# %%
tables = data.open(run)
day = brief.day(brief.test)
then_card = data.card.build(tables, as_of=day, window_days=brief.data["window_days"])
then = kept.again(then_card)
backtest = validation.backtest(kept, then, period=brief.test)
backtest

# %% [markdown]
# *How to read it:* a segment of then carries the name of the one of now that it shares most
# customers with. A recipe that drifts is a weakness of the segments; customers who move are not.
#
# ## Do they behave differently?
#
# Every segment's outcome, with the interval that is to hold the true value in 95 of 100 such cases.
# Where money is skewed it is said in how many it does.

# %%
known = backtest.customers
answers = goals.outcome(tables, kpi=brief.goal.kpi, period=brief.test, customers=known)
response = validation.response(answers, backtest=backtest, goal=brief.goal, alpha=ALPHA, seed=SEED)
money = not brief.goal.is_share
label = brief.goal.label
found = {"overall": response.mean, "label": label, "money": money}
display(plots.validation.response(response.table, **found), response)

# %% [markdown]
# *How to read it:* an interval that stays off the dashed line is a segment of its own kind; each is
# tested against all other customers by its mean, corrected for the number of tests (Holm); notebook
# 07 uses these words and tests nothing again. Nobody was left out
# at random, so this compares how segments *act*. What a campaign *changed* in them cannot be said.
#
# That was the goal's figure. What else did the same customers do in the same period?

# %%
behaviour = response.behaviour(tables, economics=run.study.economics)
display(plots.validation.behaviour(behaviour))
plots.table(behaviour.shown, title="The same in figures")

# %% [markdown]
# *How to read it:* a full dot is apart from the rest, surely and by enough to act on; a hollow one
# is not; the dashed line is everybody. Every customer counts once; a share of purchases is known of
# buyers only. The tests of all panels are corrected together. What is *too small to act on* is no
# accident of the sample, but nobody would change a plan for it. What is not known is said at the
# end.
#
# ## The leak: why the date matters
#
# Now judge *today's* segments by the same answers. Their card has already seen those answers.

# %%
leak = response.leak(kept.membership)
plots.table(leak, title=brief.goal.label, formats=response.formats)

# %% [markdown]
# *How to read it:* a wider spread in the second row is no better segmentation. It is the answer,
# read back. Only the first row rests on data of before the campaign (how many segments there are
# was settled on today's card).
#
# ## Are these right segments?
#
# Every rule of the handbook, by the limits of the brief: are there groups at all; are customers
# alike inside and different outside, more than structureless data cut the same way, and elsewhere
# than in what made them; are segments large, few, measurable and reachable enough; do
# they come back, on other samples and at the earlier date; do they respond differently? A warning
# is no failure; "not known" is never a pass.

# %%
findings = [signs, recurrence, backtest, response]
verdict = validation.weigh(kept, findings=findings, brief=brief, alpha=ALPHA)
plots.validation.verdicts(verdict.matrix)

# %%
plots.table(verdict.shown, title="What did not make the segments, and differs all the same")

# %% [markdown]
# *How to read it:* a column is a segment, a row a rule. Knock-outs stand first: what fails one is
# out, whatever else speaks for it; who comes first of the others, and how firmly, is asked in
# notebook 07 with the team's weights. Reachable is contact and consent, not that somebody was
# mailed. Clusters always differ in what they were
# made of, so the table below it asks the rest: `redundancy` is how far the criteria determine a
# descriptor, and what they determine by half or more is left out. Here is what did not pass, and
# then what follows from it: refine, split, merge, or take out of focus.

# %%
title = f"{len(verdict.weak)} of {len(verdict.checks)} checks did not pass"
display(plots.table(verdict.weak, title=title), verdict)

# %% [markdown]
# ## What was corrected
#
# A proposal changes nobody's segment; a team does, and says why. Everything above is about the
# segments *after* these corrections, taken in order; each is undone by taking its entry back.

# %%
shares = dict.fromkeys(["customers_share", "money_share"], "{:.1%}")
plots.table(verdict.before_after, title="Before and after", formats=shares)

# %% [markdown]
# *How to read it:* a correction has helped where the segments after it come back at least as well
# (`stability`, the mean overlap of 20 pairs of samples) and lie further apart in the outcome. That
# is the outcome in the period of the back-test, of the `measured_n` customers whom the corrected
# definition, or the one before, puts there by the card of *before* that period: nobody is in a
# segment for what was still to come.
#
# ## What we learned

# %%
plots.words(
    f"- **Repeated:** the structure is *{signs.kind}*; {recurrence.weakest}.\n"
    f"- **Back-tested:** {response.lesson}.\n"
    f"- {behaviour.told}\n"
    f"- **Judged:** {verdict.counts}. {verdict.sentence}"
)

# %% [markdown]
# ## Checks

# %%
assert (kept.membership["customer_id"] == kept.card["customer_id"]).all()
assert recurrence.table["jaccard"].between(0, 1).all()
assert response.table["n"].sum() == response.judged["segment"].isin(kept.order).sum()
plots.words("Every customer has a segment, overlaps lie within 0 and 1, answers are counted once.")

# %% [markdown]
# ## Write
#
# What later notebooks read is written first; the last lines of the cell make it again.
#
# ## The same step in five lines

# %%
run.write("response.csv", verdict.response.round(6))
run.write("verdicts.csv", verdict.checks.round(6))
run.write("corrected.parquet", kept.membership)
run.write("corrections.json", verdict.record)

once_more = validation.backtest(kept, kept.again(then_card), period=brief.test)
again = validation.response(answers, backtest=once_more, goal=brief.goal, alpha=ALPHA, seed=SEED)
assert again.table.equals(response.table)

# %% [markdown]
# ## Exercises
#
# 1. *A parameter.* Set `REFERENCES` to 30. Do the lines of the first figure move by more than what
#    separates them?
# 2. *A decision.* Run notebook 04 with `N_SEGMENTS` one higher and come back. Which check pays for
#    the extra segment? Or try a merge out: `segkit correct` writes it down, `--undo` takes it back.
# 3. *The data.* Compare row 1 of a bootstrap sample with row 1 of the original, row 2 with row 2,
#    and so on, instead of labelling all customers with both. Why is the agreement about 0?
#
# ## Sources and next
#
# The handbook's chapter on checking segments; L. Hubert and P. Arabie, *Comparing partitions*,
# 1985; S. Dolnicar, B. Grün and F. Leisch, *Market Segmentation Analysis*, 2018; R. Tibshirani, G.
# Walther and T. Hastie, *Estimating the number of clusters via the gap statistic*, 2001; S. Holm,
# *A simple sequentially rejective multiple test procedure*, 1979.
#
# Next: [06 Who are they?](06_personas.ipynb)
