"""What to do differently: rules from evidence to moves, in plain sight.

The handbook's advice, retold as a table: keep the best, win back the absent, bring the rare
buyer once more, fill the small basket, give coupons to those who use them, spend least where
a contact brings least. Each rule names the facts it needs and the reason; every rule that
matches is listed, and each slot of a plan (move, offer, channel, message, frequency) is
filled by the first matching rule that has something to say about it.

Refused: advice without a fact. No rule reads a name, and where no fact speaks the plan says
"unchanged" or "not known". A move is a proposal until it has been tested.
"""

from math import isfinite
from typing import NamedTuple

import pandas as pd

from segkit.action import wording
from segkit.action.economics import LOSES
from segkit.evidence import answers_needed

SLOTS = ("move", "offer", "channel", "message", "frequency", "timing")
"""What a plan consists of."""


WORTHWHILE = 0.05
"""Share of a persona's spend from which a department is large enough to sell across."""


class Rule(NamedTuple):
    """When all of `when` hold, `sets` proposes text for slots; `because` is the reason.

    `when`: (fact, test, limit) with test ">=", "<", "is", "is not" or "known"; a fact "trait x"
    is "high", "low" or missing. `serves`: the KPIs it moves directly.
    """

    name: str
    when: tuple
    sets: dict
    because: str
    serves: tuple = ()


RULES = (
    Rule("stop mailing", (("verdict", "is", LOSES),), {
        "move": "Do less",
        "offer": "no mailed offer; shelf prices are theirs as everybody's",
        "channel": "no mailing; till, receipt and shelf stay",
        "message": "none by mail",
        "frequency": "no mailing, except to a small random part that shows what is lost",
    }, "a contact costs more than it brings, even at the upper end of the interval",
       ("campaign_response",)),
    Rule("coupon users", (("trait coupon_orders_share", "is", "high"),), {
        "offer": "coupons for what they buy already, not for the whole range",
        "message": "your coupons, chosen from your own basket",
    }, "they use coupons more than others", ("campaign_response",)),
    Rule("answer campaigns", (("trait campaigns_responded_n", "is", "high"),), {
        "offer": "the campaign offer as it is; they answered it before",
        "message": "the next round of what you used last time",
    }, "they answered earlier campaigns more than others", ("campaign_response",)),
    Rule("buy on offer", (("trait retail_discount_share", "is", "high"),), {
        "offer": "the shop's own price offers; no coupon on top",
        "message": "this week's prices",
    }, "they buy reduced goods anyway; a coupon on top would give margin away",
       ("order_value",)),
    Rule("own label", (("trait private_label_share", "is", "high"),), {
        "offer": "new products of the own label",
        "message": "more of the label you trust with your basket",
    }, "a larger part of their spend is own label", ("spend_per_customer", "order_value")),
    Rule("national brands", (("trait private_label_share", "is", "low"),
                             ("trait coupon_orders_share", "is not", "low")), {
        "offer": "brand coupons, paid by the suppliers where they agree",
        "message": "your brands, for less",
    }, "they prefer national brands", ("campaign_response", "spend_per_customer")),
    Rule("cross-sell", (("department", "known", ""),), {
        "offer": "a neighbour of {department}: what those who buy it also buy",
        "message": "goes well with {department}",
    }, "one department has more weight with them than with others",
       ("spend_per_customer", "order_value")),
    Rule("win back", (("trait days_since_purchase", "is", "high"),
                      ("trait spend_recent_share", "is", "low")), {
        "move": "Win back",
        "offer": "a trial offer with a short life",
        "message": "a reminder of what they used to buy",
        "frequency": "once, and once more after {days_between_orders:.0f} days; then stop",
    }, "long since the last order and spending less than before",
       ("repeat_rate", "spend_per_customer")),
    Rule("keep the best", (("spend_index", ">=", 1.25),), {
        "move": "Keep",
        "offer": "recognition before discount: first access, a thank-you",
        "message": "thank you, and you hear it first",
        "frequency": "as now, no cuts: {mailings}",
    }, "they spend clearly more than the average customer", ("spend_per_customer", "repeat_rate")),
    Rule("one more visit", (("basket_index", ">=", 1.1), ("orders_index", "<", 0.8)), {
        "move": "Develop: one more visit",
        "offer": "a coupon for the next visit, valid within {days_between_orders:.0f} days",
        "message": "come back sooner",
        "frequency": "after each order, at their own rhythm",
    }, "their orders are large but rare", ("repeat_rate", "spend_per_customer")),
    Rule("fuller basket", (("orders_index", ">=", 1.0), ("basket_index", "<", 0.9)), {
        "move": "Develop: a fuller basket",
        "offer": "a reward from a basket a little above their {order_value:,.0f} {currency}",
        "message": "complete the basket",
        "frequency": "as now: {mailings}",
    }, "they come often and buy little at a time", ("order_value", "spend_per_customer")),
    Rule("low cost", (("spend_index", "<", 0.5),), {
        "move": "Serve at low cost",
        "offer": "the standard offer, unchanged",
        "message": "the general message",
        "frequency": "no extra contacts; what costs nothing per contact goes on",
    }, "they spend less than half of the average; mass offers and least effort fit here", ()),
    Rule("answer less", (("stands", "is", "lower"),), {
        "move": "Change the offer",
        "offer": "another offer than the last campaign's, tested beside it",
        "message": "something else than last time",
        "frequency": "one test, then decide",
    }, "their KPI is lower than that of all measured customers, interval included",
       ("campaign_response", "repeat_rate", "spend_per_customer", "order_value")),
    Rule("what they told", (("told", "known", ""),), {
        "move": "Speak to what sets them apart",
        "offer": "what answers it, picked from the range there is",
        "message": "{told}",
        "frequency": "one test beside the usual text, then decide",
    }, "more common with them than with others on the list", ()),
    Rule("maintain", (), {
        "move": "Maintain",
        "offer": "the standard offer, unchanged",
        "message": "the general message",
        "frequency": "as now: {mailings}",
    }, "no fact asks for a change", ()),
    Rule("on the mailing list", (("reached_share", ">=", 0.5),), {
        "channel": "the addressed mailing: {reached_share:.0%} of them received one",
    }, "the channel reaches them already", ()),
    Rule("off the mailing list", (("reached_share", "<", 0.5),), {
        "channel": "till, receipt and shelf first: only {reached_share:.0%} of them were mailed",
    }, "the mailing does not reach most of them", ()),
    Rule("no contact history", (), {
        "channel": "not known from the data: use a channel they agreed to, and record it",
    }, "no contact is recorded", ()),
    Rule("weekend", (("trait weekend_share", "is", "high"),), {
        "timing": "to arrive before the weekend",
    }, "they come at weekends more than others", ()),
    Rule("evening", (("trait evening_share", "is", "high"),), {
        "timing": "for the evening hours",
    }, "they come in the evening more than others", ()),
)  # fmt: skip
"""The rules in their order; a slot takes the first that matches."""

