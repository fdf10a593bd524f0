"""World `email_test`: one test of two mailings, of people without ids, and what it truly did.

Three arms, drawn by lot: nothing, a reminder that helps all alike, and a discount that moves
lapsed customers and nobody else (the planted interaction). Who responds buys once; baskets belong
partly to the person, so what was spent before tells something of what is spent later. Region and
channel change nothing. Equal rows are different people.

Tables and columns
- tests: arm, customer, region, channel, before, status (of those who were written to), responded,
  amount

Truth, kept apart
- effects: arm, customer, responds_share (chance without a mailing), effect (what the arm adds)
"""

import numpy as np
import pandas as pd

from segkit.simulate import draws

WORLD = draws.planted("email_test")


def build(plan):
    """Build the tables and the truth of the world: two dicts of DataFrames."""
    known = people(plan)
    arms = list(WORLD.arms)
    arm = draws.words(arms, draws.stratified(plan.stream("arms"), [1] * len(arms), len(known)))
    rng = plan.stream("answers")
    known.insert(0, "arm", arm)
    table = known.drop(columns="taste").join(answers(rng, known, arm))
    return {"tests": table}, {"effects": truth()}


def people(plan):
    """Draw those who may take part: customer, region, channel, before (money), taste (hidden)."""
    rng, n = plan.stream("people"), plan.customers
    kinds = list(WORLD.kinds)
    kind = draws.stratified(rng, [share for share, _ in WORLD.kinds.values()], n)
    found = {"customer": draws.words(kinds, kind)}
    for name, shares in (("region", WORLD.regions), ("channel", WORLD.channels)):
        found[name] = draws.words(list(shares), draws.weighted(rng, list(shares.values()), n))
    taste = rng.normal(0, 1, n)
    before = np.where(rng.random(n) < WORLD.buyers, _baskets(rng, taste), 0.0)
    return pd.DataFrame(found | {"before": before, "taste": taste})


def answers(rng, people, arm):
    """Draw what came of a test, whoever drew the arms: status, responded, amount.

    `people` as from `people`, `arm` one name of `arms` per person. Status is empty where nothing
    was sent.
    """
    kind = pd.Index(list(WORLD.kinds)).get_indexer(people["customer"])
    place = pd.Index(list(WORLD.arms)).get_indexer(arm)
    base = np.array([chance for _, chance in WORLD.kinds.values()])[kind]
    added = np.array(list(WORLD.arms.values()))[place, kind]
    responded = rng.random(len(people)) < base + added
    amount = np.where(responded, _baskets(rng, people["taste"].to_numpy()), 0.0)
    status = np.where(rng.random(len(people)) < WORLD.bounced, "bounced", "delivered")
    status = pd.Series(status, dtype="str").mask(place == 0)
    return pd.DataFrame({"status": status, "responded": responded, "amount": amount})


def truth():
    """List what each arm truly adds: arm, customer, responds_share, effect."""
    rows = [
        (arm, kind, base, added)
        for arm, effects in WORLD.arms.items()
        for (kind, (_, base)), added in zip(WORLD.kinds.items(), effects, strict=True)
    ]
    return pd.DataFrame(rows, columns=["arm", "customer", "responds_share", "effect"])


def _baskets(rng, taste):
    own = np.sqrt(WORLD.own) * taste + np.sqrt(1 - WORLD.own) * rng.normal(0, 1, len(taste))
    return draws.money(WORLD.basket * np.exp(WORLD.apart * own))
