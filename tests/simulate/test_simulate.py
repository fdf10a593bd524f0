"""Worlds: the same seed, the same bytes; the truth apart; every table fits the schema."""

import json

import numpy as np
import pandas as pd
import pytest

from segkit import data, simulate, study
from segkit.data import schema
from segkit.simulate import draws, goods, samples, writing
from segkit.study import StudyError

BUSINESSES = ("store", "services", "b2b", "mixed")
SHAPES = ("null", "gradient", "one_rare")
PERSONAL = {"email"}


@pytest.fixture(scope="module", params=(*BUSINESSES, *SHAPES))
def small(request):
    """Give each world in turn, with 200 customers."""
    return simulate.world(request.param, customers=200, seed=5)


def contents(folder):
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def test_the_same_seed_gives_the_same_bytes(small, tmp_path):
    simulate.write(small, tmp_path / "once")
    again = simulate.world(small.name, customers=200, seed=5)
    simulate.write(again, tmp_path / "again")
    assert contents(tmp_path / "once") == contents(tmp_path / "again")


def test_another_seed_gives_other_data(small):
    other = simulate.world(small.name, customers=200, seed=6)
    for name, table in small.tables.items():
        if name != "products":  # the shelf is the same
            assert writing.csv(table) != writing.csv(other.tables[name]), name


def test_tables_have_canonical_names_and_every_required_column(small):
    for name, table in small.tables.items():
        assert set(schema.required(name)) <= set(table.columns), name
        if name not in schema.OPEN:
            assert set(table.columns) <= set(schema.names(name)), name


def test_every_key_occurs_once_and_no_line_is_twice(small):
    for name, table in small.tables.items():
        if key := list(schema.key(name)):
            assert not table.duplicated(key).any(), name
        assert not table.duplicated().any(), name


def test_every_id_is_known_to_the_table_it_points_to(small):
    known = set(small.tables["customers"].customer_id)
    for name, table in small.tables.items():
        if "customer_id" in table:
            assert set(table.customer_id.dropna()) <= known, name
        if "order_id" in table:
            orders = set(small.tables["orders"].order_id)
            assert set(table.order_id.dropna()) <= orders, name
        if "product_id" in table:
            assert set(table.product_id.dropna()) <= set(small.tables["products"].product_id)


def test_nothing_lies_outside_the_time_told(small):
    start = pd.Timestamp(small.start)
    end = start + pd.DateOffset(months=small.months)
    for name, table in small.tables.items():
        for column in table.select_dtypes("datetime"):
            seen = table[column].dropna()
            assert (seen >= start).all(), (name, column)
            if column not in ("due_at", "ends_at"):
                assert (seen < end).all(), (name, column)


def test_the_truth_is_in_no_table(small):
    words = {"archetype", "lifestyle", "answer_style", "mail_habit", "kind", "group", "position",
             "blended_with", "complaint_share", "size", "problem", "financial"}  # fmt: skip
    planted = set(small.truth["customers"].columns) - {"customer_id"}
    assert not planted & set(small.tables["customers"].columns)
    assert not words & set(small.tables["customers"].columns)
    named = planted & words & {"archetype", "lifestyle", "group", "kind"}
    labels = {v for c in named for v in small.truth["customers"][c].unique()}
    for name, table in small.tables.items():
        for column in table.select_dtypes("str"):
            assert not labels & set(table[column].dropna()), (name, column)


def test_the_truth_names_every_customer_once(small):
    truth, table = small.truth["customers"], small.tables["customers"]
    assert truth.customer_id.is_unique
    assert len(truth) == small.customers
    assert set(truth.customer_id) <= set(table.customer_id)


def test_the_manifest_tells_seed_and_counts(small, tmp_path):
    simulate.write(small, tmp_path)
    told = json.loads((tmp_path / "manifest.json").read_text())
    assert (told["world"], told["seed"], told["customers"]) == (small.name, 5, 200)
    for name, rows in told["rows"].items():
        assert len((tmp_path / f"{name}.csv").read_text().splitlines()) == rows + 1
    assert {path.parent.name for path in tmp_path.rglob("*.csv")} == {tmp_path.name, "truth"}


@pytest.mark.parametrize("name", samples.SAMPLES)
def test_the_samples_in_data_are_drawn_again_byte_for_byte(name, tmp_path):
    simulate.write(samples.draw(name), tmp_path)
    stored = study.Path(samples.__file__).parents[2] / "data" / name
    assert contents(tmp_path) == contents(stored), "renew them: python -m segkit.simulate.samples"


@pytest.mark.parametrize("name", samples.SAMPLES)
def test_a_study_of_a_sample_names_its_tables_and_never_the_truth(name):
    wanted = {"store": "online_shop"}.get(name, name)
    loaded = study.load(wanted)
    stored = {path.stem for path in (study.root() / "data" / name).glob("*.csv")}
    assert set(loaded.tables) == stored
    assert not any("truth" in file for table in loaded.tables.values() for file in table.named)


@pytest.mark.slow
@pytest.mark.parametrize("name", BUSINESSES)
def test_a_world_makes_a_card(name):
    world = simulate.world(name, customers=60, seed=3, months=6)
    tables = data.from_frames(**world.tables)
    card = data.card.build(tables, as_of=data.card.analysis_date(tables), window_days=0)
    assert set(card.customer_id) == set(world.tables["orders"].customer_id)
    assert card.spend_total.sum() == pytest.approx(world.tables["orders"].amount.sum())


@pytest.mark.parametrize("months", [3, 5, 14])
@pytest.mark.parametrize("name", simulate.WORLDS)
def test_short_and_odd_lengths_work(name, months):
    world = simulate.world(name, customers=20, seed=0, months=months, start="2020-02-29")
    assert world.start == "2020-02-01"
    assert all(len(table.columns) for table in world.tables.values())


