"""The customer card: everything known about a customer on one row, grouped by family.

Built by the engine from order lines, orders and mailings strictly before `as_of`, so that a
card of a past day never knows the future. Shares are shares of what was bought, before
returns, and stay between 0 and 1; money adds up to the kept orders of the window. A column
that the study's tables cannot give is absent, never filled. Taught in notebook 03.
"""

import re
from datetime import date, datetime, timedelta

import ibis

from segkit.data import answers, lists, measures, schema
from segkit.data.cells import values
from segkit.study import StudyError

MAX_DEPARTMENTS = 16
"""So many departments get a share of their own; smaller ones (in products) are "other"."""

WORDS = {
    "days_since_purchase": ("behavioural", "days", "from the last order to the analysis date"),
    "orders_n": ("behavioural", "orders", "orders in the window"),
    "lines_n": ("behavioural", "lines", "order lines with goods on them"),
    "items_n": ("behavioural", "items", "items bought, where a count means something"),
    "distinct_products_n": ("behavioural", "products", "different products bought"),
    "stores_n": ("behavioural", "stores", "different stores visited"),
    "lines_per_order": ("behavioural", "lines", "lines with goods per order"),
    "weekend_share": ("behavioural", "share of orders", "orders on Saturday or Sunday"),
    "morning_share": ("behavioural", "share of orders", "orders from 5:00 to 11:59"),
    "evening_share": ("behavioural", "share of orders", "orders from 18:00 to 23:59"),
    "private_label_share": ("behavioural", "share of spend", "the shop's own brands"),
    "retail_discount_share": ("promotion", "share of list price", "saved by price reductions"),
    "coupon_orders_share": ("promotion", "share of orders", "orders with a coupon"),
    "campaigns_received_n": ("promotion", "campaigns", "campaigns sent to the customer"),
    "campaigns_responded_n": ("promotion", "campaigns", "of these, answered before the date"),
    "spend_total": ("value", "money", "spend in the window, returns deducted"),
    "spend_per_order": ("value", "money", "spend per order"),
    "spend_recent_share": ("lifecycle", "share of spend", "spent in the later half of the window"),
    "days_since_first_purchase": ("lifecycle", "days", "from the first known order to the date"),
}
"""Family, unit and meaning of every computed column."""

ATTRIBUTES = {
    "geographic": r"country|region|city|town|street|post|zip|address|settlement|climate|state",
    "channel": r"channel|source|device|medium|referr",
    "firmographic": r"industry|sector|company|employees|turnover|firm|legal",
    "psychographic": r"lifestyle|interest|attitude|value|opinion|hobby",
}
"""How the family of a customer attribute is told from its name; any other is demographic."""


CODES = re.compile(r"(^|_)(id|no|nr|code|zip|plz|post\w*|phone|tel\w*|inn)($|_)")
"""Attributes whose digits are names, not amounts."""
FEW_KINDS = 12
"""An attribute with so few different numbers is a scale of groups, not an amount."""


def analysis_date(tables):
    """Return the day after the last order: the default of every analysis, as a date.

    None for a list that dates no order.
    """
    last = tables.facts()["last_order"]
    return last and last.date() + timedelta(days=1)


def build(tables, *, as_of, window_days, everyone=False):
    """Build the card of every customer with an order in the `window_days` before `as_of`.

    `as_of` is an exclusive date (ISO text or date); `window_days=0` takes all history before
    it. `everyone` adds the customers without an order in the window whom any table names before
    `as_of` (asked, visited, were written to): 0 orders, 0 spend, no day of a purchase.
    Returns one row per customer, sorted by `customer_id`: numbers as int or float, text
    for attributes. `dictionary` explains the columns.

    Of a study without orders it is the list itself (see `lists`); `as_of` may then be None.
    Raises StudyError when nobody ordered in the window.
    """
    if not tables.has("orders"):
        return lists.build(tables, as_of=as_of, known=tuple(WORDS))
    start, end = window(as_of=as_of, window_days=window_days)
    # who only gave back bought nothing in the window, and is no buyer
    card = _orders(tables.baskets, start=start, end=end, middle=_middle(tables, start, end))
    card = _with_everyone(card, tables, end) if everyone else card.filter(card.orders_n > 0)
    for part in _parts(tables, _within(tables.orders, start, end), start=start, end=end):
        card = card.left_join(part, "customer_id").drop("customer_id_right")
    if not tables.facts()["has_clock"]:
        card = card.drop("morning_share", "evening_share")
    frame = answers.fetch(_finish(card), by="customer_id")
    if frame.empty:
        raise StudyError(_nobody(tables, start, end))
    return frame


def _with_everyone(card, tables, end):
    """Add the customers whom any table names before `end`, with what is 0 for them."""
    named = [_named(getattr(tables, name), name, end) for name in schema.TABLES if tables.has(name)]
    people = ibis.union(*(n for n in named if n is not None), distinct=True)
    both = people.left_join(card, "customer_id").drop("customer_id_right")
    return both.mutate(**{c: both[c].fill_null(0) for c in ("orders_n", "lines_n", "spend_total")})


