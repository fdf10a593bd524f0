"""Loyalty: who is loyal, and in which of five ways.

Loyalty is not only money. A customer buys (financial), sends others (referral), keeps our rules
(procedural), stays in touch (contact), says what he thinks (evaluative): each pays at its own
time and by its own way. Every type gets a score of 0 to 100 by stored thresholds (`scoring`), a
profile of the five is read instead of one number, and kinds of customer are told by rules on it.
What each type is, what it weighs at a stage of the company and what raises it are data (`types`).
Money is split by weight and by how far below the best a type is (`budget`); what an activity did
is judged against customers who had no part in it (`effect`). A complaint is loyalty, and is shown
apart. Types of which no table tells are "not known", never 0. Source: the text on five types of
loyalty. Taught in notebook approaches/loyalty.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import ibis
import pandas as pd

from segkit.refusal import passes
from segkit.segments import messages, rules
from segkit.segments.about import About
from segkit.segments.approaches.loyalty import budget, scoring, types
from segkit.segments.approaches.loyalty.types import (
    GROUPS,
    MEASURES,
    OTHERWISE,
    TABLES,
    TYPES,
    column,
)
from segkit.segments.definition import Attempt, Definition, by_spend
from segkit.segments.models import steps
from segkit.segments.naming import label
from segkit.study import StudyError

ABOUT = About(
    question="Who is loyal, and in which of five ways?",
    use="choose which loyalty to raise, by which activity, with how much money",
    difficulty="medium",
    place=130,
    when="customers do more than buy: they ask, pay invoices, come, recommend, complain",
    data="orders; better also requests, invoices, documents, events, referrals and reviews",
    columns=("spend_total", "orders_n"),
)


def fit(card, *, measures=None, groups=GROUPS):
    """Find the thresholds of the five scores, and the kinds of customer, on a card.

    `measures` ({type: measures}, see `types.MEASURES`) and `groups` (rules on the scores, see
    `types.GROUPS`) may be changed. Returns a Definition with rules {"types": {type: calibrated
    measures}, "unknown": {type: what it would need}, "groups": […], "otherwise": name}; the kinds
    are ordered by their total spend here, those without a customer last. A measure whose columns
    the card lacks is left out. Raises StudyError when no type is known at all.
    """
    kinds = {kind: _known(card, (measures or MEASURES)[kind]) for kind in TYPES}
    if not any(kinds.values()):
        raise messages.error("no loyalty", needed="; ".join(TABLES.values()))
    unknown = {kind: TABLES[kind] for kind, found in kinds.items() if not found}
    told = {"types": kinds, "unknown": unknown, "groups": list(groups), "otherwise": OTHERWISE}
    for group in groups:
        rules.check(group["when"], columns=[column(kind) for kind in TYPES])
    names = [group["name"] for group in groups] + [OTHERWISE]
    used = _used(measure for found in kinds.values() for measure in found)
    found = Definition("loyalty", list(dict.fromkeys(names)), used, told)
    on_scores = replace(found, columns=[column(kind) for kind in TYPES])
    labels = on_scores.apply(scores(card, found), expression)["segment"]
    present = by_spend(labels, card.get("spend_total"))
    return replace(found, order=present + [n for n in found.order if n not in present])


def _known(card, measures):
    """Calibrate the measures of a type that the card can give."""
    given = [{k: v for k, v in m.items() if k != "less" or v in card.columns} for m in measures]
    found = [scoring.calibrate(card, m) for m in given if {*_used([m])} <= {*card.columns}]
    return [m for m in found if m]


def _used(measures):
    """List every card column that measures need, each once."""
    keys = ("amount", "less", "part", "whole")
    return list(dict.fromkeys(m[key] for m in measures for key in keys if key in m))


def scores(table, definition):
    """Give every row of `table` its five scores, in columns such as `referral_loyalty`.

    0 = none of it, 50 = as much as the customer in the middle, 100 = more than everybody; empty =
    not known. An Ibis table stays lazy; a DataFrame comes back with its rows in their order.
    """
    definition.require(table.columns)
    made = [column(kind) for kind in TYPES]
    if isinstance(table, ibis.Table):
        own = [name for name in table.columns if name not in made]
        return widen(table, definition).select(*own, *made)
    numbered = table[definition.columns].reset_index(drop=True)
    lazy = ibis.memtable(numbered.assign(row_=range(len(numbered))))
    found = widen(lazy, definition).order_by("row_").execute()
    return table.assign(**{name: found[name].to_numpy(dtype=float) for name in made})


def widen(table, definition):
    """Add the five scores to an Ibis table, each computed once, as `expression` needs them.

    In two steps (natural values, then scores), because rules repeat what they compare.
    """
    kinds = definition.rules["types"]
    values, named = {}, {}
    for kind in TYPES:
        for measure in kinds[kind]:
            name = f"{measure['measure']} of {kind}"
            values[name], named[kind, measure["measure"]] = scoring.value(table, measure), name
    wide = steps.apart(table.mutate(**values))
    found = {
        column(k): scoring.total([(wide[named[k, m["measure"]]], m) for m in kinds[k]])
        for k in TYPES
    }
    return steps.apart(wide.mutate(**found).drop(*values))


expression = rules.grouped
"""Return the Ibis column that names each row's kind of loyalty; `widen` comes before."""


