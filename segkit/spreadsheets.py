"""Tables as CSV that a spreadsheet opens without running anything: the one writer, and its reader.

A cell that begins with = + - @, in half or full width, or with a tab or a line end is a formula to
a spreadsheet, and a customer id, a category or a heading can be made to begin so. Such texts get an
apostrophe in front (OWASP, CSV injection): the spreadsheet shows text. Numbers and phone numbers,
such as -5.00 or +7 999 123-45-67, run nothing and stay usable. Files are UTF-8 with plain newlines.
"""

import re

FORMULA = re.compile(r"[\s\x00\ufeff\u200b]*[=+\-@＝＋－＠]|[\t\r\n]")
"""How a text begins that a spreadsheet may run."""

HARMLESS = re.compile(
    r"[+-]\s?\d+([\s\u00a0',.]\d+)*(e[+-]?\d+)?\s?%?|\+\d[\d\s()./-]{6,18}\d", re.IGNORECASE
)
"""Numbers and phone numbers: as a whole they begin like a formula and are none."""


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
    >>> from segkit import spreadsheets
    >>> spreadsheets.safe(pd.DataFrame({"name": ["=1+1", "-5.00", "Ann"]}))["name"].tolist()
    ["'=1+1", '-5.00', 'Ann']
    """
    return _changed(frame, _neutral)


def text(frame):
    """Write a table as CSV text, safe for spreadsheets, without its index."""
    return safe(frame).to_csv(index=False, lineterminator="\n")


def read(path):
    """Read a table that `text` wrote, without the apostrophes it has put there."""
    import pandas as pd

    return _changed(pd.read_csv(path), _plain)


def _changed(frame, how):
    frame = frame.rename(columns=how)
    texts = [at for at, kind in enumerate(frame.dtypes) if kind.kind not in "biufc"]
    changed = {at: frame.iloc[:, at].map(how) for at in texts}
    for at, column in changed.items():
        frame.isetitem(at, column)
    return frame


def _neutral(value):
    if not isinstance(value, str):
        return value
    value = value.replace("\r\n", "\n").replace("\r", "\n")  # a lone one would end the row
    risky = FORMULA.match(value) and not HARMLESS.fullmatch(value)
    return f"'{value}" if risky else value


def _plain(value):
    put = isinstance(value, str) and value[:1] == "'" and _neutral(value[1:]) == value
    return value[1:] if put else value
