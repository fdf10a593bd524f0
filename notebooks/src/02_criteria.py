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
# # 2. By what should customers be told apart?
#
# A customer can be described in a hundred ways. Most of them change nothing for the goal. This
# notebook looks for the few that do, on a period that later notebooks will not be judged on.
#
# | Reads | Writes | You set |
# |---|---|---|
# | `brief.json`, the study's tables | `criteria.csv` | how many, how well known, how alike |
#
# **You will be able to**
#
# - *list* the kinds of criteria and see which of them your data hold;
# - *measure* what a criterion tells about a goal, and how much of that is luck;
# - *shorten* the list to a few criteria, with a reason for each that stays and each that goes.
#
# Reading takes about 20 minutes, running a few seconds.

# %% tags=["parameters"]
STUDY = "grocery"  # name of a file in studies/
SEED = 2017  # any whole number; the same seed gives the same shuffles
MAX_CRITERIA = 5  # longest short list, 2 to 10 criteria
MIN_COVERAGE_PCT = 60.0  # percent of customers for whom a dividing criterion is known, 0 to 100
MAX_REDUNDANCY = 0.8  # similarity from which two criteria count as twins, 0.5 to 1
PERMUTATIONS = 200  # shuffles that show what luck can do, 99 to 2000
ALPHA = 0.05  # accepted risk that luck alone gets any criterion in, 0.001 to 0.2

# %%
import segkit

run = segkit.open_run(STUDY, stage="02_criteria")

import numpy as np
import pandas as pd

from segkit import criteria, data, goals, plots
from segkit.brief import Brief

brief = Brief.read(run)
goal = brief.goal
tables = data.open(run)

# %% [markdown]
# ## The goal comes first

# %%
plots.words(brief.standing)

# %% [markdown]
# The handbook sorts criteria into families. Which of them help depends on the goal and on the kind
# of business: a family that serves one shop may be idle in the next.

# %%
known_before = brief.day(brief.learn)
card = data.card.build(tables, as_of=known_before, window_days=brief.data["window_days"])
meanings = data.card.dictionary(card)
families = criteria.families(business=run.study.business, goal=goal.serves, dictionary=meanings)
plots.table(families, title="Families of criteria: do they serve the goal, are they on the card?")

# %%
possible = criteria.candidates(card, dictionary=meanings, brief=brief)
plots.words(possible.told(min_coverage=MIN_COVERAGE_PCT / 100))

# %% [markdown]
# *How to read it:* a zero in the last column means that the study's tables tell nothing of that
# kind. *Reach* says where the knowledge lives: in our *record* for every buyer, *told* by some, or
# known from a *survey* only. What is not known of a customer cannot be used to address them.
#
# ## What does a criterion tell? By hand, on ten customers
#
# Guess who will respond. Knowing that somebody uses coupons makes the guess better, and *mutual
# information* counts by how much, in bits: 0 = it does not help at all, 1 = it answers a
# fifty-fifty question completely. If coupons and response had nothing to do with each other, every
# field of the table would be the product of its row and its column; the bits are the average
# surprise at how far it is from that.

# %%
ten = pd.DataFrame({"coupons": list("yyyyynnnnn"), "responded": list("yyyynnnnny")})
joint = pd.crosstab(ten["coupons"], ten["responded"], normalize=True)
apart = np.outer(joint.sum(axis=1), joint.sum(axis=0))
by_hand = (joint * np.log2(joint / apart)).to_numpy().sum()
assert np.isclose(by_hand, criteria.mutual_information(ten["coupons"], ten["responded"]))
plots.table(joint.reset_index(), title=f"Share of the ten in each field: {by_hand:.3f} bits")

# %% [markdown]
# ## How much of it is luck?
#
# Ten customers always tell *something*, even about dice. So the same outcomes are shuffled many
# times: what a criterion tells about shuffled outcomes is luck. One more trap waits: whoever tries
# forty criteria at a risk of one in twenty should expect two hits in pure noise. A hundred dice,
# thrown for each customer, show it.

# %%
outcome = goals.outcome(tables, kpi=goal.kpi, period=brief.learn, customers=card["customer_id"])
rules = criteria.Rules(
    max_criteria=MAX_CRITERIA,
    min_coverage=MIN_COVERAGE_PCT / 100,
    max_redundancy=MAX_REDUNDANCY,
    permutations=PERMUTATIONS,
    alpha=ALPHA,
)
luck = criteria.luck(card, dice=100, outcome=outcome, rules=rules, seed=SEED)
plots.words(f"{luck}")

