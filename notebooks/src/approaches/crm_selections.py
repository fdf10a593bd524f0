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
# | the study's tables, a file of selections | `approaches/crm_selections.json`, `.parquet`, `.yaml`, `_moves.csv`, `_search.html` | the selections, how sales are divided, the product group to drop |
#
# **You will be able to**
#
# - *write* a selection as a rule, and say for one customer why it holds;
# - *follow* who joins and who leaves a group, and test what marks it;
# - *report* what each group buys, and what is at stake when a product goes.
#
# Reading takes about 15 minutes, running less than one.

# %% tags=["parameters"]
STUDY = "b2b"  # name of a file in studies/
SELECTIONS = ""  # a YAML file of your own, from the project's folder; empty takes the presets
WINDOW_DAYS = 730  # days of orders on the card, 30 and more; 0 takes all
FOLLOW_DAYS = 30  # days in which an order should follow, 1 to 365
STEP_DAYS = 91  # days between two looks at the groups, 7 to 365
STEPS = 6  # looks back, 1 to 24
DIVIDE_BY = (
    "industry"  # column of the card by which sales are divided; unknown takes the selections
)
PRODUCT_GROUP = ""  # product group that might be dropped; empty takes the strongest
SMALLEST = 10  # customers, fewer are not described, 5 to 100
LONGEST_LAG = 3  # months between advertising and sales, 0 to 6

# %%
import segkit
import pandas as pd
from IPython.display import Markdown
from segkit import data, plots, segments
from segkit.data.measures import promotion, sales, sequences
from segkit.plots import searchable
from segkit.plots.approaches import crm_selections as drawn
from segkit.segments import classifications, crm_selections, rules, selections, typical

run = segkit.open_run(STUDY, stage="approaches/crm_selections")
tables = data.open(run)
as_of = data.card.analysis_date(tables) if tables.has("orders") else None
card = data.card.build(tables, as_of=as_of, window_days=WINDOW_DAYS, everyone=True)

# %% [markdown]
# ## A rule by hand, on ten customers
#
# "Risk group: spent at least 1,000 and has not ordered for more than 180 days." Two of the ten have
# an unknown value. What is not known is neither true nor false: such a customer is *out*, and stays
# out when the rule is turned round with `not`. Nobody gets a letter for what we do not know.

# %%
ten = pd.DataFrame({"customer_id": list("abcdefghij")})
ten["spend_total"] = [1240, 90, 2000, None, 1000, 5000, 30, 1500, 800, 1001]
ten["days_since_purchase"] = [212, 300, 10, 400, 181, 180, 5, None, 365, 700]
rule = {"all": [{"spend_total": {"at_least": 1000}}, {"days_since_purchase": {"over": 180}}]}
ten["by_hand"] = (ten["spend_total"] >= 1000) & (ten["days_since_purchase"] > 180)
ten["by_tool"] = rules.selected(ten, rule)
ten["why"] = [rules.explain(row, rule) for row in ten.to_dict("records")]
turned = rules.selected(ten, {"not": rule})
assert ten["by_hand"].equals(ten["by_tool"].rename("by_hand"))
plots.table(
    ten,
    title=rules.in_words(rule),
    formats={"spend_total": "{:,.0f}", "days_since_purchase": "{:.0f}"},
)

# %%
both_out = ten.loc[~ten["by_tool"] & ~turned, "customer_id"]
asked = "spend_total >= 1000 AND days_since_purchase > 180"
assert rules.from_sql(asked, columns=ten.columns) == rule
Markdown(
    f"Out of the rule *and* out of its opposite: **{', '.join(both_out)}**. The same rule, read from the SQL text `{asked}`:\n\n```yaml\n{rules.to_yaml([{'name': 'Risk group', 'when': rule}])}```"
)

# %% [markdown]
# *How to read it:* every line says which condition decided. The SQL text was parsed, never run:
# only comparisons of known columns with constants are let through.
#
# ## The saved selections of this study
#
# Presets are rules in a file. Each asks for columns; where the study lacks them it is refused by
# name, not half applied. "The largest fifth" is settled as an amount now and kept as a number.

# %%
groups, refused = selections.load(card, path=SELECTIONS)
found = rules.counts(card, groups).assign(rule=[rules.in_words(g["when"]) for g in groups])
plots.table(found, title="Selections and how many they pick", formats={"customers_share": "{:.1%}"})

# %%
not_possible = plots.table(refused, title="Not possible with these data")
not_possible if len(refused) else Markdown("Every selection of the file is possible here.")

