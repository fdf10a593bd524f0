"""Do the files of a new study speak of the same customers and products? Told before anything runs.

The samples are compared first. Where they hardly meet, and are not the whole files, the ids of the
whole files are read: two beginnings of long files may well have nothing in common.
"""

import tempfile
from pathlib import Path

import ibis

from segkit.data import sources
from segkit.data.cells import values
from segkit.data.tables import joins
from segkit.study import StudyError

KEYS = ("customer_id", "product_id")
"""Columns by which other tables join the orders, or the customers where there are none."""


def doubted(made):
    """Doubt the ids of every table of a `Draft` that hardly join: adds to its choices."""
    lead = next((name for name in ("orders", "customers") if name in made.parts), None)
    for name, part in made.parts.items():
        for key in KEYS if lead and name != lead else ():
            choices = made.parts[lead].guess.choice(key), part.guess.choice(key)
            if all(choices) and (said := _said(made, lead, name, key)):
                part.guess.doubt(key, said)


def _said(made, lead, name, key):
    ids = [_sampled(made.parts[table].guess, key) for table in (lead, name)]
    join = joins.compare(*ids)
    if join.fails and not all(_whole(made.parts[table]) for table in (lead, name)):
        join = _of_files(made, lead, name, key)
    if not join or not join.fails:
        return ""
    return f"{join.words(name, lead)}; `join_alike: true` joins what differs in spelling only"


def _sampled(guessed, key):
    """Make a column of the ids of a sample, as the run would read them; e-mails without case."""
    cells = guessed.contents[guessed.choice(key).heading].filled
    column = ibis.memtable({"id": cells}, schema={"id": "string"}).id
    read = values.identity(column)
    return read.contains("@").ifelse(read.lower(), read)


def _whole(part):
    peek = part.guess.peek
    return len(part.files) == 1 and peek.rows_n is not None and peek.rows_n <= len(peek.rows)


def _of_files(made, lead, name, key):
    """Compare the ids of whole files; None where they cannot be read yet."""
    if any(made.parts[table].guess.peek.kind == "table" for table in (lead, name)):
        return None
    study = made.study()
    study = study.model_copy(update={"tables": {n: study.tables[n] for n in (lead, name)}})
    with tempfile.TemporaryDirectory() as folder:
        try:
            found = sources.fetch(ibis.duckdb.connect(), study, folder=Path(folder))
            return joins.compare(*(found[table].table[key] for table in (lead, name)))
        except StudyError:
            return None
