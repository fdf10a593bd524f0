"""Who gets what: drawn by lot within strata, the same for the same seed, written down beforehand.

Within each stratum people are put in an order by lot, and the arms follow each other in a fixed
rhythm with the planned shares. So every stratum has the arms in the planned shares to the nearest
person or so, nobody's arm can be foreseen, and a list in another order gives the same draw.
"""

import numpy as np
import pandas as pd

BEATS = 1000
"""The rhythm of the arms begins at one of so many places, drawn by lot."""


def draw(people, *, shares, seed):
    """Give every person an arm.

    Parameters
    ----------
    people : DataFrame
        id (unique) and stratum, one row each.
    shares : dict
        {arm: share}, of any sum.
    seed : int
        The same seed and people, the same arms.

    Returns
    -------
    DataFrame
        id, stratum, arm; rows as in `people`.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.validation.trials import drawing
    >>> people = pd.DataFrame({"id": range(9), "stratum": "all"})
    >>> drawn = drawing.draw(people, shares={"control": 2, "offer": 1}, seed=1)
    >>> drawn["arm"].value_counts().to_dict()
    {'control': 6, 'offer': 3}
    """
    rng = np.random.default_rng(seed)
    known = people.sort_values("id", kind="stable")
    lot = pd.Series(rng.random(len(known)), index=known.index)
    order = known.assign(lot=lot).sort_values(["stratum", "lot"], kind="stable").index
    arms = pd.Series(_rhythm(shares, len(order), start=rng.integers(BEATS)), index=order)
    return people[["id", "stratum"]].assign(arm=arms.reindex(people.index))


def _rhythm(shares, n, *, start):
    """Let arms follow each other so that any stretch has them in about their shares."""
    names, parts = list(shares), np.array(list(shares.values()), dtype=float)
    parts = parts / parts.sum()
    counts = np.ceil((n + BEATS) * parts).astype(int) + 2
    when = [(np.arange(count) + 0.5) / part for count, part in zip(counts, parts, strict=True)]
    order = np.argsort(np.concatenate(when), kind="stable")[start : start + n]
    return np.repeat(np.array(names, dtype=object), counts)[order]
