"""What clients and the supplier say to each other: mailings, events, referrals, reviews."""

import numpy as np
import pandas as pd

from segkit.simulate import crowds, draws
from segkit.simulate.b2b import clients, deals

WORLD = draws.planted("b2b")


def draw(plan, people, sales):
    """Draw mailings, events, referrals, reviews, advertising; `came` says how clients came."""
    came = _came(plan, people)
    return {
        "mailings": _mailings(plan, people),
        "events": _events(plan, people),
        "referrals": came.pop("asked"),
        "reviews": _reviews(plan, people, sales),
        "advertising": _advertising(plan),
        "came": came,
    }


def truth():
    """Return the planted effects and the managers' habits."""
    return {
        "effects": pd.DataFrame(WORLD.effects.items(), columns=["archetype", "effect"]),
        "managers": pd.DataFrame(WORLD.managers.items(), columns=["manager", "noted"]),
    }


def _campaigns(plan):
    """List the campaigns: a newsletter each quarter, a Christmas offer, and one test of two."""
    months = plan.start.astype("datetime64[M]") + np.arange(plan.months)
    edges = ((months.astype("datetime64[D]") - plan.start) / draws.DAY).astype(float)
    year = months.astype(int) % 12
    found = [(edge + 14, "newsletter") for edge in edges[1::3]]
    found += [(edge + 4, "season") for edge in edges[year == 10]]
    if plan.months > 3:
        found += [(edges[-3] + 2, "test offer A"), (edges[-3] + 2, "test offer B")]
    return sorted(found)


def _mailings(plan, people):
    """Write to all clients so far; half of them, by lot, get offer B instead of offer A."""
    rng, campaigns = plan.stream("mailings"), _campaigns(plan)
    lot = rng.permutation(people.n) % 2 == 0
    parts = [_sent(people, at, kind, lot) for at, kind in campaigns]
    who = np.concatenate(parts)
    campaign = draws.rows([len(part) for part in parts])
    sent = np.array([at for at, _ in campaigns])[campaign]
    kind = np.array([kind for _, kind in campaigns])[campaign]
    answers = _answers(rng, people, who, kind)
    answers["when"] = sent + rng.uniform(0, 13, len(who))
    return crowds.mailings(plan, people.ids[who], sent=sent, campaign=campaign, answers=answers)


def _sent(people, at, kind, lot):
    known = people.joined <= at
    return np.flatnonzero(known & {"test offer A": ~lot, "test offer B": lot}.get(kind, known))


def _answers(rng, people, who, kind):
    """Draw who opened, clicked and responded; those who left answer less."""
    contact, code = people.trait("contact")[who], people.code[who]
    effect = np.array(list(WORLD.effects.values()))[code]
    opens = np.clip(0.1 + 0.85 * contact, 0, 1)
    responds = 0.05 + 0.5 * contact
    chance = np.clip(responds + np.where(kind == "test offer B", effect, 0), 0.01, 0.95)
    responded = draws.happens(rng, chance * np.where(kind == "newsletter", 0.8, 1))
    clicked = responded | draws.happens(rng, 0.3 * contact)
    opened = clicked | draws.happens(rng, opens)
    kinds = pd.array(kind, dtype="str")
    return {"campaign_type": kinds, "opened": opened, "clicked": clicked, "responded": responded}


def _events(plan, people):
    """Invite half of the clients to an event each quarter; the contact trait makes them come."""
    rng = plan.stream("events")
    held = np.arange(75, plan.days - 5, 91.0)
    who, event = crowds.invited(rng, people.joined, held, share=0.5)
    gone = people.left[who] < held[event] if len(who) else np.array([], bool)
    return draws.frame(
        customer_id=people.ids[who],
        held_at=plan.moments(held[event] + 10 / 24),
        event_id=draws.ids("e", max(len(held), 1), width=2)[event],
        kind=draws.words(WORLD.kinds, event % len(WORLD.kinds)),
        attended=draws.happens(rng, people.trait("contact")[who] * np.where(gone, 0.3, 1)),
    )


