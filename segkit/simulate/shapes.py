"""Worlds `null`, `gradient` and `one_rare`: six numbers per customer, and what is in them.

All three are lists of customers without orders, so nothing but the planted shape is on the card:
`null` one round cloud (no segments), `gradient` one line with noise around it (segments can
be cut anywhere), `one_rare` the cloud and a segment of 3 % far away in three of the numbers.

Tables and columns
- customers: customer_id, measure_1 … measure_6 (mean about 50, spread about 10)

Truth, kept apart
- customers: customer_id, group ("all", or "rare" and "rest"), position (0 to 1 along the line)
"""

import numpy as np
import pandas as pd

from segkit.simulate import draws

MEASURES = 6
RARE = 0.03
AWAY = 5.0
"""How far the rare segment lies from the rest, in spreads, in each of three numbers."""


def build(plan):
    """Build the tables and the truth of the world: two dicts of DataFrames."""
    rng, n = plan.stream("customers"), plan.customers
    cloud, position = rng.normal(0, 1, (n, MEASURES)), rng.random(n)
    rare = draws.stratified(rng, [1 - RARE, RARE], n) == 1
    if plan.name == "gradient":
        direction = np.array([1, 1, 1, -1, -1, 1.0])
        cloud = 0.35 * cloud + np.sqrt(12) * (position - 0.5)[:, None] * direction
    if plan.name == "one_rare":
        cloud[rare] = 0.6 * cloud[rare] + AWAY * np.array([1, 1, -1, 0, 0, 0])
    ids = draws.ids("c", n, width=4)
    numbers = {f"measure_{i + 1}": draws.money(50 + 10 * cloud[:, i]) for i in range(MEASURES)}
    groups = draws.words(["rest", "rare"], rare * 1)
    truth = {"customer_id": ids, "group": groups if plan.name == "one_rare" else "all"}
    if plan.name == "gradient":
        truth["position"] = np.round(position, 4)
    return {"customers": pd.DataFrame({"customer_id": ids} | numbers)}, {
        "customers": pd.DataFrame(truth)
    }
