"""What the store sells: orders at each customer's pace, returns, and what advertising adds."""

from collections import namedtuple

import numpy as np
import pandas as pd

from segkit.simulate import draws, goods

WORLD = draws.planted("store")


Bought = namedtuple("Bought", "orders advertising owner day way amount ids")
"""The orders, the advertising, and each order's owner, day, way, sum and id."""


def products():
    """Return the table of products."""
    return goods.table(WORLD.departments, each=WORLD.each)


def effect():
    """Return the planted effect of advertising."""
    return pd.DataFrame({"lag_months": [1], "effect": [WORLD.effect]})


def draw(plan, crowd, mailed):
    """Draw all orders of a plan, those that mailings brought included."""
    spent, lift = _advertised(plan)
    owner, day = _when(plan, crowd, mailed, lift)
    ids = draws.ids("o", len(owner), width=5)
    rng = plan.stream("ways")
    way = np.where(draws.happens(rng, crowd.web[owner]), 1, draws.weighted(rng, [9, 0, 1],
                                                                           len(owner)))  # fmt: skip
    lines = _lines(plan, crowd, owner)
    order = lines.pop("order").to_numpy()
    amount = np.bincount(order, weights=lines.amount, minlength=len(owner))
    lines.insert(0, "customer_id", crowd.ids[owner[order]])
    lines.insert(1, "order_id", ids[order])
    lines.insert(2, "ordered_at", plan.moments(day)[order])
    lines["channel"] = draws.words(["shop", "web", "phone"], way[order])
    back = _returns(plan, lines, day[order])
    orders = pd.concat([lines, back], ignore_index=True)
    return Bought(orders, spent, owner, day, way, draws.money(amount), ids)


def _when(plan, crowd, mailed, lift):
    """Draw owner and day of every order, in the order of time: the first one on joining."""
    rng = plan.stream("orders")
    season = draws.Season(plan, months=WORLD.year, weekdays=WORLD.week)
    expected = crowd.pace / 365 * season.weight(crowd.joined, crowd.left)
    owner = draws.rows(rng.poisson(expected * lift.max()))
    day = season.draw(rng, crowd.joined[owner], crowd.left[owner])
    month = np.minimum((day / plan.days * plan.months).astype(int), plan.months - 1)
    kept = draws.happens(rng, lift[month, crowd.region[owner]] / lift.max())
    owner = np.concatenate([np.arange(crowd.n), owner[kept]])
    day = draws.clocked(
        rng, np.concatenate([crowd.joined, day[kept]]), opens=8, closes=22, peak=0.7
    )
    owner = np.concatenate([owner, mailed.owner])
    day = np.concatenate([day, mailed.day])
    arranged = np.argsort(day, kind="stable")
    return owner[arranged], day[arranged]


def _advertised(plan):
    """Draw the spending by month and region: (table, factor on orders by month and region)."""
    rng = plan.stream("advertising")
    spent = draws.money(rng.gamma(1.5, 400, (plan.months, len(WORLD.regions))))
    usual = spent.mean()
    before = np.vstack([np.full((1, len(WORLD.regions)), usual), spent[:-1]])
    month = (plan.start.astype("datetime64[M]") + np.arange(plan.months)).astype("datetime64[us]")
    ways, n = ("search", "social", "print"), spent.size
    told = draws.frame(
        spent_at=np.repeat(month, len(WORLD.regions)),
        amount=spent.ravel(),
        channel=draws.words(ways, rng.integers(0, len(ways), n)),
        segment=draws.words(WORLD.regions, np.tile(np.arange(len(WORLD.regions)), plan.months)),
    )
    return told, 1 + WORLD.effect * (np.minimum(before / usual, 3) - 1)


def _lines(plan, crowd, owner):
    """Draw goods, quantities, prices and reductions of every order."""
    rng, kind = plan.stream("lines"), crowd.lifestyle[owner]
    wanted = 1 + rng.poisson(np.array([2.2, 1.3, 1.5, 0.8])[kind])
    tastes = np.array(WORLD.tastes)[kind]
    order, product = goods.basket(rng, WORLD.departments, wanted, each=WORLD.each, chances=tastes)
    price, cost = goods.prices(plan, WORLD.departments, each=WORLD.each)
    quantity = 1 + rng.poisson(0.35, len(order))
    full = price[product] * quantity
    saved = draws.happens(rng, np.array(WORLD.discounted)[kind[order]]) * 0.2 * full
    coupon = draws.happens(rng, np.array(WORLD.couponed)[kind])[order] * 0.1 * full
    saved, coupon = draws.money(saved), draws.money(coupon)
    return draws.frame(
        order=order,
        amount=draws.money(full - saved - coupon),
        quantity=quantity,
        product_id=products().product_id.array[product],
        discount=saved,
        coupon_discount=coupon,
        cost=draws.money(cost[product] * quantity),
    )


def _returns(plan, lines, day):
    """Give some lines back within two weeks, as orders of their own with negative amounts."""
    rng = plan.stream("returns")
    chance = np.array([WORLD.returned.get(name, 0.03) for name in WORLD.departments])
    place = lines.product_id.str.slice(1).astype(int).to_numpy() - 1
    department = pd.factorize(products().department)[0][place]
    later = draws.clocked(rng, day + 1 + rng.integers(0, 14, len(lines)), opens=8, closes=22)
    back = draws.seen(plan, np.where(draws.happens(rng, chance[department]), later, np.inf))
    found = lines.iloc[back].reset_index(drop=True)
    found[["amount", "quantity", "cost"]] *= -1
    return found.assign(
        order_id=draws.ids("x", len(found), width=4),
        ordered_at=plan.moments(later[back]),
        discount=0.0,
        coupon_discount=0.0,
    )