def test_the_null_world_has_no_direction_and_the_gradient_has_one():
    spread = {}
    for name in ("null", "gradient"):
        customers = simulate.world(name, customers=4000, seed=1).tables["customers"]
        values = np.linalg.eigvalsh(np.corrcoef(customers.iloc[:, 1:].to_numpy().T))
        spread[name] = values[-1] / values.sum()
    assert spread["null"] < 0.2
    assert spread["gradient"] > 0.8


def test_the_rare_world_holds_three_per_cent_far_away():
    world = simulate.world("one_rare", customers=1000, seed=2)
    group = world.truth["customers"].group
    assert (group == "rare").sum() == 30
    numbers = world.tables["customers"].iloc[:, 1:]
    gap = (numbers[group == "rare"].mean() - numbers[group == "rest"].mean()).abs()
    assert (gap > 40).sum() == 3


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"name": "stor", "customers": 50}, "Did you mean 'store'"),
        ({"name": "moon", "customers": 50}, "Known: store"),
        ({"name": "b2b", "customers": 3}, "from 20 to"),
        ({"name": "b2b", "customers": 20.5}, "whole number"),
        ({"name": "b2b", "customers": True}, "whole number"),
        ({"name": "b2b", "customers": 50, "seed": -1}, "seed is -1"),
        ({"name": "b2b", "customers": 50, "months": 0}, "months is 0"),
        ({"name": "b2b", "customers": 50, "start": "soon"}, "start is 'soon'"),
        ({"name": "b2b", "customers": 50, "dirt": {"mud": 0.1}}, "'mud' is no dirt"),
        ({"name": "b2b", "customers": 50, "dirt": {"test_order": 2}}, "share from 0 to 0.3"),
        ({"name": "null", "customers": 50, "dirt": True}, "takes no dirt"),
    ],
)
def test_what_cannot_be_is_said_in_words(given, said):
    given = dict(given)
    with pytest.raises(StudyError, match=said):
        simulate.world(given.pop("name"), **given)


# ------------------------------------------------------------------ the draws


@pytest.fixture
def plan():
    return draws.Plan("test", 10, 1, np.datetime64("2023-01-01"), 24)


def test_a_season_draws_more_where_it_weighs_more(plan):
    season = draws.Season(plan, months=[1] * 11 + [3])
    days = season.draw(plan.stream("a"), np.zeros(60_000), np.full(60_000, plan.days))
    month = pd.DatetimeIndex(plan.moments(days)).month
    assert (month == 12).mean() / (month == 10).mean() == pytest.approx(3, rel=0.1)


def test_a_season_never_leaves_the_time_given(plan):
    season = draws.Season(plan, weekdays=(1, 1, 1, 1, 1, 0, 0))
    first = plan.stream("b").uniform(0, 700, 5000)
    days = season.draw(plan.stream("c"), first, first + 30)
    assert (days >= first - 1e-9).all()
    assert (days <= first + 30 + 1e-9).all()
    assert (pd.DatetimeIndex(plan.moments(days)).day_of_week >= 5).mean() < 0.01


def test_stratified_shares_are_exact_to_the_row(plan):
    code = draws.stratified(plan.stream("d"), [0.5, 0.3, 0.2], 1000)
    assert np.bincount(code).tolist() == [500, 300, 200]


def test_traits_have_their_mean_and_spread(plan):
    drawn = draws.traits(plan.stream("e"), np.full(100_000, 0.3), 14)
    assert drawn.mean() == pytest.approx(0.3, abs=0.003)
    assert drawn.var() == pytest.approx(0.3 * 0.7 / 15, rel=0.03)  # of a Beta: m(1−m)/(κ+1)


def test_rows_are_numbered_within_their_owner():
    assert draws.nth(np.array([0, 0, 2, 2, 2, 5])).tolist() == [0, 1, 0, 1, 2, 0]
    assert draws.nth(np.array([], int)).tolist() == []


def test_working_days_skip_the_weekend(plan):
    friday = 5.4  # 2023-01-06
    found = plan.dates(draws.workdays(plan, np.array([friday, friday]), np.array([1, 3])))
    assert [str(day)[:10] for day in found] == ["2023-01-09", "2023-01-11"]


def test_a_basket_holds_no_product_twice(plan):
    shelf = {"a": (1, 0.1, 1.0), "b": (2, 0.1, 0.0)}
    order, product = goods.basket(plan.stream("f"), shelf, np.full(500, 6), each=4)
    assert not pd.DataFrame({"order": order, "product": product}).duplicated().any()
    assert product.max() < 4  # nothing of a department that nobody chooses


def test_csv_writes_money_with_two_decimals_and_dates_as_dates():
    frame = pd.DataFrame(
        {
            "amount": [1.1, 20.0, np.nan],
            "day": pd.to_datetime(["2024-01-31", None, "2024-02-01"]),
            "at": pd.to_datetime(["2024-01-31 09:15", None, "2024-02-01 00:00"]),
            "text": ["plain", None, "x"],
            "yes": [True, False, True],
        }
    )
    assert writing.csv(frame).decode().splitlines() == [
        "amount,day,at,text,yes",
        "1.10,2024-01-31,2024-01-31 09:15:00,plain,true",
        "20.00,,,,false",
        ",2024-02-01,2024-02-01 00:00:00,x,true",
    ]


def test_csv_quotes_what_needs_it(tmp_path):
    frame = pd.DataFrame({"a": ["one, two", 'a "b"', "plain", None], "n": [1, 2, 3, 4]})
    path = tmp_path / "x.csv"
    path.write_bytes(writing.csv(frame))
    assert pd.read_csv(path).a.tolist()[:3] == ["one, two", 'a "b"', "plain"]
