"""The store's site: visits that end in an order, an abandoned cart, a question, or nothing."""

import numpy as np

from segkit.simulate import draws, visits
from segkit.simulate.store.sales import products

WORLD = draws.planted("store")


def draw(plan, crowd, bought):
    """Draw the visits; returns (table of hits, truth with the kind of every visit)."""
    rng = plan.stream("visits")
    begins = max(plan.days - WORLD.counted, 0)
    order = np.flatnonzero((bought.way == 1) & (bought.day >= begins + 1))
    others = _others(rng, crowd, begins, plan.days)
    visit = draws.frame(
        day=np.concatenate([bought.day[order], others["day"]]),
        owner=np.concatenate([bought.owner[order], others["owner"]]),
        kind=np.concatenate([np.zeros(len(order), int), others["kind"]]),
        order=np.concatenate([order, np.full(len(others["day"]), -1)]),
    )
    chance = np.array(list(WORLD.kinds.values()))[visit.kind]
    taken = rng.random(chance.shape) < chance
    taken[:, 0] |= ~taken.any(axis=1)
    hits = visits.hits(plan, _named(plan, crowd, visit), WORLD.steps, taken)
    truth = hits.drop_duplicates("session_id")[["session_id", "kind"]].reset_index(drop=True)
    truth["kind"] = draws.words(WORLD.kinds, truth["kind"].to_numpy())
    return _table(plan, bought, hits), truth


def _others(rng, crowd, begins, days):
    """Draw the visits without an order: of customers, and as many again of people unknown."""
    here = np.maximum(crowd.left - np.maximum(crowd.joined, begins), 0)
    counts = rng.poisson(here / 365 * crowd.web * 9)
    owner = draws.rows(counts)
    day = rng.uniform(np.maximum(crowd.joined, begins)[owner], crowd.left[owner])
    strangers = draws.rows(1 + rng.poisson(0.4, int(0.8 * len(owner))))
    first = rng.uniform(begins, days - 0.1, int(0.8 * len(owner)))
    later = np.minimum(first[strangers] + draws.nth(strangers) * rng.uniform(0, 9), days - 0.05)
    owner = np.concatenate([owner, crowd.n + strangers])
    return {
        "owner": owner,
        "day": np.concatenate([day, later]),
        "kind": draws.weighted(rng, [0, 2, 7, 1], len(owner)),
    }


def _named(plan, crowd, visit):
    """Say whose visit it is, from where and on what; a third of the customers stay signed out."""
    rng = plan.stream("sources")
    owner, n = visit.owner.to_numpy(), crowd.n
    browser, device = visits.who(plan, n, owner)
    known = (visit["order"] >= 0) | (draws.happens(rng, np.full(len(visit), 0.65)) & (owner < n))
    strange = rng.integers(0, len(WORLD.regions), int(owner.max(initial=0)) + 1)
    region = np.where(owner < n, crowd.region[np.minimum(owner, n - 1)], strange[owner])
    source = draws.weighted(rng, [4, 2, 1, 3, 1], len(visit))
    ids = crowd.ids.take(np.where(known, owner, -1), allow_fill=True)
    return visit.drop(columns="owner").assign(
        visitor_id=browser,
        device=device,
        customer_id=ids,
        region=draws.words(WORLD.regions, region),
        source=draws.words(visits.SOURCES, source),
    )


def _table(plan, bought, hits):
    """Arrange the hits as the canonical table: goods looked at, order and sum of a purchase."""
    rng, goods = plan.stream("looks"), products().product_id.array
    place = np.where(hits.event == "purchase", hits["order"], -1)
    looked = rng.integers(0, len(goods), len(hits))
    looked = np.where(hits.event.isin(["product", "cart"]), looked, -1)
    amount = np.where(place >= 0, bought.amount[place], np.nan)
    found = hits.assign(
        product_id=goods.take(looked, allow_fill=True),
        order_id=bought.ids.take(place, allow_fill=True),
        amount=draws.money(amount),
    )
    return found[WORLD.hits]
