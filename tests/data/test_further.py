"""Visits, surveys, requests, invoices and the like: read, judged and joined like orders."""

from pathlib import Path

import duckdb
import pandas as pd
import pytest

import segkit
from segkit import data
from segkit.data import measures, schema
from segkit.study import StudyError

ORDERS = "customer_id,order_id,ordered_at,amount,cost\n" + "".join(
    f"c{day},o{day},2024-01-{day:02d},10,4\n" for day in range(1, 20)
)
VISITS = """visitor_id,seen_at,event,customer_id,page
v1,2024-01-03 10:00,page,,/a?mail=c1@x.de&x=1
v1,2024-01-03 10:01,cart,c1,/cart
,2024-01-04,page,,/x
v2,no date,page,,/x
v3,2024-01-05,page,c99,/x
"""
SURVEY = """customer_id,answered_at,I like cooking,Your mail
c1,2024-01-05,yes,a@b.de
c2,2024-01-06,no,c@d.de
c2,2024-01-06,yes,e@f.de
"""


@pytest.mark.slow
def test_further_tables_are_read_and_broken_rows_set_aside(project):
    tables = data.open(project(orders=ORDERS, visits=VISITS, survey=SURVEY))
    assert tables.has("visits")
    assert not tables.has("invoices")
    assert tables.visits.visitor_id.execute().tolist() == ["v1", "v1", "v3"]
    aside = tables.rejected.execute()
    assert list(zip(aside["table"], aside["row"], aside["rule"], strict=True)) == [
        ("survey", 4, "repeated key"),
        ("visits", 4, "missing visitor_id"),
        ("visits", 5, "unreadable seen_at"),
    ]
    register = tables.register().set_index("table")
    assert (register.read_n == register.kept_n + register.rejected_n).all()


@pytest.mark.slow
def test_every_question_of_a_survey_is_taken_and_contacts_are_not(project):
    tables = data.open(project(orders=ORDERS, survey=SURVEY))
    assert set(tables.survey.columns) == {"customer_id", "answered_at", "I like cooking", "row"}
    assert "survey: left out: Your mail" in tables.notes().measured.tolist()


@pytest.mark.slow
def test_a_question_about_phones_is_no_column_of_phones(project):
    survey = "customer_id,orders by phone,your phone\n" + "".join(
        f"c{n},{'yes' if n % 2 else 'no'},+49 171 12345{n:02}\n" for n in range(12)
    )
    tables = data.open(project(orders=ORDERS, survey=survey))
    assert set(tables.survey.columns) == {"customer_id", "orders by phone", "row"}


@pytest.mark.slow
def test_a_date_may_be_missing_where_it_says_not_yet(project):
    invoices = (
        "customer_id,sent_at,paid_at,amount\nc1,2024-01-01,,100\nc2,2024-01-01,2024-01-05,50\n"
    )
    found = data.open(project(orders=ORDERS, invoices=invoices)).invoices.execute()
    assert found.paid_at.isna().tolist() == [True, False]
    assert found.amount.astype(float).sum() == 150


@pytest.mark.slow
def test_free_words_keep_no_address_and_no_number(project):
    reviews = "customer_id,reviewed_at,text\nc1,2024-01-05,write to a@b.de or +49 171 1234567\n"
    tables = data.open(project(orders=ORDERS, reviews=reviews, visits=VISITS))
    assert tables.reviews.text.execute().tolist() == ["write to (e-mail) or (phone)"]
    assert tables.visits.page.execute().tolist()[0] == "/a?mail=(e-mail)&x=1"


@pytest.mark.slow
def test_an_id_that_is_an_address_gets_one_pseudonym_in_every_column(project):
    mails = "customer_id,ordered_at,amount\nanna@x.de,2024-01-01,1\nbob@x.de,2024-01-02,1\n"
    referrals = "referred_id,referred_at,customer_id\nbob@x.de,2024-01-02,anna@x.de\n"
    visits = "visitor_id,seen_at,event\nanna@x.de,2024-01-01,page\n"
    tables = data.open(project(orders=mails, referrals=referrals, visits=visits))
    anna, bob = tables.orders.order_by("ordered_at").customer_id.execute()
    referral = tables.referrals.execute().iloc[0]
    assert (referral.customer_id, referral.referred_id) == (anna, bob)
    assert tables.visits.visitor_id.execute().tolist() == [anna]
    assert anna.startswith("p-")


@pytest.mark.slow
def test_merged_cards_are_merged_in_every_column(project):
    customers = "customer_id,email\nc1,a@b.de\nc22,a@b.de\n"
    referrals = "referred_id,referred_at,customer_id\nc22,2024-01-02,c3\nc5,2024-01-02,c22\n"
    run = project(
        study="merge_customers: true", orders=ORDERS, customers=customers, referrals=referrals
    )
    found = data.open(run).referrals.order_by("row").execute()
    assert found.referred_id.tolist() == ["c1", "c5"]
    assert found.customer_id.tolist() == ["c3", "c1"]


