"""When each customer began, where they came from, and who still buys how many months later.

Functions for the notebook on cohorts, not measures that join every card. A cohort is all customers
whose first known purchase lies in one period of 1, 3 or 12 calendar months. The engine sums order
receipts per customer and period, then per cohort and period, so only a small table comes back; no
count of distinct customers is needed, and any engine can do it. A receipt that only gives back
is no purchase, but its money counts. Taught in notebook approaches/cohorts.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches

import pandas as pd

from segkit.data import answers
from segkit.refusal import Refused, passes
from segkit.study import StudyError

MONTHS = (1, 3, 12)
"""Lengths of a period in calendar months: month, quarter, year."""

NO_ORDERS = "*No cohorts here.* The study has no orders, so nobody's first purchase is known."

ALL_SMALL = "*No cohorts here.* All are too small to be shown."

UNKNOWN = "not known"
"""Source of customers for whom the column is empty."""

CROWDED = 2.0
"""A leading cohort more than so many times as large as the usual one holds earlier customers."""


def members(tables, *, source=None):
    """Return an Ibis table with one row per customer who bought: customer_id, first_month, source.

    `first_month` is the first day (date) of the month of the first purchase. `source` names a
    column of `customers` (such as the acquisition source), or of `orders` (such as the channel),
    of which the first purchase counts; without it the table has no such column. Refused without
    orders. Raises StudyError for a column that neither table has.
    """
    if not tables.has("orders"):
        return Refused(NO_ORDERS)
    begun = _begun(tables, source)
    return begun.mutate(first_month=begun.first_at.truncate("M").date()).drop("first_at")


def triangle(tables, *, months=1, source=None):
    """Sum up every cohort in every period of the data.

    Money of customers who never bought is in no cohort.

    Parameters
    ----------
    tables : segkit.data.tables.Tables
        The study's tables.
    months : int
        Length of a period: 1, 3 or 12 months.
    source : str, optional
        As in `members`.

    Returns
    -------
    DataFrame
        One row per cohort (and source) and period from the cohort's own on, without holes: cohort
        and period (first days), age (0 in the first period), customers_n (of the cohort), active_n
        (bought in the period), active_share (0 to 1; 1 at age 0), spend_total (money, returns
        deducted), spend_per_customer (of the whole cohort), complete (False where the data begin or
        end within the period), cut_off (see `beginning`).

    Raises
    ------
    segkit.study.StudyError
        For another length of a period, or where nobody bought.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import data
    >>> from segkit.data.reports import cohorts
    >>> orders = pd.DataFrame({"customer_id": ["c1", "c1", "c2"], "amount": [5.0, 7.0, 9.0]})
    >>> orders["ordered_at"] = pd.to_datetime(["2024-04-01", "2024-05-03", "2024-05-31"])
    >>> found = cohorts.triangle(data.from_frames(orders))
    >>> found[["cohort", "age", "customers_n", "active_n", "spend_total"]]
           cohort  age  customers_n  active_n  spend_total
    0  2024-04-01    0            1         1          5.0
    1  2024-04-01    1            1         1          7.0
    2  2024-05-01    0            1         1          9.0
    """
    if months not in MONTHS:
        raise StudyError(f"A period has 1, 3 or 12 months, not {months}.")
    keys = [name for name in ("source",) if source]
    sums = answers.fetch(_sums(tables, source, keys, months), by=[*keys, "cohort_no"])
    # everybody bought in the period of the first purchase, so that cell counts the cohort
    sizes = sums[sums["cohort_no"] == sums["period_no"]]
    sizes = sizes[[*keys, "cohort_no", "active_n"]].rename(columns={"active_n": "customers_n"})
    if sizes.empty:
        raise StudyError("Nobody bought in these orders, so there is no cohort.")
    found = _whole(sizes, sums, keys)
    return _told(found, tables.facts(), months, keys)


def read(tables, *, months, source=None):
    """Sum up every cohort in every period, where the study can carry it.

    Parameters
    ----------
    tables : Tables
        A study's tables.
    months : int
        Length of a period in calendar months: 1, 3 or 12.
    source : str, optional
        Column of `customers` or `orders` that says where they came from, to keep apart.

    Returns
    -------
    Cohorts or Refused
        `table` (see `triangle`), `large(smallest)` and `hidden(smallest)`, `by_age(by)`, and in
        words `begun` and `told`; refused without orders, or without that column.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import data
    >>> from segkit.data.reports import cohorts
    >>> days = pd.to_datetime(["2024-01-05", "2024-02-05", "2024-02-07"])
    >>> orders = pd.DataFrame({"customer_id": ["a", "a", "b"], "ordered_at": days, "amount": 5.0})
    >>> cohorts.read(data.from_frames(orders), months=1).table["active_n"].tolist()
    [1, 1, 1]
    """
    if not tables.has("orders"):
        return Refused(NO_ORDERS)
    try:
        return Cohorts(triangle(tables, months=months, source=source))
    except StudyError as error:
        told = {True: "*Sources are not compared.*", False: "*No cohorts here.*"}[bool(source)]
        return Refused(f"{told} {error}")


def beginning(sizes):
    """Tell which leading cohorts hold customers from before the data begin (left-censoring).

    `sizes` are the customers_n of all cohorts, the earliest first. The first cohort always does;
    so do the ones right after it while they are more than `CROWDED` times the median of the later
    half of the cohorts. Returns a list of bools.
    """
    usual = float(pd.Series(sizes[len(sizes) // 2 :]).median()) if len(sizes) else 0.0
    found, leading = [], True
    for place, size in enumerate(sizes):
        leading = leading and (place == 0 or size > CROWDED * usual)
        found.append(leading)
    return found


@passes
def ages(table, *, by=None):
    """Average cohorts by age: who was active and what they spent so long after the first purchase.

    Only complete periods and cohorts whose beginning is known count (those not cut off, and of
    these the whole first period), and each age has only customers who were old enough to be seen.

    Parameters
    ----------
    table : DataFrame or Refused
        From `triangle`.
    by : str, optional
        A column to keep apart, such as "source".

    Returns
    -------
    DataFrame or Refused
        by, age, customers_n, active_n, active_share (0 to 1), spend_total, spend_per_customer,
        spend_so_far (money per customer up to that age, the sum of the means). Refused where no
        cohort is whole.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.data.reports import cohorts
    >>> table = pd.DataFrame({"cohort": "May", "age": [0, 1], "customers_n": 8, "active_n": [8, 2]})
    >>> table = table.assign(spend_total=[80.0, 20.0], complete=True, cut_off=False)
    >>> cohorts.ages(table)[["age", "active_share", "spend_so_far"]]
       age  active_share  spend_so_far
    0    0          1.00          10.0
    1    1          0.25          12.5
    """
    usable = table[table["complete"] & ~table["cut_off"]]
    whole = usable.loc[usable["age"] == 0, "cohort"].unique()
    usable = usable[usable["cohort"].isin(whole)]
    if usable.empty:
        return Refused("*Sources are not compared.* No cohort is whole.")
    keys = [by, "age"] if by else ["age"]
    sums = usable.groupby(keys)[["customers_n", "active_n", "spend_total"]].sum().reset_index()
    sums["active_share"] = sums["active_n"] / sums["customers_n"]
    sums["spend_per_customer"] = sums["spend_total"] / sums["customers_n"]
    each = sums.groupby(by)["spend_per_customer"] if by else sums["spend_per_customer"]
    return sums.assign(spend_so_far=each.cumsum())


@dataclass(frozen=True)
class Cohorts:
    """Every cohort in every period, and what that tells; table: see `triangle`."""

    table: pd.DataFrame

    @property
    def summary(self):
        """Sum up: customers_n, cut_off_n and cut_off_share (0 to 1; in cohorts that hold earlier
        customers), cells_n, incomplete_n, and again_share (0 to 1; of whole cohorts, those who
        bought again one period later; NaN where there is none)."""
        first, usual = self.table[self.table["age"] == 0], ages(self.table)
        again = [] if isinstance(usual, Refused) else usual.loc[usual["age"] == 1, "active_share"]
        cut_off = first.loc[first["cut_off"], "customers_n"].sum()
        return {
            "customers_n": int(first["customers_n"].sum()),
            "cut_off_n": int(cut_off),
            "cut_off_share": float(cut_off / first["customers_n"].sum()),
            "cells_n": len(self.table),
            "incomplete_n": int((~self.table["complete"]).sum()),
            "again_share": float(again.iloc[0]) if len(again) else float("nan"),
        }

    @property
    def told(self):
        """Say what the cohorts tell and where they are not whole: two items of a Markdown list."""
        found = self.summary
        again = "no cohort is whole, so nothing is said of how many come back"
        if found["again_share"] == found["again_share"]:  # not NaN
            share = f"{found['again_share']:.0%}"
            again = f"{share} of those seen from their beginning bought again in the next"
        lacking, all_of = found["incomplete_n"], f"{found['cells_n']:,} cells"
        partly = f"{lacking:,} of {all_of} {'is' if lacking == 1 else 'are'} not complete"
        return (
            f"- **Sorted:** {found['customers_n']:,} customers by the period of their first "
            f"purchase; {again}.\n"
            f"- **Told:** {found['cut_off_share']:.0%} are in cohorts that hold earlier customers; "
            f"{partly if lacking else f'all {all_of} are complete'}."
        )

    @property
    def begun(self):
        """Say how many customers are in cohorts that hold earlier ones, and what follows."""
        share = self.summary["cut_off_share"]
        little = ", so this triangle tells little of how customers begin" if share > 0.5 else ""
        return (
            f"**{share:.0%}** of the customers are in cohorts with a star: when they really began "
            f"is not known{little}."
        )

    def large(self, smallest):
        """Keep the cohorts with at least `smallest` customers, as reports must: a table."""
        found = self.table[self.table["customers_n"] >= smallest].reset_index(drop=True)
        return Refused(ALL_SMALL) if found.empty else found

    def hidden(self, smallest):
        """Say in a sentence how many cohorts are too small to be shown; else empty."""
        sizes = self.table.groupby("cohort")["customers_n"].first()
        left = int((sizes < smallest).sum())
        cohorts = "1 cohort is" if left == 1 else f"{left} cohorts are"
        return f"{cohorts} too small to be shown." if left else ""

    def by_age(self, by=None):
        """Average cohorts by age; see `ages`."""
        return ages(self.table, by=by)


def matrix(table, *, values="active_share"):
    """Lay a triangle out for reading: one row per cohort, one column per age.

    Parameters
    ----------
    table : DataFrame
        From `triangle`, without a source.
    values : str
        One of its columns.

    Returns
    -------
    DataFrame
        One row per cohort, one column per age; cells in the future are missing.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.data.reports import cohorts
    >>> table = pd.DataFrame({"cohort": "May", "age": [0, 1], "active_share": [1.0, 0.25]})
    >>> cohorts.matrix(table).to_numpy().tolist()
    [[1.0, 0.25]]
    """
    return table.pivot_table(index="cohort", columns="age", values=values, aggfunc="sum")


def _begun(tables, source):
    """One row per customer who bought: the moment of the first purchase, and the source."""
    bought = tables.baskets.filter(tables.baskets.purchase)
    begun = bought.group_by("customer_id").agg(first_at=bought.ordered_at.min())
    if not source:
        return begun
    there = {name: _columns(tables, name) for name in ("customers", "orders")}
    if source in there["customers"]:
        came = tables.customers.select("customer_id", source=tables.customers[source])
    elif source in there["orders"]:
        came = _first_of(tables.orders, begun, source)
    else:
        raise StudyError(_no_column(source, there))
    both = begun.left_join(came, "customer_id").drop("customer_id_right")
    return both.mutate(source=both.source.cast("string").fill_null(UNKNOWN))


def _first_of(orders, begun, column):
    """Value of a column of the order lines at the first purchase; of several the first by name."""
    lines = orders.join(begun, "customer_id")
    lines = lines.filter(lines.ordered_at == lines.first_at)
    return lines.group_by("customer_id").agg(source=lines[column].min())


def _columns(tables, name):
    table = getattr(tables, name)
    skipped = ("customer_id", "order_id", "ordered_at", "amount", "row")
    return [] if table is None else [c for c in table.columns if c not in skipped]


def _no_column(source, there):
    known = [*there["customers"], *there["orders"]]
    near = get_close_matches(source, known, n=1)
    told = f" Did you mean {near[0]!r}?" if near else ""
    return (
        f"There is no column {source!r} among the customers or the orders.{told} "
        f"There are: {', '.join(known) or 'none'}."
    )


def _period(moment, months):
    """Number the calendar periods: month, quarter or year since the year 0."""
    number = moment.year() * 12 + moment.month() - 1
    return (number if months == 1 else number // months).cast("int64")


def _sums(tables, source, keys, months):
    """Sum up customers and money per cohort and period; receipts are read once per customer."""
    orders = tables.baskets.mutate(period_no=_period(tables.baskets.ordered_at, months))
    each = orders.group_by("customer_id", "period_no").agg(
        bought=orders.purchase.any(), spend=orders.amount.sum()
    )
    bought = each.filter(each.bought)
    begun = bought.group_by("customer_id").agg(cohort_no=bought.period_no.min())
    if source:
        came = _begun(tables, source).select("customer_id", "source")
        begun = begun.join(came, "customer_id")
    both = each.join(begun, "customer_id")
    return both.group_by([*keys, "cohort_no", "period_no"]).agg(
        active_n=both.bought.sum(), spend_total=both.spend.sum().cast("float64")
    )


def _whole(sizes, sums, keys):
    """Set every cohort beside every period from its own (or its first money) on; holes are 0."""
    last = sums["period_no"].max()
    sums = sums.assign(period_no=sums[["cohort_no", "period_no"]].max(axis=1))
    sums = sums.groupby([*keys, "cohort_no", "period_no"], as_index=False).sum()
    periods = pd.DataFrame({"period_no": range(int(sizes["cohort_no"].min()), int(last) + 1)})
    every = sizes.merge(periods, how="cross")
    every = every[every["period_no"] >= every["cohort_no"]]
    found = every.merge(sums, on=[*keys, "cohort_no", "period_no"], how="left")
    return found.fillna({"active_n": 0, "spend_total": 0.0}).astype({"active_n": "int64"})


def _told(found, facts, months, keys):
    """Turn numbers of periods into dates, and mark what is not whole."""
    first, last = (facts[name].date() for name in ("first_order", "last_order"))
    numbers = range(int(found["cohort_no"].min()), int(found["period_no"].max()) + 2)
    starts = {number: _starts(number * months) for number in numbers}
    whole = {n: starts[n] >= first and starts[n + 1] - timedelta(days=1) <= last
             for n in numbers[:-1]}  # fmt: skip
    sizes = found[found["cohort_no"] == found["period_no"]].groupby("cohort_no")["customers_n"]
    sizes = sizes.sum()
    cut_off = dict(zip(sizes.index, beginning(sizes.to_numpy()), strict=True))
    found = found.assign(
        cohort=found["cohort_no"].map(starts),
        period=found["period_no"].map(starts),
        age=found["period_no"] - found["cohort_no"],
        active_share=found["active_n"] / found["customers_n"],
        spend_per_customer=found["spend_total"] / found["customers_n"],
        complete=found["period_no"].map(whole).astype(bool),
        cut_off=found["cohort_no"].map(cut_off).astype(bool),
    )
    return found[[*keys, "cohort", "period", "age", "customers_n", "active_n", "active_share",
                  "spend_total", "spend_per_customer", "complete", "cut_off"]]  # fmt: skip


def _starts(month):
    return date(month // 12, month % 12 + 1, 1)
