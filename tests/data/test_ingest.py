"""Ingest: nothing is lost, the same rows for any number of threads, reused until changed."""

import json
import os
import shutil

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import segkit
from segkit import data, scratch, study
from segkit.data.quality import tracing
from segkit.data.sources.files import reading
from segkit.data.tables import signs
from segkit.study import StudyError

DIRTY = """customer_id,order_id,ordered_at,amount
1,10,2024-01-05,9.50
,11,2024-01-05,3.25
2,,2024-01-06,1
2,12,31.02.2024,2
2,13,,4
3,14,2099-01-01,8
3,15,2024-01-07,free
3,16,2024-01-07,
3,17,2024-01-07,5
4,18,2024-01-08,-1.50
3,17,2024-01-07,5
"""


def rules_of(tables):
    frame = tables.rejected.order_by("row").execute()
    return list(zip(frame["row"], frame.column, frame.rule, strict=True))


@pytest.mark.slow
def test_each_unusable_row_is_set_aside_with_its_reason(project):
    tables = data.open(project(orders=DIRTY))
    assert rules_of(tables) == [
        (3, "customer_id", "no customer named"),
        (5, "ordered_at", "unreadable ordered_at"),
        (6, "ordered_at", "missing ordered_at"),
        (7, "ordered_at", "future date"),
        (8, "amount", "unreadable amount"),
        (9, "amount", "missing amount"),
        (12, "all", "exact repetition"),
    ]
    values = tables.rejected.order_by("row").execute().value
    assert values[1] == "31.02.2024"
    assert values[4] == "free"


@pytest.mark.slow
def test_rejected_and_kept_add_up_to_what_was_read_in_rows_and_money(project):
    tables = data.open(project(orders=DIRTY))
    line = tables.register().set_index("table").loc["orders"]
    assert (line.read_n, line.kept_n, line.rejected_n) == (11, 4, 7)
    assert (line.read_amount, line.kept_amount) == ("36.25", "14.00")
    assert line.rejected_amount == "22.25"
    sums = tracing.reconciliation(tables)
    assert (sums.difference == 0).all()


cells = st.sampled_from(["", "1", "2024-01-05", "31.02.2024", "x", "-3.5", "2099-12-31", "1e400"])


@pytest.mark.slow
@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rows=st.lists(st.tuples(cells, cells, cells, cells), min_size=1, max_size=15))
def test_every_row_of_any_file_is_in_exactly_one_part(project, rows):
    good = ("9", "9", "2024-02-02", "7")
    text = "\n".join(",".join(row) for row in [*rows, good])
    tables = data.open(project(orders=f"customer_id,order_id,ordered_at,amount\n{text}\n"))
    kept = set(tables.orders.execute()["row"])
    aside = set(tables.rejected.execute()["row"])
    assert not kept & aside
    assert kept | aside == set(range(2, len(rows) + 3))


@pytest.mark.slow
def test_a_second_row_with_the_same_key_is_set_aside(project):
    products = "product_id,department\na,x\na,y\nb,z\n"
    orders = "customer_id,order_id,ordered_at,amount,product_id\n1,1,2024-01-01,5,a\n"
    tables = data.open(project(orders=orders, products=products))
    assert rules_of(tables) == [(3, "product_id", "repeated key")]
    card = data.card.build(tables, as_of="2024-02-01", window_days=0)
    assert card.spend_total.sum() == 5.0


def test_when_nothing_is_left_the_rejected_rows_are_kept_and_counted(project):
    run = project(orders="customer_id,ordered_at,amount\n1,soon,5\n2,later,6\n,2024-01-01,7\n")
    with pytest.raises(StudyError) as caught:
        data.open(run)
    message = str(caught.value)
    assert "None of the 3 rows of data/orders.csv can be used" in message
    assert "2 × unreadable ordered_at (such as “later”); 1 × no customer named" in message
    assert run.has("rejected.parquet")
    assert not (run.path / "tables").exists()


@pytest.mark.slow
def test_tables_are_reused_until_the_source_changes(project, tmp_path):
    run = project(orders=DIRTY)
    data.open(run)
    made = (run.path / "tables" / "orders.parquet").stat().st_mtime_ns
    data.open(run)
    assert (run.path / "tables" / "orders.parquet").stat().st_mtime_ns == made
    (tmp_path / "data" / "orders.csv").write_text(DIRTY + "5,19,2024-01-09,100\n")
    assert data.open(run).facts()["spend_total"] == 114.0


@pytest.mark.slow
def test_a_failed_ingest_leaves_the_last_good_tables(project, tmp_path):
    run = project(orders=DIRTY)
    data.open(run)
    (tmp_path / "data" / "orders.csv").write_text("customer_id\n1\n")
    with pytest.raises(StudyError):
        data.open(run)
    assert json.loads((run.path / "tables" / "meta.json").read_text())["facts"]["lines_n"] == 4
    assert sorted(path.name for path in run.path.iterdir()) == [".turn", "tables"]


def hashed(frame):
    """Hash all columns of a table, whatever the order of its rows."""
    return int(pd.util.hash_pandas_object(frame, index=False).sum())


