"""The five demands on data, what the tables say about each other, and the collection plan."""

import pandas as pd
import pytest

from segkit import data
from segkit.brief import Brief, Goal, Limits
from segkit.data.quality import demands, tracing
from segkit.study import Study, StudyError

BRIEF = Brief("segment", "", Goal(), data={"as_of": "2024-02-01", "window_days": 0},
              learn=None, test=None, limits=Limits())  # fmt: skip


@pytest.fixture
def shop(project):
    """Make 1,000 customers with one order each; returns (tables, card)."""
    rows = [f"c{n},{n},2024-01-{n % 28 + 1:02},{n + 1}" for n in range(1000)]
    orders = "customer_id,order_id,ordered_at,amount\n" + "\n".join(rows)
    customers = "customer_id,age\n" + "\n".join(f"c{n},30" for n in range(900, 1000))
    tables = data.open(project(orders=orders, customers=customers))
    return tables, data.card.build(tables, as_of="2024-02-01", window_days=0)


def criteria(**roles):
    return pd.DataFrame({"column": list(roles), "role": list(roles.values())})


def verdicts(tables, card, chosen, **limits):
    found = demands.check(tables, card, brief=BRIEF, criteria=chosen, limits=limits)
    assert list(found.check) == list(demands.CHECKS)
    assert found.score.between(0, 1).all()
    assert set(found.verdict) <= set(demands.VERDICTS)
    return found.set_index("check").verdict


def test_good_data_pass_every_check(shop):
    found = verdicts(*shop, criteria(spend_total="segment", orders_n="segment"))
    assert (found == "pass").all()


def test_old_orders_are_not_current(shop):
    tables, card = shop
    chosen = criteria(spend_total="segment")
    for days, verdict in ((0, "pass"), (20, "warn"), (60, "stop")):
        older = card.assign(days_since_purchase=card.days_since_purchase + days)
        assert verdicts(tables, older, chosen).current == verdict


def test_thin_criteria_may_describe_but_not_form_segments(shop):
    assert verdicts(*shop, criteria(spend_total="segment", age="describe")).complete == "warn"
    assert verdicts(*shop, criteria(spend_total="segment", age="segment")).complete == "stop"
    assert verdicts(*shop, criteria(never_heard="segment")).complete == "stop"


@pytest.mark.slow
def test_few_customers_are_not_sufficient(shop):
    tables, card = shop
    chosen = criteria(spend_total="segment", orders_n="segment", lines_n="segment")
    assert verdicts(tables, card, chosen).sufficient == "pass"
    assert verdicts(tables, card.head(200), chosen).sufficient == "warn"
    assert verdicts(tables, card.head(50), chosen).sufficient == "stop"


def test_many_rejected_rows_are_not_prepared(project):
    rows = [f"c{n},{n},2024-01-05,{'x' if n < 4 else 1}" for n in range(100)]
    orders = "customer_id,order_id,ordered_at,amount\n" + "\n".join(rows)
    tables = data.open(project(orders=orders))
    card = data.card.build(tables, as_of="2024-02-01", window_days=0)
    chosen = criteria(spend_total="segment")
    assert verdicts(tables, card, chosen).prepared == "warn"
    assert verdicts(tables, card, chosen, max_rejected_pct=1.0).prepared == "stop"


def test_cancelled_and_test_orders_are_no_dirt(project):
    state = {n: "cancelled" if n < 15 else "test" if n < 20 else "paid" for n in range(100)}
    rows = [f"c{n},{n},2024-01-05,1,{state[n]}" for n in range(100)]
    tables = data.open(
        project(orders="customer_id,order_id,ordered_at,amount,status\n" + "\n".join(rows))
    )
    card = data.card.build(tables, as_of="2024-02-01", window_days=0)
    found = demands.check(tables, card, brief=BRIEF, criteria=criteria(spend_total="segment"))
    row = found.set_index("check").loc["prepared"]
    assert row.verdict == "pass"
    assert (
        "0.00% of the money set aside, cancelled and test orders, sums not counted" in row.measured
    )


def test_a_stop_ends_the_run_in_plain_words(shop):
    chosen = criteria(age="segment")
    found = demands.check(*shop, brief=BRIEF, criteria=chosen)
    with pytest.raises(StudyError, match="complete: 1 criteria, values for 10%"):
        demands.require(found)
    demands.require(found[found.check != "complete"])


def test_tables_that_contradict_each_other_are_found(project):
    tables = data.open(
        project(
            orders="customer_id,order_id,ordered_at,amount,product_id,discount\n"
            "1,10,2024-01-05,5,a,-1\n2,10,2024-01-05,5,b,0\n",
            products="product_id\na\n",
            customers="customer_id,age\n1,20\n9,30\n",
            mailings="customer_id,campaign_id,sent_at\n8,x,2024-01-01\n",
        )
    )
    found = demands.contradictions(tables).set_index("question").found
    assert found.to_dict() == {
        "orders with several customers": 1,
        "lines with a negative discount": 1,
        "lines with a product that is not in products": 1,
        "described customers who never ordered": 1,
        "mailings to customers who never ordered": 1,
    }


def test_prospects_are_no_contradiction_but_unknown_products_are(project):
    orders = "customer_id,order_id,ordered_at,amount,product_id\n1,1,2024-01-31,5,a\n"
    prospects = "customer_id,age\n1,20\n2,20\n3,20\n"
    tables = data.open(project(orders=orders, customers=prospects, products="product_id\na\n"))
    card = data.card.build(tables, as_of="2024-02-01", window_days=0)
    assert verdicts(tables, card, criteria(spend_total="segment")).consistent == "warn"
    tables.products = tables.products.filter(tables.products.product_id == "b")
    assert verdicts(tables, card, criteria(spend_total="segment")).consistent == "stop"


def test_who_is_described_is_shown_by_tenths_of_spend(shop):
    tables, card = shop
    found = tracing.attributed(tables, card)
    assert found.customers_n.tolist() == [100] * 10
    assert found.known_share.tolist() == [0.0] * 9 + [1.0]


def test_the_collection_plan_lists_what_is_missing(shop):
    words = data.card.dictionary(shop[1])
    plan = tracing.gaps(words).set_index("family")
    assert "firmographic" not in plan.index
    assert plan.known["demographic"] == pytest.approx(0.1)
    assert "lifecycle" not in plan.index
    assert "firmographic" in set(tracing.gaps(words, business="b2b").family)


def test_a_first_month_full_of_newcomers_is_where_the_data_begin():
    months = pd.DataFrame({"new_customers_n": [90, *[1] * 10]})
    assert not tracing.arrivals(months)["known"]
    assert "where the data begin" in tracing.arrivals(months)["sentence"]
    assert "too short" in tracing.arrivals(months.head(3))["sentence"]
    even = pd.DataFrame({"new_customers_n": [10] * 10})
    assert tracing.arrivals(even)["known"]
    assert tracing.arrivals(even)["even_share"] == pytest.approx(0.1)


def test_a_study_may_let_a_stop_only_warn(shop):
    found = demands.check(*shop, brief=BRIEF, criteria=criteria(age="segment"))
    demands.require(found, study=Study(name="x", title="x", quality={"complete": "warn"}))
    with pytest.raises(StudyError, match=r"complete: warn"):
        demands.require(found, study=Study(name="x", title="x", quality={"current": "warn"}))
