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
# # 4. Which customers belong together?
#
# There are many ways to group the same customers, and each answers another question. All that
# these data can carry are compared here, three of them step by step, and one, or two combined, go
# on to be tested.
#
# | Reads | Writes | You set |
# |---|---|---|
# | `brief.json`, `criteria.csv`, `card.parquet` | `segments.parquet`, `segments.json` | the approach, what it is combined with, the number of segments, how hard the evidence is tested |
#
# **You will be able to**
#
# - *sort* customers by money (ABC) and by habit (RFM), with rules anyone can repeat;
# - *choose* a number of clusters by evidence instead of by eye;
# - *compare* segmentations and write one down as a definition for new customers.
#
# Reading takes about 20 minutes, running less than one.

# %% tags=["parameters"]
STUDY = "grocery"  # name of a file in studies/
APPROACH = "clusters"  # which segmentation goes on: clusters, rfm, abc or any other of the table
WITHIN = ""  # a second approach to combine it with, such as geographic; empty for none
N_SEGMENTS = 0  # number of clusters, 2 to 14; 0 lets the evidence choose
K_MAX = 8  # largest number of clusters tried, 3 to 14
BOOTSTRAPS = 30  # pairs of samples per number of clusters, 10 to 200
REFIT = False  # True looks for segments anew where the study keeps some
SEED = 2017  # any whole number; the same seed gives the same segments

# %%
import segkit
import numpy as np
import pandas as pd
from IPython.display import display
from segkit import plots, segments
from segkit.brief import Brief
from segkit.segments.approaches import abc, clusters, rfm
from segkit.validation import structure

run = segkit.open_run(STUDY, stage="04_segments")
brief = Brief.read(run)
limits = brief.limits
card = run.read("card.parquet")

# %% [markdown]
# ## The goal decides what "alike" means
#
# Customers can be alike in a hundred ways. The ones that count were settled before: the goal in
# notebook 01, the criteria that have to do with it in notebook 02. The handbook compares
# approaches by use and difficulty; the last column of the table says what *these* data allow.
# Begin with the simplest approach that answers the question. A harder one has to earn its place.
# Every approach can go on from here: set `APPROACH`, and `WITHIN` to combine two.

# %%
options = segments.options(card, criteria=run.read("criteria.csv"))
plots.words(options.introduction(brief.goal))

# %%
plots.table(options.table, title="Which approach for which question")

# %% [markdown]
# ## ABC by hand, on ten customers
#
# Sort by money, add up, and cut where 80 % and 95 % of the total are reached; the customer with
# whom 80 % is reached still counts as A. The tool stores only the two amounts where the classes
# begin, so customers with equal spend always land in the same class.

# %%
ten = pd.DataFrame({"customer_id": list("abcdefghij")})
ten["spend_total"] = [400.0, 250.0, 120.0, 80.0, 50.0, 40.0, 30.0, 15.0, 10.0, 5.0]
ten["running_share"] = ten["spend_total"].cumsum() / ten["spend_total"].sum()
before = ten["running_share"].shift(fill_value=0)
ten["by_hand"] = np.select([before < 0.80, before < 0.95], ["A", "B"], default="C")
ten["by_tool"] = segments.assign(ten, abc.fit(ten))["segment"].str[0]
assert (ten["by_hand"] == ten["by_tool"]).all()
plots.table(ten, formats={"running_share": "{:.1%}"})

# %% [markdown]
# ## ABC: who brings the money?
#
# The rule of thumb promises that 20 % of customers bring 80 % of the money. It is a claim to be
# tested, not a law. The further the curve bends towards the upper left, the fewer customers carry
# the business; a curve below the cross means money is spread more evenly than promised.

# %%
by_money = options["abc"]
worth = by_money.card[by_money.rules["by"]]
plots.goals.concentration(worth, cuts=by_money.rules["cuts"])

# %%
abc_shares = abc.compare(by_money.card)
promised = {"customers_promised": "{:.0%}", "money_promised": "{:.0%}"}
plots.table(abc_shares, title="ABC, observed and promised", formats=promised)

# %% [markdown]
# *How to read it:* the two common rules cut at other amounts and often name other customers "A".
# Always say which one was used.
#
# ## RFM: who is active, who is slipping away?
#
# Three scores from 1 to 5, 5 the best: how recently, how often, how much. Cut points are values,
# so equal customers get equal scores; a score that nobody can reach, because too many share one
# value, is named and stays empty. The 125 triples of scores are covered by nine segments, each
# triple exactly once. How often and how much are added up, because they mostly say the same.

# %%
by_habit = options["rfm"]
cuts = by_habit.rules["cuts"]
plots.table(rfm.describe(cuts), title="RFM cut points: that share of customers is at or below")

# %%
scores = rfm.score(by_habit.card, cuts=cuts)
plots.segments.rfm_map(scores, by_habit.labels, order=by_habit.order)

# %% [markdown]
# *How to read it:* the upper right are the best customers, the lower right once were. Empty
# corners are information: they say which habits do not occur here.
#
# ## Clusters: who resembles whom?
#
# ABC and RFM look at money and time only. Clusters use the criteria that have to do with the
# goal. Money in thousands would drown shares between 0 and 1, so every criterion is put on one
# scale first (distance from the mean in standard deviations), long-tailed ones by their logarithm.
# The items of a survey share one scale already; whether they stay as they were answered is asked of
# the answers.

