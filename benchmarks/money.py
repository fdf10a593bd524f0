"""How often do intervals of money hold the mean, and how often is chance called a finding?

First table: skewed, zero-inflated money; 95 % is claimed. Segkit's interval beside the percentile
bootstrap and Student's. Below ten amounts segkit gives none; `given` is the share of cases with an
interval, and coverage is among those. `said`: in how many cases of 1 notebook 05 says that it
holds, from one sample (the mean of 100 samples); to be compared with `segkit`.

Second table: segments that are alike, so every word of difference is a false alarm; 5 % is claimed
for all segments of a study together. The words are those of notebook 05, which notebook 07 uses
without testing again; its own count is printed beside them. The last column is the test of all
segments together. Of 1,000 cases with 5 % alarms, 95 in 100 benches show 3.6 to 6.4 %; shares and
few customers give fewer, because the exact test does.
Run: python benchmarks/money.py, with another number of cases behind it (1,000), and one part alone
(coverage, or alarms and one kind of outcome): python benchmarks/money.py 1000 alarms normal
"""

import sys

import numpy as np

CASES = 1_000
WORLDS = {"half zero": (0.5, 1.0), "four fifths zero": (0.2, 1.0), "half zero, wild": (0.5, 1.5)}
"""Share of buyers, and spread of their amounts on the log scale."""
SIZES = (15, 30, 100, 400, 2_000)
DRAWS = {
    "shares": lambda rng, n: (rng.random(n) < 0.2).astype(float),
    "normal": lambda rng, n: rng.normal(100, 20, n),
    "lognormal": lambda rng, n: money(rng, n, 1.0, 1.0),
    **{name: lambda rng, n, how=how: money(rng, n, *how) for name, how in WORLDS.items()},
}
DESIGNS = {"4 x 20": (20,) * 4, "20 40 60 120": (20, 40, 60, 120), "4 x 150": (150,) * 4}
"""Customers in each segment."""


def money(rng, n, buyers, spread):
    """Draw amounts, most of them zero."""
    return np.where(rng.random(n) < buyers, rng.lognormal(3, spread, n), 0.0)


def intervals(values, rng):
    """Return the ends of three intervals, for every row of samples."""
    from scipy.stats import t

    from segkit import evidence

    n, mean = values.shape[1], values.mean(axis=1)
    half = t.ppf(0.975, n - 1) * values.std(ddof=1, axis=1) / np.sqrt(n)
    again = (row[rng.integers(n, size=(400, n))].mean(axis=1) for row in values)
    bootstrap = np.array([np.quantile(means, [0.025, 0.975]) for means in again]).T
    known = {"segkit": evidence.skewed(values), "student": (mean - half, mean + half)}
    return {**known, "bootstrap": bootstrap}


def coverage(cases):
    from segkit import evidence

    head = (
        f"{'money':20}{'n':>6}{'given':>8}{'segkit':>9}{'said':>7}{'bootstrap':>11}{'student':>9}"
    )
    print(head)
    for name, (buyers, spread) in WORLDS.items():
        truth = buyers * np.exp(3 + spread**2 / 2)
        for n in SIZES:
            rng = np.random.default_rng([2017, n])
            values = money(rng, cases * n, buyers, spread).reshape(cases, n)
            found = intervals(values, rng)
            given = np.isfinite(found["segkit"][0])
            held = {who: (low <= truth) & (truth <= high) for who, (low, high) in found.items()}
            ours = held["segkit"][given].mean() if given.any() else np.nan
            said = [evidence.coverage(row, rng=rng) for row in values[given][:100]]
            said = np.mean(said) if said else np.nan
            row = f"{name:20}{n:6}{given.mean():8.2f}{ours:9.3f}{said:7.2f}"
            print(
                row + f"{held['bootstrap'].mean():11.3f}{held['student'].mean():9.3f}", flush=True
            )


def alarms(cases, kinds):
    """Count studies of alike segments in which some word of difference is said."""
    print(f"\n{'alike':18}{'customers':14}{'05 words':>10}{'07 words':>10}{'05 together':>13}")
    for design, sizes in DESIGNS.items():
        for kind in kinds:
            rng = np.random.default_rng([2017, *sizes, list(DRAWS).index(kind)])
            rates = np.mean([_said(DRAWS[kind], sizes, rng) for _ in range(cases)], axis=0)
            told = "".join(f"{x:{w}.3f}" for x, w in zip(rates, (10, 10, 13), strict=True))
            print(f"{kind:18}{design:14}{told}", flush=True)


def _said(draw, sizes, rng):
    """Draw one study; return whether 05 says a difference, whether 07 does, and 05 of all."""
    import pandas as pd

    from segkit.action import economics
    from segkit.brief import Goal
    from segkit.validation import experiments

    names = [f"s{at}" for at in range(len(sizes))]
    outcome = draw(rng, sum(sizes))
    table = pd.DataFrame({"segment": np.repeat(names, sizes), "outcome": outcome})
    found = experiments.by_segment(table, names=names, smallest=10, rng=rng)
    together = experiments.heterogeneity(table, smallest=10, rng=rng)["p"] < 0.05
    goal = Goal(kpi="spend", unit="share" if experiments.is_share(table["outcome"]) else "money")
    groups = dict(zip(names, names, strict=True))
    stands = economics.measured(found, groups=groups, goal=goal)["stands"]
    said = found["label"].str.contains("higher|lower").any()
    return said, stands.isin(["higher", "lower"]).any(), together


if __name__ == "__main__":
    asked = int(sys.argv[1]) if len(sys.argv) > 1 else CASES
    part, only = (sys.argv[2:3] or ["all"])[0], sys.argv[3:] or list(DRAWS)
    if part in ("all", "coverage"):
        coverage(asked)
    if part in ("all", "alarms"):
        alarms(asked, only)
