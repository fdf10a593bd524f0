"""What the site tells: sessions, persons, carts, goals and reports, counted by hand."""

from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segkit import data
from segkit.data.measures import web
from segkit.data.measures.web import carts, goals, hits
from segkit.data.reports.web import counts
from segkit.study import StudyError

END = datetime(2024, 3, 1)


def tables_of(rows, *, columns="visitor_id seen_at event customer_id", orders=None):
    """Make tables of rows such as ("x", "05 10:00", "page", "a"): days of January 2024."""
    frame = pd.DataFrame(rows, columns=columns.split())
    frame["seen_at"] = pd.to_datetime("2024-01-" + frame["seen_at"], format="ISO8601")
    return data.from_frames(orders, customers=people() if orders is None else None, visits=frame)


def people():
    return pd.DataFrame({"customer_id": ["a", "b"]})


def shop(orders):
    """Make orders of ("a", "05 12:00", 10)."""
    frame = pd.DataFrame(orders, columns=["customer_id", "ordered_at", "amount"])
    return frame.assign(ordered_at=pd.to_datetime("2024-01-" + frame["ordered_at"]))


def by_visitor(read):
    """Number the sessions of each visitor's hits in time: {"x": [1, 1, 2]}."""
    frame = read.execute().sort_values(["visitor_id", "seen_at"])
    numbers = frame.groupby("visitor_id").session.transform(lambda s: pd.factorize(s)[0] + 1)
    return numbers.groupby(frame.visitor_id).apply(list).to_dict()


# ------------------------------------------------------------------ events


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("page_view", "page"),
        ("add_to_cart", "cart"),
        ("Add-To Cart", "cart"),
        ("begin_checkout", "checkout"),
        ("view_item", "product"),
        ("generate_lead", "form"),
        ("file_download", "download"),
        ("purchase", "purchase"),
        ("В корзину", "cart"),
        ("покупка", "purchase"),
        ("отправка формы", "form"),
        ("просмотр товара", "product"),
        ("telepathy", None),
    ],
)
def test_events_are_known_under_the_names_that_tools_give_them(name, kind):
    assert hits.kind(name) == kind


def test_no_name_stands_for_two_kinds():
    names = [name for names in hits.kinds().values() for name in names]
    assert len(names) == len(set(names))


def test_own_names_of_events_are_data_and_win_over_the_list():
    own = {"lead_sent": "form", "view": "product"}
    rows = [("x", "05 10:00", e, "a") for e in ("lead_sent", "view", "warp", "page")]
    tables = tables_of(rows)
    told = hits.recognised(tables, own=own).set_index("event").kind.fillna("nothing")
    assert told.to_dict() == {
        "lead_sent": "form", "view": "product", "warp": "nothing", "page": "page"
    }  # fmt: skip
    read = hits.read(tables, end=END, own=own).execute()
    assert dict(zip(read.event, read.kind, strict=True))["warp"] == "warp"
    with pytest.raises(StudyError, match="'lead' is no kind of event"):
        hits.kind("x", own={"x": "lead"})


# ------------------------------------------------------------------ sessions


def test_a_session_ends_after_more_than_thirty_minutes():
    rows = [("x", "05 10:00:00", "page", None), ("x", "05 10:30:00", "page", None),
            ("x", "05 11:00:01", "page", None)]  # fmt: skip
    tables = tables_of(rows)
    assert by_visitor(hits.read(tables, end=END)) == {"x": [1, 1, 2]}
    assert by_visitor(hits.read(tables, end=END, gap_minutes=60)) == {"x": [1, 1, 1]}
    assert by_visitor(hits.read(tables, end=END, gap_minutes=29)) == {"x": [1, 2, 3]}


def test_midnight_and_a_new_source_end_a_session_only_by_the_old_rule():
    rows = [("x", "05 23:50", "page", None, "search"), ("x", "06 00:05", "page", None, None),
            ("x", "06 00:10", "page", None, "search"), ("x", "06 00:20", "page", None, "mail"),
            ("x", "06 00:25", "page", None, "mail")]  # fmt: skip
    tables = tables_of(rows, columns="visitor_id seen_at event customer_id source")
    assert by_visitor(hits.read(tables, end=END)) == {"x": [1, 1, 1, 1, 1]}
    assert by_visitor(hits.read(tables, end=END, classic=True)) == {"x": [1, 2, 2, 3, 3]}