# %%
features = options.features
scaled = options.scaled(structure.stability, most=K_MAX, pairs=BOOTSTRAPS // 2, seed=SEED)
plots.table(clusters.readable(scaled.scales), title=scaled.title)

# %% [markdown]
# How many clusters? More always fit better, so fit cannot decide. The question is whether two
# samples of the same customers lead to the same segments. Both clusterings label *all*
# customers, and the adjusted Rand index compares them: 1 is identical, 0 is chance. High and
# narrow is good: a number whose box sits low would give other segments next month, for no reason
# but chance. And a repeatable segment can still be too small to serve.

# %%
matrix = scaled.matrix
tried = clusters.numbers(matrix, most=K_MAX)
rng = np.random.default_rng(SEED)
smallest = clusters.smallest(matrix, ks=tried, seed=SEED)
among = clusters.candidates(smallest, limits=limits)
first = structure.stability(matrix, clustering=clusters, ks=tried, repeats=BOOTSTRAPS, rng=rng)
evidence = structure.settle(first, X=matrix, clustering=clusters, among=among, rng=rng)
plots.validation.stability(evidence)

# %%
choice = clusters.choose(evidence, smallest=smallest, limits=limits, asked=N_SEGMENTS)
told = f"Evidence by clusters. {choice.reason}"
plots.table(choice.table, title=told, formats={"smallest_share": "{:.1%}"})

# %% [markdown]
# The rule, whose answer stands above the table: among the numbers whose smallest cluster is large
# enough to serve, the most repeatable one; a larger one that is nearly as good (.02) is preferred,
# because it tells more. Pairs of samples are added until that is settled. Two are taken only when nothing else is left: half a cloud
# nearly always repeats and rarely helps. In the profile the dot is the average customer; a solid
# bar is a real difference, a pale one is not worth a word. The names are made from the longest bars.

# %%
words = {"business": run.study.business, "items": scaled.items}
recipe = clusters.recipe(features, k=choice.k, seed=SEED, **words)
by_likeness = segments.attempt(card, recipe)
plots.segments.profile(clusters.profile(by_likeness.definition))

# %% [markdown]
# ## Do they see the same customers?
#
# If two approaches agreed fully, the simpler would do. If they had nothing in common, each would
# answer a question of its own. Every approach that these data can carry is compared with every
# other: dark is agreement, pale no more than chance would give. 5W makes no segments of its own, it
# describes those of RFM; that these two agree fully says nothing.

# %%
compared = options.compared(by_likeness)
agreement = structure.agreements(compared.labels)
plots.segments.agreement(agreement)

# %%
crossed = segments.crossed(by_likeness, by_habit)
plots.segments.crossing(crossed, title="Clusters across RFM segments")

# %% [markdown]
# *How to read it:* in the cross table each row adds up to 100 %. A row with one dark cell is a
# cluster that RFM finds as well; an even row is one that only the other criteria reveal.
#
# ## The segmentation that goes on
#
# One approach, or two at once: the second inside the first, where pairs that are too small to
# serve stay together as "elsewhere". Segments keep their order, their name and their colour from here
# to the last notebook. A solid bar longer than the pale one: more money than heads.
#
# What is found anew every month is other segments every month. So what a study keeps (`segkit keep`)
# is applied, not fitted, and what a fit of today would make of the same customers stands beside it.

# %%
least = limits.smallest_segment_share
fitted = options.final(APPROACH, within=WITHIN, clusters=by_likeness, smallest=least)
final = segments.settle(fitted, run, refit=REFIT)
moves = plots.table(final.moves, title="Kept, and what a fit of today would make of them")
display(plots.segments.shares(final.sizes), moves)

# %% [markdown]
# ## What we learned

# %%
plots.words(
    f"- **Sorted:** {options.sorted_by(abc_shares)}.\n"
    f"- **Chosen:** {choice.reason}.\n"
    f"- **Compared:** {compared.agreed(agreement)}; "
    f"**{final.name}** goes on with {len(final.sizes)} segments. {final.ordered}{final.folded}{final.styled}\n"
    f"- **Kept:** {final.told}"
)

# %% [markdown]
# ## Checks
#
# Every customer is in exactly one segment, the parts add up, and order does not matter.

# %%
assert set(final.labels) == set(final.sizes["segment"])
assert final.sizes["customers_n"].sum() == len(card)
turned = segments.assign(card.iloc[::-1], final.definition.to_dict())["segment"]
assert turned.iloc[::-1].tolist() == final.labels.tolist()

# %% [markdown]
# ## Write

# %%
evidence = {"choice": choice, "compared": compared, "agreement": agreement}
record = segments.record(final, features=features, **evidence)
run.write("segments.parquet", final.members.join(compared.labels))
run.write("segments.json", record)
plots.words("Written: `segments.parquet`, `segments.json`.")

# %% [markdown]
# ## The same step in five lines

# %%
run = segkit.open_run(STUDY, stage="04_segments")
card = run.read("card.parquet")
saved = run.read("segments.json")
again = segments.settle(segments.attempt(card, saved["recipe"]), run, refit=REFIT)
assert again.labels.tolist() == final.labels.tolist()

# %% [markdown]
# ## Exercises
#
# 1. *A parameter.* Set `N_SEGMENTS` to one more than the evidence chose. Which segment was cut in
#    two, and would you treat the halves differently?
# 2. *A decision.* Set `APPROACH` to `"rfm"` and run notebooks 05 to 07. Which verdicts change? Then
#    set `WITHIN` to another approach of the table: is any pair worth an offer of its own?
# 3. *The data.* Take one criterion out of `features` before the clusters are fitted. How far do
#    the segments move (adjusted Rand)?
#
# ## Sources and next
#
# The handbook's chapters on ABC and RFM; A. M. Hughes, *Strategic Database Marketing*, 1994; J.
# MacQueen, *Some methods for classification and analysis of multivariate observations*, 1967; S.
# Dolnicar, B. Grün and F. Leisch, *Market Segmentation Analysis*, 2018.
#
# Next: [05 Would we find them again, and do they matter?](05_validation.ipynb)
