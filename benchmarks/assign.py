"""Every approach gives a million customers their segments, in the engine.

The customers are drawn with replacement from the simulator's shop and its business customers, so
that one card has the columns of all approaches: purchases, mailings, site, survey, invoices,
attributes. Amounts and shares are stirred a little, so that few are equal. A definition is
fitted on a sample and applied to the whole by DuckDB: from Parquet to a count per segment, and to
a Parquet of customer and segment. Processor seconds are those of both cores together, and bear a
busy machine. Where a plain script in pandas or scikit-learn does the same, it is timed
as well, and both must agree. No approach is left out silently: what cannot be fitted or is slower
than the goal is named in the last line.

    python benchmarks/assign.py                  1 million customers
    python benchmarks/assign.py 100000           another number
    python benchmarks/assign.py 100000 rfm clv   some approaches only
"""

import os
import sys
import tempfile
import time
from pathlib import Path

import ibis
import numpy as np
import pandas as pd

from segkit import data, segments, simulate
from segkit.data.reports import cohorts
from segkit.segments import approaches, chooser
from segkit.segments.models import mixtures
from segkit.study import StudyError

REPEATS = int(os.environ.get("REPEATS", 2))
SAMPLE = 20_000
"""Customers on whom definitions are fitted."""
GOAL = 5.0
"""Processor seconds that a million customers may take."""
WORLDS = {"store": 1500, "b2b": 1500}
"""World: how many customers are drawn, whose rows are then repeated."""
FEATURES = ["days_since_purchase", "orders_n", "spend_total", "weekend_share", "evening_share"]
WORDS = ["region", "gender"]

RECIPES = {
    "abc, two-way": {"approach": "abc", "rule": "two_way"},
    "clusters": {"approach": "clusters", "features": FEATURES, "k": 6, "seed": 1},
    "combined": {"approach": "combined", "first": "rfm", "second": "geographic"},
    "combined, loyalty": {"approach": "combined", "first": "loyalty", "second": "rfm"},
}
"""What has to be told; approaches that are not here take their defaults."""
FITTED = {
    "clusters, Gaussian": lambda card: mixtures.fit(card, features=FEATURES, shape="full", k=6),
    "clusters, with words": lambda card: mixtures.mixed(
        card.head(2000), numbers=FEATURES, words=WORDS, k=5
    ),
}
"""Further models of the same approach, which no recipe names."""


def card(rows, *, seed=1):
    """Make a card of so many customers with the columns of all worlds; the first world wins."""
    rng = np.random.default_rng(seed)
    made = {"customer_id": np.char.add("C", np.arange(rows).astype(str))}
    for world, customers in WORLDS.items():
        small = known(simulate.world(world, customers=customers, seed=seed))
        places = rng.integers(0, len(small), rows)
        for name in small.columns.difference(list(made), sort=False):
            made[name] = stirred(small[name].take(places).reset_index(drop=True), rng)
    return pd.DataFrame(made)


def known(world):
    """Put all that a world's tables tell of its customers on one card."""
    tables = data.from_frames(**world.tables)
    as_of = data.card.analysis_date(tables)
    found = data.card.build(tables, as_of=as_of, window_days=0, everyone=True)
    further = data.outcomes.repeats(tables, as_of=as_of), cohorts.members(tables).execute()
    for more in further:
        found = found.merge(more, on="customer_id", how="left")
    return found


def stirred(values, rng):
    """Change numbers that are not whole by about a fiftieth; shares stay between 0 and 1."""
    if values.dtype != float or (values.dropna() % 1 == 0).all():
        return values
    changed = values * (1 + 0.02 * rng.standard_normal(len(values)))
    return changed.clip(0, 1).round(4) if values.dropna().between(0, 1).all() else changed.round(2)


def cases():
    """Name everything that is measured: all approaches, and the further models and recipes."""
    return list(dict.fromkeys([*approaches.names(), chooser.COMBINED, *RECIPES, *FITTED]))


def fitted(sample, name):
    """Return (definition, "") or (None, why not)."""
    try:
        if name in FITTED:
            return FITTED[name](sample), ""
        return segments.fit(sample, RECIPES.get(name, {"approach": name})), ""
    except StudyError as error:
        return None, str(error).splitlines()[0]


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
    by = definition.rules["by"]
    spend = pd.read_parquet(path, columns=[by])[by]
    first, second = definition.rules["cuts"]
    names = np.select([(spend > 0) & (spend >= first), (spend > 0) & (spend >= second)],
                      definition.order[:2], definition.order[2])  # fmt: skip
    return pd.Series(names).value_counts().to_dict()


def peer_rfm(path, definition):
    from segkit.segments.approaches import rfm

    table = pd.read_parquet(path, columns=definition.columns)
    scores = rfm.score(table, cuts=definition.rules["cuts"])
    names = [rfm.segment(*t) for t in zip(scores["R"], scores["F"], scores["M"], strict=True)]
    return pd.Series(names).value_counts().to_dict()


def peer_clusters(path, definition):
    from sklearn.cluster import KMeans

    from segkit.segments.approaches import clusters

    table = pd.read_parquet(path, columns=definition.columns)
    model = KMeans(len(definition.order), n_init=1).fit(np.array(definition.rules["centres"]))
    model.cluster_centers_ = np.array(definition.rules["centres"])
    found = model.predict(clusters.prepare(table, definition))
    return pd.Series(np.array(definition.order)[found]).value_counts().to_dict()


PEERS = {"abc": peer_abc, "rfm": peer_rfm, "clusters": peer_clusters}
"""Plain scripts that do the same: numpy, pandas row by row, scikit-learn."""


def best(work, *args):
    """Return (least wall seconds, least processor seconds, what came out last)."""
    wall, cpu = [], []
    for _ in range(REPEATS):
        began, used = time.perf_counter(), time.process_time()
        found = work(*args)
        wall.append(time.perf_counter() - began)
        cpu.append(time.process_time() - used)
    return min(wall), min(cpu), found


def measure(path, sample, name):
    """Measure one case; returns (a row of the table, processor seconds or None)."""
    definition, why = fitted(sample, name)
    if definition is None:
        return f"{name:22} not fitted: {why}", None
    wall, cpu, counts = best(counted, path, definition)
    kept, kept_cpu, _ = best(written, path, definition)
    told = f"{name:22}{wall:8.2f}{cpu:8.2f}{kept:10.2f}{kept_cpu:8.2f}{len(counts):10}"
    if name in PEERS:
        _, peer, theirs = best(PEERS[name], path, definition)
        assert theirs == counts, f"{name}: the peer counts otherwise"
        told += f"{peer:9.2f}{peer / cpu:7.1f}x"
    return told, max(cpu, kept_cpu)


def main(customers, names):
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "card.parquet")
        whole = card(customers)
        whole.to_parquet(path, index=False)
        sample = whole.head(SAMPLE)
        print(f"{customers:,} customers, {whole.shape[1]} columns, least of {REPEATS}, seconds")
        del whole
        heads = f"{'count':>8}{'cpu':>8}{'write':>10}{'cpu':>8}{'segments':>10}"
        print(f"{'':22}{heads}{'peer cpu':>9}{'ratio':>8}")
        missed = []
        for name in names or cases():
            told, cpu = measure(path, sample, name)
            print(told, flush=True)
            if cpu is None or cpu > GOAL * max(customers / 1_000_000, 0.2):
                missed.append(name)
    print(f"not fitted or above {GOAL:.0f} s for a million: {', '.join(missed) or 'none'}")


if __name__ == "__main__":
    number, *chosen = sys.argv[1:] or ["1000000"]
    main(int(number), chosen)
