"""What became of mailings: opened is no answer, what came back was never sent."""

import pytest

from segkit import data

ORDERS = "customer_id,order_id,ordered_at,amount\nA,1,2024-01-15,5\nB,2,2024-01-16,5\n"
HEAD = "customer_id,campaign_id,sent_at"


def mailed(project, text):
    tables = data.open(project(orders=ORDERS, mailings=text))
    return tables, tables.mailings.order_by("row").execute()


def test_states_tell_what_was_opened_clicked_and_came_back(project):
    states = (
        "Delivered",
        "Opened",
        "Clicked",
        "Hard bounce",
        "not opened",
        "Unopened",
        "Прочитано",
    )
    rows = "".join(f"A,c{n},2024-02-01,{state}\n" for n, state in enumerate(states))
    tables, found = mailed(project, f"{HEAD},status\n{rows}")
    assert found.opened.tolist() == [False, True, True, False, False, True]
    assert found.responded.tolist() == found.clicked.tolist() == [False, False, True] + [False] * 3
    assert tables.rejected.execute().rule.tolist() == ["not delivered"]


@pytest.mark.parametrize(
    ("opened", "clicked"), [("2024-02-02 10:00", "3"), ("yes", "да"), ("2", "1")]
)
def test_days_counts_and_words_tell_the_same(project, opened, clicked):
    text = f"{HEAD},opened,clicked\nA,c,2024-02-01,{opened},{clicked}\nB,c,2024-02-01,{opened},0\n"
    _, found = mailed(project, text + "C,c,2024-02-01,,\n")
    assert found.opened.tolist() == [True, True, False]
    assert found.clicked.tolist() == found.responded.tolist() == [True, False, False]


def test_a_source_that_knows_its_responses_keeps_them(project):
    text = f"{HEAD},responded,clicked\nA,c,2024-02-01,no,yes\nB,c,2024-02-01,yes,no\n"
    _, found = mailed(project, text)
    assert found.responded.tolist() == [False, True]


def test_mailings_that_were_only_opened_have_no_responses(project):
    _, found = mailed(project, f"{HEAD},opened\nA,c,2024-02-01,yes\n")
    assert "responded" not in found
    assert found.opened.tolist() == [True]
