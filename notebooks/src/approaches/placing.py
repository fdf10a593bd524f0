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
# # Which few questions tell where a new customer belongs?
#
# Segments serve only if whoever meets a new customer can tell the segment: at the till, on the phone,
# in a form. Nobody asks forty questions there. This notebook finds the few that are enough, says how
# often they are wrong, and prints them with a key that takes pencil and paper.
#
# | Reads | Writes | You set |
# |---|---|---|
# | the segments that notebook 04 settled, or else an approach tried on the study's tables | `approaches/placing.json`, `approaches/placing_form.html` | what may be asked, how many questions |
#
# **You will be able to**
#
# - *choose* questions without fooling yourself with the people they were chosen by;
# - *judge* a questionnaire by what calling everybody the same would reach;
# - *tell* a short questionnaire from a proof that segments differ.
#
# Reading takes about 10 minutes, running less than one.

# %% tags=["parameters"]
STUDY = "online_shop"  # name of a file in studies/
APPROACH = ""  # name of an approach; empty: what notebook 04 settled, before that lifestyle or RFM
ASK = "criteria"  # criteria, others, or columns of the card with commas; empty takes all
N_QUESTIONS = 6  # length of the questionnaire, 1 to 12; 0 lets the evidence choose
WINDOW_DAYS = 365  # days of purchases, where an approach is tried; 30 to 3650, 0 takes all
SEED = 2017  # any whole number from 0; the same seed gives the same folds

# %%
import segkit
import numpy as np
import pandas as pd
from segkit import criteria, data, plots, segments
from segkit.validation import placing

run = segkit.open_run(STUDY, stage="approaches/placing")
tables = data.open(run)
as_of = data.card.analysis_date(tables)
card = data.card.build(tables, as_of=as_of, window_days=WINDOW_DAYS, everyone=True)
kept = segments.in_use(run, card, approach=APPROACH)
plots.words(f"Segments by {kept.recipe['approach']}: {'; '.join(kept.order)}.")

# %% [markdown]
# ## By hand, on sixty people
#
# Thirty *drivers* and thirty *walkers* are asked whether they own a car. What does a *yes* say? How
# much more often drivers give it. Logarithms turn such ratios into points that are added up: ten
# times the decimal logarithm, and of each answer only the difference between segments. One more of
# each answer than was given is counted, so that no answer is impossible.

# %%
sixty = pd.DataFrame({"customer_id": range(60), "segment": ["driver", "walker"] * 30})
sixty["owns_a_car"] = np.where(sixty["segment"] == "driver", sixty.index < 50, sixty.index < 10)
counts = pd.crosstab(sixty["owns_a_car"], sixty["segment"])
shares = (counts + 1) / (counts.sum() + 2)
points = 10 * np.log10(shares)
by_hand = points.sub(points.min(axis=1), axis=0).round().astype(int)

# %%
small = pd.Series({"card": sixty, "labels": sixty["segment"], "needs": ["owns_a_car"]})
by_tool = placing.tool(small, seed=SEED)
assert (by_tool.key[by_hand.columns].to_numpy()[1:] == by_hand.to_numpy()).all()
plots.table(by_tool.key, title="Points for each answer, by hand and by tool")

# %% [markdown]
# *How to read it:* begin with the first row, add the row of each answer; the highest total wins.
# Three points double the odds, ten multiply them by ten.
#
# ## How many questions are enough?
#
# The people are dealt into five parts. Questions and points are found with four of them, and the
# fifth is placed; then the next. *Everything* is found anew each time, the choice of the questions
# included: choose them by all people, and even dice look wise.

# %%
not_known = criteria.choice.aftermath(list(kept.card))
found = placing.tool(kept, ask=ASK, without=not_known, questions=N_QUESTIONS, seed=SEED)
plots.placing.curve(found)

# %%
plots.words(found.told)

