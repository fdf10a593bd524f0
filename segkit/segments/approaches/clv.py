"""CLV: what each customer will still bring.

Purchases to come (BG/NBD) times money per purchase (Gamma-Gamma), over a horizon in days that is
stated: a forecast, not "the" lifetime value, and revenue, not profit (a margin would scale every
value alike and move nobody). Tiers are cut by head count, the top 20 % and the next 30 %; cut
points are values, so equal customers are never parted. Refused where customers, repeat buyers or
days are too few (`purchases.history`); where the data begin in the middle of the customers'
lives, that is measured and said. "Recency" is never a column: RFM's is `days_since_purchase`,
BG/NBD's is `days_first_to_last`. Sources: Fader, Hardie and Lee (2005); Fader and Hardie (2013);
the handbook's CLV section. Taught in notebook approaches/clv.
"""

from dataclasses import dataclass
from functools import cached_property

import ibis
import numpy as np
import pandas as pd

from segkit.refusal import Refused, passes
from segkit.segments import messages
from segkit.segments.about import About
from segkit.segments.definition import Attempt, Definition, membership, sizes
from segkit.segments.models import steps
from segkit.segments.models.purchases import bgnbd, bootstrap, gammagamma, history
from segkit.study import StudyError

ABOUT = About(
    question="Who will still bring how much?",
    use="strategies for the best customers, what a customer may cost",
    difficulty="high",
    place=160,
    when="purchases repeat freely, and first purchases are really the first",
    data="all dated purchases with amounts, from every customer's first",
    columns=history.COLUMNS,
    options=("days_ahead", "shares"),
    own=True,
)

NAMES = ("High expected value", "Middle expected value", "Low expected value")
NOBODY = "No purchase yet"
"""Customers whose purchases are not known: nothing is forecast for them."""

SHARES = (0.2, 0.5)
"""Down to which share of the customers, the most valuable first, the first two tiers reach."""

LONGEST = 3
"""A horizon of more than three times the days observed is refused."""

SAME, LIVELY = 0.9, 0.9
"""Share of customers in the same tier by past rate, and mean P(alive), from which CLV is empty."""

REPEATS = (1, 2, 4, 8, 16)
"""Customers with so many repeats show how P(alive) falls."""

SMALLEST = -200.0
"""Exponents below are cut off, for databases that refuse numbers too small to write."""


def fit(card, *, days_ahead=365, shares=SHARES):
    """Fit both models and find the cut points of the tiers.

    `card` has the columns of `data.outcomes.repeats`, money included; `days_ahead` is the horizon
    in days; `shares` cut the customers, the most valuable first. Returns a Definition with rules
    {"bgnbd": {r, alpha, a, b}, "gammagamma": {p, q, gamma}, "days_ahead", "shares", "cuts": [money,
    money]}: a customer is in the first tier from the first amount upwards. Raises StudyError when
    the history is too short, with what was found and what is needed.
    """
    history.require(card)
    x, t_x, age, money = history.sort(card)
    if not 0 < days_ahead <= LONGEST * age.max():
        raise messages.error("horizon", days_ahead=days_ahead, observed=age.max(), longest=LONGEST)
    rules = {
        "bgnbd": bgnbd.fit(x, t_x, age),
        "gammagamma": gammagamma.fit(x, money),
        "days_ahead": days_ahead,
        "shares": list(shares),
    }
    count = bgnbd.summed(rules["bgnbd"], x, t_x, age, days=days_ahead)
    value = count * gammagamma.expected(rules["gammagamma"], x, money)
    rules["cuts"] = cut_points(value, shares=shares)
    return Definition("clv", [*NAMES, NOBODY], list(history.COLUMNS), rules)