def profile(scored, *, by=None, order=None):
    """Sum up the scores: one row per group and type.

    `scored` comes from `scores`; `by` is a label per customer (None: all together). Returns
    segment, type, score (mean of the known), low and high (a quarter of the customers lie
    below, above), known_n and customers_n, in the `order` given, else as the labels appear.
    Groups without a customer are left out.
    """
    labels = pd.Series("All customers", index=scored.index) if by is None else by
    rows = []
    there = dict.fromkeys(labels)
    for name in [n for n in order if n in there] if order else there:
        part = scored[labels.to_numpy() == name]
        for kind in TYPES:
            known = part[column(kind)].dropna()
            low, high = (known.quantile(at) for at in (0.25, 0.75))
            rows.append((name, kind, known.mean(), low, high, len(known), len(part)))
    names = ["segment", "type", "score", "low", "high", "known_n", "customers_n"]
    return pd.DataFrame(rows, columns=names)


@dataclass(frozen=True)
class Portrait:
    """What the five scores tell of the customers of an Attempt, part by part."""

    found: Attempt

    @cached_property
    def scored(self):
        """Return the card with the five scores of every customer; see `scores`."""
        return scores(self.found.card, self.found.definition)

    @property
    def scores(self):
        """Return the five scores alone, 0 to 100, one row per customer; empty = not known."""
        return self.scored[[column(kind) for kind in TYPES]]

    @property
    def thresholds(self):
        """Lay out what the scores are made of: one row per type and measure.

        mean and best (the best fifth) in the natural unit, base, strength and strength_from of
        shares, known_n (customers of whom it is known). A type that is not known has one row that
        says what it would need.
        """
        shown = ("mean", "best", "base", "strength", "strength_from", "known_n")
        unknown, rows = self.found.rules["unknown"], []
        for kind in TYPES:
            lacks = f"not known, it would need {unknown[kind]}" if kind in unknown else ""
            found = self.found.rules["types"][kind] or [{"measure": lacks, "known_n": 0}]
            rows += [{"type": kind, **m} for m in found]
        return pd.DataFrame(rows).reindex(columns=["type", "measure", *shown])

    @property
    def kinds(self):
        """Say what makes each kind of customer, count it, and set complaints apart.

        Returns kind, rule (in words), customers_n and, where the card tells complaints from praise,
        reviews_n and complaint_share (who complains still cares), in the order in which the rules
        are tried; a rule on a type that is not known here is met by nobody.
        """
        told, card, labels = self.found.rules, self.found.card, self.found.labels
        blind, rows = {column(kind) for kind in told["unknown"]}, []
        for group in told["groups"]:
            lost = sorted(blind & set(rules.columns(group["when"])))
            beside = f" (not known here: {', '.join(map(label, lost))})" if lost else ""
            rows.append((group["name"], rules.in_words(group["when"]) + beside))
        rows.append((told["otherwise"], "everybody else"))
        table = pd.DataFrame(rows, columns=["kind", "rule"])
        table["customers_n"] = table["kind"].map(labels.value_counts()).fillna(0).astype(int)
        if "complaints_n" in card:
            sums = card.groupby(labels.to_numpy())[["reviews_n", "complaints_n"]].sum()
            share = sums["complaints_n"] / sums["reviews_n"].where(lambda n: n > 0)
            table["reviews_n"] = table["kind"].map(sums["reviews_n"])
            table["complaint_share"] = table["kind"].map(share)
        return table

    @cached_property
    def everybody(self):
        """Sum up the scores of all customers together; see `profile`."""
        return profile(self.scored)

    @property
    def profile(self):
        """Sum up the scores of each kind of customer; see `profile`."""
        return profile(self.scored, by=self.found.labels, order=self.found.order)

    @property
    def means(self):
        """Return the mean score of all customers: {type: 0 to 100, NaN = not known}."""
        return self.everybody.set_index("type")["score"].to_dict()

    @property
    def potential(self):
        """Measure how much is still to be gained, type by type; see `budget.potential`."""
        return budget.potential(self.found.card, self.found.definition)

    def weights(self, stage):
        """Say how much each type matters at a stage of the company; see `types.weights`."""
        return types.weights(stage)

    def split(self, money, *, stage):
        """Split a sum of money over the types; see `budget.split`."""
        return budget.split(money, weights=types.weights(stage), potential=self.potential)

    @property
    def activities(self):
        """List what can be done for each type; see `types.activities`."""
        return types.activities()

    @property
    def known_n(self):
        """Count the types that these data tell of, 0 to 5."""
        return len(TYPES) - len(self.found.rules["unknown"])

    @property
    def unknown(self):
        """Say in Markdown which types are not known and what they would need; "" when all are."""
        told = self.found.rules["unknown"].items()
        return "\n".join(f"- **{kind}**: not known; it would need {needs}" for kind, needs in told)

    @property
    def members(self):
        """Say who is of which kind, and with which scores."""
        return self.found.members.join(self.scores)

    def explained(self, customer_id):
        """Say in Markdown of one customer which rules are met, and by what."""
        place = self.found.card["customer_id"].tolist().index(customer_id)
        row, named = self.scored.iloc[place], self.found.labels.iloc[place]
        lines = [
            f"- {g['name']}: {rules.explain(row, g['when'])}" for g in self.found.rules["groups"]
        ]
        return "\n".join([f"**{named}**\n", *lines])


@passes
def portrait(found):
    """Look at customers by their five types of loyalty.

    Parameters
    ----------
    found : Attempt
        What `segments.attempt(card, "loyalty")` returned.

    Returns
    -------
    Portrait
        Parts to look at one by one: `scores` (0 to 100, one row per customer), `thresholds`,
        `kinds`, `profile` and `everybody` (score, low and high per type), `means` and `potential`
        ({type: number}), `members`, `explained(customer_id)`.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import segments
    >>> from segkit.segments.approaches import loyalty
    >>> card = pd.DataFrame({"customer_id": list("abcd"), "spend_total": [80.0, 10, 6, 4]})
    >>> found = segments.attempt(card.assign(orders_n=[9, 2, 1, 1]), "loyalty")
    >>> loyalty.portrait(found).scores["financial_loyalty"].tolist()
    [87.5, 62.5, 31.3, 18.8]
    """
    return Portrait(found)