# %% [markdown]
# *How to read it:* the second way is the one used below. A criterion passes only if it tells more
# than the *luckiest* of all candidates did in the shuffles, so the risk holds for the whole list,
# not for each line. A missing value takes no part: otherwise a question would be rewarded for who
# answered it.
#
# ## What do the candidates tell?

# %%
evidence = criteria.evidence(possible, outcome=outcome, rules=rules, seed=SEED)
plots.words(f"{evidence.told}")

# %% [markdown]
# ## Which of them are twins?
#
# Two criteria that always move together are one criterion with two names. Using both counts the
# same trait twice. Similarity runs from 0 (unrelated) to 1 (the same), whatever the units.

# %%
plots.criteria.similarity(evidence.similar, columns=evidence.telling, limit=MAX_REDUNDANCY)

# %% [markdown]
# *How to read it:* a framed field is a pair of twins; the more telling of the two speaks for both.
# Where two tell as much within the reach of luck, the plainer name goes first: somebody has to
# explain it to a colleague.
#
# ## What does each add to the others?
#
# Two criteria can look different and still say the same *about the goal*. So customers are grouped
# by the one first; only what the other still tells inside these groups is new.

# %%
plots.table(evidence.added, title="What each adds to what is known: adjusted p")

# %% [markdown]
# *How to read it:* a line is a criterion, a column what is known already. A value above the
# accepted risk means that the line adds nothing to the column that luck would not. The more
# customers and responses there are to learn from, the finer the differences this can see.
#
# ## The short list
#
# "Few and important": known, reachable, telling, no twin, and adding to each one before it. The items
# of a survey are the exception: asked together, they are one instrument, and are used whole.

# %%
short = criteria.short_list(evidence)
plots.table(short.readable, title="By these customers are told apart")

# %%
plots.criteria.relevance(short.judged, goal=goal)

# %% [markdown]
# *How to read it:* a bar that ends before its tick tells nothing that luck would not. Pale bars may
# help to *picture* a segment later, but do not form one: they are twins, labels, known for too few,
# or add nothing to those already chosen. Bits are for comparing; in the unit of the goal the short
# list reads like this:

# %%
plots.criteria.groups(short.steps, goal=goal)

# %% [markdown]
# *How to read it:* each point is a fifth of the customers (fewer groups where many share a value),
# the line through it what luck allows, the dotted line everyone. A criterion divides well if its
# points climb or fall clear of the dotted line. It says that customers *differ*, not why.
#
# ## What changes nothing is dropped
#
# The text tells of Maxim, a visitor known in every detail: the minute he opens his mail, his sex,
# his phone. Most of it is useless *for a software shop*, and the same sex would be decisive in a
# clothes shop. So nothing is dropped on principle, only on evidence, and only for this goal. What
# is dropped here tells no more than the dice above; with these data it could not be told from luck.

# %%
plots.table(short.rest, title=short.title)

# %% [markdown]
# ## What we learned

# %%
plots.words(
    f"- *List:* {len(possible.table)} candidates from {possible.table['family'].nunique()} "
    f"families.\n"
    f"- *Measure:* {evidence.told}\n"
    f"- *Shorten:* {short.told}"
)

# %% [markdown]
# ## Checks

# %%
table = short.table
assert sorted(table["column"]) == sorted(possible.table["column"])
assert set(table["role"]) <= {"segment", "describe", "drop"}
assert len(short.names) <= short.most
assert (table.loc[table["role"] == "segment", "kind"] == "number").all()
assert (table["reason"] != "").all()
assert brief.learn.end <= brief.test.start

# %% [markdown]
# ## Write

# %%
run.write("criteria.csv", table.round(6))

# %% [markdown]
# ## The same step in five lines

# %%
same_card = data.card.build(tables, as_of=known_before, window_days=brief.data["window_days"])
same_candidates = criteria.candidates(same_card, dictionary=meanings, brief=brief)
weighed = criteria.evidence(same_candidates, outcome=outcome, rules=rules, seed=SEED)
assert criteria.short_list(weighed).table.equals(table)

# %% [markdown]
# ## Exercises
#
# 1. *A parameter:* set `MAX_REDUNDANCY = 0.5`. Who steps back, and would a colleague miss them?
# 2. *A decision:* strike the KPI's own past from the short list by hand. Is what remains still
#    worth a segmentation?
# 3. *The data:* add a column of your own to `card`, such as the first letter of the customer's id.
#    What do you expect, and what do you get?
#
# ## Sources and next
#
# The handbook's stage 2 (families of criteria) and the text on what to focus on (Maxim); Cover &
# Thomas (2006) for mutual information; Westfall & Young (1993) for judging many at once; Cramér
# (1946) and Spearman (1904) for similarity; Fleuret (2004) for what a criterion adds. Next:
# [3. Do the data support those criteria?](03_data.ipynb)
