"""What is special about order lines: which money is the line's, and whose number is whose.

Exports mix the money of a line, of one item and of the whole order, and repeat the last on every
line; they also hold several numbers and dates. Here the cells decide: quantity × unit price that
equals an amount makes that amount the line's; an amount that never changes within an order while
prices do is the order's.
"""

import re
from collections import Counter, defaultdict
from statistics import mean, median

from segkit.data.sources import completing, headings
from segkit.data.sources.headings import WEIGHTS as W
from segkit.study import beside

_COMPANY = re.compile(
    r"\b(ооо|оао|зао|пао|ао|ип|чп|тоо|ltd|llc|inc|gmbh|ag|co|corp|plc|s\.?a|bv)\b", re.I
)

_STATES = re.compile("|".join(w.strip() for w in beside(__file__)["states"].split("|")), re.I)


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
    scores = _lines_price(columns, scores)
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
        if quantity and price and order and of_order(columns[order], columns[heading], least=1):
            scores[canonical, heading] = W.total * score
    if price and quantity and scores.get(("amount", price), 0):
        scores["amount", price] = min(scores["amount", price], W.price)
    others = [h for (c, h), s in scores.items() if c == "amount" and h != price and s >= W.enough]
    if price and not quantity and not others:
        scores["amount", price] = max(scores.get(("amount", price), 0), W.lone_price)
        scores["unit_price", price] = 0.0
    return scores


def _lines_price(columns, scores):
    """Take a price that grows with the quantity within each product for the amount of the line.

    Not what is rather called a cost, nor where another column is plainly called the amount and is
    no total of the order.
    """
    quantity, price = _best(scores, "quantity"), _best(scores, "unit_price")
    product = _best(scores, "product_id") or _best(scores, "product_name")
    if not (quantity and price and product):
        return scores
    made = (columns[h] for (c, h), s in scores.items() if c == "amount" and s and h != price)
    if any(product_share(columns[quantity], columns[price], amount) >= 0.9 for amount in made):
        return scores
    order = _best(scores, "order_id")
    named = [h for (c, h), s in scores.items() if c == "amount" and s >= W.plainly and h != price]
    named = [h for h in named if not (order and of_order(columns[order], columns[h]))]
    if named or scores.get(("cost", price), 0) > scores["unit_price", price]:
        return scores
    if growing(columns[product], columns[quantity], columns[price]) < 0.9:
        return scores
    return scores | {("amount", price): 1.1, ("unit_price", price): 0.0}


def growing(product, quantity, price):
    """Return the share of products, sold in several quantities, whose price grows with them.

    0 where no product was sold in several quantities at several prices.
    """
    sold = defaultdict(set)
    for name, n, paid in zip(product.cells, quantity.numbers, price.numbers, strict=True):
        if name and n and paid:
            sold[name].add((abs(n), abs(paid)))
    several = [pairs for pairs in sold.values() if len({n for n, _ in pairs}) > 1]
    if not any(len({paid for _, paid in pairs}) > 1 for pairs in several):
        return 0.0
    return sum(map(_proportional, several)) / len(several)


def _proportional(pairs):
    each = sum(paid for _, paid in pairs) / sum(n for n, _ in pairs)
    return all(abs(paid - each * n) <= 0.02 + 0.005 * paid for n, paid in pairs)


def product_share(quantity, price, amount):
    """Return the share of rows where quantity × price is the amount, to a hundredth."""
    rows = zip(quantity.numbers, price.numbers, amount.numbers, strict=True)
    rows = [(q, p, a) for q, p, a in rows if None not in (q, p, a)]
    if len(rows) < 2 or all(q == 1 for q, _, _ in rows) or all(p == 1 for _, p, _ in rows):
        return 0.0
    right = [abs(abs(q * p) - abs(a)) <= max(W.cent, W.per_mille * abs(a)) for q, p, a in rows]
    return sum(right) / len(right)


def of_order(order, amount, *, least=2):
    """Tell whether an amount belongs to the order: the same on all its lines, or on the first.

    At least so many orders of several lines must say so.
    """
    several = _groups(order, amount.cells)
    same = sum(len({v for v in group if v}) <= 1 for group in several)
    return len(several) >= least and same / len(several) >= W.nearly_all


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
    scores = dict(scores)
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


