"""No e-mail, phone or name reaches the run folder; pseudonyms keep joins; doubles are suggested."""

import ibis
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit import data
from segkit.data.people import addresses, contacts
from segkit.data.quality import tracing
from segkit.study import StudyError

PLANTED = ("anna.secret@example.org", "BORIS@example.org", "+7 916 555-44-33", "89165554433",
           "Severinova", "Ильичёва")  # fmt: skip

ORDERS = """customer_id,order_id,ordered_at,amount
anna.secret@example.org,1,2024-01-05,10
Anna.Secret@Example.org,2,2024-01-06,20
BORIS@example.org,3,2024-01-07,30
+7 916 555-44-33,4,2024-01-07,30
89165554433,5,2024-01-08,5
7,6,2024-01-08,5
8,7,anna.secret@example.org,5
8,8,2024-01-09,call +7 916 555-44-33
8,9,2024-01-09,Severinova
8,10,2024-01-09,Ольга Ильичёва
"""

CUSTOMERS = """customer_id,E-mail,Телефон,Full name,city,note,age
anna.secret@example.org,anna.secret@example.org,+7 916 555-44-33,Severinova,Omsk,anna.secret@example.org,30
BORIS@example.org,BORIS@example.org,89165554433,Ильичёва,Omsk,,40
7,,,Severinova,+7 916 555-44-33,x,50
8,,,Ильичёва,Tver,y,60
9,,,,Tver,y,60
10,,,,Tver,y,60
11,,,,Tver,y,60
12,,,,Tver,y,60
13,,,,Tver,y,60
14,,,,Tver,y,60
15,,,,Tver,y,60
16,,,,Tver,y,60
17,,,,Tver,y,60
"""  # noqa: E501

MAILED = """customer_id,campaign_id,sent_at
anna.secret@example.org,c1,2024-02-01
boris@example.org,c1,2024-02-01
"""

MAPPED = {"customer_id": "customer_id", "email": "E-mail", "phone": "Телефон"}
MAPPED |= {"name": "Full name", "city": "city", "note": "note", "age": "age"}


@pytest.fixture
def run(project):
    return project(
        orders=ORDERS, customers=CUSTOMERS, mailings=MAILED, columns={"customers": MAPPED}
    )


