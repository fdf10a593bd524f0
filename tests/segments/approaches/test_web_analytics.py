"""Segments of visitors: every one in exactly one group, none hidden, scopes counted by hand."""

from datetime import datetime

import numpy as np
import pandas as pd
import pytest

from segkit import data, segments
from segkit.data.measures import web
from segkit.data.measures.web import goals, hits
from segkit.data.reports.web import counts, site
from segkit.evidence import wilson
from segkit.plots.approaches import web_analytics as drawn
from segkit.segments import rules
from segkit.segments.approaches import web_analytics
from segkit.study import StudyError

END = datetime(2024, 7, 1)
NEVER = {"goal_asked_n": 0, "goal_bought_n": 0, "goal_product_viewed_n": 0, "sessions_n": 1,
         "goal_service_viewed_n": 0, "goal_partner_viewed_n": 0, "orders_n": 0,
         "spend_total": 0.0, "site_spend": 0.0, "last_cart": None,
         "days_since_visit": 20, "days_since_first_visit": 20}  # fmt: skip
WHO = {
    "Partners and companies": {"goal_partner_viewed_n": 1, "goal_bought_n": 1},
    "High value": {"spend_total": 900.0, "orders_n": 1},
    "Inactive": {"days_since_visit": 91, "days_since_first_visit": 91, "goal_asked_n": 1},
    "Abandoned cart": {"last_cart": "abandoned", "goal_product_viewed_n": 2},
    "Buyers": {"goal_bought_n": 1, "spend_total": 10.0, "last_cart": "bought"},
    "Asked for a consultation": {"goal_asked_n": 2, "goal_service_viewed_n": 1},
    "New": {"days_since_visit": 3, "days_since_first_visit": 7, "goal_product_viewed_n": 1},
    "Viewed, did not ask": {"goal_service_viewed_n": 1, "sessions_n": 4},
    "Returning": {"sessions_n": 2, "goal_product_viewed_n": 3},
    "Looked once": {"goal_product_viewed_n": 1},
    "One visit": {},
    "Not seen on the site": {"sessions_n": 0, "days_since_visit": np.nan, "orders_n": 1,
                             "days_since_first_visit": np.nan, "spend_total": 5.0},
}  # fmt: skip
"""One person for every group, named by the group that must take them."""


def everybody():
    rows = [{"person": name, **NEVER, **known} for name, known in WHO.items()]
    return pd.DataFrame(rows)


def labels(card, **how):
    return segments.assign(card, web_analytics.fit(card, **how))["segment"]


def test_each_group_takes_the_one_who_belongs_there():
    card = everybody()
    assert labels(card).tolist() == card.person.tolist()


def test_neither_order_of_rows_nor_currency_changes_a_segment():
    card = everybody()
    definition = web_analytics.fit(card)
    turned = card.iloc[::-1]
    assert web_analytics.fit(turned) == definition
    cents = card.assign(spend_total=card.spend_total * 100, site_spend=card.site_spend * 100)
    assert labels(cents).tolist() == labels(card).tolist()


def test_the_definition_survives_json_and_orders_by_money():
    import json

    card = everybody()
    definition = web_analytics.fit(card)
    assert definition.order[:3] == ["High value", "Buyers", "Not seen on the site"]
    assert set(definition.order) == set(WHO)
    again = json.loads(json.dumps(definition.to_dict()))
    assert segments.assign(card, again)["segment"].tolist() == labels(card).tolist()


def test_the_limits_of_inactive_and_new_are_parameters():
    card = everybody().set_index("person", drop=False)
    found = labels(card, inactive_days=91, new_days=6)
    assert found["Inactive"] == "Asked for a consultation"
    assert found["New"] == "Looked once"
    for wrong in ({"high_share": 1}, {"new_days": 90}, {"inactive_days": 5}):
        with pytest.raises(StudyError, match="Web segments want"):
            web_analytics.fit(card, **wrong)


