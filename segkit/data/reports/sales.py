"""Sales reports: who bought what, when; what a group lives on; what dropping a product risks.

All sums are made by the engine over order lines, returns deducted, and come back as one row per
cell. Customers without a group, and lines without a product group, are cells of their own
("no group", "not named"), so that the parts of every report add up to the money of the window.
Shares of a whole that is 0 or negative are left empty. Source: the CRM article's module
"reports". Taught in notebook approaches/crm_selections.
"""

from dataclasses import dataclass
from functools import cached_property

import ibis
import numpy as np
import pandas as pd

from segkit.data import answers
from segkit.data.measures import within
from segkit.refusal import Refused
from segkit.study import StudyError

NO_GROUP, NOT_NAMED = "no group", "not named"

PERIODS = {"month": "M", "quarter": "Q", "year": "Y"}
"""Periods by which sales can be followed."""

LEVELS = ("department", "category", "brand")
"""Columns of `products` by which lines can be grouped."""

CHANGES = {(False, True): "new", (True, True): "stays", (True, False): "gone"}
"""What a product is called that led before, and leads now, or not."""

DEPENDENT = 0.5
"""Share of a customer's spend from which a product group is what the customer comes for."""


NO_ORDERS = "*No sales reports:* the study is a list of customers without orders."
NO_GOODS = "*No reports by product:* the study has no table `products` with groups of goods."


@dataclass(frozen=True)
class Report:
    """Sales by group and product, part by part.

    rows: order lines, see `lines`; level: the coarsest level of products; value: the product group
    that might be dropped; smallest: the money of fewer customers is hidden.
    """

    rows: object
    level: str
    value: str
    smallest: int

    @cached_property
    def bought(self):
        """Add up sales by group and product; see `totals`."""
        return totals(self.rows, by=["segment", self.level])

    @cached_property
    def largest(self):
        """Name the group with the largest sales."""
        return drill(self.rows, path=["segment"])["segment"][0]

    @property
    def opened(self):
        """Open the largest group, product by product; see `drill`."""
        return drill(self.rows, path=["segment", self.level], steps=[self.largest])

    @cached_property
    def moved(self):
        """Follow the leaders of the largest group from quarter to quarter; see `shift`."""
        return shift(self.rows, segment=self.largest, by=self.level)

    @property
    def turnover(self):
        """Count how often each product came among these leaders, or left.

        Returns the product, came_n, left_n; products that always or never led are left out.
        """
        change = self.moved["change"]
        told = self.moved.assign(came_n=change == "new", left_n=change == "gone")
        table = told.groupby(self.level, as_index=False)[["came_n", "left_n"]].sum()
        return table[table[["came_n", "left_n"]].any(axis=1)].reset_index(drop=True)

    @cached_property
    def stake(self):
        """Say what is at stake when `value` is dropped; see `at_stake`."""
        return at_stake(self.rows, by=self.level, value=self.value, smallest=self.smallest)

    @property
    def buyers(self):
        """Say in Markdown how much of `value` its best buyers take; see `best_buyers`."""
        best = best_buyers(self.rows, by=self.level, value=self.value)
        share = best["share_of_group"].sum()
        return f"The {len(best)} best buyers take **{share:.0%} of “{self.value}”**."

    @property
    def record(self):
        """Return what was looked at as plain data."""
        return {"level": self.level, "largest": self.largest, "value": self.value}

    @property
    def lives_on(self):
        """Say in words what the largest group lives on, and what goes with `value`."""
        led = leaders(self.rows, by=self.level).query("segment == @self.largest")
        names = ", ".join(map(str, led[self.level][:8])) + ", …" * (len(led) > 8)
        lost = self.stake["spend"].sum() / self.bought["spend"].sum()
        return (
            f"{self.largest} lives on {names} ({len(led)} together bring 80 %); without "
            f"“{self.value}” {lost:.0%} of all sales go at once"
        )


