"""A list of customers for other programs: id, segment, persona, and contacts if asked for.

The one place where contacts meet segments. Ids are written as the source writes them. Files for
eyes have their formula cells made text (see `segkit.spreadsheets`); lists for a tool follow its own
rules (see `segkit.action.targets`), are never changed that way, and come with a receipt.
"""

import json
from pathlib import Path

import numpy as np

from segkit import spreadsheets
from segkit import study as studies
from segkit.data.people import reach
from segkit.study import StudyError

CONTACTS = ("email", "phone")
"""What tools match people by."""


MOVES = ("joined", "left", "moved")
"""What can have happened to a customer since an earlier run."""


def members(name, *, contacts=(), segments=(), stages=(), moves=()):
    """List the customers of a finished run: customer_id, segment, persona and `contacts`.

    `contacts` are some of name, email, phone, tax_id; `segments` limits the list to these. `stages`
    (lead, new, regular, lapsing, lost) list everybody at them instead, in a segment or not: the
    stage stands where the segment would, the persona stays empty for whoever has none. `moves`
    (joined, left, moved) list only customers to whom that happened since the run before: they add
    the columns move, came_from (the segment of then) and since; whoever left stands under the
    segment of then. Sorted by segment and id. Raises StudyError where the run is not finished,
    where there is no earlier one, or a segment, stage, move or contact is not known.
    """
    run = studies.open_run(name, stage="07_action")
    frame = run.read("corrected.parquet")[["customer_id", "segment"]]
    personas = run.read("membership.csv").drop_duplicates("segment")
    personas = personas.set_index("segment").persona
    frame = frame.assign(persona=frame.segment.map(personas))
    frame = _moved(frame, run, list(moves)) if moves else frame
    frame = _limited(frame, list(segments))
    frame = _at_stages(frame, run, list(stages)) if stages else frame
    if contacts or frame.customer_id.astype(str).str.startswith("p-").any():
        frame = _with_contacts(frame, run, list(dict.fromkeys(contacts)))
    return frame.sort_values(["segment", "customer_id"], kind="stable", ignore_index=True)


def write(frame, name, *, to="", excel=False):
    """Write the list as CSV, readable by its owner only; returns the path.

    `to` is a file (default: export.csv in the run folder); `excel` puts the mark in front by which
    Excel knows UTF-8.
    """
    path = place(to, name, "export.csv", such="segments.csv")
    text = spreadsheets.text(frame)
    studies.atomic(path, text.encode("utf-8-sig" if excel else "utf-8"))
    return path


def place(to, name, usual, *, such=""):
    """Return where a list goes: `to`, or the `usual` file of the run; refuses a folder."""
    path = Path(to).expanduser() if to else studies.run_folder(name) / usual
    if path.is_dir():
        raise StudyError(f"{to} is a folder. Name a file in it, such as {Path(to) / such}.")
    return path


def _at_stages(frame, run, wanted):
    """List everybody at some stages, with the persona of those whom the `frame` holds."""
    if not run.has("base.parquet"):
        raise StudyError(" ".join(run.read("base.json")["notes"]))
    everybody = run.read("base.parquet")[["customer_id", "stage"]]
    known = {stage.split(":")[0].lower(): stage for stage in everybody.stage.unique()}
    chosen = [studies.known(word.split(":")[0].lower(), known, what="stage with anybody in it")
              for word in wanted]  # fmt: skip
    found = everybody[everybody.stage.isin(chosen)].merge(
        frame[["customer_id", "persona"]], on="customer_id", how="left"
    )
    found["persona"] = found.persona.fillna("")
    return found.rename(columns={"stage": "segment"})


def _moved(frame, run, wanted):
    """List those who joined, left or moved since the run before, and where they came from."""
    from segkit.workbook import comparing

    known = dict(zip(MOVES, MOVES, strict=True))
    chosen = [studies.known(word.lower(), known, what="list of who moved") for word in wanted]
    found = comparing.of_run(run)
    people = found.moved.people[["customer_id", "was", "now"]]
    there, then = people.now.notna(), people.was.notna()
    people = people.assign(
        move=np.select([there & ~then, then & ~there, people.was != people.now], MOVES, ""),
        segment=people.now.where(there, people.was),
        came_from=people.was.where(then, ""),
        since=found.then.as_of,
    )
    people = people[people.move.isin(chosen)].astype({"customer_id": str})
    personas = frame[["customer_id", "persona"]].astype({"customer_id": str})
    people = people.merge(personas, on="customer_id", how="left").fillna({"persona": ""})
    return people[["customer_id", "segment", "persona", "move", "came_from", "since"]]


