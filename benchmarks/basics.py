"""ABC, RFM, lifecycle, activity and behaviour: how long the engine takes to assign customers.

`python benchmarks/basics.py [customers]`, 1,000,000 unless told. Every approach is fitted on a
card of that size and its segments are assigned by DuckDB, as an expression over one table. Where
the peers' environment is there (see `scale.py`), the CDNOW shares of METHOD are checked as well.
"""

import sys
import time
from pathlib import Path

import ibis
import numpy as np
import pandas as pd

from segkit import segments
from segkit.segments.approaches import abc, activity, behaviour, lifecycle, rfm

PEERS = Path(sys.prefix) / "peers"
EXPECTED = (0.678, 0.218, 0.104)
"""CDNOW: money of the top 20 %, the next 30 % and the rest of the customers."""


def a_card(n):
    """Return a card of n customers with the columns the approaches read."""
    rng = np.random.default_rng(1)
    last = rng.integers(1, 700, n)
    sent = rng.integers(0, 9, n)
    return pd.DataFrame(
        {
            "customer_id": np.arange(n),
            "days_since_purchase": last,
            "days_since_first_purchase": last + rng.integers(0, 700, n),
            "orders_n": rng.geometric(0.3, n),
            "spend_total": rng.lognormal(4, 1.3, n).round(2),
            "coupon_orders_share": rng.beta(1, 6, n),
            "campaigns_received_n": sent,
            "mailings_judged_n": sent,
            "mailings_opened_n": rng.binomial(sent, 0.4),
            "campaigns_responded_n": rng.binomial(sent, 0.1),
        }
    )


def definitions(card):
    """Fit every approach; returns {name: (seconds, Definition)}."""
    asked = {
        "abc": lambda: abc.fit(card),
        "abc two-way": lambda: abc.fit(card, rule="two_way"),
        "rfm": lambda: rfm.fit(card),
        "lifecycle": lambda: lifecycle.fit(card),
        "activity": lambda: activity.fit(card),
        "behaviour": lambda: behaviour.fit(card),
    }
    return {name: timed(fit) for name, fit in asked.items()}


def timed(call):
    """Return (seconds, result) of a call."""
    began = time.perf_counter()
    result = call()
    return time.perf_counter() - began, result


def main(n):
    """Print one line per approach."""
    card = a_card(n)
    connection = ibis.duckdb.connect()
    table = connection.create_table("card", card)
    print(f"{n:,} customers            fit s   assign s")
    for name, (fitted, definition) in definitions(card).items():
        labelled = segments.assign(table, definition)
        counts = labelled.group_by("segment").agg(n=labelled.count())
        seconds, found = timed(counts.execute)
        assert found["n"].sum() == n
        print(f"{name:<20} {fitted:10.2f} {seconds:10.3f}")
    cdnow()


def cdnow():
    """Check the shares of the CDNOW customers, where that log is at hand."""
    paths = sorted(PEERS.glob("lib/*/site-packages/lifetimes/datasets/CDNOW_master.txt"))
    if not paths:
        print("CDNOW: not here (the peers' environment is made by benchmarks/scale.py)")
        return
    names = ["customer_id", "day", "cds_n", "amount"]
    log = pd.read_csv(paths[0], sep=r"\s+", header=None, skiprows=1, names=names)
    card = log.groupby("customer_id")["amount"].sum().rename("spend_total").reset_index()
    found = abc.compare(card).query("rule == 'count'")["money_share"].tolist()
    assert np.allclose(found, EXPECTED, atol=0.002), found
    print(f"CDNOW, {len(card):,} customers: {', '.join(f'{share:.4f}' for share in found)}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