# %% [markdown]
# *How to read it:* "undecided" are customers of whom a deciding value is not known; they are out.
# Shares need not add up: a customer may be in several selections, or in none.
#
# ## Build one by clicking, or by editing a file
#
# A notebook is too small for the search library, so the next cell writes a page beside the run:
# open it in a browser, click conditions together, and copy the rule that appears below the table
# into a file; name that file in `SELECTIONS`. The page needs no network and shows no ids and no
# names; its numbers are rounded, so count with the notebook.

# %%
shown = searchable.rounded(card)
page = searchable.page(
    shown,
    title="Build a selection",
    about="One row per customer, numbers rounded. An empty cell is unknown.",
)
run.write("approaches/crm_selections_search.html", page)
run.write("approaches/crm_selections.yaml", rules.to_yaml(groups))
head = shown.iloc[:3, :8]
plots.table(head, title="The first rows of approaches/crm_selections_search.html")

# %% [markdown]
# ## Are these groups a division, or signs?
#
# A division puts every customer into exactly one group: it is *exhaustive* and *exclusive*. Signs
# stand side by side. A sign with (nearly) the customers of another, or an attribute that another
# one already tells, is redundant: it costs care and tells nothing. Several divisions of the same
# customers can be used at once, one by money and one by pace, say.

# %%
test = classifications.tested(card, groups=groups)
same = classifications.redundant(card, groups=groups)
texts = [
    c
    for c in card.select_dtypes(exclude="number")
    if c != "customer_id" and card[c].nunique() <= typical.MOST
]
told = classifications.determined(card, columns=texts)
Markdown(
    f"The selections leave out **{test['none_n']:,}** customers and take **{test['several_n']:,}** more than once: they are {'a division' if test['exhaustive'] and test['exclusive'] else 'signs, no division'}. {len(same)} pairs of signs lie within one another or are the same; {len(told)} of the attributes {', '.join(texts) or '(none)'} follow from another one."
)

# %%
large, usual = (float(card["spend_total"].quantile(at)) for at in (0.8, 0.5))
money = [
    {"name": "large", "when": {"spend_total": {"at_least": large}}},
    {"name": "middle", "when": {"spend_total": {"at_least": usual}}},
]
pace = [
    {"name": "this quarter", "when": {"days_since_purchase": {"at_most": 91}}},
    {"name": "earlier", "when": {"days_since_purchase": {"known": True}}},
]
schemes = {
    "money": {"groups": money, "otherwise": "small"},
    "pace": {"groups": pace, "otherwise": "never"},
}
two = classifications.labels(card, schemes=schemes)
plots.table(
    pd.crosstab(two["money"], two["pace"]).reset_index(), title="Customers by two divisions at once"
)

# %% [markdown]
# ## Who joined, who left?
#
# A *static* group is a list fixed on one day. A *dynamic* group is its rule: members come and go. The
# card is rebuilt for earlier dates from what was known then, and held against the same numbers.

# %%
days = selections.dates(
    as_of, first=tables.facts()["first_order"], step_days=STEP_DAYS, steps=STEPS
)
cards = {
    day: data.card.build(tables, as_of=day, window_days=WINDOW_DAYS, everyone=True) for day in days
}
history = selections.history(cards, groups=groups)
enough = len(days) > 1
no_history = Markdown(
    "*No history:* it needs dated orders over more than two steps. Set `STEP_DAYS` lower."
)
drawn.history(history) if enough else no_history

# %%
moves = (
    selections.moves(cards[days[-2]], cards[days[-1]], groups=groups)
    if enough
    else pd.DataFrame(columns=["group", "change", "why"])
)
last = history[history["date"] == str(days[-1])] if enough else history
why = moves.groupby(["group", "change"])["why"].first().rename("one of them").reset_index()
plots.table(why, title="One customer of each who joined or left at the last date, and why") if len(
    why
) else Markdown("Nobody joined or left.")

# %% [markdown]
# *How to read it:* a dynamic group is worth a standing order ("call whoever joins the risk group");
# a list is right for one mailing. The lists of who joined and who left go to a file, with reasons.
#
# ## In which order did it happen?
#
# A sequence looks ahead from each start: did an order follow within the set number of days? Starts
# whose days are not yet over are open and not judged.

# %%
start = next((name for name in ("requests", "visits", "mailings") if tables.has(name)), None)
end = data.card.window(as_of=as_of, window_days=0)[1] if as_of else None
first = sequences.moments(tables, start, end=end) if start and end else None
silent = (
    sequences.followed(
        first, never=sequences.moments(tables, "orders", end=end), within_days=FOLLOW_DAYS, end=end
    )
    if first is not None
    else None
)
sums = (
    silent.aggregate(
        customers=silent.count(),
        starts=silent.starts_n.sum(),
        silent=silent.matches_n.sum(),
        open=silent.open_n.sum(),
    )
    .execute()
    .iloc[0]
    if first is not None
    else {}
)
Markdown(
    f"Of {sums['starts']:,} {start} by {sums['customers']:,} customers, **{sums['silent']:,}** were not followed by an order within {FOLLOW_DAYS} days; {sums['open']:,} are still open."
    if first is not None
    else "*No sequences:* the study has no requests, visits or mailings."
)