def report(tables, members, *, window, value="", smallest=1):
    """Report sales by group and product.

    Parameters
    ----------
    tables : Tables
        The study's tables, as `segkit.data.open` gives them.
    members : DataFrame
        customer_id and segment, one row per customer.
    window : tuple
        First moment (or None) and end, as `segkit.data.card.window` gives them.
    value : str
        The product group of the coarsest level that might be dropped; empty takes the one with the
        largest sales.
    smallest : int
        The money of fewer customers is hidden.

    Returns
    -------
    Report or Refused
        `bought` (by group and product), `largest` (group), `opened`, `moved` and `turnover` (its
        leaders by quarter), `stake`, `buyers` and `lives_on` (words); Refused without orders or
        product groups.

    Examples
    --------
    See notebook approaches/crm_reports; `report.largest` is the name of a group.
    """
    if tables.orders is None:
        return Refused(NO_ORDERS)
    if not (found := levels(tables)):
        return Refused(NO_GOODS)
    rows = lines(tables, members, window=window, period="quarter")
    strongest = drill(rows, path=found)[found[0]][0]
    return Report(rows, found[0], value or strongest, smallest)


def levels(tables):
    """List the product groups that the study's lines can be sorted by, the coarsest first."""
    if not tables.has("products") or not tables.has("product_id"):
        return []
    return [level for level in LEVELS if level in tables.products.columns]


def lines(tables, members, *, window, period="month"):
    """Sort the order lines of a window by group, product and period: an Ibis table.

    Parameters
    ----------
    tables : segkit.data.tables.Tables
        The study's tables.
    members : DataFrame or Ibis table
        customer_id and segment, one row per customer.
    window : tuple
        (start or None, end).
    period : str
        "month" or another of PERIODS.

    Returns
    -------
    Ibis table
        customer_id, order_id, amount, segment, one column per product level, product_id where
        known, period (its first day).

    Raises
    ------
    segkit.study.StudyError
        For a list without orders, or another period.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import data
    >>> from segkit.data.reports import sales
    >>> orders = pd.DataFrame({"customer_id": ["c1"], "amount": 5.0})
    >>> orders["ordered_at"] = pd.Timestamp("2024-05-31")
    >>> members = pd.DataFrame({"customer_id": ["c1"], "segment": "All"})
    >>> window = data.card.window(as_of="2024-06-01", window_days=0)
    >>> rows = sales.lines(data.from_frames(orders), members, window=window)
    >>> rows.select("segment", rows.amount.cast("float64").name("amount"), "period").execute()
      segment  amount     period
    0     All     5.0 2024-05-01
    """
    if tables.orders is None:
        raise StudyError("Sales cannot be reported: the study has a list of customers, no orders.")
    if period not in PERIODS:
        raise StudyError(f"The period is {period!r}; known are {', '.join(PERIODS)}.")
    start, end = window
    rows = within(tables.orders, "ordered_at", start=start, end=end)
    rows = rows.left_join(_groups(members), "customer_id").drop("customer_id_right")
    moment = rows.ordered_at.truncate(PERIODS[period]).date()
    rows = rows.mutate(segment=rows.segment.fill_null(NO_GROUP), period=moment)
    if known := levels(tables):
        goods = tables.products.select("product_id", *known)
        rows = rows.left_join(goods, "product_id", rname="{name}_of_product")
        rows = rows.mutate(**{level: rows[level].fill_null(NOT_NAMED) for level in known})
    kept = ["customer_id", "order_id", "amount", "segment", *known, "period"]
    return rows.select(*kept, *(c for c in ("product_id",) if c in rows.columns))


def _groups(members):
    if isinstance(members, ibis.Table):
        return members.select("customer_id", "segment")
    members = members[["customer_id", "segment"]]
    if members["customer_id"].duplicated().any():
        raise StudyError("A customer stands twice in the list of members; sales would be doubled.")
    return ibis.memtable(members.astype("str").where(members.notna(), None))


