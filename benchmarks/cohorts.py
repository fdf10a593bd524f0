"""Ten million order lines: the cohort triangle of retention and revenue, against pandas.

Each contender runs in processes of its own, imports included, in turns; the least of all repeats
counts. segkit reads the tables of its run, which it ingested once (orders have one row each);
pandas reads the same order receipts from Parquet, and, as an analyst would begin, the order lines.
All must give the same triangle.

    python benchmarks/cohorts.py            10 million lines
    python benchmarks/cohorts.py 1000000    another number
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import scale

HERE = Path(__file__).resolve()
COLUMNS = ["customer_id", "ordered_at", "amount"]


def in_the_engine(folder):
    from segkit.data.reports import cohorts

    return cohorts.triangle(scale.tables(folder))


def by_pandas(folder):
    import pandas as pd

    path = folder / "runs/shop/tables/baskets.parquet"
    return _triangle(pd.read_parquet(path, columns=[*COLUMNS, "purchase"]))


def lines_by_pandas(folder):
    import pandas as pd

    lines = pd.read_parquet(folder / "orders.parquet", columns=[*COLUMNS, "order_id"])
    most = lines.groupby(["customer_id", "order_id"])["amount"].transform("max")
    return _triangle(lines.assign(purchase=most >= 0))


def _triangle(orders):
    """Count customers and money by cohort and month, as one does with pandas."""
    import pandas as pd

    orders["amount"] = orders["amount"].astype(float)
    orders["month"] = orders["ordered_at"].dt.year * 12 + orders["ordered_at"].dt.month
    bought = orders[orders["purchase"]]
    orders["cohort"] = orders["customer_id"].map(bought.groupby("customer_id")["month"].min())
    orders = orders.dropna(subset="cohort")
    orders["month"] = orders[["month", "cohort"]].max(axis=1)
    keys = ["cohort", "month"]
    active = orders[orders["purchase"]].groupby(keys)["customer_id"].nunique()
    spend = orders.groupby(keys)["amount"].sum()
    found = pd.DataFrame({"active_n": active, "spend_total": spend}).reset_index()
    found["age"] = (found["month"] - found["cohort"]).astype(int)
    return found


CONTENDERS = {
    "segkit, from ingested tables": in_the_engine,
    "pandas, from order receipts": by_pandas,
    "pandas, from order lines": lines_by_pandas,
}


def agree(folder):
    """Require the same customers and money in every cell."""
    import numpy as np

    found = [make(folder) for make in CONTENDERS.values()]
    cells = [
        f[(f["active_n"] > 0) | (f["spend_total"] != 0)][["active_n", "spend_total"]] for f in found
    ]
    for other in cells[1:]:
        assert np.allclose(cells[0].to_numpy(float), other.to_numpy(float), atol=0.01)
    customers = int(found[0].loc[found[0]["age"] == 0, "customers_n"].sum())
    print(f"equal: {len(cells[0]):,} cells, {customers:,} customers")


def main():
    """Make the shop, ingest it, and measure; `FOLDER` keeps it."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(os.environ.get("FOLDER") or temporary)
        scale.prepare(folder, scale.LINES)
        subprocess.run([sys.executable, HERE, "agree", folder], check=True)
        scale.HERE, scale.CONTENDERS = HERE, CONTENDERS  # so that `measure` runs this file
        found = scale.best(list(CONTENDERS), folder)
        scale.show(f"cohorts of {scale.LINES:,} lines", found, base="segkit, from ingested tables")


if __name__ == "__main__":
    if sys.argv[1:2] == ["agree"]:
        agree(Path(sys.argv[2]))
    elif sys.argv[1:2] == ["do"]:
        CONTENDERS[sys.argv[2]](Path(sys.argv[3]))
    else:
        scale.LINES = int(sys.argv[1]) if len(sys.argv) > 1 else scale.LINES
        main()
