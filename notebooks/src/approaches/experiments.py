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
# # Does it work, how much, and for whom?
#
# Segments differ in what they answer; what a mailing *causes* is another question. Only people drawn
# by lot to get nothing tell what would have happened anyway. This notebook plans such a test, draws
# who gets what, and reads the answers in the order in which they can be trusted.
#
# | Reads | Writes | You set |
# |---|---|---|
# | the study's table `tests` (people, arm, outcome), or its orders to plan one | `approaches/experiments.json`, `approaches/experiments_draw.csv` | everything that must be settled before the first answer |
#
# **You will be able to**
#
# - *plan* a test that can see what it is made for, in all people and in each segment;
# - *check* that it was random before you look at any effect;
# - *tell* for whom it works, and where it pays, without taking chance for a segment.
#
# Reading takes about 15 minutes, running less than one.

# %% tags=["parameters"]
STUDY = "email_test"  # name of a file in studies/
OUTCOME = "responded"  # what decides; responded, visited, clicked, opened or amount
CONTROL = "control"  # the arm that gets nothing, or the usual
ARMS = "control 1, reminder 1, discount 1"  # all arms with their shares of the people
CHANGE = 0.03  # smallest difference worth acting on, a share (0.03 are 3 points) or money
BASE = 0.11  # expected without the measure, a share or money; 0 takes the time before
PER_ARM = 2900  # people in the smallest arm at the planned end; 0 if none was planned
ANY_TIME = False  # True if you look before the end, for wider intervals that allow it
BY = "customer"  # columns within which the arms are drawn; empty takes all
GAIN = 12.0  # money that one more response brings, or the part of money that is kept
COST = 0.35  # money that one contact costs
MONEY_CHANGE = 2.0  # smallest difference in money per person worth acting on
SEED = 2017  # the same seed draws the same arms, 0 and more

# %%
import segkit
import pandas as pd
from segkit import data, plots
from segkit.validation import trials

run = segkit.open_run(STUDY, stage="approaches/experiments")
tables = data.open(run)
how = {"control": CONTROL, "arms": ARMS, "arm_n": PER_ARM, "any_time": ANY_TIME}
plan = trials.Plan(outcome=OUTCOME, change=CHANGE, base=BASE, **how)

# %% [markdown]
# ## By hand, on two arms
#
# A thousand people in each arm; 120 respond without the mailing, 150 with it. The difference is put
# beside how far two such arms lie apart by chance.

# %%
arms = pd.DataFrame({"people": [1000, 1000], "responded": [120, 150]}, index=["without", "with"])
share = arms["responded"] / arms["people"]
both = arms["responded"].sum() / arms["people"].sum()
chance = (both * (1 - both) * (1 / arms["people"]).sum()) ** 0.5
apart = (share["with"] - share["without"]) / chance
each = pd.DataFrame({"arm": arms.index.repeat(arms["people"])})
each["responded"] = each.groupby("arm").cumcount() < each["arm"].map(arms["responded"])
small = trials.Plan(control="without", arms="without 1, with 1", arm_n=1000)
tool = trials.analyse(data.from_frames(tests=each), small)
assert abs(tool.whole["difference"][0] - (share["with"] - share["without"])) < 1e-9
plots.words(
    f"They lie {apart:.2f} times chance apart, p {tool.whole['p_holm'][0]:.3f}.\n\n{tool.told}"
)

# %% [markdown]
# *How to read it:* an effect of nothing would lie that far apart about once in twenty tests. Look at
# twenty segments, or every day, and one of them will.
#
# ## How many people does it take?
#
# Whoever may take part, with what is known of them *before* the test. Nothing else may part them: who
# opened the mail was changed by the mail.

# %%
people = trials.people(tables, plan, by=BY)
plots.words(f"{people.told}\n\n{people.weeks(per_day=0, answer_days=14)}")

# %%
plots.trials.power(people.curve, people=people)

# %% [markdown]
# *How to read it:* half the effect takes four times the people. A test far left of the dashed line
# finds nothing even where there is something, and what it finds is too large.
#
# Each segment is a smaller test. *Only here* is harder still: to see that one group alone reacts.
#
# ## Who gets what?
#
# First what each group can show; then the arms, drawn by lot within the groups, the same for the same
# seed, and written down before anything is sent.

# %%
planned = "What the test can show: all people, and each group"
plots.table(people.table, title=planned, formats=plan.formats)

