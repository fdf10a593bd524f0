"""Knock-outs: what would make a segmentation useless, asked before it is made.

Idea: segmentation is no foregone conclusion. Too few customers, no decision that would differ, a
target that cannot exist or that luck alone would reach, customers who hardly differ: each is
computed, and one is enough to answer "do not segment". Whether success could be proven at all is
a warning: a campaign may be worth running although one of its size proves little. Source: the
sample size and power of two shares with pooled variance (Fleiss, Levin & Paik 2003).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from segkit import evidence
from segkit.goals import listed, messages
from segkit.refusal import Refused

PROCEED = "segment"
STOPPED = "do not segment"


@dataclass(frozen=True)
class Verdict:
    """The answer to "shall we segment?": verdict ("segment" or "do not segment") and reason."""

    verdict: str
    reason: str

    @property
    def sentence(self):
        """Say the verdict in Markdown, loudly where it is a no."""
        loud = "\n\n**The next notebooks still run, for learning. Do not act on their segments.**"
        after = {PROCEED: "", STOPPED: loud}[self.verdict]
        return f"### Verdict: {self.verdict}\n\n{self.reason}{after}"


def customers_needed(goal, *, power=0.8):
    """Return how many customers two periods need each to tell target from baseline.

    Two-sided 5 %, the given power: 10 % against 12 % needs 3,841. None when nothing changes.
    """
    low, high = goal.baseline, goal.target
    if low is None or high is None or low == high or not goal.spread:
        return None
    return evidence.arm_size(low, min(high, goal.highest), spread=_spread(goal), power=power)


def power(goal):
    """Return the chance (0 to 1) that a period as large as the baseline's shows the target.

    Assumes the target is truly reached; two-sided 5 %. 0.8 is the usual demand.
    """
    target = min(goal.target, goal.highest)
    return evidence.power(goal.baseline, target, n=goal.n, spread=_spread(goal))


def knockouts(goal, *, past, limits, customers_n):
    """List what would make a segmentation useless, and whether it holds here.

    Parameters
    ----------
    goal : segkit.brief.Goal
        What `goal` returned.
    past : Past
        What `history` returned.
    limits : segkit.brief.Limits
        What the team can serve.
    customers_n : int
        Customers of the study.

    Returns
    -------
    pandas.DataFrame
        check, measured, limit (all in words), verdict (pass, warn, stop) and reason; one stop
        means: do not segment.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from segkit import data, goals
    >>> from segkit.brief import Limits
    >>> days = pd.date_range("2024-01-01", periods=90)
    >>> orders = pd.DataFrame({"customer_id": "ann", "ordered_at": days, "amount": 9.0})
    >>> situation = goals.situation(data.from_frames(orders))
    >>> past = goals.history(situation, kpi="repeat_rate")
    >>> goal = goals.goal(past, change_pct=10, rng=np.random.default_rng(1))
    >>> checks = goals.knockouts(goal, past=past, limits=Limits(), customers_n=1)
    >>> checks["reason"][0]
    '1 customers are too few to form segments from; 100 is the least.'
    """
    rows = [_enough_customers(customers_n, past.min_customers), _a_decision(goal, limits)]
    if goal.kpi is None:
        rows += listed.doubts()
    else:
        asked = (_variation, _possible, _beyond_noise, _provable)
        rows += [_a_yardstick(goal, len(past.table)), *(ask(goal) for ask in asked)]
        rows += [_two_periods((past.learn, past.test))]
    return pd.DataFrame(rows, columns=["check", "measured", "limit", "verdict", "reason"])


def verdict(checks, *, goal):
    """Answer whether to segment: one stop is a no.

    Parameters
    ----------
    checks : pandas.DataFrame
        What `knockouts` returned.
    goal : segkit.brief.Goal
        Its letters say what still has to be mended.

    Returns
    -------
    Verdict
        `.verdict` ("segment" or "do not segment"), `.reason` (one or more sentences) and
        `.sentence` (both, in Markdown).

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import goals
    >>> from segkit.brief import Goal
    >>> checks = pd.DataFrame({"check": ["customers"], "verdict": "stop", "reason": "too few."})
    >>> goals.verdict(checks, goal=Goal())
    Verdict(verdict='do not segment', reason='Too few.')
    """
    stops, warns = (
        [_capital(reason) for reason in checks.loc[checks["verdict"] == level, "reason"]]
        for level in ("stop", "warn")
    )
    if stops:
        return Verdict(STOPPED, " ".join(stops))
    if goal.kpi is None:
        reason = "Nothing rules out telling these customers apart."
        return Verdict(PROCEED, " ".join([reason, *warns]))
    reason = f"Nothing rules it out: {len(checks) - len(warns)} of {len(checks)} checks passed."
    open_letters = [letter["word"] for letter in goal.smart if not letter["passes"]]
    if open_letters:
        reason += f" The goal still has to be mended: it is not {', not '.join(open_letters)}."
    return Verdict(PROCEED, " ".join([reason, *warns]))


def _spread(goal):
    """Return the standard deviation between customers of a mean; None for a share."""
    return None if goal.is_share else goal.spread


def _enough_customers(n, least):
    few = f"{n:,} customers are too few to form segments from; {least:,} is the least."
    return _row("enough customers", n, least, stop=few if n < least else "")


def _a_decision(goal, limits):
    most, smallest = limits.max_segments, limits.smallest_segment_share
    side = {1: "above", -1: "below"}[goal.direction]
    none = messages.told("no decision", most=most, smallest=smallest, side=side)
    better = goal.target is None or goal.improves(goal.target)
    holds = most >= 2 and smallest <= 0.5 and better
    return _row("a decision follows", f"{most} segments", 2, stop="" if holds else none)


def _a_yardstick(goal, periods_n):
    none = f"{goal.label} could not be measured in a single finished period."
    stop = none if goal.baseline is None else ""
    return _row("a yardstick exists", f"{periods_n} periods", 1, stop=stop)


def _variation(goal):
    value, spread, check = goal.baseline, goal.spread, "customers differ"
    if value is None:
        return _row(check, "unknown", "–")
    relative = spread if goal.is_share or not value else spread / abs(value)
    alike = messages.told("alike", goal=goal, shown=goal.shown(value))
    return _row(check, f"{relative:.2f}", 0.1, stop=alike if relative < 0.1 else "")


def _possible(goal):
    target = goal.shown(goal.target)
    beyond = goal.target is not None and goal.target > goal.highest
    stop = f"the target of {target} is more than all customers." if beyond else ""
    limit = "100%" if goal.is_share else "–"
    return _row("the target is possible", target, limit, stop=stop)


UNJUDGED = "the KPI was not measured, so this cannot be judged."


def _beyond_noise(goal):
    check, target, margin = "the target beats noise", goal.target, goal.margin
    if target is None or margin is None:
        return _row(check, "–", "–", warn=UNJUDGED)
    # the next period has luck of its own, so a difference is wider than one interval by sqrt(2)
    lead, luck = goal.direction * (target - goal.baseline), abs(margin - goal.baseline)
    far = goal.shown(goal.baseline + goal.direction * np.sqrt(2) * luck)
    noise = messages.told("inside the noise", shown=goal.shown(target), reach=goal.shown(margin))
    doubt = f"an unchanged next period of the same size could reach up to {far} by luck."
    stop, warn = noise if lead <= luck else "", doubt if lead <= np.sqrt(2) * luck else ""
    return _row(check, goal.shown(target), far, stop=stop, warn=warn)


def _provable(goal):
    check, needed, n = "success could be proven", customers_needed(goal), goal.n
    if needed is None:
        return _row(check, "–", "–", warn=UNJUDGED)
    few = messages.told("few customers", n=n, chance=10 * power(goal), needed=needed)
    return _row(check, n, needed, warn=few if n < needed else "")


def _two_periods(periods):
    there = sum(not isinstance(period, Refused) for period in periods)
    lost = "criteria cannot be learned" if there else "segments cannot be judged by the KPI"
    warn = f"only {there} usable past period(s), so {lost}." if there < 2 else ""
    return _row("two periods to learn and judge", there, 2, warn=warn)


def _row(check, measured, limit, *, stop="", warn=""):
    texts = [f"{v:,}" if isinstance(v, int) else str(v) for v in (measured, limit)]
    verdict = "stop" if stop else "warn" if warn else "pass"
    return [check, *texts, verdict, stop or warn or "in order"]


def _capital(text):
    return text[:1].upper() + text[1:]