# %% [markdown]
# ## More than half have it. So what?
#
# Rule of thumb: what more than half of a group have marks the group. It forgets how common the
# thing is everywhere. So each share stands beside the share of all; the lift says how many times
# as common it is here; the p-value is corrected for looking at so many (Holm).

# %%
common = typical.judged(
    pd.DataFrame({"n": [60], "known_n": [100], "all_n": [550], "all_known_n": [1000]})
)
filled = found.loc[found["customers_n"] >= SMALLEST, "group"]
group = next((g for g in groups if g["name"] in set(filled)), None)
marks = (
    typical.traits(
        card, chosen=rules.selected(card, group["when"]), columns=texts, smallest=SMALLEST
    )
    if group and texts
    else pd.DataFrame()
)
assert not common["distinctive"].any()
kept = [
    "column",
    "value",
    "n",
    "share",
    "share_all",
    "lift",
    "p_adjusted",
    "over_half",
    "distinctive",
]
percent = {"share": "{:.0%}", "share_all": "{:.0%}", "p_adjusted": "{:.3f}"}
plots.table(marks[kept].head(8), title=f"What marks “{group['name']}”", formats=percent) if len(
    marks
) else Markdown("*No signs to test:* no group is large enough, or the card has no attributes.")

# %%
half = int(marks["over_half"].sum()) if len(marks) else 0
proven = int(marks["distinctive"].sum()) if len(marks) else 0
Markdown(
    f"More than half have it: **{half}** signs. Peculiar to the group: **{proven}**. The example of the rule's failure, 60 of 100 where all have 550 of a thousand: lift {common['lift'][0]:.2f}, p {common['p'][0]:.2f}, so nothing peculiar."
)

# %% [markdown]
# ## What does each group buy?
#
# Sales by group and product, from order lines, returns deducted. Groups that nobody is in and
# lines without a product are cells of their own, so the parts add up to all the money.

# %%
divided = DIVIDE_BY in card and card[DIVIDE_BY].nunique() > 1
definition = crm_selections.fit(card, groups=groups)
labels = segments.assign(card, definition)["segment"]
members = card[["customer_id"]].assign(segment=card[DIVIDE_BY] if divided else labels)
no_sales = sales.refusal(tables)
window = data.card.window(as_of=as_of, window_days=WINDOW_DAYS) if as_of else None
lines = sales.lines(tables, members, window=window, period="quarter") if not no_sales else None
levels = sales.levels(tables)
bought = sales.totals(lines, by=["segment", levels[0]]) if not no_sales else pd.DataFrame()
drawn.mix(bought, by=levels[0]) if not no_sales else Markdown(no_sales)

# %%
largest = "" if no_sales else sales.drill(lines, path=["segment"])["segment"][0]
opened = (
    pd.DataFrame() if no_sales else sales.drill(lines, path=["segment", *levels], steps=[largest])
)
shares = {"spend": "{:,.0f}", "share_of_all": "{:.1%}", "share_within": "{:.1%}"}
plots.table(
    opened.head(8), title=f"Opened: {largest}", formats=shares
) if not no_sales else Markdown(no_sales)

# %% [markdown]
# *How to read it:* each row of the figure adds up to 100 %. "Share within" is the part of what was
# opened, "share of all" the part of all sales.
#
# ## Which products carry a group, and is that changing?
#
# The leaders are the products that together bring 80 % of a group's turnover. Follow them from
# quarter to quarter: one product replacing another is news before the total moves.

# %%
led = pd.DataFrame() if no_sales else sales.leaders(lines, by=levels[0])
moved = pd.DataFrame() if no_sales else sales.shift(lines, segment=largest, by=levels[0])
drawn.portfolio(moved, by=levels[0], title=largest) if len(moved) else Markdown(no_sales)

# %% [markdown]
# *How to read it:* a filled point was among the leaders in that period, an empty one was not. The
# first and the last period may be cut short; compare shares, not sums.
#
# ## What is at stake when a product group goes?

