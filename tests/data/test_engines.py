"""The same shop in files, in a DuckDB file, in PostgreSQL and in Spark gives the same answers."""

import gc
import json
import re
import sys
import textwrap
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote

import ibis
import pandas as pd
import programs
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from aside import rejected
from buyers import simulated
from engines import COLUMNS, PASSWORD, USER, generated, need_postgres, need_spark, server, small

import segkit
from segkit import data, segments
from segkit.data import outcomes
from segkit.data.people import addresses
from segkit.data.quality import demands, tracing
from segkit.data.reports import cohorts
from segkit.data.sources import databases
from segkit.data.sources.databases import states
from segkit.data.tables import steps
from segkit.segments.approaches import abc, clusters, clv, rfm
from segkit.segments.approaches import cohorts as by_beginning
from segkit.study import StudyError
from segkit.workbook import run as workbook_run

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
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
    "repeats": lambda t: outcomes.repeats(t, as_of="2024-03-02"),
    "cohorts": cohorts.triangle,
    "cohorts by store": lambda t: cohorts.triangle(t, months=3, source="store_id"),
    "before": lambda t: outcomes.before(t, as_of="2024-03-02", window_days=0),
    "response": lambda t: outcomes.response(t, campaign_id="L1"),
    "rejected": rejected,
    "aside": lambda t: tracing.aside(t).drop(columns="row").sort_values(
        ["table", "rule", "column", "value", "amount"], ignore_index=True),
    "contradictions": demands.contradictions,
    "reconciliation": lambda t: tracing.reconciliation(t).drop(columns="origin"),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    ("shop", "question"), [(s, q) for s in SHOPS for q in QUESTIONS if (s, q) != ("small", "card")]
)
@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_gives_the_answer_that_files_give(opened, engine, shop, question):
    ask = QUESTIONS[question]
    expected, found = ask(opened(shop, "files")), ask(opened(shop, engine))
    assert len(expected)
    pd.testing.assert_frame_equal(found, expected, rtol=1e-6, atol=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("shop", SHOPS)
@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_counts_the_same_facts(opened, engine, shop):
    expected, found = opened(shop, "files").facts(), opened(shop, engine).facts()
    told = expected.pop("engine"), found.pop("engine")
    assert found == expected
    assert told[1].endswith("in place")


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_gives_everybody_the_segment_that_pandas_gives(opened, engine):
    card = data.card.build(opened("made", "files"), as_of="2024-01-01", window_days=0)
    columns = ["days_since_purchase", "orders_n", "spend_total"]
    card = card[["customer_id", *columns]].astype(dict.fromkeys(columns, "float64"))
    found = [
        rfm.fit(card),
        abc.fit(card, rule="value"),
        clusters.fit(card, features=columns, k=3, seed=1),
    ]
    backend = opened("made", engine).orders.get_backend()
    for definition in found:
        lazy = segments.assign(ibis.memtable(card), definition)
        got = backend.execute(lazy).set_index("customer_id").segment
        expected = segments.assign(card, definition).set_index("customer_id").segment
        assert got.to_dict() == expected.to_dict()
        assert len(set(expected)) > 1


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_gives_everybody_the_cohort_and_tier_that_files_give(opened, engine):
    backend = opened("made", engine).orders.get_backend()
    shop = opened("made", "files")
    people = cohorts.members(shop, source="store_id").execute()
    bought = simulated(2_000, seed=7).astype({"customer_id": "object"})
    for table, definition in (
        (people, by_beginning.fit(people)),
        (people, by_beginning.fit(people, by="source", most=2)),
        (bought, clv.fit(bought)),
    ):
        lazy = segments.assign(ibis.memtable(table), definition)
        got = backend.execute(lazy).set_index("customer_id").segment
        expected = segments.assign(table, definition).set_index("customer_id").segment
        assert got.to_dict() == expected.to_dict()
        assert len(set(expected)) > 1


@pytest.fixture
def shop(port, tmp_path, monkeypatch):
    """Give a maker of studies on PostgreSQL: `shop(sql, table)` returns an open run.

    `sql` is run by the owner first; `lines` are the study's table entries.
    """
    for folder in ("studies", "notebooks"):
        (tmp_path / folder).mkdir()
    monkeypatch.setenv("SEGKIT_HOME", str(tmp_path))
    monkeypatch.setenv("SEGKIT_RUNS", str(tmp_path / "runs"))
    monkeypatch.delenv("SEGKIT_RUN", raising=False)
    monkeypatch.setenv("SHOP_USER", USER)
    monkeypatch.setenv("SHOP_PASSWORD", PASSWORD)
    monkeypatch.setenv("SHOP_PORT", str(port))

    def make(sql="", *, lines="table: small.orders", extra="", user="${SHOP_USER}"):
        change(port, sql)
        text = f"""
            title: A shop
            connection: postgres://{user}:${{SHOP_PASSWORD}}@127.0.0.1:${{SHOP_PORT}}/postgres
            {extra}
            tables:
              orders:
                {lines}
                columns:
                  {{customer_id: client, order_id: receipt, ordered_at: bought, amount: paid}}
            """
        (tmp_path / "studies" / "shop.yaml").write_text(textwrap.dedent(text))
        return segkit.open_run("shop", stage="03_data")

    return make


def change(port, sql):
    """Run some SQL as the owner of the server."""
    with psycopg_connect(port) as owner:
        if sql:
            owner.execute(sql)


def psycopg_connect(port):
    import psycopg

    return psycopg.connect(
        host="127.0.0.1", port=port, user=USER, password=PASSWORD, dbname="postgres"
    )


def refusal(run):
    """Open the tables of a run that must be refused; returns the message without secrets."""
    with pytest.raises(StudyError) as caught:
        data.open(run)
    assert PASSWORD not in str(caught.value)
    assert "wrong" not in str(caught.value)
    return str(caught.value)


def test_a_wrong_password_is_refused_and_never_shown(shop, monkeypatch):
    run = shop()
    monkeypatch.setenv("SHOP_PASSWORD", "wrong@word")
    assert "refuses this user or password" in refusal(run)


def test_a_server_that_is_down_is_named(shop, monkeypatch):
    run = shop()
    monkeypatch.setenv("SHOP_PORT", "1")
    assert "does not answer" in refusal(run)
    monkeypatch.delenv("SHOP_PORT")
    assert "environment variable SHOP_PORT; set it first" in refusal(run)


def test_a_missing_table_and_column_name_the_nearest(shop):
    assert "has no table `small.order`" in (told := refusal(shop(lines="table: small.order")))
    assert "Nearest: orders" in told
    assert "has no column “client”" in refusal(shop(lines="table: small.products"))


def test_texts_for_money_and_days_are_refused_with_a_view_that_works(shop, port):
    texts = """
        create schema if not exists texts; drop table if exists texts.lines cascade;
        create table texts.lines (client int, receipt text, bought text, paid text);
        insert into texts.lines values (1, 'a', '31.01.2024', '1 234,50')
    """
    told = refusal(shop(texts, lines="table: texts.lines"))
    assert "“bought” must be a date, “paid” must be money" in told
    view = told.partition("CREATE VIEW")[2].partition(";")[0]
    run = shop(f"CREATE VIEW {view}", lines="table: texts.lines_typed")
    study = run.study.tables["orders"]
    study.columns |= {"ordered_at": "bought_read", "amount": "paid_read"}
    facts = data.open(run).facts()
    assert (facts["spend_total"], facts["first_order"]) == (1234.5, pd.Timestamp("2024-01-31"))


def test_moments_with_a_zone_are_moved_and_odd_numbers_are_set_aside(shop):
    odd = """
        create schema if not exists odd; drop table if exists odd.lines;
        create table odd.lines (client int, receipt text, bought timestamptz, paid float8);
        insert into odd.lines values
            (1, 'a', '2024-01-01 02:00+00', 1), (1, 'b', '2024-07-01 02:00+00', 2),
            (1, 'c', 'infinity', 4), (1, 'd', '2024-01-02', 'NaN'), (1, 'e', '2024-01-02', 1e300)
    """
    tables = data.open(shop(odd, lines="table: odd.lines", extra="timezone: America/New_York"))
    lines = tables.orders.order_by("ordered_at").execute()
    expected = [pd.Timestamp("2023-12-31 21:00"), pd.Timestamp("2024-06-30 22:00")]
    assert list(lines.ordered_at) == expected
    assert sorted(tracing.aside(tables).rule) == [
        "unreadable amount", "unreadable amount", "unreadable ordered_at"
    ]  # fmt: skip


def test_price_times_quantity_makes_the_amount_of_a_line(shop):
    prices = """
        create schema if not exists prices; drop table if exists prices.lines;
        create table prices.lines (client int, receipt text, bought timestamp, paid numeric(10, 3),
                                   pieces int);
        insert into prices.lines values
            (1, 'a', '2024-01-01', 1.115, 3), (1, 'b', '2024-01-02', 2, -1),
            (2, 'c', '2024-01-03', 0.5, 2), (2, 'd', '2024-01-04', null, 2)
    """
    run = shop(prices, lines="table: prices.lines")
    del run.study.tables["orders"].columns["amount"]
    run.study.tables["orders"].columns |= {"unit_price": "paid", "quantity": "pieces"}
    tables = data.open(run)
    amounts = tables.orders.order_by("ordered_at").amount.execute()
    assert list(amounts) == [Decimal("3.345"), -2, 1]  # the source's decimals, not rounded
    assert list(tracing.aside(tables).rule) == ["missing amount"]


LIST = """
    create schema if not exists listed; drop table if exists listed.people;
    create table listed.people (client text, mail text, kind text, bought int, paid numeric(10, 2),
                                score float8, latest date);
    insert into listed.people
        select 'K' || n, 'k' || n || '@shop.example', (array['gold', 'silver'])[1 + n % 2],
               n % 7, n * 1.25, n / 8.0, date '2024-01-01' + n
        from generate_series(1, 60) n
"""
"""One row per customer, with an address each."""


def listed(shop, tmp_path, columns):
    """Open a run of the list, with these columns of `customers:`."""
    shop(LIST)
    path = tmp_path / "studies" / "shop.yaml"
    head = path.read_text().partition("tables:")[0]
    path.write_text(f"{head}tables: {{customers: {{table: listed.people, columns: {columns}}}}}")
    return segkit.open_run("shop", stage="03_data")


def test_a_list_of_customers_in_a_database_needs_no_orders(shop, tmp_path):
    run = listed(shop, tmp_path, "{customer_id: client, email: mail, kind: kind, orders_n: bought, "
                 "spend_total: paid, last_order_at: latest, score: score}")  # fmt: skip
    tables = data.open(run)
    assert tables.orders is None
    assert (tables.facts()["customers_n"], tables.facts()["spend_total"]) == (60, 2287.5)
    assert tables.facts()["engine"].startswith("PostgreSQL")
    card = data.card.build(tables, as_of="2024-03-02", window_days=0)
    assert {"customer_id", "orders_n", "spend_total", "kind", "score"} <= set(card)
    assert not card.astype(str).apply(lambda c: c.str.contains("@")).any().any()
    assert "60 rows and no table of orders" in " ".join(tables.notes().measured)
    again = data.card.build(data.open(run), as_of="2024-03-02", window_days=0)
    pd.testing.assert_frame_equal(again, card)


def test_a_list_without_ids_in_a_database_is_refused(shop, tmp_path):
    shop("create or replace view small.anonymous as select age, income from small.customers")
    path = tmp_path / "studies" / "shop.yaml"
    head = path.read_text().partition("tables:")[0]
    path.write_text(f"{head}tables: {{customers: {{table: small.anonymous}}}}")
    run = segkit.open_run("shop", stage="03_data")
    with pytest.raises(StudyError, match="customer ids"):
        data.open(run)


def test_contacts_for_an_export_come_from_the_database(shop, tmp_path):
    run = listed(shop, tmp_path, "{customer_id: mail, email: mail, kind: kind, spend_total: paid}")
    known = addresses.fetch(run, columns=["email"])
    assert len(known) == 60
    assert known.customer_id.str.fullmatch("p-[0-9a-f]{16}").all()
    assert (known.given_id == known.email).all()
    ids = set(data.open(run).customers.customer_id.execute())
    assert ids == set(known.customer_id)
    assert not list(run.path.glob(".export*"))


def test_a_user_who_may_only_read_gets_the_same_and_writes_nothing(shop, port):
    reader = """
        drop role if exists reader; create role reader login password '{}';
        alter role reader set default_transaction_read_only = on;
        grant usage on schema small to reader; grant select on all tables in schema small to reader
    """.format(PASSWORD.replace("%", "%%"))
    everything = "select count(*) from pg_class where relpersistence <> 't'"
    change(port, "revoke temporary on database postgres from public")
    with psycopg_connect(port) as owner:
        owner.execute(reader.replace("%%", "%"))
    before = psycopg_connect(port).execute(everything).fetchone()
    ask = QUESTIONS["card of a window"]
    found = ask(data.open(shop(user="reader")))
    pd.testing.assert_frame_equal(found, ask(data.open(shop())))
    assert psycopg_connect(port).execute(everything).fetchone() == before
    change(port, "grant temporary on database postgres to public")


def test_the_state_of_a_table_tells_every_change(shop, port):
    fresh = """
        create schema if not exists fresh; drop table if exists fresh.lines;
        create table fresh.lines as select * from small.orders
    """
    run = shop(fresh, lines="table: fresh.lines")
    told = [states.look(run.study, scratch=run.path)["tables"]]
    for sql in (
        "update fresh.lines set paid = paid + 0.01 where receipt = 'a'",
        "update fresh.lines set bought = bought + interval '1 day' where receipt = 'j'",
        "update fresh.lines set client = 77 where receipt = 'b'",
        "insert into fresh.lines select * from fresh.lines where receipt = 'a'",
    ):
        assert states.look(run.study, scratch=run.path)["tables"] == told[-1]
        change(port, sql)
        told.append(states.look(run.study, scratch=run.path)["tables"])
    assert len({states.sign(state) for state in told}) == len(told)


def test_tables_are_judged_once_and_again_when_they_change(shop, port, monkeypatch):
    fresh = """
        create schema if not exists again; drop table if exists again.lines;
        create table again.lines as select * from small.orders
    """
    run = shop(fresh, lines="table: again.lines")
    before = data.open(run).facts()
    old, judged = steps._register, []
    monkeypatch.setattr(steps, "_register", lambda *a: judged.append(1) or old(*a))
    assert data.open(run).facts() == before
    assert judged == []
    change(port, "delete from again.lines where receipt = 'a'")
    assert data.open(run).facts()["orders_n"] == before["orders_n"] - 1
    assert judged == [1]


def test_notebooks_trust_the_state_their_run_has_seen(shop, monkeypatch):
    run = shop()
    monkeypatch.setenv(states.SEEN, "a state")
    data.open(run)
    monkeypatch.setattr(states, "state", None)  # not asked again
    data.open(run)


def test_a_password_in_the_study_file_is_refused_and_not_repeated(tmp_path, monkeypatch):
    monkeypatch.setenv("SEGKIT_HOME", str(tmp_path))
    for folder in ("studies", "notebooks"):
        (tmp_path / folder).mkdir()
    for address in ("postgres://me:hunter2@host/db", "postgres://host/db?password=hunter2",
                    "postgres://me:x@${HOST}/db", "postgres://${ME}:a${B}@host/db"):  # fmt: skip
        text = f"title: A\nconnection: {address}\ntables:\n  orders:\n    table: orders\n"
        (tmp_path / "studies" / "a.yaml").write_text(text)
        with pytest.raises(StudyError, match="holds a password") as caught:
            segkit.study.load("a")
        assert "hunter2" not in str(caught.value)


def test_an_unknown_engine_and_a_missing_driver_say_what_to_do(tmp_path, monkeypatch):
    def study(address):
        return segkit.study.Study(name="a", title="A", connection=address)

    for address, told in (
        ("oracle://host/db", "known are postgres://"),
        ("just words", "known are postgres://"),
        ("spark://host:7077", "write spark://local"),
        ("duckdb://nowhere.duckdb", "There is no DuckDB file nowhere.duckdb"),
        ("postgres://a:b@c/d@e", "Write the user and the password as"),
    ):
        with pytest.raises(StudyError, match=told):
            databases.connect(study(address), scratch=tmp_path)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    for address, told in (("postgres://h/d", "postgres"), ("spark://local", "spark")):
        with pytest.raises(StudyError, match=rf'pip install -e "\.\[{told}\]"'):
            databases.connect(study(address), scratch=tmp_path)


def test_spark_reads_tables_by_name_and_knows_a_moment_from_a_clock(tmp_path, monkeypatch):
    need_spark()
    monkeypatch.setenv("SEGKIT_HOME", str(tmp_path))
    monkeypatch.setenv("SEGKIT_RUNS", str(tmp_path / "runs"))
    monkeypatch.chdir(tmp_path)
    for folder in ("studies", "notebooks"):
        (tmp_path / folder).mkdir()
    text = """
        title: A shop
        connection: spark://local[2]
        timezone: America/New_York
        tables:
          orders:
            table: sold
    """
    (tmp_path / "studies" / "sold.yaml").write_text(textwrap.dedent(text))
    run = segkit.open_run("sold", stage="03_data")
    session = databases.connect(run.study, scratch=run.path)._session
    sold = """
        select customer_id, order_id, timestamp '2024-01-01 02:00:00' + make_interval(0, 0, 0, n)
        as ordered_at, amount from values (1, ' of five ', 0, 2.5), (2, 'v', 1, 3.5)
        as sold(customer_id, order_id, n, amount)
    """
    session.sql(sold).createOrReplaceTempView("sold")
    tables = data.open(run)
    lines = tables.orders.order_by("ordered_at").execute()
    assert list(lines.order_id) == ["of five", "v"]
    expected = [pd.Timestamp("2023-12-31 21:00"), pd.Timestamp("2024-01-01 21:00")]
    assert list(lines.ordered_at) == expected
    state = states.state(tables.orders.get_backend(), run.study)
    session.sql(sold.replace("'v', 1", "'v', 2")).createOrReplaceTempView("sold")
    assert states.state(tables.orders.get_backend(), run.study) != state
    assert sorted(p.name for p in tmp_path.iterdir()) == ["notebooks", "runs", "studies"]


@pytest.fixture
def workbook(parquet, tmp_path, monkeypatch):
    """Give a maker of a whole project with one study of a larger shop."""
    (tmp_path / "studies").mkdir()
    (tmp_path / "notebooks").symlink_to(NOTEBOOKS, target_is_directory=True)
    monkeypatch.setenv("SEGKIT_HOME", str(tmp_path))
    monkeypatch.setenv("SEGKIT_RUNS", str(tmp_path / "runs"))
    monkeypatch.delenv("SEGKIT_RUN", raising=False)
    for name, table in generated(9000).items():
        pq.write_table(table, tmp_path / f"{name}.parquet")
    return tmp_path


def whole_run(name):
    """Run all notebooks of a study; returns the outcome, its manifest and the report's text."""
    outcome = workbook_run.run(name, given=programs.FEW[1::2])
    manifest = json.loads((outcome.path / "manifest.json").read_text())
    return outcome, manifest, outcome.report.read_text()


@pytest.mark.slow
def test_a_postgres_study_runs_from_goal_to_report(workbook, port, monkeypatch):
    monkeypatch.setenv("SHOP_USER", USER)
    monkeypatch.setenv("SHOP_PASSWORD", PASSWORD)
    change(port, "drop schema if exists whole cascade; create schema whole")
    owner = ibis.postgres.connect(
        host="127.0.0.1", port=port, user=USER, password=PASSWORD, database="postgres"
    )
    for name, table in generated(9000).items():
        owner.create_table(name, ibis.memtable(table), database="whole")
    address = f"postgres://${{SHOP_USER}}:${{SHOP_PASSWORD}}@127.0.0.1:{port}/postgres/whole"
    study(workbook, "whole", address, workbook)
    outcome, manifest, report = whole_run("whole")
    assert len(outcome.ran) == 7
    assert re.fullmatch(r"PostgreSQL \d+\.\d+, in place", manifest["engine"])
    assert manifest["engine"] in report
    assert not workbook_run.run("whole", given=programs.FEW[1::2]).ran
    change(port, "update whole.orders set paid = paid + 1 where receipt = 'R7'")
    setting = workbook_run.decide("whole", given=programs.FEW[1::2])
    due = workbook_run.due(workbook_run.describe(setting, workbook_run.folder(setting.study)))
    assert set(due.values()) == {"the study's data changed"}
    kept = {re.sub("card_[0-9a-f]+", "card", p.name) for p in (outcome.path / "tables").iterdir()}
    assert kept == {"card.parquet", "doubles.parquet", "meta.json", "rejected.parquet"}
    spelt = {PASSWORD.encode(), quote(PASSWORD, safe="").encode()}
    written = [p for p in outcome.path.rglob("*") if p.is_file()]
    assert [p for p in written if any(secret in p.read_bytes() for secret in spelt)] == []


@pytest.mark.slow
def test_a_spark_study_runs_from_goal_to_report(workbook, monkeypatch):
    need_spark()
    monkeypatch.chdir(workbook)
    study(workbook, "whole", "spark://local[2]", workbook)
    before = sorted(p.name for p in workbook.iterdir())
    outcome, manifest, report = whole_run("whole")
    assert len(outcome.ran) == 7
    assert re.fullmatch(r"Spark \d+\.\d+\.\d+, in place", manifest["engine"])
    assert manifest["engine"] in report
    assert sorted({*(p.name for p in workbook.iterdir())} - {"runs"}) == before
    assert not (outcome.path / ".spark").exists()
    books = [json.loads(p.read_text()) for p in (outcome.path / "notebooks").glob("*.ipynb")]
    outputs = [o for b in books for cell in b["cells"] for o in cell.get("outputs", ())]
    assert {o["output_type"] for o in outputs} <= {"display_data", "execute_result"}
    words = [
        o.get("data", {}) | {"image/png": ""} for o in outputs
    ]  # letters of a picture say nothing
    assert "WARN" not in json.dumps(words)


ODD = pd.DataFrame(
    [
        ("A", "1", "2024-01-05", 400, "0.004", "paid", None, None),
        ("B", "2", "2024-01-06", 1, "30", "paid", None, "56"),
        ("B", "2", "2024-01-06", 1, "40", None, None, "56"),
        ("C", "3", "2024-01-07", 1, "20", "paid", "20", None),
        ("C", "4", "2024-01-08", 1, "50", "paid", "16", None),
        ("C\u200b", "4", "2024-01-08", 1, "30", None, None, None),
        ("D", "5", "2024-01-09", 1, "20", "refunded", None, None),
        ("D", "5", "2024-01-09", 1, "35", None, None, None),
        *[("E", "6", "2024-01-10", 1, price, "paid", None, None) for price in ("1", "2", "1", "2")],
        *[("F", "7", "2024-01-11", 1, "14.99", "paid", None, None)] * 2,
        ("Grand total", "8", "2024-01-12", 1, "999", "paid", None, None),
        ("G", "9", "2024-01-13", 1, "7", "Thinking", None, None),
    ],
    columns=["customer_id", "order_id", "ordered_at", "quantity", "unit_price", "status",
             "refunded_amount", "order_total"],
)  # fmt: skip
"""Orders of which not every row is a sale of its own; see tests/data/test_nets.py."""


@pytest.fixture
def odd(tmp_path, parquet, request, monkeypatch):
    """Give a function that opens these orders in an engine."""
    monkeypatch.setenv("SEGKIT_HOME", str(tmp_path))
    monkeypatch.setenv("SEGKIT_RUNS", str(tmp_path / "runs"))
    for folder in ("studies", "notebooks"):
        (tmp_path / folder).mkdir()
    money = dict.fromkeys(("unit_price", "refunded_amount", "order_total"), "decimal(12, 4)")
    table = ibis.memtable(ODD).cast({**money, "ordered_at": "timestamp"}).execute()
    kinds = pa.Table.from_pandas(table, preserve_index=False)

    def open_in(engine):
        address = None
        if engine == "duckdb":
            address = f"duckdb://{tmp_path / 'odd.duckdb'}"
            place = ibis.duckdb.connect(tmp_path / "odd.duckdb")
            place.create_table("odd", ibis.memtable(kinds))
            place.disconnect()
        elif engine == "postgres":
            address = connection(engine, "small", parquet, request, monkeypatch)
            number = request.getfixturevalue("port")
            owner = ibis.postgres.connect(
                host="127.0.0.1", port=number, user=USER, password=PASSWORD, database="postgres"
            )
            owner.create_table("odd", ibis.memtable(kinds), database="small", overwrite=True)
            owner.disconnect()
        else:
            pq.write_table(kinds, tmp_path / "odd.parquet")
            address = connection(engine, "small", parquet, request, monkeypatch)
        where = "file: odd.parquet" if engine in ("files", "spark") else "table: odd"
        lines = ["title: Odd", *([f"connection: {address}"] if address else []),
                 "states: {thinking: open}", "tables:", "  orders:", f"    {where}",
                 "    columns: {order_total: order_total}"]  # fmt: skip
        (tmp_path / "studies" / f"odd_{engine}.yaml").write_text("\n".join(lines) + "\n")
        return data.open(segkit.open_run(f"odd_{engine}", stage="03_data"))

    return open_in


@pytest.mark.parametrize("engine", ["files", *ENGINES])
def test_what_was_not_earned_is_counted_in_no_engine(odd, engine):
    tables = odd(engine)
    each = tables.orders.group_by("order_id").agg(s=tables.orders.amount.sum().cast("float64"))
    found = each.execute().set_index("order_id").s.to_dict()
    assert found == {"1": 1.6, "2": 56.0, "4": 64.0, "6": 3.0, "7": 29.98}
    assert tables.orders.customer_id.nunique().execute() == len("ABCEF")
    rules = rejected(tables).groupby("rule")["rows"].sum().to_dict()
    assert rules == {"cancelled order": 2, "exact repetition": 2, "order still open": 1,
                     "refunded in full": 1, "totals line": 1}  # fmt: skip
