"""A million customers: BG/NBD and Gamma-Gamma against the fitters of lifetimes.

Customers are drawn from known parameters, day by day as shops keep them. Each contender fits in a
process of its own, in turns; the least of all repeats counts. Timed is the call, from the columns
of all customers to the parameters: for segkit that counts equal histories, too. lifetimes is also
given the counted histories with their weights, which it does not make itself. Processor seconds
bear a busy machine better. All must find the same parameters to a thousandth, with one thread each.

    python benchmarks/lifetime.py            1 million customers
    python benchmarks/lifetime.py 50000      another number
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import scale

CUSTOMERS = int(os.environ.get("CUSTOMERS", 1_000_000))
REPEATS = int(os.environ.get("REPEATS", 3))
HERE = Path(__file__).resolve()
TRUTH = {"r": 0.9, "alpha": 60.0, "a": 0.8, "b": 2.5}
SPEND = {"p": 6.0, "q": 4.0, "gamma": 15.0}
DAYS = 730


def draw(n, *, seed=1):
    """Draw customers: repeat_days_n, days_first_to_last, days_observed, spend_per_repeat_day."""
    import numpy as np
    import pandas as pd

    rng = np.random.default_rng(seed)
    pace = rng.gamma(TRUTH["r"], 1 / TRUTH["alpha"], n)
    stops = rng.beta(TRUTH["a"], TRUTH["b"], n)
    age, x, last, now = rng.integers(1, DAYS, n), np.zeros(n, dtype=int), np.zeros(n), np.zeros(n)
    there = np.ones(n, dtype=bool)
    while there.any():
        now = now + rng.exponential(1, n) / pace
        there &= now <= age
        x, last = x + there, np.where(there, np.ceil(now), last)
        there &= rng.random(n) >= stops
    times = np.maximum(x, 1)
    money = rng.gamma(SPEND["p"] * times) / rng.gamma(SPEND["q"], 1 / SPEND["gamma"], n) / times
    return pd.DataFrame(
        {
            "repeat_days_n": x,
            "days_first_to_last": np.minimum(last, age).astype(int),
            "days_observed": age,
            "spend_per_repeat_day": np.where(x > 0, np.maximum(money.round(2), 0.01), 0.0),
        }
    )


def columns(folder, *, counted=False):
    """Read the columns as arrays: of all customers, or of distinct histories and their counts."""
    import pandas as pd

    table = pd.read_parquet(folder / "customers.parquet")
    names = ["repeat_days_n", "days_first_to_last", "days_observed"]
    if counted:
        table = table.groupby(names).size().reset_index(name="n")
        return [table[c].to_numpy(float) for c in [*names, "n"]]
    return [table[c].to_numpy(float) for c in [*names, "spend_per_repeat_day"]]


def timed(call):
    """Return the wall and the processor seconds of a call, and what it gave."""
    began, used = time.perf_counter(), time.process_time()
    found = call()
    return (time.perf_counter() - began, time.process_time() - used), found


def segkit_purchases(folder):
    from scipy import optimize, special  # noqa: F401  (imports are not timed, nor the peers')

    from segkit.segments.models.purchases import bgnbd

    x, t_x, age, _ = columns(folder)
    return timed(lambda: bgnbd.fit(x, t_x, age))


def segkit_money(folder):
    from scipy import optimize, special  # noqa: F401

    from segkit.segments.models.purchases import gammagamma

    x, _, _, money = columns(folder)
    return timed(lambda: gammagamma.fit(x, money))


def lifetimes_purchases(folder, *, counted=False):
    from lifetimes import BetaGeoFitter

    x, t_x, age, last = columns(folder, counted=counted)
    weights = {"weights": last} if counted else {}
    seconds, fitted = timed(lambda: BetaGeoFitter().fit(x, t_x, age, **weights))
    return seconds, {name: float(value) for name, value in fitted.params_.items()}


def lifetimes_money(folder):
    from lifetimes import GammaGammaFitter

    x, _, _, money = columns(folder)
    again = x > 0
    seconds, fitted = timed(lambda: GammaGammaFitter().fit(x[again], money[again]))
    p, q, gamma = (float(fitted.params_[name]) for name in "pqv")
    return seconds, {"p": p, "q": q, "gamma": gamma}


CONTENDERS = {
    "BG/NBD": {
        "segkit": segkit_purchases,
        "lifetimes": lifetimes_purchases,
        "lifetimes, counted histories": lambda f: lifetimes_purchases(f, counted=True),
    },
    "Gamma-Gamma": {"segkit": segkit_money, "lifetimes": lifetimes_money},
}
TIMES = {"BG/NBD": 15, "Gamma-Gamma": 5}
"""So many times faster than lifetimes is what we promise."""


def measure(model, name, folder):
    """Run one contender in a process of its own: seconds of the call, parameters."""
    python = scale.PEERS / "bin" / "python" if name.startswith("lifetimes") else sys.executable
    with tempfile.TemporaryFile("w+") as output:
        one = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        command = [python, HERE, "do", model, name, folder]
        if subprocess.run(command, stdout=output, env=one, check=False).returncode:
            sys.exit(f"{name} failed")
        output.seek(0)
        (wall, cpu), found = json.loads(output.read())
    return {"wall": wall, "cpu": cpu, "found": found}


def compare(model, folder):
    """Measure the contenders of one model in turns; print seconds, ratios and parameters."""
    names = [n for n in CONTENDERS[model] if n == "segkit" or there()]
    rounds = [{n: measure(model, n, folder) for n in names} for _ in range(REPEATS)]
    least = {n: {k: min(r[n][k] for r in rounds) for k in ("wall", "cpu")} for n in names}
    print(f"\n{model + f', {CUSTOMERS:,} customers':34}{'seconds':>9}{'cpu s':>8}{'times':>8}")
    for name in names:
        found, (wall, cpu) = rounds[0][name]["found"], least[name].values()
        told = "  ".join(f"{key} {value:.5f}" for key, value in found.items())
        print(f"{name:34}{wall:9.2f}{cpu:8.2f}{wall / least['segkit']['wall']:8.1f}  {told}")
    agree(model, {name: rounds[0][name]["found"] for name in names})
    if "lifetimes" in least:
        ratios = [least["lifetimes"][k] / least["segkit"][k] for k in ("wall", "cpu")]
        told = f"{ratios[0]:.1f} times as fast as lifetimes ({ratios[1]:.1f} by processor)"
        print(f"{told}; promised: {TIMES[model]}", flush=True)


def agree(model, found):
    """Require equal parameters, to a thousandth, from all contenders."""
    first = found["segkit"]
    for name, other in found.items():
        off = max(abs(other[key] / first[key] - 1) for key in first)
        print(f"{name}: parameters differ by {off:.1e} at most")
        assert off < 1e-3, f"{model}: {name} finds other parameters"


def there():
    """Make the peers' environment once; returns whether there is one."""
    return scale.peers()


def main():
    """Draw the customers into a temporary folder and measure both models."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        draw(CUSTOMERS).to_parquet(folder / "customers.parquet")
        print(f"drawn from {TRUTH | SPEND}")
        for model in CONTENDERS:
            compare(model, folder)


if __name__ == "__main__":
    if sys.argv[1:2] == ["do"]:
        _, _, model_, name_, folder_ = sys.argv
        print(json.dumps(CONTENDERS[model_][name_](Path(folder_))))
    else:
        CUSTOMERS = int(sys.argv[1]) if len(sys.argv) > 1 else CUSTOMERS
        main()
