"""What is remembered of a study from month to month: snapshots, appended and never rewritten.

A snapshot is two files in `.history/NAME/` beside the run folders: who was where and what they
spent, as Parquet, and the facts (day, definition and its key, sizes, money, KPI, the bins of every
column the definition uses) as JSON. `log.jsonl` gets a line when the state of a day changes; the
last line of a day says which snapshot counts. The same data, definition and day leave one snapshot,
however often they are run. Deleting or running a run anew touches none of it.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from segkit import scratch
from segkit.study import StudyError, atomic, noted

HISTORY = ".history"
"""The folder beside the run folders that holds what is remembered."""

LOG = "log.jsonl"


@dataclass(frozen=True)
class Snapshot:
    """One state of a study's segments: `facts` as plain data, and the path of its `members`."""

    facts: dict
    path: Path

    @property
    def as_of(self):
        """Return the day it looks back from, as ISO text; empty where the data have no day."""
        return self.facts["as_of"] or ""

    @property
    def members(self):
        """Return who was where: customer_id, segment, spend_total (where money is known)."""
        import pandas as pd

        return pd.read_parquet(self.path)

    def segment_of(self, customer):
        """Return the segment of one customer, read alone; None for who was not there."""
        import pandas as pd

        row = pd.read_parquet(self.path, filters=[("customer_id", "==", customer)])
        return next(iter(row["segment"]), None)


def key(value):
    """Name plain data by twelve signs, whatever the order of its entries.

    >>> from segkit import memory
    >>> memory.key({"a": 1, "b": 2}) == memory.key({"b": 2, "a": 1})
    True
    """
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def home(run):
    """Return the folder in which a run folder's snapshots lie."""
    return run.parent / HISTORY / run.name


def append(run, facts, members):
    """Remember a state of the run folder `run`; returns its Snapshot.

    `facts` holds as_of, key (of the definition) and whatever else is to be remembered; `members`
    customer_id, segment and, where known, spend_total. What is there already is left as it is.
    """
    content = _packed(members)
    facts = {**facts, "sha": hashlib.sha256(content + _line(facts)).hexdigest()[:12]}
    named = f"{facts['as_of'] or 'undated'}_{facts['key']}_{facts['sha']}"
    folder = scratch.own(home(run))
    table, told = (folder / f"{named}{suffix}" for suffix in (".parquet", ".json"))
    if not table.is_file():
        atomic(table, content)
    if not told.is_file():
        atomic(told, _line(facts, indent=1))
    _log(run, {"as_of": facts["as_of"], "snapshot": named})
    return Snapshot(noted(told), table)


def snapshots(run):
    """List what is remembered of a run folder, the earliest day first, one Snapshot a day."""
    newest = {entry["as_of"]: entry["snapshot"] for entry in _logged(run) if entry["as_of"]}
    found = [home(run) / newest[day] for day in sorted(newest)]
    both = [(noted(f"{path}.json"), Path(f"{path}.parquet")) for path in found]
    return [Snapshot(facts, table) for facts, table in both if facts and table.is_file()]


def before(run, as_of):
    """Return the last Snapshot of an earlier day than `as_of` (ISO text), or None."""
    earlier = [each for each in snapshots(run) if each.as_of < (as_of or "")]
    return earlier[-1] if earlier else None


def _log(run, entry):
    """Append a line, unless the day's last one says the same."""
    lines = _logged(run)
    same = [each for each in lines if each["as_of"] == entry["as_of"]]
    if same[-1:] != [entry]:
        atomic(home(run) / LOG, b"".join(_line(each) for each in [*lines, entry]))


def _logged(run):
    path = home(run) / LOG
    if not path.is_file():
        return []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        return [{name: json.loads(line)[name] for name in ("as_of", "snapshot")} for line in lines]
    except (ValueError, KeyError, TypeError) as error:
        raise StudyError(
            f"{HISTORY}/{run.name}/{LOG} cannot be read ({error}): put back a copy, or move that "
            "folder away to begin a new history. Runs and kept segmentations are not touched."
        ) from None


def _line(entry, indent=None):
    return (json.dumps(entry, ensure_ascii=False, default=str, indent=indent) + "\n").encode()


def _packed(members):
    """Write members small: sorted by id, each id as what differs from the one before."""
    import io

    import pyarrow as pa
    from pyarrow import parquet

    known = [c for c in ("customer_id", "segment", "spend_total") if c in members]
    rows = members[known].astype({"customer_id": str}).sort_values("customer_id", kind="stable")
    rows = rows.round({"spend_total": 2}) if "spend_total" in known else rows
    table = pa.Table.from_pandas(rows, preserve_index=False).replace_schema_metadata(None)
    buffer, ids = io.BytesIO(), {"customer_id": "DELTA_BYTE_ARRAY"}
    how = {"compression": "zstd", "use_dictionary": ["segment"], "column_encoding": ids}
    parquet.write_table(table, buffer, **how)
    return buffer.getvalue()