FACTS = {
    "verdict": "a contact",
    "spend_index": "spend per customer / average",
    "orders_index": "orders per customer / average",
    "basket_index": "order value / average",
    "reached_share": "share that was mailed",
    "stands": "KPI against all measured",
    "department": "department that sets them apart",
    "told": "sets them apart",
}
"""Fact → how it is spoken of; "trait x" is read from x."""


def standing(brief, *, verdict):
    """Say on what the actions stand: the goal, and whether stage 5 let the segments pass."""
    judged = "The segments may be used" if verdict["usable"] else "THE SEGMENTS ARE NOT CONFIRMED"
    text = f"> **Goal.** {brief['goal']['sentence']}\n>\n> **{judged}.** {verdict['sentence']}"
    if not verdict["usable"]:
        text += " What follows are hypotheses: test them, do not roll them out."
    if brief["verdict"] != "segment":
        text += f"\n>\n> **Notebook 01 advises: {brief['verdict']}.** {brief['reason']}"
    return text


def facts(card, *, personas, pages, window_days):
    """Measure per persona what the rules ask for; one row per persona.

    `card`: one row per customer; `personas`: a name per row of it; `pages`: the personas of
    personas.json (name, segments, traits). Columns: n, share, spend_share, spend_per_customer,
    order_value (money), spend_index, orders_index, basket_index (1 = average customer or
    order), days_between_orders, trend (share of spend in the later half), reached_share,
    mailings_n (missing where no mailings are known), department, traits, segments, told (of a
    list: what sets them apart, in words). Largest spend first; what a list does not tell is
    missing, and without money the largest persona comes first.
    """
    card = card.assign(persona=list(personas))
    groups = card.groupby("persona", sort=False)
    table = pd.DataFrame({"n": groups.size()})
    for name, column in (("spend", "spend_total"), ("orders", "orders_n")):
        table[name] = groups[column].sum() if column in card else float("nan")
    listed = "lines_n" not in card  # no order lines behind it: a list
    table = _indices(table, window_days or _days(card))
    for name, (column, how) in _OPTIONAL.items():
        table[name] = groups[column].agg(how) if column in card else float("nan")
    known = {page["name"]: page for page in pages}
    for name, empty in (("traits", {}), ("segments", [])):
        table[name] = [known.get(persona, {}).get(name, empty) for persona in table.index]
    table["department"] = [
        _department(row.traits, groups.get_group(row.Index)) for row in table.itertuples()
    ]
    table["told"] = [_told(known.get(name, {})) if listed else None for name in table.index]
    by = ["spend" if table["spend"].notna().any() else "n"]
    return table.sort_values(by, ascending=False, kind="stable").drop(columns="orders")


