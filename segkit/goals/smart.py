"""A SMART goal, and whether it can be reached.

Idea: a wish becomes a goal when five letters can be ticked from data: it names one KPI
(specific), has a baseline and a target that differ by more than luck (measurable), lies within
what the KPI has done or is doing (attainable), serves a goal of this business and leads to a
decision (relevant), and ends on a day (time-bound). "Increase sales" ticks none. Sources: Doran
(1981) for SMART, stage 1 of the handbook. Refuses a target that nothing in the past comes near.
"""

import numpy as np
import pandas as pd

from segkit.goals import listed
from segkit.goals.catalogue import KPIS, decision, serving
from segkit.goals.kpis import baseline

DRAWS = 2_000
"""Repeats of the bootstrap of a KPI's history."""


def goal(history, *, kpi, days, change_pct, currency=""):
    """Put KPI, baseline, target and due day together; the sentence is computed.

    `change_pct` is relative: 15 turns 18.0 % into 20.7 %. Returns kpi, label, unit, serves (a
    goal of the catalogue), currency, audience, baseline, baseline_low, baseline_high, n
    (customers behind the baseline), spread, target, due (ISO), as_of, sentence. Baseline and
    target are None when the KPI has no history, and all of it without a KPI (a list).
    """
    if kpi is None:
        return listed.goal(days=days, currency=currency)
    known = baseline(history)
    value = known["baseline"]
    draft = {
        "kpi": kpi,
        "label": KPIS[kpi].label,
        "unit": KPIS[kpi].unit,
        "serves": KPIS[kpi].serves,
        "currency": currency,
        **known,
        "target": None if value is None else value * (1 + change_pct / 100),
        "as_of": days["as_of"],
        "due": _later(days["as_of"], days["horizon_days"]),
    }
    return draft | {"sentence": _sentence(draft)}


def attainability(history, *, goal, rng):
    """Judge the target against what the KPI has done.

    Each past period is redrawn within its own sampling error (parametric bootstrap, `DRAWS`
    times). Returns level, passes, lowest, highest (values seen), best_low, best_high (95 % range
    of the best one), trend_low, trend_high (where a straight line leads by the due day; None
    with fewer than four periods), sentence. level: "reached" (within the values seen), "stretch"
    (beyond them, within the range of the best or the trend), "beyond" (outside all three),
    "unknown" (no history). A line through a few points is a hope, no forecast.
    """
    target = goal.get("target")
    if history.empty or target is None:
        return {"level": "unknown", "passes": False, "sentence": "The KPI has no history here."}
    draws = _redrawn(history, goal["unit"], rng)
    best = np.quantile(draws.max(axis=1), [0.025, 0.975])
    trend = _trend(history, draws, goal)
    seen = history["value"].min(), history["value"].max()
    bounds = {"highest": seen[1], "best_high": best[1], "trend_high": trend[1] if trend else None}
    level = _level(target, bounds)
    found = {"level": level, "passes": level != "beyond", "lowest": seen[0], "highest": seen[1]}
    found |= {"best_low": best[0], "best_high": best[1]}
    found |= dict(zip(["trend_low", "trend_high"], trend or (None, None), strict=True))
    return found | {"sentence": _reach(found, goal, len(history))}


def smart(goal, *, business, attained=None):
    """Check a goal letter by letter: a list of {"letter", "word", "passes", "why"}.

    `goal` is what `goal` returns, or any dict with some of kpi, baseline, baseline_high, target,
    due, as_of, such as {"sentence": "increase sales"}; `attained` what `attainability` returns.
    """
    letters = (
        ("S", "specific", *_specific(goal)),
        ("M", "measurable", *_measurable(goal)),
        ("A", "attainable", *_attainable(goal, attained)),
        ("R", "relevant", *_relevant(goal, business)),
        ("T", "time-bound", *_timed(goal)),
    )
    return [{"letter": a, "word": w, "passes": bool(p), "why": why} for a, w, p, why in letters]


def is_smart(letters):
    """Tell whether all five letters pass."""
    return all(letter["passes"] for letter in letters)


def shown(value, goal):
    """Write a value of the goal's KPI as a reader expects it: 18.9% or 1,234.50 USD."""
    if value is None or pd.isna(value):
        return "unknown"
    if goal.get("unit") == "share":
        return f"{value:.1%}"
    return f"{value:,.2f} {goal.get('currency', '')}".strip()


