"""The same customers, other seeds: do the number of segments and the verdict stay?

For every study that has a run (`segkit run NAME` first), the number of clusters is chosen and the
verdict asked with twenty seeds, as notebooks 04 and 05 do. Printed: how many seeds agree with the
most frequent number and verdict, and all that came up.
Run: python benchmarks/verdicts.py, or with another number of seeds and some studies:
python benchmarks/verdicts.py 5 grocery b2b
"""

import sys
import time
from collections import Counter

import numpy as np

from segkit.study import StudyError

SEEDS, PAIRS, REFERENCES, K_MAX = 20, 30, 10, 8
"""Seeds, and the defaults of notebooks 04 and 05."""


def chosen(matrix, limits, seed):
    """Choose the number of clusters as notebook 04 does; return it with everybody's cluster."""
    from segkit.segments.approaches import clusters
    from segkit.validation import structure

    rng, tried = np.random.default_rng(seed), clusters.numbers(matrix, most=K_MAX)
    smallest = clusters.smallest(matrix, ks=tried, seed=seed)
    among = clusters.candidates(smallest, limits=limits)
    how = {"clustering": clusters, "rng": rng}
    first = structure.stability(matrix, ks=tried, repeats=PAIRS, **how)
    found = structure.settle(first, X=matrix, among=among, **how)
    k = clusters.choose(found, smallest=smallest, limits=limits).k
    points = clusters.centres(matrix, k=k, rng=np.random.default_rng(seed), starts=20)
    return k, clusters.nearest(matrix, points)


def verdict(matrix, labels, k, seed):
    """Ask for the verdict as notebook 05 does."""
    from segkit.segments.approaches import clusters
    from segkit.validation import indices

    subject = indices.clustered(matrix, labels, clustering=clusters, k=k)
    how = {"least": REFERENCES, "most": 10 * REFERENCES, "rng": np.random.default_rng(seed)}
    return indices.ask(subject, **how).judged["structure"]


def again(name, seeds):
    """Return the numbers and the verdicts of all seeds for one study."""
    import segkit
    from segkit import segments
    from segkit.brief import Brief

    run = segkit.open_run(name, stage="05_validation")
    kept, limits = segments.kept(run), Brief.read(run).limits
    found = []
    for seed in range(seeds):
        k, labels = chosen(kept.matrix, limits, seed)
        found.append((k, verdict(kept.matrix, labels, k, seed)))
    return zip(*found, strict=True)


def main(seeds=SEEDS, *names):
    names = names or ("grocery", "b2b", "mixed", "online_shop", "services")
    print(f"{'study':14}{'same k':>10}{'same verdict':>14}{'s each':>8}  what came up")
    for name in names:
        start = time.process_time()
        try:
            ks, kinds = (Counter(each) for each in again(name, int(seeds)))
        except StudyError as error:
            print(f"{name:14}skipped: {str(error).splitlines()[0]}")
            continue
        spent = (time.process_time() - start) / int(seeds)
        most = (each.most_common(1)[0][1] for each in (ks, kinds))
        told = "; ".join(f"{n} x {what}" for each in (ks, kinds) for what, n in each.most_common())
        same = "".join(f"{n:>{wide}} of {seeds}" for n, wide in zip(most, (4, 8), strict=True))
        print(f"{name:14}{same}{spent:8.1f}  {told}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
