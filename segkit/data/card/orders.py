"""What orders, lines and mailings tell of each customer, as expressions of the engine.

Shares are shares of what was bought, before returns, and stay between 0 and 1.
"""

import re

import ibis

from segkit.data import answers, measures
from segkit.data.card import columns
from segkit.data.cells import readings, values

MAX_DEPARTMENTS = 16
"""So many departments get a share of their own; smaller ones (in products) are "other"."""


def sums(baskets, *, start, end, middle):
    """What orders alone tell, one row per customer: one pass over all orders before the date."""
    orders = baskets.filter(baskets.ordered_at < end)
    inside = ibis.literal(True) if start is None else orders.ordered_at >= start
    weekday, bought, used = orders.ordered_at.day_of_week.index(), orders.purchase & inside, {}
    if "coupon_discount" in orders.columns:
        used["coupon_orders_share"] = _share(orders.coupon_discount > 0, bought)
    return orders.group_by("customer_id").agg(
        days_since_purchase=measures.days(orders.ordered_at.max(where=bought), end),
        days_since_first_purchase=measures.days(orders.ordered_at.min(where=orders.purchase), end),
        orders_n=bought.sum(),
        lines_n=orders.lines_n.sum(where=inside).cast("int64"),
        spend_total=orders.amount.sum(where=inside).cast("float64"),
        weekend_share=_share(weekday >= 5, bought),
        morning_share=_share(orders.ordered_at.hour().between(5, 11), bought),
        evening_share=_share(orders.ordered_at.hour() >= 18, bought),
        bought_total=_bought(orders, bought),
        spend_recent_share=_ratio(
            _bought(orders, bought & (orders.ordered_at >= middle)), _bought(orders, bought)
        ),
        **used,
    )


def parts(tables, *, start, end):
    """Yield what else is known of each customer, one Ibis table per source of knowledge."""
    lines = measures.within(tables.orders, "ordered_at", start=start, end=end)
    if "product_id" in lines.columns:
        yield _distinct(lines.filter(values.goods(lines)), "product_id", "distinct_products_n")
    if "store_id" in lines.columns:
        yield _distinct(lines, "store_id", "stores_n")
    yield from _amounts(lines, tables.products)
    if tables.has("mailings"):
        yield _mailings(tables.mailings, start=start, end=end)
    yield from measures.parts(tables, start=start, end=end)
    if tables.has("customers"):
        yield attributes(tables.customers)


def _distinct(lines, column, name):
    """Count the different values of a column: pairs first, which is far cheaper."""
    pairs = lines.filter(lines[column].notnull()).select("customer_id", column).distinct()
    return pairs.group_by("customer_id").agg(**{name: pairs.count()})


def attributes(customers):
    """Take all attributes; one that is called like a computed column gets another name."""
    taken = {f"{name}_given": name for name in columns.WORDS if name in customers.columns}
    texts = [c for c in customers.columns if c != "customer_id" and customers[c].type().is_string()]
    return customers.mutate(**readings.measures(customers, texts)).drop("row").rename(taken)


def _amounts(lines, products):
    """Sum what only some sources have, in one pass: items, price reductions, groups of goods."""
    found, goods = {}, values.products(lines)
    lines = lines.mutate(bought=((lines.amount > 0) & goods).ifelse(lines.amount, 0), goods=goods)
    if products is not None and "product_id" in lines.columns:
        numbered, groups = _numbered(products)
        lines = lines.left_join(numbered, "product_id")
        found |= _shares(lines, groups, products)
    if "quantity" in lines.columns:
        items = lines.quantity.cast("decimal(18, 3)").sum(where=lines.goods)
        found["items_n"] = items.fill_null(0).cast("float64")
    if "discount" in lines.columns:
        saved = lines.discount.sum(where=lines.goods).cast("float64")
        found["retail_discount_share"] = _ratio(saved, _money(lines) + saved)
    if found:
        yield lines.group_by("customer_id").agg(goods_total=_money(lines), **found)


