"""The clients of the b2b world: archetypes, traits, firms, managers, when they came and left."""

from dataclasses import dataclass

import numpy as np

from segkit.simulate import draws

TRAITS = ("financial", "referral", "procedural", "contact", "evaluative")

ARCHETYPES = {
    "key account": (0.08, (0.90, 0.35, 0.85, 0.55, 0.45), 0.25),
    "advocate": (0.12, (0.45, 0.85, 0.65, 0.60, 0.75), 0.10),
    "disciplined regular": (0.18, (0.55, 0.15, 0.90, 0.25, 0.20), 0.20),
    "caring critic": (0.10, (0.50, 0.20, 0.40, 0.80, 0.85), 0.75),
    "big late payer": (0.07, (0.88, 0.15, 0.20, 0.40, 0.25), 0.45),
    "seasonal promo": (0.16, (0.30, 0.15, 0.60, 0.70, 0.20), 0.20),
    "silent one-off": (0.19, (0.12, 0.08, 0.55, 0.10, 0.08), 0.40),
    "dormant former": (0.10, (0.60, 0.20, 0.60, 0.15, 0.15), 0.40),
}
"""Archetype: (share of clients, means of the five traits, share of complaints in reviews)."""

KAPPA = 14
"""How close traits stay to their means: Beta(mean · kappa, (1 − mean) · kappa)."""

BLENDS = 0.06
"""Share of clients between two archetypes: six parts their own, four parts of another."""

PROSPECTS = 0.4
"""Prospects (asked, never bought) per client."""

MANAGERS = {"Adams": 1.0, "Bell": 0.95, "Costa": 0.9, "Dorn": 0.85, "Evans": 0.75, "Faber": 0.6}
"""Manager: share of requests noted down."""

INDUSTRIES = ("manufacturing", "retail", "finance", "software", "construction", "health",
              "education", "transport")  # fmt: skip
REGIONS = ("capital", "north", "south", "east", "west")
PLACES = ("city", "town", "village")

FIRST = ("Amber", "Birch", "Cedar", "Delta", "Ember", "Falcon", "Granite", "Harbor", "Iris",
         "Juniper", "Keystone", "Linden", "Maple", "Northern", "Orchid", "Pioneer", "Quarry",
         "River", "Silver", "Tulip", "Union", "Vector", "Willow", "Zenith")  # fmt: skip
SECOND = ("Assembly", "Brothers", "Clinic", "Design", "Electric", "Foods", "Glass", "Holding",
          "Instruments", "Jewels", "Kitchens", "Logistics", "Media", "Networks", "Optics", "Print",
          "Quality", "Robotics", "Systems", "Textiles", "Utilities", "Ventures", "Works",
          "Yards")  # fmt: skip
FORMS = ("Ltd", "LLC", "Inc", "Co")


@dataclass
class Clients:
    """Columns of all clients: positions and numbers, one entry per client."""

    ids: object
    code: np.ndarray
    other: np.ndarray
    traits: np.ndarray
    size: np.ndarray
    joined: np.ndarray
    left: np.ndarray
    manager: np.ndarray
    complaint: np.ndarray
    prospects: int

    def trait(self, name):
        """Return one trait of all clients, 0 to 1."""
        return self.traits[:, TRAITS.index(name)]

    def of(self, name):
        """Tell which clients are of an archetype."""
        return self.code == list(ARCHETYPES).index(name)

    @property
    def n(self):
        """Number of clients, prospects left out."""
        return len(self.code)


def draw(plan):
    """Draw all clients of a plan."""
    rng, n = plan.stream("clients"), plan.customers
    shares, means, complaints = (np.array(part) for part in zip(*ARCHETYPES.values(), strict=True))
    code = draws.stratified(rng, shares, n)
    other = (code + rng.integers(1, len(shares), n)) % len(shares)
    other = np.where(draws.stratified(rng, [1 - BLENDS, BLENDS], n) == 1, other, -1)
    mixed = np.where((other >= 0)[:, None], 0.6 * means[code] + 0.4 * means[other], means[code])
    joined, left = _stay(plan, rng, code)
    prospects = int(np.ceil(PROSPECTS * n))
    return Clients(
        ids=draws.ids("c", n + prospects, width=4),
        code=code,
        other=other,
        traits=draws.traits(rng, mixed, KAPPA),
        size=rng.lognormal(0, 1.1, n),
        joined=joined,
        left=left,
        manager=rng.integers(0, len(MANAGERS), n + prospects),
        complaint=complaints[code],
        prospects=prospects,
    )


def _stay(plan, rng, code):
    """Draw the days on which clients came and dropped out, as days since the start."""
    n, days, names = len(code), plan.days, list(ARCHETYPES)
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
        industry=draws.words(INDUSTRIES, rng.integers(0, len(INDUSTRIES), n)),
        employees=employees,
        turnover=np.round(employees * rng.lognormal(11, 0.4, n), -3).astype("int64"),
        region=draws.words(REGIONS, draws.weighted(rng, [4, 2, 2, 1, 1], n)),
        settlement=draws.words(PLACES, draws.weighted(rng, [6, 3, 1], n)),
        manager=draws.words(MANAGERS, people.manager),
        contacts_n=1 + rng.poisson(np.minimum(size, 6) / 2),
        email=draws.ids("c", n, width=4) + "@example.org",
    )


def companies(plan, n):
    """Make `n` different company names, such as "Birch Foods Ltd"."""
    rng = plan.stream("companies")
    pairs = len(FIRST) * len(SECOND)
    place = rng.permutation(max(n, pairs))[:n]
    name = draws.words(FIRST, place % len(FIRST)) + " "
    name = name + draws.words(SECOND, place // len(FIRST) % len(SECOND))
    more = draws.words(["", *(f" {i}" for i in range(2, 2 + n // pairs))], place // pairs)
    return name + more + " " + draws.words(FORMS, rng.integers(0, len(FORMS), n))


def truth(plan, people):
    """Return what is true of each client."""
    names, n = list(ARCHETYPES), people.n
    return draws.frame(
        customer_id=people.ids[:n],
        archetype=draws.words(names, people.code),
        blended_with=draws.words(names, people.other),
        **{trait: np.round(people.trait(trait), 4) for trait in TRAITS},
        complaint_share=people.complaint,
        size=np.round(people.size, 4),
        joined_at=plan.dates(people.joined),
        left_at=plan.ended(people.left),
    )
