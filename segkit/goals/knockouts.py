"""Knock-outs: what would make a segmentation useless, asked before it is made.

Idea: segmentation is no foregone conclusion. Too few customers, no decision that would differ, a
target that cannot exist or that luck alone would reach, customers who hardly differ: each is
computed, and one is enough to answer "do not segment". Whether success could be proven at all is
a warning: a campaign may be worth running although one of its size proves little. Source: the
sample size and power of two shares with pooled variance (Fleiss, Levin & Paik 2003).
"""

from statistics import NormalDist

import numpy as np
import pandas as pd

from segkit.goals import listed
from segkit.goals.kpis import periods
from segkit.goals.smart import shown


def customers_needed(goal, *, power=0.8):
    """Return how many customers two periods need each to tell target from baseline.

    Two-sided 5 %, the given power: 10 % against 12 % needs 3,841. None when nothing changes.
    """
    low, high = goal.get("baseline"), goal.get("target")
    if low is None or high is None or low == high or not goal["spread"]:
        return None
    high = min(high, _ceiling(goal))
    same, apart = _noise(goal)
    z, reach = NormalDist().inv_cdf(0.975), NormalDist().inv_cdf(power)
    return int(np.ceil(((z * same + reach * apart) / (high - low)) ** 2))


def power(goal):
    """Return the chance (0 to 1) that a period as large as the baseline's shows the target.

    Assumes the target is truly reached; two-sided 5 %. 0.8 is the usual demand.
    """
    same, apart = _noise(goal)
    change = abs(min(goal["target"], _ceiling(goal)) - goal["baseline"]) * np.sqrt(goal["n"])
    return float(NormalDist().cdf((change - NormalDist().inv_cdf(0.975) * same) / apart))


def knockouts(goal, *, history, limits, customers_n, min_customers):
    """List what would make a segmentation useless, and whether it holds here.

    `limits` holds smallest_segment_share and max_segments. Returns check, measured, limit (all
    in words), verdict (pass, warn, stop) and reason; one stop means: do not segment.
    """
    if goal.get("kpi", "") is None:
        both = _enough_customers(customers_n, min_customers), _a_decision(goal, limits)
        return listed.knockouts(*both)
    rows = (
        _enough_customers(customers_n, min_customers),
        _a_decision(goal, limits),
        _a_yardstick(goal, len(history)),
        _variation(goal),
        _possible(goal),
        _beyond_noise(goal),
        _provable(goal),
        _two_periods(periods(history)),
    )
    return pd.DataFrame(rows, columns=["check", "measured", "limit", "verdict", "reason"])


def verdict(checks, *, letters):
    """Return {"verdict": "segment" or "do not segment", "reason": one or two sentences}."""
    stops, warns = (checks[checks["verdict"] == v]["reason"].tolist() for v in ("stop", "warn"))
    open_letters = [letter["word"] for letter in letters if not letter["passes"]]
    if stops:
        return {"verdict": "do not segment", "reason": " ".join(_capital(r) for r in stops)}
    if "0 periods" in set(checks["measured"]):
        return {"verdict": "segment", "reason": listed.reason(warns)}
    reason = f"Nothing rules it out: {len(checks) - len(warns)} of {len(checks)} checks passed."
    if open_letters:
        reason += f" The goal still has to be mended: it is not {', not '.join(open_letters)}."
    return {"verdict": "segment", "reason": " ".join([reason, *map(_capital, warns)])}


def _noise(goal):
    """Return the standard deviations of a difference: if nothing changed, and at the target."""
    if goal["unit"] == "money":
        return (np.sqrt(2) * goal["spread"],) * 2
    low, high = goal["baseline"], min(goal["target"], 1.0)
    middle = (low + high) / 2
    return np.sqrt(2 * middle * (1 - middle)), np.sqrt(low * (1 - low) + high * (1 - high))


def _ceiling(goal):
    return 1.0 if goal["unit"] == "share" else np.inf


def _enough_customers(n, least):
    few = f"{n:,} customers are too few to form segments from; {least:,} is the least."
    return _row("enough customers", n, least, stop=few if n < least else "")


def _a_decision(goal, limits):
    most, smallest = limits["max_segments"], limits["smallest_segment_share"]
    rises = goal["target"] is None or goal["target"] > goal["baseline"]
    none = (
        f"no decision would follow: {most} segments can be served, each with at least "
        f"{smallest:.0%} of customers, and the target must lie above the baseline."
    )
    holds = most >= 2 and smallest <= 0.5 and rises
    return _row("a decision follows", f"{most} segments", 2, stop="" if holds else none)


def _a_yardstick(goal, periods_n):
    none = f"{goal['label']} could not be measured in a single finished period."
    stop = none if goal["baseline"] is None else ""
    return _row("a yardstick exists", f"{periods_n} periods", 1, stop=stop)


def _variation(goal):
    value, spread, check = goal["baseline"], goal["spread"], "customers differ"
    if value is None:
        return _row(check, "unknown", "–")
    relative = spread / abs(value) if goal["unit"] == "money" and value else spread
    alike = (
        f"customers hardly differ in {goal['label']} ({shown(value, goal)} on average), so no "
        f"segment could differ from another."
    )
    return _row(check, f"{relative:.2f}", 0.1, stop=alike if relative < 0.1 else "")


def _possible(goal):
    target, share = goal["target"], goal["unit"] == "share"
    beyond = target is not None and share and target > 1
    stop = f"the target of {shown(target, goal)} is more than all customers." if beyond else ""
    return _row("the target is possible", shown(target, goal), "100%" if share else "–", stop=stop)


UNJUDGED = "the KPI was not measured, so this cannot be judged."


def _beyond_noise(goal):
    target, high = goal["target"], goal["baseline_high"]
    if target is None or high is None:
        return _row("the target beats noise", "–", "–", warn=UNJUDGED)
    noise = (
        f"the target {shown(target, goal)} is inside the noise of the baseline (up to "
        f"{shown(high, goal)}): reaching it would prove nothing. Aim higher or wait for more data."
    )
    # the next period has luck of its own, so a difference is wider than one interval by sqrt(2)
    reach = goal["baseline"] + np.sqrt(2) * (high - goal["baseline"])
    doubt = (
        f"an unchanged next period of the same size could reach up to {shown(reach, goal)} by luck."
    )
    found = {"stop": noise} if target <= high else {"warn": doubt} if target <= reach else {}
    return _row("the target beats noise", shown(target, goal), shown(reach, goal), **found)


def _provable(goal):
    needed, n = customers_needed(goal), goal["n"]
    if needed is None:
        return _row("success could be proven", "–", "–", warn=UNJUDGED)
    if n >= needed:
        return _row("success could be proven", n, needed)
    warn = (
        f"a period with {n:,} customers would tell the target from luck in "
        f"{10 * power(goal):.0f} of 10 cases; {needed:,} customers make it 8 of 10."
    )
    return _row("success could be proven", n, needed, warn=warn)


def _two_periods(found):
    there = sum(period is not None for period in found.values())
    lost = "criteria cannot be learned" if there else "segments cannot be judged by the KPI"
    warn = f"only {there} usable past period(s), so {lost}." if there < 2 else ""
    return _row("two periods to learn and judge", there, 2, warn=warn)


def _row(check, measured, limit, *, stop="", warn=""):
    texts = [f"{v:,}" if isinstance(v, int) else str(v) for v in (measured, limit)]
    verdict = "stop" if stop else "warn" if warn else "pass"
    return [check, *texts, verdict, stop or warn or "in order"]


def _capital(text):
    return text[:1].upper() + text[1:]
