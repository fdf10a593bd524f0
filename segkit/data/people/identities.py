"""Who is who, before any row is judged: pseudonyms, cards of one customer, contacts left out.

Every table that names a customer is treated alike, so that joins hold. Doubles are suggested in
any case and merged only where the study says `merge_customers: true`; then the smallest id of a
group stands in all tables.
"""

import re
from dataclasses import replace

import ibis

from segkit.data import masks, messages, origin, schema
from segkit.data.cells import phrases, spelling
from segkit.data.people import contacts

_ASIDE = re.compile(r"text_|flaw")
"""How columns begin that only say what stood in rows set aside."""


def settle(found, *, study):
    """Treat the customers of all tables: returns ({name: Source}, doubles).

    `found` comes from `sources.fetch`. Ids that are e-mails or phones become pseudonyms, contacts
    leave the customers, and doubles (see `contacts.doubles`) are merged if the study says so.
    What was done is a note of the table it was done to.
    """
    found = pseudonymous(found, study)
    doubles = _doubles(found)
    found = {name: _without_contacts(source) for name, source in found.items()}
    if study.merge_customers and len(doubles):
        found = {name: _merged(source, doubles) for name, source in found.items()}
    return found, doubles


def pseudonymous(found, study):
    """Replace ids that name a person in all tables, if any table has one: {name: Source}.

    Where the study says `join_alike: true`, ids that differ in case, blanks, dashes or leading
    zeros only are one before that.
    """
    found = {n: _alike(s) for n, s in found.items()} if study.join_alike else found
    who = {n: s for n, s in found.items() if _ids(s.table)}
    told = [n for n, s in who.items() if contacts.by_name(study) or _any_personal(s)]
    if not told:
        return found
    return found | {name: _hidden(source, study, note=name == told[0])
                    for name, source in who.items()}  # fmt: skip


def _alike(source):
    table = source.table
    keys = [column for column in (*schema.IDS, "product_id") if column in table.columns]
    spelt = {c: spelling.alike(table[c]) for c in keys}
    if "customer_id" in spelt:
        spelt["customer_id"] = phrases.nobody(table).ifelse(table.customer_id, spelt["customer_id"])
    return replace(source, table=table.mutate(**spelt)) if spelt else source


def _ids(table):
    return [column for column in schema.IDS if column in table.columns]


def _any_personal(source):
    if not source.seen.get("addresses", True):
        return False
    return any(_personal_ids(source.table[column]) for column in _ids(source.table))


def _personal_ids(column):
    ids = origin.once(column.as_table().rename(id=column.get_name()).distinct())  # far fewer
    return bool(ids.filter(contacts.named(ids.id)).limit(1).count().execute())


def _hidden(source, study, *, note):
    table = source.table
    hidden = {c: contacts.pseudonym(table[c], study=study) for c in _ids(table)}
    if "customer_id" in hidden:
        nobody = phrases.nobody(table)
        hidden["customer_id"] = nobody.ifelse(table.customer_id, hidden["customer_id"])
    table = table.mutate(**hidden)
    notes = [*source.notes, messages.note("pseudonyms")] if note else source.notes
    return replace(source, table=table, notes=notes)


def _doubles(found):
    if "customers" not in found:
        return contacts.doubles(
            ibis.memtable({"customer_id": []}, schema={"customer_id": "string"})
        )
    table = found["customers"].table
    return contacts.doubles(table.filter(~phrases.nobody(table)))


def _without_contacts(source):
    table, note = source.table, None
    if source.name in schema.OPEN:
        table, note = contacts.without(table, name=source.name)
    table = table.mutate(**_masked(table))
    return replace(source, table=table, notes=[*source.notes, *([note] if note else [])])


def _masked(table):
    """Mask contacts in all words; in numbers of products and orders, which look like phones, less.

    Ids of customers are pseudonyms by now; of rows set aside, `rules` masks what is shown.
    """
    kinds = table.schema().items()
    texts = [c for c, kind in kinds if kind.is_string() and not _ASIDE.match(c)]
    coded = [c for c in texts if c.endswith("_id")]
    told = {c: masks.emails(table[c]) for c in coded if c not in schema.IDS}
    return told | {c: masks.column(table[c]) for c in texts if c not in coded}


def _merged(source, doubles):
    """Put the smallest id of a group in the place of the others."""
    table, others = source.table, doubles[doubles.customer_id != doubles.same_as]
    for column in [c for c in ("customer_id", "referred_id") if c in table.columns]:
        table = _one_card(table, column, others, mark=source.name == "customers")
    if source.name != "customers":
        return replace(source, table=table)
    note = messages.note("several cards", n=len(doubles), merged_n=len(others))
    return replace(source, table=table, notes=[*source.notes, note])


def _one_card(table, column, others, *, mark):
    """Replace the ids of one column; `mark` keeps what stood there as `text_merged`."""
    names = {"double_id": "string", "same_as": "string"}
    known = ibis.memtable(others.rename(columns={"customer_id": "double_id"})[[*names]],
                          schema=names)  # fmt: skip
    both = table.left_join(known, table[column] == known.double_id)
    both = both.mutate(**{column: both.same_as.fill_null(both[column])})
    both = both.mutate(text_merged=both.double_id) if mark else both
    return both.drop("double_id", "same_as")
