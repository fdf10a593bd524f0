"""Effects: does an attribute change anything that matters?

Customers can be told apart by a hundred things; most of them change nothing. Each attribute's
groups are compared in each measure (spend, orders, response): how much of the difference
between customers they account for, with an interval, and a p value corrected for all
comparisons made (Holm). An attribute is dropped when even the upper end of its intervals is
negligible; where the interval is wide, it is said that nothing is shown, which is not the same.
Only customers of whom both are known are compared. Differences are no causes.

Sources: Kruskal and Wallis (1952); Tomczak and Tomczak (2014) for epsilon squared; Steiger
(2004) for intervals from the non-central chi-square distribution. Taught in notebook
approaches/demographic.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from segkit import evidence
from segkit.refusal import Refused, passes
from segkit.validation import experiments

NEGLIGIBLE = 0.01
"""Below 1 % of the differences between customers an attribute is not worth a group."""
NOTHING = "*Nothing to change:* neither money nor orders nor answers of these customers differ."
FEW = "*The groups are not compared:* fewer than two have {} customers with a known outcome."


@dataclass(frozen=True)
class Changes:
    """What attributes change, part by part.

    labels: one column of group names per attribute; outcomes: one column of numbers per measure;
    study: how few customers are shown, and the currency; alpha: chance of a false alarm.
    """

    labels: object
    outcomes: object
    study: object
    alpha: float

    limit = NEGLIGIBLE

    @cached_property
    def table(self):
        """Compare every attribute's groups in every outcome; see `of_attributes`."""
        how = {"smallest": self.study.smallest_cell, "alpha": self.alpha}
        return of_attributes(self.labels, outcomes=self.outcomes, **how)

    @cached_property
    def verdicts(self):
        """Say of every attribute whether it matters; see `judge`."""
        return judge(self.table, alpha=self.alpha)

    @property
    def told(self):
        """Say in Markdown which attributes matter; see `in_words`."""
        return in_words(self.verdicts)

    @property
    def silent(self):
        """Set those of whom something is known beside those of whom nothing is.

        Returns customers, customers_n and the mean of every outcome.
        """
        words = {True: "something known", False: "nothing known"}
        told = self.labels.notna().any(axis=1).map(words)
        groups = self.outcomes.groupby(told.to_numpy())
        means = pd.concat([groups.size().rename("customers_n"), groups.mean()], axis=1)
        return means.rename_axis("customers").reset_index()

    @passes
    def strongest(self, found, *, seed):
        """Compare the groups of an Attempt in the outcome they tell most about: a Comparison.

        Refused where fewer than two groups can be compared.
        """
        smallest, groups = self.study.smallest_cell, found.labels.to_numpy()
        labels = pd.DataFrame({"segment": groups}, index=self.outcomes.index)
        effects = of_attributes(labels, outcomes=self.outcomes, smallest=smallest)
        if effects["effect"].isna().all():
            return Refused(FEW.format(smallest))
        outcome = effects.loc[effects["effect"].idxmax(), "outcome"]
        seen = labels.assign(outcome=self.outcomes[outcome]).dropna()
        names = [name for name in found.order if name in set(groups)]
        how = {"names": names, "smallest": smallest, "alpha": self.alpha}
        means = experiments.by_segment(seen, rng=np.random.default_rng(seed), **how)
        unit = f" in {self.study.currency}" * bool(outcome == "spend" and self.study.currency)
        share = experiments.is_share(seen["outcome"])
        return Comparison(means, seen["outcome"].mean(), f"{outcome}{unit}", not share)


@dataclass(frozen=True)
class Comparison:
    """Groups in one outcome.

    means: that of every group, with its interval (`experiments.by_segment`); overall: the mean of
    all; label: the outcome and its unit; money: False where it is a share.
    """

    means: object
    overall: float
    label: str
    money: bool


@passes
def changes(labels, *, card, study, alpha=0.05):
    """Test whether attributes change anything that matters.

    Parameters
    ----------
    labels : DataFrame
        One column of group names per attribute, None where it is not known; rows as on the card.
    card : DataFrame
        The customer card: money, orders and answers to campaigns are the outcomes.
    study : segkit.study.Study
        Its smallest cell (groups of fewer customers take no part) and its currency.
    alpha : float
        Chance of a false alarm that is accepted.

    Returns
    -------
    Changes or Refused
        `table` (effect of every attribute on every outcome, 0 to 1, with its interval),
        `verdicts`, `told` (Markdown), `silent` (those who told something beside those who did not)
        and `strongest(found, seed=…)`, the groups of an approach in what they tell most about.
        Refused where no outcome differs.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.study import Study
    >>> from segkit.validation import effects
    >>> card = pd.DataFrame({"spend_total": [float(n) for n in range(200)]})
    >>> labels = pd.DataFrame({"region": ["N"] * 100 + ["S"] * 100})
    >>> found = effects.changes(labels, card=card, study=Study(name="shop", title="A shop"))
    >>> found.told
    '**matters:** region.'
    """
    measured = outcomes(card)
    return Changes(labels, measured, study, alpha) if len(measured.columns) else Refused(NOTHING)