def test_numbers_of_the_source_are_taken_and_gaps_filled_by_the_rule():
    rows = [("x", "05 10:00", "page", None, "s1"), ("x", "05 15:00", "page", None, "s1"),
            ("y", "05 10:00", "page", None, "s1"), ("y", "05 12:00", "page", None, None),
            ("y", "05 14:00", "page", None, None)]  # fmt: skip
    tables = tables_of(rows, columns="visitor_id seen_at event customer_id session_id")
    read = hits.read(tables, end=END)
    assert by_visitor(read) == {"x": [1, 1], "y": [1, 2, 3]}
    assert read.session.nunique().execute() == 4


def test_hits_of_one_moment_are_in_one_session():
    rows = [("x", "05 10:00", "page", None)] + [("x", "05 11:00", "page", None)] * 3
    assert by_visitor(hits.read(tables_of(rows), end=END)) == {"x": [1, 2, 2, 2]}


# ------------------------------------------------------------------ who it is


def test_a_browser_known_once_is_known_for_all_its_visits():
    rows = [("x", "05 10:00", "page", None), ("x", "06 10:00", "login", "a"),
            ("x", "09 10:00", "page", None), ("y", "05 10:00", "page", "a"),
            ("z", "05 10:00", "page", None)]  # fmt: skip
    read = hits.read(tables_of(rows), end=END).execute()
    assert read.groupby("visitor_id").person.unique().map(list).to_dict() == {
        "x": ["customer a"], "y": ["customer a"], "z": ["visitor z"]
    }  # fmt: skip


def test_nobody_knows_the_future():
    rows = [("x", "05 10:00", "page", None), ("x", "06 10:00", "login", "a")]
    read = hits.read(tables_of(rows), end=datetime(2024, 1, 6)).execute()
    assert read.person.tolist() == ["visitor x"]


def test_two_customers_on_one_browser_keep_their_own_hits_and_it_is_said():
    rows = [("x", "05 10:00", "page", None), ("x", "05 10:01", "page", "a"),
            ("x", "05 10:02", "page", "b"), ("y", "05 10:00", "page", "b")]  # fmt: skip
    read = hits.read(tables_of(rows), end=END)
    people = read.execute().sort_values(["visitor_id", "seen_at"]).person.tolist()
    assert people == ["visitor x", "customer a", "customer b", "customer b"]
    assert read.session.nunique().execute() == 4  # a session belongs to one person
    told = hits.sharing(read).iloc[0]
    assert (told.visitors_n, told.known_n, told.shared_n) == (2, 2, 1)
    assert (told.customers_n, told.several_n, told.hits_n) == (2, 1, 4)
    assert told.nameless_share == 0.25


def test_without_customer_ids_everybody_is_a_visitor():
    rows = [("x", "05 10:00", "page"), ("y", "05 10:00", "page")]
    tables = tables_of(rows, columns="visitor_id seen_at event")
    found = web.people(tables, hits.read(tables, end=END), end=END).execute()
    assert found.customer_id.isna().all()
    assert sorted(found.person) == ["visitor x", "visitor y"]
    assert {"site_device", "site_source", "last_cart", "site_spend"}.isdisjoint(found.columns)
    assert web.expression(tables, start=None, end=END).count().execute() == 0


# ------------------------------------------------------------------ carts


def outcome(*rows, end=END, hours=24, **how):
    """Return what became of the carts of hits like ("05 10:00", "cart"), in order."""
    tables = tables_of([("x", at, event, None) for at, event in rows])
    found = carts.episodes(hits.read(tables, end=end), end=end, hours=hours, **how)
    return found.execute().sort_values("cart_no").outcome.tolist()


SALE = ("01 00:00", "purchase")
"""A purchase long before, so that the log is known to have purchases."""


@pytest.mark.slow
def test_a_cart_without_a_purchase_in_time_is_abandoned():
    assert outcome(SALE, ("05 10:00", "cart")) == ["abandoned"]
    assert outcome(SALE, ("05 10:00", "cart"), ("05 11:00", "purchase")) == ["bought"]
    assert outcome(SALE, ("05 10:00", "cart"), ("06 10:00:00", "purchase")) == ["bought"]
    assert outcome(SALE, ("05 10:00", "cart"), ("06 10:00:01", "purchase")) == ["abandoned"]
    assert outcome(SALE, ("05 10:00", "cart"), ("05 11:01", "purchase"), hours=1) == ["abandoned"]


