"""Ten million order lines: the card, the ingest, the summary for BG/NBD, the assignment.

Every contender runs in processes of its own, in turns, imports included; the least of all
repeats counts. Wall seconds, processor seconds (which bear a busy machine better) and the peak of
resident memory are those of the whole process. Peers do the same job on the same made-up shop
(`shop.py`): SQL written by hand for DuckDB, pandas, lifetimes, pymc-marketing, scikit-learn. A
first run that is not timed keeps what was made; all columns must agree to 1e-6.

    python benchmarks/scale.py                 all parts: 10 million lines, 100 in `huge`
    python benchmarks/scale.py card summary    some of them: card csv threads summary assign huge
    LINES=1000000 python benchmarks/scale.py   another size (`huge` takes ten times as many)
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import shop

LINES = int(os.environ.get("LINES", 10_000_000))
REPEATS = int(os.environ.get("REPEATS", 3))
HERE = Path(__file__).resolve()
PEERS = Path(sys.prefix) / "peers"

CARD = """
with lines as (
  select *, coalesce(quantity, 1) <> 0 as goods, greatest(amount, 0) as bought
  from '{folder}/orders.parquet'
), orders as (
  select customer_id, order_id, min(ordered_at) as ordered_at, sum(amount) as amount,
    bool_or(amount >= 0) as purchase, count(*) filter (goods) as lines_n,
    sum(coupon_discount) as coupon from lines group by 1, 2
), by_order as (
  select customer_id,
    date_diff('day', max(ordered_at) filter (purchase)::date, date '{as_of}')
      as days_since_purchase,
    date_diff('day', min(ordered_at) filter (purchase)::date, date '{as_of}')
      as days_since_first_purchase,
    count(*) filter (purchase) as orders_n, sum(lines_n) as lines_n,
    sum(amount)::double as spend_total,
    avg((isodow(ordered_at) >= 6)::int) filter (purchase) as weekend_share,
    avg((hour(ordered_at) between 5 and 11)::int) filter (purchase) as morning_share,
    avg((hour(ordered_at) >= 18)::int) filter (purchase) as evening_share,
    avg((coupon > 0)::int) filter (purchase) as coupon_orders_share,
    coalesce(sum(amount) filter (purchase and amount > 0 and ordered_at >= timestamp '{middle}'), 0)
      / nullif(sum(amount) filter (purchase and amount > 0), 0) as spend_recent_share
  from orders group by 1
), by_line as (
  select customer_id, sum(quantity) as items_n, count(distinct store_id) as stores_n,
    sum(discount) / nullif(sum(bought) + sum(discount), 0) as retail_discount_share
  from lines group by 1
), each as (
  select customer_id, product_id, sum(bought) as bought, bool_or(goods) as goods
  from lines group by 1, 2
), by_product as (
  select customer_id, count(*) filter (goods) as distinct_products_n,
    coalesce(sum(bought) filter (brand = 'private'), 0)
      / nullif(sum(bought) filter (brand is not null), 0) as private_label_share,
    {departments},
    coalesce(sum(bought) filter (department is null), 0) / nullif(sum(bought), 0) as share_other
  from each left join '{folder}/products.parquet' using (product_id) group by 1
)
select *, lines_n / orders_n as lines_per_order, spend_total / orders_n as spend_per_order
from by_order join by_line using (customer_id) join by_product using (customer_id)
where orders_n > 0 order by customer_id
"""
DEPARTMENT = (
    "coalesce(sum(bought) filter (department = '{0}'), 0) / nullif(sum(bought), 0) as share_{0}"
)
MIDDLE = "2024-01-01 12:00"
"""Half way between the first order's day and the analysis date."""


def tables(folder, name="shop", **limits):
    """Open the tables of a study (name) in the folder, ingesting them if need be."""
    os.environ["SEGKIT_HOME"] = str(folder)
    os.environ.setdefault("SEGKIT_RUNS", str(folder / "runs"))
    import segkit
    from segkit import data

    return data.open(segkit.open_run(name, stage="03_data"), **limits)


def segkit_card(folder):
    from segkit import data

    return data.card.build(tables(folder), as_of=shop.AS_OF, window_days=0)