def prepare(people, target, *, name, consent="", unchecked=False):
    """Prepare customers of a finished run as a target asks; see `segkit.action.targets`.

    `people` are what `members` returned of the run `name`; `consent` names the source's column that
    tells who agreed to be contacted (by default the first whose heading says so, see
    `data.people.reach`); `unchecked` goes on without. Whoever refused, in a column whose heading
    says that, is never in it. Raises StudyError where the tool could not find anybody, where
    nothing tells who agreed, or where too few are left.
    """
    from segkit.action import targets

    asked, run = targets.load(target), studies.open_run(name, stage="07_action")
    wanted = [field for field in asked.columns.values() if field in CONTACTS]
    if not wanted:
        return targets.prepare(people, asked)
    people, agrees, refuses = _reached(people, run, wanted, consent)
    if asked.identifiers and not set(asked.identifiers) & set(people):
        by = " or ".join(asked.identifiers)
        raise targets.error("no contacts", target=asked, by=by, name=run.study.name)
    if asked.writes_to and not (agrees or unchecked):
        raise targets.error("no consent", target=asked)
    fit = ~people[refuses].apply(reach.refused).any(axis=1)
    if agrees and not unchecked:
        fit &= reach.agreed(people[agrees])
    return targets.prepare(people, asked, country=run.study.country, agreed=fit)


def _reached(people, run, wanted, consent):
    """Join what the source knows of people's contacts and consent.

    Returns them, the column that tells who agreed ("" for none), and those that tell who refused.
    """
    from segkit.action import targets
    from segkit.data.people import addresses

    agreed, refused = [], []

    def choose(columns):
        kinds = {name: reach.kind_of(name) for name in columns}
        named = [name for name in columns if reach.plain(name) == reach.plain(consent)]
        if consent and not named:
            near = studies.nearest(consent, columns, marks="“”")
            raise targets.error("no such column", column=consent, near=near)
        first = named or [name for name in columns if kinds[name] == "agreed"]
        agreed.extend(first[:1])
        refused.extend(n for n in columns if kinds[n] == "refused" and n not in agreed)
        return [name for name in (*wanted, *agreed, *refused) if name in columns]

    known = addresses.fetch(run, choose=choose).astype({"customer_id": str})
    people = people.astype({"customer_id": str})
    both = people.merge(known, left_on="customer_id", right_on="given_id", how="left")
    both = both.drop(columns=["customer_id_y", "given_id"]).rename(
        columns={"customer_id_x": "customer_id"}
    )
    return both, "".join(agreed), refused


def hand_over(prepared, name, *, to=""):
    """Write a prepared list and its receipt, for their owner only; returns the paths.

    `to` is a folder (default: `exports` in the run folder). A list that is too long for one file is
    cut; the receipt is a JSON file beside it.
    """
    target = prepared.target
    home = Path(to).expanduser() if to else studies.run_folder(name) / "exports"
    home.mkdir(parents=True, exist_ok=True)
    parts, paths = prepared.parts, []
    for number, part in enumerate(parts, 1):
        place = f"-{number}" if len(parts) > 1 else ""
        path = home / f"{target.name}{place}{target.suffix}"
        studies.atomic(path, _content(part, target, name))
        paths.append(path)
    receipt = home / f"{target.name}.receipt.json"
    facts = {"target": target.name, "title": target.title, "source": target.source,
             "read": target.read, "files": [path.name for path in paths],
             "counts": prepared.receipt}  # fmt: skip
    studies.atomic(receipt, json.dumps(facts, indent=2, ensure_ascii=False).encode())
    return [*paths, receipt]


def _content(frame, target, name):
    """Write one file of a list in its target's form, as bytes."""
    if target.suffix == ".xlsx":
        return sheets(frame, name)
    if target.suffix == ".parquet":
        return frame.to_parquet(index=False)
    text = frame.to_csv(index=False, sep=target.separator, lineterminator="\n")
    return text.encode("utf-8-sig" if target.mark else "utf-8")


def sheets(frame, name):
    """Write an Excel workbook of a run: members, segments, plan and what the columns mean.

    Texts are stored as texts, so no cell is a formula and no phone or id is changed.
    """
    import io

    import pandas as pd

    run = studies.open_run(name, stage="07_action")
    counts = frame.groupby(["Segment", "Persona"], sort=False).size().rename("Customers")
    meanings = pd.DataFrame(
        [("Customer", "the id as your data write it"), ("Segment", "of notebook 04"),
         ("Persona", "of notebook 06"), ("Customers", "how many are in the segment")],
        columns=["Column", "Meaning"])  # fmt: skip
    pages = {"Segments": counts.reset_index(), "Members": frame,
             "Plan": run.read("actions.csv"), "Dictionary": meanings}  # fmt: skip
    told, options = io.BytesIO(), {"strings_to_formulas": False, "strings_to_urls": False}
    with pd.ExcelWriter(told, engine="xlsxwriter", engine_kwargs={"options": options}) as book:
        for page, table in pages.items():
            table.to_excel(book, sheet_name=page, index=False, freeze_panes=(1, 0))
            book.sheets[page].autofit()
    return told.getvalue()


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
    return both[[*frame.columns, *columns]]
