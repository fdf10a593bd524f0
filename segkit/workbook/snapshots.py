"""A snapshot of a finished run, for the months after it; see `segkit.memory`.

Taken at the end of `segkit run`, from the artefacts alone, and only where notebooks ran: who is in
which segment as corrected, what they spent in the window, how the KPI stood, and how every column
that the definition uses was spread (see `segkit.validation.drift`).
"""

from segkit import memory
from segkit import study as studies


def take(run):
    """Remember what a finished run found; returns its `memory.Snapshot`."""
    from segkit.segments import settled
    from segkit.validation import drift

    found, brief = settled.read(run), run.read("brief.json")
    members = found.membership[["customer_id", "segment"]]
    if "spend_total" in found.card:
        members = members.assign(spend_total=found.card["spend_total"].astype(float).to_numpy())
    saved, goal = found.saved, brief["goal"]
    kept = saved.get("kept") or {}
    facts = {
        "as_of": brief["data"]["as_of"], "window_days": brief["data"]["window_days"],
        "key": memory.key(saved["definition"]), "version": kept.get("version"),
        "approach": saved["approach"], "order": found.order, "recipe": found.recipe,
        "definition": saved["definition"], "goal": {p: goal.get(p) for p in GOAL},
        "segments": _segments(members, found.order, _outcomes(run)),
        "bins": drift.bins(found.card, columns=found.needs),
        "smallest_cell": run.study.smallest_cell,
    }  # fmt: skip
    return memory.append(run.path, facts, members)


GOAL = ("kpi", "label", "unit", "baseline", "target", "due")
"""What is remembered of the goal: its baseline is how the KPI stood."""


def _outcomes(run):
    """Return what notebook 05 measured of each segment's KPI: {segment: {n, outcome_mean, …}}."""
    if not run.has("response.csv"):
        return {}
    table = run.read("response.csv")
    known = [c for c in ("n", "outcome_mean", "low", "high") if c in table]
    return {row["segment"]: {c: row[c] for c in known} for row in table.to_dict("records")}


def _segments(members, order, outcomes):
    """List size, money and KPI by segment, in their order."""
    groups = members.groupby("segment", sort=False)
    heads = groups.size()
    money = groups["spend_total"].sum().round(2) if "spend_total" in members else {}
    return [
        {"segment": name, "customers_n": int(heads[name]),
         "spend_total": float(money[name]) if name in money else None,
         "outcome": outcomes.get(name)}
        for name in order
    ]  # fmt: skip


def of(name):
    """List what is remembered of a study's run, the earliest day first."""
    return memory.snapshots(studies.run_folder(name))
