"""ABC: who brings the money.

Two rules share one idea. By value, A are the customers who together bring the first 80 % of
the money and B those who bring the next 15 %. By head count, A are the top 20 % of the
customers and B the next 30 %. Either way the definition is two amounts, so equal customers are
never parted. The promise "20 % of customers bring 80 % of the money" is a claim to test:
`compare` puts what was observed beside it. By profit where the cost is known, else by revenue
(`measure`).

The simplified two-way ABC asks two questions, how often and how much, each against the middle
customer: A often and much, C neither, B one of both. Its groups are rules, readable and countable.

Refused: a class for money that is not there. Nothing, less than nothing and unknown are C.
Source: the handbook's ABC section; the two-way table of S. Nezhintseva. Taught in notebook
approaches/abc.
"""

from dataclasses import dataclass

import ibis
import numpy as np
import pandas as pd

from segkit.refusal import Refused, passes
from segkit.segments import messages, rules
from segkit.segments.about import About
from segkit.segments.definition import Attempt, Definition, sizes
from segkit.study import Slip

ABOUT = About(
    question="Who brings the money?",
    use="decide whom to serve how much",
    difficulty="low",
    place=10,
    when="always, as a first look",
    data="the money each customer spent",
    columns=("spend_total",),
    options=("rule", "by", "share"),
)

NAMES = ("A: most of the money", "B: the middle", "C: the long tail")
TWO_WAY = ("A: much and often", "B: often but little", "B: much but rarely", "C: little and rarely")
RULES = ("value", "count", "two_way")
VALUE_SHARES = (0.80, 0.95)
HEAD_SHARES = (0.20, 0.50)
PROMISED = {"customers": (0.20, 0.30, 0.50), "money": (0.80, 0.15, 0.05)}
"""What the rule of thumb claims for A, B and C."""


def measure(card):
    """Name the column that says what a customer is worth: profit where known, else revenue."""
    known = "profit_total" in card and card["profit_total"].notna().any()
    return "profit_total" if known else "spend_total"


def fit(card, *, rule="value", by=None, share=0.5):
    """Find the amounts that part A from B and B from C.

    A customer is A from the first amount upwards. Customers with no, unknown or negative money are
    C.

    Parameters
    ----------
    card : DataFrame
        The customer card, with a column of money.
    rule : str
        "value" (cumulative 80 and 95 % of the money), "count" (20 and 50 % of the heads) or
        "two_way".
    by : str, optional
        The column of money; the choice of `measure` unless given.
    share : float
        See `two_way`.

    Returns
    -------
    Definition
        Its rules are {"rule", "by", "cuts": [amount A, amount B]}.

    Raises
    ------
    segkit.refusal.Slip
        For another rule.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.segments.approaches import abc
    >>> abc.fit(pd.DataFrame({"spend_total": [80.0, 10.0, 5.0, 4.0, 1.0]})).rules["cuts"]
    [80.0, 5.0]
    """
    by = by or measure(card)
    if rule not in RULES:
        raise Slip(f"The ABC rule is {rule!r}, but only 'value', 'count' and 'two_way' are.")
    if rule == "two_way":
        return two_way(card, by=by, share=share)
    spend = np.sort(card[by].dropna().to_numpy(dtype=float))[::-1]
    places = _places_by_value if rule == "value" else _places_by_count
    cuts = [float(spend[place]) for place in places(spend)] if len(spend) else [0.0, 0.0]
    return Definition("abc", list(NAMES), [by], {"rule": rule, "by": by, "cuts": cuts})


def _places_by_value(spend):
    # rounded, or the last digit of a sum such as 0.1 + 0.2 decides who is in a class
    running = np.round(np.cumsum(np.clip(spend, 0, None)), 6)
    total = running[-1]
    # the customer with whom the share is first reached still belongs to the better class
    return [int(np.argmax(running >= round(share * total, 6))) for share in VALUE_SHARES]


def _places_by_count(spend):
    return [max(int(np.ceil(share * len(spend))) - 1, 0) for share in HEAD_SHARES]


def two_way(card, *, by=None, share=0.5):
    """Find how often is often and how much is much, and part the customers by both.

    A customer buys often (`orders_n`) or much (`by`) when above the value that `share` of the
    customers (0 to 1) do not exceed; 0.5 is the middle customer. Who is like everybody else is
    not above, so when all are equal all are C. Returns a Definition with grouped rules. Raises
    StudyError where `orders_n` is not on the card.
    """
    by = by or measure(card)
    if "orders_n" not in card:
        raise messages.error("two ways need orders")
    much, often = (_exceeded(card[column], share) for column in (by, "orders_n"))
    large, frequent = {by: {"over": max(much, 0.0)}}, {"orders_n": {"over": often}}
    whens = [{"all": [large, frequent]}, frequent, large]
    groups = [{"name": n, "when": w} for n, w in zip(TWO_WAY, whens, strict=False)]
    rules = {"rule": "two_way", "by": by, "groups": groups, "otherwise": TWO_WAY[-1]}
    return Definition("abc", list(TWO_WAY), [by, "orders_n"], rules)


def _exceeded(values, share):
    known = values.dropna().to_numpy(dtype=float)
    return float(np.quantile(known, share, method="inverted_cdf")) if len(known) else 0.0


