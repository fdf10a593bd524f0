"""The clients of the b2b world: archetypes, traits, firms, managers, when they came and left."""

from collections import namedtuple

import numpy as np

from segkit.simulate import draws

WORLD = draws.planted("b2b")


COLUMNS = "ids code other traits size joined left manager complaint prospects"


class Clients(namedtuple("Clients", COLUMNS)):
    """Columns of all clients: positions and numbers, one entry per client."""

    def trait(self, name):
        """Return one trait of all clients, 0 to 1."""
        return self.traits[:, WORLD.traits.index(name)]

    def of(self, name):
        """Tell which clients are of an archetype."""
        return self.code == list(WORLD.archetypes).index(name)

    @property
    def n(self):
        """Number of clients, prospects left out."""
        return len(self.code)


def draw(plan):
    """Draw all clients of a plan."""
    rng, n = plan.stream("clients"), plan.customers
    shares, means, complaints = map(np.array, zip(*WORLD.archetypes.values(), strict=True))
    code = draws.stratified(rng, shares, n)
    other = (code + rng.integers(1, len(shares), n)) % len(shares)
    other = np.where(draws.stratified(rng, [1 - WORLD.blends, WORLD.blends], n) == 1, other, -1)
    mixed = np.where((other >= 0)[:, None], 0.6 * means[code] + 0.4 * means[other], means[code])
    joined, left = _stay(plan, rng, code)
    prospects = int(np.ceil(WORLD.prospects * n))
    return Clients(
        ids=draws.ids("c", n + prospects, width=4),
        code=code,
        other=other,
        traits=draws.traits(rng, mixed, WORLD.kappa),
        size=rng.lognormal(0, 1.1, n),
        joined=joined,
        left=left,
        manager=rng.integers(0, len(WORLD.managers), n + prospects),
        complaint=complaints[code],
        prospects=prospects,
    )


def _stay(plan, rng, code):
    """Draw the days on which clients came and dropped out, as days since the start."""
    n, days, names = len(code), plan.days, list(WORLD.archetypes)
    silent, dormant = (code == names.index(a) for a in ("silent one-off", "dormant former"))
    later = rng.uniform(0, 0.55 * days, n)
    joined = np.where(rng.random(n) < 0.6, 0.0, later)
    joined = np.where(dormant, rng.uniform(0, 0.15 * days, n), joined)
    joined = np.where(silent, rng.uniform(0, 0.9 * days, n), joined)
    stays = np.where(rng.random(n) < 0.2, rng.uniform(0.4, 1, n) * days, 2.0 * days)
    stays = np.where(dormant, rng.uniform(0.3, 0.75, n) * days, stays)
    stays = np.where(silent, rng.uniform(60, 500, n), stays)
    return joined, np.minimum(joined + stays, days)


def table(plan, people):
    """Return the table of customers, prospects included."""
    rng = plan.stream("firms")
    n = people.n + people.prospects
    size = np.concatenate([people.size, rng.lognormal(0, 1.1, people.prospects)])
    employees = np.maximum(1, np.round(40 * size * rng.lognormal(0, 0.3, n))).astype(int)
    return draws.frame(
        customer_id=people.ids,
        company=companies(plan, n),
        industry=draws.words(WORLD.industries, rng.integers(0, len(WORLD.industries), n)),
        employees=employees,
        turnover=np.round(employees * rng.lognormal(11, 0.4, n), -3).astype("int64"),
        region=draws.words(WORLD.regions, draws.weighted(rng, [4, 2, 2, 1, 1], n)),
        settlement=draws.words(WORLD.places, draws.weighted(rng, [6, 3, 1], n)),
        manager=draws.words(WORLD.managers, people.manager),
        contacts_n=1 + rng.poisson(np.minimum(size, 6) / 2),
        email=draws.ids("c", n, width=4) + "@example.org",
    )


def companies(plan, n):
    """Make `n` different company names, such as "Birch Foods Ltd"."""
    rng = plan.stream("companies")
    pairs = len(WORLD.first) * len(WORLD.second)
    place = rng.permutation(max(n, pairs))[:n]
    name = draws.words(WORLD.first, place % len(WORLD.first)) + " "
    name = name + draws.words(WORLD.second, place // len(WORLD.first) % len(WORLD.second))
    more = draws.words(["", *(f" {i}" for i in range(2, 2 + n // pairs))], place // pairs)
    return name + more + " " + draws.words(WORLD.forms, rng.integers(0, len(WORLD.forms), n))


def truth(plan, people):
    """Return what is true of each client."""
    names, n = list(WORLD.archetypes), people.n
    return draws.frame(
        customer_id=people.ids[:n],
        archetype=draws.words(names, people.code),
        blended_with=draws.words(names, people.other),
        **{trait: np.round(people.trait(trait), 4) for trait in WORLD.traits},
        complaint_share=people.complaint,
        size=np.round(people.size, 4),
        joined_at=plan.dates(people.joined),
        left_at=plan.ended(people.left),
    )
