"""Fetching tables from outside: the only room that knows files, packages and headings.

A source turns what it finds into canonical columns (see `schema`) without judging them: an
unreadable date becomes empty and its text is kept beside it, so that `rules` can set the row
aside and say why. Nothing is dropped here and nothing is guessed silently; every decision is
a note with the number it was based on. Files must be UTF-8 CSV or Parquet.
"""

import codecs
import csv
import gzip
import os
import re
from difflib import get_close_matches
from pathlib import Path

import ibis

from segkit.data import schema, values
from segkit.data.origin import Source, copies
from segkit.study import StudyError, root

FORMATS = {".csv": "csv", ".tsv": "csv", ".txt": "csv", ".parquet": "parquet", ".pq": "parquet"}
"""File name endings that can be read, and how."""


def fetch(connection, study, *, folder):
    """Fetch every table the study names: {canonical name: Source}.

    `connection` is an Ibis connection to DuckDB, `folder` an empty one for staging.
    Raises StudyError when a table, file or column is not there or cannot be read.
    """
    if study.source == "completejourney":
        from segkit.data import grocery

        return grocery.fetch(connection, study)
    if study.source in ("files", "connection"):
        return tables(connection, study, folder=folder)
    known = "completejourney, files, connection"
    raise StudyError(
        f"studies/{study.name}.yaml: unknown `source: {study.source}` (known: {known})."
    )


def files(study):
    """List the paths of all files that the study reads, in a fixed order."""
    if study.source == "completejourney":
        from segkit.data import grocery

        return grocery.files()
    named = [table.file for table in study.tables.values() if table.file]
    return [root() / name for name in named]


# ---------------------------------------------------------------- files of one's own


def tables(connection, study, *, folder):
    """Fetch the tables under `tables:` of the study file; see `fetch`."""
    if "orders" not in study.tables:
        raise StudyError(
            f"studies/{study.name}.yaml names no `orders` table. Add:\n"
            "tables:\n  orders:\n    file: data/orders.csv"
        )
    unknown = [name for name in study.tables if name not in schema.TABLES]
    if unknown:
        near = _near(unknown[0], schema.TABLES)
        raise StudyError(
            f"studies/{study.name}.yaml: there is no table `{unknown[0]}`{near} "
            f"Known tables: {', '.join(schema.TABLES)}."
        )
    return {name: _table(connection, study, name, folder=folder) for name in study.tables}


def _table(connection, study, name, *, folder):
    wanted, folder = study.tables[name], Path(folder) / f"raw_{name}"
    folder.mkdir()
    if study.source == "connection" or (wanted.table and not wanted.file):
        staged, origin = _from_database(study, name, folder=folder), f"table {wanted.table or name}"
    else:
        staged, origin = _from_file(connection, study, name, folder=folder), wanted.file
    raw = connection.read_parquet(str(staged), file_row_number=True)
    columns = [column for column in raw.columns if column != "file_row_number"]
    first = 2 if FORMATS.get(_suffix(origin)) == "csv" else 1
    raw = raw.mutate(row=raw.file_row_number + first)
    bound = _bind(columns, study, name)
    typed = _typed(raw, bound, study, name)
    notes = _notes(bound, name, origin)
    keep = "order_id" in bound or name != "orders"
    repeated = copies(raw, columns) if keep else None
    return Source(name, origin, typed, int(raw.count().execute()), repeated, notes)


def _notes(bound, name, origin):
    if name != "orders" or "order_id" in bound:
        return []
    return [
        {
            "trap": "no order number",
            "measured": f"{origin} has no column mapped to order_id",
            "decision": "all lines of one customer on one day count as one order; equal lines are "
            "kept, because without an order number they may be two true purchases",
        }
    ]


