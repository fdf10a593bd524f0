"""Tiny and degenerate customers from the card to the plan: an answer or a reason, never a crash.

Cards are drawn whose columns are odd in the ways that files are: one customer with money, all
equal, two different rows, columns of zeros, gaps, answers of yes and no. Segments are made of them,
compared in what their customers did, described, and planned for.
"""

from types import SimpleNamespace

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segkit import action, data, personas, segments, validation
from segkit.action.planning import People
from segkit.brief import Brief, Period
from segkit.refusal import Refused
from segkit.segments.settled import Kept
from segkit.study import Study
from segkit.validation import trials
from segkit.validation.findings import BackTest
from segkit.validation.trials import reading

STUDY = Study(name="tiny", title="A tiny shop", currency="EUR", smallest_cell=2)
PERIOD = Period(label="May", start="2024-05-01", end="2024-06-01")
KINDS = {
    "money": lambda rng, n: np.round(rng.lognormal(3, 1, n), 2),
    "one has money": lambda rng, n: np.where(np.arange(n) == 0, 8.1, 0.0),
    "one in six": lambda rng, n: np.where(np.arange(n) % 6 == 0, 0.1, 0.0),
    "all equal": lambda rng, n: np.full(n, 7.0),
    "zeros": lambda rng, n: np.zeros(n),
    "two values": lambda rng, n: (np.arange(n) % 2) * 5.0,
    "gaps": lambda rng, n: np.where(rng.random(n) < 0.5, np.nan, rng.random(n)),
    "nobody told": lambda rng, n: np.full(n, np.nan),
}
"""What a column can hold, by its name."""


def a_card(rng, n, *, spend, others):
    """Make a card of n customers."""
    card = pd.DataFrame({"customer_id": [f"c{at}" for at in range(n)]})
    card["spend_total"] = np.nan_to_num(KINDS[spend](rng, n))
    card["orders_n"] = (card["spend_total"] > 0).astype(int) * rng.integers(1, 9, n)
    card["days_since_purchase"] = rng.integers(1, 300, n)
    columns = {f"odd_{at}": KINDS[kind](rng, n) for at, kind in enumerate(others)}
    return card.assign(**columns, member=np.arange(n) % 2 == 0)


def settled(card, recipe):
    """Return the segmentation as notebook 04 leaves it, or the reason."""
    found = segments.attempt(card, recipe)
    if isinstance(found, Refused):
        return found
    made = {
        "approach": found.definition.approach,
        "order": found.sizes["segment"].tolist(),
        "recipe": recipe,
    }
    made |= {"definition": found.definition.to_dict(), "features": ["spend_total"]}
    return Kept(card, found.members[["customer_id", "segment"]], made, STUDY.smallest_cell)


def answered(kept, outcome, *, kpi="spend_per_customer", unit="money"):
    """Return what the segments did, judged as in notebook 05."""
    goal = SimpleNamespace(kpi=kpi, unit=unit, baseline=10.0, target=11.0)
    goal = Brief.from_dict(a_brief(kpi, unit)).goal
    both = pd.DataFrame({"then": kept.labels, "now": kept.labels})
    tested = BackTest(kept, kept.membership, both, both, PERIOD)
    answers = kept.membership[["customer_id"]].assign(outcome=outcome).dropna()
    return validation.response(answers, backtest=tested, goal=goal, alpha=0.05, seed=1)


def a_brief(kpi, unit):
    goal = {"kpi": kpi, "unit": unit, "baseline": 0.5, "target": 0.55}
    data = {"as_of": "2024-06-01", "window_days": 365}
    saved = {"verdict": "segment", "reason": "", "goal": goal, "limits": {}, "data": data}
    return saved | {"learn": None, "test": vars(PERIOD)}


def bought(card):
    """Return the tables behind a card: one order each, of what the customer spent."""
    orders = card[["customer_id", "spend_total"]].set_axis(["customer_id", "amount"], axis=1)
    return data.from_frames(orders.assign(ordered_at=pd.Timestamp("2024-05-05")))


