"""The customers of the store: lifestyles, habits, who they are, when they came and left."""

from dataclasses import dataclass

import numpy as np

from segkit.simulate import draws

LIFESTYLES = ("family cook", "health minded", "bargain hunter", "trend follower")
SHARES = (0.32, 0.24, 0.26, 0.18)
PACE = (8.0, 5.5, 4.5, 3.5)
"""Usual number of orders a year, by lifestyle."""
AGES = ((42, 8), (46, 12), (52, 13), (28, 6))
"""Mean and spread of the age, by lifestyle."""
SIZES = ((0.05, 0.15, 0.35, 0.45), (0.3, 0.4, 0.2, 0.1), (0.3, 0.35, 0.2, 0.15),
         (0.6, 0.3, 0.07, 0.03))  # fmt: skip
"""Chances of one, two, three, four or more people in the household, by lifestyle."""
PLACES = ((0.4, 0.4, 0.2), (0.55, 0.3, 0.15), (0.35, 0.35, 0.3), (0.8, 0.15, 0.05))

HABITS = ("active", "semi-active", "passive")
HABIT_SHARES = ((0.25, 0.40, 0.35), (0.15, 0.40, 0.45), (0.45, 0.25, 0.30), (0.15, 0.35, 0.50))
"""Chances of the habits, by lifestyle."""
STYLES = ("sincere", "yes-sayer", "no-sayer")
STYLE_SHARES = (0.875, 0.0625, 0.0625)

REGIONS = ("capital", "north", "south", "east", "west")
CLIMATES = ("temperate", "cold", "warm", "continental", "temperate")
SETTLEMENTS = ("city", "town", "village")
SOURCES = ("search", "social", "recommended", "passing by", "print")


@dataclass
class Crowd:
    """Columns of all customers, one entry each."""

    ids: object
    lifestyle: np.ndarray
    habit: np.ndarray
    style: np.ndarray
    pace: np.ndarray
    joined: np.ndarray
    left: np.ndarray
    region: np.ndarray
    web: np.ndarray

    @property
    def n(self):
        """Number of customers."""
        return len(self.lifestyle)


def draw(plan):
    """Draw all customers of a plan."""
    rng, n, days = plan.stream("customers"), plan.customers, plan.days
    lifestyle = draws.stratified(rng, SHARES, n)
    joined = np.where(rng.random(n) < 0.3, rng.uniform(0, 30, n), rng.uniform(0, 0.92 * days, n))
    joined = np.minimum(joined, days - 1.0)
    stays = rng.exponential(1, n) * rng.gamma(2, 400, n)
    habit = draws.one_of(rng, np.array(HABIT_SHARES)[lifestyle])
    web = np.array([0.35, 0.5, 0.45, 0.85])[lifestyle]
    return Crowd(
        ids=draws.ids("c", n, width=4),
        lifestyle=lifestyle,
        habit=habit,
        style=draws.stratified(rng, STYLE_SHARES, n),
        pace=np.array(PACE)[lifestyle] * rng.gamma(2.5, 1 / 2.5, n),
        joined=joined,
        left=np.minimum(joined + stays, days),
        region=draws.weighted(rng, [4, 2, 2, 1, 2], n),
        web=rng.beta(4 * web, 4 * (1 - web)),
    )


def table(plan, crowd):
    """Return the table of customers: ages in years, households of 1 to 4 (and more)."""
    rng, n = plan.stream("profiles"), crowd.n
    mean, spread = np.array(AGES).T
    age = rng.normal(mean[crowd.lifestyle], spread[crowd.lifestyle])
    place = draws.one_of(rng, np.array(PLACES)[crowd.lifestyle])
    size = draws.one_of(rng, np.array(SIZES)[crowd.lifestyle])
    return draws.frame(
        customer_id=crowd.ids,
        age=np.clip(np.round(age), 18, 90).astype(int),
        gender=draws.words(["female", "male"], draws.weighted(rng, [6, 4], n)),
        household=draws.words(["1", "2", "3", "4+"], size),
        settlement=draws.words(SETTLEMENTS, place),
        region=draws.words(REGIONS, crowd.region),
        climate=draws.words(CLIMATES, crowd.region),
        source=draws.words(SOURCES, draws.weighted(rng, [4, 3, 2, 2, 1], n)),
        email=draws.ids("c", n, width=4) + "@example.org",
    )


def truth(plan, crowd):
    """Return what is true of each customer."""
    return draws.frame(
        customer_id=crowd.ids,
        lifestyle=draws.words(LIFESTYLES, crowd.lifestyle),
        mail_habit=draws.words(HABITS, crowd.habit),
        answer_style=draws.words(STYLES, crowd.style),
        orders_a_year=np.round(crowd.pace, 3),
        joined_at=plan.dates(crowd.joined),
        left_at=plan.ended(crowd.left),
    )
