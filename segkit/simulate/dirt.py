"""Dirt as real exports have it, planted with exact counts, so that a test can expect them.

Every line has at most one kind, so what a reading sets aside can be compared number by number.
Dirt hardly moves clusters: that clusters are still found says nothing about cleaning; counts
and sums do.
"""

import numpy as np
import pandas as pd

from segkit.simulate import draws
from segkit.study import StudyError, known

WORLD = draws.planted("dirt")


def rates(given):
    """Turn what was asked for into {kind: rate}: True gives the usual rates.

    Raises StudyError for an unknown kind and for a rate outside 0 to 0.3.
    """
    asked = dict(WORLD.rates) if given is True else dict(given)
    for kind, rate in asked.items():
        known(kind, WORLD.rates, what="dirt")
        if not isinstance(rate, int | float) or not 0 <= rate <= 0.3:
            raise StudyError(f"The rate of {kind} is {rate!r}; give a share from 0 to 0.3.")
    return asked


def plant(plan, tables, rates):
    """Soil `tables` in place; returns ({kind: exact count}, the soiled places as a DataFrame).

    Orders turn into text where they have to. Lines are soiled one kind each, in whole orders for
    the kinds in `shared`; a line is repeated only if nothing else is wrong with it.
    """
    if "orders" not in tables:
        raise StudyError(f"The world {plan.name!r} is a list without orders; it takes no dirt.")
    rng = plan.stream("dirt")
    doubled = _double(rng, tables, rates.get("doubled_customers", 0))
    orders = _as_text(tables["orders"])
    soiled = _places(rng, orders, {kind: rates[kind] for kind in WORLD.rules if rates.get(kind)})
    for kind, (column, texts) in WORLD.marks.items():
        rows = soiled.get(kind, [])
        said = draws.words(texts, rng.integers(0, len(texts), len(rows)))
        orders.iloc[rows, orders.columns.get_loc(column)] = said
    if "repeated_lines" in soiled:
        copies = orders.iloc[np.sort(soiled["repeated_lines"])]
        orders = pd.concat([orders, copies], ignore_index=True)
    tables["orders"] = orders
    planted = {kind: len(rows) for kind, rows in soiled.items()} | doubled
    return planted, _told(tables, soiled)


def _places(rng, orders, rates):
    """Choose the lines of every kind: whole orders where all lines share the flaw, else lines.

    An order with a flaw that its lines share has no other; {kind: rows}.
    """
    whole = [kind for kind in rates if kind in WORLD.shared]
    order = pd.factorize(orders["order_id"])[0]
    sizes = np.bincount(order)
    mixed = rng.permutation(len(sizes))
    begins = np.empty(len(sizes))
    begins[mixed] = np.cumsum(sizes[mixed]) - sizes[mixed]
    edges = np.cumsum([round(rates[kind] * len(orders)) for kind in whole])
    kind_of = np.searchsorted(edges, begins, side="right")[order]
    found = {kind: np.flatnonzero(kind_of == i) for i, kind in enumerate(whole)}
    rest, used = rng.permutation(np.flatnonzero(kind_of == len(whole))), 0
    for kind in (kind for kind in rates if kind not in WORLD.shared):
        count = round(rates[kind] * len(orders))
        found[kind] = rest[used : used + count]
        used += count
    return found


def _as_text(orders):
    """Write dates and amounts as text, so that a cell can say anything; add a state."""
    stamps = pd.Series(orders["ordered_at"]).dt.strftime("%Y-%m-%d %H:%M:%S")
    amounts = pd.Series(orders["amount"]).map("{:.2f}".format)
    texts = {"ordered_at": stamps.astype("str"), "amount": amounts.astype("str")}
    return orders.assign(**texts, status=pd.array(["paid"], dtype="str").take([0] * len(orders)))


def _double(rng, tables, rate):
    """Give some customers a second card with the same e-mail, and every other order to it."""
    people = tables.get("customers")
    if not rate or people is None or "email" not in people:
        return {}
    known = np.flatnonzero(people.customer_id.isin(tables["orders"].customer_id))
    chosen = np.sort(rng.permutation(known)[: round(rate * len(people))])
    again = people.iloc[chosen].copy()
    again["customer_id"] = again["customer_id"] + "x"
    again["email"] = again["email"].str.upper()
    tables["customers"] = pd.concat([people, again], ignore_index=True)
    orders = tables["orders"]
    theirs = orders.customer_id.isin(people.customer_id.iloc[chosen])
    second = theirs & (pd.factorize(orders.order_id)[0] % 2 == 1)
    owner = orders.customer_id.where(~second, orders.customer_id + "x")
    tables["orders"] = orders.assign(customer_id=owner.astype("str"))
    return {"doubled_customers": len(chosen)}


def _told(tables, soiled):
    """List every soiled place: kind, row of the file (heading counted), order_id."""
    parts = [
        pd.DataFrame({"kind": kind, "row": np.sort(rows) + 2}) for kind, rows in soiled.items()
    ]
    if not parts:
        return pd.DataFrame({"kind": [], "row": [], "order_id": []})
    told = pd.concat(parts, ignore_index=True)
    return told.assign(order_id=tables["orders"].order_id.array[told.row.to_numpy() - 2])