def totals(rows, *, by):
    """Add up sales per cell of `by` (columns of `lines`, such as ["segment", "department"]).

    Returns a DataFrame sorted by `by`: spend (money), orders_n, customers_n, share_of_all and,
    with more than one column, share_within (of the cell one level up). Shares add up to 1.
    """
    if lacking := [c for c in by if c not in rows.columns]:
        raise StudyError(
            f"Sales cannot be sorted by {', '.join(lacking)}; there are: "
            f"{', '.join(c for c in rows.columns if c not in ('amount', 'order_id'))}."
        )
    summed = rows.group_by(list(by)).agg(
        spend=rows.amount.sum().cast("float64"),
        orders_n=rows.order_id.nunique(),
        customers_n=rows.customer_id.nunique(),
    )
    table = answers.fetch(summed, by=list(by))
    table["share_of_all"] = _share(table["spend"], table["spend"].sum())
    if len(by) > 1:
        above = table.groupby(list(by[:-1]), sort=False)["spend"].transform("sum")
        table["share_within"] = _share(table["spend"], above)
    return table


def _share(part, whole):
    whole = pd.Series(np.broadcast_to(whole, len(part)), index=part.index, dtype="float64")
    return part / whole.where(whole.round(2) > 0)


def drill(rows, *, path, steps=()):
    """Open a report one level deeper: the cells of `path` below the values in `steps`.

    `path` is the order of levels, ("segment", "department", "category"); `steps` are the values
    chosen so far, ("Big", "pens"). Returns `totals` of the next level with share_of_all (of all
    sales), share_within (of what was opened), the largest first.
    """
    here = rows
    for column, value in zip(path, steps, strict=False):
        here = here.filter(here[column] == value)
    table = totals(here, by=[path[min(len(steps), len(path) - 1)]])
    table["share_within"] = table["share_of_all"]
    table["share_of_all"] = _share(table["spend"], float(rows.amount.sum().execute() or 0))
    return table.sort_values("spend", ascending=False, kind="stable", ignore_index=True)


def leaders(rows, *, by="category", share=0.8):
    """List the products that together bring `share` of each segment's turnover.

    Returns (negative sums) lead nothing; equal sums are sorted by name.

    Parameters
    ----------
    rows : Ibis table
        From `lines`.
    by : str
        A product level or product_id.
    share : float
        0 to 1; the product with which it is reached is the last.

    Returns
    -------
    DataFrame
        segment, the product, spend (money), share_within and running_share (0 to 1), place (1 = the
        strongest).

    Examples
    --------
    >>> import ibis
    >>> import pandas as pd
    >>> from segkit.data.reports import sales
    >>> rows = pd.DataFrame({"category": ["pens", "mugs"], "amount": [90.0, 10.0]})
    >>> rows = rows.assign(segment="All", customer_id="c1", order_id=["1", "2"])
    >>> sales.leaders(ibis.memtable(rows))[["category", "spend", "share_within", "place"]]
      category  spend  share_within  place
    0     pens   90.0           0.9      1
    """
    table = totals(rows, by=["segment", by])
    table = table[table["spend"] > 0].sort_values(
        ["segment", "spend", by], ascending=[True, False, True], ignore_index=True
    )
    spend = table.groupby("segment", sort=False)["spend"]
    table["share_within"] = table["spend"] / spend.transform("sum")
    table["running_share"] = spend.cumsum() / spend.transform("sum")
    table["place"] = spend.cumcount() + 1
    kept = (table["running_share"] - table["share_within"]).round(9) < share
    columns = ["segment", by, "spend", "share_within", "running_share", "place"]
    return table.loc[kept, columns].reset_index(drop=True)


