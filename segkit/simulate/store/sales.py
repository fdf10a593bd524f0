"""What the store sells: orders at each customer's pace, returns, and what advertising adds."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from segkit.simulate import draws, goods
from segkit.simulate.store.people import REGIONS

DEPARTMENTS = {
    "kitchen": (14, 0.35, 1.0),
    "food": (5, 0.22, 1.0),
    "sport": (24, 0.38, 1.0),
    "beauty": (11, 0.45, 1.0),
    "fashion": (29, 0.48, 1.0),
    "electronics": (55, 0.14, 1.0),
    "toys": (12, 0.33, 1.0),
    "garden": (16, 0.36, 1.0),
}
"""Department: (usual price of one, margin, how often it is chosen)."""

TASTES = ((0.30, 0.34, 0.04, 0.05, 0.05, 0.02, 0.14, 0.06),
          (0.10, 0.22, 0.28, 0.20, 0.08, 0.03, 0.02, 0.07),
          (0.16, 0.24, 0.04, 0.10, 0.16, 0.05, 0.10, 0.15),
          (0.02, 0.06, 0.12, 0.20, 0.32, 0.24, 0.03, 0.01))  # fmt: skip
"""Chances of each department, by lifestyle."""

EACH = 20
DISCOUNTED = (0.20, 0.15, 0.65, 0.15)
COUPONED = (0.08, 0.05, 0.35, 0.05)
RETURNED = {"fashion": 0.16, "electronics": 0.08}
"""Chance that a line comes back, by department; 0.03 elsewhere."""

WEEK = (0.8, 0.8, 0.9, 1.0, 1.3, 1.5, 0.7)
YEAR = (0.8, 0.8, 0.9, 0.95, 1.0, 0.95, 0.9, 0.9, 1.0, 1.05, 1.3, 1.6)
EFFECT = 0.4
"""Twice the usual advertising in a region adds so much to its orders of the next month."""


@dataclass
class Bought:
    """The orders, the advertising, and each order's owner, day, way, sum and id."""

    orders: pd.DataFrame
    advertising: pd.DataFrame
    owner: np.ndarray
    day: np.ndarray
    way: np.ndarray
    amount: np.ndarray
    ids: object


def products():
    """Return the table of products."""
    return goods.table(DEPARTMENTS, each=EACH)


def effect():
    """Return the planted effect of advertising."""
    return pd.DataFrame({"lag_months": [1], "effect": [EFFECT]})


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
    season = draws.Season(plan, months=YEAR, weekdays=WEEK)
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
    spent = draws.money(rng.gamma(1.5, 400, (plan.months, len(REGIONS))))
    usual = spent.mean()
    before = np.vstack([np.full((1, len(REGIONS)), usual), spent[:-1]])
    month = (plan.start.astype("datetime64[M]") + np.arange(plan.months)).astype("datetime64[us]")
    ways, n = ("search", "social", "print"), spent.size
    told = draws.frame(
        spent_at=np.repeat(month, len(REGIONS)),
        amount=spent.ravel(),
        channel=draws.words(ways, rng.integers(0, len(ways), n)),
        segment=draws.words(REGIONS, np.tile(np.arange(len(REGIONS)), plan.months)),
    )
    return told, 1 + EFFECT * (np.minimum(before / usual, 3) - 1)


def _lines(plan, crowd, owner):
    """Draw goods, quantities, prices and reductions of every order."""
    rng, kind = plan.stream("lines"), crowd.lifestyle[owner]
    wanted = 1 + rng.poisson(np.array([2.2, 1.3, 1.5, 0.8])[kind])
    tastes = np.array(TASTES)[kind]
    order, product = goods.basket(rng, DEPARTMENTS, wanted, each=EACH, chances=tastes)
    price, cost = goods.prices(plan, DEPARTMENTS, each=EACH)
    quantity = 1 + rng.poisson(0.35, len(order))
    full = price[product] * quantity
    saved = draws.happens(rng, np.array(DISCOUNTED)[kind[order]]) * 0.2 * full
    coupon = draws.happens(rng, np.array(COUPONED)[kind])[order] * 0.1 * full
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
    chance = np.array([RETURNED.get(name, 0.03) for name in DEPARTMENTS])
    department = (pd.factorize(products().department)[0])[_position(lines.product_id)]
    later = draws.clocked(rng, day + 1 + rng.integers(0, 14, len(lines)), opens=8, closes=22)
    back = draws.happens(rng, chance[department]) & (later < plan.days)
    back = np.flatnonzero(back)
    back = back[np.argsort(later[back], kind="stable")]
    found = lines.iloc[back].reset_index(drop=True)
    for name in ("amount", "quantity", "cost"):
        found[name] = -found[name]
    return found.assign(
        order_id=draws.ids("x", len(found), width=4),
        ordered_at=plan.moments(later[back]),
        discount=0.0,
        coupon_discount=0.0,
    )


def _position(product_ids):
    return product_ids.str.slice(1).astype(int).to_numpy() - 1
