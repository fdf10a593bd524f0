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
# # Who is loyal, and in which of five ways?
#
# Whoever buys most is not always the most loyal. A customer can also send others, keep your rules,
# stay in touch, or tell you what is wrong. Each of these pays, at its own time and by its own way,
# and each is raised by something else.
#
# | Reads | Writes | You set |
# |---|---|---|
# | orders; if there: requests, invoices, documents, mailings, events, referrals, reviews | `approaches/loyalty.json`, `approaches/loyalty.parquet` | the stage of the company, the budget, the activity to judge |
#
# **You will be able to**
#
# - *score* every customer on five types of loyalty, and see which of them the data cannot tell;
# - *split* a budget by what matters at your stage and by what is still to be gained;
# - *judge* an activity against customers who had no part in it.
#
# Reading takes about 20 minutes, running less than one.

# %% tags=["parameters"]
STUDY = "b2b"  # name of a file in studies/
STAGE = "growth"  # stage of the company: start-up, growth, optimising processes, all alike
BUDGET = 10000  # money for loyalty, in the currency of the study, 0 or more
WINDOW_DAYS = 0  # days before the analysis date that count, 0 takes all history
ACTIVITY = ""  # event or campaign to judge, empty takes the one with most customers asked
EFFECT_DAYS = 120  # days compared before and after the activity, 30 to 365

# %%
import segkit
import numpy as np
import pandas as pd
from segkit import data, plots, segments
from segkit.data.measures import referrals
from segkit.plots.approaches import loyalty as drawn
from segkit.segments.approaches import loyalty
from segkit.segments.approaches.loyalty import effect, scoring, types

run = segkit.open_run(STUDY, stage="approaches/loyalty")
tables = data.open(run)
as_of = data.card.analysis_date(tables)
card = data.card.build(tables, as_of=as_of, window_days=WINDOW_DAYS)
plots.table(types.chart(), title="Five types of loyalty and how they show")

# %% [markdown]
# *How to read it:* the idea is to look for five kinds of behaviour that one would like to see in
# every customer. They differ in time (does the profit rise now or later?) and in the way (by this
# customer's own money, or by way of others, of cost saved, of faults mended).
#
# ## By hand, on ten invoices
#
# "Paid within 3 working days" needs three decisions. Saturdays and Sundays do not count. An open
# invoice that is not yet due is *not late*: nothing is known of it, and it is left out. An open
# invoice that is overdue is late. Holidays are not known to the tool.
#
# A share of few says little: whoever paid one of one in time need not be better than whoever paid
# nine of ten. So a share is pulled towards the base rate, as if some ordinary invoices were added.
# How many are added is estimated from how much customers differ; where there are too few of them
# to tell, it is four, and the table says so.

# %%
ten = pd.DataFrame({"customer_id": list("aaaaabbbbc")})
sent = ["03-01", "03-04", "03-07", "03-08", "03-08", "03-04", "03-06", "03-13", "03-14", "03-11"]
paid = ["03-06", "03-08", "03-12", "03-11", "03-14", None, "03-07", None, None, "03-12"]
ten["sent_at"] = pd.to_datetime("2024-" + pd.Series(sent))
ten["paid_at"] = pd.to_datetime("2024-" + pd.Series(paid))
first_day = ten["sent_at"].to_numpy("datetime64[D]") + 1
last_day = ten["paid_at"].fillna(pd.Timestamp("2024-03-15")).to_numpy("datetime64[D]")
ten["working_days"] = np.busday_count(first_day, last_day + 1)
ten["judged"] = ten["paid_at"].notna() | (ten["working_days"] >= 3)
ten["in_time"] = ten["paid_at"].notna() & (ten["working_days"] <= 3)
sent_on = ten["sent_at"].dt.strftime("%a %d %b")
paid_on = ten["paid_at"].dt.strftime("%a %d %b")
shown = ten.assign(sent_at=sent_on, paid_at=paid_on)
plots.table(shown, title="Ten invoices, looked at on Friday 15 March")

# %%
orders = ten.assign(ordered_at=ten["sent_at"], amount=10.0)
small = data.from_frames(orders[["customer_id", "ordered_at", "amount"]], invoices=ten)
by_tool = data.card.build(small, as_of="2024-03-16", window_days=0)
by_hand = ten.groupby("customer_id")[["judged", "in_time"]].sum().reset_index()
base = (by_hand["in_time"].sum() + 1) / (by_hand["judged"].sum() + 2)
by_hand["shrunk"] = (by_hand["in_time"] + 4 * base) / (by_hand["judged"] + 4)
assert by_tool["invoices_judged_n"].tolist() == by_hand["judged"].tolist()
assert np.allclose(scoring.shrunk(by_tool, "invoices paid in time"), by_hand["shrunk"])
plots.table(by_hand, title="Invoices paid in time, counted and shrunk")

# %% [markdown]
# ## What the data tell
#
# Who recommended us is often known only in the new customer's own words. A name counts when it is
# a customer's, in full; a name that fits two customers is not guessed.
#
# Every measure becomes a score from 0 to 100: the share of customers who do less of it, half of the
# equal ones counted. 0 is nothing at all, 50 the customer in the middle. A type is the mean of its
# measures. The thresholds are kept, so customers of next month get their score on the same scale.

