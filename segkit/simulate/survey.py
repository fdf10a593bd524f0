"""World `survey`: twenty motives with yes or no, six planted segments and those who say yes to all.

Nobody has an id and nothing was bought: a row is a person, as a form exports it. Every segment
affirms five of the motives, some of which belong to two; every motive has its own usual share of
yes, so items differ in how far they part people. The yea-sayers are no segment: they differ in how
they answer. Age, gender and visits follow from the segments in part, and made none of them, so
they can prove a segmentation. Idea of the layout: the 20-item survey of Dolnicar, Grün and Leisch
(2018).

Tables and columns
- customers: twenty motives (yes or no, sometimes empty), age, gender, visits_per_year

Truth, kept apart
- customers: customer_id (the line of the file, as rows without ids are numbered), archetype
- answers: archetype, share, and the chance of a yes to each motive
"""

import numpy as np
import pandas as pd

from segkit.simulate import draws

WORLD = draws.planted("survey")
YEA = "yea_sayers"


def build(plan):
    """Build the tables and the truth of the world: two dicts of DataFrames."""
    known = truth()
    names, shares = known["archetype"].tolist(), known["share"].tolist()
    kind = draws.stratified(plan.stream("people"), shares, plan.customers)
    said = answers(plan.stream("answers"), known.drop(columns=["archetype", "share"]), kind)
    table = said.join(descriptors(plan.stream("descriptors"), kind))
    rows = [str(line) for line in range(2, plan.customers + 2)]  # the heading is line 1
    planted = pd.DataFrame({"customer_id": rows, "archetype": np.array(names)[kind]})
    return {"customers": table}, {"customers": planted, "answers": known}


def truth():
    """List the planted kinds of people: archetype, share, and the chance of a yes by motive."""
    other, rows = WORLD.other, []
    for name, (share, own, *_) in WORLD.segments.items():
        chances = {item: WORLD.own if item in own else other[item] for item in other}
        rows.append({"archetype": name, "share": share, **chances})
    share, chance, *_ = WORLD.yea_sayers
    rows.append({"archetype": YEA, "share": share, **dict.fromkeys(other, chance)})
    return pd.DataFrame(rows)


def answers(rng, chances, kind):
    """Draw what people of each kind answer: a column of yes, no or nothing per motive."""
    yes = rng.random((len(kind), chances.shape[1])) < chances.to_numpy()[kind]
    said = pd.DataFrame(np.where(yes, "yes", "no"), columns=chances.columns)
    return said.mask(rng.random(said.shape) < WORLD.lacking)


def descriptors(rng, kind):
    """Draw what made no segment: age in years, gender, visits per year."""
    told = [each[-3:] for each in (*WORLD.segments.values(), WORLD.yea_sayers)]
    age, women, visits = np.array(told).T[:, kind]
    years = np.clip(rng.normal(age, WORLD.ages_apart), 16, 90).round().astype(int)
    gender = np.where(rng.random(len(kind)) < women, "woman", "man")
    return pd.DataFrame({"age": years, "gender": gender, "visits_per_year": rng.poisson(visits)})


def oracle(said, chances, shares):
    """Return the most likely kind of everybody, with all chances known: the best anyone can do.

    `said` as from `answers`, `chances` (kinds, motives) and `shares` as from `truth`.
    """
    yes, no = ((said == word).to_numpy(dtype=float) for word in ("yes", "no"))
    likely = yes @ np.log(chances.to_numpy()).T + no @ np.log(1 - chances.to_numpy()).T
    return (likely + np.log(np.asarray(shares))).argmax(axis=1)
