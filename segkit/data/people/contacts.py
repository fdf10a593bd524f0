"""What names a person: told by its form, compared, masked, replaced, and never kept.

An id that is itself an e-mail address or a phone number becomes a pseudonym in every table, the
same one for the same person, so that all joins hold. It is keyed by the study's name or by
SEGKIT_SALT. That is a pseudonym and no anonymity: who has the source and the key can make it
again. `doubles` compares contacts in one spelling to suggest which customers are one; a contact
that more than five customers share is a placeholder or a family, and is ignored.
"""

import os
import re

import ibis
import pandas as pd

from segkit.data import messages, schema
from segkit.data.cells import phrases, readings
from segkit.data.masks import ADDRESS, DIALLED, WITHIN

MANY = 0.1
"""A column is left out if so much of it is contacts; fewer are blanked one by one."""

SHARED = 5
"""More customers than that with one contact: a placeholder, not a person."""

FEW_ANSWERS = 7
"""A question about phones has at most so many different answers; a column of phones has more."""

KEPT_DIGITS = 16
"""Hexadecimal digits of a pseudonym: 64 bits, no two alike among billions."""


def personal(column):
    """Tell which texts are an e-mail address or a phone number as a whole."""
    bare = column.strip()
    return bare.contains("@") & bare.re_search(f"^{ADDRESS}$") | bare.re_search(f"^({DIALLED})$")


def named(ids):
    """Tell which ids are, or hold, what names a person."""
    return personal(ids) | ids.contains("@") & ids.re_search(WITHIN)


def pseudonym(column, *, study):
    """Replace ids that are e-mails or phones by a keyed hash ("p-" and 16 hexadecimal digits).

    Other ids stay as they are, unless the study (a `Study`) maps customer_id to a column of
    names: then all are replaced. SEGKIT_SALT, if set, is the key instead of the study's name.
    An address in other letters, or a number in another spelling, gets the same pseudonym.
    """
    number = phone(column).fill_null(column)
    spelt = (personal(column) & ~column.contains("@")).ifelse(number, column.strip().lower())
    hashed = ibis.literal("p-") + _digest(ibis.literal(f"{salt(study.name)}/") + spelt)
    short = hashed.substr(0, KEPT_DIGITS + 2)
    return short if by_name(study) else named(column).ifelse(short, column)


def by_name(study):
    """Tell whether the study's customers are known by a column of names."""
    headings = [table.columns.get("customer_id", "") for table in study.tables.values()]
    return any(re.search(phrases.NAMES, heading.lower().strip()) for heading in headings)


def salt(study):
    """Return the key of the pseudonyms: SEGKIT_SALT, or the study's name."""
    return os.environ.get("SEGKIT_SALT") or study


@ibis.udf.scalar.builtin
def sha256(data: bytes) -> bytes:
    """Hash bytes (PostgreSQL)."""


@ibis.udf.scalar.builtin
def convert_to(text: str, encoding: str) -> bytes:
    """Encode a text (PostgreSQL)."""


@ibis.udf.scalar.builtin
def encode(data: bytes, how: str) -> str:
    """Write bytes as text (PostgreSQL)."""


def _digest(column):
    if column.get_backend().name == "postgres":  # its hash works on bytes
        return encode(sha256(convert_to(column, "UTF8")), "hex")
    return column.hexdigest("sha256")


def wordless(column):
    """Put "(words)" in the place of a text without digits that may be a name: capitals, blanks."""
    name = column.re_search(r"^[^\d]*([A-ZА-ЯЁ]|\S\s+\S)[^\d]*$")
    return name.ifelse(ibis.literal("(words)"), column)


def email(column):
    """Bring e-mail addresses to one spelling, empty where there is none."""
    bare = column.cast("string").strip().lower()
    return bare.re_search(f"^{ADDRESS}$").ifelse(bare, ibis.null("string"))


def phone(column):
    """Bring phone numbers to one spelling: digits, 8… of eleven as 7…; empty where none."""
    digits = column.cast("string").re_replace(r"\D", "").re_replace(r"^00", "")
    russian = digits.re_search(r"^8\d{10}$")
    one = russian.ifelse(ibis.literal("7") + digits.substr(1, 10), digits)
    return one.re_search(r"^\d{10,15}$").ifelse(_real(one), ibis.null("string"))


def tax_id(column):
    """Bring tax numbers to digits, empty where they are not 8 to 15 of them."""
    digits = column.cast("string").re_replace(r"\D", "")
    return digits.re_search(r"^\d{8,15}$").ifelse(_real(digits), ibis.null("string"))


def _real(digits):
    """Blank numbers that nobody has: one digit again and again, or counted up."""
    same = digits.re_search(r"^\d?(0+|1+|2+|3+|4+|5+|6+|7+|8+|9+)$")
    counted = digits.re_search(r"^\d?(0123456789|1234567890|123456789|12345678)\d{0,3}$")
    return (same | counted).ifelse(ibis.null("string"), digits)


SPELT = {"tax_id": ("tax id", tax_id), "email": ("e-mail", email), "phone": ("phone", phone)}
"""Which contacts are compared, in words, and how each is brought to one spelling."""


