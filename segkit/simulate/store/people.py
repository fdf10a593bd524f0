"""The customers of the store: lifestyles, habits, who they are, when they came and left."""

from collections import namedtuple

import numpy as np

from segkit.simulate import draws

WORLD = draws.planted("store")


class Crowd(namedtuple("Crowd", "ids lifestyle habit style pace joined left region web")):
    """Columns of all customers, one entry each."""

    @property
    def n(self):
        """Number of customers."""
        return len(self.lifestyle)


def draw(plan):
    """Draw all customers of a plan."""
    rng, n, days = plan.stream("customers"), plan.customers, plan.days
    lifestyle = draws.stratified(rng, WORLD.shares, n)
    joined = np.where(rng.random(n) < 0.3, rng.uniform(0, 30, n), rng.uniform(0, 0.92 * days, n))
    joined = np.minimum(joined, days - 1.0)
    stays = rng.exponential(1, n) * rng.gamma(2, 400, n)
    habit = draws.one_of(rng, np.array(WORLD.habit_shares)[lifestyle])
    web = np.array([0.35, 0.5, 0.45, 0.85])[lifestyle]
    return Crowd(
        ids=draws.ids("c", n, width=4),
        lifestyle=lifestyle,
        habit=habit,
        style=draws.stratified(rng, WORLD.style_shares, n),
        pace=np.array(WORLD.pace)[lifestyle] * rng.gamma(2.5, 1 / 2.5, n),
        joined=joined,
        left=np.minimum(joined + stays, days),
        region=draws.weighted(rng, [4, 2, 2, 1, 2], n),
        web=rng.beta(4 * web, 4 * (1 - web)),
    )


def table(plan, crowd):
    """Return the table of customers: ages in years, households of 1 to 4 (and more)."""
    rng, n = plan.stream("profiles"), crowd.n
    mean, spread = np.array(WORLD.ages).T
    age = rng.normal(mean[crowd.lifestyle], spread[crowd.lifestyle])
    place = draws.one_of(rng, np.array(WORLD.places)[crowd.lifestyle])
    size = draws.one_of(rng, np.array(WORLD.sizes)[crowd.lifestyle])
    return draws.frame(
        customer_id=crowd.ids,
        age=np.clip(np.round(age), 18, 90).astype(int),
        gender=draws.words(["female", "male"], draws.weighted(rng, [6, 4], n)),
        household=draws.words(["1", "2", "3", "4+"], size),
        settlement=draws.words(WORLD.settlements, place),
        region=draws.words(WORLD.regions, crowd.region),
        climate=draws.words(WORLD.climates, crowd.region),
        source=draws.words(WORLD.sources, draws.weighted(rng, [4, 3, 2, 2, 1], n)),
        email=draws.ids("c", n, width=4) + "@example.org",
    )


def truth(plan, crowd):
    """Return what is true of each customer."""
    return draws.frame(
        customer_id=crowd.ids,
        lifestyle=draws.words(WORLD.lifestyles, crowd.lifestyle),
        mail_habit=draws.words(WORLD.habits, crowd.habit),
        answer_style=draws.words(WORLD.styles, crowd.style),
        orders_a_year=np.round(crowd.pace, 3),
        joined_at=plan.dates(crowd.joined),
        left_at=plan.ended(crowd.left),
    )