def segkit_from_raw(folder):
    with tempfile.TemporaryDirectory(dir=folder) as runs:
        os.environ["SEGKIT_RUNS"] = runs
        return segkit_card(folder)


def sql_card(folder):
    import duckdb

    shares = ",\n    ".join(DEPARTMENT.format(name) for name in shop.DEPARTMENTS)
    names = {"folder": folder, "as_of": shop.AS_OF, "middle": MIDDLE, "departments": shares}
    with duckdb.connect() as connection:
        return connection.execute(CARD.format(**names)).df()


def pandas_card(folder):
    import pandas as pd

    lines = pd.read_parquet(folder / "orders.parquet")
    products = pd.read_parquet(folder / "products.parquet")
    for column in ("amount", "discount", "coupon_discount"):
        lines[column] = lines[column].astype(float)
    lines["bought"] = lines.amount.clip(lower=0)
    card = _pandas_orders(lines)
    per = lines.groupby("customer_id")
    card["lines_n"], card["items_n"] = per.size(), per.quantity.sum()
    card["stores_n"], card["distinct_products_n"] = per.store_id.nunique(), per.product_id.nunique()
    bought, saved = per.bought.sum(), per.discount.sum()
    card["retail_discount_share"] = saved / (bought + saved)
    card["lines_per_order"] = card.lines_n / card.orders_n
    lines = lines[["customer_id", "product_id", "bought"]].merge(products, on="product_id")
    own = lines[lines.brand == "private"].groupby("customer_id").bought.sum()
    card["private_label_share"] = own.reindex(bought.index, fill_value=0) / bought
    shares = lines.pivot_table(
        index="customer_id", columns="department", values="bought", aggfunc="sum", fill_value=0
    )
    shares = shares.div(bought, axis=0).add_prefix("share_").assign(share_other=0.0)
    card = card.join(shares.where(bought > 0))
    return card[card.orders_n > 0].sort_index().reset_index()


def _pandas_orders(lines):
    import pandas as pd

    orders = lines.groupby(["customer_id", "order_id"]).agg(
        at=("ordered_at", "min"), amount=("amount", "sum"), most=("amount", "max"),
        coupon=("coupon_discount", "sum"),
    )  # fmt: skip
    spend = orders.groupby("customer_id").amount.sum()
    orders = orders[orders.most >= 0]
    hour = orders["at"].dt.hour
    orders = orders.assign(
        weekend_share=orders["at"].dt.day_of_week >= 5,
        morning_share=hour.between(5, 11),
        evening_share=hour >= 18,
        coupon_orders_share=orders.coupon > 0,
        paid=orders.amount.clip(lower=0),
        recent=orders.amount.clip(lower=0).where(orders["at"] >= MIDDLE, 0),
    )
    by = orders.groupby("customer_id")
    shares = ["weekend_share", "morning_share", "evening_share", "coupon_orders_share"]
    card, end = by[shares].mean(), pd.Timestamp(shop.AS_OF)
    card["days_since_purchase"] = (end - by["at"].max().dt.normalize()).dt.days
    card["days_since_first_purchase"] = (end - by["at"].min().dt.normalize()).dt.days
    card["orders_n"], card["spend_total"] = by.size(), spend
    card["spend_per_order"] = card.spend_total / card.orders_n
    paid = by.paid.sum()
    card["spend_recent_share"] = by.recent.sum() / paid.where(paid > 0)
    return card


def segkit_summary(folder):
    from segkit import data

    held = tables(folder)
    return _timed(lambda: data.outcomes.repeats(held, as_of=shop.AS_OF))


def _timed(make):
    """Print the seconds of the call alone: without imports, for the peers without reading too."""
    began = time.perf_counter()
    made = make()
    print(time.perf_counter() - began)
    return made


def lifetimes_summary(folder):
    from lifetimes.utils import summary_data_from_transaction_data

    orders = _purchases(folder)
    found = _timed(
        lambda: summary_data_from_transaction_data(
            orders, "customer_id", "ordered_at", "amount",
            observation_period_end=LAST_DAY, freq="D",
        )
    )  # fmt: skip
    return found.reset_index().rename(columns=NAMES)


def pymc_summary(folder):
    from pymc_marketing.clv.utils import rfm_summary

    orders = _purchases(folder)
    found = _timed(
        lambda: rfm_summary(
            orders, "customer_id", "ordered_at", "amount",
            observation_period_end=LAST_DAY, time_unit="D",
        )
    )  # fmt: skip
    return found.rename(columns=NAMES)


