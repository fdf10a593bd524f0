"""`segkit keep`: settle what the last run found, so that next month has the same segments.

The versions lie beside the study, in `studies/NAME.kept.json`: a readable list, the last one in
use, earlier ones never rewritten. A version holds the definition with the corrections that were
taken, names, colours, personas' names, the goal with its baseline and the limits. It is made of a
finished run only, whose files agree with each other. Keeping the same again changes nothing.
"""

from datetime import date

from segkit import memory
from segkit import study as studies
from segkit.markdown import quoted
from segkit.study import StudyError, beside

TOLD = beside(__file__)


def proposal(name):
    """Name the run folder in which `segkit run NAME --refit` leaves what it proposes."""
    return f"{name}-refit"


def keep(name, *, why="", who=""):
    """Settle what the last run of a study found; returns (version, whether it is a new one).

    Raises StudyError where the run is not finished or its files do not agree.
    """
    version = _settled(name) | {"why": why, "who": who}
    known = studies.kept(name)
    if known and known[-1]["key"] == version["key"] and known[-1]["order"] == version["order"]:
        return known[-1], False
    number = 1 + max((each["version"] for each in known), default=0)
    version = {"version": number, "date": date.today().isoformat(), **version}
    studies.write_entries(name, "kept", [*known, version])
    return version, True


def undo(name):
    """Take the last version back, so that the one before it is in use; returns it."""
    known = studies.kept(name)
    if not known:
        raise StudyError(TOLD["nothing kept"].format(name=name))
    studies.write_entries(name, "kept", known[:-1])
    return known[-1]


def listed(name):
    """Return the kept versions in words, one line each, the one in use last."""
    return [_line(each) for each in studies.kept(name)]


def _line(version):
    said = "; ".join(filter(None, (version.get("why"), version.get("who"))))
    told = TOLD["line"].format(names=quoted(version["order"]), **{"as_of": "–"} | version)
    return told + (f" ({said})" if said else "")


def standing(name):
    """Say in a line what a study keeps and what may be done about it."""
    known, run = studies.kept(name), studies.run_folder(name).name
    which = "proposal" if run == proposal(name) else "applied" if known else "nothing yet"
    last = known[-1] if known else {"version": "none", "date": "–"}
    return TOLD[which].format(name=name, run=run, **{p: last[p] for p in ("version", "date")})


def refuse(name):
    """Say that a kept segmentation takes no correction; what is proposed beside it does."""
    known, run = studies.kept(name), studies.run_folder(name).name
    if known and run != proposal(name):
        told = {"name": name, "version": known[-1]["version"], "run": proposal(name)}
        raise StudyError(TOLD["held"].format(**told))


def _settled(name):
    """Put together what a version holds, from a finished run."""
    from segkit.plots.style import colours
    from segkit.segments import settled

    run = studies.open_run(name, stage="07_action")
    if not all(run.has(each) for each in ("personas.json", "actions.csv", "segments.json")):
        raise StudyError(TOLD["unfinished"].format(run=run.path.name, name=name))
    found, brief, pages = settled.read(run), run.read("brief.json"), run.read("personas.json")
    heads = found.membership["segment"].value_counts()
    own = {s: page["name"] for page in pages["personas"] for s in page["segments"]}
    saved, goal = found.saved, brief["goal"]
    return {
        "as_of": brief["data"]["as_of"], "window_days": brief["data"]["window_days"],
        "approach": saved["approach"], "order": found.order, "colours": colours(found.order),
        "personas": own, "customers_n": {s: int(heads[s]) for s in found.order},
        "goal": {part: goal.get(part) for part in GOAL}, "limits": brief["limits"],
        "corrections": settled.due(run), "key": memory.key(saved["definition"]),
        "features": found.features, "recipe": found.recipe, "definition": saved["definition"],
    }  # fmt: skip


GOAL = ("sentence", "kpi", "label", "unit", "baseline", "target", "due")
"""What a version says of the goal it was made for."""