def test_a_purchase_before_the_cart_does_not_count():
    assert outcome(("05 09:59", "purchase"), ("05 10:00", "cart")) == ["abandoned"]


def test_cart_and_purchase_of_one_moment_are_cart_first():
    assert outcome(("05 10:00", "purchase"), ("05 10:00", "cart")) == ["bought"]


def test_a_cart_too_young_to_judge_is_open():
    cart, last = ("20 10:00", "cart"), datetime(2024, 1, 21, 10)
    assert outcome(SALE, cart, end=last) == ["open"]
    assert outcome(SALE, cart, end=datetime(2024, 1, 21, 10, 0, 1)) == ["abandoned"]
    assert outcome(SALE, cart, ("20 10:05", "purchase"), end=last) == ["bought"]
    # the purchase lies after the end of knowledge
    assert outcome(SALE, cart, ("21 09:00", "purchase"), end=datetime(2024, 1, 21)) == ["open"]


def test_two_carts_are_two_and_further_things_are_not():
    assert outcome(SALE, ("05 10:00", "cart"), ("05 10:05", "cart")) == ["abandoned"]
    assert outcome(SALE, ("05 10:00", "cart"), ("08 10:00", "cart"), ("08 11:00", "purchase")) == [
        "abandoned", "bought"
    ]  # fmt: skip
    assert outcome(("05 10:00", "cart"), ("05 11:00", "purchase"), ("05 12:00", "cart")) == [
        "bought", "abandoned"
    ]  # fmt: skip
    assert outcome(SALE, ("05 10:00", "begin_checkout")) == ["abandoned"]


def test_a_cart_on_the_phone_is_bought_on_the_desktop():
    rows = [("phone", "05 10:00", "cart", "a"), ("desk", "05 12:00", "purchase", "a"),
            ("other", "05 10:00", "cart", None)]  # fmt: skip
    read = hits.read(tables_of(rows), end=END)
    found = carts.episodes(read, end=END).execute().set_index("person").outcome.to_dict()
    assert found == {"customer a": "bought", "visitor other": "abandoned"}


def test_a_cart_bought_later_was_abandoned_and_is_told_apart():
    rows = [("x", "05 10:00", "cart", None), ("x", "09 10:00", "purchase", None)]
    read = hits.read(tables_of(rows), end=END)
    found = carts.per_person(carts.episodes(read, end=END)).execute().iloc[0]
    assert (found.carts_n, found.carts_abandoned_n, found.last_cart) == (1, 1, "bought later")


def test_carts_add_up_and_open_ones_have_no_share():
    rows = [(v, "05 10:00", "cart", None, 10) for v in "pqrs"]
    rows += [("p", "05 11:00", "purchase", None, 30), ("t", "29 10:00", "cart", None, 7)]
    tables = tables_of(rows, columns="visitor_id seen_at event customer_id amount")
    end = datetime(2024, 1, 30)
    found = carts.episodes(hits.read(tables, end=end), end=end)
    told = carts.counts(found).set_index("outcome")
    assert told.carts_n.to_dict() == {"bought": 1, "abandoned": 3, "open": 1}
    assert told.share.round(2).to_dict()["abandoned"] == 0.75
    assert told.share.isna().tolist() == [False, False, True]
    assert told.cart_amount.to_dict() == {"bought": 10.0, "abandoned": 30.0, "open": 7.0}
    each = carts.per_person(found).execute()
    parts = each.carts_bought_n + each.carts_abandoned_n + each.carts_open_n
    assert parts.tolist() == each.carts_n.tolist()


def test_without_purchases_on_the_site_the_orders_close_carts():
    rows = [("x", "05 10:00", "cart", "a"), ("y", "05 10:00", "cart", "b")]
    tables = tables_of(rows, orders=shop([("a", "05 12:00", 10), ("b", "01 08:30", 5)]))
    read = hits.read(tables, end=END)
    bought = carts.purchases(read, tables=tables)
    found = carts.episodes(read, end=END, bought=bought).execute().set_index("customer_id")
    assert found.outcome.to_dict() == {"a": "bought", "b": "abandoned"}


