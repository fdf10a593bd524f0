"""A SMART goal, and whether it can be reached.

Idea: a wish becomes a goal when five letters can be ticked from data: it names one KPI
(specific), has a baseline and a target that differ by more than luck (measurable), lies within
what the KPI has done or is doing (attainable), serves a goal of this business and leads to a
decision (relevant), and ends on a day (time-bound). "Increase sales" ticks none. Sources: Doran
(1981) for SMART, stage 1 of the handbook. Refuses a target that nothing in the past comes near.
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from segkit.brief import Goal
from segkit.goals import messages
from segkit.goals.aims import decision, served
from segkit.goals.kpis import KPIS
from segkit.refusal import Refused

DRAWS = 2_000
"""Repeats of the bootstrap of a KPI's history."""


def goal(past, *, change_pct, rng):
    """Turn the past of a KPI into a goal: baseline, target, due day, and its five letters.

    Parameters
    ----------
    past : Past
        What `history` returned.
    change_pct : float
        Wanted improvement in percent of the baseline: 15 turns 18.0 % into 20.7 %.
    rng : numpy.random.Generator
        For redrawing the past, see `attainability`.

    Returns
    -------
    segkit.brief.Goal
        `.sentence` says it, `.smart` holds the letters (see `smart`), `.attainable` the sentence
        on the past. Without a history baseline and target are None, of a list all numbers.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from segkit import data, goals
    >>> days = pd.date_range("2024-01-01", periods=90)
    >>> orders = pd.DataFrame({"customer_id": "ann", "ordered_at": days, "amount": 9.0})
    >>> situation = goals.situation(data.from_frames(orders), horizon_days=30)
    >>> past = goals.history(situation, kpi="order_value")
    >>> goal = goals.goal(past, change_pct=10, rng=np.random.default_rng(1))
    >>> goal.shown(goal.baseline), goal.shown(goal.target)
    ('9.00', '9.90')
    """
    draft = _drafted(past, change_pct)
    attained = attainability(past, goal=draft, rng=rng)
    letters = smart(draft, attained=attained).to_dict("records")
    return replace(draft, smart=letters, attainable=attained["sentence"])


def _drafted(past, change_pct):
    draft, known = past.goal, past.baseline
    if draft.kpi is None:
        return draft
    draft = replace(draft, due=past.days.due, as_of=past.days.as_of)
    if isinstance(known, Refused):
        return replace(draft, sentence=f"No goal: {draft.label} cannot be measured in these data.")
    names = {"value": "baseline", "low": "baseline_low", "high": "baseline_high"}
    names |= {name: name for name in ("n", "spread", "audience")}
    measured = {name: known[column] for column, name in names.items()}
    target = known["value"] * (1 + draft.direction * change_pct / 100)
    draft = replace(draft, target=target, starts_from=past.starts_from, **measured)
    return replace(draft, sentence=_sentence(draft))


def attainability(past, *, goal, rng):
    """Judge the target against what the KPI has done.

    Where the same days of earlier years are known, by how far the KPI moved from one year to the
    next; else by all its periods, see `_of_all`. Each is redrawn within its own sampling error
    (parametric bootstrap, `DRAWS` times). Returns level, passes, sentence and the numbers behind
    it. level: "reached" (within the values seen), "stretch" (beyond them, within the 95 % range of
    the best or the trend), "beyond" (outside all), "impossible" (more than the KPI can be),
    "unknown" (no history). A line through a few points is a hope, no forecast.
    """
    table = past.table
    if isinstance(table, Refused) or goal.target is None:
        return {"level": "unknown", "passes": False, "sentence": "The KPI has no history here."}
    if goal.target > goal.highest:
        most = messages.told(
            "impossible", target=goal.shown(goal.target), most=goal.shown(goal.highest)
        )
        return {"level": "impossible", "passes": False, "sentence": most}
    seasonal = past.season is not None and len(past.turns) > 0
    found = _of_years(past, goal, rng) if seasonal else _of_all(table, goal, rng)
    return found | {"passes": found["level"] != "beyond"}


def _of_all(table, goal, rng):
    """Judge by all past periods: lowest, highest, best_low, best_high, trend_low, trend_high.

    The trend is where a straight line leads by the due day; None with fewer than four periods.
    """
    draws = _redrawn(table, goal, rng)
    best = np.quantile((goal.direction * draws).max(axis=1) * goal.direction, [0.025, 0.975])
    ends = ("lowest", "highest", "best_low", "best_high", "trend_low", "trend_high")
    seen = (table["value"].min(), table["value"].max())
    found = dict(zip(ends, (*seen, *best, *_trend(table, draws, goal)), strict=True))
    found["level"] = _level(goal, found)
    return found | {"sentence": _reach(found, goal, len(table))}


def _of_years(past, goal, rng):
    """Judge by how far the KPI moved from one year to the next: lowest to best_high.

    Changes are differences from the same days a year before, added to the baseline.
    """
    turns = past.turns
    before = turns[[c for c in turns if c.startswith("before_")]]
    before = before.rename(columns=lambda name: name.removeprefix("before_"))
    moved = turns["value"].to_numpy() - before["value"].to_numpy()
    draws = _redrawn(turns, goal, rng) - _redrawn(before, goal, rng)
    best = np.quantile((goal.direction * draws).max(axis=1) * goal.direction, [0.025, 0.975])
    ends = np.clip(goal.baseline + np.array([moved.min(), moved.max(), *best]), 0, goal.highest)
    found = dict(zip(("lowest", "highest", "best_low", "best_high"), map(float, ends), strict=True))
    found |= {"trend_low": None, "trend_high": None, "level": None}
    found["level"] = _level(goal, found)
    shown = {
        name: goal.shown(found[name]) for name in ("lowest", "highest", "best_low", "best_high")
    }
    changes = {"least": goal.changed(moved.min()), "most": goal.changed(moved.max())}
    words = messages.told("reach")[found["level"]]
    told = messages.told("yearly", goal=goal, n=len(turns), words=words,
                         target=goal.shown(goal.target), **shown, **changes)  # fmt: skip
    return found | {"sentence": told}


