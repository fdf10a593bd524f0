"""Visits to a site, hit by hit: every visit is a row of steps, of which some are taken."""

import numpy as np

from segkit.simulate import draws

SOURCES = ("search", "advertising", "mail", "direct", "social")
DEVICES = ("desktop", "phone", "tablet")
PACE = 45.0 / 86400
"""Usual time between two hits, in days."""


def hits(plan, visits, steps, taken):
    """Turn visits into hits, one row each, in the order of time.

    Parameters
    ----------
    visits : DataFrame, one row per visit: `day` (days since the start, of the last hit) and
        whatever is the same for all its hits
    steps : list of (event, page), in the order in which they are taken
    taken : array (visits, steps) of true and false: which steps a visit takes

    Returns
    -------
    DataFrame: seen_at, event, page, step (position in `steps`), `visits`' columns but `day`;
    session_id numbers the visits in the order of time.
    """
    rng = plan.stream("hits")
    visits = visits.iloc[np.argsort(visits.day.to_numpy(), kind="stable")]
    taken = taken[visits.index.to_numpy()]
    owner, step = np.nonzero(taken)
    gaps = rng.exponential(PACE, len(owner)) + 2 / 86400
    after = np.cumsum(gaps[::-1])[::-1] - gaps
    last = np.append(np.flatnonzero(np.diff(owner)), len(owner) - 1)
    before_end = after - after[last][owner_rank(owner)] if len(owner) else after
    seen = visits.day.to_numpy()[owner] - before_end
    events, pages = zip(*steps, strict=True)
    found = visits.drop(columns="day").iloc[owner].reset_index(drop=True)
    sessions = draws.ids("s", len(visits), width=5)[owner]
    found = found.assign(
        seen_at=plan.moments(np.maximum(seen, 0)),
        session_id=sessions,
        event=draws.words(events, step),
        page=draws.words(pages, step),
        step=step,
    )
    return found.sort_values("seen_at", kind="stable", ignore_index=True)


def owner_rank(owner):
    """Number the owners from 0, rows of one owner standing together."""
    return np.cumsum(np.concatenate([[0], np.diff(owner) > 0]))


def who(plan, people_n, owner):
    """Name the browsers of visits: each customer has a usual one and sometimes another.

    `owner` holds positions of customers, or people_n and more for people nobody knows. Returns
    (visitor_id, device) of each visit.
    """
    rng = plan.stream("browsers")
    top = int(owner.max(initial=0)) + 1
    usual = draws.weighted(plan.stream("devices"), [4, 5, 1], max(top, people_n))
    second = rng.random(len(owner)) < 0.15
    device = np.where(second, (usual[owner] + 1) % len(DEVICES), usual[owner])
    names = draws.ids("v", max(top, people_n), width=5)[owner]
    letter = draws.words(["", "b"], second * 1)
    return names + letter, draws.words(DEVICES, device)
