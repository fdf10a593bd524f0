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
# # Lifestyle: who lives and thinks alike?
#
# Two customers of the same age and income can want nothing of the same. Their answers about
# habits and opinions tell what a receipt cannot: how to talk to them, and on which occasion.
#
# | Reads | Writes | You set |
# |---|---|---|
# | tables `orders`, `survey` | `approaches/lifestyle.json`, `approaches/lifestyle.parquet` | the questions, the number of classes |
#
# **You will be able to**
#
# - *find* classes of respondents who answer alike, and say how many the answers can carry;
# - *recognise* people who say yes to everything, and keep them apart;
# - *relate* lifestyles to money, without guessing what silent customers would have said.
#
# Reading takes about 10 minutes, running less than one.

# %% tags=["parameters"]
STUDY = "online_shop"  # name of a file in studies/
WINDOW_DAYS = 365  # days of purchases before the analysis date, 30 to 3650; 0 takes all
QUESTIONS = ""  # columns of the survey or their beginnings, with commas between; empty takes all
N_CLASSES = 0  # number of classes, 1 to 8; 0 lets the evidence choose
BOOTSTRAPS = 10  # pairs of samples per number of classes, 5 to 100
SEED = 2017  # any whole number; the same seed gives the same classes

# %%
import segkit
import numpy as np
import pandas as pd
from segkit import data, plots, segments
from segkit.plots.approaches import lifestyle as drawn
from segkit.segments.models import latent, respondents
from segkit.validation import structure

run = segkit.open_run(STUDY, stage="approaches/lifestyle")
tables = data.open(run)
as_of = data.card.analysis_date(tables)
card = data.card.build(tables, as_of=as_of, window_days=WINDOW_DAYS, everyone=True)

# %% [markdown]
# ## What was asked, and who answered
#
# Yes and no, marks, words: each question is kept as it was answered. A customer who was not asked,
# or did not answer, has no answer: nothing is filled in, here or later. Who answers is no random
# part of all customers, so classes are about respondents first.

# %%
answers = respondents.survey(card, topic="lifestyle", asked=QUESTIONS)
plots.table(answers.table, title="The questions, and who answered")

# %% [markdown]
# ## By hand, on ten respondents
#
# Say we knew two classes: home people, of whom 90 % cook and 20 % travel, and travellers, of whom
# 10 % cook and 80 % travel; both are equally common. To which does a person belong? Multiply the
# chances of the answers given and take the larger product. An unanswered question is left out.

# %%
ten = pd.DataFrame({"cooks": [1, 1, 1, 0, 0, 0, 1, 0, None, 1]})
ten["travels"] = [0, 0, 1, 1, 1, 0, None, None, 1, 0]
home = ten["cooks"].map({1: 0.9, 0: 0.1}).fillna(1) * ten["travels"].map({1: 0.2, 0: 0.8}).fillna(1)
away = ten["cooks"].map({1: 0.1, 0: 0.9}).fillna(1) * ten["travels"].map({1: 0.8, 0: 0.2}).fillna(1)
ten["by_hand"] = np.where(home > away, "home", "away")

# %% [markdown]
# The tool does the same with the logarithms of the chances, as a sum. A definition holds nothing
# else: the questions, how large each class is, and its chances of every answer (no, then yes).

# %%
asked = [{"column": c, "kind": "yes_no", "levels": [0.0, 1.0]} for c in ("cooks", "travels")]
given = [[[0.1, 0.9], [0.8, 0.2]], [[0.9, 0.1], [0.2, 0.8]]]
rules = {"questions": asked, "shares": [0.5, 0.5], "answers": given}
two = segments.Definition("lifestyle", ["home", "away", "silent"], ["cooks", "travels"], rules)
ten["by_tool"] = segments.assign(ten, two)["segment"]
assert (ten["by_hand"] == ten["by_tool"]).all()
whole = {"cooks": "{:.0f}", "travels": "{:.0f}"}
plots.table(ten, title="Ten respondents (1 = yes, 0 = no)", formats=whole)

# %% [markdown]
# ## How many classes do the answers carry?
#
# In real life the chances are not known. Latent class analysis finds them by turns: guess who
# belongs where, count the answers of each class, guess again. It begins anew several times, and a
# number of classes counts only if more than one start ends in the same place.
#
# More classes always fit better. BIC asks a price for every number that is estimated, ICL also
# for classes that cannot be told apart; smaller is better. One class is an allowed answer: it
# means that nobody answers in a way of their own.

