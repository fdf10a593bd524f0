"""More values of one column from all over a file, where its first rows do not tell enough."""

import csv
from pathlib import Path

PLACES, BYTES = 12, 1 << 15
"""At so many places of a file so many bytes are read."""


def further(guesses, heading):
    """Fetch values of one column from all over the files of `guesses`: a list of texts.

    Plain text files are looked at, a few kilobytes at each place, so that the size of a file does
    not matter; of tables in a database the states were fetched (`catalogue`).
    """
    held = [text for guess in guesses for text in guess.peek.further.get(heading, ())]
    if held:
        return held
    peeks = [guess.peek for guess in guesses if guess.peek.kind == "csv"]
    plain = [peek for peek in peeks if not str(peek.path).endswith(".gz")]
    return [text for peek in plain for text in _column(peek, peek.columns.index(heading))]


def _column(peek, place):
    path, found = Path(peek.path), []
    size = path.stat().st_size
    encoding = peek.layout.encoding or "utf-8"
    with path.open("rb") as file:
        for step in range(1, PLACES + 1):
            file.seek(size * step // (PLACES + 1) & ~3)
            text = file.read(BYTES).decode(encoding, errors="ignore").replace("\r", "\n")
            lines = [line for line in text.split("\n")[1:-1] if line]
            rows = csv.reader(lines, delimiter=peek.layout.separator or ",")
            found += [row[place].strip() for row in rows if len(row) == len(peek.columns)]
    return [text for text in found if text]