def test_orders_without_a_time_of_day_count_until_midnight():
    rows = [("x", "05 10:00", "cart", "a"), ("y", "05 10:00", "cart", "b")]
    tables = tables_of(rows, orders=shop([("a", "05 00:00", 10), ("b", "04 00:00", 5)]))
    read = hits.read(tables, end=END)
    bought = carts.purchases(read, tables=tables)
    found = carts.episodes(read, end=END, bought=bought).execute().set_index("customer_id")
    assert found.outcome.to_dict() == {"a": "bought", "b": "abandoned"}


def test_where_no_purchase_is_known_no_cart_is_called_abandoned():
    tables = tables_of([("x", "05 10:00", "cart", "a")])
    read = hits.read(tables, end=END)
    with pytest.raises(StudyError, match="no cart can be called abandoned"):
        carts.purchases(read, tables=tables)
    assert "carts_n" not in web.people(tables, read, end=END).columns


# ------------------------------------------------------------------ goals

PAGES = "visitor_id seen_at event customer_id page product_id amount"
VISITS = [
    ("x", "05 10:00", "page", "a", "https://shop.example/services/repair?utm=1#top", None, None),
    ("x", "05 10:01", "form", "a", "/contact/", None, None),
    ("x", "05 10:02", "form", "a", "/contact", None, 15),
    ("y", "05 10:00", "page", None, "/services", None, None),
    ("y", "07 10:00", "page", None, "/thanks", None, None),
    ("y", "07 10:01", "view_item", None, "/p/1", "L1", None),
    ("z", "05 10:00", "download", None, "/price.pdf", None, None),
    ("z", "05 10:00", "page", None, "/options/opt-in-now", None, None),
]


def reached(goal):
    tables = tables_of(VISITS, columns=PAGES)
    found = goals.summary(hits.read(tables, end=END), [{"name": "goal", **goal}]).iloc[0]
    return int(found.hits_n), int(found.sessions_n), int(found.people_n)


@pytest.mark.slow
def test_goals_are_reached_by_page_form_product_and_download():
    assert reached({"page": "/services"}) == (1, 1, 1)
    assert reached({"page": "/services*"}) == (2, 2, 2)
    assert reached({"page": "/contact"}) == (2, 1, 1)
    assert reached({"event": "form"}) == (2, 1, 1)
    assert reached({"event": "form_submit", "page": "/thanks"}) == (0, 0, 0)
    assert reached({"event": ["download", "form"]}) == (3, 2, 2)
    assert reached({"product_id": ["L1", "L2"]}) == (1, 1, 1)
    assert reached({"page_words": ["services"]}) == (2, 2, 2)
    assert reached({"page_words": ["opt"]}) == (1, 1, 1)  # "options" is another word
    assert reached({"page_words": ["option"]}) == (0, 0, 0)


@pytest.mark.slow
def test_the_worth_of_a_goal_is_the_hits_own_amount_or_what_the_goal_says():
    read = hits.read(tables_of(VISITS, columns=PAGES), end=END)
    asked = {"name": "asked", "event": "form"}
    told = goals.summary(read, [asked, {**asked, "name": "valued", "value": 40}])
    assert told.value.tolist() == [15.0, 55.0]
    assert told.sessions_share.tolist() == [1 / 4, 1 / 4]
    assert told.people_share.tolist() == [1 / 3, 1 / 3]


@pytest.mark.slow
def test_a_goal_that_the_visits_cannot_tell_is_named_not_counted():
    read = hits.read(tables_of([("x", "05 10:00", "page", "a")]), end=END)
    told = goals.summary(read, goals.read()).set_index("goal").not_possible
    assert told["service viewed"] == "no page in the visits"
    assert told["asked"] == ""
    with pytest.raises(StudyError, match="'thanks' looks at page"):
        goals.met(read, {"name": "thanks", "page": "/thanks"})


