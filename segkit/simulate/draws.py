"""Random draws for many customers at once: who, how often, when, which, how much.

Every draw works on whole columns, so a million order lines take seconds. A stream of random
numbers belongs to one subject of one world (`Plan.stream`): adding a table to a world leaves
the other tables as they were.
"""

import zlib
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from segkit.study import beside

DAY = np.timedelta64(1, "D")


@dataclass(frozen=True)
class Plan:
    """What a world is made of: its name, number of `customers`, `seed`, `start` and `months`."""

    name: str
    customers: int
    seed: int
    start: np.datetime64
    months: int

    @property
    def end(self):
        """First day after the data, as a numpy day."""
        return (self.start.astype("datetime64[M]") + self.months).astype("datetime64[D]")

    @property
    def days(self):
        """Number of days from start to end."""
        return int((self.end - self.start) / DAY)

    def stream(self, subject):
        """Return the random numbers of one subject, such as "orders"."""
        return np.random.default_rng([self.seed, zlib.crc32(f"{self.name}/{subject}".encode())])

    def moments(self, days):
        """Turn days since the start (floats) into moments to the second; NaN becomes empty."""
        known = np.isfinite(days)
        seconds = np.where(known, np.nan_to_num(days) * 86400, 0).astype("int64")
        found = self.start.astype("datetime64[s]") + seconds.astype("timedelta64[s]")
        return np.where(known, found, np.datetime64("NaT", "s")).astype("datetime64[us]")

    def dates(self, days):
        """Turn days since the start into midnights."""
        return self.moments(np.floor(days))

    def ended(self, days):
        """Turn days since the start into midnights; what is not before the end is empty."""
        return self.dates(np.where(days < self.days, days, np.nan))


class Season:
    """How likely each day is: by month of the year and by weekday.

    `months` are twelve weights from January, `weekdays` seven from Monday; the average day
    weighs 1.
    """

    def __init__(self, plan, *, months=(1,) * 12, weekdays=(1,) * 7):
        days = plan.start + np.arange(plan.days)
        month = days.astype("datetime64[M]").astype(int) % 12
        weekday = (days.astype(int) + 3) % 7
        weight = np.asarray(months, float)[month] * np.asarray(weekdays, float)[weekday]
        self.total = np.concatenate([[0.0], np.cumsum(weight / weight.mean())])
        self.days = np.arange(plan.days + 1.0)

    def weight(self, first, last):
        """Sum the weights between two days (floats), which may be columns."""
        return np.interp(last, self.days, self.total) - np.interp(first, self.days, self.total)

    def draw(self, rng, first, last):
        """Draw one moment between two days per row, as days since the start."""
        low, high = (np.interp(day, self.days, self.total) for day in (first, last))
        return np.interp(rng.uniform(low, np.maximum(high, low)), self.total, self.days)


def planted(name):
    """Read what is planted in a world: the names in its YAML file, as attributes."""
    return SimpleNamespace(**beside(__file__, f"{name}.yaml"))


def stratified(rng, shares, n):
    """Give `n` rows one of the groups in the given shares, to the nearest row, in random order."""
    edges = np.round(np.cumsum(shares) / np.sum(shares) * n).astype(int)
    return rng.permutation(np.searchsorted(edges, np.arange(n), side="right"))


def one_of(rng, chances):
    """Draw one column per row of a matrix of chances (rows, columns); returns positions."""
    total = np.cumsum(np.asarray(chances, float), axis=1)
    drawn = rng.random(len(total)) * total[:, -1]
    return (drawn[:, None] >= total).sum(axis=1)


def weighted(rng, weights, n):
    """Draw `n` positions with the given weights."""
    total = np.cumsum(np.asarray(weights, float))
    return np.searchsorted(total, rng.random(n) * total[-1], side="right")


def happens(rng, chance):
    """Draw one true or false per row."""
    return rng.random(len(chance)) < chance


def traits(rng, means, kappa):
    """Draw traits between 0 and 1 around their means: Beta(mean · kappa, (1 − mean) · kappa)."""
    return rng.beta(means * kappa, (1 - means) * kappa)


def rows(counts):
    """Return for each of `counts` events the position of its owner."""
    return np.repeat(np.arange(len(counts)), counts)


def nth(owner):
    """Number the rows of each owner from 0; rows of one owner must stand together."""
    first = np.concatenate([[True], owner[1:] != owner[:-1]]) if len(owner) else np.array([], bool)
    begins = np.flatnonzero(first)
    return np.arange(len(owner)) - np.repeat(begins, np.diff([*begins, len(owner)]))


def clocked(rng, days, *, opens=9, closes=18, peak=0.5):
    """Move moments to opening hours of their day, most of them about `peak` of the way."""
    share = rng.beta(1 + 2 * peak, 3 - 2 * peak, len(days))
    return np.floor(days) + (opens + (closes - opens) * share) / 24


def workdays(plan, days, more):
    """Return the day `more` working days (Monday to Friday) after each of `days`."""
    begins = plan.start + np.floor(days).astype("timedelta64[D]")
    ends = np.busday_offset(begins, np.asarray(more).astype(int), roll="backward")
    return ((ends - plan.start) / DAY).astype(float)


def ids(prefix, n, *, width=0):
    """Make `n` ids: the prefix and a number from 1, all of the same length."""
    numbers = pc.cast(pa.array(np.arange(1, n + 1)), pa.string())
    padded = pc.utf8_lpad(numbers, width=max(width, len(str(n))), padding="0")
    return pd.array(pc.binary_join_element_wise(pa.scalar(prefix), padded, ""), dtype="str")


def words(texts, places):
    """Take texts by position; a negative position is empty."""
    return pd.array(list(texts), dtype="str").take(places, allow_fill=True)


def money(amounts):
    """Round amounts of money to cents."""
    return np.round(np.asarray(amounts, float), 2)


def frame(**columns):
    """Make a table of columns by their names."""
    return pd.DataFrame(columns)


def seen(plan, days):
    """Return the positions of what happens before the data ends, in the order of time."""
    there = np.flatnonzero(days < plan.days)
    return there[np.argsort(days[there], kind="stable")]
