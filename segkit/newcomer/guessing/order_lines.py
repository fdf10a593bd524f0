"""What is special about order lines: which money is the line's, and whose number is whose.

Exports mix the money of a line, of one item and of the whole order, and repeat the last on every
line; they also hold several numbers and dates. Here the cells decide: quantity × unit price that
equals an amount makes that amount the line's; an amount that never changes within an order while
prices do is the order's.
"""

import re
from collections import defaultdict
from statistics import mean, median

from segkit.data.sources import headings
from segkit.data.sources.headings import WEIGHTS as W

_COMPANY = re.compile(
    r"\b(ооо|оао|зао|пао|ао|ип|чп|тоо|ltd|llc|inc|gmbh|ag|co|corp|plc|s\.?a|bv)\b", re.I
)


def by_content(columns, *, taken):
    """Weigh columns without a telling heading by their cells alone: {(canonical, heading): score}.

    A date is when it was bought; of the numbers that repeat the one with several dates is the
    customer; decimals are money; small whole numbers are quantities.
    """
    scores = {}
    free = [c for c in columns.values() if c.filled_share > W.half]
    named = {c: [h for (k, h), s in taken.items() if k == c and s >= W.some] for c, _ in taken}
    dates = [c for c in free if c.share("date") >= W.nearly]
    for place, cells in enumerate(dates):
        scores["ordered_at", cells.heading] = W.date - W.next * place
    if named.get("customer_id") and named.get("amount"):
        return scores if not named.get("ordered_at") else {}
    rest = [c for c in free if c not in dates and not c.share("time") > W.half]
    money = [c for c in rest if c.share("number") > W.nearly and c.whole < W.nearly]
    whole = [c for c in rest if c.share("number") > W.nearly and c.whole >= W.nearly and _small(c)]
    codes = [c for c in rest if c not in [*money, *whole] and c.share("digits") > W.most]
    codes = [c for c in codes if len(c.counts) > 1]
    if not codes:
        codes, whole = whole[:1], whole[1:]
    for place, cells in enumerate(sorted(money, key=lambda c: -mean(_known(c)))):
        scores["amount", cells.heading] = W.money - W.next * place
    for cells in whole[:1]:
        scores["quantity", cells.heading] = W.quantity
    order, customer = _whose(codes, dates[0] if dates else None)
    if customer:
        scores["customer_id", customer.heading] = W.customer
    if order:
        scores["order_id", order.heading] = W.order
    return scores


def _known(cells):
    return [n for n in cells.numbers if n is not None] or [0.0]


def _small(cells):
    """Tell whether whole numbers count things: small ones, mostly far below their number."""
    known = [abs(n) for n in _known(cells)]
    return median(known) <= W.small and len(cells.counts) <= max(W.small_kinds, W.some * len(known))


def _whose(codes, dates):
    """Part numbers into (order, customer): an order has one date, a customer many."""
    if not codes:
        return None, None
    if dates is None or len(codes) == 1:
        return None, codes[0]
    repeated = [c for c in codes if not c.unique]
    several = [c for c in repeated if _agreement(c, dates) < W.but_slips]
    customer = (several or repeated or codes)[0]
    orders = [c for c in codes if c is not customer and (_agreement(c, dates) == 1 or c.unique)]
    return (orders[0] if orders else None), customer


def _agreement(key, cells):
    """Return the share of repeated keys with one and the same value in `cells`."""
    groups = _groups(key, cells.cells)
    return sum(len(set(g)) == 1 for g in groups) / len(groups) if groups else 1.0


def _groups(key, values):
    """Collect `values` of rows with the same key, for keys with two rows or more."""
    groups = defaultdict(list)
    for name, value in zip(key.cells, values, strict=True):
        if name:
            groups[name].append(value)
    return [group for group in groups.values() if len(group) > 1]