def test_goals_come_from_a_file_and_mistakes_are_told(tmp_path):
    path = tmp_path / "goals.yaml"
    path.write_text("- name: thanks\n  page: /thanks\n", encoding="utf-8")
    assert goals.read(path) == [{"name": "thanks", "page": "/thanks"}]
    for wrong, told in (
        ([{"name": "a", "pages": "/x"}], "Did you mean 'page'"),
        ([{"event": "form"}], "needs a name"),
        ([{"name": "a", "value": 3}], "must say"),
        ([{"name": "a", "event": "form", "value": "much"}], "not a number"),
        ([{"name": "a", "event": "form"}] * 2, "Two goals are called 'a'"),
        ({"name": "a"}, "Goals are a list"),
    ):
        with pytest.raises(StudyError, match=told):
            goals.check(wrong)
    with pytest.raises(StudyError, match="no file of goals"):
        goals.read(tmp_path / "none.yaml")


# ------------------------------------------------------------------ one row per person

FULL = "visitor_id seen_at event customer_id page order_id amount source device region"
SHOP = [
    ("x", "05 10:00", "page", None, "/", None, None, "search", "phone", "north"),
    ("x", "05 10:10", "product", None, "/p/1", None, None, None, "phone", "north"),
    ("x", "08 10:00", "cart", "a", "/cart", None, 20, "mail", "desktop", "south"),
    ("x", "08 10:20", "purchase", "a", "/thanks", "o1", 20, None, "desktop", "south"),
    ("x", "08 10:21", "purchase", "a", "/thanks", "o1", 20, None, "desktop", "south"),
    ("y", "08 10:00", "page", None, "/wholesale", None, None, "ad", "phone", None),
]


@pytest.mark.slow
def test_a_person_is_summed_up_by_hand():
    orders = shop([("a", "08 10:20", 20), ("a", "02 09:00", 5)])
    tables = tables_of(SHOP, columns=FULL, orders=orders)
    end = datetime(2024, 1, 10)
    found = web.people(tables, hits.read(tables, end=end), end=end).execute().set_index("person")
    a, y = found.loc["customer a"], found.loc["visitor y"]
    assert (a.sessions_n, a.visit_days_n, a.pages_n, a.browsers_n) == (2, 2, 1, 1)
    assert (a.days_since_visit, a.days_since_first_visit) == (2, 5)
    assert (a.goal_bought_n, a.site_spend) == (1, 20.0)  # the thank-you page was loaded twice
    assert (a.goal_product_viewed_n, a.carts_n, a.last_cart) == (1, 1, "bought")
    assert (a.site_source, a.site_device, a.site_region) == ("search", "desktop", "south")
    assert (a.orders_n, a.spend_total) == (2, 25.0)
    assert (y.goal_partner_viewed_n, y.sessions_n, y.orders_n, y.spend_total) == (1, 1, 0, 0.0)
    assert pd.isna(y.last_cart)
    assert pd.isna(y.site_region)
    assert set(found.columns) - {"customer_id", "orders_n", "spend_total"} == set(web.WORDS)


@pytest.mark.slow
def test_a_window_counts_what_is_in_it_and_the_first_visit_of_all_time():
    tables = tables_of(SHOP, columns=FULL)
    end = datetime(2024, 1, 10)
    read = hits.read(tables, end=end)
    found = web.people(tables, read, start=datetime(2024, 1, 8), end=end).execute()
    a = found.set_index("person").loc["customer a"]
    assert (a.sessions_n, a.days_since_first_visit, a.goal_product_viewed_n) == (1, 5, 0)


@pytest.mark.slow
def test_the_card_has_the_site_and_zeros_for_who_never_came():
    orders = shop([("a", "08 10:20", 20), ("c", "09 10:00", 5)])
    tables = tables_of(SHOP, columns=FULL, orders=orders)
    card = data.card.build(tables, as_of="2024-01-10", window_days=0).set_index("customer_id")
    assert card.sessions_n.to_dict() == {"a": 2, "c": 0}
    assert card.carts_abandoned_n.to_dict() == {"a": 0, "c": 0}
    assert pd.isna(card.days_since_visit["c"])
    told = data.card.dictionary(card.reset_index()).set_index("column")
    assert told.family["sessions_n"] == "behavioural"
    assert web.expression(tables, start=None, end=datetime(2024, 1, 8)).count().execute() == 0


def test_everybody_is_asked_for_by_name_where_the_study_has_no_visits():
    tables = data.from_frames(shop([("a", "08 10:20", 20)]))
    assert web.expression(tables, start=None, end=END) is None
    with pytest.raises(StudyError, match="no table `visits`"):
        hits.read(tables, end=END)


