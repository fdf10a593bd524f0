"""How often do the typing tool's intervals hold the shares of people placed rightly?

Surveys are made with three segments and ten marks from 1 to 5, some of which tell a little of the
segment. The tool chooses its questions, how many of them, and says how many people they place
rightly, with an interval of which 95 % is claimed. What they place rightly in truth is counted on
20,000 new people by the same key, of all and of each segment. The choice of the number is judged
without those who chose it, but the folds share people, and those of one segment are placed by one
key: how often the intervals hold is counted here and told in notebook approaches/placing.
Run: python benchmarks/placing.py, or with another number of surveys (200) behind it
"""

import sys
from types import SimpleNamespace

import numpy as np
import pandas as pd

SURVEYS, PEOPLE, NEW, ITEMS = 200, (120, 240, 480), 20_000, 10


def survey(rng, n):
    """Return marks and segments: two items tell much, two a little, the others nothing."""
    kind, marks = rng.integers(3, size=n), rng.normal(size=(n, ITEMS))
    for item, pull in enumerate((1.2, 1.0, 0.5, 0.3)):
        marks[:, item] += pull * (kind == item % 3)
    card = pd.DataFrame(np.clip(np.round(marks + 3), 1, 5).astype(int))
    card = card.set_axis([f"answer_q{item}" for item in range(ITEMS)], axis=1)
    card.insert(0, "customer_id", [f"c{place:05d}" for place in range(n)])
    return card, np.array(["many", "some", "few"], dtype=object)[kind]


def held(rng, n, questions):
    """Return (held, said, true, share of segments held) of one survey."""
    from segkit.validation import placing

    card, labels = survey(rng, n)
    kept = SimpleNamespace(card=card, labels=labels, needs=list(card.columns[1:]))
    tool = placing.tool(kept, ask="criteria", questions=questions, seed=int(rng.integers(2**31)))
    new, right = survey(rng, NEW)
    hit, used, found = tool.placed(new).to_numpy() == right, tool.used, tool.recalls
    true, own = hit.mean(), found["segment"].map(lambda name: hit[right == name].mean())
    of_each = own.between(found["low"], found["high"]).mean()
    return used["low"] <= true <= used["high"], used["accuracy"], true, of_each


if __name__ == "__main__":
    asked = int(sys.argv[1]) if len(sys.argv) > 1 else SURVEYS
    print(f"{'people':>8}{'questions':>12}{'said':>8}{'true':>8}{'of all':>10}{'of each':>10}")
    for people in PEOPLE:
        for number, word in ((0, "chosen"), (3, "three")):
            rng = np.random.default_rng([2017, people, number])
            found = np.mean([held(rng, people, number) for _ in range(asked)], axis=0)
            said, true = f"{found[1]:8.3f}{found[2]:8.3f}", f"{found[0]:10.2f}{found[3]:10.2f}"
            print(f"{people:8}{word:>12}{said}{true}", flush=True)
