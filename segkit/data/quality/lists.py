"""What is judged of a list: no orders behind its customers, and no time of its own."""

UNDATED = (
    "Nobody can tell from it how old it is: write the day it was made into the study's title, and "
    "ask for the date of the last order or answer next time."
)
"""What is said of a list without dates, where data are asked to be current."""

DESCRIBED = (
    "*Everybody on the list is described by it.* Who is missing from it, it cannot "
    "tell: ask how people came to be on it, and who did not answer."
)
"""Why customers of a list are not compared by whether they are known."""
LEANING = (
    "Segments are made of what the list tells, so a column that only some customers "
    "filled in describes them and not the others."
)
"""What a list's attributes may be used for."""


def contradictions(tables):
    """Compare the columns of a list with each other: (question, found, of, grave) in turn.

    Always at least one question: whether a customer is listed without anything said of them.
    """
    table = tables.customers
    said = [c for c in table.columns if c not in ("customer_id", "row")]
    bare = table
    for column in said:
        bare = bare.filter(bare[column].isnull())
    n = rows_n(table)
    yield "customers of whom the list says nothing", rows_n(bare), n, False
    if "spend_total" in said:
        odd = table.filter(table.spend_total < 0)
        yield "customers with a negative spend", rows_n(odd), n, False
    if {"spend_total", "orders_n"} <= set(said):
        odd = table.filter((table.spend_total > 0) & (table.orders_n == 0))
        yield "customers who spent without an order", rows_n(odd), n, True
    if {"first_order_at", "last_order_at"} <= set(said):
        odd = table.filter(table.first_order_at > table.last_order_at)
        yield "customers whose first order is after their last", rows_n(odd), n, True


def summary(tables, card, checks):
    """Sum up stage 03 of a list in three lines of Markdown: traced, built, judged."""
    line = tables.register().set_index("table").loc["customers"]
    known, worst = card.drop(columns="customer_id").notna().all(), checks.sort_values("score")
    worst = worst.iloc[0]
    return (
        f"- *Traced*: of {line.read_n:,} rows of the list {line.rejected_n:,} were set aside.\n"
        f"- *Built*: a card of {len(known)} columns for {len(card):,} customers, the list itself; "
        f"{known.sum()} columns are known for all of them.\n"
        f"- *Judged*: {checks.verdict.eq('pass').sum()} of {len(checks)} demands pass; the weakest "
        f"is “{worst.check}” ({worst.verdict}: {worst.measured})."
    )


def prepared(tables, *, limit):
    """Judge what was set aside of a list: (score, verdict, measured, reason).

    `limit` is the largest share of rows (0 to 1) that may be set aside.
    """
    line = tables.register().set_index("table").loc["customers"]
    rows = float(line.rejected_n / max(1, line.read_n))
    verdict = "pass" if rows <= limit / 2 else "warn" if rows <= limit else "stop"
    fine = "What was set aside cannot change the picture."
    mend = f"The limit is {limit:.1%}: look at rejected.parquet and mend the list."
    measured = f"{rows:.2%} of the rows of the list set aside"
    return 1 - rows, verdict, measured, fine if verdict == "pass" else mend


def reconciled(tables, card):
    """Tell whether the card holds every kept customer of the list once, and all their money."""
    table, whole = tables.customers, True
    if "spend_total" in card:
        whole = abs(float(table.spend_total.sum().execute()) - card.spend_total.sum()) < 0.005
    return whole and card.customer_id.is_unique and len(card) == rows_n(table)


def rows_n(table):
    """Count the rows of an Ibis table."""
    return int(table.count().execute())
