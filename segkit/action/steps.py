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
from segkit.study import beside

TEXTS = beside(__file__, "steps.yaml")
NOTHING_SPENT = "nothing: these customers spent nothing in that time"


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
    return rounded[TEXTS["columns"]]


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
    everybody = {f"all_{name}": value for name, value in tests.loc["all customers"].items()}
    answers = answers_needed(int(everybody["all_n"]))
    steps = [("grow", best)]
    if len(losing):
        steps.append(("save", losing.sort_values("n", ascending=False, kind="stable").iloc[0]))
    elif len(actions) > 1:
        steps.append(("grow", actions.iloc[1]))
    rows = [_filled(TEXTS[kind], {**action, **_figures(tests.loc[action["persona"]], everybody),
                                  "customers_n": action["n"],
                                  "label": goal.label, "doubt": _doubt(action)})
            for kind, action in steps]  # fmt: skip
    return [*rows, _filled(TEXTS["ask why"], {"answers": answers, "label": goal.label})]


def _of_a_list(actions):
    meant = actions[~actions["rules"].str.contains("way of answering", na=False)]
    first = (meant if len(meant) else actions).iloc[0]
    words = {**first, "answers": answers_needed(int(actions["n"].sum()))}
    return [_filled(text, words) for text in TEXTS["of a list"]]


def _filled(texts, words):
    return {part: text.format(**words) for part, text in texts.items()}


def _doubt(action):
    doubt = action["status"].startswith("hypothesis")
    return "Test first whether this group holds. Then: " if doubt else ""


def _figures(plan, everybody):
    """Write what a planned test of some customers (and of `everybody`) shows: {name: words}."""
    words = {"best_case": float("nan"), **plan, **everybody, "half_n": plan["n"] // 2}
    kind = "enough" if plan["enough"] else "too few"
    kind = "one campaign cannot" if words["best_case"] < plan["visible"] else kind
    for name in ("visible", "half"):
        words[name] = _seen(plan[name], "", " or more")
        words[f"{name}_change"] = _seen(plan[name], "a change of ", " or more")
    words["all_visible"] = _seen(everybody["all_visible"])
    return {**words, "held_out": TEXTS["held out"][kind].format(**words)}


def _seen(change, before="", after=""):
    """Write the smallest change a test shows; where nobody spent anything, there is none."""
    return f"{before}{change:.1%}{after}" if isfinite(change) else NOTHING_SPENT
