"""Measures of loyalty: counted by hand, never knowing the future, the same in every engine."""

from datetime import datetime
from types import SimpleNamespace

import engines
import ibis
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit import data
from segkit.data import meanings, measures
from segkit.data.measures import activities, loyalty, referrals, working_days
from segkit.refusal import Refused
from segkit.study import StudyError

AS_OF = "2024-03-16"
END = datetime(2024, 3, 16)
ORDERS = pd.DataFrame(
    [
        ("ann", "o1", "2024-03-01", 100.0),
        ("ann", "o2", "2024-03-08", 50.0),
        ("bob", "o3", "2024-03-06", 80.0),
        ("cid", "o4", "2024-03-14", 20.0),
        ("dan", "o5", "2024-03-04", 10.0),
        ("eve", "o6", "2024-03-18", 10.0),
    ],
    columns=["customer_id", "order_id", "ordered_at", "amount"],
)
INVOICES = pd.DataFrame(
    [  # sent, paid; what it is
        ("ann", "2024-03-01", "2024-03-06", 100.0),  # Friday to Wednesday: 3 days, in time
        ("ann", "2024-03-08", "2024-03-14", 50.0),  # Friday to Thursday: 4 days, late
        ("ann", "2024-03-09", "2024-03-13", 5.0),  # Saturday to Wednesday: 3 days, in time
        ("bob", "2024-03-06", None, 80.0),  # open since 7 days: late
        ("bob", "2024-03-13", None, 30.0),  # open, 2 days have passed: says nothing
        ("bob", "2024-03-12", None, 7.0),  # open, the third day has passed: late
        ("cid", "2024-03-14", "2024-03-18", 20.0),  # paid after the date: still open
        ("dan", "2024-03-04", "2024-03-04", 10.0),  # the same day
        ("dan", "2024-03-05", "2024-03-01", 10.0),  # paid in advance
        ("dan", "2024-03-16", "2024-03-16", 10.0),  # sent after the date: not there
    ],
    columns=["customer_id", "sent_at", "paid_at", "amount"],
)


def card(*, as_of=AS_OF, orders=ORDERS, **frames):
    tables = data.from_frames(orders, **frames)
    return data.card.build(tables, as_of=as_of, window_days=0).set_index("customer_id")


def days(rows):
    frame = pd.DataFrame(rows, columns=["start", "end"]).astype("datetime64[us]")
    table = ibis.memtable(frame)
    return table.select(n=working_days.between(table.start, table.end)).execute()["n"].tolist()


def test_working_days_over_a_weekend():
    friday, saturday, monday = "2024-03-08", "2024-03-09", "2024-03-11"
    found = days([(friday, friday), (friday, monday), (saturday, monday), (friday, "2024-03-18"),
                  (friday, saturday), (monday, friday), ("2024-03-08 23:59", "2024-03-11 00:01"),
                  (monday, None)])  # fmt: skip
    assert found[:-1] == [0, 1, 1, 6, 0, -1, 1]
    assert np.isnan(found[-1])


@given(st.lists(st.tuples(st.dates(), st.dates()), min_size=1, max_size=30))
def test_working_days_are_those_of_numpy(pairs):
    pairs = [(a, b) for a, b in pairs if 1910 < a.year < 2200 and 1910 < b.year < 2200 and a <= b]
    if pairs:
        starts, ends = np.array(pairs, dtype="datetime64[D]").T
        assert days(pairs) == np.busday_count(starts + 1, ends + 1).tolist()


def test_ten_invoices_counted_by_hand():
    found = card(invoices=INVOICES)
    assert found["invoices_judged_n"].to_dict() == {"ann": 3, "bob": 2, "cid": 0, "dan": 2}
    assert found["invoices_in_time_n"].to_dict() == {"ann": 2, "bob": 0, "cid": 0, "dan": 2}
    assert found["unpaid_total"].to_dict() == {"ann": 0, "bob": 117, "cid": 20, "dan": 0}


def test_an_invoice_before_its_own_due_date_is_not_late():
    due = INVOICES.assign(due_at="2024-03-15")
    due.loc[3, "due_at"] = "2024-03-20"
    found = card(invoices=due)
    assert found.loc["bob", "invoices_judged_n"] == 1
    assert found.loc["ann", ["invoices_judged_n", "invoices_in_time_n"]].tolist() == [3, 2]