@dataclass(frozen=True)
class Outlook(Attempt):
    """What is to come of a study's customers, part by part.

    An Attempt whose card is the summary of purchases. `expected` says what each customer will
    bring, `sizes` what each tier will, `curves` how P(alive) falls with silence, `beginning` where
    the data start, `assumptions` and `adds` (Markdown) what the models rest on and add.
    """

    @cached_property
    def expected(self):
        """Tell what to expect of every customer, in the order of the card.

        Returns p_alive (0 to 1: still a customer), purchase_days_ahead (days with a purchase within
        the horizon), spend_per_day_expected and value_ahead (money, their product); unknown for
        customers without a purchase.
        """
        rules = self.rules
        x, t_x, age, money = (self.card[column].astype("float64") for column in history.COLUMNS)
        count = bgnbd.ahead(rules["bgnbd"], x, t_x, age, days=rules["days_ahead"])
        spend = gammagamma.expected(rules["gammagamma"], x, money.fillna(0))
        found = {
            "p_alive": np.where(x.isna(), np.nan, bgnbd.alive(rules["bgnbd"], x, t_x, age)),
            "purchase_days_ahead": count,
            "spend_per_day_expected": spend,
            "value_ahead": count * spend,
        }
        return pd.DataFrame(found, index=self.card.index)

    @property
    def sizes(self):
        """Count customers and expected money per tier."""
        return sizes(self.labels, spend=self.expected["value_ahead"], order=self.order)

    @property
    def members(self):
        """Say who is in which tier, and what is expected of whom."""
        return membership(self.card, labels=self.labels, order=self.order).join(self.expected)

    @property
    def curves(self):
        """Tell how P(alive) falls with silence: repeat_days_n, days_silent (days), p_alive.

        For customers first seen when the data begin who came back so many times (no more than
        days), and not in the last days_silent.
        """
        observed = int(self.card["days_observed"].max())
        quiet = np.linspace(0, observed - 1, 101)
        times = [n for n in REPEATS if n < observed]
        grid = pd.MultiIndex.from_product([times, quiet], names=["repeat_days_n", "days_silent"])
        table = grid.to_frame(index=False)
        repeats, last = table["repeat_days_n"], observed - table["days_silent"]
        return table.assign(p_alive=bgnbd.alive(self.rules["bgnbd"], repeats, last, observed))

    @property
    def beginning(self):
        """Say where the data start, and what follows for a forecast."""
        return history.beginning_in_words(history.beginning(self.card))

    @property
    def assumptions(self):
        """Say in words how far what the models take for granted holds for these customers."""
        x, _, age, money = history.sort(self.card)
        told = gammagamma.in_words(self.rules["gammagamma"], x, money)
        edge = bgnbd.at_edge(self.rules["bgnbd"], mean_age=age.mean())
        settled = messages.told("not settled", edge=edge)
        return told + settled * bool(edge)

    @property
    def same_tier_share(self):
        """Return the share of customers (0 to 1) whose own rate so far gives the same tier.

        The rate is repeat days per day observed (30 at the least) times spend per repeat day: 0 for
        all who have not come back yet. Near 1: the models tell little more than a division.
        """
        known = self.card["repeat_days_n"].notna()
        card, shares = self.card[known], self.rules["shares"]
        rate = history.rate(card["repeat_days_n"], card["days_observed"])
        naive = (rate * card["spend_per_repeat_day"]).fillna(0.0) * self.rules["days_ahead"]
        values = [self.expected.loc[known, "value_ahead"].to_numpy(), naive.to_numpy()]
        ours, plain = (tier(each, cuts=cut_points(each, shares=shares)) for each in values)
        return float((ours == plain).mean())

    def intervals(self, *, repeats, seed):
        """Say how far parameters and totals move when customers are drawn again; see
        `bootstrap.intervals`."""
        how = {"repeats": repeats, "seed": seed}
        return bootstrap.intervals(self.card, definition=self.definition, **how)

    @property
    def adds(self):
        """Say in words what the models add to past rates, computed from the same customers.

        Where nearly nobody stops and nearly everybody keeps their tier, CLV is called empty.
        """
        same, alive = self.same_tier_share, self.expected["p_alive"].mean()
        told = messages.told("same tier", same=same, alive=alive)
        if same < SAME:
            return f"{told}The models sort differently than past rates do."
        if alive < LIVELY:
            return f"{told}The models hardly sort otherwise than past rates do."
        return messages.told("CLV says little", told=told)

    @property
    def by_formula_share(self):
        """Return the share of customers whom the closed formula puts into the same tier.

        The definition sums up in the engine what the formula says at once.
        """
        places = tier(self.expected["value_ahead"], cuts=self.rules["cuts"])
        return float((self.labels == [NAMES[place] for place in places]).mean())

    @property
    def repeat_share(self):
        """Return the share of customers with a repeat, 0 to 1."""
        return history.beginning(self.card)["repeat_share"]