def of_attributes(labels, *, outcomes, smallest, alpha=0.05):
    """Compare every attribute's groups in every outcome.

    `labels` is a DataFrame with one column of group names per attribute (None: not known),
    `outcomes` one with a column of numbers per measure, rows alike. Groups below `smallest`
    customers take no part. Returns a DataFrame with attribute, outcome, customers_n, groups_n,
    effect (0 to 1: share of the differences in rank that the groups account for, chance taken
    off), low, high (its 95 % interval), p_holm; NaN where fewer than two groups can be compared.
    """
    rows = [
        {"attribute": name, "outcome": measure,
         **explained(labels[name], outcomes[measure], smallest=smallest, alpha=alpha)}
        for name in labels
        for measure in outcomes
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=[*_COLUMNS, "p"])
    table["p_holm"] = evidence.holm(table.pop("p"))
    return table


_COLUMNS = ("attribute", "outcome", "customers_n", "groups_n", "effect", "low", "high")


def outcomes(card):
    """Return what a card says that matters: spend, orders, and whether campaigns are answered.

    One row per customer; answers are 1 or 0, for those who were mailed. Only what is known of
    somebody and differs.
    """
    found = {"spend": card.get("spend_total"), "orders": card.get("orders_n")}
    if "campaigns_responded_n" in card and "campaigns_received_n" in card:
        answered = (card["campaigns_responded_n"] > 0).astype(float)
        found["answers to campaigns"] = answered.where(card["campaigns_received_n"] > 0)
    frame = pd.DataFrame({k: v.astype(float) for k, v in found.items() if v is not None})
    return frame.loc[:, frame.max() > frame.min()]


def explained(groups, values, *, smallest=2, alpha=0.05):
    """Return how much of the differences between customers their groups account for.

    A dict: customers_n, groups_n, effect (epsilon squared of the Kruskal-Wallis test, at least
    0), low, high, p. For values of 0 and 1 this is the chi-square test and its share.
    """
    frame = pd.DataFrame({"group": np.asarray(groups), "value": np.asarray(values, dtype=float)})
    frame = frame.dropna()
    frame = frame[frame.groupby("group")["value"].transform("size") >= max(smallest, 2)]
    n, k = len(frame), frame["group"].nunique()
    if k < 2 or frame["value"].nunique() < 2:
        nothing = dict.fromkeys(("effect", "low", "high", "p"), float("nan"))
        return {"customers_n": n, "groups_n": k, **nothing}
    from scipy.stats import kruskal

    h, p = kruskal(*(part.to_numpy() for _, part in frame.groupby("group")["value"]))
    low, high = (min(x / (n - 1), 1.0) for x in _noncentral(h, k - 1, alpha))
    effect = max((h - k + 1) / (n - k), 0.0) if n > k else float("nan")
    return {"customers_n": n, "groups_n": k, "effect": effect, "low": low, "high": high,
            "p": float(p)}  # fmt: skip


def _noncentral(statistic, df, alpha):
    """Return the interval of the non-centrality that would lead to such a statistic."""
    from scipy.optimize import brentq
    from scipy.stats import chi2, ncx2

    def at(level):
        if chi2.cdf(statistic, df) <= level:
            return 0.0
        most = 4 * statistic + 50
        return float(brentq(lambda x: ncx2.cdf(statistic, df, x) - level, 1e-9, most))

    return at(1 - alpha / 2), at(alpha / 2)


def judge(effects, *, alpha=0.05):
    """Say of every attribute whether it matters: attribute, strongest, effect, verdict, reason.

    verdict: "matters" (some outcome with adjusted p below `alpha` and an effect of at least 1 %),
    "changes nothing" (every interval ends below 1 %), "not shown" (neither), or "not known".
    Strongest effect first.
    """
    found = [_verdict(name, part, alpha) for name, part in effects.groupby("attribute", sort=False)]
    table = pd.DataFrame(found, columns=["attribute", "strongest", "effect", "verdict", "reason"])
    return table.sort_values("effect", ascending=False, kind="stable", ignore_index=True)


def _verdict(name, part, alpha):
    part = part.dropna(subset=["effect"])
    if part.empty:
        return name, "", float("nan"), "not known", "fewer than two groups can be compared"
    clear = part[(part["p_holm"] < alpha) & (part["effect"] >= NEGLIGIBLE)]
    best = (clear if len(clear) else part).nlargest(1, "effect").iloc[0]
    told = f"{best['effect']:.1%} of the differences in {best['outcome']}"
    told += f" (between {best['low']:.1%} and {best['high']:.1%})"
    if len(clear):
        return name, best["outcome"], best["effect"], "matters", told
    if part["high"].max() < NEGLIGIBLE:
        return name, best["outcome"], best["effect"], "changes nothing", f"at most {told}"
    few = "too small, or too few customers to tell"
    return name, best["outcome"], best["effect"], "not shown", f"{told}: {few}"


def in_words(verdicts):
    """Say in Markdown which attributes matter and which are dropped."""
    names = {word: ", ".join(part) for word, part in verdicts.groupby("verdict")["attribute"]}
    order = ("matters", "not shown", "changes nothing", "not known")
    parts = [f"**{word}:** {names[word]}" for word in order if word in names]
    return "; ".join(parts or ["nothing is known that could be tested"]) + "."
