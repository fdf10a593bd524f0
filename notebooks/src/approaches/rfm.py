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
# # RFM: who is active, who is slipping away?
#
# Three questions on every customer: when did they last buy, how often, for how much. The answers
# are scored once, and the same scale is used next month.
#
# | Reads | Writes | You set |
# |---|---|---|
# | the study's orders | `approaches/rfm.json`, `approaches/rfm.parquet` | the analysis date, the days looked back, how much later the second look is |
#
# **You will be able to**
#
# - *score* customers from 1 to 5 without parting equal ones;
# - *check* that every possible score belongs to exactly one segment;
# - *score* next month's customers on the stored scale, and see who moved.
#
# Reading takes about 15 minutes, running a few seconds.

# %% tags=["parameters"]
STUDY = "grocery"  # name of a file in studies/
AS_OF = "auto"  # a date such as 2017-12-01, or auto for LATER_DAYS before the end
WINDOW_DAYS = 300  # days looked back from the analysis date; both looks must be covered by data
LATER_DAYS = 30  # days between the first look and the second, 1 to 365

# %%
import segkit
import pandas as pd
from segkit import data, plots, segments
from segkit.plots.approaches import rfm as drawn
from segkit.segments.approaches import rfm

run = segkit.open_run(STUDY, stage="approaches/rfm")
tables = data.open(run)
as_of = data.card.look_back(tables, asked=AS_OF, days=LATER_DAYS)
card = data.card.build(tables, as_of=as_of, window_days=WINDOW_DAYS)

# %% [markdown]
# The analysis date belongs to the definition: "days since the last purchase" means nothing without
# it. It is exclusive, so a card of that date knows nothing of the day itself.
#
# ## By hand, on ten customers
#
# Ten customers make fifths of two. Four cut points per question; the score is one more than the
# number of cut points a value exceeds, and recency is turned round, because few days are good.
# Look at the orders: four customers ordered once, so the lower two fifths fall together, and they
# all get the same score.

# %%
ten = pd.DataFrame({"customer_id": list("abcdefghij")})
ten["days_since_purchase"] = [3, 8, 12, 20, 33, 41, 60, 75, 120, 300]
ten["orders_n"] = [9, 7, 1, 5, 4, 1, 3, 2, 1, 1]
ten["spend_total"] = [900.0, 350.0, 20.0, 400.0, 120.0, 80.0, 200.0, 60.0, 15.0, 500.0]
by_hand = pd.DataFrame({"R": [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]})
by_hand["F"] = [5, 5, 1, 4, 4, 1, 3, 3, 1, 1]
by_hand["M"] = [5, 4, 1, 4, 3, 2, 3, 2, 1, 5]
scored = rfm.scale(segments.attempt(ten, "rfm")).scores
assert (scored == by_hand).all().all()
plots.table(ten.join(scored), title="Ten customers and their scores")

# %% [markdown]
# ## The scale of these customers

# %%
found = segments.attempt(card, "rfm")
scale = rfm.scale(found)
begun = tables.facts()["first_order"]
plots.words(scale.dated(begun, as_of=as_of, window_days=WINDOW_DAYS))

# %% [markdown]
# The four cut points of each question, as they are stored. Nothing else is needed to score.

# %%
plots.table(scale.table, title="Cut points: that share of customers is at or below")

# %%
drawn.scores(scale.spread)

# %% [markdown]
# *How to read it:* where the bars are unequal, many customers share one value. They are not parted
# to make the bars equal: two customers with the same habits would else get different letters. A
# score that nobody can get is named, and no segment waits for it.
#
# ## Every score has one segment
#
# 5 × 5 × 5 scores make 125 triples. How often and how much are added up, because they mostly tell
# the same, and three groups of recency by three of size make nine segments. The table of all
# triples is part of the definition, so "which line was first" never decides.

# %%
cells = rfm.cells()
assert len(cells.drop_duplicates(["R", "F", "M"])) == 125
plots.table(cells["segment"].value_counts().rename("triples").reset_index(), title="125 triples")

# %%
plots.segments.rfm_map(scale.scores, found.labels, order=found.order)

# %% [markdown]
# *How to read it:* upper right are the best customers; lower right bought as much, but not lately.
# Those are worth a call before anyone else, if the silence is long for this business:

# %%
plots.words(scale.meant)

# %% [markdown]
#
# ## Next month, on the stored scale
#
# If the cut points were found anew each month, a fifth would always be "5", and a shop could lose
# half its trade without the picture changing. So the stored ones are used. Customers who came
# since are scored like everybody else. Both looks must cover as many days, or everybody would seem
# to buy more.

# %%
last = data.card.analysis_date(tables)
later = data.card.build(tables, as_of=last, window_days=WINDOW_DAYS)
moved = rfm.followed(found, later, looks=(as_of, last))
plots.segments.crossing(moved.crossed, title="Where customers went (rows add to 100 %)")

# %% [markdown]
# *How to read it:* a row is where somebody was, a column where they are now; the diagonal stayed. A
# row that leans towards "gone quiet" may be money on its way out. Where just as many go from "gone
# quiet" back to active, such gaps are the rhythm of these customers and no farewell. Who has no
# order in the later window is not in the table; who had none in the first one may be new or back.

# %% [markdown]
# ## What we learned

# %%
plots.words(
    f"- **Scored:** {len(card):,} customers into {found.labels.nunique()} of 9 segments; "
    f"{scale.reached}. {scale.answered}.\n"
    f"- **Checked:** {len(cells)} triples, each in one segment.\n"
    f"- **Followed:** {moved.stayed:.0%} are in the same segment {moved.days} days later. "
    f"New or back, and scored on the same scale: {moved.new:,}."
)

# %% [markdown]
# ## Checks
#
# Equal values get equal scores; the unit of money changes nothing.

# %%
assert scale.scores.groupby(found.card["orders_n"])["F"].nunique().eq(1).all()
cents = card.assign(**card.filter(regex="^spend_total$") * 100)
assert segments.attempt(cents, "rfm").labels.tolist() == found.labels.tolist()

# %% [markdown]
# ## Write

# %%
run.write("approaches/rfm.json", scale.kept(as_of))
run.write("approaches/rfm.parquet", scale.members)

# %% [markdown]
# ## The same step in five lines

# %%
tables = data.open(segkit.open_run(STUDY, stage="approaches/rfm"))
card = data.card.build(tables, as_of=as_of, window_days=WINDOW_DAYS)
again = segments.attempt(card, "rfm")
assert again.labels.tolist() == found.labels.tolist()

# %% [markdown]
# ## Exercises
#
# 1. *A parameter.* Set `LATER_DAYS` to 90. Which segment keeps its people longest?
# 2. *A decision.* Count recency from 3 upwards as recent (`rfm.RECENT`). How many more would you
#    call active, and would your mail to them change?
# 3. *The data.* Fit the cut points anew on the later card. How many customers change their segment
#    only because the scale moved?
#
# ## Sources and next
#
# A. M. Hughes, *Strategic Database Marketing*, 1994; the handbook's section on RFM. The recency of
# BG/NBD models is another thing: the time from the first to the last purchase.
#
# Next: [5W: who, what, when, where and why?](five_w.ipynb)
