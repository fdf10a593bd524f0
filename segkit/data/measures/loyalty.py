"""What shows loyalty: requests, invoices and documents, events, referrals, reviews.

Counts only, the parts and the wholes of shares, so that a share of few can be told from a share
of many. Nothing that happened after the window is known: an invoice paid later is still open. An
open invoice or document that is not yet due says nothing and is left out of the whole ("judged");
open and overdue is late. Mailings are counted by the card and by `mailed`. Source: the text on
five types of loyalty, its table of measures. Taught in notebook approaches/loyalty.
"""

from datetime import timedelta

import ibis

from segkit.data.measures import referrals, within, working_days

WITHIN = 3
"""Working days in which an invoice is to be paid and a document to be signed."""

FORM = r"(^|[^a-zа-я])(form|web|site|online|portal|форм|сайт)"
"""Channels of a request that are our form."""
COMPLAINT = r"complain|claim|жалоб|претенз|рекламац|beschwerde|reklamation"
"""Kinds of review that are a complaint."""
POOR = 2
"""A review without a kind is a complaint with so many stars or fewer."""


def expression(tables, *, start, end):
    """Count what each customer did in a window: one row per `customer_id`, an Ibis table.

    None when the study has none of the tables. A column that its tables cannot give is absent.
    """
    made = [make(tables, start=start, end=end) for make in _PARTS]
    made = [part for part in made if part is not None]
    if not made:
        return None
    people = [part.select("customer_id") for part in made]
    found = ibis.union(*people, distinct=True) if len(made) > 1 else people[0]
    for part in made:
        found = found.left_join(part, "customer_id").drop("customer_id_right")
    return found


def _requests(tables, *, start, end):
    if not tables.has("requests"):
        return None
    rows, found = within(tables.requests, "requested_at", start=start, end=end), {}
    if "channel" in rows.columns:
        found["requests_by_form_n"] = _count(referrals.small(rows.channel).re_search(FORM))
    return rows.group_by("customer_id").agg(requests_n=rows.count(), **found)


def _invoices(tables, *, start, end):
    if not tables.has("invoices") or "paid_at" not in tables.invoices.columns:
        return None
    rows = within(tables.invoices, "sent_at", start=start, end=end)
    in_time, judged = punctual(rows, "paid_at", end=end)
    found = {"invoices_judged_n": _count(judged), "invoices_in_time_n": _count(in_time)}
    if "amount" in rows.columns:
        still = ~(rows.paid_at < end).fill_null(False)
        found["unpaid_total"] = rows.amount.sum(where=still).fill_null(0).cast("float64")
    return rows.group_by("customer_id").agg(**found)


def _documents(tables, *, start, end):
    if not tables.has("documents") or "signed_at" not in tables.documents.columns:
        return None
    rows = within(tables.documents, "sent_at", start=start, end=end)
    in_time, judged = punctual(rows, "signed_at", end=end)
    return rows.group_by("customer_id").agg(
        documents_judged_n=_count(judged), documents_in_time_n=_count(in_time)
    )


def punctual(rows, done, *, end):
    """Judge what was sent and is to be settled: Ibis booleans (in time, judged).

    `rows` has sent_at, the column `done` (a moment, empty while open) and perhaps due_at. In
    time: done within 3 working days after the day of sending. Judged: done before `end`, or open
    although its last day has passed: the later of `due_at` and those 3 working days. An open one
    that is not yet due is not judged.
    """
    took = working_days.between(rows.sent_at, rows[done])
    settled = (rows[done] < end).fill_null(False)
    last = ibis.literal((end - timedelta(days=1)).date())  # the last day that is known
    overdue = working_days.between(rows.sent_at, last) >= WITHIN
    if "due_at" in rows.columns:
        overdue = overdue & (rows.due_at.date() <= last).fill_null(True)
    return settled & (took <= WITHIN), settled | overdue


def _events(tables, *, start, end):
    if not tables.has("events") or "attended" not in tables.events.columns:
        return None
    rows = within(tables.events, "held_at", start=start, end=end)
    return rows.group_by("customer_id").agg(
        events_invited_n=_count(rows.attended.notnull()), events_attended_n=_count(rows.attended)
    )


def _referrals(tables, *, start, end):
    known = tables.has("referrals") and tables.has("orders")
    return referrals.measure(tables, start=start, end=end) if known else None


def _reviews(tables, *, start, end):
    if not tables.has("reviews"):
        return None
    rows, found = within(tables.reviews, "reviewed_at", start=start, end=end), {}
    if "order_id" in rows.columns and tables.has("orders"):
        orders = within(tables.baskets, "ordered_at", start=start, end=end)
        orders = orders.filter(orders.purchase).select("customer_id", "order_id", here="order_id")
        rows = rows.left_join(orders, ["customer_id", "order_id"])
        found["reviewed_orders_n"] = rows.here.nunique()
    if (bad := complaint(rows)) is not None:
        found["complaints_n"] = _count(bad)
    return rows.group_by("customer_id").agg(reviews_n=rows.count(), **found)


def complaint(reviews):
    """Tell which reviews are complaints: an Ibis boolean, None where neither kind nor stars are.

    By its kind; a review without a kind by its stars, 2 or fewer.
    """
    kind = referrals.small(reviews.kind).re_search(COMPLAINT) if "kind" in reviews.columns else None
    poor = (reviews.rating <= POOR) if "rating" in reviews.columns else None
    known = [each for each in (kind, poor) if each is not None]
    return ibis.coalesce(*known, False) if known else None


def _count(condition):
    return condition.fill_null(False).sum().cast("int64")


_PARTS = (_requests, _invoices, _documents, _events, _referrals, _reviews)
