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
# # Whom would our own rules pick?
#
# People who work with customers know whom they look for: who asked and never bought, who was big
# and went quiet. Here such knowledge becomes rules that anyone can read, change and check.
#
# | Reads | Writes | You set |
# |---|---|---|
# | the study's tables, a file of selections | `approaches/crm_selections.json`, `.parquet`, `.yaml`, `_moves.csv`, `_search.html` | the selections, the dates, the days of a sequence |
#
# **You will be able to**
#
# - *write* a selection as a rule, and say for one customer why it holds;
# - *follow* who joins and who leaves a group;
# - *test* what marks a group, instead of trusting "more than half".
#
# Reading takes about 12 minutes, running less than one.

# %% tags=["parameters"]
STUDY = "b2b"  # name of a file in studies/
SELECTIONS = ""  # a YAML file of your own, from the project's folder; empty takes the presets
WINDOW_DAYS = 730  # days of orders on the card, 30 and more; 0 takes all
FOLLOW_DAYS = 30  # days in which an order should follow, 1 to 365
STEP_DAYS = 91  # days between two looks at the groups, 7 to 365
STEPS = 6  # looks back, 1 to 24
SMALLEST = 10  # customers, fewer are not described, 5 to 100

# %%
import segkit
import pandas as pd
from segkit import data, evidence, plots, segments
from segkit.data.reports import sequences
from segkit.plots import searchable
from segkit.plots.approaches import crm_selections as drawn
from segkit.segments import rules
from segkit.segments.crm import selections

run = segkit.open_run(STUDY, stage="approaches/crm_selections")
tables = data.open(run)
as_of = data.card.analysis_date(tables)
card = data.card.build(tables, as_of=as_of, window_days=WINDOW_DAYS, everyone=True)

# %% [markdown]
# ## A rule by hand, on ten customers
#
# "Risk group: spent at least a thousand, and has not ordered for more than 180 days." Two of the ten
# have an unknown value. What is not known is neither true nor false: such a customer is *out*, and
# stays out when the rule is turned round with `not`. Nobody is put into a group for what we do not
# know of them.

# %%
rule = {"all": [{"spend_total": {"at_least": 1000}}, {"days_since_purchase": {"over": 180}}]}
ten = pd.DataFrame({"customer": list("abcdefghij")})
ten["spend_total"] = [1240, 90, 2000, None, 1000, 5000, 30, 1500, 800, 1001]
ten["days_since_purchase"] = [212, 300, 10, 400, 181, 180, 5, None, 365, 700]
ten["by_hand"] = (ten["spend_total"] >= 1000) & (ten["days_since_purchase"] > 180)
ten["by_tool"] = rules.selected(ten, rule)
ten["why"] = [rules.explain(row, rule) for row in ten.to_dict("records")]
assert ten["by_hand"].tolist() == ten["by_tool"].tolist()
whole = dict.fromkeys(["spend_total", "days_since_purchase"], "{:,.0f}")
plots.table(ten, title=rules.in_words(rule).capitalize(), formats=whole)

# %%
neither = ten.loc[~ten["by_tool"] & ~rules.selected(ten, {"not": rule}), "customer"]
text = "spend_total >= 1000 AND days_since_purchase > 180"
assert rules.from_sql(text, columns=ten.columns) == rule
out = f"Out of the rule *and* of its opposite: **{', '.join(neither)}**."
plots.words(f"{out} Also read from `{text}`.")

# %% [markdown]
# *How to read it:* every line says which condition decided. The SQL text was parsed, never run:
# only comparisons of known columns with constants are let through.
#
# ## The saved selections of this study
#
# Presets are rules in a file. Each asks for columns; where the study lacks them it is refused by
# name, not half applied. "The largest fifth" is settled as an amount now and kept as a number.

# %%
saved = selections.load(card, path=SELECTIONS)
formats = {"customers_share": "{:.1%}"}
plots.table(saved.picked, title="What each selection picks", formats=formats)

# %%
plots.table(saved.impossible, title="Not possible with these data")

# %% [markdown]
# *How to read it:* "undecided" are customers of whom a deciding value is not known; they are out.
# Shares need not add up: a customer may be in several selections, or in none.
#
# ## Build one by clicking, or by editing a file
#
# The search library alone is larger than a notebook may be, so it gets a page of its own. Open it in
# a browser, click conditions together, copy the rule that appears below the table into a file, and
# name that file in `SELECTIONS`. The page needs no network and shows no ids and no names; its
# numbers are rounded, so let this notebook count. The selections above are written as such a file,
# too: `approaches/crm_selections.yaml`.

# %%
run.write("approaches/crm_selections_search.html", searchable.page(card))
run.write("approaches/crm_selections.yaml", saved.as_yaml)
page = f"../../runs/{run.path.name}/approaches/crm_selections_search.html"
plots.words(f"**[Open the search page]({page})** of {len(card):,} customers.")

# %% [markdown]
# ## Are these groups a division, or signs?
#
# A division puts every customer into exactly one group: it is *exhaustive* and *exclusive*. Signs
# stand side by side. A sign with (nearly) the customers of another, or an attribute that another
# one already tells, is redundant: it costs care and tells nothing. Several divisions hold at once:
# sellers sort the same customers by money, the warehouse by pace.

