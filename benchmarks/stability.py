"""Bootstrap stability against a plain scikit-learn loop, on the same made-up customers.

The plain loop does what a careful analyst would write: for every number of segments and
repeat, two bootstrap samples of all rows, KMeans with n_init=10, labels for all rows, adjusted
Rand index. Each contender runs in a process of its own, in turns; the best of the rounds counts,
in seconds on the wall and of all processors together (the latter bears a busy machine). Both
mean indices are printed, so that speed is not bought with another answer. One thread each: with
two, as scikit-learn takes by itself on two cores, small fits wait for each other and it is slower.
In the workbook segkit takes 5,000 of more customers and says so; here both take all.
Run: python benchmarks/stability.py
"""

import json
import os
import resource
import subprocess
import sys
import time

SIZES = {2_469: 20, 50_000: 8}
"""Customers: repeats for each number of segments."""
KS, ROUNDS = range(2, 11), int(os.environ.get("REPEATS", "2"))


def customers(n):
    """Six correlated criteria with some structure, as on a customer card."""
    import numpy as np

    rng = np.random.default_rng(2017)
    group = rng.integers(4, size=n)
    middles, shared = rng.normal(size=(4, 6)) * 1.5, [1, 0.8, 0.5, 0.2, 0, 0]
    return middles[group] + rng.normal(size=(n, 6)) + rng.normal(size=(n, 1)) * shared


def ours(X, repeats):
    import numpy as np

    from segkit.segments.approaches import clusters
    from segkit.validation import structure

    rng, structure.CAP = np.random.default_rng(1), len(X)
    shared = {"clustering": clusters, "ks": KS, "repeats": repeats, "rng": rng}
    return structure.stability(X, **shared)["adjusted_rand"].mean()


def plain(X, repeats):
    import numpy as np
    from sklearn.cluster import KMeans
    from sklearn.metrics import adjusted_rand_score

    rng, found = np.random.default_rng(1), []
    for k in KS:
        for repeat in range(repeats):
            samples = [X[rng.integers(len(X), size=len(X))] for _ in range(2)]
            models = [KMeans(k, n_init=10, random_state=repeat).fit(sample) for sample in samples]
            found.append(adjusted_rand_score(*(model.predict(X) for model in models)))
    return float(np.mean(found))


CONTENDERS = {"segkit": ours, "scikit-learn, n_init=10": plain}


def measure(name, n):
    """Run one contender once, imports and a warm-up left out; print JSON."""
    X = customers(int(n))
    CONTENDERS[name](X[:200], 1)
    wall, processors = time.perf_counter(), time.process_time()
    index = CONTENDERS[name](X, SIZES[int(n)])
    found = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - processors}
    found["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({**found, "index": float(index)}))


def compare(n):
    best, alone = {}, {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    for _ in range(ROUNDS):
        for name in CONTENDERS:
            command = [sys.executable, __file__, name, str(n)]
            done = subprocess.run(command, stdout=subprocess.PIPE, check=True, env=alone)
            found = json.loads(done.stdout.splitlines()[-1])
            best[name] = min(best.get(name, found), found, key=lambda run: run["cpu"])
    print(f"\n{n:,} customers, k = {KS[0]} to {KS[-1]}, {SIZES[n]} repeats")
    print(f"{'':26}{'wall s':>8}{'cpu s':>8}{'MB':>7}{'ARI':>7}{'ratio':>8}")
    for name, run in best.items():
        ratio = run["cpu"] / best["segkit"]["cpu"]
        numbers = f"{run['wall']:8.2f}{run['cpu']:8.2f}{run['memory']:7.0f}{run['index']:7.2f}"
        print(f"{name:26}{numbers}{ratio:7.1f}x")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure(*sys.argv[1:])
    else:
        for size in SIZES:
            compare(size)
