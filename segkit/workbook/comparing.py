"""`segkit compare`: what moved since an earlier snapshot, for eyes and for programs.

The run's own files are the state of now; the snapshot is what an earlier run left (see
`segkit.memory`). Both must look back over windows of the same length. Nothing is written.
"""

import json
from dataclasses import dataclass

import pandas as pd

from segkit import memory
from segkit import study as studies
from segkit.refusal import Refused
from segkit.study import StudyError, beside

TOLD = beside(__file__)


@dataclass(frozen=True)
class Compared:
    """Two snapshots beside each other: `then`, `now`, `moved`, `drift` and `verdict`."""

    name: str
    then: memory.Snapshot
    now: memory.Snapshot
    moved: object
    drift: pd.DataFrame
    verdict: dict

    @property
    def rules(self):
        """Say in words whether the rules of then are those of now."""
        if self.then.facts["key"] == self.now.facts["key"]:
            return TOLD["same rules"]
        return TOLD["other rules"]


def compare(name, *, day=""):
    """Compare the last run of a study with an earlier snapshot; returns Compared.

    `day` is an ISO date: the snapshot of that day; empty takes the one before. Raises StudyError
    below two snapshots, for a day that has none, and for windows of different length.
    """
    return of_run(studies.open_run(name, stage="07_action"), day=day)


def of_run(run, *, day=""):
    """Compare a run (of any folder) with an earlier snapshot of it; see `compare`."""
    from segkit.segments import chooser
    from segkit.validation import drift, movement

    then, now = _pair(run, day)
    card, rules = run.read("card.parquet"), None
    spread = drift.table(then.facts["bins"], card)
    if then.facts["key"] != now.facts["key"]:
        rules = _by_rules_of_then(chooser, card, then)
    orders = (then.facts["order"], now.facts["order"])
    moved = movement.between(then.members, now.members, rules_of_then=rules, orders=orders,
                             smallest=run.study.smallest_cell)  # fmt: skip
    least = run.read("brief.json")["limits"]["smallest_segment_share"]
    verdict = moved.verdict(drift=spread, least_share=least)
    return Compared(run.study.name, then, now, moved, spread, verdict)


def _by_rules_of_then(chooser, card, then):
    """Put today's customers into the segments of then's definition."""
    try:
        return chooser.assign(card, then.facts["definition"])[["customer_id", "segment"]]
    except StudyError as error:
        raise StudyError(TOLD["rules gone"].format(day=then.as_of, why=error)) from None


def _pair(run, day):
    """Find the snapshot of the run as it is, and the earlier one it is compared with."""
    known, name = memory.snapshots(run.path), run.study.name
    if not run.has("brief.json"):
        raise StudyError(TOLD["none"].format(name=name, n=0))
    today = run.read("brief.json")["data"]["as_of"]
    now = [each for each in known if each.as_of == today]
    earlier = [each for each in known if each.as_of < (today or "")]
    if not now or not earlier:
        raise StudyError(TOLD["none"].format(name=name, n=len(known)))
    then = {each.as_of: each for each in earlier}.get(day) if day else earlier[-1]
    if then is None:
        days = ", ".join(each.as_of for each in earlier)
        raise StudyError(TOLD["no such day"].format(day=day, days=days))
    if then.facts["window_days"] != now[-1].facts["window_days"]:
        before, here = (each.facts["window_days"] for each in (then, now[-1]))
        raise StudyError(TOLD["windows"].format(day=then.as_of, then=before, now=here))
    return then, now[-1]


