"""Sales reports: who bought what, when; what a group lives on; what dropping a product risks.

All sums are made by the engine over order lines, returns deducted, and come back as one row per
cell. Customers without a group, and lines without a product group, are cells of their own
("no group", "not named"), so that the parts of every report add up to the money of the window.
Shares of a whole that is 0 or negative are left empty. Source: the CRM article's module
"reports". Taught in notebook approaches/crm_selections.
"""

import ibis
import numpy as np
import pandas as pd

from segkit.data import answers
from segkit.data.measures import within
from segkit.study import StudyError

NO_GROUP, NOT_NAMED = "no group", "not named"

PERIODS = {"month": "M", "quarter": "Q", "year": "Y"}
"""Periods by which sales can be followed."""

LEVELS = ("department", "category", "brand")
"""Columns of `products` by which lines can be grouped."""

DEPENDENT = 0.5
"""Share of a customer's spend from which a product group is what the customer comes for."""


def refusal(tables):
    """Say why sales cannot be reported by product; empty when they can."""
    if tables.orders is None:
        return "*No sales reports:* the study is a list of customers without orders."
    if not levels(tables):
        return "*No reports by product:* the study has no table `products` with groups of goods."
    return ""


def report(tables, members, *, window, value="", smallest=1):
    """Make all reports of this file at once: a dict of tables and names.

    `value` is the product group of the coarsest level that might be dropped; empty takes the one
    with the largest sales. Keys: refused (words, else empty), lines (Ibis), level, path, bought
    (`totals` by segment and level), largest (segment), leaders, moved (`shift` of the largest by
    quarter), value, stake, buyers. Where refused, tables are empty.
    """
    empty = dict.fromkeys(("bought", "leaders", "moved", "stake", "buyers"), pd.DataFrame())
    if why := refusal(tables):
        return {"refused": why, "level": "", "path": [], "largest": "", "value": "", **empty}
    rows = lines(tables, members, window=window, period="quarter")
    level = levels(tables)[0]
    largest = drill(rows, path=["segment"])["segment"][0]
    value = value or drill(rows, path=[level])[level][0]
    return {
        "refused": "", "lines": rows, "level": level, "path": ["segment", *levels(tables)],
        "bought": totals(rows, by=["segment", level]), "largest": largest,
        "leaders": leaders(rows, by=level), "moved": shift(rows, segment=largest, by=level),
        "value": value, "stake": at_stake(rows, by=level, value=value, smallest=smallest),
        "buyers": best_buyers(rows, by=level, value=value),
    }  # fmt: skip


def levels(tables):
    """List the product groups that the study's lines can be sorted by, the coarsest first."""
    if not tables.has("products") or not tables.has("product_id"):
        return []
    return [level for level in LEVELS if level in tables.products.columns]


def lines(tables, members, *, window, period="month"):
    """Sort the order lines of a window by group, product and period: an Ibis table.

    `members` is a DataFrame (or Ibis table) with customer_id and segment, one row per customer;
    `window` is (start or None, end). Columns: customer_id, order_id, amount, segment, one per
    product level, product_id where known, and `period` (its first day).
    """
    if tables.orders is None:
        raise StudyError("Sales cannot be reported: the study has a list of customers, no orders.")
    if period not in PERIODS:
        raise StudyError(f"The period is {period!r}; known are {', '.join(PERIODS)}.")
    start, end = window
    rows = within(tables.orders, "ordered_at", start=start, end=end)
    rows = rows.left_join(_groups(members), "customer_id").drop("customer_id_right")
    found = {
        "segment": rows.segment.fill_null(NO_GROUP),
        "period": rows.ordered_at.truncate(PERIODS[period]).date(),
    }
    rows = rows.mutate(**found)
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
    table["share_of_all"] = _share(table["spend"], _spend(rows))
    return table.sort_values("spend", ascending=False, kind="stable", ignore_index=True)


def _spend(rows, where=None):
    found = rows.amount.sum(where=where).cast("float64").execute()
    return 0.0 if pd.isna(found) else float(found)


def leaders(rows, *, by="category", share=0.8):
    """List the products that together bring `share` of each segment's turnover.

    `by` is a product level or product_id. Returns segment, the product, spend, share_within,
    running_share, place (1 = the strongest); the product with which the share is reached is the
    last. Returns (negative sums) lead nothing; equal sums are sorted by name.
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
    names, periods = sorted(led[by].unique()), sorted(told["period"].unique())
    grid = pd.MultiIndex.from_product([periods, names], names=["period", by]).to_frame(index=False)
    table = grid.merge(told[["period", by, "spend", "share_within"]], how="left")
    table = table.fillna({"spend": 0.0, "share_within": 0.0})
    marked = led[["period", by]].assign(leads=True)
    table = table.merge(marked, how="left").astype({"leads": "boolean"}).fillna({"leads": False})
    table["leads"] = table["leads"].astype(bool)
    return table.assign(change=_changes(table, by))


def turnover(moved, *, by):
    """Count, in the table of `shift`, how often each product came among the leaders or left.

    Returns the product, came_n, left_n; products that always or never led are left out.
    """
    told = moved.assign(came_n=moved["change"] == "new", left_n=moved["change"] == "gone")
    table = told.groupby(by, as_index=False)[["came_n", "left_n"]].sum()
    return table[table[["came_n", "left_n"]].any(axis=1)].reset_index(drop=True)


def _changes(table, by):
    before = table.groupby(by, sort=False)["leads"].shift().astype("object")
    told = {(False, True): "new", (True, True): "stays", (True, False): "gone"}
    return [told.get(pair, "") for pair in zip(before, table["leads"], strict=True)]


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
