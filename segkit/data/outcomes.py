"""What happened in a period: the yardsticks of goals and of the back-test.

Months, campaigns, responses and purchases, counted by the engine from kept orders and
mailings. A period includes its first day and excludes its last. No effect of a campaign is
computed: without a control group a response says who answered, not who was persuaded.
"""

from datetime import datetime, timedelta

import ibis
import pandas as pd

from segkit.data import answers, messages
from segkit.data.cells import dates
from segkit.refusal import Refused
from segkit.study import StudyError

NO_MONTHS = (
    "*Not known from a list:* it shows who is on it, not who came when and who left. "
    "That would need a table `orders` of a year or more."
)
"""Why a list has no months."""


NO_TEST = (
    "*No test to analyse:* the study has no table `tests` with one row per person, the arm and "
    "what came of it. Draw the arms, carry the test out, and name its file under `tables:`."
)
"""Why nobody was tested."""


def tested(tables):
    """Return the people of the table `tests`, in the order of its file: a DataFrame, or a Refused.

    Its columns as in `schema`, money as numbers, and whatever else was known before the draw, as
    text; `row` numbers the people (where a database has no order, in that of their columns).
    """
    if not tables.has("tests"):
        return Refused(NO_TEST)
    table = tables.tests
    money = {c: table[c].cast("float64") for c, kind in table.schema().items() if kind.is_decimal()}
    frame = table.mutate(**money).execute()
    if frame["row"].isna().any():
        frame = frame.sort_values([c for c in frame if c != "row"], kind="stable")
        frame["row"] = range(1, len(frame) + 1)
    return frame.sort_values("row", kind="stable", ignore_index=True)


def monthly(tables):
    """Count each calendar month with orders.

    In the first months nearly everybody is "new": the data just begin there.

    Parameters
    ----------
    tables : segkit.data.tables.Tables
        The study's tables.

    Returns
    -------
    DataFrame or Refused
        month (first day), customers_n, orders_n, spend_total (money), spend_per_customer,
        spend_per_order, new_customers_n (first order ever seen in that month), complete (False
        where the data begin after the month's first day or end before its last). A month without
        orders has zeros, and no spend per customer or order. Refused of a list.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import data
    >>> orders = pd.DataFrame({"customer_id": ["c1", "c1", "c2"], "amount": [5.0, 7.0, 9.0]})
    >>> orders["ordered_at"] = pd.to_datetime(["2024-04-01", "2024-05-03", "2024-05-31"])
    >>> months = data.outcomes.monthly(data.from_frames(orders))
    >>> months[["month", "customers_n", "spend_total", "new_customers_n"]]
           month  customers_n  spend_total  new_customers_n
    0 2024-04-01            1          5.0                1
    1 2024-05-01            2         16.0                1
    """
    if not tables.has("orders"):
        return Refused(NO_MONTHS)
    orders = tables.baskets.mutate(month=tables.baskets.ordered_at.truncate("M").date())
    found = orders.group_by("month").agg(
        customers_n=orders.customer_id.nunique(where=orders.purchase),
        orders_n=orders.purchase.sum(),
        spend_total=orders.amount.sum().cast("float64"),
    )
    first = orders.filter(orders.purchase).group_by("customer_id").agg(month=ibis._.month.min())
    new = first.group_by("month").agg(new_customers_n=first.count())
    both = found.left_join(new, "month").drop("month_right")
    frame = _without_holes(answers.fetch(both, by="month"))
    frame["spend_per_customer"] = frame.spend_total / frame.customers_n
    frame["spend_per_order"] = frame.spend_total / frame.orders_n
    begins, ends = (pd.Timestamp(tables.facts()[n].date()) for n in ("first_order", "last_order"))
    last = frame.month + pd.offsets.MonthEnd(0)
    frame["complete"] = (frame.month >= begins) & (last <= ends)
    return frame


def _without_holes(months):
    """Add months without any order, with zeros."""
    every = pd.date_range(months.month.min(), months.month.max(), freq="MS", name="month")
    counts = ["customers_n", "orders_n", "new_customers_n"]
    whole = months.set_index("month").reindex(every).fillna(0)
    return whole.astype(dict.fromkeys(counts, "int64")).reset_index()


def hours(tables):
    """Count orders by hour of the day (local clock): hour, orders_n.

    Where the source kept another clock, `stored_n` counts the hours as they were stored.
    Refused where the source has dates only.
    """
    if not tables.facts()["has_clock"]:
        return Refused("The source has dates without a time of day, so no hours can be compared.")
    bought = tables.baskets.filter(tables.baskets.purchase)
    orders = bought.mutate(hour=bought.ordered_at.hour().cast("int64"))
    found = orders.group_by("hour").agg(orders_n=orders.count()).execute()
    frame = found.set_index("hour").reindex(range(24), fill_value=0).reset_index()
    if tables.meta["stored_hours"]:
        frame["stored_n"] = tables.meta["stored_hours"]
    return frame


