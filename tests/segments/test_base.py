"""Everybody is somewhere: stages add up to the raw rows of every study, whatever their order."""

from types import SimpleNamespace

import house
import numpy as np
import pandas as pd
import pytest

from segkit import data
from segkit.refusal import Refused
from segkit.segments import base
from segkit.segments.approaches import lifecycle

WORLDS = ("store", "services", "b2b", "mixed")
OTHERS = ("customers", "requests", "mailings", "visits", "reviews", "documents", "invoices")
MOMENTS = ("ordered_at", "requested_at", "sent_at", "seen_at", "reviewed_at", "day", "issued_at",
           "due_at", "asked_at", "ends_at", "responded_at", "paid_at", "returned_at")  # fmt: skip


def read(world):
    """Read the raw files of a world: {table: DataFrame}."""
    folder = house.HOME / "data" / world
    found = {}
    for name in ("orders", *OTHERS):
        if (folder / f"{name}.csv").is_file():
            frame = pd.read_csv(folder / f"{name}.csv", dtype={"customer_id": "string"})
            times = {c: pd.to_datetime(frame[c]) for c in frame if c in MOMENTS or "_at" in c}
            found[name] = frame.assign(**times).astype({"customer_id": object})
    return found


def looked_at(tables, *, as_of, inside=()):
    kept = SimpleNamespace(membership=pd.DataFrame({"customer_id": list(inside)}), smallest_cell=10)
    return base.everybody(kept, tables, brief=SimpleNamespace(data={"as_of": as_of}))


@pytest.fixture(scope="module")
def worlds():
    """Give the raw rows of each world, the day after its last order, and everybody in it."""
    found = {}
    for world in WORLDS:
        raw = read(world)
        as_of = (raw["orders"]["ordered_at"].max().normalize() + pd.Timedelta(days=1)).date()
        inside = raw["orders"]["customer_id"].unique()[:50]
        tables = data.from_frames(**raw)
        found[world] = (raw, as_of, looked_at(tables, as_of=str(as_of), inside=inside))
    return found


def recounted(raw, as_of):
    """Count stages and money again from raw rows, with windows of our own."""
    known = set().union(*(frame["customer_id"].dropna() for frame in raw.values()))
    orders, end = raw["orders"], pd.Timestamp(as_of)
    sums = orders.groupby(["customer_id", "order_id"]).agg(
        amount=("amount", "sum"), at=("ordered_at", "min")
    )
    bought = sums[sums["amount"] > 0].reset_index("customer_id").groupby("customer_id")["at"]
    last, first = (end - bought.agg(how).dt.normalize() for how in ("max", "min"))
    last, first, n = last.dt.days, first.dt.days, bought.size()
    waits = ((first - last) / (n - 1))[n >= 2]
    active = int(np.ceil(waits.quantile(0.9)))
    stage = pd.Series("Lost", index=last.index)
    stage[last <= 3 * active] = "Lapsing"
    stage[last <= active] = "Regular"
    stage[first <= active] = "New"
    stage = stage.reindex(sorted(known), fill_value="Lead: never bought")
    money = orders.groupby("customer_id")["amount"].sum().reindex(stage.index, fill_value=0.0)
    return stage, money


@pytest.mark.parametrize("world", WORLDS)
def test_stages_are_those_of_the_raw_rows_and_add_up_to_all_the_tables_know(worlds, world):
    raw, as_of, found = worlds[world]
    stage, money = recounted(raw, as_of)
    members = found.members.set_index("customer_id")
    assert sorted(members.index) == list(stage.index)
    assert members["stage"].reindex(stage.index).tolist() == stage.tolist()
    table = found.table.set_index("stage")
    assert table["customers_n"].sum() == len(stage)
    assert table["in_segments_n"].sum() == 50
    assert table["customers_share"].sum() == pytest.approx(1)
    raw_money = money.groupby(stage).sum().reindex(table.index, fill_value=0.0)
    assert table["spend_total"].to_numpy() == pytest.approx(raw_money.to_numpy(), abs=0.01)
    assert table["spend_total"].sum() == pytest.approx(raw["orders"]["amount"].sum(), abs=0.01)
    assert found.adds_up


@pytest.mark.slow
def test_the_real_study_adds_up_too(grocery_tables):
    found = looked_at(grocery_tables, as_of="2018-01-01")
    amounts = grocery_tables.orders.group_by("customer_id").agg(spend=lambda t: t.amount.sum())
    raw = amounts.execute()
    named = set(raw["customer_id"])
    for table in (grocery_tables.customers, grocery_tables.mailings):
        named |= set(table.select("customer_id").distinct().execute()["customer_id"])
    assert found.table["customers_n"].sum() == len(named)
    assert found.table["spend_total"].sum() == pytest.approx(float(raw["spend"].sum()), abs=0.01)


