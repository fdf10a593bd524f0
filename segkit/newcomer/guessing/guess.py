"""Guessing: which file is which canonical table, and which column is what.

Two witnesses are heard for every column: its heading (`headings`) and the cells of a sample
(`content`). Cells may overrule a heading (a column "date" full of words is no date) and speak
where there is none. Nothing is settled silently: a choice keeps its examples, its doubts and what
else could have been meant, so that the user can be asked. What no table can use is listed, too.
"""

import re
from dataclasses import dataclass, field
from itertools import permutations
from pathlib import Path

from segkit.data import schema
from segkit.data.cells import phrases
from segkit.data.people import contacts
from segkit.data.sources import headings
from segkit.newcomer.guessing import content, further, order_lines
from segkit.newcomer.guessing.content import Content

ENOUGH = 0.28
"""The least evidence for a column to be taken: half of a word in a heading, with fitting cells."""

CLEAR = 0.7
"""From this on a heading counts as known, not just as similar."""

SHARED = 0.2
"""Two columns with so many common values hold the same kind of customer number."""

ADDED = ("department", "category", "brand", "country", "region", "city")
"""Columns of order lines that are taken under a plain heading only ("device category" is none)."""

FILES = further.PATTERNS["known"]
"""Words in the name of a file or sheet that point to a table told by its columns."""


@dataclass
class Choice:
    """One column that was recognised: `column` is ours, `heading` the file's.

    `examples` are values as written, `doubts` what speaks against it (none: sure), `others` the
    headings that could be meant instead.
    """

    column: str
    heading: str
    examples: tuple = ()
    doubts: tuple = ()
    others: tuple = ()


@dataclass
class Guess:
    """What one file or sheet was taken for: `table` (None: nothing), and its columns.

    `unused` says of every other heading why it is left out, `personal` lists headings that say
    who somebody is, `notes` what the user should know, `why` what is missing where `table` is None.
    """

    peek: object
    table: str | None
    choices: list = field(default_factory=list)
    unused: dict = field(default_factory=dict)
    personal: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    why: str = ""
    contents: dict = field(default_factory=dict)

    def choice(self, column):
        """Return the choice for a canonical column, or None."""
        return next((c for c in self.choices if c.column == column), None)

    def doubt(self, column, why):
        """Note what speaks against the choice for a column."""
        for choice in self.choices:
            choice.doubts += (why,) if choice.column == column else ()


def tables(peeks):
    """Guess what each `reading.Peek` is; returns one `Guess` each, in their order.

    The files are judged together: a customer number that also stands in another file is the one
    that joins them, and a list of customers brings sums of its own only where there are no orders.
    """
    contents = [content.of(peek) for peek in peeks]
    kinds = [_kind(peek, columns) for peek, columns in zip(peeks, contents, strict=True)]
    if "orders" not in kinds:
        kinds = _without_orders(peeks, contents, kinds)
    kinds = further.settle(peeks, kinds, lambda at, table: _assign(_scores(contents[at], table)))
    kinds = _joining(contents, kinds)
    joint = _joint(contents, kinds)
    with_orders = "orders" in kinds
    found = [
        _guess(peek, columns, kind, joint=joint.get(place, {}), with_orders=with_orders)
        for place, (peek, columns, kind) in enumerate(zip(peeks, contents, kinds, strict=True))
    ]
    for each in found:
        if each.table == "customers" and "referrals" in kinds:
            _take_firms(each)
    return found


def _take_firms(guess):
    """Take names of firms for the attribute `company`, by which referrals find who recommended."""
    name = guess.choice("name")
    cells = guess.contents[name.heading].filled if name else []
    if name and sum(bool(_FORM.search(cell)) for cell in cells) >= 0.5 * len(cells):
        doubt = "names of firms are kept, to be found in referrals; take the line out if not wanted"
        name.column, name.doubts = "company", (doubt,)


