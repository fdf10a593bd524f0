"""k-means of segkit against scikit-learn's KMeans with n_init=10, on the same made-up customers.

Both get the same matrix of six criteria on a common scale and the same number of clusters, and
must reach about the same inertia (sum of squared distances to the nearest centre): ours over
theirs is printed beside the times. Each contender runs in a process of its own with one thread,
in turns; the best of the rounds counts, in seconds on the wall and of all processors together.
Run: python benchmarks/clusters.py [customers, default 1000000]
"""

import json
import os
import subprocess
import sys
import time

ROUNDS, K = 2, 8


def customers(n):
    """Six correlated criteria with some structure, not as many groups as are asked for."""
    import numpy as np

    rng = np.random.default_rng(2017)
    middles = rng.normal(size=(5, 6)) * 1.2
    return (
        middles[rng.integers(5, size=n)]
        + rng.normal(size=(n, 6))
        + rng.normal(size=(n, 1)) * [1, 0.8, 0.5, 0, 0, 0.3]
    )


def ours(X):
    import numpy as np

    from segkit.segments.approaches import clusters

    return clusters.centres(X, k=K, rng=np.random.default_rng(1), starts=10)


def plain(X):
    from sklearn.cluster import KMeans

    return KMeans(K, n_init=10, random_state=1).fit(X).cluster_centers_


CONTENDERS = {"segkit": ours, "scikit-learn, n_init=10": plain}


def inertia(X, centres):
    """Sum of squared distances to the nearest centre."""
    from segkit.segments.approaches import clusters

    return float(((X - centres[clusters.nearest(X, centres)]) ** 2).sum())


def measure(name, n):
    """Run one contender once, imports and a warm-up left out; print JSON."""
    X = customers(int(n))
    CONTENDERS[name](X[:200])
    wall, processors = time.perf_counter(), time.process_time()
    centres = CONTENDERS[name](X)
    found = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - processors}
    print(json.dumps({**found, "inertia": inertia(X, centres)}))


def compare(n):
    best, alone = {}, {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    for _ in range(ROUNDS):
        for name in CONTENDERS:
            command = [sys.executable, __file__, name, str(n)]
            done = subprocess.run(command, stdout=subprocess.PIPE, check=True, env=alone)
            found = json.loads(done.stdout.splitlines()[-1])
            best[name] = min(best.get(name, found), found, key=lambda run: run["cpu"])
    print(f"\n{n:,} customers, 6 criteria, k = {K}, one thread")
    print(f"{'':26}{'wall s':>8}{'cpu s':>8}{'speed':>8}{'inertia':>10}")
    last = best["scikit-learn, n_init=10"]
    for name, run in best.items():
        times = f"{run['wall']:8.2f}{run['cpu']:8.2f}{last['cpu'] / run['cpu']:7.1f}x"
        print(f"{name:26}{times}{run['inertia'] / last['inertia']:10.5f}")


if __name__ == "__main__":
    if len(sys.argv) > 2:
        measure(*sys.argv[1:])
    else:
        compare(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
