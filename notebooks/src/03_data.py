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
# # 3. Do the data support those criteria?
#
# A segmentation inherits every fault of its data and shows none of them. So before anybody is
# grouped, the data are traced, tested, and turned into one row per customer.
#
# | Reads | Writes | You set |
# |---|---|---|
# | `brief.json`, `criteria.csv` | `card.parquet`, `quality.csv`, `rejected.parquet` | five limits |
#
# **You will be able to**
#
# - *trace* every amount of money from the source to the customer card;
# - *build* that card by hand and by tool, and say what each column means;
# - *judge* by five demands whether data can carry a segmentation, and plan what to collect.
#
# Reading takes about 20 minutes, running a few seconds.

# %% tags=["parameters"]
STUDY = "grocery"  # name of a file in studies/
MAX_REJECTED_PCT = 5.0  # most rows or money that may be set aside, percent, 0 to 100
MAX_GUEST_PCT = 60.0  # most lines or money that may name no customer, percent, 0 to 100
MAX_GAP_DAYS = 30  # longest silence before the analysis date, days, 1 to 365
MIN_COVERAGE_PCT = 60.0  # percent of customers for whom a dividing criterion is known, 0 to 100
CUSTOMERS_PER_CRITERION = 100  # customers needed for each criterion, 10 to 1000

# %%
import segkit

run = segkit.open_run(STUDY, stage="03_data")

import pandas as pd

from segkit import data, plots
from segkit.brief import Brief

brief = Brief.read(run)
criteria = run.read("criteria.csv")
limits = {
    "max_rejected_pct": MAX_REJECTED_PCT,
    "max_guest_pct": MAX_GUEST_PCT,
    "max_gap_days": MAX_GAP_DAYS,
    "min_coverage_pct": MIN_COVERAGE_PCT,
    "per_criterion": CUSTOMERS_PER_CRITERION,
}

# %% [markdown]
# ## Where do the data come from?
#
# A source register is dull and saves arguments: which table, from where, how many rows. Reading
# happens once; the typed copy in the run folder is used until the source changes. Who collected
# the data, how, and under which licence is told in `data/README.md`.

# %%
tables = data.open(run)
judged = data.quality.judge(tables, study=run.study, brief=brief, criteria=criteria, limits=limits)
exact = dict.fromkeys(["read", "kept", "rejected", "difference"], "{:,.2f}")
plots.table(judged.sums, title="Source register: what was read, where it went", formats=exact)

# %% [markdown]
# *How to read it:* kept and rejected add up to what was read, in rows and in readable money of each
# currency. A difference other than zero would have stopped this notebook: something would have
# vanished.
#
# ## What was handled, and how?
#
# Each row must name a customer and an order, carry a date that can be and an amount that is a
# number; trials, cancelled orders and exact repetitions are no sales. Nothing is repaired and
# nothing is dropped: a row is either kept or set aside **with its reason**. Among the kept rows,
# returns, gifts, postage and the like are counted, so that you know what the sums hold.

# %%
plots.table(judged.handled, title="Handled and counted")

# %% [markdown]
# *How to read it:* rows that were set aside count nowhere below, and each of them waits with its
# reason in `rejected.parquet`. All others count with their money as written. A return is deducted
# when it happens, so a card of an earlier day does not know it; only an order undone on its own day
# never was one.
#
# Sales without a named customer may be good business, but nobody can be written to: they are kept
# apart instead of becoming one giant customer.
#
# ## What is peculiar about this source?
#
# Rules find broken rows. They do not find rows that are fine and mean something else than you
# think. That takes knowledge of the source, one trap at a time.

# %%
plots.table(judged.traps, title="What was found, and what was decided")

# %%
plots.data.clock(judged.hours, zone=run.study.timezone)

# %% [markdown]
# *How to read it:* a shop is quiet at night and busy after work. A curve that peaks near midnight
# is seldom a habit and often a clock in another time zone. Weekdays suffer as well: late evening
# becomes the next day.
#
# ## One row per customer, by hand
#
# A segmentation groups customers, and a source has order lines. The bridge is the **customer
# card**. Here is the idea on ten invented lines of three customers, looked at on 1 February.

# %%
days = ["01-05", "01-05", "01-20", "01-25", "02-01", "01-03", "01-03", "01-30", "01-30", "01-31"]
ten = pd.DataFrame({"customer_id": list("aaaaabbbbc"), "order_id": list("1123455667")})
ten["ordered_at"] = pd.to_datetime([f"2024-{day}" for day in days])
ten["amount"] = [3.0, 4.5, 10.0, 2.5, 99.0, 7.0, 8.0, 20.0, -5.0, 12.0]
known = ten[ten["ordered_at"] < "2024-02-01"].groupby("customer_id")
by_hand = known.agg(orders_n=("order_id", "nunique"), spend_total=("amount", "sum"))
last = known["ordered_at"].max()
by_hand["days_since_purchase"] = (pd.Timestamp("2024-02-01") - last).dt.days
plots.table(by_hand.reset_index(), title="Three customer cards, by hand")

