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
from IPython.display import Markdown
from segkit import data, plots, segments
from segkit.plots.approaches import lifestyle as drawn
from segkit.segments.models import latent
from segkit.segments.approaches import lifestyle
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
no = lifestyle.refusal(card, questions=QUESTIONS)
refused = Markdown(f"*No lifestyle segments for these customers:* {no.rstrip('.')}.")
columns = [] if no else lifestyle.asked(card, questions=QUESTIONS)
answered = latent.asked(card, columns=columns)
title, percent = "The questions, and who answered", {"answered_share": "{:.0%}"}
refused if no else plots.table(answered, title=title, formats=percent)

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
whole = dict.fromkeys(["cooks", "travels"], "{:.0f}")
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
codes = None if no else latent.coded(card, columns=columns)
tried = None if no else latent.evidence(codes, ks=range(1, 8), seed=SEED)
shown = ["k", "parameters_n", "log_likelihood", "bic", "icl", "entropy_r2", "starts_agree"]
refused if no else plots.table(tried[shown], title="Evidence by number of classes")

# %% [markdown]
# And would other respondents lead to the same classes? Two samples of them are drawn again and
# again, both solutions label everybody, and the adjusted Rand index compares: 1 is the same, 0 is
# chance. With a few hundred respondents 0.6 is worth working with; less is a sketch.

# %%
pairs = {"clustering": latent, "repeats": BOOTSTRAPS, "rng": np.random.default_rng(SEED)}
again = None if no else structure.stability(codes, ks=range(2, 8), **pairs)
k, reason = (0, no) if no else latent.choose(tried, stability=again, asked=N_CLASSES)
refused if no else drawn.evidence(tried, k=k)

# %%
Markdown(f"**{reason}.**")

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
definition = None if no else lifestyle.fit(card, questions=QUESTIONS, k=k, seed=SEED)
refused if no else drawn.chances(latent.profile(definition))

# %%
labels = None if no else segments.assign(card, definition)["segment"]
who = None if no else latent.classes(card, definition=definition, labels=labels)
refused if no else plots.table(who, title="Classes and how surely people belong to them")

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
money = None if no else latent.spend(card, labels=labels, order=definition.order, seed=SEED)
refused if no else drawn.spend(money, currency=run.study.currency)

# %% [markdown]
# ## What we learned

# %%
ways = [] if no else who.loc[who["way_of_answering"], "segment"].tolist()
silent = 0 if no else int(who["customers_n"].iloc[-1])
lesson = no or (
    f"- **Found:** {reason}.\n- **Recognised:** {', '.join(ways) or 'no one way of answering'}.\n"
    f"- **Related:** {latent.in_money(money)} Of {len(card):,} customers {silent:,} did not answer; "
    "they stay apart."
)
refused if no else Markdown(lesson)

# %% [markdown]
# ## Checks
#
# Everybody is in one group, the silent in theirs, and the order of the rows changes nothing.
#
# ## Write

# %%
turned = labels if no else segments.assign(card.iloc[::-1], definition.to_dict())["segment"]
assert no or turned.iloc[::-1].tolist() == labels.tolist()
assert no or (card[columns].notna().any(axis=1) == (labels != latent.UNANSWERED)).all()

# %%
found = {"refused": no} if no else definition.to_dict()
run.write("approaches/lifestyle.json", found)
silence = pd.Series(latent.UNANSWERED, index=card.index)
order = found.get("order", [latent.UNANSWERED])
members = segments.membership(card, labels=silence if no else labels, order=order)
run.write("approaches/lifestyle.parquet", members)

# %% [markdown]
# ## The same step in five lines

# %%
recipe = {"approach": "lifestyle", "questions": QUESTIONS, "k": k, "seed": SEED}
five = labels if no else segments.assign(card, segments.fit(card, recipe))["segment"]
assert no or five.tolist() == labels.tolist()

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