_FORM = re.compile(rf"(?<!\w)(?:{phrases.FORMS})(?!\w)", re.IGNORECASE)
"""A legal form, which only firms have."""


def _joining(contents, kinds):
    """Take a file for customers whose rows each share a value with the orders' customers."""
    if "orders" not in kinds or "customers" in kinds:
        return kinds
    orders = contents[kinds.index("orders")]
    named = [h for (c, h) in _scores(orders, "orders") if c == "customer_id"]
    for place, kind in enumerate(kinds):
        if kind is None and len(contents[place]) > 1:
            found = [_shared(orders[h], contents[place], "customers") for h in named]
            if any(share >= 0.5 for one in found for share in one.values()):
                return [*kinds[:place], "customers", *kinds[place + 1 :]]
    return kinds


def _joint(contents, kinds):
    """Find the columns that join other tables to the orders: {place: {heading: shared values}}.

    The orders' customer number is the likeliest one that stands elsewhere, too; elsewhere it is
    the column that shares most of its values.
    """
    if "orders" not in kinds:
        return {}
    home = kinds.index("orders")
    others = [i for i, kind in enumerate(kinds) if kind and kind not in ("orders", *UNJOINED)]
    named = {h: s for (c, h), s in _scores(contents[home], "orders").items() if c == "customer_id"}
    shared = {
        i: {h: _shared(contents[home][h], contents[i], kinds[i]) for h in named} for i in others
    }
    found = {
        h: s + 0.39 * max((max(shared[i][h].values(), default=0) for i in others), default=0)
        for h, s in named.items()
    }
    if not found:
        return {}
    key = max(found, key=found.get)
    return {home: {key: 1.0}, **{i: shared[i][key] for i in others}}


def _shared(key, columns, kind):
    """Measure the values that a customer number shares with each column of another file."""
    own = set(map(str.casefold, key.counts))
    found = {}
    for heading, cells in columns.items():
        values = set(map(str.casefold, cells.counts))
        fit = cells.unique if kind == "customers" else True
        if fit and len(own) > 1 and cells.length >= 1 and cells.share("date") < 0.5:
            found[heading] = len(own & values) / min(len(own), len(values) or 1)
    return {heading: share for heading, share in found.items() if share >= SHARED}


UNJOINED = ("products", "advertising", "referrals")
"""Tables that need no column of customers, or name customers by others, too."""


def _kind(peek, columns):
    """Decide which canonical table a file is: the one whose needs it meets best, or None."""
    scores = {table: _suits(peek, columns, table) for table in FILES}
    if scores["orders"] and scores["customers"]:
        scores["orders" if _is_list(columns) else "customers"] *= 0.5
    best = max(scores, key=scores.get)
    return best if scores[best] > 0 else None


def _is_list(columns):
    """Tell whether a file that could be orders holds one row per customer instead.

    It does when it counts orders or knows the last one, and no contact stands on two rows.
    """
    sums = any(_told(heading, ("orders_n", "last_order_at")) >= CLEAR for heading in columns)
    contacts = [c for c in columns.values() if c.share("email") > 0.5 or c.share("phone") > 0.5]
    return sums and all(c.unique for c in contacts)


def _without_orders(peeks, contents, kinds):
    """Where no file holds orders, let a file with one row per customer be the customers."""
    if "customers" in kinds or len(peeks) != 1 or kinds[0] == "mailings":
        return kinds
    return ["customers"] if _suits(peeks[0], contents[0], "customers", alone=True) else kinds


def _suits(peek, columns, table, *, alone=False):
    """Score how well a file can serve as `table`: 0 where something needed is missing."""
    if not peek.rows:
        return 0.0
    picked = _assign(_scores(columns, table))
    one_each = _one_row_each(picked.get("customer_id"), columns)
    if not (_needed(table, picked, columns) or (alone and one_each)):
        return 0.0
    hint = 0.3 if re.search(FILES[table], _label(peek).lower()) else 0.0
    got = {column: score for column, (_, score) in picked.items()}
    required = [got[c] for c in schema.required(table) if c in got]
    extra = sum(score for c, score in got.items() if c not in schema.required(table))
    return sum(required) / max(len(required), 1) + 0.1 * extra + hint


