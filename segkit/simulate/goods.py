"""Goods on the shelf: departments with prices and margins, and what lies in a basket.

A department is {name: (usual price of one, margin 0 to 1, how often it is chosen)}.
"""

import numpy as np

from segkit.simulate import draws


def table(departments, *, each):
    """Return the products, `each` per department: product_id, department, category, brand."""
    names = list(departments)
    group = np.repeat(np.arange(len(names)), each)
    number = draws.words([str(i + 1) for i in range(each)], np.tile(np.arange(each), len(names)))
    return draws.frame(
        product_id=draws.ids("p", len(group), width=3),
        department=draws.words(names, group),
        category=draws.words(names, group) + " " + number,
        brand=draws.words(["private", "national"], (np.arange(len(group)) % 4 > 0) * 1),
    )


def prices(plan, departments, *, each):
    """Return price and cost of one of every product, in money, two arrays."""
    usual, margin, _ = (np.repeat(part, each) for part in zip(*departments.values(), strict=True))
    price = np.round(usual * plan.stream("prices").uniform(0.6, 1.6, len(usual)), 1)
    return price, price * (1 - margin)


def basket(rng, departments, lines_n, *, each, chances=None):
    """Draw the different products of every order: (position of the order, of the product).

    `lines_n` is the wanted number of lines per order; a product drawn twice is one line.
    `chances` (one row per order, one column per department) says what each order is made of.
    """
    order = draws.rows(lines_n)
    if chances is None:
        group = draws.weighted(rng, [d[2] for d in departments.values()], len(order))
    else:
        group = draws.one_of(rng, np.asarray(chances)[order])
    product = group * each + np.floor(each * rng.random(len(order)) ** 1.5).astype(int)
    both = np.unique(order * (len(departments) * each) + product)
    return both // (len(departments) * each), both % (len(departments) * each)