@passes
def compare(card, *, by=None):
    """Apply both rules to a customer card and put what was seen beside what is promised.

    Parameters
    ----------
    card : DataFrame or Refused
        The customer card, with a column of money.
    by : str, optional
        That column; the choice of `measure` unless given.

    Returns
    -------
    DataFrame
        A row per rule ("value", "count") and class (A, B, C): customers and money, their shares (0
        to 1), and the promised ones. A class without customers is shown as 0. Losses and returns
        are deducted from their class, so a class may hold less than nothing and the others together
        more than all.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.segments.approaches import abc
    >>> card = pd.DataFrame({"spend_total": [80.0, 10.0, 5.0, 4.0, 1.0]})
    >>> abc.compare(card)[["rule", "class", "customers_n"]].head(3)
        rule                 class  customers_n
    0  value  A: most of the money            1
    1  value         B: the middle            2
    2  value      C: the long tail            2
    """
    found, by = [], by or measure(card)
    for rule in ("value", "count"):
        labels = fit(card, rule=rule, by=by).apply(card, expression)["segment"]
        groups = card[by].groupby(labels)
        counts = groups.size().reindex(NAMES, fill_value=0).to_numpy()
        money = groups.sum().reindex(NAMES, fill_value=0.0).to_numpy()
        told = {"rule": rule, "class": NAMES, "customers_n": counts}
        told["customers_share"] = counts / max(counts.sum(), 1)
        told["customers_promised"] = PROMISED["customers"]
        told["money_share"] = money / (money.sum() or 1)
        found.append(pd.DataFrame({**told, "money_promised": PROMISED["money"]}))
    return pd.concat(found, ignore_index=True)


@dataclass(frozen=True)
class Ranked:
    """The customers in classes by each rule, and what of the promise holds.

    by: the column of money; value, count: Attempts by the money and by the heads; two_way: an
    Attempt by how often and how much, or a Refused; compared: see `compare`.
    """

    by: str
    value: Attempt
    count: Attempt
    two_way: Attempt
    compared: object

    @property
    def money(self):
        """Return what each customer brought, as far as it is known."""
        return self.value.card[self.by].dropna()

    @property
    def two_way_sizes(self):
        """Count customers and money per class of the two-way ABC."""
        found = self.two_way
        if isinstance(found, Refused):
            return found
        return sizes(found.labels, spend=found.card[self.by], order=found.order)

    def chosen(self, rule):
        """Return the Attempt of one rule; raises Slip for a rule that is none."""
        if rule not in RULES:
            raise Slip(f"RULE is {rule!r}, but only 'value', 'count' and 'two_way' are.")
        return getattr(self, rule)

    def introduction(self, covered):
        """Say which money is ranked, how much of its cost is known, and who brings none.

        `covered` is `profit.coverage`'s share of the money whose cost is known (0 to 1).
        """
        cost = "costs are not known"
        if covered:
            cost = f"the cost is known for {covered:.0%} of the money"
        card = self.value.card
        none = int((~(card[self.by] > 0)).sum())
        lower = "Each of them brought something."
        if none:
            lower = f"{none:,} brought nothing, less than nothing, or an unknown amount: C."
        return f"Ranked by **{_said(self.by)}**; {cost}. Customers: {len(card):,}. {lower}"

    @property
    def sorted(self):
        """Say how few bring the first 80 % of the money, and where both rules agree."""
        same = (self.value.labels == self.count.labels).mean()
        return messages.told("both rules", top=self._top("value", "customers_share"), same=same)

    @property
    def checked(self):
        """Say what the top fifth of the customers bring."""
        share = self._top("count", "money_share")
        return f"the top 20 % of the customers bring {share:.0%} of the money; promised were 80 %."

    @property
    def parted(self):
        """Say how many buy either often or much, and where both begin; or the refusal."""
        if isinstance(self.two_way, Refused):
            return self.two_way
        split = int(self.two_way.labels.str.startswith("B").sum())
        both = self.two_way.rules["groups"][0]["when"]["all"]
        much, often = (next(iter(part.values()))["over"] for part in both)
        return (
            f"buy often or much, but not both: {split:,} of {len(self.two_way.card):,} customers. "
            f"Often begins above {often:,.0f} orders, much above a {_said(self.by)} of {much:,.0f}."
        )

    def _top(self, rule, column):
        return self.compared.loc[self.compared["rule"] == rule, column].iloc[0]


@passes
def ranked(found, *, share=0.5):
    """Rank the customers of an Attempt by every rule.

    Parameters
    ----------
    found : Attempt
        ABC by value, as `segments.attempt` made it.
    share : float
        Above so many of the customers is often, or much; 0 to 1.

    Returns
    -------
    Ranked
        `value`, `count`, `two_way` (Attempts), `compared` (a table), `chosen(rule)`, and in words
        `introduction(covered)`, `sorted`, `checked` and `parted`.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import segments
    >>> from segkit.segments.approaches import abc
    >>> card = pd.DataFrame({"spend_total": [80.0, 10, 6, 4], "orders_n": [4, 1, 1, 2]})
    >>> abc.ranked(segments.attempt(card, "abc")).checked
    'the top 20 % of the customers bring 80% of the money; promised were 80 %.'
    """
    card, by = found.card, found.rules["by"]
    many, both = (_attempt(card, by=by, rule=rule, share=share) for rule in RULES[1:])
    return Ranked(by, found, many, both, compare(card, by=by))


def _attempt(card, **options):
    if options["rule"] == "two_way" and "orders_n" not in card:
        return Refused("*No two-way ABC:* how often these customers order is not known.")
    definition = fit(card, **options)
    labels = definition.apply(card, expression)["segment"]
    return Attempt(card, {"approach": "abc", **options}, definition, labels)


def _said(by):
    return by.removesuffix("_total").replace("_", " ")


def expression(table, definition):
    """Return the Ibis column that names each row's class."""
    if definition.rules["rule"] == "two_way":
        return rules.grouped(table, definition)
    money = table[definition.rules["by"]]
    first, second = definition.rules["cuts"]
    return ibis.cases(
        ((money > 0) & (money >= first), NAMES[0]),
        ((money > 0) & (money >= second), NAMES[1]),
        else_=NAMES[2],
    )