def _needed(table, picked, columns):
    """Tell whether what a table of orders, customers, products or mailings needs is there."""

    def got(*names):
        return max((picked[c][1] for c in names if c in picked), default=0)

    if table == "orders":
        return got("customer_id") and got("ordered_at") and got("amount", "unit_price")
    if table == "customers":
        return got("customer_id") >= 0.5 and _one_row_each(picked["customer_id"], columns)
    if table == "products":
        alone = got("product_id") >= 0.4 and columns[picked["product_id"][0]].unique
        return alone and got("department", "category", "brand") >= 0.5
    named = got("campaign_id")
    answered = got("responded", "responded_at", "responses_n") or named > 0.8
    return named >= 0.5 and got("customer_id") and got("sent_at") and answered


def _one_row_each(key, columns):
    return bool(key and columns[key[0]].unique and columns[key[0]].filled_share >= 0.95)


def _scores(columns, table):
    """Weigh every pair: {(canonical, heading): evidence from 0 to 1}."""
    nameless = all(re.fullmatch(r"column \d+", heading) for heading in columns)
    scores = {}
    for heading, cells in columns.items():
        named = headings.match(heading, table)
        who, person = named.get("customer_id", 0), _told(heading, NOT_KEPT) * (table == "orders")
        for canonical, strength in named.items():
            if table == "orders" and canonical in ADDED and strength < CLEAR:
                continue
            of_somebody = who >= strength or person > strength
            if canonical not in ("product_id", "product_name") or not of_somebody:
                scores[canonical, heading] = strength * fits(canonical, cells, table=table)
    if table == "orders":
        if nameless or not any(c == "ordered_at" and s >= ENOUGH for (c, _), s in scores.items()):
            scores |= order_lines.by_content(columns, taken=scores)
        scores = order_lines.settle_ids(columns, order_lines.settle_money(columns, scores))
    return {pair: score for pair, score in scores.items() if score > 0}


def _told(heading, columns):
    """Tell how plainly a heading names one of some columns of customers: 0 to 1."""
    told = headings.match(heading, "customers")
    return max(told.get(column, 0) for column in columns)


def fits(canonical, cells, *, table="orders"):
    """Tell how well cells can be a canonical column: 0 (never) to 1."""
    if not cells.filled:
        return 0.0
    kind = {c.name: c.type for c in schema.TABLES[table]}.get(canonical, "string")
    if canonical == "order_id" and table != "orders":
        return _ids(cells)  # empty where no order came of it
    if canonical in _CELLS:
        return _CELLS[canonical](cells)
    if kind == "timestamp":
        return _dates(cells)
    if kind in (schema.MONEY, "float64", "int64"):
        return _numbers(cells)
    return 1.0


def _weighed(share, cells):
    return share * (0.4 + 0.6 * cells.filled_share) if share >= 0.8 else 0.0


def _dates(cells):
    kinds = cells.share("date"), cells.share("epoch") * 0.9, cells.share("serial") * 0.8
    return _weighed(max(kinds), cells)


def _numbers(cells):
    return 0.0 if cells.share("phone") > 0.5 else _weighed(cells.share("number"), cells)


def _ids(cells):
    """Judge a column as a number of something: no date, no money, no sentence."""
    if cells.share("date") >= 0.5 or cells.share("time") >= 0.5 or cells.length > 80:
        return 0.0
    if cells.share("number") > 0.9 and cells.whole < 0.8:
        return 0.9 if cells.share("long fraction") > 0.8 else 0.0
    return 0.1 if cells.share("yes or no") == 1 and len(cells.filled) > 2 else 1.0


