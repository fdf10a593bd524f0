"""Are the data fit for the question? The handbook's five demands, each with a number.

Data should be current, consistent, complete, sufficient and prepared. `check` scores each
between 0 and 1 against limits the user sets and can say "stop"; `require` then ends the run
in plain words. `gaps` says what the data cannot tell and how to collect it. A good score
makes no data true: it only says that nothing measurable speaks against them.
"""

import math

import ibis
import pandas as pd

from segkit.data.quality import lists
from segkit.data.treatment import handled, nets, rules, states, totals
from segkit.study import StudyError

VERDICTS = ("pass", "warn", "stop")
"""From good to bad."""

CHECKS = ("current", "consistent", "complete", "sufficient", "prepared")
"""The five demands, in the handbook's order."""

LIMITS = {
    "max_rejected_pct": 5.0,
    "max_guest_pct": 60.0,
    "max_gap_days": 30,
    "min_coverage_pct": 60.0,
    "per_criterion": 100,
}
"""Default limits; see `check`."""


def check(tables, card, *, brief, criteria, limits=None):
    """Score the five demands on the data: one row each, in the order of `CHECKS`.

    `brief` is notebook 01's (a `segkit.brief.Brief`), `criteria` notebook 02's table
    (column, role), `limits` overrides `LIMITS`: the most rows or money that may be rejected, and
    that may name no customer (percent), the longest gap between last order and analysis date
    (days), the coverage a criterion needs (percent), and customers per criterion (100 after
    Dolnicar, Grün & Leisch 2016). Returns check, score (0 to 1, 1 = nothing to object), verdict
    (pass, warn, stop), measured (in words) and reason.
    """
    limits = {**LIMITS, **(limits or {})}
    rows = (
        _current(tables, card, brief, limits),
        _consistent(tables),
        _complete(tables, card, criteria, limits),
        _sufficient(card, brief, criteria, limits),
        _prepared(tables, limits),
    )
    columns = ["check", "score", "verdict", "measured", "reason"]
    return pd.DataFrame(rows, columns=columns)


def require(checks, *, study=None):
    """Stop the run where a check says "stop"; raises StudyError in plain words.

    A check that `quality:` of the study sets to "warn" stops nothing.
    """
    allowed = [c for c, how in study.quality.items() if how == "warn"] if study else []
    failed = checks[(checks.verdict == "stop") & ~checks.check.isin(allowed)]
    if len(failed):
        reasons = "\n".join(
            f"  {row.check}: {row.measured}. {row.reason}" for row in failed.itertuples()
        )
        raise StudyError(
            f"The data cannot carry this segmentation:\n{reasons}\n"
            "What was set aside is kept in rejected.parquet; mend the source, or change the "
            "limits in the parameters of notebook 03 if you can answer for it. A study can also "
            f"say that this check only warns: `quality: {{{failed.check.iloc[0]}: warn}}`."
        )


def _row(name, score, verdict, measured, reason):
    return name, round(max(0.0, min(1.0, score)), 4), verdict, measured, reason


def _current(tables, card, brief, limits):
    if "days_since_purchase" not in card:
        return _row("current", 0.5, "warn", "the list holds no dates", lists.UNDATED)
    since, limit = int(card.days_since_purchase.min()), limits["max_gap_days"]
    last, gap = pd.Timestamp(brief.data["as_of"]) - pd.Timedelta(days=since), since - 1
    verdict = "pass" if gap <= limit / 2 else "warn" if gap <= limit else "stop"
    measured = f"last order {last:%Y-%m-%d}, {gap} full days before the analysis date"
    reason = (
        "Recent enough for the analysis date; how old that date is today is for you to judge."
        if verdict == "pass"
        else f"At most {limit} days are allowed: fetch newer orders or set an earlier date."
    )
    if tables.has("orders") and (far := tables.counted().far):
        measured += f"; {handled.counted(far)} far from the rest"
        reason += " Single orders far from all others are often mistyped dates: look at them."
        verdict = "warn" if verdict == "pass" else verdict
    return _row("current", 1 - gap / max(limit, 1), verdict, measured, reason)


def _consistent(tables):
    found = contradictions(tables)
    worst = found.sort_values("share", ascending=False, kind="stable").iloc[0]
    grave = found.share[found.grave].max() > 0.1
    verdict = "stop" if grave else "warn" if worst.share > 0.01 else "pass"
    measured = f"{len(found)} comparisons; worst: {worst.question} ({worst.share:.2%})"
    reason = (
        "The tables agree with each other."
        if verdict == "pass"
        else "More than 1 in 100 disagree: find out which table is right before trusting either."
    )
    return _row("consistent", 1 - worst.share, verdict, measured, reason)


