"""World `mixed`: goods and services, sold to people and to companies.

Each customer is of one kind (home buyer, service user, gift buyer, small office, contract
client), which sets what is bought, how often, in which season and how much at a time. Companies
get an invoice for each order and pay it at once or late; people pay on the spot.

Tables and columns
- customers: customer_id, customer_type (person or company), age (of people), industry and
  employees (of companies), settlement, region, source, email
- products: product_id, department (stationery, furniture, gifts, equipment, repair, delivery and
  setting up), category, brand
- orders: customer_id, order_id, ordered_at, amount, quantity, product_id, cost, channel
- requests: customer_id, requested_at, request_id, channel, order_id, topic
- invoices: customer_id, sent_at, invoice_id, order_id, due_at, paid_at, amount
- mailings: customer_id, campaign_id, campaign_type, sent_at, ends_at, opened, clicked, responded,
  responded_at
- reviews: customer_id, reviewed_at, review_id, order_id, rating, kind

Truth, kept apart
- customers: customer_id, kind, joined_at, left_at
- kinds: kind and its planted rates (see mixed.yaml)
"""

from collections import namedtuple

import numpy as np
import pandas as pd

from segkit.simulate import crowds, draws, goods

WORLD = draws.planted("mixed")


Sales = namedtuple("Sales", "owner day way ids")
"""Every order's owner, day, way and id."""


def build(plan):
    """Build the tables and the truth of the world: two dicts of DataFrames."""
    crowd = crowds.draw(plan, WORLD.kinds, WORLD.rates, early=0.45, stays=(500, 10))
    sales = _sales(plan, crowd)
    orders, amount = _orders(plan, crowd, sales)
    tables = {
        "customers": _customers(plan, crowd),
        "products": goods.table(WORLD.departments, each=WORLD.each),
        "orders": orders,
        "requests": _requests(plan, crowd, sales),
        "invoices": _invoices(plan, crowd, sales, amount),
        "mailings": _mailings(plan, crowd),
        "reviews": _reviews(plan, crowd, sales),
    }
    return tables, crowd.truth(plan)


def _customers(plan, crowd):
    """Ages only of people, industry and employees only of companies."""
    rng, n = plan.stream("profiles"), len(crowd.kind)
    firm = crowd.rate("company") == 1
    age = np.clip(np.round(rng.normal(44, 12, n)), 18, 85).astype(int)
    large = np.where(crowd.kind == 4, 4.2, 2.0)
    staff = np.maximum(1, np.round(rng.lognormal(large, 0.7))).astype(int)
    return draws.frame(
        customer_id=crowd.ids,
        customer_type=draws.words(["person", "company"], firm * 1),
        age=pd.array(np.where(firm, 0, age), dtype="Int64").take(
            np.where(firm, -1, np.arange(n)), allow_fill=True
        ),
        industry=draws.words(WORLD.industries, np.where(firm, rng.integers(0, 5, n), -1)),
        employees=pd.array(staff, dtype="Int64").take(
            np.where(firm, np.arange(n), -1), allow_fill=True
        ),
        settlement=draws.words(WORLD.settlements, draws.weighted(rng, [5, 3, 2], n)),
        region=draws.words(WORLD.regions, draws.weighted(rng, [4, 2, 2, 1], n)),
        source=draws.words(WORLD.sources, draws.weighted(rng, [4, 3, 2, 1], n)),
        email=draws.ids("c", n, width=4) + "@example.org",
    )


def _sales(plan, crowd):
    """Draw owner, day and way of every order, in the order of time; the first one on joining."""
    rng, n = plan.stream("orders"), len(crowd.kind)
    usual, gifts = draws.Season(plan), draws.Season(plan, months=WORLD.gifts)
    giver = crowd.kind == 2
    length = np.where(giver, *(s.weight(crowd.joined, crowd.left) for s in (gifts, usual)))
    pace = crowd.rate("orders_a_year") / 365 * rng.gamma(3, 1 / 3, n)
    owner = draws.rows(rng.poisson(pace * length))
    first, last = crowd.joined[owner], crowd.left[owner]
    day = np.where(giver[owner], gifts.draw(rng, first, last), usual.draw(rng, first, last))
    owner, day = np.concatenate([np.arange(n), owner]), np.concatenate([crowd.joined, day])
    day = draws.clocked(rng, np.minimum(day, plan.days - 1.0), opens=9, closes=20)
    arranged = np.argsort(day, kind="stable")
    owner, day = owner[arranged], day[arranged]
    firm = crowd.rate("company", owner) == 1
    way = draws.one_of(rng, np.where(firm[:, None], [[1, 3, 2, 4]], [[5, 4, 1, 0]]))
    return Sales(owner, day, way, draws.ids("o", len(owner), width=5))