def settle_money(columns, scores):
    """Weigh the columns of money again by arithmetic; see the module."""
    scores = {
        (c, h): s for (c, h), s in scores.items()
        if c != "unit_price" or s >= scores.get(("amount", h), 0)
    }  # fmt: skip
    quantity, price = _best(scores, "quantity"), _best(scores, "unit_price")
    order = _best(scores, "order_id")
    for (canonical, heading), score in list(scores.items()):
        if canonical != "amount" or (heading == price and score < W.plainly and quantity):
            continue
        if quantity and price and heading not in (quantity, price):
            agreed = product_share(columns[quantity], columns[price], columns[heading])
            if agreed >= W.nearly:
                scores[canonical, heading] = W.proven + W.extra * score
                continue
        if quantity and price and order and of_order(columns[order], columns[heading]):
            scores[canonical, heading] = W.total * score
    if price and quantity and scores.get(("amount", price), 0):
        scores["amount", price] = min(scores["amount", price], W.price)
    others = [h for (c, h), s in scores.items() if c == "amount" and h != price and s >= W.enough]
    if price and not quantity and not others:
        scores["amount", price] = max(scores.get(("amount", price), 0), W.lone_price)
        scores["unit_price", price] = 0.0
    return scores


def product_share(quantity, price, amount):
    """Return the share of rows where quantity × price is the amount, to a hundredth."""
    rows = zip(quantity.numbers, price.numbers, amount.numbers, strict=True)
    rows = [(q, p, a) for q, p, a in rows if None not in (q, p, a)]
    if len(rows) < 2 or all(q == 1 for q, _, _ in rows) or all(p == 1 for _, p, _ in rows):
        return 0.0
    right = [abs(abs(q * p) - abs(a)) <= max(W.cent, W.per_mille * abs(a)) for q, p, a in rows]
    return sum(right) / len(right)


def of_order(order, amount):
    """Tell whether an amount belongs to the order: the same on all its lines, or on the first."""
    several = _groups(order, amount.cells)
    same = sum(len({v for v in group if v}) <= 1 for group in several)
    return len(several) >= 2 and same / len(several) >= W.nearly_all


def settle_goods(columns, scores):
    """Weigh what is said of the goods by the lines: names that follow the product's number.

    A heading such as “name” may be a person's; it is the product's where every number of a product
    has one name. A product's number that never comes back is doubted. A quantity that is the same
    on all lines of an order, where another one changes, counts the order's items.
    """
    product, order = _best(scores, "product_id"), _best(scores, "order_id")
    scores = dict(scores)
    for heading, cells in columns.items():
        named = headings.match(heading, "orders").get("product_name", 0)
        if product and named >= W.mostly and ("product_name", heading) not in scores:
            follows = _agreement(columns[product], cells) >= W.but_slips
            if follows and not columns[product].unique and cells.share("words") >= W.most:
                scores["product_name", heading] = named
    for heading in [h for c, h in scores if c == "product_id"]:
        alone = columns[heading].unique and len(columns[heading].filled) > W.rows
        scores["product_id", heading] *= W.unrepeated_id if alone else 1.0
    best = {h: max(s for (_, other), s in scores.items() if other == h) for _, h in scores}
    many = [h for (c, h), s in scores.items() if c == "quantity" and s == best[h]]
    whole = [h for h in many if order and of_order(columns[order], columns[h])]
    for heading in whole if len(whole) < len(many) else ():
        scores["quantity", heading] *= W.total
    return scores


def settle_ids(columns, scores):
    """Judge who is the customer: contacts are surer than names, numbers that repeat than others.

    Two people of one name would become one customer, so an e-mail, phone or tax number that is
    always there goes first.
    """
    scores = scores | _heads(columns, scores)
    kinds = {h: _contact(columns[h]) for (c, h), s in scores.items() if c == "customer_id"}
    if any(
        kind == "contact" and columns[h].filled_share >= W.nearly_all for h, kind in kinds.items()
    ):
        for heading, kind in kinds.items():
            scores["customer_id", heading] *= W.name_beside_contact if kind == "name" else 1
    named = [h for (c, h), s in scores.items() if c == "customer_id" and s >= W.enough]
    repeats = [h for h in named if not columns[h].unique]
    for heading in named:
        rows = len(columns[heading].filled)
        if repeats and columns[heading].unique and rows > W.rows:
            scores["customer_id", heading] *= W.unique_beside
    return scores


