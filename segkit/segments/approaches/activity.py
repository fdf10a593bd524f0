"""Activity: who reads what we send, and buys.

Three groups by what people do with mailings: *active* customers answer and buy, *semi-active*
ones read and no purchase answers it, *passive* ones do not open what they get. Two more are kept
apart, because they say something about the sender: customers who were never written to, and those
whose mailing is too young to be judged. All are rules on the card.

Passive is a habit of reading, not of buying: `habits` counts how many of each group bought all
the same. Refused: the three groups where nobody recorded whether a mailing was opened; `partial`
then tells what can be told. Source: text 004 (active, semi-active, passive). "Active" in
approaches/lifecycle and in RFM means other things. Taught in notebook approaches/activity.
"""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from segkit.refusal import Refused
from segkit.segments import messages, rules
from segkit.segments.about import About
from segkit.segments.definition import Attempt, Definition
from segkit.study import StudyError, beside

ABOUT = About(
    question="Who reads what we send, and buys?",
    use="how often to write, to whom, through which channel",
    difficulty="low",
    place=40,
    when="mailings are sent regularly",
    data="mailings that say whether they were opened and answered",
    columns=("campaigns_received_n", "mailings_judged_n", "mailings_opened_n", "orders_n"),
)

TO_DO = beside(__file__)
"""What to do with each group (activity.yaml)."""

ACTIVE, SEMI, PASSIVE, EARLY, NEVER, SILENT = TO_DO
NAMES = (ACTIVE, SEMI, PASSIVE, EARLY, NEVER)


def fit(card):
    """Define the groups for a card with counts of mailings judged and opened.

    A response is one within the campaign (`campaigns_responded_n`) or, where none is recorded, a
    link followed (`mailings_clicked_n`).

    Parameters
    ----------
    card : DataFrame
        The customer card, with the columns of `ABOUT`.

    Returns
    -------
    Definition
        With grouped rules.

    Raises
    ------
    segkit.study.StudyError
        Where nobody recorded openings; see `partial`.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.segments.approaches import activity
    >>> card = pd.DataFrame({"campaigns_received_n": [4, 4], "mailings_judged_n": [4, 4]})
    >>> card = card.assign(mailings_opened_n=[3, 0], campaigns_responded_n=[1, 0], orders_n=[2, 0])
    >>> activity.fit(card).order[0]
    'Active: responds and buys'
    """
    if lacking := [c for c in ABOUT.columns if c not in card]:
        raise messages.error("no openings", lacking=lacking)
    answered = _answered(card)
    responds = [{column: {"at_least": 1}} for column in answered]
    reads = {"any": [{"mailings_opened_n": {"at_least": 1}}, *responds]}
    active = {"all": [{"any": responds or [reads]}, {"orders_n": {"at_least": 1}}]}
    groups = [
        {"name": NEVER, "when": {"campaigns_received_n": {"at_most": 0}}},
        {"name": ACTIVE, "when": active},
        {"name": SEMI, "when": reads},
        {"name": PASSIVE, "when": {"mailings_judged_n": {"at_least": 1}}},
    ]
    return _definition(list(NAMES), [*ABOUT.columns, *answered], groups, EARLY)


def _answered(card):
    known = [c for c in ("campaigns_responded_n", "mailings_clicked_n") if c in card]
    return known[:1]


def partial(card):
    """Define what can be told where openings are not recorded: responds and buys, silent, never.

    Silent customers may have read everything or nothing; they are neither semi-active nor
    passive. Raises StudyError where the card has no mailings or no responses either.
    """
    columns = ["campaigns_received_n", "campaigns_responded_n", "orders_n"]
    if lacking := [c for c in columns if c not in card]:
        raise messages.error("no mailings", lacking=lacking)
    active = {"all": [{c: {"at_least": 1}} for c in columns[1:]]}
    groups = [
        {"name": NEVER, "when": {"campaigns_received_n": {"at_most": 0}}},
        {"name": ACTIVE, "when": active},
    ]
    return _definition([ACTIVE, SILENT, NEVER], columns, groups, SILENT)


def _definition(order, columns, groups, otherwise):
    return Definition("activity", order, columns, {"groups": groups, "otherwise": otherwise})


@dataclass(frozen=True)
class Groups(Attempt):
    """The groups of a card, and what their customers do."""

    @property
    def told(self):
        """Say in words what can be told of these customers."""
        if SILENT not in self.order:
            return "Openings and answers are recorded, so all groups can be told."
        return messages.told("nobody opens")

    @property
    def quiet(self):
        """Say in words how many of those who do not open or respond buy all the same."""
        found = self.habits
        silent = found.loc[found["segment"].isin([PASSIVE, SILENT]), "buyers_share"]
        share = f"{silent.iloc[0]:.0%} bought in the window" if len(silent) else "none"
        return f"of those who do not open or respond: {share}"

    @cached_property
    def habits(self):
        """Count what each group does: one row per group that is not empty.

        Returns segment, customers_n, buyers_share (0 to 1, with an order in the window),
        orders_per_customer, opened_share (of the judged mailings, NaN where unknown), spend_total
        (money), to_do (in words).
        """
        card, labels, order = self.card, self.labels, self.order
        zero = pd.Series(float("nan"), index=card.index)
        kept = card.assign(
            buys=card["orders_n"] > 0,
            opened=card.get("mailings_opened_n", zero),
            judged=card.get("mailings_judged_n", zero),
            money=card.get("spend_total", zero),
        )
        groups = kept.groupby(labels.to_numpy())
        found = [name for name in order if name in groups.groups]
        sums = groups[["opened", "judged", "money"]].sum(min_count=1)
        table = pd.DataFrame(
            {
                "customers_n": groups.size(),
                "buyers_share": groups["buys"].mean(),
                "orders_per_customer": groups["orders_n"].mean(),
                "opened_share": sums["opened"] / sums["judged"].where(sums["judged"] > 0),
                "spend_total": sums["money"],
            }
        ).loc[found]
        table["to_do"] = [TO_DO[name] for name in found]
        return table.rename_axis("segment").reset_index()


def attempt(card):
    """Define what a card can carry: all groups, or, without openings, who answers at all.

    Parameters
    ----------
    card : DataFrame
        The customer card, with counts of mailings.

    Returns
    -------
    Groups or Refused
        Refused where neither openings nor answers are known.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.segments.approaches import activity
    >>> card = pd.DataFrame({"campaigns_received_n": [4, 4], "mailings_judged_n": [4, 4]})
    >>> card = card.assign(mailings_opened_n=[3, 0], campaigns_responded_n=[1, 0], orders_n=[2, 0])
    >>> activity.attempt(card).labels.tolist()
    ['Active: responds and buys', 'Passive: does not open']
    """
    whole = all(c in card and card[c].notna().any() for c in ABOUT.columns)
    try:
        definition = fit(card) if whole else partial(card)
    except StudyError as error:
        return Refused(f"*No activity for these customers:* {error}")
    labels = definition.apply(card, expression)["segment"]
    return Groups(card, {"approach": "activity"}, definition, labels)


expression = rules.grouped
"""Return the Ibis column that names each row's group."""
