"""Hits of a website: what each one is, whose it is, and to which session it belongs.

A hit is one row of `visits`. Three things are settled here, once, so that every count agrees.

*What it is.* Every tool has names of its own for the same event ("add_to_cart", "в корзину"); the
list in `events.yaml` turns them into kinds. An unknown name stays as it is and is reported.

*Whose it is.* A browser that has ever named one customer belongs to that customer, also for the
hits before the name was known. A hit that names a customer is that customer's. Where two customers
have used one browser, its nameless hits belong to neither: they stay with the browser, and
`sharing` says how many. A person is a customer, or else a browser.

*Which session.* The source's own number, where it has one (unique within a browser, as in Google
Analytics 4). Else a new session begins after more than `gap_minutes` without a hit: midnight and a
new campaign do not end a session, which is Google Analytics 4's rule. `classic=True` adds both
ends, as the retired Universal Analytics did. Nobody knows the future: only hits before `end`
count, and who logs in later is not yet known. Taught in notebook approaches/web_analytics.
"""

import re
from functools import cache

import ibis

from segkit.data import answers
from segkit.study import StudyError, beside

OPTIONAL = ("page", "product_id", "order_id", "amount", "source", "device", "region")
"""Columns of a hit that only some sources have."""


@cache
def kinds():
    """Return {kind: (names)}: the list of `events.yaml`, names in their plain spelling."""
    known = beside(__file__, "events.yaml")
    return {kind: tuple(plain(name) for name in names) for kind, names in known.items()}


def plain(name):
    """Spell an event's name plainly: "Add_To-Cart" → "add to cart"."""
    return re.sub(r"[\W_]+", " ", str(name).lower()).strip()


def kind(event, *, own=None):
    """Say what kind of event a name stands for; None for an unknown one.

    `own` is {name in the source: kind}, for names that the list does not know, or knows wrongly.
    Raises StudyError for a kind that does not exist. Taught in notebook approaches/web_analytics.
    """
    own = {plain(name): told for name, told in (own or {}).items()}
    for told in own.values():
        if told not in kinds():
            raise StudyError(
                f"{told!r} is no kind of event. Known kinds: {', '.join(kinds())}. "
                "Map each event's name to one of them, or leave it out."
            )
    name = plain(event)
    found = (k for k, names in kinds().items() if name in names)
    return own.get(name) or next(found, None)


def recognised(tables, *, own=None):
    """List the events of a study and what they were taken for.

    Returns event, kind (None: not recognised, counted as a hit only) and hits_n, the most
    frequent first. Taught in notebook approaches/web_analytics.
    """
    visits = needed(tables)
    frame = answers.fetch(visits.group_by("event").agg(hits_n=visits.count()), by="event")
    frame.insert(1, "kind", [kind(event, own=own) for event in frame["event"]])
    return frame.sort_values("hits_n", ascending=False, kind="stable", ignore_index=True)


def needed(tables):
    """Return the table `visits`; raises StudyError where the study has none."""
    if not tables.has("visits"):
        raise StudyError(
            "This study has no table `visits` (one row per hit on the site: visitor_id, seen_at, "
            "event). Add one to the study file; data/README.md shows the columns."
        )
    return tables.visits


def read(tables, *, end, own=None, gap_minutes=30, classic=False):
    """Read the hits before `end`: an Ibis table, one row per hit.

    Columns: person, customer_id (empty for a browser nobody has named), visitor_id, seen_at, event
    (as the source calls it), kind (see `kinds`), session, and those of page, product_id, order_id,
    amount, source, device, region that the source has. A page loses site, query and anchor.
    A purchase reported twice under one order_id (a thank-you page loaded again) counts once: the
    repeated hits are left in as kind `repeat`, without an amount.
    `own` is {event name: kind}; `gap_minutes` and `classic` rule the sessions, see above.
    Raises StudyError without a table `visits`.
    """
    visits = needed(tables)
    visits = visits.filter(visits.seen_at < end)
    hits = _named(visits.mutate(kind=_kind(visits, own), **_page(visits)))
    hits = _once(_sessions(hits, seconds=60 * gap_minutes, classic=classic))
    there = [column for column in OPTIONAL if column in visits.columns]
    return hits.select(
        "person", "customer_id", "visitor_id", "seen_at", "event", "kind", "session", *there
    )


def sharing(hits):
    """Count browsers and customers: one row of a DataFrame.

    visitors_n (browsers), known_n (of these, with a customer), shared_n (with two or more, whose
    nameless hits belong to nobody), customers_n, several_n (customers seen on two or more
    browsers), hits_n, nameless_share (0 to 1: hits of no customer).
    """
    pairs = hits.select("visitor_id", "customer_id").distinct()
    visitors = pairs.group_by("visitor_id").agg(n=pairs.customer_id.nunique())
    known = pairs.filter(pairs.customer_id.notnull())
    customers = known.group_by("customer_id").agg(n=known.count())
    found = {
        **visitors.agg(visitors_n=visitors.count(), known_n=(visitors.n > 0).sum(),
                       shared_n=(visitors.n > 1).sum()).execute().iloc[0],
        **customers.agg(customers_n=customers.count(),
                        several_n=(customers.n > 1).sum()).execute().iloc[0],
        **hits.agg(hits_n=hits.count(),
                   nameless_share=hits.customer_id.isnull().mean()).execute().iloc[0],
    }  # fmt: skip
    import pandas as pd

    frame = pd.DataFrame([found]).fillna(0)
    return frame.astype({column: "int64" for column in frame if column.endswith("_n")})


