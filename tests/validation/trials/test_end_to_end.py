"""One experiment from plan to verdict, through files, with nobody's id in them."""

import duckdb
import numpy as np
import pandas as pd
import pytest

import segkit
from segkit import data
from segkit.data import schema
from segkit.refusal import Refused
from segkit.simulate import draws, email_test
from segkit.study import StudyError
from segkit.validation import trials

ARMS = "control 1, reminder 1, discount 1"
STUDY = "title: T\ncurrency: EUR\ntables:\n  tests:\n    file: data/{file}\n"


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A project to put files and studies into; returns a function that opens a study of a table."""
    for folder in ("studies", "notebooks", "data"):
        (tmp_path / folder).mkdir()
    monkeypatch.setenv("SEGKIT_HOME", str(tmp_path))
    monkeypatch.setenv("SEGKIT_RUNS", str(tmp_path / "runs"))
    monkeypatch.delenv("SEGKIT_RUN", raising=False)

    def opened(table, columns="", name="one"):
        table.to_csv(tmp_path / "data" / f"{name}.csv", index=False)
        told = STUDY.format(file=f"{name}.csv") + (f"    columns: {columns}\n" if columns else "")
        (tmp_path / "studies" / f"{name}.yaml").write_text(told)
        return data.open(segkit.open_run(name, stage="approaches/experiments"))

    return opened


@pytest.mark.slow
def test_planned_drawn_answered_and_analysed_without_ids(home):
    known = email_test.people(draws.Plan("email_test", 24_000, 7, np.datetime64("2023-01-01"), 3))
    listed = known.drop(columns="taste").assign(arm="not drawn yet")
    plan = trials.Plan(base=0.108, change=0.08, arms=ARMS, arm_n=8000)
    people = trials.people(home(listed), plan, by="customer")
    lapsed = people.table.set_index("group").loc["lapsed"]
    assert lapsed["only_here_power"] > 0.9
    drawn = people.drawn(seed=3)
    answers = email_test.answers(np.random.default_rng(8), known, drawn["arm"].to_numpy())
    back = known.drop(columns="taste").assign(arm=drawn["arm"].to_numpy()).join(answers)
    assert "customer_id" not in back
    assert back.duplicated().any()

    trial = trials.analyse(home(back, name="two"), plan)
    assert not trial.random.fails
    assert trial.random.unlike == []
    assert trial.random.arms["people_n"].sum() == 24_000
    assert trial.whole["label"].tolist() == ["more than without"] * 2
    seen = trial.interactions[trial.interactions["differs"]]
    assert seen[["arm", "column"]].to_numpy().tolist() == [["discount", "customer"]]
    effects = trial.segments.set_index(["arm", "column", "group"])
    for row in email_test.truth().query("arm != 'control'").itertuples():
        found = effects.loc[(row.arm, "customer", row.customer)]
        assert abs(found["difference"] - row.effect) < 4 * found["visible"] / 2.8
    worth = trial.worth(gain=12.0, cost=0.35)
    assert worth.iloc[0][["arm", "group", "verdict"]].tolist() == ["discount", "lapsed", "pays"]


def test_a_file_of_another_tool_is_read_by_naming_its_columns(home):
    rng = np.random.default_rng(1)
    table = pd.DataFrame({"recency": rng.integers(1, 13, 900), "history": rng.gamma(2, 50, 900)})
    table["newbie"] = rng.integers(0, 2, 900)
    table["segment"] = rng.choice(["Mens E-Mail", "Womens E-Mail", "No E-Mail"], 900)
    table = table.assign(visit=rng.integers(0, 2, 900), conversion=0, spend=0.0)
    tables = home(table.round(2), "{arm: segment, responded: visit, before: history}")
    frame = data.outcomes.tested(tables)
    assert {"arm", "before", "responded", "recency", "newbie"} <= set(frame)
    assert not {"conversion", "visit", "segment"} & set(frame)
    assert frame["amount" if "amount" in frame else "before"].dtype == float
    notes = tables.notes().set_index("trap")
    assert "conversion" in notes.loc["measured after the draw", "measured"]
    assert tables.facts()["customers_n"] == 900
    plan = trials.Plan(control="No E-Mail", arms="No E-Mail 1, Mens E-Mail 1, Womens E-Mail 1")
    trial = trials.analyse(tables, plan)
    assert set(trial.rows.labels) == {"before", "recency", "newbie"}


def test_equal_rows_of_a_database_are_different_people_too(tmp_path, home):
    shop = duckdb.connect(str(tmp_path / "shop.duckdb"))
    shop.sql(
        "create table mailing as select if(i % 2 = 0, 'control', 'offer') as arm, "
        "i % 10 = 0 as responded, i % 3 = 0 as opens, 'N' as town from range(600) t(i)"
    )
    shop.close()
    (tmp_path / "studies" / "shop.yaml").write_text(
        f"title: T\nsource: connection\nconnection: duckdb://{tmp_path / 'shop.duckdb'}\n"
        "tables:\n  tests: {table: mailing}\n"
    )
    tables = data.open(segkit.open_run("shop", stage="approaches/experiments"))
    people = data.outcomes.tested(tables)
    assert len(people) == 600
    assert people["row"].is_unique
    assert "opens" in tables.notes().set_index("trap").loc["measured after the draw", "measured"]
    assert trials.analyse(tables, trials.Plan()).whole["people_n"].tolist() == [300]


def test_equal_rows_with_a_customer_s_number_are_kept_and_told(home):
    table = pd.DataFrame(
        {"customer_id": ["c1", "c1", "c2"], "arm": ["control", "control", "offer"]}
    )
    tables = home(table.assign(responded="no"))
    assert tables.register()["kept_n"].tolist() == [3]
    assert "1 rows name people" in trials.analyse(tables, trials.Plan()).why


def test_a_test_alone_makes_no_card_and_says_where_to_go(home):
    tables = home(pd.DataFrame({"arm": ["control", "offer"] * 5, "responded": "no"}))
    with pytest.raises(StudyError, match="segkit approach experiments"):
        data.card.build(tables, as_of=None, window_days=0)


def test_a_test_beside_orders_joins_no_card():
    orders = pd.DataFrame({"customer_id": ["a", "b"], "amount": [1.0, 2.0]})
    orders["ordered_at"] = pd.Timestamp("2024-01-01")
    test = pd.DataFrame(
        {"customer_id": ["a", "z"], "arm": ["control", "offer"], "responded": [1, 0]}
    )
    tables = data.from_frames(orders, tests=test)
    card = data.card.build(tables, as_of="2024-01-02", window_days=0, everyone=True)
    assert card["customer_id"].tolist() == ["a", "b"]
    assert not set(schema.AFTERWARDS) & set(card)
    assert len(trials.people(tables, trials.Plan(base=0.1)).frame) == 2


def test_without_a_test_the_people_of_the_orders_can_be_drawn():
    orders = pd.DataFrame({"customer_id": [f"c{i:02d}" for i in range(60)], "amount": 10.0})
    orders["ordered_at"] = pd.Timestamp("2024-01-01")
    tables = data.from_frames(orders)
    people = trials.people(tables, trials.Plan(base=0.1))
    assert people.drawn(seed=1)["arm"].value_counts().to_dict() == {"control": 30, "offer": 30}
    assert isinstance(trials.analyse(tables, trials.Plan()), Refused)