def _customer(cells):
    rows = len(cells.filled)
    nobody = sum(n for value, n in cells.counts.items() if value.lower() in content.NOBODY) / rows
    alone = len(cells.counts) == 1 and rows > 5
    share = _ids(cells) * (0.3 + 0.7 * cells.filled_share)
    return share * (0.5 if nobody > 0.2 else 1) * (0.3 if alone else 1)


def _few(limit):
    def judge(cells):
        many = len(cells.counts) > max(limit, 0.05 * len(cells.filled))
        return 0.0 if many or cells.share("date") > 0.5 else 1.0

    return judge


def _mostly(kind, least):
    return lambda cells: float(cells.share(kind) >= least)


_number = _mostly("number", 0.8)
_answer = _mostly("yes or no", 0.95)


def _words(cells):
    return float(cells.share("words") >= 0.6 and cells.share("date") < 0.5)


def _came(cells):
    """Judge whether somebody came; some of it may still be to come, in words of any kind."""
    few = len(cells.counts) <= 6 and len(cells.filled) > len(cells.counts)
    return cells.share("came or not") if few and cells.share("came or not") >= 0.5 else 0.0


def _count(cells):
    return float(_number(cells) and cells.whole > 0.99)


def _campaign(cells):
    return 0.0 if cells.share("date") > 0.5 or (cells.unique and len(cells.filled) > 5) else 1.0


_CELLS = {
    "customer_id": _customer,
    "order_id": lambda cells: _ids(cells) * (cells.share("digits") >= 0.8) * cells.filled_share**4,
    "product_id": lambda cells: _ids(cells) * (1.0 if cells.share("digits") > 0.5 else 0.9),
    "store_id": lambda cells: _ids(cells) * _few(200)(cells),
    "product_name": _words,
    "status": lambda cells: 0.0 if _number(cells) else _few(30)(cells),
    "currency": lambda c: float(len(c.counts) <= 12 and c.length <= 8 and not _number(c)),
    "ordered_time": _mostly("time", 0.8),
    "name": lambda cells: _words(cells) if cells.share("email") < 0.5 else 0.0,
    "email": _mostly("email", 0.7),
    "phone": lambda cells: float(cells.share("phone") + cells.share("number") >= 0.7),
    "tax_id": _mostly("tax number", 0.7),
    "campaign_id": _campaign,
    "campaign_type": _few(20),
    **dict.fromkeys(("responses_n", "orders_n"), _count),
    **dict.fromkeys(("responded", "opened", "clicked"), _answer),
    **dict.fromkeys(schema.OUTCOMES, _came),
    "event": _few(200),
    "rating": _numbers,
    "department": _few(100),
    "category": _few(300),
    "brand": _words,
    **dict.fromkeys(("country", "region", "city"), _words),
}
SUMS = ("first_order_at", "last_order_at", "orders_n", "spend_total")
NOT_KEPT = ("name", "email", "phone", "tax_id")


def _assign(scores):
    """Give every canonical column at most one heading, the strongest pairs first."""
    order = dict.fromkeys([*schema.names("orders"), *schema.names("customers")])
    rank = {column: place for place, column in enumerate(order)}
    picked, taken = {}, set()
    for (canonical, heading), score in sorted(
        scores.items(), key=lambda item: (-round(item[1], 6), rank.get(item[0][0], 99))
    ):
        if score >= ENOUGH and canonical not in picked and heading not in taken:
            picked[canonical] = (heading, score)
            taken.add(heading)
    return picked


def _guess(peek, columns, kind, *, joint, with_orders):
    """Work out the columns of one file that was taken for the table `kind`."""
    if kind is None:
        return Guess(peek, None, why=_missing(peek, columns), contents=columns)
    scores = _joined(_scores(columns, kind), columns, joint)
    picked = _assign(scores)
    if kind == "orders":
        picked = order_lines.finish(picked, columns)
    if kind == "customers" and with_orders:
        picked = {column: pair for column, pair in picked.items() if column not in SUMS}
    result = Guess(peek, kind, contents=columns)
    result.choices = [
        _choice(canonical, scores, columns=columns, picked=picked, kind=kind)
        for canonical in schema.names(kind)
        if canonical in picked
    ]
    if kind == "orders":
        order_lines.warn(result)
    _rest(result, scores, with_orders=with_orders)
    return result


