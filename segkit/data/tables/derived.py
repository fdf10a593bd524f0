"""What order lines tell of customers and of goods, where no table of their own says it.

A country, region or city on the lines is the customer's: the latest one that is known. A group of
goods on the lines is the product's: the most frequent one; where no product is named, the group
itself stands for it. What a table of customers or products says is never replaced.
"""

import ibis

from segkit.data import messages

PLACES = ("country", "region", "city")
"""Columns of order lines that say where the customer is."""

GROUPS = ("department", "category", "brand")
"""Columns of order lines that say what kind of goods they are, the coarsest first."""


def widened(store, tables):
    """Give the tables with what the order lines add: customers with places, products with groups.

    `store` holds what is made. Tables without such lines come back as they are.
    """
    orders, made = tables["orders"], {}
    if places := _places(tables):
        made["customers"] = store.hold("customers", _customers(tables, places))
    if groups := _groups(tables):
        if "product_id" not in orders.columns:
            orders = store.hold("orders", orders.mutate(product_id=orders[groups[-1]]))
        made |= {"orders": orders, "products": store.hold("products", _products(orders, groups))}
    return tables | made


def notes(tables):
    """Say what order lines add: dicts as in `Source`; `tables` are those before `widened`."""
    told = [messages.note("place on lines", column=column) for column in _places(tables)]
    bare = "product_id" not in tables["orders"].columns
    named = "group for product" if bare else "group on lines"
    return told + [messages.note(named, column=column) for column in _groups(tables)]


def _places(tables):
    known = tables["customers"].columns if "customers" in tables else ()
    return [c for c in PLACES if c in tables["orders"].columns and c not in known]


def _groups(tables):
    return [] if "products" in tables else [c for c in GROUPS if c in tables["orders"].columns]


def _customers(tables, places):
    """Add to every customer the latest place that is known."""
    orders = tables["orders"]
    latest = [ibis.desc("ordered_at"), ibis.desc("row")]
    found = tables.get("customers")
    if found is None:
        found = orders.group_by("customer_id").agg(row=orders.row.min())
    for place in places:
        told = orders.filter(orders[place].notnull())
        at = ibis.row_number().over(group_by="customer_id", order_by=latest)
        last = told.mutate(at_=at).filter(ibis._.at_ == 0).select("customer_id", place)
        found = found.left_join(last, "customer_id").drop("customer_id_right")
    return found.select(*(c for c in found.columns if c != "row"), "row")


def _products(orders, groups):
    """Give every product the group that most of its lines name."""
    named = orders.filter(orders.product_id.notnull())
    found = named.group_by("product_id").agg(row=named.row.min())
    for group in groups:
        told = named.filter(named[group].notnull())
        each = told.group_by("product_id", group).agg(n_=told.count())
        at = ibis.row_number().over(group_by="product_id", order_by=[ibis.desc("n_"), group])
        most = each.mutate(at_=at).filter(ibis._.at_ == 0).select("product_id", group)
        found = found.left_join(most, "product_id").drop("product_id_right")
    return found.select(*(c for c in found.columns if c != "row"), "row")
