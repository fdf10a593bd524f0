"""Store, services and mixed: what was planted is in the tables, within sampling error."""

import numpy as np
import pandas as pd
import pytest

from segkit import simulate
from segkit.simulate import mixed, services
from segkit.simulate.store import people


def near(got, wanted, n):
    """Compare a share of `n` with what was planted: four standard errors."""
    return abs(got - wanted) <= 4 * np.sqrt(max(wanted * (1 - wanted), 0.001) / max(n, 1))


@pytest.fixture(scope="module")
def store():
    return simulate.world("store", customers=8000, seed=3)


@pytest.fixture(scope="module")
def shoppers(store):
    return store.truth["customers"].set_index("customer_id")


def test_lifestyles_have_their_shares(shoppers):
    shares = shoppers.lifestyle.value_counts(normalize=True)
    for name, wanted in zip(people.WORLD.lifestyles, people.WORLD.shares, strict=True):
        assert shares[name] == pytest.approx(wanted, abs=0.001)


def test_sincere_answers_follow_the_lifestyle(store, shoppers):
    told = store.tables["survey"].set_index("customer_id")
    told = told[(shoppers.answer_style[told.index] == "sincere").to_numpy()]
    lifestyle = shoppers.lifestyle[told.index]
    for statement, chances in people.WORLD.statements.items():
        for name, wanted in zip(people.WORLD.lifestyles, chances, strict=True):
            says = told[statement][(lifestyle == name).to_numpy()] == "yes"
            assert near(says.mean(), wanted, len(says)), (statement, name)


def test_yes_sayers_say_yes_and_no_sayers_no(store, shoppers):
    told = store.tables["survey"].set_index("customer_id")
    yes = (told[list(people.WORLD.statements)] == "yes").mean(axis=1)
    by_style = yes.groupby(shoppers.answer_style[told.index].to_numpy()).mean()
    assert by_style["yes-sayer"] == pytest.approx(0.97, abs=0.01)
    assert by_style["no-sayer"] == pytest.approx(0.03, abs=0.01)
    assert 0.06 < (shoppers.answer_style == "no-sayer").mean() < 0.065


def test_mail_habits_open_click_and_buy_as_named(store, shoppers):
    mailed = store.tables["mailings"]
    habit = shoppers.mail_habit[mailed.customer_id].to_numpy()
    for name, opens in zip(people.WORLD.habits, people.WORLD.opens, strict=True):
        own = mailed[habit == name]
        assert near(own.opened.mean(), opens, len(own)), name
    assert set(habit[mailed.responded.to_numpy()]) == {"active"}
    assert not (mailed.clicked & ~mailed.opened).any()
    assert not (mailed.responded & ~mailed.clicked).any()


def test_a_response_is_an_order_on_that_day(store):
    orders = store.tables["orders"]
    days = set(zip(orders.customer_id, orders.ordered_at.dt.normalize(), strict=True))
    answered = store.tables["mailings"].query("responded")
    assert len(answered) > 100
    assert set(zip(answered.customer_id, answered.responded_at, strict=True)) <= days


def test_returns_follow_a_purchase_of_the_same_goods(store):
    orders = store.tables["orders"]
    back, bought = orders[orders.amount < 0], orders[orders.amount > 0]
    assert len(back) > 100
    pairs = back.merge(bought, on=["customer_id", "product_id"], suffixes=("", "_bought"))
    fits = (pairs.amount == -pairs.amount_bought) & (pairs.ordered_at > pairs.ordered_at_bought)
    assert set(pairs.order_id[fits]) == set(back.order_id)


def test_a_visit_with_an_order_ends_in_its_purchase(store):
    visits, orders = store.tables["visits"], store.tables["orders"]
    bought = visits[visits.event == "purchase"]
    sums = orders.groupby("order_id").agg(amount=("amount", "sum"), moment=("ordered_at", "first"))
    assert np.allclose(sums.amount[bought.order_id], bought.amount)
    late = abs(sums.moment[bought.order_id].array - bought.seen_at)
    assert late.max() <= pd.Timedelta(seconds=2)
    assert bought.groupby("session_id").size().max() == 1


def test_abandoned_carts_are_those_of_the_truth(store):
    steps = store.tables["visits"].groupby("session_id").event.agg(set)
    kind = store.truth["visits"].set_index("session_id").kind
    assert set(steps.index) == set(kind.index)
    left = steps.map(lambda events: "cart" in events and "purchase" not in events)
    assert set(left[left].index) == set(kind[kind == "abandoned cart"].index)
    asked = steps.map(lambda events: "form" in events)
    assert set(asked[asked].index) == set(kind[kind == "asked"].index)


def test_every_visit_is_one_visitor_on_one_device_in_the_order_of_its_steps(store):
    visits = store.tables["visits"]
    for column in ("visitor_id", "device", "source"):
        assert visits.groupby("session_id")[column].nunique().max() == 1
    known = visits.dropna(subset="customer_id")
    assert known.groupby("visitor_id").customer_id.nunique().max() == 1
    carts = visits[visits.event == "cart"].groupby("session_id").seen_at.max()
    bought = visits[visits.event == "purchase"].groupby("session_id").seen_at.min()
    assert (carts[bought.index] < bought).all()


def test_some_visitors_are_unknown(store):
    visits = store.tables["visits"]
    known = visits.groupby("visitor_id").customer_id.agg(lambda c: c.notna().any())
    assert 0.3 < known.mean() < 0.8


