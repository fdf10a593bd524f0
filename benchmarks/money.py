"""How often do intervals of money hold the mean, and how often is chance called a finding?

First table: skewed, zero-inflated money; 95 % is claimed. Segkit's interval beside the percentile
bootstrap and Student's. Below ten amounts segkit gives none; `given` is the share of cases with an
interval, and coverage is among those. Second table: segments that are alike, four of them, so every
word of difference is a false alarm; 5 % is claimed for all segments of a study together. The words
are those of notebook 05, which notebook 07 uses without testing again; its own count is printed
beside them. The third column of alarms is the test of all segments together.
Run: python benchmarks/money.py, or with another number of cases behind it (1,000)
"""

import sys

import numpy as np

CASES = 1_000
WORLDS = {"half zero": (0.5, 1.0), "four fifths zero": (0.2, 1.0), "half zero, wild": (0.5, 1.5)}
"""Share of buyers, and spread of their amounts on the log scale."""
SIZES, SEGMENTS, IN_EACH = (15, 30, 100, 400), 4, 60


def money(rng, n, buyers, spread):
    """Draw amounts, most of them zero."""
    return np.where(rng.random(n) < buyers, rng.lognormal(3, spread, n), 0.0)


def intervals(values, rng):
    """Return the ends of three intervals of one sample."""
    from scipy.stats import t

    from segkit import evidence

    n, mean = len(values), values.mean()
    means = values[rng.integers(n, size=(400, n))].mean(axis=1)
    half = t.ppf(0.975, n - 1) * values.std(ddof=1) / np.sqrt(n)
    found = {"segkit": evidence.skewed(values), "student": (mean - half, mean + half)}
    return {**found, "bootstrap": tuple(np.quantile(means, [0.025, 0.975]))}


def coverage(cases):
    print(f"{'money':20}{'n':>5}{'given':>8}{'segkit':>9}{'bootstrap':>11}{'student':>9}")
    for name, (buyers, spread) in WORLDS.items():
        truth = buyers * np.exp(3 + spread**2 / 2)
        for n in SIZES:
            rng, held = np.random.default_rng([2017, n]), {}
            for _ in range(cases):
                for which, (low, high) in intervals(money(rng, n, buyers, spread), rng).items():
                    inside = low <= truth <= high if low == low else np.nan
                    held.setdefault(which, []).append(inside)
            given = np.isfinite(held["segkit"]).mean()
            rates = (f"{np.nanmean(held[w]) if given else np.nan:.2f}" for w in ("segkit",))
            others = (np.mean(held[w]) for w in ("bootstrap", "student"))
            row = f"{name:20}{n:5}{given:8.2f}{next(rates):>9}"
            print(row + "".join(f"{x:{w}.2f}" for x, w in zip(others, (11, 9), strict=True)))


def alarms(cases):
    """Count studies of alike segments in which some word of difference is said."""
    import pandas as pd

    from segkit.action import economics
    from segkit.brief import Goal
    from segkit.validation import experiments

    names = [f"s{at}" for at in range(SEGMENTS)]
    groups, segment = dict(zip(names, names, strict=True)), np.repeat(names, IN_EACH)
    print(f"\n{'alike segments':20}{'05 words':>10}{'07 words':>10}{'05 together':>13}")
    for name in ("shares", "lognormal", *WORLDS):
        rng, seen = np.random.default_rng(7), []
        for _ in range(cases):
            outcome = _outcome(name, rng, len(segment))
            table = pd.DataFrame({"segment": segment, "outcome": outcome})
            found = experiments.by_segment(table, names=names, smallest=10, rng=rng)
            both = experiments.heterogeneity(table, smallest=10, rng=rng)["p"] < 0.05
            goal = Goal(kpi="spend", unit="share" if name == "shares" else "money")
            stands = economics.measured(found, groups=groups, goal=goal)["stands"]
            said = found["label"].str.contains("higher|lower").any()
            seen.append((said, stands.isin(["higher", "lower"]).any(), both))
        rates = np.mean(seen, axis=0)
        print(
            f"{name:20}" + "".join(f"{x:{w}.3f}" for x, w in zip(rates, (10, 10, 13), strict=True))
        )


def _outcome(name, rng, n):
    if name == "shares":
        return (rng.random(n) < 0.2).astype(float)
    return money(rng, n, *((1.0, 1.0) if name == "lognormal" else WORLDS[name]))


if __name__ == "__main__":
    asked = int(sys.argv[1]) if len(sys.argv) > 1 else CASES
    coverage(asked)
    alarms(max(asked // 5, 20))
