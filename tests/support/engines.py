"""The engines of the tests: a PostgreSQL server and a Spark session of their own, and a shop.

Debian's PostgreSQL refuses to run as root; there it runs as the user postgres.
"""

import os
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

USER, PASSWORD = "shop_owner", "a:b/c@d ?#%"
"""The server's only user; the password holds all that an address could stumble over."""


def programs():
    """Find the folder with initdb and pg_ctl, the newest version, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: p.parent)
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


def need_postgres():
    """Skip with the reason where PostgreSQL or its driver is not installed."""
    if programs() is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    if not find_spec("psycopg"):
        pytest.skip('psycopg is not installed: pip install -e ".[postgres]"')
    if os.geteuid() == 0 and not shutil.which("runuser"):
        pytest.skip("PostgreSQL refuses to run as root, and there is no runuser")


def need_spark():
    """Skip with the reason where pyspark or Java is not installed."""
    if not find_spec("pyspark"):
        pytest.skip('pyspark is not installed: pip install -e ".[spark]"')
    if not shutil.which("java") and not os.environ.get("JAVA_HOME"):
        pytest.skip("Spark needs Java 17 (Debian: apt-get install openjdk-17-jre-headless)")


@contextmanager
def server():
    """Run a PostgreSQL server in a temporary folder; gives its port."""
    home = Path(tempfile.mkdtemp(prefix="segkit-postgres-"))
    port = _free_port()
    try:
        if os.geteuid() == 0:
            shutil.chown(home, "postgres")
        (home / "password").write_text(PASSWORD)
        (home / "password").chmod(0o644)
        _command("initdb", "-D", home / "data", "-U", USER, "--auth=scram-sha-256", "-E", "UTF8",
                 f"--pwfile={home / 'password'}", "--locale=C", "--no-sync")  # fmt: skip
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c fsync=off -k {home}"
        _command("pg_ctl", "-D", home / "data", "-w", "-l", home / "log", "-o", options, "start")
        yield port
    finally:
        if (home / "data" / "postmaster.pid").is_file():
            _command("pg_ctl", "-D", home / "data", "-m", "immediate", "stop")
        shutil.rmtree(home, ignore_errors=True)


def _command(name, *arguments):
    command = [str(programs() / name), *map(str, arguments)]
    if os.geteuid() == 0:
        command = ["runuser", "-u", "postgres", "--", *command]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, cwd="/", check=False, text=True)  # fmt: skip
    assert done.returncode == 0, done.stderr


def _free_port():
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return place.getsockname()[1]


COLUMNS = {
    "orders": {
        "customer_id": "client", "order_id": "receipt", "ordered_at": "bought", "amount": "paid",
        "quantity": "pieces", "product_id": "article", "store_id": "branch", "discount": "rebate",
    },
    "products": {"product_id": "article", "department": "shelf", "brand": "label"},
    "customers": {"customer_id": "client", "city": "town", "age": "age", "income": "income"},
    "mailings": {
        "customer_id": "client", "campaign_id": "letter", "sent_at": "sent", "ends_at": "until",
        "responded": "answered",
    },
}  # fmt: skip
"""Which column is which in both shops."""

TOWNS = ["Ägäis", "Zürich", "aachen", "Aachen", "zwolle", "Örebro", "Москва", None]


def small():
    """Give a shop of a dozen lines, written by hand: every rule and every tie once."""
    orders = pd.DataFrame(
        [
            (1, "a", "2024-01-05 10:00", "10.00", 1, 7, "N", "0.50"),
            (1, "a", "2024-01-05 10:01", "2.50", 1, 8, "N", "0.00"),
            (1, "b", "2024-02-03 18:30", "4.00", 2, 7, "S", None),
            (2, "c", "2024-01-06 23:59", "1.10", 1, 9, "N", "0.00"),
            (2, "c", "2024-01-06 23:59", "1.10", 1, 9, "N", "0.00"),  # the same line twice
            (2, "d", "2024-03-01 00:00", "-1.10", 1, 9, "N", "0.00"),  # a receipt of returns only
            (None, "e", "2024-01-07 09:00", "5.00", 1, 7, "N", "0.00"),  # nobody's
            (10, None, "2024-01-07 09:00", "5.00", 1, 7, "N", "0.00"),  # no order
            (10, "f", None, "5.00", 1, 7, "N", "0.00"),  # no day
            (10, "g", "2024-03-31 12:00", None, 1, 7, "N", "0.00"),  # no money
            (10, "h", "2024-02-29 05:00", "7.77", 0, None, None, "0.00"),
            (3, "i", "2098-01-01 05:00", "7.77", 0, 7, "N", "0.00"),  # the future
            (3, "j", "2024-03-31 23:59", "0.00", None, 1000, "N", "1.00"),
        ],
        columns=list(COLUMNS["orders"].values()),
    )  # fmt: skip
    customers = [(1, "Zürich", 30, 1000.5), (2, "aachen", None, 7.25), (2, "zwolle", 31, 1.0),
                 (99, "zwolle", 8, None)]  # fmt: skip
    mailings = [(1, "L1", "2024-02-01", "2024-02-20", True), (2, "L1", "2024-02-01", "2024-02-20",
                False), (99, "L2", "2024-03-01", "2024-03-09", None)]  # fmt: skip
    return _typed(
        orders,
        products=pd.DataFrame(
            [(7, "Deli & Salads", "private"), (8, "bakery", "national"), (9, None, None)],
            columns=list(COLUMNS["products"].values()),
        ),
        customers=pd.DataFrame(customers, columns=list(COLUMNS["customers"].values())),
        mailings=pd.DataFrame(mailings, columns=list(COLUMNS["mailings"].values())),
    )


def generated(n, *, seed=7):
    """Give a shop of about `n` lines: returns, ties, gaps, repetitions, odd spellings."""
    rng = np.random.default_rng(seed)
    people, goods = max(20, n // 25), 60
    receipt = rng.integers(0, n // 3, n)
    client = (receipt * 7919) % people
    day = (receipt * 104_729) % 365
    minute = (receipt * 31) % 1440 + rng.integers(0, 2, n)
    bought = pd.Timestamp("2023-01-01") + pd.to_timedelta(day * 1440 + minute, unit="m")
    paid = rng.integers(0, 5000, n) * np.where(rng.random(n) < 0.04, -1, 1)
    orders = pd.DataFrame(
        {
            "client": pd.array(client, dtype="Int64"),
            "receipt": [f"R{number}" for number in receipt],
            "bought": bought,
            "paid": [f"{cents // 100 if cents >= 0 else -(-cents // 100)}.{abs(cents) % 100:02}"
                     if abs(cents) >= 100 or cents >= 0 else f"-0.{abs(cents):02}"
                     for cents in paid],
            "pieces": pd.array(rng.integers(0, 4, n), dtype="Int64"),
            "article": pd.array(rng.integers(0, goods + 5, n), dtype="Int64"),
            "branch": rng.choice(["north", "South", "öst", None], n),
            "rebate": [f"{c / 100:.2f}" for c in rng.integers(0, 90, n)],
        }
    )  # fmt: skip
    for column, share in (("client", 0.01), ("article", 0.03), ("bought", 0.005), ("paid", 0.005)):
        orders.loc[rng.random(n) < share, column] = None
    orders = pd.concat([orders, orders.iloc[:40]], ignore_index=True)
    return _typed(orders, **_around(rng, people, goods))


def _around(rng, people, goods):
    who = np.arange(0, people + 10)
    customers = pd.DataFrame(
        {
            "client": who,
            "town": rng.choice(TOWNS, len(who)),
            "age": pd.array(rng.integers(16, 90, len(who)), dtype="Int64"),
            "income": np.round(rng.gamma(2, 12_345_678.0, len(who)), 3),
        }
    )
    products = pd.DataFrame(
        {
            "article": np.arange(goods),
            "shelf": rng.choice(["Übriges", "apples", "Bread", "bread", None], goods),
            "label": rng.choice(["private", "national", None], goods),
        }
    )
    sent = pd.date_range("2023-02-01", periods=6, freq="45D")
    mailings = pd.DataFrame(
        [(c, f"L{k}", str(sent[k].date()), str((sent[k] + pd.Timedelta("14D")).date()),
          bool(rng.random() < 0.2)) for k in range(6) for c in rng.choice(who, people // 2, False)],
        columns=list(COLUMNS["mailings"].values()),
    )  # fmt: skip
    return {"customers": customers, "products": products, "mailings": mailings}


def _typed(orders, **others):
    """Give every column the type that a database would have for it: Arrow tables."""
    import pyarrow as pa

    kinds = {
        "bought": pa.timestamp("us"), "paid": pa.decimal128(12, 2), "rebate": pa.decimal128(12, 2),
        "client": pa.int64(), "article": pa.int32(), "pieces": pa.int16(), "age": pa.int32(),
        "income": pa.float64(), "sent": pa.date32(), "until": pa.date32(), "answered": pa.bool_(),
    }  # fmt: skip
    return {
        name: pa.table({c: _column(frame[c], kinds.get(c, pa.string())) for c in frame})
        for name, frame in {"orders": orders, **others}.items()
    }


def _column(values, kind):
    import datetime
    import decimal

    import pyarrow as pa

    makers = {
        "decimal128(12, 2)": decimal.Decimal,
        "date32[day]": datetime.date.fromisoformat,
        "timestamp[us]": lambda value: pd.Timestamp(value).to_pydatetime(),
        "string": str,
        "bool": bool,
        "double": float,
    }
    make = makers.get(str(kind), int)
    return pa.array([None if pd.isna(value) else make(value) for value in values], kind)
