"""What became of an order: histories of states, deals, cancellations in several languages."""

import pytest
from aside import rejected

from segkit import data
from segkit.data.treatment import states

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


GONE = ("storniert", "Retoure", "Annulée", "remboursé", "anulado", "Geannuleerd", "void")
SOLD = ("abgeschlossen", "Livrée", "enviado", "offen", "versandt", "new", "paid")


def test_cancellations_are_understood_in_several_languages_and_other_states_are_sales(project):
    lines = [f"{n},{n},2024-01-01,10,a,{state}" for n, state in enumerate(GONE + SOLD)]
    tables = data.open(project(orders=HEAD + "\n".join(lines)))
    assert rules(tables) == {"cancelled order": len(GONE)}
    assert tables.facts()["orders_n"] == len(SOLD)


def test_what_the_study_says_of_a_state_goes_first(project):
    said = ("Signed", "Talking", "cancelled", "paid", "Purple")
    lines = [f"c{n},{n},2024-01-01,{10**n},a,{state}" for n, state in enumerate(said)]
    study = "states: {signed: counts, Talking: open, Cancelled: counts, paid: set aside}"
    tables = data.open(project(orders=HEAD + "\n".join(lines), study=study))
    assert rules(tables) == {"order still open": 1, "cancelled order": 1}
    assert tables.facts()["spend_total"] == 10101.0
    assert tables.notes().measured.str.cat().count("“Purple” (1 lines)") == 1


def test_deals_in_other_words_count_where_they_were_won(project):
    said = ("Сделка успешна", "Сделка провалена", "Подготовка документов", "Закрыта успешно")
    lines = [f"c{n},{n},2024-01-01,10,a,{state}" for n, state in enumerate(said)]
    tables = data.open(project(orders=HEAD + "\n".join(lines)))
    assert tables.facts()["spend_total"] == 20.0


@pytest.mark.parametrize(
    ("state", "meaning"),
    [
        ("Delivered", "counts"), ("Undelivered", ""), ("not delivered", ""), ("Incomplete", ""),
        ("не выполнен", ""), ("Unfulfilled", "counts"), ("Unshipped", "counts"),
        ("Sent back", "set aside"), ("Charged back", "set aside"), ("Not won", "set aside"),
    ],
)  # fmt: skip
def test_a_denied_word_does_not_mean_what_it_means_alone(state, meaning):
    assert states.told(state) == meaning