# %%
by_tool = data.card.build(data.from_frames(ten), as_of="2024-02-01", window_days=0)
by_tool = by_tool.set_index("customer_id")[list(by_hand.columns)]
assert (by_tool - by_hand).abs().to_numpy().max() < 0.005

# %% [markdown]
# *How to read it:* several lines make one order, a return counts against the spend, and an order
# on the day of looking does not exist yet: a card that knows the future predicts it perfectly,
# and uselessly. The tool counted the same, and does so for everybody inside the engine.
#
# ## The customer card
#
# Now for the customers of this study, back from the analysis date in the brief.

# %%
card = judged.card
plots.table(judged.columns, title=judged.title, formats={"coverage": "{:.0%}"})

# %% [markdown]
# *How to read it:* coverage is the share of customers with a value. Counts and money are complete
# by construction. Shares are shares of what was bought before returns; they are missing only for
# customers who bought nothing in that sense. Attributes are known only where somebody asked.
# Customers without an order in the window have no habits to compare: they are in no segment, and a
# longer `WINDOW_DAYS` in notebook 01 takes more of them in.
#
# ## What can these data not tell?
#
# **Who is new, and who left?** That takes customers who arrive and leave within the data.

# %%
plots.data.newcomers(judged.months, least=run.study.smallest_cell)

# %%
plots.words(judged.arrivals)

# %% [markdown]
# *How to read it:* customers who really arrive make bars of like height. One high bar at the left
# is where the *data* begin.
#
# **Who lives there?** Attributes are only as good as the way they came in. If only good customers
# were asked, "our segment is married" may just mean "our segment is known".

# %%
plots.data.described(judged.tenths)

# %%
plots.words(judged.leaning)

# %% [markdown]
# ## Five demands on the data
#
# Data should be **current** (up to the analysis date), **consistent** (tables agree with each
# other), **complete** (the chosen criteria are known), **sufficient** (enough customers) and
# **prepared** (little had to be set aside). Each is scored against your limits.

# %%
checks = judged.checks
plots.data.checks(checks)

# %%
plots.table(checks[["check", "verdict", "measured", "reason"]], title="What was measured")

# %% [markdown]
# *How to read it:* **pass** means that nothing measurable speaks against the data, not that they
# are true. **warn** is to be known and lived with. **stop** ends the run below, after everything
# has been written: better no segments than wrong ones. A study may say otherwise for a check
# (`quality: {complete: warn}`); its verdict stays what it is.
#
# What is thin or missing can be collected. The plainest way for each family of criteria:

# %%
plots.table(judged.plan, title="Collection plan", formats={"known": "{:.0%}"})

# %% [markdown]
# *How to read it:* one question that every customer answers is worth more than ten that only the
# best ones do. Ask a random sample first; personal data only with consent and a purpose.
#
# ## What we learned

# %%
plots.words(judged.summary)

# %% [markdown]
# ## Checks
#
# Broken arithmetic stops the run; weak data were reported above.

# %%
assert judged.sums["difference"].eq(0).all()
assert card["customer_id"].is_unique
assert judged.reconciled

# %% [markdown]
# ## Write
#
# First what was found, then, if need be, the stop.

# %%
run.write("rejected.parquet", judged.aside)
run.write("quality.csv", checks)
run.write("card.parquet", card)
judged.require()

# %% [markdown]
# ## The same step in five lines

# %%
tables = data.open(run)
again = data.quality.judge(tables, study=run.study, brief=brief, criteria=criteria, limits=limits)
assert again.card.equals(card)
assert again.checks.equals(checks)
assert again.reconciled

# %% [markdown]
# ## Exercises
#
# 1. *A parameter:* multiply `CUSTOMERS_PER_CRITERION` by ten. Which verdict changes, and would you
#    rather have fewer criteria or more customers?
# 2. *A decision:* build the card of half a year earlier (another `as_of`). Which columns change
#    most, and which stay as they were?
# 3. *The data:* copy `studies/grocery.yaml` to a study of your own, with `timezone: UTC`. Which
#    columns of the card move, and would you have noticed without the chart of the hours?
#
# ## Sources and next
#
# The five demands and the sources of data: stage 3 of the handbook. Customers per criterion:
# S. Dolnicar, B. Grün, F. Leisch (2016), *Increasing sample size compensates for data problems in
# segmentation studies*, Journal of Business Research 69(2). The data: `data/README.md`.
#
# Next: `04_segments`, where customers are grouped by the criteria that survived.
