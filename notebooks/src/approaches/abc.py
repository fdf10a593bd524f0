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
# # ABC: who brings the money?
#
# Not every customer can get the same attention. ABC says who brings how much, by two amounts
# that anyone can repeat, and puts the rule of thumb to the test.
#
# | Reads | Writes | You set |
# |---|---|---|
# | the study's orders (with `cost`, where it is known) | `approaches/abc.json`, `approaches/abc.parquet` | the days looked back, the rule that is written, what "often" and "much" mean |
#
# **You will be able to**
#
# - *sort* customers into A, B and C, by value and by head count;
# - *check* the promise "20 % bring 80 %" against your own customers;
# - *part* those who buy often from those who buy much (two-way ABC).
#
# Reading takes about 10 minutes, running a few seconds.

# %% tags=["parameters"]
STUDY = "grocery"  # name of a file in studies/
WINDOW_DAYS = 365  # days looked back from the last order, 0 takes all history
RULE = "value"  # which segments are written: value, count or two_way
UPPER_SHARE = 0.5  # above so many of the customers is often, or much; 0.5 to 0.9

# %%
import segkit
import numpy as np
import pandas as pd
from segkit import data, plots, segments
from segkit.data.measures import profit
from segkit.plots.approaches import abc as drawn
from segkit.segments.approaches import abc

run = segkit.open_run(STUDY, stage="approaches/abc")
tables = data.open(run)
as_of = data.card.analysis_date(tables)
card = data.card.build(tables, as_of=as_of, window_days=WINDOW_DAYS)

# %% [markdown]
# ## By hand, on ten customers
#
# Sort by money, add up, and cut where 80 % and 95 % are reached; the customer with whom 80 % is
# reached still counts as A. By head count, A are simply the first two of ten and B the next
# three. The two rules disagree already here.

# %%
ten = pd.DataFrame({"customer_id": list("abcdefghij"), "orders_n": [9, 2, 6, 1, 5, 1, 2, 1, 4, 1]})
ten["spend_total"] = [400.0, 250.0, 120.0, 80.0, 50.0, 40.0, 30.0, 15.0, 10.0, 5.0]
before = (ten["spend_total"].cumsum() / ten["spend_total"].sum()).shift(fill_value=0.0)
ten["value_by_hand"] = np.select([before < 0.80, before < 0.95], ["A", "B"], "C")
ten["count_by_hand"] = list("AABBBCCCCC")
for rule in ("value", "count"):
    by_tool = segments.attempt(ten, {"approach": "abc", "rule": rule})
    ten[f"{rule}_by_tool"] = by_tool.labels.str[0]
    assert (ten[f"{rule}_by_hand"] == ten[f"{rule}_by_tool"]).all()
plots.table(ten, title="Ten customers, two rules")

# %% [markdown]
# The tool keeps only the two amounts where A and B begin. So customers with equal money are never
# parted, and next month's customers can be sorted without sorting everybody again.
#
# ## Which money: profit or revenue?
#
# A customer who buys a lot at a loss is no A. Where the orders say what the goods cost, ABC goes
# by profit; else by revenue, and says so.

# %%
found = segments.attempt(card, "abc")
ranked = abc.ranked(found, share=UPPER_SHARE)
start, end = data.card.window(as_of=as_of, window_days=WINDOW_DAYS)
covered = profit.coverage(tables, start=start, end=end)
plots.words(ranked.introduction(covered))

# %% [markdown]
# ## The promise, tested
#
# The rule of thumb says: A are 20 % of the customers with 80 % of the money, B 30 % with 15 %, C
# 50 % with 5 %. The curve adds up the money over the customers, the largest first; the cross is
# where it would have to pass.

# %%
plots.goals.concentration(ranked.money, cuts=found.rules["cuts"])

# %% [markdown]
# *How to read it:* a curve below the cross means that money is spread more evenly than promised;
# a straight line would be customers who are all alike. A published case: in a year and a half of
# the CD shop CDNOW, the top 20 % of the customers brought about 68 % of the money, the next 30 %
# about 22 %, the rest 10 %.

# %%
drawn.promise(ranked.compared)

# %%
shares = ["customers_share", "customers_promised", "money_share", "money_promised"]
percent = dict.fromkeys(shares, "{:.0%}")
plots.table(ranked.compared, title="ABC, observed and promised", formats=percent)

# %% [markdown]
# *How to read it:* bars that miss their diamonds are not mistakes of the data, but of the rule of
# thumb. By value the money is given and the heads follow; by count the heads are given and the
# money follows. Always say which rule was used: they name other customers "A".
#
# ## Two-way: often, much, or both?
#
# One amount hides two habits. The simplified two-way ABC asks how often and how much, each
# against the middle customer: A both, C neither, and two kinds of B who need different offers.
# Somebody who buys often but little may take larger baskets; somebody who buys much but rarely may
# come again sooner. Where all are equal nobody is above the middle, and all are C.

# %%
drawn.quadrants(ranked.two_way_sizes)

# %% [markdown]
# *How to read it:* the upper right field is served first, the lower left with the least effort. A
# ranking by money alone would put "much but rarely" with the best and "often but little" with the
# last, and hide that they need different offers.

# %% [markdown]
# ## What we learned

# %%
plots.words(
    f"- **Sorted:** {ranked.sorted}\n- **Checked:** {ranked.checked}\n- **Parted:** {ranked.parted}"
)

# %% [markdown]
# ## Checks
#
# The parts add up, equal customers are together, and the unit of money changes nothing.

# %%
assert ranked.compared.groupby("rule")["customers_n"].sum().eq(len(card)).all()
cents = card.assign(**card.filter(regex="_total$") * 100)
assert segments.attempt(cents, "abc").labels.tolist() == found.labels.tolist()

# %% [markdown]
# ## Write

# %%
chosen = ranked.chosen(RULE)
run.write("approaches/abc.json", chosen.definition)
run.write("approaches/abc.parquet", chosen.members)

# %% [markdown]
# ## The same step in five lines

# %%
tables = data.open(segkit.open_run(STUDY, stage="approaches/abc"))
card = data.card.build(tables, as_of=as_of, window_days=WINDOW_DAYS)
again = segments.attempt(card, "abc")
assert again.labels.tolist() == found.labels.tolist()

# %% [markdown]
# ## Exercises
#
# 1. *A parameter.* Set `UPPER_SHARE` to 0.8. How many customers are still A in the two-way table,
#    and could your team call each of them?
# 2. *A decision.* Use `by="spend_total"` where profit is known. Who was A by revenue and is not by
#    profit, and what would you change for them?
# 3. *The data.* Take the largest customer out of `card`. How far does the curve move, and what does
#    that say about depending on one name?
#
# ## Sources and next
#
# The handbook's section on ABC; the two-way table in S. Nezhintseva's article on loyalty; the
# CDNOW figures were computed from the data set published with P. Fader and B. Hardie's papers.
#
# Next: [RFM: who is active, who is slipping away?](rfm.ipynb)
