"""Handled and counted: what the rules set aside and what they keep although it is peculiar.

Nothing is treated in silence. `count` asks the kept order lines once for what can be told line by
line, and matches returns, repeated lines and far-off dates only where there are any; the
results wait on the `Tables` for every reader of notebook 03. Money is in the kept currency.
"""

from dataclasses import dataclass

import ibis
import pandas as pd

from segkit.data.treatment import charges, returns, rules
from segkit.refusal import Refused

FAR_DAYS, FAR_SHARE = 60, 0.001
"""A first or last stretch is far off: so much silence beside it, so few of the orders in it."""

GIANT_SHARE, GIANT_TIMES = 0.2, 50
"""One customer with so much of all orders, and so many times the median, is no single person."""

HIDDEN = ("repeated key", "merged into another card", rules.NOBODY)
"""Rules whose values are ids: no example of them is shown."""

MOST_CHARGES = 8
"""So many kinds of charges are named one by one."""


@dataclass
class Counts:
    """What was counted in the kept orders; money as Decimal.

    `lines` holds zero_n, minus_n and plus_n (lines and money against the sign of their quantity);
    `pairs` what returns found (`returns.summary`), `undone` orders, lines and money; `twice`
    lines that stand twice; `charges` see `charges.listed`; `far` days of far-off orders (first
    and last day, orders, silence in days); `giant` orders, share and median of a collective
    account, or None.
    """

    lines: dict
    pairs: pd.DataFrame | None
    undone: dict
    twice: tuple
    charges: pd.DataFrame | None
    far: list
    giant: dict | None


def count(tables):
    """Count what is peculiar about the kept orders of `Tables`; returns `Counts`."""
    orders, lines = tables.orders, _lines(tables.orders)
    return Counts(
        lines=lines,
        pairs=returns.summary(orders) if lines["back_n"] else None,
        undone=_undone(tables),
        twice=_twice(orders),
        charges=charges.listed(orders),
        far=far_off(_days(tables.baskets)),
        giant=_giant(tables.baskets),
    )


def _lines(orders):
    amount = orders.amount
    asked = {"zero_n": amount == 0, "back_n": amount < 0}
    if "quantity" in orders.columns:
        asked["minus_n"] = (amount < 0) & (orders.quantity > 0)
        asked["plus_n"] = (amount > 0) & (orders.quantity < 0)
    sums = {name: where.fill_null(False).cast("int64").sum() for name, where in asked.items()}
    money = {name.replace("_n", "_money"): amount.sum(where=where) for name, where in asked.items()}
    row = orders.aggregate(**sums, **money).execute().iloc[0]
    found = {name: int(row[name]) for name in asked}
    found |= {name: row[name] if pd.notna(row[name]) else 0 for name in money}
    return {"minus_n": 0, "plus_n": 0, "minus_money": 0, "plus_money": 0} | found


def _undone(tables):
    if "not_goods" not in tables.orders.columns:
        return {"orders_n": 0, "lines": 0, "money": 0}
    gone = tables.orders.filter(tables.orders.not_goods == returns.WORD)
    paid = gone.amount > 0
    order = (gone.customer_id + "/" + gone.order_id).nunique(where=paid)
    row = gone.aggregate(orders_n=order, lines=gone.count(), money=gone.amount.sum(where=paid))
    row = row.execute().iloc[0]
    return {"orders_n": int(row.orders_n), "lines": int(row.lines), "money": row.money or 0}


def _twice(orders):
    """Count kept lines that repeat another one's order, product, amount and moment: (n, money)."""
    key = ["customer_id", "order_id", "product_id", "amount", "ordered_at"]
    key = [c for c in key if c in orders.columns]
    named = orders.filter(orders.amount != 0)
    named = named.filter(named.product_id.notnull()) if "product_id" in key else named
    if named.count().execute() == named.select(key).distinct().count().execute():
        return 0, 0
    each = named.group_by(key).agg(n=named.count()).filter(ibis._.n > 1)
    row = each.aggregate(n=(each.n - 1).sum(), money=((each.n - 1) * each.amount).sum()).execute()
    return int(row.n[0]), row.money[0]


