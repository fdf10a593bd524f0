"""The engine of the run folder: an embedded DuckDB within limits, whatever the study's store."""

import contextlib
import os

import duckdb
import ibis

from segkit.study import StudyError

MEMORY = "2GB"
"""What the engine may hold in memory before it spills into the run folder; SEGKIT_MEMORY says
otherwise, such as 800MB. The process itself needs some 300 MB more."""


def connect(folder, *, threads=None):
    """Open an engine of our own that spills into `folder`; `threads` is by default all cores."""
    memory = os.environ.get("SEGKIT_MEMORY") or MEMORY
    limits = {"memory_limit": memory, "temp_directory": str(folder / ".spill")}
    try:
        connection = ibis.duckdb.connect(**limits, **({"threads": threads} if threads else {}))
    except duckdb.ParserException:
        raise StudyError(f"SEGKIT_MEMORY is {memory!r}; write it like 800MB or 4GB.") from None
    connection.raw_sql("SET TimeZone = 'UTC'")
    with contextlib.suppress(duckdb.InvalidInputException):  # a notebook without ipywidgets
        connection.raw_sql("SET enable_progress_bar = false")
    return connection