def matches(facts, *, rules=RULES):
    """List the rules that hold, used or not, per persona: persona, rule, evidence, because."""
    rows = [
        {"persona": persona, "rule": rule.name, "evidence": _evidence(row, rule),
         "because": rule.because}
        for persona, row in _rows(facts)
        for rule in rules
        if rule.when and _holds(row, rule)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["persona", "rule", "evidence", "because"])


def plans(facts, *, kpi, currency="", rules=RULES):
    """Write one plan per persona: the `SLOTS`, the rules that filled them, and the KPI link.

    Returns persona as index and the columns of `SLOTS`, rules (names), evidence (the facts
    that made the rules hold) and serves ("directly" when a rule used moves `kpi`).
    """
    return pd.DataFrame.from_dict(
        {persona: _plan(row, kpi, currency, rules) for persona, row in _rows(facts)},
        orient="index",
    ).reindex(columns=[*SLOTS, "rules", "evidence", "serves"])


def actions(table, *, goal, verdict):
    """Turn facts, plans, ranks and economics into the action list, first things first.

    `table`: one row per persona with the columns of `facts`, `plans`, `priorities.rank` and
    `economics.returns`; `goal`: of the brief; `verdict`: of stage 5 (usable, and failed: the
    segments that failed a check). Returns one row per action; `status` says what it is worth
    today.
    """
    out = table.sort_values("rank", kind="stable").rename_axis("persona").reset_index()
    out["frequency"] = [_joined(row) for row in out.itertuples()]
    out["status"] = [_status(names, verdict) for names in out["segments"]]
    out["segments"] = ["; ".join(names) for names in out["segments"]]
    out["goal"] = goal["sentence"]
    out["kpi"] = goal["label"]
    out["response_expected"] = out["response"].round(6)
    out["break_even_response"] = out["break_even"].round(6)
    rounded = out.round({"priority": 4, "spend_share": 4, "share": 4, "low": 4, "high": 4})
    return rounded[list(_ACTION_COLUMNS)]


def steps(actions, *, goal, tests):
    """Say what to do first: three steps, each with its KPI and how it will be measured.

    Of a list (`tests` None) see `wording.steps`.

    The best persona gets a test with a hold-out group; the persona where a contact does not
    pay (or else the second best) the next; the third closes the widest gap of knowledge.
    `tests`: the table of `holdout.plans`. Returns step, what, kpi, measured_by, decide.
    """
    if tests is None:
        return wording.steps(actions)
    first = actions.iloc[0]
    losing = actions[(actions["verdict"] == LOSES) & (actions["persona"] != first["persona"])]
    rows = [_grow(first, goal, tests)]
    if len(losing):
        rows.append(_save(losing.sort_values("n", ascending=False, kind="stable").iloc[0], tests))
    elif len(actions) > 1:
        rows.append(_grow(actions.iloc[1], goal, tests))
    rows.append(_learn(goal, tests))
    return pd.DataFrame(rows).assign(step=range(1, len(rows) + 1))[
        ["step", "what", "kpi", "measured_by", "decide"]
    ]