@pytest.mark.slow
def test_the_card_of_everyone_holds_whom_any_table_names_before_the_date(project):
    requests = "customer_id,requested_at\nasked,2024-01-10\nlater,2024-03-01\n"
    tables = data.open(project(orders=ORDERS, visits=VISITS, requests=requests))
    asked = {"as_of": "2024-02-01", "window_days": 0}
    buyers, everyone = (data.card.build(tables, **asked, everyone=e) for e in (False, True))
    assert set(everyone.customer_id) - set(buyers.customer_id) == {"asked", "c99"}
    others = everyone[~everyone.customer_id.isin(buyers.customer_id)]
    assert (others[["orders_n", "spend_total"]] == 0).all(axis=None)
    assert others.days_since_purchase.isna().all()
    both = everyone[everyone.customer_id.isin(buyers.customer_id)].reset_index(drop=True)
    pd.testing.assert_frame_equal(both, buyers, check_dtype=False)


def test_the_day_of_the_analysis_is_the_day_after_the_last_order(project):
    tables = data.open(project(orders=ORDERS))
    assert str(data.card.analysis_date(tables)) == "2024-01-20"


def test_tables_of_rows_in_memory_may_be_any_of_them():
    orders = pd.DataFrame({"customer_id": ["a"], "ordered_at": ["2024-01-01"], "amount": [1]})
    requests = pd.DataFrame({"customer_id": ["b"], "requested_at": ["2024-01-01"]})
    tables = data.from_frames(orders, requests=requests)
    assert tables.requests.count().execute() == 1
    assert tables.visits is None


def test_an_unknown_table_is_refused_with_the_nearest(project):
    with pytest.raises(StudyError, match=r"`visit`.*Did you mean “visits”"):
        data.open(project(orders=ORDERS, visit=VISITS))


def test_every_measure_is_explained_once():
    words = measures.words()
    assert set(measures.zero()) <= set(words)
    assert not set(words) & set(data.card.WORDS)
    assert all(family in data.card.FAMILIES for family, _, _ in words.values())


def test_every_dated_table_names_its_moment():
    undated = {name for name in schema.TABLES if schema.moment(name) is None}
    assert undated == {"customers", "products", "survey", "tests"}


@pytest.mark.slow
def test_further_tables_of_a_database_are_read_where_they_lie(tmp_path, monkeypatch):
    monkeypatch.setenv("SEGKIT_HOME", str(tmp_path))
    monkeypatch.setenv("SEGKIT_RUNS", str(tmp_path / "runs"))
    for folder in ("studies", "notebooks", "data"):
        (tmp_path / folder).mkdir()
    shop = duckdb.connect(str(tmp_path / "shop.duckdb"))
    shop.sql(
        "create table bought as select 'c' || i % 5 customer_id, 'o' || i order_id, "
        "timestamp '2024-01-01' + interval (i) hour ordered_at, 10.00::decimal(18, 2) amount "
        "from range(50) t(i)"
    )
    shop.sql(
        "create table hits as select 'v' || i visitor_id, 'page' event, '/p?m=a@b.de' page, "
        "timestamp '2024-01-01' + interval (i) hour seen_at from range(7) t(i)"
    )
    shop.sql("create table asked as select 'c' || i customer_id, 'yes' likes, "
             "'a' || i || '@b.de' mail from range(30) t(i)")  # fmt: skip
    shop.close()
    (tmp_path / "studies" / "test.yaml").write_text(
        f"title: T\nsource: connection\nconnection: duckdb://{tmp_path / 'shop.duckdb'}\ntables:\n"
        "  orders: {table: bought}\n  visits: {table: hits}\n  survey: {table: asked}\n"
    )
    tables = data.open(segkit.open_run("test", stage="03_data"))
    assert tables.visits.count().execute() == 7
    assert set(tables.visits.page.execute()) == {"/p?m=(e-mail)"}
    assert set(tables.survey.columns) == {"customer_id", "likes", "row"}
    when = data.card.analysis_date(tables)
    everyone = data.card.build(tables, as_of=when, window_days=0, everyone=True)
    assert len(everyone) == 30
    assert everyone.orders_n.sum() == 50


def test_the_data_readme_names_every_table_and_column():
    text = (Path(__file__).parents[2] / "data" / "README.md").read_text(encoding="utf-8")
    for name, columns in schema.TABLES.items():
        row = next(line for line in text.splitlines() if line.startswith(f"| `{name}` | "))
        told = [word.strip(" *") for word in row.split("|")[3].split(",")]
        assert told == [c.name for c in columns if c.name not in schema.PERSONAL], name
        needed = [word.strip(" *") for word in row.split("|")[3].split(",") if "**" in word]
        assert needed == schema.required(name)


@pytest.mark.slow
def test_an_appointment_that_is_still_to_come_is_no_no_show(project):
    booked = "customer_id,starts_at,kept\nc1,2024-01-05,yes\nc2,2024-01-06,no\nc3,2024-02-06,\n"
    found = data.open(project(orders=ORDERS, appointments=booked)).appointments.execute()
    assert found.set_index("customer_id").kept.isna().to_dict() == {
        "c1": False, "c2": False, "c3": True
    }  # fmt: skip


@pytest.mark.slow
def test_an_open_question_keeps_no_number_and_no_address(project):
    answers = "customer_id,answered_at,Anything else\n" + "".join(
        f"c{n},2024-01-05,{'call +371 29999999 or a@b.de' if n == 3 else 'fine'}\n"
        for n in range(1, 15)
    )
    found = data.open(project(orders=ORDERS, survey=answers)).survey.execute()
    assert set(found["Anything else"]) == {"fine", "call (phone) or (e-mail)"}