def test_who_fits_two_groups_is_told():
    card = everybody()
    told = rules.overlaps(card, web_analytics.fit(card))
    pairs = set(zip(told["group"], told["also"], strict=True))
    assert ("Partners and companies", "Buyers") in pairs
    assert ("Inactive", "Asked for a consultation") in pairs


def test_where_all_buyers_spend_the_same_nobody_is_of_high_value():
    card = everybody().assign(spend_total=10.0, site_spend=10.0, orders_n=1)
    definition = web_analytics.fit(card)
    assert "High value" in definition.rules["left_out"]
    assert "High value" not in labels(card).tolist()


def test_groups_the_visits_cannot_tell_are_left_out_and_named():
    card = everybody()[["person", "sessions_n", "days_since_visit", "days_since_first_visit"]]
    definition = web_analytics.fit(card)
    assert definition.rules["left_out"] == [
        "Partners and companies", "High value", "Abandoned cart", "Buyers",
        "Asked for a consultation", "Viewed, did not ask", "Looked once",
    ]  # fmt: skip
    found = labels(card)
    assert set(found) == {"Not seen on the site", "Inactive", "New", "Returning", "One visit"}


def test_one_person_is_enough():
    assert labels(everybody().tail(1)).tolist() == ["Not seen on the site"]


def test_rules_are_explained_for_one_person():
    card = everybody().set_index("person")
    group = next(g for g in web_analytics.fit(card).rules["groups"] if g["name"] == "Inactive")
    assert rules.explain(card.loc["Inactive"], group["when"]).startswith("in")
    assert rules.explain(card.loc["Buyers"], group["when"]).startswith("out")


# ------------------------------------------------------------------ from hits to segments

HITS = [
    ("x", "06-01 10:00", "page", None, "search", "phone"),
    ("x", "06-01 10:01", "add_to_cart", None, "search", "phone"),
    ("x", "06-20 10:00", "page", "a", "mail", "desktop"),
    ("x", "06-20 10:05", "purchase", "a", "mail", "desktop"),
    ("y", "06-28 10:00", "page", None, "search", "phone"),
    ("z", "02-01 10:00", "view_item", None, "mail", "phone"),
    ("z", "02-01 10:05", "add_to_cart", None, "mail", "phone"),
]


def tables():
    names = ["visitor_id", "seen_at", "event", "customer_id", "source", "device"]
    frame = pd.DataFrame(HITS, columns=names)
    frame["seen_at"] = pd.to_datetime("2024-" + frame["seen_at"])
    orders = pd.DataFrame({"customer_id": ["a", "c"], "amount": [30, 40]})
    orders["ordered_at"] = pd.to_datetime(["2024-06-20 10:05", "2024-06-30 09:00"])
    return data.from_frames(orders, visits=frame)


@pytest.mark.slow
def test_visitors_and_customers_get_the_same_segments_here_and_there():
    shop = tables()
    people = web.people(shop, hits.read(shop, end=END), end=END)
    frame = people.execute()
    definition = web_analytics.fit(frame)
    found = segments.assign(people, definition).execute().set_index("person").segment
    assert found.to_dict() == {
        "customer a": "Buyers", "visitor y": "New", "visitor z": "Inactive"
    }  # fmt: skip
    card = data.card.build(shop, as_of="2024-07-01", window_days=0, everyone=True)
    same = segments.assign(card, definition).set_index("customer_id").segment
    assert same.to_dict() == {"a": "Buyers", "c": "Not seen on the site"}
    assert frame.person.is_unique
    assert found.notna().all()


def test_a_site_is_read_once_with_the_same_limits():
    look = site.look(tables())
    assert look.end == END
    assert look.people.person.tolist() == ["customer a", "visitor y", "visitor z"]
    assert look.sessions.count().execute() == look.people.sessions_n.sum() == 4
    assert look.carts.count().execute() == look.people.carts_n.sum() == 2


