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
# # What did they do on the site, and where did they stop?
#
# Most people who come to a site leave no order and no name. What they looked at, put into the cart
# or asked for still says who is worth a reminder, an answer or a call.
#
# | Reads | Writes | You set |
# |---|---|---|
# | `visits` (one row per hit); if there: orders | `approaches/web_analytics.json`, `approaches/web_analytics.parquet` | when a visit ends, when a cart counts as abandoned, what new and inactive mean, the goals |
#
# **You will be able to**
#
# - *turn* a log of hits into sessions, people and carts, by rules anyone can repeat;
# - *choose* by hit, by session or by person, and say why the numbers differ;
# - *segment* visitors and customers alike, and report on each segment with honest intervals.
#
# Reading takes about 15 minutes, running less than one.

# %% tags=["parameters"]
STUDY = "online_shop"  # name of a file in studies/
GAP_MINUTES = 30  # minutes without a hit after which a new session begins, 5 to 475
CART_HOURS = 24  # hours without a purchase after which a cart is abandoned, 1 to 720
INACTIVE_DAYS = 90  # days without a visit, more than this is inactive, 2 to 730
NEW_DAYS = 7  # days since the first visit, up to this is new, 0 to 60
HIGH_SHARE = 0.1  # share of those who spent that is of high value, above 0 and below 1
GOALS = ""  # path of a YAML file with goals, empty takes the default ones
GOAL = ""  # name of the goal whose conversion is shown, empty takes the first one reached

# %%
import segkit
import numpy as np
import pandas as pd
from segkit import data, plots, segments
from segkit.data.reports.web import site
from segkit.plots.approaches import web_analytics as drawn
from segkit.segments.approaches import web_analytics

run = segkit.open_run(STUDY, stage="approaches/web_analytics")
tables = data.open(run)
look = site.look(tables, gap_minutes=GAP_MINUTES, cart_hours=CART_HOURS)
plots.words(f"{look.people['sessions_n'].sum():,} sessions are known before {look.end:%d %B %Y}.")

# %% [markdown]
# ## By hand, on ten hits
#
# A *hit* is one thing that happened. A *session* is a row of hits without a pause of more than
# half an hour; midnight does not end it. A *cart* is abandoned when a day goes by without a
# purchase. A cart of the last day is neither: it is still open, and calling it abandoned would make
# the last day look worse than all others.

# %%
ten = pd.DataFrame({"visitor_id": list("xxxxyyyyzz")})
days = ["03-04 10:00", "03-04 10:20", "03-04 11:00", "03-04 11:05", "03-04 10:00", "03-04 10:10"]
days += ["03-06 23:50", "03-07 00:10", "03-07 20:00", "03-07 20:05"]
ten["seen_at"] = pd.to_datetime(["2024-" + day for day in days])
ten["event"] = ["page", "cart", "page", "purchase", "page", "cart", "page", "page", "page", "cart"]
ten["source"] = ["search"] * 2 + ["mail"] * 2 + ["search"] * 2 + ["direct"] * 2 + ["mail"] * 2
pause = ten.groupby("visitor_id")["seen_at"].diff()
ten["session"] = (pause.isna() | (pause > pd.Timedelta(minutes=30))).cumsum()
end = pd.Timestamp("2024-03-08")
bought = ten["seen_at"].where(ten["event"] == "purchase")
later = bought.groupby(ten["visitor_id"]).transform("max") - ten["seen_at"]
late = ten["seen_at"] + pd.Timedelta(hours=24) < end
outcome = np.select([later.between("0h", "24h"), late], ["bought", "abandoned"], "open")
ten["cart"] = pd.Series(outcome).where(ten["event"] == "cart")
plots.table(ten.assign(seen_at=ten["seen_at"].dt.strftime("%d %b %H:%M")), title="Ten hits")

# %%
example = data.from_frames(customers=pd.DataFrame({"customer_id": ["a"]}), visits=ten.iloc[:, :4])
small = site.look(example, end=end)
followed = small.carts_by_outcome.set_index("outcome")["carts_n"]
assert small.people["sessions_n"].sum() == ten["session"].max()
assert followed.to_dict() == ten["cart"].value_counts().to_dict()
plots.table(followed.reset_index(), title="The same ten hits, counted by the tool")