# %%
strongest = "" if no_sales else sales.drill(lines, path=[levels[0]])[levels[0]][0]
chosen = PRODUCT_GROUP or strongest
stake = (
    pd.DataFrame()
    if no_sales
    else sales.at_stake(lines, by=levels[0], value=chosen, smallest=SMALLEST)
)
buyers = pd.DataFrame() if no_sales else sales.best_buyers(lines, by=levels[0], value=chosen)
title = f"Without “{chosen}”: sales lost at once, and customers who live on it"
plots.table(
    stake,
    title=title,
    formats={"spend": "{:,.0f}", "share_of_segment": "{:.1%}", "dependent_spend": "{:,.0f}"},
) if len(stake) else Markdown(no_sales)

# %%
Markdown(
    f"The ten best buyers take **{buyers['share_of_group'].sum():.0%}** of “{chosen}”. Told first of a wider range, or warned before it goes: they are few enough to be called."
    if len(buyers)
    else no_sales
)

# %% [markdown]
# *How to read it:* "dependent" customers spend at least half of their money on the group; all they
# spend may go with it. That is a bound, not a forecast: some will buy something else instead.
#
# ## Does advertising go with sales?
#
# The budget of a month beside each group's sales of that month and of the months after. A
# correlation is an association, not an effect: seasons move both. Few months, wide intervals.

# %%
lags, no_lags = (
    promotion.attempt(tables, members, end=end, longest=LONGEST_LAG)
    if not no_sales
    else (pd.DataFrame(), no_sales)
)
clear = lags[(lags["low"] > 0) | (lags["high"] < 0)] if len(lags) else lags
strongest_lag = lags.loc[lags.groupby("segment")["correlation"].idxmax()] if len(lags) else lags
plots.table(strongest_lag, title="The lag with the highest correlation, per group") if len(
    lags
) else Markdown(f"*No comparison:* {no_lags}")

# %%
Markdown(
    f"Of {len(lags)} pairs of group and lag, **{len(clear)}** have an interval without zero; by chance alone about {0.05 * len(lags):.0f} would. Whether money *causes* sales only an experiment can tell (notebook 05)."
    if len(lags)
    else "No number, because there is none to be had."
)

# %% [markdown]
# ## What we learned

# %%
joined = int((moves["change"] == "joined").sum())
hidden = rules.overlaps(card, definition)["customers_n"].sum()
Markdown(
    f"- **Written:** {len(groups)} selections of {len(groups) + len(refused)} are possible; the first match hides {hidden:,} second ones.\n"
    f"- **Followed:** {joined:,} joined and {len(moves) - joined:,} left at the last date; {proven} of {half} signs that more than half share are peculiar to the group.\n"
    f"- **Reported:** {'no sales by product here' if no_sales else f'{len(led)} group-product pairs bring 80 % of the turnover; {len(stake)} groups buy “{chosen}” or could'}."
)

# %% [markdown]
# ## Checks
#
# Parts add up, nobody is lost between two dates, and the order of the customers does not matter.
#
# ## Write

# %%
assert no_sales or abs(bought["share_of_all"].sum() - 1) < 1e-9
again = segments.assign(card.iloc[::-1], definition.to_dict())["segment"]
assert again.iloc[::-1].tolist() == labels.tolist()
steps = history.groupby("group", sort=False)["customers_n"].diff().dropna()
moved_n = (history["joined_n"] - history["left_n"]).dropna()
assert steps.tolist() == moved_n.tolist()

# %%
run.write("approaches/crm_selections.json", definition.to_dict())
run.write(
    "approaches/crm_selections.parquet",
    segments.membership(card, labels=labels, order=definition.order),
)
run.write("approaches/crm_selections_moves.csv", moves)
Markdown(
    "Written: `approaches/crm_selections.json`, `.parquet`, `.yaml`, `_moves.csv` and `_search.html`."
)

# %% [markdown]
# ## The same step in five lines

# %%
groups, _ = selections.load(card, path=SELECTIONS)
definition = crm_selections.fit(card, groups=groups)
five = segments.assign(card, definition)["segment"]
assert five.equals(labels)

# %% [markdown]
# ## Exercises
#
# 1. *A parameter.* Set `PRODUCT_GROUP` to the weakest product group. Which groups would notice?
# 2. *A decision.* Open the search page, build a selection for a task of your own, save the rule as a
#    file, and name it in `SELECTIONS`. How many customers are undecided, and for want of what?
# 3. *The data.* Take `days_since_contact` out of the card. Which presets are refused, and what would
#    you have to write down about your customers to get them back?
#
# ## Sources and next
#
# The article on customer segmentation in a CRM (selections, groups, signs, reports) and the text on
# segmenting in an IT system; R. A. Fisher, *Statistical Methods for Research Workers*, 1925; S. Holm,
# *A simple sequentially rejective multiple test procedure*, 1979.
#
# Next: [04 Which customers belong together?](../04_segments.ipynb)