def contradictions(tables):
    """Compare the tables with each other: question, found, of, share (0 to 1), grave.

    Only questions that the study's tables can answer are asked. A grave one says that a table
    is wrong; the others may be true (a prospect has not ordered yet).
    """
    if not tables.has("orders"):
        asked = [*lists.contradictions(tables)]
    else:
        asked = [*_in_orders(tables), *_between(tables), *_peculiar(tables)]
    frame = pd.DataFrame(asked, columns=["question", "found", "of", "grave"])
    frame["share"] = frame.found / frame.of.clip(lower=1)
    return frame


def _in_orders(tables):
    orders, facts = tables.orders, tables.facts()
    owners = tables.baskets.group_by("order_id").agg(n=ibis._.count())
    several = lists.rows_n(owners.filter(owners.n > 1))
    yield "orders with several customers", several, facts["orders_n"], True
    for column in ("discount", "coupon_discount"):
        if column in orders.columns:
            negative = lists.rows_n(orders.filter(orders[column] < 0))
            yield f"lines with a negative {column}", negative, facts["lines_n"], True


def _between(tables):
    orders, buyers = tables.orders, tables.baskets
    if tables.has("products") and "product_id" in orders.columns:
        named = orders.filter(orders.product_id.notnull())
        unknown = lists.rows_n(named.anti_join(tables.products, "product_id"))
        yield "lines with a product that is not in products", unknown, lists.rows_n(orders), True
    for name, who in (("customers", "described customers"), ("mailings", "mailings to customers")):
        if tables.has(name):
            everybody = getattr(tables, name)
            silent = lists.rows_n(everybody.anti_join(buyers, "customer_id"))
            yield f"{who} who never ordered", silent, lists.rows_n(everybody), False


def _peculiar(tables):
    """What was counted line by line; asked only where there is something."""
    counts, n = tables.counted(), tables.facts()["lines_n"]
    odd = counts.lines["minus_n"] + counts.lines["plus_n"]
    none = 0 if counts.pairs is None else int(counts.pairs.lines.get("none", 0))
    foreign = tables.rejected.filter(tables.rejected.rule == "other currency")
    asked = (
        ("lines whose amount and quantity differ in sign", odd),
        ("returns without their purchase", none),
        ("lines that stand twice in an order", counts.twice[0]),
        ("lines in a currency without a rate", lists.rows_n(foreign)),
    )
    yield from ((question, found, n, False) for question, found in asked if found)
    if counts.giant:
        question = "orders of one customer, probably a collective account"
        yield question, counts.giant["orders_n"], tables.facts()["orders_n"], False


def _complete(tables, card, criteria, limits):
    chosen = _columns(criteria, "segment")
    told = _columns(criteria, "describe")
    coverage = {
        c: float(card[c].notna().mean()) if c in card.columns else 0.0 for c in (*chosen, *told)
    }
    if not coverage:
        coverage = dict(zip(card.columns[1:], card.iloc[:, 1:].notna().mean(), strict=True))
        chosen = list(coverage)
    need = limits["min_coverage_pct"] / 100
    thin = [c for c in coverage if coverage[c] < need]
    verdict = "stop" if set(thin) & set(chosen) else "warn" if thin else "pass"
    lowest = min(coverage, key=coverage.get)
    measured = (
        f"{len(coverage)} criteria, values for {sum(coverage.values()) / len(coverage):.0%} of "
        f"customers on average; least: {lowest} ({coverage[lowest]:.0%})"
    )
    score, reason = sum(coverage.values()) / len(coverage), _thin(verdict, thin, need)
    return _with_guests(tables, limits, [score, verdict, measured, reason])


def _with_guests(tables, limits, judged):
    """Judge how much of lines and money names no customer, on top of the criteria's coverage."""
    score, verdict, measured, reason = judged
    found, limit = guests(tables), limits["max_guest_pct"] / 100
    worst = max(found["lines_share"], found["money_share"])
    if not worst:
        return _row("complete", *judged)
    measured += (
        f"; {found['lines_share']:.1%} of the lines and {found['money_share']:.1%} of the money "
        "name no customer"
    )
    also = "stop" if worst > limit else "warn" if worst > GUESTS else "pass"
    if also != "pass":
        most = f"more than the {limit:.0%} allowed" if also == "stop" else "known to nobody"
        reason += f" Guests are {most}: segments speak of named customers only."
    verdict = max(verdict, also, key=VERDICTS.index)
    return _row("complete", min(score, 1 - worst), verdict, measured, reason)