def campaigns(tables):
    """List the campaigns: who was mailed, who responded.

    Returns campaign_id, campaign_type, sent_at, ends_at (last day on which a response counts),
    mailed_n, responded_n (customers), response_rate (0 to 1) and complete (sent and ended
    within the time of the orders), by date. Raises StudyError without mailings.
    """
    mailings = _require_mailings(tables)
    known = [c for c in ("campaign_type", "sent_at", "ends_at") if c in mailings.columns]
    found = mailings.group_by("campaign_id").agg(
        **{c: mailings[c].min() for c in known},
        mailed_n=mailings.count(),
        responded_n=mailings.responded.sum(),
    )
    frame = answers.fetch(found, by=["sent_at", "campaign_id"])
    for column in ("campaign_type", "ends_at"):
        frame[column] = frame.get(column)
    frame["responded_n"] = frame.responded_n.fillna(0).astype("int64")
    frame["response_rate"] = frame.responded_n / frame.mailed_n
    first, last = (tables.facts()[name].date() for name in ("first_order", "last_order"))
    ends = frame.ends_at.fillna(frame.sent_at)
    frame["complete"] = (frame.sent_at.dt.date >= first) & (ends.dt.date <= last)
    order = ["campaign_id", "campaign_type", "sent_at", "ends_at", "mailed_n", "responded_n"]
    return frame[[*order, "response_rate", "complete"]]


def response(tables, *, campaign_id):
    """Tell for every mailed customer of one campaign whether they responded.

    Returns customer_id, responded (bool), by customer_id. Raises StudyError for an unknown
    campaign.
    """
    mailings = _require_mailings(tables)
    mailed = mailings.filter(mailings.campaign_id == str(campaign_id))
    frame = answers.fetch(mailed.select("customer_id", "responded"), by="customer_id")
    if frame.empty:
        known = ", ".join(campaigns(tables).campaign_id)
        raise StudyError(f"There is no campaign {campaign_id}. Known campaigns: {known}.")
    return frame.astype({"responded": bool})


def purchases(tables, *, start, end):
    """Count what each customer bought from `start` up to, not including, `end`.

    Returns customer_id, orders_n, spend_total (money, returns deducted), by customer_id;
    customers without a receipt in the period are absent, those with returns only have 0 orders.
    """
    at = tables.baskets.ordered_at
    within = tables.baskets.filter(at >= dates.midnight(start), at < dates.midnight(end))
    found = within.group_by("customer_id").agg(
        orders_n=within.purchase.sum(), spend_total=within.amount.sum().cast("float64")
    )
    return answers.fetch(found, by="customer_id")


def before(tables, *, as_of, window_days):
    """Count what each customer bought in the window of a card; see `purchases`."""
    end = dates.midnight(as_of)
    start = end - timedelta(days=window_days) if window_days else datetime(1, 1, 1)
    return purchases(tables, start=start, end=end)


def repeats(tables, *, as_of):
    """Sum up each customer's repeat purchases before `as_of`: what BG/NBD and Gamma-Gamma need.

    A purchase is a day with at least one order. Customers who only gave back are absent. The
    conventions are those of `summary_data_from_transaction_data` of lifetimes with freq="D";
    days_first_to_last is what it calls recency, which is not days_since_purchase. Source: Fader,
    Hardie and Lee (2005).

    Parameters
    ----------
    tables : segkit.data.tables.Tables
        The study's tables.
    as_of : str or date
        Orders before this day count.

    Returns
    -------
    DataFrame
        By customer_id: repeat_days_n (days with orders after the first: x of BG/NBD),
        days_first_to_last (t_x), days_observed (from the first to the day before `as_of`: T),
        spend_per_repeat_day (money, mean of the days without the first, returns of a day with
        orders deducted; 0 where there is no repeat).

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import data
    >>> orders = pd.DataFrame({"customer_id": ["c1", "c1", "c2"], "amount": [5.0, 7.0, 9.0]})
    >>> orders["ordered_at"] = pd.to_datetime(["2024-05-01", "2024-05-11", "2024-05-31"])
    >>> data.outcomes.repeats(data.from_frames(orders), as_of="2024-06-01")
      customer_id  repeat_days_n  ...  days_observed  spend_per_repeat_day
    0          c1              1  ...             30                   7.0
    1          c2              0  ...              0                   0.0
    <BLANKLINE>
    [2 rows x 5 columns]
    """
    end = dates.midnight(as_of)
    orders = tables.baskets.filter(tables.baskets.ordered_at < end, tables.baskets.purchase)
    days = orders.group_by("customer_id", day=orders.ordered_at.date()).agg(
        spend=orders.amount.sum()
    )
    each = days.group_by("customer_id").agg(
        repeat_days_n=days.count() - 1,
        first=days.day.min(),
        last=days.day.max(),
        total=days.spend.sum().cast("float64"),
        begun=days.spend.argmin(days.day).cast("float64"),
    )
    last_day = ibis.literal((end - timedelta(days=1)).date())
    later = (each.total - each.begun) / each.repeat_days_n.nullif(0)
    found = each.select(
        "customer_id",
        "repeat_days_n",
        days_first_to_last=each["last"].delta(each["first"], unit="day"),
        days_observed=last_day.delta(each["first"], unit="day"),
        spend_per_repeat_day=later.fill_null(0.0),
    )
    return answers.fetch(found, by="customer_id")


def _require_mailings(tables):
    if not tables.has("mailings") or "responded" not in tables.mailings.columns:
        raise messages.error("no mailings")
    return tables.mailings
