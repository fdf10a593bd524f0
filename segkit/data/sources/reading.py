"""Reading files: one file of one's own to a Parquet of texts, nothing judged.

Files must be UTF-8 CSV or Parquet.
"""

import codecs
import csv
import gzip
from difflib import get_close_matches
from pathlib import Path

from segkit.study import StudyError, root

FORMATS = {".csv": "csv", ".tsv": "csv", ".txt": "csv", ".parquet": "parquet", ".pq": "parquet"}
"""File name endings that can be read, and how."""


def stage(connection, study, name, *, folder):
    """Bring one file into `folder` as Parquet, untyped; returns the path of it."""
    wanted = study.tables[name]
    if not wanted.file:
        raise StudyError(f"studies/{study.name}.yaml: the table `{name}` needs a line `file: …`.")
    path = _found(root() / wanted.file, wanted.file)
    kind = FORMATS.get(suffix(wanted.file))
    if kind is None:
        raise StudyError(
            f"{wanted.file}: {suffix(wanted.file) or 'a file without an ending'} cannot be read. "
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
            f"{label} is no readable Parquet file ({first_line(error)}). Export it again."
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
            f"{label} cannot be read as a table ({first_line(error)}). "
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


def suffix(name):
    """Return the ending of a file name, without a final .gz."""
    return Path(str(name).removesuffix(".gz")).suffix.lower()


def first_line(error):
    """Return the first line of an error, short enough for a message."""
    return str(error).strip().splitlines()[0][:200].rstrip(". ")
