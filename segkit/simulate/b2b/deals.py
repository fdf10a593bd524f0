"""Requests, orders, invoices, payments and documents of the b2b world, in this causal order."""

from collections import namedtuple

import numpy as np
import pandas as pd

from segkit.simulate import crowds, draws, goods

WORLD = draws.planted("b2b")


Sales = namedtuple("Sales", "tables truth owner day delivered problem ids")
"""What was sold: tables, truth, and each order's owner and day for what follows."""


def draw(plan, people):
    """Draw requests, orders, invoices and documents of all clients."""
    owner, day = _when(plan, people)
    order_ids = draws.ids("o", len(owner), width=5)
    part = np.minimum((day / plan.days * 3).astype(int), 2)
    problem = draws.happens(plan.stream("problems"), np.array(WORLD.problems)[part])
    way = _ways(plan.stream("ways"), people.trait("procedural")[owner])
    lines, amount = _lines(plan, people, owner)
    lines = _orders(plan, people, (owner, day, order_ids, way), lines)
    delivered = day + plan.stream("delivery").uniform(4, 15, len(day))
    sold = Sales({}, {}, owner, day, delivered, problem, order_ids)
    tables = {
        "products": goods.table(WORLD.departments, each=8),
        "orders": lines,
        "requests": _requests(plan, people, sold, way),
        "invoices": _invoices(plan, people, sold, amount),
        "documents": _documents(plan, people, sold),
    }
    thirds = {"requests_to_orders": WORLD.conversion, "problem_orders": WORLD.problems}
    calibration = pd.DataFrame({"part": WORLD.thirds, **thirds})
    truth = {"problems": pd.DataFrame({"order_id": order_ids[problem]}), "calibration": calibration}
    return sold._replace(tables=tables, truth=truth)


def _when(plan, people):
    """Draw the owner and the day of every order, in the order of time."""
    rng = plan.stream("orders")
    usual = draws.Season(plan, months=WORLD.year, weekdays=WORLD.week)
    season = draws.Season(plan, months=WORLD.promo, weekdays=WORLD.week)
    promo = people.of("seasonal promo")
    length = np.where(promo, *(s.weight(people.joined, people.left) for s in (season, usual)))
    rate = (0.04 + 1.0 * people.trait("financial") ** 1.6) / 30.4
    rate = rate * rng.gamma(4, 1 / 4, people.n)
    counts = np.maximum(rng.poisson(rate * length), 1)
    owner = draws.rows(counts)
    first, last = people.joined[owner], people.left[owner]
    days = np.where(promo[owner], season.draw(rng, first, last), usual.draw(rng, first, last))
    days = np.minimum(draws.clocked(rng, days), plan.days - 1e-4)
    arranged = np.argsort(days, kind="stable")
    return owner[arranged], days[arranged]


def _ways(rng, procedural):
    """By which way a request came: by our form as often as the client keeps to our process."""
    other = 1 + draws.weighted(rng, [5, 3, 1, 1], len(procedural))
    return np.where(draws.happens(rng, procedural), 0, other)


def _lines(plan, people, owner):
    """Draw goods and quantities: the firm's size and the financial trait set the sums."""
    rng = plan.stream("lines")
    sums = 260 * people.size * (0.4 + people.trait("financial"))
    sums = sums[owner] * rng.lognormal(-0.08, 0.4, len(owner))
    order, product = goods.basket(rng, WORLD.departments, 1 + rng.poisson(0.6, len(owner)), each=8)
    price, cost = goods.prices(plan, WORLD.departments, each=8)
    lines_n = np.bincount(order, minlength=len(owner))
    quantity = np.maximum(1, np.round(sums[order] / lines_n[order] / price[product]))
    unit = draws.money(price[product])
    lines = draws.frame(
        order=order,
        product=product,
        quantity=quantity.astype("int64"),
        unit_price=unit,
        amount=draws.money(unit * quantity),
        cost=draws.money(cost[product] * quantity),
    )
    return lines, draws.money(np.bincount(order, weights=lines.amount, minlength=len(owner)))


def _orders(plan, people, heads, lines):
    owner, day, order_ids, way = heads
    order, product = lines.pop("order").to_numpy(), lines.pop("product").to_numpy()
    names = goods.table(WORLD.departments, each=8)
    return draws.frame(
        customer_id=people.ids[owner[order]],
        order_id=order_ids[order],
        ordered_at=plan.moments(day)[order],
        product_id=names.product_id.array[product],
        **{name: lines[name].to_numpy() for name in lines},
        channel=draws.words(WORLD.ways, way)[order],
    )