def settle_orders(columns, scores):
    """Judge which number is the order's: all its lines have one customer, or else one day.

    A number that customers share counts something (orders of a customer, lines of an order); one
    that differs on every row is a line's, where another one that is called so ties lines together.
    """
    scores = dict(scores)
    named = [h for (c, h), s in scores.items() if c == "order_id" and s >= W.enough]
    whose = _best(scores, "customer_id") or _best(scores, "ordered_at")
    same = {h: _of_one(columns[h], columns[whose]) for h in named if whose and h != whose}
    tying = [h for h, share in same.items()
             if share and share >= W.nearly_all and scores["order_id", h] >= W.usual]  # fmt: skip
    for heading, share in same.items():
        if share is not None and share < W.half:
            scores["order_id", heading] = 0.0
        elif tying and columns[heading].unique:
            scores["order_id", heading] *= W.half
    return scores


def _of_one(key, cells):
    """Return the share of repeated numbers that have one value in `cells`; None: none is repeated.

    A single one tells nothing.
    """
    groups = [{value for value in group if value} for group in _groups(key, cells.cells)]
    return sum(len(g) <= 1 for g in groups) / len(groups) if len(groups) > 1 else None


def says_state(cells):
    """Tell whether values of a column called “state” are states of orders, and no provinces."""
    if not {"state", "estado"} & set(headings.words(cells.heading)):
        return True
    known = sum(n for value, n in cells.counts.items() if _STATES.fullmatch(value))
    return known >= W.half * len(cells.filled)


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
    for name in DISCOUNTS:
        if name in picked and "order_id" in picked:
            order, cells = (columns[picked[c][0]] for c in ("order_id", name))
            if _repeated(order, cells):
                picked.pop(name)  # the order's, on each of its lines: it would count several times
    return picked


def _repeated(order, cells):
    """Tell whether a value other than 0 stands on all lines of orders, always the same."""
    several = [set(group) for group in _groups(order, cells.numbers)]
    return all(len(group) == 1 for group in several) and any(group - {0, None} for group in several)


def order_total(picked, columns):
    """Find totals of orders that are less than their lines add up to: {"order_total": pair}.

    That is a discount of the whole order. Totals above the sum of the lines hold shipping or taxes;
    they are left alone.
    """
    sums = _sums(picked, columns)
    used, found = {heading for heading, _ in picked.values()}, {}
    for heading, cells in columns.items() if sums else ():
        if heading in used or headings.match(heading, "orders").get("amount", 0) < 0.8:
            continue
        totals = _totals(columns[picked["order_id"][0]], cells)
        gaps = [sums[order] - total for order, total in totals.items() if order in sums]
        if gaps and min(gaps) >= -PENNY and max(gaps) > PENNY:
            found[sum(gap <= PENNY for gap in gaps), heading] = heading
    return {"order_total": (found[max(found)], 1.0)} if found else {}


PENNY = 0.02
"""Sums that are nearer to each other than this are the same, rounded."""


def _sums(picked, columns):
    """Add up the lines of every order with several: {order: sum}; empty where nothing tells it."""
    if "order_id" not in picked:
        return {}
    if "amount" in picked:
        amounts = columns[picked["amount"][0]].numbers
    elif {"unit_price", "quantity"} <= set(picked):
        pair = (columns[picked[c][0]].numbers for c in ("unit_price", "quantity"))
        amounts = [None if None in two else two[0] * two[1] for two in zip(*pair, strict=True)]
    else:
        return {}
    order, sums = columns[picked["order_id"][0]], defaultdict(float)
    if not any(n > 1 for n in order.counts.values()):
        return {}
    for name, amount in zip(order.cells, amounts, strict=True):
        sums[name] += amount or 0.0
    for end in {order.cells[0], order.cells[-1], ""} if len(order.cells) >= CUT else {""}:
        sums.pop(end, None)  # the sample may end within an order
    return dict(sums)


CUT = 900
"""A sample of so many rows is cut off from a longer file."""


def _totals(order, cells):
    """Read the totals of orders: {order: total}; empty where lines of one order tell several."""
    told = defaultdict(set)
    for name, total in zip(order.cells, cells.numbers, strict=True):
        told[name] |= set() if total is None else {total}
    if any(len(totals) > 1 for totals in told.values()):
        return {}
    return {name: next(iter(totals)) for name, totals in told.items() if totals}


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
        _warn_price(guess, columns[quantity.heading], columns[amount.heading])
    if total := guess.choice("order_total"):
        _warn_total(guess, total)
    elif order and price and quantity:
        _warn_discount(guess, columns[order.heading])
    if order:
        _warn_equal(guess, order)
    customer = guess.choice("customer_id")
    if customer and _may_be_grouped(columns[customer.heading]):
        guess.doubt("customer_id", "if an empty one is the customer above, write `layout: "
                    f"{{fill_down: [{customer.heading}]}}`")  # fmt: skip
    if customer and _are_names(columns[customer.heading]):
        guess.doubt("customer_id", "these are names: two people of one name become one customer")
    if order:
        _warn_blanks(guess, columns[order.heading])
        _warn_line_numbers(guess, columns[order.heading])
    else:
        guess.notes.append("No order number: all lines of one customer on one day are one order.")
        _warn_list(guess)


