"""Customers drawn from a known purchase process, for the tests of CLV and of the engines."""

import numpy as np
import pandas as pd

from segkit.segments.models.purchases import history

TRUTH = {"r": 0.9, "alpha": 60.0, "a": 0.8, "b": 2.5}
SPEND = {"p": 6.0, "q": 4.0, "gamma": 15.0}


def simulated(n, *, seed, days=730):
    """Draw customers from known parameters; returns a summary as `data.outcomes.repeats` makes."""
    rng = np.random.default_rng(seed)
    pace = rng.gamma(TRUTH["r"], 1 / TRUTH["alpha"], n)
    stops = rng.beta(TRUTH["a"], TRUTH["b"], n)
    age = rng.uniform(1, days, n)
    x, last, now = np.zeros(n), np.zeros(n), np.zeros(n)
    there = np.ones(n, dtype=bool)
    while there.any():
        now = now + rng.exponential(1, n) / pace
        there &= now <= age
        x, last = x + there, np.where(there, now, last)
        there &= rng.random(n) >= stops
    own = rng.gamma(SPEND["q"], 1 / SPEND["gamma"], n)
    times = np.maximum(x, 1)
    money = np.where(x > 0, rng.gamma(SPEND["p"] * times) / own / times, 0)
    columns = [x.astype(int), last, age, money]
    ids = [f"c{number:06d}" for number in range(n)]
    return pd.DataFrame({"customer_id": ids, **dict(zip(history.COLUMNS, columns, strict=True))})
