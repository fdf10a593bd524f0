"""Choice: from forty candidates to the few that divide customers for this goal.

Idea: "few and important" as a computed rule. A criterion divides customers only if it is known
for enough of them, reaches them, tells something about the goal that luck does not explain, is no
second name for one already chosen, and adds something to each of those. The text's visitor Maxim
is the reason: his sex and the minute of his mail change nothing for a software shop, so they are
dropped there, although the same sex would matter in a clothes shop. Between criteria that tell as
much, the plainer name wins, since a marketer has to work with it. Refuses: our own doing (mails
we sent) as a trait of theirs, and what came of it: an outcome cannot make the segments that are
judged by it. Related: forward selection by conditional information (Fleuret 2004).
"""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from segkit.criteria import messages
from segkit.criteria.kinds import reach
from segkit.data import meanings
from segkit.data.card.columns import WORDS, describing
from segkit.data.measures import words as measured
from segkit.refusal import Refused
from segkit.study import StudyError

BASICS = ("days_since_purchase", "orders_n", "spend_total")
"""What is used when nothing passes: when last, how often, how much."""

SHARES = ("coupon_orders_share", "retail_discount_share")
PLAIN = (*BASICS, "spend_per_order", *SHARES, "distinct_products_n", "lines_per_order")
"""Names that need no explanation, the plainest first: they win ties between twins."""

OWN_DOING = ("campaigns_received_n",)
"""Columns that report what we did to customers, not what they did."""

ARM = re.compile(
    r"(^|_)(arm|treat(ment|ed)?|variant|(test|control|treatment)_?group|ab_?test|experiment|exposed)"
    r"(_?(n|no|id|flag|name|\d+))?$|^(вариант|эксперимент|(контрольная|тестовая)_группа)$"
)
"""Attributes that say who was treated."""

OUTCOME = re.compile(
    r"(^|_)(responses?|responded|reacted|conver(ted|sions?)|churn(ed)?|outcome|redeemed|uplift|"
    r"accepted_?(cmp|campaign|offer)|(e?mail|letter)_(opened|clicked)|clicked|unsubscribed|target)"
    r"(_?(n|rate|flag|value|date|at|\d+))?$|^y$|^(post|after)_(?!code|index|al)|"
    r"^(отклик(нул\w*)?|ответил\w*|конверси\w*|исход|отток|ушел|ушла)(_|$)"
)
"""Attributes that say what came of it: no day tells that they were known before."""

BOUGHT = re.compile(r"(^|_)(visit(s|ed)?|spen[dt]|purchase[sd]?|bought|sales|revenue|orders)(_|$)")
"""What a list with treated people says of their purchases: it may have come of the treatment."""


def aftermath(columns):
    """List the columns that tell who was treated, or what came of it; segments are judged by them.

    Only attributes can: what is computed of dated orders and mailings was known before.

    Parameters
    ----------
    columns : list of str
        All columns of a customer card.

    Returns
    -------
    list of str
        Those by which nobody may be divided, and which nobody knows of a new customer.

    Examples
    --------
    >>> from segkit import criteria
    >>> criteria.choice.aftermath(["age", "treatment", "responded"])
    ['treatment', 'responded']
    """
    given = [c for c in columns if not (c in WORDS or c in measured() or c.startswith("share_"))]
    arms = [c for c in given if ARM.search(c.lower())]
    came = [c for c in given if OUTCOME.search(c.lower())]
    listed = "lines_n" not in columns
    bought = [c for c in columns if arms and listed and BOUGHT.search(c.lower())]
    return list(dict.fromkeys([*arms, *came, *bought]))


SOME_ORDERS = 3
"""A share of fewer orders than this is all or nothing, and counts as not known."""


def label(column):
    """Say a card column in words: "orders_n" is "orders", "share_meat" is "share of meat"."""
    text = meanings.label(column)
    return text.replace("share ", "share of ", 1) if column.startswith("share_") else text


@dataclass(frozen=True)
class Rules:
    """What a criterion must show to divide customers.

    Parameters
    ----------
    max_criteria : int
        Longest short list.
    min_coverage : float
        Share of customers (0 to 1) for whom it must be known.
    max_redundancy : float
        Similarity (0 to 1) from which two criteria count as twins.
    permutations : int
        Shuffles that show what luck can do.
    alpha : float
        Accepted risk that luck alone gets any criterion in.

    Examples
    --------
    >>> from segkit import criteria
    >>> criteria.Rules(max_criteria=3).min_coverage
    0.6
    """

    max_criteria: int = 5
    min_coverage: float = 0.6
    max_redundancy: float = 0.8
    permutations: int = 200
    alpha: float = 0.05


