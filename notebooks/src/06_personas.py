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
# # 6. Who are they?
#
# A team cannot write to a cluster. It can write to a few kinds of customers it has a picture of,
# as long as the picture is made of evidence.
#
# | Reads | Writes | You set |
# |---|---|---|
# | the study's tables, `brief.json`, `card.parquet`, `segments.parquet`, `segments.json`, `corrections.json` | `personas.json`, `base.json`, `base.parquet` | how many personas, how different a trait must be |
#
# **You will be able to**
#
# - *roll up* segments into as few personas as a team can remember;
# - *prove* each statement about a persona against all other customers;
# - *say* what the data do not know, instead of inventing it.
#
# Reading takes about 15 minutes, running a few seconds.

# %% tags=["parameters"]
STUDY = "grocery"  # name of a file in studies/
N_PERSONAS = 0  # number of personas, 1 to 14; 0 keeps 3 to 7 by rule
MIN_LIFT = 1.25  # times as common (or as rare) as among all customers to count, above 1
ALPHA = 0.05  # chance of even one false alarm among all statements, 0 to 1

# %%
import segkit
import pandas as pd
from IPython.display import display
from segkit import data, evidence, personas, plots, segments
from segkit.brief import Brief

run = segkit.open_run(STUDY, stage="06_personas")
brief = Brief.read(run)
kept = segments.kept(run)
verdict = run.read("corrections.json")["verdict"]

# %% [markdown]
# ## Are the segments fit to be described?
#
# A persona is only as solid as the segments under it. Notebook 05 has judged them against the
# limits of the brief, and its verdict travels with every page below.

# %%
plots.words(personas.standing(brief, verdict=verdict))

# %% [markdown]
# ## Of how many do they speak?
#
# Segments hold those who ordered lately enough. Around them are leads, who asked or registered and
# never bought, and customers who left: the sales list and the win-back list. So here is everybody
# whom any table names, by the stages of [lifecycle](approaches/lifecycle.ipynb), with all the money
# they ever brought. A dash stands where too few are to be shown. `segkit export NAME --stage lost`
# writes the list of a stage.

# %%
base = segments.everybody(kept, data.open(run), brief=brief)
display(plots.words(base.explained))
plots.table(base.shown, title="Everybody, by stage", formats=base.formats)

# %% [markdown]
# ## Common is not typical: by hand, on ten customers
#
# The handbook's rule of thumb: what more than half of a group has is one of its main
# characteristics. Three of the five customers in A use coupons; but so do three of the others.

# %%
ten = pd.DataFrame({"group": list("AAAAABBBBB"), "coupons": [1, 1, 1, 0, 0, 1, 1, 1, 0, 0]})
here = ten.loc[ten["group"] == "A", "coupons"].mean()
everywhere = ten["coupons"].mean()
counts = ten.groupby("group")["coupons"].agg(n="sum", known_n="count").reset_index()
counts = counts.assign(all_n=ten["coupons"].sum(), all_known_n=len(ten))
by_tool = evidence.compared(counts)
assert by_tool.loc[0, ["share_here", "share_all"]].tolist() == [here, everywhere]
plots.table(by_tool, title=f"By hand {here:.0%} and {everywhere:.0%}")

# %% [markdown]
# The trap at a size where it costs money. Twice 60 of 100 have a trait; in the first case it is
# as common among all customers, in the second it is rare.

# %%
cases = pd.DataFrame({"group": ["common trait", "rare trait"], "n": 60, "known_n": 100})
cases = cases.assign(all_n=[550, 200], all_known_n=1000)
judged = evidence.compared(cases, min_lift=MIN_LIFT, alpha=ALPHA)
plots.table(judged, title="60 of 100, twice", formats={"p": "{:.2g}", "p_adjusted": "{:.2g}"})

# %% [markdown]
# *How to read it:* `lift` is the share here divided by the share of all customers; 1 means as
# common as anywhere. `p` asks whether the group differs from everybody else (Fisher's exact
# test), `p_adjusted` allows for the number of questions asked (Holm). A trait is *distinctive*
# when it is both far from 1 and unlikely to be chance.
#
# ## Few enough to remember
#
# A mailing can tell a dozen segments apart, a team cannot. Three to seven personas are the soft
# rule. Segments with the nearest profiles merge first, and large ones resist longer. Whoever is
# too few to be shown joins the nearest neighbour.

# %%
rolled = personas.roll_up(kept, wanted=N_PERSONAS)
display(plots.words(rolled.told))
plots.table(rolled.merges, title="In which order the segments would merge")

# %% [markdown]
# *How to read it:* one merge per line, the cheapest first. A jump in the last column is where a
# merge begins to hide real differences; a cheap line is a difference nobody will miss.
#
# ## What is known, and about whom?
#
# A field that is known for some customers only describes *them*. So coverage comes before any
# portrait, with the spend of those who are known beside that of those who are not.

# %%
cards = personas.cards(rolled, study=run.study, min_lift=MIN_LIFT, alpha=ALPHA)
plots.table(cards.coverage, title="Coverage by field")