# %% [markdown]
# ## One condition, three answers
#
# "Put into the cart, and came by mail" can be asked of a hit, of a session or of a person. Of a
# *hit*: this very hit is both. Of a *session*: one of its hits is the first, one the second, not
# necessarily the same. Of a *person*: both at any time. A report that does not say which it means
# cannot be compared with another.

# %%
rule = {"all": [{"kind": {"is": "cart"}}, {"source": {"is": "mail"}}]}
asked = pd.DataFrame({"cart": ten["event"] == "cart", "mail": ten["source"] == "mail"})
of_session = asked.groupby(ten["session"]).transform("any")
of_person = asked.groupby(ten["visitor_id"]).transform("any")
by_hand = [int(each.all(axis=1).sum()) for each in (asked, of_session, of_person)]
scopes = web_analytics.scopes(small.hits, rule)
assert scopes["hits_n"].tolist() == by_hand
plots.table(scopes, title="Cart and mail: what is chosen in each scope")

# %% [markdown]
# These are the event, session and user segments of Google Analytics 4, built under *Explore*, in
# an exploration, with the plus sign at *Segments*. Older guides, the handbook among them, lead by
# *Administration* to *Segments*. That was Universal Analytics: its standard properties stopped
# processing data in July 2023 and the menu is gone. Sessions changed as well. Universal Analytics
# began a new one at midnight and with every new campaign, Google Analytics 4 does neither, so
# numbers of before and after do not compare (`hits.read(…, classic=True)` counts the old way).
#
# ## What the log holds
#
# Events are recognised by name, in English, in Russian and as Google Analytics and Yandex Metrica
# write them. A name without a kind counts as a hit and no more; map it with `own=`. A browser known
# once is known for all its visits, also those before its owner signed in. A *person* is a customer,
# or else a browser. One human with a phone and a laptop who never signs in is two persons: the
# number of people is too high, and what is bought on the other device looks like an abandoned cart.
#
# A goal is data: a page reached, a form sent, a click, a product looked at, a file downloaded.

# %%
plots.table(look.events, title="Events, and what they were taken for")

# %%
goals = look.goals(GOALS)
title = f"Goals reached, value in {run.study.currency or 'money'}"
plots.table(goals.table, title=title)

# %% [markdown]
# ## Where they stop
#
# The steps must come in this order, within one session. A step the log does not know is left out.
# A cart is followed beyond its session, over all browsers of a known customer.

# %%
drawn.funnel(look.funnel)

# %%
title = f"Carts, judged after {CART_HOURS} hours"
plots.table(look.carts_by_outcome, title=title)

# %% [markdown]
# *How to read it:* the share is of carts whose time is up. It depends on the limit: a longer one
# makes fewer carts abandoned. The money is what the cart hits themselves say; a dash means they say
# nothing. Buying later than the limit is told apart on the card as "bought later".
#
# ## Segments of visitors and customers
#
# The groups of the handbook overlap: a buyer can leave a cart behind. So they stand in an order,
# and the first that fits is taken. The order is a decision; what it hides is counted.

# %%
limits = {"inactive_days": INACTIVE_DAYS, "new_days": NEW_DAYS, "high_share": HIGH_SHARE}
found = segments.attempt(look.people, {"approach": "web_analytics", **limits})
visitors = web_analytics.visitors(found)
plots.table(visitors.groups, title="Groups in their order", left=["rule"])

# %%
title = "People taken by the first group who fit a later one too (most frequent)"
plots.table(visitors.hidden, title=title)

# %% [markdown]
# *How to read it:* "fits" counts everybody who meets a rule, "taken" those whom no earlier group
# took. If a pair with many people matters to you, put the other group first. Pages for partners
# and services are recognised by words in their address; a shop without such pages has empty groups.
#
# ## Reports by segment: traffic, behaviour, conversion

# %%
who = visitors.people
visits = look.by(who)
plots.table(visits.behaviour, title="Sessions by segment")

