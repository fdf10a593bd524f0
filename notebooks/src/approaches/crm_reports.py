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
# # What do our groups live on?
#
# Groups of customers differ in what they buy. Whoever knows it sees a product replace another
# before the total moves, and whom to call before a product group is dropped.
#
# | Reads | Writes | You set |
# |---|---|---|
# | the study's tables | `approaches/crm_reports.json`, `approaches/crm_reports.csv` | how sales are divided, the product group to drop |
#
# **You will be able to**
#
# - *report* sales by group, product and time, with shares that add up;
# - *name* the products a group lives on, and what is at stake when one goes;
# - *compare* advertising with sales, without calling it an effect.
#
# Reading takes about 10 minutes, running less than one.

# %% tags=["parameters"]
STUDY = "b2b"  # name of a file in studies/
DIVIDE_BY = "industry"  # column of the card that divides sales; if lacking, the selections do
WINDOW_DAYS = 730  # days of orders, 30 and more; 0 takes all
PRODUCT_GROUP = ""  # product group that might be dropped; empty takes the strongest
SMALLEST = 5  # customers, the money of fewer is hidden, 5 to 100
LONGEST_LAG = 3  # months between advertising and sales, 0 to 6

# %%
import segkit
import pandas as pd
from segkit import data, plots
from segkit.data.reports import promotion, sales
from segkit.plots.approaches import crm_selections as drawn
from segkit.segments.approaches import crm_selections

run = segkit.open_run(STUDY, stage="approaches/crm_reports")
tables = data.open(run)
as_of = data.card.analysis_date(tables)
card = data.card.build(tables, as_of=as_of, window_days=WINDOW_DAYS, everyone=True)
window = data.card.window(as_of=as_of, window_days=WINDOW_DAYS)

# %% [markdown]
# ## By hand, on ten order lines
#
# Two groups, three products. Leaders are the products that together bring 80 % of a group's money:
# sort, add up, and stop with the product by which 80 % is reached.

# %%
ten = pd.DataFrame({"customer_id": list("aaabbbcccd"), "product_id": list("ppqpqrpqrr")})
ten["amount"] = [50.0, 10.0, 20.0, 10.0, 5.0, 5.0, 1.0, 30.0, 60.0, 9.0]
ten["segment"] = ten["customer_id"].map({"a": "big", "b": "big", "c": "small", "d": "small"})
by_hand = ten.groupby(["segment", "product_id"])["amount"].sum().sort_values(ascending=False)
ten["ordered_at"] = pd.Timestamp("2026-01-05")
before = by_hand.groupby("segment").cumsum() - by_hand
lead = by_hand[before < 0.8 * by_hand.groupby("segment").transform("sum")]

# %%
goods = pd.DataFrame({"product_id": list("pqr"), "department": ["pens", "mugs", "bags"]})
few = data.from_frames(ten.drop(columns="segment"), products=goods)
who = ten[["customer_id", "segment"]].drop_duplicates()
lines = sales.lines(few, who, window=(None, pd.Timestamp("2026-02-01")))
leaders = sales.leaders(lines, by="product_id")
assert sorted(leaders.set_index(["segment", "product_id"]).index) == sorted(lead.index)
percent = {"spend": "{:,.0f}", "share_within": "{:.0%}", "running_share": "{:.0%}"}
plots.table(leaders, title="The leaders of two groups", formats=percent)

# %% [markdown]
# ## What does each group buy?
#
# Sales of the study by group and product, from order lines, returns deducted. Customers without a
# group and lines without a product are cells of their own, so the parts add up to all the money.

# %%
members, division = crm_selections.divided(card, by=DIVIDE_BY)
report = sales.report(tables, members, window=window, value=PRODUCT_GROUP, smallest=SMALLEST)
drawn.mix(report.bought, by=report.level)

# %% [markdown]
# *How to read it:* each row adds up to 100 %, darker is more. A row that differs from the others is a
# group with needs of its own; rows that are all alike say that this division has little to do with
# what is bought.
#
# ## One level deeper
#
# Open the group with the largest sales, product by product.

# %%
shares = {"spend": "{:,.0f}", "share_of_all": "{:.1%}", "share_within": "{:.1%}"}
plots.table(report.opened.head(8), title=f"Opened: {report.largest}", formats=shares)

# %% [markdown]
# *How to read it:* "share within" is the part of what was opened, "share of all" of all sales.
#
# ## Which products carry it, and is that changing?

# %%
drawn.portfolio(report.moved, by=report.level, title=report.largest)

# %% [markdown]
# *How to read it:* a filled point was among the leaders of that quarter, an empty one was not. One
# line falling while another rises is a replacement. The first and the last quarter may be cut short,
# so shares are compared, not sums; a single large order can make a peak.

# %%
came = "quarters in which a product group came among the leaders, or left them"
plots.table(report.turnover, title=f"{report.largest}: {came}")

# %% [markdown]
# ## What is at stake when a product group goes?
#
# What the group sells is lost at once. Customers who spend at least half of their money on it are
# called dependent and may go altogether: that is a bound, not a forecast, for some will buy something
# else instead. What fewer than `SMALLEST` of them spend is hidden behind a dash.

# %%
formats = {"spend": "{:,.0f}", "share_of_segment": "{:.1%}", "dependent_spend": "{:,.0f}"}
title = f"Without “{report.value}”, spend in {run.study.currency or 'money'}"
plots.table(report.stake, title=title, formats=formats)

# %%
plots.words(report.buyers)

# %% [markdown]
# ## Does advertising go with sales?
#
# The budget of a month beside each group's sales of that month and of the months after. A
# correlation is an association, not an effect: seasons move both. Few months, wide intervals. With
# many groups and lags, the highest of them is high by chance: count how many intervals leave out zero.

# %%
lags = promotion.compare(tables, members, end=window[1], longest=LONGEST_LAG)
plots.table(lags.highest, title="The highest correlation")

# %% [markdown]
# *How to read it:* "aimed" says whether the money was meant for this group or is that of all. Whether
# money *causes* sales only an experiment can tell (notebook 05).
#
# ## What we learned

# %%
plots.words(
    f"- **Reported:** sales of {len(card):,} customers, divided by {division}.\n"
    f"- **Named:** {report.lives_on}.\n"
    f"- **Compared:** {lags.told}."
)

# %% [markdown]
# ## Checks
#
# Shares add up to one, within every group too, and nothing is lost or counted twice.
#
# ## Write

# %%
bought = report.bought
assert abs(bought["share_of_all"].sum() - 1) < 1e-9
assert abs(bought["spend"].sum() - card.filter(["spend_total"]).to_numpy().sum()) < 0.01

# %%
run.write("approaches/crm_reports.json", report.record | {"divided_by": division})
run.write("approaches/crm_reports.csv", bought)

# %% [markdown]
# ## The same step in five lines

# %%
again = sales.report(tables, members.iloc[::-1], window=window, value=PRODUCT_GROUP)
assert again.bought.equals(report.bought)
assert again.moved.equals(report.moved)

# %% [markdown]
# ## Exercises
#
# 1. *A parameter.* Set `PRODUCT_GROUP` to the weakest product group. Which groups would notice?
# 2. *A decision.* Set `DIVIDE_BY` to another column of the card. By which one do the rows of the first
#    figure differ most, and which one would you plan the assortment by?
# 3. *The data.* Leave out December. Do the leaders stay the same?
#
# ## Sources and next
#
# The article on customer segmentation in a CRM: reports, leaders, best buyers, advertising budget.
#
# Next: [Whom would our own rules pick?](crm_selections.ipynb)
