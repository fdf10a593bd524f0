"""What to do differently: rules from evidence to moves, in plain sight.

The handbook's advice, retold as a table (`rules.yaml`): keep the best, win back the absent, bring
the rare buyer once more, fill the small basket, give coupons to those who use them, spend least
where a contact brings least. Each rule names the facts it needs and the reason; every rule that
matches is listed, and each slot of a plan (move, offer, channel, message, frequency) is
filled by the first matching rule that has something to say about it.

Refused: advice without a fact. No rule reads a name, and where no fact speaks the plan says
"unchanged" or "not known". A move is a proposal until it has been tested.
"""

import operator
from typing import NamedTuple

import pandas as pd

from segkit.study import beside

SLOTS = ("move", "offer", "channel", "message", "frequency", "timing")
"""What a plan consists of."""


class Rule(NamedTuple):
    """When all of `when` hold, `sets` proposes text for slots; `because` is the reason.

    `when`: (fact, test, limit) with a test of `TESTS`; a fact "trait x" is "high", "low" or
    missing. `moves`: the levers of a KPI that it moves.
    """

    name: str
    sets: dict
    because: str
    when: list = ()
    moves: list = ()


TABLES = beside(__file__, "rules.yaml")
RULES = tuple(Rule(**entry) for entry in TABLES["rules"])
"""The rules in their order; a slot takes the first that matches."""

TESTS = {
    ">=": operator.ge,
    "<": operator.lt,
    "is": operator.eq,
    "is not": operator.ne,
    "known": lambda value, _: True,
}
"""Test → whether a value passes it; a missing value passes "is not" alone."""

FACTS = TABLES["facts"]
"""Fact → how it is spoken of; "trait x" is read from x."""


def matches(facts, *, rules=RULES):
    """List the rules that hold, used or not, per persona: persona, rule, evidence, because."""
    rows = [
        (persona, rule.name, _evidence(row, rule), rule.because)
        for persona, row in facts.to_dict("index").items()
        for rule in rules
        if rule.when and _holds(row, rule)
    ]
    return pd.DataFrame(rows, columns=["persona", "rule", "evidence", "because"])


def plans(facts, *, goal, currency="", rules=RULES):
    """Write one plan per persona: the `SLOTS`, the rules that filled them, and the KPI link.

    Returns persona as index and the columns of `SLOTS`, rules (names), evidence (the facts
    that made the rules hold) and serves ("directly" when a rule used moves a lever of the
    `goal`'s KPI).
    """
    rows = facts.assign(currency=currency).to_dict("index")
    found = {persona: _plan(row, set(goal.moved_by), rules) for persona, row in rows.items()}
    table = pd.DataFrame.from_dict(found, orient="index")
    return table.reindex(columns=[*SLOTS, "rules", "evidence", "serves"])


def _plan(row, levers, rules):
    plan, used = dict.fromkeys(SLOTS, ""), []
    words = {**row, "mailings": _mailings(row)}
    for rule in rules:
        new = [slot for slot in rule.sets if not plan[slot]] if _holds(row, rule) else []
        plan.update({slot: rule.sets[slot].format(**words).strip() for slot in new})
        used += [rule] if new else []
    return {
        **plan,
        "rules": "; ".join(rule.name for rule in used),
        "evidence": "; ".join(_evidence(row, rule) for rule in used if rule.when),
        "serves": "directly" if any(levers & set(rule.moves) for rule in used) else "indirectly",
    }


def _value(row, fact):
    if fact.startswith("trait "):
        return row["traits"].get(fact.removeprefix("trait "))
    value = row.get(fact)
    return None if value != value else value


def _holds(row, rule):
    return all(_passes(_value(row, fact), test, limit) for fact, test, limit in rule.when)


def _passes(value, test, limit):
    return test == "is not" if value is None else TESTS[test](value, limit)


def _evidence(row, rule):
    return "; ".join(_spoken(fact, _value(row, fact), test, limit)
                     for fact, test, limit in rule.when)  # fmt: skip


def _spoken(fact, value, test, limit):
    if fact.startswith("trait "):
        thing = fact.removeprefix("trait ").replace("_", " ")
        return f"{thing} not {limit}" if test == "is not" else f"{thing} distinctively {value}"
    label = FACTS.get(fact, fact)
    if test in ("is", "known"):
        return f"{label}: {value}"
    return f"{label} {value:.2f} {'≥' if test == '>=' else '<'} {limit:g}"


def _mailings(row):
    number = row.get("mailings_n")
    if number is None or number != number:
        return "how often is not recorded"
    return f"{number:.1f} mailings per customer in the window"