def _numbered(products):
    """Number departments and brands, so that no line compares words: (products, {column: no})."""
    named = departments(products) if "department" in products.columns else []
    columns = list(dict.fromkeys(slug(name) for name in named))
    numbers = {"product_id": products.product_id}
    if named:
        places = [(products.department == n, columns.index(slug(n)) + 1) for n in named]
        numbers["group_no"] = ibis.cases(*places, else_=0)
    if "brand" in products.columns:
        brand = products.brand
        numbers["brand_no"] = ibis.cases((brand == "private", 2), (brand == "national", 1), else_=0)
    return products.select(**numbers), {c: n for n, c in enumerate(columns, start=1)}


def _shares(lines, groups, products):
    """Share out the spend by department and brand."""
    total, found = _money(lines), {}
    for column, number in groups.items():
        found[f"share_{column}"] = _ratio(_money(lines, lines.group_no == number), total)
    if groups:
        other = lines.group_no.fill_null(0) == 0
        found["share_other"] = _ratio(_money(lines, other), total)
    if "brand" in products.columns and (products.brand == "private").any().execute():
        found["branded_total"] = branded = _money(lines, lines.brand_no > 0)
        found["private_label_share"] = _ratio(_money(lines, lines.brand_no == 2), branded)
    return found


def _money(lines, where=None):
    return lines.bought.sum(where=where).fill_null(0).cast("float64")


def departments(products):
    """List the departments that get a share of their own, in alphabetical order.

    They are chosen by their number of products, not by sales, so that cards of different
    days have the same columns.
    """
    named = products.filter(products.department.notnull() & (products.department != "other"))
    sizes = named.group_by("department").agg(n=named.count())
    largest = answers.fetch(sizes, by="department").nlargest(MAX_DEPARTMENTS, "n")
    return sorted(largest.department)


def slug(name):
    """Turn a department's name into part of a column name: "Deli & Salads" → "deli_salads"."""
    return re.sub(r"\W+", "_", name.lower()).strip("_") or "unnamed"


def _mailings(mailings, *, start, end):
    """Count campaigns sent in the window, and responses known before its end."""
    sent = measures.within(mailings, "sent_at", start=start, end=end)
    found = {"campaigns_received_n": sent.campaign_id.nunique()}
    known = next((c for c in ("responded_at", "ends_at") if c in sent.columns), None)
    if known and "responded" in sent.columns:
        answered = sent.responded & (sent[known] < end).fill_null(False)
        found["campaigns_responded_n"] = answered.sum()
    return sent.group_by("customer_id").agg(**found)


COUNTS = ("distinct_products_n", "stores_n")
"""Counts that are 0, not unknown, for a customer whose lines name nothing to count."""


def finished(card):
    """Add ratios, fill what is truly zero, order rows and columns."""
    zero = (*COUNTS, *measures.zero())
    zero = [c for c in card.columns if c.startswith("campaigns_") or c in zero]
    card = card.mutate(
        spend_per_order=_ratio(card.spend_total, card.orders_n),
        lines_per_order=_ratio(card.lines_n, card.orders_n),
        **{c: card[c].fill_null(0) for c in zero},
    )
    bases = [c for c in columns.BASES if c in card.columns]
    known = [c for c in (*columns.WORDS, *measures.words()) if c in card.columns]
    known = [c for c in known if c not in bases]
    rest = [c for c in card.columns if c not in ("customer_id", *known, *bases)]
    shares = [c for c in rest if c.startswith("share_")]
    attributes = [c for c in rest if c not in shares]
    return card.select("customer_id", *known, *shares, *attributes, *bases)


def _share(condition, where):
    """Share of the rows in `where` that meet a condition."""
    met = condition.fill_null(False) & where
    return met.sum() / where.sum().nullif(0)


def _bought(table, where=True):
    """Money of purchases, returns left out."""
    return table.amount.sum(where=(table.amount > 0) & where).fill_null(0).cast("float64")


def _ratio(part, whole):
    return part / whole.nullif(0)
