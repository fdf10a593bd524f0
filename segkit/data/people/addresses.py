"""Contacts fetched from the source, for an export the user asks for and for nothing else.

The run folder holds no contact, so they are read again where they lie: in a folder of their own
that is removed at once. Ids come back as the source writes them; inside the workbook they may be
pseudonyms.
"""

from dataclasses import replace

import ibis

from segkit import scratch
from segkit.data import messages, schema, sources
from segkit.data.people import identities
from segkit.data.sources import databases
from segkit.data.sources.databases import columns as lying
from segkit.study import StudyError


def fetch(run, *, columns=(), choose=None):
    """Fetch the customers of a run's source: customer_id, given_id and `columns`, as text.

    `customer_id` is the workbook's own (maybe a pseudonym), `given_id` the source's; one row per
    `customer_id`. `choose` takes the names of the source's columns and returns those that are
    wanted beside `columns`. Raises StudyError where the source does not have a column of that name.
    """
    unknown = [c for c in columns if c not in schema.PERSONAL]
    if unknown:
        known = ", ".join(schema.PERSONAL)
        raise StudyError(f"`{unknown[0]}` is no contact that can be exported. Known: {known}.")
    with scratch.held(run.path, ".export.") as folder:
        if not databases.applies(run.study):
            connection = ibis.duckdb.connect(temp_directory=str(folder / ".spill"))
            found = sources.fetch(connection, run.study, folder=folder)
            return _asked(found, run.study, columns, choose).execute()
        connection = databases.connect(run.study, scratch=folder)
        try:
            found = lying.fetch(connection, run.study)
            return _asked(found, run.study, columns, choose).execute()
        finally:
            connection.disconnect()


def _asked(found, study, columns, choose):
    """One row per customer of the workbook; the smallest given id's values where there are more."""
    who = found.get("customers") or found["orders"]
    if choose and who.name == "customers":
        columns = list(dict.fromkeys([*columns, *choose(who.table.columns)]))
    absent = [c for c in columns if who.name != "customers" or c not in who.table.columns]
    if absent:
        raise messages.error("no contact", study=study, column=absent[0])
    given = who.table.mutate(given_id=who.table.customer_id)
    given = given.select("row", "customer_id", "given_id", *columns)
    named = identities.pseudonymous({who.name: replace(who, table=given)}, study)[who.name].table
    place = ibis.row_number().over(group_by="customer_id", order_by=["given_id", "row"])
    one = named.mutate(place=place).filter(ibis._.place == 0)
    return one.select("customer_id", "given_id", *columns).order_by("customer_id")