def _requests(plan, people, sold, way):
    """One request before each order, and those of which none came; some are never noted."""
    rng = plan.stream("requests")
    asked = np.maximum(sold.day - rng.exponential(3, len(sold.day)), 0)
    asked = np.minimum(np.where(np.floor(asked) < np.floor(sold.day), draws.clocked(rng, asked),
                                sold.day - 0.01), sold.day)  # fmt: skip
    asked = np.maximum(asked, 0)
    who, day = _unanswered(plan, people, asked)
    traits = np.concatenate([people.trait("procedural"), np.full(people.prospects, 0.4)])
    owner = np.concatenate([sold.owner, who])
    days = np.concatenate([asked, day])
    ways = np.concatenate([way, _ways(rng, traits[who])])
    place = np.concatenate([np.arange(len(sold.day)), np.full(len(who), -1)])
    topic = np.where(place >= 0, 0, draws.weighted(rng, [4, 1, 2, 1, 3], len(place)))
    noted = draws.happens(rng, np.array([*WORLD.managers.values()])[people.manager[owner]])
    kept = np.flatnonzero(noted)[np.argsort(days[noted], kind="stable")]
    return draws.frame(
        customer_id=people.ids[owner[kept]],
        requested_at=plan.moments(days[kept]),
        request_id=draws.ids("q", len(kept), width=5),
        channel=draws.words(WORLD.ways, ways[kept]),
        order_id=sold.ids.take(place[kept], allow_fill=True),
        manager=draws.words(WORLD.managers, people.manager[owner[kept]]),
        topic=draws.words(WORLD.topics, topic[kept]),
    )


def _unanswered(plan, people, asked):
    """Draw the requests of which no order came, so that the planted conversion holds.

    Some of them are the prospects'; the rest is shared out among clients, by
    how gladly they make contact, month by month while they are clients.
    """
    rng = plan.stream("questions")
    _, who, day = prospects(plan, people)
    edges = np.linspace(0, plan.days, plan.months + 1)
    orders_n, prospects_n = (np.histogram(days, edges)[0] for days in (asked, day))
    rate = np.array(WORLD.conversion)[np.arange(plan.months) * 3 // plan.months]
    wanted = np.round(orders_n * (1 - rate) / rate).astype(int)
    eager = 0.05 + people.trait("contact") ** 1.5
    months = [
        draws.weighted(rng, eager * (people.joined < end) * (people.left > begin), n)
        for begin, end, n in zip(
            edges, edges[1:], np.maximum(wanted - prospects_n, 0), strict=False
        )
        if n
    ]  # one draw per month
    counts = np.maximum(wanted - prospects_n, 0)
    days = rng.uniform(np.repeat(edges[:-1], counts), np.repeat(edges[1:], counts))
    owner = np.concatenate([who, *months]).astype(int)
    days = draws.clocked(rng, np.concatenate([day, days]))
    return owner, np.clip(days, 0, plan.days - 1e-4)


def prospects(plan, people):
    """Draw the requests of prospects, one to three within two months.

    Returns the first day of each prospect, and the owner and day of each request.
    """
    rng = plan.stream("prospects")
    owner = draws.rows(1 + draws.weighted(rng, [5, 3, 1], people.prospects))
    first = rng.uniform(0, max(plan.days - 60, 1), people.prospects)
    later = np.where(draws.nth(owner) > 0, rng.uniform(1, 59, len(owner)), 0.0)
    return first, people.n + owner, first[owner] + later


def _invoices(plan, people, sold, amount):
    """One invoice per order, paid within three working days as often as the client is prompt."""
    rng = plan.stream("invoices")
    sent = sold.day + rng.uniform(0.01, 0.08, len(sold.day))
    paid = workdone(plan, rng, sent, people.trait("procedural")[sold.owner])
    orders = draws.frame(customer_id=people.ids[sold.owner], order_id=sold.ids, amount=amount)
    return crowds.invoices(plan, orders, sent=sent, paid=paid)


def workdone(plan, rng, sent, prompt):
    """Draw when something sent comes back: in 1 to 3 working days if prompt, else much later."""
    late = 4 + rng.geometric(0.09, len(sent))
    took = np.where(draws.happens(rng, prompt), rng.integers(1, 4, len(sent)), late)
    return draws.workdays(plan, sent, took)


def _documents(plan, people, sold):
    """A contract with the first order, a delivery note with each, a claim with a problem."""
    rng = plan.stream("documents")
    first = np.unique(sold.owner, return_index=True)[1]
    trouble = np.flatnonzero(sold.problem)
    place = np.concatenate([first, np.arange(len(sold.day)), trouble])
    kind = np.repeat([0, 1, 2], [len(first), len(sold.day), len(trouble)])
    sent = np.where(kind == 0, sold.day[place] + 0.02, sold.delivered[place] + (kind == 2) * 2)
    signed = workdone(plan, rng, sent, people.trait("procedural")[sold.owner[place]])
    kept = draws.seen(plan, sent)
    return draws.frame(
        customer_id=people.ids[sold.owner[place[kept]]],
        sent_at=plan.moments(sent[kept]),
        document_id=draws.ids("d", len(kept), width=5),
        order_id=sold.ids[place[kept]],
        signed_at=plan.ended(signed[kept]),
        kind=draws.words(["contract", "delivery note", "claim"], kind[kept]),
    )
