"""Rehearsal: does a new study read what was looked at? The sampled rows, through the real readers.

A column of which less than nearly all values can be read is doubtful, whatever its heading says.
"""

import ibis
import pandas as pd

from segkit.data import sources as fetching
from segkit.data.sources import binding
from segkit.data.sources.files import grid
from segkit.newcomer.guessing import content
from segkit.study import StudyError


def shares(study, name, peek):
    """Read the sample of one table as `study` says: {canonical: share of values read, or None}.

    None means that the column holds nothing in the sample. Raises StudyError where the study
    cannot be bound to the columns.
    """
    rows = [[cell if cell and cell.strip() else None for cell in row] for row in content.rows(peek)]
    frame = pd.DataFrame(rows, columns=peek.columns, dtype="str")
    connection = ibis.duckdb.connect()
    raw = connection.create_table("sample", frame.assign(**{grid.ROW: range(1, len(frame) + 1)}))
    bound = binding.bind(list(peek.columns), study, name)
    try:
        return _read(raw, fetching.typed(raw, bound, study, name), bound)
    except StudyError:  # one of them cannot be read: which?
        return {c: _alone(raw, c, bound, study=study, name=name) for c in bound}


def _read(raw, typed, bound):
    """Return the share of written values that were read, of every column at once."""
    read = typed.aggregate(**{c: typed[c].notnull().sum() for c in bound}).execute()
    written = raw.aggregate(**{c: raw[h].notnull().sum() for c, h in bound.items()}).execute()
    pairs = {c: (read[c].iloc[0], written[c].iloc[0]) for c in bound}
    return {c: float(got / of) if of and of == of else None for c, (got, of) in pairs.items()}


def _alone(raw, canonical, bound, *, study, name):
    """Read one column by itself; a time of day needs its date. 0.0 where it cannot be read."""
    beside = {"ordered_at"} if canonical == "ordered_time" else set()
    one = {column: h for column, h in bound.items() if column in {canonical, *beside}}
    try:
        return _read(raw, fetching.typed(raw, one, study, name), one)[canonical]
    except StudyError:
        return 0.0
