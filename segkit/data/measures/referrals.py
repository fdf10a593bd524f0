"""Who sent whom: referrals by identifier or by what the new customer told.

Where the referrer is known, nothing is guessed. Else the words told are compared with the
companies and identifiers of the customers, in one spelling (small letters, no punctuation, no
"recommended by"), first with the legal form, then without, and only a full match counts. A name
that fits two customers is not guessed; nobody recommends himself. Everything left out is counted
by `counts`. Customers have no dates: a company that joins the list later can be matched, or make
a name ambiguous, at an earlier date, too. Taught in notebook approaches/loyalty.
"""

import ibis

from segkit.data import answers, measures
from segkit.data.cells import phrases
from segkit.refusal import Refused

CAPITALS = ("АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯÄÖÜÉÈÊÇÀÂÑÓÅØё",
            "абвгдеежзийклмнопрстуфхцчшщъыьэюяäöüéèêçàâñóåøе")  # fmt: skip
"""Letters that not every engine makes small, and what they become."""

COMPANY = ("company", "company_name", "firm", "organisation", "organization")
"""Attributes of customers that hold what a company is called; the first one found is used."""

WAYS = (
    "known by identifier",
    "found by name",
    "name fits several customers",
    "name fits nobody",
    "named themselves",
    "nothing told",
)
"""How a referral was settled; only the first two count for somebody."""


def resolve(tables, *, start, end):
    """Settle who recommended us in each referral of a window.

    Returns an Ibis table with one row per referral: referred_id, referred_at, customer_id (who
    recommended us; empty where that is not known) and way (one of `WAYS`).
    """
    rows = measures.within(tables.referrals, "referred_at", start=start, end=end)
    given = rows.customer_id if "customer_id" in rows.columns else ibis.null("string")
    told = rows.told if "told" in rows.columns else ibis.null("string")
    full = _bare(spell(told.fill_null("")))
    rows = rows.select("referred_id", "referred_at", given=given, full=full)
    rows = rows.mutate(short=without_form(rows.full))
    named = _named(tables)
    for key in ("full", "short") if named is not None else ():
        keyed = named.rename({key: "spelling", f"{key}_id": "found", f"{key}_n": "fits_n"})
        rows = rows.left_join(keyed, key).drop(f"{key}_right")
    if named is None:
        rows = rows.mutate(full_id=ibis.null("string"), full_n=0, short_id=None, short_n=0)
    return _settled(rows)


def _settled(rows):
    """Decide each referral: by identifier, by the full name, by the name without its form."""
    by_full = rows.full_n.fill_null(0) > 0
    fits = by_full.ifelse(rows.full_n, rows.short_n).fill_null(0)
    found = (fits == 1).ifelse(by_full.ifelse(rows.full_id, rows.short_id), None)
    who = ibis.coalesce(rows.given, found)
    way = ibis.cases(
        ((who == rows.referred_id).fill_null(False), WAYS[4]),
        (rows.given.notnull(), WAYS[0]),
        (rows.full == "", WAYS[5]),
        (fits == 1, WAYS[1]),
        (fits > 1, WAYS[2]),
        else_=WAYS[3],
    )
    counted = (way == WAYS[0]) | (way == WAYS[1])
    return rows.select("referred_id", "referred_at", customer_id=counted.ifelse(who, None), way=way)


def _named(tables):
    """List every spelling that names a customer: spelling, found (one of them), fits_n."""
    if not tables.has("customers"):
        return None
    people = tables.customers
    names = [people.select("customer_id", spelling=spell(people.customer_id))]
    if company := next((c for c in COMPANY if c in people.columns), None):
        full = people.select("customer_id", spelling=spell(people[company].fill_null("")))
        names += [full, full.mutate(spelling=without_form(full.spelling))]
    rows = ibis.union(*names, distinct=True) if company else names[0].distinct()
    rows = rows.filter(rows.spelling != "")
    return rows.group_by("spelling").agg(
        found=rows.customer_id.min(), fits_n=rows.customer_id.nunique()
    )


def small(text):
    """Write an Ibis text in small letters, ё as е, in every engine.

    A database may know the capitals of its own language only, so the others are named.
    """
    return text.lower().translate(*CAPITALS)


def spell(text):
    """Bring a name into one spelling: small letters, single spaces, no punctuation."""
    text = small(text)
    return text.re_replace(r"[^0-9a-zа-яß-öø-ÿ]+", " ").strip()


def without_form(text):
    """Drop the legal forms from a spelt name: "ооо ромашка" → "ромашка"."""
    apart = "  " + text.replace(" ", "  ") + "  "  # so that neighbouring words do not share a space
    return apart.re_replace(f" ({phrases.FORMS}) ", " ").re_replace(" +", " ").strip()


def _bare(text):
    """Drop what people put before and after a name."""
    text = text.re_replace(f"^(({'|'.join(phrases.BEFORE)}) )+", "")
    return text.re_replace(f"( ({'|'.join(phrases.AFTER)}))+$", "")


def measure(tables, *, start, end):
    """Count new customers by who recommended us: customer_id, referred_n, referred_buyers_n.

    A new customer counts once for each referrer, and as a buyer when anything was bought before
    `end`. An Ibis table.
    """
    rows = resolve(tables, start=start, end=end)
    rows = rows.filter(rows.customer_id.notnull()).select("customer_id", "referred_id").distinct()
    orders = tables.baskets
    bought = orders.filter((orders.ordered_at < end) & orders.purchase)
    bought = bought.select(referred_id=bought.customer_id, bought=1).distinct()
    rows = rows.left_join(bought, "referred_id").drop("referred_id_right")
    return rows.group_by("customer_id").agg(
        referred_n=rows.count(), referred_buyers_n=rows.bought.sum().fill_null(0).cast("int64")
    )


def counts(tables, *, start, end):
    """Count how referrals were settled.

    Parameters
    ----------
    tables : Tables
        A study's tables.
    start, end : date or None
        The first day that counts, and the first that does not; see `data.card.window`.

    Returns
    -------
    DataFrame or Refused
        way (every one of `WAYS`, in their order), referrals_n and counts (True where it counts as
        a referral by a customer). Refused without a table of referrals.

    Examples
    --------
    See notebook approaches/loyalty: `referrals.counts(tables, start=start, end=end)`.
    """
    import pandas as pd

    if not tables.has("referrals"):
        return Refused("This study has no table of referrals: nobody was asked how they heard.")
    rows = resolve(tables, start=start, end=end)
    found = answers.fetch(rows.group_by("way").agg(n=rows.count()), by="way")
    known = dict(zip(found["way"], found["n"], strict=True))
    rows = [(way, int(known.get(way, 0)), way in WAYS[:2]) for way in WAYS]
    return pd.DataFrame(rows, columns=["way", "referrals_n", "counts"])
