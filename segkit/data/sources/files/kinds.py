"""What a file is, told by its first bytes: a name may lie, and the message should not."""

import gzip
import zipfile
import zlib

from segkit.data import messages
from segkit.study import StudyError

MAGIC = {
    b"%PDF": ("a PDF document", "Export the table from the program that made it, as CSV or Excel."),
    b"\x89PNG": ("a picture (PNG)", "Export the table itself, as CSV or Excel."),
    b"\xff\xd8\xff": ("a picture (JPEG)", "Export the table itself, as CSV or Excel."),
    b"GIF8": ("a picture (GIF)", "Export the table itself, as CSV or Excel."),
    b"Rar!": ("a RAR archive", "Unpack it and name the file inside."),
    b"7z\xbc\xaf": ("a 7z archive", "Unpack it and name the file inside."),
    b"BZh": ("packed with bzip2", "Unpack it and name the file inside."),
    b"\xfd7zXZ": ("packed with xz", "Unpack it and name the file inside."),
    b"\x28\xb5\x2f\xfd": ("packed with zstd", "Unpack it and name the file inside."),
    b"SQLite format 3": ("an SQLite database", "Export the table as CSV, or use `connection:`."),
    b"{\\rtf": ("a text document (RTF)", "Export the table itself, as CSV or Excel."),
}
"""First bytes of what is no table: what it is, and what to do."""

BROKEN = (gzip.BadGzipFile, EOFError, zlib.error)
"""What unpacking ends with where a file is damaged or cut short."""

MARKUP = (b"<!doctype html", b"<html", b"<table", b"<head", b"<meta")
OLE, ZIP, PARQUET, GZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04", b"PAR1", b"\x1f\x8b"
WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
"""Endings of workbooks that can be read."""

SAVE = "Open it in a spreadsheet and save it as Excel workbook (.xlsx) or as CSV UTF-8."


def kind(path, *, label):
    """Tell how a file is read: "csv", "sheet" or "parquet".

    Raises StudyError, naming the file, what it is and what to do, when it is no table, or is
    called what it is not.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(GZIP):
        head = _unpacked(path, label)
    ending = path.name.lower().removesuffix(".gz")
    named_book = ending.endswith(WORKBOOKS)
    for magic, (what, then) in MAGIC.items():
        if head.startswith(magic):
            raise StudyError(f"{label} is {what}, no table. {then}")
    if head.startswith((ZIP, OLE)):
        return _book(path, head, label=label, named_book=named_book)
    if head.startswith(PARQUET) or ending.endswith((".parquet", ".pq")):
        return "parquet"
    _refuse_markup(head, ending, label)
    if named_book:
        raise StudyError(f"{label} is no workbook, whatever its name says. {SAVE}")
    return "csv"


def _unpacked(path, label):
    try:
        with gzip.open(path, "rb") as file:
            return file.read(4096)
    except BROKEN:
        raise broken(label) from None


def broken(label):
    """Make the StudyError of a packed file that cannot be unpacked to its end."""
    return StudyError(f"{label} is packed and broken. Pack or export it again.")


def _book(path, head, *, label, named_book):
    what = "an Excel file" if head.startswith(OLE) else _packed(path)
    if what is None:
        raise StudyError(f"{label} is a zip archive, no table. Unpack it and name the file inside.")
    if b"E\0n\0c\0r\0y\0p\0t" in path.read_bytes()[: 1 << 24] and head.startswith(OLE):
        raise StudyError(f"{label} is protected by a password. Save it without one.")
    if not named_book:
        ending = ".ods" if "OpenDocument" in what else ".xls" if head.startswith(OLE) else ".xlsx"
        raise messages.error("wrong ending", label=label, what=what, ending=ending)
    return "sheet"


def _packed(path):
    """Tell which workbook a zip archive is, or None."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError):
        return "an Excel file"  # cut short: the reader will say so
    if any(name.startswith("xl/") for name in names):
        return "an Excel file"
    return "an OpenDocument sheet" if "content.xml" in names else None


def _refuse_markup(head, ending, label):
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(MARKUP):
        raise StudyError(f"{label} is a web page (HTML), no table. {SAVE}")
    if start.startswith(b"<?xml"):
        raise StudyError(f"{label} is XML, no table. {SAVE}")
    if ending.endswith((".json", ".jsonl", ".ndjson")) or start.startswith((b"[{", b'{"')):
        raise StudyError(f"{label} is JSON, no table. Save it as CSV (UTF-8) or Parquet.")