# %%
plots.words(saved.kind)

# %%
plots.table(saved.by_money_and_pace, title="Customers by two divisions at once")

# %% [markdown]
# ## Who joined, who left?
#
# A *static* group is a list fixed on one day. A *dynamic* group is its rule: members come and go. The
# card is rebuilt for earlier dates from what was known then, and held against the same numbers.

# %%
days = {"step_days": STEP_DAYS, "window_days": WINDOW_DAYS}
followed = saved.follow(tables, as_of=as_of, steps=STEPS, **days)
drawn.history(followed.history)

# %%
title = "Who joined and who left at the last date, with one reason each"
plots.table(followed.examples, title=title)

# %% [markdown]
# *How to read it:* early dates know a shorter past, so groups defined by sums grow at first. A
# dynamic group is worth a standing order ("call whoever joins the risk group"); a list is right
# for one mailing. The full lists, with every reason, go to a file.
#
# ## In which order did it happen?
#
# A sequence looks ahead from each start: did an order follow within the set number of days? Starts
# whose days are not yet over are open and not judged.

# %%
looked = data.card.window(as_of=as_of, window_days=0)
plots.words(sequences.unanswered(tables, end=looked[1], within_days=FOLLOW_DAYS))

# %% [markdown]
# ## More than half have it. So what?
#
# Rule of thumb: what more than half of a group have marks the group. It forgets how common the
# thing is everywhere. So each share stands beside the share of all; the lift says how many times
# as common it is here; the p-value is corrected for looking at so many (Holm).

# %%
marks = saved.marks(smallest=SMALLEST)
formats = {"share": "{:.0%}", "share_all": "{:.0%}", "lift": "{:.1f}×", "p_adjusted": "{:.3f}"}
plots.table(marks.strongest, title=f"What marks “{marks.group}”", formats=formats)

# %%
half = marks.table["over_half"].sum()
proven = marks.table["distinctive"].sum()
p = evidence.fisher(60, 100, 550, 1000)
plots.words(
    f"Signs that more than half have: **{half}**. Peculiar to the group: **{proven}**.\n"
    f"For comparison, 60 of 100 where all have 550 of a thousand: p {p:.2f}."
)

# %% [markdown]
# *How to read it:* "over half" and "distinctive" are two questions. A sign can be frequent and say
# nothing, or rare and say much: `lift` is how many times as common it is here as everywhere (far
# below 1 is distinctive, too), and `p adjusted` how often chance alone would do that (0.000 is less
# than one in two thousand). A preset that *asks* for a thing will of course have it.
#
# ## What we learned

# %%
recipe = {"approach": "crm_selections", "groups": saved.groups}
found = segments.attempt(card, recipe)
hidden = rules.overlaps(card, found.definition)["customers_n"].sum()
change = followed.moves["change"]
plots.words(
    f"- **Written:** {len(saved.groups)} selections are possible, {len(saved.lacking)} are not. "
    f"{saved.most}. Used as a division, the first match counts, and {hidden:,} further ones are "
    f"hidden.\n"
    f"- **Followed:** at the last date {change.eq('joined').sum():,} joined a group and "
    f"{change.eq('left').sum():,} left one.\n"
    f"- **Tested:** signs peculiar to “{marks.group}”: {proven} of {marks.table['n'].size}; "
    f"shared by more than half: {half}."
)

# %% [markdown]
# ## Checks
#
# Nobody is lost between two dates, and the order of the customers does not matter.
#
# ## Write

# %%
history = followed.history
steps = history.groupby("group", sort=False)["customers_n"].diff().dropna()
assert steps.tolist() == (history["joined_n"] - history["left_n"]).dropna().tolist()
turned = segments.attempt(card.iloc[::-1], recipe)
assert turned.labels.iloc[::-1].tolist() == found.labels.tolist()

# %%
run.write("approaches/crm_selections.json", found.definition)
run.write("approaches/crm_selections.parquet", found.members)
run.write("approaches/crm_selections_moves.csv", followed.moves)

# %% [markdown]
# ## The same step in five lines

# %%
again = selections.load(card, path=SELECTIONS)
five = segments.attempt(card, {"approach": "crm_selections", "groups": again.groups})
assert five.labels.tolist() == found.labels.tolist()

# %% [markdown]
# ## Exercises
#
# 1. *A parameter.* Set `STEP_DAYS` to 30. Which groups change too fast for a monthly call list?
# 2. *A decision.* Open the search page, build a selection for a task of your own, save the rule as a
#    file, and name it in `SELECTIONS`. How many customers are undecided, and for want of what?
# 3. *The data.* Take `days_since_contact` out of the card. Which presets are refused, and what would
#    you have to write down about your customers to get them back?
#
# ## Sources and next
#
# The article on customer segmentation in a CRM (selections, groups, signs) and the text on segmenting
# in an IT system; R. A. Fisher, *Statistical Methods for Research Workers*, 1925; S. Holm, *A simple
# sequentially rejective multiple test procedure*, 1979.
#
# Next: [What do our groups live on?](crm_reports.ipynb)