def _named(table, name, end):
    """List the customers whom a table names before a moment; None where it names none."""
    if "customer_id" not in table.columns:
        return None
    moment = schema.moment(name)
    rows = table.filter(table[moment] < end) if moment else table
    return rows.filter(rows.customer_id.notnull()).select("customer_id").distinct()


def dictionary(card):
    """Explain the columns of a card: column, family, unit, meaning, coverage (0 to 1)."""
    import pandas as pd
    from pandas.api.types import is_numeric_dtype

    columns = [column for column in card.columns if column != "customer_id"]
    rows = [(column, *explain(column), float(card[column].notna().mean())) for column in columns]
    rows = [
        (column, family, "number", *rest) if unit == "group" and is_numeric_dtype(card[column])
        else (column, family, unit, *rest)
        for column, family, unit, *rest in rows
    ]  # fmt: skip
    marks = lists.scales(_attributes_of(card))
    rows = [_asked(row, card, marks) for row in rows]
    if "lines_n" not in card:  # no order lines: a list
        rows = [(c, family, unit, LISTED.get(c, meaning), known)
                for c, family, unit, meaning, known in rows]  # fmt: skip
    names = ["column", "family", "unit", "meaning", "coverage"]
    order = {family: place for place, family in enumerate(FAMILIES)}
    frame = pd.DataFrame(rows, columns=names)
    return frame.sort_values("family", key=lambda f: f.map(order), kind="stable", ignore_index=True)


LISTED = {
    "orders_n": "orders, as the list says",
    "spend_total": "spend, as the list says",
    "days_since_first_purchase": "from the first order on the list to the date",
}
"""Meaning of a computed column where no orders are behind it."""


def _attributes_of(card):
    return card[[c for c in card if c not in WORDS and not c.startswith("share_")]].select_dtypes(
        "number"
    )


def _asked(row, card, marks):
    """Name the unit of answers: marks on a scale, or yes and no."""
    column, family, unit, *rest = row
    if column in marks:
        own = "psychographic" if family == "demographic" else family
        return (column, own, f"1 to {marks[column]}", *rest)
    yes = unit == "number" and set(card[column].dropna().unique()) == {0, 1}
    return (column, family, "yes/no" if yes else unit, *rest)


def worth(card):
    """Return what each customer weighs: money spent, or 1 each where no money is known.

    Segments and personas are ordered by the sum of it: the most money, or the most customers,
    first. Missing money counts as 0.
    """
    if not has_money(card):
        import pandas as pd

        return pd.Series(1.0, index=card.index, name="customers")
    return card["spend_total"].astype("float64").fillna(0.0)


def has_money(card):
    """Tell whether the card says what customers spent."""
    return "spend_total" in card


FAMILIES = (
    "behavioural",
    "promotion",
    "value",
    "lifecycle",
    "demographic",
    "geographic",
    "channel",
    "firmographic",
    "psychographic",
)
"""The families of criteria, in the order in which they are shown."""


def explain(column):
    """Return (family, unit, meaning) of one card column."""
    if column in WORDS:
        return WORDS[column]
    if column in (known := measures.words()):
        return known[column]
    if column.startswith("share_"):
        name = column.removeprefix("share_").replace("_", " ")
        return "behavioural", "share of spend", f"department: {name}"
    found = (f for f, pattern in ATTRIBUTES.items() if re.search(pattern, column.lower()))
    return next(found, "demographic"), "group", column.replace("_", " ")


def window(*, as_of, window_days):
    """Turn `as_of` and a length in days into (start or None, end), both datetimes."""
    end = as_of if isinstance(as_of, date) else datetime.fromisoformat(str(as_of))
    end = datetime(end.year, end.month, end.day)
    return (end - timedelta(days=int(window_days)) if window_days else None), end


def _within(table, start, end):
    table = table.filter(table.ordered_at < end)
    return table if start is None else table.filter(table.ordered_at >= start)


def _middle(tables, start, end):
    """Halve the window, or, where the data begin later, the time since the first order."""
    begins = tables.facts()["first_order"]
    begins = datetime(begins.year, begins.month, begins.day)
    first = min(max(begins, start or begins), end)
    return first + (end - first) / 2


def _nobody(tables, start, end):
    facts = tables.facts()
    return (
        f"Nobody ordered between {start or facts['first_order']:%Y-%m-%d} and {end:%Y-%m-%d}; the "
        f"orders run from {facts['first_order']:%Y-%m-%d} to {facts['last_order']:%Y-%m-%d}. "
        "Choose another analysis date or a longer window."
    )


