"""Every approach gives a million customers their segments, in the engine.

A made card with every column that any approach asks for; the definition is fitted on a sample,
then applied to the whole by DuckDB, from Parquet to a count per segment, and again to a table with
all rows. For approaches that take a plain script in pandas or scikit-learn, that script does
the same in the same run, and both must agree. Approaches that a made card cannot carry are
named with the reason.

    python benchmarks/assign.py                   1 million customers, best of 3
    CUSTOMERS=100000 python benchmarks/assign.py  another size
    python benchmarks/assign.py rfm clusters      some approaches only
"""

import os
import sys
import tempfile
import time
from pathlib import Path

import ibis
import numpy as np
import pandas as pd

from segkit import segments
from segkit.data import measures
from segkit.segments import chooser
from segkit.study import StudyError

CUSTOMERS = int(os.environ.get("CUSTOMERS", 1_000_000))
REPEATS = int(os.environ.get("REPEATS", 3))
SAMPLE = 20_000
"""Customers on whom definitions are fitted."""
FEATURES = ["days_since_purchase", "orders_n", "spend_total", "weekend_share", "evening_share"]

RECIPES = {
    "clusters": {"features": FEATURES, "k": 6, "seed": 1},
    "combined": {"first": "rfm", "second": "geographic"},
}
"""What an approach has to be told; the others take their defaults."""


def card(rows, *, seed=1):
    """Make a card with numbers for every measure any approach may ask for, and attributes."""
    rng = np.random.default_rng(seed)
    asked = {c for module in chooser.rooms().values() for c in module.ABOUT.columns}
    made = {"customer_id": np.char.add("C", np.arange(rows).astype(str))}
    for name in sorted({*asked, *measures.words(), *FEATURES} - {"customer_id"}):
        made[name] = _column(name, rows, rng)
    words = {
        "age": ["19-24", "25-34", "35-44", "45-54", "55-64", "65+", None],
        "gender": ["female", "male", None],
        "region": ["north", "south", "east", "west", None],
        "settlement": ["village", "town", "city", None],
        "industry": ["retail", "health", "transport", "software", None],
    }
    made |= {name: rng.choice(np.array(v, dtype=object), rows) for name, v in words.items()}
    made["employees"] = np.exp(rng.normal(3.5, 1.5, rows)).astype(int) + 1
    return pd.DataFrame(made)


def _column(name, rows, rng):
    """Shares between 0 and 1, counts, days, else money with a long tail."""
    if name.endswith("_share"):
        return rng.random(rows).round(3)
    if name.endswith("_n"):
        return rng.geometric(0.15, rows)
    if name.startswith("days_"):
        return rng.integers(1, 400, rows)
    return rng.lognormal(5, 1, rows).round(2)


def fitted(sample, name):
    """Return (definition, "") or (None, why not)."""
    try:
        return segments.fit(sample, {"approach": name, **RECIPES.get(name, {})}), ""
    except (StudyError, TypeError, KeyError, ValueError) as error:
        return None, str(error).splitlines()[0][:90]


def counted(path, definition):
    """Assign and count per segment, nothing but the counts leaving the engine."""
    table = segments.assign(ibis.duckdb.connect().read_parquet(path), definition)
    found = table.group_by("segment").agg(n=table.count()).execute()
    return found.set_index("segment")["n"].to_dict()


def written(path, definition):
    """Assign and write customer and segment to Parquet."""
    table = segments.assign(ibis.duckdb.connect().read_parquet(path), definition)
    table.select("customer_id", "segment").to_parquet(Path(path).with_name("members.parquet"))


def peer_abc(path, definition):
    spend = pd.read_parquet(path, columns=["spend_total"])["spend_total"]
    first, second = definition.rules["cuts"]
    names = np.select([(spend > 0) & (spend >= first), (spend > 0) & (spend >= second)],
                      definition.order[:2], definition.order[2])  # fmt: skip
    return pd.Series(names).value_counts().to_dict()


def peer_rfm(path, definition):
    from segkit.segments import rfm

    table = pd.read_parquet(path, columns=definition.columns)
    scores = rfm.score(table, cuts=definition.rules["cuts"])
    names = [rfm.segment(*t) for t in zip(scores["R"], scores["F"], scores["M"], strict=True)]
    return pd.Series(names).value_counts().to_dict()


def peer_clusters(path, definition):
    from sklearn.cluster import KMeans

    from segkit.segments import clusters

    table = pd.read_parquet(path, columns=definition.columns)
    model = KMeans(len(definition.order), n_init=1).fit(np.array(definition.rules["centres"]))
    model.cluster_centers_ = np.array(definition.rules["centres"])
    found = model.predict(clusters.prepare(table, definition))
    return pd.Series(np.array(definition.order)[found]).value_counts().to_dict()


PEERS = {"abc": peer_abc, "rfm": peer_rfm, "clusters": peer_clusters}
"""Plain scripts that do the same: numpy, pandas row by row, scikit-learn."""


def best(work, *args):
    """Return (least seconds, what came out last)."""
    seconds = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        found = work(*args)
        seconds.append(time.perf_counter() - start)
    return min(seconds), found


def measure(path, sample, name):
    """Measure one approach; returns a row of the table."""
    definition, why = fitted(sample, name)
    if definition is None:
        return f"{name:14} not on a made card: {why}"
    seconds, counts = best(counted, path, definition)
    assert sum(counts.values()) == CUSTOMERS, f"{name}: somebody is lost"
    told = f"{name:14} {seconds:7.2f} s counted {best(written, path, definition)[0]:7.2f} s written"
    if name in PEERS:
        peer, theirs = best(PEERS[name], path, definition)
        assert theirs == counts, f"{name}: the peer counts otherwise"
        told += f" {peer:7.2f} s peer ({peer / seconds:.1f} times as long)"
    return f"{told}  {len(counts)} segments"


def main(names):
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "card.parquet")
        whole = card(CUSTOMERS)
        whole.to_parquet(path, index=False)
        sample = whole.head(SAMPLE)
        del whole
        print(f"{CUSTOMERS:,} customers, best of {REPEATS}")
        for name in names or [*chooser.APPROACHES, chooser.COMBINED]:
            print(measure(path, sample, name), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