def as_json(found):
    """Write what was found as JSON; what rests on too few customers is null."""
    stayed = found.moved.shown_stayed
    facts = {
        "study": found.name, "then": _side(found.then), "now": _side(found.now),
        "same_rules": found.then.facts["key"] == found.now.facts["key"],
        "smallest_cell": found.moved.smallest,
        "verdict": found.verdict["verdict"], "reasons": found.verdict["reasons"],
        "stayed": {"refused": stayed.why} if isinstance(stayed, Refused) else stayed,
        "matrix": [{"from": name, **row.to_dict()} for name, row in found.moved.shown.iterrows()],
        "flows": found.moved.shown_flows.to_dict("records"),
        "changes": found.moved.shown_changes.to_dict("records"),
        "drift": found.drift.to_dict("records"),
    }  # fmt: skip
    return as_text(facts)


def _side(snapshot):
    return {part: snapshot.facts.get(part) for part in ("as_of", "key", "version", "window_days")}


def as_text(facts):
    """Write plain facts as JSON, for programs; what is missing is null."""
    return json.dumps(_plain(facts), indent=1, ensure_ascii=False, default=str)


def _plain(value):
    """Turn missing values and numbers of numpy into what JSON knows."""
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if value is None or value is pd.NA or value != value:
        return None
    return value.item() if hasattr(value, "item") else value


def tell(found, console):
    """Say on the screen what was found, the verdict first."""
    from segkit.data.meanings import label

    def say(text):
        console.print(text, highlight=False, markup=False, soft_wrap=True)

    facts = {"name": found.name, "then": found.then.as_of, "now": found.now.as_of}
    say(TOLD["head"].format(**facts, window=found.now.facts["window_days"], rules=found.rules))
    say(TOLD["verdict"].format(verdict=found.verdict["verdict"]))
    for reason in found.verdict["reasons"]:
        say(f"  - {reason}")
    stayed = found.moved.shown_stayed
    if not isinstance(stayed, Refused):
        say(TOLD["stayed"].format(**stayed))
    _show(console, TOLD["titles"]["matrix"], _numbered(found.moved.shown, found.moved.order))
    _show(console, TOLD["titles"]["flows"], found.moved.shown_flows)
    _show(console, TOLD["titles"]["heads"], _parts(found.moved.shown_changes, "n"))
    if "before_spend" in found.moved.changes:
        _show(console, TOLD["titles"]["money"], _parts(found.moved.shown_changes, "spend"))
    spread = found.drift.assign(column=found.drift["column"].map(label))
    _show(console, TOLD["titles"]["drift"], spread)
    say(TOLD["few"].format(smallest=found.moved.smallest))


def _numbered(matrix, order):
    """Number the segments, so that the columns of the matrix need no long names."""
    numbers = {name: f"{place}" for place, name in enumerate(order, start=1)}
    rows = [f"{numbers[name]} {name}" if name in numbers else name for name in matrix.index]
    found = matrix.set_axis([numbers.get(name, name) for name in matrix], axis=1)
    return found.set_axis(rows).rename_axis("from \\ to").reset_index()


def _parts(changes, unit):
    """Take the columns of heads or of money, in the order in which they add up."""
    more = ["stayers"] if unit == "spend" else []
    parts = ["before", "new", "moved_in", "moved_out", "gone", *more, "now"]
    table = changes[["segment", *(f"{part}_{unit}" for part in parts)]]
    return table.set_axis(["segment", *(part.replace("_", " ") for part in parts)], axis=1)


def _show(console, title, table):
    from rich.table import Table

    drawn = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for at, column in enumerate(table):
        name = str(column).removesuffix("_n").replace("_", " ")
        drawn.add_column(name, justify="right" if at else "left")
    for row in table.itertuples(index=False):
        drawn.add_row(*(written(value) for value in row))
    console.print()
    console.print(drawn)


def written(value):
    """Write a value for the screen: a dot for what is missing or hidden."""
    if value is None or value is pd.NA or value != value:
        return "·"
    if isinstance(value, str | bool):
        return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
    if hasattr(value, "dtype") and value.dtype == bool:
        return "yes" if value else "no"
    whole = float(value) == int(value)
    return f"{int(value):,}" if whole else f"{value:,.3f}" if abs(value) < 10 else f"{value:,.0f}"
