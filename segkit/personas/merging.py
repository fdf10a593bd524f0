"""Many segments, few personas: merge the nearest profiles until a team can remember them.

One text advises segments of 7-10 % of the customers, which makes ten to fourteen; another
advises three to seven personas. Both can be kept: segments stay as fine as the mailing needs
and roll up into personas. Nearest pairs are merged first (Ward 1963), and sizes are
respected: two small groups merge sooner than two large ones at the same distance.

Refused: splitting. Fewer than three segments stay as they are; a persona is never invented
to reach a number.
"""

from itertools import combinations

import numpy as np
import pandas as pd

FEWEST, MOST = 3, 7
"""How many personas a team can keep in mind; a soft rule of the handbook."""


def profiles(card, *, groups, columns):
    """Return the mean percentile rank of each group in each column (0..1, 0.5 = everyone).

    Ranks make columns comparable and no single large customer can pull a profile. Missing
    values count as 0.5, the average customer. Index: groups in the order they first appear.
    """
    ranks = card[list(columns)].rank(pct=True)
    centred = ranks - ranks.mean() + 0.5
    groups = pd.Series(np.asarray(groups, dtype=object), index=card.index)
    return centred.fillna(0.5).groupby(groups, sort=False).mean()


def merges(profiles, *, sizes):
    """Merge the two nearest groups again and again; one row per merge.

    `profiles`: groups x columns; `sizes`: group -> customers. The cost of a merge is the
    spread it hides: n1 n2 / (n1 + n2) x squared distance (Ward 1963). Returns personas_n
    (groups left after the merge), first, second (tuples of group names), cost.
    """
    centres = {(name,): profiles.loc[name].to_numpy(dtype=float) for name in profiles.index}
    counts = {(name,): float(sizes[name]) for name in profiles.index}
    steps = []
    while len(centres) > 1:
        costs = [(_cost(centres, counts, *pair), pair) for pair in combinations(centres, 2)]
        cost, (one, two) = min(costs, key=lambda entry: entry[0])
        steps.append({"personas_n": len(centres) - 1, "first": one, "second": two, "cost": cost})
        centres, counts = _joined(centres, counts, one, two)
    return pd.DataFrame(steps, columns=["personas_n", "first", "second", "cost"])


def legible(steps, *, names):
    """Write the merges with segment numbers (1 = first of `names`) instead of long names."""
    number = {name: place for place, name in enumerate(names, start=1)}
    sides = {side: steps[side].map(lambda one: " + ".join(map(str, sorted(map(number.get, one)))))
             for side in ("first", "second")}  # fmt: skip
    left, hidden = steps["personas_n"], steps["cost"].round(1)
    return pd.DataFrame({"personas left": left, **sides, "spread hidden": hidden})


def choose(steps, *, wanted=0, segments_n=None):
    """Choose how many personas to keep; returns (number, reason in words).

    `wanted` = 0 leaves it to the rule: three to seven segments are personas as they are;
    more are merged to the number, between three and seven, after which the next merge would
    be the largest step up in cost. A wanted number is kept within 1 and the segments' number.
    """
    segments_n = len(steps) + 1 if segments_n is None else segments_n
    if wanted:
        kept = max(1, min(int(wanted), segments_n))
        return kept, f"{kept} personas, because N_PERSONAS asks for {wanted}."
    if segments_n < FEWEST:
        return segments_n, (
            f"Only {segments_n} of the {FEWEST} to {MOST} personas of the rule: there are no more "
            "segments, and further personas would have to be invented."
        )
    if segments_n <= MOST:
        return segments_n, f"{segments_n} segments: each one is a persona, nothing is merged."
    return _largest_step(steps, segments_n)


def groups(steps, *, names, personas_n):
    """Say which persona (0, 1, …) each segment belongs to after merging to `personas_n`.

    `names`: segments in their order; personas are numbered by their first segment. Returns a
    Series segment -> number.
    """
    member = {name: (name,) for name in names}
    for step in steps[steps["personas_n"] >= personas_n].itertuples():
        together = step.first + step.second
        member.update(dict.fromkeys(together, together))
    order = list(dict.fromkeys(member[name] for name in names))
    return pd.Series({name: order.index(member[name]) for name in names}, dtype=int)


def absorb(groups, *, profiles, sizes, smallest):
    """Let personas with fewer than `smallest` customers join the one with the nearest profile.

    So few people must not be described. `groups`: segment -> number; `profiles`: segments x
    columns; `sizes`: segment -> customers. Returns the same Series, renumbered.
    """
    groups, sizes = groups.copy(), sizes.reindex(groups.index).fillna(0)
    while len(set(groups)) > 1 and sizes.groupby(groups).sum().min() < smallest:
        weights = profiles.reindex(groups.index).mul(sizes, axis=0).groupby(groups).sum()
        centres = weights.div(sizes.groupby(groups).sum(), axis=0)
        small = sizes.groupby(groups).sum().idxmin()
        gaps = np.square(centres.drop(index=small) - centres.loc[small]).sum(axis=1)
        groups = groups.replace(small, gaps.idxmin())
    return pd.Series(pd.factorize(groups)[0], index=groups.index)


def members(groups):
    """Turn segment -> persona round: a Series persona -> list of its segments, in their order."""
    return groups.groupby(groups).apply(lambda part: list(part.index))


def _cost(centres, counts, one, two):
    gap = np.square(centres[one] - centres[two]).sum()
    return float(counts[one] * counts[two] / (counts[one] + counts[two]) * gap)


def _joined(centres, counts, one, two):
    total = counts[one] + counts[two]
    centre = (counts[one] * centres[one] + counts[two] * centres[two]) / total
    kept = {name: value for name, value in centres.items() if name not in (one, two)}
    sizes = {name: counts[name] for name in kept}
    return {**kept, one + two: centre}, {**sizes, one + two: total}


def _largest_step(steps, segments_n):
    """Stop before the merge that costs most compared with the one before it."""
    cost = steps.set_index("personas_n")["cost"]
    rise = {k: cost[k - 1] / max(cost[k], 1e-12) for k in range(FEWEST, MOST + 1) if k in cost}
    kept = max(rise, key=lambda k: (round(rise[k], 9), k))
    return kept, (
        f"{segments_n} segments are too many to remember: the nearest ones were merged to {kept} "
        f"personas, because the next merge would hide {rise[kept]:.1f} times as much as the last."
    )
