"""Reading single cells: text, money, moments, numbers."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import ibis
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segkit.data import values
from segkit.study import StudyError


def column(cells, kind="string"):
    """Make an Ibis column of some cells."""
    return ibis.memtable(pd.DataFrame({"x": cells}), schema={"x": kind}).x


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("1234.5", "1234.50"),
        ("1,234.50", "1234.50"),
        ("1.234,50", "1234.50"),
        ("1 234,50 €", "1234.50"),
        ("12\u00a0000 руб.", "12000.00"),
        ("$-3", "-3.00"),
        ("0,5", "0.50"),
        ("free", None),
        ("1.2.3", None),
    ],
)
def test_money_is_read_in_the_usual_ways_of_writing(cell, amount):
    read = values.money(column([cell])).execute()[0]
    assert read == Decimal(amount) if amount else pd.isna(read)


def test_money_that_is_no_number_is_empty():
    read = values.money(column([0.1, float("nan"), float("inf")], "float64")).execute()
    assert read[0] == Decimal("0.10")
    assert read[1:].isna().all()


@pytest.mark.parametrize(
    ("cells", "first"),
    [
        (["2024-01-31"], "2024-01-31"),
        (["2024-01-31T08:05:00"], "2024-01-31 08:05"),
        (["31.01.2024 08:05"], "2024-01-31 08:05"),
        (["03/04/2024", "31/01/2024"], "2024-04-03"),
        (["03/04/2024", "01/31/2024"], "2024-03-04"),
        (["31.02.2024"], None),
        (["soon"], None),
    ],
)
def test_dates_are_read_in_the_usual_ways_of_writing(cells, first):
    read = values.moment(column(cells)).execute()[0]
    assert read == pd.Timestamp(first) if first else pd.isna(read)


def test_dates_that_can_be_read_in_two_ways_are_refused():
    with pytest.raises(StudyError, match="two ways"):
        values.moment(column(["03/04/2024"]))


def test_utc_text_moves_to_the_local_clock_and_other_text_does_not():
    cells = ["2024-07-01T10:00:00Z", "2024-07-01 10:00:00"]
    read = values.moment(column(cells), zone="Europe/Berlin").execute()
    assert list(read) == [pd.Timestamp("2024-07-01 12:00"), pd.Timestamp("2024-07-01 10:00")]


@settings(max_examples=10, deadline=None)
@given(
    st.lists(st.datetimes(datetime(2015, 1, 1), datetime(2019, 1, 1)), min_size=1, max_size=20),
    st.sampled_from(["America/New_York", "Europe/Moscow", "Asia/Kolkata", "Australia/Lord_Howe"]),
)
def test_local_time_agrees_with_the_time_zone_database(moments, zone):
    moments = [m.replace(microsecond=0) for m in moments]
    read = values.local(column(moments, "timestamp"), zone=zone).execute()
    there = pd.to_datetime(moments).tz_localize("UTC").tz_convert(ZoneInfo(zone)).tz_localize(None)
    assert list(read) == list(there)


def test_local_time_changes_at_the_right_minute():
    moments = pd.to_datetime(["2017-03-12 06:59:59", "2017-03-12 07:00:00", "2017-11-05 06:00:00"])
    read = values.local(column(moments, "timestamp"), zone="America/New_York").execute()
    assert [f"{m:%H:%M:%S}" for m in read] == ["01:59:59", "03:00:00", "01:00:00"]


def test_an_unknown_time_zone_is_said_in_words():
    with pytest.raises(StudyError, match="Europe/Berln"):
        values.local(column(pd.to_datetime(["2017-03-12"]), "timestamp"), zone="Europe/Berln")


def test_whole_numbers_of_a_spreadsheet_lose_their_point():
    assert values.text(column([12.0, 1.5, None], "float64")).execute().tolist()[:2] == ["12", "1.5"]
    assert values.text(column([" a ", "  "])).execute().tolist()[0] == "a"