def _came(plan, people):
    """Draw how clients and prospects came; each new one is asked, and answers in own words."""
    rng, n = plan.stream("referrals"), people.n
    pool = np.concatenate([np.flatnonzero(people.joined > 0), n + np.arange(people.prospects)])
    at = np.concatenate([people.joined[people.joined > 0],
                         deals.prospects(plan, people)[0]])  # fmt: skip
    giver = _givers(rng, people, at)
    giver = np.where(draws.happens(rng, np.full(len(pool), 0.7)), giver, -1)
    code = np.where(giver >= 0, len(WORLD.sources), draws.weighted(rng, [5, 2, 2, 1], len(pool)))
    source = draws.weighted(rng, [5, 2, 2, 1], n + people.prospects)
    source[pool] = code
    noted = draws.happens(rng, np.array([*WORLD.managers.values()])[people.manager[pool]])
    heard = draws.frame(
        referred_id=people.ids[pool],
        referred_at=plan.dates(at),
        customer_id=people.ids.take(np.where(noted, giver, -1), allow_fill=True),
        told=_told(plan, rng, people, giver),
    )
    given = np.flatnonzero(giver >= 0)
    known = {"referred_id": people.ids[pool[given]], "customer_id": people.ids[giver[given]]}
    return {
        "asked": heard.iloc[np.argsort(at, kind="stable")].reset_index(drop=True),
        "referrals": pd.DataFrame(known),
        "source": draws.words([*WORLD.sources, "referral"], source),
    }


def _givers(rng, people, at):
    """Choose who recommended us: by the referral trait, among those who came before."""
    eager = people.trait("referral") ** 1.8
    giver = np.full(len(at), -1)
    for _ in range(6):  # try again where the one drawn came later
        drawn = draws.weighted(rng, eager, len(at))
        fits = (giver < 0) & (people.joined[drawn] < at)
        giver = np.where(fits, drawn, giver)
    return giver


def _told(plan, rng, people, giver):
    """Put the answer into words: the company's name, now and then without its legal form."""
    names = clients.companies(plan, people.n + people.prospects)
    short = pd.Series(names).str.rsplit(" ", n=1).str[0].array
    name = np.where(rng.random(len(giver)) < 0.5, names[giver], short[giver])
    begins, ends = zip(*(text.split("{}") for text in WORLD.told), strict=True)
    style = rng.integers(0, len(WORLD.told), len(giver))
    sent = draws.words(begins, style) + pd.array(name, dtype="str") + draws.words(ends, style)
    other = draws.words(WORLD.elsewhere, rng.integers(0, len(WORLD.elsewhere), len(giver)))
    return pd.array(np.where(giver >= 0, sent, other), dtype="str")


def _reviews(plan, people, sales):
    """Draw reviews of orders and of the work in general; problems are complained about."""
    rng, trait = plan.stream("reviews"), people.trait("evaluative")
    about = np.flatnonzero(draws.happens(rng, 0.8 * trait[sales.owner]))
    years = (people.left - people.joined) / 365
    general = draws.rows(rng.poisson(1.2 * trait**1.5 * years))
    owner = np.concatenate([sales.owner[about], general])
    day = rng.uniform(people.joined[general], people.left[general])
    day = np.concatenate([sales.delivered[about] + rng.uniform(0.5, 9, len(about)), day])
    place = np.concatenate([about, np.full(len(general), -1)])
    trouble = np.concatenate([sales.problem[about], np.zeros(len(general), bool)])
    complaint = trouble | draws.happens(rng, people.complaint[owner])
    stars = np.where(complaint, rng.integers(1, 4, len(owner)), rng.integers(4, 6, len(owner)))
    text = rng.integers(0, len(WORLD.praise), len(owner)) + complaint * len(WORLD.praise)
    kept = draws.seen(plan, day)
    return draws.frame(
        customer_id=people.ids[owner[kept]],
        reviewed_at=plan.moments(day[kept]),
        review_id=draws.ids("r", len(kept), width=4),
        order_id=sales.ids.take(place[kept], allow_fill=True),
        rating=stars[kept],
        kind=draws.words(["praise", "complaint"], complaint[kept] * 1),
        text=draws.words([*WORLD.praise, *WORLD.complaint], text[kept]),
    )


def _advertising(plan):
    """Spend by month, channel and industry; more before Christmas."""
    rng = plan.stream("advertising")
    month = (plan.start.astype("datetime64[M]") + np.arange(plan.months)).astype("datetime64[D]")
    ways = ("search", "fair", "print")
    n = plan.months * len(ways)
    peak = np.where(np.repeat(month.astype("datetime64[M]").astype(int) % 12, 3) >= 9, 1.8, 1.0)
    return draws.frame(
        spent_at=np.repeat(month, len(ways)).astype("datetime64[us]"),
        amount=draws.money(rng.uniform(300, 900, n) * peak),
        channel=draws.words(ways, np.tile(np.arange(3), plan.months)),
        segment=draws.words(WORLD.industries, rng.integers(0, 8, n)),
    )
