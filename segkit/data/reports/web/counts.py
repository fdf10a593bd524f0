"""Reports on a website: traffic, behaviour, conversion, by any group of people or sessions.

Three things are counted: hits, sessions, people. A hit lies in one session and a session belongs to
one person, so over groups of *people* (segments) all three add up to the whole. Over groups of
*sessions* (sources, devices) hits and sessions add up and people do not: who came by two sources is
counted under both. Shares and means never add up. `parts` says which is the case, so no report
has to be believed. Counts only; `approaches.web_analytics.conversion` makes intervals.
Taught in notebook approaches/web_analytics.
"""

import ibis
import pandas as pd

from segkit.data import answers
from segkit.data.measures.web import goals as reaching
from segkit.data.measures.web import hits as reading

UNKNOWN = "not known"
"""The group of sessions or people of whom a column tells nothing."""
STEPS = ("product", "cart", "checkout", "purchase")
"""The way of a shop, as kinds of hits."""
ASKING = ("page", "form")
"""The way of a site without a shop."""


def sessions(hits):
    """Sum up every session: an Ibis table, one row per session.

    Columns: session, person, visitor_id, began_at, seconds (from first to last hit; 0 for one
    hit), hits_n, pages_n, purchases_n, money (of purchases, where hits name it), and source,
    device, region (first known of the session) and landing_page where the source has them.
    """
    bought = hits.kind == "purchase"
    money = {}
    if "amount" in hits.columns:
        money["money"] = hits.amount.sum(where=bought).fill_null(0).cast("float64")
    at = reading.moments(hits.seen_at)
    found = hits.group_by("session").agg(
        person=hits.person.max(),
        visitor_id=hits.visitor_id.max(),
        began_at=hits.seen_at.min(),
        seconds=at.max() - at.min(),
        hits_n=hits.count(),
        pages_n=(hits.kind == "page").sum().cast("int64"),
        purchases_n=bought.sum().cast("int64"),
        **money,
    )
    named = {"source": "source", "device": "device", "region": "region", "page": "landing_page"}
    for column, name in named.items():
        if column in hits.columns:
            part = reading.first(hits, by="session", column=column).rename({name: column})
            found = found.left_join(part, "session").drop("session_right")
    return found


def grouped(table, who):
    """Put each row's segment beside it, by person.

    `table` has person (hits or sessions); `who` is a DataFrame with person and segment. People
    whom `who` does not name are in segment "not known".
    """
    named = ibis.memtable(who[["person", "segment"]])
    table = table.left_join(named, "person").drop("person_right")
    return table.mutate(segment=table.segment.fill_null(UNKNOWN))


def traffic(visits, *, by):
    """Count sessions by a column: one row per group, the most sessions first.

    `visits` as made by `sessions`; `by` is one of its columns (source, device, region, segment …).
    Returns the column, people_n, sessions_n, hits_n, sessions_share (0 to 1).
    """
    visits = visits.mutate(**{by: visits[by].fill_null(UNKNOWN)})
    found = visits.group_by(by).agg(
        people_n=visits.person.nunique(), sessions_n=visits.count(), hits_n=visits.hits_n.sum()
    )
    frame = answers.fetch(found, by=by)
    frame = frame.astype({"hits_n": "int64"})
    frame["sessions_share"] = frame["sessions_n"] / max(frame["sessions_n"].sum(), 1)
    return frame.sort_values("sessions_n", ascending=False, kind="stable", ignore_index=True)


def channels(visits):
    """List the columns by which sessions can be told apart here: source, device, region."""
    return [column for column in ("source", "device", "region") if column in visits.columns]


def across(visits, *, rows, columns):
    """Count sessions by two columns: a DataFrame, `rows` down and `columns` across, by name.

    What is not known is a row or column of its own.
    """
    known = visits.mutate(**{c: visits[c].fill_null(UNKNOWN) for c in (rows, columns)})
    pairs = known.select(down=known[rows], across=known[columns])
    counted = pairs.group_by("down", "across").agg(n=pairs.count()).execute()
    table = counted.pivot_table(index="down", columns="across", values="n", aggfunc="sum")
    return table.fillna(0).astype("int64").rename_axis(index=rows, columns=columns)


