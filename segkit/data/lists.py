"""Customers who come as a list: one row each, no orders behind them (a CRM export, a survey).

The card of such a study is the list itself, under the card's own names: money and orders where
the list has them, days since the last order where it has a date, answers as numbers where they
are numbers. Nothing is computed that needs dated purchases. Three readings are decided here from
the values: a scale (1 to 5 in several columns) is a number, a yes or no asked several times is
1 or 0, any other column with few different numbers is a set of groups.
"""

import re
from datetime import date, datetime, timedelta

from segkit.study import StudyError

COUNTED = re.compile(
    r"(^|[\W_])(n|count|number|times|visits|years?|age|rating|satisfaction|nps|kids|children|"
    r"employees|score)($|[\W_])"
)
"""Headings whose few different numbers are counts or marks, not names of groups."""
UNANSWERED = ("n/a", "na", "-", "–", "?", "don't know", "dont know", "no answer", "нет ответа")
"""What people write where they do not answer; read as not known in columns of numbers."""
YES_NO = tuple(
    dict(zip(pair, (1.0, 0.0), strict=True))
    for pair in (("yes", "no"), ("y", "n"), ("true", "false"), ("1", "0"), ("да", "нет"),
                 ("ja", "nein"), ("oui", "non"), ("si", "no"), ("sí", "no"))
)  # fmt: skip
"""Pairs of words for yes and no."""
SEVERAL = 3
"""So many columns of one kind make a set of questions, whose answers are numbers."""
TOPS = (4, 5, 6, 7, 9, 10)
"""Highest marks of the usual scales."""


def facts(customers):
    """Collect the plain facts of a list as JSON can hold them; what it does not tell is None.

    `customers` is the kept list, an Ibis table. See `Tables.facts`.
    """
    wanted = {"customers_n": customers.count()}
    for name, column, how in _TOLD:
        if column in customers.columns:
            wanted[name] = getattr(customers[column], how)()
    row = customers.aggregate(**wanted).execute().iloc[0]
    found = {name: _told(row.get(name)) for name, _, _ in _TOLD}
    whole = {"orders_n": int} | dict.fromkeys(("spend_total",), float)
    found |= {n: kind(found[n]) for n, kind in whole.items() if found[n] is not None}
    constant = {"lines_n": None, "has_clock": False, "engine": "DuckDB"}
    return {"customers_n": int(row["customers_n"]), **found, **constant}


_TOLD = (
    ("first_order", "first_order_at", "min"),
    ("last_order", "last_order_at", "max"),
    ("orders_n", "orders_n", "sum"),
    ("spend_total", "spend_total", "sum"),
)


def _told(value):
    if value is None or value != value:  # nothing, not a number, not a time
        return None
    return value.isoformat() if hasattr(value, "isoformat") else value


def notes(source):
    """List what was decided about a list: trap, measured, decision.

    `source` is its `origin.Source`. Says that there are no orders, and counts the values that
    could not be read and are taken as not known.
    """
    table, found = source.table, [{
        "trap": "one row per customer",
        "measured": f"{source.origin}: {source.rows:,} rows and no table of orders",
        "decision": "customers are compared as the list describes them; nothing is said about "
        "habits over time, and no later period can judge the segments",
    }]  # fmt: skip
    typed = [c for c in table.columns if f"text_{c}" in table.columns]
    for name in typed:
        odd = int((table[f"text_{name}"].notnull() & table[name].isnull()).sum().execute() or 0)
        if odd:
            measured = f"{odd:,} of {source.rows:,} values of {name} cannot be read"
            decision = "taken as not known; the customers stay"
            found.append({"trap": "unreadable values", "measured": measured, "decision": decision})
    return found