def test_advertising_brings_orders_one_month_later(store):
    told = store.tables["advertising"]
    spent = pd.crosstab(told.spent_at, told.segment, told.amount, aggfunc="sum")
    region = store.tables["customers"].set_index("customer_id").region
    orders = store.tables["orders"].drop_duplicates("order_id")
    month = orders.ordered_at.dt.to_period("M").dt.to_timestamp()
    sold = pd.crosstab(month, region[orders.customer_id].to_numpy())
    share = sold.div(sold.mean()).div(sold.div(sold.mean()).mean(axis=1), axis=0)
    lags = [
        np.corrcoef(spent.shift(lag).iloc[3:].to_numpy().ravel(), share.iloc[3:].to_numpy().ravel())
        for lag in range(3)
    ]
    found = [lag[0, 1] for lag in lags]
    assert found[1] > 0.5
    assert found[1] > 0.3 + max(abs(found[0]), abs(found[2]))
    assert store.truth["advertising"].lag_months.tolist() == [1]


# ------------------------------------------------------------------ services


@pytest.fixture(scope="module")
def workshop():
    return simulate.world("services", customers=6000, seed=4)


def planted(world, table):
    """Return the planted rates of each row's customer."""
    kinds = world.truth["kinds"].set_index("kind")
    kind = world.truth["customers"].set_index("customer_id").kind
    return kinds.loc[kind[table.customer_id]].reset_index()


def test_no_shows_are_as_planted_and_buy_nothing(workshop):
    work = workshop.tables["appointments"].query("kind != 'consultation'").reset_index()
    rates = planted(workshop, work)
    for kind, wanted in services.WORLD.kinds.items():
        missed = ~work.kept[rates.kind == kind]
        assert near(missed.mean(), wanted[services.WORLD.rates.index("misses")], len(missed)), kind
    assert (work.order_id.notna() == work.kept).all()
    assert set(work.order_id.dropna()) == set(workshop.tables["orders"].order_id)


def test_premium_devotees_choose_premium(workshop):
    orders = workshop.tables["orders"].merge(workshop.tables["products"], on="product_id")
    orders = orders[orders.department.isin(["express", "premium"])].reset_index()
    rates = planted(workshop, orders)
    for kind, wanted in services.WORLD.kinds.items():
        premium = (orders.department == "premium")[rates.kind == kind]
        chance = wanted[services.WORLD.rates.index("premium")]
        assert near(premium.mean(), chance, len(premium)), kind


def test_a_job_goes_from_request_to_booking_to_order_to_review(workshop):
    tables = workshop.tables
    orders = tables["orders"].drop_duplicates("order_id").set_index("order_id").ordered_at
    asked = tables["requests"].dropna(subset="order_id")
    assert (asked.requested_at <= orders[asked.order_id].array).all()
    booked = tables["appointments"]
    assert (booked.booked_at < booked.starts_at).all()
    kept = booked.dropna(subset="order_id")
    assert (kept.starts_at == orders[kept.order_id].array).all()
    reviews = tables["reviews"]
    assert (reviews.reviewed_at > orders[reviews.order_id].array).all()


def test_a_request_by_form_was_a_form_on_the_site(workshop):
    visits, requests = workshop.tables["visits"], workshop.tables["requests"]
    forms = visits[visits.event == "form"]
    asked = requests[(requests.channel == "form") & (requests.requested_at >= visits.seen_at.min())]
    days = set(zip(asked.customer_id, asked.requested_at.dt.floor("min"), strict=True))
    seen = set(zip(forms.customer_id, forms.seen_at.dt.floor("min"), strict=True))
    assert len(seen - days) < 0.03 * len(seen)  # a minute begins between the two now and then


def test_subscriptions_end_after_they_began(workshop):
    held = workshop.tables["subscriptions"]
    ended = held.dropna(subset="ended_at")
    assert 0 < len(ended) < len(held)
    assert (ended.ended_at > ended.started_at).all()


# ------------------------------------------------------------------ mixed


@pytest.fixture(scope="module")
def office():
    return simulate.world("mixed", customers=5000, seed=5)


def test_people_have_an_age_and_companies_a_size(office):
    customers = office.tables["customers"]
    firm = customers.customer_type == "company"
    assert (customers.age.notna() == ~firm).all()
    assert (customers.employees.notna() == firm).all()
    assert (customers.industry.notna() == firm).all()
    assert firm.mean() == pytest.approx(0.35, abs=0.001)


def test_only_companies_get_invoices_each_order_one(office):
    customers = office.tables["customers"].set_index("customer_id").customer_type
    orders, invoices = office.tables["orders"], office.tables["invoices"]
    firms = orders[(customers[orders.customer_id] == "company").to_numpy()]
    assert invoices.order_id.is_unique
    assert set(invoices.order_id) == set(firms.order_id)


def test_gifts_are_bought_before_christmas(office):
    kind = office.truth["customers"].set_index("customer_id").kind
    orders = office.tables["orders"].drop_duplicates("order_id")
    givers = orders[(kind[orders.customer_id] == "gift buyer").to_numpy()]
    late = givers.ordered_at.dt.month >= 11
    others = orders.drop(givers.index).ordered_at.dt.month >= 11
    assert late.mean() > 2 * others.mean()


def test_every_kind_buys_most_of_what_it_likes(office):
    kind = office.truth["customers"].set_index("customer_id").kind
    orders = office.tables["orders"].merge(office.tables["products"], on="product_id")
    share = pd.crosstab(kind[orders.customer_id].to_numpy(), orders.department, normalize="index")
    favourite = dict(zip(mixed.WORLD.kinds, np.argmax(mixed.WORLD.tastes, axis=1), strict=True))
    for name, place in favourite.items():
        assert share.loc[name].idxmax() == list(mixed.WORLD.departments)[place]
