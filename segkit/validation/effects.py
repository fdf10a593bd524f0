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

import numpy as np
import pandas as pd

from segkit import evidence

NEGLIGIBLE = 0.01
"""Below 1 % of the differences between customers an attribute is not worth a group."""


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


def told_or_not(labels, outcomes):
    """Compare those of whom nothing is known with those of whom something is.

    `labels` as in `of_attributes`. Returns a DataFrame with customers ("something known",
    "nothing known"), customers_n and the mean of every outcome.
    """
    names = np.where(labels.notna().any(axis=1), "something known", "nothing known")
    groups = outcomes.groupby(names)
    means = groups.mean()
    means.insert(0, "customers_n", groups.size())
    return means.rename_axis("customers").reset_index()


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


def strongest(groups, *, outcomes, smallest):
    """Name the outcome of which groups account for most; None where nothing can be compared."""
    if groups is None:
        return None
    labels = pd.DataFrame({"segment": np.asarray(groups)}, index=outcomes.index)
    found = of_attributes(labels, outcomes=outcomes, smallest=smallest)
    known = found.dropna(subset=["effect"])
    return None if known.empty else known.loc[known["effect"].idxmax(), "outcome"]


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
    parts = []
    for verdict in ("matters", "not shown", "changes nothing", "not known"):
        names = verdicts.loc[verdicts["verdict"] == verdict, "attribute"].tolist()
        if names:
            parts.append(f"**{verdict}:** {', '.join(names)}")
    return "; ".join(parts or ["nothing is known that could be tested"]) + "."
