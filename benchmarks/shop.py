"""Order lines of a made-up shop, of any size, the same from any run.

Every value is a hash of its line's or order's number, so nothing depends on threads. Three lines
an order on average, a few customers and products that are bought far more than the rest, two
years with the time of day, returns (some on receipts of their own), price reductions and
coupons. No line repeats another. A generator, not a model of a market.

    python benchmarks/shop.py FOLDER LINES [csv]
"""

import sys
from pathlib import Path

LINES_PER_CUSTOMER, PRODUCTS, STORES, DAYS = 30, 20_000, 60, 730
AS_OF = "2025-01-01"
"""The day after the last order; the first is two years earlier."""

DEPARTMENTS = ("bakery", "coffee", "dairy", "deli", "drinks", "flowers", "frozen", "fruit",
               "garden", "home", "meat", "pets")  # fmt: skip

PRODUCT = f"""
select printf('P%05d', i) as product_id,
  list_value({", ".join(f"'{d}'" for d in DEPARTMENTS)})[(1 + hash(i) % 12)::integer] as department,
  case when hash(i + 1000000) % 5 = 0 then 'private' else 'national' end as brand
from range({PRODUCTS}) t(i)"""

LINE = """
with orders as (
  select o, hash(o, 1) % 1000003 / 1000003.0 as who, hash(o, 2) as h,
    (hash(o, 4) % 5)::integer as more, hash(o, 3) % 100 < 2 as returned
  from range({first}, {last}) t(o)
), lines as (
  select *, hash(o, i + 10) as g, hash(o, i + 20) % 1000003 / 1000003.0 as what,
    hash(o, i + 30) as p
  from (select *, unnest(range(1 + more)) as i from orders)
), priced as (
  select *, 1 + g // 64 % 4 as items, (50 + p % 1950)::bigint as cents,
    returned or g % 200 < 3 as back,
    if(p // 4096 % 5 = 0, 10 + p // 64 % 300, 0) as cut
  from lines
)
select printf('C%08d', floor({customers} * who * who)::bigint) as customer_id,
  1000000 + o as order_id,
  timestamp '2023-01-01' + to_days((o * {days} // {orders})::integer)
    + to_seconds(28800 + (h % 50400)::integer) as ordered_at,
  (if(back, -1, 1) * cents * items::bigint / 100.0)::decimal(18, 2) as amount,
  items::integer as quantity,
  printf('P%05d', floor({products} * what * what)::bigint) as product_id,
  printf('S%02d', (h // 65536 % {stores})::bigint) as store_id,
  (cut / 100.0)::decimal(18, 2) as discount,
  (if(g // 512 % 20 = 0, 50 + i, 0) / 100.0)::decimal(18, 2) as coupon_discount
from priced"""


def make(folder, lines, *, kind="parquet"):
    """Write orders.parquet (or orders.csv) and products.parquet; returns the path of the orders."""
    import duckdb

    folder, orders = Path(folder), lines // 3
    folder.mkdir(parents=True, exist_ok=True)
    con = duckdb.connect(config={"memory_limit": "1GB", "temp_directory": str(folder / ".spill")})
    con.execute("set preserve_insertion_order = true")
    con.execute(f"copy ({PRODUCT}) to '{folder}/products.parquet'")
    path = folder / f"orders.{kind}"
    names = {"orders": orders, "customers": max(lines // LINES_PER_CUSTOMER, 1), "days": DAYS}
    query = LINE.format(**names, products=PRODUCTS, stores=STORES, first=0, last=orders)
    layout = "format parquet, compression zstd" if kind == "parquet" else "format csv, header"
    con.execute(f"copy ({query}) to '{path}' ({layout})")
    return path


if __name__ == "__main__":
    print(make(sys.argv[1], int(sys.argv[2]), kind=(sys.argv[3:] or ["parquet"])[0]))