# %%
start, end = data.card.window(as_of=as_of, window_days=WINDOW_DAYS)
came = referrals.counts(tables, start=start, end=end)
plots.table(came, title="How each new customer came")

# %%
found = segments.attempt(card, "loyalty")
portrait = loyalty.portrait(found)
plots.table(portrait.thresholds, title="What the scores are made of")

# %% [markdown]
# *How to read it:* mean and best (the best fifth) are in their own units, shares from 0 to 1. A
# large strength means customers hardly differ; a small one that each goes his own way. What no
# table tells is not known; it is neither guessed nor 0.
#
# ## Kinds of customer
#
# Rules on the five scores name the kind; the first that fits is taken. They are data: change a
# score, a name or the order. A complaint is loyalty: who complains stays and wants you to mend it.
# It counts like praise and stands apart, because the two ask for different answers.
#
# Every label can be explained, here for the first customer of the card.

# %%
plots.table(portrait.kinds, title="What makes each kind")

# %%
plots.words(portrait.explained(card["customer_id"].iloc[0]))

# %% [markdown]
# In the profiles: bar = mean of the kind, dot = mean of all customers, line = the middle half of
# the kind. Compare a bar with its dot, not with the bar of another type. A score compares
# customers with each other: 80 is not "80 % loyal". Who came lately had less time to show
# anything; set `WINDOW_DAYS` where that matters.
#
# Which type matters most? A young company lives on regular orders; one that puts its processes in
# order gains most from feedback. The map shows when and how each type pays. The weights are a
# proposal, to be changed (`types.weights(…, changes=…)`).

# %%
drawn.profiles(portrait.profile, base=portrait.everybody)

# %%
drawn.payoff(portrait.means, weights=portrait.weights(STAGE))

# %% [markdown]
# *How to read it:* the left pays this year, the right later; a larger circle has more weight at this
# stage. A budget that feeds the left only lives from hand to mouth.
#
# ## What to spend, and on what
#
# The budget is split by weight and by potential: how far all customers together are below the best
# fifth (0 = as good, 1 = nothing yet). A type nobody has measured gets no money: measure it first.
# What an activity raises is what its maker hopes; the last column says where to look for proof.

# %%
plan = portrait.split(BUDGET, stage=STAGE)
formats = {"weight": "{:.0%}", "potential": "{:.0%}", "money": "{:,.0f}"}
plots.table(plan, formats=formats, title=f"A budget of {BUDGET:,} {run.study.currency}".strip())

# %%
plots.table(portrait.activities, title="What can be done, and where its effect should show")

# %% [markdown]
# ## Did it work?
#
# The same scores before and after an activity, on the same thresholds, for those who were asked
# and for the other customers of that day. Only the difference of the two changes counts: seasons
# pass for both. The day itself is left out: to come to an event is the activity, not its effect.
#
# A line that crosses zero is an effect that chance alone could make; the lines are wide enough to
# hold together. Who was asked should have been drawn by lot: who was picked for buying much falls
# back without any activity, and who came chose to come. Had everybody been asked, nothing could
# be said: before and after alone prove nothing.

# %%
trial = effect.trial(tables, activity=ACTIVITY, days=EFFECT_DAYS, part="asked")
drawn.effects(trial.compared, title=trial.title)

# %% [markdown]
# ## What we learned

# %%
sizes = found.labels.value_counts()
most = plan.loc[plan["money"].idxmax(), "type"]
plots.words(
    f"- **Scored:** {portrait.known_n} of the 5 types can be told; the largest kind is "
    f"“{sizes.index[0]}” with {sizes.iloc[0]:,} of {len(card):,} customers.\n"
    f"- **Split:** at the stage “{STAGE}” the largest part of the money goes to {most} loyalty.\n"
    f"- **Judged:** {trial.told}\n{portrait.unknown}"
)

# %% [markdown]
# ## Checks
#
# Scores stay from 0 to 100; the parts of the budget add up; nobody is in two kinds.
#
# ## Write

# %%
assert portrait.scores.melt()["value"].dropna().between(0, 100).all()
assert abs(plan["money"].sum() - BUDGET) < 0.005 or plan["share"].sum() == 0
assert found.labels.isin(found.order).all()

# %%
run.write("approaches/loyalty.json", found.definition)
run.write("approaches/loyalty.parquet", portrait.members)

# %% [markdown]
# ## The same step in five lines

# %%
tables = data.open(segkit.open_run(STUDY, stage="approaches/loyalty"))
card = data.card.build(tables, as_of=as_of, window_days=WINDOW_DAYS)
again = segments.attempt(card, "loyalty")
assert again.labels.tolist() == found.labels.tolist()

# %% [markdown]
# ## Exercises
#
# 1. *A parameter.* Set `STAGE` to "start-up", then to "optimising processes". Which type gains
#    most of the budget, and do you agree with the weights?
# 2. *A decision.* Judge an activity by those who took part (`part="took part"`) instead of those
#    who were asked. Which effects grow, and why is that no proof?
# 3. *The data.* Set `WINDOW_DAYS` to 365. Which kinds lose customers, and which customers left?
#
# ## Sources and next
#
# The text on five types of loyalty; on shrinking B. Efron and C. Morris, *Data Analysis Using
# Stein's Estimator and Its Generalizations* (1975); on the intervals B. L. Welch, *The
# Generalization of Student's Problem* (1947).
#
# Next: [04 Which customers belong together?](../04_segments.ipynb)