def described(card, *, dictionary, brief):
    """Describe every column of a card but the id: see `segkit.criteria.candidates`."""
    known = dictionary.set_index("column").reindex(describing(card))
    rows, listed = card[known.index], brief.goal.kpi is None
    number = [pd.api.types.is_numeric_dtype(rows[c]) for c in rows]
    table = pd.DataFrame(
        {
            "column": known.index,
            "family": known["family"].fillna("unknown").to_numpy(),
            "meaning": known["meaning"].fillna("").to_numpy(),
            "kind": np.where(number, "number", "category"),
            "coverage": known["coverage"].astype(float).fillna(rows.notna().mean()).to_numpy(),
            "values_n": rows.nunique().to_numpy(),
            "customers_n": len(card),
            "own_past": known.index.isin(brief.goal.own_past),
            "listed": listed,
        }
    )
    if "orders_n" in card:
        known_share = rows.notna().mul(card["orders_n"] >= SOME_ORDERS, axis=0).mean()
        shares = table["column"].map(_is_share)
        table.loc[shares, "coverage"] = known_share[table.loc[shares, "column"]].to_numpy()
    by_record = table["family"].map(reach).isin(["record", "told"]) | listed
    enough = table["coverage"] >= brief.limits.reachable_share
    return table.assign(reachable=by_record & enough)


JUDGED = (
    "relevance", "null_mean", "null_spread", "null_high", "luck_limit", "relevance_excess",
    "relevance_p", "relevance_p_adjusted",
)  # fmt: skip
"""The numbers of `segkit.criteria.bits.relevance`; missing where no period can judge."""


def prominence(judged, *, similar):
    """Rank candidates by how much they tell of the others: adds `place`, 1 = the most.

    For a list, where no period can say what matters: a criterion that others move with stands
    for something customers really differ in; one that goes its own way may be a coin. Each step
    takes the one whose similarity to the others adds most to what those before it tell (greedy
    facility location, Cornuejols, Fisher & Nemhauser 1977); similarity that luck alone makes
    among so many customers is not counted.
    """
    names = judged.loc[judged["kind"] == "number", "column"].tolist()
    near = similar.loc[names, names].to_numpy().copy()
    np.fill_diagonal(near, 0.0)
    near = np.where(near > LUCKY / np.sqrt(max(judged["customers_n"].max(), 1)), near, 0.0)
    told, order = np.zeros(len(names)), []
    while len(order) < len(names):
        gains = np.maximum(near - told, 0).sum(axis=1) + near.sum(axis=1) / 1000  # the tie-break
        gains = gains.round(9)
        gains[order] = -1
        order.append(int(gains.argmax()))
        told = np.maximum(told, near[order[-1]])
    place = {names[at]: number for number, at in enumerate(order, start=1)}
    return judged.assign(place=judged["column"].map(place).fillna(len(names) + 1).astype(int))


LUCKY = 3.0
"""Similarities below this over the root of the number of customers are luck's."""


def leaders(judged, *, similar, rules):
    """Return the candidates that could divide customers, one for each group of twins, in order.

    The most telling first; within what luck moves, the plainer name first.
    """
    table = _ordered(judged)
    return list(dict.fromkeys(_twins(table[_eligible(table, rules)], similar, rules).values()))


def choose(judged, *, similar, beyond, rules, batteries=()):
    """Give every candidate its role and the reason in words; the short list comes first.

    `judged`, `similar` and `beyond` are parts of the evidence (`beyond` may be Refused). Adds
    redundant_with, role (segment = the short list; describe = may help to picture a segment;
    drop) and reason. A criterion enters the list only if it tells something beyond each one
    before it. With fewer than two, the next most telling leaders and then the basics (when last,
    how often, how much) are added, and the reason says so. Of item `batteries` (see
    `data.card.batteries`) the first is the short list, whole; everything else describes.
    Raises StudyError when the card holds no number that differs between customers.
    """
    table = _ordered(judged)
    if batteries:
        return _whole(table, batteries, rules)
    twins = _twins(table[_eligible(table, rules)], similar, rules)
    first = list(dict.fromkeys(twins.values()))
    short, idle = _forward(first, beyond, rules)
    table["redundant_with"] = [t if (t := twins.get(c, c)) != c else "" for c in table["column"]]
    table["_after"] = table["column"].isin(aftermath(list(table["column"])))
    table["_idle"] = [idle.get(c, "") for c in table["column"]]
    spare = _spare(table, short, first, similar, rules) if len(short) < 2 else []
    reasons = [_role(r, short=short, spare=spare, rules=rules) for r in table.to_dict("records")]
    table[["role", "reason"]] = pd.DataFrame(reasons, index=table.index, columns=["role", "reason"])
    return _listed(table, [*short, *spare])