def smart(goal, *, attained=None):
    """Check a goal letter by letter.

    Parameters
    ----------
    goal : segkit.brief.Goal or dict
        A goal, or a wish that fills some of its blanks: `{"sentence": "Increase sales!"}`.
    attained : dict
        What `attainability` returned; without it nothing is attainable.

    Returns
    -------
    pandas.DataFrame
        Five rows: letter, word, passes (bool), why.

    Examples
    --------
    >>> from segkit import goals
    >>> goals.smart({"sentence": "Increase sales!"})["passes"].tolist()
    [False, False, False, False, False]
    """
    goal = Goal(**goal) if isinstance(goal, dict) else goal
    letters = (
        ("S", "specific", *_specific(goal)),
        ("M", "measurable", *_measurable(goal)),
        ("A", "attainable", *_attainable(goal, attained)),
        ("R", "relevant", *_relevant(goal)),
        ("T", "time-bound", *_timed(goal)),
    )
    table = pd.DataFrame(letters, columns=["letter", "word", "passes", "why"])
    return table.astype({"passes": bool})


def _sentence(goal):
    verbs = {1: "Raise", -1: "Lower"}
    verb = verbs[goal.direction] if goal.improves(goal.target) else "Change"
    since = " (same days last year)" if goal.starts_from.endswith("a year before") else ""
    values = f"from {goal.shown(goal.baseline)}{since} to {goal.shown(goal.target)}"
    return f"{verb} the {goal.label} of {goal.audience} {values} by {goal.due}."


def _specific(goal):
    if goal.kpi not in KPIS:
        return False, "names no KPI, so two people would count two things"
    return True, f"one KPI: {KPIS[goal.kpi].definition}"


def _measurable(goal):
    if goal.baseline is None or goal.target is None:
        return False, "has no baseline and no target, so nobody can say when it is reached"
    if goal.target > goal.highest:
        most = goal.shown(goal.highest)
        return (
            False,
            f"no {goal.label} can be more than {most}, so {goal.shown(goal.target)} is none",
        )
    if not goal.improves(goal.target, beyond=goal.margin):
        margin = goal.shown(goal.margin)
        return False, f"the target is within the baseline's own margin (up to {margin})"
    margin = f"{goal.shown(goal.baseline_low)} to {goal.shown(goal.baseline_high)}"
    return True, (
        f"baseline {goal.shown(goal.baseline)} (95%: {margin}, {goal.n:,} customers; "
        f"{goal.starts_from}), target {goal.shown(goal.target)}"
    )


def _attainable(goal, attained):
    if attained is None or goal.target is None:
        return False, "no target that could be held against the past"
    return attained["passes"], attained["sentence"]


def _relevant(goal):
    if goal.kpi not in KPIS:
        return False, "serves no goal of the catalogue, so no decision follows from it"
    return True, f"serves {served(goal.kpi)}; the decision is {decision(goal.kpi)}"


def _timed(goal):
    if not goal.due:
        return False, "has no day on which it is over"
    days = (pd.Timestamp(goal.due) - pd.Timestamp(goal.as_of)).days
    return days > 0, f"due {goal.due}, {days} days after the analysis date"


def _redrawn(table, goal, rng):
    """Return draws of shape (DRAWS, periods): the same past with other luck."""
    n, value = table["n"].to_numpy(), table["value"].to_numpy(float)
    if goal.is_share:
        return rng.binomial(n, value, size=(DRAWS, len(n))) / n
    return rng.normal(value, table["spread"] / np.sqrt(n), size=(DRAWS, len(n)))


def _trend(table, draws, goal):
    """Extend a straight line through the periods to the due day; None twice below four periods."""
    if len(table) < 4:
        return None, None
    day = pd.to_datetime(table["start"])
    x = (day - day.min()).dt.days.to_numpy(float)
    ahead = (pd.Timestamp(goal.due) - day.min()).days - x.mean()
    x = x - x.mean()
    slope = draws @ x / (x @ x)
    ends = np.quantile(draws.mean(axis=1) + slope * ahead, [0.025, 0.975])
    return tuple(float(end) for end in np.clip(ends, 0, goal.highest))


def _level(goal, found):
    """Place the target: no further than was seen, than best or trend allow, or beyond."""
    end = {1: "high", -1: "low"}[goal.direction]
    if not goal.improves(goal.target, beyond=found[f"{end}est"]):
        return "reached"
    allowed = [found[f"best_{end}"], found[f"trend_{end}"]]
    within = [not goal.improves(goal.target, beyond=far) for far in allowed if far is not None]
    return "stretch" if any(within) else "beyond"


def _reach(found, goal, periods_n):
    seen = f"{goal.shown(found['lowest'])} to {goal.shown(found['highest'])}"
    best = f"{goal.shown(found['best_low'])} to {goal.shown(found['best_high'])}"
    past = f"{periods_n} past periods ran from {seen}, the best one (95%) from {best}"
    if found["trend_high"] is not None:
        line = f"{goal.shown(found['trend_low'])} to {goal.shown(found['trend_high'])}"
        past += f", and their straight line leads to {line} by {goal.due}"
    words = messages.told("reach")[found["level"]]
    return f"{past}; the target {goal.shown(goal.target)} is {words}"
