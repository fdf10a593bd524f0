"""KPIs through time: what a number was, is, and which two periods teach and judge.

Idea: a goal needs a yardstick that is the same for every customer and every period. The history
of a KPI is one row per past period: a campaign, or a block of equal length counted back from the
analysis date. Criteria are chosen on one period (learn); segments are judged on the next (test),
which nobody looks at before. Only periods that are over and whose customers were known before
they began may count. Sources: Wilson (1927) for the interval of a share; for money the normal
interval of a mean, enough at the sizes asked for here. Refuses: a campaign still running, an
analysis date after the data, and a period that would be learned on and judged on at once.
"""

from datetime import date
from statistics import NormalDist

import numpy as np
import pandas as pd

from segkit.goals.catalogue import KPIS
from segkit.study import StudyError

BLOCKS = 13
"""Blocks of history at most: a year of four-week months."""

AUDIENCES = {
    "repeat_rate": "customers known before the period",
    "spend_per_customer": "customers known before the period",
    "order_value": "known customers who buy in the period",
}
"""For whom a KPI measured in blocks is defined."""

PERIOD = ["label", "start", "end", "campaign_id"]
"""What a period is: a name, its first day, the day after its last, its campaign or None."""


def calendar(facts, *, analysis_date="auto", window_days=365, horizon_days=56):
    """Settle the days everything is counted from.

    `facts` holds first_order and last_order. Returns first_order, last_order (both ISO), as_of
    (the day after the last order, or `analysis_date`), window_days (look-back of the customer
    card), horizon_days (until the goal is due), block_days (length of a past period: the
    horizon, or a third of the data where they are shorter). Of a list without orders, the days
    it does not tell are None. Raises StudyError for a date that is none or that lies outside the
    data.
    """
    if facts["first_order"] is None or facts.get("lines_n", 0) is None:
        return _calendar_of_list(facts, analysis_date, int(window_days), int(horizon_days))
    first, last = (_day(facts[k]) for k in ("first_order", "last_order"))
    latest = last + pd.Timedelta(days=1)
    as_of = latest if analysis_date == "auto" else _asked(analysis_date, first, latest)
    return {
        "as_of": as_of.date().isoformat(),
        "first_order": first.date().isoformat(),
        "last_order": min(last, as_of - pd.Timedelta(days=1)).date().isoformat(),
        "window_days": int(window_days),
        "horizon_days": int(horizon_days),
        "block_days": max(1, min(int(horizon_days), (as_of - first).days // 3)),
    }


def _calendar_of_list(facts, analysis_date, window_days, horizon_days):
    first, last = (facts[k] and _iso(facts[k]) for k in ("first_order", "last_order"))
    as_of = _iso(_day(last) + pd.Timedelta(days=1)) if last else None
    if analysis_date != "auto":
        as_of = _asked(analysis_date, pd.Timestamp.min, pd.Timestamp.max).date().isoformat()
    days = {"as_of": as_of, "first_order": first, "last_order": last, "block_days": None}
    return {**days, "window_days": window_days, "horizon_days": horizon_days}


def choose_kpi(tables, *, days, wish="auto", min_customers=100):
    """Return the KPI to use: the wish, or for "auto" what the tables can carry (None of a list).

    "auto" takes campaign_response when at least two finished campaigns of one type had
    `min_customers` each, else repeat_rate. Raises StudyError for an unknown KPI or one whose
    tables the study does not have.
    """
    if wish not in KPIS and wish != "auto":
        raise StudyError(f"GOAL_KPI = {wish!r} is not known. Use auto or one of {', '.join(KPIS)}.")
    needs = () if wish == "auto" else dict.fromkeys((*KPIS[wish].needs, "orders"))
    missing = [n for n in needs if not tables.has(n)]
    if missing:
        raise StudyError(
            f"GOAL_KPI = {wish!r} needs the table {missing[0]}, which this study does not have. "
            f"Add it to the study file, or set GOAL_KPI = 'auto'."
        )
    if not tables.has("orders"):
        return None
    if wish != "auto":
        return wish
    enough = _has_campaigns(tables, days, min_customers)
    return "campaign_response" if enough else "repeat_rate"


def history(tables, *, kpi, days, campaign_type="auto", min_customers=100):
    """Return what the KPI was: one row per finished period, oldest first.

    `days` comes from `calendar`. Columns: label, start, end (exclusive), campaign_id (None for
    blocks), n (customers it is defined for), value, low, high (95 %), spread (standard deviation
    between customers), audience (for whom it is defined, in words), enough (n is at least
    `min_customers`, and purchases are known for one block before the period).
    Campaigns of another type are left out: "auto" is the type with the most mailed customers.
    Without a KPI (`kpi` None, a list) there is no period.
    """
    names = [*PERIOD, "n", "value", "low", "high", "spread", "audience"]
    if kpi is None:
        return pd.DataFrame(columns=names).astype({"n": int, "value": float}).assign(enough=False)
    if kpi == "campaign_response":
        rows = _campaigns(tables, days=days, campaign_type=campaign_type)
    else:
        rows = _blocks(tables, kpi=kpi, days=days)
    table = pd.DataFrame(rows, columns=names)
    known_from = _day(days["first_order"]) + pd.Timedelta(days=days["block_days"])
    early = pd.to_datetime(table["start"]) < known_from
    return table.assign(enough=(table["n"] >= min_customers) & ~early)


def readable(history, *, kpi):
    """Return label, n, value, 95 % margin and enough, written for readers."""
    form = "{:.1%}" if KPIS[kpi].unit == "share" else "{:,.2f}"
    margins = zip(history["low"], history["high"], strict=True)
    return pd.DataFrame(
        {
            "period": history["label"],
            "customers": history["n"].astype(int),
            KPIS[kpi].label: history["value"].map(form.format),
            "95% margin": [f"{form.format(a)} to {form.format(b)}" for a, b in margins],
            "enough": history["enough"].map({True: "yes", False: "no"}),
        }
    )


def baseline(history):
    """Return the latest period of the history: baseline, baseline_low, baseline_high, n, ...

    The latest with enough customers; without one, the latest. Also spread and audience. All
    None where there is no period at all.
    """
    names = ["value", "low", "high", "n", "spread", "audience"]
    rows = history[history["enough"]] if history["enough"].any() else history
    last = dict.fromkeys(names) if rows.empty else rows.iloc[-1][names].to_dict()
    keys = ["baseline", "baseline_low", "baseline_high", "n", "spread", "audience"]
    return dict(zip(keys, last.values(), strict=True))


def periods(history):
    """Return {"learn": ..., "test": ...}: the two latest usable periods, or None.

    Test is the latest with enough customers; learn the latest one over before test begins.
    """
    usable = history[history["enough"]]
    if usable.empty:
        return {"learn": None, "test": None}
    test = usable.iloc[-1]
    before = usable[usable["end"] <= test["start"]]
    learn = None if before.empty else before.iloc[-1]
    return {"learn": _period(learn), "test": _period(test)}


def outcome(tables, *, kpi, period, customers):
    """Return customer_id, outcome in `period` for those customers the KPI is defined for.

    `period` is brief["learn"] or brief["test"]; `customers` a column of ids, in practice those
    on the card as of period["start"]. outcome is 0/1 for campaign_response (those mailed) and
    repeat_rate (everyone), money for spend_per_customer (everyone) and order_value (buyers).
    Sorted by customer_id. None when `period` is None: a study may have none to offer.
    Notebooks: 02_criteria, 05_validation.
    """
    from segkit.data import outcomes

    if period is None:
        return None
    ids = pd.DataFrame({"customer_id": pd.Series(customers).astype(str)}).drop_duplicates()
    if kpi == "campaign_response":
        response = outcomes.response(tables, campaign_id=period["campaign_id"])
        rows = ids.merge(response, on="customer_id", how="inner")
        rows["outcome"] = rows["responded"].astype(int)
    else:
        bought = outcomes.purchases(tables, start=period["start"], end=period["end"])
        rows = _from_purchases(ids.merge(bought, on="customer_id", how="left"), kpi)
    return rows[["customer_id", "outcome"]].sort_values("customer_id").reset_index(drop=True)


def look_back(days, *, before):
    """Return the first day (ISO) of the window before a day: of all history for window_days 0."""
    first = _day(days["first_order"])
    start = _day(before) - pd.Timedelta(days=days["window_days"])
    return _iso(max(first, start) if days["window_days"] else first)


def interval(values, *, unit):
    """Return (mean, low, high) with a 95 % interval: Wilson for a share, normal for money."""
    values = np.asarray(values, dtype=float)
    if unit == "share":
        return (float(values.mean()), *wilson(int(values.sum()), len(values)))
    half = _Z * values.std(ddof=1) / np.sqrt(len(values)) if len(values) > 1 else np.nan
    return float(values.mean()), float(values.mean() - half), float(values.mean() + half)


def wilson(successes, n):
    """Return the 95 % interval of a share: 120 of 1,000 gives (0.10130, 0.14161)."""
    share, z2 = successes / n, _Z**2
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z / (1 + z2 / n) * np.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return float(max(centre - half, 0.0)), float(min(centre + half, 1.0))


_Z = NormalDist().inv_cdf(0.975)


def _campaigns(tables, *, days, campaign_type):
    from segkit.data import outcomes

    table = _finished(outcomes.campaigns(tables), days)
    wanted = _type(table, campaign_type)
    rows = []
    for c in table[table["campaign_type"] == wanted].itertuples():
        share, n = c.responded_n / c.mailed_n, int(c.mailed_n)
        label = f"campaign {c.campaign_id}" + (f" ({wanted})" if wanted else "")
        spread = float(np.sqrt(share * (1 - share)))
        ends = _day(c.ends_at) + pd.Timedelta(days=1)
        period = [label, _iso(c.sent_at), _iso(ends), str(c.campaign_id)]
        measured = [n, share, *wilson(int(c.responded_n), n), spread]
        rows.append([*period, *measured, _mailed(wanted)])
    return rows


def _mailed(kind):
    named = kind if kind.lower().startswith("type") else f"type {kind}"
    return "customers mailed by a campaign" + (f" of {named}" if kind else "")


def _finished(campaigns, days):
    """Keep the campaigns that are over by the analysis date, oldest first.

    One without an end counts as over a horizon after it was sent.
    """
    sent = pd.to_datetime(campaigns["sent_at"])
    ends = pd.to_datetime(campaigns["ends_at"])
    ends = ends.fillna(sent + pd.Timedelta(days=days["horizon_days"]))
    over = campaigns["complete"].astype(bool) & (ends < pd.Timestamp(days["as_of"]))
    kinds = campaigns["campaign_type"].fillna("").astype(str)
    table = campaigns.assign(campaign_type=kinds, ends_at=ends)
    return table[over & (table["mailed_n"] > 0)].sort_values(["sent_at", "campaign_id"])


def _type(campaigns, wish):
    mailed = campaigns.groupby("campaign_type")["mailed_n"].sum()
    if wish == "auto":
        return mailed.sort_index().idxmax() if len(mailed) else ""
    if wish not in mailed.index:
        raise StudyError(
            f"CAMPAIGN_TYPE = {wish!r} has no finished campaign. "
            f"Use auto or one of {', '.join(mailed.index) or 'none'}."
        )
    return wish


def _has_campaigns(tables, days, min_customers):
    from segkit.data import outcomes

    if not tables.has("mailings") or "responded" not in tables.mailings.columns:
        return False
    table = _finished(outcomes.campaigns(tables), days)
    big = table[table["mailed_n"] >= min_customers]
    return bool((big["campaign_type"].value_counts() >= 2).any())


def _blocks(tables, *, kpi, days):
    """Measure equal blocks counted back from the analysis date, oldest first."""
    from segkit.data import outcomes

    first, end = _day(days["first_order"]), _day(days["as_of"])
    length = pd.Timedelta(days=days["block_days"])
    rows = []
    while len(rows) < BLOCKS and end - length >= first + length:
        start = end - length
        last_day = (end - pd.Timedelta(days=1)).date()
        period = [f"{start.date()} to {last_day}", _iso(start), _iso(end), None]
        since = look_back(days, before=start)
        bought = outcomes.purchases(tables, start=since, end=_iso(start))
        known = bought.loc[bought["orders_n"] > 0, "customer_id"]  # a return makes nobody known
        spec = dict(zip(PERIOD, period, strict=True))
        values = outcome(tables, kpi=kpi, period=spec, customers=known)["outcome"]
        if len(values):
            summary = interval(values, unit=KPIS[kpi].unit)
            spread = float(values.std(ddof=0))
            rows.append([*period, len(values), *summary, spread, AUDIENCES[kpi]])
        end = start
    return rows[::-1]


def _from_purchases(rows, kpi):
    orders = rows["orders_n"].fillna(0).astype(float)
    spend = rows["spend_total"].astype(float).fillna(0.0)
    if kpi == "order_value":
        buys = orders > 0
        return rows[buys].assign(outcome=(spend[buys] / orders[buys]))
    return rows.assign(outcome=(orders > 0).astype(int) if kpi == "repeat_rate" else spend)


def _period(row):
    return None if row is None else {k: row[k] for k in PERIOD}


def _asked(text, first, latest):
    try:
        day = pd.Timestamp(date.fromisoformat(str(text)))
    except ValueError:
        raise StudyError(
            f"ANALYSIS_DATE = {text!r} is no date. Write it as 2018-01-31, or auto."
        ) from None
    if not first < day <= latest:
        raise StudyError(
            f"ANALYSIS_DATE = {text} lies outside the data, which run from {first.date()}; "
            f"the latest usable date is {latest.date()}, the day after the last order."
        )
    return day


def _day(value):
    """Return the day of a date, timestamp or ISO text, without a time zone."""
    stamp = pd.Timestamp(value)
    return (stamp.tz_localize(None) if stamp.tzinfo else stamp).normalize()


def _iso(value):
    return _day(value).date().isoformat()
