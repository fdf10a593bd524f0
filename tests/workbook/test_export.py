"""The export: complete, safe for spreadsheets, contacts only when asked for."""

import pandas as pd
import pytest

import segkit
from segkit import data
from segkit.study import StudyError
from segkit.workbook import export

ORDERS = """customer_id,order_id,ordered_at,amount
1,1,2024-01-05,10
=cmd|1,2,2024-01-06,20
boris@example.org,3,2024-01-07,30
"""
CUSTOMERS = """customer_id,email,phone,city
1,anna@example.org,+79165554433,Omsk
boris@example.org,boris@example.org,,Omsk
"""


@pytest.fixture
def done(project):
    """Make a run that has its segments."""
    tables = data.open(project(orders=ORDERS, customers=CUSTOMERS))
    ids = sorted(tables.baskets.execute().customer_id)
    frame = pd.DataFrame({"customer_id": ids, "segment": ["big" if i[0] == "p" else "small"
                                                          for i in ids]})  # fmt: skip
    segkit.open_run("test", stage="04_segments").write("segments.parquet", frame)
    run = segkit.open_run("test", stage="07_action")
    run.write("membership.csv", frame.assign(persona=frame.segment.str.title()))
    return run


@pytest.mark.slow
def test_ids_are_the_sources_own_and_formulas_are_text(done):
    found = export.members("test")
    assert list(found.columns) == ["customer_id", "segment", "persona"]
    assert found.customer_id.tolist() == ["boris@example.org", "1", "=cmd|1"]
    assert "\n'=cmd|1," in export.write(found, "test").read_text("utf-8")
    assert found.persona.tolist() == ["Big", "Small", "Small"]


def test_contacts_are_joined_when_asked_for(done):
    found = export.members("test", contacts=["email", "phone"], segments=["small"])
    known = found.set_index("customer_id")
    assert known.email["1"] == "anna@example.org"
    assert known.phone["1"] == "+79165554433"
    assert len(found) == 2


def test_an_unknown_segment_or_contact_is_said_in_words(done):
    with pytest.raises(StudyError, match="Did you mean “small”"):
        export.members("test", segments=["smal"])
    with pytest.raises(StudyError, match="no contact that can be exported"):
        export.members("test", contacts=["city"])


def test_the_file_is_for_its_owner_and_marked_for_excel_when_asked(done, tmp_path):
    path = export.write(export.members("test"), "test", to=str(tmp_path / "out.csv"), excel=True)
    assert path.read_bytes().startswith(b"\xef\xbb\xbfcustomer_id")
    assert path.stat().st_mode & 0o077 == 0
    assert export.write(export.members("test"), "test").parent == done.path
    with pytest.raises(StudyError, match="is a folder"):
        export.write(export.members("test"), "test", to=str(tmp_path))