def test_the_analysis_date_is_the_day_after_the_last_visit_or_order():
    tables = tables_of(SHOP, columns=FULL, orders=shop([("a", "05 10:20", 20)]))
    assert str(web.analysis_date(tables)) == "2024-01-09"
    tables = tables_of(SHOP, columns=FULL, orders=shop([("a", "15 10:20", 20)]))
    assert str(web.analysis_date(tables)) == "2024-01-16"


# ------------------------------------------------------------------ reports


def shop_hits():
    return hits.read(tables_of(SHOP, columns=FULL), end=END)


@pytest.mark.slow
def test_traffic_by_source_adds_up_in_sessions_not_in_people():
    visits = counts.sessions(shop_hits())
    told = counts.traffic(visits, by="source").set_index("source")
    assert told.sessions_n.to_dict() == {"ad": 1, "mail": 1, "search": 1}
    assert told.hits_n.to_dict() == {"ad": 1, "mail": 3, "search": 2}
    adds = counts.parts(told.reset_index(), visits).set_index("counted").adds_up
    assert adds.to_dict() == {"people": False, "sessions": True, "hits": True}
    who = pd.DataFrame({"person": ["customer a", "visitor y"], "segment": ["A", "B"]})
    by_segment = counts.traffic(counts.grouped(visits, who), by="segment")
    assert counts.parts(by_segment, visits).adds_up.all()


def test_who_is_in_no_segment_is_counted_as_not_known():
    who = pd.DataFrame({"person": ["customer a"], "segment": ["A"]})
    told = counts.traffic(counts.grouped(counts.sessions(shop_hits()), who), by="segment")
    assert told.set_index("segment").sessions_n.to_dict() == {"A": 2, "not known": 1}


@pytest.mark.slow
def test_a_session_is_summed_up_by_hand():
    found = counts.sessions(shop_hits()).execute().sort_values(["person", "began_at"])
    assert found.hits_n.tolist() == [2, 3, 1]
    assert found.seconds.tolist() == [600, 1260, 0]
    assert found.landing_page.tolist() == ["/", "/cart", "/wholesale"]
    assert found.device.tolist() == ["phone", "desktop", "phone"]
    assert found.money.tolist() == [0.0, 20.0, 0.0]


@pytest.mark.slow
def test_behaviour_by_device():
    told = counts.behaviour(counts.sessions(shop_hits()), by="device").set_index("device")
    assert told.hits_per_session.to_dict() == {"phone": 1.5, "desktop": 3.0}
    assert told.one_hit_share.to_dict() == {"phone": 0.5, "desktop": 0.0}
    assert told.minutes.to_dict() == {"phone": 5.0, "desktop": 21.0}


def test_conversion_counts_the_session_in_which_it_happened():
    read = shop_hits()
    told = counts.converted(read, counts.sessions(read), goal=goals.read()[0], by="source")
    told = told.set_index("source")
    assert told.sessions_reached_n.to_dict() == {"ad": 0, "mail": 1, "search": 0}
    assert told.people_reached_n.to_dict() == {"ad": 0, "mail": 1, "search": 0}
    assert told.value["mail"] == 20.0


@pytest.mark.slow
def test_a_funnel_is_gone_through_in_order():
    rows = [("x", "05 10:00", "product", None), ("x", "05 10:01", "cart", None),
            ("y", "05 10:00", "cart", None), ("y", "05 10:01", "product", None),
            ("z", "05 10:00", "product", None), ("z", "09 10:00", "cart", None)]  # fmt: skip
    read = hits.read(tables_of(rows), end=END)
    told = counts.funnel(read)
    assert told.step.tolist() == ["product", "cart"]  # the log knows no checkout and no purchase
    assert told.reached_n.tolist() == [3, 1]
    assert counts.funnel(read, within="person").reached_n.tolist() == [3, 2]
    asked = [("x", "05 10:00", "page", None), ("x", "05 10:01", "form", None)]
    told = counts.funnel(hits.read(tables_of(asked), end=END))
    assert told.step.tolist() == ["page", "form"]
    assert len(counts.funnel(read, steps=["telepathy"])) == 0


# ------------------------------------------------------------------ relations

HIT = st.tuples(
    st.sampled_from("xyz"),
    st.integers(0, 40).map(lambda n: n * 7),  # minutes
    st.sampled_from(["page", "cart", "purchase", "view_item"]),
    st.sampled_from([None, "a", "b"]),
    st.sampled_from([None, "search", "mail"]),
)


