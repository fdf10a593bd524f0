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
from segkit import data, plots, segments
from segkit.plots.approaches import five_w as drawn
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

# %%
dates = data.card.window(as_of="2024-02-01", window_days=0)
counted = five_w.counts(data.from_frames(ten), members=few, window=dates)
by_tool = five_w.statements(counted, smallest=1).drop(columns="suppressed")
saturday = by_tool[by_tool["answer"] == "Saturday"].set_index("segment")["lift"]
assert saturday.round(6).equals(by_hand.round(6).rename("lift"))

# %% [markdown]
# The same for every weekday, with the number of people behind each answer:

# %%
weekdays = by_tool[by_tool["topic"] == "weekday"]
formats = {"n": "{:.0f}", "share": "{:.0%}", "share_all": "{:.0%}"}
plots.table(weekdays, title="Weekdays", formats=formats)

# %% [markdown]
# ## The segments to be described
#
# 5W does not make segments; it describes those of any approach.

# %%
found = segments.attempt(card, SEGMENTS)
borrowed = five_w.borrowed(found, card=card)
plots.words(borrowed.introduction)

# %% [markdown]
# ## Everything is counted first
#
# *Who* and *where* by the attributes of people and the way of their orders, *what* by the money of
# the goods, *when* by their orders. *Why* by what they said, in a survey or a request: purchases
# show what people did, not their reasons. Counts of fewer people than the study's smallest cell
# are hidden, and a second one with them where the first could be worked out.

# %%
looked = data.card.window(as_of=as_of, window_days=WINDOW_DAYS)
how = {"window": looked, "questions": REASONS, "smallest": run.study.smallest_cell}
faces = borrowed.faces(tables, **how)
plots.table(faces.overview, title="What was asked of the data")

# %% [markdown]
# ## The picture
#
# Of each question the answer that sets the segment apart most: at least a twentieth of it, and a
# fifth more often than of all. A larger lift counts for more, and so do more people behind it.

# %%
plots.table(faces.page(1), title="5W of the first segments")

# %%
plots.table(faces.page(2), title="5W of the next")

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
drawn.lifts(faces.said, topic=faces.topic, order=borrowed.order)

# %%
by_hour = borrowed.hours(tables, window=looked)
drawn.hours(by_hour, order=borrowed.order, smallest=faces.smallest)

# %% [markdown]
# *How to read it:* lines that follow the grey shape say nothing about the segment. An hour with few
# people is left out of its line; a grey cell of the grid with a dot hides few people. Seasons need
# a whole year of orders, and mislead about customers who came in the middle of it.

# %% [markdown]
# ## What we learned

# %%
plots.words(
    f"- **Answered:** {', '.join(faces.answered) or 'no question'}.\n"
    f"- **Told apart:** {faces.told_apart}.\n"
    f"- **Left open:** {faces.open}."
)

# %% [markdown]
# ## Checks
#
# Shares of a topic add up, and no hidden cell shows a number.

# %%
raw = five_w.statements(faces.counted, smallest=1)
whole = raw.groupby(["question", "topic", "of", "segment"])["share"].sum()
hidden = faces.said[faces.said["suppressed"]]
assert ((whole - 1).abs() < 1e-6).all()
assert hidden[["n", "share", "lift"]].isna().all().all()

# %% [markdown]
# ## Write

# %%
pictures = {"pictures": faces.pictures.to_dict("records"), "smallest_cell": faces.smallest}
run.write("approaches/five_w.json", borrowed.record | pictures)
run.write("approaches/five_w.csv", faces.said)
run.write("approaches/five_w.parquet", borrowed.members)

# %% [markdown]
# ## The same step in five lines

# %%
again = five_w.borrowed(segments.attempt(card, SEGMENTS), card=card)
five = again.faces(tables, **how)
assert five.pictures.equals(faces.pictures)

# %% [markdown]
# ## Exercises
#
# 1. *A parameter.* Set `SEGMENTS` to `"lifecycle"`. Do new customers order at other hours?
# 2. *A decision.* Look at `faces.shown` with a lift of 1.2 and of 1.5. Which answers would you leave
#    out, and whom would you then picture wrongly?
# 3. *The data.* Which question is empty? Write down the one question you would ask in a survey.
#
# ## Sources and next
#
# The handbook's section on 5W.
#
# Next: [6 Who are they?](../06_personas.ipynb)
