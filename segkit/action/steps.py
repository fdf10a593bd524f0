"""What to do first: the list of actions, and three steps, each with its yardstick.

The best persona gets a test with a hold-out group; the persona where a contact does not pay (or
else the second best) the next; the third closes the widest gap of knowledge. Of a list without
orders the first steps are the ones that make the next list better.
"""

from math import isfinite

import pandas as pd

from segkit.action.economics import LOSES
from segkit.evidence import answers_needed
from segkit.refusal import Refused

NOTHING_SPENT = "nothing: these customers spent nothing in that time"

_ACTION_COLUMNS = (
    "rank", "persona", "segments", "n", "share", "spend_share", "priority", "move", "offer",
    "channel", "message", "frequency", "goal", "serves", "kpi", "response_expected", "low",
    "high", "break_even_response", "verdict", "rules", "evidence", "status",
)  # fmt: skip


def actions(table, *, goal, verdict):
    """Turn facts, plans, ranks and economics into the action list, first things first.

    `table`: one row per persona with the columns of `facts.by_persona`, `rules.plans`,
    `priorities.rank` and `economics.returns`; `goal`: of the brief; `verdict`: of stage 5 (usable,
    and failed: the segments that failed a check). Returns one row per action; `status` says what
    it is worth today.
    """
    out = table.sort_values("rank", kind="stable").rename_axis("persona").reset_index()
    out["frequency"] = (out["frequency"] + ", " + out["timing"]).str.removesuffix(", ")
    out["status"] = [_status(names, verdict) for names in out["segments"]]
    out["segments"] = out["segments"].str.join("; ")
    out = out.assign(goal=goal.sentence, kpi=goal.label)
    out["response_expected"] = out["response"].round(6)
    out["break_even_response"] = out["break_even"].round(6)
    rounded = out.round({"priority": 4, "spend_share": 4, "share": 4, "low": 4, "high": 4})
    return rounded[list(_ACTION_COLUMNS)]


def first(actions, *, goal, tests):
    """Say what to do first: step, what, kpi, measured_by, decide.

    `actions` is the table of `actions`; `tests` that of `holdout.plans`, or Refused of a list.
    """
    rows = _of_a_list(actions) if isinstance(tests, Refused) else _of_orders(actions, goal, tests)
    table = pd.DataFrame(rows, columns=["what", "kpi", "measured_by", "decide"])
    table.insert(0, "step", range(1, len(rows) + 1))
    return table


def lesson(actions, *, steps, tests, customers_n):
    """Say in Markdown what is planned: how many steps, and what a hold-out would show."""
    if isinstance(tests, Refused):
        return f"{len(steps)} steps for {len(actions)} personas; {tests}"
    everybody = tests.loc["all customers"]
    return (
        f"{len(steps)} steps; {everybody['held']:,} of {customers_n:,} customers held out at "
        f"random would show {_seen(everybody['visible'], 'a change in spend of ')}."
    )


def _status(segments, verdict):
    if not verdict["usable"]:
        return "hypothesis: segments not confirmed"
    failed = [name for name in segments if name in verdict.get("failed", [])]
    if failed:
        return f"hypothesis: {'; '.join(failed)} failed a check of notebook 05"
    return "proposal, to be tested"


def _of_orders(actions, goal, tests):
    best = actions.iloc[0]
    losing = actions[(actions["verdict"] == LOSES) & (actions["persona"] != best["persona"])]
    rows = [_grow(best, goal, tests)]
    if len(losing):
        rows.append(_save(losing.sort_values("n", ascending=False, kind="stable").iloc[0], tests))
    elif len(actions) > 1:
        rows.append(_grow(actions.iloc[1], goal, tests))
    answers = answers_needed(int(tests.loc["all customers", "n"]))
    kpi = f"share of customers with a known need (today none); then {goal.label}"
    return [*rows, _ask("Ask why: a short questionnaire on goals and needs", answers, kpi,
                        "; compare who answered with who did not")]  # fmt: skip


def _of_a_list(actions):
    best, answers = actions.iloc[0], answers_needed(int(actions["n"].sum()))
    return [
        (
            f"Write to {best['persona']} ({best['n']:,} customers) in their own words: "
            f"{best['message']}. A random half gets the usual text.",
            "answers to the next contact",
            "Compare the share that answers in both halves; keep who got what.",
            "Keep the own text only if its half answers more, interval included.",
        ),
        (
            "Record every contact and every order from now on: customer, day, amount, "
            "campaign, answered or not.",
            "share of customers with a dated history (today none)",
            "A table `orders` in the study file; the notebooks then find a KPI.",
            "Run the workbook again after two periods.",
        ),
        _ask("Ask what the list does not tell: a few questions", answers,
             "share of customers with a known need"),
    ]  # fmt: skip


def _grow(action, goal, tests):
    plan = tests.loc[action["persona"]]
    doubt = action["status"].startswith("hypothesis")
    what = f"{action['move']} – {action['persona']}: {action['offer']}."
    return (
        f"Test first whether this group holds. Then: {what}" if doubt else what,
        f"{goal.label}; spend per customer in {plan['days']} days",
        _held_out(plan, tests.loc["all customers"]),
        "Roll out if the whole 95% interval of the extra margin per contact lies above "
        "its cost; stop if it lies below; else repeat.",
    )


def _save(action, tests):
    plan = tests.loc[action["persona"]]
    return (
        f"Stop the routine mailing to {action['persona']} ({action['n']:,} customers) for "
        "one campaign, except to a random half.",
        f"mailing cost saved; spend per customer in {plan['days']} days",
        f"Mail a random half ({plan['n'] // 2:,} of {plan['n']:,}) as before; "
        f"compare spend. Shows {_seen(plan['half'], 'a change of ', ' or more')}.",
        "Stay with the stop unless the whole 95% interval of the mailed half's extra "
        "margin lies above the cost of its mailing.",
    )


def _ask(what, answers, kpi, more=""):
    return (
        f"{what}, {answers:,} answers, every persona drawn at random.",
        kpi,
        f"{answers:,} answers give a share to within 5 points{more}.",
        "Keep a question only if its answer changes an offer.",
    )


def _seen(change, before="", after=""):
    """Write the smallest change a test shows; where nobody spent anything, there is none."""
    return f"{before}{change:.1%}{after}" if isfinite(change) else NOTHING_SPENT


def _held_out(plan, everybody):
    best = plan.get("best_case", float("nan"))
    if best < plan["visible"]:
        return (
            f"Even if every answer were an extra order, spend would rise by {best:.1%}; leaving "
            f"{plan['held']:,} of these {plan['n']:,} out shows "
            f"{_seen(plan['visible'], '', ' or more')}. So "
            "one campaign can rule out a large effect, not prove that a contact pays: keep the "
            f"same random {everybody['held']:,} of all {everybody['n']:,} out of several campaigns "
            "and add them up, or compare the response to two offers."
        )
    if plan["enough"]:
        return (
            f"Leave {plan['held']:,} of these {plan['n']:,} out at random; compare spend. Shows "
            f"{_seen(plan['visible'], 'a change of ', ' or more')}."
        )
    return (
        f"These {plan['n']:,} are too few for {plan['change']:.0%}: leaving out half would show "
        f"{_seen(plan['half'], '', ' or more')}. So hold out {everybody['held']:,} of all "
        f"{everybody['n']:,}, every persona alike (shows {_seen(everybody['visible'])}), and add "
        "campaigns up until this persona can be read alone."
    )
