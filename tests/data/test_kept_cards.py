"""Cards kept beside the tables: the same card as one made anew, and never one of something else."""

import pandas as pd
import pytest

from segkit import data
from segkit.data.card import kept

ORDERS = """customer_id,order_id,ordered_at,amount,quantity,product_id
ann,1,2024-01-06 09:00,10.00,2,milk
ann,2,2024-02-20 20:15,60.00,3,milk
bob,3,2024-02-01 13:00,5.50,,soap
"""
CUSTOMERS = "customer_id,age,city\nann,30-39,Ulm\nbob,,Ulm\ncid,20-29,\n"
DAYS = [
    {"as_of": "2024-03-01", "window_days": 0},
    {"as_of": "2024-03-01", "window_days": 20},
    {"as_of": "2024-02-10", "window_days": 0},
    {"as_of": "2024-03-01", "window_days": 0, "everyone": True},
]


@pytest.fixture
def run(project):
    return project(orders=ORDERS, customers=CUSTOMERS)


def files(run):
    return sorted((run.path / "tables").glob("card_*"))


def test_a_kept_card_is_the_card_made_anew(run):
    tables = data.open(run)
    made = [data.card.build(tables, **days) for days in DAYS] + [
        data.card.everyone(tables, as_of="2024-03-01")
    ]
    assert len(files(run)) == len(DAYS) + 1
    again = data.open(run)
    read = [data.card.build(again, **days) for days in DAYS] + [
        data.card.everyone(again, as_of="2024-03-01")
    ]
    anew = [data.card.build.__wrapped__(tables, **days) for days in DAYS] + [
        data.card.everyone.__wrapped__(tables, as_of="2024-03-01")
    ]
    for frames in zip(made, read, anew, strict=True):
        for frame in frames[1:]:
            pd.testing.assert_frame_equal(frames[0], frame, check_exact=True)


def test_a_kept_card_is_read_and_not_asked_for_again(run):
    tables = data.open(run)
    first = data.card.build(tables, **DAYS[0])
    tables.orders = None
    pd.testing.assert_frame_equal(data.card.build(tables, **DAYS[0]), first)


def test_other_rows_make_another_card(run, tmp_path):
    spent = data.card.build(data.open(run), **DAYS[0])["spend_total"].sum()
    path = tmp_path / "data" / "orders.csv"
    path.write_text(path.read_text() + "bob,4,2024-02-02 10:00,100.00,1,soap\n")
    assert data.card.build(data.open(run), **DAYS[0])["spend_total"].sum() == spent + 100


def test_other_code_makes_another_card(run, monkeypatch):
    tables = data.open(run)
    data.card.build(tables, **DAYS[0])
    monkeypatch.setattr(kept, "_code", lambda: "other")
    data.card.build(tables, **DAYS[0])
    assert len(files(run)) == 2


@pytest.mark.parametrize("content", [b"", b"no parquet", b"PAR1"])
def test_a_broken_file_is_made_anew(run, content):
    tables = data.open(run)
    first = data.card.build(tables, **DAYS[0])
    files(run)[0].write_bytes(content)
    pd.testing.assert_frame_equal(data.card.build(tables, **DAYS[0]), first)
    assert files(run)[0].read_bytes() != content


def test_what_a_caller_does_to_a_card_stays_with_the_caller(run):
    tables = data.open(run)
    first = data.card.build(tables, **DAYS[0])
    first["spend_total"] = 0.0
    assert data.card.build(tables, **DAYS[0])["spend_total"].sum() > 0


def test_a_folder_that_is_gone_is_no_reason_to_stop(run):
    tables = data.open(run)
    tables.folder = run.path / "gone"
    assert len(data.card.build(tables, **DAYS[0])) == 2


def test_tables_in_memory_keep_nothing():
    ten = pd.DataFrame({"customer_id": ["ann"], "order_id": ["1"], "amount": [3.0],
                        "ordered_at": pd.to_datetime(["2024-01-06"])})  # fmt: skip
    tables = data.from_frames(ten)
    assert tables.folder is None
    assert len(data.card.build(tables, as_of="2024-03-01", window_days=0)) == 1


def test_a_large_card_is_not_kept(run, monkeypatch):
    monkeypatch.setattr(kept, "MOST", 1)
    data.card.build(data.open(run), **DAYS[0])
    assert not files(run)
