"""A list of customers for other programs: id, segment, persona, and contacts if asked for.

The one place where contacts meet segments. Ids are written as the source writes them. Cells that a
spreadsheet would take for a formula are made text (see `segkit.spreadsheets`).
"""

from pathlib import Path

from segkit import spreadsheets
from segkit import study as studies
from segkit.study import StudyError


def members(name, *, contacts=(), segments=()):
    """List the customers of a finished run: customer_id, segment, persona and `contacts`.

    `contacts` are some of name, email, phone, tax_id; `segments` limits the list to these. Sorted
    by segment and id. Raises StudyError where the run is not finished, or a segment or contact is
    not known.
    """
    run = studies.open_run(name, stage="07_action")
    frame = run.read("segments.parquet")[["customer_id", "segment"]]
    personas = run.read("membership.csv").drop_duplicates("segment")
    personas = personas.set_index("segment").persona
    frame = frame.assign(persona=frame.segment.map(personas))
    frame = _limited(frame, list(segments))
    if contacts or frame.customer_id.astype(str).str.startswith("p-").any():
        frame = _with_contacts(frame, run, list(dict.fromkeys(contacts)))
    return frame.sort_values(["segment", "customer_id"], kind="stable", ignore_index=True)


def write(frame, name, *, to="", excel=False):
    """Write the list as CSV, readable by its owner only; returns the path.

    `to` is a file (default: export.csv in the run folder); `excel` puts the mark in front by which
    Excel knows UTF-8.
    """
    path = Path(to).expanduser() if to else studies.run_folder(name) / "export.csv"
    if path.is_dir():
        raise StudyError(
            f"{to} is a folder. Name a file in it, such as {Path(to) / 'segments.csv'}."
        )
    text = spreadsheets.text(frame)
    studies.atomic(path, text.encode("utf-8-sig" if excel else "utf-8"))
    return path


def _limited(frame, wanted):
    known = list(dict.fromkeys(frame.segment))
    for name in wanted:
        if name not in known:
            near = studies.nearest(name, known, marks="“”", cutoff=0.4)
            raise StudyError(f"There is no segment “{name}”.{near} Known: {', '.join(known)}.")
    return frame[frame.segment.isin(wanted)] if wanted else frame


def _with_contacts(frame, run, columns):
    from segkit.data.people import addresses

    known = addresses.fetch(run, columns=columns).astype({"customer_id": str})
    both = frame.astype({"customer_id": str}).merge(known, on="customer_id", how="left")
    both["customer_id"] = both.given_id.fillna(both.customer_id)
    return both[["customer_id", "segment", "persona", *columns]]