def test_one_condition_chooses_otherwise_in_each_scope():
    read = hits.read(tables(), end=END)
    rule = {"all": [{"kind": {"is": "cart"}}, {"source": {"is": "mail"}}]}
    told = web_analytics.scopes(read, rule).set_index("scope")
    # a hit that is both: z's cart. A session with both: z's. A person with both: a and z.
    assert told.hits_n.to_dict() == {"event": 1, "session": 2, "user": 6}
    assert told.sessions_n.to_dict() == {"event": 1, "session": 1, "user": 3}
    assert told.people_n.to_dict() == {"event": 1, "session": 1, "user": 2}


def test_not_and_any_in_every_scope():
    read = hits.read(tables(), end=END)
    without = web_analytics.scopes(read, {"not": {"kind": {"is": "cart"}}}).set_index("scope")
    assert without.hits_n.to_dict() == {"event": 5, "session": 3, "user": 1}
    either = {"any": [{"kind": "purchase"}, {"device": "phone"}]}
    assert web_analytics.scopes(read, either).hits_n.tolist() == [6, 7, 7]


def test_every_hit_is_either_chosen_or_not():
    read = hits.read(tables(), end=END)
    rule = {"device": {"is": "phone"}}
    for scope in web_analytics.SCOPES:
        chosen = web_analytics.select(read, rule, scope=scope).count().execute()
        rest = web_analytics.select(read, {"not": rule}, scope=scope).count().execute()
        assert chosen + rest == len(HITS)


def test_unknown_scopes_and_columns_are_refused():
    read = hits.read(tables(), end=END)
    with pytest.raises(StudyError, match="known are event, session, user"):
        web_analytics.select(read, {"kind": "cart"}, scope="hit")
    with pytest.raises(StudyError, match="devices"):
        web_analytics.select(read, {"devices": "phone"}, scope="event")


def test_conversion_is_counted_and_has_wilsons_interval():
    read = hits.read(tables(), end=END)
    counted = counts.converted(read, counts.sessions(read), goal=goals.read()[0], by="device")
    told = web_analytics.conversion(counted).set_index("device")
    assert told.n.to_dict() == {"phone": 3, "desktop": 1}
    assert told.rate.to_dict() == {"phone": 0.0, "desktop": 1.0}
    assert (told.low["phone"], told.high["phone"]) == pytest.approx(wilson(0, 3))
    people = web_analytics.conversion(counted, per="people").set_index("device")
    assert people.n.to_dict() == {"phone": 3, "desktop": 1}


def test_a_group_without_anybody_has_no_rate():
    counted = pd.DataFrame({"segment": ["A"], "sessions_n": [0], "sessions_reached_n": [0]})
    told = web_analytics.conversion(counted).iloc[0]
    assert told[["rate", "low", "high"]].isna().all()


# ------------------------------------------------------------------ figures


def test_figures_say_what_they_show():
    read = hits.read(tables(), end=END)
    funnel = drawn.funnel(counts.funnel(read, within="person"), unit="people")
    assert "cart 1 (100% of the step before); purchase 0" in funnel.alt
    heads = pd.DataFrame({"search": [3, 0], "mail": [1, 0]}, index=["Buyers", "New"])
    mixed = drawn.mix(heads, title="Sources by segment")
    assert "Buyers: mostly search (75% of 4 sessions)" in mixed.alt
    counted = counts.converted(read, counts.sessions(read), goal=goals.read()[0], by="device")
    chart = drawn.conversion(web_analytics.conversion(counted), title="Bought")
    assert "phone: 0.0%" in chart.alt
    assert "all together, 25.0%" in chart.figure.axes[0].get_xlabel()
    for each in (funnel, mixed, chart):
        assert each.png()[:4] == b"\x89PNG"


def test_figures_of_nothing_are_drawn():
    nothing = pd.DataFrame({"step": ["cart"], "reached_n": [0], "of_before": [np.nan]})
    assert drawn.funnel(nothing).png()
    assert drawn.funnel(nothing.head(0)).png()
    counted = pd.DataFrame({"segment": ["A"], "sessions_n": [0], "sessions_reached_n": [0]})
    assert drawn.conversion(web_analytics.conversion(counted), title="None at all").png()
