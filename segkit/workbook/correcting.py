"""`segkit correct`: what a team decides about its segments, one entry after the other.

The entries lie beside the study, in `studies/NAME.corrections.json`: readable, kept with it, undone
by taking one away. Before one is written it is tried on the segments of the last run, together with
those before it, so a misspelt segment or column is refused at once and the file stays as it was.
"""

from datetime import date

from segkit import study as studies
from segkit.segments import rules, settled
from segkit.study import StudyError
from segkit.workbook import keeping

LACKING = "Say why, and who decided it: --why “…” --who “…”. In half a year somebody will ask."

NEEDED = "Correction {number} is needed by one after it, so take that back first."
SMALL = (
    "“{name}” would hold {n} customers, fewer than the {least} below which nothing is said of a "
    "group. Make fewer parts, or refine by something else."
)


def listed(name):
    """Return a study's corrections in words, one line each."""
    return [
        f"{number}  {entry['kind']} {' + '.join(entry['segments'])}"
        + "".join(
            f", {key} {entry[key]}" for key in ("name", "into", "by", "when", "to") if key in entry
        )
        + f": {entry['why']} ({entry['who']}, {entry['date']})"
        for number, entry in enumerate(studies.corrections(name), 1)
    ]


def proposed(name):
    """Return what notebook 05 proposed in the last run, in words, one line each."""
    judged = studies.noted(studies.run_folder(name) / "corrections.json")
    return [
        f"{each['kind']} {' + '.join(each['segments'])}: {each['reason']}"
        for each in judged.get("proposals", [])
    ]


def add(name, entry):
    """Try an entry (kind, segments, why, who …) and write it down; returns the sizes after it.

    Raises StudyError when it cannot be taken; the file then stays as it was.
    """
    if not (entry.get("why") and entry.get("who")):
        raise StudyError(LACKING)
    keeping.refuse(name)
    known = studies.corrections(name)
    entry = {**entry, "date": date.today().isoformat()}
    found = _tried(name, known)
    kept = settled.taken(found.found or found, [*known, entry])
    _refuse_small(kept, found)
    studies.write_entries(name, "corrections", [*known, entry])
    counts = kept.membership["segment"].value_counts()
    return {segment: int(counts[segment]) for segment in kept.order}


def undo(name, number):
    """Take entry `number` (from 1) back; returns it.

    Raises StudyError where there is none, or a later one that can be taken now needs it.
    """
    keeping.refuse(name)
    known = studies.corrections(name)
    if not 1 <= number <= len(known):
        there = f"There are {len(known)}." if known else "There are none."
        raise StudyError(f"There is no correction {number} of {name}. {there}")
    rest = known[: number - 1] + known[number:]
    if _stands(name, known) and not _stands(name, rest):
        raise StudyError(NEEDED.format(number=number))
    studies.write_entries(name, "corrections", rest)
    return known[number - 1]


def rule(text, name):
    """Read a condition such as "spend_total > 100" with the columns of the last run's card."""
    if not text:
        raise StudyError("Say who stays, by a column of the customers: --when “spend_total > 100”.")
    card = studies.open_run(name, stage="05_validation").read("card.parquet")
    return rules.from_sql(text, columns=card.columns)


def _tried(name, entries):
    return settled.tried(studies.open_run(name, stage="05_validation"), entries)


def _stands(name, entries):
    """Tell whether all of these entries can be taken on the segments of the last run."""
    try:
        _tried(name, entries)
    except StudyError:
        return False
    return True


def _refuse_small(kept, before):
    """Refuse parts so small that the report would say nothing of them."""
    sizes, least = kept.membership["segment"].value_counts(), kept.smallest_cell
    for name in kept.order:
        if name not in before.order and sizes[name] < least:
            raise StudyError(SMALL.format(name=name, n=sizes[name], least=least))