def _warn_price(guess, quantity, amount):
    """Say how it is known that a price is the line's, or doubt it."""
    product = guess.choice("product_id")
    if product and growing(guess.contents[product.heading], quantity, amount) >= 0.9:
        said = "grows with the quantity within each product: it is the price of the line."
        guess.notes.append(f"“{amount.heading}” {said}")
    else:
        guess.doubt("amount", "called a price: taken as what was paid for the line")


def _warn_total(guess, total):
    """Doubt totals of orders that differ from their lines, with both sums."""
    picked = {choice.column: (choice.heading, 1.0) for choice in guess.choices}
    sums = _sums(picked, guess.contents)
    totals = _totals(*(guess.contents[picked[c][0]] for c in ("order_id", "order_total")))
    both = [name for name in totals if name in sums]
    lines, whole = (sum(each[name] for name in both) for each in (sums, totals))
    guess.doubt("order_total", (
        f"the lines looked at add up to {lines:,.2f}, these totals to {whole:,.2f}: the totals "
        "count, spread over the lines; take this line out to count the lines"
    ))  # fmt: skip


def _warn_discount(guess, order):
    """Doubt prices of lines where a discount of the whole order is not taken off them."""
    for heading, cells in guess.contents.items():
        told = headings.match(heading, "orders")
        if max(told.get(c, 0) for c in DISCOUNTS) >= 0.8 and _repeated(order, cells):
            each = dict(zip(order.cells, (n or 0 for n in cells.numbers), strict=True))
            guess.doubt("amount" if guess.choice("amount") else "unit_price", (
                f"“{heading}” is of the whole order, {sum(each.values()):,.2f} in the rows looked "
                "at, and not taken off: no column tells the orders' totals"
            ))  # fmt: skip


DISCOUNTS = ("discount", "coupon_discount")


def _warn_equal(guess, order):
    """Notice equal lines of one order, which may be two true ones or one given twice."""
    rows = zip(*(cells.cells for cells in guess.contents.values()), strict=True)
    again = sum(n - 1 for n in Counter(rows).values())
    if again and not guess.contents[order.heading].unique:
        guess.notes.append(
            f"{again:,} of the lines looked at repeat another one of their order in every column: "
            "what shows that they are the same is counted once, the rest is kept; "
            "`repeated_lines: keep` or `repeated_lines: set aside` decides for all."
        )


def _may_be_grouped(cells):
    """Tell whether customers may stand on the first of their rows only: none comes twice."""
    often = max(cells.counts.values(), default=0)
    return bool(cells.cells and cells.cells[0]) and often == 1 and cells.filled_share < 0.8


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
    for choice in filter(None, map(guess.choice, completing.SHARED)):
        groups = _groups(order, guess.contents[choice.heading].cells)
        if any(group[0] and "" in group for group in groups):
            first_only.append(choice.heading)
            choice.doubts = tuple(d for d in choice.doubts if not d.startswith("empty in"))
    if first_only:
        what = f"“{'” and “'.join(first_only)}”"
        said = "on the first line of an order only; its other lines take it from there."
        guess.notes.append(f"{what}: {said}")


def _warn_line_numbers(guess, order):
    """Doubt a number that differs on every row, where several rows are one customer at one time."""
    when, whose, what = map(guess.choice, ("ordered_at", "customer_id", "product_id"))
    if not (when and whose and what and order.unique):
        return
    cells = [guess.contents[choice.heading].cells for choice in (whose, when)]
    together = Counter(zip(*cells, strict=True))
    again = sum(n for n in together.values() if n > 1)
    if again > (0.2 if ":" in when.examples[0] else 0.5) * len(order.cells):
        guess.doubt("order_id", "differs on every line, also where customer and time are the same: "
                    "if it is the line's number, take it out")  # fmt: skip


def _warn_list(guess):
    """Doubt that rows are orders where no customer has two of them and none has a number."""
    customer = guess.choice("customer_id")
    cells = guess.contents[customer.heading] if customer else None
    if cells and len(cells.filled) > 10 and len(cells.counts) == len(cells.filled):
        guess.doubt("customer_id", "no customer stands on two rows: if these are customers and no "
                    "orders, name the table `customers:`")  # fmt: skip


def _best(scores, canonical):
    """Return the heading with the strongest evidence for a canonical column, or None."""
    known = {h: s for (c, h), s in scores.items() if c == canonical and s >= W.enough}
    return max(known, key=known.get) if known else None