def planned(kept, response):
    """Describe and plan, as notebooks 06 and 07 do: everything that they show, as text."""
    cards = personas.cards(personas.roll_up(kept), study=STUDY)
    pages = cards.pages
    verdict = {"usable": True, "sentence": "Usable."}
    brief = Brief.from_dict(a_brief("spend_per_customer", "money"))
    people = People(STUDY, brief, verdict, pages, kept.card, kept.membership, response)
    tables, assumed = bought(kept.card), action.Assumptions(contact_cost=0.5, margin=0.25)
    money = people.money(tables, assumed=assumed)
    contact = action.contact(people, money=money, tables=tables, kept=kept)
    weights = action.Weights(worth={"spend_share": 1.0}, fit={"outcome": 1.0})
    ranking = action.ranking(contact, weights=weights)
    plan = action.plan(ranking)
    largest = people.concentration(rng=np.random.default_rng(1), repeats=20)
    profit = money.profit(rng=np.random.default_rng(1), repeats=20)
    shown = (
        people.shown,
        contact.facts,
        contact.told,
        ranking.facts,
        plan.shown,
        plan.actions,
        money.shown,
        money.told,
        money.turns,
        money.lesson(profit),
        money.saved(profit),
    )
    assert money.adds_up
    return [people.facts, str(largest), *map(str, shown)]


def checked(response):
    """Assert what must hold of any table of responses."""
    table = response.table.dropna(subset=["low"])
    assert (table["low"] <= table["outcome_mean"] + 1e-9).all()
    assert (table["outcome_mean"] <= table["high"] + 1e-9).all()
    assert response.table["p_holm"].dropna().between(0, 1).all()
    return response.table.assign(share_of_customers=0.5)


odd = st.sampled_from(sorted(KINDS))
quick = settings(max_examples=12, deadline=None, derandomize=True, database=None,
                 suppress_health_check=list(HealthCheck))  # fmt: skip


@given(n=st.sampled_from([1, 2, 3, 12, 40]), spend=odd, others=st.lists(odd, max_size=15),
       approach=st.sampled_from(["abc", "rfm", "clusters"]))  # fmt: skip
@quick
def test_from_the_card_to_the_plan(n, spend, others, approach):
    rng = np.random.default_rng(7)
    card = a_card(rng, n, spend=spend, others=others)
    features = ["spend_total", "orders_n", *(c for c in card if c.startswith("odd"))]
    told = {"approach": approach}
    told |= {"features": features, "k": 2, "seed": 1} if approach == "clusters" else {}
    kept = settled(card, told)
    if isinstance(kept, Refused):
        assert kept.why.endswith((".", "*"))
        return
    response = answered(kept, np.roll(card["spend_total"], 1))
    facts, *shown = planned(kept, checked(response))
    assert facts["spend_share"].dropna().between(0, 1).all()
    assert not any("nan" in text.split() for text in shown[1:2])


@given(n=st.sampled_from([2, 12, 40]), kinds=st.lists(odd, min_size=1, max_size=15),
       parts=st.integers(1, 3))  # fmt: skip
@quick
def test_judged_on_its_own(n, kinds, parts):
    rng = np.random.default_rng(7)
    frame = pd.DataFrame({f"odd_{at}": KINDS[kind](rng, n) for at, kind in enumerate(kinds)})
    labels, outcome = np.arange(n) % parts, KINDS["one in six"](rng, n)
    found = validation.judge(frame.assign(member=frame["odd_0"] > 0), labels, outcome=outcome)
    assert str(found.why if isinstance(found, Refused) else found)


def test_an_empty_test_and_one_without_arms_are_called_so():
    nobody = pd.DataFrame({"arm": pd.Series(dtype=str), "responded": pd.Series(dtype=float)})
    plan = trials.Plan(control="control", outcome="responded", base=0.1)
    assert "holds nobody" in reading.checked(nobody, plan).why
    unknown = pd.DataFrame({"arm": [None, None], "responded": [0.0, 1.0]})
    assert "of none of the 2 people" in reading.checked(unknown, plan).why
