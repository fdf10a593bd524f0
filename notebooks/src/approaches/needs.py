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
# # Needs: what are customers looking for?
#
# One product can be bought for its price, for the time it saves or for its name. What people look
# for says what to offer and what to promise, more directly than who they are.
#
# | Reads | Writes | You set |
# |---|---|---|
# | tables `orders`, `survey` | `approaches/needs.json`, `approaches/needs.parquet` | the questions, the number of classes |
#
# **You will be able to**
#
# - *weigh* whether a number of classes is worth its price, with BIC by hand;
# - *name* a group by what it seeks more than others, and by nothing else;
# - *judge* whether a need shows in money, and what remains unknown of those who were not asked.
#
# Reading takes about 8 minutes, running less than one.

# %% tags=["parameters"]
STUDY = "online_shop"  # name of a file in studies/
WINDOW_DAYS = 365  # days of purchases before the analysis date, 30 to 3650; 0 takes all
QUESTIONS = ""  # columns of the survey or their beginnings, with commas; empty: told by their words
N_CLASSES = 0  # number of classes, 1 to 8; 0 lets the evidence choose
SEED = 2017  # any whole number; the same seed gives the same classes

# %%
import segkit
import numpy as np
import pandas as pd
from segkit import data, plots, segments
from segkit.plots.approaches import lifestyle, needs as drawn
from segkit.segments.models import latent, respondents

run = segkit.open_run(STUDY, stage="approaches/needs")
tables = data.open(run)
as_of = data.card.analysis_date(tables)
card = data.card.build(tables, as_of=as_of, window_days=WINDOW_DAYS, everyone=True)

# %% [markdown]
# ## Which questions are about needs?
#
# Questions about what is sought or weighed up: price, time, quality, reasons to buy. Habits and
# opinions belong to [lifestyle](lifestyle.ipynb). Where the survey does not call its questions after
# a topic, they are told by their words; look through the list, and set `QUESTIONS` if it is wrong.

# %%
answers = respondents.survey(card, topic="needs", asked=QUESTIONS)
plots.table(answers.table, title="The questions, and who answered")

# %% [markdown]
# ## By hand, on ten respondents: what does a class cost?
#
# If everybody belonged to one class, each answer would have one chance: its share. The logarithm of
# how likely all answers are together is the log-likelihood. BIC is minus twice that, plus a price
# for each number that was estimated: three chances here, each at the logarithm of the number of
# respondents. Smaller is better.

# %%
ten = pd.DataFrame(
    {"price": [1, 1, 1, 1, 0, 0, 0, 0, 1, 0], "speed": [0, 1, 0, 1, 1, 0, 1, 1, 0, 1]}
)
ten["advice"] = [0, 1, 0, 0, 0, 1, 1, 0, 0, 1]
chance = ten.mean()
likelihood = (ten * np.log(chance) + (1 - ten) * np.log(1 - chance)).to_numpy().sum()
price = 3 * np.log(10)
by_hand = -2 * likelihood + price
told = f"minus twice {likelihood:.2f} and a price of {price:.2f} make {by_hand:.2f}"
plots.table(ten, title=f"Ten respondents (1 = sought); BIC of one class: {told}")

# %% [markdown]
# The tool tries two classes as well. They are worth their price only if BIC falls.

# %%
by_tool = latent.evidence(ten.to_numpy(), ks=[1, 2], seed=SEED)
assert np.isclose(by_tool["bic"][0], by_hand)
plots.table(by_tool[["k", "parameters_n", "log_likelihood", "bic"]], title="Ten respondents")

# %% [markdown]
# *How to read it:* the likelihood rises with every class, for more numbers always fit better. What
# counts is whether BIC falls, and by how much: less than about six points is no strong evidence.
#
# ## How many classes do the real answers carry?

# %%
tried = latent.evidence(answers.codes, ks=range(1, 7), seed=SEED)
choice = latent.choose(tried, asked=N_CLASSES)
lifestyle.evidence(tried, k=choice.k)

# %%
plots.words(choice.told)

# %% [markdown]
# *How to read it:* the lowest point of BIC is the number that pays its price. Whether samples of the
# respondents find the same classes again is asked in [lifestyle](lifestyle.ipynb), in the same way.
#
# ## What does each class seek?
#
# Bars to the right: sought more often than by all who answered; solid from 15 points on. A class is
# named after its longest solid bars. One that hardly differs "answers like all": most people want a
# bit of everything, and it would be wrong to give them a character.

# %%
classes = answers.classes(k=choice.k, seed=SEED)
drawn.sought(classes.profile)

# %%
plots.table(classes.table, title="Classes by what they seek")

# %% [markdown]
# *How to read it:* a yes to everything is a way of answering, not a need; such a class is marked. The
# silent stay apart: nobody knows what they seek, and they are not shared out among the classes.
#
# ## Does a need show in money?

# %%
spend = classes.spend()
title = "What customers spend, by what they seek"
lifestyle.spend(spend, title=title, currency=run.study.currency)

# %% [markdown]
# *How to read it:* lines that do not overlap: the need goes with more, or less, money. It is no proof
# that serving the need would bring that money. Offer it to half of the class, and compare.
#
# ## What we learned

# %%
plots.words(
    f"- **Weighed:** {choice.reason}.\n"
    f"- **Named:** {classes.named}.\n"
    f"- **Judged:** {respondents.in_money(spend)}\n"
    f"- **Silent:** what {classes.silent.sum():,} of {len(card):,} customers seek is not known."
)

# %% [markdown]
# ## Checks
#
# The parts add up, order does not matter, and nobody who is silent was given a need.
#
# ## Write

# %%
turned = segments.assign(card.iloc[::-1], classes.definition)["segment"]
assert turned.iloc[::-1].tolist() == classes.labels.tolist()
assert classes.labels.isin(classes.order).all()
assert answers.answered.equals(~classes.silent)

# %%
run.write("approaches/needs.json", classes.definition)
run.write("approaches/needs.parquet", classes.members)

# %% [markdown]
# ## The same step in five lines

# %%
card = data.card.build(data.open(run), as_of=as_of, window_days=WINDOW_DAYS, everyone=True)
again = segments.attempt(card, classes.recipe)
assert again.labels.tolist() == classes.labels.tolist()

# %% [markdown]
# ## Exercises
#
# 1. *A parameter.* Ask for one class more with `N_CLASSES`. What does BIC say, and which name is new?
# 2. *A decision.* Which two questions would you drop from the next survey without losing a class? Try
#    with `QUESTIONS`.
# 3. *The data.* Leave a third of the answers out at random. Which classes stay, and how does the
#    certainty change?
#
# ## Sources and next
#
# R. I. Haley, *Benefit segmentation*, 1968; P. F. Lazarsfeld and N. W. Henry, *Latent Structure
# Analysis*, 1968; S. Dolnicar, B. Grün and F. Leisch, *Market Segmentation Analysis*, 2018.
#
# Next: [who resembles whom?](clusters.ipynb) · back to
# [04 Which customers belong together?](../04_segments.ipynb)