LAST_DAY = "2024-12-31"
NAMES = {
    "frequency": "repeat_days_n",
    "recency": "days_first_to_last",
    "T": "days_observed",
    "monetary_value": "spend_per_repeat_day",
}


def _purchases(folder):
    import pandas as pd

    columns = ["customer_id", "ordered_at", "amount", "purchase"]
    orders = pd.read_parquet(folder / "runs/shop/tables/baskets.parquet", columns=columns)
    orders = orders[orders.purchase].drop(columns="purchase")
    return orders.assign(amount=orders.amount.astype(float))


def assigned(folder, approach):
    """Assign a stored definition to all customers in the engine, from Parquet to Parquet."""
    import ibis

    from segkit import segments

    definition = json.loads((folder / f"{approach}.json").read_text())
    connection = ibis.duckdb.connect(memory_limit="1GB", temp_directory=str(folder / ".spill"))
    table = connection.read_parquet(str(folder / "customers.parquet"))
    found = segments.assign(table, definition)
    connection.to_parquet(found, str(folder / f"{approach}_segkit.parquet"))


def assigned_by_pandas(folder, approach):
    """Do the same with pandas, and scikit-learn for the nearest centre."""
    import numpy as np
    import pandas as pd

    rules = json.loads((folder / f"{approach}.json").read_text())
    card = pd.read_parquet(folder / "customers.parquet")
    order, found = np.array(rules["order"], dtype=object), rules["rules"]
    if approach == "clusters":
        from sklearn.metrics import pairwise_distances_argmin

        scaled = [
            ((np.log1p(card[s["column"]]) if s["log"] else card[s["column"]]) - s["mean"]) / s["sd"]
            for s in found["scaling"]
        ]
        matrix, centres = np.column_stack(scaled), np.array(found["centres"])
        segment = order[pairwise_distances_argmin(matrix, centres)]
    elif approach == "abc":
        spend, (first, second) = card.spend_total.to_numpy(), found["cuts"]
        segment = order[np.select([spend >= first, spend >= second], [0, 1], 2)]
    else:
        segment = _rfm(card, found["cuts"])
    card.assign(segment=segment).to_parquet(folder / f"{approach}_pandas.parquet")


def _rfm(card, cuts):
    import numpy as np

    from segkit.segments.approaches import rfm

    score = {x: 1 + np.searchsorted(cuts[x], card[c], side="left") for x, c in rfm.COLUMNS.items()}
    r, value = 6 - score["R"], score["F"] + score["M"]
    recency = np.select([r >= rfm.RECENT, r >= rfm.COOLING], [0, 1], 2)
    size = np.select([value >= rfm.HIGH, value >= rfm.MIDDLE], [0, 1], 2)
    return np.array(list(rfm.NAMES.values()), dtype=object)[recency * 3 + size]


APPROACHES = ("rfm", "abc", "clusters")

CONTENDERS = {
    "segkit, from ingested tables": segkit_card,
    "segkit, ingest and card": segkit_from_raw,
    "DuckDB, SQL by hand": sql_card,
    "pandas": pandas_card,
    "segkit": segkit_summary,
    "lifetimes": lifetimes_summary,
    "pymc-marketing": pymc_summary,
    "open again, CSV": lambda folder: tables(folder, "csv").facts(),
    "open again, Parquet": lambda folder: tables(folder, "shop").facts(),
    **{f"threads {n}": lambda folder, n=n: _hashed(folder, threads=n) for n in (1, 2)},
    **{f"{a} in the engine": lambda f, a=a: assigned(f, a) for a in APPROACHES},
    **{f"{a} in pandas": lambda f, a=a: assigned_by_pandas(f, a) for a in APPROACHES},
}  # fmt: skip
OUTSIDE = ("lifetimes", "pymc-marketing")


def _hashed(folder, *, threads):
    """Ingest and build the card anew with so many threads; returns a hash over all columns."""
    import pandas as pd

    from segkit import data

    with tempfile.TemporaryDirectory(dir=folder) as runs:
        os.environ["SEGKIT_RUNS"] = runs
        card = data.card.build(tables(folder, threads=threads), as_of=shop.AS_OF, window_days=0)
    print(int(pd.util.hash_pandas_object(card, index=False).sum()))