def _joined(scores, columns, joint):
    """Prefer the customer number that joins the orders; see `_joint`."""
    joined = dict(scores)
    for heading, share in joint.items():
        named = scores.get(("customer_id", heading), 0)
        if named or (columns[heading].length >= 3 and share >= 0.5):
            joined["customer_id", heading] = max(named, 0.7) + 0.5 * share
    return joined


def _choice(canonical, scores, *, columns, picked, kind):
    """Describe one choice: its examples, the doubts and the other candidates."""
    heading, score = picked[canonical]
    cells = columns[heading]
    taken = {h for c, (h, _) in picked.items() if c != canonical}
    rivals = {h: s for (c, h), s in scores.items() if c == canonical and h != heading}
    others = [h for h, s in sorted(rivals.items(), key=lambda r: -r[1]) if s >= 0.5 * score]
    doubts = []
    equal = [h for h in others if rivals[h] >= 0.97 * score and h not in taken
             and columns[h].cells != cells.cells]  # fmt: skip
    if canonical == "cost":
        doubts.append("it must be the cost of the whole line, not of one piece")
    if re.fullmatch(r"column \d+", heading):
        doubts.append("told by its values alone, the file has no heading")
    elif score < CLEAR * 0.7 and not equal:
        doubts.append(f"“{heading}” is not a usual name for it")
    if equal and canonical != "ordered_at":
        doubts.append(f"“{equal[0]}” could be it just as well")
    needed = {*schema.required("orders"), *schema.required(kind)}
    optional = kind in further.FILES and canonical not in schema.required(kind)
    if canonical in needed and not optional and cells.filled_share < 0.95:
        doubts.append(f"empty in {1 - cells.filled_share:.0%} of the rows looked at")
    return Choice(canonical, heading, cells.examples(), tuple(doubts), tuple(others[:3]))


def _rest(result, scores, *, with_orders):
    """Sort every heading that was not chosen: attribute, personal, or unused and why."""
    used = {choice.heading for choice in result.choices}
    for heading, cells in result.contents.items():
        if heading in used:
            continue
        if result.table in schema.OPEN and _is_birth(heading, cells, result):
            result.choices.append(Choice("birth_year", heading, _years(cells)))
            result.notes.append(f"Of “{heading}” the year alone is kept.")
        elif _says_who(heading, cells):
            result.personal.append(heading)
        elif result.table == "customers" and with_orders and _told(heading, SUMS) >= CLEAR:
            result.unused[heading] = "the orders tell it"
        elif result.table in schema.OPEN and not _no_attribute(heading, cells):
            name = _attribute_name(heading, {choice.column for choice in result.choices})
            result.choices.append(Choice(name, heading, cells.examples()))
        else:
            result.unused[heading] = _why_unused(result.table, heading, cells)


def _is_birth(heading, cells, guess):
    """Tell whether a column holds days of birth, not years; the first that can be read."""
    first = guess.choice("birth_year") is None and cells.length > 4
    return bool(first and re.search(phrases.BIRTH, heading.lower()) and _years(cells))


def _years(cells):
    """List the first few years of four digits that stand in dates."""
    found = (re.search(r"(?<!\d)(19|20)\d\d(?!\d)", cell) for cell in cells.counts)
    return tuple(dict.fromkeys(year[0] for year in found if year))[:3]


def _says_who(heading, cells):
    if cells.share("email") > 0.3 or (cells.share("phone") > 0.5 and cells.length >= 10):
        return True
    told = headings.match(heading, "customers")
    strong = [column for column in NOT_KEPT if told.get(column, 0) >= CLEAR]
    return headings.personal(heading) or any(fits(c, cells, table="customers") for c in strong)