# %%
drawn = people.drawn(seed=SEED)
counts = pd.crosstab(drawn["stratum"], drawn["arm"])
plots.table(counts.reset_index(), title="The next draw: people per group and arm")

# %% [markdown]
# ## Was it random?
#
# The answers are back. First the arms: as large as drawn, and with the same people in them? If not,
# no difference below would be an effect, and none is shown.

# %%
trial = trials.analyse(tables, plan, smallest=run.study.smallest_cell)
plots.words(trial.random.told)

# %%
plots.table(
    trial.random.balance, title="What was known before, between arms", formats={"p": "{:.2f}"}
)

# %% [markdown]
# *How to read it:* the largest share is how far a group's share differs between two arms. Small, and
# p (adjusted for all columns) not small: the draw did its work.
#
# ## What did it do to all?

# %%
plots.words(trial.told)

# %%
plots.trials.effects(trial.whole, plan=plan)

# %% [markdown]
# *How to read it:* the line is where the effect may lie. The grey bar is what a test of this size
# overlooks four times in five or less often: a line within it says little either way.
#
# ## And money?
#
# A second yardstick, settled as early as the first. Few people bring most of the money, so it is
# counted as it is, with large sums cut, and with the spending before the test taken out. The first
# yardstick decides; this one explains.

# %%
money = trials.Plan(outcome="amount", change=MONEY_CHANGE, **how)
spent = trials.analyse(tables, money, smallest=run.study.smallest_cell)
plots.words(spent.told)

# %%
plots.table(spent.ways, title="Money per person, in all ways of counting", formats=money.formats)

# %% [markdown]
# ## Does it work differently somewhere?
#
# Only if *the effect is the same everywhere* can be ruled out, after all arms and columns that were
# looked at, may anybody say that it works in one segment.

# %%
plots.words(trial.found)

# %%
plots.trials.groups(trial.clearest, plan=plan)

# %% [markdown]
# *How to read it:* filled is what was measured, empty is drawn towards the common effect, as far as
# the group is small. The empty one is the better forecast: the best of many groups was partly lucky.
# Effects are counted in points; where many respond anyway, the same push may move more of them.
#
# ## Where does it pay?
#
# The gain is the effect, not the answers: who would have responded anyway brings nothing new. Groups
# are told apart only where the effect differs between them.

# %%
worth = trial.worth(gain=GAIN, cost=COST)
plots.table(worth, title="After cost: responses per 1,000 contacts, money per contact")

# %% [markdown]
# ## What we learned

# %%
pays = worth[worth["verdict"] == "pays"]
plots.words(
    f"- **Planned:** {people.told}\n"
    f"- **Checked:** arms of the planned sizes, p {trial.random.p:.2f}.\n"
    f"- **Told:** {trial.found} It pays in {len(pays)} of {len(worth)} rows above."
)

# %% [markdown]
# ## Checks
#
# Everybody is drawn once, and the same seed draws the same.
#
# ## Write
#
# The plan and what was found, and the next draw: who gets what.
#
# ## The same step in five lines
#
# The analysis again, from the study's file on.

# %%
assert drawn["id"].is_unique
assert people.drawn(seed=SEED).equals(drawn)
run.write("approaches/experiments.json", {"plan": plan.__dict__, "found": trial.record})
run.write("approaches/experiments_draw.csv", drawn)
again = trials.analyse(data.open(run), plan, smallest=run.study.smallest_cell)
assert again.told == trial.told
assert again.found == trial.found

# %% [markdown]
# ## Exercises
#
# 1. *A parameter.* Set `PER_ARM` to twice as many. What does the notebook say, and why does it not
#    show the effect? Then set `ANY_TIME`: what does it cost to look early?
# 2. *A decision.* Raise `COST` until one row changes its verdict. Whom would you still write to?
# 3. *The data.* Leave the people whose mail bounced out of the file. Does any check notice? How many
#    would have to bounce before one does, and in which arms?
#
# ## Sources and next
#
# R. Kohavi, D. Tang and Y. Xu, *Trustworthy Online Controlled Experiments*, 2020; A. Deng and others,
# *Improving the sensitivity of online controlled experiments* (CUPED), 2013; R. Johari, L. Pekelis and
# D. Walsh, *Always valid inference*, 2015; R. G. Newcombe in *Statistics in Medicine*, 1998.
#
# Next: [How much would a hold-out of your own customers show?](../07_action.ipynb)