@passes
def outlook(purchases, *, days_ahead=365):
    """Forecast what every customer will bring, where the purchases can carry it.

    Parameters
    ----------
    purchases : DataFrame
        One row per customer, as made by `data.outcomes.repeats`.
    days_ahead : int
        The horizon in days, at most three times the days observed.

    Returns
    -------
    Outlook or Refused
        The forecast, part by part; or why there is none: too few customers, repeat buyers or days.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.segments.approaches import clv
    >>> one = {"repeat_days_n": [2], "days_first_to_last": [60.0], "days_observed": [90.0]}
    >>> clv.outlook(pd.DataFrame({**one, "spend_per_repeat_day": [10.0]})).why[:26]
    '*Nothing is forecast.* No '
    """
    try:
        definition = fit(purchases, days_ahead=days_ahead)
    except StudyError as error:
        return Refused(f"*Nothing is forecast.* {error}")
    recipe = {"approach": "clv", "days_ahead": days_ahead}
    labels = definition.apply(purchases, expression, widen=widen)["segment"]
    return Outlook(purchases, recipe, definition, labels)


def cut_points(values, *, shares=SHARES):
    """Return the amounts from which a customer is in the first and in the second tier.

    Each lies half way to the next lower value, so that the last digits of a computer do not
    decide; customers with equal values stay together in the better tier.
    """
    ordered = np.sort(values)[::-1]
    cuts = []
    for share in shares:
        edge = ordered[max(int(np.ceil(round(share * len(ordered), 9))) - 1, 0)]
        lower = ordered[ordered < edge * (1 - 1e-9)]
        cuts.append(float((edge + lower[0]) / 2 if len(lower) else edge * (1 - 1e-9)))
    return cuts


def tier(values, *, cuts):
    """Return the place of each value's tier: 0 for the first, 2 for the last."""
    values = np.asarray(values, dtype=float)
    return sum((values < cut).astype(int) for cut in cuts)


def widen(table, definition):
    """Add the expected money to an Ibis table, computed once for both cut points."""
    return steps.keep(table, [_value(table, definition.rules)])


def expression(table, definition):
    """Return the Ibis column that names each row's tier.

    The mean over drop-out chances is a sum over fixed points (`bgnbd.nodes`), so that any engine
    can take it; exponents are cut off where numbers become too small to write.
    """
    (value,) = steps.kept(table, [_value(table, definition.rules)])
    first, second = definition.rules["cuts"]
    return ibis.cases(
        (table["repeat_days_n"].isnull(), NOBODY),
        (value >= first, NAMES[0]),
        (value >= second, NAMES[1]),
        else_=NAMES[2],
    )


def _value(table, rules):
    """Expected money within the horizon as an Ibis column."""
    x, t_x, age, money = (table[column].cast("float64") for column in history.COLUMNS)
    p, q, gamma = (rules["gammagamma"][name] for name in gammagamma.NAMES)
    spend = p * (gamma + x * ibis.greatest(money.fill_null(0.0), 0.0)) / (p * x + (q - 1))
    return _alive(x, t_x, age, rules["bgnbd"]) * _count(x, age, rules) * spend


def _alive(x, t_x, age, parameters):
    r, alpha, a, b = (parameters[name] for name in bgnbd.NAMES)
    odds = (r + x) * ((alpha + t_x).ln() - (alpha + age).ln()) - (
        a / (ibis.greatest(x, 1.0) + b - 1)
    ).ln()
    # exp of minus a large number: who stopped is 0, not an error
    stays = ibis.greatest(odds, SMALLEST).exp()
    return (x > 0).ifelse(stays / (1 + stays), 1.0)


def _count(x, age, rules):
    """Purchase days within the horizon of somebody who has not stopped."""
    r, alpha = rules["bgnbd"]["r"], rules["bgnbd"]["alpha"]
    top, bottom = 0.0, 0.0
    for chance, weight in zip(*bgnbd.nodes(rules["bgnbd"]), strict=True):
        stays = float(weight) * ibis.greatest(x * float(np.log1p(-chance)), SMALLEST).exp()
        reach = (1 + float(chance * rules["days_ahead"]) / (alpha + age)).ln()
        faded = ibis.greatest(-(r + x) * reach, SMALLEST).exp()
        top, bottom = top + stays * (1 - faded) / float(chance), bottom + stays
    return top / bottom
