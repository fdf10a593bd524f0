"""World `services`: a workshop that repairs and trains, with an express and a premium way.

Each customer is of one kind (express user, premium devotee, consults first, subscriber, no-show,
one-timer), which sets how often help is needed, which way is chosen, whether a consultation
comes first, whether appointments are kept, and whether and how the work is rated. In this order:
visits to the page of a service, request, consultation, appointment, order on the day it was kept,
review. Who does not come buys nothing that time.

Tables and columns
- customers: customer_id, age, gender, settlement, region, source, email
- products: product_id, department (express, premium, training, parts), category
- orders: customer_id, order_id, ordered_at, amount, product_id, cost, channel
- requests: customer_id, requested_at, request_id, channel, order_id, topic
- appointments: customer_id, starts_at, appointment_id, booked_at, kind (consultation, repair,
  training), kept, order_id
- subscriptions: customer_id, started_at, subscription_id, plan, ended_at, price (a month)
- visits: visitor_id, seen_at, event (page, form, click), customer_id, session_id, page, source,
  device
- mailings: customer_id, campaign_id, campaign_type, sent_at, ends_at, opened, clicked, responded,
  responded_at
- reviews: customer_id, reviewed_at, review_id, order_id, rating, kind

Truth, kept apart
- customers: customer_id, kind, joined_at, left_at
- kinds: kind and its planted rates (see services.yaml)
"""

from collections import namedtuple

import numpy as np
import pandas as pd

from segkit.simulate import crowds, draws, visits

WORLD = draws.planted("services")


Jobs = namedtuple("Jobs", "owner asked consults starts kept service way ids")
"""What was asked for: owner, days of request, consultation and appointment, and outcome."""


def build(plan):
    """Build the tables and the truth of the world: two dicts of DataFrames."""
    crowd = crowds.draw(plan, WORLD.kinds, WORLD.rates, early=0.4, stays=(450, 20))
    jobs = _jobs(plan, crowd)
    tables = {
        "customers": _customers(plan, crowd),
        "products": _products(),
        "orders": _orders(plan, crowd, jobs),
        "requests": _requests(plan, crowd, jobs),
        "appointments": _appointments(plan, crowd, jobs),
        "subscriptions": _subscriptions(plan, crowd),
        "visits": _visits(plan, crowd, jobs),
        "mailings": _mailings(plan, crowd),
        "reviews": _reviews(plan, crowd, jobs),
    }
    return tables, crowd.truth(plan)


def _customers(plan, crowd):
    rng, n = plan.stream("profiles"), len(crowd.kind)
    older = np.array([0, 8, 6, 2, -8, 0])[crowd.kind]
    return draws.frame(
        customer_id=crowd.ids,
        age=np.clip(np.round(rng.normal(41 + older, 11, n)), 18, 85).astype(int),
        gender=draws.words(["female", "male"], rng.integers(0, 2, n)),
        settlement=draws.words(WORLD.settlements, draws.weighted(rng, [6, 3, 1], n)),
        region=draws.words(WORLD.regions, draws.weighted(rng, [4, 2, 2, 2], n)),
        source=draws.words(WORLD.sources, draws.weighted(rng, [4, 3, 2, 1], n)),
        email=draws.ids("c", n, width=4) + "@example.org",
    )


def _products():
    departments, names, _ = zip(*WORLD.services, strict=True)
    found = {"product_id": draws.ids("s", len(names), width=2)}
    return pd.DataFrame(found | {"department": departments, "category": names}).astype("str")


def _jobs(plan, crowd):
    """Draw every job from request to appointment, in the order of the appointments."""
    rng, n = plan.stream("jobs"), len(crowd.kind)
    season = draws.Season(plan, weekdays=WORLD.week)
    expected = crowd.rate("jobs_a_year") / 365 * season.weight(crowd.joined, crowd.left)
    owner = np.concatenate([np.arange(n), draws.rows(rng.poisson(expected))])
    asked = season.draw(rng, crowd.joined[owner], crowd.left[owner])
    asked[:n] = crowd.joined
    asked = draws.clocked(rng, asked, opens=8, closes=20)
    consults = draws.happens(rng, crowd.rate("consults", owner))
    talk = np.where(consults, np.floor(asked) + rng.integers(1, 6, len(asked)), np.nan)
    starts = np.where(consults, talk, np.floor(asked)) + rng.integers(1, 8, len(asked))
    starts = draws.clocked(rng, starts, opens=9, closes=19)
    talk = draws.clocked(rng, talk, opens=9, closes=19)
    arranged = np.argsort(starts, kind="stable")
    owner = owner[arranged]
    kept = ~draws.happens(rng, crowd.rate("misses", owner))
    return Jobs(owner, asked[arranged], talk[arranged], starts[arranged], kept,
                _service(rng, crowd, owner), _ways(rng, crowd, owner),
                draws.ids("o", len(owner), width=5))  # fmt: skip