def build(tables, *, as_of, known):
    """Build the card of a list: one row per customer, sorted by `customer_id`.

    `as_of` is an exclusive date (ISO text, date) or None where the list has no dates; `known` are
    the card's own column names in their order. Columns that say nothing at all are left out.
    Raises StudyError when fewer than two columns differ between customers.
    """
    frame = tables.customers.drop("row").order_by("customer_id").execute()
    given = [c for c in frame.columns if c not in ("customer_id", *_CANONICAL)]
    card = frame[["customer_id"]].assign(**_computed(frame, as_of=as_of))
    card = card[["customer_id", *[c for c in known if c in card]]]
    card = card.join(readings(frame[given].rename(columns=_free(given, known))))
    empty = [c for c in card.columns if c != "customer_id" and card[c].isna().all()]
    card = card.drop(columns=empty)
    _require_two(card, tables)
    return card


_CANONICAL = ("first_order_at", "last_order_at", "orders_n", "spend_total")


def _free(given, known):
    """Give an attribute that is called like a computed column another name."""
    return {name: f"{name}_given" for name in given if name in known}


def _computed(frame, *, as_of):
    """Put the list's own money, orders and dates under the card's names."""
    found = {c: frame[c].astype("float64") for c in ("orders_n", "spend_total") if c in frame}
    found = {c: values for c, values in found.items() if values.sum() > 0}
    if len(found) == 2:
        orders = found["orders_n"].where(found["orders_n"] > 0)
        found["spend_per_order"] = found["spend_total"] / orders
    end = _day(as_of)
    since = {"last_order_at": "days_since_purchase", "first_order_at": "days_since_first_purchase"}
    for column, name in since.items():
        if end and column in frame:
            days = (end - frame[column].dt.normalize()).dt.days
            found[name] = days.where(days > 0).astype("float64")  # later than looked at: unknown
    return found


def _day(as_of):
    if as_of is None:
        return None
    return datetime.fromisoformat(as_of.isoformat() if isinstance(as_of, date) else str(as_of))


def until(facts):
    """Return the analysis day of a list: the day after its latest order, None without dates."""
    last = facts.get("last_order")
    return None if last is None else (last + timedelta(days=1)).date().isoformat()


def readings(frame):
    """Read the attributes of a list: numbers as numbers, everything else as text.

    `frame` holds texts. A column of numbers is a number when it has more than a dozen different
    ones, is called like a count, or belongs to a set of at least three scales or yes-or-no
    questions; codes (postcode, number) stay text.
    """
    from segkit.data.card import CODES, FEW_KINDS

    answers = {c: answered for c in frame if (answered := _answered(frame[c])) is not None}
    if len(answers) < SEVERAL:
        answers = {}
    numbers = {
        c: number
        for c in frame
        if c not in answers and not CODES.search(c.lower())
        if (number := _number(frame[c])) is not None
    }
    marks = scales(numbers)
    kept = {
        c: number
        for c, number in numbers.items()
        if c in marks or number.nunique() > FEW_KINDS or COUNTED.search(c.lower())
    }
    return frame.assign(**answers, **kept)


def scales(columns):
    """Name the columns that are marks on a scale such as 1 to 5, asked at least three times.

    `columns` maps names to numbers (a dict or a DataFrame). Returns {name: highest mark}.
    """
    found = {}
    for name, values in columns.items():
        known = values.dropna()
        if len(known) and (known % 1 == 0).all() and known.nunique() >= 3:
            low, high = int(known.min()), int(known.max())
            if high in TOPS and (low == 1 or (low == 0 and high == 10) or (low == 2 and high > 4)):
                found[name] = high
    tops = list(found.values())
    return {name: high for name, high in found.items() if tops.count(high) >= SEVERAL}


def _answered(values):
    """Read yes and no as 1 and 0; None where anything else is written."""
    words = values.str.strip().str.lower()
    said = set(words.dropna()) - set(UNANSWERED)
    for pair in YES_NO:
        if said and said <= set(pair) and len(said) == 2:
            return words.map(pair).astype("float64")
    return None


def _number(values):
    """Read plain numbers; None where anything else is written."""
    words = values.str.strip().str.lower()
    words = words.mask(words.isin(UNANSWERED))
    known = words.dropna()
    if known.empty or not known.str.fullmatch(r"(0|-?[1-9]\d*)([.,]\d+)?|-?0[.,]\d+").all():
        return None
    return words.str.replace(",", ".", regex=False).astype("float64")