def doubles(customers):
    """Suggest which customers are one person: same tax id, e-mail or phone.

    `customers` is the Ibis table as fetched. Returns a DataFrame: customer_id, same_as (the
    smallest id of the group: the shortest, then the first in order), reason; one row per
    customer of a group, by same_as and customer_id. Contacts themselves are not in it.
    """
    found = [_alike(customers, column) for column in SPELT if column in customers.columns]
    pairs = pd.concat(found, ignore_index=True) if found else pd.DataFrame()
    if pairs.empty:
        return pd.DataFrame(columns=["customer_id", "same_as", "reason"], dtype="object")
    home = _joined(pairs.groupby(["reason", "key"]).customer_id.agg(list))
    reasons = pairs.groupby("customer_id").reason.agg(lambda r: " and ".join(sorted(set(r))))
    frame = pd.DataFrame({"customer_id": list(home), "same_as": list(home.values())})
    frame["reason"] = frame.customer_id.map(reasons)
    return frame.sort_values(["same_as", "customer_id"], ignore_index=True)


def _alike(customers, column):
    """List the customers that share a contact with one to four others: customer_id, key, reason."""
    reason, spelt = SPELT[column]
    known = customers.filter(customers.customer_id.notnull())
    known = known.select("customer_id", key=spelt(known[column])).distinct()
    known = known.filter(known.key.notnull())
    shared = known.group_by("key").agg(n=known.count())
    shared = shared.filter((shared.n > 1) & (shared.n <= SHARED))
    keys = known.semi_join(shared, "key").order_by("key", "customer_id").execute()
    keys["key"] = keys.groupby("key").ngroup()  # the contact itself goes no further
    return keys.assign(reason=reason)


def _joined(groups):
    """Join groups that share a member: {customer: smallest id of its group}."""
    home = {}

    def of(one):
        while home.setdefault(one, one) != one:
            one = home[one]
        return one

    for members in groups:
        ends = {of(member) for member in members}
        smallest = min(ends, key=lambda one: (len(one), one))
        home.update(dict.fromkeys(ends, smallest))
    return {one: of(one) for one in sorted(home)}


def without(customers, *, name="customers"):
    """Leave out of a table of customers (or of answers) what names a person: (table, note or None).

    Contact columns go, and so do attributes that hold names or contacts by their heading, or
    contacts by their values; a few contacts in another column are blanked. Of a day of birth the
    year is kept.
    """
    born = [c for c in _attributes(customers) if _is_birth(customers[c])]
    customers = customers.mutate(**{c: year(customers[c]) for c in born})
    held = [c for c in schema.PERSONAL if c in customers.columns]
    named = [c for c in _attributes(customers) if _heading(c)]
    asked = _answers if name == "survey" else _marked
    named = [c for c in named if not asked(customers[c])]
    shares = _shares(customers.drop(*held, *named))
    full = [c for c, share in shares.items() if share >= MANY]
    few = [c for c, share in shares.items() if 0 < share < MANY]
    kept = customers.drop(*held, *named, *full)
    blanked = {c: personal(kept[c]).ifelse(ibis.null("string"), kept[c]) for c in few}
    return kept.mutate(**blanked), _told([*held, *named, *full], few, name, born)


def _attributes(customers):
    known = ("row", "flaw", "flaw_text", "answered_at", *schema.names("customers"))
    return [c for c in customers.columns if c not in known and not c.startswith("text_")]


def _answers(column):
    """Tell whether a question only sounds personal: few answers, each given by several."""
    told = column.as_table().aggregate(n=column.count(), kinds=column.nunique()).execute().iloc[0]
    return bool(told.kinds <= FEW_ANSWERS and told.n >= 3 * told.kinds)


def _marked(column):
    """Tell whether a column of people holds nothing but yes and no, or marks on a scale.

    "Do something for my company" is a motive, whatever word stands in it; a name is no yes.
    """
    known = column.cast("string").strip().lower().nullif("")
    kinds = known.as_table().distinct().limit(MARKS + 2).execute().iloc[:, 0].dropna()
    return 1 < len(kinds) <= MARKS and readings.marks(kinds)


MARKS = 13
"""A scale has at most so many marks, words for no answer included."""


def _heading(name):
    return re.search(phrases.NAMES, name.lower().strip()) or re.search(
        phrases.CONTACTS, name.lower()
    )


def _shares(customers):
    """Measure how much of each text attribute is e-mails or phones: {column: share}."""
    texts = [c for c in _attributes(customers) if customers[c].type().is_string()]
    if not texts:
        return {}
    row = customers.aggregate(**{c: personal(customers[c]).mean() for c in texts}).execute()
    return {c: float(row[c].fillna(0)[0]) for c in texts}


def _is_birth(column):
    """Tell whether a column holds days of birth: by its heading, and years in longer values."""
    if not re.search(phrases.BIRTH, column.get_name().lower()):
        return False
    text, years = column.cast("string"), year(column)
    day = (years.notnull() & (text.length() > 4)).mean(where=text.notnull())
    return bool(column.as_table().aggregate(day=day).execute().day[0] > 0.5)


def year(column):
    """Keep the year of a date, as text; empty where none of four digits stands in it."""
    found = column.cast("string").re_extract(r"(^|\D)((19|20)\d\d)(\D|$)", 2)
    return found.nullif("")


def _told(dropped, few, name, born):
    if not (dropped or few or born):
        return None
    parts = [f"left out: {', '.join(dropped)}"] if dropped else []
    parts += [f"single contacts blanked in: {', '.join(few)}"] if few else []
    parts += [f"the year alone is kept of: {', '.join(born)}"] if born else []
    return messages.note("personal columns", name=name, said="; ".join(parts))