def _from_file(connection, study, name, *, folder):
    """Bring one file into `folder` as Parquet, untyped; returns the path of it."""
    wanted = study.tables[name]
    if not wanted.file:
        raise StudyError(f"studies/{study.name}.yaml: the table `{name}` needs a line `file: …`.")
    path = _found(root() / wanted.file, wanted.file)
    kind = FORMATS.get(_suffix(wanted.file))
    if kind is None:
        raise StudyError(
            f"{wanted.file}: {_suffix(wanted.file) or 'a file without an ending'} cannot be read. "
            "Save the table as CSV (UTF-8) or Parquet and name that file in the study."
        )
    if path.stat().st_size == 0:
        raise StudyError(f"{wanted.file} is empty: it needs a heading line and rows below it.")
    if kind == "parquet":
        return _checked_parquet(connection, path, label=wanted.file)
    return _staged_csv(connection, path, label=wanted.file, folder=folder)


def _found(path, label):
    if path.is_file():
        return path
    folder = path.parent
    if not folder.is_dir():
        raise StudyError(f"{label} is not there: the folder {folder.name}/ does not exist.")
    there = sorted(p.name for p in folder.iterdir() if p.is_file() and not p.name.startswith("."))
    near = get_close_matches(path.name, there, n=3, cutoff=0.5) or there[:5]
    hint = f"Nearest files in that folder: {', '.join(near)}." if near else "That folder is empty."
    raise StudyError(f"{label} is not there. {hint} Mend the `file:` line of the study.")


def _checked_parquet(connection, path, *, label):
    try:
        connection.read_parquet(str(path)).count().execute()
    except Exception as error:
        raise StudyError(
            f"{label} is no readable Parquet file ({_first_line(error)}). Export it again."
        ) from None
    return path


def _staged_csv(connection, path, *, label, folder):
    _require_utf8(path, label)
    staged = folder / "table.parquet"
    separator, headings = _headings(path, label)
    layout = {"delim": separator, "quote": '"', "header": True, "null_padding": True}
    columns = dict.fromkeys(headings, "VARCHAR")
    try:
        raw = connection.read_csv(str(path), columns=columns, auto_detect=False, **layout)
        connection.to_parquet(raw, str(staged))
    except Exception as error:
        raise StudyError(
            f"{label} cannot be read as a table ({_first_line(error)}). "
            "Every row needs as many fields as the heading; save it again as CSV (UTF-8)."
        ) from None
    return staged


def _headings(path, label):
    """Read the heading line: the most frequent separator in it, and the column names."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8-sig", newline="") as file:
        first = file.readline()
    separator = max((",", ";", "\t", "|"), key=first.count)
    names = [name.strip() for name in next(csv.reader([first], delimiter=separator), [])]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice or "" in names:
        what = f"names the column “{twice[0]}” twice" if twice else "leaves a column without a name"
        raise StudyError(f"The heading of {label} {what}. Give every column a name of its own.")
    return separator, names


def _require_utf8(path, label):
    """Read the file once for bytes that are not UTF-8 and say where the first one stands."""
    decoder, line = codecs.getincrementaldecoder("utf-8")(), 1
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rb") as file:
        while block := file.read(1 << 20):
            try:
                decoder.decode(block)
            except UnicodeDecodeError as error:
                line += error.object[: error.start].count(b"\n")
                raise StudyError(_not_utf8(label, line, error.object[error.start])) from None
            line += block.count(b"\n")


def _not_utf8(label, line, byte):
    return (
        f"{label} is not UTF-8 (line {line}, byte 0x{byte:02x}). In a spreadsheet choose “Save "
        "as: CSV UTF-8”; a file in the Windows code page 1251 is turned by: "
        f"iconv -f cp1251 -t utf-8 {label} > new.csv"
    )


def _from_database(study, name, *, folder):
    """Copy one table of the study's `connection` into `folder`; returns the path of it."""
    if not study.connection:
        raise StudyError(f"studies/{study.name}.yaml: `source: connection` needs `connection: …`.")
    staged = folder / "table.parquet"
    try:
        outside = ibis.connect(expand(study.connection))
        outside.table(study.tables[name].table or name).to_parquet(str(staged))
    except StudyError:
        raise
    except Exception as error:
        raise StudyError(
            f"The table `{study.tables[name].table or name}` of `connection:` cannot be read "
            f"({_first_line(error)}). Check the address, the password and the table's name."
        ) from None
    return staged