def shift(rows, *, segment, by="category", share=0.8):
    """Follow how the leaders of one segment change from period to period.

    Returns one row per period and product that leads in any of them: period, the product, spend,
    share_within (of that period's turnover), leads (in that period), change ("new", "stays",
    "gone" against the period before; empty where it led in neither, and in the first period).
    """
    rows = rows.filter(rows.segment == segment)
    led = leaders(rows.mutate(segment=rows.period.cast("string")), by=by, share=share)
    led = led.rename(columns={"segment": "period"})
    told = totals(rows, by=["period", by]).drop(columns=["share_of_all"])
    told["period"] = told["period"].astype(str)
    keys = [sorted(told["period"].unique()), sorted(led[by].unique())]
    grid = pd.MultiIndex.from_product(keys, names=["period", by])
    table = told.set_index(["period", by])[["spend", "share_within"]].reindex(grid).fillna(0.0)
    table["leads"] = grid.isin(led.set_index(["period", by]).index)
    before = table.groupby(by, sort=False)["leads"].shift().astype("object")
    pairs = zip(before, table["leads"], strict=True)
    return table.assign(change=[CHANGES.get(pair, "") for pair in pairs]).reset_index()


def best_buyers(rows, *, by, value, top=10):
    """Rank the customers who buy a product group most.

    Returns rank (1 = the most), customer_id, segment, spend (on the group), share_of_group (of all
    its sales) and share_of_own (of what the customer spends); equal sums are sorted by id.
    """
    each = _on_group(rows, by, value)
    each = each[each["spend"] > 0]
    ranked = each.sort_values(
        ["spend", "customer_id"], ascending=[False, True], ignore_index=True
    ).head(top)
    ranked.insert(0, "rank", range(1, len(ranked) + 1))
    ranked["share_of_group"] = ranked["spend"] / each["spend"].sum()
    ranked["share_of_own"] = _share(ranked["spend"], ranked["spend_total"])
    return ranked.drop(columns="spend_total")


def at_stake(rows, *, by, value, smallest=1):
    """Say what is at stake in each segment when a product group is dropped.

    Returns per segment: customers_n (with any line), buyers_n, spend (on it), share_of_segment (of
    its turnover), dependent_n (customers who spend at least half of their money on the group),
    dependent_spend (all their money: lost when they stay away; hidden where they are fewer than
    `smallest`). A bound, no forecast: nobody knows who would buy something else instead.
    """
    each = _on_group(rows, by, value)
    buys = each["spend"] > 0
    share = _share(each["spend"], each["spend_total"])
    depends = buys & (share.round(9) >= DEPENDENT)
    each = each.assign(buys=buys, depends=depends, money=each["spend_total"].where(depends, 0.0))
    table = each.groupby("segment", as_index=False).agg(
        customers_n=("customer_id", "size"),
        buyers_n=("buys", "sum"),
        spend=("spend", "sum"),
        spend_total=("spend_total", "sum"),
        dependent_n=("depends", "sum"),
        dependent_spend=("money", "sum"),
    )
    table.insert(4, "share_of_segment", _share(table["spend"], table["spend_total"]))
    few = table["dependent_n"].between(1, smallest - 1)
    table["dependent_spend"] = table["dependent_spend"].mask(few)
    table = table.drop(columns="spend_total")
    return table.sort_values("spend", ascending=False, kind="stable", ignore_index=True)


def _on_group(rows, by, value):
    """Return per customer what was spent on a product group and in all."""
    if by not in rows.columns:
        raise StudyError(f"Products cannot be told apart by {by!r} in this study.")
    mine = (rows[by] == value).fill_null(False)
    summed = rows.group_by(["customer_id", "segment"]).agg(
        spend=rows.amount.sum(where=mine).fill_null(0).cast("float64"),
        spend_total=rows.amount.sum().cast("float64"),
    )
    each = answers.fetch(summed, by="customer_id")
    if not (each["spend"] != 0).any():
        raise StudyError(f"Nothing was sold of {value!r} ({by}) in this window.")
    return each