def frame_of(rows, *, days=0):
    frame = pd.DataFrame(rows, columns=["visitor_id", "minute", "event", "customer_id", "source"])
    begins = pd.Timestamp("2024-01-05 22:00") + pd.Timedelta(days=days)
    return frame.assign(seen_at=begins + pd.to_timedelta(frame.pop("minute"), unit="min"))


def summed(frame, *, end, classic=False):
    tables = data.from_frames(customers=people(), visits=frame)
    read = hits.read(tables, end=end, classic=classic)
    found = web.people(tables, read, end=end).execute()
    return read, found.sort_values("person", ignore_index=True)


@pytest.mark.slow
@settings(max_examples=3)
@given(st.lists(HIT, min_size=1, max_size=14), st.booleans(), st.randoms(use_true_random=False))
def test_neither_the_order_of_rows_nor_the_date_changes_what_is_counted(rows, classic, random):
    end = datetime(2024, 1, 8)
    read, found = summed(frame_of(rows), end=end, classic=classic)
    turned = random.sample(rows, len(rows))
    other, again = summed(frame_of(turned), end=end, classic=classic)
    pd.testing.assert_frame_equal(again, found)
    other, later = summed(frame_of(rows, days=1), end=datetime(2024, 1, 9), classic=classic)
    pd.testing.assert_frame_equal(later, found)
    for column in ("session", "person"):
        assert sorted(other.execute()[column]) == sorted(read.execute()[column])


@pytest.mark.slow
@settings(max_examples=5)
@given(st.lists(HIT, min_size=1, max_size=14), st.booleans())
def test_sessions_and_hits_add_up_and_belong_to_one_person(rows, classic):
    read, found = summed(frame_of(rows), end=datetime(2024, 1, 8), classic=classic)
    visits = counts.sessions(read).execute()
    frame = read.execute()
    assert len(frame) == len(rows) == visits.hits_n.sum()
    assert visits.session.is_unique
    assert frame.groupby("session").person.nunique().eq(1).all()
    assert found.sessions_n.sum() == len(visits)
    assert set(found.person) == set(frame.person)


# ------------------------------------------------------------------ planted truth

STORE = Path(__file__).parents[2] / "data" / "store"


def by_hand(frame, *, end, limit):
    """Follow carts in plain Python: {outcome: carts}."""
    found = dict.fromkeys(carts.OUTCOMES, 0)
    for _, mine in frame.sort_values("seen_at").groupby("person"):
        bought = mine.seen_at[mine.event == "purchase"].tolist()
        touched = mine.seen_at[mine.event == "cart"].tolist()
        while touched:
            last = touched.pop(0)
            while touched and touched[0] - last <= limit:
                if any(last <= at < touched[0] for at in bought):
                    break
                last = touched.pop(0)
            done = any(last <= at <= last + limit for at in bought)
            found["bought" if done else "open" if last + limit >= end else "abandoned"] += 1
    return found


@pytest.mark.slow
def test_the_planted_carts_of_the_store_are_found():
    frame = pd.read_csv(STORE / "visits.csv", dtype=str, parse_dates=["seen_at"])
    truth = pd.read_csv(STORE / "truth" / "visits.csv").kind.value_counts()
    end = datetime(2025, 1, 1)
    tables = data.from_frames(customers=people(), visits=frame)
    read = hits.read(tables, end=end)
    counted = carts.counts(carts.episodes(read, end=end)).set_index("outcome").carts_n
    named = frame.dropna(subset="customer_id").drop_duplicates(["visitor_id", "customer_id"])
    assert named.visitor_id.is_unique  # nobody shares a browser in this world
    owner = frame.visitor_id.map(named.set_index("visitor_id").customer_id)
    frame["person"] = owner.fillna("visitor " + frame.visitor_id)
    assert counted.to_dict() == by_hand(frame, end=end, limit=pd.Timedelta(hours=24))
    assert counted["bought"] == truth["purchase"]
    # two planted visits of one person within a day make one cart
    missed = truth["abandoned cart"] - counted["abandoned"] - counted["open"]
    assert 0 <= missed <= 3
    assert read.session.nunique().execute() == frame.session_id.nunique()
