"""Contact with each customer outside orders: when last, and what was asked in vain.

A contact is a request, an appointment kept, an event attended or a review: something both sides
know of. Being mailed is none, and an order has a column of its own. A request counts as unmet
when no order of it was placed before the date although it had `SETTLED_DAYS` to come; younger
requests are open, not unmet. Source: the CRM article's selections "unreliable" and "risk
group". Taught in notebook approaches/crm_selections.
"""

from datetime import timedelta

import ibis

from segkit.data.measures import days, within

SETTLED_DAYS = 30
"""Days after which a request without an order counts as unmet."""

TOLD = {
    "requests": ("requested_at", None),
    "appointments": ("starts_at", "kept"),
    "events": ("held_at", "attended"),
    "reviews": ("reviewed_at", None),
}
"""Tables that tell of a contact: its moment, and the column that must be true if there is one."""


def expression(tables, *, start, end):
    """Return days_since_contact and requests_unmet_n, one row per `customer_id`, or None.

    Days are counted over all the past before `end`, not only the window, because "long ago" must
    not look like "never"; requests are counted in the window. A column whose table is lacking is
    absent.
    """
    parts = [part for part in (_last(tables, end), _unmet(tables, start, end)) if part is not None]
    if len(parts) < 2:
        return parts[0] if parts else None
    joined = parts[0].outer_join(parts[1], "customer_id")
    who = ibis.coalesce(joined.customer_id, joined.customer_id_right)
    return joined.select("days_since_contact", "requests_unmet_n", customer_id=who)


def _last(tables, end):
    moments = [m for name in TOLD if (m := _moments(tables, name, end)) is not None]
    if not moments:
        return None
    all_of_them = ibis.union(*moments) if len(moments) > 1 else moments[0]
    last = all_of_them.group_by("customer_id").agg(last=all_of_them.at.max())
    return last.select("customer_id", days_since_contact=days(last["last"], end))


def _moments(tables, name, end):
    if not tables.has(name):
        return None
    table, (moment, true) = getattr(tables, name), TOLD[name]
    rows = within(table, moment, start=None, end=end)
    if true and true in rows.columns:
        rows = rows.filter(rows[true].fill_null(False))
    return rows.select("customer_id", at=rows[moment])


def _unmet(tables, start, end):
    if not tables.has("requests") or "order_id" not in tables.requests.columns:
        return None
    settled = end - timedelta(days=SETTLED_DAYS)
    asked = within(tables.requests, "requested_at", start=start, end=settled)
    if tables.baskets is None:
        unmet = asked.order_id.isnull()
    else:
        placed = within(tables.baskets, "ordered_at", start=None, end=end)
        placed = placed.select(placed_id=placed.order_id).distinct()
        asked = asked.left_join(placed, asked.order_id == placed.placed_id)
        unmet = asked.placed_id.isnull()
    return asked.group_by("customer_id").agg(requests_unmet_n=unmet.sum())
