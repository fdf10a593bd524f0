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
# | `brief.json`, `card.parquet`, `segments.parquet`, `segments.json`, `corrections.json` | `personas.json` | how many personas, how different a trait must be |
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
from IPython.display import Markdown, display
from segkit import plots
from segkit.data.card import dictionary as explain
from segkit.personas import evidence, profiles, roll_up, words

run = segkit.open_run(STUDY, stage="06_personas")
brief, recipe = run.read("brief.json"), run.read("segments.json")
card, segments = run.read("card.parquet"), run.read("segments.parquet")
verdict = run.read("corrections.json")["verdict"]
segment = card["customer_id"].map(segments.set_index("customer_id")["segment"])

# %% [markdown]
# ## Are the segments fit to be described?
#
# A persona is only as solid as the segments under it. Notebook 05 has judged them against the
# limits of the brief, and its verdict travels with every page below.

# %%
care = " with care" if verdict["failed"] else ""
fit = f"They may be used{care}" if verdict["usable"] else "NOT CONFIRMED: hypotheses only"
Markdown(f"> **{fit}.** {verdict['sentence']}\n\nThe goal: {brief['goal']['sentence']}")

# %% [markdown]
# ## Common is not typical: by hand, on ten customers
#
# The handbook's rule of thumb: what more than half of a group has is one of its main
# characteristics. Three of the five customers in A use coupons; but so do three of the others.

# %%
ten = pd.DataFrame({"group": list("AAAAABBBBB"), "coupons": [1, 1, 1, 0, 0, 1, 1, 1, 0, 0]})
here, everywhere = ten.loc[ten["group"] == "A", "coupons"].mean(), ten["coupons"].mean()
by_tool = evidence.compared(evidence.count(ten[["coupons"]].astype(float), groups=ten["group"]))
assert by_tool.loc[0, ["share_here", "share_all"]].tolist() == [here, everywhere]
plots.table(by_tool.drop(columns="condition"), title=f"By hand {here:.0%} and {everywhere:.0%}")

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
heads, smallest = segment.value_counts(), run.study.smallest_cell
nearness = roll_up.profiles(card, groups=segment, columns=recipe["features"]).loc[recipe["order"]]
steps = roll_up.merges(nearness, sizes=heads)
n_personas, why = roll_up.choose(steps, wanted=N_PERSONAS)
numbered = "; ".join(f"{place} {name}" for place, name in enumerate(recipe["order"], start=1))
Markdown(f"**{why}**\n\nThe segments by number: {numbered}.")

# %%
merged = roll_up.groups(steps, names=recipe["order"], personas_n=n_personas)
persona_of = roll_up.absorb(merged, profiles=nearness, sizes=heads, smallest=smallest)
group = segment.map(persona_of).astype(int)
merges = roll_up.legible(steps, names=recipe["order"])
plots.table(merges, title="In which order the segments would merge")

# %% [markdown]
# *How to read it:* one merge per line, the cheapest first. A jump in the last column is where a
# merge begins to hide real differences; a cheap line is a difference nobody will miss.
#
# ## What is known, and about whom?
#
# A field that is known for some customers only describes *them*. So coverage comes before any
# portrait, with the spend of those who are known beside that of those who are not.

# %%
dictionary = explain(card).replace({"unit": {"money": run.study.currency or "money"}})
coverage = profiles.coverage(card, dictionary=dictionary)
gaps = profiles.unknown(coverage)
plots.table(coverage, title="Coverage by field", formats={"known_share": "{:.0%}"})

# %% [markdown]
# *How to read it:* what is at 0% stays blank on every card. Purchases show what was done; the
# reason has to be asked for.
#
# ## Every statement, tested
#
# Each column of the card becomes yes-or-no questions: in the top third of all customers? In the
# bottom third? This value? Each is asked about each persona, and all are judged together.

# %%
limits = {"min_lift": MIN_LIFT, "alpha": ALPHA}
conditions = evidence.conditions(card, dictionary=dictionary, smallest=smallest)
tested = evidence.statements(card, groups=group, conditions=conditions, **limits)
statements = evidence.suppress(tested, smallest=smallest)
statements["built_in"] = statements["column"].isin(recipe["definition"]["columns"])

# %%
plots.personas.rule_of_half(statements, min_lift=MIN_LIFT)

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
# A persona takes its name from behaviour that more than half of it has *and* that sets it apart,
# strongest first. No first names, no ages, no motives: nobody measured them.