def _heads(columns, scores):
    """Weigh order numbers that stand where the date does, on the first line of an order only."""
    date, always = _best(scores, "ordered_at"), _best(scores, "order_id")
    sure = always and scores["order_id", always] >= W.usual
    if sure and columns[always].filled_share >= W.nearly_all:
        return {}
    lines = [bool(cell) for cell in columns[date].cells] if date else []
    named = {h: headings.match(h, "orders").get("order_id", 0) for h in columns}
    return {
        ("order_id", h): s for h, s in named.items()
        if s and h != date and not all(lines) and [bool(cell) for cell in columns[h].cells] == lines
        and columns[h].unique
    }  # fmt: skip


def _contact(cells):
    """Tell whether cells are names, contacts (e-mail, phone, tax number) or neither ("")."""
    tax = cells.share("tax number") > W.nearly and W.firm[0] <= cells.length <= W.firm[1]
    if tax or cells.share("email") > W.half or cells.share("phone") > W.half:
        return "contact"
    return "name" if cells.share("digits") < W.flag and cells.share("words") > W.most else ""


def finish(picked, columns):
    """Drop what would count money twice; a product without a number is known by its name."""
    picked = dict(picked)
    if "amount" not in picked and "unit_price" in picked and "quantity" not in picked:
        picked["amount"] = picked.pop("unit_price")
    quantity = picked.get("quantity")
    if quantity and not columns[quantity[0]].counts:
        picked.pop("quantity")
    if "product_name" in picked and "product_id" not in picked:
        picked["product_id"] = picked["product_name"]
    return picked


def warn(guess):
    """Add what only several columns together can tell: notes, and doubts about the amount."""
    amount, order = guess.choice("amount"), guess.choice("order_id")
    price, quantity = guess.choice("unit_price"), guess.choice("quantity")
    columns = guess.contents
    if amount and price and quantity:
        cells = (columns[c.heading] for c in (quantity, price, amount))
        if product_share(*cells) >= W.nearly:
            guess.notes.append(f"“{amount.heading}” is quantity × unit price: checked.")
    elif price and quantity:
        made = f"“{quantity.heading}” × “{price.heading}”"
        guess.notes.append(f"The amount of a line is made: {made}.")
    if amount and order and of_order(columns[order.heading], columns[amount.heading]):
        why = "the same on all lines of an order: a total of the order would count several times"
        guess.doubt("amount", why)
    if amount and quantity and not price and _called_price(amount.heading):
        guess.doubt("amount", "called a price: taken as what was paid for the line")
    customer = guess.choice("customer_id")
    if customer and _are_names(columns[customer.heading]):
        guess.doubt("customer_id", "these are names: two people of one name become one customer")
    if order:
        _warn_blanks(guess, columns[order.heading])
    else:
        guess.notes.append("No order number: all lines of one customer on one day are one order.")


def _are_names(cells):
    """Tell whether customers are told apart by names of people."""
    companies = sum(bool(_COMPANY.search(value)) for value in cells.counts)
    return _contact(cells) == "name" and companies < W.half * len(cells.counts)


def _called_price(heading):
    said = set(headings.words(heading))
    return {"price", "цен"} & said and not {"total", "line", "итогов", "сумм"} & said


def _warn_blanks(guess, order):
    """Notice values that stand on the first line of an order only."""
    first_only = []
    for choice in filter(None, map(guess.choice, ("customer_id", "ordered_at"))):
        groups = _groups(order, guess.contents[choice.heading].cells)
        if any(group[0] and "" in group for group in groups):
            first_only.append(choice.heading)
            choice.doubts = tuple(d for d in choice.doubts if not d.startswith("empty in"))
    if first_only:
        what = f"“{'” and “'.join(first_only)}”"
        said = "on the first line of an order only; its other lines take it from there."
        guess.notes.append(f"{what}: {said}")


def _best(scores, canonical):
    """Return the heading with the strongest evidence for a canonical column, or None."""
    known = {h: s for (c, h), s in scores.items() if c == canonical and s >= W.enough}
    return max(known, key=known.get) if known else None