def behaviour(visits, *, by):
    """Describe what happens in the sessions of each group, the most sessions first.

    Returns the column, sessions_n, sessions_per_person, hits_per_session, pages_per_session,
    minutes (mean from first to last hit), one_hit_share (0 to 1: sessions with a single hit, the
    plain bounce rate).
    """
    visits = visits.mutate(**{by: visits[by].fill_null(UNKNOWN)})
    n = visits.count()
    found = visits.group_by(by).agg(
        sessions_n=n,
        sessions_per_person=n / visits.person.nunique(),
        hits_per_session=visits.hits_n.sum() / n,
        pages_per_session=visits.pages_n.sum() / n,
        minutes=visits.seconds.sum() / n / 60,
        one_hit_share=(visits.hits_n == 1).sum() / n,
    )
    frame = answers.fetch(found, by=by)
    frame = frame.astype({c: "float64" for c in frame.columns if c not in (by, "sessions_n")})
    return frame.sort_values("sessions_n", ascending=False, kind="stable", ignore_index=True)


def converted(hits, visits, *, goal, by):
    """Count who reached a goal in each group, the most sessions first.

    `hits` and their `sessions`, the latter with the column `by`; `goal` see `goals`.
    Returns the column, sessions_n, sessions_reached_n, people_n, people_reached_n, value (money,
    empty where none is known). Sessions are counted under the group of the session in which the
    goal was reached; a person under every group of theirs that has a session, as reached only
    where the goal was reached.
    """
    visits = visits.mutate(**{by: visits[by].fill_null(UNKNOWN)})
    reached = hits.mutate(worth=reaching.worth(hits, goal)).filter(reaching.met(hits, goal))
    reached = reached.group_by("session").agg(value=reached.worth.sum(), there=reached.count())
    both = visits.left_join(reached, "session").drop("session_right")
    met = both.there.notnull()
    found = both.group_by(by).agg(
        sessions_n=both.count(),
        sessions_reached_n=met.sum().cast("int64"),
        people_n=both.person.nunique(),
        people_reached_n=both.person.nunique(where=met),
        value=both.value.sum().cast("float64"),
    )
    frame = answers.fetch(found, by=by).astype({"value": "float64"})
    return frame.sort_values("sessions_n", ascending=False, kind="stable", ignore_index=True)


def parts(frame, visits):
    """Say what of a report adds up: one row per count.

    `frame` is a report (`traffic`), `visits` the sessions it was made of. Returns counted, sum
    (over the groups), whole, adds_up. People add up over segments, not over sources or devices.
    """
    whole = visits.agg(
        people_n=visits.person.nunique(), sessions_n=visits.count(), hits_n=visits.hits_n.sum()
    )
    whole = whole.execute().iloc[0]
    names = [name for name in ("people_n", "sessions_n", "hits_n") if name in frame]
    rows = [(n.removesuffix("_n"), int(frame[n].sum()), int(whole[n])) for n in names]
    told = pd.DataFrame(rows, columns=["counted", "sum", "whole"])
    return told.assign(adds_up=told["sum"] == told["whole"])


def funnel(hits, *, steps=None, within="session"):
    """Count how many go through kinds of hits in this order: one row per step.

    `steps` are kinds, in order (default: `STEPS`, or `ASKING` where the log knows fewer than two of
    those). `within` is session or person: whether all steps must be in one session. A step counts
    when it comes at or after the one before; steps the log does not know at all are left out.
    Returns step, reached_n, of_first (0 to 1), of_before (0 to 1).
    """
    there = set(hits.select("kind").distinct().execute()["kind"])
    known = [step for step in steps or STEPS if step in there]
    if steps is None and len(known) < 2:
        known = [step for step in ASKING if step in there]
    rows, so_far = [], None
    for step in known:
        so_far = _step(hits, step, so_far, within)
        rows.append((step, int(so_far.count().execute())))
    frame = pd.DataFrame(rows, columns=["step", "reached_n"])
    reached = frame["reached_n"].astype("float64")
    frame["of_first"] = reached / reached.head(1).where(lambda n: n > 0).sum(min_count=1)
    frame["of_before"] = reached / reached.shift().where(lambda n: n > 0)
    return frame


def stopped(steps):
    """Say between which two steps of `funnel` the largest part stopped; "" with fewer than two."""
    lost = (1 - steps["of_before"]).dropna()
    if lost.empty:
        return ""
    at = lost.idxmax()
    return (
        f"Most stop between {steps['step'][at - 1]} and {steps['step'][at]}: {lost[at]:.0%} of "
        "those who came so far."
    )


def _step(hits, step, so_far, within):
    """Find when each session or person first took a step, after the step before."""
    rows = hits.filter(hits.kind == step).select(within, "seen_at")
    if so_far is not None:
        rows = rows.join(so_far, within)
        rows = rows.filter(rows.seen_at >= rows.at)
    return rows.group_by(within).agg(at=rows.seen_at.min())