def measure(name, folder, **environment):
    """Run one contender in a process of its own: wall and processor seconds, peak MB, output."""
    python = PEERS / "bin" / "python" if name in OUTSIDE else sys.executable
    with tempfile.TemporaryFile("w+") as output:
        began = time.perf_counter()
        child = subprocess.Popen([python, HERE, "do", name, folder], stdout=output,
                                 env={**os.environ, **environment})  # fmt: skip
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = status
        wall = time.perf_counter() - began
        output.seek(0)
        told = output.read()
    if status:
        sys.exit(f"{name} failed")
    cpu, peak = used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
    return {"wall": wall, "cpu": cpu, "peak": peak, "told": told.strip()}


def best(names, folder, *, repeats=None, **environment):
    """Measure contenders in turns; returns {name: the least of each}."""
    rounds = [
        {n: measure(n, folder, **environment) for n in names} for _ in range(repeats or REPEATS)
    ]
    return {n: {k: min(r[n][k] for r in rounds) for k in rounds[0][n]} for n in names}


def show(title, found, *, base):
    """Print one line per contender, and its ratios to the contender `base`."""
    print(
        f"\n{title:38}{'seconds':>9}{'cpu s':>8}{'peak MB':>9}{'time':>7}{'memory':>8}", flush=True
    )
    for name, r in found.items():
        time_, memory = r["wall"] / found[base]["wall"], r["peak"] / found[base]["peak"]
        print(f"{name:38}{r['wall']:9.2f}{r['cpu']:8.2f}{r['peak']:9.0f}{time_:7.2f}{memory:8.2f}")
    print(f"time and memory: ratio to “{base}”", flush=True)


def agree(folder, names):
    """Keep what each contender makes and require the same columns and numbers, to 1e-6."""
    import numpy as np
    import pandas as pd

    for name in names:
        measure(name, folder, KEEP="1")
    kept = {n: pd.read_parquet(folder / f"{n}.kept.parquet") for n in names}
    first, *others = kept.values()
    numbers = [c for c in first.columns if c != "customer_id"]
    for other in others:
        assert set(other.columns) == set(first.columns), set(other.columns) ^ set(first.columns)
        assert list(other.customer_id) == list(first.customer_id)
        for column in numbers:
            mine, theirs = first[column].astype(float), other[column].astype(float)
            assert np.allclose(mine, theirs, rtol=1e-6, atol=1e-6, equal_nan=True), column
    print(f"equal to 1e-6: {len(first):,} rows × {len(numbers)} columns of {', '.join(names)}")


