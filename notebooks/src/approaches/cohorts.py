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
# # Do customers who began together stay together?
#
# Total sales can grow while every customer leaves sooner, as long as enough new ones come. Only
# customers of the same age, side by side, show it: by when they began, and by where they came from.
#
# | Reads | Writes | You set |
# |---|---|---|
# | the orders of the study, a column with the source | `approaches/cohorts.json`, `approaches/cohorts.parquet` | the period, the column, the age to test |
#
# **You will be able to**
#
# - *sort* customers into cohorts by their first purchase and read a retention triangle;
# - *tell* which cells of it cannot be trusted, at its beginning and at its end;
# - *compare* sources of customers at the same age, and say whether the difference is more than chance.
#
# Reading takes about 10 minutes, running less than one.

# %% tags=["parameters"]
STUDY = "online_shop"  # name of a file in studies/
MONTHS = 1  # length of a period in calendar months: 1, 3 or 12
SOURCE = "source"  # column of the customers or of the orders that says where they came from
AGE = 3  # periods since the first purchase at which sources are tested, 1 to 24

# %%
import segkit
import numpy as np
import pandas as pd
from segkit import data, plots
from segkit.data.reports import cohorts as counted
from segkit.plots.approaches import cohorts as drawn
from segkit.segments.approaches import cohorts

run = segkit.open_run(STUDY, stage="approaches/cohorts")
tables = data.open(run)

# %% [markdown]
# ## By hand, on ten orders
#
# The cohort is the month of the first purchase; the age of an order is the number of months since.
# A cell counts *customers*, so two orders in a month count once. A receipt that only gives money
# back is no purchase.

# %%
ten = pd.DataFrame({"customer_id": list("aaabbbccdd")})
days = [0, 40, 50, 14, 61, 62, 35, 89, 55, 90]
ten["ordered_at"] = pd.to_datetime("2024-01-01") + pd.to_timedelta(days, unit="D")
ten["amount"] = [20.0, 10.0, 5.0, 30.0, 12.0, 8.0, 25.0, 10.0, 40.0, 15.0]
month = ten["ordered_at"].dt.year * 12 + ten["ordered_at"].dt.month
ten["age"] = month - month.groupby(ten["customer_id"]).transform("min")
first = ten.groupby("customer_id")["ordered_at"].transform("min")
ten["cohort"] = first.dt.strftime("%Y-%m")
by_hand = ten.pivot_table(index="cohort", columns="age", values="customer_id", aggfunc="nunique")
whole = dict.fromkeys(by_hand.columns, "{:.0f}")
plots.table(by_hand.reset_index(), title="Customers who bought, by cohort and age", formats=whole)

# %%
orders = data.from_frames(ten[["customer_id", "ordered_at", "amount"]])
small = counted.read(orders, months=1).table
by_tool = counted.matrix(small, values="active_n")
assert np.array_equal(by_tool.to_numpy(), by_hand.to_numpy(), equal_nan=True)
plots.table(small, title="The same ten orders, counted by the tool")

# %% [markdown]
# ## Who bought again, by date of the first purchase
#
# A row is a cohort, a column its age, a number the percentage of the cohort that bought in that
# period. Two warnings are computed, not judged by eye. *Hatched* periods are not complete: the data
# begin or end within them, so they seem low. Cohorts with a *star* hold customers from before the
# data begin: the first always does, and so do those right after it that are far larger than usual.

# %%
every = counted.read(tables, months=MONTHS)
large = every.large(run.study.smallest_cell)
drawn.triangle(large, months=MONTHS, title="Customers who bought again, % of the cohort")

# %%
plots.words(f"{every.begun} {every.hidden(run.study.smallest_cell)}")

# %% [markdown]
# *How to read it:* along a row, one cohort grows older; along a column, cohorts of the same age are
# compared: darker downwards means newcomers get better. Along a diagonal lies one calendar period:
# a dark diagonal is a season or a campaign, not loyalty. A small cohort swings by chance.
#
# ## What they spent
#
# The same triangle in money per customer of the cohort, those who stayed away included; what was
# given back is deducted.

# %%
money = f"Money per customer of the cohort, by period {run.study.currency}".strip()
drawn.triangle(large, values="spend_per_customer", months=MONTHS, title=money)

# %% [markdown]
# ## By where they came from
#
# All cohorts of one source together, at the same age. Only whole periods count, cohorts with a star
# do not, and each age has only the customers who were old enough to be seen. One age is chosen
# before looking and tested (chi-square): with many sources and many ages, some gap always is large.

# %%
split = counted.read(tables, months=MONTHS, source=SOURCE)
by_source = split.by_age("source")
drawn.ages(by_source, by="source", at=AGE, months=MONTHS)

# %% [markdown]
# At the age chosen, and only there, the sources are compared in numbers:

# %%
at_age = by_source[by_source["age"].eq(AGE)]
plots.table(at_age, title=f"Sources at age {AGE}", formats={"active_share": "{:.1%}"})

# %%
verdict = cohorts.verdict(by_source, at=AGE)
plots.words("**Verdict:** " + verdict + ".")

# %% [markdown]
# *How to read it:* the left picture is who buys, the right what it adds up to. Later ages rest on
# older cohorts only. *Where it misleads:* a source that brings other people (younger, from elsewhere)
# differs because of them; moving the advertising there does not make new customers like them.
#
# ## The cohort of every customer

# %%
found = cohorts.by_date(tables, months=MONTHS)
sizes = found.sizes.drop(columns="money_share")
seen = sizes[sizes["customers_n"] >= run.study.smallest_cell]
plots.table(seen, title="Cohorts by date", formats={"customers_share": "{:.1%}"})

# %% [markdown]
# ## What we learned

# %%
plots.words(f"{every.told}\n- **Compared:** {verdict}.")

# %% [markdown]
# ## Checks
#
# Everybody is in exactly one cohort, everybody buys at age 0, and sources add up to the whole.
#
# ## Write

# %%
assert found.labels.isin(found.order).all()
assert every.table.loc[every.table["age"].eq(0), "active_share"].eq(1).all()
assert abs(split.table["spend_total"].sum() - every.table["spend_total"].sum()) < 0.01

# %%
run.write("approaches/cohorts.json", found.definition)
run.write("approaches/cohorts.parquet", found.members)

# %% [markdown]
# ## The same step in five lines

# %%
tables = data.open(segkit.open_run(STUDY, stage="approaches/cohorts"))
again = cohorts.by_date(tables, months=MONTHS)
assert again.labels.tolist() == found.labels.tolist()

# %% [markdown]
# ## Exercises
#
# 1. *A parameter.* Set `MONTHS` to 3. Which swings of the triangle vanish, and which stay?
# 2. *A decision.* One source costs twice as much per new customer as another. From the right
#    picture: after how many periods has each paid for itself, with your margin?
# 3. *The data.* Set `STUDY` to `grocery`. How many customers are left whose beginning is known?
#
# ## Sources and next
#
# The handbook's section on cohorts (date of the first purchase, source of acquisition).
#
# Next: [What will each customer still bring?](clv.ipynb)
