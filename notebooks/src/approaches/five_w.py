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
# # 5W: who, what, when, where and why?
#
# Segments are numbers until somebody can picture them. Five questions give each one a face, made
# of counts only; where the data hold no answer, the picture stays empty.
#
# | Reads | Writes | You set |
# |---|---|---|
# | whatever the study has: orders, goods, attributes, a survey, requests | `approaches/five_w.json`, `approaches/five_w.csv`, `approaches/five_w.parquet` | the segments described, the days looked back, the questions that ask for reasons |
#
# **You will be able to**
#
# - *answer* five questions on every segment, each with its number of people and its lift;
# - *tell* what is typical of a segment from what is typical of everybody;
# - *leave* "why" open unless somebody was asked.
#
# Reading takes about 15 minutes, running a few seconds.

# %% tags=["parameters"]
STUDY = "online_shop"  # name of a file in studies/
SEGMENTS = "rfm"  # whose segments are described: rfm, abc, lifecycle, behaviour …
WINDOW_DAYS = 365  # days looked back from the last order, 0 takes all history
REASONS = "auto"  # survey questions that ask for reasons, comma between, or auto to find them

# %%
import segkit
import pandas as pd
from IPython.display import Markdown
from segkit import data, plots, segments
from segkit.data.measures import times
from segkit.plots.approaches import five_w as drawn
from segkit.segments import chooser
from segkit.segments.approaches import five_w

run = segkit.open_run(STUDY, stage="approaches/five_w")
tables = data.open(run)
as_of = data.card.analysis_date(tables)
card = data.card.build(tables, as_of=as_of, window_days=WINDOW_DAYS)

# %% [markdown]
# ## By hand, on ten orders
#
# Five people, two segments. In segment *x* three of four orders fall on a Saturday; of all orders,
# five of ten. So the share is 75 %, the share of all 50 %, and the lift, their ratio, 1.5. Saturday
# is typical of *x*, though Saturday is also the day on which everybody orders most.

# %%
ten = pd.DataFrame({"customer_id": list("aaabccdeee"), "amount": 10.0})
days = [6, 13, 20, 8, 6, 10, 13, 9, 10, 12]
ten["ordered_at"] = [pd.Timestamp(2024, 1, day, 12) for day in days]
few = pd.DataFrame({"customer_id": list("abcde"), "segment": list("xxyyy")})
joined = ten.merge(few, on="customer_id").assign(saturday=ten["ordered_at"].dt.day_of_week == 5)
by_hand = joined.groupby("segment")["saturday"].mean() / joined["saturday"].mean()

dates = data.card.window(as_of="2024-02-01", window_days=0)
plain = {"members": few, "dictionary": data.card.dictionary(few), "window": dates}
ten_said = five_w.statements(five_w.counts(data.from_frames(ten), **plain), smallest=1)
saturday = ten_said[ten_said["answer"] == "Saturday"].set_index("segment")["lift"]
assert saturday.round(6).equals(by_hand.round(6).rename("lift"))
shown = {"title": "Weekdays", "formats": {"n": "{:.0f}", "share": "{:.0%}", "share_all": "{:.0%}"}}
plots.table(ten_said[ten_said["topic"] == "weekday"].drop(columns="suppressed"), **shown)

# %% [markdown]
# ## The segments to be described
#
# 5W does not make segments; it describes those of any approach.

# %%
lacking = chooser.missing(card, approach=SEGMENTS)
refused = f"{chooser.refusal(card, approach=SEGMENTS)} All are described as one segment instead. "
definition = five_w.fit(card, of=SEGMENTS) if not lacking else None
everybody = card.assign(segment="Everybody")
members = everybody if lacking else segments.assign(card, definition)
order = ["Everybody"] if lacking else definition.order
order = [name for name in order if (members["segment"] == name).any()]
Markdown(f"{refused if lacking else ''}{len(members):,} customers in {len(order)} segments.")

# %% [markdown]
# ## Everything is counted first
#
# *Who* and *where* by the attributes of people and the way of their orders, *what* by the money of
# the goods, *when* by their orders. *Why* by what they said, in a survey or a request: purchases
# show what people did, not their reasons. Counts of fewer people than the study's smallest cell
# are hidden, and a second one with them where the first could be worked out.