def decoded(folder):
    """Give the text of every file below a folder: raw, and Parquet as a table."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.name, path.read_bytes().decode("utf-8", "replace")
            if path.suffix == ".parquet":
                yield path.name, pd.read_parquet(path).to_csv()


@pytest.mark.slow
def test_nothing_planted_is_in_any_file_of_the_run_folder(run):
    tables = data.open(run)
    run.write("rejected.parquet", tracing.aside(tables))
    run.write("card.parquet", data.card.build(tables, as_of="2024-02-01", window_days=0))
    run.write("quality.csv", data.treatment.handled.table(tables))
    files = list(decoded(run.path))
    assert len(files) > 8
    for name, text in files:
        for secret in PLANTED:
            assert secret.lower() not in text.lower(), f"{secret} in {name}"


GIFTS = """customer_id,order_id,ordered_at,amount,product_name,city
A,4006381333931,2024-01-05,10,gift for anna.secret@example.org,Omsk
Ann <boris@example.org>,2,2024-01-06,20,"call 8 (916) 555-44-33, soon",BORIS@example.org
B,3,2024-01-06,20,cup 4890123456789,Omsk
"""


@pytest.mark.slow
def test_contacts_within_names_of_products_and_ids_are_masked_and_bar_codes_are_not(project):
    run = project(orders=GIFTS)
    kept = data.open(run).orders.order_by("row").execute()
    names = ["gift for (e-mail)", "call (phone), soon", "cup 4890123456789"]
    assert kept["product_name" if "product_name" in kept else "product_id"].tolist() == names
    assert kept.order_id.tolist() == ["4006381333931", "2", "3"]
    for name, text in decoded(run.path):
        for secret in (*PLANTED, "555-44-33"):
            assert secret.lower() not in text.lower(), f"{secret} in {name}"


@pytest.mark.slow
def test_unmapped_columns_are_left_out_by_heading_or_by_value(project):
    tables = data.open(project(orders=ORDERS, customers=CUSTOMERS))
    assert [c for c in tables.customers.columns if c != "row"] == [
        "customer_id",
        "age",
        "city",
        "note",
    ]
    values = tables.customers.execute()
    assert values.city.isna().sum() == 1
    assert values.note.notna().sum() == 11
    note = tables.notes().set_index("trap").measured["personal columns"]
    assert "left out: E-mail, Телефон, Full name" in note
    assert "single contacts blanked in: city, note" in note


@pytest.mark.slow
def test_pseudonyms_are_the_same_in_all_tables_and_for_all_spellings(run):
    tables = data.open(run)
    buyers = tables.baskets.group_by("customer_id").agg(n=ibis._.count()).execute()
    counts = buyers.set_index("customer_id").n
    assert sorted(counts) == [1, 1, 2, 2]
    assert "7" in counts.index
    assert counts.index.str.match(r"^p-[0-9a-f]{16}$").sum() == 3
    known = tables.customers.semi_join(tables.baskets, "customer_id").count().execute()
    assert known == 3
    assert tables.mailings.semi_join(tables.baskets, "customer_id").count().execute() == 2
    assert "no anonymity" in " ".join(tables.notes().decision)


@pytest.mark.slow
def test_another_key_gives_other_pseudonyms(run, monkeypatch):
    first = set(data.open(run).baskets.execute().customer_id)
    monkeypatch.setenv("SEGKIT_SALT", "pepper")
    second = set(data.open(run).baskets.execute().customer_id)
    assert first & second == {"7"}


def test_customers_known_by_name_become_pseudonyms_altogether(project):
    orders = "ФИО,ordered_at,amount\nИльичёва О.,2024-01-05,5\nильичёва о.,2024-01-06,5\n"
    run = project(orders=orders, columns={"orders": {"customer_id": "ФИО"}})
    tables = data.open(run)
    assert tables.facts()["customers_n"] == 1
    assert all("ичёва" not in text for _, text in decoded(run.path))


def spelt(reader, texts):
    table = ibis.memtable({"text": texts}, schema={"text": "string"})
    return [x if isinstance(x, str) else None for x in reader(table.text).execute()]


def test_contacts_have_one_spelling():
    phones = ["8 (916) 555-44-33", "+7 916 555 44 33", "79165554433", "12345", "0000000000", None]
    assert spelt(contacts.phone, phones) == ["79165554433"] * 3 + [None] * 3
    assert (
        spelt(contacts.email, [" A@b.ru ", "a@B.ru", "nobody", "a@b"])
        == ["a@b.ru"] * 2 + [None] * 2
    )
    taxes = ["7707083893", "ИНН 7707083893", "DE 326 456 780", "123", "0000000000"]
    assert spelt(contacts.tax_id, taxes) == ["7707083893"] * 2 + ["326456780", None, None]


@given(st.lists(st.integers(0, 9), min_size=10, max_size=10))
def test_digits_alone_are_an_id_unless_they_are_a_russian_mobile(digits):
    text = "".join(map(str, digits))
    table = ibis.memtable({"text": [text, "7" + text]})
    plain, long = contacts.personal(table.text).execute()
    assert not plain
    assert long == text.startswith("9")


DOUBLES = "customer_id,email,phone,tax_id\n" + """10,a@x.org,,
2,A@x.org,+7 916 111-22-33,
30,,89161112233,7707083893
4,,,7707083893
5,,,
6,shop@x.org,,
""" + "".join(f"7{n},shop@x.org,,\n" for n in range(6))  # fmt: skip

BOUGHT = "customer_id,order_id,ordered_at,amount\n10,1,2024-01-01,5\n2,2,2024-01-02,7\n"
BOUGHT += "30,3,2024-01-03,9\n5,4,2024-01-03,11\n"


def test_doubles_are_groups_that_share_a_contact_but_no_crowd_does(project):
    tables = data.open(project(orders=BOUGHT, customers=DOUBLES))
    found = tables.doubles.execute()
    assert dict(zip(found.customer_id, found.same_as, strict=True)) == dict.fromkeys(
        ["10", "2", "30", "4"], "2"
    )
    assert found.set_index("customer_id").reason["30"] == "phone and tax id"
    assert tables.facts()["customers_n"] == 4


def test_merging_keeps_all_money_and_orders(project):
    run = project(orders=BOUGHT, customers=DOUBLES, study="merge_customers: true")
    tables = data.open(run)
    facts = tables.facts()
    assert (facts["customers_n"], facts["orders_n"], facts["spend_total"]) == (2, 4, 32.0)
    rejected = tables.rejected.execute()
    assert (rejected.rule == "merged into another card").sum() == 3
    kept = tables.customers.execute().customer_id
    assert "2" in set(kept)
    assert kept.is_unique
    assert "several cards of one customer" in set(tables.notes().trap)


@pytest.mark.slow
def test_contacts_are_fetched_from_the_source_only_when_asked(run):
    data.open(run)
    found = addresses.fetch(run, columns=["email", "name"])
    known = found.set_index("given_id")
    assert known.email["BORIS@example.org"] == "BORIS@example.org"
    assert known.customer_id["BORIS@example.org"].startswith("p-")
    assert not list(run.path.glob(".export*"))
    with pytest.raises(StudyError, match="no contact that can be exported"):
        addresses.fetch(run, columns=["age"])
    with pytest.raises(StudyError, match="have no column `tax_id`"):
        addresses.fetch(run, columns=["tax_id"])
