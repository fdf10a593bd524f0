"""Lists that leave the workbook: safe to open (see `spreadsheets`), complete, a row per customer.

Refused: anything about a customer but the id, the segment and the persona.
"""

from segkit.spreadsheets import safe
from segkit.study import StudyError


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
