"""Answers from the engine as DataFrames: the same rows, order and types from every engine.

A database sorts texts by its own language and Spark counts time in other units, so whatever is
shown or written is arranged here, after it has been summed up: by code points, empty last, times
in microseconds. Only customers, months and counts come this way, never order lines.
"""

from segkit.refusal import passes


@passes
def fetch(table, *, by):
    """Execute an Ibis table and return its rows as a DataFrame sorted by the columns `by`."""
    if isinstance(by, str) and table.get_backend().name == "duckdb":  # sorts by code points, too
        table = table.order_by(by)
    frame = table.execute()
    stamps = frame.select_dtypes("datetime").columns
    numbers = [c for c, kind in table.schema().items() if kind.is_numeric()]
    unknown = [c for c in numbers if frame[c].dtype == object and frame[c].isna().all()]
    kinds = dict.fromkeys(stamps, "datetime64[us]") | dict.fromkeys(unknown, "float64")
    frame = frame.astype(kinds)
    if isinstance(by, str) and frame[by].is_monotonic_increasing:  # a sort would copy millions
        return frame
    return frame.sort_values(by, kind="stable", ignore_index=True)


class Place(str):
    """A path to write to, as DuckDB reads it: Ibis puts Python's quotes around it.

    Examples
    --------
    >>> from segkit.data import answers
    >>> answers.Place("it's my shop")
    'it''s my shop'
    """

    def __str__(self):
        return self

    def __repr__(self):
        return "'" + self.replace("'", "''") + "'"
