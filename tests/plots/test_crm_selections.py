"""The page to build selections in, in a real browser without a network; and the figures."""

import browser
import pandas as pd
import pytest
import yaml

from segkit.plots import searchable
from segkit.plots.approaches import crm_selections as drawn
from segkit.segments import rules

CARD = pd.DataFrame(
    {
        "customer_id": [f"id-{i:03}" for i in range(40)],
        "orders_n": [1, 2, 3, 14] * 10,
        "spend_total": [1234.56, 98.7, 0.0, -12.3] * 10,
        "days_since_purchase": [5.0, None, 120.0, 60.0] * 10,
        "region": ["North", "South", None, "</script><script>alert(1)</script>"] * 10,
        "company": [f"Firm {i}" for i in range(40)],
        "since": pd.to_datetime(["2026-01-31"] * 40),
    }
)


def test_the_page_shows_no_id_and_no_name_and_rounds():
    shown = searchable._rounded(CARD)
    assert list(shown) == ["orders_n", "spend_total", "days_since_purchase", "region", "since"]
    assert set(shown["spend_total"]) == {1200.0, 99.0, 0.0, -12.0}
    assert set(shown["since"]) == {"2026-01"}
    page = searchable.page(CARD)
    assert "id-0" not in page
    assert "Firm" not in page


def test_the_same_customers_give_the_same_page_in_any_order():
    turned = CARD.sample(frac=1, random_state=3)
    pages = {searchable.page(card) for card in (CARD, turned)}
    assert len(pages) == 1


def test_of_many_customers_a_part_is_shown_and_the_page_says_so(monkeypatch):
    monkeypatch.setattr(searchable, "MOST_ROWS", 15)
    assert "1 in 3 of 40 customers" in searchable.page(CARD)


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "search.html"
    path.write_text(searchable.page(CARD), encoding="utf-8")
    with browser.started() as opened:
        page = browser.page(opened, offline=True)
        page.asked, page.wrong = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("pageerror", lambda error: page.wrong.append(str(error)))
        page.on("dialog", lambda dialog: page.wrong.append("a cell ran as a script"))
        page.goto(path.as_uri())
        page.wait_for_selector(".dtsb-add")
        yield page


SAYS = "words => document.querySelector('#segkit-rule').innerText.includes(words)"


def told(page, words):
    """Wait until the rule under the table holds `words`; returns the rule."""
    page.wait_for_function(SAYS, arg=words)
    return page.inner_text("#segkit-rule")


@pytest.mark.browser
def test_clicking_builds_a_rule_that_picks_the_same_customers(page, tmp_path):
    page.click(".dtsb-add")
    page.select_option(".dtsb-data", label="days_since_purchase")
    page.select_option(".dtsb-condition", ">")
    page.fill("input.dtsb-value", "30")
    told(page, "over: 30")
    page.click(".dtsb-add >> nth=0")
    page.select_option(".dtsb-data >> nth=1", label="orders_n")
    page.select_option(".dtsb-condition >> nth=1", "!=")
    page.select_option("select.dtsb-value", "3")
    text = told(page, "is_not: 3")
    rule = {"all": [{"days_since_purchase": {"over": 30}}, {"orders_n": {"is_not": 3}}]}
    assert yaml.safe_load(text)["groups"][0]["when"] == rule
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    (group,) = rules.read(path)
    assert rules.selected(CARD, group["when"]).sum() == 10
    assert page.inner_text("#segkit-count").startswith("10 of 40 rows")
    page.select_option(".dtsb-condition >> nth=0", "null")
    assert "{known: false}" in told(page, "known")
    assert page.wrong == []
    assert not [url for url in page.asked if not url.startswith(("file:", "blob:", "data:"))]


# ------------------------------------------------------------------ figures


def test_figures_say_in_words_what_they_show():
    history = pd.DataFrame({"date": ["2026-01-01", "2026-02-01"] * 2, "group": list("aabb")})
    chart = drawn.history(history.assign(customers_n=[1, 5, 3, 3]))
    assert "a 1 to 5; b 3 to 3" in chart.alt
    cells = pd.DataFrame({"segment": ["x", "x", "y"], "department": ["p", "q", "q"]})
    mix = drawn.mix(cells.assign(share_within=[0.7, 0.3, 1.0]), by="department")
    assert "x: most for p (70%); y: most for q (100%)" in mix.alt
    moved = pd.DataFrame({"period": ["2026-01-01", "2026-04-01"], "department": ["p", "p"]})
    moved = moved.assign(share_within=[0.5, 0.25], leads=[True, False])
    one = drawn.portfolio(moved, by="department", title="x")
    assert "p 50 % to 25 %" in one.alt
    assert len(one.png()) > 5000