def test_documents_are_judged_like_invoices():
    documents = INVOICES.rename(columns={"paid_at": "signed_at"}).drop(columns="amount")
    found = card(documents=documents, invoices=INVOICES)
    for what in ("judged", "in_time"):
        assert (found[f"documents_{what}_n"] == found[f"invoices_{what}_n"]).all()


REQUESTS = pd.DataFrame(
    {
        "customer_id": ["ann", "ann", "ann", "bob", "bob", "bob", "bob", "ann"],
        "requested_at": ["2024-03-01"] * 7 + ["2024-03-16"],
        "channel": ["form", "Web form", "phone", "information desk", None, "сайт", "mail", "form"],
    }
)


def test_requests_by_our_form():
    found = card(requests=REQUESTS)
    assert found["requests_n"].to_dict() == {"ann": 3, "bob": 4, "cid": 0, "dan": 0}
    assert found["requests_by_form_n"].to_dict() == {"ann": 2, "bob": 1, "cid": 0, "dan": 0}


EVENTS = pd.DataFrame(
    {
        "customer_id": ["ann", "bob", "cid", "ann", "bob", "ann"],
        "held_at": ["2024-03-05"] * 3 + ["2024-03-10"] * 2 + ["2024-03-20"],
        "event_id": ["e1"] * 3 + ["e2"] * 2 + ["e3"],
        "attended": [True, False, None, True, True, True],
    }
)


def test_events_attended_of_those_invited_to():
    found = card(events=EVENTS)
    assert found["events_invited_n"].to_dict() == {"ann": 2, "bob": 2, "cid": 0, "dan": 0}
    assert found["events_attended_n"].to_dict() == {"ann": 2, "bob": 1, "cid": 0, "dan": 0}


REVIEWS = pd.DataFrame(
    {
        "customer_id": ["ann", "ann", "ann", "bob", "cid", "dan", "ann"],
        "reviewed_at": ["2024-03-10"] * 6 + ["2024-03-16"],
        "order_id": ["o1", "o1", None, "o3", "o1", None, "o2"],
        "rating": [5, 1, 4, 2, 1, 2, 1],
        "kind": ["praise", "Complaint", "idea", None, None, "praise", "complaint"],
    }
)


def test_reviews_complaints_and_orders_with_an_opinion():
    found = card(reviews=REVIEWS)
    assert found["reviews_n"].to_dict() == {"ann": 3, "bob": 1, "cid": 1, "dan": 1}
    # by its kind; without a kind two stars or fewer; praise with two stars is praise
    assert found["complaints_n"].to_dict() == {"ann": 1, "bob": 1, "cid": 1, "dan": 0}
    # an opinion on somebody else's order is no opinion on one's own
    assert found["reviewed_orders_n"].to_dict() == {"ann": 1, "bob": 1, "cid": 0, "dan": 0}


def test_reviews_without_kind_and_stars_tell_no_complaints():
    found = card(reviews=REVIEWS.drop(columns=["kind", "rating", "order_id"]))
    assert "complaints_n" not in found
    assert "reviewed_orders_n" not in found
    assert found.loc["ann", "reviews_n"] == 3


CUSTOMERS = pd.DataFrame(
    {
        "customer_id": ["ann", "bob", "cid", "dan", "eve", "fay"],
        "company": ["ООО «Ромашка»", "Acme & Sons Ltd.", "Twin LLC", "Twin Inc", "Ёлка", None],
    }
)
TOLD = {
    "given": ("dan", "ann", None, "known by identifier", "ann"),
    "id in words": ("dan", None, "bob", "found by name", "bob"),
    "form left out": ("cid", None, "по рекомендации Ромашка", "found by name", "ann"),
    "spelt another way": ("dan", None, "ACME and Sons", "name fits nobody", None),
    "punctuation": ("dan", None, "acme, sons recommended you", "found by name", "bob"),
    "both are called so": ("ann", None, "we were sent by Twin", "name fits several customers",
                           None),
    "form tells them apart": ("ann", None, "colleagues at Twin, LLC", "found by name", "cid"),
    "ё and е": ("ann", None, "елка", "found by name", "eve"),
    "part of a name": ("ann", None, "Acme", "name fits nobody", None),
    "himself": ("bob", None, "Acme & Sons", "named themselves", None),
    "himself, given": ("bob", "bob", None, "named themselves", None),
    "nothing": ("fay", None, None, "nothing told", None),
    "elsewhere": ("fay", None, "an advertisement", "name fits nobody", None),
}  # fmt: skip