def _whole(table, batteries, rules):
    """Let one battery divide customers, all of it; other columns can then prove the segments."""
    first, *others = batteries
    elsewhere = {c: other for other in others for c in other.columns}
    after, roles = aftermath(list(table["column"])), {}
    for row in table.to_dict("records"):
        name, known = row["column"], f"known for {row['coverage']:.0%}"
        answers = (
            (name in first.columns, "segment", f"one of {first.told}: used whole; {known}"),
            (name in elsewhere, "describe", f"another battery, {known}: one subject at a time"),
            (row["values_n"] <= 1, "drop", "the same for everyone"),
            (name in after, "describe", f"segments are judged by what came of it; {known}"),
            (row["coverage"] < rules.min_coverage, "describe", f"{known} of customers only"),
            (True, "describe", f"{known}; no item, so it can show whether segments matter"),
        )
        roles[name] = next((role, why) for holds, role, why in answers if holds)
    table = table.assign(redundant_with="", role=[roles[c][0] for c in table["column"]])
    table["reason"] = [roles[c][1] for c in table["column"]]
    return _listed(table, list(first.columns))


def _ordered(judged):
    """Sort by what is told, then by plainness, then by name: no tie is left to chance.

    A column `place` (see `prominence`) decides where nothing is told and no name is plain.
    """
    plain = {name: rank for rank, name in enumerate(PLAIN)}
    rank = judged["column"].map(plain).fillna(len(PLAIN) + judged.get("place", 0)).astype(int)
    by = {"relevance_excess": False, "_rank": True, "column": True}
    ranked = judged.assign(_rank=rank)
    return ranked.sort_values(list(by), ascending=list(by.values()), ignore_index=True)


def _eligible(table, rules):
    judged = table["relevance"].notna().any()
    return (
        (table["kind"] == "number")
        & (table["values_n"] > 1)
        & (table["coverage"] >= rules.min_coverage)
        & table["reachable"]
        & (table["relevant"] | (not judged))
        & ~table["column"].isin([*OWN_DOING, *aftermath(list(table["column"]))])
        & (table["family"] != "unknown")
    )


def _twins(table, similar, rules):
    """Map each column to the one that speaks for it (itself when it leads).

    From the most telling down: whoever is at least `max_redundancy` like a leader steps behind
    it. What tells as much within two null spreads is a tie; its plainest name goes first.
    """
    left, leader_of = table.set_index("column"), {}
    while len(left):
        floor = left["relevance_excess"].iloc[0] - 2 * left["null_spread"].iloc[0]
        tied = left[~(left["relevance_excess"] < floor)]
        lead = tied["_rank"].idxmin()
        alike = similar.loc[lead, left.index] >= rules.max_redundancy
        group = [c for c in left.index if c == lead or alike[c]]
        leader_of |= dict.fromkeys(group, lead)
        left = left.drop(index=group)
    return leader_of


def _forward(leaders, beyond, rules):
    """Take leaders while they add something; return them and, for the rest, beyond whom not."""
    short, idle = [], {}
    for column in leaders:
        asked = [] if isinstance(beyond, Refused) else short
        mute = [s for s in asked if not beyond.loc[column, s] <= rules.alpha]
        if mute:
            idle[column] = mute[0]
        elif len(short) < rules.max_criteria:
            short.append(column)
    return short, idle


