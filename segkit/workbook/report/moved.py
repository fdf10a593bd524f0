"""What moved since the run before, for the first pages of the decision paper.

All of it is what `segkit compare` finds, see `segkit.workbook.comparing`; here it is only laid out.
Without an earlier snapshot there is nothing to show.
"""

from segkit import memory
from segkit import study as studies
from segkit.data.meanings import label
from segkit.refusal import Refused
from segkit.study import StudyError, beside

WORDS = beside(__file__, "moved.yaml")
"""What is said around the values."""


def gather(folder, study, *, as_of):
    """Return what `moved.html.j2` asks, {} where no earlier day is remembered.

    `folder` is the run folder, `study` its study, `as_of` the day of the run. A comparison that
    cannot be made is its reason: {"refused": …}.
    """
    if memory.before(folder, as_of) is None:
        return {}
    from segkit.workbook import comparing

    try:
        run = studies.Run(study, stage="07_action")
        return _laid_out(comparing.of_run(run)) if run.path == folder.resolve() else {}
    except StudyError as error:
        return {"refused": str(error)}


def _laid_out(found):
    """Name the parts of a comparison as the template shows them."""
    moved, stayed = found.moved, found.moved.shown_stayed
    level, title = WORDS["verdicts"][found.verdict["verdict"]]
    said = stayed.why if isinstance(stayed, Refused) else WORDS["stayed"].format(**stayed)
    matrix, changes = moved.shown, moved.shown_changes
    drift = found.drift.assign(column=found.drift["column"].map(label))
    return {
        "then": found.then.as_of, "now": found.now.as_of, "rules": found.rules,
        "level": level, "title": title, "reasons": found.verdict["reasons"], "stayed": said,
        "smallest": moved.smallest, "columns": list(matrix),
        "matrix": _rows(matrix.rename_axis("was").reset_index(), ["was", *matrix]),
        "flows": _rows(moved.shown_flows, ["flow", "customers_n", "spend_before", "spend_now"]),
        "tables": [(WORDS["tables"][unit], *_parts(changes, unit)) for unit in ("n", "spend")
                   if f"before_{unit}" in changes],
        "drift": drift.to_dict("records"),
    }  # fmt: skip


def _parts(changes, unit):
    """Return the headings and the rows of what a segment's change is made of."""
    parts = [part for part in WORDS["parts"] if f"{part}_{unit}" in changes]
    return [WORDS["parts"][part] for part in parts], _rows(
        changes, ["segment", *(f"{part}_{unit}" for part in parts)]
    )


def _rows(table, columns):
    """List (name, values) of every row; what is hidden or not known is None."""
    plain = table[columns].astype(object)
    rows = plain.where(plain.notna(), None).to_numpy().tolist()
    return [(row[0], row[1:]) for row in rows]
