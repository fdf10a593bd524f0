"""`segkit assign`: segments for the customers of new files, by the kept definition.

Each file takes the place of the study's table whose headings it has, and goes through the same
steps: the same rules, the same window, one row per customer. What names no customer (products) is
the study's own; what names other customers (its mailings) says nothing of new ones and is left out,
so a column made from it has to be given. Nothing is fitted and the run stays as it is; the tables
made on the way are removed. Whoever cannot be placed stands in the list, too, with the reason.
"""

from pathlib import Path

import pandas as pd

from segkit import scratch, spreadsheets
from segkit import study as studies
from segkit.study import StudyError, beside
from segkit.workbook import export

TOLD = beside(__file__)
COLUMNS = ["customer_id", "segment", "segment_no", "why_not"]


def assign(name, files):
    """Put the customers of new files into the kept segments.

    Returns (DataFrame, facts): customer_id as the files write it, segment, segment_no (1 = the
    first in the order) and why_not (empty where there is a segment); facts in words. Raises
    StudyError where nothing is kept, a file fits no table, or a column is lacking.
    """
    study = studies.load(name)
    if not study.kept:
        raise StudyError(TOLD["nothing kept"].format(name=name))
    if not files:
        raise StudyError(TOLD["no files"].format(name=name))
    copy = _with(study, [Path(file).expanduser() for file in files])
    with scratch.held(scratch.own(studies.run_folder(name)), ".assign.") as folder:
        copy._run = str(folder.resolve())
        return _assigned(studies.Run(copy, stage="03_data"), study.kept)


def write(frame, name, *, to=""):
    """Write the list as CSV, or as Parquet where the name says so; returns the path."""
    path = export.place(to, name, "assigned.csv", such="assigned.csv")
    if path.suffix == ".parquet":
        studies.atomic(path, frame.to_parquet(index=False))
    else:
        studies.atomic(path, spreadsheets.text(frame).encode())
    return path


def _with(study, paths):
    """Return the study with the files in the place of the tables whose headings they have."""
    from segkit.data import schema
    from segkit.data.sources.files import reading

    found = {}
    for path in paths:
        columns = reading.peek(path)[0].columns
        fits = {table: n for table in study.tables if (n := _fit(columns, study, table))}
        if not fits:
            raise StudyError(_unlike(path, columns, study))
        found.setdefault(max(fits, key=fits.get), []).append(str(path.resolve()))
    if not set(found) & set(schema.LEADS):
        raise StudyError(TOLD["nobody"].format(tables=", ".join(found)))
    own = {t: told for t, told in study.tables.items() if "customer_id" not in schema.names(t)}
    new = {
        t: study.tables[t].model_copy(update={"file": files, "sheet": None})
        for t, files in found.items()
    }
    return study.model_copy(update={"tables": {**own, **new}, "connection": None}, deep=True)


def _fit(columns, study, table):
    """Count how many columns of a table a file has; 0 where it lacks one that is needed."""
    from segkit.data import schema
    from segkit.data.sources import binding

    try:
        bound = binding.bind(columns, study, table)
    except StudyError:
        return 0
    return len(set(bound) & {*schema.names(table), *study.tables[table].columns})


def _unlike(path, columns, study):
    """Say what a file lacks of the table it is nearest to."""
    wanted = {t: set(told.columns.values()) or {"customer_id"} for t, told in study.tables.items()}
    near = max(wanted, key=lambda table: len(wanted[table] & set(columns)))
    missing = ", ".join(sorted(wanted[near] - set(columns))) or "the columns it is told by"
    return TOLD["unlike"].format(file=path.name, table=near, missing=missing)


def _assigned(run, version):
    """Build the card of the new files, place everybody, and say of the others why not."""
    from segkit import data
    from segkit.data.people import addresses
    from segkit.segments import chooser
    from segkit.segments.definition import Definition

    tables, days = data.open(run), version["window_days"]
    as_of = data.card.analysis_date(tables)
    card = data.card.build(tables, as_of=as_of and as_of.isoformat(), window_days=days)
    definition = Definition.from_dict(version["definition"])
    if missing := [column for column in definition.columns if column not in card]:
        told = {"version": version["version"], "missing": ", ".join(missing)}
        raise StudyError(TOLD["columns gone"].format(**told))
    card = chooser.assign(card, definition)
    everybody = addresses.fetch(run).astype({"customer_id": str})
    both = everybody.merge(card.astype({"customer_id": str}), on="customer_id", how="left")
    both["why_not"] = _why_not(both, card, definition, as_of=as_of, days=days)
    both["customer_id"] = both["given_id"]
    numbers = {name: place for place, name in enumerate(version["order"], start=1)}
    both["segment_no"] = both["segment"].map(numbers).astype("Int64")
    facts = TOLD["facts"].format(**{**version, "as_of": as_of or "–"}, days=days)
    return both[COLUMNS].sort_values("customer_id", kind="stable", ignore_index=True), facts


def _why_not(both, card, definition, *, as_of, days):
    """Say of each who is in no segment why: no order in the window, or what is not known."""
    why = pd.Series("", index=both.index)
    placed, here = (
        both["segment"].notna(),
        both["customer_id"].isin(card["customer_id"].astype(str)),
    )
    why[~here] = TOLD["no order"].format(as_of=as_of, days=days)
    for place in both.index[here & ~placed]:
        unknown = [c for c in definition.columns if pd.isna(both.loc[place, c])]
        why[place] = TOLD["unknown"].format(columns=", ".join(unknown) or "–")
    return why
