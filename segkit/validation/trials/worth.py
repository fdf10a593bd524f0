"""Where it pays: what a contact brings beyond its cost, for all or per segment.

The gain is the effect, not the answer: who would have bought anyway brings nothing. Segments are
told apart only where the effect differs between them beyond chance; else one row stands for all.
The effects of segments are those drawn towards the common one, because the best of many is partly
luck.
"""

import pandas as pd

from segkit import evidence

PAYS, LOSES, OPEN = "pays", "does not pay", "open"


def table(trial, *, gain, cost):
    """Weigh the effect of each arm against its cost.

    Parameters
    ----------
    trial : segkit.validation.trials.analysis.Trial
        A test whose effect can be told.
    gain : float
        What one more response brings, or which part of one more unit of money is kept.
    cost : float
        What one contact costs.

    Returns
    -------
    DataFrame
        column, group, arm, people_n (all in the test of that group), uplift (per 1,000 contacted),
        profit, low, high (money per contact, after cost), total (for all people_n) and verdict:
        pays, does not pay, or open. The largest profit first.
    """
    rows = [_row(at, trial, gain, cost) for at in _parts(trial)]
    found = pd.DataFrame(rows)
    return found.sort_values("profit", ascending=False, kind="stable", ignore_index=True)


def _parts(trial):
    """List whom to weigh: the groups of the clearest difference of an arm, else all people."""
    told, parts = trial.interactions, []
    differs = told[told["differs"]] if isinstance(told, pd.DataFrame) else None
    for row in trial.whole.itertuples():
        seen = () if differs is None else differs[differs["arm"] == row.arm]
        if len(seen):
            column, groups = seen.loc[seen["p_holm"].idxmin(), "column"], trial.segments
            own = groups[(groups["column"] == column) & (groups["arm"] == row.arm)]
            parts += own.to_dict("records")
        else:
            parts.append({"column": "all", "group": "all", "arm": row.arm,
                          "shrunken": row.difference, "ends": (row.low, row.high)})  # fmt: skip
    return parts


def _row(part, trial, gain, cost):
    effect, half = part["shrunken"], evidence.z(trial.plan.alpha) * part.get("shrunken_error", 0)
    ends = part.get("ends", (effect - half, effect + half))
    profit, low, high = (gain * end - cost for end in (effect, *ends))
    word, people = PAYS if low > 0 else LOSES if high < 0 else OPEN, _people(trial, part)
    told = {name: part[name] for name in ("column", "group", "arm")} | {"people_n": people}
    told |= {"uplift": 1000 * effect, "profit": profit, "low": low, "high": high}
    return told | {"total": profit * people, "verdict": word}


def _people(trial, part):
    """Count the people of a group in all arms."""
    labels = trial.rows.labels
    if part["column"] == "all":
        return len(labels)
    return int((labels[part["column"]] == part["group"]).sum())
