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
    found = {}
    for canonical, heading in bound.items():
        beside = {"ordered_at"} if canonical == "ordered_time" else set()
        one = {column: h for column, h in bound.items() if column in {canonical, *beside}}
        try:
            typed = fetching.typed(raw, one, study, name)
            read = int(typed[canonical].notnull().sum().execute() or 0)
            written = int(raw[heading].notnull().sum().execute() or 0)
            found[canonical] = read / written if written else None
        except StudyError:
            found[canonical] = 0.0
    return found
