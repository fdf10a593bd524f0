"""What was done with customers on a day: events and campaigns, who was asked, who took part.

Needed to compare before and after: who had part in an activity, and who had not. Taught in
notebook approaches/loyalty.
"""

from datetime import timedelta

import pandas as pd

from segkit.data import answers
from segkit.refusal import Refused
from segkit.study import StudyError

SOURCES = {
    "events": ("event_id", "held_at", "attended"),
    "mailings": ("campaign_id", "sent_at", "responded"),
}
"""Table: columns of its name, its day, and whether the customer took part."""

COLUMNS = ("activity", "table", "day", "asked_n", "took_part_n")


def listed(tables):
    """List the activities of a study: activity, table, day, asked_n, took_part_n (customers).

    A DataFrame in the order of their days; empty where the study has neither events nor mailings.
    """
    found = [_counted(tables, name) for name in SOURCES if _has(tables, name)]
    if not found:
        return pd.DataFrame(columns=COLUMNS)
    return pd.concat(found).sort_values(["day", "activity"], kind="stable", ignore_index=True)


def _has(tables, name):
    return tables.has(name) and SOURCES[name][0] in getattr(tables, name).columns


def _counted(tables, name):
    rows, (key, at, took) = getattr(tables, name), SOURCES[name]
    rows = rows.filter(rows[key].notnull())
    part = rows[took].fill_null(False) if took in rows.columns else False
    asked = rows.group_by(activity=rows[key]).agg(
        day=rows[at].date().min(),
        asked_n=rows.customer_id.nunique(),
        took_part_n=rows.customer_id.nunique(where=part),
    )
    frame = answers.fetch(asked, by="activity").assign(table=name)
    return frame.assign(day=pd.to_datetime(frame["day"]).dt.date)[list(COLUMNS)]


def choose(tables, *, days, wanted=""):
    """Choose an activity with enough data on either side.

    Parameters
    ----------
    tables : Tables
        A study's tables.
    days : int
        Days of orders there must be before and after it.
    wanted : str
        Its name; "" takes the one with the most customers of the same table asked, events before
        mailings, the latest of equals.

    Returns
    -------
    dict or Refused
        activity, table, day, asked_n and took_part_n; refused where there is none.

    Raises
    ------
    StudyError
        When the activity named is not known or too near the ends.

    Examples
    --------
    See notebook approaches/loyalty: `activities.choose(tables, days=120)["activity"]`.
    """
    lacking = f"Not known: no event or campaign has {days} days of orders before and after it."
    if not tables.has("orders"):
        return Refused(lacking)
    known = listed(tables)
    facts, span = tables.facts(), timedelta(days=days)
    first, last = facts["first_order"].date() + span, facts["last_order"].date() - span
    fit = known[[first <= day <= last + timedelta(days=1) for day in known["day"]]]
    if wanted:
        fit = fit[fit["activity"] == wanted]
        if fit.empty:
            raise StudyError(
                f"The activity {wanted!r} is not known, or lies within {days} days of the first "
                f"or last order. Known are: {', '.join(known['activity']) or 'none'}."
            )
    if fit.empty:
        return Refused(lacking)
    order = fit.assign(event=fit["table"] == "events").sort_values(
        ["event", "asked_n", "day", "activity"], kind="stable"
    )
    return order.iloc[-1].drop("event").to_dict()


def people(tables, activity, *, part="asked"):
    """List the customers of an activity: a sorted list of customer_id.

    `activity` is a row of `listed` as a dict; `part` is "asked" (invited, written to) or "took
    part" (came, responded).
    """
    rows, (key, _, took) = getattr(tables, activity["table"]), SOURCES[activity["table"]]
    rows = rows.filter(rows[key] == activity["activity"])
    if part == "took part":
        rows = rows.filter(rows[took].fill_null(False))
    found = answers.fetch(rows.select("customer_id").distinct(), by="customer_id")
    return found["customer_id"].tolist()