# %% [markdown]
# *How to read it:* what is at 0% stays blank on every card. Purchases show what was done; the
# reason has to be asked for.
#
# ## Every statement, tested
#
# A number has a level: its mean per customer, or a rate of all orders or money together. A word
# of the card has shares. Each is asked about each persona, and all are judged together. A place in
# a ranking is no statement: a bottom third may be well off.

# %%
plots.personas.rule_of_half(cards.statements, min_lift=MIN_LIFT)

# %% [markdown]
# *How to read it:* everything right of the dashed line has the majority. Empty dots in the grey
# band are common everywhere, so they are no portrait of anybody. Full dots on the far left are
# portraits too: what a persona conspicuously lacks.
#
# A difference in a column that *built* the segments is there by construction: it describes, it
# proves nothing. Such lines carry a star on the cards.
#
# ## Names by rule
#
# A persona takes its name from levels that set it apart, with most of its customers on the same side,
# what it has more of first. No first names, no ages, no motives: nobody measured them.

# %%
plots.table(cards.listed, title="Personas, the segments in them, and customers")

# %%
plots.personas.sizes(cards.sizes)

# %% [markdown]
# *How to read it:* the full dot right of the white one means more money than heads. A long line
# to the left is many customers with little spend: service there has to be cheap.
#
# ## All personas on one page
#
# The levels that tell the personas apart best, one per theme, in multiples of everybody's.

# %%
plots.personas.profile(cards.telling, names=cards.names)

# %% [markdown]
# *How to read it:* the black line is the same in every column: all customers. Read along a row
# to compare personas, down a column to picture one. Only full colour is worth a sentence.
#
# ## Five questions
#
# Who, what, when, where and why. "Why" is answered by what customers said, never by what they
# bought.

# %%
plots.table(cards.answers, title="Distinctive answers (their level, and that of all customers)")

# %% [markdown]
# *How to read it:* "nothing shown to set them apart" is a finding, too: on that question the
# persona is like everybody else, so no message needs to differ. "Not known" is a task for a survey.
#
# ## One page per persona
#
# Ready for the wall of the marketing office. Every bar carries its level, that of all, and its count.

# %%
display(*plots.personas.cards(cards.pages, currency=run.study.currency))

# %% [markdown]
# *How to read it:* bar = this persona in multiples of all, the black line. Pale bars are shown because
# people will ask, and to say that there is nothing to see. The right-hand column is part of the
# portrait: whatever stands under "do not know" must not be filled in by imagination.
#
# ## What we learned

# %%
plots.words(
    f"- **Rolled up:** {cards.leading}\n"
    f"- **Proved:** {cards.proved}\n"
    f"- **Said** what is not known, or not about all:{cards.unknown}"
)

# %% [markdown]
# ## Checks

# %%
sizes = cards.sizes
assert sizes["n"].sum() == len(kept.card)
assert (abs(sizes[["share", "spend_share"]].dropna(axis=1).sum() - 1) < 1e-9).all()
assert (cards.tested["p_adjusted"].fillna(1) >= cards.tested["p"].fillna(0) - 1e-12).all()
assert cards.statements["n"].dropna().ge(run.study.smallest_cell).all()
assert sizes["name"].is_unique
assert base.adds_up
plots.words("Every customer belongs to one persona, parts add up, and no small count is shown.")

# %% [markdown]
# ## Write

# %%
record = {"personas": cards.pages, "roll_up": rolled.why, "verdict": verdict}
run.write("personas.json", record)
run.write("base.json", base.saved)
run.write("base.parquet", base.members)
plots.words(f"`personas.json`: {cards.written}. `base.parquet`: {base.counted}.")

# %% [markdown]
# ## The same step in five lines

# %%
saved = segkit.open_run(STUDY, stage="06_personas").read("personas.json")
same = personas.roll_up(segments.kept(run), wanted=N_PERSONAS)
again = personas.cards(same, study=run.study, min_lift=MIN_LIFT, alpha=ALPHA)
assert again.pages == saved["personas"]

# %% [markdown]
# ## Exercises
#
# 1. *A parameter.* Set `N_PERSONAS` to 3. Which name disappears, and which statement do you miss?
# 2. *A decision.* Set `MIN_LIFT` to 1.1, then to 2. At which value would you still print every
#    line on the cards?
# 3. *The data.* Draw as many customers at random as have known demographics. How far is their
#    average spend from everyone's, and how far is that of the known ones?
#
# ## Sources and next
#
# The handbook's chapter on profiles; the text on personas (three to seven) and on the customer
# system (the rule of half). R. A. Fisher, *Statistical Methods for Research Workers*, 1925; S.
# Holm, *A simple sequentially rejective multiple test procedure*, 1979; J. H. Ward, *Hierarchical
# grouping to optimize an objective function*, 1963; S. Dolnicar, B. Grün and F. Leisch, *Market
# Segmentation Analysis*, 2018.
#
# Next: [07 What do we do differently, and is it working?](07_action.ipynb)
