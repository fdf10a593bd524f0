"""The same customers, other seeds: do the number of segments and the verdict stay?

For every study that has a run (`segkit run NAME` first), the number of clusters is chosen and the
verdict asked with other seeds, as notebooks 04 and 05 do: pairs of samples and rounds are added
until each is settled. Every seed is printed as it comes, with its seconds, and a ? behind a number
that is told to be undecided; then how many agree with the most frequent number and verdict. All
seeds are asked of the same ROWS (1,000) customers, drawn once; 0 asks all of them. After MINUTES
(4) no further seed is begun, and what is left out is said.
Run: python benchmarks/verdicts.py, or with another number of seeds and some studies:
ROWS=0 MINUTES=30 python benchmarks/verdicts.py 20 grocery b2b
"""

import os
import sys
import time
from collections import Counter

import numpy as np

from segkit.study import StudyError

SEEDS, PAIRS, REFERENCES, K_MAX = 5, 30, 10, 8
"""Seeds, and the defaults of notebooks 04 and 05."""
MINUTES, ROWS = float(os.environ.get("MINUTES", "4")), int(os.environ.get("ROWS", "1000"))
"""After so many minutes no further seed is begun; so many customers are asked, 0 for all."""


def chosen(matrix, limits, seed):
    """Choose the number of clusters as notebook 04 does: (Choice, everybody's cluster, pairs)."""
    from segkit.segments.approaches import clusters
    from segkit.validation import structure

    rng, tried = np.random.default_rng(seed), clusters.numbers(matrix, most=K_MAX)
    smallest = clusters.smallest(matrix, ks=tried, seed=seed)
    among = clusters.candidates(smallest, limits=limits)
    how = {"clustering": clusters, "rng": rng}
    first = structure.stability(matrix, ks=tried, repeats=PAIRS, **how)
    found = structure.settle(first, X=matrix, among=among, **how)
    choice = clusters.choose(found, smallest=smallest, limits=limits)
    points = clusters.centres(matrix, k=choice.k, rng=np.random.default_rng(seed), starts=20)
    return choice, clusters.nearest(matrix, points), int(found["k"].value_counts().max())


def verdict(matrix, labels, k, seed):
    """Ask for the verdict as notebook 05 does: an `indices.Asked`."""
    from segkit.segments.approaches import clusters
    from segkit.validation import indices

    subject = indices.clustered(matrix, labels, clustering=clusters, k=k)
    how = {"least": REFERENCES, "most": 24 * REFERENCES, "rng": np.random.default_rng(seed)}
    return indices.ask(subject, **how)


def again(name, seeds, until):
    """Yield (Choice, verdict, pairs, rounds) of one study, a seed at a time, until a moment."""
    import segkit
    from segkit import segments
    from segkit.brief import Brief
    from segkit.validation import structure

    run = segkit.open_run(name, stage="05_validation")
    matrix, limits = segments.kept(run).matrix, Brief.read(run).limits
    matrix = structure.sampled(matrix, rng=np.random.default_rng(0), cap=ROWS or len(matrix))
    for seed in range(seeds):
        if time.monotonic() > until:
            return
        choice, labels, pairs = chosen(matrix, limits, seed)
        asked = verdict(matrix, labels, choice.k, seed)
        yield choice, asked.judged["structure"], pairs, len(asked.rounds)


def told(name, seeds, until):
    """Print every seed of a study as it comes, and what all came to."""
    found, undecided, start = [], 0, time.process_time()
    try:
        for seed, (choice, kind, pairs, rounds) in enumerate(again(name, seeds, until)):
            spent, start = time.process_time() - start, time.process_time()
            found.append((choice.k, kind))
            undecided += bool(choice.open)
            k = f"{choice.k:>4}{' ?'[bool(choice.open)]} "
            line = f"{name:12}{seed:>5}{k}{kind:14}{pairs:>6}{rounds:>8}{spent:>9.1f}"
            print(line, flush=True)
    except StudyError as error:
        print(f"{name:12}skipped: {str(error).splitlines()[0]}", flush=True)
    if found:
        counts = [Counter(each).most_common() for each in zip(*found, strict=True)]
        same = " and ".join(f"{each[0][1]} of {len(found)} {each[0][0]}" for each in counts)
        open_ones = f"; the number told as undecided by {undecided}" * (undecided > 0)
        left = f"; {seeds - len(found)} seeds left out after {MINUTES:g} minutes"
        print(f"{name:12}{same}{open_ones}" + left * (len(found) < seeds), flush=True)


def main(seeds=SEEDS, *names):
    print(f"{'study':12}{'seed':>5}{'k':>4}  {'verdict':14}{'pairs':>6}{'rounds':>8}{'seconds':>9}")
    until = time.monotonic() + 60 * MINUTES
    for name in names or ("b2b", "grocery", "mixed", "online_shop", "services"):
        told(name, int(seeds), until)


if __name__ == "__main__":
    main(*sys.argv[1:])