def _require_two(card, tables):
    """Refuse a list with less than two things to tell customers apart by."""
    varied = [c for c in card.columns if c != "customer_id" and card[c].nunique() > 1]
    labels = [c for c in varied if card[c].dtype == object or str(card[c].dtype) == "str"]
    useful = [c for c in varied if c not in labels or card[c].nunique() <= len(card) / 2]
    if len(useful) >= 2:
        return
    origin = str(tables.register().origin.iloc[0]) if len(tables.register()) else "the list"
    told = f"only {useful[0]}" if useful else "nothing"
    raise StudyError(
        f"{origin}: besides the id, {told} differs between the {len(card):,} customers in a way "
        "that groups could be made of. At least two such columns are needed: add some to the "
        "list (money, number of orders, date of the last order, answers), or give the study "
        "a table `orders`. To sort a list by one column, a spreadsheet is enough."
    )


def numbered(table):
    """Give the rows of a list without ids their row number as `customer_id`, an Ibis column."""
    return table.row.cast("string")


NUMBERED = {
    "trap": "no customer number",
    "decision": "the row number stands for the customer; keep the file's order, or nobody can "
    "tell later who is in which segment. Equal rows are kept: two people may answer alike",
}
"""What is noted about a list without ids."""


UNDATED = (
    "Nobody can tell from it how old it is: write the day it was made into the study's title, and "
    "ask for the date of the last order or answer next time."
)
"""What is said of a list without dates, where data are asked to be current."""

UNKNOWN = {
    "arrivals": "*Not known from a list:* it shows who is on it, not who came when and who left. "
    "That would need a table `orders` of a year or more.",
    "described": "*Everybody on the list is described by it.* Who is missing from it, it cannot "
    "tell: ask how people came to be on it, and who did not answer.",
    "lopsided": "Segments are made of what the list tells, so a column that only some customers "
    "filled in describes them and not the others.",
}
"""What notebook 03 says of a list where it draws other studies' charts."""


def ways(label):
    """Say what a high and a low value of an attribute are called, from its heading in words.

    "has children" gives ("has children", "seldom has children"), "employees" ("high employees",
    "low employees").
    """
    if VERB.match(label.lower()):
        return label, f"seldom {label}"
    if HEADS.search(label.lower()):
        return f"many {label}", f"few {label}"
    return f"high {label}", f"low {label}"


HEADS = re.compile(r"(employees|kids|children|visits|orders|contacts|users|items|staff)$")
"""Last words of headings that are counted in heads."""
VERB = re.compile(
    r"(has|have|owns?|is|are|uses?|wants?|needs?|likes?|buys?|shops?|plans?|reads?|works?|lives?|"
    r"travels?|drives?|pays?|compares?|prefers?)\b"
)
"""First words of headings that say something of a person by themselves."""


def contradictions(tables):
    """Compare the columns of a list with each other: (question, found, of, grave) in turn.

    Always at least one question: whether a customer is listed without anything said of them.
    """
    table = tables.customers
    said = [c for c in table.columns if c not in ("customer_id", "row")]
    bare = table
    for column in said:
        bare = bare.filter(bare[column].isnull())
    n = int(table.count().execute())
    yield "customers of whom the list says nothing", _n(bare), n, False
    if "spend_total" in said:
        yield "customers with a negative spend", _n(table.filter(table.spend_total < 0)), n, False
    if {"spend_total", "orders_n"} <= set(said):
        odd = table.filter((table.spend_total > 0) & (table.orders_n == 0))
        yield "customers who spent without an order", _n(odd), n, True
    if {"first_order_at", "last_order_at"} <= set(said):
        odd = table.filter(table.first_order_at > table.last_order_at)
        yield "customers whose first order is after their last", _n(odd), n, True


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
    return whole and card.customer_id.is_unique and len(card) == _n(table)


def _n(table):
    return int(table.count().execute())