def lessons(actions, *, steps, tests, customers_n):
    """Say in Markdown what is planned: how many steps, and what a hold-out would show.

    `tests` is the table of `holdout.plans`, None of a list.
    """
    if tests is None:
        return f"{len(steps)} steps for {len(actions)} personas; {wording.NO_TEST}"
    everybody = tests.loc["all customers"]
    return (
        f"{len(steps)} steps; {everybody['held']:,} of {customers_n:,} customers held out at "
        f"random would show {_seen(everybody['visible'], 'a change in spend of ')}."
    )


_OPTIONAL = {
    "trend": ("spend_recent_share", "mean"),
    "mailings_n": ("campaigns_received_n", "mean"),
    "reached_share": ("campaigns_received_n", lambda values: float((values > 0).mean())),
}

_NO_GOODS = ("share_other", "share_unknown", "share_miscellaneous", "share_fuel")

_ACTION_COLUMNS = (
    "rank", "persona", "segments", "n", "share", "spend_share", "priority", "move", "offer",
    "channel", "message", "frequency", "goal", "serves", "kpi", "response_expected", "low",
    "high", "break_even_response", "verdict", "rules", "evidence", "status",
)  # fmt: skip


def _indices(table, days):
    table["share"] = table["n"] / table["n"].sum()
    table["spend_share"] = table["spend"] / table["spend"].sum()
    table["spend_per_customer"] = table["spend"] / table["n"]
    table["order_value"] = table["spend"] / table["orders"]
    table["spend_index"] = table["spend_share"] / table["share"]
    table["orders_index"] = table["orders"] / table["orders"].sum() / table["share"]
    spend, orders = table["spend"].sum(), table["orders"].sum()
    table["basket_index"] = table["order_value"] / (spend / orders if orders else float("nan"))
    table["days_between_orders"] = days * table["n"] / table["orders"]
    return table


def _days(card):
    """Length of a window that takes all history: since the first order on record."""
    first = card.get("days_since_first_purchase")
    return float("nan") if first is None else float(first.max())


def _told(page):
    """Join the two strongest things a persona said more often than others, or None."""
    lines = [line["text"] for line in page.get("statements", [])
             if line["distinctive"] and (line["lift"] or 0) > 1]  # fmt: skip
    return "; ".join(text[:1].lower() + text[1:] for text in lines[:2]) or None


def _department(traits, part):
    """Name the department that sets a persona apart, if it is worth a cross-sale at all."""
    found = [name for name, way in traits.items()
             if name.startswith("share_") and way == "high" and name in part
             and name not in _NO_GOODS and part[name].mean() >= WORTHWHILE]  # fmt: skip
    return found[0].removeprefix("share_").replace("_", " ") if found else None


def _rows(facts):
    return ((persona, row._asdict()) for persona, row in
            zip(facts.index, facts.itertuples(index=False), strict=True))  # fmt: skip


def _value(row, fact):
    if fact.startswith("trait "):
        return row["traits"].get(fact.removeprefix("trait "))
    value = row.get(fact)
    return None if value is None or value != value else value


def _holds(row, rule):
    return all(_passes(_value(row, fact), test, limit) for fact, test, limit in rule.when)


def _passes(value, test, limit):
    if test == "is not":
        return value != limit
    if value is None:
        return False
    if test in ("is", "known"):
        return test == "known" or value == limit
    return value >= limit if test == ">=" else value < limit


def _evidence(row, rule):
    return "; ".join(_spoken(fact, _value(row, fact), test, limit)
                     for fact, test, limit in rule.when) or "no condition"  # fmt: skip


def _spoken(fact, value, test, limit):
    if fact.startswith("trait "):
        thing = fact.removeprefix("trait ").replace("_", " ")
        return f"{thing} not {limit}" if test == "is not" else f"{thing} distinctively {value}"
    label = FACTS.get(fact, fact)
    if test in ("is", "known"):
        return f"{label}: {value}"
    return f"{label} {value:.2f} {'≥' if test == '>=' else '<'} {limit:g}"