def _spare(table, short, leaders, similar, rules):
    """Fill a list of fewer than two: the next leader, or else the basics that are no twins."""
    others = [c for c in leaders if c not in short]
    if short and others:
        return others[:1]
    varied = table[(table["kind"] == "number") & (table["values_n"] > 1)]
    varied = varied[~varied["column"].isin(aftermath(list(table["column"])))]
    usable = varied.loc[varied["coverage"] >= rules.min_coverage, "column"].tolist()
    if not usable and table["listed"].all():
        return []
    if not usable:
        raise StudyError(
            "No column of the customer card differs between customers, so nothing can tell them "
            "apart. Check customer_id and amount in the study file: is every order one customer's?"
        )
    taken = []
    for column in dict.fromkeys([*(c for c in BASICS if c in usable), *usable]):
        alike = similar.loc[column, [*short, *taken]] >= rules.max_redundancy
        if len(short) + len(taken) < len(BASICS) and column not in short and not alike.any():
            taken.append(column)
    return taken


def nothing(table, rules):
    """Say why no column of a list can divide its customers: what is known of them, and is lacking.

    `table` has the candidates, a row each.
    """
    numbers = table[table["kind"] == "number"]
    varied = numbers[numbers["values_n"] > 1]
    rare = varied[varied["coverage"] < rules.min_coverage]["column"]
    came = varied[varied["column"].isin(aftermath(list(table["column"])))]["column"]
    labels = table[(table["kind"] == "category") & (table["values_n"] > 1)]["column"]
    told = "it holds no number" if numbers.empty else "its numbers are the same for everyone"
    told = f"too few tell {', '.join(map(label, rare))}" if len(rare) else told
    told = f"{', '.join(map(label, came))} came of what was done" if len(came) else told
    return messages.told("nothing to divide by", labels=list(map(label, labels)), told=told)


def _role(row, *, short, spare, rules):
    """Return (role, reason) of one candidate: the first rule that speaks decides."""
    name, judged, idle = row["column"], not np.isnan(row["relevance"]), row["_idle"]
    told = _told(row) if judged else "its relevance could not be judged"
    if row["listed"]:
        told = f"known for {row['coverage']:.0%}, {row['values_n']:,} different values"
    known = f"known for {row['coverage']:.0%} of customers only"
    if _is_share(row["column"]):
        known = f"rests on {SOME_ORDERS} orders or more for {row['coverage']:.0%} of customers only"
    second = f"one criterion alone makes no segments: {told}, though nothing beyond {label(idle)}"
    answers = (
        (name in short, "segment", told),
        (name in spare and idle, "segment", second),
        (name in spare, "segment", f"the basics, for want of evidence: {told}"),
        (row["values_n"] <= 1, "drop", "the same for everyone"),
        (row["family"] == "unknown", "drop", f"nobody can say what it means; {told}"),
        (row["redundant_with"], "describe", f"says the same as {label(row['redundant_with'])}"),
        (row["_after"], "describe", f"segments are judged by what came of it; {told}"),
        (name in OWN_DOING, "describe", "our own doing, not a trait of the customer"),
        (row["coverage"] < rules.min_coverage, "describe", f"{known}; {told}"),
        (judged and not row["relevant"], "drop", told),
        (not row["reachable"], "describe", f"customers cannot be reached by it; {told}"),
        (row["kind"] == "category", "describe", f"{told}; a label pictures a segment"),
        (idle, "describe", f"{told}, but nothing beyond {label(idle)}"),
        (True, "describe", f"{told}; a few more telling ones are enough"),
    )
    return next((role, reason) for holds, role, reason in answers if holds)


def _told(row):
    if not row["relevant"]:
        return f"could not be told from luck (adjusted p {row['relevance_p_adjusted']:.3f})"
    span = f" (the KPI runs {row['span']} across its groups)" if row.get("span") else ""
    own = ", being the KPI's own past" if row["own_past"] else ""
    return f"tells {row['relevance_excess']:.3f} bits more than luck{span}{own}"


def _listed(table, chosen):
    first = {name: place for place, name in enumerate(chosen)}
    order = [first.get(c, len(first)) for c in table["column"]]
    table = table.assign(_order=order).sort_values("_order", kind="stable").reset_index(drop=True)
    names = ["column", "family", "kind", "coverage", "relevance", "relevance_p", "redundant_with"]
    names += ["reachable", "role", "reason", "relevant", "relevance_excess", "relevance_p_adjusted"]
    extra = ["null_mean", "luck_limit", "outcome_lowest", "outcome_highest", "own_past", "meaning"]
    return table[[*names, *(c for c in extra if c in table)]]


def _is_share(column):
    return column.startswith("share_") or column.endswith("_share")