# %%
asked = () if REASONS == "auto" else [name.strip() for name in REASONS.split(",")]
looked = data.card.window(as_of=as_of, window_days=WINDOW_DAYS)
known = {"dictionary": data.card.dictionary(card), "window": looked, "questions": asked}
smallest = run.study.smallest_cell
counted = five_w.counts(tables, members=members, **known)
said = five_w.statements(counted, smallest=smallest)
overview = said.groupby(["question", "topic", "of"], sort=False)
overview = overview.agg(answers=("answer", "nunique"), hidden=("suppressed", "sum")).reset_index()
plots.table(overview, title="What was asked of the data")

# %% [markdown]
# ## The picture
#
# Of each question the answer that sets the segment apart most: at least a twentieth of it, and a
# fifth more often than of all. A larger lift counts for more, and so do more people behind it.

# %%
pictures = five_w.picture(said, order=order)
tall = pictures.set_index("segment").T.rename_axis("question").reset_index()
plots.table(tall[["question", *order[:3]]], title="5W of the first segments")

# %%
rest = tall[["question", *order[3:6]]]
alone = Markdown("*No more segments.*")
plots.table(rest, title="5W of the next") if len(order) > 3 else alone

# %% [markdown]
# *How to read it:* six segments are shown, any others are in `five_w.json`; n is the number of
# people behind the answer, not of orders. A lift of 1.3 means
# "three tenths more often than all", and that most of the others do the same must not be forgotten.
# Looking at hundreds of cells, some stand out by chance: notebook 06 tests its statements, here
# orders of one person are no independent draws, and none is tested. And segments made of dates
# answer "when" by their making: who has gone quiet bought in the seasons before.
#
# ## One question in full

# %%
topics = said.groupby("topic")["lift"].max().drop(["weekday"], errors="ignore")
topic = topics.idxmax() if topics.notna().any() else None
nothing = Markdown("*Nothing to draw:* no answer has enough people behind it.")
drawn.lifts(said, topic=topic, order=order) if topic else nothing

# %%
by_hour = times.by_hour(tables, members=members, start=looked[0], end=looked[1])
no_clock = Markdown("*No hours:* the orders of this study have dates only, or there are none.")
drawn.hours(by_hour, order=order, smallest=smallest) if len(by_hour) else no_clock

# %% [markdown]
# *How to read it:* lines that follow the grey shape say nothing about the segment. An hour with few
# people is left out of its line; a grey cell of the grid with a dot hides few people. Seasons need
# a whole year of orders, and mislead about customers who came in the middle of it.

# %% [markdown]
# ## What we learned

# %%
answered = (pictures.drop(columns="segment") != five_w.UNKNOWN).any()
apart = said[~said["suppressed"] & (said["lift"] >= five_w.APART)]
left = "nothing, customers said why" if answered["why"] else "why: nobody was asked"
Markdown(
    f"- **Answered:** {', '.join(answered.index[answered]) or 'no question'}.\n"
    f"- **Told apart:** {len(apart):,} of {int((~said['suppressed']).sum()):,} answers are given a "
    f"fifth more often than by all; {int(said['suppressed'].sum()):,} are hidden.\n"
    f"- **Left open:** {left}."
)

# %% [markdown]
# ## Checks
#
# Shares of a topic add up, and no hidden cell shows a number.

# %%
raw = five_w.statements(counted, smallest=1)
whole = raw.groupby(["question", "topic", "of", "segment"])["share"].sum()
assert ((whole - 1).abs() < 1e-6).all()
assert said.loc[said["suppressed"], ["n", "share", "lift"]].isna().all().all()

# %% [markdown]
# ## Write

# %%
told = {"pictures": pictures.to_dict("records"), "smallest_cell": smallest}
borrowed = {"refused": lacking} if lacking else definition.to_dict()
run.write("approaches/five_w.json", borrowed | told)
run.write("approaches/five_w.csv", said)
who = segments.membership(card, labels=members["segment"], order=order)
run.write("approaches/five_w.parquet", who[: 0 if lacking else len(who)])
Markdown("Written: `approaches/five_w.json`, `approaches/five_w.csv`, `approaches/five_w.parquet`.")

# %% [markdown]
# ## The same step in five lines

# %%
five = five_w.statements(five_w.counts(tables, members=members, **known), smallest=smallest)
assert five_w.picture(five, order=order).equals(pictures)

# %% [markdown]
# ## Exercises
#
# 1. *A parameter.* Set `SEGMENTS` to `"lifecycle"`. Do new customers order at other hours?
# 2. *A decision.* Raise `five_w.APART` to 1.5. Which faces disappear, and did you need them?
# 3. *The data.* Which question is empty? Write down the one question you would ask in a survey.
#
# ## Sources and next
#
# The handbook's section on 5W.
#
# Next: [6 Who are they?](../06_personas.ipynb)
