"""The customer card: everything known about a customer on one row, grouped by family.

Built by the engine from order lines, orders and mailings strictly before `as_of`, so that a
card of a past day never knows the future. Shares are shares of what was bought, before
returns, and stay between 0 and 1; money adds up to the kept orders of the window. A column
that the study's tables cannot give is absent, never filled. Taught in notebook 03.
"""

from datetime import date, timedelta

import ibis
import pandas as pd

from segkit.data import answers, messages, schema
from segkit.data.card import kept, lists, orders
from segkit.data.card.columns import FAMILIES, WORDS, dictionary, explain, ways
from segkit.data.card.surveys import find as batteries
from segkit.data.cells import dates, values


def analysis_date(tables):
    """Return the day after the last order: the default of every analysis, as a date.

    Parameters
    ----------
    tables : segkit.data.tables.Tables
        The study's tables.

    Returns
    -------
    datetime.date or None
        None for a list of customers that names no orders' days.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import data
    >>> orders = pd.DataFrame({"customer_id": ["c1"], "amount": 5.0})
    >>> orders["ordered_at"] = pd.to_datetime(["2024-05-31 18:00"])
    >>> data.card.analysis_date(data.from_frames(orders))
    datetime.date(2024, 6, 1)
    """
    last = tables.facts()["last_order"]
    return last and last.date() + timedelta(days=1)


def look_back(tables, *, asked="auto", days=0):
    """Return an analysis date that leaves `days` of data after it, or the one `asked` for.

    Parameters
    ----------
    tables : segkit.data.tables.Tables
        The study's tables.
    asked : str
        An ISO date, or "auto" for `analysis_date` less `days`, but not before the day after the
        first order.
    days : int
        So many days of data are left after it.

    Returns
    -------
    datetime.date or None
        Of a list without first orders the day after the last one, or None.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import data
    >>> orders = pd.DataFrame({"customer_id": ["c1", "c1"], "amount": 5.0})
    >>> orders["ordered_at"] = pd.to_datetime(["2024-01-01", "2024-05-31"])
    >>> data.card.look_back(data.from_frames(orders), days=30)
    datetime.date(2024, 5, 2)
    """
    last, first = analysis_date(tables), tables.facts()["first_order"]
    if asked != "auto":
        return _day(asked)
    if last is None or first is None:
        return last
    return max(first.date() + timedelta(days=1), last - timedelta(days=days))


def _day(text):
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        raise messages.error("no date", text=text) from None


@kept.once
def build(tables, *, as_of, window_days, everyone=False):
    """Build the card of every customer with an order in the `window_days` before `as_of`.

    Of a study without orders it is the list itself (see `card.lists`); `as_of` may then be None.

    Parameters
    ----------
    tables : segkit.data.tables.Tables
        The study's tables.
    as_of : str or date
        Orders before this day count (ISO text or date).
    window_days : int
        Length of the window in days; 0 takes all history.
    everyone : bool
        Add the customers without an order in the window whom any table names before `as_of` (asked,
        visited, were written to): 0 orders, 0 spend, no day of a purchase.

    Returns
    -------
    DataFrame
        One row per customer, sorted by customer_id: numbers, and text for attributes. `dictionary`
        explains the columns.

    Raises
    ------
    segkit.study.StudyError
        When nobody ordered in the window, or the study holds a test alone.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import data
    >>> orders = pd.DataFrame({"customer_id": ["c1", "c1", "c2"], "amount": [5.0, 7.0, 9.0]})
    >>> orders["ordered_at"] = pd.to_datetime(["2024-05-01", "2024-05-03", "2024-05-31"])
    >>> card = data.card.build(data.from_frames(orders), as_of="2024-06-01", window_days=30)
    >>> card[["customer_id", "orders_n", "spend_total", "days_since_purchase"]]
      customer_id  orders_n  spend_total  days_since_purchase
    0          c1         1          7.0                   29
    1          c2         1          9.0                    1
    """
    if not (tables.has("orders") or tables.has("customers")):
        raise messages.error("test alone")
    if not tables.has("orders"):
        return lists.build(tables, as_of=as_of, known=tuple(WORDS))
    start, end = window(as_of=as_of, window_days=window_days)
    # who only gave back bought nothing in the window, and is no buyer
    card = orders.sums(tables.baskets, start=start, end=end, middle=_middle(tables, start, end))
    card = _with_everyone(card, tables, end) if everyone else card.filter(card.orders_n > 0)
    for part in orders.parts(tables, start=start, end=end):
        card = card.left_join(part, "customer_id").drop("customer_id_right")
    if not tables.facts()["has_clock"]:
        card = card.drop("morning_share", "evening_share")
    frame = answers.fetch(orders.finished(card), by="customer_id")
    if frame.empty:
        facts = tables.facts()
        first, last = facts["first_order"], facts["last_order"]
        raise messages.error(
            "nobody ordered", start=start or first, end=end, first=first, last=last
        )
    return frame