def moments(column):
    """Turn a column of moments into whole seconds, to be subtracted on any engine."""
    return column.epoch_seconds().cast("int64")


def first(table, *, by, column, last=False):
    """Take each group's first (or `last`) known value in time; two at one moment: the lesser text.

    Returns an Ibis table: `by` and `column`.
    """
    known = table.filter(table[column].notnull())
    at = known.seen_at.desc() if last else known.seen_at
    place = ibis.row_number().over(group_by=by, order_by=[at, known[column]])
    ranked = known.select(by, column, place=place)
    return ranked.filter(ranked.place == 0).drop("place")


def _kind(visits, own):
    names = visits.select("event").distinct().execute()["event"].dropna()
    taken = {}
    for name in sorted(names):
        if found := kind(name, own=own):
            taken.setdefault(found, []).append(name)
    cases = [(visits.event.isin(taken[k]), k) for k in kinds() if k in taken]
    other = visits.event.fill_null("")
    return ibis.cases(*cases, else_=other) if cases else other


def _page(visits):
    if "page" not in visits.columns:
        return {}
    path = visits.page.re_replace(r"^[a-zA-Z]+://[^/?#]*", "").re_replace(r"[?#].*$", "")
    return {"page": (path == "").ifelse("/", path)}


def _named(hits):
    """Give every hit its customer and its person."""
    if "customer_id" not in hits.columns:
        hits = hits.mutate(customer_id=ibis.null("string"))
    hits = hits.mutate(customer_id=hits.customer_id.nullif(""))
    pairs = hits.filter(hits.customer_id.notnull()).select("visitor_id", "customer_id").distinct()
    named = pairs.group_by("visitor_id").agg(n=pairs.count(), only=pairs.customer_id.min())
    hits = hits.left_join(named, "visitor_id").drop("visitor_id_right")
    alone = (hits.n == 1).fill_null(False)
    customer = hits.customer_id.fill_null(alone.ifelse(hits.only, ibis.null("string")))
    hits = hits.mutate(customer_id=customer).drop("n", "only")
    person = (ibis.literal("customer ") + hits.customer_id).fill_null(
        ibis.literal("visitor ") + hits.visitor_id
    )
    return hits.mutate(person=person)


def _sessions(hits, *, seconds, classic):
    """Number the sessions of each person on each browser."""
    given = hits.session_id.nullif("") if "session_id" in hits.columns else ibis.null("string")
    hits = hits.mutate(given=given, at=moments(hits.seen_at))
    group = ["person", "visitor_id", "given"]
    if classic:
        hits = _came_from(hits, group)
    order = ["at", "came_from"] if classic else ["at"]
    before = hits.at.lag().over(group_by=group, order_by=order)
    begins = (hits.at - before > seconds).fill_null(False)
    if classic:
        begins |= _changes(hits, group, order)
    hits = hits.mutate(begins=(begins & hits.given.isnull()).cast("int64"))
    # ranges, not rows: hits of one moment are in one session, whichever the engine takes first
    until = ibis.range_window(group_by=group, order_by=order, preceding=None, following=0)
    number = hits.begins.sum().over(until)
    label = hits.given.fill_null(ibis.literal("#") + number.cast("string"))
    return hits.mutate(session=hits.person + " / " + hits.visitor_id + " / " + label)


def _changes(hits, group, order):
    """Tell whether day or source differ from those of the hit before."""
    day, source = (
        hits[c].lag().over(group_by=group, order_by=order) for c in ("seen_at", "came_from")
    )
    other = hits.seen_at.date() != day.date()
    return other.fill_null(False) | (hits.came_from != source).fill_null(False)


def _came_from(hits, group):
    """Carry each known source on to the hits after it, which rarely repeat it."""
    if "source" not in hits.columns:
        return hits.mutate(came_from=ibis.null("string"))
    known = hits.source.notnull().cast("int64")
    so_far = ibis.range_window(group_by=group, order_by=hits.at, preceding=None, following=0)
    hits = hits.mutate(stretch=known.sum().over(so_far))
    source = hits.source.max().over(ibis.window(group_by=[*group, "stretch"]))
    return hits.mutate(came_from=source).drop("stretch")


def _once(hits):
    """Count a purchase that was reported twice once."""
    if "order_id" not in hits.columns:
        return hits
    bought = (hits.kind == "purchase") & hits.order_id.notnull()
    group = [hits.order_id, bought]
    place = ibis.row_number().over(
        group_by=group, order_by=[hits.seen_at, hits.person, hits.visitor_id]
    )
    again = bought & (place > 0)
    hits = hits.mutate(kind=again.ifelse("repeat", hits.kind))
    if "amount" not in hits.columns:
        return hits
    counted = (hits.kind == "repeat").ifelse(ibis.null(hits.amount.type()), hits.amount)
    return hits.mutate(amount=counted)