@pytest.mark.slow
def test_rows_and_the_card_do_not_depend_on_the_number_of_threads_or_the_run(project, monkeypatch):
    lines = [
        f"c{n % 97},{n // 3},2024-01-{n // 3 % 28 + 1:02} 1{n // 3 % 9}:00,{n % 1000 / 7:.2f},"
        f"{n % 13 / 10},p{n % 50}"
        for n in range(30_000)
    ]
    heading = "customer_id,order_id,ordered_at,amount,quantity,product_id\n"
    run = project(orders=heading + "\n".join(lines))
    monkeypatch.setattr(signs, "remembered", lambda folder: {})
    found = []
    for threads in (1, 2, 2):
        tables = data.open(run, threads=threads)
        card = data.card.build(tables, as_of="2024-02-01", window_days=0)
        assert list(tables.orders.execute()["row"]) == list(range(2, 30_002))
        found.append([hashed(f) for f in (tables.orders.execute(), tables.baskets.execute(), card)])
    assert found[0] == found[1] == found[2]


def test_an_unchanged_file_is_known_by_its_size_and_time_and_not_read_again(project, monkeypatch):
    run = project(orders=DIRTY)
    data.open(run)
    read, digest = [], study.fingerprint
    monkeypatch.setattr(study, "fingerprint", lambda path: read.append(path.name) or digest(path))
    data.open(run)
    assert "orders.csv" not in read
    path = run.path.parents[1] / "data" / "orders.csv"
    os.utime(path, (1, 1))
    data.open(run)
    assert "orders.csv" in read


def test_the_memory_of_the_engine_is_set_by_the_environment(project, monkeypatch):
    run = project(orders=DIRTY)
    monkeypatch.setenv("SEGKIT_MEMORY", "123MB")
    limit = "select current_setting('memory_limit')"
    assert data.open(run).orders.get_backend().raw_sql(limit).fetchone() == ("117.3 MiB",)
    monkeypatch.setenv("SEGKIT_MEMORY", "lots")
    with pytest.raises(StudyError, match="SEGKIT_MEMORY is 'lots'; write it like 800MB"):
        data.open(run)


def test_a_folder_that_cannot_be_written_is_said_in_words(project, monkeypatch):
    run = project(orders=DIRTY)

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(scratch.tempfile, "mkdtemp", refuse)
    with pytest.raises(StudyError, match="Cannot write to"):
        data.open(run)


def test_an_order_over_midnight_has_the_moment_of_its_first_line(project):
    orders = (
        "customer_id,order_id,ordered_at,amount\n"
        "a,1,2024-01-05 23:59,5\na,1,2024-01-06 00:01,7\na,2,2024-01-07 10:00,1\n"
    )
    tables = data.open(project(orders=orders))
    baskets = tables.baskets.order_by("ordered_at").execute()
    assert [str(at) for at in baskets.ordered_at] == ["2024-01-05 23:59:00", "2024-01-07 10:00:00"]
    assert not baskets.parted.any()
    assert tables.orders.ordered_at.nunique().execute() == 2


FEW = pa.table({"customer_id": ["a", "b"], "ordered_at": ["2024-01-05", "2024-01-06"]})


def parquet(project, tmp_path, **columns):
    """Open a study of one Parquet file with two orders and these columns beside."""
    run = project(orders=DIRTY)
    table = FEW
    for name, values in columns.items():
        table = table.append_column(name.rstrip("_"), pa.array(values))
    pq.write_table(table, tmp_path / "data" / "orders.csv.parquet")
    file = tmp_path / "studies" / "test.yaml"
    file.write_text(file.read_text("utf-8").replace("orders.csv", "orders.csv.parquet"), "utf-8")
    run.study = study.load("test")
    return run


def test_a_column_that_is_there_twice_is_read_and_renamed(project, tmp_path):
    run = parquet(project, tmp_path, amount=[1.0, 2.0], amount_=[5.0, 6.0])
    tables = data.open(run)
    assert tables.orders.amount.sum().execute() == 3
    assert "column 4 is called “amount_1”" in " ".join(tables.notes().measured)
    (found,) = reading.peek(tmp_path / "data" / "orders.csv.parquet")
    assert (found.columns[2:], found.rows[0][2:]) == (["amount", "amount_1"], ["1.0", "5.0"])


def test_a_column_of_lists_is_refused_by_name(project, tmp_path):
    with pytest.raises(StudyError, match="column “amount” holds lists"):
        data.open(parquet(project, tmp_path, amount=[[1.0], [2.0, 3.0]]))


def test_both_quotes_in_the_projects_path_do_no_harm(project, tmp_path, monkeypatch):
    run = project(orders=DIRTY)
    odd = tmp_path / 'it\'s "my" [shop] *'
    for folder in ("studies", "notebooks", "data"):
        shutil.copytree(tmp_path / folder, odd / folder)
    monkeypatch.setenv("SEGKIT_HOME", str(odd))
    monkeypatch.setenv("SEGKIT_RUNS", str(odd / "runs"))
    there = data.open(segkit.open_run("test", stage="03_data")).facts()
    assert there == data.open(run).facts()