@kept.once
def everyone(tables, *, as_of):
    """Build a short card of all customers whom any table names before `as_of`, buyers or not.

    All history counts. Only what orders alone tell and what `customers` says: see `build` for the
    rest. Of a study without orders it is the list itself.

    Parameters
    ----------
    tables : segkit.data.tables.Tables
        The study's tables.
    as_of : str, date or None
        Orders before this day count; None only without orders.

    Returns
    -------
    DataFrame
        One row per customer, sorted by customer_id: days_since_purchase and
        days_since_first_purchase (missing for those who never bought), orders_n, spend_total
        (returns taken off) and the attributes.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import data
    >>> orders = pd.DataFrame({"customer_id": ["c1"], "amount": [5.0]})
    >>> orders["ordered_at"] = pd.to_datetime(["2024-05-01"])
    >>> people = pd.DataFrame({"customer_id": ["c1", "c2"], "city": ["Riga", "Tartu"]})
    >>> tables = data.from_frames(orders, customers=people)
    >>> data.card.everyone(tables, as_of="2024-06-01")["orders_n"].tolist()
    [1, 0]
    """
    if not tables.has("orders"):
        return lists.build(tables, as_of=as_of, known=tuple(WORDS))
    _, end = window(as_of=as_of, window_days=0)
    card = orders.sums(tables.baskets, start=None, end=end, middle=end)
    card = _with_everyone(card, tables, end)[list(_SHORT)]
    if tables.has("customers"):
        card = card.left_join(orders.attributes(tables.customers), "customer_id")
        card = card.drop("customer_id_right")
    return answers.fetch(card, by="customer_id")


_SHORT = ("customer_id", "days_since_purchase", "days_since_first_purchase", "orders_n",
          "spend_total")  # fmt: skip


def named_besides(tables):
    """List the tables that name customers besides the orders: only they can know a lead.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import data
    >>> orders = pd.DataFrame({"customer_id": ["c1"], "amount": [5.0]})
    >>> orders["ordered_at"] = pd.to_datetime(["2024-05-01"])
    >>> data.card.named_besides(data.from_frames(orders))
    []
    """
    names = [name for name in schema.TABLES if name not in ("orders", "tests") and tables.has(name)]
    return [name for name in names if "customer_id" in getattr(tables, name).columns]


def _with_everyone(card, tables, end):
    """Add the customers whom any table names before `end`, with what is 0 for them."""
    named = [_named(getattr(tables, name), name, end) for name in schema.TABLES if tables.has(name)]
    people = ibis.union(*(n for n in named if n is not None), distinct=True)
    both = people.left_join(card, "customer_id").drop("customer_id_right")
    return both.mutate(**{c: both[c].fill_null(0) for c in ("orders_n", "lines_n", "spend_total")})


def _named(table, name, end):
    """List the customers whom a table names before a moment; None where it names none."""
    if name == "tests" or "customer_id" not in table.columns:
        return None
    moment = schema.moment(name)
    rows = table.filter(table[moment] < end) if moment else table
    return rows.filter(rows.customer_id.notnull()).select("customer_id").distinct()


def worth(card):
    """Return what each customer weighs: money spent, or 1 each where no money is known.

    Segments and personas are ordered by the sum of it: the most money, or the most customers,
    first. Missing money counts as 0.
    """
    if not has_money(card):
        return pd.Series(1.0, index=card.index, name="customers")
    return card["spend_total"].astype("float64").fillna(0.0)


def has_money(card):
    """Tell whether the card says what customers spent."""
    return "spend_total" in card


def window(*, as_of, window_days):
    """Turn `as_of` and a length in days into (start or None, end), both datetimes.

    Parameters
    ----------
    as_of : str, date or None
        The first day that does not count; without a date everything counts.
    window_days : int
        Length in days; 0 takes all history.

    Returns
    -------
    tuple of datetime
        (start or None, end).

    Examples
    --------
    >>> from segkit import data
    >>> start, end = data.card.window(as_of="2024-06-01", window_days=31)
    >>> str(start), str(end)
    ('2024-05-01 00:00:00', '2024-06-01 00:00:00')
    """
    if as_of is None:
        return None, values.LAST
    end = dates.midnight(as_of)
    return (end - timedelta(days=int(window_days)) if window_days else None), end


def _middle(tables, start, end):
    """Halve the window, or, where the data begin later, the time since the first order."""
    begins = dates.midnight(tables.facts()["first_order"])
    first = min(max(begins, start or begins), end)
    return first + (end - first) / 2