# %%
tried = latent.evidence(answers.codes, ks=range(1, 8), seed=SEED)
shown = [
    "k",
    "parameters_n",
    "log_likelihood",
    "bic",
    "icl",
    "entropy_r2",
    "starts_ended",
    "starts_agree",
]
plots.table(tried[shown], title="Evidence by number of classes")

# %% [markdown]
# And would other respondents lead to the same classes? Two samples of them are drawn again and
# again, both solutions label everybody, and the adjusted Rand index compares: 1 is the same, 0 is
# chance. With a few hundred respondents 0.6 is worth working with; less is a sketch.

# %%
samples = {"repeats": BOOTSTRAPS, "rng": np.random.default_rng(SEED)}
again = structure.stability(answers.codes, clustering=latent, ks=range(2, 8), **samples)
choice = latent.choose(tried, stability=again, asked=N_CLASSES)
drawn.evidence(tried, k=choice.k)

# %%
plots.words(choice.told)

# %% [markdown]
# *How to read it:* take the number where BIC turns upwards. Where ICL turns earlier, the last
# classes overlap: they describe tendencies, not borders.
#
# ## Who are they?
#
# Each column is a class, each row an answer; bold where a class is 15 points or more away from all.
# A name only repeats answers given clearly more often than by all. A class that says yes to
# everything, or no, or marks the middle everywhere, shows a **way of answering**: nothing is known
# of how these people live, so do not write to them as "interested in everything".

# %%
classes = answers.classes(k=choice.k, seed=SEED)
drawn.chances(classes.profile)

# %%
plots.table(classes.table, title="Classes and how surely people belong to them")

# %% [markdown]
# *How to read it:* a certainty near 1 means that the answers leave no doubt; near one divided by the
# number of classes, it is a guess.
#
# ## Does it show in the money?
#
# A lifestyle need not spend more or less to be worth a message of its own. But where the ranges lie
# apart, it matters for value as well. The last line are those who did not answer: if they spend
# otherwise than the rest, the survey did not reach everybody alike.

# %%
spend = classes.spend()
drawn.spend(spend, currency=run.study.currency)

# %% [markdown]
# ## What we learned

# %%
plots.words(
    f"- **Found:** {choice.reason}.\n"
    f"- **Recognised:** {classes.ways}.\n"
    f"- **Related:** {respondents.in_money(spend)}\n"
    f"- **Silent:** {classes.silent.sum():,} of {len(card):,} customers; they stay apart."
)

# %% [markdown]
# ## Checks
#
# Everybody is in one group, the silent in theirs, and the order of the rows changes nothing.
#
# ## Write

# %%
turned = segments.assign(card.iloc[::-1], classes.definition)["segment"]
assert turned.iloc[::-1].tolist() == classes.labels.tolist()
assert answers.answered.equals(~classes.silent)

# %%
run.write("approaches/lifestyle.json", classes.definition)
run.write("approaches/lifestyle.parquet", classes.members)

# %% [markdown]
# ## The same step in five lines

# %%
card = data.card.build(data.open(run), as_of=as_of, window_days=WINDOW_DAYS, everyone=True)
again = segments.attempt(card, classes.recipe)
assert again.labels.tolist() == classes.labels.tolist()

# %% [markdown]
# ## Exercises
#
# 1. *A parameter.* Set `N_CLASSES` to one less than the evidence chose. Who is merged with whom?
# 2. *A decision.* Leave out one question with `QUESTIONS`. Do the classes keep their names?
# 3. *The data.* Turn the answers of twenty people into yes throughout. From how many on does the
#    model give them a class of their own?
#
# ## Sources and next
#
# P. F. Lazarsfeld and N. W. Henry, *Latent Structure Analysis*, 1968; W. D. Wells and D. J. Tigert,
# *Activities, interests and opinions*, 1971; H. Baumgartner and J.-B. Steenkamp, *Response styles in
# marketing research*, 2001; S. Dolnicar, B. Grün and F. Leisch, *Market Segmentation Analysis*, 2018.
#
# Next: [what are customers looking for?](needs.ipynb) · back to
# [04 Which customers belong together?](../04_segments.ipynb)
