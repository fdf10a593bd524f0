"""Lists that leave the workbook: safe to open, complete, one row per customer.

A cell that begins with = + - @, a tab or a carriage return is a formula to a spreadsheet, and
a customer id or a category can be made to begin so. Such cells get an apostrophe in front
(OWASP, CSV injection): the spreadsheet shows text. Files are UTF-8 with plain newlines.

Refused: anything about a customer but the id, the segment and the persona.
"""

import pandas as pd

from segkit.study import StudyError

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""First characters that turn a cell into a formula."""


def safe(frame):
    """Neutralise formula cells in all text columns and headings; numbers stay numbers.

    Parameters
    ----------
    frame : pandas.DataFrame
        Any table that leaves the house.

    Returns
    -------
    pandas.DataFrame
        The same, with an apostrophe before what a spreadsheet would run. Doing it twice changes
        nothing more.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import action
    >>> action.safe(pd.DataFrame({"name": ["=1+1", "Ann"]}))["name"].tolist()
    ["'=1+1", 'Ann']
    """
    frame = frame.rename(columns=_neutral)
    texts = [name for name in frame.columns if not pd.api.types.is_numeric_dtype(frame[name])]
    return frame.assign(**{name: frame[name].map(_neutral) for name in texts})


def membership(segments, *, personas):
    """List every customer with segment and persona: customer_id, segment, persona.

    `segments`: customer_id, segment; `personas`: segment -> persona. Sorted by customer_id,
    safe for spreadsheets. Raises StudyError when a segment has no persona or an id repeats.
    """
    table = segments[["customer_id", "segment"]].astype({"customer_id": str})
    table = table.assign(persona=table["segment"].map(personas))
    missing = sorted(table.loc[table["persona"].isna(), "segment"].unique())
    if missing:
        raise StudyError(
            f"No persona for the segments {', '.join(missing)}. Run the notebook 06_personas again."
        )
    if table["customer_id"].duplicated().any():
        raise StudyError("A customer is listed twice. Run the notebook 04_segments again.")
    return safe(table.sort_values("customer_id", kind="stable").reset_index(drop=True))


def _neutral(value):
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