# %%
sizes = profiles.sizes(card, groups=group)
noun = words.NOUNS[run.study.business]
names = profiles.names(statements, noun=noun, order=sizes["group"])
sizes = sizes.assign(name=sizes["group"].map(names))
sizes["segments"] = sizes["group"].map(roll_up.members(persona_of))
shown = sizes.assign(segments=sizes["segments"].str.join("; "))[["name", "segments", "n"]]
plots.table(shown, title="Personas, the segments in them, and customers")

# %%
plots.personas.sizes(sizes)

# %% [markdown]
# *How to read it:* the full dot right of the white one means more money than heads. A long line
# to the left is many customers with little spend: service there has to be cheap.
#
# ## All personas on one page
#
# The conditions that tell the personas apart best, one per theme.

# %%
telling = statements["condition"].isin(profiles.telling(statements))
named = dict(zip(sizes["group"], sizes["name"], strict=True))
plots.personas.profile(profiles.marked(statements[telling]), names=named)

# %% [markdown]
# *How to read it:* the black line is the same in every column: all customers. Read along a row
# to compare personas, down a column to picture one. Only full colour is worth a sentence.
#
# ## Five questions
#
# Who, what, when, where and why. "Why" is answered by what customers said, never by what they
# bought.

# %%
answers = profiles.five_w(statements)
answers.insert(0, "persona", answers.pop("group").map(named))
plots.table(answers, title="Distinctive answers (share here, share of all customers)")

# %% [markdown]
# *How to read it:* "nothing shown to set them apart" is a finding, too: on that question the
# persona is like everybody else, so no message needs to differ. "Not known" is a task for a survey.
#
# ## One page per persona
#
# Ready for the wall of the marketing office. Every bar carries its count and its lift.

# %%
pages = profiles.pages(sizes, statements=statements, gaps=gaps)
tints, currency = plots.colours(sizes["name"]), run.study.currency
cards = [plots.personas.card(page, colour=tints[page["name"]], currency=currency) for page in pages]
display(*cards)

# %% [markdown]
# *How to read it:* bar = this persona, black line = all customers. Pale bars are shown because
# people will ask, and to say that there is nothing to see. The right-hand column is part of the
# portrait: whatever stands under "do not know" must not be filled in by imagination.
#
# ## What we learned

# %%
half = statements[statements["share_here"] > profiles.HALF]
told = "".join(f"\n  - {gap['field'].capitalize()}: {gap['text']}" for gap in gaps)
Markdown(
    f"- **Rolled up:** segments {len(heads)}, personas {len(sizes)}. {profiles.first(sizes)}\n"
    f"- **Proved:** {statements['distinctive'].sum()} of {len(statements)} statements are "
    f"distinctive. The rule of half would have printed {len(half)}, and "
    f"{(~half['distinctive']).sum()} of those are as common elsewhere. "
    f"{statements['suppressed'].sum()} rest on fewer than {smallest} customers and are hidden.\n"
    f"- **Said** what is not known, or not about all:{told}"
)

# %% [markdown]
# ## Checks

# %%
assert sizes["n"].sum() == len(card) == group.notna().sum()
assert (abs(sizes[["share", "spend_share"]].dropna(axis=1).sum() - 1) < 1e-9).all()
assert (tested["p_adjusted"].fillna(1) >= tested["p"].fillna(0) - 1e-12).all()
assert statements["n"].dropna().ge(smallest).all()
assert sizes["name"].is_unique
Markdown("Every customer belongs to one persona, parts add up, and no small count is shown.")

# %% [markdown]
# ## Write

# %%
run.write("personas.json", {"personas": pages, "roll_up": why, "verdict": verdict})
printed = sum(len(page["statements"]) for page in pages)
Markdown(f"`personas.json`: {len(pages)} personas with {printed} statements.")

# %% [markdown]
# ## The same step in five lines

# %%
saved = segkit.open_run(STUDY, stage="06_personas").read("personas.json")["personas"]
home = segment.map({name: page["name"] for page in saved for name in page["segments"]})
asked = evidence.conditions(card, dictionary=dictionary, smallest=smallest)
again = evidence.statements(card, groups=home, conditions=asked, **limits)
assert again["distinctive"].sum() == tested["distinctive"].sum()

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