def expand(address):
    """Put environment variables into an address: "postgres://${USER}@host/shop".

    Raises StudyError naming the first variable that is not set.
    """
    for name in re.findall(r"\$\{(\w+)\}", address):
        if name not in os.environ:
            raise StudyError(f"`connection:` needs the environment variable {name}; set it first.")
    return re.sub(r"\$\{(\w+)\}", lambda match: os.environ[match[1]], address)


# ---------------------------------------------------------------- which column is which


def _bind(columns, study, name):
    """Match canonical names to the file's headings: {canonical: heading}."""
    mapping = study.tables[name].columns
    _check_mapping(mapping, columns, study, name)
    lower = {column.lower().strip(): column for column in columns}
    own = {c: lower[c] for c in schema.names(name) if c not in mapping and c in lower}
    bound = {**own, **mapping}
    if name == "customers" and not set(mapping) - {"customer_id"}:
        bound |= {c: c for c in columns if c not in bound.values()}
    for column in schema.TABLES[name]:
        if column.required and column.name not in bound:
            raise StudyError(_no_column(column, columns, study, name))
    return bound


def _check_mapping(mapping, columns, study, name):
    where = study.tables[name].file or f"table {study.tables[name].table or name}"
    for canonical, heading in mapping.items():
        if name != "customers" and canonical not in schema.names(name):
            raise StudyError(
                f"studies/{study.name}.yaml: `{canonical}` is no column of `{name}`"
                f"{_near(canonical, schema.names(name))} Known: {', '.join(schema.names(name))}."
            )
        if heading not in columns:
            raise StudyError(
                f"{where} has no column “{heading}” for `{canonical}`{_near(heading, columns)} "
                f"Its columns are: {', '.join(columns)}. Mend it under `columns:` in "
                f"studies/{study.name}.yaml."
            )


def _no_column(column, columns, study, name):
    where = study.tables[name].file or f"table {study.tables[name].table or name}"
    guess = _guess(column, columns)
    line = f"tables:\n  {name}:\n    columns:\n      {column.name}: {guess or 'YOUR COLUMN'}"
    return (
        f"{where} has no column for `{column.name}` ({column.meaning}). "
        f"Its columns are: {', '.join(columns)}. Write into studies/{study.name}.yaml"
        f"{', if that is the one' if guess else ''}:\n{line}"
    )


def _guess(column, columns):
    """Find the heading that most probably stands for a canonical column, or None."""
    lower = {name.lower().strip().replace(" ", "_"): name for name in columns}
    for known in (column.name, *column.known_as):
        if near := get_close_matches(known, lower, n=1, cutoff=0.8):
            return lower[near[0]]
    holding = [n for n in lower for k in column.known_as if k in n]
    return lower[holding[0]] if holding else None


def _near(word, known):
    near = get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f". Did you mean “{near[0]}”?" if near else "."


def _suffix(name):
    return Path(str(name).removesuffix(".gz")).suffix.lower()


def _first_line(error):
    return str(error).strip().splitlines()[0][:200].rstrip(". ")


# ---------------------------------------------------------------- from text to types


def _typed(raw, bound, study, name):
    types = {column.name: column.type for column in schema.TABLES[name]}
    result = {"row": raw.row}
    for canonical, heading in bound.items():
        kind = types.get(canonical, "string")
        try:
            result[canonical] = values.read(raw[heading], kind, zone=study.timezone)
        except StudyError as error:
            where = study.tables[name].file or f"table {name}"
            raise StudyError(f"{where}, column “{heading}”: {error}") from None
        if kind in ("timestamp", schema.MONEY):
            result[f"text_{canonical}"] = values.text(raw[heading].cast("string"))
    typed = raw.select(**result)
    return _with_responses(typed) if name == "mailings" else typed


def _with_responses(mailings):
    """Tell who responded from the day or the number of responses, where only these are given."""
    if "responded" in mailings.columns:
        return mailings
    if "responded_at" in mailings.columns:
        return mailings.mutate(responded=mailings.responded_at.notnull())
    if "responses_n" in mailings.columns:
        return mailings.mutate(responded=(mailings.responses_n > 0).fill_null(False))
    return mailings
