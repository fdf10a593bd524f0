"""Guessing: which file is which canonical table, and which column is what.

Two witnesses are heard for every column: its heading (`headings`) and the cells of a sample
(`content`). Cells may overrule a heading (a column "date" full of words is no date) and speak
where there is none. Nothing is settled silently: a choice keeps its examples, its doubts and what
else could have been meant, so that the user can be asked. What no table can use is listed, too.
"""

import re
from dataclasses import dataclass, field, replace
from itertools import permutations
from pathlib import Path

from segkit.data import masks, schema
from segkit.data.cells import phrases, readings
from segkit.data.sources import binding, headings
from segkit.data.sources.headings import WEIGHTS as W
from segkit.newcomer.guessing import content, further, items, order_lines, parts, reports
from segkit.newcomer.guessing.content import Content

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

    Parts of one export are judged as one table, and reports of sums are none.
    """
    peeks = [reports.filled(peek) for peek in peeks]
    found = {n: Guess(peek, None, why=reports.why(peek)) for n, peek in enumerate(peeks)}
    left = [n for n in found if not found[n].why]
    groups = [[left[n] for n in group] for group in parts.together([peeks[n] for n in left])]
    whole = _tables([parts.stacked([peeks[n] for n in group]) for group in groups])
    for group, guessed in zip(groups, whole, strict=True):
        found |= {n: replace(guessed, peek=peeks[n]) for n in group}
    return list(found.values())


def _tables(peeks):
    """Guess what whole tables are.

    The files are judged together: a customer number that also stands in another file is the one
    that joins them, and a list of customers brings sums of its own only where there are no orders.
    """
    contents = [content.of(peek) for peek in peeks]
    kinds = [_kind(peek, columns) for peek, columns in zip(peeks, contents, strict=True)]
    if "orders" not in kinds:
        kinds = _without_orders(peeks, contents, kinds)
    if kinds in ([None], ["customers"]) and peeks[0].rows and _is_test(contents[0]):
        kinds = ["tests"]
    if not any(kinds):
        kinds = _as_people(peeks, contents, kinds)
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
    return [_needed_at_all(each, with_orders=with_orders) for each in found]


def _needed_at_all(guess, *, with_orders):
    """Leave a table out that cannot be joined, or that only adds up what the orders hold."""
    own = {choice.column for choice in guess.choices}
    sums = "the orders tell it" in guess.unused.values()
    if guess.table == "customers" and with_orders and own <= ({"customer_id"} if sums else set()):
        why = "it says nothing of the customers but sums that the orders tell"
        return Guess(guess.peek, None, why=why, contents=guess.contents)
    return guess


def _take_firms(guess):
    """Take names of firms for the attribute `company`, by which referrals find who recommended."""
    name = guess.choice("name")
    cells = guess.contents[name.heading].filled if name else []
    if name and sum(bool(_FORM.search(cell)) for cell in cells) >= W.half * len(cells):
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
            if any(_joins(contents[place][h], x) for one in found for h, x in one.items()):
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
        h: s + W.joins * max((max(shared[i][h].values(), default=0) for i in others), default=0)
        for h, s in named.items()
    }
    if not found:
        return {}
    key = max(found, key=found.get)
    return {home: {key: 1.0}, **{i: shared[i][key] for i in others}}


def _shared(key, columns, kind):
    """Measure the values that a customer number shares with each column of another file."""
    own = set(map(_spelt, key.counts))
    found = {}
    for heading, cells in columns.items():
        values = set(map(_spelt, cells.counts))
        fit = cells.unique if kind == "customers" else True
        if fit and len(own) > 1 and cells.length >= 1 and cells.share("date") < W.half:
            found[heading] = len(own & values) / min(len(own), len(values) or 1)
    return {heading: share for heading, share in found.items() if share >= W.shared}


def _spelt(text):
    """Bring an id to one spelling for a comparison: no case, no .0, no zeros before it."""
    return re.sub(r"[.,]0$", "", text.casefold()).lstrip("0") or text


UNJOINED = ("products", "advertising", "referrals")
"""Tables that need no column of customers, or name customers by others, too."""


def _kind(peek, columns):
    """Decide which canonical table a file is: the one whose needs it meets best, or None."""
    scores = {table: _suits(peek, columns, table) for table in FILES}
    if scores["orders"] and scores["customers"]:
        scores["orders" if _is_list(columns) else "customers"] *= W.as_list
    best = max(scores, key=scores.get)
    return best if scores[best] > 0 else None


def _is_list(columns):
    """Tell whether a file that could be orders holds one row per customer instead.

    It does when it counts orders or knows the last one, and no contact stands on two rows.
    """
    sums = any(_told(heading, ("orders_n", "last_order_at")) >= W.clear for heading in columns)
    contacts = [
        c for c in columns.values() if c.share("email") > W.half or c.share("phone") > W.half
    ]
    return sums and all(c.unique for c in contacts)


def _without_orders(peeks, contents, kinds):
    """Where no file holds orders, let a file with one row per customer be the customers."""
    if "customers" in kinds or len(peeks) != 1 or kinds[0] == "mailings" or len(contents[0]) < 2:
        return kinds
    return ["customers"] if _suits(peeks[0], contents[0], "customers", alone=True) else kinds


def _is_test(columns):
    """Tell whether rows are people drawn for the arms of a test, with what came of it.

    A column called arm or variant says so, or one of a vaguer name ("group", "segment") that holds
    a word for those who got nothing.
    """
    picked = _picked(columns, "tests")
    arm, strength = picked.get("arm", ("", 0.0))
    came = max((picked.get(c, ("", 0.0))[1] for c in CAME), default=0.0)
    drawn = strength >= W.nearly_all or any(map(is_control, columns[arm].counts if arm else ()))
    return bool(arm and drawn and came >= W.clear)


CAME = tuple(name for name in schema.AFTERWARDS if name != "status")
"""What may come of a test; what became of the mailing alone is no outcome."""


def is_control(arm):
    """Tell whether the name of an arm says that it gets nothing."""
    return bool(re.search(further.PATTERNS["control"], arm, re.IGNORECASE))


def _as_people(peeks, contents, kinds):
    """Take the one file that can be a list of people without numbers: its rows are numbered.

    Not where a column tells whose a row is, as one person may then stand on several; nor where rows
    look like orders of customers who are not named.
    """
    told = [place for place, columns in enumerate(contents)
            if peeks[place].rows and _are_people(columns, _label(peeks[place]))]  # fmt: skip
    return ["customers" if [place] == told else kind for place, kind in enumerate(kinds)]


def _are_people(columns, label):
    """Tell whether every row can be somebody: something says so, and nothing that rows are orders.

    Not where a contact comes twice, as then it tells whose a row is.
    """
    contacts = [c for c in columns.values() if max(map(c.share, ("email", "phone"))) > W.half]
    if binding.has_ids(columns) or not all(c.unique for c in contacts):
        return False
    told = [headings.match(heading, "orders") for heading in columns]
    kinds = (("order_id",), ("ordered_at",), ("amount", "unit_price"), ("product_id", "quantity"))
    sold = sum(any(named.get(c, 0) >= W.clear for named in told for c in kind) for kind in kinds)
    asked = re.search(further.FILES["survey"], label.lower())
    if _describing(columns) < 2 or (sold > 1 and not asked):
        return False
    called = re.search(f"{FILES['customers']}|{further.FILES['visits']}", label.lower())
    return bool(called or any(map(_of_people, columns)) or _answers_n(columns) >= SEVERAL)


SEVERAL = 3
"""So many columns with the same few answers are a survey."""
FLAGS = 5
"""So many columns of yes and no are one, too."""


def _of_people(heading):
    """Tell whether a heading says something of people: an attribute, or who they are."""
    return bool(headings.attribute(heading) or headings.personal(heading))


def _answers_n(columns):
    """Count the columns that hold the same few answers, in words or in marks."""
    kinds = [frozenset(c.counts) for c in columns.values() if 2 < len(c.counts) <= W.few_answers]
    marks = max((sum(own <= kind for own in kinds) for kind in kinds), default=0)
    flags = sum(len(c.counts) == 2 and readings.marks(c.counts) for c in columns.values())
    return max(marks, flags if flags >= FLAGS else 0)


def _describing(columns):
    """Count the columns that can be attributes of people."""
    return sum(not _no_attribute(heading, cells) for heading, cells in columns.items())


def _suits(peek, columns, table, *, alone=False):
    """Score how well a file can serve as `table`: 0 where something needed is missing."""
    if not peek.rows or len(columns) < 2:
        return 0.0
    picked = _picked(columns, table)
    one_each = _one_row_each(picked.get("customer_id"), columns)
    if not (_needed(table, picked, columns) or (alone and one_each)):
        return 0.0
    hint = W.hint if re.search(FILES[table], _label(peek).lower()) else 0.0
    got = {column: score for column, (_, score) in picked.items()}
    required = [got[c] for c in schema.required(table) if c in got]
    extra = sum(score for c, score in got.items() if c not in schema.required(table))
    return sum(required) / max(len(required), 1) + W.extra * extra + hint


def _needed(table, picked, columns):
    """Tell whether what a table of orders, customers, products or mailings needs is there."""

    def got(*names):
        return max((picked[c][1] for c in names if c in picked), default=0)

    if table == "orders":
        return got("customer_id") and got("ordered_at") and got("amount", "unit_price")
    if table == "customers":
        return got("customer_id") >= W.named and _one_row_each(picked["customer_id"], columns)
    if table == "products":
        alone = got("product_id") >= W.order and columns[picked["product_id"][0]].unique
        return alone and got("department", "category", "brand") >= W.named
    named = got("campaign_id")
    told = got("responded", "responded_at", "responses_n", "clicked", "opened")
    answered = told or named > W.plainly
    return named >= W.named and got("customer_id") and got("sent_at") and answered


def _one_row_each(key, columns):
    return bool(key and columns[key[0]].unique and columns[key[0]].filled_share >= W.nearly_all)


def _scores(columns, table):
    """Weigh every pair: {(canonical, heading): evidence from 0 to 1}."""
    nameless = all(re.fullmatch(r"column \d+", heading) for heading in columns)
    scores, short = {}, headings.bare(columns)
    for heading, cells in columns.items():
        known = table == "customers" and headings.attribute(heading)
        named = {
            c: s for c, s in headings.match(heading, table).items() if s >= W.clear or not known
        }
        for canonical, strength in headings.match(short.get(heading, ""), table).items():
            named[canonical] = max(strength, named.get(canonical, 0))
        who, person = named.get("customer_id", 0), _told(heading, NOT_KEPT) * (table == "orders")
        for canonical, strength in named.items():
            if table == "orders" and canonical in ADDED and strength < W.clear:
                continue
            of_somebody = who >= strength or person > strength
            if canonical not in ("product_id", "product_name") or not of_somebody:
                scores[canonical, heading] = strength * fits(canonical, cells, table=table)
    if table == "orders":
        if nameless or not any(c == "ordered_at" and s >= W.enough for (c, _), s in scores.items()):
            for pair, score in order_lines.by_content(columns, taken=scores).items():
                scores[pair] = max(score, scores.get(pair, 0))
        scores = order_lines.settle_goods(columns, scores)
        scores = order_lines.settle_ids(columns, order_lines.settle_money(columns, scores))
        scores = order_lines.settle_orders(columns, scores)
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
    if kind == schema.MONEY:
        return _numbers(cells) * _earned(canonical, cells)
    if kind in (schema.MONEY, "float64", "int64"):
        return _numbers(cells)
    return 1.0


def _weighed(share, cells):
    return share * (1 - W.filled + W.filled * cells.filled_share) if share >= W.most else 0.0


def _dates(cells):
    kinds = cells.share("date"), cells.share("epoch") * W.epoch, cells.share("serial") * W.serial
    return _weighed(max(kinds), cells)


def _numbers(cells):
    return 0.0 if cells.share("phone") > W.half else _weighed(cells.share("number"), cells)


def _earned(canonical, cells):
    """Weigh money by its signs: what is negative on most rows is a fee, zeros say nothing."""
    known = [n for n in cells.numbers if n is not None]
    if not any(known):
        return W.constant
    paid = canonical in ("amount", "unit_price")
    return W.negative if paid and sum(n < 0 for n in known) > W.half * len(known) else 1.0


def _ids(cells):
    """Judge a column as a number of something: no date, no money, no sentence."""
    if cells.share("date") >= W.half or cells.share("time") >= W.half or cells.length > W.sentence:
        return 0.0
    if cells.share("number") > W.nearly and cells.whole < W.most:
        return W.fraction if cells.share("long fraction") > W.most else 0.0
    return W.flag if cells.share("yes or no") == 1 and len(cells.filled) > 2 else 1.0


def _customer(cells):
    rows = len(cells.filled)
    nobody = sum(n for value, n in cells.counts.items() if value.lower() in content.NOBODY) / rows
    alone = len(cells.counts) == 1 and rows > 5
    share = _ids(cells) * (1 - W.filled_key + W.filled_key * cells.filled_share)
    return share * (W.nobody if nobody > W.shared else 1) * (W.single if alone else 1)


def _few(limit):
    def judge(cells):
        many = len(cells.counts) > max(limit, W.share_of_rows * len(cells.filled))
        return 0.0 if many or cells.share("date") > W.half else 1.0

    return judge


def _arms(cells):
    """Judge a column as the arms of a test: a few, and none of them rare."""
    least, few = W.share_of_rows * len(cells.filled), 2 <= len(cells.counts) <= W.few_answers
    return float(few and min(cells.counts.values()) >= least)


def _mostly(kind, least):
    return lambda cells: float(cells.share(kind) >= least)


_number = _mostly("number", W.most)
_answer = _mostly("yes or no", W.nearly_all)


def _happened(cells):
    """Judge whether something happened to a mailing: yes or no, how often, or when."""
    return max(_answer(cells), _count(cells), _mostly("date", W.nearly_all)(cells))


def _words(cells):
    return float(cells.share("words") >= W.mostly and cells.share("date") < W.half)


def _changing(cells):
    """Weigh a state by whether it ever is another one."""
    return W.same_state if len(cells.counts) == 1 and len(cells.filled) > W.rows else 1.0


def _goods(cells):
    """Judge names of products: words, of which some come back where there are many rows."""
    return _words(cells) * (W.unrepeated if cells.unique and len(cells.filled) > W.rows else 1.0)


def _came(cells):
    """Judge whether somebody came; some of it may still be to come, in words of any kind."""
    few = len(cells.counts) <= W.few_answers and len(cells.filled) > len(cells.counts)
    return cells.share("came or not") if few and cells.share("came or not") >= W.half else 0.0


def _items(cells):
    """Judge numbers of items: whole ones that never come back number the rows."""
    counts = cells.unique and cells.whole == 1 and len(cells.filled) > W.rows
    return 0.0 if counts else _numbers(cells)


def _count(cells):
    return float(_number(cells) and cells.whole > W.all)


def _campaign(cells):
    return 0.0 if cells.share("date") > W.half or (cells.unique and len(cells.filled) > 5) else 1.0


_CELLS = {
    "customer_id": _customer,
    "order_id": lambda cells: (
        _ids(cells) * (cells.share("digits") >= W.most) * cells.filled_share**W.unfilled
    ),
    "product_id": lambda cells: (
        _ids(cells) * (1.0 if cells.share("digits") > W.half else W.word_key)
    ),
    "quantity": _items,
    "discount": lambda c: (
        _numbers(c) * _earned("discount", c) * ("%" not in f"{c.heading} {c.filled[0]}")
    ),
    "refunded_amount": lambda cells: _numbers(cells) * (cells.share("yes or no") < 1),
    "store_id": lambda cells: _ids(cells) * _few(W.few_stores)(cells),
    "product_name": _goods,
    "status": lambda c: (
        _few(W.few_states)(c) * _changing(c) * (order_lines.says_state(c) and not _number(c))
    ),
    "currency": lambda c: float(
        len(c.counts) <= W.few_currencies and c.length <= W.sign and not _number(c)
    ),
    "ordered_time": _mostly("time", W.most),
    "name": lambda cells: (
        0.0 if cells.share("email") >= W.half or readings.marks(cells.counts) else _words(cells)
    ),
    "email": _mostly("email", W.clear),
    "phone": lambda cells: float(cells.share("phone") + cells.share("number") >= W.clear),
    "tax_id": _mostly("tax number", W.clear),
    "campaign_id": _campaign,
    "campaign_type": _few(W.few_types),
    **dict.fromkeys(("responses_n", "orders_n"), _count),
    "arm": _arms,
    **dict.fromkeys(("responded", "visited"), _answer),
    **dict.fromkeys(("opened", "clicked"), _happened),
    **dict.fromkeys(schema.OUTCOMES, _came),
    "event": _few(W.few_events),
    "rating": _numbers,
    "department": _few(W.few_departments),
    "category": _few(W.few_categories),
    "brand": _words,
    **dict.fromkeys(("country", "region", "city"), _words),
}
NUMBERED = (
    "No column tells customers apart: the number of its row stands for each, and equal rows are "
    "kept, as two people may answer alike. Keep the file's order. If somebody stands on several "
    "rows, name the column that tells who it is: `customer_id: HEADING`."
)
"""What is said of a list whose rows are numbered."""

SUMS = ("first_order_at", "last_order_at", "orders_n", "spend_total")
NOT_KEPT = ("name", "email", "phone", "tax_id")
NOT_CALLED = ("tax_id", "email", "phone")


def _picked(columns, table):
    """Pick a heading for every canonical column of a table; see `_keyed` for customers."""
    picked = _assign(_scores(columns, table))
    return _keyed(picked, columns) if table == "customers" else picked


def _keyed(picked, columns):
    """Let a contact tell customers apart where nothing else does: an e-mail, a phone, a name."""
    free = (c for c in NOT_CALLED if c in picked and _one_row_each(picked[c], columns))
    told = picked.get("customer_id", ("", 0))
    good = told[1] >= W.named and _one_row_each(told, columns)
    if not good and (contact := next(free, None)):
        picked["customer_id"] = picked.pop(contact)
    return picked


def _assign(scores):
    """Give every canonical column at most one heading, the strongest pairs first."""
    order = dict.fromkeys([*schema.names("orders"), *schema.names("customers")])
    rank = {column: place for place, column in enumerate(order)}
    picked, taken = {}, set()
    for (canonical, heading), score in sorted(
        scores.items(), key=lambda item: (-round(item[1], 6), rank.get(item[0][0], 99))
    ):
        if score >= W.enough and canonical not in picked and heading not in taken:
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
        picked |= order_lines.order_total(picked, columns)
    if kind == "customers":
        picked = _keyed(picked, columns)
    if kind == "customers" and not (
        with_orders or _one_row_each(picked.get("customer_id"), columns)
    ):
        picked.pop("customer_id", None)  # its rows are numbered
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
    if kind == "customers" and "customer_id" not in picked:
        result.notes.append(NUMBERED)
    _rest(result, scores, with_orders=with_orders)
    return result


def _joined(scores, columns, joint):
    """Prefer the customer number that joins the orders; see `_joint`."""
    joined = dict(scores)
    for heading, share in joint.items():
        named = scores.get(("customer_id", heading), 0)
        if named or _joins(columns[heading], share):
            joined["customer_id", heading] = max(named, W.clear) + W.joined * share
    return joined


def _joins(cells, share):
    """Tell whether a column without a telling heading joins: long values, most of them shared."""
    return cells.length >= W.short_key and share >= W.half


def _choice(canonical, scores, *, columns, picked, kind):
    """Describe one choice: its examples, the doubts and the other candidates."""
    heading, score = picked[canonical]
    cells = columns[heading]
    taken = {h for c, (h, _) in picked.items() if c != canonical}
    rivals = {h: s for (c, h), s in scores.items() if c == canonical and h != heading}
    others = [h for h, s in sorted(rivals.items(), key=lambda r: -r[1]) if s >= W.rival * score]
    doubts = []
    equal = [h for h in others if rivals[h] >= W.equal * score and h not in taken
             and not content.same(columns[h], cells)]  # fmt: skip
    if canonical == "cost":
        doubts.append("it must be the cost of the whole line, not of one piece")
    if canonical in ("customer_id", "order_id", "product_id") and cells.share("shortened"):
        shown = next(c for c in cells.filled if content.is_shortened(c))
        doubts.append(f"“{shown}” was shortened by a spreadsheet, so that many became one")
    if re.fullmatch(r"column \d+", heading):
        doubts.append("told by its values alone, the file has no heading")
    elif score < W.usual and not equal:
        doubts.append(_unusual(canonical, cells, kind))
    if equal and canonical not in ("ordered_at", *NOT_KEPT):
        doubts.append(f"“{equal[0]}” could be it just as well")
    needed = {*schema.required("orders"), *schema.required(kind)}
    optional = kind in further.FILES and canonical not in schema.required(kind)
    if canonical in needed and not optional and cells.filled_share < W.nearly_all:
        doubts.append(f"empty in {1 - cells.filled_share:.0%} of the rows looked at")
    return Choice(canonical, heading, cells.examples(), tuple(doubts), tuple(others[:3]))


def _unusual(canonical, cells, kind):
    """Say why a choice is weak: its name, or an order number that is often empty."""
    named = headings.match(cells.heading, kind).get(canonical, 0)
    if canonical == "order_id" and named >= W.clear and cells.filled_share < W.nearly_all:
        said = "a customer's day is the order there"
        return f"empty in {1 - cells.filled_share:.0%} of the rows looked at: {said}"
    return f"“{cells.heading}” is not a usual name for it"


def _rest(result, scores, *, with_orders):
    """Sort every heading that was not chosen: attribute, personal, or unused and why."""
    used = {choice.heading for choice in result.choices}
    short = items.called(result.contents) if result.table == "customers" else {}
    for heading, cells in result.contents.items():
        if heading in used:
            continue
        if result.table in schema.OPEN and _is_birth(heading, cells, result):
            result.choices.append(Choice("birth_year", heading, _years(cells)))
            if not all(map(str.isdigit, cells.counts)):
                result.notes.append(f"Of “{heading}” the year alone is kept.")
        elif _says_who(heading, cells) and not headings.attribute(heading):
            result.personal.append(heading)
        elif result.table == "customers" and with_orders and _told(heading, SUMS) >= W.clear:
            result.unused[heading] = "the orders tell it"
        elif result.table in schema.OPEN and not _no_attribute(heading, cells):
            taken = {choice.column for choice in result.choices}
            name = _attribute_name(short.get(heading, heading), taken)
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
    if 1 < len(cells.counts) <= W.few_answers and readings.marks(cells.counts):
        return False  # an answer, whatever word stands in the question
    if cells.share("email") > W.some or (cells.share("phone") > W.half and cells.length >= W.phone):
        return True
    told = headings.match(heading, "customers")
    strong = [column for column in NOT_KEPT if told.get(column, 0) >= W.clear]
    return headings.personal(heading) or any(fits(c, cells, table="customers") for c in strong)


def _no_attribute(heading, cells):
    """Say why a column is no attribute of customers, or nothing where it is one."""
    if not cells.filled:
        return "empty"
    if len(cells.counts) == 1 and cells.filled_share > W.but_slips and len(cells.filled) > 1:
        return f"the same everywhere ({next(iter(cells.counts))})"
    if headings.about_staff(heading) and not headings.attribute(heading):
        return "about somebody else than the customer"
    if max(cells.share("date"), cells.share("time")) > W.half:
        return "a date; attributes are groups or amounts"
    many = len(cells.counts) > max(W.few_labels, W.half * len(cells.filled))
    if many and not _number(cells):
        return "nearly every value differs"
    numbered = _number(cells) and cells.whole == 1 and "id" in headings.words(heading)
    if cells.unique and (numbered or _coded(cells)):
        return "a number of something else"
    return ""


def _coded(cells):
    """Tell identifiers by their values: digits in each, one length, long, no blanks in them."""
    lengths = {len(cell) for cell in cells.filled}
    plain = all(re.fullmatch(r"[\w-]+", cell) for cell in cells.filled)
    return plain and len(lengths) == 1 and min(lengths) >= W.long_key and cells.share("digits") == 1


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
            if len(set(key.counts) & set(numbers)) >= W.shared * len(numbers):
                labels = {"one": _label(one.peek).strip(), "other": _label(other.peek).strip()}
                return {**labels, "key": key.heading}
    return None


def _missing(peek, columns):
    """Say what keeps a file from being any table."""
    if not peek.rows:
        return "it has a heading but no rows"
    if len(columns) == 1:
        return "it has one column only: no comma, semicolon, tab, | or ^ parts its lines"
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


def picked(columns, table):
    """Tell which columns of a table are there: {canonical: (heading, evidence)}."""
    found = _assign(_scores(columns, table))
    return order_lines.finish(found, columns) if table == "orders" else found


def masked(choice, cells):
    """Return the examples of a choice to show: none of a person's e-mail, name or phone."""
    personal = choice.column in NOT_KEPT or _says_who(choice.heading, cells)
    personal = personal and choice.column != "birth_year"
    return tuple(map(_mask if personal else masks.shown, choice.examples))


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