def _orders(baskets, *, start, end, middle):
    """What orders alone tell, one row per customer: one pass over all orders before the date."""
    orders = baskets.filter(baskets.ordered_at < end)
    inside = ibis.literal(True) if start is None else orders.ordered_at >= start
    weekday, bought, used = orders.ordered_at.day_of_week.index(), orders.purchase & inside, {}
    if _has_coupons(orders):
        used["coupon_orders_share"] = _share(orders.coupon_discount > 0, bought)
    return orders.group_by("customer_id").agg(
        days_since_purchase=_days(orders.ordered_at.max(where=bought), end),
        days_since_first_purchase=_days(orders.ordered_at.min(where=orders.purchase), end),
        orders_n=bought.sum(),
        lines_n=orders.lines_n.sum(where=inside).cast("int64"),
        spend_total=orders.amount.sum(where=inside).cast("float64"),
        weekend_share=_share(weekday >= 5, bought),
        morning_share=_share(orders.ordered_at.hour().between(5, 11), bought),
        evening_share=_share(orders.ordered_at.hour() >= 18, bought),
        spend_recent_share=_ratio(
            _bought(orders, bought & (orders.ordered_at >= middle)), _bought(orders, bought)
        ),
        **used,
    )


def _parts(tables, lines, *, start, end):
    """Yield what else is known of each customer, one Ibis table per source of knowledge."""
    if "product_id" in lines.columns:
        yield _distinct(lines.filter(values.goods(lines)), "product_id", "distinct_products_n")
    if "store_id" in lines.columns:
        yield _distinct(lines, "store_id", "stores_n")
    yield from _sums(lines, tables.products)
    if tables.has("mailings"):
        yield _mailings(tables.mailings, start=start, end=end)
    yield from measures.parts(tables, start=start, end=end)
    if tables.has("customers"):
        yield _attributes(tables.customers)


def _distinct(lines, column, name):
    """Count the different values of a column: pairs first, which is far cheaper."""
    pairs = lines.filter(lines[column].notnull()).select("customer_id", column).distinct()
    return pairs.group_by("customer_id").agg(**{name: pairs.count()})


def _attributes(customers):
    """Take all attributes; one that is called like a computed column gets another name."""
    taken = {f"{name}_given": name for name in WORDS if name in customers.columns}
    measured = {name: customers[name].cast("float64") for name in _measures(customers)}
    return customers.mutate(**measured).drop("row").rename(taken)


def _measures(customers):
    """Name the text attributes that are amounts: all numbers, many of them, and no codes."""
    texts = [c for c in customers.columns if c not in ("row", "customer_id")]
    texts = [c for c in texts if customers[c].type().is_string() and not CODES.search(c.lower())]
    if not texts:
        return []
    seen = {}
    for name in texts:
        column = customers[name]
        seen[f"{name} odd"] = (~column.re_search(r"^(0|-?[1-9]\d*)(\.\d+)?$")).sum()
        seen[f"{name} kinds"] = column.nunique()
    row = customers.aggregate(**seen).execute().iloc[0].fillna(0)
    return [n for n in texts if row[f"{n} odd"] == 0 and row[f"{n} kinds"] > FEW_KINDS]


def _sums(lines, products):
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
        yield lines.group_by("customer_id").agg(**found)


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
        branded = _money(lines, lines.brand_no > 0)
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
    sent = mailings.filter(mailings.sent_at < end)
    sent = sent if start is None else sent.filter(sent.sent_at >= start)
    found = {"campaigns_received_n": sent.campaign_id.nunique()}
    known = next((c for c in ("responded_at", "ends_at") if c in sent.columns), None)
    if known and "responded" in sent.columns:
        answered = sent.responded & (sent[known] < end).fill_null(False)
        found["campaigns_responded_n"] = answered.sum()
    return sent.group_by("customer_id").agg(**found)


COUNTS = ("distinct_products_n", "stores_n")
"""Counts that are 0, not unknown, for a customer whose lines name nothing to count."""


def _finish(card):
    """Add ratios, fill what is truly zero, order rows and columns."""
    zero = (*COUNTS, *measures.zero())
    zero = [c for c in card.columns if c.startswith("campaigns_") or c in zero]
    card = card.mutate(
        spend_per_order=_ratio(card.spend_total, card.orders_n),
        lines_per_order=_ratio(card.lines_n, card.orders_n),
        **{c: card[c].fill_null(0) for c in zero},
    )
    known = [c for c in (*WORDS, *measures.words()) if c in card.columns]
    rest = [c for c in card.columns if c not in ("customer_id", *known)]
    shares = [c for c in rest if c.startswith("share_")]
    attributes = [c for c in rest if c not in shares]
    return card.select("customer_id", *known, *shares, *attributes)


def _days(moment, end):
    return ibis.literal(end.date()).delta(moment.date(), unit="day")


def _share(condition, where):
    """Share of the rows in `where` that meet a condition."""
    met = condition.fill_null(False) & where
    return met.sum() / where.sum().nullif(0)


def _bought(table, where=True):
    """Money of purchases, returns left out."""
    return table.amount.sum(where=(table.amount > 0) & where).fill_null(0).cast("float64")


def _ratio(part, whole):
    return part / whole.nullif(0)


def _has_coupons(orders):
    return "coupon_discount" in orders.columns