def _days(baskets):
    days = baskets.mutate(day=baskets.ordered_at.date())
    each = days.group_by("day").agg(orders_n=days.count()).order_by("day")
    frame = each.execute()
    return frame.assign(day=pd.to_datetime(frame.day))


def far_off(days):
    """Find a first or last stretch of single orders far from all others.

    `days`: day, orders_n, in order. Returns dicts with first, last (days), orders_n and silence
    (days without any order between the stretch and the rest), the earlier first.
    """
    if len(days) < 2:
        return []
    silence = days.day.diff().dt.days.fillna(0) - 1
    total, so_far = days.orders_n.sum(), days.orders_n.cumsum().shift(fill_value=0)
    most = max(1, FAR_SHARE * total)
    if total <= 2 * most:
        return []
    far, found = silence >= FAR_DAYS, []
    if early := list(far[far & (so_far <= most)].index[-1:]):
        found.append(_stretch(days.loc[: early[0] - 1], silence[early[0]]))
    if late := list(far[far & (total - so_far <= most)].index[:1]):
        found.append(_stretch(days.loc[late[0] :], silence[late[0]]))
    return found


def _stretch(days, silence):
    ends = {"first": days.day.iloc[0], "last": days.day.iloc[-1]}
    return ends | {"orders_n": int(days.orders_n.sum()), "silence": int(silence)}


def _giant(baskets):
    """Find one customer with a fifth of all orders and fifty times the median of the others."""
    bought = baskets.filter(baskets.purchase)
    each = bought.group_by("customer_id").agg(n=bought.count())
    row = each.aggregate(most=each.n.max(), total=each.n.sum(), median=each.n.median()).execute()
    most, total, median = (float(row[c].fillna(0)[0]) for c in ("most", "total", "median"))
    if not total or most <= GIANT_SHARE * total or most <= GIANT_TIMES * median:
        return None
    return {"orders_n": int(most), "share": most / total, "median": median}


def table(tables):
    """Tell what was handled, and how: what, found (in words), money, done.

    First the rows set aside, by rule; then what was kept and is peculiar. Counts of customers
    below the study's smallest cell are not shown. Refused where nothing was handled.
    """
    columns, rows = ["what", "found", "money", "what was done"], [*_aside(tables)]
    if tables.has("orders"):  # of a list, only rows set aside can be told
        counts = tables.counted()
        rows += [*_returns(counts), *_odd(counts), *_charges(counts)]
        rows += [*_repeats(tables, counts), *_who(tables, counts), *_when(tables, counts)]
    if not rows:
        return Refused("Nothing had to be handled: no row was set aside, and none is peculiar.")
    return pd.DataFrame(rows, columns=columns).astype({"money": "float64"})


def _aside(tables):
    aside = tables.rejected
    found = aside.group_by("table", "rule", "currency").agg(
        rows=aside.count(),
        amount=aside.amount.sum(),
        example=aside.value.min(where=~aside.rule.isin(HIDDEN)),
    )
    for row in found.order_by("table", "rule", "currency").execute().itertuples():
        example = f" (such as “{row.example}”)" if isinstance(row.example, str) else ""
        money = f" ({row.currency})" if isinstance(row.currency, str) else ""
        what = f"{row.table}: {row.rule}{example}{money}"
        yield what, _said(row.rows, "row"), row.amount, "set aside, with its reason"