def _service(rng, crowd, owner):
    """Choose the service: training or repair, express or premium, small or large."""
    training = draws.happens(rng, crowd.rate("training", owner))
    premium = draws.happens(rng, crowd.rate("premium", owner))
    return np.where(training, 4, np.where(premium, 2, 0)) + (rng.random(len(owner)) < 0.35)


def _ways(rng, crowd, owner):
    young = crowd.kind[owner] == 0
    chances = np.where(young[:, None], [[5, 2, 3, 1]], [[3, 5, 1, 2]])
    return draws.one_of(rng, chances)


def _done(plan, jobs):
    return jobs.kept & (jobs.starts < plan.days)


def _orders(plan, crowd, jobs):
    """One line for the service, and in a quarter of the cases one for a spare part."""
    rng, done = plan.stream("orders"), np.flatnonzero(_done(plan, jobs))
    extra = done[(rng.random(len(done)) < 0.25) & (jobs.service[done] < 4)]
    place = np.concatenate([done, extra])
    service = np.concatenate([jobs.service[done], np.full(len(extra), 6)])
    arranged = np.argsort(place, kind="stable")
    place, service = place[arranged], service[arranged]
    price = np.array([s[2] for s in WORLD.services])[service] * rng.lognormal(0, 0.15, len(place))
    return draws.frame(
        customer_id=crowd.ids[jobs.owner[place]],
        order_id=jobs.ids[place],
        ordered_at=plan.moments(jobs.starts[place]),
        amount=draws.money(np.round(price, 1)),
        product_id=_products().product_id.array[service],
        cost=draws.money(price * np.array(WORLD.cost)[service]),
        channel=draws.words(WORLD.ways, jobs.way[place]),
    )