def _no_attribute(heading, cells):
    """Say why a column is no attribute of customers, or nothing where it is one."""
    if not cells.filled:
        return "empty"
    if len(cells.counts) == 1 and cells.filled_share > 0.98 and len(cells.filled) > 1:
        return f"the same everywhere ({next(iter(cells.counts))})"
    if headings.about_staff(heading) and not headings.attribute(heading):
        return "about somebody else than the customer"
    if max(cells.share("date"), cells.share("time")) > 0.5:
        return "a date; attributes are groups or amounts"
    many = len(cells.counts) > max(20, 0.5 * len(cells.filled))
    if many and not _number(cells):
        return "nearly every value differs"
    if cells.unique and _number(cells) and cells.whole == 1 and "id" in headings.words(heading):
        return "a number of something else"
    return ""


def _why_unused(table, heading, cells):
    if table in schema.OPEN or not cells.filled:
        return _no_attribute(heading, cells)
    return ""


def _attribute_name(heading, taken):
    """Name an attribute: ours where it is known, else the heading's own words."""
    own = re.sub(r"[^\w]+", "_", heading.strip().lower()).strip("_") or "attribute"
    name = headings.attribute(heading) or (f"a_{own}" if own[0].isdigit() else own)
    while name in taken or name in ("row", *schema.names("customers")):
        name += "_2"
    return name


def halves(guesses):
    """Find two files that are orders only together: {"one", "other": labels, "key": heading}.

    The first has customer and date of an order, the second the amounts of its lines; they share
    the order number. None where there are no such files.
    """
    found = [(guess, _assign(_scores(guess.contents, "orders"))) for guess in guesses]
    for (one, mine), (other, theirs) in permutations(found, 2):
        heads = {"order_id", "customer_id", "ordered_at"} <= set(mine)
        money = {"amount", "unit_price"} & set(theirs) and "ordered_at" not in theirs
        if heads and money and "order_id" in theirs:
            key = one.contents[mine["order_id"][0]]
            numbers = other.contents[theirs["order_id"][0]].counts
            if len(set(key.counts) & set(numbers)) >= SHARED * len(numbers):
                labels = {"one": _label(one.peek).strip(), "other": _label(other.peek).strip()}
                return {**labels, "key": key.heading}
    return None


def _missing(peek, columns):
    """Say what keeps a file from being any table."""
    if not peek.rows:
        return "it has a heading but no rows"
    got = _assign(_scores(columns, "orders"))
    got |= {"amount": got["unit_price"]} if "unit_price" in got else {}
    words = {"customer_id": "a column that tells customers apart", "ordered_at": "dates"}
    words["amount"] = "amounts of money"
    missing = [said for column, said in words.items() if column not in got]
    if len(missing) < 3:
        return f"for orders it lacks {' and '.join(missing) or 'rows that fit together'}"
    return (
        "none of its columns is known from orders, customers, products or mailings, and its name "
        "does not say what else it is (visits, survey, requests, invoices, reviews …)"
    )


def masked(choice, cells):
    """Return the examples of a choice to show: none of a person's e-mail, name or phone."""
    personal = choice.column in NOT_KEPT or _says_who(choice.heading, cells)
    personal = personal and choice.column != "birth_year"
    return tuple(map(_mask if personal else _bare, choice.examples))


def _bare(text):
    """Leave addresses and numbers to call out of a longer text."""
    return re.sub(contacts.DIALLED, "(phone)", re.sub(contacts.WITHIN, "(e-mail)", text))


def _mask(text):
    """Keep the first letter of every word, so that a column can be known again."""
    if "@" in text:
        return f"{text[0]}…@…"
    if re.search(r"\d{5}", re.sub(r"\D", "", text)):
        return f"{text[:2]}…"
    return " ".join(f"{word[0]}…" for word in text.split()[:3])


def _label(peek):
    return f"{Path(str(peek.path)).name} {peek.sheet or ''}"


__all__ = ["Choice", "Content", "Guess", "fits", "tables"]
