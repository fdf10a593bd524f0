"""Mailings opened and clicked, of those that can be judged at a date.

An opening has no date of its own, so a mailing counts once it has had its time: after its last
day (`ends_at`), or a week after it was sent where no last day is known. Both what was sent and
what was opened are counted of these mailings only; a card of a past day thus does not know who
opened what later. A study whose mailings do not say `opened` gets none of these columns.
Taught in notebook approaches/activity.
"""

from datetime import timedelta

from segkit.data.measures import within

SETTLED_DAYS = 7
"""Days after which an unopened mailing without a last day counts as not opened."""


def expression(tables, *, start, end):
    """Count the judged, opened and clicked mailings per customer.

    Returns an Ibis table keyed by `customer_id`, whole numbers from 0, or None where the study has
    no mailings or none that say whether they were opened. A mailing whose link was followed was
    opened, whatever it says; where it says nothing, it cannot be judged.
    """
    if tables.mailings is None or "opened" not in tables.mailings.columns:
        return None
    sent = _judged(within(tables.mailings, "sent_at", start=start, end=end), end)
    clicked = sent.clicked.fill_null(False) if "clicked" in sent.columns else None
    opened = sent.opened if clicked is None else sent.opened.fill_null(False) | clicked
    known = sent.opened.notnull() if clicked is None else sent.opened.notnull() | clicked
    found = {"mailings_judged_n": known.sum(), "mailings_opened_n": opened.sum(where=known)}
    if clicked is not None:
        found["mailings_clicked_n"] = clicked.sum()
    return sent.group_by("customer_id").agg(**found)


def _judged(sent, end):
    """Keep the mailings that had their time before `end`."""
    over = sent.sent_at < end - timedelta(days=SETTLED_DAYS)
    if "ends_at" in sent.columns:
        over = (sent.ends_at < end).fill_null(over)
    return sent.filter(over)