def prepare(folder, lines, *, kinds=("parquet",)):
    """Make the shop and its study files in the folder."""
    for part in ("studies", "notebooks"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    for kind in kinds:
        path = folder / f"orders.{kind}"
        if not path.is_file():
            shop.make(folder, lines, kind=kind)
        (folder / "studies" / f"{'shop' if kind == 'parquet' else kind}.yaml").write_text(
            f"title: A made-up shop\ntables:\n  orders:\n    file: {path}\n"
            f"  products:\n    file: {folder}/products.parquet\n"
        )
    return folder


def card(folder):
    names = ["segkit, from ingested tables", "segkit, ingest and card", "DuckDB, SQL by hand"]
    prepare(folder, LINES)
    agree(folder, [*names, "pandas"])
    found = best(names, folder) | best(["pandas"], folder, repeats=1)
    show(f"customer card, {LINES:,} lines", found, base="DuckDB, SQL by hand")


def summary(folder):
    prepare(folder, LINES)
    measure("segkit", folder)  # ingests
    names = ["segkit", *(OUTSIDE if peers() else ())]
    if len(names) > 1:
        agree(folder, names)
    found = best(names[:1], folder) | best(names[1:], folder, repeats=1)
    show(f"summary for BG/NBD, {LINES // 3:,} orders", found, base="segkit")
    alone = {name: float(r["told"]) for name, r in found.items()}
    for name, seconds in alone.items():
        print(f"the call alone, {name}: {seconds:.2f} s, ratio {seconds / alone['segkit']:.1f}")


def peers():
    """Make the peers' environment with uv unless it is there; returns whether there is one."""
    if (PEERS / "bin" / "python").is_file():
        return True
    uv = Path(sys.executable).with_name("uv")
    if not uv.is_file():
        print("no uv: lifetimes and pymc-marketing are left out")
        return False
    subprocess.run([uv, "venv", "-q", "--python", sys.executable, PEERS], check=True)
    wanted = ["-r", HERE.with_name("peers.txt")]
    subprocess.run(
        [uv, "pip", "install", "-q", "--python", PEERS / "bin" / "python", *wanted], check=True
    )
    return True


def csv(folder):
    prepare(folder / "csv", LINES // 10, kinds=("parquet", "csv"))
    names = ["open again, Parquet", "open again, CSV"]
    first = {n: measure(n, folder / "csv") for n in names}
    found = {f"{n} (first time)": r for n, r in first.items()} | best(names, folder / "csv")
    show(f"opening the tables, {LINES // 10:,} lines", found, base=names[0])


def threads(folder):
    prepare(folder / "threads", LINES // 10)
    found = [measure(f"threads {n}", folder / "threads")["told"] for n in (1, 2, 2)]
    assert len(set(found)) == 1, found
    print(f"\none hash over all columns of the card, 1 and 2 threads, three runs: {found[0]}")


def huge(folder):
    """Ten times the lines with a memory limit set, against the first size under that limit."""
    found = {}
    for lines in (LINES, 10 * LINES):
        here = prepare(folder if lines == LINES else folder / "huge", lines)
        found[f"{lines:,} lines, ingest and card"] = measure(
            "segkit, ingest and card", here, SEGKIT_MEMORY="1GB"
        )
    show("memory limit 1 GB", found, base=next(iter(found)))


CUSTOMERS = """
copy (select printf('C%08d', i) as customer_id, (hash(i, 1) % 730)::bigint as days_since_purchase,
  (1 + floor(30 * pow(hash(i, 2) % 1000003 / 1000003.0, 4)))::bigint as orders_n,
  round(5 * exp(5 * (hash(i, 3) % 1000003 / 1000003.0)), 2) as spend_total,
  hash(i, 4) % 1000003 / 1000003.0 as weekend_share
from range({n}) t(i)) to '{path}'"""


def assign(folder):
    import duckdb

    from segkit import segments

    duckdb.execute(CUSTOMERS.format(n=LINES, path=folder / "customers.parquet"))
    sample = duckdb.sql(f"from '{folder}/customers.parquet' limit 20000").df()
    features = ["days_since_purchase", "orders_n", "spend_total", "weekend_share"]
    recipes = {"rfm": {}, "abc": {}, "clusters": {"features": features, "k": 5, "seed": 1}}
    for approach, recipe in recipes.items():
        definition = segments.fit(sample, {"approach": approach, **recipe})
        (folder / f"{approach}.json").write_text(json.dumps(definition.to_dict()))
        names = [f"{approach} in the engine", f"{approach} in pandas"]
        found = best(names, folder, repeats=1)
        counts = [_counts(folder / f"{approach}_{by}.parquet") for by in ("segkit", "pandas")]
        assert counts[0] == counts[1], counts
        show(f"assignment of {LINES:,} customers", found, base=names[1])


def _counts(path):
    import duckdb

    return duckdb.sql(f"select segment, count(*) from '{path}' group by 1 order by 1").fetchall()


PARTS = {"card": card, "csv": csv, "threads": threads, "summary": summary, "assign": assign,
         "huge": huge}  # fmt: skip


def main(parts):
    """Measure the parts, all by default, in a temporary folder (or FOLDER, which is kept)."""
    unknown = set(parts) - set(PARTS)
    if unknown:
        sys.exit(f"There is no part {', '.join(unknown)}; there are {', '.join(PARTS)}.")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(os.environ.get("FOLDER") or temporary)
        for part in parts or PARTS:
            PARTS[part](folder)


if __name__ == "__main__":
    if sys.argv[1:2] == ["do"]:
        made = CONTENDERS[sys.argv[2]](Path(sys.argv[3]))
        if os.environ.get("KEEP"):
            made.to_parquet(Path(sys.argv[3]) / f"{sys.argv[2]}.kept.parquet")
    else:
        main(sys.argv[1:])