def _plan(row, kpi, currency, rules):
    plan, used = dict.fromkeys(SLOTS, ""), []
    words = {**row, "currency": currency, "mailings": _mailings(row)}
    for rule in rules:
        new = [slot for slot in rule.sets if not plan[slot]] if _holds(row, rule) else []
        plan.update({slot: rule.sets[slot].format(**words).strip() for slot in new})
        used += [rule] if new else []
    return {
        **plan,
        "rules": "; ".join(rule.name for rule in used),
        "evidence": "; ".join(_evidence(row, rule) for rule in used if rule.when),
        "serves": "directly" if any(kpi in rule.serves for rule in used) else "indirectly",
    }


def _mailings(row):
    number = row.get("mailings_n")
    if number is None or number != number:
        return "how often is not recorded"
    return f"{number:.1f} mailings per customer in the window"


def _status(segments, verdict):
    if not verdict["usable"]:
        return "hypothesis: segments not confirmed"
    failed = [name for name in segments if name in verdict.get("failed", [])]
    if failed:
        return f"hypothesis: {'; '.join(failed)} failed a check of notebook 05"
    return "proposal, to be tested"


def _joined(row):
    return f"{row.frequency}, {row.timing}" if row.timing else row.frequency


def _grow(action, goal, tests):
    plan = tests.loc[action["persona"]]
    doubt = action["status"].startswith("hypothesis")
    what = f"{action['move']} – {action['persona']}: {action['offer']}."
    return {
        "what": f"Test first whether this group holds. Then: {what}" if doubt else what,
        "kpi": f"{goal['label']}; spend per customer in {plan['days']} days",
        "measured_by": _held_out(plan, tests.loc["all customers"]),
        "decide": "Roll out if the whole 95% interval of the extra margin per contact lies above "
        "its cost; stop if it lies below; else repeat.",
    }


def _save(action, tests):
    plan = tests.loc[action["persona"]]
    return {
        "what": f"Stop the routine mailing to {action['persona']} ({action['n']:,} customers) for "
        "one campaign, except to a random half.",
        "kpi": f"mailing cost saved; spend per customer in {plan['days']} days",
        "measured_by": f"Mail a random half ({plan['n'] // 2:,} of {plan['n']:,}) as before; "
        f"compare spend. Shows {_seen(plan['half'], 'a change of ', ' or more')}.",
        "decide": "Stay with the stop unless the whole 95% interval of the mailed half's extra "
        "margin lies above the cost of its mailing.",
    }


def _learn(goal, tests):
    answers = answers_needed(int(tests.loc["all customers", "n"]))
    return {
        "what": f"Ask why: a short questionnaire on goals and needs, {answers:,} answers, "
        "every persona drawn at random.",
        "kpi": f"share of customers with a known need (today none); then {goal['label']}",
        "measured_by": f"{answers:,} answers give a share to within 5 points; compare who "
        "answered with who did not.",
        "decide": "Keep a question only if its answer changes an offer.",
    }


def _seen(change, before="", after=""):
    """Write the smallest change a test shows; where nobody spent anything, there is none."""
    return f"{before}{change:.1%}{after}" if isfinite(change) else NOTHING_SPENT


NOTHING_SPENT = "nothing: these customers spent nothing in that time"


def _held_out(plan, everybody):
    best = plan.get("best_case", float("nan"))
    if best < plan["visible"]:
        return (
            f"Even if every answer were an extra order, spend would rise by {best:.1%}; leaving "
            f"{plan['held']:,} of these {plan['n']:,} out shows "
            f"{_seen(plan['visible'], '', ' or more')}. So "
            "one campaign can rule out a large effect, not prove that a contact pays: keep the "
            f"same random {everybody['held']:,} of all {everybody['n']:,} out of several campaigns "
            "and add them up, or compare the response to two offers."
        )
    if plan["enough"]:
        return (
            f"Leave {plan['held']:,} of these {plan['n']:,} out at random; compare spend. Shows "
            f"{_seen(plan['visible'], 'a change of ', ' or more')}."
        )
    return (
        f"These {plan['n']:,} are too few for {plan['change']:.0%}: leaving out half would show "
        f"{_seen(plan['half'], '', ' or more')}. So hold out {everybody['held']:,} of all "
        f"{everybody['n']:,}, every persona alike (shows {_seen(everybody['visible'])}), and add "
        "campaigns up until this persona can be read alone."
    )