# %% [markdown]
# *How to read it:* the dashed line costs no question at all, so only what lies above it counts. Kappa
# says the same in one number: 0 is what luck gives, 1 is everybody in the right place. A curve that
# still rises at its end says that the segments need all of their questions.
#
# *What it cannot say:* all of it holds for people such as these: who was never among the customers,
# or answers a form otherwise than our records say, may be placed worse. And it is the segments of
# today that people are placed in: when these are found anew, so are the questions.
#
# ## Which questions?

# %%
plots.table(found.table, title="The questions, in the order in which they were chosen")

# %% [markdown]
# *How to read it:* the share of the folds in which a question was among the chosen. Well below one:
# another question would do as well, and which one was taken is chance.
#
# ## Who is found again?
#
# A high share of all can hide a small segment of which nobody is found. The bars are wide on purpose:
# they allow for another sample that would have given another key, and few people of a segment.

# %%
plots.placing.recalls(found)

# %% [markdown]
# ## Each segment in words
#
# Three questions at most, one short tree per segment; what to say when nobody adds up points.

# %%
percent = dict.fromkeys(["found", "right", "error", "error_without"], "{:.0%}")
plots.table(found.rules, title="Short rules, judged on people they had not seen", formats=percent)

# %% [markdown]
# *How to read it:* of the segment's people the rule finds so many, and of those it finds so many are
# right. Its error is set beside that of telling everybody the same.
#
# ## And by what the segments were *not* made of?
#
# That questions place people in segments made of these very questions is no discovery. Here is
# anything else that is known of them, without what nearly repeats those questions.

# %%
outside = placing.tool(kept, ask="others", without=not_known, seed=SEED)
plots.words(outside.told)

# %%
plots.table(outside.table, title="What tells the segments apart from outside")

# %% [markdown]
# ## The questionnaire, to print
#
# A page of questions, and pages of their own for the key, an example and how far to trust it. Whoever
# fills in the first should not see the others.

# %%
form = plots.placing.form(found, title=run.study.title)
plots.table(found.key, title="The key of points")

# %% [markdown]
# ## What we learned

# %%
plots.words(
    f"- **Chosen:** {'; '.join(found.table['question'])}.\n"
    f"- **Judged:** {found.used['accuracy']:.0%} placed rightly, {found.baseline:.0%} without a "
    f"question.\n"
    f"- **From outside:** {outside.used['accuracy']:.0%}, kappa {outside.used['kappa']:.2f}."
)

# %% [markdown]
# ## Checks
#
# Everybody of a segment is placed somewhere, and the same seed finds the same.
#
# ## Write
#
# The tool as data, and the page to print.
#
# ## The same step in five lines

# %%
again = placing.tool(kept, ask=ASK, without=not_known, questions=N_QUESTIONS, seed=SEED)
assert (found.crossed.sum(axis=1) - found.recalls["n"].to_numpy()).abs().max() < 1e-9
assert found.curve["accuracy"].between(0, 1).all()
assert again.told == found.told
run.write("approaches/placing.json", found.record)
run.write("approaches/placing_form.html", form.html)

# %% [markdown]
# ## Exercises
#
# 1. *A parameter.* Set `N_QUESTIONS` to 3, then to 0. Whom does the short form lose first?
# 2. *A decision.* A wrong place costs you a letter, a question costs you customers who hang up. How
#    many questions would you ask?
# 3. *The data.* Shuffle the segments among the people. What does the notebook say, and what would it
#    have said if questions had been chosen by all of them?
#
# ## Sources and next
#
# L. Breiman and others, *Classification and Regression Trees*, 1984; I. J. Good, *Probability and the
# Weighing of Evidence*, 1950; J. Cohen, *A coefficient of agreement for nominal scales*, 1960; C.
# Nadeau and Y. Bengio, *Inference for the generalization error*, 2003; C. Ambroise and G. McLachlan,
# *Selection bias in gene extraction*, 2002.
#
# Next: [06 Who are they?](../06_personas.ipynb)
