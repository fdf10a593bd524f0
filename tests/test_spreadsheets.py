"""No cell and no heading of a CSV file runs anything, and reading gives back what was written."""

import io

import pandas as pd
import pytest

from segkit import spreadsheets

RISKY = ("=1+1", "-2+3", "+cmd|' /c calc'!A0", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1+1", "＋1",
         "－a", "＠SUM(1)", " =1+1", "\ufeff=1+1", "-", "=", "+7 call me")  # fmt: skip
PLAIN = ("-5", "-5.00", "-1 234,50", "-12.5%", "+3", "-1e5", "+7 999 123-45-67", "+49(170)1234567",
         "Ann", "", "a=b", "'quoted'", "100-200")  # fmt: skip


@pytest.mark.parametrize("text", RISKY)
def test_what_a_spreadsheet_would_run_is_made_text(text):
    frame = spreadsheets.safe(pd.DataFrame({text: [text]}))
    told = "'" + text.replace("\r", "\n")
    assert (frame.columns[0], frame.iloc[0, 0]) == (told, told)


@pytest.mark.parametrize("text", PLAIN)
def test_numbers_phones_and_words_stay_as_they_are(text):
    frame = spreadsheets.safe(pd.DataFrame({text: [text]}))
    assert (frame.columns[0], frame.iloc[0, 0]) == (text, text)


def test_what_was_written_is_read_back(tmp_path):
    frame = pd.DataFrame({"=name": [*RISKY, "'Ann'"], "n": range(len(RISKY) + 1)})
    (tmp_path / "a.csv").write_text(spreadsheets.text(frame), "utf-8", newline="")
    found = spreadsheets.read(tmp_path / "a.csv")
    assert found["n"].tolist() == frame["n"].tolist()
    assert found["=name"].tolist() == [t.replace("\r", "\n") for t in frame["=name"]]


def test_no_sign_within_a_cell_begins_a_row_of_its_own():
    text = spreadsheets.text(pd.DataFrame({"x": ["a\r=1+1", "b\r\n=2", 'c"\n=3']}))
    assert len(pd.read_csv(io.StringIO(text))) == 3
    assert "\r" not in text


def test_categories_and_twice_named_columns_are_looked_at_too():
    frame = pd.DataFrame([["=1", "=2"]], columns=["x", "x"]).astype("category")
    assert spreadsheets.safe(frame).iloc[0].tolist() == ["'=1", "'=2"]