def _orders(plan, crowd, sales):
    """Draw the lines; returns (orders, sum of each order). Services are bought one at a time."""
    rng, kind = plan.stream("lines"), crowd.kind[sales.owner]
    wanted = 1 + rng.poisson(np.array([0.8, 0.2, 0.5, 1.0, 1.4])[kind])
    tastes = np.array(WORLD.tastes)[kind]
    order, product = goods.basket(rng, WORLD.departments, wanted, each=WORLD.each, chances=tastes)
    price, cost = goods.prices(plan, WORLD.departments, each=WORLD.each)
    many = (product < 4 * WORLD.each) & (price[product] < 40)
    items = np.where(many, rng.poisson(crowd.rate("items", sales.owner[order])), 0)
    quantity = np.maximum(items, 1)
    amount = draws.money(price[product] * quantity)
    lines = draws.frame(
        customer_id=crowd.ids[sales.owner[order]],
        order_id=sales.ids[order],
        ordered_at=plan.moments(sales.day)[order],
        amount=amount,
        quantity=quantity,
        product_id=goods.table(WORLD.departments, each=WORLD.each).product_id.array[product],
        cost=draws.money(cost[product] * quantity),
        channel=draws.words(WORLD.ways, sales.way)[order],
    )
    return lines, draws.money(np.bincount(order, weights=amount, minlength=len(sales.owner)))


def _requests(plan, crowd, sales):
    """Companies and users of services ask first; as many again ask and do not buy."""
    rng, kind = plan.stream("requests"), crowd.kind[sales.owner]
    asked = np.flatnonzero(draws.happens(rng, np.array([0.05, 0.8, 0.1, 0.5, 0.7])[kind]))
    before = np.maximum(sales.day[asked] - rng.exponential(2, len(asked)), 0)
    idle = draws.weighted(rng, np.array([0.3, 1, 0.3, 0.6, 0.8])[crowd.kind], len(asked))
    day = rng.uniform(crowd.joined[idle], crowd.left[idle])
    owner = np.concatenate([sales.owner[asked], idle])
    days = np.concatenate([before, day])
    place = np.concatenate([asked, np.full(len(idle), -1)])
    there = np.argsort(days, kind="stable")
    return draws.frame(
        customer_id=crowd.ids[owner[there]],
        requested_at=plan.moments(days[there]),
        request_id=draws.ids("q", len(there), width=5),
        channel=draws.words(WORLD.ways, draws.weighted(rng, [1, 3, 3, 4], len(there))),
        order_id=sales.ids.take(place[there], allow_fill=True),
        topic=draws.words(["goods", "service"], (crowd.kind[owner[there]] % 3 == 1) * 1),
    )


def _invoices(plan, crowd, sales, amount):
    """One invoice per order of a company; what is not paid by the last day is open."""
    rng = plan.stream("invoices")
    place = np.flatnonzero(crowd.rate("company", sales.owner) == 1)
    sent = sales.day[place] + rng.uniform(0.01, 0.08, len(place))
    prompt = draws.happens(rng, crowd.rate("prompt", sales.owner[place]))
    took = np.where(prompt, rng.integers(1, 4, len(place)), 4 + rng.geometric(0.1, len(place)))
    paid = draws.workdays(plan, sent, took)
    ids, order_ids = crowd.ids[sales.owner[place]], sales.ids[place]
    orders = draws.frame(customer_id=ids, order_id=order_ids, amount=amount[place])
    return crowds.invoices(plan, orders, sent=sent, paid=paid)


def _mailings(plan, crowd):
    def chances(who):
        eager = crowd.rate("answers", who)
        return 0.1 + 0.8 * eager, 0.2 + 0.7 * eager, 0.3 + 0.5 * eager

    return crowds.quarterly(plan, crowd, kinds=["offers", "news"], chances=chances)


def _reviews(plan, crowd, sales):
    rng = plan.stream("reviews")
    place = np.flatnonzero(draws.happens(rng, crowd.rate("reviews", sales.owner)))
    day = sales.day[place] + rng.uniform(0.5, 12, len(place))
    stars = rng.normal(4.1, 0.9, len(place))
    ids = crowd.ids[sales.owner[place]]
    return crowds.reviews(plan, ids, sales.ids[place], day=day, stars=stars)