def test_the_order_of_rows_does_not_matter_and_twice_the_people_are_twice_as_many(worlds):
    raw, as_of, found = worlds["services"]
    mixed = {name: frame.sample(frac=1, random_state=3) for name, frame in raw.items()}
    again = looked_at(data.from_frames(**mixed), as_of=str(as_of))
    same = ["stage", "customers_n", "spend_total", "last_order_days"]
    pd.testing.assert_frame_equal(again.table[same], found.table[same])
    twins = {}
    for name, frame in raw.items():
        named = frame["customer_id"].notna()
        twin = frame[named].assign(customer_id="twin-" + frame.loc[named, "customer_id"])
        twin = twin.assign(order_id="twin-" + twin["order_id"]) if name == "orders" else twin
        twins[name] = pd.concat([frame, twin], ignore_index=True)
    double = looked_at(data.from_frames(**twins), as_of=str(as_of))
    assert double.windows == found.windows
    for column in ("customers_n", "spend_total"):
        assert double.table[column].tolist() == pytest.approx((2 * found.table[column]).tolist())


def orders(*, customers=40, days=(0, 20, 40)):
    """Make customers who order every twenty days, the last order on 11 March."""
    rows = [(f"c{n:02}", pd.Timestamp("2024-03-11") - pd.Timedelta(days=day))
            for n in range(customers) for day in days]  # fmt: skip
    return pd.DataFrame(rows, columns=["customer_id", "ordered_at"]).assign(amount=5.0)


def test_leads_are_refused_where_only_orders_name_customers():
    alone = looked_at(data.from_frames(orders()), as_of="2024-03-12")
    assert lifecycle.LEAD not in alone.table["stage"].tolist()
    assert "never bought cannot be known" in " ".join(alone.notes)
    people = pd.DataFrame({"customer_id": ["c00", "x1", "x2"], "consent": ["yes", "no", "yes"]})
    more = looked_at(data.from_frames(orders(), customers=people), as_of="2024-03-12")
    lead = more.table.set_index("stage").loc[lifecycle.LEAD]
    assert (lead["customers_n"], lead["reachable_n"], lead["spend_total"]) == (2, 1, 0)
    assert more.table["reachable_n"].sum() == 2


def test_new_is_refused_where_the_orders_do_not_reach_back_far_enough():
    short = looked_at(data.from_frames(orders(days=(0, 20))), as_of="2024-03-12")
    assert lifecycle.NEW not in short.table["stage"].tolist()
    assert "Who is new cannot be told" in " ".join(short.notes)
    assert short.table.set_index("stage").loc["Regular", "customers_n"] == 40
    long = looked_at(data.from_frames(orders(days=(0, 20, 40, 60))), as_of="2024-03-12")
    assert lifecycle.NEW in long.table["stage"].tolist()


def test_without_waits_no_stage_is_told_but_everybody_is_counted():
    once = looked_at(data.from_frames(orders(days=(0,))), as_of="2024-03-12", inside=["c00"])
    assert isinstance(once.table, Refused)
    assert isinstance(once.members, Refused)
    assert (once.saved["known_n"], once.saved["in_segments_n"]) == (40, 1)
    assert once.saved["stages"] == []
    assert "only 0 bought twice" in once.saved["notes"][0]


def test_a_list_with_days_has_stages_and_says_whose_day_it_does_not_know():
    people = pd.DataFrame({"customer_id": [f"c{n:02}" for n in range(42)], "orders_n": 3.0})
    people["first_order_at"] = pd.Timestamp("2024-01-01")
    people["last_order_at"] = pd.Timestamp("2024-03-01")
    people["spend_total"] = np.arange(42) + 1.0
    people.loc[0, ["first_order_at", "last_order_at"]] = pd.NaT
    people.loc[1, "orders_n"] = 0.0
    people.loc[1, ["first_order_at", "last_order_at"]] = pd.NaT
    found = looked_at(data.from_frames(customers=people), as_of="2024-03-12")
    counts = found.table.set_index("stage")["customers_n"]
    assert counts[base.UNDATED] == 1
    assert counts[lifecycle.LEAD] == 1
    assert counts["Regular"] == 40
    assert found.adds_up


def test_few_are_not_shown_and_the_list_of_all_is_whole():
    two = pd.DataFrame({"customer_id": ["x1", "x2"]})
    found = looked_at(data.from_frames(orders(), customers=two), as_of="2024-03-12")
    shown = found.shown.set_index("stage")
    assert np.isnan(shown.loc[lifecycle.LEAD, "customers_n"])
    assert shown.loc["Regular", "customers_n"] == 40
    assert "fewer than 10 leads" in found.told
    assert len(found.members) == 42


def test_windows_are_the_longest_usual_wait_and_three_of_them():
    card = pd.DataFrame({"orders_n": 2, "days_since_purchase": 1.0}, index=range(100))
    card["days_since_first_purchase"] = card["days_since_purchase"] + np.arange(1.0, 101.0)
    longest = int(np.ceil(np.quantile(np.arange(1.0, 101.0), 0.9)))
    assert lifecycle.windows(card) == {
        "new_days": longest, "active_days": longest, "lost_days": 3 * longest
    }  # fmt: skip
    assert isinstance(lifecycle.windows(card[:29]), Refused)
    assert isinstance(lifecycle.windows(card.drop(columns="orders_n")), Refused)
