"""The same shop in files, in a DuckDB file, in PostgreSQL and in Spark gives the same answers."""

import gc

import ibis
import pandas as pd
import pyarrow.parquet as pq
import pytest
from engines import COLUMNS, PASSWORD, USER, generated, need_postgres, need_spark, server, small

import segkit
from segkit import data
from segkit.data import inplace, outcomes, quality

ENGINES = ("duckdb", "postgres", "spark")
SHOPS = {"small": small, "made": lambda: generated(3000)}


@pytest.fixture(scope="session")
def known():
    """Give a place for opened shops, emptied before their server stops."""
    return {}


@pytest.fixture(scope="session")
def port(known):
    """Give the port of a PostgreSQL server that holds both shops, each in a schema."""
    need_postgres()
    with server() as number:
        owner = ibis.postgres.connect(
            host="127.0.0.1", port=number, user=USER, password=PASSWORD, database="postgres"
        )
        for shop, make in SHOPS.items():
            owner.create_database(shop)
            for name, table in make().items():
                owner.create_table(name, ibis.memtable(table), database=shop)
        owner.disconnect()
        yield number
        known.clear()
        gc.collect()


@pytest.fixture(scope="session")
def parquet(tmp_path_factory):
    """Give a folder with both shops as Parquet files."""
    home = tmp_path_factory.mktemp("shops")
    for shop, make in SHOPS.items():
        (home / shop).mkdir()
        for name, table in make().items():
            pq.write_table(table, home / shop / f"{name}.parquet")
    return home


@pytest.fixture(scope="session")
def opened(request, known, parquet, tmp_path_factory):
    """Give a function that opens a shop in an engine, once per session."""
    home = tmp_path_factory.mktemp("project")
    for folder in ("studies", "notebooks"):
        (home / folder).mkdir()

    def open_once(shop, engine):
        if (shop, engine) not in known:
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("SEGKIT_HOME", str(home))
                patch.setenv("SEGKIT_RUNS", str(home / "runs"))
                patch.delenv("SEGKIT_RUN", raising=False)
                name = f"{shop}_{engine}"
                study(home, name, connection(engine, shop, parquet, request, patch), parquet / shop)
                known[shop, engine] = data.open(segkit.open_run(name, stage="03_data"))
        return known[shop, engine]

    return open_once


def connection(engine, shop, parquet, request, patch):
    """Write the `connection:` of one engine, and make what it points to."""
    if engine == "spark":
        need_spark()
        return "spark://local[2]"
    if engine == "duckdb":
        path = parquet / f"{shop}.duckdb"
        if not path.is_file():
            place = ibis.duckdb.connect(path)
            for file in (parquet / shop).glob("*.parquet"):
                place.create_table(file.stem, ibis.memtable(pq.read_table(file)))
            place.disconnect()
        return f"duckdb://{path}"
    if engine == "postgres":
        number = request.getfixturevalue("port")
        patch.setenv("SHOP_USER", USER)
        patch.setenv("SHOP_PASSWORD", PASSWORD)
        return f"postgres://${{SHOP_USER}}:${{SHOP_PASSWORD}}@127.0.0.1:{number}/postgres/{shop}"
    return None


def study(home, name, address, folder):
    """Write the study file of one shop in one engine."""
    lines = ["title: A shop in a database"]
    lines += [f"connection: {address}"] if address else []
    lines += ["tables:"]
    for table, columns in COLUMNS.items():
        files = address is None or address.startswith("spark")
        lines += [f"  {table}:", f"    file: {folder / table}.parquet" if files else "    columns:"]
        lines += ["    columns:"] if files else []
        lines += [f"      {ours}: {theirs}" for ours, theirs in columns.items()]
    (home / "studies" / f"{name}.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


QUESTIONS = {
    "card": lambda t: data.card.build(t, as_of="2024-01-01", window_days=0),
    "card of a window": lambda t: data.card.build(t, as_of="2024-03-02", window_days=200),
    "months": outcomes.monthly,
    "hours": outcomes.hours,
    "campaigns": outcomes.campaigns,
    "purchases": lambda t: outcomes.purchases(t, start="2023-06-01", end="2024-02-15"),
    "before": lambda t: outcomes.before(t, as_of="2024-03-02", window_days=0),
    "response": lambda t: outcomes.response(t, campaign_id="L1"),
    "rejected": quality.rejected,
    "aside": lambda t: quality.aside(t).drop(columns="row").sort_values(
        ["table", "rule", "column", "value", "amount"], ignore_index=True),
    "contradictions": quality.contradictions,
    "reconciliation": lambda t: quality.reconciliation(t).drop(columns="origin"),
}  # fmt: skip


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("shop", SHOPS)
@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_gives_the_answer_that_files_give(opened, engine, shop, question):
    ask = QUESTIONS[question]
    if (shop, question) == ("small", "card"):
        ask = QUESTIONS["card of a window"]
    expected, found = ask(opened(shop, "files")), ask(opened(shop, engine))
    assert len(expected)
    pd.testing.assert_frame_equal(found, expected, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("shop", SHOPS)
@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_counts_the_same_facts(opened, engine, shop):
    expected, found = opened(shop, "files").facts(), opened(shop, engine).facts()
    told = expected.pop("engine"), found.pop("engine")
    assert found == expected
    assert told[1].endswith("in place")