def _sentence(goal):
    if goal["baseline"] is None:
        return f"No goal: {goal['label']} cannot be measured in these data."
    verb = "Raise" if goal["target"] > goal["baseline"] else "Change"
    values = f"from {shown(goal['baseline'], goal)} to {shown(goal['target'], goal)}"
    return f"{verb} the {goal['label']} of {goal['audience']} {values} by {goal['due']}."


def _specific(goal):
    kpi = goal.get("kpi")
    if kpi not in KPIS:
        return False, "names no KPI, so two people would count two things"
    return True, f"one KPI: {KPIS[kpi].definition}"


def _measurable(goal):
    low, high, target = goal.get("baseline"), goal.get("baseline_high"), goal.get("target")
    if low is None or target is None:
        return False, "has no baseline and no target, so nobody can say when it is reached"
    if not target > high:
        return False, f"the target is within the baseline's own margin (up to {shown(high, goal)})"
    margin = f"{shown(goal['baseline_low'], goal)} to {shown(high, goal)}"
    return True, (
        f"baseline {shown(low, goal)} (95%: {margin}, {goal['n']:,} customers), "
        f"target {shown(target, goal)}"
    )


def _attainable(goal, attained):
    if attained is None or goal.get("target") is None:
        return False, "no target that could be held against the past"
    return attained["passes"], attained["sentence"]


def _relevant(goal, business):
    kpi = goal.get("kpi")
    found = serving(kpi, business=business) if kpi in KPIS else {}
    if not found:
        return False, "serves no goal of the catalogue, so no decision follows from it"
    return True, f"serves {' and '.join(found)}; the decision is {decision(kpi)}"


def _timed(goal):
    due, as_of = goal.get("due"), goal.get("as_of")
    if not due:
        return False, "has no day on which it is over"
    days = (pd.Timestamp(due) - pd.Timestamp(as_of)).days
    return days > 0, f"due {due}, {days} days after the analysis date"


def _redrawn(history, unit, rng):
    """Return draws of shape (DRAWS, periods): the same past with other luck."""
    n, value = history["n"].to_numpy(), history["value"].to_numpy(float)
    if unit == "share":
        return rng.binomial(n, value, size=(DRAWS, len(n))) / n
    return rng.normal(value, history["spread"] / np.sqrt(n), size=(DRAWS, len(n)))


def _trend(history, draws, goal):
    """Extend a straight line through the periods to the due day; None below four periods."""
    if len(history) < 4:
        return None
    day = pd.to_datetime(history["start"])
    x = (day - day.min()).dt.days.to_numpy(float)
    ahead = (pd.Timestamp(goal["due"]) - day.min()).days - x.mean()
    x = x - x.mean()
    slope = draws @ x / (x @ x)
    low, high = np.quantile(draws.mean(axis=1) + slope * ahead, [0.025, 0.975])
    top = 1.0 if goal["unit"] == "share" else np.inf
    return float(np.clip(low, 0, top)), float(np.clip(high, 0, top))


def _level(target, bounds):
    if target <= bounds["highest"]:
        return "reached"
    ceilings = [b for b in (bounds["best_high"], bounds["trend_high"]) if b is not None]
    return "stretch" if target <= max(ceilings) else "beyond"


def _reach(found, goal, periods_n):
    seen = f"{shown(found['lowest'], goal)} to {shown(found['highest'], goal)}"
    best = f"{shown(found['best_low'], goal)} to {shown(found['best_high'], goal)}"
    past = f"{periods_n} past periods ran from {seen}, the best one (95%) from {best}"
    if found["trend_high"] is not None:
        line = f"{shown(found['trend_low'], goal)} to {shown(found['trend_high'], goal)}"
        past += f", and their straight line leads to {line} by {goal['due']}"
    words = {
        "reached": "inside what the KPI has already reached",
        "stretch": "a stretch: outside what it has reached, inside what best or trend allow",
        "beyond": "outside all of it: choose a smaller change",
    }
    return f"{past}; the target {shown(goal['target'], goal)} is {words[found['level']]}"


def _later(day, days):
    return (pd.Timestamp(day) + pd.Timedelta(days=days)).date().isoformat()
