"""Is it working? How many customers have to be left out to know.

A campaign without a control group shows who answers, not what it adds: the past campaigns
cannot tell, and the next one can. Some customers, drawn at random, are not contacted, and
their purchases in the same weeks are compared. This file says how many that takes.

For shares the two-sample formula with pooled variance under the null (Fleiss, Levin & Paik
2003), for money the same with standard deviations. Spend before the test explains much of the
spend during it; taking that out shrinks the test (Deng, Xu, Kohavi & Walker 2013).

Refused: a plan that cannot see the effect it was made for. It says what it could see instead.
"""

from math import ceil, sqrt

import numpy as np
import pandas as pd

from segkit import evidence
from segkit.action.economics import LACKING
from segkit.refusal import Refused, passes


def plan(spend, *, before, change, alpha=0.05, power=0.8):
    """Plan a hold-out: how many of these customers to leave out to see `change`.

    `spend`, `before`: money per customer in a past period as long as the test, and in the
    one before it; `change`: relative (0.1 = 10 %). Returns n, mean, explained (share of the
    variance that `before` takes out), held (customers left out at random, half of them at
    most), visible (the relative change this plan shows), half (the one that leaving out half
    would show), change, and enough (visible <= change).
    """
    spend, before = np.asarray(spend, dtype=float), np.asarray(before, dtype=float)
    n, mean, explained = len(spend), float(np.mean(spend)), _explained(spend, before)
    sd = float(np.std(spend, ddof=1)) * sqrt(1 - explained) if n > 1 else 0.0
    unit = sd / mean if n > 1 and mean > 0 else np.inf
    held = _left_out(evidence.reach(alpha, power) * unit / change, n)
    both = [_visible(unit, n, out, alpha=alpha, power=power) for out in (held, n // 2)]
    return {"n": n, "mean": mean, "explained": explained, "held": held, "visible": both[0],
            "half": both[1], "change": change, "enough": both[0] <= change}  # fmt: skip


def history(tables, *, customers, end, days):
    """Look back at what a test would have measured, had it just ended.

    `customers`: ids; `end`: exclusive date. Returns, in the order of `customers`, spend (money
    in the last `days` days before `end`) and before (in as many days before those); 0 where
    nothing was bought. Refused of a list without orders.
    """
    if getattr(tables, "orders", True) is None:
        return Refused(LACKING["test"])
    from segkit.data import outcomes

    end, length = pd.Timestamp(end), pd.Timedelta(days=days)
    found = {"customer_id": list(customers)}
    for name, until in (("spend", end), ("before", end - length)):
        bought = outcomes.purchases(tables, start=until - length, end=until)
        spend = bought.set_index("customer_id")["spend_total"].astype(float)
        found[name] = spend.reindex(found["customer_id"]).fillna(0.0).to_numpy()
    return pd.DataFrame(found).assign(days=days)


@passes
def plans(history, *, groups, change):
    """Plan a hold-out for each group and for "all customers"; one row each, see `plan`.

    `history`: the table of `history`; `groups`: one name per row of it; `change`: relative.
    """
    names = pd.Series(list(groups), index=history.index)
    parts = {name: history[names == name] for name in dict.fromkeys(names)}
    parts["all customers"] = history
    rows = {
        name: plan(part["spend"], before=part["before"], change=change)
        for name, part in parts.items()
    }
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("persona")
    return table.assign(days=int(history["days"].iloc[0]))


@passes
def weighed(tests, *, facts):
    """Hold each planned test against the most that one campaign could change.

    `tests`: the table of `plans`; `facts`: persona as index with response and order_value.
    Adds best_case, the relative rise in spend if every answer were an extra order (missing where
    no response was measured), and takes `enough` back where the test cannot see even that. The
    smallest group first.
    """
    answers = (facts["response"] * facts["order_value"]).reindex(tests.index).astype(float)
    best = answers / tests["mean"]
    seen = tests.assign(best_case=best, enough=tests["enough"] & ~(best < tests["visible"]))
    return seen.sort_values("n") if "n" in seen else seen


def told(goal, *, customers_n):
    """Say how large a test of the goal would be: textbook size first, then this goal."""
    base, target = goal.baseline or 0, goal.target or 0
    textbook = evidence.arm_size(0.10, 0.12)
    text = f"To tell 10% from 12% takes **{textbook:,}** customers in *each* arm."
    if goal.kpi is None:
        return f"{text} There are {customers_n:,} on this list, and no KPI with a past to plan by."
    if not goal.is_share or not (0 < base < 1 and 0 < target < 1) or base == target:
        return f"{text} This goal is no share, so the test below compares spend."
    arm = evidence.arm_size(base, target)
    verdict = "possible" if 2 * arm <= customers_n else "more than one campaign can show"
    step = f"from {goal.shown(base)} to {goal.shown(target)}"
    return (
        f"{text} To see this goal's step, {step}, between a new offer and the usual one: "
        f"**{arm:,}** in each arm, with {customers_n:,} customers in all: {verdict}."
    )


def _left_out(ratio, n):
    """Solve ratio² = held (n - held) / n for the smaller group; half where none is enough."""
    rest = 0.25 - ratio * ratio / n if n else -1.0
    held = ceil(n * (0.5 - sqrt(rest))) if rest > 0 else n // 2
    return max(min(held, n // 2), min(1, n // 2))


def _visible(unit, n, held, *, alpha, power):
    if held < 1 or not np.isfinite(unit):
        return float("inf")
    return evidence.detectable(unit, n=n - held, rest=held, alpha=alpha, power=power)


def _explained(spend, before):
    if len(spend) < 3 or spend.std() == 0 or before.std() == 0:
        return 0.0
    return float(np.corrcoef(spend, before)[0, 1] ** 2)
