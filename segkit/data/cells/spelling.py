"""How texts are spelt: what nobody sees is taken away, so that one customer stays one.

Invisible signs, blanks around a text, and the two ways of writing "é" carry no meaning; an id of a
column of whole numbers that a spreadsheet wrote as 12.0 is 12. What may carry a meaning (case,
leading zeros, blanks and dashes within) is left as it is: `alike` brings such spellings together,
only to tell of them.
"""

import re
import unicodedata

import ibis

from segkit.data.cells import writing

INVISIBLE = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u2069\ufeff\ufff9-\ufffb"
)
"""Signs that are not seen, as a class of a pattern."""

JOINERS, SPACES = "\u200c\u200d", writing.SPACES + "\u1680\u2000-\u200a\u205f\u3000"
"""Signs that join or part letters of some scripts, and blanks of other widths."""

LISTED = ("\u200b", "\ufeff", "\u2060", "\u00ad", "\u200e", "\u200f")
"""Those that exports hold, for engines whose patterns know no class of them."""

SHORTENED = r"^-?\d([.,]\d+)?[eE]\+\d+$"
"""A number of which a spreadsheet kept a few digits: 2,8E+12."""

DIGITS = "٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹"
"""Digits of Arabic and Persian, from 0 to 9 each."""


@ibis.udf.scalar.builtin
def nfc_normalize(text: str) -> str:
    """Write letters and their accents as one sign (DuckDB)."""


def clean(column):
    """Take what is not seen from a column of texts; empty where nothing is left.

    Letters keep their joiners ("می‌خواهم"), digits and Latin letters have none. Databases know
    other patterns and forms of letters: there, only what is around a text is taken away, and from
    ids what `plain` knows.
    """
    if column.get_backend().name != "duckdb":
        return column.strip().nullif("")
    odd = column.re_search(rf"[{INVISIBLE}{JOINERS}{SPACES}\pM]|^\s|\s$|^$")
    seen = column.re_replace(f"[{INVISIBLE}]+", "").re_replace(f"[{SPACES}]", " ")
    seen = seen.re_replace(f"(^|[ -~])[{JOINERS}]+", r"\1").re_replace(
        f"[{JOINERS}]+([ -~]|$)", r"\1"
    )
    return odd.ifelse(nfc_normalize(seen).strip().nullif(""), column)


def plain(ids):
    """Take the signs of `LISTED` from a column of ids, whatever the engine.

    Whole signs are replaced: to translate letter by letter would break texts of a database that
    knows bytes only.
    """
    for sign in LISTED:
        ids = ids.replace(sign, "")
    return ids.replace("\u00a0", " ")


def seen(text):
    """Take what is not seen from one text, as `clean` does from a column."""
    if text.isascii() and text.isprintable():
        return text.strip()
    text = re.sub(f"[{SPACES}]", " ", re.sub(f"[{INVISIBLE}]+", "", text))
    return unicodedata.normalize("NFC", text).strip()


def pointed(column):
    """Tell whether a column of whole numbers has some with .0 behind: a spreadsheet wrote it."""
    some = (column.endswith(".0") | column.endswith(",0")).any()
    if not some.execute():
        return False
    return bool(column.strip().re_search(r"^(-?\d+([.,]0)?)?$").all().execute())


def alike(column):
    """Bring ids to one spelling: no case, no blanks, dashes, points and leading zeros."""
    return column.lower().re_replace(r"[.,]0$", "").re_replace(r"[\s._/-]+|^0+(\d)", r"\1")


def shortened(column):
    """Tell which ids a spreadsheet has shortened, so that many may have become one."""
    return (column.contains("+") & column.re_search(SHORTENED)).fill_null(False)
