"""KPIs through time: what a number was, is, and which two periods teach and judge.

Idea: a goal needs a yardstick that is the same for every customer and every period. The history
of a KPI is one row per past period: a campaign, or a block of equal length counted back from the
analysis date. Criteria are chosen on one period (learn); segments are judged on the next (test),
which nobody looks at before. Only periods that are over and whose customers were known before
they began may count. Sources: Wilson (1927) for the interval of a share; for money the normal
interval of a mean, enough at the sizes asked for here. Refuses: a campaign still running, and a
period that would be learned on and judged on at once.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from segkit import evidence
from segkit.brief import NO_GOAL, NO_LEARNING, NO_TEST, Goal, Period
from segkit.goals import listed, messages
from segkit.goals.days import Calendar, day, iso
from segkit.goals.kpis import KPIS
from segkit.refusal import Refused, passes
from segkit.study import known

BLOCKS = 13
"""Blocks of history at most: a year of four-week months."""

PERIOD = ["label", "start", "end", "campaign_id"]
MEASURED = ["n", "value", "low", "high", "spread", "audience"]

NOTHING_OVER = "No period of this KPI is over, so there is nothing to show of its past."


@dataclass(frozen=True)
class Past:
    """What a KPI was: `history` makes it, goals and knock-outs read it.

    `table` has one row per finished period, oldest first: label, start, end (ISO, exclusive),
    campaign_id (None for blocks), n (customers the KPI is defined for), value, low, high (95 %),
    spread (standard deviation between customers), audience (for whom it is defined), enough
    (at least `min_customers`, and purchases are known for one block before the period). `kpi`
    and `table` are Refused for a list, `table` where nothing is over. `years` has the same columns
    for the same days a year earlier, as far as known: of_goal marks those of the goal itself, `of`
    holds the first day of the period they stand beside.
    """

    kpi: str | Refused
    days: Calendar
    table: pd.DataFrame | Refused
    min_customers: int = 100
    currency: str = ""
    years: pd.DataFrame | None = None

    @property
    def season(self):
        """Return the days of the goal a year before, where they had enough customers, or None."""
        if self.years is None or isinstance(self.table, Refused):
            return None
        rows = self.years[self.years["of_goal"] & (self.years["n"] >= self.min_customers)]
        return None if rows.empty else rows.iloc[-1]

    @property
    def turns(self):
        """Return the periods of which the same days a year earlier are known, both large enough.

        value, n and spread as in `table`, those of a year earlier as before_value, before_n and
        before_spread. Empty where the past is too short.
        """
        if self.years is None:
            return pd.DataFrame(columns=["value", "n", "spread", "before_value", "before_n"])
        then = self.years[~self.years["of_goal"]].drop(columns="of_goal")
        then = then[["of", "value", "n", "spread"]].add_prefix("before_")
        both = self.table.merge(then, left_on="start", right_on="before_of")
        return both[both["enough"] & (both["before_n"] >= self.min_customers)]

    @property
    def goal(self):
        """Return the KPI as a Goal without numbers, which writes its values."""
        if isinstance(self.kpi, Refused):
            return Goal(currency=self.currency, as_of=self.days.as_of, sentence=listed.told("goal"))
        entry = known(self.kpi, KPIS, what="KPI")
        names = ("label", "unit", "direction", "own_past", "moved_by", "answers_contact")
        asked = {name: getattr(entry, name) for name in names}
        return Goal(kpi=self.kpi, serves=entry.serves[0], currency=self.currency, **asked)

    @property
    def title(self):
        """Name the KPI for the head of a table."""
        return self.goal.label.capitalize()

    @property
    def baseline(self):
        """Return the row a goal starts from, or Refused.

        The same days of last year where there are some: a quarter is no yardstick for the next one.
        Else the latest period with enough customers, else the latest.
        """
        if isinstance(self.table, Refused):
            return self.table
        return self.latest if self.season is None else self.season

    @property
    def starts_from(self):
        """Say in words which period the baseline is: the same season, or the latest."""
        if self.season is not None:
            return f"{self.season['label']}, the same days a year before"
        return f"{self.baseline['label']}, the latest period"

    @property
    def latest(self):
        """Return the latest period with enough customers, else the latest (a row)."""
        rows = self.table[self.table["enough"]] if self.table["enough"].any() else self.table
        return rows.iloc[-1]

    @property
    def test(self):
        """Return the latest usable period, to judge segments by (Period or Refused)."""
        return self._period(NO_TEST, before="9999")

    @property
    def learn(self):
        """Return the latest usable period that is over before test begins (Period or Refused)."""
        test = self.test
        return test if isinstance(test, Refused) else self._period(NO_LEARNING, before=test.start)

    def _period(self, why, *, before):
        if isinstance(self.table, Refused):
            return Refused(NO_GOAL if isinstance(self.kpi, Refused) else why)
        usable = self.table[self.table["enough"] & (self.table["end"] <= before)]
        return Refused(why) if usable.empty else Period(**usable.iloc[-1][PERIOD])

    @property
    def readable(self):
        """Return period, customers, the KPI, 95% margin and enough, written for readers."""
        return _written(self.table, self.goal)


@passes
def _written(table, goal):
    bare = Goal(unit=goal.unit)
    margins = zip(table["low"].map(bare.shown), table["high"].map(bare.shown), strict=True)
    return pd.DataFrame(
        {
            "period": table["label"],
            "customers": table["n"].astype(int),
            goal.label: table["value"].map(bare.shown),
            "95% margin": [f"{low} to {high}" for low, high in margins],
            "enough": table["enough"],
        }
    )


def choose_kpi(situation, *, wish="auto", min_customers=100):
    """Settle the KPI: the wish, or for "auto" what the tables can carry.

    Parameters
    ----------
    situation : Situation
        What `situation` returned.
    wish : str
        "auto" or the name of a KPI. "auto" takes campaign_response when at least two finished
        campaigns of one type had `min_customers` each, else repeat_rate.
    min_customers : int
        Fewest customers in a period.

    Returns
    -------
    str or Refused
        The name of a KPI of `KPIS`; Refused for a list without orders.

    Raises
    ------
    StudyError
        For an unknown KPI, with the nearest one, or one whose tables the study does not have.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import data, goals
    >>> days = pd.date_range("2024-01-01", periods=90)
    >>> orders = pd.DataFrame({"customer_id": "ann", "ordered_at": days, "amount": 9.0})
    >>> goals.choose_kpi(goals.situation(data.from_frames(orders)))
    'repeat_rate'
    """
    tables = situation.tables
    if wish != "auto":
        missing = [n for n in known(wish, KPIS, what="KPI").needs if not tables.has(n)]
        if missing:
            raise messages.error("table lacking", wish=wish, missing=missing)
        return wish
    if not tables.has("orders"):
        return Refused(listed.told("yardstick"))
    enough = _has_campaigns(tables, situation.days, min_customers)
    return "campaign_response" if enough else "repeat_rate"


def history(situation, *, kpi, campaign_type="auto", min_customers=100):
    """Measure what the KPI was in every finished period.

    Parameters
    ----------
    situation : Situation
        What `situation` returned.
    kpi : str or Refused
        What `choose_kpi` returned.
    campaign_type : str
        Campaigns of another type are left out; "auto" is the type with the most mailed customers.
    min_customers : int
        Fewest customers of a period that may teach or judge.

    Returns
    -------
    Past
        `.table`, one row per period (see `Past`), `.readable` the same for readers; `.learn` and
        `.test`, the two latest usable periods.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import data, goals
    >>> days = pd.date_range("2024-01-01", periods=90)
    >>> orders = pd.DataFrame({"customer_id": "ann", "ordered_at": days, "amount": 9.0})
    >>> situation = goals.situation(data.from_frames(orders), horizon_days=30)
    >>> goals.history(situation, kpi="order_value", min_customers=1).table["value"].tolist()
    [9.0, 9.0]
    """
    days, kept = situation.days, {"min_customers": min_customers, "currency": situation.currency}
    if isinstance(kpi, Refused):
        return Past(kpi=kpi, days=days, table=Refused(listed.told("no_past")), **kept)
    if known(kpi, KPIS, what="KPI").answers_contact:
        rows = _campaigns(situation.tables, days=days, campaign_type=campaign_type)
    else:
        rows = _blocks(situation.tables, kpi=kpi, days=days)
    if not rows:
        return Past(kpi=kpi, days=days, table=Refused(NOTHING_OVER), **kept)
    table = pd.DataFrame(rows, columns=[*PERIOD, *MEASURED])
    known_from = day(days.first_order) + pd.Timedelta(days=days.block_days)
    early = pd.to_datetime(table["start"]) < known_from
    table = table.assign(enough=(table["n"] >= min_customers) & ~early)
    years = _years(situation.tables, table, kpi=kpi, days=days)
    return Past(kpi=kpi, days=days, table=table, years=years, **kept)


@passes
def outcome(tables, *, kpi, period, customers):
    """Tell what each customer's KPI was in one period.

    Parameters
    ----------
    tables : segkit.data.tables.Tables
        The study's tables.
    kpi : str
        Name of a KPI of `KPIS`.
    period : Period or Refused
        `brief.learn` or `brief.test`.
    customers : iterable of str
        Ids, in practice those on the card as of the first day of the period.

    Returns
    -------
    pandas.DataFrame or Refused
        customer_id, outcome, by customer_id, of those the KPI is defined for: 0 or 1 for
        campaign_response (those mailed) and repeat_rate (everyone), money for spend_per_customer
        (everyone) and order_value (buyers).

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import data, goals
    >>> from segkit.brief import Period
    >>> orders = pd.DataFrame({"customer_id": ["ann", "ann"], "amount": [5.0, 7.0]})
    >>> orders["ordered_at"] = pd.to_datetime(["2024-01-05", "2024-02-05"])
    >>> may = Period(label="February", start="2024-02-01", end="2024-03-01")
    >>> found = goals.outcome(
    ...     data.from_frames(orders), kpi="spend_per_customer", period=may, customers=["ann", "bob"]
    ... )
    >>> found["outcome"].tolist()
    [7.0, 0.0]
    """
    from segkit.data import outcomes

    entry = known(kpi, KPIS, what="KPI")
    ids = pd.DataFrame({"customer_id": pd.Series(customers).astype(str)}).drop_duplicates()
    if entry.answers_contact:
        response = outcomes.response(tables, campaign_id=period.campaign_id)
        rows = ids.merge(response, on="customer_id", how="inner")
        rows["outcome"] = rows["responded"].astype(int)
    else:
        bought = outcomes.purchases(tables, start=period.start, end=period.end)
        rows = ids.merge(bought, on="customer_id", how="left")
        numbers = rows[["orders_n", "spend_total"]].astype(float).fillna(0.0)
        rows = rows.assign(outcome=entry.measure(numbers)).dropna(subset=["outcome"])
    return rows[["customer_id", "outcome"]].sort_values("customer_id").reset_index(drop=True)


def _blocks(tables, *, kpi, days):
    """Measure equal blocks counted back from the analysis date, oldest first."""
    first, end = day(days.first_order), day(days.as_of)
    length = pd.Timedelta(days=days.block_days)
    rows = []
    while len(rows) < BLOCKS and end - length >= first + length:
        row = _block(tables, start=end - length, end=end, kpi=kpi, days=days)
        rows += [row] if row else []
        end = end - length
    return rows[::-1]


def _block(tables, *, start, end, kpi, days):
    """Measure a KPI between two days, of those known before: a row, or None where nobody was."""
    from segkit.data import outcomes

    last_day = (end - pd.Timedelta(days=1)).date()
    period = Period(f"{start.date()} to {last_day}", iso(start), iso(end))
    bought = outcomes.purchases(tables, start=days.look_back(before=start), end=period.start)
    before = bought.loc[bought["orders_n"] > 0, "customer_id"]  # a return makes nobody known
    values = outcome(tables, kpi=kpi, period=period, customers=before)["outcome"]
    if not len(values):
        return None
    summary = evidence.estimate(values, share=KPIS[kpi].unit == "share")
    spread = float(values.std(ddof=0))
    return [*vars(period).values(), len(values), *summary, spread, KPIS[kpi].audience]


def _years(tables, table, *, kpi, days):
    """Measure the same days a year before: of the goal, and of every period that is enough.

    None where the data do not reach back so far, with a block before it to know customers from.
    """
    if KPIS[kpi].answers_contact:
        return _campaign_of_season(table, days)
    year, length = pd.DateOffset(years=1), pd.Timedelta(days=days.block_days)
    begins = [day(days.as_of), *(day(start) for start in table.loc[table["enough"], "start"])]
    known_from = day(days.first_order) + length
    rows = [
        [*found, place == 0, iso(start)]
        for place, start in enumerate(begins)
        if start - year >= known_from
        and (found := _block(tables, start=start - year, end=start - year + length,
                             kpi=kpi, days=days))
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=[*PERIOD, *MEASURED, "of_goal", "of"]) if rows else None


def _campaign_of_season(table, days):
    """Return the campaigns that ran on the days of the goal a year before, or None."""
    year, sent = pd.DateOffset(years=1), pd.to_datetime(table["start"])
    within = (sent >= day(days.as_of) - year) & (sent < day(days.due) - year) & table["enough"]
    rows = table[within]
    return None if rows.empty else rows.assign(of_goal=True, of=days.as_of)


def _campaigns(tables, *, days, campaign_type):
    from segkit.data import outcomes

    table = _finished(outcomes.campaigns(tables), days)
    wanted = _type(table, campaign_type)
    kind = wanted if wanted.lower().startswith("type") else f"type {wanted}"
    audience = KPIS["campaign_response"].audience + (f" of {kind}" if wanted else "")
    rows = []
    for c in table[table["campaign_type"] == wanted].itertuples():
        share, n = c.responded_n / c.mailed_n, int(c.mailed_n)
        label = f"campaign {c.campaign_id}" + (f" ({wanted})" if wanted else "")
        period = [label, iso(c.sent_at), iso(c.ends_at + pd.Timedelta(days=1)), str(c.campaign_id)]
        spread = float(np.sqrt(share * (1 - share)))
        rows.append([*period, n, share, *evidence.wilson(int(c.responded_n), n), spread, audience])
    return rows


def _finished(campaigns, days):
    """Keep the campaigns that are over by the analysis date, oldest first.

    One without an end counts as over a horizon after it was sent.
    """
    sent = pd.to_datetime(campaigns["sent_at"])
    ends = pd.to_datetime(campaigns["ends_at"])
    ends = ends.fillna(sent + pd.Timedelta(days=days.horizon_days))
    over = campaigns["complete"].astype(bool) & (ends < pd.Timestamp(days.as_of))
    kinds = campaigns["campaign_type"].fillna("").astype(str)
    table = campaigns.assign(campaign_type=kinds, ends_at=ends)
    return table[over & (table["mailed_n"] > 0)].sort_values(["sent_at", "campaign_id"])


def _type(campaigns, wish):
    mailed = campaigns.groupby("campaign_type")["mailed_n"].sum()
    if wish == "auto":
        return mailed.sort_index().idxmax() if len(mailed) else ""
    if wish not in mailed.index:
        raise messages.error("no campaign", wish=wish, mailed=mailed)
    return wish


def _has_campaigns(tables, days, min_customers):
    from segkit.data import outcomes

    if not tables.has("mailings") or "responded" not in tables.mailings.columns:
        return False
    table = _finished(outcomes.campaigns(tables), days)
    big = table[table["mailed_n"] >= min_customers]
    return bool((big["campaign_type"].value_counts() >= 2).any())