def asked(rows):
    frame = pd.DataFrame([row[:3] for row in rows], columns=["referred_id", "customer_id", "told"])
    return frame.assign(referred_at="2024-03-02")


@pytest.mark.parametrize("case", TOLD)
def test_a_referral_counts_for_whom_it_names(case):
    tables = data.from_frames(ORDERS, customers=CUSTOMERS, referrals=asked([TOLD[case]]))
    found = referrals.resolve(tables, start=None, end=END).execute().iloc[0]
    assert found["way"] == TOLD[case][3]
    assert (None if pd.isna(found["customer_id"]) else found["customer_id"]) == TOLD[case][4]


@pytest.mark.parametrize("told", ["Посоветовали в Ромашка", "Рекомендация: ООО Ромашка"])
def test_a_referral_is_found_behind_other_words(told):
    tables = data.from_frames(ORDERS, customers=CUSTOMERS, referrals=asked([("dan", None, told)]))
    found = referrals.resolve(tables, start=None, end=END).execute().iloc[0]
    assert (found["way"], found["customer_id"]) == ("found by name", "ann")


def test_referrals_are_counted_once_per_new_customer_and_everything_else_is_told():
    rows = [*TOLD.values(), ("dan", "ann", None), ("eve", "ann", None)]
    tables = data.from_frames(ORDERS, customers=CUSTOMERS, referrals=asked(rows))
    found = data.card.build(tables, as_of=AS_OF, window_days=0).set_index("customer_id")
    assert found["referred_n"].to_dict() == {"ann": 3, "bob": 1, "cid": 1, "dan": 0}
    # eve's first order comes after the date
    assert found["referred_buyers_n"].to_dict() == {"ann": 2, "bob": 1, "cid": 1, "dan": 0}
    counts = referrals.counts(tables, start=None, end=END)
    assert counts["referrals_n"].sum() == len(rows)
    assert dict(zip(counts["way"], counts["referrals_n"], strict=True)) == {
        "known by identifier": 3, "found by name": 5, "name fits several customers": 1,
        "name fits nobody": 3, "named themselves": 2, "nothing told": 1,
    }  # fmt: skip


def test_without_customers_only_identifiers_count():
    tables = data.from_frames(ORDERS, referrals=asked(TOLD.values()))
    counts = referrals.counts(tables, start=None, end=END).set_index("way")["referrals_n"]
    assert counts["found by name"] == 0
    assert counts["known by identifier"] == 1


EVERYTHING = {
    "invoices": INVOICES,
    "requests": REQUESTS,
    "events": EVENTS,
    "reviews": REVIEWS,
    "customers": CUSTOMERS,
    "referrals": asked(TOLD.values()),
}


@pytest.mark.slow
def test_what_happens_after_the_date_changes_nothing():
    then = card(as_of="2024-03-12", **EVERYTHING)
    moments = {"invoices": "sent_at", "requests": "requested_at", "events": "held_at",
               "reviews": "reviewed_at", "referrals": "referred_at"}  # fmt: skip
    known = {n: f[pd.to_datetime(f[moments[n]]) < "2024-03-12"] if n in moments else f
             for n, f in EVERYTHING.items()}  # fmt: skip
    invoices = known["invoices"]
    later = pd.to_datetime(invoices["paid_at"]) >= "2024-03-12"
    known["invoices"] = invoices.assign(paid_at=invoices["paid_at"].mask(later))
    before = ORDERS[ORDERS["ordered_at"] < "2024-03-12"]
    again = card(as_of="2024-03-12", orders=before, **known)
    pd.testing.assert_frame_equal(then, again)
    assert then["invoices_judged_n"].sum() == 4


