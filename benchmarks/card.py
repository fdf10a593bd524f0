"""The customer card against its peers: hand-written SQL in DuckDB, and pandas.

Each contender runs in processes of its own, in turns, on the same ingested order lines. The
best of all repeats counts, in seconds on the wall and of all processors together (the latter
bears a busy machine); memory is the peak of the process. All give the same total, which is
checked. Run: python benchmarks/card.py
"""

import json
import os
import subprocess
import sys
import tempfile

REPEATS, ROUNDS = 3, 2

SQL = """
with lines as (
  select *, coalesce(quantity, 1) <> 0 as goods, greatest(amount, 0) as bought from '{orders}'
), orders as (select * from '{baskets}'),
by_order as (
  select customer_id, date_diff('day', max(ordered_at)::date, date '2018-01-01') as days,
    count(*) as orders_n, sum(lines_n) as lines_n, sum(amount) as spend,
    avg((isodow(ordered_at) >= 6)::int) as weekend, avg((hour(ordered_at) >= 18)::int) as evening,
    avg((hour(ordered_at) between 5 and 11)::int) as morning,
    avg((coupon_discount > 0)::int) as coupons,
    sum(amount) filter (ordered_at >= timestamp '2017-07-02 12:00') / sum(amount) as recent
  from orders group by 1
), by_line as (
  select customer_id, sum(quantity) as items, count(distinct store_id) as stores,
    sum(discount) / (sum(bought) + sum(discount)) as saved from lines group by 1
), each as (
  select customer_id, product_id, sum(bought) as bought, bool_or(goods) as goods
  from lines group by 1, 2
), by_product as (
  select customer_id, count(*) filter (goods) as products,
    sum(bought) filter (brand = 'private') / sum(bought) filter (brand is not null) as private,
    {departments}
  from each left join '{products}' using (product_id) group by 1
)
select * from by_order join by_line using (customer_id) join by_product using (customer_id)
"""
DEPARTMENT = "sum(bought) filter (department = '{0}') / sum(bought) as \"share {0}\""


def segkit_card(folder):
    from segkit import data, study

    tables = data.open(study.open_run("grocery", stage="03_data"))
    return lambda: data.card.build(tables, as_of="2018-01-01", window_days=365).spend_total.sum()


def sql_card(folder):
    import duckdb

    paths = {name: f"{folder}/{name}.parquet" for name in ("orders", "baskets", "products")}
    names = duckdb.sql(f"select distinct department from '{paths['products']}'").fetchall()
    shares = ",\n    ".join(DEPARTMENT.format(name) for (name,) in sorted(names))
    query = SQL.format(**paths, departments=shares)
    return lambda: float(duckdb.sql(query).df().spend.sum())


def pandas_card(folder):
    import pandas as pd

    def build():
        lines = pd.read_parquet(f"{folder}/orders.parquet")
        products = pd.read_parquet(f"{folder}/products.parquet")
        for column in ("amount", "discount", "coupon_discount"):
            lines[column] = lines[column].astype(float)
        return _pandas_card(lines, products)

    return build


def _pandas_card(lines, products):
    import pandas as pd

    lines["goods"] = lines.quantity.fillna(1) != 0
    lines = lines.merge(products, on="product_id", how="left")
    per = lines.groupby("customer_id")
    orders = lines.groupby(["customer_id", "order_id"]).agg(
        at=("ordered_at", "first"), spend=("amount", "sum"), coupons=("coupon_discount", "sum")
    )
    orders["weekend"], orders["hour"] = orders["at"].dt.dayofweek >= 5, orders["at"].dt.hour
    orders["evening"], orders["morning"] = orders.hour >= 18, orders.hour.between(5, 11)
    orders["coupon"] = orders.coupons > 0
    orders["recent"] = orders.spend.where(orders["at"] >= "2017-07-02 12:00", 0)
    by = orders.groupby("customer_id")
    card = by[["weekend", "evening", "morning", "coupon"]].mean()
    card["days"] = (pd.Timestamp("2018-01-01") - by["at"].max().dt.normalize()).dt.days
    card["orders_n"], card["spend"] = by.size(), by.spend.sum()
    card["recent"] = by.recent.sum() / card.spend
    card["lines_n"], card["items"] = per.goods.sum(), per.quantity.sum()
    card["stores"] = per.store_id.nunique()
    card["products"] = lines[lines.goods].groupby("customer_id").product_id.nunique()
    card["saved"] = per.discount.sum() / (card.spend + per.discount.sum())
    brands = lines.pivot_table(index="customer_id", columns="brand", values="amount", aggfunc="sum")
    card["private"] = brands["private"] / brands.sum(axis=1)
    shares = lines.pivot_table(
        index="customer_id", columns="department", values="amount", aggfunc="sum", fill_value=0
    )
    return card.join(shares.div(card.spend, axis=0)).spend.sum()


CONTENDERS = {"segkit": segkit_card, "DuckDB SQL": sql_card, "pandas": pandas_card}


def measure(name, folder):
    """Run one contender in this process: seconds, processor seconds, peak MB, its total."""
    import resource
    import time

    run, walls, busy = CONTENDERS[name](folder), [], []
    for _ in range(REPEATS):
        wall, cpu = time.perf_counter(), time.process_time()
        total = run()
        walls.append(time.perf_counter() - wall)
        busy.append(time.process_time() - cpu)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"wall": min(walls), "cpu": min(busy), "peak": peak, "total": round(float(total), 2)}


def prepare():
    """Ingest once; returns seconds and the folder of the tables."""
    import time

    from segkit import data, study

    run = study.open_run("grocery", stage="03_data")
    start = time.perf_counter()
    data.open(run)
    return time.perf_counter() - start, run.path / "tables"


def compare():
    """Measure everybody in turns and return the table as text."""
    seconds, folder = prepare()
    rounds = [{n: _in_process(n, folder) for n in CONTENDERS} for _ in range(ROUNDS)]
    best = {n: {k: min(r[n][k] for r in rounds) for k in rounds[0][n]} for n in CONTENDERS}
    assert len({result["total"] for result in best.values()}) == 1, best
    lines = [f"ingest of 1.47 million order lines: {seconds:.1f} s"]
    lines.append(f"{'customer card':16}{'seconds':>9}{'cpu s':>8}{'peak MB':>9}{'ratio':>8}")
    for name, r in best.items():
        ratio = r["cpu"] / best["segkit"]["cpu"]
        lines.append(f"{name:16}{r['wall']:9.2f}{r['cpu']:8.2f}{r['peak']:9.0f}{ratio:8.2f}")
    return "\n".join(
        [*lines, "ratio: processor seconds for one of segkit; above 1, segkit is faster"]
    )


def _in_process(name, folder):
    command = [sys.executable, __file__, name, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(measure(sys.argv[1], sys.argv[2])))
    else:
        with tempfile.TemporaryDirectory() as runs:
            os.environ["SEGKIT_RUNS"] = runs
            print(compare())
