"""Experiments: how long an analysis takes, how often chance is told as an effect, what is covered.

    python benchmarks/trials.py              60,000 people, 2,000 drawn tests per row
    python benchmarks/trials.py 200000       more people

The peer of the timing are the tests of scipy, called for every arm and group one by one, which is
what one would write: the same numbers of p come out. False alarms are tests without any effect that
are told to have one (of all people, or of a group); covered is how often the 95 % interval of an
effect holds it. "Small arm" has a control four times as large as the other arms.
"""

import sys
import time

import numpy as np
import pandas as pd
from scipy import stats

from segkit import data, evidence
from segkit.validation import trials
from segkit.validation.trials import moments

TESTS = 2000
ARMS = "control 1, a 1, b 1"


def main():
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 60_000
    timing(people)
    print("\noutcome            buyers  people in an arm   false alarms   covered")
    print("                                            all    groups")
    for sizes in ((300, 300), (1000, 1000), (1200, 300), (4000, 1000)):
        for share in (0.02, 0.05, 0.2):
            row("share", share, sizes, sigma=None)
            row("money", share, sizes, sigma=0.8)
            row("skewed money", share, sizes, sigma=1.4)


def timing(people):
    """Time the whole analysis of a table of people, and the same tests one by one."""
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"arm": rng.choice(["control", "a", "b"], people)})
    for name in ("town", "channel", "age", "kind", "source"):
        frame[name] = rng.choice(["x", "y", "z"], people)
    frame["amount"] = np.where(rng.random(people) < 0.02, rng.lognormal(3, 1, people), 0).round(2)
    tables, plan = data.from_frames(tests=frame), trials.Plan(outcome="amount", arms=ARMS)
    start = time.perf_counter()
    trial = trials.analyse(tables, plan)
    _ = trial.told, trial.segments, trial.worth(gain=1, cost=0)
    ours = time.perf_counter() - start
    start = time.perf_counter()
    one_by_one(frame)
    theirs = time.perf_counter() - start
    print(f"{people:,} people, two treatments, five columns: {ours:.2f} s, read and judged in full")
    print(f"scipy's tests alone, arm by arm and group by group: {theirs:.2f} s")


def one_by_one(frame):
    """Test every arm against the control in every group, as a loop."""
    for column in ("town", "channel", "age", "kind", "source"):
        for _, part in frame.groupby(column):
            for arm in ("a", "b"):
                own, control = (part.loc[part["arm"] == x, "amount"] for x in (arm, "control"))
                stats.ttest_ind(own, control, equal_var=False).confidence_interval()


def row(name, share, sizes, *, sigma):
    """Print a row of the table: four groups, a control and two arms."""
    n = np.broadcast_to([sizes[0], sizes[1], sizes[1]], (4, 3))
    how = {"share": sigma is None, "smallest": 10}
    null = moments.compared(drawn(share, n, sigma), **how)
    parts = [np.swapaxes(null[part], -1, -2) for part in ("difference", "error", "df")]
    all_ = moments.compared(pooled(drawn(share, n, sigma)), **how)
    alarms = [rate(all_["p"][:, 0]), rate(evidence.alike(*parts))]
    added = np.array([0.0, share, 0.0])
    seen = moments.compared(drawn(share + added, n[:1], sigma), **how)
    truth = share * (1.0 if sigma is None else np.exp(3 + sigma**2 / 2))
    low, high = seen["low"][:, 0, 0], seen["high"][:, 0, 0]
    told = np.isfinite(low)
    held = ((low < truth) & (truth < high))[told].mean() if told.mean() > 0.5 else np.nan
    words = " ".join("refused" if np.isnan(x) else f"{x:7.1%}" for x in (*alarms, held))
    arms = f"{sizes[0]:,} / {sizes[1]:,}"
    print(f"{name:18} {share:6.0%}  {arms:>16}   {words}")


def drawn(chance, n, sigma):
    """Draw many tests: sums per group and arm, as `moments.of` makes them."""
    rng = np.random.default_rng(2)
    did = rng.binomial(n, np.broadcast_to(chance, n.shape), size=(TESTS, *n.shape)).astype(float)
    n = np.broadcast_to(n, did.shape)
    sums = [did, did]
    if sigma is not None:
        buyers = did.astype(int).ravel()
        baskets, owner = (
            rng.lognormal(3, sigma, buyers.sum()),
            np.repeat(np.arange(did.size), buyers),
        )
        sums = [np.bincount(owner, baskets**k, did.size).reshape(did.shape) for k in (1, 2)]
    mean = sums[0] / n
    return {"n": n, "mean": mean, "having": did, "variance": (sums[1] - n * mean**2) / (n - 1)}


def pooled(told):
    """Put the groups of each test together."""
    n, mean = told["n"], told["mean"]
    square = told["variance"] * (n - 1) + n * mean**2
    whole = {"n": n.sum(1, keepdims=True), "having": told["having"].sum(1, keepdims=True)}
    whole["mean"] = (n * mean).sum(1, keepdims=True) / whole["n"]
    rest = square.sum(1, keepdims=True) - whole["n"] * whole["mean"] ** 2
    return whole | {"variance": rest / (whole["n"] - 1)}


def rate(p):
    """Return how often any arm is told to differ (Holm); missing where most are refused."""
    told = np.isfinite(p).any(-1)
    if told.mean() < 0.5:
        return np.nan
    return np.mean([np.nanmin(evidence.holm(each)) < 0.05 for each in p[told]])


if __name__ == "__main__":
    main()
