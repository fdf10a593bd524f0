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
        with_date = canonical == "ordered_time" and "ordered_at" in bound
        one = {**({"ordered_at": bound["ordered_at"]} if with_date else {}), canonical: heading}
        try:
            found[canonical] = _share(raw, one, canonical, study, name)
        except StudyError:
            found[canonical] = 0.0
    return found


def _share(raw, bound, canonical, study, name):
    """Count what of one column is written, and what of that can be read."""
    heading = bound[canonical]
    typed = fetching.typed(raw, bound, study, name)
    written = raw[heading].notnull().sum().name("written")
    counts = raw.aggregate(written).execute()
    read = typed.aggregate(read=typed[canonical].notnull().sum()).execute()
    total = int(counts.written[0] or 0)
    return int(read["read"][0] or 0) / total if total else None