def _returns(counts):
    undone, pairs = counts.undone, counts.pairs
    if undone["orders_n"]:
        said = f"{_said(undone['orders_n'], 'order')}, {_said(undone['lines'], 'line')}"
        done = "a cancellation: neither an order nor goods; the money is 0 on both sides"
        yield "orders undone on the day they were made", said, undone["money"], done
    words = {
        returns.WHOLE: ("returns that find their purchase", "netted; the purchase stays an order"),
        returns.PART: ("returns of a part of a dearer purchase of the product", "netted"),
        returns.NONE: ("returns without a purchase: bought before the data begin, or a correction",
                       "netted; they lower the spend of a time that is not known"),
    }  # fmt: skip
    for found, (what, done) in words.items():
        if pairs is not None and found in pairs.index:
            yield what, _said(pairs.lines[found], "line"), pairs.money[found], done


def _odd(counts):
    lines = counts.lines
    if lines["zero_n"]:
        yield "lines without a price", _said(lines["zero_n"], "line"), 0, "kept: gifts and samples"
    odd = (("minus", "a negative amount", "positive"), ("plus", "a positive amount", "negative"))
    for name, amount, quantity in odd:
        if lines[f"{name}_n"]:
            what = f"corrections: {amount} for a {quantity} quantity"
            found = _said(lines[f"{name}_n"], "line")
            yield what, found, lines[f"{name}_money"], "kept; the money counts as it is written"


def _charges(counts):
    if counts.charges is None:
        return
    done = "the money counts, as goods they do not"
    for row in counts.charges.head(MOST_CHARGES).itertuples():
        yield f"no product: “{row.name}”", _said(row.lines, "line"), row.money, done
    rest = counts.charges.iloc[MOST_CHARGES:]
    if len(rest):
        what = f"no product: {len(rest)} more of the kind"
        yield what, _said(rest.lines.sum(), "line"), rest.money.sum(), done


def _repeats(tables, counts):
    n, money = counts.twice
    if n:
        what = "the same line twice: order, product, amount and moment"
        done = "kept: two equal things may have been bought, or `repeated_lines: set aside` it is"
        yield what, _said(n, "line"), money, done
    if tables.meta.get("orders_twice"):
        found = _said(tables.meta["orders_twice"], "order")
        done = "counted once, unless `repeated_lines: keep` says that all were sales"
        yield "orders of which the source holds every line several times", found, None, done


def _who(tables, counts):
    if counts.giant:
        giant = counts.giant
        found = f"{giant['orders_n']:,} orders ({giant['share']:.0%} of all)"
        done = f"kept, but look who that is: others have {giant['median']:g} (median)"
        yield "one customer, probably a collective account", found, None, done
    for reason, n in doubles(tables).items():
        merged = tables.meta.get("merged")
        done = "merged: the smallest id stands in all tables" if merged else (
            "nothing: who they are is in tables/doubles.parquet; `merge_customers: true` in the "
            "study makes each group one customer")  # fmt: skip
        yield f"customers with the same {reason}", few(n, tables, "customers"), None, done


def doubles(tables):
    """Count customers who share a contact with another one: {reason: customers}."""
    if tables.doubles is None:
        return {}
    each = tables.doubles.group_by("reason").agg(n=ibis._.count()).order_by("reason").execute()
    return dict(zip(each.reason, each.n, strict=True))


def few(n, tables, what):
    """Say a number of customers, or that there are fewer than may be shown."""
    least = tables.meta.get("smallest_cell", 1)
    return f"fewer than {least} {what}" if 0 < n < least else f"{n:,} {what}"


def _when(tables, counts):
    for part in counts.far:
        days = f"{part['first']:%Y-%m-%d}"
        days += "" if part["first"] == part["last"] else f" to {part['last']:%Y-%m-%d}"
        done = f"kept; {part['silence']:,} days without an order lie between them and the rest"
        yield f"far-off orders: {days}", counted([part]), None, done


def counted(stretches):
    """Say how many orders stand in stretches of `far_off`."""
    return _said(sum(part["orders_n"] for part in stretches), "order")


def _said(n, what):
    return f"{n:,} {what}{'' if n == 1 else 's'}"
