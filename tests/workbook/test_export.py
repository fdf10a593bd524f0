"""The export: complete, safe for spreadsheets, contacts only when asked for."""

import json
import zipfile

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
    segkit.open_run("test", stage="05_validation").write("corrected.parquet", frame)
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


def test_a_stage_is_a_list_like_a_segment_with_leads_in_it(done):
    frame = done.read("corrected.parquet")
    stages = ["Regular", "Lost", "Lost"]
    base = pd.DataFrame({"customer_id": frame.customer_id, "stage": stages})
    lead = pd.DataFrame({"customer_id": ["77"], "stage": ["Lead: never bought"]})
    made = segkit.open_run("test", stage="06_personas")
    made.write("base.parquet", pd.concat([base, lead], ignore_index=True))
    lost = export.members("test", stages=["lost"])
    assert lost.segment.tolist() == ["Lost", "Lost"]
    assert set(lost.persona) <= {"Big", "Small"}
    both = export.members("test", stages=["lead", "Lost"])
    assert len(both) == 3
    assert both.set_index("segment").persona["Lead: never bought"] == ""
    with pytest.raises(StudyError, match="Did you mean 'lost'"):
        export.members("test", stages=["lots"])


def test_the_file_is_for_its_owner_and_marked_for_excel_when_asked(done, tmp_path):
    path = export.write(export.members("test"), "test", to=str(tmp_path / "out.csv"), excel=True)
    assert path.read_bytes().startswith(b"\xef\xbb\xbfcustomer_id")
    assert path.stat().st_mode & 0o077 == 0
    assert export.write(export.members("test"), "test").parent == done.path
    with pytest.raises(StudyError, match="is a folder"):
        export.write(export.members("test"), "test", to=str(tmp_path))


CONTACTS = """customer_id,email,phone,Accepts Marketing
1,Anna@Example.org,8 (916) 555-44-33,yes
2,anna@example.org ,,yes
3,carl@example.org,+49 30 901820,no
4,,,yes
=cmd|1,dora@example.org,+7 916 555 44 34,yes
"""
BOUGHT = "customer_id,order_id,ordered_at,amount\n" + "".join(
    f"{who},{n},2024-01-0{n},10\n" for n, who in enumerate(["1", "2", "3", "4", "=cmd|1"], 1)
)


@pytest.fixture
def listed(project):
    """Make a run with contacts and consent, whose list is ready to leave."""
    project(orders=BOUGHT, customers=CONTACTS)
    frame = pd.DataFrame({"customer_id": ["1", "2", "3", "4", "=cmd|1"], "segment": "big"})
    segkit.open_run("test", stage="05_validation").write("corrected.parquet", frame)
    run = segkit.open_run("test", stage="07_action")
    run.write("membership.csv", frame.assign(persona="Big"))
    run.write("actions.csv", pd.DataFrame({"rank": [1], "persona": ["Big"], "offer": ["=1+1"]}))
    return run


def test_a_list_for_a_tool_obeys_consent_and_is_never_changed_for_eyes(listed, tmp_path):
    found = export.prepare(export.members("test"), "sendpulse", name="test")
    assert found.receipt == {
        "in": 5, "without consent": 1, "invalid e-mails": 0, "invalid phones": 1,
        "without identifier": 1, "twice": 1, "out": 2,
    }  # fmt: skip
    path, receipt = export.hand_over(found, "test", to=str(tmp_path))
    assert "+79165554434" in path.read_text("utf-8")
    assert "'" not in path.read_text("utf-8")
    assert json.loads(receipt.read_text("utf-8"))["counts"]["out"] == 2
    assert path.stat().st_mode & 0o077 == 0


def test_where_nothing_tells_who_agreed_a_list_is_written_only_when_asked(done):
    with pytest.raises(StudyError, match="--without-consent-check"):
        export.prepare(export.members("test"), "mailchimp", name="test")
    everybody = export.members("test")
    unchecked = export.prepare(everybody, "mailchimp", unchecked=True, name="test")
    assert unchecked.receipt["out"] == 2
    with pytest.raises(StudyError, match="no column “agreed”"):
        export.prepare(export.members("test"), "mailchimp", consent="agreed", name="test")


REFUSED = """customer_id,email,Accepts Marketing,Opted out
1,anna@example.org,yes,
2,bea@example.org,yes,2024-01-03
3,carl@example.org,,no
4,dora@example.org,,yes
"""


def test_whoever_refused_is_in_no_list_whatever_else_is_said(project):
    project(orders=BOUGHT, customers=REFUSED)
    frame = pd.DataFrame({"customer_id": list("1234"), "segment": "big"})
    segkit.open_run("test", stage="05_validation").write("corrected.parquet", frame)
    run = segkit.open_run("test", stage="07_action")
    run.write("membership.csv", frame.assign(persona="Big"))
    people = export.members("test")
    found = export.prepare(people, "sendpulse", name="test").frame
    assert found["Email"].tolist() == ["anna@example.org"]
    free = export.prepare(people, "sendpulse", unchecked=True, name="test").frame
    assert free["Email"].tolist() == ["anna@example.org", "carl@example.org"]


def test_a_workbook_for_eyes_holds_four_sheets_and_no_formula(listed, tmp_path):
    prepared = export.prepare(export.members("test"), "excel", name="test")
    path, _ = export.hand_over(prepared, "test", to=str(tmp_path))
    sheets = pd.read_excel(path, sheet_name=None, engine="calamine", dtype=str)
    assert list(sheets) == ["Segments", "Members", "Plan", "Dictionary"]
    assert "=cmd|1" in set(sheets["Members"]["Customer"])
    assert sheets["Segments"]["Customers"].tolist() == ["5"]
    with zipfile.ZipFile(path) as archive:
        assert not any(b"<f>" in archive.read(n) for n in archive.namelist() if "sheet" in n)