@pytest.mark.slow
def test_the_order_of_rows_does_not_matter():
    turned = {name: frame.iloc[::-1] for name, frame in EVERYTHING.items()}
    pd.testing.assert_frame_equal(card(**EVERYTHING), card(**turned))


@pytest.mark.slow
def test_tables_that_are_missing_leave_no_columns():
    assert loyalty.expression(data.from_frames(ORDERS), start=None, end=END) is None
    mailings = pd.DataFrame({"customer_id": ["ann"], "campaign_id": ["m"],
                             "sent_at": ["2024-03-01"], "responded": [True],
                             "responded_at": ["2024-03-02"]})  # fmt: skip
    assert not set(meanings.of("loyalty")) & set(card(mailings=mailings))
    for name in EVERYTHING:
        rest = {n: frame for n, frame in EVERYTHING.items() if n != name}
        assert len(card(**rest)) == 4


def test_no_two_subjects_claim_the_same_column():
    columns = [name for subject in measures.SUBJECTS for name in meanings.of(subject)]
    assert len(columns) == len(set(columns))
    words = set(meanings.of("loyalty"))
    assert set(card(**EVERYTHING)) & words == words - {
        "documents_judged_n", "documents_in_time_n",
    }  # fmt: skip


def tables_in(backend):
    """Put the tables into a database; what `expression` reads of them."""
    here = data.from_frames(ORDERS, **EVERYTHING)
    held = dict.fromkeys(data.schema.TABLES) | {
        name: backend.create_table(name, getattr(here, name).to_pandas(), overwrite=True)
        for name in (*EVERYTHING, "orders", "baskets")
    }
    tables = type("Tables", (), held)()
    tables.has = lambda name: held.get(name) is not None
    return tables


def counted(backend, query):
    found = backend.execute(query).sort_values("customer_id", ignore_index=True).fillna(0)
    return found.set_index("customer_id").astype(float)


@pytest.fixture
def postgres():
    engines.need_postgres()
    with engines.server() as port:
        backend = ibis.postgres.connect(host="127.0.0.1", port=port, user=engines.USER,
                                        password=engines.PASSWORD, database="postgres")  # fmt: skip
        yield backend
        backend.disconnect()


@pytest.fixture
def spark(tmp_path):
    engines.need_spark()
    from segkit.data.sources import databases

    study = SimpleNamespace(name="shop", connection="spark://local[1]")
    backend = databases.connect(study, scratch=tmp_path)
    yield backend
    for name in backend.list_tables():
        backend.drop_table(name, force=True)


@pytest.mark.parametrize("engine", ["postgres", "spark"])
def test_every_engine_counts_the_same(request, engine):
    backend = request.getfixturevalue(engine)
    expected = loyalty.expression(data.from_frames(ORDERS, **EVERYTHING), start=None, end=END)
    query = loyalty.expression(tables_in(backend), start=None, end=END)
    expected = counted(ibis.duckdb.connect(), expected)
    pd.testing.assert_frame_equal(counted(backend, query), expected)
    assert expected["referred_n"].sum() == 5


def test_activities_are_listed_chosen_and_name_their_people():
    tables = data.from_frames(ORDERS, events=EVENTS)
    found = activities.listed(tables)
    assert found["activity"].tolist() == ["e1", "e2", "e3"]
    assert found["asked_n"].tolist() == [3, 2, 1]
    assert found["took_part_n"].tolist() == [1, 2, 1]
    chosen = activities.choose(tables, days=4)
    assert (chosen["activity"], str(chosen["day"])) == ("e1", "2024-03-05")
    assert activities.people(tables, chosen) == ["ann", "bob", "cid"]
    assert activities.people(tables, chosen, part="took part") == ["ann"]
    assert activities.choose(tables, days=5, wanted="e2")["activity"] == "e2"
    assert "30 days of orders" in activities.choose(tables, days=30).why
    with pytest.raises(StudyError, match="Known are: e1, e2, e3"):
        activities.choose(tables, days=4, wanted="e9")


def test_without_events_and_mailings_there_is_nothing_to_judge():
    tables = data.from_frames(ORDERS)
    assert activities.listed(tables).empty
    assert isinstance(activities.choose(tables, days=1), Refused)
