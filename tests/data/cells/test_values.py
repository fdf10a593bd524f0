"""Reading single cells: text, money, moments, numbers."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import ibis
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segkit.data.cells import phrases, values, writing
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
        (["24-01-05"], None),
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


@pytest.mark.slow
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


@pytest.mark.parametrize(
    ("cells", "amounts"),
    [
        (["$84,835.00 ", "(500)", "500-", "−7"], ["84835.00", "-500.00", "-500.00", "-7.00"]),
        (["1'234.50", "EUR 12"], ["1234.50", "12.00"]),
        (["12\u202f345,6", "12 руб.", "1.234"], ["12345.60", "12.00", "1234.00"]),
        (["1,234", "0,5"], [None, "0.50"]),
        (["9.99", "12 34", "NaN", "inf", "1e400"], ["9.99", None, None, None, None]),
        (["99999999999999999.00", "9999999999999999.99"], [None, "9999999999999999.99"]),
    ],
)
def test_amounts_are_read_as_their_column_is_written(cells, amounts):
    read = values.money(column(cells)).execute()
    wanted = [amount and Decimal(amount) for amount in amounts]
    if cells[0] == "1,234":
        wanted[0] = Decimal("1.234")  # a comma that divides in one row divides in all
    assert [None if pd.isna(value) else value for value in read] == wanted


def test_amounts_that_can_be_read_in_two_ways_are_refused_unless_the_study_decides():
    with pytest.raises(StudyError, match="“1,234” can be read in two ways"):
        values.money(column(["1,234", "500"]))
    with pytest.raises(StudyError, match="different decimal marks"):
        values.money(column(["12.50", "12,50"]))
    assert values.money(column(["1,234"]), decimal=".").execute()[0] == Decimal("1234.00")
    assert values.money(column(["1,234"]), decimal=",").execute()[0] == Decimal("1.234")


def test_one_odd_row_does_not_turn_a_column():
    cells = ["12.50"] * 99 + ["12,50"]
    read = values.money(column(cells)).execute()
    assert read.notna().sum() == 99
    dates = ["31/01/2024"] * 99 + ["01/31/2024"]
    assert values.moment(column(dates)).execute().notna().sum() == 99


@pytest.mark.parametrize(
    ("cells", "first"),
    [
        (["1/31/24 5:00 PM", "1/2/24"], "2024-01-31 17:00"),
        (["12/31/99 12:05 am"], "1999-12-31 00:05"),
        (["31.01.68"], "2068-01-31"),
        (["5 января 2024 г."], "2024-01-05"),
        (["Jan 5, 2024", "September 15, 2024"], "2024-01-05"),
        (["20240105"], "2024-01-05"),
        (["45291.5"], "2023-12-31 12:00"),
        (["1704067200"], "2024-01-01"),
        (["1704067200000"], "2024-01-01"),
        (["2024-01-05T10:00:00+03:00"], "2024-01-05 10:00"),
        (["31.12.2024, 18:30"], "2024-12-31 18:30"),
        (["1900-01-01"], "1900-01-01"),
    ],
)
def test_dates_are_read_as_their_column_is_written(cells, first):
    read = values.moment(column(cells)).execute()
    assert read[0] == pd.Timestamp(first)
    assert read.notna().all()


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["2024-01-05", None, ""], "year first"),
        (["13/01/2024", "01/02/2024"], "day first"),
        (["01/13/24"], "month first"),
        (["01/02/2024"], "unclear"),
        (["01.02.2024"], "day first"),
        (["45291", "45292.5"], "serial"),
        (["45291", "12"], "none"),
        (["Anna", "12.50"], "none"),
        ([], "none"),
    ],
)
def test_the_order_of_day_and_month_is_judged_on_all_values(texts, order):
    assert values.date_order(texts) == order


@pytest.mark.parametrize(
    ("texts", "mark"),
    [
        (["1,234"], "unclear"),
        (["1,234", "1,2"], ","),
        (["1,234,567"], "."),
        (["1 234,50 ₽"], ","),
        (["0,125"], ","),
        (["12", None, ""], "none"),
        (["31.02.2024", "x"], "none"),
        (["1.50", "1,50"], "unclear"),
    ],
)
def test_the_decimal_mark_is_judged_on_all_values(texts, mark):
    assert values.decimal_mark(texts) == mark


def test_the_currency_is_told_by_signs_and_words():
    cells = ["$5", "5 €", "12 руб.", "R$ 3", "GBP 4", "5"]
    table = column(cells).as_table()
    codes = table.mutate(code=values.currency(table.x)).execute().code
    assert list(codes[:5]) == ["USD", "EUR", "RUB", "BRL", "GBP"]
    assert pd.isna(codes[5])


def test_times_of_day_are_read_in_seconds():
    cells = ["18:30", "6:30 PM", "18.30", "183000", "0.5", "25:00", "later"]
    read = values.clock(column(cells)).execute()
    assert list(read[:5]) == [66600, 66600, 66600, 66600, 43200]
    assert read[5:].isna().all()


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("1728141900123456", "2024-10-05 15:25:00"),
        ("2024/11/26 8:15:22 PM GMT+2", "2024-11-26 20:15:22"),
        ("2024/11/26 12:05:00 AM GMT-03:30", "2024-11-26 00:05:00"),
    ],
)
def test_moments_of_web_analytics_and_forms_are_read(cell, moment):
    assert values.moment(column([cell])).execute().astype(str).str[:19].tolist() == [moment]


def test_what_is_still_to_come_is_no_absence():
    cells = ["Showed up", "No-show", "да", "не явился", "", None, "booked", "0", "1"]
    found = values.outcome(column(cells)).execute().tolist()
    known = [None if value is None or value != value else bool(value) for value in found]
    assert known == [True, False, True, False, None, None, None, False, True]


@pytest.mark.parametrize(
    ("cells", "first"),
    [
        (["2 января 2024 г., 10:15"], "2024-01-02 10:15"),
        (["Mar-05-24"], "2024-03-05"),
        (["Dec-31-99"], "1999-12-31"),
        (["2024-03"], "2024-03-01"),
        (["03/2024"], "2024-03-01"),
        (["Monday, January 5, 2024 6:30 PM"], "2024-01-05 18:30"),
        (["mar. 5 mars 2024"], "2024-03-05"),
        (["5. März 2024"], "2024-03-05"),
        (["5 de enero de 2024"], "2024-01-05"),
        (["2024. január 5."], "2024-01-05"),
        (["2024年3月5日 10:15"], "2024-03-05 10:15"),
        (["пн 05.02.2024"], "2024-02-05"),
        (["12 listopada 2024", "1 stycznia 2024"], "2024-11-12"),
        (["12 listopada 2024", "1 siječnja 2024"], "2024-10-12"),
        (["٢٠٢٤-٠٣-٠٥"], "2024-03-05"),
        (["tech 2024"], None),
    ],
)
def test_dates_in_words_of_any_language_are_read(cells, first):
    read = values.moment(column(cells)).execute()[0]
    assert read == pd.Timestamp(first) if first else pd.isna(read)


def test_a_month_of_two_languages_is_refused_by_its_name():
    with pytest.raises(StudyError, match="“listopad” is one month"):
        values.moment(column(["1 listopad 2024"]))


def test_both_orders_of_day_and_month_are_refused_with_one_of_each():
    cells = ["01/13/2024"] * 24 + ["13/01/2024"] * 4 + ["03/04/2024"] * 12
    assert values.date_order(cells) == "both"
    with pytest.raises(StudyError, match=r"“01/13/2024”.*\(24 .*“13/01/2024” only day first \(4\)"):
        values.moment(column(cells))
    read = values.moment(column(cells), dates="month first").execute()
    assert read.isna().sum() == 4
    assert (read == pd.Timestamp("2024-03-04")).sum() == 12


@pytest.mark.parametrize(
    ("cell", "amount", "code"),
    [
        ("R$ 1.234,50", "1234.50", "BRL"),
        ("12,50 zł", "12.50", "PLN"),
        ("₺5.25", "5.25", "TRY"),
        ("1200р", "1200.00", "RUB"),
        ("kr 100", "100.00", None),
        ("Rs. 1,23,456.00", "123456.00", None),
        ("ZAR 5.25", "5.25", "ZAR"),
        ("5.25KWD", "5.25", "KWD"),
        ("$5.25 CAD", "5.25", "CAD"),
        ("A$5.25", "5.25", "AUD"),
        ("-€5.25", "-5.25", "EUR"),
        ("1e+05", "100000.00", None),
        ("12R3", None, None),
        ("А12", None, None),
    ],
)
def test_amounts_in_any_currency_are_read_alike_by_column_and_by_cell(cell, amount, code):
    read = values.money(column([cell])).execute()[0]
    assert read == Decimal(amount) if amount else pd.isna(read)
    alone = writing.number(cell)
    assert alone == float(amount) if amount else alone is None
    if amount:
        assert writing.currencies([cell]) == ([code] if code else [])


def test_every_code_of_a_currency_is_known_and_words_are_only_in_capitals():
    assert [writing.currencies([f"5 {code}"]) for code in phrases.CODES] == [
        [c] for c in phrases.CODES
    ]
    assert writing.currencies(["all amounts", "top sum", "try"]) == []
    assert writing.currencies(["amount_zar".replace("_", " ")]) == ["ZAR"]


def test_an_event_is_told_by_yes_by_a_count_or_by_its_day():
    cells = ["yes", "да", "2", "01.02.2024 10:00", "0", "", "no", None]
    assert values.truth(column(cells)).execute().tolist() == [True] * 4 + [False] * 4