def _requests(plan, crowd, jobs):
    asked = draws.seen(plan, jobs.asked)
    order = np.where(_done(plan, jobs)[asked], asked, -1)
    topics = ["express", "premium", "training"]
    return draws.frame(
        customer_id=crowd.ids[jobs.owner[asked]],
        requested_at=plan.moments(jobs.asked[asked]),
        request_id=draws.ids("q", len(asked), width=5),
        channel=draws.words(WORLD.ways, jobs.way[asked]),
        order_id=jobs.ids.take(order, allow_fill=True),
        topic=draws.words(topics, np.minimum(jobs.service[asked] // 2, 2)),
    )


def _appointments(plan, crowd, jobs):
    """Consultations and the work itself; what lies after the last day is not yet there."""
    rng, n = plan.stream("appointments"), len(jobs.owner)
    talks = np.flatnonzero(np.isfinite(jobs.consults))
    place = np.concatenate([talks, np.arange(n)])
    kind = np.concatenate([np.zeros(len(talks), int), 1 + (jobs.service >= 4)])
    starts = np.where(kind == 0, jobs.consults[place], jobs.starts[place])
    booked = np.minimum(jobs.asked[place] + rng.uniform(0.01, 0.3, len(place)), starts - 0.01)
    kept = np.where(kind == 0, rng.random(len(place)) < 0.93, jobs.kept[place])
    order = np.where((kind > 0) & kept, place, -1)
    there = draws.seen(plan, starts)
    return draws.frame(
        customer_id=crowd.ids[jobs.owner[place[there]]],
        starts_at=plan.moments(starts[there]),
        appointment_id=draws.ids("a", len(there), width=5),
        booked_at=plan.moments(booked[there]),
        kind=draws.words(["consultation", "repair", "training"], kind[there]),
        kept=kept[there],
        order_id=jobs.ids.take(order[there], allow_fill=True),
    )


def _subscriptions(plan, crowd):
    rng = plan.stream("subscriptions")
    who = np.flatnonzero(draws.happens(rng, crowd.rate("subscribes")))
    starts = crowd.joined[who] + rng.uniform(1, 60, len(who))
    ends = np.minimum(starts + 30 * rng.geometric(0.05, len(who)), crowd.left[who] + 30)
    which = (rng.random(len(who)) < 0.15 + 0.5 * crowd.rate("premium", who)) * 1
    ends = np.where((ends < plan.days) & (ends > starts), ends, np.nan)
    there = draws.seen(plan, starts)
    return draws.frame(
        customer_id=crowd.ids[who[there]],
        started_at=plan.dates(starts[there]),
        subscription_id=draws.ids("u", len(there), width=4),
        plan=draws.words([name for name, _ in WORLD.plans], which[there]),
        ended_at=plan.dates(ends[there]),
        price=np.array([price for _, price in WORLD.plans])[which[there]],
    )


def _visits(plan, crowd, jobs):
    """Before a request the page of the service is seen; many more only look."""
    rng, n = plan.stream("visits"), len(crowd.kind)
    begins = max(plan.days - WORLD.counted, 0)
    asked = np.flatnonzero((jobs.asked >= begins) & (jobs.asked < plan.days))
    looks = rng.integers(0, n + n // 2, 2 * len(asked))
    owner = np.concatenate([jobs.owner[asked], looks])
    day = np.concatenate([jobs.asked[asked], rng.uniform(begins, plan.days - 0.1, len(looks))])
    topic = np.concatenate([np.minimum(jobs.service[asked] // 2, 2),
                            draws.weighted(rng, [5, 3, 2], len(looks))])  # fmt: skip
    serious = np.arange(len(owner)) < len(asked)
    formed = serious & (np.concatenate([jobs.way[asked], np.full(len(looks), -1)]) == 0)
    consults = np.concatenate([np.isfinite(jobs.consults[asked]), np.zeros(len(looks), bool)])
    browser, device = visits.who(plan, n, owner)
    signed = formed | ((rng.random(len(owner)) < 0.5) & (owner < n))
    visit = draws.frame(
        day=day,
        visitor_id=browser,
        device=device,
        source=draws.words(visits.SOURCES, draws.weighted(rng, [5, 2, 1, 2, 1], len(owner))),
        customer_id=crowd.ids.take(np.where(signed, owner, -1), allow_fill=True),
    )
    taken = _taken(rng, topic, {"form": formed, "consults": consults, "serious": serious})
    hits = visits.hits(plan, visit, WORLD.steps, taken)
    return hits[WORLD.hits]


def _taken(rng, topic, told):
    """Say which steps every visit takes: front page, pages of services, prices, call, form."""
    n = len(topic)
    pages = (np.arange(3) == topic[:, None]) | (rng.random((n, 3)) < 0.1)
    return np.column_stack(
        [
            rng.random(n) < 0.6,
            pages,
            rng.random(n) < np.where(told["serious"], 0.7, 0.3),
            rng.random(n) < np.where(told["serious"] & ~told["form"], 0.4, 0.02),
            told["consults"] | (rng.random(n) < 0.06),
            told["form"],
        ]
    )


def _mailings(plan, crowd):
    eager = np.array([0.25, 0.55, 0.5, 0.7, 0.2, 0.1])[crowd.kind]
    chances = [eager, eager, np.full(len(eager), 0.5)]
    return crowds.quarterly(
        plan, crowd, kinds=["care tips", "course offer"],
        chances=lambda who: [chance[who] for chance in chances],
    )  # fmt: skip


def _reviews(plan, crowd, jobs):
    rng, done = plan.stream("reviews"), _done(plan, jobs)
    place = np.flatnonzero(done & draws.happens(rng, crowd.rate("reviews", jobs.owner)))
    day = jobs.starts[place] + rng.uniform(0.2, 9, len(place))
    stars = crowd.rate("stars", jobs.owner[place]) + rng.normal(0, 0.7, len(place))
    ids = crowd.ids[jobs.owner[place]]
    return crowds.reviews(plan, ids, jobs.ids[place], day=day, stars=stars)