GUESTS = 0.05
"""A share of lines or money without a customer above this is worth a warning."""


def guests(tables):
    """Measure what names no customer: lines_n, lines_share, money, money_share (0 to 1 of all)."""
    read = tables.register()
    if read.empty or not read.table.eq("orders").any():
        return {"lines_n": 0, "lines_share": 0.0, "money": 0.0, "money_share": 0.0}
    orders = read.set_index("table").loc["orders"]
    n, money = _aside(tables, [rules.NOBODY])
    share = abs(money) / (abs(float(orders.read_amount)) or 1.0)
    lines, share = float(n / max(1, orders.read_n)), float(share)
    return {"lines_n": n, "lines_share": lines, "money": money, "money_share": min(1.0, share)}


def _thin(verdict, thin, need):
    if verdict == "pass":
        return "Every criterion is known for enough customers."
    many = f"{', '.join(thin[:4])}{' and others' if len(thin) > 4 else ''}"
    if verdict == "warn":
        return (
            f"Known for less than {need:.0%}: {many}. They may describe segments, never form them."
        )
    return f"Known for less than {need:.0%}, yet chosen to form segments: {many}. Drop or collect."


def _columns(criteria, role):
    return [] if criteria is None else list(criteria.loc[criteria.role == role, "column"])


def _sufficient(card, brief, criteria, limits):
    n, p = len(card), max(1, len(_columns(criteria, "segment")))
    need = int(limits["per_criterion"] * p)
    smallest = math.floor(n * brief.limits.smallest_segment_share)
    enough = n >= need and smallest >= 30
    verdict = "pass" if enough else "warn" if n >= need / 4 else "stop"
    measured = (
        f"{n:,} customers for {p} criteria (needed: {need:,}); the smallest useful segment "
        f"would hold {smallest:,}"
    )
    reason = (
        "Enough customers to find segments again and to compare them."
        if enough
        else "Segments found on so few customers hardly repeat: use fewer criteria or more history."
    )
    return _row("sufficient", min(n / need, smallest / 30), verdict, measured, reason)


def _aside(tables, broken):
    """Count the order lines set aside by some rules, and their money in the kept currency."""
    aside = tables.rejected
    found = aside.filter((aside.table == "orders") & aside.rule.isin(broken))
    own = found.currency.fill_null("") == (tables.meta.get("currency") or "")
    own |= found.currency.isnull()  # shares are of the kept currency
    money = found.amount.sum(where=own).cast("float64")
    row = found.aggregate(n=found.count(), money=money).execute()
    return int(row.n[0]), float(row.money.fillna(0)[0])


def _prepared(tables, limits):
    """Judge what was set aside: not guests, who are in `complete`, and not the shop's own word.

    An order that its own state calls cancelled, a test, or a line of totals is understood.
    """
    if not tables.has("orders"):
        return _row("prepared", *lists.prepared(tables, limit=limits["max_rejected_pct"] / 100))
    orders, nobody = tables.register().set_index("table").loc["orders"], guests(tables)
    void_n, void = _aside(tables, UNDERSTOOD)
    rows = (orders.rejected_n - nobody["lines_n"] - void_n) / orders.read_n
    read = abs(float(orders.read_amount)) or 1.0
    money = abs(float(orders.rejected_amount) - nobody["money"] - void) / read
    limit = limits["max_rejected_pct"] / 100
    worst = max(rows, money)
    verdict = "pass" if worst <= limit / 2 else "warn" if worst <= limit else "stop"
    measured = f"{rows:.2%} of the order lines and {money:.2%} of the money set aside"
    apart = ["guests"] if nobody["lines_n"] else []
    apart += ["cancelled and test orders, sums"] if void_n else []
    measured += f", {', '.join(apart)} not counted" if apart else ""
    reason = (
        "What was set aside cannot change the picture."
        if verdict == "pass"
        else f"The limit is {limit:.1%}: look at rejected.parquet and mend the source."
    )
    return _row("prepared", 1 - worst, verdict, measured, reason)


UNDERSTOOD = (states.CANCELLED, rules.TEST, totals.RULE, states.EARLIER, states.NOT_WON,
              states.STILL_OPEN, nets.GONE, rules.BESIDE)  # fmt: skip
"""Rules that set aside what is no dirt: the source itself says what these rows are."""
