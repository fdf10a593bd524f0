"""Saved selections: presets as data, and groups whose members change from date to date.

A *static* group is a list of customers fixed on one day; a *dynamic* group is its rule, and
whoever meets it is in. Both are needed: a mailing goes to a list, a call plan follows the rule.
Members at two dates give who joined and who left, each with the reason. A preset asks for
columns that not every study has; it is then refused in words, never half applied. Values such as
{quantile: 0.8} are settled once, on the card at hand, and stored as numbers, so that next
month's customers are measured with the same yardstick. Source: the CRM article's modules
"selections" and "groups". Taught in notebook approaches/crm_selections.
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from segkit import study
from segkit.data import card as data_card
from segkit.refusal import Refused
from segkit.segments import rules
from segkit.segments.crm import classifications, typical
from segkit.segments.naming import label
from segkit.study import StudyError

PRESETS = Path(__file__).with_name("selections.yaml")
"""The selections that come with the workbook."""

NO_HISTORY = "*No history:* it needs dated orders over three steps. Set `STEP_DAYS` lower."
ALL_POSSIBLE = "Every selection of the file is possible with these data."


@dataclass(frozen=True)
class Selections:
    """Saved selections, fitted to a card.

    card: the customers; groups: [{"name", "when"}, …] that it can carry, quantiles settled;
    lacking: those that it cannot (group, why).
    """

    card: object
    groups: list
    lacking: object

    @cached_property
    def picked(self):
        """Count whom each selection picks, and say its rule; see `rules.counts`."""
        told = [rules.in_words(group["when"]) for group in self.groups]
        return rules.counts(self.card, self.groups).assign(rule=told)

    @property
    def impossible(self):
        """Return what is lacking for whom, or say that nothing is."""
        return self.lacking if len(self.lacking) else Refused(ALL_POSSIBLE)

    @property
    def most(self):
        """Say in words which selection picks most customers."""
        if self.picked.empty:
            return "No customer is in any"
        top = self.picked.loc[self.picked["customers_n"].idxmax()]
        return f"Most are in “{top['group']}”: {top['customers_n']:,}"

    @property
    def as_yaml(self):
        """Write the groups as a selections file; see `rules.to_yaml`."""
        return rules.to_yaml(self.groups)

    @property
    def kind(self):
        """Say whether the groups are a division or signs; see `classifications.verdict`."""
        return classifications.verdict(self.card, groups=self.groups)

    @property
    def by_money_and_pace(self):
        """Divide the customers twice; see `classifications.money_by_pace`."""
        return classifications.money_by_pace(self.card)

    def marks(self, *, smallest):
        """Say what marks the first group of enough customers; see `typical.of_first`."""
        return typical.of_first(self.card, groups=self.groups, smallest=smallest)

    def follow(self, tables, *, as_of, steps, step_days, window_days):
        """Look at these groups at `as_of` and earlier dates; Refused below two of them.

        The card of each of the `dates` is built as known then, with everyone whom any table names.
        """
        first = tables.facts()["first_order"]
        days = dates(as_of, first=first, step_days=step_days, steps=steps)
        how = {"window_days": window_days, "everyone": True}
        cards = {day: data_card.build(tables, as_of=day, **how) for day in days}
        return Followed(cards, self.groups) if len(cards) > 1 else Refused(NO_HISTORY)


@dataclass(frozen=True)
class Followed:
    """Dynamic groups through time. cards: {date: card}; groups: those that are followed."""

    cards: dict
    groups: list

    @cached_property
    def history(self):
        """Count how many are in, joined and left, date by date.

        Returns date, group, customers_n, joined_n, left_n (both empty at the first date);
        customers_n = the date before + joined_n - left_n, always.
        """
        days, rows = sorted(self.cards), []
        for group in self.groups:
            ids = [_ids(self.cards[day], group) for day in days]
            moved = [(pd.NA, pd.NA), *((len(b - a), len(a - b)) for a, b in pairwise(ids))]
            for day, now, change in zip(days, ids, moved, strict=True):
                rows.append((str(day)[:10], group["name"], len(now), *change))
        names = ["date", "group", "customers_n", "joined_n", "left_n"]
        return pd.DataFrame(rows, columns=names).astype(dict.fromkeys(names[2:], "Int64"))

    @cached_property
    def moves(self):
        """Say who joined and who left each group at the last date, and why.

        Returns group, customer_id, change ("joined" or "left"), why (the rule explained on the
        later card), sorted by group, change and id. A customer who is no longer on the card has
        left.
        """
        before, after = (self.cards[date] for date in sorted(self.cards)[-2:])
        rows, later = [], after.set_index("customer_id")
        for group in self.groups:
            then, now = (_ids(card, group) for card in (before, after))
            for change, ids in (("joined", now - then), ("left", then - now)):
                rows += [(group["name"], i, change, _why(later, i, group)) for i in sorted(ids)]
        return pd.DataFrame(rows, columns=["group", "customer_id", "change", "why"])

    @property
    def examples(self):
        """Count who joined and left each group, with one reason: no id is shown."""
        found = self.moves.groupby(["group", "change"], sort=False, as_index=False)
        return found.agg(customers_n=("why", "size"), one_of_them=("why", "first"))


def load(card, *, path=None):
    """Read saved selections and fit them to a card.

    Parameters
    ----------
    card : DataFrame
        The customer card, one row per customer.
    path : str, optional
        A YAML file; a relative one starts at the project's folder. Without it the presets.

    Returns
    -------
    Selections
        `groups` that the card can carry, `picked` (how many customers each picks, and its rule),
        `impossible` (those that ask for what is not known), `most` (words) and
        `follow(tables, …)`.

    Raises
    ------
    StudyError
        When the file, or a value in it, cannot be read.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.segments.crm import selections
    >>> card = pd.DataFrame({"customer_id": list("ab"), "unpaid_total": [0.0, 12.0]})
    >>> selections.load(card).picked[["group", "customers_n"]].to_numpy().tolist()
    [['Owes us money', 1]]
    """
    path = study.root() / path if path else PRESETS
    wanted = rules.read(path, settle=lambda rule: settle(rule, card))
    why = pd.DataFrame([(g["name"], lacking(g["when"], card)) for g in wanted],
                       columns=["group", "why"])  # fmt: skip
    groups = [group for group, lacks in zip(wanted, why["why"], strict=True) if not lacks]
    return Selections(card, groups, why[why["why"] != ""].reset_index(drop=True))


def lacking(rule, card):
    """Say what a rule asks for that the card does not have; empty when nothing is lacking.

    A column without a single known value is lacking, too, unless the rule asks for just that.
    """
    asked = list(dict.fromkeys(column for column, _, _ in rules.conditions(rule)))
    absent = [column for column in asked if column not in card.columns]
    tested = {column for column, op, _ in rules.conditions(rule) if op != "known"}
    here = [column for column in asked if column in tested and column in card.columns]
    empty = [column for column in here if not card[column].notna().any()]
    if not absent + empty:
        return ""
    return f"not known here: {', '.join(label(column) for column in absent + empty)}"


def settle(rule, card):
    """Replace {quantile: 0.8} by the value below or at which 80 % of a card's customers lie.

    The value is one that occurs (no interpolation). Where the column is lacking, 0 stands in and
    the rule is refused by `lacking`. Returns plain data.
    """
    if isinstance(rule, list):
        return [settle(part, card) for part in rule]
    if not isinstance(rule, dict):
        return rule
    return {name: _settled(name, part, card) for name, part in rule.items()}


def _settled(name, part, card):
    if name in ("all", "any", "not") or not isinstance(part, dict):
        return settle(part, card)
    asked = {op: v["quantile"] for op, v in part.items() if isinstance(v, dict) and "quantile" in v}
    return part | {op: _quantile(card, name, level) for op, level in asked.items()}


def _quantile(card, column, level):
    if not isinstance(level, int | float) or not 0 <= level <= 1:
        raise StudyError(f"`{column}`: a quantile lies between 0 and 1, not {level!r}.")
    if column not in card or not card[column].notna().any():
        return 0
    if not pd.api.types.is_numeric_dtype(card[column]):
        raise StudyError(f"`{column}` holds no numbers, so it has no quantile.")
    known = card[column].dropna().to_numpy(dtype=float)
    found = round(float(np.quantile(known, level, method="inverted_cdf")), 6)
    return int(found) if found.is_integer() else found


def _ids(card, group):
    return set(card.loc[rules.selected(card, group["when"]), "customer_id"])


def _why(later, who, group):
    if who not in later.index:
        return "out, because no longer on the card"
    return rules.explain(later.loc[who], group["when"])


def dates(as_of, *, first, step_days, steps):
    """List the dates at which groups are looked at: `as_of` and up to `steps` earlier ones.

    `step_days` lie between two dates; none is earlier than one step after `first`, the day on
    which the data begin, because before that nobody is known. Oldest first, as dates; empty where
    `as_of` or `first` is None (a list without orders).
    """
    if as_of is None or first is None:
        return []
    days = [as_of - timedelta(days=step_days * step) for step in range(steps, -1, -1)]
    earliest = pd.Timestamp(first).date() + timedelta(days=step_days)
    return [day for day in days if day >= earliest]