# %%
drawn.mix(visits.mix(found.order), title=f"Sessions by segment and {visits.channel}")

# %% [markdown]
# *How to read it:* compare rows with each other, and look at the number at the right first: shares
# of a few dozen sessions move by themselves. The conversion below is shown by source, not by
# segment, where it would be circular: buyers are those who bought, so all of them "convert".
#
# What adds up? Every session lies in one segment and has one source. A person lies in one segment,
# but may come by several sources, and is then counted under each.

# %%
goal = goals.pick(GOAL)
converted = web_analytics.conversion(visits.converted(goal))
drawn.conversion(converted, title=f"Sessions that reached the goal “{goal['name']}”")

# %%
plots.table(visits.parts, title="Which counts add up")

# %% [markdown]
# *How to read it:* a pale line covers the average: that group is not shown to differ from it.
# Sessions of one person resemble each other, so the intervals are a little too narrow; with
# `per="people"` they hold. And the source of a session did not cause the sale.
#
# ## Your own log
#
# | column of `visits` | Google Analytics 4, export to BigQuery | your own log |
# |---|---|---|
# | `visitor_id` (needed) | `user_pseudo_id` | cookie or device id |
# | `seen_at` (needed) | `event_timestamp`, microseconds, made a local time | time of the request |
# | `event` (needed) | `event_name` | name of the action |
# | `customer_id` | `user_id` | account, once signed in |
# | `session_id` | `ga_session_id` out of `event_params` | leave out: the pause rule makes it |
# | `page` | `page_location` out of `event_params` | path |
# | `order_id`, `amount` | `ecommerce.transaction_id`, `ecommerce.purchase_revenue` | order, sum |
# | `source`, `device`, `region` | `collected_traffic_source`, `device.category`, `geo.region` | referrer, browser, place |
#
# The nested fields have to be unfolded in a query first: one row per event, one column per field.
# Sums of Google's own reports differ, for they estimate what was not consented to.
#
# ## What we learned

# %%
largest = found.labels.value_counts()
plots.words(
    f"- **Turned:** {look.told}\n"
    f"- **Chosen:** the same condition took {', '.join(map(str, by_hand))} of ten hits by hit, "
    f"session and person.\n"
    f"- **Segmented:** {len(largest)} segments; the largest, *{largest.index[0]}*, has "
    f"{largest.iloc[0]:,} of {len(who):,} people."
)

# %% [markdown]
# ## Checks
#
# Everybody is in exactly one segment, sessions add up, and no customer is counted twice.
#
# ## Write

# %%
assert who["person"].is_unique
assert who["customer_id"].dropna().is_unique
assert found.labels.isin(found.order).all()
assert visitors.groups["taken_n"].sum() == found.labels.count()
assert visits.behaviour["sessions_n"].sum() == look.people["sessions_n"].sum()
run.write("approaches/web_analytics.json", found.definition)
run.write("approaches/web_analytics.parquet", who)

# %% [markdown]
# ## The same step in five lines

# %%
tables = data.open(segkit.open_run(STUDY, stage="approaches/web_analytics"))
again = site.look(tables, gap_minutes=GAP_MINUTES, cart_hours=CART_HOURS)
five = segments.attempt(again.people, {"approach": "web_analytics", **limits})
assert five.labels.tolist() == found.labels.tolist()

# %% [markdown]
# ## Exercises
#
# 1. *A parameter.* Set `CART_HOURS` to 168. How many carts are abandoned now, how many open?
# 2. *A decision.* Put "Abandoned cart" before "High value" in `web_analytics.groups`. Who moves, and
#    would you write to them in another way?
# 3. *The data.* Write a goal of your own into a YAML file (a page of your site, with a value) and
#    name the file in `GOALS`. Which source brings most of that value?
#
# ## Sources and next
#
# The handbook's chapters on Google Analytics and Yandex Metrica; Google's help pages on the segment
# builder of Google Analytics 4, on sessions, on the export to BigQuery and on the end of Universal
# Analytics; E. B. Wilson, *Probable inference, the law of succession, and statistical inference*,
# 1927.
#
# Next: [04 Which customers belong together?](../04_segments.ipynb)
