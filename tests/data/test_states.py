"""What became of an order: histories of states, deals, cancellations in several languages."""

import pytest
from aside import rejected

from segkit import data

HEAD = "customer_id,order_id,ordered_at,amount,product_id,status\n"


def rules(tables):
    found = rejected(tables)
    return dict(zip(found.rule, found.rows, strict=True))


def test_a_history_of_states_counts_each_order_once_on_its_first_day(project):
    lines = []
    for n in range(20):
        last = "cancelled" if n % 5 == 0 else "delivered"
        for day, state in ((1, "created"), (2, "paid"), (3, last)):
            lines.append(f"c{n},{n},2024-01-{day:02},10,p{n % 3},{state}")
    tables = data.open(project(orders=HEAD + "\n".join(lines)))
    assert rules(tables) == {"earlier state of the order": 40, "cancelled order": 4}
    assert set(rejected(tables).example) == {"cancelled", "created"}
    facts = tables.facts()
    assert (facts["orders_n"], facts["spend_total"]) == (16, 160.0)
    assert f"{facts['last_order']:%Y-%m-%d}" == "2024-01-01"
    assert "a history of states" in list(tables.notes().trap)


def test_states_that_differ_by_line_are_no_history(project):
    lines = [f"c{n},{n},2024-01-01,10,{p},{s}"
             for n in range(20) for p, s in (("a", "paid"), ("b", "shipped"))]  # fmt: skip
    lines += ["c1,1,2024-01-01,10,a,shipped"]  # one line twice is no history either
    tables = data.open(project(orders=HEAD + "\n".join(lines)))
    assert rules(tables) == {}
    assert tables.facts()["spend_total"] == 410.0


def test_only_deals_that_were_won_are_sales(project):
    said = ("Closed Won", "Negotiation", "closed won", "Closed Lost", "")
    lines = [f"c{n},{n},2024-01-01,10,a,{state}" for n, state in enumerate(said)]
    tables = data.open(project(orders=HEAD + "\n".join(lines)))
    assert rules(tables) == {"deal not won": 3}
    assert tables.facts()["spend_total"] == 20.0


@pytest.mark.parametrize(
    "state", ["storniert", "Retoure", "Annulée", "remboursé", "anulado", "Geannuleerd", "void"]
)
def test_cancellations_are_understood_in_several_languages(project, state):
    orders = HEAD + f"1,1,2024-01-01,10,a,{state}\n2,2,2024-01-01,10,a,Livrée\n"
    assert rules(data.open(project(orders=orders))) == {"cancelled order": 1}


@pytest.mark.slow
@pytest.mark.parametrize(
    "state", ["abgeschlossen", "Livrée", "enviado", "offen", "versandt", "new"]
)
def test_other_states_are_sales(project, state):
    orders = HEAD + f"1,1,2024-01-01,10,a,{state}\n2,2,2024-01-01,10,a,paid\n"
    assert rules(data.open(project(orders=orders))) == {}


def test_what_the_study_says_of_a_state_goes_first(project):
    said = ("Signed", "Talking", "cancelled", "paid", "Zorgl")
    lines = [f"c{n},{n},2024-01-01,{10**n},a,{state}" for n, state in enumerate(said)]
    study = "states: {signed: counts, Talking: open, Cancelled: counts, paid: set aside}"
    tables = data.open(project(orders=HEAD + "\n".join(lines), study=study))
    assert rules(tables) == {"order still open": 1, "cancelled order": 1}
    assert tables.facts()["spend_total"] == 10101.0
    assert tables.notes().measured.str.cat().count("“Zorgl” (1 lines)") == 1


def test_deals_in_other_words_count_where_they_were_won(project):
    said = ("Сделка успешна", "Сделка провалена", "Подготовка документов", "Закрыта успешно")
    lines = [f"c{n},{n},2024-01-01,10,a,{state}" for n, state in enumerate(said)]
    tables = data.open(project(orders=HEAD + "\n".join(lines)))
    assert tables.facts()["spend_total"] == 20.0
